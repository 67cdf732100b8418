// Inside: parts of the method of elements.
/** Elements against exact solutions. */
import { rng } from "../../../engine/index.ts";
import { domainOf } from "../../../equations/domain/index.ts";
import { evaluateAt } from "../../../equations/expression/index.ts";
import { discretised } from "../../../solvers/elements/discretisation.ts";
import { solvedOn } from "../../../solvers/elements/elimination.ts";
import {
  type ElementOptions,
  solveByElements,
  unsuitedToElements,
  usualRefinement,
} from "../../../solvers/elements/index.ts";
import { countedSquares, residualsOn } from "../../../solvers/elements/residuals.ts";
import { startMesh } from "../../../solvers/elements/start-mesh.ts";
import { type Problem, type ProblemSpec, pde } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";
import { vertices } from "../vertices.ts";

const square = { x: [0, 1], y: [0, 1] } as const;

const usual = { clock: () => 0, tolerance: 1e-8, seconds: Number.POSITIVE_INFINITY, meshes: 40 };

/** Relative L² errors on every mesh, and what came of the last. */
function errors(spec: ProblemSpec, options: Partial<ElementOptions>, refinement = usualRefinement) {
  const problem = pde(spec);
  assert.is(unsuitedToElements(problem), undefined);
  const points = domainOf(problem.domain).interior(2000, rng(0));
  const solved = solveByElements(problem, { ...usual, ...options }, refinement)!;
  let [moved, size] = [0, 0];
  const none = problem.axes.map(() => 0);
  problem.unknowns.forEach((_, j) => {
    const truth = evaluateAt(problem.exact![j]!, points, problem.axes.length, problem.constants);
    solved.pieces
      .at(points)(j, none)
      .forEach((v, i) => {
        moved += (v - truth[i]!) ** 2;
        size += truth[i]! ** 2;
      });
  });
  return { ...solved, off: Math.sqrt(moved / size) };
}

const lshape = {
  difference: [
    { x: [-1, 1], y: [-1, 1] },
    { x: [0, 1], y: [-1, 0] },
  ],
} as const;
const corner = "(x^2+y^2)^(1/3)*sin(2/3*if(y<0, atan2(y,x)+2*pi, atan2(y,x)))";
const poisson = { equations: "-lap(u) = source", conditions: "exact" } as const;
const [rate] = [20 - Math.sqrt(400 + 4 * Math.PI ** 2)];

/** Polynomials of the degree of the elements come out to rounding, on whatever mesh. */
// biome-ignore format: a table
const patches: Readonly<Record<string, Omit<ProblemSpec, "name">>> = {
  "a line": { domain: { x: [0, 3] }, equations: "u_xx - u = source", manufactured: "x^4 - x", conditions: "exact" },
  "a square with hanging nodes": { domain: square, ...poisson, manufactured: "x^3*y^2 + y" },
  "a disk, cut": { domain: { shape: "disk", center: [0.1, 0], radius: 1 }, ...poisson, manufactured: "x^2*y - y^3" },
  "an L": { domain: lshape, ...poisson, manufactured: "x^2*y + 1" },
  "walls with a flux": { domain: square, ...poisson, manufactured: "x^2 + y^3",
    conditions: [{ type: "neumann", equation: "u_n = exact", on: "x" }, { type: "dirichlet", equation: "exact", on: "y" }] },
};
for (const [name, spec] of Object.entries(patches)) {
  test(`polynomials come out to rounding on ${name}`, () => {
    const { off } = errors({ ...spec, name }, { meshes: 2 }, { ...usualRefinement, degree: () => 4 });
    assert.ok(off < 1e-11, `${off}`);
  });
}

