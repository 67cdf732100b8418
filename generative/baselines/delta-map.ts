/**
 * Quantile mapping that keeps changes, quantile delta mapping (Cannon et al. 2015, doi:10.1175/JCLI-D-14-00754.1): a value at
 * probability τ of the projected distribution becomes the observed quantile at τ, times (or plus) the model's own change at τ. With the
 * model's history in the place of its projection it is quantile mapping.
 */
import { DomainError } from "../../engine/errors.ts";
import { hazenQuantile, sortedCopy } from "../../engine/numerics/quantile.ts";
import { checkOption } from "../../engine/numerics/shaped-array.ts";
import type { ChangeKind } from "../../io/rain/index.ts";

/** A fitted map: a value x becomes x · change(x), or x + change(x); `change` is linear between the nodes. Plain JSON. */
export interface DeltaMap {
  /** Factors or summands. */
  readonly kind: ChangeKind;
  /** Multiplicative: what is below it, before or after, is dry, and becomes 0. */
  readonly threshold: number;
  /** Length n: quantiles of the distribution that is mapped, ascending. */
  readonly at: ArrayLike<number>;
  /** Length n: factor or summand there; beyond the ends the last one holds. */
  readonly change: ArrayLike<number>;
}

/** Samples that {@link fitDeltaMap} compares. All in one unit, in any order. */
export interface DeltaSamples {
  /** Observed values over the history. */
  readonly observed: ArrayLike<number>;
  /** The model's values over the history, their wet share adapted. */
  readonly history: ArrayLike<number>;
  /** The model's values that are to be mapped, their wet share adapted. @defaultValue `history`: quantile mapping */
  readonly projected?: ArrayLike<number>;
}

/** Options of {@link fitDeltaMap}. */
export interface DeltaMapOptions {
  /** Changes as factors (of quantities from 0 on, such as rain) or summands. */
  readonly kind: ChangeKind;
  /** Number of nodes, at probabilities (i + ½)/n; a tail beyond the outer ones is scaled as they are. */
  readonly quantiles: number;
  /**
   * Multiplicative: values below it are dry, and become 0. A change of the model is then at most twofold where its history lies below ten times
   * that, since small numbers have wild ratios (as Cannon's own package MBC has it). 0 for neither.
   */
  readonly threshold: number;
}

const mostRatio = 2;
const small = 10;

/**
 * Fits the map of one distribution onto another. Multiplicative with as many nodes as values: quantile by quantile, mapped over observed is
 * projected over history.
 *
 * @throws DomainError where one has no values or holds NaN; OptionsError
 */
export function fitDeltaMap(samples: DeltaSamples, options: DeltaMapOptions): DeltaMap {
  const { kind, quantiles, threshold } = options;
  const whole = Number.isInteger(quantiles) && quantiles >= 1;
  checkOption("fitDeltaMap", "quantiles", quantiles, whole, "it must be an integer ≥ 1");
  checkOption("fitDeltaMap", "threshold", threshold, threshold >= 0, "it must be ≥ 0");
  const { observed, history, projected = history } = samples;
  for (const [name, values] of Object.entries({ observed, history, projected })) {
    if (values.length === 0) throw new DomainError(`fitDeltaMap: ${name} has no values; give at least one`);
  }
  const [o, h] = [sortedCopy(observed), sortedCopy(history)];
  const p = projected === history ? h : sortedCopy(projected);
  const at = new Float64Array(quantiles);
  const change = new Float64Array(quantiles);
  for (let i = 0; i < quantiles; i++) {
    const tau = (i + 0.5) / quantiles;
    const [was, had] = [hazenQuantile(o, tau), hazenQuantile(h, tau)];
    at[i] = hazenQuantile(p, tau);
    change[i] = kind === "additive" ? was - had : factor(was, had, at[i]!, threshold);
  }
  if (kind === "multiplicative") fillFromAbove(change);
  return { kind, threshold, at, change };
}

/** Observed over history, so that the observed quantile times the model's change is the value times this; NaN over dry history. */
function factor(observed: number, history: number, projected: number, threshold: number): number {
  if (!(history >= threshold) || history === 0) return Number.NaN;
  const wet = observed < threshold ? 0 : observed;
  const most = history < small * threshold && projected > mostRatio * history ? (mostRatio * history) / projected : 1;
  return (wet / history) * most;
}

/** Fills changes over a dry history by the nearest wet quantile above; nothing is known of a distribution that is all dry. */
function fillFromAbove(change: Float64Array): void {
  let next = Number.NaN;
  for (let i = change.length - 1; i >= 0; i--) {
    if (Number.isNaN(change[i]!)) change[i] = next;
    else next = change[i]!;
  }
  const last = change.findLastIndex((v) => !Number.isNaN(v));
  change.fill(last < 0 ? 1 : change[last]!, last + 1);
}

/**
 * A value mapped; NaN stays. At repeated nodes the last one counts.
 *
 * @param value - in the unit of the distribution
 */
export const applyDeltaMap = (map: DeltaMap, value: number): number => applyDeltaMapAt(map, 0, map.at.length, value);

/** The same by one of several maps whose nodes stand one after another, `count` of them from `first` on. */
export function applyDeltaMapAt(
  { kind, threshold, at, change }: DeltaMap,
  first: number,
  count: number,
  value: number,
): number {
  if (Number.isNaN(value)) return value;
  if (kind === "additive") return value + changeAt(at, change, first, count, value);
  const mapped = value < threshold ? 0 : value * changeAt(at, change, first, count, value);
  return mapped < threshold ? 0 : mapped;
}

function changeAt(
  at: ArrayLike<number>,
  change: ArrayLike<number>,
  first: number,
  count: number,
  value: number,
): number {
  const last = first + count - 1;
  // The last node that is not above the value, without a branch that a processor could not foresee.
  let low = first;
  for (let left = count; left > 1; ) {
    const half = left >> 1;
    low += half * Number(at[low + half]! <= value);
    left -= half;
  }
  if (!(at[low]! <= value)) low--;
  if (low < first) return change[first]!;
  if (low === last) return change[low]!;
  const share = (value - at[low]!) / (at[low + 1]! - at[low]!);
  return change[low]! + share * (change[low + 1]! - change[low]!);
}
