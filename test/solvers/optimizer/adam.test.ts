// Inside: an optimizer by itself.
import type { NamedTensors } from "../../../engine/files/safetensors.ts";
import { adam, ConvergenceError, compile, FormatError, rng, ShapeError, warmupCosine } from "../../../engine/index.ts";
import { adamUpdate, learningRateTensor } from "../../../engine/training/optimizer.ts";
import { adamStepper } from "../../../solvers/optimizer/adam.ts";
import { assert, refuses, test } from "../../harness.ts";

/** A function that returns its value and fills its gradient. */
type Scalar = (x: Float64Array, gradient: Float64Array) => number;

const objective = (size: number, f: Scalar) => ({
  size,
  lossAndGradient: async (x: Float64Array, gradient: Float64Array) => f(x, gradient),
});

/** Σ 100(x_{i+1} − x_i²)² + (1 − x_i)²: minimum 0 at ones. */
const rosenbrock: Scalar = (x, g) => {
  g.fill(0);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [x[i + 1]! - x[i]! ** 2, 1 - x[i]!];
    value += 100 * a * a + b * b;
    g[i]! += -400 * a * x[i]! - 2 * b;
    g[i + 1]! += 200 * a;
  }
  return value;
};

const start = (n: number, f = rosenbrock) => adamStepper(adam({ learningRate: 0.02 }), objective(n, f));

test("Adam on the host takes the same steps as the engine's Adam in a graph", async () => {
  const n = 5;
  const schedule = warmupCosine({ peak: 0.05, final: 0.001, steps: 20, warmup: 4 });
  const options = adam({ learningRate: schedule, beta1: 0.8, weightDecay: 0.1 });
  const program = await compile(
    (parameters, firstMoment, secondMoment, gradient, step) => {
      const state = { parameters: parameters!, firstMoment: firstMoment!, secondMoment: secondMoment! };
      const after = adamUpdate(options, step!, learningRateTensor(schedule, step!))(state, gradient!);
      return [after.parameters, after.firstMoment, after.secondMoment];
    },
    [{ shape: [n] }, { shape: [n] }, { shape: [n] }, { shape: [n] }, { shape: [] }],
    { precision: "float64" },
  );
  const x = rng(2).normal(n);
  let state = [x.slice(), new Float64Array(n), new Float64Array(n)];
  const active = adamStepper(options, objective(n, rosenbrock));
  for (let k = 0; k < 25; k++) {
    const gradient = new Float64Array(n);
    rosenbrock(state[0]!, gradient);
    state = (await program.run([...state, gradient, Float64Array.of(k)])) as Float64Array<ArrayBuffer>[];
    await active.step(x);
    // Both round each operation once; the differences grow with Rosenbrock's curvature.
    const apart = Math.hypot(...x.map((v, i) => v - state[0]![i]!));
    assert.ok(apart < 1e-10, `step ${k}: ${apart}`);
  }
  await program.dispose();
});

test("continuing from a saved state gives the same bits as not stopping", async () => {
  const n = 8;
  const x = rng(3).normal(n);
  const active = start(n);
  for (let k = 0; k < 9; k++) await active.step(x);
  const [copy, saved] = [x.slice(), active.state()];
  const kept = JSON.stringify(plain(saved));
  for (let k = 0; k < 15; k++) await active.step(x);
  assert.is(JSON.stringify(plain(saved)), kept, "a state does not change afterwards");
  const other = start(n);
  other.restore(saved);
  for (let k = 0; k < 15; k++) await other.step(copy);
  assert.equal(copy, x);
  assert.equal(plain(other.state()), plain(active.state()));
  for (const [size, state] of [
    [n + 1, saved],
    [n, {}],
  ] as const) {
    assert.throws(
      () => start(size).restore(state),
      (e: unknown) => e instanceof FormatError,
    );
  }
});

const plain = (tensors: NamedTensors) =>
  Object.entries(tensors).map(([key, { shape, data }]) => [key, [...shape], Array.from(data as Float64Array)]);

test("places where the loss is not finite are stepped back from and never accepted", async () => {
  let outside = 0;
  let slope = new Float64Array(2);
  // A wall at |x| ≥ 2: NaN beyond, for value and gradient.
  const walled: Scalar = (x, g) => {
    const value = rosenbrock(x, g);
    slope = g.slice();
    if (x.every((v) => Math.abs(v) < 2)) return value;
    outside++;
    g.fill(NaN);
    return NaN;
  };
  const fast = adamStepper(adam({ learningRate: 3 }), objective(2, walled));
  const y = Float64Array.of(-0.5, 1.2);
  for (let k = 0; k < 20; k++) {
    const before = outside;
    assert.ok(Number.isFinite((await fast.step(y)).loss));
    if (outside === before) continue;
    // The momentum that led out is spent: what there is comes from the last gradient alone.
    const { firstMoment } = fast.state() as Record<string, { readonly data: ArrayLike<number> }>;
    for (const i of [0, 1]) assert.ok(Math.abs(firstMoment!.data[i]! / (0.1 * slope[i]!) - 1) < 1e-12);
  }
  assert.ok(outside > 0);
});

test("a loss without a value at θ is a typed error, and θ is left as it was", async () => {
  const nowhere: Scalar = (_, g) => {
    g.fill(1);
    return NaN;
  };
  const x = Float64Array.of(1, 1);
  await refuses(start(2, nowhere).step(x), /^adam: at the given parameters the loss is NaN/, ConvergenceError);
  assert.equal(x, Float64Array.of(1, 1));
});

test("sizes that differ are named", () => refuses(start(3).step(new Float64Array(2)), /adam: theta/, ShapeError));

test.run();
