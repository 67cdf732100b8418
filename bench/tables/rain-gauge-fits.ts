/** Ways of fitting an amplitude to readings: the table of the record of bench/rain-gauge-fits.ts. */

/** An archive. */
export interface GaugeFitsRow {
  /** `choosing` among the ways, or `judging` the choice. */
  readonly use: string;
  readonly name: string;
  /** Spread over skill of the second half of the times with an amplitude of 1. */
  readonly asItIs: number;
  /** Median of the fitted amplitudes, and share of draws with which the second half is in 0.8 to 1.25. */
  readonly ways: Readonly<Record<string, { readonly amplitude: number; readonly calibrated: number }>>;
}

const percent = (share: number) => `${Math.round(100 * share)} %`;

/** Shares of draws by archive and way, and their means. */
export function rainGaugeFitsTable(rows: readonly GaugeFitsRow[]): readonly (readonly string[])[] {
  const ways = Object.keys(rows[0]!.ways);
  return [
    ["archive", "as it is", ...ways],
    ...["choosing", "judging"].flatMap((use) => {
      const own = rows.filter((row) => row.use === use);
      const meanOf = (way: string) => own.reduce((sum, row) => sum + row.ways[way]!.calibrated, 0) / own.length;
      const isIn = ({ asItIs }: GaugeFitsRow) => asItIs >= 0.8 && asItIs <= 1.25;
      return [
        ...own.map(({ name, asItIs, ways: found }) => [
          ...[name, asItIs.toFixed(2)],
          ...ways.map((way) => percent(found[way]!.calibrated)),
        ]),
        [`${use}, mean`, `${own.filter(isIn).length} of ${own.length}`, ...ways.map((way) => percent(meanOf(way)))],
      ];
    }),
  ];
}
