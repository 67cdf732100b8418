/** Conditions that are missing, by counting them against the orders of the equations. */
import { OptionsError } from "../../engine/errors.ts";
import { domainOf } from "../domain/domain.ts";
import type { Expression } from "../expression/expression.ts";
import { spaceAxes } from "../expression/scope.ts";
import { nodesOf } from "../expression/tree.ts";
import { derivativeName, highestOrders } from "./derivatives.ts";
import { atState, isSymbolic, linearForms } from "./linear-form.ts";
import { fieldsOf } from "./names.ts";
import { Probe } from "./probe.ts";
import type { Condition, Problem, ProblemWarning } from "./problem.ts";

/**
 * Counts, in time as many initial conditions as the order asks for; in space along every axis as many conditions on its
 * two faces as the order from the second on, less those for which it stands that the solution is smooth at a singular
 * end; and something that fixes every constant. Degenerate equations (Black–Scholes) need fewer: `allow:
 * ["missing-condition"]`. With observations nothing is counted, since they determine as well.
 *
 * @throws OptionsError that says what is missing
 */
export function checkMissing(problem: Problem, probe: Probe): void {
  const { observations, text } = problem;
  if (observations.length > 0 || text.allow?.includes("missing-condition")) return;
  const found = missingOf(problem, probe, ofEvenOrder) ?? missingConstant(problem);
  if (found) throw found;
}

/**
 * True where the conditions alone are as many as the orders ask for, one of first order along an axis counted as well,
 * where something may flow in.
 */
export const isDetermined = (problem: Problem): boolean =>
  missingOf(problem, new Probe(problem), (order) => order) === undefined;

/** Conditions that an order along an axis of space asks for: one of the first order may only flow out. */
const ofEvenOrder = (order: number): number => (order >= 2 ? order : 0);

function missingOf(problem: Problem, probe: Probe, needed: (order: number) => number): OptionsError | undefined {
  const orders = highestOrders(problem.equations, problem);
  const inTime = problem.time === undefined ? undefined : missingInTime(problem, orders, problem.time);
  return inTime ?? missingInSpace(problem, orders, probe, needed);
}

/**
 * Unknowns in time of which only slopes in space count, as the pressure of a flow: any function of time can be added to
 * one that no condition fixes at all times. An integral is one number, at one time or over all of them, unless it is
 * said of every time.
 */
export function gaugeWarnings(problem: Problem): ProblemWarning[] {
  const { axes, time, unknowns, equations, conditions, integrals, observations, text } = problem;
  if (time === undefined || axes.length === 1 || observations.length > 0) return [];
  if (text.allow?.includes("missing-condition")) {
    const open = missingInTime(problem, highestOrders(equations, problem), time);
    return open ? [{ kind: "undetermined", text: open.message.replace(/^pde: /, "") }] : [];
  }
  const inSpace = (order: readonly number[]) => order.some((n, axis) => n > 0 && axis !== time);
  const isFixed = (k: number, by: readonly Expression[]) =>
    [...nodesOf(by)].some((n) => "unknown" in n && n.unknown === k && n.kind !== "laplacian" && !inSpace(n.order));
  const atAllTimes = conditions.filter(
    (c) =>
      c.kind !== "initial" &&
      c.kind !== "periodic" &&
      !(typeof c.on === "object" && "axis" in c.on && c.on.axis === time),
  );
  const always = integrals.filter(({ every }) => every).map(({ integrand }) => integrand);
  const fixing = [...equations, ...atAllTimes.flatMap(expressionsOf), ...always];
  const fields = Object.keys(fieldsOf(text)).length;
  return unknowns.slice(0, unknowns.length - fields).flatMap((name, k): ProblemWarning[] => {
    if (isFixed(k, fixing)) return [];
    const t = axes[time]!;
    const why = `${name} appears only through its slopes in space, and nothing fixes it at every ${t}: with it ${name} + c(${t}) is a solution, for any function c`;
    return [
      {
        kind: "undetermined",
        text: `${why}; prescribe ${name} on a face or a part of the boundary, or its integral, as integrals: ["${name} = 0 at every ${t}"], or, if its slopes are all that counts, allow: ["missing-condition"]`,
      },
    ];
  });
}

function missing(message: string, way: string): OptionsError {
  const waiver = 'or, if the equation needs none, allow: ["missing-condition"]';
  return new OptionsError(`pde: ${message}; ${way}, ${waiver}`, "conditions");
}

function expressionsOf(c: Condition): readonly Expression[] {
  return c.kind === "periodic" ? c.matched : [c.residual];
}

/** The unknowns of a condition. */
function unknownsOf(c: Condition): ReadonlySet<number> {
  const nodes = [...nodesOf(expressionsOf(c))];
  return new Set(nodes.flatMap((n) => ("unknown" in n ? [n.unknown] : [])));
}

