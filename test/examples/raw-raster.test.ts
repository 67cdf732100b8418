/** Raw rasters with a header beside them, read by a format of one's own: values as rasterio gives, wrong headers refused. */
import { readFileSync, writeFileSync } from "node:fs";
import { FormatError } from "../../engine/index.ts";
import { rawRaster } from "../../examples/raw-raster.ts";
import { readField } from "../../io/index.ts";
import { assert, refuses, temporaryFolder, test } from "../harness.ts";
import { hasPython, python, skip } from "../io/oracle.ts";

const { folder, at } = temporaryFolder(test);
const read = (path: string) => readField(path, { formats: [rawRaster] });

const VALUES = `
import sys, warnings, numpy as np, rasterio
warnings.filterwarnings("ignore")
for k, p in enumerate(sys.argv[2:]):
    with rasterio.open(p) as d: np.ma.filled(d.read(masked=True).astype("f8"), np.nan).tofile(sys.argv[1] + "/%d.bin" % k)
print("null")
`;

test("every layout, type and byte order of a raw raster reads as GDAL reads it", async () => {
  if (!hasPython("rasterio")) return skip("no rasterio for /usr/bin/python3");
  const [rows, columns, bands] = [7, 11, 3];
  const value = (b: number, r: number, c: number) => b * 50 + r * 6 + (c % 5) - 3;
  const paths: string[] = [];
  for (const layout of ["BIL", "BSQ", "BIP"]) {
    for (const [kind, bits, put] of [
      ["UNSIGNEDINT", 8, (v, x, p) => v.setUint8(p, x & 255)],
      ["SIGNEDINT", 16, (v, x, p, l) => v.setInt16(p, x, l)],
      ["UNSIGNEDINT", 16, (v, x, p, l) => v.setUint16(p, x & 65535, l)],
      ["SIGNEDINT", 32, (v, x, p, l) => v.setInt32(p, x, l)],
      ["FLOAT", 32, (v, x, p, l) => v.setFloat32(p, x * 0.25, l)],
    ] as [string, number, (v: DataView, x: number, p: number, l: boolean) => void][]) {
      for (const order of ["I", "M"]) {
        const size = bits / 8;
        const skip = order === "M" ? 10 : 0;
        const view = new DataView(new ArrayBuffer(skip + rows * columns * bands * size));
        for (let b = 0; b < bands; b++)
          for (let r = 0; r < rows; r++)
            for (let c = 0; c < columns; c++) {
              const cell =
                layout === "BIL"
                  ? (r * bands + b) * columns + c
                  : layout === "BSQ"
                    ? (b * rows + r) * columns + c
                    : (r * columns + c) * bands + b;
              put(view, value(b, r, c), skip + cell * size, order === "I");
            }
        const stem = at(`${layout}${kind}${bits}${order}`);
        writeFileSync(`${stem}.bil`, new Uint8Array(view.buffer));
        const text = `BYTEORDER ${order}\r\nLAYOUT ${layout}\nNROWS ${rows}\nNCOLS ${columns}\nNBANDS ${bands}\nNBITS ${bits}\nPIXELTYPE ${kind}\nSKIPBYTES ${skip}\nULXMAP 10\nULYMAP 50\nXDIM 0.5\nYDIM 0.25\nNODATA 4\n`;
        writeFileSync(`${stem}.hdr`, text);
        paths.push(`${stem}.bil`);
      }
    }
  }
  python(VALUES, folder, ...paths);
  for (const [k, path] of paths.entries()) {
    const field = await read(path);
    assert.equal(field.shape, [bands, rows, columns]);
    const said = readFileSync(at(`${k}.bin`));
    const expected = Array.from({ length: said.length / 8 }, (_, i) => said.readDoubleLE(8 * i));
    assert.equal([...field.values], expected, path);
    assert.equal([field.coordinate("x")!.values[2], field.coordinate("y")!.values[2]], [11, 49.5]);
  }
});

test("a wrong header is refused by its key, and a raster of another size than its header says", async () => {
  const good = "NROWS 4\nNCOLS 5\nNBITS 16\nPIXELTYPE SIGNEDINT\n";
  const cases: [string, RegExp][] = [
    [good.replace("4", "four"), /a\.hdr: NROWS is four; expected a number/],
    [good.replace("16", "12"), /PIXELTYPE is SIGNEDINT; expected one of .* with its NBITS/],
    [`${good}LAYOUT XYZ`, /LAYOUT is XYZ; expected BIL, BSQ or BIP/],
    [good.replace("SIGNEDINT", "COMPLEX"), /PIXELTYPE is COMPLEX/],
    [good.replace("4", "5"), /a\.bil: it has 40 bytes; expected 50/],
  ];
  writeFileSync(at("a.bil"), new Uint8Array(40));
  for (const [text, pattern] of cases) {
    writeFileSync(at("a.hdr"), text);
    await refuses(read(at("a.bil")), pattern, FormatError);
  }
});

test.run();
