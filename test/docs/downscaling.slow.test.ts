/** The pages of downscaling and of its baselines, and what README says of rain, do what they say, block by block, on small made weather. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Field, readField } from "../../io/index.ts";
import { mongeHere } from "../cli/run.ts";
import { assert, test } from "../harness.ts";
import { tryPage } from "./page.ts";
import { quickStartFiles } from "./quick-starts.ts";
import { prepare, type Weather, weather } from "./weather.ts";

const iberia = { lat: [36, 44], lon: [-10, 4], step: 0.5 } as const;
const around = { lat: [32, 48], lon: [-14, 8], step: 2 } as const;
/** Days of training with winters of validation, and those that are drawn. */
const learned = [
  ["1994-06-01", "1994-06-11"],
  ["1994-12-01", "1994-12-07"],
  ["1995-03-01", "1995-03-11"],
] as const;
const drawn = [["2003-06-01", "2003-06-21"]] as const;
const moist = (dates: typeof learned | typeof drawn) =>
  ["t2m", "q700"].map((name) => ({ ...around, step: 1, name, units: name === "t2m" ? "K" : "kg kg-1", dates }));
const radar = (day: string) =>
  ({
    ...{ lat: [40, 56], lon: [0, 16], step: 0.25, hours: 1 },
    dates: [[day, `${day.slice(0, -1)}2`]],
  }) as const satisfies Weather;
const gone = (...names: readonly string[]) => {
  for (const name of names) rmSync(name, { recursive: true });
  return {};
};
const small = "--steps 2 --batch 2 --channels 8 --threads 1".split(" ");
const few = "--members 2 --evaluations 2 --threads 1".split(" ");
/** Options of `train` in code that make it quick. */
const brief = "steps: 2, batch: 2, crop: 16, network: { baseChannels: 8, multipliers: [1, 1], groups: 4 },";

test("the page of downscaling: pairs with covariates, baselines, block means, a climate model", async () => {
  const tried = await tryPage("how-to/downscaling.md", {
    quick: {
      ...{ train: small, downscale: few, "downscale --method": [] },
      "train --data radar/2016*.nc --variable": [...small, "--set", "validation.images=2"],
    },
    replace: {
      'dates: ["1994-12", "1996-02"] }, out': `dates: ["1994-12", "1996-02"] }, ${brief} out`,
      "members: 16, seed: 1 });": "members: 2, evaluations: 2, seed: 1 });",
      "--method qdm ncep_2003.nc": "--method qdm ncep_2003.nc --window year",
    },
    before: {
      1: () =>
        prepare({
          "eobs.nc": { ...iberia, dates: learned },
          "ncep.nc": { ...around, dates: learned },
          "dem.nc": { ...iberia, name: "z", units: "m" },
          "era5_1994.nc": moist(learned),
          "ncep_2003.nc": { ...around, dates: drawn },
          "eobs_2003.nc": { ...iberia, dates: drawn },
          "cmip5_past.nc": { ...around, dates: learned, factor: 0.7 },
          "cmip5_future.nc": { ...around, dates: drawn, factor: 0.8 },
        }),
      3: () => prepare({ "era5_2003.nc": moist(drawn) }),
      // The same in the library, and later pages of the reader's life, begin without what was drawn before.
      4: () => gone("fine.nc"),
      7: async () => {
        gone("fine.nc", "runs");
        mkdirSync("radar");
        return prepare({
          "radar/2016a.nc": radar("2016-06-01"),
          "radar/2016b.nc": radar("2016-07-01"),
          "radar/2017.nc": radar("2017-06-01"),
          "new.nc": radar("2018-06-01"),
          "coarse.nc": { ...radar("2018-06-01"), step: 1 },
        });
      },
      8: async () => {
        gone("fine.nc", "runs", "dem.nc");
        const dem = { name: "z", units: "m", step: 0.5 } as const;
        const tp = { step: 2, name: "tp" } as const;
        return prepare({
          "alps.nc": { ...iberia, lat: [43, 49], lon: [5, 17], dates: learned },
          "norway.nc": { ...iberia, lat: [58, 66], lon: [4, 12], dates: learned },
          "era5.nc": { ...tp, lat: [36, 72], lon: [-4, 24], dates: learned },
          "dem.nc": { ...dem, lat: [36, 68], lon: [0, 28] },
          "era5_balkans.nc": { ...tp, lat: [34, 50], lon: [10, 30], dates: drawn },
          "dem_balkans.nc": { ...dem, lat: [38, 46], lon: [16, 24] },
        });
      },
      9: () => gone("fine.nc", "runs"),
      10: () => gone("runs"),
    },
  });
  // Two members of the climate model's days on the grid of the observations; quantile mapping gave one.
  const at = (name: string) => readField(join(tried.folder, name));
  const days = 20;
  assert.equal((await at("fine.nc")).shape, [days, 2, 16, 28]);
  assert.equal((await at("qdm.nc")).shape, [days, 1, 16, 28]);
  assert.match(tried.printed[0]!, /ncep\.nc[\s\S]*eobs\.nc/);
  const { scores, coverage, against } = tried.names as {
    readonly scores: { readonly crps: number };
    readonly coverage: { readonly share: number };
    readonly against: { readonly differences: { readonly crps: object } };
  };
  assert.ok(scores.crps > 0 && coverage.share > 0 && against.differences.crps);
  tried.clear();
});

