/**
 * Value of a covariate: two data sets of one synthetic rain whose conditional distribution is known, learned with the orography and without.
 * Prints the CRPS of both models on hours that were not learned from, over that of the exact distribution with the same information; no
 * forecast can do better than 1 in the long run.
 *
 *   node --import tsx examples/downscale-covariates.ts [--side 32] [--hours 200] [--steps 400] [--channels 16] [--members 8]
 */
import { parseArgs } from "node:util";
import { downscale, syntheticPairs, train } from "../generative/index.ts";
import { verify } from "../verification/index.ts";
import { exactDistribution } from "./synthetic-distribution/index.ts";

const { values: args } = parseArgs({
  options: {
    side: { type: "string", default: "32" },
    hours: { type: "string", default: "200" },
    steps: { type: "string", default: "400" },
    channels: { type: "string", default: "16" },
    members: { type: "string", default: "8" },
  },
});
const [side, hours] = [Number(args.side), Number(args.hours)];
const make = (firstTime: number, times: number) => syntheticPairs({ seed: 1, firstTime, times, size: side });
const [learned, held] = [make(0, hours), make(hours, 12)];
const exact = exactDistribution(held);

const results: Record<string, object> = {};
for (const orography of [true, false]) {
  const { downscaler } = await train(
    { fine: learned.fine, coarse: learned.coarse, ...(orography && { static: learned.orography }) },
    {
      seed: 1,
      steps: Number(args.steps),
      network: { baseChannels: Number(args.channels) },
      // The coarse data set is displaced: turned images would hide in which direction.
      symmetries: false,
      threads: 1,
    },
  );
  if (downscaler === undefined) throw new Error("the training diverged");
  const covariates = orography ? { static: [held.orography] } : {};
  const ensemble = await downscale(downscaler, held.coarse, { ...covariates, members: Number(args.members), seed: 2 });
  await downscaler.dispose();
  const { crps } = (await verify(ensemble, held.fine, { wetThreshold: null })).scores;
  const scores = Array.from({ length: 12 }, (_, n) => {
    const distribution = exact.conditional(n, { orography });
    const each = distribution.crps(held.fine.isel({ time: n }).values);
    return each.reduce((a, b) => a + b, 0) / each.length;
  });
  const least = scores.reduce((a, b) => a + b, 0) / scores.length;
  results[orography ? "with orography" : "without orography"] = { crps, exact: least, ratio: crps / least };
}
console.log(JSON.stringify(results));
