// The keys of a picture over time: arrows move a pointer, with Shift they select from where it was, Enter opens, Escape lets go.
import { keyOf } from "../keys";

const STEPS = 100; // over the width

interface Picked {
  readonly pointer: number | null; // px
  readonly pressed: number | null; // where the selection began
}

const BY: Readonly<Record<string, number>> = { "picture-left": -1, "picture-right": 1, "picture-select-left": -1, "picture-select-right": 1 };

// What the key makes of it; with `open` at what is to be opened; null if it is no key of the picture.
export function pickByKey(event: KeyboardEvent, { pointer, pressed }: Picked, width: number): (Picked & { readonly open?: boolean }) | null {
  const command = keyOf(event, "picture");
  if (command === null) return null;
  if (command === "picture-clear") return { pointer: null, pressed: null };
  if (command === "picture-open") return pointer === null ? null : { pointer, pressed, open: true };
  const at = pointer ?? width / 2;
  const to = Math.max(0, Math.min(width, at + (BY[command] * width) / STEPS));
  return { pointer: to, pressed: command.startsWith("picture-select") ? (pressed ?? at) : null };
}
