/**
 * Adaptation of wet-day frequency before quantiles are mapped (Themeßl et al. 2012, doi:10.1007/s10584-011-0224-4): where a model
 * is dry more often than the observations, a share of its dry values becomes light rain, since no factor makes rain of nothing.
 */
import { DomainError } from "../../engine/errors.ts";
import { hazenQuantile, sortedCopy } from "../../engine/numerics/quantile.ts";
import { checkOption } from "../../engine/numerics/shaped-array.ts";

/** Share of a model's dry values that becomes wet, and how wet. Plain JSON. */
export interface FrequencyAdaptation {
  /** Values below it are dry. */
  readonly threshold: number;
  /** ΔP₀ = (P₀ model − P₀ observed)/P₀ model, in [0, 1]; 0 where the model is dry no more often. */
  readonly share: number;
  /** New values lie between the threshold and this, P_th: the observed quantile at the model's dry share. */
  readonly upTo: number;
}

/**
 * Fits the adaptation that makes a model's history wet as often as the observations.
 *
 * @param model - values of a historical period, in any order
 * @param observed - values of a historical period, in any order; they need not be pairs with those of the model
 * @param threshold - values below it are dry, > 0
 * @throws DomainError where a list is empty or holds NaN; OptionsError
 */
export function fitFrequencyAdaptation(
  model: ArrayLike<number>,
  observed: ArrayLike<number>,
  threshold: number,
): FrequencyAdaptation {
  checkOption("fitFrequencyAdaptation", "threshold", threshold, threshold > 0, "it must be above 0");
  for (const [name, values] of Object.entries({ model, observed })) {
    if (values.length === 0) throw new DomainError(`fitFrequencyAdaptation: ${name} has no values; give at least one`);
  }
  const [dryModel, dryObserved] = [dryShare(model, threshold), dryShare(observed, threshold)];
  const share = dryModel > dryObserved ? (dryModel - dryObserved) / dryModel : 0;
  const upTo = share > 0 ? hazenQuantile(sortedCopy(observed), dryModel) : threshold;
  return { threshold, share, upTo: Math.max(upTo, threshold) };
}

/** Share of values below a threshold. */
function dryShare(values: ArrayLike<number>, threshold: number): number {
  let dry = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! < threshold) dry++;
  return dry / values.length;
}

/** The last of the dry values that stay dry, ordered by value and among equal ones by their random number. */
export interface DryCut {
  readonly value: number;
  /** Random number in (0, 1). */
  readonly tie: number;
}

/** All dry values stay dry. */
export const noCut: DryCut = { value: Number.POSITIVE_INFINITY, tie: 1 };

/**
 * The cut of a series, so that the share of its dry values that becomes wet is right to one value.
 *
 * @param ties - a random number in (0, 1) for each value: they decide between equal values, as dry ones are
 */
export function dryCut(values: ArrayLike<number>, ties: ArrayLike<number>, adaptation: FrequencyAdaptation): DryCut {
  const { threshold, share } = adaptation;
  if (share === 0) return noCut;
  const dry: number[] = [];
  for (let i = 0; i < values.length; i++) if (values[i]! < threshold) dry.push(i);
  const kept = dry.length - Math.round(share * dry.length);
  if (kept === dry.length) return noCut;
  if (kept === 0) return { value: Number.NEGATIVE_INFINITY, tie: 0 };
  dry.sort((a, b) => values[a]! - values[b]! || ties[a]! - ties[b]!);
  const last = dry[kept - 1]!;
  return { value: values[last]!, tie: ties[last]! };
}

/** A value after adaptation: itself, or where it is dry and beyond the cut, light rain. */
export function adapted(value: number, tie: number, cut: DryCut, { threshold, upTo }: FrequencyAdaptation): number {
  if (!(value < threshold) || value < cut.value) return value;
  if (value > cut.value) return threshold + (upTo - threshold) * tie;
  return tie <= cut.tie ? value : (threshold * (1 - tie) + upTo * (tie - cut.tie)) / (1 - cut.tie);
}
