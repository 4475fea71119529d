// What shells offer behind "kymo". The shells that are not installed are skipped.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { check, root, run, Skip } from "../tally.mjs";

const has = (shell) => spawnSync("sh", ["-c", `command -v ${shell}`]).status === 0;

// What bash would offer: words as readline splits them, the last one being completed.
const inBash = (words) => `
. completions/kymo.bash
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}) COMP_CWORD=${words.length - 1}
_kymo kymo 2>/dev/null
printf '%s\\n' "\${COMPREPLY[@]}"`;

const inFish = (line) => `source completions/kymo.fish; complete -C '${line}'`;

// zsh completes only at a terminal: one of its own. What it shows up to the wanted text, or for 20 seconds.
const inZsh = (line, wanted) => `
zmodload zsh/zpty
seen=
await() {
  local part end=$((SECONDS + 20))
  while (( SECONDS < end )) && [[ $seen != *"$1"* ]]; do
    if zpty -r -t inner part; then seen+=$part; else sleep 0.05; fi
  done
}
zpty inner env TERM=dumb zsh -f -i
zpty -w inner "PS1=ready'>' fpath=($PWD/completions \$fpath); autoload -U compinit; compinit -u -D; zstyle ':completion:*' list-prompt ''; LISTMAX=1000; setopt no_beep"
await 'ready>'
zpty -n -w inner $'${line}\t\t'
await '${wanted}'
print -rn -- $seen
zpty -d inner`;

export async function completion({ kymo, tally }) {
  const env = { PATH: `${dirname(kymo)}:${process.env.PATH}` };
  const offered = (shell, script, ...options) => {
    if (!has(shell)) throw new Skip();
    const { out } = run(shell, [...options, "-c", script], { env });
    return String(out).split("\n").map((line) => line.split("\t")[0].trim()).filter((line) => line !== "");
  };
  const commands = [...String(run(kymo, ["--help"]).out).matchAll(/^ {2}kymo ([a-z-]+) /gm)].map(([, name]) => name);
  const offers = (found, ...wanted) => check(wanted.every((word) => found.includes(word)), `${found.join(" ")} lacks one of ${wanted.join(" ")}`);
  const offersOnly = (found, ...wanted) => check([...found].sort().join() === [...wanted].sort().join(), `${found.join(" ")} instead of ${wanted.join(" ")}`);

  for (const command of ["", ...commands]) {
    await tally.test(`kymo ${command} --complete tells what the help tells`, () => {
      const words = command ? [command] : [];
      const told = String(run(kymo, [...words, "--complete"]).out).replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
      const shown = [...String(run(kymo, [...words, "--help"]).out).matchAll(/^ {2}(--?[a-z][a-z-]*)/gm)].map(([, name]) => name);
      offersOnly(told.map(([name]) => name).filter(Boolean), ...shown);
      check(told.every((fields) => fields.length === 4), JSON.stringify(told));
    });
  }
  await tally.test("bash: commands, and files beside them", () => {
    offers(offered("bash", inBash(["kymo", ""])), ...commands, "examples");
    offersOnly(offered("bash", inBash(["kymo", "ev"])), "events");
  });
  await tally.test("bash: options of a command", () => {
    offersOnly(offered("bash", inBash(["kymo", "events", "--fo"])), "--follow-goroutine=");
    offersOnly(offered("bash", inBash(["kymo", "events", "trace.out", "--ta"])), "--task=");
    offersOnly(offered("bash", inBash(["kymo", "info", "--t"])), "--threads=");
  });
  await tally.test("bash: values of an option, with one dash or two", () => {
    offersOnly(offered("bash", inBash(["kymo", "--pprof", "=", "s"])), "sync", "syscall", "sched");
    offersOnly(offered("bash", inBash(["kymo", "-pprof", "=", "sy"])), "sync", "syscall");
    offersOnly(offered("bash", inBash(["kymo", "-d", "="])), "parsed", "wire", "footprint");
  });
  await tally.test("bash: files", () => offersOnly(offered("bash", inBash(["kymo", "info", "exam"])), "examples"));
  await tally.test("fish: commands, options, values, files", () => {
    offersOnly(offered("fish", inFish("kymo ev")), "events");
    offersOnly(offered("fish", inFish("kymo events --fo")), "--follow-goroutine=");
    offers(offered("fish", inFish("kymo --pprof=sy")), "--pprof=sync", "--pprof=syscall");
    offers(offered("fish", inFish("kymo info exam")), "examples/");
  });
  await tally.test("zsh: commands, options, files, values", () => {
    const shows = (line, wanted) => {
      const seen = offered("zsh", inZsh(line, wanted), "-f").join(" ");
      check(seen.includes(wanted), `${line}: ${seen}`);
    };
    shows("kymo eve", "kymo events");
    shows("kymo events --fol", "--follow-goroutine");
    shows("kymo exam", "examples");
    shows("kymo --pprof=sy", "syscall");
  });
  await tally.test("completion is installed", () => {
    const build = String(run("cat", [join(root, "meson.build")]).out);
    for (const name of ["kymo.bash", "_kymo", "kymo.fish"]) check(build.includes(`'completions/${name}'`), name);
  });
}
