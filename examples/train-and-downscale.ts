/**
 * The downscaler as a library, from a file to scores: train on all frames but the last, downscale the block means of that one,
 * compare with the frame itself, write the ensemble. The commands do more: `monge train --help`, `monge downscale --help`.
 *
 *   node --import tsx examples/train-and-downscale.ts [FILE] [--steps 500] [--channels 24] [--out ensemble.nc]
 *
 * FILE holds one variable of rates (mm/h, kg m-2 s-1, …) over (time, y, x), sides that 4 divides. Gaps stay gaps.
 * Without it: maps of Finnish radar, of `test/data/radar`.
 */
import { parseArgs } from "node:util";
import { downscale, train } from "../generative/index.ts";
import { coarsen, convertPrecipitation, type Field, readField, refine, writeNetcdf } from "../io/index.ts";
import { verify } from "../verification/index.ts";

const { values: args, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: "string", default: "500" },
    channels: { type: "string", default: "24" },
    out: { type: "string", default: "ensemble.nc" },
  },
});
const factor = 4;
const radar = new URL("../test/data/radar/fmi_20170509_cut.nc", import.meta.url).pathname;
const rain = convertPrecipitation(await readField(positionals[0] ?? radar), "mm h-1");
const last = rain.size("time") - 1;

const { downscaler, ...ended } = await train(rain.isel({ time: [0, last] }), {
  seed: 1,
  factor,
  tile: 32,
  steps: Number(args.steps),
  network: { baseChannels: Number(args.channels) },
});
if (downscaler === undefined) throw new Error(`the training ${ended.status}`);

const truth = rain.isel({ time: [last, last + 1] });
const coarse = coarsen(truth, factor);
const fine = await downscale(downscaler, coarse, { members: 8, seed: 7, missing: "propagate" });
await downscaler.dispose();

const crps = async (forecast: Field) => (await verify(forecast, truth)).scores.crps;
console.log(JSON.stringify({ crps: await crps(fine), bilinear: await crps(refine(coarse, factor)) }));
await writeNetcdf(args.out, fine.isel({ time: 0 }), { history: "examples/train-and-downscale.ts" });
