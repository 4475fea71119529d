// Holds manual pages and help against each other: node tests/man.mjs KYMO
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { check, root, run, Skip, Tally } from "./tally.mjs";

const kymo = resolve(process.argv[2] ?? join(root, "build/kymo"));
const tally = new Tally();
const has = (program) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

// The options that a page has entries for, and those that the help lists, without dashes.
const inPage = (page) => [...page.matchAll(/^\.It (Fl .*)/gm)].flatMap(([, entry]) => [...entry.matchAll(/Fl -?([a-z][a-z-]*)/g)].map(([, name]) => name)).sort();
const inHelp = (help) => [...help.matchAll(/^ {2}--?([a-z][a-z-]*)/gm)].map(([, name]) => name).sort();
const helpOf = (command) => String(run(kymo, [...command, "--help"]).out);

// The commands are those that the help of kymo lists.
const commands = [...helpOf([]).matchAll(/^ {2}kymo ([a-z-]+) /gm)].map(([, name]) => name);
await tally.test("the help lists commands", () => check(commands.length > 0, "none"));

const pages = [[], ...commands.map((name) => [name])];
for (const command of pages) {
  const name = ["kymo", ...command].join("-");
  const path = join(root, "man", `${name}.1`);
  const page = existsSync(path) ? readFileSync(path, "utf8") : null;

  await tally.test(`${name}: there is a page`, () => check(page, `${path} is missing`));
  if (!page) continue;
  await tally.test(`${name}: the page and the help have the same options`, () => {
    const described = inPage(page).filter((option) => command.length > 0 || option !== "version");
    const shown = inHelp(helpOf(command)).filter((option) => command.length > 0 || option !== "version");
    check(described.join() === shown.join(), `page: ${described.join(" ")}; help: ${shown.join(" ")}`);
  });
  await tally.test(`${name}: every option is in the synopsis`, () => {
    const synopsis = page.slice(page.indexOf(".Sh SYNOPSIS"), page.indexOf(".Sh DESCRIPTION"));
    const missing = inPage(page).filter((option) => option !== "help" && !new RegExp(`Fl -?${option}\\b`).test(synopsis));
    check(missing.length === 0, missing.join(" "));
  });
  await tally.test(`${name}: the page formats without a warning`, () => {
    const lint = has("mandoc") ? ["mandoc", ["-Tlint", "-Wwarning", path]] : has("groff") ? ["groff", ["-man", "-mdoc", "-ww", "-z", path]] : null;
    if (!lint) throw new Skip();
    const { status, out, said } = run(...lint);
    check(status === 0 && out.length === 0 && said === "", `${out}${said}`.trim());
  });
}
await tally.test("every page has its command", () => {
  const strays = readdirSync(join(root, "man")).filter((file) => !pages.some((command) => file === `${["kymo", ...command].join("-")}.1`));
  check(strays.length === 0, strays.join(" "));
});
await tally.test("every page is installed", () => {
  const build = readFileSync(join(root, "meson.build"), "utf8");
  const missing = readdirSync(join(root, "man")).filter((file) => !build.includes(`'man/${file}'`));
  check(missing.length === 0, missing.join(" "));
});
tally.close();
