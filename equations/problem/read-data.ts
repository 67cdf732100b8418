/** Reads integral constraints, observations, and what is asked for. */
import { OptionsError } from "../../engine/errors.ts";
import { getOwn } from "../../engine/files/get-own.ts";
import { rng } from "../../engine/random/rng.ts";
import type { Domain } from "../domain/index.ts";
import { timeName } from "../domain/spec.ts";
import type { Expression } from "../expression/expression.ts";
import { parseEquation, parseExpression } from "../expression/parse.ts";
import type { Scope } from "../expression/scope.ts";
import { textError } from "../expression/syntax-error.ts";
import { nodesOf } from "../expression/tree.ts";
import type { Differentiating } from "./equations.ts";
import { pointsOfColumns } from "./files.ts";
import type {
  AskedQuantity,
  Integral,
  IntegralSpec,
  Observation,
  ObservationSpec,
  Problem,
  ProblemSpec,
} from "./problem.ts";

/** Moments at which rows stand for an integral at every time. */
const everyMoments = 16;

/**
 * Reads an integral constraint; one at every time is several.
 *
 * @throws OptionsError where its time lies outside; FormatError where its value is no number
 */
export function readIntegral(
  spec: string | IntegralSpec,
  scope: Scope,
  bounds: Problem["bounds"],
  listed: Differentiating,
): Integral[] {
  const { equation, at, weight = 1 } = typeof spec === "string" ? integralOfText(spec) : spec;
  const [integrand, value] = parseEquation(equation, scope, {
    unknowns: true,
    differentiated: listed("integral", equation),
  });
  const leaves = [...nodesOf(value)];
  if (leaves.some((n) => n.kind !== "number" && n.kind !== "constant" && n.kind !== "call"))
    throw textError(equation, equation.indexOf("=") + 1, "the value of an integral is a number", "use constants only");
  if (at === undefined) return [{ integrand, value, weight, text: equation }];
  const interval = scope.time === undefined ? undefined : bounds[scope.time]!;
  if (at === everyTime && interval) {
    const [begin, end] = interval;
    return Array.from({ length: everyMoments }, (_, k) => {
      const moment = begin + ((end - begin) * k) / (everyMoments - 1);
      return { integrand, value, at: moment, every: true, weight: weight / everyMoments, text: equation };
    });
  }
  if (at === everyTime || !interval || at.t < interval[0] || at.t > interval[1]) {
    const way = interval ? `give a time from ${interval[0]} to ${interval[1]}` : "the domain has no time";
    throw new OptionsError(
      `pde: the integral "${equation}" is at ${at === everyTime ? at : `${timeName} = ${at.t}`}; ${way}`,
      "at",
      at,
    );
  }
  return [{ integrand, value, at: at.t, weight, text: equation }];
}

const everyTime = `every ${timeName}` as const;

/** `"p = 0"`, `"p = 0 at every t"`, `"u^2 = 1 at t = 0"`, or as it is printed: `∫ u² dΩ = 1`. */
function integralOfText(text: string): IntegralSpec {
  const end = new RegExp(
    `\\s+at\\s+(?:(every\\s+${timeName})|${timeName}\\s*=\\s*([−-]?[\\d.]+(?:e[-+]?\\d+)?))\\s*$`,
    "u",
  );
  const [, every, moment] = end.exec(text) ?? [];
  const equation = withoutSign(text.replace(end, ""));
  if (every !== undefined) return { equation, at: everyTime };
  return { equation, ...(moment !== undefined && { at: { t: Number(moment.replace("−", "-")) } }) };
}

/** `u² = 1` of `∫ u² dΩ = 1`. */
function withoutSign(text: string): string {
  const written = text.trimStart();
  const at = written.indexOf("=");
  if (!written.startsWith("∫") || at < 0) return text;
  const integrand = written.slice(1, at).trim();
  const measure = /(?:dΩ|\sd\p{L})$/u.exec(integrand);
  return `${integrand.slice(0, measure?.index).trimEnd()} ${written.slice(at)}`;
}

