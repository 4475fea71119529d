// kymo tasks: types, lists, one task's story, and what narrows them.
import { check } from "../tally.mjs";
import { drawn, figuresAre, lines, lister, ofCorpus, same } from "./lists.mjs";

const trace = "examples/webload.trace";

export async function tasks({ kymo, tally }) {
  const { text, json, fails } = lister(kymo, "tasks", trace);
  const all = json().tasks;
  const real = all.filter(({ id }) => id !== 0);
  const { regions } = lister(kymo, "regions", trace).json();
  const { goroutines } = lister(kymo, "goroutines", trace).json();
  const length = (task) => task.end_ns - task.start_ns;
  const nameOf = new Map(goroutines.map(({ id, name }) => [id, name]));
  const regionsOf = new Map(real.map(({ id }) => [id, regions.filter(({ task, type }) => task === id && type !== "")]));
  const finds = (args, wanted) =>
    tally.test(`tasks ${args.join(" ")}`, () => {
      const found = json(...args);
      const expected = real.filter(wanted);
      check(expected.length > 0 && expected.length < real.length, `the test wants ${expected.length} of ${real.length}`);
      same(found.tasks, expected, "tasks");
      same(found.types.map(({ type, count }) => [type, count]), [["processRequest", expected.length]], "types");
      figuresAre(found.types[0], expected.filter(({ complete }) => complete).map(length));
    });

  await tally.test("tasks: the figures of a type are those of its tasks", () => {
    const { types } = json();
    check(types.length === 1 && types[0].complete === real.filter(({ complete }) => complete).length, JSON.stringify(types).slice(0, 200));
    figuresAre(types[0], real.filter(({ complete }) => complete).map(length));
  });
  await tally.test("tasks: the histogram is drawn to scale", () => {
    const rows = drawn(text(), "processRequest");
    same(rows.map(([count]) => count), json().types[0].histogram.map(([, , count]) => count), "counts");
    const most = Math.max(...rows.map(([count]) => count));
    for (const [count, columns] of rows) check(columns === (count === 0 ? 0 : Math.max(1, Math.ceil(Math.floor((count / most) * 46 * 8 + 0.5) / 8))), `${count}: ${columns} columns`);
  });

  const [one] = [...real].sort((a, b) => length(b) - length(a));
  await finds([`--task=${one.id}`], ({ id }) => id === one.id);
  await finds(["--goroutine=76"], (task) => task.goroutines.includes(76));
  await finds(["--group=net/http.(*conn).serve", "--to=30%"], (task) => task.start_ns <= Math.floor(lengthOf(kymo) * 0.3));
  await finds(["--group=process\\.func1$", "--goroutine=1812"], (task) => task.goroutines.some((id) => id === 1812 && nameOf.get(id) === "main.process.func1"));
  await finds(["--from=10ms", "--to=12ms"], (task) => task.start_ns <= 12e6 && task.end_ns >= 10e6);
  await finds(["--from=-5ms"], (task) => task.end_ns >= lengthOf(kymo) - 5e6);
  await finds(["--longer=4ms"], (task) => task.complete && length(task) >= 4e6);
  await finds(["--longer=1ms", "--shorter=1.1ms"], (task) => task.complete && length(task) >= 1e6 && length(task) <= 1.1e6);
  await finds(["--log=miss 8"], (task) => task.logs.some((log) => /^\d+ (.*?)=(.*)$/.exec(log).slice(1).some((part) => part.includes("miss 8"))));
  await finds(["--type=processRequest", "--shorter=50us"], (task) => task.complete && length(task) <= 5e4);
  await tally.test("tasks --log looks at regions and types as well", () => {
    same(json("--log=shard").tasks.map(({ id }) => id), real.filter(({ id }) => regionsOf.get(id).some(({ type }) => type.includes("shard"))).map(({ id }) => id), "by region");
    same(json("--log=cessReq").tasks.length, real.length, "by type");
    fails(/what was asked for/, "--log=no such text");
  });
  await tally.test("tasks --region: those that have such a region", () => {
    same(json("--region=^data.ase$").tasks, real.filter(({ id }) => regionsOf.get(id).some(({ type }) => type === "database")), "tasks");
    fails(/what was asked for/, "--region=^shar$");
  });
  await tally.test("tasks --task TYPE, by name and by expression", () => {
    for (const type of ["processRequest", "^process"]) same(json(`--task=${type}`).tasks.length, real.length, type);
    fails(/what was asked for/, "--task=nothing");
    fails(/what was asked for/, "--task=99999999");
  });
  await tally.test("tasks --whole, of a trace with some that are not", () => {
    const path = ofCorpus("std-annotations-stress-1.27");
    const ofStress = lister(kymo, "tasks", path);
    const every = ofStress.json().tasks.filter(({ id, complete, start_ns, end_ns }) => id !== 0 || complete || start_ns >= 0 || end_ns >= 0);
    for (const [word, whole] of [["yes", true], ["no", false]]) {
      const expected = every.filter(({ complete }) => complete === whole);
      check(expected.length > 0, `none with ${word}`);
      same(ofStress.json(`--whole=${word}`).tasks, expected, word);
    }
  });
  await tally.test("tasks --each and --type list them, the longest first", () => {
    for (const [args, last] of [[["--each"], true], [["--type=processRequest"], false], [["--log=miss"], true]]) {
      const rows = lines(text(...args)).slice(1).map((line) => line.trim().split(/ +/));
      const lengths = rows.map(([id]) => length(all.find((task) => task.id === Number(id))));
      check(rows.length > 100 && lengths.every((ns, i) => i === 0 || ns <= lengths[i - 1]), "the order is another");
      check(rows.every((row) => row.includes("processRequest") === last), "the type");
    }
    same(lines(text("--each")).length, real.length + 1, "rows");
  });

  // ---- one ----

  await tally.test("tasks --id tells what happened in order of time", () => {
    const story = json(`--id=${one.id}`);
    same([story.id, story.type, story.start_ns, story.end_ns, story.complete], [one.id, one.name, one.start_ns, one.end_ns, one.complete], "the task");
    const wanted = [[one.start_ns, "begin"], [one.end_ns, "end"], ...one.logs.map((log) => [Number(log.split(" ")[0]), "log"])];
    for (const region of regionsOf.get(one.id)) wanted.push([region.start_ns, "region begin"], [region.end_ns, "region end"]);
    same(story.events.map(({ time_ns, kind }) => [time_ns, kind]), wanted.sort(([a], [b]) => a - b), "events");
    same(story.events_total, wanted.length, "the number of events");
  });
  await tally.test("tasks --id: where its goroutines spent the time from begin to end", () => {
    const { goroutines: workers } = json(`--id=${one.id}`);
    same(workers.map(({ id }) => id), one.goroutines, "goroutines");
    const main = workers.find(({ id }) => id === 82);
    same(main.total_ns, length(one), "the time of the one that was there all along");
    const sum = (stats) => Object.values(stats).reduce((total, ns) => total + ns, 0);
    for (const worker of workers) same(sum(worker.stats), worker.total_ns, `the parts of ${worker.id}`);
  });
  await tally.test("tasks --id in the words and numbers of the official page", () => {
    const rows = lines(text(`--id=${one.id}`));
    check(rows[0] === `Task ${one.id}, processRequest (complete): 7.117504ms`, rows[0]);
    check(/^ +When +Elapsed +Goroutine +Event$/.test(rows[2]), rows[2]);
    const events = rows.slice(3, rows.indexOf("", 3));
    check(/^0\.060152384s +\. 60152384 +82 +task "processRequest" \(ID 322, parent 0\) begin$/.test(events[0]), events[0]);
    check(/^0\.060154688s +\. +2304 +82 +log \(category: orderID\): "13"$/.test(events[1]), events[1]);
    check(/region "database" begin$/.test(events[2]) && /task end$/.test(events.at(-1)), events.at(-1));
    // When, and since the line before, add up.
    let before = 0;
    for (const event of events) {
      const [, when, elapsed] = /^(\d+\.\d+)s +([\d. ]*\.[\d ]{9}) /.exec(event);
      const ns = Number(when.replace(".", ""));
      same(Number(elapsed.replaceAll(" ", "").replace(".", "")), ns - before, event);
      before = ns;
    }
  });
  await tally.test("tasks --id: children and parents", () => {
    const path = ofCorpus("std-annotations-stress-1.27");
    const ofStd = lister(kymo, "tasks", path);
    const every = ofStd.json().tasks;
    const child = every.find(({ parent, complete }) => complete && parent !== 0);
    const story = ofStd.json(`--id=${child.parent}`);
    same(story.children.map(({ id }) => id), every.filter(({ parent }) => parent === child.parent).map(({ id }) => id), "children");
    same(story.children_total, story.children.length, "their number");
    same(story.events.filter(({ kind }) => kind === "child begin").map(({ child: id, time_ns }) => [id, time_ns]), every.filter(({ parent, start_ns }) => parent === child.parent && start_ns >= 0).map(({ id, start_ns }) => [id, start_ns]), "begins");
    same(ofStd.json(`--id=${child.id}`).parent.id, child.parent, "the parent");
    check(ofStd.text(`--id=${child.id}`).includes(`Child of task ${child.parent}, `), "the text does not say so");
    check(new RegExp(`child task ".*" \\(ID ${child.id}\\) begin\n`).test(ofStd.text(`--id=${child.parent}`)), "nor that of the parent");
  });
  await tally.test("tasks --id of a task that there is none of", () => {
    fails(/no such task 99999999/, "--id=99999999");
    fails(/no such task 0/, "--id=0"); // what happened outside of all tasks
    fails(/no such task 7/, "--id=7", "--json", "--type=another");
    fails(/no such task 7/, "--id=7", "--to=1us");
  });
}

let length_ns;
const lengthOf = (kymo) => (length_ns ??= lister(kymo, "info", trace).json().duration_ns);
