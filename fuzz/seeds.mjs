#!/usr/bin/env node
// Writes the kept inputs that targets begin with, but for those of fuzz_request, which are text: fuzz/seeds.mjs
// For each format of traces one that has every event of it, in an order that reading takes; a few hundred bytes each.
// ../shared/reference/go-trace-format.md, sections 3 to 7 and 15, is what the bytes are made by.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const corpus = fileURLToPath(new URL("corpus", import.meta.url));

function save(target, name, bytes) {
  mkdirSync(join(corpus, target), { recursive: true });
  writeFileSync(join(corpus, target, name), Buffer.from(bytes));
}

// A number of at most 64 bits; negative ones as their two's complement.
function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

const varints = (values) => values.flatMap(varint);
const text = (string) => [...Buffer.from(string)];
const header = (version) => text(`go 1.${version} trace`.padEnd(16, "\0"));

// Frames of all seeds, leaf first; function and file are strings of the tables below.
const names = ["main.work", "main.main", "main.go", "stop", "fractional", "a task", "a region", "a key", "a message", "preempted", "network"];
const nameId = (name) => names.indexOf(name) + 1;
const frames = [
  [0x401000, nameId("main.work"), nameId("main.go"), 10],
  [0x402000, nameId("main.main"), nameId("main.go"), 20],
];
const stacks = [frames, [frames[0]], [frames[1]]]; // ids 1, 2, 3

// ---- v1 ---------------------------------------------------------------------------------------------------------------------

// Number, and whether the last argument is a stack.
const v1Events = {
  Batch: [1], Frequency: [2], Stack: [3], Gomaxprocs: [4, 1], ProcStart: [5], ProcStop: [6], GCStart: [7, 1], GCDone: [8], STWStart: [9],
  STWDone: [10], SweepStart: [11, 1], SweepDone: [12], GoCreate: [13, 1], GoStart: [14], GoEnd: [15], GoStop: [16, 1], GoSched: [17, 1],
  GoPreempt: [18, 1], GoSleep: [19, 1], GoBlock: [20, 1], GoUnblock: [21, 1], GoBlockSend: [22, 1], GoBlockRecv: [23, 1],
  GoBlockSelect: [24, 1], GoBlockSync: [25, 1], GoBlockCond: [26, 1], GoBlockNet: [27, 1], GoSysCall: [28, 1], GoSysExit: [29],
  GoSysBlock: [30], GoWaiting: [31], GoInSyscall: [32], HeapAlloc: [33], HeapGoal: [34], TimerGoroutine: [35], FutileWakeup: [36],
  String: [37], GoStartLocal: [38], GoUnblockLocal: [39, 1], GoSysExitLocal: [40], GoStartLabel: [41], GoBlockGC: [42, 1],
  AssistStart: [43, 1], AssistDone: [44], TaskCreate: [45, 1], TaskEnd: [46, 1], Region: [47, 1], Log: [48, 1], CPUSample: [49, 1],
};
const untimed = ["Batch", "Frequency", "Stack", "TimerGoroutine"];

class V1 {
  constructor(version) {
    this.version = version;
    this.bytes = header(version);
    this.sequence = 1; // of header 1.5: the next event's
    this.ticks = 1000;
    this.numbers = new Map(); // from goroutine to what its next event must say
  }

  // Arguments with the stack, without time and sequence: each event comes one tick after the one before.
  put(name, ...args) {
    const timed = !untimed.includes(name);
    const values = timed ? [1, ...args] : [...args];
    if (this.version === 5 && timed) values.unshift(1);
    else if (this.version === 5) values.splice(1, 0, this.sequence);
    if (timed) {
      this.ticks++;
      this.sequence++;
    }
    const inline = timed ? Math.min(args.length, 3) : args.length - 1;
    this.bytes.push((inline << 6) | v1Events[name][0]);
    const body = varints(values);
    if (inline === 3) this.bytes.push(...varint(body.length));
    this.bytes.push(...body);
  }

  since(version) {
    return this.version >= version;
  }

  batch(proc) {
    this.put("Batch", proc, this.ticks);
  }

  number(goroutine, add) {
    const number = this.numbers.get(goroutine) ?? 0;
    this.numbers.set(goroutine, number + add);
    return number;
  }

  create(goroutine, stack = 1) {
    this.number(goroutine, 1);
    this.put("GoCreate", goroutine, this.version === 5 ? 0x403000 : 3, stack);
  }

