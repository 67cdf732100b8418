/** `monge verify FILE:pr,tas FILE:pr,tas`: the dependence between variables. */
import { OptionsError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { printedNumber } from "../../engine/text/number.ts";
import { type OpenedSources, openSources } from "../../generative/data/index.ts";
import { type LazyField, lazyField, selectTimes } from "../../io/dataset/index.ts";
import { asColumn, atStations, stationDim } from "../../io/stations/index.ts";
import { csvText } from "../../report/csv.ts";
import { dependenceScores } from "../../verification/series/index.ts";
import { checkNamed } from "../shell/open-field.ts";
import { prepareOutputs } from "../shell/outputs.ts";
import { openSeries } from "../shell/station-series.ts";
import { emit, emitJson, table } from "../shell/terminal.ts";
import type { VerifyCommandOptions } from "./command.ts";
import { regridder } from "./inputs.ts";

/** @throws OptionsError for options of other scores; as `dependenceScores` */
export async function verifyDependence(
  forecast: string,
  truth: string | undefined,
  o: VerifyCommandOptions,
  given: (name: string) => boolean,
): Promise<void> {
  const own = ["stations", "regrid", "time", "by", "output", "overwrite", "json", "allowExternal", "seed", "draws"];
  const wrong = (Object.keys(o) as (keyof VerifyCommandOptions)[]).find((name) => given(name) && !own.includes(name));
  if (wrong !== undefined || (o.by !== undefined && o.by !== "season")) {
    const name = wrong ?? "by";
    const flag = name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
    const way = "of several variables only their dependence is scored, with --by season; name one for other scores";
    throw new OptionsError(`--${flag} ${o[name]}: ${way}`, name, o[name]);
  }
  const observed = o.stations ?? truth;
  if (observed === undefined || (o.stations !== undefined && truth !== undefined)) {
    throw new OptionsError("give one truth: TRUTH, or --stations FILE", "stations", o.stations);
  }
  await prepareOutputs([{ path: o.output, option: "output" }], [], o.overwrite);
  const opened: OpenedSources[] = [];
  const open = async (role: string, text: string): Promise<readonly LazyField[]> => {
    checkNamed(role, text);
    const series = o.stations === undefined ? undefined : await openSeries(text);
    if (series) return series;
    const found = await openSources(role, text, { allowExternal: o.allowExternal ?? false });
    opened.push(found);
    return found.fields;
  };
  try {
    const inTime = (field: LazyField) => (o.time ? selectTimes(field, o.time) : field);
    const [ours, theirs] = [
      await open("FORECAST", forecast),
      await open(o.stations ? "--stations" : "TRUTH", observed),
    ];
    const [first] = theirs as [LazyField];
    const places = o.stations === undefined ? undefined : await first.load();
    const method = o.regrid === "conservative" ? "nearest" : (o.regrid ?? "nearest");
    const onGrid =
      places === undefined
        ? await regridder(first, o)
        : (field: LazyField) =>
            stationDim(field) === undefined
              ? atStations(field, places, method).field
              : asColumn(field, asColumn(lazyField(places))).isel({ place: 0 });
    const rows = await dependenceScores(
      ours.map((one) => onGrid(inTime(one))),
      theirs.map(inTime),
      o.by === "season" ? { by: "season" } : {},
    );
    const header = ["variables", "part", "places", "truth", "forecast", "mean |difference|", "within 0.05"];
    const cells = rows.map(({ variables, part, places: n, truth: t, forecast: f, difference, within }) => ({
      names: [variables.join(", "), part, n] as const,
      numbers: [t, f, difference, within],
    }));
    if (o.json) emitJson({ command: "verify", forecast, truth: observed, dependence: rows });
    else {
      emit("Pearson correlations over time, means over places\n");
      emit(
        table(
          header,
          cells.map(({ names, numbers }) => [...names.map(String), ...numbers.map((v) => printedNumber(v, 4))]),
        ),
      );
    }
    if (o.output === undefined) return;
    const text = csvText(
      header,
      cells.map(({ names, numbers }) => [...names, ...numbers]),
    );
    await writeAtomically(o.output, text, { overwrite: o.overwrite ?? false });
  } finally {
    for (const one of opened) one.close();
  }
}
