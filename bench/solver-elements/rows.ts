/** Tables of what elements reach and of indicators, from their records. */
import { kinds } from "./problems.ts";

/** One solve. */
export interface Reached {
  readonly kind: string;
  readonly draw: number;
  readonly budget: number;
  readonly status: string;
  readonly error: number;
  readonly estimate: number | null;
  readonly processorSeconds: number;
  readonly taken: string;
}

/** One refinement by an indicator. */
export interface Compared {
  readonly kind: string;
  readonly draw: number;
  readonly indicator: string;
  readonly error: number;
  readonly elements: number;
  readonly meshes: number;
}

const short = (v: number) => v.toExponential(1);

/** Errors of all draws of each kind beside the goal. */
export function reachedRows(results: readonly Reached[], budget: number): string[][] {
  const rows = kinds.flatMap(({ name, words, goal }) => {
    const own = results.filter((r) => r.kind === name && r.budget === budget).sort((a, b) => a.draw - b.draw);
    if (own.length === 0) return [];
    const worst = Math.max(...own.map(({ error }) => error));
    const doubted = own.filter(({ status }) => status === "doubtful").length;
    const near = own.filter(
      ({ error, estimate }) => estimate !== null && error <= 5 * estimate && estimate <= 5 * error,
    ).length;
    return [
      [
        ...[words, own.map(({ error }) => short(error)).join(", "), short(goal), worst <= goal ? "yes" : "no"],
        ...[`${doubted} of ${own.length}`, `${near} of ${own.length}`],
        Math.max(...own.map((r) => r.processorSeconds)).toFixed(1),
      ],
    ];
  });
  const head = ["kind", "error by draw", "goal", "reached", "doubted", "estimate within 5 ×", "longest, s"];
  return [head, ...rows];
}

/** Errors of all draws of each kind by indicator, with geometric means. */
export function comparedRows(results: readonly Compared[]): string[][] {
  const arms = ["rows", "residual", "adversary"];
  const rows = kinds.flatMap(({ name, words }) => {
    const of = (arm: string) =>
      results.filter((r) => r.kind === name && r.indicator === arm).sort((a, b) => a.draw - b.draw);
    if (arms.some((arm) => of(arm).length === 0)) return [];
    const mean = (arm: string) =>
      Math.exp(of(arm).reduce((sum, { error }) => sum + Math.log(error), 0) / of(arm).length);
    return [
      [
        words,
        ...arms.map(
          (arm) =>
            `${short(mean(arm))} (${of(arm)
              .map(({ error }) => short(error))
              .join(", ")})`,
        ),
      ],
    ];
  });
  return [["kind", "rows", "∫\\|r\\|", "adversary’s mass"], ...rows];
}
