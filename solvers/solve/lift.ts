/**
 * Conditions that hold by construction: u = lift + distance · network. On boxes the lift is the Boolean sum of the values on the
 * faces (transfinite interpolation, Gordon & Hall 1973): corrected axis by axis, each linear between its two faces. On other
 * shapes a value of zero holds by construction; other values become rows.
 */
import { rng } from "../../engine/rng.ts";
import { type BoundaryPart, sidesOf } from "../domain/boundary.ts";
import type { Domain } from "../domain/domain.ts";
import { call, number, zero } from "../problem/build.ts";
import { type Expression, evaluateAt, nodesOf, share } from "../problem/expression.ts";
import type { Condition, Problem, ValueCondition } from "../problem/problem.ts";
import { spaceAxes } from "../problem/scope.ts";
import type { Ansatz } from "../residual/model.ts";

/** What became of the conditions. */
export interface Construction {
  /** One per unknown. */
  readonly ansatz: readonly Ansatz[];
  /** Conditions that hold by construction. */
  readonly held: readonly Condition[];
  /** Those that become residual rows. */
  readonly rows: readonly Condition[];
}

/** Values below this share of the largest one given are what rounding left of zero. */
const negligible = 1e-14;
/** Values that no double-precision computation beside values of order one can see. */
const invisible = 1e-30;
/** Relative to the largest value given: mismatch on the boundary that a truncated lift in many dimensions may have. */
const tolerance = 1e-3;
/** Most axes with two faces each that are corrected exactly. */
const most = 3;

