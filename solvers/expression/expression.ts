/**
 * The expressions of which equations are made: a small tree of plain data (JSON as it stands), and its evaluation over any
 * algebra (numbers, columns of numbers, tensors, jets). Text becomes an Expression in parse.ts, and stays one from there on.
 */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { erf } from "../../engine/numerics/special.ts";
import { own } from "../../engine/own.ts";
import type { tf } from "../../engine/tensor.ts";

/** Tensor operations on columns [n, 1], one for each input, to one column: what a formula cannot say. */
export type ColumnFunction = (columns: readonly tf.Tensor[]) => tf.Tensor;

/**
 * One node. Trees are immutable and may share nodes: a subtree that is the same object is evaluated once (see `share`).
 * Axes are indices into the problem's `axes`; `order` has one entry per axis.
 */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "coordinate"; readonly axis: number }
  /** A named constant, fixed or trainable: bound when evaluated. */
  | { readonly kind: "constant"; readonly name: string }
  /** A partial derivative of an unknown; all orders 0 is the unknown itself. */
  | { readonly kind: "derivative"; readonly unknown: number; readonly order: readonly number[] }
  /** Sum of the pure second derivatives over `axes` (space axes; time is not one). */
  | { readonly kind: "laplacian"; readonly unknown: number; readonly axes: readonly number[] }
  /** A partial derivative of an unknown at another point: `args` are its coordinates, one per axis, without unknowns. */
  | {
      readonly kind: "elsewhere";
      readonly unknown: number;
      readonly order: readonly number[];
      readonly args: readonly Expression[];
    }
  /** A value per point given from outside, such as "source0" or "normal1". */
  | { readonly kind: "data"; readonly name: string }
  | { readonly kind: "call"; readonly name: FunctionName; readonly args: readonly Expression[] }
  /** A function of the user's; it exists in graphs only, and has no symbolic derivative. */
  | {
      readonly kind: "function";
      readonly name: string;
      readonly args: readonly Expression[];
      readonly apply: ColumnFunction;
    };

/** Number of arguments of every function an expression may call. */
export const arity = {
  add: 2,
  sub: 2,
  mul: 2,
  div: 2,
  neg: 1,
  pow: 2,
  sin: 1,
  cos: 1,
  tan: 1,
  exp: 1,
  log: 1,
  sqrt: 1,
  abs: 1,
  tanh: 1,
  sinh: 1,
  cosh: 1,
  atan: 1,
  min: 2,
  max: 2,
  sign: 1,
  square: 1,
  erf: 1,
  if: 3,
} as const;

export type FunctionName = keyof typeof arity;

/** What an expression is evaluated over. */
export interface Algebra<T> {
  number(value: number): T;
  coordinate(axis: number): T;
  constant(name: string): T;
  derivative(unknown: number, order: readonly number[]): T;
  laplacian(unknown: number, axes: readonly number[]): T;
  /** Only in algebras that know the unknowns at points of their own. */
  elsewhere?(unknown: number, order: readonly number[], at: readonly T[], node: Expression): T;
  data(name: string): T;
  call(name: FunctionName, args: readonly T[]): T;
  /** Only in algebras of tensors. */
  apply?(f: ColumnFunction, args: readonly T[]): T;
}

/**
 * Evaluates an expression; a node met twice (the same object) is computed once per call.
 * Hand in `memo` to share work between several expressions over the same algebra and bindings.
 */
export function evaluate<T>(expression: Expression, algebra: Algebra<T>, memo = new Map<Expression, T>()): T {
  for (const node of bottomUp(expression, memo)) memo.set(node, evaluateNode(node, algebra, memo));
  return memo.get(expression)!;
}

/**
 * The nodes of an expression that are not in `done`, each once and after its arguments; without recursion, so that depth
 * is no limit. The caller puts each node into `done` before it asks for the next one.
 */
export function* bottomUp(expression: Expression, done: ReadonlyMap<Expression, unknown>): Generator<Expression> {
  const stack = [expression];
  for (let e = stack.at(-1); e; e = stack.at(-1)) {
    const missing = "args" in e && !done.has(e) ? e.args.filter((a) => !done.has(a)) : [];
    if (missing.length > 0) {
      for (const arg of missing.reverse()) stack.push(arg);
      continue;
    }
    stack.pop();
    if (!done.has(e)) yield e;
  }
}

