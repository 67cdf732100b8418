/**
 * The distribution of the coarse observations that a model was trained on, so that a climate model's field can be brought to that distribution
 * before it is refined: learned from observations alone, one network corrects and refines any climate model (the road without
 * pairs of Aich et al. 2026, arXiv 2404.14416, with block means in the place of noise for the common scale).
 */
import { type Check, list, optional, positive, record, text, whole } from "../../engine/checks.ts";
import { defined } from "../../engine/defined.ts";
import { Field } from "../../io/field/index.ts";
import { type FineGrid, fineGridCheck, regridGridOf, sizeOfGrid } from "./fine-grid.ts";

/** The distribution besides its quantiles. Plain JSON. */
export interface Correction {
  /** Of the coarse observations. */
  readonly grid: FineGrid;
  /** Each season that was seen, from 0, December to February, to 3, September to November. */
  readonly seasons: readonly number[];
  /** Quantiles of each season and cell, at probabilities (i + ½)/n. */
  readonly quantiles: number;
  readonly name: string;
  /** Of its values. @defaultValue the data had none */
  readonly units?: string;
  /** CF standard name. @defaultValue the data had none */
  readonly standardName?: string;
  /** CF `cell_methods`. @defaultValue the data had none */
  readonly cellMethods?: string;
  /** Seconds that a value stands for. @defaultValue unknown */
  readonly interval?: number;
}

/** Tells what is wrong with a stored {@link Correction}. */
export const correctionCheck: Check = record({
  grid: fineGridCheck,
  seasons: list(whole(0, 3), 1, 4),
  quantiles: whole(10, 1000),
  name: text,
  units: optional(text),
  standardName: optional(text),
  cellMethods: optional(text),
  interval: optional(positive()),
});

/** Length of the array of quantiles. */
export function distributionSize({ grid, seasons, quantiles }: Correction): number {
  const [height, width] = sizeOfGrid(grid);
  return seasons.length * quantiles * height * width;
}

/** Days from the first of January to the middle of each season. */
const middles = [14, 104, 195, 287];

/** The distribution as a field whose times stand for its quantiles: one of each season a year. */
export function distributionField(
  { grid, seasons, quantiles, ...of }: Correction,
  quantileValues: Float32Array,
): Field {
  const { y, x, gridMapping, positions } = regridGridOf(grid);
  const [height, width] = sizeOfGrid(grid);
  const cells = height * width;
  const order = [...seasons.keys()].sort((a, b) => middles[seasons[a]!]! - middles[seasons[b]!]!);
  const values = new Float32Array(quantileValues.length);
  const days = new Float64Array(quantiles * seasons.length);
  for (let i = 0, n = 0; i < quantiles; i++) {
    for (const s of order) {
      const from = (s * quantiles + i) * cells;
      values.set(quantileValues.subarray(from, from + cells), n * cells);
      days[n++] = 365 * i + middles[seasons[s]!]!;
    }
  }
  const bounds =
    of.interval &&
    Float64Array.from({ length: 2 * days.length }, (_, i) => days[i >> 1]! + (i & 1 ? of.interval! / 86_400 : 0));
  const attributes = { units: "days since 2001-01-01", calendar: "noleap", standard_name: "time", axis: "T" };
  const time = { name: "time", dims: ["time"], values: days, attributes, ...(bounds && { bounds }) };
  return new Field({
    name: of.name,
    units: of.units,
    dims: ["time", y.dims[0]!, x.dims[0]!],
    shape: [days.length, height, width],
    values,
    coordinates: [time, y, x, ...(positions ?? [])],
    attributes: defined({ standard_name: of.standardName, cell_methods: of.cellMethods }),
    gridMapping,
  });
}
