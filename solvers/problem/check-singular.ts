/** Sources, data and coefficients that are infinite somewhere, so that their square has no integral: least squares then has nothing to minimise. */
import { DomainError } from "../../engine/errors.ts";
import { rng } from "../../engine/rng.ts";
import { type Domain, domainOf } from "../domain/domain.ts";
import { number, zero } from "../expression/build.ts";
import { columns, type Expression, evaluate, evaluateAt } from "../expression/expression.ts";
import { toText } from "../expression/print.ts";
import { unrolled } from "../expression/quadrature.ts";
import { spaceAxes } from "../expression/scope.ts";
import { cut } from "../expression/syntax-error.ts";
import { nodesOf } from "../expression/tree.ts";
import { divisorsOf, type Growth, growthAt, looked, mostAxes, type Region, type Values, zerosOf } from "./infinite.ts";
import { substitution } from "./manufactured.ts";
import type { Probe } from "./probe.ts";
import type { Problem, ValueCondition } from "./problem.ts";

/** Power of the radius to which the integral of a square falls below which there is none: 0, and what differences of logarithms miss. */
const none = 0.1;
/** The same of a coefficient times a value that is prescribed: 1/x has −1 on a line, 1/√x, which solutions live with, 0. */
const steep = -0.5;
/** Distance from a place, over that from the farther end of an axis, at which something is 0 as well where it is 0 all around. */
const beside = 1e-6;
/** Draws of what is unknown, and the share of a formula by which they must move it to make up for what is infinite. */
const [draws, moved] = [3, 1e-2];

/**
 * Looks at what equations and conditions are near the zeros of their divisors: where the mean square over a ball does not fall with the ball, the
 * square has no integral. Coefficients of unknowns may be singular, as in u_r/r, since a solution may make up for it; but what is prescribed
 * at such a place is no longer unknown, as where u = 1 and the equation has u/x.
 *
 * @throws DomainError that names the place
 */
export function checkSingular(problem: Problem, probe: Probe): void {
  if (problem.axes.length > mostAxes) return;
  const domain = domainOf(problem.domain);
  const held = problem.conditions.flatMap((c) =>
    c.kind === "periodic" || c.table ? [] : facesOf(c, problem, domain).map((face): Held => ({ c, face })),
  );
  checkEquations(problem, probe, domain, held);
  for (const { c, face } of held) checkData(problem, probe, c, face);
}

/** A condition on one of the faces on which it holds. */
interface Held {
  readonly c: ValueCondition;
  readonly face: Face;
}

const inGraphs = (e: Expression) => [...nodesOf(e)].some(({ kind }) => kind === "function");

/** A formula of coordinates, as values at points. */
const valuesOf =
  (e: Expression, { constants }: Probe, d: number): Values =>
  (at) =>
    evaluateAt(e, at, d, constants);

/** The source of every equation where it is given. */
const dataOf = (problem: Problem): Record<string, Expression> =>
  Object.fromEntries((problem.source ?? []).map((e, i) => [`source${i}`, e]));

function checkEquations(problem: Problem, probe: Probe, domain: Domain, held: readonly Held[]): void {
  const d = domain.dimension;
  const put = substitution([], d, dataOf(problem));
  const prescribing = held.filter(({ c }) => c.prescribes?.order.every((n) => n === 0));
  let points: Float64Array | undefined;
  for (const [i, written] of problem.equations.entries()) {
    if ([...nodesOf(written)].some(({ kind }) => kind === "function" || kind === "elsewhere")) continue;
    const equation = unrolled(put(written));
    for (const divisor of divisorsOf(equation)) {
      points ??= domain.interior(looked, rng(0).split("singular"));
      const vanishing = valuesOf(divisor, probe, d);
      const regions = [
        { region: domain as Region, points },
        ...prescribing.map(({ face }) => ({ region: face, points: face.points })),
      ];
      for (const { region, points: some } of regions) {
        for (const place of zerosOf(vanishing, some, region)) {
          const prescribed = prescribing.filter(
            ({ face: { axis, low, high } }) =>
              Math.abs(place[axis]! - low[axis]!) <= 1e-9 * (domain.high[axis]! - domain.low[axis]!) &&
              high[axis] === low[axis],
          );
          const flat = flatAxes(vanishing, place, domain);
          checkAround(problem, probe, { equation, i, place, prescribed, flat }, divisor);
          checkPlace(problem, probe, { equation, i, place, prescribed, flat });
        }
      }
    }
  }
}

