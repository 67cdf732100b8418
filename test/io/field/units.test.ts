/** Units against udunits-2, intervals in every calendar against cftime, and what CF attributes say after a conversion. */
import { OptionsError, UnitsError } from "../../../engine/index.ts";
import {
  boundsIntervals,
  plainUnits,
  precipitationUnits,
  spacingInterval,
  timeMethods,
  unitConversion,
  withTimeMethod,
} from "../../../io/field/index.ts";
import { type Attributes, convertPrecipitation, Field, parseTimeUnits, readField } from "../../../io/index.ts";
import { dataFiles, moreData, testData } from "../../data.ts";
import { assert, axis, test, throws } from "../../harness.ts";
import { over } from "../fields.ts";
import { hasPython, pythonOn, skip } from "../oracle.ts";

const UDUNITS = `
import sys, json, ctypes
lib = ctypes.CDLL("libudunits2.so.0")
for name in ("ut_read_xml", "ut_parse", "ut_get_converter"): getattr(lib, name).restype = ctypes.c_void_p
lib.cv_convert_double.restype = ctypes.c_double
lib.ut_set_error_message_handler(lib.ut_ignore)
system = ctypes.c_void_p(lib.ut_read_xml(None))
parse = lambda text: lib.ut_parse(system, ctypes.c_char_p(text.encode()), 2)
wanted = {key: parse(text) for key, text in {"amount depth": "mm", "amount mass": "kg m-2", "rate depth": "mm s-1", "rate mass": "kg m-2 s-1"}.items()}
out = []
for text in json.loads(sys.stdin.read()):
    unit = parse(text)
    if not unit: out.append("unknown"); continue
    for key, target in wanted.items():
        if lib.ut_are_convertible(ctypes.c_void_p(unit), ctypes.c_void_p(target)):
            # A unit with an origin (degC, "days since") is no multiple.
            cv = ctypes.c_void_p(lib.ut_get_converter(ctypes.c_void_p(unit), ctypes.c_void_p(target)))
            out.append([key, lib.cv_convert_double(cv, ctypes.c_double(1.0))])
            break
    else: out.append("other")
print(json.dumps(out))
`;

const UNITS_OF_FILES = `
import sys, json, netCDF4
found = set()
for path in json.loads(sys.stdin.read()):
    try:
        with netCDF4.Dataset(path) as f:
            for v in f.variables.values():
                if isinstance(getattr(v, "units", None), str): found.add(v.units)
    except OSError: pass
print(json.dumps(sorted(found)))
`;

const LIST = [
  ...["mm", "m", "cm", "inch", "in", "inches", "kg m-2", "kg/m2", "kg m**-2", "kg m^-2", "kg.m-2", "g m-2", "g cm-2"],
  ...["mm/day", "mm d-1", "mm day-1", "mm day^-1", "mm day**-1", "mm/d", "mm per day", "mm/h", "mm h-1", "mm hr-1"],
  ...["mm hour-1", "mm/hour", "mm s-1", "m/s", "m s**-1", "cm/day", "inch/hour", "in h-1", "kg m-2 s-1", "kg/m2/s"],
  ...["kg m**-2 s**-1", "kg.m-2.s-1", "kg/(m2 s)", "kg/(m^2*s)", "kg m-2 day-1", "0.1 mm", "0.01 inch", "1e-3 m/s"],
  ...["10 mm", "l m-2", "L/m2", "liter m-2", "µm s-1", "um/s", "mm·d-1", "mm d⁻¹", "kg m⁻² s⁻¹", "dm", "mm/week"],
  ...["millimeters/day", "meter second-1", "millimetre", "mm min-1", "(mm)/(d)", "kg m-2 h-1", "g/m2/min", "mm/24 h"],
  ...["mm/3h", "mm/m", "m2", "kg", "K", "1", "%", "dBZ", "mm2/h", "kg m-3", "m s-2", "mm h", "s", "W m-2", "furlongs"],
  ...["Mm", "mm/", "/day", "mm//day", "mm^", "(mm", "mm)", "mm day-1 h", "kg m-2 s-1 m", "mm/month", "mm/year", "Pa"],
  ...["degC", "days since 2000-01-01", "mm - 1", "mm+1", "mm d-", "kg m-2 s-1.5", "-1 mm", "0 mm", "constructor", "MM"],
];

