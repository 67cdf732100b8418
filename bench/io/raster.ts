/** Reading and writing GeoTIFF of float32 rain, against rasterio on the same files. */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Field } from "../../io/field/field.ts";
import { writeGeotiff } from "../../io/formats/geotiff/write.ts";
import { openGrid } from "../../io/formats/open.ts";
import { type Bench, type BenchOptions, interleave, ours, type Result, resultOf } from "../measure.ts";
import { startPeer } from "../peer.ts";

type Rows = Float32Array;

/** The peer's sum over every 97th row and 89th column: both sides must have read the same numbers. */
function checksum(values: Rows, width: number, down: number, across: number): number {
  let sum = 0;
  for (let row = 0; row * width < values.length; row += down)
    for (let column = 0; column < width; column += across) sum += values[row * width + column]!;
  return sum;
}

async function whole(path: string, size: number): Promise<number> {
  const source = await openGrid(path);
  const values = (await source.read("band_data")) as Rows;
  source.close();
  return checksum(values, size, 97, 89);
}

async function windows(path: string, size: number, edge: number, count: number): Promise<number> {
  const source = await openGrid(path);
  let total = 0;
  for (let k = 0; k < count; k++) {
    const start = [(k * 7919) % (size - edge), (k * 104729) % (size - edge)];
    total += checksum((await source.read("band_data", { start, count: [edge, edge] })) as Rows, edge, 7, 5);
  }
  source.close();
  return total;
}

function field(folder: string, size: number): Field {
  const bytes = readFileSync(join(folder, "field.bin"));
  const line = (first: number, step: number) => Float64Array.from({ length: size }, (_, i) => first + step * i);
  return new Field({
    name: "pr",
    dims: ["lat", "lon"],
    shape: [size, size],
    values: new Float32Array(bytes.buffer, bytes.byteOffset, size * size),
    coordinates: [
      { name: "lat", dims: ["lat"], values: line(59.995, -0.01), attributes: { units: "degrees_north" } },
      { name: "lon", dims: ["lon"], values: line(-19.995, 0.01), attributes: { units: "degrees_east" } },
    ],
  });
}

interface Case {
  readonly name: string;
  readonly what: string;
  /** Numbers that go through, as bytes. */
  readonly bytes: (size: number) => number;
  readonly run: (folder: string, path: string, size: number) => () => Promise<number>;
}

const image = (size: number) => 4 * size * size;
const cases: readonly Case[] = [
  {
    name: "deflate",
    what: "tiles, deflate, predictor 3",
    bytes: image,
    run: (_, path, size) => () => whole(path, size),
  },
  { name: "lzw", what: "tiles, LZW", bytes: image, run: (_, path, size) => () => whole(path, size) },
  { name: "plain", what: "strips, uncompressed", bytes: image, run: (_, path, size) => () => whole(path, size) },
  {
    name: "cog-64",
    what: "200 windows of 64 x 64 of a COG",
    bytes: () => 200 * 4 * 64 * 64,
    run: (_, path, size) => () => windows(path, size, 64, 200),
  },
  {
    name: "cog-512",
    what: "50 windows of 512 x 512 of a COG",
    bytes: () => 50 * 4 * 512 * 512,
    run: (_, path, size) => () => windows(path, size, 512, 50),
  },
  {
    name: "cog-write",
    what: "write a COG with overviews",
    bytes: image,
    run: (folder, _, size) => {
      const data = field(folder, size);
      const target = join(folder, "ours.tif");
      return async () => {
        await writeGeotiff(target, data, { fillValue: -9999 });
        return statSync(target).size;
      };
    },
  },
];

async function compare({ name, what, bytes, run }: Case, { threads, quick, say }: BenchOptions): Promise<Result> {
  const size = quick ? 1024 : 4000;
  const folder = mkdtempSync(join(tmpdir(), "monge-bench-raster-"));
  const peer = await startPeer("io_raster.py", [], { folder, size, case: name }, threads, say);
  try {
    if (!peer) throw new Error("the files come from rasterio: install python3-rasterio and python3-torch");
    const go = run(folder, join(folder, `${name}.tif`), size);
    const mine = await go();
    const peers = peer.variants.map((variant) => ({ ...peer.contender(variant), label: variant }));
    const timed = await interleave([ours(`monge: ${what}`, go), ...peers], { turns: quick ? 2 : 7, drop: 10 }, say);
    const rate = (ms: number) => bytes(size) / 1e3 / ms;
    const [other] = peer.variants.map((variant) => peer.value(variant)!);
    const notes = [
      name === "cog-write"
        ? `${(mine / 1e6).toFixed(1)} MB, rasterio ${(other! / 1e6).toFixed(1)} MB`
        : `${(statSync(join(folder, `${name}.tif`)).size / 1e6).toFixed(1)} MB; checksum differs by ${Math.abs(mine - other!) / Math.abs(other!)}`,
    ];
    return resultOf(`raster-${name}`, timed, { goal: 1 / 1.5, unit: "MB/s", rate, notes });
  } finally {
    await peer?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const ioRaster: Bench = {
  name: "io-raster",
  question: "GeoTIFF of 4000 x 4000 float32: whole, windows of a COG, writing a COG, against rasterio",
  async run(options) {
    const results: Result[] = [];
    for (const one of cases) results.push(await compare(one, options));
    return results;
  },
};
