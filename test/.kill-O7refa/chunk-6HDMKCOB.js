import {
  findUnfinished,
  isFinished
} from "./chunk-U2MKQBF5.js";
import {
  checkFinite,
  checkOption,
  checkRain,
  checkShape,
  gapFreeCases,
  meanCrps,
  quantile,
  rapsd,
  sortedCopy,
  spectralSlope,
  spreadAndError,
  verifyTiles
} from "./chunk-HNA2YWTQ.js";
import {
  METADATA,
  createRun,
  headerLength,
  latestCheckpoint,
  loadCheckpoint,
  loadLatestCheckpoint,
  notFinite,
  openRun,
  parseEntry,
  parseHeader,
  plainMetadata,
  readRunOptions,
  readSafetensors,
  readSealedJson,
  saveCheckpoint,
  sealedJson,
  writeSafetensors
} from "./chunk-HHEHUTHZ.js";
import {
  among,
  anything,
  either,
  fields,
  isPlainObject,
  list,
  normalCdf,
  optional,
  positive,
  real,
  record,
  text,
  whole
} from "./chunk-O6FHBCA2.js";
import {
  compileTraining
} from "./chunk-IHC7556Q.js";
import {
  adam,
  warmupCosine
} from "./chunk-6RL6FTP2.js";
import {
  compile,
  conv2d,
  groupNorm,
  silu,
  upsampleNearest
} from "./chunk-TNAG3B54.js";
import {
  recordToJson
} from "./chunk-JYSZMQVP.js";
import {
  bilinearUpsample,
  blockMean,
  coarsen,
  edgesRepeated,
  gridOf,
  refine,
  regrid,
  regridLazy,
  regridWeights,
  repeatUpsample
} from "./chunk-MHZ2235X.js";
import {
  version
} from "./chunk-6KCX3X7U.js";
import {
  batchSlicedWasserstein,
  fft2,
  inverseFft2,
  multiscaleWassersteinGraph,
  patchDirections,
  patchProjections,
  sortedWasserstein,
  wavenumbers
} from "./chunk-MYHAFT5B.js";
import {
  normalField,
  normalQuantile,
  rng
} from "./chunk-PHUSJ35S.js";
import {
  constant
} from "./chunk-2JKOHZZA.js";
import {
  tf
} from "./chunk-JHNL2DBA.js";
import {
  LazyField,
  expandPatterns,
  lazyField,
  mapsLast,
  openDataset,
  selectTimes,
  ungrouped,
  writeField
} from "./chunk-MXIOKUDV.js";
import {
  boundsIntervals,
  cellSize,
  convertPrecipitation,
  precipitationFactor,
  precipitationUnits
} from "./chunk-AWWB6X6Z.js";
import {
  Field,
  beginAtomically,
  beginStore,
  checkFolder,
  checkOutputs,
  createZarr,
  dayOfYear,
  daysInYear,
  decodeTime,
  explainWriteError,
  formatToWrite,
  geoKeysOf,
  notAStore,
  regularStep,
  secondsBetween,
  sizeOf,
  temporaryNames,
  textOf,
  tidyFolder,
  timeAxis,
  timeUnitsOf,
  whereOf,
  withoutExtent,
  withoutRange,
  writeAtomically,
  writeZarrRegion,
  zarrChunkFiles,
  zarrVersion
} from "./chunk-72SAAEYX.js";
import {
  inspect,
  printedLines,
  shortNumber
} from "./chunk-O7EZDEUO.js";
import {
  ConvergenceError,
  DomainError,
  FormatError,
  OptionsError,
  ShapeError,
  UnitsError,
  isMongeError
} from "./chunk-Y46VEHZ7.js";
import {
  shortened
} from "./chunk-K2VWOMW7.js";

// generative/downscaling/rain-interval.ts
function amountInterval(field, interval, whole3 = field) {
  if (interval === "time") return spacing(whole3);
  if (interval !== void 0) {
    if (interval > 0 && Number.isFinite(interval)) return interval;
    const text2 = `${whereOf(field)}: interval is ${interval}; expected seconds above 0`;
    throw new OptionsError(text2, "interval", interval);
  }
  const stated = boundsLength(field);
  if (stated !== void 0) return stated;
  throw new UnitsError(
    `${whereOf(field)} holds amounts ("${field.units}"), not rates; give \`interval: SECONDS\` (86400 for daily sums), or \`interval: "time"\` to take the spacing of the time axis`,
    field.units ?? "",
    "the seconds over which each amount fell"
  );
}
function rateSpan(field, whole3 = field) {
  const stated = boundsLength(field);
  if (stated !== void 0) return stated;
  if (/\btime\s*:\s*point\b/.test(textOf(field.attributes, "cell_methods") ?? "")) return void 0;
  try {
    return secondsBetween(whole3) ?? void 0;
  } catch (error) {
    if (isMongeError(error)) return void 0;
    throw error;
  }
}
function boundsLength(field) {
  const time = timeAxis(field);
  if (time?.bounds === void 0) return void 0;
  const shape = time.dims.length === 0 ? [] : [time.values.length];
  const values = new Float32Array(time.values.length);
  try {
    const alone = new Field({ name: field.name, dims: time.dims, shape, values, coordinates: [time] });
    const lengths = boundsIntervals(alone);
    return lengths.every((length) => length === lengths[0]) ? lengths[0] : void 0;
  } catch (error) {
    if (isMongeError(error)) return void 0;
    throw error;
  }
}
function spacing(whole3) {
  const step = secondsBetween(whole3);
  if (step !== null) return step;
  const count2 = whole3.times().length;
  const has = count2 < 2 ? `${count2 || "no"} time${count2 === 1 ? "" : "s"}` : "times that are not evenly spaced";
  const text2 = `${whereOf(whole3)}: it has ${has}; give \`interval\` in seconds instead of "time"`;
  throw new OptionsError(text2, "interval", "time");
}

// generative/downscaling/events/read-rain.ts
var rateUnits = "mm h-1";
async function* withRain(path, options, work) {
  const { variable, units: stated, allowExternal = false } = options;
  const data = await openDataset(path, { allowExternal, ...variable !== void 0 && { variable } });
  try {
    if (variable === void 0 && data.candidates.length > 1) {
      const names2 = data.candidates.join(", ");
      throw new OptionsError(
        `${data.paths[0]}: it holds several variables (${names2}); name one with \`variable\``,
        "variable"
      );
    }
    const found = await data.variable(variable, stated === void 0 ? {} : { units: stated });
    yield* work(rainOf(found, options));
  } finally {
    data.close();
  }
}
function rainOf(given2, options) {
  const { units: stated, time, intervals, index = 0, bytes = 64e6 } = options;
  const whole3 = mapsLast(ungrouped(stated === void 0 ? given2 : new LazyField({ ...given2.parts, units: stated })));
  const part = time === void 0 ? whole3 : selectTimes(whole3, time);
  const { source, dims, shape } = part;
  const [y, x] = [part.dimOf("y"), part.dimOf("x")];
  if (dims.length < 2 || dims.at(-2) !== y || dims.at(-1) !== x) {
    throw new ShapeError(whereOf(part), "y and x as its last dimensions", dims.join(", "));
  }
  if (shape.includes(0)) throw new ShapeError(whereOf(part), "at least one value", shape);
  const units = precipitationUnits(part.units, { file: source, variable: part.name });
  const interval = units.kind === "amount" ? intervalOf(whole3, part, intervals, index) : void 0;
  const apart = options.apart && framesIn(part, options.apart);
  const [height, width] = shape.slice(-2);
  return {
    frames: sizeOf(shape.slice(0, -2)),
    height,
    width,
    units: part.units,
    interval,
    span: interval ?? rateSpan(part, whole3),
    ...apart && { apart },
    async *pieces() {
      let empty = true;
      for (const piece of piecesOf(part, bytes)) {
        const read = await piece.load();
        empty &&= !read.values.some((v) => !Number.isNaN(v));
        yield convertPrecipitation(read, rateUnits, interval === void 0 ? {} : { interval });
      }
      if (empty) throw new DomainError(`${whereOf(part)} has only missing values; choose another time or variable`);
    }
  };
}
function piecesOf(part, bytes) {
  const first = part.dims.length > 2 ? part.dims[0] : void 0;
  return first !== void 0 && (part.dimOf("time") ?? first) === first ? part.pieces({ bytes }) : [part];
}
function framesIn(part, range3) {
  const leading2 = part.dims.slice(0, -2);
  const dim = part.dimOf("time") ?? leading2[0];
  const chosen = selectTimesIfAny(part, range3);
  const all = positionsOf(part, dim);
  const inside = new Set(chosen === void 0 ? [] : positionsOf(chosen, dim));
  const after = sizeOf(part.shape.slice(leading2.indexOf(dim) + 1, -2));
  const size = all.length;
  return Uint8Array.from(
    { length: sizeOf(part.shape.slice(0, -2)) },
    (_, n) => inside.has(all[Math.floor(n / after) % size]) ? 1 : 0
  );
}
function selectTimesIfAny(part, range3) {
  try {
    return selectTimes(part, range3);
  } catch (error) {
    if (error instanceof OptionsError && part.dimOf("time") !== void 0) return void 0;
    throw error;
  }
}
var positionsOf = (field, dim) => field.positions(dim).flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));
function intervalOf(whole3, part, intervals, index) {
  if (intervals === void 0 || intervals === "time") return amountInterval(part, intervals, whole3);
  const interval = intervals.length === 1 ? intervals[0] : intervals[index];
  if (interval !== void 0) return amountInterval(part, interval, whole3);
  const has = `\`interval\` has ${intervals.length} values`;
  throw new OptionsError(`${has}; give one, or one a file`, "interval", intervals);
}
function placeOf(field, span) {
  const grid2 = cellSize(field);
  return { ...grid2 && { grid: grid2 }, ...span !== void 0 && { interval: span } };
}

// generative/downscaling/ensemble-field.ts
var memberDim = "realization";
function memberCoordinate(count2) {
  return {
    name: memberDim,
    dims: [memberDim],
    values: Float64Array.from({ length: count2 }, (_, i) => i),
    attributes: { standard_name: "realization", long_name: "ensemble member", units: "1" }
  };
}
function checkNoMembers({ dims, source, name }) {
  if (!dims.includes(memberDim)) return;
  const text2 = `${source ?? name}: it has a dimension ${memberDim}; select one member first`;
  throw new OptionsError(text2, "input", memberDim);
}
function refinedGrid(coarse, factor2) {
  checkNoMembers(coarse);
  const first = Object.fromEntries(coarse.dims.slice(0, -2).map((dim) => [dim, 0]));
  return refine(coarse.isel(first), factor2);
}
function ensembleField(ensemble, coarse, grid2, options) {
  const { units, interval, attributes } = options;
  const leading2 = coarse.dims.slice(0, -2);
  const [y, x] = coarse.dims.slice(-2);
  const onGrid = ({ dims }) => dims.includes(y) || dims.includes(x);
  const fine = new Field({
    name: coarse.name,
    dims: [...leading2, memberDim, y, x],
    shape: [...coarse.shape.slice(0, -2), ...ensemble.shape.slice(1)],
    values: ensemble.values,
    units: rateUnits,
    coordinates: [
      ...coarse.coordinates.filter((c) => !onGrid(c)),
      memberCoordinate(ensemble.shape[1]),
      ...grid2.coordinates.filter((c) => onGrid(c))
    ],
    attributes: withoutRange(attributes),
    gridMapping: grid2.gridMapping
  });
  return convertPrecipitation(fine, units, interval === void 0 ? {} : { interval });
}

// generative/downscaling/drawn-field.ts
function drawnField(template, options) {
  const { members, source, draw } = options;
  const { name, dims, units, coordinates, attributes, gridMapping } = template;
  const leading2 = template.shape.slice(0, -3);
  const [height, width] = template.shape.slice(-2);
  const shape = [...leading2, members, height, width];
  const store = {
    dims,
    shape,
    chunks: void 0,
    target: "float32",
    async read({ start, count: count2 }) {
      const out = new Float32Array(sizeOf(count2));
      const lead = leading2.length;
      const [member, row, column] = start.slice(lead);
      const [some, rows4, columns] = count2.slice(lead);
      const each = some * rows4 * columns;
      for (let n = 0; n < sizeOf(count2.slice(0, lead)); n++) {
        const values = await draw(placeIn(n, start, count2, lead), { first: member, count: some });
        for (let line = 0; line < some * rows4; line++) {
          const from = (Math.floor(line / rows4) * height + row + line % rows4) * width + column;
          out.set(values.subarray(from, from + columns), n * each + line * columns);
        }
      }
      return out;
    }
  };
  return new LazyField({
    ...{ name, units, attributes, gridMapping, source, store },
    coordinates: coordinates.map((c) => c.name === memberDim ? memberCoordinate(members) : c),
    late: [],
    picks: shape.map((n) => ({ ranges: [[0, n]], keep: true }))
  });
}
function placeIn(n, start, count2, lead) {
  const place2 = new Array(lead);
  let rest = n;
  for (let axis = lead - 1; axis >= 0; axis--) {
    place2[axis] = start[axis] + rest % count2[axis];
    rest = Math.floor(rest / count2[axis]);
  }
  return place2;
}
var positionsOf2 = ({ parts: { store, picks } }) => store.dims.map(
  (_, axis) => picks[axis].ranges.flatMap(([from, to]) => Array.from({ length: to - from }, (_2, i) => from + i))
);
function frameNumber(field, place2) {
  const { store, picks } = field.parts;
  const positions2 = positionsOf2(field);
  let [number, at] = [0, 0];
  for (let axis = 0; axis < store.dims.length - 2; axis++) {
    number = number * store.shape[axis] + positions2[axis][picks[axis].keep ? place2[at++] : 0];
  }
  return number;
}
function originOf({ parts: { picks } }, scale) {
  const [row, column] = picks.slice(-2).map(({ ranges }) => ranges[0][0] * scale);
  return [row, column];
}

// generative/downscaling/baselines/to-units.ts
function isRain(units) {
  try {
    precipitationUnits(units);
    return true;
  } catch (error) {
    if (isMongeError(error)) return false;
    throw error;
  }
}
function toUnits(field, units, reading = {}) {
  const where = `${field.source}: variable ${field.name}`;
  const plain = (text2) => text2?.trim() ?? "";
  if (!isRain(field.units) || !isRain(units)) {
    if (plain(field.units) === plain(units)) return (part) => part;
    const show = (text2) => plain(text2) === "" ? "no units" : `units "${text2}"`;
    const way = "convert it before, or state its units (`units`)";
    throw new UnitsError(
      `${where}: it has ${show(field.units)}; expected ${show(units)}; ${way}`,
      plain(field.units),
      plain(units)
    );
  }
  const changes = precipitationUnits(field.units).kind !== precipitationUnits(units).kind;
  const bounded = timeAxis(field)?.bounds !== void 0;
  if (changes && reading.interval === void 0 && !bounded) {
    const way = 'give `interval: SECONDS` (86400 for days), or `interval: "time"` to take the spacing of the times';
    const text2 = `${where}: "${field.units}" becomes "${units}" only with the time that a value stands for; ${way}`;
    throw new UnitsError(text2, field.units ?? "", "bounds of time, or the interval");
  }
  const stated = changes && reading.interval !== void 0;
  const interval = stated ? amountInterval(field, reading.interval, reading.whole) : void 0;
  return (part) => convertPrecipitation(part, units, interval === void 0 ? {} : { interval });
}
function spanOf(field, { interval, whole: whole3 } = {}) {
  if (interval !== void 0) return amountInterval(field, interval, whole3);
  return rateSpan(field, whole3);
}
function dryBelow(units, span) {
  const { kind } = precipitationUnits(units);
  const depth = span === void 0 ? 0.1 : 0.1 * Math.min(1, span / 3600);
  if (kind === "amount") return depth * precipitationFactor("mm", units);
  return depth * precipitationFactor("mm", units, { interval: span ?? 3600 });
}

// generative/downscaling/baselines/coarse-source.ts
var roundingShare = 0.01;
function asMaps(name, given2, units) {
  const own = mapsLast(ungrouped(given2 instanceof LazyField ? given2 : lazyField(given2)));
  const field = units === void 0 ? own : new LazyField({ ...own.parts, units });
  const where = `${name}: ${field.source === field.name ? "" : `${field.source}: `}variable ${field.name}`;
  const [y, x] = [field.dimOf("y"), field.dimOf("x")];
  if (y === void 0 || x === void 0 || field.dims.at(-2) !== y || field.dims.at(-1) !== x) {
    throw new ShapeError(where, "y and x among its dimensions", field.dims.join(", ") || "none");
  }
  if (field.shape.includes(0)) throw new ShapeError(where, "at least one value", field.shape);
  return field;
}
function coarseSource(name, given2, units, options) {
  const { missing = "error", clipNegative = false, onNotice } = options;
  const field = asMaps(name, given2, options.units);
  const reading = {
    ...options.interval !== void 0 && { interval: options.interval },
    ...options.whole !== void 0 && { whole: options.whole }
  };
  const rain = isRain(field.units);
  const convert = toUnits(field, units, reading);
  const span = spanOf(field, reading);
  const rounding = rain ? roundingShare * dryBelow(field.units, span) : 0;
  const clip = (part) => part.with({ values: part.values.map((v) => Math.max(v, 0)) });
  return {
    ...reading,
    field,
    span,
    inUnits: (part) => rain ? clip(convert(part)) : convert(part),
    async check() {
      const where = `${field.source}: variable ${field.name}`;
      let [gaps, all, negative, least] = [0, 0, 0, 0];
      for await (const { values } of field.slabs()) {
        all += values.length;
        for (const v of values) {
          if (Number.isNaN(v)) gaps++;
          else if (!Number.isFinite(v))
            throw new DomainError(`${where}: it holds ${v}; set what is no number to missing`, v);
          else if (rain && v < 0) {
            negative++;
            least = Math.min(least, v);
          }
        }
      }
      if (gaps === all) {
        throw new DomainError(`${where} has only missing values; choose another time or variable`, Number.NaN);
      }
      if (negative > 0) {
        const found = `${negative} values are negative, down to ${least} ${field.units}`;
        const way = "where that is rounding, set them to 0 with `clipNegative: true`";
        if (!clipNegative && least < -rounding)
          throw new DomainError(`${where}: ${found}; expected at least 0; ${way}`, least);
        onNotice?.(`${found}; set to 0`);
      }
      if (gaps > 0 && missing === "error") {
        const way = 'fill them, or leave their cells missing with `missing: "propagate"`';
        throw new DomainError(`${where}: ${gaps} of ${all} values are missing; ${way}`, Number.NaN);
      }
    }
  };
}

// generative/downscaling/baselines/options.ts
var baselineMethods = ["bilinear", "qm", "qdm", "rainfarm"];
var only = {
  coarse: ["qm", "qdm"],
  window: ["qm", "qdm"],
  quantiles: ["qm", "qdm"],
  slope: ["rainfarm"],
  amplitude: ["rainfarm"]
};
function checkBaseline(o) {
  const fail = (text2, option, value) => {
    throw new OptionsError(`baselineDownscaler: ${text2}`, option, value);
  };
  const { method } = o;
  if (!baselineMethods.includes(method)) {
    fail(`method is ${JSON.stringify(method)}; expected one of ${baselineMethods.join(", ")}`, "method", method);
  }
  for (const [name, methods] of Object.entries(only)) {
    const value = o[name];
    if (value === void 0 || methods.includes(method)) continue;
    fail(`\`${name}\` is for the methods ${methods.join(", ")}; leave it out with ${method}`, name, value);
  }
  if (method === "qm" || method === "qdm") {
    for (const name of ["fine", "coarse"]) {
      if (o[name] !== void 0) continue;
      const what = name === "fine" ? "observations on the fine grid" : "the coarse data set";
      fail(`the method ${method} needs \`${name}\`, ${what} over a historical period`, name, void 0);
    }
    for (const name of ["grid", "factor"]) {
      if (o[name] !== void 0)
        fail(`the method ${method} has the grid of \`fine\`; leave \`${name}\` out`, name, o[name]);
    }
  }
  if (o.grid !== void 0 && o.factor !== void 0) fail("give `grid` or `factor`, not both", "factor", o.factor);
  if (o.grid === void 0 && o.factor === void 0 && o.fine === void 0) {
    fail("where is the result to lie? Give `grid`, a field or grid, or `factor`, or `fine`", "grid", void 0);
  }
  const ranges = {
    factor: [o.factor, "a whole number of at least 1", (v) => Number.isInteger(v) && v >= 1],
    quantiles: [o.quantiles, "a whole number of at least 2", (v) => Number.isInteger(v) && v >= 2],
    wetThreshold: [o.wetThreshold, "a number above 0", (v) => v > 0 && Number.isFinite(v)],
    slope: [o.slope, "a finite number", Number.isFinite],
    amplitude: [o.amplitude, "a number of at least 0", (v) => v >= 0 && Number.isFinite(v)]
  };
  for (const [name, [value, expected, holds]] of Object.entries(ranges)) {
    if (value !== void 0 && !holds(value)) fail(`${name} is ${value}; expected ${expected}`, name, value);
  }
}

// generative/baseline/hazen-quantile.ts
function hazenQuantile(sorted, p) {
  const at = Math.min(Math.max(p * sorted.length - 0.5, 0), sorted.length - 1);
  const near = Math.round(at);
  if (Math.abs(at - near) < 1e-9) return sorted[near];
  const low = Math.floor(at);
  return sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]);
}

// generative/baseline/adapt-frequency.ts
function fitFrequencyAdaptation(model, observed, threshold) {
  checkOption("fitFrequencyAdaptation", "threshold", threshold, threshold > 0, "it must be above 0");
  for (const [name, values] of Object.entries({ model, observed })) {
    if (values.length === 0) throw new DomainError(`fitFrequencyAdaptation: ${name} has no values; give at least one`);
  }
  const [dryModel, dryObserved] = [dryShare(model, threshold), dryShare(observed, threshold)];
  const share = dryModel > dryObserved ? (dryModel - dryObserved) / dryModel : 0;
  const upTo = share > 0 ? hazenQuantile(sortedCopy(observed), dryModel) : threshold;
  return { threshold, share, upTo: Math.max(upTo, threshold) };
}
function dryShare(values, threshold) {
  let dry = 0;
  for (let i = 0; i < values.length; i++) if (values[i] < threshold) dry++;
  return dry / values.length;
}
var noCut = { value: Number.POSITIVE_INFINITY, tie: 1 };
function dryCut(values, ties2, adaptation) {
  const { threshold, share } = adaptation;
  if (share === 0) return noCut;
  const dry = [];
  for (let i = 0; i < values.length; i++) if (values[i] < threshold) dry.push(i);
  const kept = dry.length - Math.round(share * dry.length);
  if (kept === dry.length) return noCut;
  if (kept === 0) return { value: Number.NEGATIVE_INFINITY, tie: 0 };
  dry.sort((a, b) => values[a] - values[b] || ties2[a] - ties2[b]);
  const last = dry[kept - 1];
  return { value: values[last], tie: ties2[last] };
}
function adapted(value, tie, cut, { threshold, upTo }) {
  if (!(value < threshold) || value < cut.value) return value;
  if (value > cut.value) return threshold + (upTo - threshold) * tie;
  return tie <= cut.tie ? value : (threshold * (1 - tie) + upTo * (tie - cut.tie)) / (1 - cut.tie);
}

// generative/baseline/delta-map.ts
var mostRatio = 2;
var small = 10;
function fitDeltaMap(laws, options) {
  const { kind, quantiles = 100, threshold = 0 } = options;
  const whole3 = Number.isInteger(quantiles) && quantiles >= 1;
  checkOption("fitDeltaMap", "quantiles", quantiles, whole3, "it must be an integer \u2265 1");
  checkOption("fitDeltaMap", "threshold", threshold, threshold >= 0, "it must be \u2265 0");
  const { observed, history, projected = history } = laws;
  for (const [name, values] of Object.entries({ observed, history, projected })) {
    if (values.length === 0) throw new DomainError(`fitDeltaMap: ${name} has no values; give at least one`);
  }
  const [o, h] = [sortedCopy(observed), sortedCopy(history)];
  const p = projected === history ? h : sortedCopy(projected);
  const at = new Float64Array(quantiles);
  const change = new Float64Array(quantiles);
  for (let i = 0; i < quantiles; i++) {
    const tau = (i + 0.5) / quantiles;
    const [was, had] = [hazenQuantile(o, tau), hazenQuantile(h, tau)];
    at[i] = hazenQuantile(p, tau);
    change[i] = kind === "additive" ? was - had : factor(was, had, at[i], threshold);
  }
  if (kind === "multiplicative") fillFromAbove(change);
  return { kind, threshold, at, change };
}
function factor(observed, history, projected, threshold) {
  if (!(history >= threshold) || history === 0) return Number.NaN;
  const wet = observed < threshold ? 0 : observed;
  const most2 = history < small * threshold && projected > mostRatio * history ? mostRatio * history / projected : 1;
  return wet / history * most2;
}
function fillFromAbove(change) {
  let next = Number.NaN;
  for (let i = change.length - 1; i >= 0; i--) {
    if (Number.isNaN(change[i])) change[i] = next;
    else next = change[i];
  }
  const last = change.findLastIndex((v) => !Number.isNaN(v));
  change.fill(last < 0 ? 1 : change[last], last + 1);
}
function applyDeltaMap({ kind, threshold, at, change }, value) {
  if (Number.isNaN(value)) return value;
  if (kind === "additive") return value + changeAt(at, change, value);
  const mapped = value < threshold ? 0 : value * changeAt(at, change, value);
  return mapped < threshold ? 0 : mapped;
}
function changeAt(at, change, value) {
  let [low, high] = [-1, at.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (at[middle] <= value) low = middle;
    else high = middle - 1;
  }
  if (low < 0) return change[0];
  if (low === at.length - 1) return change[low];
  const share = (value - at[low]) / (at[low + 1] - at[low]);
  return change[low] + share * (change[low + 1] - change[low]);
}

// generative/downscaling/baselines/pixel-maps.ts
var fewest = 10;
var most = 2 ** 29;
async function pixelMaps(sources, options) {
  const { fine, coarse, input } = sources;
  const { kind, windows, quantiles, threshold, seed, method, signal, bytes = 256e6 } = options;
  const [height, width] = fine.shape.slice(-2);
  const parts = windows.of(input.field);
  const used = [...new Set(parts)].sort((a, b) => a - b);
  const drawn2 = { fine: windows.drawn(fine), coarse: windows.drawn(coarse.field), input: windows.drawn(input.field) };
  for (const part of used) {
    for (const name of ["fine", "coarse"]) {
      if (drawn2[name][part].length >= fewest) continue;
      const text2 = `the input has times in ${windows.nameOf(part)}, where \`${name}\` has ${drawn2[name][part].length}`;
      const way = 'give a longer history, or take the laws of other parts of the year (`window: "year"`)';
      throw new DomainError(`baselineDownscaler: ${text2}; expected at least ${fewest}; ${way}`, part);
    }
  }
  const pixels = height * width;
  const count2 = used.length * pixels;
  if (2 * count2 * quantiles > most) {
    const text2 = `maps of ${pixels} pixels in ${used.length} parts of the year with ${quantiles} nodes are too many`;
    throw new OptionsError(
      `baselineDownscaler: ${text2}; take fewer \`quantiles\`, or a part of the grid`,
      "quantiles",
      quantiles
    );
  }
  const [at, change] = [new Float32Array(count2 * quantiles), new Float32Array(count2 * quantiles)];
  const known2 = new Uint8Array(count2);
  const [cutValue, cutTie, upTo] = [new Float64Array(count2), new Float64Array(count2), new Float64Array(count2)];
  const seen = new Uint8Array(pixels);
  const perRow = (leading(fine) + 2 * leading(coarse.field) + 2 * leading(input.field)) * width * 4;
  for (const [from, to] of stripes(height, Math.floor(bytes / perRow))) {
    signal?.throwIfAborted();
    const observed = (await fine.isel({ [fine.dims.at(-2)]: [from, to] }).load()).values;
    const rows4 = rowsOf(gridOf(fine), from, to);
    const history = (await onto(coarse, rows4)).values;
    const projected = method === "qdm" ? (await onto(input, rows4)).values : void 0;
    const plane = (to - from) * width;
    const noise2 = (frame) => normalField({ seed, step: frame, top: from, left: 0, height: to - from, width });
    const historyTies = ties(leading(coarse.field), (n) => noise2(options.frameOf.coarse(n)));
    const inputTies = projected && ties(leading(input.field), (n) => noise2(options.frameOf.input(n)));
    for (let i = 0; i < plane; i++) {
      const pixel = from * width + i;
      for (const [place2, part] of used.entries()) {
        const law = {
          observed: series(observed, plane, i, drawn2.fine[part]),
          history: series(history, plane, i, drawn2.coarse[part]),
          projected: projected && series(projected, plane, i, drawn2.input[part])
        };
        if (law.observed.values.length > 0) seen[pixel] = 1;
        const counts = [law.observed, law.history, ...law.projected ? [law.projected] : []];
        if (counts.some(({ values }, k) => values.length < (k < 2 ? fewest : 1))) continue;
        const own = place2 * pixels + pixel;
        known2[own] = 1;
        let [was, is] = [law.history.values, law.projected?.values];
        let cut;
        if (kind === "multiplicative") {
          const adaptation = fitFrequencyAdaptation(was, law.observed.values, threshold);
          upTo[own] = adaptation.upTo;
          if (adaptation.share > 0) {
            const past = cutSeries(law.history, historyTies, i, adaptation);
            const now = law.projected && cutSeries(law.projected, inputTies, i, adaptation);
            [was, is, cut] = [past.values, now?.values, (now ?? past).cut];
          }
        }
        cutValue[own] = cut?.value ?? Number.POSITIVE_INFINITY;
        cutTie[own] = cut?.tie ?? 1;
        const map = fitDeltaMap(
          { observed: law.observed.values, history: was, ...is && { projected: is } },
          { kind, quantiles, threshold }
        );
        at.set(map.at, own * quantiles);
        change.set(map.change, own * quantiles);
      }
    }
  }
  const places2 = new Map(used.map((part, i) => [part, i]));
  let unknown = 0;
  for (let i = 0; i < pixels; i++) if (seen[i] && used.some((_, place2) => !known2[place2 * pixels + i])) unknown++;
  return {
    unknown,
    apply(values, time) {
      const place2 = places2.get(parts[time]);
      const noise2 = normalField({
        seed,
        step: options.frameOf.input(time),
        top: 0,
        left: 0,
        height,
        width
      });
      return Float32Array.from({ length: pixels }, (_, i) => {
        const own = place2 * pixels + i;
        if (!known2[own]) return Number.NaN;
        const cut = { value: cutValue[own], tie: cutTie[own] };
        const law = { threshold, upTo: upTo[own], share: 0 };
        const x = values[i];
        const wet = kind === "additive" || x >= threshold ? x : adapted(x, normalCdf(noise2[i]), cut, law);
        const range3 = [own * quantiles, (own + 1) * quantiles];
        return applyDeltaMap({ kind, threshold, at: at.subarray(...range3), change: change.subarray(...range3) }, wet);
      });
    }
  };
}
var leading = ({ shape }) => sizeOf(shape.slice(0, -2));
function stripes(height, fitting) {
  const step = Math.max(2, fitting);
  const count2 = Math.max(1, Math.floor(height / step));
  return Array.from({ length: count2 }, (_, i) => [i * step, i === count2 - 1 ? height : (i + 1) * step]);
}
function rowsOf({ y, x, gridMapping }, from, to) {
  const bounds = y.bounds && { bounds: y.bounds.slice(2 * from, 2 * to) };
  return { y: { ...y, values: y.values.slice(from, to), ...bounds }, x, gridMapping };
}
async function onto({ field, inUnits: inUnits2 }, rows4) {
  return inUnits2(await regridLazy(field, rows4, { method: "bilinear", border: "clamp" }).load());
}
function ties(count2, make) {
  return Array.from({ length: count2 }, (_, n) => make(n));
}
function series(values, plane, pixel, times) {
  const positions2 = times.filter((n) => !Number.isNaN(values[n * plane + pixel]));
  return { values: Float64Array.from(positions2, (n) => values[n * plane + pixel]), positions: positions2 };
}
function cutSeries({ values, positions: positions2 }, noise2, pixel, adaptation) {
  const random = uniforms(noise2, pixel, positions2);
  const cut = dryCut(values, random, adaptation);
  return { cut, values: values.map((v, k) => adapted(v, random[k], cut, adaptation)) };
}
var uniforms = (noise2, pixel, times) => Float64Array.from(times, (n) => normalCdf(noise2[n][pixel]));