test("every unit in real files and in a list means what udunits-2 says, or is refused", () => {
  if (!hasPython("ctypes")) return skip("no /usr/bin/python3");
  let inFiles: string[] = [];
  if (hasPython("netCDF4")) {
    inFiles = pythonOn(
      UNITS_OF_FILES,
      dataFiles(["pairs", "coarse", "radar", "corpus/netcdf"], /\.(nc|cdf|h5)$/),
    ) as string[];
    assert.ok(inFiles.length >= 25, `${inFiles.length} units in files`);
  } else skip("the units of real files: no netCDF4 for /usr/bin/python3");
  const texts = [...new Set([...LIST, ...inFiles])];
  let said: unknown;
  try {
    said = pythonOn(UDUNITS, texts);
  } catch (error) {
    if (!/libudunits2/.test(String(error))) throw error;
    return skip("no libudunits2");
  }
  // Fixed lengths of months and years are refused on purpose; udunits reads megametres and other large prefixes.
  const refused = new Set("mm/month|mm/year|furlongs|Mm|mm)|kg m-2 s-1.5|m3 s-1|km|0 mm|-1 mm".split("|"));
  // Capitals throughout are read as small letters, and negative exponents may be raised.
  const lenient = new Set(["METERS", "MM", "mm d⁻¹", "kg m⁻² s⁻¹"]);
  let agreed = 0;
  (said as ("unknown" | "other" | [string, number])[]).forEach((verdict, i) => {
    const text = texts[i]!;
    let ours: ReturnType<typeof precipitationUnits> | undefined;
    try {
      ours = precipitationUnits(text);
    } catch (error) {
      assert.ok(error instanceof UnitsError, text);
    }
    if (typeof verdict === "string") {
      assert.ok(!ours || lenient.has(text), `${text}: udunits says ${verdict}, we read ${JSON.stringify(ours)}`);
      return;
    }
    if (!ours) {
      assert.ok(refused.has(text) || verdict[1] === 0, `${text}: udunits says ${verdict}, we refuse`);
      return;
    }
    assert.is(`${ours.kind} ${ours.mass ? "mass" : "depth"}`, verdict[0], text);
    // udunits converts with a few roundings, so do we.
    assert.ok(Math.abs(ours.factor / verdict[1] - 1) < 1e-14, `${text}: ${ours.factor}, udunits ${verdict[1]}`);
    agreed++;
  });
  // Those of the list alone.
  assert.ok(agreed >= 57, `${agreed} agree`);
});

test("all spellings of a unit of precipitation mean the same amount of water", () => {
  const texts: readonly (readonly [kind: string, factor: number, texts: string])[] = [
    ["rate", 1 / 86400, "mm/day|mm d-1|mm day^-1|mm day**-1|mm/d|mm per day"],
    ["rate", 1 / 3600, "mm/h|mm h-1|mm hr-1"],
    ["rate", 1, "mm s-1|kg m-2 s-1|kg/m2/s|kg m**-2 s**-1|kg.m-2.s-1"],
    ["rate", 1000, "m/s|m s**-1"],
    ["rate", 10 / 86400, "cm/day"],
    ["rate", 25.4 / 3600, "inch/hour|in h-1"],
    ["amount", 1, "mm|kg m-2|kg m**-2|kg m^-2|kg/m2"],
    ["amount", 10, "cm"],
    ["amount", 25.4, "inch"],
    ["amount", 1000, "m|m of water equivalent|METERS"],
  ];
  for (const [kind, factor, all] of texts)
    for (const units of all.split("|")) {
      const got = precipitationUnits(units);
      assert.is(got.kind, kind, units);
      assert.ok(Math.abs(got.factor / factor - 1) < 1e-14, units);
    }
});

test("units that are missing, unknown or of something else are errors with file, variable, expectation and way out", () => {
  const texts = "|mm/m|K|furlongs|kg m-3|mm2/h|m s-2|mm/month|1|%|dBZ|kg|mm h".split("|");
  const message = /^rain\.nc: variable tp: .*; expected .*; if you know the units, state them/;
  for (const units of [undefined, ...texts])
    throws(() => precipitationUnits(units, { file: "rain.nc", variable: "tp" }), UnitsError, message);
});

