/** Derivatives of elementary functions from their value: what Faà di Bruno's formula needs. */
import type { Ring, UnaryName } from "./ring.ts";

/**
 * φ(z), φ′(z), … up to `order` ≤ 4. Kinks (abs, sign) have the derivative of either side, and 0 at the kink.
 */
export function derivativesOf<T>(ring: Ring<T>, name: UnaryName, z: T, order: number): T[] {
  const { add, sub, mul, div, number, unary } = ring;
  const times = (factor: number, x: T) => mul(number(factor), x);
  const zero = number(0);
  const value = unary(name, z);
  const cut = (...series: (() => T)[]): T[] => [value, ...series.slice(0, order).map((f) => f())];
  switch (name) {
    case "sin":
      return cut(
        () => unary("cos", z),
        () => times(-1, value),
        () => times(-1, unary("cos", z)),
        () => value,
      );
    case "cos":
      return cut(
        () => times(-1, unary("sin", z)),
        () => times(-1, value),
        () => unary("sin", z),
        () => value,
      );
    case "exp":
      return Array.from({ length: order + 1 }, () => value);
    case "sinh":
    case "cosh": {
      const other = () => unary(name === "sinh" ? "cosh" : "sinh", z);
      return cut(
        other,
        () => value,
        other,
        () => value,
      );
    }
    case "tanh": {
      // With h = tanh z and s = 1 − h²: s, −2hs, s(6h² − 2), s h (16 − 24h²).
      const square = mul(value, value);
      const s = sub(number(1), square);
      return cut(
        () => s,
        () => mul(s, times(-2, value)),
        () => mul(s, sub(times(6, square), number(2))),
        () => mul(s, mul(value, sub(number(16), times(24, square)))),
      );
    }
    case "tan": {
      // With t = tan z and c = 1 + t²: c, 2tc, c(2 + 6t²), c t (16 + 24t²).
      const square = mul(value, value);
      const c = add(number(1), square);
      return cut(
        () => c,
        () => mul(c, times(2, value)),
        () => mul(c, add(number(2), times(6, square))),
        () => mul(c, mul(value, add(number(16), times(24, square)))),
      );
    }
    case "log": {
      const r = div(number(1), z);
      const series: T[] = [value, r];
      for (let k = 2; k <= order; k++) series.push(times(-(k - 1), mul(series[k - 1]!, r)));
      return series.slice(0, order + 1);
    }
    case "sqrt":
      return powers(ring, z, 0.5, order, value);
    case "atan": {
      // With q = 1/(1 + z²): q, −2zq², q³(6z² − 2), 24 z (1 − z²) q⁴.
      const square = mul(z, z);
      const q = div(number(1), add(number(1), square));
      const q2 = mul(q, q);
      return cut(
        () => q,
        () => times(-2, mul(z, q2)),
        () => mul(mul(q2, q), sub(times(6, square), number(2))),
        () => times(24, mul(mul(z, sub(number(1), square)), mul(q2, q2))),
      );
    }
    case "erf": {
      // With g = 2/√π exp(−z²): g, −2zg, (4z² − 2)g, (12z − 8z³)g.
      const square = mul(z, z);
      const g = times(2 / Math.sqrt(Math.PI), unary("exp", times(-1, square)));
      return cut(
        () => g,
        () => times(-2, mul(z, g)),
        () => mul(g, sub(times(4, square), number(2))),
        () => mul(mul(z, g), sub(number(12), times(8, square))),
      );
    }
    case "abs":
      return cut(
        () => unary("sign", z),
        () => zero,
        () => zero,
        () => zero,
      );
    case "sign":
      return cut(
        () => zero,
        () => zero,
        () => zero,
        () => zero,
      );
  }
}

/** zⁿ and its derivatives n z^(n−1), … for a constant exponent. */
export function powers<T>(ring: Ring<T>, z: T, exponent: number, order: number, value = ring.power(z, exponent)): T[] {
  const series = [value];
  let factor = 1;
  for (let k = 1; k <= order; k++) {
    factor *= exponent - k + 1;
    series.push(factor === 0 ? ring.number(0) : ring.mul(ring.number(factor), ring.power(z, exponent - k)));
  }
  return series;
}