// generative/baseline/conserve.ts
var EMPTY = 1e-6;
function conserveBlocks(fine, coarse, factor2, options = {}) {
  const { cap = 10, valid } = options;
  checkOption("conserveBlocks", "cap", cap, cap >= 1, "it must be \u2265 1");
  checkOption("conserveBlocks", "factor", factor2, Number.isInteger(factor2) && factor2 >= 1, "it must be an integer \u2265 1");
  checkShape("conserveBlocks: coarse", coarse, 3);
  checkShape("conserveBlocks: fine", fine, Math.max(3, fine.shape.length));
  const [cases, rows4, columns] = coarse.shape;
  const [height, width] = [rows4 * factor2, columns * factor2];
  if (fine.shape[0] !== cases || fine.shape.at(-2) !== height || fine.shape.at(-1) !== width) {
    throw new ShapeError("conserveBlocks: fine", `[${cases}, \u2026, ${height}, ${width}]`, fine.shape);
  }
  if (valid && valid.length !== height * width) {
    throw new ShapeError("conserveBlocks: valid", [height, width], [valid.length]);
  }
  checkRain("conserveBlocks: fine", fine.values);
  checkRain("conserveBlocks: coarse", coarse.values);
  const values = fine.values.slice();
  const perCase = values.length / (cases * height * width);
  for (let b = 0; b < rows4 * columns; b++) {
    const corner = Math.floor(b / columns) * factor2 * width + b % columns * factor2;
    const pixels = [];
    for (let y = 0; y < factor2; y++)
      for (let x = 0; x < factor2; x++) if (valid?.[corner + y * width + x] !== 0) pixels.push(corner + y * width + x);
    for (let image = 0; image < cases * perCase; image++) {
      const target2 = coarse.values[Math.floor(image / perCase) * rows4 * columns + b];
      conserveBlock(values.subarray(image * height * width), pixels, target2, cap);
    }
  }
  return { values, shape: fine.shape };
}
function conserveBlock(values, pixels, target2, cap) {
  let sum = 0;
  for (const at of pixels) sum += values[at];
  const mean = sum / Math.max(1, pixels.length);
  const scale = Math.min(target2 / Math.max(mean, EMPTY), cap);
  const missing = Math.max(target2 - scale * mean, 0);
  for (const at of pixels) values[at] = scale * values[at] + missing;
}

// generative/synthetic/gaussian-field.ts
function powerLawAmplitude(height, width, slope) {
  if (!Number.isFinite(slope)) throw new DomainError(`powerLawAmplitude: slope is ${slope}; it must be finite`, slope);
  const n = Math.max(height, width);
  const [ky, kx] = [wavenumbers(height), wavenumbers(width)];
  return Float64Array.from({ length: height * width }, (_, i) => {
    const k = Math.hypot(n * ky[Math.floor(i / width)] / height, n * kx[i % width] / width);
    return Math.max(k, 1) ** (-slope / 2);
  });
}
function filterNoise(white, amplitude, height, width) {
  if (amplitude.length !== white.length)
    throw new ShapeError("filterNoise: amplitude", [white.length], [amplitude.length]);
  const { re, im } = fft2(white, height, width);
  for (let i = 0; i < re.length; i++) {
    re[i] *= amplitude[i];
    im[i] *= amplitude[i];
  }
  return inverseFft2({ re, im }, height, width).re;
}
function standardise(field) {
  const n = field.length;
  const mean = field.reduce((a, b) => a + b, 0) / n;
  const variance = field.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1);
  if (!(variance > 0)) throw new DomainError("standardise: the field is constant, so it has no scale", variance);
  const deviation = Math.sqrt(variance);
  for (let i = 0; i < n; i++) field[i] = (field[i] - mean) / deviation;
  return field;
}

// generative/baseline/rainfarm.ts
function lognormalNoise(height, width, options) {
  const { slope, amplitude = 1, random } = options;
  checkOption("lognormalNoise", "amplitude", amplitude, amplitude >= 0, "it must be \u2265 0");
  const white = random.normal(height * width);
  const g = standardise(filterNoise(white, powerLawAmplitude(height, width, slope), height, width));
  return g.map((v) => Math.exp(amplitude * v));
}
function fitRainSlope(rain) {
  const [, height, width] = rain.shape;
  if (!(height >= 6 && width >= 6)) {
    const way = "give `slope` (2 to 3 is usual for rain), or larger fields";
    throw new DomainError(
      `fitRainSlope: fields of ${height} x ${width} cells have too few wavenumbers; ${way}`,
      height
    );
  }
  const power = rapsd(rain.values, height, width);
  if (!power.every((p) => p > 0)) throw new DomainError("fitRainSlope: the fields are dry; give `slope`", 0);
  return spectralSlope(power);
}

// generative/downscaling/baselines/largest-rectangle.ts
function largestRectangle(there, height, width) {
  let best = { row: 0, column: 0, rows: 0, columns: 0 };
  const above = new Int32Array(width + 1);
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x++) above[x] = there[row * width + x] ? above[x] + 1 : 0;
    const rising = [];
    for (let x = 0; x <= width; x++) {
      let from = x;
      while (rising.length > 0 && rising.at(-1).rows >= above[x]) {
        const last = rising.pop();
        from = last.from;
        const columns = x - from;
        if (last.rows * columns > best.rows * best.columns) {
          best = { row: row - last.rows + 1, column: from, rows: last.rows, columns };
        }
      }
      rising.push({ from, rows: above[x] });
    }
  }
  return best;
}

// generative/downscaling/gaps.ts
var beside = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1]
];
function fillGaps(values, height, width) {
  const out = values.slice();
  let open2 = [...out.keys()].filter((i) => Number.isNaN(out[i]));
  while (open2.length > 0) {
    const found = [];
    const left = [];
    for (const at of open2) {
      const [row, column] = [Math.floor(at / width), at % width];
      let [sum, count2] = [0, 0];
      for (const [down, right] of beside) {
        const [y, x] = [row + down, column + right];
        if (y < 0 || y >= height || x < 0 || x >= width) continue;
        const value = out[y * width + x];
        if (Number.isNaN(value)) continue;
        sum += value;
        count2++;
      }
      if (count2 > 0) found.push([at, sum / count2]);
      else left.push(at);
    }
    if (found.length === 0) for (const at of left) out[at] = 0;
    for (const [at, value] of found) out[at] = value;
    open2 = found.length === 0 ? [] : left;
  }
  return out;
}
function repeatEdges(coarse, multiple) {
  const height = Math.ceil(coarse.height / multiple) * multiple;
  const width = Math.ceil(coarse.width / multiple) * multiple;
  return { values: edgesRepeated(coarse.values, [coarse.height, coarse.width, 1], [height, width]), height, width };
}

// generative/downscaling/baselines/target-grid.ts
function dividedGrid(frame, factor2) {
  const smooth = (one) => refine(one, factor2);
  const [height, width] = frame.shape;
  const cells2 = (one) => repeatUpsample(one.values, 1, height, width, factor2);
  return { plane: smooth(frame), factor: factor2, smooth: (one) => overGaps(one, smooth, cells2), cells: cells2 };
}
function givenGrid(frame, target2) {
  const rule = { method: "bilinear", border: "clamp" };
  const weights = regridWeights(frame, target2, rule);
  const cells2 = (one) => regrid(one, target2, { method: "nearest" }).values;
  return {
    plane: regrid(frame, target2, rule),
    factor: void 0,
    smooth: (one) => overGaps(one, (filled) => regrid(filled, weights), cells2),
    cells: cells2
  };
}
function overGaps(frame, smooth, cells2) {
  if (!frame.values.some(Number.isNaN)) return smooth(frame);
  const [height, width] = frame.shape;
  const fine = smooth(frame.with({ values: fillGaps(Float32Array.from(frame.values), height, width) }));
  const own = cells2(frame);
  return fine.with({ values: fine.values.map((v, i) => Number.isNaN(own[i]) ? Number.NaN : v) });
}
async function templateOf(given2) {
  if (!(given2 instanceof Field) && !(given2 instanceof LazyField)) return { target: given2, field: void 0 };
  const field = asMaps("grid", given2);
  gridOf(field);
  const first = Object.fromEntries(field.dims.slice(0, -2).map((dim) => [dim, 0]));
  const { name, dims, shape, coordinates, gridMapping } = field.isel(first);
  const values = new Float32Array(sizeOf(shape));
  return { target: new Field({ name, dims, shape, values, coordinates, gridMapping }), field };
}
async function neverThere(field) {
  const plane = sizeOf(field.shape.slice(-2));
  const there = new Uint8Array(plane);
  let left = plane;
  for await (const { values } of field.slabs()) {
    for (const [i, v] of values.entries()) {
      if (there[i % plane] || Number.isNaN(v)) continue;
      there[i % plane] = 1;
      left--;
    }
    if (left === 0) return void 0;
  }
  return there;
}

// generative/downscaling/baselines/rainfarm-frames.ts
async function slopeOf(field) {
  const [height, width] = field.shape.slice(-2);
  const plane = height * width;
  const there = await neverThere(field) ?? new Uint8Array(plane).fill(1);
  const { row, column, rows: rows4, columns } = largestRectangle(there, height, width);
  const [y, x] = field.dims.slice(-2);
  const part = field.isel({ [y]: [row, row + rows4], [x]: [column, column + columns] });
  const kept = [];
  const cells2 = rows4 * columns;
  for await (const { values: values2 } of part.slabs()) {
    for (let n = 0; n < values2.length; n += cells2) {
      const frame = Float32Array.from(values2.subarray(n, n + cells2));
      if (!frame.some(Number.isNaN) && frame.some((v) => v > 0)) kept.push(frame);
    }
  }
  if (kept.length === 0) {
    const way = "give `slope` (2 to 3 is usual for rain)";
    throw new DomainError(`${field.source}: no frame of ${field.name} is free of gaps and wet; ${way}`, 0);
  }
  const values = new Float32Array(kept.length * cells2);
  for (const [n, frame] of kept.entries()) values.set(frame, n * cells2);
  return fitRainSlope({ values, shape: [kept.length, rows4, columns] });
}
function rainfarm(frame, target2, options) {
  const { slope, amplitude, seed, wetThreshold } = options;
  const [height, width] = target2.plane.shape;
  const means = target2.factor === void 0 ? areaMeans(frame, target2.plane) : blockMeans(target2.factor);
  return {
    draw(coarse, number, { first, count: count2 }) {
      const out = new Float32Array(count2 * height * width);
      const smooth = target2.smooth(coarse).values;
      for (let member = 0; member < count2; member++) {
        const random = rng(seed).split(number).split(first + member);
        const noise2 = lognormalNoise(height, width, { slope, amplitude, random });
        let rain = means(
          noise2.map((v, i) => v * smooth[i]),
          coarse
        );
        if (wetThreshold !== void 0)
          rain = means(
            rain.map((v) => v < wetThreshold ? 0 : v),
            coarse
          );
        out.set(rain, member * height * width);
      }
      return out;
    }
  };
}
function blockMeans(factor2) {
  return (fine, coarse) => {
    const [rows4, columns] = coarse.shape;
    const [height, width] = [rows4 * factor2, columns * factor2];
    const cell = (i) => Math.floor(i / width / factor2) * columns + Math.floor(i % width / factor2);
    const gaps = fine.map((_, i) => Number.isNaN(coarse.values[cell(i)]) ? 1 : 0);
    const filled = Float64Array.from(coarse.values, (v) => Number.isNaN(v) ? 0 : v);
    const { values } = conserveBlocks(
      { values: fine.map((v) => Number.isNaN(v) ? 0 : v), shape: [1, height, width] },
      { values: filled, shape: [1, rows4, columns] },
      factor2,
      { cap: Number.POSITIVE_INFINITY }
    );
    return Float64Array.from(values, (v, i) => gaps[i] ? Number.NaN : v);
  };
}
var tolerance = 1e-4;
var mostRounds = 100;
function areaMeans(frame, plane) {
  const down = weightsOf(plane, frame);
  const up = weightsOf(frame, plane);
  return (fine, coarse) => {
    let values = fine;
    let largest = 0;
    for (const v of coarse.values) if (v > largest) largest = v;
    for (let round = 0; round < mostRounds; round++) {
      const found = regrid(plane.with({ values, ...bare }), down, { minimumValid: 0 }).values;
      let off = 0;
      const ratio = Float64Array.from(coarse.values, (wanted, i) => {
        const has = found[i];
        if (Number.isNaN(has) || has === 0 && wanted > 0) return 1;
        off = Math.max(off, Math.abs(has - wanted));
        return has === 0 ? 0 : wanted / has;
      });
      if (off <= tolerance * largest) break;
      const by = regrid(frame.with({ values: ratio }), up, { minimumValid: 0.5 }).values;
      values = values.map((v, i) => v * by[i]);
    }
    return values;
  };
}
var bare = { attributes: {} };
function weightsOf(from, to) {
  try {
    gridOf(from);
    gridOf(to);
  } catch (error) {
    const way = "bring the input onto a grid of rows and columns before (`monge convert --grid`), or take `factor`";
    throw new ShapeError(
      `rainfarm: field ${from.name}`,
      "grids of rows and columns, whose areas it keeps",
      error.message,
      way
    );
  }
  return regridWeights(from, to, { method: "conservative" });
}

// generative/downscaling/baselines/year-windows.ts
var seasons = ["December to February", "March to May", "June to August", "September to November"];
var days = 365.25;
function yearWindows(window) {
  if (typeof window === "number") return movingWindows(window);
  const ofMonth = { year: () => 0, season: (m) => Math.floor(m % 12 / 3), month: (m) => m - 1 }[window];
  if (ofMonth === void 0) {
    const expected = '"year", "season", "month" or a number of days';
    throw new OptionsError(`window is ${JSON.stringify(window)}; expected ${expected}`, "window", window);
  }
  const count2 = { year: 1, season: 4, month: 12 }[window];
  const of = (field) => window === "year" ? new Int32Array(timesOf(field)) : Int32Array.from(datesOf(field), ({ month }) => ofMonth(month));
  return {
    count: count2,
    of,
    drawn: (field) => {
      const parts = of(field);
      return Array.from({ length: count2 }, (_, part) => positions(parts, (p) => p === part));
    },
    nameOf: (part) => window === "year" ? "the year" : window === "season" ? seasons[part] : `month ${part + 1}`
  };
}
function movingWindows(window) {
  if (!(Number.isFinite(window) && window >= 3 && window <= 366)) {
    throw new OptionsError(`window is ${window} days; expected 3 to 366`, "window", window);
  }
  const count2 = Math.ceil(3 * days / window);
  const middle = (part) => (part + 0.5) * days / count2;
  const daysOf = (field) => Float64Array.from(datesOf(field), ({ day }) => day);
  return {
    count: count2,
    of: (field) => Int32Array.from(daysOf(field), (day) => Math.min(count2 - 1, Math.floor(day * count2 / days))),
    drawn: (field) => {
      const all = daysOf(field);
      return Array.from(
        { length: count2 },
        (_, part) => positions(all, (day) => {
          const apart = Math.abs(day - middle(part));
          return Math.min(apart, days - apart) <= window / 2;
        })
      );
    },
    nameOf: (part) => `${window} days around day ${Math.round(middle(part))} of the year`
  };
}
function positions(values, holds) {
  const found = [];
  for (let i = 0; i < values.length; i++) if (holds(values[i])) found.push(i);
  return Int32Array.from(found);
}
function timesOf(field) {
  const dim = field.dimOf("time");
  return dim === void 0 ? 1 : field.size(dim);
}
function datesOf(field) {
  const time = timeAxis(field);
  const where = `${field.source}: variable ${field.name}`;
  if (time === void 0) {
    throw new ShapeError(where, "times, to know the part of the year", "none", 'take all as one with `window: "year"`');
  }
  const units = timeUnitsOf(time);
  return Array.from(time.values, (value, i) => {
    const middle = time.bounds ? (time.bounds[2 * i] + time.bounds[2 * i + 1]) / 2 : value;
    const date = decodeTime(middle, units);
    if (date === void 0) throw new DomainError(`${where}: time ${i} is missing; select the others with isel`, value);
    const passed = dayOfYear(date, units.calendar) - 1 + date.hour / 24;
    return { month: date.month, day: passed / daysInYear(date.year, units.calendar) * days };
  });
}

// generative/downscaling/baselines/baseline-downscaler.ts
var names = {
  bilinear: "bilinear interpolation",
  qm: "quantile mapping",
  qdm: "quantile delta mapping",
  rainfarm: "RainFARM"
};
function baselineDownscaler(options) {
  checkBaseline(options);
  const { method } = options;
  const sources = [options.fine, options.coarse, options.grid].flatMap((one) => one && "dims" in one ? [one] : []);
  const from = (name) => options[name] === void 0 ? "" : ` ${name} ${options[name].source ?? options[name].name}`;
  const fitted = `${from("fine")}${from("coarse")}`;
  const stated = ["factor", "window", "quantiles", "wetThreshold", "slope", "amplitude"].flatMap(
    (name) => options[name] === void 0 ? [] : [`, ${name} ${options[name]}`]
  );
  return {
    ensemble: (input, o) => new Baseline(options, input, o).ensemble(),
    about: {
      title: `Downscaled by ${names[method]}`,
      made: `method ${method}${fitted === "" ? "" : ` fitted to${fitted}`}${stated.join("")}`,
      attributes: { method }
    },
    files: sources.flatMap((one) => "parts" in one ? one.parts.paths ?? [] : [one.source ?? ""])
  };
}
var Baseline = class {
  o;
  run;
  fine;
  input;
  members;
  fitted;
  constructor(o, input, run) {
    this.o = o;
    this.run = run;
    if (run.coarsen) {
      const way = "average the input before (`coarsen`, `monge convert --grid`)";
      throw new OptionsError(`downscale: \`coarsen\` is for models; ${way}`, "coarsen", true);
    }
    if (run.wetThreshold !== void 0) {
      const way = "give it to `baselineDownscaler`, in the units of the result";
      throw new OptionsError(`downscale: \`wetThreshold\` is for models; ${way}`, "wetThreshold", run.wetThreshold);
    }
    this.members = run.members ?? (o.method === "rainfarm" ? 8 : 1);
    if (this.members !== 1 && o.method !== "rainfarm") {
      const text2 = `${names[o.method]} gives one field; leave \`members\` out`;
      throw new OptionsError(`downscale: members is ${this.members}; ${text2}`, "members", this.members);
    }
    this.fine = o.fine && asMaps("fine", o.fine);
    const units = this.fine?.units;
    this.input = coarseSource("input", input, units ?? run.units ?? input.units, run);
    checkNoMembers(this.input.field);
    if (o.method === "qm" || o.method === "qdm") {
      checkSeries("fine", this.fine);
      checkSeries("coarse", asMaps("coarse", o.coarse));
      checkSeries("input", this.input.field);
    }
  }
  async ensemble() {
    const { input, run, members } = this;
    const forced = this.checkSpans();
    const leading2 = input.field.dims.slice(0, -2);
    const sizes = input.field.shape.slice(0, -2);
    const at = (place2) => input.field.isel(Object.fromEntries(leading2.map((dim, i) => [dim, place2[i]])));
    const first = input.inUnits(await at(leading2.map(() => 0)).load());
    const target2 = await this.targetFor(first);
    await input.check();
    const draw = await this.drawing(first, target2);
    const [height, width] = target2.plane.shape;
    const frames = sizes.reduce((a, b) => a * b, 1);
    run.onNotice?.(`${frames} frames on ${height} x ${width} cells, by ${names[this.o.method]}`);
    let done = 0;
    const field = drawnField(this.template(first, target2.plane), {
      members,
      source: input.field.source,
      draw: async (place2, some) => {
        run.signal?.throwIfAborted();
        const frame = input.inUnits(await at(place2).load());
        const drawn2 = draw(frame, place2, some);
        done = done % frames + 1;
        run.onProgress?.(done, frames);
        this.tell(frame, target2, { place: place2, members: drawn2, firstMember: some.first });
        return drawn2;
      }
    });
    return { field, forced, ...this.fitted !== void 0 && { fitted: this.fitted } };
  }
  /** Tells a frame of precipitation in mm/h, the coarse cells as they lie on the fine grid. */
  tell(frame, { plane, cells: cells2 }, { place: place2, members, firstMember }) {
    const { onFrame } = this.run;
    if (onFrame === void 0 || !isRain(frame.units)) return;
    const { span } = this.input;
    const scale = precipitationFactor(frame.units, rateUnits, { interval: span ?? 3600 });
    const values = Float32Array.from(cells2(frame), (v) => v * scale);
    const time = frame.coordinates.filter(({ dims }) => dims.length === 0);
    const coordinates = [...plane.coordinates.filter(({ dims }) => dims.length > 0), ...time];
    const coarse = plane.with({ values, units: rateUnits, coordinates });
    const rates = members.map((v) => v * scale);
    onFrame({ place: place2, coarse, truth: void 0, members: rates, firstMember, grid: plane });
  }
  /** Laws of daily sums say nothing of hourly ones. */
  checkSpans() {
    const { o, run, input } = this;
    if (o.method !== "qm" && o.method !== "qdm") return [];
    const others = ["fine", "coarse"].map(
      (name) => [name, coarseSource(name, o[name], o[name].units, {}).span]
    );
    const found = others.flatMap(([name, span]) => {
      if (span === void 0 || input.span === void 0 || span === input.span) return [];
      return [`values over ${input.span} s, those of \`${name}\` are over ${span} s`];
    });
    if (found.length === 0) return found;
    const text2 = `INPUT has ${found.join("; and ")}`;
    if (!run.force) {
      const way = "take data of one interval; `force: true` goes on nevertheless";
      throw new DomainError(`${input.field.source}: ${text2}; ${way}`);
    }
    run.onNotice?.(`going on (\`force\`), although ${text2}`);
    return found;
  }
  async targetFor(first) {
    const { factor: factor2, grid: grid2, method } = this.o;
    if (factor2 !== void 0) return dividedGrid(first, factor2);
    const { target: target2, field } = await templateOf(grid2 ?? this.fine);
    const valid = field && method !== "qm" && method !== "qdm" ? await neverThere(field) : void 0;
    return { ...givenGrid(first, target2), ...valid && { valid } };
  }
  async drawing(first, target2) {
    const { o, run, input } = this;
    const { seed = 0 } = run;
    const { valid } = target2;
    const masked = (values) => valid ? values.map((v, i) => valid[i % valid.length] ? v : Number.NaN) : values;
    if (o.method === "bilinear") {
      const dry = o.wetThreshold ?? Number.NEGATIVE_INFINITY;
      return (frame) => masked(Float32Array.from(target2.smooth(frame).values, (v) => v < dry ? 0 : v));
    }
    if (o.method === "rainfarm") {
      this.needsRain();
      const slope = o.slope ?? await slopeOf(this.fine ?? input.field);
      if (o.slope === void 0) {
        this.fitted = `slope ${slope.toFixed(3)} fitted to ${this.fine ? "`fine`" : "the input"}`;
        run.onNotice?.(`noise of power |k|^-n, ${this.fitted}`);
      }
      const { amplitude = 1, wetThreshold } = o;
      const farm = rainfarm(first, target2, { slope, amplitude, seed, wetThreshold });
      return (frame, place2, some) => masked(farm.draw(frame, frameNumber(input.field, place2), some));
    }
    return this.mapping(target2);
  }
  async mapping(target2) {
    const { o, run, input } = this;
    const fine = this.fine;
    const kind = isRain(fine.units) ? "multiplicative" : "additive";
    const { whole: _, units: __, ...reading } = run;
    const coarse = coarseSource("coarse", o.coarse, fine.units, { ...reading, missing: "propagate" });
    await coarse.check();
    const frameOf = ({ field }) => (time) => frameNumber(field, field.dims.length === 2 ? [] : [time]);
    run.onNotice?.(`fitting the laws of ${fine.shape.at(-2)} x ${fine.shape.at(-1)} pixels`);
    const maps = await pixelMaps(
      { fine, coarse, input },
      {
        method: o.method,
        kind,
        windows: yearWindows(o.window ?? "season"),
        quantiles: o.quantiles ?? 100,
        threshold: kind === "additive" ? 0 : o.wetThreshold ?? dryBelow(fine.units, input.span),
        seed: run.seed ?? 0,
        frameOf: { coarse: frameOf(coarse), input: frameOf(input) },
        ...run.signal && { signal: run.signal }
      }
    );
    if (maps.unknown > 0)
      run.onNotice?.(`${maps.unknown} pixels of \`fine\` stay missing: too few values, or beyond the coarse grid`);
    return (frame, where) => maps.apply(target2.smooth(frame).values, where[0] ?? 0);
  }
  needsRain() {
    const units = this.fine?.units ?? this.input.field.units;
    if (isRain(units)) return;
    const text2 = `rainfarm makes precipitation, the input has units "${units ?? ""}"`;
    throw new OptionsError(`downscale: ${text2}; take another method`, "method", "rainfarm");
  }
  /** All of the result but its values. */
  template(first, plane) {
    const { input, fine } = this;
    const [y, x] = plane.dims;
    const { field } = input;
    const leading2 = field.dims.slice(0, -2);
    const own = (dims) => dims.every((dim) => leading2.includes(dim));
    const like = fine ?? first;
    const grid2 = plane.coordinates.filter((c) => c.dims.includes(y) || c.dims.includes(x));
    const taken = /* @__PURE__ */ new Set([...grid2.map(({ name }) => name), memberDim]);
    return new Field({
      name: like.name,
      dims: [...leading2, memberDim, y, x],
      shape: [...field.shape.slice(0, -2), 0, ...plane.shape],
      values: new Float32Array(0),
      units: fine ? fine.units : first.units,
      coordinates: [
        ...field.coordinates.filter((c) => own(c.dims) && !taken.has(c.name)),
        memberCoordinate(0),
        ...grid2
      ],
      attributes: withoutRange(like.attributes),
      gridMapping: plane.gridMapping
    });
  }
};
function checkSeries(name, field) {
  const { dims } = field;
  if (dims.length === 2 || dims.length === 3 && dims[0] === field.dimOf("time")) return;
  const where = `downscale: ${name} (${field.source})`;
  throw new ShapeError(where, "dimensions time, y, x", dims.join(", "), "select one of the others with isel");
}

// generative/baseline/interpolate.ts
function upsample(name, kernel, coarse, factor2) {
  checkShape(`${name}: coarse`, coarse, 3);
  checkFinite(`${name}: coarse`, coarse.values);
  checkOption(name, "factor", factor2, Number.isInteger(factor2) && factor2 >= 1, "it must be an integer \u2265 1");
  const [count2, height, width] = coarse.shape;
  const values = kernel(coarse.values, count2, height, width, factor2);
  return { values, shape: [count2, 1, height * factor2, width * factor2] };
}
function bilinear(coarse, factor2) {
  return upsample("bilinear", bilinearUpsample, coarse, factor2);
}

// generative/downscaling/coarsened-scores.ts
function coarsenedScores(frames, factor2) {
  const [height, width] = frames[0].coarse.shape.slice(-2);
  const [rows4, columns] = [height * factor2, width * factor2];
  const pixels = rows4 * columns;
  const members = frames[0].members.length / pixels;
  const fine = stack(
    frames.map((frame) => frame.members),
    [members, rows4, columns]
  );
  const truth = stack(
    frames.map((frame) => frame.truth.values),
    [rows4, columns]
  );
  const coarse = stack(
    frames.map((frame) => frame.coarse.values),
    [height, width]
  );
  const whole3 = stack(
    frames.map((frame) => fillGaps(Float32Array.from(frame.coarse.values), height, width)),
    [height, width]
  );
  const smooth = bilinear(whole3, factor2);
  for (const i of smooth.values.keys()) {
    const member = Math.floor(i / pixels) * members * pixels + i % pixels;
    if (Number.isNaN(fine.values[member])) smooth.values[i] = Number.NaN;
  }
  const of = (method, ensemble) => {
    const { coverage, ...cases } = gapFreeCases({ ensemble, truth, coarse }, factor2);
    return { method, scores: verifyTiles(cases.ensemble, cases.truth, cases.coarse).pooled, coverage };
  };
  return [of("monge", fine), of("bilinear", smooth)];
}
function stack(parts, shape) {
  const each = parts[0].length;
  const float64 = parts[0] instanceof Float64Array;
  const values = float64 ? new Float64Array(parts.length * each) : new Float32Array(parts.length * each);
  for (const [n, part] of parts.entries()) values.set(part, n * each);
  return { values, shape: [parts.length, ...shape] };
}

// engine/files/file-hash.ts
import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
async function fileHash(path) {
  const hash = createHash("sha256");
  if (statSync(path).isDirectory()) await addFolder(hash, path, "");
  else await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
async function fileHashes(paths) {
  const hashes = [];
  for (const path of paths) hashes.push(await fileHash(path));
  return hashes;
}
async function fileSize(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.size;
  let size = 0;
  for (const name of await readdir(path)) size += await fileSize(join(path, name));
  return size;
}
async function addFolder(hash, folder, under) {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => a.name < b.name ? -1 : 1);
  for (const entry of entries) {
    const [path, name] = [join(folder, entry.name), `${under}${entry.name}`];
    const isFolder = statSync(path).isDirectory();
    hash.update(JSON.stringify([name, isFolder ? "folder" : statSync(path).size]));
    if (isFolder) await addFolder(hash, path, `${name}/`);
    else for await (const bytes of createReadStream(path)) hash.update(bytes);
  }
}

// engine/numerics/least-common-multiple.ts
function leastCommonMultiple(a, b) {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return a * b / x;
}

// generative/diffusion/sampler/deterministic.ts
function euler({ x, levels }) {
  return {
    advance(estimate, sigma, i) {
      const ratio = levels[i + 1] / sigma;
      for (let k = 0; k < x.length; k++) x[k] = ratio * x[k] + (1 - ratio) * estimate[k];
    }
  };
}
function heun({ x, levels, evaluate }) {
  const ahead = new Float32Array(x.length);
  const slope = new Float64Array(x.length);
  return {
    async advance(estimate, sigma, i) {
      const next = levels[i + 1];
      for (let k = 0; k < x.length; k++) {
        slope[k] = (x[k] - estimate[k]) / sigma;
        ahead[k] = x[k] + (next - sigma) * slope[k];
      }
      const corrected = await evaluate(ahead, next);
      for (let k = 0; k < x.length; k++) {
        x[k] += (next - sigma) * (slope[k] + (ahead[k] - corrected[k]) / next) / 2;
      }
    }
  };
}
function multistep({ x, levels }) {
  const previous = new Float32Array(x.length);
  return {
    advance(estimate, sigma, i) {
      const step = Math.log(sigma / levels[i + 1]);
      const extrapolation = i === 0 ? 0 : step / (2 * Math.log(levels[i - 1] / sigma));
      const ratio = levels[i + 1] / sigma;
      const gain = -Math.expm1(-step);
      for (let k = 0; k < x.length; k++) {
        const now = estimate[k];
        x[k] = ratio * x[k] + gain * (now + extrapolation * (now - previous[k]));
      }
      previous.set(estimate);
    }
  };
}

// generative/diffusion/sampler/stochastic.ts
function churned(solving) {
  const { x, levels, churn, noise: noise2 } = solving;
  const [smallest, largest] = churn.range;
  return {
    ...heun(solving),
    before(i) {
      const sigma = levels[i];
      const raise = sigma >= smallest && sigma <= largest ? Math.min(churn.amount / levels.length, Math.SQRT2 - 1) : 0;
      if (raise === 0) return sigma;
      const raised = sigma * (1 + raise);
      const deviation = churn.inflation * Math.sqrt(raised ** 2 - sigma ** 2);
      const z = noise2();
      for (let k = 0; k < x.length; k++) x[k] += deviation * z[k];
      return raised;
    }
  };
}
function reverseDiffusion({ x, levels, noise: noise2 }) {
  return {
    advance(estimate, sigma, i) {
      const variance = sigma ** 2 - levels[i + 1] ** 2;
      const [share, deviation] = [variance / sigma ** 2, Math.sqrt(variance)];
      const z = noise2();
      for (let k = 0; k < x.length; k++) x[k] += share * (estimate[k] - x[k]) + deviation * z[k];
    }
  };
}
function predictorCorrector(solving) {
  const { x, levels, samples, snr, evaluate, noise: noise2 } = solving;
  const size = x.length / samples;
  return {
    ...reverseDiffusion(solving),
    async before(i) {
      const sigma = levels[i];
      const estimate = await evaluate(x, sigma);
      const z = noise2();
      for (let start = 0; start < x.length; start += size) {
        let [drift, noisy] = [0, 0];
        for (let k = start; k < start + size; k++) {
          drift += (estimate[k] - x[k]) ** 2;
          noisy += z[k] ** 2;
        }
        const step = drift === 0 ? 0 : 2 * snr ** 2 * sigma ** 2 * noisy / drift;
        const deviation = sigma * Math.sqrt(2 * step);
        for (let k = start; k < start + size; k++) x[k] += step * (estimate[k] - x[k]) + deviation * z[k];
      }
      return sigma;
    }
  };
}

