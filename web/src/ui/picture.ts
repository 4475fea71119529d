// Pictures that are painted pixel by pixel and drawn often. One canvas paints them all and gives each away: a canvas for each picture takes
// four times as long to make, and longer to draw.

let easel: OffscreenCanvas | null = null;

// `paint` sets pixels (palette.ts), row by row from the top; those it leaves are clear. Freed by close().
export function paintPicture(width: number, height: number, paint: (pixels: Uint32Array) => void): ImageBitmap {
  easel ??= new OffscreenCanvas(width, height);
  if (easel.width !== width) easel.width = width;
  if (easel.height !== height) easel.height = height;
  const image = new ImageData(width, height);
  paint(new Uint32Array(image.data.buffer));
  easel.getContext("2d")!.putImageData(image, 0, 0);
  return easel.transferToImageBitmap();
}
