/** A cut-off of the archive: the table of the record of bench/rain-cut-off.ts. */
import type { MethodScores } from "../pretrain/judge.ts";

/** An archive by a factor. */
export interface CutOffRow {
  readonly name: string;
  /** True where the weights of the package have not seen the archive. */
  readonly unseen: boolean;
  readonly factor: number;
  /** Cut-off of a fine map, in thresholds of dry. */
  readonly c: number;
  /** Cut-offs that the halves tell. */
  readonly by: readonly number[];
  readonly asIs: MethodScores;
  readonly map: MethodScores;
  readonly readings: MethodScores;
}

/** Cases that reach each goal, and the mean change of the CRPS. */
export function rainCutOffTable(rows: readonly CutOffRow[]): readonly (readonly string[])[] {
  const ways = { asIs: "as it is", map: "a fine map", readings: "readings" } as const;
  return [
    [
      ...["archives", "cut-off from", "wet share within 3 points", "in 0.8 to 1.25", "RALSD at most 1 dB"],
      ...["q99.9 within 10 %", "CRPS"],
    ],
    ...[false, true].flatMap((unseen) => {
      const own = rows.filter((row) => row.unseen === unseen);
      return (["asIs", "map", "readings"] as const).map((way) => {
        const count = (holds: (scores: MethodScores) => boolean) => own.filter((row) => holds(row[way])).length;
        const change = own.reduce((sum, row) => sum + Math.log(row[way].crps / row.asIs.crps), 0) / own.length;
        return [
          unseen ? "no training saw" : "of the training",
          ways[way],
          `${count(({ wet }) => Math.abs(wet) <= 3)} of ${own.length}`,
          `${count(({ spreadSkill }) => spreadSkill >= 0.8 && spreadSkill <= 1.25)}`,
          `${count(({ ralsd }) => ralsd <= 1)}`,
          `${count(({ q999 }) => Math.abs(q999) <= 10)}`,
          `${change < 0 ? "−" : "+"}${Math.abs(100 * change).toFixed(1)} %`,
        ];
      });
    }),
  ];
}
