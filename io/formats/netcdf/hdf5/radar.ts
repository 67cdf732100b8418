/**
 * Radar composites in HDF5: OPERA's data model ODIM_H5 (2.4, EUMETNET OPERA) and KNMI's HDF5 (KNMI TR 2003-263), whose
 * numbers, grid and times lie in attributes of groups. They are shown as CF would have them.
 */
import { FormatError } from "../../../../engine/errors.ts";
import { gridMappingOf } from "../../../field/grid-mapping.ts";
import type { Projection } from "../../../field/proj.ts";
import { describeVariable, heldPart, type SourcePart, sourceOfParts } from "../../../storage/parts.ts";
import {
  type Attributes,
  type GridSource,
  numbersOf,
  sizeOf,
  textOf,
  type VariableInfo,
} from "../../../storage/source.ts";

type Groups = ReadonlyMap<string, Attributes>;

/** One image: how its numbers become values, and what they are. */
interface Image {
  readonly name: string;
  readonly stored: string;
  readonly gain: number;
  readonly offset: number;
  readonly missing: readonly number[];
  /** Below what the radar sees, and the value that stands for it. */
  readonly undetect: readonly [raw: number, value: number] | undefined;
  readonly units: string | undefined;
  readonly rain: "rate" | "sum" | undefined;
  /** Seconds since 1970, the beginning and the end. */
  readonly times: readonly [number, number];
}

interface Grid {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly mapping: Attributes;
}

const hint = "look at it with `h5dump -A`, or convert it with `gdal_translate`";
const one = (attributes: Attributes | undefined, name: string) => numbersOf(attributes ?? {}, name)[0];
const text = (attributes: Attributes | undefined, name: string) => textOf(attributes ?? {}, name);
const centres = (first: number, step: number, n: number) =>
  Float64Array.from({ length: n }, (_, i) => first + (i + 0.5) * step);

/** `20241126` and `010000`; NaN where they are none. */
function odimTime(date = "", time = ""): number {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(date + time);
  return match
    ? Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}Z`) / 1000
    : Number.NaN;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** `26-AUG-2010;00:00:00.000`. */
function knmiTime(stamp = ""): number {
  const match = /^(\d\d)-([A-Z]{3})-(\d{4});(\d\d):(\d\d):(\d\d)/.exec(stamp);
  if (!match) return Number.NaN;
  const [, day, month, year, ...clock] = match;
  const [h, m, s] = clock.map(Number) as [number, number, number];
  return Date.UTC(Number(year), MONTHS.indexOf(month!), Number(day), h, m, s) / 1000;
}

const UNITS: Readonly<Record<string, string>> = {
  RATE: "mm/h",
  ACRR: "mm",
  DBZH: "dBZ",
  DBZV: "dBZ",
  TH: "dBZ",
  TV: "dBZ",
};

const ODIM_DATA = /^(dataset\d+)\/data\d+\/data$/;
/** Kinds of files (ODIM_H5 2.4, table 2). */
const ODIM_OBJECTS = ["PVOL", "CVOL", "SCAN", "RAY", "AZIM", "ELEV", "IMAGE", "COMP", "XSEC", "VP", "PIC"];

function odimImages(path: string, groups: Groups, stored: readonly VariableInfo[]): Image[] {
  const names = new Set<string>();
  return stored.flatMap(({ name: place, shape, dtype }): Image[] => {
    const match = ODIM_DATA.exec(place);
    if (!match || shape.length !== 2) return [];
    const own = { ...groups.get(`${match[1]}/what`), ...groups.get(place.replace(/data$/, "what")) };
    const [nodata, undetect] = ["nodata", "undetect"].map((key) => one(own, key));
    // Floats without a scale are the values themselves, NaN where there is none.
    const plain = /^float/.test(dtype) && own.gain === undefined && own.offset === undefined;
    const [gain, offset] = plain ? [1, 0] : [one(own, "gain"), one(own, "offset")];
    const quantity = text(own, "quantity") ?? "";
    if (gain === undefined || offset === undefined) {
      throw new FormatError(path, "odim", `${place} has no gain and offset in its \`what\``, hint);
    }
    let name = quantity || place.replaceAll("/", "_");
    for (let i = 2; names.has(name); i++) name = `${quantity}_${i}`;
    names.add(name);
    const rain = quantity === "RATE" ? "rate" : quantity === "ACRR" ? "sum" : undefined;
    const end = odimTime(text(own, "enddate"), text(own, "endtime"));
    const begin = odimTime(text(own, "startdate"), text(own, "starttime"));
    const nominal = odimTime(text(groups.get("what"), "date"), text(groups.get("what"), "time"));
    const till = Number.isNaN(end) ? nominal : end;
    // Too weak to be seen is no rain; of other quantities it is not a number that one may average.
    const below = undetect === undefined ? undefined : ([undetect, rain ? 0 : Number.NaN] as const);
    return [
      {
        name,
        stored: place,
        gain,
        offset,
        missing: nodata === undefined ? [] : [nodata],
        undetect: below,
        units: UNITS[quantity],
        rain,
        times: [Number.isNaN(begin) ? till : begin, till],
      },
    ];
  });
}

