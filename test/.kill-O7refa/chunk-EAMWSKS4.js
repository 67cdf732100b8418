import {
  shardFrom
} from "./chunk-3F3EJP4O.js";
import {
  describeModel,
  evaluationsFor,
  loadDownscaler,
  openSources
} from "./chunk-3CUCI7F2.js";
import {
  Downscaler,
  baselineDownscaler,
  fileHash,
  findModel,
  isUnitStore
} from "./chunk-6HDMKCOB.js";
import {
  expandPatterns,
  mapsLast,
  namedFields,
  openDataset,
  selectTimes,
  ungrouped
} from "./chunk-MXIOKUDV.js";
import {
  checkFiles,
  formatToWrite,
  prepareOutputs,
  spoken
} from "./chunk-72SAAEYX.js";
import {
  OptionsError
} from "./chunk-Y46VEHZ7.js";
import {
  say,
  shellWord
} from "./chunk-K2VWOMW7.js";

// cli/downscale/drawing.ts
function drawingOf(plan, options, {
  model,
  input,
  inputs,
  command
}) {
  return {
    ...input.reading,
    ...input.covariates,
    inputs,
    attributes: input.attributes,
    history: `monge ${process.argv.slice(2).map(shellWord).join(" ")}`,
    members: plan.members,
    seed: plan.seed,
    ...options.evaluations !== void 0 && { evaluations: options.evaluations },
    ...plan.sampler !== null && { method: plan.sampler },
    ...model instanceof Downscaler && { conserve: plan.conserve },
    ...plan.archive !== null && { archive: plan.archive },
    missing: plan.missing,
    clipNegative: plan.clipNegative,
    coarsen: plan.coarsen,
    force: plan.force,
    ...plan.method === null && plan.wetThreshold !== null && { wetThreshold: plan.wetThreshold },
    ...plan.unit !== null && { unit: plan.unit },
    onNotice: (line) => say(spoken(line, command))
  };
}

// cli/downscale/input.ts
async function openInput(paths, o) {
  const { variable, units, time, interval } = o;
  if (Array.isArray(interval) && interval.length > 1) {
    throw new OptionsError(
      `--interval has ${interval.length} values; INPUT is one field; give one`,
      "interval",
      interval
    );
  }
  const data = await openDataset(paths, {
    timeFromName: o.timeFromName ?? false,
    allowExternal: o.allowExternal ?? false,
    ...variable !== void 0 && { variable }
  });
  try {
    if (variable === void 0 && data.candidates.length > 1) {
      const names = data.candidates.join(", ");
      const text = `${data.paths[0]}: it holds several variables (${names}); name one with --variable`;
      throw new OptionsError(text, "variable");
    }
    const whole = mapsLast(ungrouped(await data.variable(variable, units === void 0 ? {} : { units })));
    const timed = time === void 0 ? whole : selectTimes(whole, time);
    const [y, x] = timed.dims.slice(-2);
    const field = timed.isel({ ...o.rows && { [y]: o.rows }, ...o.columns && { [x]: o.columns } });
    const along = field.dimOf("time") ?? (time === void 0 ? void 0 : field.dims[0]);
    const seconds = interval === "time" ? interval : interval?.[0];
    const opened = await openCovariates(o);
    return {
      field,
      covariates: opened.covariates,
      reading: { whole, ...seconds !== void 0 && { interval: seconds } },
      attributes: data.attributes,
      first: along === void 0 ? 0 : field.positions(along)[0][0],
      close() {
        data.close();
        opened.close();
      }
    };
  } catch (error) {
    data.close();
    throw error;
  }
}
async function openCovariates(o) {
  const opened = [];
  const close = () => {
    for (const one of opened) one.close();
  };
  try {
    const open = async (role) => {
      if (o.method !== void 0 && (role === "grid" || role === "coarse")) return [];
      const one = await openSources(role, o[role], { allowExternal: o.allowExternal ?? false });
      opened.push(one);
      return one.fields;
    };
    const [coarse, others, still] = [await open("coarse"), await open("with"), await open("static")];
    const [past, grid] = [await open("past"), await open("grid")];
    const covariates = {
      ...coarse.length > 0 && { coarse },
      ...others.length > 0 && { with: others },
      ...still.length > 0 && { static: still },
      ...grid[0] && { grid: grid[0] },
      ...past[0] && { past: past[0] },
      ...o.target !== void 0 && { target: o.target }
    };
    return { covariates, close };
  } catch (error) {
    close();
    throw error;
  }
}

// cli/downscale/open-model.ts
var owned = {
  blocks: ["conserve", "archive", "coarsen", "score", "evaluations", "sampler", "threads", "device"],
  pairs: ["coarse", "with", "static", "past", "grid", "target", "evaluations", "sampler", "threads", "device"],
  method: ["grid", "fine", "coarse", "history", "factor", "window", "quantiles", "slope", "amplitude"]
};
var whys = {
  blocks: "the model was trained on block means of one data set",
  pairs: "the model was trained on pairs of two data sets",
  method: "with --method there is no model"
};
function checkKind(kind, options, given) {
  const own = owned[kind];
  const wrong = Object.values(owned).flat().find((name) => !own.includes(name) && given(name));
  if (wrong === void 0) return;
  const flag = wrong === "conserve" ? "no-conserve" : wrong;
  throw new OptionsError(`--${flag} means nothing here: ${whys[kind]}; leave it out`, wrong, options[wrong]);
}
async function openModel(path, options, given, how) {
  const model = await loadDownscaler(path, how);
  try {
    checkKind(model instanceof Downscaler ? "blocks" : "pairs", options, given);
  } catch (error) {
    await model.dispose();
    throw error;
  }
  return { model, close: async () => model.dispose() };
}
async function openMethod(o) {
  const opened = [];
  const close = async () => {
    for (const one of opened) one.close();
  };
  const field = async (role) => {
    const found = await openSources(role, o[role], { allowExternal: o.allowExternal ?? false });
    opened.push(found);
    if (found.fields.length > 1) {
      throw new OptionsError(`--${role} ${o[role]}: a baseline takes one variable; name one`, role, o[role]);
    }
    const [one] = found.fields;
    return one && o.history && role !== "grid" ? selectTimes(one, o.history) : one;
  };
  try {
    const [fine, coarse, grid] = [await field("fine"), await field("coarse"), await field("grid")];
    return { model: baseline(o, { ...fine && { fine }, ...coarse && { coarse }, ...grid && { grid } }), close };
  } catch (error) {
    await close();
    throw error;
  }
}
function baseline(o, fields) {
  const { method, factor, window, quantiles, slope, amplitude, wetThreshold } = o;
  return baselineDownscaler({
    method,
    ...fields,
    ...factor !== void 0 && { factor },
    ...window !== void 0 && { window },
    ...quantiles !== void 0 && { quantiles },
    ...slope !== void 0 && { slope },
    ...amplitude !== void 0 && { amplitude },
    ...wetThreshold !== void 0 && { wetThreshold }
  });
}

