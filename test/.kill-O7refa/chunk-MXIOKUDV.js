import {
  Field,
  Gridded,
  addToDate,
  allOf,
  axisIndex,
  axisOf,
  checkOutputs,
  dateRange,
  decodeTime,
  decoderOf,
  encodeTime,
  fieldText,
  formatToWrite,
  instantsOf,
  isoOf,
  lengthOf,
  openGrid,
  parseTimeUnits,
  pickAttributes,
  place,
  sizeOf,
  subRanges,
  takeBlock,
  textOf,
  timeUnitsOf,
  whereOf,
  writeAtomically
} from "./chunk-72SAAEYX.js";
import {
  inspect,
  printedLines,
  shortNumber
} from "./chunk-O7EZDEUO.js";
import {
  DomainError,
  FormatError,
  OptionsError,
  ShapeError
} from "./chunk-Y46VEHZ7.js";
import {
  shortened
} from "./chunk-K2VWOMW7.js";

// io/dataset/cadence.ts
var DAY = 864e5;
var SLACK = 1e-3;
function monthOf(instant, { calendar }) {
  const date = decodeTime(instant, { step: 1, origin: 0, calendar });
  return date === void 0 ? Number.NaN : 12 * date.year + date.month;
}
function cadenceOf(time) {
  const units = timeUnitsOf(time);
  const instants = instantsOf(time, units);
  if (instants.length < 2) return void 0;
  const distances = instants.slice(1).map((v, i) => v - instants[i]);
  if (!distances.every((d) => d > 0)) return void 0;
  const median = distances.toSorted()[distances.length - 1 >> 1];
  const monthly = median >= 28 * DAY;
  const steps = monthly ? monthSteps(instants, units) : distances.map((d) => d / median);
  const size = monthly ? steps.toSorted()[steps.length - 1 >> 1] : 1;
  if (monthly && size === 0) return void 0;
  const rhythm = monthly ? { unit: "months", step: size } : { unit: "seconds", step: median / 1e3 };
  const usual = steps.filter((step) => Math.abs(step / size - 1) < SLACK).length;
  if (2 * usual <= steps.length) return { ...rhythm, regular: false, gaps: [] };
  const gaps = [];
  let regular = true;
  steps.forEach((step, i) => {
    const times = step / size;
    const whole = Math.round(times);
    if (whole < 1 || Math.abs(times - whole) > SLACK) regular = false;
    if (whole > 1 && times > 1.5) {
      gaps.push({ after: isoOf(instants[i], units), before: isoOf(instants[i + 1], units), missing: whole - 1 });
    }
  });
  return { ...rhythm, regular, gaps };
}
function monthSteps(instants, units) {
  const months = instants.map((v) => monthOf(v, units));
  return months.slice(1).map((v, i) => v - months[i]);
}
function cadenceText({ unit, step }) {
  if (unit === "months") {
    if (step % 12 === 0) return step === 12 ? "every year" : `every ${step / 12} years`;
    return step === 1 ? "every month" : `every ${step} months`;
  }
  const [size, name] = step % 86400 === 0 ? [86400, "d"] : step % 3600 === 0 ? [3600, "h"] : step % 60 === 0 ? [60, "min"] : [1, "s"];
  return `every ${step / Number(size)} ${name}`;
}

// io/dataset/file-pattern.ts
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
async function expandPatterns(paths) {
  const out = [];
  for (const path of paths) {
    if (existsSync(path) || !isDynamicPattern(path)) {
      out.push(path);
      continue;
    }
    const found = await glob(path, { onlyFiles: false, expandDirectories: false, absolute: isAbsolute(path) });
    if (found.length === 0) throw new OptionsError(`${path}: no file has a name like this`, "paths", path);
    out.push(...found.map((name) => name.replace(/\/$/, "")).sort());
  }
  return out;
}

// io/dataset/archive-name.ts
import { basename } from "node:path";
var DATE = /(?<!\d)(\d{4})(?:([-._]?)(\d{2})\2(\d{2})(?:[-._T]?(\d{2}):?(\d{2})(?:\d{2})?)?|[-._](\d{2}))(?!\d)/;
var UNITS = "hours since 1970-01-01";
function timeFromName(path) {
  const match = DATE.exec(basename(path));
  const [, year, , month = match?.[7], day, hour, minute] = match ?? [];
  const date = [year, month, day].filter((part) => part !== void 0).join("-");
  const clock = hour === void 0 ? "" : `T${hour}:${minute}`;
  const units = parseTimeUnits(UNITS);
  try {
    if (year === void 0) throw new OptionsError("no date", "path", path);
    const { from } = dateRange(`${date}${clock}`, units.calendar);
    const attributes = { standard_name: "time", units: UNITS, calendar: "standard" };
    return { name: "time", dims: [], values: Float64Array.of(encodeTime(from, units)), attributes };
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    const expected = "expected one such as 2018-06-03, 2018.06.03, 20180603, 201806031210 or 2018-06";
    throw new OptionsError(
      `${path}: its name holds no date; ${expected}, or files with times of their own`,
      "path",
      path
    );
  }
}

// io/storage/room.ts
import { statSync } from "node:fs";
var MOST_SHRUNK = 8 * 1032;
var FREE_BYTES = 256 * 2 ** 20;
function roomFor(count, wide, paths, name) {
  const path = paths[0];
  const bytes = count * (wide ? 8 : 4);
  const files = bytes > FREE_BYTES ? paths.map((one) => statSync(one)) : [];
  const stored = files.reduce((sum, file) => sum + file.size, 0);
  if (files[0]?.isFile() && bytes > stored * MOST_SHRUNK) {
    const what = `${count} values of variable ${name} are asked for, which its ${stored} bytes cannot hold`;
    throw new FormatError(path, "archive", what, "it is damaged or was never filled; check it with `ncdump -h`");
  }
  try {
    return wide ? new Float64Array(count) : new Float32Array(count);
  } catch (cause) {
    const what = `${count} values of variable ${name} do not fit the memory`;
    throw new FormatError(path, "archive", what, "read a part of it (`time`, `lat`, `lon`)", { cause });
  }
}