/** Problem, meshes, largest error. */
// biome-ignore format: a table
const solved: readonly (readonly [string, Omit<ProblemSpec, "name">, number, number])[] = [
  ["Stokes' equations with a pressure whose mean is given",
    { domain: square, unknowns: ["u", "v", "p"], conditions: ["u = exact", "v = exact"], integrals: ["p = 0"],
      equations: ["-lap(u) + p_x = source", "-lap(v) + p_y = source", "u_x + v_y = source"],
      manufactured: ["sin(3*x)*exp(y)", "cos(2*x*y)", "x*y - 1/4"] }, 2, 1e-6],
  ["Kovasznay's flow by Newton's method",
    { domain: { x: [-0.5, 1], y: [-0.5, 1.5] }, unknowns: ["u", "v", "p"], constants: { nu: 1 / 40, r: rate },
      equations: ["u*u_x + v*u_y + p_x = nu*lap(u)", "u*v_x + v*v_y + p_y = nu*lap(v)", "u_x + v_y = 0"],
      exact: ["1 - exp(r*x)*cos(2*pi*y)", "r/(2*pi)*exp(r*x)*sin(2*pi*y)", "(1 - exp(2*r*x))/2"],
      conditions: "exact" }, 2, 1e-4],
  ["a clamped plate",
    { domain: square, equations: "lap(lap(u)) = source", manufactured: "(sin(pi*x)*sin(pi*y))^2*exp(x)",
      conditions: ["u = 0", { type: "neumann", equation: "u_n = 0" }] }, 2, 1e-5],
  ["Bratu's equation",
    { domain: square, equations: "lap(u) + 2*exp(u) = source", manufactured: "x*(1-x)*y*(1-y)*exp(x*y)",
      conditions: "exact" }, 1, 1e-8],
  ["a minimal surface",
    { domain: { x: [-0.6, 0.6], y: [-0.6, 0.6] }, equations: "(1+u_y^2)*u_xx - 2*u_x*u_y*u_xy + (1+u_x^2)*u_yy = 0",
      exact: "sqrt(cosh(x)^2 - y^2)", conditions: "exact" }, 1, 1e-8],
  ["a periodic axis",
    { domain: square, equations: "-lap(u) + u = source", manufactured: "sin(2*pi*x)*exp(y)",
      conditions: [{ type: "periodic", on: "x" }, { type: "dirichlet", equation: "exact", on: "y" }] }, 2, 1e-8],
  ["walls of flux alone, with the mean given",
    { domain: square, equations: "-lap(u) = source", manufactured: "cos(2*pi*x)*cos(pi*y)",
      conditions: [{ type: "neumann", equation: "u_n = 0" }], integrals: ["u = 0"] }, 2, 1e-8],
  ["a ring between a polygon and a disk",
    { domain: { difference: [{ shape: "polygon", vertices: vertices("-1 -1, 1 -1, 0.6 1, -1 0.8") },
        { shape: "disk", center: [0, 0], radius: 0.4 }] },
      equations: "-lap(u) + u_x = source", manufactured: "sin(2*x - y)", conditions: "exact" }, 3, 1e-6],
  ["boundary layers of width 1e-3",
    { domain: square, constants: { e: 1e-3 }, equations: "-e*lap(u) + u_x + u_y = source",
      functions: { "f(s)": "s - (exp((s-1)/e) - exp(-1/e))/(1 - exp(-1/e))" },
      manufactured: "f(x)*f(y)", conditions: "exact" }, 9, 1e-3],
  ["heat in space and time",
    { domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = 0.1*u_xx", exact: "exp(-0.1*pi^2*t)*sin(pi*x)",
      conditions: "exact" }, 1, 1e-7],
];

for (const [name, spec, meshes, most] of solved) {
  test(`${name}: within ${most} after ${meshes} meshes, as estimated within a factor of 20`, () => {
    const { off, error } = errors({ ...spec, name } as ProblemSpec, { meshes });
    assert.ok(off < most, `${off}`);
    if (meshes > 2) assert.ok(off < 20 * error, `${error} for ${off}`);
  });
}

