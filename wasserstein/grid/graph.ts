/**
 * Transport between fields on a grid inside a compiled training step: a fixed number of updates, then the dual value, in whose
 * derivative the potentials count as constants (envelope theorem), so that no update is differentiated.
 */
import { checkPositive, checkWhole } from "../../engine/check-numbers.ts";
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import { checkOrder } from "../measure/measure.ts";
import { descent } from "../sinkhorn/solve.ts";
import { axisCosts, checkShape, checkSphere, type GridAxes, greatCircleCosts, gridAxes } from "./axes.ts";

/**
 * Options of {@link gridTransportGraph} and {@link gridDivergenceGraph}. One of `epsilon`, `blur` is needed. With
 * `sphere.metric: "great-circle"` latitudes and longitudes are one axis of up to 2048 cells.
 */
export interface GridGraphOptions extends GridAxes {
  /** Mask of the cells that exist, one entry a cell, the same for both fields; the others bear no mass and may hold NaN. @defaultValue all */
  readonly mask?: ArrayLike<number | boolean>;
  /** Order of the cost, ≥ 1. @defaultValue 2 */
  readonly p?: number;
  /** Strength of the entropy, > 0, in the unit of length^p. @defaultValue by `blur` */
  readonly epsilon?: number;
  /** The same as a length: ε = p blur^p. @defaultValue by `epsilon` */
  readonly blur?: number;
  /** Unbalanced transport, ρ = p reach^p: masses stay as they are. @defaultValue balanced, each field scaled to sum one */
  readonly reach?: number;
  /** Updates of all potentials at this ε, after one an ε on the way down from the range of the costs by halves. @defaultValue 20 */
  readonly iterations?: number;
}

/**
 * OT_ε(a, b) as {@link gridTransport} has it, mean over the batch; differentiable in both fields. The error of the
 * value is of second, that of the derivative of first order in how far the updates are from the end: take more of them
 * for small ε.
 *
 * @param x - [batch, …grid], ≥ 0, a grid of one to three axes, none of the fields empty
 * @param y - the same shape
 * @returns a scalar, in length^p
 * @throws ShapeError where shapes or axes do not fit; OptionsError for an option out of range; DomainError above 2048 cells on
 *   great circles
 */
export function gridTransportGraph(x: tf.Tensor, y: tf.Tensor, options: GridGraphOptions): tf.Scalar {
  return build("gridTransportGraph", x, y, options, false);
}

/**
 * S_ε(a, b) as `gridDivergence` has it, mean over the batch; differentiable in both fields. S_ε(a, a) = 0 at any number of updates: averaged ones for the self terms, alternating ones for the cross term, corrected by how far the self terms still are
 * from their end, as in `sinkhornDivergenceGraph`.
 *
 * @param x - [batch, …grid], ≥ 0, a grid of one to three axes, none of the fields empty
 * @param y - the same shape
 * @returns a scalar, in length^p
 * @throws as {@link gridTransportGraph}
 */
export function gridDivergenceGraph(x: tf.Tensor, y: tf.Tensor, options: GridGraphOptions): tf.Scalar {
  return build("gridDivergenceGraph", x, y, options, true);
}

const leastWeight = 1e-30;
/** Exponents of one axis that float32 holds. */
const plainExponents = 60;
/** Most cells of a sphere on great circles: each ε holds a matrix of their pairs. */
const mostCells = 2048;

function build(where: string, a: tf.Tensor, b: tf.Tensor, options: GridGraphOptions, debias: boolean): tf.Scalar {
  const grid = checked(where, a, b, options);
  const balanced = grid.rho === Number.POSITIVE_INFINITY;
  const placed = (field: tf.Tensor) =>
    tf.reshape(existing(where, field, options.mask), [field.shape[0]!, ...grid.sizes]);
  const [x, y] = [placed(a), placed(b)];
  const [u, v] = balanced ? [unit(x), unit(y)] : [x, y];
  const batch = a.shape[0]!;
  return tf.mul(envelope(u, v, grid, debias), constant(1 / batch)) as tf.Scalar;
}

