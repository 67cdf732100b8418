/** `monge report`: the pages of the library in files. */

import { existsSync, statSync } from "node:fs";
import { extname } from "node:path";
import type { Command } from "commander";
import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import { numberText } from "../../engine/text/number.ts";
import type { LazyField, OpenedFields } from "../../io/dataset/index.ts";
import { Field } from "../../io/field/index.ts";
import { zarrVersion } from "../../io/formats/index.ts";
import { atStations } from "../../io/stations/index.ts";
import { changeSection } from "../../pages/change-section.ts";
import { ensemblePage } from "../../pages/ensemble-page.ts";
import { eventSums } from "../../pages/event-sums.ts";
import { hyetographs } from "../../pages/hyetographs.ts";
import { timeSection } from "../../pages/time-section.ts";
import { writePage } from "../../pages/write-page.ts";
import type { PageSection } from "../../report/index.ts";
import { areaSeries, changeSignal, verify } from "../../verification/index.ts";
import { areasOf } from "../shell/areas.ts";
import { withFlags } from "../shell/flag-names.ts";
import { openField } from "../shell/open-field.ts";
import { prepareOutputs } from "../shell/outputs.ts";
import { periodNames, startStages } from "../shell/progress.ts";
import { ownOptions, statedRain, wetThresholdOf } from "../shell/read-options.ts";
import { emitJson, say } from "../shell/terminal.ts";
import { filmScores } from "../verify/film.ts";
import { regridder } from "../verify/inputs.ts";
import type { ReportOptions } from "./command.ts";

export async function report(what: string, o: ReportOptions, command: Command): Promise<void> {
  if (extname(o.output).toLowerCase() !== ".html") {
    throw new OptionsError(`--output is ${o.output}; expected a name that ends in .html`, "output", o.output);
  }
  if (o.dryRun) return emitJson({ command: "report", what, ...ownOptions(o) });
  const isRun = existsSync(what) && statSync(what).isDirectory() && zarrVersion(what) === undefined;
  for (const name of ["truth", "input", "at", "areas", "sums", "film"] as const) {
    if (!isRun || o[name] === undefined) continue;
    throw new OptionsError(`--${name} means nothing here: the page is of a run; leave it out`, name, o[name]);
  }
  for (const name of ["regrid", "transport", "change", "accumulate"] as const) {
    if (o[name] === undefined || o.truth !== undefined) continue;
    throw new OptionsError(`--${name} compares with --truth; give one`, name, o[name]);
  }
  const page = isRun ? await ofRun(what, o) : await ofField(what, o, command);
  await writePage(o.output, page, { overwrite: o.overwrite ?? false });
  say(`wrote ${o.output}`);
  if (o.json) emitJson({ command: "report", what, output: o.output, bytes: Buffer.byteLength(page) });
}

async function ofRun(folder: string, { output, overwrite }: ReportOptions): Promise<string> {
  await prepareOutputs([{ path: output, option: "output" }], [folder], overwrite);
  const { holdsSolution } = await import("../../solvers/solve/index.ts");
  if (holdsSolution(folder)) return (await import("../../pages/solution-page.ts")).solutionPage(folder);
  return (await import("../../pages/training-page.ts")).trainingPage(folder);
}

