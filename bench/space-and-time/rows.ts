/** Rows of the table of problems in three axes, and of shapes in time. */
import type { Rows } from "../tables/page.ts";

/** One run. */
export interface SpaceResult {
  readonly name: string;
  readonly seed: number;
  /** Processor seconds that it might take, and that it took. */
  readonly seconds: number;
  readonly used: number;
  readonly status: string;
  readonly method: string;
  /** Relative error: L² over all unknowns, or of the number that is printed. */
  readonly error: number;
  /** Estimated relative L² error of all unknowns. */
  readonly estimate: number | null;
  readonly goal: number;
  /** What it is compared with. */
  readonly truth: string;
}

const digits = (v: number) => v.toExponential(1);

/** The worst seed of each problem beside its goal. */
export function spaceRows(results: readonly SpaceResult[]): Rows {
  const keys = [...new Set(results.map(({ name, seconds }) => `${name} ${seconds}`))];
  return [
    ["problem, CPU s", "used", "error", "goal", "reached", "estimate", "doubtful", "beside"],
    ...keys.map((key) => {
      const own = results.filter(({ name, seconds }) => `${name} ${seconds}` === key);
      const worst = own.reduce((a, b) => (a.error > b.error ? a : b));
      const used = Math.max(...own.map((one) => one.used));
      return [
        `${worst.name}, ${worst.seconds}`,
        used.toFixed(1),
        digits(worst.error),
        digits(worst.goal),
        worst.error > worst.goal ? "**no**" : used > 1.1 * worst.seconds ? "later" : "yes",
        worst.estimate === null ? "–" : digits(worst.estimate),
        `${own.filter(({ status }) => status === "doubtful" || status === "diverged").length} of ${own.length}`,
        worst.truth,
      ];
    }),
  ];
}
