/** The baselines by name, and the options of each. */

import { among, anything, checkOptions, flag, type OptionChecks, positive, real, whole } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { fieldCheck, type LazyField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import type { RegridGrid } from "../../io/regrid/index.ts";
import type { VerifyOptions } from "../../verification/index.ts";
import { type YearWindow, yearWindow } from "../model/year-windows.ts";

/** Ways to fine fields without a network, by name. */
const baselineMethods = ["bilinear", "qm", "qdm", "rainfarm", "uniform", "cycle", "fragments"] as const;
/** One of them. */
export type BaselineMethod = (typeof baselineMethods)[number];

/** Options of {@link baselineDownscaler}; `rain` is of `fine`, else of the input: it has factors and dry values where all else has sums. */
export interface BaselineOptions extends Pick<VerifyOptions, "rain"> {
  /**
   * - `"bilinear"`: interpolation between the centres of coarse cells;
   * - `"qm"`: then, pixel by pixel, empirical quantile mapping to the distribution of `fine`, with the wet-day frequency adapted (Themeßl
   *   et al. 2012, doi:10.1007/s10584-011-0224-4);
   * - `"qdm"`: quantile delta mapping (Cannon et al. 2015, doi:10.1175/JCLI-D-14-00754.1): the input's own distribution, times that of
   *   `fine` over that of `coarse`, so that the model's change of every quantile is kept. It takes all times of the input as one
   *   climate;
   * - `"rainfarm"`: members of lognormal noise with the power law of rain, whose areas keep the coarse means (Rebora et al. 2006,
   *   doi:10.1175/JHM517.1; Terzago et al. 2018, doi:10.5194/nhess-18-2825-2018); with
   *   `timeFactor` also with a power law in time;
   * - with `timeFactor` alone: `"uniform"`: the same at all times of a step; `"cycle"`: the mean share of each time of a step in `fine`, by
   *   season, such as the hours of the day; `"fragments"`: every cell takes the parts of a cell of `fine` whose means before, now and
   *   after are like its own.
   */
  readonly method: BaselineMethod;
  /**
   * Observations over a historical period; the result has their grid, gaps, units and name. Needed for `"qm"` and `"qdm"`; for
   * `"rainfarm"` the slope of their spectrum is taken.
   */
  readonly fine?: Field | LazyField;
  /** The coarse data set over a historical period, `"qm"` and `"qdm"`. Its times need not be those of `fine`: distributions are compared. */
  readonly coarse?: Field | LazyField;
  /** The grid of the result: a grid, or a field that lies on it; where that is missing at all times, the result is. @defaultValue that of `fine` */
  readonly grid?: Field | LazyField | RegridGrid;
  /** Instead of a grid: every cell of the input is divided into factor × factor; whole, ≥ 1. @defaultValue none */
  readonly factor?: number;
  /** Fine times of a coarse step, whose means are kept; with `factor` (1: in time alone). @defaultValue times are not refined */
  readonly timeFactor?: number;
  /**
   * Over which parts of the year distributions are taken, `"qm"` and `"qdm"`: all of it, its four seasons, its months, or a moving window
   * of so many days. @defaultValue "season"
   */
  readonly window?: YearWindow;
  /** Nodes of each map, `"qm"` and `"qdm"`. @defaultValue 100 */
  readonly quantiles?: number;
  /**
   * Precipitation below it is dry and becomes 0, in the units of the result. @defaultValue `"qm"`, `"qdm"`: 0.1 mm over the time of
   * a value, 0.1 mm/h where that is less than an hour; else none
   */
  readonly wetThreshold?: number;
  /** β of the noise's power |k|^−β, `"rainfarm"`. @defaultValue fitted to `fine`, else to the input */
  readonly slope?: number;
  /** Threads of `"qm"`, `"qdm"` and `"rainfarm"`, where there is enough to do; results are bitwise identical with any number. @defaultValue 1 */
  readonly threads?: number;
}

/** Checks of {@link BaselineOptions}. */
export const baselineChecks: OptionChecks<BaselineOptions> = {
  ...{ method: among(...baselineMethods), fine: fieldCheck, coarse: fieldCheck, grid: anything, factor: whole() },
  ...{ timeFactor: whole(2), window: yearWindow, quantiles: whole(2), wetThreshold: positive(), slope: real() },
  ...{ rain: flag, threads: whole() },
};

/** Options that only some methods have. */
const only: Readonly<Record<string, readonly BaselineMethod[]>> = {
  coarse: ["qm", "qdm"],
  window: ["qm", "qdm"],
  quantiles: ["qm", "qdm"],
  slope: ["rainfarm"],
  threads: ["qm", "qdm", "rainfarm"],
  timeFactor: ["rainfarm", "uniform", "cycle", "fragments"],
};

/** @throws OptionsError for what is missing, too much, or out of range */
export function checkBaseline(o: BaselineOptions): void {
  const fail = (text: string, option: string, value: unknown) => {
    throw new OptionsError(`baselineDownscaler: ${text}`, option, value);
  };
  checkOptions("baselineDownscaler", o, baselineChecks, ["method"]);
  const { method } = o;
  for (const [name, methods] of Object.entries(only)) {
    const value = o[name as keyof BaselineOptions];
    if (value === undefined || methods.includes(method)) continue;
    fail(`\`${name}\` is for the methods ${methods.join(", ")}; leave it out with ${method}`, name, value);
  }
  if (method === "qm" || method === "qdm") {
    for (const name of ["fine", "coarse"] as const) {
      if (o[name] !== undefined) continue;
      const what = name === "fine" ? "observations on the fine grid" : "the coarse data set";
      fail(`the method ${method} needs \`${name}\`, ${what} over a historical period`, name, undefined);
    }
    for (const name of ["grid", "factor"] as const) {
      if (o[name] !== undefined)
        fail(`the method ${method} has the grid of \`fine\`; leave \`${name}\` out`, name, o[name]);
    }
  }
  const inTime = method === "uniform" || method === "cycle" || method === "fragments";
  if (inTime && o.timeFactor === undefined) {
    fail(`the method ${method} refines times; give \`timeFactor\``, "timeFactor", undefined);
  }
  if ((method === "cycle" || method === "fragments") && o.fine === undefined) {
    fail(`the method ${method} needs \`fine\`, an archive of fine times`, "fine", undefined);
  }
  if (o.timeFactor !== undefined && o.grid !== undefined) {
    fail("`timeFactor` divides the cells of the input; give `factor` instead of `grid`", "grid", o.grid);
  }
  if (o.grid !== undefined && o.factor !== undefined) fail("give `grid` or `factor`, not both", "factor", o.factor);
  if (o.timeFactor === undefined && o.grid === undefined && o.factor === undefined && o.fine === undefined) {
    fail("where is the result to lie? Give `grid`, a field or grid, or `factor`, or `fine`", "grid", undefined);
  }
}
