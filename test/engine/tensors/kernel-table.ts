/** Every kernel that the compiler lowers, in a small function that uses it. Elementwise, reductions, shapes, products. */
import { tf } from "../../../engine/index.ts";
import type { CaseInput, Draw, KernelCase, KernelTable } from "./kernel-harness.ts";

type T = tf.Tensor;

/** An elementwise function of one tensor on low…high, with the formula it must follow. */
const unary =
  (fn: (x: T) => T, exact?: (x: number) => number, range: Partial<CaseInput> = {}, more: Partial<KernelCase> = {}) =>
  (d: Draw): KernelCase => ({ inputs: [{ shape: d.shape(0, 4), ...range }], fn, ...(exact && { exact }), ...more });

/** Two shapes that broadcast: axes of length one and missing leading axes on either side. */
function broadcastPair(d: Draw): [number[], number[]] {
  const full = d.shape(0, 4);
  const thin = () => full.map((n) => (d.int(0, 3) === 0 ? 1 : n));
  const [a, b] = [thin(), thin()];
  const cut = d.int(0, full.length);
  return d.int(0, 1) ? [a, b.slice(cut)] : [a.slice(cut), b];
}
const binary =
  (fn: (a: T, b: T) => T, first: Partial<CaseInput> = {}, second = first, more: Partial<KernelCase> = {}) =>
  (d: Draw): KernelCase => {
    const [a, b] = broadcastPair(d);
    return {
      inputs: [
        { shape: a, ...first },
        { shape: b, ...second },
      ],
      fn: fn as KernelCase["fn"],
      ...more,
    };
  };
const compare = (fn: (a: T, b: T) => T) =>
  binary(fn, { dtype: "int32", low: -2, high: 3 }, { dtype: "int32", low: -2, high: 3 }, { gradient: false });
const logical = (fn: (a: T, b: T) => T) => binary(fn, { dtype: "bool" }, { dtype: "bool" }, { gradient: false });
const flat = { gradient: false } as const;

function axesOf(d: Draw, rank: number): number | number[] | undefined {
  const kind = d.int(0, 2);
  if (rank === 0 || kind === 0) return undefined;
  if (kind === 1) return d.int(-rank, rank - 1);
  return Array.from({ length: rank }, (_, i) => i).filter(() => d.int(0, 1) === 1);
}
/** A reduction over drawn axes, of a transposed tensor, so that logical and physical order differ. */
const reduction =
  (fn: (x: T, axis: number[] | number | undefined, keep: boolean) => T, range: Partial<CaseInput> = {}, more = {}) =>
  (d: Draw): KernelCase => {
    const shape = d.shape(1, 4);
    const axis = axesOf(d, shape.length);
    const keep = d.int(0, 1) === 1;
    return { inputs: [{ shape, ...range }], fn: (x) => fn(tf.transpose(x!), axis, keep), ...more };
  };

