// Inside: Gaussian latitudes by themselves.
/** GRIB 1 and 2: values, places, times and intervals as GDAL gives them; every packing against numbers made here; damage refused. */
import { readFileSync, writeFileSync } from "node:fs";
import { encodePng } from "../../../engine/files/png.ts";
import { FormatError, isMongeError } from "../../../engine/index.ts";
import { gaussianLatitudes } from "../../../io/formats/grib/grid.ts";
import { unpackJpeg2000 } from "../../../io/formats/grib/jpeg2000.ts";
import { deaccumulate, openGrid, readField } from "../../../io/index.ts";
import { dataFiles } from "../../data.ts";
import { allClose, assert, close, equalBy, refuses, temporaryFolder, test } from "../../harness.ts";
import { hasPython, python, skip, tool } from "../oracle.ts";

const { at } = temporaryFolder(test);

const BANDS = `
import sys, json, numpy as np
from osgeo import gdal
gdal.UseExceptions()
d = gdal.Open(sys.argv[1])
np.stack([d.GetRasterBand(i + 1).ReadAsArray().astype("f8") for i in range(d.RasterCount)]).tofile(sys.argv[2])
print(json.dumps([[int(d.GetRasterBand(i + 1).GetMetadataItem("GRIB_VALID_TIME").split()[0]) for i in range(d.RasterCount)], d.GetGeoTransform()]))
`;

for (const [pattern, name, units] of [
  [/^arpege.*grib$/, "tp", "kg m-2"],
  [/^mrms.*grib2$/, "PrecipRate", "mm/h"],
] as const)
  test(`${name} of a real file has GDAL's values, rounded once to float32, its times and its places`, async () => {
    const path = dataFiles("corpus/other", pattern)[0];
    if (path === undefined || !hasPython("osgeo.gdal")) return skip("no data folder or no GDAL for /usr/bin/python3");
    const [times, t] = python(BANDS, path, at("want.bin")) as [number[], number[]];
    const source = await openGrid(path);
    const got = (await source.read(name)) as Float32Array;
    const bytes = readFileSync(at("want.bin"));
    const want = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
    assert.is(got.length, want.length);
    const lats = await source.read("latitude");
    const [rows, columns] = [lats.length, (await source.read("longitude")).length];
    // GDAL puts the north on top.
    const flip = lats[1]! > lats[0]!;
    for (let i = 0; i < want.length; i++) {
      const row = Math.floor(i / columns);
      const at = flip ? (row - (row % rows) + rows - 1 - (row % rows)) * columns + (i % columns) : i;
      // Equal but for the one rounding to float32; of edition 2, GDAL computes in float32 throughout.
      if (
        !(
          Math.abs(got[at]! - want[i]!) <=
          (path.endsWith("grib2") ? 2 ** -21 : 2 ** -24 * (1 + 1e-6)) * Math.abs(want[i]!)
        )
      )
        assert.unreachable(`${got[at]} instead of ${want[i]} at ${i}`);
    }
    source.close();
    const field = await readField(path, { allowEmpty: true });
    assert.is(field.units, units);
    assert.equal([...field.coordinate("time")!.values], times);
    const [lat, lon] = ["latitude", "longitude"].map((axis) => field.coordinate(axis)!.values);
    const turn = Math.round((lon![0]! - t[0]!) / 360) * 360;
    const north = lat![0]! > lat![1]! ? lat! : lat!.toReversed();
    for (const [axis, first, step] of [
      [north, t[3]!, t[5]!],
      [lon!, t[0]! + turn, t[1]!],
    ] as const)
      for (const i of [0, 1, axis.length - 1])
        assert.ok(Math.abs(axis[i]! - first - (i + 0.5) * step) < 2e-6, `${axis[i]}`);
  });

test("accumulations of a run have bounds from its start, and become the amounts of each hour", async () => {
  const [path] = dataFiles("corpus/other", /^arpege.*grib$/);
  if (path === undefined) return skip("no data folder");
  const field = await readField(path);
  const { bounds } = field.coordinate("time")!;
  const start = Date.UTC(2018, 4, 1) / 1000;
  assert.equal([...bounds!.slice(0, 4)], [start, start + 3600, start, start + 7200]);
  const { field: hours } = deaccumulate(field, { tolerance: 0.5 });
  const cells = 53 * 80;
  for (const cell of [0, 1000, cells - 1]) {
    let sum = 0;
    for (let h = 0; h < 24; h++) sum += hours.values[h * cells + cell]!;
    assert.ok(Math.abs(sum - field.values[23 * cells + cell]!) < 1e-4);
  }
});

