/**
 * A Kantorovich–Rubinstein critic on Gaussians with known answers. First W₁ between two Gaussians that differ by a shift,
 * where W₁ is its length; then the Wasserstein dependency measure of two correlated Gaussians, W₁ between their joint distribution
 * and the product of their marginals, next to its bounds and to exact transport between both distributions on cells. There the critic trains until
 * it has converged: until the last checks on fresh samples agree. Recipe and formulas: research/critics.md.
 *
 *   node --import tsx examples/transport-critic.ts [--steps 1500] [--seed 1] [--quick]
 */
import { parseArgs } from "node:util";
import { normalMass } from "../engine/numerics/normal-mass.ts";
import { type Rng, rng } from "../engine/random/rng.ts";
import { compile } from "../engine/tensors/compile.ts";
import { tf } from "../engine/tensors/tensor.ts";
import { constant } from "../engine/tensors/trace.ts";
import { adam } from "../engine/training/optimizer.ts";
import { compileTraining, type ParameterSpec } from "../engine/training/training.ts";
import { emd } from "../wasserstein/exact/index.ts";
import { buresWasserstein } from "./papers/gaussian/index.ts";
import { gradientPenalty, interpolatedPoints, mlpCritic } from "./papers/gradient-penalty.ts";

/** Samples of both measures, [count, dim] each. */
export type Sampler = (stream: Rng, count: number) => readonly [Float32Array, Float32Array];

/** Options of {@link trainCritic}. */
export interface CriticOptions {
  readonly dim: number;
  readonly steps: number;
  readonly seed: number;
  /** @defaultValue 256 */
  readonly batch?: number;
  /** Width of the two hidden layers. @defaultValue 32 */
  readonly width?: number;
  /** Weight λ of the penalty. @defaultValue 10 */
  readonly strength?: number;
  /** In place of `steps`. @defaultValue as many as `steps` */
  readonly until?: Convergence;
}

/** When a critic has converged. */
export interface Convergence {
  /** Steps from one check on held-out samples to the next. */
  readonly every: number;
  /** So many checks in a row … */
  readonly checks: number;
  /** … whose estimates lie within this of each other, a length. */
  readonly within: number;
  /** Steps after which it gives up. */
  readonly most: number;
}

/** Results of a trained critic on samples it has not seen. */
export interface CriticReport {
  /** Mean of f over the first measure minus that over the second. */
  readonly difference: number;
  /** Root mean square of ‖∇f‖ between the samples. */
  readonly slope: number;
  /** difference/slope: the estimate of W₁. */
  readonly estimate: number;
  /** difference/largest ‖∇f‖ seen: below W₁, up to the noise of the samples, whatever the training did. */
  readonly bound: number;
  /** Steps taken. */
  readonly steps: number;
  /** True if `until` was met; false without it. */
  readonly converged: boolean;
}

