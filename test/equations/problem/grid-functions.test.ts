/** Functions on grids: what files and fields become in a problem, and what is said of those that do not fit. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DomainError, FormatError, OptionsError, UnitsError } from "../../../engine/index.ts";
import { evaluateAt, parseExpression, toText } from "../../../equations/expression/index.ts";
import { scopeOf } from "../../../equations/problem/index.ts";
import { Field, type FieldOptions, writeField } from "../../../io/index.ts";
import {
  type Problem,
  type ProblemSpec,
  pde,
  printProblem,
  problemFromJson,
  problemToJson,
  readProblem,
} from "../../../solvers/index.ts";
import { allClose, assert, axis, refuses, temporaryFolder, test, throws } from "../../harness.ts";

const { folder } = temporaryFolder(test);

const on = (functions: ProblemSpec["functions"], more: Partial<ProblemSpec> = {}): ProblemSpec => ({
  ...{ name: "data", domain: { x: [0, 1], y: [0, 2] }, equations: "-lap(u) = k", conditions: "u = 0", ...more },
  ...(functions && { functions }),
});
const plane = { name: "plane", dims: ["y", "x"], units: "m" } as const;
/** So many numbers from one to another. */
const from = (n: number, low: number, high: number) =>
  Float64Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
/** A field of a formula on places along y and x. */
function field(f: (x: number, y: number) => number, more: Partial<FieldOptions> = {}, nx = 9, ny = 13): Field {
  const [x, y] = [from(nx, -0.1, 1.2), from(ny, 2.3, -0.2)];
  const values = Float64Array.from({ length: nx * ny }, (_, i) => f(x[i % nx]!, y[Math.floor(i / nx)]!));
  return new Field({ ...plane, shape: [ny, nx], values, coordinates: [axis("x", x), axis("y", y)], ...more });
}
/** Values of a formula at points of a problem. */
const at = (problem: Problem, text: string, points: readonly (readonly number[])[]) =>
  evaluateAt(
    parseExpression(text, scopeOf(problem), { unknowns: false }),
    Float64Array.from(points.flat()),
    problem.axes.length,
  );
const somewhere = [
  [0.31, 0.77],
  [0, 2],
  [0.99, 0.02],
] as const;
const cubic = (x: number, y: number) => 3 + x ** 3 - x * y ** 2;

test("a field with falling y is a function of x and y with derivatives, and k(y, x) is asked at another place", async () => {
  const problem = await readProblem(on({ k: { field: field(cubic) } }));
  allClose(
    at(problem, "k", somewhere),
    somewhere.map(([x, y]) => cubic(x, y)),
    1e-12,
  );
  allClose(
    at(problem, "k_xy + dx(k) + lap(k)", somewhere),
    somewhere.map(([x, y]) => 3 * x ** 2 - y ** 2 - 2 * y + 4 * x),
    1e-10,
  );
  const swapped = await readProblem(
    on(
      { k: { field: field(cubic) } },
      { domain: { x: [0, 1], y: [0, 1] }, equations: "-lap(u) = k(x, y) - k(y, 1 - x)" },
    ),
  );
  allClose(at(swapped, "k(y, 1 - x)", [[0.2, 0.9]]), [cubic(0.9, 0.8)], 1e-12);
  assert.is(toText(parseExpression("k*k_x", scopeOf(problem), { unknowns: false }), problem), "k*k_x");
});

test("NetCDF, Zarr, GeoTIFF and CSV of one field give one function, bit by bit of float64", async () => {
  const whole = field(cubic).with({ values: field(cubic).values.map(Math.fround) });
  for (const name of ["k.nc", "k.zarr"]) await writeField(join(folder, name), whole);
  await writeField(join(folder, "k.tif"), whole, { epsg: "none" });
  const rows = [...whole.values].map((v, i) => {
    const [x, y] = [whole.coordinate("x")!.values[i % 9], whole.coordinate("y")!.values[Math.floor(i / 9)]];
    return `${y},${v},${x}`;
  });
  writeFileSync(join(folder, "k.csv"), `y,k,x\n${rows.join("\n")}\n`);
  const values = [];
  for (const name of ["k.nc:plane", "k.zarr", "k.tif", "k.csv"]) {
    writeFileSync(join(folder, "problem.json"), JSON.stringify(on({ k: { file: name } })));
    const problem = await readProblem(join(folder, "problem.json"));
    const stored = problemFromJson(JSON.parse(JSON.stringify(problemToJson(problem))));
    assert.equal(at(stored, "k", somewhere), at(problem, "k", somewhere));
    values.push(at(problem, "k", somewhere));
  }
  for (const one of values) allClose(one, values[0]!, 1e-6);
  allClose(
    values[0]!,
    somewhere.map(([x, y]) => cubic(x, y)),
    1e-6,
  );
});

