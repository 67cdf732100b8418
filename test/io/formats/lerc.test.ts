/** GeoTIFF compressed as LERC, number by number as GDAL has it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readField } from "../../../io/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { folder } = temporaryFolder(test);

/** Files of 5 x 8 pixels, made by GDAL 3.10 of the number i of a pixel. */
const made = {
  /** Bytes (97 i + 13 i²) mod 256, which do not compress: the blob holds them as they are. */
  bytes:
    "SUkqAAgAAAANAAABAwABAAAACAAAAAEBAwABAAAABQAAAAIBAwABAAAACAAAAAMBAwABAAAAR4gAAAYBAwABAAAAAQAAABEBBAABAAAAJAEAABUB" +
    "AwABAAAAAQAAABYBAwABAAAABQAAABcBBAABAAAAcQAAABwBAwABAAAAAQAAAFMBAwABAAAAAQAAAICkAgByAAAAsgAAAPLFBAACAAAAqgAAAAAA" +
    "AAAEAAAAAAAAADxHREFMTWV0YWRhdGE+CiAgPEl0ZW0gbmFtZT0iQ09NUFJFU1NJT05fUkVWRVJTSUJJTElUWSIgZG9tYWluPSJJTUFHRV9TVFJV" +
    "Q1RVUkUiPkxPU1NMRVNTPC9JdGVtPgo8L0dEQUxNZXRhZGF0YT4KAExlcmMyIAQAAADy7b7LBQAAAAgAAAABAAAAKAAAAAgAAABxAAAAAQAAAAAA" +
    "AAAAAOA/AAAAAAAAAAAAAAAAAMBuQAAAAAAA9gEAbvaYVCoaJEiG3lDcgkIcEB5GiORa6pRYNi5AbLISjCDOlnh0iroE",
  /** 3 i + 5, of 16 bits, in a big-endian file. */
  big:
    "TU0AKgAAAAgADQEAAAMAAAABAAgAAAEBAAMAAAABAAUAAAECAAMAAAABABAAAAEDAAMAAAABiEcAAAEGAAMAAAABAAEAAAERAAQAAAABAAABJAEV" +
    "AAMAAAABAAEAAAEWAAMAAAABAAUAAAEXAAQAAAABAAAAmwEcAAMAAAABAAEAAAFTAAMAAAABAAEAAKSAAAIAAAByAAAAssXyAAQAAAACAAAAqgAA" +
    "AAAAAAAEAAAAADxHREFMTWV0YWRhdGE+CiAgPEl0ZW0gbmFtZT0iQ09NUFJFU1NJT05fUkVWRVJTSUJJTElUWSIgZG9tYWluPSJJTUFHRV9TVFJV" +
    "Q1RVUkUiPkxPU1NMRVNTPC9JdGVtPgo8L0dEQUxNZXRhZGF0YT4KAExlcmMyIAQAAADLHNwFBQAAAAgAAAABAAAAKAAAAAgAAACbAAAAAwAAAAAA" +
    "AAAAAOA/AAAAAAAAlEAAAAAAAIDeQAAAAAAABQB6AQAFAAgACwAOABEAFAAXABoAHQAgACMAJgApACwALwAyADUAOAA7AD4AQQBEAEcASgBNAFAA" +
    "UwBWAFkAXABfAGIAZQBoAGsAbgBxAHQAdwB6",
  /** i / 4, and NaN where i mod 7 is 3. */
  gaps:
    "SUkqAAgAAAANAAABAwABAAAACAAAAAEBAwABAAAABQAAAAIBAwABAAAAIAAAAAMBAwABAAAAR4gAAAYBAwABAAAAAQAAABEBBAABAAAAJAEAABUB" +
    "AwABAAAAAQAAABYBAwABAAAABQAAABcBBAABAAAA4AAAABwBAwABAAAAAQAAAFMBAwABAAAAAwAAAICkAgByAAAAsgAAAPLFBAACAAAAqgAAAAAA" +
    "AAAEAAAAAAAAADxHREFMTWV0YWRhdGE+CiAgPEl0ZW0gbmFtZT0iQ09NUFJFU1NJT05fUkVWRVJTSUJJTElUWSIgZG9tYWluPSJJTUFHRV9TVFJV" +
    "Q1RVUkUiPkxPU1NMRVNTPC9JdGVtPgo8L0dEQUxNZXRhZGF0YT4KAExlcmMyIAQAAACNfckLBQAAAAgAAAABAAAAIgAAAAgAAADgAAAABgAAAAAA" +
    "AAAAAAAAAAAAAAAAAAAAAAAAAIAjQAkAAAAFAO/fv379AIAAAAAAAAAcQQEAAAAAAACAPgAAAD8AAIA/AACgPwAAwD8AAOA/AAAAQAAAEEAAADBA" +
    "AABAQAAAUEAAAGBAAABwQAAAgEAAAJBAAACYQAAAoEAAAKhAAACwQAAAuEAAAMhAAADQQAAA2EAAAOBAAADoQAAA8EAAAABBAAAEQQAACEEAAAxB" +
    "AAAQQQAAFEEAABxB",
  /** 4294967000 + i, of 32 bits. */
  large:
    "SUkqAAgAAAANAAABAwABAAAACAAAAAEBAwABAAAABQAAAAIBAwABAAAAIAAAAAMBAwABAAAAR4gAAAYBAwABAAAAAQAAABEBBAABAAAAJAEAABUB" +
    "AwABAAAAAQAAABYBAwABAAAABQAAABcBBAABAAAAdAAAABwBAwABAAAAAQAAAFMBAwABAAAAAQAAAICkAgByAAAAsgAAAPLFBAACAAAAqgAAAAAA" +
    "AAAEAAAAAAAAADxHREFMTWV0YWRhdGE+CiAgPEl0ZW0gbmFtZT0iQ09NUFJFU1NJT05fUkVWRVJTSUJJTElUWSIgZG9tYWluPSJJTUFHRV9TVFJV" +
    "Q1RVUkUiPkxPU1NMRVNTPC9JdGVtPgo8L0dEQUxNZXRhZGF0YT4KAExlcmMyIAQAAADTnY1rBQAAAAgAAAABAAAAKAAAAAgAAAB0AAAABQAAAAAA" +
    "AAAAAOA/AAAA2///70EAAODf///vQQAAAADY/v////7//wAB2P7//4YoQCAMRGEcSKIsTOM8UCRNVGVdWKZtXOd9YCiOZGme",
} as const;