  announce(goroutine, how) {
    this.create(goroutine, 0);
    if (how) {
      this.number(goroutine, 1);
      this.put(how, goroutine);
    }
  }

  // With its number, as another processor's event would have it, or without.
  start(goroutine, local = false) {
    const number = this.number(goroutine, 1);
    if (this.version === 5) this.put("GoStart", goroutine);
    else if (local) this.put("GoStartLocal", goroutine);
    else this.put("GoStart", goroutine, number);
  }

  unblock(goroutine, local = false) {
    const number = this.number(goroutine, 1);
    if (this.version === 5) this.put("GoUnblock", goroutine, 2);
    else if (local) this.put("GoUnblockLocal", goroutine, 2);
    else this.put("GoUnblock", goroutine, number, 2);
  }

  exitSyscall(goroutine, ticks = 0) {
    const number = this.number(goroutine, 1);
    this.put("GoSysExit", goroutine, this.version === 5 ? this.sequence : number, ticks);
  }

  string(id, string) {
    this.bytes.push(0x25, ...varint(id), ...varint(string.length), ...text(string));
  }

  tables() {
    if (this.since(7)) names.forEach((name, i) => this.string(i + 1, name));
    this.put("Frequency", 39062500);
    stacks.forEach((stack, i) => {
      const body = varints([i + 1, stack.length, ...stack.flatMap((frame) => (this.since(7) ? frame : [frame[0]]))]);
      this.bytes.push(0xc3, ...varint(body.length), ...body);
    });
  }
}

// Goroutine 1 does everything, on processor 0.
function v1Annotations(t) {
  t.put("TaskCreate", 7, 0, nameId("a task"), 1);
  t.put("Region", 7, 0, nameId("a region"), 2);
  t.put("Log", 7, nameId("a key"), 2);
  t.bytes.push(9, ...text("a message"));
  t.put("Region", 7, 1, nameId("a region"), 2);
  t.put("TaskEnd", 7, 1);
}

function v1Collection(t) {
  t.put("GCStart", ...(t.since(7) ? [0] : []), 1);
  t.put("STWStart", ...(t.since(10) ? [1] : []));
  t.put("HeapGoal", 8 << 20);
  t.put("STWDone");
  if (t.since(9)) t.put("AssistStart", 1);
  if (t.since(9)) t.put("AssistDone");
  t.put("SweepStart", 1);
  t.put("SweepDone", ...(t.since(9) ? [8192, 4096] : []));
  t.put("HeapAlloc", 4 << 20);
  t.put("GCDone");
}

// Each way to block and to go on.
function v1Blocking(t) {
  const ways = ["GoBlock", "GoBlockSend", "GoBlockRecv", "GoBlockSelect", "GoBlockSync", "GoBlockCond", "GoBlockNet", "GoSleep", ...(t.since(8) ? ["GoBlockGC"] : [])];
  ways.forEach((way, i) => {
    t.put(way, 1);
    t.start(2, i % 2 === 0);
    t.unblock(1, i % 2 === 0);
    t.put(i % 2 === 0 ? "GoSched" : "GoPreempt", 2);
    t.start(1, i % 2 === 1);
  });
}

function v1Syscalls(t, other) {
  t.put("GoSysCall", 2);
  t.put("GoSysCall", 2);
  t.put("GoSysBlock");
  const left = t.ticks;
  t.put("ProcStop");
  t.batch(other);
  t.put("ProcStart", 102);
  if (t.since(8)) t.put("GoStartLabel", 2, t.number(2, 1), nameId("fractional"));
  else t.start(2);
  t.put("GoSched", 2);
  t.exitSyscall(1, t.version === 5 ? 0 : left);
  t.start(1);
}

function v1Trace(version) {
  const t = new V1(version);
  t.batch(0);
  t.announce(1);
  t.announce(2);
  t.announce(3, "GoWaiting");
  t.announce(4, "GoInSyscall");
  t.put("ProcStart", 101);
  t.start(1, true);
  t.put("Gomaxprocs", 2, 1);
  v1Collection(t);
  if (t.since(11)) v1Annotations(t);
  t.create(5);
  v1Blocking(t);
  t.unblock(3);
  v1Syscalls(t, 1);
  if (t.since(19)) t.put("CPUSample", t.ticks, 0, 1, 1);
  t.put("GoEnd");
  t.start(5);
  t.put("GoStop", 1);
  t.put("ProcStop");
  t.tables();
  return t.bytes;
}

