/**
 * An evolution of second order in its weak form: fluxes A·∇u that leave an element are those that enter the next, and
 * conditions say what they are on the boundary.
 */
import {
  call,
  differentiate,
  type Expression,
  nodesOf,
  spaceAxes,
  total,
  unit,
  zero,
} from "../../equations/expression/index.ts";
import {
  fieldsOf,
  type LinearForm,
  linearForms,
  nameOfDerivative,
  type Problem,
  type ValueCondition,
} from "../../equations/problem/index.ts";
import { startsOf } from "../marching/evolution-form.ts";

/** A value, slope or derivative in time of an unknown, by the name of its data leaf. */
export interface WeakLeaf {
  readonly name: string;
  readonly unknown: number;
  /** Axis of a slope. */
  readonly axis: number | undefined;
  readonly inTime: number;
}

/** The equation of an unknown: −div(A·∇u) + rest = 0, but for its sign. */
export interface WeakRow {
  /** A: [axis, axis], row by row. */
  readonly flux: readonly Expression[];
  readonly rest: Expression;
  /** Derivatives of the rest by leaves. */
  readonly slopes: readonly { readonly leaf: number; readonly slope: Expression }[];
}

/** A condition on the boundary: of the values of one unknown, or of its slopes too. */
export interface WeakCondition {
  readonly residual: Expression;
  readonly unknown: number;
  readonly isNatural: boolean;
  readonly slopes: readonly { readonly leaf: number; readonly slope: Expression }[];
  readonly text: string;
  readonly condition: ValueCondition;
}

/** A problem in its weak form. */
export interface WeakForm {
  readonly problem: Problem;
  readonly leaves: readonly WeakLeaf[];
  /** One for each unknown. */
  readonly rows: readonly WeakRow[];
  readonly conditions: readonly WeakCondition[];
  readonly periodic: readonly number[];
  /** Highest order in time of each unknown. */
  readonly inTime: readonly number[];
  /** Derivatives in time at the first moment [unknown][order]. */
  readonly starts: readonly (readonly Expression[])[];
  readonly isLinear: boolean;
  /** Names of leaves of second derivatives, which the rest counts as 0. */
  readonly second: readonly string[];
}

const sum = (order: readonly number[]) => order.reduce((a, b) => a + b, 0);

