/** A function of x and t known by Fourier coefficients in x at equally spaced moments. */
import { DomainError, ShapeError } from "../../engine/errors.ts";
import type { ComplexArray } from "../../engine/numerics/fft.ts";

/** Number of moments that an interpolation in time uses: degree 7. */
const stencil = 8;

/**
 * Values at any point: the Fourier series in x, exactly summed, of the polynomial of degree 7 through the eight
 * nearest moments in t; at a kept moment the series alone.
 */
export class FourierEvolution {
  readonly low: number;
  readonly high: number;
  readonly until: number;
  /** Kept moments, the first and the last included. */
  readonly times: Float64Array;
  /**
   * Coefficients of k = 0 … highest, [moment][k], already doubled for the negative half, without what is below
   * rounding.
   */
  readonly #series: readonly ComplexArray[];

  /** @param spectra unscaled forward transforms of the states at equal intervals from 0 to `until` */
  constructor(low: number, high: number, until: number, spectra: readonly ComplexArray[]) {
    this.low = low;
    this.high = high;
    this.until = until;
    this.times = Float64Array.from(spectra, (_, j) => (until * j) / (spectra.length - 1));
    this.#series = spectra.map(compact);
  }

  /**
   * @param points row-major `[n, 2]`: x (taken periodically), 0 ≤ t ≤ until
   * @param derivative order of the derivative in x; `@defaultValue 0`
   * @throws ShapeError for broken rows; DomainError for times outside
   */
  evaluate(points: Float64Array, derivative = 0): Float64Array {
    if (points.length % 2 !== 0) throw new ShapeError("FourierEvolution: points", "[n, 2]", [points.length]);
    const out = new Float64Array(points.length / 2);
    for (let i = 0; i < out.length; i++) out[i] = this.#value(points[2 * i]!, points[2 * i + 1]!, derivative);
    return out;
  }

  #value(x: number, t: number, derivative: number): number {
    const last = this.times.length - 1;
    if (!(t >= 0 && t <= this.until * (1 + 1e-12))) {
      throw new DomainError(`FourierEvolution: t = ${t} lies outside [0, ${this.until}]`, t);
    }
    const at = (t / this.until) * last;
    const near = Math.round(at);
    if (Math.abs(at - near) < 1e-9) return this.#sum(near, x, derivative);
    const width = Math.min(stencil, last + 1);
    const start = Math.min(Math.max(0, Math.floor(at) - width / 2 + 1), last + 1 - width);
    let value = 0;
    for (let j = start; j < start + width; j++) {
      let weight = 1;
      for (let m = start; m < start + width; m++) if (m !== j) weight *= (at - m) / (j - m);
      value += weight * this.#sum(j, x, derivative);
    }
    return value;
  }

  /** Re Σ c_k (iκ_k)^derivative e^{ikθ}, with e^{ikθ} by rotation. */
  #sum(moment: number, x: number, derivative: number): number {
    const { re, im } = this.#series[moment]!;
    const turn = (2 * Math.PI) / (this.high - this.low);
    const theta = turn * (x - this.low);
    const [stepRe, stepIm] = [Math.cos(theta), Math.sin(theta)];
    let [cos, sin] = [1, 0];
    let total = 0;
    for (let k = 0; k < re.length; k++) {
      const power = derivative === 0 ? 1 : (turn * k) ** derivative;
      const [a, b] = rotated(re[k]! * power, im[k]! * power, derivative);
      total += a * cos - b * sin;
      [cos, sin] = [cos * stepRe - sin * stepIm, cos * stepIm + sin * stepRe];
    }
    return total;
  }
}

/** (a + ib)·iⁿ */
function rotated(a: number, b: number, n: number): readonly [number, number] {
  switch (n % 4) {
    case 0:
      return [a, b];
    case 1:
      return [-b, a];
    case 2:
      return [-a, -b];
    default:
      return [b, -a];
  }
}

function compact({ re, im }: ComplexArray): ComplexArray {
  const n = re.length;
  const scale = (k: number) => (k === 0 || 2 * k === n ? 1 : 2) / n;
  let greatest = 0;
  for (let k = 0; k <= n / 2; k++) greatest = Math.max(greatest, Math.hypot(re[k]!, im[k]!));
  let highest = Math.floor(n / 2);
  while (highest > 0 && Math.hypot(re[highest]!, im[highest]!) < 1e-15 * greatest) highest--;
  return {
    re: Float64Array.from({ length: highest + 1 }, (_, k) => re[k]! * scale(k)),
    im: Float64Array.from({ length: highest + 1 }, (_, k) => im[k]! * scale(k)),
  };
}
