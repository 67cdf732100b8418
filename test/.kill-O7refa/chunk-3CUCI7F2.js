import {
  BEYOND,
  Downscaler,
  LARGE_DATA,
  absoluteDifference,
  amountInterval,
  asRange,
  baselineDownscaler,
  beginRecords,
  bent,
  blockMeansGraph,
  checkKind,
  checkNoProcess,
  checkParameters,
  checkedEvaluations,
  cutBelow,
  denoise,
  digits,
  directionShapes,
  downscale,
  downscaleTo,
  downscaleUnits,
  drawAllDirections,
  drawnField,
  edm,
  fairEnergy,
  fieldHash,
  fileHash,
  fileHashes,
  findModel,
  finishDiverged,
  finishWithModel,
  following,
  frameNumber,
  generatorNames,
  generatorOf,
  gridCheck,
  groupOf,
  groupTensors,
  hazenQuantile,
  inNetworkOrder,
  initializeOneStep,
  intervalOff,
  lossByLevel,
  memberDim,
  networkCheck,
  noiseBatch,
  noiseProcess,
  noiseSidesOf,
  oneStepOutput,
  oneStepText,
  openRecords,
  ownChannels,
  parametersOf,
  planDownscaling,
  processOfModel,
  quartileEdges,
  rainLimits,
  rateSpan,
  rateUnits,
  readConfiguration,
  recipeChecks,
  resolveDraw,
  resolveOneStep,
  resolveValidation,
  runTraining,
  sampleEnergy,
  softplus,
  spacingOff,
  stateComplaint,
  stateOf,
  stateTensors,
  tensors,
  train,
  unet,
  validationCheck,
  validationChoicesCheck,
  yearWindows
} from "./chunk-6HDMKCOB.js";
import {
  findUnfinished
} from "./chunk-U2MKQBF5.js";
import {
  commonTimes,
  defaultThreshold,
  meanCrps,
  quantile,
  saysRain,
  spreadAndError
} from "./chunk-HNA2YWTQ.js";
import {
  createRun,
  loadCheckpoint,
  loadLatestCheckpoint,
  openRun,
  plainMetadata,
  readRunOptions,
  readSafetensors,
  saveCheckpoint,
  writeSafetensors
} from "./chunk-HHEHUTHZ.js";
import {
  among,
  anything,
  either,
  fields,
  list,
  optional,
  positive,
  real,
  record,
  text,
  whole
} from "./chunk-O6FHBCA2.js";
import {
  coarsen,
  edgesRepeated,
  gridOf,
  refine,
  regrid,
  regridLazy,
  regridWeights
} from "./chunk-MHZ2235X.js";
import {
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
  lazyField,
  mapsLast,
  openFields,
  selectTimes,
  ungrouped
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
  checkFolder,
  dayOfYear,
  daysInYear,
  decodeTime,
  instantsOf,
  isGeographic,
  isoOf,
  sizeOf,
  textOf,
  timeAxis,
  timeUnitsOf
} from "./chunk-72SAAEYX.js";
import {
  inspect,
  printedLines
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
  shortened
} from "./chunk-K2VWOMW7.js";

// generative/pairs/arrays.ts
function imageOf(archive, image) {
  if ("read" in archive) return archive.read(image);
  const pixels = archive.height * archive.width;
  const part = (values, depth) => values.subarray(image * pixels * depth, (image + 1) * pixels * depth);
  const { condition, clean, valid, channels, outputs } = archive;
  return { condition: part(condition, channels), clean: part(clean, outputs), valid: part(valid, outputs) };
}
function hasGaps(archive) {
  for (let image = 0; image < archive.count; image++) if (imageOf(archive, image).valid.includes(0)) return true;
  return false;
}
function backgroundOf(condition, channels, targets) {
  const pixels = condition.length / channels.length;
  const out = new Float32Array(pixels * targets.length);
  for (const [k, { background, mean: own }] of targets.entries()) {
    const from = channels.findIndex(({ name }) => name === background);
    const { mean, deviation } = channels[from] ?? { mean: own, deviation: 0 };
    for (let i = 0; i < pixels; i++) {
      const known = from < 0 ? 0 : condition[i * channels.length + from];
      out[i * targets.length + k] = mean + deviation * known;
    }
  }
  return out;
}

// generative/pairs/channel.ts
function transformed(transform, value) {
  return transform.kind === "log" ? Math.log1p(value / transform.unit) : value;
}
function restored(transform, value) {
  return transform.kind === "log" ? transform.unit * Math.expm1(Math.max(value, 0)) : value;
}
function fieldOf({ name, role, of }) {
  if (role === "missing") return of ?? name;
  if (role !== "context") return name;
  return /^(season|hour) /.exec(name)?.[1] ?? "position";
}

// generative/pairs/fields.ts
var placed = (verb, role, { name, source }) => `${verb}: ${role} (${source ? `${source}, ` : ""}variable ${name})`;
function preparedFields(verb, role, given) {
  const found = given.map((field) => prepared(verb, role, field));
  const twice = found.find(({ name }, i) => found.findIndex((other) => other.name === name) !== i);
  if (twice !== void 0) {
    const way = "leave one out, or give it another name with `renamed`";
    throw new OptionsError(`${placed(verb, role, twice)}: two fields have this name; ${way}`, role, twice.name);
  }
  return found;
}
function prepared(verb, role, given) {
  let field = mapsLast(ungrouped(given));
  const where = placed(verb, role, field);
  gridOf(field);
  if (field.shape.includes(0)) throw new ShapeError(where, "at least one value", field.shape);
  const time = role === "static" ? void 0 : field.dimOf("time");
  for (const dim of field.dims.slice(0, -2)) {
    if (dim !== time && field.size(dim) === 1) field = field.isel({ [dim]: 0 });
  }
  const more = field.dims.slice(0, -2).filter((dim) => dim !== time);
  if (more.length === 0) return field;
  const what = `${more.map((dim) => `${dim} (${field.size(dim)})`).join(", ")} besides`;
  const expected = role === "static" ? "y and x alone" : "time, y and x alone";
  const way = role === "static" ? "give what changes with time as `with`" : "choose one position with `isel` or `sel`";
  throw new ShapeError(where, expected, what, way);
}

// generative/pairs/fine-grid.ts
var MOST_PIXELS = 2 ** 28;
var axisCheck = record({
  name: text,
  dim: text,
  values: list(real(), 1),
  bounds: optional(list(real(), 2)),
  attributes: anything
});
var positionsCheck = record({ name: text, values: list(real(), 1), attributes: anything });
var shapeCheck = record({
  y: axisCheck,
  x: axisCheck,
  positions: optional(list(positionsCheck, 2, 2)),
  numbered: optional(among(true, false)),
  gridMapping: optional(record({ name: text, attributes: anything })),
  runs: optional(list(whole(0), 1))
});
var fineGridCheck = (value, at) => {
  const wrong = shapeCheck(value, at);
  if (wrong !== void 0) return wrong;
  const { y, x, runs, positions: positions2 = [] } = value;
  for (const [axis, { values, bounds }] of Object.entries({ y, x })) {
    if (bounds === void 0 || bounds.length === 2 * values.length) continue;
    return `${at}.${axis}.bounds has ${bounds.length} numbers, expected ${2 * values.length}`;
  }
  const wanted = y.values.length * x.values.length;
  if (wanted > MOST_PIXELS) return `${at} has ${wanted} pixels, expected at most ${MOST_PIXELS}`;
  const odd = positions2.find(({ values }) => values.length !== wanted);
  if (odd) return `${at}.positions: ${odd.name} has ${odd.values.length} values, expected ${wanted}`;
  const [sum, pixels] = [runs?.reduce((a, b) => a + b, 0), wanted];
  return sum === void 0 || sum === pixels ? void 0 : `${at}.runs sum to ${sum}, expected ${pixels} pixels`;
};
function fineGridOf(field, valid) {
  const { y, x, gridMapping, positions: positions2, numbered } = gridOf(field);
  const runs = valid?.includes(0) ? runsOf(valid) : void 0;
  return {
    y: axisOf(y),
    x: axisOf(x),
    ...gridMapping && { gridMapping },
    ...positions2 && { positions: [placesOf(positions2[0]), placesOf(positions2[1])] },
    ...numbered && { numbered },
    ...runs && { runs }
  };
}
function axisOf({ name, dims, values, bounds, attributes }) {
  const list2 = (numbers) => Array.from(numbers);
  return { name, dim: dims[0], values: list2(values), ...bounds && { bounds: list2(bounds) }, attributes };
}
var placesOf = ({ name, values, attributes }) => ({
  name,
  values: Array.from(values, (v) => Number(v.toPrecision(8))),
  attributes
});
var sizeOfGrid = ({ y, x }) => [
  y.values.length,
  x.values.length
];
function regridGridOf({ y, x, gridMapping, positions: positions2, numbered }) {
  const line = ({ name, dim, values, bounds, attributes }) => ({
    name,
    dims: [dim],
    values: Float64Array.from(values),
    attributes,
    ...bounds && { bounds: Float64Array.from(bounds) }
  });
  const places = ({ name, values, attributes }) => ({
    name,
    dims: [y.dim, x.dim],
    values: Float64Array.from(values),
    attributes
  });
  return {
    y: line(y),
    x: line(x),
    gridMapping,
    ...positions2 && { positions: [places(positions2[0]), places(positions2[1])] },
    ...numbered && { numbered }
  };
}
function spacingOf(grid) {
  const { y, x, gridMapping, positions: positions2 = [], numbered } = regridGridOf(grid);
  const shape = sizeOfGrid(grid);
  const dims = [grid.y.dim, grid.x.dim];
  const coordinates = [...numbered ? [] : [y, x], ...positions2];
  const values = new Float32Array(shape[0] * shape[1]);
  return cellSize(new Field({ name: "grid", dims, shape, values, coordinates, gridMapping }));
}
function validOf(grid) {
  if (grid.runs === void 0) return void 0;
  const [height, width] = sizeOfGrid(grid);
  const valid = new Uint8Array(height * width);
  let at = 0;
  for (const [i, length] of grid.runs.entries()) {
    valid.fill(i % 2 === 0 ? 1 : 0, at, at + length);
    at += length;
  }
  return valid;
}
function runsOf(valid) {
  const runs = [];
  let [last, length] = [1, 0];
  for (const v of valid) {
    if (v !== last) {
      runs.push(length);
      [last, length] = [v, 0];
    }
    length++;
  }
  return [...runs, length];
}
function checkSameGrid(where, field, grid, whose) {
  const own = fineGridOf(field);
  const lists = ({ y, x, positions: positions2 }) => [y, x, ...positions2 ?? []].map(({ values }) => values);
  for (const [k, wanted] of lists(grid).entries()) {
    const met = lists(own)[k] ?? [];
    const cell = wanted.length > 1 ? Math.abs(wanted[1] - wanted[0]) || 1 : 1;
    if (met.length === wanted.length && met.every((v, i) => Math.abs(v - wanted[i]) <= 1e-3 * cell)) continue;
    const shown = (values) => `${values.length} positions from ${values[0]} to ${values.at(-1)}`;
    throw new ShapeError(where, `the grid of ${whose} (${shown(wanted)})`, shown(met), "regrid one of them before");
  }
}

// generative/pairs/channels/quantity.ts
function isPrecipitation(where, role, field) {
  const says = saysRain(field);
  if (says && field.units === void 0 && role !== "static") {
    throw new UnitsError(
      `${where}: its name says precipitation, but it has no units; state them with field.with({ units })`,
      "",
      "units of precipitation such as mm, mm h-1, kg m-2 s-1"
    );
  }
  const standard = textOf(field.attributes, "standard_name") !== void 0;
  if (says && standard && role !== "static" && field.units !== void 0 && defaultThreshold(field, field.units) === null) {
    const text3 = `${where}: its standard_name says precipitation, but its units are "${field.units}"; state the right ones`;
    throw new UnitsError(
      `${text3} with field.with({ units }), or another name`,
      field.units,
      "units of precipitation such as mm, mm h-1, kg m-2 s-1"
    );
  }
  const named = role === "fine" || role === "coarse" || says === true;
  return named && defaultThreshold(field, field.units) !== null;
}
function precipitationInterval(where, field, stated2, needed) {
  const lengths = boundsLengths(field);
  if (lengths !== void 0) return meanLength(where, lengths);
  if (precipitationUnits(field.units).kind === "rate") {
    return rateSpan(field) ?? (typeof stated2 === "number" ? stated2 : void 0);
  }
  if (stated2 !== void 0) return amountInterval(field, stated2);
  if (!needed) return void 0;
  throw new UnitsError(
    `${where}: it holds amounts ("${field.units}") and its times have no bounds, so that nothing says over how long they fell; where they are sums since the start of a run, make amounts of each step of them with \`deaccumulate\`; else give \`interval: SECONDS\` (86400 for daily sums), or \`interval: "time"\` to take the spacing of the times`,
    field.units ?? "",
    "the seconds over which each amount fell"
  );
}
function meanLength(where, lengths) {
  const [least, most] = [lengths.reduce((a, b) => Math.min(a, b)), lengths.reduce((a, b) => Math.max(a, b))];
  if (most <= 1.2 * least) return lengths.reduce((a, b) => a + b, 0) / lengths.length;
  const way = "where they are sums since the start of a run, make amounts of each step of them with `deaccumulate`";
  throw new ShapeError(`${where}: bounds of its times`, "intervals of one length", `${least} to ${most} s`, way);
}
function boundsLengths(field) {
  const time = timeAxis(field);
  if (time?.bounds === void 0 || time.attributes.climatology !== void 0) return void 0;
  const shape = time.dims.map(() => time.values.length);
  const values = new Float32Array(time.values.length);
  try {
    return boundsIntervals(new Field({ name: field.name, dims: time.dims, shape, values, coordinates: [time] }));
  } catch (error) {
    if (isMongeError(error)) return void 0;
    throw error;
  }
}
function wetThresholdIn(units, interval) {
  return rainLimits(interval).wet * precipitationFactor("mm h-1", units, { interval: interval ?? 3600 });
}
function clutterLimitIn(units, interval) {
  return rainLimits(interval).clutter * precipitationFactor("mm h-1", units, { interval: interval ?? 3600 });
}
function clutterLimits(targets, stated2) {
  return targets.map(
    ({ wetThreshold, units, interval }) => wetThreshold === void 0 ? Number.POSITIVE_INFINITY : stated2 ?? clutterLimitIn(units, interval)
  );
}
var SAME = {
  kelvin: "K",
  degK: "K",
  celsius: "degC",
  Celsius: "degC",
  degree_Celsius: "degC",
  degrees_Celsius: "degC",
  degree_celsius: "degC",
  "\xB0C": "degC",
  C: "degC",
  "": "1"
};
var plain = (units) => {
  const text3 = units?.trim() ?? "";
  return Object.hasOwn(SAME, text3) ? SAME[text3] : text3;
};
function conversionTo(where, field, to, precipitation, interval) {
  const [a, b] = [plain(field.units), plain(to)];
  if (precipitation && to !== void 0) {
    const bounded = boundsLengths(field) !== void 0;
    const options = bounded || interval === void 0 ? {} : { interval };
    if (!bounded) precipitationFactor(field.units, to, { ...options, variable: field.name, file: field.source });
    return (part) => convertPrecipitation(part, to, options);
  }
  if (a === b) return (part) => part;
  const offset = a === "degC" && b === "K" ? 273.15 : a === "K" && b === "degC" ? -273.15 : void 0;
  if (offset !== void 0) return (part) => part.with({ values: part.values.map((v) => v + offset), units: to });
  const factor = lengthFactor(a, b);
  if (factor !== void 0) return (part) => part.with({ values: part.values.map((v) => v * factor), units: to });
  const show = (units) => units === void 0 ? "no units" : `units "${units}"`;
  throw new UnitsError(
    `${where}: it has ${show(field.units)}, expected ${show(to)}; convert it before, or state the right units with field.with({ units })`,
    field.units ?? "",
    to ?? ""
  );
}
function lengthFactor(from, to) {
  try {
    const [a, b] = [precipitationUnits(from), precipitationUnits(to)];
    return a.kind === b.kind && a.mass === b.mass ? a.factor / b.factor : void 0;
  } catch (error) {
    if (isMongeError(error)) return void 0;
    throw error;
  }
}
function namesOf({ attributes }) {
  const [standardName, longName, cellMethods] = ["standard_name", "long_name", "cell_methods"].map(
    (name) => textOf(attributes, name)
  );
  return {
    ...standardName !== void 0 && { standardName },
    ...longName !== void 0 && { longName },
    ...cellMethods !== void 0 && { cellMethods }
  };
}

// generative/pairs/channels/accumulation-guard.ts
var FALLING = 0.02;
function accumulationGuard(where, field, precipitation) {
  const unbounded = precipitation && boundsLengths(field) === void 0;
  if (!unbounded || precipitationUnits(field.units).kind === "rate") return { see: () => {
  }, check: () => {
  } };
  let before;
  let [rising, changing] = [0, 0];
  return {
    see(map) {
      let [fall, rise] = [0, 0];
      for (let i = 0; before && i < map.length; i++) {
        const change = map[i] - before[i];
        if (change > 0) rise += change;
        else if (change < 0) fall -= change;
      }
      if (rise > 0 || fall > 0) changing++;
      if (rise > 0 && fall <= FALLING * rise) rising++;
      before = map;
    },
    check() {
      if (rising < 5 || rising < 0.75 * changing) return;
      const what = `its values only rise on ${rising} of ${changing} steps: they are sums since the start of a run`;
      throw new DomainError(`${where}: ${what}; make amounts of each step of them with \`deaccumulate\``, rising);
    }
  };
}

