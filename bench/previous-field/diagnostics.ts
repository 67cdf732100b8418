/** Reasons for the calibration of catchments, and for what the field before can tell. */
import { cellMotion } from "../../engine/numerics/cell-motion.ts";
import { conserveBlocks } from "../../engine/numerics/conserve-blocks.ts";
import { bilinearUpsample } from "../../engine/numerics/grid.ts";
import { cellMap } from "../../generative/ensemble/noise-links.ts";
import type { Field } from "../../io/field/index.ts";
import { cut, FACTOR, type Film, frameOf, type MapMotion, moved, type Region } from "./film.ts";

/** Halves of cells, of which means of catchments that cut cells are made. */
export interface Edges {
  /** Variance of the members' departures over that of the truth's, of one time and of an hour. */
  readonly variance: { readonly time: number; readonly hour: number };
  /** Correlation of the hour's departures with those of cells further along the edge, by 1, 2 and 4 cells. */
  readonly along: { readonly truth: readonly number[]; readonly member: readonly number[] };
}

const LAGS = [1, 2, 4];
const HOUR = 12;

/**
 * Excess of the left and upper halves of cells over the others: departures of members and truth from the mean of the other members.
 *
 * @param drawn - mm/h, [times, members, height, width]
 */
export function edgesOf(truth: Field, drawn: Float32Array, members: number): Edges {
  const times = truth.shape[0]!;
  const pixels = truth.shape[1]! * truth.shape[2]!;
  const at = (time: number, member: number) =>
    drawn.subarray((time * members + member) * pixels, (time * members + member + 1) * pixels);
  const width = truth.shape[2]!;
  const sums = { time: [0, 0], hour: [0, 0] };
  const products = LAGS.map(() => [0, 0]);
  const counts = LAGS.map(() => 0);
  const squares = LAGS.map(() => [0, 0]);
  const whole = (steps: number, use: (own: Float64Array, its: Float64Array, across: boolean) => void) => {
    for (let from = 0; from + steps <= times; from += steps) {
      for (const across of [true, false]) {
        const mean = (of: (time: number) => Float32Array) => {
          const out = new Float64Array(pixels / FACTOR ** 2);
          for (let t = from; t < from + steps; t++) addExcess(out, of(t), width, across);
          return out;
        };
        const observed = mean((t) => frameOf(truth, t));
        const each = Array.from({ length: members }, (_, m) => mean((t) => at(t, m)));
        const total = observed.map((_, i) => each.reduce((sum, one) => sum + one[i]!, 0));
        for (const one of each) {
          const others = total.map((v, i) => (v - one[i]!) / (members - 1));
          use(
            one.map((v, i) => v - others[i]!),
            observed.map((v, i) => v - others[i]!),
            across,
          );
        }
      }
    }
  };
  const add = (kept: number[]) => (own: Float64Array, its: Float64Array) => {
    for (const [i, v] of own.entries()) {
      kept[0]! += v * v;
      kept[1]! += its[i]! ** 2;
    }
  };
  whole(1, add(sums.time));
  whole(HOUR, (own, its, across) => {
    add(sums.hour)(own, its);
    const columns = width / FACTOR;
    const rows = own.length / columns;
    for (const [k, lag] of LAGS.entries()) {
      const [down, right] = across ? [lag, 0] : [0, lag];
      for (let y = 0; y + down < rows; y++) {
        for (let x = 0; x + right < columns; x++) {
          const [i, j] = [y * columns + x, (y + down) * columns + x + right];
          counts[k]! += 1;
          for (const [w, all] of [own, its].entries()) {
            products[k]![w]! += all[i]! * all[j]!;
            squares[k]![w]! += (all[i]! ** 2 + all[j]! ** 2) / 2;
          }
        }
      }
    }
  });
  const short = (v: number) => Number(v.toPrecision(4));
  const along = (w: number) => LAGS.map((_, k) => short(products[k]![w]! / squares[k]![w]!));
  return {
    variance: { time: short(sums.time[0]! / sums.time[1]!), hour: short(sums.hour[0]! / sums.hour[1]!) },
    along: { truth: along(1), member: along(0) },
  };
}

