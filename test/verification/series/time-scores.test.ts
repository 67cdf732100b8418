/** Scores of sums and areas against numpy (test/oracles/time_scores.py), and what they are of films that are known. */
import { readFileSync } from "node:fs";
import { DomainError, OptionsError } from "../../../engine/index.ts";
import type { Field } from "../../../io/index.ts";
import {
  polygonAreas,
  squareAreas,
  type TimeScoresOptions,
  type TimeScoresValue,
  timeScores,
  verify,
} from "../../../verification/index.ts";
import { assert, axis, equalBy, evenly, refuses, test, throws } from "../../harness.ts";
import { rain, SIDE } from "../../oracles/rain-by-congruence.ts";
import { maps } from "../maps.ts";

interface Numbers {
  readonly crps: number;
  readonly spreadSkill: number;
  readonly quantiles: readonly number[];
  readonly maximum: readonly [truth: number, forecast: number];
}
const oracle: {
  readonly sums: readonly { readonly steps: number; readonly cells: Numbers; readonly areas: Numbers }[];
  readonly autocorrelation: readonly [truth: readonly number[], forecast: readonly number[]];
  readonly spells: readonly [truth: readonly [number, number], forecast: readonly [number, number]];
} = JSON.parse(readFileSync(new URL("../../oracles/time-scores.json", import.meta.url), "utf8"));

const [N, M] = [12, 5];
const CELLS = SIDE * SIDE;
const step = 300;

const line = (name: string, n: number) =>
  axis(name, evenly(n), { units: "km", standard_name: `projection_${name}_coordinate` });

/** Rates on maps of one kilometre, every five minutes or at other minutes. */
function film(
  values: Float64Array,
  { members = 0, side = SIDE, units = "mm h-1", minutes = [] as readonly number[] } = {},
): Field {
  const count = values.length / side ** 2 / Math.max(1, members);
  return maps(values, [side, side], {
    ...{ members: members || undefined, units, attributes: { standard_name: "rainfall_rate" } },
    ...{ times: Array.from({ length: count }, (_, i) => minutes[i] ?? 5 * i), since: "minutes since 2001-11-01" },
    lines: [line("y", side), line("x", side)],
  });
}

const truthRain = rain(2, N);
const made = rain(3, N * M).map((v, i) => {
  const [time, cell] = [Math.floor(i / (M * CELLS)), i % CELLS];
  return 0.5 * truthRain[time * CELLS + cell]! + 0.5 * v;
});
const [truth, ensemble] = [film(truthRain), film(made, { members: M })];

async function inTime(forecast: Field, observed: Field, options: TimeScoresOptions): Promise<TimeScoresValue> {
  const found = await verify(forecast, observed, { scores: [timeScores(options)], wetThreshold: 0.1, fssWindows: [1] });
  return found.scores["time"] as unknown as TimeScoresValue;
}

const near = (a: number, b: number, what: string, tolerance = 1e-9) =>
  assert.ok(Math.abs(a - b) <= tolerance * (1 + Math.abs(b)), `${what}: ${a}, numpy has ${b}`);

test("sums over time, of cells and of areas, have numpy's CRPS, spread over skill, quantiles and maxima", async () => {
  const areas = [squareAreas("8 km", [SIDE, SIDE], [8, 8])];
  const { sums } = await inTime(ensemble, truth, { accumulate: [2, 3, 6, 12].map((n) => n * step), areas });
  equalBy(
    sums,
    ({ duration, of, windows }) => [duration, of, windows],
    oracle.sums.flatMap(({ steps }) => ["cells", "8 km"].map((of) => [steps * step, of, N / steps])),
  );
  for (const [k, { steps, ...wanted }] of oracle.sums.entries()) {
    for (const [j, name] of (["cells", "areas"] as const).entries()) {
      const [own, its] = [sums[2 * k + j]!, wanted[name]];
      near(own.crps, its.crps, `CRPS of ${steps} steps of ${name}`);
      near(own.spreadSkill, its.spreadSkill, `spread over skill of ${steps} steps of ${name}`);
      for (const [q, { bias }] of own.quantiles.entries()) near(bias, its.quantiles[q]!, `quantile ${q} of ${steps}`);
      near(own.maximum.truth, its.maximum[0], "largest of the truth");
      near(own.maximum.forecast, its.maximum[1], "largest of the forecast");
      near(
        own.rankHistogram.reduce((a, b) => a + b, 0),
        1,
        "ranks",
      );
    }
  }
});

test("autocorrelation at a place and lengths of spells are numpy's", async () => {
  const { autocorrelation, spells } = await inTime(ensemble, truth, {});
  for (const [k, who] of (["truth", "forecast"] as const).entries()) {
    // Departures are held in single precision.
    autocorrelation.place[who].forEach(
      (v, lag) => void near(v, oracle.autocorrelation[k]![lag]!, `lag ${lag + 1}`, 1e-5),
    );
    near(spells.wet[who], oracle.spells[k]![0] * step, `wet spells of the ${who}`);
    near(spells.dry[who], oracle.spells[k]![1] * step, `dry spells of the ${who}`);
  }
});

/** Rain of a seed that is frozen and moves so many cells a time; the map is a torus. */
function frozen(seed: number, times: number, by: number): Float64Array {
  const map = rain(seed, 1);
  return Float64Array.from({ length: times * CELLS }, (_, i) => {
    const [t, y, x] = [Math.floor(i / CELLS), Math.floor(i / SIDE) % SIDE, i % SIDE];
    return map[y * SIDE + ((((x - by * t) % SIDE) + SIDE) % SIDE)]!;
  });
}