// Messages made here from WMO's tables, octet by octet.
const uint = (value: number, octets: number) => {
  const out = Buffer.alloc(octets);
  out.writeUIntBE(value, 0, octets);
  return out;
};
const sign = (value: number, octets: number) => uint(value < 0 ? 2 ** (8 * octets - 1) - value : value, octets);
const float = (value: number) => {
  const out = Buffer.alloc(4);
  out.writeFloatBE(value);
  return out;
};
const bits = (values: readonly number[], width: number) => {
  const text = values.map((v) => v.toString(2).padStart(width, "0")).join("");
  return Buffer.from(
    (width === 0 ? "" : text).match(/.{1,8}/g)?.map((b) => Number.parseInt(b.padEnd(8, "0"), 2)) ?? [],
  );
};
const join2 = (...parts: readonly (Buffer | number)[]) =>
  Buffer.concat(parts.map((p) => (typeof p === "number" ? uint(p, 1) : p)));

interface Made {
  readonly columns?: number;
  readonly rows?: number;
  readonly five: Buffer;
  readonly count: number;
  readonly bitmap?: Buffer;
  readonly seven: Buffer;
  readonly scanning?: number;
  /** Kind, scale factor and value of its level. */
  readonly level?: Buffer;
  /** Template of its grid, and what follows the numbers of its points. */
  readonly grid?: readonly [template: number, octets: Buffer];
  /** Points of its rows, where it is reduced. */
  readonly lengths?: readonly number[];
  /** Hours from the run to the interval of the sum, and its length. */
  readonly hours?: readonly [begin: number, length: number];
}

/** One field of edition 2: precipitation summed over 6 hours from 2018-06-03T00, 3 x 2 points from 50 N, 10 E. */
function grib2({ columns = 3, rows = 2, five, count, bitmap, seven, scanning = 0, ...given }: Made): Buffer {
  const section = (n: number, ...parts: (Buffer | number)[]) => {
    const body = join2(...parts);
    return join2(uint(body.length + 5, 4), n, body);
  };
  const figure = join2(6, 0, uint(0, 4), 0, uint(0, 4), 0, uint(0, 4));
  const corners = join2(sign(50e6, 4), sign(10e6, 4), 48, sign(49e6, 4), sign(12e6, 4), uint(1e6, 4), uint(1e6, 4));
  const [begin, length] = given.hours ?? [0, 6];
  const level = join2(given.level ?? join2(1, 0, uint(0, 4)), 255, 0, uint(0, 4));
  const date = (hour: number) => join2(uint(2018, 2), 6, 3, hour, 0, 0);
  const body = join2(
    section(1, uint(78, 2), uint(0, 2), 4, 1, 1, date(0), 0, 1),
    section(
      3,
      0,
      uint(given.lengths?.reduce((a, b) => a + b, 0) ?? columns * rows, 4),
      ...(given.lengths ? [2, 1] : [0, 0]),
      uint(given.grid?.[0] ?? 0, 2),
      figure,
      uint(columns, 4),
      uint(rows, 4),
      given.grid?.[1] ?? join2(Buffer.alloc(8), corners, scanning),
      ...(given.lengths ?? []).map((n) => uint(n, 2)),
    ),
    section(
      4,
      uint(0, 2),
      uint(8, 2),
      1,
      8,
      2,
      0,
      0,
      uint(0, 2),
      0,
      1,
      sign(begin, 4),
      level,
      date(begin + length),
      1,
      uint(0, 4),
      1,
      2,
      1,
      uint(length, 4),
      255,
      uint(0, 4),
    ),
    section(5, uint(count, 4), five),
    bitmap ? section(6, 0, bitmap) : section(6, 255),
    section(7, seven),
    Buffer.from("7777"),
  );
  return join2(Buffer.from("GRIB"), uint(0, 2), 0, 2, uint(0, 4), uint(body.length + 16, 4), body);
}
const scale = (template: number, width: number, reference = 0, binary = 0, decimal = 0) =>
  join2(uint(template, 2), float(reference), sign(binary, 2), sign(decimal, 2), width, 0);

