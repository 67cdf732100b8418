/** Parts of fitting and applying quantile maps, and of drawing RainFARM's noise, which threads share: each from plain data alone. */
import { normalCdf } from "../../engine/numerics/special.ts";
import { normalField } from "../../engine/random/noise-field.ts";
import { rng } from "../../engine/random/rng.ts";
import { Crew } from "../../engine/system/crew.ts";
import type { ChangeKind } from "../../io/rain/index.ts";
import { adapted, type DryCut, dryCut, type FrequencyAdaptation, fitFrequencyAdaptation } from "./adapt-frequency.ts";
import { applyDeltaMapAt, fitDeltaMap } from "./delta-map.ts";
import { lognormalNoise } from "./lognormal-noise.ts";

/** Maps of all pixels for each part of the year that is used, one after another. */
export interface FittedMaps {
  readonly kind: ChangeKind;
  readonly threshold: number;
  readonly quantiles: number;
  readonly pixels: number;
  /** [part of the year, pixel, node]. */
  readonly at: Float32Array;
  readonly change: Float32Array;
  /** [part of the year, pixel]; not 0 where there is a map. */
  readonly known: Float32Array;
  /** Cuts of dry values and what they are adapted up to, [part of the year, pixel]. */
  readonly cutValue: Float64Array;
  readonly cutTie: Float64Array;
  readonly upTo: Float64Array;
}

/** Normal noise of frames, a frame a part. */
export interface NoiseTask {
  readonly kind: "noise";
  readonly seed: number;
  /** Numbers of the frames. */
  readonly frames: Float64Array;
  readonly top: number;
  readonly height: number;
  readonly width: number;
  /** [frame, height, width]. */
  readonly out: Float32Array;
}

/** Positions of the times of each part of the year that is used. */
type Times = readonly Int32Array[];

/** Maps of a stripe of rows, a row a part. */
export interface FitTask {
  readonly kind: "fit";
  readonly maps: FittedMaps;
  /** Not 0 where a pixel has observations. */
  readonly seen: Float32Array;
  /** First row of the stripe. */
  readonly top: number;
  readonly height: number;
  readonly width: number;
  /** Series of the stripe, [time, height, width]; the input's where it has a distribution of its own. */
  readonly observed: ArrayLike<number>;
  readonly history: ArrayLike<number>;
  readonly projected: ArrayLike<number> | undefined;
  readonly times: { readonly observed: Times; readonly history: Times; readonly projected: Times };
  /** Noise of the times of `history` and `projected`, where wet shares are adapted. */
  readonly ties: { readonly history: Float32Array; readonly projected: Float32Array } | undefined;
}

/** Values of times mapped, a time a part. */
export interface ApplyTask {
  readonly kind: "apply";
  readonly maps: FittedMaps;
  readonly seed: number;
  readonly height: number;
  readonly width: number;
  /** Of each time: which part of the year, and its number in its file. */
  readonly places: Int32Array;
  readonly frames: Float64Array;
  /** True where dry values are adapted somewhere. */
  readonly adapts: boolean;
  /** [time, height, width]. */
  readonly values: ArrayLike<number>;
  readonly out: Float32Array;
}

/** Lognormal noise of members of a frame, a member a part. */
export interface MemberTask {
  readonly kind: "members";
  readonly slope: number;
  readonly seed: number;
  readonly frame: number;
  /** Number of the first member. */
  readonly first: number;
  readonly height: number;
  readonly width: number;
  /** [member, height, width]. */
  readonly out: Float64Array;
}

/** One of them. */
export type BaselineTask = NoiseTask | FitTask | ApplyTask | MemberTask;

/** The function that computes a part of a task. */
export function baselineParts(task: BaselineTask): (part: number) => void {
  switch (task.kind) {
    case "noise":
      return noiseOf(task);
    case "fit":
      return fitRow(task);
    case "apply":
      return applyTime(task);
    case "members":
      return drawMember(task);
  }
}

/** Threads that compute them. */
export const crew = new Crew<BaselineTask>(import.meta.url, "baseline-thread", baselineParts);

/** Values to draw, or to fit and map, from which on threads are worth the tenth of a second that they take to start. */
export const worthThreads = 2 ** 20;

/** The fewest values of a distribution. */
export const fewest = 10;

const noiseOf =
  ({ seed, frames, top, height, width, out }: NoiseTask) =>
  (n: number): void => {
    out.set(normalField({ seed, step: frames[n]!, top, left: 0, height, width }), n * height * width);
  };

let last: { readonly key: string; readonly draw: ReturnType<typeof lognormalNoise> } | undefined;

