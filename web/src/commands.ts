// What commands do, as long as who can do it is there: a page provides actions, and keys and the palette call them.
import { COMMANDS, commandOf, type Command } from "./keys";

// Held: it begins when the key goes down, and ends when it comes up.
export type Action = (() => void) | { readonly press: () => void; readonly release: () => void };

const actions = new Map<string, Action>();
const held = new Map<string, () => void>(); // by the code of the key that is down: how it ends

// Returns what takes them back.
export function provide(provided: Readonly<Record<string, Action>>): () => void {
  for (const [id, action] of Object.entries(provided)) actions.set(id, action);
  return () => {
    for (const [id, action] of Object.entries(provided)) if (actions.get(id) === action) actions.delete(id);
  };
}

export function availableCommands(): Command[] {
  return COMMANDS.filter(({ id }) => actions.has(id));
}

export function runCommand(id: string): void {
  const action = actions.get(id);
  if (typeof action === "function") action();
  else action?.press(), action?.release();
}

// What is typed into a field is the field's; a dialog has its own keys. The palette opens from everywhere.
function isTaken(command: Command, target: Element): boolean {
  if (command.id !== "palette" && target.closest("input, textarea, select, dialog")) return true;
  // Arrows scroll the details panel while it has the focus.
  return command.keys.some((key) => key.startsWith("Arrow")) && target.closest(".details") !== null;
}

function down(event: KeyboardEvent): void {
  const target = event.target instanceof Element ? event.target : document.body;
  const command = commandOf(event, ({ id }) => actions.has(id));
  if (event.defaultPrevented || !command || isTaken(command, target)) return;
  event.preventDefault();
  const action = actions.get(command.id)!;
  if (typeof action === "function") action();
  else if (!held.has(event.code)) {
    held.set(event.code, action.release);
    action.press();
  }
}

function up({ code }: { code: string }): void {
  const release = held.get(code);
  held.delete(code);
  release?.();
}

window.addEventListener("keydown", down);
window.addEventListener("keyup", up);
window.addEventListener("blur", () => {
  for (const code of [...held.keys()]) up({ code });
});