async function valuesOf(message: Buffer): Promise<number[]> {
  writeFileSync(at("made.grib2"), message);
  const field = await readField(at("made.grib2"), { allowEmpty: true });
  assert.equal(field.dims, ["time", "latitude", "longitude"]);
  equalBy([...field.coordinate("time")!.bounds!], (s) => s % 86400, [0, 6 * 3600]);
  assert.is(field.attributes.cell_methods, "time: sum");
  return [...field.values];
}

test("simple packing is (R + x 2^E) / 10^D, with a bitmap's holes missing, in any direction of scanning", async () => {
  const x = [0, 1, 2, 500, 1023, 7];
  const want = x.map((v) => Math.fround((v * 2 ** -2 + 1.5) / 10));
  const five = scale(0, 10, 1.5, -2, 1);
  assert.equal(await valuesOf(grib2({ five, count: 6, seven: bits(x, 10) })), want);
  const some = await valuesOf(
    grib2({ five, count: 4, seven: bits([5, 6, 7, 8], 10), bitmap: bits([1, 0, 1, 1, 0, 1], 1) }),
  );
  equalBy(some, (v) => (Number.isNaN(v) ? null : Math.round((v * 10 - 1.5) * 4)), [5, null, 6, 7, null, 8]);
  const down = await valuesOf(
    grib2({
      five,
      count: 6,
      seven: bits(
        [0, 3, 1, 4, 2, 5].map((i) => x[i]!),
        10,
      ),
      scanning: 0x20,
    }),
  );
  assert.equal(down, want);
  const zigzag = await valuesOf(
    grib2({
      five,
      count: 6,
      seven: bits(
        [0, 1, 2, 5, 4, 3].map((i) => x[i]!),
        10,
      ),
      scanning: 0x10,
    }),
  );
  assert.equal(zigzag, want);
  assert.equal(await valuesOf(grib2({ five: scale(0, 0, 2.5), count: 6, seven: Buffer.alloc(0) })), Array(6).fill(2.5));
});

test("a field without a date, as heights and masks have none, has no time", async () => {
  const second = grib2({ five: scale(0, 10, 1.5, -2, 1), count: 6, seven: bits([0, 1, 2, 500, 1023, 7], 10) });
  // The template of a point in time instead of an interval, and its reference time all ones.
  const product = second.indexOf(Buffer.from([0, 0, 0, 58, 4]));
  second.writeUInt16BE(0, product + 7);
  second.fill(255, 16 + 12, 16 + 19);
  writeFileSync(at("static.grib2"), second);
  const field = await readField(at("static.grib2"));
  assert.equal(field.dims, ["latitude", "longitude"]);
  assert.equal(field.shape, [2, 3]);
  assert.is(field.values[4], Math.fround((1023 / 4 + 1.5) / 10));
  const path = dataFiles("corpus/other", /^arpege.*grib$/)[0];
  if (path === undefined) return skip("no data folder");
  const first = readFileSync(path);
  const message = Buffer.from(first.subarray(0, first.readUIntBE(4, 3)));
  // Octets 13 to 17 of the product: year to minute.
  message.fill(255, 8 + 12, 8 + 17);
  writeFileSync(at("static.grib"), message);
  const source = await openGrid(at("static.grib"));
  assert.equal(source.variables[0]!.dims, ["latitude", "longitude"]);
  source.close();
  // One date wrong and the others there is damage.
  message[8 + 12] = 18;
  writeFileSync(at("wrong.grib"), message);
  await refuses(openGrid(at("wrong.grib")), /its date is 18-255-255/);
});

test("complex packing with differences of second order gives back what was differenced, missing values left out", async () => {
  const whole = [3, 7, 6, 14, 20, 31];
  for (const order of [1, 2]) {
    const d = whole.map((v, i) =>
      i < order ? 0 : order === 1 ? v - whole[i - 1]! : v - 2 * whole[i - 1]! + whole[i - 2]!,
    );
    const least = Math.min(...d.slice(order));
    // Two groups of three: references of 8 bits, widths and lengths stated for each; the 15 of the second group is "missing".
    const packed = d.map((v, i) => (i < order ? 0 : v - least));
    for (const gap of [false, true]) {
      const five = join2(
        scale(2 + 1, 8),
        1,
        gap ? 1 : 0,
        float(9e9),
        float(9e9),
        uint(2, 4),
        0,
        4,
        uint(3, 4),
        1,
        uint(3 + Number(gap), 4),
        4,
        order,
        2,
      );
      const second = gap ? [packed[3]!, 31, packed[4]!, packed[5]!] : packed.slice(3);
      const groups = join2(
        bits([0, 0], 8),
        bits([5, 5], 4),
        bits([0, 0], 4),
        bits([...packed.slice(0, 3), ...second], 5),
      );
      const seven = join2(...whole.slice(0, order).map((v) => sign(v, 2)), sign(least, 2), groups);
      const size = gap ? { columns: 7, rows: 1 } : {};
      const got = await valuesOf(grib2({ five, count: 6 + Number(gap), seven, ...size }));
      const wanted: (number | null)[] = gap ? [3, 7, 6, 14, null, 20, 31] : whole;
      equalBy(got, (v) => (Number.isNaN(v) ? null : v), wanted, `order ${order}, ${gap}`);
    }
  }
});

