/** Grids for a solution: finer along each axis where its polynomials fall off slowly, and its values on another grid. */
import { type AxisPlan, inInterval } from "./axis.ts";
import type { SpectralForm } from "./form.ts";
import { contract, Grid } from "./grid.ts";
import { meetingNarrow, type NarrowPlace } from "./narrow-places.ts";

/** Highest degree of an element, where amplitudes fall fast, and of a period. */
const [highest, highestOfSmooth, highestOfPeriod] = [24, 32, 128];
/** Fall of amplitudes from one degree to the next from which on a higher degree is taken, and one that is fast; and degrees more. */
const [steep, smooth, higher] = [0.75, 0.5, 4];
/** Intervals of a box at first. */
const mostParts = 4;
/** Ratio of curvatures at the two ends of an interval from which on it is cut beside the rougher one; and where. */
const [uneven, beside] = [4, 0.25];

/** The grid of a problem with these axes. */
export function gridOf({ contains }: Pick<SpectralForm, "contains">, axes: readonly AxisPlan[]): Grid {
  const known = new Map<string, boolean>();
  const holds = (cell: readonly number[]): boolean => {
    const key = cell.join();
    let found = known.get(key);
    if (found === undefined) {
      found = contains(cell.map((i, k) => (axes[k]!.cuts[i]! + axes[k]!.cuts[i + 1]!) / 2));
      known.set(key, found);
    }
    return found;
  };
  return new Grid({ axes, holds });
}

/** The first grid: the boxes of the form, about as wide as long, with nodes at narrow places. */
export function firstPlan(
  { cuts, periodic }: SpectralForm,
  narrow: readonly NarrowPlace[],
  degree: number,
): AxisPlan[] {
  const lengths = cuts.map((own) => own.at(-1)! - own[0]!);
  const least = Math.min(...lengths);
  const even = cuts.map((own, k) => {
    const most = periodic[k] ? 1 : mostParts;
    const parts = own
      .slice(1)
      .map((high, i) => Math.min(most, Math.max(1, Math.round((high - own[i]!) / (2 * least)))));
    const fine = [own[0]!];
    for (const [i, n] of parts.entries())
      for (let j = 1; j <= n; j++) fine.push(j === n ? own[i + 1]! : own[i]! + ((own[i + 1]! - own[i]!) * j) / n);
    return { cuts: fine, degrees: fine.slice(1).map(() => degree), periodic: periodic[k]! };
  });
  return meetingNarrow(even, narrow, degree);
}

/** Energies of polynomials along an axis, [intervals][degrees], and squared curvature in each quarter of an interval. */
function spectrumAlong(grid: Grid, values: readonly Float64Array[], sizes: readonly number[], axis: number) {
  const { intervals, places, weights, intervalOf } = grid.axes[axis]!;
  const inner = grid.stride(axis);
  const width = places.length;
  const energies = intervals.map(({ degree }) => new Float64Array(degree + 1));
  const curvatures = intervals.map(() => [0, 0, 0, 0]);
  const out = new Float64Array(grid.count);
  const lines = { outer: grid.count / (width * inner), step: width * inner, inner };
  for (const [k, own] of values.entries()) {
    const size = sizes[k % sizes.length]!;
    for (const { first, degree, functions } of intervals)
      contract(functions.modes, degree + 1, own, out, { ...lines, from: first * inner });
    for (let i = 0; i < grid.count; i++) {
      const w = grid.weights[i]!;
      if (w === 0) continue;
      const at = Math.floor(i / inner) % width;
      const e = intervalOf[at]!;
      const { low, high, first } = intervals[e]!;
      energies[e]![at - first]! += (w / weights[at]!) * (high - low) * (out[i]! / size) ** 2;
    }
    grid.derive(own, axis, 2, out);
    for (let i = 0; i < grid.count; i++) {
      const at = Math.floor(i / inner) % width;
      const { low, high } = intervals[intervalOf[at]!]!;
      const share = (places[at]! - low) / (high - low);
      curvatures[intervalOf[at]!]![Math.floor(3.999 * share)]! += grid.weights[i]! * (out[i]! / size) ** 2;
    }
  }
  return { energies, curvatures };
}

/** Grids for several states of the unknowns together. */
export interface Refinement {
  /** Largest part of the states in their last polynomials along an axis, in root mean squares beside the size of each unknown. */
  readonly tail: number;
  /** The same along each axis. */
  readonly tails: readonly number[];
  /** A finer plan. @param marked - part of the largest tail from which on an interval is refined */
  plan(marked: number): AxisPlan[];
}

