/** `monge downscale --method mbcn`: several variables corrected together, and written to one file. */

import { extname } from "node:path";
import type { Command } from "commander";
import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { multivariateCorrection } from "../../generative/baselines/index.ts";
import { type OpenedSources, openSources } from "../../generative/data/index.ts";
import { type LazyField, namedFields, selectTimes } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { writeNetcdf } from "../../io/formats/index.ts";
import { withFlags } from "../shell/flag-names.ts";
import { onInterrupt } from "../shell/interrupt.ts";
import { prepareOutputs } from "../shell/outputs.ts";
import { openSeries, stationTableText } from "../shell/station-series.ts";
import { emit, emitJson, say, shellWord } from "../shell/terminal.ts";
import { version } from "../shell/version.ts";
import type { DownscaleOptions } from "./command.ts";
import { checkKind, checkStations } from "./open-model.ts";

/** Options that it takes. */
const own: ReadonlySet<keyof DownscaleOptions> = new Set([
  ...(["output", "method", "fine", "stations", "coarse", "history", "time", "window", "quantiles", "seed"] as const),
  ...(["interval", "clipNegative", "force", "allowExternal", "overwrite"] as const),
  ...(["json", "dryRun", "quiet"] as const),
]);

/** @throws OptionsError for options of other methods; as `multivariateCorrection` */
export async function downscaleJointly(
  inputs: readonly string[],
  o: DownscaleOptions,
  command: Command,
): Promise<void> {
  const given = (name: string) => command.getOptionValueSource(name) === "cli";
  checkKind("method", o, given);
  const foreign = (Object.keys(o) as (keyof DownscaleOptions)[]).find((name) => given(name) && !own.has(name));
  if (foreign !== undefined) {
    const flag = foreign.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
    throw new OptionsError(`--${flag} means nothing with --method mbcn; leave it out`, foreign, o[foreign]);
  }
  checkStations(o);
  const [input, ...others] = inputs as [string, ...string[]];
  if (others.length > 0) {
    const text = `--method mbcn takes one INPUT, such as gcm.nc:pr,tas or 'gcm_*.nc:pr,tas'; found ${inputs.length}`;
    throw new OptionsError(text, "input", inputs);
  }
  const ending = extname(o.output).toLowerCase();
  if (ending !== ".nc" && !(ending === ".csv" && o.stations !== undefined)) {
    const text = `--output is ${o.output}; with --method mbcn expected .nc, or of stations .csv`;
    throw new OptionsError(text, "output", o.output);
  }
  const fine = o.stations ?? o.fine;
  if (fine === undefined || o.coarse === undefined) {
    const name = fine === undefined ? "fine" : "coarse";
    throw new OptionsError(`--method mbcn needs --${name}${name === "fine" ? " or --stations" : ""}`, name, undefined);
  }
  const files = [input, fine, o.coarse].map((text) => namedFields(text).files);
  await prepareOutputs([{ path: o.output, option: "output" }], files, o.overwrite);
  if (o.dryRun) {
    const { output, seed, history, window, quantiles } = o;
    const names = { input, fine, coarse: o.coarse, output };
    return emitJson({ command: "downscale", method: "mbcn", ...names, seed, history, window, quantiles });
  }
  const opened: OpenedSources[] = [];
  const open = async (role: string, text: string, range: DownscaleOptions["time"]): Promise<LazyField[]> => {
    const series = o.stations === undefined ? undefined : await openSeries(text);
    const found = series ?? (await openSources(role, text, { allowExternal: o.allowExternal ?? false }));
    if ("close" in found) opened.push(found);
    return ("close" in found ? found.fields : found).map((one) => (range ? selectTimes(one, range) : one));
  };
  const interrupt = onInterrupt("stopping");
  try {
    const data = {
      fine: await open(o.stations === undefined ? "fine" : "stations", fine, o.history),
      coarse: await open("coarse", o.coarse, o.history),
      input: await open("input", input, o.time),
    };
    const { window, quantiles, seed, interval, clipNegative, force } = o;
    const seconds = interval === "time" ? interval : interval?.[0];
    const made = await multivariateCorrection(data, {
      seed,
      signal: interrupt.signal,
      onNotice: (line) => say(withFlags(line, command)),
      ...defined({ window, quantiles, interval: seconds }),
      ...(clipNegative && { clipNegative }),
      ...defined({ force }),
    });
    for (const line of opened.flatMap((one) => one.notices())) say(line);
    const [first, ...also] = made as [Field, ...Field[]];
    const overwrite = o.overwrite ?? false;
    if (ending === ".csv") await writeAtomically(o.output, stationTableText(made), { overwrite });
    else {
      const by = `monge ${version()}, method mbcn fitted to fine ${fine} coarse ${o.coarse}, seed ${seed}`;
      const attributes = {
        ...{ title: "Corrected by multivariate quantile mapping (MBCn)", source: by, method: "mbcn", seed },
        ...(o.stations !== undefined && { featureType: "timeSeries" }),
      };
      const history = `monge ${process.argv.slice(2).map(shellWord).join(" ")} (${by})`;
      const write = (path: string) => writeNetcdf(path, first, { attributes, history, also });
      await writeAtomically(o.output, write, { overwrite });
    }
    say(`wrote ${o.output}`);
    if (o.json)
      emitJson({ command: "downscale", method: "mbcn", output: o.output, dims: first.dims, shape: first.shape });
    else emit(o.output);
  } finally {
    interrupt.stop();
    for (const one of opened) one.close();
  }
}