// A goroutine is woken up by a timer, in vain.
function v1FutileWakeup(version) {
  const t = new V1(version);
  t.batch(0);
  [1, 2, 3].forEach((goroutine) => t.announce(goroutine));
  t.put("ProcStart", 101);
  t.start(1);
  t.put("Gomaxprocs", 1, 1);
  for (let i = 0; i < 2; i++) {
    t.put("GoBlockRecv", 1);
    t.start(2);
    t.unblock(1);
    t.put("GoSched", 1);
    t.start(1);
    t.put("FutileWakeup");
  }
  t.put("GoBlockRecv", 1);
  t.put("TimerGoroutine", 2);
  t.tables();
  return t.bytes;
}

// ---- v2 ---------------------------------------------------------------------------------------------------------------------

const v2Events = {
  ProcsChange: 9, ProcStart: 10, ProcStop: 11, ProcSteal: 12, ProcStatus: 13, GoCreate: 14, GoCreateSyscall: 15, GoStart: 16,
  GoDestroy: 17, GoDestroySyscall: 18, GoStop: 19, GoBlock: 20, GoUnblock: 21, GoSyscallBegin: 22, GoSyscallEnd: 23,
  GoSyscallEndBlocked: 24, GoStatus: 25, STWBegin: 26, STWEnd: 27, GCActive: 28, GCBegin: 29, GCEnd: 30, GCSweepActive: 31,
  GCSweepBegin: 32, GCSweepEnd: 33, AssistActive: 34, AssistBegin: 35, AssistEnd: 36, HeapAlloc: 37, HeapGoal: 38, GoLabel: 39,
  TaskBegin: 40, TaskEnd: 41, RegionBegin: 42, RegionEnd: 43, Log: 44, GoSwitch: 45, GoSwitchDestroy: 46, GoCreateBlocked: 47,
  GoStatusStack: 48, Span: 128, SpanAlloc: 129, SpanFree: 130, HeapObject: 131, HeapObjectAlloc: 132, HeapObjectFree: 133,
  GoroutineStack: 134, GoroutineStackAlloc: 135, GoroutineStackFree: 136,
};
const [RUNNABLE, RUNNING, SYSCALL, WAITING] = [1, 2, 3, 4];

class V2 {
  constructor(version) {
    this.version = version;
    this.bytes = header(version);
    this.units = 1000;
    this.generation = 0;
  }

  since(version) {
    return this.version >= version;
  }

  batch(thread, units, body, experiment) {
    this.bytes.push(...(experiment ? [49, experiment] : [1]), ...varints([this.generation, thread, units, body.length]), ...body);
  }

  begin() {
    this.generation++;
    this.threads = new Map();
    if (this.since(25)) this.batch(-1, this.units, [50, 8, ...varint(15625000), 51, ...varints([1, this.units * 64, 1700000000, 5])]);
  }

  // Threads take turns: each event is later than the one before.
  put(thread, name, ...args) {
    if (!this.threads.has(thread)) this.threads.set(thread, { begin: this.units, last: this.units, body: [] });
    const to = this.threads.get(thread);
    this.units++;
    to.body.push(v2Events[name], ...varints([this.units - to.last, ...args]));
    to.last = this.units;
  }

  end() {
    if (!this.since(25)) this.batch(-1, this.units, [8, ...varint(15625000)]);
    for (const [thread, { begin, body }] of this.threads) this.batch(thread, begin, body);
    this.batch(-1, this.units, [6, 7, ...varints([this.units - 3, 1, 0, 1, 1]), 7, ...varints([this.units - 5, 2, -1, 0, 2])]);
    this.batch(-1, this.units, [2, ...stacks.flatMap((stack, i) => [3, ...varints([i + 1, stack.length, ...stack.flat()])])]);
    if (this.since(23)) this.batch(-1, this.units, [1, 2, 3], 1);
    this.batch(-1, this.units, [4, ...names.flatMap((name, i) => [5, ...varints([i + 1, name.length]), ...text(name)])]);
    if (this.since(26)) this.bytes.push(52);
  }
}

function v2Annotations(t) {
  t.put(1, "TaskBegin", 7, 0, nameId("a task"), 1);
  t.put(1, "RegionBegin", 7, nameId("a region"), 1);
  t.put(1, "Log", 7, nameId("a key"), nameId("a message"), 1);
  t.put(1, "RegionEnd", 7, nameId("a region"), 1);
  t.put(1, "TaskEnd", 7, 1);
  t.put(1, "GoLabel", nameId("fractional"));
}

