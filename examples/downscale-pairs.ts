/**
 * A coarse and a different fine data set, from two files to scores: hourly rain of two weather models over Normandy, ARPEGE
 * (0.1°) and AROME (0.025°), both accumulated since midnight. Learns from the first hours of a day, is evaluated on the next,
 * and is scored on the last beside bilinear interpolation.
 *
 *   node --import tsx examples/downscale-pairs.ts [--data DIR] [--steps 200] [--channels 16] [--members 8] [--out ensemble.nc]
 *
 * `--data` holds `arome_tp_nw_20180501_cut.nc` and `arpege_tp_nw_20180501_cut.nc` (Météo-France, Etalab Open Licence 2.0); they are
 * in `test/data/pairs`. One day teaches little: it shows how, not how well.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { baselineDownscaler, downscale, train } from "../generative/index.ts";
import { deaccumulate, type Field, readField, writeField } from "../io/index.ts";
import { verify } from "../verification/index.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string", default: new URL("../test/data/pairs", import.meta.url).pathname },
    steps: { type: "string", default: "200" },
    channels: { type: "string", default: "16" },
    members: { type: "string", default: "8" },
    out: { type: "string", default: "ensemble.nc" },
  },
});

/** Amounts of each hour, with the bounds of the hours: what times are matched by. */
async function hourly(model: string): Promise<Field> {
  const since = await readField(join(args.data, `${model}_tp_nw_20180501_cut.nc`));
  return deaccumulate(since, { start: "2018-05-01", tolerance: 0.02, clamp: true }).field;
}
const [fine, coarse] = [await hourly("arome"), await hourly("arpege")];

const { downscaler, best } = await train(
  { fine, coarse, context: ["position"] },
  {
    seed: 1,
    steps: Number(args.steps),
    network: { baseChannels: Number(args.channels) },
    time: { indices: [0, 16] },
    validate: { indices: [16, 20] },
    tile: 40,
    threads: 1,
  },
);
if (downscaler === undefined) throw new Error("the training diverged");

const [rest, truth] = [coarse, fine].map((field) => field.isel({ time: [20, 24] })) as [Field, Field];
const ensemble = await downscale(downscaler, rest, { members: Number(args.members), seed: 7 });
await downscaler.dispose();
const bilinear = await downscale(baselineDownscaler({ method: "bilinear", fine: truth }), rest);

const scores = async (forecast: Field) => {
  const { crps, spreadSkill } = (await verify(forecast, truth)).scores;
  return { crps, spreadSkill };
};
console.log(JSON.stringify({ best: best?.step, ours: await scores(ensemble), bilinear: await scores(bilinear) }));
await writeField(args.out, ensemble, { history: "examples/downscale-pairs.ts" });
