// The keys, in an overlay: those of every page, and those of what is on this one.
import { COMMANDS, GESTURES, SCOPE_TITLES, shownKeys, type Scope } from "./keys";
import { isProfilePath } from "./pages/profile/kinds";
import { Dialog } from "./ui/dialog";

function scopesOf(path: string): Scope[] {
  if (path === "/trace") return ["timeline", "everywhere"];
  if (isProfilePath(path)) return ["flame", "table", "everywhere"];
  if (path === "/mmu") return ["curve", "table", "everywhere"];
  if (path === "/sql") return ["sql", "table", "everywhere"];
  if (path === "/") return ["picture", "table", "everywhere"];
  if (path.startsWith("/goroutine/")) return ["picture", "table", "everywhere"];
  return ["table", "everywhere"];
}

function Keys({ combination }: { combination: string }) {
  return <span>{shownKeys(combination).map((key) => <kbd key={key}>{key}</kbd>)}</span>;
}

function Section({ scope }: { scope: Scope }) {
  return (
    <section class={scope === "timeline" ? "help-long" : undefined}>
      <h3>{SCOPE_TITLES[scope]}</h3>
      <dl>
        {COMMANDS.filter((command) => command.scope === scope).map(({ id, keys, does }) => (
          <div key={id}>
            <dt>{keys.map((combination) => <Keys key={combination} combination={combination} />)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
        {GESTURES.filter((gesture) => gesture.scope === scope).map(({ how, does }) => (
          <div key={does}>
            <dt>{how.map((word) => <kbd key={word}>{word}</kbd>)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function Help({ path, onClose }: { path: string; onClose: () => void }) {
  return (
    <Dialog className="help" label="Keys" onClose={onClose}>
      <h2>Keys</h2>
      <div class="help-sections">
        {scopesOf(path).map((scope) => <Section key={scope} scope={scope} />)}
      </div>
      <form method="dialog">
        <button class="button">Close</button>
      </form>
    </Dialog>
  );
}
