/** Several variables of a climate model brought to the observed distributions and to the observed dependence between them. */
import { checkOptions, type OptionChecks, whole } from "../../engine/checks.ts";
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { type Field, instantsOf, timeAxis, whereOf } from "../../io/field/index.ts";
import { sampleDirections } from "../../wasserstein/sliced/index.ts";
import { asMaps } from "../data/coarse-source.ts";
import { type EnsembleOptions, ensembleChecks } from "../ensemble/ensemble.ts";
import { memberDim } from "../ensemble/members.ts";
import { yearWindows } from "../model/year-windows.ts";
import { baselineDownscaler } from "./baseline-downscaler.ts";
import { type BaselineOptions, baselineChecks } from "./options.ts";
import { reordered } from "./rotated-map.ts";

/** Variables in the same order in each list; those of one list have the same times. */
export interface MultivariateData {
  /** Observations over a historical period, on maps or at stations: the result has their grid, units and names. */
  readonly fine: readonly (Field | LazyField)[];
  /** The climate model over a historical period. */
  readonly coarse: readonly (Field | LazyField)[];
  /** The climate model's values that are corrected; all times are one climate. */
  readonly input: readonly (Field | LazyField)[];
}

/** Options of {@link multivariateCorrection}: those of quantile delta mapping, and the rotations. */
export interface MultivariateOptions
  extends Pick<BaselineOptions, "window" | "quantiles">,
    Pick<EnsembleOptions, "seed" | "interval" | "clipNegative" | "force" | "onNotice" | "signal"> {
  /** Random rotations, one after the other; ≥ 1. @defaultValue 30, as in Cannon's package MBC */
  readonly rotations?: number;
}

const { seed, interval, clipNegative, force, onNotice, signal } = ensembleChecks;
const { window, quantiles } = baselineChecks;
const checks: OptionChecks<MultivariateOptions> = {
  ...{ seed, interval, clipNegative, force, onNotice, signal, window, quantiles, rotations: whole() },
};

/** The fewest times of a distribution at which all variables have values. */
const fewest = 10;

/**
 * Multivariate bias correction, MBCn (Cannon 2018, doi:10.1007/s00382-017-3580-6): quantile delta mapping of each variable
 * (`baselineDownscaler`), then by cell and part of the year the order in time of every variable is changed so that the dependence
 * between them becomes the observed one. Each keeps the distribution that quantile delta mapping gives it. Values at times where
 * another variable has none keep their place. All fields are held in memory.
 *
 * ```ts
 * const [pr, tas] = await multivariateCorrection({ fine: [prObs, tasObs], coarse: [prPast, tasPast], input: [prGcm, tasGcm] });
 * ```
 *
 * @returns the corrected variables, in the order of `fine`
 * @throws OptionsError for lists of different lengths or of fewer than two variables; ShapeError where variables of one list differ in
 *   times or grid; as `downscale` with the method "qdm"
 */