async function valuesOf(name: keyof typeof made, change: (bytes: Buffer) => void = () => {}): Promise<number[]> {
  const path = join(folder, `${name}.tif`);
  const bytes = Buffer.from(made[name], "base64");
  change(bytes);
  writeFileSync(path, bytes);
  return Array.from((await readField(path)).values);
}

const pixels = Array.from({ length: 40 }, (_, i) => i);

test("LERC of bytes that do not compress, of a big-endian file, of gaps and of large numbers gives these numbers", async () => {
  const formulas: Record<keyof typeof made, (i: number) => number> = {
    bytes: (i) => (97 * i + 13 * i * i) % 256,
    big: (i) => 3 * i + 5,
    gaps: (i) => (i % 7 === 3 ? Number.NaN : i / 4),
    large: (i) => 4_294_967_000 + i,
  };
  for (const [name, formula] of Object.entries(formulas))
    assert.equal(await valuesOf(name as keyof typeof made), pixels.map(formula), name);
});

test("LERC of another size, type or number of values than its block is refused", async () => {
  const header = (bytes: Buffer) => bytes.indexOf("Lerc2 ");
  const changes: readonly (readonly [what: RegExp, change: (bytes: Buffer) => void])[] = [
    // The checksum of the header is in the way of all but the TIFF's own statements.
    [
      /cannot be decoded as LERC \(.*where a block is/,
      (bytes) => void bytes.writeUInt16LE(7, bytes.indexOf("0001030001000000", "hex") + 8),
    ],
    [/cannot be decoded as LERC \(it does not begin/, (bytes) => void bytes.write("Lerc3 ", header(bytes))],
    [/cannot be decoded as LERC \(/, (bytes) => void bytes.writeUInt8(77, header(bytes) + 80)],
    [
      /cannot be decoded as LERC \(it holds numbers of type uint8/,
      (bytes) => void bytes.writeUInt16LE(16, bytes.indexOf("0201030001000000", "hex") + 8),
    ],
  ];
  for (const [what, change] of changes) {
    await refuses(valuesOf("bytes", change), what);
  }
});

/** Types, contents, arrangements and byte orders; values as GDAL reads them back. */
const STORAGES = `
import sys, os, json, numpy as np
from osgeo import gdal
gdal.UseExceptions()
folder, made, rng = sys.argv[1], [], np.random.default_rng(3)
types = {"Byte": "u1", "Int8": "i1", "UInt16": "u2", "Int16": "i2", "UInt32": "u4", "Int32": "i4", "Float32": "f4", "Float64": "f8"}
def content(what, kind, shape):
    t = np.dtype(types[kind])
    low, high = (-1e6, 1e6) if t.kind == "f" else (np.iinfo(t).min, np.iinfo(t).max)
    if what == "noise": a = rng.uniform(low, high, shape) if t.kind == "f" else rng.integers(low, high, shape, endpoint=True)
    if what in ("smooth", "large"): a = np.cumsum(rng.integers(0, 3, shape), axis=2) + (high - 300 if what == "large" else 0)
    if what == "constant": a = np.broadcast_to(7.0 + 2 * np.arange(shape[0]).reshape(-1, 1, 1), shape)
    if what == "gaps":
        a = np.cumsum(rng.integers(0, 3, shape), axis=2) / 4
        a[np.broadcast_to(rng.random(shape[1:]) < .2, shape)] = np.nan
    if what == "bands":
        a = np.cumsum(rng.integers(0, 3, shape), axis=2) / 4
        a[0][rng.random(shape[1:]) < .2] = np.nan
    return a.astype(t)
layouts = [(1, "PIXEL", ["BLOCKYSIZE=5"]), (3, "PIXEL", ["TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=32"]), (2, "BAND", ["TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=16"])]
for kind in types:
    for what in ["noise", "smooth", "large", "constant", "gaps", "bands"]:
        if what in ("gaps", "bands") and kind[0] != "F": continue
        for packed in ["LERC", "LERC_DEFLATE", "LERC_ZSTD"] if what in ("noise", "gaps") else ["LERC"]:
            for bands, interleave, layout in layouts:
                for order in ["LITTLE", "BIG"]:
                    for error in ["0", "0.6"] if what == "smooth" else ["0"]:
                        path = os.path.join(folder, "-".join([kind, what, packed, str(bands), interleave, order, error]) + ".tif")
                        options = layout + ["COMPRESS=" + packed, "INTERLEAVE=" + interleave, "ENDIANNESS=" + order, "MAX_Z_ERROR=" + error]
                        a = content(what, kind, (bands, 37, 53))
                        d = gdal.GetDriverByName("GTiff").Create(path, 53, 37, bands, getattr(gdal, "GDT_" + kind), options)
                        for i in range(bands): d.GetRasterBand(i + 1).WriteArray(a[i])
                        d = None
                        gdal.Open(path).ReadAsArray().astype("f8").tofile(path + ".bin")
                        made.append(path)
print(json.dumps(made))
`;

test("LERC of every type, content, arrangement, byte order and tolerance gives GDAL's values", async () => {
  if (!hasPython("osgeo.gdal", "numpy")) return skip("no GDAL for /usr/bin/python3");
  const files = python(STORAGES, folder) as string[];
  const wrong: string[] = [];
  for (const path of files) {
    const { buffer, byteOffset, length } = readFileSync(`${path}.bin`);
    const wanted = new Float64Array(buffer, byteOffset, length / 8);
    const { values } = await readField(path);
    // NaN equals NaN, and −0 is 0.
    const at = wanted.findIndex((v, i) => !Object.is(values[i]! + 0, v + 0));
    if (values.length !== wanted.length || at >= 0) wrong.push(`${path}: ${values[at]} instead of ${wanted[at]}`);
  }
  console.log(`compared ${files.length} files`);
  assert.equal(wrong, []);
});

test.run();
