// Inside: kinds of variables, which no door exports.
import { join } from "node:path";
import { OptionsError, ShapeError, UnitsError } from "../../../engine/index.ts";
import { conversionTo, isPrecipitation, precipitationInterval } from "../../../generative/data/channels/quantity.ts";
import { learnedAs, matchPairs, measureChannels, willBeLearned } from "../../../generative/data/index.ts";
import { openFields } from "../../../io/dataset/index.ts";
import { type LazyField, writeNetcdf } from "../../../io/index.ts";
import { clutterLimitIn, wetThresholdIn } from "../../../io/rain/index.ts";
import { moreData, testData } from "../../data.ts";
import { assert, inFolder, test, throws } from "../../harness.ts";
import { days, fieldOf, hours, steps } from "../fields-for-tests.ts";

const plane = { lat: [40, 41], lon: [0, 1], value: () => 1 };
const near = (value: number, expected: number) =>
  assert.ok(Math.abs(value - expected) <= 1e-9 * Math.abs(expected), `${value} ${expected}`);

test("wet is 0.1 mm/h up to an hour and 0.1 mm over longer times, in any units", () => {
  near(wetThresholdIn("mm h-1", undefined), 0.1);
  near(wetThresholdIn("mm", 300), 0.1 / 12);
  near(wetThresholdIn("mm", 3600), 0.1);
  near(wetThresholdIn("mm", 86400), 0.1);
  near(wetThresholdIn("mm/day", 86400), 0.1);
  near(wetThresholdIn("kg m-2 s-1", 86400), 0.1 / 86400);
  near(wetThresholdIn("m", 86400), 1e-4);
});

test("clutter lies above 200 mm/h up to an hour, and above the envelope 422·D^0.475 mm over D hours", () => {
  near(clutterLimitIn("mm h-1", 300), 200);
  near(clutterLimitIn("mm", 300), 200 / 12);
  near(clutterLimitIn("mm", 86400), 422 * 24 ** 0.475);
  near(clutterLimitIn("kg m-2 s-1", 86400), (422 * 24 ** 0.475) / 86400);
});

test("names and units tell precipitation; of covariates, names must", () => {
  const of = (name: string, units: string, standardName?: string) => fieldOf({ name, units, standardName, ...plane });
  assert.ok(isPrecipitation("x", "coarse", of("tp", "kg m**-2")));
  assert.ok(isPrecipitation("x", "coarse", of("v1", "mm")));
  assert.not(isPrecipitation("x", "with", of("tcwv", "kg m-2")));
  assert.not(isPrecipitation("x", "coarse", of("tas", "K")));
  assert.not(isPrecipitation("x", "coarse", of("u10", "m s-1", "eastward_wind")));
  assert.not(isPrecipitation("x", "static", of("z", "m")));
  assert.ok(isPrecipitation("x", "with", of("cp", "m", "convective_precipitation_amount")));
  const bare = fieldOf({ name: "pr", ...plane });
  throws(
    () => isPrecipitation("coarse (variable pr)", "coarse", bare),
    UnitsError,
    /its name is "pr", but it has no units/,
  );
});

test("rain of ERA5 as converters write it is learned as rain, what is open is refused, and names decide it", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "era5.nc");
    const wet = (t: number, y: number, x: number) => 1e-3 * Math.max(0, 5 * Math.sin(t + y + x));
    const place = { lat: steps(40, 0.5, 4), lon: steps(0, 0.5, 4), value: wet };
    const made = fieldOf({ name: "tp", units: "m", standardName: "unknown", time: days(6), ...place });
    await writeNetcdf(path, await made.load());
    const opened = await openFields(`${path}:tp`);
    const [tp] = opened.fields as [LazyField];
    assert.is(tp.attributes["standard_name"], "unknown");
    const { targets, channels } = await measureChannels(matchPairs({ fine: [tp], coarse: [tp] }), [0, 1, 2, 3, 4, 5]);
    assert.is(targets[0]!.transform.kind, "log");
    assert.is(targets[0]!.wetThreshold, 1e-4);
    assert.is(channels[0]!.transform.kind, "log");
    assert.match(learnedAs(targets[0]!), /^as rain: ln\(1 \+ tp\/[\d.e-]+ m\), dry below 0.0001 m$/);
    opened.close();
    const open = fieldOf({ name: "Band1", units: "m", time: days(6), ...place });
    const learned = (rain: object) => willBeLearned({ fine: [open], coarse: [open] }, rain)["fine"]!["Band1"];
    throws(() => learned({}), UnitsError, /fine \(.*Band1\): it may be .*`rain: \["Band1"\]`.*`notRain: \["Band1"\]`/);
    assert.is(learned({ rain: ["Band1"] }), "as rain: ln(1 + Band1/c), c measured, dry below 0.0001 m");
    assert.is(learned({ notRain: ["Band1"] }), "as it is");
    throws(
      () => matchPairs({ fine: [open], coarse: [open] }, { rain: ["pr"] }),
      OptionsError,
      /`rain` has pr; the variables are Band1/,
    );
  });
});

