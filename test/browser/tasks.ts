/** Tasks that a page and Node do alike: the same modules, the same numbers. */
import { rng } from "../../engine/random/index.ts";
import { baselineDownscaler, downscale, pretrained } from "../../generative/index.ts";
import {
  coarsen,
  Field,
  type FileSource,
  fileBytes,
  holdFile,
  inspect,
  openDataset,
  readField,
  releaseFile,
  writeField,
} from "../../io/index.ts";
import { htmlPage, mapFigure, rainScale } from "../../report/index.ts";
import { pde, solve } from "../../solvers/index.ts";
import { crps, verify } from "../../verification/index.ts";
import { emd, gridTransport, sinkhornDivergence, slicedWasserstein } from "../../wasserstein/index.ts";

/** Numbers and texts by names. */
export type Outcome = Readonly<Record<string, unknown>>;

/** Files of `test/data` by their paths there. */
export type Files = (path: string) => Promise<FileSource>;

/** A number that tells whether any of many is another. */
function digest(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) total += values[i]! * (1 + (i % 7));
  return total;
}

const rain = (seed: number, members: number, size = 16): Field =>
  new Field({
    name: "rain",
    dims: ["time", "realization", "y", "x"],
    shape: [2, members, size, size],
    values: Float32Array.from(rng(seed).normal(2 * members * size * size), (z) => Math.max(0, 3 * z)),
    units: "mm",
    coordinates: ["y", "x"].map((dim) => ({
      ...{ name: dim, dims: [dim], attributes: { units: "km" } },
      values: Float64Array.from({ length: size }, (_, i) => i),
    })),
  });

const transport = async (): Promise<Outcome> => {
  const draw = rng(1);
  const [a, b] = [0, 1].map(() => ({ points: draw.normal(120), count: 60, dim: 2 })) as [never, never];
  const [x, y] = [1, 2].map((seed) => rain(seed, 1).isel({ time: 0, realization: 0 })) as [Field, Field];
  return {
    exact: emd(a, b).value,
    sliced: slicedWasserstein(a, b, { rng: rng(3) }).value,
    entropic: sinkhornDivergence(a, b).value,
    grids: gridTransport(x, y, { spacing: 1, blur: 2, normalize: true }).value,
  };
};

const solved = async (problem: Parameters<typeof pde>[0], at: readonly number[]): Promise<Outcome> => {
  const solution = await solve(pde(problem), { budget: { steps: 6 }, seed: 1, blas: "none", threads: 1 });
  const [value] = await solution.evaluate(Float64Array.from(at));
  const { status, report } = solution;
  await solution.dispose();
  return { value, status, method: report.method };
};

const elements = (): Promise<Outcome> =>
  solved(
    { name: "membrane", domain: { x: [0, 1], y: [0, 1] }, equations: "-lap(u) = 1", conditions: "u = 0" },
    [0.5, 0.5],
  );

const march = (): Promise<Outcome> =>
  solved(
    {
      name: "heat",
      domain: { x: [0, 1], t: [0, 0.2] },
      equations: "u_t = u_xx",
      conditions: ["u = 0 on x", "u = sin(pi*x) at t = 0"],
    } as never,
    [0.5, 0.1],
  );

const paths = [
  "corpus/netcdf/stars_timeseries.nc",
  "corpus/netcdf/rioxarray_PLANET_SCOPE_3D.nc",
  "radar/knmi_20100826_cut.nc",
  "coarse/valparaiso_CHIRPS5km_daily_cut.tif",
  "corpus/other/mrms_PrecipRate_20190610-000000_cut.grib2",
  "corpus/netcdf/xarray_example_1.nc.gz",
];

/** Reads each format. */
async function read(files: Files): Promise<Outcome> {
  const outcome: Record<string, unknown> = {};
  for (const path of paths) {
    const held = await holdFile(await files(path), path.split("/").at(-1)!);
    const { format, variables, dataVariables } = await inspect(held);
    const name = dataVariables[0] ?? variables.at(-1)!.name;
    const data = await openDataset(held);
    const { values, dims, shape } = await (await data.variable(name)).load();
    outcome[path] = [format, name, dims, shape, digest(values)];
    data.close();
    releaseFile(held);
  }
  return outcome;
}

/** Six numbers from `gdal_translate -co COMPRESS=LERC`. */
const lerc =
  "SUkqAAgAAAAOAAABAwABAAAAAwAAAAEBAwABAAAAAgAAAAIBAwABAAAAQAAAAAMBAwABAAAAR4gAAAYBAwABAAAAAQAAABEBBAABAAAAsAEAABUB" +
  "AwABAAAAAQAAABYBAwABAAAAAgAAABcBBAABAAAAhwAAABwBAwABAAAAAQAAAFMBAwABAAAAAwAAANiFDAAQAAAAMAEAAICkAgByAAAAvgAAAPLF" +
  "BAACAAAAtgAAAAAAAAAEAAAAAAAAADxHREFMTWV0YWRhdGE+CiAgPEl0ZW0gbmFtZT0iQ09NUFJFU1NJT05fUkVWRVJTSUJJTElUWSIgZG9tYWlu" +
  "PSJJTUFHRV9TVFJVQ1RVUkUiPkxPU1NMRVNTPC9JdGVtPgo8L0dEQUxNZXRhZGF0YT4KAAAAAAAAAFlAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" +
  "AAAAAAAAAAAAAAAAAABZQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" +
  "AAAAAAAAAAAAAPA/TGVyYzIgBAAAAPEOwDYCAAAAAwAAAAEAAAAGAAAACAAAAIcAAAAHAAAAAAAAAAAAAAAAAADgehT+vwAAACBcj/Y/AAAAAAAA" +
  "AOB6FP6/AAAAIFyP9j8BAAAAIFyP9j8AAACAFK7zPwAAAIDC9eg/AAAAQOF61D8AAADgo3DNvwAAAOB6FP6/";

