/** Correction of several variables by dynamical optimal transport: exact answers, SciPy's assignments, and what holds whatever the data. */
import { rng } from "../../../engine/index.ts";
import { dynamicallyMoved } from "../../../examples/papers/dynamical-transport.ts";
import { assert, close, equalBy, test } from "../../harness.ts";
import { hasPython, pythonOn, skip } from "../../io/oracle.ts";

/** Two correlated normal variables of a mean. */
function sample(seed: number, n: number, slope: number, mean: readonly [number, number]): Float64Array[] {
  const [a, b] = [rng(seed).split(0).normal(n), rng(seed).split(1).normal(n)];
  return [a.map((v) => v + mean[0]), a.map((v, i) => slope * v + Math.sqrt(1 - slope ** 2) * b[i]! + mean[1])];
}
const observed = sample(1, 200, 0.8, [0, 0]);
const history = sample(2, 200, -0.5, [1, 2]);
const sorted = (values: Float64Array) => [...values].sort((a, b) => a - b);

test("a model that does not change becomes the observed points, each once", () => {
  const made = dynamicallyMoved({ observed, history, projected: history }, rng(1));
  const pairs = (axes: readonly Float64Array[]) => [...axes[0]!.keys()].map((i) => `${axes[0]![i]} ${axes[1]![i]}`);
  assert.equal(pairs(made).sort(), pairs(observed).sort());
});

test("a model that is moved as a whole moves the observed points, by the ratio of standard deviations", () => {
  const wide = [history[0]!, history[1]!.map((v) => 3 * v)];
  const projected = wide.map((values, k) => values.map((v) => v + [5, -9][k]!));
  const made = dynamicallyMoved({ observed, history: wide, projected }, rng(1));
  const deviation = (values: Float64Array) => {
    const mean = values.reduce((a, b) => a + b) / values.length;
    return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  };
  for (const [k, shift] of [5, -9].entries()) {
    const by = (shift * deviation(observed[k]!)) / deviation(wide[k]!);
    const [ours, theirs] = [sorted(made[k]!), sorted(observed[k]!)];
    for (const [i, v] of ours.entries()) close(v, theirs[i]! + by, 1e-12);
  }
});

test("a model that observes already is left as it is", () => {
  const made = dynamicallyMoved({ observed, history: observed, projected: history }, rng(1));
  for (const [k, values] of made.entries()) for (const [i, v] of values.entries()) close(v, history[k]![i]!, 1e-12);
});

const formulas = `
import sys, json, numpy as np
from scipy.optimize import linear_sum_assignment
d = json.load(sys.stdin)
Y0, X0, X1 = (np.array(d[k]).T for k in ('observed', 'history', 'projected'))
s, D = Y0.std(0), Y0.std(0) / X0.std(0)
def plan(a, b):
    cost = (((a[:, None] - b[None]) / s) ** 2).sum(2)
    return linear_sum_assignment(cost)[1]
x0 = plan(Y0, X0)
x1 = plan(X0, X1)[x0]
Y1 = Y0 + D * (X1[x1] - X0[x0])
print(json.dumps(Y1[plan(X1, Y1)].T.tolist()))
`;

test("of as many points on all sides the result is that of SciPy's assignments", () => {
  if (!hasPython("scipy")) return skip("no scipy for /usr/bin/python3");
  const projected = sample(3, 200, -0.3, [1.5, 2.2]);
  const lists = (axes: readonly Float64Array[]) => axes.map((values) => [...values]);
  const theirs = pythonOn(formulas, {
    ...{ observed: lists(observed), history: lists(history), projected: lists(projected) },
  }) as number[][];
  const ours = dynamicallyMoved({ observed, history, projected }, rng(1));
  for (const [k, values] of ours.entries()) for (const [i, v] of values.entries()) close(v, theirs[k]![i]!, 1e-12);
});

test("points that a plan splits are drawn by their masses, the same for a seed", () => {
  // One observed point for two of the model, and no change: both become it.
  const one = { observed: [Float64Array.of(3), Float64Array.of(4)] };
  const two = [Float64Array.of(0, 1), Float64Array.of(0, 1)];
  equalBy(dynamicallyMoved({ ...one, history: two, projected: two }, rng(1)), (v) => [...v], [
    [3, 3],
    [4, 4],
  ]);
  const uneven = sample(4, 117, 0.1, [0, 1]);
  const run = (seed: number) =>
    dynamicallyMoved({ observed, history, projected: uneven }, rng(seed)).map((v) => [...v]);
  assert.equal(run(1), run(1));
  assert.not.equal(run(1), run(2));
});

test.run();
