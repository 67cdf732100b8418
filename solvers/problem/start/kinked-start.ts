/**
 * What diffusion makes of a start with kinks and jumps inside. On the line u_t = ν u_ss turns the kink max(f, 0) of a linear f into
 * f (1 + erf(f/w))/2 + w exp(−f²/w²)/(2√π), and a jump from 0 to 1 into (1 + erf(f/w))/2, with w² = 4νt|∇f|² (H. Carslaw, J. Jaeger 1959, section 2.2). Where other terms
 * and other coefficients act as well, that is what it is like at first, and what is left is smooth enough for a network.
 */
import { rng } from "../../../engine/rng.ts";
import type { Domain } from "../../domain/domain.ts";
import { call, coordinate, number, one, unit } from "../../expression/build.ts";
import { derivativesOfExpression } from "../../expression/differentiate.ts";
import { type Expression, evaluateAt } from "../../expression/expression.ts";
import { unrolled, withArgs } from "../../expression/quadrature.ts";
import { spaceAxes } from "../../expression/scope.ts";
import { nodesOf } from "../../expression/tree.ts";
import { substitution } from "../manufactured.ts";
import type { Problem } from "../problem.ts";
import { diffusionAt, oneNumber } from "./diffusion.ts";

/** Width of a layer at the very start, beside the extent of the domain: it must not be 0, and nobody sees it. */
const unseen = 1e-8;
/** Pairs of places between which turns are looked for, the most at which a turn is looked at, and halvings to get there. */
const [looked, most, halvings] = [1024, 16, 60];
/** Part of all times after which a start is compared with obstacles, and part of it by which it may seem to be beyond one. */
const [soon, touching] = [1e-3, 1e-9];
/** Highest derivatives of an equation that diffuses: another one above them would make of the layer what it is not. */
const [highest, highestInTime] = [2, 1];

/** What a call turns on: where it changes sign there is a kink or a jump; nothing of calls without them. */
function turnOf(e: Expression, [a, b]: readonly Expression[]): Expression | undefined {
  if (e.kind !== "call") return undefined;
  if (e.name === "abs" || e.name === "sign" || e.name === "if") return a;
  return e.name === "min" || e.name === "max" ? call("sub", a!, b!) : undefined;
}

/** The ray on which an angle jumps, y = 0 where x < 0, as something that turns there. */
function cutOf(e: Expression): Expression[] {
  if (e.kind !== "call" || e.name !== "atan2") return [];
  const [y, x] = e.args as [Expression, Expression];
  return [call("if", call("neg", x), y, one)];
}

/** What an expression turns on. */
export const turnsOf = (value: Expression): Expression[] =>
  [...nodesOf(unrolled(value))].flatMap((e) => ("args" in e ? [turnOf(e, e.args) ?? [], cutOf(e)].flat() : []));

/**
 * A start, in coordinates of space, with its kinks and jumps rounded off as diffusion does at all later times.
 *
 * @param starts - what is prescribed of each unknown at the first moment; 0 of those of which nothing is
 * @returns undefined where the unknown does not diffuse, or not with one coefficient along a turn
 */
export function diffusedStart(
  problem: Problem,
  domain: Domain,
  unknown: number,
  starts: readonly Expression[],
): Expression | undefined {
  const { time, equations, trainable } = problem;
  if (time === undefined) return undefined;
  const obstructed = equations.flatMap((e) => branches(e)).find(({ equation }) => diffuses(equation, unknown, time));
  if (obstructed === undefined) return undefined;
  const { equation, obstacles } = obstructed;
  for (const node of nodesOf([equation, ...starts])) {
    if (node.kind === "data" || node.kind === "function") return undefined;
    if (node.kind === "constant" && Object.hasOwn(trainable, node.name)) return undefined;
  }
  const layers = new Layers(problem, domain, { equation, unknown, time, starts });
  const value = layers.rounded(unrolled(starts[unknown]!));
  return value && layers.keeps(value, obstacles) ? value : undefined;
}

/** Something that must not be below 0, or above it. */
interface Obstacle {
  readonly above: boolean;
  readonly value: Expression;
}

