/**
 * Does a network that predicts the direction of max-sliced transport pay? The self-attention amortiser of arXiv 2301.04791 (efficient attention,
 * one layer) is trained on random pairs of clouds to maximise W₂² along the direction it names, and evaluated on fresh pairs against the power
 * iteration of `maxSlicedWasserstein`, which needs no training.
 *
 *   node --import tsx --conditions=source examples/amortised-directions.ts [--steps 1000] [--seed 1]
 */
import { parseArgs } from "node:util";
import { type Rng, rng } from "../engine/random/rng.ts";
import { compile } from "../engine/tensors/compile.ts";
import { tf } from "../engine/tensors/tensor.ts";
import { constant } from "../engine/tensors/trace.ts";
import { adam } from "../engine/training/optimizer.ts";
import { compileTraining } from "../engine/training/training.ts";
import { wasserstein1dGraph } from "../wasserstein/line/index.ts";
import { type Directions, slicedWasserstein } from "../wasserstein/sliced/index.ts";
import { maxSlicedWasserstein } from "./papers/max-sliced.ts";

const [dim, width, points] = [5, 16, 64];

/** Values along the directions of the network, as shares of those of the power iteration. */
export interface AmortisedReport {
  /** Mean over fresh pairs. */
  readonly network: number;
  /** The same of the best of ten random directions. */
  readonly random: number;
  /** Of the direction between the means. */
  readonly shift: number;
  /** The network's direction, then one start of the power iteration from it. */
  readonly warm: number;
  /** ms a pair: the network, and the power iteration. */
  readonly milliseconds: readonly [number, number];
}

/** A normal cloud, and one that is moved along one direction and stretched along another. */
function pair(stream: Rng): readonly [Float32Array, Float32Array] {
  const unit = () => {
    const v = stream.normal(dim);
    return v.map((c) => c / Math.hypot(...v));
  };
  const [along, shift] = [unit(), unit()];
  const [stretch, length] = [0.5 + stream.uniform(), 1.5 * stream.uniform()];
  const [x, y] = [stream.normal(points * dim), stream.normal(points * dim)];
  for (let k = 0; k < points; k++) {
    let part = 0;
    for (let c = 0; c < dim; c++) part += y[k * dim + c]! * along[c]!;
    for (let c = 0; c < dim; c++) y[k * dim + c]! += stretch * part * along[c]! + length * shift[c]!;
  }
  return [new Float32Array(x), new Float32Array(y)];
}

type Weights = Readonly<Record<string, tf.Tensor>>;

/** Unit directions [batch, dim] for clouds [batch, points, dim]. */
function directionsOf(p: Weights, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const attention = (cloud: tf.Tensor) => {
    const [batch] = cloud.shape as [number];
    const rows = tf.reshape(cloud, [batch * points, dim]) as tf.Tensor2D;
    const linear = (name: string) => tf.reshape(tf.matMul(rows, p[name] as tf.Tensor2D), [batch, points, -1]);
    const normal = (scores: tf.Tensor, axis: number) => {
      const e = tf.exp(tf.sub(scores, tf.max(scores, axis, true)));
      return tf.div(e, tf.sum(e, axis, true));
    };
    const keys = tf.transpose(normal(linear("key"), 1), [0, 2, 1]);
    return tf.mean(tf.matMul(normal(linear("query"), 2), tf.matMul(keys, linear("value"))), 1);
  };
  const raw = tf.add(attention(x), attention(y));
  return tf.div(raw, tf.sqrt(tf.add(tf.sum(tf.square(raw), 1, true), constant(1e-12))));
}