test("PNG and IEEE packing hold their numbers", async () => {
  const data = Uint16Array.of(0, 1, 513, 65535, 4, 9);
  const png = Buffer.from(encodePng({ width: 3, height: 2, data, channels: 1, depth: 16 }));
  const got = await valuesOf(grib2({ five: scale(41, 16, -1, 1), count: 6, seven: png }));
  assert.equal(
    got,
    [...data].map((v) => 2 * v - 1),
  );
  const floats = [0, -1.5, 1e-30, 3.25, 7, 8].map(Math.fround);
  assert.equal(
    await valuesOf(grib2({ five: join2(uint(4, 2), 1), count: 6, seven: join2(...floats.map(float)) })),
    floats,
  );
});

/** 12 bits each of 4095, 4, 9, 0, 1 and 513, coded by OpenJPEG for GDAL. */
const codestream = Buffer.from(
  "/0//UQApAAIAAAADAAAAAgAAAAAAAAAAAAAAAwAAAAIAAAAAAAAAAAABCwEB/1IADQEAAAEAAAQEAAGZ/1wABEBg/2QAPQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS4zLiBMT1NTTEVTUyBzZXR0aW5ncyB1c2Vk/5AACgAAAAAAGwAB/5Pf4CgMTBpRIgv+vW0f/9k=",
  "base64",
);

