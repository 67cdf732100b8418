// Inside: the indices of one year at one place, and the fit of a distribution.
import { join } from "node:path";
import { OptionsError, rng } from "../../engine/index.ts";
import { type Field, writeField } from "../../io/index.ts";
import { gevOfLMoments, momentsOfSorted } from "../../verification/climate/gev.ts";
import { type WetDayIndex, wetDayIndices } from "../../verification/climate/wet-day-indices.ts";
import { returnLevel, verify } from "../../verification/index.ts";
import { assert, inFolder, refuses, test } from "../harness.ts";
import { python, skip, tool } from "../io/oracle.ts";
import { degrees, maps } from "./maps.ts";

const near = (actual: number, expected: number, what: string, tolerance = 1e-12) =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, ${expected}`,
  );

const lMoments = (values: ArrayLike<number>) => momentsOfSorted(Float64Array.from(values).sort(), () => 1);

const CELLS = 6;

/** Seeded daily rain at six places from 2001 on. */
function days(years: number, seed: number, change: (rain: number) => number = (v) => v, members?: number): Field {
  const count = 365 * years;
  const lead = members ?? 1;
  const random = rng(seed);
  const wet = random.split("wet").uniform(count * lead * CELLS);
  const amount = random.split("amount").uniform(count * lead * CELLS);
  const values = Float32Array.from(wet, (w, i) => change(w < 0.4 ? Math.fround(-9 * Math.log(amount[i]! || 0.5)) : 0));
  const lines = [degrees("lat", Float64Array.of(40, 41)), degrees("lon", Float64Array.of(1, 2, 3))];
  const field = maps(values, [2, 3], { members, since: "days since 2001-01-01", lines });
  const [time, ...others] = field.coordinates;
  return field.with({
    coordinates: [{ ...time!, attributes: { ...time!.attributes, calendar: "noleap" } }, ...others],
  });
}

/** CDO's operators for our indices; R95p is of rain above the quantile of wet days, which CDO gives as a share. */
const operators: Partial<Record<WetDayIndex, string>> = {
  Rx1day: "eca_rx1day",
  SDII: "eca_sdii",
  R1mm: "eca_pd,1",
  R10mm: "eca_pd,10",
  R20mm: "eca_pd,20",
  CDD: "eca_cdd",
  CWD: "eca_cwd",
};

test("indices of a year are those of CDO's eca operators, place by place", async () => {
  if (tool("cdo", "--version") === undefined && tool("which", "cdo") === undefined) return skip("cdo is not installed");
  await inFolder(async (folder) => {
    const year = days(1, 3);
    const file = join(folder, "year.nc");
    await writeField(file, year);
    const names = Object.keys(operators) as WetDayIndex[];
    const outs = names.map((name) => join(folder, `${name}.nc`));
    for (const [i, name] of names.entries()) tool("cdo", "-s", "-O", operators[name]!, file, outs[i]!);
    const code =
      "import sys,json,netCDF4 as n\n" +
      "def values(p): return [x for k,x in n.Dataset(p).variables.items() if x.ndim==3][0][:].astype(float).ravel().tolist()\n" +
      "print(json.dumps([values(p) for p in sys.argv[1:]]))";
    const all = python(code, ...outs) as number[][];
    for (const [i, name] of names.entries()) {
      const ours = Array.from({ length: CELLS }, (_, cell) => {
        const rain = Float64Array.from({ length: 365 }, (_, d) => year.values[d * CELLS + cell]!);
        const follows = Array.from(rain, (_, d) => d > 0);
        return wetDayIndices({ rain, follows, heavy: Number.NaN })[name];
      });
      all[i]!.forEach((v, cell) => {
        near(ours[cell]!, v, `${operators[name]} at ${cell}`, 1e-6);
      });
    }
  });
});

test("runs end where a day is missing, and five days hold no day of another season", () => {
  const rain = [5, 5, 5, 0, 5, 5];
  const whole = { rain, follows: [false, true, true, true, true, true], heavy: 4 };
  const broken = { ...whole, follows: [false, true, false, true, true, true] };
  assert.is(wetDayIndices(whole).CWD, 3);
  assert.is(wetDayIndices(broken).CWD, 2);
  assert.is(wetDayIndices(whole).Rx5day, 20);
  assert.is(wetDayIndices(broken).Rx5day, 15);
  assert.is(wetDayIndices(whole).R95p, 25);
  assert.ok(Number.isNaN(wetDayIndices({ rain: [0], follows: [false], heavy: 1 }).SDII));
});

test("sample L-moments are unbiased: those of 1, 2, 3, 4 by all their pairs and triples", () => {
  const { mean, scale, skewness } = lMoments([4, 1, 3, 2]);
  assert.is(mean, 2.5);
  near(scale, 0.5 * ((1 + 2 + 3 + 1 + 2 + 1) / 6), "λ₂: half the mean difference of pairs");
  near(skewness, 0, "a symmetric sample");
});

test("a law's L-moments give the law back, for shapes from light to heavy", () => {
  // λ₁ = μ + σ(g − 1)/ξ, λ₂ = σ g (2^ξ − 1)/ξ, τ₃ = 2(3^ξ − 1)/(2^ξ − 1) − 3 with g = Γ(1 − ξ) (Hosking 1990, table 1)
  const gammas = new Map([
    [-0.5, 0.886226925452758],
    [0.1, 1.06862870211932],
    [0.5, 1.772453850905516],
  ]);
  for (const [shape, g] of gammas) {
    const [location, scale] = [50, 15];
    const law = gevOfLMoments({
      mean: location + (scale * (g - 1)) / shape,
      scale: (scale * g * (2 ** shape - 1)) / shape,
      skewness: (2 * (3 ** shape - 1)) / (2 ** shape - 1) - 3,
    });
    near(law.shape, shape, "shape", 1e-9);
    near(law.location, location, "location", 1e-9);
    near(law.scale, scale, "scale", 1e-9);
  }
  const gumbel = gevOfLMoments({
    mean: 0.5772156649015329,
    scale: Math.log(2),
    skewness: (2 * Math.log(3)) / Math.log(2) - 3,
  });
  near(gumbel.shape, 0, "Gumbel's shape", 1e-8);
  near(gumbel.scale, 1, "Gumbel's scale", 1e-7);
});

test("the return level of a large sample is that of its law", () => {
  const draws = rng(1).uniform(200_000);
  const sample = Float64Array.from(draws, (u) => 50 + 150 * ((-Math.log(u)) ** -0.1 - 1));
  near(returnLevel(gevOfLMoments(lMoments(sample)), 50), 121.5901, "from a sample", 0.02);
});

test("a forecast of a tenth more rain has a tenth more in every amount, within intervals by years", async () => {
  const truth = days(12, 7);
  const forecast = days(12, 7, (v) => v * 1.1);
  const { climate } = await verify(forecast, truth, { climate: true, bootstrap: { seed: 1, draws: 100 } });
  assert.is(climate!.years, 12);
  assert.is(climate!.cells, CELLS);
  near(climate!.indices.Rx1day.bias.value, 0.1, "Rx1day", 1e-6);
  near(climate!.indices.Rx5day.bias.low, 0.1, "Rx5day", 1e-6);
  for (const { bias, period } of climate!.returnLevels) near(bias.value, 0.1, `${period} years`, 1e-6);
  assert.ok(climate!.indices.R10mm.bias.low > 0, "more days with 10 mm");
  assert.ok(climate!.indices.CDD.truth > climate!.indices.CWD.truth);
});

test("two samples of one climate differ within nine intervals of ten, whatever the number of members", async () => {
  let [inside, all] = [0, 0];
  for (let seed = 1; seed <= 4; seed++) {
    const { climate } = await verify(days(12, 100 + seed, undefined, 2), days(12, seed), {
      climate: true,
      bootstrap: { seed: 1, draws: 100 },
    });
    for (const { bias } of [...Object.values(climate!.indices), ...climate!.returnLevels]) {
      all++;
      if (bias.low <= 0 && bias.high >= 0) inside++;
    }
  }
  near(inside / all, 0.9, "share inside", 0.1); // 95 % of normal differences, less for twelve years; indices hang together
});

test("climate is refused where times are no days, by name", async () => {
  const monthly = (field: Field) =>
    field.with({
      coordinates: field.coordinates.map((c) =>
        c.name === "time" ? { ...c, values: c.values.map((v) => 30 * v) } : c,
      ),
    });
  const [forecast, truth] = [monthly(days(1, 1)), monthly(days(1, 2))];
  await refuses(verify(forecast, truth, { climate: true }), /no consecutive days/, OptionsError);
});

test.run();
