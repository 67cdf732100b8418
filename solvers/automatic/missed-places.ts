/**
 * Narrow places of the equations between collocation points, such as a pulse. Points drawn over the domain show nothing
 * of what is left there; points about the place do.
 */
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import type { Domain } from "../../equations/domain/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { argumentsOfSteps, directionsOf, type Narrow, narrowIn } from "../elements/narrow.ts";

/** Points about a narrow place with their weights, which sum up an integral over its surroundings. */
export interface NarrowPoints extends Pick<Narrow, "at" | "length"> {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/** Most axes on which narrow places are looked for, and most places. */
const [mostAxes, mostPlaces] = [3, 8];
/** Length of the first part of a line away from a place, over that of the place; the next ones are twice as long each. */
const [first, parts] = [1 / 4, 6];
/** Directions about a peak on three axes. */
const ofSphere = 16;
const rule = gaussLegendre(3);
/** Area of the unit sphere, by axes. */
const sphere = [0, 2, 2 * Math.PI, 4 * Math.PI];

/** Points about the narrow places of the equations: along lines in all directions about a peak, across a layer. */
export function narrowPoints({ equations, constants }: Problem, domain: Domain): readonly NarrowPoints[] {
  const d = domain.dimension;
  if (d > mostAxes) return [];
  const box = { low: [...domain.low], high: [...domain.high] };
  const rows = equations.map((residual) => ({ residual, terms: [] }));
  const found = argumentsOfSteps({ equations: rows, constants }).map((argument) => narrowIn({ box }, argument));
  return found
    .filter((place) => place !== undefined)
    .slice(0, mostPlaces)
    .map((place) => ({ ...place, ...about(place, domain) }));
}

function about({ at, length, across, isPoint }: Narrow, domain: Domain) {
  const d = domain.dimension;
  const all = isPoint && d > 1 ? directionsOf(d).filter((_, k, { length: n }) => k % (n / ofSphere) < 1) : [across];
  const sides = all.flatMap((direction) => [direction, direction.map((v) => -v)]);
  // A layer is as wide as the domain.
  const width = d > 1 ? domain.volume / Math.max(...domain.high.map((high, k) => high - domain.low[k]!)) : 1;
  const points: number[] = [];
  const weights: number[] = [];
  for (const direction of sides) {
    for (let part = 0, begin = 0, end = first * length; part < parts; part++, begin = end, end *= 2) {
      for (const [q, node] of rule.nodes.entries()) {
        const distance = begin + node * (end - begin);
        const measure = isPoint ? (sphere[d]! / sides.length) * distance ** (d - 1) : width;
        points.push(...at.map((x, k) => x + distance * direction[k]!));
        weights.push(rule.weights[q]! * (end - begin) * measure);
      }
    }
  }
  const isInside = domain.contains(Float64Array.from(points));
  const inside = weights.map((_, i) => i).filter((i) => isInside[i] === 1);
  return {
    points: Float64Array.from(inside.flatMap((i) => points.slice(d * i, d * (i + 1)))),
    weights: Float64Array.from(inside, (i) => weights[i]!),
  };
}
