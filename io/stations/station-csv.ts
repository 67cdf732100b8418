/** Stations in a table of comma-separated values: one measurement a row. */
import { DomainError, FormatError, OptionsError } from "../../engine/errors.ts";
import { readCsv } from "../../engine/files/csv.ts";
import { encodeTime, parseTimeUnits } from "../field/calendar.ts";
import { dateRange } from "../field/dates.ts";
import { type Measurement, type Station, type StationTable, tableOf } from "./table.ts";

/** Names of the columns, in small letters. */
const columns = {
  id: ["id", "station", "station_id", "location"],
  longitude: ["longitude", "lon"],
  latitude: ["latitude", "lat"],
  time: ["time", "date", "datetime"],
} as const;

const gaps = new Set(["", "na", "nan", "null"]);
const calendar = "proleptic_gregorian";

/**
 * Reads columns id, longitude, latitude, time and the values' own. Units stand in a column `units`, or behind the name
 * of the values' column, as in `pr [mm]`. Where no time has a clock, values stand for whole days, months or years.
 *
 * @param variable - name of the values' column @defaultValue `value`
 * @throws FormatError for missing columns and unreadable rows; DomainError for a station in two places and a time that
 * comes twice
 */
export function readStationCsv(path: string, variable = "value"): StationTable {
  const fail = (what: string, way: string) => new FormatError(path, "CSV", what, way);
  const [header, ...rows] = readCsv(path);
  const own = header.cells.map(unitsBehind);
  const small = own.map(({ name }) => name.toLowerCase());
  const column = (what: string, names: readonly string[]): number => {
    const at = small.findIndex((name) => names.includes(name));
    if (at >= 0) return at;
    const has = `it has ${own.map(({ name }) => name).join(", ")}`;
    throw fail(`there is no column ${what}`, `${has}; expected id, longitude, latitude, time and ${variable}`);
  };
  const at = {
    id: column("id", columns.id),
    longitude: column("longitude", columns.longitude),
    latitude: column("latitude", columns.latitude),
    time: column("time", columns.time),
    value: column(variable, [variable.toLowerCase()]),
  };
  const unitsAt = small.indexOf("units");
  const dates = new Map<string, readonly [moment: number, from: number, to: number]>();
  const timeUnits = parseTimeUnits("seconds since 1970-01-01", calendar);
  const stations = new Map<string, Station & { readonly index: number }>();
  const measured: Measurement[] = [];
  let [clocks, said] = [false, own[at.value]!.units];
  for (const { cells, line } of rows) {
    const where = `line ${line}`;
    const text = (name: keyof typeof at) => cells[at[name]]!;
    const number = (name: "longitude" | "latitude" | "value") => {
      const found = text(name) === "" ? Number.NaN : Number(text(name));
      if (Number.isFinite(found)) return found;
      throw fail(
        `${where}: ${name} is "${text(name)}"`,
        name === "value" ? "expected a number, or nothing" : "expected degrees",
      );
    };
    const [id, longitude, latitude] = [text("id"), number("longitude"), number("latitude")];
    const known = stations.get(id) ?? { id, longitude, latitude, index: stations.size };
    if (known.longitude !== longitude || known.latitude !== latitude) {
      const what = `${path}, ${where}: station ${id} is at ${longitude}, ${latitude} and was at ${known.longitude}, ${known.latitude}`;
      throw new DomainError(`${what}; give each place an id of its own`, id);
    }
    stations.set(id, known);
    const label = text("time");
    if (!dates.has(label)) {
      const { from, to } = dated(label, where, fail);
      clocks ||= label.includes(":") || /[T ]\d/.test(label);
      const [first, last] = [encodeTime(from, timeUnits), encodeTime(to, timeUnits)];
      dates.set(label, [first, first, last]);
    }
    if (unitsAt >= 0) {
      const stated = cells[unitsAt]!;
      if (said !== undefined && said !== stated)
        throw fail(`${where}: units are ${stated}, and were ${said}`, "expected the same in every row");
      said = stated;
    }
    const [time, from, to] = dates.get(label)!;
    const value = gaps.has(text("value").toLowerCase()) ? Number.NaN : number("value");
    measured.push({ station: known.index, time, bounds: [from, to], value });
  }
  const kept = clocks ? measured.map(({ bounds: _, ...one }) => one) : measured;
  const time = { units: "seconds since 1970-01-01", calendar, standard_name: "time" };
  return tableOf(path, [...stations.values()], kept, time, { name: variable, units: said, attributes: {} });
}

function dated(label: string, where: string, fail: (what: string, way: string) => FormatError) {
  try {
    return dateRange(label, calendar);
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    throw fail(`${where}: the time is "${label}"`, "expected a date such as 2018-06-15 or 2018-06-15T12:30, in UTC");
  }
}

/** `pr [mm]` and `pr (mm)` as name and units. */
function unitsBehind(text: string): { readonly name: string; readonly units: string | undefined } {
  const [, name, units] = /^([^[(]*)[[(]([^\])]*)[\])]$/.exec(text) ?? [];
  return name === undefined ? { name: text, units: undefined } : { name: name.trim(), units: units!.trim() };
}
