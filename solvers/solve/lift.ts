/**
 * Conditions that hold by construction: u = lift + distance · network. On boxes the lift is the Boolean sum of the
 * values on the faces (transfinite interpolation, Gordon & Hall 1973): corrected axis by axis, each linear between its
 * two faces. On other shapes without corners of polygons a value of zero holds by construction; other values become
 * rows, and so do those with a kink inside.
 */
import { DomainError } from "../../engine/errors.ts";
import type { BoxFace, Domain } from "../../equations/domain/index.ts";
import {
  call,
  derivativesOfExpression,
  type Expression,
  evaluateAt,
  number,
  share,
  zero,
} from "../../equations/expression/index.ts";
import type { Condition, Prescription, Problem } from "../../equations/problem/index.ts";
import type { Ansatz } from "../residual/model.ts";
import {
  facesOf,
  invisible,
  isOnGrid,
  isSmooth,
  isZeroValue,
  largest,
  negligible,
  pointsOf,
  probePoints,
  sizeOf,
  substitute,
  usesTrainable,
} from "./prescribed.ts";

/** The conditions as lift, factor and rows. */
export interface Construction {
  /** One per unknown. */
  readonly ansatz: readonly Ansatz[];
  /** Conditions that hold by construction. */
  readonly held: readonly Condition[];
  /** Those that become residual rows. */
  readonly rows: readonly Condition[];
}

/** Relative to the largest value given: mismatch on the boundary that a truncated lift in many dimensions may have. */
const tolerance = 1e-3;
/** The same in few dimensions, where the lift is exact. */
const rounding = 1e-11;
/** Most axes with two faces each that are corrected exactly. */
const most = 3;

/** Prescribed values on one face. */
interface Face extends BoxFace {
  readonly value: Expression;
}

/** Splits the conditions of a problem into those that hold by construction and rows. */
export function construct(problem: Problem, domain: Domain): Construction {
  const results = problem.unknowns.map((_, unknown) => ofUnknown(problem, domain, unknown));
  const held = new Set(results.flatMap((r) => r.held));
  return {
    ansatz: results.map((r) => r.ansatz),
    held: problem.conditions.filter((c) => held.has(c)),
    rows: problem.conditions.filter((c) => !held.has(c)),
  };
}

/**
 * Takes what can be held; what the lift then fails to match (corners that disagree) becomes a row, and the rest is
 * tried again.
 */
function ofUnknown(problem: Problem, domain: Domain, unknown: number): { ansatz: Ansatz; held: readonly Condition[] } {
  let candidates = problem.conditions.filter(
    (c): c is Prescription =>
      c.kind !== "periodic" &&
      c.prescribes?.unknown === unknown &&
      !usesTrainable(problem, c) &&
      !isOnGrid(c.prescribes.value) &&
      isSmooth(problem, domain, c.prescribes.value) &&
      isPeriodic(problem, domain, c.prescribes.value, unknown),
  );
  const scale = largest(problem, domain, candidates);
  for (;;) {
    const { ansatz, held } = build(problem, domain, candidates, scale);
    const broken = held.filter((c) => !holds(problem, domain, ansatz.lift ?? zero, c, scale));
    if (broken.length === 0) return { ansatz, held };
    candidates = candidates.filter((c) => !broken.includes(c));
  }
}

/** The values of the first moment only: a solution known at all times must not get in. */
const startOf = ({ time }: Problem, { low }: Domain, { prescribes }: Prescription): Expression =>
  substitute(prescribes.value, time!, low[time!]!);

function build(problem: Problem, domain: Domain, prescribed: readonly Prescription[], scale: number) {
  const { time } = problem;
  const begin = (c: Prescription) => startOf(problem, domain, c);
  const order = (c: Prescription) => c.prescribes.order;
  const plain = (c: Prescription) => order(c).every((n) => n === 0);
  const start = time === undefined ? [] : prescribed.filter((c) => c.kind === "initial");
  const value = start.find(plain);
  const slope = value && start.find((c) => order(c).every((n, k) => n === (k === time ? 1 : 0)));
  const walls = prescribed.filter((c) => c.kind === "dirichlet");

  const faces = domain.isBox
    ? walls.map((c) => facesOf(problem, c)?.map((face) => ({ ...face, value: c.prescribes.value })))
    : [];
  const placed = walls.filter(
    (c, i) =>
      faces[i] !== undefined || (!domain.isBox && c.on === "boundary" && isZeroValue(problem, domain, c, scale)),
  );
  const list = distinct(faces.flatMap((f) => f ?? []));
  const edges = partsOf(domain, placed, list);
  const held = [...(value ? [value] : []), ...(slope ? [slope] : []), ...(edges ? placed : [])];

  let lift: Expression = value ? begin(value) : zero;
  if (slope) {
    const since = call("sub", { kind: "coordinate", axis: time! }, number(domain.low[time!]!));
    lift = call("add", lift, call("mul", since, begin(slope)));
  }
  const walled = domain.isBox ? corrected(problem, domain, lift, list, scale) : lift;
  const factors = edges ? [...edges] : [];
  if (value) {
    const first = domain.distanceExpression("initial");
    factors.push(slope ? call("square", first) : first);
  }
  const [shared, distance] = share([walled, factors.length > 0 ? factors.reduce((a, b) => call("mul", a, b)) : zero]);
  const ansatz: Ansatz = {
    ...(shared!.kind === "number" && shared!.value === 0 ? {} : { lift: shared! }),
    ...(factors.length > 0 ? { distance: distance! } : {}),
  };
  return { ansatz, held };
}