// generative/pairs/channels/context.ts
var CONTEXTS = ["position", "season", "hour"];
var WAVE = { mean: 0, deviation: Math.SQRT1_2, range: [-1, 1] };
function checkContext(names) {
  for (const [i, name] of names.entries()) {
    if (CONTEXTS.includes(name) && names.indexOf(name) === i) continue;
    const what = names.indexOf(name) === i ? `has ${JSON.stringify(name)}` : `has ${name} twice`;
    throw new OptionsError(`\`context\` ${what}; expected some of ${CONTEXTS.join(", ")}`, "context", name);
  }
}
function contextChannels(name, grid) {
  if (name !== "position") {
    return ["cosine", "sine"].map((wave) => ({
      name: `${name} ${wave}`,
      role: "context",
      transform: { kind: "linear" },
      ...WAVE
    }));
  }
  return ["y", "x"].map((axis) => {
    const { name: called, units, values } = positionsOf(grid, axis);
    const low = values.reduce((a, b) => Math.min(a, b));
    const high = values.reduce((a, b) => Math.max(a, b));
    return {
      name: called,
      role: "context",
      ...units !== void 0 && { units },
      transform: { kind: "linear" },
      mean: (low + high) / 2,
      deviation: (high - low) / 2 || 1,
      range: [low, high]
    };
  });
}
function positionsOf(grid, axis) {
  const line = grid[axis];
  const flat2 = grid.positions?.[axis === "y" ? 0 : 1];
  const { values, attributes } = flat2 ?? line;
  const geographic = flat2 !== void 0 || isGeographic(line.name, line.attributes);
  const name = geographic ? axis === "y" ? "latitude" : "longitude" : axis;
  const turns = (v) => name === "longitude" ? Math.round((v - values[0]) / 360) : 0;
  const along = values.map((v) => v - 360 * turns(v));
  return { name, units: textOf(attributes, "units"), values: along, flat: flat2 !== void 0 };
}
function contextMap(channel, grid, moment) {
  const [height, width] = sizeOfGrid(grid);
  const [name, wave] = contextOf(channel);
  if (name !== "position") {
    if (moment === void 0) {
      throw new ShapeError(`context ${name}`, "times", "none", "give fields with times, or leave this context out");
    }
    const turns = 2 * Math.PI * moment[name];
    return new Float32Array(height * width).fill(wave === "cosine" ? Math.cos(turns) : Math.sin(turns));
  }
  const axis = wave;
  const found = positionsOf(grid, axis);
  const bare = channel.name.replace(/ \(context\)$/, "");
  if (found.name !== bare) {
    const what = `a grid with ${bare} as in training`;
    throw new ShapeError("context position", what, found.name, "choose a grid of that kind");
  }
  const near = (v) => bare === "longitude" ? v - 360 * Math.round((v - channel.mean) / 360) : v;
  const values = found.values.map(near);
  const at = (i) => found.flat ? i : axis === "y" ? Math.floor(i / width) : i % width;
  return Float32Array.from({ length: height * width }, (_, i) => values[at(i)]);
}
function contextOf({ name }) {
  const [first, second] = name.replace(/ \(context\)$/, "").split(" ");
  if (first === "season" || first === "hour") return [first, second];
  return ["position", first === "latitude" || first === "y" ? "y" : "x"];
}
function momentsOf(time) {
  const units = timeUnitsOf(time);
  const { bounds } = time;
  const middle = bounds ? time.values.map((_, i) => (bounds[2 * i] + bounds[2 * i + 1]) / 2) : time.values;
  return Array.from(instantsOf({ ...time, values: middle }, units), (instant) => {
    const date = decodeTime(instant, { step: 1, origin: 0, calendar: units.calendar });
    const hour = (date.hour + date.minute / 60 + date.second / 3600) / 24;
    return { hour, season: (dayOfYear(date, units.calendar) - 1 + hour) / daysInYear(date.year, units.calendar) };
  });
}

// generative/pairs/channels/on-grid.ts
var HELD = 16e6;
var LEAST_VALID = 0.5;
function mapsOf(field, convert) {
  return mapsThrough(field, sizeOf(field.shape.slice(-2)), convert);
}
function mapsOnGrid(field, grid, method, convert) {
  const dims = field.dims.slice(-2);
  const coordinates = field.coordinates.filter((c) => c.dims.length > 0 && c.dims.every((dim) => dims.includes(dim)));
  const { name, gridMapping, source } = field;
  const plane = field.shape.slice(-2);
  const pixels = sizeOf(plane);
  const about = { name, gridMapping, source, coordinates };
  const map = new Field({ ...about, dims, shape: plane, values: new Float32Array(pixels) });
  const weights = regridWeights(map, regridGridOf(grid), { method, border: "clamp" });
  return mapsThrough(field, sizeOf(sizeOfGrid(grid)), (part) => {
    const { values } = convert(part);
    const shape = [values.length / pixels, ...plane];
    const maps = new Field({ ...about, dims: ["map", ...dims], shape, values });
    return regrid(maps, weights, { minimumValid: LEAST_VALID });
  });
}
function mapsThrough(field, pixels, change) {
  const [time] = field.dims.slice(0, -2);
  const count = time === void 0 ? 1 : field.size(time);
  const per = Math.max(1, Math.floor(HELD / Math.max(field.bytes / count, 4 * pixels)));
  let held;
  const load = async (from) => {
    const part = time === void 0 ? field : field.isel({ [time]: [from, Math.min(from + per, count)] });
    return change(await part.load()).values;
  };
  return {
    async read(at) {
      const from = at - at % per;
      if (held?.from !== from) held = { from, values: load(from) };
      const values = await held.values;
      const map = values.subarray((at - from) * pixels, (at - from + 1) * pixels);
      return map instanceof Float32Array ? map.slice() : Float32Array.from(map);
    }
  };
}

// generative/pairs/channels/channel-maps.ts
var ROLES = ["coarse", "with", "static"];
var bareName = ({ name, role }) => name.replace(new RegExp(` \\(${role}\\)$`), "");
function channelMaps(channels, fields2, grid) {
  const [height, width] = sizeOfGrid(grid);
  const complaints = [];
  const clipped = { count: 0, least: 0 };
  const found = ROLES.flatMap((role) => [...assigned(role, channels, fields2, complaints)]);
  const places = new Map(
    channels.filter((channel) => channel.role === "context" && contextOf(channel)[0] === "position").map((channel) => [channel.name, contextMap(channel, grid, void 0)])
  );
  const sources = new Map(found.map(([channel, field]) => [channel.name, source(channel, field)]));
  function source(channel, field) {
    const role = channel.role;
    const where = placed(fields2.verb, role, field);
    const slot = slotOf(fields2, role, field);
    const wet = channel.transform.kind === "log" ? wetThresholdIn(channel.units, channel.interval) : 0;
    const maps = mapsOfChannel(channel, field, where, fields2, grid, complaints);
    let still;
    return async (n) => {
      if (slot === void 0) still ??= maps.read(0);
      const map = await (still ?? maps.read(fields2.times[n].at[slot]));
      if (channel.transform.kind === "log")
        clipNegative(where, map, wet, fields2.options.clipNegative ?? false, clipped);
      return map;
    };
  }
  const inputs = async (n) => {
    const maps = /* @__PURE__ */ new Map();
    for (const { name, role } of channels) {
      if (role === "missing" || role === "context") continue;
      const read = sources.get(name);
      maps.set(name, read ? await read(n) : new Float32Array(height * width).fill(Number.NaN));
    }
    return maps;
  };
  return {
    fields: new Map(found.map(([{ name }, field]) => [name, field])),
    complaints,
    clipped,
    inputs,
    async read(n) {
      const maps = await inputs(n);
      return channels.map((channel) => {
        const { name, role, of } = channel;
        if (role === "missing") return maps.get(of).map((v) => Number.isNaN(v) ? 1 : 0);
        if (role === "context") return places.get(name) ?? contextMap(channel, grid, fields2.moments?.[n]);
        return maps.get(name);
      });
    }
  };
}
function assigned(role, channels, fields2, complaints) {
  const wanted = channels.filter((channel) => channel.role === role);
  const found = /* @__PURE__ */ new Map();
  const free = new Set(fields2[role]);
  const standard = ({ attributes }) => textOf(attributes, "standard_name");
  const isRain = (field) => isPrecipitation(placed(fields2.verb, role, field), role, field);
  const rules = [
    (channel, field) => bareName(channel) === field.name,
    (channel, field) => channel.standardName !== void 0 && channel.standardName === standard(field),
    (channel, field) => channel.transform.kind === "log" && isRain(field)
  ];
  for (const rule of rules) {
    for (const channel of wanted.filter((one) => !found.has(one))) {
      const fitting = [...free].filter((field) => rule(channel, field));
      if (fitting.length !== 1) continue;
      found.set(channel, fitting[0]);
      free.delete(fitting[0]);
    }
  }
  for (const channel of wanted) {
    if (found.has(channel) || channel.optional) continue;
    const named = channel.standardName === void 0 ? "" : `, ${channel.standardName}`;
    const has = fields2[role].map(({ name }) => name).join(", ") || "no field";
    const what = `the model was trained with ${bareName(channel)} (${channel.units ?? "no units"}${named}) as \`${role}\``;
    const way = `give a variable of that name as \`${role}\``;
    throw new OptionsError(`${fields2.verb}: ${what}, and ${has} is given; ${way}`, role, channel.name);
  }
  for (const field of free) {
    const takes = wanted.map(bareName).join(", ") || "nothing";
    complaints.push(`${field.name} as \`${role}\`, of which the model takes ${takes}`);
  }
  return found;
}
function slotOf(fields2, role, field) {
  if (role === "static") return void 0;
  const before = fields2.fine.length + (role === "with" ? fields2.coarse.length : 0);
  return before + fields2[role].indexOf(field);
}
function mapsOfChannel(channel, field, where, fields2, grid, complaints) {
  const rain = channel.transform.kind === "log";
  const standard = textOf(field.attributes, "standard_name");
  if (!rain && channel.standardName !== void 0 && standard !== void 0 && standard !== channel.standardName) {
    complaints.push(`${field.name} as ${standard}, but it was trained on ${channel.standardName}`);
  }
  const met = intervalOf(where, channel.role, field, rain, fields2);
  if (channel.interval !== void 0 && met !== void 0) {
    const off = intervalOff([channel.interval, channel.interval], met);
    complaints.push(...off.map((text3) => `${field.name} of ${text3}`));
  }
  const cell = cellSize(field);
  if (channel.spacing && cell) {
    complaints.push(...spacingOff(channel.spacing, cell).map((text3) => `${field.name} on ${text3}`));
  }
  const convert = conversionTo(where, field, channel.units, rain, met ?? channel.interval);
  return mapsOnGrid(field, grid, channel.method ?? "bilinear", convert);
}
function intervalOf(where, role, field, rain, { options }) {
  if (role === "static") return void 0;
  if (rain) return precipitationInterval(where, field, options.interval, role === "coarse");
  const lengths = boundsLengths(field);
  return lengths && lengths.reduce((a, b) => a + b, 0) / lengths.length;
}
function clipNegative(where, map, wet, clip, clipped) {
  let [count, least] = [0, 0];
  for (let i = 0; i < map.length; i++) {
    if (!(map[i] < 0)) continue;
    count++;
    least = Math.min(least, map[i]);
    map[i] = 0;
  }
  clipped.count += count;
  clipped.least = Math.min(clipped.least, least);
  if (clip || least >= -wet / 100) return;
  const way = "where that is rounding, set it to 0 with `clipNegative: true`";
  const text3 = `${where}: ${count} values of precipitation on one map are negative, down to ${least}; expected at least 0; ${way}`;
  throw new DomainError(text3, least);
}
function channelGuards(verb, channels, { fields: fields2 }) {
  return new Map(
    channels.flatMap(({ name, role, transform }) => {
      const field = role === "static" ? void 0 : fields2.get(name);
      return field ? [[name, accumulationGuard(placed(verb, role, field), field, transform.kind === "log")]] : [];
    })
  );
}

// generative/pairs/channels/target-maps.ts
function targetMaps(targets, pairs) {
  const clipped = { count: 0, least: 0 };
  const fields2 = targets.map((target) => fieldOf2(target, pairs));
  const readers = targets.map((target, o) => {
    const field = fields2[o];
    const where = placed(pairs.verb, "fine", field);
    const { wetThreshold } = target;
    const maps = mapsOf(field, conversionTo(where, field, target.units, wetThreshold !== void 0, target.interval));
    const slot = pairs.fine.indexOf(field);
    const threshold = Math.fround(wetThreshold ?? 0);
    return async (n) => {
      const map = await maps.read(pairs.times[n].at[slot]);
      if (wetThreshold === void 0) return map;
      clipNegative(where, map, wetThreshold, pairs.options.clipNegative ?? false, clipped);
      for (let i = 0; i < map.length; i++) if (map[i] < threshold) map[i] = 0;
      return map;
    };
  });
  return {
    fields: fields2,
    clipped,
    async read(n) {
      const maps = [];
      for (const read of readers) maps.push(await read(n));
      return maps;
    }
  };
}
function fieldOf2(target, { verb, fine }) {
  const rules = [
    ({ name }) => name === target.name,
    (field) => target.standardName !== void 0 && namesOf(field).standardName === target.standardName,
    (field) => target.wetThreshold !== void 0 && isPrecipitation(placed(verb, "fine", field), "fine", field)
  ];
  for (const rule of rules) {
    const fitting = fine.filter(rule);
    if (fitting.length === 1) return fitting[0];
  }
  const has = fine.map(({ name }) => name).join(", ");
  throw new OptionsError(`${verb}: the model makes ${target.name}, and fine has ${has}; give it`, "fine", target.name);
}

// generative/pairs/standardise.ts
function conditionOf(maps, channels) {
  const count = channels.length;
  const pixels = maps[0]?.length ?? 0;
  const condition = new Float32Array(pixels * count);
  for (const [c, { transform, mean, deviation }] of channels.entries()) {
    const map = maps[c];
    for (let i = 0; i < pixels; i++) {
      const value = (transformed(transform, map[i]) - mean) / deviation;
      condition[i * count + c] = Number.isNaN(value) ? 0 : value;
    }
  }
  return condition;
}

// generative/pairs/archive.ts
var MOST = 8e9;
async function choosePairs(pairs, times, description, options) {
  const { channels, targets } = description;
  const { places, dropped, rows, columns } = await choose(pairs, times, targets, options);
  const { multiple } = resolved(options);
  const [height, width] = [rows, columns].map((n) => Math.ceil(n / multiple) * multiple);
  const count = places.length;
  return {
    ...{ height, width, count, channels: channels.length, outputs: targets.length, places, dropped },
    bytes: count * height * width * (4 * channels.length + 5 * targets.length),
    limit: options.limit,
    images: () => cutImages(pairs, description, places, { height, width, rows, columns })
  };
}
async function heldPairs({ images, bytes, limit, ...of }) {
  const { count, height, width, channels, outputs } = of;
  if (bytes > MOST) {
    const what = `${count} images of ${height} x ${width} with ${channels} channels take ${(bytes / 1e9).toFixed(1)} GB`;
    throw new OptionsError(
      `train: ${what}; give a \`limit\`, or \`out\`, which keeps them on the disk`,
      "limit",
      limit
    );
  }
  const plane = height * width;
  const archive = {
    condition: new Float32Array(count * plane * channels),
    clean: new Float32Array(count * plane * outputs),
    valid: new Uint8Array(count * plane * outputs)
  };
  let n = 0;
  for await (const { condition, clean, valid } of images()) {
    archive.condition.set(condition, n * condition.length);
    archive.clean.set(clean, n * clean.length);
    archive.valid.set(valid, n * valid.length);
    n++;
  }
  return { ...of, ...archive };
}
async function* cutImages(pairs, { channels, targets }, places, size) {
  const { height, width, rows, columns } = size;
  const [inputs, outputs] = [channelMaps(channels, pairs, pairs.grid), targetMaps(targets, pairs)];
  const plane = height * width;
  const [, across] = sizeOfGrid(pairs.grid);
  let [held, maps, values] = [-1, [], []];
  for (const { time, row, column } of places) {
    if (time !== held) [held, maps, values] = [time, await inputs.read(time), await outputs.read(time)];
    const cut = (map) => {
      const out = new Float32Array(plane);
      for (let y = 0, i = 0; y < height; y++) {
        const from = (row + Math.min(y, rows - 1)) * across + column;
        for (let x = 0; x < width; x++) out[i++] = map[from + Math.min(x, columns - 1)];
      }
      return out;
    };
    const condition = conditionOf(maps.map(cut), channels);
    const background = backgroundOf(condition, channels, targets);
    const clean = new Float32Array(background.length);
    const valid = new Uint8Array(background.length);
    for (const [o, { transform, deviation }] of targets.entries()) {
      const map = values[o];
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) {
          const value = map[(row + y) * across + column + x];
          if (Number.isNaN(value)) continue;
          const to = (y * width + x) * targets.length + o;
          clean[to] = (transformed(transform, value) - background[to]) / deviation;
          valid[to] = 1;
        }
      }
    }
    yield { condition, clean, valid };
  }
}
async function choose(pairs, times, targets, options) {
  const o = resolved(options);
  const [rows, columns] = sizeOfGrid(pairs.grid);
  const [height, width] = [Math.min(o.tile, rows), Math.min(o.tile, columns)];
  const whole2 = height === rows && width === columns;
  const rain = targets.findIndex(({ wetThreshold }) => wetThreshold !== void 0);
  const limits = clutterLimits(targets, o.largest);
  const dropped = { empty: 0, dry: 0, clutter: 0, surplus: 0 };
  const [wet, drier] = [[], []];
  const outputs = targetMaps(targets, pairs);
  for (const time of times) {
    const maps = await outputs.read(time);
    for (const row of starts(rows, height)) {
      for (const column of starts(columns, width)) {
        const seen = looked(maps, limits, rain, { columns, row, column, height, width });
        const valid = seen.valid / (height * width);
        const share2 = seen.there > 0 ? seen.wet / seen.there : 0;
        if (seen.clutter) dropped.clutter++;
        else if (valid === 0 || !whole2 && valid < o.validShare) dropped.empty++;
        else if (whole2 || rain < 0 || share2 >= o.wetShare) wet.push({ time, row, column });
        else if (share2 >= o.drierShare) drier.push({ time, row, column });
        else dropped.dry++;
      }
    }
  }
  const share = whole2 || rain < 0 ? 0 : o.drierPart;
  const kept = [
    ...pick(wet, Math.floor(o.limit * (1 - share) + 1e-9), o.rng.split("wet")),
    ...pick(
      drier,
      Math.floor(Math.min(wet.length, o.limit * (1 - share)) * share / (1 - share) + 1e-9),
      o.rng.split("drier")
    )
  ].sort((a, b) => a.time - b.time || a.row - b.row || a.column - b.column);
  if (kept.length === 0) {
    const { empty, dry, clutter } = dropped;
    const what = `no image of ${height} x ${width} is left of ${times.length} times`;
    const why = `${empty} had too few values, ${dry} were too dry, ${clutter} had clutter`;
    throw new DomainError(`train: ${what}: ${why}; give other times, or lower \`validShare\` or \`wetShare\``, 0);
  }
  const surplus = wet.length + drier.length - kept.length;
  return { places: kept, dropped: { ...dropped, surplus }, rows: height, columns: width };
}
function looked(maps, limits, rain, at) {
  let [valid, there, wet, clutter] = [0, 0, 0, false];
  for (let y = at.row; y < at.row + at.height; y++) {
    for (let i = y * at.columns + at.column; i < y * at.columns + at.column + at.width; i++) {
      let any = 0;
      for (let o = 0; o < maps.length; o++) {
        const value = maps[o][i];
        if (Number.isNaN(value)) continue;
        any = 1;
        if (value > limits[o]) clutter = true;
        if (o === rain) {
          there++;
          if (value > 0) wet++;
        }
      }
      valid += any;
    }
  }
  return { valid, there, wet, clutter };
}
function starts(length, tile) {
  const count = Math.ceil(length / tile);
  return Array.from({ length: count }, (_, i) => count === 1 ? 0 : Math.round(i * (length - tile) / (count - 1)));
}
function pick(from, most, rng2) {
  if (from.length <= most) return from;
  return Array.from(rng2.permutation(from.length).subarray(0, most), (i) => from[i]);
}
function resolved(options) {
  const o = {
    tile: 64,
    validShare: 0.5,
    wetShare: 0.1,
    drierShare: 0.01,
    drierPart: 0.2,
    limit: Number.POSITIVE_INFINITY,
    multiple: 4,
    ...options
  };
  const check = (name, ok, expected) => {
    if (!ok) throw new OptionsError(`train: ${name} is ${o[name]}; expected ${expected}`, name, o[name]);
  };
  check("multiple", Number.isInteger(o.multiple) && o.multiple > 0, "a positive whole number of pixels");
  const whole2 = Number.isInteger(o.tile / o.multiple) && o.tile > 0;
  check("tile", whole2, `a positive whole number of pixels that ${o.multiple} divides`);
  for (const name of ["validShare", "wetShare", "drierShare"]) {
    check(name, o[name] >= 0 && o[name] <= 1, "a share of 0 to 1");
  }
  check("drierPart", o.drierPart >= 0 && o.drierPart < 1, "a share of 0 to less than 1");
  check("limit", o.limit >= 1, "at least 1");
  return o;
}

