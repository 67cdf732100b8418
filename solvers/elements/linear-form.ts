/** Residuals with their exact derivatives with respect to every derivative of the unknowns. */
import { call, data, total, unit } from "../expression/build.ts";
import { differentiate } from "../expression/differentiate.ts";
import { columns, type Expression, evaluate } from "../expression/expression.ts";
import { unrolled } from "../expression/quadrature.ts";
import { bottomUp, nodesOf, share } from "../expression/tree.ts";
import { substitution } from "../problem/manufactured.ts";
import type { Problem } from "../problem/problem.ts";

/** A derivative of an unknown. */
export interface Derivative {
  readonly unknown: number;
  readonly order: readonly number[];
}

/** A residual F and ∂F/∂(∂^α u_j) for each derivative in it; derivatives are data leaves by their names. */
export interface LinearForm {
  readonly residual: Expression;
  readonly terms: readonly (Derivative & { readonly name: string; readonly factor: Expression })[];
  /** True where no factor depends on the unknowns. */
  readonly linear: boolean;
}

const nameOf = ({ unknown, order }: Derivative) => `∂${unknown}[${order}]`;

/**
 * The form of each residual.
 *
 * @throws DomainError where a function of the caller's has no derivative
 */
export function linearForms(problem: Problem, residuals: readonly Expression[]): LinearForm[] {
  const d = problem.axes.length;
  const sources = Object.fromEntries((problem.source ?? []).map((e, i) => [`source${i}`, e]));
  const put = substitution([], d, sources);
  const found = new Map<string, Derivative>();
  const leaves = new Map<Expression, Expression>();
  const named = (expression: Expression): Expression => {
    for (const e of bottomUp(expression, leaves)) leaves.set(e, replaced(e));
    return leaves.get(expression)!;
  };
  const leaf = (derivative: Derivative): Expression => {
    const name = nameOf(derivative);
    found.set(name, derivative);
    return data(name);
  };
  const replaced = (e: Expression): Expression => {
    if (e.kind === "derivative") return leaf(e);
    if (e.kind === "laplacian")
      return total(e.axes.map((axis) => leaf({ unknown: e.unknown, order: unit(d, axis, 2) })));
    return e.kind === "call" ? call(e.name, ...e.args.map((a) => leaves.get(a)!)) : e;
  };
  return residuals.map((written) => {
    const residual = named(unrolled(put(written)));
    const names = [
      ...new Set([...nodesOf(residual)].flatMap((n) => (n.kind === "data" && found.has(n.name) ? [n.name] : []))),
    ];
    // Where the condition of an `if` alone depends on an unknown, its factor is zero, and its value counts all the same.
    const terms = names.map((name) => ({
      ...{ ...found.get(name)!, name },
      factor: differentiate(residual, { data: name }, d),
    }));
    const depends = (e: Expression) => [...nodesOf(e)].some((n) => n.kind === "data" && found.has(n.name));
    const [shared, ...factors] = share([residual, ...terms.map(({ factor }) => factor)]);
    return {
      residual: shared!,
      terms: terms.map((term, k) => ({ ...term, factor: factors[k]! })),
      linear: !terms.some(({ factor }) => depends(factor)),
    };
  });
}

/** Values that a form needs at points. */
export interface AtPoints {
  readonly count: number;
  /** By axis. */
  readonly coordinates: readonly Float64Array[];
  readonly constants: Readonly<Record<string, number>>;
  readonly data?: Readonly<Record<string, Float64Array>>;
  /** Values of a derivative of an unknown at the points. */
  readonly derivative: (derivative: Derivative) => Float64Array;
}

/** The residual at points, and where asked the factors of its terms. */
export function valuesOf(form: LinearForm, at: AtPoints, factors: boolean, memo = new Map<Expression, Float64Array>()) {
  const derivatives = Object.fromEntries(form.terms.map((term) => [term.name, at.derivative(term)]));
  const { coordinates, constants } = at;
  const algebra = columns(at.count, { coordinates, constants, data: { ...at.data, ...derivatives } });
  return {
    residual: evaluate(form.residual, algebra, memo),
    factors: factors ? form.terms.map(({ factor }) => evaluate(factor, algebra, memo)) : [],
    derivatives: form.terms.map(({ name }) => derivatives[name]!),
  };
}
