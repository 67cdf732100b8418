/** `monge verify`: scores as tables, JSON, CSV and figures. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { defined } from "../../engine/defined.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { checkFolder } from "../../engine/files/output-check.ts";
import type { Stations } from "../../io/stations/index.ts";
import { csvText } from "../../report/csv.ts";
import { cordexScores, type Verification, type VerifyOptions, verify } from "../../verification/index.ts";
import { placeScores } from "../../verification/series/index.ts";
import { coverageLines, rankLines, rowsOf, scoreSheet, summaryOf } from "../../verification/sheets/index.ts";
import { withFlags } from "../shell/flag-names.ts";
import { prepareOutputs } from "../shell/outputs.ts";
import { startStages } from "../shell/progress.ts";
import { ownOptions, statedRain, wetThresholdOf } from "../shell/read-options.ts";
import { emit, emitJson, say } from "../shell/terminal.ts";
import type { VerifyCommandOptions } from "./command.ts";
import { filmScores, filmTables } from "./film.ts";
import { isMethod, namedInputs, namesSeveral, openInputs } from "./inputs.ts";
import { stationSheet, stationTable } from "./stations.ts";
import { climateTable, partsTable, scoresTable, transportLines } from "./tables.ts";

const pictures = ["ranks", "reliability", "roc", "quantiles", "spectrum", "fss", "transport"] as const;

export async function verifyFiles(
  forecast: string,
  truth: string | undefined,
  options: VerifyCommandOptions,
  command: Command,
): Promise<void> {
  if (options.dryRun) return emitJson({ command: "verify", forecast, truth, ...ownOptions(options) });
  if (namesSeveral(forecast)) {
    const given = (name: string) => command.getOptionValueSource(name) === "cli";
    const { verifyDependence } = await import("./dependence.ts");
    return verifyDependence(forecast, truth, options, given);
  }
  const inputs = await openInputs(forecast, truth, options);
  try {
    const { output, figures } = options;
    if (figures) {
      checkFolder(figures);
      await mkdir(figures, { recursive: true });
    }
    await prepareOutputs(
      [
        { path: output, option: "output" },
        { path: options.stationScores, option: "stationScores" },
        ...(figures ? pictures.map((name) => ({ path: join(figures, `${name}.png`), option: "figures" })) : []),
      ],
      inputs.files,
      options.overwrite,
    );
    const names = Object.fromEntries(
      namedInputs(forecast, truth, options).map(([role, text]) => [role.replace("--", "").toLowerCase(), text]),
    );
    if (options.change) {
      const { verifyChange } = await import("./change.ts");
      return await verifyChange(inputs, options.change, options, names);
    }
    const { against, regions, stations } = inputs;
    const stages = startStages((stage) => (stage === "redrawing" ? "redraws" : "maps"));
    const { transport: reach, draws, block, seed } = options;
    const byTimes = typeof block === "number" ? { block } : {};
    const moved =
      reach === undefined
        ? undefined
        : await (await import("../../pages/transport-figure.ts")).movedRain(inputs.truth.mapsLast(), {
            reach,
            onProgress: ({ done, total }) => stages.update("moving rain", done, total),
            ...(draws > 0 && { bootstrap: { seed, draws, tooFew: "none", ...byTimes } }),
          });
    const films = options.accumulate || options.areas ? [await filmScores(inputs.truth, options)] : [];
    const found = await verify(inputs.forecast, inputs.truth, {
      ...scoring(options),
      scores: [
        ...(options.cordex ? [cordexScores()] : []),
        ...(moved?.scores ?? []),
        ...films,
        ...(stations ? [placeScores(options.quantiles)] : []),
      ],
      onProgress: ({ stage, done, total }) => stages.update(stage, done, total),
      onNotice: (line) => say(withFlags(line, command)),
      ...defined({ against, regions }),
    }).finally(() => stages.stop());
    inputs.checkUnchanged();
    for (const line of inputs.notices()) say(line);
    if (options.json) emitJson({ command: "verify", ...names, ...found, ...(stations && { ids: stations.ids }) });
    else print(found, options, stations);
    if (output) {
      const { header, rows } = scoreSheet(found);
      await writeAtomically(output, csvText(header, rows), { overwrite: options.overwrite ?? false });
    }
    if (options.stationScores) {
      const { header, rows } = stationSheet(found, stations!);
      await writeAtomically(options.stationScores, csvText(header, rows), { overwrite: options.overwrite ?? false });
    }
    if (figures) await draw(options, figures, found, moved?.picture(found.units)?.svg);
  } finally {
    inputs.close();
  }
}

/** Options of the library by the flags. */
function scoring(o: VerifyCommandOptions): VerifyOptions {
  const { thresholds, quantiles, toUnits: units, interval, block, by, seed, draws } = o;
  const wetThreshold = wetThresholdOf(o.wetThreshold);
  const day = (time: string) => time.slice(0, 10);
  return {
    times: o.pairTimes,
    seed,
    spectrum: true,
    sal: true,
    ...(o.climate && { climate: true }),
    ...(by && { events: by === "day" ? day : by }),
    ...defined({ thresholds, quantiles, units, interval, wetThreshold }),
    ...(o.clipNegative && { clipNegative: true }),
    ...statedRain(o),
    ...(draws > 0 && { bootstrap: { seed, draws, tooFew: "none", ...defined({ block }) } }),
  };
}

