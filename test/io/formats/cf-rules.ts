/**
 * The rules of CF-1.11 that a gridded file must keep, checked on what netCDF4-python sees of it: units that udunits2 knows
 * and that fit the standard name, shapes of bounds, calendars, names in attributes, types of `_FillValue`. Debian has no
 * CF checker.
 */
import { spawnSync } from "node:child_process";
import { python } from "../oracle.ts";

interface SeenVariable {
  readonly dtype: string;
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly types: Readonly<Record<string, string>>;
  /** Whether its values strictly rise or fall; of one dimension only. */
  readonly monotonic?: boolean;
  readonly missing?: number;
}
interface SeenFile {
  readonly dims: Readonly<Record<string, number>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, SeenVariable>>;
}

const LOOK = `
import sys, json, netCDF4, numpy as np
def plain(v):
    return v if isinstance(v, str) else v.tolist() if hasattr(v, "tolist") else v
def kind(v):
    return "text" if isinstance(v, str) else str(np.asarray(v).dtype)
out = []
for path in sys.argv[1:]:
    d = netCDF4.Dataset(path)
    d.set_auto_maskandscale(False)
    variables = {}
    for n, v in d.variables.items():
        a = {k: v.getncattr(k) for k in v.ncattrs()}
        one = {"dtype": str(v.dtype), "dims": list(v.dimensions), "shape": list(v.shape),
               "attributes": {k: plain(x) for k, x in a.items()}, "types": {k: kind(x) for k, x in a.items()}}
        if v.ndim == 1:
            s = np.diff(v[:].astype(float))
            one["monotonic"] = bool(np.all(s > 0) or np.all(s < 0))
            one["missing"] = int(np.isnan(v[:].astype(float)).sum())
        variables[n] = one
    out.append({"dims": {k: len(x) for k, x in d.dimensions.items()},
                "attributes": {k: plain(d.getncattr(k)) for k in d.ncattrs()}, "variables": variables})
print(json.dumps(out))
`;

/** Units that a quantity of this standard name converts to (CF standard name table, version 85). */
const CANONICAL: Readonly<Record<string, string>> = {
  latitude: "degree_north",
  longitude: "degree_east",
  grid_latitude: "degree",
  grid_longitude: "degree",
  projection_x_coordinate: "m",
  projection_y_coordinate: "m",
  projection_x_angular_coordinate: "radian",
  projection_y_angular_coordinate: "radian",
  realization: "1",
  lwe_precipitation_rate: "m s-1",
  precipitation_flux: "kg m-2 s-1",
  precipitation_amount: "kg m-2",
  lwe_thickness_of_precipitation_amount: "m",
  air_temperature: "K",
};
const CALENDARS =
  /^(standard|gregorian|proleptic_gregorian|noleap|365_day|all_leap|366_day|360_day|julian|utc|tai|none)$/;

/** Whether udunits2 converts one unit into another. */
export function convertible(from: string, to: string): boolean {
  const done = spawnSync("udunits2", ["-H", from, "-W", to], { encoding: "utf8" });
  return done.status === 0 && !/not convertible|don't recognize|can't/i.test(done.stdout + done.stderr);
}

const list = (value: unknown) => (typeof value === "string" ? value.split(/\s+/).filter(Boolean) : []);