// generative/diffusion/sampler.ts
var rows = {
  "dpm++2m": { solver: multistep, cost: [1, 1], draws: false },
  euler: { solver: euler, cost: [1, 1], draws: false },
  heun: { solver: heun, cost: [2, 1], draws: false },
  churn: { solver: churned, cost: [2, 1], draws: true },
  "reverse-diffusion": { solver: reverseDiffusion, cost: [1, 1], draws: true },
  "predictor-corrector": { solver: predictorCorrector, cost: [2, 2], draws: true }
};
var samplerMethods = Object.keys(rows);
function rowOf(caller, method) {
  if (Object.hasOwn(rows, method)) return rows[method];
  const known2 = `${samplerMethods.slice(0, -1).join(", ")} or ${samplerMethods.at(-1)}`;
  throw new OptionsError(`${caller}: method is ${method}, expected ${known2}`, "method", method);
}
function levelsFor(method, evaluations) {
  const [each, last] = rowOf("levelsFor", method).cost;
  const levels = Math.floor((evaluations - last) / each) + 1;
  if (Number.isInteger(evaluations) && levels >= 2) return levels;
  throw new OptionsError(
    `levelsFor: evaluations is ${evaluations}, expected an integer of at least ${each + last} for ${method}`,
    "evaluations",
    evaluations
  );
}
async function integrate(denoiser, initial, levels, options = {}) {
  const { method = "dpm++2m", onStep } = options;
  const { solver: begin } = rowOf("integrate", method);
  const count2 = levels.length;
  for (let i = 0; i < count2; i++) {
    if (levels[i] > 0 && (i === 0 || levels[i] < levels[i - 1])) continue;
    throw new OptionsError(
      `integrate: levels[${i}] is ${levels[i]}, expected positive and decreasing`,
      "levels",
      levels
    );
  }
  const x = initial.slice();
  const solving = solvingOf(denoiser, x, levels, method, options);
  const solver = begin(solving);
  for (let i = 0; i < count2; i++) {
    const sigma = await solver.before?.(i) ?? levels[i];
    const estimate = await solving.evaluate(x, sigma);
    if (i === count2 - 1) x.set(estimate);
    else await solver.advance(estimate, sigma, i);
    finite(x, i, sigma);
    onStep?.(i + 1, count2);
  }
  return x;
}
function solvingOf(denoiser, x, levels, method, { noise: noise2, samples = 1, churn = {}, snr = 0.16 }) {
  if (rows[method].draws && noise2 === void 0) {
    throw new OptionsError(`integrate: ${method} draws noise; give \`noise\``, "noise", noise2);
  }
  if (!(Number.isInteger(samples) && samples > 0 && x.length % samples === 0)) {
    throw new ShapeError("integrate: samples", `a divisor of ${x.length}`, [samples], "they are equally long");
  }
  const { amount = 40, range: range3 = [0, Number.POSITIVE_INFINITY], inflation = 1 } = churn;
  for (const [name, value] of Object.entries({ "churn.amount": amount, "churn.inflation": inflation, snr })) {
    if (value >= 0 && Number.isFinite(value)) continue;
    throw new OptionsError(`integrate: ${name} is ${value}, expected a finite number \u2265 0`, name, value);
  }
  let draw = 0;
  const deviates = noise2 === void 0 ? x : new Float32Array(x.length);
  return {
    x,
    levels,
    samples,
    snr,
    churn: { amount, range: range3, inflation },
    async evaluate(state, sigma) {
      const estimate = await denoiser(state, sigma);
      if (estimate.length !== x.length) throw new ShapeError("integrate: denoiser", [x.length], [estimate.length]);
      return estimate;
    },
    noise() {
      noise2?.(draw++, deviates);
      return deviates;
    }
  };
}
function finite(x, level, sigma) {
  for (let k = 0; k < x.length; k++) {
    if (Number.isFinite(x[k])) continue;
    const message = `integrate: value ${k} is ${x[k]} after level ${level} (sigma ${sigma}); the denoiser diverges there`;
    throw new ConvergenceError(message, "diverged", x);
  }
}

// generative/diffusion/tiling.ts
function tileAxis(size, tile, overlap) {
  if (!(overlap >= 0 && overlap < tile)) {
    throw new OptionsError(`tileAxis: overlap is ${overlap}, expected 0 \u2264 overlap < ${tile}`, "overlap", overlap);
  }
  if (tile >= size) return { tile: size, starts: [0], weights: [new Float64Array(size).fill(1)] };
  const count2 = Math.ceil((size - overlap) / (tile - overlap));
  const starts = Array.from({ length: count2 }, (_, i) => Math.min(i * (tile - overlap), size - tile));
  const weights = starts.map(
    (start) => Float64Array.from({ length: tile }, (_, i) => {
      const rise = start > 0 ? ramp(i, overlap) : 1;
      const fall = start + tile < size ? ramp(tile - 1 - i, overlap) : 1;
      return rise * fall;
    })
  );
  return { tile, starts, weights };
}
function ramp(i, overlap) {
  return i < overlap ? Math.sin(Math.PI / 2 * ((i + 0.5) / overlap)) ** 2 : 1;
}
async function tiledDenoiser(options) {
  const { members, height, width, outputs = 1, inputs = outputs, condition, tile, overlap, batch } = options;
  const channels = condition.length / (height * width);
  if (!(Number.isInteger(channels) && channels > 0)) {
    throw new ShapeError("tiledDenoiser: condition", `[${height}, ${width}, channels]`, `${condition.length} values`);
  }
  const vertical = tileAxis(height, tile, overlap);
  const horizontal = tileAxis(width, tile, overlap);
  const windows = vertical.starts.flatMap(
    (top, i) => horizontal.starts.map((left, j) => ({ top, left, down: vertical.weights[i], across: horizontal.weights[j] }))
  );
  const [rows4, columns] = [vertical.tile, horizontal.tile];
  const run = await options.denoiser(rows4, columns);
  const pixels = rows4 * columns;
  const images = new Float32Array(batch * pixels * inputs);
  const conditions = new Float32Array(batch * pixels * channels);
  const fused = new Float32Array(members * height * width * outputs);
  const mass = new Float64Array(members * height * width);
  return async (x, sigma) => {
    mass.fill(0);
    const jobs = members * windows.length;
    for (let first = 0; first < jobs; first += batch) {
      const count2 = Math.min(batch, jobs - first);
      for (let k = 0; k < count2; k++) {
        const member = Math.floor((first + k) / windows.length);
        const { top, left } = windows[(first + k) % windows.length];
        for (let y = 0; y < rows4; y++) {
          const from = (member * height + top + y) * width + left;
          const to = k * pixels + y * columns;
          images.set(x.subarray(from * inputs, (from + columns) * inputs), to * inputs);
          const cell = ((top + y) * width + left) * channels;
          conditions.set(condition.subarray(cell, cell + columns * channels), to * channels);
        }
      }
      images.fill(0, count2 * pixels * inputs);
      conditions.fill(0, count2 * pixels * channels);
      const estimates = await run(images, conditions, sigma);
      for (let k = 0; k < count2; k++) {
        const member = Math.floor((first + k) / windows.length);
        const { top, left, down, across } = windows[(first + k) % windows.length];
        for (let y = 0; y < rows4; y++) {
          let at = (member * height + top + y) * width + left;
          let from = k * pixels + y * columns;
          for (let c = 0; c < columns; c++, at++, from++) {
            const weight = down[y] * across[c];
            mass[at] += weight;
            for (let o = 0, to = at * outputs, own = from * outputs; o < outputs; o++, to++, own++) {
              const before = mass[at] === weight ? estimates[own] : fused[to];
              fused[to] = before + weight / mass[at] * (estimates[own] - before);
            }
          }
        }
      }
    }
    return fused;
  };
}

// generative/diffusion/draw.ts
function resolveDraw(caller, o, multiple) {
  const {
    members = 8,
    firstMember = 0,
    seed = 0,
    evaluations = 16,
    method = "dpm++2m",
    frame = 0,
    origin = [0, 0]
  } = o;
  const { tiles = [64, 16], batch = 4, onStep, noiseRange, churn, snr } = o;
  for (const [name, value] of Object.entries({ members, batch })) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new OptionsError(`${caller}: ${name} is ${value}, expected a positive integer`, name, value);
  }
  if (!(Number.isInteger(firstMember) && firstMember >= 0)) {
    const text2 = `${caller}: firstMember is ${firstMember}, expected an integer of at least 0`;
    throw new OptionsError(text2, "firstMember", firstMember);
  }
  const [tile, overlap] = tiles;
  if (!(tile > overlap && overlap >= 0 && tile % multiple === 0 && overlap % multiple === 0)) {
    const wanted = `a tile above an overlap, both multiples of ${multiple}`;
    throw new OptionsError(`${caller}: tiles is [${tiles.join(", ")}], expected ${wanted}`, "tiles", tiles);
  }
  const chosen = { members, firstMember, seed, evaluations, method, frame, origin, tiles, batch };
  const rest = { ...onStep && { onStep }, ...noiseRange && { noiseRange }, ...churn && { churn } };
  return { ...chosen, ...rest, ...snr !== void 0 && { snr } };
}
async function drawResiduals(drawing, o) {
  const { denoiser: compiled, process: process3, sigmaData, height, width, outputs = 1, condition, valid } = drawing;
  const levels = process3.schedule(levelsFor(o.method, o.evaluations), sigmaData, o.noiseRange);
  const unit2 = Math.hypot(levels[0], sigmaData);
  const noise2 = keyedNoise(o, height, width, outputs);
  const initial = new Float32Array(o.members * height * width * outputs);
  noise2(0, initial);
  for (const [i, z] of initial.entries()) initial[i] = z * unit2;
  const tiled = await inTiles(compiled, { height, width, outputs, condition }, o);
  const denoiser = valid === void 0 ? tiled : zeroOutside(tiled, valid, outputs);
  const { method, onStep, snr } = o;
  const churn = o.churn && inUnits(o.churn, sigmaData);
  return integrate(denoiser, initial, levels, {
    method,
    samples: o.members,
    // The first draw made the initial state.
    noise: (draw, out) => noise2(draw + 1, out),
    ...onStep && { onStep },
    ...churn && { churn },
    ...snr !== void 0 && { snr }
  });
}
var inTiles = (program, grid2, { members, tiles: [tile, overlap], batch }) => tiledDenoiser({
  ...grid2,
  members,
  tile,
  overlap,
  batch,
  denoiser: (rows4, columns) => program.forShape(batch, rows4, columns)
});
function keyedNoise({ seed, frame, origin, members, firstMember }, height, width, outputs) {
  const pixels = height * width;
  const field = new Float32Array(pixels);
  return (draw, out) => {
    for (let member = 0; member < members; member++) {
      for (let output = 0; output < outputs; output++) {
        const key = { seed, channel: frame, member: firstMember + member, step: draw * outputs + output };
        normalField({ ...key, top: origin[0], left: origin[1], height, width, out: field });
        for (let i = 0, at = member * pixels * outputs + output; i < pixels; i++, at += outputs) out[at] = field[i];
      }
    }
  };
}
var inUnits = ({ range: range3, ...churn }, unit2) => ({
  ...churn,
  ...range3 && { range: [range3[0] * unit2, range3[1] * unit2] }
});
function zeroOutside(denoiser, valid, outputs) {
  return async (x, sigma) => {
    const estimate = await denoiser(x, sigma);
    for (let start = 0; start < estimate.length; start += valid.length * outputs) {
      for (let i = 0; i < valid.length; i++) {
        if (valid[i] !== 0) continue;
        for (let k = 0; k < outputs; k++) estimate[start + i * outputs + k] = 0;
      }
    }
    return estimate;
  };
}

// generative/diffusion/parameters.ts
var groups = ["parameters", "ema", "firstMoment", "secondMoment"];
function checkParameters(caller, { shapes }, parameters) {
  for (const [name, shape] of Object.entries(shapes)) {
    const found = Object.hasOwn(parameters, name) ? parameters[name] : void 0;
    const same = found?.shape.length === shape.length && shape.every((n, i) => found.shape[i] === n);
    if (!same || found.values.length !== countOf(shape)) {
      throw new ShapeError(`${caller}: parameter ${name}`, shape, found?.shape ?? "none");
    }
    const at = found.values.findIndex((v) => !Number.isFinite(v));
    if (at < 0) continue;
    const hint = "go back to a checkpoint with finite ones";
    throw new DomainError(`${caller}: parameter ${name} holds ${found.values[at]} at position ${at}; ${hint}`);
  }
  const unknown = Object.keys(parameters).find((name) => !Object.hasOwn(shapes, name));
  if (unknown !== void 0) throw new ShapeError(`${caller}: parameter ${unknown}`, "none of this name", "one");
}
function parametersOf(caller, { shapes }, stored) {
  const parameters = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const values = stored[name];
    if (values === void 0) throw new FormatError(caller, "checkpoint", `no parameter ${name}`, "train again");
    parameters[name] = { shape: [...shape], values: Float32Array.from(values) };
  }
  return parameters;
}
function inNetworkOrder({ shapes }, parameters) {
  return Object.fromEntries(Object.keys(shapes).map((name) => [name, parameters[name]]));
}
function checkSound(caller, { step, ...slots }) {
  for (const [slot, vectors] of Object.entries(slots)) {
    for (const [name, values] of Object.entries(vectors)) {
      const at = values.findIndex((v) => !Number.isFinite(v));
      if (at < 0) continue;
      const what = `${caller}: after step ${step} ${slot} of ${name} holds ${values[at]}`;
      throw new ConvergenceError(`${what}: lower the learning rate, or set clipNorm`, "diverged");
    }
  }
}
function groupTensors(group, vectors) {
  return Object.fromEntries(
    Object.entries(vectors).map(([name, data]) => [`${group}/${name}`, { shape: [data.length], data }])
  );
}
function stateTensors(state) {
  return Object.assign({}, ...groups.map((group) => groupTensors(group, state[group])));
}
function groupOf(tensors2, { shapes }, group) {
  return Object.fromEntries(
    Object.keys(shapes).map((name) => [name, tensors2.get(`${group}/${name}`).data])
  );
}
function stateOf(tensors2, network2, step) {
  const [parameters, ema, firstMoment, secondMoment] = groups.map((group) => groupOf(tensors2, network2, group));
  return { step, parameters, ema, firstMoment, secondMoment };
}
function stateComplaint(tensors2, { shapes }, more = []) {
  const wanted = new Map(
    [...groups, ...more].flatMap(
      (group) => Object.entries(shapes).map(([name, shape]) => [`${group}/${name}`, countOf(shape)])
    )
  );
  for (const [name, count2] of wanted) {
    const { data, shape } = tensors2.get(name) ?? {};
    if (data instanceof Float32Array && shape?.length === 1 && data.length === count2) continue;
    const found = data === void 0 ? "missing" : `${data.constructor.name} of shape [${shape}]`;
    return `tensor ${JSON.stringify(name)} is ${found}, expected ${count2} float32 numbers`;
  }
  const unknown = [...tensors2.keys()].find((name) => !wanted.has(name));
  if (unknown !== void 0) return `tensor ${JSON.stringify(unknown.slice(0, 60))} belongs to no such network`;
  return notFinite(tensors2);
}
var countOf = (shape) => shape.reduce((product, n) => product * n, 1);

// generative/diffusion/process/arithmetic.ts
var tensors = {
  add: (a, b) => tf.add(a, b),
  sub: (a, b) => tf.sub(a, b),
  mul: (a, b) => tf.mul(a, b),
  div: (a, b) => tf.div(a, b),
  square: (a) => tf.square(a),
  sqrt: (a) => tf.sqrt(a),
  exp: (a) => tf.exp(a),
  log: (a) => tf.log(a)
};

// generative/diffusion/process/process.ts
function positive2(name, value) {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new DomainError(`${name} is ${value}, expected a positive finite number`, value);
  }
}

// generative/diffusion/process/schedule.ts
function noiseSchedule(options) {
  const { count: count2, largest, smallest, rho = 7 } = options;
  if (!Number.isInteger(count2) || count2 < 2) {
    throw new OptionsError(`noiseSchedule: count is ${count2}, expected an integer of at least 2`, "count", count2);
  }
  if (!(smallest > 0 && largest > smallest && Number.isFinite(largest))) {
    throw new OptionsError(
      `noiseSchedule: expected 0 < smallest < largest, got ${smallest} and ${largest}`,
      "largest",
      largest
    );
  }
  if (!(rho > 0)) throw new OptionsError(`noiseSchedule: rho is ${rho}, expected a positive number`, "rho", rho);
  const top = largest ** (1 / rho);
  const bottom = smallest ** (1 / rho);
  const levels = Float64Array.from({ length: count2 }, (_, i) => {
    const part = i / (count2 - 1);
    return rho === Infinity ? largest * (smallest / largest) ** part : (top + part * (bottom - top)) ** rho;
  });
  levels[0] = largest;
  levels[count2 - 1] = smallest;
  return levels;
}

// generative/diffusion/process/edm.ts
var edm = {
  name: "edm",
  coefficients(sigma, sigmaData, math) {
    const total = math.add(math.square(sigma), sigmaData * sigmaData);
    const scale = math.sqrt(total);
    return {
      skip: math.div(sigmaData * sigmaData, total),
      out: math.div(math.mul(sigma, sigmaData), scale),
      scale,
      noise: math.div(math.log(sigma), 4)
    };
  },
  weight(sigma, sigmaData, math) {
    const squared = math.square(sigma);
    return math.div(math.add(squared, sigmaData * sigmaData), math.mul(squared, sigmaData * sigmaData));
  },
  trainingLevels: trainingNoise,
  schedule(count2, sigmaData, [largest, smallest] = [40, 0.02]) {
    return noiseSchedule({ count: count2, largest: largest * sigmaData, smallest: smallest * sigmaData });
  }
};
function trainingNoise(probabilities, sigmaData, law = {}) {
  positive2("trainingNoise: sigmaData", sigmaData);
  const { median = 0.7, spread: spread2 = 1.3 } = law;
  return Float32Array.from(probabilities, (p) => {
    const clipped = Math.min(Math.max(p, 1e-4), 1 - 1e-4);
    return sigmaData * median * Math.exp(spread2 * normalQuantile(clipped));
  });
}

// generative/diffusion/process/flow.ts
var MARGIN = 1e-3;
var flow = {
  name: "flow",
  coefficients(sigma, sigmaData, math) {
    const total = math.add(sigma, sigmaData);
    return {
      skip: math.div(sigmaData, total),
      out: math.div(math.mul(sigma, -sigmaData), total),
      scale: total,
      // 2t − 1
      noise: math.div(math.sub(sigma, sigmaData), total)
    };
  },
  weight: (sigma, sigmaData, math) => math.square(math.div(math.add(sigma, sigmaData), math.mul(sigma, sigmaData))),
  trainingLevels(probabilities, sigmaData, law = {}) {
    if (law.median !== void 0 || law.spread !== void 0) return trainingNoise(probabilities, sigmaData, law);
    return Float32Array.from(probabilities, (p) => levelAt(Math.min(Math.max(p, MARGIN), 1 - MARGIN), sigmaData));
  },
  schedule(count2, sigmaData, [largest, smallest] = [50, 0.02]) {
    const [first, last] = [largest / (1 + largest), smallest / (1 + smallest)];
    const levels = Float64Array.from(
      { length: count2 },
      (_, i) => levelAt(first + i / (count2 - 1) * (last - first), sigmaData)
    );
    levels[0] = largest * sigmaData;
    levels[count2 - 1] = smallest * sigmaData;
    return levels;
  }
};
var levelAt = (time, sigmaData) => sigmaData * time / (1 - time);

// generative/diffusion/process/ve.ts
var [LARGEST, SMALLEST] = [50, 0.01];
var ve = {
  name: "ve",
  coefficients: (sigma, _, math) => ({ skip: 1, out: sigma, scale: 1, noise: math.div(math.log(sigma), 4) }),
  weight: (sigma, _, math) => math.div(1, math.square(sigma)),
  trainingLevels(probabilities, _, law = {}) {
    const [given2] = Object.entries(law);
    if (given2 !== void 0) {
      const levels = `the process "ve" trains on geometric levels from ${SMALLEST} to ${LARGEST}`;
      throw new OptionsError(`noise.${given2[0]} is ${given2[1]}, but ${levels}; leave \`noise\` out`, "noise", law);
    }
    return Float32Array.from(probabilities, (p) => SMALLEST * (LARGEST / SMALLEST) ** p);
  },
  schedule(count2, sigmaData, range3) {
    const [largest, smallest] = range3?.map((level) => level * sigmaData) ?? [LARGEST, SMALLEST];
    return noiseSchedule({ count: count2, largest, smallest, rho: Infinity });
  }
};
var COUNT = 1e3;
var veDiscrete = {
  ...ve,
  name: "ve-discrete",
  trainingLevels(probabilities, sigmaData, law) {
    const numbers = Float64Array.from(probabilities, (p) => Math.min(Math.floor(p * COUNT), COUNT - 1) / (COUNT - 1));
    return ve.trainingLevels(numbers, sigmaData, law);
  }
};

// generative/diffusion/process/kinds.ts
var rows2 = { edm, ve, "ve-discrete": veDiscrete, flow };
var known = rows2;
var functions = ["coefficients", "weight", "trainingLevels", "schedule"];
function noiseProcess(given2 = "edm") {
  if (typeof given2 === "string") return processOfModel(given2);
  const { name } = given2;
  if (Object.hasOwn(known, name) && known[name] === given2) return given2;
  const missing = functions.find((one) => typeof given2[one] !== "function");
  if (typeof name !== "string" || name === "" || missing !== void 0) {
    const lacks = missing === void 0 ? `the name ${JSON.stringify(name)}` : `no function ${missing}`;
    throw new OptionsError(`process of your own has ${lacks}; expected a NoiseProcess`, "process", given2);
  }
  if (!Object.hasOwn(known, name)) return given2;
  const way = "its models would be taken for this package's; give yours another name";
  throw new OptionsError(`process of your own is called "${name}", as this package's is; ${way}`, "process", name);
}
function processOfModel(name = "edm", own) {
  if (own !== void 0 && own.name !== name) {
    throw new OptionsError(`process is "${own.name}", but the model was trained with "${name}"`, "process", own.name);
  }
  if (own !== void 0) return noiseProcess(own);
  if (Object.hasOwn(known, name)) return known[name];
  const list2 = Object.keys(known).join(", ");
  const way = "one of your own is handed in as the object itself, { process }";
  throw new OptionsError(`process is "${name}", which is none of ${list2}; ${way}`, "process", name);
}

// generative/diffusion/unet.ts
function unet(options = {}) {
  const o = resolve(options);
  const channels = o.multipliers.map((m) => m * o.baseChannels);
  const levels = channels.length;
  const down = [];
  const up = [];
  const skips = [];
  let current = channels[0];
  for (const [level, width] of channels.entries()) {
    down.push(
      Array.from({ length: o.blocks }, (_, i) => {
        const block = { name: `down.${level}.${i}`, from: current, to: width, level };
        current = width;
        skips.push(width);
        return block;
      })
    );
  }
  const middle = { name: "middle", from: current, to: current, level: levels - 1 };
  for (let level = levels - 1; level >= 0; level--) {
    const width = channels[level];
    up.push(
      Array.from({ length: o.blocks }, (_, i) => {
        const block = { name: `up.${level}.${i}`, from: current + skips.pop(), to: width, level };
        current = width;
        return block;
      })
    );
  }
  const shapes = {};
  const zero = /* @__PURE__ */ new Set();
  const convolution = (name, size2, from, to) => {
    shapes[`${name}.filter`] = [size2, size2, from, to];
    shapes[`${name}.bias`] = [to];
  };
  const dense = (name, from, to) => {
    shapes[`${name}.kernel`] = [from, to];
    shapes[`${name}.bias`] = [to];
  };
  const norm = (name, width) => {
    shapes[`${name}.gamma`] = [width];
    shapes[`${name}.beta`] = [width];
  };
  const clear = (name, weights) => zero.add(`${name}.${weights}`).add(`${name}.bias`);
  const residual = ({ name, from, to }) => {
    norm(`${name}.norm1`, from);
    convolution(`${name}.conv1`, 3, from, to);
    dense(`${name}.film`, o.embedding, 2 * to);
    norm(`${name}.norm2`, to);
    convolution(`${name}.conv2`, 3, to, to);
    if (from !== to) convolution(`${name}.shortcut`, 1, from, to);
    clear(`${name}.film`, "kernel");
    clear(`${name}.conv2`, "filter");
    if (o.levelNoise) {
      shapes[`${name}.noise`] = [to];
      zero.add(`${name}.noise`);
    }
  };
  dense("embedding.0", o.frequencies, o.embedding);
  dense("embedding.1", o.embedding, o.embedding);
  convolution("input", 3, o.inputChannels, channels[0]);
  for (const [level, blocks] of down.entries()) {
    for (const block of blocks) residual(block);
    if (level < levels - 1) convolution(`reduce.${level}`, 3, channels[level], channels[level]);
  }
  residual(middle);
  if (o.attention) {
    norm("attention.norm", middle.to);
    for (const part of ["query", "key", "value", "output"]) convolution(`attention.${part}`, 1, middle.to, middle.to);
    clear("attention.output", "filter");
  }
  for (const [i, blocks] of up.entries()) {
    const level = levels - 1 - i;
    for (const block of blocks) residual(block);
    if (level > 0) convolution(`enlarge.${level}`, 3, channels[level], channels[level]);
  }
  norm("output.norm", channels[0]);
  convolution("output", 3, channels[0], o.outputChannels);
  clear("output", "filter");
  const size = (shape) => shape.reduce((product, n) => product * n, 1);
  const multiple = 2 ** (levels - 1);
  const noisy = o.levelNoise ? [...down.flat(), middle, ...up.flat()] : [];
  const noiseSides = noisy.map(({ level }) => 2 ** level);
  return {
    options: o,
    multiple,
    noiseSides,
    shapes,
    parameterCount: Object.values(shapes).reduce((sum, shape) => sum + size(shape), 0),
    initialize: (rng2) => initialize(shapes, zero, rng2),
    apply(parameters, image, noise2, images) {
      const [batch, height, width, depth] = image.shape;
      if (depth !== o.inputChannels || height % multiple !== 0 || width % multiple !== 0) {
        const expected = `[batch, ${multiple}\xB7k, ${multiple}\xB7l, ${o.inputChannels}]`;
        throw new ShapeError("unet: image", expected, image.shape, "pad the image or crop it");
      }
      if ((images?.shape[3] ?? 0) !== noisy.length) {
        const expected = noisy.length === 0 ? "none" : `[batch, height, width, ${noisy.length}]`;
        throw new ShapeError("unet: noise images", expected, images?.shape ?? "none");
      }
      const entering = images === void 0 ? [] : tf.split(images, noisy.length, 3);
      const get = (name) => {
        const tensor = parameters[name];
        if (tensor === void 0) throw new ShapeError("unet: parameters", `a tensor named ${name}`, "none");
        return tensor;
      };
      const conv = (name, x, settings = {}) => conv2d(x, get(`${name}.filter`), { ...settings, bias: get(`${name}.bias`) });
      const linear = (name, x) => tf.add(tf.matMul(x, get(`${name}.kernel`)), get(`${name}.bias`));
      const normalized = (name, x, groups2, film = {}) => silu(
        groupNorm(x, get(`${name}.gamma`), get(`${name}.beta`), { groups: groups2, ...film })
      );
      const embedding = (() => {
        const angles = tf.mul(
          tf.expandDims(noise2, 1),
          tf.tensor2d(fourierFrequencies(o.frequencies / 2), [1, o.frequencies / 2])
        );
        const features = tf.concat([tf.sin(angles), tf.cos(angles)], 1);
        return silu(linear("embedding.1", silu(linear("embedding.0", features))));
      })();
      const apply = (x, block) => {
        const { name, from, to } = block;
        let h2 = conv(`${name}.conv1`, normalized(`${name}.norm1`, x, from % o.groups === 0 ? o.groups : 1));
        const own = entering[noisy.indexOf(block)];
        if (own) h2 = tf.add(h2, tf.mul(everyNth(own, 2 ** block.level), get(`${name}.noise`)));
        const [scale, shift] = tf.split(linear(`${name}.film`, embedding), 2, 1);
        h2 = conv(`${name}.conv2`, normalized(`${name}.norm2`, h2, o.groups, { scale, shift }));
        return tf.add(from === to ? x : conv(`${name}.shortcut`, x), h2);
      };
      let h = conv("input", image);
      const saved = [];
      for (const [level, blocks] of down.entries()) {
        for (const block of blocks) {
          h = apply(h, block);
          saved.push(h);
        }
        if (level < levels - 1) h = conv(`reduce.${level}`, h, { stride: 2, padding: "symmetric" });
      }
      h = apply(h, middle);
      if (o.attention) {
        const seen = groupNorm(h, get("attention.norm.gamma"), get("attention.norm.beta"), {
          groups: o.groups
        });
        const tokens = (part) => tf.reshape(conv(`attention.${part}`, seen), [batch, -1, middle.to]);
        const scores = tf.div(tf.matMul(tokens("query"), tokens("key"), false, true), Math.sqrt(middle.to));
        const found = tf.matMul(tf.softmax(scores), tokens("value"));
        h = tf.add(h, conv("attention.output", tf.reshape(found, h.shape)));
      }
      for (const [i, blocks] of up.entries()) {
        const level = levels - 1 - i;
        for (const block of blocks) h = apply(tf.concat([h, saved.pop()], 3), block);
        if (level > 0) h = conv(`enlarge.${level}`, upsampleNearest(h, 2));
      }
      return conv("output", normalized("output.norm", h, o.groups));
    }
  };
}
function everyNth(x, n) {
  if (n === 1) return x;
  const [batch, height, width] = x.shape;
  const [rows4, columns] = [height / n, width / n];
  const down = tf.slice(tf.reshape(x, [batch * rows4, n, width]), [0, 0, 0], [batch * rows4, 1, width]);
  const across = tf.slice(tf.reshape(down, [batch * rows4 * columns, n]), [0, 0], [batch * rows4 * columns, 1]);
  return tf.reshape(across, [batch, rows4, columns, 1]);
}
function fourierFrequencies(count2) {
  const [low, high] = [Math.log(0.25), Math.log(4)];
  return Float32Array.from({ length: count2 }, (_, i) => {
    const t = count2 > 1 ? i / (count2 - 1) : 0;
    return 2 * Math.PI * Math.exp(low + t * (high - low));
  });
}
function initialize(shapes, zero, rng2) {
  const parameters = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const count2 = shape.reduce((product, n) => product * n, 1);
    let values = new Float32Array(count2);
    if (name.endsWith(".gamma")) values.fill(1);
    else if (!name.endsWith(".beta") && !zero.has(name)) {
      const weights = shapes[name.replace(/bias$/, "filter")] ?? shapes[name.replace(/bias$/, "kernel")] ?? shape;
      const bound = 1 / Math.sqrt(weights.slice(0, -1).reduce((product, n) => product * n, 1));
      values = Float32Array.from(rng2.split(name).uniform(count2), (u) => bound * (2 * u - 1));
    }
    parameters[name] = { shape: [...shape], values };
  }
  return parameters;
}
function resolve(options) {
  const resolved = {
    inputChannels: 3,
    outputChannels: 1,
    baseChannels: 24,
    multipliers: [1, 2, 2],
    blocks: 1,
    groups: 8,
    embedding: 64,
    frequencies: 32,
    levelNoise: false,
    attention: false,
    ...options
  };
  for (const [name, value] of Object.entries(resolved)) {
    if (typeof value === "boolean") continue;
    for (const n of typeof value === "number" ? [value] : value) {
      if (Number.isInteger(n) && n > 0) continue;
      throw new OptionsError(`unet: ${name} contains ${n}, expected positive integers`, name, value);
    }
  }
  if (resolved.multipliers.length === 0) throw new OptionsError("unet: multipliers is empty", "multipliers", []);
  if (resolved.frequencies % 2 !== 0) {
    throw new OptionsError(`unet: frequencies is ${resolved.frequencies}, expected an even number`, "frequencies");
  }
  for (const m of resolved.multipliers) {
    if (m * resolved.baseChannels % resolved.groups === 0) continue;
    const width = m * resolved.baseChannels;
    throw new OptionsError(
      `unet: ${resolved.groups} groups do not divide ${width} channels`,
      "groups",
      resolved.groups
    );
  }
  return resolved;
}

// generative/one-step/settle.ts
var SHARPNESS = 12;
var LARGEST2 = 400;
var CAP = 10;
var EMPTY2 = 1e-6;
function blockMeansGraph(x, k) {
  if (k === 1) return x;
  const [batch, height, width] = x.shape;
  const [rows4, columns] = [height / k, width / k];
  const down = tf.sum(tf.reshape(x, [batch * rows4, k, width]), 1);
  const across = tf.sum(tf.reshape(down, [batch * rows4 * columns, k]), 1);
  return tf.div(tf.reshape(across, [batch, rows4, columns, 1]), k * k);
}
function settleGraph(field, coarse, { factor: factor2, unit: unit2 = 1 }, cut = 0) {
  const positive3 = tf.minimum(softplus(field), constant(Math.log1p(LARGEST2 / unit2)));
  const rain = tf.mul(tf.expm1(positive3), constant(unit2));
  const conserved = conservedGraph(rain, coarse, factor2);
  const delivered = cut > 0 ? conservedGraph(cutBelow(conserved, cut), coarse, factor2) : conserved;
  return tf.log1p(tf.div(delivered, constant(unit2)));
}
function conservedGraph(rain, coarse, factor2) {
  const mean = blockMeansGraph(rain, factor2);
  const scale = tf.minimum(tf.div(coarse, tf.maximum(mean, constant(EMPTY2))), CAP);
  const missing = tf.relu(tf.sub(coarse, tf.mul(scale, mean)));
  return tf.add(tf.mul(upsampleNearest(scale, factor2), rain), upsampleNearest(missing, factor2));
}
function cutBelow(x, limit) {
  const op = tf.customGrad((...args) => {
    const [v] = args;
    return {
      value: tf.mul(v, tf.cast(tf.greaterEqual(v, limit), "float32")),
      gradFunc: (upstream) => upstream
    };
  });
  return op(x);
}
function softplus(field) {
  const op = tf.customGrad((...args) => {
    const [f, save] = args;
    save([f]);
    return {
      value: tf.div(tf.softplus(tf.mul(f, SHARPNESS)), SHARPNESS),
      gradFunc: (upstream, [saved]) => tf.mul(upstream, tf.sigmoid(tf.mul(saved, SHARPNESS)))
    };
  });
  return op(field);
}
var bent = (f) => Math.max(f, 0) + Math.log1p(Math.exp(-Math.abs(SHARPNESS * f))) / SHARPNESS;
function settle(field, coarse, { factor: factor2, unit: unit2 = 1 }) {
  const most2 = Math.log1p(LARGEST2 / unit2);
  const rates = Float64Array.from(field, (f) => {
    return unit2 * Math.expm1(Math.min(bent(f), most2));
  });
  const { values, height, width } = coarse;
  const members = field.length / (values.length * factor2 ** 2);
  const fine = { values: rates, shape: [1, members, height * factor2, width * factor2] };
  const conserved = conserveBlocks(fine, { values, shape: [1, height, width] }, factor2, { cap: CAP });
  for (let i = 0; i < field.length; i++) field[i] = Math.log1p(conserved.values[i] / unit2);
}
function settleResidual(output, { sigmaData, background, coarse, ...rain }) {
  const pixels = background.length;
  for (let i = 0; i < output.length; i++) output[i] = background[i % pixels] + sigmaData * output[i];
  settle(output, coarse, rain);
  for (let i = 0; i < output.length; i++) output[i] = output[i] - background[i % pixels];
}

