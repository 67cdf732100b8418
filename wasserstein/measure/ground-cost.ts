/** Convex costs of moving mass over a gap on the line; for all of them transport in order of rank is optimal. */
import { checkPositive } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { checkOrder } from "./measure.ts";

/** Kind of cost. */
export interface GroundCostOptions {
  /** Order p ≥ 1 of |gap|^p. @defaultValue 1 */
  readonly p?: number;
  /**
   * Threshold δ > 0, in the unit of the values: gap²/(2δ) up to δ and |gap| − δ/2 beyond, so that small differences
   * (drizzle) pull gently and large ones as in W₁. Only with p = 1. @defaultValue none
   */
  readonly huber?: number;
}

/** A cost as a function of the signed gap. */
export interface GroundCost {
  readonly p: number;
  readonly huber: number | undefined;
  at(gap: number): number;
  /** Its derivative, 0 at 0. */
  slope(gap: number): number;
}

/**
 * @throws OptionsError where p < 1, δ ≤ 0, or both are set
 */
export function groundCost(where: string, { p = 1, huber }: GroundCostOptions): GroundCost {
  checkOrder(where, p);
  if (huber !== undefined) {
    checkPositive(where, { huber });
    if (p !== 1) throw new OptionsError(`${where}: huber goes with p = 1 alone, p is ${p}; leave one out`, "p", p);
    const at = (gap: number) => {
      const d = Math.abs(gap);
      return d <= huber ? (d * d) / (2 * huber) : d - huber / 2;
    };
    const slope = (gap: number) => (gap > huber ? 1 : gap < -huber ? -1 : gap / huber);
    return { p, huber, at, slope };
  }
  if (p === 1) return { p, huber, at: Math.abs, slope: (gap) => (gap > 0 ? 1 : gap < 0 ? -1 : 0) };
  if (p === 2) return { p, huber, at: (gap) => gap * gap, slope: (gap) => 2 * gap };
  return {
    p,
    huber,
    at: (gap) => Math.abs(gap) ** p,
    slope: (gap) => (gap === 0 ? 0 : p * Math.abs(gap) ** (p - 1) * Math.sign(gap)),
  };
}
