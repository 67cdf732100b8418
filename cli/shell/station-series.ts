/** Series of stations on the command line: read from tables and CF files, and written as tables. */
import { existsSync } from "node:fs";
import { extname } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { type LazyField, lazyField, namedFields, openDataset } from "../../io/dataset/index.ts";
import { type Field, instantsOf, isoOf, positionNames, timeAxis, timeUnitsOf } from "../../io/field/index.ts";
import { readStations } from "../../io/stations/index.ts";
import { type Cell, csvText } from "../../report/csv.ts";

const isTable = (path: string): boolean => /^\.(csv|txt)$/i.test(extname(path));

/** Series of the variables that a text names, read whole, where its file holds stations; undefined where it holds maps. */
export async function openSeries(text: string): Promise<readonly LazyField[] | undefined> {
  const { files, names } = namedFields(text);
  if (!existsSync(files) || !(isTable(files) || (await holdsStations(files, names[0])))) return undefined;
  const series: LazyField[] = [];
  for (const one of names.length === 0 ? [files] : names.map((name) => `${files}:${name}`))
    series.push(lazyField((await readStations(one)).field));
  return series;
}

async function holdsStations(path: string, variable: string | undefined): Promise<boolean> {
  const data = await openDataset(path, variable === undefined ? {} : { variable });
  try {
    if (/^timeseries$/i.test(String(data.attributes["featureType"]))) return true;
    const field = await data.variable();
    // Variables of stations may name no places (`coordinates`).
    return field.dimOf("y") === undefined || field.dimOf("x") === undefined;
  } finally {
    data.close();
  }
}

/**
 * Variables of stations over time as the table that `readStations` reads: a row for each station and time. Times at
 * midnight are days.
 *
 * @throws OptionsError for a calendar whose days a table cannot name
 */
export function stationTableText(fields: readonly Field[]): string {
  const [first] = fields as [Field];
  const time = timeAxis(first)!;
  const units = timeUnitsOf(time);
  if (units.calendar === "360_day") {
    const text = "--output: a table has no calendar of 360 days; write .nc";
    throw new OptionsError(text, "output", units.calendar);
  }
  const instants = Array.from(instantsOf(time));
  const days = instants.every((instant) => instant % 86_400_000 === 0);
  const labels = instants.map((instant) => isoOf(instant, units).slice(0, days ? 10 : undefined));
  const [latitude, longitude] = (["latitude", "longitude"] as const).map((name) => first.coordinate(name)!.values);
  const stations = first.shape.at(-1)!;
  const ids = positionNames(first, first.dims.at(-1)!);
  const rows = Array.from({ length: stations * labels.length }, (_, i): Cell[] => {
    const [k, n] = [Math.floor(i / labels.length), i % labels.length];
    const place = [ids?.[k] ?? `${k + 1}`, longitude![k]!, latitude![k]!, labels[n]!];
    return [...place, ...fields.map(({ values }) => values[n * stations + k]!)];
  });
  const columns = fields.map((one) => (one.units === undefined ? one.name : `${one.name} [${one.units}]`));
  return csvText(["id", "longitude", "latitude", "time", ...columns], rows);
}
