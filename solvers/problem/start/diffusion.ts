/** Coefficients of diffusion, found by putting paraboloids into an equation. */
import { call, coordinate, number } from "../../expression/build.ts";
import { type Expression, evaluateAt } from "../../expression/expression.ts";
import { substitution } from "../manufactured.ts";

/** Part of a residual by which it may seem not to be linear, and part of a coefficient by which it may seem to vary. */
const [rounding, varies] = [1e-9, 1e-6];

/** Where and about what an equation is looked at. */
export interface DiffusionProbe {
  readonly constants: Readonly<Record<string, number>>;
  readonly time: number;
  /** Along which the unknown diffuses. */
  readonly axis: number;
  /** A point, with time. */
  readonly place: Float64Array;
  /** The unknown there, and its slope along the axis. */
  readonly value: number;
  readonly slope: number;
  /** Which unknown. @defaultValue 0 */
  readonly unknown?: number;
  /** Formulas of all unknowns; that of the one that is looked at is not used. @defaultValue none */
  readonly others?: readonly Expression[];
}

/** ν in u_t = ν u_ss + terms of lower order at a place; undefined where the equation is not linear in both, or ν is not a number > 0. */
export function diffusionAt(equation: Expression, probe: DiffusionProbe): number | undefined {
  const { constants, time, axis, place, value, slope, unknown = 0, others = [] } = probe;
  const d = place.length;
  const from = (k: number) => call("sub", coordinate(k), number(place[k]!));
  const residual = (rate: number, bend: number): number => {
    const parts: Expression[] = [
      number(value),
      call("mul", number(slope), from(axis)),
      call("mul", number(rate), from(time)),
      call("mul", number(bend / 2), call("square", from(axis))),
    ];
    const all = [...others];
    all[unknown] = parts.reduce((a, b) => call("add", a, b));
    return evaluateAt(substitution(all, d)(equation), place, d, constants)[0]!;
  };
  const base = residual(0, 0);
  const [byRate, byBend] = [residual(1, 0) - base, residual(0, 1) - base];
  const both = residual(2, -3) - base;
  const ratio = -byBend / byRate;
  const size = Math.abs(base) + Math.abs(byRate) + Math.abs(byBend);
  if (!(Math.abs(both - 2 * byRate + 3 * byBend) <= rounding * size)) return undefined;
  return ratio > 0 && ratio < Number.POSITIVE_INFINITY ? ratio : undefined;
}

/** The number that all of them are, but for rounding. */
export function oneNumber(values: readonly (number | undefined)[]): number | undefined {
  const [first] = values;
  if (first === undefined || !Number.isFinite(first)) return undefined;
  return values.every((v) => v !== undefined && Math.abs(v - first) <= varies * Math.abs(first)) ? first : undefined;
}