test("rain of LISFLOOD, whose standard name is pr, is rain; in mm/m it is refused", async () => {
  const files = [["coarse/bcsd_obs_1999.nc", testData("coarse/bcsd_obs_1999.nc")] as const];
  const lisflood = moreData("coarse/lisflood_fraser_tp_1986-2018.nc");
  for (const [name, path] of [...files, ...(lisflood ? [["lisflood", lisflood] as const] : [])]) {
    const opened = await openFields(`${path}:pr`);
    const learned = () => isPrecipitation("fine", "fine", opened.fields[0]!);
    if (name === "lisflood") assert.ok(learned());
    else throws(learned, UnitsError, /its units are "mm\/m"; "mm\/m" is millimetres per metre/);
    opened.close();
  }
});

test("an interval is the length of the bounds, of months their mean; sums since a start have no length", () => {
  const of = (time: ReturnType<typeof hours>, units = "mm") => fieldOf({ name: "pr", units, time, ...plane });
  assert.is(precipitationInterval("x", of(days(3)), undefined, true), 86400);
  const months = hours(
    [360, 1080],
    [
      [0, 31 * 24],
      [31 * 24, 60 * 24],
    ],
  );
  near(precipitationInterval("x", of(months), undefined, true)!, 30 * 86400);
  const sums = hours(
    [1, 2, 3],
    [
      [0, 1],
      [0, 2],
      [0, 3],
    ],
  );
  throws(() => precipitationInterval("x", of(sums), undefined, true), ShapeError, /3600 to 10800 s; .*`deaccumulate`/);
  const bare = of(hours(steps(0, 24, 3)));
  throws(() => precipitationInterval("x", bare, undefined, true), UnitsError, /no bounds.*`interval: SECONDS`/);
  assert.is(precipitationInterval("x", bare, 86400, true), 86400);
  assert.is(precipitationInterval("x", bare, "time", true), 86400);
  assert.is(precipitationInterval("x", of(hours(steps(0, 24, 3)), "mm h-1"), undefined, true), 86400);
  // What is left out makes a step longer, never shorter.
  const uneven = of(hours([0, 24, 72]), "mm h-1");
  assert.is(precipitationInterval("x", uneven, undefined, true), 86400);
  assert.is(precipitationInterval("x", uneven, 3600, true), 3600);
});

test("units of one quantity are converted, of another refused", async () => {
  const of = async (name: string, units: string, to: string) => {
    const field = fieldOf({ name, units, ...plane, value: () => 10 });
    return conversionTo("with (variable x)", field, to, false, undefined)(await field.load()).values[0]!;
  };
  near(await of("z", "km", "m"), 10_000);
  near(await of("u10", "km h-1", "m/s"), Math.fround(10 / 3.6));
  near(await of("t", "Celsius", "K"), Math.fround(283.15));
  near(await of("t", "K", "degC"), Math.fround(-263.15));
  near(await of("t", "kelvin", "K"), 10);
  // A kilogram on a square metre is a millimetre of water only.
  throws(
    () => conversionTo("w", fieldOf({ name: "q", units: "kg m-2", ...plane }), "mm", false, undefined),
    UnitsError,
    /expected units "mm"/,
  );
  throws(
    () => conversionTo("w", fieldOf({ name: "q", ...plane }), "K", false, undefined),
    UnitsError,
    /it has no units, expected units "K"/,
  );
});

test.run();
