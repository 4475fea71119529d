// The scroll bar of the lanes. Browsers limit how high an element may be; a million lanes are higher: then a pixel of the
// bar's content stands for several.

export const MOST_HEIGHT = 8e6; // px

const set = new WeakMap<Element, number>(); // where a bar was set to by us, or was found

// Pixels of lanes for each that the bar can be scrolled by.
function scale({ clientHeight }: Element, total: number): number {
  return total <= MOST_HEIGHT ? 1 : (total - clientHeight) / (MOST_HEIGHT - clientHeight);
}

// Does not look at where the bar is: the browser would have to lay out the page, in every frame.
export function scrolledTo(bar: Element, scroll: number, total: number): void {
  const top = Math.round(scroll / scale(bar, total));
  if (set.get(bar) === top) return;
  set.set(bar, top);
  bar.scrollTop = top;
}

// The bar's content is as high as the lanes only now: it may not have gone as far as it was told.
export function resized(bar: Element, scroll: number, total: number): void {
  set.delete(bar);
  scrolledTo(bar, scroll, total);
}

// Where the user scrolled to; null if it was us.
export function scrolledFrom(bar: Element, total: number): number | null {
  const top = Math.round(bar.scrollTop);
  const wanted = set.get(bar);
  const stopped = wanted !== undefined && wanted > top && top >= bar.scrollHeight - bar.clientHeight - 1; // it could not go further
  if (top === wanted || stopped) return null;
  set.set(bar, top);
  return Math.round(top * scale(bar, total));
}
