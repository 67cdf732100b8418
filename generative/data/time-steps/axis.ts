/** Time axes as intervals: their bounds, and the runs of fine intervals that make up a coarse one. */
import { DomainError, OptionsError, ShapeError, UnitsError } from "../../../engine/errors.ts";
import type { LazyField } from "../../../io/dataset/index.ts";
import { type Coordinate, instantsOf, isoOf, timeAxis, timeUnitsOf } from "../../../io/field/index.ts";
import type { RainInterval } from "../../../io/rain/index.ts";
import { textOf } from "../../../io/storage/index.ts";

/** Intervals of one length along a time axis. */
export interface Intervals {
  readonly time: Coordinate;
  /** Beginning of each, milliseconds. */
  readonly starts: Float64Array;
  /** Length of each, milliseconds. */
  readonly length: number;
}

/** Share of an interval by which stored times may be off. */
const SLACK = 1e-3;

/**
 * The intervals that the values of a field are means or sums over: its bounds of time; without them a stated interval, which then begins at
 * each time.
 *
 * @param where - the field, for messages
 * @throws ShapeError without times, or for intervals of different lengths, overlapping or out of order; DomainError for moments;
 *   UnitsError where nothing states the interval
 */
export function intervalsOf(where: string, field: LazyField, stated: RainInterval | undefined): Intervals {
  const time = timeAxis(field);
  if (time === undefined || time.dims.length !== 1) {
    throw new ShapeError(where, "a dimension of times", field.dims.join(", "), "take a range of times, not one");
  }
  if (stated === undefined && /\btime\s*:\s*point\b/.test(textOf(field.attributes, "cell_methods") ?? "")) {
    const way =
      "average it over steps before, or give `interval`: each value then stands for so long, from its time on";
    throw new DomainError(`${where}: its values are those of moments (time: point), which have no means; ${way}`);
  }
  const units = timeUnitsOf(time);
  const bounds = time.bounds ?? boundsFrom(where, time, stated);
  const edges = instantsOf({ ...time, values: bounds }, units);
  const [starts, ends] = [edges.filter((_, i) => i % 2 === 0), edges.filter((_, i) => i % 2 === 1)];
  const length = ends[0]! - starts[0]!;
  for (let i = 0; i < starts.length; i++) {
    const own = ends[i]! - starts[i]!;
    const at = () => `${isoOf(starts[i]!, units)} to ${isoOf(ends[i]!, units)}`;
    if (!(length > 0 && Math.abs(own - length) <= SLACK * length)) {
      const way =
        "steps are refined where all are of one length; take a part of the times, or bring them to one length";
      throw new ShapeError(`${where}: intervals of its times`, `${length / 1000} s each`, `${at()}`, way);
    }
    if (i === 0 || starts[i]! - starts[i - 1]! >= (1 - SLACK) * length) continue;
    const way = "sort the times, and leave out those that come twice";
    throw new ShapeError(
      `${where}: intervals of its times`,
      "one after the other",
      `${at()} before the last one's end`,
      way,
    );
  }
  return { time: { ...time, bounds }, starts, length };
}

function boundsFrom(where: string, time: Coordinate, stated: RainInterval | undefined): Float64Array {
  const { step } = timeUnitsOf(time);
  if (stated === undefined) {
    const way =
      'give `interval: SECONDS`, or `interval: "time"` to take the spacing of the times; intervals then begin at their times';
    throw new UnitsError(
      `${where}: its times have no bounds, so that nothing says over how long its values are means; ${way}`,
      "no bounds",
      "bounds of time",
    );
  }
  const apart = Array.from(time.values.subarray(1), (v, i) => v - time.values[i]!);
  const length = stated === "time" ? Math.min(...apart) : (stated * 1000) / step;
  if (!(length > 0 && Number.isFinite(length))) {
    const text = `${where}: interval is ${stated}; expected seconds above 0, or "time" with times that increase`;
    throw new OptionsError(text, "interval", stated);
  }
  return Float64Array.from({ length: 2 * time.values.length }, (_, i) => time.values[i >> 1]! + (i & 1) * length);
}

