/** A trained description takes inputs of the kind that it was measured on, by name and units, and refuses others. */
import { DomainError, OptionsError, UnitsError } from "../../../engine/index.ts";
import { matchPairs, measureChannels, type PairInputOptions, pairInputs } from "../../../generative/data/index.ts";
import type { LazyField } from "../../../io/index.ts";
import { assert, equalBy, refuses, test } from "../../harness.ts";
import { days, type FieldSketch, fieldOf, hours, spans, steps } from "../fields-for-tests.ts";
import { listening } from "../models.ts";

const count = 6;
const [lat, lon] = [steps(40, 0.5, 8), steps(0, 0.5, 9)];
const around = { lat: steps(39, 2, 4), lon: steps(-1, 1.5, 6) };
const amount = (t: number, y: number, x: number) => Math.max(0, 8 * Math.sin(t + y) * Math.cos(2 * x + t));
const time = days(count);

const flux = { name: "pr", units: "kg m-2 s-1", standardName: "precipitation_flux", time, ...around };
const coarse = (sketch: Partial<FieldSketch> = {}): LazyField =>
  fieldOf({ ...flux, value: (...p) => amount(...p) / 86400, ...sketch });
const warm = (sketch: Partial<FieldSketch> = {}): LazyField =>
  fieldOf({ name: "t2m", units: "K", time, ...around, value: (t, y, x) => 270 + t + y / 4 + x, ...sketch });
const height = (sketch: Partial<FieldSketch> = {}): LazyField =>
  fieldOf({ name: "z", units: "m", ...around, value: (_, y, x) => 100 * (y - 39) * (x + 1), ...sketch });
// One pixel is sea.
const land = (t: number, y: number, x: number) => (y === 40 && x === 0 ? Number.NaN : amount(t, y + 0.2, x));
const fine = fieldOf({ name: "rr", units: "mm", time, lat, lon, value: land });
const given = { coarse: [coarse()], with: [warm()], static: [height()] };
const pairs = matchPairs({ fine: [fine], ...given, context: ["position", "season"] });
const description = await measureChannels(pairs, [0, 1, 2, 3, 4, 5]);
type Given = Partial<Record<"with" | "static", readonly LazyField[]>> & { readonly coarse?: LazyField };
const inputs = ({ coarse: one, ...others }: Given = {}, options: PairInputOptions = {}) =>
  pairInputs({ ...given, ...others, ...(one && { coarse: [one] }) }, description, options);

/** Inputs that differ from training are refused with a message. */
const refused = (given: Given, message: RegExp, options: PairInputOptions = {}) =>
  refuses(inputs(given, options), message, DomainError);
const holed = (t: number, y: number, x: number) => (x > 3 && t > 1 ? Number.NaN : 270 + t + y / 4 + x);

test("inputs of training give what training saw: a flux as daily sums, channels in the order of the model", async () => {
  equalBy(description.channels, ({ name }) => name, [
    "pr",
    "t2m",
    "z",
    "latitude",
    "longitude",
    "season cosine",
    "season sine",
  ]);
  const found = await inputs();
  assert.equal([found.count, found.complaints, found.times!.bounds!.length], [6, [], 12]);
  const { condition, background, valid, height: rows, width } = await found.read(2);
  assert.equal([rows, width, condition.length, background.length], [8, 9, 8 * 9 * 7, 72]);
  assert.equal(valid!.indexOf(0), 0);
  assert.is(
    valid!.reduce((a, b) => a + b),
    71,
  );
  // Latitudes run from −1 to 1.
  assert.ok(Math.abs(condition[3]! + 1) < 1e-6 && Math.abs(condition.at(-4)! - 1) < 1e-6);
  const { mean, deviation } = description.channels[1]!;
  assert.ok(Math.abs(condition[1]! - (270 + 2 + 40 / 4 - mean) / deviation) < 1e-4);
});