/** Prescribed values on one face. */
interface Face {
  readonly axis: number;
  readonly side: "low" | "high";
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

function ofUnknown(problem: Problem, domain: Domain, unknown: number): { ansatz: Ansatz; held: readonly Condition[] } {
  const prescribed = problem.conditions.filter(
    (c): c is ValueCondition =>
      c.kind !== "periodic" && c.prescribes?.unknown === unknown && !usesTrainable(problem, c),
  );
  const order = (c: ValueCondition) => c.prescribes!.order.reduce((a, b) => a + b, 0);
  const start = prescribed.filter((c) => c.kind === "initial");
  const value = start.find((c) => order(c) === 0);
  const slope = start.find((c) => order(c) === 1);
  const walls = prescribed.filter((c) => c.kind === "dirichlet");
  const scale = largest(problem, domain, prescribed);

  const faces = domain.isBox ? walls.map((c) => facesOf(problem, c)) : [];
  const placed = walls.filter(
    (c, i) => faces[i] !== undefined || (c.on === "boundary" && isNothing(problem, domain, c, scale)),
  );
  const list = faces.flatMap((f) => f ?? []);
  const time = problem.time;

  let lift: Expression = zero;
  if (value && time !== undefined) lift = value.prescribes!.value;
  if (slope && value && time !== undefined) {
    const since = call("sub", { kind: "coordinate", axis: time }, number(domain.low[time]!));
    lift = call("add", lift, call("mul", since, slope.prescribes!.value));
  }
  const walled = domain.isBox ? corrected(problem, domain, lift, list, scale) : lift;
  const exact = walled !== undefined;
  const held: Condition[] = [...(value ? [value] : []), ...(slope && value ? [slope] : []), ...(exact ? placed : [])];
  const parts: BoundaryPart[] = exact ? partsOf(placed, domain.isBox ? list : []) : [];
  const factors = parts.length > 0 ? [domain.distanceExpression(parts)] : [];
  if (value && time !== undefined) {
    const first = domain.distanceExpression("initial");
    factors.push(slope ? call("square", first) : first);
  }
  const [shared, distance] = share([
    walled ?? lift,
    factors.length > 0 ? factors.reduce((a, b) => call("mul", a, b)) : zero,
  ]);
  return {
    ansatz: {
      ...(shared!.kind === "number" && shared!.value === 0 ? {} : { lift: shared! }),
      ...(factors.length > 0 ? { distance: distance! } : {}),
    },
    held,
  };
}

/** A value that contains a constant to be found stays a row: its lift would move with the constant. */
function usesTrainable(problem: Problem, condition: ValueCondition): boolean {
  for (const node of nodesOf(condition.residual)) {
    if (node.kind === "constant" && Object.hasOwn(problem.trainable, node.name)) return true;
  }
  return false;
}

/** The faces of a box that a condition speaks of, or nothing where it speaks of a part of a face. */
function facesOf(problem: Problem, condition: ValueCondition): Face[] | undefined {
  const { on, prescribes } = condition;
  const value = prescribes!.value;
  const both = (axis: number, side: "low" | "high" | "both") => sidesOf(side).map((s) => ({ axis, side: s, value }));
  if (on === "boundary") return spaceAxes(problem).flatMap((axis) => both(axis, "both"));
  return "axis" in on ? both(on.axis, on.side) : undefined;
}

const partsOf = (conditions: readonly ValueCondition[], faces: readonly Face[]): BoundaryPart[] => {
  if (faces.length === 0) return conditions.length > 0 ? ["boundary"] : [];
  const axes = [...new Set(faces.map((f) => f.axis))];
  return axes.map((axis) => {
    const sides = new Set(faces.filter((f) => f.axis === axis).map((f) => f.side));
    return { axis, side: sides.size === 2 ? "both" : [...sides][0]! };
  });
};

/** The lift corrected on all faces; nothing where that would not be exact enough. */
function corrected(
  problem: Problem,
  domain: Domain,
  start: Expression,
  faces: readonly Face[],
  scale: number,
): Expression | undefined {
  const axes = [...new Set(faces.map((f) => f.axis))];
  const full = axes.length <= most;
  let lift = start;
  for (const axis of axes) {
    const [low, high] = [domain.low[axis]!, domain.high[axis]!];
    const base = full ? lift : start;
    const x: Expression = { kind: "coordinate", axis };
    const up = call("mul", number(1 / (high - low)), call("sub", x, number(low)));
    const mine = faces.filter((f) => f.axis === axis);
    for (const { side, value } of mine) {
      const at = side === "low" ? low : high;
      const gap = substitute(call("sub", value, base), axis, at);
      if (sizeOf(problem, domain, gap) <= Math.max(invisible, negligible * scale)) continue;
      const share_ = mine.length === 1 ? number(1) : side === "high" ? up : call("sub", number(1), up);
      lift = call("add", lift, call("mul", share_, gap));
    }
  }
  if (full) return lift;
  // In many dimensions edges are left out: see whether that matters.
  const worst = faces.map(({ axis, side, value }) =>
    sizeOf(
      problem,
      domain,
      substitute(call("sub", value, lift), axis, side === "low" ? domain.low[axis]! : domain.high[axis]!),
    ),
  );
  return Math.max(0, ...worst) <= tolerance * scale ? lift : undefined;
}

/** The expression on the plane x_axis = at. */
export function substitute(expression: Expression, axis: number, at: number): Expression {
  const memo = new Map<Expression, Expression>();
  const visit = (e: Expression): Expression => {
    const known = memo.get(e);
    if (known) return known;
    const made =
      e.kind === "coordinate" && e.axis === axis
        ? number(at)
        : e.kind === "call"
          ? call(e.name, ...e.args.map(visit))
          : e;
    memo.set(e, made);
    return made;
  };
  return visit(expression);
}

/** Largest absolute value at even points of the bounding box. */
function sizeOf(problem: Problem, domain: Domain, expression: Expression): number {
  const points = probePoints(domain);
  return evaluateAt(expression, points, domain.dimension, problem.constants).reduce(
    (m, v) => Math.max(m, Math.abs(v)),
    0,
  );
}

const probePoints = (domain: Domain): Float64Array => {
  const unit = rng(0)
    .split("lift")
    .uniform(1024 * domain.dimension);
  return unit.map((u, i) => {
    const k = i % domain.dimension;
    return domain.low[k]! + u * (domain.high[k]! - domain.low[k]!);
  });
};

/** Size of the values given, in place; of the exact solution where it is known, since then small values are small. */
function largest(problem: Problem, domain: Domain, conditions: readonly ValueCondition[]): number {
  const given = conditions.map((c) => onBoundary(problem, domain, c));
  const exact = (problem.exact ?? []).map((e) => {
    const points = domain.interior(4096, rng(0).split("lift scale"));
    return evaluateAt(e, points, domain.dimension, problem.constants).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  });
  return Math.max(0, ...given, ...exact);
}

function onBoundary(problem: Problem, domain: Domain, condition: ValueCondition): number {
  const { on, prescribes } = condition;
  const part: BoundaryPart = on === "boundary" ? "boundary" : "where" in on ? "boundary" : on;
  const { points } = domain.boundary(512, rng(0).split("lift boundary"), part);
  const values = evaluateAt(prescribes!.value, points, domain.dimension, problem.constants);
  return values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
}

const isNothing = (problem: Problem, domain: Domain, condition: ValueCondition, scale: number): boolean =>
  onBoundary(problem, domain, condition) <= Math.max(invisible, negligible * scale);
