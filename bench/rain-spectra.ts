/**
 * Spectra of members of the package's model and of the truth, by research/rain-calibration/RULE.md: whether a correction of the small
 * scales that is fitted on archives of the training, of all or of one kind, helps those that no training saw.
 *
 *   MONGE_DATA=DIR node --import tsx --conditions=source bench/rain-spectra.ts
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { blockMean } from "../engine/numerics/grid.ts";
import { loadDownscaler } from "../generative/model/index.ts";
import { rapsd } from "../verification/scores/spectrum.ts";
import { TILE } from "./pretrain/events.ts";
import { readTiles } from "./pretrain/judge.ts";
import { judged } from "./pretrain/judged.ts";
import type { SpectraRow } from "./tables/rain-spectra.ts";

const record = process.argv[2] ?? "research/rain-calibration/spectra.json";
const [TILES, MEMBERS, factors] = [16, 4, [2, 4, 8]];

const folder = process.env["MONGE_DATA"];
if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with radar/ and rain/ in it");
const model = await loadDownscaler("pretrained");
const rows: SpectraRow[] = existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : [];
for (const archive of judged.rain) {
  if (rows.some(({ name }) => name === archive.name)) continue;
  const { interval, spacing, judged: tiles } = await readTiles(folder, archive, TILES, factors);
  if (tiles.length === 0) continue;
  const mean = (spectra: readonly Float64Array[]) =>
    Array.from(spectra[0]!, (_, k) =>
      Number((spectra.reduce((sum, one) => sum + one[k]!, 0) / spectra.length).toPrecision(5)),
    );
  const truth = mean(tiles.map(({ values }) => rapsd(values, TILE)));
  for (const factor of factors) {
    const metres = spacing * factor * 1000;
    const drawn: Float64Array[] = [];
    for (const [frame, { values, textures }] of tiles.entries()) {
      const side = TILE / factor;
      const texture = textures[factor];
      const found = await model.sample(
        { values: blockMean(values, 1, TILE, TILE, factor), shape: [side, side] },
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
      drawn.push(rapsd(found.values, TILE));
    }
    const { provider = "none" } = archive as { readonly provider?: string };
    rows.push({ name: archive.name, provider, learned: archive.learned, factor, truth, drawn: mean(drawn) });
  }
  writeFileSync(record, `${JSON.stringify(rows, undefined, 0)}\n`);
  console.log(archive.name, tiles.length);
}
await model.dispose();