export const basicKernels: KernelTable = {
  Neg: unary(tf.neg, (x) => -x),
  Exp: unary(tf.exp, Math.exp),
  Log: unary(tf.log, Math.log, { low: 0.1, high: 5 }),
  Sqrt: unary(tf.sqrt, Math.sqrt, { low: 0.1, high: 5 }),
  Abs: unary(tf.abs, Math.abs),
  Sign: unary(tf.sign, Math.sign, {}, flat),
  Reciprocal: unary(tf.reciprocal, (x) => 1 / x, { low: 0.3, high: 3 }),
  Sigmoid: unary(tf.sigmoid, (x) => 1 / (1 + Math.exp(-x))),
  Tanh: unary(tf.tanh, Math.tanh),
  Sin: unary(tf.sin, Math.sin),
  Cos: unary(tf.cos, Math.cos),
  Tan: unary(tf.tan, Math.tan, { low: -1, high: 1 }),
  Asin: unary(tf.asin, Math.asin, { low: -0.99, high: 0.99 }),
  Acos: unary(tf.acos, Math.acos, { low: -0.99, high: 0.99 }),
  Atan: unary(tf.atan, Math.atan, { low: -20, high: 20 }),
  Sinh: unary(tf.sinh, Math.sinh),
  Cosh: unary(tf.cosh, Math.cosh),
  Asinh: unary(tf.asinh, Math.asinh, { low: -30, high: 30 }),
  Acosh: unary(tf.acosh, Math.acosh, { low: 1.1, high: 30 }),
  Atanh: unary(tf.atanh, Math.atanh, { low: -0.95, high: 0.95 }),
  Erf: unary(tf.erf, undefined, { low: -4, high: 4 }),
  Floor: unary(tf.floor, Math.floor, {}, flat),
  Ceil: unary(tf.ceil, Math.ceil, {}, flat),
  Round: unary(tf.round, undefined, {}, flat),
  Relu: unary(tf.relu, (x) => Math.max(x, 0)),
  Relu6: unary(tf.relu6, (x) => Math.min(Math.max(x, 0), 6), { low: -3, high: 9 }),
  Elu: unary(tf.elu, (x) => (x > 0 ? x : Math.expm1(x))),
  Selu: unary(tf.selu, (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
  Softplus: unary(tf.softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), { low: -20, high: 20 }),
  LogSigmoid: unary(tf.logSigmoid, (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)))),
  Square: unary(tf.square, (x) => x * x),
  Rsqrt: unary(tf.rsqrt, (x) => 1 / Math.sqrt(x), { low: 0.2, high: 4 }),
  Log1p: unary(tf.log1p, Math.log1p, { low: -0.5, high: 2 }),
  "Log1p of tiny numbers": unary(tf.log1p, Math.log1p, { low: -1e-6, high: 1e-6 }, { everywhere: false }),
  Expm1: unary(tf.expm1, Math.expm1),
  "Expm1 of tiny numbers": unary(tf.expm1, Math.expm1, { low: -1e-6, high: 1e-6 }, { everywhere: false }),
  IsNan: unary(
    (x) => tf.isNaN(tf.log(x)),
    (x) => (x < 0 ? 1 : 0),
    {},
    flat,
  ),
  IsInf: unary(
    (x) => tf.isInf(tf.div(x, tf.relu(x))),
    (x) => (x === 0 ? 1 : 0) * 0 + (x < 0 ? 1 : 0),
    {},
    flat,
  ),
  IsFinite: unary(
    (x) => tf.isFinite(tf.log(x)),
    (x) => (x > 0 ? 1 : 0),
    {},
    flat,
  ),
  Step: unary(
    (x) => tf.step(x, 0.25),
    (x) => (x > 0 ? 1 : 0.25),
    {},
    flat,
  ),
  LeakyRelu: unary(
    (x) => tf.leakyRelu(x, 0.25),
    (x) => (x > 0 ? x : 0.25 * x),
  ),
  ClipByValue: unary(
    (x) => tf.clipByValue(x, -0.5, 0.75),
    (x) => Math.min(Math.max(x, -0.5), 0.75),
  ),
  Identity: unary(
    (x) => tf.add(tf.clone(x), x),
    (x) => 2 * x,
  ),
  OnesLike: unary(
    (x) => tf.add(tf.onesLike(x), x),
    (x) => 1 + x,
  ),
  ZerosLike: unary(
    (x) => tf.add(tf.zerosLike(x), x),
    (x) => x,
  ),
  Cast: unary(
    (x) => tf.mul(tf.cast(tf.cast(tf.greater(x, 0), "int32"), "float32"), x),
    (x) => Math.max(x, 0),
  ),
  "Cast to int32 truncates": unary((x) => tf.cast(x, "int32"), Math.trunc, { low: -9, high: 9 }, flat),
  Add: binary(tf.add),
  Sub: binary(tf.sub),
  Multiply: binary(tf.mul),
  RealDiv: binary(tf.div, {}, { low: 0.5, high: 2 }),
  Pow: binary(tf.pow, { low: 0.3, high: 2 }, {}),
  Maximum: binary(tf.maximum),
  Minimum: binary(tf.minimum),
  SquaredDifference: binary(tf.squaredDifference),
  Atan2: binary(tf.atan2),
  FloorDiv: binary(tf.floorDiv, { low: -9, high: 9 }, { low: 0.5, high: 4 }, flat),
  "FloorDiv of integers": binary(
    tf.floorDiv,
    { dtype: "int32", low: -9, high: 9 },
    { dtype: "int32", low: 1, high: 4 },
    flat,
  ),
  Mod: binary(tf.mod, { low: -9, high: 9 }, { low: 0.5, high: 4 }),
  "Mod of integers": binary(tf.mod, { dtype: "int32", low: -9, high: 9 }, { dtype: "int32", low: 1, high: 4 }, flat),
  Prelu: (d) => {
    const shape = d.shape(1, 4);
    return { inputs: [{ shape }, { shape: shape.slice(1), low: 0.1, high: 0.9 }], fn: (x, a) => tf.prelu(x!, a!) };
  },
  Equal: compare(tf.equal),
  NotEqual: compare(tf.notEqual),
  Greater: compare(tf.greater),
  GreaterEqual: compare(tf.greaterEqual),
  Less: compare(tf.less),
  LessEqual: compare(tf.lessEqual),
  "Less of floats": binary(tf.less, {}, {}, flat),
  LogicalAnd: logical(tf.logicalAnd),
  LogicalOr: logical(tf.logicalOr),
  LogicalXor: logical(tf.logicalXor),
  LogicalNot: unary(tf.logicalNot, (x) => 1 - x, { dtype: "bool" }, flat),
  AddN: (d) => {
    const shape = d.shape(0, 4);
    return { inputs: [{ shape }, { shape }, { shape }], fn: (...ts) => tf.addN(ts) };
  },
  Select: (d) => {
    const [a, b] = broadcastPair(d);
    return {
      inputs: [{ shape: a }, { shape: b }],
      fn: (x, y) => tf.where(tf.greater(tf.sub(x!, y!), 0), x!, tf.square(y!)),
    };
  },
  "Select of integers": (d) => {
    const shape = d.shape(0, 3);
    const int = { shape, dtype: "int32", low: -5, high: 5 } as const;
    return { inputs: [int, int], fn: (x, y) => tf.where(tf.greater(x!, y!), x!, y!), gradient: false };
  },
  "Select of truths": (d) => {
    const shape = d.shape(1, 3);
    const bool = { shape, dtype: "bool" } as const;
    return { inputs: [bool, bool, bool], fn: (c, x, y) => tf.where(c!, x!, y!), gradient: false };
  },
  Fill: (d) => {
    const shape = d.shape(1, 3);
    return { inputs: [{ shape }], fn: (x) => tf.mul(tf.fill(shape, 2.5), x!) };
  },
  Sum: reduction(tf.sum as never),
  "Sum of integers": reduction(tf.sum as never, { dtype: "int32", low: -5, high: 6 }, flat),
  Mean: reduction(tf.mean as never),
  Max: reduction(tf.max as never),
  Min: reduction(tf.min as never),
  Prod: reduction(tf.prod as never, { low: 0.5, high: 1.5 }),
  Any: reduction(tf.any as never, { dtype: "bool" }, flat),
  All: reduction(tf.all as never, { dtype: "bool" }, flat),
  Norm: reduction((x) => tf.norm(x), { low: 0.5, high: 2 }),
  LogSumExp: reduction(tf.logSumExp as never),
  ArgMax: (d) => {
    const shape = d.shape(1, 4);
    const axis = d.int(0, shape.length - 1);
    return { inputs: [{ shape }], fn: (x) => tf.argMax(tf.transpose(x!), axis), gradient: false };
  },
  ArgMin: (d) => {
    const shape = d.shape(1, 4);
    const axis = d.int(0, shape.length - 1);
    return { inputs: [{ shape }], fn: (x) => tf.argMin(tf.transpose(x!), axis), gradient: false };
  },
  Softmax: (d) => ({ inputs: [{ shape: d.shape(1, 4) }], fn: (x) => tf.softmax(tf.transpose(x!)) }),
  LogSoftmax: (d) => ({ inputs: [{ shape: d.shape(1, 4) }], fn: (x) => tf.logSoftmax(tf.transpose(x!)) }),
  Cumsum: (d) => {
    const shape = d.shape(1, 4);
    const [axis, exclusive, reverse] = [d.int(0, shape.length - 1), d.int(0, 1) === 1, d.int(0, 1) === 1];
    return { inputs: [{ shape }], fn: (x) => tf.cumsum(tf.transpose(x!), axis, exclusive, reverse) };
  },
  Cumprod: (d) => {
    const shape = d.shape(1, 4, 6);
    const [axis, exclusive, reverse] = [d.int(0, shape.length - 1), d.int(0, 1) === 1, d.int(0, 1) === 1];
    return { inputs: [{ shape }], fn: (x) => tf.cumprod(tf.transpose(x!), axis, exclusive, reverse), gradient: false };
  },
  Reshape: (d) => {
    const shape = d.shape(1, 4);
    const n = shape.reduce((a, b) => a * b, 1);
    const to = d.pick([[n], [1, n], [n, 1], [-1]]);
    return { inputs: [{ shape }], fn: (x) => tf.reshape(tf.transpose(x!), to) };
  },
  "Reshape of one element between ranks": (d) => {
    const shape = d.shape(0, 3, 1);
    const to = d.pick([[], [1], [1, 1, 1]]);
    return { inputs: [{ shape }], fn: (x) => tf.square(tf.reshape(tf.transpose(x!), to)) };
  },
  ExpandDims: (d) => {
    const shape = d.shape(0, 3);
    const axis = d.int(-shape.length - 1, shape.length);
    return { inputs: [{ shape }], fn: (x) => tf.expandDims(tf.transpose(x!), axis) };
  },
  Transpose: (d) => {
    const shape = d.shape(3, 3);
    const perm = d.pick([
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
      [0, 2, 1],
    ]);
    return {
      inputs: [{ shape }, { shape: perm.map((a) => shape[a]!) }],
      fn: (x, y) => tf.add(tf.transpose(x!, perm), y!),
    };
  },
  Slice: (d) => {
    const shape = d.shape(1, 4);
    const begin = shape.map((n) => d.int(0, n - 1));
    const size = shape.map((n, i) => (d.int(0, 2) === 0 ? -1 : d.int(1, n - begin[i]!)));
    return { inputs: [{ shape }], fn: (x) => tf.slice(x!, begin, size) };
  },
  StridedSlice: (d) => {
    const shape = d.shape(2, 3, 6);
    const begin = shape.map((n) => d.int(0, n - 1));
    const strides = shape.map(() => d.int(1, 3));
    return { inputs: [{ shape }], fn: (x) => tf.stridedSlice(x!, begin, shape, strides), gradient: false };
  },
  "StridedSlice with a new axis": (d) => {
    const shape = d.shape(2, 3, 5);
    return {
      inputs: [{ shape }],
      fn: (x) => tf.stridedSlice(x!, [0, 0, 0], [2, 2, 2], [1, 1, 1], 0, 0, 0, 1, 2),
      gradient: false,
    };
  },
  PadV2: (d) => {
    const shape = d.shape(1, 4);
    const pads = shape.map((): [number, number] => [d.int(0, 2), d.int(0, 2)]);
    const value = d.pick([0, 1.5]);
    return { inputs: [{ shape }], fn: (x) => tf.pad(x!, pads, value) };
  },
  MirrorPad: (d) => {
    const mode = d.pick(["reflect", "symmetric"] as const);
    const shape = d.shape(1, 3).map((n) => n + 2);
    const pads = shape.map((): [number, number] => [d.int(0, 2), d.int(0, 2)]);
    return { inputs: [{ shape }], fn: (x) => tf.mirrorPad(x!, pads, mode), gradient: false };
  },
  Concat: (d) => {
    const shape = d.shape(1, 4);
    const axis = d.int(0, shape.length - 1);
    const other = shape.map((n, i) => (i === axis ? d.int(1, 4) : n));
    return { inputs: [{ shape }, { shape: other }], fn: (x, y) => tf.concat([x!, y!, x!], axis) };
  },
  Pack: (d) => {
    const shape = d.shape(1, 3);
    const axis = d.int(0, shape.length);
    return { inputs: [{ shape }, { shape }], fn: (x, y) => tf.stack([x!, y!], axis) };
  },
  Unpack: (d) => {
    const shape = d.shape(1, 3);
    const axis = d.int(0, shape.length - 1);
    return { inputs: [{ shape }], fn: (x) => tf.unstack(x!, axis).reduce((a, b, i) => tf.add(a, tf.mul(b, i + 1))) };
  },
  SplitV: (d) => {
    const shape = [d.int(1, 3), d.int(2, 5)];
    return {
      inputs: [{ shape }],
      fn: (x) => {
        const [a, b] = tf.split(x!, [1, shape[1]! - 1], 1);
        return tf.mul(a!, b!);
      },
    };
  },
  Tile: (d) => {
    const shape = d.shape(1, 4, 3);
    const reps = shape.map(() => d.int(1, 3));
    return { inputs: [{ shape }], fn: (x) => tf.tile(tf.transpose(x!), reps) };
  },
  BroadcastTo: (d) => {
    const full = d.shape(1, 4);
    const shape = full.map((n) => (d.int(0, 1) ? n : 1));
    return { inputs: [{ shape }], fn: (x) => tf.broadcastTo(x!, full) };
  },
  Reverse: (d) => {
    const shape = d.shape(1, 4);
    const axes = shape.map((_, i) => i).filter(() => d.int(0, 1) === 1);
    return { inputs: [{ shape }], fn: (x) => tf.reverse(x!, axes) };
  },
  BatchMatMul: (d) => {
    const [n, k, m] = [d.int(1, 4), d.int(1, 4), d.int(1, 4)];
    const [ta, tb] = [d.int(0, 1) === 1, d.int(0, 1) === 1];
    const batch = d.pick([[], [3], [1], [2, 3]]);
    const other = d.int(0, 1) ? batch : batch.map(() => 1);
    return {
      inputs: [{ shape: [...batch, ...(ta ? [k, n] : [n, k])] }, { shape: [...other, ...(tb ? [m, k] : [k, m])] }],
      fn: (a, b) => tf.matMul(a!, b!, ta, tb),
    };
  },
  "BatchMatMul of transposed views": (d) => {
    const [n, k, m] = [d.int(1, 4), d.int(1, 4), d.int(1, 4)];
    return {
      inputs: [{ shape: [k, n] }, { shape: [m, k] }],
      fn: (a, b) => tf.matMul(tf.transpose(a!), tf.transpose(b!)),
    };
  },
  Einsum: (d) => {
    const [b, i, j, k] = [d.int(1, 3), d.int(1, 4), d.int(1, 4), d.int(1, 4)];
    return {
      inputs: [{ shape: [b, i, j] }, { shape: [b, j, k] }],
      fn: (x, y) => tf.einsum("bij,bjk->bik", x!, y!),
      gradient: false,
    };
  },
};
