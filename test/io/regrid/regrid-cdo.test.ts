/** Regridding against cdo's remapcon and remapbil on real fields and random grids, and areas against gridarea. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  cellAreas,
  type Field,
  type RegridGrid,
  readField,
  regrid,
  regularGrid,
  writeNetcdf,
} from "../../../io/index.ts";
import { moreData, testData } from "../../data.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";
import { skip } from "../oracle.ts";
import { cdoGrid, irregularGrid, northUp, onGrid } from "./regrid-cases.ts";

const { folder } = temporaryFolder(test);
const hasCdo = !spawnSync("cdo", ["--version"]).error;

/** What cdo makes of a file on a grid. */
async function remap(
  operator: string,
  grid: RegridGrid,
  file: string,
  variable: string,
  norm = "fracarea",
  several = false,
): Promise<Field> {
  const [description, out] = [join(folder, "grid.txt"), join(folder, "out.nc")];
  writeFileSync(description, cdoGrid(grid));
  const args = [
    "-s",
    "-O",
    "-b",
    "F64",
    `${operator},${description}`,
    ...(several ? ["-seltimestep,1/20"] : []),
    `-selname,${variable}`,
    file,
    out,
  ];
  const done = spawnSync("cdo", args, { encoding: "utf8", env: { ...process.env, CDO_REMAP_NORM: norm } });
  if (done.status !== 0) throw new Error(`cdo ${args.join(" ")}: ${done.stderr}`);
  return readField(out, { variable });
}

interface Difference {
  /** Largest difference over the largest value. */
  readonly worst: number;
  /** Cells that are missing in one of the two alone. */
  readonly holes: number;
  readonly compared: number;
}

function compare(ours: Field, theirs: Field, rows: (lat: number) => boolean = () => true): Difference {
  assert.equal(ours.shape, theirs.shape);
  const lats = ours.coordinates.find((c) => c.name === "lat")!.values;
  const width = ours.shape.at(-1)!;
  let [worst, holes, compared, largest] = [0, 0, 0, 0];
  theirs.values.forEach((v, i) => {
    if (!rows(lats[Math.floor(i / width) % lats.length]!)) return;
    const mine = ours.values[i]!;
    if (Number.isNaN(v) !== Number.isNaN(mine)) holes++;
    if (Number.isNaN(v) || Number.isNaN(mine)) return;
    compared++;
    largest = Math.max(largest, Math.abs(v));
    worst = Math.max(worst, Math.abs(v - mine));
  });
  return { worst: worst / largest, holes, compared };
}

/** A real field and the grids that it is brought to. */
type Target = readonly [variable: string, path: string, ...grids: RegridGrid[]];

/** Compares with cdo, and returns how many comparisons were made. */
async function compareAll(targets: readonly Target[]): Promise<number> {
  let made = 0;
  for (const [variable, path, ...grids] of targets) {
    const field = await readField(path, { variable });
    const short = field.shape[0]! > 20 ? field.isel({ time: [0, 20] }) : field;
    for (const grid of grids) {
      for (const [operator, method] of [
        ["remapcon", "conservative"],
        ["remapbil", "bilinear"],
      ] as const) {
        const theirs = await remap(operator, grid, path, variable, "fracarea", field.shape[0]! > 20);
        const ours = regrid(short, grid, { method, minimumValid: method === "conservative" ? 0 : 1 });
        const { worst, holes, compared } = compare(ours, theirs);
        const told = `${path} ${operator}: ${worst}, ${holes}, ${compared}`;
        assert.ok(worst < 1e-5 && holes === 0 && compared > 500, told);
        made++;
      }
    }
  }
  return made;
}

test("real fields come out as cdo's remapcon and remapbil give them, to 1e-5 and with the same cells missing", async () => {
  if (!hasCdo) return skip("no cdo");
  const france = { lat: [48.25, 49.75], lon: [-1.75, 0.75] } as const;
  const made = await compareAll([
    ["pr", testData("pairs/ncep_iberia_pr_cut.nc"), regularGrid({ step: 0.5, lat: [37, 43], lon: [351, 361] })],
    ["tp", testData("pairs/arome_tp_nw_20180501_cut.nc"), regularGrid({ step: [0.25, 0.125], ...france })],
    [
      "tp",
      testData("pairs/arpege_tp_nw_20180501_cut.nc"),
      northUp(regularGrid({ step: 0.03, lat: [48.25, 49.75], lon: [-1.74, 0.75] })),
    ],
    [
      "pr",
      testData("radar/meteonet_rain_nw_201608_cut.nc"),
      regularGrid({ step: 0.1, lat: [50.7, 51.8], lon: [0.6, 1.9] }),
    ],
  ]);
  assert.is(made, 8);
});

