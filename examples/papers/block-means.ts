/** Means over square blocks of images, with masks, and their adjoint. */

interface Grid {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
}

/** Means over k × k blocks. With a mask: over the pixels that count, 0 in blocks that do not count. */
export function blockMeans(
  values: Float64Array,
  mask: Uint8Array | undefined,
  grid: Grid,
  k: number,
): { readonly values: Float64Array; readonly mask: Uint8Array | undefined } {
  if (k === 1) return { values, mask };
  const size = values.length / (k * k);
  const sums = new Float64Array(size);
  const counts = new Uint32Array(size);
  eachPixel(grid, k, (pixel, block) => {
    if (mask !== undefined && mask[pixel] === 0) return;
    sums[block]! += values[pixel]!;
    counts[block]!++;
  });
  const coarse = mask && Uint8Array.from(counts, (c) => (2 * c >= k * k ? 1 : 0));
  for (let i = 0; i < size; i++) sums[i] = coarse === undefined || coarse[i] === 1 ? sums[i]! / counts[i]! : 0;
  return { values: sums, mask: coarse };
}

/** Adds `factor` times the gradient in the pixels that belongs to the gradient in the block means. */
export function blockMeansAdjoint(
  gradient: Float64Array,
  factor: number,
  mask: Uint8Array | undefined,
  grid: Grid,
  k: number,
  into: Float64Array,
): void {
  const counts = new Uint32Array(gradient.length);
  const counted = (pixel: number) => mask === undefined || mask[pixel] === 1;
  eachPixel(grid, k, (pixel, block) => {
    if (counted(pixel)) counts[block]!++;
  });
  eachPixel(grid, k, (pixel, block) => {
    if (counted(pixel) && 2 * counts[block]! >= k * k) into[pixel]! += (factor * gradient[block]!) / counts[block]!;
  });
}

/** sign(x)·log(1 + |x|). */
export function signedLog(x: Float64Array): Float64Array {
  return x.map((v) => Math.sign(v) * Math.log1p(Math.abs(v)));
}

function eachPixel({ batch, height, width }: Grid, k: number, see: (pixel: number, block: number) => void): void {
  const across = width / k;
  for (let row = 0; row < batch * height; row++) {
    // Blocks do not straddle images because k divides the height.
    const first = Math.floor(row / k) * across;
    for (let column = 0; column < width; column++) see(row * width + column, first + Math.floor(column / k));
  }
}