test("each field is read at its own position of a time: one that begins earlier gives the same inputs", async () => {
  const early = spans(-24, 24, count + 1);
  const shifted = warm({ time: early, value: (t, y, x) => 270 + t - 1 + y / 4 + x });
  const found = await inputs({ with: [shifted] });
  assert.equal([found.count, found.places], [count, [0, 1, 2, 3, 4, 5]]);
  const fewer = await inputs({ with: [warm({ time: spans(48, 24, 4) })] });
  assert.equal(fewer.places, [2, 3, 4, 5]);
  assert.equal((await found.read(4)).condition, (await (await inputs()).read(4)).condition);
});

test("a covariate with the name of the coarse field, or of a context, has its role behind it, and is found again", async () => {
  const twin = warm({ name: "pr", units: "K", standardName: "air_temperature" });
  const place = height({ name: "latitude" });
  const named = matchPairs({ fine: [fine], coarse: [coarse()], with: [twin], static: [place], context: ["position"] });
  const model = await measureChannels(named, [0, 1, 2, 3]);
  equalBy(model.channels, ({ name }) => name, ["pr", "pr (with)", "latitude", "latitude (context)", "longitude"]);
  const { condition } = await (await pairInputs({ ...given, with: [twin], static: [place] }, model)).read(0);
  const { mean, deviation } = model.channels[1]!;
  assert.ok(Math.abs(condition[1]! - (270 + 10 - mean) / deviation) < 1e-4);
  assert.ok(Math.abs(condition[3]! + 1) < 1e-6);
});

test("values where the output is missing anyway are not looked at", async () => {
  const odd = (t: number, y: number, x: number) => (y > 42 && x > 3 ? 9999 : 270 + t + y / 4 + x);
  const grid = { lat: steps(40.1, 0.45, 6), lon: steps(0.1, 0.5, 7) };
  const template = fieldOf({ name: "mask", ...grid, value: (_, y) => (y > 41 ? Number.NaN : 1) });
  assert.equal((await inputs({ with: [warm({ value: odd })] }, { grid: template })).complaints, []);
  await refused({ with: [warm({ value: odd })] }, /t2m with values of 2\d\d to 10000 K/);
});

test("the same inputs in other units, under other names and longitudes are the same inputs", async () => {
  const { condition } = await (await inputs()).read(3);
  const same = async (other: Promise<Awaited<ReturnType<typeof inputs>>>, slack = 2e-5) => {
    const read = (await (await other).read(3)).condition;
    const worst = read.reduce((a, v, i) => Math.max(a, Math.abs(v - condition[i]!)), 0);
    assert.ok(worst < slack, `${worst}`);
  };
  await same(
    inputs({
      coarse: coarse({ name: "tp", units: "m", standardName: undefined, value: (...p) => amount(...p) / 1000 }),
    }),
  );
  await same(inputs({ coarse: coarse({ units: "mm/day", standardName: undefined, value: amount }) }));
  await same(inputs({ with: [warm({ units: "degC", value: (t, y, x) => 270 - 273.15 + t + y / 4 + x })] }), 1e-4);
  await same(inputs({ static: [height({ units: "km", value: (_, y, x) => 0.1 * (y - 39) * (x + 1) })] }));
  const turned = around.lon.map((v) => v + 360);
  const back =
    (f: FieldSketch["value"]): FieldSketch["value"] =>
    (t, y, x) =>
      f(t, y, x - 360);
  await same(inputs({ coarse: coarse({ lon: turned, value: back((...p) => amount(...p) / 86400) }) }));
});

test("a missing variable, another quantity and a surplus one are told by name", async () => {
  const without = /trained with t2m \(K\) as `with`, and (no field|tas) is given/;
  for (const other of [[], [warm({ name: "tas" })]]) await refuses(inputs({ with: other }), without, OptionsError);
  const units = /variable t2m.*units "m s-1", expected units "K"/;
  await refuses(inputs({ with: [warm({ units: "m s-1" })] }), units, UnitsError);
  await refuses(inputs({ coarse: coarse({ units: "K", standardName: "air_temperature" }) }), /"K"/, UnitsError);
  const wind = warm({ name: "u10", units: "m s-1", value: () => 3 });
  await refused({ with: [warm(), wind] }, /INPUT has u10 as `with`, of which the model takes t2m/);
});

