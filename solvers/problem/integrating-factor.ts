/** The function A with A (a u″ + b u′) = (a A u′)′ on an interval, also where b/a is infinite at its ends as 1/r is. */
import type { Values } from "./infinite.ts";

/** Cells on either half of the interval, even in the logarithm of the distance from its end, and the least distance over its width. */
const [cells, least] = [480, 1e-14];
/** Largest size of b/a times the distance from the end. */
const steepest = 50;

/**
 * P = a A = exp ∫ b/a, 1 in the middle, by Simpson's rule over cells and cubic interpolation in them.
 *
 * @returns nothing where a changes its sign, or b/a is larger than some multiple of 1 over the distance from an end
 */
export function integratingFactor(
  second: Values,
  first: Values,
  [low, high]: readonly [number, number],
): Values | undefined {
  const middle = (low + high) / 2;
  const from = Math.log(middle - low);
  const step = (from - Math.log(least * (high - low))) / cells;
  const sides = [-1, 1].map((side) => {
    /** The nodes and middles of cells, from the middle of the interval to its end. */
    const distances = Float64Array.from({ length: 2 * cells + 1 }, (_, i) => Math.exp(from - (i / 2) * step));
    const at = distances.map((r) => (side < 0 ? low + r : high - r));
    const [a, b] = [second(at), first(at)];
    // The slope of ln P in the number of the cell; towards the end the distance falls.
    const slopes = distances.map((r, i) => side * step * r * (b[i]! / a[i]!));
    const isSound = a.every((v, i) => v * a[0]! > 0 && Math.abs(slopes[i]!) <= steepest * step);
    const logs = new Float64Array(cells + 1);
    for (let k = 0; k < cells; k++)
      logs[k + 1] = logs[k]! + (slopes[2 * k]! + 4 * slopes[2 * k + 1]! + slopes[2 * k + 2]!) / 6;
    return { isSound, logs, slopes, sign: Math.sign(a[0]!) };
  });
  if (!sides.every(({ isSound }) => isSound)) return undefined;
  return (points) =>
    points.map((x) => {
      const { logs, slopes } = sides[x < middle ? 0 : 1]!;
      const distance = Math.max(least * (high - low), x < middle ? x - low : high - x);
      const place = Math.min(cells, Math.max(0, (from - Math.log(distance)) / step));
      const k = Math.min(cells - 1, Math.floor(place));
      const t = place - k;
      const rise = logs[k + 1]! - logs[k]!;
      const [m0, m1] = [slopes[2 * k]!, slopes[2 * k + 2]!];
      const bent = t * (1 - t) * ((1 - t) * (m0 - rise) - t * (m1 - rise));
      return Math.exp(logs[k]! + t * rise + bent);
    });
}
