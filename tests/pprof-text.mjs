// Prints a pprof file as sorted text: node tests/pprof-text.mjs FILE
// A line a stack: count, nanoseconds, labels, frames from the leaf outward, each "function file:line 0xpc". Of profile.proto it knows what kymo writes.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";

function varint(bytes, at) {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    if (at >= bytes.length) throw new Error("the profile is cut off");
    const byte = bytes[at++];
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value, at };
  }
}

// The fields of a message: [number, value], where the value is a BigInt or the bytes of a string or a message.
function* fields(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const key = varint(bytes, at);
    const value = varint(bytes, key.at);
    const wireType = Number(key.value & 7n);
    at = value.at;
    if (wireType === 0) {
      yield [Number(key.value >> 3n), value.value];
    } else if (wireType === 2) {
      yield [Number(key.value >> 3n), bytes.subarray(at, at + Number(value.value))];
      at += Number(value.value);
    } else {
      throw new Error(`wire type ${wireType} in the profile`);
    }
  }
}

// One message as an object: { number: last value }; `repeated` names the fields that are lists, packed or not.
function message(bytes, repeated = []) {
  const out = Object.fromEntries(repeated.map((number) => [number, []]));
  for (const [number, value] of fields(bytes)) {
    if (!repeated.includes(number)) out[number] = value;
    else if (typeof value === "bigint") out[number].push(value);
    else for (let at = 0; at < value.length; ) ({ at } = pushVarint(out[number], value, at));
  }
  return out;
}

function pushVarint(list, bytes, at) {
  const read = varint(bytes, at);
  list.push(read.value);
  return read;
}

export function pprofText(file) {
  const strings = [];
  const parts = { 1: [], 2: [], 4: [], 5: [] }; // value types, samples, locations, functions
  const scalars = [];
  for (const [number, value] of fields(gunzipSync(file))) {
    if (number === 6) strings.push(value.toString());
    else if (parts[number]) parts[number].push(value);
    else scalars.push([number, value]);
  }
  const text = (index) => strings[Number(index ?? 0n)] ?? "?";
  const unit = (bytes) => {
    const type = message(bytes);
    return `${text(type[1])}/${text(type[2])}`;
  };
  const functions = new Map(parts[5].map((bytes) => message(bytes)).map((f) => [f[1], `${text(f[2])} ${text(f[4])}`]));
  const frames = new Map();
  for (const bytes of parts[4]) {
    const location = message(bytes);
    const line = location[4] ? message(location[4]) : {};
    frames.set(location[1], `${functions.get(line[1]) ?? "?"}:${line[2] ?? 0n} 0x${(location[3] ?? 0n).toString(16)}`);
  }
  const samples = parts[2].map((bytes) => {
    const sample = message(bytes, [1, 2]);
    const labels = [...fields(bytes)].filter(([number]) => number === 3).map(([, label]) => message(label));
    const told = labels.map((label) => `${text(label[1])}=${text(label[2])}`);
    return [...sample[2], ...told, sample[1].map((id) => frames.get(id) ?? "?").join(";")].join("\t");
  });
  const head = [`sample types: ${parts[1].map(unit).join(" ")}`];
  for (const [number, value] of scalars) head.push(`field ${number}: ${typeof value === "bigint" ? value : unit(value)}`);
  return [...head, ...samples.sort()].join("\n") + "\n";
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) process.stdout.write(pprofText(readFileSync(argv[2])));