test("of a grid only the part about the domain comes into the problem", async () => {
  const wide = new Field({
    ...{ name: "k", dims: ["x"], shape: [1001], values: from(1001, 0, 1000).map((x) => x ** 2) },
    coordinates: [axis("x", from(1001, 0, 1000))],
  });
  const problem = await readProblem({
    ...{ name: "part", domain: { x: [500, 510] }, functions: { k: { field: wide } }, equations: "u'' = k" },
    conditions: ["u(500) = 0", "u(510) = 0"],
  });
  const { k } = problemToJson(problem).functions as {
    readonly k: { readonly axes: { readonly x: readonly number[] } };
  };
  assert.ok(k.axes.x.length < 26 && k.axes.x[0]! > 490, k.axes.x.join(" "));
  allClose(at(problem, "k", [[505.5]]), [505.5 ** 2], 1e-8);
});

test("units are converted by name: millimetres a day to metres a second, degrees to kelvin, square metres to square kilometres", async () => {
  const value = async (units: string, to: string, v: number) => {
    const problem = await readProblem(on({ k: { field: field(() => v, { units }), units: to } }));
    return at(problem, "k", [[0.5, 0.5]])[0]!;
  };
  allClose([await value("mm/day", "m s-1", 86.4)], [1e-6], 1e-15);
  allClose([await value("kg m-2 s-1", "mm/h", 0.001)], [3.6], 1e-12);
  allClose([await value("degC", "K", 1.5)], [274.65], 1e-10);
  allClose([await value("m2", "km2", 2e6)], [2], 1e-12);
  await refuses(
    readProblem(on({ k: { field: field(() => 1, { units: undefined }), units: "K" } })),
    /no units.*fileUnits/s,
    UnitsError,
  );
  await refuses(readProblem(on({ k: { field: field(() => 1), units: "K" } })), /"m".*"K"/s, UnitsError);
});

test("dates are the problem's time by the unit that is declared, whatever the file's is", async () => {
  const times = from(5, 0, 96);
  const series = new Field({
    ...{ name: "T", dims: ["time"], shape: [5], values: times.map((h) => 2 + h / 24), units: "degC" },
    coordinates: [axis("time", times, { units: "hours since 2020-02-28 12:00", standard_name: "time" })],
  });
  const spec: ProblemSpec = {
    ...{ name: "cooling", domain: { t: [0, 3] }, equations: "u_t = k - u", conditions: "u(0) = 2" },
    functions: { k: { field: series, time: "days since 2020-02-29" } },
  };
  const problem = await readProblem(spec);
  // The first value is of half a day before.
  allClose(at(problem, "k", [[0], [1.25]]), [2.5, 3.75], 1e-12);
  await refuses(
    readProblem({ ...spec, functions: { k: { field: series } } }),
    /dates along t.*"time": "hours since 2020-02-28T12:00:00".*"at": \{ "time": 0 \}/s,
    OptionsError,
  );
  writeFileSync(join(folder, "t.csv"), "date,T\n2020-02-28,1\n2020-02-29,2\n2020-03-01,4\n2020-03-04,5\n");
  const csv = {
    file: join(folder, "t.csv"),
    along: { t: "date" },
    time: "days since 2020-02-29",
    interpolation: "linear",
  } as const;
  allClose(at(await readProblem({ ...spec, functions: { k: csv } }), "k", [[0.5], [2.5]]), [3, 4.5], 1e-12);
});

test("longitude and latitude come onto a plane about a named centre, and are refused without one", async () => {
  const degrees = field((lon, lat) => lon + 10 * lat, {
    dims: ["lat", "lon"],
    coordinates: [
      axis("lon", from(9, 24, 26), { units: "degrees_east" }),
      axis("lat", from(13, 61, 59), { units: "degrees_north" }),
    ],
  }).with({
    values: Float64Array.from({ length: 117 }, (_, i) => 24 + (i % 9) / 4 + 10 * (61 - Math.floor(i / 9) / 6)),
  });
  const domain = { x: [-30, 30], y: [-50, 50] } as const;
  const projection = { name: "equirectangular", centre: [25, 60] } as const;
  const problem = await readProblem(on({ k: { field: degrees, projection } }, { domain }));
  const degree = (Math.PI / 180) * 6371;
  allClose(at(problem, "k", [[10, 20]]), [25 + 10 / (degree / 2) + 10 * (60 + 20 / degree)], 1e-9);
  assert.match(printProblem(problem), /on a plane whose lengths along x are off by up to 1\.4 %/);
  await refuses(
    readProblem(on({ k: { field: degrees } }, { domain })),
    /latitude along y.*projection.*along/s,
    OptionsError,
  );
});

