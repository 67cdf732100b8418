/** Calendars against cftime, udunits2 and xarray, over random dates of every calendar and the times of real files. */
import * as fc from "fast-check";
import { OptionsError, UnitsError } from "../../../engine/index.ts";
import { addToDate, type Calendar, dateRange, dayOfYear, toIso } from "../../../io/field/index.ts";
import { decodeTime, encodeTime, parseTimeUnits } from "../../../io/index.ts";
import { dataFiles } from "../../data.ts";
import { assert, test, throws } from "../../harness.ts";
import { lehmer } from "../fields.ts";
import { hasPython, pythonOn, skip, tool } from "../oracle.ts";

const CALENDARS: readonly Calendar[] = ["standard", "proleptic_gregorian", "365_day", "366_day", "360_day", "julian"];

/** The text of cftime: six digits of the second or none. */
const iso = (date: Parameters<typeof toIso>[0]) => toIso(date).replace(/(\.\d{3})$/, "$1000");

const NUM2DATE = `
import sys, json, cftime
out = []
for v, u, c in json.loads(sys.stdin.read()):
    d = cftime.num2date(v, u, c, only_use_cftime_datetimes=True, has_year_zero=True)
    out.append([d.isoformat(), float(cftime.date2num(d, u, c, has_year_zero=True)), d.dayofyr])
print(json.dumps(out))
`;

test("decoding and encoding agree with cftime at random moments of every calendar, to the microsecond", () => {
  if (!hasPython("cftime")) return skip("no cftime for /usr/bin/python3");
  const next = lehmer(1);
  // biome-ignore format: a table
  const units = [
    "days since 1850-01-01", "days since 0000-1-1", "days since -0044-03-15", "hours since 1582-10-15 06:30:00",
    "Hour since 2001-12-30T23:00:00Z", "minutes since 1999-12-30 23:59:00 +01:00",
    "seconds since 2016-12-19T10:27:29.687763", "seconds since 1970-01-01T00:00:00Z", "milliseconds since 1970-01-01",
    "microseconds since 2000-02-28 12:00:00.000001",
  ];
  const reaches: Readonly<Record<string, number>> = {
    days: 1e6,
    hours: 2e7,
    hour: 2e7,
    minutes: 1e9,
    seconds: 5e10,
    milliseconds: 4e13,
    microseconds: 8e15,
  };
  const cases: [number, string, string][] = [];
  for (const calendar of [...CALENDARS, "gregorian", "noleap", "all_leap"]) {
    for (const unit of units) {
      if (/0000|-0044/.test(unit) && /^(standard|gregorian)$/.test(calendar)) continue;
      const reach = reaches[unit.split(" ")[0]!.toLowerCase()]!;
      for (let k = 0; k < 40; k++) {
        const raw = (2 * next() - 1) * reach * (k % 2 === 0 ? 1 : 1e-3);
        // Halves of a microsecond are left out: cftime rounds them to even.
        cases.push([k % 4 < 3 || /^micro/.test(unit) ? Math.round(raw) : Math.round(raw * 8) / 8, unit, calendar]);
      }
    }
  }
  const expected = pythonOn(NUM2DATE, cases) as [string, number, number][];
  cases.forEach(([value, unit, calendar], i) => {
    const parsed = parseTimeUnits(unit, calendar);
    const date = decodeTime(value, parsed)!;
    const [text, number, day] = expected[i]!;
    assert.is(iso(date), text, `${value} ${unit} ${calendar}`);
    // cftime counts the ten days that 1582 lacks.
    if (!text.startsWith("1582-1")) assert.is(dayOfYear(date, parsed.calendar), day);
    assert.is(encodeTime(date, parsed), number, `${text} as ${unit} ${calendar}`);
  });
});

const fields = {
  calendar: fc.constantFrom(...CALENDARS),
  day: fc.integer({ min: -800_000, max: 1_200_000 }),
  micro: fc.integer({ min: 0, max: 86_399_999_999 }),
};