/** The weak form of an evolution in a plane, or why it has none, in words. */
export function weakForm(problem: Problem): WeakForm | string {
  const { time, unknowns, equations, conditions, axes } = problem;
  if (time === undefined || spaceAxes(problem).length !== 2) return "it is no evolution in a plane";
  if (problem.parameters) return "its solution depends on parameters";
  if (Object.keys({ ...problem.trainable, ...fieldsOf(problem.text) }).length > 0)
    return "constants or coefficients are to be found";
  if (problem.observations.length > 0 || problem.integrals.length > 0) return "observations or integrals are to be met";
  const values = conditions.filter((c): c is ValueCondition => c.kind !== "periodic" && c.kind !== "initial");
  if (values.some(({ kind }) => kind === "interface")) return "a condition holds inside of the domain";
  const kinds = new Set([...nodesOf([...equations, ...values.map((c) => c.residual)])].map(({ kind }) => kind));
  if (kinds.has("elsewhere") || kinds.has("function")) return "its rows are no formulas of values at one point";
  const leaves: WeakLeaf[] = [];
  const leafOf = ({ name, unknown, order }: LinearForm["terms"][number]): number => {
    const at = leaves.findIndex((leaf) => leaf.name === name);
    const axis = order.findIndex((o, k) => k !== time && o > 0);
    return at >= 0 ? at : leaves.push({ name, unknown, axis: axis < 0 ? undefined : axis, inTime: order[time]! }) - 1;
  };
  const inSpace = (order: readonly number[]) => sum(order) - order[time]!;
  const forms = linearForms(problem, equations, problem.constants);
  const names = new Set(forms.flatMap(({ terms }) => terms.map(({ name }) => name)));
  const isGiven = (e: Expression) => ![...nodesOf(e)].some((node) => node.kind === "data" && names.has(node.name));
  const isOfTime = (e: Expression) => [...nodesOf(e)].some((node) => node.kind === "coordinate" && node.axis === time);
  const inTime = unknowns.map((_, k) =>
    Math.max(0, ...forms.flatMap(({ terms }) => terms.flatMap((t) => (t.unknown === k ? [t.order[time]!] : [])))),
  );
  if (inTime.some((order) => order === 0 || order > 2)) return "an unknown has no derivative in time, or a third one";
  const rows: (WeakRow | undefined)[] = unknowns.map(() => undefined);
  const second = new Set<string>();
  for (const { residual, terms } of forms) {
    if (terms.some(({ order }) => inSpace(order) > 2 || (order[time]! > 0 && inSpace(order) > 0)))
      return "it has derivatives in space above the second, or of derivatives in time";
    const leading = terms.filter(({ order, unknown }) => inSpace(order) === 2 || order[time] === inTime[unknown]);
    const unknown = leading[0]?.unknown;
    if (unknown === undefined || leading.some((t) => t.unknown !== unknown) || rows[unknown])
      return "its equations are coupled in their highest derivatives";
    if (leading.some(({ factor }) => !isGiven(factor) || isOfTime(factor)))
      return "factors of its highest derivatives change";
    const sloped = terms.filter(({ order }) => inSpace(order) === 1);
    if (sloped.some((t) => t.unknown !== unknown)) return "its equations are coupled in slopes";
    const flux = new Array<Expression>(4).fill(zero);
    for (const { order, factor, name } of terms) {
      if (inSpace(order) !== 2) continue;
      second.add(name);
      const [i, j] = order[0] === 1 ? [0, 1] : order[0] === 2 ? [0, 0] : [1, 1];
      const own = call("neg", i === j ? factor : call("div", factor, { kind: "number", value: 2 }));
      flux[2 * i + j] = own;
      flux[2 * j + i] = own;
    }
    const rest = total([
      residual,
      ...[0, 1].flatMap((i) =>
        [0, 1].map((j) => {
          const order = unit(axes.length, j);
          const leaf: Expression = { kind: "data", name: nameOfDerivative({ unknown, order }) };
          return call("mul", differentiate(flux[2 * i + j]!, { axis: i }, axes.length), leaf);
        }),
      ),
    ]);
    const all = new Map(terms.filter(({ order }) => inSpace(order) < 2).map((term) => [term.name, term]));
    for (const axis of [0, 1]) {
      const term = { unknown, order: unit(axes.length, axis) };
      const name = nameOfDerivative(term);
      if (!all.has(name)) all.set(name, { ...term, name, factor: zero });
    }
    rows[unknown] = {
      flux,
      rest,
      slopes: [...all.values()].map((term) => ({
        leaf: leafOf(term),
        slope: differentiate(rest, { data: term.name }, axes.length),
      })),
    };
  }
  const found: WeakCondition[] = [];
  const ofValues = linearForms(
    problem,
    values.map((c) => c.residual),
    problem.constants,
  );
  for (const [k, c] of values.entries()) {
    if (typeof c.on === "object" && "axis" in c.on && c.on.axis === time) return "a condition holds at the end of time";
    if (typeof c.on === "object" && "where" in c.on && isOfTime(c.on.where)) return "the place of a condition moves";
    const { residual, terms, linear } = ofValues[k]!;
    if (!linear || terms.some(({ order, factor }) => order[time]! > 0 || inSpace(order) > 1 || isOfTime(factor)))
      return `"${c.text}" is not linear with steady factors, or has other derivatives than slopes`;
    const sloped = terms.filter(({ order }) => inSpace(order) === 1);
    const own = new Set((sloped.length > 0 ? sloped : terms).map(({ unknown }) => unknown));
    if (own.size !== 1) return `"${c.text}" has several unknowns`;
    found.push({
      ...{ residual, unknown: [...own][0]!, isNatural: sloped.length > 0, text: c.text, condition: c },
      slopes: terms.map((term) => ({ leaf: leafOf(term), slope: term.factor })),
    });
  }
  const starts = startsOf(problem, inTime);
  if (typeof starts === "string") return starts;
  const periodic: number[] = [];
  for (const c of conditions) {
    if (c.kind !== "periodic") continue;
    if (c.on.axis === time || c.unknowns.length < unknowns.length) return "it is periodic in time, or in some unknowns";
    periodic.push(c.on.axis);
  }
  const isSteady = forms.every(({ terms, linear }) => linear && terms.every(({ factor }) => !isOfTime(factor)));
  return {
    ...{ problem, leaves, conditions: found, periodic, inTime, starts, isLinear: isSteady },
    ...{ rows: rows as WeakRow[], second: [...second] },
  };
}
