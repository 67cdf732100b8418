/** Cost of an ensemble in tasks: bytes, evaluations, and hours from a few evaluations that are measured. */
import { checkOptions, real } from "../../engine/checks.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { unlikeOf } from "../ensemble/about.ts";
import { memberDim } from "../ensemble/members.ts";
import type { DownscaledFile } from "../sampling/downscale.ts";
import { type AnyDownscaler, methodOf } from "../sampling/method.ts";
import { type DownscaleUnitsOptions, unitChecks } from "./downscale-units.ts";
import { identityOf } from "./identity.ts";
import { evaluationCounter, planUnits, type UnitPlan, unitCount, unitFrames } from "./unit-plan.ts";

/** Options of `planDownscaling`: those of `downscaleUnits`, and how long is measured. */
export interface PlanOptions extends DownscaleUnitsOptions {
  /** Time of the clock to measure for, ≥ 0; at least one evaluation after a first one is. 0 measures nothing. @defaultValue 5 */
  readonly measure?: number;
}

/** Cost of an ensemble in tasks. */
export interface DownscalingPlan extends Pick<DownscaledFile, "unlike"> {
  /** Units of work. */
  readonly units: number;
  /** Shape of the result, by dimension. */
  readonly shape: Readonly<Record<string, number>>;
  /** Positions of a unit, by dimension. */
  readonly unit: Readonly<Record<string, number>>;
  /** Positions of a chunk of the store, by dimension; they divide those of a unit. */
  readonly chunk: Readonly<Record<string, number>>;
  /** Of all values, before compression. */
  readonly bytes: number;
  /** Times that a map is drawn for a group of members. */
  readonly frames: number;
  /** Evaluations of the network for one frame of one group; of a baseline 1. */
  readonly evaluations: number;
  /** Of one evaluation of a group of members, measured here and now; undefined where nothing was. */
  readonly secondsPerEvaluation: number | undefined;
  /** Evaluations that were measured. */
  readonly measured: number;
  /** Differences of the input from the training; empty unless `force` was needed. */
  readonly forced: readonly string[];
}

/**
 * Tells what `downscaleUnits` will take, and writes nothing: the units and their size, the bytes, and the time of an evaluation,
 * measured here on maps of the full size.
 *
 * @returns units, shapes, bytes and `secondsPerEvaluation`; hours are `frames * evaluations * secondsPerEvaluation / 3600`, divided
 *   by the number of machines
 * @throws as {@link downscale}
 */
export async function planDownscaling(
  model: AnyDownscaler,
  input: Field | LazyField,
  options: PlanOptions = {},
): Promise<DownscalingPlan> {
  checkOptions("planDownscaling", options, { ...unitChecks, measure: real(0) });
  const { measure = 5 } = options;
  const method = methodOf(model, options);
  const enough = new AbortController();
  const counter = evaluationCounter();
  const moments: (readonly [done: number, at: number])[] = [];
  const drawn = await method.ensemble(input, {
    ...options,
    signal: AbortSignal.any([enough.signal, ...(options.signal ? [options.signal] : [])]),
    onProgress({ done, total }) {
      moments.push([counter.count(done, total), performance.now()]);
      if (moments.length >= 3 && performance.now() - moments[0]![1] >= 1e3 * measure)
        enough.abort(new Error("measured"));
    },
  });
  const { field, forced } = drawn;
  const plan = planUnits(field, options.unit ?? {}, identityOf(method, options, [], {}));
  if (measure > 0) await drawUntil(field, plan, enough.signal);
  const [first, last] = [moments[0], moments.at(-1)];
  const measured = first && last ? last[0] - first[0] : 0;
  const frames = Array.from({ length: unitCount(plan) }, (_, unit) => unitFrames(plan, unit)).reduce(
    (a, b) => a + b,
    0,
  );
  const byDim = (sizes: readonly number[]) => Object.fromEntries(plan.dims.map((dim, i) => [dim, sizes[i]!]));
  return {
    units: unitCount(plan),
    ...{ shape: byDim(plan.shape), unit: byDim(plan.unit), chunk: byDim(plan.chunk) },
    bytes: field.bytes,
    frames,
    evaluations: counter.perFrame(plan) ?? options.evaluations ?? 1,
    secondsPerEvaluation: measured > 0 ? (last![1] - first![1]) / 1e3 / measured : undefined,
    measured,
    forced,
    ...unlikeOf(drawn),
  };
}

/** Draws the first group of members of one time after the other, until the signal comes or there are no more, at least twice. */
async function drawUntil(field: LazyField, plan: UnitPlan, signal: AbortSignal): Promise<void> {
  const leading = plan.dims.slice(0, -2).filter((dim) => dim !== memberDim);
  const members = plan.unit[plan.dims.indexOf(memberDim)]!;
  const times = leading.length === 0 ? 1 : field.size(leading[0]!);
  try {
    for (let n = 0; n < Math.max(2, times); n++) {
      const at = leading.map((dim, i) => [dim, [0, 1].map((k) => (i === 0 ? (n % times) + k : k)) as [number, number]]);
      await field.isel({ ...Object.fromEntries(at), [memberDim]: [0, members] }).load();
    }
  } catch (error) {
    if (error !== signal.reason) throw error;
  }
}
