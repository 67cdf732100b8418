/** Critics: input gradients, penalties and their weight gradients against differences; the worked example. */

import { compile, OptionsError, rng, ShapeError, tf } from "../../../engine/index.ts";
import {
  type Critic,
  type CriticActivation,
  type GradientPenaltyOptions,
  gradientPenalty,
  interpolatedPoints,
  mlpCritic,
} from "../../../examples/papers/gradient-penalty.ts";
import {
  correlated,
  dependencyBounds,
  sampledDistance,
  shifted,
  trainCritic,
} from "../../../examples/transport-critic.ts";
import { assert, close, test, throws } from "../../harness.ts";
import { runScript } from "../../script.ts";

const [batch, dim, width] = [5, 3, 7];
const shapes = [[dim, width], [width], [width, width], [width], [width, 1], [1]];
const sizes = shapes.map((s) => s.reduce((a, b) => a * b, 1));
const parameters = shapes.map((_, k) =>
  rng(20 + k)
    .normal(sizes[k]!)
    .map((z) => 0.7 * z),
);
const points = rng(3).normal(batch * dim);
const importance = Float64Array.of(0.5, 2, 1, 3, 0.1);
const activations: CriticActivation[] = ["softplus", "tanh", "relu", "leakyRelu"];
const kinds = ["twoSided", "oneSided", "h1"] as const;

const critic = (p: readonly tf.Tensor[], activation: CriticActivation): Critic =>
  mlpCritic({ weights: [p[0], p[2], p[4]] as tf.Tensor2D[], biases: [p[1], p[3], p[5]] as tf.Tensor1D[], activation });
const specs = [{ shape: [batch, dim] }, ...shapes.map((shape) => ({ shape }))];
const run = async (fn: (...t: tf.Tensor[]) => tf.Tensor[], arrays: readonly Float64Array[], shapesOf = specs) => {
  const compiled = await compile(fn, shapesOf, { precision: "float64", threads: 1 });
  const out = (await compiled.run(arrays)) as Float64Array[];
  return { out, compiled };
};

/** The critic in plain loops, at one point. */
function plain(x: Float64Array, p: readonly Float64Array[], activation: CriticActivation): number {
  const bend = {
    softplus: (z: number) => Math.log1p(Math.exp(z)),
    tanh: Math.tanh,
    relu: (z: number) => Math.max(z, 0),
    leakyRelu: (z: number) => (z > 0 ? z : 0.2 * z),
  }[activation];
  let h = Array.from(x);
  for (let l = 0; l < 3; l++) {
    const [w, b] = [p[2 * l]!, p[2 * l + 1]!];
    const z = Array.from(b, (bias, j) => h.reduce((sum, hi, i) => sum + hi * w[i * b.length + j]!, bias));
    h = l < 2 ? z.map(bend) : z;
  }
  return h[0]!;
}

for (const activation of activations) {
  test(`a ${activation} critic has its values, and input gradients equal to central differences`, async () => {
    const { out, compiled } = await run(
      (x, ...p) => {
        const { value, gradient } = critic(p, activation)(x!);
        return [value, gradient];
      },
      [points, ...parameters],
    );
    for (let i = 0; i < batch; i++) {
      const x = points.slice(i * dim, (i + 1) * dim);
      close(out[0]![i]!, plain(x, parameters, activation), 1e-13);
      for (let k = 0; k < dim; k++) {
        const h = 1e-6;
        const at = (t: number) =>
          plain(
            x.map((v, c) => (c === k ? v + t : v)),
            parameters,
            activation,
          );
        close(out[1]![i * dim + k]!, (at(h) - at(-h)) / (2 * h), 1e-8);
      }
    }
    await compiled.dispose();
  });

  test(`the WEIGHT gradient of every penalty on a ${activation} critic is a central difference`, async () => {
    for (const kind of kinds) {
      for (const weighted of [false, true]) {
        const penalty = (x: tf.Tensor, p: readonly tf.Tensor[], w: tf.Tensor) => {
          const weights = weighted ? { weights: w as tf.Tensor1D } : {};
          return gradientPenalty(critic(p, activation), x, { kind, target: 0.4, ...weights }).penalty;
        };
        const { out, compiled } = await run(
          (x, w, ...p) => {
            const { value, grads } = tf.valueAndGrads((...q: tf.Tensor[]) => penalty(x!, [...q, p[5]!], w!))(
              p.slice(0, 5),
            );
            return [value, ...grads];
          },
          [points, importance, ...parameters],
          [specs[0]!, { shape: [batch] }, ...specs.slice(1)],
        );
        // The last bias moves no gradient; tfjs refuses derivatives in what plays no part.
        const direction = parameters.slice(0, 5).map((_, k) => rng(50 + k).normal(sizes[k]!));
        const slope = direction.reduce((sum, e, k) => sum + e.reduce((s, v, i) => s + v * out[k + 1]![i]!, 0), 0);
        const h = 1e-5;
        const at = async (t: number) => {
          const moved = parameters.map((p, k) => p.map((v, i) => v + t * (direction[k]?.[i] ?? 0)));
          return (await compiled.run([points, importance, ...moved]))[0]![0]!;
        };
        const numeric = ((await at(h)) - (await at(-h))) / (2 * h);
        assert.ok(Math.abs(slope) > 1e-3, "a gradient of zero would prove nothing");
        close(numeric, slope, 1e-7 * Math.max(1, Math.abs(slope)), `${kind} ${weighted}`);
        await compiled.dispose();
      }
    }
  });
}