/** The field with 0 where cells do not exist; nothing flows back to these. */
function existing(where: string, x: tf.Tensor, mask: GridGraphOptions["mask"]): tf.Tensor {
  if (mask === undefined) return x;
  const sizes = x.shape.slice(1);
  const count = sizes.reduce((product, n) => product * n, 1);
  if (mask.length !== count) throw new ShapeError(`${where}: mask`, [count], [mask.length], "one entry a cell");
  const cells = constant(Float64Array.from(mask, Number), [1, ...sizes]);
  return tf.where(tf.greater(tf.add(cells, tf.zerosLike(x)), constant(0)), x, tf.zerosLike(x));
}

/** Each field of the batch divided by its sum. */
function unit(x: tf.Tensor): tf.Tensor {
  const rows = tf.reshape(x, [x.shape[0]!, -1]);
  return tf.reshape(tf.div(rows, tf.sum(rows, 1, true)), x.shape);
}

interface Grid {
  /** [from, to] of each axis. */
  readonly costs: readonly Float64Array[];
  /** Cells of each axis; on great circles latitudes and longitudes are one. */
  readonly sizes: readonly number[];
  /** Of each axis, the kernels by ε. */
  readonly kernels: readonly Map<number, Kernel>[];
  readonly epsilon: number;
  readonly rho: number;
  readonly schedule: readonly number[];
}

/** exp(−C/ε) of an axis, or −C/ε where float32 does not hold that. */
interface Kernel {
  readonly plain: boolean;
  readonly values: tf.Tensor;
}

function checked(where: string, a: tf.Tensor, b: tf.Tensor, options: GridGraphOptions): Grid {
  const { p = 2, epsilon, blur, reach, iterations = 20 } = options;
  const sizes = a.shape.slice(1);
  checkShape(`${where}: x without its batch`, sizes);
  if (a.rank !== b.rank || a.shape.some((n, k) => n !== b.shape[k]))
    throw new ShapeError(`${where}: y`, a.shape, b.shape);
  if ((epsilon === undefined) === (blur === undefined)) {
    throw new OptionsError(`${where}: expected one of epsilon and blur`, "epsilon", epsilon);
  }
  checkPositive(where, { epsilon, blur, reach });
  checkOrder(where, p);
  checkWhole(where, { iterations });
  const { sphere } = options;
  if (sphere !== undefined) checkSphere(where, sizes, sphere);
  const axes = gridAxes(where, sizes, options, sphere ? (sphere.trueLatitude ?? middleOf(sphere.latitude)) : 0);
  const round = sphere?.metric === "great-circle";
  const flat = round ? axes.slice(0, -2) : axes;
  const costs = flat.map((axis) => axisCosts(axis, axis, p));
  if (round) {
    const cells = sphere.latitude.length * sphere.longitude.length;
    if (cells > mostCells) {
      const message = `${where}: a sphere of ${cells} cells on great circles, expected at most ${mostCells}`;
      throw new DomainError(`${message}; take sphere.metric "separable"`, cells);
    }
    costs.push(greatCircleCosts(sphere, p));
  }
  const last = epsilon ?? p * blur! ** p;
  const range = costs.reduce((sum, c) => sum + c.reduce((top, v) => Math.max(top, v), 0), 0);
  const schedule = [...descent(range, last), ...new Array<number>(iterations).fill(last)];
  const rho = reach === undefined ? Number.POSITIVE_INFINITY : p * reach ** p;
  const lengths = costs.map((c) => Math.sqrt(c.length));
  return { costs, sizes: lengths, kernels: costs.map(() => new Map()), epsilon: last, rho, schedule };
}

/** Without fields at hand: half-way between the outer latitudes. */
function middleOf(latitude: ArrayLike<number>): number {
  return (latitude[0]! + latitude[latitude.length - 1]!) / 2;
}