test("JPEG 2000 asks for its package where there is none, and holds its numbers with it", async () => {
  assert.throws(() => unpackJpeg2000(codestream, 6), /JPEG 2000, which needs a package: `npm install @cornerstonejs/);
  const five = scale(40, 12, -1, 1);
  assert.equal(await valuesOf(grib2({ five, count: 6, seven: codestream })), [8189, 7, 17, -1, 1, 1025]);
  const [bitmap, whole] = [bits([1, 1, 1, 0, 1, 1, 1], 1), { columns: 7, rows: 1 }];
  const some = await valuesOf(grib2({ five, count: 6, seven: codestream, bitmap, ...whole }));
  equalBy(some, (v) => (Number.isNaN(v) ? null : v), [8189, 7, 17, null, -1, 1, 1025]);
  assert.equal(
    await valuesOf(grib2({ five: scale(40, 0, 2.5), count: 6, seven: Buffer.alloc(0) })),
    Array(6).fill(2.5),
  );
});

test("a JPEG 2000 that is cut off, no JPEG 2000 or one of another size is refused", async () => {
  const refusal = (seven: Buffer, size: object, why: RegExp) => {
    writeFileSync(at("odd.grib2"), grib2({ five: scale(40, 12), count: 6, seven, ...size }));
    return refuses(readField(at("odd.grib2")), why, FormatError);
  };
  for (const length of [codestream.length - 2, codestream.length - 20, 60])
    await refusal(codestream.subarray(0, length), {}, /its JPEG 2000 is damaged/);
  await refusal(Buffer.alloc(50), {}, /it has no JPEG 2000/);
  await refusal(codestream, { columns: 7, rows: 1, count: 7 }, /has 3 x 2 samples; expected 7/);
});

const JPEG_2000 = `
import sys, numpy as np
from osgeo import gdal, osr
gdal.UseExceptions()
y, x = np.mgrid[0:37, 0:53]
made = gdal.GetDriverByName("MEM").Create("", 53, 37, 1, gdal.GDT_Float64)
made.SetGeoTransform([5, 0.1, 0, 50, 0, -0.1])
place = osr.SpatialReference(); place.ImportFromEPSG(4326); made.SetProjection(place.ExportToWkt())
made.GetRasterBand(1).WriteArray(280 + 10 * np.sin(x / 7) * np.cos(y / 5) + 0.01 * x)
gdal.GetDriverByName("GRIB").CreateCopy(sys.argv[1], made, options=["DATA_ENCODING=JPEG2000", "NBITS=" + sys.argv[2], "COMPRESSION_RATIO=" + sys.argv[3]])
made = None
written = gdal.Open(sys.argv[1])
written.GetRasterBand(1).ReadAsArray()[::-1].astype("f8").tofile(sys.argv[4])
print("0")
`;

test("JPEG 2000 of 8, 12 and 16 bits, also with loss, has GDAL's values", async () => {
  if (!hasPython("osgeo.gdal")) return skip("no GDAL for /usr/bin/python3");
  for (const [depth, ratio] of [
    [8, 1],
    [12, 1],
    [16, 1],
    [12, 4],
  ]) {
    python(JPEG_2000, at("j.grib2"), `${depth}`, `${ratio}`, at("j.bin"));
    const { values } = await readField(at("j.grib2"));
    const bytes = readFileSync(at("j.bin"));
    const want = Float32Array.from(new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8));
    assert.is(values.length, want.length);
    assert.ok(Math.max(...values) > 289 && Math.min(...values) < 271);
    allClose(values, want, 1e-4);
  }
});

/** Fields of edition 1, one for each level: temperature at 3 x 2 points from 50 N, 10 E, the k-th with the values k, k + 1, ... */
const grib1 = (levelType: number, levels: readonly number[]) =>
  join2(
    ...levels.map((level, k) => {
      const product = join2(2, 7, 96, 255, 128, 11, levelType, uint(level, 2), 18, 6, 3, 0, 0, 1, 0, 0, 0);
      const rest = join2(uint(0, 2), 0, 21, 0, uint(0, 2));
      const corners = join2(sign(50000, 3), sign(10000, 3), 128, sign(49000, 3), sign(12000, 3));
      const grid = join2(0, 255, 0, uint(3, 2), uint(2, 2), corners, uint(1000, 2), uint(1000, 2), 0, uint(0, 4));
      const values = join2(8, uint(0, 2), uint(0, 4), 8, ...[0, 1, 2, 3, 4, 5].map((v) => v + k), 0);
      const sections = [join2(product, rest), grid, values].map((part) => join2(uint(part.length + 3, 3), part));
      const body = join2(...sections, Buffer.from("7777"));
      return join2(Buffer.from("GRIB"), uint(body.length + 8, 3), 1, body);
    }),
  );

const LEVELS = `
import sys, json
from osgeo import gdal
gdal.UseExceptions()
d = gdal.Open(sys.argv[1])
print(json.dumps([d.GetRasterBand(i + 1).GetMetadataItem("GRIB_SHORT_NAME").split("-") for i in range(d.RasterCount)]))
`;

test("levels are in the units that their axis says: pressure in Pa in both editions, heights in m", async () => {
  const edition2 = (type: number, levels: readonly (readonly [factor: number, value: number])[]) =>
    join2(
      ...levels.map(([factor, value]) => {
        const level = join2(type, sign(factor, 1), uint(value, 4));
        return grib2({ five: scale(0, 8), count: 6, seven: bits([0, 1, 2, 3, 4, 5], 8), level });
      }),
    );
  const given: readonly [message: Buffer, axis: string, units: string | undefined, values: number[], gdal: string][] = [
    [grib1(100, [500, 850]), "pressure", "Pa", [50000, 85000], "ISBL"],
    [grib1(105, [2, 100]), "height", "m", [2, 100], "HTGL"],
    [grib1(103, [2, 100]), "height_above_sea", "m", [2, 100], "GPML"],
    [grib1(109, [1, 60]), "level", undefined, [1, 60], "HYBL"],
    [
      edition2(100, [
        [0, 50000],
        [-2, 850],
      ]),
      "pressure",
      "Pa",
      [50000, 85000],
      "ISBL",
    ],
    [
      edition2(103, [
        [1, 15],
        [0, 100],
      ]),
      "height",
      "m",
      [1.5, 100],
      "HTGL",
    ],
    [
      edition2(102, [
        [0, 2],
        [-1, 10],
      ]),
      "height_above_sea",
      "m",
      [2, 100],
      "GPML",
    ],
  ];
  const gdal = hasPython("osgeo.gdal");
  for (const [message, name, units, values, code] of given) {
    const path = at("levels.grib");
    writeFileSync(path, message);
    const field = await readField(path, { allowEmpty: true });
    assert.equal(field.dims, ["time", name, "latitude", "longitude"]);
    assert.equal([...field.coordinate(name)!.values], values, code);
    assert.is(field.coordinate(name)!.attributes["units"], units, code);
    if (message[7] === 1) assert.equal([...field.values], [0, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6], code);
    // GDAL leaves pressure of edition 1 in the hPa of code table 3.
    const inTable = values.map((v) => [`${name === "pressure" && message[7] === 1 ? v / 100 : v}`, code]);
    if (gdal) assert.equal(python(LEVELS, path), inTable);
  }
  if (!gdal) skip("no GDAL for /usr/bin/python3");
});

// Name, template, and what follows the numbers of its points: first point, parameters, steps and direction.
const micro = (...degrees: readonly number[]) => join2(...degrees.map((v) => sign(Math.round(v * 1e6), 4)));
const steps = (x: number, y: number) => join2(uint(x * 1000, 4), uint(y * 1000, 4));
const planes = [
  ["mercator", 10, join2(micro(-20, 150), 0, micro(15, 40, 170), 0x40, uint(0, 4), steps(25000, 30000))],
  ["polar_stereographic", 20, join2(micro(23.117, 240.983), 0, micro(60, 255), steps(47620, 47620), 0, 0x40)],
  ["polar_stereographic", 20, join2(micro(-71, 20), 0, micro(-70, 10), steps(50000, 40000), 128, 0x40)],
  [
    ...(["lambert_conformal_conic", 30] as const),
    join2(micro(21.138, 237.28), 0, micro(38.5, 262.5), steps(300000, 300000), 0, 0x40, micro(38.5, 38.5, -90, 0)),
  ],
  [
    ...(["albers_conical_equal_area", 31] as const),
    join2(micro(45, 5), 0, micro(46, 10), steps(90000, 80000), 0, 0, micro(40, 50, -90, 0)),
  ],
  ["lambert_azimuthal_equal_area", 140, join2(micro(50, 5, 54.9, -2.5), 0, steps(20000, 20000), 0x40)],
] as const;

const PLACES = `
import sys, json
from osgeo import gdal, osr
gdal.UseExceptions()
d = gdal.Open(sys.argv[1]); t = d.GetGeoTransform()
here = osr.SpatialReference(wkt=d.GetProjection()); there = here.CloneGeogCS()
for s in (here, there): s.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
move = osr.CoordinateTransformation(here, there)
v = d.GetRasterBand(1).ReadAsArray()
print(json.dumps([[*move.TransformPoint(t[0] + t[1] * (c + .5), t[3] + t[5] * (r + .5))[:2], float(v[r][c])] for r in range(d.RasterYSize) for c in range(d.RasterXSize)]))
`;

for (const [name, template, octets] of planes)
  test(`points of a grid on the plane of ${name} (template 3.${template}) lie where GDAL puts them`, async () => {
    const [columns, rows] = [5, 4];
    const five = scale(0, 8);
    const made = { columns, rows, five, count: 20, seven: Buffer.from(Array.from({ length: 20 }, (_, i) => i + 1)) };
    writeFileSync(at("plane.grib2"), grib2({ ...made, grid: [template, octets] }));
    const field = (await readField(at("plane.grib2"))).isel({ time: 0 });
    assert.equal([field.dims, field.gridMapping?.attributes["grid_mapping_name"]], [["y", "x"], name]);
    // The first point is stated.
    const [lat, lon] = [octets.readInt32BE(0), octets.readInt32BE(4)].map((v) => (v < 0 ? -(v & 0x7fffffff) : v) / 1e6);
    assert.equal([...field.sel({ lat: lat!, lon: lon! }, { method: "nearest", tolerance: 1e-5 }).values], [1]);
    // GDAL takes Albers' origin for a parallel and cannot name that plane.
    if (!hasPython("osgeo.gdal") || template === 31) return skip("no GDAL for /usr/bin/python3, or none that knows it");
    for (const [x, y, value] of python(PLACES, at("plane.grib2")) as [number, number, number][])
      assert.equal([...field.sel({ lat: y, lon: x }, { method: "nearest", tolerance: 1e-4 }).values], [value]);
  });

test("rows of a plane go down where they are scanned so: GDAL and CDO take all of them to go up", async () => {
  for (const [scanning, sign] of [
    [0x40, 1],
    [0, -1],
  ] as const) {
    const octets = join2(micro(50, 240), 0, micro(60, 255), steps(47620, 50000), 0, scanning);
    writeFileSync(
      at("rows.grib2"),
      grib2({ five: scale(0, 8), count: 6, seven: Buffer.alloc(6, 1), grid: [20, octets] }),
    );
    const [first, second] = (await readField(at("rows.grib2"))).coordinate("y")!.values;
    assert.ok(Math.abs(second! - first! - sign * 50000) < 1e-6);
  }
});

// A reduced Gaussian grid with four parallels between pole and equator: rows of 20 to 32 points.
const lengths = [20, 24, 28, 32, 32, 28, 24, 20];
const points = lengths.reduce((a, b) => a + b, 0);
const scrambled = Array.from({ length: points }, (_, i) => (i * 7919) % 1000);
const around = (lat: number, last = 348.75) =>
  join2(Buffer.alloc(8), micro(lat, 0), 48, micro(-lat, last), Buffer.alloc(4, 255), uint(4, 4), 0);
const reduced = { columns: 2 ** 32 - 1, rows: 8, lengths, count: points, seven: bits(scrambled, 16) };
const FULL = `
import sys, json, subprocess, netCDF4
subprocess.run(["cdo", "-s", "-f", "nc4", "setgridtype,regular", sys.argv[1], sys.argv[2]], check=True)
d = netCDF4.Dataset(sys.argv[2]); v = [d[n] for n in d.variables if d[n].ndim == 3 and d[n].dimensions[0] == "time"][0]
print(json.dumps([v[0].filled(-1).tolist(), d["lat"][:].tolist(), d["lon"][:].tolist()]))
`;

test("a reduced Gaussian grid is read onto its regular one as CDO has it, holes included", async () => {
  const holes = scrambled.map((_, i) => (i % 11 === 3 || i % 50 === 4 ? 0 : 1));
  const some = bits(
    scrambled.filter((_, i) => holes[i] === 1),
    16,
  );
  const made = { ...reduced, five: scale(0, 16), grid: [40, around(73.799214)] as const };
  for (const [name, message] of [
    ["whole", grib2(made)],
    ["holes", grib2({ ...made, bitmap: bits(holes, 1), count: some.length / 2, seven: some })],
  ] as const) {
    writeFileSync(at(`${name}.grib2`), message);
    const field = (await readField(at(`${name}.grib2`))).isel({ time: 0 });
    assert.equal(
      [field.shape, field.attributes["interpolated"]],
      [[8, 32], "linearly along the rows of a reduced grid"],
    );
    // Points that the longest rows have, and the midpoint of two others: 32 columns of 24 points meet at every fourth.
    const first = lengths[0]! + lengths[1]! + lengths[2]!;
    if (name === "whole") {
      assert.equal([...field.values.slice(3 * 32, 4 * 32)], scrambled.slice(first, first + 32));
      assert.equal(field.values[32 + 4], scrambled[20 + 3]);
      close(field.values[32 + 2]!, (scrambled[21]! + scrambled[22]!) / 2, 1e-4);
    }
    if (!hasPython("netCDF4") || tool("cdo", "--version") === undefined)
      skip("no cdo, or no netCDF4 for /usr/bin/python3");
    else {
      const [values, lat, lon] = python(FULL, at(`${name}.grib2`), at(`${name}.nc`)) as [
        number[][],
        number[],
        number[],
      ];
      // On a missing point CDO takes the next one; here it stays missing.
      const isOn = (i: number) =>
        ((i % 32) * lengths[Math.floor(i / 32)]!) % 32 === 0 && Number.isNaN(field.values[i]!);
      const there = [...field.values.keys()].filter((i) => !isOn(i));
      assert.ok(there.length > 200);
      const got = there.map((i) => (Number.isNaN(field.values[i]!) ? -1 : field.values[i]!));
      allClose(
        got,
        there.map((i) => values.flat()[i]!),
        1e-6,
      );
      allClose(field.coordinate("latitude")!.values, lat, 1e-9);
      allClose(field.coordinate("longitude")!.values, lon, 1e-9);
    }
  }
});

test("reduced grids of edition 1 have their lengths behind the vertical coordinates", async () => {
  const coordinates = Buffer.alloc(8, 1);
  const message = (last: number) => {
    const product = join2(
      2,
      7,
      98,
      255,
      128,
      11,
      1,
      uint(0, 2),
      18,
      6,
      3,
      0,
      0,
      1,
      0,
      0,
      0,
      uint(0, 2),
      0,
      21,
      0,
      uint(0, 2),
    );
    const corners = join2(
      sign(73799, 3),
      sign(0, 3),
      0,
      sign(-73799, 3),
      sign(last, 3),
      uint(65535, 2),
      uint(4, 2),
      0,
      uint(0, 4),
    );
    const grid = join2(2, 33, 4, uint(65535, 2), uint(8, 2), corners, coordinates, ...lengths.map((n) => uint(n, 2)));
    const values = join2(0, uint(0, 2), uint(0, 4), 16, bits(scrambled, 16));
    const sections = [product, grid, values].map((part) => join2(uint(part.length + 3, 3), part));
    const body = join2(...sections, Buffer.from("7777"));
    return join2(Buffer.from("GRIB"), uint(body.length + 8, 3), 1, body);
  };
  writeFileSync(at("reduced.grib"), message(348750));
  writeFileSync(at("reduced.grib2"), grib2({ ...reduced, five: scale(0, 16), grid: [40, around(73.799214)] }));
  const [one, two] = await Promise.all(["reduced.grib", "reduced.grib2"].map((name) => readField(at(name))));
  assert.equal([...one!.values], [...two!.values]);
  writeFileSync(at("part.grib"), message(180000));
  await refuses(readField(at("part.grib")), /from 0 to 180 degrees, not around the whole circle; convert it with/);
});

test("sums since the start of a run and those of the last hours, which end together, are two variables", async () => {
  const one = (hours: readonly [number, number], value: number) =>
    grib2({ five: scale(0, 8), count: 6, seven: Buffer.alloc(6, value), hours });
  writeFileSync(
    at("both.grib2"),
    Buffer.concat([one([0, 12], 30), one([11, 1], 2), one([0, 13], 33), one([12, 1], 3)]),
  );
  const [run, hour] = await Promise.all(["tp", "tp_2"].map((variable) => readField(at("both.grib2"), { variable })));
  equalBy([...run!.coordinate("time")!.bounds!], (s) => (s % 86400) / 3600, [0, 12, 0, 13]);
  assert.equal([run!.values[0], run!.values[6], hour!.values[0], hour!.values[6]], [30, 33, 2, 3]);
});

test("what is not read is refused by its name, with the way out", async () => {
  for (const [template, name] of [
    [42, "CCSDS"],
    [61, "template 5.61"],
  ] as const) {
    writeFileSync(at("odd.grib2"), grib2({ five: scale(template, 8), count: 6, seven: Buffer.alloc(6) }));
    await refuses(readField(at("odd.grib2")), new RegExp(`${name.replace(".", "\\.")}.*cdo -f nc4 copy`));
  }
});

test("Gaussian latitudes are the zeros of Legendre's polynomial", () => {
  const two = gaussianLatitudes(1);
  assert.ok(Math.abs(two[0]! - (Math.asin(1 / Math.sqrt(3)) * 180) / Math.PI) < 1e-12);
  // ECMWF's published N32: the first and the one nearest to the equator.
  const all = gaussianLatitudes(32);
  assert.ok(Math.abs(all[0]! - 87.8637988) < 1e-6 && Math.abs(all[31]! - 1.3953069) < 1e-6, `${all[0]} ${all[31]}`);
});

test("1 000 damaged messages are read or refused by a typed error", async () => {
  const [real] = dataFiles("corpus/other", /^arpege.*grib$/);
  const seeds = [
    grib2({ five: scale(0, 10, 1.5), count: 6, seven: bits([1, 2, 3, 4, 5, 6], 10) }),
    grib2({
      five: scale(41, 8),
      count: 6,
      seven: Buffer.from(encodePng({ width: 3, height: 2, data: new Uint8Array(6), channels: 1, depth: 8 })),
    }),
    ...(real ? [readFileSync(real).subarray(0, 17000)] : []),
  ];
  let state = 7;
  const next = (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  let refused = 0;
  for (let k = 0; k < 1000; k++) {
    const bytes = Buffer.from(seeds[k % seeds.length]!);
    for (let i = 0; i <= next(4); i++) bytes[8 + next(Math.min(bytes.length - 8, 250))] = next(256);
    const cut = next(5) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes;
    writeFileSync(at("mutant.grib"), cut);
    try {
      const source = await openGrid(at("mutant.grib"));
      for (const { name } of source.variables) await source.read(name);
      source.close();
    } catch (error) {
      assert.ok(isMongeError(error), `mutant ${k}: ${(error as Error).stack}`);
      refused++;
    }
  }
  assert.ok(refused > 300, `${refused} refused`);
  assert.ok(FormatError.name);
});

test.run();