export async function multivariateCorrection(
  data: MultivariateData,
  options: MultivariateOptions = {},
): Promise<readonly Field[]> {
  checkOptions("multivariateCorrection", options, checks);
  const { window = "season", quantiles = 100, rotations = 30, seed = 0, onNotice, signal } = options;
  const count = data.fine.length;
  checkData(data);
  const { window: _, quantiles: __, rotations: ___, ...run } = options;
  const corrected = async (role: "coarse" | "input") => {
    const out: Field[] = [];
    for (const [k, fine] of data.fine.entries()) {
      const method = baselineDownscaler({ method: "qdm", fine, coarse: data.coarse[k]!, window, quantiles });
      const { field } = await method.ensemble(data[role][k]!, { ...run, missing: "propagate" });
      out.push(await (field.dims.includes(memberDim) ? field.isel({ [memberDim]: 0 }) : field).load());
    }
    return out;
  };
  const [history, projected] = [await corrected("coarse"), await corrected("input")];
  const lazy = data.fine.map((one) => asMaps("fine", one, undefined, true));
  const observed: Field[] = [];
  for (const one of lazy) observed.push(await one.load());
  const directions = sampleDirections(rotations * count, count, {
    kind: "orthonormal",
    rng: rng(seed).split("rotations"),
  });
  const windows = yearWindows(window);
  const series = { observed: lazy[0]!, history: asLazy(data.coarse[0]!), projected: asLazy(data.input[0]!) };
  const parts = windows.of(series.projected);
  const drawn = {
    observed: windows.drawn(series.observed),
    history: windows.drawn(series.history),
    projected: windows.drawn(series.projected),
  };
  const cells = projected[0]!.values.length / parts.length;
  const out = projected.map(({ values }) => values.slice());
  onNotice?.(`${rotations} rotations of ${count} variables in ${cells} cells`);
  let few = 0;
  for (const part of new Set(parts)) {
    for (let cell = 0; cell < cells; cell++) {
      signal?.throwIfAborted();
      const at = {
        observed: complete(observed, drawn.observed[part]!, cells, cell),
        history: complete(history, drawn.history[part]!, cells, cell),
        projected: complete(projected, drawn.projected[part]!, cells, cell),
      };
      if (Object.values(at).some(({ length }) => length < fewest)) {
        if (at.projected.length > 0) few++;
        continue;
      }
      const sample = (fields: readonly Field[], positions: Int32Array) =>
        fields.map(({ values }) => Float64Array.from(positions, (i) => values[i]!));
      const joint = {
        observed: sample(observed, at.observed),
        history: sample(history, at.history),
        projected: sample(projected, at.projected),
      };
      for (const [k, values] of reordered(joint, directions.points, quantiles).entries()) {
        for (const [n, i] of at.projected.entries()) {
          if (parts[Math.floor(i / cells)] === part) out[k]![i] = values[n]!;
        }
      }
    }
  }
  if (few > 0) {
    const text = `${few} cells and parts of the year have fewer than ${fewest} times with all variables`;
    onNotice?.(`${text}; there each is corrected by itself`);
  }
  return projected.map((field, k) => field.with({ values: out[k]! }));
}

const asLazy = (field: Field | LazyField): LazyField => asMaps("input", field, undefined, true);

/** Positions of a cell's values at the times at which all variables have one. */
function complete(fields: readonly Field[], times: Int32Array, cells: number, cell: number): Int32Array {
  return times
    .map((time) => time * cells + cell)
    .filter((i) => fields.every(({ values }) => !Number.isNaN(values[i]!)));
}

function checkData(data: MultivariateData): void {
  const { fine } = data;
  if (fine.length < 2) {
    const text = `multivariateCorrection: fine has ${fine.length} variables; expected at least 2; one alone is corrected by the method "qdm"`;
    throw new OptionsError(text, "fine", fine.length);
  }
  for (const role of ["fine", "coarse", "input"] as const) {
    const fields = data[role];
    if (fields.length !== fine.length) {
      const text = `multivariateCorrection: ${role} has ${fields.length} variables; expected ${fine.length}, in the order of fine`;
      throw new OptionsError(text, role, fields.length);
    }
    const [first, ...others] = fields.map((one) => asMaps(role, one, undefined, true));
    for (const other of others) {
      const same = sameTimes(first!, other) && (role !== "fine" || `${first!.shape}` === `${other.shape}`);
      if (same) continue;
      const expected = `the times${role === "fine" ? " and the grid" : ""} of ${whereOf(first!)}`;
      throw new ShapeError(whereOf(other), expected, other.shape, "select what both have");
    }
  }
}

/** True for fields of the same moments. @throws DomainError for a field without times */
function sameTimes(one: LazyField, other: LazyField): boolean {
  const [a, b] = [one, other].map((field) => {
    const axis = timeAxis(field);
    if (axis === undefined) throw new DomainError(`${whereOf(field)}: it has no times; expected some`, Number.NaN);
    return Array.from(instantsOf(axis));
  });
  return `${a}` === `${b}`;
}
