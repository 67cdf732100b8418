/**
 * What jumps and is differentiated: a text takes derivatives branch by branch, so that the jump, whose derivative is a source on the surface where it lies, is lost,
 * and with it that fluxes agree there.
 */
import { DomainError } from "../../../engine/errors.ts";
import { rng } from "../../../engine/rng.ts";
import { type Domain, domainOf } from "../../domain/domain.ts";
import type { Expression } from "../../expression/expression.ts";
import type { Differentiated } from "../../expression/parse.ts";
import { toText } from "../../expression/print.ts";
import { unrolled } from "../../expression/quadrature.ts";
import { cut } from "../../expression/syntax-error.ts";
import { boundaryPart } from "../place.ts";
import type { Probe } from "../probe.ts";
import type { Doubt, Place, Problem, ValueCondition } from "../problem.ts";
import type { NotedSlopes } from "../slopes.ts";
import { States, switchesOf } from "./states.ts";

/** Points among which a surface is looked for. */
const looked = 512;
/** Distances at which limits are compared, over the width of the domain. */
const [far, close] = [1e-6, 1e-9];
/** A jump, over the larger of both limits, that passes for rounding of written numbers; and what a limit may still move, over the jump. */
const [slight, settled] = [1e-6, 0.1];

/** A jump of what is differentiated, at a place. */
interface Jump {
  readonly of: Expression;
  readonly axis: number;
  readonly place: string;
  readonly limits: readonly [number, number];
  /** Whether the limits hang on unknowns, which were taken as 1 or, where nothing jumps then, at random. */
  readonly unknowns: "none" | "one" | "some";
  /** The place, where it hangs on what is not known before the solve. */
  readonly hangsOn?: Expression;
}

/**
 * Compares the limits of all that is differentiated on both sides of the surfaces where a condition of an `if` or the argument of a `sign` changes its sign, or a
 * divisor vanishes, for any values of the unknowns and their derivatives. Along an axis in the surface nothing is lost, nor along the normal of a boundary.
 *
 * @returns doubts: of equations, conditions and integrals where what jumps hangs on an unknown, a constant to be found or an integral of an unknown; of quantities, which
 *   are right beside the place
 * @throws DomainError that names what is differentiated, the place and both limits
 */
export function checkFluxes(problem: Problem, probe: Probe, slopes: readonly NotedSlopes[]): Doubt[] {
  if (problem.text.allow?.includes("lost-flux")) return [];
  checkInterfaces(problem, probe);
  const domain = domainOf(problem.domain);
  const known = new Map<Expression, Map<number, Jump | undefined>>();
  return slopes.flatMap((noted): Doubt[] => {
    const jump =
      noted.of === "condition"
        ? placesOf(problem, noted.text)
            .map((c) => firstJump(noted.differentiated, (one) => jumpOn(problem, probe, domain, one, c)))
            .find((one) => one !== undefined)
        : firstJump(noted.differentiated, (one) => {
            const ofAxes = known.get(one.of) ?? new Map<number, Jump | undefined>();
            known.set(one.of, ofAxes);
            if (!ofAxes.has(one.axis)) ofAxes.set(one.axis, jumpInside(problem, probe, domain, one));
            return ofAxes.get(one.axis);
          });
    if (!jump) return [];
    const words = wordsOf(problem, noted, jump);
    if (noted.of === "quantity") return [{ kind: "jump", text: words }];
    if (jump.hangsOn) return [{ kind: "flux", text: words, where: jump.hangsOn }];
    throw new DomainError(`pde: ${words}`, jump.limits);
  });
}

/** The first that is certain, else the first. */
function firstJump(all: readonly Differentiated[], look: (one: Differentiated) => Jump | undefined): Jump | undefined {
  let doubtful: Jump | undefined;
  for (const one of all) {
    const jump = look(one);
    if (jump && !jump.hangsOn) return jump;
    doubtful ??= jump;
  }
  return doubtful;
}

