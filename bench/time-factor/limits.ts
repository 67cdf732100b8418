/**
 * How far rain within an hour can be told from hourly means: the correlation of cells of 4 km with themselves later, at a place and along the
 * shift that suits them best, and the variance of 5-minute cells that hourly means explain, spread evenly or moved along. A line of JSON a radar.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/time-factor/limits.ts`
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { instantsOf } from "../../io/field/index.ts";
import { coarsen } from "../../io/regrid/index.ts";
import { advected } from "./advected.ts";
import { COUNT, cut, filmOf, rainiest, wholeHours } from "./films.ts";
import type { LimitsRow } from "./rows.ts";

const FACTOR = 4;
const record = "research/rain-in-time/limits.jsonl";
const radars = { fmi: "fmi_20170509", mch: "mch_20160711", knmi: "knmi_20100826" };

/** Correlation of pairs of numbers. */
function correlation(pairs: Iterable<readonly [number, number]>): number {
  let [n, a, b, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (const [x, y] of pairs) {
    n++;
    a += x;
    b += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  return (ab - (a * b) / n) / Math.sqrt((aa - (a * a) / n) * (bb - (b * b) / n));
}

function* shifted(before: Float32Array, after: Float32Array, side: number, down: number, right: number) {
  for (let y = Math.max(0, down); y < Math.min(side, side + down); y++) {
    for (let x = Math.max(0, right); x < Math.min(side, side + right); x++) {
      yield [before[(y - down) * side + x - right]!, after[y * side + x]!] as const;
    }
  }
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

const folder = process.env["MONGE_DATA"];
if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with radar/ in it");
for (const [radar, name] of Object.entries(radars)) {
  const film = await filmOf(join(folder, "radar", `${name}.nc`));
  const { fine, means } = await wholeHours(cut(film, rainiest(film, 1)[0]!), 3);
  const [cells, hourly] = [coarsen(fine, FACTOR), coarsen(means, FACTOR)];
  const side = cells.shape[1]!;
  const map = (t: number) => Float32Array.from(cells.values.subarray(t * side * side, (t + 1) * side * side));
  const lags = [1, 3, 6, 12].map((lag) => {
    const [place, moved]: [number[], number[]] = [[], []];
    const far = Math.min(16, 2 * lag + 2);
    for (let t = 0; t + lag < cells.shape[0]!; t += 6) {
      const [before, after] = [map(t), map(t + lag)];
      place.push(correlation(shifted(before, after, side, 0, 0)));
      let best = -1;
      for (let y = -far; y <= far; y++) {
        for (let x = -far; x <= far; x++) best = Math.max(best, correlation(shifted(before, after, side, y, x)));
      }
      moved.push(best);
    }
    return { minutes: 5 * lag, place: mean(place), moved: mean(moved) };
  });
  const guesses = advected(hourly, instantsOf(hourly.coordinate("time")!), 3_600_000, COUNT);
  const plane = side * side;
  const explained = (of: (hour: number, k: number, i: number) => number) =>
    correlation(
      Array.from(cells.values, (v, n) => {
        const t = Math.floor(n / plane);
        return [of(Math.floor(t / COUNT), t % COUNT, n % plane), v] as const;
      }),
    ) ** 2;
  const row: LimitsRow = {
    ...{ radar, lags },
    uniform: explained((hour, _, i) => hourly.values[hour * plane + i]!),
    advected: explained((hour, k, i) => guesses[k]!.values[hour * plane + i]!),
  };
  appendFileSync(record, `${JSON.stringify(row)}\n`);
  console.log(JSON.stringify(row));
}