test("what is left is less than the zero function leaves, also of a source so narrow that the first mesh misses it", () => {
  const spec = {
    ...{ name: "needle", equations: "-u_xx = exp(-((x-0.37)/1e-4)^2)/1e-4", conditions: "u = 0" },
    domain: { x: [0, 1] },
  } as const;
  const { residual, zeroResidual } = solveByElements(pde(spec), { ...usual, meshes: 12 })!;
  assert.ok(residual < 0.1 * zeroResidual, `${residual} of ${zeroResidual}`);
});

test("errors fall exponentially with the degree where the solution is smooth", () => {
  const spec = {
    ...{ name: "smooth", domain: square, equations: "-lap(u) = source", manufactured: "sin(3*x)*exp(y)" },
    conditions: "exact",
  };
  const offs = [2, 4, 6, 8].map(
    (degree) => errors(spec, { meshes: 1 }, { ...usualRefinement, degree: () => degree }).off,
  );
  offs.slice(1).forEach((off, k) => {
    assert.ok(off < offs[k]! / 20, `${offs}`);
  });
});

test("at a re-entrant corner refinement gains a hundredfold where even meshes gain two thirds of an order", () => {
  const spec = { name: "corner", domain: lshape, equations: "lap(u) = 0", exact: corner, conditions: "exact" };
  const { off, course } = errors(spec, { meshes: 9 });
  assert.ok(off < 5e-5 && course.at(-1)!.elements < 90, `${off} with ${course.at(-1)!.elements} elements`);
});

const cavity = (Re: number): ProblemSpec => ({
  ...{ name: "cavity", domain: square, unknowns: ["u", "v", "p"] },
  equations: [`u*u_x + v*u_y + p_x = lap(u)/${Re}`, `u*v_x + v*v_y + p_y = lap(v)/${Re}`, "u_x + v_y = 0"],
  conditions: ["u = 1 on y = 1", "u = 0 on y = 0", "u = 0 on x", "v = 0"],
  ...{ integrals: ["p = 0"], allow: ["corner-mismatch"] },
});

test("Newton's method comes to rest in a cavity at Re = 1000, where weights of rows depend on the flow", () => {
  const { converged, course } = solveByElements(pde(cavity(1000)), { ...usual, meshes: 5 })!;
  assert.ok(converged && course.every(({ steps }) => steps < 9), JSON.stringify(course));
});

test("a flow about a hole is found on a mesh that sees the hole: the drag of a cylinder after four meshes (Schäfer & Turek 1996)", () => {
  const moved = (u: string) => `u*${u}_x + v*${u}_y`;
  const problem = pde({
    name: "cylinder",
    domain: {
      difference: [
        { x: [0, 2.2], y: [0, 0.41] },
        { shape: "ball", center: [0.2, 0.2], radius: 0.05 },
      ],
    },
    unknowns: ["u", "v", "p"],
    equations: [`${moved("u")} + p_x = 0.001*lap(u)`, `${moved("v")} + p_y = 0.001*lap(v)`, "u_x + v_y = 0"],
    conditions: [
      ...[
        "u = 1.2*y*(0.41 - y)/0.41^2 on x = 0",
        "v = 0 on x = 0",
        "0.001*u_x - p = 0 on x = 2.2",
        "v_x = 0 on x = 2.2",
      ],
      ...["u", "v"].flatMap((u) =>
        ["y = 0", "y = 0.41", "(x - 0.2)^2 + (y - 0.2)^2 = 0.0025"].map((on) => `${u} = 0 on ${on}`),
      ),
    ],
  });
  const solved = solveByElements(problem, { ...usual, meshes: 4 })!;
  const n = 400;
  const angles = Array.from({ length: n }, (_, k) => (2 * Math.PI * (k + 0.5)) / n);
  const normals = angles.map((angle) => [-Math.cos(angle), -Math.sin(angle)] as const);
  const at = solved.pieces.at(Float64Array.from(normals.flatMap(([x, y]) => [0.2 - 0.05 * x, 0.2 - 0.05 * y])));
  const [p, slopeX, slopeY] = [at(2, [0, 0]), at(0, [1, 0]), at(0, [0, 1])];
  const force = normals.map(([x, y], k) => p[k]! * x - 0.001 * (slopeX[k]! * x + slopeY[k]! * y));
  const drag = ((500 * 2 * Math.PI * 0.05) / n) * force.reduce((sum, v) => sum + v, 0);
  assert.ok(solved.converged);
  assert.ok(Math.abs(drag / 5.57953523 - 1) < 0.02, `${drag}`);
});