/** Adds the sum of the left halves of cells less that of the right ones, or of the upper less the lower. */
function addExcess(out: Float64Array, rain: Float32Array, width: number, across: boolean): void {
  const columns = width / FACTOR;
  for (let i = 0; i < rain.length; i++) {
    const [y, x] = [Math.floor(i / width), i % width];
    const first = (across ? x : y) % FACTOR < FACTOR / 2;
    out[Math.floor(y / FACTOR) * columns + Math.floor(x / FACTOR)]! += first ? rain[i]! : -rain[i]!;
  }
}

/** Share of the variance of ln(1 + R/unit) less the interpolated coarse field that the true field before explains, moved along. */
export interface Persistence {
  /** With the motion of the coarse fields. */
  readonly coarse: number;
  /** With that of the fine fields, which no member knows. */
  readonly fine: number;
  /** Where it is. */
  readonly still: number;
}

/** Unit of the logarithm, mm/h. */
const UNIT = 0.5;

export function persistenceOf(film: Film, region: Region): Persistence {
  const { width, height } = region;
  const [rows, columns] = [height / FACTOR, width / FACTOR];
  const map = { top: 0, left: 0, height: film.map.height / FACTOR, width: film.map.width / FACTOR };
  const cells = { top: region.top / FACTOR, left: region.left / FACTOR, height: rows, width: columns };
  const residual = (time: number): Float32Array => {
    const smooth = bilinearUpsample(cut(film.coarse(time), map, cells), 1, rows, columns, FACTOR);
    return cut(frameOf(film.field, time), film.map, region).map(
      (v, i) => Math.log1p(v / UNIT) - Math.log1p(smooth[i]! / UNIT),
    );
  };
  const whole = { top: 0, left: 0, height, width };
  const still = { down: new Float32Array(rows * columns), right: new Float32Array(rows * columns), columns };
  const explained = (motionOf: (time: number) => MapMotion) => {
    const sums = [0, 0, 0];
    for (let time = 1; time < film.times; time++) {
      const [now, before] = [residual(time), residual(time - 1)];
      // The residual is moved itself: as a field whose logarithm it is.
      const along = moved(
        before.map((r) => Math.expm1(r)),
        whole,
        motionOf(time),
        whole,
        1,
      );
      for (const [i, r] of along.entries()) {
        if (Number.isNaN(r)) continue;
        sums[0]! += now[i]! ** 2;
        sums[1]! += r * r;
        sums[2]! += r * now[i]!;
      }
    }
    return Number((sums[2]! ** 2 / (sums[0]! * sums[1]!)).toPrecision(3));
  };
  const own = (time: number) => {
    const { down, right } = film.motion(time);
    return { down: cut(down, map, cells), right: cut(right, map, cells), columns };
  };
  return {
    coarse: explained(own),
    fine: explained((time) => fineMotion(film, region, time)),
    still: explained(() => still),
  };
}

/** Motion of a window's fine fields, in its own cells. */
export function fineMotion(film: Film, region: Region, time: number): MapMotion {
  const { width, height } = region;
  const [rows, columns] = [height / FACTOR, width / FACTOR];
  const map = (n: number) => cellMap(cut(frameOf(film.field, n), film.map, region), height, width, 1).values;
  const { down, right } = cellMotion(map(time - 1), map(time), height, width);
  const each = (all: Float32Array) =>
    Float32Array.from({ length: rows * columns }, (_, i) => {
      const [y, x] = [Math.floor(i / columns), i % columns];
      return all[(FACTOR * y + FACTOR / 2) * width + FACTOR * x + FACTOR / 2]! / FACTOR;
    });
  return { down: each(down), right: each(right), columns };
}

