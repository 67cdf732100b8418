/** Conditions that cannot hold together, and those that make a solution jump. */
import { DomainError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import { domainOf } from "../domain/domain.ts";
import { spaceAxes } from "../expression/scope.ts";
import { cut } from "../expression/syntax-error.ts";
import { boundaryPart, placeKey } from "./place.ts";
import type { Probe } from "./probe.ts";
import type { Condition, Doubt, PeriodicCondition, Problem, ValueCondition } from "./problem.ts";

/** A condition that prescribes a value. */
type Prescription = ValueCondition & Required<Pick<ValueCondition, "prescribes">>;

const differ = (a: number, b: number) => Math.abs(a - b) > 1e-8 * Math.max(1, Math.abs(a), Math.abs(b));

/**
 * Compares values that are prescribed twice: on one place, where the first moment meets the boundary, and on periodic
 * faces. Two faces of a box may disagree in the corner between them (a lid-driven cavity).
 *
 * @throws DomainError that names the conditions, the point and both values
 */
export function checkContradictions(problem: Problem, probe: Probe): void {
  const prescriptions = problem.conditions.filter(
    (c): c is Prescription => c.kind !== "periodic" && c.prescribes !== undefined,
  );
  const firsts = firstOfEach(prescriptions);
  for (const a of firsts) {
    for (const b of prescriptions) {
      if (a !== b && sameQuantity(a, b)) checkPlace(problem, probe, a, b);
    }
  }
  for (const c of problem.conditions) if (c.kind === "periodic") checkPeriodic(problem, c);
  if (problem.time === undefined || problem.text.allow?.includes("corner-mismatch")) return;
  const ends = firsts.filter((c) => isAt(c, problem.time) && c.prescribes.order.every((o) => o === 0));
  for (const end of ends) {
    for (const c of prescriptions) {
      if (!isAt(c, problem.time) && sameQuantity(c, end)) checkCorner(problem, probe, end, c);
    }
    for (const c of problem.conditions) if (c.kind === "periodic") checkSeam(problem, probe, end, c);
  }
}

/**
 * The first condition for each quantity and place. What agrees with it on this place agrees with one another, so that the
 * others are compared with these alone.
 */
function firstOfEach(prescriptions: readonly Prescription[]): Prescription[] {
  const firsts = new Map<string, Prescription>();
  for (const c of prescriptions) {
    const key = `${c.prescribes.unknown} ${c.prescribes.order} ${placeKey(c.on)}`;
    if (!firsts.has(key)) firsts.set(key, c);
  }
  return [...firsts.values()];
}

function sameQuantity(a: Prescription, b: Prescription): boolean {
  return a.prescribes.unknown === b.prescribes.unknown && a.prescribes.order.join() === b.prescribes.order.join();
}

function isAt(c: Condition, axis: number | undefined): boolean {
  return typeof c.on === "object" && "axis" in c.on && c.on.axis === axis;
}

function complain(what: string, where: string, left: number, right: number, way: string): DomainError {
  const message = `pde: ${what} contradict one another at ${where}: ${left} and ${right}; ${way}`;
  return new DomainError(message, [left, right]);
}

/** Points of `a` that belong to `b` as well. */
function checkPlace(problem: Problem, probe: Probe, a: Prescription, b: Prescription): void {
  const { points } = probe.on(a.on);
  const both = probe.within(b.on, points, isAt(a, problem.time));
  if (!both.includes(true)) return;
  const [left, right] = [probe.values(a.prescribes.value, points), probe.values(b.prescribes.value, points)];
  const bad = both.findIndex((inside, i) => inside && differ(left[i]!, right[i]!));
  if (bad < 0) return;
  const way = "say with `on` where each of them holds";
  throw complain(`"${a.text}" and "${b.text}"`, probe.show(points, bad), left[bad]!, right[bad]!, way);
}

const cornerWay = 'mend one of them, or allow: ["corner-mismatch"] (values there will then be approximate)';

/** Where the first (or last) moment meets a part of the boundary. */
function checkCorner(problem: Problem, probe: Probe, end: Prescription, c: Prescription): void {
  for (const time of endTimes(problem, end)) {
    const points = probe.on(c.on).points.slice();
    const d = problem.axes.length;
    for (let i = d - 1; i < points.length; i += d) points[i] = time;
    const inside = probe.within(c.on, points, false);
    const [left, right] = [probe.values(end.prescribes.value, points), probe.values(c.prescribes.value, points)];
    const bad = inside.findIndex((yes, i) => yes && differ(left[i]!, right[i]!));
    if (bad < 0) continue;
    throw complain(`"${end.text}" and "${c.text}"`, probe.show(points, bad), left[bad]!, right[bad]!, cornerWay);
  }
}

function endTimes({ bounds }: Problem, end: Prescription): number[] {
  if (typeof end.on !== "object" || !("axis" in end.on)) return [];
  const [low, high] = bounds[end.on.axis]!;
  return end.on.side === "both" ? [low, high] : [end.on.side === "low" ? low : high];
}

/** An initial value must itself be periodic. */
function checkSeam(problem: Problem, probe: Probe, end: Prescription, c: PeriodicCondition): void {
  const { axis } = c.on;
  if (!c.unknowns.includes(end.prescribes.unknown) || axis === problem.time) return;
  const at = (side: 0 | 1) => {
    const points = probe.on(end.on).points.slice();
    for (let i = axis; i < points.length; i += problem.axes.length) points[i] = problem.bounds[axis]![side];
    return points;
  };
  const [low, high] = [at(0), at(1)];
  const [left, right] = [probe.values(end.prescribes.value, low), probe.values(end.prescribes.value, high)];
  const bad = left.findIndex((v, i) => differ(v, right[i]!));
  if (bad < 0) return;
  const where = `${probe.show(low, bad)} and the other side`;
  throw complain(`"${end.text}" and "${c.text}"`, where, left[bad]!, right[bad]!, cornerWay);
}

/** A periodic axis has no faces on which something else could hold. */
function checkPeriodic(problem: Problem, c: PeriodicCondition): void {
  const name = problem.axes[c.on.axis]!;
  for (const other of problem.conditions) {
    if (other === c || other.kind === "initial") continue;
    const faces = isAt(other, c.on.axis) || (other.on === "boundary" && c.on.axis !== problem.time);
    const unknowns = other.kind === "periodic" ? other.unknowns : other.prescribes ? [other.prescribes.unknown] : [];
    if (!faces || !unknowns.some((u) => c.unknowns.includes(u))) continue;
    const message = `pde: "${other.text}" is on the faces of ${name}, which is periodic`;
    throw new DomainError(`${message}; keep one of them, or say with \`on\` where it holds`, name);
  }
}

/** Points of each part; parts that are compared with one another. */
const [count, mostParts] = [512, 12];
/** Places at which two parts meet that are looked at. */
const mostMeetings = 8;
/** Distances of neighbours within which parts meet, and times their difference must be what it changes by from one point to the other. */
const [near, surely] = [4, 8];

/**
 * Values that jump where two parts of a plane boundary meet are often meant, as in a cavity with a lid, so that they are said and no more.
 *
 * @returns one doubt for each pair of conditions that prescribe different values where their parts meet
 */
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