// generative/downscaling/archive/find-tiles.ts
async function* findTiles(events, o, keep) {
  let name;
  let limit = 0;
  let tiles = [];
  for await (const piece of events) {
    checkFrames(piece);
    const { first = 0 } = piece;
    if (first === 0 || name === void 0) {
      if (name !== void 0) yield { name, limit, tiles };
      name = piece.name;
      limit = piece.limit ?? Number.POSITIVE_INFINITY;
      tiles = [];
    }
    for (const { frame, row, column, wet } of look(piece, o)) {
      tiles.push({ index: tiles.length, frame: first + frame, row, column, wet });
      await keep(cutTile(piece, { frame, row, column }, o));
    }
  }
  if (name !== void 0) yield { name, limit, tiles };
}
function chooseTiles({ name, limit, tiles }, begin, rng2, { drierPart }) {
  const of = (wet2) => tiles.filter((tile) => tile.wet === wet2);
  const [wet, drier] = [of(true), of(false)];
  const wetKept = Math.min(wet.length, Math.floor(limit * (1 - drierPart) + 1e-9));
  const drierKept = Math.min(drier.length, Math.floor(wetKept * drierPart / (1 - drierPart) + 1e-9));
  const choice = rng2.split(name);
  const choose = (from, kept, stream) => Array.from(stream.permutation(from.length).subarray(0, kept), (i) => from[i]);
  const chosen = [...choose(wet, wetKept, choice.split("wet")), ...choose(drier, drierKept, choice.split("drier"))];
  const found = { wetFound: wet.length, drierFound: drier.length };
  const places2 = chosen.map(({ frame, row, column }) => ({ frame, row, column }));
  return {
    tiles: { name, begin, end: begin + places2.length, ...found, wetKept, drierKept, places: places2 },
    chosen: chosen.map(({ index }) => index)
  };
}
function checkFound(events, size) {
  const count2 = events.at(-1)?.end ?? 0;
  if (count2 > 0) return count2;
  const hint = "give frames at least one tile wide, without gaps, with rain; what has gaps is learned from as `fine` instead of `data`";
  throw new DomainError(`cutTiles: no tile of ${size} x ${size} was found; ${hint}`, count2);
}
function* look(event, o) {
  const { values, time, height, width, wetThreshold = o.wetThreshold, largestRate = o.largestRate } = event;
  const threshold = Math.fround(wetThreshold);
  for (let frame = 0; frame < time; frame++) {
    for (let row = 0; row + o.size <= height; row += o.size) {
      for (let column = 0; column + o.size <= width; column += o.size) {
        let wetPixels = 0;
        let largest = 0;
        for (let y = 0; y < o.size && !Number.isNaN(largest); y++) {
          const start = (frame * height + row + y) * width + column;
          for (let i = start; i < start + o.size; i++) {
            const rate = values[i];
            if (rate >= threshold) wetPixels++;
            largest = Math.max(largest, rate);
          }
        }
        if (!(largest <= largestRate)) continue;
        const share = wetPixels / (o.size * o.size);
        if (share >= o.drierShare || share >= o.wetShare) yield { frame, row, column, wet: share >= o.wetShare };
      }
    }
  }
}
function cutTile(event, { frame, row, column }, o) {
  const { size } = o;
  const threshold = Math.fround(event.wetThreshold ?? o.wetThreshold);
  const inside = frame >= 0 && frame < event.time && row >= 0 && column >= 0;
  if (!inside || row + size > event.height || column + size > event.width) {
    throw new ShapeError("cutTilesAt: place", `inside [${event.time}, ${event.height}, ${event.width}]`, [
      frame,
      row,
      column
    ]);
  }
  const out = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    const start = (frame * event.height + row + y) * event.width + column;
    for (let x = 0; x < size; x++) {
      const rate = event.values[start + x];
      out[y * size + x] = rate < threshold ? 0 : rate;
    }
  }
  return out;
}
function checkFrames({ name, values, time, height, width }) {
  if (values.length === time * height * width) return;
  throw new ShapeError(`cutTiles: values of ${name}`, [time, height, width], `${values.length} values`);
}
function resolveTileOptions(options) {
  const o = {
    size: 64,
    wetThreshold: 0.1,
    largestRate: 200,
    wetShare: 0.1,
    drierShare: 0.01,
    drierPart: 0.2,
    ...options
  };
  if (!(Number.isInteger(o.size) && o.size > 0)) {
    throw new OptionsError(`cutTiles: size is ${o.size}, expected a positive integer`, "size", o.size);
  }
  if (!(o.drierPart >= 0 && o.drierPart < 1)) {
    throw new OptionsError(
      `cutTiles: drierPart is ${o.drierPart}, expected 0 \u2264 drierPart < 1`,
      "drierPart",
      o.drierPart
    );
  }
  return o;
}

// generative/downscaling/archive/tiles.ts
function tileOf(tiles, tile) {
  if ("read" in tiles) return tiles.read(tile);
  const pixels = tiles.size ** 2;
  return tiles.values.subarray(tile * pixels, (tile + 1) * pixels);
}
async function cutTiles(events, rng2, options = {}) {
  const o = resolveTileOptions(options);
  const parts = [];
  const found = [];
  let cut = [];
  for await (const event of findTiles(events, o, (tile) => void cut.push(tile))) {
    const { tiles, chosen } = chooseTiles(event, found.at(-1)?.end ?? 0, rng2, o);
    for (const place2 of chosen) parts.push(cut[place2]);
    found.push(tiles);
    cut = [];
  }
  return stack2(parts, found, o.size);
}
function stack2(parts, events, size) {
  const count2 = checkFound(events, size);
  const values = new Float32Array(count2 * size * size);
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return { size, count: count2, values, events };
}

// generative/downscaling/archive/conditions.ts
function conditionsOf(coarse, count2, height, width, { factor: factor2, conditionMean, conditionStd, unit: unit2 = 1, divisor: divisor2 = 1, whole: whole3, missing }, archives2 = { names: [], of: [] }) {
  const known2 = (f) => missing !== void 0 && Number.isNaN(f) ? missing : f;
  const smooth = bilinearUpsample(coarse, count2, height, width, factor2).map((v) => Math.log1p(v / unit2) / divisor2);
  const block = repeatUpsample(coarse, count2, height, width, factor2);
  const channels = 2 + archives2.names.length;
  const pixels = smooth.length / count2;
  const condition = new Float32Array(channels * smooth.length);
  for (let i = 0; i < smooth.length; i++) {
    condition[channels * i] = (known2(smooth[i]) - conditionMean) / conditionStd;
    condition[channels * i + 1] = (known2(Math.log1p(block[i] / unit2) / divisor2) - conditionMean) / conditionStd;
    if (channels > 2) condition[channels * i + 2 + archives2.of[Math.floor(i / pixels)]] = 1;
  }
  return { background: whole3 ? smooth.fill(0) : smooth, condition };
}
function measureNormalization(archive, factor2, rng2, options = {}) {
  const { sample = 2e3, field = {} } = options;
  const { divisor: divisor2 = 1, whole: whole3 } = field;
  const pixels = archive.size ** 2;
  const chosen = rng2.permutation(archive.count).subarray(0, sample);
  const rain = new Float32Array(chosen.length * pixels);
  for (const [n, i] of chosen.entries()) rain.set(tileOf(archive, i), n * pixels);
  const unit2 = unitOf(options.unit ?? 1, rain);
  const coarse = blockMean(rain, chosen.length, archive.size, archive.size, factor2);
  const background = bilinearUpsample(coarse, chosen.length, archive.size / factor2, archive.size / factor2, factor2);
  const residual = new Float32Array(rain.length);
  for (const [i, v] of background.entries()) {
    background[i] = Math.log1p(v / unit2) / divisor2;
    residual[i] = Math.log1p(rain[i] / unit2) / divisor2 - (whole3 ? 0 : background[i]);
  }
  const [mean, conditionStd] = moments(background);
  const [, sigmaData] = moments(residual);
  if (!(sigmaData > 0 && conditionStd > 0)) {
    throw new DomainError("measureNormalization: the rain does not vary; use tiles with rain", sigmaData);
  }
  const seen = whole3 ? { conditionMean: 0.5, conditionStd: 0.5 } : { conditionMean: mean, conditionStd };
  return { factor: factor2, sigmaData, ...seen, ...unit2 !== 1 && { unit: unit2 }, ...field };
}
function unitOf(unit2, rain) {
  if (unit2 !== "measured") {
    if (unit2 > 0 && Number.isFinite(unit2)) return unit2;
    const text2 = `measureNormalization: unit is ${unit2}; expected mm/h above 0, or "measured"`;
    throw new OptionsError(text2, "unit", unit2);
  }
  const wet = rain.filter((rate) => rate > 0);
  if (wet.length === 0) throw new DomainError("measureNormalization: no tile has rain; use tiles with rain", 0);
  return Number(quantile(wet, 0.25).toPrecision(2));
}
function moments(values) {
  let sum = 0;
  for (const v of values) sum += v;
  const mean = sum / values.length;
  let squares = 0;
  for (const v of values) squares += (v - mean) ** 2;
  return [mean, Math.sqrt(squares / (values.length - 1))];
}

// generative/downscaling/archive/names.ts
var MOST = 61;
function archivesOfEvents(archives2, events, known2) {
  const names2 = archives2 === true ? events.map(nameOfEvent) : archives2;
  const fail = (has, hint) => {
    throw new OptionsError(`train: \`archives\` has ${has}; ${hint}`, "archives", archives2);
  };
  if (names2.length !== events.length) fail(`${names2.length} names`, `expected ${events.length}, one an event`);
  if (names2.some((name) => name.trim() === "")) fail("an empty name", "give each archive a name");
  if (known2) {
    const strange = names2.find((name) => !known2.includes(name));
    const hint = `what is gone on from knows ${known2.join(", ")}; give the name of one for each event`;
    if (strange !== void 0) fail(`"${strange}"`, hint);
    return names2;
  }
  const different = archiveList(names2).length;
  if (different < 2) fail(`one archive alone (${names2[0]})`, "there is nothing to tell apart: leave it out");
  if (different > MOST) fail(`${different} archives`, `expected at most ${MOST}: give one name to several events`);
  return names2;
}
var nameOfEvent = (event) => event.replace(/^\d+:/, "").replace(/^.*[/\\]/, "").replace(/(?<=.)\.[^.]*$/, "");
var archiveList = (archives2) => [...new Set(archives2)];
function archiveIndex(caller, names2, archive) {
  if (names2 === void 0) {
    if (archive === void 0) return void 0;
    const text2 = `${caller}: archive is "${archive}", but the model was trained without archives; leave it out`;
    throw new OptionsError(text2, "archive", archive);
  }
  const at = archive === void 0 ? -1 : names2.indexOf(archive);
  if (at >= 0) return at;
  const known2 = `the model knows ${names2.join(", ")}`;
  const has = archive === void 0 ? "`archive` is missing" : `there is no archive "${archive}"`;
  throw new OptionsError(
    `${caller}: ${has}; ${known2}; name the one whose rain the input is most like`,
    "archive",
    archive
  );
}

// wasserstein/measure/quantile-weight.ts
function upperTailWeight(c) {
  if (!(c > 0 && Number.isFinite(c))) {
    throw new OptionsError(`upperTailWeight: c is ${c}, expected a finite number > 0`, "c", c);
  }
  const total = Math.log1p(1 / c);
  return {
    density: (q) => 1 / ((1 - q + c) * total),
    cumulative: (q) => -Math.log1p(-q / (1 + c)) / total
  };
}

// generative/diffusion/field-term.ts
var rows3 = {
  wasserstein: (fields3) => perImage(fields3, (a, b) => sortedWasserstein(a, b)),
  rmse: (fields3) => perImage(fields3, (a, b) => tf.sqrt(tf.add(tf.mean(tf.square(tf.sub(a, b)), 1), 1e-8))),
  tail: (fields3, { tail = TAIL }) => perImage(fields3, (a, b) => sortedWasserstein(a, b, { quantileWeight: upperTailWeight(tail) })),
  pooled(fields3) {
    const [a, b] = whole2(fields3).map((x) => tf.reshape(x, [1, -1]));
    return tf.mean(sortedWasserstein(a, b));
  },
  multiscale(fields3, { scales = SCALES }) {
    const [a, b] = whole2(fields3);
    return multiscaleWassersteinGraph(a, b, { scales });
  },
  "batch-sliced"(fields3) {
    const [a, b] = whole2(fields3).map(flat);
    return batchSlicedWasserstein(a, b, given(fields3.directions, `[${a.shape[1]}, count]`));
  },
  "patch-sliced"({ estimate, clean, background, open: open2, directions }) {
    const filters = given(directions, "[patch, patch, 1, count]");
    const [a, b] = [estimate, clean].map((x) => patchProjections(tf.add(x, background), filters));
    const apart = tf.reshape(sortedWasserstein(a, b), [estimate.shape[0], -1]);
    return tf.mean(open2 === void 0 ? apart : tf.mul(tf.reshape(open2, [-1, 1]), apart));
  }
};
var TAIL = 0.01;
var SCALES = [1, 2, 4, 8];
var DIRECTIONS = { "batch-sliced": 100, "patch-sliced": 32 };
var PATCH = 5;
var fieldTermKinds = Object.keys(rows3);
function fieldTerm(term2) {
  const distance = rows3[term2.kind];
  return (fields3) => distance(fields3, term2);
}
function directionShape({ kind, directions, patch = PATCH }, crop) {
  const count2 = directions ?? DIRECTIONS[kind];
  if (count2 === void 0) return void 0;
  return kind === "patch-sliced" ? [patch, patch, 1, count2] : [crop ** 2, count2];
}
var drawDirections = (stream, shape) => shape.length === 2 ? unitColumns(stream, shape[0], shape[1]) : patchDirections(stream, shape);
function unitColumns(stream, dim, count2) {
  const values = stream.normal(new Float32Array(dim * count2));
  const squares = new Float64Array(count2);
  for (const [i, v] of values.entries()) squares[i % count2] += v * v;
  return values.map((v, i) => v / Math.sqrt(squares[i % count2]));
}
function checkTerm(caller, term2, crop) {
  const { kind, weight, gate, mixed, scales, tail, directions, patch } = term2;
  const check = (name, value, holds, expected) => {
    if (!holds) throw new OptionsError(`${caller}: term.${name} is ${value}, expected ${expected}`, name, value);
  };
  check("kind", kind, Object.hasOwn(rows3, kind), fieldTermKinds.join(", "));
  check("weight", weight, weight >= 0, "\u2265 0");
  check("weight", weight, !mixed || weight <= 1, "at most 1, being a share of the loss");
  check("gate", gate, gate === void 0 || gate === null || gate >= 0, "\u2265 0, or null");
  check("tail", tail, tail === void 0 || tail > 0 && kind === "tail", "> 0, and the kind tail");
  const counted = directions === void 0 || Number.isSafeInteger(directions) && directions > 0;
  check("directions", directions, counted, "a whole number \u2265 1");
  const directed = directions === void 0 || DIRECTIONS[kind] !== void 0;
  check(
    "directions",
    directions,
    directed,
    Object.keys(DIRECTIONS).map((name) => `the kind ${name}`).join(" or ")
  );
  const most2 = crop ?? Number.POSITIVE_INFINITY;
  const fitting = patch === void 0 || Number.isSafeInteger(patch) && patch >= 2 && patch <= most2;
  check("patch", patch, fitting, `a whole number from 2${crop === void 0 ? "" : ` to the side of a crop, ${crop}`}`);
  check("patch", patch, patch === void 0 || kind === "patch-sliced", "the kind patch-sliced");
  check("scales", scales, scales === void 0 || kind === "multiscale", "the kind multiscale");
  if (kind !== "multiscale") return;
  const fits = (k) => Number.isSafeInteger(k) && k > 0 && (crop === void 0 || crop % k === 0);
  const of = scales ?? SCALES;
  check("scales", of, of.length > 0 && of.every(fits), `divisors of the crop${crop === void 0 ? "" : `, ${crop}`}`);
}
function given(directions, shape) {
  if (directions !== void 0) return directions;
  throw new ShapeError("fieldTerm: directions", shape, "none");
}
var flat = (x) => tf.reshape(x, [x.shape[0], -1]);
function perImage({ estimate, clean, background, open: open2 }, distance) {
  const apart = distance(flat(tf.add(estimate, background)), flat(tf.add(clean, background)));
  return tf.mean(open2 === void 0 ? apart : tf.mul(open2, apart));
}
function whole2({ estimate, clean, background, open: open2 }) {
  const each = open2 && tf.reshape(open2, [-1, 1, 1, 1]);
  const chosen = each === void 0 ? estimate : tf.add(tf.mul(each, estimate), tf.mul(tf.sub(1, each), clean));
  return [tf.add(chosen, background), tf.add(clean, background)];
}

// generative/diffusion/loss-by-level.ts
function quartileEdges(process3, sigmaData, law = {}) {
  return [...process3.trainingLevels([0.25, 0.5, 0.75], sigmaData, law)];
}
function lossByLevel(each, sigma, edges) {
  const below = (level) => tf.cast(tf.less(sigma, level), "float32");
  const parts = [...edges, Number.POSITIVE_INFINITY].map((high, k) => {
    const low = edges[k - 1];
    const upper = high === Number.POSITIVE_INFINITY ? tf.onesLike(sigma) : below(high);
    const within = low === void 0 ? upper : tf.sub(upper, below(low));
    const name = high === Number.POSITIVE_INFINITY ? `loss \u03C3\u2265${digits(low ?? 0)}` : `loss \u03C3<${digits(high)}`;
    return [name, tf.mul(tf.mean(tf.mul(within, each)), edges.length + 1)];
  });
  return Object.fromEntries(parts);
}
var digits = (level) => String(Number(level.toPrecision(3)));

// generative/diffusion/loss.ts
function denoise(network2, parameters, x, condition, sigma, sigmaData, process3 = edm) {
  const { skip, out, scale, noise: noise2 } = process3.coefficients(sigma, sigmaData, tensors);
  const level = typeof noise2 === "number" ? tf.fill(sigma.shape, noise2) : noise2;
  const image = tf.concat([tf.div(x, perImage2(scale)), condition], 3);
  const output = network2.apply(parameters, image, level);
  return tf.add(tf.mul(perImage2(skip), x), tf.mul(perImage2(out), output));
}
var perImage2 = (c) => typeof c === "number" ? c : tf.reshape(c, [-1, 1, 1, 1]);
function denoisingLoss(network2, options) {
  const { sigmaData, term: term2, process: process3 = edm, edges = [] } = options;
  if (term2 !== void 0) checkTerm("denoisingLoss", term2);
  const distance = term2 && fieldTerm(term2);
  return (parameters, inputs) => {
    const [clean, condition, noise2] = inputs;
    const sigma = inputs[3];
    const noisy = tf.add(clean, tf.mul(tf.reshape(sigma, [-1, 1, 1, 1]), noise2));
    const estimate = denoise(network2, parameters, noisy, condition, sigma, sigmaData, process3);
    const weight = process3.weight(sigma, sigmaData, tensors);
    const error = tf.mean(tf.square(tf.sub(estimate, clean)), [1, 2, 3]);
    const each = tf.mul(weight, error);
    const denoising = tf.mean(each);
    const levels = edges.length === 0 ? {} : lossByLevel(each, sigma, edges);
    if (term2 === void 0 || distance === void 0) return { loss: denoising, metrics: { denoising, ...levels } };
    const [background, directions] = inputs.slice(4);
    const gate = term2.gate === void 0 ? 2 : term2.gate;
    const open2 = gate === null ? void 0 : tf.cast(tf.lessEqual(sigma, gate * sigmaData), "float32");
    const parts = { estimate, clean, background, ...open2 && { open: open2 }, ...directions && { directions } };
    const field = distance(parts);
    const { weight: share } = term2;
    if (term2.mixed) {
      const loss = tf.add(tf.mul(denoising, 1 - share), tf.mul(field, share));
      return { loss, metrics: { denoising, [term2.kind]: field, ...levels } };
    }
    const scaled = tf.div(field, sigmaData);
    return {
      loss: tf.add(denoising, tf.mul(scaled, share)),
      metrics: { denoising, [term2.kind]: scaled, ...levels }
    };
  };
}

// generative/diffusion/denoiser.ts
function compiledDenoiser(network2, parameters, sigmaData, options = {}) {
  const { process: process3, ...run } = options;
  const outputs = network2.options.outputChannels;
  const channels = network2.options.inputChannels - outputs;
  return programsByShape(
    outputs,
    (count2, height, width) => compile(
      (x, condition, sigma) => {
        const weights = Object.entries(parameters).map(([name, p]) => [name, tf.tensor(p.values, p.shape)]);
        const state = x;
        const tensors2 = Object.fromEntries(weights);
        return [denoise(network2, tensors2, state, condition, sigma, sigmaData, process3)];
      },
      [{ shape: [count2, height, width, outputs] }, { shape: [count2, height, width, channels] }, { shape: [count2] }],
      { name: "denoiser", ...run }
    )
  );
}
function programsByShape(outputs, build) {
  const programs = /* @__PURE__ */ new Map();
  return {
    async forShape(count2, height, width) {
      const key = [count2, height, width].join("x");
      let program = programs.get(key);
      if (program === void 0) {
        program = build(count2, height, width);
        programs.set(key, program);
      }
      const compiled = await program;
      const level = new Float32Array(count2);
      const out = new Float32Array(count2 * height * width * outputs);
      return async (x, condition, sigma) => {
        level.fill(sigma);
        const inputs = [x, condition, level].slice(0, compiled.inputs.length);
        await compiled.run(inputs, { into: [out] });
        return out;
      };
    },
    async dispose() {
      const open2 = [...programs.values()];
      programs.clear();
      for (const program of open2) await (await program).dispose();
    }
  };
}

// generative/one-step/fair-energy.ts
function fairEnergy(members, truth, distance = absoluteDifference) {
  const count2 = members.length;
  if (count2 < 2) throw new ShapeError("fairEnergy: members", "at least two", `${count2}`);
  const mean = (a, b) => tf.mean(distance(a, b));
  const sum = (parts) => parts.reduce((total, part) => tf.add(total, part));
  const error = sum(members.map((member) => mean(member, truth)));
  const apart = sum(members.flatMap((a, i) => members.slice(i + 1).map((b) => mean(a, b))));
  return tf.sub(tf.div(error, count2), tf.div(apart, count2 * (count2 - 1)));
}
function absoluteDifference(a, b) {
  const op = tf.customGrad((...args) => {
    const [gap, save] = args;
    save([gap]);
    return {
      value: tf.abs(gap),
      gradFunc: (upstream, [saved]) => tf.mul(upstream, tf.sign(saved))
    };
  });
  return op(tf.sub(a, b));
}

// generative/one-step/noise.ts
var noiseBlocks = [1, 1, 2, 4];
var noiseSidesOf = ({ noiseSides }) => [
  ...noiseBlocks,
  ...noiseSides
];
function noiseImages({ seed, frame, member, origin, height, width }, out, sides = noiseBlocks) {
  const [row, column] = origin;
  for (const [image, side] of sides.entries()) {
    const [top, left] = [Math.floor(row / side), Math.floor(column / side)];
    const rows4 = Math.floor((row + height - 1) / side) - top + 1;
    const columns = Math.floor((column + width - 1) / side) - left + 1;
    const white = normalField({ seed, channel: frame, member, step: image, top, left, height: rows4, width: columns });
    const place2 = { side, row: row - top * side, column: column - left * side, columns };
    spread(white, { ...place2, height, width, image, images: sides.length, out });
  }
}
function noiseBatch(stream, count2, height, width = height, sides = noiseBlocks) {
  const pixels = height * width * sides.length;
  const out = new Float32Array(count2 * pixels);
  for (const [image, side] of sides.entries()) {
    const columns = Math.ceil(width / side);
    const blocks = Math.ceil(height / side) * columns;
    const white = stream.split(image).normal(new Float32Array(count2 * blocks));
    for (let n = 0; n < count2; n++) {
      const own = white.subarray(n * blocks, (n + 1) * blocks);
      const to = out.subarray(n * pixels, (n + 1) * pixels);
      spread(own, { side, row: 0, column: 0, columns, height, width, image, images: sides.length, out: to });
    }
  }
  return out;
}
function spread(white, { side, row, column, columns, height, width, image, images, out }) {
  for (let y = 0, at = image; y < height; y++) {
    const line = Math.floor((row + y) / side) * columns;
    for (let x = 0; x < width; x++, at += images) {
      out[at] = white[line + Math.floor((column + x) / side)];
    }
  }
}

// generative/one-step/sample-term.ts
var sampleParts = ["pixels", "patches", "maxima"];
var withDefaults = ({ kind, of = "patches", weight, directions = 32, tail, ...term2 }) => {
  const { patch = of === "maxima" ? 4 : 5 } = term2;
  const sides = typeof patch === "number" ? [patch] : patch;
  return { kind, of, weight, directions, tail, sides };
};
function checkSampleTerm(caller, term2, side) {
  const { kind, of, weight, directions, tail, sides } = withDefaults(term2);
  const check = (name, value, holds, expected) => {
    if (holds) return;
    const shown2 = typeof value === "string" ? JSON.stringify(value) : value;
    throw new OptionsError(`${caller}: term.${name} is ${shown2}, expected ${expected}`, name, value);
  };
  check("kind", kind, kind === "wasserstein" || kind === "unsorted", "wasserstein or unsorted");
  check("of", of, sampleParts.includes(of), sampleParts.join(", "));
  check("weight", weight, weight >= 0 && Number.isFinite(weight), "\u2265 0");
  check("tail", tail, tail === void 0 || tail > 0 && kind === "wasserstein", "> 0, and the kind wasserstein");
  if (of === "pixels") return;
  const fits = (n) => Number.isInteger(n) && n >= 2 && n <= side && (of === "patches" || side % n === 0);
  const whole3 = `a whole number from 2 to the side of a crop, ${side}${of === "maxima" ? ", that divides it" : ""}`;
  check("patch", term2.patch ?? sides, sides.length > 0 && sides.every(fits), whole3);
  check("directions", directions, Number.isInteger(directions) && directions > 0, "a whole number \u2265 1");
}
function directionShapes(term2) {
  const { of, sides, directions } = withDefaults(term2);
  return of === "patches" ? sides.map((patch) => [patch, patch, 1, directions]) : [];
}
var drawAllDirections = (stream, shapes) => (
  // The first has the stream itself, as where there is one side alone.
  shapes.map((shape, i) => patchDirections(i === 0 ? stream : stream.split(i), shape))
);
function sampleEnergy(members, truth, term2, directions = []) {
  const { kind, of, sides, tail } = withDefaults(term2);
  const weighted = tail === void 0 ? {} : { quantileWeight: upperTailWeight(tail) };
  const distance = kind === "unsorted" ? absoluteDifference : (a, b) => sortedWasserstein(a, b, weighted);
  const views = of === "pixels" ? [rowsOf2] : of === "maxima" ? sides.map((k) => (x) => rowsOf2(blockMaximaGraph(x, k))) : directions.map((filters) => (x) => patchProjections(x, filters));
  const parts = views.map((view) => fairEnergy(members.map(view), view(truth), distance));
  const sum = parts.reduce((total, part) => tf.add(total, part));
  return parts.length === 1 ? sum : tf.div(sum, parts.length);
}
var rowsOf2 = (x) => tf.reshape(x, [x.shape[0], -1]);
function blockMaximaGraph(x, k) {
  const [batch, height, width] = x.shape;
  const [rows4, columns] = [height / k, width / k];
  const down = tf.max(tf.reshape(x, [batch * rows4, k, width]), 1);
  return tf.reshape(tf.max(tf.reshape(down, [batch * rows4 * columns, k]), 1), [batch, rows4, columns, 1]);
}

// generative/one-step/loss.ts
function oneStepOutput(network2, parameters, noise2, condition) {
  const level = tf.fill([condition.shape[0]], 0);
  const entering = network2.noiseSides.length;
  if (entering === 0) return network2.apply(parameters, tf.concat([noise2, condition], 3), level);
  const [seen, images] = tf.split(noise2, [noiseBlocks.length, entering], 3);
  return network2.apply(parameters, tf.concat([seen, condition], 3), level, images);
}
function initializeOneStep(network2, rng2) {
  const parameters = network2.initialize(rng2);
  const { values } = parameters["output.filter"];
  values.set(
    rng2.split("members").normal(new Float32Array(values.length)).map((z) => 0.01 * z)
  );
  return parameters;
}
function oneStepLoss(network2, { sigmaData, members, scales, term: term2, cut = 0, ...rain }) {
  return (parameters, inputs) => {
    const [truth, condition, background, coarse, noise2, ...directions] = inputs;
    const each = (x) => tf.concat(new Array(members).fill(x), 0);
    const output = oneStepOutput(network2, parameters, noise2, each(condition));
    const field = tf.add(each(background), tf.mul(output, sigmaData));
    const drawn2 = tf.split(settleGraph(field, each(coarse), rain, cut), members, 0);
    const parts = scales.map(
      (k) => fairEnergy(
        drawn2.map((x) => blockMeansGraph(x, k)),
        blockMeansGraph(truth, k)
      )
    );
    const crps = tf.div(
      parts.reduce((sum, part) => tf.add(sum, part)),
      sigmaData
    );
    if (term2 === void 0) return { loss: crps, metrics: { crps } };
    const energy = tf.div(sampleEnergy(drawn2, truth, term2, directions), sigmaData);
    return {
      loss: tf.add(crps, tf.mul(energy, term2.weight)),
      metrics: { crps, [term2.kind]: energy }
    };
  };
}

// generative/one-step/draw.ts
function compiledOneStep(network2, parameters, options = {}) {
  const channels = network2.options.inputChannels - noiseBlocks.length;
  const images = noiseSidesOf(network2).length;
  return programsByShape(
    network2.options.outputChannels,
    (count2, height, width) => compile(
      (noise2, condition) => {
        const weights = Object.entries(parameters).map(([name, p]) => [name, tf.tensor(p.values, p.shape)]);
        const tensors2 = Object.fromEntries(weights);
        return [oneStepOutput(network2, tensors2, noise2, condition)];
      },
      [{ shape: [count2, height, width, images] }, { shape: [count2, height, width, channels] }],
      { name: "one-step generator", ...options }
    )
  );
}
function checkOneEvaluation(caller, o) {
  for (const name of ["evaluations", "method", "noiseRange", "churn", "snr"]) {
    const value = o[name];
    if (value === void 0 || name === "evaluations" && value === 1) continue;
    const why = "the model is a one-step generator, a member of which is one evaluation; leave it out";
    throw new OptionsError(`${caller}: ${name} is ${JSON.stringify(value)}, but ${why}`, name, value);
  }
}
async function drawOneStep(drawing, o) {
  const { program, sides, height, width, outputs = 1, condition } = drawing;
  const inputs = sides.length;
  const size = height * width * inputs;
  const noise2 = new Float32Array(o.members * size);
  for (let member = 0; member < o.members; member++) {
    const window = { seed: o.seed, frame: o.frame, member: o.firstMember + member, origin: o.origin, height, width };
    noiseImages(window, noise2.subarray(member * size, (member + 1) * size), sides);
  }
  const network2 = await inTiles(program, { height, width, outputs, inputs, condition }, o);
  const output = await network2(noise2, 0);
  o.onStep?.(1, 1);
  return output;
}

