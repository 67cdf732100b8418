/** Nimrod files: values, times and places by the published table of header elements; damage and other kinds refused. */
import { writeFileSync } from "node:fs";
import { FormatError } from "../../../engine/index.ts";
import { convertPrecipitation, openDataset, readField } from "../../../io/index.ts";
import { allClose, assert, close, equalBy, refuses, temporaryFolder, test } from "../../harness.ts";

const { at } = temporaryFolder(test);

interface Says {
  readonly whole?: Readonly<Record<number, number>>;
  readonly real?: Readonly<Record<number, number>>;
  readonly units?: string;
  readonly title?: string;
}

/** Elements of a composite of rain rates on the National Grid, 3 rows of 4 columns of a kilometre. */
const composite = {
  whole: {
    ...{ 1: 2018, 2: 11, 3: 3, 4: 10, 5: 5, 6: 0, 12: 1, 13: 2, 14: 0, 15: 0, 16: 3, 17: 4, 18: 2, 19: 63, 20: 0 },
    ...{ 24: 0, 25: -1, 26: -32767, 28: 0, 29: -32767, 31: 0 },
  },
  real: { 32: 9999, 33: 9999, 34: 1549500, 35: 1000, 36: -404500, 37: 1000, 38: -32767, 43: 49, 44: -2, 45: 4e5 },
};

/** One field: a header and numbers, each between its length. */
function field(numbers: readonly number[], { whole, real, units = "mm/h*32", title = "Rainfall rate" }: Says = {}) {
  const head = Buffer.alloc(512);
  for (let element = 1; element <= 31; element++) head.writeInt16BE(-32767, 2 * (element - 1));
  for (let element = 32; element <= 104; element++) head.writeFloatBE(-32767, 62 + 4 * (element - 32));
  for (const [element, value] of Object.entries({ ...composite.whole, ...whole }))
    head.writeInt16BE(value, 2 * (Number(element) - 1));
  for (const [element, value] of Object.entries({ ...composite.real, ...real }))
    head.writeFloatBE(value, 62 + 4 * (Number(element) - 32));
  head.write(units.padEnd(8), 354, "latin1");
  head.write("Radar composite".padEnd(24), 362, "latin1");
  head.write(title.padEnd(24), 386, "latin1");
  const data =
    whole?.[12] === 0
      ? Buffer.concat(numbers.map((v) => Buffer.from(new Uint8Array(Float32Array.of(v).buffer).reverse())))
      : Buffer.from(new Uint8Array(Int16Array.from(numbers).buffer)).swap16();
  const record = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes, length]);
  };
  return Buffer.concat([record(head), record(data)]);
}
const counted = Array.from({ length: 12 }, (_, i) => i * 16);
const put = (name: string, ...fields: readonly Buffer[]) => {
  writeFileSync(at(name), Buffer.concat(fields));
  return at(name);
};

test("multiples of 1/32 mm/h are rain rates at an instant, -1 is missing, rows go from north to south", async () => {
  const rain = await readField(put("rate", field([-1, ...counted.slice(1)])));
  assert.equal([rain.name, rain.units, rain.dims], ["precipitation_rate", "mm/h", ["time", "y", "x"]]);
  equalBy([...rain.values.slice(0, 3)], (v) => v, [Number.NaN, 0.5, 1]);
  assert.equal([...rain.coordinate("y")!.values], [1549500, 1548500, 1547500]);
  assert.equal([...rain.coordinate("x")!.values].at(-1), -401500);
  assert.equal([rain.times()[0]!.iso, rain.coordinate("time")!.bounds], ["2018-11-03T10:05:00", undefined]);
  const below = await readField(put("below", field(counted, { whole: { 24: 1 } })));
  assert.equal([...below.coordinate("y")!.values], [1549500, 1550500, 1551500]);
});

test("the National Grid lies where the Ordnance Survey has its example point, shifted to WGS 84, stated or not", async () => {
  // TG 51409 13177, the point of the guide to coordinate systems in Great Britain, C.1: 52°39′28.72″ N, 1°42′57.79″ E.
  for (const real of [{}, { 43: -32767, 44: -32767, 45: 400, 46: -100 }]) {
    const said = { real: { 34: 313187, 35: 10, 36: 651389, 37: 10, ...real } };
    const near = (await readField(put("caister", field(counted, said)))).isel({ time: 0 });
    const one = near.sel({ lat: 52.657978, lon: 1.716053 }, { method: "nearest", tolerance: 0.0002 });
    assert.equal([one.coordinate("x")!.values[0], one.coordinate("y")!.values[0]], [651409, 313177]);
  }
});

