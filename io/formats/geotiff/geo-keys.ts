/** Coordinate reference systems as GeoTIFF keys (OGC GeoTIFF 1.1, 19-008r4), from what a field knows of its own. */
import { OptionsError } from "../../../engine/errors.ts";
import { isGeographic } from "../../field/axes.ts";
import type { Field } from "../../field/field.ts";
import { metresPer } from "../../field/length-units.ts";
import { type Attributes, numbersOf, textOf } from "../../storage/source.ts";
import { keysOfMapping } from "./projection-keys.ts";

/** The three tags that carry a reference system. */
export interface GeoKeys {
  readonly directory: readonly number[];
  readonly doubles: readonly number[];
  readonly ascii: string;
}

/** Keys of a system that has an EPSG code. */
function fromEpsg(code: number, geographic: boolean): GeoKeys {
  const [model, key] = geographic ? [2, 2048] : [1, 3072];
  return { directory: [1, 1, 0, 3, 1024, 0, 1, model, 1025, 0, 1, 1, key, 0, 1, code], doubles: [], ascii: "" };
}

/** The code that closes a WKT text: `ID["EPSG",32633]]` or `AUTHORITY["EPSG","32633"]]`. */
function epsgOfWkt(wkt: string): number | undefined {
  const match = /(?:ID\["EPSG",\s*(\d+)\]|AUTHORITY\["EPSG",\s*"(\d+)"\])\s*\]\s*$/.exec(wkt);
  return match ? Number(match[1] ?? match[2]) : undefined;
}

/** True if x and y of a field are longitude and latitude. */
export function onSphere(field: Pick<Field, "coordinate">, x: string, y: string): boolean {
  return [x, y].every((dim) => isGeographic(dim, field.coordinate(dim)?.attributes ?? {}));
}

/** EPSG code that a grid mapping states, or that ends its WKT; 4326 for longitudes and latitudes without one. */
export function codeOf(
  field: Pick<Field, "coordinate">,
  mapping: Attributes,
  x: string,
  y: string,
): number | undefined {
  const stated = /^EPSG:(\d+)$/i.exec(textOf(mapping, "epsg_code") ?? "")?.[1];
  const wkt = textOf(mapping, "crs_wkt") ?? textOf(mapping, "spatial_ref") ?? "";
  const code = stated === undefined ? epsgOfWkt(wkt) : Number(stated);
  if (code !== undefined && code >= 1024 && code <= 32766) return code;
  return onSphere(field, x, y) ? 4326 : undefined;
}

/**
 * The GeoTIFF keys of a field: from the option, else from the grid mapping (keys of a GeoTIFF it came from, an EPSG
 * code, the code that ends its WKT), else EPSG:4326 where the coordinates are longitude and latitude, else the
 * projection spelled out where {@link keysOfMapping} can.
 *
 * @param epsg - code that the caller states, or `"none"` for a file without a reference system.
 * @throws OptionsError if the projection has no code and cannot be spelled out.
 */
export function geoKeysOf(
  field: Pick<Field, "name" | "gridMapping" | "coordinate">,
  x: string,
  y: string,
  epsg: number | "none" | undefined,
): GeoKeys | undefined {
  if (epsg === "none") return undefined;
  const geographic = onSphere(field, x, y);
  if (epsg !== undefined) {
    if (!Number.isInteger(epsg) || epsg < 1024 || epsg > 32766) {
      throw new OptionsError(
        `writeGeotiff: epsg is ${epsg}; expected a code from 1024 to 32766 or "none"`,
        "epsg",
        epsg,
      );
    }
    return fromEpsg(epsg, geographic);
  }
  const mapping = field.gridMapping?.attributes ?? {};
  const directory = numbersOf(mapping, "geo_key_directory");
  if (directory.length > 0)
    return passThrough(directory, numbersOf(mapping, "geo_double_params"), textOf(mapping, "geo_ascii_params"));
  const code = codeOf(field, mapping, x, y);
  if (code !== undefined) return fromEpsg(code, geographic);
  const unit = metresPer(textOf(field.coordinate(x)?.attributes ?? {}, "units"));
  const spelled = keysOfMapping(mapping, unit);
  if (spelled) return spelled;
  const name = textOf(mapping, "grid_mapping_name") ?? "no grid mapping";
  throw new OptionsError(
    `writeGeotiff: the map projection of field ${field.name} (${name}) has no EPSG code and cannot be spelled out in GeoTIFF; ` +
      'state one with `epsg: CODE`, write without a reference system with `epsg: "none"`, or write NetCDF',
    "epsg",
    undefined,
  );
}

/** Keys as they came, except that pixels are areas now. */
function passThrough(directory: readonly number[], doubles: readonly number[], ascii = ""): GeoKeys {
  const kept = [...directory];
  for (let i = 4; i + 3 < kept.length; i += 4) if (kept[i] === 1025) kept[i + 3] = 1;
  return { directory: kept, doubles, ascii };
}
