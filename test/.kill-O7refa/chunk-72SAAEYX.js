import {
  inspect,
  shortNumber
} from "./chunk-O7EZDEUO.js";
import {
  DomainError,
  FormatError,
  OptionsError,
  ShapeError,
  UnitsError,
  isMongeError
} from "./chunk-Y46VEHZ7.js";
import {
  complain,
  say,
  shortened
} from "./chunk-K2VWOMW7.js";

// engine/files/atomic-file.ts
import { existsSync as existsSync2, lstatSync, realpathSync, statSync } from "node:fs";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join as join2, resolve } from "node:path";

// engine/files/temporary.ts
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
function firstLine(read) {
  try {
    return read().trim();
  } catch {
    return "";
  }
}
var short = (text2, digits = 6) => createHash("sha256").update(text2).digest("hex").slice(0, digits);
function beginOf(pid) {
  const stat = firstLine(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
var place = short(`${hostname()} ${firstLine(() => readlinkSync("/proc/self/ns/pid"))}`);
var boot = short(firstLine(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1")));
var begin = Number(beginOf("self")).toString(36);
var TOKEN = /^\.(.*)\.([0-9a-f]{6})-([0-9a-f]{6})-([0-9a-z]+)-([0-9a-z]+)-[0-9a-f]{8}\.(tmp|old)$/s;
function ownerToken() {
  return `${place}-${boot}-${process.pid.toString(36)}-${begin}-${randomBytes(4).toString("hex")}`;
}
function temporaryNames(name) {
  const stem = `.${name}.${ownerToken()}`;
  return { fresh: `${stem}.tmp`, aside: `${stem}.old` };
}
function ownerOf(name) {
  const match = TOKEN.exec(name);
  if (match === null) return void 0;
  const [, target, where, since, pid, began, kind] = match;
  const owned = { target, kind };
  if (where !== place) return { ...owned, alive: void 0 };
  if (since !== boot) return { ...owned, alive: false };
  return { ...owned, alive: isAlive(Number.parseInt(pid, 36), began) };
}
function isAlive(pid, began) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === "ESRCH") return false;
  }
  const now = beginOf(pid);
  return now === "" || Number(now).toString(36) === began;
}
function tidyFolder(folder) {
  const removed = [];
  const restored = [];
  let names;
  try {
    names = readdirSync(folder);
  } catch {
    return { removed, restored };
  }
  const found = names.flatMap((name) => {
    const owned = ownerOf(name);
    return owned?.alive === false ? [{ ...owned, name }] : [];
  });
  const remove = (name) => {
    try {
      rmSync(join(folder, name), { recursive: true, force: true });
      removed.push(join(folder, name));
    } catch {
    }
  };
  const kept = /* @__PURE__ */ new Set();
  for (const { name, target } of found.filter(({ kind }) => kind === "old")) {
    const [path, replacement] = [join(folder, target), name.replace(/old$/, "tmp")];
    const cutShort2 = names.includes(replacement);
    if (existsSync(path)) {
      if (!cutShort2) remove(name);
      else kept.add(name);
      continue;
    }
    try {
      renameSync(join(folder, name), path);
      restored.push(path);
    } catch {
      kept.add(name);
    }
  }
  for (const { name } of found.filter(({ kind }) => kind === "tmp")) {
    if (!kept.has(name.replace(/tmp$/, "old"))) remove(name);
  }
  return { removed, restored };
}
var tidied = /* @__PURE__ */ new Set();
function tidyOnce(folder) {
  if (tidied.has(folder)) return;
  tidied.add(folder);
  tidyFolder(folder);
}
var own = /* @__PURE__ */ new Set();
function removeAtExit(path) {
  if (own.size === 0) process.on("exit", removeOwn);
  own.add(path);
  return () => {
    own.delete(path);
    if (own.size === 0) process.off("exit", removeOwn);
  };
}
function removeOwn() {
  for (const path of own) rmSync(path, { recursive: true, force: true });
}

// engine/files/atomic-file.ts
var REFUSALS = {
  ENOSPC: ["the disk of FOLDER is full", "free space there, or write elsewhere"],
  EDQUOT: ["the quota of the disk of FOLDER is used up", "free space there, or write elsewhere"],
  EFBIG: ["the file grew beyond the size that is allowed", "raise the limit (`ulimit -f`), or write a smaller file"],
  EACCES: ["writing there is not permitted", "choose a folder that you may write in"],
  EPERM: ["writing there is not permitted", "choose a folder that you may write in"],
  EROFS: ["the disk is read-only", "choose a folder that you may write in"],
  ENAMETOOLONG: ["its name is too long", "choose a shorter one"],
  ENOTDIR: ["a part of the path is not a folder", "check the path"],
  EIO: ["the disk reports an error", "check the disk"]
};
function writeRefusal(error, folder) {
  const refusal2 = REFUSALS[error?.code ?? ""];
  return refusal2 && { what: refusal2[0].replace("FOLDER", () => folder), hint: refusal2[1] };
}
function explainWriteError(path, error) {
  const refusal2 = writeRefusal(error, dirname(resolve(path)));
  if (!refusal2 || error instanceof FormatError) return error;
  return new FormatError(path, "output", `it could not be written: ${refusal2.what}`, refusal2.hint, { cause: error });
}
function targetOf(path) {
  const folder = dirname(path);
  if (!existsSync2(folder)) {
    throw new FormatError(path, "output", `the folder ${folder} does not exist`, "create it first");
  }
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (isLink && !existsSync2(path)) {
    throw new FormatError(path, "output", "it is a link to nothing", "remove it, or create what it names");
  }
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isDirectory()) throw new FormatError(path, "output", "it is a folder", "name a file in it");
  if (status && !status.isFile()) {
    throw new FormatError(path, "output", "it is a device or a pipe, which cannot be replaced", "name a file");
  }
  return isLink ? realpathSync(path) : path;
}
async function beginAtomically(path) {
  try {
    const target = targetOf(path);
    const folder = dirname(target);
    tidyOnce(folder);
    const temporary = join2(folder, temporaryNames(basename(target)).fresh);
    await (await open(temporary, "wx")).close();
    const settled = removeAtExit(temporary);
    let committed = false;
    const discard = async () => {
      if (!committed) await rm(temporary, { force: true });
      settled();
    };
    return {
      temporary,
      discard,
      async commit(other) {
        try {
          await flush(temporary, "r+");
          await rename(temporary, other === void 0 ? target : targetOf(other));
          committed = true;
          settled();
          if (process.platform !== "win32") await flush(folder, "r");
        } catch (error) {
          await discard();
          throw explainWriteError(other ?? path, error);
        }
      }
    };
  } catch (error) {
    throw explainWriteError(path, error);
  }
}
async function writeAtomically(path, content) {
  const pending = await beginAtomically(path);
  try {
    if (typeof content === "function") {
      await rm(pending.temporary);
      await content(pending.temporary);
    } else await writeFile(pending.temporary, content);
  } catch (error) {
    await pending.discard();
    throw explainWriteError(path, error);
  }
  await pending.commit();
}
async function flush(path, flags) {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

// io/storage/source.ts
var NUMBER_TYPES = [
  "int8",
  "uint8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float32",
  "float64"
];
function isNumberType(name) {
  return NUMBER_TYPES.includes(name);
}
function slabWithin(where, shape, slab) {
  if (!slab) return { start: shape.map(() => 0), count: shape };
  const { start, count } = slab;
  const inside = (n, i) => Number.isInteger(start[i]) && Number.isInteger(count[i]) && start[i] >= 0 && count[i] >= 0 && start[i] + count[i] <= n;
  if (start.length === shape.length && count.length === shape.length && shape.every(inside)) return slab;
  const asked = `start [${start.join(", ")}], count [${count.join(", ")}]`;
  throw new OptionsError(
    `${where}: the slab is ${asked}; expected one inside the shape [${shape.join(", ")}]`,
    "slab",
    slab
  );
}
function sizeOf(shape) {
  return shape.reduce((a, b) => a * b, 1);
}
function textOf(attributes, name) {
  const value = attributes[name];
  if (typeof value === "string") return value;
  return Array.isArray(value) && typeof value[0] === "string" ? value[0] : void 0;
}
function numbersOf(attributes, name) {
  const value = attributes[name];
  if (typeof value === "number") return [value];
  if (Array.isArray(value)) return value.filter((v) => typeof v === "number");
  return [];
}

// io/storage/attributes.ts
var attributeTypes = /* @__PURE__ */ Symbol.for("monge.attributeTypes");
var INTEGERS = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint64: [0, Number.MAX_SAFE_INTEGER]
};
function holds(type, value) {
  if (type === "float64") return true;
  if (type === "float32") return Object.is(Math.fround(value), value);
  const [low, high] = INTEGERS[type];
  return Number.isInteger(value) && !Object.is(value, -0) && value >= low && value <= high;
}
var listed = (value) => typeof value === "object" ? value : [value];
function attributeType(values, noted) {
  const fits = (type) => type !== void 0 && values.every((v) => holds(type, v));
  return [noted, "int32", "int64"].find(fits) ?? "float64";
}
function typedAttributes(entries) {
  const values = [];
  const types = [];
  for (const [name, value, type] of entries) {
    values.push([name, value]);
    const numbers = listed(value).filter((v) => typeof v === "number");
    if (type === void 0 || !isNumberType(type) || numbers.length === 0) continue;
    if (attributeType(numbers) !== type) types.push([name, type]);
  }
  return withTypes(values, types);
}
function withTypes(values, types) {
  const attributes = Object.fromEntries(values);
  return types.length === 0 ? attributes : { ...attributes, [attributeTypes]: Object.fromEntries(types) };
}
function pickAttributes(attributes, keep) {
  const kept = (table) => Object.entries(table).filter(([name]) => keep(name));
  return withTypes(kept(attributes), kept(attributes[attributeTypes] ?? {}));
}

// io/field/provenance.ts
function globalAttributes({ attributes = {}, history: line2, now = /* @__PURE__ */ new Date() }) {
  const { history: earlier, Conventions: _, _NCProperties: __, ...rest } = attributes;
  const lines = line2 === void 0 ? [] : [`${now.toISOString().slice(0, 19)}Z: ${line2}`];
  const history = [...lines, ...typeof earlier === "string" ? [earlier] : []].join("\n");
  return { Conventions: "CF-1.11", ...rest, ...history === "" ? {} : { history } };
}
function withoutExtent(attributes) {
  return pickAttributes(attributes, (name) => !/^(geospatial_(lat|lon|vertical|bounds)|time_coverage_)/.test(name));
}
function withoutRange(attributes) {
  const stale = /^(actual_range|valid_(range|min|max))$/;
  return Object.keys(attributes).some((name) => stale.test(name)) ? pickAttributes(attributes, (name) => !stale.test(name)) : attributes;
}
function withoutTransform(mapping) {
  if (!mapping) return void 0;
  const { GeoTransform: _, ...attributes } = mapping.attributes;
  return { name: mapping.name, attributes };
}

// engine/own.ts
function own2(record, name) {
  return record !== void 0 && Object.hasOwn(record, name) ? record[name] : void 0;
}

// io/field/axes.ts
var STANDARD = {
  longitude: "x",
  grid_longitude: "x",
  projection_x_coordinate: "x",
  projection_x_angular_coordinate: "x",
  latitude: "y",
  grid_latitude: "y",
  projection_y_coordinate: "y",
  projection_y_angular_coordinate: "y",
  time: "time",
  realization: "realization"
};
var LETTERS = { x: "x", y: "y", z: "z", t: "time", e: "realization" };
var NAMES = [
  [/^(x|xc|rlon|lon|lons|longitude|longitudes|easting|nx|west_east|etopo\w*_x)$/i, "x"],
  [/^(y|yc|rlat|lat|lats|latitude|latitudes|northing|ny|south_north|etopo\w*_y)$/i, "y"],
  [/^(time|t|valid_time|day|date)$/i, "time"],
  [/^(realization|realisation|ensemble|ens|member|members|number)$/i, "realization"],
  [/^(lev|level|levels|plev|height|depth|z)$/i, "z"]
];
function axisOf(name, attributes) {
  const letter = own2(LETTERS, textOf(attributes, "axis")?.toLowerCase() ?? "");
  if (letter) return letter;
  const standard = own2(STANDARD, textOf(attributes, "standard_name") ?? "");
  if (standard) return standard;
  const units = textOf(attributes, "units") ?? "";
  if (/^(decimal_)?degrees?[ _]?(east|e)$/i.test(units)) return "x";
  if (/^(decimal_)?degrees?[ _]?(north|n)$/i.test(units)) return "y";
  if (/\ssince\s/i.test(units)) return "time";
  const last = name.slice(name.lastIndexOf("/") + 1);
  return NAMES.find(([pattern]) => pattern.test(last))?.[1];
}
function dimOf(field, role) {
  return field.dims.find(
    (dim) => axisOf(dim, field.coordinates.find((c) => c.name === dim)?.attributes ?? {}) === role
  );
}
function isGeographic(name, attributes) {
  const standard = textOf(attributes, "standard_name") ?? "";
  if (standard === "longitude" || standard === "latitude") return true;
  if (standard !== "") return false;
  const units = textOf(attributes, "units") ?? "";
  return /^(decimal_)?degrees?[ _]?(east|e|north|n)$/i.test(units) || /^(?:.*\/)?(lon|lat|longitude|latitude)$/i.test(name);
}

// io/field/even-spacing.ts
function regularStep(name, values) {
  const n = values.length;
  if (n < 2) throw new ShapeError(`coordinate ${name}`, "at least 2 positions, to know the size of a cell", [n]);
  const first = values[0];
  const step = (values[n - 1] - first) / (n - 1);
  for (let i = 0; i < n; i++) {
    if (!(Math.abs(values[i] - (first + i * step)) <= 1e-3 * Math.abs(step))) {
      throw new ShapeError(
        `coordinate ${name}`,
        "evenly spaced positions",
        `${values[i]} at index ${i} instead of ${first + i * step}`,
        "interpolate to a regular grid first, or write NetCDF"
      );
    }
  }
  return { first, step };
}

// io/field/length-units.ts
function metresPer(units) {
  return /^(km|kilomet(er|re)s?)$/.test(units ?? "") ? 1e3 : 1;
}

// io/formats/geotiff/projection-keys.ts
var USER_DEFINED = 32767;
var KEY = {
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
  poleLongitude: 3095
};
function methodOf(mapping, unit) {
  const get = (name) => numbersOf(mapping, name)[0];
  const or = (name, fallback) => get(name) ?? fallback;
  const [east, north] = [or("false_easting", 0) * unit, or("false_northing", 0) * unit];
  const shift2 = [
    [KEY.falseEasting, east],
    [KEY.falseNorthing, north]
  ];
  const parallels = numbersOf(mapping, "standard_parallel");
  const centre = get("longitude_of_central_meridian");
  const [latitude, longitude] = [get("latitude_of_projection_origin"), get("longitude_of_projection_origin")];
  const first = parallels[0];
  const second = parallels[1] ?? first;
  switch (textOf(mapping, "grid_mapping_name")) {
    case "polar_stereographic": {
      const pole = get("straight_vertical_longitude_from_pole") ?? longitude;
      const truth = first ?? (get("scale_factor_at_projection_origin") === void 0 ? void 0 : latitude);
      if (pole === void 0 || truth === void 0) return void 0;
      const scale = first === void 0 ? or("scale_factor_at_projection_origin", 1) : 1;
      return {
        code: 15,
        parameters: [[KEY.originLatitude, truth], ...shift2, [KEY.scale, scale], [KEY.poleLongitude, pole]]
      };
    }
    case "albers_conical_equal_area": {
      if (first === void 0 || second === void 0 || centre === void 0 || latitude === void 0)
        return void 0;
      const origin = [
        [KEY.originLongitude, centre],
        [KEY.originLatitude, latitude]
      ];
      return { code: 11, parameters: [[KEY.parallel1, first], [KEY.parallel2, second], ...origin, ...shift2] };
    }
    case "lambert_conformal_conic": {
      if (first === void 0 || second === void 0 || centre === void 0 || latitude === void 0)
        return void 0;
      const origin = [
        [KEY.falseOriginLongitude, centre],
        [KEY.falseOriginLatitude, latitude],
        [KEY.falseOriginEasting, east],
        [KEY.falseOriginNorthing, north]
      ];
      return { code: 8, parameters: [[KEY.parallel1, first], [KEY.parallel2, second], ...origin] };
    }
    case "lambert_azimuthal_equal_area":
      if (latitude === void 0 || longitude === void 0) return void 0;
      return { code: 10, parameters: [...shift2, [KEY.centreLongitude, longitude], [KEY.centreLatitude, latitude]] };
    case "transverse_mercator": {
      if (latitude === void 0 || centre === void 0) return void 0;
      const scale = or("scale_factor_at_central_meridian", 1);
      return {
        code: 1,
        parameters: [[KEY.originLongitude, centre], [KEY.originLatitude, latitude], ...shift2, [KEY.scale, scale]]
      };
    }
    default:
      return void 0;
  }
}
function ellipsoidOf(mapping) {
  const get = (name) => numbersOf(mapping, name)[0];
  const major = get("semi_major_axis") ?? get("earth_radius");
  if (major === void 0 || (get("longitude_of_prime_meridian") ?? 0) !== 0) return void 0;
  const flattening = get("inverse_flattening");
  const minor = get("semi_minor_axis") ?? (flattening ? major * (1 - 1 / flattening) : major);
  return [major, minor];
}
function keysOfMapping(mapping, unit) {
  const method = methodOf(mapping, unit);
  const ellipsoid = ellipsoidOf(mapping);
  if (!method || !ellipsoid) return void 0;
  const shorts = [
    [KEY.model, 1],
    [KEY.raster, 1],
    [KEY.geographic, USER_DEFINED],
    [KEY.datum, USER_DEFINED],
    [KEY.angularUnits, 9102],
    [KEY.ellipsoid, USER_DEFINED],
    [KEY.projected, USER_DEFINED],
    [KEY.projection, USER_DEFINED],
    [KEY.method, method.code],
    [KEY.linearUnits, 9001]
  ];
  const numbers = [[KEY.semiMajor, ellipsoid[0]], [KEY.semiMinor, ellipsoid[1]], ...method.parameters];
  const entries = [
    ...shorts.map(([key, value]) => [key, 0, 1, value]),
    ...numbers.map(([key], i) => [key, 34736, 1, i])
  ].sort((a, b) => a[0] - b[0]);
  return {
    directory: [1, 1, 0, entries.length, ...entries.flat()],
    doubles: numbers.map(([, value]) => value),
    ascii: ""
  };
}

// io/formats/geotiff/geo-keys.ts
function fromEpsg(code, geographic2) {
  const [model, key] = geographic2 ? [2, 2048] : [1, 3072];
  return { directory: [1, 1, 0, 3, 1024, 0, 1, model, 1025, 0, 1, 1, key, 0, 1, code], doubles: [], ascii: "" };
}
function epsgOfWkt(wkt) {
  const match = /(?:ID\["EPSG",\s*(\d+)\]|AUTHORITY\["EPSG",\s*"(\d+)"\])\s*\]\s*$/.exec(wkt);
  return match ? Number(match[1] ?? match[2]) : void 0;
}
function onSphere(field, x, y) {
  return [x, y].every((dim) => isGeographic(dim, field.coordinate(dim)?.attributes ?? {}));
}
function geoKeysOf(field, x, y, epsg) {
  if (epsg === "none") return void 0;
  const geographic2 = onSphere(field, x, y);
  if (epsg !== void 0) {
    if (!Number.isInteger(epsg) || epsg < 1024 || epsg > 32766) {
      throw new OptionsError(
        `writeGeotiff: epsg is ${epsg}; expected a code from 1024 to 32766 or "none"`,
        "epsg",
        epsg
      );
    }
    return fromEpsg(epsg, geographic2);
  }
  const mapping = field.gridMapping?.attributes ?? {};
  const directory2 = numbersOf(mapping, "geo_key_directory");
  if (directory2.length > 0)
    return passThrough(directory2, numbersOf(mapping, "geo_double_params"), textOf(mapping, "geo_ascii_params"));
  const stated = /^EPSG:(\d+)$/i.exec(textOf(mapping, "epsg_code") ?? "")?.[1];
  const wkt = textOf(mapping, "crs_wkt") ?? textOf(mapping, "spatial_ref") ?? "";
  const code = stated === void 0 ? epsgOfWkt(wkt) : Number(stated);
  if (code !== void 0 && code >= 1024 && code <= 32766) return fromEpsg(code, geographic2);
  if (geographic2) return fromEpsg(4326, true);
  const unit = metresPer(textOf(field.coordinate(x)?.attributes ?? {}, "units"));
  const spelled = keysOfMapping(mapping, unit);
  if (spelled) return spelled;
  const name = textOf(mapping, "grid_mapping_name") ?? "no grid mapping";
  throw new OptionsError(
    `writeGeotiff: the map projection of field ${field.name} (${name}) has no EPSG code and cannot be spelled out in GeoTIFF; state one with \`epsg: CODE\`, write without a reference system with \`epsg: "none"\`, or write NetCDF`,
    "epsg",
    void 0
  );
}
function passThrough(directory2, doubles, ascii2 = "") {
  const kept = [...directory2];
  for (let i = 4; i + 3 < kept.length; i += 4) if (kept[i] === 1025) kept[i + 3] = 1;
  return { directory: kept, doubles, ascii: ascii2 };
}

// io/formats/geotiff/pack.ts
var KINDS = {
  uint8: { bits: 8, format: 1, low: 0, high: 255, nodata: 255, create: (n) => new Uint8Array(n) },
  uint16: { bits: 16, format: 1, low: 0, high: 65535, nodata: 65535, create: (n) => new Uint16Array(n) },
  int16: { bits: 16, format: 2, low: -32768, high: 32767, nodata: -32768, create: (n) => new Int16Array(n) },
  int32: {
    bits: 32,
    format: 2,
    low: -(2 ** 31),
    high: 2 ** 31 - 1,
    nodata: -(2 ** 31),
    create: (n) => new Int32Array(n)
  },
  float32: {
    bits: 32,
    format: 3,
    low: -Infinity,
    high: Infinity,
    nodata: Number.NaN,
    create: (n) => new Float32Array(n)
  },
  float64: {
    bits: 64,
    format: 3,
    low: -Infinity,
    high: Infinity,
    nodata: Number.NaN,
    create: (n) => new Float64Array(n)
  }
};
function packingOf(values, options) {
  const { scale = 1, offset = 0 } = options;
  const dtype = options.dtype ?? (values instanceof Float64Array ? "float64" : "float32");
  const kind = KINDS[dtype];
  if (!kind) {
    const names = Object.keys(KINDS).join(", ");
    throw new OptionsError(`writeGeotiff: dtype is ${dtype}; expected one of ${names}`, "dtype", dtype);
  }
  if (!(Number.isFinite(scale) && scale !== 0))
    throw new OptionsError(`writeGeotiff: scale is ${scale}; expected a finite number other than 0`, "scale", scale);
  if (!Number.isFinite(offset))
    throw new OptionsError(`writeGeotiff: offset is ${offset}; expected a finite number`, "offset", offset);
  let { nodata } = options;
  if (nodata !== void 0 && kind.format !== 3 && !(Number.isInteger(nodata) && nodata >= kind.low && nodata <= kind.high)) {
    const text2 = `writeGeotiff: nodata is ${nodata}; expected a whole number from ${kind.low} to ${kind.high} for ${dtype}`;
    throw new OptionsError(text2, "nodata", nodata);
  }
  if (nodata !== void 0 && dtype === "float32") nodata = Math.fround(nodata);
  if (nodata === void 0 && (kind.format === 3 || values.some(Number.isNaN))) nodata = kind.nodata;
  return { dtype, scale, offset, nodata };
}
function tileCutter(plane, packing, tile, exact) {
  const { dtype, scale, offset, nodata } = packing;
  const kind = KINDS[dtype];
  const whole2 = kind.format !== 3;
  const packed = scale !== 1 || offset !== 0;
  const refuse4 = (value, why, way) => {
    throw new DomainError(`writeGeotiff: the value ${value} ${why}; ${way}`, value);
  };
  return (tileRow, tileColumn) => {
    const out = kind.create(tile * tile);
    const [top, left] = [tileRow * tile, tileColumn * tile];
    const [rows, columns] = [Math.min(tile, plane.height - top), Math.min(tile, plane.width - left)];
    if (nodata !== void 0 && (rows < tile || columns < tile)) out.fill(nodata);
    for (let row = 0; row < rows; row++) {
      let from = (top + row) * plane.width + left;
      for (let to = row * tile, end = to + columns; to < end; to++, from++) {
        const value = plane.values[from];
        if (Number.isNaN(value)) {
          out[to] = nodata;
          continue;
        }
        let stored = packed ? (value - offset) / scale : value;
        if (whole2) {
          const rounded = Math.round(stored);
          if (exact && !packed && rounded !== stored)
            refuse4(value, `is no whole number, which ${dtype} would store`, "state a `scale`, or write float32");
          if (!(rounded >= kind.low && rounded <= kind.high))
            refuse4(
              value,
              `does not fit into ${dtype} with scale ${scale} and offset ${offset}`,
              "choose another scale or type"
            );
          stored = rounded;
        }
        out[to] = stored;
        if (out[to] === nodata) {
          if (exact) refuse4(value, `would be stored as ${nodata}, which stands for missing`, "choose another `nodata`");
          out[to] = nextTo(nodata, dtype);
        }
      }
    }
    return new Uint8Array(out.buffer);
  };
}
function nextTo(nodata, dtype) {
  if (KINDS[dtype].format !== 3) return nodata + 1 > KINDS[dtype].high ? nodata - 1 : nodata + 1;
  return nodata === 0 ? 1e-30 : nodata * (1 + (dtype === "float32" ? 2 ** -23 : 2 ** -52));
}

// io/formats/geotiff/tiff/pyramid.ts
function levelSizes(width, height, tile) {
  const sizes2 = [{ width, height }];
  for (let last = sizes2[0]; last.width > tile || last.height > tile; sizes2.push(last))
    last = { width: Math.ceil(last.width / 2), height: Math.ceil(last.height / 2) };
  return sizes2;
}
function coverOf(fine, coarse) {
  const ratio = fine / coarse;
  return Array.from({ length: coarse }, (_, i) => {
    const [from, to] = [i * ratio, Math.min(fine, (i + 1) * ratio)];
    const first = Math.floor(from + 1e-9);
    const last = Math.min(fine - 1, Math.ceil(to - 1e-9) - 1);
    const parts = Array.from(
      { length: last - first + 1 },
      (_2, k) => Math.min(to, first + k + 1) - Math.max(from, first + k)
    );
    return { first, parts };
  });
}
function averaged(plane) {
  const { width, height, values, weights } = plane;
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const out = values instanceof Float32Array ? new Float32Array(w * h) : new Float64Array(w * h);
  const outWeights = new Float64Array(w * h);
  const [rows, columns] = [coverOf(height, h), coverOf(width, w)];
  const area = width / w * (height / h);
  for (let y = 0; y < h; y++) {
    const { first: top, parts: down } = rows[y];
    for (let x = 0; x < w; x++) {
      const { first: left, parts: across } = columns[x];
      let [sum, weight] = [0, 0];
      for (let j = 0; j < down.length; j++) {
        let at2 = (top + j) * width + left;
        for (let i = 0; i < across.length; i++, at2++) {
          const value = values[at2];
          if (Number.isNaN(value)) continue;
          const part = down[j] * across[i] * (weights === void 0 ? 1 : weights[at2]);
          sum += value * part;
          weight += part;
        }
      }
      out[y * w + x] = weight > 0 ? sum / weight : Number.NaN;
      outWeights[y * w + x] = weight / area;
    }
  }
  return { width: w, height: h, values: out, weights: outWeights };
}
function nearest(plane) {
  const { width, height, values } = plane;
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const out = values instanceof Float32Array ? new Float32Array(w * h) : new Float64Array(w * h);
  for (let y = 0; y < h; y++) {
    const row = Math.min(height - 1, Math.floor((y + 0.5) * height / h)) * width;
    for (let x = 0; x < w; x++)
      out[y * w + x] = values[row + Math.min(width - 1, Math.floor((x + 0.5) * width / w))];
  }
  return { width: w, height: h, values: out };
}

// io/formats/geotiff/tiff/writer.ts
import { closeSync, openSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import * as zlib from "node:zlib";

// io/formats/geotiff/tiff/predictor.ts
function undoDifferences(bytes, rowValues, stride, bits) {
  if (bits === 64) {
    const values2 = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length >> 3);
    for (let row = 0; row + rowValues <= values2.length; row += rowValues)
      for (let i = row + stride; i < row + rowValues; i++) values2[i] = values2[i] + values2[i - stride];
    return;
  }
  const values = wordsOf(bytes, bits);
  for (let row = 0; row + rowValues <= values.length; row += rowValues) {
    if (stride === 1) {
      let sum = 0;
      for (let i = row; i < row + rowValues; i++) {
        sum = sum + values[i] | 0;
        values[i] = sum;
      }
    } else for (let i = row + stride; i < row + rowValues; i++) values[i] = values[i] + values[i - stride];
  }
}
function takeDifferences(bytes, rowValues, stride, bits) {
  const values = wordsOf(bytes, bits);
  for (let row = 0; row + rowValues <= values.length; row += rowValues)
    for (let i = row + rowValues - 1; i >= row + stride; i--) values[i] = values[i] - values[i - stride];
}
function wordsOf(bytes, bits) {
  if (bits === 8) return bytes;
  if (bits === 16) return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}
function undoFloatDifferences(bytes, rowValues, stride, size) {
  const out = new Uint8Array(bytes.length);
  const rowBytes = rowValues * size;
  const words = size === 4 && stride === 1 ? new Uint32Array(out.buffer) : void 0;
  for (let row = 0; row + rowBytes <= bytes.length; row += rowBytes) {
    if (words) {
      undoRow4(bytes, row, rowValues, words);
      continue;
    }
    for (let i = row + stride; i < row + rowBytes; i++) bytes[i] = bytes[i] + bytes[i - stride];
    for (let b = 0, from = row; b < size; b++)
      for (let to = row + size - 1 - b, end = row + rowBytes; to < end; to += size) out[to] = bytes[from++];
  }
  return out;
}
function undoRow4(bytes, row, n, words) {
  let [p, q, r, s] = [0, 0, 0, 0];
  for (let i = row, end = row + n; i < end; i++) {
    q += bytes[i];
    r += bytes[i + n];
    s += bytes[i + 2 * n];
  }
  r += q;
  s += r;
  for (let i = row, to = row >> 2, end = row + n; i < end; i++) {
    p += bytes[i];
    q += bytes[i + n];
    r += bytes[i + 2 * n];
    s += bytes[i + 3 * n];
    words[to++] = p << 24 | (q & 255) << 16 | (r & 255) << 8 | s & 255;
  }
}
function takeFloatDifferences(bytes, rowValues, stride, size) {
  const out = new Uint8Array(bytes.length);
  const rowBytes = rowValues * size;
  for (let row = 0; row + rowBytes <= bytes.length; row += rowBytes) {
    for (let b = 0, to = row; b < size; b++)
      for (let from = row + size - 1 - b, end = row + rowBytes; from < end; from += size) out[to++] = bytes[from];
    for (let i = row + rowBytes - 1; i >= row + stride; i--) out[i] = out[i] - out[i - stride];
  }
  return out;
}

// io/formats/geotiff/tiff/writer.ts
var deflate2 = promisify(zlib.deflate);
var short2 = (code, ...values) => [
  code,
  3,
  values.length,
  Buffer.from(Uint16Array.from(values).buffer)
];
var long = (code, values) => [
  code,
  4,
  values.length,
  Buffer.from(Uint32Array.from(values).buffer)
];
var double = (code, values) => [
  code,
  12,
  values.length,
  Buffer.from(Float64Array.from(values).buffer)
];
var ascii = (code, text2) => {
  const bytes = Buffer.from(`${text2}\0`, "utf8");
  return [code, 2, bytes.length, bytes];
};
var AT_ONCE = 8;
var CLASSIC_END = 2 ** 32;
function structure(bands) {
  const blocks = "BLOCK_ORDER=ROW_MAJOR\nBLOCK_LEADER=SIZE_AS_UINT4\nBLOCK_TRAILER=LAST_4_BYTES_REPEATED\n";
  const text2 = `LAYOUT=IFDS_BEFORE_DATA
${bands === 1 ? blocks : ""}KNOWN_INCOMPATIBLE_EDITION=NO
 `;
  return `GDAL_STRUCTURAL_METADATA_SIZE=${String(text2.length).padStart(6, "0")} bytes
${text2}`;
}
async function writeTiff(file, plan, tiles) {
  const { levels, bands, big, tile } = plan;
  const note = structure(bands);
  const head = big ? 16 : 8;
  const grids = levels.map(({ width, height }) => ({
    across: Math.ceil(width / tile),
    down: Math.ceil(height / tile)
  }));
  const places3 = grids.map(({ across, down }) => ({
    offsets: new Float64Array(across * down * bands),
    counts: new Uint32Array(across * down * bands)
  }));
  const directories = () => layOut(plan, places3, even(head + note.length));
  const handle = openSync(file, "wx");
  try {
    let at2 = directories().end;
    const write = (bytes2) => {
      const leader = Buffer.alloc(4);
      leader.writeUInt32LE(bytes2.length);
      const all = Buffer.concat([leader, bytes2, bytes2.subarray(-4)]);
      writeFully(handle, all, at2);
      const offset = at2 + 4;
      at2 += all.length;
      if (!big && at2 >= CLASSIC_END) {
        const { width, height } = levels[0];
        const what = `${plan.path}: GeoTIFF of ${bands} bands of ${height} x ${width} passes 4 GiB`;
        throw new DomainError(`${what}, the end of classic TIFF; pass \`bigTiff: true\``, at2);
      }
      return offset;
    };
    const queue = [];
    for (let level2 = levels.length - 1; level2 >= 0; level2--) {
      const { across, down } = grids[level2];
      for (let band = 0; band < bands; band++) {
        const source = tiles(level2, band);
        for (let i = 0; i < across * down; i++) {
          const raw = source(Math.floor(i / across), i % across);
          const index = band * across * down + i;
          const { offsets, counts } = places3[level2];
          const job = encode(plan, raw).then((bytes2) => () => {
            offsets[index] = write(bytes2);
            counts[index] = bytes2.length;
          });
          job.catch(() => {
          });
          queue.push(job);
          if (queue.length >= AT_ONCE) (await queue.shift())();
        }
      }
    }
    for (const job of queue) (await job)();
    const { bytes, start } = directories();
    writeFully(handle, bytes, start);
    const header = Buffer.alloc(head + note.length);
    if (big) {
      header.set([73, 73, 43, 0, 8, 0, 0, 0]);
      header.writeBigUInt64LE(BigInt(start), 8);
    } else {
      header.set([73, 73, 42, 0]);
      header.writeUInt32LE(start, 4);
    }
    header.write(note, head, "latin1");
    writeFully(handle, header, 0);
  } finally {
    closeSync(handle);
  }
}
var even = (n) => n + n % 2;
async function encode({ tile, bits, predictor, compression }, raw) {
  let bytes = raw;
  if (predictor === 3) bytes = takeFloatDifferences(raw, tile, 1, bits / 8);
  else if (predictor === 2) takeDifferences(raw, tile, 1, bits);
  if (compression === 0) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return deflate2(bytes, { level: compression, chunkSize: Math.max(1024, bytes.length >> 1) });
}
function layOut(plan, places3, start) {
  const { levels, bands, bits, format, tile, predictor, compression, big } = plan;
  const perBand2 = (value) => Array.from({ length: bands }, () => value);
  const parts = [];
  let at2 = start;
  levels.forEach(({ width, height }, level2) => {
    const { offsets, counts } = places3[level2];
    const offsetTag = big ? [324, 16, offsets.length, Buffer.from(BigUint64Array.from(offsets, BigInt).buffer)] : [324, 4, offsets.length, Buffer.from(Uint32Array.from(offsets).buffer)];
    const tags = [
      ...level2 > 0 ? [long(254, [1])] : [],
      long(256, [width]),
      long(257, [height]),
      short2(258, ...perBand2(bits)),
      short2(259, compression === 0 ? 1 : 8),
      short2(262, 1),
      short2(277, bands),
      short2(284, bands > 1 ? 2 : 1),
      ...predictor === 1 ? [] : [short2(317, predictor)],
      short2(322, tile),
      short2(323, tile),
      offsetTag,
      [325, 4, counts.length, Buffer.from(Uint32Array.from(counts).buffer)],
      ...bands > 1 ? [short2(338, ...perBand2(0).slice(1))] : [],
      short2(339, ...perBand2(format)),
      ...plan.sharedTags,
      ...level2 === 0 ? plan.tags : []
    ];
    const bytes = directory(tags, at2, level2 + 1 < levels.length, big);
    parts.push(bytes);
    at2 += bytes.length;
  });
  return { bytes: Buffer.concat(parts), start, end: at2 };
}
function directory(tags, start, more, big) {
  const sorted = [...tags].sort((a, b) => a[0] - b[0]);
  const [head, width, inline] = big ? [8, 20, 8] : [2, 12, 4];
  const table = Buffer.alloc(head + width * sorted.length + inline);
  const word = (value, position) => {
    if (big) table.writeBigUInt64LE(BigInt(value), position);
    else table.writeUInt32LE(value, position);
  };
  if (big) word(sorted.length, 0);
  else table.writeUInt16LE(sorted.length, 0);
  const tail = [];
  let next = start + table.length;
  sorted.forEach(([code, type, count, bytes], i) => {
    const entry = head + width * i;
    table.writeUInt16LE(code, entry);
    table.writeUInt16LE(type, entry + 2);
    word(count, entry + 4);
    const position = entry + (big ? 12 : 8);
    if (bytes.length <= inline) {
      bytes.copy(table, position);
      return;
    }
    word(next, position);
    const padded3 = Buffer.alloc(even(bytes.length));
    bytes.copy(padded3);
    tail.push(padded3);
    next += padded3.length;
  });
  if (more) word(next, head + width * sorted.length);
  return Buffer.concat([table, ...tail]);
}
function writeFully(file, bytes, position) {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, position + done);
}

// io/formats/geotiff/write.ts
function layAxis(coordinate, scale, grows) {
  const { name, values, bounds } = coordinate;
  const single2 = values.length === 1 && bounds ? { first: (bounds[0] + bounds[1]) / 2, step: bounds[1] - bounds[0] } : void 0;
  const { first, step } = single2 ?? regularStep(name, values);
  const flip = step > 0 !== grows;
  const last = first + step * (values.length - 1);
  const [from, along] = flip ? [last, -step] : [first, step];
  return { start: (from - along / 2) * scale, step: along * scale, flip };
}
function placeOf(field, yDim, xDim, scaled2) {
  const line2 = (dim) => field.coordinates.find((c) => c.name === dim && c.dims.length === 1);
  const [y, x] = [line2(yDim), line2(xDim)];
  const turned = (textOf(field.gridMapping?.attributes ?? {}, "GeoTransform") ?? "").trim().split(/\s+/).map(Number);
  if (!y && !x && turned.length === 6 && turned.every(Number.isFinite)) {
    const [x0, xColumn, xRow, y0, yColumn, yRow] = turned;
    const matrix = [xColumn, xRow, 0, x0, yColumn, yRow, 0, y0, 0, 0, 0, 0, 0, 0, 0, 1];
    return { tags: [double(34264, matrix)], flipY: false, flipX: false };
  }
  const missing = !x ? xDim : !y ? yDim : void 0;
  if (!x || !y)
    throw new ShapeError(`writeGeotiff: field ${field.name}`, `a coordinate for dimension ${missing}`, "none");
  const unit = (c) => scaled2 ? metresPer(textOf(c.attributes, "units")) : 1;
  const [across, down] = [layAxis(x, unit(x), true), layAxis(y, unit(y), false)];
  const tags = [double(33550, [across.step, -down.step, 0]), double(33922, [0, 0, 0, across.start, down.start, 0])];
  return { tags, flipY: down.flip, flipX: across.flip };
}
function bandPlaces(field) {
  const leading = field.dims.slice(0, -2);
  const times = field.times();
  return Array.from({ length: sizeOf(field.shape.slice(0, -2)) }, (_, band) => {
    let rest = band;
    const places3 = [];
    for (const dim of [...leading].reverse()) {
      const index = rest % field.size(dim);
      rest = Math.floor(rest / field.size(dim));
      const coordinate = field.coordinate(dim);
      const isTime = axisOf(dim, coordinate?.attributes ?? {}) === "time";
      const value = coordinate?.values[index] ?? index;
      places3.unshift({ dim, value, text: (isTime ? times[index]?.iso : void 0) ?? `${value}`, isTime });
    }
    return places3;
  });
}
function describeBand(places3) {
  if (places3.length === 1 && places3[0].isTime) return places3[0].text;
  return places3.map(({ dim, text: text2 }) => `${dim}=${text2}`).join(" ");
}
var escapeXml = (text2) => text2.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
function textFor(value) {
  return Array.isArray(value) ? `{${value.join(",")}}` : `${value}`;
}
function metadata(field, places3, names, { scale, offset }, provenance) {
  const item = (name, text2, more = "") => `<Item name="${escapeXml(name)}"${more}>${escapeXml(text2)}</Item>`;
  const items = [];
  const { Conventions: _, ...about } = globalAttributes(provenance);
  for (const [name, value] of Object.entries(about)) items.push(item(`NC_GLOBAL#${name}`, textFor(value)));
  for (const name of ["standard_name", "long_name", "cell_methods", "comment"]) {
    const text2 = textOf(field.attributes, name);
    if (text2) items.push(item(name, text2));
  }
  for (const dim of field.dims.slice(0, -2)) {
    for (const [name, value] of Object.entries(field.coordinate(dim)?.attributes ?? {}))
      if (typeof value === "string" && value !== "") items.push(item(`${dim}#${name}`, value));
  }
  names.forEach((name, sample) => {
    const role = (what) => ` sample="${sample}" role="${what}"`;
    for (const { dim, value } of places3[sample])
      if (Number.isFinite(value)) items.push(item(`NETCDF_DIM_${dim}`, `${value}`, ` sample="${sample}"`));
    if (name !== "") items.push(item("DESCRIPTION", name, role("description")));
    if (field.units) items.push(item("UNITTYPE", field.units, role("unittype")));
    if (scale !== 1) items.push(item("SCALE", `${scale}`, role("scale")));
    if (offset !== 0) items.push(item("OFFSET", `${offset}`, role("offset")));
  });
  return `<GDALMetadata>${items.join("")}</GDALMetadata>`;
}
function planeOf(field, band, flipY, flipX) {
  const [height, width] = [field.shape.at(-2), field.shape.at(-1)];
  const source = field.values.subarray(band * height * width, (band + 1) * height * width);
  if (!flipY && !flipX) return { width, height, values: source };
  const values = source instanceof Float32Array ? new Float32Array(source.length) : new Float64Array(source.length);
  for (let row = 0; row < height; row++) {
    const from = (flipY ? height - 1 - row : row) * width;
    const line2 = values.subarray(row * width, (row + 1) * width);
    line2.set(source.subarray(from, from + width));
    if (flipX) line2.reverse();
  }
  return { width, height, values };
}
function checkOptions({ compression = 6, overviews = "average", tile = 512 }) {
  const refuse4 = (name, value, expected) => {
    throw new OptionsError(`writeGeotiff: ${name} is ${value}; expected ${expected}`, name, value);
  };
  if (!(Number.isInteger(compression) && compression >= 0 && compression <= 9))
    refuse4("compression", compression, "a whole number from 0 to 9");
  if (!["average", "nearest", "none"].includes(overviews))
    refuse4("overviews", overviews, '"average", "nearest" or "none"');
  if (!(Number.isInteger(tile) && tile >= 16 && tile <= 8192 && tile % 16 === 0))
    refuse4("tile", tile, "a multiple of 16 from 16 to 8192");
}
async function writeGeotiff(path, field, options = {}) {
  checkOptions(options);
  const [yDim, xDim] = [field.dims.at(-2), field.dims.at(-1)];
  if (xDim === void 0 || yDim === void 0 || field.dimOf("x") !== xDim || field.dimOf("y") !== yDim) {
    throw new ShapeError(
      `writeGeotiff: field ${field.name}`,
      "y and x as its last two dimensions",
      field.dims.join(", ")
    );
  }
  const [height, width] = [field.size(yDim), field.size(xDim)];
  const keys = geoKeysOf(field, xDim, yDim, options.epsg);
  const own3 = options.epsg === void 0 && numbersOf(field.gridMapping?.attributes ?? {}, "geo_key_directory").length > 0;
  const { tags, flipY, flipX } = placeOf(field, yDim, xDim, !own3);
  const places3 = bandPlaces(field);
  const bands = places3.length;
  const names = options.bands ?? places3.map(describeBand);
  if (names.length !== bands) throw new ShapeError("writeGeotiff: bands", [bands], [names.length]);
  const packing = packingOf(field.values, options);
  const { bits, format } = KINDS[packing.dtype];
  const tile = Math.min(options.tile ?? 512, 16 * Math.ceil(Math.max(width, height) / 16));
  const { overviews = "average", compression = 6 } = options;
  const levels = overviews === "none" ? [{ width, height }] : levelSizes(width, height, tile);
  const model = keys ? [] : [short2(34735, 1, 1, 0, 2, 1024, 0, 1, onSphere(field, xDim, yDim) ? 2 : 1, 1025, 0, 1, 1)];
  const reference = keys ? [
    short2(34735, ...keys.directory),
    ...keys.doubles.length > 0 ? [double(34736, keys.doubles)] : [],
    ...keys.ascii === "" ? [] : [ascii(34737, keys.ascii)]
  ] : model;
  const { nodata } = packing;
  const raw = levels.reduce((n, l) => n + l.width * l.height, 0) * bands * (bits / 8);
  const plan = {
    path,
    levels,
    bands,
    bits,
    format,
    tile,
    predictor: compression === 0 ? 1 : format === 3 ? 3 : 2,
    compression,
    big: options.bigTiff ?? raw > 2 ** 32 - 2 ** 24,
    tags: [...tags, ...reference, ascii(42112, metadata(field, places3, names, packing, options))],
    sharedTags: nodata === void 0 ? [] : [ascii(42113, Number.isNaN(nodata) ? "nan" : String(nodata))]
  };
  const coarser2 = overviews === "nearest" ? nearest : averaged;
  let [lastBand, pyramid] = [-1, []];
  const planeAt = (level2, band) => {
    if (band !== lastBand) [lastBand, pyramid] = [band, [planeOf(field, band, flipY, flipX)]];
    while (pyramid.length <= level2) pyramid.push(coarser2(pyramid.at(-1)));
    return pyramid[level2];
  };
  await writeAtomically(
    path,
    (temporary) => writeTiff(temporary, plan, (level2, band) => tileCutter(planeAt(level2, band), packing, tile, level2 === 0))
  );
}

// io/storage/block.ts
function lengthOf(ranges) {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}
function asRanges(positions2) {
  const ranges = [];
  for (const position of positions2) {
    const last = ranges.at(-1);
    if (last?.[1] === position) last[1]++;
    else ranges.push([position, position + 1]);
  }
  return ranges;
}
function subRanges(ranges, [from, to]) {
  const out = [];
  let passed = 0;
  for (const [start, end] of ranges) {
    const low = Math.max(start, start + from - passed);
    const high = Math.min(end, start + to - passed);
    if (low < high) out.push([low, high]);
    passed += end - start;
  }
  return out;
}
function emptyLike(values, length) {
  return values instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}
function takeRanges(values, shape, axis3, ranges) {
  const inner = sizeOf(shape.slice(axis3 + 1));
  const outer = sizeOf(shape.slice(0, axis3));
  const step = shape[axis3] * inner;
  const out = emptyLike(values, outer * lengthOf(ranges) * inner);
  let at2 = 0;
  for (let i = 0; i < outer; i++) {
    for (const [from, to] of ranges) {
      out.set(values.subarray(i * step + from * inner, i * step + to * inner), at2);
      at2 += (to - from) * inner;
    }
  }
  return out;
}
function takeBlock(values, shape, ranges) {
  const sizes2 = [...shape];
  let part = values;
  for (const [axis3, taken] of ranges.entries()) {
    const all = taken.length <= 1 && lengthOf(taken) === sizes2[axis3];
    if (!all) part = takeRanges(part, sizes2, axis3, taken);
    sizes2[axis3] = lengthOf(taken);
  }
  return part;
}
function place2(block, count, out, shape, start) {
  let solid = shape.length;
  while (solid > 1 && count[solid - 1] === shape[solid - 1]) solid--;
  const axes = Math.max(0, solid - 1);
  const run = sizeOf(count.slice(axes));
  const copy2 = (axis3, from, to) => {
    if (axis3 === axes) {
      const shift2 = shape.length === 0 ? 0 : start[axis3] * sizeOf(shape.slice(axis3 + 1));
      out.set(block.subarray(from, from + run), to + shift2);
      return;
    }
    const [near, far] = [sizeOf(count.slice(axis3 + 1)), sizeOf(shape.slice(axis3 + 1))];
    for (let i = 0; i < count[axis3]; i++) copy2(axis3 + 1, from + i * near, to + (start[axis3] + i) * far);
  };
  if (block.length > 0) copy2(0, 0, 0);
}

// io/field/cut.ts
function whereOf({ source, name }) {
  return `${source ? `${source}: ` : ""}variable ${name}`;
}
function allOf(shape) {
  return shape.map((n) => ({ ranges: n > 0 ? [[0, n]] : [], keep: true }));
}
function wholeOf(outline) {
  const { name, dims, shape, coordinates, attributes, gridMapping, source, late = [] } = outline;
  return { name, dims, shape, coordinates, attributes, gridMapping, source, late, of: dims, picks: allOf(shape) };
}
function axisIndex(field, dim) {
  const axis3 = field.dims.indexOf(dim);
  if (axis3 >= 0) return axis3;
  throw new ShapeError(`${whereOf(field)}: dimension`, `one of ${field.dims.join(", ") || "none"}`, dim);
}
function cutPositions(whole2, selection) {
  let part = wholeOf(whole2);
  for (const [dim, pick] of Object.entries(selection)) {
    const size = part.shape[axisIndex(part, dim)];
    const single2 = typeof pick === "number";
    const from = single2 ? pick < 0 ? pick + size : pick : pick[0];
    const to = single2 ? from + 1 : pick[1];
    if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to <= size && from < to)) {
      const wanted = single2 ? `0 to ${size - 1}` : `[from, to) with 0 <= from < to <= ${size}`;
      throw new OptionsError(`${whereOf(whole2)}: ${dim} is ${JSON.stringify(pick)}; expected ${wanted}`, dim, pick);
    }
    part = take(part, dim, { ranges: [[from, to]], keep: !single2 });
  }
  return part;
}
function take(part, dim, pick, moved) {
  const axis3 = axisIndex(part, dim);
  const whole2 = lengthOf(pick.ranges) === part.shape[axis3] && pick.ranges.length === 1;
  const left = (dims) => pick.keep ? dims : dims.filter((d) => d !== dim);
  const horizontal = dim === dimOf(part, "x") || dim === dimOf(part, "y");
  const at2 = part.of.indexOf(dim);
  const ranges = pick.ranges.flatMap((range) => subRanges(part.picks[at2].ranges, range));
  return {
    ...part,
    dims: left(part.dims),
    shape: part.shape.flatMap((n, i) => i !== axis3 ? [n] : pick.keep ? [lengthOf(ranges)] : []),
    picks: part.picks.with(at2, { ranges, keep: pick.keep }),
    coordinates: part.coordinates.map((c) => {
      const along = c.dims.indexOf(dim);
      if (along < 0) return c;
      const shape = c.dims.map((d) => part.shape[part.dims.indexOf(d)]);
      const dims = left(c.dims);
      const attributes = whole2 ? c.attributes : withoutRange(c.attributes);
      const { bounds, ...bare } = { ...c, attributes, dims, values: takeRanges(c.values, shape, along, pick.ranges) };
      if (c.name === moved) shift(bare.values, pick, 1);
      if (!bounds || c.dims.length > 1 && dims.length < c.dims.length) return bare;
      const edges = takeRanges(bounds, [...shape, bounds.length / c.values.length], along, pick.ranges);
      if (c.name === moved) shift(edges, pick, 2);
      return { ...bare, bounds: edges };
    }),
    attributes: whole2 ? part.attributes : withoutRange(part.attributes),
    gridMapping: horizontal && !(whole2 && pick.keep) ? withoutTransform(part.gridMapping) : part.gridMapping
  };
}
function shift(values, { ranges, shifts }, width) {
  let at2 = 0;
  for (const [i, [from, to]] of ranges.entries()) {
    for (let n = (to - from) * width; shifts && n > 0; n--) values[at2++] += shifts[i] ?? 0;
  }
}

// io/field/civil.ts
var DAY_US = 864e8;
var CALENDARS = {
  standard: "standard",
  gregorian: "standard",
  proleptic_gregorian: "proleptic_gregorian",
  noleap: "365_day",
  "365_day": "365_day",
  all_leap: "366_day",
  "366_day": "366_day",
  "360_day": "360_day",
  julian: "julian"
};
var STARTS = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
var LEAP_STARTS = STARTS.map((d, m) => m > 1 ? d + 1 : d);
var SWITCH = gregorianDay(1582, 10, 15);
function gregorianDay(year, month, day) {
  const y = month <= 2 ? year - 1 : year;
  const m = (month + 9) % 12;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((153 * m + 2) / 5) + day - 1;
}
function julianDay(year, month, day) {
  const y = month <= 2 ? year - 1 : year;
  const m = (month + 9) % 12;
  return 365 * y + Math.floor(y / 4) + Math.floor((153 * m + 2) / 5) + day - 1 - 2;
}
function fixedDay(calendar, year, month, day) {
  if (calendar === "360_day") return 360 * year + 30 * (month - 1) + day - 1;
  const [length, starts] = calendar === "366_day" ? [366, LEAP_STARTS] : [365, STARTS];
  return length * year + starts[month - 1] + day - 1;
}
function dayNumber(calendar, year, month, day) {
  if (calendar === "julian") return julianDay(year, month, day);
  if (calendar === "proleptic_gregorian") return gregorianDay(year, month, day);
  if (calendar !== "standard") return fixedDay(calendar, year, month, day);
  const gregorian = gregorianDay(year, month, day);
  return gregorian >= SWITCH ? gregorian : julianDay(year, month, day);
}
var MOST_DAYS = 4e8;
function civil(calendar, days) {
  const julian = calendar === "julian" || calendar === "standard" && days < SWITCH;
  const mean = { "360_day": 360, "365_day": 365, "366_day": 366 }[calendar] ?? (julian ? 365.25 : 365.2425);
  let year = Math.floor(days / mean);
  if (dayNumber(calendar, year, 1, 1) > days) year--;
  else if (dayNumber(calendar, year + 1, 1, 1) <= days) year++;
  let month = 12;
  while (month > 1 && dayNumber(calendar, year, month, 1) > days) month--;
  const first = dayNumber(calendar, year, month, 1);
  const jump = calendar === "standard" && year === 1582 && month === 10 && days >= SWITCH ? 10 : 0;
  return [year, month, days - first + 1 + jump];
}
function isDay(calendar, year, month, day) {
  if (![year, month, day].every(Number.isInteger) || month < 1 || month > 12 || day < 1 || day > 31) return false;
  const days = dayNumber(calendar, year, month, day);
  if (Math.abs(days) > MOST_DAYS) return false;
  const back = civil(calendar, days);
  return back[0] === year && back[1] === month && back[2] === day;
}
function dateOf(days, micro, calendar) {
  const carry = Math.floor(micro / DAY_US);
  if (!(Math.abs(days + carry) <= MOST_DAYS)) return void 0;
  const rest = micro - carry * DAY_US;
  const [year, month, day] = civil(calendar, days + carry);
  const clock = Math.floor(rest / 1e3);
  return {
    year,
    month,
    day,
    hour: Math.floor(clock / 36e5),
    minute: Math.floor(clock / 6e4) % 60,
    second: Math.floor(clock / 1e3) % 60,
    millisecond: clock % 1e3,
    ...rest % 1e3 !== 0 && { microsecond: rest % 1e3 }
  };
}

// io/field/calendar.ts
var DAY = 864e5;
var UDUNITS_YEAR = 315569259747e-1;
var STEPS = [
  [/^(microsec|microsecs|microseconds?|us|µs|μs)$/, 1e-3],
  [/^(ms|msec|msecs|millisecs?|milliseconds?)$/, 1],
  [/^(s|sec|secs|seconds?)$/, 1e3],
  [/^(min|mins|minutes?)$/, 6e4],
  [/^(h|hr|hrs|hours?)$/, 36e5],
  [/^(d|days?)$/, DAY],
  [/^weeks?$/, 7 * DAY],
  [/^common_years?$/, 365 * DAY]
];
var MONTH = /^months?$/;
var YEAR = /^(years?|yr)$/;
var REFERENCE = /^([+-]?\d{1,5})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2})(?::(\d{1,2}))?(?::(\d{1,2}(?:\.\d*)?))?)?\s*(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?$/i;
var LONGEST = 256;
function fail(what, units, way = "") {
  const expected = "a text such as `days since 1850-01-01 00:00:00`";
  return new UnitsError(
    `decodeTime: ${what} in time units "${units}"; expected ${expected}${way && `; ${way}`}`,
    units,
    expected
  );
}
function calendarOf(name) {
  const known = own2(CALENDARS, (name ?? "standard").toLowerCase().trim());
  if (known !== void 0) return known;
  throw new UnitsError(
    `decodeTime: calendar "${name}" is unknown; expected one of ${Object.keys(CALENDARS).join(", ")}`,
    name ?? "",
    "a CF calendar"
  );
}
function stepOf(unit, units, calendar, months) {
  const name = unit.toLowerCase();
  const step = STEPS.find(([pattern]) => pattern.test(name))?.[1];
  if (step !== void 0) return step;
  const divisor = MONTH.test(name) ? 12 : YEAR.test(name) ? 1 : void 0;
  if (divisor === void 0) throw fail(`unit "${unit}" is unknown`, units);
  if (divisor === 12 && calendar === "360_day") return 30 * DAY;
  if (months === "udunits") return UDUNITS_YEAR / divisor;
  throw fail(
    `unit "${unit}" has no fixed length`,
    units,
    'write them as days (`cdo settunits,days IN OUT` counts calendar months), or take udunits\' fixed lengths (365.242198781 days a year) with `parseTimeUnits(units, calendar, { months: "udunits" })`'
  );
}
function parseTimeUnits(units, calendar = "standard", options = {}) {
  const known = calendarOf(calendar);
  if (units.length > LONGEST) throw fail(`${units.length} characters, above ${LONGEST},`, `${units.slice(0, 40)}\u2026`);
  const match = /^\s*([\p{L}_]+)\s+since\s+(.+?)\s*$/iu.exec(units);
  if (!match) throw fail("no `since`", units);
  const step = stepOf(match[1], units, known, options.months);
  const date = REFERENCE.exec(match[2]);
  if (!date) throw fail(`reference "${match[2]}" is not a date`, units);
  const [year, month, day] = [Number(date[1]), Number(date[2]), Number(date[3])];
  if (month < 1 || month > 12 || day < 1 || day > 31) throw fail(`reference "${match[2]}" is not a date`, units);
  if (!isDay(known, year, month, day)) {
    throw fail(`reference "${match[2]}" is not a day of the ${known} calendar`, units);
  }
  const [hour, minute, second] = [Number(date[4] ?? 0), Number(date[5] ?? 0), Number(date[6] ?? 0)];
  if (hour > 24 || minute > 59 || second >= 61) throw fail(`reference "${match[2]}" is not a time of day`, units);
  const zone = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(date[7] ?? "");
  const shift2 = zone ? (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 36e5 + Number(zone[3] ?? 0) * 6e4) : 0;
  const micro = Math.round(second * 1e6);
  const rest = micro % 1e3;
  const clock = hour * 36e5 + minute * 6e4 + (micro - rest) / 1e3;
  const origin = dayNumber(known, year, month, day) * DAY + clock - shift2;
  return { step, origin, calendar: known, ...rest !== 0 && { originMicrosecond: rest } };
}
function originOf(units) {
  const day = Math.floor(units.origin / DAY);
  return [day, Math.round((units.origin - day * DAY) * 1e3) + (units.originMicrosecond ?? 0)];
}
function wholeUnits(count, stepUs) {
  if (stepUs % DAY_US === 0) return [count * (stepUs / DAY_US), 0];
  const perDay = DAY_US / stepUs;
  const days = Math.floor(count / perDay);
  return [days, (count - days * perDay) * stepUs];
}
function resolution(value, stepUs) {
  const ulp = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(value), Number.MIN_VALUE))) - 52) * stepUs;
  return ulp <= 1 ? 1 : ulp <= 1e3 ? 1e3 : 1e6;
}
function decodeTime(value, units) {
  if (!Number.isFinite(value)) return void 0;
  const stepUs = units.step * 1e3;
  let [days, micro] = originOf(units);
  if (Number.isInteger(stepUs) && (stepUs % DAY_US === 0 || DAY_US % stepUs === 0)) {
    const whole2 = Math.floor(value);
    const digit = resolution(value, stepUs);
    const [moreDays, moreMicro] = wholeUnits(whole2, stepUs);
    days += moreDays;
    micro += moreMicro + Math.round((value - whole2) * stepUs / digit) * digit;
  } else {
    const total = Math.round(value * units.step);
    const moreDays = Math.floor(total / DAY);
    days += moreDays;
    micro += (total - moreDays * DAY) * 1e3;
  }
  return dateOf(days, micro, units.calendar);
}
function encodeTime(date, units) {
  const { year, month, day, hour, minute, second, millisecond, microsecond = 0 } = date;
  if (!isDay(units.calendar, year, month, day)) {
    const expected = `a day of the ${units.calendar} calendar`;
    throw new UnitsError(`encodeTime: ${year}-${month}-${day} does not exist; expected ${expected}`, "", expected);
  }
  const [originDay, originMicro] = originOf(units);
  const stepUs = units.step * 1e3;
  let days = dayNumber(units.calendar, year, month, day) - originDay;
  let micro = ((hour * 60 + minute) * 60 + second) * 1e6 + millisecond * 1e3 + microsecond - originMicro;
  const carry = Math.floor(micro / DAY_US);
  days += carry;
  micro -= carry * DAY_US;
  if (DAY_US % stepUs === 0) {
    const whole3 = Math.floor(micro / stepUs);
    return days * (DAY_US / stepUs) + whole3 + (micro - whole3 * stepUs) / stepUs;
  }
  const perUnit = stepUs / DAY_US;
  if (!Number.isInteger(perUnit)) return (days * DAY_US + micro) / stepUs;
  const whole2 = Math.floor(days / perUnit);
  return whole2 + (days - whole2 * perUnit + micro / DAY_US) / perUnit;
}
function toIso(date) {
  const two = (n) => String(n).padStart(2, "0");
  const year = `${date.year < 0 ? "-" : ""}${String(Math.abs(date.year)).padStart(4, "0")}`;
  const micro = date.microsecond ? String(date.microsecond).padStart(3, "0") : "";
  const fraction = date.millisecond || micro ? `.${String(date.millisecond).padStart(3, "0")}${micro}` : "";
  const clock = `${two(date.hour)}:${two(date.minute)}:${two(date.second)}${fraction}`;
  return `${year}-${two(date.month)}-${two(date.day)}T${clock}`;
}
function toDate(date, calendar) {
  const switched = calendar === "standard" && gregorianDay(date.year, date.month, date.day) < SWITCH;
  if (calendar !== "standard" && calendar !== "proleptic_gregorian" || switched) return void 0;
  const result = /* @__PURE__ */ new Date(0);
  result.setUTCFullYear(date.year, date.month - 1, date.day);
  result.setUTCHours(date.hour, date.minute, date.second, date.millisecond);
  return result;
}

// io/field/instants.ts
function timeUnitsOf({ attributes }) {
  return parseTimeUnits(textOf(attributes, "units") ?? "", textOf(attributes, "calendar"));
}
function instantsOf(coordinate, units = timeUnitsOf(coordinate)) {
  return Float64Array.from(coordinate.values, (v) => {
    const instant = Math.round(v * units.step + units.origin);
    return Math.abs(instant) <= MOST_DAYS * 864e5 ? instant : Number.NaN;
  });
}
function isoOf(instant, { calendar }) {
  const moment2 = decodeTime(instant, { step: 1, origin: 0, calendar });
  return moment2 === void 0 ? "(missing)" : toIso(moment2);
}

// io/field/time-axis.ts
function timeAxis(field) {
  return field.coordinates.find((c) => axisOf(c.name, c.attributes) === "time" && c.dims.length <= 1);
}
function timesOf(field) {
  const time = timeAxis(field);
  if (time === void 0) return [];
  const units = timeUnitsOf(time);
  return Array.from(time.values, (value) => {
    const moment2 = decodeTime(value, units);
    return { value, iso: moment2 && toIso(moment2), date: moment2 && toDate(moment2, units.calendar) };
  });
}
function secondsBetween(field) {
  const time = timeAxis(field);
  if (time === void 0 || time.values.length < 2) return null;
  const { step: milliseconds } = timeUnitsOf(time);
  try {
    const { step } = regularStep(time.name, time.values);
    return step > 0 ? Math.round(step * milliseconds) / 1e3 : null;
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return null;
  }
}

// io/formats/netcdf/classic/write.ts
import { open as open2 } from "node:fs/promises";

// io/formats/netcdf/hdf5/write-chunks.ts
import { writeSync as writeSync2 } from "node:fs";
import { promisify as promisify2 } from "node:util";
import { deflate as deflate3 } from "node:zlib";
var UNDEFINED = 0xffffffffffffffffn;
var MESSAGE = { nothing: 0, fill: 5, layout: 8, filters: 11, continuation: 16 };
var CONSTANT = 1;
var FANOUT = 64;
var END_OF_FILE = 40;
var MOST_AT_ONCE = 2 ** 30;
var deflated = promisify2(deflate3);
function shuffled(bytes, size) {
  const n = bytes.length / size;
  const out = new Uint8Array(bytes.length);
  if (size % 4 === 0 && bytes.byteOffset % 4 === 0) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const step = size / 4;
    for (let part = 0; part < step; part++) {
      const [a, b, c, d] = [0, 1, 2, 3].map((k) => out.subarray((4 * part + k) * n, (4 * part + k + 1) * n));
      for (let i = 0, from = part; i < n; i++, from += step) {
        const word = words[from];
        a[i] = word;
        b[i] = word >>> 8;
        c[i] = word >>> 16;
        d[i] = word >>> 24;
      }
    }
    return out;
  }
  for (let byte = 0; byte < size; byte++) {
    for (let i = 0, to = byte * n, from = byte; i < n; i++, to++, from += size) out[to] = bytes[from];
  }
  return out;
}
async function storedChunk(bytes, { level: level2, shuffle, size }) {
  if (level2 === 0) return bytes;
  return deflated(shuffle ? shuffled(bytes, size) : bytes, { level: level2, memLevel: 9 });
}
async function writeFully2({ fd }, bytes, position) {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync2(fd, bytes, done, Math.min(bytes.length - done, MOST_AT_ONCE), position + done);
  }
}
async function readFully(handle, length, position) {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  if (bytesRead < length) throw unexpected(`it ends before byte ${position + length}`);
  return bytes;
}
function unexpected(what) {
  const hint2 = "check the version of h5wasm";
  return new FormatError(
    "(file being written)",
    "netcdf4",
    `HDF5 laid it out in a way that is not known (${what})`,
    hint2
  );
}
async function endOfFile(handle) {
  const superblock = await readFully(handle, END_OF_FILE + 8, 0);
  if (superblock[8] !== 0) throw unexpected(`superblock version ${superblock[8]}`);
  return Number(superblock.readBigUInt64LE(END_OF_FILE));
}
async function moveEndOfFile(handle, end) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(end));
  await writeFully2(handle, bytes, END_OF_FILE);
}
async function findMessage(handle, header, type) {
  const prefix = await readFully(handle, 16, header);
  if (prefix[0] !== 1) throw unexpected(`object header version ${prefix[0]}`);
  const blocks = [[header + 16, prefix.readUInt32LE(8)]];
  for (const [start, length] of blocks) {
    const block = await readFully(handle, length, start);
    for (let at2 = 0; at2 + 8 <= length; ) {
      const kind = block.readUInt16LE(at2);
      const size = block.readUInt16LE(at2 + 2);
      const data = block.subarray(at2 + 8, at2 + 8 + size);
      if (kind === type) return { position: start + at2 + 8, data };
      if (kind === MESSAGE.continuation) {
        blocks.push([Number(data.readBigUInt64LE(0)), Number(data.readBigUInt64LE(8))]);
      }
      at2 += 8 + size;
    }
  }
  throw unexpected(`no message of type ${type}`);
}
var ROOM = 8 + 56 + 8 + 16;
var roomForStorage = Array.from({ length: (ROOM - 32) / 4 }, () => 0);
function message(type, flags, data) {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(type, 0);
  head.writeUInt16LE(data.length, 2);
  head[4] = flags;
  return Buffer.concat([head, data]);
}
function filterMessage(filters) {
  const data = Buffer.alloc(8 + 24 * filters.length);
  data.set([1, filters.length]);
  filters.forEach(([id, name, optional, value], i) => {
    const at2 = 8 + 24 * i;
    data.writeUInt16LE(id, at2);
    data.writeUInt16LE(8, at2 + 2);
    data.writeUInt16LE(optional, at2 + 4);
    data.writeUInt16LE(1, at2 + 6);
    data.write(name, at2 + 8, "latin1");
    data.writeUInt32LE(value, at2 + 16);
  });
  return message(MESSAGE.filters, CONSTANT, data);
}
function fillMessage(fill2) {
  const data = Buffer.alloc(16);
  data.set([2, 3, 2, 1, fill2.length]);
  data.set(fill2, 8);
  return message(MESSAGE.fill, CONSTANT, data);
}
async function setStorage(handle, header, { level: level2, shuffle, size, fill: fill2 }) {
  const filters = await findMessage(handle, header, MESSAGE.filters);
  if (filters.data.length !== ROOM - 8) throw unexpected(`a filter message of ${filters.data.length} bytes`);
  const messages = [fillMessage(fill2)];
  if (level2 > 0) {
    const deflating = [1, "deflate", 0, level2];
    messages.unshift(filterMessage(shuffle ? [[2, "shuffle", 1, size], deflating] : [deflating]));
  }
  const left = ROOM - Buffer.concat(messages).length;
  if (left > 0) messages.push(message(MESSAGE.nothing, 0, Buffer.alloc(left - 8)));
  const old = await findMessage(handle, header, MESSAGE.fill);
  await writeFully2(handle, message(MESSAGE.nothing, 0, Buffer.alloc(old.data.length)), old.position - 8);
  await writeFully2(handle, Buffer.concat(messages), filters.position - 8);
  const count = await readFully(handle, 2, header + 2);
  count.writeUInt16LE(count.readUInt16LE() + messages.length - 1);
  await writeFully2(handle, count, header + 2);
}
function writeKey(node, at2, { start, bytes }) {
  node.writeUInt32LE(bytes, at2);
  start.forEach((position, i) => {
    node.writeBigUInt64LE(BigInt(position), at2 + 8 + 8 * i);
  });
}
function compare(a, b) {
  const axis3 = a.start.findIndex((n, i) => n !== b.start[i]);
  return axis3 < 0 ? 0 : a.start[axis3] - b.start[axis3];
}
function buildIndex(entries, chunk, elementSize2, address) {
  const sorted = [...entries].sort(compare);
  const keySize = 8 + 8 * (chunk.length + 1);
  const nodeSize = 24 + (FANOUT + 1) * keySize + FANOUT * 8;
  const last = sorted.at(-1);
  const beyond = { start: [...chunk.map((n, i) => last.start[i] + n), elementSize2], bytes: 0 };
  const nodes = [];
  let level2 = 0;
  let children = sorted.map((entry) => ({ key: entry, address: entry.address }));
  for (; ; ) {
    const first = address + nodes.length * nodeSize;
    const count = Math.ceil(children.length / FANOUT);
    const parents = [];
    for (let n = 0; n < count; n++) {
      const own3 = children.slice(n * FANOUT, (n + 1) * FANOUT);
      const node = Buffer.alloc(nodeSize);
      node.write("TREE", 0, "latin1");
      node.set([1, level2], 4);
      node.writeUInt16LE(own3.length, 6);
      node.writeBigUInt64LE(n > 0 ? BigInt(first + (n - 1) * nodeSize) : UNDEFINED, 8);
      node.writeBigUInt64LE(n + 1 < count ? BigInt(first + (n + 1) * nodeSize) : UNDEFINED, 16);
      own3.forEach((child, i) => {
        writeKey(node, 24 + i * (keySize + 8), child.key);
        node.writeBigUInt64LE(BigInt(child.address), 24 + i * (keySize + 8) + keySize);
      });
      writeKey(node, 24 + own3.length * (keySize + 8), children[(n + 1) * FANOUT]?.key ?? beyond);
      nodes.push(node);
      parents.push({ key: own3[0].key, address: first + n * nodeSize });
    }
    if (count === 1) return { bytes: Buffer.concat(nodes), root: first };
    children = parents;
    level2++;
  }
}
async function writeChunkIndex(handle, header, entries, { chunk, elementSize: elementSize2 }) {
  if (entries.length === 0) return;
  const { position, data } = await findMessage(handle, header, MESSAGE.layout);
  const chunked = data[0] === 3 && data[1] === 2 && data[2] === chunk.length + 1;
  if (!chunked || data.readBigUInt64LE(3) !== UNDEFINED) throw unexpected("a layout that is not chunked and empty");
  const end = Math.ceil(await endOfFile(handle) / 8) * 8;
  const { bytes, root: root2 } = buildIndex(entries, chunk, elementSize2, end);
  await writeFully2(handle, bytes, end);
  const address = Buffer.alloc(8);
  address.writeBigUInt64LE(BigInt(root2));
  await writeFully2(handle, address, position + 3);
  await moveEndOfFile(handle, end + bytes.length);
}

// io/formats/netcdf/layout/options.ts
var FORMATS = [
  "netcdf4",
  "netcdf3",
  "netcdf3-classic",
  "netcdf3-64bit-offset",
  "netcdf3-64bit-data"
];
var INTEGERS2 = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"];
var DTYPES = [...INTEGERS2, "float32", "float64"];
function isInteger(dtype) {
  return INTEGERS2.includes(dtype);
}
function refuse(where, option, value, expected) {
  return new OptionsError(`${where}: ${option} is ${JSON.stringify(value)}; expected ${expected}`, option, value);
}
var whole = (value, low, high) => Number.isInteger(value) && value >= low && value <= high;
function checkNetcdfOptions(where, options, rank) {
  const { format = "netcdf4", compression, shuffle, chunks, dtype, packing, significantDigits, fillValue } = options;
  if (!FORMATS.includes(format)) throw refuse(where, "format", format, `one of ${FORMATS.join(", ")}`);
  if (compression !== void 0 && !whole(compression, 0, 9)) {
    throw refuse(where, "compression", compression, "a whole number from 0 to 9");
  }
  if (format !== "netcdf4") {
    const none = 'none, as NetCDF-3 has neither chunks nor compression; write `format: "netcdf4"`';
    if (compression !== void 0 && compression > 0) throw refuse(where, "compression", compression, none);
    if (shuffle) throw refuse(where, "shuffle", shuffle, none);
    if (chunks !== void 0) throw refuse(where, "chunks", chunks, none);
  }
  if (chunks !== void 0 && !(chunks.length === rank && chunks.every((n) => whole(n, 1, 2 ** 31)))) {
    throw refuse(where, "chunks", chunks, `${rank} whole numbers from 1, one for each dimension`);
  }
  if (dtype !== void 0 && !DTYPES.includes(dtype))
    throw refuse(where, "dtype", dtype, `one of ${DTYPES.join(", ")}`);
  if (significantDigits !== void 0 && !whole(significantDigits, 1, 7)) {
    throw refuse(where, "significantDigits", significantDigits, "a whole number from 1 to 7");
  }
  if (fillValue !== void 0 && !Number.isFinite(fillValue)) {
    throw refuse(where, "fillValue", String(fillValue), "a finite number");
  }
  if (packing !== void 0) {
    const [low, high] = packing.range;
    if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
      throw refuse(where, "packing.range", packing.range, "two finite numbers, the lower first");
    }
    const kinds = ["int8", "int16", "int32", void 0];
    if (!kinds.includes(packing.dtype)) throw refuse(where, "packing.dtype", packing.dtype, "int8, int16 or int32");
    if (dtype !== void 0) throw refuse(where, "dtype", dtype, "none beside `packing`, which has its own");
    if (significantDigits !== void 0) {
      throw refuse(where, "significantDigits", significantDigits, "none beside `packing`, which rounds by itself");
    }
  }
}

// io/formats/netcdf/layout/encode.ts
function storedSize(dtype) {
  return Number(/\d+$/.exec(dtype)[0]) / 8;
}
var CONSTRUCTORS = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array
};
function toStored(dtype, values) {
  if (dtype === "int64") return BigInt64Array.from(Array.from(values, BigInt));
  if (dtype === "uint64") return BigUint64Array.from(Array.from(values, BigInt));
  return new CONSTRUCTORS[dtype](values);
}
function limits(dtype) {
  if (dtype === "float64") return [-Number.MAX_VALUE, Number.MAX_VALUE];
  if (dtype === "float32") return [-34028234663852886e22, 34028234663852886e22];
  const bits = storedSize(dtype) * 8;
  if (dtype === "int64") return [-(2 ** 63), 2 ** 63 - 1024];
  if (dtype.startsWith("u")) return [0, bits === 64 ? 2 ** 64 - 2048 : 2 ** bits - 1];
  return [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}
function defaultFill(dtype) {
  if (dtype === "float32" || dtype === "float64") return 9969209968386869e21;
  const [low, high] = limits(dtype);
  if (dtype.startsWith("u")) return high;
  return dtype === "int64" ? low : low + 1;
}
function bitsOf(digits) {
  return Math.ceil(digits * Math.log2(10));
}
function rounder(bits, largest) {
  const splitter = 2 ** (52 - bits) + 1;
  return (value) => {
    const large = splitter * value;
    const rounded = large - (large - value);
    return Math.abs(rounded) <= largest ? rounded : value;
  };
}
function floats(name, dtype, fill2, bits) {
  const kept = bits !== void 0 && bits < (dtype === "float32" ? 23 : 52) ? bits : void 0;
  const round = kept === void 0 ? void 0 : rounder(kept, limits(dtype)[1]);
  const stored = dtype === "float32" ? Math.fround(fill2) : fill2;
  return {
    dtype,
    fill: stored,
    scale: 1,
    offset: 0,
    keptBits: kept,
    encode: (values) => {
      const out = dtype === "float32" ? new Float32Array(values) : new Float64Array(values);
      if (round) for (let i = 0; i < out.length; i++) out[i] = round(out[i]);
      for (let i = 0; i < out.length; i++) {
        const value = out[i];
        if (Number.isNaN(value)) out[i] = stored;
        else if (value === stored) throw takenFill(name, stored);
      }
      if (dtype === "float32" && values instanceof Float64Array) {
        const lost = values.findIndex((v, i) => Math.abs(out[i]) === Number.POSITIVE_INFINITY && Number.isFinite(v));
        if (lost >= 0) throw outside(name, values[lost], dtype, limits(dtype), 'write `dtype: "float64"`');
      }
      return out;
    }
  };
}
function integers(name, dtype, fill2, packed) {
  const { scale, offset, range } = packed ?? { scale: 1, offset: 0, range: limits(dtype) };
  const [low, high] = range;
  const hint2 = packed ? "state a wider `packing.range`" : "write a wider `dtype`";
  const wide = dtype.endsWith("64");
  return {
    dtype,
    fill: fill2,
    scale,
    offset,
    keptBits: void 0,
    encode: (values) => {
      const out = wide ? new Float64Array(values.length) : new CONSTRUCTORS[dtype](values.length);
      for (let i = 0; i < values.length; i++) {
        const value = values[i];
        if (Number.isNaN(value)) {
          out[i] = fill2;
          continue;
        }
        if (!(value >= low && value <= high)) throw outside(name, value, dtype, range, hint2);
        const number = packed ? Math.round((value - offset) / scale) : value;
        if (!packed && !Number.isInteger(value)) {
          throw new DomainError(
            `writeNetcdf: ${name} has the value ${value}, which ${dtype} cannot hold; expected whole numbers; write a float \`dtype\`, or use \`packing\``,
            value
          );
        }
        if (number === fill2) throw takenFill(name, fill2);
        out[i] = number;
      }
      return wide ? toStored(dtype, out) : out;
    }
  };
}
function outside(name, value, what, [low, high], hint2) {
  return new DomainError(
    `writeNetcdf: ${name} has the value ${value}; expected values from ${low} to ${high}, which is what fits ${what}; ${hint2}`,
    value
  );
}
function takenFill(name, fill2) {
  return new DomainError(
    `writeNetcdf: ${name} has the value ${fill2}, which stands for a missing one; expected any other; choose another \`fillValue\``,
    fill2
  );
}
function checkFill(name, dtype, fill2) {
  const [low, high] = limits(dtype);
  if (fill2 >= low && fill2 <= high && (!isInteger(dtype) || Number.isInteger(fill2))) return;
  throw new OptionsError(
    `writeNetcdf: fillValue of ${name} is ${fill2}; expected a number that ${dtype} holds, from ${low} to ${high}`,
    "fillValue",
    fill2
  );
}
function encoderOf(name, options, natural) {
  const { packing, significantDigits } = options;
  if (packing) {
    const dtype2 = packing.dtype ?? "int16";
    const [lowest, highest] = limits(dtype2);
    const fill3 = options.fillValue ?? lowest;
    checkFill(name, dtype2, fill3);
    const [low, high] = packing.range;
    const scale = (high - low) / (highest - lowest - 3);
    const offset = scale * (Math.round(low / scale) - (lowest + 2));
    return integers(name, dtype2, fill3, { scale, offset, range: packing.range });
  }
  const dtype = options.dtype ?? natural;
  const fill2 = options.fillValue ?? defaultFill(dtype);
  if (dtype === "float32" || dtype === "float64") {
    if (dtype === "float32") checkFill(name, dtype, fill2);
    return floats(name, dtype, fill2, significantDigits === void 0 ? void 0 : bitsOf(significantDigits));
  }
  checkFill(name, dtype, fill2);
  return integers(name, dtype, fill2);
}

// io/formats/netcdf/classic/write-header.ts
var TYPES = {
  int8: 1,
  char: 2,
  int16: 3,
  int32: 4,
  float32: 5,
  float64: 6,
  uint8: 7,
  uint16: 8,
  uint32: 9,
  int64: 10,
  uint64: 11
};
var TAGS = { dimension: 10, variable: 11, attribute: 12 };
var VERSIONS = {
  "netcdf3-classic": 1,
  "netcdf3-64bit-offset": 2,
  "netcdf3-64bit-data": 5
};
var LARGEST = { 1: 2 ** 31 - 4, 2: 2 ** 32 - 4, 5: Number.MAX_SAFE_INTEGER };
var padded = (bytes) => Math.ceil(bytes / 4) * 4;
function bigEndian(values, size) {
  const bytes = Buffer.from(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return swap(bytes, size);
}
function swap(bytes, size) {
  if (size === 2) return bytes.swap16();
  if (size === 4) return bytes.swap32();
  return size === 8 ? bytes.swap64() : bytes;
}
function classicType(type, values) {
  if (TYPES[type] <= TYPES.float64) return type;
  const wider = type === "uint8" ? "int16" : "int32";
  return values.every((v) => holds(wider, v)) ? wider : "float64";
}
var HeaderWriter = class {
  #version;
  #pieces = [];
  constructor(version) {
    this.#version = version;
  }
  bytes(piece) {
    this.#pieces.push(Buffer.from(piece), Buffer.alloc(padded(piece.length) - piece.length));
  }
  u32(value) {
    const piece = Buffer.alloc(4);
    piece.writeUInt32BE(value);
    this.#pieces.push(piece);
  }
  u64(value) {
    const piece = Buffer.alloc(8);
    piece.writeBigUInt64BE(BigInt(value));
    this.#pieces.push(piece);
  }
  count(value) {
    if (this.#version === 5) this.u64(value);
    else this.u32(value);
  }
  offset(value) {
    if (this.#version === 1) this.u32(value);
    else this.u64(value);
  }
  name(text2) {
    const piece = Buffer.from(text2.normalize("NFC"));
    this.count(piece.length);
    this.bytes(piece);
  }
  list(tag, items, write) {
    this.u32(items.length === 0 ? 0 : tag);
    this.count(items.length);
    for (const item of items) write(item);
  }
  attribute({ name, type, value }) {
    this.name(name);
    if (type === "char" || type === "string") {
      const text2 = Buffer.from(typeof value === "string" ? value : value.join(" "));
      this.u32(TYPES.char);
      this.count(text2.length);
      this.bytes(text2);
    } else {
      const held2 = this.#version === 5 ? type : classicType(type, value);
      const numbers = bigEndian(toStored(held2, value), storedSize(held2));
      this.u32(TYPES[held2]);
      this.count(value.length);
      this.bytes(numbers);
    }
  }
  result() {
    return Buffer.concat(this.#pieces);
  }
};
function headerOf(version, plan, placed) {
  const out = new HeaderWriter(version);
  out.bytes(Uint8Array.of(67, 68, 70, version));
  out.count(0);
  out.list(TAGS.dimension, plan.dims, (d) => {
    out.name(d.name);
    out.count(d.grows ? 0 : d.size);
  });
  const attributes = (list) => out.list(TAGS.attribute, list, (a) => out.attribute(a));
  attributes(plan.attributes);
  out.list(TAGS.variable, placed, ({ variable, bytes, begin: begin3 }) => {
    out.name(variable.name);
    out.count(variable.dims.length);
    for (const dim of variable.dims) out.count(plan.dims.findIndex((d) => d.name === dim));
    attributes(variable.attributes);
    out.u32(TYPES[variable.dtype]);
    out.count(version === 5 ? padded(bytes) : Math.min(padded(bytes), 2 ** 32 - 1));
    out.offset(begin3);
  });
  return out.result();
}
function chooseVersion(where, plan, placed, format) {
  const fits = (version2) => placed.every((p) => padded(p.bytes) <= LARGEST[version2]) && plan.dims.every((d) => d.size < 2 ** 31 || version2 === 5);
  const version = VERSIONS[format] ?? (fits(2) ? 2 : 5);
  if (!fits(version)) {
    const largest = placed.reduce((a, b) => b.bytes > a.bytes ? b : a);
    const size = `${largest.bytes} bytes${largest.record ? " a record" : ""}`;
    throw new OptionsError(
      `${where}: format is ${format}, which holds ${LARGEST[version]} bytes of a variable; ${largest.variable.name} has ${size}; write \`format: "netcdf4"\`, or \`format: "netcdf3"\`, which takes CDF-5 where it must`,
      "format",
      format
    );
  }
  const newer = placed.find(({ variable }) => TYPES[variable.dtype] > TYPES.float64);
  if (newer && version !== 5) {
    const { name, dtype } = newer.variable;
    throw new OptionsError(
      `${where}: dtype of ${name} is ${dtype}, which CDF-${version} does not have; expected int8, int16, int32, float32 or float64; or write \`format: "netcdf4"\` or \`format: "netcdf3-64bit-data"\``,
      "dtype",
      dtype
    );
  }
  return version;
}
function layOutClassic(where, plan, format) {
  const growing = plan.dims.find((d) => d.grows)?.name;
  const sizes2 = plan.variables.map((variable) => {
    const at3 = growing === void 0 ? -1 : variable.dims.indexOf(growing);
    if (at3 > 0) {
      throw new ShapeError(
        `${where}: dimensions of ${variable.name}`,
        `${growing} first, as a dimension that grows must be in NetCDF-3`,
        variable.dims.join(", "),
        'put it first, write `unlimitedTime: false`, or `format: "netcdf4"`'
      );
    }
    const record = at3 === 0;
    const dims = record ? variable.dims.slice(1) : variable.dims;
    const shape = dims.map((name) => plan.dims.find((d) => d.name === name).size);
    return { variable, record, shape, bytes: sizeOf(shape) * storedSize(variable.dtype), begin: 0 };
  });
  const version = chooseVersion(where, plan, sizes2, format);
  const header = headerOf(version, plan, sizes2).length;
  const records = sizes2.filter((p) => p.record);
  const step = (bytes) => records.length === 1 ? bytes : padded(bytes);
  const begins = /* @__PURE__ */ new Map();
  let at2 = header;
  for (const one2 of sizes2.filter((p) => !p.record)) {
    begins.set(one2, at2);
    at2 += padded(one2.bytes);
  }
  const firstRecord = at2;
  for (const one2 of records) {
    begins.set(one2, at2);
    at2 += step(one2.bytes);
  }
  const placed = sizes2.map((one2) => ({ ...one2, begin: begins.get(one2) }));
  const late = placed.find((p) => p.begin >= 2 ** 31);
  if (version === 1 && late) {
    const what = `${late.variable.name} would begin at byte ${late.begin}`;
    throw new OptionsError(
      `${where}: format is netcdf3-classic, whose variables begin in the first 2 GiB; ${what}; write \`format: "netcdf3"\``,
      "format",
      format
    );
  }
  return { version, header: headerOf(version, plan, placed), placed, recordBytes: at2 - firstRecord, firstRecord };
}

// io/formats/netcdf/classic/write.ts
var BATCH_BYTES = 4 * 2 ** 20;
var FORMATS2 = {
  1: "netcdf3-classic",
  2: "netcdf3-64bit-offset",
  5: "netcdf3-64bit-data"
};
async function writeRecordCount(handle, version, records) {
  const bytes = Buffer.alloc(version === 5 ? 8 : 4);
  if (version === 5) bytes.writeBigUInt64BE(BigInt(records));
  else bytes.writeUInt32BE(records);
  await writeFully2(handle, bytes, 4);
}
async function writeRecords(handle, { placed, recordBytes, firstRecord }, parts, at2, count) {
  const records = placed.filter((p) => p.record);
  const taken = records.map((p) => ({ ...p, cells: sizeOf(p.shape), values: p.variable.take(parts) }));
  const position = firstRecord + at2 * recordBytes;
  const batch = Math.floor(BATCH_BYTES / recordBytes);
  if (batch === 0) {
    for (let step = 0; step < count; step++) {
      for (const { variable, cells, values, begin: begin3 } of taken) {
        const part = values.subarray(step * cells, (step + 1) * cells);
        await writeRun(handle, variable, part, begin3 + (at2 + step) * recordBytes);
      }
    }
    return;
  }
  for (let from = 0; from < count; from += batch) {
    const n = Math.min(batch, count - from);
    const bytes = Buffer.alloc(n * recordBytes);
    for (const { variable, cells, values, begin: begin3 } of taken) {
      const size = storedSize(variable.dtype);
      const encoded = variable.encode(values.subarray(from * cells, (from + n) * cells));
      const raw = new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength);
      for (let i = 0; i < n; i++) {
        const target = i * recordBytes + begin3 - firstRecord;
        bytes.set(raw.subarray(i * cells * size, (i + 1) * cells * size), target);
        swap(bytes.subarray(target, target + cells * size), size);
      }
    }
    await writeFully2(handle, bytes, position + from * recordBytes);
  }
}
async function writeRun(handle, variable, values, position) {
  const size = storedSize(variable.dtype);
  const cells = BATCH_BYTES / size;
  for (let from = 0; from < values.length; from += cells) {
    const encoded = variable.encode(values.subarray(from, from + cells));
    const bytes = Buffer.from(new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength));
    await writeFully2(handle, swap(bytes, size), position + from * size);
  }
}
async function writeFixed(handle, { variable, shape, begin: begin3 }, parts, { along, at: at2, count }) {
  const values = variable.take(parts);
  const axis3 = variable.dims.indexOf(along ?? "");
  if (axis3 < 0) return writeRun(handle, variable, values, begin3);
  const size = storedSize(variable.dtype);
  const inner = sizeOf(shape.slice(axis3 + 1));
  const outer = sizeOf(shape.slice(0, axis3));
  for (let i = 0; i < outer; i++) {
    const run = values.subarray(i * count * inner, (i + 1) * count * inner);
    await writeRun(handle, variable, run, begin3 + (i * shape[axis3] + at2) * inner * size);
  }
}
async function openClassicSink(temporary, where, plan, template, format) {
  const layout = layOutClassic(where, plan, format);
  const { version, header, placed, recordBytes, firstRecord } = layout;
  const handle = await open2(temporary, "r+");
  const arriving = placed.filter((p) => !p.record && (p.variable.streamed || p.variable.kind === "data"));
  let written = 0;
  let isOpen = true;
  try {
    await writeFully2(handle, header, 0);
    for (const one2 of placed) {
      if (one2.record || arriving.includes(one2)) continue;
      await writeFixed(handle, one2, [template], { along: void 0, at: 0, count: 0 });
    }
    await handle.truncate(firstRecord);
  } catch (error) {
    await handle.close();
    throw error;
  }
  const settle = async () => {
    await handle.truncate(firstRecord + written * recordBytes);
    await writeRecordCount(handle, version, recordBytes > 0 ? written : 0);
  };
  const release = async () => {
    if (isOpen) await handle.close();
    isOpen = false;
  };
  return {
    format: FORMATS2[version],
    release,
    async append(parts, count) {
      for (const one2 of arriving) await writeFixed(handle, one2, parts, { along: plan.along, at: written, count });
      if (recordBytes > 0) await writeRecords(handle, layout, parts, written, count);
      written += count;
    },
    async flush() {
      await handle.datasync();
      await settle();
      await handle.datasync();
    },
    async finish() {
      await settle();
      await release();
    }
  };
}

// io/formats/netcdf/hdf5/write.ts
import { open as open3 } from "node:fs/promises";

// io/formats/netcdf/layout/sink.ts
function takeBox({ values, shape, start, count }) {
  const rank = shape.length;
  const steps = shape.map((_, i) => sizeOf(shape.slice(i + 1)));
  const first = start.reduce((sum, at2, i) => sum + at2 * steps[i], 0);
  const size = sizeOf(count);
  const inside = count.every((n, i) => start[i] + n <= shape[i]);
  const solid = count.findIndex((n) => n > 1);
  const together = solid < 0 || count.slice(solid + 1).every((n, i) => n === shape[solid + 1 + i]);
  if (inside && together) return values.subarray(first, first + size);
  const out = values instanceof Float32Array ? new Float32Array(size) : new Float64Array(size);
  if (!inside) out.fill(Number.NaN);
  const outSteps = count.map((_, i) => sizeOf(count.slice(i + 1)));
  const copy2 = (axis3, from, to) => {
    const n = Math.min(count[axis3], shape[axis3] - start[axis3]);
    if (axis3 === rank - 1) {
      out.set(values.subarray(from, from + n), to);
      return;
    }
    for (let i = 0; i < n; i++) copy2(axis3 + 1, from + i * steps[axis3], to + i * outSteps[axis3]);
  };
  copy2(0, first, 0);
  return out;
}
function* boxStarts(shape, box) {
  if (sizeOf(shape) === 0) return;
  const at2 = shape.map(() => 0);
  for (; ; ) {
    yield [...at2];
    let axis3 = shape.length - 1;
    for (; axis3 >= 0; axis3--) {
      at2[axis3] += box[axis3];
      if (at2[axis3] < shape[axis3]) break;
      at2[axis3] = 0;
    }
    if (axis3 < 0) return;
  }
}
var Restretcher = class {
  #axis;
  #length;
  #kept;
  #filled = 0;
  constructor(axis3, length) {
    this.#axis = axis3;
    this.#length = length;
  }
  /** The pieces that are complete with this stretch, as boxes of whole width. */
  *add(values, shape) {
    const total = shape[this.#axis];
    for (let from = 0; from < total; ) {
      const n = Math.min(this.#length - this.#filled, total - from);
      const box = { values, shape, ...this.#range(shape, from, n) };
      if (n === this.#length) yield box;
      else {
        this.#keep(box, n);
        if (this.#filled === this.#length) yield* this.rest();
      }
      from += n;
    }
  }
  /** What is kept of an unfinished piece. */
  *rest() {
    if (!this.#kept || this.#filled === 0) return;
    const { values, shape } = this.#kept;
    const filled = this.#filled;
    this.#kept = void 0;
    this.#filled = 0;
    yield { values, shape, ...this.#range(shape, 0, filled) };
  }
  #range(shape, from, n) {
    return {
      start: shape.map((_, i) => i === this.#axis ? from : 0),
      count: shape.map((size, i) => i === this.#axis ? n : size)
    };
  }
  #keep(box, n) {
    const shape = box.shape.map((size2, i) => i === this.#axis ? this.#length : size2);
    const size = sizeOf(shape);
    this.#kept ??= {
      values: box.values instanceof Float32Array ? new Float32Array(size) : new Float64Array(size),
      shape
    };
    const inner = sizeOf(shape.slice(this.#axis + 1));
    const outer = sizeOf(shape.slice(0, this.#axis));
    const part = takeBox(box);
    for (let i = 0; i < outer; i++) {
      const run = part.subarray(i * n * inner, (i + 1) * n * inner);
      this.#kept.values.set(run, (i * this.#length + this.#filled) * inner);
    }
    this.#filled += n;
  }
};

// io/formats/netcdf/hdf5/door.ts
import { dirname as dirname3, resolve as resolve3 } from "node:path";

// io/formats/netcdf/hdf5/library.ts
import { closeSync as closeSync2 } from "node:fs";
import { devNull } from "node:os";
import { dirname as dirname2, join as join3, resolve as resolve2 } from "node:path";
import { fileURLToPath } from "node:url";

// io/formats/netcdf/hdf5/heap-guard.ts
var HEADER = 16;
var MOST = 2 ** 20;
function isEndless(heap) {
  const view2 = new DataView(heap.buffer, heap.byteOffset, heap.byteLength);
  const end = Math.min(heap.length, view2.getUint32(8, true));
  for (let at2 = HEADER; at2 + HEADER <= end; ) {
    const index = view2.getUint16(at2, true);
    const size = view2.getUint32(at2 + 8, true);
    const need = index === 0 ? size : HEADER + (size + 7 & ~7) >>> 0;
    if (need === 0) return true;
    at2 += need;
  }
  return false;
}
function* collectionsIn(bytes) {
  for (let at2 = bytes.indexOf("GCOL"); at2 >= 0 && at2 + HEADER <= bytes.length; at2 = bytes.indexOf("GCOL", at2 + 4)) {
    if (bytes.readUInt32LE(at2 + 4) === 1) yield at2;
  }
}
function guardHeaps(files) {
  const read = files.read.bind(files);
  files.read = (stream, buffer, offset, length, position) => {
    const got = read(stream, buffer, offset, length, position);
    if (position === void 0 || got < HEADER || got > MOST) return got;
    const bytes = Buffer.from(buffer.buffer, buffer.byteOffset + offset, got);
    for (const at2 of collectionsIn(bytes)) {
      const size = Math.min(MOST, bytes.readUInt32LE(at2 + 8));
      let heap = bytes.subarray(at2, at2 + size);
      if (heap.length < size) {
        heap = new Uint8Array(size);
        heap = heap.subarray(0, read(stream, heap, 0, size, position + at2));
      }
      if (heap.length >= HEADER && isEndless(heap))
        throw Object.assign(new Error("endless heap"), { name: "ErrnoError", errno: 29 });
    }
    return got;
  };
}

// io/formats/netcdf/hdf5/library.ts
var MOST_FAILURES = 256;
var MOST_BYTES = 2 ** 30;
var NEW_FILE = 64 | 128;
var NOT_PERMITTED = 2;
var Hdf5Library = class {
  h5;
  /** Names of files outside of the one that was opened, which HDF5 wanted to follow and was not let to. */
  refused = [];
  #allowed = /* @__PURE__ */ new Map();
  #files;
  #failures = 0;
  #retired = false;
  #message;
  /** @param followed - whether files may lead to other files */
  constructor(h5, followed) {
    this.h5 = h5;
    this.#files = h5.FS;
    const { Module } = h5;
    Module.activate_throwing_error_handler();
    while (Module.get_plugin_search_paths().length > 0) Module.remove_plugin_search_path(0);
    Module.insert_plugin_search_path(PLUGINS, 0);
    guardHeaps(this.#files);
    const open5 = this.#files.open.bind(this.#files);
    this.#files.open = (path, flags, mode) => {
      if ((flags & NEW_FILE) === NEW_FILE && path.startsWith("/tmp/tmpfile_")) {
        this.#failures++;
        if (this.#message) this.#files.close(this.#message);
        this.#message = open5(devNull, 2, mode);
        return this.#message;
      }
      if (!followed && !this.#allowed.has(resolve2(path)) && path !== PLUGINS && dirname2(path) !== PLUGINS) {
        this.refused.push(path);
        throw Object.assign(new Error("not followed"), { name: "ErrnoError", errno: NOT_PERMITTED });
      }
      return open5(path, flags, mode);
    };
    Module.onAbort = () => this.stop();
  }
  /** Whether new files should go to a new library. */
  get worn() {
    return this.#failures >= MOST_FAILURES || this.#memory > MOST_BYTES;
  }
  get #memory() {
    return this.h5.Module.HEAPU8.length;
  }
  /** It can no longer be trusted: an assertion in it failed, or it left its memory. */
  stop() {
    this.#failures = Number.POSITIVE_INFINITY;
  }
  /** Whether it has been stopped. */
  get stopped() {
    return this.#failures === Number.POSITIVE_INFINITY;
  }
  /** Looks at what was thrown: errors of WebAssembly itself stop the library. */
  note(error) {
    const deep = error instanceof RangeError && /call stack/.test(error.message);
    if (deep || error instanceof WebAssembly.RuntimeError) this.stop();
  }
  /**
   * Opens a file; its `close` tells the library.
   * @returns undefined where HDF5 throws or h5wasm returns a hollow object
   */
  open(name, make) {
    const path = resolve2(name);
    this.#allowed.set(path, (this.#allowed.get(path) ?? 0) + 1);
    let file;
    try {
      file = make(this.h5.File);
    } catch (error) {
      this.note(error);
    }
    if (file === void 0 || file.file_id < 0n) {
      this.#forget(path);
      return void 0;
    }
    const close = file.close.bind(file);
    let open5 = true;
    file.close = () => {
      try {
        return this.stopped ? -1 : close();
      } finally {
        if (open5) this.#forget(path);
        open5 = false;
      }
    };
    return file;
  }
  #forget(path) {
    const users = this.#allowed.get(path) - 1;
    if (users > 0) this.#allowed.set(path, users);
    else this.#allowed.delete(path);
    if (this.#retired) this.#empty();
  }
  /** Takes no more files; what it holds is given back with the last one. */
  retire() {
    this.#retired = true;
    this.#empty();
  }
  #empty() {
    if (this.#allowed.size > 0) return;
    for (const stream of this.#files.streams) {
      if (stream && stream.fd > 2 && stream.nfd !== void 0) closeSync2(stream.nfd);
    }
    this.#files.streams = [];
    libraries.delete(this.h5.Dataset);
    libraries.delete(this.h5.Group);
    libraries.delete(this.h5.File);
    for (const held2 of [this.h5.FS, this.h5.Module]) {
      for (const key of Object.keys(held2)) Reflect.deleteProperty(held2, key);
    }
  }
};
var PLUGINS = join3(dirname2(fileURLToPath(import.meta.resolve("h5wasm-plugins"))), "plugins");
var libraries = /* @__PURE__ */ new Map();
var current = {};
var generation = 0;
async function load(followed) {
  const url = import.meta.resolve("h5wasm/node");
  const h5 = generation++ === 0 ? await import("h5wasm/node") : await import(`${url}?${generation}`);
  await h5.ready;
  const library = new Hdf5Library(h5, followed);
  for (const own3 of [h5.Dataset, h5.Group, h5.File]) libraries.set(own3, library);
  return library;
}
async function hdf5Library(followed) {
  const key = followed ? "followed" : "guarded";
  current[key] ??= load(followed);
  const library = await current[key];
  if (!library.worn) return library;
  if (await current[key] === library) {
    current[key] = load(followed);
    library.retire();
  }
  return hdf5Library(followed);
}
function libraryOf(object, path) {
  const library = libraries.get(object.constructor);
  if (library !== void 0 && !library.stopped) return library;
  const why = "the HDF5 library stopped over damaged data while this file was open in it";
  throw new FormatError(path, "hdf5", why, "open the file again");
}

// io/formats/netcdf/hdf5/door.ts
var TYPE_CLASS = {
  integer: 0,
  float: 1,
  string: 3,
  opaque: 5,
  compound: 6,
  reference: 7,
  enumeration: 8,
  vlen: 9,
  array: 10
};
function isDataset(item) {
  return item?.type === "Dataset";
}
function isGroup(item) {
  return item?.type === "Group";
}
async function openHdf5(path, followed = false) {
  const library = await hdf5Library(followed);
  const file = library.open(path, (File) => new File(path, "r"));
  if (!file) {
    throw new FormatError(
      path,
      "hdf5",
      "it begins like HDF5 but HDF5 cannot open it: it is truncated or damaged",
      "fetch or copy it again, or check it with `h5ls`"
    );
  }
  return file;
}
async function createHdf5(path, shown2 = path) {
  const library = await hdf5Library(false);
  const file = library.open(
    path,
    (File) => withoutTimestamps(() => new File(path, "w", { track_order: true, libver: ["earliest", "latest"] }))
  );
  if (!file) {
    const what = `HDF5 cannot create it: probably the disk of ${dirname3(resolve3(shown2))} is full`;
    throw new FormatError(shown2, "hdf5", what, "free space there, or write elsewhere");
  }
  return file;
}
async function changeHdf5(path) {
  const library = await hdf5Library(false);
  const file = library.open(path, (File) => withoutTimestamps(() => new File(path, "a")));
  if (!file) {
    const hint2 = "check that it is sound (`h5ls`) and can be written";
    throw new FormatError(path, "hdf5", "HDF5 cannot open it for writing", hint2);
  }
  return file;
}
function addressOf(object) {
  return Number(Buffer.from(object.create_reference().ref_data).readBigUInt64LE(0));
}
function ownAddressOf(dataset, path) {
  const { Module } = libraryOf(dataset, path).h5;
  try {
    const { ref_data: reference } = dataset.create_reference();
    const same4 = Module.get_referenced_name(dataset.file_id, reference, true) === dataset.path;
    return same4 ? addressOf(dataset) : void 0;
  } catch {
    return void 0;
  }
}
function closeWritten(file, path) {
  let status = -1;
  try {
    status = file.close();
  } catch {
  }
  if (status < 0) {
    throw new FormatError(
      path,
      "hdf5",
      `HDF5 could not write all of it: probably the disk of ${dirname3(resolve3(path))} is full`,
      "free space there, or write elsewhere"
    );
  }
}
function withoutTimestamps(work) {
  const { now } = Date;
  Date.now = () => 0;
  try {
    return work();
  } finally {
    Date.now = now;
  }
}

// io/formats/netcdf/hdf5/write.ts
var CHUNK_CELLS = 2 ** 20;
var SERIES_CELLS = 2 ** 14;
var NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable.";
var PROPERTIES = "version=2,writer=monge";
var WRITE_BYTES = 2 ** 20;
var IN_FLIGHT = 4;
var CODES = {
  int8: "<b",
  uint8: "<B",
  int16: "<h",
  uint16: "<H",
  int32: "<i",
  uint32: "<I",
  int64: "<q",
  uint64: "<Q",
  float32: "<f",
  float64: "<d"
};
function writeAttribute(owner, { name, type, value }) {
  if (type === "char") owner.create_attribute(name, value, [], `S${Math.max(1, Buffer.byteLength(value))}`);
  else if (type === "string") owner.create_attribute(name, [...value]);
  else owner.create_attribute(name, toStored(type, value), [value.length], CODES[type]);
}
function chunkOf(variable, plan, options) {
  const dims = variable.dims.map((name) => plan.dims.find((d) => d.name === name));
  const asked = variable.kind === "data" ? options.chunks : void 0;
  const plane = dims.slice(-2).filter((d) => !d.streamed);
  const cells = sizeOf(plane.map((d) => d.size));
  const whole2 = cells <= CHUNK_CELLS;
  return dims.map((d, i) => {
    const series = Math.min(1024, Math.max(1, Math.floor(SERIES_CELLS / cells)));
    const natural = i < dims.length - 2 ? 1 : d.streamed ? series : whole2 ? d.size : 1024;
    return d.grows ? asked?.[i] ?? natural : Math.max(1, Math.min(d.size, asked?.[i] ?? natural));
  });
}
function openHdf5Sink(temporary, path, plan, template, options) {
  const level2 = options.compression ?? 4;
  const storageOf = (variable) => {
    const size = storedSize(variable.dtype);
    const fill2 = bytesOf(variable.encode(Float64Array.of(Number.NaN)));
    return { level: level2, shuffle: (options.shuffle ?? isInteger(variable.dtype)) && size > 1, size, fill: fill2 };
  };
  const sizes2 = (variable, along) => variable.dims.map((name) => {
    const dim = plan.dims.find((d) => d.name === name);
    return dim.streamed ? along : dim.size;
  });
  const limits2 = (variable) => variable.dims.map((name) => {
    const dim = plan.dims.find((d) => d.name === name);
    return dim.grows ? null : dim.size;
  });
  const streams = [];
  const series = /* @__PURE__ */ new Map();
  let handle;
  let end = 0;
  const createEmpty = (file, variable, chunk, isData) => {
    const shape = sizes2(variable, 0);
    if (sizeOf(shape) > 0) shape[0] = 0;
    return file.create_dataset({
      name: variable.name,
      data: toStored(variable.dtype, []),
      shape,
      dtype: CODES[variable.dtype],
      maxshape: limits2(variable),
      chunks: chunk,
      ...isData ? { compression: "gzip", compression_opts: [...roomForStorage] } : {}
    });
  };
  const createVariable = (file, variable, parts) => {
    const { name, dtype, dims } = variable;
    let dataset;
    if (variable.kind === "data" && dims.length > 0) {
      const chunk = chunkOf(variable, plan, options);
      const axis3 = Math.max(0, dims.indexOf(plan.along ?? ""));
      const pieces = new Restretcher(axis3, plan.along === void 0 ? sizes2(variable, 0)[axis3] : chunk[axis3]);
      dataset = createEmpty(file, variable, chunk, true);
      streams.push({ variable, chunk, axis: axis3, pieces, entries: [], steps: 0 });
    } else if (variable.streamed) {
      dataset = createEmpty(file, variable, chunkOf(variable, plan, options), false);
      series.set(variable, []);
    } else {
      const data = variable.encode(variable.take(parts));
      dataset = file.create_dataset({ name, data, shape: sizes2(variable, 0), dtype: CODES[dtype] });
    }
    if (variable.kind === "scale") dataset.make_scale(name);
    else {
      dims.forEach((dim, i) => {
        dataset.attach_scale(i, `/${dim}`);
      });
    }
    for (const attribute of variable.attributes) writeAttribute(dataset, attribute);
  };
  const createStructure = (file, parts) => {
    file.create_attribute("_NCProperties", PROPERTIES, [], `A${PROPERTIES.length}`);
    for (const attribute of plan.attributes) writeAttribute(file, attribute);
    const scales = plan.variables.filter((v) => v.kind === "scale");
    for (const { name, size, streamed, grows } of plan.dims) {
      const own3 = scales.find((v) => v.name === name);
      if (own3) createVariable(file, own3, parts);
      else {
        const shape = [streamed ? 0 : size];
        const room = streamed ? { maxshape: [grows ? null : size], chunks: [grows ? 512 : size] } : {};
        const data = new Float32Array(shape[0]);
        const scale = file.create_dataset({ name, data, shape, dtype: "<f", ...room });
        scale.make_scale(`${NO_VARIABLE}${String(size).padStart(10)}`);
      }
    }
    for (const variable of plan.variables) if (variable.kind !== "scale") createVariable(file, variable, parts);
    return new Map(streams.map((s) => [s, addressOf(file.get(s.variable.name))]));
  };
  let addresses = /* @__PURE__ */ new Map();
  const start = async (parts) => {
    if (handle) return handle;
    const file = await createHdf5(temporary, path);
    try {
      addresses = withoutTimestamps(() => createStructure(file, parts));
    } catch (error) {
      closeQuietly(file);
      throw error;
    }
    withoutTimestamps(() => closeWritten(file, path));
    handle = await open3(temporary, "r+");
    for (const [{ variable }, address] of addresses) {
      await setStorage(handle, address, storageOf(variable));
    }
    end = await endOfFile(handle);
    return handle;
  };
  const writeBox = async (file, stream, box) => {
    const { variable, chunk, axis: axis3, entries } = stream;
    const storage = storageOf(variable);
    const queue = [];
    let gathered = [];
    let waiting = 0;
    const flush2 = async () => {
      const at2 = end;
      end += waiting;
      const bytes = gathered.length === 1 ? gathered[0] : Buffer.concat(gathered, waiting);
      gathered = [];
      waiting = 0;
      await writeFully2(file, bytes, at2);
    };
    const settle = async () => {
      const { start: position, bytes } = queue.shift();
      const stored = await bytes;
      entries.push({ start: position, address: end + waiting, bytes: stored.length });
      gathered.push(stored);
      waiting += stored.length;
      if (waiting >= WRITE_BYTES) await flush2();
    };
    try {
      for (const offset of boxStarts(box.count, chunk)) {
        const from = box.start.map((n, i) => n + offset[i]);
        const shape = box.shape.map((n, i) => i === axis3 ? box.start[i] + box.count[i] : n);
        const inside = { ...box, start: from, count: chunk };
        const part = takeBox(shape[axis3] === box.shape[axis3] ? inside : cutShort(inside, axis3, shape[axis3]));
        const bytes = storedChunk(bytesOf(variable.encode(part)), storage);
        bytes.catch(() => {
        });
        queue.push({ start: offset.map((n, i) => i === axis3 ? n + stream.steps : n), bytes });
        if (queue.length >= IN_FLIGHT) await settle();
      }
      while (queue.length > 0) await settle();
      if (waiting > 0) await flush2();
    } finally {
      await Promise.allSettled(queue.map((q) => q.bytes));
    }
    stream.steps += box.count[axis3];
  };
  return {
    format: "hdf5",
    async append(parts, count) {
      const file = await start(parts);
      for (const stream of streams) {
        const { variable, pieces } = stream;
        const values = variable.take(parts);
        if (variable.dims.length > 0)
          for (const box of pieces.add(values, sizes2(variable, count))) await writeBox(file, stream, box);
      }
      for (const [variable, list] of series) list.push(variable.encode(variable.take(parts)).slice());
    },
    async flush() {
    },
    async finish(total) {
      const file = handle ?? await start([template]);
      for (const stream of streams) for (const box of stream.pieces.rest()) await writeBox(file, stream, box);
      await moveEndOfFile(file, end);
      const library = await changeHdf5(temporary);
      try {
        withoutTimestamps(() => extend(library, total));
      } catch (error) {
        closeQuietly(library);
        throw error;
      }
      withoutTimestamps(() => closeWritten(library, path));
      for (const [{ variable, chunk, entries }, address] of addresses) {
        await writeChunkIndex(file, address, entries, { chunk, elementSize: storedSize(variable.dtype) });
      }
      await this.release();
      await verify(
        temporary,
        path,
        streams.map(({ variable }) => [variable.name, sizes2(variable, total)])
      );
    },
    async release() {
      const open_ = handle;
      handle = void 0;
      await open_?.close();
    }
  };
  function extend(file, total) {
    for (const { name, streamed } of plan.dims) {
      if (streamed && !plan.variables.some((v) => v.name === name)) file.get(name).resize([total]);
    }
    for (const { variable } of streams) file.get(variable.name).resize(sizes2(variable, total));
    for (const [variable, list] of series) {
      const shape = sizes2(variable, total);
      if (sizeOf(shape) === 0) continue;
      const dataset = file.get(variable.name);
      dataset.resize(shape);
      const axis3 = variable.dims.indexOf(plan.along);
      const inner = sizeOf(shape) / shape[axis3];
      let at2 = 0;
      for (const piece of list) {
        const steps = piece.length / inner;
        const ranges = shape.map((n, i) => i === axis3 ? [at2, at2 + steps] : [0, n]);
        if (steps > 0) dataset.write_slice(ranges, piece);
        at2 += steps;
      }
    }
  }
}
function cutShort(box, axis3, to) {
  const count = box.count.map((n, i) => Math.min(n, (i === axis3 ? to : box.shape[i]) - box.start[i]));
  const values = takeBox({ ...box, count });
  return { values, shape: count, start: count.map(() => 0), count: box.count };
}
var bytesOf = (values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
function closeQuietly(file) {
  try {
    file.close();
  } catch {
  }
}
async function verify(temporary, path, expected) {
  const file = await openHdf5(temporary);
  try {
    for (const [name, shape] of expected) {
      const written = file.get(name);
      const found = written && "shape" in written ? written.shape : null;
      const last = shape.map((n) => [n - 1, n]);
      if (String(found) === String(shape) && (sizeOf(shape) === 0 || written.slice(last) !== null)) continue;
      throw new FormatError(path, "netcdf4", `variable ${name} did not reach the file`, "check the free disk space");
    }
  } finally {
    file.close();
  }
}

// io/formats/netcdf/layout/plan.ts
var OWN = /^(_FillValue|missing_value|scale_factor|add_offset|_Unsigned|_ChunkSizes|_Quantize\w+|_NCProperties|grid_mapping|coordinates|bounds|climatology|ancillary_variables|cell_measures|formula_terms)$/;
var OF_STORED = /^(valid_range|valid_min|valid_max|flag_values|flag_masks)$/;
function edgeDimension({ values, bounds }) {
  if (!bounds) return void 0;
  const size = values.length === 0 ? 2 : bounds.length / values.length;
  return { name: size === 2 ? "nv" : `nv${size}`, size };
}
function planAttribute(name, value, numbers = "float64") {
  if (typeof value === "string") return [{ name, type: "char", value }];
  if (typeof value === "number") return [{ name, type: numbers, value: [value] }];
  if (value.length === 0) return [];
  if (typeof value[0] === "string") return [{ name, type: "string", value }];
  return [{ name, type: numbers, value }];
}
function planned(attributes) {
  const types = attributes[attributeTypes];
  return Object.entries(attributes).flatMap(([name, value]) => {
    const numbers = [value].flat().filter((v) => typeof v === "number");
    return planAttribute(name, value, attributeType(numbers, types?.[name]));
  });
}
function planAttributes(attributes) {
  return planned(pickAttributes(attributes, (name) => !OWN.test(name)));
}
var plain = (dtype) => (values) => dtype === "float64" && values instanceof Float64Array ? values : toStored(dtype, values);
function timeOf({ dims, coordinates = [] }) {
  return dims.find((d) => axisOf(d, coordinates.find((c) => c.name === d)?.attributes ?? {}) === "time");
}
function coordinateOf(parts, name) {
  const found = parts[0].coordinates?.find((c) => c.name === name);
  if (found) return found;
  throw new ShapeError(`writeNetcdf: field ${parts[0].name}`, `a coordinate ${name}, as the file has`, "none");
}
function planBounds(c, streamed) {
  const { name, dims } = c;
  const corner = edgeDimension(c);
  if (!corner) return [];
  const take2 = (parts) => {
    const own3 = coordinateOf(parts, name);
    if (own3.bounds) return own3.bounds;
    throw new ShapeError(`writeNetcdf: ${name} of field ${parts[0].name}`, "bounds, as the file has", "none");
  };
  const edges = { name: `${name}_bnds`, dtype: "float64", dims: [...dims, corner.name], attributes: [] };
  return [{ ...edges, kind: "bounds", streamed, take: take2, encode: plain("float64") }];
}
function boundsAttribute(name, attributes, bounds) {
  if (!bounds) return [];
  return planAttribute("climatology" in attributes ? "climatology" : "bounds", `${name}_bnds`);
}
function planScale({ name, dims, attributes, bounds, values }, streamed) {
  const counts = textOf(attributes, "standard_name") === "realization" && values.every((v) => (v | 0) === v);
  const dtype = counts ? "int32" : "float64";
  return {
    name,
    dtype,
    dims,
    kind: "scale",
    streamed,
    attributes: [...planAttributes(attributes), ...boundsAttribute(name, attributes, bounds)],
    take: (parts) => coordinateOf(parts, name).values,
    encode: plain(dtype)
  };
}
function planAuxiliary({ name, dims, attributes, bounds, values }, streamed) {
  const mayMiss = streamed || values.some(Number.isNaN);
  const encoder = encoderOf(name, {}, "float64");
  return {
    name,
    dtype: "float64",
    dims,
    kind: "auxiliary",
    streamed,
    attributes: [
      ...mayMiss ? planAttribute("_FillValue", encoder.fill) : [],
      ...planAttributes(attributes),
      ...boundsAttribute(name, attributes, bounds)
    ],
    take: (parts) => coordinateOf(parts, name).values,
    encode: mayMiss ? encoder.encode : plain("float64")
  };
}
function storageAttributes({ dtype, fill: fill2, scale, offset, keptBits }) {
  const packed = scale !== 1 || offset !== 0;
  return [
    ...planAttribute("_FillValue", fill2, dtype),
    ...packed ? [...planAttribute("scale_factor", scale), ...planAttribute("add_offset", offset)] : [],
    // The name under which netCDF-C notes the same rounding (nc_def_var_quantize).
    ...keptBits === void 0 ? [] : planAttribute("_QuantizeBitRoundNumberOfSignificantBits", keptBits, "int32")
  ];
}
function planData(index, part, options, streamed, shared) {
  const { name, dims, units, attributes = {}, values } = part;
  const natural = values instanceof Float64Array ? "float64" : "float32";
  const encoder = encoderOf(name, options, natural);
  const inUnits = (key) => !OF_STORED.test(key) && !(key === "units" && units !== void 0);
  const ofStored = Object.entries(attributes).filter(([key]) => OF_STORED.test(key) && !options.packing);
  return {
    name,
    dtype: encoder.dtype,
    dims,
    kind: "data",
    streamed,
    attributes: [
      ...storageAttributes(encoder),
      ...units === void 0 ? [] : planAttribute("units", units),
      ...planAttributes(pickAttributes(attributes, inUnits)),
      ...ofStored.flatMap(([key, value]) => planAttribute(key, value, encoder.dtype)),
      ...planned(shared)
    ],
    take: (parts) => parts[index].values,
    encode: encoder.encode
  };
}
function checkNames(where, variables, dims) {
  const names = variables.map((v) => v.name);
  const twice = names.find((n, i) => names.indexOf(n) !== i) ?? dims.find((d, i) => dims.findIndex((e) => e.name === d.name) !== i)?.name ?? variables.find((v) => v.kind !== "scale" && dims.some((d) => d.name === v.name))?.name;
  if (twice !== void 0) {
    throw new OptionsError(
      `${where}: two variables or dimensions would be named ${twice}; rename one (\`field.with({ name })\`)`,
      "name",
      twice
    );
  }
  const cannot = (n) => n === "" || /\/|\s$/.test(n) || [...n].some((c) => c < " " || c === "\x7F");
  const bad = [...names, ...dims.map((d) => d.name)].find(cannot);
  if (bad !== void 0) {
    throw new OptionsError(
      `${where}: ${JSON.stringify(bad)} cannot name a variable; expected a name without "/" and control characters`,
      "name",
      bad
    );
  }
}
function planNetcdf(where, parts, options) {
  const [first, ...also] = parts;
  const { dims: names, shape, coordinates = [], gridMapping } = first;
  checkNetcdfOptions(where, options, names.length);
  for (const one2 of also) {
    if (String(one2.dims) === String(names) && String(one2.shape) === String(shape)) continue;
    throw new ShapeError(`${where}: ${one2.name} beside ${first.name}`, shape, one2.shape, "same dimensions");
  }
  const along = timeOf(first);
  const own3 = coordinates.filter((c) => names.includes(c.name) && String(c.dims) === c.name);
  const auxiliary = coordinates.filter((c) => !own3.includes(c));
  const dims = names.map((name, i) => ({
    name,
    size: shape[i],
    streamed: name === along,
    grows: name === along && options.unlimitedTime !== false
  }));
  const empty = dims.find((d) => d.size === 0 && !d.streamed);
  if (empty)
    throw new ShapeError(`${where}: dimension ${empty.name} of ${first.name}`, "at least one position", "none");
  const corners = new Map(coordinates.flatMap((c) => edgeDimension(c) ?? []).map((d) => [d.name, d]));
  for (const corner of corners.values()) dims.push({ ...corner, streamed: false, grows: false });
  const onTime = (c) => along !== void 0 && c.dims.includes(along);
  const shared = {
    ...auxiliary.length > 0 ? { coordinates: auxiliary.map((c) => c.name).join(" ") } : {},
    ...gridMapping ? { grid_mapping: gridMapping.name } : {}
  };
  const mapping = gridMapping ? [
    {
      name: gridMapping.name,
      dtype: "int32",
      dims: [],
      kind: "mapping",
      streamed: false,
      attributes: planned(gridMapping.attributes),
      take: () => Float64Array.of(0),
      encode: plain("int32")
    }
  ] : [];
  const scales = names.flatMap((name) => own3.find((c) => c.name === name) ?? []);
  const variables = [
    ...scales.map((c) => planScale(c, onTime(c))),
    ...[...scales, ...auxiliary].flatMap((c) => planBounds(c, onTime(c))),
    ...auxiliary.map((c) => planAuxiliary(c, onTime(c))),
    ...mapping,
    ...parts.map((part, i) => planData(i, part, options, along !== void 0, shared))
  ];
  checkNames(where, variables, dims);
  return { dims, variables, attributes: planned(globalAttributes(options)), along };
}

// io/formats/netcdf/write.ts
function same(a, b) {
  const equal = (x, y) => x.length === y.length && x.every((v, i) => Object.is(v, y[i]));
  if (String(a.dims) !== String(b.dims) || !equal(a.values, b.values)) return false;
  return a.bounds === void 0 ? b.bounds === void 0 : b.bounds !== void 0 && equal(a.bounds, b.bounds);
}
function checkStretch(where, template, field, along) {
  const { name, dims, shape, units, coordinates = [] } = template;
  const what = `${where}: field ${field.name}`;
  if (field.name !== name) throw new ShapeError(what, `a field named ${name}`, field.name);
  if (String(field.dims) !== String(dims))
    throw new ShapeError(`${what}: dims`, dims.join(", "), field.dims.join(", "));
  const sizes2 = dims.map((dim, i) => dim === along ? field.shape[i] : shape[i]);
  if (String(field.shape) !== String(sizes2)) throw new ShapeError(what, sizes2, field.shape);
  if (field.units !== units) {
    const expected = units ?? "none";
    throw new UnitsError(
      `${what}: units are ${field.units ?? "none"}; expected ${expected}`,
      field.units ?? "",
      expected
    );
  }
  for (const coordinate of coordinates) {
    const own3 = field.coordinate(coordinate.name);
    if (along !== void 0 && coordinate.dims.includes(along)) {
      for (const key of ["units", "calendar"]) {
        const [expected2, found] = [textOf(coordinate.attributes, key), own3 && textOf(own3.attributes, key)];
        if (expected2 === found) continue;
        const message2 = `${what}: ${key} of ${coordinate.name} is ${found ?? "none"}; expected ${expected2 ?? "none"}`;
        throw new UnitsError(message2, found ?? "", expected2 ?? "none");
      }
      if (own3 && own3.bounds === void 0 === (coordinate.bounds === void 0)) continue;
      const expected = coordinate.bounds ? `${coordinate.name} with bounds` : `${coordinate.name} without bounds`;
      throw new ShapeError(what, expected, own3 ? "the other" : "no such coordinate");
    }
    if (!own3 || !same(own3, coordinate)) {
      throw new ShapeError(
        `${what}: coordinate ${coordinate.name}`,
        "the same as in the file",
        own3 ? "another" : "none"
      );
    }
  }
}
async function createNetcdf(path, template, options = {}) {
  return begin2("createNetcdf", path, [template, ...options.also ?? []], options);
}
async function begin2(where, path, templates, options) {
  const { format = "netcdf4" } = options;
  const [template] = templates;
  const plan = planNetcdf(where, templates, options);
  const { along } = plan;
  const axis3 = template.dims.indexOf(along ?? "");
  const fixed = along === void 0 ? 1 : options.unlimitedTime === false ? template.shape[axis3] : void 0;
  const pending = await beginAtomically(path);
  const wrap = (error) => {
    const explained2 = explainWriteError(path, error);
    if (isMongeError(explained2)) return explained2;
    const [why] = String(error?.message ?? error).split("\n");
    return new FormatError(path, format, `it could not be written (${why})`, "check the free disk space", {
      cause: error
    });
  };
  const guarded = async (work) => {
    try {
      return await work();
    } catch (error) {
      await end();
      throw wrap(error);
    }
  };
  const sink = await (format === "netcdf4" ? openHdf5Sink(pending.temporary, path, plan, template, options) : openClassicSink(pending.temporary, where, plan, template, format).catch(async (error) => {
    await pending.discard();
    throw wrap(error);
  }));
  let steps = 0;
  let last = Number.NEGATIVE_INFINITY;
  let state = "open";
  const end = async () => {
    state = "ended";
    await sink.release().catch(() => {
    });
    await pending.discard();
  };
  const checkOpen = () => {
    if (state === "open") return;
    throw new OptionsError(`${path}: the writer has ended; expected an open one; make another`, "writer", state);
  };
  return {
    format: sink.format,
    get steps() {
      return steps;
    },
    async append(field, ...also) {
      checkOpen();
      const fields = [field, ...also];
      if (fields.length !== templates.length) {
        throw new ShapeError(
          `${where}: fields of one stretch`,
          templates.map((t) => t.name).join(", "),
          fields.map((f) => f.name).join(", ")
        );
      }
      fields.forEach((one2, i) => {
        checkStretch(where, templates[i], i === 0 ? one2 : withCoordinates(one2, field), along);
      });
      const count = along === void 0 ? 1 : field.size(along);
      if (fixed !== void 0 && steps + count > fixed) {
        throw new ShapeError(`${where}: ${along ?? `field ${field.name}`}`, `${fixed} in all`, `${steps + count}`);
      }
      const times = along === void 0 ? void 0 : field.coordinate(along)?.values;
      if (times && steps > 0 && !(times[0] > last)) {
        const message2 = `${where}: ${along} of field ${field.name} begins at ${times[0]}; expected later than ${last}, the last before it`;
        throw new DomainError(message2, times[0]);
      }
      if (count === 0) return;
      await guarded(() => sink.append(fields, count));
      steps += count;
      if (times) last = times.at(-1);
    },
    async flush() {
      checkOpen();
      await guarded(() => sink.flush());
    },
    async close(place3) {
      checkOpen();
      if (fixed !== void 0 && steps < fixed) {
        await end();
        throw new OptionsError(
          `${path}: ${steps} of ${fixed} steps were written; expected all before the end`,
          "steps",
          steps
        );
      }
      await guarded(async () => {
        await sink.finish(steps);
        await sink.release();
        await pending.commit(place3);
      });
      state = "ended";
    },
    async abort() {
      if (state === "open") await end();
    }
  };
}
function withCoordinates(field, first) {
  return field.coordinates.length > 0 ? field : field.with({ coordinates: first.coordinates });
}
async function writeNetcdf(path, field, options = {}) {
  const fields = [field, ...options.also ?? []];
  const writer = await begin2("writeNetcdf", path, fields, options);
  try {
    await writer.append(field, ...options.also ?? []);
    await writer.close();
  } finally {
    await writer.abort();
  }
}

// io/formats/zarr/tree.ts
import { existsSync as existsSync3, readdirSync as readdirSync2, readFileSync as readFileSync2, statSync as statSync2 } from "node:fs";
import { join as join4 } from "node:path";

// io/storage/within.ts
import { realpathSync as realpathSync2 } from "node:fs";
import { dirname as dirname4, sep } from "node:path";
var LeadsOut = class extends Error {
  name = "LeadsOut";
  path;
  target;
  constructor(path, target) {
    super(
      `${path} is a link out of the store, to ${target}, which is not followed; allow it for a store that you trust: \`allowExternal: true\``
    );
    this.path = path;
    this.target = target;
  }
};
function leadsOutOf(error) {
  let at2 = error;
  while (at2 instanceof Error && !(at2 instanceof LeadsOut)) at2 = at2.cause;
  return at2 instanceof LeadsOut ? at2 : void 0;
}
function nearest2(path) {
  try {
    return realpathSync2.native(path);
  } catch (error) {
    if (error.code !== "ENOENT" || dirname4(path) === path) throw error;
    return nearest2(dirname4(path));
  }
}
function writeWithin(folder) {
  const check = stayWithin(folder);
  return (path) => {
    const target = nearest2(dirname4(path));
    try {
      check(target);
    } catch (error) {
      throw error instanceof LeadsOut ? new LeadsOut(dirname4(path), target) : error;
    }
  };
}
function stayWithin(folder) {
  const root2 = realpathSync2.native(folder);
  return (path) => {
    const target = realpathSync2.native(path);
    if (target !== root2 && !target.startsWith(root2.endsWith(sep) ? root2 : root2 + sep)) throw new LeadsOut(path, target);
  };
}

// io/formats/zarr/json.ts
var SPECIAL = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b|-?\b\d+(?:\.\d+(?:[eE][-+]?\d+)?|[eE][-+]?\d+)/g;
var MARK = "monge:";
var NUMBER = /^(NaN|-?Infinity|-?\d[\d.eE+-]*)$/;
var MARKED = /"\\u0001monge:(-?\d[\d.e+-]*)"/g;
function parseLoose(text2) {
  const marked = text2.replace(SPECIAL, (found) => {
    if (found.startsWith('"')) return found;
    const plain3 = Number.isFinite(Number(found)) && !Number.isInteger(Number(found));
    return plain3 ? found : JSON.stringify(MARK + found);
  });
  if (marked === text2) return JSON.parse(text2);
  return JSON.parse(marked, function(key, value) {
    const note = () => {
      this[attributeTypes] = { ...this[attributeTypes], [key]: "float64" };
    };
    if (Array.isArray(value) && value[attributeTypes]) {
      delete value[attributeTypes];
      note();
    }
    const digits = typeof value === "string" && value.startsWith(MARK) ? value.slice(MARK.length) : void 0;
    if (digits === void 0 || !NUMBER.test(digits)) return value;
    const number = Number(digits);
    if (Number.isFinite(number)) note();
    return number;
  });
}
function floatText(value) {
  if (typeof value !== "number" || !Number.isInteger(value)) return value;
  const digits = Object.is(value, -0) ? "-0" : String(value);
  return MARK + (digits.includes("e") ? digits : `${digits}.0`);
}
function formatJson(value) {
  function text2(key, v) {
    if (typeof v === "number" && !Number.isFinite(v)) return String(v);
    if (!this[attributeTypes]?.[key]?.startsWith("float")) return v;
    return Array.isArray(v) ? v.map(floatText) : floatText(v);
  }
  return `${JSON.stringify(value, text2, 2).replace(MARKED, "$1")}
`;
}
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// io/formats/zarr/metadata.ts
var MetadataError = class extends Error {
};
var CODES2 = {
  b1: "uint8",
  i1: "int8",
  u1: "uint8",
  i2: "int16",
  u2: "uint16",
  i4: "int32",
  u4: "uint32",
  i8: "int64",
  u8: "uint64",
  f2: "float32",
  f4: "float32",
  f8: "float64"
};
var MAX_CHUNK_BYTES = 2 ** 31 - 1;
function bytesOf2(dtype) {
  return Number(/\d+$/.exec(dtype)?.[0] ?? 8) / 8;
}
function sizes(what, value, least, rank) {
  const fits = (n) => Number.isSafeInteger(n) && n >= least;
  if (Array.isArray(value) && value.every(fits) && (rank === void 0 || value.length === rank)) return value;
  const wanted = `${rank === void 0 ? "" : `${rank} `}whole numbers of at least ${least}`;
  throw new MetadataError(`${what} is ${JSON.stringify(value)}; expected ${wanted}`);
}
function fromBase64(text2, dtype) {
  const bytes = Buffer.from(text2, "base64");
  if (!dtype.startsWith("float") || bytes.length !== 8 || bytes.toString("base64") !== text2) return void 0;
  return bytes.readDoubleLE(0);
}
function numberOf(value, dtype) {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (typeof value !== "string") return void 0;
  if (/^(NaN|-?Infinity)$/.test(value)) return Number(value);
  if (/^0x[0-9a-f]+$/i.test(value) && dtype.startsWith("float")) {
    const bits = Buffer.from(value.slice(2).padStart(2 * bytesOf2(dtype), "0"), "hex");
    if (bits.length === 4 && dtype === "float32") return bits.readFloatBE(0);
    if (bits.length === 8) return bits.readDoubleBE(0);
  }
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return Number(value);
  return fromBase64(value, dtype);
}
function namesOf(value, rank) {
  if (value === void 0 || value === null) return Array.from({ length: rank }, (_, i) => `dim_${i}`);
  const named3 = (one2) => typeof one2 === "string" || one2 === null;
  if (!Array.isArray(value) || value.length !== rank || !value.every(named3)) {
    throw new MetadataError(`the dimension names are ${JSON.stringify(value)}; expected ${rank} names`);
  }
  return value.map((one2, i) => one2 === null || one2 === "" ? `dim_${i}` : one2);
}
function halfBits(value) {
  if (Number.isNaN(value)) return 32256;
  const sign = value < 0 || Object.is(value, -0) ? 32768 : 0;
  const size = Math.abs(value);
  if (size === 0) return sign;
  if (size > 65504) return sign | 31744;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const mantissa = Math.round(size / 2 ** exponent * 1024);
  return sign | (size < 2 ** -14 ? mantissa : (exponent + 15 << 10) + mantissa - 1024);
}
function halfToNumber(bits) {
  const sign = bits & 32768 ? -1 : 1;
  const exponent = bits >> 10 & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Infinity;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1024 + mantissa) * 2 ** (exponent - 25);
}
function storedFill(fill2, raw, stored, half) {
  if (half) return halfBits(fill2 ?? 0);
  if (stored === "int64" || stored === "uint64" || /[iu]8$/.test(stored)) {
    return typeof raw === "number" && Number.isSafeInteger(raw) ? String(raw) : "0";
  }
  return fill2 === void 0 ? 0 : Number.isFinite(fill2) ? fill2 : String(fill2);
}
function checkChunk(chunks, dtype) {
  const bytes = chunks.reduce((a, b) => a * b, bytesOf2(dtype));
  if (bytes <= MAX_CHUNK_BYTES) return;
  throw new MetadataError(`a chunk of [${chunks.join(", ")}] takes ${bytes} bytes; expected less than 2 GiB`);
}
function readArray2(meta, attributes) {
  if (meta.zarr_format !== 2) throw new MetadataError(`zarr_format is ${JSON.stringify(meta.zarr_format)}; expected 2`);
  const shape = sizes("the shape", meta.shape, 0);
  const chunks = sizes("the chunk shape", meta.chunks, 1, shape.length);
  const { _ARRAY_DIMENSIONS: names, ...rest } = attributes;
  const [, order, code] = /^([<>|])(\w+)$/.exec(typeof meta.dtype === "string" ? meta.dtype : "") ?? [];
  const known = code === void 0 ? void 0 : own2(CODES2, code);
  const text2 = /^[<>|][SUO]/.test(String(meta.dtype));
  if (known === void 0 && !text2 && !/^[<>|][MmcV]/.test(String(meta.dtype)) && !Array.isArray(meta.dtype)) {
    throw new MetadataError(`dtype is ${JSON.stringify(meta.dtype)}; expected one such as "<f4"`);
  }
  const dtype = known ?? (text2 ? "string" : "other");
  if (meta.order !== "C" && meta.order !== "F") {
    throw new MetadataError(`order is ${JSON.stringify(meta.order)}; expected "C" or "F"`);
  }
  const separator = meta.dimension_separator ?? ".";
  if (separator !== "." && separator !== "/") {
    throw new MetadataError(`dimension_separator is ${JSON.stringify(separator)}; expected "." or "/"`);
  }
  for (const key of ["compressor", "filters"]) {
    const value = meta[key] ?? [];
    for (const one2 of Array.isArray(value) ? value : [value]) {
      if (!isObject(one2) || typeof one2.id !== "string") {
        throw new MetadataError(`${key} is ${JSON.stringify(meta[key])}; expected null or objects with an "id"`);
      }
    }
  }
  checkChunk(chunks, dtype);
  const half = code === "f2";
  const fill2 = numberOf(meta.fill_value, dtype);
  const stored = half ? `${order}u2` : code === "b1" ? "|u1" : meta.dtype;
  return {
    version: 2,
    dtype,
    ...half ? { special: "half" } : {},
    shape,
    chunks,
    dims: namesOf(names, shape.length),
    fill: fill2,
    attributes: rest,
    document: { ...meta, dtype: stored, fill_value: storedFill(fill2, meta.fill_value, String(stored), half) }
  };
}
function named(what, value) {
  const one2 = typeof value === "string" ? { name: value } : value;
  if (isObject(one2) && typeof one2.name === "string") {
    const configuration = isObject(one2.configuration) ? one2.configuration : {};
    return { name: one2.name, configuration };
  }
  throw new MetadataError(`${what} is ${JSON.stringify(value)}; expected an object with a "name"`);
}
function codecsOf(value) {
  if (!Array.isArray(value) || value.length === 0) {
    throw new MetadataError(`codecs is ${JSON.stringify(value)}; expected a list of at least one`);
  }
  return value.map((one2) => named("a codec", one2));
}
function innerChunks(codecs2, outer) {
  const sharding = codecs2.find((c) => c.name === "sharding_indexed");
  if (!sharding) return [...outer];
  const inner = sizes("the chunk shape in shards", sharding.configuration.chunk_shape, 1, outer.length);
  if (!inner.every((n, i) => outer[i] % n === 0)) {
    throw new MetadataError(`chunks [${inner.join(", ")}] do not divide their shard [${outer.join(", ")}]`);
  }
  codecsOf(sharding.configuration.codecs);
  codecsOf(sharding.configuration.index_codecs);
  if (sharding.configuration.index_location === "start") {
    throw new MetadataError("the index of its shards lies at their start, which is not read");
  }
  return inner;
}
function readArray3(meta) {
  if (meta.zarr_format !== 3) throw new MetadataError(`zarr_format is ${JSON.stringify(meta.zarr_format)}; expected 3`);
  const shape = sizes("the shape", meta.shape, 0);
  const grid = named("chunk_grid", meta.chunk_grid);
  if (grid.name !== "regular") throw new MetadataError(`the chunk grid is "${grid.name}"; expected "regular"`);
  const outer = sizes("the chunk shape", grid.configuration.chunk_shape, 1, shape.length);
  const encoding = named("chunk_key_encoding", meta.chunk_key_encoding);
  const { separator } = encoding.configuration;
  if (!/^(default|v2)$/.test(encoding.name) || !(separator === void 0 || separator === "." || separator === "/")) {
    throw new MetadataError(`chunk_key_encoding is ${JSON.stringify(meta.chunk_key_encoding)}; expected default or v2`);
  }
  const codecs2 = codecsOf(meta.codecs);
  const transformers = meta.storage_transformers ?? [];
  if (!Array.isArray(transformers) || transformers.length > 0) {
    throw new MetadataError("it has storage transformers, which are not read");
  }
  const type = meta.data_type;
  if (typeof type !== "string" && !isObject(type)) {
    throw new MetadataError(`data_type is ${JSON.stringify(type)}; expected a name such as "float32"`);
  }
  const half = type === "float16";
  const whole2 = type === "bool" ? "uint8" : half ? "float32" : type;
  const wanted = String(whole2);
  const dtype = isNumberType(wanted) ? wanted : type === "string" ? "string" : "other";
  const chunks = innerChunks(codecs2, outer);
  checkChunk(chunks, dtype);
  const fill2 = numberOf(meta.fill_value, dtype);
  const stored = half ? "uint16" : type === "bool" ? "uint8" : type;
  return {
    version: 3,
    dtype,
    ...half ? { special: "half" } : {},
    shape,
    chunks,
    dims: namesOf(meta.dimension_names, shape.length),
    fill: fill2,
    attributes: isObject(meta.attributes) ? meta.attributes : {},
    document: {
      ...meta,
      data_type: stored,
      codecs: codecs2,
      chunk_key_encoding: encoding,
      fill_value: storedFill(fill2, meta.fill_value, String(stored), half)
    }
  };
}

// io/formats/zarr/tree.ts
var MAX_DEPTH = 16;
var MAX_METADATA_BYTES = 64 * 2 ** 20;
function zarrVersion(folder) {
  const has = (name) => statSync2(join4(folder, name), { throwIfNoEntry: false })?.isFile() ?? false;
  if (has("zarr.json")) return 3;
  return [".zgroup", ".zarray", ".zmetadata"].some(has) ? 2 : void 0;
}
function document(path, shown2, within3) {
  const found = statSync2(path, { throwIfNoEntry: false });
  if (!found?.isFile()) return void 0;
  if (within3 !== void 0) {
    try {
      stayWithin(within3)(path);
    } catch (cause) {
      if (!(cause instanceof LeadsOut)) throw cause;
      throw new MetadataError(cause.message, { cause });
    }
  }
  if (found.size > MAX_METADATA_BYTES) throw new MetadataError(`${shown2} has ${found.size} bytes; expected JSON`);
  let value;
  try {
    value = parseLoose(readFileSync2(path, "utf8"));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new MetadataError(`${shown2} is not JSON (${cause.message})`, { cause });
  }
  if (!isObject(value)) throw new MetadataError(`${shown2} holds no JSON object`);
  return value;
}
function at(path, read) {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MetadataError)) throw error;
    throw new MetadataError(`array ${path || "at the root"}: ${error.message}`, { cause: error });
  }
}
var isSafe = (path) => path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
function consolidated2(metadata2) {
  if (!isObject(metadata2)) throw new MetadataError('.zmetadata has no object "metadata"');
  const attributesOf2 = (path) => {
    const found = metadata2[path === "" ? ".zattrs" : `${path}/.zattrs`];
    return isObject(found) ? found : {};
  };
  const arrays = /* @__PURE__ */ new Map();
  for (const [key, value] of Object.entries(metadata2)) {
    const path = key.replace(/\/?\.zarray$/, "");
    if (path === key) continue;
    if (path !== "" && !isSafe(path) || !isObject(value)) {
      throw new MetadataError(`.zmetadata holds an unfit entry ${JSON.stringify(key)}`);
    }
    arrays.set(
      path,
      at(path, () => readArray2(value, attributesOf2(path)))
    );
  }
  return { version: 2, attributes: attributesOf2(""), arrays };
}
function consolidated3(metadata2, attributes) {
  const arrays = /* @__PURE__ */ new Map();
  for (const [path, value] of Object.entries(metadata2)) {
    if (!isSafe(path) || !isObject(value)) {
      throw new MetadataError(`consolidated_metadata holds an unfit entry ${JSON.stringify(path)}`);
    }
    if (value.node_type === "array")
      arrays.set(
        path,
        at(path, () => readArray3(value))
      );
    else if (value.node_type !== "group") {
      throw new MetadataError(`node_type of ${path} is ${JSON.stringify(value.node_type)}; expected array or group`);
    }
  }
  return { version: 3, attributes, arrays };
}
function walk(root2, version, arrays, within3, group = "", depth = 0) {
  if (depth > MAX_DEPTH) throw new MetadataError(`its groups are nested more than ${MAX_DEPTH} deep`);
  const names = readdirSync2(join4(root2, group), { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.name.startsWith(".")).map((entry) => entry.name).sort();
  for (const name of names) {
    const path = group === "" ? name : `${group}/${name}`;
    const folder = join4(root2, path);
    if (version === 3) {
      const meta2 = document(join4(folder, "zarr.json"), `${path}/zarr.json`, within3);
      if (meta2?.node_type === "array")
        arrays.set(
          path,
          at(path, () => readArray3(meta2))
        );
      else if (meta2) walk(root2, version, arrays, within3, path, depth + 1);
      continue;
    }
    const meta = document(join4(folder, ".zarray"), `${path}/.zarray`, within3);
    if (meta) {
      const attributes = document(join4(folder, ".zattrs"), `${path}/.zattrs`, within3) ?? {};
      arrays.set(
        path,
        at(path, () => readArray2(meta, attributes))
      );
    } else if (existsSync3(join4(folder, ".zgroup"))) walk(root2, version, arrays, within3, path, depth + 1);
  }
}
function readTree(folder, version, within3) {
  const arrays = /* @__PURE__ */ new Map();
  if (version === 3) {
    const meta = document(join4(folder, "zarr.json"), "zarr.json", within3);
    if (meta.zarr_format !== 3)
      throw new MetadataError(`zarr_format is ${JSON.stringify(meta.zarr_format)}; expected 3`);
    if (meta.node_type === "array") {
      const attributes3 = isObject(meta.attributes) ? meta.attributes : {};
      return { version, attributes: attributes3, arrays: /* @__PURE__ */ new Map([["", at("", () => readArray3(meta))]]) };
    }
    if (meta.node_type !== "group") {
      throw new MetadataError(`node_type is ${JSON.stringify(meta.node_type)}; expected "group" or "array"`);
    }
    const attributes2 = isObject(meta.attributes) ? meta.attributes : {};
    const kept2 = meta.consolidated_metadata;
    if (isObject(kept2) && isObject(kept2.metadata)) return consolidated3(kept2.metadata, attributes2);
    walk(folder, version, arrays, within3);
    return { version, attributes: attributes2, arrays };
  }
  const kept = document(join4(folder, ".zmetadata"), ".zmetadata", within3);
  if (kept) return consolidated2(kept.metadata);
  const attributes = document(join4(folder, ".zattrs"), ".zattrs", within3) ?? {};
  const own3 = document(join4(folder, ".zarray"), ".zarray", within3);
  if (own3) return { version, attributes, arrays: /* @__PURE__ */ new Map([["", at("", () => readArray2(own3, attributes))]]) };
  document(join4(folder, ".zgroup"), ".zgroup", within3);
  walk(folder, version, arrays, within3);
  return { version, attributes, arrays };
}

// io/formats/table.ts
import { closeSync as closeSync7, fstatSync as fstatSync4, openSync as openSync6, readSync as readSync5 } from "node:fs";
import { extname } from "node:path";

// io/formats/bil/header.ts
import { closeSync as closeSync3, existsSync as existsSync4, openSync as openSync2, readSync, statSync as statSync3 } from "node:fs";
var HINT = "correct the header, or convert with `gdal_translate`";
var MOST_HEADER_BYTES = 2 ** 16;
function headerBeside(path) {
  const stem = path.replace(/\.[^./\\]*$/, "");
  return [`${stem}.hdr`, `${stem}.HDR`, `${path}.hdr`].find((p) => p !== path && existsSync4(p) && statSync3(p).isFile());
}
function readText(path) {
  const file = openSync2(path, "r");
  try {
    const bytes = Buffer.alloc(MOST_HEADER_BYTES);
    return bytes.toString("latin1", 0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync3(file);
  }
}
function keysOf(text2) {
  const keys = /* @__PURE__ */ new Map();
  for (const line2 of text2.split(/\r?\n/)) {
    const match = /^\s*([A-Za-z_]+)\s*[=\s]\s*(\S+)/.exec(line2);
    if (match) keys.set(match[1].toUpperCase(), match[2]);
  }
  return keys;
}
var RAW = /\.(bil|bip|bsq|flt|dem)$/i;
function isBil(path) {
  if (!RAW.test(path)) return false;
  const header = headerBeside(path);
  if (header === void 0) return false;
  const keys = keysOf(readText(header));
  return keys.has("NROWS") && keys.has("NCOLS");
}
function readBilHeader(path) {
  const header = headerBeside(path);
  if (header === void 0) throw new FormatError(path, "bil", "there is no .hdr beside it", "keep both in one folder");
  const keys = keysOf(readText(header));
  const refuse4 = (key, expected) => new FormatError(header, "bil", `${key} is ${keys.get(key) ?? "missing"}; expected ${expected}`, HINT);
  const number = (key, fallback) => {
    const text2 = keys.get(key);
    const value = text2 === void 0 ? fallback : Number(text2);
    if (value === void 0 || !Number.isFinite(value)) throw refuse4(key, "a number");
    return value;
  };
  const whole2 = (key, low, fallback) => {
    const value = number(key, fallback);
    if (!(Number.isInteger(value) && value >= low)) throw refuse4(key, `a whole number of at least ${low}`);
    return value;
  };
  const [rows, columns, bands] = [whole2("NROWS", 1), whole2("NCOLS", 1), whole2("NBANDS", 1, 1)];
  const floats2 = !keys.has("NBITS") && /\.flt$/i.test(path);
  const bits = whole2("NBITS", 1, floats2 ? 32 : 8);
  const kind = (keys.get("PIXELTYPE") ?? (floats2 ? "FLOAT" : "UNSIGNEDINT")).toUpperCase();
  const prefix = own2({ UNSIGNEDINT: "uint", SIGNEDINT: "int", FLOAT: "float" }, kind);
  if (prefix === void 0) throw refuse4("PIXELTYPE", "UNSIGNEDINT, SIGNEDINT or FLOAT");
  const allowed = prefix === "float" ? [32, 64] : [8, 16, 32];
  if (!allowed.includes(bits)) throw refuse4("NBITS", `${allowed.join(" or ")} for ${kind}`);
  const layout = (keys.get("LAYOUT") ?? "BIL").toUpperCase();
  if (layout !== "BIL" && layout !== "BSQ" && layout !== "BIP") throw refuse4("LAYOUT", "BIL, BSQ or BIP");
  const order = (keys.get("BYTEORDER") ?? "I").toUpperCase();
  if (!["I", "LSBFIRST", "M", "MSBFIRST"].includes(order)) throw refuse4("BYTEORDER", "I (little-endian) or M");
  const size = bits / 8;
  const bandRowBytes = whole2("BANDROWBYTES", columns * size, columns * size);
  const fullRow = layout === "BIP" ? columns * bands * size : layout === "BIL" ? bandRowBytes * bands : bandRowBytes;
  const totalRowBytes = layout === "BSQ" ? bandRowBytes : whole2("TOTALROWBYTES", fullRow, fullRow);
  return {
    path: header,
    rows,
    columns,
    bands,
    dtype: `${prefix}${bits}`,
    littleEndian: order === "I" || order === "LSBFIRST",
    layout,
    skip: whole2("SKIPBYTES", 0, 0),
    bandRowBytes,
    totalRowBytes,
    bandGapBytes: layout === "BSQ" ? whole2("BANDGAPBYTES", 0, 0) : 0,
    nodata: keys.has("NODATA") ? number("NODATA") : keys.has("NODATA_VALUE") ? number("NODATA_VALUE") : void 0,
    place: placeOf2(keys, number, rows)
  };
}
function placeOf2(keys, number, rows) {
  const cell = keys.has("CELLSIZE") ? number("CELLSIZE") : void 0;
  const [dx, dy] = [number("XDIM", cell ?? 1), number("YDIM", cell ?? 1)];
  if (!(dx > 0 && dy > 0)) return void 0;
  if (keys.has("ULXMAP") && keys.has("ULYMAP")) return { x: number("ULXMAP"), y: number("ULYMAP"), dx, dy };
  if (keys.has("XLLCORNER") && keys.has("YLLCORNER"))
    return { x: number("XLLCORNER") + dx / 2, y: number("YLLCORNER") + (rows - 0.5) * dy, dx, dy };
  if (keys.has("XLLCENTER") && keys.has("YLLCENTER"))
    return { x: number("XLLCENTER"), y: number("YLLCENTER") + (rows - 1) * dy, dx, dy };
  return void 0;
}

// io/formats/bil/open.ts
import { existsSync as existsSync5, readFileSync as readFileSync3, statSync as statSync4 } from "node:fs";

// io/storage/binary-file.ts
import { constants } from "node:buffer";
import { closeSync as closeSync4, fstatSync, openSync as openSync3, readSync as readSync2 } from "node:fs";
var MOST_AT_ONCE2 = 2 ** 30;
var LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
function allocate(bytes) {
  if (bytes <= constants.MAX_LENGTH) return Buffer.allocUnsafeSlow(bytes);
  const [asked, most] = [bytes, constants.MAX_LENGTH].map((n) => `${(n / 2 ** 30).toPrecision(3)} GiB`);
  throw new OptionsError(
    `${asked} are asked for at once; expected at most ${most}: read less at a time`,
    "slab",
    bytes
  );
}
var BinaryFile = class {
  path;
  size;
  /** The descriptor, for reads that Node does in the background. */
  descriptor;
  #format;
  /** @param format - named in errors. */
  constructor(path, format) {
    this.path = path;
    this.#format = format;
    this.descriptor = openSync3(path, "r");
    this.size = fstatSync(this.descriptor).size;
  }
  /**
   * Fills `target` with the bytes from `position` on.
   * @throws FormatError if the file ends before.
   */
  read(target, position) {
    for (let done = 0; done < target.length; ) {
      const wanted = Math.min(target.length - done, MOST_AT_ONCE2);
      const got = readSync2(this.descriptor, target, done, wanted, position + done);
      if (got === 0) throw this.truncated(position + target.length);
      done += got;
    }
  }
  /** The `length` bytes from `position` on, in memory of their own. */
  bytes(position, length) {
    if (position + length > this.size) throw this.truncated(position + length);
    const target = Buffer.allocUnsafeSlow(length);
    this.read(target, position);
    return target;
  }
  /** The error of a file that ends before `needed` bytes. */
  truncated(needed) {
    return new FormatError(
      this.path,
      this.#format,
      `the file ends before byte ${needed} that its header promises: it is truncated`,
      "fetch or copy it again"
    );
  }
  close() {
    closeSync4(this.descriptor);
  }
};
function elementSize(dtype) {
  const bits = /\d+$/.exec(dtype);
  return bits ? Number(bits[0]) / 8 : 1;
}
function narrow(words, signed) {
  const out = new Float64Array(words.buffer, words.byteOffset, words.length / 2);
  const low = LITTLE_ENDIAN ? 0 : 1;
  for (let i = 0; i < out.length; i++) {
    const high = words[2 * i + 1 - low];
    out[i] = (signed ? high | 0 : high) * 2 ** 32 + words[2 * i + low];
  }
  return out;
}
function toNumbers(bytes, dtype, littleEndian) {
  const size = elementSize(dtype);
  const { buffer, byteOffset, length } = bytes;
  if (littleEndian !== LITTLE_ENDIAN) {
    const whole2 = Buffer.from(buffer, byteOffset, length);
    if (size === 2) whole2.swap16();
    else if (size === 4) whole2.swap32();
    else if (size === 8) whole2.swap64();
  }
  const n = length / size;
  if (dtype === "int8") return new Int8Array(buffer, byteOffset, n);
  if (dtype === "int16") return new Int16Array(buffer, byteOffset, n);
  if (dtype === "uint16") return new Uint16Array(buffer, byteOffset, n);
  if (dtype === "int32") return new Int32Array(buffer, byteOffset, n);
  if (dtype === "uint32") return new Uint32Array(buffer, byteOffset, n);
  if (dtype === "float32") return new Float32Array(buffer, byteOffset, n);
  if (dtype === "float64") return new Float64Array(buffer, byteOffset, n);
  if (size === 8) return narrow(new Uint32Array(buffer, byteOffset, 2 * n), dtype === "int64");
  return new Uint8Array(buffer, byteOffset, n);
}

// io/formats/geotiff/metadata.ts
var DAY2 = 864e5;
var ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
function unescapeXml(text2) {
  return text2.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole2, decimal, hex, name) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : void 0;
    if (code !== void 0) return code <= 1114111 ? String.fromCodePoint(code) : whole2;
    return own2(ENTITIES, name) ?? whole2;
  });
}
function parseMetadata(xml) {
  const items = [];
  for (const [, head, body] of xml.matchAll(/<Item\b([^>]*)>([^<]*)<\/Item>/g)) {
    const attribute = (name2) => new RegExp(`\\b${name2}\\s*=\\s*"([^"]*)"`).exec(head)?.[1];
    const name = attribute("name");
    if (name === void 0 || attribute("domain") !== void 0) continue;
    const sample = attribute("sample");
    const band = sample === void 0 ? void 0 : Number(sample);
    items.push({ name: unescapeXml(name), band, role: attribute("role"), text: unescapeXml(body) });
  }
  return items;
}
function perBand(items, bands, role) {
  const found = new Array(bands).fill(void 0);
  for (const item of items)
    if (item.band !== void 0 && item.role === role && item.band < bands) found[item.band] = item.text;
  return found;
}
function dimensionsOf(items, names) {
  const bands = names.length;
  const stated = names.map(() => /* @__PURE__ */ new Map());
  for (const { name, band, text: text2 } of items) {
    const dim = /^NETCDF_DIM_(.+)$/.exec(name)?.[1];
    const value = Number(text2);
    if (dim !== void 0 && band !== void 0 && band < bands && text2 !== "" && Number.isFinite(value))
      stated[band].set(dim, value);
  }
  const attributes = (dim) => {
    const own3 = items.filter((i) => i.band === void 0 && i.name.startsWith(`${dim}#`));
    return Object.fromEntries(own3.map((i) => [i.name.slice(dim.length + 1), i.text]));
  };
  const byGdal = gridOf(stated);
  if (byGdal) return byGdal.map(([name, values]) => toDimension(name, values, attributes(name)));
  const listed2 = gridOf(names.map(places));
  if (listed2) return listed2.map(([name, values]) => toDimension(name, values, {}));
  const dates = names.map((name) => dateIn(name ?? ""));
  return dates.every((d) => d !== void 0) ? [toDimension("time", dates, {})] : void 0;
}
function places(text2) {
  const words = (text2 ?? "").split(" ");
  const pairs = words.map((word) => /^([A-Za-z_]\w*)=([^=]+)$/.exec(word)).filter((m) => m !== null);
  return pairs.length === words.length ? new Map(pairs.map((m) => [m[1], m[2]])) : /* @__PURE__ */ new Map();
}
function dateIn(text2) {
  const iso = /^-?\d{4}-\d\d-\d\d(?:T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?Z?)?$/.exec(text2);
  if (iso) return text2;
  const end = /(?:^|[^\d])(\d{4})([-._]?)(\d\d)\2(\d\d)(?:\.\w{1,4})?$/.exec(text2);
  return end ? `${end[1]}-${end[3]}-${end[4]}` : void 0;
}
function gridOf(bands) {
  const names = [...bands[0]?.keys() ?? []];
  if (names.length === 0 || bands.some((b) => b.size !== names.length || names.some((n) => !b.has(n))))
    return void 0;
  for (const order of names.length > 1 ? [names, [...names].reverse()] : [names]) {
    const values = order.map((name) => [...new Set(bands.map((b) => b.get(name)))]);
    const size = values.reduce((n, v) => n * v.length, 1);
    const inOrder = bands.every((band, index) => {
      let rest = index;
      return order.every((_, i) => {
        const axis3 = order.length - 1 - i;
        const position = rest % values[axis3].length;
        rest = Math.floor(rest / values[axis3].length);
        return band.get(order[axis3]) === values[axis3][position];
      });
    });
    if (size === bands.length && inOrder) return order.map((name, i) => [name, values[i]]);
  }
  return void 0;
}
function toDimension(name, values, attributes) {
  const numbers = values.map(Number);
  if (numbers.every((v) => Number.isFinite(v))) {
    const { units, calendar } = attributes;
    if (units !== void 0 && / since /.test(units) && !isReadable(units, calendar))
      return { name, values: numbers, attributes: {} };
    return { name, values: numbers, attributes };
  }
  const moments = values.map((v) => momentOf(String(dateIn(String(v)) ?? v)));
  if (moments.some((m) => m === void 0)) return { name, values: values.map((_, i) => i), attributes: {} };
  const days = moments.every((m) => m % DAY2 === 0);
  return {
    name,
    values: moments.map((m) => m / (days ? DAY2 : 1e3)),
    attributes: {
      standard_name: "time",
      units: `${days ? "days" : "seconds"} since 1970-01-01 00:00:00`,
      calendar: "proleptic_gregorian",
      axis: "T"
    }
  };
}
function isReadable(units, calendar) {
  try {
    parseTimeUnits(units, calendar);
    return true;
  } catch {
    return false;
  }
}
function momentOf(iso) {
  const text2 = iso.includes("T") ? iso.endsWith("Z") ? iso : `${iso}Z` : `${iso}T00:00:00Z`;
  const moment2 = Date.parse(text2);
  return Number.isNaN(moment2) ? void 0 : moment2;
}

// io/formats/geotiff/tiff/codec.ts
import * as zlib2 from "node:zlib";

// io/formats/geotiff/tiff/directory.ts
import { closeSync as closeSync5, fstatSync as fstatSync2, openSync as openSync4, readSync as readSync3 } from "node:fs";
var TYPE_SIZE = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
var MOST_DIRECTORIES = 1e4;
var MOST_VALUES = 2 ** 26;
var HINT2 = "check it with `gdalinfo`, or rewrite it with `gdal_translate IN OUT`";
var CUT = "its directory lies beyond its end: it is truncated";
function refuseTiff(path, what, cause) {
  return new FormatError(path, "geotiff", what, HINT2, cause === void 0 ? {} : { cause });
}
function openBytes(path) {
  const file = openSync4(path, "r");
  const size = fstatSync2(file).size;
  let open5 = true;
  return {
    path,
    size,
    read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= size)) throw refuseTiff(path, CUT);
      const bytes = Buffer.allocUnsafeSlow(length);
      for (let done = 0; done < length; ) {
        const got = readSync3(file, bytes, done, length - done, offset + done);
        if (got === 0) throw refuseTiff(path, "it became shorter while it was read");
        done += got;
      }
      return bytes;
    },
    close() {
      if (open5) closeSync5(file);
      open5 = false;
    }
  };
}
var WHOLE_TYPES = /* @__PURE__ */ new Set([1, 3, 4, 13, 16, 18]);
var FIRST_OF_LAYOUT = 254;
var LAST_OF_LAYOUT = 339;
var TiffDirectory = class {
  file;
  entries;
  /** Byte order of the whole file. */
  little;
  constructor(file, little, entries) {
    this.file = file;
    this.little = little;
    this.entries = entries;
  }
  has(tag) {
    return this.entries.has(tag);
  }
  /** All values of a numeric tag; empty where it is absent. */
  numbers(tag) {
    const entry = this.entries.get(tag);
    if (!entry) return new Float64Array(0);
    if (entry.count > MOST_VALUES) {
      throw refuseTiff(this.file.path, `its tag ${tag} has ${entry.count} values; at most ${MOST_VALUES} are read`);
    }
    const bytes = this.file.read(entry.offset, entry.count * TYPE_SIZE[entry.type]);
    const view2 = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const get = reader(view2, entry.type, this.little);
    return Float64Array.from({ length: entry.count }, (_, i) => get(i));
  }
  /** The single whole number of a tag, or `fallback` where it is absent. @throws FormatError if it holds anything else. */
  number(tag, fallback) {
    const entry = this.entries.get(tag);
    if (!entry) return fallback;
    if (entry.count !== 1 || !WHOLE_TYPES.has(entry.type)) {
      const found = `${entry.count} values of type ${entry.type}`;
      throw refuseTiff(this.file.path, `its tag ${tag} has ${found}; expected one whole number: it is damaged`);
    }
    return this.numbers(tag)[0];
  }
  /** The text of a tag without its closing zeros; undefined where it is absent. */
  text(tag) {
    const entry = this.entries.get(tag);
    if (!entry) return void 0;
    const bytes = this.file.read(entry.offset, entry.count * TYPE_SIZE[entry.type]);
    return bytes.toString("utf8").replace(/\0+$/, "");
  }
};
function reader(view2, type, little) {
  switch (type) {
    case 3:
      return (i) => view2.getUint16(2 * i, little);
    case 4:
    case 13:
      return (i) => view2.getUint32(4 * i, little);
    case 5:
      return (i) => view2.getUint32(8 * i, little) / view2.getUint32(8 * i + 4, little);
    case 6:
      return (i) => view2.getInt8(i);
    case 8:
      return (i) => view2.getInt16(2 * i, little);
    case 9:
      return (i) => view2.getInt32(4 * i, little);
    case 10:
      return (i) => view2.getInt32(8 * i, little) / view2.getInt32(8 * i + 4, little);
    case 11:
      return (i) => view2.getFloat32(4 * i, little);
    case 12:
      return (i) => view2.getFloat64(8 * i, little);
    case 16:
    case 18:
      return (i) => Number(view2.getBigUint64(8 * i, little));
    case 17:
      return (i) => Number(view2.getBigInt64(8 * i, little));
    default:
      return (i) => view2.getUint8(i);
  }
}
function readDirectories(file) {
  const head = file.read(0, Math.min(16, Math.max(8, file.size)));
  const view2 = new DataView(head.buffer, head.byteOffset, head.length);
  const little = head[0] === 73;
  const big = view2.getUint16(2, little) === 43;
  if (big && (head.length < 16 || view2.getUint16(4, little) !== 8)) throw refuseTiff(file.path, CUT);
  const found = [];
  const seen = /* @__PURE__ */ new Set();
  let next = big ? Number(view2.getBigUint64(8, little)) : view2.getUint32(4, little);
  let bytes = 0;
  while (next !== 0) {
    if (seen.has(next)) throw refuseTiff(file.path, "its directories run in a circle: it is damaged");
    if (found.length >= MOST_DIRECTORIES) {
      throw refuseTiff(file.path, `it has more than ${MOST_DIRECTORIES} directories, which are not read`);
    }
    seen.add(next);
    const { entries, after, length } = readEntries(file, next, little, big);
    bytes += length;
    if (bytes > file.size) throw refuseTiff(file.path, "its directories lie over one another: it is damaged");
    found.push(new TiffDirectory(file, little, entries));
    next = after;
  }
  if (found.length === 0) throw refuseTiff(file.path, "it has no directory: it is truncated or damaged");
  return found;
}
function readEntries(file, start, little, big) {
  const [head, width, inline, pointer] = big ? [8, 20, 8, 8] : [2, 12, 4, 4];
  const view2 = (offset, length2) => {
    const bytes = file.read(offset, length2);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  };
  const word = (from, at2) => big ? Number(from.getBigUint64(at2, little)) : from.getUint32(at2, little);
  const counted2 = view2(start, head);
  const length = big ? word(counted2, 0) : counted2.getUint16(0, little);
  if (length * width > file.size) throw refuseTiff(file.path, CUT);
  const table = view2(start + head, length * width + pointer);
  const entries = /* @__PURE__ */ new Map();
  for (let at2 = 0; at2 < length * width; at2 += width) {
    const tag = table.getUint16(at2, little);
    const type = table.getUint16(at2 + 2, little);
    const count = word(table, at2 + 4);
    const bytes = count * (TYPE_SIZE[type] ?? 0);
    const known = TYPE_SIZE[type] > 0;
    if (!known && tag >= FIRST_OF_LAYOUT && tag <= LAST_OF_LAYOUT || entries.has(tag)) {
      const why = known ? "stands twice" : `is of the unknown type ${type}`;
      throw refuseTiff(file.path, `its tag ${tag} ${why}: it is damaged`);
    }
    if (!known) continue;
    const position = at2 + (big ? 12 : 8);
    const offset = bytes > inline ? word(table, position) : start + head + position;
    if (offset + bytes > file.size) {
      throw refuseTiff(file.path, `the values of its tag ${tag} lie beyond its end: it is truncated or damaged`);
    }
    entries.set(tag, { type, count, offset });
  }
  return { entries, after: word(table, length * width), length: head + length * width + pointer };
}

// io/formats/geotiff/tiff/image.ts
var MOST_SHRUNK = 2e4;
var MOST_BLOCK_BYTES = 2 ** 31;
var COMPRESSIONS = /* @__PURE__ */ new Map([
  [1, "none"],
  [5, "LZW"],
  [8, "deflate"],
  [32946, "deflate"],
  [32773, "PackBits"],
  [34887, "LERC"],
  [5e4, "ZSTD"]
]);
var REFUSED = /* @__PURE__ */ new Map([
  [2, "CCITT fax"],
  [3, "CCITT fax"],
  [4, "CCITT fax"],
  [6, "JPEG"],
  [7, "JPEG"],
  [34712, "JPEG 2000"],
  [34925, "LZMA"],
  [50001, "WebP"],
  [50002, "JPEG XL"],
  [52546, "JPEG XL"]
]);
var CREATE = {
  int8: (n) => new Int8Array(n),
  uint8: (n) => new Uint8Array(n),
  int16: (n) => new Int16Array(n),
  uint16: (n) => new Uint16Array(n),
  int32: (n) => new Int32Array(n),
  uint32: (n) => new Uint32Array(n),
  float32: (n) => new Float32Array(n),
  float64: (n) => new Float64Array(n),
  int64: (n) => new Float64Array(n),
  uint64: (n) => new Float64Array(n)
};
function sampleType(path, directory2, samples) {
  const all = directory2.numbers(258);
  const formats2 = directory2.numbers(339);
  const bits = all[0] ?? 1;
  const format = (formats2[0] ?? 1) === 4 ? 1 : formats2[0] ?? 1;
  if (all.some((b) => b !== bits) || formats2.length === samples && formats2.some((f) => f !== formats2[0]))
    throw refuseTiff(path, `its samples have different types (${all.join(", ")} bits)`);
  const name = `${{ 1: "uint", 2: "int", 3: "float" }[format] ?? "other"}${bits}`;
  let dtype = Object.hasOwn(CREATE, name) ? name : void 0;
  if (format === 3 && bits === 16) dtype = "float32";
  if (format === 1 && bits >= 1 && bits < 32) dtype ??= bits < 8 ? "uint8" : bits < 16 ? "uint16" : "uint32";
  const create2 = dtype && CREATE[dtype];
  if (!create2 || !dtype)
    throw refuseTiff(path, `samples of ${bits} bits in format ${format} are not numbers that monge reads`);
  return { dtype, bits, format, create: create2 };
}
function refusePictures(path, directory2, compression) {
  const refused = REFUSED.get(compression);
  if (refused) throw refuseTiff(path, `it is compressed as ${refused}; expected lossless numbers`);
  if (!COMPRESSIONS.has(compression))
    throw refuseTiff(
      path,
      `its compression has the number ${compression}; expected ${[...new Set(COMPRESSIONS.values())].join(", ")}`
    );
  if (directory2.number(262, 1) === 6) throw refuseTiff(path, "it holds YCbCr colours; expected numbers");
  if (directory2.number(266, 1) === 2) throw refuseTiff(path, "its bits run backwards (FillOrder 2)");
}
function countsOf(file, directory2, tiled, offsets, bytes) {
  const counts = directory2.numbers(tiled ? 325 : 279);
  if (counts.length >= offsets.length) return counts;
  if (offsets.length === 1 && directory2.number(259, 1) === 1) return Float64Array.of(bytes);
  throw refuseTiff(file.path, `it states the sizes of ${counts.length} of its ${offsets.length} blocks: it is damaged`);
}
function imageOf(file, directory2) {
  const { path } = file;
  const one2 = (tag, fallback) => directory2.number(tag, fallback);
  const [width, height, samples] = [one2(256, 0), one2(257, 0), one2(277, 1)];
  if (![width, height, samples].every((n) => Number.isSafeInteger(n) && n > 0))
    throw refuseTiff(path, "it has no image: it is truncated or damaged");
  const compression = one2(259, 1);
  refusePictures(path, directory2, compression);
  const type = sampleType(path, directory2, samples);
  const predictor = one2(317, 1);
  const floating = predictor === 3 && (type.format !== 3 || type.bits < 16);
  const packed = predictor === 2 && ![8, 16, 32, 64].includes(type.bits);
  if (![1, 2, 3].includes(predictor) || floating || packed)
    throw refuseTiff(path, `its predictor is ${predictor} for samples of ${type.bits} bits: it is damaged`);
  const tiled = directory2.has(322) || directory2.has(324);
  const blockWidth = tiled ? one2(322, 0) : width;
  const blockHeight = tiled ? one2(323, 0) : Math.min(height, one2(278, height));
  if (![blockWidth, blockHeight].every((n) => Number.isSafeInteger(n) && n > 0))
    throw refuseTiff(path, "its blocks have no size: it is damaged");
  const arrangement = one2(284, 1);
  if (arrangement !== 1 && arrangement !== 2)
    throw refuseTiff(path, `its planar configuration is ${arrangement}; expected 1 or 2: it is damaged`);
  const planar = arrangement === 2 && samples > 1;
  const [across, down] = [Math.ceil(width / blockWidth), Math.ceil(height / blockHeight)];
  const needed = across * down * (planar ? samples : 1);
  const offsets = directory2.numbers(tiled ? 324 : 273);
  if (offsets.length < needed) {
    const text2 = `it has ${offsets.length} blocks where an image of ${height} x ${width} needs ${needed}: it is damaged`;
    throw refuseTiff(path, text2);
  }
  const block = blockWidth * blockHeight * (planar ? 1 : samples);
  const cells = Math.max(width * height * samples, needed * block);
  if (cells > file.size * MOST_SHRUNK || block * type.bits / 8 > MOST_BLOCK_BYTES)
    throw refuseTiff(path, `its ${file.size} bytes cannot hold an image of ${height} x ${width}: it is damaged`);
  const counts = countsOf(file, directory2, tiled, offsets, Math.ceil(width * samples * type.bits / 8) * height);
  for (let i = 0; i < needed; i++) {
    const [offset, count] = [offsets[i], counts[i]];
    const whole2 = Number.isSafeInteger(offset) && Number.isSafeInteger(count) && offset >= 0 && count >= 0;
    if (!whole2 || offset + count > file.size)
      throw refuseTiff(path, `its block ${i} of ${needed} lies beyond its end: it is truncated`);
    if (count === 0 && offset !== 0) throw refuseTiff(path, `its block ${i} of ${needed} has no bytes: it is damaged`);
  }
  return {
    file,
    directory: directory2,
    width,
    height,
    samples,
    type,
    compression,
    predictor,
    planar,
    tiled,
    blockWidth,
    blockHeight,
    across,
    down,
    offsets,
    counts
  };
}

// io/formats/geotiff/tiff/lzw.ts
var CLEAR = 256;
var END = 257;
var FIRST = 258;
var MOST2 = 4096 - FIRST;
function decodeLzw(source, size) {
  if (source.length > 1 && source[0] === 0 && (source[1] & 1) === 1)
    throw new RangeError("its LZW is of the kind from before TIFF 6.0, with bits reversed");
  const out = new Uint8Array(size);
  const starts = new Uint32Array(MOST2 + 1);
  const end = source.length;
  let [width, limit, codes] = [9, 511 - FIRST, 0];
  let [held2, bits, at2, to] = [0, 0, 0, 0];
  while (to < size) {
    if (bits < width) {
      held2 = held2 << 16 | source[at2] << 8 | source[at2 + 1];
      at2 += 2;
      bits += 16;
      if (at2 >= end + 2 || at2 > end && bits - 8 < width) break;
    }
    bits -= width;
    const code = held2 >>> bits & (1 << width) - 1;
    if (code < CLEAR) {
      starts[codes] = to;
      out[to++] = code;
    } else if (code >= FIRST) {
      const entry = code - FIRST;
      if (entry >= codes) throw new RangeError(`its LZW has the unknown code ${code}`);
      starts[codes] = to;
      let from = starts[entry];
      const stop = Math.min(size, to + starts[entry + 1] - from + 1);
      do
        out[to++] = out[from++];
      while (to < stop);
    } else if (code === CLEAR) {
      [width, limit, codes] = [9, 511 - FIRST, 0];
      continue;
    } else if (code === END) break;
    if (codes === limit) {
      width++;
      limit = width < 12 ? (1 << width) - 1 - FIRST : MOST2;
    }
    if (codes < MOST2) codes++;
  }
  return out.subarray(0, to);
}
function decodePackBits(source, size) {
  const out = new Uint8Array(size);
  let to = 0;
  for (let at2 = 0; at2 < source.length && to < size; ) {
    const head = source[at2++];
    if (head === 128) continue;
    if (head < 128) {
      const part = source.subarray(at2, at2 + Math.min(head + 1, size - to));
      out.set(part, to);
      to += part.length;
      at2 += head + 1;
    } else {
      if (at2 >= source.length) break;
      const stop = Math.min(size, to + 257 - head);
      out.fill(source[at2++], to, stop);
      to = stop;
    }
  }
  return out.subarray(0, to);
}

// io/formats/geotiff/tiff/codec.ts
var SMALL = 2 ** 16;
async function decodeBlock(image, bytes, rows, index) {
  const rowValues = image.blockWidth * (image.planar ? 1 : image.samples);
  const rowBytes = Math.ceil(rowValues * image.type.bits / 8);
  const size = rowBytes * rows;
  let plain3;
  try {
    plain3 = await decompress(image, bytes, size, rowBytes * image.blockHeight);
  } catch (cause) {
    const name = COMPRESSIONS.get(image.compression);
    const why = cause.message;
    throw refuseTiff(image.file.path, `its block ${index} cannot be decoded as ${name} (${why})`, cause);
  }
  if (plain3.length < size) {
    const text2 = `its block ${index} holds ${plain3.length} bytes instead of ${size}: it is truncated or damaged`;
    throw refuseTiff(image.file.path, text2);
  }
  return samplesOf(image, plain3.subarray(0, size), rowValues, rows);
}
async function decompress(image, bytes, size, most) {
  switch (image.compression) {
    case 1:
      return bytes;
    case 5:
      return decodeLzw(bytes, size);
    case 32773:
      return decodePackBits(bytes, size);
    case 8:
    case 32946: {
      const options = { maxOutputLength: Math.max(most, 64), chunkSize: Math.max(size + 64, 64) };
      if (size < SMALL) return zlib2.inflateSync(bytes, options);
      return new Promise((resolve8, reject) => {
        zlib2.inflate(bytes, options, (error, result) => error ? reject(error) : resolve8(result));
      });
    }
    case 5e4:
      if ("zstdDecompressSync" in zlib2)
        return zlib2.zstdDecompressSync(bytes, { maxOutputLength: Math.max(most, 64) });
      return byLibrary(image, bytes);
    default:
      checkLerc(image, bytes);
      return byLibrary(image, bytes);
  }
}
function checkLerc(image, bytes) {
  if (image.directory.numbers(50674)[1] !== 0) return;
  const view2 = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 22 || String.fromCharCode(...bytes.subarray(0, 6)) !== "Lerc2 ")
    throw new RangeError("it does not begin as LERC 2");
  const at2 = view2.getInt32(6, true) >= 3 ? 14 : 10;
  const [height, width] = [view2.getInt32(at2, true), view2.getInt32(at2 + 4, true)];
  if (height > image.blockHeight || width > image.blockWidth)
    throw new RangeError(`it is ${height} x ${width} where a block is ${image.blockHeight} x ${image.blockWidth}`);
}
async function byLibrary(image, bytes) {
  const { getDecoder } = await import("geotiff");
  const parameters = {
    tileWidth: image.blockWidth,
    tileHeight: image.blockHeight,
    predictor: 1,
    bitsPerSample: image.type.bits,
    planarConfiguration: image.planar ? 2 : 1,
    LercParameters: image.directory.numbers(50674)
  };
  const decoder = await getDecoder(image.compression, parameters);
  return new Uint8Array(await decoder.decode(Uint8Array.from(bytes).buffer));
}
function samplesOf(image, plain3, rowValues, rows) {
  const { bits, format, create: create2 } = image.type;
  const stride = image.planar ? 1 : image.samples;
  if (![8, 16, 32, 64].includes(bits)) return unpack(plain3, create2(rowValues * rows), rowValues, bits);
  let bytes = plain3.byteOffset % 8 === 0 ? plain3 : Uint8Array.from(plain3);
  if (image.predictor === 3) bytes = undoFloatDifferences(bytes, rowValues, stride, bits / 8);
  else if (!image.directory.little && image.compression !== 34887) swap2(bytes, bits);
  if (image.predictor === 2) undoDifferences(bytes, rowValues, stride, bits);
  const { byteOffset, length } = bytes;
  const buffer = bytes.buffer;
  const count = length * 8 / bits;
  if (format === 3) {
    if (bits === 16) return Float32Array.from(new Uint16Array(buffer, byteOffset, count), fromHalf);
    return bits === 32 ? new Float32Array(buffer, byteOffset, count) : new Float64Array(buffer, byteOffset, count);
  }
  if (bits === 64) {
    const whole2 = format === 2 ? BigInt64Array : BigUint64Array;
    return Float64Array.from(new whole2(buffer, byteOffset, count), Number);
  }
  if (bits === 8) return format === 2 ? new Int8Array(buffer, byteOffset, count) : bytes;
  if (bits === 16) return new (format === 2 ? Int16Array : Uint16Array)(buffer, byteOffset, count);
  return new (format === 2 ? Int32Array : Uint32Array)(buffer, byteOffset, count);
}
function swap2(bytes, bits) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bits === 16) buffer.swap16();
  else if (bits === 32) buffer.swap32();
  else if (bits === 64) buffer.swap64();
}
function unpack(bytes, out, rowValues, bits) {
  const rowBytes = Math.ceil(rowValues * bits / 8);
  for (let to = 0, row = 0; to < out.length; row += rowBytes) {
    let [held2, have, at2] = [0, 0, row];
    for (let i = 0; i < rowValues; i++) {
      while (have < bits) {
        held2 = held2 * 256 + bytes[at2++];
        have += 8;
      }
      have -= bits;
      const unit = 2 ** have;
      const value = Math.floor(held2 / unit);
      held2 -= value * unit;
      out[to++] = value;
    }
  }
  return out;
}
function fromHalf(half) {
  const [exponent, fraction] = [half >> 10 & 31, half & 1023];
  const size = exponent === 31 ? fraction === 0 ? Infinity : Number.NaN : exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return half & 32768 ? -size : size;
}

// io/formats/geotiff/tiff/blocks.ts
var AT_ONCE2 = 8;
var READ_BYTES = 2 ** 22;
var GAP = 64;
var KEPT_BYTES = 2 ** 26;
function windowReader(image) {
  const kept = /* @__PURE__ */ new Map();
  let keptBytes = 0;
  const remember = (index, values) => {
    if (values.byteLength > KEPT_BYTES / 2) return;
    kept.set(index, values.buffer.byteLength > values.byteLength + 1024 ? values.slice() : values);
    keptBytes += values.byteLength;
    for (const [oldest, old] of kept) {
      if (keptBytes <= KEPT_BYTES) break;
      kept.delete(oldest);
      keptBytes -= old.byteLength;
    }
  };
  return {
    async read(window, fill2) {
      const [samples, rows, columns] = window.count;
      const out = image.type.create(samples * rows * columns);
      if (out.length === 0) return out;
      const blocks = blocksOf(image, window);
      const missing = [];
      for (const block of blocks) {
        const values = kept.get(block.index);
        if (values) {
          kept.delete(block.index);
          kept.set(block.index, values);
          copy(image, window, block, values, out);
        } else if (image.counts[block.index] === 0) copy(image, window, block, fill2, out);
        else missing.push(block);
      }
      const queue = groups(image, missing);
      let next = 0;
      const work = async () => {
        while (next < queue.length) {
          const { block, bytes } = queue[next++];
          const rowsThere = image.tiled ? image.blockHeight : Math.min(image.blockHeight, image.height - block.down * image.blockHeight);
          const values = await decodeBlock(image, bytes(), rowsThere, block.index);
          copy(image, window, block, values, out);
          if (isCut(image, window, block)) remember(block.index, values);
        }
      };
      await Promise.all(Array.from({ length: Math.min(AT_ONCE2, queue.length) }, work));
      return out;
    }
  };
}
function blocksOf(image, { start, count }) {
  const { blockWidth, blockHeight, across, down, planar } = image;
  const blocks = [];
  const [first, last] = planar ? [start[0], start[0] + count[0]] : [0, 1];
  for (let sample = first; sample < last; sample++) {
    for (let y = Math.floor(start[1] / blockHeight); y * blockHeight < start[1] + count[1]; y++) {
      for (let x = Math.floor(start[2] / blockWidth); x * blockWidth < start[2] + count[2]; x++)
        blocks.push({ index: (sample * down + y) * across + x, sample, down: y, across: x });
    }
  }
  return blocks;
}
function isCut({ width, height, samples, planar, blockWidth, blockHeight }, window, block) {
  const { start, count } = window;
  const [top, left] = [block.down * blockHeight, block.across * blockWidth];
  const whole2 = start[1] <= top && start[2] <= left && start[1] + count[1] >= Math.min(height, top + blockHeight) && start[2] + count[2] >= Math.min(width, left + blockWidth);
  return !(whole2 && (planar || count[0] === samples));
}
function groups(image, blocks) {
  const { offsets, counts, file } = image;
  const result = [];
  for (let from = 0; from < blocks.length; ) {
    const begin3 = offsets[blocks[from].index];
    let end = begin3 + counts[blocks[from].index];
    let to = from + 1;
    for (; to < blocks.length; to++) {
      const { index } = blocks[to];
      const [offset, size] = [offsets[index], counts[index]];
      if (offset < end || offset > end + GAP || offset + size - begin3 > READ_BYTES) break;
      end = offset + size;
    }
    let shared;
    let users = to - from;
    const length = end - begin3;
    for (const block of blocks.slice(from, to)) {
      const offset = offsets[block.index] - begin3;
      const bytes = () => {
        shared ??= file.read(begin3, length);
        const part = shared.subarray(offset, offset + counts[block.index]);
        if (--users === 0) shared = void 0;
        return part;
      };
      result.push({ block, bytes });
    }
    from = to;
  }
  return result;
}
function copy(image, window, block, values, out) {
  const { start, count } = window;
  const { blockWidth, blockHeight } = image;
  const [top, left] = [block.down * blockHeight, block.across * blockWidth];
  const [rowFrom, rowTo] = [Math.max(start[1], top), Math.min(start[1] + count[1], top + blockHeight)];
  const [from, to] = [Math.max(start[2], left), Math.min(start[2] + count[2], left + blockWidth)];
  const stride = image.planar ? 1 : image.samples;
  const [first, last] = image.planar ? [block.sample, block.sample + 1] : [start[0], start[0] + count[0]];
  for (let sample = first; sample < last; sample++) {
    for (let row = rowFrom; row < rowTo; row++) {
      let target = ((sample - start[0]) * count[1] + row - start[1]) * count[2] + from - start[2];
      if (typeof values === "number") out.fill(values, target, target + to - from);
      else if (stride === 1) {
        const source = (row - top) * blockWidth - left;
        out.set(values.subarray(source + from, source + to), target);
      } else {
        let source = ((row - top) * blockWidth + from - left) * stride + sample;
        for (let column = from; column < to; column++, source += stride) out[target++] = values[source];
      }
    }
  }
}

// io/formats/geotiff/bands.ts
var RANGES = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
  uint32: [0, 2 ** 32 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1]
};
var LARGEST2 = Math.fround(34028234663852886e22);
function nodataOf(text2, dtype) {
  const word = text2?.trim() ?? "";
  if (word === "") return [];
  const unlimited = /^([-+]?)inf/i.exec(word);
  const value = /^[-+]?nan/i.test(word) ? Number.NaN : Number(unlimited ? `${unlimited[1]}Infinity` : word);
  const range = RANGES[dtype];
  if (range) return Number.isInteger(value) && value >= range[0] && value <= range[1] ? [value] : [];
  if (Number.isNaN(value)) return /nan/i.test(word) ? [value] : [];
  const [most, round] = dtype === "float32" ? [LARGEST2, Math.fround] : [Number.MAX_VALUE, (v) => v];
  const written = round(value);
  if (unlimited) return [written];
  const meant = Math.abs(Math.abs(value / most) - 1) < 2e-6 || Math.abs(value) === Infinity;
  const values = Number.isFinite(written) ? [written] : [];
  return [...new Set(meant ? [Math.sign(value) * most, ...values] : values)];
}
function numbersPerBand(path, texts, fallback, what) {
  return texts.map((text2) => {
    const value = text2 === void 0 ? fallback : Number(text2);
    if (Number.isFinite(value)) return value;
    throw refuseTiff(path, `the ${what} of a band is ${JSON.stringify(text2)}; expected a number`);
  });
}
var same2 = (values) => values.every((v) => v === values[0]);
function bandsOf(main, image, mask) {
  const { path } = image.file;
  const extras = Array.from(main.directory.numbers(338));
  const colours = main.samples - extras.length;
  const alpha = extras.findIndex((kind) => kind === 1 || kind === 2);
  const alphaBand = alpha < 0 || main.samples < 2 ? void 0 : colours + alpha;
  const samples = Array.from({ length: main.samples }, (_, i) => i).filter((i) => i !== alphaBand);
  const items = parseMetadata(main.directory.text(42112) ?? "");
  const texts = (role) => {
    const all = perBand(items, main.samples, role);
    return samples.map((i) => all[i]);
  };
  const scales = numbersPerBand(path, texts("scale"), 1, "scale");
  const offsets = numbersPerBand(path, texts("offset"), 0, "offset");
  const mixed = !(same2(scales) && same2(offsets));
  const masked = mask !== void 0 || alphaBand !== void 0;
  const decoded = mixed || masked;
  const stored = image.type.dtype;
  const [nodata, also] = nodataOf(main.directory.text(42113), stored);
  const wide = /64$/.test(stored) || /32$/.test(stored) && stored !== "float32";
  const names = texts("description");
  const units = texts("unittype");
  const attributes = {};
  if (decoded) attributes._FillValue = Number.NaN;
  else if (nodata !== void 0) attributes._FillValue = nodata;
  if (!decoded && also !== void 0) attributes.missing_value = also;
  if (!mixed && scales[0] !== 1) attributes.scale_factor = scales[0];
  if (!mixed && offsets[0] !== 0) attributes.add_offset = offsets[0];
  if (names.some((n) => n !== void 0)) attributes.band_description = names.map((n) => n ?? "");
  if (same2(units) && units[0]) attributes.units = units[0];
  else if (units.some((u) => u)) attributes.band_units = units.map((u) => u ?? "");
  const reader2 = windowReader(image);
  const masks = mask && windowReader(mask);
  const fill2 = nodata !== void 0 && !Number.isNaN(nodata) ? nodata : stored.startsWith("float") && nodata !== void 0 ? Number.NaN : 0;
  const dtype = decoded ? wide ? "float64" : "float32" : stored;
  const read = async (first, count, { row, column, rows, columns }) => {
    const window = (sample, several) => ({ start: [sample, row, column], count: [several, rows, columns] });
    const run = alphaBand === void 0 || first >= alphaBand ? count : Math.min(count, alphaBand - first);
    const parts = [];
    if (run > 0) parts.push(await reader2.read(window(samples[first], run), fill2));
    if (run < count) parts.push(await reader2.read(window(samples[first + run], count - run), fill2));
    const raw = parts.length === 1 ? parts[0] : joined(parts, image);
    if (!decoded) return raw;
    const out = wide ? new Float64Array(raw.length) : new Float32Array(raw.length);
    const cells = rows * columns;
    for (let band = 0; band < count; band++) {
      const [scale, shift2] = mixed ? [scales[first + band], offsets[first + band]] : [1, 0];
      const seen = masks !== void 0 ? await masks.read(window(mask.samples > 1 ? samples[first + band] : 0, 1), 0) : alphaBand === void 0 ? void 0 : await reader2.read(window(alphaBand, 1), 0);
      for (let i = 0, at2 = band * cells; i < cells; i++, at2++) {
        const value = raw[at2];
        out[at2] = value === nodata || value === also || seen !== void 0 && seen[i] === 0 ? Number.NaN : value * scale + shift2;
      }
    }
    return out;
  };
  return { count: samples.length, dtype, attributes, dimensions: dimensionsOf(items, names), items, read };
}
function joined(parts, image) {
  const out = image.type.create(parts.reduce((n, p) => n + p.length, 0));
  let at2 = 0;
  for (const part of parts) {
    out.set(part, at2);
    at2 += part.length;
  }
  return out;
}

// io/formats/bil/open.ts
var BAND_DATA = "band_data";
var SPATIAL_REF = "spatial_ref";
var KNOWN = {
  GCS_WGS_1984: 4326,
  GCS_North_American_1983: 4269,
  GCS_North_American_1927: 4267,
  GCS_ETRS_1989: 4258
};
function referenceBeside(path) {
  const stem = path.replace(/\.[^./\\]*$/, "");
  const file = [`${stem}.prj`, `${stem}.PRJ`].find((p) => existsSync5(p) && statSync4(p).size < 2 ** 16);
  const wkt = file === void 0 ? "" : readFileSync3(file, "utf8").trim();
  if (!/^(GEOGCS|PROJCS)\[/.test(wkt)) return {};
  const out = { crs_wkt: wkt };
  if (wkt.startsWith("GEOGCS")) out.grid_mapping_name = "latitude_longitude";
  const figure = /SPHEROID\["[^"]*",\s*([\d.]+),\s*([\d.]+)/.exec(wkt);
  if (figure) Object.assign(out, { semi_major_axis: Number(figure[1]), inverse_flattening: Number(figure[2]) });
  const code = wkt.startsWith("GEOGCS") ? own2(KNOWN, /^GEOGCS\["([^"]*)"/.exec(wkt)?.[1] ?? "") : void 0;
  if (code !== void 0) out.epsg_code = `EPSG:${code}`;
  return out;
}
function axis(vertical, geographic2, known) {
  const letter = vertical ? "Y" : "X";
  if (!known) return { axis: letter };
  const name = vertical ? "latitude" : "longitude";
  if (geographic2) return { standard_name: name, units: vertical ? "degrees_north" : "degrees_east", axis: letter };
  return { standard_name: `projection_${letter.toLowerCase()}_coordinate`, axis: letter };
}
function readRows(file, header, band, slab, out, offset) {
  const { dtype, littleEndian, layout, bands } = header;
  const size = elementSize(dtype);
  const [row, column] = slab.start.slice(-2);
  const [rows, columns] = slab.count.slice(-2);
  const step = layout === "BIP" ? bands : 1;
  const base = header.skip + (layout === "BSQ" ? band * (header.rows * header.bandRowBytes + header.bandGapBytes) : layout === "BIL" ? band * header.bandRowBytes : 0);
  const stride = layout === "BSQ" ? header.bandRowBytes : header.totalRowBytes;
  const length = columns * step * size;
  const together = length === stride ? rows : 1;
  for (let r = 0; r < rows; r += together) {
    const bytes = file.bytes(base + (row + r) * stride + column * step * size, length * together);
    const values = toNumbers(bytes, dtype, littleEndian);
    const to = offset + r * columns;
    if (step === 1) out.set(values, to);
    else for (let i = 0, from = band; i < columns * together; i++, from += step) out[to + i] = values[from];
  }
}
function create(header, n) {
  return toNumbers(new Uint8Array(n * elementSize(header.dtype)), header.dtype, true);
}
function openBil(path) {
  const header = readBilHeader(path);
  const file = new BinaryFile(path, "bil");
  const { rows, columns, bands, layout, place: place3 } = header;
  const row = layout === "BIP" ? columns * bands * elementSize(header.dtype) : header.bandRowBytes;
  const rest = layout === "BIL" ? (bands - 1) * header.bandRowBytes + row : row;
  const needed = layout === "BSQ" ? header.skip + bands * rows * header.bandRowBytes + (bands - 1) * header.bandGapBytes : header.skip + (rows - 1) * header.totalRowBytes + rest;
  if (file.size < needed) {
    file.close();
    throw file.truncated(needed);
  }
  const most = header.skip + (layout === "BSQ" ? bands * (rows * row + header.bandGapBytes) : rows * header.totalRowBytes);
  if (file.size > Math.max(needed, most)) {
    file.close();
    const what = `it has ${file.size} bytes; its header ${header.path} promises ${needed}`;
    throw new FormatError(path, "bil", what, "correct the header, or keep the file with its own");
  }
  const mapping = referenceBeside(path);
  const known = mapping.crs_wkt !== void 0;
  const geographic2 = mapping.grid_mapping_name !== void 0;
  const [yName, xName] = geographic2 && place3 ? ["latitude", "longitude"] : ["y", "x"];
  const dims = bands > 1 ? ["band", yName, xName] : [yName, xName];
  const shape = bands > 1 ? [bands, rows, columns] : [rows, columns];
  const [nodata] = nodataOf(header.nodata === void 0 ? void 0 : `${header.nodata}`, header.dtype);
  const attributes = nodata === void 0 ? {} : { _FillValue: nodata };
  const info = (name, dtype, own3, size, said) => {
    const units = typeof said.units === "string" ? said.units : void 0;
    return { name, dtype, dims: own3, shape: size, attributes: said, units, defaultFill: false };
  };
  const lines = new Map(bands > 1 ? [["band", (i) => i + 1]] : []);
  if (place3) {
    lines.set(yName, (i) => place3.y - i * place3.dy);
    lines.set(xName, (i) => place3.x + i * place3.dx);
  }
  const variables = [
    info(BAND_DATA, header.dtype, dims, shape, { ...attributes, grid_mapping: SPATIAL_REF }),
    info(SPATIAL_REF, "int32", [], [], mapping),
    ...[...lines.keys()].map((name) => {
      const said = name === "band" ? {} : axis(name === yName, geographic2, known);
      return info(name, "float64", [name], [shape[dims.indexOf(name)]], said);
    })
  ];
  return {
    path,
    format: "bil",
    dims: dims.map((name, i) => ({ name, size: shape[i], unlimited: false })),
    variables,
    attributes: {},
    async read(name, slab) {
      const variable = variables.find((v) => v.name === name);
      if (!variable || name === SPATIAL_REF) throw file.truncated(0);
      const taken = slabWithin(`${path}: variable ${name}`, variable.shape, slab);
      const line2 = lines.get(name);
      if (line2) return Float64Array.from({ length: taken.count[0] }, (_, i) => line2(taken.start[0] + i));
      const out = create(header, sizeOf(taken.count));
      const [first, count] = bands > 1 ? [taken.start[0], taken.count[0]] : [0, 1];
      const cells = sizeOf(taken.count.slice(-2));
      for (let b = 0; b < count && cells > 0; b++) readRows(file, header, first + b, taken, out, b * cells);
      return out;
    },
    close: () => file.close()
  };
}

// io/formats/cpc/open.ts
import { basename as basename2 } from "node:path";
var NAME = /^PRCP_CU_GAUGE_V1\.0(GLB_0\.50deg|CONUS_0\.25deg)\.lnx\.(\d{4})(\d{2})(\d{2})(\.RT[A-Z]*)?$/;
var GRIDS = {
  "GLB_0.50deg": { columns: 720, rows: 360, lon: 0.25, lat: -89.75, step: 0.5, ends: 24 },
  "CONUS_0.25deg": { columns: 300, rows: 120, lon: 230.125, lat: 20.125, step: 0.25, ends: 12 }
};
var HOUR = 36e5;
function isCpc(path) {
  return NAME.test(basename2(path));
}
function openCpc(path) {
  const [, kind, year, month, day] = NAME.exec(basename2(path));
  const { columns, rows, lon, lat, step, ends } = GRIDS[kind];
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const size = 8 * columns * rows;
  const file = new BinaryFile(path, "cpc");
  const refuse4 = (what, hint2) => {
    file.close();
    return new FormatError(path, "cpc", what, hint2);
  };
  if (new Date(midnight).toISOString().slice(0, 10) !== `${year}-${month}-${day}`)
    throw refuse4(`its name says ${year}-${month}-${day}, which is no day`, "correct the name");
  if (file.size !== size)
    throw refuse4(
      `it has ${file.size} bytes; expected ${size} (${columns} x ${rows}, rain and gauges)`,
      "fetch it again"
    );
  const end = midnight / HOUR + ends;
  const line2 = (first, by, n) => Float64Array.from({ length: n }, (_, i) => first + i * by);
  const lines = {
    time: Float64Array.of(end - 24),
    time_bnds: Float64Array.of(end - 24, end),
    lat: line2(lat, step, rows),
    lon: line2(lon, step, columns)
  };
  const info = (name, dims2, shape2, attributes, dtype = "float64") => {
    const units = typeof attributes.units === "string" ? attributes.units : void 0;
    return { name, dtype, dims: dims2, shape: shape2, attributes, units, defaultFill: false };
  };
  const [dims, shape] = [
    ["time", "lat", "lon"],
    [1, rows, columns]
  ];
  const rain = {
    long_name: "Daily precipitation from gauges",
    standard_name: "precipitation_amount",
    units: "mm",
    cell_methods: "time: sum",
    scale_factor: 0.1,
    missing_value: -999
  };
  const calendar = {
    standard_name: "time",
    units: "hours since 1970-01-01",
    calendar: "standard",
    bounds: "time_bnds"
  };
  const variables = [
    info("precip", dims, shape, rain, "float32"),
    info(
      "gauges",
      dims,
      shape,
      { long_name: "Number of gauges in the cell", units: "1", missing_value: -999 },
      "float32"
    ),
    info("time", ["time"], [1], calendar),
    info("time_bnds", ["time", "bnds"], [1, 2], {}),
    info("lat", ["lat"], [rows], { standard_name: "latitude", units: "degrees_north", axis: "Y" }),
    info("lon", ["lon"], [columns], { standard_name: "longitude", units: "degrees_east", axis: "X" })
  ];
  return {
    path,
    format: "cpc",
    dims: [...dims, "bnds"].map((name, i) => ({ name, size: [...shape, 2][i], unlimited: false })),
    variables,
    attributes: { title: "CPC unified gauge-based analysis of daily precipitation", institution: "NOAA/CPC" },
    async read(name, slab) {
      const variable = variables.find((v) => v.name === name);
      if (!variable) throw new FormatError(path, "cpc", `it has no variable ${name}`, "name precip or gauges");
      const { start, count } = slabWithin(`${path}: variable ${name}`, variable.shape, slab);
      const known = lines[name];
      if (known)
        return variable.shape.length === 1 ? known.slice(start[0], start[0] + count[0]) : known.slice(start[1], start[1] + count[1]);
      const out = new Float32Array(sizeOf(count));
      const base = name === "precip" ? 0 : rows * columns;
      for (let r = 0; r < count[1] && out.length > 0; r++) {
        const at2 = 4 * (base + (start[1] + r) * columns + start[2]);
        out.set(toNumbers(file.bytes(at2, 4 * count[2]), "float32", true), r * count[2]);
      }
      return out;
    },
    close: () => file.close()
  };
}

// io/formats/foreign.ts
import { existsSync as existsSync6 } from "node:fs";
var FROM_R = "write it as NetCDF in R, with `ncdf4` or `terra::writeCDF`";
var TRANSLATE = "convert it with `gdal_translate IN OUT.tif`";
var HEAD_BYTES = 1024;
var BY_START = [
  [/^BZh[1-9]/, "bzip2", "unpack it with `bunzip2` first"],
  ["\xFD7zXZ\0", "xz", "unpack it with `unxz` first"],
  ["(\xB5/\xFD", "Zstandard", "unpack it with `unzstd` first"],
  ['"M', "LZ4", "unpack it with `unlz4` first"],
  ["\x9D", "compress (.Z)", "unpack it with `uncompress` first"],
  [/^(7z\xbc\xaf|Rar!)/, "a 7z or RAR archive", "unpack it first"],
  [/^[\s\S]{257}ustar/, "a tar archive", "unpack it with `tar -xf` first"],
  ["", "HDF4", "convert it with `h4toh5` or `gdal_translate`"],
  [/^GIF8/, "GIF", TRANSLATE],
  [/^\x89PNG/, "PNG", TRANSLATE],
  [/^\xff\xd8\xff/, "JPEG", TRANSLATE],
  ["\xFFO\xFFQ", "JPEG 2000", TRANSLATE],
  ["\0\0\0\fjP  ", "JPEG 2000", TRANSLATE],
  [/^BM[\s\S]{12}[(l|]/, "BMP", TRANSLATE],
  [/^(NITF|NSIF)\d/, "NITF", TRANSLATE],
  [/^EHFA_HEADER_TAG/, "Erdas Imagine", TRANSLATE],
  ["SQLite format 3\0", "SQLite (a GeoPackage?)", TRANSLATE],
  [/^P[1-7]\s/, "a PGM or PPM picture", TRANSLATE],
  ["\0\0'\n", "a shapefile, which holds no grid", "rasterize it with `gdal_rasterize`"],
  [/^BUFR/, "BUFR, reports and no grid", "read it with ecCodes"],
  [/^RD[AXB][23]\n/, "RData of R", FROM_R],
  ["X\n\0\0\0", "RDS of R", FROM_R],
  [/^MATLAB 5/, "a MAT-file of version 5", "save it with `-v7.3` or as NetCDF"],
  [/^\x93NUMPY/, "an array of numpy", "write it as NetCDF with xarray, so that it has coordinates"],
  [/^(PAR1|ARROW1|FEA1)/, "a table (Parquet or Arrow)", "write it as NetCDF with xarray"],
  [/^%PDF/, "PDF", "name a file of data"],
  [/^version https:\/\/git-lfs/, "a pointer of Git LFS", "fetch the file itself with `git lfs pull`"],
  [
    /^\s*(<!doctype html|<html)/i,
    "a web page, not the data",
    "the download was refused or needs a login: fetch it again"
  ],
  [/^\s*<VRTDataset/, "a VRT of GDAL", TRANSLATE],
  [/^\s*<\?xml/, "XML", "name a file of data"],
  [/^\s*ncols\s+\d/i, "an ASCII grid", TRANSLATE],
  [/^DSAA|^DSBB|^DSRB/, "a Surfer grid", TRANSLATE],
  [/^(RW|SF|RY|YW|RX|EX|SH|W\d)\d{11}BY/, "RADOLAN", "convert it with `gdal_translate`, or wradlib in Python"],
  [
    /^\s*\{[\s\S]{0,200}"(refs|version)"\s*:/,
    "a reference file of kerchunk",
    'open it with xarray (`engine="kerchunk"`) and write NetCDF or Zarr'
  ],
  [
    /^#! ?rscript|^dset\s/i,
    "a control file of GrADS",
    "name the data file, or `cdo -f nc import_binary IN.ctl OUT.nc`"
  ],
  [/^ENVI\s/, "the header of an ENVI raster", "`gdal_translate DATA OUT.tif`, with the data file beside it"]
];
function isText(head) {
  return head.length > 8 && head.every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13);
}
function foreignFormat(path, head) {
  const start = head.toString("latin1");
  const found = BY_START.find(([sign]) => typeof sign === "string" ? start.startsWith(sign) : sign.test(start));
  if (found && /^(bzip2|xz)$/.test(found[1]) && /\.(rdata|rda|rds)$/i.test(path)) {
    return { name: `RData of R, packed by ${found[1]}`, way: FROM_R, known: true };
  }
  if (found) return { name: found[1], way: found[2], known: true };
  if (isText(head)) {
    const way2 = "write it as NetCDF, for example with xarray, or name the file of data";
    return { name: "plain text", way: way2, known: false };
  }
  const stem = path.replace(/\.[^./\\]*$/, "");
  const beside = [`${stem}.hdr`, `${path}.hdr`].find((p) => p !== path && existsSync6(p));
  if (beside === void 0) return void 0;
  const way = `if it holds raw numbers as ${beside} says, name it .bil; else ${TRANSLATE}`;
  return { name: "of a kind that its name does not tell", way, known: false };
}

// io/formats/geotiff/open.ts
import { existsSync as existsSync7, statSync as statSync5 } from "node:fs";

// io/formats/geotiff/crs-of-keys.ts
var LINEAR = /* @__PURE__ */ new Map([
  [9001, "m"],
  [9002, "ft"],
  [9003, "US_survey_foot"],
  [9036, "km"]
]);
function parseKeys(directory2, doubles, ascii2) {
  const keys = /* @__PURE__ */ new Map();
  for (let i = 4; i + 3 < directory2.length && i < 4 + 4 * directory2[3]; i += 4) {
    const [key, location, count, value] = directory2.slice(i, i + 4);
    if (location === 0) keys.set(key, value);
    else if (location === 34736) keys.set(key, count === 1 ? doubles[value] : doubles.slice(value, value + count));
    else if (location === 34737) keys.set(key, ascii2.slice(value, value + count).replace(/\|$/, ""));
  }
  return keys;
}
function referenceOf(tags) {
  const directory2 = Array.from(tags.numbers(34735));
  const doubles = Array.from(tags.numbers(34736));
  const ascii2 = tags.text(34737) ?? "";
  const keys = parseKeys(directory2, doubles, ascii2);
  const code = keys.get(3072) ?? keys.get(2048);
  const geographic2 = keys.get(1024) === 2;
  const attributes = {};
  if (geographic2) attributes.grid_mapping_name = "latitude_longitude";
  if (typeof code === "number" && code > 1024 && code < 32767) attributes.epsg_code = `EPSG:${code}`;
  if (directory2.length > 0) attributes.geo_key_directory = directory2;
  if (doubles.length > 0) attributes.geo_double_params = doubles;
  if (ascii2 !== "") attributes.geo_ascii_params = ascii2;
  const linear = keys.get(3076);
  const stated = keys.size > 0 && keys.get(1024) !== 32767;
  const units = stated ? linear === void 0 ? "m" : LINEAR.get(linear) : void 0;
  return { point: keys.get(1025) === 2, geographic: geographic2, units, keys, attributes };
}

// io/formats/geotiff/geotransform.ts
function tieToTransform(scale, tie, matrix, pointIsCentre) {
  let t;
  if (matrix.length === 16) t = [matrix[3], matrix[0], matrix[1], matrix[7], matrix[4], matrix[5]];
  else if (scale.length >= 2 && tie.length >= 6) {
    const [dx, dy] = [scale[0], -scale[1]];
    t = [tie[3] - tie[0] * dx, dx, 0, tie[4] - tie[1] * dy, 0, dy];
  } else return void 0;
  if (!pointIsCentre) return t;
  return [t[0] - (t[1] + t[2]) / 2, t[1], t[2], t[3] - (t[4] + t[5]) / 2, t[4], t[5]];
}

// io/formats/geotiff/open.ts
var BAND_DATA2 = "band_data";
var SPATIAL_REF2 = "spatial_ref";
var REDUCED = 1;
var MASK = 4;
function levelsOf(file, directories) {
  const kind = (d) => d.number(254, d.number(255, 1) === 2 ? REDUCED : 0);
  const main = imageOf(file, directories[0]);
  const rest = directories.slice(1);
  const reduced = rest.filter((d) => (kind(d) & REDUCED) !== 0 && (kind(d) & MASK) === 0);
  const images = [main, ...reduced.map((d) => imageOf(file, d))].sort((a, b) => b.width - a.width);
  const masks = rest.filter((d) => (kind(d) & MASK) !== 0).map((d) => imageOf(file, d));
  const levels = images.map((image) => ({
    image,
    mask: masks.find((m) => m.width === image.width && m.height === image.height)
  }));
  return { levels, others: rest.length - reduced.length - masks.length };
}
function outerMask(path, image) {
  const beside = `${path}.msk`;
  if (!existsSync7(beside) || !statSync5(beside).isFile()) return void 0;
  const file = openBytes(beside);
  try {
    const mask = imageOf(file, readDirectories(file)[0]);
    if (mask.width === image.width && mask.height === image.height) return mask;
    throw refuseTiff(
      beside,
      `it masks ${mask.height} x ${mask.width} pixels of an image of ${image.height} x ${image.width}`
    );
  } catch (error) {
    file.close();
    throw error;
  }
}
function transformOf(directory2, point) {
  const get = (tag) => Array.from(directory2.numbers(tag));
  return tieToTransform(get(33550), get(33922), get(34264), point);
}
function chooseLevel(path, levels, transform, options) {
  const { overview, resolution: resolution2 } = options;
  const full = levels[0].image;
  const sizes2 = levels.map(({ image }) => `${image.height} x ${image.width}`).join(", ");
  if (resolution2 !== void 0) {
    if (!(resolution2 > 0) || overview !== void 0 || !transform) {
      const why = overview !== void 0 ? "together with overview" : transform ? "" : "of a file without georeference";
      const text3 = `${path}: resolution is ${resolution2} ${why}; expected one positive number, the size of a cell`;
      throw new OptionsError(text3, "resolution", resolution2);
    }
    const cell = Math.hypot(transform[1], transform[4]);
    const fine = levels.filter(({ image }) => cell * full.width / image.width <= resolution2 * (1 + 1e-9));
    return fine.at(-1) ?? levels[0];
  }
  const chosen = levels[overview ?? 0];
  if (chosen && Number.isInteger(overview ?? 0)) return chosen;
  const text2 = `${path}: overview is ${overview}; expected 0 to ${levels.length - 1} (${sizes2})`;
  throw new OptionsError(text2, "overview", overview);
}
function coarser(t, full, image) {
  const [x, y] = [full.width / image.width, full.height / image.height];
  return [t[0], t[1] * x, t[2] * y, t[3], t[4] * x, t[5] * y];
}
function axis2(reference, vertical, even2) {
  const letter = vertical ? "Y" : "X";
  const role = even2 ? { axis: letter } : {};
  if (reference.geographic) {
    const name = vertical ? "latitude" : "longitude";
    return { standard_name: name, units: vertical ? "degrees_north" : "degrees_east", ...role };
  }
  if (reference.keys.size === 0) return role;
  const units = reference.units === void 0 ? {} : { units: reference.units };
  return { standard_name: `projection_${letter.toLowerCase()}_coordinate`, ...units, ...role };
}
function splitItems(bands) {
  const own3 = {};
  const global = {};
  for (const { name, band, text: text2 } of bands.items) {
    if (band !== void 0 || name === "AREA_OR_POINT") continue;
    const carried = /^NC_GLOBAL#([A-Za-z][\w.-]*)$/.exec(name)?.[1];
    if (carried !== void 0) global[carried] = text2;
    if (!/^[A-Za-z]\w*$/.test(name)) continue;
    if (/^(standard_name|long_name|cell_methods|comment)$/.test(name)) own3[name] = text2;
    else global[name] = text2;
  }
  return { own: own3, global };
}
function coordinatesOf(t, reference, y, x) {
  const straight = t !== void 0 && t[2] === 0 && t[4] === 0;
  const dims = straight && reference.geographic ? ["latitude", "longitude"] : ["y", "x"];
  if (t === void 0) return { dims, auxiliary: [], coordinates: [] };
  const make = (name, own3, shape, vertical, at2) => {
    const attributes = axis2(reference, vertical, straight);
    return { info: describe(name, "float64", own3, shape, attributes), at: at2 };
  };
  if (straight) {
    const coordinates2 = [
      make(dims[0], [dims[0]], [y], true, (i) => t[3] + (i + 0.5) * t[5]),
      make(dims[1], [dims[1]], [x], false, (i) => t[0] + (i + 0.5) * t[1])
    ];
    return { dims, auxiliary: [], coordinates: coordinates2 };
  }
  const names = reference.geographic ? ["latitude", "longitude"] : ["yc", "xc"];
  const coordinates = [
    make(names[0], dims, [y, x], true, (i, j) => t[3] + (j + 0.5) * t[4] + (i + 0.5) * t[5]),
    make(names[1], dims, [y, x], false, (i, j) => t[0] + (j + 0.5) * t[1] + (i + 0.5) * t[2])
  ];
  return { dims, auxiliary: names, coordinates };
}
function describe(name, dtype, dims, shape, attributes, chunks) {
  const { units } = attributes;
  const text2 = typeof units === "string" ? units : void 0;
  return { name, dtype, dims, shape, attributes, units: text2, defaultFill: false, ...chunks && { chunks } };
}
function fill({ start, count }, at2) {
  if (count.length === 1) return Float64Array.from({ length: count[0] }, (_, i) => at2(start[0] + i));
  const columns = count[1];
  return Float64Array.from(
    { length: count[0] * columns },
    (_, i) => at2(start[0] + Math.floor(i / columns), start[1] + i % columns)
  );
}
function bandRuns(sizes2, { start, count }) {
  const leading = sizes2.length;
  if (leading === 0) return [[0, 1]];
  let runs = [[start[0], count[0]]];
  for (let axis3 = 1; axis3 < leading; axis3++) {
    const [size, from, several] = [sizes2[axis3], start[axis3], count[axis3]];
    if (several === size) runs = runs.map(([first, n]) => [first * size, n * size]);
    else
      runs = runs.flatMap(
        ([first, n]) => Array.from({ length: n }, (_, i) => [(first + i) * size + from, several])
      );
  }
  return runs;
}
function sourceOf(file, options, onClose) {
  const { path } = file;
  const { levels, others } = levelsOf(file, readDirectories(file));
  const main = levels[0].image;
  const reference = referenceOf(main.directory);
  const transform = transformOf(main.directory, reference.point);
  const level2 = chooseLevel(path, levels, transform, options);
  const { image } = level2;
  const outer = level2.mask || image !== main ? void 0 : outerMask(path, image);
  if (outer) onClose.push(() => outer.file.close());
  const bands = bandsOf(main, image, level2.mask ?? outer);
  const here = transform && coarser(transform, main, image);
  const {
    dims: [yName, xName],
    coordinates,
    auxiliary
  } = coordinatesOf(here, reference, image.height, image.width);
  const leading = bands.dimensions ?? (bands.count > 1 ? [{ name: "band", values: counted(bands.count), attributes: {} }] : []);
  const names = [...leading.map((d) => d.name), yName, xName];
  const sizes2 = leading.map((d) => d.values.length);
  const shape = [...sizes2, image.height, image.width];
  const { own: own3, global } = splitItems(bands);
  const chunks = [
    ...sizes2.map((n) => image.planar ? 1 : n),
    Math.min(image.blockHeight, image.height),
    Math.min(image.blockWidth, image.width)
  ];
  const ties = main.directory.numbers(33922);
  const mapping = { ...reference.attributes };
  if (here && (here[2] !== 0 || here[4] !== 0)) mapping.GeoTransform = here.join(" ");
  if (!here && ties.length >= 12) mapping.ground_control_points = Array.from(ties);
  const attributes = {
    ...own3,
    ...bands.attributes,
    ...auxiliary.length > 0 && { coordinates: auxiliary.join(" ") },
    grid_mapping: SPATIAL_REF2
  };
  const variables = [
    describe(BAND_DATA2, bands.dtype, names, shape, attributes, chunks),
    describe(SPATIAL_REF2, "int32", [], [], mapping),
    ...leading.map((d) => describe(d.name, "float64", [d.name], [d.values.length], d.attributes)),
    ...coordinates.map((c) => c.info)
  ];
  const read = async (name, slab) => {
    const info = variables.find((v) => v.name === name);
    if (info === void 0 || name === SPATIAL_REF2) throw refuseTiff(path, `variable ${name} holds no numbers`);
    const taken = slabWithin(`${path}: variable ${name}`, info.shape, slab);
    const dimension = leading.find((d) => d.name === name);
    if (dimension) return Float64Array.from(dimension.values.slice(taken.start[0], taken.start[0] + taken.count[0]));
    const coordinate = coordinates.find((c) => c.info.name === name);
    if (coordinate) return fill(taken, coordinate.at);
    const [row, column] = taken.start.slice(-2);
    const [rows, columns] = taken.count.slice(-2);
    const runs = bandRuns(sizes2, taken);
    const parts = [];
    for (const [first, count] of runs) parts.push(await bands.read(first, count, { row, column, rows, columns }));
    if (parts.length === 1) return parts[0];
    const length = parts.reduce((n, p) => n + p.length, 0);
    const out = new (parts[0]?.constructor ?? Float32Array)(length);
    let at2 = 0;
    for (const part of parts) {
      out.set(part, at2);
      at2 += part.length;
    }
    return out;
  };
  const overviews = levels.slice(1).map((l) => `${l.image.height} x ${l.image.width}`);
  return {
    path,
    format: "geotiff",
    dims: names.map((name, i) => ({ name, size: shape[i], unlimited: false })),
    variables,
    attributes: {
      ...global,
      ...overviews.length > 0 && { overviews: overviews.join(", ") },
      ...others > 0 && { further_images: others }
    },
    read,
    close: () => {
      for (const close of onClose) close();
    }
  };
}
var counted = (n) => Array.from({ length: n }, (_, i) => i + 1);
async function openGeotiff(path, options = {}) {
  const file = openBytes(path);
  const onClose = [() => file.close()];
  try {
    return sourceOf(file, options, onClose);
  } catch (cause) {
    for (const close of onClose) close();
    if (cause instanceof FormatError || cause instanceof OptionsError) throw cause;
    throw refuseTiff(path, `its directory cannot be read (${cause.message})`, cause);
  }
}

// io/formats/grib/message.ts
var GribProblem = class extends Error {
  /** Whether the message is sound, and only of a kind that is not read. */
  unread;
  constructor(message2, unread = false, options) {
    super(message2, options);
    this.unread = unread;
  }
};
var MOST_POINTS = 2 ** 27;
function arrange(packed, bitmap, { columns, rows, scanning }) {
  const n = rows * columns;
  const out = new Float32Array(n);
  let next = 0;
  const [byColumn, zigzag] = [(scanning & 32) !== 0, (scanning & 16) !== 0];
  for (let i = 0; i < n; i++) {
    const there = bitmap === void 0 || bitmap[i >> 3] >> 7 - (i & 7) & 1;
    const value = there ? packed[next++] : Number.NaN;
    let at2 = i;
    if (byColumn || zigzag) {
      const line2 = byColumn ? rows : columns;
      const [a, b] = [Math.floor(i / line2), i % line2];
      const along = zigzag && a % 2 === 1 ? line2 - 1 - b : b;
      at2 = byColumn ? along * columns + a : a * columns + along;
    }
    out[at2] = value;
  }
  return out;
}
function countBits(bitmap, n) {
  let count = 0;
  for (let i = 0; i < n; i++) count += bitmap[i >> 3] >> 7 - (i & 7) & 1;
  return count;
}

// io/formats/grib/bits.ts
var Octets = class {
  bytes;
  constructor(bytes) {
    this.bytes = bytes;
  }
  /** Unsigned, of 1 to 6 octets. */
  uint(at2, octets) {
    return this.bytes.readUIntBE(at2, octets);
  }
  /** The first bit is the sign, the others the size. */
  signed(at2, octets) {
    const value = this.uint(at2, octets);
    const half = 2 ** (8 * octets - 1);
    return value >= half ? half - value : value;
  }
  /** Single precision after IBM: 7 bits of an exponent to 16, 24 of a mantissa. */
  ibm(at2) {
    const head = this.uint(at2, 1);
    return (head & 128 ? -1 : 1) * this.uint(at2 + 1, 3) * 2 ** -24 * 16 ** ((head & 127) - 64);
  }
  ieee(at2) {
    return this.bytes.readFloatBE(at2);
  }
};
function unpackBits(bytes, start, count, width) {
  if (width > 32) throw new RangeError(`numbers of ${width} bits; expected at most 32`);
  if (start + Math.ceil(count * width / 8) > bytes.length)
    throw new RangeError(`${count} numbers of ${width} bits are promised, which its data section does not hold`);
  const out = new Float64Array(count);
  if (width === 0) return out;
  let [at2, held2, bits] = [start, 0, 0];
  for (let i = 0; i < count; i++) {
    while (bits < width) {
      held2 = held2 * 256 + bytes[at2++];
      bits += 8;
    }
    const rest = 2 ** (bits - width);
    const value = Math.floor(held2 / rest);
    out[i] = value;
    held2 -= value * rest;
    bits -= width;
  }
  return out;
}

// io/formats/grib/grid.ts
function gaussianLatitudes(n) {
  const degree = 2 * n;
  return Float64Array.from({ length: degree }, (_, i) => {
    let x = Math.cos(Math.PI * (i + 0.75) / (degree + 0.5));
    for (let round = 0; round < 20; round++) {
      let [before, now] = [1, x];
      for (let k = 2; k <= degree; k++) [before, now] = [now, ((2 * k - 1) * x * now - (k - 1) * before) / k];
      const step = now * (1 - x * x) / (degree * (before - x * now));
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    return Math.asin(x) * 180 / Math.PI;
  });
}
function line(first, last, n) {
  const step = n > 1 ? (last - first) / (n - 1) : 0;
  return Float64Array.from({ length: n }, (_, i) => Math.round((first + i * step) * 1e10) / 1e10);
}
function latitudesOf({ kind, rows, first, last, parallels = 0 }) {
  if (kind === "regular") return line(first[0], last[0], rows);
  if (parallels < 1 || parallels > 4e3) throw new GribProblem(`its Gaussian grid has ${parallels} parallels`);
  const all = gaussianLatitudes(parallels);
  const order = first[0] < last[0] ? all.reverse() : all;
  const start = order.findIndex((lat) => Math.abs(lat - first[0]) < 0.01);
  if (start < 0 || start + rows > order.length)
    throw new GribProblem(`its ${rows} rows from ${first[0]} are not of the Gaussian grid N${parallels}`);
  return order.slice(start, start + rows);
}
function gridOf2(says) {
  const { columns, rows, first, last, scanning, pole, figure } = says;
  if (!(columns > 0 && rows > 0 && columns * rows <= MOST_POINTS))
    throw new GribProblem(`its grid has ${columns} x ${rows} points; expected 1 to ${MOST_POINTS}`);
  const west = (scanning & 128) !== 0;
  const [from, to] = [first[1], last[1]];
  if (![...first, ...last].every((v) => Math.abs(v) <= 720) || Math.abs(first[0]) > 90.001 || Math.abs(last[0]) > 90.001)
    throw new GribProblem(`its corners are ${first.join(", ")} and ${last.join(", ")}; expected degrees`);
  const start = !west && to < from ? from - 360 : west && to > from ? from + 360 : from;
  const mapping = pole ? {
    grid_mapping_name: "rotated_latitude_longitude",
    grid_north_pole_latitude: -pole.lat,
    grid_north_pole_longitude: (pole.lon + 360) % 360 - 180,
    north_pole_grid_longitude: pole.angle,
    ...figure
  } : { grid_mapping_name: "latitude_longitude", ...figure };
  return {
    key: JSON.stringify(says),
    columns,
    rows,
    lon: line(start, to, columns),
    lat: latitudesOf(says),
    mapping,
    turned: pole !== void 0,
    scanning
  };
}

// io/formats/grib/names.ts
var TP = "Total precipitation";
var WMO2 = {
  "0.0.0": ["t", "K", "Temperature"],
  "0.0.6": ["dpt", "K", "Dew point temperature"],
  "0.1.0": ["q", "kg kg-1", "Specific humidity"],
  "0.1.1": ["r", "%", "Relative humidity"],
  "0.1.3": ["pwat", "kg m-2", "Precipitable water"],
  "0.1.7": ["prate", "kg m-2 s-1", "Precipitation rate"],
  "0.1.8": ["tp", "kg m-2", TP],
  "0.1.9": ["ncpcp", "kg m-2", "Large-scale precipitation"],
  "0.1.10": ["acpcp", "kg m-2", "Convective precipitation"],
  "0.1.37": ["cprat", "kg m-2 s-1", "Convective precipitation rate"],
  "0.1.52": ["tprate", "kg m-2 s-1", "Total precipitation rate"],
  "0.1.53": ["tsrwe", "kg m-2 s-1", "Total snowfall rate water equivalent"],
  "0.1.54": ["lsprate", "kg m-2 s-1", "Large-scale precipitation rate"],
  "0.1.64": ["tcwv", "kg m-2", "Total column integrated water vapour"],
  "0.1.65": ["rprate", "kg m-2 s-1", "Rain precipitation rate"],
  "0.2.2": ["u", "m s-1", "U component of wind"],
  "0.2.3": ["v", "m s-1", "V component of wind"],
  "0.2.22": ["gust", "m s-1", "Wind speed (gust)"],
  "0.3.0": ["pres", "Pa", "Pressure"],
  "0.3.1": ["prmsl", "Pa", "Pressure reduced to mean sea level"],
  "0.3.4": ["z", "m2 s-2", "Geopotential"],
  "0.3.5": ["gh", "m", "Geopotential height"],
  "0.6.1": ["tcc", "%", "Total cloud cover"]
};
var WMO1 = {
  1: ["pres", "Pa", "Pressure"],
  2: ["prmsl", "Pa", "Pressure reduced to mean sea level"],
  6: ["z", "m2 s-2", "Geopotential"],
  7: ["gh", "m", "Geopotential height"],
  11: ["t", "K", "Temperature"],
  17: ["dpt", "K", "Dew point temperature"],
  33: ["u", "m s-1", "U component of wind"],
  34: ["v", "m s-1", "V component of wind"],
  51: ["q", "kg kg-1", "Specific humidity"],
  52: ["r", "%", "Relative humidity"],
  54: ["pwat", "kg m-2", "Precipitable water"],
  59: ["prate", "kg m-2 s-1", "Precipitation rate"],
  61: ["tp", "kg m-2", TP],
  62: ["ncpcp", "kg m-2", "Large-scale precipitation"],
  63: ["acpcp", "kg m-2", "Convective precipitation"],
  71: ["tcc", "%", "Total cloud cover"]
};
var ECMWF = {
  129: ["z", "m2 s-2", "Geopotential"],
  130: ["t", "K", "Temperature"],
  131: ["u", "m s-1", "U component of wind"],
  132: ["v", "m s-1", "V component of wind"],
  133: ["q", "kg kg-1", "Specific humidity"],
  134: ["sp", "Pa", "Surface pressure"],
  137: ["tcwv", "kg m-2", "Total column water vapour"],
  142: ["lsp", "m", "Large-scale precipitation"],
  143: ["cp", "m", "Convective precipitation"],
  144: ["sf", "m", "Snowfall (water equivalent)"],
  151: ["msl", "Pa", "Mean sea level pressure"],
  157: ["r", "%", "Relative humidity"],
  165: ["u10", "m s-1", "10 metre U wind component"],
  166: ["v10", "m s-1", "10 metre V wind component"],
  167: ["t2m", "K", "2 metre temperature"],
  168: ["d2m", "K", "2 metre dewpoint temperature"],
  228: ["tp", "m", TP]
};
var MRMS = { "209.6.1": ["PrecipRate", "mm/h", "Radar precipitation rate"] };
function named2(key, entry) {
  const bare = `param_${key.slice(2).replaceAll(".", "_")}`;
  return { key, name: entry?.[0] ?? bare, units: entry?.[1], title: entry?.[2] };
}
function parameter1(centre, table, number) {
  const entry = table <= 3 ? WMO1[number] : centre === 98 && table === 128 ? ECMWF[number] : void 0;
  const known = number < 128 || table > 3 ? entry : void 0;
  return named2(`1/${centre}.${table}.${number}`, known);
}
function parameter2(centre, discipline, category, number) {
  const key = `${discipline}.${category}.${number}`;
  const local = discipline > 191 || category > 191 || number > 191;
  const entry = centre === 98 && key === "0.1.193" ? ["tp", "m", TP] : centre === 161 && discipline === 209 ? MRMS[key] : WMO2[key];
  return named2(local ? `2/${centre}.${key}` : `2/${key}`, entry);
}

// engine/png.ts
import { decode, encode as encode2 } from "fast-png";

// io/formats/grib/packing.ts
function scaled(packed, { reference, binary, decimal }) {
  const [step, power] = [2 ** binary, 10 ** Math.abs(decimal)];
  if (decimal < 0) return packed.map((x) => (x * step + reference) * power);
  return packed.map((x) => (x * step + reference) / power);
}
function unpack2(template, five, data, count) {
  const octets = new Octets(five);
  if (template === 4) return unpackIeee(octets.uint(11, 1), data, count);
  const scale = { reference: octets.ieee(11), binary: octets.signed(15, 2), decimal: octets.signed(17, 2) };
  const width = octets.uint(19, 1);
  if (template === 0) return scaled(unpackBits(data, 5, count, width), scale);
  if (template === 2 || template === 3) return scaled(unpackGroups(octets, data, count, template === 3), scale);
  if (template === 41) return scaled(width === 0 ? new Float64Array(count) : unpackPng(data, count), scale);
  const name = { 40: "JPEG 2000", 42: "CCSDS (AEC)", 50: "spherical harmonics", 51: "spherical harmonics" }[template];
  throw new GribProblem(`its values are packed as ${name ?? `template 5.${template}`}, which is not read`, true);
}
function unpackIeee(precision, data, count) {
  if (precision !== 1 && precision !== 2) throw new GribProblem(`its floats have precision ${precision}`, true);
  const size = 4 * precision;
  if (5 + count * size > data.length) throw new GribProblem(`its data section holds fewer than ${count} values`);
  const read = (i) => precision === 1 ? data.readFloatBE(5 + i * 4) : data.readDoubleBE(5 + i * 8);
  return Float64Array.from({ length: count }, (_, i) => read(i));
}
function unpackPng(data, count) {
  const header = data.subarray(5);
  if (header.length < 33 || header.readUInt32BE(16) * header.readUInt32BE(20) !== count)
    throw new GribProblem(`its PNG does not hold ${count} pixels`);
  let image;
  try {
    image = decode(header);
  } catch (cause) {
    throw new GribProblem(`its PNG cannot be read (${cause.message})`, false, { cause });
  }
  const { data: pixels, channels } = image;
  const base = image.depth === 16 ? 65536 : 256;
  if (image.depth < 8) return unpackBits(pixels, 0, count, image.depth);
  return Float64Array.from({ length: count }, (_, i) => {
    let value = 0;
    for (let c = 0; c < channels; c++) value = value * base + pixels[i * channels + c];
    return value;
  });
}
function unpackGroups(five, data, count, differences) {
  const width = five.uint(19, 1);
  const missing = five.uint(22, 1);
  const groups2 = five.uint(31, 4);
  const [widthBase, widthBits] = [five.uint(35, 1), five.uint(36, 1)];
  const [lengthBase, lengthStep] = [five.uint(37, 4), five.uint(41, 1)];
  const [lastLength, lengthBits] = [five.uint(42, 4), five.uint(46, 1)];
  if (groups2 > count) throw new GribProblem(`it promises ${groups2} groups for ${count} values`);
  const [order, octets] = differences ? [five.uint(47, 1), five.uint(48, 1)] : [0, 0];
  if (order > 2 || octets > 4) throw new GribProblem(`differences of order ${order} in ${octets} octets`, true);
  const extra = new Octets(data);
  const firsts = Array.from({ length: order }, (_, i) => octets === 0 ? 0 : extra.signed(5 + i * octets, octets));
  const least = order > 0 && octets > 0 ? extra.signed(5 + order * octets, octets) : 0;
  let at2 = 5 + (order > 0 ? (order + 1) * octets : 0);
  const list = (bits) => {
    const values = unpackBits(data, at2, groups2, bits);
    at2 += Math.ceil(groups2 * bits / 8);
    return values;
  };
  const [references, widths, lengths] = [list(width), list(widthBits), list(lengthBits)];
  const reader2 = new BitReader(data, at2);
  const out = new Float64Array(count);
  let n = 0;
  for (let g = 0; g < groups2; g++) {
    const bits = widths[g] + widthBase;
    const length = g === groups2 - 1 ? lastLength : lengths[g] * lengthStep + lengthBase;
    if (n + length > count || bits > 32) throw new GribProblem(`its group ${g} has ${length} values of ${bits} bits`);
    const top = 2 ** (bits === 0 ? width : bits) - 1;
    for (let i = 0; i < length; i++) {
      const raw = bits === 0 ? references[g] : reader2.take(bits);
      const gone = missing > 0 && raw === top || missing > 1 && raw === top - 1;
      out[n++] = gone ? Number.NaN : bits === 0 ? raw : raw + references[g];
    }
  }
  if (n !== count) throw new GribProblem(`its groups hold ${n} values; expected ${count}`);
  if (order > 0) undoDifferences2(out, order, firsts, least);
  return out;
}
function undoDifferences2(values, order, firsts, least) {
  let [before, earlier, seen] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const now = values[i];
    if (Number.isNaN(now)) continue;
    const value = seen < order ? firsts[seen] : now + least + (order === 1 ? before : 2 * before - earlier);
    [earlier, before] = [before, value];
    values[i] = value;
    seen++;
  }
}
var BitReader = class {
  #bytes;
  #at;
  #held = 0;
  #bits = 0;
  constructor(bytes, at2) {
    this.#bytes = bytes;
    this.#at = at2;
  }
  take(width) {
    while (this.#bits < width) {
      const byte = this.#bytes[this.#at++];
      if (byte === void 0) throw new GribProblem("its groups go on beyond its data section");
      this.#held = this.#held * 256 + byte;
      this.#bits += 8;
    }
    const rest = 2 ** (this.#bits - width);
    const value = Math.floor(this.#held / rest);
    this.#held -= value * rest;
    this.#bits -= width;
    return value;
  }
};

// io/formats/grib/grib1.ts
var UNITS = {
  0: 60,
  1: 3600,
  2: 86400,
  10: 10800,
  11: 21600,
  12: 43200,
  13: 900,
  14: 1800,
  254: 1
};
var GRIDS2 = {
  1: "Mercator",
  3: "Lambert conformal",
  5: "polar stereographic",
  13: "oblique Lambert",
  50: "spherical harmonics",
  90: "space view"
};
function readGrib1(message2) {
  let at2 = 8;
  const section2 = () => {
    const length = message2.readUIntBE(at2, 3);
    if (length < 4 || at2 + length > message2.length - 4) throw new GribProblem(`a section has ${length} octets`);
    at2 += length;
    return new Octets(message2.subarray(at2 - length, at2));
  };
  const product = section2();
  const flags = product.uint(7, 1);
  if ((flags & 128) === 0) throw new GribProblem("its grid is one of a catalogue, not described in it", true);
  const grid = gridOf2(readGrid(section2()));
  const bitmap = flags & 64 ? bitmapOf(section2(), grid.rows * grid.columns) : void 0;
  const data = section2();
  const [levelType, levels] = [product.uint(9, 1), product.uint(10, 2)];
  const [reference, from, to, statistic] = timesOf2(product);
  return {
    edition: 1,
    parameter: parameter1(product.uint(4, 1), product.uint(3, 1), product.uint(8, 1)),
    levelType,
    level: levelType === 100 ? levels * 100 : levels,
    member: memberOf(product),
    grid,
    reference,
    from,
    to,
    statistic,
    decode: () => arrange(valuesOf(data, product.signed(26, 2), bitmap, grid.rows * grid.columns), bitmap, grid)
  };
}
function memberOf(product) {
  if (product.bytes.length < 51 || product.uint(4, 1) !== 98 || product.uint(40, 1) !== 1) return void 0;
  return product.uint(49, 1);
}
function timesOf2(product) {
  const [century, year, month, day, hour, minute] = [24, 12, 13, 14, 15, 16].map((i) => product.uint(i, 1));
  const start = Date.UTC((century - 1) * 100 + year, month - 1, day, hour, minute) / 1e3;
  if (month < 1 || month > 12 || day < 1 || day > 31) throw new GribProblem(`its date is ${year}-${month}-${day}`);
  const [unit, range] = [product.uint(17, 1), product.uint(20, 1)];
  const seconds = UNITS[unit];
  const [p1, p2] = [product.uint(18, 1), product.uint(19, 1)];
  if (seconds === void 0) throw new GribProblem(`its times are in unit ${unit}, which has no fixed length`, true);
  if (range === 0) return [start, start + p1 * seconds, start + p1 * seconds, "point"];
  if (range === 1) return [start, start, start, "point"];
  if (range === 10) {
    const point = start + product.uint(18, 2) * seconds;
    return [start, point, point, "point"];
  }
  const statistic = { 2: "point", 3: "mean", 4: "sum", 5: "difference" }[range];
  if (statistic === void 0) throw new GribProblem(`its times are of kind ${range} (code table 5)`, true);
  return [start, start + p1 * seconds, start + p2 * seconds, statistic];
}
function readGrid(grid) {
  const kind = grid.uint(5, 1);
  if (kind !== 0 && kind !== 4 && kind !== 10)
    throw new GribProblem(`its grid is ${GRIDS2[kind] ?? `of kind ${kind}`}`, true);
  const [columns, rows] = [grid.uint(6, 2), grid.uint(8, 2)];
  if (columns === 65535 || rows === 65535)
    throw new GribProblem("its grid is reduced: rows have unequal lengths", true);
  const angle = (at2) => grid.signed(at2, 3) / 1e3;
  const oblate = (grid.uint(16, 1) & 64) !== 0;
  return {
    kind: kind === 4 ? "gaussian" : "regular",
    columns,
    rows,
    first: [angle(10), angle(13)],
    last: [angle(17), angle(20)],
    scanning: grid.uint(27, 1),
    ...kind === 4 && { parallels: grid.uint(25, 2) },
    ...kind === 10 && { pole: { lat: angle(32), lon: angle(35), angle: new Octets(grid.bytes).ibm(38) } },
    figure: oblate ? { semi_major_axis: 6378160, inverse_flattening: 297 } : { earth_radius: 6367470 }
  };
}
function bitmapOf(section2, count) {
  if (section2.uint(4, 2) !== 0) throw new GribProblem("its bitmap is one of a catalogue", true);
  const bits = section2.bytes.subarray(6);
  if (bits.length * 8 < count) throw new GribProblem(`its bitmap has ${bits.length * 8} bits; expected ${count}`);
  return bits;
}
function valuesOf(data, decimal, bitmap, points) {
  const flags = data.uint(3, 1) >> 4;
  if (flags & 8) throw new GribProblem("its values are spherical harmonics", true);
  if (flags & 4) throw new GribProblem("its values are in second-order packing", true);
  if (flags & 1) throw new GribProblem("its values are packed with further flags", true);
  const count = bitmap ? countBits(bitmap, points) : points;
  const scale = { reference: data.ibm(6), binary: data.signed(4, 2), decimal };
  return scaled(unpackBits(data.bytes, 11, count, data.uint(10, 1)), scale);
}

// io/formats/grib/grib2.ts
var UNITS2 = { 0: 60, 1: 3600, 2: 86400, 10: 10800, 11: 21600, 12: 43200, 13: 1 };
var STATISTICS = {
  0: "mean",
  1: "sum",
  2: "maximum",
  3: "minimum",
  4: "difference"
};
var GRIDS3 = {
  10: "Mercator",
  20: "polar stereographic",
  30: "Lambert conformal",
  31: "Albers",
  50: "spherical harmonics",
  90: "space view",
  101: "unstructured (ICON)",
  140: "Lambert azimuthal"
};
function readGrib2(message2, unread) {
  const [discipline, centre] = [message2[6], message2.readUInt16BE(21)];
  const sections = /* @__PURE__ */ new Map();
  const out = [];
  let bitmap;
  for (let at2 = 16; at2 < message2.length - 4; ) {
    const [length, number] = [message2.readUInt32BE(at2), message2[at2 + 4]];
    if (length < 5 || at2 + length > message2.length - 4 || number < 1 || number > 7)
      throw new GribProblem(`section ${number} at ${at2} has ${length} octets`);
    const section2 = new Octets(message2.subarray(at2, at2 + length));
    sections.set(number, section2);
    at2 += length;
    if (number === 6 && section2.uint(5, 1) !== 254) bitmap = section2;
    if (number !== 7) continue;
    try {
      out.push(fieldOf(discipline, centre, sections, bitmap));
    } catch (error) {
      if (!(error instanceof GribProblem && error.unread)) throw error;
      unread(error);
    }
  }
  return out;
}
function fieldOf(discipline, centre, all, bits) {
  const [one2, three, four, five, seven] = [1, 3, 4, 5, 7].map((n) => {
    const found = all.get(n);
    if (found === void 0) throw new GribProblem(`it has no section ${n}`);
    return found;
  });
  const grid = gridOf2(readGrid2(three));
  const points = grid.rows * grid.columns;
  const bitmap = bits === void 0 || bits.uint(5, 1) === 255 ? void 0 : bitmapOf2(bits, points);
  const count = five.uint(5, 4);
  const expected = bitmap ? countBits(bitmap, points) : points;
  if (count !== expected) throw new GribProblem(`it holds ${count} values for ${expected} points of its grid`);
  const reference = dateAt(one2, 12);
  const product = readProduct(four, reference);
  return {
    edition: 2,
    parameter: parameter2(centre, discipline, four.uint(9, 1), four.uint(10, 1)),
    ...levelOf(four),
    ...product,
    grid,
    reference,
    decode: () => arrange(unpack2(five.uint(9, 2), five.bytes, seven.bytes, count), bitmap, grid)
  };
}
function dateAt(octets, at2) {
  const [month, day, hour, minute, second] = [2, 3, 4, 5, 6].map((i) => octets.uint(at2 + i, 1));
  if (month < 1 || month > 12 || day < 1 || day > 31)
    throw new GribProblem(`its date has month ${month}, day ${day}`);
  return Date.UTC(octets.uint(at2, 2), month - 1, day, hour, minute, second) / 1e3;
}
function levelOf(four) {
  const [type, factor, value] = [four.uint(22, 1), four.signed(23, 1), four.signed(24, 4)];
  if (type === 255 || four.uint(23, 5) === 2 ** 40 - 1 || four.uint(24, 4) === 2 ** 32 - 1)
    return { levelType: type, level: 0 };
  return { levelType: type, level: factor < 0 ? value * 10 ** -factor : value / 10 ** factor };
}
function readProduct(four, reference) {
  const template = four.uint(7, 2);
  const end = { 8: 34, 11: 37, 12: 36 }[template];
  if (end === void 0 && template > 2) throw new GribProblem(`its product is of template 4.${template}`, true);
  const seconds = UNITS2[four.uint(17, 1)];
  if (seconds === void 0) throw new GribProblem(`its times are in unit ${four.uint(17, 1)}`, true);
  const from = reference + four.signed(18, 4) * seconds;
  const member = template === 1 || template === 11 ? four.uint(35, 1) : void 0;
  if (end === void 0) return { from, to: from, member, statistic: "point" };
  const kind = four.uint(end + 12, 1);
  const statistic = STATISTICS[kind];
  if (statistic === void 0) throw new GribProblem(`its values are of statistic ${kind} (code table 4.10)`, true);
  const to = dateAt(four, end);
  if (to < from) throw new GribProblem("its interval ends before it begins", true);
  return { from, to, member, statistic };
}
function figureOf(three) {
  const given = (at2) => three.uint(at2 + 1, 4) / 10 ** three.signed(at2, 1);
  const shape = three.uint(14, 1);
  const radius = { 0: 6367470, 6: 6371229, 8: 6371200 }[shape];
  if (radius !== void 0) return { earth_radius: radius };
  if (shape === 1) return { earth_radius: given(15) };
  if (shape === 2) return { semi_major_axis: 6378160, inverse_flattening: 297 };
  if (shape === 4) return { semi_major_axis: 6378137, inverse_flattening: 298.257222101 };
  if (shape === 5) return { semi_major_axis: 6378137, inverse_flattening: 298.257223563 };
  const scale = shape === 3 ? 1e3 : 1;
  if (shape === 3 || shape === 7) return { semi_major_axis: given(20) * scale, semi_minor_axis: given(25) * scale };
  throw new GribProblem(`the figure of the Earth is number ${shape} (code table 3.2)`, true);
}
function readGrid2(three) {
  const template = three.uint(12, 2);
  if (![0, 1, 40].includes(template))
    throw new GribProblem(`its grid is ${GRIDS3[template] ?? `of template 3.${template}`}`, true);
  const [columns, rows] = [three.uint(30, 4), three.uint(34, 4)];
  if (three.uint(10, 1) !== 0 || columns === 2 ** 32 - 1)
    throw new GribProblem("its grid is reduced: rows have unequal lengths", true);
  if (columns * rows !== three.uint(6, 4))
    throw new GribProblem(`its grid has ${columns} x ${rows} points, not ${three.uint(6, 4)}`);
  const [basic, parts] = [three.uint(38, 4), three.uint(42, 4)];
  const unit = basic > 0 && basic !== 2 ** 32 - 1 && parts > 0 && parts !== 2 ** 32 - 1 ? basic / parts : 1e-6;
  const angle = (at2) => unit === 1e-6 ? three.signed(at2, 4) / 1e6 : three.signed(at2, 4) * unit;
  return {
    kind: template === 40 ? "gaussian" : "regular",
    columns,
    rows,
    first: [angle(46), angle(50)],
    last: [angle(55), angle(59)],
    scanning: three.uint(71, 1),
    ...template === 40 && { parallels: three.uint(67, 4) },
    ...template === 1 && { pole: { lat: angle(72), lon: angle(76), angle: three.ieee(80) } },
    figure: figureOf(three)
  };
}
function bitmapOf2(section2, points) {
  if (section2.uint(5, 1) !== 0) throw new GribProblem("its bitmap is one of a catalogue", true);
  const bits = section2.bytes.subarray(6);
  if (bits.length * 8 < points) throw new GribProblem(`its bitmap has ${bits.length * 8} bits; expected ${points}`);
  return bits;
}

// io/formats/grib/scan.ts
var MAGIC = Buffer.from("GRIB");
var MOST_BETWEEN = 4096;
var MOST_MESSAGE = 2 ** 30;
var MOST_FIELDS = 1e5;
var HINT3 = "check it with `grib_dump` or `gdalinfo`, or fetch it again";
function findGrib(bytes) {
  for (let at2 = bytes.indexOf(MAGIC); at2 >= 0; at2 = bytes.indexOf(MAGIC, at2 + 1))
    if (at2 + 8 <= bytes.length && (bytes[at2 + 7] === 1 || bytes[at2 + 7] === 2)) return at2;
  return void 0;
}
function scanGrib(file) {
  const fields = [];
  const unread = /* @__PURE__ */ new Map();
  const note = ({ message: message2 }) => unread.set(message2, (unread.get(message2) ?? 0) + 1);
  let count = 0;
  for (let at2 = 0; at2 < file.size; ) {
    const found = findGrib(file.bytes(at2, Math.min(MOST_BETWEEN, file.size - at2)));
    if (found === void 0) break;
    const offset = at2 + found;
    count++;
    const fail2 = (what, cause) => new FormatError(file.path, "grib", `message ${count} at byte ${offset}: ${what}`, HINT3, { cause });
    const head = file.bytes(offset, Math.min(16, file.size - offset));
    if (head.length < 16) throw fail2("it is cut off");
    const edition = head[7];
    const length = edition === 1 ? head.readUIntBE(4, 3) : Number(head.readBigUInt64BE(8));
    if (edition === 1 && length >= 8388608) {
      const what = `GRIB 1 above 8 MB in ECMWF's own coding of lengths, which is not read`;
      throw new FormatError(file.path, "grib", what, "convert it with `grib_set -s edition=2 IN OUT`");
    }
    if (length < 20 || length > MOST_MESSAGE || offset + length > file.size)
      throw fail2(`it says that it has ${length} bytes; ${file.size - offset} are there: it is truncated or damaged`);
    const bytes = file.bytes(offset, length);
    if (bytes.toString("latin1", length - 4) !== "7777") throw fail2('it does not end in "7777": it is damaged');
    try {
      const found2 = edition === 1 ? [readGrib1(bytes)] : readGrib2(bytes, note);
      for (const field of found2) fields.push({ field, offset });
    } catch (error) {
      if (error instanceof GribProblem && error.unread) note(error);
      else if (error instanceof GribProblem || error instanceof RangeError) throw fail2(error.message, error);
      else throw error;
    }
    if (fields.length > MOST_FIELDS) throw fail2(`it is one of more than ${MOST_FIELDS} fields; split the file`);
    at2 = offset + length;
  }
  return { fields, unread: [...unread].map(([what, times]) => times === 1 ? what : `${what} (${times} fields)`) };
}

// io/formats/grib/open.ts
var WAY = "convert it with `cdo -f nc4 copy IN OUT.nc` or `gdal_translate`";
var TIME = { standard_name: "time", units: "seconds since 1970-01-01", calendar: "proleptic_gregorian" };
var Axes = class {
  lines = /* @__PURE__ */ new Map();
  #names = /* @__PURE__ */ new Map();
  add(base, values, attributes, bounds) {
    const all = Float64Array.from(values);
    const key = JSON.stringify([base, [...all], attributes, bounds ? [...bounds] : 0]);
    const known = this.#names.get(key);
    if (known !== void 0) return known;
    let name = base;
    for (let k = 2; this.lines.has(name); k++) name = `${base}_${k}`;
    this.#names.set(key, name);
    const said = bounds ? { ...attributes, bounds: `${name}_bnds` } : attributes;
    this.#line(name, [name], [all.length], said, all);
    if (bounds) this.#line(`${name}_bnds`, [name, "bnds"], [all.length, 2], {}, bounds);
    return name;
  }
  scalar(base, attributes) {
    const key = JSON.stringify([base, attributes]);
    const known = this.#names.get(key);
    if (known !== void 0) return known;
    let name = base;
    for (let k = 2; this.lines.has(name); k++) name = `${base}_${k}`;
    this.#names.set(key, name);
    this.#line(name, [], [], attributes, new Float64Array(1));
    return name;
  }
  #line(name, dims, shape, attributes, values) {
    const units = typeof attributes.units === "string" ? attributes.units : void 0;
    this.lines.set(name, {
      info: { name, dtype: "float64", dims, shape, attributes, units, defaultFill: false },
      values
    });
  }
};
var distinct = (values) => [...new Set(values)].sort((a, b) => a - b);
var LEVELS = {
  "1/100": ["pressure", "Pa"],
  "2/100": ["pressure", "Pa"],
  "1/103": ["height_above_sea", "m"],
  "1/105": ["height", "m"],
  "2/102": ["height_above_sea", "m"],
  "2/103": ["height", "m"]
};
function openGrib(path) {
  const file = new BinaryFile(path, "grib");
  try {
    return describe2(path, file);
  } finally {
    file.close();
  }
}
function describe2(path, file) {
  const { fields, unread } = scanGrib(file);
  if (fields.length === 0) throw new FormatError(path, "grib", unread.join("; ") || "it holds no message", WAY);
  const groups2 = /* @__PURE__ */ new Map();
  for (const placed of fields) {
    const { parameter, levelType, grid, statistic, edition } = placed.field;
    const key = [parameter.key, edition, levelType, statistic, grid.key].join("|");
    const list = groups2.get(key);
    if (list) list.push(placed);
    else groups2.set(key, [placed]);
  }
  const axes = new Axes();
  const variables = /* @__PURE__ */ new Map();
  for (const group of groups2.values()) {
    const base = group[0].field.parameter.name;
    let name = base;
    for (let k = 2; variables.has(name); k++) name = `${base}_${k}`;
    variables.set(name, variableOf(path, name, group, axes));
  }
  const infos = [
    ...[...variables.values()].map(({ info }) => info),
    ...[...axes.lines.values()].map(({ info }) => info)
  ];
  const dims = new Map(infos.flatMap(({ dims: own3, shape }) => own3.map((name, i) => [name, shape[i]])));
  let last;
  const decoded = ({ field, offset }) => {
    if (last?.of === field) return last.values;
    try {
      last = { of: field, values: field.decode() };
      return last.values;
    } catch (error) {
      if (!(error instanceof GribProblem || error instanceof RangeError)) throw error;
      throw new FormatError(path, "grib", `the message at byte ${offset}: ${error.message}`, WAY, { cause: error });
    }
  };
  return {
    path,
    format: "grib",
    dims: [...dims].map(([name, size]) => ({ name, size, unlimited: false })),
    variables: infos,
    attributes: unread.length === 0 ? {} : { fields_not_read: unread.join("; ") },
    async read(name, slab) {
      const line2 = axes.lines.get(name);
      const info = line2?.info ?? variables.get(name)?.info;
      if (info === void 0) throw new FormatError(path, "grib", `it has no variable ${name}`, "name one of its own");
      const { start, count } = slabWithin(`${path}: variable ${name}`, info.shape, slab);
      if (line2) return cut(line2.values, info.shape, start, count);
      const own3 = variables.get(name);
      const out = new Float32Array(sizeOf(count)).fill(Number.NaN);
      const lead = info.shape.length - 2;
      const cells = sizeOf(count.slice(lead));
      const planes = sizeOf(count.slice(0, lead));
      for (let p = 0; p < planes && cells > 0; p++) {
        let [rest, at2, step] = [p, 0, 1];
        for (let d = lead - 1; d >= 0; d--) {
          at2 += (start[d] + rest % count[d]) * step;
          rest = Math.floor(rest / count[d]);
          step *= info.shape[d];
        }
        const placed = own3.fields[at2];
        if (placed)
          out.set(cut(decoded(placed), info.shape.slice(lead), start.slice(lead), count.slice(lead)), p * cells);
      }
      return out;
    },
    release: () => {
      last = void 0;
    },
    close: () => {
      last = void 0;
    }
  };
}
function cut(values, shape, start, count) {
  if (shape.length === 0) return values;
  const [width, from, n] = [shape[1] ?? 1, start[1] ?? 0, count[1] ?? 1];
  const out = new values.constructor(count[0] * n);
  for (let r = 0; r < count[0]; r++)
    out.set(values.subarray((start[0] + r) * width + from, (start[0] + r) * width + from + n), r * n);
  return out;
}
function variableOf(path, name, group, axes) {
  const { parameter, grid, statistic, levelType, edition } = group[0].field;
  const all = group.map(({ field }) => field);
  const [members, times, levels] = [
    distinct(all.map((f) => f.member ?? 0)),
    distinct(all.map((f) => f.to)),
    distinct(all.map((f) => f.level))
  ];
  const level2 = LEVELS[`${edition}/${levelType}`] ?? ["level", ""];
  const fields = new Array(members.length * times.length * levels.length).fill(void 0);
  const [rank, moment2, height] = [members, times, levels].map((list) => new Map(list.map((v, i) => [v, i])));
  for (const one2 of group) {
    const { member = 0, to, level: at2 } = one2.field;
    const index = (rank.get(member) * times.length + moment2.get(to)) * levels.length + height.get(at2);
    const before = fields[index]?.field;
    if (before !== void 0) {
      const runs = before.reference !== one2.field.reference;
      const what = `two fields of ${name} are for ${new Date(to * 1e3).toISOString()}${runs ? ", of different runs" : ""}`;
      throw new FormatError(
        path,
        "grib",
        what,
        "split it first (`grib_copy`, `cdo splitsel`), one run or interval a file"
      );
    }
    fields[index] = one2;
  }
  const dims = [];
  if (members.length > 1)
    dims.push({ name: axes.add("number", members, { standard_name: "realization" }), values: members });
  const begins = times.map((to) => all.find((f) => f.to === to).from);
  const interval = times.some((to, i) => begins[i] !== to);
  if (interval && all.some((f) => f.from !== begins[moment2.get(f.to)]))
    throw new FormatError(
      path,
      "grib",
      `fields of ${name} for one time cover different intervals`,
      "split it first with `grib_copy`"
    );
  const bounds = interval ? Float64Array.from(times.flatMap((to, i) => [begins[i], to])) : void 0;
  dims.push({ name: axes.add("time", times, TIME, bounds), values: times });
  const [levelName, levelUnits] = level2;
  const said = { ...levelUnits && { units: levelUnits }, axis: "Z" };
  if (levels.length > 1) dims.push({ name: axes.add(levelName, levels, said), values: levels });
  const [y, x] = grid.turned ? ["rlat", "rlon"] : ["latitude", "longitude"];
  const place3 = grid.turned ? "grid_" : "";
  const rows = axes.add(y, grid.lat, {
    standard_name: `${place3}latitude`,
    units: grid.turned ? "degrees" : "degrees_north",
    axis: "Y"
  });
  const columns = axes.add(x, grid.lon, {
    standard_name: `${place3}longitude`,
    units: grid.turned ? "degrees" : "degrees_east",
    axis: "X"
  });
  const attributes = {
    ...parameter.title && { long_name: parameter.title },
    ...parameter.units && { units: parameter.units },
    ...statistic !== "point" && statistic !== "difference" && { cell_methods: `time: ${statistic}` },
    grid_mapping: axes.scalar("crs", { ...grid.mapping }),
    grib_parameter: parameter.key,
    grib_level: levels.length > 1 ? `${levelType}` : `${levelType}: ${levels[0]}`,
    // NSSL's radar composites say "missing" and "no coverage" by numbers.
    ...parameter.key.startsWith("2/161.209.6.") && { missing_value: [-1, -3] }
  };
  const info = {
    name,
    dtype: "float32",
    dims: [...dims.map((d) => d.name), rows, columns],
    shape: [...dims.map((d) => d.values.length), grid.rows, grid.columns],
    attributes,
    units: parameter.units,
    defaultFill: false
  };
  return { info, fields };
}

// io/storage/box.ts
var SHORT = 48;
var GAP2 = 8192;
var LONG = 65536;
var PIECE = 4 * 2 ** 20;
function stridesOf(shape) {
  const strides = new Array(shape.length).fill(1);
  for (let axis3 = shape.length - 2; axis3 >= 0; axis3--) strides[axis3] = strides[axis3 + 1] * shape[axis3 + 1];
  return strides;
}
function asWords(bytes, size) {
  const { buffer, byteOffset, length } = bytes;
  if (size === 1) return bytes;
  return size === 2 ? new Uint16Array(buffer, byteOffset, length >> 1) : new Uint32Array(buffer, byteOffset, length >> 2);
}
function copyBox(from, to, count, width) {
  if (count.includes(0)) return;
  let axes = count.length;
  let run = width;
  while (axes > 0 && (count[axes - 1] === 1 || from.strides[axes - 1] === run && to.strides[axes - 1] === run)) {
    run *= count[--axes];
  }
  const source = from.words;
  const target = to.words;
  const visit = (axis3, at2, into) => {
    if (axis3 === axes) {
      if (run < SHORT) for (let i = 0; i < run; i++) target[into + i] = source[at2 + i];
      else target.set(source.subarray(at2, at2 + run), into);
      return;
    }
    const n = count[axis3];
    const step = from.strides[axis3];
    const stride = to.strides[axis3];
    if (axis3 === axes - 1 && run < SHORT) {
      for (let i = 0, a = at2, b = into; i < n; i++, a += step, b += stride) {
        for (let k = 0; k < run; k++) target[b + k] = source[a + k];
      }
    } else {
      for (let i = 0; i < n; i++) visit(axis3 + 1, at2 + i * step, into + i * stride);
    }
  };
  visit(0, from.offset, to.offset);
}
function readBox(read, layout, start, count, into) {
  const { size, strides } = layout;
  const rank = count.length;
  const out = into ?? allocate(count.reduce((a, b) => a * b, size));
  if (out.length === 0) return out;
  const span2 = new Array(rank + 1).fill(size);
  const dense = new Array(rank + 1).fill(size);
  let near = rank;
  let solid = rank;
  for (let axis3 = rank - 1; axis3 >= 0; axis3--) {
    span2[axis3] = span2[axis3 + 1] + (count[axis3] - 1) * strides[axis3];
    dense[axis3] = dense[axis3 + 1] * count[axis3];
    const long2 = span2[axis3 + 1] === dense[axis3 + 1] && dense[axis3 + 1] >= LONG;
    const close = strides[axis3] - span2[axis3 + 1] <= GAP2 && !long2;
    if (near === axis3 + 1 && (count[axis3] === 1 || close)) near = axis3;
    if (solid === axis3 + 1 && span2[axis3] === dense[axis3]) solid = axis3;
  }
  const word = Math.min(size, 4);
  const target = asWords(out, size);
  let scratch;
  const inWords = (bytes) => bytes.map((b) => b / word);
  const pick = (axis3, position, into2, steps) => {
    const length = span2[axis3 + 1] + (steps - 1) * strides[axis3];
    scratch ??= Buffer.allocUnsafeSlow(Math.min(PIECE, span2[near]));
    read(scratch.subarray(0, length), position);
    const from = { words: asWords(scratch, size), offset: 0, strides: inWords(strides.slice(axis3)) };
    const to = { words: target, offset: into2 / word, strides: inWords(dense.slice(axis3 + 1)) };
    copyBox(from, to, [steps, ...count.slice(axis3 + 1)], size / word);
  };
  const visit = (axis3, position, into2) => {
    if (axis3 >= solid) {
      read(out.subarray(into2, into2 + dense[axis3]), position);
      return;
    }
    const step = strides[axis3];
    const fitting = axis3 < near || span2[axis3 + 1] > PIECE ? 0 : 1 + Math.floor((PIECE - span2[axis3 + 1]) / step);
    for (let i = 0; i < count[axis3]; ) {
      const at2 = position + i * step;
      const steps = Math.min(fitting, count[axis3] - i);
      if (steps > 0) pick(axis3, at2, into2 + i * dense[axis3 + 1], steps);
      else visit(axis3 + 1, at2, into2 + i * dense[axis3 + 1]);
      i += Math.max(steps, 1);
    }
  };
  visit(
    0,
    start.reduce((sum, at2, axis3) => sum + at2 * strides[axis3], layout.begin),
    0
  );
  return out;
}

// io/storage/texts.ts
function trimText(text2) {
  const end = text2.indexOf("\0");
  return (end < 0 ? text2 : text2.slice(0, end)).trimEnd();
}
function joinCharacters(bytes, shape) {
  const width = shape.at(-1) ?? 1;
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = width === 0 ? 0 : bytes.length / width;
  return Array.from({ length: count }, (_, i) => trimText(all.toString("utf8", i * width, (i + 1) * width)));
}

// io/formats/netcdf/classic/header.ts
var TYPES2 = [
  "other",
  "int8",
  "char",
  "int16",
  "int32",
  "float32",
  "float64",
  "uint8",
  "uint16",
  "uint32",
  "int64",
  "uint64"
];
var FIRST_READ = 65536;
var LONGEST2 = 2 ** 27;
var HeaderEnd = class extends Error {
  name = "HeaderEnd";
};
var Cursor = class {
  at = 4;
  version;
  #bytes;
  #view;
  constructor(bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.version = bytes[3];
  }
  /** Moves on by `length` bytes, padded to 4, and returns where they begin. */
  #take(length) {
    const from = this.at;
    if (from + length > this.#bytes.length) throw new HeaderEnd();
    this.at = from + Math.ceil(length / 4) * 4;
    return from;
  }
  u32() {
    return this.#view.getUint32(this.#take(4));
  }
  #u64() {
    return this.#view.getBigUint64(this.#take(8));
  }
  #long() {
    const value = this.#u64();
    if (value > Number.MAX_SAFE_INTEGER) throw new SyntaxError(`a count of ${value}`);
    return Number(value);
  }
  count() {
    return this.version === 5 ? this.#long() : this.u32();
  }
  offset() {
    return this.version === 1 ? this.u32() : this.#long();
  }
  /** The number of records; all bits set say that it was not known. */
  records() {
    if (this.version !== 5) {
      const count2 = this.u32();
      return count2 === 4294967295 ? void 0 : count2;
    }
    const count = this.#u64();
    if (count === 0xffffffffffffffffn) return void 0;
    this.at -= 8;
    return this.#long();
  }
  text() {
    const length = this.count();
    const from = this.#take(length);
    const bytes = this.#bytes.subarray(from, from + length);
    return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("utf8").replace(/\0+$/, "");
  }
  repeat(item) {
    const length = this.count();
    if (this.at + length * 4 > this.#bytes.length) throw new HeaderEnd();
    return Array.from({ length }, item);
  }
  list(tag, item) {
    const found = this.u32();
    if (found === tag) return this.repeat(item);
    if (found === 0 && this.count() === 0) return [];
    throw new SyntaxError(`tag ${found} where ${tag} belongs`);
  }
  type() {
    const code = this.u32();
    const known = code > 0 && code <= (this.version === 5 ? 11 : 6);
    if (!known) throw new SyntaxError(`type ${code}`);
    return TYPES2[code];
  }
  attribute() {
    const name = this.text();
    const dtype = this.type();
    return [name, dtype === "char" ? this.text() : this.#numbers(dtype), dtype];
  }
  #numbers(dtype) {
    const length = this.count();
    const size = elementSize(dtype);
    const from = this.#take(length * size);
    const values = Array.from({ length }, (_, i) => this.#number(dtype, from + i * size));
    return values.length === 1 ? values[0] : values;
  }
  #number(dtype, at2) {
    const view2 = this.#view;
    if (dtype === "int8") return view2.getInt8(at2);
    if (dtype === "uint8") return view2.getUint8(at2);
    if (dtype === "int16") return view2.getInt16(at2);
    if (dtype === "uint16") return view2.getUint16(at2);
    if (dtype === "int32") return view2.getInt32(at2);
    if (dtype === "uint32") return view2.getUint32(at2);
    if (dtype === "float32") return view2.getFloat32(at2);
    if (dtype === "float64") return view2.getFloat64(at2);
    return Number(dtype === "int64" ? view2.getBigInt64(at2) : view2.getBigUint64(at2));
  }
};
function parse(bytes) {
  const cursor = new Cursor(bytes);
  const attributes = () => typedAttributes(cursor.list(12, () => cursor.attribute()));
  const recordCount = cursor.records();
  const dimensions = cursor.list(10, () => ({ name: cursor.text(), size: cursor.count() }));
  const global = attributes();
  const variables = cursor.list(11, () => {
    const name = cursor.text();
    const dimensionIds = cursor.repeat(() => cursor.count());
    const own3 = attributes();
    const dtype = cursor.type();
    cursor.count();
    return { name, dimensionIds, attributes: own3, dtype, begin: cursor.offset() };
  });
  return { dimensions, attributes: global, variables, recordCount, length: cursor.at };
}
function readClassicHeader(path, fileSize, fetch) {
  const most = Math.min(fileSize, LONGEST2);
  for (let length = Math.min(FIRST_READ, most); ; length = Math.min(length * 8, most)) {
    try {
      return parse(fetch(length));
    } catch (cause) {
      if (!(cause instanceof HeaderEnd || cause instanceof SyntaxError)) throw cause;
      if (cause instanceof HeaderEnd && length < most) continue;
      const cut3 = fileSize > LONGEST2 ? "the header is broken (it does not end)" : "the header is cut off";
      const what = cause instanceof SyntaxError ? `the header is broken (${cause.message})` : cut3;
      throw new FormatError(path, "netcdf3", what, "fetch the file again or check it with `ncdump -h`", { cause });
    }
  }
}

// io/formats/netcdf/classic/open.ts
var FORMATS3 = {
  1: "netcdf3-classic",
  2: "netcdf3-64bit-offset",
  5: "netcdf3-64bit-data"
};
function layoutOf(header, variable, records) {
  const sizes2 = variable.dimensionIds.map((id) => header.dimensions[id].size);
  const record = sizes2.length > 0 && sizes2[0] === 0;
  const shape = record ? [records, ...sizes2.slice(1)] : sizes2;
  return { shape, record, bytes: sizeOf(record ? shape.slice(1) : shape) * elementSize(variable.dtype) };
}
var padded2 = (bytes) => Math.ceil(bytes / 4) * 4;
function recordStride(layouts) {
  const sizes2 = layouts.filter((l) => l.record).map((l) => l.bytes);
  return sizes2.length === 1 ? sizes2[0] : sizes2.reduce((sum, size) => sum + padded2(size), 0);
}
function broken(path, what) {
  return new FormatError(
    path,
    "netcdf3",
    `the header is broken (${what})`,
    "fetch the file again or check it with `ncdump -h`"
  );
}
function checkDimensions(path, header) {
  const unlimited = header.dimensions.filter((d) => d.size === 0);
  if (unlimited.length > 1) throw broken(path, `several record dimensions: ${unlimited.map((d) => d.name).join(", ")}`);
  for (const variable of header.variables) {
    variable.dimensionIds.forEach((id, position) => {
      const dimension = header.dimensions[id];
      if (dimension === void 0) throw broken(path, `variable ${variable.name} names dimension number ${id}`);
      if (dimension.size === 0 && position > 0) {
        throw broken(path, `record dimension ${dimension.name} is not first in variable ${variable.name}`);
      }
    });
  }
}
function checkPlaces(path, header, layouts) {
  const stride = recordStride(layouts);
  const places3 = header.variables.map((v, i) => ({ name: v.name, begin: v.begin, ...layouts[i] }));
  const inOrder = (list, from) => list.filter((p) => p.bytes > 0).sort((a, b) => a.begin - b.begin).reduce((end2, place3) => {
    if (place3.begin < end2) throw broken(path, `variable ${place3.name} begins at ${place3.begin}, before ${end2}`);
    return place3.begin + place3.bytes;
  }, from);
  const end = inOrder(
    places3.filter((p) => !p.record),
    header.length
  );
  const recorded = places3.filter((p) => p.record);
  const last = inOrder(recorded, end);
  const first = Math.min(...recorded.filter((p) => p.bytes > 0).map((p) => p.begin));
  if (last - first > stride) {
    throw broken(path, `one record takes ${last - first} bytes where ${stride} belong`);
  }
}
function countRecords(header, fileSize) {
  if (header.recordCount !== void 0) return header.recordCount;
  const layouts = header.variables.map((v) => layoutOf(header, v, 1));
  const stride = recordStride(layouts);
  const begins = header.variables.filter((_, i) => layouts[i].record).map((v) => v.begin);
  return stride === 0 ? 0 : Math.max(0, Math.floor((fileSize - Math.min(...begins)) / stride));
}
function describe3(file) {
  const { path, size: fileSize } = file;
  const header = readClassicHeader(path, fileSize, (length) => file.bytes(0, length));
  checkDimensions(path, header);
  const records = countRecords(header, fileSize);
  const layouts = header.variables.map((v) => layoutOf(header, v, records));
  const stride = recordStride(layouts);
  checkPlaces(path, header, layouts);
  header.variables.forEach((variable, i) => {
    const { record, bytes } = layouts[i];
    const steps = record ? records : 1;
    const end = bytes === 0 || steps === 0 ? 0 : variable.begin + (steps - 1) * stride * Number(record) + bytes;
    if (end > fileSize) throw file.truncated(end);
  });
  const variables = header.variables.map((v, i) => ({
    name: v.name,
    dtype: v.dtype,
    dims: v.dimensionIds.map((id) => header.dimensions[id].name),
    shape: layouts[i].shape,
    units: textOf(v.attributes, "units"),
    attributes: v.attributes
  }));
  const bytesOf3 = (index, slab, into) => {
    const variable = header.variables[index];
    const { shape, record } = layouts[index];
    const { start, count } = slabWithin(`${path}: variable ${variable.name}`, shape, slab);
    const size = elementSize(variable.dtype);
    const strides = shape.map((_, axis3) => sizeOf(shape.slice(axis3 + 1)) * size);
    if (record) strides[0] = stride;
    const read = (target, at2) => file.read(target, at2);
    return readBox(read, { begin: variable.begin, strides, size }, start, count, into);
  };
  const indexOf = (name, text2) => {
    const index = header.variables.findIndex((v) => v.name === name);
    const variable = header.variables[index];
    if (variable && variable.dtype === "char" === text2) return index;
    const [what, hint2] = text2 ? ["no text", "name a variable of type char"] : ["no numbers", "name a numeric variable"];
    throw new FormatError(path, "netcdf3", `variable ${name} holds ${what}`, hint2);
  };
  return {
    path,
    format: FORMATS3[file.bytes(0, 4)[3]] ?? "netcdf3-classic",
    dims: header.dimensions.map((d) => ({
      name: d.name,
      size: d.size === 0 ? records : d.size,
      unlimited: d.size === 0
    })),
    variables,
    attributes: header.attributes,
    read: async (name, slab, into) => {
      const index = indexOf(name, false);
      return toNumbers(bytesOf3(index, slab, into), variables[index].dtype, false);
    },
    readTexts: async (name) => {
      const index = indexOf(name, true);
      return joinCharacters(bytesOf3(index), variables[index].shape);
    },
    close: () => file.close()
  };
}
function openClassic(path) {
  const file = new BinaryFile(path, "netcdf3");
  try {
    return describe3(file);
  } catch (error) {
    file.close();
    throw error;
  }
}

// io/storage/chunk-cache.ts
var LEAST = 64 * 2 ** 20;
var MOST3 = 128 * 2 ** 20;
var ChunkCache = class {
  #kept = /* @__PURE__ */ new Map();
  #limit;
  #budget;
  #bytes = 0;
  /** @param limit - bytes to keep. By default 64 MiB, or as much as {@link make} room was asked for, up to 128 MiB. */
  constructor(limit) {
    this.#limit = limit;
    this.#budget = limit ?? LEAST;
  }
  /** Makes room for chunks that are asked for in turn, such as those that one step along time crosses. */
  make(room) {
    if (this.#limit === void 0 && room <= MOST3) this.#budget = Math.max(this.#budget, room);
  }
  get(key) {
    const found = this.#kept.get(key);
    if (found !== void 0) {
      this.#kept.delete(key);
      this.#kept.set(key, found);
    }
    return found;
  }
  add(key, chunk) {
    if (chunk.length > this.#budget || this.#kept.has(key)) return;
    this.#kept.set(key, chunk);
    this.#bytes += chunk.length;
    for (const [oldest, bytes] of this.#kept) {
      if (this.#bytes <= this.#budget) break;
      this.#kept.delete(oldest);
      this.#bytes -= bytes.length;
    }
  }
  clear() {
    this.#kept.clear();
    this.#bytes = 0;
  }
};

// io/storage/decode.ts
var DEFAULT_FILL = {
  int16: -32767,
  uint16: 65535,
  int32: -2147483647,
  uint32: 4294967295,
  float32: Math.fround(9969209968386869e21),
  float64: 9969209968386869e21,
  int64: Number(-9223372036854775806n),
  uint64: Number(18446744073709551614n)
};
function castTo(dtype) {
  if (dtype === "float32") return Math.fround;
  if (dtype === "float64") return (value) => value;
  const bits = Number(/\d+$/.exec(dtype)?.[0] ?? 8);
  const unsigned2 = dtype.startsWith("uint");
  return (value) => {
    if (!Number.isInteger(value)) return void 0;
    if (bits === 64) return unsigned2 && value < 0 ? value + 2 ** 64 : value;
    const low = unsigned2 ? 0 : -(2 ** (bits - 1));
    const high = low + 2 ** bits - 1;
    const wrapped = unsigned2 && value < 0 ? value + 2 ** bits : value;
    return wrapped >= low && wrapped <= high ? wrapped : void 0;
  };
}
function asUnsigned(raw) {
  const { buffer, byteOffset, length } = raw;
  if (raw instanceof Int8Array) return new Uint8Array(buffer, byteOffset, length);
  if (raw instanceof Int16Array) return new Uint16Array(buffer, byteOffset, length);
  if (raw instanceof Int32Array) return new Uint32Array(buffer, byteOffset, length);
  return raw;
}
function single(path, variable, name, fallback) {
  const value = variable.attributes[name];
  if (value === void 0) return fallback;
  const number = typeof value === "string" ? Number.parseFloat(value) : numbersOf(variable.attributes, name)[0];
  if (number !== void 0 && Number.isFinite(number)) return number;
  throw new FormatError(
    path,
    "cf",
    `attribute ${name} of variable ${variable.name} is ${JSON.stringify(value)}; expected one number`,
    `correct it, for example with \`ncatted -a ${name},${variable.name},o,d,1 FILE\``
  );
}
function missingValues(attributes, dtype, standard) {
  const cast = castTo(dtype);
  const listed2 = [...numbersOf(attributes, "_FillValue"), ...numbersOf(attributes, "missing_value")];
  if (attributes._FillValue === void 0 && standard !== void 0) listed2.push(standard);
  return [...new Set(listed2.map(cast).filter((v) => v !== void 0 && !Number.isNaN(v)))];
}
function validRange(attributes, dtype) {
  const cast = castTo(dtype);
  const range = numbersOf(attributes, "valid_range");
  const [low] = range.length === 2 ? range : numbersOf(attributes, "valid_min");
  const high = range.length === 2 ? range[1] : numbersOf(attributes, "valid_max")[0];
  const limit = (value, none) => value === void 0 ? none : cast(value) ?? none;
  return [limit(low, -Infinity), limit(high, Infinity)];
}
function wrapNegative(values) {
  for (let i = 0; i < values.length; i++) if (values[i] < 0) values[i] += 2 ** 64;
}
function scaleAll(values, scale, shift2) {
  for (let i = 0; i < values.length; i++) values[i] = values[i] * scale + shift2;
}
var RUN = 256;
function maskOne(values, fill2) {
  for (let i = values.indexOf(fill2); i >= 0; i = values.indexOf(fill2, i)) {
    for (const end = Math.min(values.length, i + RUN); i < end; i++) if (values[i] === fill2) values[i] = Number.NaN;
  }
}
function maskAndScale(values, fill2, scale, shift2) {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    values[i] = value === fill2 ? Number.NaN : value * scale + shift2;
  }
}
function maskAll(values, missing, low, high) {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(value >= low && value <= high) || missing.includes(value)) values[i] = Number.NaN;
  }
}
function decoderOf(path, variable) {
  const { attributes } = variable;
  const unsigned2 = /^true$/i.test(String(attributes._Unsigned ?? "")) && variable.dtype.startsWith("int");
  const dtype = unsigned2 ? `u${variable.dtype}` : variable.dtype;
  const scale = single(path, variable, "scale_factor", 1);
  const shift2 = single(path, variable, "add_offset", 0);
  const standard = variable.defaultFill ?? true ? DEFAULT_FILL[variable.dtype] : void 0;
  const missing = missingValues(attributes, dtype, standard);
  const [low, high] = validRange(attributes, dtype);
  const packed = scale !== 1 || shift2 !== 0;
  const wide = dtype.endsWith("64") || dtype.endsWith("32") && dtype !== "float32";
  const [fill2] = missing;
  const simple = missing.length <= 1 && low === -Infinity && high === Infinity;
  return {
    target: wide ? "float64" : "float32",
    decode: (stored, out, offset) => {
      const values = out.subarray(offset, offset + stored.length);
      const there = stored.buffer === values.buffer && stored.byteOffset === values.byteOffset;
      if (!there) values.set(unsigned2 ? asUnsigned(stored) : stored);
      if (unsigned2 && dtype === "uint64") wrapNegative(values);
      if (!simple) maskAll(values, missing, low, high);
      if (simple && fill2 !== void 0) {
        if (packed) maskAndScale(values, fill2, scale, shift2);
        else maskOne(values, fill2);
      } else if (packed) scaleAll(values, scale, shift2);
    }
  };
}

// io/formats/netcdf/hdf5/radar-projection.ts
var RADIANS = Math.PI / 180;
var ELLIPSOIDS = {
  WGS84: [6378137, 6378137 * (1 - 1 / 298.257223563)],
  GRS80: [6378137, 6378137 * (1 - 1 / 298.257222101)],
  sphere: [6370997, 6370997]
};
function knownProjection(text2) {
  const given = /* @__PURE__ */ new Map();
  for (const [, key, value] of text2.matchAll(/\+([a-z_0-9]+)(?:=(\S+))?/gi)) given.set(key, value ?? "");
  const get = (key, fallback) => given.has(key) ? Number(given.get(key)) : fallback;
  const named3 = ELLIPSOIDS[given.get("ellps") ?? given.get("datum") ?? "WGS84"];
  const radius = get("R", Number.NaN);
  const [stated, other] = given.has("R") ? [radius, radius] : [get("a", named3?.[0] ?? Number.NaN), get("b", named3?.[1] ?? Number.NaN)];
  const unit = stated < 1e5 ? 1e3 : 1;
  const [major, minor] = [stated * unit, other * unit];
  const [lat0, lon0] = [get("lat_0", 0), get("lon_0", 0)];
  const [x0, y0] = [get("x_0", 0) * unit, get("y_0", 0) * unit];
  const metres = (given.get("units") ?? "m") === "m";
  if (!metres || ![major, minor, lat0, lon0, x0, y0].every(Number.isFinite)) return void 0;
  const e = Math.sqrt(1 - (minor / major) ** 2);
  const common = { false_easting: x0, false_northing: y0, semi_major_axis: major, semi_minor_axis: minor };
  if (given.get("proj") === "laea") {
    const plane = equalArea(major, e, lat0 * RADIANS);
    return {
      forward: (lon, lat) => {
        const [x, y] = plane((lon - lon0) * RADIANS, lat * RADIANS);
        return [x + x0, y + y0];
      },
      mapping: {
        grid_mapping_name: "lambert_azimuthal_equal_area",
        latitude_of_projection_origin: lat0,
        longitude_of_projection_origin: lon0,
        ...common
      }
    };
  }
  const truth = get("lat_ts", 90);
  if (given.get("proj") !== "stere" || lat0 !== 90 || get("k", 1) !== 1 || get("k_0", 1) !== 1) return void 0;
  const scale = polarScale(major, e, truth * RADIANS);
  return {
    forward: (lon, lat) => {
      const rho = scale * polarT(e, lat * RADIANS);
      const turn = (lon - lon0) * RADIANS;
      return [x0 + rho * Math.sin(turn), y0 - rho * Math.cos(turn)];
    },
    mapping: {
      grid_mapping_name: "polar_stereographic",
      latitude_of_projection_origin: 90,
      straight_vertical_longitude_from_pole: lon0,
      standard_parallel: truth,
      ...common
    }
  };
}
function polarT(e, latitude) {
  const s = e * Math.sin(latitude);
  return Math.tan(Math.PI / 4 - latitude / 2) / ((1 - s) / (1 + s)) ** (e / 2);
}
function polarScale(major, e, truth) {
  if (Math.abs(truth - Math.PI / 2) < 1e-12) return 2 * major / Math.sqrt((1 + e) ** (1 + e) * (1 - e) ** (1 - e));
  const m = Math.cos(truth) / Math.sqrt(1 - (e * Math.sin(truth)) ** 2);
  return major * m / polarT(e, truth);
}
function equalArea(major, e, origin) {
  const q = (latitude) => {
    const s = Math.sin(latitude);
    if (e === 0) return 2 * s;
    return (1 - e * e) * (s / (1 - (e * s) ** 2) - Math.log((1 - e * s) / (1 + e * s)) / (2 * e));
  };
  const pole = q(Math.PI / 2);
  const beta = (latitude) => Math.asin(Math.max(-1, Math.min(1, q(latitude) / pole)));
  const b1 = beta(origin);
  const rq = major * Math.sqrt(pole / 2);
  const d = major * Math.cos(origin) / (Math.sqrt(1 - (e * Math.sin(origin)) ** 2) * rq * Math.cos(b1));
  return (turn, latitude) => {
    const b = beta(latitude);
    const cos = Math.cos(b) * Math.cos(turn);
    const B = rq * Math.sqrt(2 / (1 + Math.sin(b1) * Math.sin(b) + Math.cos(b1) * cos));
    return [B * d * Math.cos(b) * Math.sin(turn), B / d * (Math.cos(b1) * Math.sin(b) - Math.sin(b1) * cos)];
  };
}

// io/formats/netcdf/hdf5/radar-sets.ts
var GRID = ["projdef", "xscale", "yscale", "LL_lon", "LL_lat", "UR_lon", "UR_lat"];
var gridOf3 = (where) => GRID.map((key) => textOf(where, key) ?? numbersOf(where, key)[0]).join();
var moment = (seconds) => Number.isNaN(seconds) ? "unknown" : new Date(seconds * 1e3).toISOString().replace(".000", "");
var span = ({ times: [begin3, end] }) => begin3 === end ? moment(end) : `${moment(begin3)} to ${moment(end)}`;
function inherited(groups2, stored, name) {
  const path = stored.split("/").slice(0, -1);
  const places3 = [[], ...path.map((_, i) => path.slice(0, i + 1))];
  return Object.assign({}, ...places3.map((place3) => groups2.get([...place3, name].join("/")) ?? {}));
}
function apart(image, first) {
  const is = (own3, its) => `${own3} (${first.stored}, which is read, is ${its}); split it off to read it`;
  if (String(image.shape) !== String(first.shape)) {
    return is(`image of another shape, ${image.shape.join(" by ")}`, first.shape.join(" by "));
  }
  if (gridOf3(image.where) !== gridOf3(first.where)) {
    return is(`image on another grid, ${gridOf3(image.where)}`, `on ${gridOf3(first.where)}`);
  }
  if (String(image.times) !== String(first.times)) return is(`image of another time, ${span(image)}`, span(first));
  return void 0;
}

// io/formats/netcdf/hdf5/radar.ts
var hint = "look at it with `h5dump -A`, or convert it with `gdal_translate`";
var one = (attributes, name) => numbersOf(attributes ?? {}, name)[0];
var text = (attributes, name) => textOf(attributes ?? {}, name);
var centres = (first, step, n) => Float64Array.from({ length: n }, (_, i) => first + (i + 0.5) * step);
function odimTime(date = "", time = "") {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(date + time);
  return match ? Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}Z`) / 1e3 : Number.NaN;
}
var MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
function knmiTime(stamp = "") {
  const match = /^(\d\d)-([A-Z]{3})-(\d{4});(\d\d):(\d\d):(\d\d)/.exec(stamp);
  if (!match) return Number.NaN;
  const [, day, month, year, ...clock] = match;
  const [h, m, s] = clock.map(Number);
  return Date.UTC(Number(year), MONTHS.indexOf(month), Number(day), h, m, s) / 1e3;
}
var UNITS3 = {
  RATE: "mm/h",
  ACRR: "mm",
  DBZH: "dBZ",
  DBZV: "dBZ",
  TH: "dBZ",
  TV: "dBZ"
};
function odimImages(path, groups2, stored) {
  const names = /* @__PURE__ */ new Set();
  return stored.flatMap(({ name: place3, shape }) => {
    const match = /^(dataset\d+)\/data\d+\/data$/.exec(place3);
    if (!match || shape.length !== 2) return [];
    const own3 = { ...groups2.get(`${match[1]}/what`), ...groups2.get(place3.replace(/data$/, "what")) };
    const [gain, offset, nodata, undetect] = ["gain", "offset", "nodata", "undetect"].map((key) => one(own3, key));
    const quantity = text(own3, "quantity") ?? "";
    if (gain === void 0 || offset === void 0) {
      throw new FormatError(path, "odim", `${place3} has no gain and offset in its \`what\``, hint);
    }
    let name = quantity || place3.replaceAll("/", "_");
    for (let i = 2; names.has(name); i++) name = `${quantity}_${i}`;
    names.add(name);
    const rain = quantity === "RATE" ? "rate" : quantity === "ACRR" ? "sum" : void 0;
    const end = odimTime(text(own3, "enddate"), text(own3, "endtime"));
    const begin3 = odimTime(text(own3, "startdate"), text(own3, "starttime"));
    const nominal = odimTime(text(groups2.get("what"), "date"), text(groups2.get("what"), "time"));
    const till = Number.isNaN(end) ? nominal : end;
    const below = undetect === void 0 ? void 0 : [undetect, rain ? 0 : Number.NaN];
    return [
      {
        name,
        stored: place3,
        gain,
        offset,
        missing: nodata === void 0 ? [] : [nodata],
        undetect: below,
        units: UNITS3[quantity],
        rain,
        times: [Number.isNaN(begin3) ? till : begin3, till]
      }
    ];
  });
}
function odimGrid(path, where, shape) {
  const projection = knownProjection(text(where, "projdef") ?? "");
  const [dx, dy, lon, lat, east, north] = ["xscale", "yscale", "LL_lon", "LL_lat", "UR_lon", "UR_lat"].map(
    (key) => one(where, key)
  );
  if (!projection || !dx || !dy || lon === void 0 || lat === void 0 || east === void 0 || north === void 0)
    return void 0;
  const [rows, columns] = shape;
  const [left, bottom] = projection.forward(lon, lat);
  const [right, top] = projection.forward(east, north);
  if (!(Math.abs(right - left - columns * dx) < dx && Math.abs(top - bottom - rows * dy) < dy)) {
    const span2 = `${right - left} by ${top - bottom}`;
    throw new FormatError(
      path,
      "odim",
      `its corners are ${span2} apart; expected ${columns * dx} by ${rows * dy}`,
      hint
    );
  }
  return { x: centres(left, dx, columns), y: centres(top, -dy, rows), mapping: projection.mapping };
}
function knmiImages(path, groups2, stored) {
  const overview = groups2.get("overview");
  const times = [
    knmiTime(text(overview, "product_datetime_start")),
    knmiTime(text(overview, "product_datetime_end"))
  ];
  return stored.flatMap(({ name: place3, shape }) => {
    const match = /^(image\d+)\/image_data$/.exec(place3);
    if (!match || shape.length !== 2) return [];
    const calibration = groups2.get(`${match[1]}/calibration`);
    const formula = text(calibration, "calibration_formulas") ?? "";
    const numbers = /^\s*GEO\s*=\s*([-+.\deE]+)\s*\*\s*PV\s*\+?\s*([-+.\deE]+)\s*$/i.exec(formula);
    if (!numbers)
      throw new FormatError(path, "knmi", `the formula of ${match[1]} is "${formula}"; expected GEO=a*PV+b`, hint);
    const what = text(groups2.get(match[1]), "image_geo_parameter") ?? "";
    const missing = ["calibration_missing_data", "calibration_out_of_image"].flatMap(
      (key) => one(calibration, key) ?? []
    );
    const units = /\[([^\]]+)\]/.exec(what)?.[1]?.toLowerCase().replace("dbz", "dBZ");
    const rain = /^ACCUMULATED_PRECIPITATION/.test(what) ? "sum" : void 0;
    const [gain, offset] = [Number(numbers[1]), Number(numbers[2])];
    return [{ name: match[1], stored: place3, gain, offset, missing, undetect: void 0, units, rain, times }];
  });
}
function knmiGrid(groups2, shape) {
  const place3 = groups2.get("geographic");
  const projection = knownProjection(text(groups2.get("geographic/map_projection"), "projection_proj4_params") ?? "");
  const [dx, dy, column, row] = ["geo_pixel_size_x", "geo_pixel_size_y", "geo_column_offset", "geo_row_offset"].map(
    (key) => one(place3, key)
  );
  if (!projection || !dx || !dy || column === void 0 || row === void 0 || text(place3, "geo_pixel_def") !== "LU")
    return void 0;
  const [rows, columns] = shape;
  return {
    x: centres(column * dx * 1e3, dx * 1e3, columns),
    y: centres(row * dy * 1e3, dy * 1e3, rows),
    mapping: projection.mapping
  };
}
function radarView(source, groups2) {
  const odim = /^ODIM_H5/.test(text(groups2.get(""), "Conventions") ?? "");
  const knmi = groups2.has("overview") && groups2.has("geographic") && groups2.has("image1/calibration");
  if (!odim && !knmi) return source;
  const { path, variables } = source;
  const object = text(groups2.get("what"), "object");
  if (odim && object !== "COMP" && object !== "IMAGE" && object !== "CVOL") {
    const what = `it is ODIM HDF5 of object ${object ?? "unknown"}; expected a composite or image on a Cartesian grid`;
    throw new FormatError(path, "odim", what, "put polar scans on a grid with `wradlib` or `xradar` in Python");
  }
  const images = odim ? odimImages(path, groups2, variables) : knmiImages(path, groups2, variables);
  const [first] = images;
  if (first === void 0) return source;
  const infoOf = ({ stored }) => variables.find(({ name }) => name === stored);
  const placed = (image) => ({
    ...image,
    shape: infoOf(image).shape,
    where: odim ? inherited(groups2, image.stored, "where") : {}
  });
  const { shape, where } = placed(first);
  const grid = odim ? odimGrid(path, where, shape) : knmiGrid(groups2, shape);
  const unread = /* @__PURE__ */ new Map();
  for (const image of images) {
    const type = apart(placed(image), placed(first));
    if (type !== void 0) unread.set(image.stored, type);
  }
  const read = images.filter(({ stored }) => !unread.has(stored));
  return view(withUnread(source, unread), read, shape, grid);
}
function withUnread(source, unread) {
  if (unread.size === 0) return source;
  return {
    ...source,
    attributes: {
      ...source.attributes,
      fields_not_read: [...unread].map(([name, type]) => `${name}: ${type}`).join("; ")
    },
    variables: source.variables.map((info) => {
      const type = unread.get(info.name);
      return type === void 0 ? info : { ...info, dtype: "other", type };
    }),
    read: async (name, slab, into) => {
      const type = unread.get(name);
      if (type === void 0) return source.read(name, slab, into);
      throw new FormatError(source.path, source.format, `variable ${name} is an ${type}`, hint);
    }
  };
}
function view(source, images, shape, grid) {
  const { path } = source;
  const [begin3, end] = images[0].times;
  const numbers = /* @__PURE__ */ new Map();
  const made = [];
  const add = (name, dims2, values, attributes) => {
    numbers.set(name, values);
    const sizes3 = dims2.map((dim) => dim === "nv" ? 2 : values.length);
    made.push({
      name,
      dtype: "float64",
      dims: dims2,
      shape: name === "time_bnds" ? [1, 2] : sizes3,
      units: textOf(attributes, "units"),
      attributes
    });
  };
  const dated = !Number.isNaN(end);
  if (dated) {
    const bounds = begin3 < end;
    const units = "seconds since 1970-01-01 00:00:00";
    const time = {
      standard_name: "time",
      units,
      calendar: "standard",
      axis: "T",
      ...bounds && { bounds: "time_bnds" }
    };
    add("time", ["time"], Float64Array.of(end), time);
    if (bounds) add("time_bnds", ["time", "nv"], Float64Array.of(begin3, end), {});
  }
  if (grid !== void 0) {
    for (const axis3 of ["y", "x"]) {
      const attributes = { standard_name: `projection_${axis3}_coordinate`, units: "m", axis: axis3.toUpperCase() };
      add(axis3, [axis3], grid[axis3], attributes);
    }
    add("crs", [], Float64Array.of(0), grid.mapping);
  }
  const lead = dated ? 1 : 0;
  const byName = new Map(images.map((image) => [image.name, image]));
  const shown2 = images.map((image) => {
    const { name, units, rain, times } = image;
    const standard = { rate: "lwe_precipitation_rate", sum: "lwe_thickness_of_precipitation_amount" };
    const attributes = {
      ...rain && { standard_name: standard[rain] },
      ...units && { units },
      ...rain && dated && {
        cell_methods: rain === "sum" || times[0] < times[1] ? `time: ${rain === "sum" ? "sum" : "mean"}` : "time: point"
      },
      ...grid && { grid_mapping: "crs" }
    };
    const dims2 = [...dated ? ["time"] : [], "y", "x"];
    return {
      name,
      dtype: "float64",
      dims: dims2,
      shape: [...dated ? [1] : [], ...shape],
      units,
      attributes,
      defaultFill: false
    };
  });
  const hidden = new Set(images.map(({ stored }) => stored));
  const rest = source.variables.filter(({ name }) => !hidden.has(name));
  const variables = [...made, ...shown2, ...rest];
  const names = ["time", "nv", "y", "x"];
  const sizes2 = [1, 2, ...shape];
  const used = new Set(variables.flatMap(({ dims: dims2 }) => dims2));
  const dims = names.flatMap((name, i) => used.has(name) ? [{ name, size: sizes2[i], unlimited: false }] : []);
  return {
    ...source,
    dims: [...dims, ...source.dims.filter(({ name }) => !names.includes(name))],
    variables,
    read: async (name, slab, into) => {
      const info = variables.find((v) => v.name === name);
      const known = numbers.get(name);
      const image = byName.get(name);
      if (info === void 0 || known === void 0 && image === void 0) return source.read(name, slab, into);
      const { start, count } = slabWithin(`${path}: variable ${name}`, info.shape, slab);
      if (known !== void 0) {
        const from = start[0] ?? 0;
        if (info.shape.length < 2) return known.slice(from, from + sizeOf(count));
        return known.slice(0, 2 * count[0]).filter((_, k) => k >= start[1] && k < start[1] + count[1]);
      }
      if (sizeOf(count) === 0) return new Float64Array(0);
      const raw = await source.read(image.stored, { start: start.slice(lead), count: count.slice(lead) });
      return decode2(raw, image);
    }
  };
}
function decode2(raw, { gain, offset, missing, undetect }) {
  const out = new Float64Array(raw.length);
  for (let i = 0; i < out.length; i++) {
    const v = raw[i];
    if (missing.includes(v)) out[i] = Number.NaN;
    else out[i] = undetect !== void 0 && v === undetect[0] ? undetect[1] : offset + gain * v;
  }
  return out;
}

// io/formats/netcdf/hdf5/types.ts
function numberName({ type, size, signed }) {
  return `${type === TYPE_CLASS.float ? "float" : signed ? "int" : "uint"}${size * 8}`;
}
function dataTypeOf(metadata2) {
  const { type, size, vlen } = metadata2;
  if (type === TYPE_CLASS.string) return vlen || size > 1 ? "string" : "char";
  if (type !== TYPE_CLASS.integer && type !== TYPE_CLASS.float) return "other";
  const name = numberName(metadata2);
  return isNumberType(name) ? name : "other";
}
function typeInWords(metadata2) {
  const { type, size, compound_type, enum_type, vlen_type, array_type } = metadata2;
  if (type === TYPE_CLASS.string) return "text";
  if (type === TYPE_CLASS.integer || type === TYPE_CLASS.float) return numberName(metadata2);
  if (type === TYPE_CLASS.compound) {
    const members = compound_type?.members.map((m) => `${m.name}: ${typeInWords(m)}`).join(", ");
    return `compound (${members})`;
  }
  if (type === TYPE_CLASS.enumeration) {
    const all = Object.entries(enum_type?.members ?? {}).map(([name, value]) => `${name} = ${value}`);
    const shown2 = all.length > 6 ? [...all.slice(0, 5), "\u2026"] : all;
    return `enum of ${numberName({ ...metadata2, type: TYPE_CLASS.integer })} (${shown2.join(", ")})`;
  }
  if (type === TYPE_CLASS.vlen) return `vlen of ${vlen_type ? typeInWords(vlen_type) : "values"}`;
  if (type === TYPE_CLASS.array) return `array of ${array_type ? typeInWords(array_type) : "values"}`;
  if (type === TYPE_CLASS.opaque) return `opaque of ${size} bytes`;
  return type === TYPE_CLASS.reference ? "reference" : `HDF5 class ${type}`;
}
function wayOut({ type }) {
  const rewrite = "with h5py or netCDF4-python";
  if (type === TYPE_CLASS.enumeration) return `write its numbers as an integer variable ${rewrite}`;
  if (type === TYPE_CLASS.compound) return `write its members as variables of their own ${rewrite}`;
  if (type === TYPE_CLASS.vlen) return `write it as an array of fixed length, filled up, ${rewrite}`;
  if (type === TYPE_CLASS.float || type === TYPE_CLASS.integer) return `write it as float32 or int32 ${rewrite}`;
  return `look at it with \`h5dump -d\`, and write what is needed as numbers ${rewrite}`;
}
function refusal(path, name, metadata2, expected) {
  if (metadata2 === void 0) {
    return new FormatError(path, "hdf5", `variable ${name} is not in it`, "see `monge info` for what it holds");
  }
  const plain3 = dataTypeOf(metadata2) !== "other";
  const hint2 = plain3 ? "name another variable" : wayOut(metadata2);
  return new FormatError(
    path,
    "hdf5",
    `variable ${name} is of type ${typeInWords(metadata2)}; expected ${expected}`,
    hint2
  );
}

// io/storage/chunked.ts
var AT_ONCE3 = 6;
var BYTES_AT_ONCE = 32 * 2 ** 20;
async function readChunks(array, cache, start, count, into) {
  const { shape, chunks, size } = array;
  const out = into ?? allocate(count.reduce((a, b) => a * b, size));
  if (out.length === 0) return out;
  const width = size === 8 ? 2 : 1;
  const grid = shape.map((n, axis3) => Math.ceil(n / chunks[axis3]));
  const chunkBytes = chunks.reduce((a, b) => a * b, size);
  const inWords = (strides) => strides.map((s) => s * width);
  const [outStrides, chunkStrides, gridStrides] = [
    inWords(stridesOf(count)),
    inWords(stridesOf(chunks)),
    stridesOf(grid)
  ];
  const target = asWords(out, size);
  const lowest = start.map((s, axis3) => Math.floor(s / chunks[axis3]));
  const highest = start.map((s, axis3) => Math.floor((s + count[axis3] - 1) / chunks[axis3]));
  const crossed = lowest.reduce((n, low, axis3) => n * (highest[axis3] - low + 1), chunkBytes);
  if (count.some((n, axis3) => n < Math.min(chunks[axis3], shape[axis3]))) cache.make(crossed);
  const place3 = async (position) => {
    const origin = position.map((p, axis3) => p * chunks[axis3]);
    const from = origin.map((o, axis3) => Math.max(0, start[axis3] - o));
    const had = origin.map((o, axis3) => Math.min(chunks[axis3], start[axis3] + count[axis3] - o) - from[axis3]);
    const into2 = origin.reduce((sum, o, axis3) => sum + (o + from[axis3] - start[axis3]) * outStrides[axis3], 0);
    const number = position.reduce((sum, p, axis3) => sum + p * gridStrides[axis3], 0);
    const key = `${array.key}:${number}`;
    const whole2 = had.every((n, axis3) => n === Math.min(chunks[axis3], shape[axis3] - origin[axis3]));
    const dense = had.every((n, axis3) => n === chunks[axis3] && (axis3 === 0 || n === count[axis3]));
    const at2 = into2 * size / width;
    const wanted = dense ? out.subarray(at2, at2 + chunkBytes) : void 0;
    const known = cache.get(key);
    const bytes = known ?? await array.fetch(position, number, wanted);
    if (known === void 0 && bytes !== void 0 && !whole2) cache.add(key, bytes);
    if (bytes !== void 0 && bytes === wanted) return;
    const to = { words: target, offset: into2, strides: outStrides };
    if (bytes === void 0) {
      const one2 = asWords(new Uint8Array(array.fill), size);
      copyBox({ words: one2, offset: 0, strides: chunks.map(() => 0) }, to, had, width);
      return;
    }
    const offset = from.reduce((sum, f, axis3) => sum + f * chunkStrides[axis3], 0);
    copyBox({ words: asWords(bytes, size), offset, strides: chunkStrides }, to, had, width);
  };
  const limit = Math.max(1, Math.min(AT_ONCE3, Math.floor(BYTES_AT_ONCE / chunkBytes)));
  const next = positions(lowest, highest);
  let failure;
  const work = async () => {
    for (let one2 = next(); one2 !== void 0 && failure === void 0; one2 = next()) {
      await place3(one2).catch((error) => {
        failure ??= error;
      });
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
  if (failure !== void 0) throw failure;
  return out;
}
function positions(lowest, highest) {
  let current2 = [...lowest];
  return () => {
    if (current2 === void 0) return void 0;
    const given = [...current2];
    let axis3 = lowest.length - 1;
    for (; axis3 >= 0; axis3--) {
      if (++current2[axis3] <= highest[axis3]) break;
      current2[axis3] = lowest[axis3];
    }
    if (axis3 < 0) current2 = void 0;
    return given;
  };
}

// io/formats/netcdf/hdf5/filters.ts
import { inflate as inflate2, inflateSync as inflateSync2 } from "node:zlib";
var DEFLATE = 1;
var SHUFFLE = 2;
var FLETCHER32 = 3;
var BLOSC = 32001;
var SNAPPY = 3;
var SMALL2 = 16384;
function canUndo(filters) {
  return filters.every(({ id, cd_values }) => {
    return id === DEFLATE || id === SHUFFLE || id === FLETCHER32 || id === BLOSC && cd_values[6] !== SNAPPY;
  });
}
function unshuffle(bytes, target, size) {
  const n = Math.floor(bytes.length / size);
  const little = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  if (size === 4 && little && target.byteOffset % 4 === 0) {
    const words = new Uint32Array(target.buffer, target.byteOffset, n);
    const [b, c, d] = [n, 2 * n, 3 * n];
    for (let i = 0; i < n; i++) {
      words[i] = bytes[i] | bytes[b + i] << 8 | bytes[c + i] << 16 | bytes[d + i] << 24;
    }
  } else if (size === 2 && little && target.byteOffset % 2 === 0) {
    const words = new Uint16Array(target.buffer, target.byteOffset, n);
    for (let i = 0; i < n; i++) words[i] = bytes[i] | bytes[n + i] << 8;
  } else if (size === 8 && little && target.byteOffset % 4 === 0) {
    const words = new Uint32Array(target.buffer, target.byteOffset, 2 * n);
    for (let half = 0; half < 2; half++) {
      const [a, b, c, d] = [4 * half * n, (4 * half + 1) * n, (4 * half + 2) * n, (4 * half + 3) * n];
      for (let i = 0; i < n; i++) {
        words[2 * i + half] = bytes[a + i] | bytes[b + i] << 8 | bytes[c + i] << 16 | bytes[d + i] << 24;
      }
    }
  } else {
    for (let k = 0; k < size; k++) for (let i = 0; i < n; i++) target[i * size + k] = bytes[k * n + i];
  }
  target.set(bytes.subarray(n * size), n * size);
}
function fletcher32(bytes) {
  let [one2, two] = [0, 0];
  const pairs = bytes.length >> 1;
  for (let i = 0; i < pairs; ) {
    const end = Math.min(pairs, i + 360);
    for (; i < end; i++) {
      one2 += bytes[2 * i] << 8 | bytes[2 * i + 1];
      two += one2;
    }
    one2 = (one2 & 65535) + (one2 >>> 16);
    two = (two & 65535) + (two >>> 16);
  }
  if (bytes.length % 2 === 1) {
    one2 += bytes[bytes.length - 1] << 8;
    two += one2;
    one2 = (one2 & 65535) + (one2 >>> 16);
    two = (two & 65535) + (two >>> 16);
  }
  one2 = (one2 & 65535) + (one2 >>> 16);
  two = (two & 65535) + (two >>> 16);
  return (two << 16 | one2) >>> 0;
}
function unzip(bytes, most) {
  const room = Math.min(most, 1032 * bytes.length) + 64;
  const options = { chunkSize: room, maxOutputLength: Math.max(1, most) };
  if (most <= SMALL2) return Promise.resolve(inflateSync2(bytes, options));
  return new Promise((resolve8, reject) => {
    inflate2(bytes, options, (error, result) => error ? reject(error) : resolve8(result));
  });
}
async function unblosc(bytes, most) {
  if (bytes.length < 16) throw new DamagedChunk("it is shorter than a header of Blosc");
  const view2 = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [unpacked, packed] = [view2.getUint32(4, true), view2.getUint32(12, true)];
  if (packed !== bytes.length || unpacked > most) {
    throw new DamagedChunk(`its Blosc header says ${packed} bytes that unpack to ${unpacked}`);
  }
  blosc ??= import("numcodecs/blosc").then(({ default: Blosc }) => Blosc.fromConfig({ id: "blosc" }));
  try {
    return await (await blosc).decode(bytes);
  } catch (cause) {
    throw new DamagedChunk("it cannot be unpacked by Blosc", { cause });
  }
}
var blosc;
var DamagedChunk = class extends Error {
  name = "DamagedChunk";
};
async function undoFilters(bytes, filters, mask, length, target) {
  let result = bytes;
  let placed = false;
  const sums = filters.filter(({ id }) => id === FLETCHER32).length;
  for (let i = filters.length - 1; i >= 0; i--) {
    if (mask >>> i & 1) continue;
    const { id, cd_values } = filters[i];
    if (id === FLETCHER32) {
      const data = result.subarray(0, Math.max(0, result.length - 4));
      const end = result.length - 4;
      const found = end < 0 ? void 0 : new DataView(result.buffer, result.byteOffset).getUint32(end, true);
      const sum = fletcher32(data);
      const swapped = ((sum & 16711935) << 8 | sum >>> 8 & 16711935) >>> 0;
      if (found !== sum && found !== swapped) throw new DamagedChunk("its checksum is wrong");
      result = data;
    } else if (id === DEFLATE) {
      try {
        result = await unzip(result, length + 4 * sums);
      } catch (cause) {
        throw new DamagedChunk("it cannot be inflated", { cause });
      }
    } else if (id === BLOSC) {
      result = await unblosc(result, length + 4 * sums);
    } else if (id === SHUFFLE && (cd_values[0] ?? 1) > 1) {
      if (result.length > length + 4 * sums) throw new DamagedChunk(`it holds more than ${length} bytes`);
      placed = i === 0 && target !== void 0 && result.length === length;
      const into = placed ? target : Buffer.allocUnsafeSlow(result.length);
      unshuffle(result, into, cd_values[0]);
      result = into;
    }
  }
  if (result.length !== length) throw new DamagedChunk(`it holds ${result.length} bytes instead of ${length}`);
  if (target !== void 0 && !placed) target.set(result);
  return target ?? result;
}

// io/formats/netcdf/hdf5/layout.ts
var CONTINUATION = 16;
var EXTERNAL = 7;
var FILL = 5;
var LAYOUT = 8;
var LONGEST3 = 2 ** 24;
var MOST_CHUNKS = 2 ** 23;
var Unknown = class extends Error {
  name = "Unknown";
};
var SIGNATURE = Buffer.from("\x89HDF\r\n\n", "latin1");
function addressing(file) {
  for (let base = 0; base + 48 <= file.size; base = base === 0 ? 512 : base * 2) {
    const head = file.bytes(base, 16);
    if (!head.subarray(0, 8).equals(SIGNATURE)) continue;
    const at2 = head[8] >= 2 ? 9 : 13;
    return { base, offsetBytes: head[at2], lengthBytes: head[at2 + 1] };
  }
  throw new Unknown();
}
function unsigned(bytes, at2, length) {
  if (length === 4) {
    const value2 = bytes.readUInt32LE(at2);
    return value2 === 4294967295 ? void 0 : value2;
  }
  if (length !== 8) throw new Unknown();
  const value = bytes.readBigUInt64LE(at2);
  if (value === 0xffffffffffffffffn) return void 0;
  if (value > Number.MAX_SAFE_INTEGER) throw new Unknown();
  return Number(value);
}
function readMessages(file, where, address) {
  const messages = [];
  const first = where.base + address;
  const prefix = file.bytes(first, 16);
  const modern = prefix.toString("latin1", 0, 4) === "OHDR";
  const flags = modern ? prefix[5] : 0;
  let begin3;
  let length;
  if (modern) {
    if (prefix[4] !== 2) throw new Unknown();
    begin3 = 6 + (flags & 32 ? 16 : 0) + (flags & 16 ? 4 : 0);
    const width = 1 << (flags & 3);
    const size = file.bytes(first + begin3, 8);
    length = width === 8 ? Number(size.readBigUInt64LE(0)) : size.readUIntLE(0, width);
    begin3 += first + width;
  } else {
    if (prefix[0] !== 1) throw new Unknown();
    length = prefix.readUInt32LE(8);
    begin3 = first + 16;
  }
  const blocks = [[begin3, length]];
  const headBytes = modern ? flags & 4 ? 6 : 4 : 8;
  for (let total = 0; blocks.length > 0; ) {
    const [from, size] = blocks.shift();
    total += size;
    if (total > LONGEST3) throw new Unknown();
    const bytes = file.bytes(from, size);
    for (let at2 = 0; at2 + headBytes <= size; ) {
      const type = modern ? bytes[at2] : bytes.readUInt16LE(at2);
      const bodyBytes = bytes.readUInt16LE(at2 + (modern ? 1 : 2));
      const shared = bytes[at2 + (modern ? 3 : 4)] & 2;
      const body = bytes.subarray(at2 + headBytes, at2 + headBytes + bodyBytes);
      at2 += headBytes + bodyBytes;
      if (body.length < bodyBytes) throw new Unknown();
      if (type === CONTINUATION) {
        const next = unsigned(body, 0, where.offsetBytes) + where.base;
        const more = unsigned(body, where.offsetBytes, where.lengthBytes);
        blocks.push(modern ? [next + 4, more - 8] : [next, more]);
      } else if (shared === 0) messages.push({ type, body });
      else if (type === LAYOUT || type === FILL) throw new Unknown();
    }
  }
  return messages;
}
function parseLayout(body, where) {
  const [version, kind] = body;
  if (kind === 1 && (version === 3 || version === 4)) {
    const begin3 = unsigned(body, 2, where.offsetBytes);
    const bytes = unsigned(body, 2 + where.offsetBytes, where.lengthBytes);
    return { kind: "contiguous", begin: begin3 === void 0 ? void 0 : begin3 + where.base, bytes };
  }
  if (version !== 3 || kind !== 2) return void 0;
  const rank = body[2] - 1;
  const root2 = unsigned(body, 3, where.offsetBytes);
  const sizes2 = Array.from({ length: rank + 1 }, (_, i) => body.readUInt32LE(3 + where.offsetBytes + 4 * i));
  return { kind: "chunked", chunks: sizes2.slice(0, rank), size: sizes2[rank], root: root2 };
}
function parseFill(body) {
  const version = body[0];
  const sized = version === 3 ? (body[1] & 32) !== 0 : body[3] === 1;
  const from = version === 3 ? 6 : 8;
  if (version > 3 || !sized || body.length < from) return void 0;
  const length = body.readInt32LE(from - 4);
  return length > 0 && from + length <= body.length ? body.subarray(from, from + length) : void 0;
}
function readStorage(file, address) {
  try {
    const where = addressing(file);
    const messages = readMessages(file, where, address);
    const layout = messages.find((m) => m.type === LAYOUT);
    const fill2 = messages.find((m) => m.type === FILL);
    const outside3 = messages.some((m) => m.type === EXTERNAL);
    if (layout === void 0 || outside3) return void 0;
    return { layout: parseLayout(layout.body, where), fill: fill2 && parseFill(fill2.body) };
  } catch (error) {
    if (error instanceof Unknown || error instanceof RangeError) return void 0;
    throw error;
  }
}
function readChunkIndex(file, layout, shape) {
  const { chunks } = layout;
  const rank = shape.length;
  const grid = shape.map((n, axis3) => Math.ceil(n / chunks[axis3]));
  const count = grid.reduce((a, b) => a * b, 1);
  if (count > MOST_CHUNKS) return void 0;
  const index = {
    positions: new Float64Array(count),
    sizes: new Uint32Array(count),
    masks: new Uint32Array(count)
  };
  if (layout.root === void 0) return index;
  try {
    const where = addressing(file);
    const keyBytes = 8 + 8 * (rank + 1);
    let nodes = 2 * count + 64;
    const walk2 = (address, level2) => {
      if (nodes-- === 0) throw new Unknown();
      const head = file.bytes(where.base + address, 8);
      const entries = head.readUInt16LE(6);
      const own3 = head[5];
      const fits = head.toString("latin1", 0, 4) === "TREE" && head[4] === 1 && (level2 === void 0 || own3 === level2);
      if (!fits) throw new Unknown();
      const body = file.bytes(
        where.base + address + 8 + 2 * where.offsetBytes,
        entries * (keyBytes + where.offsetBytes)
      );
      for (let i = 0; i < entries; i++) {
        const at2 = i * (keyBytes + where.offsetBytes);
        const child = unsigned(body, at2 + keyBytes, where.offsetBytes);
        if (child === void 0) throw new Unknown();
        if (own3 > 0) {
          walk2(child, own3 - 1);
          continue;
        }
        let number = 0;
        for (let axis3 = 0; axis3 < rank; axis3++) {
          const position = unsigned(body, at2 + 8 + 8 * axis3, 8) / chunks[axis3];
          if (!Number.isInteger(position)) throw new Unknown();
          if (position >= grid[axis3]) number = Number.NaN;
          number = number * grid[axis3] + position;
        }
        if (Number.isNaN(number)) continue;
        index.positions[number] = where.base + child;
        index.sizes[number] = body.readUInt32LE(at2);
        index.masks[number] = body.readUInt32LE(at2 + 4);
      }
    };
    walk2(layout.root, void 0);
    return index;
  } catch (error) {
    if (error instanceof Unknown || error instanceof RangeError) return void 0;
    throw error;
  }
}

// io/formats/netcdf/hdf5/plugins.ts
var NAMES2 = {
  1: "deflate",
  2: "shuffle",
  3: "Fletcher-32",
  4: "szip",
  5: "n-bit",
  6: "scale-offset",
  307: "bzip2",
  32e3: "LZF",
  32001: "Blosc",
  32004: "LZ4",
  32008: "bitshuffle",
  32013: "ZFP",
  32014: "FPZIP",
  32015: "Zstandard",
  32017: "SZ",
  32018: "FCIDECOMP",
  32019: "JPEG",
  32022: "BitGroom",
  32023: "granular BitRound",
  32024: "SZ3",
  32026: "Blosc2",
  32028: "SPERR"
};
var THERE = /* @__PURE__ */ new Set([1, 2, 3, 4, 5, 6, 307, 32e3, 32001, 32004, 32008, 32013, 32015, 32019, 32022, 32023, 32026]);
var BLOSC2 = 32001;
var BLOSC_MISSING = { 3: "Snappy", 4: "zlib" };
function filterName({ id }) {
  const name = NAMES2[id] ?? "an unknown filter";
  return id < 256 ? name : `${name} (HDF5 filter ${id})`;
}
function whyNotThroughHdf5(filters) {
  const missing = filters.find(({ id }) => !THERE.has(id));
  if (missing !== void 0) return `are packed by ${filterName(missing)}, which monge cannot undo`;
  const blosc2 = filters.find(({ id }) => id === BLOSC2);
  const codec = BLOSC_MISSING[blosc2?.cd_values[6] ?? 0];
  return codec && `are packed by ${filterName(blosc2)} with ${codec}, which monge cannot undo in this layout`;
}

// io/formats/netcdf/hdf5/values.ts
var PIECE2 = 16 * 2 ** 20;
var UNPACK = "unpack it where it was written: `h5repack -f NONE IN OUT`, or `nccopy -d0 IN OUT`";
function encode3(value, dtype, size, littleEndian) {
  const view2 = new DataView(new ArrayBuffer(size));
  if (dtype === "float32") view2.setFloat32(0, value, littleEndian);
  else if (dtype === "float64") view2.setFloat64(0, value, littleEndian);
  else if (Number.isInteger(value)) {
    const bits = BigInt.asUintN(64, BigInt(value));
    if (size === 8) view2.setBigUint64(0, bits, littleEndian);
    else if (size === 4) view2.setUint32(0, Number(bits & 0xffffffffn), littleEndian);
    else if (size === 2) view2.setUint16(0, Number(bits & 0xffffn), littleEndian);
    else view2.setUint8(0, Number(bits & 0xffn));
  }
  return new Uint8Array(view2.buffer);
}
function notFollowed(path, what, target) {
  const why = `${what} in another file, ${target}, which is not followed`;
  const way = "allow it for a file that you trust: `allowExternal: true`";
  return new FormatError(path, "hdf5", why, way);
}
var DatasetReader = class {
  #file;
  #cache;
  #variable;
  #shape;
  #size;
  #storage;
  #index;
  constructor(file, cache, variable) {
    this.#file = file;
    this.#cache = cache;
    this.#variable = variable;
    const { dataset } = variable;
    const { shape, size, chunks } = dataset.metadata;
    this.#shape = shape ?? [];
    this.#size = size;
    const address = ownAddressOf(dataset, file.path);
    const storage = address === void 0 ? void 0 : readStorage(file, address);
    const layout = storage?.layout;
    const agreed = layout?.kind === "contiguous" ? chunks === null && (layout.begin === void 0 || layout.bytes === sizeOf(this.#shape) * size) : layout !== void 0 && String(layout.chunks) === String(chunks) && layout.size === size;
    this.#storage = agreed ? storage : void 0;
    if (agreed && layout?.kind === "chunked") this.#index = readChunkIndex(file, layout, this.#shape);
  }
  /**
   * Numbers of a box that lies inside what is stored, row-major; `into` is memory of their size that may be used.
   * @throws FormatError if the bytes are damaged, or packed by an unknown filter.
   */
  async numbers(start, count, into) {
    const { bytes, littleEndian } = await this.#read(start, count, into);
    return toNumbers(bytes, this.#variable.dtype, littleEndian);
  }
  /** Bytes of a box of single characters. */
  async characters(start, count) {
    return (await this.#read(start, count)).bytes;
  }
  async #read(start, count, into) {
    const layout = this.#storage?.layout;
    const { metadata: metadata2 } = this.#variable.dataset;
    if (sizeOf(count) === 0) return { bytes: new Uint8Array(0), littleEndian: true };
    if (layout?.kind === "contiguous" && layout.begin !== void 0) {
      const strides = stridesOf(this.#shape).map((s) => s * this.#size);
      const read = (target, at2) => this.#file.read(target, at2);
      const bytes = readBox(read, { begin: layout.begin, strides, size: this.#size }, start, count, into);
      return { bytes, littleEndian: metadata2.littleEndian };
    }
    const chunks = metadata2.chunks ?? void 0;
    if (chunks !== void 0 || layout?.kind === "contiguous") {
      const filters = this.#variable.dataset.filters;
      const native = layout?.kind === "contiguous" || this.#index !== void 0 && canUndo(filters);
      const littleEndian = native ? metadata2.littleEndian : true;
      const array = {
        key: this.#variable.name,
        shape: this.#shape,
        chunks: chunks ?? this.#shape,
        size: this.#size,
        fill: this.#fill(littleEndian),
        fetch: (position, number, target) => {
          const index = this.#index;
          const written = chunks !== void 0 && (index === void 0 || index.sizes[number] !== 0);
          if (!written) return Promise.resolve(void 0);
          return native ? this.#unpack(index, position, number, filters, target) : this.#ask(position, chunks);
        }
      };
      return { bytes: await readChunks(array, this.#cache, start, count, into), littleEndian };
    }
    return { bytes: this.#pieces(start, count), littleEndian: true };
  }
  /** An element that was never written. */
  #fill(littleEndian) {
    const { dtype, fillValue, dataset } = this.#variable;
    const stored = this.#storage?.fill;
    if (stored?.length === this.#size) {
      const bytes = Uint8Array.from(stored);
      return littleEndian === dataset.metadata.littleEndian ? bytes : bytes.reverse();
    }
    return encode3(fillValue ?? 0, dtype, this.#size, littleEndian);
  }
  async #unpack(index, position, number, filters, target) {
    const chunkBytes = sizeOf(this.#variable.dataset.metadata.chunks) * this.#size;
    const packed = this.#file.bytes(index.positions[number], index.sizes[number]);
    try {
      return await undoFilters(packed, filters, index.masks[number], chunkBytes, target);
    } catch (cause) {
      if (!(cause instanceof DamagedChunk)) throw cause;
      throw new FormatError(
        this.#file.path,
        "hdf5",
        `chunk [${position.join(", ")}] of variable ${this.#variable.name} is damaged: ${cause.message}`,
        "fetch or copy the file again",
        { cause }
      );
    }
  }
  /** A chunk through h5wasm, in full size. */
  async #ask(position, chunks) {
    const corner = position.map((p, axis3) => p * chunks[axis3]);
    const count = corner.map((c, axis3) => Math.min(chunks[axis3], this.#shape[axis3] - c));
    const bytes = this.#slice(corner, count);
    const width = this.#size === 8 ? 2 : 1;
    if (sizeOf(count) === sizeOf(chunks)) return bytes;
    const whole2 = Buffer.allocUnsafeSlow(sizeOf(chunks) * this.#size);
    const from = { words: asWords(bytes, this.#size), offset: 0, strides: stridesOf(count).map((s) => s * width) };
    const to = { words: asWords(whole2, this.#size), offset: 0, strides: stridesOf(chunks).map((s) => s * width) };
    copyBox(from, to, count, width);
    return whole2;
  }
  #slice(from, count) {
    let value;
    let cause;
    const { dataset, name } = this.#variable;
    const library = libraryOf(dataset, this.#file.path);
    const hopeless = whyNotThroughHdf5(dataset.filters);
    if (hopeless !== void 0) throw this.#refuse(`the values of variable ${name} ${hopeless}`);
    library.refused.length = 0;
    try {
      value = from.length === 0 ? dataset.value : dataset.slice(from.map((f, axis3) => [f, f + count[axis3]]));
    } catch (error) {
      cause = error;
      library.note(error);
    }
    if (library.refused.length > 0) {
      throw notFollowed(this.#file.path, `values of variable ${name} lie`, library.refused[0]);
    }
    const expected = sizeOf(count) * this.#size;
    if (typeof value === "number" || typeof value === "bigint") return this.#scalar(value);
    if (ArrayBuffer.isView(value) && value.byteLength === expected) {
      return new Uint8Array(value.buffer, value.byteOffset, expected);
    }
    const packed = dataset.filters.map(filterName).join(", ");
    const why = `the values of variable ${name} cannot be read: they are damaged`;
    throw this.#refuse(packed ? `${why} (packed by ${packed})` : why, cause);
  }
  #refuse(why, cause) {
    return new FormatError(this.#file.path, "hdf5", why, UNPACK, { cause });
  }
  #scalar(value) {
    const { dtype } = this.#variable;
    if (typeof value === "number") return encode3(value, dtype, this.#size, true);
    return new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, value)).buffer);
  }
  /** A box through h5wasm, in pieces along its first dimension. */
  #pieces(start, count) {
    const [steps = 1] = count;
    const row = sizeOf(count.slice(1)) * this.#size;
    const most = Math.max(1, Math.floor(PIECE2 / row));
    if (steps <= most) return this.#slice(start, count);
    const out = allocate(steps * row);
    for (let done = 0; done < steps; done += most) {
      const n = Math.min(most, steps - done);
      out.set(this.#slice([start[0] + done, ...start.slice(1)], [n, ...count.slice(1)]), done * row);
    }
    return out;
  }
};

// io/formats/netcdf/hdf5/walk.ts
var MOST_DEPTH = 64;
var NON_COORDINATE = "_nc4_non_coord_";
var visible = (path) => path.replace(NON_COORDINATE, "").replace(/^\//, "");
function plain2(value) {
  if (typeof value === "string") return value.replace(/\0+$/, "");
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const numbers = Array.from(value, Number);
    return numbers.length === 1 ? numbers[0] : numbers;
  }
  if (Array.isArray(value)) {
    if (value.every((v) => typeof v === "string")) return value.length === 1 ? value[0] : value;
    if (value.every((v) => ["number", "bigint", "boolean"].includes(typeof v))) {
      const numbers = value.map(Number);
      return numbers.length === 1 ? numbers[0] : numbers;
    }
  }
  return void 0;
}
function readAttributes(owner) {
  const out = [];
  for (const [name, attribute] of Object.entries(owner.attrs)) {
    const { type, shape } = attribute.metadata;
    if (name === "DIMENSION_LIST" || name === "REFERENCE_LIST") continue;
    if (type === TYPE_CLASS.vlen || type === TYPE_CLASS.reference || type === TYPE_CLASS.compound) continue;
    if (shape === null) {
      out.push([name, ""]);
      continue;
    }
    const value = plain2(attribute.value);
    if (value !== void 0) out.push([name, value, dataTypeOf(attribute.metadata)]);
  }
  return typedAttributes(out);
}
function walkHdf5(file, path) {
  const { refused } = libraryOf(file, path);
  const entries = [];
  const groups2 = /* @__PURE__ */ new Map();
  const elsewhere = /* @__PURE__ */ new Map();
  const seen = /* @__PURE__ */ new Set();
  const walk2 = (group, prefix, depth) => {
    const address = addressOf(group);
    if (seen.has(address)) return;
    seen.add(address);
    if (depth > MOST_DEPTH) {
      const what = `its groups are nested more than ${MOST_DEPTH} deep (${prefix.slice(0, 40)}\u2026)`;
      throw new FormatError(path, "hdf5", what, "move what is needed up with `h5copy`");
    }
    const attributes = readAttributes(group);
    if (Object.keys(attributes).length > 0) groups2.set(prefix.replace(/\/$/, ""), attributes);
    for (const key of group.keys()) {
      refused.length = 0;
      let item;
      try {
        item = group.get(key);
      } catch (error) {
        if (refused.length === 0) throw error;
      }
      if (refused.length > 0) elsewhere.set(visible(prefix + key), refused[0]);
      else if (isGroup(item)) walk2(item, `${prefix}${key}/`, depth + 1);
      else if (isDataset(item)) entries.push(entryOf(item, prefix + key, key));
    }
  };
  walk2(file, "", 0);
  return { entries, groups: groups2, elsewhere };
}
function entryOf(dataset, name, key) {
  const attributes = readAttributes(dataset);
  const id = attributes._Netcdf4Dimid;
  const ids = attributes._Netcdf4Coordinates;
  return {
    name,
    dataset,
    stored: dataset.shape ?? [],
    attributes,
    scale: attributes.CLASS === "DIMENSION_SCALE" ? textOf(attributes, "NAME") ?? key : void 0,
    dimensionId: typeof id === "number" ? id : void 0,
    coordinateIds: typeof ids === "number" ? [ids] : ids ?? []
  };
}
function attachedScales({ dataset, stored }, scales) {
  const list = dataset.attrs.DIMENSION_LIST?.value;
  return stored.map((_, axis3) => {
    const [first] = Array.isArray(list) && Array.isArray(list[axis3]) ? list[axis3] : [];
    const bytes = first?.ref_data;
    if (bytes === void 0 || bytes.length < 8) return void 0;
    return scales.get(Number(Buffer.from(bytes).readBigUInt64LE(0)));
  });
}

// io/formats/netcdf/hdf5/open.ts
var NO_VARIABLE2 = "This is a netCDF dimension but not a netCDF variable";
var BOOKKEEPING = /* @__PURE__ */ new Set([
  "CLASS",
  "NAME",
  "DIMENSION_LIST",
  "REFERENCE_LIST",
  "_Netcdf4Dimid",
  "_Netcdf4Coordinates",
  "_NCProperties",
  "_nc3_strict"
]);
var isNumber = (dtype) => dtype !== "char" && dtype !== "string" && dtype !== "other";
var withoutBookkeeping = (attributes) => pickAttributes(attributes, (name) => !BOOKKEEPING.has(name));
function dimensionNames(entry, byId, scales, anonymous) {
  const own3 = entry.scale !== void 0;
  const attached = own3 ? [] : attachedScales(entry, scales);
  return entry.stored.map((size, axis3) => {
    if (own3 && entry.stored.length === 1) return visible(entry.name);
    const id = entry.coordinateIds[axis3];
    const named3 = id === void 0 ? void 0 : byId.get(id);
    if (attached[axis3] !== void 0) return attached[axis3];
    if (named3 !== void 0) return named3;
    if (own3 && axis3 === 0) return visible(entry.name);
    const name = anonymous.get(size) ?? `phony_dim_${anonymous.size}`;
    anonymous.set(size, name);
    return name;
  });
}
function attempt(get) {
  try {
    return get();
  } catch {
    return void 0;
  }
}
function pad(raw, stored, shape, fill2) {
  const size = sizeOf(shape);
  const out = fill2 === void 0 ? new Float64Array(size).fill(Number.NaN) : emptyLike2(raw, size).fill(fill2);
  const from = { words: raw, offset: 0, strides: stridesOf(stored) };
  copyBox(from, { words: out, offset: 0, strides: stridesOf(shape) }, stored, 1);
  return out;
}
function emptyLike2(raw, size) {
  return new raw.constructor(size);
}
function describe4(file, bytes) {
  const { path } = bytes;
  const { entries, groups: groups2, elsewhere } = walkHdf5(file, path);
  const byId = /* @__PURE__ */ new Map();
  const scales = /* @__PURE__ */ new Map();
  for (const e of entries) {
    if (e.scale === void 0) continue;
    if (e.dimensionId !== void 0) byId.set(e.dimensionId, visible(e.name));
    scales.set(addressOf(e.dataset), visible(e.name));
  }
  const anonymous = /* @__PURE__ */ new Map();
  const named3 = entries.map((entry) => ({ entry, dims: dimensionNames(entry, byId, scales, anonymous) }));
  const dims = /* @__PURE__ */ new Map();
  for (const { entry, dims: names } of named3) {
    names.forEach((name, axis3) => {
      const limit = entry.dataset.metadata.maxshape?.[axis3] ?? entry.stored[axis3];
      const known = dims.get(name);
      dims.set(name, {
        name,
        size: Math.max(known?.size ?? 0, entry.stored[axis3]),
        unlimited: (known?.unlimited ?? false) || limit > Number.MAX_SAFE_INTEGER
      });
    });
  }
  const shown2 = named3.filter(({ entry }) => !entry.scale?.startsWith(NO_VARIABLE2));
  const variables = shown2.map(({ entry, dims: names }) => {
    const chunks = entry.dataset.metadata.chunks;
    return {
      name: visible(entry.name),
      dtype: dataTypeOf(entry.dataset.metadata),
      dims: names,
      shape: names.map((name) => dims.get(name).size),
      units: textOf(entry.attributes, "units"),
      attributes: withoutBookkeeping(entry.attributes),
      ...chunks ? { chunks } : {},
      ...dataTypeOf(entry.dataset.metadata) === "other" && { type: typeInWords(entry.dataset.metadata) }
    };
  });
  for (const [name, target] of elsewhere) {
    const type = `link to another file, ${target}`;
    variables.push({ name, dtype: "other", dims: [], shape: [], units: void 0, attributes: {}, type });
  }
  const cache = new ChunkCache();
  const readers = /* @__PURE__ */ new Map();
  const readerOf = (name, dtypes, what) => {
    const index = variables.findIndex((v) => v.name === name);
    const info = variables[index];
    const dataset = shown2[index]?.entry.dataset;
    if (elsewhere.has(name)) throw notFollowed(path, `variable ${name} lies`, elsewhere.get(name));
    if (info === void 0 || dataset === void 0 || !dtypes(info.dtype)) {
      throw refusal(path, name, dataset?.metadata, what);
    }
    const fill2 = info.attributes._FillValue;
    const fillValue = typeof fill2 === "number" ? fill2 : void 0;
    const reader2 = readers.get(name) ?? new DatasetReader(bytes, cache, { ...info, dataset, fillValue });
    readers.set(name, reader2);
    return { info, reader: reader2, dataset, stored: dataset.metadata.shape ?? [], fillValue };
  };
  const read = async (name, slab, into) => {
    const { info, reader: reader2, stored, fillValue } = readerOf(name, isNumber, "numbers");
    const { start, count } = slabWithin(`${path}: variable ${name}`, info.shape, slab);
    const had = count.map((n, axis3) => Math.max(0, Math.min(n, stored[axis3] - start[axis3])));
    const whole2 = sizeOf(had) === sizeOf(count);
    const raw = await reader2.numbers(start, had, whole2 ? into : void 0);
    if (whole2) return raw;
    return pad(raw, had, count, fillValue ?? DEFAULT_FILL[info.dtype]);
  };
  const readTexts = async (name) => {
    const { info, reader: reader2, stored, dataset } = readerOf(name, (d) => d === "char" || d === "string", "text");
    if (info.dtype === "char") {
      const all = stored.map(() => 0);
      return joinCharacters(await reader2.characters(all, stored), stored);
    }
    const value = attempt(() => dataset.value);
    const texts = typeof value === "string" ? [value] : Array.isArray(value) ? value : [];
    if (texts.length !== sizeOf(stored)) throw refusal(path, name, void 0, "text");
    return texts.map((text2) => trimText(String(text2)));
  };
  const source = {
    path,
    format: "hdf5",
    dims: [...dims.values()],
    variables,
    attributes: withoutBookkeeping(groups2.get("") ?? {}),
    read,
    readTexts,
    release: () => cache.clear(),
    close: () => {
      cache.clear();
      bytes.close();
      file.close();
    }
  };
  return radarView(source, groups2);
}
async function openNetcdf4(path, { allowExternal = false } = {}) {
  const file = await openHdf5(path, allowExternal);
  let bytes;
  try {
    bytes = new BinaryFile(path, "hdf5");
    return describe4(file, bytes);
  } catch (error) {
    bytes?.close();
    attempt(() => file.close());
    if (error instanceof FormatError) throw error;
    const hint2 = "fetch or copy it again, or check it with `ncdump -h`";
    throw new FormatError(path, "hdf5", "its structure cannot be read: it is damaged", hint2, { cause: error });
  }
}

// io/formats/netcdf/stretches.ts
function netcdfWriter(format) {
  return async (path, { first, extent }, options) => {
    const { overwrite: _, chunks, dtype, ...rest } = options;
    const { dims, shape, time } = extent;
    const growing = options.unlimitedTime ?? (format === "netcdf4" || dims[0] === time);
    const whole2 = growing ? first : { ...templateOf(first), shape };
    return createNetcdf(path, whole2, {
      ...rest,
      format,
      unlimitedTime: growing,
      ...dtype !== void 0 ? { dtype } : options.packing === void 0 && { dtype: typeOf(first) },
      ...chunks !== void 0 && {
        chunks: dims.map((dim, i) => chunks[dim] ?? (dim === time ? 1 : shape[i]))
      }
    });
  };
}
var typeOf = ({ values }) => values instanceof Float32Array ? "float32" : "float64";
function templateOf({ name, dims, units, coordinates, attributes, gridMapping }) {
  return { name, dims, units, coordinates, attributes, gridMapping };
}

// io/formats/zarr/open.ts
import { basename as basename4, join as join6 } from "node:path";

// io/formats/zarr/store.ts
import {
  closeSync as closeSync6,
  fstatSync as fstatSync3,
  mkdirSync,
  openSync as openSync5,
  readFileSync as readFileSync4,
  readSync as readSync4,
  renameSync as renameSync2,
  rmSync as rmSync2,
  writeFileSync
} from "node:fs";
import { basename as basename3, dirname as dirname5, join as join5 } from "node:path";
import { crc32, deflateSync, gunzipSync, gzipSync, inflateSync as inflateSync3 } from "node:zlib";
import * as zarr from "zarrita";
var { registry: codecs } = zarr;
var SLACK = 4096;
function expectedBytes(meta) {
  const bits = /(\d+)$/.exec(meta.dataType)?.[1] ?? "8";
  return meta.shape.reduce((a, b) => a * b, Number(bits) / 8);
}
function refuse2(claimed, limit) {
  throw new Error(`it claims to hold ${claimed} bytes; expected ${limit}`);
}
function zstdSize(bytes) {
  if (bytes.length < 6) throw new Error(`it has ${bytes.length} bytes`);
  const view2 = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view2.getUint32(0, true) !== 4247762216) throw new Error("it does not begin like Zstandard");
  const descriptor = bytes[4];
  const single2 = descriptor >> 5 & 1;
  const at2 = 5 + (single2 ? 0 : 1) + [0, 1, 2, 4][descriptor & 3];
  const width = [single2, 2, 4, 8][descriptor >> 6];
  if (at2 + width > bytes.length) throw new Error("its header is cut off");
  if (width === 1) return bytes[at2];
  if (width === 2) return view2.getUint16(at2, true) + 256;
  if (width === 4) return view2.getUint32(at2, true);
  return width === 8 ? Number(view2.getBigUint64(at2, true)) : void 0;
}
function bloscSize(bytes) {
  if (bytes.length < 16) throw new Error(`it has ${bytes.length} bytes, less than the header of Blosc`);
  const view2 = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packed = view2.getUint32(12, true);
  if (packed !== bytes.length) throw new Error(`its header says ${packed} bytes, it has ${bytes.length}`);
  return view2.getUint32(4, true);
}
function lz4Size(bytes) {
  if (bytes.length < 4) throw new Error(`it has ${bytes.length} bytes`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}
function guard(name, sizeOf2) {
  const load2 = codecs.get(name);
  return async () => {
    const inner = await load2();
    return {
      kind: "bytes_to_bytes",
      fromConfig: (config, meta) => {
        const codec = inner.fromConfig(config, meta);
        const limit = expectedBytes(meta);
        return {
          kind: "bytes_to_bytes",
          encode: (bytes) => codec.encode(bytes),
          decode: (bytes) => {
            const claimed = sizeOf2(bytes);
            if (claimed === void 0) throw new Error("it does not say how much it holds");
            if (claimed > limit + SLACK) refuse2(claimed, limit);
            return codec.decode(bytes);
          }
        };
      }
    };
  };
}
function deflate4(pack, unpack3) {
  return async () => ({
    kind: "bytes_to_bytes",
    fromConfig: (config, meta) => {
      const level2 = config?.level;
      return {
        kind: "bytes_to_bytes",
        encode: (bytes) => pack(bytes, typeof level2 === "number" ? { level: level2 } : {}),
        decode: (bytes) => unpack3(bytes, { maxOutputLength: expectedBytes(meta) + SLACK })
      };
    }
  });
}
var CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? c >>> 1 ^ 2197175160 : c >>> 1;
  return c >>> 0;
});
function crc32c(bytes) {
  let c = 4294967295;
  for (const byte of bytes) c = CRC_TABLE[(c ^ byte) & 255] ^ c >>> 8;
  return (c ^ 4294967295) >>> 0;
}
var checksum = {
  kind: "bytes_to_bytes",
  fromConfig: () => ({
    kind: "bytes_to_bytes",
    encode: (bytes) => {
      const out = new Uint8Array(bytes.length + 4);
      out.set(bytes);
      new DataView(out.buffer).setUint32(bytes.length, crc32c(bytes), true);
      return out;
    },
    decode: (bytes) => {
      if (bytes.length < 4) throw new Error("it is too short for its checksum");
      const body = bytes.subarray(0, bytes.length - 4);
      const stored = new DataView(bytes.buffer, bytes.byteOffset + body.length, 4).getUint32(0, true);
      if (stored !== crc32c(body)) throw new Error("its checksum (CRC-32C) is wrong");
      return body;
    },
    computeEncodedSize: (size) => size + 4
  })
};
function adler32(bytes) {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}
function checked(name, sum) {
  return {
    kind: "bytes_to_bytes",
    fromConfig: (config) => {
      const behind = config?.location === "end";
      return {
        kind: "bytes_to_bytes",
        encode: () => {
          throw new Error(`checksums of ${name} are not written`);
        },
        decode: (bytes) => {
          if (bytes.length < 4) throw new Error("it is too short for its checksum");
          const body = behind ? bytes.subarray(0, -4) : bytes.subarray(4);
          const at2 = bytes.byteOffset + (behind ? body.length : 0);
          if (new DataView(bytes.buffer, at2, 4).getUint32(0, true) !== sum(body))
            throw new Error(`its checksum (${name}) is wrong`);
          return new Uint8Array(body);
        }
      };
    }
  };
}
var quantized = {
  kind: "array_to_array",
  fromConfig: () => ({
    kind: "array_to_array",
    encode: () => {
      throw new Error("values are not quantized here");
    },
    decode: (chunk) => chunk
  })
};
var gzip = deflate4(gzipSync, gunzipSync);
var zlib3 = deflate4(deflateSync, inflateSync3);
for (const prefix of ["", "numcodecs."]) {
  codecs.set(`${prefix}zstd`, guard("zstd", zstdSize));
  codecs.set(`${prefix}blosc`, guard("blosc", bloscSize));
  codecs.set(`${prefix}lz4`, guard("lz4", lz4Size));
  codecs.set(`${prefix}gzip`, gzip);
  codecs.set(`${prefix}zlib`, zlib3);
}
codecs.set("crc32c", async () => checksum);
for (const prefix of ["", "numcodecs."]) {
  codecs.set(`${prefix}crc32`, async () => checked("CRC-32", crc32));
  codecs.set(`${prefix}adler32`, async () => checked("Adler-32", adler32));
  codecs.set(`${prefix}quantize`, async () => quantized);
}
function unknownCodec(error) {
  let at2 = error;
  while (at2 instanceof Error && !(at2 instanceof zarr.UnknownCodecError)) at2 = at2.cause;
  return at2 instanceof zarr.UnknownCodecError ? at2.codec.replace("numcodecs.", "") : void 0;
}
function isMissing(error) {
  const code = error.code;
  return code === "ENOENT" || code === "ENOTDIR";
}
function replaceFile(path, content, folder = dirname5(path)) {
  mkdirSync(dirname5(path), { recursive: true });
  tidyOnce(folder);
  const temporary = join5(folder, temporaryNames(basename3(path)).fresh);
  try {
    writeFileSync(temporary, content);
    renameSync2(temporary, path);
  } catch (error) {
    rmSync2(temporary, { force: true });
    throw error;
  }
}
function storeOf(folder, document2, within3) {
  const check = within3 === void 0 ? () => {
  } : stayWithin(within3);
  const checkTarget2 = within3 === void 0 ? () => {
  } : writeWithin(within3);
  const at2 = (key) => join5(folder, key.slice(1));
  return {
    get: (key) => {
      if (key === "/zarr.json" || key === "/.zarray") return document2;
      try {
        check(at2(key));
        return readFileSync4(at2(key));
      } catch (error) {
        if (isMissing(error)) return void 0;
        throw error;
      }
    },
    getRange: (key, range) => {
      let file;
      try {
        check(at2(key));
        file = openSync5(at2(key), "r");
      } catch (error) {
        if (isMissing(error)) return void 0;
        throw error;
      }
      try {
        const { size } = fstatSync3(file);
        const [offset, length] = "offset" in range ? [range.offset, range.length] : [size - range.suffixLength, range.suffixLength];
        if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
          throw new Error(`its shard ${key} has ${size} bytes; bytes ${offset} to ${offset + length} are asked for`);
        }
        const bytes = new Uint8Array(length);
        readSync4(file, bytes, 0, length, offset);
        return bytes;
      } finally {
        closeSync6(file);
      }
    },
    set: (key, value) => {
      checkTarget2(at2(key));
      replaceFile(at2(key), value, folder);
    }
  };
}
async function openChunks(folder, array, within3) {
  const padded3 = array.shape.map((n, i) => Math.ceil(n / array.chunks[i]) * array.chunks[i]);
  const document2 = new TextEncoder().encode(JSON.stringify({ ...array.document, shape: padded3 }));
  const root2 = zarr.root(storeOf(folder, document2, within3));
  const opened = array.version === 2 ? zarr.open.v2(root2, { kind: "array", attrs: false }) : zarr.open.v3(root2);
  const node = await opened;
  const total = array.chunks.reduce((a, b) => a * b, 1);
  return {
    read: async (at2) => {
      const chunk = await node.getChunk([...at2]);
      if (chunk.data.length !== total) throw new Error(`it holds ${chunk.data.length} values; expected ${total}`);
      return { data: chunk.data, stride: chunk.stride };
    },
    write: async (at2, data) => {
      if (at2.length === 0) return await zarr.set(node, null, data[0]);
      const selection = at2.map((k, i) => zarr.slice(k * array.chunks[i], (k + 1) * array.chunks[i]));
      const stride = array.chunks.map((_, i) => array.chunks.slice(i + 1).reduce((a, b) => a * b, 1));
      await zarr.set(node, selection, { data, shape: [...array.chunks], stride });
    }
  };
}

// io/formats/zarr/open.ts
var CACHE_BYTES = 64 * 2 ** 20;
var MAX_SLAB_BYTES = 2 ** 31;
var repack = "write the store anew with xarray, whose usual codec is read: `xarray.open_zarr(OLD).drop_encoding().to_zarr(NEW)` in Python";
var damaged = "fetch or copy it again, or look at it with `zarr` or `xarray` in Python";
function attributeOf(value) {
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (value === null || value === void 0) return void 0;
  if (Array.isArray(value)) {
    if (value.every((v) => typeof v === "number")) return value.length === 1 ? value[0] : value;
    if (value.every((v) => typeof v === "string")) return value.length === 1 ? value[0] : value;
  }
  return JSON.stringify(value);
}
function typed(entries, raw) {
  return typedAttributes([...entries].map(([name, value]) => [name, value, raw[attributeTypes]?.[name]]));
}
function attributesOf(array) {
  const out = /* @__PURE__ */ new Map();
  for (const [name, raw] of Object.entries(array.attributes)) {
    const special = /^(_FillValue|missing_value)$/.test(name) && !Array.isArray(raw);
    const value = special ? numberOf(raw, array.dtype) ?? attributeOf(raw) : attributeOf(raw);
    if (value !== void 0) out.set(name, value);
  }
  const { fill: fill2 } = array;
  if (array.version === 2 && fill2 !== void 0 && !Number.isNaN(fill2) && !out.has("_FillValue"))
    out.set("_FillValue", fill2);
  return typed(out, array.attributes);
}
function qualify(dim, size, group, arrays) {
  for (let at2 = group; ; at2 = at2.slice(0, Math.max(0, at2.lastIndexOf("/")))) {
    const name = at2 === "" ? dim : `${at2}/${dim}`;
    const found = arrays.get(name);
    if (found?.shape.length === 1 && found.shape[0] === size) return name;
    if (at2 === "") return group === "" ? dim : `${group}/${dim}`;
  }
}
function copyChunk(chunk, at2, chunks, slab, out) {
  const rank = chunks.length;
  const { start, count } = slab;
  const from = at2.map((k, i) => Math.max(k * chunks[i], start[i]));
  const to = at2.map((k, i) => Math.min((k + 1) * chunks[i], start[i] + count[i]));
  const target = count.map((_, i) => sizeOf(count.slice(i + 1)));
  const { data, stride } = chunk;
  const visit = (axis3, source, place3) => {
    const n = to[axis3] - from[axis3];
    const a = source + (from[axis3] - at2[axis3] * chunks[axis3]) * stride[axis3];
    const b = place3 + (from[axis3] - start[axis3]) * target[axis3];
    if (axis3 < rank - 1) {
      for (let i = 0; i < n; i++) visit(axis3 + 1, a + i * stride[axis3], b + i * target[axis3]);
    } else if (stride[axis3] === 1 && !(data instanceof BigInt64Array || data instanceof BigUint64Array)) {
      out.set(data.subarray(a, a + n), b);
    } else {
      for (let i = 0; i < n; i++) out[b + i] = Number(data[a + i * stride[axis3]]);
    }
  };
  if (rank === 0) out[0] = Number(data[0]);
  else visit(0, 0, 0);
}
var ARRAYS = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: Float64Array,
  uint64: Float64Array,
  float32: Float32Array,
  float64: Float64Array
};
var ArrayReader = class {
  #open;
  #array;
  #where;
  #path;
  #kept = /* @__PURE__ */ new Map();
  constructor(path, name, array, followed) {
    this.#path = path;
    this.#where = name === "" ? "the array" : `variable ${name}`;
    this.#array = array;
    this.#open = openChunks(join6(path, name), array, followed ? void 0 : path);
    this.#open.catch(() => {
    });
  }
  #fail(what, cause) {
    const codec = unknownCodec(cause);
    if (codec !== void 0) {
      const packed = `${this.#where} is packed by ${codec}, a codec that is not read here`;
      return new FormatError(this.#path, "zarr", packed, repack, { cause });
    }
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    const why = inner instanceof Error ? inner.message.split("\n")[0] : String(inner);
    return new FormatError(this.#path, "zarr", `${what} of ${this.#where} cannot be read (${why})`, damaged, { cause });
  }
  async #chunk(at2) {
    const key = at2.join(".");
    const known = this.#kept.get(key);
    if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    let chunk;
    try {
      chunk = await (await this.#open).read(at2);
    } catch (error) {
      throw this.#fail(at2.length === 0 ? "the value" : `chunk ${key}`, error);
    }
    if (this.#array.special === "half") {
      chunk = { ...chunk, data: Float32Array.from(chunk.data, halfToNumber) };
    }
    this.#kept.set(key, chunk);
    while (this.#kept.size > 1 && this.#kept.size * chunk.data.byteLength > CACHE_BYTES) {
      this.#kept.delete(this.#kept.keys().next().value);
    }
    return chunk;
  }
  async read(slab) {
    const { chunks, dtype } = this.#array;
    const total = sizeOf(slab.count);
    if (total * bytesOf2(dtype) > MAX_SLAB_BYTES) {
      const shown2 = `[${slab.count.join(", ")}] values`;
      throw new FormatError(this.#path, "zarr", `${shown2} of ${this.#where} take over 2 GiB`, "read a smaller part");
    }
    const out = new ARRAYS[dtype](total);
    if (total === 0) return out;
    const first = slab.start.map((n, i) => Math.floor(n / chunks[i]));
    const last = slab.start.map((n, i) => Math.floor((n + slab.count[i] - 1) / chunks[i]));
    const at2 = [...first];
    for (; ; ) {
      copyChunk(await this.#chunk(at2), at2, chunks, slab, out);
      let axis3 = at2.length - 1;
      while (axis3 >= 0 && at2[axis3] === last[axis3]) {
        at2[axis3] = first[axis3];
        axis3--;
      }
      if (axis3 < 0) return out;
      at2[axis3]++;
    }
  }
};
function dimensionsOf2(variables) {
  const dims = /* @__PURE__ */ new Map();
  for (const { name, dims: names, shape } of variables) {
    names.forEach((dim, i) => {
      const known = dims.get(dim);
      if (known && known.size !== shape[i]) {
        throw new MetadataError(
          `dimension ${dim} has ${known.size} positions in ${known.of} and ${shape[i]} in ${name}`
        );
      }
      dims.set(dim, known ?? { size: shape[i], of: name });
    });
  }
  return [...dims].map(([name, { size }]) => ({ name, size, unlimited: false }));
}
async function openZarr(path, version, { allowExternal = false } = {}) {
  const alone = basename4(path).replace(/\.zarr$/, "") || "data";
  const shown2 = (name) => name === "" ? alone : name;
  try {
    const { arrays, attributes } = readTree(path, version, allowExternal ? void 0 : path);
    const named3 = [...arrays].map(([name, array]) => ({ name, array }));
    const variables = named3.map(({ name, array }) => {
      const group = name.slice(0, Math.max(0, name.lastIndexOf("/")));
      const own3 = attributesOf(array);
      return {
        name: shown2(name),
        dtype: array.dtype,
        dims: array.dims.map((dim, i) => qualify(dim, array.shape[i], group, arrays)),
        shape: array.shape,
        units: textOf(own3, "units"),
        attributes: own3,
        defaultFill: false,
        ...array.shape.length > 0 ? { chunks: array.chunks } : {}
      };
    });
    const dims = dimensionsOf2(variables);
    const readers = /* @__PURE__ */ new Map();
    const global = Object.entries(arrays.has("") ? {} : attributes).flatMap(([name, value]) => {
      const kept = attributeOf(value);
      return kept === void 0 ? [] : [[name, kept]];
    });
    return {
      path,
      format: `zarr-v${version}`,
      dims,
      variables,
      attributes: typed(global, attributes),
      read: async (name, slab) => {
        const found = named3.find((one2) => shown2(one2.name) === name);
        if (!found || !Object.hasOwn(ARRAYS, found.array.dtype)) {
          throw new FormatError(path, "zarr", `variable ${name} holds no numbers`, "name a numeric variable");
        }
        const reader2 = readers.get(name) ?? new ArrayReader(path, found.name, found.array, allowExternal);
        readers.set(name, reader2);
        return reader2.read(slabWithin(`${path}: variable ${name}`, found.array.shape, slab));
      },
      close: () => readers.clear()
    };
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const system = error.code !== void 0;
    const hint2 = system ? "check the rights on its files" : damaged;
    throw new FormatError(path, "zarr", why, hint2, { cause: error });
  }
}

// io/formats/zarr/replace-store.ts
import { existsSync as existsSync8, renameSync as renameSync3, rmSync as rmSync3, statSync as statSync6 } from "node:fs";
import { basename as basename5, dirname as dirname6, join as join7, resolve as resolve4 } from "node:path";
function notAStore(path) {
  const isStore = statSync6(path).isDirectory() && zarrVersion(path) !== void 0;
  return !isStore ? "it is there and is no Zarr store, so it is not replaced" : void 0;
}
function beginStore(path, overwrite) {
  const parent = dirname6(resolve4(path));
  if (!existsSync8(parent)) {
    throw new FormatError(path, "zarr", `the folder ${parent} does not exist`, "create it first");
  }
  tidyOnce(parent);
  checkReplaceable(path, overwrite);
  const { fresh, aside } = temporaryNames(basename5(path));
  const [temporary, old] = [join7(parent, fresh), join7(parent, aside)];
  const settled = removeAtExit(temporary);
  const discard = () => {
    rmSync3(temporary, { recursive: true, force: true });
    settled();
  };
  return {
    temporary,
    discard,
    commit() {
      try {
        checkReplaceable(path, overwrite);
        const there = existsSync8(path);
        if (there) renameSync3(path, old);
        try {
          renameSync3(temporary, path);
        } catch (error) {
          if (there) renameSync3(old, path);
          throw error;
        }
      } finally {
        discard();
      }
      rmSync3(old, { recursive: true, force: true });
    }
  };
}
async function replaceStore(path, overwrite, fill2) {
  const pending = beginStore(path, overwrite);
  try {
    await fill2(pending.temporary);
    pending.commit();
  } finally {
    pending.discard();
  }
}
function checkReplaceable(path, overwrite) {
  if (!existsSync8(path)) return;
  const why = notAStore(path);
  if (why !== void 0) throw new FormatError(path, "zarr", why, "name another one, or remove it yourself");
  if (overwrite) return;
  const hint2 = "pass `overwrite: true`, or add to it with `appendZarr`";
  throw new FormatError(path, "zarr", "there is a store already", hint2);
}

// io/formats/zarr/update.ts
import { existsSync as existsSync9 } from "node:fs";
import { join as join8 } from "node:path";
async function explained(path, work) {
  try {
    return await work();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause?.code;
    const link = leadsOutOf(error);
    if (link) {
      const what = `${link.path} is a link out of the store, to ${link.target}, which is not written through`;
      const hint2 = "copy the store with what its links lead to (`cp -rL`) and add to the copy";
      throw new FormatError(path, "zarr", what, hint2, { cause: error });
    }
    const codec = unknownCodec(error);
    if (codec !== void 0) {
      const packed = `it is packed by ${codec}, a codec that is not written here`;
      throw new FormatError(path, "zarr", packed, "write a new store (`writeZarr`)", { cause: error });
    }
    if (error instanceof MetadataError) {
      throw new FormatError(path, "zarr", error.message, "write a new store (`writeZarr`)", { cause: error });
    }
    if (typeof code !== "string" || !/^E[A-Z]+$/.test(code)) throw error;
    const refused = explainWriteError(path, cause);
    if (isMongeError(refused)) throw refused;
    const message2 = `it could not be written (${cause.message})`;
    throw new FormatError(path, "zarr", message2, "check the disk and the rights on the folder", { cause: error });
  }
}
function storeAt(path, what) {
  const version = existsSync9(path) ? zarrVersion(path) : void 0;
  if (version !== void 0) {
    const tree = readTree(path, version, path);
    const check = stayWithin(path);
    const parts = ["", "zarr.json", ".zarray", ".zattrs"];
    const all = [...tree.arrays.keys()].flatMap((name) => parts.map((part) => join8(path, name, part)));
    for (const one2 of all) if (existsSync9(one2)) check(one2);
    return tree;
  }
  throw new FormatError(path, "zarr", "there is no Zarr store", `${what} adds to one; make it with \`createZarr\``);
}
function arrayIn(path, tree, name) {
  const found = tree.arrays.get(name);
  if (found) return found;
  const list = [...tree.arrays.keys()].join(", ") || "nothing";
  throw new FormatError(path, "zarr", `variable ${name} is not in it`, `it has ${list}`);
}
function sameUnits(where, coordinate, array) {
  for (const key of ["units", "calendar"]) {
    const [own3, theirs] = [coordinate.attributes[key], array.attributes[key]];
    if (own3 === theirs || key === "calendar" && own3 === void 0) continue;
    const message2 = `${where}: ${key} of ${coordinate.name} is ${own3 ?? "missing"}; expected ${theirs ?? "none"}, as the store has`;
    throw new UnitsError(message2, String(own3), String(theirs));
  }
}
async function readValues(path, name, array, start, count) {
  const source = await openZarr(path, array.version);
  try {
    return await source.read(name, { start, count });
  } finally {
    source.close();
  }
}
async function checkCoordinates(path, tree, coordinates, region) {
  for (const coordinate of coordinates) {
    const array = tree.arrays.get(coordinate.name);
    if (!array || String(array.dims) !== String(coordinate.dims)) continue;
    const where = `writeZarr: ${path}`;
    sameUnits(where, coordinate, array);
    const ranges = array.dims.map((dim, i) => region(dim, array.shape[i]));
    const start = ranges.map(([from]) => from);
    const count = ranges.map(([from, to]) => to - from);
    const stored = await readValues(path, coordinate.name, array, start, count);
    const at2 = coordinate.values.findIndex((v, i) => v !== stored[i] && !(Number.isNaN(v) && Number.isNaN(stored[i])));
    if (at2 < 0 && coordinate.values.length === stored.length) continue;
    throw new OptionsError(
      `${where}: ${coordinate.name} of the field begins to differ at position ${at2} (${coordinate.values[at2]}); expected ${stored[at2]}, as the store has there; write the region where its coordinates belong`,
      "region",
      coordinate.values[at2]
    );
  }
}

// io/formats/zarr/write.ts
import { mkdirSync as mkdirSync2 } from "node:fs";
import { join as join9 } from "node:path";

// io/formats/zarr/layout.ts
var CHUNK_BYTES = 4 * 2 ** 20;
var TILE = 1024;
var OWN2 = /^(_FillValue|missing_value|scale_factor|add_offset|_Unsigned|_ChunkSizes|grid_mapping|coordinates|units|bounds|climatology)$/;
var without = (attributes) => pickAttributes(attributes, (name) => !OWN2.test(name));
function usualChunks(shape, bytes) {
  const plane = shape.slice(-2).map((n) => Math.max(1, n));
  const tile = sizeOf(plane) * bytes <= CHUNK_BYTES ? plane : plane.map((n) => Math.min(n, TILE));
  const steps = Math.max(1, Math.floor(CHUNK_BYTES / (sizeOf(tile) * bytes)));
  return shape.map((n, i) => {
    if (i >= shape.length - 2) return tile[i - Math.max(0, shape.length - 2)];
    return i === shape.length - 3 ? Math.max(1, Math.min(n, steps)) : 1;
  });
}
function chunksOf(template, options, bytes) {
  const { dims, shape } = template;
  const usual = usualChunks(shape, bytes);
  for (const [dim, size] of Object.entries(options.chunks ?? {})) {
    if (!dims.includes(dim) || !Number.isInteger(size) || size < 1) {
      const expected = `a whole number of at least 1 for one of ${dims.join(", ")}`;
      throw new OptionsError(`createZarr: chunks has ${dim}: ${size}; expected ${expected}`, "chunks", options.chunks);
    }
  }
  return dims.map((dim, i) => options.chunks?.[dim] ?? usual[i]);
}
function checkCompression({ compressor = "zstd", compression }) {
  const [low, high] = compressor === "zstd" ? [1, 22] : [0, 9];
  if (compression === void 0) return;
  if (compressor !== "none" && Number.isInteger(compression) && compression >= low && compression <= high) return;
  const expected = compressor === "none" ? "none for no compressor" : `${low} to ${high} for ${compressor}`;
  const message2 = `createZarr: compression is ${compression}; expected ${expected}`;
  throw new OptionsError(message2, "compression", compression);
}
function checkNames2(variables, dims) {
  const names = variables.map((v) => v.name);
  const twice = names.find((n, i) => names.indexOf(n) !== i) ?? variables.find((v) => v.isData && dims.includes(v.name))?.name;
  if (twice !== void 0) {
    const message3 = `createZarr: two variables would be named ${twice}; rename one (\`field.with({ name })\`)`;
    throw new OptionsError(message3, "name", twice);
  }
  const bad = names.find((n) => n === "" || /^\.|^__|^(c|zarr\.json)$|[\u0000-\u001f/\\\u007f]/.test(n));
  if (bad === void 0) return;
  const message2 = `createZarr: ${JSON.stringify(bad)} cannot name a variable; expected a name that can be a folder's`;
  throw new OptionsError(message2, "name", bad);
}
function layOut2(template, options) {
  checkCompression(options);
  const { dims, shape, coordinates = [], gridMapping } = template;
  const sizes2 = new Map(dims.map((dim, i) => [dim, shape[i]]));
  const variables = [];
  for (const { name, dims: own3, values, attributes, bounds } of coordinates) {
    const size = own3.map((dim) => sizes2.get(dim) ?? 0);
    if (sizeOf(size) !== values.length) throw new ShapeError(`createZarr: coordinate ${name}`, size, [values.length]);
    const grows = own3.length === 1 && axisOf(name, attributes) === "time";
    const chunks = grows ? [Math.max(1024, size[0])] : usualChunks(size, 8);
    const kept = { ...without(attributes), ...attributes.units === void 0 ? {} : { units: attributes.units } };
    const edges = bounds ? { bounds: `${name}_bnds` } : {};
    variables.push({
      name,
      dims: own3,
      shape: size,
      chunks,
      dtype: "float64",
      values,
      isData: false,
      attributes: { ...kept, ...edges }
    });
    if (bounds) {
      const n = values.length === 0 ? 2 : bounds.length / values.length;
      const two = { dims: [...own3, n === 2 ? "nv" : `nv${n}`], shape: [...size, n], chunks: [...chunks, n] };
      variables.push({ name: `${name}_bnds`, ...two, dtype: "float64", values: bounds, isData: false, attributes: {} });
    }
  }
  if (gridMapping) {
    const { name, attributes } = gridMapping;
    variables.push({
      name,
      dims: [],
      shape: [],
      chunks: [],
      dtype: "int32",
      attributes,
      values: Float64Array.of(0),
      isData: false
    });
  }
  const auxiliary = coordinates.filter((c) => !(dims.includes(c.name) && c.dims.length === 1)).map((c) => c.name);
  for (const one2 of [template, ...options.also ?? []]) {
    if (String(one2.dims) !== String(dims) || String(one2.shape) !== String(shape)) {
      throw new ShapeError(`createZarr: ${one2.name} beside ${template.name}`, shape, one2.shape, "same dimensions");
    }
    const dtype = options.dtype ?? (one2.values instanceof Float64Array ? "float64" : "float32");
    const attributes = {
      ...one2.units === void 0 ? {} : { units: one2.units },
      ...without(one2.attributes ?? {}),
      ...auxiliary.length > 0 ? { coordinates: auxiliary.join(" ") } : {},
      ...gridMapping ? { grid_mapping: gridMapping.name } : {}
    };
    const chunks = chunksOf(one2, options, dtype === "float32" ? 4 : 8);
    variables.push({ name: one2.name, dims, shape, chunks, dtype, attributes, isData: true });
  }
  checkNames2(variables, dims);
  return variables;
}
var level = ({ compressor = "zstd", compression }) => compression ?? (compressor === "zstd" ? 3 : 5);
var fillOf = ({ dtype }) => dtype === "int32" ? 0 : "NaN";
function arrayDocument3(variable, options) {
  const { compressor = "zstd" } = options;
  const configuration = { level: level(options), ...compressor === "zstd" ? { checksum: false } : {} };
  return {
    zarr_format: 3,
    node_type: "array",
    shape: variable.shape,
    data_type: variable.dtype,
    chunk_grid: { name: "regular", configuration: { chunk_shape: variable.chunks } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: fillOf(variable),
    codecs: [
      { name: "bytes", configuration: { endian: "little" } },
      ...compressor === "none" ? [] : [{ name: compressor, configuration }]
    ],
    attributes: variable.attributes,
    dimension_names: variable.dims,
    storage_transformers: []
  };
}
function arrayDocument2(variable, options) {
  const { compressor = "zstd" } = options;
  return {
    zarr_format: 2,
    shape: variable.shape,
    chunks: variable.chunks,
    dtype: { float32: "<f4", float64: "<f8", int32: "<i4" }[variable.dtype],
    compressor: compressor === "none" ? null : { id: compressor, level: level(options) },
    fill_value: variable.dtype === "int32" ? null : fillOf(variable),
    filters: null,
    order: "C",
    dimension_separator: "."
  };
}
function attributeDocument2({ dims, attributes }) {
  return { _ARRAY_DIMENSIONS: dims, ...attributes };
}

// io/formats/zarr/slab.ts
var MAKERS = {
  float32: (n) => new Float32Array(n),
  float64: (n) => new Float64Array(n),
  int32: (n) => new Int32Array(n),
  int64: (n) => new BigInt64Array(n)
};
function missingOf({ array }) {
  const named3 = numberOf(array.attributes._FillValue, array.dtype);
  return named3 ?? (array.version === 2 ? array.fill : void 0) ?? Number.NaN;
}
function checkTarget({ path, name, array }) {
  const { scale_factor: scale, add_offset: offset } = array.attributes;
  const sharded = array.document.codecs?.some(
    (codec) => codec.name === "sharding_indexed"
  );
  const unfit = sharded ? "it is sharded" : scale !== void 0 || offset !== void 0 ? "it is packed (scale_factor, add_offset)" : Object.hasOwn(MAKERS, array.dtype) && array.special === void 0 ? void 0 : `it is of type ${array.dtype}`;
  if (unfit === void 0) return;
  const message2 = `variable ${name} cannot be written into: ${unfit}`;
  throw new FormatError(path, "zarr", message2, "write a new store (`writeZarr`)");
}
async function writeSlab(target, start, count, values) {
  checkTarget(target);
  const { array, chunks: store } = target;
  const { chunks, shape } = array;
  if (sizeOf(count) === 0) return;
  const put = setter(target, values);
  const rank = chunks.length;
  const first = start.map((n, i) => Math.floor(n / chunks[i]));
  const last = start.map((n, i) => Math.floor((n + count[i] - 1) / chunks[i]));
  const inner = chunks.map((_, i) => sizeOf(chunks.slice(i + 1)));
  const outer = count.map((_, i) => sizeOf(count.slice(i + 1)));
  const at2 = [...first];
  for (; ; ) {
    const from = at2.map((k, i) => Math.max(k * chunks[i], start[i]));
    const to = at2.map((k, i) => Math.min((k + 1) * chunks[i], start[i] + count[i]));
    const whole2 = at2.every((k, i) => from[i] === k * chunks[i] && to[i] === Math.min((k + 1) * chunks[i], shape[i]));
    const data = MAKERS[array.dtype](sizeOf(chunks));
    if (whole2) fillWith(data, array.fill ?? 0);
    else {
      const old = await store.read(at2);
      const index = (i) => inner.reduce((sum, step, axis4) => sum + Math.floor(i / step) % chunks[axis4] * old.stride[axis4], 0);
      for (let i = 0; i < data.length; i++) data[i] = old.data[index(i)];
    }
    const visit = (axis4, source, place3) => {
      if (axis4 === rank) {
        put(data, place3, source);
        return;
      }
      for (let i = from[axis4]; i < to[axis4]; i++) {
        visit(
          axis4 + 1,
          source + (i - start[axis4]) * outer[axis4],
          place3 + (i - at2[axis4] * chunks[axis4]) * inner[axis4]
        );
      }
    };
    visit(0, 0, 0);
    await store.write(at2, data);
    let axis3 = rank - 1;
    while (axis3 >= 0 && at2[axis3] === last[axis3]) {
      at2[axis3] = first[axis3];
      axis3--;
    }
    if (axis3 < 0) return;
    at2[axis3]++;
  }
}
function fillWith(data, fill2) {
  if (data instanceof BigInt64Array) data.fill(Number.isSafeInteger(fill2) ? BigInt(fill2) : 0n);
  else data.fill(fill2);
}
function setter(target, values) {
  const { array, name } = target;
  const missing = missingOf(target);
  if (array.dtype.startsWith("float")) {
    return (data, place3, i) => {
      const v = values[i];
      data[place3] = Number.isNaN(v) ? missing : v;
    };
  }
  return (data, place3, i) => {
    const v = Number.isNaN(values[i]) ? missing : values[i];
    if (!Number.isSafeInteger(v)) {
      throw new DomainError(`${target.path}: variable ${name} holds whole numbers; ${v} is none`, v);
    }
    if (data instanceof BigInt64Array) data[place3] = BigInt(v);
    else data[place3] = v;
  };
}

// io/formats/zarr/write.ts
async function writeLayout(folder, variables, options) {
  const attributes = globalAttributes(options);
  const write = (name, content) => replaceFile(join9(folder, name), formatJson(content));
  const consolidated = {};
  const arrays = /* @__PURE__ */ new Map();
  for (const variable of variables) {
    if (options.version === 2) {
      const [meta, own3] = [arrayDocument2(variable, options), attributeDocument2(variable)];
      consolidated[`${variable.name}/.zarray`] = meta;
      consolidated[`${variable.name}/.zattrs`] = own3;
      write(`${variable.name}/.zarray`, meta);
      write(`${variable.name}/.zattrs`, own3);
      arrays.set(variable, readArray2(meta, own3));
    } else {
      const meta = arrayDocument3(variable, options);
      consolidated[variable.name] = meta;
      write(`${variable.name}/zarr.json`, meta);
      arrays.set(variable, readArray3(meta));
    }
  }
  for (const [variable, array] of arrays) {
    const { name, values, shape } = variable;
    if (!values) continue;
    const chunks = await openChunks(join9(folder, name), array);
    await writeSlab(
      { path: folder, name, array, chunks },
      shape.map(() => 0),
      shape,
      values
    );
  }
  if (options.version === 2) {
    const group = { zarr_format: 2 };
    write(".zgroup", group);
    write(".zattrs", attributes);
    const metadata2 = { ".zgroup": group, ".zattrs": attributes, ...consolidated };
    write(".zmetadata", { zarr_consolidated_format: 1, metadata: metadata2 });
  } else {
    const kept = { kind: "inline", must_understand: false, metadata: consolidated };
    write("zarr.json", { zarr_format: 3, node_type: "group", attributes, consolidated_metadata: kept });
  }
}
async function makeStore(path, variables, options) {
  await explained(
    path,
    () => replaceStore(path, options.overwrite ?? false, async (folder) => {
      mkdirSync2(folder);
      await writeLayout(folder, variables, options);
    })
  );
}
async function createZarr(path, template, options = {}) {
  await makeStore(path, layOut2(template, options), options);
}
function checkBorders(path, dim, size, chunk, range) {
  const [from, to] = range;
  const inside = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= size;
  const onBorder = inside && from % chunk === 0 && (to % chunk === 0 || to === size);
  if (onBorder) return;
  const low = Math.floor(Math.min(Math.max(0, from), size - 1) / chunk) * chunk;
  const high = Math.min(size, Math.ceil(Math.max(low + 1, Math.min(to, size)) / chunk) * chunk);
  const rule = `chunks of ${chunk} along ${dim}: borders at 0, ${chunk}, ${2 * chunk}, \u2026 and at the end, ${size}`;
  throw new OptionsError(
    `writeZarrRegion: ${path}: region ${dim} is [${from}, ${to}); expected one on the borders of chunks, such as [${low}, ${high}); it has ${rule}; two writers of one chunk would undo each other's work`,
    "region",
    range
  );
}
async function writeZarrRegion(path, field, options) {
  await explained(path, async () => {
    const tree = storeAt(path, "writeZarrRegion");
    const array = arrayIn(path, tree, field.name);
    if (String(array.dims) !== String(field.dims)) {
      throw new ShapeError(`writeZarrRegion: dims of ${field.name}`, array.dims.join(", "), field.dims.join(", "));
    }
    const unknown = Object.keys(options.region).find((dim) => !array.dims.includes(dim));
    if (unknown !== void 0) {
      const message2 = `writeZarrRegion: region names ${unknown}; expected one of ${array.dims.join(", ")}`;
      throw new OptionsError(message2, "region", options.region);
    }
    const region = (dim, size) => options.region[dim] ?? [0, size];
    const ranges = array.dims.map((dim, i) => region(dim, array.shape[i]));
    array.dims.forEach((dim, i) => {
      checkBorders(path, dim, array.shape[i], array.chunks[i], ranges[i]);
    });
    const start = ranges.map(([from]) => from);
    const count = ranges.map(([from, to]) => to - from);
    if (String(count) !== String(field.shape))
      throw new ShapeError(`writeZarrRegion: ${field.name}`, count, field.shape);
    if (array.attributes.units !== void 0 && field.units !== array.attributes.units) {
      const wanted = String(array.attributes.units);
      const message2 = `writeZarrRegion: ${field.name} is in ${field.units ?? "no units"}; expected ${wanted}, as the store has`;
      throw new UnitsError(message2, String(field.units), wanted);
    }
    await checkCoordinates(path, tree, field.coordinates, region);
    const chunks = await openChunks(join9(path, field.name), array, path);
    await writeSlab({ path, name: field.name, array, chunks }, start, count, field.values);
  });
}

// io/formats/zarr/stretches.ts
var CHUNK_BYTES2 = 4 * 2 ** 20;
function stepsOf({ dims, shape, time, bytes, budget }, { chunks }) {
  if (time === void 0) return 1;
  const size = shape[dims.indexOf(time)];
  return chunks?.[time] ?? Math.max(1, Math.min(size, Math.floor(Math.min(CHUNK_BYTES2, budget) / (bytes / size))));
}
function zarrStretch(extent, options) {
  if (extent.time === void 0) return 1;
  const row = extent.bytes / extent.shape[extent.dims.indexOf(extent.time)];
  const steps = stepsOf(extent, options);
  return steps * Math.max(1, Math.floor(extent.budget / (row * steps)));
}
async function zarrWriter(path, beginning, options) {
  const { first, extent, coordinates } = beginning;
  const { name, units, attributes, gridMapping } = first;
  const { dims, shape, time } = extent;
  const { overwrite, compression, compressor, dtype = typeOf2(first.values), ...rest } = options;
  if (dtype !== "float32" && dtype !== "float64")
    throw new OptionsError(`${path}: dtype is ${dtype}; expected float32 or float64 in Zarr`, "dtype", dtype);
  const packed = compression === 0 && compressor === void 0 ? "none" : compressor;
  const pending = await explained(path, async () => beginStore(path, overwrite));
  const template = { name, dims, shape, units, coordinates, attributes, gridMapping };
  const guarded = (work) => explained(path, async () => {
    try {
      await work();
    } catch (error) {
      pending.discard();
      throw error;
    }
  });
  await guarded(
    () => createZarr(pending.temporary, template, {
      ...rest,
      dtype,
      ...time !== void 0 && { chunks: { ...options.chunks, [time]: stepsOf(extent, options) } },
      ...packed !== void 0 && { compressor: packed },
      ...compression !== void 0 && packed !== "none" && { compression }
    })
  );
  let steps = 0;
  return {
    append: (field) => guarded(async () => {
      const known = field.coordinates.filter((c) => coordinates.some((one2) => one2.name === c.name));
      const count = time === void 0 ? 0 : field.size(time);
      const region = time === void 0 ? {} : { [time]: [steps, steps + count] };
      await writeZarrRegion(pending.temporary, field.with({ coordinates: known }), { region });
      steps += count;
    }),
    unfinished: pending.temporary,
    close: () => guarded(() => pending.commit()),
    abort: async () => pending.discard()
  };
}
var typeOf2 = (values) => values instanceof Float32Array ? "float32" : "float64";

// io/formats/table.ts
var HDF5_MAGIC = "\x89HDF\r\n\n";
var PROVENANCE = ["attributes", "history", "now"];
var NETCDF = [...PROVENANCE, "dtype", "packing", "significantDigits", "unlimitedTime", "fillValue"];
var CLASSIC = { "": "netcdf3-classic", "": "netcdf3-64bit-offset", "": "netcdf3-64bit-data" };
var formats = [
  {
    name: "netcdf3",
    title: "NetCDF-3",
    extensions: [".nc3", ".cdf"],
    recognise: (head) => startOf(head).startsWith("CDF") && (own2(CLASSIC, startOf(head).charAt(3)) ?? false),
    open: (path) => openClassic(path),
    create: netcdfWriter("netcdf3"),
    // The record dimension of NetCDF-3 is the first one.
    stretch: ({ dims, time }) => dims[0] === time ? void 0 : Number.POSITIVE_INFINITY,
    // Chunks and levels are refused by its writer, which says why.
    options: [...NETCDF, "compression", "shuffle", "chunks"]
  },
  {
    name: "netcdf4",
    title: "NetCDF-4/HDF5",
    extensions: [".nc", ".nc4"],
    recognise: (head, path) => hasHdf5(head, path) && "hdf5",
    open: openNetcdf4,
    create: netcdfWriter("netcdf4"),
    options: [...NETCDF, "compression", "shuffle", "chunks"]
  },
  {
    name: "geotiff",
    title: "GeoTIFF",
    extensions: [".tif", ".tiff"],
    recognise: (head) => /^(II[*+]\0|MM\0[*+])/.test(startOf(head)),
    open: openGeotiff,
    write: (path, field, { dtype, ...options }) => writeGeotiff(path, field, { ...options, ...dtype !== void 0 && { dtype: geotiffType(dtype) } }),
    atomic: true,
    options: [
      ...PROVENANCE,
      ...[
        "dtype",
        "compression",
        "epsg",
        "scale",
        "offset",
        "nodata",
        "overviews",
        "tile",
        "bigTiff",
        "bands"
      ]
    ]
  },
  { name: "cpc", extensions: [], recognise: (_, path) => isCpc(path), open: (path) => openCpc(path) },
  {
    name: "bil",
    extensions: [],
    recognise: (head, path) => isBil(path) && !foreignFormat(path, bufferOf(head))?.known,
    open: (path) => openBil(path)
  },
  {
    name: "grib",
    title: "GRIB",
    extensions: [],
    recognise: (head, path) => findGrib(bufferOf(head)) !== void 0 && (startOf(head).startsWith("GRIB") || !foreignFormat(path, bufferOf(head))?.known),
    open: (path) => openGrib(path)
  },
  {
    name: "zarr",
    title: "Zarr",
    extensions: [".zarr"],
    kind: "folder",
    recognise: (_, path) => {
      const version = zarrVersion(path);
      return version !== void 0 && `zarr-v${version}`;
    },
    open: (path, options, kind) => openZarr(path, kind === "zarr-v2" ? 2 : 3, options),
    create: zarrWriter,
    stretch: zarrStretch,
    refuse: notAStore,
    options: [...PROVENANCE, "dtype", "compression", "chunks", "version", "compressor"]
  }
];
var allFormats = (own3 = []) => [...own3, ...formats];
function readableFormats(own3 = []) {
  const titles = allFormats(own3).flatMap(({ title }) => title ?? []);
  return `${titles.slice(0, -1).join(", ")} or ${titles.at(-1)}`;
}
var outputFormats = formats.filter(isWritable).map(({ name }) => name);
function isWritable({ write, create: create2 }) {
  return (write ?? create2) !== void 0;
}
function writable(path, found, format) {
  if (found !== void 0 && isWritable(found)) return found;
  const what = found === void 0 ? "no format that monge knows" : "a format that is only read";
  const message2 = `${path}: format is ${JSON.stringify(format)}, ${what}; expected one of ${outputFormats.join(", ")}`;
  throw new OptionsError(message2, "format", format);
}
function formatToWrite(path, format) {
  if (typeof format === "object") return writable(path, format, format.name);
  if (format !== void 0) return writable(path, formats.find(({ name }) => name === format), format);
  const known = formats.filter(isWritable);
  const found = known.find(({ extensions }) => extensions.includes(extname(path).toLowerCase()));
  if (found !== void 0) return found;
  const list = known.flatMap(({ extensions }) => extensions).join(", ");
  throw new OptionsError(`${path}: the format is not clear from the name; end it in one of ${list}`, "output", path);
}
var bufferOf = (head) => Buffer.from(head.buffer, head.byteOffset, head.byteLength);
var startOf = (head) => bufferOf(head).toString("latin1", 0, 8);
var geotiffType = (dtype) => dtype;
function hasHdf5(head, path) {
  if (startOf(head) === HDF5_MAGIC) return true;
  const file = openSync6(path, "r");
  try {
    const { size } = fstatSync4(file);
    const bytes = Buffer.alloc(8);
    for (let offset = 512; offset < size; offset *= 2) {
      if (readSync5(file, bytes, 0, 8, offset) === 8 && bytes.toString("latin1") === HDF5_MAGIC) return true;
    }
    return false;
  } finally {
    closeSync7(file);
  }
}

// io/formats/open.ts
import { closeSync as closeSync10, existsSync as existsSync10, fstatSync as fstatSync6, openSync as openSync9, readSync as readSync8, statSync as statSync8 } from "node:fs";

// io/field/field.ts
import ndarray from "ndarray";

// io/field/select.ts
var ROUNDING = 2 ** -23;
function isLongitude({ name, attributes }) {
  return axisOf(name, attributes) === "x" && isGeographic(name, attributes);
}
function spanOf({ name, values }) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return `${name} runs from ${low} to ${high}`;
}
function pickNumbers(where, coordinate, label, options = {}) {
  const { name } = coordinate;
  if (typeof label === "number") return pickNearest(where, coordinate, label, options);
  const ends = Array.isArray(label) && label.length === 2 ? label : void 0;
  const [from, to] = ends ?? [];
  const fits = (v) => v === null || typeof v === "number" && !Number.isNaN(v);
  if (ends === void 0 || !fits(from) || !fits(to)) {
    const expected = "expected a number, or a range [from, to] of numbers (null for an open end)";
    throw new OptionsError(`${where}: ${name} is ${JSON.stringify(label)}; ${expected}`, name, label);
  }
  const [low, high] = [from ?? -Infinity, to ?? Infinity];
  const pick = isLongitude(coordinate) ? pickArc(coordinate, low, high) : pickRange(coordinate, low, high);
  if (pick.ranges.length > 0) return pick;
  throw new OptionsError(
    `${where}: no ${name} from ${from ?? "the first"} to ${to ?? "the last"}; ${spanOf(coordinate)}`,
    name,
    label
  );
}
function distance(a, b, around) {
  const d = Math.abs(a - b);
  return around ? Math.abs(d - 360 * Math.round(d / 360)) : d;
}
function pickNearest(where, coordinate, label, options) {
  const { name, values } = coordinate;
  const around = isLongitude(coordinate);
  let best = -1;
  let least = Infinity;
  for (let i = 0; i < values.length; i++) {
    const d = distance(values[i], label, around);
    if (!(d < least || d === least && values[i] > values[best])) continue;
    best = i;
    least = d;
  }
  const exact = (options.method ?? "exact") === "exact";
  const limit = exact ? ROUNDING * Math.max(Math.abs(label), around ? 360 : 0) : options.tolerance ?? Infinity;
  if (best < 0 || !(least <= limit)) {
    const nearest4 = best < 0 ? spanOf(coordinate) : `the nearest is ${values[best]}`;
    const hint2 = exact ? '; pass { method: "nearest" } to take it' : `, ${least} away; the tolerance is ${limit}`;
    throw new OptionsError(`${where}: ${name} ${label} is not on the grid; ${nearest4}${hint2}`, name, label);
  }
  const shift2 = around ? 360 * Math.round((label - values[best]) / 360) : 0;
  return { ranges: [[best, best + 1]], keep: false, ...shift2 !== 0 && { shifts: [shift2] } };
}
function pickRange({ values }, a, b) {
  const slack = (v) => Number.isFinite(v) ? ROUNDING * Math.abs(v) : 0;
  const [low, high] = a <= b ? [a - slack(a), b + slack(b)] : [b - slack(b), a + slack(a)];
  const inside = [];
  for (let i = 0; i < values.length; i++) if (values[i] >= low && values[i] <= high) inside.push(i);
  return { ranges: asRanges(inside), keep: true };
}
function isAxis(values) {
  let [rises, falls] = [0, 0];
  for (let i = 1; i < values.length; i++) values[i] > values[i - 1] ? rises++ : falls++;
  return Math.min(rises, falls) <= 1;
}
function pickArc(coordinate, west, east) {
  const { values } = coordinate;
  if (!Number.isFinite(west) || !Number.isFinite(east)) return pickRange(coordinate, west, east);
  const end = east < west ? east + 360 * Math.ceil((west - east) / 360) : east;
  const slack = 360 * ROUNDING;
  const runs = [];
  for (let i = 0; i < values.length; i++) {
    const own3 = values[i] >= west - slack && values[i] <= end + slack;
    const shift2 = own3 ? 0 : 360 * Math.ceil((west - slack - values[i]) / 360);
    const moved = values[i] + shift2;
    if (!(moved <= end + slack)) continue;
    const last = runs.at(-1);
    if (last?.to === i && last.shift === shift2) last.to++;
    else runs.push({ from: i, to: i + 1, shift: shift2, first: moved });
  }
  if (!isAxis(values)) return pickOf(runs);
  const falling = values.length > 1 && values[1] < values[0];
  runs.sort((a, b) => falling ? b.first - a.first : a.first - b.first);
  runs.forEach((run, i) => {
    const before = runs[i - 1];
    if (before === void 0) return;
    const last = values[before.to - 1] + before.shift;
    const passed = (v) => falling ? v < last - slack : v > last + slack;
    while (run.from < run.to && !passed(values[run.from] + run.shift)) run.from++;
  });
  return pickOf(runs.filter(({ from, to }) => from < to));
}
function pickOf(kept) {
  return {
    ranges: kept.map(({ from, to }) => [from, to]),
    keep: true,
    ...kept.some(({ shift: shift2 }) => shift2 !== 0) && { shifts: kept.map(({ shift: shift2 }) => shift2) }
  };
}

// io/field/select-plane.ts
var RADIANS2 = Math.PI / 180;
function within(where, name, label, around) {
  if (label === void 0) return () => true;
  const [from, to] = Array.isArray(label) && label.length === 2 ? label : [];
  const fits = (v) => v === null || typeof v === "number";
  if (from === void 0 || !fits(from) || !fits(to)) {
    const hint2 = "a single place needs both latitude and longitude as numbers";
    throw new OptionsError(`${where}: ${name} is ${JSON.stringify(label)}; expected [from, to]; ${hint2}`, name, label);
  }
  const [low, high] = [from ?? -Infinity, to ?? Infinity];
  if (!around || !Number.isFinite(low) || !Number.isFinite(high)) {
    const [south, north] = low <= high ? [low, high] : [high, low];
    return (v) => v >= south && v <= north;
  }
  const length = low > high ? high - low + 360 * Math.ceil((low - high) / 360) : high - low;
  return (v) => {
    const east = v - low;
    return east - 360 * Math.floor(east / 360) <= length;
  };
}
function pickPlane(where, latitude, longitude, labels, shape, options = {}) {
  const [lat, lon] = labels;
  if (typeof lat === "number" && typeof lon === "number")
    return nearest3(where, latitude, longitude, [lat, lon], shape, options);
  const north = within(where, latitude.name, lat, false);
  const east = within(where, longitude.name, lon, true);
  const [rows, columns] = shape;
  let [top, bottom, left, right] = [rows, -1, columns, -1];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const i = r * columns + c;
      if (!north(latitude.values[i]) || !east(longitude.values[i])) continue;
      top = Math.min(top, r);
      bottom = r;
      left = Math.min(left, c);
      right = Math.max(right, c);
    }
  }
  if (bottom < 0) {
    const asked = [lat && `${latitude.name} ${lat}`, lon && `${longitude.name} ${lon}`].filter(Boolean).join(", ");
    const spans = `${spanOf(latitude)}, ${spanOf(longitude)}`;
    throw new OptionsError(`${where}: no cell has ${asked}; ${spans}`, latitude.name, labels);
  }
  return [
    { ranges: [[top, bottom + 1]], keep: true },
    { ranges: [[left, right + 1]], keep: true }
  ];
}
function nearest3(where, latitude, longitude, [lat, lon], [, columns], { method = "exact", tolerance = Infinity }) {
  if (method !== "nearest") {
    const hint2 = 'pass { method: "nearest" }';
    throw new OptionsError(
      `${where}: ${latitude.name} and ${longitude.name} are two-dimensional; ${hint2}`,
      "method",
      method
    );
  }
  let best = -1;
  let least = Infinity;
  for (let i = 0; i < latitude.values.length; i++) {
    const [a, b] = [latitude.values[i] * RADIANS2, lat * RADIANS2];
    const [s, t] = [Math.sin((a - b) / 2), Math.sin((longitude.values[i] - lon) * RADIANS2 / 2)];
    const haversine = s * s + Math.cos(a) * Math.cos(b) * t * t;
    if (!(haversine < least)) continue;
    best = i;
    least = haversine;
  }
  const away = 2 * Math.asin(Math.min(1, Math.sqrt(least))) / RADIANS2;
  if (best < 0 || away > tolerance) {
    const found = best < 0 ? "the grid has no positions" : `the nearest is ${away} degrees away`;
    throw new OptionsError(
      `${where}: no cell near ${lat}, ${lon}; ${found}; the tolerance is ${tolerance}`,
      "tolerance",
      tolerance
    );
  }
  const [r, c] = [Math.floor(best / columns), best % columns];
  return [
    { ranges: [[r, r + 1]], keep: false },
    { ranges: [[c, c + 1]], keep: false }
  ];
}

// io/field/dates.ts
var LABEL = /^([+-]?\d{4,6})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ](\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?)?)?)?\s*Z?$/;
function daysInYear(year, calendar) {
  return dayNumber(calendar, year + 1, 1, 1) - dayNumber(calendar, year, 1, 1);
}
function dayOfYear(date, calendar) {
  return dayNumber(calendar, date.year, date.month, date.day) - dayNumber(calendar, date.year, 1, 1) + 1;
}
function microOf(date) {
  const seconds = (date.hour * 60 + date.minute) * 60 + date.second;
  return seconds * 1e6 + date.millisecond * 1e3 + (date.microsecond ?? 0);
}
function clampDay(year, month, day, calendar) {
  for (let last = day; last > 27; last--) if (isDay(calendar, year, month, last)) return last;
  return day;
}
function dateAt2(where, days, micro, calendar) {
  const date = dateOf(days, micro, calendar);
  if (date !== void 0) return date;
  const expected = "a date within a million years of the year 0";
  throw new OptionsError(`${where}: the date is ${days} days from the year 0; expected ${expected}`, "date", days);
}
function addToDate(date, step, calendar) {
  const { years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0 } = step;
  for (const [name, value] of Object.entries({ years, months })) {
    if (Number.isInteger(value)) continue;
    throw new OptionsError(`addToDate: ${name} is ${value}; expected a whole number`, name, value);
  }
  const total = (date.year + years) * 12 + date.month - 1 + months;
  const [year, month] = [Math.floor(total / 12), (total % 12 + 12) % 12 + 1];
  const day = clampDay(year, month, date.day, calendar);
  const whole2 = Math.floor(days);
  const clock = (days - whole2) * 86400 + hours * 3600 + minutes * 60 + seconds;
  const moved = dayNumber(calendar, year, month, day) + whole2;
  return dateAt2("addToDate", moved, microOf(date) + Math.round(clock * 1e6), calendar);
}
function dateRange(label, calendar) {
  const match = LABEL.exec(label.trim());
  const fail2 = (what) => new OptionsError(
    `dateRange: "${label}" ${what}; expected a date such as 2018, 2018-06, 2018-06-15 or 2018-06-15T12:30 in the ${calendar} calendar`,
    "label",
    label
  );
  if (!match) throw fail2("is not a date");
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => part && Number(part));
  const fraction = match[7] ?? "";
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) throw fail2("is not a time of day");
  if (!isDay(calendar, year, month ?? 1, day ?? 1)) throw fail2("does not exist");
  const micro = Number(fraction.padEnd(6, "0"));
  const from = dateAt2(
    "dateRange",
    dayNumber(calendar, year, month ?? 1, day ?? 1),
    (((hour ?? 0) * 60 + (minute ?? 0)) * 60 + (second ?? 0)) * 1e6 + micro,
    calendar
  );
  if (month === void 0) return { from, to: addToDate(from, { years: 1 }, calendar) };
  if (day === void 0) return { from, to: addToDate(from, { months: 1 }, calendar) };
  const [days, clock] = [dayNumber(calendar, year, month, day), microOf(from)];
  const length = hour === void 0 ? DAY_US : minute === void 0 ? 36e8 : second === void 0 ? 6e7 : 10 ** (6 - fraction.length);
  return { from, to: dateAt2("dateRange", days, clock + length, calendar) };
}

// io/field/select-time.ts
var HINT4 = 'expected a date such as "2018", "2018-06", "2018-06-03" or "2018-06-03T12:00", or a range of two';
function periodOf(where, name, text2, { calendar }) {
  const axis3 = { step: 1, origin: 0, calendar };
  try {
    const { from, to } = dateRange(text2, calendar);
    return [encodeTime(from, axis3), encodeTime(to, axis3)];
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    const why = /does not exist/.test(error.message) ? `is no day of the ${calendar} calendar` : "is no date";
    throw new OptionsError(`${where}: ${name} "${text2}" ${why}; ${HINT4}`, name, text2);
  }
}
function pickTimes(where, coordinate, label, options = {}) {
  const { name } = coordinate;
  const units = timeUnitsOf(coordinate);
  const instants = instantsOf(coordinate, units);
  const period = (text2) => {
    if (typeof text2 === "string") return periodOf(where, name, text2, units);
    throw new OptionsError(`${where}: ${name} is ${JSON.stringify(label)}; ${HINT4}`, name, label);
  };
  if (typeof label === "string" && options.method === "nearest")
    return nearestTime(where, coordinate, instants, period(label)[0], { ...options, units });
  const [from, to] = Array.isArray(label) ? label : [label, label];
  const begin3 = from === null ? -Infinity : period(from)[0];
  const end = to === null ? Infinity : period(to)[1];
  const inside = [];
  for (let i = 0; i < instants.length; i++) if (instants[i] >= begin3 && instants[i] < end) inside.push(i);
  if (inside.length > 0) return { ranges: asRanges(inside), keep: true };
  const asked = typeof label === "string" ? `in ${label}` : `from ${from ?? "the first"} to ${to ?? "the last"}`;
  const order = begin3 >= end ? "; the range ends before it begins" : `; ${timeSpan(name, instants, units)}`;
  throw new OptionsError(`${where}: no ${name} ${asked}${order}`, name, label);
}
function timeSpan(name, instants, units) {
  const known = instants.filter((v) => !Number.isNaN(v));
  if (known.length === 0) return `${name} has no value`;
  const span2 = known.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [Infinity, -Infinity]);
  return `${name} runs from ${isoOf(span2[0], units)} to ${isoOf(span2[1], units)} (${units.calendar} calendar)`;
}
function nearestTime(where, { name }, instants, wanted, { tolerance = Infinity, units }) {
  let best = -1;
  for (let i = 0; i < instants.length; i++) {
    const closer = Math.abs(instants[i] - wanted) - (best < 0 ? Infinity : Math.abs(instants[best] - wanted));
    if (closer < 0 || closer === 0 && instants[i] > instants[best]) best = i;
  }
  const away = best < 0 ? Infinity : Math.abs(instants[best] - wanted) / 1e3;
  if (best >= 0 && away <= tolerance) return { ranges: [[best, best + 1]], keep: false };
  const nearest4 = best < 0 ? timeSpan(name, instants, units) : `the nearest is ${isoOf(instants[best], units)}`;
  const limit = best < 0 ? "" : `, ${away} s away; the tolerance is ${tolerance} s`;
  throw new OptionsError(`${where}: no ${name} near ${isoOf(wanted, units)}; ${nearest4}${limit}`, name, wanted);
}

// io/field/select-labels.ts
function geographicRole(name) {
  return /^lat(itude)?$/i.test(name) ? "y" : /^lon(gitude)?$/i.test(name) ? "x" : void 0;
}
function cutLabels(whole2, labels, options = {}) {
  checkOptions2(whole2, options);
  let part = wholeOf(whole2);
  const along = (coordinate, label) => {
    const dated = axisOf(coordinate.name, coordinate.attributes) === "time" && [label].flat().some(isText2);
    const pick = (dated ? pickTimes : pickNumbers)(whereOf(whole2), coordinate, label, options);
    part = take(part, coordinate.dims[0], pick, coordinate.name);
  };
  const single2 = (label) => Array.isArray(label) ? 0 : 1;
  let pending = Object.entries(labels).toSorted(([, a], [, b]) => single2(a) - single2(b));
  checkOnePerDimension(
    part,
    pending.filter(([, label]) => single2(label) === 1).map(([name]) => name)
  );
  for (; ; ) {
    const next = pending.find(([name]) => resolve5(part, name).dims.length === 1);
    if (next === void 0) break;
    pending = pending.filter((one2) => one2 !== next);
    along(resolve5(part, next[0]), next[1]);
  }
  const plane = {};
  for (const [name, label] of pending) {
    const coordinate = resolve5(part, name);
    const role = axisOf(coordinate.name, coordinate.attributes) === "y" ? "y" : "x";
    if (plane[role] === void 0) plane[role] = [coordinate, label];
    else
      throw new OptionsError(`${whereOf(whole2)}: ${name} names ${coordinate.name} twice; name it once`, name, labels);
  }
  const { dims } = (plane.y ?? plane.x)?.[0] ?? {};
  if (dims === void 0) return part;
  const lat = plane.y?.[0] ?? partner(part, dims, "y");
  const lon = plane.x?.[0] ?? partner(part, dims, "x");
  const size = dims.map((dim) => part.shape[part.dims.indexOf(dim)]);
  const picks = pickPlane(whereOf(whole2), lat, lon, [plane.y?.[1], plane.x?.[1]], size, options);
  return take(take(part, dims[0], picks[0]), dims[1], picks[1]);
}
function checkOnePerDimension(part, names) {
  const seen = /* @__PURE__ */ new Map();
  for (const name of names) {
    const { dims } = lookUp(part, name) ?? { dims: [] };
    if (dims.length !== 1) continue;
    const [dim] = dims;
    const other = seen.get(dim);
    seen.set(dim, name);
    if (other === void 0) continue;
    const way = `give ranges, as ${name}: [LOW, HIGH], or the position: isel({ ${dim}: INDEX })`;
    const text2 = `${other} and ${name} both lie along ${dim}, of which one label takes one position; ${way}`;
    throw new OptionsError(`${whereOf(part)}: ${text2}`, name, names);
  }
}
var isText2 = (label) => typeof label === "string";
function checkOptions2(whole2, { method = "exact", tolerance = 0 }) {
  if (method !== "exact" && method !== "nearest") {
    const text3 = `method is ${JSON.stringify(method)}; expected "exact" or "nearest"`;
    throw new OptionsError(`${whereOf(whole2)}: ${text3}`, "method", method);
  }
  if (typeof tolerance === "number" && tolerance >= 0) return;
  const text2 = `tolerance is ${JSON.stringify(tolerance)}; expected a number from 0 on`;
  throw new OptionsError(`${whereOf(whole2)}: ${text2}`, "tolerance", tolerance);
}
function resolve5(part, name) {
  const found = lookUp(part, name);
  if (found) return found;
  throw new OptionsError(`${whereOf(part)}: there is no coordinate ${name} to select by; ${wayTo(part, name)}`, name);
}
function lookUp(part, name) {
  const named3 = (wanted) => part.coordinates.find((c) => c.name === wanted);
  const role = geographicRole(name);
  const dim = name === "time" || name === "x" || name === "y" ? dimOf(part, name) : void 0;
  const found = named3(name) ?? (role ? geographic(part, role) : named3(dim));
  return found?.dims.length === 1 || found?.dims.length === 2 && role ? found : void 0;
}
function wayTo(part, name) {
  const role = geographicRole(name);
  const late = part.late?.find((c) => c.name === name || role && axisOf(c.name, c.attributes) === role);
  if (late) return `${late.name} changes with time: load a part of the times and select from that`;
  if (part.dims.includes(name)) return "the dimension has no coordinate; select it by position with isel";
  const roles = [...geographic(part, "y") ? ["lat"] : [], ...geographic(part, "x") ? ["lon"] : []];
  const lines = part.coordinates.filter((c) => c.dims.length === 1).map((c) => c.name);
  return `it has ${[.../* @__PURE__ */ new Set([...lines, ...roles])].join(", ") || "none"}`;
}
function geographic({ coordinates }, role) {
  return coordinates.find(
    (c) => (c.dims.length === 1 || c.dims.length === 2) && axisOf(c.name, c.attributes) === role && (isGeographic(c.name, c.attributes) || isLongitude(c))
  );
}
function partner(part, dims, role) {
  const found = geographic(part, role);
  if (found && String(found.dims) === String(dims)) return found;
  const what = role === "y" ? "latitude" : "longitude";
  throw new OptionsError(`${whereOf(part)}: no ${what} over ${dims.join(", ")}`, role);
}

// io/field/gridded.ts
var Gridded = class {
  /** Size along a dimension. @throws ShapeError if there is no such dimension. */
  size(dim) {
    return this.shape[axisIndex(this, dim)];
  }
  /** The coordinate of this name, if there is one. */
  coordinate(name) {
    return this.coordinates.find((c) => c.name === name);
  }
  /** Name of the dimension that plays a role (`"x"`, `"y"`, `"time"`, `"realization"`, …), if one does. */
  dimOf(role) {
    return dimOf(this, role);
  }
  /** The decoded time coordinate, empty where there is none. @throws UnitsError if its units are not understood. */
  times() {
    return timesOf(this);
  }
  /**
   * A part by position: `isel({ time: 3 })` drops the dimension, `isel({ time: [0, 10] })` keeps it.
   * Negative single indices count from the end.
   *
   * @throws ShapeError for an unknown dimension; OptionsError for an index out of range.
   */
  isel(selection) {
    return this.part(cutPositions(this, selection));
  }
  /**
   * A part by label.
   *
   * Keys are names of coordinates; `lat`, `lon` (or `latitude`, `longitude`), `time`, `x` and `y` also find the coordinate
   * that plays the role. A range takes everything from label to label, both included, in file order; a text takes the
   * period it names and keeps the dimension; a number takes one position and drops the dimension. Longitudes are matched
   * around the circle: a box that crosses the seam of the grid comes joined in order, with longitudes in the box's
   * convention; a western end above the eastern one goes over the 180th meridian. On two-dimensional latitudes and
   * longitudes, ranges give the smallest box of indices around the cells inside.
   *
   * @throws OptionsError for an unknown name or where nothing lies at the labels; UnitsError for unreadable time units.
   * @example field.sel({ time: ["1950-06", "1950-08"], lat: [40, 50], lon: [-5, 6] })
   */
  sel(labels, options = {}) {
    return this.part(cutLabels(this, labels, options));
  }
};

// io/field/printed.ts
var MOST_LINES = 8;
function fieldText(kind, field, values) {
  const { name, dims, shape, units, coordinates, attributes, gridMapping } = field;
  const sizes2 = dims.map((dim, i) => `${shortened(dim)}: ${shape[i]}`).join(", ");
  const type = typeof values === "string" ? "" : values instanceof Float32Array ? " float32" : " float64";
  const title = `${kind} ${shortened(name)} (${sizes2})${type}${units === void 0 ? "" : `, ${shortened(units)}`}`;
  const mapping = gridMapping ? [[gridMapping.name, textOf(gridMapping.attributes, "grid_mapping_name") ?? ""]] : [];
  return [
    title,
    ...section("Coordinates", coordinates.map(coordinateRow)),
    ...section("Grid mapping", mapping),
    `Values: ${typeof values === "string" ? values : valuesText(values)}`,
    ...section(
      "Attributes",
      Object.entries(attributes).map(([key, value]) => [key, attributeText(value)])
    )
  ].join("\n");
}
function section(title, rows) {
  if (rows.length === 0) return [];
  const shown2 = rows.slice(0, MOST_LINES).map(([name, text2]) => [shortened(name, 40), shortened(text2)]);
  const width = Math.max(...shown2.map(([name]) => name.length));
  const more = rows.length - shown2.length;
  return [
    `${title}:`,
    ...shown2.map(([name, text2]) => `  ${name.padEnd(width)}  ${text2}`),
    ...more > 0 ? [`  \u2026 and ${more} more`] : []
  ];
}
function coordinateRow({ name, dims, values, attributes, bounds }) {
  const units = textOf(attributes, "units");
  const time = axisOf(name, attributes) === "time" ? datesOf(values, attributes) : void 0;
  const [first, last] = time ?? [values[0], values.at(-1)].map((v) => v === void 0 ? "" : shortNumber(v));
  const range = values.length === 0 ? "empty" : values.length === 1 ? first : `${first} \u2026 ${last}`;
  const unit = units === void 0 || time !== void 0 ? "" : ` ${units}`;
  return [name, `(${dims.join(", ")}) ${range}${unit}${bounds === void 0 ? "" : ", with bounds"}`];
}
function datesOf(values, attributes) {
  if (values.length === 0) return void 0;
  try {
    const units = timeUnitsOf({ attributes });
    const date = (v) => isoOf(v * units.step + units.origin, units);
    return [date(values[0]), date(values.at(-1))];
  } catch (error) {
    if (isMongeError(error)) return void 0;
    throw error;
  }
}
function valuesText(values) {
  let [low, high, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    if (Number.isNaN(v)) continue;
    if (v < low) low = v;
    if (v > high) high = v;
    sum += v;
    count++;
  }
  const gaps = values.length - count;
  const missing = gaps === 0 ? "none missing" : `${gaps} of ${values.length} missing`;
  if (count === 0) return values.length === 0 ? "none" : missing;
  return `min ${shortNumber(low)}, mean ${shortNumber(sum / count)}, max ${shortNumber(high)}, ${missing}`;
}
function attributeText(value) {
  if (typeof value === "string") return value;
  const list = Array.isArray(value) || ArrayBuffer.isView(value) ? Array.from(value) : [value];
  return list.slice(0, 6).map(String).join(", ") + (list.length > 6 ? ", \u2026" : "");
}

// io/field/field.ts
var Field = class _Field extends Gridded {
  /** Of the variable, e.g. `pr`. */
  name;
  /** One name per dimension, slowest first. */
  dims;
  /** Size of each dimension, in the order of `dims`. */
  shape;
  /** CF (udunits) text, e.g. `mm/day`; undefined where not known. */
  units;
  /** Along some of the dimensions, or scalar. */
  coordinates;
  /** CF attributes of the variable besides its units. */
  attributes;
  /** Projection of the coordinates; undefined where none is stated. */
  gridMapping;
  /** File it came from, for messages. */
  source;
  /** The values as an ndarray of the field's shape. */
  array;
  /** @throws ShapeError if values, shape, dims and coordinates do not fit together. */
  constructor(options) {
    super();
    const { name, dims, shape, values, coordinates = [] } = options;
    if (dims.length !== shape.length) {
      throw new ShapeError(`Field ${name}: shape`, `${dims.length} sizes, one for each of ${dims.join(", ")}`, shape);
    }
    if (new Set(dims).size !== dims.length)
      throw new ShapeError(`Field ${name}: dims`, "different names", dims.join(", "));
    if (!shape.every((n) => Number.isInteger(n) && n >= 0)) {
      throw new ShapeError(`Field ${name}: shape`, "whole numbers of at least 0", shape);
    }
    if (values.length !== sizeOf(shape)) {
      throw new ShapeError(
        `Field ${name}: values`,
        `${sizeOf(shape)} of shape [${shape.join(", ")}]`,
        `${values.length}`
      );
    }
    for (const coordinate of coordinates) {
      const sizes2 = coordinate.dims.map((dim) => {
        const axis3 = dims.indexOf(dim);
        if (axis3 >= 0) return shape[axis3];
        throw new ShapeError(`Field ${name}: coordinate ${coordinate.name}`, `dims among ${dims.join(", ")}`, dim);
      });
      if (coordinate.values.length !== sizeOf(sizes2)) {
        throw new ShapeError(`Field ${name}: coordinate ${coordinate.name}`, sizes2, [coordinate.values.length]);
      }
      const edges = (coordinate.bounds?.length ?? 0) / coordinate.values.length;
      const fits = coordinate.dims.length < 2 ? edges === 2 : Number.isInteger(edges) && edges > 2;
      if (coordinate.bounds && coordinate.values.length > 0 && !fits) {
        const expected = [...sizes2, coordinate.dims.length < 2 ? 2 : 4];
        throw new ShapeError(`Field ${name}: bounds of ${coordinate.name}`, expected, [coordinate.bounds.length]);
      }
    }
    this.name = name;
    this.dims = [...dims];
    this.shape = [...shape];
    this.units = options.units;
    this.coordinates = coordinates;
    this.attributes = options.attributes ?? {};
    this.gridMapping = options.gridMapping;
    this.source = options.source;
    this.array = ndarray(values, [...shape]);
  }
  /** The values, contiguous and row-major over `shape`. */
  get values() {
    return this.array.data;
  }
  /** What `console.log` prints, in the order of xarray's repr; it looks at every value once. */
  [inspect]() {
    return fieldText("Field", this, this.values);
  }
  /** A copy with some parts replaced; values and shape go together. */
  with(changes) {
    const { name, dims, shape, values, units, coordinates, attributes, gridMapping, source } = this;
    return new _Field({ name, dims, shape, values, units, coordinates, attributes, gridMapping, source, ...changes });
  }
  /** 1 where a value is missing (NaN), else 0. */
  mask() {
    return Uint8Array.from(this.values, (v) => Number.isNaN(v) ? 1 : 0);
  }
  /** How many values are missing. */
  countMissing() {
    let count = 0;
    for (const v of this.values) if (Number.isNaN(v)) count++;
    return count;
  }
  part({ dims, shape, coordinates, attributes, gridMapping, picks }) {
    const values = takeBlock(
      this.values,
      this.shape,
      picks.map(({ ranges }) => ranges)
    );
    return this.with({ dims, shape, values, coordinates, attributes, gridMapping });
  }
};

// io/formats/in-memory.ts
function held(name, dims, shape, values, attributes) {
  const dtype = values instanceof Float32Array ? "float32" : "float64";
  const { units } = attributes;
  return { name, dtype, dims, shape, units: typeof units === "string" ? units : void 0, attributes, values };
}
function sourceOf2(path, format, field) {
  const { dims, shape, coordinates, gridMapping, units } = field;
  const auxiliary = coordinates.filter(({ name }) => !dims.includes(name)).map(({ name }) => name);
  const variables = coordinates.flatMap(({ name, dims: over, values, attributes, bounds }) => {
    const sizes2 = over.map((dim) => field.size(dim));
    if (bounds === void 0) return [held(name, over, sizes2, values, attributes)];
    const edges = bounds.length / values.length;
    return [
      held(name, over, sizes2, values, { ...attributes, bounds: `${name}_bnds` }),
      held(`${name}_bnds`, [...over, `nv${edges}`], [...sizes2, edges], bounds, {})
    ];
  });
  if (gridMapping) variables.push(held(gridMapping.name, [], [], Float64Array.of(0), gridMapping.attributes));
  variables.push(
    held(field.name, dims, shape, field.values, {
      ...field.attributes,
      ...units !== void 0 && { units },
      ...auxiliary.length > 0 && { coordinates: auxiliary.join(" ") },
      ...gridMapping && { grid_mapping: gridMapping.name }
    })
  );
  return {
    path,
    format,
    dims: dims.map((name, i) => ({ name, size: shape[i], unlimited: false })),
    variables,
    attributes: {},
    async read(name, slab) {
      const found = variables.find((one2) => one2.name === name);
      if (!found) throw new FormatError(path, format, `variable ${name} is not in it`, `it has ${field.name}`);
      const { start, count } = slabWithin(`${path}: variable ${name}`, found.shape, slab);
      return cut2(found.values, found.shape, start, count);
    },
    close() {
    }
  };
}
function cut2(values, shape, start, count) {
  const out = values instanceof Float32Array ? new Float32Array(sizeOf(count)) : new Float64Array(sizeOf(count));
  let at2 = 0;
  const visit = (axis3, from) => {
    if (axis3 === shape.length) {
      out[at2++] = values[from];
      return;
    }
    for (let i = 0; i < count[axis3]; i++) visit(axis3 + 1, from * shape[axis3] + start[axis3] + i);
  };
  visit(0, 0);
  return out;
}

// io/formats/wrapped/unwrap.ts
import {
  closeSync as closeSync9,
  createReadStream as createReadStream2,
  createWriteStream as createWriteStream2,
  mkdirSync as mkdirSync3,
  openSync as openSync8,
  readSync as readSync7,
  rmSync as rmSync4,
  statSync as statSync7
} from "node:fs";
import { tmpdir } from "node:os";
import { basename as basename6, join as join10 } from "node:path";
import { Transform as Transform2 } from "node:stream";
import { pipeline as pipeline2 } from "node:stream/promises";
import { createGunzip } from "node:zlib";

// io/formats/wrapped/zip.ts
import { closeSync as closeSync8, createReadStream, createWriteStream, fstatSync as fstatSync5, openSync as openSync7, readSync as readSync6 } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32 as crc322, createInflateRaw } from "node:zlib";
var HINT5 = "check it with `unzip -t`, or fetch it again";
function refuse3(path, what) {
  return new FormatError(path, "zip", what, HINT5);
}
function withFile(path, use) {
  const file = openSync7(path, "r");
  try {
    const { size } = fstatSync5(file);
    const read = (offset, length) => {
      if (!(offset >= 0 && length >= 0 && offset + length <= size))
        throw refuse3(path, "its list of members lies beyond its end: it is truncated");
      const bytes = Buffer.alloc(length);
      readSync6(file, bytes, 0, length, offset);
      return bytes;
    };
    return use(read, size);
  } finally {
    closeSync8(file);
  }
}
function listZip(path) {
  return withFile(path, (read, size) => {
    const tail = read(Math.max(0, size - 65557), Math.min(size, 65557));
    const at2 = tail.lastIndexOf("PK", void 0, "latin1");
    if (at2 < 0 || at2 + 22 > tail.length) throw refuse3(path, "its list of members is missing: it is truncated");
    let [count, length, start] = [tail.readUInt16LE(at2 + 10), tail.readUInt32LE(at2 + 12), tail.readUInt32LE(at2 + 16)];
    const locator = size - tail.length + at2 - 20;
    if (count === 65535 || length === 4294967295 || start === 4294967295) {
      const found = read(locator, 20);
      if (found.readUInt32LE(0) !== 117853008) throw refuse3(path, "its 64-bit list of members is missing");
      const end = read(Number(found.readBigUInt64LE(8)), 56);
      [count, length, start] = [32, 40, 48].map((p) => Number(end.readBigUInt64LE(p)));
    }
    const list = read(start, length);
    const members = [];
    for (let p = 0, i = 0; i < count; i++) {
      if (p + 46 > list.length || list.readUInt32LE(p) !== 33639248)
        throw refuse3(path, `member ${i + 1} of ${count} in its list is damaged`);
      const [names, extras, comment] = [28, 30, 32].map((o) => list.readUInt16LE(p + o));
      members.push(memberAt(list, p, names, extras));
      p += 46 + names + extras + comment;
    }
    return members.filter((m) => !m.name.endsWith("/"));
  });
}
function memberAt(list, p, names, extras) {
  let [packed, unpacked, offset] = [20, 24, 42].map((o) => list.readUInt32LE(p + o));
  const extra = list.subarray(p + 46 + names, p + 46 + names + extras);
  for (let e = 0; e + 4 <= extra.length; e += 4 + extra.readUInt16LE(e + 2)) {
    if (extra.readUInt16LE(e) !== 1) continue;
    let q = e + 4;
    const wide = (value) => {
      if (value !== 4294967295 || q + 8 > extra.length) return value;
      q += 8;
      return Number(extra.readBigUInt64LE(q - 8));
    };
    unpacked = wide(unpacked);
    packed = wide(packed);
    offset = wide(offset);
  }
  return {
    name: list.toString("utf8", p + 46, p + 46 + names),
    method: list.readUInt16LE(p + 10),
    encrypted: (list.readUInt16LE(p + 8) & 1) === 1,
    checksum: list.readUInt32LE(p + 16),
    packed,
    unpacked,
    offset
  };
}
async function unpackMember(path, member, target) {
  const { name, method, encrypted, offset, packed, unpacked, checksum: checksum2 } = member;
  if (encrypted) throw refuse3(path, `its member ${name} is encrypted`);
  if (method !== 0 && method !== 8) throw refuse3(path, `its member ${name} is packed by method ${method}, not deflate`);
  const start = withFile(path, (read) => {
    const head = read(offset, 30);
    if (head.readUInt32LE(0) !== 67324752) throw refuse3(path, `its member ${name} is not where its list says`);
    const begin3 = offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
    read(begin3 + Math.max(0, packed - 1), Math.min(1, packed));
    return begin3;
  });
  let [sum, length] = [0, 0];
  const count = new Transform({
    transform(chunk, _, done) {
      length += chunk.length;
      if (length > unpacked)
        return done(refuse3(path, `its member ${name} is longer than the ${unpacked} bytes it says`));
      sum = crc322(chunk, sum);
      done(null, chunk);
    }
  });
  const source = createReadStream(path, { start, end: Math.max(start, start + packed - 1) });
  const sink = createWriteStream(target, { flags: "wx" });
  try {
    if (packed === 0) sink.end();
    else if (method === 0) await pipeline(source, count, sink);
    else await pipeline(source, createInflateRaw(), count, sink);
  } catch (cause) {
    if (cause instanceof FormatError || writeRefusal(cause, target)) throw cause;
    throw refuse3(path, `its member ${name} cannot be unpacked (${cause.message})`);
  }
  if (length !== unpacked || sum !== checksum2)
    throw refuse3(path, `its member ${name} does not have its checksum: it is damaged`);
}

// io/formats/wrapped/unwrap.ts
var MOST_UNPACKED = 4 * 2 ** 30;
var MOST_MEMBERS = 1e4;
var MOST_IN_STORE = 1e6;
var BESIDE = /\.(hdr|prj|stx|xml|txt|csv|md|pdf|html?|json|blw|clr|jpe?g)$/i;
function tooLarge(path, format, what, limit) {
  const way = "unpack it by hand, or raise `maxUnpackedBytes`";
  return new FormatError(path, format, `it ${what}, more than the ${limit} bytes that are unpacked`, way);
}
function renamed(error, from, path) {
  if (!(error instanceof FormatError) || !error.message.startsWith(from)) return error;
  const inside = error.path.slice(from.length).replace(/^[\\/]+/, "");
  const text2 = error.message.slice(error.path.length + 2, error.message.length - error.hint.length - 2);
  return new FormatError(path, error.format, `inside it, ${inside}: ${text2}`, error.hint, { cause: error });
}
async function gunzip(path, target, limit) {
  const { size } = statSync7(path);
  const tail = Buffer.alloc(4);
  const file = openSync8(path, "r");
  readSync7(file, tail, 0, 4, Math.max(0, size - 4));
  closeSync9(file);
  if (tail.readUInt32LE(0) > limit)
    throw tooLarge(path, "gzip", `says that it unpacks to ${tail.readUInt32LE(0)} bytes`, limit);
  let length = 0;
  const count = new Transform2({
    transform(chunk, _, done) {
      length += chunk.length;
      done(length > limit ? tooLarge(path, "gzip", `unpacks to at least ${length} bytes`, limit) : null, chunk);
    }
  });
  try {
    await pipeline2(createReadStream2(path), createGunzip(), count, createWriteStream2(target, { flags: "wx" }));
  } catch (cause) {
    if (cause instanceof FormatError || writeRefusal(cause, target)) throw cause;
    const text2 = `it cannot be unpacked (${cause.message}): it is truncated or damaged`;
    throw new FormatError(path, "gzip", text2, "check it with `gunzip -t`, or fetch it again", { cause });
  }
}
function storeRoot(members) {
  const roots = members.flatMap(
    ({ name }) => /^([^/]+\/)?(?:zarr\.json|\.z(?:group|array|metadata))$/.exec(name)?.slice(0, 2) ?? []
  );
  const found = new Set(roots.filter((_, i) => i % 2 === 1).map((root2) => root2 ?? ""));
  if (found.has("")) return "";
  return found.size === 1 ? [...found][0] : void 0;
}
async function unzipStore(path, folder, members, root2) {
  const target = join10(folder, basename6(path).replace(/\.zip$/i, "") || "store");
  const last = new Map(members.filter(({ name }) => name.startsWith(root2)).map((m) => [m.name.slice(root2.length), m]));
  for (const [name, member] of last) {
    const parts = name.split("/");
    if (parts.some((part) => part === "" || part === "." || part === "..") || /[\\\0]/.test(name)) {
      throw new FormatError(path, "zip", `its member ${JSON.stringify(name)} has no safe name`, "unpack it by hand");
    }
    mkdirSync3(join10(target, ...parts.slice(0, -1)), { recursive: true });
    await unpackMember(path, member, join10(target, ...parts));
  }
  return target;
}
async function unzip2(path, folder, limit, wanted) {
  const members = listZip(path);
  const total = members.reduce((n, m) => n + m.unpacked, 0);
  if (total > limit) throw tooLarge(path, "zip", `says that it unpacks to ${total} bytes`, limit);
  const size = statSync7(path).size;
  if (members.length > (storeRoot(members) === void 0 ? MOST_MEMBERS : MOST_IN_STORE) || members.reduce((n, m) => n + m.packed, 0) > size)
    throw new FormatError(
      path,
      "zip",
      `it lists ${members.length} members that cannot all lie in it`,
      "fetch it again"
    );
  const store = wanted === void 0 ? storeRoot(members) : void 0;
  if (store !== void 0) return await unzipStore(path, folder, members, store);
  const choices = members.filter((m) => !BESIDE.test(m.name));
  const list = choices.map((m) => m.name).join(", ") || "none";
  const chosen = wanted === void 0 ? choices : members.filter((m) => m.name === wanted || fileName(m) === wanted);
  if (chosen.length !== 1) {
    const what = wanted === void 0 ? `it holds ${choices.length} files (${list})` : `it holds no single ${wanted}`;
    throw new FormatError(path, "zip", `${what}; expected one that monge reads`, `name it by \`member\` (${list})`);
  }
  const [main] = chosen;
  const stem = fileName(main).replace(/\.[^.]*$/, "");
  const names = /* @__PURE__ */ new Set();
  for (const member of members.filter((m) => m === main || fileName(m).startsWith(stem) && BESIDE.test(m.name))) {
    const name = fileName(member);
    if (name === "" || names.has(name)) continue;
    names.add(name);
    await unpackMember(path, member, join10(folder, name));
  }
  return join10(folder, fileName(main));
}
var fileName = ({ name }) => name.split(/[\\/]/).at(-1).replace(/^\.+/, "");
async function openWrapped(path, format, open5, options = {}) {
  const limit = options.maxUnpackedBytes ?? MOST_UNPACKED;
  tidyOnce(tmpdir());
  const folder = join10(tmpdir(), temporaryNames("monge-unpacked").fresh);
  const settled = removeAtExit(folder);
  const remove = () => {
    rmSync4(folder, { recursive: true, force: true });
    settled();
  };
  try {
    mkdirSync3(folder, { mode: 448 });
    const target = join10(folder, basename6(path).replace(/\.(gz|gzip)$/i, "") || "file");
    if (format === "gzip") await gunzip(path, target, limit);
    const source = await open5(format === "gzip" ? target : await unzip2(path, folder, limit, options.member));
    const { dims, variables, attributes } = source;
    return {
      path,
      format: source.format,
      dims,
      variables,
      attributes,
      async read(name, slab) {
        try {
          return await source.read(name, slab);
        } catch (error) {
          throw renamed(error, folder, path);
        }
      },
      close() {
        source.close();
        remove();
      }
    };
  } catch (error) {
    remove();
    const isOurs = !(error instanceof FormatError) && error.path !== path;
    const refusal2 = isOurs ? writeRefusal(error, tmpdir()) : void 0;
    if (refusal2 === void 0) throw renamed(error, folder, path);
    const hint2 = "free space there, or let TMPDIR name a folder that holds it";
    throw new FormatError(path, format, `it could not be unpacked into ${tmpdir()}: ${refusal2.what}`, hint2, {
      cause: error
    });
  }
}

// io/formats/open.ts
var WRAPPINGS = [
  ["\x8B", "gzip"],
  ["PK", "zip"],
  ["PK", "zip"]
];
function openReadable(path) {
  try {
    return openSync9(path, "r");
  } catch (cause) {
    const { code, message: message2 } = cause;
    const why = code === "EACCES" || code === "EPERM" ? "you are not permitted to read it" : `it cannot be read (${message2})`;
    throw new FormatError(path, "unknown", why, "check the rights on the file", { cause });
  }
}
function checkThere(path) {
  const [, scheme] = /^([a-z][a-z0-9+.-]+):\/\//i.exec(path) ?? [];
  if (scheme !== void 0) {
    const way = /^(s3|gs|gcs|az|abfs)$/.test(scheme) ? "copy it to this machine" : "fetch it first, for example with `curl -LO`";
    throw new FormatError(path, "unknown", `it is an address (${scheme}); expected a file or folder`, way);
  }
  if (!existsSync10(path)) throw new FormatError(path, "unknown", "there is no such file", "check the path");
}
function ask(path, head, kind, own3) {
  for (const format of allFormats(own3)) {
    if ((format.kind ?? "file") !== kind) continue;
    const found = format.recognise?.(head, path) ?? false;
    if (found !== false) return { kind: found === true ? format.name : found, format };
  }
  return void 0;
}
function find(path, own3) {
  checkThere(path);
  if (statSync8(path).isDirectory()) {
    const found2 = ask(path, Buffer.alloc(0), "folder", own3);
    if (found2 !== void 0) return found2;
    throw new FormatError(path, "unknown", "it is a folder, and not one of a Zarr store", "name a file or a store");
  }
  if (!statSync8(path).isFile()) throw new FormatError(path, "unknown", "it is not a file", "name a file");
  const head = headOf(path);
  const start = head.toString("latin1", 0, 4);
  const wrapped = WRAPPINGS.find(([sign]) => start.startsWith(sign))?.[1];
  if (wrapped !== void 0) return { kind: wrapped };
  const found = ask(path, head, "file", own3);
  if (found !== void 0) return found;
  const expected = `expected ${readableFormats(own3)}`;
  const foreign = foreignFormat(path, head);
  if (foreign) throw new FormatError(path, foreign.name, `it is ${foreign.name}; ${expected}`, foreign.way);
  const shown2 = head.length === 0 ? "it is empty" : `it begins with ${JSON.stringify(start)}`;
  throw new FormatError(path, "unknown", `${shown2}; ${expected}`, "convert it with `gdal_translate` or `cdo`");
}
function headOf(path) {
  const file = openReadable(path);
  try {
    const head = Buffer.alloc(Math.min(fstatSync6(file).size, HEAD_BYTES));
    return head.subarray(0, readSync8(file, head, 0, head.length, 0));
  } finally {
    closeSync10(file);
  }
}
function sniff(path, { formats: formats2 = [] } = {}) {
  return find(path, formats2).kind;
}
async function openGrid(path, options = {}) {
  const { kind, format } = find(path, options.formats ?? []);
  if (kind === "gzip" || kind === "zip") {
    const inside = (unpacked) => {
      const within3 = sniff(unpacked, options);
      if (within3 !== "gzip" && within3 !== "zip") return openGrid(unpacked, options);
      throw new FormatError(path, within3, `it is ${within3} inside ${kind}`, "unpack it by hand");
    };
    return openWrapped(path, kind, inside, options);
  }
  if (format?.open === void 0)
    throw new FormatError(path, kind, `it is ${kind}, a format that is only written`, "give its format an `open`");
  const opened = await format.open(path, options, kind);
  return opened instanceof Field ? sourceOf2(path, kind, opened) : opened;
}

// io/formats/zarr/chunk-files.ts
async function zarrChunkFiles(path, name, region = {}) {
  return explained(path, async () => {
    const { dims, shape, chunks } = arrayIn(path, storeAt(path, "zarrChunkFiles"), name);
    const ranges = dims.map((dim, i) => {
      const [from, to] = region[dim] ?? [0, shape[i]];
      if (!(from >= 0 && from < to && to <= shape[i])) {
        throw new ShapeError(`zarrChunkFiles: ${name} along ${dim}`, [0, shape[i]], [from, to]);
      }
      return [Math.floor(from / chunks[i]), Math.ceil(to / chunks[i])];
    });
    return ranges.reduce(
      (heads, [from, to]) => heads.flatMap((head) => Array.from({ length: to - from }, (_, i) => `${head}/${from + i}`)),
      [`${name}/c`]
    );
  });
}

// engine/files/output-check.ts
import { accessSync, constants as constants2, existsSync as existsSync11, realpathSync as realpathSync3, statfsSync, statSync as statSync9 } from "node:fs";
import { dirname as dirname7, resolve as resolve6, sep as sep2 } from "node:path";
function checkOutputs(outputs, inputs) {
  const removed = [];
  const restored = [];
  for (const folder of new Set(outputs.map(({ path }) => dirname7(resolve6(path))))) {
    const found = tidyFolder(folder);
    removed.push(...found.removed);
    restored.push(...found.restored);
  }
  const sources = inputs.flatMap((path) => placeOf3(path) ?? []);
  const seen = [];
  for (const output of outputs) {
    checkPlace(output);
    const own3 = placeOf3(output.path) ?? futurePlace(output.path);
    const input = sources.find((source) => clashes(own3, source));
    const said = shown(output);
    if (input !== void 0) {
      const what = input.path === output.path ? "it" : `it is, or holds, ${input.path}, which`;
      throw wrong(output, `${said}: ${what} is read and written at once; name another file`);
    }
    const twice = seen.find((other) => same3(other, own3));
    if (twice !== void 0) throw wrong(output, `${said}: ${twice.path} is written already; name another file`);
    seen.push(own3);
    checkTaken(output);
  }
  checkRoom(outputs);
  return { removed, restored };
}
function checkFolder(path) {
  let near = resolve6(path);
  while (!existsSync11(near) && dirname7(near) !== near) near = dirname7(near);
  if (!statSync9(near).isDirectory()) {
    throw new FormatError(path, "output", `${near} is no folder`, "name a folder, or one that can be made");
  }
  writable2(path, near);
  const { bavail, blocks } = statfsSync(near);
  if (blocks === 0 || bavail > 0) return;
  throw new FormatError(path, "output", `the disk of ${near} is full`, "free space there, or write elsewhere");
}
var shown = ({ option, path }) => option === void 0 ? path : `--${option} ${path}`;
var wrong = (output, message2) => new OptionsError(message2, output.option ?? "output", output.path);
function placeOf3(path) {
  const status = statSync9(path, { throwIfNoEntry: false });
  return status && { path, real: realpathSync3(path), status };
}
function futurePlace(path) {
  const whole2 = resolve6(path);
  return {
    path,
    real: resolve6(realpathSync3(dirname7(whole2)), whole2.slice(dirname7(whole2).length + 1)),
    status: void 0
  };
}
function same3(a, b) {
  if (a.status && b.status) return a.status.dev === b.status.dev && a.status.ino === b.status.ino;
  return a.real === b.real;
}
var within2 = (inner, outer) => inner.startsWith(outer.endsWith(sep2) ? outer : outer + sep2);
function clashes(output, input) {
  if (same3(output, input) || within2(input.real, output.real)) return true;
  return input.status?.isDirectory() === true && within2(output.real, input.real);
}
function checkPlace(output) {
  const { path, kind = "file" } = output;
  const folder = dirname7(resolve6(path));
  if (!existsSync11(folder)) {
    throw wrong(output, `${shown(output)}: the folder ${folder} does not exist; create it first`);
  }
  if (!statSync9(folder).isDirectory()) throw wrong(output, `${shown(output)}: ${folder} is no folder; check the path`);
  writable2(path, kind === "file" ? dirname7(resolve6(targetOf(path))) : folder);
}
function writable2(path, folder) {
  try {
    accessSync(folder, constants2.W_OK | constants2.X_OK);
  } catch (error) {
    throw explainWriteError(path, error);
  }
}
function checkTaken(output) {
  const { path, kind = "file", overwrite = false, refuse: refuse4 } = output;
  if (!existsSync11(path)) return;
  const why = kind === "folder" ? refuse4?.(path) : void 0;
  if (why !== void 0) throw wrong(output, `${shown(output)}: ${why}; name another, or remove it yourself`);
  if (overwrite) return;
  throw wrong(
    output,
    `${shown(output)}: it is there already; name another, or say that it may be replaced (\`overwrite: true\`)`
  );
}
function checkRoom(outputs) {
  const needs = /* @__PURE__ */ new Map();
  for (const { path, bytes = 0 } of outputs) {
    const folder = dirname7(resolve6(path));
    const { dev } = statSync9(folder);
    const need = (needs.get(dev) ?? 0) + bytes;
    needs.set(dev, need);
    const { bavail, bsize, blocks } = statfsSync(folder);
    const free = bavail * bsize;
    if (blocks === 0 || need <= free) continue;
    const [asked, there] = [need, free].map((n) => `${(n / 1e6).toPrecision(3)} MB`);
    const what = `it takes at least ${asked}, and the disk of ${folder} has ${there} left`;
    throw new FormatError(path, "output", what, "free space there, or write elsewhere");
  }
}

// cli/shell/outputs.ts
import { existsSync as existsSync12 } from "node:fs";
import { dirname as dirname8, resolve as resolve7 } from "node:path";
var MOST_SHRUNK2 = 20;
function leastBytes(values, isCompressed) {
  return isCompressed ? values / MOST_SHRUNK2 : values;
}
function prepareOutputs(outputs, inputs, overwrite) {
  const named3 = outputs.flatMap(({ path, isStore, option, bytes }) => {
    if (path === null || path === void 0) return [];
    const kind = isStore ? "folder" : "file";
    const more = { ...option !== void 0 && { option }, ...bytes !== void 0 && { bytes } };
    return [{ path, kind, refuse: notAStore, overwrite: overwrite ?? false, ...more }];
  });
  sayTidied(checkOutputs(named3, inputs));
}
function isThere(path) {
  if (existsSync12(path)) return true;
  sayTidied(tidyFolder(dirname8(resolve7(path))));
  return existsSync12(path);
}
function sayTidied({ removed, restored }) {
  for (const path of restored) say(`restored ${path}: a command that was replacing it was killed`);
  for (const path of removed) say(`removed ${path}: a killed command had left it unfinished`);
}

// cli/shell/failure-lines.ts
import { existsSync as existsSync13 } from "node:fs";
var places2 = [
  /^`?[\w.]+`?(?: \([^)]*\))?$/,
  /^(?:--[\w-]+|[A-Z]+|variable|field|run|model|folder)(?: \S+| \([^)]*\))?$/,
  /^[^\s;]*[/.*][^\s;]*$/
];
function failureParts(message2, path) {
  const [first = "", ...shown2] = message2.split("\n");
  const found = [];
  let rest = first;
  for (; ; ) {
    const place3 = path !== void 0 && rest.startsWith(`${path}: `) ? path : rest.slice(0, rest.indexOf(": "));
    const isPlace = place3 === path || places2.some((one2) => one2.test(place3)) || place3 !== "" && existsSync13(place3);
    if (!isPlace || rest.indexOf(": ") < 0) break;
    found.push(place3);
    rest = rest.slice(place3.length + 2);
  }
  const at2 = [outside2(rest, "; "), outside2(rest, ", expected ")].filter((k) => k > 0);
  const end = at2.length === 0 ? rest.length : Math.min(...at2);
  const where = [found.join(": "), ...shown2].join("\n");
  return {
    what: rest.slice(0, end),
    where: where === "" ? void 0 : where,
    way: end === rest.length ? void 0 : rest.slice(end + 2)
  };
}
function outside2(text2, mark) {
  for (let from = 0; ; ) {
    const at2 = text2.indexOf(mark, from);
    if (at2 < 0) return -1;
    const before = text2.slice(0, at2);
    const count = (sign) => before.split(sign).length - 1;
    if (count("(") === count(")") && count('"') % 2 === 0 && count("`") % 2 === 0) return at2;
    from = at2 + mark.length;
  }
}
function failureLines({ what, where, way }) {
  const below = (text2) => text2.replaceAll("\n", "\n         ");
  return `monge: ${what}
  where  ${below(where)}
  to do  ${below(way)}`;
}
function usageParts(text2) {
  const [said = "", ...hints] = text2.trim().replace(/^error: /, "").split("\n");
  const named3 = /'(?:-\w, )?((?:--)?[\w-]+)/.exec(said)?.[1] ?? "the command line";
  const [what = "", ...advice] = said.split(/\.? (?=(?:[Ee]xpected|Allowed) )/);
  const ways2 = [...advice, ...hints].map((way) => way.replace(/^\((.*)\)$/, "$1"));
  return { what: what.replace(/\.$/, ""), where: named3, way: ways2.join(" ") || "see --help" };
}

// cli/shell/spoken.ts
var calledOtherwise = {
  convert: [
    ["start", "--accumulated"],
    ["units", "--stated-units"]
  ],
  train: [["network", "--channels"]],
  verify: [
    ["times", "--pair-times"],
    ["fss.windows", "--windows"],
    ["bootstrap.block", "--block"],
    ["bootstrap.draws", "--draws"],
    ["events", "--by"]
  ],
  solve: [
    ["starts.count", "--starts"],
    ["budget.seconds", "--seconds"],
    ["budget.processorSeconds", "--processor-seconds"],
    ["budget.steps", "--steps"],
    ["budget.residual", "--residual"],
    ["shape", "--cells"],
    ["folder", "--keep"],
    ["runs", "--out"],
    ["network.periodic", "--features"]
  ]
};
var accumulated = [[/`deaccumulate`/g, "`monge convert --accumulated`"]];
var toPairs = [
  [
    /choose one position with `isel` or `sel`/g,
    "where it is the time, as bands of a GeoTIFF are, give it dates with `monge convert --start DATE --step 1day`"
  ],
  [
    /; if they are right, `override: true` writes the other attributes anew/g,
    "; if they are right, write the other attributes anew with `monge convert --override --units`"
  ]
];
var ways = {
  train: [
    ...accumulated,
    ...toPairs,
    [
      /preset is "(\w+)", a recipe of diffusion, but generator is "one-step"/g,
      "--preset $1 is a recipe of diffusion, but --generator is one-step"
    ]
  ],
  downscale: [
    ...accumulated,
    ...toPairs,
    [/\bdownscale: method is "([^"]*)", but the model/g, "--sampler is $1, but the model"],
    [/\bdownscale: evaluations is (\d+), but the model/g, "--evaluations is $1, but the model"],
    [/\bmethod is ([\w+-]+), expected/g, "--sampler is $1, expected"]
  ],
  solve: [
    [/use solve\(\)( on the whole time)?/g, "say --windows 1"],
    [/a folder that solve\(\) wrote/g, "a folder that --out wrote"],
    [/use mlp\(\)/g, "use --network mlp"],
    [/\b(sobol|uniform)\(\)/g, "--sampler $1"]
  ]
};
var json = [
  [/\b(initial|dirichlet|neumann|robin)\("([^"]*)"\)/g, '{ "type": "$1", "equation": "$2" }'],
  [/\b(dirichlet|neumann|robin)\("([^"]*)", \{ on: "([^"]*)" \}\)/g, '{ "type": "$1", "equation": "$2", "on": "$3" }'],
  [/\bintegrals: \[integral\("([^"]*)"\)\]/g, '"integrals": ["$1"]'],
  [/\ballow: \[/g, '"allow": [']
];
var replaced = (message2, pairs) => pairs.reduce((text2, [from, to]) => text2.replace(from, to), message2);
var spokenAsJson = (message2) => replaced(message2, json);
function flagsOf(command) {
  const own3 = command.options.flatMap(
    (o) => o.long ? [[o.attributeName(), o.long.replace(/^--no-/, "--")]] : []
  );
  return new Map([...own3, ...calledOtherwise[command.name()] ?? []]);
}
var flagOf = (option, command) => command && flagsOf(command).get(option);
function typed2(value) {
  if (value === "true") return "";
  const plain3 = value.replace(/^["[]|["\]]$/g, "").replace(/", "|, /g, ",");
  return ` ${plain3}`;
}
function spoken(message2, command) {
  if (command === void 0) return message2;
  const flags = flagsOf(command);
  const known = (name) => flags.get(name);
  return replaced(message2, ways[command.name()] ?? []).replace(/`field\.with\(\{ (\w+) \}\)`( or the `\1` option)?/g, (all, name) => known(name) ?? all).replace(/the `(\w+)` option/g, (all, name) => known(name) ?? all).replace(/`(\w+): ("[^"`]*"|\[[^\]`]*\]|true|[\w.-]+)`/g, (all, name, value) => {
    const flag = known(name);
    return flag === void 0 ? all : `${flag}${typed2(value)}`;
  }).replace(/\bpass (\w+): ("[^"]*"|true)/g, (all, name, value) => {
    const flag = known(name);
    return flag === void 0 ? all : `pass ${flag}${typed2(value)}`;
  }).replace(/`(\w+)`/g, (all, name) => known(name) ?? all).replace(/(^|[:,;] )([\w.]+)(?:\[\d+\])? is (?=[^;]*[;,] ?(?:expected|it must|give))/g, (all, before, name) => {
    const flag = known(name);
    return flag === void 0 ? all : `${before}${flag} is `;
  });
}

// cli/shell/failure.ts
var exitCodes = { done: 0, failed: 1, wrongCommand: 2 };
var MOST_LETTERS = 4e3;
var Interrupted = class extends Error {
  exitCode;
  constructor(signal) {
    super(`interrupted by ${signal}`);
    this.name = new.target.name;
    this.exitCode = signal === "SIGTERM" ? 143 : 130;
  }
};
var WrongInput = class extends Error {
  constructor(cause) {
    super(cause.message, { cause });
    this.name = new.target.name;
  }
};
var Unfinished = class extends Error {
  exitCode = exitCodes.failed;
};
function reportFailure(error, command) {
  const known = isMongeError(error) || error?.code !== void 0;
  const isInput = error instanceof WrongInput;
  const raw = error instanceof Error ? error.message : String(error);
  const text2 = isInput ? spokenAsJson(raw) : known ? spoken(raw, command) : raw;
  const path = error?.path;
  const { what, where, way } = failureParts(
    isInput ? text2 : shortened(text2, MOST_LETTERS),
    typeof path === "string" ? path : void 0
  );
  const flag = error instanceof OptionsError ? flagOf(error.option, command) : void 0;
  const isSaid = flag === void 0 || where !== void 0 && text2.includes(flag);
  const places3 = [where, isSaid ? void 0 : flag].filter((place3) => place3 !== void 0);
  const name = command === void 0 ? "monge" : `monge ${command.name()}`;
  complain(
    failureLines({
      what: known || isInput ? what : `unexpected error: ${what}`,
      where: places3.length === 0 ? name : places3.join("; "),
      way: way ?? (error instanceof OptionsError ? `${name} --help tells what there is` : "set MONGE_DEBUG=1 to see where in the code")
    })
  );
  if (process.env["MONGE_DEBUG"] === "1" && error instanceof Error) complain(error.stack ?? "no stack");
  return isInput || error instanceof OptionsError ? exitCodes.wrongCommand : exitCodes.failed;
}
function checkFiles(option, paths) {
  for (const path of paths) {
    if (isThere(path)) continue;
    throw new OptionsError(`${path}: there is no such file; check ${option}`, option, path);
  }
}

export {
  temporaryNames,
  tidyFolder,
  explainWriteError,
  beginAtomically,
  writeAtomically,
  own2 as own,
  sizeOf,
  textOf,
  numbersOf,
  axisOf,
  isGeographic,
  metresPer,
  geoKeysOf,
  calendarOf,
  parseTimeUnits,
  decodeTime,
  encodeTime,
  toIso,
  regularStep,
  pickAttributes,
  withoutExtent,
  withoutRange,
  withoutTransform,
  writeGeotiff,
  decoderOf,
  lengthOf,
  subRanges,
  takeBlock,
  place2 as place,
  whereOf,
  allOf,
  axisIndex,
  daysInYear,
  dayOfYear,
  addToDate,
  dateRange,
  timeUnitsOf,
  instantsOf,
  isoOf,
  timeAxis,
  secondsBetween,
  Gridded,
  fieldText,
  Field,
  encode2 as encode,
  writeNetcdf,
  zarrVersion,
  notAStore,
  beginStore,
  createZarr,
  writeZarrRegion,
  outputFormats,
  formatToWrite,
  openGrid,
  zarrChunkFiles,
  checkOutputs,
  checkFolder,
  failureLines,
  usageParts,
  leastBytes,
  prepareOutputs,
  spoken,
  exitCodes,
  Interrupted,
  WrongInput,
  Unfinished,
  reportFailure,
  checkFiles
};