test("encoding undoes decoding, exactly for whole numbers of every unit", () => {
  const unit = fc.constantFrom("days", "hours", "minutes", "seconds", "milliseconds", "weeks", "common_years");
  void fc.assert(
    fc.property(fc.record({ ...fields, unit, origin: fc.integer({ min: 1, max: 28 }) }), (one) => {
      const units = parseTimeUnits(`${one.unit} since 1961-02-${one.origin} 03:04:05.678`, one.calendar);
      const value = Math.round((one.day * 86_400_000) / units.step);
      assert.is(encodeTime(decodeTime(value, units)!, units), value);
    }),
    { seed: 3, numRuns: 500 },
  );
});

test("microseconds survive decoding and encoding where the number can hold them", () => {
  void fc.assert(
    fc.property(fc.record(fields), ({ calendar, day, micro }) => {
      const units = parseTimeUnits("microseconds since 2000-01-01", calendar);
      const moment = decodeTime((day % 30_000) * 86_400e6 + micro, units)!;
      assert.is(encodeTime(moment, units), (day % 30_000) * 86_400e6 + micro);
    }),
    { seed: 4, numRuns: 300 },
  );
});

test("a number too large to tell microseconds apart decodes without noise digits", () => {
  const units = parseTimeUnits("days since 0001-01-01", "proleptic_gregorian");
  for (let hour = 0; hour < 24; hour++) {
    const date = decodeTime(737_000 + hour / 24, units)!;
    assert.is(toIso(date).slice(11), `${String(hour).padStart(2, "0")}:00:00`);
  }
});

const SLICES = `
import sys, json, xarray as xr, numpy as np, cftime
out = []
for calendar, start, days, label in json.loads(sys.stdin.read()):
    y, m, d = map(int, start.split("-"))
    times = [cftime.datetime(y, m, d, calendar=calendar) + __import__("datetime").timedelta(hours=6 * i) for i in range(4 * days)]
    index = xr.CFTimeIndex(times)
    got = xr.DataArray(np.arange(len(times)), coords={"time": index}, dims="time").sel(time=slice(label, label)).values
    out.append([int(got[0]), int(got[-1])] if len(got) else None)
print(json.dumps(out))
`;

test("a partial date takes the times that xarray's label slices take, in every calendar", () => {
  if (!hasPython("xarray", "cftime")) return skip("no xarray with cftime for /usr/bin/python3");
  const labels = ["2000", "2000-02", "2000-12", "2000-02-28", "2001-03-01", "2000-12-30T12", "2000-07-04T06:00"];
  const cases: [Calendar, string, number, string][] = [];
  for (const calendar of CALENDARS) for (const label of labels) cases.push([calendar, "1999-11-5", 600, label]);
  cases.push(["360_day", "1999-11-5", 600, "2000-02-30"], ["366_day", "1999-11-5", 900, "2001-02-29"]);
  cases.push(["standard", "1582-9-1", 200, "1582-10"], ["standard", "1582-9-1", 200, "1582-10-15"]);
  const expected = pythonOn(SLICES, cases) as ([number, number] | null)[];
  cases.forEach(([calendar, start, days, label], i) => {
    const units = parseTimeUnits(`hours since ${start}`, calendar);
    const range = dateRange(label, calendar);
    const [from, to] = [encodeTime(range.from, units), encodeTime(range.to, units)];
    const inside = Array.from({ length: 4 * days }, (_, k) => k).filter((k) => 6 * k >= from && 6 * k < to);
    assert.equal(inside.length > 0 ? [inside[0], inside.at(-1)] : null, expected[i], `${calendar} ${label}`);
  });
});