async function readLerc(): Promise<Outcome> {
  const held = await holdFile(
    Uint8Array.from(atob(lerc), (letter) => letter.charCodeAt(0)),
    "lerc.tif",
  );
  const { values } = await readField(held);
  releaseFile(held);
  return { values: [...values] };
}

/** Two hours of a day. */
async function part(files: Files): Promise<Outcome> {
  const held = await holdFile(await files("pairs/arome_tp_nw_20180501_cut.nc"));
  const data = await openDataset(held);
  const { values } = await (await data.variable("tp")).isel({ time: [3, 4] }).load();
  data.close();
  releaseFile(held);
  return { sum: digest(values) };
}

/** Writes each format, and reads what was written from its bytes. */
async function write(): Promise<Outcome> {
  const outcome: Record<string, unknown> = {};
  const [field, flat] = [rain(4, 3).isel({ time: 0 }), rain(5, 1).isel({ time: 0, realization: 0 })];
  const place = await holdFile(new Uint8Array(1), "place");
  for (const [name, written] of [
    ["rain.nc", field],
    ["rain.tif", flat],
    ["rain.zarr", field],
  ] as const) {
    const path = place.replace(/place$/, name);
    await writeField(path, written, name === "rain.tif" ? { epsg: "none" } : {});
    const again = name === "rain.zarr" ? path : await holdFile(await fileBytes(path), name);
    outcome[name] = digest((await readField(again)).values);
    releaseFile(again);
  }
  releaseFile(place);
  return outcome;
}

async function verification(): Promise<Outcome> {
  const [forecast, truth] = [rain(1, 4), rain(2, 1).isel({ realization: 0 })];
  const scores = await verify(forecast, truth, { seed: 1, interval: 3600 });
  return { crps: digest(crps(forecast, truth).values), scores: JSON.parse(JSON.stringify(scores)) };
}

/** A map and a page around it. */
async function report(): Promise<Outcome> {
  const [height, width] = [16, 16];
  const { values } = rain(1, 1).isel({ time: 0, realization: 0 });
  const scale = rainScale();
  const svg = mapFigure({ panels: [{ title: "rain", values, height, width }], scale, units: "mm" });
  const sections = [{ heading: "Map", parts: [{ kind: "picture", svg, alt: "rain" }] }];
  const html = htmlPage({ title: "Rain", sections, provenance: "" } as never);
  return { svg: svg.length, pixels: svg.includes("base64"), html: html.length > svg.length };
}

/** An hour of radar rain, refined by the package's model and by RainFARM. */
async function rainModel(files: Files): Promise<Outcome> {
  const held = await holdFile(await files("radar/fmi_20160928_cut.nc"), "radar.nc");
  const rain = (await readField(held)).isel({ time: [0, 1], y: [0, 64], x: [0, 64] });
  releaseFile(held);
  const coarse = coarsen(rain, 4);
  const model = await pretrained();
  const how = { factor: 4, members: 2, seed: 1, missing: "propagate" } as const;
  const drawn = await downscale(model, coarse, how);
  await model.dispose();
  const rainfarm = await downscale(baselineDownscaler({ method: "rainfarm", factor: 4 }), coarse, {
    ...how,
    members: 3,
  });
  return {
    members: Array.from(drawn.values.subarray(0, 4096)),
    mean: digest(drawn.values),
    rainfarm: digest(rainfarm.values),
  };
}

/** A task with what its test is called. */
interface Task {
  readonly title: string;
  readonly run: (files: Files) => Promise<Outcome>;
  /** True if all numbers are the same to the last digit: no exp, sin or pow is taken. */
  readonly last?: boolean;
  /** What numbers may be off, beside the largest of 1 and them. @defaultValue 1e-12 */
  readonly digits?: number;
}

export const tasks: Readonly<Record<string, Task>> = {
  transport: { title: "distances of clouds and of fields have Node's digits in a worker", run: transport },
  elements: { title: "an equation solved by elements has Node's digits in a worker", run: elements },
  march: { title: "an equation that marches in time has Node's digits in a worker", run: march },
  lerc: { title: "a GeoTIFF packed by LERC is read from bytes", run: readLerc, last: true },
  read: {
    title: "NetCDF-3, NetCDF-4, GeoTIFF, GRIB and gzip are read from blobs as Node reads files",
    run: read,
    last: true,
  },
  part: { title: "a part of a variable is read from a blob", run: part, last: true },
  write: { title: "NetCDF-4, GeoTIFF and Zarr are written into memory and read from there", run: write, last: true },
  verification: { title: "scores of an ensemble have Node's digits in a worker", run: verification, last: true },
  model: {
    title: "the package's model and RainFARM refine rain in a worker with Node's digits",
    run: rainModel,
    digits: 1e-5,
  },
  report: { title: "a map and a page around it are drawn in a worker", run: report, last: true },
};
