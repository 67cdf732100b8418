/**
 * Unknowns must be observed, and at other points asked for, where they are: outside of the domain neither equations nor
 * conditions say what they are.
 */
import { DomainError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import { type Domain, domainOf, inPeriod } from "../domain/domain.ts";
import { ofUnknowns } from "../expression/calls.ts";
import { columnsAt, type Expression, evaluate } from "../expression/expression.ts";
import { toText } from "../expression/print.ts";
import { unrolled } from "../expression/quadrature.ts";
import { cut } from "../expression/syntax-error.ts";
import { nodesOf } from "../expression/tree.ts";
import { boundaryPart } from "./place.ts";
import type { Probe } from "./probe.ts";
import type { Problem } from "./problem.ts";

/** True where the place of an unknown depends on unknowns. */
export const dependsOnUnknowns = (node: Elsewhere): boolean =>
  [...nodesOf(node.args)].some(({ kind }) => ofUnknowns.includes(kind));

type Elsewhere = Extract<Expression, { kind: "elsewhere" }>;

/**
 * Points inside, and on every part of the boundary, where formulas are looked at; fewer where each asks for many
 * others.
 */
const [inside, onBoundary, fewest] = [512, 64, 16];
/** Evaluations at other points that one formula is worth. */
const most = 2 ** 17;
/** Distance from the domain, over its width, that passes for rounding. */
const slack = 1e-9;
/** Factors of the first guesses of constants: outside for all of them is outside. */
const guesses = [1, 0.5, 2];
/** Share of a formula's value by which it depends on an unknown outside. */
const matters = 1e-9;

/** A formula with the points at which it is evaluated. */
interface Evaluation {
  readonly what: string;
  readonly formula: Expression;
  readonly points: (share: number) => Float64Array;
}

/**
 * Looks at equations, conditions, integrals, observations and quantities that ask for an unknown, or a derivative of
 * one, at other points. What lies outside and is not taken, as in `if(t < 1, 1, u(t - 1))`, is no fault; nor is what a
 * periodic axis brings back. Whatever a function of the caller is given counts as taken, since its use is not known.
 *
 * @throws DomainError that names the formula, the point, and the place outside
 */
export function checkElsewhere(problem: Problem, probe: Probe): void {
  const asked = askedOf(problem, probe).filter(({ formula }) => elsewhereIn(formula).length > 0);
  if (asked.length === 0) return;
  const domain = domainOf(problem.domain);
  const constantsGiven = Object.keys(problem.trainable).every((name) => Object.hasOwn(problem.constants, name));
  for (const { what, formula, points } of asked.flatMap(withoutFunctions)) {
    const nodes = elsewhereIn(unrolled(formula));
    if (nodes.length === 0) continue;
    const look: Look = { problem, domain, formula, nodes, points: points(Math.min(1, most / (nodes.length * inside))) };
    const found = (constantsGiven ? [1] : guesses).map((by) => firstOutside(look, constantsTimes(by, problem, probe)));
    if (!found.every((place) => place !== undefined)) continue;
    throw new DomainError(`pde: ${what} asks for ${wordsOf(look, found[0]!, probe)}`, found[0]!.place);
  }
}

/** Functions are run in graphs only: what they are given is looked at in their place. */
function withoutFunctions(asked: Evaluation): Evaluation[] {
  const given = [...nodesOf(asked.formula)].flatMap((e) => (e.kind === "function" ? e.args : []));
  return given.length === 0 ? [asked] : given.map((formula) => ({ ...asked, formula }));
}

/** Nodes of places that are known before there is a solution: delays that depend on unknowns only marches see. */
const elsewhereIn = (e: Expression): Elsewhere[] =>
  [...nodesOf(e)].filter((node): node is Elsewhere => node.kind === "elsewhere" && !dependsOnUnknowns(node));

function askedOf(problem: Problem, probe: Probe): Evaluation[] {
  const { equations, conditions, integrals, observations, quantities, time, text } = problem;
  const domain = domainOf(problem.domain);
  const random = rng(0).split("elsewhere");
  const some = (count: number, share: number) => Math.max(fewest, Math.ceil(count * share));
  const ends = time === undefined ? [] : [{ axis: time, side: "both" } as const];
  const everywhere = (share: number) => {
    const faces = ["boundary" as const, ...ends].filter(
      (part) => part !== "boundary" || domain.axes.length > ends.length,
    );
    const parts = faces.map((part) => domain.boundary(some(onBoundary, share), random, part).points);
    return Float64Array.from([...parts, domain.interior(some(inside, share), random)].flatMap((part) => [...part]));
  };
  const written: readonly unknown[] = Array.isArray(text.equations) ? text.equations : [text.equations];
  return [
    ...equations.map((formula, i) => {
      const text = written[i];
      return { what: typeof text === "string" ? `"${cut(text)}"` : `equation ${i + 1}`, formula, points: everywhere };
    }),
    ...conditions.flatMap((c) => {
      if (c.kind === "periodic") return [];
      const part = boundaryPart(c.on, { ...problem, constants: probe.constants });
      const points = (share: number) => domain.boundary(some(onBoundary, share), random, part).points;
      return [{ what: `the condition "${cut(c.text)}"`, formula: c.residual, points }];
    }),
    ...integrals.map(({ integrand, text, at }) => {
      const points = (share: number) => {
        const all = everywhere(share);
        return at === undefined ? all : all.map((v, i) => (i % domain.dimension === time ? at : v));
      };
      return { what: `the integral "${cut(text)}"`, formula: integrand, points };
    }),
    ...observations.map(({ quantity, text, points }) => ({
      what: `the observation of ${cut(text)}`,
      formula: quantity,
      points: () => points,
    })),
    ...quantities.map(({ name, quantity }) => ({
      what: `the quantity ${name}`,
      formula: quantity,
      points: everywhere,
    })),
  ];
}

/** A formula at points, with all that it asks for elsewhere. */
interface Look {
  readonly problem: Problem;
  readonly domain: Domain;
  readonly formula: Expression;
  /** Of the formula with its integrals written out. */
  readonly nodes: readonly Elsewhere[];
  readonly points: Float64Array;
}

/** The formula that is asked for, the point that asks, and its place, with what periodic axes bring back. */
interface Outside {
  readonly node: Elsewhere;
  readonly point: number;
  readonly place: Float64Array;
}

function constantsTimes(by: number, { trainable, constants }: Problem, probe: Probe): Probe["constants"] {
  const free = Object.entries(trainable).filter(([name]) => !Object.hasOwn(constants, name));
  return { ...probe.constants, ...Object.fromEntries(free.map(([name, value]) => [name, by * value])) };
}

/** The first place outside on which the formula hangs. */
function firstOutside(
  { problem, domain, formula, nodes, points }: Look,
  constants: Probe["constants"],
): Outside | undefined {
  const d = domain.dimension;
  const count = points.length / d;
  const random = rng(0).split("elsewhere, values");
  const drawn = new Map<unknown, Float64Array>();
  const some = (key: unknown): Float64Array => {
    const known = drawn.get(key) ?? random.normal(count);
    drawn.set(key, known);
    return known;
  };
  const names = [...nodesOf(formula)].flatMap((e) => (e.kind === "data" ? [e.name] : []));
  const numbers = columnsAt(points, d, {
    constants,
    data: Object.fromEntries(names.map((name) => [name, some(name)])),
    derivative: (unknown, order) => some(`${unknown} ${order}`),
    laplacian: (unknown, axes) => some(`${unknown} laplacian ${axes}`),
  });
  const memo = new Map<Expression, Float64Array>();
  const width = Math.hypot(...problem.bounds.map(([low, high]) => high - low));
  const beyond = nodes.flatMap((node) => {
    const at = node.args.map((a) => evaluate(a, numbers, memo));
    const asked = Float64Array.from({ length: count * d }, (_, i) => at[i % d]![Math.floor(i / d)]!);
    const around = problem.conditions.flatMap((c) =>
      c.kind === "periodic" && c.unknowns.includes(node.unknown) ? [c.on] : [],
    );
    const places = inPeriod(asked, domain, around);
    const outside = domain.signedDistance(places).map((v) => (v > slack * width ? 1 : 0));
    return outside.includes(1) ? [{ node, places, outside }] : [];
  });
  /**
   * The first point at which the formula changes with the values that some nodes have outside; −1 where there is none.
   */
  const dependence = (of: readonly (typeof beyond)[number][]): number => {
    const outsideOf = new Map(of.map(({ node, outside }) => [node as Expression, outside]));
    const withValues = (by: number) =>
      evaluate(unrolled(formula), {
        ...numbers,
        elsewhere: (_unknown, _order, _at, node) => {
          const [values, outside] = [some(node), outsideOf.get(node)];
          return outside ? values.map((v, i) => v + by * (1 + v * v) * outside[i]!) : values;
        },
      });
    const none = withValues(0);
    const others = [1, -1, 10, -10].map(withValues);
    return none.findIndex((v, i) => others.some((w) => Math.abs(w[i]! - v) > matters * (1 + Math.abs(v))));
  };
  if (beyond.length === 0 || dependence(beyond) < 0) return undefined;
  for (const one of beyond) {
    const point = dependence([one]);
    if (point >= 0) return { node: one.node, point, place: one.places.slice(point * d, (point + 1) * d) };
  }
  return undefined;
}

function wordsOf({ problem, formula, points }: Look, { node, point, place }: Outside, probe: Probe): string {
  const { axes, bounds } = problem;
  const axis = axes.findIndex((_, k) => {
    const [low, high] = bounds[k]!;
    return place[k]! < low - slack * (high - low) || place[k]! > high + slack * (high - low);
  });
  // Those of integrals have abscissae of their own, which nobody wrote.
  const written = elsewhereIn(formula).includes(node);
  const what = written ? cut(toText(node, problem)) : `${problem.unknowns[node.unknown]} in an integral`;
  const extent = axes.map((name, k) => `${name} from ${bounds[k]![0]} to ${bounds[k]![1]}`).join(", ");
  const outside = `outside of the domain${axis < 0 ? "" : ` (${extent})`}, where nothing says what it is`;
  const beyond = axis >= 0 && (place[axis]! < bounds[axis]![0] ? `< ${bounds[axis]![0]}` : `> ${bounds[axis]![1]}`);
  const example = written && beyond ? `, as in if(${toText(node.args[axis]!, problem)} ${beyond}, 0, ${what})` : "";
  const isPast = axis >= 0 && axis === problem.time && place[axis]! < bounds[axis]![0];
  const past = `say what it was before as a condition, "${problem.unknowns[node.unknown]} = … for ${axes[axis]} ${beyond}"`;
  const way = `${isPast ? past : `write what is known there into the formula${example}`}, or widen the domain`;
  return `${what} at ${probe.show(points, point)}: that is at ${probe.show(place, 0)}, ${outside}; ${way}`;
}

/** @throws DomainError that names the first observation outside the domain */
export function checkObservations(problem: Problem): void {
  if (problem.observations.length === 0) return;
  const { axes, bounds } = problem;
  const width = Math.hypot(...bounds.map(([low, high]) => high - low));
  const domain = domainOf(problem.domain);
  for (const [k, { points }] of problem.observations.entries()) {
    const outside = domain.signedDistance(points).findIndex((v) => !(v <= slack * width));
    if (outside < 0) continue;
    const at = axes.map((name, j) => `${name} = ${points[outside * axes.length + j]}`).join(", ");
    throw new DomainError(
      `pde: observations[${k}].points[${outside}] is ${at}, outside the domain; leave it out, or widen the domain`,
      [...points.subarray(outside * axes.length, (outside + 1) * axes.length)],
    );
  }
}
