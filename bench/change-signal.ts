/**
 * Whether a climate model's change survives correction and refinement without pairs: E-OBS over Iberia is all that is learned from,
 * CMIP5 or CORDEX are corrected. Prints the change (second half over first) in the climate model, in quantile delta mapping and in ours.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/change-signal.ts cmip5|cordex [FACTOR] [STEPS] [CHANNELS] [MEMBERS] [MODEL] [force]`
 *
 * A MODEL that is there is drawn from; one that is not yet is trained and saved.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { quantile } from "../engine/numerics/quantile.ts";
import { baselineDownscaler } from "../generative/downscaling/index.ts";
import { PairedDownscaler } from "../generative/pairs/index.ts";
import { downscale, meetingFactor, train } from "../generative/verbs/index.ts";
import { openDataset, selectTimes } from "../io/dataset/index.ts";
import { Field } from "../io/field/index.ts";
import { gridOf, regrid } from "../io/regrid/index.ts";

const folder = process.env["MONGE_DATA"];
if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with pairs/ in it");
const [driver = "cmip5", given, steps = "800", channels = "16", members = "2", path, force] = process.argv.slice(2);
const open = async (name: string) => (await openDataset(join(folder, "pairs", `${name}_iberia_pr.nc`))).variable("pr");
const first = { dates: [null, "1992-03"] } as const;
const second = { dates: ["1992-12", null] } as const;
const [observed, climate] = [await open("eobs"), await open(driver)];
const fine = selectTimes(observed, first);
const [past, later] = [selectTimes(climate, first), selectTimes(climate, second)];

/** 1 on pixels that are ever observed. */
async function landOf(): Promise<Field> {
  const { values, shape, dims, coordinates } = await fine.load();
  const plane = shape[1]! * shape[2]!;
  const land = new Float32Array(plane);
  values.forEach((v, i) => {
    if (!Number.isNaN(v)) land[i % plane] = 1;
  });
  const placed = coordinates.filter((c) => c.dims.every((dim) => dim !== dims[0]) && c.dims.length > 0);
  return new Field({ name: "land", dims: dims.slice(1), shape: shape.slice(1), values: land, coordinates: placed });
}

/** Mean and 99th percentile over all values of the cells that count. */
function statistics({ values }: Field, land: Field): { mean: number; q99: number } {
  const plane = land.values.length;
  const known = Float64Array.from(values.filter((v, i) => land.values[i % plane]! >= 0.5 && !Number.isNaN(v))).sort();
  return { mean: known.reduce((sum, v) => sum + v, 0) / known.length, q99: quantile(known, 0.99) };
}

function change(before: Field, after: Field, land: Field) {
  const [a, b] = [statistics(before, land), statistics(after, land)];
  return { before: a, after: b, mean: b.mean / a.mean, q99: b.q99 / a.q99 };
}

const say = (line: string) => process.stderr.write(`${line}\n`);
const land = await landOf();
const wholes = [await past.load(), await later.load()] as const;
const own = regrid(land, gridOf(wholes[0]), { method: "conservative", minimumValid: 0.5 });
const model = change(...wholes, own);
const met = await meetingFactor(fine, past);
const factor = given === undefined ? met : Number(given);
const cells = own.values.filter((v) => v >= 0.5).length;
say(JSON.stringify({ driver, times: wholes.map(({ shape }) => shape[0]), cells, met, factor, model }));

const qdm = baselineDownscaler({ method: "qdm", fine, coarse: past });
const mapped = [await downscale(qdm, past), await downscale(qdm, later)] as const;
const mapping = change(...mapped, land);
say(JSON.stringify({ qdm: mapping }));

async function trained(): Promise<PairedDownscaler> {
  const recipe = { correct: true, factor, seed: 1, threads: 1, steps: Number(steps) };
  const { downscaler } = await train(
    { fine },
    {
      ...recipe,
      network: { baseChannels: Number(channels) },
      onProgress: ({ step, loss }) => {
        if (step % 100 === 0) say(`${step} ${loss}`);
      },
    },
  );
  if (downscaler === undefined) throw new Error("the training diverged");
  if (path !== undefined) await downscaler.save(path);
  return downscaler;
}
const downscaler =
  path !== undefined && existsSync(path) ? await PairedDownscaler.load(path, { threads: 1 }) : await trained();
const draw = {
  past,
  members: Number(members),
  seed: 1,
  evaluations: 10,
  onNotice: say,
  ...(force === "force" && { force: true }),
};
const drawn = [await downscale(downscaler, past, draw), await downscale(downscaler, later, draw)] as const;
const ours = change(...drawn, land);
const kept = { mean: Math.abs(ours.mean - model.mean) <= 0.05, q99: Math.abs(ours.q99 - model.q99) <= 0.1 };
const truth = change(await fine.load(), await selectTimes(observed, second).load(), land);
console.log(
  JSON.stringify({
    driver,
    factor,
    model,
    qdm: mapping,
    ours,
    observed: truth,
    kept,
    seconds: process.cpuUsage().user / 1e6,
  }),
);
await downscaler.dispose();
