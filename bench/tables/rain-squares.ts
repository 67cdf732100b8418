/** Why means of 256 km² are calibrated or not: the table of the record of bench/rain-squares.ts, by research/rain-calibration/RULE.md. */
import { rng } from "../../engine/index.ts";
import { quantileOfSorted } from "../../engine/numerics/quantile.ts";
import { redraws } from "../../verification/significance/index.ts";

/** A line of the record. */
export interface SquaresRow {
  readonly archive: string;
  readonly factor: number;
  readonly amplitude: number;
  /** Spread over skill of squares with each member as the truth of the others. */
  readonly perfect: readonly number[];
  /** Of each window and half hour: expected and actual squared errors of cells, and of squares. */
  readonly blocks: readonly (readonly number[])[];
}

const [DRAWS, HALF_HOURS] = [1000, 4];
const names: Readonly<Record<string, string>> = {
  ...{ bom: "BoM 2020", opera: "OPERA 2018", "mch-2015": "MeteoSwiss 2015", "mch-2016": "MeteoSwiss 2016" },
};
const isGoal = (v: number) => v >= 0.85 && v <= 1.15;
const places = { cells: 0, squares: 2 } as const;

/** Spread over skill of weighted blocks. */
function ratioOf({ blocks }: SquaresRow, of: keyof typeof places, weight: (block: number) => number = () => 1): number {
  const total = (k: number) => blocks.reduce((sum, block, n) => sum + weight(n) * block[k]!, 0);
  return Math.sqrt(total(places[of]) / total(places[of] + 1));
}

/** Of ln(values) at three amplitudes, straight lines between them and beyond: x at the value 1, or the value at x. */
function lineOf(points: readonly (readonly [x: number, y: number])[]) {
  const within = (right: number) => {
    const [[x0, y0], [x1, y1]] = [points[right - 1]!, points[right]!];
    return { x0, y0, slope: (y1 - y0) / (x1 - x0) };
  };
  const [, middle] = points as readonly [unknown, readonly [number, number]];
  return {
    root() {
      const { x0, y0, slope } = within(middle[1] > 0 ? 1 : 2);
      return x0 - y0 / slope;
    },
    at(x: number) {
      const { x0, y0, slope } = within(x < middle[0] ? 1 : 2);
      return y0 + slope * (x - x0);
    },
  };
}

/** Chance, intervals and amplitudes of each case, and how many reach 0.85 to 1.15. */
export function rainSquaresTable(rows: readonly SquaresRow[]): readonly (readonly string[])[] {
  const cases = rows.filter(({ amplitude }) => amplitude === 1);
  const counts = { now: 0, certain: 0, perfect: 0, second: 0, calibrated: 0 };
  const lines = cases.map((row) => {
    const drawn = rows
      .filter(({ archive, factor }) => archive === row.archive && factor === row.factor)
      .toSorted((a, b) => a.amplitude - b.amplitude);
    const [own, ratio]: [number[], number[]] = [[], []];
    for (const weights of redraws(rng(0), row.blocks.length, 1, DRAWS)) {
      const weight = (n: number) => weights[n]!;
      own.push(ratioOf(row, "squares", weight));
      ratio.push(own.at(-1)! / ratioOf(row, "cells", weight));
    }
    const interval = (values: number[]) => {
      const sorted = Float64Array.from(values).sort();
      return [0.05, 0.95].map((p) => quantileOfSorted(sorted, p)) as [number, number];
    };
    const half = (second: boolean) => (n: number) => Number(n % HALF_HOURS >= HALF_HOURS / 2 === second);
    const along = (of: keyof typeof places, second: boolean) =>
      lineOf(drawn.map((one) => [Math.log(one.amplitude), Math.log(ratioOf(one, of, half(second)))] as const));
    const amplitude = along("cells", false).root();
    const [before, after] = [0, amplitude].map((x) => Math.exp(along("squares", true).at(x))) as [number, number];
    const [now, [low, high], of] = [ratioOf(row, "squares"), interval(own), interval(ratio)];
    counts.now += Number(isGoal(now));
    counts.certain += Number(high < 0.85 || low > 1.15);
    counts.perfect += row.perfect.filter(isGoal).length;
    counts.second += Number(isGoal(before));
    counts.calibrated += Number(isGoal(after));
    const range = ([a, b]: readonly [number, number]) => `${a.toFixed(2)} to ${b.toFixed(2)}`;
    return [
      ...[names[row.archive]!, `×${row.factor}`, now.toFixed(2), range([low, high])],
      `${(now / ratioOf(row, "cells")).toFixed(2)} (${range(of)})`,
      `${row.perfect.filter(isGoal).length} of ${row.perfect.length}`,
      ...[Math.exp(amplitude), before, after].map((v) => v.toFixed(2)),
    ];
  });
  const of = (n: number) => `${n} of ${cases.length}`;
  return [
    [
      ...["archive", "factor", "256 km²", "90 % interval", "over cells", "a member as truth"],
      ...["amplitude by cells of hour 1", "hour 2 as it is", "hour 2 with it"],
    ],
    ...lines,
    [
      ...["in 0.85 to 1.15", "", of(counts.now), `${counts.certain} certainly not`, ""],
      ...[`${counts.perfect} of ${cases.length * 8}`, "", of(counts.second), of(counts.calibrated)],
    ],
  ];
}