async function ofField(what: string, o: ReportOptions, command: Command): Promise<string> {
  const opened: OpenedFields[] = [];
  const stages = startStages((stage) => (stage === "redrawing" ? "redraws" : "maps"));
  const open = async (role: string, text: string) => {
    const found = await openField(role, text, o);
    opened.push(found);
    return found.field;
  };
  try {
    const own = await open("WHAT", what);
    const truth = o.truth === undefined ? undefined : await open("--truth", o.truth);
    const field = truth ? (await regridder(truth, o))(own) : own;
    const input = o.input === undefined ? undefined : await open("--input", o.input);
    await prepareOutputs(
      [{ path: o.output, option: "output" }],
      opened.flatMap(({ files }) => files),
      o.overwrite,
    );
    const series = [...(await ofPlaces(field, truth, o)), ...(await ofAreas(field, truth, o))];
    const { thresholds, by, seed, transport: reach, interval } = o;
    const wetThreshold = wetThresholdOf(o.wetThreshold);
    const rules = {
      ...statedRain(o),
      ...defined({ wetThreshold, interval }),
    };
    const moved =
      truth && reach !== undefined
        ? await (await import("../../pages/transport-figure.ts")).movedRain(truth.mapsLast(), {
            reach,
            bootstrap: { seed, tooFew: "none" },
            onProgress: ({ done, total }) => stages.update("moving rain", done, total),
          })
        : undefined;
    const changed =
      truth &&
      o.change &&
      (await changeSignal(field, truth, {
        ...{ from: o.change[0], to: o.change[1], bootstrap: { seed, tooFew: "none" }, ...rules },
        onProgress: ({ period, done, total }) => stages.update(periodNames[period], done, total),
      }));
    const films = truth && o.accumulate ? [await filmScores(truth, sumsOf(o))] : [];
    const verification =
      truth && !o.change
        ? await verify(field, truth, {
            ...{ seed, spectrum: true, sal: true, bootstrap: { seed, tooFew: "none" }, ...rules },
            ...(o.clipNegative && { clipNegative: true }),
            onNotice: (line) => say(withFlags(line, command)),
            ...defined({ thresholds, events: by }),
            scores: [...(moved?.scores ?? []), ...films],
            onProgress: ({ stage, done, total }) => stages.update(stage, done, total),
          })
        : undefined;
    const picture = moved?.picture(verification?.units);
    const total = o.sums ? await eventSums(field, truth, o.members) : undefined;
    if (o.sums && total === undefined) say("--sums: there is no precipitation at several times of known length to sum");
    const inTime = verification && (await timeSection(verification));
    const time = field.dimOf("time");
    const times = o.film ? Math.min(200, time === undefined ? 1 : field.size(time)) : o.times;
    const shown = o.film && time !== undefined ? field.isel({ [time]: [0, times] }) : field;
    const page = await ensemblePage(shown, {
      ...{ times, members: o.members, inOrder: o.film ?? false },
      ...defined({ truth, input, verification }),
      sections: [
        ...(total ? [total] : []),
        ...series,
        ...(inTime ? [inTime] : []),
        ...(changed ? [changeSection(changed)] : []),
        ...(picture ? [{ heading: "Rain moved by transport", parts: [{ kind: "picture", ...picture } as const] }] : []),
      ],
      onProgress: ({ done, total }) => stages.update("drawing", done, total),
    });
    for (const one of opened) {
      one.checkUnchanged();
      for (const line of one.notices()) say(line);
    }
    return page;
  } finally {
    stages.stop();
    for (const one of opened) one.close();
  }
}

const sumsOf = ({ accumulate, areas }: ReportOptions) => ({
  ...defined({ accumulate }),
  ...(areas !== undefined && { areas: [areas] }),
});

/** Rain along time in the cells that hold the places of `--at`. */
async function ofPlaces(field: LazyField, truth: LazyField | undefined, { at }: ReportOptions): Promise<PageSection[]> {
  if (at === undefined) return [];
  const line = (name: string, k: 0 | 1) => ({
    ...{ name, dims: ["station"], values: Float64Array.from(at, (place) => place[k]) },
    attributes: { standard_name: name, units: k === 0 ? "degrees_east" : "degrees_north" },
  });
  const places = new Field({
    ...{ name: "places", dims: ["station"], shape: [at.length], values: new Float32Array(at.length) },
    coordinates: [line("longitude", 0), line("latitude", 1)],
  });
  const { field: own, outside } = atStations(field, places);
  if (outside.length > 0) {
    const [longitude, latitude] = at[outside[0]!]!;
    const [east, north] = ["lon", "lat"].map((name) => rangeOf(field, name));
    const way = east && north ? `it lies within longitudes ${east} and latitudes ${north}` : "give a place in it";
    throw new OptionsError(`--at ${longitude},${latitude} lies outside of the field; ${way}`, "at", at);
  }
  const names = at.map((place) => place.join(", "));
  const observed = truth && (await atStations(truth, places).field.load());
  return [await hyetographs({ field: await own.load(), names }, observed)];
}

/** Least and largest value of a coordinate, in words; undefined where there is none. */
function rangeOf(field: LazyField, name: string): string | undefined {
  const values = field.coordinate(name)?.values;
  if (values === undefined) return undefined;
  const [low, high] = values.reduce(([a, b], v) => [Math.min(a!, v), Math.max(b!, v)], [Infinity, -Infinity]);
  return `${numberText(low!, 5)} to ${numberText(high!, 5)}`;
}

/** Rain along time of the first areas of `--areas`. */
async function ofAreas(
  field: LazyField,
  truth: LazyField | undefined,
  { areas }: ReportOptions,
): Promise<PageSection[]> {
  if (areas === undefined) return [];
  const own = await areasOf(areas, field.mapsLast());
  const observed = truth && (await areaSeries(truth, await areasOf(areas, truth.mapsLast())));
  const names = own.names.slice(0, 12);
  if (own.names.length > names.length) say(`--areas: the first 12 of ${own.names.length} areas are drawn`);
  const section = await hyetographs({ field: await areaSeries(field, own), names }, observed);
  return [{ ...section, heading: `Rain of areas along time (${own.name})` }];
}