// io/storage/read-variable.ts
var PIECE_BYTES = 2 ** 23;
var MOST_BYTES = 2 ** 29;
function* pieces(slab, chunks, axis = 0) {
  const { start, count } = slab;
  const row = sizeOf(count.slice(axis + 1)) * 8;
  if (axis >= count.length || count[axis] * row <= PIECE_BYTES) {
    yield slab;
    return;
  }
  if (count[axis] === 1) {
    yield* pieces(slab, chunks, axis + 1);
    return;
  }
  const chunk = Math.min(chunks?.[axis] ?? 1, Math.max(1, Math.floor(MOST_BYTES / row)));
  const step = Math.max(chunk, Math.floor(PIECE_BYTES / row / chunk) * chunk);
  const end = start[axis] + count[axis];
  for (let from = start[axis]; from < end; ) {
    const to = Math.min(end, (Math.floor(from / step) + 1) * step);
    const part = { start: start.with(axis, from), count: count.with(axis, to - from) };
    if (to - from === 1) yield* pieces(part, chunks, axis + 1);
    else yield part;
    from = to;
  }
}
async function readDecoded(source, variable, slab, out, offset = 0) {
  const decoder = decoderOf(source.path, variable);
  if (sizeOf(slab.count) === 0) return;
  const own = out instanceof Float32Array ? "float32" : "float64";
  let at = offset;
  for (const piece of pieces(slab, variable.chunks)) {
    const count = sizeOf(piece.count);
    const into = variable.dtype === own ? bytesOf(out.subarray(at, at + count)) : void 0;
    const raw = await source.read(variable.name, variable.shape.length === 0 ? void 0 : piece, into);
    decoder.decode(raw, out, at);
    at += count;
  }
}
var bytesOf = ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength);
async function readWhole(source, variable) {
  const out = roomFor(sizeOf(variable.shape), true, [source.path], variable.name);
  const typed = decoderOf(source.path, variable).target === "float32" ? new Float32Array(out.length) : out;
  await readDecoded(source, variable, { start: variable.shape.map(() => 0), count: variable.shape }, typed);
  if (typed !== out) out.set(typed);
  return out;
}