/** Trains f to maximise E f(x) − E f(y) − λ penalty, in one native graph, and evaluates it on fresh samples. */
export async function trainCritic(sample: Sampler, options: CriticOptions): Promise<CriticReport> {
  const { dim, steps, seed, batch = 256, width = 32, strength = 10, until } = options;
  const stream = rng(seed);
  const parameters = initialLayers(stream.split("weights"), [dim, width, width, 1]);
  const criticOf = (p: Readonly<Record<string, tf.Tensor>>) =>
    mlpCritic({
      weights: [0, 1, 2].map((l) => p[`w${l}`] as tf.Tensor2D),
      biases: [0, 1, 2].map((l) => p[`b${l}`] as tf.Tensor1D),
      activation: "leakyRelu", // optimal critics have kinks
    });
  const measure = (p: Readonly<Record<string, tf.Tensor>>, [x, y, t]: readonly tf.Tensor[]) => {
    const critic = criticOf(p);
    const difference = tf.sub(tf.mean(critic(x!).value), tf.mean(critic(y!).value)) as tf.Scalar;
    const { penalty, norms } = gradientPenalty(critic, interpolatedPoints(x!, y!, t as tf.Tensor1D));
    return { difference, penalty, slope: tf.sqrt(tf.mean(tf.square(norms))) as tf.Scalar, steepest: tf.max(norms) };
  };
  const inputs = (count: number) => [{ shape: [count, dim] }, { shape: [count, dim] }, { shape: [count] }];
  const trainer = await compileTraining(
    {
      parameters,
      inputs: inputs(batch),
      optimizer: adam({ learningRate: 5e-3, beta1: 0.5, beta2: 0.9 }),
      ema: { decay: 0.98, warmup: true },
      loss(p, arrays) {
        const { difference, penalty, slope } = measure(p, arrays);
        const loss = tf.sub(tf.mul(penalty, constant(strength)), difference) as tf.Scalar;
        return { loss, metrics: { difference, slope } };
      },
    },
    { name: "critic", threads: 1 },
  );
  const draws = stream.split("training");
  const draw = (source: Rng, count: number) => {
    const [x, y] = sample(source, count);
    return [x, y, Float32Array.from({ length: count }, () => source.uniform())];
  };
  const names = Object.keys(parameters);
  const fresh = 20_000;
  const evaluate = await compile(
    (...tensors) => {
      const p = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
      const { difference, slope, steepest } = measure(p, tensors.slice(names.length));
      return [difference, slope, steepest];
    },
    [...names.map((name) => ({ shape: parameters[name]!.shape })), ...inputs(fresh)],
    { name: "critic on fresh samples", threads: 1 },
  );
  const report = async (key: string) => {
    const { ema } = trainer.state();
    const result = await evaluate.run([...names.map((name) => ema[name]!), ...draw(stream.split(key), fresh)]);
    const [difference, slope, steepest] = result.map((one) => one[0]!) as [number, number, number];
    return { difference, slope, estimate: difference / slope, bound: difference / steepest };
  };
  let done = 0;
  const train = async (count: number) => {
    for (let step = 0; step < count; step++, done++) await trainer.step(draw(draws, batch));
  };
  let converged = false;
  if (until === undefined) await train(steps);
  const seen: number[] = [];
  while (until !== undefined && !converged && done < until.most) {
    await train(until.every);
    // The same samples at each check, and not those of the report.
    seen.push((await report("checks")).estimate);
    const last = seen.slice(-until.checks);
    converged = last.length === until.checks && Math.max(...last) - Math.min(...last) <= until.within;
  }
  const heldOut = await report("held out");
  await Promise.all([trainer.dispose(), evaluate.dispose()]);
  return { ...heldOut, steps: done, converged };
}

function initialLayers(stream: Rng, sizes: readonly number[]): Record<string, ParameterSpec> {
  const parameters: Record<string, ParameterSpec> = {};
  for (let l = 0; l + 1 < sizes.length; l++) {
    const [inputs, outputs] = [sizes[l]!, sizes[l + 1]!];
    const values = stream.normal(new Float32Array(inputs * outputs)).map((z) => z / Math.sqrt(inputs));
    // Starts flat: the two-sided penalty holds a critic that starts with the wrong sign on the wrong side.
    if (outputs === 1) values.fill(0);
    parameters[`w${l}`] = { shape: [inputs, outputs], values };
    parameters[`b${l}`] = { shape: [outputs], values: new Float32Array(outputs) };
  }
  return parameters;
}

/** N(shift, I) and N(0, I): W₁ is the length of the shift. */
export function shifted(shift: readonly number[]): Sampler {
  const dim = shift.length;
  return (stream, count) => {
    const x = stream.normal(new Float32Array(count * dim));
    for (let at = 0; at < x.length; at++) x[at]! += shift[at % dim]!;
    return [x, stream.normal(new Float32Array(count * dim))];
  };
}

/** Pairs of standard normals with correlation ρ, and pairs that were drawn apart. */
export function correlated(rho: number): Sampler {
  return (stream, count) => {
    const x = stream.normal(new Float32Array(2 * count));
    for (let k = 0; k < count; k++) x[2 * k + 1] = rho * x[2 * k]! + Math.sqrt(1 - rho * rho) * x[2 * k + 1]!;
    return [x, stream.normal(new Float32Array(2 * count))];
  };
}

/**
 * Bounds on W₁ between the joint distribution of {@link correlated} and the product: in rotated axes the standard deviations are
 * √(1 ± ρ) against 1, so the larger of two W₁ on lines from below, and W₂ from above.
 */
