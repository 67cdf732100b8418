/** Files inside gzip and zip, with those that belong to them: values as rasterio gives, bombs and damage refused. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rawRaster } from "../../../examples/raw-raster.ts";
import { inspect, type OpenOptions, openGrid as open, readField } from "../../../io/index.ts";
import { dataFiles, testData } from "../../data.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { float64File, same } from "../numbers.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { folder, at } = temporaryFolder(test);
/** A format that has a second file. */
const formats = [rawRaster];
const openGrid = (path: string, options: OpenOptions = {}) => open(path, { formats, ...options });
const hasRasterio = hasPython("rasterio");
const GONE = "no rasterio for /usr/bin/python3";

const VALUES = `
import sys, json, warnings, numpy as np, rasterio
warnings.filterwarnings("ignore")
out = []
for k, p in enumerate(sys.argv[2:]):
    with rasterio.open(p) as d:
        np.ma.filled(d.read(masked=True).astype("f8"), np.nan).tofile(sys.argv[1] + "/%d.bin" % k)
        out.append({"transform": list(d.transform)[:6], "shape": [d.count, d.height, d.width]})
print(json.dumps(out))
`;
type Said = { readonly transform: number[]; readonly shape: number[] }[];

/** What this process has unpacked; others have theirs in the same place. */
const unpackedFolders = () => {
  const mine = `-${process.pid.toString(36)}-`;
  return readdirSync(tmpdir()).filter((name) => name.startsWith(".monge-unpacked.") && name.includes(mine));
};

test("a zipped raster is opened with its header and projection, has the rain, gaps and positions that GDAL gives, and leaves nothing behind", async () => {
  if (!hasRasterio) return skip(GONE);
  const files = dataFiles("corpus/other", /_bil\.zip$/);
  const inner = files.map(
    (f) =>
      `/vsizip/${f}/${f
        .split("/")
        .at(-1)!
        .replace(/\.zip$/, ".bil")}`,
  );
  const said = python(VALUES, folder, ...inner) as Said;
  for (const [k, path] of files.entries()) {
    const field = await readField(path, { formats });
    same(field.values, float64File(at(`${k}.bin`)), path);
    const { transform: t, shape } = said[k]!;
    const [, rows, columns] = shape as [number, number, number];
    assert.equal(field.dims, ["latitude", "longitude"]);
    const [x, y] = [field.coordinate("longitude")!.values, field.coordinate("latitude")!.values];
    const last = [t[2]! + (columns - 0.5) * t[0]!, t[5]! + (rows - 0.5) * t[4]!];
    assert.ok(Math.abs(x.at(-1)! - last[0]!) < 1e-9 && Math.abs(y.at(-1)! - last[1]!) < 1e-9, path);
    assert.is((await inspect(path, { formats })).format, "bil");
  }
  const source = await openGrid(files[0]!);
  assert.is(source.path, files[0]);
  assert.is(unpackedFolders().length > 0, true);
  const whole = (await source.read("band_data")) as Float64Array;
  const width = said[0]!.shape[2]!;
  const part = await source.read("band_data", { start: [20, 7], count: [3, 5] });
  assert.equal(
    [...part],
    [20, 21, 22].flatMap((r) => [...whole.subarray(r * width + 7, r * width + 12)]),
  );
  source.close();
});

test("a NetCDF file inside gzip reads as the file itself", async () => {
  const plain = testData("corpus/netcdf/xarray_example_1.nc");
  const packed = testData("corpus/netcdf/xarray_example_1.nc.gz");
  const [a, b] = [await inspect(packed), await inspect(plain)];
  assert.equal(a.variables, b.variables);
  assert.equal([a.path, a.format], [packed, b.format]);
  const values = async (path: string) => (await readField(path, { variable: "rh", allowEmpty: true })).values;
  assert.equal(await values(packed), await values(plain));
});

