/**
 * Calibration of sums of an hour and of means of 256 km² by the package's model, by research/rain-calibration/RULE.md. A line of JSON for
 * each archive and factor.
 *
 *   MONGE_DATA=DIR node --import tsx --conditions=source bench/rain-sums.ts --only bom,opera
 */
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadDownscaler } from "../generative/model/index.ts";
import { downscale } from "../generative/sampling/index.ts";
import { Field } from "../io/field/index.ts";
import { coarsen } from "../io/regrid/index.ts";
import { type AreaSet, type TimeScoresValue, timeScores } from "../verification/series/index.ts";
import { verify } from "../verification/verify.ts";
import { shiftedSquares } from "./rain-in-time/squares.ts";
import { archives, SIDE, windowsOf } from "./rain-in-time/windows.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    record: { type: "string", default: "research/rain-calibration/sums.jsonl" },
  },
});
const [MEMBERS, HOUR] = [8, 3600];

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