/** The sum over the batch, with the derivative of the dual value at fixed potentials. */
function envelope(a: tf.Tensor, b: tf.Tensor, grid: Grid, debias: boolean): tf.Tensor {
  const op = tf.customGrad((...args) => {
    const [a, b, save] = args as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const { value, ofA, ofB } = dual(a, b, grid, debias);
    save([ofA, ofB]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => saved.map((slope) => tf.mul(slope, dy));
    return { value, gradFunc };
  });
  return op(a, b);
}

interface Dual {
  readonly value: tf.Tensor;
  readonly ofA: tf.Tensor;
  readonly ofB: tf.Tensor;
}

function dual(a: tf.Tensor, b: tf.Tensor, grid: Grid, debias: boolean): Dual {
  const { epsilon, rho } = grid;
  const [logA, logB] = [a, b].map((w) => tf.log(tf.maximum(w, constant(leastWeight)))) as [tf.Tensor, tf.Tensor];
  const { f, g, x, y } = potentials(logA, logB, grid);
  const eps = constant(epsilon);
  const worth = (h: tf.Tensor) =>
    rho === Number.POSITIVE_INFINITY ? h : tf.mul(tf.expm1(tf.div(h, constant(-rho))), constant(-rho));
  /** Row sums of the plan of (own, other) over the weights. */
  const ratio = (own: tf.Tensor, other: tf.Tensor, logs: tf.Tensor) =>
    tf.exp(tf.div(tf.sub(own, softmin(other, logs, grid, epsilon)), eps));
  // The masses of the product measures cancel, and with one side alone are added below.
  let ofA = tf.sub(worth(f), tf.mul(ratio(f, g, logB), eps));
  let ofB = tf.sub(worth(g), tf.mul(ratio(g, f, logA), eps));
  let value = tf.add(pair(a, worth(f)), tf.sub(pair(b, worth(g)), tf.mul(pair(a, ratio(f, g, logB)), eps)));
  if (debias) {
    const half = constant(0.5);
    for (const [w, logs, [p, q]] of [
      [a, logA, x],
      [b, logB, y],
    ] as const) {
      const both = tf.add(worth(p), worth(q));
      const [r, s] = [ratio(p, q, logs), ratio(q, p, logs)];
      const slope = tf.mul(tf.sub(both, tf.mul(tf.add(r, s), eps)), half);
      value = tf.sub(value, tf.mul(tf.sub(pair(w, both), tf.mul(pair(w, r), eps)), half));
      if (w === a) ofA = tf.sub(ofA, slope);
      else ofB = tf.sub(ofB, slope);
    }
  } else {
    const [massA, massB] = [mass(a), mass(b)];
    value = tf.add(value, tf.mul(pair(massA, massB), eps));
    ofA = tf.add(ofA, tf.mul(massB, eps));
    ofB = tf.add(ofB, tf.mul(massA, eps));
  }
  return { value, ofA, ofB };
}

const pair = (w: tf.Tensor, h: tf.Tensor): tf.Tensor => tf.sum(tf.mul(w, h));

/** [batch, 1, …] */
function mass(x: tf.Tensor): tf.Tensor {
  const rows = tf.sum(tf.reshape(x, [x.shape[0]!, -1]), 1);
  return tf.reshape(rows, [x.shape[0]!, ...new Array<number>(x.rank - 1).fill(1)]);
}

interface Potentials {
  readonly f: tf.Tensor;
  readonly g: tf.Tensor;
  readonly x: readonly [tf.Tensor, tf.Tensor];
  readonly y: readonly [tf.Tensor, tf.Tensor];
}

/** The updates of `sinkhorn/graph-potentials.ts`, on a grid that both measures share. */
function potentials(logA: tf.Tensor, logB: tf.Tensor, grid: Grid): Potentials {
  const { rho } = grid;
  const mean = (p: tf.Tensor, q: tf.Tensor) => tf.mul(tf.add(p, q), constant(0.5));
  const logMass = (logs: tf.Tensor, h: tf.Tensor) => {
    const rows = tf.reshape(tf.sub(logs, tf.div(h, constant(rho))), [logs.shape[0]!, -1]);
    return tf.reshape(tf.logSumExp(rows, 1), [logs.shape[0]!, ...new Array<number>(logs.rank - 1).fill(1)]);
  };
  let [f, g] = [tf.zerosLike(logA), tf.zerosLike(logB)];
  let [p, q] = [f, g];
  let [p1, q1] = [p, q];
  for (const epsilon of grid.schedule) {
    const damping = rho === Number.POSITIVE_INFINITY ? 1 : rho / (rho + epsilon);
    const update = (h: tf.Tensor, logs: tf.Tensor) => {
      const free = softmin(h, logs, grid, epsilon);
      return damping === 1 ? free : tf.mul(free, constant(damping));
    };
    const [imageP, imageQ] = [update(p, logA), update(q, logB)];
    [p1, q1] = [mean(p, imageP), mean(q, imageQ)];
    f = tf.add(p1, tf.sub(update(g, logB), imageP));
    const [imageP1, imageQ1] = [update(p1, logA), update(q1, logB)];
    const [p2, q2] = [mean(p1, imageP1), mean(q1, imageQ1)];
    g = tf.add(q2, tf.sub(update(f, logA), imageQ1));
    if (rho !== Number.POSITIVE_INFINITY) {
      const own = mean(tf.sub(logMass(logA, p1), logMass(logA, p2)), tf.sub(logMass(logB, q1), logMass(logB, q2)));
      const t = tf.mul(tf.sub(tf.sub(logMass(logA, f), logMass(logB, g)), own), constant(rho / 2));
      [f, g] = [tf.add(f, t), tf.sub(g, t)];
    }
    [p, q] = [p2, q2];
  }
  return { f, g, x: [p1, p], y: [q1, q] };
}

/** −ε log Σ exp(logs + (h − C)/ε) over the grid, axis by axis: the last axis is summed and becomes the first after the batch. */
function softmin(h: tf.Tensor, logs: tf.Tensor, grid: Grid, epsilon: number): tf.Tensor {
  const { sizes } = grid;
  let x = tf.add(tf.div(h, constant(epsilon)), logs);
  const rank = x.rank;
  for (let k = sizes.length - 1; k >= 0; k--) {
    const n = sizes[k]!;
    const { shape } = x;
    const rows = tf.reshape(x, [-1, n]);
    const summed = tf.reshape(rowSums(rows, kernelOf(grid, k, epsilon)), shape);
    x = rank === 2 ? summed : tf.transpose(summed, [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)]);
  }
  return tf.mul(x, constant(-epsilon));
}

function kernelOf({ costs, sizes, kernels }: Grid, axis: number, epsilon: number): Kernel {
  const known = kernels[axis]!.get(epsilon);
  if (known !== undefined) return known;
  const n = sizes[axis]!;
  const exponents = costs[axis]!.map((c) => -c / epsilon);
  const plain = exponents.reduce((low, v) => Math.min(low, v), 0) >= -plainExponents;
  const kernel = { plain, values: constant(plain ? exponents.map(Math.exp) : exponents, [n, n]) };
  kernels[axis]!.set(epsilon, kernel);
  return kernel;
}

/** log Σ_k exp(x[r, k] − C[k, j]/ε): a product of matrices where float32 holds its terms. */
function rowSums(x: tf.Tensor, { plain, values }: Kernel): tf.Tensor {
  if (!plain) return tf.logSumExp(tf.add(tf.expandDims(x, 1), tf.expandDims(values, 0)), 2);
  const top = tf.max(x, 1, true);
  return tf.add(tf.log(tf.matMul(tf.exp(tf.sub(x, top)) as tf.Tensor2D, values as tf.Tensor2D)), top);
}
