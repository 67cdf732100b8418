/**
 * A problem laid out for elements: its residuals with their derivatives, where they hold, and what two elements have in
 * common.
 */
import { norm } from "../../engine/numerics/vectors.ts";
import type { Team } from "../../engine/system/team.ts";
import { parseDomain } from "../../equations/domain/index.ts";
import { type Expression, evaluateAt, nodesOf } from "../../equations/expression/index.ts";
import type { Problem, ValueCondition } from "../../equations/problem/index.ts";
import {
  boundaryPart,
  highestOrders,
  type LinearForm,
  linearForms,
  unknownOfFlux,
} from "../../equations/problem/index.ts";
import type { Cell } from "./mesh.ts";
import type { BoundaryPart } from "./points.ts";
import { type Region, regionOf } from "./region.ts";
import { Memo } from "./site.ts";

/** A condition as rows. */
export interface ConditionForm {
  readonly form: LinearForm;
  readonly weight: number;
  /** True where it holds at point i of a part of the boundary. */
  holdsAt(part: BoundaryPart, i: number): boolean;
}

/** Observations of a quantity as rows. */
export interface ObservedForm {
  readonly form: LinearForm;
  /** [n, axes] */
  readonly points: Float64Array;
  readonly values: Float64Array;
  /** Standard deviation: given, or the size of the values. */
  readonly sigma: number;
  /** Of a row, in these units beside all values. */
  readonly weight: number;
}

/** Functions that are known on every element, as those of an earlier moment: polynomials of its degree. */
export interface GivenFunctions {
  /** Derivatives of them in the equations and conditions, by the names of their data leaves. */
  readonly leaves: ReadonlyMap<string, { readonly field: number; readonly order: readonly number[] }>;
  /** Of a list of forms, the same with the known functions in the place of the unknowns. */
  readonly held: (forms: readonly LinearForm[]) => readonly LinearForm[];
  /** [functions, polynomials] of each element. */
  readonly on: Map<Cell, Float64Array>;
}

/** A flux that is continuous where a coefficient jumps across an axis. */
export interface MatchedFlux {
  readonly equation: number;
  readonly axis: number;
  readonly unknown: number;
  readonly form: LinearForm;
}

/** A problem as elements see it. */
export interface Discretisation {
  readonly problem: Problem;
  readonly region: Region;
  readonly equations: readonly LinearForm[];
  readonly conditions: readonly ConditionForm[];
  readonly integrals: readonly { readonly form: LinearForm; readonly value: number }[];
  readonly observations: readonly ObservedForm[];
  /** Weight of the rows of all observations together. */
  readonly observing: { weight: number };
  /** Noise of observations that is drawn: columns beside the constants to be found. */
  readonly draws: readonly (readonly Float64Array[])[];
  /** Axes that are periodic for all unknowns. */
  readonly periodic: readonly number[];
  /** Number of derivatives across a face along each axis that are continuous: [unknown][axis]. */
  readonly matched: readonly (readonly number[])[];
  /** Fluxes that are continuous across an axis in the place of the highest derivative of an unknown that is matched. */
  readonly fluxes: readonly MatchedFlux[];
  /** Highest order of a derivative along an axis. */
  readonly orders: number;
  /** Highest order of each unknown. */
  readonly highest: readonly number[];
  readonly linear: boolean;
  /** Values of all constants; those of constants to be found change in a solve. */
  readonly constants: Record<string, number>;
  /** Names of constants to be found. */
  readonly sought: readonly string[];
  readonly given?: GivenFunctions;
  /** Residual of the function with which it begins, where the zero function has none that is finite. */
  readonly atStart?: number;
  /** Of its elements and faces. */
  readonly memo: Memo;
  readonly share: Team["share"] | undefined;
  /** True where the machine's own LAPACK may eliminate. */
  readonly blas: boolean;
}

/** Most axes of elements. */
const mostAxes = 2;

/** Why a problem cannot be solved by elements; undefined where it can. Cheap. */
export function unsuitedToElements(problem: Problem): string | undefined {
  const { axes, domain, parameters, trainable, observations, text, equations, conditions, integrals } = problem;
  if (axes.length > mostAxes) return `it has ${axes.length} axes, and elements fill at most ${mostAxes}`;
  if (parameters?.length) return "it has parameters";
  if (text.fields !== undefined) return "it has fields";
  const residuals = [
    ...equations,
    ...conditions.flatMap((c) => (c.kind === "periodic" ? c.matched : [c.residual])),
    ...observations.map(({ quantity }) => quantity),
  ];
  const kinds = new Set([...nodesOf([...residuals, ...integrals.map((i) => i.integrand)])].map(({ kind }) => kind));
  if (kinds.has("function")) return "a residual is a function, which has no symbolic derivative";
  if (kinds.has("elsewhere")) return "unknowns stand at other points";
  if (integrals.some(({ at }) => at !== undefined)) return "an integral holds at one time";
  const isSought = (e: Expression) => e.kind === "constant" && Object.hasOwn(trainable, e.name);
  if (integrals.some(({ value }) => [...nodesOf(value)].some(isSought)))
    return "the value of an integral is to be found";
  if (conditions.some((c) => c.kind === "interface")) return "a condition holds inside of the domain, or is a table";
  if (conditions.some((c) => c.kind === "periodic" && c.unknowns.length < problem.unknowns.length))
    return "an axis is periodic for a part of the unknowns";
  return regionOf(domain) ? undefined : "its shape is neither a box nor one in the plane";
}

