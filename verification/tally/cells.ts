/** Sums over cells: CRPS, errors of the mean, spread, wet cells. */
import { spreadAndError } from "../scores/rank.ts";
import { meanScores, wetCells } from "../scores/tile.ts";
import { part } from "./part.ts";

const names = [
  "maps",
  "cells",
  "crps",
  "crpsEcdf",
  "mae",
  "bias",
  "variance",
  "squaredError",
  "wetForecast",
  "wetTruth",
] as const;

export const cells = part({
  size: () => names.length,
  of({ forecast, truth }, { members }) {
    const count = truth.length;
    const mean = meanScores({ ensemble: forecast, truth, members });
    const { variance, squaredError } = spreadAndError(forecast, truth, members);
    const [crps, crpsEcdf, mae, bias] = [mean.crps, mean.crpsEcdf, mean.mae, mean.bias].map((v) => v * count);
    return [1, count, crps!, crpsEcdf!, mae!, bias!, variance, squaredError, wetCells(forecast), wetCells(truth)];
  },
  read: (next) => Object.fromEntries(names.map((name) => [name, next()])) as Record<(typeof names)[number], number>,
});