// generative/pairs/correction.ts
var correctionCheck = record({
  grid: fineGridCheck,
  seasons: list(whole(0, 3), 1, 4),
  quantiles: whole(10, 1e3),
  name: text,
  units: optional(text),
  standardName: optional(text),
  cellMethods: optional(text),
  interval: optional(positive())
});
function lawSize({ grid, seasons, quantiles }) {
  const [height, width] = sizeOfGrid(grid);
  return seasons.length * quantiles * height * width;
}
var fewest = 10;
async function measureLaw(coarse, { quantiles = 100, interval, times } = {}) {
  const grid = fineGridOf(coarse);
  const [height, width] = sizeOfGrid(grid);
  const cells = height * width;
  const chosen = times && new Set(times);
  const drawn = yearWindows("season").drawn(coarse).map((all) => all.filter((n) => chosen?.has(n) ?? true));
  const seasons = [0, 1, 2, 3].filter((season) => drawn[season].length >= fewest);
  const { values } = await coarse.load();
  const law = new Float32Array(seasons.length * quantiles * cells).fill(Number.NaN);
  for (const [s, season] of seasons.entries()) {
    for (let cell = 0; cell < cells; cell++) {
      const known = Float64Array.from(drawn[season], (n) => values[n * cells + cell]).filter((v) => !Number.isNaN(v));
      if (known.length < fewest) continue;
      known.sort();
      for (let i = 0; i < quantiles; i++) {
        law[(s * quantiles + i) * cells + cell] = hazenQuantile(known, (i + 0.5) / quantiles);
      }
    }
  }
  const { standard_name: standardName, cell_methods: cellMethods } = coarse.attributes;
  const correction = {
    grid,
    seasons,
    quantiles,
    name: coarse.name,
    ...coarse.units !== void 0 && { units: coarse.units },
    ...typeof standardName === "string" && { standardName },
    ...typeof cellMethods === "string" && { cellMethods },
    ...interval !== void 0 && { interval }
  };
  return { correction, law };
}
var middles = [14, 104, 195, 287];
function lawField({ grid, seasons, quantiles, ...of }, law) {
  const { y, x, gridMapping, positions: positions2 } = regridGridOf(grid);
  const [height, width] = sizeOfGrid(grid);
  const cells = height * width;
  const order = [...seasons.keys()].sort((a, b) => middles[seasons[a]] - middles[seasons[b]]);
  const values = new Float32Array(law.length);
  const days = new Float64Array(quantiles * seasons.length);
  for (let i = 0, n = 0; i < quantiles; i++) {
    for (const s of order) {
      const from = (s * quantiles + i) * cells;
      values.set(law.subarray(from, from + cells), n * cells);
      days[n++] = 365 * i + middles[seasons[s]];
    }
  }
  const bounds = of.interval && Float64Array.from({ length: 2 * days.length }, (_, i) => days[i >> 1] + (i & 1 ? of.interval / 86400 : 0));
  const attributes = { units: "days since 2001-01-01", calendar: "noleap", standard_name: "time", axis: "T" };
  const time = { name: "time", dims: ["time"], values: days, attributes, ...bounds && { bounds } };
  return new Field({
    name: of.name,
    units: of.units,
    dims: ["time", y.dims[0], x.dims[0]],
    shape: [days.length, height, width],
    values,
    coordinates: [time, y, x, ...positions2 ?? []],
    attributes: {
      ...of.standardName !== void 0 && { standard_name: of.standardName },
      ...of.cellMethods !== void 0 && { cell_methods: of.cellMethods }
    },
    gridMapping
  });
}

// generative/pairs/configuration.ts
var transformCheck = either(record({ kind: among("linear") }), record({ kind: among("log"), unit: positive() }));
var rangeCheck = list(real(), 2, 2);
var channelCheck = record({
  name: text,
  role: among("coarse", "with", "static", "context", "missing"),
  of: optional(text),
  standardName: optional(text),
  units: optional(text),
  interval: optional(positive()),
  transform: transformCheck,
  mean: real(),
  deviation: positive(),
  range: rangeCheck,
  spacing: optional(gridCheck),
  method: optional(among("bilinear", "conservative", "nearest")),
  optional: optional(among(true, false))
});
var targetCheck = record({
  name: text,
  standardName: optional(text),
  longName: optional(text),
  units: optional(text),
  interval: optional(positive()),
  cellMethods: optional(text),
  transform: transformCheck,
  background: either(among(null), text),
  mean: real(),
  deviation: positive(),
  range: rangeCheck,
  wetThreshold: optional(real(0))
});
var descriptionChecks = {
  channels: list(channelCheck, 1, 64),
  targets: list(targetCheck, 1, 64),
  grid: optional(fineGridCheck)
};
var shapeCheck2 = record({
  ...descriptionChecks,
  network: networkCheck,
  masked: optional(among(true, false)),
  generator: optional(among(...generatorNames)),
  process: optional(text),
  correction: optional(correctionCheck),
  provenance: optional(fields(anything))
});
var pairConfigurationCheck = (value, at) => shapeCheck2(value, at) ?? linksComplaint(value, at) ?? sizesComplaint(value, at);
function networkEnds({ channels, targets }, masked, generator2) {
  const outputs = targets.length;
  const own = ownChannels(generator2, outputs);
  return { inputChannels: own + channels.length + (masked ? outputs : 0), outputChannels: outputs };
}
function linksComplaint({ channels, targets }, at) {
  for (const [what, names] of Object.entries({ channels: channels.map(nameOf), targets: targets.map(nameOf) })) {
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== void 0) return `${at}.${what} has ${JSON.stringify(twice)} twice`;
  }
  for (const [i, { role, of }] of channels.entries()) {
    const place = `${at}.channels[${i}].of`;
    if (role === "missing" ? channels.some(({ name }) => name === of) : of === void 0) continue;
    return `${place} is ${JSON.stringify(of) ?? "missing"}, expected ${role === "missing" ? "the name of a channel" : "none"}`;
  }
  for (const [i, { background, transform }] of targets.entries()) {
    if (background === null) continue;
    const found = channels.find(({ name }) => name === background);
    const place = `${at}.targets[${i}].background`;
    if (found?.role !== "coarse")
      return `${place} is ${JSON.stringify(background)}, expected the name of a coarse channel`;
    if (JSON.stringify(found.transform) === JSON.stringify(transform)) continue;
    return `${place} is ${JSON.stringify(background)}, which has another transform than the target`;
  }
  return void 0;
}
var nameOf = ({ name }) => name;
function sizesComplaint(configuration, at) {
  const { network: network2, masked = false, generator: generator2 } = configuration;
  for (const [name, size] of Object.entries(networkEnds(configuration, masked, generator2))) {
    const found = network2[name];
    if (found !== size) return `${at}.network.${name} is ${found ?? "missing"}, expected ${size}`;
  }
  return void 0;
}
var pairMetadataKey = "monge-paired-downscaler";
function readPairConfiguration(path, metadata) {
  const stored = plainMetadata(path, metadata, {
    key: pairMetadataKey,
    format: "paired downscaler",
    writer: "PairedDownscaler.save"
  });
  const complaint = pairConfigurationCheck(stored, "configuration");
  if (complaint !== void 0) throw damagedPair(path, complaint);
  return stored;
}
function damagedPair(path, message, cause) {
  const hint = "the model is damaged, or was changed: train it again, or take another copy";
  return new FormatError(path, "paired downscaler", message, hint, { cause });
}

// generative/pairs/crops.ts
var leastShare = 0.25;
var draws = 8;
function drawPairCrops(archive, rng2, options) {
  const { count, height, width, symmetries = false } = options;
  if (height > archive.height || width > archive.width) {
    throw new ShapeError("drawPairCrops: crop", `at most [${archive.height}, ${archive.width}]`, [height, width]);
  }
  const { channels, outputs } = archive;
  const images = rng2.split("image").integers(count, 0, archive.count);
  const turns = symmetries ? rng2.split("symmetry").integers(count, 0, 8) : void 0;
  const rows = rng2.split("row").integers(count * draws, 0, archive.height - height + 1);
  const columns = rng2.split("column").integers(count * draws, 0, archive.width - width + 1);
  const condition = new Float32Array(count * height * width * channels);
  const clean = new Float32Array(count * height * width * outputs);
  const valid = new Float32Array(clean.length);
  for (let n = 0; n < count; n++) {
    const image = imageOf(archive, images[n]);
    const own = { rows: rows.subarray(n * draws, (n + 1) * draws), columns: columns.subarray(n * draws) };
    const [top, left] = placeOf(archive, image.valid, own, [height, width]);
    const turn = height === width ? turns?.[n] ?? 0 : (turns?.[n] ?? 0) & 6;
    const across = turn & 2 ? -1 : 1;
    const down = turn & 4 ? -archive.width : archive.width;
    const first = (top + (turn & 4 ? height - 1 : 0)) * archive.width + left + (turn & 2 ? width - 1 : 0);
    const [stepY, stepX] = turn & 1 ? [across, down] : [down, across];
    for (let y = 0, to = n * height * width; y < height; y++) {
      for (let x = 0, from = first + y * stepY; x < width; x++, to++, from += stepX) {
        for (let k = 0; k < channels; k++) condition[to * channels + k] = image.condition[from * channels + k];
        for (let k = 0; k < outputs; k++) {
          clean[to * outputs + k] = image.clean[from * outputs + k];
          valid[to * outputs + k] = image.valid[from * outputs + k];
        }
      }
    }
  }
  return { condition, clean, valid };
}
function placeOf({ width, outputs }, valid, { rows, columns }, crop2) {
  let best = [rows[0], columns[0]];
  let most = -1;
  for (const [i, top] of rows.entries()) {
    const left = columns[i];
    let known = 0;
    for (let y = 0; y < crop2[0]; y++) {
      const start = ((top + y) * width + left) * outputs;
      for (let at = start; at < start + crop2[1] * outputs; at++) known += valid[at];
    }
    if (known > most) {
      best = [top, left];
      most = known;
    }
    if (known >= leastShare * crop2[0] * crop2[1] * outputs) break;
  }
  return best;
}

// generative/pairs/channels/match-times.ts
var SLACK = 0.01;
function pairTimes(verb, fields2) {
  const [first, ...others] = fields2;
  const whole2 = commonTimes(first.field, first.field, "value", rolesOf(verb, first, first));
  return others.reduce(
    (times, other) => {
      checkCadence(verb, other, first);
      const found = commonTimes(other.field, first.field, "value", rolesOf(verb, other, first));
      const places = new Map(found.map(({ forecast, truth }) => [truth, forecast]));
      const kept = times.flatMap(({ iso, at }) => {
        const place = places.get(at[0]);
        return place === void 0 ? [] : [{ iso, at: [...at, place] }];
      });
      if (kept.length > 0) return kept;
      const has = `${found.length} times in common with the ${first.role} field alone`;
      throw new ShapeError(placed(verb, other.role, other.field), "times that all fields have", has);
    },
    whole2.map(({ truth, iso }) => ({ iso, at: [truth] }))
  );
}
var rolesOf = (verb, other, first) => ({
  verb,
  forecast: other.role,
  truth: `${first.role} field`
});
function checkCadence(verb, other, first) {
  const [own, its] = [timeAxis(other.field), timeAxis(first.field)];
  if (own === void 0 || its === void 0) return;
  if (calendarOf(own) !== calendarOf(its)) return;
  const where = placed(verb, other.role, other.field);
  if (own.bounds !== void 0 && its.bounds !== void 0) {
    checkBounds(where, own, its, first.role);
    return;
  }
  const [a, b] = [smallestStep(own), smallestStep(its)];
  if (a === void 0 || b === void 0 || Math.abs(a - b) <= SLACK * b) return;
  const way = a < b ? `bring it to the intervals of the ${first.role} field before (\`cdo daymean\`, \`cdo hourmean\`), with bounds of time` : `interpolate it to the times of the ${first.role} field before (\`cdo intntime\`), or select those that it has`;
  throw new ShapeError(
    `${where}: times`,
    `one every ${duration(b)}, as the ${first.role} field has`,
    `one every ${duration(a)}`,
    way
  );
}
var calendarOf = (time) => timeUnitsOf(time).calendar.replace("proleptic_gregorian", "standard");
function checkBounds(where, own, its, role) {
  const [a, b] = [edgesOf(own), edgesOf(its)];
  const keys = ({ low, high }) => Array.from(low, (v, i) => `${v} ${high[i]}`);
  const [ownKeys, itsKeys] = [new Set(keys(a)), new Set(keys(b))];
  const order = (edges, others2) => Array.from(edges.low.keys()).filter((i) => !others2.has(`${edges.low[i]} ${edges.high[i]}`)).sort((i, j) => edges.low[i] - edges.low[j]);
  const [lonely, others] = [order(a, itsKeys), order(b, ownKeys)];
  for (let i = 0, j = 0; i < lonely.length && j < others.length; ) {
    const [m, n] = [lonely[i], others[j]];
    if (a.high[m] <= b.low[n]) i++;
    else if (b.high[n] <= a.low[m]) j++;
    else {
      const expected = `${text2(b, n, its)} as the ${role} field has`;
      const way = "they are not the same interval; bring one of them to the intervals of the other, or correct its bounds";
      throw new ShapeError(`${where}: bounds of its times`, expected, text2(a, m, own), way);
    }
  }
}
function edgesOf(time) {
  const instants = instantsOf({ ...time, values: time.bounds });
  return { low: instants.filter((_, i) => i % 2 === 0), high: instants.filter((_, i) => i % 2 === 1) };
}
var text2 = ({ low, high }, i, time) => {
  const units = timeUnitsOf(time);
  return `${isoOf(low[i], units)} to ${isoOf(high[i], units)}`;
};
function smallestStep(time) {
  const instants = instantsOf(time).sort();
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < instants.length; i++) least = Math.min(least, (instants[i] - instants[i - 1]) / 1e3);
  return least > 0 && Number.isFinite(least) ? least : void 0;
}
function duration(seconds) {
  const units = [
    [86400, "d"],
    [3600, "h"],
    [60, "min"]
  ];
  const [size, name] = units.find(([size2]) => seconds >= size2) ?? [1, "s"];
  return `${Number((seconds / size).toPrecision(4))} ${name}`;
}

// generative/pairs/match.ts
function matchPairs(fields2, options = {}) {
  const { context = [] } = fields2;
  for (const role of ["fine", "coarse"]) {
    if (fields2[role].length === 0)
      throw new OptionsError(`train: \`${role}\` has no fields; give at least one`, role, []);
  }
  checkContext(context);
  const matched = matchFields("train", fields2, options);
  const [first, ...others] = matched.fine;
  const grid = fineGridOf(first);
  for (const other of others) checkSameGrid(placed("train", "fine", other), other, grid, `variable ${first.name}`);
  return { ...matched, context, grid };
}
function matchFields(verb, fields2, options) {
  const of = (role) => preparedFields(verb, role, fields2[role] ?? []);
  const [fine, coarse, others, still] = [of("fine"), of("coarse"), of("with"), of("static")];
  const timed = ["fine", "coarse", "with"].flatMap((role) => {
    const list2 = { fine, coarse, with: others }[role];
    return list2.map((field) => ({ role, field }));
  });
  const times = pairTimes(verb, timed);
  const axis = timeAxis(timed[0].field);
  const all = axis && momentsOf(axis);
  const moments2 = all && times.map(({ at }) => all[at[0]]);
  return { verb, fine, coarse, with: others, static: still, times, moments: moments2, options };
}
function splitPairs({ fine, times }, range, option = "time") {
  const part = asked(option, () => selectTimes(fine[0], range));
  const dim = fine[0].dimOf("time") ?? part.dims[0];
  const whole2 = positions(fine[0], dim);
  const chosen = new Set(positions(part, dim));
  const [inside, outside] = [[], []];
  for (const [n, { at }] of times.entries()) (chosen.has(whole2[at[0]]) ? inside : outside).push(n);
  return { inside, outside };
}
function asked(option, work) {
  try {
    return work();
  } catch (error) {
    if (!isMongeError(error)) throw error;
    throw new OptionsError(`\`${option}\`: ${error.message}`, option);
  }
}
var positions = (field, dim) => field.positions(dim).flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));

