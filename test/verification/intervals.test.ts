/** Scores by season, intervals from redrawn blocks of times, and differences of two forecasts on the same redraws. */

import { DomainError, OptionsError, rng, ShapeError } from "../../engine/index.ts";
import { quantile } from "../../engine/numerics/index.ts";
import type { Field } from "../../io/index.ts";
import { ralsd, rapsd, verify } from "../../verification/index.ts";
import { redraws } from "../../verification/significance/index.ts";
import type { ScalarScores } from "../../verification/tally/index.ts";
import { all, assert, refuses, test } from "../harness.ts";
import { hasPython, pythonOn, skip } from "../io/oracle.ts";
import { maps } from "./maps.ts";

const [HEIGHT, WIDTH] = [6, 5];
const PLANE = HEIGHT * WIDTH;

interface Made {
  readonly members?: number;
  readonly units?: string;
  readonly standard?: string;
  readonly side?: readonly [number, number];
}

/** Daily maps from the first of November on. */
function daily(days: number, value: (day: number, member: number, cell: number) => number, made: Made = {}): Field {
  const { members, units = "mm", standard = "lwe_thickness_of_precipitation_amount", side = [HEIGHT, WIDTH] } = made;
  const plane = side[0] * side[1];
  const count = members ?? 1;
  const values = Float32Array.from({ length: days * count * plane }, (_, i) =>
    value(Math.floor(i / (count * plane)), Math.floor(i / plane) % count, i % plane),
  );
  return maps(values, side, { members, units, attributes: { standard_name: standard } });
}

/** Wet spells: rain that remembers the day before, in members that share some of it. */
function spells(seed: number, days: number, members: number) {
  const random = rng(seed);
  const own = random.normal(days * (members + 1) * PLANE);
  let state = 0;
  const weather = Array.from({ length: days }, () => {
    state = 0.7 * state + random.normal();
    return state;
  });
  const rain = (day: number, member: number, cell: number) => {
    const v = weather[day]! + 0.8 * own[(day * (members + 1) + member) * PLANE + cell]!;
    return v > 0.5 ? 2 * (v - 0.5) ** 2 : 0;
  };
  return { truth: daily(days, (day, _, cell) => rain(day, members, cell)), forecast: daily(days, rain, { members }) };
}

/** Times in another order, some several times, dated anew. */
function taken(field: Field, weights: ArrayLike<number>): Field {
  const order = Array.from(weights).flatMap((n, t) => new Array<number>(n).fill(t));
  const each = field.values.length / field.size("time");
  const values = new Float32Array(field.values.length);
  order.forEach((t, k) => {
    values.set(field.values.subarray(t * each, (t + 1) * each), k * each);
  });
  return field.with({ values });
}

const flat = (scores: ScalarScores<number>): number[] => [
  ...[scores.crps, scores.crpsEcdf, scores.mae, scores.bias, scores.rmse, scores.spreadSkill],
  ...scores.quantiles.flatMap((q) => [q.pooledBias, q.mapBias, q.mapError]),
  ...[scores.wetFractionBias, ...scores.fss.map(({ fss }) => fss), scores.ralsd],
];
type Ends = { readonly value: number; readonly low: number; readonly high: number };
const flatEnds = (scores: ScalarScores<Ends>): Ends[] => flat(scores as never) as unknown as Ends[];