/** Reads observations. @throws OptionsError where points and values do not match */
export function readObservation(spec: ObservationSpec, index: number, scope: Scope): Observation {
  const text = spec.quantity ?? scope.unknowns[0]!;
  const quantity = parseExpression(text, scope, { unknowns: true });
  const d = scope.axes.length;
  const given = spec.columns ? ofColumns(spec.columns, text, index, scope) : spec;
  if (given.points === undefined || given.values === undefined)
    throw new OptionsError(
      `pde: observations[${index}] has no points and values; give both, or columns, or a file of them`,
      "observations",
      index,
    );
  const rows = Array.from(given.points as ArrayLike<number | readonly number[]>);
  const ragged = rows.find((row) => typeof row !== "number" && row.length !== d);
  const points = Float64Array.from(rows.flat());
  const values = Float64Array.from(given.values);
  if (ragged !== undefined || points.length !== values.length * d) {
    const have =
      ragged === undefined ? `${points.length} coordinates for ${values.length} values` : `a row [${ragged}]`;
    const way = `each point has ${d}: ${scope.axes.join(", ")}`;
    throw new OptionsError(`pde: observations[${index}] has ${have}; ${way}`, "observations", index);
  }
  return { quantity, points, values, sigma: spec.sigma ?? 1, hasSigma: spec.sigma !== undefined, text };
}

/** Points and values of columns. @throws OptionsError where one is missing */
function ofColumns(columns: ObservationSpec["columns"] & {}, text: string, index: number, { axes }: Scope) {
  const points = pointsOfColumns(columns, axes, `pde: observations[${index}]`);
  const values = getOwn(columns, text) ?? getOwn(columns, "value");
  if (values) return { points, values };
  const have = Object.keys(columns).join(", ");
  throw new OptionsError(
    `pde: observations[${index}] has no column "${text}" nor "value"; it has ${have}`,
    "observations",
    index,
  );
}

/**
 * Reads what is asked for.
 *
 * @throws OptionsError where a name is none, or means something else; FormatError where a formula cannot be read, or
 *   no unknown is in it
 */
export function readQuantities({ quantities = {} }: ProblemSpec, scope: Scope): AskedQuantity[] {
  const taken = [...scope.axes, ...scope.unknowns, ...scope.constants];
  return Object.entries(quantities).map(([name, text]) => {
    const fail = (what: string, way: string): never => {
      throw new OptionsError(`pde: the quantity "${name}" ${what}; ${way}`, "quantities", name);
    };
    if (!/^\p{L}[\p{L}\p{Nd}_]*$/u.test(name))
      fail("has no name", "give a letter followed by letters, digits and underscores");
    // A function without arguments may be asked for by its own name.
    const isFunction = scope.functions?.has(name) && text.trim() !== name;
    if (taken.includes(name) || isFunction) fail("is named as something else is", "rename one of them");
    const quantity = parseExpression(text, scope, { unknowns: true });
    if (![...nodesOf(quantity)].some((n) => "unknown" in n))
      throw textError(
        text,
        0,
        `no unknown appears in the quantity ${name}`,
        `the unknowns are ${scope.unknowns.join(", ")}`,
      );
    return { name, quantity, text };
  });
}

/**
 * Priors of constants, each an observation of the constant.
 *
 * @throws OptionsError where observations have no noise to weigh a prior against
 */
export function priorsOf(
  { trainable = {}, observations = [] }: ProblemSpec,
  guesses: Problem["trainable"],
  domain: Domain,
): Observation[] {
  return Object.entries(trainable).flatMap(([name, spec]): Observation[] => {
    if (typeof spec !== "object") return [];
    if (observations.length === 0 || observations.some(({ sigma }) => sigma === undefined)) {
      const way = "give each of them a sigma, or a guess alone";
      throw new OptionsError(`pde: the prior of ${name} is weighed against observations; ${way}`, "trainable", name);
    }
    const values = Float64Array.of(guesses[name]!);
    const quantity: Expression = { kind: "constant", name };
    // A constant has the same value everywhere.
    const points = domain.interior(1, rng(0));
    return [{ quantity, points, values, sigma: spec.sigma, hasSigma: true, text: name }];
  });
}
