/** CF grid mappings (CF-1.11, appendix F) as GeoTIFF keys of a projection without an EPSG code (OGC 19-008r4, annex C). */

import { getOwn } from "../../../engine/files/get-own.ts";
import { type Attributes, numbersOf, textOf } from "../../storage/source.ts";
import type { GeoKeys } from "./geo-keys.ts";

const USER_DEFINED = 32767;
const KEY = {
  model: 1024,
  raster: 1025,
  geographic: 2048,
  datum: 2050,
  angularUnits: 2054,
  ellipsoid: 2056,
  semiMajor: 2057,
  semiMinor: 2058,
  projected: 3072,
  projection: 3074,
  method: 3075,
  linearUnits: 3076,
  parallel1: 3078,
  parallel2: 3079,
  originLongitude: 3080,
  originLatitude: 3081,
  falseEasting: 3082,
  falseNorthing: 3083,
  falseOriginLongitude: 3084,
  falseOriginLatitude: 3085,
  falseOriginEasting: 3086,
  falseOriginNorthing: 3087,
  centreLongitude: 3088,
  centreLatitude: 3089,
  scale: 3092,
  poleLongitude: 3095,
} as const;

type Parameters = readonly (readonly [key: number, value: number])[];

interface Method {
  readonly code: number;
  readonly parameters: Parameters;
}

/** Parameters by their numbers in CF; undefined where one is missing. */
type Given = readonly (readonly [key: number, value: number | undefined])[];

/** Method code and parameters of a grid mapping; undefined where a parameter is missing or the method is another. */
function methodOf(mapping: Attributes, unit: number): Method | undefined {
  const get = (name: string) => numbersOf(mapping, name)[0];
  const [east = 0, north = 0] = [get("false_easting"), get("false_northing")].map((v) => v && v * unit);
  const shift: Given = [
    [KEY.falseEasting, east],
    [KEY.falseNorthing, north],
  ];
  const [first, second = first] = numbersOf(mapping, "standard_parallel");
  const parallels: Given = [
    [KEY.parallel1, first],
    [KEY.parallel2, second],
  ];
  const centre = get("longitude_of_central_meridian");
  const [latitude, longitude] = [get("latitude_of_projection_origin"), get("longitude_of_projection_origin")];
  const origin: Given = [
    [KEY.originLongitude, centre],
    [KEY.originLatitude, latitude],
  ];
  const scale = get("scale_factor_at_projection_origin");
  const methods: Readonly<Record<string, readonly [code: number, given: Given]>> = {
    polar_stereographic: [
      15,
      [
        [KEY.originLatitude, first ?? (scale === undefined ? undefined : latitude)],
        ...shift,
        [KEY.scale, first === undefined ? scale : 1],
        [KEY.poleLongitude, get("straight_vertical_longitude_from_pole") ?? longitude],
      ],
    ],
    albers_conical_equal_area: [11, [...parallels, ...origin, ...shift]],
    lambert_conformal_conic: [
      8,
      [
        ...parallels,
        [KEY.falseOriginLongitude, centre],
        [KEY.falseOriginLatitude, latitude],
        [KEY.falseOriginEasting, east],
        [KEY.falseOriginNorthing, north],
      ],
    ],
    lambert_azimuthal_equal_area: [10, [...shift, [KEY.centreLongitude, longitude], [KEY.centreLatitude, latitude]]],
    transverse_mercator: [1, [...origin, ...shift, [KEY.scale, get("scale_factor_at_central_meridian") ?? 1]]],
  };
  const [code, given] = getOwn(methods, textOf(mapping, "grid_mapping_name") ?? "") ?? [];
  if (code === undefined || given!.some(([, value]) => value === undefined)) return undefined;
  return { code, parameters: given as Parameters };
}

/** Semi-axes in metres; undefined where the mapping does not state the earth's figure. */
function ellipsoidOf(mapping: Attributes): readonly [number, number] | undefined {
  const get = (name: string) => numbersOf(mapping, name)[0];
  const major = get("semi_major_axis") ?? get("earth_radius");
  if (major === undefined || (get("longitude_of_prime_meridian") ?? 0) !== 0) return undefined;
  const flattening = get("inverse_flattening");
  const minor = get("semi_minor_axis") ?? (flattening ? major * (1 - 1 / flattening) : major);
  return [major, minor];
}

/**
 * GeoTIFF keys that spell out a grid mapping: polar stereographic, Albers and Lambert conformal cones, Lambert
 * azimuthal and transverse Mercator.
 *
 * @param unit - metres per unit of the coordinates, in which CF states false eastings.
 * @returns undefined for other mappings, or where a parameter or the ellipsoid is missing.
 */
export function keysOfMapping(mapping: Attributes, unit: number): GeoKeys | undefined {
  const method = methodOf(mapping, unit);
  const ellipsoid = ellipsoidOf(mapping);
  if (!method || !ellipsoid) return undefined;
  const shorts: Parameters = [
    [KEY.model, 1],
    [KEY.raster, 1],
    [KEY.geographic, USER_DEFINED],
    [KEY.datum, USER_DEFINED],
    [KEY.angularUnits, 9102],
    [KEY.ellipsoid, USER_DEFINED],
    [KEY.projected, USER_DEFINED],
    [KEY.projection, USER_DEFINED],
    [KEY.method, method.code],
    [KEY.linearUnits, 9001],
  ];
  const numbers: Parameters = [[KEY.semiMajor, ellipsoid[0]], [KEY.semiMinor, ellipsoid[1]], ...method.parameters];
  const entries = [
    ...shorts.map(([key, value]) => [key, 0, 1, value]),
    ...numbers.map(([key], i) => [key, 34736, 1, i]),
  ].sort((a, b) => a[0]! - b[0]!);
  return {
    directory: [1, 1, 0, entries.length, ...entries.flat()],
    doubles: numbers.map(([, value]) => value),
    ascii: "",
  };
}