/** Lays out a problem for which {@link unsuitedToElements} has nothing to say. */
export function discretised(
  problem: Problem,
  { share, blas = true }: { readonly share?: Team["share"] | undefined; readonly blas?: boolean | undefined } = {},
): Discretisation {
  const { unknowns, axes, time, conditions, integrals, trainable } = problem;
  const constants = { ...problem.constants, ...trainable };
  const region = regionOf(problem.domain)!;
  const orders = highestOrders(problem.equations, problem);
  const equations = linearForms(problem, problem.equations);
  const values = conditions.filter((c): c is ValueCondition => c.kind !== "periodic");
  const forms = linearForms(
    problem,
    values.map((c) => c.residual),
  );
  const means = linearForms(
    problem,
    integrals.map((i) => i.integrand),
  );
  const numeric = linearForms(
    problem,
    integrals.map((i) => i.value),
  );
  const seen = linearForms(
    problem,
    problem.observations.map(({ quantity }) => quantity),
  );
  const across = linearForms(
    problem,
    (problem.fluxes ?? []).map(({ flux }) => flux),
  );
  const all = [...equations, ...forms, ...means, ...seen, ...across];
  const highest = unknowns.map((_, k) =>
    Math.max(0, ...equations.flatMap(({ terms }) => terms.filter((t) => t.unknown === k).map((t) => sum(t.order)))),
  );
  return {
    ...{
      problem,
      region,
      equations,
      highest,
      constants,
      sought: Object.keys(trainable),
      memo: new Memo(),
      share,
      blas,
    },
    conditions: values.map((condition, k) => ({
      form: forms[k]!,
      weight: condition.weight,
      holdsAt: placeOf(condition, problem, time),
    })),
    integrals: means.map((form, k) => ({ form, value: numberOf(numeric[k]!, constants) })),
    observations: observationsOf(problem, seen),
    ...{ observing: { weight: 0 }, draws: [] },
    periodic: conditions.flatMap((c) => (c.kind === "periodic" ? [c.on.axis] : [])),
    matched: unknowns.map((_, k) => axes.map((_axis, a) => orders[k]![a]!)),
    fluxes: (problem.fluxes ?? []).map((flux, k) => ({
      ...{ equation: flux.equation, axis: flux.axis, unknown: unknownOfFlux(problem, flux)!, form: across[k]! },
    })),
    orders: Math.max(1, ...all.flatMap(({ terms }) => terms.flatMap((t) => [...t.order])), ...orders.flat()),
    linear: all.every(({ linear }) => linear),
  };
}

/** True where no factor depends on the unknowns, whatever constants are to be found. */
export function isLinearInUnknowns({ equations, conditions, integrals, observations }: Discretisation): boolean {
  const forms = [...equations, ...[...conditions, ...integrals, ...observations].map(({ form }) => form)];
  const names = new Set(forms.flatMap(({ terms }) => terms.map(({ name }) => name)));
  const isFree = (e: Expression) => ![...nodesOf(e)].some((node) => node.kind === "data" && names.has(node.name));
  return forms.every(({ terms }) => terms.every(({ factor }) => isFree(factor)));
}

function observationsOf({ observations }: Problem, forms: readonly LinearForm[]): ObservedForm[] {
  const sigmas = observations.map(({ values, sigma, hasSigma }) =>
    hasSigma ? sigma : norm(values) / Math.sqrt(values.length) || 1,
  );
  const whole = Math.hypot(...observations.map(({ values }, k) => norm(values) / sigmas[k]!)) || 1;
  return observations.map(({ points, values }, k) => ({
    ...{ form: forms[k]!, points, values, sigma: sigmas[k]!, weight: 1 / (sigmas[k]! * whole) },
  }));
}

const sum = (order: readonly number[]) => order.reduce((a, b) => a + b, 0);

function numberOf({ residual }: LinearForm, constants: Readonly<Record<string, number>>): number {
  return evaluateAt(residual, new Float64Array(1), 1, constants)[0]!;
}

/** Points of a boundary's parts at which a condition holds. @param time - the axis of time */
export function placeOf({ on }: ValueCondition, problem: Problem, time: number | undefined): ConditionForm["holdsAt"] {
  const inSpace = (part: BoundaryPart) => part.flat === undefined || part.flat.axis !== time;
  if (on === "boundary") return inSpace;
  if ("axis" in on)
    return ({ flat }) => flat !== undefined && flat.axis === on.axis && (on.side === "both" || flat.side === on.side);
  if ("edge" in on) return ({ edge }) => edge === on.edge;
  if ("group" in on) {
    const { shape } = parseDomain(problem.domain);
    const facets = new Set(shape.kind === "mesh" ? shape.groups[on.group] : []);
    return ({ edge }) => edge !== undefined && facets.has(edge);
  }
  const part = boundaryPart(on, problem);
  if (typeof part !== "object" || !("where" in part)) return () => false;
  const d = problem.axes.length;
  return (at, i) => inSpace(at) && part.where(at.points.subarray(i * d, (i + 1) * d));
}