function v2Collection(t, number) {
  t.put(1, "STWBegin", nameId("stop"), 1);
  t.put(1, "GCBegin", number, 1);
  t.put(1, "STWEnd");
  t.put(1, "AssistBegin", 1);
  t.put(1, "AssistEnd");
  t.put(1, "GCSweepBegin", 1);
  t.put(1, "GCSweepEnd", 8192, 4096);
  t.put(1, "HeapAlloc", 4 << 20);
  t.put(1, "HeapGoal", 8 << 20);
  t.put(1, "GCEnd", number + 1);
}

// Goroutine 1 makes 10 on thread 1; they take turns there and on thread 2.
function v2Goroutines(t) {
  t.put(1, "GoCreate", 10, 3, 1);
  t.put(1, "GoBlock", nameId("network"), 1);
  t.put(1, "GoStart", 10, 1);
  t.put(1, "GoUnblock", 1, 1, 2);
  t.put(2, "ProcStart", 1, 1);
  t.put(2, "GoStart", 1, 2);
  t.put(1, "GoStop", nameId("preempted"), 2);
  t.put(1, "GoStart", 10, 2);
  t.put(1, "GoDestroy");
  t.put(2, "GoStop", nameId("preempted"), 1);
  t.put(2, "ProcStop");
  t.put(1, "GoStart", 1, 3);
}

// Thread 1's processor 0 is taken away by thread 2 in a syscall; a C thread calls in and leaves.
function v2Syscalls(t) {
  t.put(1, "GoSyscallBegin", 1, 2);
  t.put(1, "GoSyscallEnd");
  t.put(1, "GoSyscallBegin", 2, 2);
  t.put(2, "ProcSteal", 0, 3, 1);
  t.put(2, "ProcStart", 0, 4);
  t.put(2, "ProcStop");
  t.put(1, "GoSyscallEndBlocked");
  t.put(1, "ProcStart", 0, 5);
  t.put(1, "GoStart", 1, 4);
  t.put(3, "GoCreateSyscall", 20);
  t.put(3, "GoSyscallEndBlocked");
  t.put(3, "ProcStart", 1, 2);
  t.put(3, "GoStart", 20, 1);
  t.put(3, "GoSyscallBegin", 3, 2);
  t.put(3, "GoDestroySyscall");
}

function v2Coroutines(t) {
  t.put(1, "GoCreateBlocked", 11, 3, 1);
  t.put(1, "GoSwitch", 11, 1);
  t.put(1, "GoSwitchDestroy", 1, 5);
}

function v2Experiments(t) {
  ["Span", "SpanAlloc"].forEach((name) => t.put(1, name, 5, 2, 3));
  ["HeapObject", "HeapObjectAlloc", "GoroutineStack", "GoroutineStackAlloc"].forEach((name) => t.put(1, name, 5, 2));
  ["SpanFree", "HeapObjectFree", "GoroutineStackFree"].forEach((name) => t.put(1, name, 5));
}

function v2Trace(version) {
  const t = new V2(version);
  t.begin();
  t.put(1, "ProcStatus", 0, 1);
  t.put(1, "GoStatus", 1, 1, RUNNING);
  t.put(1, "ProcsChange", 2, 1);
  t.put(1, "ProcStatus", 1, 2);
  t.put(1, "GoStatus", 2, -1, WAITING);
  v2Collection(t, 1);
  v2Annotations(t);
  v2Goroutines(t);
  v2Syscalls(t);
  if (t.since(23)) v2Coroutines(t);
  if (t.since(23)) v2Experiments(t);
  t.end();
  return t.bytes;
}

// Three generations, in each of which all is told anew, and ranges that reach over them.
function v2Generations(version) {
  const t = new V2(version);
  for (let i = 0; i < 3; i++) {
    t.begin();
    t.put(1, "ProcStatus", 0, 1);
    if (i > 0) t.put(1, "GCSweepActive", 0);
    t.put(1, "GoStatus", 1, 1, RUNNING);
    if (i > 0) t.put(1, "AssistActive", 1);
    t.put(1, "ProcsChange", 2, 1);
    t.put(2, "GoStatus", 3, 2, SYSCALL);
    if (t.since(23)) t.put(-1, "GoStatusStack", 2, -1, WAITING, 1);
    else t.put(-1, "GoStatus", 2, -1, WAITING);
    t.put(-1, "GoStatus", 4, -1, RUNNABLE);
    if (i === 0) {
      t.put(1, "GCBegin", 1, 1);
      t.put(1, "GCSweepBegin", 1);
      t.put(1, "AssistBegin", 1);
      t.put(1, "TaskBegin", 7, 0, nameId("a task"), 1);
      t.put(1, "RegionBegin", 7, nameId("a region"), 1);
    } else {
      t.put(1, "GCActive", i + 1);
    }
    if (i === 2) t.put(1, "TaskEnd", 7, 1);
    t.end();
  }
  return t.bytes;
}

