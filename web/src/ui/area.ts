// Stacked areas on a canvas: series over buckets of time.

export interface Area {
  readonly values: (bucket: number) => number;
  readonly colour: string;
}

export interface AreaBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly full: number; // the value that reaches the top
}

// Draws buckets [0, buckets) over the whole box, first area at the bottom. A NaN counts as nothing.
export function drawStacked(context: CanvasRenderingContext2D, areas: Area[], buckets: number, box: AreaBox): void {
  const { left, top, width, height, full } = box;
  const base = new Float64Array(buckets);
  const step = width / buckets;
  const y = (value: number) => top + height - (Math.min(value, full) / full) * height;
  for (const area of areas) {
    context.beginPath();
    context.moveTo(left, y(base[0]));
    for (let i = 0; i < buckets; i++) {
      context.lineTo(left + i * step, y(base[i]));
      context.lineTo(left + (i + 1) * step, y(base[i]));
    }
    for (let i = buckets - 1; i >= 0; i--) {
      base[i] += area.values(i) || 0;
      context.lineTo(left + (i + 1) * step, y(base[i]));
      context.lineTo(left + i * step, y(base[i]));
    }
    context.closePath();
    context.fillStyle = area.colour;
    context.fill();
  }
}