/** Two cells of a field as the table of stations that the page names. */
function writeGauges(field: Field): Readonly<Record<string, unknown>> {
  const [rows, columns] = field.shape.slice(1) as [number, number];
  const lines = field.times().flatMap(({ iso }, n) =>
    [2, 5].map((k) => {
      const [lat, lon] = [field.coordinate("lat")!.values[k]!, field.coordinate("lon")!.values[k]!];
      return [`gauge ${k}`, lon, lat, iso!.slice(0, 10), field.values[(n * rows + k) * columns + k]].join(",");
    }),
  );
  writeFileSync("gauges.csv", ["id,longitude,latitude,time,pr [mm]", ...lines].join("\n"));
  return {};
}

test("the page of baselines: each of them writes its file, and the code gives what the command gives", async () => {
  const years = (...n: readonly number[]) => n.map((year) => [`${year}-06-01`, `${year}-06-13`] as const);
  const [past, future] = [years(1981, 1995, 2010), years(2050, 2065, 2079)];
  const tried = await tryPage("how-to/baselines.md", {
    quick: { "downscale --method rainfarm": ["--members", "2"] },
    replace: { "--members 20 ": "", "-o fine.nc": "--overwrite -o fine.nc" },
    before: {
      1: () =>
        prepare({
          "template.nc": { ...iberia, dates: drawn },
          "gcm.nc": { ...around, dates: [...past, ...future], factor: 0.8 },
          "era5.nc": { ...around, dates: drawn },
          "gcm_2050.nc": { ...around, dates: future, factor: 0.8 },
          "gcm_hist.nc": { ...around, dates: past, factor: 0.8 },
          "obs.nc": { ...iberia, dates: past },
        }),
      2: () => ({
        observed: weather({ ...iberia, dates: past }),
        past: weather({ ...around, dates: past, factor: 0.8 }),
        scenario: weather({ ...around, dates: future, factor: 0.8 }),
      }),
      3: () => writeGauges(weather({ ...iberia, dates: past })),
      4: () => {
        const both = (one: Weather) => [one, { ...one, name: "tas", units: "degC" }];
        return prepare({
          "gcm_2050.nc": both({ ...around, dates: future, factor: 0.8 }),
          "gcm_hist.nc": both({ ...around, dates: past, factor: 0.8 }),
          "obs.nc": both({ ...iberia, dates: past }),
        });
      },
    },
  });
  assert.match(tried.printed[3]!, /pr, tas +JJA/);
  const written = await readField(join(tried.folder, "fine.nc"));
  const { fine } = tried.names as { readonly fine: Field };
  assert.equal(written.shape, fine.shape);
  assert.ok(written.values.every((v, i) => Object.is(v, Number.NaN) || Math.abs(v - fine.values[i]!) < 1e-4));
  tried.clear();
});

test("what README says of rain, of equations and of the library", async () => {
  const tried = await tryPage("../README.md", {
    leave: { "npm ci": "installs and tests the package, or runs the demo" },
    quick: { demo: few, downscale: few, "downscale --method": [], verify: ["--draws", "100"] },
    replace: { "--processor-seconds 10": "--processor-seconds 1", "processorSeconds: 5": "processorSeconds: 1" },
  });
  for (const file of quickStartFiles) assert.ok(tried.has(file), file);
  const { solution } = tried.names as { readonly solution: { evaluate(points: Float64Array): Promise<Float64Array> } };
  const [middle] = await solution.evaluate(Float64Array.of(0.5, 0.5));
  assert.ok(Math.abs(middle! - 0.0736713) < 1e-4, `${middle}`);
  tried.clear();
});

test("the page of clusters: a store by units, on one machine and by shards, complete at the end", async () => {
  const tried = await tryPage("how-to/clusters.md", {
    leave: { "sbatch --array": "a cluster; npm run test:slurm starts one" },
    // Both tasks of an array of two, as the script of the page runs them.
    replace: {
      "sbatch job.sh ": [0, 1]
        .map((i) => `monge downscale runs era5.nc -o fine.zarr --members 16 --shard ${i}/2\n`)
        .join(""),
      "--members 16": "--members 2 --evaluations 2 --threads 1",
      "--shards 64": "--shards 2",
    },
    before: {
      1: async () => {
        await prepare({ "radar.nc": radar("2016-06-01"), "era5.nc": { ...radar("2018-06-01"), step: 1 } });
        const said = await mongeHere("train", ..."--data radar.nc --factor 4 --out runs --seed 1".split(" "), ...small);
        if (said.status !== 0) throw new Error(said.stderr);
        return {};
      },
      2: () => gone("fine.zarr"),
    },
  });
  const [one, many] = tried.printed as [string, string];
  assert.match(one, /complete, digest [0-9a-f]{64}/);
  assert.match(many, /complete, digest [0-9a-f]{64}/);
  assert.match(readFileSync(join(tried.folder, "job.sh"), "utf8"), /^#!.*[\s\S]*#SBATCH --array=0-\d+[\s\S]*--shard/);
  assert.equal((await readField(join(tried.folder, "fine-2018.nc"))).shape, [24, 2, 64, 64]);
  tried.clear();
});

test.run();