// generative/pairs/inputs.ts
async function pairInputs(given, description, options = {}) {
  const { grid: wanted, force = false, ...read } = options;
  const { channels, targets } = description;
  if (given.coarse.length === 0) throw new OptionsError("downscale: `coarse` has no fields; give one", "coarse", []);
  const fields2 = matchFields("downscale", given, read);
  const grid = await outputGrid(wanted, description, fields2);
  const maps = channelMaps(channels, fields2, grid);
  const [own, its] = [spacingOf(grid), description.grid && spacingOf(description.grid)];
  const complaints = [
    ...maps.complaints,
    ...own && its ? spacingOff(asRange(its), own).map((text3) => `an output grid with ${text3}`) : [],
    ...await outOfRange(channels, maps, fields2.times.length, grid)
  ];
  if (complaints.length > 0 && !force) {
    const way = "give inputs of that kind, or go on all the same with `force: true`";
    throw new DomainError(`downscale: INPUT has ${complaints.join("; and ")}; ${way}`, complaints);
  }
  const { count, least } = maps.clipped;
  if (count > 0) options.onNotice?.(`${count} negative values of precipitation, down to ${digits(least)}, set to 0`);
  const [height, width] = sizeOfGrid(grid);
  const valid = validOf(grid);
  return {
    count: fields2.times.length,
    times: timesOf(fields2),
    places: fields2.times.map(({ at }) => at[0]),
    grid,
    complaints,
    async read(n) {
      const condition = conditionOf(await maps.read(n), channels);
      return {
        height,
        width,
        condition,
        background: backgroundOf(condition, channels, targets),
        ...valid && { valid }
      };
    }
  };
}
async function outputGrid(wanted, { grid }, { coarse }) {
  if (wanted === void 0 && grid !== void 0) return grid;
  if (wanted === void 0) {
    const way = "give a field as a template, or a whole number of fine cells along a coarse one";
    throw new OptionsError(`downscale: the model does not tell its grid; ${way}`, "grid", wanted);
  }
  if (typeof wanted !== "number") {
    const template = mapsLast(ungrouped(wanted));
    const leading = template.dims.slice(0, -2).map((dim) => [dim, 0]);
    const map2 = await template.isel(Object.fromEntries(leading)).load();
    const valid = Uint8Array.from(map2.values, (v) => Number.isNaN(v) ? 0 : 1);
    return fineGridOf(map2, valid.includes(1) ? valid : void 0);
  }
  if (!(Number.isInteger(wanted) && wanted >= 1)) {
    const text3 = `downscale: grid is ${wanted}; expected a whole number of fine cells along a coarse one, or a field`;
    throw new OptionsError(text3, "grid", wanted);
  }
  const { name, dims, shape, coordinates, gridMapping, source } = coarse[0];
  const own = dims.slice(-2);
  const size = shape.slice(-2);
  const map = new Field({
    ...{ name, gridMapping, source, dims: own, shape: size, values: new Float32Array(sizeOf(size)) },
    coordinates: coordinates.filter((c) => c.dims.length > 0 && c.dims.every((dim) => own.includes(dim)))
  });
  return fineGridOf(refine(map, wanted));
}
function timesOf({ coarse, times }) {
  const time = timeAxis(coarse[0]);
  if (time === void 0) return void 0;
  const places = times.map(({ at }) => at[0]);
  const { bounds, ...rest } = time;
  return {
    ...rest,
    values: Float64Array.from(places, (i) => time.values[i]),
    ...bounds && { bounds: Float64Array.from(places.flatMap((i) => [bounds[2 * i], bounds[2 * i + 1]])) }
  };
}
async function outOfRange(channels, maps, times, grid) {
  const valid = validOf(grid);
  const seen = channels.map(() => ({
    least: Number.POSITIVE_INFINITY,
    greatest: Number.NEGATIVE_INFINITY,
    gaps: 0,
    all: 0
  }));
  const positions2 = new Map(
    channels.filter((channel) => channel.role === "context" && contextOf(channel)[0] === "position").map((channel) => [channel.name, contextMap(channel, grid, void 0)])
  );
  const guards = channelGuards("downscale", channels, maps);
  for (let n = 0; n < times; n++) {
    const inputs = await maps.inputs(n);
    for (const [c, { name }] of channels.entries()) {
      const [one, map] = [seen[c], inputs.get(name) ?? positions2.get(name)];
      if (map === void 0) continue;
      guards.get(name)?.see(map);
      for (let i = 0; i < map.length; i++) {
        if (valid?.[i] === 0) continue;
        const value = map[i];
        one.all++;
        if (Number.isNaN(value)) one.gaps++;
        if (value < one.least) one.least = value;
        if (value > one.greatest) one.greatest = value;
      }
    }
  }
  for (const guard of guards.values()) guard.check();
  const known = new Set(channels.map(({ of }) => of));
  return channels.flatMap(({ name, role, transform, range, units = "", optional: optional2 }, c) => {
    const { least, greatest, gaps, all } = seen[c];
    if (all === 0) return [];
    if (gaps === all && !optional2) {
      const way = "choose another time or variable, and check that the grids lie in one place";
      throw new DomainError(
        `downscale: ${role} ${name} has only missing values on the output grid; ${way}`,
        Number.NaN
      );
    }
    const found = [];
    if (gaps > 0 && !known.has(name)) {
      found.push(`${name} with ${gaps} of ${all} values missing, but it was trained without gaps`);
    }
    const margin = (range[1] - range[0]) / 2;
    const [low, high] = transform.kind === "log" ? [0, BEYOND * range[1]] : [range[0] - margin, range[1] + margin];
    if (least < low || greatest > high) {
      const span = ([a, b]) => `${digits(a)} to ${digits(b)} ${units}`.trim();
      found.push(`${name} of ${span([least, greatest])}, but it was trained on ${span(range)}`);
    }
    return found;
  });
}

// generative/pairs/channels/drafts.ts
var LINEAR = { kind: "linear" };
var UNMEASURED = { mean: 0, deviation: 1, range: [0, 0] };
function draftTargets(pairs, wetThreshold) {
  const partners = partnersOf(pairs);
  return pairs.fine.map((field, i) => {
    const where = placed(pairs.verb, "fine", field);
    const rain = isPrecipitation(where, "fine", field);
    const lengths = boundsLengths(field);
    const bounded = lengths && lengths.reduce((a, b) => a + b, 0) / lengths.length;
    const interval = rain ? precipitationInterval(where, field, pairs.options.interval, true) : bounded;
    return {
      name: field.name,
      ...namesOf(field),
      ...field.units !== void 0 && { units: field.units },
      ...interval !== void 0 && { interval },
      background: partners[i]?.name ?? null,
      transform: LINEAR,
      ...UNMEASURED,
      ...rain && { wetThreshold: wetThreshold ?? wetThresholdIn(field.units, interval) }
    };
  });
}
function draftChannels(pairs, targets, optional2) {
  const { verb, options, grid } = pairs;
  const taken = /* @__PURE__ */ new Set();
  const unique = (name, role) => {
    const free = taken.has(name) ? `${name} (${role})` : name;
    taken.add(free);
    return free;
  };
  const inputs = ["coarse", "with", "static"].flatMap(
    (role) => pairs[role].map((field) => {
      const where = placed(verb, role, field);
      const rain = isPrecipitation(where, role, field);
      const interval = intervalOf(where, role, field, rain, pairs);
      const target = role === "coarse" ? targets.find(({ background }) => background === field.name) : void 0;
      const units = target ? target.units : field.units;
      const { standardName } = rain && target ? target : namesOf(field);
      const cell = role === "static" ? void 0 : cellSize(field);
      return {
        name: unique(field.name, role),
        role,
        ...standardName !== void 0 && { standardName },
        ...units !== void 0 && { units },
        ...interval !== void 0 && { interval },
        ...cell && { spacing: asRange(cell) },
        transform: rain ? { kind: "log", unit: 1 } : LINEAR,
        ...UNMEASURED,
        method: options.method ?? "bilinear",
        ...optional2.includes(field.name) && role !== "coarse" && { optional: true }
      };
    })
  );
  const contexts = pairs.context.flatMap((name) => contextChannels(name, grid));
  return [...inputs, ...contexts.map((channel) => ({ ...channel, name: unique(channel.name, "context") }))];
}
function partnersOf(pairs) {
  const free = new Set(pairs.coarse);
  const rainy = (role, field) => isPrecipitation(placed(pairs.verb, role, field), role, field);
  const standard = (field) => namesOf(field).standardName;
  const found = /* @__PURE__ */ new Map();
  const alone = ({ units }) => units !== void 0 && pairs.fine.filter((f) => f.units === units).length === 1;
  const rules = [
    (target, field) => standard(target) !== void 0 && standard(target) === standard(field),
    (target, field) => target.name === field.name && rainy("fine", target) === rainy("coarse", field),
    (target, field) => rainy("fine", target) && rainy("coarse", field),
    (target, field) => !rainy("fine", target) && !rainy("coarse", field) && alone(target) && target.units === field.units
  ];
  for (const rule of rules) {
    for (const target of pairs.fine.filter((one) => !found.has(one))) {
      const fitting = [...free].filter((field) => rule(target, field));
      if (fitting.length > 1 && rainy("fine", target)) {
        const names = fitting.map(({ name }) => name).join(", ");
        const way = `give the one that ${target.name} refines as \`coarse\`, the others as \`with\``;
        const where = placed(pairs.verb, "coarse", fitting[1]);
        throw new OptionsError(`${where}: several fields are precipitation (${names}); ${way}`, "coarse", names);
      }
      if (fitting.length !== 1) continue;
      found.set(target, fitting[0]);
      free.delete(fitting[0]);
    }
  }
  return pairs.fine.map((target) => found.get(target));
}

// generative/pairs/channels/statistics.ts
var Moments = class {
  count = 0;
  least = Number.POSITIVE_INFINITY;
  greatest = Number.NEGATIVE_INFINITY;
  average = 0;
  squares = 0;
  /** Takes a value up (Welford 1962, doi:10.1080/00401706.1962.10490022). */
  add(value) {
    if (Number.isNaN(value)) return;
    this.count++;
    const off = value - this.average;
    this.average += off / this.count;
    this.squares += off * (value - this.average);
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
  }
  get mean() {
    return this.average;
  }
  /** Standard deviation, n − 1. */
  get deviation() {
    return this.count > 1 ? Math.sqrt(this.squares / (this.count - 1)) : 0;
  }
  /** Mean square of the distance from a value. */
  meanSquareFrom(value) {
    return this.squares / this.count + (this.average - value) ** 2;
  }
};
var Sample = class {
  values = [];
  stride = 1;
  met = 0;
  most;
  constructor(most = 2 ** 21) {
    this.most = most;
  }
  add(value) {
    if (this.met++ % this.stride !== 0) return;
    if (this.values.length === this.most) {
      const kept = this.values.filter((_, i) => i % 2 === 0);
      this.values.length = 0;
      for (const v of kept) this.values.push(v);
      this.stride *= 2;
      if ((this.met - 1) % this.stride !== 0) return;
    }
    this.values.push(value);
  }
  get size() {
    return this.values.length;
  }
  /** @throws DomainError for no values */
  quantile(q) {
    return quantile(this.values, q);
  }
};

// generative/pairs/measure.ts
async function measureChannels(pairs, times, options = {}) {
  const { optional: optional2 = [], wetThreshold } = options;
  checkTimes(pairs, times);
  checkOptional(pairs, optional2);
  if (wetThreshold !== void 0 && !(wetThreshold > 0 && Number.isFinite(wetThreshold))) {
    const text3 = `train: wetThreshold is ${wetThreshold}; expected a number above 0 in the units of the fine field`;
    throw new OptionsError(text3, "wetThreshold", wetThreshold);
  }
  const drafts = draftTargets(pairs, wetThreshold);
  const all = draftChannels(pairs, drafts, optional2);
  const [inputs, contexts] = [all.filter((c) => c.role !== "context"), all.filter((c) => c.role === "context")];
  checkContexts(pairs, times);
  const limits = clutterLimits(drafts, options.largest);
  const look = await firstLook(pairs, times, inputs, drafts, limits);
  const targets = drafts.map((target, o) => ({ ...target, transform: transformOf(target, look.targets[o].wet) }));
  const channels = inputs.map((channel, c) => {
    if (channel.transform.kind !== "log") return channel;
    const refines = targets.find(({ background }) => background === channel.name);
    return { ...channel, transform: refines?.transform ?? transformOf(channel, look.channels[c].wet) };
  });
  const measured = await moments(pairs, times, channels, targets, limits);
  const ranged = channels.map((channel, c) => withMoments(channel, look.channels[c].range, measured.channels[c]));
  const gaps = ranged.flatMap((channel, c) => {
    if (look.channels[c].gaps === 0 && !channel.optional) return [];
    const transform = { kind: "linear" };
    const { name } = channel;
    return [{ name: `${name} missing`, role: "missing", of: name, transform, mean: 0, deviation: 1, range: [0, 1] }];
  });
  return {
    channels: [...ranged, ...contexts, ...gaps],
    targets: targets.map((target, o) => measuredTarget(target, look.targets[o].range, measured.targets[o], ranged)),
    grid: fineGridOf(pairs.fine[0], look.valid)
  };
}
function checkTimes({ times: all }, times) {
  if (times.length === 0) throw new OptionsError("train: there are no times to learn from; give some", "times", times);
  const bad = times.find((n) => !(Number.isInteger(n) && n >= 0 && n < all.length));
  if (bad === void 0) return;
  throw new OptionsError(`train: times has ${bad}; expected indices of 0 to ${all.length - 1}`, "times", bad);
}
function checkOptional(pairs, optional2) {
  const names = [...pairs.with, ...pairs.static].map(({ name }) => name);
  const unknown = optional2.find((name) => !names.includes(name));
  if (unknown === void 0) return;
  const has = names.join(", ") || "none";
  throw new OptionsError(`train: optional has ${unknown}; with and static have ${has}`, "optional", unknown);
}
async function firstLook(pairs, times, channels, targets, limits) {
  const [inputs, outputs] = [channelMaps(channels, pairs, pairs.grid), targetMaps(targets, pairs)];
  const found = {
    channels: channels.map(() => ({ range: new Moments(), wet: new Sample(), gaps: 0 })),
    targets: targets.map(() => ({ range: new Moments(), wet: new Sample() })),
    valid: new Uint8Array(sizeOfGrid(pairs.grid).reduce((a, b) => a * b))
  };
  const thresholds = [
    ...targets.map((target) => target.wetThreshold),
    ...channels.map(
      ({ transform, units, interval }) => transform.kind === "log" ? wetThresholdIn(units, interval) : void 0
    )
  ].map((v) => Math.fround(v ?? Number.POSITIVE_INFINITY));
  const guards = targets.map(({ wetThreshold }, o) => {
    const field = outputs.fields[o];
    return accumulationGuard(placed(pairs.verb, "fine", field), field, wetThreshold !== void 0);
  });
  const others = channelGuards(pairs.verb, channels, inputs);
  const now = new Uint8Array(found.valid.length);
  for (const n of times) {
    now.fill(0);
    for (const [o, map] of (await outputs.read(n)).entries()) {
      guards[o].see(map);
      for (let i = 0; i < map.length; i++) if (!Number.isNaN(map[i])) now[i] = 1;
      takeUp(map, found.targets[o], thresholds[o], limits[o]);
    }
    const maps = await inputs.inputs(n);
    for (const [c, { name }] of channels.entries()) {
      const [channel, map] = [found.channels[c], maps.get(name)];
      others.get(name)?.see(map);
      for (let i = 0; i < map.length; i++) if (now[i] === 1 && Number.isNaN(map[i])) channel.gaps++;
      takeUp(map, channel, thresholds[targets.length + c]);
    }
    for (let i = 0; i < now.length; i++) found.valid[i] |= now[i];
  }
  for (const guard of [...guards, ...others.values()]) guard.check();
  tellClipped(pairs, "fine", outputs.clipped);
  tellClipped(pairs, "input", inputs.clipped);
  for (const [o, { name }] of targets.entries()) checkThere(`fine variable ${name}`, found.targets[o].range);
  for (const [c, { name, role }] of channels.entries()) checkThere(`${role} ${name}`, found.channels[c].range);
  return found;
}
function tellClipped({ options }, whose, { count, least }) {
  if (count === 0) return;
  options.onNotice?.(`${count} negative values of ${whose} precipitation, down to ${digits(least)}, set to 0`);
}
function takeUp(map, { range, wet }, threshold, limit = Number.POSITIVE_INFINITY) {
  for (let i = 0; i < map.length; i++) {
    const value = map[i];
    if (value > limit) continue;
    range.add(value);
    if (value >= threshold) wet.add(value);
  }
}
function checkThere(what, { count }) {
  if (count > 0) return;
  const way = "choose another time or variable, and check that the grids lie in one place";
  throw new DomainError(
    `train: ${what} has only missing values on the fine grid at the times to learn from; ${way}`,
    0
  );
}
function transformOf(one, wet) {
  if (one.transform.kind !== "log" && !("wetThreshold" in one)) return one.transform;
  if (wet.size > 0) return { kind: "log", unit: Number(wet.quantile(0.25).toPrecision(3)) };
  throw new DomainError(`train: ${one.name} is dry at all times to learn from; give some with precipitation`, 0);
}
async function moments(pairs, times, channels, targets, limits) {
  const [inputs, outputs] = [channelMaps(channels, pairs, pairs.grid), targetMaps(targets, pairs)];
  const found = {
    channels: channels.map(() => new Moments()),
    targets: targets.map(() => ({ values: new Moments(), off: new Moments(), inGaps: new Moments() }))
  };
  for (const n of times) {
    const maps = await inputs.inputs(n);
    for (const [c, { name, transform }] of channels.entries()) {
      const [map, moments2] = [maps.get(name), found.channels[c]];
      for (let i = 0; i < map.length; i++) moments2.add(transformed(transform, map[i]));
    }
    for (const [o, map] of (await outputs.read(n)).entries()) {
      const { transform, background } = targets[o];
      const under = background === null ? void 0 : maps.get(background);
      const { values, off, inGaps } = found.targets[o];
      for (let i = 0; i < map.length; i++) {
        if (!(map[i] <= limits[o])) continue;
        const value = transformed(transform, map[i]);
        values.add(value);
        if (under === void 0) continue;
        const base = transformed(transform, under[i]);
        if (Number.isNaN(base)) inGaps.add(value);
        else off.add(value - base);
      }
    }
  }
  return found;
}
function checkContexts({ context, grid, moments: moments2 }, times) {
  for (const name of context) {
    const places = sizeOfGrid(grid).reduce((a, b) => a * b);
    const many = name === "position" ? places : new Set(times.map((n) => moments2?.[n]?.[name])).size;
    if (many > 1 || moments2 === void 0) continue;
    const text3 = `train: \`context\` ${name} is the same everywhere at all times to learn from; leave it out`;
    throw new OptionsError(text3, "context", name);
  }
}
function withMoments(channel, { least, greatest }, { mean, deviation }) {
  if (deviation > 0) return { ...channel, mean, deviation, range: [least, greatest] };
  const text3 = `train: ${channel.role} ${channel.name} is ${least} everywhere at all times to learn from; leave it out`;
  throw new DomainError(text3, least);
}
function measuredTarget(target, { least, greatest }, { values, off, inGaps }, channels) {
  const under = channels.find(({ name }) => name === target.background);
  const part = (moments2, from) => moments2.count ? moments2.count * moments2.meanSquareFrom(from) : 0;
  const square = under ? (part(off, 0) + part(inGaps, under.mean)) / (off.count + inGaps.count) : values.meanSquareFrom(values.mean);
  if (square > 0) {
    return { ...target, mean: values.mean, deviation: Math.sqrt(square), range: [least, greatest] };
  }
  const way = "the fine field must differ from what it is refined from";
  throw new DomainError(`train: ${target.name} is its background everywhere, nothing is to be learned; ${way}`, square);
}

