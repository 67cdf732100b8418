/** `monge convert`: select, convert units, write. */

import { extname } from "node:path";
import { isMongeError, OptionsError } from "../../engine/errors.ts";
import { numberText } from "../../engine/text/number.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { cadenceOf, lazyField, namedFiles, openDataset, selectTimes, writeField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import {
  checkSentinels,
  checkTimes,
  convertPrecipitation,
  deaccumulate,
  measuresWater,
  rainFinding,
  soundLine,
  targetUnits,
  timeAxis,
  unitConversion,
  whereOf,
  withoutExtent,
} from "../../io/field/index.ts";
import { formatToWrite } from "../../io/formats/index.ts";
import { checkFiles } from "../shell/failure.ts";
import { onInterrupt } from "../shell/interrupt.ts";
import { leastBytes, prepareOutputs } from "../shell/outputs.ts";
import { startProgress } from "../shell/progress.ts";
import { emit, emitJson, say, shellWord } from "../shell/terminal.ts";
import { version } from "../shell/version.ts";
import { checkAreas, writeAreas } from "./areas.ts";
import type { ConvertOptions } from "./command.ts";
import { checkGrid, inBlocks, onGrid } from "./grid.ts";
import { checkPeriods, inPeriods } from "./periods.ts";
import { statedAttributes, writeProfile } from "./profile.ts";

export async function convert(texts: readonly string[], options: ConvertOptions): Promise<void> {
  const { output, assumeUnits, toUnits: units, interval } = options;
  const { files: inputs, variable } = await namedFiles(texts, options.variable);
  checkAreas(options);
  const isTable = options.areas !== undefined && extname(output).toLowerCase() === ".csv";
  const stated = options.dryRun ? {} : statedAttributes(options);
  const ofProfile = options.profile === undefined ? undefined : { name: "netcdf4", kind: "folder" };
  const { name: format, kind } =
    ofProfile ?? (isTable ? { name: "csv", kind: "file" } : formatToWrite(output, options.format));
  checkFiles("INPUT", inputs);
  checkGrid(options);
  checkPeriods(options);
  const place = { path: output, isStore: kind === "folder" };
  if (ofProfile === undefined) await prepareOutputs([place], inputs, options.overwrite);
  const data = await openDataset(inputs, {
    ...(variable !== undefined && { variable }),
    timeFromName: options.timeFromName ?? false,
    allowExternal: options.allowExternal ?? false,
  });
  const interrupt = onInterrupt("stopping; again to stop at once");
  try {
    const { missingValue } = options;
    const found = await data.variable(undefined, {
      ...(assumeUnits !== undefined && { units: assumeUnits }),
      ...(missingValue !== undefined && { missingValue }),
    });
    const whole = inShape(found, options, format === "geotiff" || (options.grid ?? options.coarsen) !== undefined);
    const { part: chosen, grid } = await cut(whole, options);
    for (const line of checkTimes(chosen)) say(line);
    for (const line of unsoundAxes(chosen)) say(line);
    const described = { ...describe(chosen, inputs, output), format, units: units ?? chosen.units ?? null };
    if (options.dryRun) return emitJson({ command: "convert", ...described, ...given(options) });
    const steps = options.accumulated === undefined ? chosen : await differences(chosen, options);
    const isCompressed = options.compression !== 0;
    const read = [...data.files, ...grid];
    const history = `monge convert ${process.argv.slice(3).map(shellWord).join(" ")} (monge ${version()})`;
    const clip = options.clipNegative ? clipping(steps) : undefined;
    const change = (slab: Field): Field => {
      interrupt.check();
      const clipped = clip === undefined ? slab : clip.of(slab);
      if (units !== undefined) return inUnits(clipped, whole, units, options);
      if (rainFinding(slab).is === "rain") checkSentinels(whereOf(slab), slab);
      return clipped;
    };
    const { every } = options;
    const part = every === undefined ? steps : inPeriods(steps, { ...options, every }, change);
    if (ofProfile !== undefined) {
      const attributes = { ...withoutExtent(data.attributes), ...stated };
      await writeProfile(part, every === undefined ? change : (slab) => slab, attributes, history, read, options);
      for (const line of data.notices()) say(line);
      return;
    }
    if (options.areas !== undefined) {
      await prepareOutputs([place], read, options.overwrite);
      const convertAll = (series: Field) => (units === undefined ? series : inUnits(series, whole, units, options));
      const wrote = await writeAreas(part, { ...options, areas: options.areas }, convertAll, { history });
      for (const line of data.notices()) say(line);
      say(`wrote ${output}: ${wrote}`);
      return options.json ? emitJson(described) : emit(output);
    }
    await prepareOutputs([{ ...place, bytes: leastBytes(part.bytes, isCompressed) }], read, options.overwrite);
    const bar = startProgress("converting", Math.ceil(part.bytes / 1e6), { unit: "MB" });
    const share = part.bytes / 1e6 / part.shape.reduce((a, b) => a * b, 1);
    await writeField(output, part, {
      ...(options.format !== undefined && { format: options.format }),
      bytes: options.slab * 1e6,
      ...(every === undefined && { change }),
      ...(options.compression !== undefined && { compression: options.compression }),
      ...(options.zarrVersion !== undefined && { version: options.zarrVersion }),
      ...(options.epsg !== undefined && { epsg: options.epsg }),
      ...(options.overwrite !== undefined && { overwrite: options.overwrite }),
      attributes: chosen === whole && every === undefined ? data.attributes : withoutExtent(data.attributes),
      history,
      onProgress: ({ done }) => bar.update(Math.ceil(done * share)),
    }).finally(() => bar.stop());
    if (clip && clip.count() > 0)
      say(
        `${counted(clip.count(), "value was", "values were")} negative, down to ${numberText(clip.least(), 4)} ${part.units}; set to 0`,
      );
    for (const line of data.notices()) say(line);
    if (interval !== undefined && units !== undefined && !timeAxis(part)?.bounds && amountsIn(units)) {
      const unsaid =
        "on which side of its time the interval of a sum lies nobody says, so no bounds of time are written";
      say(`${unsaid}; give the commands that read ${output} --interval ${interval}`);
    }
    say(`wrote ${output}: ${part.dims.map((dim, i) => `${dim} ${part.shape[i]}`).join(", ")}`);
    if (options.json) emitJson({ ...described, ...describe(part, inputs, output) });
    else emit(output);
  } finally {
    interrupt.stop();
    data.close();
  }
}