/** Along how many axes a function stays 0 where it is 0 at a place. */
function flatAxes(f: Values, place: Float64Array, { low, high }: Region): number {
  const stays = (k: number) => {
    const middle = (low[k]! + high[k]!) / 2;
    const next = place.slice();
    next[k] = place[k]! + 1e-3 * (middle - place[k]! || high[k]! - middle);
    return f(next)[0] === 0;
  };
  return Array.from(place.keys()).filter(stays).length;
}

/** @throws DomainError where something is divided by 0 all about a place */
function checkAround(problem: Problem, probe: Probe, { equation, i, place }: Suspect, divisor: Expression): void {
  const near = place.map((v, k) => {
    const [low, high] = problem.bounds[k]!;
    return v + beside * (0.3 + 0.1 * k) * ((2 * v > low + high ? low : high) - v);
  });
  const value = atJets(equation, new Map(), 1, probe, place.length)(near)[0]!;
  if (Number.isFinite(value) || probe.values(divisor, near)[0] !== 0) return;
  const way = "give formulas that are finite in the whole domain";
  const what = cut(toText(divisor, problem));
  throw new DomainError(
    `pde: equation ${i + 1} is divided by ${what}, which is 0 all about ${whereOf(place, probe)}; ${way}`,
    value,
  );
}

/** A place at which something is divided by 0. */
interface Suspect {
  readonly equation: Expression;
  readonly i: number;
  readonly place: Float64Array;
  /** What prescribes values there. */
  readonly prescribed: readonly Held[];
  readonly flat: number;
}

/** @throws DomainError where the equation is infinite there, and nothing that is unknown can make up for it */
function checkPlace(problem: Problem, probe: Probe, { equation, i, place, prescribed, flat }: Suspect): void {
  const d = place.length;
  const domain = domainOf(problem.domain);
  const known = new Map(
    prescribed.map(({ c }) => [c.prescribes!.unknown, probe.values(c.prescribes!.value, place)[0]!]),
  );
  const jets = (draw: number) => atJets(equation, known, draw, probe, d);
  const source = growthAt(atJets(equation, new Map(), 0, probe, d), place, domain);
  const here = known.size > 0 ? growthAt(jets(0), place, domain) : source;
  const ofSource = source !== undefined && source.power <= none;
  if (!here || here.power - (ofSource ? 0 : flat) > (ofSource ? none : steep)) return;
  const least = moved * here.largest;
  for (let draw = 1; draw <= draws; draw++) {
    const more = growthAt((at) => difference(jets(draw)(at), jets(0)(at)), place, domain);
    if (more && more.largest > least) return;
  }
  if (ofSource) {
    const way = "leave a neighbourhood of the place out of the domain, or multiply the equation by what vanishes there";
    throw refusal(`the source of equation ${i + 1}`, { ...here, place }, probe, way);
  }
  const told = prescribed.map(({ c }) => `"${cut(c.text)}"`).join(" and ");
  const found = `it reaches ${here.largest.toPrecision(2)} at a distance of ${here.distance.toPrecision(2)} whatever the slopes are`;
  const way = "prescribe a value there for which it is finite, or leave a neighbourhood of the place out of the domain";
  throw new DomainError(
    `pde: equation ${i + 1} is infinite near ${whereOf(place, probe)} for what ${told} prescribes: ${found}; ${way}`,
    here.largest,
  );
}

const withoutUnknowns = ({ unknowns, axes }: Problem, data: Readonly<Record<string, Expression>>) =>
  substitution(
    unknowns.map(() => zero),
    axes.length,
    data,
  );

/** A place with what a formula does about it. */
interface Infinite extends Growth {
  readonly place: Float64Array;
}