// generative/one-step/masked-loss.ts
function maskedOneStepLoss(network2, { outputs, members, scales, term, shown = false }) {
  const deviations = () => tf.tensor(
    outputs.map(({ deviation }) => deviation),
    [1, 1, 1, outputs.length]
  );
  return (parameters, inputs) => {
    const [given, condition, background, mask, noise2, ...directions] = inputs;
    const clean = tf.where(tf.greater(mask, 0), given, tf.zerosLike(given));
    const each = (x) => tf.concat(new Array(members).fill(x), 0);
    const seen = shown ? tf.concat([condition, mask], 3) : condition;
    const level = tf.div(background, deviations());
    const field = tf.add(each(level), oneStepOutput(network2, parameters, noise2, each(seen)));
    const drawn = tf.split(bentGraph(field, outputs), members, 0);
    const truth = tf.add(level, clean);
    const share = tf.maximum(tf.mean(mask, [1, 2, 3], true), constant(1e-12));
    const parts = scales.map((k) => {
      const known = means(mask, k);
      const of = (x) => tf.div(means(tf.mul(mask, x), k), tf.maximum(known, constant(1e-12)));
      const weight = tf.div(tf.mean(known, 3, true), share);
      return fairEnergy(drawn.map(of), of(truth), (a, b) => tf.mul(weight, apart(a, b)));
    });
    const crps = parts.reduce((sum, part) => tf.add(sum, part));
    if (term === void 0) return { loss: crps, metrics: { crps } };
    const filled = (x) => flat(tf.add(tf.mul(mask, x), tf.mul(tf.sub(1, mask), level)));
    const energy = sampleEnergy(drawn.map(filled), filled(truth), term, directions);
    return {
      loss: tf.add(crps, tf.mul(energy, term.weight)),
      metrics: { crps, [term.kind]: energy }
    };
  };
}
function apart(a, b) {
  if (a.shape[3] === 1) return absoluteDifference(a, b);
  return tf.sqrt(tf.add(tf.sum(tf.square(tf.sub(a, b)), 3, true), constant(1e-12)));
}
function means(x, k) {
  if (k === 1) return x;
  const [batch2, height, width, outputs] = x.shape;
  if (outputs === 1) return blockMeansGraph(x, k);
  const own = tf.split(x, outputs, 3);
  const of = own.map((one) => blockMeansGraph(tf.reshape(one, [batch2, height, width, 1]), k));
  return tf.concat(of, 3);
}
function flat(x) {
  const [batch2, height, width, outputs] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch2 * outputs, height, width, 1]);
}
function bentGraph(field, outputs) {
  if (outputs.every(({ log }) => !log)) return field;
  const own = outputs.length === 1 ? [field] : tf.split(field, outputs.length, 3);
  const of = own.map((x, k) => {
    const { deviation, log, cut = 0 } = outputs[k];
    if (!log) return x;
    const positive2 = softplus(tf.mul(x, deviation));
    return tf.div(cut > 0 ? cutBelow(positive2, cut) : positive2, deviation);
  });
  return of.length === 1 ? of[0] : tf.concat(of, 3);
}
function bendResidual(output, background, outputs) {
  for (let i = 0; i < output.length; i++) {
    const { deviation, log } = outputs[i % outputs.length];
    if (!log) continue;
    const level = background[i % background.length];
    output[i] = (bent(level + deviation * output[i]) - level) / deviation;
  }
}

// generative/pairs/printed.ts
function pairedText({ configuration, parameters, network: network2, generator: generator2, file }) {
  const { channels, targets, provenance, process: process2 = "edm" } = configuration;
  const count = Object.values(parameters).reduce((sum, { values }) => sum + values.length, 0);
  const steps2 = provenance?.["step"];
  const roles = ["coarse", "with", "static", "context"].flatMap((role) => {
    const found = channels.filter((channel) => channel.role === role);
    return found.length === 0 ? [] : [[role, listed(found)]];
  });
  return printedLines("PairedDownscaler", [
    ["makes", listed(targets)],
    ...roles,
    ["network", `${count} parameters, ${network2.options.baseChannels} channels at first`],
    generator2 === "diffusion" ? ["process", process2] : ["generator", oneStepText],
    ...typeof steps2 === "number" ? [["steps", String(steps2)]] : [],
    ...file ? [["file", shortened(file.path, 200)]] : []
  ]);
}
var listed = (parts) => shortened(parts.map(({ name, units }) => units === void 0 ? name : `${name} (${units})`).join(", "), 200);

// generative/pairs/paired-downscaler.ts
var sigmaData = 1;
var LAW = "correction.law";
var PairedDownscaler = class _PairedDownscaler {
  configuration;
  network;
  parameters;
  /** What draws its members. */
  generator;
  /** Of diffusion; undefined for a one-step generator, which has none. */
  process;
  /** Where it was read from; undefined for one that was made in memory. */
  file;
  /** Quantiles of the coarse observations, of models that correct: [seasons, quantiles, height, width]. */
  law;
  #generator;
  /**
   * @throws OptionsError when the configuration is none, or names a noise process of your own that is not in `options`
   * @throws ShapeError when the parameters do not fit the network
   * @throws DomainError when a parameter is not finite
   */
  constructor(configuration, parameters, options = {}) {
    const { file, law, ...compiled } = options;
    const complaint = pairConfigurationCheck(configuration, "configuration");
    if (complaint !== void 0) {
      throw new OptionsError(`PairedDownscaler: ${complaint}`, "configuration", configuration);
    }
    this.configuration = configuration;
    this.network = unet(configuration.network);
    checkParameters("PairedDownscaler", this.network, parameters);
    this.parameters = parameters;
    this.file = file;
    this.law = law;
    checkLaw(configuration, law);
    const { generator: generator2 = "diffusion", process: process2 } = configuration;
    this.generator = generator2;
    const parts = {
      generator: generator2,
      sigmaData,
      network: this.network,
      parameters,
      ...process2 !== void 0 && { process: process2 }
    };
    this.#generator = generatorOf("PairedDownscaler", parts, compiled);
    this.process = this.#generator.process;
  }
  /**
   * Draw an ensemble.
   *
   * @param input - any size; it is made a multiple of what the network needs by repeating its last row and column
   * @throws ShapeError when an array does not fit the size
   * @throws DomainError when a number of the input is not finite
   * @throws OptionsError when an option is out of range
   */
  async sample(input, options = {}) {
    const { channels, targets, masked = false } = this.configuration;
    const { multiple } = this.network;
    const { ceiling = 10, ...chosen } = options;
    if (!(ceiling > 0)) {
      throw new OptionsError(`PairedDownscaler.sample: ceiling is ${ceiling}, expected > 0`, "ceiling", ceiling);
    }
    this.#generator.check("PairedDownscaler.sample", chosen);
    const draw = resolveDraw("PairedDownscaler.sample", chosen, multiple);
    checkInput(input, channels.length, targets.length);
    const [height, width] = [input.height, input.width].map((n) => Math.ceil(n / multiple) * multiple);
    const repeated = edgesRepeated(input.condition, [input.height, input.width, channels.length], [height, width]);
    const valid = masked ? insideOf(input, height, width) : void 0;
    const condition = valid === void 0 ? repeated : withMask(repeated, valid, channels.length, targets.length);
    const level = edgesRepeated(input.background, [input.height, input.width, targets.length], [height, width]);
    const settle = (output) => bendResidual(output, level, scalesOf(targets));
    const images = { height, width, condition, settle, ...valid && { valid } };
    const residual = await this.#generator.draw(images, draw);
    const values = new Float32Array(draw.members * input.height * input.width * targets.length);
    const finish = targets.map((target) => untransformed(target, ceiling));
    const line = input.width * targets.length;
    for (let row = 0, to = 0; row < draw.members * input.height; row++) {
      const [member, y] = [Math.floor(row / input.height), row % input.height];
      const from = (member * height + y) * width * targets.length;
      for (let i = 0; i < line; i++, to++) {
        const pixel = y * input.width + Math.floor(i / targets.length);
        const k = i % targets.length;
        const field = input.background[y * line + i] + targets[k].deviation * residual[from + i];
        values[to] = input.valid?.[pixel] === 0 ? Number.NaN : finish[k](field);
      }
    }
    return { values, members: draw.members, height: input.height, width: input.width, outputs: targets.length };
  }
  /**
   * Write parameters and configuration to one safetensors file with a checksum, whole or not at all.
   *
   * @throws DomainError when a parameter is not finite
   */
  async save(path) {
    checkParameters("PairedDownscaler", this.network, this.parameters);
    const tensors2 = Object.entries(this.parameters).map(
      ([name, p]) => [name, { shape: p.shape, data: p.values }]
    );
    const law = this.law && { [LAW]: { shape: [this.law.length], data: this.law } };
    await writeSafetensors(
      path,
      { ...Object.fromEntries(tensors2), ...law },
      {
        [pairMetadataKey]: JSON.stringify(this.configuration)
      }
    );
  }
  /**
   * Read what {@link PairedDownscaler.save} wrote.
   *
   * @throws FormatError when the file is damaged or holds something else; OptionsError when the model was trained with a
   *   noise process of your own, which `options` must bring
   */
  static async load(path, options = {}) {
    const { tensors: tensors2, metadata } = await readSafetensors(path);
    const configuration = readPairConfiguration(path, metadata);
    const parameters = [...tensors2].map(([name, { shape, data }]) => {
      if (data instanceof Float32Array) return [name, { shape: [...shape], values: data }];
      throw damagedPair(path, `tensor ${JSON.stringify(name)} is not float32`);
    });
    if (configuration.generator === "one-step") checkNoProcess("PairedDownscaler.load", options.process);
    else processOfModel(configuration.process, options.process);
    const file = { path, sha256: await fileHash(path) };
    try {
      const { [LAW]: law, ...own } = Object.fromEntries(parameters);
      return new _PairedDownscaler(configuration, own, { ...options, file, ...law && { law: law.values } });
    } catch (error) {
      if (isMongeError(error)) throw damagedPair(path, error.message, error);
      throw error;
    }
  }
  /** What `console.log` prints. */
  [inspect]() {
    return pairedText(this);
  }
  /** Free the compiled programs. */
  async dispose() {
    await this.#generator.dispose();
  }
};
function untransformed({ transform, wetThreshold = 0, range }, ceiling = Number.POSITIVE_INFINITY) {
  if (transform.kind === "linear" && wetThreshold === 0) return (t) => t;
  const most = transform.kind === "log" ? ceiling * range[1] : Number.POSITIVE_INFINITY;
  return (t) => {
    const value = Math.min(restored(transform, t), most);
    return value < wetThreshold ? 0 : value;
  };
}
var scalesOf = (targets, cut = false) => targets.map(({ deviation, transform, wetThreshold = 0 }) => ({
  deviation,
  log: transform.kind === "log",
  ...cut && { cut: transformed(transform, wetThreshold) }
}));
function checkLaw({ correction }, law) {
  const wanted = correction === void 0 ? 0 : lawSize(correction);
  if ((law?.length ?? 0) !== wanted) throw new ShapeError(`PairedDownscaler: ${LAW}`, [wanted], [law?.length ?? 0]);
  const at = law?.findIndex((v) => Math.abs(v) === Number.POSITIVE_INFINITY) ?? -1;
  if (at >= 0) throw new DomainError(`PairedDownscaler: value ${at} of ${LAW} is ${law[at]}`, law[at]);
}
function insideOf({ height, width, valid }, rows, columns) {
  const inside = new Uint8Array(rows * columns);
  for (let y = 0; y < height; y++) {
    if (valid === void 0) inside.fill(1, y * columns, y * columns + width);
    else inside.set(valid.subarray(y * width, (y + 1) * width), y * columns);
  }
  return inside;
}
function withMask(condition, valid, channels, outputs) {
  const depth = channels + outputs;
  const out = new Float32Array(valid.length * depth);
  for (let i = 0; i < valid.length; i++) {
    out.set(condition.subarray(i * channels, (i + 1) * channels), i * depth);
    out.fill(valid[i] === 0 ? 0 : 1, i * depth + channels, (i + 1) * depth);
  }
  return out;
}
function checkInput({ height, width, condition, background, valid }, channels, outputs) {
  const caller = "PairedDownscaler.sample";
  if (!(Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0)) {
    throw new ShapeError(`${caller}: input`, "a height and a width of at least 1", [height, width]);
  }
  const pixels = height * width;
  if (condition.length !== pixels * channels) {
    throw new ShapeError(`${caller}: condition`, [height, width, channels], `${condition.length} values`);
  }
  if (background.length !== pixels * outputs) {
    throw new ShapeError(`${caller}: background`, [height, width, outputs], `${background.length} values`);
  }
  if (valid && valid.length !== pixels) {
    throw new ShapeError(`${caller}: valid`, [height, width], `${valid.length} values`);
  }
  for (const [name, values] of Object.entries({ condition, background })) {
    const at = values.findIndex((v) => !Number.isFinite(v));
    if (at < 0) continue;
    const hint = "gaps are 0 in the condition, and the channel's mean in the background";
    throw new DomainError(`${caller}: value ${at} of the ${name} is ${values[at]}; ${hint}`, values[at]);
  }
}

// generative/pairs/pair-checkpoint.ts
function pairedOf(checkpoint, options = {}) {
  const { last = false, ...run } = options;
  const { best, state } = checkpoint;
  return best === void 0 || last ? modelOf(checkpoint, state.step, state.ema, run) : modelOf(checkpoint, best.step, best.parameters, run);
}
function modelOf({ recipe, description, masked }, step2, stored, run) {
  const configuration = {
    network: networkOf(recipe, description, masked),
    ...description,
    masked,
    ...recipe.generator ? { generator: recipe.generator } : { process: recipe.process },
    provenance: { step: step2, recipe }
  };
  return new PairedDownscaler(configuration, parametersOf("pairedOf", unet(configuration.network), stored), run);
}
function networkOf({ network: network2, generator: generator2 }, description, masked) {
  return { ...network2, ...networkEnds(description, masked, generator2) };
}

// generative/pairs/check-archive.ts
function checkPairArchive(name, archive, { channels, targets }, multiple) {
  const { height, width, count } = archive;
  const caller = `trainPairs: ${name}`;
  if (!(count > 0 && height > 0 && width > 0 && height % multiple === 0 && width % multiple === 0)) {
    const hint = "repeat the last row and column, with valid = 0";
    throw new ShapeError(
      `${caller} [count, height, width]`,
      `sides that ${multiple} divides`,
      [count, height, width],
      hint
    );
  }
  const known = targets.map(() => 0);
  for (let image = 0; image < count; image++) {
    const { condition, clean, valid } = imageOf(archive, image);
    for (const [what, depth, wanted, values] of [
      ["condition", archive.channels, channels.length, condition],
      ["clean", archive.outputs, targets.length, clean],
      ["valid", archive.outputs, targets.length, valid]
    ]) {
      if (depth === wanted && values.length === height * width * wanted) continue;
      const shape = [count, height, width, wanted];
      throw new ShapeError(`${caller}.${what}`, shape, `image ${image} of ${values.length} values, ${depth} a pixel`);
    }
    const gap = condition.findIndex((v) => !Number.isFinite(v));
    if (gap >= 0) {
      const channel = channels[gap % channels.length].name;
      throw new DomainError(`${caller}.condition holds ${condition[gap]} in ${channel}; gaps are 0`, condition[gap]);
    }
    for (let i = 0; i < valid.length; i++) {
      if (valid[i] === 0) continue;
      known[i % targets.length]++;
      if (Number.isFinite(clean[i])) continue;
      throw new DomainError(`${caller}.clean holds ${clean[i]} in ${targets[i % targets.length].name}`, clean[i]);
    }
  }
  const none = known.indexOf(0);
  if (none >= 0) throw new DomainError(`${caller} has no value of ${targets[none].name}`);
}

