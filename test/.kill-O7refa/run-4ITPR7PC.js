import {
  onInterrupt
} from "./chunk-MVKM2D2H.js";
import "./chunk-M5E6TLWJ.js";
import {
  startProgress
} from "./chunk-CUG62DKC.js";
import {
  gridOf,
  regridLazy,
  regularGrid
} from "./chunk-MHZ2235X.js";
import {
  version
} from "./chunk-6KCX3X7U.js";
import {
  cadenceOf,
  dated,
  expandPatterns,
  lazyField,
  mapsLast,
  openDataset,
  renamed,
  selectTimes,
  transposed,
  ungrouped,
  writeField
} from "./chunk-MXIOKUDV.js";
import {
  convertPrecipitation,
  deaccumulate
} from "./chunk-AWWB6X6Z.js";
import {
  axisOf,
  checkFiles,
  formatToWrite,
  isGeographic,
  leastBytes,
  prepareOutputs,
  timeAxis,
  whereOf,
  withoutExtent
} from "./chunk-72SAAEYX.js";
import "./chunk-O7EZDEUO.js";
import {
  OptionsError
} from "./chunk-Y46VEHZ7.js";
import {
  emit,
  emitJson,
  say,
  shellWord
} from "./chunk-K2VWOMW7.js";

// cli/convert/grid.ts
import { existsSync } from "node:fs";
var margin = 2;
function checkGrid(o) {
  if (o.grid !== void 0) return;
  const alone = ["method", "minimumValid"].find((name) => o[name] !== void 0);
  const spelt = alone === "method" ? "--method" : "--minimum-valid";
  if (alone !== void 0) throw new OptionsError(`${spelt} is for --grid`, alone, o[alone]);
}
async function onGrid(variable, o) {
  const { method = "conservative", minimumValid, bbox } = o;
  const target = await targetOf(o);
  const part = bbox === void 0 ? variable : around(variable, bbox);
  return regridLazy(part, target, { method, ...minimumValid !== void 0 && { minimumValid } });
}
async function targetOf({
  grid,
  bbox,
  allowExternal = false
}) {
  const step = grid.split(",").map((text) => text.trim() === "" ? Number.NaN : Number(text));
  if (step.length <= 2 && step.every((v) => v > 0 && Number.isFinite(v))) {
    const [dy, dx = dy] = step;
    const [west, south, east, north] = bbox ?? [-180, -90, 180, 90];
    return regularGrid({ step: [dy, dx], lat: [south, north], lon: [west, east > west ? east : east + 360] });
  }
  if (!existsSync(grid)) {
    const way = "give a step in degrees, such as 0.5 or 0.25,0.5 (latitude, longitude), or a file whose grid to take";
    throw new OptionsError(`--grid ${grid}: there is no such file; ${way}`, "grid", grid);
  }
  const data = await openDataset(grid, { allowExternal });
  try {
    const whole = await data.variable(data.candidates[0]);
    return gridOf(bbox === void 0 ? whole : whole.sel({ lon: [bbox[0], bbox[2]], lat: [bbox[1], bbox[3]] }));
  } finally {
    data.close();
  }
}
function around(variable, [west, south, east, north]) {
  const own = variable.dims.slice(-2);
  const [lat, lon] = ["y", "x"].map(
    (role) => variable.coordinates.find(
      ({ name, dims, attributes }) => dims.length > 0 && dims.every((dim) => own.includes(dim)) && isGeographic(name, attributes) && axisOf(name, attributes) === role
    )
  );
  if (!lat || !lon) return variable;
  const columns = lat.dims.length === 2 ? variable.size(lat.dims[1]) : 1;
  const [dy, dx] = [lat, lon].map(({ values }) => margin * widest(values, columns));
  const width = (east > west ? east : east + 360) - west + 2 * dx;
  const labels = { lat: [Math.max(-90, south - dy), Math.min(90, north + dy)] };
  return variable.sel(width >= 360 ? labels : { ...labels, lon: [west - dx, west - dx + width] });
}
function widest(values, columns) {
  let most = 0;
  const step = (a, b) => {
    const d = Math.abs(a - b);
    if (d < 180 && d > most) most = d;
  };
  for (let i = 0; i < values.length; i++) {
    if (i >= columns) step(values[i], values[i - columns]);
    if (i % columns > 0) step(values[i], values[i - 1]);
  }
  return most;
}

// cli/convert/shape.ts
function inShape(variable, o, maps) {
  if (o.start === void 0 !== (o.step === void 0)) {
    const [has, lacks] = o.start === void 0 ? ["step", "start"] : ["start", "step"];
    throw new OptionsError(`--${has} goes with --${lacks}; give both`, has, o.start ?? o.step);
  }
  let out = ungrouped(variable);
  if (o.start !== void 0 && o.step !== void 0) out = dated(out, { start: o.start, step: o.step });
  if (o.rename !== void 0) out = renamed(out, withoutGroups(o.rename, out));
  if (o.dims !== void 0) return transposed(out, o.dims);
  return maps ? mapsLast(out) : out;
}
function withoutGroups(names, { name, dims, coordinates }) {
  const known = [name, ...dims, ...coordinates.map((c) => c.name)];
  return Object.fromEntries(
    Object.entries(names).map(([old, to]) => [known.includes(old) ? old : old.slice(old.lastIndexOf("/") + 1), to])
  );
}