function odimGrid(path: string, where: Attributes | undefined, shape: readonly number[]): Grid | undefined {
  const projection = knownProjection(text(where, "projdef") ?? "");
  const [dx, dy, lon, lat, east, north] = ["xscale", "yscale", "LL_lon", "LL_lat", "UR_lon", "UR_lat"].map((key) =>
    one(where, key),
  );
  if (!projection || !dx || !dy || lon === undefined || lat === undefined || east === undefined || north === undefined)
    return undefined;
  const [rows, columns] = shape as [number, number];
  const [bottom, left] = projection.fromEarth(lat, lon);
  const [top, right] = projection.fromEarth(north, east);
  // The corners are those of the outermost cells.
  if (!(Math.abs(right - left - columns * dx) < dx && Math.abs(top - bottom - rows * dy) < dy)) {
    const span = `${right - left} by ${top - bottom}`;
    throw new FormatError(
      path,
      "odim",
      `its corners are ${span} apart; expected ${columns * dx} by ${rows * dy}`,
      hint,
    );
  }
  return { x: centres(left, dx, columns), y: centres(top, -dy, rows), mapping: projection.mapping };
}

function knmiImages(path: string, groups: Groups, stored: readonly VariableInfo[]): Image[] {
  const overview = groups.get("overview");
  const times = [
    knmiTime(text(overview, "product_datetime_start")),
    knmiTime(text(overview, "product_datetime_end")),
  ] as const;
  return stored.flatMap(({ name: place, shape }): Image[] => {
    const match = /^(image\d+)\/image_data$/.exec(place);
    if (!match || shape.length !== 2) return [];
    const calibration = groups.get(`${match[1]}/calibration`);
    const formula = text(calibration, "calibration_formulas") ?? "";
    const numbers = /^GEO\s*=\s*([-+.\deE]+)\s*\*\s*PV\s*(?:\+\s*)?([-+.\deE]+)$/i.exec(formula.trim());
    if (!numbers)
      throw new FormatError(path, "knmi", `the formula of ${match[1]} is "${formula}"; expected GEO=a*PV+b`, hint);
    const what = text(groups.get(match[1]!), "image_geo_parameter") ?? "";
    const missing = ["calibration_missing_data", "calibration_out_of_image"].flatMap(
      (key) => one(calibration, key) ?? [],
    );
    const units = /\[([^[\]]+)\]/.exec(what)?.[1]?.toLowerCase().replace("dbz", "dBZ");
    const rain = /^ACCUMULATED_PRECIPITATION/.test(what) ? "sum" : undefined;
    const [gain, offset] = [Number(numbers[1]), Number(numbers[2])];
    return [{ name: match[1]!, stored: place, gain, offset, missing, undetect: undefined, units, rain, times }];
  });
}

function knmiGrid(groups: Groups, shape: readonly number[]): Grid | undefined {
  const place = groups.get("geographic");
  const projection = knownProjection(text(groups.get("geographic/map_projection"), "projection_proj4_params") ?? "");
  const [dx, dy, column, row] = ["geo_pixel_size_x", "geo_pixel_size_y", "geo_column_offset", "geo_row_offset"].map(
    (key) => one(place, key),
  );
  if (!projection || !dx || !dy || column === undefined || row === undefined || text(place, "geo_pixel_def") !== "LU")
    return undefined;
  const [rows, columns] = shape as [number, number];
  // Sizes are in kilometres, offsets in pixels from the origin of the projection.
  return {
    x: centres(column * dx * 1000, dx * 1000, columns),
    y: centres(row * dy * 1000, dy * 1000, rows),
    mapping: projection.mapping,
  };
}

/**
 * A file of ODIM or KNMI with its images decoded, on x, y and time; any other file as it is. Images of another grid or
 * time than the first one's are listed, not read, and named in the attribute `fields_not_read`.
 *
 * @param groups - attributes of the file's groups by path, the root's under `""`
 * @throws FormatError for polar data, or where gain, offset, formula or corners are missing or contradict themselves
 */