// generative/diffusion/masked-loss.ts
function maskedDenoisingLoss(network2, { sigmaData: sigmaData2, process: process2 = edm, shown = false, edges = [] }) {
  return (parameters, inputs) => {
    const [given, condition, noise2] = inputs;
    const sigma = inputs[3];
    const mask = inputs[4];
    const clean = tf.where(tf.greater(mask, 0), given, tf.zerosLike(given));
    const noisy = tf.add(clean, tf.mul(tf.reshape(sigma, [-1, 1, 1, 1]), noise2));
    const seen = shown ? tf.concat([condition, mask], 3) : condition;
    const estimate = denoise(network2, parameters, noisy, seen, sigma, sigmaData2, process2);
    const weight = process2.weight(sigma, sigmaData2, tensors);
    const share = tf.maximum(tf.mean(mask, [1, 2, 3]), 1e-12);
    const error = tf.div(tf.mean(tf.mul(mask, tf.square(tf.sub(estimate, clean))), [1, 2, 3]), share);
    const each = tf.mul(weight, error);
    const loss = tf.mean(each);
    return { loss, metrics: edges.length === 0 ? {} : lossByLevel(each, sigma, edges) };
  };
}

// generative/pairs/batch.ts
function covariateGroups(channels) {
  const covariates = channels.filter(({ role }) => role === "with" || role === "static" || role === "context");
  const marked = covariates.filter(({ optional: optional2 }) => optional2);
  const names = new Set((marked.length > 0 ? marked : covariates).map(fieldOf));
  return [...names].map((field) => {
    const own = (channel) => channel.role !== "coarse" && rootOf(channel, channels) === field;
    const places = channels.flatMap((channel, i) => own(channel) ? [i] : []);
    const tells = (i) => channels[i].role === "missing";
    return { field, values: places.filter((i) => !tells(i)), missing: places.filter(tells) };
  });
}
function rootOf(channel, channels) {
  const source = channel.role === "missing" ? channels.find(({ name }) => name === channel.of) : channel;
  return source === void 0 || source.role === "coarse" ? "" : fieldOf(source);
}
var directionless = (channels) => channels.every(({ role, name }) => role === "coarse" || role === "missing" || /^(season|hour) /.test(name));
function pairCropsOf(archive, stream, { batch: batch2, dropout, symmetries }, size, groups) {
  const options = { count: batch2, height: size[0], width: size[1], symmetries };
  const crops = drawPairCrops(archive, stream.split("crops"), options);
  if (dropout > 0) leaveOut(crops.condition, archive.channels, groups, dropout, batch2, stream.split("dropout"));
  return crops;
}
function pairBatch(archive, stream, recipe, size, groups, process2) {
  const { condition, clean, valid } = pairCropsOf(archive, stream, recipe, size, groups);
  const noise2 = stream.split("noise").normal(new Float32Array(clean.length));
  const sigma = process2.trainingLevels(stream.split("sigma").stratified(recipe.batch), 1, recipe.noise);
  return [clean, condition, noise2, sigma, valid];
}
function leaveOut(condition, channels, groups, dropout, batch2, stream) {
  const drawn = stream.uniform(batch2 * groups.length);
  const length = condition.length / batch2;
  for (let n = 0; n < batch2; n++) {
    for (const [g, { values, missing }] of groups.entries()) {
      if (drawn[n * groups.length + g] >= dropout) continue;
      for (let at = n * length; at < (n + 1) * length; at += channels) {
        for (const k of values) condition[at + k] = 0;
        for (const k of missing) condition[at + k] = 1;
      }
    }
  }
}

// generative/pairs/lesson.ts
var pairLessonOf = (parts) => parts.recipe.generator === "one-step" ? oneStepLesson(parts) : diffusionLesson(parts);
function cropping({ archive, recipe, description }) {
  const size = [archive.height, archive.width].map((n) => Math.min(recipe.crop, n));
  const groups = recipe.dropout > 0 ? covariateGroups(description.channels) : [];
  const image = (depth, count = recipe.batch) => ({ shape: [count, ...size, depth] });
  const of = { channels: description.channels.length, outputs: description.targets.length };
  return { size, groups, image, ...of };
}
function diffusionLesson(parts) {
  const { archive, recipe, masked, network: network2, process: process2 } = parts;
  const { size, groups, image, channels, outputs } = cropping(parts);
  return {
    inputs: [image(outputs), image(channels), image(outputs), { shape: [recipe.batch] }, image(outputs)],
    loss: maskedDenoisingLoss(network2, {
      sigmaData,
      process: process2,
      shown: masked,
      edges: quartileEdges(process2, sigmaData, recipe.noise)
    }),
    initialize: (rng2) => network2.initialize(rng2),
    batch: (stream) => pairBatch(archive, stream, recipe, size, groups, process2)
  };
}
function oneStepLesson(parts) {
  const { archive, recipe, description, masked, network: network2 } = parts;
  const { size, groups, image, channels, outputs } = cropping(parts);
  const { members, scales, term, cut } = recipe.oneStep;
  for (const side of size) resolveOneStep("trainPairs", recipe.oneStep, side);
  const count = members * recipe.batch;
  const directions = term === null ? [] : directionShapes(term);
  const sides = noiseSidesOf(network2);
  return {
    inputs: [
      image(outputs),
      image(channels),
      image(outputs),
      image(outputs),
      image(sides.length, count),
      ...directions.map((shape) => ({ shape }))
    ],
    loss: maskedOneStepLoss(network2, {
      outputs: scalesOf(description.targets, cut),
      members,
      scales,
      shown: masked,
      ...term && { term }
    }),
    initialize: (rng2) => initializeOneStep(network2, rng2),
    batch(stream) {
      const { condition, clean, valid } = pairCropsOf(archive, stream, recipe, size, groups);
      const background = backgroundOf(condition, description.channels, description.targets);
      const noise2 = noiseBatch(stream.split("noise"), count, ...size, sides);
      const drawn = drawAllDirections(stream.split("directions"), directions);
      return [clean, condition, background, valid, noise2, ...drawn];
    }
  };
}

// generative/pairs/recipe.ts
var { generator, oneStep, seed, steps, batch, crop, network, process, noise } = recipeChecks;
var { peakRate, finalRate, warmup, clipNorm, emaDecay } = recipeChecks;
var optimizing = { peakRate, finalRate, warmup, clipNorm, emaDecay };
var shared = { generator, oneStep, seed, steps, batch, crop, network, process, noise, ...optimizing };
var pairRecipeCheck = record({
  ...shared,
  dropout: real(0, 1),
  symmetries: among(true, false),
  validation: validationCheck
});
var pairChoicesCheck = record({
  ...Object.fromEntries(Object.entries(shared).map(([name, check]) => [name, optional(check)])),
  dropout: optional(real(0, 1)),
  symmetries: optional(among(true, false)),
  validation: optional(validationChoicesCheck)
});
var DEFAULT_STEPS = 2e3;
function resolvePairRecipe(o, process2, symmetries) {
  const steps2 = o.steps ?? DEFAULT_STEPS;
  const crop2 = o.crop ?? 32;
  const { generator: generator2, oneStep: oneStep2, network: network2, process: own, noise: noise2, validation } = o;
  const asked2 = { generator: generator2, oneStep: oneStep2, network: network2, process: own, noise: noise2, validation };
  const given = Object.fromEntries(Object.entries(asked2).filter(([, value]) => value !== void 0));
  const kind = checkKind("trainPairs", given, crop2);
  const recipe = {
    seed: o.seed ?? 0,
    steps: steps2,
    batch: o.batch ?? 16,
    crop: crop2,
    network: o.network ?? {},
    process: process2.name,
    noise: o.noise ?? {},
    peakRate: o.peakRate ?? 1e-3,
    finalRate: o.finalRate ?? 1e-5,
    warmup: o.warmup ?? Math.min(100, Math.ceil(steps2 / 10)),
    clipNorm: o.clipNorm ?? 1,
    emaDecay: o.emaDecay ?? 0.998,
    dropout: o.dropout ?? 0,
    symmetries: o.symmetries ?? symmetries,
    ...kind,
    validation: resolveValidation("trainPairs", steps2, o, 4)
  };
  const complaint = pairRecipeCheck(recipe, "recipe");
  if (complaint !== void 0) throw new OptionsError(`trainPairs: ${complaint}`, "recipe", recipe);
  const { multiple } = unet(recipe.network);
  if (recipe.crop % multiple !== 0) {
    throw new OptionsError(
      `trainPairs: crop is ${recipe.crop}, expected a multiple of ${multiple}`,
      "crop",
      recipe.crop
    );
  }
  process2.trainingLevels([0.5], 1, recipe.noise);
  return recipe;
}
function checkSameRecipe(now, then) {
  const old = { generator: "diffusion" };
  for (const name of Object.keys({ ...old, ...now, ...then })) {
    const [a, b] = [JSON.stringify({ ...old, ...now }[name]), JSON.stringify({ ...old, ...then }[name])];
    if (a === b) continue;
    const hint = "resume with the recipe of the checkpoint";
    throw new OptionsError(`trainPairs: ${name} is ${a}, the checkpoint has ${b}; ${hint}`, name, now[name]);
  }
}

// generative/pairs/set-up.ts
function setUp(archive, description, options) {
  const { resume, start } = options;
  const complaint = linksComplaint(description, "description");
  if (complaint !== void 0) throw new OptionsError(`trainPairs: ${complaint}`, "description", description);
  if (resume && start) throw new OptionsError("trainPairs: both resume and start are given; give one", "start");
  const dropped = (options.dropout ?? 0) > 0 ? covariateGroups(description.channels) : [];
  const optional2 = new Set(dropped.flatMap(({ values }) => values));
  const channels = description.channels.map((c, i) => optional2.has(i) ? { ...c, optional: true } : c);
  const given = { ...description, channels };
  const process2 = noiseProcess(options.process);
  const network2 = options.network ?? (start && sizesOnly(start.configuration.network));
  const fail = (name, now, then) => {
    const what = `${name} is "${now}", the model to start from has "${then}"`;
    throw new OptionsError(`trainPairs: ${what}; leave it out`, name, now);
  };
  const wanted = options.generator ?? start?.generator;
  if (start && wanted !== start.generator) fail("generator", wanted, start.generator);
  const generator2 = options.generator ?? start?.configuration.generator;
  const chosen = { ...options, ...network2 && { network: network2 }, ...generator2 && { generator: generator2 } };
  const recipe = resolvePairRecipe(chosen, process2, directionless(channels));
  if (resume) {
    checkSameRecipe(recipe, resume.recipe);
    checkSameDescription("resume", given, resume.description);
  }
  if (start) {
    checkSameDescription("start", description, start.configuration, ["optional"]);
    if (start.process && start.process.name !== process2.name) fail("process", process2.name, start.process.name);
    const [a, b] = [unet(networkOf(recipe, start.configuration, false)).options, start.network.options];
    const sizes = Object.keys(a);
    const off = sizes.filter((k) => k !== "inputChannels" && JSON.stringify(a[k]) !== JSON.stringify(b[k]));
    if (off.length > 0) {
      const [has, expected] = [a, b].map((o) => off.map((k) => `${k} ${JSON.stringify(o[k])}`).join(", "));
      const text3 = `trainPairs: network has ${has}, expected ${expected}; leave \`network\` out, the model to start from has its own`;
      throw new OptionsError(text3, "network", options.network);
    }
  }
  const masked = resume?.masked ?? start?.configuration.masked ?? hasGaps(archive);
  return { given, masked, recipe };
}
function sizesOnly({ inputChannels: _in, outputChannels: _out, ...sizes }) {
  return sizes;
}
function checkSameDescription(option, now, then, except = []) {
  const shown = (value) => JSON.stringify(value, (key, v) => except.includes(key) ? void 0 : v) ?? "none";
  for (const part of ["channels", "targets"]) {
    for (let i = 0; i < Math.max(now[part].length, then[part].length); i++) {
      const [a, b] = [shown(now[part][i]), shown(then[part][i])];
      if (a === b) continue;
      const hint = `standardise the archive by the description of what \`${option}\` goes on from`;
      throw new OptionsError(`trainPairs: ${part}[${i}] is ${a}, \`${option}\` has ${b}; ${hint}`, option);
    }
  }
}

// generative/pairs/validate.ts
async function validatePairs(model, archive, { seed: seed2, images, members, evaluations }) {
  const { channels, targets } = model.configuration;
  const { height, width, outputs } = archive;
  const pixels = height * width;
  const chosen = rng(seed2).split("validation").permutation(archive.count).subarray(0, images).sort();
  const cases = targets.map(() => ({ ensemble: [], truth: [] }));
  const read = targets.map((target) => untransformed(target));
  for (const image of chosen) {
    const { condition, clean, valid: known } = imageOf(archive, image);
    const valid = Uint8Array.from(
      { length: pixels },
      (_, i) => known.subarray(i * outputs, (i + 1) * outputs).includes(1) ? 1 : 0
    );
    const background = backgroundOf(condition, channels, targets);
    const input = { height, width, condition, background, valid };
    const taken = model.generator === "diffusion" && { evaluations };
    const { values } = await model.sample(input, { seed: seed2, frame: image, members, ...taken });
    for (let i = 0; i < pixels * outputs; i++) {
      if (known[i] === 0) continue;
      const k = i % outputs;
      const { ensemble, truth } = cases[k];
      truth.push(read[k](background[i] + targets[k].deviation * clean[i]));
      for (let m = 0; m < members; m++) ensemble.push(values[m * pixels * outputs + i]);
    }
  }
  const scored = targets.map(({ name }, k) => ({ name, ...scoresOf(cases[k], members) }));
  return {
    score: scored.reduce((sum, { relative }) => sum + relative, 0) / scored.length,
    targets: scored.map(({ relative: _, ...rest }) => rest)
  };
}
function scoresOf({ ensemble, truth }, members) {
  const points = truth.length;
  const observed = Float64Array.from(truth);
  const crps = meanCrps(
    { values: Float64Array.from(ensemble), shape: [points, members] },
    { values: observed, shape: [points] }
  );
  const byMember = Float64Array.from(ensemble, (_, i) => ensemble[i % points * members + Math.floor(i / points)]);
  const { variance, squaredError } = spreadAndError(byMember, observed, members);
  const mean = observed.reduce((a, b) => a + b, 0) / points;
  const deviation = observed.reduce((sum, v) => sum + Math.abs(v - mean), 0) / points;
  const spread = (members + 1) / members * variance / squaredError;
  return {
    crps,
    spreadSkill: squaredError > 0 ? Math.sqrt(spread) : null,
    relative: deviation > 0 ? crps / deviation : crps
  };
}

// generative/pairs/train-pairs.ts
async function trainPairs(archive, description, options = {}) {
  const { validate, device = "cpu", threads = 1, resume, start } = options;
  const process2 = noiseProcess(options.process);
  const { given, masked, recipe } = setUp(archive, description, options);
  const network2 = unet(networkOf(recipe, given, masked));
  checkPairArchive("archive", archive, given, network2.multiple);
  if (validate) checkPairArchive("validate", validate, given, network2.multiple);
  const root = rng(recipe.seed);
  const { seed: seed2, validation: how } = recipe;
  const lesson = pairLessonOf({ archive, recipe, description: given, masked, network: network2, process: process2 });
  const run = { device, threads, ...recipe.generator !== "one-step" && { process: process2 } };
  const judge = async (held, { step: step2, ema }) => {
    const model = modelOf({ recipe, description: given, masked }, step2, ema, run);
    const scores = await validatePairs(model, held, { seed: seed2, ...how });
    await model.dispose();
    return scores;
  };
  const ended = await runTraining({
    ...following(options),
    caller: "trainPairs",
    lesson,
    parameters: start ? inNetworkOrder(network2, start.parameters) : lesson.initialize(root.split("network")),
    recipe,
    batches: root.split("batch"),
    ...resume && { from: resume },
    ...validate && {
      judge: { ...how, scores: (state) => judge(validate, state), least: ({ score }) => score }
    },
    checkpointOf: ({ best, ...now }) => ({ recipe, description: given, masked, ...now, ...best && { best } })
  });
  return { ...ended, downscaler: pairedOf(ended.checkpoint, run) };
}

// generative/pairs/training-file.ts
var BEST = "best";
var step = whole(1, 2 ** 31);
var scoresCheck = record({
  score: real(),
  targets: list(record({ name: text, crps: real(), spreadSkill: either(among(null), real(0)) }), 1, 64)
});
var shapeCheck3 = record({
  recipe: pairRecipeCheck,
  description: record(descriptionChecks),
  masked: among(true, false),
  best: optional(record({ step, scores: scoresCheck })),
  worse: whole(0, 2 ** 31)
});
var plainCheck = (value, at) => shapeCheck3(value, at) ?? linksComplaint(value.description, `${at}.description`);
async function savePairTraining(directory, checkpoint) {
  const { state, best, ...rest } = checkpoint;
  const plain2 = { ...rest, ...best && { best: { step: best.step, scores: best.scores } } };
  const tensors2 = { ...stateTensors(state), ...best && groupTensors(BEST, best.parameters) };
  const complaint = plainCheck(plain2, "checkpoint") ?? tensorComplaint(new Map(Object.entries(tensors2)), plain2);
  if (complaint !== void 0) {
    throw new DomainError(`savePairTraining: ${complaint}; the checkpoints before it are kept`);
  }
  return saveCheckpoint(directory, { step: state.step, tensors: tensors2, state: plain2 });
}
async function loadPairTraining(path) {
  const { step: done, tensors: tensors2, state } = await loadCheckpoint(path);
  const fail = (message) => {
    throw new FormatError(path, "checkpoint", message, "give a file written by savePairTraining that was not changed");
  };
  const wrong = plainCheck(state, "the checkpoint");
  if (wrong !== void 0) fail(wrong);
  const { best, ...plain2 } = state;
  const complaint = tensorComplaint(tensors2, state);
  if (complaint !== void 0) fail(complaint);
  for (const [what, at] of Object.entries({ it: done, "its best model": best?.step ?? 0 })) {
    if (at > plain2.recipe.steps) fail(`${what} is of step ${at}, but the recipe ends at ${plain2.recipe.steps}`);
  }
  const network2 = networkOfPlain(plain2);
  return {
    ...plain2,
    state: stateOf(tensors2, network2, done),
    ...best && { best: { ...best, parameters: groupOf(tensors2, network2, BEST) } }
  };
}
var networkOfPlain = ({ recipe, description, masked }) => unet(networkOf(recipe, description, masked));
var tensorComplaint = (tensors2, plain2) => stateComplaint(tensors2, networkOfPlain(plain2), plain2.best ? [BEST] : []);