/** Conditions of a text, also where it stands for a real and an imaginary part. */
const placesOf = ({ conditions }: Problem, text: string): ValueCondition[] =>
  conditions.filter((c): c is ValueCondition => c.kind !== "periodic" && c.text.startsWith(text));

function jumpInside(problem: Problem, probe: Probe, domain: Domain, one: Differentiated): Jump | undefined {
  const width = Math.max(...domain.high.map((h, k) => h - domain.low[k]!));
  const along = new Float64Array(domain.dimension);
  along[one.axis] = domain.high[one.axis]! - domain.low[one.axis]!;
  return jumpAmong(problem, probe, one, {
    points: () => domain.interior(looked, rng(0).split("jumps")),
    isInside: (at) => domain.signedDistance(at)[0]! < -2 * far * width,
    along: () => along,
    region: domain,
  });
}

/** On a place only what is along it is differentiated on both sides of something. */
function jumpOn(
  problem: Problem,
  probe: Probe,
  domain: Domain,
  one: Differentiated,
  { on }: { readonly on: Place },
): Jump | undefined {
  if (switchesOf(unrolled(one.of)).length === 0) return undefined;
  const d = domain.dimension;
  const part = boundaryPart(on, { ...problem, constants: probe.constants });
  const { points, normals } = domain.boundary(looked, rng(0).split("jumps"), part);
  const nearest = (at: Float64Array): number => {
    const distances = Array.from({ length: points.length / d }, (_, i) =>
      at.reduce((sum, v, k) => sum + (v - points[i * d + k]!) ** 2, 0),
    );
    return distances.indexOf(Math.min(...distances));
  };
  return jumpAmong(problem, probe, one, {
    points: () => points,
    isInside: () => true,
    along: (at) => {
      const i = nearest(at);
      const normal = normals.subarray(i * d, (i + 1) * d);
      const width = domain.high[one.axis]! - domain.low[one.axis]!;
      const length = Math.hypot(...normal) || 1;
      const share = normal[one.axis]! / length;
      return Float64Array.from(normal, (v, k) => width * ((k === one.axis ? 1 : 0) - (share * v) / length));
    },
  });
}

/** Where a jump is looked for, and along what. */
interface Look {
  readonly points: () => Float64Array;
  readonly isInside: (at: Float64Array) => boolean;
  /** What the axis leaves of its width at a point. */
  readonly along: (at: Float64Array) => Float64Array;
  readonly region?: Domain;
}

function jumpAmong(problem: Problem, probe: Probe, one: Differentiated, look: Look): Jump | undefined {
  const formula = unrolled(one.of);
  const switches = switchesOf(formula);
  if (switches.length === 0) return undefined;
  const states = new States(problem, probe, formula);
  const points = look.points();
  for (const s of switches) {
    const isMoved = states.hangsOnStates(s);
    for (const [point, slope] of isMoved ? states.crossings(s, points) : states.places(s, points, look.region)) {
      const at = point.slice(0, states.axes);
      if (!look.isInside(at)) continue;
      const along = look.along(at);
      if (Math.hypot(...along) <= 1e-9 * (problem.bounds[one.axis]![1] - problem.bounds[one.axis]![0])) continue;
      const direction = new Float64Array(point.length);
      if (isMoved) direction.set(slope);
      direction.set(along);
      const drawn = isMoved ? [point] : states.draws(point);
      for (const [k, from] of drawn.entries()) {
        const limits = limitsAt(states, formula, from, direction);
        if (!limits) continue;
        const place = probe.show(at.map(rounded), 0);
        const unknowns = states.count === 0 ? "none" : k === 0 && !isMoved ? "one" : "some";
        return { ...one, place, limits, unknowns, ...(isMoved && { hangsOn: s }) };
      }
    }
  }
  return undefined;
}

const rounded = (v: number): number => Number(v.toFixed(9)) + 0;