test("real fields of the whole globe, with coasts and of larger regions come out as cdo's too", async () => {
  if (!hasCdo) return skip("no cdo");
  const wanted: readonly Target[] = [
    [
      "pr",
      "coarse/sresa1b_ncar_ccsm3_pr.nc",
      regularGrid({ step: 5 }),
      northUp(regularGrid({ step: [1, 0.7], lat: [30, 60], lon: [-14, 14] })),
      regularGrid({ step: 2, lat: [-60, 60], lon: [100, 460] }),
    ],
    ["pr", "pairs/eobs_iberia_pr.nc", regularGrid({ step: 1, lat: [36, 44], lon: [-10, 4] })],
    ["tp", "pairs/arome_tp_nw_20180501.nc", regularGrid({ step: [0.5, 0.25], lat: [46.5, 51.5], lon: [-5, 1.5] })],
    ["tp", "pairs/arpege_tp_nw_20180501.nc", regularGrid({ step: 0.03, lat: [47, 50], lon: [-4, 1.4] })],
  ];
  const targets = wanted.flatMap(([variable, name, ...grids]): Target[] => {
    const path = moreData(name);
    return path === undefined ? [] : [[variable, path, ...grids]];
  });
  await compareAll(targets);
});

function inGap(columns: Float64Array, x: number): boolean {
  const first = columns[0]!;
  return x - 360 * Math.floor((x - first) / 360) > columns.at(-1)!;
}

test("random uneven grids, across the seam, north up or down, with holes, come out as cdo's, in both normalizations", async () => {
  if (!hasCdo) return skip("no cdo");
  for (let seed = 1; seed <= 4; seed++) {
    const source = irregularGrid(seed, 14 + seed, 20 + seed, { west: seed % 2 ? 0 : -180, northUp: seed % 3 === 0 });
    const target = irregularGrid(seed + 50, 9, 12, { west: -100 + 30 * seed, northUp: seed % 2 === 0 });
    const field = onGrid(source, (y, x) => 3 + Math.sin(y / 15) * Math.cos(x / 20));
    const holes = field.with({ values: field.values.map((v, i) => ((i * 31 + seed) % 11 === 0 ? Number.NaN : v)) });
    const file = join(folder, "in.nc");
    await writeNetcdf(file, holes);
    for (const normalization of ["fracarea", "destarea"] as const) {
      const theirs = await remap("remapcon", target, file, "pr", normalization);
      const ours = regrid(holes, target, { method: "conservative", normalization, minimumValid: 0 });
      const { worst, holes: differ, compared } = compare(ours, theirs);
      assert.ok(worst < 1e-5 && differ === 0 && compared > 100, `${seed} ${normalization}: ${worst}, ${differ}`);
    }
    await writeNetcdf(file, field);
    const theirs = await remap("remapbil", target, file, "pr");
    const ours = regrid(field, target, { method: "bilinear" });
    // Beyond the outermost rows cdo extrapolates; here the mean at the pole takes part.
    const inner = (lat: number) => lat > Math.min(...source.y.values) && lat < Math.max(...source.y.values);
    const { worst, holes: differ } = compare(ours, theirs, inner);
    // cdo takes uneven columns for no circle and leaves the gap between the last and the first of them missing.
    const gap = Array.from(target.x.values).filter((x) => inGap(source.x.values, x)).length;
    const rows = Array.from(target.y.values).filter(inner).length;
    assert.ok(!ours.values.some(Number.isNaN));
    assert.ok(worst < 1e-5 && (differ === 0 || differ === gap * rows), `${seed} remapbil: ${worst}, ${differ}`);
  }
});

test("areas of cells are those of cdo's gridarea as far as its straight edges follow circles of latitude", async () => {
  if (!hasCdo) return skip("no cdo");
  for (const [step, tolerance] of [
    [3, 5e-4],
    [1, 5.2e-5],
  ] as const) {
    const grid = regularGrid({ step, lat: [-90, 0], lon: [0, 90] });
    const [file, out] = [join(folder, "in.nc"), join(folder, "area.nc")];
    await writeNetcdf(
      file,
      onGrid(grid, () => 1),
    );
    const done = spawnSync("cdo", ["-s", "-O", "-b", "F64", "gridarea", file, out], { encoding: "utf8" });
    assert.is(done.status, 0, done.stderr);
    const theirs = await readField(out);
    cellAreas(grid).forEach((area, i) => {
      // Great circles instead of circles of latitude: off by the square of the size of a cell.
      assert.ok(Math.abs(area / theirs.values[i]! - 1) < tolerance, `${i}: ${area} ${theirs.values[i]}`);
    });
  }
});

test.run();
