/** Seeded pairs of a fine and a different coarse data set of one rain. */
import { checkOptions, either, list, positive, whole } from "../../engine/checks.ts";
import { defined } from "../../engine/defined.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { type Coordinate, Field } from "../../io/field/index.ts";
import { cellMeans } from "./cells.ts";
import {
  climateStream,
  coarseRain,
  rainOfLatent,
  type SyntheticClimate,
  type SyntheticPairsOptions,
  syntheticClimate,
  usualClimate,
} from "./climate.ts";
import { torusFields, windowOf } from "./torus-field.ts";

/** Result of {@link syntheticPairs}. */
export interface SyntheticPairs {
  /** Rain in mm h-1, [time, lat, lon]. */
  readonly fine: Field;
  /** Another data set of the same rain, coarse, biased, displaced and noisy: mm h-1, [time, lat, lon]. */
  readonly coarse: Field;
  /** Height of the ground in m, [lat, lon] of the fine grid. */
  readonly orography: Field;
  /** The climate that both are drawn from. */
  readonly climate: SyntheticClimate;
}

/**
 * Makes pairs of hours that are independent of each other, but for the orography.
 *
 * @returns Fields in float32
 * @throws OptionsError for an option out of range
 */
export function syntheticPairs(options: SyntheticPairsOptions): SyntheticPairs {
  const side = whole(2);
  const checks = {
    times: whole(),
    firstTime: whole(0),
    seed: whole(0),
    factor: positive(),
    size: either(list(side, 2, 2), side),
  };
  checkOptions("syntheticPairs", options, checks, ["times", "seed"]);
  const { times, firstTime = 0, seed, size = usualClimate.height, factor } = options;
  const [height, width] = typeof size === "number" ? [size, size] : size;
  return pairsOf(syntheticClimate({ ...usualClimate, ...defined({ factor }), seed, height, width }), times, firstTime);
}

/** Pairs of a climate, from an hour on. */
export function pairsOf(climate: SyntheticClimate, times: number, firstTime: number): SyntheticPairs {
  const { height, width, rows, columns, factor } = climate;
  const [points, cells] = [height * width, rows.length * columns.length];
  const fine = new Float32Array(times * points);
  const coarse = new Float32Array(times * cells);
  for (let n = 0; n < times; n++) {
    const { latent, seen } = hourOf(climate, firstTime + n);
    for (let i = 0; i < points; i++) fine[n * points + i] = rainOfLatent(climate, latent[i]!);
    for (let j = 0; j < cells; j++) coarse[n * cells + j] = coarseRain(seen[j]!);
  }
  return {
    fine: rainField({ values: fine, shape: [times, height, width] }, firstTime, 1, "rain rate"),
    coarse: rainField(
      { values: coarse, shape: [times, rows.length, columns.length] },
      firstTime,
      factor,
      "rain rate of a coarse data set",
    ),
    orography: orographyField(climate.orography, height, width),
    climate,
  };
}

/** G on the fine grid, and what the coarse data set sees of it. */
function hourOf(climate: SyntheticClimate, hour: number): { latent: Float64Array; seen: Float64Array } {
  const { seed, side, height, width, rows, columns, weather, orography, orographyShare, coarseNoise } = climate;
  const stream = climateStream(seed).split("hour").split(hour);
  const latent = windowOf(torusFields(weather, side, stream.split("weather")).re, side, height, width);
  const root = Math.sqrt(orographyShare);
  for (let i = 0; i < latent.length; i++) latent[i]! += root * orography[i]!;
  const noise = stream.split("noise").normal(rows.length * columns.length);
  const seen = cellMeans(latent, width, rows, columns).map((y, j) => y + coarseNoise * noise[j]!);
  return { latent, seen };
}

/** Degrees of a fine pixel, and the corner of the grid. */
const PIXEL = 0.05;
const SOUTH = 42;
const WEST = 4;
/** Maps draw no coast there. */
const comment = "idealised: the field is synthetic and lies in no real place";

/** A grid of `rows` x `columns` cells, each of `factor` fine pixels a side. */
function gridOf(rows: number, columns: number, factor: number): readonly [Coordinate, Coordinate] {
  const edges = (corner: number, i: number): number => Number((corner + i * factor * PIXEL).toFixed(9));
  const axis = (name: string, n: number, corner: number, attributes: Coordinate["attributes"]): Coordinate => ({
    name,
    dims: [name],
    values: Float64Array.from({ length: n }, (_, i) => edges(corner, i + 0.5)),
    bounds: Float64Array.from({ length: 2 * n }, (_, i) => edges(corner, Math.floor(i / 2) + (i % 2))),
    attributes,
  });
  return [
    axis("lat", rows, SOUTH, { standard_name: "latitude", units: "degrees_north", axis: "Y", comment }),
    axis("lon", columns, WEST, { standard_name: "longitude", units: "degrees_east", axis: "X", comment }),
  ];
}

/** Hourly rain rates [times, rows, columns]; time `first` begins `first` hours after the start of 2001. */
function rainField({ values, shape }: ShapedArray, first: number, factor: number, longName: string): Field {
  const [times, rows, columns] = shape as [number, number, number];
  const time: Coordinate = {
    name: "time",
    dims: ["time"],
    values: Float64Array.from({ length: times }, (_, i) => first + i + 0.5),
    bounds: Float64Array.from({ length: 2 * times }, (_, i) => first + Math.floor(i / 2) + (i % 2)),
    attributes: { standard_name: "time", units: "hours since 2001-01-01 00:00:00", calendar: "standard", axis: "T" },
  };
  return new Field({
    name: "pr",
    dims: ["time", "lat", "lon"],
    shape,
    values,
    units: "mm h-1",
    coordinates: [time, ...gridOf(rows, columns, factor)],
    attributes: { standard_name: "lwe_precipitation_rate", long_name: longName, cell_methods: "time: mean" },
  });
}

/** Height of the ground in metres from its standardised values [rows, columns]: mean 1000 m, deviation 300 m. */
function orographyField(standardised: Float64Array, rows: number, columns: number): Field {
  return new Field({
    name: "orog",
    dims: ["lat", "lon"],
    shape: [rows, columns],
    values: Float32Array.from(standardised, (z) => 1000 + 300 * z),
    units: "m",
    coordinates: gridOf(rows, columns, 1),
    attributes: { standard_name: "surface_altitude", long_name: "height of the ground" },
  });
}