test("a partial date that the calendar does not have, or that is no date, is refused with the expected form", () => {
  // biome-ignore format: a table
  const cases: [string, Calendar][] = [
    ["2001-02-29", "standard"], ["2000-02-29", "365_day"], ["2000-01-31", "360_day"], ["1582-10-10", "standard"],
    ["2000-13", "standard"], ["2000-01-01T24", "standard"], ["June 2018", "standard"], ["18", "standard"],
    ["", "standard"],
  ];
  for (const [label, calendar] of cases)
    assert.throws(
      () => dateRange(label, calendar),
      (e: Error) => e instanceof OptionsError && e.message.includes(`"${label}"`) && /expected a date/.test(e.message),
    );
});

test("sums of dates move in the calendar: months keep the day where they can, days and hours are lengths", () => {
  const at = (text: string, calendar: Calendar) => dateRange(text, calendar).from;
  const sum = (text: string, step: object, calendar: Calendar) => toIso(addToDate(at(text, calendar), step, calendar));
  assert.is(sum("2000-01-31", { months: 1 }, "standard"), "2000-02-29T00:00:00");
  assert.is(sum("2001-01-30", { months: 1 }, "360_day"), "2001-02-30T00:00:00");
  assert.is(sum("2000-02-29", { years: -1 }, "standard"), "1999-02-28T00:00:00");
  assert.is(sum("2000-01-01", { months: -13 }, "julian"), "1998-12-01T00:00:00");
  assert.is(sum("2000-02-28", { days: 1.5 }, "365_day"), "2000-03-01T12:00:00");
  assert.is(sum("1582-10-04T18", { hours: 6 }, "standard"), "1582-10-15T00:00:00");
  assert.is(sum("2000-01-01", { seconds: 1e-6 }, "standard"), "2000-01-01T00:00:00.000001");
  throws(() => addToDate(at("2000", "standard"), { months: 0.5 }, "standard"), OptionsError, /^/);
});

test("months and years without a fixed length are refused with the way out, or have udunits' lengths where asked", () => {
  for (const unit of ["months", "years", "month", "year"]) {
    throws(
      () => parseTimeUnits(`${unit} since 2000-01-01`),
      UnitsError,
      /no fixed length.*settunits,days.*365\.242198781.*months: "udunits"/,
    );
  }
  const thirty = parseTimeUnits("months since 2000-01-01", "360_day");
  assert.is(toIso(decodeTime(1.5, thirty)!), "2000-02-16T00:00:00");
  const common = parseTimeUnits("common_years since 2000-01-01", "noleap");
  assert.is(toIso(decodeTime(1, common)!), "2001-01-01T00:00:00");
  if (tool("udunits2", "-H", "s", "-W", "s") === undefined) return skip("no udunits2");
  for (const unit of ["months", "years"]) {
    const said = tool("udunits2", "-H", `${unit} since 2000-01-01`, "-W", "seconds since 2000-01-01")!;
    const seconds = Number(/= ([\d.e+]+) /.exec(said)![1]);
    const step = parseTimeUnits(`${unit} since 2000-01-01`, "standard", { months: "udunits" }).step / 1000;
    // It prints six digits.
    assert.ok(Math.abs(step / seconds - 1) < 1e-5, said);
  }
});

const FILES = `
import sys, json, netCDF4, cftime, numpy as np
out = []
for path in json.loads(sys.stdin.read()):
    try:
        with netCDF4.Dataset(path) as f:
            for name, v in f.variables.items():
                units = getattr(v, "units", "")
                if not isinstance(units, str) or " since " not in units or v.dtype.kind not in "iuf" or v.size == 0: continue
                # cftime passes over a zone of one digit, which udunits reads (see the test above).
                if units.endswith("-9:00"): units = units[:-5] + "-09:00"
                calendar = getattr(v, "calendar", "standard")
                values = np.ma.filled(np.ma.asarray(v[:]).astype(float), np.nan).ravel()
                values = values[np.isfinite(values)][:: max(1, values.size // 50)]
                try: dates = cftime.num2date(values, units, calendar, only_use_cftime_datetimes=True, has_year_zero=True)
                except Exception: continue
                out.append([path, name, units, calendar, values.tolist(), [d.isoformat() for d in np.atleast_1d(dates)]])
    except OSError: pass
print(json.dumps(out))
`;

