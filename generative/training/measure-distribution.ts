/** The distribution of coarse observations by season and cell, which a model that corrects keeps. */

import { hazenQuantile } from "../../engine/numerics/quantile.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import type { Correction } from "../model/correction.ts";
import { fineGridOf, sizeOfGrid } from "../model/fine-grid.ts";
import { yearWindows } from "../model/year-windows.ts";

/** Quantiles of a distribution and their description. */
export interface MeasuredDistribution {
  readonly correction: Correction;
  /** [seasons, quantiles, height, width]; NaN for cells that have too few values. */
  readonly values: Float32Array;
}

/** Seasons of fewer values have no distribution. */
const fewest = 10;

/**
 * Measures the distribution of each season and cell.
 *
 * @param coarse - observations, (time, y, x)
 * @param times - those that count
 * @param interval - seconds that a value stands for, where known
 * @param quantiles - of each season and cell
 */
export async function measureDistribution(
  coarse: LazyField,
  times: readonly number[],
  interval: number | undefined,
  quantiles = 100,
): Promise<MeasuredDistribution> {
  const grid = fineGridOf(coarse);
  const [height, width] = sizeOfGrid(grid);
  const cells = height * width;
  const chosen = new Set(times);
  const drawn = yearWindows("season")
    .drawn(coarse)
    .map((all) => all.filter((n) => chosen.has(n)));
  const seasons = [0, 1, 2, 3].filter((season) => drawn[season]!.length >= fewest);
  const { values: observed } = await coarse.load();
  const values = new Float32Array(seasons.length * quantiles * cells).fill(Number.NaN);
  for (const [s, season] of seasons.entries()) {
    for (let cell = 0; cell < cells; cell++) {
      const known = Float64Array.from(drawn[season]!, (n) => observed[n * cells + cell]!).filter(
        (v) => !Number.isNaN(v),
      );
      if (known.length < fewest) continue;
      known.sort();
      for (let i = 0; i < quantiles; i++) {
        values[(s * quantiles + i) * cells + cell] = hazenQuantile(known, (i + 0.5) / quantiles);
      }
    }
  }
  const { standard_name: standardName, cell_methods: cellMethods } = coarse.attributes;
  const correction: Correction = {
    grid,
    seasons,
    quantiles,
    name: coarse.name,
    ...(coarse.units !== undefined && { units: coarse.units }),
    ...(typeof standardName === "string" && { standardName }),
    ...(typeof cellMethods === "string" && { cellMethods }),
    ...(interval !== undefined && { interval }),
  };
  return { correction, values };
}
