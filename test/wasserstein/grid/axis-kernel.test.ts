// Inside: a kernel.
import { rng } from "../../../engine/index.ts";
import { AxisKernel } from "../../../wasserstein/grid/axis-kernel.ts";
import { assert, close, test } from "../../harness.ts";

/** log Σ_k exp(x[r, k] − C[j, k]/ε) w[j, k], term by term. */
function slowly(x: Float64Array, costs: Float64Array, to: number, from: number, epsilon: number, w?: Float64Array) {
  const count = x.length / from;
  const out = new Float64Array(to * count);
  for (let r = 0; r < count; r++) {
    for (let j = 0; j < to; j++) {
      let top = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < from; k++) top = Math.max(top, x[r * from + k]! - costs[j * from + k]! / epsilon);
      let sum = 0;
      if (top > Number.NEGATIVE_INFINITY) {
        for (let k = 0; k < from; k++) {
          sum += Math.exp(x[r * from + k]! - costs[j * from + k]! / epsilon - top) * (w?.[j * from + k] ?? 1);
        }
      }
      out[j * count + r] = top + Math.log(sum);
    }
  }
  return out;
}

/** Squared distances of `to` cells from `from` cells `offset` further on. */
const squares = (to: number, from: number, offset: number): Float64Array =>
  Float64Array.from({ length: to * from }, (_, i) => (Math.floor(i / from) - offset - (i % from)) ** 2);

test("a kernel in logarithms is the sum term by term, at every ε and size, with empty cells and lines", () => {
  for (const [to, from, offset] of [
    [1, 1, 0],
    [5, 1, 3],
    [1, 6, 2],
    [40, 37, 0],
    [61, 90, -70],
    [130, 130, 5],
  ] as const) {
    const costs = squares(to, from, offset);
    const noise = rng(to)
      .split("x")
      .uniform(new Float64Array(7 * from));
    for (const epsilon of [1e4, 50, 3, 0.1, 1e-3, 1e-6]) {
      for (const scale of [1, 300, 5000]) {
        const x = noise.map((u, i) => (u < 0.2 || Math.floor(i / from) === 3 ? Number.NEGATIVE_INFINITY : scale * u));
        const out = new Float64Array(to * 7);
        new AxisKernel(costs, to, from, epsilon, false).logarithmic(x, out);
        for (const [i, expected] of slowly(x, costs, to, from, epsilon).entries()) {
          if (expected === Number.NEGATIVE_INFINITY) assert.is(out[i], expected);
          else close(out[i]!, expected, 1e-13 * Math.max(1, Math.abs(expected)), `${to} × ${from}, ε ${epsilon}`);
        }
      }
    }
  }
});

test("the same with weights in the kernel, and with plain numbers where they suffice", () => {
  const [to, from] = [23, 31];
  const costs = squares(to, from, 4);
  const x = rng(1)
    .split("x")
    .uniform(new Float64Array(5 * from));
  const weights = rng(2)
    .split("w")
    .uniform(new Float64Array(to * from));
  for (const epsilon of [100, 3, 0.05, 1e-4]) {
    const expected = slowly(x, costs, to, from, epsilon, weights);
    const out = new Float64Array(to * 5);
    new AxisKernel(costs, to, from, epsilon, false, weights).logarithmic(x, out);
    for (const [i, v] of expected.entries()) close(out[i]!, v, 1e-12 * Math.max(1, Math.abs(v)));
    if (epsilon < 3) continue;
    new AxisKernel(costs, to, from, epsilon, true, weights).plain(x.map(Math.exp), out);
    for (const [i, v] of expected.entries()) close(Math.log(out[i]!), v, 1e-12 * Math.max(1, Math.abs(v)));
  }
});

test.run();
