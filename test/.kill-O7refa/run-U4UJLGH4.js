import {
  describeModel,
  evaluationsFor
} from "./chunk-3CUCI7F2.js";
import {
  fileHash,
  findModel
} from "./chunk-6HDMKCOB.js";
import "./chunk-U2MKQBF5.js";
import "./chunk-HNA2YWTQ.js";
import {
  readSafetensors
} from "./chunk-HHEHUTHZ.js";
import "./chunk-O6FHBCA2.js";
import "./chunk-IHC7556Q.js";
import "./chunk-6RL6FTP2.js";
import "./chunk-TNAG3B54.js";
import "./chunk-JYSZMQVP.js";
import "./chunk-UT3GBMX3.js";
import {
  startProgress
} from "./chunk-CUG62DKC.js";
import "./chunk-MHZ2235X.js";
import "./chunk-6KCX3X7U.js";
import "./chunk-AOR7BF42.js";
import "./chunk-GP5RCY2J.js";
import "./chunk-MYHAFT5B.js";
import "./chunk-PHUSJ35S.js";
import "./chunk-2JKOHZZA.js";
import "./chunk-JHNL2DBA.js";
import {
  cadenceOf,
  cadenceText,
  expandPatterns,
  openDataset
} from "./chunk-MXIOKUDV.js";
import "./chunk-AWWB6X6Z.js";
import {
  Unfinished,
  checkFiles,
  regularStep,
  sizeOf,
  textOf,
  timeAxis,
  zarrVersion
} from "./chunk-72SAAEYX.js";
import {
  shortNumber
} from "./chunk-O7EZDEUO.js";
import {
  FormatError,
  OptionsError,
  isMongeError
} from "./chunk-Y46VEHZ7.js";
import {
  emit,
  emitJson,
  shortened,
  table
} from "./chunk-K2VWOMW7.js";

// cli/info/run.ts
import { statSync } from "node:fs";

// cli/info/describe-field.ts
function placeOf(field) {
  return { times: times(field), grid: grid(field), crs: projection(field) };
}
function times(field) {
  const time = timeAxis(field);
  if (time === void 0 || time.values.length === 0) return null;
  const units = textOf(time.attributes, "units") ?? null;
  const calendar = textOf(time.attributes, "calendar") ?? "standard";
  const base = { count: time.values.length, units, calendar };
  try {
    const stamps = field.times();
    const cadence = cadenceOf(time);
    const [first, last] = [stamps[0]?.iso ?? null, stamps.at(-1)?.iso ?? null];
    const even = cadence?.regular ? { unit: cadence.unit, step: cadence.step } : null;
    const step = cadence?.regular ? cadenceText(cadence) : null;
    const missing2 = stamps.filter(({ iso }) => iso === void 0).length;
    return { ...base, first, last, step, missing: missing2, cadence: even, gaps: cadence?.gaps ?? [] };
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return {
      ...base,
      first: null,
      last: null,
      step: null,
      missing: 0,
      cadence: null,
      gaps: [],
      problem: error.message
    };
  }
}
function grid(field) {
  return [field.dimOf("x"), field.dimOf("y")].flatMap((name) => {
    if (name === void 0) return [];
    const coordinate = field.coordinate(name);
    const values = coordinate?.values ?? new Float64Array();
    const bare = {
      name,
      size: field.size(name),
      units: (coordinate && textOf(coordinate.attributes, "units")) ?? null
    };
    return [{ ...bare, first: values[0] ?? null, last: values.at(-1) ?? null, step: stepOf(name, values) }];
  });
}
function stepOf(name, values) {
  try {
    return regularStep(name, values).step;
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return null;
  }
}
function projection({ gridMapping }) {
  const attributes = gridMapping?.attributes ?? {};
  const name = textOf(attributes, "grid_mapping_name") ?? null;
  const code = textOf(attributes, "epsg_code") ?? /(?:ID|AUTHORITY)\["EPSG",\s*"?(\d+)"?\]\s*\]\s*$/.exec(
    textOf(attributes, "crs_wkt") ?? textOf(attributes, "spatial_ref") ?? ""
  )?.[1];
  const epsg = code === void 0 ? null : /^EPSG:/i.test(code) ? code : `EPSG:${code}`;
  return name !== null && epsg !== null ? `${name} (${epsg})` : name ?? epsg;
}

