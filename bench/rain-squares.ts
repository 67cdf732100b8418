/**
 * Why means of 256 km² by the package's model are calibrated or not, by research/rain-calibration/RULE.md: squared errors and their
 * expectation by window and half hour, at a few amplitudes, and with each member as the truth of the others. A line of JSON for each.
 *
 *   MONGE_DATA=DIR node --import tsx --conditions=source bench/rain-squares.ts --only bom,opera
 */
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadDownscaler } from "../generative/model/index.ts";
import { downscale } from "../generative/sampling/index.ts";
import { coarsen } from "../io/regrid/index.ts";
import { shiftedSquares } from "./rain-in-time/squares.ts";
import { archives, SIDE, windowsOf } from "./rain-in-time/windows.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    record: { type: "string", default: "research/rain-calibration/squares.jsonl" },
  },
});
const [MEMBERS, HALF_HOUR] = [8, 1800];

/** A member's values of one time: all cells, and the means over squares. */
interface Drawn {
  readonly cells: ArrayLike<number>;
  readonly squares: ArrayLike<number>;
}

function drawnOf(cells: Float32Array | Float64Array, side: number): Drawn {
  const { names, labels } = shiftedSquares(SIDE, side);
  const squares = new Float64Array(names.length);
  for (const [i, label] of labels.entries()) if (label >= 0) squares[label]! += cells[i]! / side ** 2;
  return { cells, squares };
}

/** Expected and actual squared error of the mean of an ensemble, summed. */
function squaresOf(members: readonly ArrayLike<number>[], truth: ArrayLike<number>): readonly [number, number] {
  const count = members.length;
  let [expected, squared] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    const mean = members.reduce((sum, one) => sum + one[i]!, 0) / count;
    const variance = members.reduce((sum, one) => sum + (one[i]! - mean) ** 2, 0) / (count - 1);
    expected += (1 + 1 / count) * variance;
    squared += (mean - truth[i]!) ** 2;
  }
  return [expected, squared];
}

const folder = process.env["MONGE_DATA"];
if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with radar/ in it");
const model = await loadDownscaler("pretrained");
for (const [archive, one] of Object.entries(archives)) {
  if (one.seen || !options.only.split(",").some((name) => archive.includes(name))) continue;
  const windows = await windowsOf(folder, one);
  const side = 16 / one.km;
  for (const factor of [4, 8])
    for (const amplitude of [1, 0.85, 1.18]) {
      const blocks: number[][] = [];
      const asTruth = Array.from({ length: MEMBERS }, () => [0, 0]);
      for (const window of windows) {
        const drawn = await downscale(model, coarsen(window, factor), {
          ...{ members: MEMBERS, seed: 0, factor, amplitude, interval: one.seconds, force: ["interval", "spacing"] },
        });
        const times = window.shape[0]!;
        const perBlock = HALF_HOUR / one.seconds;
        for (let t = 0; t < times; t++) {
          if (t % perBlock === 0) blocks.push([0, 0, 0, 0]);
          const at = (field: typeof window, where: Record<string, number>) => field.isel({ ...where, time: t }).values;
          const members = Array.from({ length: MEMBERS }, (_, member) =>
            drawnOf(at(drawn, { realization: member }) as Float32Array, side),
          );
          const truth = drawnOf(at(window, {}) as Float32Array, side);
          const block = blocks.at(-1)!;
          for (const [k, of] of (["cells", "squares"] as const).entries()) {
            const found = squaresOf(
              members.map((m) => m[of]),
              truth[of],
            );
            for (const n of [0, 1]) block[2 * k + n]! += found[n]!;
          }
          for (const [k, own] of members.entries()) {
            const others = members.filter((m) => m !== own).map(({ squares }) => squares);
            const found = squaresOf(others, own.squares);
            for (const n of [0, 1]) asTruth[k]![n]! += found[n]!;
          }
        }
      }
      const round = (v: number) => Number(v.toPrecision(6));
      const perfect = asTruth.map(([expected, squared]) => round(Math.sqrt(expected! / squared!)));
      const row = {
        archive,
        factor,
        amplitude,
        windows: windows.length,
        perfect,
        blocks: blocks.map((b) => b.map(round)),
      };
      appendFileSync(options.record, `${JSON.stringify(row)}\n`);
      console.log(archive, factor, amplitude, perfect.join(" "));
    }
}
await model.dispose();