test("missing values are refused with their number, or filled by a named way", async () => {
  const gaps = field((x) => (x > 0.9 ? Number.NaN : 1 + x));
  await refuses(readProblem(on({ k: { field: gaps } })), /"k" has \d+ missing values of \d+.*"missing"/s, DomainError);
  const filled = await readProblem(on({ k: { field: gaps, missing: "nearest", interpolation: "linear" } }));
  allClose(at(filled, "k", [[1, 0]]), [1 + 0.875], 1e-12);
  const zero = await readProblem(on({ k: { field: gaps, missing: 0, interpolation: "nearest" } }));
  allClose(at(zero, "k", [[1, 0]]), [0], 0);
});

test("a file, a variable, a dimension or a part of the domain that is not there is named with what there is", async () => {
  const spec = (k: object) => on({ k: k as { file: string } });
  await writeField(join(folder, "there.nc"), field(cubic));
  await refuses(readProblem(spec({ file: join(folder, "none.nc") })), /no such file/, FormatError);
  await refuses(
    readProblem(spec({ file: join(folder, "there.nc:q") })),
    /variable q is not in it.*plane/s,
    FormatError,
  );
  const wide = on({ k: { file: join(folder, "there.nc") } }, { domain: { x: [0, 3], y: [0, 2] } });
  await refuses(readProblem(wide), /known for x from -0\.18125 to 1\.28125.*has x from 0 to 3/s, OptionsError);
  const levels = field(cubic).with({ dims: ["level", "x"], coordinates: [axis("x", from(9, -0.1, 1.2))] });
  await refuses(
    readProblem(on({ k: { field: levels } })),
    /dimension "level" of 13 places.*"at": \{ "level": 0 \}/s,
    OptionsError,
  );
  allClose(
    at(await readProblem(on({ k: { field: levels, at: { level: 12 } } })), "k", [[0.4, 7]]),
    [cubic(0.4, -0.2)],
    1e-12,
  );
  writeFileSync(join(folder, "holes.csv"), "x,y,value\n0,0,1\n1,0,1\n0,2,1\n");
  await refuses(
    readProblem(spec({ file: join(folder, "holes.csv") })),
    /3 rows for the 4 places of x \(2\) × y \(2\)/,
    OptionsError,
  );
  throws(() => pde(spec({ file: "k.nc" })), OptionsError, /await readProblem/);
  const start = { type: "initial", file: "k.csv" } as unknown as string;
  throws(() => pde(on({}, { conditions: [start, "u = 0"] })), OptionsError, /"functions".*"u = start"/s);
});

test("what has no derivative is refused where an equation takes one, and so is smooth interpolation that overshoots", () => {
  const axes = { x: [0, 0.5, 1], y: [0, 2] };
  const values = [1, 2, 1, 1, 5, 1];
  const flux = (interpolation: "nearest" | "linear") =>
    on({ k: { axes, values, interpolation } }, { equations: "-div(k*grad(u)) = 1" });
  throws(() => pde(flux("nearest")), DomainError, /differentiates k: it jumps from cell to cell.*"linear"/s);
  pde(flux("linear"));
  throws(
    () => pde(on({ k: { axes, values, interpolation: "linear" } }, { equations: "-lap(u) = lap(k)" })),
    DomainError,
    /the slope of k.*"cubic"/s,
  );
  const step = { axes: { x: from(11, 0, 1) }, values: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1] };
  throws(() => pde(on({ k: step })), DomainError, /"cubic" interpolation overshoots.*"linear"/s);
  throws(() => pde(on({ k: { axes: { x: [0, 1, 1] }, values: [1, 2, 3] } })), OptionsError, /1 after 1 along x/);
  throws(() => pde(on({ k: { axes: { x: [0, 1] }, values: [1, 2, 3] } })), OptionsError, /3 values.*x \(2\)/s);
});

test("a problem with a function on a grid is printed by its name and where it comes from", async () => {
  const problem = await readProblem(on({ k: { field: field(cubic) } }, { equations: "-div(k*grad(u)) = 1" }));
  assert.match(printProblem(problem), /k +interpolated \(cubic\) on y \(13\) × x \(9\) of a field: plane in m/);
});

test.run();