function print(found: Verification, { against, draws }: VerifyCommandOptions, stations: Stations | undefined): void {
  emit(coverageLines(found).join("\n"));
  emit(`\n${summaryOf(found).join("\n")}`);
  const other = against === undefined ? undefined : isMethod(against) ? against : "other";
  const rows = rowsOf("all", found);
  emit(`\n${scoresTable(rows, other)}`);
  if (draws > 0 && rows.every(({ low }) => low === undefined || Number.isNaN(low))) {
    say(`no intervals: ${found.coverage.times[0]} times are too few to redraw`);
  }
  const test = found.against?.dieboldMariano;
  if (test && !Number.isNaN(test.p)) {
    emit(`Diebold–Mariano test of equal CRPS: ${test.statistic.toFixed(2)}, p = ${test.p.toPrecision(2)}`);
  }
  for (const lines of [
    rankLines(found).join("\n"),
    transportLines(found).join("\n"),
    filmTables(found),
    stations && stationTable(found, stations),
    partsTable(found),
    climateTable(found),
  ])
    if (lines) emit(`\n${lines}`);
}

/** Draws what there is of each kind. */
async function draw(
  { overwrite = false }: VerifyCommandOptions,
  folder: string,
  found: Verification,
  transport: string | undefined,
): Promise<void> {
  const { verificationFigure, writePicture } = await import("../../report/index.ts");
  const { ranksFigure } = await import("../../pages/verification-sections.ts");
  const { scores, diagrams, units } = found;
  const drawn: Partial<Record<(typeof pictures)[number], Promise<string> | string>> = {
    ...(scores.rankHistogram.length > 0 && { ranks: ranksFigure(found) }),
    ...(diagrams.reliability.length > 0 && {
      reliability: verificationFigure("reliability", diagrams, units),
      roc: verificationFigure("roc", diagrams, units),
    }),
    quantiles: verificationFigure("quantiles", diagrams, units),
    ...(diagrams.spectrum.truth.some((p) => p > 0) && { spectrum: verificationFigure("spectrum", diagrams) }),
    ...(scores.fss.length > 0 && { fss: verificationFigure("fss", scores, units) }),
    ...defined({ transport }),
  };
  for (const [name, svg] of Object.entries(drawn))
    await writePicture(join(folder, `${name}.png`), await svg, { scale: 2, overwrite });
  say(`${Object.keys(drawn).join(", ")} drawn in ${folder}`);
}