/** The first place at which the square of a formula of coordinates has no integral. */
function infiniteIn(source: Expression, points: Float64Array, region: Region, probe: Probe): Infinite | undefined {
  const value = (e: Expression) => valuesOf(e, probe, region.dimension);
  for (const divisor of divisorsOf(source)) {
    for (const place of zerosOf(value(divisor), points, region)) {
      const growth = growthAt(value(source), place, region);
      if (growth && growth.power <= none) return { ...growth, place };
    }
  }
  return undefined;
}

function refusal(what: string, { place, largest, distance }: Infinite, probe: Probe, way: string): DomainError {
  const found = `it reaches ${largest.toPrecision(2)} at a distance of ${distance.toPrecision(2)}`;
  return new DomainError(
    `pde: ${what} is not square integrable near ${whereOf(place, probe)}: ${found}; ${way}`,
    largest,
  );
}

const whereOf = (place: Float64Array, probe: Probe): string =>
  probe.show(
    place.map((v) => Math.round(v * 1e9) / 1e9),
    0,
  );

/** A flat part of the boundary, or the first moment. */
interface Face extends Region {
  readonly points: Float64Array;
  readonly axis: number;
  readonly isHigh: boolean;
}

/** The flat faces on which a condition holds. */
function facesOf(c: ValueCondition, problem: Problem, domain: Domain): Face[] {
  const { on } = c;
  const { time, bounds } = problem;
  const sides = (axis: number, side: "low" | "high" | "both") =>
    side === "both" ? [{ axis, side: "low" } as const, { axis, side: "high" } as const] : [{ axis, side }];
  const all = (space: readonly number[]) => space.flatMap((axis) => sides(axis, "both"));
  const faces =
    on === "boundary"
      ? all(domain.isBox ? spaceAxes(problem) : [])
      : "axis" in on && (domain.isBox || on.axis === time)
        ? sides(on.axis, on.side)
        : [];
  return faces.map(({ axis, side }) => {
    const at = bounds[axis]![side === "low" ? 0 : 1];
    const ends = (of: readonly number[]) => of.map((v, k) => (k === axis ? at : v));
    return {
      ...{ axis, isHigh: side === "high", dimension: domain.dimension, low: ends(domain.low), high: ends(domain.high) },
      contains: (points) => domain.contains(points),
      points: domain.boundary(looked, rng(0).split("singular, face"), { axis, side }).points,
    };
  });
}

/** What a condition prescribes on a face. */
function checkData(problem: Problem, probe: Probe, c: ValueCondition, face: Face): void {
  if (face.dimension === 1 || inGraphs(c.residual)) return;
  const normals = problem.axes.map((_, k) => [`normal${k}`, number(k === face.axis ? (face.isHigh ? 1 : -1) : 0)]);
  const given = unrolled(withoutUnknowns(problem, Object.fromEntries(normals))(c.residual));
  const found = infiniteIn(given, face.points, face, probe);
  if (!found) return;
  const way = "prescribe what is finite, or leave a neighbourhood of the place out of the domain";
  throw refusal(`what "${cut(c.text)}" prescribes`, found, probe, way);
}

const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v - b[i]!);

/** An equation at points where some unknowns have values, and all else that is unknown is 0, or drawn for a number from 1. */
function atJets(
  equation: Expression,
  known: ReadonlyMap<number, number>,
  draw: number,
  probe: Probe,
  d: number,
): Values {
  return (at) => {
    const count = at.length / d;
    const filled = (key: string) =>
      new Float64Array(count).fill(draw === 0 ? 0 : rng(draw).split(key).uniform() * 2 - 1);
    return evaluate(
      equation,
      columns(count, {
        coordinates: Array.from({ length: d }, (_, k) => at.filter((__, i) => i % d === k)),
        constants: probe.constants,
        derivative: (unknown, order) => {
          const value = order.every((n) => n === 0) ? known.get(unknown) : undefined;
          return value === undefined ? filled(`${unknown} ${order}`) : new Float64Array(count).fill(value);
        },
        laplacian: (unknown, axes) => filled(`${unknown} laplacian ${axes}`),
      }),
    );
  };
}
