/** What a correction of the members' spectrum could gain: the table of the record of bench/rain-spectra.ts. */

/** A row of the record. */
export interface SpectraRow {
  readonly name: string;
  readonly provider: string;
  /** True where the weights of the package have seen the archive. */
  readonly learned: boolean;
  readonly factor: number;
  /** Mean power at wavenumbers 1 to 31 of tiles of 64 x 64. */
  readonly truth: readonly number[];
  readonly drawn: readonly number[];
}

const decibels = ({ truth, drawn }: SpectraRow) => truth.map((power, k) => 10 * Math.log10(power / drawn[k]!));
const meanOf = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

/** RALSD in dB that is left by the mean difference of other archives. */
function left(row: SpectraRow, others: readonly SpectraRow[]): number {
  const known = others.filter(({ factor }) => factor === row.factor).map(decibels);
  const differences = decibels(row).map(
    (v, k) => (v - (known.length > 0 ? meanOf(known.map((one) => one[k]!)) : 0)) ** 2,
  );
  return Math.sqrt(meanOf(differences));
}

/** RALSD of archives that no training saw, as they are and as two corrections would leave them. */
export function rainSpectraTable(rows: readonly SpectraRow[]): readonly (readonly string[])[] {
  const [learned, fresh] = [rows.filter((row) => row.learned), rows.filter((row) => !row.learned)];
  const isRadolan = ({ provider }: SpectraRow) => provider === "DWD";
  const ways: Readonly<Record<string, (row: SpectraRow) => readonly SpectraRow[]>> = {
    "as it is": () => [],
    "one for all": (row) => learned.filter(({ provider }) => provider !== row.provider),
    "that of RADOLAN": () => learned.filter(isRadolan),
  };
  const groups = [
    ["BoM, OPERA, MeteoSwiss, PRISM, TAMSAT", fresh.filter((row) => !isRadolan(row))],
    ["RADOLAN of 2014", fresh.filter(isRadolan)],
  ] as const;
  return [
    ["correction", ...groups.flatMap(([name]) => [`${name}: RALSD, mean`, `${name}: at most 1 dB`])],
    ...Object.entries(ways).map(([way, others]) => [
      way,
      ...groups.flatMap(([, own]) => {
        const found = own.map((row) => left(row, others(row)));
        return [`${meanOf(found).toFixed(2)} dB`, `${found.filter((v) => v <= 1).length} of ${own.length}`];
      }),
    ]),
  ];
}
