/**
 * Radar grain put on members of the package's model, by research/rain-calibration/RULE.md: every cell times a lognormal number of its
 * own, block means kept. Its deviation is fitted to the spectra of the Deutscher Wetterdienst's archives of the training, and judged on its two events that the weights have not seen.
 *
 *   MONGE_DATA=DIR node --import tsx --conditions=source bench/rain-grain.ts
 */
import { writeFileSync } from "node:fs";
import { blockMean } from "../engine/numerics/grid.ts";
import { conserveBlocks } from "../engine/numerics/index.ts";
import { rng } from "../engine/random/rng.ts";
import { loadDownscaler } from "../generative/model/index.ts";
import { TILE } from "./pretrain/events.ts";
import { readTiles, scored } from "./pretrain/judge.ts";
import { judged } from "./pretrain/judged.ts";

const record = process.argv[2] ?? "research/rain-calibration/grain.json";
const [TILES, MEMBERS, factors] = [16, 4, [2, 4, 8]];
const deviations = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6];

const folder = process.env["MONGE_DATA"];
if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with rain/ in it");
const model = await loadDownscaler("pretrained");
const rows: object[] = [];
for (const archive of judged.rain) {
  if ((archive as { readonly provider?: string }).provider !== "DWD") continue;
  const tiles = await readTiles(folder, archive, TILES, factors);
  const { interval, spacing } = tiles;
  const count = tiles.judged.length;
  for (const factor of factors) {
    const [side, metres] = [TILE / factor, spacing * factor * 1000];
    const values = new Float32Array(count * MEMBERS * TILE ** 2);
    const coarse = new Float32Array(count * side ** 2);
    for (const [frame, tile] of tiles.judged.entries()) {
      const texture = tile.textures[factor];
      const own = blockMean(tile.values, 1, TILE, TILE, factor);
      coarse.set(own, frame * side ** 2);
      const found = await model.sample(
        { values: own, shape: [side, side] },
        {
          ...{
            factor,
            place: { interval, grid: { units: "m", y: metres, x: metres } },
            members: MEMBERS,
            seed: 0,
            frame,
          },
          ...{ force: true, ...(texture && { texture }) },
        },
      );
      values.set(found.values, frame * MEMBERS * TILE ** 2);
    }
    const noise = rng(0).split("grain").normal(values.length);
    for (const deviation of deviations) {
      const grained = values.map((v, i) => v * Math.exp(deviation * noise[i]! - deviation ** 2 / 2));
      const shape = [count, MEMBERS, TILE, TILE];
      const kept = conserveBlocks({ values: grained, shape }, { values: coarse, shape: [count, side, side] }, factor);
      const row = { name: archive.name, learned: archive.learned, factor, deviation, ...scored(kept, tiles, factor) };
      rows.push(row);
      console.log(JSON.stringify(row));
    }
  }
  writeFileSync(record, `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`);
}
await model.dispose();