// cli/info/model.ts
async function modelInfo(path, { json }) {
  const { metadata } = await readSafetensors(path);
  const [blocks, pairs] = ["monge-downscaler", "monge-paired-downscaler"];
  if (metadata[blocks] === void 0 && metadata[pairs] === void 0) {
    throw new OptionsError(`${path}: it is no model of \`monge train\``, "file", path);
  }
  const model = await describeModel(path);
  const { generator, parameters, configuration } = model;
  const evaluations = evaluationsFor(model, {});
  const sha256 = await fileHash(path);
  if (json) {
    const format = model.kind === "blocks" ? blocks : pairs;
    return emitJson({ path, format, sha256, parameters, ...configuration, generator, evaluations });
  }
  const { step } = configuration.provenance ?? {};
  const own = model.kind === "blocks" ? ofBlocks(model.configuration) : ofPairs(model.configuration);
  const drawn = evaluations === 1 ? "one evaluation a member" : `${evaluations} evaluations a member`;
  const lines = [
    own.makes,
    ["parameters", String(parameters)],
    ["generator", `${generator}, ${drawn}`],
    ["trained", `${step ?? "?"} steps${own.on}`],
    ...own.more,
    ["SHA-256", sha256]
  ];
  emit([`${path}: model of monge`, ...lines.map(([label, text]) => `${label.padEnd(12)}${text}`)].join("\n"));
}
var listed = (label, texts) => texts.map((text, i) => [i === 0 ? label : "", text]);
function ofBlocks({ normalization, archives, provenance = {} }) {
  const { wetThreshold, variable, data } = provenance;
  return {
    makes: ["refines by", String(normalization.factor)],
    on: typeof variable === "string" ? ` on ${variable}` : "",
    more: [
      ...typeof wetThreshold === "number" ? [["dry below", `${shortNumber(wetThreshold)} mm/h`]] : [],
      ["unit", `${normalization.unit ?? 1} mm/h`],
      ...archives ? [["archives", archives.join(", ")]] : [],
      ...listed("data", Array.isArray(data) ? data.map(({ file }) => file) : [])
    ]
  };
}
function ofPairs({ channels, targets, grid: grid2, correction }) {
  const named = ({ name, units }) => units === void 0 ? name : `${name} (${units})`;
  const roles = ["coarse", "with", "static", "context"].flatMap((role) => {
    const of = channels.filter((channel) => channel.role === role).map(named);
    return of.length === 0 ? [] : [[role, of.join(", ")]];
  });
  const wet = targets.filter(({ wetThreshold }) => wetThreshold !== void 0);
  return {
    makes: ["makes", targets.map(named).join(", ")],
    on: "",
    more: [
      ...roles,
      ...listed(
        "dry below",
        wet.map(({ name, units = "", wetThreshold }) => `${shortNumber(wetThreshold)} ${units} (${name})`)
      ),
      ...grid2 ? [["grid", `${grid2.y.values.length} x ${grid2.x.values.length}`]] : [],
      ...correction ? [["corrects", "climate models, told of their past"]] : []
    ]
  };
}