test("a penalty is the mean over samples of the formula on one norm a sample", async () => {
  const norms: number[] = [];
  for (let i = 0; i < batch; i++) {
    const x = points.slice(i * dim, (i + 1) * dim);
    let square = 0;
    for (let k = 0; k < dim; k++) {
      const at = (t: number) =>
        plain(
          x.map((v, c) => (c === k ? v + t : v)),
          parameters,
          "tanh",
        );
      square += ((at(1e-6) - at(-1e-6)) / 2e-6) ** 2;
    }
    norms.push(Math.sqrt(square));
  }
  const formulas: [GradientPenaltyOptions, (s: number) => number][] = [
    [{}, (s) => (s - 1) ** 2],
    [{ target: 0.5 }, (s) => (s - 0.5) ** 2],
    [{ kind: "oneSided", target: 0.5 }, (s) => Math.max(s - 0.5, 0) ** 2],
    [{ kind: "h1" }, (s) => s * s],
  ];
  for (const [options, formula] of formulas) {
    const { out, compiled } = await run(
      (x, ...p) => {
        const result = gradientPenalty(critic(p, "tanh"), x!, options);
        return [result.penalty, result.norms];
      },
      [points, ...parameters],
    );
    close(
      out[0]![0]!,
      norms.reduce((sum, s) => sum + formula(s) / batch, 0),
      1e-7,
    );
    for (const [i, s] of norms.entries()) close(out[1]![i]!, s, 1e-7);
    await compiled.dispose();
  }
});

test("an image critic is judged by one norm an image, not one a pixel", async () => {
  // f(x) = Σ x over a [B, s, s, 1] image: ‖∇f‖ = s, so the penalty vanishes at target s; a norm along the wrong axis gives 1.
  const sum: Critic = (x) => ({ value: tf.sum(x, [1, 2, 3]) as tf.Tensor1D, gradient: tf.onesLike(x) });
  const { out, compiled } = await run(
    (x) => [gradientPenalty(sum, x!, { target: 4 }).penalty],
    [new Float64Array(2 * 16)],
    [{ shape: [2, 4, 4, 1] }],
  );
  close(out[0]![0]!, 0, 1e-15);
  await compiled.dispose();
});

test("a linear critic: (‖w‖ − K)² exactly, with gradient 2(‖w‖ − K)w/‖w‖; a zero critic has finite gradients", async () => {
  for (const w of [Float64Array.of(3, 0, 4), new Float64Array(3)]) {
    const { out, compiled } = await run(
      (x, weight) => {
        const { value, grads } = tf.valueAndGrads(
          (v: tf.Tensor) =>
            gradientPenalty(mlpCritic({ weights: [v as tf.Tensor2D], biases: [tf.zeros([1])] }), x!, { target: 2 })
              .penalty,
        )([weight!]);
        return [value, ...grads];
      },
      [points, w],
      [specs[0]!, { shape: [dim, 1] }],
    );
    const norm = Math.hypot(...w);
    close(out[0]![0]!, (norm - 2) ** 2, 1e-5); // the root is that of s² + 1e-12
    for (let k = 0; k < dim; k++) close(out[1]![k]!, norm > 0 ? (2 * (norm - 2) * w[k]!) / norm : 0, 1e-11);
    await compiled.dispose();
  }
});

