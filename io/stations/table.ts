/** Measurements of stations on common times. */
import { DomainError } from "../../engine/errors.ts";
import type { Coordinate } from "../field/field.ts";
import type { Attributes } from "../storage/source.ts";

/** A place where something is measured; degrees. */
export interface Station {
  readonly id: string;
  readonly longitude: number;
  readonly latitude: number;
}

/** One value of one station. */
export interface Measurement {
  readonly station: number;
  /** In the units of the times; NaN for none, which is left out. */
  readonly time: number;
  readonly bounds?: readonly [from: number, to: number];
  readonly value: number;
}

/** All measurements of a file, [time, station]; NaN where there is none. */
export interface StationTable {
  readonly name: string;
  readonly units: string | undefined;
  /** CF attributes of the variable besides its units. */
  readonly attributes: Attributes;
  readonly stations: readonly Station[];
  readonly time: Coordinate;
  readonly values: Float64Array;
}

/** @throws DomainError where a time of a station comes twice, or nothing is measured */
export function tableOf(
  path: string,
  stations: readonly Station[],
  measured: readonly Measurement[],
  attributes: Attributes,
  variable: Pick<StationTable, "name" | "units" | "attributes">,
): StationTable {
  const bounds = new Map<number, Measurement["bounds"]>();
  for (const { time, bounds: edges } of measured) if (!Number.isNaN(time)) bounds.set(time, edges);
  if (stations.length === 0 || bounds.size === 0) throw new DomainError(`${path}: there are no measurements`, 0);
  const times = Float64Array.from(bounds.keys()).sort();
  const at = new Map(Array.from(times, (time, k) => [time, k]));
  const [values, seen] = [new Float64Array(times.length * stations.length).fill(Number.NaN), new Set<number>()];
  for (const { station, time, value } of measured) {
    if (Number.isNaN(time)) continue;
    const cell = at.get(time)! * stations.length + station;
    if (seen.has(cell)) {
      const { id } = stations[station]!;
      throw new DomainError(
        `${path}: a time of station ${id} comes twice (${time} ${attributes["units"]}); keep one`,
        time,
      );
    }
    seen.add(cell);
    values[cell] = value;
  }
  const edges = Array.from(times, (time) => bounds.get(time));
  const complete = edges.every((pair) => pair !== undefined);
  const time = { name: "time", dims: ["time"], values: times, attributes };
  return {
    ...variable,
    stations,
    values,
    time: complete ? { ...time, bounds: Float64Array.from(edges.flat()) } : time,
  };
}