test("frozen rain that moves has an autocorrelation near 1 along the motion, and none at a place", async () => {
  const times = 8;
  const members = [11, 12, 13, 14].map((seed) => frozen(seed, times, 3));
  const common = frozen(10, times, 3);
  const all = new Float64Array(times * 4 * CELLS);
  for (let t = 0; t < times; t++) {
    for (const [m, member] of members.entries()) {
      for (let i = 0; i < CELLS; i++)
        all[(t * 4 + m) * CELLS + i] = common[t * CELLS + i]! + 0.3 * member[t * CELLS + i]!;
    }
  }
  const { autocorrelation } = await inTime(film(all, { members: 4 }), film(common), {});
  assert.ok(autocorrelation.motion.forecast[0]! > 0.9, `${autocorrelation.motion.forecast}`);
  assert.ok(Math.abs(autocorrelation.place.forecast[0]!) < 0.3, `${autocorrelation.place.forecast}`);
});

test("windows are whole runs of even steps: what a gap parts is not summed", async () => {
  const minutes = [0, 5, 10, 15, 20, 40, 45, 50];
  const part = (field: Field) => field.isel({ time: [0, 8] });
  const at = (field: Field, members = 0) => film(part(field).values as Float64Array, { members, minutes });
  const { sums, step: seconds } = await inTime(at(ensemble, M), at(truth), { accumulate: [900] });
  assert.is(seconds, 300);
  equalBy(sums, ({ windows }) => windows, [8, 2]);
});

test("amounts are summed, and rates averaged", async () => {
  const of = async (units: string) =>
    (await inTime(film(made, { members: M, units }), film(truthRain, { units }), { accumulate: [600] })).sums[1]!;
  const minutes = { units: "kg m-2" };
  near((await of(minutes.units)).crps, 2 * (await of("mm h-1")).crps, "CRPS of amounts");
});

test("the hour of the maximum is the hour whose mean over days is largest", async () => {
  const minutes = Array.from({ length: 48 }, (_, h) => 60 * h);
  const day = (peak: number) =>
    Float64Array.from({ length: 48 * 16 }, (_, i) => 1 + Math.cos((2 * Math.PI * (Math.floor(i / 16) - peak)) / 24));
  const found = await inTime(film(day(9), { side: 4, minutes }), film(day(17), { side: 4, minutes }), {});
  assert.equal(found.hourOfMaximum, { truth: 17, forecast: 9 });
});

test("a duration that is no multiple of the step is refused with the step", async () => {
  await refuses(inTime(ensemble, truth, { accumulate: [700] }), /700 s is no multiple of the 300 s/, OptionsError);
});

test("a part whose times do not allow a duration has no windows of it, and the hour of an interval is that of its middle", async () => {
  const minutes = Array.from({ length: 6 }, (_, k) => 60 * (k + 1));
  const bounds = Float64Array.from({ length: 12 }, (_, i) => 60 * ((i >> 1) + (i % 2)));
  const values = Float64Array.from({ length: 6 * 16 }, (_, i) => 1 + (Math.floor(i / 16) === 3 ? 1 : 0));
  const hours = film(values, { side: 4, minutes });
  const ended = hours.with({ coordinates: hours.coordinates.map((c) => (c.name === "time" ? { ...c, bounds } : c)) });
  const score = timeScores({ accumulate: [2 * 3600] });
  const labels = ["a", "b", "a", "a", "a", "a"];
  const { scores, events } = await verify(ended, ended, { scores: [score], events: labels });
  assert.equal((scores["time"] as unknown as TimeScoresValue).hourOfMaximum, { truth: 3, forecast: 3 });
  const lone = (events["b"]!.scores["time"] as unknown as TimeScoresValue).sums;
  equalBy(lone, ({ duration, windows }) => [duration, windows], [[7200, 0]]);
});

test("squares leave out what is left over, and ones that do not fit are refused", () => {
  const { labels, names } = squareAreas("2", [5, 4], [2, 2]);
  assert.equal([...labels], [0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3, -1, -1, -1, -1]);
  assert.equal(names, ["0,0", "0,1", "1,0", "1,1"]);
  throws(() => squareAreas("big", [5, 4], [6, 2]), OptionsError, /./);
});

test("polygons hold the centres of cells, holes do not, and the first of two that overlap counts", () => {
  const square = (a: number, b: number, c: number, d: number) => [
    [a, b],
    [c, b],
    [c, d],
    [a, d],
    [a, b],
  ];
  const collection = {
    type: "FeatureCollection",
    features: [
      {
        type: "Feature",
        properties: { name: "ring" },
        geometry: { type: "Polygon", coordinates: [square(-0.5, -0.5, 4.5, 4.5), square(0.5, 0.5, 3.5, 3.5)] },
      },
      {
        type: "Feature",
        id: 7,
        geometry: { type: "MultiPolygon", coordinates: [[square(0, 0, 2.5, 2.5)], [square(5.5, 5.5, 6.5, 6.5)]] },
      },
    ],
  };
  const field = film(new Float64Array(64), { side: 8 });
  const { labels, names } = polygonAreas("areas.geojson", collection, field);
  assert.equal(names, ["ring", "7"]);
  const at = (y: number, x: number) => labels[y * 8 + x];
  assert.equal([at(0, 0), at(4, 2), at(1, 1), at(2, 2), at(3, 3), at(6, 6), at(7, 7)], [0, 0, 1, 1, -1, 1, -1]);
  const far = { type: "Polygon", coordinates: [square(100, 100, 101, 101)] };
  throws(() => polygonAreas("far", far, field), DomainError, /none of 1/);
  throws(() => polygonAreas("none", { type: "Point" }, field), DomainError, /./);
});

test.run();