/** The equations of which one holds at every point, and what the other ones, those of an obstacle, then must not be. */
function branches(e: Expression): { readonly equation: Expression; readonly obstacles: readonly Obstacle[] }[] {
  if (e.kind !== "call" || (e.name !== "min" && e.name !== "max")) return [{ equation: e, obstacles: [] }];
  const above = e.name === "min";
  return e.args.flatMap((part, k) => {
    const others = e.args.filter((_, j) => j !== k).map((value) => ({ above, value }));
    return branches(part).map(({ equation, obstacles }) => ({ equation, obstacles: [...obstacles, ...others] }));
  });
}

/** Whether an equation has the rate of an unknown, and nothing above second derivatives of it. */
function diffuses(equation: Expression, unknown: number, time: number): boolean {
  let rate = false;
  for (const node of nodesOf(equation)) {
    if (node.kind === "elsewhere" && node.unknown === unknown) return false;
    if (node.kind !== "derivative" || node.unknown !== unknown) continue;
    const all = node.order.reduce((a, b) => a + b, 0);
    const inTime = node.order[time]!;
    if (all > highest || inTime > highestInTime || (inTime > 0 && all > inTime)) return false;
    rate ||= inTime === 1;
  }
  return rate;
}

interface Diffusing {
  readonly equation: Expression;
  readonly unknown: number;
  readonly time: number;
  readonly starts: readonly Expression[];
}

/** A jump that is there where a turn is above 0: as they are written, and as they are rounded off themselves. */
interface Step {
  readonly turn: Expression;
  readonly even: Expression;
  readonly jump: Expression;
  readonly evenJump: Expression;
}

/** Rounds expressions off, node by node. */
class Layers {
  readonly #problem: Problem;
  readonly #diffusing: Diffusing;
  readonly #places: readonly Float64Array[];
  readonly #extent: number;
  readonly #begin: number;
  readonly #duration: number;
  /** Where something turns. */
  readonly #turned: Float64Array[] = [];
  readonly #memo = new Map<Expression, Expression | undefined>();

  constructor(problem: Problem, domain: Domain, diffusing: Diffusing) {
    this.#problem = problem;
    this.#diffusing = diffusing;
    this.#places = ["here", "there"].map((end) => domain.interior(looked, rng(0).split(`kinked start, ${end}`)));
    this.#extent = Math.min(...spaceAxes(problem).map((k) => domain.high[k]! - domain.low[k]!));
    this.#begin = domain.low[diffusing.time]!;
    this.#duration = domain.high[diffusing.time]! - this.#begin;
  }

  rounded(e: Expression): Expression | undefined {
    if (!this.#memo.has(e)) this.#memo.set(e, this.#made(e));
    return this.#memo.get(e);
  }

  #made(e: Expression): Expression | undefined {
    if (!("args" in e)) return e;
    const smooth = e.args.flatMap((a) => this.rounded(a) ?? []);
    if (smooth.length < e.args.length) return undefined;
    if (cutOf(e).length > 0) return undefined;
    const turn = turnOf(e, e.args);
    const nested = e.kind === "call" && e.name === "if" ? conditional(e.args) : undefined;
    if (nested) return this.rounded(nested);
    const at = turn ? this.#zeros(turn) : [];
    if (e.kind !== "call" || turn === undefined || at.length === 0) return withArgs(e, smooth);
    const even = turnOf(e, smooth)!;
    const step = (jump: Expression, evenJump: Expression) => this.#step({ turn, even, jump, evenJump }, at);
    const [first, second, third] = smooth as [Expression, Expression, Expression];
    switch (e.name) {
      case "sign": {
        const made = step(one, one);
        return made && call("sub", call("mul", number(2), made), one);
      }
      case "abs": {
        const made = step(turn, even);
        return made && call("sub", call("mul", number(2), made), first);
      }
      case "if": {
        const made = step(call("sub", e.args[1]!, e.args[2]!), call("sub", second, third));
        return made && call("add", third, made);
      }
      default: {
        const made = step(turn, even);
        return made && (e.name === "max" ? call("add", second, made) : call("sub", first, made));
      }
    }
  }

