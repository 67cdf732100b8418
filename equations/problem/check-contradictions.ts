/** Conditions that cannot hold together. */
import { DomainError } from "../../engine/errors.ts";
import { placeKey } from "./place.ts";
import type { Probe } from "./probe.ts";
import type { Condition, PeriodicCondition, Prescription, Problem } from "./problem.ts";

const differ = (a: number, b: number) => Math.abs(a - b) > 1e-8 * Math.max(1, Math.abs(a), Math.abs(b));

/** Share of the largest start up to which it may miss a boundary value: the tail of a pulse that is cut off. */
const cutOff = 1e-5;

/** True where a start and another value at one point differ by more than rounding and the tail of a pulse. */
function misses({ prescribes, on }: Prescription, probe: Probe): (start: number, other: number) => boolean {
  const size = probe.values(prescribes.value, probe.on(on).points).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return (start, other) => differ(start, other) && !(Math.abs(start - other) <= cutOff * size);
}

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
 * The first condition for each quantity and place. What agrees with it on this place agrees with one another, so that
 * the others are compared with these alone.
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

const cornerWay = 'correct one of them, or allow: ["corner-mismatch"] (values there will then be approximate)';

/** Corners of the first (or last) moment with a part of the boundary. */
function checkCorner(problem: Problem, probe: Probe, end: Prescription, c: Prescription): void {
  const isMissed = misses(end, probe);
  for (const time of endTimes(problem, end)) {
    const points = probe.on(c.on).points.slice();
    const d = problem.axes.length;
    for (let i = d - 1; i < points.length; i += d) points[i] = time;
    const inside = probe.within(c.on, points, false);
    const [left, right] = [probe.values(end.prescribes.value, points), probe.values(c.prescribes.value, points)];
    const bad = inside.findIndex((yes, i) => yes && isMissed(left[i]!, right[i]!));
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
  const bad = left.findIndex((v, i) => misses(end, probe)(v, right[i]!));
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