// Logs whose messages are in no table, where events with three arguments were before.
function v2LostMessages() {
  const t = new V2(26);
  for (let i = 0; i < 3; i++) {
    t.begin();
    t.put(1, "ProcStatus", 0, 1);
    t.put(1, "GoStatus", 1, 1, RUNNING);
    for (let j = 0; j < 8; j++) {
      if (i < 2) t.put(1, "SpanAlloc", 5, 6, 7);
      else t.put(1, "Log", 0, nameId("a key"), 99, 1);
    }
    t.end();
  }
  return t.bytes;
}

// From the first moment to the last one there is in nanoseconds of 63 bits: tiles at its end reach beyond.
function v2WholeTime() {
  const t = new V2(26);
  t.units = 1;
  t.begin();
  t.put(1, "ProcStatus", 0, 1);
  t.put(1, "GoStatus", 1, 1, RUNNING);
  t.put(1, "HeapAlloc", 4 << 20);
  t.put(1, "HeapGoal", 8 << 20);
  t.units = 2 ** 57 - 2 ** 10; // of 64 ns
  t.put(1, "GoStop", nameId("preempted"), 1);
  t.end();
  return t.bytes;
}

// ---- profiles (fuzz_pprof.c) ------------------------------------------------------------------------------------------------

// A number of as many bytes as it takes.
function number(value) {
  const bytes = [];
  for (let rest = BigInt.asUintN(64, BigInt(value)); rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 0xffn));
  return [bytes.length, ...bytes];
}

// Frames: address, line, function, file. Records: depth, first frame, step to the next, count, ns.
function profile(strings, ofFrames, records) {
  return [
    ...[strings.length, ...strings.flatMap((string) => [string.length, ...text(string)])],
    ...[ofFrames.length, ...ofFrames.flatMap(([pc, line, func, file]) => [...number(pc), ...number(line), func, file])],
    ...records.flatMap(([depth, first, step, count, ns]) => [depth, first, step, ...number(count), ...number(ns)]),
  ];
}

const twoFrames = [[0x401000, 10, 1, 3], [0x402000, 20, 2, 3]];
save("fuzz_pprof", "two-stacks", profile(["main.work", "main.main", "main.go"], twoFrames, [[2, 0, 1, 5, 5000], [1, 1, 0, 1, 70]]));
save("fuzz_pprof", "one-address-two-names", profile(["f", "g"], [[0x401000, 1, 1, 1], [0x401000, 2, 2, 2], [0, 0, 0, 0]], [[3, 0, 1, 1, 1], [2, 1, 1, 2, 2]]));
save("fuzz_pprof", "deeper-than-the-limit", profile(["f"], twoFrames.map(([pc]) => [pc, 1, 1, 0]), [[200, 0, 1, 1, 1], [128, 1, 1, 1, 1], [129, 0, 0, 1, 1]]));
save("fuzz_pprof", "largest-numbers", profile(["f"], [[-1, -1, 1, 1]], [[1, 0, 0, -1, (1n << 63n) - 1n], [0, 0, 0, 0, -1]]));
save("fuzz_pprof", "names-of-the-format", profile(["contentions", "trace", "count"], [[1, 1, 1, 2], [2, 1, 3, 1]], [[2, 0, 1, 1, 1]]));

for (const version of [5, 7, 8, 9, 10, 11, 19, 21]) save("fuzz_v1", `all-events-1.${version}`, v1Trace(version));
for (const version of [7, 10]) save("fuzz_v1", `futile-wakeup-1.${version}`, v1FutileWakeup(version));
for (const version of [22, 23, 25, 26]) save("fuzz_v2", `all-events-1.${version}`, v2Trace(version));
for (const version of [22, 26]) save("fuzz_v2", `generations-1.${version}`, v2Generations(version));
save("fuzz_v2", "whole-time", v2WholeTime());
save("fuzz_v2", "lost-messages", v2LostMessages());
