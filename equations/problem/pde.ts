/** From text to a problem: `pde` reads, derives, checks and freezes. */
import { OptionsError } from "../../engine/errors.ts";
import { getOwn } from "../../engine/files/get-own.ts";
import { domainOf } from "../domain/domain.ts";
import { parseDomain } from "../domain/spec.ts";
import { collapseLaplacians } from "../expression/collapse.ts";
import type { Expression } from "../expression/expression.ts";
import { parseExpression, parseParts } from "../expression/parse.ts";
import { type Scope, spaceAxes } from "../expression/scope.ts";
import { suggest } from "../expression/syntax-error.ts";
import { share } from "../expression/tree.ts";
import { checkBalance } from "./check-balance.ts";
import { checkContradictions } from "./check-contradictions.ts";
import { checkElsewhere, checkObservations } from "./check-elsewhere.ts";
import { checkCovered, checkFlat } from "./check-grids.ts";
import { checkMissing, gaugeWarnings } from "./check-missing.ts";
import { checkPoles } from "./check-poles.ts";
import { checkJumps, checkSingular } from "./check-regular.ts";
import { checkValues } from "./check-values.ts";
import { withPeriodicPairs } from "./condition-texts.ts";
import { isData } from "./data-spec.ts";
import { highestOrders } from "./derivatives.ts";
import {
  type DifferentiatedText,
  differentiatedTexts,
  guessesOfFields,
  readEquations,
  slopesOfFields,
} from "./equations.ts";
import { withColumns, withFiles } from "./files.ts";
import { readFunctionals } from "./functionals.ts";
import { readHistories, startsOfHistories, withHistories } from "./history.ts";
import { sourcesOf } from "./manufactured.ts";
import { fieldsOf, readNames, writtenUnknowns } from "./names.ts";
import { placeKey } from "./place.ts";
import { printingProblem } from "./print-problem.ts";
import { Probe } from "./probe.ts";
import type { Condition, Problem, ProblemSpec, SolutionSpec } from "./problem.ts";
import { type ConditionContext, conditionSpecs, readConditions } from "./read-conditions.ts";
import { priorsOf, readIntegral, readObservation, readQuantities } from "./read-data.ts";
import { checkSpec } from "./spec-check.ts";
import { boundsOf, numericDomain, readConstants } from "./written-domain.ts";

/**
 * Makes a problem of what was written. Nothing is solved yet, but everything is checked: names, orders, dimensions,
 * whether conditions are missing or contradict one another, and whether all given functions are finite in the domain.
 *
 * @throws OptionsError for a spec of the wrong form, unknown keys, and missing conditions
 * @throws FormatError for formulas that cannot be read, with a caret under the place
 * @throws DomainError for invalid domains, and for values that are not finite, contradict one another, or do not
 *   solve the equations although they are called exact
 * @returns the problem; its `warnings` name what may not be meant and is no reason to refuse it
 * @example
 * pde({
 *   name: "burgers", domain: { x: [-1, 1], t: [0, 1] }, constants: { nu: 0.01 / Math.PI },
 *   equations: "u_t + u*u_x = nu*u_xx",
 *   conditions: [initial("u = -sin(pi*x)"), dirichlet("u = 0", { on: "x" })],
 * });
 */
export function pde(spec: ProblemSpec): Problem {
  checkSpec(spec);
  const data = Object.entries(spec.functions ?? {}).find(([, one]) => isData(one));
  if (data)
    throw new OptionsError(
      `pde: the function "${data[0]}" is a ${"file" in (data[1] as object) ? "file" : "field"}, which is read first; write await readProblem(…) in the place of pde(…)`,
      "functions",
      data[0],
    );
  return read({
    ...spec,
    domain: withFiles(spec.domain, "."),
    ...(spec.observations && { observations: withColumns(spec.observations, ".") }),
  });
}