// generative/verbs/correct.ts
var loaded = (field) => field instanceof Field ? Promise.resolve(field) : field.load();
var lazy = (field) => field instanceof Field ? lazyField(field) : field;
async function meetingFactor(fine, history, { share = 0.8, largest } = {}) {
  if (!(share > 0 && share <= 1)) {
    throw new OptionsError(`meetingFactor: share is ${share}, expected 0 < share <= 1`, "share", share);
  }
  const observed = await loaded(fine);
  const [height, width] = observed.shape.slice(-2);
  const most = largest ?? Math.max(2, Math.floor(Math.min(height, width) / 4));
  const model = await regridLazy(lazy(history), gridOf(observed), { method: "bilinear", border: "clamp" }).load();
  const plane = height * width;
  const known = Uint8Array.from({ length: plane }, (_, i) => {
    for (let at = i; at < observed.values.length; at += plane) if (!Number.isNaN(observed.values[at])) return 1;
    return 0;
  });
  const masked = model.with({ values: model.values.map((v, i) => known[i % plane] === 0 ? Number.NaN : v) });
  for (let factor = 2; factor < most; factor++) {
    if (roughness(masked, factor) >= share * roughness(observed, factor)) return factor;
  }
  return most;
}
function roughness(field, factor) {
  const { values, shape } = coarsen(field, factor, { crop: true, minimumValid: 0.5 });
  const [height, width] = shape.slice(-2);
  let [squares, pairs] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const [y, x] = [Math.floor(at / width) % height, at % width];
    for (const next of [x + 1 < width ? at + 1 : -1, y + 1 < height ? at + width : -1]) {
      if (next < 0) continue;
      const difference = values[next] - values[at];
      if (Number.isNaN(difference)) continue;
      squares += difference * difference;
      pairs++;
    }
  }
  let [sum, square, count] = [0, 0, 0];
  for (const v of field.values) {
    if (Number.isNaN(v)) continue;
    sum += v;
    square += v * v;
    count++;
  }
  return squares / pairs / (square / count - (sum / count) ** 2);
}
async function corrected(model, input, past, options) {
  const { correction } = model.configuration;
  if (correction === void 0 || model.law === void 0) {
    const way = "train it with `correct`, or leave `past` out";
    throw new OptionsError(`downscale: \`past\`: the model was not trained to correct; ${way}`, "past", true);
  }
  const observed = lawField(correction, model.law);
  const method = baselineDownscaler({ method: "qdm", fine: observed, coarse: past, quantiles: correction.quantiles });
  const { units, interval, clipNegative: clipNegative2, force, onNotice, signal } = options;
  const { field } = await method.ensemble(input, {
    missing: "propagate",
    ...units !== void 0 && { units },
    ...interval !== void 0 && { interval },
    ...clipNegative2 && { clipNegative: clipNegative2 },
    ...force && { force },
    ...onNotice && { onNotice },
    ...signal && { signal }
  });
  const one = await field.isel({ realization: 0 }).load();
  const { interval: _, ...kind } = correction;
  return lazyField(
    one.with({
      attributes: {
        ...kind.standardName !== void 0 && { standard_name: kind.standardName },
        ...kind.cellMethods !== void 0 && { cell_methods: kind.cellMethods }
      }
    })
  );
}

// generative/verbs/paired-method.ts
var lazy2 = (field) => field instanceof Field ? lazyField(field) : field;
var pathsOf = (field) => (field instanceof Field ? void 0 : field.parts.paths) ?? (field.source ? [field.source] : []);
function pairedMethod(model, covariates = {}) {
  const { targets, channels } = model.configuration;
  const { target: name = targets.length === 1 ? targets[0].name : void 0 } = covariates;
  const output = targets.findIndex((target2) => target2.name === name);
  if (output < 0) {
    const has = targets.map((target2) => target2.name).join(", ");
    throw new OptionsError(`downscale: target is ${name ?? "not given"}; the model makes ${has}`, "target", name);
  }
  const target = targets[output];
  const seen = channels.filter(({ role }) => role !== "missing").map((channel) => channel.name);
  const sha = model.file?.sha256;
  return {
    about: {
      title: `Ensemble of fine ${target.longName ?? target.name}, downscaled by a ${model.generator === "one-step" ? "one-step generator" : "diffusion model"}`,
      made: `${sha === void 0 ? "paired model in memory" : `paired model ${sha.slice(0, 16)}`} of ${seen.join(", ")}`,
      attributes: sha === void 0 ? {} : { model_sha256: sha }
    },
    files: [
      ...model.file ? [model.file.path] : [],
      ...covariates.past ? pathsOf(covariates.past) : [],
      ...["coarse", "with", "static"].flatMap((role) => (covariates[role] ?? []).flatMap(pathsOf))
    ],
    ensemble: (input, options) => ensembleOf(model, output, lazy2(input), covariates, options)
  };
}
async function ensembleOf(model, output, input, covariates, options) {
  const { members = 8, seed: seed2 = 0, onNotice } = options;
  const evaluations = checkedEvaluations("downscale", model.generator, options);
  refuseOthers(options);
  const { channels, targets } = model.configuration;
  const target = targets[output];
  const { past } = covariates;
  if (past === void 0 && model.configuration.correction !== void 0) {
    const way = "give `past`, the climate model of the input over the years of the observations";
    throw new OptionsError(`downscale: the model was trained to correct; ${way}`, "past", past);
  }
  const own = past === void 0 ? stated(input, options.units) : await corrected(model, input, past, options);
  const given = {
    coarse: [own, ...(covariates.coarse ?? []).map(lazy2)],
    with: (covariates.with ?? []).map(lazy2),
    static: (covariates.static ?? []).map(lazy2)
  };
  const { grid } = covariates;
  const inputs = await pairInputs(given, model.configuration, {
    ...grid !== void 0 && { grid: typeof grid === "number" ? grid : lazy2(grid) },
    ...options.force && { force: true },
    ...options.interval !== void 0 && { interval: options.interval },
    ...options.clipNegative && { clipNegative: true },
    ...onNotice && { onNotice }
  });
  const { complaints, count } = inputs;
  if (complaints.length > 0) onNotice?.(`going on (\`force\`), although INPUT has ${complaints.join("; and ")}`);
  const [height, width] = sizeOfGrid(inputs.grid);
  onNotice?.(`${count} x ${height} x ${width} cells, ${members} members of ${target.name}`);
  const total = count * evaluations;
  let drawn = 0;
  const draw = async (place, some) => {
    options.signal?.throwIfAborted();
    const n = place[0] ?? 0;
    const images = await inputs.read(n);
    const { values, outputs } = await model.sample(images, {
      members: some.count,
      firstMember: some.first,
      seed: seed2,
      evaluations,
      ...options.method && { method: options.method },
      ...options.noiseRange && { noiseRange: options.noiseRange },
      ...options.origin && { origin: options.origin },
      // Noise belongs to the time in the file, also where others are left out.
      frame: frameNumber(input, place.length === 0 ? place : [inputs.places[n]]),
      onStep(done, all) {
        options.signal?.throwIfAborted();
        options.onProgress?.(Math.round((drawn + done / all) * evaluations), total);
      }
    });
    drawn = (drawn + 1) % count;
    const own2 = outputs === 1 ? values : values.filter((_, i) => i % outputs === output);
    const level = backgroundOf2(images.background, target, outputs, output);
    const told = { place, members: own2, firstMember: some.first };
    tellFrame(options, target, inputs.grid, told, level, momentOf(inputs.times, n));
    return own2;
  };
  const template = templateOf(target, channels, inputs, input);
  return { field: drawnField(template, { members, source: input.source, draw }), forced: complaints };
}
function refuseOthers({ conserve, coarsen: coarsen2, missing, wetThreshold }) {
  const given = { conserve: conserve === true, coarsen: coarsen2 === true, missing: missing === "propagate" };
  for (const [name, set] of Object.entries({ ...given, wetThreshold: wetThreshold !== void 0 })) {
    if (!set) continue;
    const why = "the model was trained on a fine and another coarse data set";
    throw new OptionsError(`downscale: \`${name}\` means nothing here: ${why}; leave it out`, name, set);
  }
}
function stated(input, units) {
  return units === void 0 ? input : new input.constructor({ ...input.parts, units });
}
function backgroundOf2(background, { transform }, outputs, output) {
  const own = outputs === 1 ? background : background.filter((_, i) => i % outputs === output);
  return own.map((v) => restored(transform, v));
}
function tellFrame({ onFrame }, { name, units, interval, transform }, grid, { place, members, firstMember }, background, moment) {
  if (onFrame === void 0 || transform.kind !== "log" || units === void 0) return;
  const scale = precipitationFactor(units, rateUnits, interval === void 0 ? {} : { interval });
  const map = mapOf(
    name,
    rateUnits,
    grid,
    background.map((v) => v * scale),
    moment
  );
  const rates = members.map((v) => v * scale);
  onFrame({ coarse: map, truth: void 0, place, members: rates, firstMember, grid: map });
}
function mapOf(name, units, grid, values, moment) {
  const { dims, coordinates: where, gridMapping } = placedOn(grid);
  const coordinates = [...moment ? [moment] : [], ...where];
  return new Field({ name, units, dims, shape: [...sizeOfGrid(grid)], values, coordinates, gridMapping });
}
function momentOf(times, n) {
  if (times === void 0) return void 0;
  const { bounds, ...rest } = times;
  const own = bounds && { bounds: bounds.slice(2 * n, 2 * n + 2) };
  return { ...rest, dims: [], values: times.values.slice(n, n + 1), ...own };
}
function placedOn(grid) {
  const { y, x, gridMapping, positions: positions2 = [], numbered } = regridGridOf(grid);
  return { dims: [y.dims[0], x.dims[0]], coordinates: [...numbered ? [] : [y, x], ...positions2], gridMapping };
}
function templateOf(target, _channels, { grid, times, count }, input) {
  const { dims, coordinates, gridMapping } = placedOn(grid);
  const realization = {
    name: memberDim,
    dims: [memberDim],
    values: new Float64Array(0),
    attributes: { standard_name: "realization", long_name: "ensemble member", units: "1" }
  };
  const attributes = {
    ...target.standardName !== void 0 && { standard_name: target.standardName },
    ...target.longName !== void 0 && { long_name: target.longName },
    ...target.cellMethods !== void 0 && { cell_methods: target.cellMethods }
  };
  const time = input.dimOf("time");
  return new Field({
    name: target.name,
    units: target.units,
    dims: [...time === void 0 ? [] : [time], memberDim, ...dims],
    shape: [...time === void 0 ? [] : [count], 0, ...sizeOfGrid(grid)],
    values: new Float32Array(0),
    coordinates: [...times ? [times] : [], realization, ...coordinates],
    attributes,
    gridMapping
  });
}

// generative/verbs/downscale.ts
var methodOf = (model, covariates) => model instanceof PairedDownscaler ? pairedMethod(model, covariates) : model;
async function downscale2(model, input, options = {}) {
  return downscale(methodOf(model, options), input, options);
}
async function downscaleTo2(path, model, input, options = {}) {
  return downscaleTo(path, methodOf(model, options), input, options);
}
async function downscaleUnits2(path, model, input, options = {}) {
  return downscaleUnits(path, methodOf(model, options), input, options);
}
async function planDownscaling2(model, input, options = {}) {
  return planDownscaling(methodOf(model, options), input, options);
}

// generative/verbs/load-downscaler.ts
async function loadDownscaler(path, options = {}) {
  const file = findModel(path);
  const { metadata } = await readSafetensors(file);
  return pairMetadataKey in metadata ? PairedDownscaler.load(file, options) : Downscaler.load(file, options);
}

// generative/verbs/training-choices.ts
import { join, resolve } from "node:path";

