/** Steps and peaks of the given functions that may lie between the nodes of a grid, and grids on which nodes meet them. */
import { argumentsOfSteps, type Narrow, narrowIn } from "../elements/narrow.ts";
import type { AxisPlan } from "./axis.ts";
import type { SpectralForm } from "./form.ts";

/** A place about which a function changes within a short length along some axes of space. */
export interface NarrowPlace extends Pick<Narrow, "at" | "length"> {
  readonly isShort: readonly boolean[];
}

/** Moments at which functions of time are looked at. */
const moments = 4;
/** Lengths beside a place within which a function changes along an axis, and its change there. */
const [reach, unit] = [4, 0.5];
/** The most points of a first grid. */
const mostPoints = 1e5;
/** Distance of nodes beside the length, on the first grid and from which on a grid does not resolve it. */
const [met, unresolved] = [1, 2];
/** The highest degree of a period at first. */
const mostOfPeriod = 64;

/** Narrow places of the equations, conditions and starts, in each of the form's boxes, wide ones first. */
export function narrowPlaces({
  problem,
  inside,
  faces,
  starts,
  space,
  time,
  cuts,
  contains,
}: SpectralForm): NarrowPlace[] {
  const rows = [...inside, ...faces].map(({ residual, slopes }) => ({
    ...{ residual, terms: slopes.map(({ slope }) => ({ factor: slope })) },
  }));
  const equations = [...rows, ...starts.flat().map((residual) => ({ residual, terms: [] }))];
  const steps = argumentsOfSteps({ equations, constants: problem.constants });
  const times = time === undefined ? [0] : momentsOf(problem.bounds[time]!);
  const found: NarrowPlace[] = [];
  for (const box of boxesOf(cuts)) {
    if (!contains(box.low.map((l, k) => (l + box.high[k]!) / 2))) continue;
    for (const step of steps) {
      for (const t of times) {
        const point = new Float64Array(problem.axes.length).fill(t);
        const argument = (place: ArrayLike<number>) => {
          for (const [k, axis] of space.entries()) point[axis] = place[k]!;
          return step(point);
        };
        const narrow = narrowIn({ box }, argument);
        if (narrow) found.push({ ...narrow, isShort: space.map((_, k) => isShortAlong(argument, narrow, k)) });
      }
    }
  }
  return found.sort((a, b) => b.length - a.length);
}

const momentsOf = ([begin, end]: readonly [number, number]) =>
  Array.from({ length: moments }, (_, k) => begin + ((end - begin) * k) / (moments - 1));

function boxesOf(cuts: SpectralForm["cuts"]): { readonly low: number[]; readonly high: number[] }[] {
  return cuts.reduce<{ low: number[]; high: number[] }[]>(
    (boxes, own) =>
      boxes.flatMap(({ low, high }) =>
        own.slice(1).map((end, i) => ({ low: [...low, own[i]!], high: [...high, end] })),
      ),
    [{ low: [], high: [] }],
  );
}

function isShortAlong(argument: (place: ArrayLike<number>) => number, { at, length }: Narrow, axis: number): boolean {
  const value = argument(at);
  return [1, -1].some((sign) => Math.abs(argument(at.with(axis, at[axis]! + sign * reach * length)) - value) >= unit);
}

/** Axes with cuts beside narrow places, as far as that makes few points. */
export function meetingNarrow(plan: readonly AxisPlan[], places: readonly NarrowPlace[], degree: number): AxisPlan[] {
  let found = [...plan];
  for (const place of places) {
    const next = found.map((axis, k) => (place.isShort[k] ? beside(axis, place.at[k]!, place.length, degree) : axis));
    const points = next.reduce((product, { degrees }) => product * degrees.reduce((sum, p) => sum + p + 1, 0), 1);
    if (points <= mostPoints) found = next;
  }
  return found;
}

function beside(axis: AxisPlan, at: number, length: number, degree: number): AxisPlan {
  if (spacingAt(axis, at) <= met * length) return axis;
  const { cuts, periodic } = axis;
  if (periodic) {
    const wanted = 2 * Math.ceil((cuts[1]! - cuts[0]!) / (2 * length));
    return { ...axis, degrees: [Math.min(mostOfPeriod, wanted)] };
  }
  const own = [at - reach * length, at + reach * length].filter(
    (x) => x > cuts[0]! && x < cuts.at(-1)! && cuts.every((cut) => Math.abs(x - cut) > length),
  );
  const all = [...cuts, ...own].sort((a, b) => a - b);
  return { ...axis, cuts: all, degrees: all.slice(1).map(() => degree) };
}

/** Mean distance of the nodes about a place of an axis. */
function spacingAt({ cuts, degrees }: AxisPlan, at: number): number {
  const e = Math.max(0, cuts.findIndex((cut) => cut >= at) - 1);
  return (cuts[e + 1]! - cuts[e]!) / degrees[e]!;
}

/** The narrowest place that a grid does not resolve, if any. */
export const unresolvedPlace = (axes: readonly AxisPlan[], places: readonly NarrowPlace[]): NarrowPlace | undefined =>
  places.findLast(({ at, length, isShort }) =>
    axes.some((axis, k) => isShort[k] && spacingAt(axis, at[k]!) > unresolved * length),
  );
