/** A real coarse model refined by several ways: the record and its table. */
export interface WorkedCase {
  /** Cells of the coarse model that it resolves. */
  readonly resolved: number;
  readonly rows: readonly {
    readonly way: string;
    readonly crps: number;
    /** Null with one member. */
    readonly spreadSkill: number | null;
    /** Bias of the 0.999 quantile and of the share of wet cells in percent. */
    readonly q999: number;
    readonly wet: number;
    /** Difference of the spectra in dB. */
    readonly ralsd: number;
    /** Fair CRPS of means over squares. */
    readonly squares: number;
  }[];
}

export function workedRows({ rows }: WorkedCase): readonly (readonly string[])[] {
  const percent = (v: number) => `${v < 0 ? "−" : "+"}${Math.abs(v).toFixed(0)} %`;
  return [
    ["way", "CRPS, mm", "spread/skill", "q99.9", "wet share", "RALSD, dB", "CRPS of 16 × 16 cells"],
    ...rows.map(({ way, crps, spreadSkill, q999, wet, ralsd, squares }) => [
      ...[way, crps.toFixed(3), spreadSkill?.toFixed(2) ?? "–", percent(q999), percent(wet), ralsd.toFixed(1)],
      squares.toFixed(3),
    ]),
  ];
}