/**
 * True where a lift takes the values of a condition that the distance leaves alone; in many dimensions up to
 * `tolerance`.
 */
function holds(problem: Problem, domain: Domain, lift: Expression, condition: Prescription, scale: number): boolean {
  const { order, value } = condition.prescribes;
  const d = domain.dimension;
  const points = pointsOf(problem, domain, condition, 1024);
  const have = evaluateAt(derivativesOfExpression(lift, d)(order), points, d, problem.constants);
  const wanted = evaluateAt(value, points, d, problem.constants);
  const size = have.reduce((m, v) => Math.max(m, Math.abs(v)), scale);
  const allowed = Math.max(invisible, (d > most ? tolerance : rounding) * size);
  return have.every((v, i) => Math.abs(v - wanted[i]!) <= allowed);
}

/**
 * True where a value agrees, with the derivatives that are matched, on the faces of every axis along which its unknown
 * is periodic.
 */
function isPeriodic(problem: Problem, domain: Domain, value: Expression, unknown: number): boolean {
  const d = domain.dimension;
  const derivative = derivativesOfExpression(value, d);
  return problem.conditions.every((c) => {
    if (c.kind !== "periodic" || !c.unknowns.includes(unknown)) return true;
    const { axis } = c.on;
    const points = probePoints(domain);
    const at = (order: readonly number[], side: number) => {
      const moved = points.map((x, i) => (i % d === axis ? side : x));
      return evaluateAt(derivative(order), moved, d, problem.constants);
    };
    return c.matched.every((m) => {
      if (m.kind !== "derivative" || m.unknown !== unknown) return true;
      const [low, high] = [at(m.order, domain.low[axis]!), at(m.order, domain.high[axis]!)];
      const size = low.reduce((s, v) => Math.max(s, Math.abs(v)), 1);
      return low.every((v, i) => Math.abs(v - high[i]!) <= 1e-8 * size);
    });
  });
}

/** The same face once: conditions that overlap agree there. */
const distinct = (faces: readonly Face[]): Face[] =>
  faces.filter((f, i) => faces.findIndex((g) => g.axis === f.axis && g.side === f.side) === i);

/** Functions that vanish where the conditions hold; nothing where the shape has none. */
function partsOf(
  domain: Domain,
  conditions: readonly Prescription[],
  faces: readonly Face[],
): readonly Expression[] | undefined {
  if (conditions.length === 0) return [];
  if (!domain.isBox) {
    try {
      return [domain.distanceExpression("boundary")];
    } catch (error) {
      // Polygons, combinations and their like: their conditions become rows, as the report says.
      if (error instanceof DomainError) return undefined;
      throw error;
    }
  }
  const axes = [...new Set(faces.map((f) => f.axis))];
  return axes.map((axis) => {
    const sides = new Set(faces.filter((f) => f.axis === axis).map((f) => f.side));
    return domain.distanceExpression({ axis, side: sides.size === 2 ? "both" : [...sides][0]! });
  });
}

/**
 * The lift corrected on all faces; in many dimensions without the terms of edges, which `holds` then checks.
 *
 * There values that agree with those of other faces on their edges are all but zero on edges. Continued linearly they
 * are ridges through the whole of the box, which the network has to cancel. The smoothest function that vanishes on the
 * edges of a face, a product of n − 1 half waves of sines, is harmonic where it decays at the rate κ = π√(n − 1)/L: so
 * does, near the face, the power κL of what is linear.
 */
function corrected(
  problem: Problem,
  domain: Domain,
  start: Expression,
  faces: readonly Face[],
  scale: number,
): Expression {
  const axes = [...new Set(faces.map((f) => f.axis))];
  const power = number(Math.round(Math.PI * Math.sqrt(axes.length - 1)));
  let lift = start;
  for (const axis of axes) {
    const [low, high] = [domain.low[axis]!, domain.high[axis]!];
    const base = axes.length <= most ? lift : start;
    const x: Expression = { kind: "coordinate", axis };
    const up = call("mul", number(1 / (high - low)), call("sub", x, number(low)));
    const mine = faces.filter((f) => f.axis === axis);
    for (const { side, value } of mine) {
      const at = side === "low" ? low : high;
      const gap = substitute(call("sub", value, base), axis, at);
      if (sizeOf(problem, domain, gap) <= Math.max(invisible, negligible * scale)) continue;
      const part = mine.length === 1 ? number(1) : side === "high" ? up : call("sub", number(1), up);
      const fades = mine.length === 2 && axes.length > most;
      lift = call("add", lift, call("mul", fades ? call("pow", part, power) : part, gap));
    }
  }
  return lift;
}
