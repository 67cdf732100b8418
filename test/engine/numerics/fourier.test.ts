import { rng } from "../../../engine/index.ts";
import { fft2 } from "../../../engine/numerics/fft.ts";
import { fieldOf, halfSpectrum, halfWidth } from "../../../engine/numerics/real-fourier.ts";
import { close, test } from "../../harness.ts";

test("half of the spectrum of a real field is that of the complex transform, and gives the field back", () => {
  // biome-ignore format: a table
  const shapes = [[1, 1], [1, 2], [2, 1], [4, 4], [5, 7], [6, 8], [12, 9], [64, 128], [17, 64], [3, 10], [512, 2]] as const;
  for (const [height, width] of shapes) {
    const field = rng(height * 1000 + width).normal(height * width);
    const { re, im } = fft2(field, height, width);
    const half = halfSpectrum(field, height, width);
    for (let k = 0; k < halfWidth(width); k++) {
      for (let y = 0; y < height; y++) {
        const at = 4 * ((k >> 1) * half.rows + y) + (k & 1);
        close(half.values[at]!, re[y * width + k]!, 1e-12, `${height} × ${width}, real part at ${y}, ${k}`);
        close(half.values[at + 2]!, im[y * width + k]!, 1e-12, `${height} × ${width}, imaginary part at ${y}, ${k}`);
      }
    }
    const back = fieldOf(half, new Float64Array(height * width));
    for (const [i, v] of back.entries()) close(v, field[i]!, 1e-13, `${height} × ${width}, back at ${i}`);
  }
});

test.run();
