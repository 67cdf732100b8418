/**
 * Steps and peaks of the equations' functions that may lie between the points of an element, as a tanh of width 1e-5
 * along a circle.
 */
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import { type Expression, functionOfPoint, nodesOf } from "../../equations/expression/index.ts";
import type { Discretisation } from "./discretisation.ts";
import type { Cell } from "./mesh.ts";
import { Site } from "./site.ts";

/** A place of an element about which a function changes within a short length. */
export interface Narrow {
  readonly at: readonly number[];
  /** Distance over which the argument of exp, tanh or their like changes by a half. */
  readonly length: number;
  /** Unit vector along which it changes fastest. */
  readonly across: readonly number[];
  /** True of a peak, which is short along every direction. */
  readonly isPoint: boolean;
}

type Argument = (point: ArrayLike<number>) => number;

const steps = new Set(["tanh", "erf", "atan", "exp", "square", "pow"]);

/** The argument of a step, as tanh, or a peak, about where it is 0. */
export const stepOf = (e: Expression): Expression | undefined =>
  e.kind === "call" && steps.has(e.name) ? e.args[0] : undefined;

/** Places along an axis of an element at which arguments are looked at, and halvings about the one with the least. */
const [looks, halvings] = [6, 45];
/** Arguments beyond which exp and tanh are flat to rounding. */
const flat = 40;
/** Directions in half a circle and in half a sphere, and lengths over which a peak has changed all around. */
const [angles, ofSphere, around] = [32, 128, 16];
/**
 * Change of an argument over its length, no more than that of a tanh to one side; and all around a peak, between two
 * angles of which a line would be seen.
 */
const [unit, clear] = [0.5, 2];
/** Share of an element's width below which a length counts as short. */
const short = 0.25;

/** Rows and constants of equations. */
interface Rows {
  readonly equations: readonly {
    readonly residual: Expression;
    readonly terms: readonly { readonly factor: Expression }[];
  }[];
  readonly constants: Readonly<Record<string, number>>;
}

/** Arguments of steps and peaks in the equations, as functions of a point alone. */
export function argumentsOfSteps({ equations, constants }: Rows): readonly Argument[] {
  const found = new Map<string, Expression>();
  const isOfPoint = (e: Expression) =>
    [...nodesOf(e)].every(({ kind }) => ["number", "constant", "coordinate", "call"].includes(kind));
  const roots = equations.flatMap(({ residual, terms }) => [residual, ...terms.map(({ factor }) => factor)]);
  for (const node of nodesOf(roots)) {
    const argument = stepOf(node);
    if (argument && [...nodesOf(argument)].some(({ kind }) => kind === "coordinate") && isOfPoint(argument))
      found.set(JSON.stringify(argument), argument);
  }
  return [...found.values()].map((e) => functionOfPoint(e, constants));
}

/**
 * The place of a cell about which an argument is near 0 and changes within a short length;
 * undefined where there is none.
 */
export function narrowIn({ box: { low, high } }: Pick<Cell, "box">, argument: Argument): Narrow | undefined {
  const d = low.length;
  const widths = low.map((l, k) => high[k]! - l);
  const at = leastIn(low, widths, argument);
  const value = at && argument(at);
  if (!at || !(Math.abs(value!) <= flat)) return undefined;
  const changed = (direction: readonly number[], distance: number) => {
    const by = direction.map((v) => v * distance);
    const beside = [1, -1].map((sign) => Math.abs(argument(at.map((x, k) => x + sign * by[k]!)) - value!));
    // Outside of the domain it may have no value.
    return Math.max(0, ...beside.filter((change) => !Number.isNaN(change)));
  };
  const all = directionsOf(d);
  let length = short * Math.max(...widths);
  const isLess = (distance: number) => all.some((direction) => changed(direction, distance) >= unit);
  if (!isLess(length)) return undefined;
  for (let k = 0; k < halvings && isLess(length / 2); k++) length /= 2;
  const changes = all.map((direction) => changed(direction, around * length));
  const fastest = changes.indexOf(Math.max(...changes));
  const isFar = (direction: readonly number[], sign: number) => {
    const away = direction.map((v, k) => at[k]! + sign * around * length * v);
    return Math.abs(argument(away)) > Math.abs(value!) + clear;
  };
  const isPoint = all.every((direction) => isFar(direction, 1) && isFar(direction, -1));
  return { at, length, across: all[fastest]!, isPoint };
}

