/** Losses of corrected climates of two variables against the observations of the same years, which may count several times. */

/** Days of two variables at one place in one season, in order. */
export interface Days {
  readonly values: readonly [Float64Array, Float64Array];
  /** Places of the days in the series. */
  readonly times: Int32Array;
  /** Number of the year that each day is counted in. */
  readonly years: Int32Array;
  /** The values of the day before; NaN where the series does not have it. */
  readonly before: readonly [Float64Array, Float64Array];
}

/** What is scored at one place in one season. */
export interface Place {
  /** Observations of the fitted years. */
  readonly fitted: Days;
  /** The model in the fitted and the scored years. */
  readonly model: readonly [Days, Days];
  readonly truth: Days;
  /** Corrected, by method. */
  readonly made: Readonly<Record<string, Days>>;
  /** For each variable: rain, whose changes are ratios. */
  readonly isRain: readonly [boolean, boolean];
}

export const lossNames = ["marginal", "joint", "rank correlation", "change", "order in time"] as const;
/** In the order of {@link lossNames}. */
export type Losses = readonly number[];
/** How often each year counts. */
export type Times = ArrayLike<number>;

const DIRECTIONS = 32;
const both = [0, 1] as const;
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function weightedMean(values: Float64Array, years: Int32Array, times: Times): number {
  let [sum, total] = [0, 0];
  for (const [i, v] of values.entries()) {
    sum += times[years[i]!]! * v;
    total += times[years[i]!]!;
  }
  return sum / total;
}

/** A function of redraws that gives the losses of a method. */
export function lossesOf(place: Place, method: string): (times: Times) => Losses {
  const { fitted, model, truth, isRain } = place;
  const made = place.made[method]!;
  const once = new Float64Array(
    1 + Math.max(...[fitted, ...model, truth, made].map(({ years }) => Math.max(...years))),
  ).fill(1);
  const scales = both.map((k) => {
    const middle = weightedMean(truth.values[k], truth.years, once);
    return Math.sqrt(
      weightedMean(
        truth.values[k].map((v) => (v - middle) ** 2),
        truth.years,
        once,
      ),
    );
  });
  const along = (c: number, s: number) => {
    const [ours, theirs] = [made, truth].map(({ values: [x, y], years }) =>
      sorted(
        x.map((v, i) => (c * v) / scales[0]! + (s * y[i]!) / scales[1]!),
        years,
      ),
    ) as [Sorted, Sorted];
    return (times: Times) => weightedWasserstein(ours, theirs, times);
  };
  const marginal = [along(1, 0), along(0, 1)];
  const joint = Array.from({ length: DIRECTIONS }, (_, d) => {
    const angle = (Math.PI * d) / DIRECTIONS;
    return along(Math.cos(angle), Math.sin(angle));
  });
  const apart = (k: 0 | 1, was: number, is: number) => (isRain[k] ? Math.log(is / was) : (is - was) / scales[k]!);
  return (times) => {
    const at = ({ values, years }: Days, k: 0 | 1, weights: Times) => weightedMean(values[k], years, weights);
    const change = both.map((k) =>
      Math.abs(
        apart(k, at(fitted, k, once), at(made, k, times)) - apart(k, at(model[0], k, once), at(model[1], k, times)),
      ),
    );
    const order = both.map((k) => Math.abs(lag1(made, k, times) - lag1(truth, k, times)));
    return [
      mean(marginal.map((of) => of(times))),
      mean(joint.map((of) => of(times))),
      Math.abs(spearman(made, times) - spearman(truth, times)),
      ...[mean(change), mean(order)],
    ];
  };
}

interface Sorted {
  readonly values: Float64Array;
  readonly years: Int32Array;
}

function sorted(values: Float64Array, years: Int32Array): Sorted {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  return { values: Float64Array.from(order, (i) => values[i]!), years: Int32Array.from(order, (i) => years[i]!) };
}

/** W₁ = ∫ ∣F − G∣ of samples whose values count as often as their years. */
function weightedWasserstein(x: Sorted, y: Sorted, times: Times): number {
  const total = ({ years }: Sorted) => years.reduce((sum, year) => sum + times[year]!, 0);
  const [n, m] = [total(x), total(y)];
  let [i, j, below, sum] = [0, 0, 0, 0];
  let at = Math.min(x.values[0]!, y.values[0]!);
  while (i < x.values.length || j < y.values.length) {
    const isX = j === y.values.length || (i < x.values.length && x.values[i]! <= y.values[j]!);
    const next = isX ? x.values[i]! : y.values[j]!;
    sum += Math.abs(below) * (next - at);
    at = next;
    below += isX ? times[x.years[i++]!]! / n : -times[y.years[j++]!]! / m;
  }
  return sum;
}

/** Pearson's correlation of pairs that count as often as their years. */
function correlation(x: Float64Array, y: Float64Array, years: Int32Array, times: Times): number {
  const [a, b] = [weightedMean(x, years, times), weightedMean(y, years, times)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const weight = times[years[i]!]!;
    xx += weight * (x[i]! - a) ** 2;
    yy += weight * (y[i]! - b) ** 2;
    xy += weight * (x[i]! - a) * (y[i]! - b);
  }
  return xy / Math.sqrt(xx * yy);
}

/** Ranks among values that count as often as their years, equal ones with their mean rank. */
function ranks(values: Float64Array, years: Int32Array, times: Times): Float64Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const out = new Float64Array(values.length);
  let below = 0;
  for (let from = 0; from < order.length; ) {
    let [to, own] = [from, 0];
    while (to < order.length && values[order[to]!] === values[order[from]!]) own += times[years[order[to++]!]!]!;
    for (let i = from; i < to; i++) out[order[i]!] = below + own / 2;
    below += own;
    from = to;
  }
  return out;
}

const spearman = ({ values: [x, y], years }: Days, times: Times): number =>
  correlation(ranks(x, years, times), ranks(y, years, times), years, times);

function lag1({ values, before, years }: Days, k: 0 | 1, times: Times): number {
  const known = [...before[k].keys()].filter((i) => !Number.isNaN(before[k][i]!));
  const of = (all: Float64Array) => Float64Array.from(known, (i) => all[i]!);
  return correlation(
    of(before[k]),
    of(values[k]),
    Int32Array.from(known, (i) => years[i]!),
    times,
  );
}