test("the times of real files decode to cftime's dates", () => {
  if (!hasPython("netCDF4", "cftime")) return skip("no netCDF4 for /usr/bin/python3");
  const files = dataFiles(["pairs", "coarse", "radar", "corpus/netcdf"], /\.(nc|cdf)$/);
  const read = pythonOn(FILES, files) as [string, string, string, string, number[], string[]][];
  assert.ok(read.length >= 20, `${read.length} time variables`);
  for (const [path, name, units, calendar, values, expected] of read) {
    const parsed = parseTimeUnits(units, calendar);
    values.forEach((value, i) => {
      assert.is(iso(decodeTime(value, parsed)!), expected[i], `${path} ${name} ${value} ${units} ${calendar}`);
    });
  }
});

test("a zone is subtracted, however it is written", () => {
  const zones = ["-9:00", "-09:00", "-0900", "-9"];
  for (const zone of zones) {
    const units = parseTimeUnits(`days since 1964-03-12 12:09:00 ${zone}`);
    assert.is(toIso(decodeTime(0, units)!), "1964-03-12T21:09:00");
  }
  for (const zone of ["Z", " UTC", " GMT", "+00:00", ""]) {
    const units = parseTimeUnits(`seconds since 1981-01-01T00:00:00${zone}`);
    assert.is(toIso(decodeTime(1, units)!), "1981-01-01T00:00:01");
  }
});

test("a fill value, or what lies a million years away, is no time, in every calendar and unit", () => {
  for (const calendar of CALENDARS) {
    for (const unit of ["days", "seconds", "microseconds", "weeks"]) {
      const units = parseTimeUnits(`${unit} since 1900-01-01`, calendar);
      for (const value of [9.969209968386869e36, -9.969209968386869e36, 1e20 * 1e6, Number.MAX_VALUE, Infinity])
        assert.is(decodeTime(value, units), undefined, `${value} ${unit} ${calendar}`);
    }
    const days = parseTimeUnits("days since 0000-01-01", calendar);
    for (const value of [1e20, 1e10, 2 ** 31, -(2 ** 31)]) assert.is(decodeTime(value, days), undefined);
    for (const value of [-3.5e8, -1e8 - 1, -146097, 577735, 577736, 1e7, 3.5e8]) {
      const date = decodeTime(value, days)!;
      assert.is(encodeTime(date, days), value, `${value} ${calendar}`);
    }
    const start = decodeTime(0, days)!;
    for (const far of [{ years: 1e15 }, { months: -1e300 }, { days: 1e20 }, { seconds: 1e30 }, { days: Number.NaN }])
      throws(() => addToDate(start, far, calendar), OptionsError, /^/);
  }
});

test("units of time without a date, a length or a calendar are refused, and names that all objects have are none", () => {
  const names = ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty"];
  for (const [units, calendar, said] of [
    ...names.flatMap((name) => [
      ["days since 2000-01-01", name, `"${name}`] as const,
      [`${name} since 2000-01-01`, "standard", `"${name}`] as const,
    ]),
    ["days", "standard", "expected"],
    ["days since yesterday", "standard", "expected"],
    ["days since 2000-13-01", "standard", "expected"],
    ["days since 2001-02-29", "standard", "expected"],
    ["days since 1582-10-10", "standard", "expected"],
    ["days since 2000-01-31", "360_day", "expected"],
    ["days since 2000-01-01", "lunar", "expected"],
  ] as const)
    assert.throws(
      () => parseTimeUnits(units, calendar),
      (e: unknown) => e instanceof UnitsError && e.message.includes(said),
      `${units}, ${calendar}`,
    );
});

test.run();