const inPlane = (angle: number) => [Math.cos(angle), Math.sin(angle)];

/** Directions all around, of two that are opposite the one; on three axes along the golden spiral. */
export function directionsOf(d: number): readonly (readonly number[])[] {
  if (d === 1) return [[1]];
  if (d === 2) return Array.from({ length: angles }, (_, k) => inPlane((Math.PI * (k + 0.5)) / angles));
  return Array.from({ length: ofSphere }, (_, k) => {
    const z = (k + 0.5) / ofSphere;
    const [x, y] = inPlane(Math.PI * (3 - Math.sqrt(5)) * k).map((v) => v * Math.sqrt(1 - z * z));
    return [x!, y!, z];
  });
}

/** The place of a box where an argument changes its sign, else where it is nearest to 0. */
function leastIn(low: readonly number[], widths: readonly number[], argument: Argument): number[] | undefined {
  const d = low.length;
  const places = Array.from({ length: looks ** d }, (_, i) =>
    low.map((l, k) => l + (widths[k]! * ((Math.floor(i / looks ** k) % looks) + 0.53)) / looks),
  );
  const values = places.map((place) => argument(place));
  for (const [i, value] of values.entries()) {
    for (let k = 0; k < d; k++) {
      const next = i + looks ** k;
      if (Math.floor(i / looks ** k) % looks === looks - 1 || values[next]! > 0 === value > 0) continue;
      let [a, b] = [places[i]!, places[next]!];
      for (let round = 0; round < halvings; round++) {
        const middle = a.map((x, axis) => (x + b[axis]!) / 2);
        if (argument(middle) > 0 === value > 0) a = middle;
        else b = middle;
      }
      return b;
    }
  }
  const least = values.reduce((best, v, i) => (Math.abs(v) < Math.abs(values[best]!) ? i : best), 0);
  let [place, size] = [places[least]!, Math.abs(values[least]!)];
  // Where it changes by less than there is of it, it does not come near 0.
  if (!(size <= Math.max(flat, Math.max(...values) - Math.min(...values)))) return undefined;
  const directions = low.flatMap((_, axis) => [1, -1].map((sign) => ({ axis, sign })));
  for (let step = 1 / looks, k = 0; k < halvings; step /= 2, k++) {
    for (let isCloser = true; isCloser; ) {
      isCloser = false;
      for (const { axis, sign } of directions) {
        const next = place.with(axis, place[axis]! + sign * step * widths[axis]!);
        const isInside = next[axis]! >= low[axis]! && next[axis]! <= low[axis]! + widths[axis]!;
        const nextSize = Math.abs(argument(next));
        if (isInside && nextSize < size) [place, size, isCloser] = [next, nextSize, true];
      }
    }
  }
  return place;
}

/** Points of the elements' rule in each part of a line, whose parts grow by this factor away from the place. */
const [rule, growth] = [gaussLegendre(4), 2];

/**
 * Points on lines through a narrow place of an element, ever denser towards it: across it, or of a peak all around.
 * Weights are shares of the element.
 */
export function acrossNarrow(layout: Discretisation, cell: Cell, { at, length, across, isPoint }: Narrow): Site {
  const { low, high } = cell.box;
  const { shape } = layout.region;
  const d = low.length;
  const directions = isPoint && d > 1 ? [0, 1, 2, 3].map((k) => inPlane((Math.PI * (k + 0.3)) / 4)) : [across];
  const points: number[] = [];
  const weights: number[] = [];
  for (const direction of directions) {
    for (const sign of [1, -1]) {
      const reach = Math.min(
        ...direction.map((v, k) => ((sign * v > 0 ? high[k]! : low[k]!) - at[k]!) / (sign * v)).filter(Number.isFinite),
      );
      for (let from = 0, to = length / 4; from < reach; from = to, to *= growth) {
        const end = Math.min(to, reach);
        for (const [q, node] of rule.nodes.entries()) {
          const distance = from + node * (end - from);
          const place = at.map((x, k) => x + sign * distance * direction[k]!);
          if (shape && !shape.inside(place[0]!, place[1]!)) continue;
          points.push(...place);
          weights.push(rule.weights[q]! * (end - from) * (directions.length > 1 ? distance : 1));
        }
      }
    }
  }
  const whole = weights.reduce((a, b) => a + b, 0);
  return new Site(layout, cell, {
    points: Float64Array.from(points),
    along: undefined,
    weights: Float64Array.from(weights, (w) => w / whole),
  });
}
