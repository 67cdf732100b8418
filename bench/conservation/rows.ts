/** Rows of the table of conservation laws. */
import type { Rows } from "../tables/page.ts";

/** One run. */
export interface ConservationResult {
  readonly name: string;
  readonly seed: number;
  /** Processor seconds that it might take, and that it took. */
  readonly seconds: number;
  readonly used: number;
  readonly status: string;
  readonly method: string;
  /** Relative L¹ error of the first unknown at the last moment. */
  readonly error: number;
  /** Estimated relative L² error of all unknowns at the last moment. */
  readonly estimate: number | null;
  readonly goal?: number;
  readonly peer: { readonly cells: number; readonly error: number; readonly seconds: number };
}

const digits = (v: number) => v.toExponential(1);

/** The worst seed of each problem beside its goal and the plain code. */
export function conservationRows(results: readonly ConservationResult[]): Rows {
  const names = [...new Set(results.map(({ name }) => name))];
  return [
    ["problem", "CPU s", "error (L¹)", "goal", "doubtful", "a plain code: error", "its CPU s"],
    ...names.map((name) => {
      const own = results.filter((r) => r.name === name);
      const worst = own.reduce((a, b) => (a.error > b.error ? a : b));
      return [
        name,
        String(worst.seconds),
        digits(worst.error),
        worst.goal === undefined ? "–" : digits(worst.goal),
        `${own.filter(({ status }) => status === "doubtful" || status === "diverged").length} of ${own.length}`,
        digits(worst.peer.error),
        worst.peer.seconds.toFixed(2),
      ];
    }),
  ];
}