test("points between samples: t = 0 is x, t = 1 is y, per sample, for any rank", async () => {
  const { out, compiled } = await run(
    (x, y, t) => [interpolatedPoints(x!, y!, t as tf.Tensor1D)],
    [Float64Array.of(0, 1, 2, 3), Float64Array.of(4, 5, 6, 7), Float64Array.of(0.25, 1)],
    [{ shape: [2, 1, 2] }, { shape: [2, 1, 2] }, { shape: [2] }],
  );
  assert.equal([...out[0]!], [1, 2, 6, 7]);
  await compiled.dispose();
});

test("a trained critic finds W₁ of a shift, with the slope 1 + W₁/2λ that the soft penalty must give", async () => {
  const { estimate, slope, bound } = await trainCritic(shifted([1.2, 1.6]), { dim: 2, steps: 250, seed: 1 });
  close(estimate, 2, 0.08); // sampling noise of 20 000 pairs is 0.01, the rest is training
  close(slope, 1 + 2 / 20, 0.02);
  assert.ok(bound <= estimate && bound > 1.7, `${bound}`);
});

test("the dependency measure of correlated Gaussians lies between its bounds and near exact transport", async () => {
  const rho = 0.9;
  const sample = correlated(rho);
  const { estimate, bound } = await trainCritic(sample, { dim: 2, steps: 700, seed: 1 });
  const [low, high] = dependencyBounds(rho);
  close(low, 0.5456, 1e-4);
  close(high, 0.7815, 1e-4);
  assert.ok(estimate > low && bound < high, `${estimate} in [${low}, ${high}]`);
  const exact = sampledDistance(sample, 2, 500, 1);
  const noise = sampledDistance(correlated(0), 2, 500, 2);
  assert.ok(estimate < exact + 0.05 && estimate > exact - noise, `${estimate} near ${exact}`);
});

test("the example runs and prints its six cases", async () => {
  const { stdout } = await runScript("examples/transport-critic.ts", ["--quick"]);
  const lines = stdout.trim().split("\n");
  assert.is(lines.length, 6);
  for (const line of lines) assert.match(line, /^(shift|dependency), .* critic -?\d\.\d{4} /);
});

test("wrong input is refused with an error that says what to do", () => {
  const sum: Critic = (x) => ({ value: tf.sum(x, 1) as tf.Tensor1D, gradient: tf.onesLike(x) });
  const x = tf.zeros([2, 3]);
  const weights = tf.zeros([3]) as tf.Tensor1D;
  throws(() => gradientPenalty(sum, x, { target: -1 }), OptionsError, /target/);
  throws(() => gradientPenalty(sum, x, { kind: "other" as never }), OptionsError, /kind/);
  throws(() => gradientPenalty(sum, tf.zeros([2])), ShapeError, /points/);
  throws(() => gradientPenalty(sum, x, { weights }), ShapeError, /weights/);
  throws(() => gradientPenalty((p) => ({ ...sum(p), gradient: tf.zeros([2, 2]) }), x), ShapeError, /gradient/);
  const [w, b] = [tf.zeros([3, 1]) as tf.Tensor2D, tf.zeros([1]) as tf.Tensor1D];
  throws(() => mlpCritic({ weights: [], biases: [] }), ShapeError, /layer/);
  throws(() => mlpCritic({ weights: [w, w], biases: [b, b] }), ShapeError, /layer 0/);
  throws(() => mlpCritic({ weights: [w], biases: [b], activation: "sine" as never }), OptionsError, /softplus/);
  throws(() => interpolatedPoints(x, tf.zeros([2, 2]), tf.zeros([2])), ShapeError, /y/);
});

test("where the critic is flat the penalty has the gradient 0 and not NaN", () => {
  const x = tf.tensor2d([0, 1, 2, 2], [1, 4]);
  const still: Critic = (u) => ({ value: tf.sum(u, 1) as tf.Tensor1D, gradient: tf.mul(u, 0) });
  const gradient = tf
    .grad((u) => gradientPenalty(still, u).penalty)(x)
    .dataSync();
  for (const g of gradient) assert.is(Math.abs(g), 0);
});

test.run();
