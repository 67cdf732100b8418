/** The distribution of coarse observations by season and cell, which a model that corrects keeps. */

import { hazenQuantile } from "../../engine/numerics/quantile.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import type { Correction } from "../model/correction.ts";
import { fineGridOf, sizeOfGrid } from "../model/fine-grid.ts";
import { yearWindows } from "../model/year-windows.ts";

/** Options of {@link measureLaw}. */
export interface LawOptions {
  /** Of each season and cell. @defaultValue 100 */
  readonly quantiles?: number;
  /** Seconds that a value stands for. @defaultValue unknown */
  readonly interval?: number;
  /** Which times have a say. @defaultValue all */
  readonly times?: readonly number[];
}

/** A law and what it is of. */
export interface MeasuredLaw {
  readonly correction: Correction;
  /** [seasons, quantiles, height, width]; NaN for cells that have too few values. */
  readonly law: Float32Array;
}

/** Seasons of fewer values have no law. */
const fewest = 10;

/**
 * Measures the law of each season and cell.
 *
 * @param coarse - observations, (time, y, x)
 */
export async function measureLaw(
  coarse: LazyField,
  { quantiles = 100, interval, times }: LawOptions = {},
): Promise<MeasuredLaw> {
  const grid = fineGridOf(coarse);
  const [height, width] = sizeOfGrid(grid);
  const cells = height * width;
  const chosen = times && new Set(times);
  const drawn = yearWindows("season")
    .drawn(coarse)
    .map((all) => all.filter((n) => chosen?.has(n) ?? true));
  const seasons = [0, 1, 2, 3].filter((season) => drawn[season]!.length >= fewest);
  const { values } = await coarse.load();
  const law = new Float32Array(seasons.length * quantiles * cells).fill(Number.NaN);
  for (const [s, season] of seasons.entries()) {
    for (let cell = 0; cell < cells; cell++) {
      const known = Float64Array.from(drawn[season]!, (n) => values[n * cells + cell]!).filter((v) => !Number.isNaN(v));
      if (known.length < fewest) continue;
      known.sort();
      for (let i = 0; i < quantiles; i++) {
        law[(s * quantiles + i) * cells + cell] = hazenQuantile(known, (i + 0.5) / quantiles);
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
  return { correction, law };
}
