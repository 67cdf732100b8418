/** Rows of the table of PINNacle. */
import type { Rows } from "../tables/page.ts";
import { problems } from "./problems.ts";

/** One run beside the resolutions of a classical code. */
export interface PinnacleResult {
  readonly name: string;
  readonly seed: number;
  readonly status: string;
  /** Relative L² error of what is judged; null where the truth is another one's. */
  readonly error: number;
  readonly estimate: number | null;
  /** Processor seconds that it took. */
  readonly seconds: number;
  readonly code: string;
  readonly levels: readonly { readonly error: number; readonly seconds: number }[];
}

const digits = (v: number) => v.toExponential(1);

/** A line for each problem: the best network, the worst seed, and a classical code at the error of each. */
export function pinnacleRows(results: readonly PinnacleResult[]): Rows {
  return [
    [
      "problem",
      "best network",
      "monge",
      "estimate",
      "status",
      "CPU s",
      "classical code",
      "CPU s to monge's error",
      "to the network's",
    ],
    ...problems.map(({ name, network: [best, by], why }) => {
      const own = results.filter((r) => r.name === name);
      const network = `${digits(best)} (${by})`;
      if (own.length === 0) return [name, network, "–", "–", `not run: ${why}`, "–", "–", "–", "–"];
      const { error, estimate, status, seconds, code, levels } = own.reduce((a, b) => (a.error > b.error ? a : b));
      const to = (goal: number) => levels.find((level) => level.error <= goal)?.seconds.toPrecision(1) ?? "not reached";
      const shown = estimate === null ? "none" : digits(estimate);
      return [name, network, digits(error), shown, status, seconds.toFixed(1), code, to(error), to(best)];
    }),
  ];
}
