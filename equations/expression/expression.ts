/**
 * The expressions of which equations are made: a small tree of plain data (JSON as it stands), and its evaluation over
 * any algebra (numbers, columns of numbers, tensors, jets). Text becomes an Expression in parse.ts, and stays one from
 * there on.
 */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { getOwn } from "../../engine/files/get-own.ts";
import type { tf } from "../../engine/tensors/tensor.ts";
import { type FunctionName, scalarFunctions } from "./functions.ts";
import { unrolled } from "./quadrature.ts";
import type { Table } from "./table.ts";
import { bottomUp } from "./tree.ts";

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
  /**
   * A partial derivative of an unknown at another point: `args` are its coordinates, one per axis, without unknowns
   * where there are several axes.
   */
  | {
      readonly kind: "elsewhere";
      readonly unknown: number;
      readonly order: readonly number[];
      readonly args: readonly Expression[];
    }
  /** The place x_q in [0, 1] of a node of the integral of that depth, which has `size` of them (see quadrature.ts). */
  | { readonly kind: "abscissa"; readonly size: number; readonly depth: number }
  /** Σ_q w_q f(x_q), Gauss and Legendre's rule on [0, 1]; f is the one argument. */
  | { readonly kind: "quadrature"; readonly size: number; readonly depth: number; readonly args: readonly Expression[] }
  /** A value per point given from outside, such as "source0" or "normal1". */
  | { readonly kind: "data"; readonly name: string }
  | { readonly kind: "call"; readonly name: FunctionName; readonly args: readonly Expression[] }
  /** A function on a grid; one argument for each of its axes, without unknowns. */
  | { readonly kind: "table"; readonly table: Table; readonly args: readonly Expression[] }
  /** A function of the user's; it exists in graphs only, and has no symbolic derivative. */
  | {
      readonly kind: "function";
      readonly name: string;
      readonly args: readonly Expression[];
      readonly apply: ColumnFunction;
    };

/** The operations that an expression is evaluated with. */
export interface Algebra<T> {
  number(value: number): T;
  coordinate(axis: number): T;
  constant(name: string): T;
  derivative(unknown: number, order: readonly number[]): T;
  laplacian(unknown: number, axes: readonly number[]): T;
  /** Only in algebras that know the unknowns at points of their own. */
  elsewhere?(unknown: number, order: readonly number[], at: readonly T[], node: Expression): T;
  /**
   * Only in algebras whose values hold all nodes of an integral at once; in others integrals are sums, term by term.
   */
  abscissa?(size: number, depth: number): T;
  quadrature?(size: number, depth: number, body: T): T;
  data(name: string): T;
  call(name: FunctionName, args: readonly T[]): T;
  /** Only in algebras of the host. */
  table?(table: Table, args: readonly T[]): T;
  /** Only in algebras of tensors. */
  apply?(f: ColumnFunction, args: readonly T[]): T;
}

/**
 * Evaluates an expression; a node met twice (the same object) is computed once per call.
 * Hand in `memo` to share work between several expressions over the same algebra and bindings.
 */
export function evaluate<T>(expression: Expression, algebra: Algebra<T>, memo = new Map<Expression, T>()): T {
  const written = algebra.quadrature ? expression : unrolled(expression);
  for (const node of memo.size === 0 ? orderOf(written) : bottomUp(written, memo))
    memo.set(node, evaluateNode(node, algebra, memo));
  return memo.get(written)!;
}

const orders = new WeakMap<Expression, readonly Expression[]>();

/** All nodes in the order of {@link bottomUp}, found once: formulas are evaluated again and again. */
function orderOf(expression: Expression): readonly Expression[] {
  const known = orders.get(expression);
  if (known) return known;
  const seen = new Set<Expression>();
  for (const node of bottomUp(expression, seen)) seen.add(node);
  const order = [...seen];
  orders.set(expression, order);
  return order;
}

/** The value of a node, by those of its arguments in `memo`. */
export function evaluateNode<T>(e: Expression, algebra: Algebra<T>, memo: ReadonlyMap<Expression, T>): T {
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
    case "abscissa":
    case "quadrature": {
      const { size, depth } = e;
      const value =
        e.kind === "abscissa"
          ? algebra.abscissa?.(size, depth)
          : algebra.quadrature?.(size, depth, memo.get(e.args[0]!)!);
      if (value === undefined)
        throw new OptionsError("evaluate: an abscissa has no value outside of its integral", "equations");
      return value;
    }
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
    case "table": {
      if (!algebra.table)
        throw new OptionsError(`evaluate: ${e.table.name}, a function on a grid, has no value here`, "functions");
      return algebra.table(
        e.table,
        e.args.map((a) => memo.get(a)!),
      );
    }
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

/** The values of an expression's leaves on the host. `T` is a number, or a column with one entry per point. */
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
    (table, args) => table.values(args.map((a) => [a]))[0]!,
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
      const out = new Float64Array(count);
      columnLoop(name, out, args)();
      return out;
    },
    (table, args) => table.values(args),
  );
}

