/**
 * Calibration of sums of an hour and of means of 256 km² by the package's model, by research/rain-calibration/RULE.md. A line of JSON for
 * each archive and factor.
 *
 *   MONGE_DATA=DIR node --import tsx --conditions=source bench/rain-sums.ts --only bom,opera
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadDownscaler } from "../generative/model/index.ts";
import { downscale } from "../generative/sampling/index.ts";
import { openDataset } from "../io/dataset/index.ts";
import { convertPrecipitation, Field, instantsOf } from "../io/field/index.ts";
import { coarsen } from "../io/regrid/index.ts";
import { type AreaSet, type TimeScoresValue, timeScores } from "../verification/series/index.ts";
import { verify } from "../verification/verify.ts";
import { shiftedSquares } from "./rain-in-time/squares.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    record: { type: "string", default: "research/rain-calibration/sums.jsonl" },
  },
});
const [SIDE, MEMBERS, WINDOWS, HOUR] = [72, 8, 4, 3600];
/** Cells that are averaged before, and their width in kilometres then. */
const archives = {
  bom: { file: "bom_brisbane_20201031", blocks: 2, km: 1, seen: false, seconds: 600 },
  opera: { file: "opera_odyssey_20180824", blocks: 1, km: 2, seen: false, seconds: 900 },
  "mch-2015": { file: "mch_20150515", blocks: 1, km: 1, seen: false, seconds: 300 },
  "mch-2016": { file: "mch_20160711", blocks: 1, km: 1, seen: false, seconds: 300 },
  "fmi-2017": { file: "fmi_20170509", blocks: 1, km: 1, seen: true, seconds: 300 },
  knmi: { file: "knmi_20100826", blocks: 1, km: 1, seen: true, seconds: 300 },
};

const sumOf = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + (b || 0), 0);

/** The rainiest windows of the rainiest two hours. */
async function windowsOf(folder: string, { file, blocks, seconds }: (typeof archives)["bom"]): Promise<Field[]> {
  const data = await openDataset(join(folder, "radar", `${file}.nc`));
  const all = await data.variable();
  const times = (2 * HOUR) / seconds;
  let [most, film] = [-1, undefined as Field | undefined];
  for (let first = 0; first + times <= all.shape[0]!; first += times / 2) {
    const part = await all.isel({ time: [first, first + times] }).load();
    const stamps = instantsOf(part.coordinate("time")!);
    const sum = stamps.at(-1)! - stamps[0]! === (times - 1) * seconds * 1000 ? sumOf(part.values) : -1;
    if (sum > most) [most, film] = [sum, part];
  }
  data.close();
  const even = convertPrecipitation(film!, "mm h-1", { interval: seconds });
  const map = blocks === 1 ? even : coarsen(even, blocks);
  const [y, x] = map.dims.slice(1) as [string, string];
  const found: { readonly sum: number; readonly window: Field }[] = [];
  for (let row = 0; row + SIDE <= map.size(y); row += SIDE)
    for (let column = 0; column + SIDE <= map.size(x); column += SIDE) {
      const window = map.isel({ [y]: [row, row + SIDE], [x]: [column, column + SIDE] });
      if (!Array.from(window.values).some(Number.isNaN)) found.push({ sum: sumOf(window.values), window });
    }
  return found
    .toSorted((a, b) => b.sum - a.sum)
    .slice(0, WINDOWS)
    .map(({ window }) => window);
}

/** Maps of the windows below each other, on rows and columns by their numbers. */
function stacked(windows: readonly Field[]): Field {
  const [first] = windows as [Field, ...Field[]];
  const lead = first.shape.slice(0, -2);
  const maps = lead.reduce((a, b) => a * b, 1);
  const cells = SIDE * SIDE;
  const values = new Float32Array(maps * windows.length * cells);
  for (let m = 0; m < maps; m++)
    for (const [w, window] of windows.entries())
      values.set(window.values.subarray(m * cells, (m + 1) * cells), (m * windows.length + w) * cells);
  const line = (name: string, n: number) => ({
    ...{ name, dims: [name], values: Float64Array.from({ length: n }, (_, i) => i), attributes: {} },
  });
  const [rows, columns] = [line("y", windows.length * SIDE), line("x", SIDE)];
  const ahead = first.coordinates.filter(({ dims }) => dims.every((dim) => first.dims.slice(0, -2).includes(dim)));
  return new Field({
    ...{ name: first.name, units: first.units!, dims: [...first.dims.slice(0, -2), "y", "x"], values },
    ...{ shape: [...lead, windows.length * SIDE, SIDE], coordinates: [...ahead, rows, columns] },
  });
}

/** Squares of 16 km in every window. */
function squaresOf(windows: number, side: number): AreaSet {
  const { names, labels } = shiftedSquares(SIDE, side);
  const every = Array.from({ length: windows }, (_, w) => w);
  return {
    name: "256 km²",
    names: every.flatMap((w) => names.map((name) => `${w} ${name}`)),
    labels: Int32Array.from(every.flatMap((w) => Array.from(labels, (v) => (v < 0 ? v : v + w * names.length)))),
  };
}

const folder = process.env["MONGE_DATA"];
if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with radar/ in it");
const model = await loadDownscaler("pretrained");
for (const [archive, one] of Object.entries(archives)) {
  if (!options.only.split(",").some((name) => archive.includes(name))) continue;
  const windows = await windowsOf(folder, one);
  const truth = stacked(windows);
  const scores = [timeScores({ accumulate: [HOUR], areas: [squaresOf(windows.length, 16 / one.km)] })];
  for (const factor of [2, 4, 8]) {
    const drawn: Field[] = [];
    for (const window of windows)
      drawn.push(
        await downscale(model, coarsen(window, factor), {
          ...{ members: MEMBERS, seed: 0, factor, interval: one.seconds, force: ["interval", "spacing"] },
        }),
      );
    const found = await verify(stacked(drawn), truth, { scores, fssWindows: [1] });
    const { sums } = found.scores["time"] as unknown as TimeScoresValue;
    const rows = sums.map(({ duration, of, count, crps, spreadSkill }) => ({ duration, of, count, crps, spreadSkill }));
    const row = { archive, factor, seen: one.seen, windows: windows.length, sums: rows };
    appendFileSync(options.record, `${JSON.stringify(row)}\n`);
    console.log(archive, factor, rows.map((r) => `${r.of} ${r.duration}: ${r.spreadSkill.toFixed(2)}`).join("  "));
  }
}
await model.dispose();
