/**
 * Two files, one of forecasts (an ensemble or a single field) and one of what was: their scores, and what was compared. Times
 * and units are matched; files on other grids are refused, as are times that mean other intervals.
 *
 *   node --import tsx examples/verify-files.ts [forecast.nc truth.nc [variable]]
 *
 * Without arguments: block means of radar rain, interpolated, against that rain.
 */

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { coarsen, openDataset, readField, refine, writeField } from "../io/index.ts";
import { verify } from "../verification/index.ts";

/** A file of interpolated block means of another file. */
async function interpolated(truth: string): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), "monge-verify-")), "forecast.nc");
  await writeField(path, refine(coarsen(await readField(truth), 4), 4));
  return path;
}

const radar = new URL("../test/data/radar/fmi_20160928_cut.nc", import.meta.url).pathname;
const [forecast = await interpolated(radar), truth = radar, variable] = process.argv.slice(2);
const files = [await openDataset(forecast), await openDataset(truth)] as const;
const [predicted, observed] = [await files[0].variable(variable), await files[1].variable(variable)];
const { scores, coverage, events, units, wetThreshold } = await verify(predicted, observed, {
  events: (time) => time.slice(0, 10), // a day is an event
});
console.log(
  `fair CRPS ${scores.crps.toFixed(4)} ${units}, bias ${scores.bias.toFixed(4)}, RMSE ${scores.rmse.toFixed(4)}`,
);
console.log(
  `spread/skill ${scores.spreadSkill.toFixed(3)}; wet is ${Number(wetThreshold?.toPrecision(3))} ${units} and more`,
);
console.log(`scored ${coverage.cells[0]} of ${coverage.cells[1]} cells at ${coverage.times[0]} times`);
for (const [day, part] of Object.entries(events)) console.log(`${day}: fair CRPS ${part.scores.crps.toFixed(4)}`);
for (const file of files) file.close();
