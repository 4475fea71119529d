// Diagonal stripes to fill shapes on a canvas with.

interface Hatch {
  readonly colour: string;
  readonly size: number; // px from stripe to stripe, along either axis
  readonly stripe: number; // px
  readonly falling?: boolean; // from top left to bottom right, else rising
}

const patterns = new Map<string, CanvasPattern>();

function paint({ colour, size, stripe, falling }: Hatch, pixels: number): HTMLCanvasElement {
  const tile = document.createElement("canvas");
  tile.width = tile.height = pixels;
  const context = tile.getContext("2d")!;
  context.scale(pixels / size, pixels / size);
  if (falling) context.transform(-1, 0, 0, 1, size, 0);
  context.strokeStyle = colour;
  context.lineWidth = stripe;
  context.beginPath();
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift - 1, size + 1);
    context.lineTo(shift + size + 1, -1);
  }
  context.stroke();
  return tile;
}

// `ratio`: device pixels in a CSS pixel.
export function hatchPattern(context: CanvasRenderingContext2D, hatch: Hatch, ratio: number): CanvasPattern {
  const id = `${hatch.colour} ${hatch.size} ${hatch.stripe} ${hatch.falling} ${ratio}`;
  let pattern = patterns.get(id);
  if (!pattern) {
    const pixels = Math.ceil(hatch.size * ratio);
    pattern = context.createPattern(paint(hatch, pixels), "repeat")!;
    pattern.setTransform(new DOMMatrix().scale(hatch.size / pixels));
    patterns.set(id, pattern);
  }
  return pattern;
}
