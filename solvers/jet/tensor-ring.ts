/** Jets inside a compiled graph: tensors, with constants kept as float64 numbers until they meet a tensor. */
import { erfCoefficients } from "../../engine/numerics/special.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import { numberRing, type Ring, type UnaryName } from "./ring.ts";

/** A tensor of a graph, or a number. */
export type TensorOrNumber = tf.Tensor | number;

/** The tensor of a number. */
export const asTensor = (x: TensorOrNumber): tf.Tensor => (typeof x === "number" ? constant(x) : x);

const unary: Readonly<Record<UnaryName, (x: tf.Tensor) => tf.Tensor>> = {
  sin: tf.sin,
  cos: tf.cos,
  tan: (x) => tf.div(tf.sin(x), tf.cos(x)),
  exp: tf.exp,
  log: tf.log,
  sqrt: tf.sqrt,
  abs: tf.abs,
  tanh: tf.tanh,
  sinh: (x) => tf.mul(tf.sub(tf.exp(x), tf.exp(tf.neg(x))), constant(0.5)),
  cosh: (x) => tf.mul(tf.add(tf.exp(x), tf.exp(tf.neg(x))), constant(0.5)),
  // arctan x = 2 arctan(x / (1 + √(1 + x²))) has no closed elementary form; tfjs' kernel is lowered by the compiler.
  atan: tf.atan,
  sign: tf.sign,
  erf: erfTensor,
};

/** c₀xⁿ + … + cₙ. */
const polynomial = (x: tf.Tensor, c: readonly number[]): tf.Tensor =>
  c.slice(1).reduce<tf.Tensor>((sum, ck) => tf.add(tf.mul(sum, x), constant(ck)), constant(c[0]!));

/**
 * Cody's rational functions; above 6 the error function is 1 in float64, and the middle one holds up to there since it
 * is added to 1.
 */
function erfTensor(x: tf.Tensor): tf.Tensor {
  const { near, middle } = erfCoefficients;
  const y = tf.minimum(tf.abs(x), constant(6));
  const small = tf.minimum(y, constant(0.46875));
  const square = tf.square(small);
  const inside = tf.mul(small, tf.div(polynomial(square, near[0]), polynomial(square, near[1])));
  const tail = tf.div(polynomial(y, middle[0]), polynomial(y, middle[1]));
  const outside = tf.sub(constant(1), tf.mul(tail, tf.exp(tf.neg(tf.square(y)))));
  return tf.mul(tf.sign(x), tf.where(tf.greater(y, constant(0.46875)), outside, inside));
}

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const lift =
  (tensor: Binary, number: (a: number, b: number) => number) =>
  (a: TensorOrNumber, b: TensorOrNumber): TensorOrNumber =>
    typeof a === "number" && typeof b === "number" ? number(a, b) : tensor(asTensor(a), asTensor(b));

const [add, sub, mul, div] = [
  lift(tf.add, numberRing.add),
  lift(tf.sub, numberRing.sub),
  lift(tf.mul, numberRing.mul),
  lift(tf.div, numberRing.div),
];

/** Tensors with numbers folded: x·0, x + 0 and x·1 cost nothing. */
export const tensorRing: Ring<TensorOrNumber> = {
  number: (value) => value,
  known: (x) => (typeof x === "number" ? x : undefined),
  add: (a, b) => (a === 0 ? b : b === 0 ? a : add(a, b)),
  sub: (a, b) => (b === 0 ? a : a === 0 && typeof b !== "number" ? tf.neg(b) : sub(a, b)),
  mul(a, b) {
    if (a === 0 || b === 0) return 0;
    if (a === 1) return b;
    if (b === 1) return a;
    if (a === -1 && typeof b !== "number") return tf.neg(b);
    if (b === -1 && typeof a !== "number") return tf.neg(a);
    return a === b && typeof a !== "number" ? tf.square(a) : mul(a, b);
  },
  div: (a, b) => (a === 0 ? 0 : b === 1 ? a : typeof b === "number" ? mul(a, 1 / b) : div(a, b)),
  power(a, n) {
    if (typeof a === "number") return a ** n;
    if (n === 0) return 1;
    if (n === 1) return a;
    if (n === 2) return tf.square(a);
    if (n === 0.5) return tf.sqrt(a);
    if (n < 0) return div(1, this.power(a, -n));
    // Whole powers by squaring: exact signs for negative bases, and gradients without logarithms.
    if (Number.isInteger(n) && n <= 64) {
      const half = this.power(a, Math.floor(n / 2));
      const even = this.mul(half, half);
      return n % 2 === 0 ? even : this.mul(even, a);
    }
    return tf.pow(a, constant(n));
  },
  unary: (name, a) => (typeof a === "number" ? numberRing.unary(name, a) : unary[name](a)),
  min: lift(tf.minimum, Math.min),
  max: lift(tf.maximum, Math.max),
  where: (c, a, b) =>
    typeof c === "number" ? (c > 0 ? a : b) : tf.where(tf.greater(c, constant(0)), asTensor(a), asTensor(b)),
};
