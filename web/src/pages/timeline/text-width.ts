// Widths of texts, measured once: to measure is dear, and rows show the same texts from frame to frame. To ask a canvas for its font is
// dear, too: who wants widths sets it here.

const MOST = 20_000;

const widths = new Map<string, Map<string, number>>(); // by font
let font = "";
let known = 0;

export function setFont(context: CanvasRenderingContext2D, to: string): void {
  context.font = font = to;
}

// In the font that was set last.
export function textWidth(context: CanvasRenderingContext2D, text: string): number {
  let ofFont = widths.get(font);
  if (!ofFont) widths.set(font, (ofFont = new Map()));
  let width = ofFont.get(text);
  if (width === undefined) {
    width = context.measureText(text).width;
    if (++known >= MOST) {
      widths.clear();
      known = 0;
    } else ofFont.set(text, width);
  }
  return width;
}
