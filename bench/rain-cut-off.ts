/**
 * A cut-off of the archive, by research/rain-calibration/RULE.md: scores of the package's model as it is, with the cut-off of a fine map
 * of the archive, and with the one that the share of dry cells in the other half of the tiles tells.
 *
 *   MONGE_DATA=DIR node --import tsx --conditions=source bench/rain-cut-off.ts [--only NAME,NAME] [--record FILE]
 *   node --import tsx --conditions=source bench/rain-cut-off.ts --print
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { blockMean } from "../engine/numerics/grid.ts";
import { CUT_OFFS } from "../generative/calibration/cut-off.ts";
import { cutBlocks, loadDownscaler } from "../generative/model/index.ts";
import { rainLimits } from "../io/rain/index.ts";
import { TILE } from "./pretrain/events.ts";
import { readTiles, scored } from "./pretrain/judge.ts";
import { judged } from "./pretrain/judged.ts";
import { scoreTable } from "./pretrain/print.ts";
import { type CutOffRow, rainCutOffTable } from "./tables/rain-cut-off.ts";

const { values: args } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    record: { type: "string", default: "research/rain-calibration/cut-off.json" },
    print: { type: "boolean", default: false },
  },
});
const [TILES, MEMBERS, factors] = [16, 4, [2, 4, 8]];
/** Share of the positive values of a fine map that lie below its cut-off. */
const BELOW = 0.01;
const CELLS = TILE ** 2;

if (args.print) console.log(scoreTable(rainCutOffTable(JSON.parse(readFileSync(args.record, "utf8")))));
else await judge();

async function judge(): Promise<void> {
  const folder = process.env["MONGE_DATA"];
  if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with radar/ and rain/ in it");
  const model = await loadDownscaler("pretrained", { threads: 1 });
  // Archives that are not judged again keep their rows.
  let rows: CutOffRow[] = existsSync(args.record) ? JSON.parse(readFileSync(args.record, "utf8")) : [];
  for (const archive of [...judged.rain, ...judged["left-out"]]) {
    if (!args.only.split(",").some((name) => archive.name.includes(name))) continue;
    const tiles = await readTiles(folder, archive, TILES, factors);
    const { interval, spacing } = tiles;
    const { wet } = rainLimits(interval);
    const count = tiles.judged.length;
    rows = rows.filter(({ name }) => name !== archive.name);
    const unseen = "learned" in archive && !archive.learned;
    const positive = Float32Array.from(tiles.others.flatMap(({ values }) => [...values.filter((v) => v > 0)])).sort();
    const ofMap = positive[Math.floor(BELOW * positive.length)] ?? 0;
    const isWet = (v: number) => v >= Math.fround(wet);
    const share = (values: Float32Array) => values.filter(isWet).length / values.length;
    for (const factor of count === 0 ? [] : factors) {
      const [side, metres] = [TILE / factor, spacing * factor * 1000];
      const plain = new Float32Array(count * MEMBERS * CELLS);
      for (const [frame, tile] of tiles.judged.entries()) {
        const texture = tile.textures[factor];
        const place = { interval, grid: { units: "m", y: metres, x: metres } } as const;
        const drawn = await model.sample(
          { values: blockMean(tile.values, 1, TILE, TILE, factor), shape: [side, side] },
          { factor, place, members: MEMBERS, seed: 0, frame, force: true, ...(texture && { texture }) },
        );
        plain.set(drawn.values, frame * MEMBERS * CELLS);
      }
      const cutBy = (cutOff: number): Float32Array => {
        const values = plain.slice();
        if (cutOff > 0) cutBlocks(values, cutOff, { factor, width: TILE });
        return values;
      };
      const cuts = CUT_OFFS.map((thresholds) => cutBy(thresholds * wet));
      const half = Math.floor(count / 2);
      /** The cut-off of some tiles whose members are as often wet as the truth. */
      const chosenOn = (from: number, to: number): number => {
        const truth = tiles.judged.slice(from, to);
        const wanted = truth.reduce((sum, { values }) => sum + share(values), 0) / truth.length;
        const misses = cuts.map((values) =>
          Math.abs(share(values.subarray(from * MEMBERS * CELLS, to * MEMBERS * CELLS)) - wanted),
        );
        return misses.indexOf(Math.min(...misses));
      };
      const chosen = half === 0 ? [0, 0] : [chosenOn(0, half), chosenOn(half, count)];
      const at = half * MEMBERS * CELLS;
      const readings = plain.slice();
      readings.set(cuts[chosen[1]!]!.subarray(0, at));
      readings.set(cuts[chosen[0]!]!.subarray(at), at);
      const scores = (values: Float32Array) => scored({ values, shape: [count, MEMBERS, TILE, TILE] }, tiles, factor);
      rows.push({
        ...{ name: archive.name, unseen, factor, c: Number((ofMap / wet).toPrecision(3)) },
        by: chosen.map((n) => CUT_OFFS[n]!),
        ...{ asIs: scores(plain), map: scores(cutBy(ofMap)), readings: scores(readings) },
      });
      const { asIs, map, readings: read } = rows.at(-1)!;
      console.log(archive.name, factor, asIs.wet, map.wet, read.wet);
    }
    writeFileSync(args.record, `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`);
  }
  await model.dispose();
}