// generative/downscaling/generator/generator.ts
var generatorNames = ["diffusion", "one-step"];
var oneStepText = "one step: a member is one evaluation";
var ownChannels = (generator2 = "diffusion", outputs = 1) => generator2 === "one-step" ? noiseBlocks.length : outputs;
var dryBelow2 = (generator2, wetThreshold) => generator2 === "one-step" ? wetThreshold : wetThreshold / 2;
var evaluationsOf = (generator2, { evaluations = 16 }) => generator2 === "one-step" ? 1 : evaluations;
function checkedEvaluations(caller, generator2, options, usual = {}) {
  const evaluations = evaluationsOf(generator2, { ...usual, ...options });
  if (generator2 === "one-step") checkOneEvaluation(caller, options);
  else levelsFor(options.method ?? usual.method ?? "dpm++2m", evaluations);
  return evaluations;
}
function generatorOf(caller, parts, options) {
  return parts.generator === "one-step" ? oneStep(caller, parts, options) : diffusion(parts, options);
}
function diffusion(parts, options) {
  const { process: name, sigmaData, network: network2, parameters } = parts;
  const process3 = processOfModel(name, options.process);
  const denoiser = compiledDenoiser(network2, parameters, sigmaData, { ...options, process: process3 });
  const outputs = network2.options.outputChannels;
  return {
    name: "diffusion",
    process: process3,
    check: () => void 0,
    draw: ({ settle: _, ...grid2 }, draw) => drawResiduals({ denoiser, process: process3, sigmaData, outputs, ...grid2 }, draw),
    dispose: () => denoiser.dispose()
  };
}
function oneStep(caller, { network: network2, parameters }, o) {
  const { process: process3, ...run } = o;
  checkNoProcess(caller, process3);
  const program = compiledOneStep(network2, parameters, run);
  const outputs = network2.options.outputChannels;
  const sides = noiseSidesOf(network2);
  return {
    name: "one-step",
    process: void 0,
    check: checkOneEvaluation,
    async draw({ height, width, condition, settle: settle2 }, draw) {
      const output = await drawOneStep({ program, sides, height, width, outputs, condition }, draw);
      settle2(output);
      return output;
    },
    dispose: () => program.dispose()
  };
}
function checkNoProcess(caller, process3) {
  if (process3 === void 0) return;
  const name = typeof process3 === "object" ? process3.name : process3;
  const text2 = `${caller}: process is "${name}", but a one-step generator has no noise process; leave it out`;
  throw new OptionsError(text2, "process", name);
}

// generative/downscaling/rain-limits.ts
function rainLimits(interval) {
  const hours = Math.max((interval ?? 0) / 3600, 1);
  return { wet: 0.1 / hours, clutter: hours > 1 ? 422 * hours ** (0.475 - 1) : 200 };
}
var BEYOND_CLUTTER = 2;

// generative/downscaling/trained-on.ts
var TOLERANCE = 0.2;
var BEYOND = 5;
var METRES_PER_DEGREE = 111195;
var range = list(positive(), 2, 2);
var gridCheck = record({
  units: among("degrees", "m"),
  y: range,
  x: range,
  latitude: optional(real(-90, 90))
});
var trainedOnCheck = record({
  quantity: among("precipitation rate"),
  units: among("mm h-1"),
  largest: positive(),
  fine: optional(gridCheck),
  coarse: optional(gridCheck),
  interval: optional(range)
});
function trainedOn(archive, factor2, places2) {
  const { count: count2, size } = archive;
  let largest = 0;
  for (let tile = 0; tile < count2; tile++) {
    largest = blockMean(tileOf(archive, tile), 1, size, size, factor2).reduce((a, b) => Math.max(a, b), largest);
  }
  const fine = rangeOf(places2.flatMap(({ grid: grid2 }) => grid2 ? [grid2] : []));
  const times = (r) => [r[0] * factor2, r[1] * factor2];
  const seconds = places2.flatMap(({ interval }) => interval === void 0 ? [] : [interval]);
  return {
    quantity: "precipitation rate",
    units: "mm h-1",
    largest,
    ...fine && { fine, coarse: { ...fine, y: times(fine.y), x: times(fine.x) } },
    ...seconds.length > 0 && { interval: extent(seconds) }
  };
}
function mismatches(trained, place2, values) {
  const found = [];
  const { coarse, interval, largest } = trained;
  if (coarse && place2.grid) found.push(...spacingOff(coarse, place2.grid));
  if (interval && place2.interval !== void 0) found.push(...intervalOff(interval, place2.interval));
  let most2 = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > most2) most2 = values[i];
  if (most2 > BEYOND * largest) {
    found.push(`rates of up to ${digits2(most2)} mm/h, but it was trained on rates of up to ${digits2(largest)} mm/h`);
  }
  return found;
}
function spacingOff(trained, met) {
  if (!differs(trained, met)) return [];
  const turned = differs(trained, { ...met, y: met.x, x: met.y }) ? "" : " (are y and x exchanged?)";
  return [`cells of ${cells(asRange(met))}, but it was trained for cells of ${cells(trained)}${turned}`];
}
function intervalOff(trained, met) {
  return isOff(met, trained) ? [`values over ${met} s, but it was trained for values over ${shown(trained, "s")}`] : [];
}
function notComparable(trained, place2) {
  if (trained === void 0) return ["spacing", "interval", "range"];
  return [
    ...trained.coarse && place2.grid ? [] : ["spacing"],
    ...trained.interval && place2.interval !== void 0 ? [] : ["interval"]
  ];
}
function rangeOf(grids) {
  const alike = grids.every(({ units }) => units === grids[0].units);
  const all = alike ? grids : grids.flatMap((grid2) => inMetres(asRange(grid2)) ?? []);
  if (all.length === 0) return void 0;
  const latitudes = grids.flatMap(({ latitude: latitude2 }) => latitude2 === void 0 ? [] : [latitude2]);
  const latitude = latitudes.reduce((a, b) => a + b, 0) / latitudes.length;
  return {
    units: all[0].units,
    y: extent(all.flatMap(({ y }) => y)),
    x: extent(all.flatMap(({ x }) => x)),
    ...latitudes.length > 0 && { latitude }
  };
}
function differs(trained, met) {
  const same = trained.units === met.units;
  const [a, b] = same ? [trained, asRange(met)] : [inMetres(trained), inMetres(asRange(met))];
  return a !== void 0 && b !== void 0 && (isOff(b.y[0], a.y) || isOff(b.x[0], a.x));
}
function inMetres({ units, y, x, latitude }) {
  if (units === "m") return { units, y, x };
  if (latitude === void 0) return void 0;
  const times = (r, by) => [r[0] * by, r[1] * by];
  const parallel = METRES_PER_DEGREE * Math.cos(latitude * Math.PI / 180);
  return { units: "m", y: times(y, METRES_PER_DEGREE), x: times(x, parallel) };
}
var asRange = ({ y, x, ...rest }) => ({ ...rest, y: [y, y], x: [x, x] });
var extent = (values) => [Math.min(...values), Math.max(...values)];
var isOff = (value, [low, high]) => !(value >= low * (1 - TOLERANCE) && value <= high * (1 + TOLERANCE));
var digits2 = (value) => String(Number(value.toPrecision(3)));
var shown = ([low, high], unit2) => `${low === high ? digits2(low) : `${digits2(low)} to ${digits2(high)}`} ${unit2}`;
function cells({ units, y, x }) {
  const scaled = (r) => {
    if (units === "degrees") return shown(r, "degrees");
    return r[0] < 1e3 ? shown(r, "m") : shown([r[0] / 1e3, r[1] / 1e3], "km");
  };
  return `${scaled(y)} (y) by ${scaled(x)} (x)`;
}

// generative/downscaling/configuration.ts
var networkCheck = record({
  inputChannels: optional(whole(2, 67)),
  outputChannels: optional(whole(1, 64)),
  baseChannels: optional(whole(1, 4096)),
  multipliers: optional(list(whole(1, 64), 1, 8)),
  blocks: optional(whole(1, 16)),
  groups: optional(whole(1, 4096)),
  embedding: optional(whole(1, 2 ** 16)),
  frequencies: optional(whole(2, 2 ** 16)),
  levelNoise: optional(among(true, false)),
  attention: optional(among(true, false))
});
var normalizationCheck = record({
  factor: whole(1, 256),
  sigmaData: positive(100),
  conditionMean: real(-100, 100),
  conditionStd: positive(100),
  unit: optional(positive(1e6)),
  divisor: optional(positive(1e6)),
  whole: optional(among(true)),
  missing: optional(real(-100, 100))
});
var samplingCheck = record({ method: among(...samplerMethods), evaluations: whole(2, 2 ** 31) });
var provenanceCheck = (value, at) => fields(anything)(value, at) ?? optional(real(0, 1e3))(value.wetThreshold, `${at}.wetThreshold`) ?? optional(positive(1e6))(value.largestRate, `${at}.largestRate`);
function limitsOfModel({ provenance = {} }) {
  const { wetThreshold: wet, largestRate: clutter } = provenance;
  const usual = rainLimits(void 0);
  return {
    wet: typeof wet === "number" ? wet : usual.wet,
    clutter: typeof clutter === "number" ? clutter : usual.clutter
  };
}
var configurationCheck = record({
  network: networkCheck,
  normalization: normalizationCheck,
  archives: optional(list(text, 1, 61)),
  trainedOn: optional(trainedOnCheck),
  generator: optional(among(...generatorNames)),
  process: optional(text),
  sampling: optional(samplingCheck),
  provenance: optional(provenanceCheck)
});
var metadataKey = "monge-downscaler";
function readConfiguration(path, metadata) {
  const stored = plainMetadata(path, metadata, { key: metadataKey, format: "downscaler", writer: "Downscaler.save" });
  const complaint = configurationCheck(stored, "configuration");
  if (complaint !== void 0) throw damaged(path, complaint);
  return stored;
}
function damaged(path, message, cause) {
  const hint = "the model is damaged, or was changed: train it again, or take another copy";
  return new FormatError(path, "downscaler", message, hint, { cause });
}

// generative/downscaling/printed.ts
function downscalerText({ configuration, parameters, network: network2, generator: generator2, file }) {
  const { normalization, archives: archives2, trainedOn: trainedOn2, provenance, process: process3 = "edm" } = configuration;
  const count2 = Object.values(parameters).reduce((sum, { values }) => sum + values.length, 0);
  const steps = provenance?.["step"];
  return printedLines("Downscaler", [
    ["refines by", String(normalization.factor)],
    ["network", `${count2} parameters, ${network2.options.baseChannels} channels at first`],
    generator2 === "diffusion" ? ["process", process3] : ["generator", oneStepText],
    ...typeof steps === "number" ? [["steps", String(steps)]] : [],
    ...archives2 ? [["archives", shortened(archives2.join(", "), 200)]] : [],
    ...trainedOn2 ? [["rain seen", `${trainedOn2.quantity}, up to ${shortNumber(trainedOn2.largest)} ${trainedOn2.units}`]] : [],
    ...file ? [["file", shortened(file.path, 200)]] : []
  ]);
}

// generative/downscaling/downscaler.ts
var Downscaler = class _Downscaler {
  configuration;
  network;
  parameters;
  /** What draws its members. */
  generator;
  /** Of diffusion; undefined for a one-step generator, which has none. */
  process;
  /** Where it was read from; undefined for one that was made in memory. */
  file;
  #generator;
  /**
   * @throws OptionsError when the configuration is none, or names a noise process of your own that is not in `options`
   * @throws ShapeError when the parameters do not fit the network
   * @throws DomainError when a parameter is not finite
   */
  constructor(configuration, parameters, options = {}) {
    const { file, ...compiled } = options;
    const complaint = configurationCheck(configuration, "configuration");
    if (complaint !== void 0) throw new OptionsError(`Downscaler: ${complaint}`, "configuration", configuration);
    this.configuration = configuration;
    this.network = unet(configuration.network);
    checkChannels(this.network, configuration);
    checkParameters("Downscaler", this.network, parameters);
    this.parameters = parameters;
    this.file = file;
    const { generator: generator2 = "diffusion", process: process3, normalization } = configuration;
    this.generator = generator2;
    const { sigmaData } = normalization;
    const parts = { generator: generator2, sigmaData, network: this.network, parameters, ...process3 && { process: process3 } };
    this.#generator = generatorOf("Downscaler", parts, compiled);
    this.process = this.#generator.process;
  }
  /**
   * Draw an ensemble.
   *
   * @param coarse - any size from one cell on
   * @returns fine rain, `factor` times finer
   * @throws DomainError when a rate is negative or infinite, or missing with `missing: "error"`, or the rain is of another
   *   spacing or interval, or far stronger, than what the model was trained for
   * @throws ShapeError when the values do not fit the size
   * @throws OptionsError when an option is out of range
   */
  async sample(coarse, options = {}) {
    const o = { ...sampleDefaults, wetThreshold: dryBelow2(this.generator, WET), ...options };
    const { factor: factor2 } = this.configuration.normalization;
    const unitSize = leastCommonMultiple(factor2, this.network.multiple);
    checkCoarse(coarse, o.missing);
    this.#generator.check("Downscaler.sample", options);
    const draw = resolveDraw("Downscaler.sample", { ...this.configuration.sampling, ...options }, unitSize);
    this.#checkKind(coarse, o);
    const { archives: archives2, normalization } = this.configuration;
    const archive = archiveIndex("Downscaler.sample", archives2, o.archive);
    const pixels = coarse.values.length * factor2 ** 2;
    if (o.valid && o.valid.length !== pixels) {
      const shape = [coarse.height * factor2, coarse.width * factor2];
      throw new ShapeError("Downscaler.sample: valid", shape, [o.valid.length]);
    }
    const padded = repeatEdges(coarse, unitSize / factor2);
    const [height, width] = [padded.height * factor2, padded.width * factor2];
    const gapsStay = normalization.missing !== void 0;
    const whole3 = gapsStay ? padded : { ...padded, values: fillGaps(padded.values, padded.height, padded.width) };
    const { background, condition } = conditionsOf(
      whole3.values,
      1,
      padded.height,
      padded.width,
      normalization,
      archive === void 0 ? void 0 : { names: archives2 ?? [], of: [archive] }
    );
    const { sigmaData, unit: unit2 = 1 } = normalization;
    const settle2 = (output) => settleResidual(output, { sigmaData, background, coarse: whole3, factor: factor2, unit: unit2 });
    const residual = await this.#generator.draw({ height, width, condition, settle: settle2 }, draw);
    return this.#finish(coarse, residual, background, { ...o, members: draw.members, height, width });
  }
  /** From residuals on the padded grid to rain on the asked one. */
  #finish(coarse, residual, background, o) {
    const { factor: factor2, unit: unit2 = 1, divisor: divisor2 = 1 } = this.configuration.normalization;
    const [height, width] = [coarse.height * factor2, coarse.width * factor2];
    const values = new Float32Array(o.members * height * width);
    const ceiling = Math.log1p(o.largestRate / unit2) / divisor2;
    for (let row = 0; row < o.members * height; row++) {
      const member = Math.floor(row / height);
      const line = row % height * o.width;
      for (let column = 0; column < width; column++) {
        const field = residual[member * o.height * o.width + line + column] + background[line + column];
        const rate = unit2 * Math.expm1(divisor2 * Math.min(Math.max(field, 0), ceiling));
        values[row * width + column] = rate < o.wetThreshold ? 0 : rate;
      }
    }
    const { valid } = o;
    if (o.conserve) {
      const known2 = coarse.values.map((v) => Number.isNaN(v) ? 0 : v);
      const target2 = { values: known2, shape: [1, coarse.height, coarse.width] };
      const fine = { values, shape: [1, o.members, height, width] };
      values.set(conserveBlocks(fine, target2, factor2, { ...valid && { valid } }).values);
    }
    const cells2 = repeatUpsample(coarse.values, 1, coarse.height, coarse.width, factor2);
    for (const i of values.keys()) {
      const pixel = i % cells2.length;
      if (Number.isNaN(cells2[pixel]) || valid?.[pixel] === 0) values[i] = Number.NaN;
    }
    return { values, members: o.members, height, width };
  }
  /** @throws DomainError where the rain is of another kind than that of training */
  #checkKind({ values }, { place: place2 = {}, force }) {
    const { trainedOn: trainedOn2 } = this.configuration;
    const found = force || trainedOn2 === void 0 ? [] : mismatches(trainedOn2, place2, values);
    if (found.length === 0) return;
    const hint = "take a model that was trained for such rain; force: true goes on nevertheless";
    throw new DomainError(`Downscaler.sample: the rain has ${found.join("; and ")}; ${hint}`);
  }
  /**
   * Write parameters and configuration to one safetensors file with a checksum, whole or not at all.
   *
   * @throws DomainError when a parameter is not finite
   */
  async save(path) {
    checkParameters("Downscaler", this.network, this.parameters);
    const tensors2 = Object.entries(this.parameters).map(
      ([name, p]) => [name, { shape: p.shape, data: p.values }]
    );
    await writeSafetensors(path, Object.fromEntries(tensors2), { [metadataKey]: JSON.stringify(this.configuration) });
  }
  /**
   * Read what {@link Downscaler.save} wrote.
   *
   * @throws FormatError when the file is damaged or holds something else; OptionsError when the model was trained with a
   *   noise process of your own, which `options` must bring
   */
  static async load(path, options = {}) {
    const { tensors: tensors2, metadata } = await readSafetensors(path);
    const configuration = readConfiguration(path, metadata);
    const parameters = [...tensors2].map(([name, { shape, data }]) => {
      if (data instanceof Float32Array) return [name, { shape: [...shape], values: data }];
      throw damaged(path, `tensor ${JSON.stringify(name)} is not float32`);
    });
    if (configuration.generator === "one-step") checkNoProcess("Downscaler.load", options.process);
    else processOfModel(configuration.process, options.process);
    const file = { path, sha256: await fileHash(path) };
    try {
      return new _Downscaler(configuration, Object.fromEntries(parameters), { ...options, file });
    } catch (error) {
      if (isMongeError(error)) throw damaged(path, error.message, error);
      throw error;
    }
  }
  /** What `console.log` prints. */
  [inspect]() {
    return downscalerText(this);
  }
  /** Free the compiled programs. */
  async dispose() {
    await this.#generator.dispose();
  }
};
function checkChannels({ options }, { archives: archives2 = [], generator: generator2 }) {
  const expected = ownChannels(generator2) + 2 + archives2.length;
  if (options.inputChannels === expected) return;
  const text2 = `Downscaler: network.inputChannels is ${options.inputChannels}; with ${archives2.length} archives it is ${expected}`;
  throw new OptionsError(text2, "network", options.inputChannels);
}
var sampleDefaults = {
  archive: void 0,
  place: {},
  force: false,
  conserve: true,
  missing: "error",
  valid: void 0,
  largestRate: 400
};
var WET = 0.1;
function checkCoarse(coarse, missing) {
  if (coarse.values.length !== coarse.height * coarse.width || coarse.values.length === 0) {
    throw new ShapeError("Downscaler.sample: coarse", [coarse.height, coarse.width], `${coarse.values.length} values`);
  }
  for (const [i, rate] of coarse.values.entries()) {
    if (rate >= 0 && rate < Number.POSITIVE_INFINITY) continue;
    if (Number.isNaN(rate) && missing === "propagate") continue;
    const hint = Number.isNaN(rate) ? 'fill the gap, or pass missing: "propagate"' : "rates are in mm/h, at least 0";
    throw new DomainError(`Downscaler.sample: value ${i} of the coarse rain is ${rate}; ${hint}`, rate);
  }
}

// generative/downscaling/find-model.ts
import { existsSync, readdirSync, statSync as statSync2 } from "node:fs";
import { join as join2 } from "node:path";
var modelName = "model.safetensors";
function findModel(path) {
  if (!existsSync(path)) throw new OptionsError(`${path}: there is no such model`, "model", path);
  if (statSync2(path).isFile()) return path;
  const folders = [
    path,
    ...readdirSync(path).sort().reverse().map((entry) => join2(path, entry))
  ];
  const found = folders.map((folder) => join2(folder, modelName)).find((file) => existsSync(file));
  if (found !== void 0) return found;
  const runs = folders.filter((folder) => existsSync(join2(folder, "options.json")));
  const unfinished = runs.find((folder) => !isFinished(folder));
  const hint = unfinished ? `finish ${unfinished} with \`monge train --resume\`` : runs.length > 0 ? `training ended without one (see ${join2(runs[0], "result.json")}); train again, with a smaller learning rate or other data` : "name a run of `monge train`, or its model file";
  throw new OptionsError(`${path}: there is no ${modelName} in it; ${hint}`, "model", path);
}

// generative/downscaling/train-rain.ts
import { existsSync as existsSync3 } from "node:fs";
import { basename as basename5, resolve as resolve4 } from "node:path";

// generative/downscaling/events/take-tiles.ts
import { createHash as createHash4 } from "node:crypto";
import { mkdirSync } from "node:fs";
import { basename as basename3, join as join3, resolve as resolve2 } from "node:path";

// generative/downscaling/archive/batches.ts
var tilesDrawn = (archive, rng2, count2) => rng2.split("tile").integers(count2, 0, archive.count);
var eventOf = ({ events }, tile) => events.findIndex(({ begin, end }) => begin <= tile && tile < end);
function drawCrops(archive, rng2, { count: count2, size, factor: factor2 }) {
  const places2 = (archive.size - size) / factor2 + 1;
  if (!(Number.isInteger(size / factor2) && places2 >= 1)) {
    const wanted = `a multiple of ${factor2} up to the tile size ${archive.size}`;
    throw new OptionsError(`drawCrops: size is ${size}, expected ${wanted}`, "size", size);
  }
  const tiles = tilesDrawn(archive, rng2, count2);
  const symmetries = rng2.split("symmetry").integers(count2, 0, 8);
  const rows4 = rng2.split("row").integers(count2, 0, Math.floor(places2));
  const columns = rng2.split("column").integers(count2, 0, Math.floor(places2));
  const out = new Float32Array(count2 * size * size);
  for (let n = 0; n < count2; n++) {
    const top = rows4[n] * factor2;
    const left = columns[n] * factor2;
    const tile = tileOf(archive, tiles[n]);
    const read = symmetry(symmetries[n], size, (y, x) => tile[(top + y) * archive.size + left + x]);
    for (let y = 0, at = n * size * size; y < size; y++) for (let x = 0; x < size; x++, at++) out[at] = read(y, x);
  }
  return out;
}
function symmetry(k, size, image) {
  return (row, column) => {
    const y = k & 4 ? size - 1 - row : row;
    const x = k & 2 ? size - 1 - column : column;
    return k & 1 ? image(x, y) : image(y, x);
  };
}

// generative/downscaling/archive/stored-tiles.ts
import { existsSync as existsSync2 } from "node:fs";

// engine/files/record-store.ts
import { createHash as createHash2 } from "node:crypto";
import { closeSync, createReadStream as createReadStream2, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline as pipeline2 } from "node:stream/promises";
var HEADER = 4096;
var BUFFER = 4 << 20;
var FORMAT = "record store";
var AGAIN = "remove it, and it is made again";
var DIGEST = "data-sha256";
async function beginRecords(path, shape) {
  const pending = await beginAtomically(path);
  const handle = await open(pending.temporary, "r+");
  const hash = createHash2("sha256");
  const size = 4 * shape.reduce((a, b) => a * b, 1);
  const buffer = new Uint8Array(Math.max(size, BUFFER - BUFFER % size));
  let [count2, filled, at] = [0, 0, HEADER];
  const discard = async () => {
    await handle.close().catch(() => {
    });
    await pending.discard();
  };
  const guarded = async (work) => {
    try {
      return await work();
    } catch (error) {
      await discard();
      throw explainWriteError(path, error);
    }
  };
  const put = async (bytes) => {
    hash.update(bytes);
    await writeAll(handle, bytes, at);
    at += bytes.length;
  };
  const flush2 = async () => {
    await put(buffer.subarray(0, filled));
    filled = 0;
  };
  return {
    get count() {
      return count2;
    },
    discard,
    async append(record2) {
      buffer.set(new Uint8Array(record2.buffer, record2.byteOffset, size), filled);
      filled += size;
      count2++;
      if (filled === buffer.length) await guarded(flush2);
    },
    finish: ({ places: places2, about }) => guarded(async () => {
      await flush2();
      const text2 = new TextEncoder().encode(JSON.stringify(about));
      const [first, second] = [at - HEADER, at - HEADER + places2.byteLength];
      await put(new Uint8Array(places2.buffer, places2.byteOffset, places2.byteLength));
      await put(text2);
      const columns = count2 === 0 ? 0 : places2.length / count2;
      const header = {
        [METADATA]: { [DIGEST]: hash.digest("hex") },
        records: { dtype: "F32", shape: [count2, ...shape], data_offsets: [0, first] },
        places: { dtype: "I32", shape: [count2, columns], data_offsets: [first, second] },
        about: { dtype: "U8", shape: [text2.length], data_offsets: [second, second + text2.length] }
      };
      const head = new Uint8Array(HEADER).fill(32);
      new DataView(head.buffer).setBigUint64(0, BigInt(HEADER - 8), true);
      head.set(new TextEncoder().encode(JSON.stringify(header)), 8);
      await writeAll(handle, head, 0);
      await handle.close();
      await pending.commit();
    })
  };
}
async function openRecords(path) {
  const fail = (message) => {
    throw new FormatError(path, FORMAT, message, AGAIN);
  };
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    const start = await readAt(handle, 0, Math.min(8, size));
    const head = await readAt(handle, 0, 8 + headerLength(start, size, path));
    const { header, dataStart } = parseHeader(head, path, size);
    const { records, places: places2, about, [METADATA]: metadata } = header;
    const entryOf = (name, entry) => parseEntry(path, name, entry, size - dataStart);
    const [all, where, text2] = [entryOf("records", records), entryOf("places", places2), entryOf("about", about)];
    const [count2 = 0, ...shape] = all.shape;
    const digits3 = isPlainObject(metadata) ? metadata[DIGEST] : void 0;
    const hash = createHash2("sha256");
    await pipeline2(createReadStream2(path, { start: dataStart, highWaterMark: BUFFER }), hash);
    if (hash.digest("hex") !== digits3) fail("its checksum is not that of its content: it was damaged");
    const at = (entry) => readAt(handle, dataStart + entry.begin, entry.end - entry.begin);
    const notes = {
      places: new Int32Array((await at(where)).buffer),
      about: JSON.parse(new TextDecoder().decode(await at(text2)))
    };
    const length = shape.reduce((a, b) => a * b, 1);
    const descriptor = openSync(path, "r");
    let closed = false;
    return {
      ...{ path, count: count2, shape, ...notes },
      read(index) {
        if (closed || !(index >= 0 && index < count2))
          throw new RangeError(`${basename(path)}: there is no record ${index}`);
        const record2 = new Float32Array(length);
        const bytes = new Uint8Array(record2.buffer);
        const read = readSync(descriptor, bytes, 0, bytes.length, dataStart + all.begin + index * bytes.length);
        if (read !== bytes.length) fail(`record ${index} is cut short: the file changed while it was read`);
        return record2;
      },
      close() {
        if (!closed) closeSync(descriptor);
        closed = true;
      }
    };
  } finally {
    await handle.close();
  }
}
async function writeAll(handle, bytes, position) {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}
async function readAt(handle, position, length) {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes;
}

// generative/downscaling/archive/stored-tiles.ts
async function storeTiles(path, events, rng2, options) {
  const { notes, limit = Number.POSITIVE_INFINITY, ...given2 } = options;
  const o = resolveTileOptions(given2);
  if (!existsSync2(path)) await fill(path, events(), o, notes);
  const store = await openRecords(path);
  try {
    const { events: names2, notes: kept } = store.about;
    if (store.shape[0] !== o.size) throw new ShapeError(path, [o.size, o.size], store.shape);
    const chosen = [];
    const found = [];
    let from = 0;
    for (const [name, count3] of names2) {
      const event = { name, limit, tiles: tilesOf(store, from, count3) };
      const { tiles: tiles2, chosen: own } = chooseTiles(event, found.at(-1)?.end ?? 0, rng2, o);
      for (const index of own) chosen.push(from + index);
      found.push(tiles2);
      from += count3;
    }
    const count2 = checkFound(found, o.size);
    const records = Uint32Array.from(chosen);
    const tiles = {
      ...{ size: o.size, count: count2, events: found },
      read: (tile) => store.read(records[tile]),
      close: () => store.close()
    };
    return { tiles, notes: kept };
  } catch (error) {
    store.close();
    throw error;
  }
}
async function fill(path, events, o, notes) {
  const writer = await beginRecords(path, [o.size, o.size]);
  try {
    const places2 = [];
    const names2 = [];
    for await (const { name, tiles } of findTiles(events, o, (tile) => writer.append(tile))) {
      names2.push([name, tiles.length]);
      for (const { frame, row, column, wet } of tiles) places2.push(frame, row, column, wet ? 1 : 0);
    }
    if (places2.length === 0) checkFound([], o.size);
    const about = { events: names2, notes: notes() };
    await writer.finish({ places: Int32Array.from(places2), about });
  } finally {
    await writer.discard();
  }
}
function tilesOf({ places: places2 }, from, count2) {
  return Array.from({ length: count2 }, (_, index) => {
    const [frame, row, column, wet] = places2.subarray(4 * (from + index), 4 * (from + index + 1));
    return { index, frame, row, column, wet: wet === 1 };
  });
}

