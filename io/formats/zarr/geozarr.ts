/**
 * Attributes of GeoZarr's conventions (version 0.1): `spatial`, where the cells lie, and `proj`, the reference system as an
 * EPSG code, WKT2 or PROJJSON.
 */
import { axisOf } from "../../field/axes.ts";
import type { FieldTemplate } from "../../field/field.ts";
import { metresPer } from "../../field/length-units.ts";
import { type Attributes, numbersOf, textOf } from "../../storage/source.ts";
import { codeOf } from "../geotiff/geo-keys.ts";

const convention = (name: string, uuid: string, description: string) => ({
  schema_url: `https://raw.githubusercontent.com/zarr-conventions/${name}/refs/tags/v0.1/schema.json`,
  spec_url: `https://github.com/zarr-conventions/${name}/blob/v0.1/README.md`,
  ...{ uuid, name, description },
});
const proj = convention(
  "proj",
  "f17cb550-5864-4468-aeb7-f3180cfb622f",
  "Coordinate reference system information for geospatial data",
);
const spatial = convention("spatial", "689b58e2-cf7b-45e0-9fff-9cfc0883d6b4", "Spatial coordinate information");

/** True of the name of an attribute of GeoZarr. */
export const isGeozarr = (name: string): boolean => /^(zarr_conventions$|(spatial|proj):)/.test(name);

/** Attributes of a variable; none where its rows and columns are not evenly spaced, or its system cannot be stated. */
export function geozarrAttributes(template: FieldTemplate): Record<string, unknown> {
  const { dims, shape, coordinates = [], gridMapping } = template;
  const lines = (["y", "x"] as const).map((role) =>
    coordinates.find((c) => c.dims.length === 1 && dims.includes(c.name) && axisOf(c.name, c.attributes) === role),
  );
  const [y, x] = lines;
  const [down, right] = lines.map((line) => line && evenStep(line.values));
  if (y === undefined || x === undefined || down === undefined || right === undefined) return {};
  const mapping = gridMapping?.attributes ?? {};
  const unit = metresPer(textOf(x.attributes, "units"));
  const system = systemOf(
    { coordinate: (name) => coordinates.find((c) => c.name === name) },
    mapping,
    [x.name, y.name],
    unit,
  );
  if (system === undefined) return {};
  const [top, left] = [y.values[0]! - down / 2, x.values[0]! - right / 2];
  const [rows, columns] = [y, x].map(({ name }) => shape[dims.indexOf(name)]!) as [number, number];
  const [bottom, end] = [top + rows * down, left + columns * right];
  return {
    zarr_conventions: [proj, spatial],
    ...system,
    "spatial:dimensions": [y.name, x.name],
    "spatial:shape": [rows, columns],
    "spatial:transform": [right, 0, left, 0, down, top],
    "spatial:bbox": [Math.min(left, end), Math.min(top, bottom), Math.max(left, end), Math.max(top, bottom)],
    "spatial:registration": "pixel",
  };
}

/** Step of positions that are even to a thousandth. */
function evenStep(values: ArrayLike<number>): number | undefined {
  const n = values.length;
  const step = (values[n - 1]! - values[0]!) / (n - 1);
  const isEven =
    n > 1 &&
    step !== 0 &&
    Array.from(values).every((v, i) => Math.abs(v - values[0]! - i * step) <= 1e-3 * Math.abs(step));
  return isEven ? step : undefined;
}

type Axes = Parameters<typeof codeOf>[0];

