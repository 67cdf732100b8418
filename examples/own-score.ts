/**
 * A score of one's own: the Brier score of "at least 5 mm in the hour", the mean square of the ensemble's probability minus
 * whether it was. It stands in the result beside the scores of the package, for all times and for each event.
 *
 *   node --import tsx --conditions=source examples/own-score.ts [forecast.nc truth.nc]
 *
 * Without files: RainFARM's members of block means of radar rain, against that rain.
 */

import { baselineDownscaler, downscale } from "../generative/index.ts";
import { coarsen, readField } from "../io/index.ts";
import { type Score, verify } from "../verification/index.ts";

/** Mean over cells of (share of members at or above the level − 1 or 0)². */
export const brier = (level: number): Score<number> => ({
  name: `brier${level}`,
  of({ maps, members, cells }) {
    let sum = 0;
    for (const { forecast, truth } of maps) {
      for (const [cell, observed] of truth.entries()) {
        let above = 0;
        for (let m = 0; m < members; m++) if (forecast[m * truth.length + cell]! >= level) above++;
        sum += (above / members - (observed >= level ? 1 : 0)) ** 2;
      }
    }
    return sum / cells;
  },
});

const [file, truthFile = new URL("../test/data/radar/fmi_20160928_cut.nc", import.meta.url).pathname] =
  process.argv.slice(2);
const truth = await readField(truthFile);
const rainfarm = baselineDownscaler({ method: "rainfarm", factor: 4 });
const forecast =
  file === undefined
    ? await downscale(rainfarm, coarsen(truth, 4), { members: 8, seed: 1, missing: "propagate" })
    : await readField(file);
const { scores } = await verify(forecast, truth, { scores: [brier(5)] });
console.log(`fair CRPS ${scores.crps.toFixed(4)}, Brier score of 5 and more ${scores["brier5"]}`);