/** Mean absolute error of fields in mm/h, of single times and of hourly means, and how one-sided they are within cells. */
export interface AlongErrors {
  readonly data: string;
  /** Motion along which the true field before is taken, with the block means of the time; none for interpolation alone. */
  readonly motion: "none" | "coarse" | "fine" | "coarse less half a pixel";
  readonly time: number;
  readonly hour: number;
  /** Squared mean of the hour's excess of one half of cells over the other, over its mean square, the larger of both directions. */
  readonly onesided: number;
}

/** The true field before, moved along and scaled to the block means of the time, in the place of members. */
export function alongErrors(film: Film, region: Region, data: string): readonly AlongErrors[] {
  const { width, height } = region;
  const [rows, columns] = [height / FACTOR, width / FACTOR];
  const map = { top: 0, left: 0, height: film.map.height / FACTOR, width: film.map.width / FACTOR };
  const cells = { top: region.top / FACTOR, left: region.left / FACTOR, height: rows, width: columns };
  const window = { top: 0, left: 0, height, width };
  const coarse = (time: number, away: number): MapMotion => {
    const [down, right] = [cut(film.motion(time).down, map, cells), cut(film.motion(time).right, map, cells)];
    const [v, u] = [down, right].map((all) => all.reduce((sum, one) => sum + one, 0)) as [number, number];
    const shift = (all: Float32Array, part: number) =>
      all.map((one) => one + (away * part) / Math.hypot(v, u) / FACTOR);
    return { down: shift(down, v), right: shift(right, u), columns };
  };
  const motions = {
    none: undefined,
    coarse: (time: number) => coarse(time, 0),
    fine: (time: number) => fineMotion(film, region, time),
    "coarse less half a pixel": (time: number) => coarse(time, -0.5),
  } as const;
  return Object.entries(motions).map(([motion, of]) => {
    const sums = { time: 0, hour: 0 };
    const excess = [true, false].map(() => ({ sum: 0, squares: 0, count: 0 }));
    for (let from = 0; from + HOUR <= film.times; from += HOUR) {
      const hour = new Float64Array(height * width);
      for (let time = Math.max(1, from); time < from + HOUR; time++) {
        const means = cut(film.coarse(time), map, cells);
        const smooth = bilinearUpsample(means, 1, rows, columns, FACTOR);
        const before = cut(frameOf(film.field, time - 1), film.map, region);
        const along = of && moved(before, window, of(time), window, UNIT);
        const values = smooth.map((v, i) => (along && !Number.isNaN(along[i]) ? UNIT * Math.expm1(along[i]!) : v));
        const fine = { values, shape: [1, 1, height, width] };
        const drawn = conserveBlocks(fine, { values: means, shape: [1, rows, columns] }, FACTOR).values;
        const truth = cut(frameOf(film.field, time), film.map, region);
        for (const [i, v] of truth.entries()) {
          sums.time += Math.abs(v - drawn[i]!) / (film.times - 1) / truth.length;
          hour[i]! += (v - drawn[i]!) / HOUR;
        }
      }
      for (const v of hour) sums.hour += (Math.abs(v) * HOUR) / film.times / hour.length;
      for (const [k, across] of [true, false].entries()) {
        const halves = new Float64Array(rows * columns);
        addExcess(halves, Float32Array.from(hour), width, across);
        for (const v of halves) {
          excess[k]!.sum += v;
          excess[k]!.squares += v * v;
          excess[k]!.count += 1;
        }
      }
    }
    const onesided = Math.max(...excess.map(({ sum, squares, count }) => sum ** 2 / count / squares));
    const short = (v: number) => Number(v.toPrecision(4));
    const name = motion as AlongErrors["motion"];
    return {
      data,
      motion: name,
      time: short(sums.time),
      hour: short(sums.hour),
      onesided: Number(onesided.toFixed(3)),
    };
  });
}
