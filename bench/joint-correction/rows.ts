/** Losses of corrections of two variables, by method, and their differences with intervals. */
import { quantileOfSorted } from "../../engine/numerics/quantile.ts";
import { type Losses, lossNames } from "./losses.ts";

/** Results of one data set. */
export interface JointRow {
  readonly data: string;
  /** Places and seasons that are scored. */
  readonly places: number;
  /** Means over places, by method. */
  readonly losses: Readonly<Record<string, Losses>>;
  /** Processor seconds of the correction, by method. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Of dOTC less those of MBCn, by redraws of years and places. */
  readonly draws: readonly Losses[];
}

const coverage = 1 - 0.05 / lossNames.length;

/** Losses by data set and method, then the mean differences of dOTC and MBCn over the data sets with their intervals. */
export function jointTable(rows: readonly JointRow[]): readonly (readonly string[])[] {
  const body = rows.flatMap(({ data, losses, seconds }) =>
    Object.entries(losses).map(([method, own]) => [
      ...[`${data}, ${method}`, ...own.map((v) => v.toFixed(3))],
      seconds[method]!.toFixed(1),
    ]),
  );
  const tail = (1 - coverage) / 2;
  const differences = lossNames.map((_, k) => {
    const mean = rows.reduce((sum, { losses }) => sum + losses["dotc"]![k]! - losses["mbcn"]![k]!, 0) / rows.length;
    const draws = Float64Array.from(
      rows[0]!.draws,
      (_, n) => rows.reduce((sum, row) => sum + row.draws[n]![k]!, 0) / rows.length,
    ).sort();
    const [low, high] = [quantileOfSorted(draws, tail), quantileOfSorted(draws, 1 - tail)];
    return `${mean.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  });
  return [["data, method", ...lossNames, "processor s"], ...body, ["mean of dotc − mbcn", ...differences, ""]];
}
