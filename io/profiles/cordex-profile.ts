/** Precipitation as CORDEX-CMIP6 asks for it: names, units, times in the middle of intervals, grid and global attributes. */
import { OptionsError } from "../../engine/errors.ts";
import {
  axisOf,
  type Coordinate,
  convertPrecipitation,
  edgesOf,
  Field,
  geographicOf,
  mappedPositions,
  parseTimeUnits,
  timeAxis,
  timeUnitsOf,
  whereOf,
} from "../field/index.ts";
import { describeVariable } from "../storage/parts.ts";
import { type Attributes, textOf } from "../storage/source.ts";
import { nameOf } from "./cordex-rules.ts";
import { experiments, fixed, regions, required, seconds, variables } from "./cordex-tables.ts";

/** Field, global attributes and name of a file. */
export interface Profiled {
  readonly field: Field;
  readonly attributes: Attributes;
  readonly name: string;
}

/** Way out where an attribute is missing. */
const way = 'state them in the file of --attributes, such as {"domain_id": "EUR-12"}';

/**
 * A field of precipitation with bounds of time as a file of CORDEX-CMIP6.
 *
 * @param given - global attributes, those of the input included
 * @param identity - date of the file, and its random number (UUID 4)
 * @throws OptionsError for attributes that are missing, for members, and for a grid without latitudes and longitudes;
 * UnitsError without bounds of time
 */
export function cordexProfile(
  whole: Field,
  given: Attributes,
  identity: { readonly now: Date; readonly uuid: string },
): Profiled {
  const where = whereOf(whole);
  const single = Object.fromEntries(
    whole.dims
      .filter((dim) => whole.size(dim) === 1 && axisOf(dim, attributesOf(whole, dim)) === undefined)
      .map((dim) => [dim, 0]),
  );
  const rain = convertPrecipitation(whole.isel(single), "kg m-2 s-1");
  const [t, y, x] = (["time", "y", "x"] as const).map((role) =>
    rain.dims.find((dim) => axisOf(dim, attributesOf(rain, dim)) === role),
  );
  if (rain.dims.length !== 3 || String(rain.dims) !== String([t, y, x])) {
    const text = `${where}: its dimensions are ${rain.dims.join(", ")}; --profile writes time, rows and columns: choose a member, or give --dims`;
    throw new OptionsError(text, "profile", "cordex-cmip6");
  }
  const time = inMiddles(where, timeAxis(rain)!);
  const frequency = frequencyOf(where, time);
  const attributes = globalsOf(where, { ...given, frequency, variable_id: "pr" }, identity);
  const { dims, coordinates, mapping } = gridOf(where, rain, [y!, x!], /i$/.test(textOf(attributes, "domain_id")!));
  const [standardName, units, longName] = variables["pr"]!;
  const field = new Field({
    ...{ name: "pr", units, dims: ["time", ...dims], shape: rain.shape, values: Float32Array.from(rain.values) },
    attributes: { standard_name: standardName, long_name: longName, cell_methods: "area: time: mean" },
    coordinates: [time, ...coordinates],
    ...(mapping && { gridMapping: { name: "crs", attributes: mapping } }),
  });
  const bounded = { ...time.attributes, bounds: "time_bnds" };
  const times = describeVariable("time", "float64", ["time"], [time.values.length], bounded);
  const values = new Map([
    ["time", time.values],
    ["time_bnds", time.bounds!],
  ]);
  const name = nameOf({ name: "", format: "hdf5", attributes, variables: [times], values });
  return { field, attributes, name };
}

const attributesOf = (field: Field, dim: string): Attributes => field.coordinate(dim)?.attributes ?? {};

