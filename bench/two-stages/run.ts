/**
 * One stage, two stages and cascades for large factors, by the rule of research/rain-in-time/RULE-two-stages.md. A line of JSON for each
 * training.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/two-stages/run.ts --data fmi-2016,knmi --arms one,two --seeds 0,1,2`
 */

import { appendFileSync, existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { blockMean } from "../../engine/numerics/grid.ts";
import { rng } from "../../engine/random/rng.ts";
import { tilesOf } from "../../generative/data/tiles/tiles.ts";
import { archives } from "../pretrain/archives.ts";
import { TILE } from "../pretrain/events.ts";
import { type JudgedTiles, readTiles, scored } from "../pretrain/judge.ts";
import { recordedLines } from "../recorded-lines.ts";
import { type Refinement, trainCascade, trainStages } from "./models.ts";
import type { StagesRow } from "./rows.ts";

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: "fmi-2016,knmi" },
    arms: { type: "string", default: "one,two" },
    seeds: { type: "string", default: "0,1,2" },
    factor: { type: "string", default: "8" },
    steps: { type: "string", default: "1000" },
    batch: { type: "string", default: "8" },
    crop: { type: "string", default: "32" },
    tiles: { type: "string", default: "32" },
    record: { type: "string", default: "research/rain-in-time/two-stages.jsonl" },
  },
});

const MEMBERS = 4;
/** Of a member: each arm takes as much time as these of the one stage. */
const EVALUATIONS = 8;
/** Frames that are learned from, up to the first, and those that are judged, from the second. */
const split: Readonly<Record<string, readonly [number, number]>> = { "fmi-2016": [20, 26], knmi: [50, 64] };

const [factor, steps, batch, crop] = [options.factor, options.steps, options.batch, options.crop].map(Number) as [
  number,
  number,
  number,
  number,
];

const arms: Readonly<Record<string, (tiles: ReturnType<typeof tilesOf>, seed: number) => Promise<Refinement>>> = {
  one: (tiles, seed) => trainStages(tiles, { ...common(seed), steps }),
  two: (tiles, seed) =>
    trainStages(tiles, { ...common(seed), steps: share(0.65) }, { steps: share(0.65), network: { baseChannels: 16 } }),
  "two-long": (tiles, seed) => trainStages(tiles, { ...common(seed), steps }, { steps, network: {} }),
  "cascade-2x4": (tiles, seed) => trainCascade(tiles, { ...common(seed), steps: halves }, 4, [16, 7]),
  "cascade-4x2": (tiles, seed) => trainCascade(tiles, { ...common(seed), steps: halves }, 2, [8, 6]),
};
const common = (seed: number) => ({ factor, seed, batch, crop, evaluations: EVALUATIONS });
const share = (part: number) => Math.round(part * steps);
const halves = [share(0.5), share(0.5)] as const;

async function scoresOf(model: Refinement, tiles: JudgedTiles, seed: number) {
  const pixels = TILE ** 2;
  const side = TILE / factor;
  const values = new Float32Array(tiles.judged.length * MEMBERS * pixels);
  const inputs = tiles.judged.map((tile) => ({
    values: blockMean(tile.values, 1, TILE, TILE, factor),
    shape: [side, side],
  }));
  const before = process.cpuUsage().user;
  for (const [frame, coarse] of inputs.entries()) {
    values.set(await model.draw(coarse, { members: MEMBERS, seed, frame }), frame * MEMBERS * pixels);
  }
  const microseconds = (process.cpuUsage().user - before) / values.length;
  let [squares, count] = [0, 0];
  for (const [n, coarse] of inputs.entries()) {
    const mean = await model.expected?.(coarse);
    if (!mean) break;
    for (const [i, v] of mean.field.entries()) {
      squares += (Math.log1p(tiles.judged[n]!.values[i]! / mean.unit) - v) ** 2;
    }
    count += pixels;
  }
  return {
    ...scored({ values, shape: [tiles.judged.length, MEMBERS, TILE, TILE] }, tiles, factor),
    ...(count > 0 && { expected: Number(Math.sqrt(squares / count).toPrecision(4)) }),
    microseconds: Number(microseconds.toPrecision(3)),
  };
}

async function run(folder: string): Promise<void> {
  for (const data of options.data.split(",")) {
    const archive = archives.find(({ name }) => name === data)!;
    const [learned, from] = split[data]!;
    const all = await readTiles(folder, { ...archive, judged: [from, archive.frames] }, Infinity, [factor]);
    const chosen = rng(2).split(data).permutation(all.judged.length).subarray(0, Number(options.tiles)).sort();
    const tiles = { ...all, judged: Array.from(chosen, (i) => all.judged[i]!) };
    const own = all.others.filter(({ frame }) => frame < learned);
    const values = new Float32Array(own.length * TILE ** 2);
    for (const [n, tile] of own.entries()) values.set(tile.values, n * TILE ** 2);
    process.stderr.write(
      `${data}: ${own.length} tiles to learn from, ${tiles.judged.length} of ${all.judged.length} judged\n`,
    );
    for (const seed of options.seeds.split(",").map(Number)) {
      for (const arm of options.arms.split(",")) {
        if (
          recorded().some((row) => row.data === data && row.factor === factor && row.seed === seed && row.arm === arm)
        )
          continue;
        const before = process.cpuUsage().user;
        const model = await arms[arm]!(tilesOf(values, TILE), seed);
        const training = Number(((process.cpuUsage().user - before) / 1e6).toPrecision(3));
        const row: StagesRow = { data, factor, seed, arm, steps, ...(await scoresOf(model, tiles, seed)), training };
        await model.dispose();
        appendFileSync(options.record, `${JSON.stringify(row)}\n`);
        console.log(JSON.stringify(row));
      }
    }
  }
}

const recorded = () => recordedLines<StagesRow>(options.record);

const folder = process.env["MONGE_DATA"];
if (folder === undefined || !existsSync(folder)) throw new Error("set MONGE_DATA to a folder of real files");
await run(folder);