test("an interval is that of the scores of redrawn fields, and a difference that of their differences", async () => {
  const [days, draws, block] = [24, 100, 4];
  const { truth, forecast } = spells(4, days, 3);
  const other = spells(5, days, 2).forecast;
  const holes = forecast.with({ values: forecast.values.map((v, i) => (i % 97 === 3 ? Number.NaN : v)) });
  const options = { quantiles: [0.5, 0.95], thresholds: [0.1, 1, 10], fssWindows: [1, 3], spectrum: true };
  const bootstrap = { seed: 9, draws, block };
  const got = await verify(holes, truth, { ...options, bootstrap, against: other });
  // The same cells for both: those of the forecast.
  const gaps = (day: number, cell: number) =>
    [0, 1, 2].some((m) => Number.isNaN(holes.values[(day * 3 + m) * PLANE + cell]!));
  const covered = other.with({
    values: other.values.map((v, i) => (gaps(Math.floor(i / (2 * PLANE)), i % PLANE) ? Number.NaN : v)),
  });
  const redrawn: [number[], number[]][] = [];
  for (const weights of redraws(rng(9).split("blocks"), days, block, draws)) {
    const [a, b] = await Promise.all(
      [holes, covered].map((field) => verify(taken(field, weights), taken(truth, weights), options)),
    );
    redrawn.push([flat(a!.scores), flat(b!.scores)]);
  }
  const [alone, theirs] = await Promise.all([holes, covered].map((field) => verify(field, truth, options)));
  const ends = (scores: number[], draw: (d: [number[], number[]], i: number) => number): Ends[] =>
    scores.map((value, i) => {
      const all = redrawn.map((d) => draw(d, i));
      const [low, high] = all.some(Number.isNaN)
        ? [Number.NaN, Number.NaN]
        : [quantile(all, 0.025), quantile(all, 0.975)];
      return { value, low: low!, high: high! };
    });
  const size = flat(alone!.scores).length;
  const signed = (v: number, i: number) =>
    i === 5 ? Math.abs(v - 1) : [3, 6, 7, 9, 10, 12].includes(i) ? Math.abs(v) : v;
  const pairs = [
    [got.intervals!, ends(flat(alone!.scores), ([a], i) => a[i]!)],
    [got.against!.intervals, ends(flat(theirs!.scores), ([, b], i) => b[i]!)],
    [
      got.against!.differences,
      ends(
        flat(alone!.scores).map((v, i) => signed(v, i) - signed(flat(theirs!.scores)[i]!, i)),
        ([a, b], i) => signed(a[i]!, i) - signed(b[i]!, i),
      ),
    ],
  ] as const;
  assert.is(size, 20);
  let known = 0;
  for (const [ours, expected] of pairs) {
    flatEnds(ours).forEach((one, i) => {
      for (const key of ["value", "low", "high"] as const) {
        const [own, other] = [one[key], expected[i]![key]];
        const same = Math.abs(own - other) < 1e-6 || (Number.isNaN(own) && Number.isNaN(other));
        assert.ok(same, `score ${i} ${key}: ${own} ${other}`);
      }
      if (one.low < one.high) known++;
    });
  }
  // The median of rain is 0 in some redraws, where its relative bias is not known.
  assert.ok(known >= 3 * (size - 2), `${known}`);
  assert.equal([got.members, got.against!.members], [3, 2]);
  assert.equal(flat(got.against!.scores), flat(theirs!.scores));
  assert.equal(got.coverage, alone!.coverage);
});

test("redrawn CRPS and quantiles are numpy's", async () => {
  if (!hasPython("numpy")) return skip("no numpy for /usr/bin/python3");
  const [days, draws, block] = [40, 200, 5];
  const { truth, forecast } = spells(8, days, 4);
  const bootstrap = { seed: 2, draws, block };
  const { intervals } = await verify(forecast, truth, { bootstrap, quantiles: [0.9], wetThreshold: null });
  const weights = Array.from(redraws(rng(2).split("blocks"), days, block, draws), (w) => Array.from(w));
  const [crps, q90] = pythonOn(
    `
import sys, json, numpy as np
d = json.load(sys.stdin)
x = np.array(d["forecast"]).reshape(d["days"], 4, -1); y = np.array(d["truth"]).reshape(d["days"], -1)
pairs = np.abs(x[:, :, None] - x[:, None, :]).sum((1, 2)) / (4 * 3)
crps = np.abs(x - y[:, None]).mean(1) - pairs / 2
def ends(v): return [float(np.quantile(v, p)) for p in (0.025, 0.975)]
c, q = [], []
for w in d["weights"]:
    at = np.repeat(np.arange(d["days"]), np.array(w, int))
    c.append(crps[at].mean()); q.append(np.quantile(x[at], 0.9) / np.quantile(y[at], 0.9) - 1)
print(json.dumps([ends(c), ends(q)]))`,
    { days, weights, forecast: Array.from(forecast.values), truth: Array.from(truth.values) },
  ) as [number, number][];
  const { low, high } = intervals!.crps;
  assert.ok(Math.abs(low - crps![0]) < 1e-12 && Math.abs(high - crps![1]) < 1e-12, `${low} ${high} ${crps}`);
  const biases = intervals!.quantiles[0]!.pooledBias;
  assert.ok(Math.abs(biases.low - q90![0]) < 1e-6 && Math.abs(biases.high - q90![1]) < 1e-6);
});