export function dependencyBounds(rho: number): readonly [number, number] {
  const line = Math.sqrt(2 / Math.PI) * Math.max(Math.sqrt(1 + rho) - 1, 1 - Math.sqrt(1 - rho));
  const joint = { mean: [0, 0], cov: [1, rho, rho, 1] };
  return [line, buresWasserstein(joint, { mean: [0, 0], variance: [1, 1] }, { root: true }).value];
}

/** Exact W₁ between `count` samples of each measure. */
export function sampledDistance(sample: Sampler, dim: number, count: number, seed: number): number {
  const [x, y] = sample(rng(seed), count);
  return emd({ points: x, count, dim }, { points: y, count, dim }, { p: 1 }).value;
}

/**
 * Exact W₁ between the joint distribution of {@link correlated} and the product, both on `cells` × `cells` cells with the mass that
 * falls into each. In rotated axes, where the distributions are N(0, diag(1 + ρ, 1 − ρ)) and N(0, I).
 */
export function cellDistance(rho: number, cells: number): number {
  const [reach, h] = [4.5, 9 / cells];
  const masses = (deviation: number) =>
    Float64Array.from({ length: cells }, (_, i) =>
      normalMass((i * h - reach) / deviation, ((i + 1) * h - reach) / deviation),
    );
  const product = (u: Float64Array, v: Float64Array) =>
    Float64Array.from({ length: cells * cells }, (_, k) => u[Math.floor(k / cells)]! * v[k % cells]!);
  const points = Float64Array.from({ length: 2 * cells * cells }, (_, k) => {
    const cell = k >> 1;
    return ((k % 2 === 0 ? Math.floor(cell / cells) : cell % cells) + 0.5) * h - reach;
  });
  const cloud = { points, count: cells * cells, dim: 2 };
  const joint = { ...cloud, weights: product(masses(Math.sqrt(1 + rho)), masses(Math.sqrt(1 - rho))) };
  const apart = { ...cloud, weights: product(masses(1), masses(1)) };
  return emd(joint, apart, { p: 1, normalize: true }).value;
}

async function main(): Promise<void> {
  const { values: args } = parseArgs({
    options: {
      steps: { type: "string", default: "1500" },
      seed: { type: "string", default: "1" },
      quick: { type: "boolean", default: false },
    },
  });
  const steps = args.quick ? 150 : Number(args.steps);
  const seed = Number(args.seed);
  const show = (x: number) => x.toFixed(4);
  const print = (line: string) => process.stdout.write(`${line}\n`);
  for (const shift of [[2], [1.2, 1.6], [1, 1, 1, 1, 0]]) {
    const { difference, slope, estimate } = await trainCritic(shifted(shift), { dim: shift.length, steps, seed });
    const exact = Math.hypot(...shift);
    print(
      `shift, d = ${shift.length}: W1 ${show(exact)}, critic ${show(estimate)} (difference ${show(difference)}, ` +
        `slope ${show(slope)}; a linear critic has slope ${show(1 + exact / 20)})`,
    );
  }
  const until = { every: 500, checks: 4, within: 0.01, most: 10_000 };
  if (!args.quick) {
    print(
      `converged: the last ${until.checks} estimates on held-out samples, ${until.every} steps apart, lie within ${until.within}`,
    );
  }
  for (const rho of [0, 0.5, 0.9]) {
    const training = args.quick ? { steps } : { steps, until };
    const report = await trainCritic(correlated(rho), { dim: 2, seed, ...training });
    const [low, high] = dependencyBounds(rho);
    const [few, many] = args.quick ? [10, 14] : [30, 42];
    const [coarse, fine] = [cellDistance(rho, few!), cellDistance(rho, many!)];
    // Cells are wrong by a multiple of the square of their side.
    const limit = fine + (fine - coarse) / ((many! / few!) ** 2 - 1);
    print(
      `dependency, rho = ${rho}: critic ${show(report.estimate)} (steepest-slope bound ${show(report.bound)}, ` +
        `${report.steps} steps, converged ${report.converged}), known bounds [${show(low)}, ${show(high)}], ` +
        `exact on ${few}² cells ${show(coarse)}, on ${many}² ${show(fine)}, in the limit ${show(limit)}`,
    );
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main();
