/**
 * Corrects and refines a climate model without pairs: a network learns from observations alone the way back from their own
 * block means; the climate model's future is brought to the law of those block means, its change of every quantile kept, and
 * then drawn on the observations' grid. The change in the result is printed beside the climate model's own.
 *
 *   node --import tsx examples/correct-climate-model.ts eobs.nc cmip5_past.nc cmip5_future.nc [OUT] [STEPS] [CHANNELS]
 *
 * PAST and FUTURE are of one climate model, on any grid; the days of PAST need not be those that were observed.
 */
import { downscale, meetingFactor, train } from "../generative/index.ts";
import { type Field, readField, writeField } from "../io/index.ts";

const [observed, before, after, out = "corrected.nc", steps = "2000", channels = "24"] = process.argv.slice(2);
if (observed === undefined || before === undefined || after === undefined) throw new Error("name FINE PAST FUTURE");
const [fine, past, future] = [await readField(observed), await readField(before), await readField(after)];

// The finest scale at which the climate model varies in space as what was observed does.
const factor = await meetingFactor(fine, past);
const { downscaler } = await train(
  { fine },
  { correct: true, factor, seed: 1, steps: Number(steps), network: { baseChannels: Number(channels) } },
);
if (downscaler === undefined) throw new Error("the training diverged");

const draw = { past, members: 2, seed: 1, evaluations: 12, onNotice: (line: string) => console.error(line) };
const [now, later] = [await downscale(downscaler, past, draw), await downscale(downscaler, future, draw)];
await writeField(out, later, { overwrite: true });

const mean = ({ values }: Field): number => {
  const known = Float64Array.from(values).filter((v) => !Number.isNaN(v));
  return known.reduce((sum, v) => sum + v, 0) / known.length;
};
const change = { model: mean(future) / mean(past), result: mean(later) / mean(now) };
console.log(JSON.stringify({ out, factor, change, observed: mean(fine), corrected: mean(now) }));
await downscaler.dispose();