test("units that cannot be meant are refused with what to do", () => {
  const message = (units: string) => {
    try {
      precipitationUnits(units, { file: "bcsd.nc", variable: "pr" });
    } catch (error) {
      assert.ok(error instanceof UnitsError);
      return error.message;
    }
    throw new Error(`${units} was accepted`);
  };
  assert.match(message("mm/m"), /^bcsd\.nc: variable pr: .*millimetres per metre.*state `units: "mm"`.*bounds of time/);
  assert.match(message("mm/month"), /no fixed length: for sums of months state `units: "mm"`/);
  assert.match(message("mm yr-1"), /no fixed length/);
  assert.match(message("Mm"), /not understood \(at "Mm"\)/);
});

const DAYS_OF_MONTHS = `
import sys, json, cftime
out = []
for calendar, units in json.loads(sys.stdin.read()):
    edges = [cftime.datetime(1999 + m // 12, m % 12 + 1, 1, calendar=calendar) for m in range(27)]
    seconds = [(b - a).total_seconds() for a, b in zip(edges, edges[1:])]
    out.append({"edges": cftime.date2num(edges, units, calendar).tolist(), "seconds": seconds})
print(json.dumps(out))
`;

function monthly(calendar: string, units: string, edges: readonly number[], extra: object = {}): Field {
  const n = edges.length - 1;
  return new Field({
    name: "pr",
    dims: ["member", "time", "y", "x"],
    shape: [2, n, 1, 3],
    values: Float64Array.from({ length: 6 * n }, (_, i) => 1 + (i % 17)),
    units: "mm",
    attributes: { standard_name: "lwe_thickness_of_precipitation_amount", cell_methods: "time: sum" },
    coordinates: [
      axis(
        "time",
        Float64Array.from(edges.slice(1)),
        { units, calendar },
        Float64Array.from({ length: 2 * n }, (_, i) => edges[Math.floor(i / 2) + (i % 2)]!),
      ),
    ],
    ...extra,
  });
}

test("a title that names the rate does not stay on sums, nor one of sums on rates; other titles stay", () => {
  const titled = (long_name: string, units: string, to: string) => {
    const field = monthly("noleap", "days since 2001-01-01", [0, 31, 59], { units, attributes: { long_name } });
    return convertPrecipitation(field, to).attributes.long_name;
  };
  assert.is(titled("lwe_precipitation_rate", "mm/day", "mm"), undefined);
  assert.is(titled("Accumulated rain", "mm", "mm/day"), undefined);
  assert.is(titled("Total precipitation", "mm", "mm/day"), "Total precipitation");
  assert.is(titled("Precipitation rate", "mm/day", "mm/h"), "Precipitation rate");
});

test("sums of uneven months become rates by the length of each month in every calendar, and back", () => {
  if (!hasPython("cftime")) return skip("no cftime for /usr/bin/python3");
  const calendars = ["standard", "proleptic_gregorian", "noleap", "all_leap", "360_day", "julian"];
  const cases = calendars.flatMap((calendar) =>
    ["days since 1999-01-01", "hours since 1998-12-30 06:00:00"].map((units) => [calendar, units] as const),
  );
  const oracle = pythonOn(DAYS_OF_MONTHS, cases) as { edges: number[]; seconds: number[] }[];
  cases.forEach(([calendar, units], k) => {
    const { edges, seconds } = oracle[k]!;
    const sums = monthly(calendar, units, edges);
    assert.equal(Array.from(boundsIntervals(sums)), seconds);
    const rates = convertPrecipitation(sums, "mm/day");
    rates.values.forEach((rate, i) => {
      assert.ok(Math.abs(rate / ((sums.values[i]! * 86400) / seconds[Math.floor(i / 3) % 26]!) - 1) < 1e-14);
    });
    assert.is(rates.attributes.cell_methods, "time: mean");
    const back = convertPrecipitation(rates, "kg m-2");
    back.values.forEach((v, i) => {
      assert.ok(Math.abs(v / sums.values[i]! - 1) < 1e-14);
    });
    assert.equal(back.attributes, { standard_name: "precipitation_amount", cell_methods: "time: sum" });
  });
});

