/**
 * Amplitude of the first noise from the coarse input alone, by the rule of research/rain-in-time/RULE-self-calibration.md: a line of JSON
 * for each estimate and each score. The models are those that `bench/rain-in-time/run.ts --models DIR` leaves.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/rain-in-time/self-calibration.ts --models DIR --seeds 1,2,3 --record FILE`
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bilinearUpsample, blockMean } from "../../engine/numerics/grid.ts";
import { Downscaler } from "../../generative/model/downscaler.ts";
import { findModel } from "../../generative/model/find-model.ts";
import { openDataset } from "../../io/dataset/index.ts";
import { convertPrecipitation, type Field } from "../../io/field/index.ts";
import { coarsen } from "../../io/regrid/index.ts";
import { crpsField, spreadAndError } from "../../verification/scores/index.ts";

const { values: options } = parseArgs({
  options: {
    models: { type: "string", default: "runs" },
    seeds: { type: "string", default: "1,2,3" },
    record: { type: "string", default: "research/rain-in-time/self-calibration.jsonl" },
    only: { type: "string", default: "estimates,scores" },
  },
});
const folder = process.env["MONGE_DATA"];
if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with radar/ in it");

const [FACTOR, MEMBERS, EVALUATIONS, WINDOW, SIDE] = [4, 4, 8, 256, 72];
/** Fine pixels of a cell of 1 km, and the times that are scored. */
const events = {
  training: { file: "fmi_20160928", blocks: 1, from: 0, times: 0 },
  knmi: { file: "knmi_20100826", blocks: 1, from: 20, times: 72 },
  bom: { file: "bom_brisbane_20201031", blocks: 2, from: 0, times: 144 },
  fmi: { file: "fmi_20170509", blocks: 1, from: 0, times: 36 },
};
type EventName = keyof typeof events;
const sumOf = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

/** Times of a file in mm/h on cells of 1 km. */
async function framesOf(name: EventName, wanted: (count: number) => readonly number[]): Promise<readonly Field[]> {
  const { file, blocks } = events[name];
  const data = await openDataset(join(folder!, "radar", `${file}.nc`));
  const all = await data.variable();
  const frames: Field[] = [];
  for (const n of wanted(all.shape[0]!)) {
    const one = convertPrecipitation(await all.isel({ time: [n, n + 1] }).load(), "mm h-1");
    const fine = blocks === 1 ? one : coarsen(one, blocks, { crop: true });
    frames.push(fine.isel({ time: 0 }));
  }
  data.close();
  return frames;
}

/** The window without gaps that has most rain over all frames; its side is a multiple of `FACTOR` ** 2 where it must be smaller. */
function windowOf(frames: readonly Field[], most: number): readonly Float32Array[] {
  const [height, width] = frames[0]!.shape as [number, number];
  const side = Math.min(most, ...[height, width].map((n) => Math.floor(n / 16) * 16));
  let [best, place] = [-1, [0, 0] as readonly [number, number]];
  const cut = ({ values }: Field, top: number, left: number) => {
    const out = new Float32Array(side * side);
    for (let y = 0; y < side; y++)
      out.set(values.subarray((top + y) * width + left, (top + y) * width + left + side), y * side);
    return out;
  };
  for (let top = 0; top + side <= height; top += 24) {
    for (let left = 0; left + side <= width; left += 24) {
      const sum = frames.reduce((total, frame) => total + sumOf(cut(frame, top, left)), 0);
      if (sum > best) [best, place] = [sum, [top, left]];
    }
  }
  return frames.map((frame) => cut(frame, ...place));
}

const evenly = (from: number, count: number, most: number) =>
  Array.from(
    { length: Math.min(most, count) },
    (_, i) => from + Math.floor(((i + 0.5) * count) / Math.min(most, count)),
  );

/** Draws of what is known, from its own means. */
async function refined(model: Downscaler, truth: readonly Float32Array[], amplitude: number, seed: number) {
  const side = Math.sqrt(truth[0]!.length);
  const found = { spread: 0, error: 0, crps: 0, size: 0, sized: 0 };
  const unit = 0.2;
  const log = (values: ArrayLike<number>) => Float32Array.from(values, (v) => Math.log1p(v / unit));
  for (const [frame, values] of truth.entries()) {
    const cells = side / FACTOR;
    const coarse = blockMean(values, 1, side, side, FACTOR);
    if (sumOf(coarse) === 0) continue;
    const drawn = await model.sample(
      { values: coarse, shape: [cells, cells] },
      { members: MEMBERS, evaluations: EVALUATIONS, seed, frame, force: true, ...(amplitude < 1 && { amplitude }) },
    );
    const { variance, squaredError } = spreadAndError(drawn.values, values, MEMBERS);
    found.spread += ((MEMBERS + 1) / MEMBERS) * variance;
    found.error += squaredError;
    const members = { values: drawn.values, shape: [1, MEMBERS, values.length] };
    const scores = crpsField(members, { values, shape: [1, values.length] }, { variant: "fair" });
    found.crps += sumOf(scores) / values.length / truth.length;
    const background = log(bilinearUpsample(coarse, 1, cells, cells, FACTOR));
    const sizeOf = (fine: ArrayLike<number>) => Math.log(sumOf(log(fine).map((v, i) => (v - background[i]!) ** 2))) / 2;
    let size = sizeOf(values);
    for (let m = 0; m < MEMBERS; m++)
      size -= sizeOf(drawn.values.subarray(m * values.length, (m + 1) * values.length)) / MEMBERS;
    if (Number.isFinite(size)) [found.size, found.sized] = [found.size + size, found.sized + 1];
  }
  return { spreadSkill: Math.sqrt(found.spread / found.error), crps: found.crps, size: found.size / found.sized };
}

const cutTo = (value: number) => Math.min(1, Math.max(0.4, value));
const inputs = new Map<EventName, readonly Float32Array[]>();
for (const name of Object.keys(events) as EventName[]) {
  const frames = windowOf(await framesOf(name, (count) => evenly(0, count, 6)), WINDOW);
  const side = Math.sqrt(frames[0]!.length);
  inputs.set(
    name,
    frames.map((frame) => blockMean(frame, 1, side, side, FACTOR)),
  );
}
const scored = new Map<EventName, readonly Float32Array[]>();
for (const seed of options.seeds.split(",").map(Number)) {
  const model = await Downscaler.load(findModel(join(options.models, `fmi${seed}`)), { threads: 1 });
  const home = await refined(model, inputs.get("training")!, 1, seed);
  for (const name of ["knmi", "bom", "fmi"] as const) {
    const met = await refined(model, inputs.get(name)!, 1, seed);
    const amplitudes = {
      none: 1,
      spread: cutTo(home.spreadSkill / met.spreadSkill),
      size: cutTo(Math.exp(met.size - home.size)),
    };
    const write = (row: object) => {
      console.log(JSON.stringify(row));
      appendFileSync(options.record, `${JSON.stringify(row)}\n`);
    };
    write({ data: name, seed, home, met, amplitudes });
    if (!options.only.includes("scores")) continue;
    const { from, times } = events[name];
    if (!scored.has(name)) scored.set(name, windowOf(await framesOf(name, () => evenly(from, times, 12)), SIDE));
    for (const [arm, amplitude] of Object.entries(amplitudes)) {
      if (arm !== "none" && amplitude === 1) continue;
      const { spreadSkill, crps } = await refined(model, scored.get(name)!, amplitude, seed);
      write({ data: name, seed, arm, amplitude, spreadSkill, crps });
    }
  }
  await model.dispose();
}
