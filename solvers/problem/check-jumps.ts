/** Values that differ where two parts of a boundary meet: the solution jumps there. Often meant, as in a cavity with a lid, so that it is said and no more. */
import { rng } from "../../engine/rng.ts";
import { domainOf } from "../domain/domain.ts";
import { spaceAxes } from "../expression/scope.ts";
import { cut } from "../expression/syntax-error.ts";
import { boundaryPart, placeKey } from "./place.ts";
import type { Probe } from "./probe.ts";
import type { Doubt, Problem, ValueCondition } from "./problem.ts";

/** Points of each part; parts that are compared with one another. */
const [count, mostParts] = [512, 12];
/** Places at which two parts meet that are looked at. */
const mostMeetings = 8;
/** Distances of neighbours within which parts meet, and times their difference must be what it changes by from one point to the other. */
const [near, surely] = [4, 8];

type Prescription = ValueCondition & Required<Pick<ValueCondition, "prescribes">>;

/** One doubt for each pair of conditions that prescribe different values where their parts of a plane boundary meet. */
export function doubtsOfJumps(problem: Problem, probe: Probe): Doubt[] {
  const space = spaceAxes(problem);
  if (space.length !== 2 || problem.parameters || problem.text.allow?.includes("corner-mismatch")) return [];
  const values = problem.conditions.filter(
    (c): c is Prescription => c.kind === "dirichlet" && c.prescribes?.order.every((n) => n === 0) === true,
  );
  if (values.length > mostParts) return [];
  const domain = domainOf(problem.domain);
  const parts = new Map<string, Part>();
  const partOf = (c: Prescription): Part => {
    const key = placeKey(c.on);
    const known = parts.get(key);
    if (known) return known;
    const part = boundaryPart(c.on, { ...problem, constants: probe.constants });
    const { points, measure } = domain.boundary(count, rng(0).split("jumps"), part);
    const duration = problem.time === undefined ? 1 : domain.high[problem.time]! - domain.low[problem.time]!;
    if (problem.time !== undefined)
      for (let i = problem.time; i < points.length; i += domain.dimension)
        points[i] = (domain.low[problem.time]! + domain.high[problem.time]!) / 2;
    const made = { points, spacing: measure / duration / count };
    parts.set(key, made);
    return made;
  };
  return values.flatMap((a, i) =>
    values.slice(i + 1).flatMap((b) => {
      if (a.prescribes.unknown !== b.prescribes.unknown || placeKey(a.on) === placeKey(b.on)) return [];
      const [left, right] = [a, b].map((c) => (at: Float64Array) => probe.values(c.prescribes.value, at));
      const gap = (at: Float64Array) => left!(at)[0]! - right!(at)[0]!;
      const found = meetings(partOf(a), partOf(b), domain.dimension, space).find(({ point, other, reach }) => {
        const slopes = space.map((k) =>
          Math.abs(gap(point.map((v, axis) => (axis === k ? v + reach : v))) - gap(point)),
        );
        const change = Math.max(...slopes, Math.abs(gap(point) - gap(other)));
        const scale = Math.max(Math.abs(left!(point)[0]!), Math.abs(right!(point)[0]!));
        return Math.abs(gap(point)) > surely * change && Math.abs(gap(point)) > 1e-6 * scale;
      });
      if (!found) return [];
      const show = (v: number) => Number(v.toPrecision(2));
      const place = space.map((k) => `${problem.axes[k]} = ${show(found.point[k]!)}`).join(", ");
      const told = ([c, of]: readonly [Prescription, typeof left]) =>
        `${show(of!(found.point)[0]!)} ("${cut(c.text)}")`;
      const name = problem.unknowns[a.prescribes.unknown]!;
      const text = `${name} jumps from ${told([a, left])} to ${told([b, right])} near ${place}: values about it will be approximate`;
      return [{ kind: "jump" as const, text }];
    }),
  );
}

interface Part {
  readonly points: Float64Array;
  readonly spacing: number;
}

/** Near points of two parts, and how far apart those may be. */
interface Meeting {
  readonly point: Float64Array;
  readonly other: Float64Array;
  readonly reach: number;
}

/** Where two parts meet: the nearest points of both, at places that are apart from one another. */
function meetings(a: Part, b: Part, d: number, space: readonly number[]): Meeting[] {
  const reach = near * (a.spacing + b.spacing);
  const row = ({ points }: Part, i: number) => points.slice(i * d, (i + 1) * d);
  const [x, y] = space as readonly [number, number];
  const between = (p: Float64Array, q: Float64Array) => Math.hypot(p[x]! - q[x]!, p[y]! - q[y]!);
  const others = Array.from({ length: count }, (_, j) => row(b, j));
  const pairs = Array.from({ length: count }, (_, i) => {
    const point = row(a, i);
    let [least, other] = [Number.POSITIVE_INFINITY, point];
    for (const q of others) {
      const distance = between(point, q);
      if (distance < least) [least, other] = [distance, q];
    }
    return { point, other, reach, least };
  });
  const met = pairs.filter(({ least }) => least <= reach).sort((p, q) => p.least - q.least);
  const apart: Meeting[] = [];
  for (const one of met) if (apart.every(({ point }) => between(point, one.point) > 4 * reach)) apart.push(one);
  return apart.slice(0, mostMeetings);
}
