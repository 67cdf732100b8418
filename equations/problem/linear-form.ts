/**
 * Residuals with their exact derivatives with respect to every derivative of the unknowns, and to constants to be
 * found.
 */
import { data, number, total, unit } from "../expression/build.ts";
import { differentiate } from "../expression/differentiate.ts";
import { type Expression, evaluateAt } from "../expression/expression.ts";
import { rewritten, unrolled } from "../expression/quadrature.ts";
import { nodesOf, share } from "../expression/tree.ts";
import { substitution } from "./manufactured.ts";
import type { Problem } from "./problem.ts";

/** A derivative of an unknown. */
export interface Derivative {
  readonly unknown: number;
  readonly order: readonly number[];
}

/**
 * A residual F, ∂F/∂(∂^α u_j) for each derivative in it, and ∂F/∂c for each constant to be found; derivatives and these
 * constants are data leaves by their names.
 */
export interface LinearForm {
  readonly residual: Expression;
  readonly terms: readonly (Derivative & { readonly name: string; readonly factor: Expression })[];
  readonly slopes: readonly Expression[];
  /** True where no factor and no slope depends on the unknowns or on constants to be found. */
  readonly linear: boolean;
}

/** Name of the data leaf of a derivative. */
export const nameOfDerivative = ({ unknown, order }: Derivative): string => `∂${unknown}[${order}]`;
/** Name of the data leaf of a constant to be found. */
export const nameOfConstant = (name: string) => `constant ${name}`;

/**
 * The form of each residual.
 *
 * @param held - constants that become numbers; others stay
 * @throws DomainError where a function of the caller's has no derivative
 */
export function linearForms(
  problem: Problem,
  residuals: readonly Expression[],
  held: Readonly<Record<string, number>> = {},
): LinearForm[] {
  const d = problem.axes.length;
  const sought = Object.keys(problem.trainable);
  const sources = Object.fromEntries((problem.source ?? []).map((e, i) => [`source${i}`, e]));
  const put = substitution([], d, sources);
  const found = new Map<string, Derivative>();
  const leaves = new Map<Expression, Expression>();
  const leaf = (derivative: Derivative): Expression => {
    const name = nameOfDerivative(derivative);
    found.set(name, derivative);
    return data(name);
  };
  const named = (e: Expression): Expression | undefined => {
    if (e.kind === "derivative") return leaf(e);
    if (e.kind === "constant" && Object.hasOwn(held, e.name)) return number(held[e.name]!);
    if (e.kind === "constant" && sought.includes(e.name)) return data(nameOfConstant(e.name));
    return e.kind === "laplacian"
      ? total(e.axes.map((axis) => leaf({ unknown: e.unknown, order: unit(d, axis, 2) })))
      : undefined;
  };
  return residuals.map((written) => {
    const residual = rewritten(unrolled(put(written)), named, leaves);
    const names = [
      ...new Set([...nodesOf(residual)].flatMap((n) => (n.kind === "data" && found.has(n.name) ? [n.name] : []))),
    ];
    // Where the condition of an `if` alone depends on an unknown, its factor is zero, and its value counts all the
    // same.
    const terms = names.map((name) => ({
      ...{ ...found.get(name)!, name },
      factor: differentiate(residual, { data: name }, d),
    }));
    const slopes = sought.map((name) => differentiate(residual, { data: nameOfConstant(name) }, d));
    const open = new Set([...found.keys(), ...sought.map(nameOfConstant)]);
    const depends = (e: Expression) => [...nodesOf(e)].some((n) => n.kind === "data" && open.has(n.name));
    const derivatives = [...terms.map(({ factor }) => factor), ...slopes];
    const [shared, ...factors] = share([residual, ...derivatives]);
    return {
      residual: shared!,
      terms: terms.map((term, k) => ({ ...term, factor: factors[k]! })),
      slopes: factors.slice(terms.length),
      linear: !derivatives.some(depends),
    };
  });
}

/**
 * True for a formula of values at one point, of which there is a form: without functions of the caller's and unknowns
 * at other points.
 */
export const isSymbolic = (e: Expression): boolean =>
  ![...nodesOf(e)].some(({ kind }) => kind === "function" || kind === "elsewhere");

/** An expression of a form at points [n, axes], with one value for all derivatives of the unknowns. */
export function atState(
  e: Expression,
  { terms }: LinearForm,
  points: Float64Array,
  axes: number,
  value: number,
  data: Readonly<Record<string, Float64Array>> = {},
): Float64Array {
  const states = terms.map(({ name }) => [name, new Float64Array(points.length / axes).fill(value)] as const);
  return evaluateAt(e, points, axes, {}, { ...data, ...Object.fromEntries(states) });
}
