/**
 * The downscaler as a library, from a file to scores: read fine precipitation, cut tiles, train, downscale the block
 * means of the last frame, compare with the frame itself, write the ensemble.
 *
 *   node --import tsx examples/train-and-downscale.ts FILE [--variable NAME] [--steps 500] [--out ensemble.nc]
 *
 * FILE holds rates (mm/h, kg m-2 s-1, …) over (time, y, x) without gaps in its last frame. The command does more: `monge train --help`.
 */
import { parseArgs } from "node:util";
import { rng } from "../engine/index.ts";
import { bilinear, cutTiles, trainDownscaler, verifyTiles } from "../generative/index.ts";
import { coarsen, convertPrecipitation, Field, readField, refine, writeNetcdf } from "../io/index.ts";

const { values: args, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    variable: { type: "string" },
    steps: { type: "string", default: "500" },
    channels: { type: "string", default: "24" },
    out: { type: "string", default: "ensemble.nc" },
  },
});
const [path] = positionals;
if (path === undefined) throw new Error("name a file of fine precipitation");
const factor = 4;
const members = 8;

const read = await readField(path, args.variable === undefined ? {} : { variable: args.variable });
const rain = convertPrecipitation(read, "mm h-1");
const [time, height, width] = rain.shape as [number, number, number];

// Train on all frames but the last.
const values = Float32Array.from(rain.values.subarray(0, (time - 1) * height * width));
const archive = await cutTiles([{ name: path, values, time: time - 1, height, width }], rng(1), { size: 32 });
const { downscaler } = await trainDownscaler(archive, {
  seed: 1,
  factor,
  steps: Number(args.steps),
  network: { baseChannels: Number(args.channels) },
  onProgress: ({ step, steps, loss }) => console.error(`step ${step} of ${steps}, loss ${loss.toFixed(3)}`),
});

// Downscale the block means of the last.
const truth = rain.isel({ time: -1 });
const coarse = coarsen(truth, factor, { crop: true });
const [rows, columns] = coarse.shape as [number, number];
const input = { values: Float32Array.from(coarse.values), height: rows, width: columns };
const ensemble = await downscaler.sample(input, { members, seed: 7 });
await downscaler.dispose();

// Score it next to interpolation.
const shape = [1, rows * factor, columns * factor] as const;
const inside = truth.isel({ y: [0, shape[1]], x: [0, shape[2]] });
const low = { values: coarse.values, shape: [1, rows, columns] };
const high = { values: inside.values, shape };
const scores = (fields: Parameters<typeof verifyTiles>[0]) => verifyTiles(fields, high, low).pooled;
const ours = scores({ values: ensemble.values, shape: [1, members, shape[1], shape[2]] });
console.log(JSON.stringify({ crps: ours.crps, bilinear: scores(bilinear(low, factor)).crps }));

// Write it where its coordinates belong.
const grid = refine(coarse, factor);
const realization = { standard_name: "realization", units: "1" };
const number = { name: "realization", dims: ["realization"], attributes: realization };
const field = new Field({
  name: rain.name,
  dims: ["realization", ...grid.dims],
  shape: [members, ...grid.shape],
  values: ensemble.values,
  units: "mm h-1",
  attributes: rain.attributes,
  coordinates: [{ ...number, values: Float64Array.from({ length: members }, (_, i) => i) }, ...grid.coordinates],
  gridMapping: grid.gridMapping,
});
await writeNetcdf(args.out, field, { history: "examples/train-and-downscale.ts" });
