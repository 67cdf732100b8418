/**
 * Radar rain over real terrain: an hour of RADOLAN is refined to one kilometre by the model of the package, falls on hills
 * of Olinda (Brazil, heights every 90 m), and runs down as a kinematic wave with dispersion; the members' floods are a spread.
 *
 *   node --import tsx --conditions=source examples/overland-flow.ts [--members 6] [--seed 1]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { downscale, pretrained } from "../generative/index.ts";
import { coarsen, readField } from "../io/index.ts";
import { type Problem, pde, solve } from "../solvers/index.ts";

const root = join(import.meta.dirname, "..");
/** Side of the square in km, of a pixel of the terrain, and of the smoothing; rain comes in cells of 1 km. */
const [side, pixel, blur] = [6, 0.09, 0.45];
/** Block of rain that is refined at once, in coarse cells of so many km. */
const [block, factor] = [16, 4];

/** Values on a grid, x slowest. */
export interface Gridded {
  readonly axes: { readonly x: readonly number[]; readonly y: readonly number[] };
  readonly values: readonly number[];
}

/** Heights in m, smoothed by a Gaussian, every second pixel. */
export async function terrain(): Promise<Gridded> {
  const { values, shape } = await readField(join(root, "test/data/corpus/tiff/stars_olinda_dem_utm25s.tif"));
  const [rows, columns] = shape as [number, number];
  const reach = Math.ceil((3 * blur) / pixel);
  const places = Array.from({ length: 35 }, (_, k) => 2 * k * pixel);
  const heights = places.flatMap((_x, i) =>
    places.map((_y, j) => {
      let [sum, weight] = [0, 0];
      for (let a = -reach; a <= reach; a++)
        for (let b = -reach; b <= reach; b++) {
          // The square begins 0.45 km from the western edge and 3.6 km from the southern one.
          const [row, column] = [rows - 1 - (40 + 2 * j + b), 5 + 2 * i + a];
          if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
          const share = Math.exp(-((a * a + b * b) * pixel ** 2) / (2 * blur ** 2));
          sum += share * values[row * columns + column]!;
          weight += share;
        }
      return sum / weight;
    }),
  );
  return { axes: { x: places, y: places }, values: heights };
}

/** Rain of an hour in mm on cells of 1 km about where most fell, member by member. */
export async function rain(members: number, seed: number): Promise<readonly Gridded[]> {
  const coarse = coarsen(await readField(join(root, "models/rain.nc")), factor);
  const [, rows, columns] = coarse.shape as [number, number, number];
  const amounts = [...coarse.values];
  const wettest = amounts.indexOf(Math.max(...amounts));
  const begin = (at: number, count: number) => Math.min(count - block, Math.max(0, at - block / 2));
  const [top, left] = [begin(Math.floor(wettest / columns), rows), begin(wettest % columns, columns)];
  const part = coarse.isel({ y: [top, top + block], x: [left, left + block] });
  const model = await pretrained();
  const fine = await downscale(model, part, { members, seed, factor });
  await model.dispose();
  const width = fine.shape.at(-1)!;
  const [row, column] = [Math.floor(wettest / columns) - top, (wettest % columns) - left].map(
    (at) => factor * at + factor / 2 - side / 2,
  ) as [number, number];
  const middles = Array.from({ length: side }, (_, k) => k + 0.5);
  return Array.from({ length: members }, (_, m) => ({
    axes: { x: middles, y: middles },
    values: middles.flatMap((_x, i) =>
      middles.map((_y, j) => fine.values[(m * width + row + side - 1 - j) * width + column + i]!),
    ),
  }));
}

/**
 * Depth of water in mm over x and y in km and t in hours: Manning's formula along the slope of the terrain, and dispersion by
 * what is smaller than its grid. A film of 1 mm is there at the start, and stays at the edges, where water leaves.
 */
export function flood(terrain: Gridded, rain: Gridded): Problem {
  return pde({
    name: "overland-flow",
    domain: { x: [0, side], y: [0, side], t: [0, 2] },
    // Manning's n in s/m^(1/3), dispersion in km²/h, slope in m/km below which water slows down.
    constants: { n: 0.1, D: 0.2, S0: 5 },
    functions: {
      z: { ...terrain },
      rain: { ...rain, interpolation: "nearest" },
      "c(x, y)": "3600*1e-3^(13/6)/n/(S0^2 + z_x^2 + z_y^2)^(1/4)",
    },
    unknowns: ["h"],
    equations:
      "h_t = dx(c(x, y)*h*abs(h)^(2/3)*z_x + D*h_x) + dy(c(x, y)*h*abs(h)^(2/3)*z_y + D*h_y) + if(t < 1, rain, 0)",
    conditions: ["h = 1 at t = 0", "h = 1 on x", "h = 1 on y"],
    functionals: { volume: "integral(h)", deepest: "max(h) over t" },
  });
}

/** Rain and flood of one member. */
export interface Flood {
  /** Mean rain in mm. */
  readonly rain: number;
  readonly status: string;
  /** Relative error of the depth, as estimated. */
  readonly error: number;
  /** Water in mm km² at the end, and the deepest in mm at any time. */
  readonly volume: number;
  readonly deepest: number;
}

/** The flood of rain on a terrain. */
export async function floodOf(
  ground: Gridded,
  fallen: Gridded,
  processorSeconds: number,
  seed: number,
): Promise<Flood> {
  const { report, status } = await solve(flood(ground, fallen), { budget: { processorSeconds }, seed, threads: 1 });
  const of = (name: string) => (report.functionals![name] as { readonly value: number }).value;
  return {
    ...{ rain: mean(fallen.values), status, error: report.estimate!.relativeL2 },
    ...{ volume: of("volume"), deepest: of("deepest") },
  };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: { members: { type: "string", default: "6" }, seed: { type: "string", default: "1" } },
  });
  const seed = Number(values.seed);
  const ground = await terrain();
  const floods: Flood[] = [];
  for (const [m, fallen] of (await rain(Number(values.members), seed)).entries()) {
    const one = await floodOf(ground, fallen, 20, seed);
    floods.push(one);
    const [fell, deepest, volume] = [one.rain, one.deepest, one.volume].map((v) => v.toFixed(1));
    console.log(
      `member ${m + 1}: ${fell} mm fell, ${deepest} mm at the deepest, ${volume} mm km² at the end; ${one.status}, ${(100 * one.error).toFixed(1)} %`,
    );
  }
  for (const [name, of] of [
    ["rain", floods.map((one) => one.rain)],
    ["deepest", floods.map((one) => one.deepest)],
  ] as const) {
    const middle = mean(of);
    const spread = Math.sqrt(of.reduce((sum, v) => sum + (v - middle) ** 2, 0) / (of.length - 1));
    console.log(`${name}: ${middle.toFixed(1)} mm, spread ${spread.toFixed(1)} mm`);
  }
}
