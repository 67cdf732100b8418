/** The table of daily chores, by its record. */
import type { Rows } from "../tables/page.ts";

/** Processor time in ms. */
interface Taken {
  readonly min: number;
  readonly median: number;
  readonly count: number;
}

/** One chore on both sides. */
export interface ChoreResult {
  readonly name: string;
  /** Program and version. */
  readonly peer: string;
  readonly ours: Taken;
  readonly theirs: Taken;
  /** Relative difference of what both found; null where nothing is found. */
  readonly off: number | null;
  /** Memory of the work, ours and the peer's, MB; of a command all of its process. */
  readonly memory: readonly [number, number];
  /** Powers of the size with which time grows, ours and the peer's, from a quarter of the inputs to all. */
  readonly growth?: readonly [number | null, number | null];
  /** The same of memory; null where the work took none. */
  readonly memoryGrowth?: readonly [number | null, number | null];
}

/** Rows in the order of the table. */
export const titles: Readonly<Record<string, string>> = {
  start: "start of the command",
  info: "`info FILE`",
  regrid: "`convert --grid`, 30 maps of 300² to 32², conservative",
  bilinear: "the same, bilinear",
  nearest: "the same, nearest",
  box: "`convert --bbox`, 120 maps of 300²",
  dates: "`convert --time`, 44 of them",
  turned: "`convert --grid`, 20 maps of a turned grid of 150² to 16², conservative",
  every: "`convert --every 1d --sum`, 480 maps of 150²",
  rainfarm: "RainFARM, 100 times, 4 members of 128²",
  qdm: "quantile delta mapping, temperature, 10 years of 20²",
  "read-packed": "read NetCDF-4, int16, deflate, 120 maps of 300²",
  "read-map": "open it and read one map",
  "read-pixel": "open it and read the series of a cell",
  "read-series": "the same, of chunks of 60 × 50²",
  "read-classic": "read NetCDF-3, int16, 120 maps of 300²",
  "write-netcdf": "write NetCDF-4, float32, deflate, 120 maps of 300²",
  "read-zarr": "read Zarr 3, zstd, 120 maps of 300²",
  "write-zarr": "write Zarr 3, zstd, 120 maps of 300²",
  "read-tiff": "read GeoTIFF, int16, deflate, predictor, 3000²",
  "read-window": "read 1000² of it, opened before",
  "read-bands": "read GeoTIFF, float32, deflate, 120 bands of 300²",
  "read-grib": "read GRIB 2, complex packing, 1500²",
  polygons: "cells of 300² in 100 polygons of 61 corners",
  crps: "fair CRPS, 4 × 20 members × 128²",
  ranks: "rank histogram of the same",
  spread: "spread and skill of the same",
  verify: "`verify` of the same, three thresholds",
  bootstrap: "`verify` with 100 redraws, 40 × 20 members × 48²",
  indices: "ETCCDI indices, 10 years at 1000 places",
  spectra: "spectra of 80 maps of 128²",
  fss: "FSS of 80 maps of 128², one window",
  line: "W₂ on a line, 10⁶ points",
  emd: "exact transport, 1000 weighted points in a plane",
  sinkhorn: "Sinkhorn, the same, ε = 0.5",
  unbalanced: "unbalanced Sinkhorn, the same, reach 1",
  "sinkhorn-4000": "Sinkhorn, 4000 points, ε = 0.5",
  "solve-start": "`solve` of u′ = −u with start",
  ode: "u′ = −u to 1e-6",
  heat: "heat equation to 1e-6",
};

/** Two digits of milliseconds. */
const time = (ms: number): string => Number(ms.toPrecision(2)).toString();

const power = (value: number | null): string => value?.toFixed(2) ?? "–";

export function choresTable(rows: readonly ChoreResult[]): Rows {
  const header = [
    "chore",
    "monge, ms: least, median",
    "peer",
    "peer, ms: least, median",
    "peer / monge",
    "memory, MB: monge, peer",
    "growth of time; memory: monge, peer",
  ];
  return [
    header,
    ...rows.map(({ name, peer, ours, theirs, memory, growth, memoryGrowth }) => [
      ...[
        titles[name]!,
        `${time(ours.min)}, ${time(ours.median)}`,
        peer,
        `${time(theirs.min)}, ${time(theirs.median)}`,
      ],
      ...[Number((theirs.min / ours.min).toPrecision(2)).toString(), memory.join(", ")],
      [growth, memoryGrowth].flatMap((powers) => (powers ? [powers.map(power).join(", ")] : [])).join("; "),
    ]),
  ];
}
