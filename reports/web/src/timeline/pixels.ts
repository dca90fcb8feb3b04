// A picture, pixel by pixel. Painting hundred thousands of rectangles on a canvas takes a hundred
// milliseconds; filling an array takes one.

export type Pixel = number; // as ImageData has it in memory: red, green, blue, alpha

const known = new Map<string, Pixel>();

// What any CSS colour looks like.
export function pixelOf(colour: string): Pixel {
  let pixel = known.get(colour);
  if (pixel === undefined) {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d")!;
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    pixel = new Uint32Array(canvas.getImageData(0, 0, 1, 1).data.buffer)[0];
    known.set(colour, pixel);
  }
  return pixel;
}

// `share` of the first, the rest of the second.
export function mixed(first: Pixel, second: Pixel, share: number): Pixel {
  let result = 0;
  for (let bit = 0; bit < 32; bit += 8) result += Math.round(((first >>> bit) & 255) * share + ((second >>> bit) & 255) * (1 - share)) * 2 ** bit;
  return result >>> 0;
}

export class Pixels {
  private readonly image: ImageData;
  private readonly data: Uint32Array;

  constructor(readonly width: number, readonly height: number) {
    this.image = new ImageData(Math.max(1, width), Math.max(1, height));
    this.data = new Uint32Array(this.image.data.buffer);
  }
  // This one, or where it has another size, one that has it, and the canvas too.
  ofSize(width: number, height: number, canvas: HTMLCanvasElement): Pixels {
    if (width === this.width && height === this.height && canvas.width === width && canvas.height === height) return this;
    canvas.width = width;
    canvas.height = height;
    return new Pixels(width, height);
  }
  clear(pixel: Pixel): void {
    this.data.fill(pixel);
  }
  // Whatever lies outside is left out.
  fill(left: number, top: number, width: number, height: number, pixel: Pixel): void {
    const begin = Math.max(0, left);
    const end = Math.min(this.width, left + width);
    if (end <= begin) return;
    for (let y = Math.max(0, top); y < Math.min(this.height, top + height); ++y) this.data.fill(pixel, y * this.width + begin, y * this.width + end);
  }
  column(x: number, top: number, height: number, pixel: Pixel): void {
    for (let y = Math.max(0, top), at = y * this.width + x; y < Math.min(this.height, top + height); ++y, at += this.width) this.data[at] = pixel;
  }
  // Slanted lines, darker than what is there.
  hatch(left: number, top: number, width: number, height: number, every: number, ink: Pixel): void {
    for (let y = Math.max(0, top); y < Math.min(this.height, top + height); ++y)
      for (let x = Math.max(0, left); x < Math.min(this.width, left + width); ++x)
        if ((x + y) % every === 0) this.data[y * this.width + x] = mixed(ink, this.data[y * this.width + x], 0.35);
  }
  show(canvas: CanvasRenderingContext2D): void {
    canvas.putImageData(this.image, 0, 0);
  }
}
