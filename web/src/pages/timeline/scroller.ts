// The scroll bar of the lanes. Browsers limit how high an element may be; a million lanes are higher: then a pixel of the
// bar's content stands for several.

export const MOST_HEIGHT = 8e6; // px

const set = new WeakMap<Element, number>(); // where a bar was set to by us

// Pixels of lanes for each that the bar can be scrolled by.
function scale({ clientHeight }: Element, total: number): number {
  return total <= MOST_HEIGHT ? 1 : (total - clientHeight) / (MOST_HEIGHT - clientHeight);
}

export function scrolledTo(bar: Element, scroll: number, total: number): void {
  const top = Math.round(scroll / scale(bar, total));
  if (Math.round(bar.scrollTop) !== top) bar.scrollTop = top;
  set.set(bar, Math.round(bar.scrollTop));
}

// Where the user scrolled to; null if it was us.
export function scrolledFrom(bar: Element, total: number): number | null {
  const top = Math.round(bar.scrollTop);
  if (top === set.get(bar)) return null;
  set.set(bar, top);
  return Math.round(top * scale(bar, total));
}
