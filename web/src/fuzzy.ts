// Which texts a few typed letters mean: those that hold them in this order, the better the closer together and the nearer to the begins
// of words.

const STEP = 1; // a letter that is found
const RUN = 4; // behind the one before
const WORD = 5; // at the begin of a word
const START = 3; // at the begin of the text
const NEVER = -1e9;

function beginsWord(text: string, at: number): boolean {
  if (at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1])) return true;
  return /\p{Ll}/u.test(text[at - 1]) && /\p{Lu}/u.test(text[at]);
}

// The higher the better; null: the letters are not there. Case and blanks do not count.
export function fuzzyScore(typed: string, text: string): number | null {
  const letters = typed.toLowerCase().replace(/\s+/g, "");
  const lower = text.toLowerCase();
  if (letters === "") return 0;
  if (letters.length > lower.length) return null;
  // Of each place in the text: the best score of the letters so far if the last of them is found there.
  let best: number[] = [];
  for (let i = 0; i < letters.length; i++) {
    const next: number[] = new Array(lower.length).fill(NEVER);
    let before = i === 0 ? 0 : NEVER; // the best that ends before this place
    for (let at = 0; at < lower.length; at++) {
      if (lower[at] === letters[i]) {
        const gain = STEP + (beginsWord(text, at) ? WORD : 0) + (at === 0 ? START : 0);
        const run = i > 0 && at > 0 ? best[at - 1] + RUN : NEVER;
        const score = Math.max(before, run);
        if (score > NEVER / 2) next[at] = score + gain;
      }
      if (i > 0) before = Math.max(before, best[at]);
    }
    best = next;
  }
  const score = Math.max(...best);
  return score < NEVER / 2 ? null : score - lower.length / 100;
}

// The best of them first; those equally good stay in order.
export function fuzzyFind<Item>(typed: string, items: readonly Item[], textOf: (item: Item) => string, most: number): Item[] {
  return items
    .map((item) => ({ item, score: fuzzyScore(typed, textOf(item).slice(0, 200)) }))
    .filter((found): found is { item: Item; score: number } => found.score !== null)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ item }) => item);
}