/** Times in days since 1950, each in the middle of its bounds. */
function inMiddles(where: string, time: Coordinate): Coordinate {
  const { calendar } = timeUnitsOf(time);
  const edges = edgesOf(time);
  if (edges === undefined)
    throw new OptionsError(
      `${where}: the bounds of its times are no intervals; --profile needs them`,
      "profile",
      "cordex-cmip6",
    );
  const units = "days since 1950-01-01";
  const { origin, step } = parseTimeUnits(units, calendar);
  const bounds = edges.map((edge) => (edge - origin) / step);
  return {
    ...{ name: "time", dims: ["time"], bounds },
    values: time.values.map((_, i) => (bounds[2 * i]! + bounds[2 * i + 1]!) / 2),
    attributes: {
      ...{ standard_name: "time", long_name: "time", axis: "T", units },
      calendar: ({ noleap: "365_day", gregorian: "standard" } as Record<string, string>)[calendar] ?? calendar,
    },
  };
}

function frequencyOf(where: string, { bounds }: Coordinate): string {
  const lengths = new Set(
    Array.from({ length: bounds!.length / 2 }, (_, i) => Math.round((bounds![2 * i + 1]! - bounds![2 * i]!) * 86_400)),
  );
  const [first] = lengths;
  const found = Object.entries(seconds).find(([, one]) => lengths.size === 1 && one === first)?.[0];
  if (found !== undefined) return found;
  if ([...lengths].every((one) => one >= 28 * 86_400 && one <= 31 * 86_400)) return "mon";
  const text = `${where}: its times cover ${[...lengths].slice(0, 3).join(", ")} s; --profile has 1, 3 and 6 hours, days and months: --every 1day makes days`;
  throw new OptionsError(text, "profile", "cordex-cmip6");
}

function globalsOf(
  where: string,
  given: Attributes,
  { now, uuid }: { readonly now: Date; readonly uuid: string },
): Attributes {
  const [region = ""] = /^.+(?=-)/.exec(textOf(given, "domain_id") ?? "") ?? [];
  const experiment = textOf(given, "driving_experiment_id") ?? "";
  const all: Attributes = {
    ...given,
    ...fixed,
    creation_date: `${now.toISOString().slice(0, 19)}Z`,
    tracking_id: `hdl:21.14103/${uuid}`,
    ...(Object.hasOwn(regions, region) && { domain: regions[region]![0] }),
    ...(Object.hasOwn(experiments, experiment) && { driving_experiment: experiments[experiment]! }),
  };
  const missing = required.filter((name) => (textOf(all, name) ?? "") === "");
  if (missing.length === 0) return all;
  throw new OptionsError(`${where}: it lacks the attributes ${missing.join(", ")}; ${way}`, "attributes", undefined);
}

/** Rows and columns by the names of the specifications, and where their cells lie on the earth. */
function gridOf(
  where: string,
  field: Field,
  [y, x]: readonly [string, string],
  isRegular: boolean,
): { readonly dims: readonly string[]; readonly coordinates: readonly Coordinate[]; readonly mapping?: Attributes } {
  const mapping = field.gridMapping?.attributes;
  const isTurned = mapping?.["grid_mapping_name"] === "rotated_latitude_longitude";
  const dims = isRegular ? ["lat", "lon"] : isTurned ? ["rlat", "rlon"] : ["y", "x"];
  const lines = [y, x].map((dim, i): Coordinate => {
    const { values, attributes } = field.coordinate(dim)!;
    return { name: dims[i]!, dims: [dims[i]!], values, attributes };
  });
  const over = (one: Coordinate) => String(one.dims) === String([y, x]);
  const mapped = mappedPositions(field);
  const places = (["y", "x"] as const).map((role) => geographicOf(field.coordinates, role, over) ?? mapped?.[role]);
  if (isRegular) return { dims, coordinates: lines };
  if (places.includes(undefined) || mapping === undefined) {
    const text = `${where}: it has no grid mapping with latitudes and longitudes of its cells; --grid writes a regular grid, for a domain such as EUR-12i`;
    throw new OptionsError(text, "profile", "cordex-cmip6");
  }
  const cells = places.map((place, i): Coordinate => {
    const [name, long, units] = [
      ["lat", "latitude", "degrees_north"],
      ["lon", "longitude", "degrees_east"],
    ][i]! as [string, string, string];
    return { name, dims, values: place!.values, attributes: { standard_name: long, long_name: long, units } };
  });
  return { dims, coordinates: [...lines, ...cells], mapping };
}