function read(spec: ProblemSpec): Problem {
  const constants = readConstants(spec.constants ?? {}, {});
  const domain = numericDomain(spec, constants);
  const { axes, time, shape } = parseDomain(domain);
  const bounds = boundsOf(domain);
  const names = readNames(spec, axes);
  const { unknowns, parameters } = names;
  const given = Object.keys(spec.constants ?? {});
  const guesses = readConstants(
    Object.fromEntries(
      Object.entries(spec.trainable ?? {}).map(([name, one]) => [name, typeof one === "object" ? one.guess : one]),
    ),
    constants,
  );
  const known = { ...names, constants: given };
  if (spec.exact !== undefined && spec.manufactured !== undefined)
    throw new OptionsError('pde: "exact" and "manufactured" are both given; keep one of them', "exact", spec.exact);
  const exactText = spec.manufactured ?? spec.exact;
  const what = spec.manufactured === undefined ? "exact" : "manufactured";
  const exact = exactText === undefined ? undefined : readSolution(exactText, known, { spec, what });
  const { listed, texts } = differentiatedTexts();
  const written = readEquations(spec, names, listed);
  const source = spec.manufactured === undefined ? undefined : sourcesOf(written, exact!, axes.length);
  const orders = highestOrders(written, names);
  const first = guessesOfFields(spec, known);
  const context: ConditionContext = {
    scope: names,
    shape,
    bounds,
    constants,
    exact,
    orders,
    fields: Object.keys(fieldsOf(spec)).length,
  };
  const { histories, others } = readHistories(conditionSpecs(spec, time, orders), context);
  const equations = withHistories(written, histories, context);
  const said = withPeriodicPairs(others, context).flatMap((c) => readConditions(c, context));
  const conditions = [...said, ...startsOfHistories(histories, said, context)];
  const problem: Problem = {
    name: spec.name,
    axes,
    time,
    ...(parameters && { parameters }),
    domain,
    bounds,
    unknowns,
    constants,
    trainable: guesses,
    equations: collapse([...equations, ...slopesOfFields(spec, names)], conditions, names),
    conditions,
    ...(histories.length > 0 && { histories }),
    integrals: (spec.integrals ?? []).flatMap((one) => readIntegral(one, names, bounds, listed)),
    observations: [
      ...(spec.observations ?? []).map((one, i) => readObservation(one, i, names)),
      ...priorsOf(spec, guesses, domainOf(domain)),
    ],
    quantities: readQuantities(spec, names),
    ...(spec.functionals && { functionals: readFunctionals(spec, context) }),
    ...(Object.keys(first).length > 0 && { guesses: first }),
    ...(exact && { exact }),
    ...(source && { source }),
    text: plain(spec),
  };
  const { warnings, fluxes } = checkProblem(problem, texts);
  const checked = printingProblem({
    ...problem,
    ...(fluxes.length > 0 && { fluxes }),
    ...(warnings.length > 0 && { warnings }),
  });
  freeze(checked);
  return checked;
}

function readSolution(
  formulas: SolutionSpec,
  scope: Scope,
  { spec, what }: { readonly spec: ProblemSpec; readonly what: string },
): Expression[] {
  const names = [...writtenUnknowns(spec), ...Object.keys(fieldsOf(spec))];
  const texts =
    typeof formulas === "string" ? [formulas] : Array.isArray(formulas) ? (formulas as string[]) : undefined;
  if (texts && texts.length !== names.length) {
    const wanted = `one formula for each of ${names.join(", ")}`;
    throw new OptionsError(`pde: "${what}" has ${texts.length} formulas; give ${wanted}`, what, formulas);
  }
  const byName = formulas as Readonly<Record<string, string>>;
  const stranger = texts ? undefined : Object.keys(byName).find((name) => !names.includes(name));
  if (stranger !== undefined)
    throw new OptionsError(
      `pde: "${what}" has "${stranger}", which is no unknown; ${suggest(stranger, names)}`,
      what,
      formulas,
    );
  const parts = names.flatMap((name, i) => {
    const formula = texts ? texts[i] : getOwn(byName, name);
    if (formula === undefined)
      throw new OptionsError(`pde: "${what}" has no formula for ${name}; add it`, what, formulas);
    if (!scope.complex?.has(name)) return [parseExpression(formula, scope, { unknowns: false })];
    return parseParts(formula, scope, { unknowns: false });
  });
  return share(parts);
}

function collapse(equations: readonly Expression[], conditions: readonly Condition[], scope: Scope): Expression[] {
  const elsewhere = conditions.flatMap((c) => (c.kind === "periodic" ? c.matched : [c.residual]));
  return share(collapseLaplacians(equations, spaceAxes(scope), elsewhere));
}

/** A copy that is plain JSON: lists for typed arrays, nothing undefined. */
function plain<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_, v: unknown) => (ArrayBuffer.isView(v) ? Array.from(v as Float64Array) : v)),
  ) as T;
}

/** Freezes objects and lists to the bottom; typed arrays cannot be frozen. */
function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}

/**
 * @returns what is doubtful, and no reason to refuse it; and fluxes that jump
 * @throws OptionsError where conditions are missing, or on more than 256 places
 * @throws DomainError where values are not finite, contradict one another, or the exact solution is none; where
 *   Neumann data do not balance the source, an observation lies outside, or a formula asks for an unknown there; where
 *   what is differentiated jumps; where an evolution goes around a pole
 */
export function checkProblem(problem: Problem, texts: readonly DifferentiatedText[]) {
  checkPlaces(problem);
  checkFlat(problem, texts);
  const probe = new Probe(problem);
  checkCovered(problem, probe);
  checkMissing(problem, probe);
  checkObservations(problem);
  checkValues(problem, probe);
  checkContradictions(problem, probe);
  checkElsewhere(problem, probe);
  checkBalance(problem, probe);
  checkPoles(problem, probe);
  const { warnings, fluxes } = checkJumps(problem, probe, texts);
  return { fluxes, warnings: [...warnings, ...checkSingular(problem, probe), ...gaugeWarnings(problem)] };
}

/** Most places on which conditions hold: each is sampled, and compared with each. */
const mostPlaces = 256;

function checkPlaces({ conditions }: Problem): void {
  const { size } = new Set(conditions.map((c) => placeKey(c.on)));
  if (size <= mostPlaces) return;
  const message = `pde: conditions are on ${size} different places, above ${mostPlaces}`;
  throw new OptionsError(`${message}; join those that say the same`, "conditions", size);
}