// generative/downscaling/events/training-data.ts
import { createHash as createHash3 } from "node:crypto";
import { basename as basename2 } from "node:path";
async function listData(data) {
  const items = typeof data === "string" || data instanceof Field || data instanceof LazyField ? [data] : data;
  if (items.length === 0)
    throw new OptionsError("train: `data` is empty; name at least one file or field", "data", data);
  const paths = items.filter((one) => typeof one === "string");
  if (paths.length === items.length) return { labels: await expandPatterns(paths) };
  if (paths.length > 0) {
    throw new OptionsError("train: `data` holds names and fields; give the one or the other", "data", paths);
  }
  const fields3 = items.map((one) => one instanceof Field ? lazyField(one) : one);
  return { labels: fields3.map(({ source, name }) => source || name), fields: fields3 };
}
var labelsOf = ({ data, validate = [] }) => "length" in validate ? [...data, ...validate] : data;
async function hashData(plan, fields3) {
  if (fields3 === void 0) return fileHashes(labelsOf(plan));
  const hashes = [];
  for (const field of fields3) hashes.push(await fieldHash(field));
  return hashes;
}
async function dataBytes(plan, fields3) {
  if (fields3 !== void 0) return fields3.reduce((sum2, { bytes }) => sum2 + bytes, 0);
  let sum = 0;
  for (const path of labelsOf(plan)) sum += await fileSize(path);
  return sum;
}
async function fieldHash(field) {
  const hash = createHash3("sha256").update(JSON.stringify([field.name, field.units, field.dims, field.shape]));
  for await (const { values } of field.slabs()) {
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}
function checkData(folder, plan, hashes) {
  const at = hashes.findIndex((hash, i) => hash !== plan.dataSha256?.[i]);
  if (at < 0) return;
  throw new FormatError(labelsOf(plan)[at], "data", `it has changed since ${folder} began`, "start another run");
}
async function* readEvents(plan, part, fields3, seen) {
  const { variable, units, time: range3, interval: intervals, validate, allowExternal = false } = plan;
  const others = validate !== void 0 && "length" in validate;
  const times = validate === void 0 || others ? void 0 : validate;
  for (const [index, label] of labelsOf(plan).entries()) {
    if (others && index < plan.data.length !== (part === "learned")) continue;
    const options = {
      ...times && { apart: times },
      ...units !== null && { units },
      ...range3 !== null && { time: range3 },
      ...intervals !== null && { intervals },
      index
    };
    const event = { plan, name: `${index}:${basename2(label)}`, held: part === "judged", seen };
    if (fields3 !== void 0) yield* framesOf(rainOf(fields3[index], options), event);
    else {
      const named2 = { ...options, allowExternal, ...variable !== null && { variable } };
      yield* withRain(label, named2, (rain) => framesOf(rain, event));
    }
  }
}
async function* framesOf(rain, { plan, name, held, seen }) {
  const { height, width, apart, span } = rain;
  const { every, cap } = plan;
  const limits = limitsOf(plan, rain);
  const plane = height * width;
  let [passed, first] = [0, 0];
  for await (const field of rain.pieces()) {
    const frames = field.values.length / plane;
    const kept = [];
    for (let n = Math.ceil(passed / every) * every; n < passed + frames; n += every) {
      if (apart === void 0 || Boolean(apart[n]) === held) kept.push(n - passed);
    }
    passed += frames;
    if (kept.length === 0) continue;
    if (first === 0) seen.push({ place: placeOf(field, span), ...limits });
    const whole3 = kept.length === frames && field.values instanceof Float32Array ? field.values : void 0;
    const values = whole3 ?? takeFrames(field.values, kept, plane);
    const piece = { name, values, time: kept.length, first, height, width, ...limits };
    yield { ...piece, ...cap !== null && { limit: cap } };
    first += kept.length;
  }
}
function takeFrames(values, frames, plane) {
  const out = new Float32Array(frames.length * plane);
  for (const [to, n] of frames.entries()) out.set(values.subarray(n * plane, (n + 1) * plane), to * plane);
  return out;
}
function limitsOf(plan, { units, interval, span }) {
  const { wet, clutter } = plan.limits === "mm h-1" ? rainLimits(void 0) : rainLimits(span);
  const scale = plan.limits ? 1 : precipitationFactor(units, rateUnits, interval === void 0 ? {} : { interval });
  const { wetThreshold, largestRate } = plan;
  return {
    wetThreshold: wetThreshold === null ? wet : wetThreshold * scale,
    largestRate: largestRate === null ? clutter : largestRate * scale
  };
}

// generative/downscaling/events/take-tiles.ts
var LARGE_DATA = 256e6;
async function storeFolder(plan, fields3, asked) {
  if (asked === null) return void 0;
  if (asked === void 0 && (plan.out === "" || await dataBytes(plan, fields3) <= LARGE_DATA)) return void 0;
  const folder = asked === void 0 ? join3(plan.out, "tiles") : resolve2(asked);
  checkFolder(folder);
  return folder;
}
async function takeTiles({ part, rng: rng2 }, { plan, fields: fields3, hashes, store, signal }) {
  const seen = [];
  const events = async function* () {
    for await (const piece of readEvents(plan, part, fields3, seen)) {
      signal?.throwIfAborted();
      yield piece;
    }
  };
  const size = { size: plan.tile };
  if (store === void 0) return { tiles: await cutTiles(events(), rng2, size), seen };
  mkdirSync(store, { recursive: true });
  const limit = plan.cap === null ? {} : { limit: plan.cap };
  const path = join3(store, nameOf(plan, part, hashes));
  const { tiles, notes } = await storeTiles(path, events, rng2, {
    ...size,
    ...limit,
    notes: () => seen
  });
  return { tiles, seen: notes };
}
function nameOf(plan, part, hashes) {
  const { variable, units, interval, time, every, wetThreshold, largestRate, limits, tile, validate } = plan;
  const decides = { variable, units, interval, time, every, wetThreshold, largestRate, limits, tile, validate };
  const text2 = JSON.stringify([1, part, labelsOf(plan).map((label) => basename3(label)), hashes, decides]);
  return `${createHash4("sha256").update(text2).digest("hex").slice(0, 20)}.safetensors`;
}

// generative/downscaling/record-training.ts
import { basename as basename4, join as join4 } from "node:path";

// generative/downscaling/training-batch.ts
function trainingBatch(archive, stream, recipe, normalization, process3 = processOfModel(recipe.process), names2 = archiveList(recipe.archives ?? [])) {
  const { crop } = recipe;
  const { rain, background, condition } = cropsOf(archive, stream, recipe, normalization, names2);
  if (recipe.dropout) withhold(condition, stream.split("dropout"), recipe, normalization);
  const { unit: unit2 = 1, divisor: divisor2 = 1 } = normalization;
  const residual = rain.map((r, i) => Math.log1p(r / unit2) / divisor2 - background[i]);
  const noise2 = stream.split("noise").normal(new Float32Array(rain.length));
  const probabilities = stream.split("sigma").stratified(recipe.batch);
  const sigma = process3.trainingLevels(probabilities, normalization.sigmaData, recipe.noise);
  const shape = recipe.term === null ? void 0 : directionShape(recipe.term, crop);
  const directions = shape === void 0 ? [] : [drawDirections(stream.split("directions"), shape)];
  return [residual, condition, noise2, sigma, background, ...directions];
}
function cropsOf(archive, stream, recipe, normalization, names2 = archiveList(recipe.archives ?? [])) {
  const { batch, crop, factor: factor2, archives: archives2 } = recipe;
  const rain = drawCrops(archive, stream.split("crops"), { count: batch, size: crop, factor: factor2 });
  const coarse = blockMean(rain, batch, crop, crop, factor2);
  const side = crop / factor2;
  const told = archives2 && {
    names: names2,
    of: Array.from(
      tilesDrawn(archive, stream.split("crops"), batch),
      (tile) => names2.indexOf(archives2[eventOf(archive, tile)])
    )
  };
  return { rain, coarse, ...conditionsOf(coarse, batch, side, side, normalization, told) };
}
function withhold(condition, stream, { batch, crop, dropout: dropout2 = 0 }, { conditionMean, conditionStd }) {
  const channels = condition.length / (batch * crop ** 2);
  const value = (WITHHELD - conditionMean) / conditionStd;
  for (const [image, u] of stream.uniform(batch).entries()) {
    if (u >= dropout2) continue;
    const end = (image + 1) * crop ** 2 * channels;
    for (let i = image * crop ** 2 * channels; i < end; i += channels) condition.fill(value, i, i + 2);
  }
}
var WITHHELD = -1;

// generative/downscaling/generator/lesson.ts
var lessonOf = (parts) => parts.recipe.generator === "one-step" ? oneStepLesson(parts) : diffusionLesson(parts);
function diffusionLesson({ archive, recipe, normalization, network: network2, process: process3, names: names2 }) {
  const { batch, crop, term: term2 } = recipe;
  const { sigmaData } = normalization;
  const directions = term2 === null ? void 0 : directionShape(term2, crop);
  const image = (channels) => ({ shape: [batch, crop, crop, channels] });
  const conditions = image(2 + names2.length);
  return {
    inputs: [
      image(1),
      conditions,
      image(1),
      { shape: [batch] },
      ...term2 === null ? [] : [image(1)],
      ...directions === void 0 ? [] : [{ shape: directions }]
    ],
    loss: denoisingLoss(network2, {
      sigmaData,
      process: process3,
      edges: quartileEdges(process3, sigmaData, recipe.noise),
      ...term2 && { term: term2 }
    }),
    initialize: (rng2) => network2.initialize(rng2),
    batch(stream) {
      const inputs = trainingBatch(archive, stream, recipe, normalization, process3, names2);
      return term2 === null ? inputs.slice(0, 4) : inputs;
    }
  };
}
function oneStepLesson({ archive, recipe, normalization, network: network2, names: names2, wetThreshold }) {
  const { batch, crop } = recipe;
  const { members, scales, term: term2, cut } = recipe.oneStep;
  const { factor: factor2, sigmaData, unit: unit2 = 1 } = normalization;
  const directions = term2 === null ? [] : directionShapes(term2);
  const sides = noiseSidesOf(network2);
  const image = (channels, side = crop, count2 = batch) => ({ shape: [count2, side, side, channels] });
  return {
    inputs: [
      image(1),
      image(2 + names2.length),
      image(1),
      image(1, crop / factor2),
      image(sides.length, crop, members * batch),
      ...directions.map((shape) => ({ shape }))
    ],
    loss: oneStepLoss(network2, {
      sigmaData,
      factor: factor2,
      unit: unit2,
      members,
      scales,
      ...term2 && { term: term2 },
      ...cut && { cut: wetThreshold }
    }),
    initialize: (rng2) => initializeOneStep(network2, rng2),
    batch(stream) {
      const { rain, coarse, background, condition } = cropsOf(archive, stream, recipe, normalization, names2);
      const truth = rain.map((r) => Math.log1p(r / unit2));
      const noise2 = noiseBatch(stream.split("noise"), members * batch, crop, crop, sides);
      const drawn2 = drawAllDirections(stream.split("directions"), directions);
      return [truth, condition, background, coarse, noise2, ...drawn2];
    }
  };
}

// generative/downscaling/generator/loop.ts
async function runTraining(o) {
  const { lesson, recipe, from, judge: judge2, batches, device = "cpu", threads = 1 } = o;
  const { onProgress, progressEvery = 50, signal } = o;
  const { steps, peakRate: peak, finalRate: final, warmup: warmup2, beta2: beta22 = 0.99 } = recipe;
  const learningRate = warmupCosine({ peak, final, steps, warmup: warmup2 });
  const trainer = await compileTraining(
    {
      parameters: o.parameters,
      inputs: lesson.inputs,
      loss: lesson.loss,
      optimizer: adam({ beta1: 0.9, beta2: beta22, epsilon: 1e-8, learningRate }),
      clipNorm: recipe.clipNorm,
      ema: { decay: recipe.emaDecay, warmup: true }
    },
    { device, threads }
  );
  try {
    if (from !== void 0) trainer.load(from.state);
    let { best, worse = 0 } = from ?? {};
    const exhausted = () => judge2 !== void 0 && judge2.patience !== null && worse >= judge2.patience;
    const now = () => {
      const state = trainer.state();
      checkSound(o.caller, state);
      return { state, best, worse };
    };
    const checkpoint = () => o.checkpointOf(now());
    const judged = async ({ scores: score, least }) => {
      const { state } = now();
      const scores = await score(state);
      worse = best === void 0 || least(scores) < least(best.scores) ? 0 : worse + 1;
      if (worse === 0) best = { step: state.step, scores, parameters: singles(state.ema) };
      return scores;
    };
    const sums = /* @__PURE__ */ new Map();
    let summed = 0;
    let step = trainer.state().step;
    while (step < steps && !exhausted() && !signal?.aborted) {
      const report = await trainer.step(lesson.batch(batches.split(step)));
      step++;
      summed++;
      for (const [name, value] of Object.entries({ ...report.metrics, loss: report.loss })) {
        sums.set(name, (sums.get(name) ?? 0) + value);
      }
      const due = judge2 !== void 0 && (step % judge2.every === 0 || step === steps);
      const validation = due ? await judged(judge2) : void 0;
      if (onProgress === void 0 || step % progressEvery !== 0 && step !== steps && !due) continue;
      const { loss = Number.NaN, ...metrics } = Object.fromEntries([...sums].map(([k, v]) => [k, v / summed]));
      const { gradientNorm, learningRate: learningRate2 } = report;
      const told = { step, steps, loss, metrics, gradientNorm, learningRate: learningRate2, checkpoint };
      await onProgress({ ...told, ...validation !== void 0 && { validation } });
      sums.clear();
      summed = 0;
    }
    const last = checkpoint();
    const status = step === steps ? "finished" : exhausted() ? "stopped" : "aborted";
    return { status, checkpoint: last, best: best && { step: best.step, scores: best.scores } };
  } finally {
    await trainer.dispose();
  }
}
function following({ device, threads, onProgress, progressEvery, signal }) {
  return {
    ...device && { device },
    ...threads !== void 0 && { threads },
    ...onProgress && { onProgress },
    ...progressEvery !== void 0 && { progressEvery },
    ...signal && { signal }
  };
}
var singles = (vectors) => Object.fromEntries(Object.entries(vectors).map(([name, values]) => [name, Float32Array.from(values)]));

// generative/downscaling/presets/wassdiff.ts
var STEPS = 12e4;
var WARMUP = 5e3;
var wassdiff = {
  batch: 12,
  crop: 256,
  network: { baseChannels: 128, multipliers: [1, 2, 2, 2], blocks: 4, attention: true },
  steps: STEPS,
  unit: 1 / 24,
  divisor: 5,
  target: "field",
  dropout: 0.1,
  process: "ve-discrete",
  term: { kind: "batch-sliced", weight: 0.2, gate: null, mixed: true, directions: 100 },
  peakRate: 2e-4,
  finalRate: 2e-4,
  warmup: WARMUP,
  clipNorm: 1,
  beta2: 0.999,
  emaDecay: 0.999,
  sampling: { method: "predictor-corrector", evaluations: 2e3 }
};
var presets = { wassdiff };
function withPreset(options) {
  const { preset, ...given2 } = options;
  if (preset === void 0) return given2;
  if (!Object.hasOwn(presets, preset)) {
    throw new OptionsError(`preset is ${JSON.stringify(preset)}, expected "wassdiff"`, "preset", preset);
  }
  if (given2.generator === "one-step") {
    const text2 = `preset is "${preset}", a recipe of diffusion, but generator is "one-step"; leave one of them out`;
    throw new OptionsError(text2, "preset", preset);
  }
  const behind = presets[preset];
  const said = Object.fromEntries(Object.entries(given2).filter(([, value]) => value !== void 0));
  const { steps } = given2;
  const warmup2 = steps === void 0 ? WARMUP : Math.min(WARMUP, Math.ceil(steps * WARMUP / STEPS));
  const network2 = { ...behind.network, ...given2.network };
  return { ...behind, warmup: warmup2, ...said, network: network2 };
}

// generative/one-step/settings.ts
function resolveOneStep(caller, o, crop) {
  const { members = 2, scales = [1, 2], term: term2 = null, cut = false } = o;
  if (term2 !== null) checkSampleTerm(caller, term2, crop);
  if (!(Number.isInteger(members) && members >= 2)) {
    const text3 = `${caller}: oneStep.members is ${members}, expected a whole number \u2265 2`;
    throw new OptionsError(text3, "members", members);
  }
  const wrong = scales.find((k) => !(Number.isInteger(k) && k > 0 && crop % k === 0));
  if (scales.length > 0 && wrong === void 0) return { members, scales, term: term2, ...cut && { cut } };
  const text2 = `${caller}: oneStep.scales is [${scales.join(", ")}], expected divisors of the crop, ${crop}`;
  throw new OptionsError(text2, "scales", scales);
}

// generative/downscaling/validation.ts
var COUNT2 = whole(1, 2 ** 31);
var SEVERAL = whole(2, 2 ** 31);
var validationCheck = record({
  every: COUNT2,
  images: COUNT2,
  members: SEVERAL,
  evaluations: COUNT2,
  patience: either(among(null), COUNT2)
});
var validationChoicesCheck = record({
  every: optional(COUNT2),
  images: optional(COUNT2),
  members: optional(SEVERAL),
  evaluations: optional(COUNT2),
  patience: optional(COUNT2)
});
function resolveValidation(caller, steps, o, usual = 8) {
  const { every = Math.max(1, Math.ceil(steps / 10)), images = 16, members = usual, ...rest } = o.validation ?? {};
  const { evaluations = o.generator === "one-step" ? 1 : 8, patience = null } = rest;
  const resolved = { every, images, members, evaluations, patience };
  const complaint = validationCheck(resolved, "validation");
  if (complaint !== void 0) throw new OptionsError(`${caller}: ${complaint}`, "validation", o.validation);
  if (o.generator !== "one-step") levelsFor("dpm++2m", evaluations);
  return resolved;
}
var scoresCheck = record({ crps: real(0), spreadSkill: either(among(null), real(0)) });
async function validateDownscaler(model, archive, options) {
  const { seed, images, members, evaluations, archives: archives2, wetThreshold = 0.1 } = options;
  const method = "dpm++2m";
  const { size, count: count2 } = archive;
  const { factor: factor2 } = model.configuration.normalization;
  const [pixels, side] = [size * size, size / factor2];
  const chosen = rng(seed).split("validation").permutation(count2).subarray(0, images).sort();
  const truth = new Float64Array(chosen.length * pixels);
  const first = new Float64Array(members * truth.length);
  const last = new Float64Array(members * truth.length);
  for (const [n, tile] of chosen.entries()) {
    const fine = tileOf(archive, tile);
    truth.set(fine, n * pixels);
    const coarse = { values: blockMean(fine, 1, size, size, factor2), height: side, width: side };
    const told = archives2 && { archive: archives2[eventOf(archive, tile)] };
    const taken = model.generator === "diffusion" && { evaluations, method };
    const one = { seed, frame: tile, members, ...taken, wetThreshold, force: true, ...told };
    const { values: drawn2 } = await model.sample(coarse, one);
    for (let m = 0; m < members; m++) {
      for (let i = 0; i < pixels; i++) {
        const value = drawn2[m * pixels + i];
        first[m * truth.length + n * pixels + i] = value;
        last[(n * pixels + i) * members + m] = value;
      }
    }
  }
  const points = truth.length;
  const crps = meanCrps({ values: last, shape: [points, members] }, { values: truth, shape: [points] });
  const { variance, squaredError } = spreadAndError(first, truth, members);
  const spread2 = (members + 1) / members * variance / squaredError;
  return { crps, spreadSkill: squaredError > 0 ? Math.sqrt(spread2) : null };
}

// generative/downscaling/recipe.ts
var networkOf = (network2, archives2 = [], generator2 = "diffusion") => {
  const inputChannels = ownChannels(generator2) + 2 + archives2.length;
  const fixed = archives2.length > 0 || generator2 === "one-step";
  return { inputChannels, outputChannels: 1, ...network2, ...fixed && { inputChannels } };
};
function resolveRecipe(options, process3, archivesOf, judged) {
  const {
    seed = 0,
    steps = 2e3,
    factor: factor2 = 4,
    batch = 16,
    crop = 32,
    network: network2 = {},
    unit: unit2 = "measured",
    term: term2 = null,
    noise: noise2 = {},
    peakRate: peakRate2 = 1e-3,
    finalRate: finalRate2 = 1e-5,
    warmup: warmup2 = 100,
    clipNorm: clipNorm2 = 1,
    emaDecay: emaDecay2 = 0.998,
    dropout: dropout2 = 0,
    divisor: divisor2 = 1,
    target: target2 = "residual",
    beta2: beta22 = 0.99,
    sampling: sampling3
  } = options;
  for (const [name, value] of Object.entries({ steps, factor: factor2, batch, crop })) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new OptionsError(`trainDownscaler: ${name} is ${value}, expected a positive integer`, name, value);
  }
  const kind = checkKind("trainDownscaler", options, crop);
  process3.trainingLevels([0.5], 1, noise2);
  if (term2 !== null) checkTerm("trainDownscaler", term2, crop);
  checkField("trainDownscaler", { dropout: dropout2, divisor: divisor2, target: target2 });
  const sizes = {
    seed,
    steps,
    factor: factor2,
    batch,
    crop,
    network: network2,
    ...unit2 !== 1 && { unit: unit2 },
    ...archivesOf && { archives: archivesOf },
    ...dropout2 !== 0 && { dropout: dropout2 },
    ...divisor2 !== 1 && { divisor: divisor2 },
    ...target2 !== "residual" && { target: target2 },
    ...beta22 !== 0.99 && { beta2: beta22 },
    ...sampling3 && { sampling: sampling3 },
    ...kind,
    ...judged && { validation: resolveValidation("trainDownscaler", steps, options) }
  };
  return { ...sizes, term: term2, process: process3.name, noise: noise2, peakRate: peakRate2, finalRate: finalRate2, warmup: warmup2, clipNorm: clipNorm2, emaDecay: emaDecay2 };
}
function checkKind(caller, o, crop) {
  const fail = (name, value, hint) => {
    throw new OptionsError(`${caller}: ${name} is ${JSON.stringify(value)}; ${hint}`, name, value);
  };
  const { generator: generator2 = "diffusion" } = o;
  if (!generatorNames.includes(generator2)) fail("generator", generator2, `expected ${generatorNames.join(" or ")}`);
  if (generator2 === "diffusion") {
    if (o.oneStep !== void 0) fail("oneStep", o.oneStep, 'it goes with generator: "one-step"');
    if (o.network?.levelNoise) fail("network.levelNoise", true, 'it goes with generator: "one-step"');
    return {};
  }
  checkNoProcess(caller, o.process);
  if (o.term) fail("term", o.term, "that of a one-step generator is oneStep.term, between samples");
  const { noise: noise2, sampling: sampling3, dropout: dropout2 = 0, divisor: divisor2 = 1, target: target2 = "residual", validation } = o;
  const others = { noise: noise2, sampling: sampling3, dropout: dropout2 || void 0, divisor: divisor2 === 1 ? void 0 : divisor2 };
  const { evaluations = 1 } = validation ?? {};
  const judged = { "validation.evaluations": evaluations === 1 ? void 0 : evaluations };
  const foreign = { ...others, target: target2 === "residual" ? void 0 : target2, ...judged };
  for (const [name, value] of Object.entries(foreign)) {
    if (value !== void 0) fail(name, value, "it belongs to diffusion; leave it out");
  }
  return { generator: generator2, oneStep: resolveOneStep(caller, o.oneStep ?? {}, crop) };
}
function checkField(caller, { dropout: dropout2 = 0, divisor: divisor2 = 1, target: target2 = "residual" }) {
  const check = (name, value, holds, expected) => {
    if (!holds) throw new OptionsError(`${caller}: ${name} is ${value}, expected ${expected}`, name, value);
  };
  check("dropout", dropout2, dropout2 >= 0 && dropout2 < 1, "a share from 0 to below 1");
  check("divisor", divisor2, divisor2 > 0 && divisor2 <= 1e6, "a number above 0");
  check("target", target2, target2 === "residual" || target2 === "field", "residual or field");
}
function checkSame(now, then) {
  const old = { process: "edm", unit: 1, generator: "diffusion" };
  for (const name of Object.keys({ ...old, ...now, ...then })) {
    const [a, b] = [JSON.stringify({ ...old, ...now }[name]), JSON.stringify({ ...old, ...then }[name])];
    if (a === b) continue;
    const hint = "resume with the recipe of the checkpoint";
    throw new OptionsError(`trainDownscaler: ${name} is ${a}, the checkpoint has ${b}; ${hint}`, name, now[name]);
  }
}

// generative/downscaling/start.ts
function startFrom(from, recipe) {
  const { network: network2, normalization, archives: archives2, process: process3, generator: generator2, parameters } = "state" in from ? ofCheckpoint(from) : ofModel(from);
  const { factor: factor2, unit: unit2 = 1, divisor: divisor2 = 1 } = normalization;
  const target2 = normalization.whole ? "field" : "residual";
  const fail = (name, now2, then2) => {
    const text2 = `train: ${name} is ${JSON.stringify(now2)}, the model to start from has ${JSON.stringify(then2)}; leave it out`;
    throw new OptionsError(text2, name, now2);
  };
  if ((recipe.generator ?? generator2) !== generator2) fail("generator", recipe.generator, generator2);
  const asked = typeof recipe.process === "object" ? recipe.process.name : recipe.process ?? "edm";
  if (asked !== process3) fail("process", asked, process3);
  if ((recipe.factor ?? factor2) !== factor2) fail("factor", recipe.factor, factor2);
  if ((recipe.unit ?? unit2) !== unit2) fail("unit", recipe.unit, unit2);
  if ((recipe.divisor ?? divisor2) !== divisor2) fail("divisor", recipe.divisor, divisor2);
  if ((recipe.target ?? target2) !== target2) fail("target", recipe.target, target2);
  const sizes = (options) => unet(networkOf(options, archives2, generator2)).options;
  const [now, then] = [sizes(recipe.network ?? network2), sizes(network2)];
  if (JSON.stringify(now) !== JSON.stringify(then)) fail("network", now, then);
  return {
    parameters,
    normalization,
    archives: archives2,
    recipe: { network: recipe.network ?? network2, factor: factor2, unit: unit2, divisor: divisor2, target: target2, generator: generator2 }
  };
}
function ofModel({ configuration, parameters, generator: generator2 }) {
  const { normalization, archives: archives2, process: process3 = "edm" } = configuration;
  return { parameters, normalization, archives: archives2, process: process3, generator: generator2, network: configuration.network };
}
function ofCheckpoint({ recipe, normalization, archives: archives2, state }) {
  const { network: network2, process: process3 = "edm", generator: generator2 = "diffusion" } = recipe;
  const sizes = unet(networkOf(network2, archives2, generator2));
  const parameters = parametersOf("trainDownscaler", sizes, state.parameters);
  return { parameters, normalization, archives: archives2, process: process3, generator: generator2, network: network2 };
}

// generative/downscaling/train.ts
async function trainDownscaler(archive, given2 = {}) {
  const options = withPreset(given2);
  const { device = "cpu", threads = 1, resume, places: places2 = [], validate } = options;
  if (resume && options.start) throw new OptionsError("trainDownscaler: both resume and start are given", "start");
  const process3 = noiseProcess(options.process);
  const { recipe, names: names2, start } = setUp(archive, options);
  const root = rng(recipe.seed);
  const network2 = unet(networkOf(recipe.network, names2, recipe.generator));
  const { factor: factor2, unit: unit2, validation: how } = recipe;
  const kept = resume?.normalization ?? start?.normalization;
  const field = fieldOf(recipe);
  const normalization = kept ?? measureNormalization(archive, factor2, root.split("measure"), { ...unit2 && { unit: unit2 }, field });
  const { wetThreshold = 0.1 } = options;
  const lesson = lessonOf({ archive, recipe, normalization, network: network2, process: process3, names: names2, wetThreshold });
  const run = { device, threads, ...recipe.generator !== "one-step" && { process: process3 } };
  const seen = trainedOn(archive, factor2, places2);
  const told = names2.length > 0 && { archives: names2 };
  const checkpointOf = ({ state, best, worse }) => ({
    recipe,
    normalization,
    ...told,
    trainedOn: seen,
    state,
    ...best && { best, worse }
  });
  const judge2 = async (held, state) => {
    const model = downscalerOf({ recipe, normalization, ...told, trainedOn: seen, state }, { last: true, ...run });
    const archives2 = recipe.archives?.slice(archive.events.length);
    const scores = await validateDownscaler(model, held, { seed: recipe.seed, archives: archives2, wetThreshold, ...how });
    await model.dispose();
    return scores;
  };
  const ended = await runTraining({
    ...following(options),
    caller: "trainDownscaler",
    lesson,
    parameters: start ? inNetworkOrder(network2, start.parameters) : lesson.initialize(root.split("network")),
    recipe,
    batches: root.split("batch"),
    ...resume && { from: resume },
    ...validate && {
      judge: { ...how, scores: (state) => judge2(validate, state), least: ({ crps }) => crps }
    },
    checkpointOf
  });
  return { ...ended, downscaler: downscalerOf(ended.checkpoint, run) };
}
function setUp(archive, options) {
  const { resume, validate } = options;
  const process3 = noiseProcess(options.process);
  const start = options.start && startFrom(options.start, options);
  const events = [archive, ...validate ? [validate] : []].flatMap((one) => one.events.map(({ name }) => name));
  const known2 = (start ?? resume)?.archives;
  const told = options.archives ?? (known2 && true);
  const archives2 = told && archivesOfEvents(told, events, known2);
  const names2 = known2 ?? archiveList((archives2 ?? []).slice(0, archive.events.length));
  const strange = archives2?.find((name) => !names2.includes(name));
  if (strange !== void 0) {
    const hint = `training has ${names2.join(", ")}; name one of them for each event of \`validate\`, behind those of the data`;
    throw new OptionsError(
      `trainDownscaler: \`archives\` has "${strange}" to validate by; ${hint}`,
      "archives",
      archives2
    );
  }
  const chosen = start === void 0 ? options : { ...options, ...start.recipe };
  const recipe = resolveRecipe(chosen, process3, archives2, validate !== void 0);
  if (resume !== void 0) checkSame(recipe, resume.recipe);
  return { recipe, names: names2, start };
}
function downscalerOf({ recipe, normalization, archives: archives2, trainedOn: seen, state, best }, options = {}) {
  const { raw = false, last = raw, ...run } = options;
  const { process: process3 = "edm", sampling: sampling3, generator: generator2 } = recipe;
  const whole3 = networkOf(recipe.network, archives2, generator2);
  const network2 = archives2 || generator2 === "one-step" ? whole3 : recipe.network;
  const [vectors, step] = best === void 0 || last ? [raw ? state.parameters : state.ema, state.step] : [best.parameters, best.step];
  const parameters = parametersOf("downscalerOf", unet(whole3), vectors);
  const kind = generator2 === "one-step" ? { generator: generator2 } : { process: process3 };
  const draws = sampling3 && { sampling: sampling3 };
  const configuration = { network: network2, normalization, ...kind, ...draws, provenance: { step, recipe } };
  return new Downscaler(
    { ...configuration, ...archives2 && { archives: archives2 }, ...seen && { trainedOn: seen } },
    parameters,
    run
  );
}
var fieldOf = ({ divisor: divisor2, target: target2 }) => ({
  ...divisor2 !== void 0 && { divisor: divisor2 },
  ...target2 === "field" && { whole: true, missing: WITHHELD }
});

// generative/downscaling/training-file.ts
var COUNT3 = whole(1, 2 ** 31);
var RATE = real(0, 1e3);
var recipeChecks = {
  seed: whole(0),
  steps: COUNT3,
  factor: whole(1, 256),
  batch: COUNT3,
  crop: COUNT3,
  network: networkCheck,
  unit: optional(either(among("measured"), positive(1e6))),
  archives: optional(list(text, 1)),
  generator: optional(among(...generatorNames)),
  oneStep: optional(
    record({
      members: optional(whole(2, 1024)),
      scales: optional(list(whole(1, 2 ** 16), 1, 32)),
      term: optional(
        either(
          among(null),
          record({
            kind: among("wasserstein", "unsorted"),
            of: optional(among(...sampleParts)),
            weight: real(0),
            patch: optional(either(whole(2, 2 ** 16), list(whole(2, 2 ** 16), 1, 16))),
            directions: optional(COUNT3),
            tail: optional(positive())
          })
        )
      ),
      cut: optional(among(true, false))
    })
  ),
  term: either(
    among(null),
    record({
      kind: among(...fieldTermKinds),
      weight: real(0),
      gate: optional(either(among(null), real(0))),
      mixed: optional(among(true)),
      directions: optional(COUNT3),
      patch: optional(whole(2, 2 ** 16)),
      scales: optional(list(whole(1, 2 ** 16), 1)),
      tail: optional(positive())
    })
  ),
  process: optional(text),
  noise: record({ median: optional(positive()), spread: optional(positive()) }),
  peakRate: RATE,
  finalRate: RATE,
  warmup: whole(0, 2 ** 31),
  clipNorm: positive(),
  emaDecay: real(0, 1),
  target: optional(among("residual", "field")),
  divisor: optional(positive(1e6)),
  dropout: optional(real(0, 1)),
  beta2: optional(real(0, 1)),
  sampling: optional(samplingCheck),
  validation: optional(validationCheck)
};
var recipeCheck = record(recipeChecks);
var plainCheck = record({
  recipe: recipeCheck,
  normalization: normalizationCheck,
  archives: optional(list(text, 1)),
  trainedOn: optional(trainedOnCheck),
  best: optional(record({ step: COUNT3, scores: scoresCheck })),
  worse: optional(whole(0))
});
var BEST = "best";
async function saveTraining(directory, checkpoint) {
  const { state, best, ...rest } = checkpoint;
  const plain = { ...rest, ...best && { best: { step: best.step, scores: best.scores } } };
  const tensors2 = { ...stateTensors(state), ...best && groupTensors(BEST, best.parameters) };
  const complaint = plainCheck(plain, "checkpoint") ?? complaintOf(new Map(Object.entries(tensors2)), plain);
  if (complaint !== void 0) throw new DomainError(`saveTraining: ${complaint}; the checkpoints before it are kept`);
  return saveCheckpoint(directory, { step: state.step, tensors: tensors2, state: { ...plain } });
}
async function loadTraining(path) {
  const { step, tensors: tensors2, state } = await loadCheckpoint(path);
  const fail = (message) => {
    throw new FormatError(path, "checkpoint", message, "give a file written by saveTraining that was not changed");
  };
  const wrong = plainCheck(state, "the checkpoint");
  if (wrong !== void 0) fail(wrong);
  const { best, ...plain } = state;
  const complaint = complaintOf(tensors2, { best, ...plain });
  if (complaint !== void 0) fail(complaint);
  if (step > plain.recipe.steps) fail(`it is of step ${step}, but the recipe ends at ${plain.recipe.steps}`);
  const network2 = unet(networkOf(plain.recipe.network, plain.archives, plain.recipe.generator));
  const found = best && { best: { ...best, parameters: groupOf(tensors2, network2, BEST) } };
  return { ...plain, ...found, state: stateOf(tensors2, network2, step) };
}
function complaintOf(tensors2, plain) {
  if (plain.recipe.factor !== plain.normalization.factor) {
    return `the recipe refines by ${plain.recipe.factor}, the normalization by ${plain.normalization.factor}`;
  }
  return stateComplaint(
    tensors2,
    unet(networkOf(plain.recipe.network, plain.archives, plain.recipe.generator)),
    plain.best ? [BEST] : []
  );
}

// generative/downscaling/record-training.ts
var LOG_EVERY = 10;
async function recordTraining(run, archive, o) {
  const { recipe, threads, device, signal, resume, start, validate, wetThreshold, places: places2, onProgress } = o;
  const began = performance.now();
  const log = lossLog(run);
  let step = resume?.state.step ?? 0;
  const ended = () => ({ step, loss: log.last(), seconds: (performance.now() - began) / 1e3 });
  const running = {
    threads,
    device,
    ...signal && { signal },
    ...places2 && { places: places2 },
    ...resume && { resume },
    ...start && { start },
    ...validate && { validate },
    ...wetThreshold !== void 0 && { wetThreshold },
    progressEvery: 1,
    onProgress: async (progress) => {
      step = progress.step;
      const loss = log.add(progress);
      await onProgress?.({ ...progress, loss });
      const due = step % o.checkpointEvery === 0 && step < progress.steps;
      if (run && due) await saveTraining(run.directory, progress.checkpoint());
    }
  };
  try {
    const { status, checkpoint, downscaler, best } = await trainDownscaler(archive, { ...recipe, ...running });
    const model = await withProvenance(downscaler, o);
    const end = { status, ...ended(), ...best && { best } };
    if (run === void 0) return { ...end, downscaler: model };
    await saveTraining(run.directory, checkpoint);
    if (status !== "aborted") await finishWithModel(run, model, end, o.onFinish);
    return { ...end, downscaler: model };
  } catch (error) {
    return finishDiverged(run, error, ended);
  }
}
async function withProvenance(trained, { provenance, threads, device }) {
  const { configuration, parameters, process: process3 } = trained;
  await trained.dispose();
  const whole3 = { ...configuration, provenance: { ...configuration.provenance, ...provenance } };
  return new Downscaler(whole3, parameters, { threads, device, ...process3 && { process: process3 } });
}
function lossLog(run) {
  const sums = /* @__PURE__ */ new Map();
  let count2 = 0;
  let logged;
  const current = () => logged ?? (sums.get("loss") ?? Number.NaN) / count2;
  return {
    add({ step, steps, loss, metrics, gradientNorm, learningRate, validation }) {
      if (validation) run?.log({ step, validation });
      count2++;
      for (const [name, v] of Object.entries({ loss, ...metrics })) sums.set(name, (sums.get(name) ?? 0) + v);
      if (step % LOG_EVERY !== 0 && step !== steps) return current();
      const means = Object.fromEntries([...sums].map(([name, sum]) => [name, sum / count2]));
      run?.log({ step, ...means, gradientNorm, learningRate });
      logged = means["loss"];
      sums.clear();
      count2 = 0;
      return logged;
    },
    last: current
  };
}
async function finishWithModel(run, model, end, onFinish) {
  const path = join4(run.directory, modelName);
  await model.save(path);
  await onFinish?.(run.directory);
  await run.finish({ ...end, model: modelName, sha256: await fileHash(path) });
}
async function finishDiverged(run, error, ended) {
  if (!(error instanceof ConvergenceError && error.status === "diverged")) throw error;
  const end = { status: "diverged", ...ended(), reason: error.message };
  const kept = run && await latestCheckpoint(run.directory);
  await run?.finish({ ...end, checkpoint: kept === void 0 ? null : basename4(kept) });
  return { ...end, downscaler: void 0 };
}