/** Spectra of states [unknowns, nodes] on a grid, and what they ask for. */
export function refinement(form: SpectralForm, grid: Grid, states: readonly Float64Array[]): Refinement {
  const sizes = form.inside.map(
    (_, k) =>
      states.reduce((most, own) => {
        for (let i = k * grid.nodes; i < (k + 1) * grid.nodes; i++) most = Math.max(most, Math.abs(own[i]!));
        return most;
      }, 0) || 1,
  );
  const columns = states.flatMap((own) =>
    sizes.map((_, k) => {
      const column = new Float64Array(grid.count);
      grid.spread(own, k * grid.nodes, column);
      return column;
    }),
  );
  const spectra = grid.axes.map((_, axis) => spectrumAlong(grid, columns, sizes, axis));
  const tails = spectra.map(({ energies }) => energies.map((own) => Math.sqrt(own.at(-1)! + own.at(-2)!)));
  const most = Math.max(...tails.flat());
  const volume = grid.weights.reduce((a, b) => a + b, 0);
  const root = Math.sqrt(volume);
  return {
    tail: most / root,
    tails: tails.map((own) => Math.max(...own) / root),
    plan: (marked) => grid.axes.map(planOf(marked)),
  };

  function planOf(marked: number) {
    return ({ cuts, degrees, periodic }: AxisPlan, axis: number): AxisPlan => {
      const fine = [cuts[0]!];
      const own: number[] = [];
      for (const [e, degree] of degrees.entries()) {
        const [low, high] = [cuts[e]!, cuts[e + 1]!];
        if (tails[axis]![e]! < marked * most) {
          fine.push(high);
          own.push(degree);
          continue;
        }
        const fall = fallOf(spectra[axis]!.energies[e]!);
        const mostDegree = periodic ? highestOfPeriod : fall < smooth ? highestOfSmooth : highest;
        if (periodic || (degree < mostDegree && fall < steep)) {
          fine.push(high);
          own.push(Math.min(mostDegree, degree + higher));
          continue;
        }
        const inner = placesOfCuts(
          spectra[axis]!.curvatures[e]!,
          [low, high].map((x) => form.cuts[axis]!.includes(x)),
        );
        fine.push(...inner.map((share) => low + share * (high - low)), high);
        own.push(degree, ...inner.map(() => degree));
      }
      return { cuts: fine, degrees: own, periodic };
    };
  }
}

/** Places at which an interval is cut: beside the rougher end, or beside ends at which the domain may have edges. */
function placesOfCuts(curvature: readonly number[], isEdge: readonly boolean[]): number[] {
  const [a, b, c, d] = curvature as [number, number, number, number];
  if (a > uneven * d) return [beside];
  if (d > uneven * a) return [1 - beside];
  const places = [...(isEdge[0] ? [beside] : []), ...(isEdge[1] ? [1 - beside] : [])];
  return b + c > uneven * (a + d) || places.length === 0 ? [0.5] : places;
}

/** Fall of amplitudes from one degree to the next, over the upper half. */
function fallOf(energies: Float64Array): number {
  const p = energies.length - 1;
  const from = Math.max(1, Math.floor(p / 2));
  const pair = (k: number) => energies[k]! + energies[k - 1]!;
  return (pair(p) / Math.max(pair(from), Number.MIN_VALUE)) ** (1 / (2 * (p - from)));
}

/** Part of an interval that counts as its edge. */
const edge = 1e-9;

/** Values of a solution on a coarser grid, at the points of a finer one. */
export function valuesOn(coarse: Grid, values: Float64Array, from: number, fine: Grid): Float64Array {
  let own = values.subarray(from, from + coarse.nodes);
  const d = coarse.axes.length;
  for (let k = 0; k < d; k++) {
    const { places, intervalOf, intervals } = fine.axes[k]!;
    const { intervals: old, nodeOf, nodes } = coarse.axes[k]!;
    const outer = fine.axes.slice(0, k).reduce((product, axis) => product * axis.places.length, 1);
    const inner = coarse.axes.slice(k + 1).reduce((product, axis) => product * axis.nodes, 1);
    const next = new Float64Array(outer * places.length * inner);
    for (const [i, x] of places.entries()) {
      const { low, high } = intervals[intervalOf[i]!]!;
      // On an edge of several, the one on this interval's side.
      const inside = x + edge * ((low + high) / 2 - x);
      const e = old.findIndex((one) => inside < one.high);
      const { degree, first, functions } = old[e]!;
      const row = new Float64Array(degree + 1);
      functions.cardinals(inInterval(old[e]!, x), row);
      const along = nodeOf.subarray(first, first + degree + 1);
      for (let o = 0; o < outer; o++)
        interpolated(row, own, along, o * nodes * inner, next, (o * places.length + i) * inner, inner);
    }
    own = next;
  }
  return own;
}

/** Adds rows of values, at places along an axis that are `inner` long each, with their factors. */
function interpolated(
  factors: Float64Array,
  values: Float64Array,
  along: Int32Array,
  from: number,
  out: Float64Array,
  to: number,
  inner: number,
): void {
  if (inner === 1) {
    let sum = 0;
    for (let j = 0; j < factors.length; j++) sum += factors[j]! * values[from + along[j]!]!;
    out[to] = sum;
    return;
  }
  for (let j = 0; j < factors.length; j++) {
    const factor = factors[j]!;
    if (factor === 0) continue;
    const at = from + along[j]! * inner;
    for (let l = 0; l < inner; l++) out[to + l]! += factor * values[at + l]!;
  }
}