/**
 * A loop that fills a column with a function of others. Most calls have loops of their own: one call a point would cost
 * more than the arithmetic.
 *
 * @param exponent - of a power, where it is a number
 */
export function columnLoop(
  name: FunctionName,
  out: Float64Array,
  args: readonly Float64Array[],
  exponent?: number,
): () => void {
  const n = out.length;
  const [a, b = a, c = a] = args as [Float64Array, Float64Array?, Float64Array?];
  switch (name) {
    case "add":
      return () => {
        for (let i = 0; i < n; i++) out[i] = a[i]! + b[i]!;
      };
    case "sub":
      return () => {
        for (let i = 0; i < n; i++) out[i] = a[i]! - b[i]!;
      };
    case "mul":
      return () => {
        for (let i = 0; i < n; i++) out[i] = a[i]! * b[i]!;
      };
    case "div":
      return () => {
        for (let i = 0; i < n; i++) out[i] = a[i]! / b[i]!;
      };
    case "neg":
      return () => {
        for (let i = 0; i < n; i++) out[i] = -a[i]!;
      };
    case "square":
      return () => {
        for (let i = 0; i < n; i++) out[i] = a[i]! * a[i]!;
      };
    case "pow":
      if (exponent === 3)
        return () => {
          for (let i = 0; i < n; i++) out[i] = a[i]! * a[i]! * a[i]!;
        };
  }
  const f = scalarFunctions[name];
  return () => {
    for (let i = 0; i < n; i++) out[i] = f(a[i]!, b[i]!, c[i]!);
  };
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
  if (!Number.isInteger(points.length / axes))
    throw new DomainError(`evaluateAt: ${points.length} numbers are not whole points of ${axes} coordinates`, axes);
  return evaluate(expression, columnsAt(points, axes, { constants, data }));
}

/** The coordinates of points [n, d], or of normals, one column an axis. */
export const columnsOf = (rows: Float64Array, d: number): Float64Array[] =>
  Array.from({ length: d }, (_, k) => {
    const column = new Float64Array(rows.length / d);
    for (let i = 0; i < column.length; i++) column[i] = rows[i * d + k]!;
    return column;
  });

/** {@link columns} at points [n, d]. */
export const columnsAt = (points: Float64Array, d: number, bindings: Omit<Bindings<Float64Array>, "coordinates">) =>
  columns(points.length / d, { ...bindings, coordinates: columnsOf(points, d) });

function bind<T>(
  bindings: Bindings<T>,
  lift: (value: number) => T,
  sum: (a: T, b: T) => T,
  call: (name: FunctionName, args: readonly T[]) => T,
  table: (table: Table, args: readonly T[]) => T,
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
    constant: (name) => lift(found(getOwn(bindings.constants, name), `constant "${name}"`)),
    data: (name) => found(getOwn(bindings.data, name), `data "${name}"`),
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
    table,
  };
}

/** A function of one point, for calling very often: the tree is walked once, not for each point. */
export function functionOfPoint(
  expression: Expression,
  constants: Readonly<Record<string, number>> = {},
): (point: ArrayLike<number>) => number {
  type F = (x: ArrayLike<number>) => number;
  const inner = numbers({ constants });
  const refuse = (what: string) => (): never => {
    throw new OptionsError(`evaluate: ${what} has no value at a point alone; bind it`, "bindings", undefined);
  };
  return evaluate<F>(expression, {
    number: (value) => () => value,
    coordinate: (axis) => (x) => x[axis]!,
    constant: (name) => {
      const value = inner.constant(name);
      return () => value;
    },
    data: (name) => refuse(`data "${name}"`),
    derivative: refuse("an unknown"),
    laplacian: refuse("an unknown"),
    call(name, [a, b, c]) {
      const f = scalarFunctions[name];
      return (x) => f(a!(x), b?.(x) ?? Number.NaN, c?.(x) ?? Number.NaN);
    },
    table: (table, args) => (x) => table.values(args.map((a) => [a(x)]))[0]!,
  });
}