test("amounts of an hour have its bounds and become rates, and times come one after the other", async () => {
  const sum = (hour: number) =>
    field(counted, { whole: { 4: hour, 19: 61, 26: 60, 31: 128 }, units: "mm*32", title: "1hr precip accum" });
  const rain = await readField(put("sums", sum(12), sum(11)), { variable: "precipitation_amount" });
  assert.equal([rain.shape, rain.attributes["cell_methods"]], [[2, 3, 4], "time: sum"]);
  const { values, bounds } = rain.coordinate("time")!;
  assert.equal([...bounds!], [values[0]! - 3600, values[0]!, values[0]!, values[1]!]);
  const rate = convertPrecipitation(rain, "mm/h");
  allClose(
    rate.values,
    [...counted, ...counted].map((v) => v / 32),
    1e-6,
  );
});

test("numbers of four bytes, degrees, members, levels and the extremes of an hour are told apart", async () => {
  const real = field(counted, { whole: { 12: 0, 13: 4, 19: 58, 29: 3 }, units: "K", title: "temperature" });
  const other = field(counted, { whole: { 12: 0, 13: 4, 19: 58, 29: 7 }, units: "K", title: "temperature" });
  const most = field(counted, { whole: { 19: 213, 26: 60, 31: 8192 }, title: "Max rainrate" });
  const least = field(counted, { whole: { 19: 213, 26: 60, 31: 4096 }, title: "Min rainrate" });
  const chance = field(counted, { real: { 48: 5 }, title: "% Above0005" });
  const data = await openDataset(put("many", real, other, most, least, chance));
  const names = ["air_temperature", "field_213", "field_213_2", "precipitation_rate"];
  assert.equal([...data.dataVariables], names);
  const [warm, high, low, above] = await Promise.all(names.map(async (name) => (await data.variable(name)).load()));
  assert.equal(
    [warm!.dims, [...warm!.coordinate("number")!.values]],
    [
      ["number", "time", "y", "x"],
      [3, 7],
    ],
  );
  close(warm!.values[1]!, 16, 1e-12);
  const methods = [high, low].map((one) => one!.attributes["cell_methods"]);
  assert.equal(methods, ["time: maximum", "time: minimum"]);
  assert.equal([above!.units, above!.values[1]], ["%", 16]);
  data.close();
  const degrees = await readField(
    put("degrees", field(counted, { whole: { 15: 1 }, real: { 34: 60, 35: 0.5, 36: -10, 37: 1 } })),
  );
  assert.equal(
    [degrees.dims, [...degrees.coordinate("latitude")!.values]],
    [
      ["time", "latitude", "longitude"],
      [60, 59.5, 59],
    ],
  );
});

test("grids and numbers of other kinds, times that repeat, and what is cut off, are refused with the way out", async () => {
  const whole = field(counted);
  const two = [field(counted), field(counted)];
  for (const [bytes, message] of [
    [whole.subarray(0, whole.length - 6), /field 1 at byte 0: its values are cut off; fetch it again/],
    [whole.subarray(0, 530), /cut off/],
    [Buffer.concat([whole, whole.subarray(0, 300)]), /field 2 at byte 552: it has no header/],
    [field(counted, { whole: { 15: 3 } }), /its grid is polar stereographic; read it with iris/],
    [field(counted, { whole: { 24: 2 } }), /begin in the east/],
    [field(counted, { whole: { 12: 2 } }), /numbers are of type 2 in 2 bytes/],
    [field(counted, { whole: { 17: 5 } }), /it has 24 bytes for 3 x 5 values of 2/],
    [field(counted, { real: { 37: 0 } }), /its cells are 0 x 1000/],
    [field(counted, { whole: { 15: 4 } }), /its projection has no origin/],
    [Buffer.concat(two), /two fields of precipitation_rate are for 2018-11-03T10:05.*split the file/],
  ] as const)
    await refuses(readField(put("bad", bytes)), message, FormatError);
});

test.run();
