/**
 * Corrects and refines a climate model without pairs: a network learns from observations alone the way back from their own
 * block means; the climate model's future is mapped to the distribution of those block means, its change of every quantile kept, and
 * then drawn on the observations' grid. The change in the result is printed beside the climate model's own.
 *
 *   node --import tsx examples/correct-climate-model.ts [--fine eobs.nc --past cmip5_past.nc --future cmip5_future.nc] \
 *     [--out corrected.nc] [--steps 2000, without files 200] [--channels 24] [--members 2] [--evaluations 12] [--threads 1]
 *
 * PAST and FUTURE are of one climate model, on any grid; the days of PAST need not be those that were observed. Without
 * files: synthetic rain, and a climate model that is a fifth too dry and has a quarter more rain in the future.
 */
import { parseArgs } from "node:util";
import { downscale, effectiveResolutionFactor, syntheticPairs, train } from "../generative/index.ts";
import { coarsen, type Field, readField, writeField } from "../io/index.ts";

const { values: args } = parseArgs({
  options: {
    fine: { type: "string" },
    past: { type: "string" },
    future: { type: "string" },
    out: { type: "string", default: "corrected.nc" },
    steps: { type: "string" },
    channels: { type: "string", default: "24" },
    members: { type: "string", default: "2" },
    evaluations: { type: "string", default: "12" },
    threads: { type: "string", default: "1" },
  },
});
const made = madeClimate();
const steps = Number(args.steps ?? (args.fine ? 2000 : 200));
const read = (name: "fine" | "past" | "future") => (args[name] ? readField(args[name]) : made[name]);
const [fine, past, future] = [await read("fine"), await read("past"), await read("future")];

function madeClimate(): { readonly fine: Field; readonly past: Field; readonly future: Field } {
  const observed = syntheticPairs({ seed: 1, firstTime: 0, times: 60, size: 32 }).fine;
  const simulated = (firstTime: number, share: number): Field =>
    coarsen(syntheticPairs({ seed: 2, firstTime, times: 60, size: 32 }).fine, 4).map((v) => share * v);
  return { fine: observed, past: simulated(0, 0.8), future: simulated(60, 1) };
}

// The finest scale at which the climate model varies in space as what was observed does.
const factor = await effectiveResolutionFactor(fine, past);
const { downscaler } = await train(
  { fine },
  {
    correct: true,
    ...{ factor, seed: 1, steps, threads: Number(args.threads) },
    network: { baseChannels: Number(args.channels) },
  },
);
if (downscaler === undefined) throw new Error("the training diverged");

const draw = { past, members: Number(args.members), evaluations: Number(args.evaluations), seed: 1 };
const [now, later] = [await downscale(downscaler, past, draw), await downscale(downscaler, future, draw)];
await writeField(args.out, later, { overwrite: true });

const mean = ({ values }: Field): number => {
  const known = Float64Array.from(values).filter((v) => !Number.isNaN(v));
  return known.reduce((sum, v) => sum + v, 0) / known.length;
};
const change = { model: mean(future) / mean(past), result: mean(later) / mean(now) };
console.log(JSON.stringify({ out: args.out, factor, change, observed: mean(fine), corrected: mean(now) }));
await downscaler.dispose();