// cli/info/values.ts
var BINS = 24;
var SLAB_BYTES = 16e6;
var BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
async function describeValues(variable, onProgress = () => {
}) {
  const dim = variable.dimOf("time");
  const steps = dim === void 0 ? 1 : variable.size(dim);
  const bins = Math.min(BINS, steps);
  const sums = new Float64Array(bins);
  const counts = new Float64Array(bins);
  let [min, max, missing2, done, step] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  for await (const slab of variable.slabs({ bytes: SLAB_BYTES })) {
    const { values } = slab;
    const axis = dim === void 0 ? -1 : slab.dims.indexOf(dim);
    const [length, inner] = axis < 0 ? [1, values.length] : [slab.shape[axis], sizeOf(slab.shape.slice(axis + 1))];
    for (let start = 0, row = 0; start < values.length; start += inner, row++) {
      const bin = axis < 0 ? 0 : Math.floor((step + row % length) * bins / steps);
      let [sum, count] = [0, 0];
      for (let i = start; i < start + inner; i++) {
        const v = values[i];
        if (Number.isNaN(v)) continue;
        if (v < min) min = v;
        if (v > max) max = v;
        sum += v;
        count++;
      }
      sums[bin] += sum;
      counts[bin] += count;
      missing2 += inner - count;
    }
    if (axis >= 0) step += length;
    done += values.length;
    onProgress(done);
  }
  const there = done - missing2;
  const known = (v) => there > 0 ? v : null;
  const total = sums.reduce((a, b) => a + b, 0);
  const course = bins < 2 ? [] : Array.from(sums, (sum, i) => counts[i] > 0 ? sum / counts[i] : null);
  return { count: done, missing: missing2, min: known(min), max: known(max), mean: known(total / there), course };
}
function sparkline(course) {
  const known = course.filter((v) => v !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const bar = (v) => BARS[Math.min(BARS.length - 1, Math.floor((v - low) / (high - low || 1) * BARS.length))];
  return course.map((v) => v === null ? "\xB7" : bar(v)).join("");
}

// cli/info/text.ts
var MOST_LETTERS = 100;
var MOST_NUMBERS = 6;
var MOST_GAPS = 5;
var number = (v) => v === null ? "\u2013" : String(Number(v.toPrecision(6)));
function infoText({ data, place, values, problems }) {
  const { paths, format, dims, variables, attributes, candidates } = data;
  const shown = dims.map(({ name, size, unlimited }) => `${shortened(name)} ${size}${unlimited ? " (unlimited)" : ""}`);
  const title = paths.length === 1 ? `${paths[0]}: ${format}` : `${paths[0]} \u2026 ${paths.at(-1)}: ${paths.length} files, the first ${format}`;
  const lines = [title, `dimensions  ${shown.join(", ") || "none"}`];
  if (candidates.length > 0) lines.push(...placeLines(place));
  lines.push("", variableTable(variables, candidates, values));
  const course = [...values.values()].some((one) => one.course.length > 0);
  if (candidates.length > 0) lines.push("", `* looks like data${course ? "; the bars are its means over time" : ""}`);
  if (candidates.length > 0 && values.size === 0 && problems.size === 0)
    lines.push(`values not read; name one: --variable ${candidates[0]}`);
  for (const [name, problem] of problems)
    lines.push(`values of ${shortened(name)} not read: ${shortened(problem, 1e3)}`);
  for (const variable of variables) lines.push(...variableLines(variable));
  if (Object.keys(attributes).length > 0) lines.push("", "the file", ...attributeLines(attributes));
  return lines.join("\n");
}
function variableTable(variables, candidates, values) {
  const rows = variables.map(({ name, dtype, dims, units }) => {
    const own = values.get(name);
    const range = own ? [number(own.min), number(own.mean), number(own.max), missing(own)] : ["", "", "", ""];
    return [
      `${candidates.includes(name) ? "*" : " "} ${shortened(name)}`,
      dtype,
      dims.map((dim) => shortened(dim)).join(", ") || "(scalar)",
      shortened(units ?? "\u2013"),
      ...range,
      own ? sparkline(own.course) : ""
    ];
  });
  return table(["  variable", "type", "dimensions", "units", "min", "mean", "max", "missing", ""], rows, 4);
}
function missing({ count, missing: gaps }) {
  if (gaps === 0) return "0";
  const share = 100 * gaps / count;
  return `${share < 0.1 ? "< 0.1" : share.toFixed(1)} %`;
}
function placeLines({ times: times2, grid: grid2, crs }) {
  const lines = times2 === null ? [] : timeLines(times2);
  for (const axis of grid2) {
    const { name, size, first, last, step, units } = axis;
    const spacing = step === null ? "not evenly spaced" : `every ${number(step)}`;
    const along = size > 1 ? `${number(first)} to ${number(last)}, ${spacing}` : number(first);
    lines.push(`${shortened(name).padEnd(12)}${size}: ${along}${units ? ` (${shortened(units)})` : ""}`);
  }
  lines.push(`projection  ${shortened(crs ?? "none stated")}`);
  return lines;
}
function timeLines({ count, first, last, step, missing: missing2, calendar, problem, gaps }) {
  const [from, to] = [first ?? "(missing)", last ?? "(missing)"];
  const span = count === 1 ? from : `${count} from ${from} to ${to}, ${step ?? "not evenly spaced"}`;
  const lines = [`times       ${problem ?? `${span} (${calendar} calendar)`}`];
  if (missing2 > 0) lines.push(`            ${missing2} missing: their values are no times`);
  for (const [i, gap] of gaps.slice(0, MOST_GAPS).entries()) {
    lines.push(`${(i === 0 ? "gaps" : "").padEnd(12)}${gap.missing} missing after ${gap.after}, before ${gap.before}`);
  }
  if (gaps.length > MOST_GAPS) lines.push(`            and ${gaps.length - MOST_GAPS} more`);
  return lines;
}
function variableLines({ name, dims, shape, chunks, attributes }) {
  const own = attributeLines(attributes);
  const sizes = shape.length > 0 ? ` (${dims.map((dim, i) => `${shortened(dim)} ${shape[i]}`).join(", ")})` : "";
  const stored = chunks ? [`  stored in chunks of ${chunks.join(" x ")}`] : [];
  return own.length + stored.length > 0 ? ["", `${shortened(name)}${sizes}`, ...stored, ...own] : [];
}
function attributeLines(attributes) {
  return Object.entries(attributes).map(([name, value]) => `  ${shortened(name)}: ${attributeText(value)}`);
}
function attributeText(value) {
  const list = typeof value === "object" ? [...value] : [value];
  const more = list.length > MOST_NUMBERS ? `, \u2026 (${list.length})` : "";
  return shortened(
    list.slice(0, MOST_NUMBERS).map((one) => String(one).slice(0, MOST_LETTERS + 1)).join(", "),
    MOST_LETTERS
  ) + more;
}

// cli/info/run.ts
var MOST_VALUES = 2 ** 26;
var MANY_VALUES = 2 ** 25;
async function info(files, options) {
  const paths = await expandPatterns(files);
  checkFiles("FILE", paths);
  const [first] = paths;
  if (options.dryRun) {
    const files2 = paths.length === 1 ? { file: first } : { files: paths };
    return emitJson({ command: "info", ...files2, variable: options.variable ?? null, values: options.values });
  }
  if (paths.length === 1 && isModel(first)) return modelInfo(findModel(first), options);
  const data = await openDataset(paths, {
    ...options.variable !== void 0 && { variable: options.variable },
    timeFromName: options.timeFromName ?? false,
    allowExternal: options.allowExternal ?? false
  });
  try {
    const summary = await summarize(data, options);
    if (options.json) emitJson(asJson(summary));
    else emit(infoText(summary));
    if (options.variable !== void 0 && summary.problems.size > 0) throw new Unfinished();
  } finally {
    data.close();
  }
}
function isModel(path) {
  return path.endsWith(".safetensors") || statSync(path).isDirectory() && zarrVersion(path) === void 0;
}
async function summarize(data, options) {
  const values = /* @__PURE__ */ new Map();
  const places = [];
  const problems = /* @__PURE__ */ new Map();
  for (const { name } of choose(data, options.variable)) {
    try {
      const variable = await data.variable(name);
      places.push(placeOf(variable));
      const size = sizeOf(variable.shape);
      if (!options.values || size === 0 || options.variable === void 0 && size > MOST_VALUES) continue;
      const bar = size > MANY_VALUES ? startProgress(`reading ${name}`, size, { unit: "values" }) : void 0;
      values.set(name, await describeValues(variable, (done) => bar?.update(done)).finally(() => bar?.stop()));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      problems.set(name, error.message);
    }
  }
  const place = {
    times: places.find(({ times: times2 }) => times2 !== null)?.times ?? null,
    grid: places.find(({ grid: grid2 }) => grid2.length > 0)?.grid ?? [],
    crs: places.find(({ crs }) => crs !== null)?.crs ?? null
  };
  return { data, place, values, problems };
}
function choose({ paths, variables, candidates }, wanted) {
  if (wanted === void 0) return variables.filter(({ name }) => candidates.includes(name));
  const found = variables.filter(({ name }) => name === wanted);
  if (found.length > 0) return found;
  const names = variables.map(({ name }) => name).join(", ") || "none";
  throw new OptionsError(`${paths[0]}: it has no variable ${wanted}; it has ${names}`, "variable", wanted);
}
function asJson({ data, place, values, problems }) {
  const { paths, format, dims, variables, attributes, candidates } = data;
  return {
    path: paths[0],
    ...paths.length > 1 && { files: paths },
    format,
    dimensions: dims,
    variables: variables.map(({ name, dtype, dims: over, shape, units, chunks, attributes: own }) => ({
      name,
      dtype,
      dims: over,
      shape,
      units: units ?? null,
      chunks: chunks ?? null,
      data: candidates.includes(name),
      ...values.has(name) && { values: values.get(name) },
      ...problems.has(name) && { problem: problems.get(name) },
      attributes: own
    })),
    ...place,
    attributes
  };
}
export {
  info
};
