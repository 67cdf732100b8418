/** The search for constants by formulas whose slopes are known. */
import { rng } from "../../../engine/index.ts";
import {
  alternativeOf,
  type Candidate,
  covarianceOf,
  fromOtherStarts,
  levenbergMarquardt,
  normalEquations,
} from "../../../solvers/constants/index.ts";
import { assert, equalBy, test } from "../../harness.ts";

const times = Array.from({ length: 30 }, (_, i) => i / 10);
type Model = (c: readonly number[], t: number) => number;

/** Fits a formula to its own values at other constants, with slopes by central differences. */
function fit(model: Model, guesses: readonly number[], truth: readonly number[]) {
  const at = (values: readonly number[]): Candidate & { readonly rows: Float64Array } => {
    const rows = Float64Array.from(times, (t) => model(values, t) - model(truth, t));
    return { values, rows, loss: rows.reduce((sum, v) => sum + v * v, 0) };
  };
  const linearise = ({ values, rows }: ReturnType<typeof at>) => {
    const sizes = values.map((v, i) => Math.max(Math.abs(v), Math.abs(guesses[i]!)) || 1);
    const columns = sizes.map((size, c) => {
      const moved = (by: number) => at(values.map((v, i) => (i === c ? v + by * size : v))).rows;
      const [above, below] = [moved(1e-5), moved(-1e-5)];
      return rows.map((_, i) => (above[i]! - below[i]!) / 2e-5);
    });
    return normalEquations(columns, rows, sizes);
  };
  return levenbergMarquardt({ linearise, follow: at, isOver: () => false, variance: () => 1e-16 }, at(guesses));
}

test("a decay is found from guesses far off, and the standard deviations of a line are those of the formula", async () => {
  const { best, status } = fit(([a, b], t) => a! * Math.exp(-b! * t), [1, 0.1], [3, 2]);
  assert.is(status, "converged");
  assert.ok(best.values.every((v, i) => Math.abs(v - [3, 2][i]!) < 1e-8));
  const line = fit(([a, b], t) => a! + b! * t, [1, 1], [0.5, -2]);
  const mean = times.reduce((sum, t) => sum + t, 0) / times.length;
  const squares = times.reduce((sum, t) => sum + (t - mean) ** 2, 0);
  const { deviations, root } = covarianceOf(line.rows!);
  const wanted = [Math.sqrt(1 / times.length + mean ** 2 / squares), 1 / Math.sqrt(squares)];
  for (const [i, deviation] of deviations.entries()) {
    assert.ok(Math.abs(deviation / wanted[i]! - 1) < 1e-8, `${deviation} is not ${wanted[i]}`);
    const length = line.rows!.sizes[i]! * Math.hypot(...root.map((column) => column[i]!));
    assert.ok(Math.abs(length / wanted[i]! - 1) < 1e-8, "the root is not that of the covariance");
  }
});

test("a constant that no row depends on, and two of which the product counts alone, have no finite standard deviation", async () => {
  for (const [model, open] of [
    [([a]: readonly number[], t: number) => a! * t, [false, true]],
    [([a, b]: readonly number[], t: number) => a! * b! * t, [true, true]],
  ] as const) {
    const { rows } = fit(model, [1, 1], [2, 3]);
    equalBy(covarianceOf(rows!).deviations, (v) => v === Number.POSITIVE_INFINITY, open);
  }
});

test("other starts leave a minimum that is not the least, and constants of another sign are no alternative", async () => {
  const wave: Model = ([w], t) => Math.cos(w! * t);
  const begun = fit(wave, [0.5], [7]);
  assert.ok(begun.best.loss > 1);
  const { best, others } = fromOtherStarts(begun.best, {
    ...{ guesses: [5], random: rng(1), isAstray: () => true, hasTime: () => true, margin: () => 0 },
    fit: (start) => fit(wave, start, [7]).best,
  });
  assert.ok(best!.loss < 1e-12 && others.length === 24);
  const found = { w: { value: best!.values[0]!, standardDeviation: 1e-3 } };
  const among = (values: readonly number[], loss: number) =>
    alternativeOf(found, { loss: best!.loss, others: [{ values, loss }], variance: 1e-4 });
  assert.is(among([-7], 1e-6), undefined);
  assert.is(among([5], 1), undefined);
  assert.equal(among([5], 1e-6), { w: 5 });
});

test.run();
