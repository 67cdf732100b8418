/** Rows of the table of what is believed. */
import type { Rows } from "../tables/page.ts";
import { isDoubted } from "./rows.ts";

/** One result of `bench/solver-belief.ts`. */
export interface BeliefResult {
  readonly problem: string;
  readonly kind: string;
  /** False where no solution, or not one alone, exists. */
  readonly isKnown: boolean;
  /** That of the solution, or "refused". */
  readonly status: string;
  readonly error: number | null;
  readonly estimate: number | null;
  readonly processorSeconds: number;
  readonly taken?: string;
  readonly advice?: string;
}

/** Errors that count as right, and as wrong; how many times its estimate a wrong one has; and the least that truths are known to. */
const [right, wrong, times, known] = [1e-3, 0.03, 10, 1e-10];
/** A factor by which estimates may be off. */
const near = 5;

const isBelieved = ({ status }: BeliefResult): boolean => status !== "refused" && !isDoubted({ status });
const isRight = ({ error }: BeliefResult): boolean => error !== null && error <= right;

/** True where an answer is believed that is wrong, or that is to a question without one answer. */
export function isBelievedWrongly(result: BeliefResult): boolean {
  if (!isBelieved(result)) return false;
  if (!result.isKnown) return true;
  return !(result.error! <= wrong) && !(result.error! <= times * (result.estimate ?? 0));
}

/** Ratio of the estimate to the error, of answers that are believed and whose truth is known well enough. */
function ratio(result: BeliefResult): number | undefined {
  const { error, estimate } = result;
  return isBelieved(result) && error !== null && estimate !== null && error > known ? estimate / error : undefined;
}

/** A row for each kind and one for all. */
export function beliefRows(results: readonly BeliefResult[]): Rows {
  const kinds = [...new Set(results.map(({ kind }) => kind))];
  const row = (name: string, of: readonly BeliefResult[]): string[] => {
    const count = (holds: (r: BeliefResult) => boolean) => String(of.filter(holds).length);
    const ratios = of.map(ratio).filter((r) => r !== undefined);
    return [
      ...[name, String(of.length), count((r) => isBelieved(r) && isRight(r))],
      ...[count((r) => isRight(r) && !isBelieved(r)), count((r) => r.status === "refused")],
      ...[count((r) => !isRight(r) && !isBelieved(r) && r.status !== "refused"), count(isBelievedWrongly)],
      `${ratios.filter((r) => r >= 1 / near && r <= near).length} of ${ratios.length}`,
      `${ratios.filter((r) => r < 1 / near).length}, ${ratios.filter((r) => r > near).length}`,
    ];
  };
  return [
    [
      ...["kind", "problems", "right to 1e-3, believed", "right, doubted", "refused", "not right, doubted"],
      ...["**wrong, believed**", "estimate within 5", "too small, too large"],
    ],
    ...kinds.map((kind) =>
      row(
        kind,
        results.filter((r) => r.kind === kind),
      ),
    ),
    row("all", results),
  ];
}