test("a single time with bounds, of a field without a dimension of time, says the interval too", () => {
  const field = monthly("standard", "days since 2000-01-01", [0, 31, 60]).isel({ time: 1, member: 0 });
  assert.ok(Math.abs(convertPrecipitation(field, "mm/day").values[0]! - field.values[0]! / 29) < 1e-15);
});

test("a time of another name, such as valid_time, has its cell method changed in a series and in a single map", () => {
  const months = monthly("standard", "days since 2000-01-01", [0, 31, 60]).rename({ time: "valid_time" });
  assert.is(months.attributes.cell_methods, "valid_time: sum");
  for (const field of [months, months.isel({ valid_time: 1 })])
    assert.is(convertPrecipitation(field, "mm/day").attributes.cell_methods, "valid_time: mean");
});

test("the spacing of times is an interval only where asked for by name, and only even spacing", () => {
  const field = monthly("standard", "hours since 2000-01-01", [0, 6, 12, 18]);
  const time = field.coordinate("time")!;
  const { bounds: _, ...bare } = time;
  const unbounded = field.with({ coordinates: [bare] });
  throws(
    () => convertPrecipitation(unbounded, "mm/h"),
    UnitsError,
    /bounds of the time coordinate or `interval`.*`interval: "time"`/,
  );
  throws(
    () => convertPrecipitation(unbounded, "mm/h", { interval: "bounds" }),
    UnitsError,
    /time has no bounds; give `interval`/,
  );
  assert.is(spacingInterval(unbounded), 6 * 3600);
  assert.is(convertPrecipitation(unbounded, "mm/h", { interval: "time" }).values[5], field.values[5]! / 6);
  const uneven = field.with({ coordinates: [{ ...bare, values: Float64Array.of(6, 12, 24) }] });
  throws(() => convertPrecipitation(uneven, "mm/h", { interval: "time" }), OptionsError, /not evenly spaced/);
});

test("bounds that are no intervals are refused by name and place", () => {
  const field = monthly("standard", "days since 2000-01-01", [0, 31, 31, 91]);
  throws(() => convertPrecipitation(field, "mm/h"), UnitsError, /bounds of time at index 1 are 31 to 31/);
  const time = field.coordinate("time")!;
  const climate = field.with({ coordinates: [{ ...time, attributes: { ...time.attributes, climatology: "b" } }] });
  throws(() => convertPrecipitation(climate, "mm/h"), UnitsError, /climatology/);
  assert.is(convertPrecipitation(field, "mm/day", { interval: 86400 }).values[3], field.values[3]);
});

test("standard names follow the kind, the mass or depth, and the family of precipitation", () => {
  const table: [string, string, string, string][] = [
    ["mm", "lwe_thickness_of_precipitation_amount", "kg m-2 s-1", "precipitation_flux"],
    ["kg m-2", "convective_precipitation_amount", "mm/day", "lwe_convective_precipitation_rate"],
    ["kg m-2 s-1", "snowfall_flux", "mm", "lwe_thickness_of_snowfall_amount"],
    ["m s-1", "rainfall_rate", "kg m-2", "rainfall_amount"],
    ["kg m-2 s-1", "rainfall_flux", "m", "thickness_of_rainfall_amount"],
    ["mm day-1", "precipitation_flux", "mm h-1", "lwe_precipitation_rate"],
    ["kg m-2 s-1", "solid_precipitation_flux", "mm h-1", "lwe_solid_precipitation_rate"],
    ["mm", "pr", "mm/day", "lwe_precipitation_rate"],
    ["mm", "", "kg m-2", "precipitation_amount"],
  ];
  for (const [units, name, to, expected] of table) {
    const attributes: Attributes = name ? { standard_name: name } : {};
    const field = monthly("standard", "days since 2000-01-01", [0, 31, 60], { units, attributes });
    assert.is(convertPrecipitation(field, to).attributes.standard_name, expected);
  }
});

