// Inside: images of pairs, which no door exports.
/** Small exact fields of pairs. */
import type { Rng } from "../../engine/index.ts";
import { pairImages, usualImages } from "../../generative/data/images/of-pairs.ts";
import { imagesInMemory } from "../../generative/data/images/take.ts";
import type { MatchedPairs } from "../../generative/data/index.ts";
import type { ModelDescription } from "../../generative/model/index.ts";
import { type Coordinate, Field, type FieldOptions, type LazyField, lazyField } from "../../io/index.ts";
import { axis } from "../axis.ts";

/** Times in hours since 2000-01-01, with bounds as [from, to] where given. */
export function hours(
  values: readonly number[],
  bounds?: readonly (readonly [number, number])[],
  calendar = "standard",
): Coordinate {
  return {
    ...{ name: "time", dims: ["time"], values: Float64Array.from(values) },
    attributes: { standard_name: "time", units: "hours since 2000-01-01 00:00:00", calendar },
    ...(bounds && { bounds: Float64Array.from(bounds.flat()) }),
  };
}

/** Intervals of so many hours with their bounds, one after the other, stamped at a part of each: 0 is its beginning. */
export const spans = (first: number, step: number, count: number, stamp = 0.5): Coordinate =>
  hours(
    steps(first + stamp * step, step, count),
    steps(first, step, count).map((from, i) => [from, first + (i + 1) * step] as const),
  );

/** Days from 0 to 24 h with their bounds, stamped at noon. */
export const days = (count: number): Coordinate => spans(0, 24, count);

/** A line of latitudes or longitudes. */
export const line = (name: "lat" | "lon", values: readonly number[]): Coordinate =>
  axis(
    name,
    Float64Array.from(values),
    name === "lat"
      ? { standard_name: "latitude", units: "degrees_north" }
      : { standard_name: "longitude", units: "degrees_east" },
  );

/** `count` positions from `first` on. */
export const steps = (first: number, step: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i * step);

/** What a field of {@link fieldOf} is made of. */
export interface FieldSketch {
  readonly name: string;
  readonly units?: string;
  readonly standardName?: string | undefined;
  readonly time?: Coordinate;
  readonly lat: readonly number[];
  readonly lon: readonly number[];
  /** The value at a time (its index), latitude and longitude. */
  readonly value: (time: number, lat: number, lon: number) => number;
  readonly more?: Partial<FieldOptions>;
}

/** A field whose values are a function of time and place. */
export function fieldOf({ name, units, standardName, time, lat, lon, value, more }: FieldSketch): LazyField {
  const times = time ? time.values.length : 1;
  const values = new Float32Array(times * lat.length * lon.length);
  let at = 0;
  for (let t = 0; t < times; t++) for (const y of lat) for (const x of lon) values[at++] = value(t, y, x);
  return lazyField(
    new Field({
      ...{ name, dims: [...(time ? ["time"] : []), "lat", "lon"] },
      ...{ shape: [...(time ? [times] : []), lat.length, lon.length], values, units },
      coordinates: [...(time ? [time] : []), line("lat", lat), line("lon", lon)],
      attributes: standardName === undefined ? {} : { standard_name: standardName },
      ...more,
    }),
  );
}

/** Images of some times, cut into memory. */
export async function cutInMemory(
  pairs: MatchedPairs,
  times: readonly number[],
  description: ModelDescription,
  { rng, ...rules }: Partial<typeof usualImages> & { readonly rng: Rng },
) {
  const usual = { ...usualImages, ...rules };
  const images = await imagesInMemory(pairImages(pairs, times, description, usual), usual, rng);
  const places = images.events.flatMap((event) =>
    event.places.map(({ frame: time, ...place }) => ({ time, ...place })),
  );
  return Object.assign(images, { places });
}