// generative/downscaling/training-plan.ts
import { availableParallelism } from "node:os";
import { join as join5, resolve as resolve3 } from "node:path";
var termKind = (flag) => flag === "w1" ? "wasserstein" : flag;
var orNull = (check) => either(among(null), check);
var count = whole(1);
var range2 = list(whole(0), 2, 2);
var { network, unit, archives, term, process: process2, noise, peakRate, finalRate, warmup, clipNorm, emaDecay } = recipeChecks;
var { generator, oneStep: oneStep2, target, divisor, dropout, beta2, sampling } = recipeChecks;
var timeCheck = either(record({ dates: list(orNull(text), 2, 2) }), record({ indices: range2 }));
var planCheck = record({
  data: list(text, 1),
  variable: orNull(text),
  units: orNull(text),
  interval: orNull(either(among("time"), list(positive(), 1))),
  time: orNull(timeCheck),
  every: count,
  cap: orNull(count),
  wetThreshold: orNull(real(0)),
  largestRate: optional(orNull(positive())),
  limits: optional(among("mm h-1")),
  factor: whole(2, 256),
  tile: count,
  crop: count,
  batch: count,
  channels: whole(8, 4096),
  steps: whole(1, 2 ** 31),
  seed: whole(0),
  term: among("none", "w1", ...fieldTermKinds),
  weight: real(0),
  threads: count,
  device: among("cpu", "webgpu", "cuda"),
  out: text,
  name: text,
  recipe: optional(
    record({
      network: optional(network),
      unit,
      archives,
      generator,
      oneStep: oneStep2,
      term: optional(term),
      process: process2,
      noise: optional(noise),
      peakRate: optional(peakRate),
      finalRate: optional(finalRate),
      warmup: optional(warmup),
      clipNorm: optional(clipNorm),
      emaDecay: optional(emaDecay),
      validation: optional(validationChoicesCheck),
      target,
      divisor,
      dropout,
      beta2,
      sampling
    })
  ),
  allowExternal: optional(among(true)),
  fields: optional(among(true)),
  start: optional(text),
  validate: optional(either(timeCheck, list(text, 1))),
  dataSha256: optional(list(text)),
  startSha256: optional(text)
});
var HALVINGS = 4;
var CROP = 32;
var TILE = 64;
function resolvePlan(data, given2, { fields: fields3 = false, held, start } = {}) {
  const o = withPreset(given2);
  const { normalization, archives: archives2, network: sizes } = start?.configuration ?? {};
  const known2 = archives2 ?? (start && o.archives !== true ? o.archives : void 0);
  const { factor: factor2 = normalization?.factor ?? 4, term: term2 = null } = o;
  const network2 = o.network ?? (sizes && sizesOf(sizes)) ?? {};
  const { baseChannels: channels = 24, ...otherNetwork } = network2;
  const interval = typeof o.interval === "number" ? [o.interval] : o.interval ?? null;
  const side = leastCommonMultiple(factor2, HALVINGS);
  const crop = o.crop ?? Math.ceil(CROP / side) * side;
  const tile = o.tile ?? Math.max(crop, Math.floor(TILE / factor2) * factor2);
  const check = (option, value, holds, expected) => {
    if (!holds) throw new OptionsError(`train: ${option} is ${value}; ${expected}`, option, value);
  };
  const positiveWhole = { factor: factor2, crop, tile, every: o.every ?? 1, cap: o.cap ?? 1, threads: o.threads ?? 1 };
  for (const [name, value] of Object.entries(positiveWhole)) {
    check(name, value, Number.isSafeInteger(value) && value > 0, "expected a positive whole number");
  }
  for (const name of ["wetThreshold", "largestRate"]) {
    const value = o[name] ?? 1;
    check(name, value, value >= 0 && Number.isFinite(value), "expected a number from 0 on, in the units of the data");
  }
  check("crop", crop, crop % side === 0, `it must be a multiple of ${side}`);
  check("tile", tile, tile % factor2 === 0 && tile >= crop, `it must be a multiple of ${factor2} and at least ${crop}`);
  check("channels", channels, channels % 8 === 0, "it must be a multiple of 8 (it is `network.baseChannels`)");
  if (term2 !== null) checkTerm("train", term2, crop);
  checkField("train", o);
  const files = data.length + (held?.length ?? 0);
  const fits = interval === null || interval === "time" || interval.length === 1 || interval.length === files;
  check("interval", interval, fits, `it must be one value, or ${files}, one a file`);
  const { unit: unit2 = normalization ? normalization.unit ?? 1 : "measured" } = o;
  check("unit", unit2, unit2 === "measured" || unit2 > 0 && unit2 < 1e6, 'expected mm/h above 0, or "measured"');
  if (fields3) check("variable", o.variable, o.variable === void 0, "it must be left out: the data are fields");
  const told = o.archives ?? (known2 && true);
  const names2 = told && archivesOfEvents(told, [...data, ...held ?? []], known2);
  const rest = { ...restOfRecipe({ ...o, unit: unit2 }, otherNetwork), ...names2 && { archives: names2 } };
  const validate = held ? held.map((path) => fields3 ? path : resolve3(path)) : o.validate;
  if (o.validation !== void 0)
    check("validation", JSON.stringify(o.validation), validate !== void 0, "it needs `validate`");
  return {
    data: fields3 ? data : data.map((path) => resolve3(path)),
    variable: o.variable ?? null,
    units: o.units ?? null,
    interval,
    time: o.time ?? null,
    every: o.every ?? 1,
    cap: o.cap ?? null,
    wetThreshold: o.wetThreshold ?? null,
    largestRate: o.largestRate ?? null,
    factor: factor2,
    tile,
    crop,
    batch: o.batch ?? 16,
    channels,
    steps: o.steps ?? 2e3,
    seed: o.seed ?? 0,
    term: term2 === null ? "none" : term2.kind === "wasserstein" ? "w1" : term2.kind,
    weight: term2?.weight ?? 0,
    threads: o.threads ?? Math.min(8, availableParallelism()),
    device: o.device ?? "cpu",
    out: o.out === void 0 ? "" : resolve3(o.out),
    name: o.name ?? "train",
    ...Object.keys(rest).length > 0 && { recipe: rest },
    ...o.allowExternal && { allowExternal: true },
    ...fields3 && { fields: fields3 },
    ...start && { start: start.path },
    ...validate && { validate }
  };
}
var sizesOf = ({ inputChannels: _in, outputChannels: _out, ...sizes }) => sizes;
function restOfRecipe(o, network2) {
  const { unit: unit2 = 1, noise: noise2, peakRate: peakRate2, finalRate: finalRate2, warmup: warmup2, clipNorm: clipNorm2, emaDecay: emaDecay2, validation, term: term2 } = o;
  const { generator: generator2, oneStep: oneStep3, target: target2, divisor: divisor2, dropout: dropout2, beta2: beta22, sampling: sampling3 } = o;
  const process3 = typeof o.process === "object" ? o.process.name : o.process;
  const kind = { generator: generator2 === "diffusion" ? void 0 : generator2, oneStep: oneStep3 };
  const shown2 = { ...kind, target: target2, divisor: divisor2, dropout: dropout2, beta2: beta22, sampling: sampling3 };
  const chosen = { process: process3, noise: noise2, peakRate: peakRate2, finalRate: finalRate2, warmup: warmup2, clipNorm: clipNorm2, emaDecay: emaDecay2, validation, ...shown2 };
  return {
    ...Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== void 0)),
    ...Object.keys(network2).length > 0 && { network: network2 },
    ...unit2 !== 1 && { unit: unit2 },
    ...term2 && Object.keys(term2).length > 2 && { term: term2 }
  };
}
function choicesOf(plan) {
  const { variable, units, interval, time, cap, every, wetThreshold, largestRate, tile, threads, device, out, name } = plan;
  const { validate } = plan;
  return {
    unit: 1,
    ...named(plan.recipe),
    ...recipeBase(plan),
    ...variable !== null && { variable },
    ...units !== null && { units },
    ...interval !== null && { interval },
    ...time !== null && { time },
    ...cap !== null && { cap },
    ...plan.allowExternal && { allowExternal: true },
    ...validate !== void 0 && !Array.isArray(validate) && { validate },
    ...wetThreshold !== null && { wetThreshold },
    ...largestRate !== null && largestRate !== void 0 && { largestRate },
    ...{ every, tile, threads, device, out, name }
  };
}
var named = (recipe = {}) => recipe;
function recipeBase(plan) {
  const { seed, steps, factor: factor2, batch, crop, channels, term: term2, weight, recipe = {} } = plan;
  const network2 = { baseChannels: channels, ...recipe.network };
  return {
    seed,
    steps,
    factor: factor2,
    batch,
    crop,
    network: network2,
    term: recipe.term ?? (term2 === "none" ? null : { kind: termKind(term2), weight })
  };
}
function recipeOf(plan) {
  return { warmup: Math.min(100, Math.ceil(plan.steps / 10)), ...named(plan.recipe), ...recipeBase(plan) };
}
async function readPlan(folder) {
  const path = join5(folder, "options.json");
  const stored = await readRunOptions(folder);
  const complaint = planCheck(stored, "options");
  if (complaint !== void 0) {
    const message = `it is no record of \`monge train\` (${complaint})`;
    throw new FormatError(path, "run", message, "name a run that this command began");
  }
  const plan = stored;
  const { dataSha256, startSha256 } = plan;
  const old = plan.limits !== void 0 || plan.largestRate === void 0;
  const resolved = resolvePlan(plan.data, choicesOf(plan), partsOf(plan));
  return {
    ...resolved,
    ...old && { limits: "mm h-1" },
    ...dataSha256 && { dataSha256 },
    ...startSha256 && { startSha256 }
  };
}
function partsOf({ fields: fields3, start, validate }) {
  const held = Array.isArray(validate) ? validate : void 0;
  return { fields: fields3 ?? false, ...held && { held }, ...start !== void 0 && { start: { path: start } } };
}
function checkRecorded(wanted, recorded, folder) {
  for (const name of Object.keys({ ...recorded, ...wanted })) {
    const [now, then] = [JSON.stringify(wanted[name]), JSON.stringify(recorded[name])];
    if (name === "dataSha256" || name === "startSha256" || name === "limits" || now === then) continue;
    const message = `\`resume\`: ${name} is ${now}, but ${folder} has ${then}; leave it out`;
    throw new OptionsError(message, name, wanted[name]);
  }
}

// generative/downscaling/train-rain.ts
async function train(data, options = {}) {
  const { signal, onProgress, onFinish, onStart, checkpointEvery = 500 } = options;
  const { plan, folder, fields: fields3, start } = await planTraining(data, options);
  if (!(Number.isSafeInteger(checkpointEvery) && checkpointEvery > 0)) {
    const message = `train: checkpointEvery is ${checkpointEvery}; expected a positive whole number`;
    throw new OptionsError(message, "checkpointEvery", checkpointEvery);
  }
  if (fields3 === void 0) for (const path of labelsOf(plan)) checkThere(path);
  const own = options.process !== void 0 && { process: options.process };
  const recorded = folder ?? (plan.out || void 0);
  if (recorded !== void 0) checkFolder(recorded);
  let run = folder === void 0 ? void 0 : await openRun(folder);
  const taken = [];
  try {
    const hashes = await hashData(plan, fields3);
    if (folder !== void 0) checkData(folder, plan, hashes);
    const store = await storeFolder(plan, fields3, options.tileStore);
    const random = rng(plan.seed);
    const cut = (part) => takeTiles(part, { plan, fields: fields3, hashes, store, signal });
    const learned = await cut({ part: "learned", rng: random.split("tiles") });
    taken.push(learned.tiles);
    const { tiles: archive, seen } = learned;
    const judged = plan.validate && await cut({ part: "judged", rng: random.split("validation tiles") });
    if (judged) taken.push(judged.tiles);
    signal?.throwIfAborted();
    const resume = folder === void 0 ? void 0 : await loadLatestCheckpoint(folder, loadTraining);
    const begun = { ...plan, dataSha256: hashes, ...start?.file && { startSha256: start.file.sha256 } };
    if (start && resume === void 0) startFrom(start, { ...recipeOf(plan), ...own });
    if (plan.out) run ??= await startRun(begun);
    const directory = run && { run: run.directory };
    onStart?.({ archive, step: resume?.state.step ?? 0, ...directory });
    const { threads, device, variable } = plan;
    const wetThreshold = Math.min(...seen.map((event) => event.wetThreshold));
    const largestRate = Math.max(...seen.map((event) => event.largestRate));
    const trained = await recordTraining(run, archive, {
      recipe: { ...recipeOf(plan), ...own },
      threads,
      device,
      checkpointEvery,
      places: seen.map(({ place: place2 }) => place2),
      wetThreshold,
      provenance: {
        wetThreshold,
        largestRate,
        variable,
        data: plan.data.map((path, i) => ({ file: basename5(path), sha256: hashes[i] })),
        ...plan.start !== void 0 && { start: { file: basename5(plan.start), sha256: begun.startSha256 } }
      },
      ...signal && { signal },
      ...onProgress && { onProgress },
      ...onFinish && { onFinish },
      ...resume ? { resume } : start && { start },
      ...judged && { validate: judged.tiles }
    });
    return { ...trained, ...directory };
  } finally {
    for (const tiles of taken) if ("close" in tiles) tiles.close();
    run?.close();
    await start?.dispose();
  }
}
async function planTraining(data, options) {
  const place2 = options.resume === true ? options.out : options.resume;
  if (options.resume !== void 0 && place2 === void 0) {
    throw new OptionsError("`resume`: name the run, or its folder by `out`", "resume", options.resume);
  }
  const folder = place2 === void 0 ? void 0 : await findUnfinished(place2);
  const listed = data === null ? void 0 : await listData(data);
  const held = await listHeld(options.validate, listed);
  const both = listed?.fields && { fields: [...listed.fields, ...held?.fields ?? []] };
  const parts = { fields: both !== void 0, ...held && { held: held.labels } };
  if (folder === void 0) {
    if (listed === void 0) throw new OptionsError("train: `data` is missing; name at least one file", "data", data);
    if (options.start === void 0) return { plan: resolvePlan(listed.labels, options, parts), ...both };
    const process3 = typeof options.process === "object" && { process: options.process };
    const start = await Downscaler.load(findModel(options.start), { ...process3 });
    const { path } = start.file;
    const begin2 = { path: resolve4(path), configuration: start.configuration };
    return { plan: resolvePlan(listed.labels, options, { ...parts, start: begin2 }), ...both, start };
  }
  const plan = await readPlan(folder);
  if (plan.fields && !both) {
    throw new OptionsError(`train: ${folder} was trained on fields; give them again as \`data\``, "data", data);
  }
  const recorded = choicesOf(plan);
  const given2 = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== void 0));
  const network2 = { ...recorded.network, ...options.network };
  const begin = options.start === void 0 ? {} : { start: { path: resolve4(findModel(options.start)) } };
  const wanted = resolvePlan(
    listed?.labels ?? plan.data,
    { ...recorded, ...given2, network: network2 },
    { ...partsOf(plan), ...parts, ...begin }
  );
  checkRecorded(wanted, plan, folder);
  return { plan, folder, ...both };
}
async function listHeld(validate, data) {
  if (validate === void 0 || isTimeRange(validate)) return void 0;
  const held = await listData(validate);
  if (data === void 0 || held.fields === void 0 === (data.fields === void 0)) return held;
  throw new OptionsError("train: `data` and `validate` are names and fields; give the one or the other", "validate");
}
var isTimeRange = (value) => typeof value === "object" && ("dates" in value || "indices" in value);
function checkThere(path) {
  if (existsSync3(path)) return;
  throw new OptionsError(`${path}: there is no such file; check \`data\``, "data", path);
}
async function startRun(plan) {
  const { out: root, name, seed, device } = plan;
  return createRun({ root, name, seed, device, precision: "float32", options: plan });
}

// generative/downscaling/downscale.ts
import { existsSync as existsSync4 } from "node:fs";

// generative/downscaling/whole-blocks.ts
function wholeBlocks(field, factor2) {
  const [height, width] = field.shape.slice(-2);
  const [rows4, columns] = [height, width].map((n) => Math.ceil(n / factor2) * factor2);
  if (rows4 === height && columns === width) return field;
  const [y, x] = field.dims.slice(-2);
  const coordinates = [];
  for (const coordinate of field.coordinates) {
    const { dims } = coordinate;
    const more = (dims.includes(y) ? rows4 - height : 0) + (dims.includes(x) ? columns - width : 0);
    const longer = more === 0 ? coordinate : dims.length === 1 ? goingOn(coordinate, more) : void 0;
    if (longer === void 0) return void 0;
    coordinates.push(longer);
  }
  const frames = field.values.length / (height * width);
  const values = new (field.values instanceof Float64Array ? Float64Array : Float32Array)(frames * rows4 * columns);
  values.fill(Number.NaN);
  for (let line = 0; line < frames * height; line++) {
    const to = (Math.floor(line / height) * rows4 + line % height) * columns;
    values.set(field.values.subarray(line * width, (line + 1) * width), to);
  }
  return field.with({ shape: [...field.shape.slice(0, -2), rows4, columns], values, coordinates });
}
function goingOn(coordinate, more) {
  const { values, bounds } = coordinate;
  const n = values.length;
  if (n < 2) return void 0;
  const step = values[n - 1] - values[n - 2];
  const along = Float64Array.from(
    { length: n + more },
    (_, i) => i < n ? values[i] : values[n - 1] + (i - n + 1) * step
  );
  if (bounds === void 0) return { ...coordinate, values: along };
  const wide = Float64Array.from({ length: 2 * (n + more) }, (_, i) => {
    const beyond = Math.max(0, (i >> 1) - n + 1);
    return bounds[2 * Math.min(i >> 1, n - 1) + (i & 1)] + beyond * step;
  });
  return { ...coordinate, values: along, bounds: wide };
}

// generative/downscaling/coarse-frames.ts
function coarseFrames(given2, factor2, options) {
  const { whole: whole3, missing = "error", clipNegative = false } = options;
  const stated = given2 instanceof LazyField ? given2 : lazyField(given2);
  const own = mapsLast(ungrouped(stated));
  const field = options.units === void 0 ? own : new LazyField({ ...own.parts, units: options.units });
  const { source, dims } = field;
  const [y, x] = [field.dimOf("y"), field.dimOf("x")];
  if (y === void 0 || x === void 0 || dims.at(-2) !== y || dims.at(-1) !== x) {
    throw new ShapeError(whereOf(field), "y and x as its last dimensions", dims.join(", "));
  }
  if (field.shape.includes(0)) throw new ShapeError(whereOf(field), "at least one value", field.shape);
  const { kind } = precipitationUnits(field.units, { file: source, variable: field.name });
  const interval = kind === "amount" ? amountInterval(field, options.interval, whole3) : void 0;
  const leading2 = dims.slice(0, -2);
  const rates = async (part) => convertPrecipitation(await part.load(), rateUnits, interval === void 0 ? {} : { interval });
  const frameOf = (read) => {
    const fine = clipNegative ? read.with({ values: read.values.map((v) => Math.max(v, 0)) }) : read;
    if (!options.coarsen) return { coarse: fine, truth: void 0 };
    const partial = missing === "propagate" ? { minimumValid: 1 / factor2 ** 2 } : {};
    const whole4 = missing === "propagate" && wholeBlocks(fine, factor2) || fine;
    const coarse = coarsen(whole4, factor2, { crop: true, ...partial });
    const [height, width] = coarse.shape.slice(-2);
    return { coarse, truth: whole4.isel({ [y]: [0, height * factor2], [x]: [0, width * factor2] }) };
  };
  return {
    field,
    units: field.units,
    interval,
    span: interval ?? rateSpan(field, whole3),
    read: async (place2) => frameOf(await rates(field.isel(Object.fromEntries(leading2.map((dim, i) => [dim, place2[i]]))))),
    async check() {
      const negative = { count: 0, least: 0 };
      const clipped = { count: 0, least: 0 };
      let [gaps, all, largest, anything2] = [0, 0, 0, false];
      const below = (counted, v) => {
        counted.count++;
        counted.least = Math.min(counted.least, v);
      };
      for (const part of field.pieces()) {
        const read = await rates(part);
        anything2 ||= read.values.some((v) => !Number.isNaN(v));
        if (clipNegative) {
          for (const v of read.values) if (v < 0) below(clipped, v);
        }
        const { values } = frameOf(read).coarse;
        all += values.length;
        for (const v of values) {
          if (Number.isNaN(v)) gaps++;
          else if (v < 0) below(negative, v);
          else if (v > largest) largest = v;
        }
      }
      if (!anything2) {
        const way = "choose another time or variable";
        throw new DomainError(`${whereOf(field)} has only missing values; ${way}`);
      }
      const where = whereOf(field);
      if (negative.count > 0) {
        const { count: count2, least } = negative;
        const way = "where that is rounding, set them to 0 with `clipNegative: true`";
        const text2 = `${where}: ${count2} rates are negative, down to ${least} mm/h; expected at least 0; ${way}`;
        throw new DomainError(text2, least);
      }
      if (gaps > 0 && missing === "error") {
        const way = 'fill them, or leave their cells missing with `missing: "propagate"`';
        throw new DomainError(`${where}: ${gaps} of ${all} values are missing; ${way}`, Number.NaN);
      }
      return { largest, clipped };
    }
  };
}

// generative/downscaling/sample-frames.ts
var largestEnsemble = 2 ** 29;
async function sampleFrames(downscaler, coarse, options = {}) {
  const { firstFrame = 0, onProgress, members = 8, valid, ...each } = options;
  if (coarse.shape.length !== 3) throw new ShapeError("sampleFrames: coarse", "[frames, height, width]", coarse.shape);
  const [frames, height, width] = coarse.shape;
  const { factor: factor2 } = downscaler.configuration.normalization;
  const cells2 = height * width;
  const pixels = cells2 * factor2 ** 2;
  const size = members * pixels;
  if (valid && valid.length !== frames * pixels) {
    throw new ShapeError("sampleFrames: valid", [frames, height * factor2, width * factor2], [valid.length]);
  }
  if (frames * size > largestEnsemble) {
    const asked = `${frames} frames of ${members} members of ${height * factor2} x ${width * factor2} pixels`;
    const hint = "take fewer members, or a part of the frames at a time";
    throw new OptionsError(`sampleFrames: ${asked} are more than 2^29 values; ${hint}`, "members", members);
  }
  const values = new Float32Array(frames * size);
  for (let n = 0; n < frames; n++) {
    const frame = Float32Array.from(coarse.values.subarray(n * cells2, (n + 1) * cells2));
    const onStep = (done, total) => onProgress?.(n * total + done, frames * total);
    const own = valid && { valid: valid.subarray(n * pixels, (n + 1) * pixels) };
    const sample = { ...each, ...own, members, frame: firstFrame + n, onStep };
    const { values: fine } = await downscaler.sample({ values: frame, height, width }, sample);
    values.set(fine, n * size);
  }
  return { values, shape: [frames, members, height * factor2, width * factor2] };
}

// generative/downscaling/lazy-ensemble.ts
async function lazyEnsemble(model, input, options = {}) {
  const { normalization, archives: archives2 } = model.configuration;
  const { factor: factor2 } = normalization;
  archiveIndex("downscale", archives2, options.archive);
  const { members = 8, onNotice } = options;
  const evaluations = checkedEvaluations("downscale", model.generator, options, model.configuration.sampling);
  const frames = coarseFrames(input, factor2, options);
  checkNoMembers(frames.field);
  const leading2 = frames.field.shape.slice(0, -2);
  const first = await frames.read(leading2.map(() => 0));
  const grid2 = refinedGrid(first.coarse, factor2);
  const target2 = first.truth ? withinField(grid2, frames.field) : grid2;
  const { largest, clipped } = await frames.check();
  if (clipped.count > 0) onNotice?.(`${clipped.count} negative rates down to ${clipped.least} mm/h set to 0`);
  const forced = checkKind2(model, first.coarse, frames, largest, options);
  const [height, width] = first.coarse.shape.slice(-2);
  onNotice?.(`${sizeOf(leading2)} x ${height} x ${width} cells, ${members} members, refined by ${factor2}`);
  const total = sizeOf(leading2) * evaluations;
  let drawn2 = 0;
  const draw = async (place2, { first: firstMember, count: count2 }) => {
    options.signal?.throwIfAborted();
    const frame = await frames.read(place2);
    const { values } = await sampleFrames(
      model,
      { values: frame.coarse.values, shape: [1, height, width] },
      {
        ...sampling2(model, frames, options),
        members: count2,
        firstMember,
        origin: options.origin ?? originOf(frames.field, options.coarsen ? 1 : factor2),
        ...frame.truth && { valid: Uint8Array.from(frame.truth.values, (v) => Number.isNaN(v) ? 0 : 1) },
        firstFrame: frameNumber(frames.field, place2),
        onProgress(done, all) {
          options.signal?.throwIfAborted();
          options.onProgress?.(Math.round((drawn2 + done / all) * evaluations), total);
        }
      }
    );
    drawn2 = (drawn2 + 1) % sizeOf(leading2);
    const rates = values;
    options.onFrame?.({ ...frame, place: place2, members: rates, firstMember, grid: grid2 });
    return cutTo(rates, count2, grid2.shape, target2.shape);
  };
  const { attributes } = first.truth ?? first.coarse;
  return { field: fieldOf2(frames, attributes, target2, members, draw), forced };
}
function sampling2(model, { units, interval }, o) {
  const { wet, clutter } = limitsOfModel(model.configuration);
  const scale = precipitationFactor(units, rateUnits, interval === void 0 ? {} : { interval });
  const wetThreshold = o.wetThreshold === void 0 ? dryBelow2(model.generator, wet) : o.wetThreshold * scale;
  return {
    ...o.seed !== void 0 && { seed: o.seed },
    ...o.evaluations !== void 0 && { evaluations: o.evaluations },
    ...o.method !== void 0 && { method: o.method },
    ...o.noiseRange !== void 0 && { noiseRange: o.noiseRange },
    ...o.archive !== void 0 && { archive: o.archive },
    ...o.conserve !== void 0 && { conserve: o.conserve },
    ...o.missing !== void 0 && { missing: o.missing },
    wetThreshold,
    largestRate: BEYOND_CLUTTER * clutter,
    // The kind of all frames together was checked before the first.
    force: true
  };
}
function checkKind2({ configuration: { trainedOn: trainedOn2 } }, coarse, { field, span }, largest, { force, onNotice, coarsen: coarsened }) {
  const place2 = placeOf(coarse, span);
  const unknown = notComparable(trainedOn2, place2);
  const whose = trainedOn2 === void 0 ? "the model does not tell what it was trained for" : "model or input do not tell";
  if (unknown.length > 0) onNotice?.(`not checked against the training: ${unknown.join(", ")} (${whose})`);
  const found = trainedOn2 === void 0 ? [] : [...mismatches(trainedOn2, place2, [largest]), ...coarsened ? [] : latitudesBeyond(coarse, place2)];
  if (found.length === 0) return found;
  const text2 = `INPUT has ${found.join("; and ")}`;
  if (force) onNotice?.(`going on (\`force\`), although ${text2}`);
  else {
    const hint = "check `units` and `interval`, or take another model; `force: true` goes on nevertheless";
    throw new DomainError(`${whereOf(field)}: ${text2}; ${hint}`);
  }
  return found;
}
function withinField(grid2, { shape }) {
  const [y, x] = grid2.dims.slice(-2);
  const [rows4, columns] = grid2.shape.slice(-2).map((n, i) => Math.min(n, shape.at(i - 2)));
  return grid2.isel({ [y]: [0, rows4], [x]: [0, columns] });
}
function cutTo(values, members, from, to) {
  const [[height, width], [rows4, columns]] = [from.slice(-2), to.slice(-2)];
  if (rows4 === height && columns === width) return values;
  const out = new Float32Array(members * rows4 * columns);
  for (let line = 0; line < members * rows4; line++) {
    const start = (Math.floor(line / rows4) * height + line % rows4) * width;
    out.set(values.subarray(start, start + columns), line * columns);
  }
  return out;
}
function latitudesBeyond(coarse, { grid: grid2 }) {
  if (grid2?.units !== "degrees") return [];
  const farthest = coarse.coordinate(coarse.dimOf("y")).values.reduce((a, b) => Math.abs(b) > Math.abs(a) ? b : a, 0);
  return Math.abs(farthest) > 90.01 ? [`latitudes of up to ${farthest} degrees (are y and x exchanged?)`] : [];
}
function fieldOf2(frames, attributes, grid2, members, draw) {
  const { field, units, interval } = frames;
  const [height, width] = grid2.shape.slice(-2);
  const empty = { values: new Float32Array(0), shape: [sizeOf(field.shape.slice(0, -2)), 0, height, width] };
  const like = { name: field.name, dims: field.dims, shape: field.shape, coordinates: field.coordinates };
  const template = ensembleField(empty, like, grid2, { units, interval, attributes });
  const scale = precipitationFactor(rateUnits, units, interval === void 0 ? {} : { interval });
  const scaled = async (place2, some) => {
    const rates = await draw(place2, some);
    return scale === 1 ? rates : rates.map((v) => v * scale);
  };
  return drawnField(template, { members, source: field.source, draw: scaled });
}

// generative/downscaling/downscale.ts
var MOST2 = 2 ** 29;
var MOST_SHRUNK = 20;
async function downscale(model, input, options = {}) {
  const field = await downscaleLazy(model, input, options);
  const count2 = sizeOf(field.shape);
  if (count2 > MOST2) {
    const hint = "write them to a file with downscaleTo, or take fewer members or a part of the times";
    throw new OptionsError(
      `downscale: ${field.shape.join(" x ")} are more than 2^29 values; ${hint}`,
      "members",
      count2
    );
  }
  return field.load();
}
async function downscaleLazy(model, input, options = {}) {
  return (await ensembleBy(model, input, options)).field;
}
async function downscaleTo(path, model, input, options = {}) {
  const { name: format, kind = "file", refuse } = formatToWrite(path, options.format);
  const { overwrite = false, epsg, onKept } = options;
  const inputs = filesRead(model, input, options);
  const check = (bytes) => {
    checkOutputs([{ path, kind, ...refuse && { refuse }, overwrite, option: "output", bytes }], inputs);
  };
  check(0);
  const { field, forced, fitted } = await ensembleBy(model, input, options);
  if (format === "geotiff") checkGeotiff(path, field, epsg);
  check(field.bytes / MOST_SHRUNK);
  await writeField(path, field, {
    ...options.format !== void 0 && { format: options.format },
    overwrite,
    // One time at once.
    bytes: 1,
    ...aboutFile(model, { forced, ...fitted !== void 0 && { fitted } }, options),
    ...options.now && { now: options.now },
    ...epsg !== void 0 && { epsg },
    ...format === "geotiff" && { bands: Array.from({ length: field.size(memberDim) }, (_, i) => `member=${i}`) },
    ...onKept && { onKept }
  });
  const { dims, shape, units } = field;
  return { path, dims, shape, units, forced };
}
function checkGeotiff(path, field, epsg) {
  const count2 = sizeOf(field.shape.slice(0, -3));
  if (count2 > 1) {
    const hint = "choose one (`time: INDEX`), or write .nc";
    throw new OptionsError(`${path}: a GeoTIFF holds one time, the input has ${count2}; ${hint}`, "output", count2);
  }
  const [y, x] = field.dims.slice(-2);
  for (const dim of [y, x]) regularStep(dim, field.coordinate(dim)?.values ?? new Float64Array());
  geoKeysOf(field, x, y, epsg);
}
var ensembleBy = (model, input, options) => model instanceof Downscaler ? lazyEnsemble(model, input, options) : model.ensemble(input, options);
function filesRead(model, input, options) {
  const own = model instanceof Downscaler ? [model.file?.path ?? ""] : model.files ?? [];
  return [...options.inputs ?? [input.source ?? ""], ...own].filter((one) => existsSync4(one));
}
function textOfMethod(model) {
  if (!(model instanceof Downscaler)) return model.about;
  const sha2 = model.file?.sha256;
  return {
    title: `Ensemble of fine precipitation, downscaled by a ${model.generator === "one-step" ? "one-step generator" : "diffusion model"}`,
    made: sha2 === void 0 ? "model in memory" : `model SHA-256 ${sha2}`,
    ...sha2 !== void 0 && { attributes: { model_sha256: sha2 } }
  };
}
var withFitted = (method, fitted) => fitted === void 0 ? method : { ...method, made: `${method.made}, ${fitted}` };
function aboutFile(model, { forced, fitted }, options) {
  const method = withFitted(textOfMethod(model), fitted);
  const { seed = 0, attributes: driving = {}, history: line = "monge downscale" } = options;
  const by = `monge ${version()}, ${method.made.replace(/^model SHA-256 (.{16}).*/, "model $1")}, seed ${seed}`;
  const from = textOf(driving, "source");
  const of = textOf(driving, "title");
  const though = forced.length === 0 ? "" : `; forced, although INPUT has ${forced.join("; and ")}`;
  return {
    attributes: {
      ...withoutExtent(driving),
      title: `${method.title}${of === void 0 ? "" : ` from: ${of}`}`,
      source: from === void 0 ? by : `${by}; downscaled from: ${from}`,
      ...method.attributes,
      seed
    },
    history: `${line} (monge ${version()}, ${method.made}, seed ${seed})${though}`
  };
}