test("a standard name or cell method that disagrees with the units is an error, and overridden where asked", () => {
  // biome-ignore format: a table
  const cases: [string, Attributes, string, RegExp][] = [
    ["mm", { standard_name: "precipitation_flux" }, "cm",
      /measure an amount, but standard_name is "precipitation_flux", a rate/],
    ["mm/day", { standard_name: "precipitation_amount" }, "mm/h",
      /measure a rate, but standard_name is "precipitation_amount"/],
    ["kg m-2", { standard_name: "surface_snow_amount" }, "mm", /"surface_snow_amount", which is not precipitation/],
    ["m", { standard_name: "thickness_of_snowfall_amount" }, "mm", /not precipitation/],
    ["m", { standard_name: "surface_altitude" }, "mm", /not precipitation/],
    ["mm/day", { cell_methods: "time: sum" }, "mm/h", /"time: sum", and sums over time are amounts/],
    ["mm", { cell_methods: "time: mean" }, "mm/h", /"time: mean", which division by the length/],
    ["mm", { cell_methods: "time: maximum (interval: 1 day)" }, "mm/h", /"time: maximum"/],
    ["mm/h", { cell_methods: "area: mean time: maximum" }, "mm", /"time: maximum", which multiplication/],
  ];
  for (const [units, attributes, to, message] of cases) {
    const field = monthly("standard", "days since 2000-01-01", [0, 31, 60], { units, attributes });
    assert.throws(
      () => convertPrecipitation(field, to),
      (e: Error) => e instanceof UnitsError && message.test(e.message) && /`override: true`/.test(e.message),
      `${units} ${JSON.stringify(attributes)}`,
    );
    const forced = convertPrecipitation(field, to, { override: true });
    assert.match(String(forced.attributes.standard_name), /precipitation/);
    const methods = forced.attributes.cell_methods;
    if (methods !== undefined)
      assert.match(String(methods), precipitationUnits(to).kind === "rate" ? /time: mean/ : /time: sum/);
  }
  const agreeing: [string, Attributes, string][] = [
    ["mm", { cell_methods: "area: mean time: sum within days time: sum over days" }, "mm/h"],
    ["kg m-2 s-1", { cell_methods: "area: time: mean" }, "mm"],
    ["mm/h", { cell_methods: "time: point" }, "mm"],
    ["kg m-2", { cell_methods: "time: sum (interval: 1 hr)" }, "mm/h"],
    ["mm", { cell_methods: "time: mean" }, "cm"],
  ];
  const methods = agreeing.map(([units, attributes, to]) => {
    const field = monthly("standard", "days since 2000-01-01", [0, 31, 60], { units, attributes });
    return convertPrecipitation(field, to).attributes.cell_methods;
  });
  assert.equal(methods, [
    "area: mean time: mean within days time: mean over days",
    "area: time: sum",
    "time: sum",
    "time: mean (interval: 1 hr)",
    "time: mean",
  ]);
});

/** Sums of a file become rates by the length of its bounds, with the names that rates have. */
async function sumsBecomeRates(path: string, seconds: number): Promise<void> {
  const sums = await readField(path, { variable: "pr" });
  const rates = convertPrecipitation(sums, "kg m-2 s-1");
  const wet = Array.from(sums.values.keys()).filter((i) => sums.values[i]! > 0.1);
  assert.ok(wet.length > 100, path);
  for (const i of wet) assert.is(rates.values[i], Math.fround(sums.values[i]! / seconds));
  assert.equal([rates.attributes.standard_name, rates.attributes.cell_methods], ["precipitation_flux", "time: mean"]);
}

test("real sums of radar, gauges and models become rates by the bounds of their times", async () => {
  await sumsBecomeRates(testData("radar/knmi_20100826_cut.nc"), 300);
  await sumsBecomeRates(testData("radar/radolan_sf_5days_cut.nc"), 86400);
  for (const name of ["eobs", "cordex"]) {
    const path = moreData(`pairs/${name}_iberia_pr.nc`);
    if (path !== undefined) await sumsBecomeRates(path, 86400);
  }
});

