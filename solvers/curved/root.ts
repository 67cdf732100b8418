/** Zeros of functions of one number. */

/** A zero of a function between two places where it has opposite signs (Illinois). */
export function rootBetween(at: (x: number) => number, from: number, to: number): number {
  let [a, b, p, q] = [from, to, at(from), at(to)];
  for (let round = 0; round < 80 && q !== 0 && Math.abs(b - a) > 1e-16 * Math.abs(b); round++) {
    const middle = p === q ? (a + b) / 2 : (a * q - b * p) / (q - p);
    const value = at(middle);
    if (value > 0 === q > 0) p /= 2;
    else [a, p] = [b, q];
    [b, q] = [middle, value];
  }
  return b;
}