// generative/sharded/audit.ts
import { createHash as createHash7 } from "node:crypto";
import { existsSync as existsSync6, lstatSync, readdirSync as readdirSync3, rmSync as rmSync2, statSync as statSync4 } from "node:fs";
import { join as join7 } from "node:path";

// generative/sharded/unit-plan.ts
import { createHash as createHash5 } from "node:crypto";
var [UNIT_BYTES, CHUNK_BYTES, TILE2, MOST_TIMES] = [64e6, 16e6, 1024, 32];
function planUnits(field, size, identity) {
  const { dims, shape, name } = field;
  const [y, x] = dims.slice(-2);
  const time = dims.find((dim) => dim !== memberDim && dim !== y && dim !== x);
  for (const [option, value] of Object.entries({ times: size.times, members: size.members })) {
    if (value === void 0 || Number.isInteger(value) && value >= 1) continue;
    throw new OptionsError(
      `downscaleUnits: unit.${option} is ${value}; expected a positive integer`,
      `unit.${option}`,
      value
    );
  }
  const members = Math.min(size.members ?? Number.POSITIVE_INFINITY, field.size(memberDim));
  const map = field.size(y) * field.size(x) * 4;
  const fitting = Math.min(MOST_TIMES, Math.max(1, Math.floor(UNIT_BYTES / (members * map))));
  const unit2 = dims.map((dim, i) => {
    if (dim === memberDim) return members;
    return dim === time ? Math.min(size.times ?? fitting, shape[i]) : shape[i];
  });
  return { ...identity, grid: gridHash(field), variable: name, dims, shape, unit: unit2, chunk: chunksOf(dims, unit2, time) };
}
function chunksOf(dims, unit2, time) {
  const lead = dims.length - 2;
  const tile = unit2.slice(lead).map((n) => Math.min(n, TILE2));
  let room = CHUNK_BYTES / (sizeOf(tile) * 4);
  const out = [...unit2.map(() => 1).slice(0, lead), ...tile];
  for (const dim of [time, memberDim]) {
    const axis = dims.indexOf(dim ?? "");
    if (axis < 0) continue;
    out[axis] = largestDivisor(unit2[axis], room);
    room /= out[axis];
  }
  return out;
}
function largestDivisor(n, most2) {
  for (let d = Math.min(n, Math.floor(most2)); d > 1; d--) if (n % d === 0) return d;
  return 1;
}
var sha = (text2) => createHash5("sha256").update(text2).digest("hex");
function gridHash({ name, units, dims, shape, coordinates }) {
  const where = coordinates.map((c) => {
    const bits = (values) => values === void 0 ? "" : sha(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return [c.name, c.dims, bits(Float64Array.from(c.values)), bits(c.bounds && Float64Array.from(c.bounds))];
  });
  return sha(JSON.stringify([name, units ?? null, dims, shape, where]));
}
function identityHash({ model, seed, monge, grid: grid2, options }) {
  return sha(JSON.stringify([model, seed, monge, grid2, options]));
}
var grid = ({ shape, unit: unit2 }) => shape.map((n, i) => Math.ceil(n / unit2[i]));
var unitCount = (plan) => sizeOf(grid(plan));
function unitRegion(plan, unit2) {
  let rest = unit2;
  const counts = grid(plan);
  const at = counts.map(() => 0);
  for (let axis = counts.length - 1; axis >= 0; axis--) {
    at[axis] = rest % counts[axis];
    rest = Math.floor(rest / counts[axis]);
  }
  return Object.fromEntries(
    plan.dims.map((dim, i) => {
      const from = at[i] * plan.unit[i];
      return [dim, [from, Math.min(plan.shape[i], from + plan.unit[i])]];
    })
  );
}
function unitsOfShard(plan, { index, count: count2 }) {
  if (!(Number.isInteger(count2) && count2 >= 1 && Number.isInteger(index) && index >= 0 && index < count2)) {
    const text2 = `downscaleUnits: shard is ${index}/${count2}; expected i/n with 0 \u2264 i < n`;
    throw new OptionsError(text2, "shard", `${index}/${count2}`);
  }
  return Array.from({ length: unitCount(plan) }, (_, n) => n).filter((n) => n % count2 === index);
}
var fields2 = ["variable", "dims", "shape", "unit", "chunk", "model", "seed", "monge", "grid", "options"];
async function readPlan2(store, path) {
  const hint = "name a store that `downscaleUnits` (`monge downscale -o out.zarr`) wrote";
  const found = await readSealedJson(path, { format: "plan of units", hint, fields: fields2 });
  const lists = [found["shape"], found["unit"], found["chunk"]];
  const rank = Array.isArray(found["dims"]) ? found["dims"].length : -1;
  const isSizes = (list2) => Array.isArray(list2) && list2.length === rank && list2.every((n) => Number.isSafeInteger(n) && n > 0);
  const isText = ["variable", "model", "monge", "grid"].every((name) => typeof found[name] === "string");
  if (lists.every(isSizes) && isText && Number.isSafeInteger(found["seed"])) return found;
  throw new FormatError(store, "plan of units", `${path} does not describe one`, hint);
}
function planDifferences(there, asked) {
  const show = (value) => {
    const text2 = typeof value === "string" ? value : JSON.stringify(value) ?? "not given";
    return text2.length > 60 ? `${text2.slice(0, 57)}\u2026` : text2;
  };
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const names2 = /* @__PURE__ */ new Set([...Object.keys(there.options), ...Object.keys(asked.options)]);
  const pairs = [
    ...["model", "seed", "monge", "variable", "dims", "shape", "unit", "grid"].map(
      (name) => [name, there[name], asked[name]]
    ),
    ...[...names2].map((name) => [name, there.options[name], asked.options[name]])
  ];
  return pairs.filter(([, a, b]) => !same(a, b)).map(([name, a, b]) => name === "grid" ? "coordinates of the result" : `${name} ${show(a)}, not ${show(b)}`);
}
var leadingOf = ({ dims }) => dims.slice(0, -2).filter((dim) => dim !== memberDim);
var allFrames = (plan) => leadingOf(plan).reduce((n, dim) => n * plan.shape[plan.dims.indexOf(dim)], 1);
function unitFrames(plan, unit2) {
  const region = unitRegion(plan, unit2);
  return leadingOf(plan).reduce((n, dim) => n * (region[dim][1] - region[dim][0]), 1);
}
function evaluationCounter() {
  let [last, done, total] = [0, 0, 0];
  return {
    /** What an ensemble tells. @returns evaluations since the beginning */
    told(now, all) {
      done += now >= last ? now - last : now;
      last = now === all ? 0 : now;
      total = all;
      return done;
    },
    /** Evaluations for one time; undefined before the first was told. */
    perFrame: (plan) => total === 0 ? void 0 : Math.round(total / allFrames(plan))
  };
}

// generative/sharded/unit-rows.ts
import { createHash as createHash6 } from "node:crypto";
import {
  closeSync as closeSync2,
  existsSync as existsSync5,
  fsyncSync,
  linkSync,
  openSync as openSync2,
  readdirSync as readdirSync2,
  readFileSync,
  renameSync,
  rmSync,
  statSync as statSync3,
  writeFileSync
} from "node:fs";
import { dirname, join as join6, resolve as resolve5 } from "node:path";
var rowFields = ["unit", "identity", "seed", "model", "files", "min", "max", "wet", "missing", "seconds"];
var unitFolder = (store) => join6(store, ".monge");
var planPath = (store) => join6(unitFolder(store), "plan.json");
var isUnitStore = (store) => existsSync5(planPath(store));
var rowFolder = (store) => join6(unitFolder(store), "units");
var rowName = (unit2) => `${String(unit2).padStart(8, "0")}.json`;
var rowPath = (store, unit2) => join6(rowFolder(store), rowName(unit2));
var ROW = /^(\d{8,})(\.again-[0-9a-f]+)?\.json$/;
function listRows(store) {
  return readdirSync2(rowFolder(store)).filter((name) => !/^\..*\.(tmp|old)$/.test(name)).sort().map((name) => {
    const match = ROW.exec(name);
    const path = join6(rowFolder(store), name);
    return { path, unit: match ? Number(match[1]) : void 0, again: match?.[2] !== void 0 };
  });
}
var finishedUnits = (store) => new Set(listRows(store).flatMap(({ unit: unit2, again }) => unit2 === void 0 || again ? [] : [unit2]));
async function readRow(path) {
  const hint = "`monge audit --requeue` makes the unit missing again";
  const found = await readSealedJson(path, { format: "row of a unit", hint, fields: rowFields });
  const { unit: unit2, identity, files } = found;
  const isFile = (one) => typeof one.path === "string" && typeof one.sha256 === "string";
  if (Number.isSafeInteger(unit2) && typeof identity === "string" && Array.isArray(files) && files.every(isFile)) {
    return found;
  }
  throw new FormatError(path, "row of a unit", "it does not describe one", hint);
}
function checksum(store, path) {
  let bytes;
  try {
    bytes = readFileSync(join6(store, path));
  } catch (error) {
    if (error.code === "ENOENT") return void 0;
    throw error;
  }
  return { path, bytes: bytes.length, sha256: createHash6("sha256").update(bytes).digest("hex") };
}
function flushFiles(store, paths) {
  const folders = /* @__PURE__ */ new Set();
  const top = resolve5(store);
  for (const path of paths) {
    flush(join6(store, path), "r+");
    for (let at = dirname(resolve5(store, path)); at.length >= top.length; at = dirname(at)) folders.add(at);
  }
  if (process.platform !== "win32") for (const folder of folders) flush(folder, "r");
}
function flush(path, flags) {
  const file = openSync2(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync2(file);
  }
}
function writeRow(store, row) {
  const folder = rowFolder(store);
  const path = rowPath(store, row.unit);
  const { fresh } = temporaryNames(rowName(row.unit));
  const temporary = join6(folder, fresh);
  try {
    writeFileSync(temporary, sealedJson(row));
    flush(temporary, "r+");
    const isFirst = place(temporary, path);
    if (!isFirst) {
      const token = createHash6("sha256").update(fresh).digest("hex").slice(0, 12);
      renameSync(temporary, path.replace(/json$/, `again-${token}.json`));
    }
    if (process.platform !== "win32") flush(folder, "r");
    return isFirst;
  } catch (error) {
    throw explainWriteError(store, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}
function place(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const { code } = error;
    if (code === "EEXIST") return false;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
  }
  if (statSync3(to, { throwIfNoEntry: false })) return false;
  renameSync(from, to);
  return true;
}

// generative/sharded/audit.ts
async function auditUnits(path, options = {}) {
  const { requeue = false, checksums = true, onProgress } = options;
  const plan = await planOf(path);
  const total = unitCount(plan);
  const leftovers = tidied(path, plan, requeue);
  const rows4 = listRows(path);
  const tables = { damaged: [], duplicate: [], foreign: [] };
  const bad = /* @__PURE__ */ new Map();
  const sound = /* @__PURE__ */ new Map();
  const toRemove = [];
  for (const [n, found] of rows4.entries()) {
    if (found.unit === void 0 || found.unit >= total) {
      tables.foreign.push({ unit: void 0, what: `${found.path}: no unit has this name` });
      toRemove.push(found.path);
    } else if (!found.again) {
      const { unit: unit2 } = found;
      const names2 = await zarrChunkFiles(path, plan.variable, unitRegion(plan, unit2));
      const judged = await judge(path, plan, found, { names: names2, checksums });
      if ("row" in judged) sound.set(unit2, judged.row);
      else {
        tables[judged.kind].push({ unit: unit2, what: judged.what });
        bad.set(unit2, judged.files);
        toRemove.push(found.path);
      }
    }
    onProgress?.(n + 1, rows4.length);
  }
  for (const found of rows4.filter(({ again, unit: unit2 }) => again && unit2 !== void 0 && unit2 < total)) {
    const { unit: unit2 } = found;
    const other = await readRow(found.path).catch(() => void 0);
    const same = other !== void 0 && JSON.stringify(other.files) === JSON.stringify(sound.get(unit2)?.files);
    tables.duplicate.push({ unit: unit2, what: `${found.path}: finished twice, with ${same ? "the same" : "other"} bits` });
    toRemove.push(found.path);
  }
  for (const file of await strangers(path, plan)) {
    tables.foreign.push({ unit: void 0, what: `${file}: a file of no unit` });
    toRemove.push(join7(path, file));
  }
  if (requeue) remove(path, [...toRemove, ...[...bad.values()].flat().map((name) => join7(path, name))]);
  const all = Array.from({ length: total }, (_, unit2) => unit2);
  const missing = all.filter((unit2) => !sound.has(unit2) && (requeue || !bad.has(unit2)));
  const complete = sound.size === total && tables.foreign.length === 0;
  return {
    total,
    sound: sound.size,
    missing,
    ...tables,
    leftovers,
    complete,
    digest: complete ? digestOf(all.map((unit2) => sound.get(unit2))) : void 0
  };
}
async function planOf(path) {
  const isFolder = statSync4(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder && existsSync6(planPath(path))) return readPlan2(path, planPath(path));
  const isStore = isFolder && zarrVersion(path) !== void 0;
  const what = isStore ? "it was not written in units of work" : "there is no Zarr store";
  throw new FormatError(path, "store of units", what, "name a store that `monge downscale -o out.zarr` wrote");
}
async function judge(path, plan, found, { names: names2, checksums }) {
  let row;
  try {
    row = await readRow(found.path);
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return { kind: "damaged", what: error.message, files: names2 };
  }
  if (row.unit !== found.unit) {
    return { kind: "foreign", what: `${found.path}: it is the row of unit ${row.unit}`, files: names2 };
  }
  if (row.identity !== identityHash(plan)) {
    const why = row.model !== plan.model ? "model" : row.seed !== plan.seed ? `seed (${row.seed})` : "version, options or grid";
    return { kind: "foreign", what: `${found.path}: it was drawn with another ${why}`, files: names2 };
  }
  if (String(row.files.map((file) => file.path)) !== String(names2)) {
    return { kind: "damaged", what: `${found.path}: it names other chunks than those of the unit`, files: names2 };
  }
  const wrong = row.files.flatMap((file) => {
    if (!checksums) {
      const size = lstatSync(join7(path, file.path), { throwIfNoEntry: false })?.size;
      return size === file.bytes ? [] : [[file.path, size === void 0 ? "is missing" : `has ${size} bytes, not ${file.bytes}`]];
    }
    const there = checksum(path, file.path);
    if (there?.sha256 === file.sha256) return [];
    return [[file.path, there === void 0 ? "is missing" : "has another checksum"]];
  });
  if (wrong.length === 0) return { row };
  const what = wrong.map(([name, how]) => `${name} ${how}`).join(", ");
  return { kind: "damaged", what, files: wrong.map(([name]) => name) };
}
async function strangers(path, plan) {
  const own = new Set(await zarrChunkFiles(path, plan.variable));
  const listed = readdirSync3(join7(path, plan.variable), { recursive: true, encoding: "utf8", withFileTypes: true });
  return listed.filter((entry) => !entry.isDirectory() && !isTemporary(entry.name)).map((entry) => join7(entry.parentPath, entry.name).slice(join7(path).length + 1)).filter((name) => name !== join7(plan.variable, "zarr.json") && !own.has(name.replaceAll("\\", "/"))).sort();
}
var isTemporary = (name) => /^\..*\.(tmp|old)$/.test(name);
function tidied(path, plan, requeue) {
  const folders = [unitFolder(path), rowFolder(path), join7(path, plan.variable)];
  const removed = folders.flatMap((folder) => tidyFolder(folder).removed);
  const unknown = folders.flatMap(
    (folder) => readdirSync3(folder).filter(isTemporary).map((name) => join7(folder, name))
  );
  if (!requeue) return { removed, unknown };
  remove(path, unknown);
  return { removed: [...removed, ...unknown], unknown: [] };
}
function remove(store, paths) {
  try {
    for (const one of paths) rmSync2(one, { force: true, recursive: true });
  } catch (error) {
    throw explainWriteError(store, error);
  }
}
function digestOf(rows4) {
  const hash = createHash7("sha256");
  for (const { files } of rows4) for (const { path, sha256 } of files) hash.update(`${path} ${sha256}
`);
  return hash.digest("hex");
}

// generative/sharded/merge.ts
import { existsSync as existsSync7 } from "node:fs";
import { basename as basename6, dirname as dirname2, join as join8 } from "node:path";
var places = { "{year}": 4, "{month}": 7, "{day}": 10 };
async function mergeUnits(store, pattern, options = {}) {
  const { overwrite = false, incomplete = false, onProgress, history, now } = options;
  formatToWrite(pattern);
  const audit = await auditUnits(store, { checksums: options.checksums ?? true });
  const wrong = audit.damaged.length + audit.foreign.length;
  if (wrong > 0 || audit.missing.length > 0 && !incomplete) {
    const counts = `${audit.missing.length} of ${audit.total} units are missing, ${audit.damaged.length} damaged, ${audit.foreign.length} foreign`;
    const way = wrong > 0 ? "requeue them (`requeue: true` of `auditUnits`) and draw them again" : "draw them (`resume: true`), or leave them missing (`incomplete: true`)";
    throw new DomainError(`${store}: ${counts}; ${way}`);
  }
  const data = await openDataset(store);
  try {
    const whole3 = await data.variable();
    const parts = partsOf2(whole3, pattern);
    const taken = parts.find(({ path }) => !overwrite && existsSync7(path));
    if (taken) {
      const way = "name others, or say that they may be replaced (`overwrite: true`)";
      throw new OptionsError(`${taken.path}: it is there already; ${way}`, "output", taken.path);
    }
    return await written(
      data,
      parts,
      { overwrite, ...history !== void 0 && { history }, ...now && { now } },
      onProgress
    );
  } finally {
    data.close();
  }
}
async function written(data, parts, how, onProgress) {
  const { monge_units: _, ...attributes } = data.attributes;
  const times = ({ shape }) => shape[0];
  const total = parts.reduce((sum, { field }) => sum + times(field), 0);
  const out = [];
  let done = 0;
  for (const { path, field } of parts) {
    await writeField(path, field, { ...how, attributes });
    done += times(field);
    onProgress?.(done, total);
    out.push({ path, shape: field.shape });
  }
  return out;
}
function partsOf2(field, pattern) {
  const found = basename6(pattern).match(/\{[^}]*\}/g) ?? [];
  if (found.length === 0) return [{ path: pattern, field }];
  const [place2] = found;
  const digits3 = Object.hasOwn(places, place2) ? places[place2] : void 0;
  if (found.length > 1 || digits3 === void 0) {
    const text2 = `${pattern}: expected one of ${Object.keys(places).join(", ")} in the name, once`;
    throw new OptionsError(text2, "output", pattern);
  }
  const keys = field.times().map(({ iso }) => iso && keyOf(iso, digits3));
  const dim = field.dims[0];
  if (keys.length !== field.size(dim) || keys.includes(void 0)) {
    throw new OptionsError(`${pattern}: the store's times have no dates; name one file`, "output", pattern);
  }
  const starts = keys.flatMap((key, i) => i > 0 && key === keys[i - 1] ? [] : [i]);
  if (new Set(starts.map((at) => keys[at])).size !== starts.length) {
    throw new OptionsError(
      `${pattern}: the store's times are not in the order of their dates; name one file`,
      "output",
      pattern
    );
  }
  return starts.map((from, i) => ({
    path: join8(dirname2(pattern), basename6(pattern).replace(place2, keys[from])),
    field: field.isel({ [dim]: [from, starts[i + 1] ?? keys.length] })
  }));
}
function keyOf(iso, digits3) {
  const [day] = iso.split("T");
  return day.slice(0, day.length - 10 + digits3);
}

// generative/sharded/schedulers.ts
var RETRIES = 3;
var quoted = (word) => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
function slurmTime(hours) {
  const minutes = Math.max(1, Math.ceil(hours * 60));
  const two = (n) => String(n).padStart(2, "0");
  const [days2, rest] = [Math.floor(minutes / 1440), minutes % 1440];
  return `${days2}-${two(Math.floor(rest / 60))}:${two(rest % 60)}:00`;
}
function slurmScript(options) {
  const { command, shards, hours, threads = 2, memory = 4, notes = [] } = options;
  return [
    "#!/bin/bash",
    "#SBATCH --job-name=monge-downscale",
    `#SBATCH --array=0-${shards - 1}`,
    "#SBATCH --nodes=1 --ntasks=1",
    `#SBATCH --cpus-per-task=${threads}`,
    `#SBATCH --mem=${memory}G`,
    ...hours === void 0 ? [] : [`#SBATCH --time=${slurmTime(hours)}`],
    "#SBATCH --requeue",
    "#SBATCH --output=monge-%A_%a.log --open-mode=append",
    // A while before the limit the units that are finished are kept, and the evaluation in progress ends.
    "#SBATCH --signal=TERM@60",
    ...notes.map((line) => `# ${line}`),
    "set -eu",
    `exec ${command.map(quoted).join(" ")} --shard "$SLURM_ARRAY_TASK_ID/${shards}"`,
    ""
  ].join("\n");
}
function kubernetesJob(options) {
  const { command, shards, hours, threads = 2, memory = 4, image, claim, mount = "/data" } = options;
  const resources = { cpu: String(threads), memory: `${memory}Gi` };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: options.name ?? "monge-downscale" },
    spec: {
      completionMode: "Indexed",
      completions: shards,
      parallelism: shards,
      backoffLimitPerIndex: RETRIES,
      maxFailedIndexes: shards,
      ...hours === void 0 ? {} : { activeDeadlineSeconds: Math.ceil(hours * 3600) * (RETRIES + 1) },
      template: {
        spec: {
          restartPolicy: "Never",
          containers: [
            {
              name: "monge",
              image,
              workingDir: mount,
              command: [...command, "--shard", `auto/${shards}`],
              resources: { requests: resources, limits: { memory: resources.memory } },
              volumeMounts: [{ name: "data", mountPath: mount }]
            }
          ],
          volumes: [{ name: "data", persistentVolumeClaim: { claimName: claim } }]
        }
      }
    }
  };
}

// generative/sharded/identity.ts
import { createHash as createHash8 } from "node:crypto";
import { statSync as statSync5 } from "node:fs";
import { basename as basename7 } from "node:path";
var drawn = [
  ...["evaluations", "method", "noiseRange", "conserve", "archive", "wetThreshold", "origin"],
  ...["units", "interval", "missing", "clipNegative", "coarsen"]
];
function identityOf(model, options, files, more) {
  const chosen = drawn.flatMap((name) => options[name] === void 0 ? [] : [[name, options[name]]]);
  const inputs = files.map((path) => {
    const found = statSync5(path);
    return found.isFile() ? `${basename7(path)} of ${found.size} bytes` : basename7(path);
  });
  const all = { ...Object.fromEntries(chosen), ...more, inputs: inputs.sort() };
  return {
    model: modelHash(model),
    seed: options.seed ?? 0,
    monge: version(),
    options: JSON.parse(recordToJson(all))
  };
}
function modelHash(model) {
  if (model instanceof Downscaler && model.file) return model.file.sha256;
  const hash = createHash8("sha256");
  if (!(model instanceof Downscaler)) return hash.update(recordToJson(textOfMethod(model))).digest("hex");
  hash.update(JSON.stringify(model.configuration));
  for (const [name, { shape, values }] of Object.entries(model.parameters)) {
    hash.update(`${name} ${shape.join(" ")}`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}

// generative/sharded/cost.ts
async function planDownscaling(model, input, options = {}) {
  const { measure = 5 } = options;
  const enough = new AbortController();
  const counter = evaluationCounter();
  const moments2 = [];
  const { field, forced } = await ensembleBy(model, input, {
    ...options,
    signal: AbortSignal.any([enough.signal, ...options.signal ? [options.signal] : []]),
    onProgress(done, all) {
      moments2.push([counter.told(done, all), performance.now()]);
      if (moments2.length >= 3 && performance.now() - moments2[0][1] >= 1e3 * measure)
        enough.abort(new Error("measured"));
    }
  });
  const plan = planUnits(field, options.unit ?? {}, identityOf(model, options, filesRead(model, input, options), {}));
  if (measure > 0) await drawUntil(field, plan, enough.signal);
  const [first, last] = [moments2[0], moments2.at(-1)];
  const measured = first && last ? last[0] - first[0] : 0;
  const frames = Array.from({ length: unitCount(plan) }, (_, unit2) => unitFrames(plan, unit2)).reduce(
    (a, b) => a + b,
    0
  );
  const byDim = (sizes) => Object.fromEntries(plan.dims.map((dim, i) => [dim, sizes[i]]));
  return {
    units: unitCount(plan),
    ...{ shape: byDim(plan.shape), unit: byDim(plan.unit), chunk: byDim(plan.chunk) },
    bytes: field.bytes,
    frames,
    evaluations: counter.perFrame(plan) ?? options.evaluations ?? 1,
    secondsPerEvaluation: measured > 0 ? (last[1] - first[1]) / 1e3 / measured : void 0,
    measured,
    forced
  };
}
async function drawUntil(field, plan, signal) {
  const leading2 = plan.dims.slice(0, -2).filter((dim) => dim !== memberDim);
  const members = plan.unit[plan.dims.indexOf(memberDim)];
  const times = leading2.length === 0 ? 1 : field.size(leading2[0]);
  try {
    for (let n = 0; n < Math.max(2, times); n++) {
      const at = leading2.map((dim, i) => [dim, [0, 1].map((k) => i === 0 ? n % times + k : k)]);
      await field.isel({ ...Object.fromEntries(at), [memberDim]: [0, members] }).load();
    }
  } catch (error) {
    if (error !== signal.reason) throw error;
  }
}

// generative/sharded/downscale-units.ts
import { existsSync as existsSync8, mkdirSync as mkdirSync2 } from "node:fs";
async function downscaleUnits(path, model, input, options = {}) {
  const { shard = { index: 0, count: 1 }, resume = options.shard !== void 0, overwrite = false } = options;
  const goesOn = resume && existsSync8(path);
  const inputs = filesRead(model, input, options);
  checkStore(path, { inputs, overwrite, goesOn });
  const counter = progressOf(options);
  const { field, forced, fitted } = await ensembleBy(model, input, { ...options, onProgress: counter.told });
  const also = { ...options.also, ...fitted !== void 0 && { fitted } };
  const asked = planUnits(field, options.unit ?? {}, identityOf(model, options, inputs, also));
  unitsOfShard(asked, shard);
  const about = aboutFile(model, { forced, ...fitted !== void 0 && { fitted } }, options);
  const stands = goesOn || !await layOut(path, field, asked, { ...about, ...options.now && { now: options.now }, overwrite, resume });
  const plan = stands ? await planThere(path, asked, options.unit) : asked;
  for (const folder of [unitFolder(path), rowFolder(path), `${path}/${plan.variable}`]) tidyFolder(folder);
  const mine = new Set(unitsOfShard(plan, shard));
  const before = finishedUnits(path);
  const todo = (options.order ?? [...Array(unitCount(plan)).keys()]).filter((n) => mine.has(n) && !before.has(n));
  counter.begin(plan, todo);
  for (const unit2 of todo) {
    options.signal?.throwIfAborted();
    const row = await doUnit(path, field, plan, unit2, options);
    options.onUnit?.(row);
  }
  const { dims, shape, units } = field;
  const total = unitCount(plan);
  const after = finishedUnits(path);
  const missing = total - [...after].filter((n) => n < total).length;
  return { path, dims, shape, units, forced, total, done: todo.length, missing };
}
function checkStore(path, {
  inputs,
  overwrite,
  goesOn
}) {
  if (existsSync8(path) && !goesOn && !overwrite && existsSync8(planPath(path))) {
    const way = "`resume: true` goes on with it, `overwrite: true` replaces it";
    throw new OptionsError(`${path}: there is a store of units already; ${way}`, "output", path);
  }
  checkOutputs([{ path, kind: "folder", refuse: notAStore, overwrite: overwrite || goesOn, option: "output" }], inputs);
  if (goesOn) checkFolder(rowFolder(path));
}
async function layOut(path, field, plan, { overwrite, resume, ...about }) {
  const pending = beginStore(path, overwrite);
  try {
    const chunks = Object.fromEntries(plan.dims.map((dim, i) => [dim, plan.chunk[i]]));
    const hint = "units that .monge/units has no row for are not drawn yet, and missing (NaN)";
    const { name, dims, shape, units, coordinates, gridMapping, attributes } = field;
    await createZarr(
      pending.temporary,
      { name, dims, shape, units, coordinates, gridMapping, attributes },
      {
        ...about,
        attributes: { ...about.attributes, monge_units: `${unitCount(plan)} units of work; ${hint}` },
        chunks
      }
    );
    mkdirSync2(rowFolder(pending.temporary), { recursive: true });
    await writeAtomically(planPath(pending.temporary), sealedJson(plan));
    pending.commit();
    return true;
  } catch (error) {
    if (resume && existsSync8(planPath(path))) return false;
    throw error;
  } finally {
    pending.discard();
  }
}
async function planThere(path, asked, size) {
  if (!existsSync8(planPath(path))) {
    const way2 = "name another store, or replace it (`overwrite: true`)";
    throw new OptionsError(`${path}: it was not written in units of work, so none is missing; ${way2}`, "output", path);
  }
  const there = await readPlan2(path, planPath(path));
  const unit2 = size?.times === void 0 && size?.members === void 0 ? there.unit : asked.unit;
  const different = planDifferences(there, { ...asked, unit: unit2 });
  if (different.length === 0) return there;
  const way = "give what the store was begun with, or name another store";
  throw new OptionsError(`${path}: it was begun with ${different.join("; ")}; ${way}`, "resume", different);
}
async function doUnit(path, field, plan, unit2, { now: _, ...options }) {
  const began = performance.now();
  const region = unitRegion(plan, unit2);
  const part = await field.isel(region).load();
  options.signal?.throwIfAborted();
  await writeZarrRegion(path, part, { region });
  const names2 = await zarrChunkFiles(path, plan.variable, region);
  flushFiles(path, names2);
  const files = names2.map((name) => checksum(path, name));
  const { model, seed } = plan;
  const what = { unit: unit2, identity: identityHash(plan), seed, model, files, ...summary(part.values) };
  const row = { ...what, seconds: Math.round(performance.now() - began) / 1e3 };
  if (!writeRow(path, row)) await checkAgain(path, row, options);
  return row;
}
async function checkAgain(path, row, { onNotice }) {
  const first = await readRow(rowPath(path, row.unit));
  const same = JSON.stringify(first.files) === JSON.stringify(row.files);
  const what = `unit ${row.unit} was finished by another worker too`;
  onNotice?.(
    same ? `${what}, with the same bits` : `${what}, with other bits: machines or libraries differ; \`monge audit --requeue\` tells and clears`
  );
}
function summary(values) {
  let [min, max, wet, known2] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    if (Number.isNaN(v)) continue;
    known2++;
    if (v < min) min = v;
    if (v > max) max = v;
    if (v > 0) wet++;
  }
  const missing = 1 - known2 / values.length;
  return known2 === 0 ? { min: null, max: null, wet: null, missing } : { min, max, wet: wet / known2, missing };
}
function progressOf({ onProgress }) {
  const counter = evaluationCounter();
  let frames = 0;
  return {
    begin(plan, todo) {
      frames = todo.reduce((sum, unit2) => sum + unitFrames(plan, unit2), 0) / allFrames(plan);
    },
    told: (done, all) => onProgress?.(counter.told(done, all), Math.round(frames * all))
  };
}

export {
  amountInterval,
  rateSpan,
  rateUnits,
  memberDim,
  drawnField,
  frameNumber,
  hazenQuantile,
  yearWindows,
  baselineDownscaler,
  coarsenedScores,
  quartileEdges,
  lossByLevel,
  tensors,
  edm,
  denoise,
  resolveDraw,
  noiseProcess,
  processOfModel,
  fairEnergy,
  absoluteDifference,
  noiseSidesOf,
  noiseBatch,
  directionShapes,
  drawAllDirections,
  sampleEnergy,
  blockMeansGraph,
  cutBelow,
  softplus,
  bent,
  oneStepOutput,
  initializeOneStep,
  generatorNames,
  oneStepText,
  ownChannels,
  checkedEvaluations,
  generatorOf,
  checkNoProcess,
  rainLimits,
  BEYOND,
  gridCheck,
  spacingOff,
  intervalOff,
  asRange,
  digits2 as digits,
  networkCheck,
  readConfiguration,
  fileHash,
  fileHashes,
  checkParameters,
  parametersOf,
  inNetworkOrder,
  groupTensors,
  stateTensors,
  groupOf,
  stateOf,
  stateComplaint,
  unet,
  Downscaler,
  downscale,
  downscaleTo,
  beginRecords,
  openRecords,
  fieldHash,
  LARGE_DATA,
  modelName,
  findModel,
  runTraining,
  following,
  resolveOneStep,
  validationCheck,
  validationChoicesCheck,
  resolveValidation,
  checkKind,
  recipeChecks,
  finishWithModel,
  finishDiverged,
  termKind,
  train,
  planTraining,
  isUnitStore,
  auditUnits,
  planDownscaling,
  downscaleUnits,
  mergeUnits,
  slurmScript,
  kubernetesJob
};