const counted = (n: number, one: string, several: string): string => `${n} ${n === 1 ? one : several}`;

const amountsIn = (units: string): boolean => measuresWater(units) && targetUnits(units).kind === "amount";

/** Faults in positions of rows and columns, which are copied as they are. */
function unsoundAxes(variable: LazyField): string[] {
  return [variable.dimOf("y"), variable.dimOf("x")].flatMap((dim) => {
    const coordinate = dim === undefined ? undefined : variable.coordinate(dim);
    if (coordinate === undefined || coordinate.dims.length !== 1) return [];
    try {
      soundLine(whereOf(variable), coordinate);
      return [];
    } catch (error) {
      if (!isMongeError(error)) throw error;
      return [`${error.message}; it is copied as it is`];
    }
  });
}

/** Sets negative precipitation to 0, and counts it. @throws OptionsError for all else than precipitation */
function clipping(variable: LazyField) {
  const { is, why } = rainFinding(variable);
  if (is === "other" || !measuresWater(variable.units)) {
    const text = `--clip-negative is for precipitation, which ${variable.name} is not: ${why}; leave it out`;
    throw new OptionsError(text, "clipNegative", true);
  }
  let [count, least] = [0, 0];
  const of = (slab: Field): Field => {
    for (const v of slab.values) {
      if (!(v < 0)) continue;
      count++;
      least = Math.min(least, v);
    }
    return slab.with({ values: slab.values.map((v) => Math.max(v, 0)) });
  };
  return { of, count: () => count, least: () => least };
}

/** Amounts of each step, from accumulations. */
async function differences(
  variable: LazyField,
  { accumulated, resets, tolerance, clipNegative }: ConvertOptions,
): Promise<LazyField> {
  const loaded = await variable.load();
  variable.parts.store.check?.();
  const { field, negatives, lowest } = deaccumulate(loaded, {
    ...(accumulated !== "bounds" && { start: accumulated! }),
    ...(resets !== undefined && { resets: typeof resets === "string" ? resets : { hours: resets } }),
    ...(tolerance !== undefined && { tolerance }),
  });
  if (negatives > 0 && !clipNegative) {
    say(
      `${counted(negatives, "amount is", "amounts are")} negative, down to ${lowest} ${field.units}; --clip-negative sets them to 0`,
    );
  }
  return lazyField(field);
}

