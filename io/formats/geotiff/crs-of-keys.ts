/** The reference system of a GeoTIFF as attributes of a CF grid mapping (OGC GeoTIFF 1.1, 19-008r4). */
import type { AttributeValue } from "../../storage/source.ts";
import type { TiffDirectory } from "./tiff/directory.ts";

/** The keys of the GeoKey directory by number: a code, numbers or a text. */
export type KeyValues = ReadonlyMap<number, number | readonly number[] | string>;

/** Reference system in the keys of a GeoTIFF. */
export interface TiffReference {
  /** True if pixels are points (GTRasterTypeGeoKey 2). */
  readonly point: boolean;
  readonly geographic: boolean;
  /** Units of x and y; undefined where no reference system is stated, or they are unusual. */
  readonly units: string | undefined;
  readonly keys: KeyValues;
  /** Attributes of the grid mapping. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

const LINEAR: ReadonlyMap<number, string> = new Map([
  [9001, "m"],
  [9002, "ft"],
  [9003, "US_survey_foot"],
  [9036, "km"],
]);

function parseKeys(directory: readonly number[], doubles: readonly number[], ascii: string): KeyValues {
  const keys = new Map<number, number | readonly number[] | string>();
  for (let i = 4; i + 3 < directory.length && i < 4 + 4 * directory[3]!; i += 4) {
    const [key, location, count, value] = directory.slice(i, i + 4) as [number, number, number, number];
    if (location === 0) keys.set(key, value);
    else if (location === 34736) keys.set(key, count === 1 ? doubles[value]! : doubles.slice(value, value + count));
    else if (location === 34737) keys.set(key, ascii.slice(value, value + count).replace(/\|$/, ""));
  }
  return keys;
}

/** Reads the three tags of the reference system. */
export function referenceOf(tags: TiffDirectory): TiffReference {
  const directory = Array.from(tags.numbers(34735));
  const doubles = Array.from(tags.numbers(34736));
  const ascii = tags.text(34737) ?? "";
  const keys = parseKeys(directory, doubles, ascii);
  const code = keys.get(3072) ?? keys.get(2048);
  const geographic = keys.get(1024) === 2;
  const attributes: Record<string, AttributeValue> = {};
  if (geographic) attributes.grid_mapping_name = "latitude_longitude";
  if (typeof code === "number" && code > 1024 && code < 32767) attributes.epsg_code = `EPSG:${code}`;
  if (directory.length > 0) attributes.geo_key_directory = directory;
  if (doubles.length > 0) attributes.geo_double_params = doubles;
  if (ascii !== "") attributes.geo_ascii_params = ascii;
  const linear = keys.get(3076);
  const stated = keys.size > 0 && keys.get(1024) !== 32767;
  const units = stated ? (linear === undefined ? "m" : LINEAR.get(linear as number)) : undefined;
  return { point: keys.get(1025) === 2, geographic, units, keys, attributes };
}