/** Both limits of a formula at a point, where they are finite and differ. */
function limitsAt(
  states: States,
  formula: Expression,
  from: Float64Array,
  direction: Float64Array,
): readonly [number, number] | undefined {
  const at = [-far, -close, close, far].flatMap((h) => Array.from(from, (v, k) => v + h * direction[k]!));
  const found = states.values(formula, Float64Array.from(at));
  const [farLeft, left, right, farRight] = [0, 1, 2, 3].map((i) => found[i]!) as [number, number, number, number];
  const jump = Math.abs(right - left);
  const isJump =
    jump > slight * Math.max(Math.abs(left), Math.abs(right)) &&
    Math.abs(left - farLeft) <= settled * jump &&
    Math.abs(right - farRight) <= settled * jump;
  return isJump && Number.isFinite(jump) ? [left, right] : undefined;
}

/**
 * On an interface a coefficient that jumps there has one of its two values, and which is chance.
 *
 * @throws DomainError that names the condition, a point and both limits
 */
function checkInterfaces(problem: Problem, probe: Probe): void {
  for (const c of problem.conditions) {
    if (c.kind !== "interface") continue;
    const formula = unrolled(c.residual);
    if (switchesOf(formula).length === 0) continue;
    const { points, normals } = probe.on(c.on);
    const states = new States(problem, probe, formula);
    const d = states.axes;
    const count = points.length / d;
    const width = Math.max(...problem.bounds.map(([low, high]) => high - low));
    for (let i = 0; i < count; i++) {
      const [start] = states.draws(points.subarray(i * d, (i + 1) * d));
      const direction = new Float64Array(start!.length);
      for (let k = 0; k < d; k++) direction[k] = width * normals[i * d + k]!;
      // Random values: with all of them 1 what jumps may cancel.
      const limits = states
        .draws(start!)
        .map((from) => limitsAt(states, formula, from, direction))
        .find((one) => one !== undefined);
      if (!limits) continue;
      const way = "write for each side the value that it has there, as in a_n = 20*b_n";
      throw new DomainError(
        `pde: "${cut(c.text)}" jumps at ${probe.show(points.map(rounded), i)}, just where it holds, so that it is not told which of the two sides it speaks of; ${way}`,
        limits,
      );
    }
  }
}

function wordsOf(problem: Problem, { of, text }: NotedSlopes, jump: Jump): string {
  const show = (v: number) => Number(v.toPrecision(4));
  const { axes, time } = problem;
  const term = cut(toText(jump.of, problem));
  const allow = 'or allow: ["lost-flux"] where that is meant';
  const axis = axes[jump.axis]!;
  const [left, right] = jump.limits.map(show);
  const told = {
    none: "",
    one: " where unknowns and their derivatives are 1",
    some: " for some values of the unknowns",
  };
  if (of === "solution") {
    const what = `the derivative of the manufactured solution for ${text} along ${axis} that the equations ask for`;
    return `${what} is that of ${term}, which jumps at ${jump.place} from ${left} to ${right}, so that the source lacks a peak there and belongs to another solution; make it smoother, ${allow}`;
  }
  const where = of === "quantity" ? `the quantity ${text}` : `${of === "equation" ? "" : `the ${of} `}"${cut(text)}"`;
  const place = jump.hangsOn ? `where ${cut(toText(jump.hangsOn, problem))} changes its sign` : `at ${jump.place}`;
  const what = `what ${where} differentiates along ${axis} jumps ${place}: ${term} goes from ${left} to ${right}${told[jump.unknowns]}`;
  if (of === "quantity") return `${what}; its derivative has a peak there, which points beside the place do not show`;
  const step = `a smooth step, such as (1 + tanh(s/w))/2 for s > 0, w being the width that it may have`;
  if (jump.hangsOn) return `${what}. If the solution has such a place, ${lost} there; take ${step}, ${allow}`;
  const sides = jump.axis === time ? "solve the times before and after it one after the other" : interfaceWay;
  return `${what}. Derivatives are taken on each side alone, so that ${lost} there; ${sides}, or take ${step}, ${allow}`;
}

const lost = "the jump of the flux would be lost";
const interfaceWay =
  'give each side an unknown and an equation of its own, and say with a condition of type "interface" what agrees there, as in ["a = b", "a_n = 20*b_n"] ("Interfaces" in docs/solvers.md)';