test("an equation that leads Newton's method astray is followed from its linear part: Troesch's problem, and one of a front between two layers", () => {
  const troesch = pde({
    ...{ name: "troesch", domain: { x: [0, 1] }, equations: "u_xx = 20*sinh(20*u)" },
    conditions: ["u = 0 on x = 0", "u = 1 on x = 1"],
  });
  const slope = (problem: Problem) => {
    const solved = solveByElements(problem, { ...usual, meshes: 12, tolerance: 1e-7 })!;
    assert.ok(solved.converged && solved.error < 1e-4, `${solved.converged}, ${solved.error}`);
    return solved.pieces.at(new Float64Array(1))(0, [1])[0]!;
  };
  // The root of ∫₀¹ du/√(s² + 2 cosh 20u − 2) = 1, by quadrature in SciPy.
  assert.ok(Math.abs(slope(troesch) / 1.6487731828e-8 - 1) < 1e-6);
  // A front and layers at both walls, on which plain Newton's method from u = 0 ends after two meshes.
  const front = pde({
    ...{ name: "front", domain: { x: [0, 1] }, equations: "0.1*u_xx = (u^3 - u)*(1 + x) + u*u_x" },
    conditions: ["u = 1 on x = 0", "u = -0.7 on x = 1"],
  });
  assert.ok(Math.abs(slope(front) + 7.171020597406e-4) < 1e-8, "SciPy, solve_bvp");
});

test("Newton's method compares what the solve makes least: it is the same on both sides of a solution", () => {
  const spec = {
    ...{ name: "sides", domain: square, equations: "-lap(u) + 30*u_x = source", conditions: "exact" },
    manufactured: "exp(x)*sin(3*y)",
  };
  const layout = discretised(pde(spec));
  const mesh = startMesh(layout, 3);
  mesh.split(mesh.elements()[3]!, 0, mesh.elements()[3]!.low[0]! + 0.05);
  for (const cell of mesh.elements()) cell.coefficients = new Float64Array(16);
  const { coefficients } = solvedOn(layout, mesh)!;
  const as = residualsOn(layout, mesh, "solved");
  const random = rng(3);
  const moves = new Map(mesh.elements().map((cell) => [cell, random.normal(16)]));
  const counted = (share: number) => {
    for (const cell of mesh.elements())
      cell.coefficients = coefficients.get(cell)!.map((v, k) => v + share * moves.get(cell)![k]!);
    return countedSquares(residualsOn(layout, mesh, as));
  };
  const [least, before, after] = [counted(0), counted(-1e-3), counted(1e-3)];
  assert.ok(least > 0 && before > least && Math.abs(before - after) < 1e-9 * before, `${[before, least, after]}`);
});

test("a pressure that is unbounded in corners converges everywhere else, and a layer that is not resolved does not", () => {
  const { errors, elsewhere } = solveByElements(pde(cavity(100)), { ...usual, meshes: 4 })!;
  assert.ok(errors[2]! > 0.1 && elsewhere[2]! < 0.02, `${errors[2]} and ${elsewhere[2]}`);
  const spec = {
    ...{ name: "layer", domain: square, equations: "-lap(u) = source", conditions: "exact" },
    manufactured: "tanh(60*(x + y - 1.1))",
  };
  const layer = solveByElements(pde(spec), { ...usual, meshes: 3 })!;
  assert.ok(layer.elsewhere[0]! > 0.5 * layer.error, `${layer.elsewhere[0]} of ${layer.error}`);
});