export function radarView(source: GridSource, groups: Groups): GridSource {
  const { path, variables } = source;
  const object = text(groups.get("what"), "object");
  const named = /^ODIM_H5/.test(text(groups.get(""), "Conventions") ?? "");
  // Older files, and those of some programs, do not name their conventions.
  const odim = named || (ODIM_OBJECTS.includes(object ?? "") && variables.some(({ name }) => ODIM_DATA.test(name)));
  const knmi = groups.has("overview") && groups.has("geographic") && groups.has("image1/calibration");
  if (!odim && !knmi) return source;
  if (odim && object !== "COMP" && object !== "IMAGE" && object !== "CVOL") {
    const what = `it is ODIM HDF5 of object ${object ?? "unknown"}; expected a composite or image on a Cartesian grid`;
    throw new FormatError(path, "odim", what, "put polar scans on a grid with `wradlib` or `xradar` in Python");
  }
  const images = odim ? odimImages(path, groups, variables) : knmiImages(path, groups, variables);
  const [first] = images;
  if (first === undefined) return source;
  const infoOf = ({ stored }: Image) => variables.find(({ name }) => name === stored)!;
  const placed = (image: Image): PlacedImage => ({
    ...image,
    shape: infoOf(image).shape,
    where: odim ? inherited(groups, image.stored, "where") : {},
  });
  const { shape, where } = placed(first);
  const grid = odim ? odimGrid(path, where, shape) : knmiGrid(groups, shape);
  const unread = new Map<string, string>();
  for (const image of images) {
    const type = apart(placed(image), placed(first));
    if (type !== undefined) unread.set(image.stored, type);
  }
  const read = images.filter(({ stored }) => !unread.has(stored));
  return view(withUnread(source, unread), read, shape, grid);
}

/** An image with its shape and its `where`. */
interface PlacedImage extends Image {
  readonly shape: readonly number[];
  readonly where: Attributes;
}

const GRID = ["projdef", "xscale", "yscale", "LL_lon", "LL_lat", "UR_lon", "UR_lat"];
const gridOf = (where: Attributes) => GRID.map((key) => text(where, key) ?? one(where, key)).join();
const moment = (seconds: number) =>
  Number.isNaN(seconds) ? "unknown" : new Date(seconds * 1000).toISOString().replace(".000", "");
const span = ({ times: [begin, end] }: PlacedImage) =>
  begin === end ? moment(end) : `${moment(begin)} to ${moment(end)}`;

/** The attributes of a group in ODIM: its own, and those of the groups above that it does not replace. */
function inherited(groups: Groups, stored: string, name: string): Attributes {
  const path = stored.split("/").slice(0, -1);
  const places = [[], ...path.map((_, i) => path.slice(0, i + 1))];
  return Object.assign({}, ...places.map((place) => groups.get([...place, name].join("/")) ?? {}));
}

/** In words why an image cannot be shown beside the first one; undefined where it can. */
function apart(image: PlacedImage, first: PlacedImage): string | undefined {
  const is = (own: string, its: string) =>
    `${own} (${first.stored}, which is read, is ${its}); split it off to read it`;
  if (String(image.shape) !== String(first.shape)) {
    return is(`image of another shape, ${image.shape.join(" by ")}`, first.shape.join(" by "));
  }
  if (gridOf(image.where) !== gridOf(first.where)) {
    return is(`image on another grid, ${gridOf(image.where)}`, `on ${gridOf(first.where)}`);
  }
  if (String(image.times) !== String(first.times)) return is(`image of another time, ${span(image)}`, span(first));
  return undefined;
}

/** The file with some variables that are listed under the reason why they are not read. */
function withUnread(source: GridSource, unread: ReadonlyMap<string, string>): GridSource {
  if (unread.size === 0) return source;
  return {
    ...source,
    attributes: {
      ...source.attributes,
      fields_not_read: [...unread].map(([name, type]) => `${name}: ${type}`).join("; "),
    },
    variables: source.variables.map((info) => {
      const type = unread.get(info.name);
      return type === undefined ? info : { ...info, dtype: "other", type };
    }),
    read: async (name, slab, into) => {
      const type = unread.get(name);
      if (type === undefined) return source.read(name, slab, into);
      throw new FormatError(source.path, source.format, `variable ${name} is an ${type}`, hint);
    },
  };
}

