/** Climate models without pairs: at which scale they agree with observations, and their fields brought to the observed distribution. */
import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import { type LazyField, lazyField } from "../../io/dataset/index.ts";
import { Field } from "../../io/field/index.ts";
import { coarsen, gridOf, regridLazy } from "../../io/regrid/index.ts";
import { baselineDownscaler } from "../baselines/baseline-downscaler.ts";
import type { EnsembleOptions } from "../ensemble/ensemble.ts";
import { distributionField } from "../model/correction.ts";
import type { Downscaler } from "../model/downscaler.ts";

const loaded = (field: Field | LazyField): Promise<Field> =>
  field instanceof Field ? Promise.resolve(field) : field.load();

/** Share of the observed variance between neighbouring blocks that a model must have. */
const share = 0.8;

/**
 * The finest scale at which a climate model varies in space as observations do: the least number of fine cells along a block for
 * which the mean squared difference of neighbouring block means, over the variance of all values, is at least 0.8 of that
 * of the observations. It needs no times in common and takes gaps (a spectrum does not). Below that scale the model says
 * nothing that a network should believe.
 *
 * @param fine - observations, (time, y, x)
 * @param history - the model over a like period, on any grid
 * @returns the factor, from 2; a quarter of the shorter side where the model never has that much
 */
export async function effectiveResolutionFactor(fine: Field | LazyField, history: Field | LazyField): Promise<number> {
  const observed = await loaded(fine);
  const [height, width] = observed.shape.slice(-2) as [number, number];
  const most = Math.max(2, Math.floor(Math.min(height, width) / 4));
  const model = await regridLazy(lazyField(history), gridOf(observed), { method: "bilinear", border: "clamp" }).load();
  const plane = height * width;
  const known = Uint8Array.from({ length: plane }, (_, i) => {
    for (let at = i; at < observed.values.length; at += plane) if (!Number.isNaN(observed.values[at])) return 1;
    return 0;
  });
  const masked = model.with({ values: model.values.map((v, i) => (known[i % plane] === 0 ? Number.NaN : v)) });
  for (let factor = 2; factor < most; factor++) {
    if (roughness(masked, factor) >= share * roughness(observed, factor)) return factor;
  }
  return most;
}

/** Mean squared difference of block means beside each other, over the variance of all values. */
function roughness(field: Field, factor: number): number {
  const { values, shape } = coarsen(field, factor, { crop: true, minimumValid: 0.5 });
  const [height, width] = shape.slice(-2) as [number, number];
  let [squares, pairs] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const [y, x] = [Math.floor(at / width) % height, at % width];
    for (const next of [x + 1 < width ? at + 1 : -1, y + 1 < height ? at + width : -1]) {
      if (next < 0) continue;
      const difference = values[next]! - values[at]!;
      if (Number.isNaN(difference)) continue;
      squares += difference * difference;
      pairs++;
    }
  }
  let [sum, square, count] = [0, 0, 0];
  for (const v of field.values) {
    if (Number.isNaN(v)) continue;
    sum += v;
    square += v * v;
    count++;
  }
  return squares / pairs / (square / count - (sum / count) ** 2);
}

/**
 * A climate model's field at the scale and in the distribution of the observations that a paired downscaler was trained on, its own
 * change of every quantile kept: quantile delta mapping (Cannon et al. 2015) by season and cell. All times of the input are
 * taken as one climate.
 *
 * @param past - the climate model over the period of the observations
 * @throws OptionsError where the model was not trained to correct; as `baselineDownscaler`
 */
export async function corrected(
  model: Downscaler,
  input: LazyField,
  past: Field | LazyField,
  options: EnsembleOptions,
): Promise<LazyField> {
  const { correction } = model.configuration;
  if (correction === undefined || model.observedQuantiles === undefined) {
    const way = "train it with `correct`, or leave `past` out";
    throw new OptionsError(`downscale: \`past\`: the model was not trained to correct; ${way}`, "past", true);
  }
  const observed = distributionField(correction, model.observedQuantiles);
  const method = baselineDownscaler({ method: "qdm", fine: observed, coarse: past, quantiles: correction.quantiles });
  const { units, interval, clipNegative, force, onNotice, signal } = options;
  const { field } = await method.ensemble(input, {
    missing: "propagate",
    ...defined({ units, interval }),
    ...(clipNegative && { clipNegative }),
    ...(force && { force }),
    ...defined({ onNotice, signal }),
  });
  const one = await field.isel({ realization: 0 }).load();
  // The input's times with the observations' name, units and kind.
  const { interval: _, ...kind } = correction;
  return lazyField(
    one.with({ attributes: defined({ standard_name: kind.standardName, cell_methods: kind.cellMethods }) }),
  );
}