/** Coarse intervals, each of `count` fine ones. */
export interface Windows {
  /** Position of the first fine time of each. */
  readonly first: readonly number[];
  /** Of the coarse intervals, with bounds. */
  readonly time: Coordinate;
  /** Beginning of each, milliseconds. */
  readonly starts: Float64Array;
  /** Fine times that belong to none. */
  readonly left: number;
}

const DAY = 86_400_000;

/**
 * Runs of `count` intervals that follow each other without a gap. Steps shorter than a day begin at each `stride`-th interval, so that more
 * is to be learned from; those of days and more, and where coarse ones are given, at whole multiples of their length or at these.
 *
 * @param coarse - the coarse intervals to be refined. @defaultValue those found on the axis
 * @throws OptionsError where the coarse ones are not `count` times as long, or none is whole
 */
export function windowsOf(
  where: string,
  { time, starts, length }: Intervals,
  count: number,
  coarse?: Intervals,
): Windows {
  const whole = count * length;
  if (coarse && Math.abs(coarse.length - whole) > SLACK * whole) {
    const ratio = coarse.length / length;
    const way =
      Math.abs(ratio - Math.round(ratio)) < SLACK
        ? `timeFactor ${Math.round(ratio)}`
        : "data whose coarse steps are a whole number of fine ones";
    const text = `${where}: timeFactor is ${count}, but the coarse steps of ${coarse.length / 1000} s are ${ratio} of the fine ones of ${length / 1000} s; take ${way}`;
    throw new OptionsError(text, "timeFactor", count);
  }
  const begins = coarse && new Set(coarse.starts);
  const stride = whole >= DAY ? count : Math.max(1, Math.round(count / 4));
  const origin = DAY % whole === 0 || whole % DAY === 0 ? 0 : starts[0]!;
  const first: number[] = [];
  const used = new Set<number>();
  for (let i = 0; i + count <= starts.length; i++) {
    const begin = (starts[i]! - origin) / (begins ? 1 : stride * length);
    if (begins ? !begins.has(starts[i]!) : Math.abs(begin - Math.round(begin)) > SLACK) continue;
    let end = i + 1;
    while (end < i + count && Math.abs(starts[end]! - starts[end - 1]! - length) <= SLACK * length) end++;
    if (end < i + count) continue;
    first.push(i);
    for (let k = i; k < end; k++) used.add(k);
  }
  if (first.length === 0) {
    const text = `${where}: timeFactor is ${count}, but no ${count} of its ${starts.length} times of ${length / 1000} s make up a whole step of ${whole / 1000} s; take a smaller one, or more times`;
    throw new OptionsError(text, "timeFactor", count);
  }
  const bounds = Float64Array.from(first.flatMap((i) => [time.bounds![2 * i]!, time.bounds![2 * (i + count) - 1]!]));
  return {
    first,
    time: { ...time, values: Float64Array.from(first, (i) => time.bounds![2 * i]!), bounds },
    starts: Float64Array.from(first, (i) => starts[i]!),
    left: starts.length - used.size,
  };
}

/** For each interval the position of the one that begins where it ends (`1`), or ends where it begins (`-1`); its own where there is none. */
export function neighbours(starts: Float64Array, length: number, side: -1 | 1): readonly number[] {
  const at = new Map(Array.from(starts, (start, i) => [Math.round(start), i]));
  return Array.from(starts, (start, i) => at.get(Math.round(start + side * length)) ?? i);
}

/**
 * Fine intervals within coarse ones. Each time lies in its interval as the coarse ones do in theirs: at the beginning, the middle or the
 * end.
 */
export function refinedTimes(time: Coordinate, count: number): Coordinate {
  const { values, bounds } = time;
  const edge = (n: number, k: number) => bounds![2 * n]! + ((bounds![2 * n + 1]! - bounds![2 * n]!) * k) / count;
  const places = Array.from({ length: values.length * count }, (_, i) => [Math.floor(i / count), i % count] as const);
  return {
    ...time,
    values: Float64Array.from(places, ([n, k]) => {
      const share = (values[n]! - bounds![2 * n]!) / (bounds![2 * n + 1]! - bounds![2 * n]!);
      return edge(n, k) + share * (edge(n, k + 1) - edge(n, k));
    }),
    bounds: Float64Array.from(places.flatMap(([n, k]) => [edge(n, k), edge(n, k + 1)])),
  };
}
