/** Conservative regridding of many steps: with weights in memory against SciPy and NumPy, and file to file against cdo. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { rng } from "../../engine/random/rng.ts";
import { readField } from "../../io/dataset/read.ts";
import { Field } from "../../io/field/field.ts";
import { writeNetcdf } from "../../io/formats/netcdf/write.ts";
import { regularGrid } from "../../io/regrid/grid.ts";
import { regrid } from "../../io/regrid/regrid.ts";
import { regridWeights, type SparseRows, type Weights } from "../../io/regrid/weights.ts";
import { type Bench, type BenchOptions, type Contender, interleave, ours, type Result, resultOf } from "../measure.ts";
import { startPeer } from "../peer.ts";

const fine = regularGrid({ step: 0.1, lat: [35, 55], lon: [0, 30] });
const coarse = regularGrid({ step: 0.5, lat: [35, 55], lon: [0, 30] });
const [height, width] = [fine.y.values.length, fine.x.values.length];

/** `steps` images of 200 x 300 cells of 0.1 degrees; with `sea`, a third of the cells is always missing. */
function rain(steps: number, sea: boolean): Field {
  const values = new Float32Array(
    rng(1)
      .split("rain")
      .uniform(steps * height * width),
  );
  if (sea) {
    for (let i = 0; i < values.length; i++) if (i % width > (2 * width) / 3) values[i] = Number.NaN;
  }
  const time = Float64Array.from({ length: steps }, (_, i) => i);
  const attributes = { standard_name: "time", units: "hours since 2000-01-01", calendar: "standard" };
  return new Field({
    name: "pr",
    dims: ["time", "lat", "lon"],
    shape: [steps, height, width],
    values,
    units: "mm h-1",
    coordinates: [{ name: "time", dims: ["time"], values: time, attributes }, fine.y, fine.x],
  });
}

/** A matrix with every element, rows summing to one. */
function dense({ start, index, weight, width: columns }: SparseRows): Float64Array {
  const out = new Float64Array((start.length - 1) * columns);
  for (let row = 0; row + 1 < start.length; row++) {
    let sum = 0;
    for (let k = start[row]!; k < start[row + 1]!; k++) sum += weight[k]!;
    for (let k = start[row]!; k < start[row + 1]!; k++) out[row * columns + index[k]!] = weight[k]! / sum;
  }
  return out;
}

async function inMemory(options: BenchOptions): Promise<Result[]> {
  const { threads, quick, say } = options;
  const steps = quick ? 50 : 1000;
  const field = rain(steps, false);
  const weights = regridWeights(field, coarse, { method: "conservative" }) as Weights;
  if (!("rows" in weights)) throw new Error("both grids have rows and columns");
  const [rows, columns] = [dense(weights.rows), dense(weights.columns)];
  const tensors = [
    { name: "values", shape: [steps, height, width], values: field.values },
    { name: "rows", shape: [coarse.y.values.length, height], values: rows },
    { name: "columns", shape: [coarse.x.values.length, width], values: columns },
  ];
  const peer = await startPeer("regrid.py", tensors, {}, threads, say);
  try {
    const plane = coarse.y.values.length * coarse.x.values.length;
    const run = async () => regrid(field, weights);
    const got = (await run()).values;
    let sum = 0;
    got.forEach((v: number, i: number) => {
      if (Math.floor(i / plane) % 7 === 0) sum += v;
    });
    const peers = (peer?.variants ?? []).map((variant) => ({ ...peer!.contender(variant), label: variant }));
    const timed = await interleave([ours("monge", run), ...peers], { turns: quick ? 2 : 5, settle: 1, drop: 10 }, say);
    const notes = (peer?.variants ?? []).map((variant) => {
      const other = peer!.value(variant)!;
      return `sum ${sum.toPrecision(8)}, ${variant} differs by ${(Math.abs(sum - other) / other).toExponential(1)}`;
    });
    const holes = rain(steps, true);
    const masked = await interleave(
      [ours("monge, a third of the cells missing", async () => regrid(holes, weights, { minimumValid: 0.5 }))],
      { turns: quick ? 2 : 5 },
      say,
    );
    return [resultOf("regrid-memory", timed, { notes }), resultOf("regrid-memory-missing", masked)];
  } finally {
    await peer?.close();
  }
}

function cdo(args: readonly string[]): Contender {
  return {
    side: "peer",
    label: "cdo remapcon",
    async time(settle, runs) {
      const times: number[] = [];
      for (let k = 0; k < settle + runs; k++) {
        const start = performance.now();
        await promisify(execFile)("cdo", args);
        if (k >= settle) times.push(performance.now() - start);
      }
      return times;
    },
  };
}

async function fileToFile({ threads, quick, say }: BenchOptions): Promise<Result[]> {
  const hasCdo = await promisify(execFile)("cdo", ["--version"]).then(
    () => true,
    () => false,
  );
  if (!hasCdo) say("  SKIP  peer: cdo is not installed (Debian: apt-get install cdo)");
  const folder = await mkdtemp(join(tmpdir(), "monge-bench-"));
  try {
    const [input, mine, theirs, grid] = ["in.nc", "ours.nc", "cdo.nc", "grid.txt"].map((name) => join(folder, name));
    await writeNetcdf(input!, rain(quick ? 50 : 1000, false), { compression: 0 });
    const line = (name: string, { values }: { values: Float64Array }) =>
      `${name}size = ${values.length}\n${name}first = ${values[0]}\n${name}inc = 0.5\n`;
    await writeFile(grid!, `gridtype = lonlat\n${line("x", coarse.x)}${line("y", coarse.y)}`);
    const run = async () => {
      const got = regrid(await readField(input!), coarse, { method: "conservative" });
      await writeNetcdf(mine!, got, { compression: 0 });
    };
    const args = ["-s", "-O", "-P", `${threads}`, `remapcon,${grid}`, input!, theirs!];
    const peers = hasCdo ? [cdo(args)] : [];
    const timed = await interleave([ours("monge, read, regrid, write", run), ...peers], { turns: quick ? 2 : 5 }, say);
    const notes = [
      "240 MB of NetCDF-4 without compression in, 9.6 MB out, weights made each time; cdo starts a process, monge is warm",
    ];
    if (hasCdo) {
      const [a, b] = [await readField(mine!), await readField(theirs!)];
      let worst = 0;
      a.values.forEach((v: number, i: number) => {
        worst = Math.max(worst, Math.abs(v - b.values[i]!));
      });
      notes.push(`values differ by up to ${worst.toExponential(1)} of 1`);
    }
    return [resultOf("regrid-files", timed, { notes })];
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const ioRegrid: Bench = {
  name: "io-regrid",
  question: "1000 steps from 0.1 to 0.5 degrees, conservatively, against SciPy, NumPy and cdo",
  async run(options) {
    return [...(await inMemory(options)), ...(await fileToFile(options))];
  },
};