test("of series that remember, 95 % intervals from blocks hold the truth nearly as often, those from single times do not", async () => {
  const [days, memory, runs] = [240, 0.7, 60];
  const count = async (block: number) => {
    let held = 0;
    for (let run = 0; run < runs; run++) {
      const random = rng(run).split("series");
      // From the law of the series, so that its first value is like all others.
      let state = random.normal() / Math.sqrt(1 - memory ** 2);
      const series = Float64Array.from({ length: days }, () => {
        state = memory * state + random.normal();
        return state;
      });
      const made = { units: "K", standard: "air_temperature", side: [1, 1] } as const;
      const [forecast, truth] = [daily(days, (day) => series[day]!, made), daily(days, () => 0, made)];
      const bootstrap = { seed: run, draws: 100, block };
      const { intervals } = await verify(forecast, truth, { bootstrap, quantiles: [] });
      // The mean of the law is 0.
      if (intervals!.bias.low <= 0 && intervals!.bias.high >= 0) held++;
    }
    return held / runs;
  };
  const [blocks, single] = [await count(20), await count(1)];
  // 60 runs: 0.95 is known to 0.03; 12 blocks of 20 see less than the whole variance.
  assert.ok(blocks > 0.8 && blocks < 0.99, `${blocks}`);
  assert.ok(single < 0.72, `${single}`);
});

test("seasons, months and years are scored as their times alone are", async () => {
  const { truth, forecast } = spells(3, 150, 3);
  const labels = { season: ["SON", "DJF", "MAM"], month: ["11", "12", "01", "02", "03"], year: ["2001", "2002"] };
  const starts = { season: [0, 30, 120], month: [0, 30, 61, 92, 120], year: [0, 61] };
  for (const events of ["season", "month", "year"] as const) {
    const got = await verify(forecast, truth, { events });
    assert.equal(Object.keys(got.events).sort(), labels[events].toSorted());
    for (const [k, label] of labels[events].entries()) {
      const part = { time: [starts[events][k]!, starts[events][k + 1] ?? 150] } as const;
      const alone = await verify(forecast.isel(part), truth.isel(part));
      assert.equal(got.events[label]!.scores, alone.scores);
    }
  }
  const bootstrap = { seed: 1, draws: 100, block: { days: 5 } };
  const { events, intervals } = await verify(forecast, truth, { events: "season", bootstrap });
  const winter = { time: [30, 120] } as const;
  const alone = await verify(forecast.isel(winter), truth.isel(winter), { bootstrap: { ...bootstrap, block: 5 } });
  assert.equal(events["DJF"]!.intervals, alone.intervals);
  assert.ok(intervals!.crps.high - intervals!.crps.low < alone.intervals!.crps.high - alone.intervals!.crps.low + 0.5);
});

test("a forecast does not differ from itself, and a better one is told from a worse one", async () => {
  const { truth, forecast } = spells(6, 120, 4);
  const bootstrap = { seed: 1, draws: 200 };
  const same = await verify(forecast, truth, { bootstrap, against: forecast });
  for (const one of flatEnds(same.against!.differences).filter(({ value }) => !Number.isNaN(value)))
    assert.equal(one, { value: 0, low: 0, high: 0 });
  const worse = forecast.with({ values: forecast.values.map((v) => 1.5 * v + 0.3) });
  const { differences } = (await verify(forecast, truth, { bootstrap, against: worse })).against!;
  assert.ok(differences.crps.high < 0 && differences.quantiles[0]!.pooledBias.high < 0 && differences.bias.high < 0);
  assert.ok(differences.fss[0]!.fss.low > 0);
});

test("times that one of the forecasts lacks are left out of both", async () => {
  const { truth, forecast } = spells(7, 40, 3);
  const bootstrap = { seed: 1, draws: 100 };
  const got = await verify(forecast.isel({ time: [0, 30] }), truth, {
    bootstrap,
    against: forecast.isel({ time: [10, 40] }),
  });
  assert.equal(got.coverage.times, [20, 30]);
  assert.is(got.scores.crps, got.against!.scores.crps);
  const message = /against .*times: expected some of 2001-11-01.* no time is common to all three/s;
  await refuses(
    verify(forecast.isel({ time: [0, 15] }), truth, { bootstrap, against: forecast.isel({ time: [20, 40] }) }),
    message,
    ShapeError,
  );
});