test("five-minute sums, another spacing and exchanged axes are refused, and forced with the complaint", async () => {
  const five = spans(0, 1 / 12, count, 0);
  const radar = {
    with: [warm({ time: five })],
    coarse: coarse({ units: "mm", standardName: undefined, time: five, value: amount }),
  };
  await refused(radar, /pr with values over 300 s, but it was trained for values over 86400 s/);
  const wide = { lat: steps(35, 4, 5), lon: steps(-6, 3, 6) };
  await refused({ coarse: coarse(wide) }, /pr with cells of 4 degrees \(y\) by 3 degrees \(x\), but it was trained/);
  const turned = { lat: steps(39, 1.5, 6), lon: steps(-1, 2, 5) };
  await refused({ coarse: coarse(turned) }, /\(are y and x exchanged\?\)/);
  const forced = await inputs({ coarse: coarse(turned) }, { force: true });
  assert.is(forced.complaints.length, 1);
});

test("each guard that is dropped by name gives a notice, and those that are not named still refuse", async () => {
  const odd = { coarse: coarse({ lat: steps(35, 4, 5), lon: steps(-6, 3, 6) }), with: [warm({ value: holed })] };
  const both = /INPUT has pr with cells of 4 degrees.*; `force: \["missing", "spacing"\]` goes on/;
  await refused(odd, both, { force: ["missing"] });
  const { lines, onNotice } = listening();
  assert.is((await inputs(odd, { force: ["missing", "spacing"], onNotice })).complaints.length, 2);
  assert.match(
    lines.join("\n"),
    /without the guard "spacing", although INPUT has pr with.*\n.*"missing", although INPUT has t2m/,
  );
  lines.length = 0;
  await inputs(odd, { force: true, onNotice });
  assert.is(lines.length, 2);
});

test("pixels where an input is missing that training had whole stay missing, and no other guard is dropped for it", async () => {
  const { lines, onNotice } = listening();
  const leave = { missing: "propagate", onNotice } as const;
  const found = await inputs({ with: [warm({ value: holed })] }, leave);
  assert.equal(found.complaints, []);
  assert.match(lines.join(), /stays missing where INPUT has t2m with \d+ of \d+ values missing/);
  const [whole, parts] = [await found.read(1), await found.read(2)];
  assert.equal(whole.valid, (await (await inputs()).read(1)).valid);
  // The sea of training, and what the gap reaches.
  for (let i = 0; i < 72; i++) {
    // A gap is 0 in the condition of t2m, the second channel.
    assert.is(parts.valid![i] === 0, i === 0 || parts.condition[i * description.channels.length + 1] === 0, `${i}`);
    if (lon[i % 9]! > 3) assert.is(parts.valid![i], 0);
  }
  assert.is(parts.valid![1], 1);
  await refused(
    { coarse: coarse({ value: amount }), with: [warm({ value: holed })] },
    /pr with values of 0 to 598000 mm/,
    {
      missing: "propagate",
    },
  );
});

test("days of the year that training did not have are refused by name; without a record a notice says that they are not checked", async () => {
  const from = (day: number) => {
    const later = { time: spans(24 * day, 24, count) };
    return { coarse: coarse(later), with: [warm(later)] };
  };
  // Training had the first six days of January 2000.
  for (const day of [366, 366 + 15, -10]) await inputs(from(day));
  await refused(
    from(213),
    /times of the year that training had not \(6 of 6: 1 August to 6 August\), but it was trained on 1 January to 6 January.*"season"/,
  );
  assert.is((await inputs(from(213), { force: ["season"] })).complaints.length, 1);
  await refused(from(21 - 3), /2 of 6: 23 January to 24 January/);
  const { lines, onNotice } = listening();
  const { seen: _, ...old } = description;
  const august = from(213);
  await pairInputs({ ...given, ...august, coarse: [august.coarse] }, old, { onNotice });
  assert.match(lines.join(), /not checked against the training: season/);
});

