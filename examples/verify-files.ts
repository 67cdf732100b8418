/**
 * Two files, one of forecasts (an ensemble or a single field) and one of what was: their scores, and what was compared. Times
 * and units are matched; files on other grids are refused, as are times that mean other intervals.
 *
 *   node --import tsx examples/verify-files.ts forecast.nc truth.nc [variable]
 */

import { openDataset } from "../io/index.ts";
import { verify } from "../verification/index.ts";

const [forecast, truth, variable] = process.argv.slice(2);
if (truth === undefined) throw new Error("give a file of forecasts and one of the truth");
const files = [await openDataset(forecast!), await openDataset(truth)] as const;
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