function systemOf(
  axes: Axes,
  mapping: Attributes,
  [x, y]: readonly [string, string],
  unit: number,
): Record<string, unknown> | undefined {
  const code = codeOf(axes, mapping, x, y);
  if (code !== undefined) return { "proj:code": `EPSG:${code}` };
  const wkt = textOf(mapping, "crs_wkt") ?? "";
  if (/^\s*(BOUND|PROJ|GEOD|GEOG|DERIVEDPROJ)\w*CRS\[/.test(wkt)) return { "proj:wkt2": wkt };
  const json = projjsonOf(mapping, unit);
  return json && { "proj:projjson": json };
}

type Given = readonly (readonly [name: string, value: number | undefined])[];

/** Methods of conversion as PROJ names them, with their parameters. */
function methodOf(mapping: Attributes): readonly [method: string, angles: Given, scale?: number] | undefined {
  const get = (name: string) => numbersOf(mapping, name)[0];
  const [first, second = first] = numbersOf(mapping, "standard_parallel");
  const [latitude, centre] = [get("latitude_of_projection_origin"), get("longitude_of_central_meridian")];
  const origin: Given = [
    ["Latitude of natural origin", latitude],
    ["Longitude of natural origin", centre ?? get("longitude_of_projection_origin")],
  ];
  const cone: Given = [
    ["Latitude of false origin", latitude],
    ["Longitude of false origin", centre],
    ["Latitude of 1st standard parallel", first],
    ["Latitude of 2nd standard parallel", second],
  ];
  const pole = get("straight_vertical_longitude_from_pole");
  switch (textOf(mapping, "grid_mapping_name")) {
    case "lambert_conformal_conic":
      return ["Lambert Conic Conformal (2SP)", cone];
    case "albers_conical_equal_area":
      return ["Albers Equal Area", cone];
    case "lambert_azimuthal_equal_area":
      return ["Lambert Azimuthal Equal Area", origin];
    case "transverse_mercator":
      return ["Transverse Mercator", origin, get("scale_factor_at_central_meridian") ?? 1];
    case "polar_stereographic":
      return first === undefined
        ? [
            "Polar Stereographic (variant A)",
            [origin[0]!, ["Longitude of natural origin", pole]],
            get("scale_factor_at_projection_origin") ?? 1,
          ]
        : [
            "Polar Stereographic (variant B)",
            [
              ["Latitude of standard parallel", first],
              ["Longitude of origin", pole],
            ],
          ];
    default:
      return undefined;
  }
}

/** The system of a grid mapping without a shift to WGS 84; undefined where it is not known, or says too little. */
function projjsonOf(mapping: Attributes, unit: number): Record<string, unknown> | undefined {
  const get = (name: string) => numbersOf(mapping, name)[0];
  const [a, radius, inverse, b] = ["semi_major_axis", "earth_radius", "inverse_flattening", "semi_minor_axis"].map(get);
  const size = a ?? radius;
  if (
    size === undefined ||
    textOf(mapping, "crs_wkt") !== undefined ||
    numbersOf(mapping, "towgs84").some((v) => v !== 0)
  )
    return undefined;
  const figure =
    a === undefined || inverse === 0 || (inverse === undefined && b === undefined)
      ? { radius: size }
      : {
          semi_major_axis: size,
          ...(inverse === undefined ? { semi_minor_axis: b } : { inverse_flattening: inverse }),
        };
  const base = {
    ...{ type: "GeographicCRS", name: "unknown" },
    datum: { type: "GeodeticReferenceFrame", name: "unknown", ellipsoid: { name: "unknown", ...figure } },
    coordinate_system: axesOf("ellipsoidal", "degree", "Geodetic longitude", "Geodetic latitude"),
  };
  if (textOf(mapping, "grid_mapping_name") === "rotated_latitude_longitude") {
    const names = ["Grid north pole latitude", "Grid north pole longitude", "North pole grid longitude"];
    const values = [
      get("grid_north_pole_latitude"),
      get("grid_north_pole_longitude"),
      get("north_pole_grid_longitude") ?? 0,
    ];
    if (values.includes(undefined)) return undefined;
    const parameters = names.map((name, i) => ({
      name: `${name} (netCDF CF convention)`,
      value: values[i],
      unit: "degree",
    }));
    return {
      ...{ type: "DerivedGeographicCRS", name: "unknown", base_crs: base },
      conversion: { name: "unknown", method: { name: "Pole rotation (netCDF CF convention)" }, parameters },
      coordinate_system: axesOf("ellipsoidal", "degree", "Longitude", "Latitude"),
    };
  }
  const [method, angles, scale] = methodOf(mapping) ?? [];
  if (method === undefined || angles!.some(([, value]) => value === undefined)) return undefined;
  const isCone = angles![0]![0] === "Latitude of false origin";
  const lengths = [
    [isCone ? "Easting at false origin" : "False easting", "false_easting"],
    [isCone ? "Northing at false origin" : "False northing", "false_northing"],
  ].map(([name, key]) => ({ name, value: (get(key!) ?? 0) * unit, unit: "metre" }));
  return {
    ...{ type: "ProjectedCRS", name: "unknown", base_crs: base },
    conversion: {
      ...{ name: "unknown", method: { name: method } },
      parameters: [
        ...angles!.map(([name, value]) => ({ name, value, unit: "degree" })),
        ...(scale === undefined ? [] : [{ name: "Scale factor at natural origin", value: scale, unit: "unity" }]),
        ...lengths,
      ],
    },
    coordinate_system: axesOf(
      "Cartesian",
      unit === 1 ? "metre" : { type: "LinearUnit", name: "unknown", conversion_factor: unit },
      "Easting",
      "Northing",
    ),
  };
}

function axesOf(subtype: string, unit: unknown, x: string, y: string): Record<string, unknown> {
  const [east, north] = subtype === "Cartesian" ? ["E", "N"] : ["lon", "lat"];
  return {
    subtype,
    axis: [
      { name: x, abbreviation: east, direction: "east", unit },
      { name: y, abbreviation: north, direction: "north", unit },
    ],
  };
}