test("a rate that was multiplied by 86 400 twice, and kelvin that are degrees Celsius, lie beyond the range", async () => {
  await refused(
    { coarse: coarse({ value: amount }) },
    /pr with values of 0 to 598000 mm, but it was trained on 0 to 6.93 mm/,
  );
  const celsius = warm({ value: (t, y, x) => t + y / 4 + x });
  await refused({ with: [celsius] }, /t2m with values of .* K, but it was trained on 280 to 2\d\d K/);
});

test("gaps that training did not have are told; a model that has seen them takes them", async () => {
  const gappy = { coarse: [coarse()], with: [warm({ value: holed })] };
  await refused({ with: gappy.with }, /t2m with \d+ of \d+ values missing, but it was trained on values without gaps/);
  const seen = await measureChannels(matchPairs({ fine: [fine], ...gappy }), [0, 1, 2, 3]);
  assert.equal(seen.channels.at(-1), {
    ...{ name: "t2m missing", role: "missing", of: "t2m", transform: { kind: "linear" } },
    ...{ mean: 0, deviation: 1, range: [0, 1] },
  });
  const { condition } = await (await pairInputs(gappy, seen)).read(3);
  // The first pixel is there, the last one is not.
  assert.ok(condition[1]! !== 0 && condition[2] === 0);
  assert.equal(Array.from(condition.subarray(-2)), [0, 1]);
});

test("a field that training left out at times may be absent", async () => {
  const wide = await measureChannels(pairs, [0, 1, 2], ["z"]);
  assert.equal(wide.channels.map(({ name }) => name).at(-1), "z missing");
  const found = await pairInputs({ coarse: [coarse()], with: [warm()] }, wide);
  const { condition } = await found.read(0);
  assert.equal([condition[2], condition[7]], [0, 1]);
});

test("negative precipitation is refused, but rounding is set to 0 and told", async () => {
  const off = (least: number) =>
    coarse({ value: (t, y, x) => (t === 0 && y === 41 ? least / 86400 : amount(t, y, x) / 86400) });
  await refused({ coarse: off(-0.5) }, /\d+ values of precipitation on one map are negative, down to -0\.5/);
  const { lines, onNotice } = listening();
  await inputs({ coarse: off(-1e-4) }, { onNotice });
  assert.match(lines.join(), /negative values of precipitation, down to -0.0001, set to 0/);
  assert.equal((await inputs({ coarse: off(-0.5) }, { clipNegative: true })).complaints, []);
});

test("output lies on the grid of training, in divided cells of the coarse field, or on a template with its gaps", async () => {
  const grid = { lat: steps(40.1, 0.45, 6), lon: steps(0.1, 0.5, 7) };
  const template = fieldOf({ name: "mask", ...grid, value: (_, y, x) => (y > 42 && x > 3 ? Number.NaN : 1) });
  const found = await inputs({}, { grid: template });
  const { valid, height: rows, width } = await found.read(0);
  assert.equal([rows, width], [6, 7]);
  assert.equal(
    Array.from(valid!),
    grid.lat.flatMap((y) => grid.lon.map((x) => (y > 42 && x > 3 ? 0 : 1))),
  );
  const ratio = await inputs({}, { grid: 4, force: true });
  assert.equal([ratio.grid.y.values.length, ratio.grid.x.values.length], [16, 24]);
  assert.ok(Math.abs(ratio.grid.y.values[0]! - (38 + 0.25)) < 1e-9);
  await refused({}, /an output grid with cells of 1 degrees \(y\)/, { grid: 2 });
});

test("inputs elsewhere have nothing on the output grid", async () => {
  const far = { lat: steps(-39, 2, 4), lon: steps(100, 1.5, 6) };
  await refused({ coarse: coarse({ ...far, value: () => 1e-5 }) }, /coarse pr has only missing values/);
  await refuses(inputs({ with: [warm({ time: hours([12], undefined, "noleap") })] }), /calendar/, UnitsError);
  const bare = fieldOf({ name: "pr", units: "mm", time: hours(steps(12, 24, 3)), ...around, value: amount });
  await refuses(inputs({ coarse: bare }), /no bounds/, UnitsError);
});

test.run();