  /** What diffusion makes of a jump that is there where a turn is above 0, which it is not at some places. */
  #step({ turn, even, jump, evenJump }: Step, at: readonly Float64Array[]): Expression | undefined {
    const { time } = this.#diffusing;
    this.#turned.push(...at);
    const seen = at.map((place) => this.#seen(turn, jump, place));
    const [spread, steepness] = [oneNumber(seen.map((s) => s?.spread)), oneNumber(seen.map((s) => s?.steepness))];
    // May be 0, of which nothing is a part.
    const more = oneNumber(seen.map((s) => s && s.slope + 1));
    if (spread === undefined || steepness === undefined || more === undefined) return undefined;
    const since = call("sub", coordinate(time), number(this.#begin));
    const square = number((unseen * this.#extent) ** 2 * steepness);
    const width = call("sqrt", call("add", call("mul", number(4 * spread), since), square));
    const z = call("div", even, width);
    const share = call("mul", number(0.5), call("add", one, call("erf", z)));
    const bell = call("mul", width, call("exp", call("neg", call("square", z))));
    return call("add", call("mul", evenJump, share), call("mul", number((more - 1) / (2 * Math.sqrt(Math.PI))), bell));
  }

  /** Places at which a turn is 0, at the first moment: between points on either side of it. */
  #zeros(turn: Expression): Float64Array[] {
    const d = this.#problem.axes.length;
    const [here, there] = this.#places.map((points) => evaluateAt(turn, points, d, this.#problem.constants));
    const changes = [...here!.keys()].filter((i) => here![i]! > 0 !== there![i]! > 0).slice(0, most);
    return changes.map((i) => {
      let [low, high] = this.#places.map((points) => points.slice(i * d, (i + 1) * d)) as [Float64Array, Float64Array];
      for (let k = 0; k < halvings; k++) {
        const middle = low.map((x, axis) => (x + high[axis]!) / 2);
        if (evaluateAt(turn, middle, d, this.#problem.constants)[0]! > 0 === there![i]! > 0) high = middle;
        else low = middle;
      }
      high[this.#diffusing.time] = this.#begin;
      return high;
    });
  }

  /** Whether a start that was rounded off stays on its side of obstacles, soon after the start: a kink on an obstacle that is not rounded off itself stays. */
  keeps(value: Expression, obstacles: readonly Obstacle[]): boolean {
    const { axes, constants } = this.#problem;
    const { unknown, time, starts } = this.#diffusing;
    const d = axes.length;
    const formulas = starts.map((start, k) => (k === unknown ? value : start));
    const put = substitution(formulas, d);
    const places = this.#turned.map((place) => place.map((x, k) => (k === time ? x + soon * this.#duration : x)));
    return obstacles.every(({ above, value: obstacle }) =>
      places.every((place) => {
        const [seen] = evaluateAt(put(obstacle), place, d, constants);
        return (above ? seen! : -seen!) >= -touching * Math.abs(evaluateAt(value, place, d, constants)[0]!);
      }),
    );
  }

  /** Σ ν_k f_k² and Σ f_k² of a turn f, and the slope of a jump along it, both sides of the same place. */
  #seen(turn: Expression, jump: Expression, place: Float64Array) {
    const { axes, constants } = this.#problem;
    const { equation, unknown, time, starts } = this.#diffusing;
    const d = axes.length;
    const value = evaluateAt(starts[unknown]!, place, d, constants)[0]!;
    const slopesOf = (e: Expression) => {
      const derivative = derivativesOfExpression(e, d);
      return (axis: number) => evaluateAt(derivative(unit(d, axis)), place, d, constants)[0]!;
    };
    const [ofTurn, ofJump] = [slopesOf(turn), slopesOf(jump)];
    let [spread, steepness, along] = [0, 0, 0];
    for (const axis of spaceAxes(this.#problem)) {
      const slope = ofTurn(axis);
      const probe = { constants, time, axis, place, value, unknown, others: starts };
      // A coefficient that depends on the slope, which jumps, is none.
      const diffusion = oneNumber([0, 1].map((s) => diffusionAt(equation, { ...probe, slope: s })));
      if (slope === 0) continue;
      if (diffusion === undefined) return undefined;
      spread += diffusion * slope ** 2;
      steepness += slope ** 2;
      along += slope * ofJump(axis);
    }
    return steepness > 0 && Number.isFinite(spread) ? { spread, steepness, slope: along / steepness } : undefined;
  }
}

/** `if` with "and" and "or" in its condition, as one in another; nothing where there are none. */
function conditional([condition, then, otherwise]: readonly Expression[]): Expression | undefined {
  if (condition?.kind !== "call" || (condition.name !== "min" && condition.name !== "max")) return undefined;
  const [a, b] = condition.args as readonly [Expression, Expression];
  return condition.name === "min"
    ? call("if", a, call("if", b, then!, otherwise!), otherwise!)
    : call("if", a, then!, call("if", b, then!, otherwise!));
}
