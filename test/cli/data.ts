/** Small files of synthetic rain for tests of the command. */
import { syntheticPairs } from "../../generative/index.ts";
import { convertPrecipitation, Field, writeNetcdf } from "../../io/index.ts";
import { axis, evenly } from "../axis.ts";

export interface RainFileOptions {
  readonly days: number;
  /** Rates, or amounts of a day. */
  readonly units: string;
  /** Side of the grid. @defaultValue 32 */
  readonly size?: number;
  /** @defaultValue 1 */
  readonly seed?: number;
}

/** Writes one variable `pr` on (time, y, x), y falling, with daily times and coordinates in kilometres. */
export async function writeSyntheticRain(path: string, o: RainFileOptions): Promise<Field> {
  const { days, units, size = 32, seed = 1 } = o;
  const rates = new Field({
    name: "pr",
    dims: ["time", "y", "x"],
    shape: [days, size, size],
    values: Float32Array.from(syntheticPairs({ seed, times: days, size }).fine.values),
    units: "mm h-1",
    coordinates: [
      axis("time", evenly(days), { units: "days since 2020-01-01", standard_name: "time" }),
      axis("y", evenly(size, size - 0.5, -1), { units: "km", standard_name: "projection_y_coordinate" }),
      axis("x", evenly(size, 0.5), { units: "km", standard_name: "projection_x_coordinate" }),
    ],
  });
  const field = convertPrecipitation(rates, units, { interval: 86400 });
  await writeNetcdf(path, field);
  return field;
}