const ZIP = `
import sys, zipfile, struct
folder = sys.argv[1]
def make(name, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(folder + "/" + name, "w", method) as z:
        for n, b in members: z.writestr(n, b)
bil = bytes(range(40)); hdr = b"NROWS 4\\nNCOLS 5\\nNBITS 16\\n"
make("good.zip", [("sub/rain.bil", bil), ("sub/rain.hdr", hdr), ("readme.txt", b"x")])
make("stored.zip", [("rain.bil", bil), ("rain.hdr", hdr)], zipfile.ZIP_STORED)
make("two.zip", [("a.bil", bil), ("a.hdr", hdr), ("b.bil", bil[::-1]), ("b.hdr", hdr)])
make("slip.zip", [("../../up.bil", bil), ("../../up.hdr", hdr)])
make("bomb.zip", [("zero.bil", bytes(50_000_000)), ("zero.hdr", b"NROWS 5000\\nNCOLS 10000\\n")])
make("lzma.zip", [("rain.bil", bil), ("rain.hdr", hdr)], zipfile.ZIP_LZMA)
make("none.zip", [("readme.txt", b"x")])
z = bytearray(open(folder + "/stored.zip", "rb").read()); i = z.index(bil); z[i + 5] ^= 1; open(folder + "/flipped.zip", "wb").write(z)
z = bytearray(open(folder + "/bomb.zip", "rb").read())
for at in (z.index(b"PK\\x01\\x02") + 24,): z[at:at+4] = struct.pack("<I", 1000)
open(folder + "/liar.zip", "wb").write(z)
z = open(folder + "/stored.zip", "rb").read(); open(folder + "/nul.zip", "wb").write(z.replace(b"rain.bil", b"ra\\0n.bil"))
z = open(folder + "/good.zip", "rb").read(); open(folder + "/cut.zip", "wb").write(z[:len(z) // 2])
print("null")
`;

test("a zip gives its one raster; several, damage, lies about sizes and other packings are refused, and nothing is left behind", async () => {
  if (!hasPython("zipfile")) return skip("no /usr/bin/python3");
  mkdirSync(at("zips"));
  python(ZIP, at("zips"));
  const zip = (name: string) => at(join("zips", name));
  const before = unpackedFolders().length;
  const numbers = Array.from({ length: 20 }, (_, i) => 2 * i + 256 * (2 * i + 1));
  for (const name of ["good.zip", "stored.zip", "slip.zip"])
    assert.equal([...(await readField(zip(name), { formats })).values], numbers, name);
  assert.not.ok(existsSync(join(tmpdir(), "up.bil")));
  const b = await openGrid(zip("two.zip"), { member: "b.bil" });
  assert.is((await b.read("band_data"))[0], 39 + 256 * 38);
  b.close();
  // biome-ignore format: a table
  const refused: readonly (readonly [name: string, pattern: RegExp, options?: OpenOptions])[] = [
    ["two", /^(?!.*monge-unpacked).*two\.zip: it holds 2 files \(a\.bil, b\.bil\); expected one.*name it by `member`/],
    ["two", /it holds no single c\.bil/, { member: "c.bil" }],
    ["none", /it holds 0 files \(none\)/],
    ["flipped", /^(?!.*monge-unpacked).*member rain\.bil does not have its checksum/],
    ["lzma", /packed by method 14/],
    ["nul", /nul\.zip: the name of member 1 of 2 holds a NUL/],
    ["cut", /list of members is missing: it is truncated/],
    ["liar", /^(?!.*monge-unpacked).*zero\.bil is longer than the 1000 bytes it says/],
    ["bomb", /says that it unpacks to 50000\d+ bytes, more than the 1000000 bytes/, { maxUnpackedBytes: 1e6 }],
  ];
  for (const [name, pattern, options] of refused) await refuses(openGrid(zip(`${name}.zip`), options), pattern);
  assert.is(unpackedFolders().length, before);
});

test("a gzip that unpacks to more than the limit is stopped on the way; a damaged one is refused", async () => {
  const before = unpackedFolders().length;
  const bytes = gzipSync(new Uint8Array(3_000_000));
  writeFileSync(at("big.gz"), bytes);
  await refuses(
    openGrid(at("big.gz"), { maxUnpackedBytes: 1e6 }),
    /says that it unpacks to 3000000 bytes, more than the 1000000/,
  );
  bytes.writeUInt32LE(10, bytes.length - 4);
  writeFileSync(at("liar.gz"), bytes);
  await refuses(openGrid(at("liar.gz"), { maxUnpackedBytes: 1e6 }), /unpacks to at least \d+ bytes/);
  await refuses(openGrid(at("liar.gz")), /liar\.gz: it cannot be unpacked .*truncated or damaged/);
  writeFileSync(at("cut.gz"), gzipSync("hello world, hello world").subarray(0, 20));
  await refuses(openGrid(at("cut.gz")), /cut\.gz: it cannot be unpacked/);
  writeFileSync(at("twice.gz"), gzipSync(gzipSync("CDF")));
  await refuses(openGrid(at("twice.gz")), /twice\.gz: .*it is gzip inside gzip/);
  assert.is(unpackedFolders().length, before);
});

test.run();
