/**
 * Whether a climate model's change survives correction and refinement without pairs: E-OBS over Iberia is all that is learned from,
 * CMIP5 or CORDEX are corrected. Prints the change (second half over first) beside the climate model's, in quantile delta mapping and in ours.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/change-signal.ts cmip5|cordex [FACTOR] [STEPS] [CHANNELS] [MEMBERS] [MODEL] [force]`
 *
 * A MODEL that is there is drawn from; one that is not yet is trained and saved.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { baselineDownscaler } from "../generative/baselines/index.ts";
import { Downscaler } from "../generative/model/downscaler.ts";
import { downscale, effectiveResolutionFactor } from "../generative/sampling/index.ts";
import { train } from "../generative/training/train.ts";
import { type LazyField, openDataset, selectTimes } from "../io/dataset/index.ts";
import { Field } from "../io/field/index.ts";
import { gridOf, regridLazy } from "../io/regrid/index.ts";
import { changeSignal } from "../verification/index.ts";

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

/** Both periods one after the other, on land alone; time is the first dimension. */
function onLand([before, after]: readonly [Field, Field], land: Field): Field {
  const { name, dims, units, attributes, gridMapping, shape } = before;
  const plane = land.values.length;
  const values = new Float32Array(before.values.length + after.values.length);
  values.set(before.values);
  values.set(after.values, before.values.length);
  values.forEach((_, i) => {
    if (land.values[i % plane]! < 0.5) values[i] = Number.NaN;
  });
  const [time, later] = [before, after].map((part) => part.coordinates.find((c) => c.dims.join() === dims[0])!);
  const times = {
    ...{ name: time!.name, dims: time!.dims, attributes: time!.attributes },
    values: Float64Array.of(...time!.values, ...later!.values),
    ...(time!.bounds && later!.bounds && { bounds: Float64Array.of(...time!.bounds, ...later!.bounds) }),
  };
  const others = before.coordinates.filter((c) => !c.dims.includes(dims[0]!));
  return new Field({
    ...{ name, dims, units, attributes, gridMapping, values },
    shape: shape.with(0, shape[0]! + after.shape[0]!),
    coordinates: [times, ...others],
  });
}

const say = (line: string) => process.stderr.write(`${line}\n`);
const land = await landOf();
const met = await effectiveResolutionFactor(fine, past);
const driving = regridLazy(climate, gridOf(land), { method: "conservative" });
const change = (parts: readonly [Field, Field], model: LazyField | Field = driving) =>
  changeSignal(onLand(parts, land), model, {
    ...{ from: first, to: second, quantiles: [0.99] },
    bootstrap: { seed: 1, block: { days: 10 } },
  });
const factor = given === undefined ? met : Number(given);
say(JSON.stringify({ driver, met, factor }));

const qdm = baselineDownscaler({ method: "qdm", fine, coarse: past });
const mapped = [await downscale(qdm, past), await downscale(qdm, later)] as const;
const mapping = await change(mapped);
say(JSON.stringify({ qdm: mapping }));

async function trained(): Promise<Downscaler> {
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
  path !== undefined && existsSync(path) ? await Downscaler.load(path, { threads: 1 }) : await trained();
const draw = {
  past,
  members: Number(members),
  seed: 1,
  evaluations: 10,
  onNotice: say,
  ...(force === "force" && { force: true }),
};
const drawn = [await downscale(downscaler, past, draw), await downscale(downscaler, later, draw)] as const;
const ours = await change(drawn);
const { mean, quantiles } = ours;
const kept = {
  mean: Math.abs(mean.difference.value) <= 0.05,
  q99: Math.abs(quantiles[0]!.difference.value) <= 0.1,
};
const truth = await change([await fine.load(), await selectTimes(observed, second).load()], observed);
console.log(
  JSON.stringify({
    ...{ driver, factor, qdm: mapping, ours },
    ...{ observed: { mean: truth.mean.forecast, q99: truth.quantiles[0]!.forecast }, kept },
    seconds: process.cpuUsage().user / 1e6,
  }),
);
await downscaler.dispose();