function checkVariable(file: SeenFile, name: string, one: SeenVariable, bounds: ReadonlySet<string>): string[] {
  const { attributes, types, dims, dtype } = one;
  const wrong: string[] = [];
  const say = (rule: string) => wrong.push(`${name}: ${rule}`);
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) say("2.3: letters, digits and underscores make a name");
  if (new Set(dims).size !== dims.length) say("2.4: dimensions of a variable differ");
  for (const key of ["_FillValue", "missing_value", "valid_min", "valid_max", "valid_range"]) {
    if (key in types && types[key] !== dtype) say(`2.5.1: ${key} is ${types[key]}, the variable ${dtype}`);
  }
  const { units, standard_name: standard, calendar } = attributes;
  if (
    units !== undefined &&
    (typeof units !== "string" || !(/ since /.test(units) ? true : convertible(units, units)))
  ) {
    say(`3.1: udunits2 does not know the units ${units}`);
  }
  const canonical = CANONICAL[String(standard)];
  if (canonical !== undefined && (typeof units !== "string" || !convertible(units, canonical))) {
    say(`3.3: units ${units} do not fit standard_name ${standard}`);
  }
  if (standard === "time") {
    if (!/^(milliseconds?|seconds?|minutes?|hours?|days?|s|min|h|d) since -?\d+-\d+-\d+/.test(String(units))) {
      say(`4.4: time has the units ${units}`);
    }
    if (calendar !== undefined && !CALENDARS.test(String(calendar))) say(`4.4.1: calendar ${calendar}`);
  }
  const { axis } = attributes;
  if (axis !== undefined && !/^[XYZT]$/.test(String(axis))) say(`4: axis ${axis}`);
  if (dims.length === 1 && dims[0] === name) {
    if (one.monotonic === false) say("2.1, 5: a coordinate variable rises or falls");
    if ((one.missing ?? 0) > 0 || "_FillValue" in attributes) say("2.5.1: a coordinate variable has no missing values");
  }
  for (const other of list(attributes.coordinates)) {
    const found = file.variables[other];
    if (!found) say(`5: coordinates names ${other}, which is not there`);
    else if (!found.dims.every((d) => dims.includes(d))) say(`5: ${other} has dimensions that ${name} has not`);
  }
  const edge = attributes.bounds;
  if (edge !== undefined) {
    const found = file.variables[String(edge)];
    if (!found) say(`7.1: bounds names ${edge}, which is not there`);
    else if (String(found.dims.slice(0, -1)) !== String(dims)) say(`7.1: ${edge} is over ${found.dims}`);
    else if (found.shape.at(-1) !== 2) say(`7.1: ${edge} has ${found.shape.at(-1)} edges a cell`);
    else if (found.attributes.units !== undefined && found.attributes.units !== units)
      say("7.1: bounds in other units");
  }
  const mapping = attributes.grid_mapping;
  if (mapping !== undefined) {
    const found = file.variables[String(mapping).replace(/:.*/, "")];
    if (!found) say(`5.6: grid_mapping names ${mapping}, which is not there`);
    else if (typeof found.attributes.grid_mapping_name !== "string") say("5.6: no grid_mapping_name");
  }
  for (const method of String(attributes.cell_methods ?? "").matchAll(/(\w+):\s/g)) {
    const known =
      dims.includes(method[1]!) || list(attributes.coordinates).includes(method[1]!) || method[1] === "area";
    if (!known && !/^(interval|comment)$/.test(method[1]!)) say(`7.3: cell_methods names ${method[1]}`);
  }
  for (const key of ["ancillary_variables", "cell_measures", "formula_terms"]) {
    for (const other of list(attributes[key])) {
      if (!other.endsWith(":") && !file.variables[other]) say(`3.4: ${key} names ${other}, which is not there`);
    }
  }
  const { scale_factor: scale, add_offset: offset } = types;
  if ((scale ?? "float64") !== (offset ?? scale ?? "float64")) say("8.1: scale_factor and add_offset of two types");
  if (bounds.has(name) && "_FillValue" in attributes) say("7.1: bounds with _FillValue");
  return wrong;
}

/** What is wrong with each file; empty lists where nothing is. */
export function cfComplaints(paths: readonly string[]): string[][] {
  return (python(LOOK, ...paths) as SeenFile[]).map((file) => {
    const edges = new Set(Object.values(file.variables).map((v) => String(v.attributes.bounds)));
    const conventions = file.attributes.Conventions;
    const wrong = Object.entries(file.variables).flatMap(([name, one]) => checkVariable(file, name, one, edges));
    return conventions === "CF-1.11" ? wrong : [`2.6.1: Conventions is ${conventions}`, ...wrong];
  });
}