// cli/convert/run.ts
async function convert(files, options) {
  const [inputs, output] = [await expandPatterns(files.slice(0, -1)), files.at(-1)];
  if (inputs.length === 0) throw new OptionsError(`${output} is the only file; name IN\u2026 and OUT`, "files", files);
  const { name: format, kind } = formatToWrite(output, options.format);
  checkFiles("IN", inputs);
  checkGrid(options);
  const place = { path: output, isStore: kind === "folder" };
  prepareOutputs([place], inputs, options.overwrite);
  const { variable: name, statedUnits, units } = options;
  const data = await openDataset(inputs, {
    ...name !== void 0 && { variable: name },
    timeFromName: options.timeFromName ?? false,
    allowExternal: options.allowExternal ?? false
  });
  const interrupt = onInterrupt("stopping; again to stop at once");
  try {
    if (name === void 0 && data.candidates.length > 1) {
      const names = data.candidates.join(", ");
      throw new OptionsError(
        `${inputs[0]}: it holds several variables (${names}); name one with --variable`,
        "variable"
      );
    }
    const found = await data.variable(name, statedUnits === void 0 ? {} : { units: statedUnits });
    const whole = inShape(found, options, format === "geotiff" || options.grid !== void 0);
    const chosen = await cut(whole, options);
    const told = { ...describe(chosen, inputs, output), format, units: units ?? chosen.units ?? null };
    if (options.dryRun) return emitJson({ command: "convert", ...told, ...given(options) });
    const part = options.accumulated === void 0 ? chosen : await differences(chosen, options);
    const isCompressed = format !== "netcdf3" && options.compression !== 0;
    prepareOutputs([{ ...place, bytes: leastBytes(part.bytes, isCompressed) }], inputs, options.overwrite);
    const bar = startProgress("converting", Math.ceil(part.bytes / 1e6), { unit: "MB" });
    const share = part.bytes / 1e6 / part.shape.reduce((a, b) => a * b, 1);
    await writeField(output, part, {
      ...options.format !== void 0 && { format: options.format },
      bytes: options.slab * 1e6,
      change: (slab) => {
        interrupt.check();
        return units === void 0 ? slab : inUnits(slab, whole, units, options);
      },
      ...options.compression !== void 0 && { compression: options.compression },
      ...options.epsg !== void 0 && { epsg: options.epsg },
      ...options.overwrite !== void 0 && { overwrite: options.overwrite },
      attributes: chosen === whole ? data.attributes : withoutExtent(data.attributes),
      history: `monge convert ${process.argv.slice(3).map(shellWord).join(" ")} (monge ${version()})`,
      onProgress: (done) => bar.update(Math.ceil(done * share))
    }).finally(() => bar.stop());
    say(`wrote ${output}: ${part.dims.map((dim, i) => `${dim} ${part.shape[i]}`).join(", ")}`);
    if (options.json) emitJson({ ...told, ...describe(part, inputs, output) });
    else emit(output);
  } finally {
    interrupt.stop();
    data.close();
  }
}
async function differences(variable, { accumulated, resets, tolerance }) {
  const { field, negatives, lowest } = deaccumulate(await variable.load(), {
    ...accumulated !== "bounds" && { start: accumulated },
    ...resets !== void 0 && { resets: typeof resets === "string" ? resets : { hours: resets } },
    ...tolerance !== void 0 && { tolerance }
  });
  if (negatives > 0) say(`${negatives} amounts are negative, down to ${lowest} ${field.units}`);
  return lazyField(field);
}
async function cut(variable, options) {
  const { bbox, time, grid } = options;
  const timed = time === void 0 ? variable : selectTimes(variable, time);
  if (grid !== void 0) return onGrid(timed, { ...options, grid });
  return bbox === void 0 ? timed : timed.sel({ lon: [bbox[0], bbox[2]], lat: [bbox[1], bbox[3]] });
}
function describe(part, inputs, output) {
  const times = /\ssince\s/i.test(String(timeAxis(part)?.attributes["units"] ?? "")) ? part.times() : [];
  return {
    inputs,
    output,
    variable: part.name,
    dims: part.dims,
    shape: part.shape,
    bytes: part.bytes,
    times: times.length === 0 ? null : { first: times[0].iso ?? null, last: times.at(-1).iso ?? null }
  };
}
function given({
  rename,
  dims,
  start,
  step,
  accumulated,
  resets,
  tolerance,
  bbox,
  grid,
  method,
  minimumValid,
  time,
  statedUnits,
  override,
  interval,
  compression,
  epsg,
  overwrite,
  slab
}) {
  return {
    rename: rename ?? null,
    dimsInOrder: dims ?? null,
    start: start ?? null,
    step: step ?? null,
    accumulated: accumulated ?? null,
    resets: resets ?? null,
    tolerance: tolerance ?? null,
    bbox: bbox ?? null,
    grid: grid ?? null,
    method: grid === void 0 ? null : method ?? "conservative",
    minimumValid: grid === void 0 ? null : minimumValid ?? 1,
    time: time ?? null,
    statedUnits: statedUnits ?? null,
    override: override ?? false,
    interval: interval ?? null,
    compression: compression ?? null,
    epsg: epsg ?? null,
    overwrite: overwrite ?? false,
    slab
  };
}
function inUnits(slab, whole, units, { interval, override = false }) {
  if (interval === void 0) return convertPrecipitation(slab, units, { override });
  if (interval !== "time") return convertPrecipitation(slab, units, { interval, override });
  const time = timeAxis(whole);
  const cadence = time && cadenceOf(time);
  if (cadence?.regular && cadence.unit === "seconds")
    return convertPrecipitation(slab, units, { interval: cadence.step, override });
  const way = 'give --interval in seconds instead of "time", or "bounds"';
  throw new OptionsError(`${whereOf(whole)}: its times are not evenly spaced; ${way}`, "interval", interval);
}
export {
  convert
};