function view(
  source: GridSource,
  images: readonly Image[],
  shape: readonly number[],
  grid: Grid | undefined,
): GridSource {
  const [begin, end] = images[0]!.times;
  const dated = !Number.isNaN(end);
  const bounded = dated && begin < end;
  const lead = dated ? 1 : 0;
  const held = (name: string, dims: string[], sizes: number[], values: Float64Array, attributes: Attributes) =>
    heldPart(describeVariable(name, "float64", dims, sizes, attributes), values);
  const time = {
    standard_name: "time",
    units: "seconds since 1970-01-01 00:00:00",
    calendar: "standard",
    axis: "T",
    ...(bounded && { bounds: "time_bnds" }),
  };
  const axes =
    grid &&
    (["y", "x"] as const).map((axis, i) => {
      const attributes = { standard_name: `projection_${axis}_coordinate`, units: "m", axis: axis.toUpperCase() };
      return held(axis, [axis], [shape[i]!], grid[axis], attributes);
    });
  const shown = images.map((image): SourcePart => {
    const { name, units, rain, times, stored } = image;
    const standard = { rate: "lwe_precipitation_rate", sum: "lwe_thickness_of_precipitation_amount" };
    const method = rain === "sum" ? "sum" : times[0] < times[1] ? "mean" : "point";
    const attributes = {
      ...(rain && { standard_name: standard[rain] }),
      ...(units && { units }),
      ...(rain && dated && { cell_methods: `time: ${method}` }),
      ...(grid && { grid_mapping: "crs" }),
    };
    const dims = [...(dated ? ["time"] : []), "y", "x"];
    return {
      info: describeVariable(name, "float64", dims, [...(dated ? [1] : []), ...shape], attributes),
      async read({ start, count }) {
        if (sizeOf(count) === 0) return new Float64Array(0);
        const raw = await source.read(stored, { start: start.slice(lead), count: count.slice(lead) });
        return decode(raw, image);
      },
    };
  });
  const { path, format, attributes, close } = source;
  const own = sourceOfParts({ path, format, attributes, close }, [
    ...(dated ? [held("time", ["time"], [1], Float64Array.of(end), time)] : []),
    ...(bounded ? [held("time_bnds", ["time", "nv"], [1, 2], Float64Array.of(begin, end), {})] : []),
    ...(axes ?? []),
    ...(grid ? [held("crs", [], [], Float64Array.of(0), grid.mapping)] : []),
    ...shown,
  ]);
  const hidden = new Set(images.map(({ stored }) => stored));
  const rest = source.variables.filter(({ name }) => !hidden.has(name));
  const others = source.dims.filter(({ name }) => !own.dims.some((dim) => dim.name === name));
  return {
    ...source,
    dims: [...own.dims, ...others],
    variables: [...own.variables, ...rest],
    read: (name, slab, into) =>
      own.variables.some((v) => v.name === name) ? own.read(name, slab) : source.read(name, slab, into),
  };
}

function decode(raw: ArrayLike<number>, { gain, offset, missing, undetect }: Image): Float64Array {
  const out = new Float64Array(raw.length);
  for (let i = 0; i < out.length; i++) {
    const v = raw[i]!;
    if (missing.includes(v)) out[i] = Number.NaN;
    else out[i] = undetect !== undefined && v === undetect[0] ? undetect[1] : offset + gain * v;
  }
  return out;
}

const ELLIPSOIDS: Readonly<Record<string, readonly [number, number]>> = {
  WGS84: [6378137, 6378137 * (1 - 1 / 298.257223563)],
  GRS80: [6378137, 6378137 * (1 - 1 / 298.257222101)],
  sphere: [6370997, 6370997],
};

/** @returns undefined for a projection, ellipsoid or unit that is not known */
function knownProjection(text: string): (Projection & { readonly mapping: Attributes }) | undefined {
  const given = new Map<string, string>();
  for (const [, key, value] of text.matchAll(/\+([a-z_0-9]+)(?:=(\S+))?/gi)) given.set(key!, value ?? "");
  const get = (key: string, fallback: number) => (given.has(key) ? Number(given.get(key)) : fallback);
  const named = ELLIPSOIDS[given.get("ellps") ?? given.get("datum") ?? "WGS84"];
  const radius = get("R", Number.NaN);
  const [stated, other] = given.has("R")
    ? [radius, radius]
    : [get("a", named?.[0] ?? Number.NaN), get("b", named?.[1] ?? Number.NaN)];
  // KNMI states kilometres.
  const unit = stated < 1e5 ? 1000 : 1;
  const [major, minor] = [stated * unit, other * unit];
  const [lat0, lon0, truth] = [get("lat_0", 0), get("lon_0", 0), get("lat_ts", 90)];
  const [x0, y0] = [get("x_0", 0) * unit, get("y_0", 0) * unit];
  const metres = (given.get("units") ?? "m") === "m";
  if (!metres || ![major, minor, lat0, lon0, truth, x0, y0].every(Number.isFinite)) return undefined;
  const isPolar = given.get("proj") === "stere" && lat0 === 90 && get("k", 1) === 1 && get("k_0", 1) === 1;
  if (given.get("proj") !== "laea" && !isPolar) return undefined;
  const mapping = {
    grid_mapping_name: isPolar ? "polar_stereographic" : "lambert_azimuthal_equal_area",
    latitude_of_projection_origin: lat0,
    [isPolar ? "straight_vertical_longitude_from_pole" : "longitude_of_projection_origin"]: lon0,
    ...(isPolar && { standard_parallel: truth }),
    ...{ false_easting: x0, false_northing: y0, semi_major_axis: major, semi_minor_axis: minor },
  };
  return { ...(gridMappingOf(mapping, 1) as Projection), mapping };
}
