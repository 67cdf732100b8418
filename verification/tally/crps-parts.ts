/**
 * Sums for the reliability of the CRPS (Hersbach 2000, doi:10.1175/1520-0434(2000)015<0559:DOTCRP>2.0.CO;2): how far
 * the truth lies above (α) and below (β) in each of the M + 1 gaps between sorted members, eq. 26–29, and how often
 * outside of all.
 */
import { part, take } from "./part.ts";

/** Sums over cells, by gap 0 … M. */
export interface CrpsParts {
  readonly alpha: Float64Array;
  readonly beta: Float64Array;
  /** Cells whose truth lies below all members, and above all. */
  readonly below: number;
  readonly above: number;
}

export const crpsParts = part({
  size: ({ members }) => 2 * (members + 1) + 2,
  of({ truth }, { members }, pass) {
    const gaps = members + 1;
    const out = new Float64Array(2 * gaps + 2);
    pass.visit((sorted, stride, from, count) => {
      for (let k = 1; k < members; k++) {
        let [above, whole] = [0, 0];
        for (let i = 0, at = k * stride; i < count; i++, at++) {
          const low = sorted[at - stride]!;
          const high = sorted[at]!;
          const y = truth[from + i]!;
          // Twice the part of the gap below the truth, which Math.min and Math.max would find by branches.
          above += Math.abs(y - low) - Math.abs(y - high) + (high - low);
          whole += high - low;
        }
        out[k]! += above / 2;
        out[gaps + k]! += whole - above / 2;
      }
      for (let i = 0; i < count; i++) {
        const y = truth[from + i]!;
        const below = sorted[i]! - y;
        const above = y - sorted[i + (members - 1) * stride]!;
        if (below > 0) {
          out[gaps]! += below;
          out[2 * gaps]! += 1;
        } else if (above > 0) {
          out[members]! += above;
          out[2 * gaps + 1]! += 1;
        }
      }
    });
    return out;
  },
  read: (next, { members }): CrpsParts => ({
    alpha: take(next, members + 1),
    beta: take(next, members + 1),
    below: next(),
    above: next(),
  }),
});

/**
 * The reliability part Σ g(o − p)² and the potential CRPS Σ g·o(1 − o), whose sum is the CRPS of the members' empirical
 * distribution (eq. 30–37).
 */
export function reliabilityOf({ alpha, beta, below, above }: CrpsParts, cells: number): [number, number] {
  const members = alpha.length - 1;
  let [reliability, potential] = [0, 0];
  for (let k = 0; k <= members; k++) {
    const [a, b] = [alpha[k]! / cells, beta[k]! / cells];
    // The outer gaps have no width of their own: their frequency is that of the truth outside, and their width follows.
    const o = k === 0 ? below / cells : k === members ? 1 - above / cells : b / (a + b);
    const g = k === 0 ? b / o : k === members ? a / (1 - o) : a + b;
    if (!(a + b > 0)) continue;
    reliability += g * (o - k / members) ** 2;
    potential += g * o * (1 - o);
  }
  return [reliability, potential];
}
