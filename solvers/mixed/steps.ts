/** A march of a flow on one mesh: steps whose lengths follow the difference of two orders. */
import { Moments } from "./moments.ts";
import type { FlowState, FlowSystem } from "./system.ts";
import { shareOfLast, worthOfCuts } from "./tails.ts";

/** Options of a march. */
export interface StepOptions {
  readonly interval: readonly [number, number];
  readonly start: Float64Array;
  /** Error of a step beside the sizes of the unknowns. */
  readonly tolerance: number;
  readonly longestStep: number;
  readonly isOver: () => boolean;
}

/** A march. */
export interface FlowMarch {
  readonly moments: Moments;
  readonly steps: number;
  /** Worth of cuts of the mesh, summed over steps. */
  readonly worth: readonly [Float64Array, Float64Array];
  /** Share of the unknowns that the last polynomials have, in the mean over time. */
  readonly left: number;
  /** Largest difference of the two orders in a step, beside the sizes of the unknowns, and the sum of all. */
  readonly error: number;
  readonly summed: number;
  /** Why it ends before its time. */
  readonly ended: "time" | "collapse" | undefined;
}

/** Step by which a start is brought to the conditions, beside the whole time; and the first one after it. */
const [projection, firstStep] = [1e-7, 1e-4];
/** Share of the unknowns that a start may be moved by without a layer of its own; and length of a step through a layer. */
const [contradicted, throughLayer] = [0.02, 2e-3];
/** Steps from one look at them to the next. */
const looks = 3;
/** Margin, growth of a step that is worth new factors, its most, and steps without growth after one that failed. */
const [margin, leastGrowth, mostGrowth, patience] = [0.85, 1.4, 4, 12];
/** Most of a step times the fastest rate of what is explicit, 4.1 for waves; and shares of it for a step that is chosen, and for new derivatives. */
const [stability, calmer, stale] = [3.8, 0.8, 0.5];
/** Least share of a step that failed, and the shortest step beside the whole time. */
const [leastShare, shortest] = [0.2, 1e-8];

/** Marches. */
export function marchSteps(system: FlowSystem, options: StepOptions): FlowMarch {
  const { interval, start, tolerance, isOver, longestStep } = options;
  const [begin, end] = interval;
  const whole = end - begin;
  const { rows } = system;
  const worth = [0, 1].map(() => new Float64Array(rows.mesh.all.length)) as unknown as FlowMarch["worth"];
  let [share, shares, error, summed, steps] = [0, 0, 0, 0, 0];
  const instant = projection * whole;
  let state: FlowState = system.euler(start, begin - instant, instant);
  const sizes = system.sizes(state.values);
  const moved = state.values.map((v, i) => v - start[i]!);
  const isContradicted = system.beside(moved, sizes) > contradicted;
  const moments = new Moments(
    begin,
    isContradicted ? start : state.values,
    (a) => system.beside(a, sizes) <= 0.05 * tolerance,
  );
  if (isContradicted) {
    const layer = throughLayer * whole * Math.sqrt(tolerance / 1e-2);
    for (let k = 0; k < 2; k++) state = system.euler(k === 0 ? start : state.values, begin + k * layer, layer);
    moments.layer(state.time, state.values);
  } else state = { ...system.euler(state.values, begin, instant), time: begin };
  const evenly = (time: number, wanted: number) => (end - time) / Math.max(1, Math.ceil((end - time) / wanted - 1e-9));
  let step = evenly(state.time, firstStep * whole);
  let [waiting, growing, factored] = [0, 0, 0];
  let ended: FlowMarch["ended"];
  while (state.time < end) {
    if (isOver()) {
      ended = "time";
      break;
    }
    if (step !== factored || (state.fastest + growing) * step > stale * stability) state = system.linearise(state);
    factored = step;
    const { next, error: off } = system.step(state, step);
    growing = Math.max(0, next.fastest - state.fastest);
    const size = system.beside(off, sizes) / tolerance;
    const by = margin * size ** -0.25;
    if (!(size <= 1)) {
      step = evenly(state.time, step * Math.max(leastShare, Number.isFinite(by) ? Math.min(0.7, by) : 0));
      waiting = patience;
      if (step >= shortest * whole) continue;
      ended = "collapse";
      break;
    }
    system.sizes(next.values).forEach((own, k) => {
      sizes[k] = Math.max(sizes[k]!, own);
    });
    const isLast = end - state.time - step < 1e-9 * step;
    if (steps % looks === 0) {
      share = shareOfLast(rows, next.values);
      for (const [axis, own] of worthOfCuts(rows, next.values).entries())
        for (const [q, v] of own.entries()) worth[axis]![q]! += v;
    }
    shares += step * share ** 2;
    error = Math.max(error, size * tolerance);
    summed += size * tolerance;
    state = isLast ? { ...next, time: end } : next;
    moments.add(state.time, state.values);
    steps++;
    // What derivatives miss in a step grows with its length.
    const stable = step * Math.sqrt((calmer * stability) / (growing * step || Number.MIN_VALUE));
    const longer = Math.min(step * Math.min(mostGrowth, by), longestStep, stable);
    if (waiting > 0) waiting--;
    else if (!isLast && longer >= leastGrowth * step) step = evenly(state.time, longer);
    if (!isLast && stable < step) step = evenly(state.time, stable);
  }
  moments.end((values, time) => system.withPressure(values, time, instant));
  return { moments, steps, worth, left: Math.sqrt(shares / (state.time - begin || 1)), error, summed, ended };
}
