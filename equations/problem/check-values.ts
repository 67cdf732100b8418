/** Given functions must be finite in the domain, and what is called exact must solve the problem. */
import { DomainError } from "../../engine/errors.ts";
import { domainOf } from "../domain/domain.ts";
import type { Expression } from "../expression/expression.ts";
import { toText } from "../expression/print.ts";
import { unrolled } from "../expression/quadrature.ts";
import { cut } from "../expression/syntax-error.ts";
import { nodesOf } from "../expression/tree.ts";
import { substitution } from "./manufactured.ts";
import { fieldsOf } from "./names.ts";
import { belowZero, type Probe } from "./probe.ts";
import type { Place, Problem } from "./problem.ts";

/** Residuals of an exact solution, relative to the terms they are made of, that pass for rounding. */
const TOLERANCE = 1e-8;

/** @throws DomainError that names the function, the point and the value */
export function checkValues(problem: Problem, probe: Probe): void {
  const finite = (e: Expression, points: Float64Array, what: () => string) => {
    const values = probe.values(e, points);
    const bad = values.findIndex((v) => !Number.isFinite(v));
    if (bad < 0) return;
    const way = "give formulas that are finite in the whole domain";
    throw new DomainError(`pde: ${cut(what())} is ${values[bad]} at ${probe.show(points, bad)}; ${way}`, values[bad]);
  };
  const domain = domainOf(problem.domain);
  const undefinedPlaces = (formula: Expression) =>
    belowZero(formula, (e) => (points) => probe.values(e, points), domain);
  for (const [i, name] of problem.unknowns.entries()) {
    const exact = problem.exact?.[i];
    if (exact) finite(exact, probe.interior, () => `the exact solution of ${name}`);
  }
  for (const [i, source] of (problem.source ?? []).entries())
    for (const points of [probe.interior, ...undefinedPlaces(source)])
      finite(source, points, () => `the source of equation ${i + 1}`);
  for (const e of problem.equations) {
    for (const part of givenParts(e))
      for (const points of [probe.interior, ...undefinedPlaces(part)])
        finite(part, points, () => toText(part, problem));
  }
  for (const c of problem.conditions) {
    if (c.kind === "periodic") continue;
    const { points } = probe.on(c.on);
    for (const part of givenParts(c.residual)) {
      // Data that are infinite in a corner have no finite square.
      const bad = cornersOf(problem, c.on).find(
        (at) => Math.abs(probe.values(part, at)[0]!) === Number.POSITIVE_INFINITY,
      );
      if (bad) finite(part, bad, () => `${toText(part, problem)} in "${c.text}"`);
      finite(part, points, () => `${toText(part, problem)} in "${c.text}"`);
    }
  }
  const unfixed = Object.keys(problem.trainable).filter((name) => !Object.hasOwn(problem.constants, name));
  if (problem.exact && unfixed.length === 0) checkExact(problem, problem.exact, probe);
}

/** Corners of the faces on which a condition holds, of boxes of up to four axes. */
function cornersOf({ bounds, domain }: Problem, on: Place): Float64Array[] {
  if (bounds.length > 4 || !domainOf(domain).isBox || typeof on !== "object" || !("axis" in on)) return [];
  return Array.from({ length: 2 ** bounds.length }, (_, k) =>
    Float64Array.from(bounds, (ends, axis) => ends[(k >> axis) & 1]!),
  ).filter((_, k) => on.side === "both" || ((k >> on.axis) & 1) === (on.side === "low" ? 0 : 1));
}

function checkExact(problem: Problem, exact: readonly Expression[], probe: Probe): void {
  const sources = Object.fromEntries((problem.source ?? []).map((e, i) => [`source${i}`, e]));
  const put = substitution(exact, problem.axes.length, sources);
  // Functions are run in graphs only: what they say of the exact solution is not checked here.
  const inGraphs = (e: Expression) => [...nodesOf(e)].some(({ kind }) => kind === "function");
  const solves = (e: Expression, at: Parameters<Probe["scaled"]>[1], what: string) => {
    const { values, scale } = probe.scaled(put(e), at);
    const bad = values.findIndex((v, i) => !(Math.abs(v) <= TOLERANCE * scale[i]!) && Number.isFinite(v));
    if (bad < 0) return;
    const found = `leaves ${values[bad]!.toPrecision(3)} at ${probe.show(at.points, bad)}`;
    throw new DomainError(
      `pde: the exact solution does not fulfil ${what}: it ${found}; correct one of them`,
      values[bad],
    );
  };
  if (!problem.source) {
    // The slopes of fields, which follow the equations, are small and not zero.
    const slopes = Object.keys(fieldsOf(problem.text)).length * problem.axes.length;
    for (const [i, e] of problem.equations.slice(0, problem.equations.length - slopes).entries()) {
      if (!inGraphs(e)) solves(e, { points: probe.interior }, `equation ${i + 1}`);
    }
  }
  for (const c of problem.conditions) {
    if (c.kind !== "periodic") solves(c.residual, probe.on(c.on), `the condition "${c.text}"`);
  }
}

const notGiven: readonly Expression["kind"][] = ["derivative", "laplacian", "elsewhere", "data", "function"];

/**
 * The largest parts of an expression that are made of coordinates and constants alone; those of integrals at each of
 * their nodes.
 */
const givenParts = (e: Expression): Expression[] => partsOf(unrolled(e));

function partsOf(e: Expression): Expression[] {
  const free = (part: Expression) => ![...nodesOf(part)].some(({ kind }) => notGiven.includes(kind));
  if (free(e)) return [e];
  return "args" in e ? e.args.flatMap(partsOf) : [];
}
