// Pictures that are painted pixel by pixel and drawn often. One canvas paints them all and gives each away: a canvas for each picture takes
// four times as long to make, and longer to draw.

let easel: OffscreenCanvas | null = null;
let image: ImageData | null = null; // of the size painted last: each would be forty kilobytes for the collector

// `paint` sets pixels (palette.ts), row by row from the top; those it leaves are clear. Freed by close().
export function paintPicture(width: number, height: number, paint: (pixels: Uint32Array) => void): ImageBitmap {
  easel ??= new OffscreenCanvas(width, height);
  if (easel.width !== width) easel.width = width;
  if (easel.height !== height) easel.height = height;
  if (image?.width !== width || image.height !== height) image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  pixels.fill(0);
  paint(pixels);
  easel.getContext("2d")!.putImageData(image, 0, 0);
  return easel.transferToImageBitmap();
}