function evaluateNode<T>(e: Expression, algebra: Algebra<T>, memo: ReadonlyMap<Expression, T>): T {
  switch (e.kind) {
    case "number":
      return algebra.number(e.value);
    case "coordinate":
      return algebra.coordinate(e.axis);
    case "constant":
      return algebra.constant(e.name);
    case "derivative":
      return algebra.derivative(e.unknown, e.order);
    case "laplacian":
      return algebra.laplacian(e.unknown, e.axes);
    case "data":
      return algebra.data(e.name);
    case "elsewhere": {
      if (!algebra.elsewhere)
        throw new OptionsError("evaluate: unknowns at other points have no value here", "equations");
      const at = e.args.map((a) => memo.get(a)!);
      return algebra.elsewhere(e.unknown, e.order, at, e);
    }
    case "call":
      return algebra.call(
        e.name,
        e.args.map((a) => memo.get(a)!),
      );
    case "function": {
      if (!algebra.apply)
        throw new OptionsError(`evaluate: the function ${e.name} exists in compiled graphs only`, "equations", e.name);
      return algebra.apply(
        e.apply,
        e.args.map((a) => memo.get(a)!),
      );
    }
  }
}

/** What the leaves of an expression stand for on the host. `T` is a number, or a column with one entry per point. */
export interface Bindings<T> {
  /** Value of each axis. */
  readonly coordinates?: ArrayLike<T>;
  readonly constants?: Readonly<Record<string, number>>;
  readonly data?: Readonly<Record<string, T>>;
  readonly derivative?: (unknown: number, order: readonly number[]) => T;
  /** Default: the sum of `derivative` over the axes. */
  readonly laplacian?: (unknown: number, axes: readonly number[]) => T;
}

/**
 * Float64 arithmetic on the host: the oracle of the other algebras, and good enough for small uses.
 * @throws OptionsError where an expression asks for something that is not bound.
 */
export function numbers(bindings: Bindings<number>): Algebra<number> {
  return bind(
    bindings,
    (v) => v,
    (a, b) => a + b,
    (name, args) => scalarFunctions[name](args[0]!, args[1] ?? Number.NaN, args[2] ?? Number.NaN),
  );
}

/**
 * Float64 arithmetic on columns of `count` points, for evaluating at many points at once.
 * @throws OptionsError where an expression asks for something that is not bound.
 */
export function columns(count: number, bindings: Bindings<Float64Array>): Algebra<Float64Array> {
  return bind(
    bindings,
    (v) => new Float64Array(count).fill(v),
    (a, b) => a.map((v, i) => v + b[i]!),
    (name, args) => {
      const f = scalarFunctions[name];
      const [a, b, c] = args;
      const result = new Float64Array(count);
      for (let i = 0; i < count; i++) result[i] = f(a![i]!, b?.[i] ?? Number.NaN, c?.[i] ?? Number.NaN);
      return result;
    },
  );
}

/**
 * Values of expressions without unknowns (exact solutions, boundary data, sources) at points.
 * @param points row-major [n, axes]
 * @returns n values
 * @throws DomainError where the points are not whole rows of `axes` numbers.
 */
export function evaluateAt(
  expression: Expression,
  points: Float64Array,
  axes: number,
  constants: Readonly<Record<string, number>> = {},
  data: Readonly<Record<string, Float64Array>> = {},
): Float64Array {
  const count = points.length / axes;
  if (!Number.isInteger(count))
    throw new DomainError(`evaluateAt: ${points.length} numbers are not whole points of ${axes} coordinates`, axes);
  const coordinates = Array.from({ length: axes }, (_, k) =>
    Float64Array.from({ length: count }, (_, i) => points[i * axes + k]!),
  );
  return evaluate(expression, columns(count, { coordinates, constants, data }));
}