function drawMember({ slope, seed, frame, first, height, width, out }: MemberTask): (member: number) => void {
  const key = `${height} ${width} ${slope}`;
  if (last?.key !== key) last = { key, draw: lognormalNoise(height, width, slope) };
  const { draw } = last;
  return (member) => {
    const random = rng(seed)
      .split(frame)
      .split(first + member);
    out.set(draw(random), member * height * width);
  };
}

function fitRow(task: FitTask): (row: number) => void {
  const { maps, seen, top, height, width, observed, history, projected, times, ties } = task;
  const { kind, threshold, quantiles, pixels, at, change, known, cutValue, cutTie, upTo } = maps;
  const plane = height * width;
  return (row) => {
    for (let i = row * width; i < (row + 1) * width; i++) {
      const pixel = top * width + i;
      for (let place = 0; place < times.observed.length; place++) {
        const samples = {
          observed: series(observed, plane, i, times.observed[place]!),
          history: series(history, plane, i, times.history[place]!),
          projected: projected && series(projected, plane, i, times.projected[place]!),
        };
        if (samples.observed.values.length > 0) seen[pixel] = 1;
        const counts = [samples.observed, samples.history, ...(samples.projected ? [samples.projected] : [])];
        if (counts.some(({ values }, k) => values.length < (k < 2 ? fewest : 1))) continue;
        const own = place * pixels + pixel;
        known[own] = 1;
        let [was, is] = [samples.history.values, samples.projected?.values];
        let cut: DryCut | undefined;
        if (ties) {
          const adaptation = fitFrequencyAdaptation(was, samples.observed.values, threshold);
          upTo[own] = adaptation.upTo;
          // Most models are wet too often, and nothing is to be adapted.
          if (adaptation.share > 0) {
            const past = cutSeries(samples.history, ties.history, plane, i, adaptation);
            const now = samples.projected && cutSeries(samples.projected, ties.projected, plane, i, adaptation);
            [was, is, cut] = [past.values, now?.values, (now ?? past).cut];
          }
        }
        cutValue[own] = cut?.value ?? Number.POSITIVE_INFINITY;
        cutTie[own] = cut?.tie ?? 1;
        const map = fitDeltaMap(
          { observed: samples.observed.values, history: was, ...(is && { projected: is }) },
          { kind, quantiles, threshold },
        );
        at.set(map.at, own * quantiles);
        change.set(map.change, own * quantiles);
      }
    }
  };
}

function applyTime({ maps, seed, height, width, places, frames, adapts, values, out }: ApplyTask) {
  const { threshold, quantiles, pixels, known, cutValue, cutTie, upTo } = maps;
  return (time: number): void => {
    const place = places[time]!;
    const noise = adapts ? normalField({ seed, step: frames[time]!, top: 0, left: 0, height, width }) : undefined;
    for (let i = 0; i < pixels; i++) {
      const own = place * pixels + i;
      let x = known[own] ? values[time * pixels + i]! : Number.NaN;
      if (noise && x < threshold && x >= cutValue[own]!) {
        const cut = { value: cutValue[own]!, tie: cutTie[own]! };
        x = adapted(x, normalCdf(noise[i]!), cut, { threshold, upTo: upTo[own]!, share: 0 });
      }
      out[time * pixels + i] = applyDeltaMapAt(maps, own * quantiles, quantiles, x);
    }
  };
}

/** The values of a pixel that are there, and at which times. */
function series(
  values: ArrayLike<number>,
  plane: number,
  pixel: number,
  times: Int32Array,
): { readonly values: Float64Array; readonly positions: Int32Array } {
  const [own, positions] = [new Float64Array(times.length), new Int32Array(times.length)];
  let count = 0;
  for (let k = 0; k < times.length; k++) {
    const value = values[times[k]! * plane + pixel]!;
    if (Number.isNaN(value)) continue;
    own[count] = value;
    positions[count++] = times[k]!;
  }
  return { values: own.subarray(0, count), positions: positions.subarray(0, count) };
}

/** A pixel's series with its wet share adapted. */
function cutSeries(
  { values, positions }: ReturnType<typeof series>,
  noise: Float32Array,
  plane: number,
  pixel: number,
  adaptation: FrequencyAdaptation,
): { readonly values: Float64Array; readonly cut: DryCut } {
  const random = Float64Array.from(positions, (n) => normalCdf(noise[n * plane + pixel]!));
  const cut = dryCut(values, random, adaptation);
  return { cut, values: values.map((v, k) => adapted(v, random[k]!, cut, adaptation)) };
}