// generative/verbs/sources.ts
var fieldRoles = ["fine", "coarse", "with", "static"];
async function openSources(role, given, options = {}) {
  const items = given === void 0 ? [] : typeof given === "string" || given instanceof Field || given instanceof LazyField ? [given] : given;
  const opened = [];
  const fields2 = [];
  const close = () => {
    for (const one of opened) one.close();
  };
  try {
    for (const item of items) {
      if (item instanceof LazyField) fields2.push(item);
      else if (item instanceof Field) fields2.push(lazyField(item));
      else if (typeof item === "string" && item !== "") {
        const found = await openFields(item, options);
        opened.push(found);
        fields2.push(...found.fields);
      } else {
        const expected = "FILE:VARIABLE, a Field or a LazyField";
        throw new OptionsError(`\`${role}\` holds ${JSON.stringify(item)}; expected ${expected}`, role, item);
      }
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    fields: fields2,
    listed: items.map((item) => typeof item === "string" ? item : item.source || item.name),
    paths: opened.flatMap(({ paths }) => paths),
    given: fields2.filter((field) => !opened.some((one) => one.fields.includes(field))),
    close
  };
}
async function openPairs(data, options = {}) {
  const opened = [];
  const close = () => {
    for (const [, one] of opened) one.close();
  };
  try {
    for (const role of fieldRoles) opened.push([role, await openSources(role, data[role], options)]);
  } catch (error) {
    close();
    throw error;
  }
  const of = Object.fromEntries(opened);
  if (of.fine.fields.length === 0) {
    close();
    throw new OptionsError("train: `fine` is missing; name what is to be made", "fine", data.fine);
  }
  const pick2 = (read) => Object.fromEntries(opened.map(([role, one]) => [role, read(one)]));
  return {
    fields: { ...pick2(({ fields: fields2 }) => fields2), ...data.context && { context: data.context } },
    listed: pick2(({ listed: listed2 }) => listed2),
    paths: opened.flatMap(([, { paths }]) => paths),
    given: opened.flatMap(([, { given }]) => given),
    close
  };
}
async function hashPairs({ paths, given }) {
  const hashes = await fileHashes(paths);
  for (const field of given) hashes.push(await fieldHash(field));
  return hashes;
}

// generative/verbs/training-choices.ts
var rangeCheck2 = either(
  record({ dates: list(either(among(null), text), 2, 2) }),
  record({ indices: list(whole(0), 2, 2) })
);
var ownChecks = {
  time: optional(rangeCheck2),
  validate: optional(rangeCheck2),
  regrid: optional(among("bilinear", "conservative")),
  interval: optional(either(among("time"), positive())),
  allowExternal: optional(among(true, false)),
  clipNegative: optional(among(true, false)),
  wetThreshold: optional(positive()),
  factor: optional(whole(2, 256)),
  correct: optional(among(true, false)),
  tile: optional(whole(4)),
  cap: optional(whole(1)),
  optional: optional(list(text)),
  start: optional(text),
  threads: optional(whole(1)),
  device: optional(among("cpu", "webgpu", "cuda")),
  out: optional(text),
  name: optional(text)
};
var ownCheck = record(ownChecks);
var choicesCheck = (value, at) => {
  if (typeof value !== "object" || value === null) return `${at} is no object`;
  const own = Object.entries(value).filter(([name]) => Object.hasOwn(ownChecks, name));
  const rest = Object.entries(value).filter(([name]) => !Object.hasOwn(ownChecks, name));
  return ownCheck(Object.fromEntries(own), at) ?? pairChoicesCheck(Object.fromEntries(rest), at);
};
var planCheck = record({
  pairs: record({
    ...Object.fromEntries(fieldRoles.map((role) => [role, list(text, role === "fine" ? 1 : 0)])),
    context: list(among("position", "season", "hour"))
  }),
  choices: choicesCheck,
  inMemory: optional(among(true)),
  dataSha256: optional(list(text))
});
function checkedChoices(o) {
  const process2 = typeof o.process === "object" ? o.process.name : o.process;
  const given = Object.fromEntries(
    Object.entries({ ...o, process: process2 }).filter(([, value]) => value !== void 0)
  );
  const complaint = choicesCheck(given, "train");
  if (complaint !== void 0) throw new OptionsError(complaint.replace(/^train\./, "train: "), "options", given);
  return {
    ...given,
    ...given.out !== void 0 && { out: resolve(given.out) },
    ...given.start !== void 0 && { start: resolve(given.start) }
  };
}
async function isPairRun(folder) {
  const stored = await readRunOptions(folder);
  return typeof stored === "object" && stored !== null && "pairs" in stored;
}
async function readPairPlan(folder) {
  const stored = await readRunOptions(folder);
  const complaint = planCheck(stored, "options");
  if (complaint === void 0) return stored;
  const message = `it is no record of a training on pairs (${complaint})`;
  throw new FormatError(join(folder, "options.json"), "run", message, "name a run that `train` began");
}

// generative/verbs/train-on-pairs.ts
import { availableParallelism as availableParallelism2 } from "node:os";

// generative/verbs/own-blocks.ts
function ownBlocks(field, factor) {
  const options = { crop: true, minimumValid: 1 / factor ** 2 };
  const [y, x] = field.dims.slice(-2);
  const [height, width] = field.shape.slice(-2);
  const [rows, columns] = [height, width].map((n) => Math.ceil(n / factor) * factor);
  const placed2 = field.coordinates.filter(({ dims }) => dims.includes(y) || dims.includes(x));
  const lines = placed2.every(({ dims, values: values2 }) => dims.length === 1 && values2.length > 1);
  if (rows === height && columns === width || !lines || Math.min(height, width) < factor) {
    return coarsen(field, factor, options);
  }
  const values = new Float32Array(field.values.length / (height * width) * rows * columns).fill(Number.NaN);
  for (let from = 0, row = 0; from < field.values.length; from += width, row++) {
    const at = Math.floor(row / height) * rows + row % height;
    values.set(field.values.subarray(from, from + width), at * columns);
  }
  const others = field.coordinates.filter((c) => !placed2.includes(c));
  const shape = [...field.shape.slice(0, -2), rows, columns];
  const means2 = coarsen(field.with({ values, shape, coordinates: others }), factor, options);
  return means2.with({ coordinates: [...others, ...placed2.map((c) => blocksOf(c, factor))] });
}
function blocksOf(line, factor) {
  const { values } = line;
  const n = values.length;
  const half = (i) => (values[i + 1] - values[i]) / 2;
  const bounds = line.bounds ?? Float64Array.from({ length: 2 * n }, (_, k) => {
    const i = k >> 1;
    return k & 1 ? values[i] + half(Math.min(i, n - 2)) : values[i] - half(Math.max(i - 1, 0));
  });
  const count = Math.ceil(n / factor);
  const edges = Float64Array.from({ length: 2 * count }, (_, k) => {
    const first = (k >> 1) * factor;
    return k & 1 ? bounds[2 * Math.min(first + factor, n) - 1] : bounds[2 * first];
  });
  const middles2 = Float64Array.from({ length: count }, (_, b) => {
    const own = values.subarray(b * factor, (b + 1) * factor);
    return own.reduce((sum, v) => sum + v, 0) / own.length;
  });
  return { ...line, values: middles2, bounds: edges };
}

// generative/verbs/own-coarse.ts
async function withCoarse({ choices }, fields2) {
  if (choices.correct && fields2.coarse.length > 0) {
    const text3 = "train: `correct` learns from observations alone; leave `coarse` out, the climate model is given to `downscale`";
    throw new OptionsError(text3, "correct", true);
  }
  if (choices.correct && fields2.fine.length > 1) {
    const text3 = `train: \`correct\` takes one fine variable, not ${fields2.fine.length}; train a model for each`;
    throw new OptionsError(text3, "correct", true);
  }
  if (fields2.coarse.length > 0) return fields2;
  const { factor = 4 } = choices;
  const coarse = [];
  for (const field of fields2.fine) {
    const whole2 = await field.load();
    coarse.push(lazyField(ownBlocks(whole2, factor)));
  }
  return { ...fields2, coarse };
}
async function lawOf({ choices }, pairs, learned, { channels }) {
  if (!choices.correct) return void 0;
  const interval = channels.find(({ role }) => role === "coarse")?.interval;
  return measureLaw(pairs.coarse[0], {
    times: learned.map((n) => pairs.times[n].at[pairs.fine.length]),
    ...interval !== void 0 && { interval }
  });
}

// generative/verbs/planned-recipe.ts
import { availableParallelism } from "node:os";
function plannedRecipe(plan) {
  const { choices } = plan;
  const { regrid: regrid2 = "bilinear", tile = 64, threads = Math.min(8, availableParallelism()), device = "cpu" } = choices;
  const recipe = recipeOf(plan, {});
  const resolved2 = resolvePairRecipe(recipe, noiseProcess(recipe.process), false);
  return { ...resolved2, symmetries: choices.symmetries ?? null, regrid: regrid2, tile, threads, device };
}
function recipeOf({ choices }, options) {
  const {
    time: _1,
    validate: _2,
    regrid: _3,
    interval: _4,
    clipNegative: _5,
    allowExternal: _0,
    wetThreshold: _6,
    factor: _7,
    correct: _g,
    ...more
  } = choices;
  const { tile: _8, cap: _9, optional: _a, start: _b, threads: _c, device: _d, out: _e, name: _f, ...recipe } = more;
  const { process: process2, ...rest } = recipe;
  const own = options.process ?? process2;
  return { ...rest, ...own !== void 0 && { process: own } };
}

// generative/verbs/take-pairs.ts
import { createHash } from "node:crypto";
import { existsSync as existsSync2, mkdirSync } from "node:fs";
import { basename, join as join2, resolve as resolve2 } from "node:path";

// generative/pairs/stored-pairs.ts
import { existsSync } from "node:fs";
async function storePairs(path, choose2) {
  if (!existsSync(path)) await fill(path, await choose2());
  const store = await openRecords(path);
  const about = store.about;
  const { height, width, channels, outputs } = about;
  const places = Array.from({ length: store.count }, (_, image) => {
    const [time, row, column] = store.places.subarray(3 * image, 3 * image + 3);
    return { time, row, column };
  });
  const plane = height * width;
  return {
    ...about,
    places,
    read(image) {
      const record3 = store.read(image);
      const clean = record3.subarray(plane * channels, plane * (channels + outputs));
      const valid = Uint8Array.from(clean, (value) => Number.isNaN(value) ? 0 : 1);
      for (let i = 0; i < clean.length; i++) if (valid[i] === 0) clean[i] = 0;
      return { condition: record3.subarray(0, plane * channels), clean, valid };
    },
    close: () => store.close()
  };
}
async function fill(path, { images, places, bytes: _b, limit: _l, ...about }) {
  const { height, width, channels, outputs } = about;
  const length = height * width * (channels + outputs);
  const writer = await beginRecords(path, [length]);
  try {
    for await (const image of images()) await writer.append(recordOf(image, length));
    const where = Int32Array.from(places.flatMap(({ time, row, column }) => [time, row, column]));
    await writer.finish({ places: where, about });
  } finally {
    await writer.discard();
  }
}
function recordOf({ condition, clean, valid }, length) {
  const record3 = new Float32Array(length);
  record3.set(condition);
  record3.set(
    clean.map((value, i) => valid[i] === 0 ? Number.NaN : value),
    condition.length
  );
  return record3;
}

// generative/verbs/take-pairs.ts
async function takePairs({ plan, pairs, description, store }, part, times) {
  const { seed: seed2 = 0, tile, cap, out } = plan.choices;
  const choose2 = () => choosePairs(pairs, times, description, {
    rng: rng(seed2).split("tiles").split(part),
    ...tile !== void 0 && { tile },
    ...cap !== void 0 && { limit: cap }
  });
  const folder = store === null ? void 0 : store === void 0 ? out && join2(out, "tiles") : resolve2(store);
  if (folder === void 0) return heldPairs(await choose2());
  const path = join2(folder, nameOf2(plan, part, times, description));
  if (existsSync2(path)) return storePairs(path, choose2);
  const chosen = await choose2();
  if (store === void 0 && chosen.bytes <= LARGE_DATA) return heldPairs(chosen);
  checkFolder(folder);
  mkdirSync(folder, { recursive: true });
  return storePairs(path, async () => chosen);
}
function nameOf2({ pairs, choices, dataSha256 }, part, times, description) {
  const { seed: seed2, tile, cap, regrid: regrid2, interval, clipNegative: clipNegative2 } = choices;
  const decides = { seed: seed2, tile, cap, regrid: regrid2, interval, clipNegative: clipNegative2 };
  const { context, ...files } = pairs;
  const names = Object.entries(files).map(([role, paths]) => [role, paths.map((path) => basename(path))]);
  const text3 = JSON.stringify([1, part, names, context, dataSha256, decides, times, description]);
  return `${createHash("sha256").update(text3).digest("hex").slice(0, 20)}.safetensors`;
}

// generative/verbs/train-on-pairs.ts
var LOG_EVERY = 10;
async function trainOnPairs(data, options = {}) {
  const { checkpointEvery = 500, signal } = options;
  if (!(Number.isSafeInteger(checkpointEvery) && checkpointEvery > 0)) {
    const message = `train: checkpointEvery is ${checkpointEvery}; expected a positive whole number`;
    throw new OptionsError(message, "checkpointEvery", checkpointEvery);
  }
  const planned = await planPairs(data, options);
  const { opened, folder } = planned;
  const recorded = folder ?? planned.plan.choices.out;
  if (recorded !== void 0) checkFolder(recorded);
  let run = folder === void 0 ? void 0 : await openRun(folder);
  let prepared2;
  try {
    const hashes = await hashPairs(opened);
    if (folder !== void 0) checkSameData(folder, planned.plan, opened, hashes);
    const plan = { ...planned.plan, dataSha256: hashes };
    const resume = folder === void 0 ? void 0 : await loadLatestCheckpoint(folder, loadPairTraining);
    prepared2 = await prepare(plan, opened, resume, options);
    signal?.throwIfAborted();
    if (run === void 0) await refuseEarly(plan, prepared2, options);
    if (plan.choices.out !== void 0) run ??= await startRun(plan);
    const directory = run && { run: run.directory };
    const { archive, description, times } = prepared2;
    const [step2, steps2] = [resume?.state.step ?? 0, resume?.recipe.steps ?? plan.choices.steps ?? DEFAULT_STEPS];
    options.onStart?.({ archive, description, times, step: step2, steps: steps2, ...directory });
    return { ...await record2(run, plan, prepared2, resume, options), ...directory };
  } finally {
    for (const images of [prepared2?.archive, prepared2?.judged]) if (images && "close" in images) images.close();
    run?.close();
    opened.close();
  }
}
async function refuseEarly(plan, { archive, description, start }, options) {
  try {
    setUp(archive, description, { ...recipeOf(plan, options), ...start && { start } });
  } catch (error) {
    await start?.dispose();
    throw error;
  }
}
async function planPairs(data, options) {
  const {
    resume,
    checkpointEvery: _1,
    signal: _2,
    onStart: _3,
    onProgress: _4,
    onFinish: _5,
    onNotice: _6,
    tileStore: _7,
    ...rest
  } = options;
  const choices = checkedChoices(rest);
  const place = resume === true ? options.out : resume;
  if (resume !== void 0 && place === void 0) {
    throw new OptionsError("`resume`: name the run, or its folder by `out`", "resume", resume);
  }
  if (place === void 0) {
    if (data === null) throw new OptionsError("train: `fine` is missing; name what is to be made", "fine", data);
    const opened2 = await openPairs(data, choices);
    return { plan: planOf(opened2, data, choices), opened: opened2 };
  }
  const folder = await findUnfinished(place);
  const plan = await readPairPlan(folder);
  if (plan.inMemory && data === null) {
    throw new OptionsError(`train: ${folder} was trained on fields; give them again`, "fine", data);
  }
  const opened = await openPairs(data ?? plan.pairs, plan.choices);
  const wanted = planOf(opened, data ?? plan.pairs, { ...plan.choices, ...choices });
  for (const part of ["pairs", "choices"]) {
    const [now, then] = [wanted[part], plan[part]];
    for (const name of /* @__PURE__ */ new Set([...Object.keys(now), ...Object.keys(then)])) {
      const [a, b] = [JSON.stringify(now[name]), JSON.stringify(then[name])];
      if (a === b) continue;
      opened.close();
      throw new OptionsError(`\`resume\`: ${name} is ${a}, but ${folder} has ${b}; leave it out`, name, now[name]);
    }
  }
  return { plan, opened, folder };
}
function planOf(opened, data, choices) {
  return {
    pairs: { ...opened.listed, context: data.context ?? [] },
    choices,
    ...opened.given.length > 0 && { inMemory: true }
  };
}
function checkSameData(folder, plan, opened, hashes) {
  const at = hashes.findIndex((hash, i) => hash !== plan.dataSha256?.[i]);
  if (at < 0 && hashes.length === plan.dataSha256?.length) return;
  const which = opened.paths[at] ?? "a field";
  throw new FormatError(which, "data", `it has changed since ${folder} began`, "start another run");
}
async function prepare(plan, opened, resume, { onNotice, tileStore }) {
  const { regrid: regrid2, interval, clipNegative: clipNegative2, wetThreshold, time, validate, optional: optional2, dropout = 0 } = plan.choices;
  const pairs = matchPairs(await withCoarse(plan, opened.fields), {
    ...regrid2 && { method: regrid2 },
    ...interval !== void 0 && { interval },
    ...clipNegative2 && { clipNegative: clipNegative2 },
    ...onNotice && { onNotice }
  });
  const held = validate === void 0 ? [] : splitPairs(pairs, validate, "validate").inside;
  const wanted = time === void 0 ? pairs.times.map((_, n) => n) : splitPairs(pairs, time, "time").inside;
  const learned = wanted.filter((n) => !held.includes(n));
  if (learned.length === 0) {
    const hint = "name other times by `time` or `validate`";
    throw new OptionsError(`train: no times are left to learn from; ${hint}`, "validate", validate);
  }
  const start = plan.choices.start === void 0 ? void 0 : await PairedDownscaler.load(findModel(plan.choices.start));
  const known = resume?.description ?? (start && descriptionOf(start));
  if (start) checkContext2(plan.pairs.context, start);
  const names = optional2 ?? (dropout > 0 ? [...pairs.with, ...pairs.static].map(({ name }) => name) : []);
  const description = known ?? await measureChannels(pairs, learned, { optional: names, ...wetThreshold !== void 0 && { wetThreshold } });
  const source = { plan, pairs, description, store: tileStore };
  const archive = await takePairs(source, "learn", learned);
  const judged = held.length === 0 ? void 0 : await takePairs(source, "judge", held);
  const law = await lawOf(plan, pairs, learned, description);
  return { archive, judged, description, start, law, times: [learned.length, held.length] };
}
async function record2(run, plan, { archive, judged, description, start, law }, resume, options) {
  const { checkpointEvery = 500, signal, onProgress, onFinish } = options;
  const began = performance.now();
  const { threads = Math.min(8, availableParallelism2()), device = "cpu" } = plan.choices;
  let [step2, last] = [resume?.state.step ?? 0, Number.NaN];
  const ended = () => ({ step: step2, loss: last, seconds: (performance.now() - began) / 1e3 });
  try {
    const { downscaler, checkpoint, status, best } = await trainPairs(archive, description, {
      ...recipeOf(plan, options),
      threads,
      device,
      ...judged && { validate: judged },
      ...signal && { signal },
      // What was tuned further has the network of the model that it began with.
      ...resume ? { resume, network: resume.recipe.network } : start && { start },
      progressEvery: common(LOG_EVERY, checkpointEvery),
      async onProgress(progress) {
        ({ step: step2, loss: last } = progress);
        const { loss, metrics, gradientNorm, learningRate, validation } = progress;
        run?.log({ step: step2, loss, ...metrics, gradientNorm, learningRate, ...validation && { validation } });
        await onProgress?.(progress);
        if (run && step2 % checkpointEvery === 0 && step2 < progress.steps) {
          await savePairTraining(run.directory, progress.checkpoint());
        }
      }
    });
    const end = { status, ...ended(), ...best && { best } };
    const model = await withProvenance(downscaler, plan, law, { threads, device });
    if (run === void 0) return { ...end, downscaler: model };
    await savePairTraining(run.directory, checkpoint);
    if (status !== "aborted") await finishWithModel(run, model, end, onFinish);
    return { ...end, downscaler: model };
  } catch (error) {
    return finishDiverged(run, error, ended);
  } finally {
    await start?.dispose();
  }
}
function checkContext2(asked2, { configuration: { channels } }) {
  const own = new Set(channels.filter(({ role }) => role === "context").map(fieldOf));
  if (asked2.length === 0 || asked2.length === own.size && asked2.every((name) => own.has(name))) return;
  const has = own.size === 0 ? "none" : [...own].join(",");
  const text3 = `train: \`context\` is ${asked2.join(",")}, the model to start from has ${has}; leave it out`;
  throw new OptionsError(text3, "context", asked2);
}
function descriptionOf({ configuration: { channels, targets, grid } }) {
  return { channels, targets, ...grid && { grid } };
}
function common(a, b) {
  return b === 0 ? a : common(b, a % b);
}
async function withProvenance(trained, { pairs, dataSha256 }, measured, run) {
  const { configuration, parameters, process: process2 } = trained;
  await trained.dispose();
  const from = { data: pairs, dataSha256 };
  const provenance = { ...configuration.provenance, ...from };
  const whole2 = { ...configuration, ...measured && { correction: measured.correction }, provenance };
  const more = { ...process2 && { process: process2 }, ...measured && { law: measured.law } };
  return new PairedDownscaler(whole2, parameters, { ...run, ...more });
}
async function startRun(plan) {
  const { out: root = "", name = "train", seed: seed2 = 0, device = "cpu" } = plan.choices;
  return createRun({ root, name, seed: seed2, device, precision: "float32", options: plan });
}

// generative/verbs/train.ts
async function train2(data, options = {}) {
  if (data === null ? await goesOnWithPairs(options) : isPairs(data)) {
    return trainOnPairs(data, options);
  }
  return train(data, options);
}
var isPairs = (data) => typeof data === "object" && !Array.isArray(data) && "fine" in data;
async function goesOnWithPairs({ resume, out }) {
  const place = resume === true ? out : resume;
  if (place === void 0) {
    throw new OptionsError("train: `data` is missing; name files or fields, or a run by `resume`", "data", null);
  }
  return isPairRun(await findUnfinished(place));
}

// generative/verbs/describe-model.ts
async function describeModel(path) {
  const { tensors: tensors2, metadata } = await readSafetensors(path);
  const parameters = [...tensors2.values()].reduce((sum, { data }) => sum + data.length, 0);
  const pairs = pairMetadataKey in metadata;
  const told = pairs ? { kind: "pairs", configuration: readPairConfiguration(path, metadata) } : { kind: "blocks", configuration: readConfiguration(path, metadata) };
  return { ...told, generator: told.configuration.generator ?? "diffusion", parameters };
}
function evaluationsFor({ kind, configuration, generator: generator2 }, options) {
  return checkedEvaluations("downscale", generator2, options, kind === "blocks" ? configuration.sampling : {});
}

export {
  meetingFactor,
  describeModel,
  evaluationsFor,
  downscale2 as downscale,
  downscaleTo2 as downscaleTo,
  downscaleUnits2 as downscaleUnits,
  planDownscaling2 as planDownscaling,
  loadDownscaler,
  plannedRecipe,
  openSources,
  isPairRun,
  planPairs,
  train2 as train
};