/** The part that is asked for, and the files of the grid that it lies on. */
async function cut(
  variable: LazyField,
  options: ConvertOptions,
): Promise<{ readonly part: LazyField; readonly grid: readonly string[] }> {
  const { bbox, time, grid, coarsen } = options;
  const timed = time === undefined ? variable : selectTimes(variable, time);
  if (grid !== undefined) return onGrid(timed, { ...options, grid });
  const part = bbox === undefined ? timed : timed.sel({ lon: [bbox[0], bbox[2]], lat: [bbox[1], bbox[3]] });
  return { part: coarsen === undefined ? part : inBlocks(part, coarsen, options.minimumValid), grid: [] };
}

/** Times in file order are described by their ends; what is asked for stands beside. */
function describe(part: LazyField, inputs: readonly string[], output: string) {
  const times = /\ssince\s/i.test(String(timeAxis(part)?.attributes["units"] ?? "")) ? part.times() : [];
  return {
    inputs,
    output,
    variable: part.name,
    dims: part.dims,
    shape: part.shape,
    bytes: part.bytes,
    times: times.length === 0 ? null : { first: times[0]!.iso ?? null, last: times.at(-1)!.iso ?? null },
  };
}

/** Options as they were given; null where nothing was. */
function given(o: ConvertOptions) {
  const names = [
    ...(["rename", "start", "step", "accumulated", "resets", "tolerance", "bbox", "coarsen", "grid", "time"] as const),
    ...([
      "every",
      "closed",
      "assumeUnits",
      "missingValue",
      "interval",
      "compression",
      "zarrVersion",
      "epsg",
      "profile",
      "attributes",
    ] as const),
  ];
  const { clipNegative = false, override = false, overwrite = false, slab } = o;
  return {
    ...Object.fromEntries(names.map((name) => [name, o[name] ?? null])),
    ...{ clipNegative, override, overwrite, slab },
    dimsInOrder: o.dims ?? null,
    method: o.grid === undefined ? null : (o.method ?? "conservative"),
    minimumValid: (o.grid ?? o.coarsen) === undefined ? null : (o.minimumValid ?? 1),
  };
}

/** The spacing of times is that of the whole file: a slab may hold a single one. */
function inUnits(slab: Field, whole: LazyField, units: string, { interval, override = false }: ConvertOptions): Field {
  const other = unitConversion(slab.units, units);
  if (other) return other(slab);
  if (interval === undefined) return convertPrecipitation(slab, units, { override });
  if (interval !== "time") return convertPrecipitation(slab, units, { interval, override });
  const time = timeAxis(whole);
  const cadence = time && cadenceOf(time);
  if (cadence?.regular && cadence.unit === "seconds")
    return convertPrecipitation(slab, units, { interval: cadence.step, override });
  const way = 'give --interval in seconds instead of "time", or "bounds"';
  throw new OptionsError(`${whereOf(whole)}: its times are not evenly spaced; ${way}`, "interval", interval);
}

/**
 * The variable without groups, dated, renamed, with its dimensions in the order that is asked for.
 *
 * @param maps - whether y and x must be its last dimensions
 * @throws OptionsError for names that it does not have, and for one of start and step without the other
 */
function inShape(variable: LazyField, { start, step, rename, dims }: ConvertOptions, maps: boolean): LazyField {
  if ((start === undefined) !== (step === undefined)) {
    const [has, lacks] = start === undefined ? ["step", "start"] : ["start", "step"];
    throw new OptionsError(`--${has} goes with --${lacks}; give both`, has, start ?? step);
  }
  let out = variable.ungroup();
  if (start !== undefined && step !== undefined) out = out.withTimes({ start, step });
  if (rename !== undefined) {
    const known = [out.name, ...out.dims, ...out.coordinates.map((c) => c.name)];
    // `Grid/lat=y` and `lat=y` say the same.
    const bare = (old: string) => (known.includes(old) ? old : old.slice(old.lastIndexOf("/") + 1));
    out = out.rename(Object.fromEntries(Object.entries(rename).map(([old, to]) => [bare(old), to])));
  }
  if (dims !== undefined) return out.transpose(dims);
  return maps ? out.mapsLast() : out;
}