/** W₂² along each pair's direction, [batch]. */
function along(directions: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor1D {
  const project = (cloud: tf.Tensor) => tf.squeeze(tf.matMul(cloud, tf.expandDims(directions, 2)), [2]) as tf.Tensor2D;
  return wasserstein1dGraph(project(x), project(y), { p: 2 });
}

/** In float64, of norm 1 there. */
function unitOf(v: Float32Array): Float64Array {
  const norm = Math.hypot(...v);
  return Float64Array.from(v, (c) => c / norm);
}

function oneDirection(points: Float64Array): Directions {
  return { points, count: 1, dim, kind: "uniform" };
}

/** Trains the network and evaluates it on `fresh` pairs. */
export async function amortise(steps: number, seed: number, batch = 16, fresh = 64): Promise<AmortisedReport> {
  const stream = rng(seed);
  const start = (name: string, out: number) => ({
    shape: [dim, out],
    values: new Float32Array(stream.split(name).normal(dim * out)).map((z) => z / Math.sqrt(dim)),
  });
  const parameters = { query: start("query", width), key: start("key", width), value: start("value", dim) };
  const inputs = (count: number) => [{ shape: [count, points, dim] }, { shape: [count, points, dim] }];
  const trainer = await compileTraining(
    {
      parameters,
      inputs: inputs(batch),
      optimizer: adam({ learningRate: 3e-3, beta1: 0.5, beta2: 0.9 }),
      loss(p, [x, y]) {
        const value = tf.mean(along(directionsOf(p, x!, y!), x!, y!));
        return { loss: tf.neg(value) as tf.Scalar, metrics: {} };
      },
    },
    { name: "amortiser", threads: 1 },
  );
  const draw = (source: Rng, count: number) => {
    const [x, y] = [new Float32Array(count * points * dim), new Float32Array(count * points * dim)];
    for (let k = 0; k < count; k++) {
      const [u, v] = pair(source);
      x.set(u, k * u.length);
      y.set(v, k * v.length);
    }
    return [x, y] as const;
  };
  const training = stream.split("training");
  for (let step = 0; step < steps; step++) await trainer.step([...draw(training, batch)]);
  const { parameters: learned } = trainer.state();
  await trainer.dispose();
  const names = Object.keys(parameters) as (keyof typeof parameters)[];
  const evaluate = await compile(
    (...t) => [directionsOf(Object.fromEntries(names.map((name, k) => [name, t[k]!])), t[3]!, t[4]!)],
    [...names.map((name) => ({ shape: parameters[name].shape })), ...inputs(fresh)],
    { name: "directions", threads: 1 },
  );
  const [x, y] = draw(stream.split("fresh"), fresh);
  const feed = [...names.map((name) => learned[name]!), x, y];
  await evaluate.run(feed);
  const before = performance.now();
  const [found] = (await evaluate.run(feed)) as [Float32Array];
  const predicting = performance.now() - before;
  await evaluate.dispose();
  const climbs = stream.split("climbs");
  let [network, random, shift, warm, climbing] = [0, 0, 0, 0, 0];
  const size = points * dim;
  for (let k = 0; k < fresh; k++) {
    const cloud = (all: Float32Array) => ({ points: all.subarray(k * size, (k + 1) * size), count: points, dim });
    const [a, b] = [cloud(x), cloud(y)];
    const from = performance.now();
    const { value: best } = maxSlicedWasserstein(a, b, { rng: climbs });
    climbing += performance.now() - from;
    const value = (values: Float64Array) => {
      const length = Math.hypot(...values);
      const directions = oneDirection(values.map((v) => v / length));
      return slicedWasserstein(a, b, { directions }).value / best;
    };
    const own = unitOf(found.subarray(k * dim, (k + 1) * dim));
    network += value(own) / fresh;
    let top = 0;
    for (let r = 0; r < 10; r++) top = Math.max(top, value(stream.normal(dim)));
    random += top / fresh;
    const means = new Float64Array(dim);
    for (let i = 0; i < size; i++) means[i % dim]! += b.points[i]! - a.points[i]!;
    shift += value(means) / fresh;
    warm += maxSlicedWasserstein(a, b, { starts: oneDirection(own) }).value / best / fresh;
  }
  return { network, random, shift, warm, milliseconds: [predicting / fresh, climbing / fresh] };
}

async function main(): Promise<void> {
  const { values: args } = parseArgs({
    options: { steps: { type: "string", default: "1000" }, seed: { type: "string", default: "1" } },
  });
  const r = await amortise(Number(args.steps), Number(args.seed));
  const share = (v: number) => `${(100 * v).toFixed(1)} %`;
  process.stdout.write(
    `of the power iteration's value: network ${share(r.network)}, best of ten random directions ${share(r.random)}, ` +
      `direction of the means ${share(r.shift)}, power iteration from the network's direction ${share(r.warm)}; ` +
      `ms a pair: network ${r.milliseconds[0].toFixed(3)} (after its training), power iteration ${r.milliseconds[1].toFixed(2)}\n`,
  );
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main();