// cli/downscale/resolve.ts
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
async function resolve(modelPath, inputs, o, how = { writes: true }) {
  checkFiles("INPUT", inputs);
  const model = modelPath === void 0 ? null : findModel(modelPath);
  const described = model === null ? void 0 : await describeModel(model);
  const solver = {
    ...o.evaluations !== void 0 && { evaluations: o.evaluations },
    ...o.sampler && { method: o.sampler }
  };
  const { kind } = formatToWrite(o.output);
  if (o.png !== void 0 && !/\.(png|svg)$/i.test(o.png)) {
    throw new OptionsError(`--png ${o.png} must end in .png or .svg`, "png", o.png);
  }
  if (o.score && !o.coarsen) {
    throw new OptionsError("--score needs --coarsen: without it INPUT has no truth to compare with", "score", true);
  }
  const places = [
    { path: o.output, option: "output", isStore: kind === "folder" },
    { path: o.png, option: "png" }
  ];
  const others = [
    ...o.with ?? [],
    ...o.static ?? [],
    ...[o.past, o.grid, o.fine, o.coarse].filter((one) => one !== void 0)
  ];
  const more = (await Promise.all(others.map((text) => expandPatterns([namedFields(text).files])))).flat();
  checkFiles("--with, --static, --past, --grid, --fine and --coarse", more);
  checkUnits(o, kind === "folder");
  const isThere = kind === "folder" && isUnitStore(o.output);
  const goesOn = isThere || (o.resume || o.shard !== void 0) && existsSync(o.output);
  const read = [...model === null ? [] : [model], ...inputs, ...more];
  if (how.writes) prepareOutputs(places, read, o.overwrite || goesOn);
  return {
    model,
    modelSha256: model === null ? null : await fileHash(model),
    method: o.method ?? null,
    fine: o.fine ?? null,
    coarse: o.coarse ?? null,
    history: rangeText(o.history),
    factor: o.factor ?? null,
    window: o.window ?? null,
    quantiles: o.quantiles ?? null,
    slope: o.slope ?? null,
    amplitude: o.amplitude ?? null,
    input: inputs.length === 1 ? inputs[0] : inputs,
    output: o.output,
    variable: o.variable ?? null,
    with: o.with ?? null,
    static: o.static ?? null,
    past: o.past ?? null,
    grid: o.grid ?? null,
    target: o.target ?? null,
    timeFromName: o.timeFromName ?? false,
    allowExternal: o.allowExternal ?? false,
    units: o.units ?? null,
    interval: o.interval ?? null,
    time: rangeText(o.time),
    rows: o.rows ?? null,
    columns: o.columns ?? null,
    unit: o.unit ?? null,
    resume: o.resume ?? false,
    shard: o.shard === void 0 ? null : shardFrom(o.shard, process.env),
    members: o.members ?? (o.method === void 0 || o.method === "rainfarm" ? 8 : 1),
    seed: o.seed,
    generator: described?.generator ?? null,
    evaluations: described === void 0 ? null : evaluationsFor(described, solver),
    sampler: o.sampler ?? null,
    conserve: o.conserve,
    archive: o.archive ?? null,
    missing: o.missing,
    clipNegative: o.clipNegative ?? false,
    wetThreshold: o.wetThreshold ?? null,
    epsg: o.epsg ?? null,
    png: o.png ?? null,
    coarsen: o.coarsen ?? false,
    score: o.score ?? false,
    force: o.force ?? false,
    threads: o.threads ?? Math.min(8, availableParallelism()),
    device: o.device
  };
}
function checkUnits(o, isStore) {
  const parts = { resume: o.resume, shard: o.shard, unit: o.unit };
  const [part] = Object.entries(parts).flatMap(([name, value]) => value === void 0 ? [] : [name]);
  if (part === void 0) return;
  if (!isStore) throw new OptionsError(`--${part} is for stores; name --output out.zarr`, part, o.output);
  if (o.overwrite && o.resume) {
    const text = "--overwrite begins the store anew, --resume goes on with it; leave one out";
    throw new OptionsError(text, "overwrite", true);
  }
  if (o.score || o.png !== void 0) {
    const name = o.score ? "score" : "png";
    const text = `--${name} needs all units in one go; leave out --${part}, or draw from the finished store (monge report)`;
    throw new OptionsError(text, name, true);
  }
}
var rangeText = (range) => range === void 0 ? null : "dates" in range ? range.dates : range.indices;

export {
  drawingOf,
  openInput,
  checkKind,
  openModel,
  openMethod,
  resolve
};