test("the log-spectral distance is that of mean spectra of ln(1 + R), R in mm/h, with gaps dry on both sides", async () => {
  const { truth, forecast } = spells(2, 3, 2);
  const { scores } = await verify(forecast, truth, { spectrum: true, wetThreshold: 1e-9 });
  const logs = ({ values }: Field) =>
    rapsd(
      Float64Array.from(values, (v) => Math.log1p(v / 24)),
      HEIGHT,
      WIDTH,
    );
  const expected = ralsd(logs(forecast), logs(truth));
  assert.ok(Math.abs(scores.ralsd - expected) < 1e-9, `${scores.ralsd} ${expected}`);
  assert.ok(Number.isNaN((await verify(forecast, truth)).scores.ralsd));
  const { scores: asTheyAre } = await verify(forecast, truth, { spectrum: true, wetThreshold: null });
  const linear = ralsd(rapsd(forecast.values, HEIGHT, WIDTH), rapsd(truth.values, HEIGHT, WIDTH));
  assert.ok(Math.abs(asTheyAre.ralsd - linear) < 1e-9, `${asTheyAre.ralsd} ${linear}`);
  const gap = (value: number) => truth.with({ values: truth.values.map((v, i) => (i % PLANE === 7 ? value : v)) });
  const dry = forecast.with({ values: forecast.values.map((v, i) => (i % PLANE === 7 ? 0 : v)) });
  const [a, b] = [
    await verify(forecast, gap(Number.NaN), { spectrum: true }),
    await verify(dry, gap(0), { spectrum: true }),
  ];
  assert.is(a.scores.ralsd, b.scores.ralsd);
});

test("redraws are of whole blocks from anywhere, and every time is drawn equally often", () => {
  const [times, block, draws] = [10, 3, 4000];
  const sums = new Float64Array(times);
  for (const weights of redraws(rng(1), times, block, draws)) {
    assert.is(
      weights.reduce((a, b) => a + b, 0),
      times,
    );
    weights.forEach((w, t) => {
      sums[t]! += w / draws;
    });
  }
  // Each count has variance below 2: the mean of 4000 is known to 0.03.
  all(sums, (mean) => Math.abs(mean - 1) < 0.1);
  const [only] = redraws(rng(1), 7, 7, 1);
  assert.equal([...only!], [1, 1, 1, 1, 1, 1, 1]);
});

test("one time is compared with another forecast without intervals, and a line says so", async () => {
  const { truth, forecast } = spells(1, 12, 2);
  const [one, seen, other] = [forecast, truth, spells(2, 12, 2).forecast].map((f) => f.isel({ time: [3, 4] })) as [
    Field,
    Field,
    Field,
  ];
  const lines: string[] = [];
  const { scores, intervals, against } = await verify(one, seen, {
    interval: 86_400,
    against: other,
    onNotice: (line) => lines.push(line),
  });
  assert.is(intervals, undefined);
  assert.equal(against!.differences.crps, {
    value: scores.crps - (await verify(other, seen, { interval: 86_400 })).scores.crps,
    low: Number.NaN,
    high: Number.NaN,
  });
  assert.match(lines.join(), /differences have no intervals; `bootstrap: \{ seed \}` gives them at several times/);
  await refuses(
    verify(one, seen, { interval: 86_400, against: other, bootstrap: { seed: 1 } }),
    /1 common times are fewer than two blocks of 1; .*`tooFew: "none"` leaves intervals out/,
    DomainError,
  );
});

test("what cannot be redrawn or compared is refused with the way out", async () => {
  const { truth, forecast } = spells(1, 12, 2);
  const tell = (options: object, type: typeof OptionsError | typeof DomainError, message: RegExp) =>
    refuses(verify(forecast, truth, options), message, type);
  await tell({ events: "week" }, OptionsError, /events is "week", expected "season", "month" or "year"/);
  await tell(
    { bootstrap: { seed: 1, draws: 10 } },
    OptionsError,
    /bootstrap\.draws is 10, expected a whole number ≥ 100/,
  );
  await tell({ bootstrap: { seed: 0.5 } }, OptionsError, /bootstrap\.seed is 0\.5/);
  await tell({ bootstrap: { seed: 1, block: 0 } }, OptionsError, /bootstrap\.block is 0/);
  await tell({ bootstrap: { seed: 1, coverage: 95 } }, OptionsError, /bootstrap\.coverage is 95/);
  await tell({ bootstrap: { seed: 1, block: 7 } }, DomainError, /12 common times are fewer than two blocks of 7/);
  const { events } = await verify(forecast, truth, {
    events: (time) => (time < "2001-11-03" ? "few" : "many"),
    bootstrap: { seed: 1, draws: 100, block: 4 },
  });
  assert.ok(Number.isNaN(events["few"]!.intervals!.crps.low) && events["many"]!.intervals!.crps.low > 0);
});

test.run();