function bind<T>(
  bindings: Bindings<T>,
  lift: (value: number) => T,
  sum: (a: T, b: T) => T,
  call: (name: FunctionName, args: readonly T[]) => T,
): Algebra<T> {
  const found = <V>(value: V | undefined, what: string): V => {
    if (value === undefined)
      throw new OptionsError(`evaluate: ${what} has no value here; bind it`, "bindings", undefined);
    return value;
  };
  const derivative = (unknown: number, order: readonly number[]) =>
    found(bindings.derivative, `derivative [${order}] of unknown ${unknown}`)(unknown, order);
  return {
    number: lift,
    coordinate: (axis) => found(bindings.coordinates?.[axis], `axis ${axis}`),
    constant: (name) => lift(found(own(bindings.constants, name), `constant "${name}"`)),
    data: (name) => found(own(bindings.data, name), `data "${name}"`),
    derivative,
    laplacian: (unknown, axes) => {
      if (bindings.laplacian) return bindings.laplacian(unknown, axes);
      const dimension = found(bindings.coordinates?.length, `laplacian of unknown ${unknown}`);
      const second = (axis: number) =>
        derivative(
          unknown,
          Array.from({ length: dimension }, (_, k) => (k === axis ? 2 : 0)),
        );
      return axes.map(second).reduce(sum);
    },
    call,
  };
}

/** Every function on float64 numbers; those of fewer arguments ignore the rest. `if` has the second where the first is > 0, else the third. */
export const scalarFunctions: Readonly<Record<FunctionName, (a: number, b: number, c: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  pow: (a, b) => a ** b,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  tanh: Math.tanh,
  sinh: Math.sinh,
  cosh: Math.cosh,
  atan: Math.atan,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  sign: Math.sign,
  square: (a) => a * a,
  erf,
  if: (a, b, c) => (a > 0 ? b : c),
};

/**
 * The same expressions with equal subtrees made one object, so that `evaluate` computes each of them once.
 * Expressions shared in one call share nodes with one another as well.
 */
export function share(expressions: readonly Expression[]): Expression[] {
  const nodes = new Map<string, Expression>();
  const numbersOf = new Map<Expression, number>();
  const shared = new Map<Expression, Expression>();
  const visit = (e: Expression): Expression => {
    if (numbersOf.has(e)) return e;
    const args = "args" in e ? e.args.map((a) => shared.get(a)!) : [];
    // Two functions of one name need not be the same: each node is its own.
    const own = e.kind === "function" ? ` ${numbersOf.size}` : "";
    const head = e.kind === "elsewhere" ? `E${e.unknown}[${e.order}]` : "args" in e ? e.name : "";
    const key = "args" in e ? `${head}(${args.map((a) => numbersOf.get(a))})${own}` : leafKey(e);
    const known = nodes.get(key);
    if (known) return known;
    const unchanged = !("args" in e) || args.every((a, i) => a === e.args[i]);
    const node: Expression = unchanged ? e : Object.freeze({ ...e, args: Object.freeze(args) });
    nodes.set(key, node);
    numbersOf.set(node, numbersOf.size);
    return node;
  };
  return expressions.map((expression) => {
    for (const node of bottomUp(expression, shared)) shared.set(node, visit(node));
    return shared.get(expression)!;
  });
}

function leafKey(e: Exclude<Expression, { kind: "call" | "function" | "elsewhere" }>): string {
  switch (e.kind) {
    case "number":
      return Object.is(e.value, -0) ? "-0" : `${e.value}`;
    case "coordinate":
      return `@${e.axis}`;
    case "constant":
      return `c:${e.name}`;
    case "data":
      return `d:${e.name}`;
    case "derivative":
      return `D${e.unknown}[${e.order}]`;
    case "laplacian":
      return `L${e.unknown}[${e.axes}]`;
  }
}

/** Every distinct node of an expression or of a list of them, once, in no promised order. */
export function* nodesOf(of: Expression | readonly Expression[]): Generator<Expression> {
  const seen = new Set<Expression>();
  const stack = [of].flat().reverse();
  for (let e = stack.pop(); e; e = stack.pop()) {
    if (seen.has(e)) continue;
    seen.add(e);
    yield e;
    if ("args" in e) for (const arg of e.args) stack.push(arg);
  }
}