test("real rates of models and radar convert as their attributes say", async () => {
  const models = dataFiles(["pairs", "coarse"], /^(ncep|cmip5|sresa1b|canesm2_pr).*\.nc$/);
  for (const path of [...models, testData("radar/mrms_conus_20190610_cut.nc")]) {
    const field = await readField(path, { variable: "pr" });
    const seconds = { "kg m-2 s-1": 1, "mm s-1": 1, "mm h-1": 3600 }[field.units ?? ""];
    assert.ok(seconds !== undefined, `${path}: ${field.units}`);
    const days = convertPrecipitation(field, "mm/day");
    assert.is(days.units, "mm/day");
    const at = field.values.findIndex((v) => v > 0);
    assert.is(days.values[at], Math.fround((field.values[at]! * 86400) / seconds), path);
  }
});

test("a real file of sums for months of no stated length is refused", async () => {
  const wrong = await readField(testData("coarse/bcsd_obs_1999.nc"), { variable: "pr" });
  throws(
    () => convertPrecipitation(wrong, "mm/day"),
    UnitsError,
    /bcsd_obs_1999\.nc: variable pr: .*millimetres per metre/,
  );
});

test("temperature, wind, pressure, radiation, humidity and shares convert by their definitions and no others, and gaps stay", () => {
  // biome-ignore format: a table
  const cases: readonly (readonly [number, string, number, string])[] = [
    [0, "C", 273.15, "K"], [212, "degF", 100, "degrees_Celsius"], [300, "kelvin", 80.33, "fahrenheit"],
    [36, "km/h", 10, "m s-1"], [1, "knots", 0.514444, "m/s"], [1013.25, "mbar", 101_325, "Pa"],
    [8.64, "MJ/m2/day", 100, "W m**-2"], [12, "g/kg", 0.012, "kg kg-1"], [55, "percent", 0.55, "1"],
  ];
  for (const [value, from, wanted, to] of cases) {
    const made = unitConversion(from, to)!(
      over({ n: [[0, 1], "1"] }, { values: Float64Array.of(value, Number.NaN), units: from }),
    );
    assert.ok(Math.abs(made.values[0]! / wanted - 1) < 1e-6, `${value} ${from}: ${made.values[0]} ${to}`);
    assert.ok(Number.isNaN(made.values[1]));
    assert.is(made.units, to);
  }
  assert.is(unitConversion("K", "Pa"), undefined);
  assert.is(unitConversion("mm", "K"), undefined);
  assert.is(plainUnits(" °C "), "degC");
  // As NOAA and OISST write them.
  for (const [text, plain] of [
    ["degree_C", "degC"],
    ["degrees_C", "degC"],
    ["degree_F", "degF"],
    ["degree_K", "K"],
  ] as const)
    assert.is(plainUnits(text), plain);
});

test("the method for time is replaced, that of other axes stays, and long texts are read once", () => {
  assert.is(withTimeMethod("area: mean time: sum", "mean"), "area: mean time: mean");
  assert.is(withTimeMethod("lat: lon: time: mean (interval: 1 hr)", "sum"), "lat: lon: time: sum (interval: 1 hr)");
  assert.is(withTimeMethod("t: sum", "mean", "t"), "t: mean");
  assert.is(withTimeMethod("area: mean", "sum"), "area: mean");
  assert.is(withTimeMethod("area: mean", "sum", "t", true), "t: sum area: mean");
  const long = "a: ".repeat(1e5);
  assert.is(withTimeMethod(long, "sum"), long);
  assert.is(withTimeMethod("a".repeat(1e5), "sum"), "a".repeat(1e5));
});

test("texts of megabytes are refused at once, with the limit", () => {
  const blanks = " ".repeat(1e6);
  const long = (run: () => unknown) =>
    assert.throws(
      run,
      (e: unknown) => e instanceof UnitsError && /above (256|4000)/.test(e.message) && e.message.length < 500,
    );
  for (const text of [`mm${blanks}x`, "(".repeat(1e6), `m^(${blanks}`, "m.".repeat(1e5)])
    long(() => precipitationUnits(text));
  for (const text of [`days since${blanks}x`, `days since 2000-01-01${blanks}x`]) long(() => parseTimeUnits(text));
  for (const text of ["(".repeat(1e6), "a: ".repeat(1e5)]) long(() => timeMethods({ cell_methods: text }));
});

test.run();
