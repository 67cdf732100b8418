/** A row of the record of bench/rain-spectra.ts. */
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