test("slivers between a hole and the lines of the mesh that it touches do not break an equation", () => {
  const hole = { shape: "ball", center: [1, 0.5], radius: 0.2 } as const;
  const { rows, error } = solveByElements(
    pde({
      ...{ name: "hole", domain: { difference: [{ x: [0, 2], y: [0, 1] }, hole] }, equations: "-lap(u) + 5*u_x = 1" },
      conditions: ["u = 0 on x", "u_n = 0 on y", "u = 2 on (x-1)^2 + (y-0.5)^2 = 0.04"],
    }),
    { ...usual, meshes: 9 },
  )!;
  assert.ok(error < 1e-4, `${error}`);
  assert.ok(
    rows.every((share) => share < 0.1),
    `${rows}`,
  );
});

test("an unknown that no equation differentiates loses no flux: Poisson's equation in potential and flux, and with a value beside it", () => {
  const square = { domain: { x: [0, 1], y: [0, 1] }, conditions: ["u = 0"] } as const;
  const source = "2*pi^2*sin(pi*x)*sin(pi*y)";
  const texts = [
    { unknowns: ["u", "p", "q"], equations: [`p_x + q_y = -${source}`, "p = u_x", "q = u_y"] },
    { unknowns: ["u", "s"], equations: [`-lap(u) = ${source}`, "s = 3*u + x*y"] },
  ];
  for (const text of texts) {
    const problem = pde({ name: "flux", ...square, ...text });
    const solved = solveByElements(problem, { ...usual, tolerance: 1e-5, meshes: 6 })!;
    assert.ok(solved.imbalance < 1e-4 && solved.error < 1e-5, `${solved.imbalance}, ${solved.error}`);
    const middle = solved.pieces.at(Float64Array.of(0.5, 0.5))(0, [0, 0])[0]!;
    assert.ok(Math.abs(middle - 1) < 1e-5, `${middle}`);
  }
});

test("what elements cannot do has its reason; observations and constants to be found they take", () => {
  const observed = pde({
    ...{ name: "observed", domain: { x: [0, 1] }, equations: "u_xx = a", conditions: "u = 0", trainable: { a: 1 } },
    observations: [{ points: [[0.5]], values: [1] }],
  });
  assert.is(unsuitedToElements(observed), undefined);
  const far = pde({
    ...{ name: "four", domain: { "x1..x4": [0, 1] } as never, equations: "lap(u) = 1" },
    conditions: "u = 0",
  });
  assert.match(unsuitedToElements(far)!, /4 axes/);
});

test("a load between 30 places is met by elements that end there: it bends as by influence lines", () => {
  const places = Array.from({ length: 30 }, (_, k) => k / 29);
  const load = places.map((x, k) => Math.sin(k * k) + x);
  const problem = pde({
    name: "bar",
    domain: { x: [0, 1] },
    functions: { f: { axes: { x: places }, values: load, interpolation: "linear" } },
    equations: "-u_xx = f",
    conditions: "u = 0",
  });
  const { pieces } = solveByElements(problem, { ...usual, meshes: 1 }, usualRefinement)!;
  const place = 0.37;
  const [bent] = pieces.at(Float64Array.of(place))(0, [0]);
  // The integral of load times influence, piece by piece; Simpson's rule is exact for the parabola of each.
  const influence = (x: number) => Math.min(x * (1 - place), place * (1 - x));
  const truth = places.slice(1).reduce((sum, b, k) => {
    const [a, f, g] = [places[k]!, load[k]!, load[k + 1]!];
    const parts = a < place && b > place ? [a, place, b] : [a, b];
    const at = (x: number) => influence(x) * (f + ((g - f) * (x - a)) / (b - a));
    return parts
      .slice(1)
      .reduce((s, to, j) => s + ((to - parts[j]!) / 6) * (at(parts[j]!) + 4 * at((parts[j]! + to) / 2) + at(to)), sum);
  }, 0);
  assert.ok(Math.abs(bent! - truth) < 1e-13, `${bent} ${truth}`);
});

test.run();
