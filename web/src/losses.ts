// What of a damaged trace was lost, in words.
import type { Gap, Loss, Overview } from "./api/types";
import { bytes, count, percent } from "./format";

const ALMOST_ALL = 0.995;

// One sentence, or null where nothing was lost.
export function lossSentence({ losses, lost_bytes: lost, size_bytes: size }: Pick<Overview, "losses" | "lost_bytes" | "size_bytes">): string | null {
  if (losses.length === 0) return null;
  const places = losses.reduce((sum, loss) => sum + 1 + loss.further, 0);
  const where = places === 1 ? "in one place" : `in ${count(places)} places`;
  if (lost === 0) return `This trace is damaged ${where}.`;
  const share = lost / size;
  return `This trace is damaged: ${share > ALMOST_ALL ? "almost all" : percent(share)} of the file (${bytes(lost)}) was lost ${where}.`;
}

// The loss that a gap belongs to: the shortest that covers it.
export function lossOf(losses: Loss[], gap: Gap): Loss | null {
  const covers = losses.filter((loss) => loss.from_ns <= gap.from_ns && loss.to_ns >= gap.to_ns);
  return covers.reduce<Loss | null>((best, loss) => (best && best.to_ns - best.from_ns <= loss.to_ns - loss.from_ns ? best : loss), null);
}