// io/dataset/variable.ts
var NOT_NUMERIC = ["char", "string", "other"];
var isNumeric = (v) => !NOT_NUMERIC.includes(v.dtype);
var words = (attributes, name) => (textOf(attributes, name) ?? "").split(/\s+/).filter(Boolean);
function meant(variables, from, name) {
  for (let group = from.name; group !== ""; ) {
    group = group.slice(0, Math.max(0, group.lastIndexOf("/")));
    const full = group === "" ? name.replace(/^\//, "") : `${group}/${name}`;
    const found = variables.find((v) => v.name === full);
    if (found) return found;
  }
  return void 0;
}
var isMapping = ({ dims, attributes }) => dims.length === 0 && ["grid_mapping_name", "crs_wkt", "spatial_ref"].some((name) => attributes[name] !== void 0);
function servants(variables) {
  const named = /* @__PURE__ */ new Set();
  for (const variable of variables) {
    const { name, dims, attributes } = variable;
    if (dims.length === 1 && dims[0] === name) named.add(name);
    for (const key of [
      "coordinates",
      "bounds",
      "climatology",
      "ancillary_variables",
      "cell_measures",
      "grid_mapping"
    ]) {
      for (const word of words(attributes, key)) {
        const servant = word.replace(/:$/, "");
        named.add(meant(variables, variable, servant)?.name ?? servant);
      }
    }
  }
  return named;
}
function plausible(variables) {
  const hidden = servants(variables);
  const byName = new Map(variables.map((v) => [v.name, v]));
  const open = variables.filter(
    (v) => isNumeric(v) && v.dims.length > 0 && !hidden.has(v.name) && !/_(bnds|bounds)$/.test(v.name)
  );
  const role = (dim) => axisOf(dim, byName.get(dim)?.attributes ?? {});
  const maps = open.filter((v) => v.dims.some((d) => role(d) === "y") && v.dims.some((d) => role(d) === "x"));
  const flat = open.filter((v) => v.dims.length > 1);
  const chosen = maps.length > 0 ? maps : flat.length > 0 ? flat : open;
  const positions = chosen.filter((v) => !/^(latitude|longitude)$/.test(textOf(v.attributes, "standard_name") ?? ""));
  return positions.map((v) => v.name);
}
function chooseVariable({ path, format, variables }, wanted) {
  const list = variables.map((v) => v.name).join(", ") || "none";
  const fail = (what, hint) => new FormatError(path, format, what, hint);
  if (wanted !== void 0) {
    const found = variables.find((v) => v.name === wanted);
    if (!found) throw fail(`variable ${wanted} is not in it`, `it has ${list}`);
    if (isNumeric(found)) return found;
    throw fail(`variable ${wanted} is of type ${found.type ?? found.dtype}; expected numbers`, `it has ${list}`);
  }
  const names = plausible(variables);
  if (names.length === 1) return variables.find((v) => v.name === names[0]);
  if (names.length === 0)
    throw fail("it holds no variable with numbers on a grid", "see `monge info` for what it holds");
  throw fail(`it holds several variables (${names.join(", ")})`, `name one, as in \`variable: "${names[0]}"\``);
}
function coordinateVariables(variables, variable) {
  const named = words(variable.attributes, "coordinates").map((name) => meant(variables, variable, name));
  const all = /* @__PURE__ */ new Set([...variable.dims.map((dim) => variables.find((v) => v.name === dim)), ...named]);
  const mapping = mappingVariable(variables, variable);
  return [...all].flatMap((info) => {
    if (!info || info === variable || info === mapping || !isNumeric(info)) return [];
    if (!info.dims.every((d) => variable.dims.includes(d))) return [];
    const { name, dims } = info;
    return variable.dims.includes(name) && !(dims.length === 1 && dims[0] === name) ? [] : [info];
  });
}
async function readCoordinate(source, info) {
  const { bounds: named, ...attributes } = info.attributes;
  const wanted = typeof named === "string" ? named : textOf(info.attributes, "climatology");
  const bounds = wanted === void 0 ? void 0 : meant(source.variables, info, wanted);
  const paired = bounds && isNumeric(bounds) && info.dims.length < 3 && String(bounds.shape.slice(0, -1)) === String(info.shape);
  const corners = bounds?.shape.at(-1) ?? 0;
  const fits = info.dims.length < 2 ? corners === 2 : corners > 2;
  const edges = paired && fits ? { bounds: await readWhole(source, bounds) } : {};
  return { name: info.name, dims: info.dims, values: await readWhole(source, info), attributes, ...edges };
}
function mappingVariable(variables, variable) {
  const find = (name2) => meant(variables, variable, name2);
  const name = words(variable.attributes, "grid_mapping")[0]?.replace(/:$/, "");
  if (name !== void 0) return find(name);
  return words(variable.attributes, "coordinates").map(find).find((v) => v !== void 0 && isMapping(v));
}
function mappingOf(variables, variable) {
  const info = mappingVariable(variables, variable);
  return info && { name: info.name, attributes: info.attributes };
}
function distinct(dims) {
  return dims.map((dim, i) => {
    const earlier = dims.slice(0, i).filter((d) => d === dim).length;
    return earlier === 0 ? dim : `${dim}_${earlier + 1}`;
  });
}
var STORAGE = /^(_FillValue|missing_value|scale_factor|add_offset|valid_range|valid_min|valid_max|_Unsigned|_ChunkSizes|grid_mapping|coordinates|units)$/;
function ownAttributes(variable) {
  return pickAttributes(variable.attributes, (name) => !STORAGE.test(name));
}
function auxiliaryTime(variables, variable) {
  const dates2 = (v) => v !== void 0 && isNumeric(v) && /\ssince\s/i.test(v.units ?? "");
  const undated = variable.dims.filter((dim) => !dates2(variables.find((v) => v.name === dim)));
  return words(variable.attributes, "coordinates").map((name) => meant(variables, variable, name)).find((v) => v !== void 0 && dates2(v) && v.dims.length === 1 && undated.includes(v.dims[0]));
}
function timeDimension(variables, variable) {
  const auxiliary = auxiliaryTime(variables, variable);
  if (auxiliary) return auxiliary.dims[0];
  const attributes = (dim) => variables.find((v) => v.name === dim)?.attributes ?? {};
  return variable.dims.find((dim) => axisOf(dim, attributes(dim)) === "time");
}

// io/dataset/archive.ts
var SWITCH = parseTimeUnits("days since 1582-10-15", "proleptic_gregorian").origin;
function refuse(path, what, hint) {
  return new FormatError(path, "archive", what, hint);
}
function findTime(source, wanted) {
  const { variables } = source;
  const names = wanted === void 0 ? plausible(variables) : [wanted];
  const chosen = names.flatMap((name) => variables.find((v) => v.name === name) ?? []);
  for (const variable of chosen) {
    const dim = timeDimension(variables, variable);
    const info = auxiliaryTime(variables, variable) ?? variables.find((v) => v.name === dim);
    if (info && isNumeric(info)) return [info, false];
  }
  for (const variable of chosen) {
    const scalar = coordinateVariables(variables, variable).find(
      (v) => v.dims.length === 0 && axisOf(v.name, v.attributes) === "time"
    );
    if (scalar) return [scalar, true];
  }
  const single = variables.filter((v) => v.dims.length === 0 && isNumeric(v));
  const own = single.find((v) => v.name === "time") ?? single.find((v) => v.attributes.standard_name === "time");
  return own && [own, true];
}
async function readTime(source, options) {
  const found = findTime(source, options.variable);
  if (found) {
    const time = await readCoordinate(source, found[0]);
    return [{ ...time, name: time.dims[0] ?? time.name }, found[1]];
  }
  if (options.timeFromName) return [timeFromName(source.path), true];
  const hint = "name files with a time coordinate, take it from their names (`timeFromName`), or open it alone";
  throw refuse(source.path, "it has no time to join files by", hint);
}
function gridOf(source, wanted, time) {
  const names = wanted === void 0 ? plausible(source.variables) : [wanted];
  const found = /* @__PURE__ */ new Set();
  for (const name of names) {
    const variable = source.variables.find((v) => v.name === name);
    if (!variable) continue;
    for (const info of coordinateVariables(source.variables, variable)) {
      if (info.name !== time.name && info.dims.length > 0 && !info.dims.some((d) => time.dims.includes(d)))
        found.add(info);
    }
  }
  return [...found];
}
function samePositions(a, b) {
  if (a.length !== b.length) return false;
  let [low, high] = [Infinity, -Infinity];
  for (const v of a) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  const slack = Math.max(
    (high - low) / Math.max(1, a.length - 1) * 1e-3,
    Math.max(Math.abs(low), Math.abs(high)) * 1e-6
  );
  return a.every((v, i) => v === b[i] || Math.abs(v - b[i]) <= slack || Number.isNaN(v) && Number.isNaN(b[i]));
}
function checkGrid(first, grid, path, name, own) {
  const known = grid.get(name);
  if (known === void 0) return;
  if (String(known.dims) === String(own.dims) && samePositions(known.values, own.values)) return;
  const differs = `coordinate ${name} (${own.dims.join(", ")}; ${own.values.length} positions from ${own.values[0]} to ${own.values.at(-1)})`;
  const there = `${known.values.length} from ${known.values[0]} to ${known.values.at(-1)}`;
  throw refuse(
    path,
    `its grid is not that of ${first}: ${differs} differs (${there} there)`,
    "join files of one grid, or regrid one first"
  );
}
function checkOrder(path, instants, units) {
  if (instants.length === 0) throw refuse(path, "it holds no times yet", "leave it out");
  const at = instants.findIndex((v, i) => Number.isNaN(v) || i > 0 && !(v > instants[i - 1]));
  if (at < 0) return;
  const what = Number.isNaN(instants[at]) ? `its time ${at} is missing` : `its times do not increase (${isoOf(instants[at], units)} follows ${isoOf(instants[at - 1], units)})`;
  throw refuse(path, what, "sort its times first, for example with `cdo sorttimestamp`");
}
function sameCalendar(a, b) {
  if (a.units.calendar === b.units.calendar) return true;
  const modern = (one) => /standard|gregorian/.test(one.units.calendar) && one.instants[0] >= SWITCH;
  return modern(a) && modern(b);
}
function checkAlike(first, one) {
  if (!sameCalendar(first, one)) {
    const what = `its calendar is ${one.units.calendar}, that of ${first.path} is ${first.units.calendar}`;
    throw refuse(one.path, what, "join files of one calendar");
  }
  if (one.time.name === first.time.name && one.stacked === first.stacked) return;
  const show2 = ({ time }) => `${time.name} (${time.dims.length > 0 ? "a dimension" : "a single one"})`;
  throw refuse(
    one.path,
    `its time is ${show2(one)}, that of ${first.path} is ${show2(first)}`,
    "join files of one layout"
  );
}
function internVariables(known, variables) {
  return variables.map((info) => {
    const key = JSON.stringify(info);
    const same = known.get(key) ?? info;
    known.set(key, same);
    return same;
  });
}
function joinTimes(sorted) {
  const [first] = sorted;
  const { step, origin } = first.units;
  const express = (one, values2) => one.units.step === step && one.units.origin === origin ? values2 : values2.map((v) => (Math.round(v * one.units.step + one.units.origin) - origin) / step);
  const join2 = (parts2) => {
    const out = new Float64Array(parts2.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts2) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  };
  const { bounds: _, ...rest } = first.time;
  const values = join2(sorted.map((one) => express(one, one.time.values)));
  const bounded = sorted.every(({ time }) => time.bounds !== void 0);
  const edges = bounded ? { bounds: join2(sorted.map((one) => express(one, one.time.bounds))) } : {};
  return { ...rest, dims: first.stacked ? [rest.name] : rest.dims, values, ...edges };
}
async function indexArchive(paths, pool, options = {}) {
  const known = /* @__PURE__ */ new Map();
  const grid = /* @__PURE__ */ new Map();
  const indexed = [];
  for (const path of paths) {
    indexed.push(
      await pool.use(path, async (source) => {
        const [time, stacked] = await readTime(source, options);
        const units = timeUnitsOf(time);
        const instants = instantsOf(time, units);
        checkOrder(path, instants, units);
        for (const own of gridOf(source, options.variable, time)) {
          const coordinate = await readCoordinate(source, own);
          if (indexed.length === 0) grid.set(own.name, coordinate);
          else checkGrid(paths[0], grid, path, own.name, coordinate);
        }
        return { path, variables: internVariables(known, source.variables), time, units, instants, stacked };
      })
    );
  }
  const [given] = indexed;
  for (const one of indexed) checkAlike(given, one);
  const sorted = indexed.toSorted((a, b) => a.instants[0] - b.instants[0]);
  sorted.forEach((one, i) => {
    const before = sorted[i - 1];
    if (before === void 0 || one.instants[0] > before.instants.at(-1)) return;
    const begins = isoOf(one.instants[0], one.units);
    const ends = isoOf(before.instants.at(-1), before.units);
    const hint = "leave one out, or cut it first (`monge convert --time`)";
    throw refuse(one.path, `it begins at ${begins}, but ${before.path} goes on until ${ends}: times overlap`, hint);
  });
  let offset = 0;
  const members = sorted.map(({ path, variables, instants }) => {
    const member = { path, variables, offset, count: instants.length };
    offset += instants.length;
    return member;
  });
  return { members, time: joinTimes(sorted), stacked: given.stacked };
}

// io/dataset/archive-pool.ts
var FULL = 1;
var FilePool = class {
  limit;
  options;
  /** The least recently used first. */
  entries = /* @__PURE__ */ new Map();
  closed = false;
  constructor(limit, options = {}) {
    this.limit = limit;
    this.options = options;
  }
  /** How many files are open. */
  get size() {
    return this.entries.size;
  }
  /**
   * Does something with an open file.
   * @throws FormatError where it cannot be opened, or the pool has been closed
   */
  async use(path, work) {
    if (this.closed) throw new FormatError(path, "dataset", "its dataset has been closed", "load before you close it");
    const entry = this.entries.get(path) ?? { source: openGrid(path, this.options), users: 0 };
    this.entries.delete(path);
    this.entries.set(path, entry);
    entry.users++;
    await this.release();
    try {
      return await work(await entry.source);
    } catch (error) {
      await entry.source.catch(() => this.entries.delete(path));
      throw error;
    } finally {
      entry.users--;
      await this.trim(this.closed ? 0 : this.limit);
    }
  }
  /** Of all but the latest file only the handles stay: unpacked chunks would add up. */
  async release() {
    const idle = [...this.entries.values()].slice(0, -FULL);
    for (const { source, users } of idle) {
      if (users === 0) await source.then(({ release }) => release?.()).catch(() => void 0);
    }
  }
  /** Closes all files; readings under way still end. */
  close() {
    this.closed = true;
    void this.trim(0);
  }
  async trim(limit) {
    for (const [path, { source, users }] of [...this.entries]) {
      if (this.entries.size <= limit) return;
      if (users > 0) continue;
      this.entries.delete(path);
      await source.then(
        (open) => open.close(),
        () => void 0
      );
    }
  }
};

// io/dataset/archive-store.ts
var show = (dims, shape) => dims.map((dim, i) => `${dim} ${shape[i]}`).join(", ") || "a single value";
function findAll(name, { members, dim, stacked }, unitsStated) {
  const [first] = members;
  const model = first.variables.find((v) => v.name === name);
  return members.map(({ path, variables }) => {
    const own = variables.find((v) => v.name === name);
    const fail = (what, hint) => new FormatError(path, "archive", what, hint);
    if (own === void 0) {
      const has = `it has ${variables.map((v) => v.name).join(", ") || "none"}`;
      throw fail(`it has no variable ${name}, which ${first.path} has`, has);
    }
    const fits = own.shape.every((n, i) => !stacked && own.dims[i] === dim || n === model.shape[i]);
    if (String(own.dims) !== String(model.dims) || !fits) {
      const [here, there] = [show(own.dims, own.shape), show(model.dims, model.shape)];
      throw fail(
        `its variable ${name} runs over ${here}, that of ${first.path} over ${there}`,
        "join files of one grid, or regrid one first"
      );
    }
    if (!unitsStated && own.units?.trim() !== model.units?.trim()) {
      const what = `its variable ${name} is in ${own.units ?? "no units"}, that of ${first.path} in ${model.units ?? "no units"}`;
      throw fail(what, "convert one first (`monge convert --units`)");
    }
    return own;
  });
}
function storeOf(name, joined, pool, unitsStated = false) {
  const { members, dim, stacked } = joined;
  const infos = findAll(name, joined, unitsStated);
  const [model] = infos;
  const axis = stacked || dim === void 0 ? -1 : model.dims.indexOf(dim);
  const total = members.reduce((sum, { count }) => sum + count, 0);
  const wide = infos.some((info, i) => decoderOf(members[i].path, info).target === "float64");
  const paths = members.map(({ path }) => path);
  const make = (n) => roomFor(n, wide, paths, name);
  const single = (slab, i, out, offset = 0) => pool.use(members[i].path, (source) => readDecoded(source, infos[i], slab, out, offset));
  const along = stacked ? 0 : axis;
  const read = async ({ start, count }) => {
    const out = make(sizeOf(count));
    if (along < 0) {
      await single({ start, count }, 0, out);
      return out;
    }
    const [from, to] = [start[along], start[along] + count[along]];
    for (const [i, member] of members.entries()) {
      const low = Math.max(from, member.offset);
      const high = Math.min(to, member.offset + member.count);
      if (low >= high) continue;
      const part = stacked ? { start: start.slice(1), count: count.slice(1) } : { start: start.with(along, low - member.offset), count: count.with(along, high - low) };
      if (count.slice(0, along).every((n) => n === 1)) {
        await single(part, i, out, (low - from) * sizeOf(count.slice(along + 1)));
        continue;
      }
      const block = make(sizeOf(part.count));
      await single(part, i, block);
      place(block, part.count, out, count, count.map(() => 0).with(along, low - from));
    }
    return out;
  };
  return {
    dims: distinct(stacked ? [dim, ...model.dims] : model.dims),
    shape: stacked ? [total, ...model.shape] : axis < 0 ? model.shape : model.shape.with(axis, total),
    chunks: model.chunks && (stacked ? [1, ...model.chunks] : model.chunks),
    target: wide ? "float64" : "float32",
    read
  };
}

// io/dataset/lazy-field.ts
var LazyField = class _LazyField extends Gridded {
  name;
  dims;
  shape;
  units;
  /** Coordinates that do not change with time are here with their values; the others come with `load`. */
  coordinates;
  attributes;
  gridMapping;
  source;
  /** What it is made of. */
  parts;
  /** Datasets make these; see {@link Dataset.variable}. */
  constructor(parts2) {
    super();
    const { store, picks } = parts2;
    this.parts = parts2;
    this.name = parts2.name;
    this.units = parts2.units;
    this.coordinates = parts2.coordinates;
    this.attributes = parts2.attributes;
    this.gridMapping = parts2.gridMapping;
    this.source = parts2.source;
    this.dims = store.dims.filter((_, i) => picks[i].keep);
    this.shape = picks.filter(({ keep: keep2 }) => keep2).map(({ ranges }) => lengthOf(ranges));
  }
  /** What `console.log` prints; it reads nothing. */
  [inspect]() {
    return fieldText("LazyField", this, `not read, ${shortNumber(this.bytes / 1e6)} MB`);
  }
  /** Size of the values once loaded, in bytes. */
  get bytes() {
    return sizeOf(this.shape) * (this.parts.store.target === "float32" ? 4 : 8);
  }
  /** Storage chunks along `dims`, where the file is chunked. */
  get chunks() {
    const { store, picks } = this.parts;
    return store.chunks?.filter((_, i) => picks[i].keep);
  }
  /** Coordinates that change with time: they come with the values, and nothing is selected by them before. */
  get late() {
    return this.parts.late;
  }
  /** Positions in the file (or the joined files) that are taken along a dimension. @throws ShapeError as {@link size} */
  positions(dim) {
    axisIndex(this, dim);
    return this.parts.picks[this.parts.store.dims.indexOf(dim)].ranges;
  }
  /** Reads the selected part, and nothing else. @throws FormatError if its bytes cannot be had. */
  async load() {
    const { store, picks, late } = this.parts;
    const values = await readPicks(store, picks);
    const byDim = new Map(store.dims.map((dim, i) => [dim, picks[i]]));
    const more = [];
    for (const { name: name2, attributes: attributes2, store: own } of late) {
      const ownPicks = own.dims.map((dim) => byDim.get(dim));
      const read = Float64Array.from(await readPicks(own, ownPicks));
      more.push({ name: name2, attributes: attributes2, dims: own.dims.filter((_, i) => ownPicks[i].keep), values: read });
    }
    const { name, dims, shape, units, attributes, gridMapping, source } = this;
    const coordinates = [...this.coordinates, ...more];
    return new Field({ name, dims, shape, values, units, coordinates, attributes, gridMapping, source });
  }
  /**
   * The part in pieces along time (or the leading dimension), in order, cut where storage chunks end as far as the size
   * allows. Each is as `isel` would give it; together they are the whole.
   */
  pieces(options = {}) {
    const { bytes = 64e6 } = options;
    if (!(bytes > 0))
      throw new OptionsError(`${whereOf(this)}: slabs of ${bytes} bytes; expected more than 0`, "bytes", bytes);
    const dim = this.dimOf("time") ?? this.dims[0];
    if (dim === void 0 || sizeOf(this.shape) === 0) return [this];
    const axis = this.parts.store.dims.indexOf(dim);
    const size = this.size(dim);
    const fitting = Math.max(1, Math.floor(bytes / (this.bytes / size)));
    const chunk = this.parts.store.chunks?.[axis] ?? 1;
    const step = fitting >= chunk ? Math.floor(fitting / chunk) * chunk : fitting;
    const { ranges } = this.parts.picks[axis];
    const out = [];
    for (let from = 0; from < size; ) {
      const [[stored]] = subRanges(ranges, [from, from + 1]);
      const ahead = ranges.length > 1 || fitting < chunk ? step : step - stored % chunk;
      const to = Math.min(size, from + ahead);
      out.push(this.isel({ [dim]: [from, to] }));
      from = to;
    }
    return out;
  }
  /** Loads the pieces one after the other: `for await (const field of pr.slabs({ bytes: 64e6 })) …`. */
  async *slabs(options = {}) {
    for (const piece of this.pieces(options)) yield await piece.load();
  }
  part({ coordinates, attributes, gridMapping, picks }) {
    const { store, picks: own } = this.parts;
    const left = new Map(this.dims.map((dim, i) => [dim, picks[i]]));
    const both = own.map((pick, axis) => {
      const { ranges, keep: keep2 } = pick.keep && left.get(store.dims[axis]) || { ranges: void 0, keep: false };
      return ranges ? { ranges: ranges.flatMap((range) => subRanges(pick.ranges, range)), keep: keep2 } : pick;
    });
    return new _LazyField({ ...this.parts, coordinates, attributes, gridMapping, picks: both });
  }
};
async function readPicks(store, picks) {
  const shape = picks.map(({ ranges }) => lengthOf(ranges));
  const only = (ranges) => ranges[0] ?? [0, 0];
  if (picks.every(({ ranges }) => ranges.length <= 1)) {
    const slab = picks.map(({ ranges }) => only(ranges));
    return store.read({ start: slab.map(([from]) => from), count: shape });
  }
  const total = sizeOf(shape);
  const out = store.target === "float32" ? new Float32Array(total) : new Float64Array(total);
  const visit = async (axis, start, count, at) => {
    if (axis === picks.length) return place(await store.read({ start, count }), count, out, shape, at);
    let passed = 0;
    for (const [from, to] of picks[axis].ranges) {
      await visit(axis + 1, [...start, from], [...count, to - from], [...at, passed]);
      passed += to - from;
    }
  };
  await visit(0, [], [], []);
  return out;
}

// io/dataset/dataset.ts
var Dataset = class {
  /** In order of time. */
  paths;
  /** Of the first file, like `attributes`. */
  format;
  dims;
  variables;
  attributes;
  /** Names of the variables that look like data. */
  candidates;
  contents;
  pool;
  /** {@link openDataset} makes these. */
  constructor(contents, pool) {
    this.contents = contents;
    this.pool = pool;
    this.paths = contents.joined.members.map(({ path }) => path);
    this.format = contents.format;
    this.dims = contents.dims;
    this.variables = contents.variables;
    this.attributes = contents.attributes;
    this.candidates = plausible(contents.variables);
  }
  /** What `console.log` prints: dimensions, and the variables that look like data. */
  [inspect]() {
    const sizes = this.dims.map(({ name, size }) => `${shortened(name)}: ${size}`).join(", ");
    const row = ({ name, dims, units }) => [
      shortened(name, 40),
      `(${dims.map((dim) => shortened(dim, 40)).join(", ")})${units ? ` ${shortened(units)}` : ""}`
    ];
    const data = this.variables.filter(({ name }) => this.candidates.includes(name));
    const others = this.variables.length - data.length;
    const counted = others > 0 ? [["", `and ${others} other variables`]] : [];
    return printedLines(`Dataset (${sizes}), ${this.format}`, [...data.slice(0, 20).map(row), ...counted]);
  }
  /** The same as {@link variable}, by the name that the rest of the library uses for what it gives. */
  field(name, options) {
    return this.variable(name, options);
  }
  /**
   * A variable with its coordinates read and its values still in the files.
   *
   * @param name - the only one that looks like data by default
   * @throws FormatError if it is not there, not numeric or not the only one, or where files do not hold the same.
   */
  async variable(name, options = {}) {
    const { joined, time, format } = this.contents;
    const [first] = joined.members;
    const info = chooseVariable({ path: first.path, format, variables: first.variables }, name);
    const store = storeOf(info.name, joined, this.pool, options.units !== void 0);
    const coordinates = time && store.dims.includes(time.dims[0]) ? [time] : [];
    const late = [];
    const moving = joined.dim ?? timeDimension(first.variables, info);
    const dating = auxiliaryTime(first.variables, info);
    const read = (one) => this.pool.use(first.path, (source) => readCoordinate(source, one));
    if (dating && !time) coordinates.push({ ...await read(dating), name: dating.dims[0] });
    for (const one of coordinateVariables(first.variables, info)) {
      if (one === dating || one.name === dating?.dims[0] || one.name === time?.name) continue;
      const moves = moving !== void 0 && one.dims.includes(moving) && (time !== void 0 || one.dims.length > 1);
      if (moves) late.push({ name: one.name, attributes: one.attributes, store: storeOf(one.name, joined, this.pool) });
      else coordinates.push(await read(one));
    }
    return new LazyField({
      name: info.name,
      units: options.units ?? info.units,
      coordinates,
      late,
      attributes: ownAttributes(info),
      gridMapping: mappingOf(first.variables, info),
      source: joined.members.length === 1 ? first.path : `${first.path} \u2026 ${this.paths.at(-1)}`,
      paths: this.paths,
      store,
      picks: allOf(store.shape)
    });
  }
  /** Closes the files; what was not loaded can no longer be. */
  close() {
    this.pool.close();
  }
};
function joinContents(contents) {
  const { joined, time, dims, variables } = contents;
  const { dim, stacked } = joined;
  if (time === void 0 || dim === void 0) return contents;
  const size = time.values.length;
  if (stacked) {
    const data = new Set(plausible(variables));
    return {
      ...contents,
      dims: [{ name: dim, size, unlimited: false }, ...dims],
      variables: variables.map((v) => {
        if (v.name === time.name) return { ...v, dims: [dim], shape: [size] };
        return data.has(v.name) ? { ...v, dims: [dim, ...v.dims], shape: [size, ...v.shape] } : v;
      })
    };
  }
  return {
    ...contents,
    dims: dims.map((d) => d.name === dim ? { ...d, size } : d),
    variables: variables.map((v) => ({ ...v, shape: v.shape.map((n, i) => v.dims[i] === dim ? size : n) }))
  };
}
async function openDataset(paths, options = {}) {
  const list = await expandPatterns(typeof paths === "string" ? [paths] : paths);
  const { openFiles = 16, variable, timeFromName: timeFromName2 = false } = options;
  if (list.length === 0) throw new OptionsError("openDataset: no files; name at least one", "paths", paths);
  if (!(Number.isInteger(openFiles) && openFiles >= 1)) {
    throw new OptionsError(
      `openDataset: openFiles is ${openFiles}; expected a whole number from 1 on`,
      "openFiles",
      openFiles
    );
  }
  const twice = list.find((path, i) => list.indexOf(path) !== i);
  if (twice !== void 0) throw new OptionsError(`openDataset: ${twice} is named twice; name it once`, "paths", twice);
  const pool = new FilePool(openFiles, options);
  try {
    const archive = list.length > 1 || timeFromName2 ? await indexArchive(list, pool, { variable, timeFromName: timeFromName2 }) : void 0;
    const first = archive?.members[0]?.path ?? list[0];
    const contents = await pool.use(first, async ({ format, dims, variables, attributes }) => {
      const members = archive?.members ?? [{ path: first, variables, offset: 0, count: 1 }];
      const joined = { members, dim: archive?.time.dims[0], stacked: archive?.stacked ?? false };
      return { format, dims, variables, attributes, joined, time: archive?.time };
    });
    return new Dataset(joinContents(contents), pool);
  } catch (error) {
    pool.close();
    throw error;
  }
}

// io/dataset/reshape.ts
function namesOf(x) {
  const late = x instanceof LazyField ? x.parts.late.map((c) => c.name) : [];
  const mapping = x.gridMapping ? [x.gridMapping.name] : [];
  return [.../* @__PURE__ */ new Set([x.name, ...x.dims, ...x.coordinates.map((c) => c.name), ...late, ...mapping])];
}
function renamed(variable, names) {
  const all = namesOf(variable);
  const unknown = Object.keys(names).find((name) => !all.includes(name));
  if (unknown !== void 0) {
    const way = `it has ${all.join(", ")}`;
    throw new OptionsError(`${whereOf(variable)}: there is no ${unknown} to rename; ${way}`, "rename", names);
  }
  const to = (name) => Object.hasOwn(names, name) ? names[name] : name;
  const twice = all.find((name, i) => all.findIndex((other) => to(other) === to(name)) !== i);
  if (twice !== void 0) {
    const what = `two of ${all.join(", ")} would be named ${to(twice)}`;
    throw new OptionsError(`${whereOf(variable)}: ${what}; choose another name`, "rename", names);
  }
  const coordinates = variable.coordinates.map((c) => ({ ...c, name: to(c.name), dims: c.dims.map(to) }));
  const mapping = variable.gridMapping;
  const gridMapping = mapping && { ...mapping, name: to(mapping.name) };
  const changes = { name: to(variable.name), coordinates, gridMapping };
  if (variable instanceof Field) return variable.with({ ...changes, dims: variable.dims.map(to) });
  const { late, store, ...rest } = variable.parts;
  const under = (own) => ({ ...own, dims: own.dims.map(to) });
  return new LazyField({
    ...rest,
    ...changes,
    store: under(store),
    late: late.map((c) => ({ ...c, name: to(c.name), store: under(c.store) }))
  });
}
function ungrouped(variable) {
  const all = namesOf(variable);
  if (!all.some((name) => name.includes("/"))) return variable;
  const last = (name) => name.slice(name.lastIndexOf("/") + 1);
  const clear = (name) => all.filter((other) => last(other) === last(name)).length === 1;
  const names = all.filter((name) => name.includes("/"));
  return renamed(
    variable,
    Object.fromEntries(names.map((name) => [name, clear(name) ? last(name) : name.replaceAll("/", "_")]))
  );
}
function permuted(values, shape, order) {
  if (order.every((axis, k) => axis === k)) return values;
  const out = values instanceof Float32Array ? new Float32Array(values.length) : new Float64Array(values.length);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const [sizes, steps] = [order.map((axis) => shape[axis]), order.map((axis) => strides[axis])];
  const [length, step] = [sizes.at(-1) ?? 1, steps.at(-1) ?? 1];
  const place2 = sizes.slice(0, -1).map(() => 0);
  for (let at = 0, from = 0; at < out.length; ) {
    for (let i = 0; i < length; i++) out[at++] = values[from + i * step];
    for (let k = place2.length - 1; k >= 0; k--) {
      place2[k]++;
      from += steps[k];
      if (place2[k] < sizes[k]) break;
      from -= sizes[k] * steps[k];
      place2[k] = 0;
    }
  }
  return out;
}
function alike(c, dims, sizes) {
  const own = dims.filter((dim) => c.dims.includes(dim));
  if (own.length < 2 || String(own) === String(c.dims)) return c;
  const order = own.map((dim) => c.dims.indexOf(dim));
  const shape = c.dims.map((dim) => sizes.get(dim));
  const corners = c.bounds && c.bounds.length / c.values.length;
  const bounds = c.bounds && permuted(c.bounds, [...shape, corners], [...order, c.dims.length]);
  const values = permuted(c.values, shape, order);
  return { ...c, dims: own, values, ...bounds && { bounds } };
}
function transposed(variable, dims) {
  if (String(dims) === String(variable.dims)) return variable;
  if (dims.length !== variable.dims.length || new Set(dims).size !== dims.length || !dims.every((d) => variable.dims.includes(d))) {
    const expected = `all of ${variable.dims.join(", ")} in some order`;
    throw new OptionsError(
      `${whereOf(variable)}: dims is ${dims.join(", ") || "empty"}; expected ${expected}`,
      "dims",
      dims
    );
  }
  const order = dims.map((dim) => variable.dims.indexOf(dim));
  const sizes = new Map(variable.dims.map((dim, i) => [dim, variable.shape[i]]));
  const coordinates = variable.coordinates.map((c) => alike(c, dims, sizes));
  const shape = order.map((axis) => variable.shape[axis]);
  if (variable instanceof Field) {
    return variable.with({ dims, shape, coordinates, values: permuted(variable.values, variable.shape, order) });
  }
  const { store, picks, ...rest } = variable.parts;
  const dropped = store.dims.map((_, i) => i).filter((i) => !picks[i].keep);
  const whole = [...dropped, ...dims.map((dim) => store.dims.indexOf(dim))];
  const pick = (list) => whole.map((axis) => list[axis]);
  return new LazyField({
    ...rest,
    coordinates,
    picks: pick(picks),
    store: {
      dims: pick(store.dims),
      shape: pick(store.shape),
      chunks: store.chunks && pick(store.chunks),
      target: store.target,
      async read({ start, count }) {
        const back = (list) => list.map((_, axis) => list[whole.indexOf(axis)]);
        return permuted(await store.read({ start: back(start), count: back(count) }), back(count), whole);
      }
    }
  });
}
function mapsLast(variable) {
  const [y, x] = [variable.dimOf("y"), variable.dimOf("x")];
  if (y === void 0 || x === void 0 || variable.dims.at(-2) === y && variable.dims.at(-1) === x) return variable;
  return transposed(variable, [...variable.dims.filter((dim) => dim !== y && dim !== x), y, x]);
}

// io/dataset/in-memory.ts
function lazyField(field) {
  const { name, dims, shape, units, coordinates, attributes, gridMapping, values, source } = field;
  return new LazyField({
    name,
    units,
    coordinates,
    late: [],
    attributes,
    gridMapping,
    source,
    store: {
      dims,
      shape,
      chunks: void 0,
      target: values instanceof Float32Array ? "float32" : "float64",
      read: async ({ start, count }) => {
        const part = takeBlock(
          values,
          shape,
          start.map((from, axis) => [[from, from + count[axis]]])
        );
        return part === values ? values.slice() : part;
      }
    },
    picks: allOf(shape)
  });
}

// io/dataset/open-fields.ts
import { existsSync as existsSync2 } from "node:fs";
function namedFields(text) {
  const at = text.lastIndexOf(":");
  const rest = text.slice(at + 1);
  if (at <= 0 || existsSync2(text) || /[\\/]/.test(rest)) return { files: text, names: [] };
  const names = rest.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return { files: text.slice(0, at), names };
  throw new OptionsError(`${text}: expected FILE, FILE:VARIABLE or FILE:VARIABLE,VARIABLE`, "source", text);
}
async function openFields(text, options = {}) {
  const { files, names } = namedFields(text);
  const paths = await expandPatterns([files]);
  const [only] = names.length === 1 ? names : [];
  const data = await openDataset(paths, { ...options, ...only !== void 0 && { variable: only } });
  try {
    if (names.length === 0 && data.candidates.length > 1) {
      const shown = data.candidates.join(", ");
      const hint = `name one (or more, by commas) as ${files}:${data.candidates[0]}`;
      throw new OptionsError(`${data.paths[0]}: it holds several variables (${shown}); ${hint}`, "variable", shown);
    }
    const fields = [];
    for (const name of names.length === 0 ? [void 0] : names) fields.push(await data.variable(name));
    return { fields, paths: data.paths, attributes: data.attributes, close: () => data.close() };
  } catch (error) {
    data.close();
    throw error;
  }
}

// io/dataset/read.ts
async function readField(path, options = {}) {
  const { variable: name, units, time: range, allowEmpty: _, ...opening } = options;
  const data = await openDataset(path, opening);
  try {
    const variable = await data.variable(name, units === void 0 ? {} : { units });
    const part = range === void 0 ? variable : cut(path, variable, range);
    if (part.shape.includes(0)) {
      throw new ShapeError(
        `${path}: variable ${part.name}`,
        "at least one value",
        part.shape,
        "the file holds no records yet"
      );
    }
    const field = await part.load();
    if (options.allowEmpty || field.values.some((v) => !Number.isNaN(v))) return field;
    throw new DomainError(
      `${path}: variable ${field.name} has only missing values${range ? ` in time range [${range.join(", ")}]` : ""}; expected at least one number; choose another variable or time range, or pass \`allowEmpty: true\``
    );
  } finally {
    data.close();
  }
}
function cut(path, variable, range) {
  const dim = variable.dimOf("time");
  if (dim === void 0) {
    const dims = variable.dims.join(", ");
    throw new OptionsError(`${path}: variable ${variable.name} has no time dimension (it has ${dims})`, "time", range);
  }
  const [from, to] = range;
  const size = variable.size(dim);
  if (Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= size)
    return variable.isel({ [dim]: range });
  const expected = `[from, to) with 0 <= from < to <= ${size}`;
  throw new OptionsError(`${path}: time range is [${range.join(", ")}]; expected ${expected}`, "time", range);
}

// io/dataset/select-times.ts
function selectTimes(variable, range) {
  const dim = variable.dimOf("time") ?? ("indices" in range ? variable.dims[0] : void 0);
  if (dim === void 0) {
    const dims = variable.dims.join(", ") || "none";
    throw new OptionsError(`${whereOf(variable)} has no time (it has ${dims})`, "time", range);
  }
  return "dates" in range ? variable.sel({ [dim]: range.dates }) : variable.isel({ [dim]: range.indices });
}

// io/dataset/write-field.ts
import { existsSync as existsSync3 } from "node:fs";
import { join, parse } from "node:path";
async function writeField(path, field, options = {}) {
  const { format: asked, overwrite = false, change, bytes = 64e6, onProgress, onKept, ...storage } = options;
  const format = formatToWrite(path, asked);
  checkOptions(path, format, storage);
  const { kind = "file", refuse: refuse2 } = format;
  const inputs = field instanceof Field ? [] : (field.parts.paths ?? []).filter((one) => existsSync3(one));
  checkOutputs([{ path, kind, overwrite, ...refuse2 && { refuse: refuse2 } }], inputs);
  const changed = change ?? ((slab) => slab);
  const total = sizeOf(field.shape);
  if (format.create === void 0) {
    const whole = changed(await loaded(field));
    const write = async (place2) => format.write?.(place2, whole, storage);
    await (format.atomic || kind === "folder" ? write(path) : writeAtomically(path, write));
    return onProgress?.(total, total);
  }
  const { dims, shape } = field;
  const size = field instanceof Field ? field.values.byteLength : field.bytes;
  const extent = { dims, shape, time: field.dimOf("time"), bytes: size, budget: bytes };
  let writer;
  let done = 0;
  try {
    for (const part of parts(field, extent, format.stretch?.(extent, storage))) {
      const slab = await loaded(part).catch(async (error) => {
        const of = extent.time === void 0 ? 0 : field.size(extent.time);
        if (onKept && of > 0 && part.size(extent.time) < of) onKept(await keep(path, writer, done / (total / of), of));
        throw error;
      });
      const first = changed(slab);
      const beginning = { first, extent, coordinates: field.coordinates };
      writer ??= await format.create(path, beginning, { ...storage, overwrite });
      await writer.append(first);
      done += first.values.length;
      onProgress?.(done, total);
    }
    await writer?.close();
  } finally {
    await writer?.abort();
  }
}
var loaded = async (field) => field instanceof Field ? field : field.load();
function* parts(field, { time, budget }, step) {
  if (field instanceof Field || time === void 0) return yield field;
  if (step === void 0) return yield* field.pieces({ bytes: budget });
  const size = field.size(time);
  for (let from = 0; from < size; from += step) yield field.isel({ [time]: [from, Math.min(size, from + step)] });
}
async function keep(path, writer, steps, of) {
  if (writer === void 0 || steps === 0) return { path: void 0, steps, of };
  const place2 = partialName(path);
  if (writer.unfinished === void 0) await writer.close(place2);
  else await copySteps(writer.unfinished, place2, steps);
  return { path: place2, steps, of };
}
function partialName(path) {
  const { dir, name, ext } = parse(path);
  for (let n = 1; ; n++) {
    const free = join(dir, `${name}.partial${n === 1 ? "" : `-${n}`}${ext}`);
    if (!existsSync3(free)) return free;
  }
}
async function copySteps(from, to, steps) {
  const data = await openDataset(from);
  try {
    const whole = await data.variable();
    const part = whole.isel({ [whole.dimOf("time")]: [0, steps] });
    await writeField(to, part, { format: "zarr", attributes: data.attributes });
  } finally {
    data.close();
  }
}
function checkOptions(path, { name, options: known }, storage) {
  const given = Object.entries(storage).filter(([, value2]) => value2 !== void 0);
  const unknown = given.find(([option2]) => known !== void 0 && !known.includes(option2));
  if (unknown === void 0) return;
  const [option, value] = unknown;
  const message = `${path}: \`${option}\` is no option of ${name}; expected none, or one of ${known.join(", ")}`;
  throw new OptionsError(message, option, value);
}

// io/dataset/dated.ts
var UNITS2 = {
  s: "seconds",
  sec: "seconds",
  second: "seconds",
  min: "minutes",
  minute: "minutes",
  h: "hours",
  hour: "hours",
  d: "days",
  day: "days",
  mon: "months",
  month: "months",
  y: "years",
  year: "years"
};
function stepOf(text) {
  const match = /^\s*(\d{1,9})\s*([a-z]+?)s?\s*$/i.exec(text);
  const unit = match && UNITS2[match[2].toLowerCase()];
  const count = Number(match?.[1]);
  if (unit && count > 0) return { count, unit };
  const expected = "a whole number of seconds, minutes, hours, days, months or years, such as 1day or 10min";
  throw new OptionsError(`step is ${JSON.stringify(text)}; expected ${expected}`, "step", text);
}
var dates = ({ attributes }) => / since /i.test(textOf(attributes, "units") ?? "");
function dated(variable, { start, step }) {
  const where = whereOf(variable);
  const own = variable.coordinates.find((c) => dates(c) && c.dims.length === 1);
  if (own) {
    throw new OptionsError(`${where}: it has times of its own (${own.name}); leave start and step out`, "start", start);
  }
  const free = variable.dims.filter((dim2) => dim2 !== variable.dimOf("y") && dim2 !== variable.dimOf("x"));
  const dim = variable.dimOf("time") ?? free[0];
  if (dim === void 0) {
    throw new OptionsError(`${where}: it has no dimension besides ${variable.dims.join(", ")} to date`, "start", start);
  }
  const { count, unit } = stepOf(step);
  const first = dateRange(start, "proleptic_gregorian").from;
  const two = (n) => String(n).padStart(2, "0");
  const clock = `${two(first.hour)}:${two(first.minute)}:${two(first.second)}`;
  const day = `${String(first.year).padStart(4, "0")}-${two(first.month)}-${two(first.day)}`;
  const spoken = unit === "months" || unit === "years" ? "days" : unit;
  const units = `${spoken} since ${day} ${clock}`;
  const parsed = parseTimeUnits(units, "proleptic_gregorian");
  const values = Float64Array.from(
    { length: variable.size(dim) },
    (_, i) => spoken === unit ? i * count : encodeTime(addToDate(first, { [unit]: i * count }, "proleptic_gregorian"), parsed)
  );
  const time = {
    name: "time",
    dims: ["time"],
    values,
    attributes: { standard_name: "time", axis: "T", units, calendar: "proleptic_gregorian" }
  };
  const named = dim === "time" ? variable : renamed(variable, { [dim]: "time" });
  const others = named.coordinates.filter((c) => c.name !== "time" && axisOf(c.name, c.attributes) !== "time");
  return new LazyField({ ...named.parts, coordinates: [time, ...others] });
}

export {
  cadenceOf,
  cadenceText,
  expandPatterns,
  LazyField,
  openDataset,
  renamed,
  ungrouped,
  transposed,
  mapsLast,
  dated,
  lazyField,
  namedFields,
  openFields,
  readField,
  selectTimes,
  writeField
};