function missingInTime(
  { axes, unknowns, conditions, text }: Problem,
  orders: readonly number[][],
  time: number,
): OptionsError | undefined {
  const inTime = conditions
    .filter((c) => typeof c.on === "object" && "axis" in c.on && c.on.axis === time)
    .map((c) => ({ c, about: unknownsOf(c) }));
  const determined = unknowns.length - Object.keys(fieldsOf(text)).length;
  for (const [i, name] of unknowns.slice(0, determined).entries()) {
    const order = orders[i]![time]!;
    const at = inTime.filter(({ about }) => about.has(i)).map(({ c }) => c);
    if (at.some((c) => c.kind === "periodic")) continue;
    const count = at.reduce(
      (sum, c) => sum + (typeof c.on === "object" && "side" in c.on && c.on.side === "both" ? 2 : 1),
      0,
    );
    if (count >= order) continue;
    const derivative = (k: number) => derivativeName(name, axes[time]!, k);
    const have = count === 0 ? "no initial condition" : `${count} initial condition${count === 1 ? "" : "s"}`;
    return missing(
      `${name} has ${have} although ${derivative(order)} appears`,
      `add initial("${derivative(count)} = …")`,
    );
  }
  return undefined;
}

function missingInSpace(
  problem: Problem,
  orders: readonly number[][],
  probe: Probe,
  needed: (order: number) => number,
): OptionsError | undefined {
  const { axes, unknowns, conditions } = problem;
  const space = spaceAxes(problem);
  const system = unknowns.length > 1;
  for (const k of space) {
    // In systems an odd order needs no condition of its own (the pressure), and one unknown may have those of another.
    const need = orders.map((o) => (system ? 2 * Math.floor(o[k]! / 2) : needed(o[k]!)));
    const total = need.reduce((a, b) => a + b, 0);
    const count = conditions.reduce((sum, c) => sum + countAlong(c, k, problem.time, need), 0);
    // At a singular end, as r = 0 for u_rr + u_r/r, it is a condition that the solution is smooth.
    if (count >= total || (!system && count + singularEnds(problem, probe, k) >= total)) continue;
    const axis = axes[k]!;
    const have = count === 0 ? "no boundary condition" : `only ${count} condition${count === 1 ? "" : "s"}`;
    const reason = system ? `the equations need ${total}` : `order ${total} needs ${total}`;
    return missing(
      `${have} along ${axis}, where ${reason} (one face counts 1)`,
      `add dirichlet("${unknowns[0]} = …", { on: "${axis}" }) or another one`,
    );
  }
  const differentiated = space.some((k) => orders.some((o) => o[k]! > 0));
  if (problem.time === undefined && differentiated && conditions.length === 0)
    return missing("there are no conditions at all", `add dirichlet("${unknowns[0]} = …")`);
  return undefined;
}

/** Number of conditions along an axis; places other than faces are taken to cover both sides. */
function countAlong(c: Condition, axis: number, time: number | undefined, need: readonly number[]): number {
  if (c.kind === "periodic") {
    return c.on.axis === axis ? c.unknowns.reduce((sum, unknown) => sum + need[unknown]!, 0) : 0;
  }
  if (typeof c.on !== "object" || !("axis" in c.on)) return 2;
  if (c.on.axis === time || c.on.axis !== axis) return 0;
  return c.on.side === "both" ? 2 : 1;
}

function missingConstant({ unknowns, equations, conditions, integrals }: Problem): OptionsError | undefined {
  const values = conditions.flatMap((c) => (c.kind === "periodic" ? [] : [c.residual]));
  const nodes = [...nodesOf([...equations, ...values, ...integrals.map((i) => i.integrand)])];
  const ofUnknown = (n: Expression) =>
    (n.kind === "derivative" || n.kind === "elsewhere") && n.order.every((o) => o === 0) ? [n.unknown] : [];
  // A condition such as u(0) = u(1) fixes nothing.
  const fixed = new Set([
    ...nodes.flatMap((n) => (n.kind === "derivative" ? ofUnknown(n) : [])),
    ...[...nodesOf(equations)].flatMap(ofUnknown),
  ]);
  for (const [i, name] of unknowns.entries()) {
    if (fixed.has(i)) continue;
    const message = `${name} appears only through its derivatives, so that it is determined up to a constant`;
    return missing(message, `add integrals: [integral("${name} = 0")] or a value somewhere`);
  }
  return undefined;
}

/**
 * Distance from an end at which coefficients are looked at, over the width, and size of δ·b/a there from which the end
 * is a regular singular point.
 */
const [beside, singular] = [1e-6, 0.01];

/**
 * Ends of a space axis of a box at which it stands for a condition that the solution is smooth, as r = 0 for u_rr +
 * u_r/r: those where a u″ + b u′ has the exponents 0 and 1 − δ·b/a, δ being the distance from the end, and the second
 * is below 1.
 */
function singularEnds(problem: Problem, probe: Probe, axis: number): number {
  const { equations, axes, bounds, domain } = problem;
  const [equation] = equations;
  if (equations.length > 1 || !domainOf(domain).isBox) return 0;
  if (!isSymbolic(equation!)) return 0;
  const d = axes.length;
  const form = linearForms(problem, [equation!], probe.constants)[0]!;
  const [low, high] = bounds[axis]!;
  const isSingular = (end: number, inwards: number) => {
    const delta = beside * (high - low);
    const point = probe.interior.slice(0, d).map((v, k) => (k === axis ? end + inwards * delta : v));
    const coefficient = (order: number) => {
      const term = form.terms.find((t) => t.order.every((n, k) => n === (k === axis ? order : 0)));
      return term ? atState(term.factor, form, point, d, 0)[0]! : 0;
    };
    const [first, second] = [coefficient(1), coefficient(2)];
    return second !== 0 && (inwards * delta * first) / second > singular;
  };
  return [isSingular(low, 1), isSingular(high, -1)].filter((is) => is).length;
}
