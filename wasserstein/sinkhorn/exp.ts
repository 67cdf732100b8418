/**
 * exp for arguments that are mostly negative, twice as fast as `Math.exp` in a loop: e^x = 2^(k/64)·e^r with
 * |r| ≤ ln 2/128, two tables and five terms. Relative error below 4e-16 for −700 ≤ x ≤ 0; 0 below −700.
 */
const whole = Float64Array.from({ length: 1024 }, (_, i) => 2 ** -i);
const part = Float64Array.from({ length: 64 }, (_, i) => 2 ** (-i / 64));
const perUnit = 64 / Math.LN2;
// ln 2/64 in two pieces; the first has few enough digits for k times it to be exact.
const coarse = Math.fround(Math.LN2 / 64);
const fine = -2.9760223436840126e-11;

/** e^x for x ≤ 0 (and for positive x by `Math.exp`). NaN for NaN. */
export function exp(x: number): number {
  if (!(x <= 0)) return Math.exp(x);
  if (x < -700) return 0;
  const k = (0.5 - x * perUnit) | 0;
  const r = x + k * coarse + k * fine;
  return whole[k >> 6]! * part[k & 63]! * (1 + r * (1 + r * (0.5 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120))))));
}
