/** Spectral elements on three axes, beside exact solutions. */
import { loadSolution, type ProblemSpec, pde, type Solution, solve } from "../../../solvers/index.ts";
import { assert, close, temporaryFolder, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";

const { at } = temporaryFolder(test);
type Text = Omit<ProblemSpec, "name">;
const cube = { x: [0, 1], y: [0, 1], z: [0, 1] } as const;
const solved = (text: Text, tolerance = 1e-8, processorSeconds = 12): Promise<Solution> =>
  solve(pde({ name: "three", ...text }), { budget: { processorSeconds, tolerance }, seed: 1 });
const taken = ({ report }: Solution): string => report.method!.at(-1)!;

/** The middle of −Δu = 1 in the unit cube, by sines across x and y and the exact solution along z. */
function middleOfCube(): number {
  let sum = 0;
  for (let i = 1; i < 200; i += 2) {
    for (let j = 1; j < 200; j += 2) {
      const k = Math.PI * Math.hypot(i, j);
      const sign = (i + j) % 4 === 2 ? 1 : -1;
      sum += ((sign * 16) / (Math.PI ** 2 * i * j * k * k)) * (1 - 1 / Math.cosh(k / 2));
    }
  }
  return sum;
}

test("−Δu = 1 in a cube has the middle of its series, and an error near the estimate", async () => {
  const solution = await solved({ domain: cube, equations: "-lap(u) = 1", conditions: "u = 0" }, 1e-5);
  assert.match(taken(solution), "spectral elements");
  const [middle] = await solution.evaluate(Float64Array.of(0.5, 0.5, 0.5));
  close(middle!, middleOfCube(), 1e-7);
  assert.is(solution.report.status, "converged");
});

const peak = "exp(-((x - 0.37)^2 + (y - 0.52)^2 + (z - 0.61)^2)/(2*w^2))";

/** Green's function of −Δ in the unit cube with a source at (0.37, 0.52, 0.61), by sines across x and y. */
function greenOfCube(x: number, y: number, z: number): number {
  const [low, high] = [Math.min(z, 0.61), Math.max(z, 0.61)];
  let sum = 0;
  for (let i = 1; i < 60; i++) {
    for (let j = 1; j < 60; j++) {
      const k = Math.PI * Math.hypot(i, j);
      const waves = [i * x, i * 0.37, j * y, j * 0.52].reduce((p, v) => p * Math.sin(Math.PI * v), 4);
      sum += (waves * Math.sinh(k * low) * Math.sinh(k * (1 - high))) / (k * Math.sinh(k));
    }
  }
  return sum;
}

test("a source much narrower than the first grids is met: beyond it, it acts as a point", async () => {
  const solution = await solved(
    {
      ...{ domain: cube, constants: { w: 0.008 }, conditions: "u = 0" },
      equations: `-lap(u) = 3*pi^2*sin(pi*x)*sin(pi*y)*sin(pi*z) + ${peak}/(2*pi*w^2)^1.5`,
    },
    0.01,
  );
  const [far] = await solution.evaluate(Float64Array.of(0.5, 0.5, 0.25));
  close(far!, Math.SQRT1_2 + greenOfCube(0.5, 0.5, 0.25), 1e-3);
});

/** Triangles of a step, extruded along y: its two ends, and its six sides, by the corners of its outline. */
function stepMesh() {
  const outline = [
    [0, 0],
    [2, 0],
    [2, 1],
    [1, 1],
    [1, 2],
    [0, 2],
  ] as const;
  const points = [0, 1].flatMap((y) => outline.map(([x, z]) => [x, y, z]));
  const ends = [0, 6].flatMap((k) => [
    [k, 1 + k, 2 + k],
    [k, 2 + k, 3 + k],
    [k, 3 + k, 4 + k],
    [k, 4 + k, 5 + k],
  ]);
  const sides = outline.flatMap((_, i) => {
    const j = (i + 1) % 6;
    return [
      [i, j, j + 6],
      [i, j + 6, i + 6],
    ];
  });
  return {
    points,
    facets: [...ends, ...sides],
    groups: { floor: [8, 9], walls: [10, 11, 12, 13, 14, 15, 16, 17, 18, 19], ends: [0, 1, 2, 3, 4, 5, 6, 7] },
  };
}

/** Problems with a known solution, of every kind of coefficient, condition and domain. */
const problems: Readonly<Record<string, Text>> = {
  "coefficients vary, a term is nonlinear, faces have values, slopes and Robin's condition": {
    domain: { x: [0, 1], y: [0, 2], z: [0, 1] },
    functions: { k: "1 + x*y + z^2" },
    equations: "-dx(k*u_x) - dy(k*u_y) - dz(k*u_z) + y*u_x + u^3 = source",
    manufactured: "sin(2*x + y)*cos(z) + x*z",
    conditions: [
      { type: "dirichlet", equation: "exact", on: "x" },
      { type: "neumann", equation: "exact", on: "y = 0" },
      {
        type: "robin",
        equation: "u_n + 2*u = 2*(sin(2*x+2)*cos(z) + x*z) + cos(2*x+2)*cos(z)",
        on: "y = 2",
      },
      { type: "neumann", equation: "exact", on: "z" },
    ],
  },
  "a corner points into the domain": {
    domain: {
      difference: [
        { x: [-1, 1], y: [-1, 1], z: [-1, 1] },
        { x: [0, 1.1], y: [0, 1.1], z: [0, 1.1] },
      ],
    },
    equations: "-lap(u) + u_y = source",
    manufactured: "x*y*z*(1 + x) + exp(x - z)",
    conditions: "exact",
  },
  "a mesh has faces across the axes, with conditions on its named parts": {
    domain: { mesh: stepMesh() },
    equations: "-lap(u) = source",
    manufactured: "exp(x - z)*sin(y) + x*z",
    conditions: [
      { type: "dirichlet", equation: "exact", on: "walls" },
      { type: "neumann", equation: "exact", on: { group: "ends" } },
      { type: "neumann", equation: "exact", on: { group: "floor" } },
    ],
  },
  "an axis is periodic, and others mix": {
    domain: { x: [0, "2*pi"], y: [0, 1], z: [-1, 1] },
    equations: "-lap(u) + 0.3*u_yz + 2*u = source",
    manufactured: "sin(x)*exp(y*z)",
    conditions: ["periodic in x", "u = sin(x) on y = 0", "u = sin(x)*exp(z) on y = 1", "u_z = y*sin(x)*exp(y*z) on z"],
  },
  "an elastic body is held on one face and pulled on the others": {
    domain: cube,
    unknowns: ["u", "v", "w"],
    constants: { lame: 1.5, mu: 1 },
    functions: {
      e: "lame*(u_x + v_y + w_z)",
      sxy: "mu*(u_y + v_x)",
      sxz: "mu*(u_z + w_x)",
      syz: "mu*(v_z + w_y)",
    },
    equations: [
      "dx(e + 2*mu*u_x) + dy(sxy) + dz(sxz) = 0",
      "dx(sxy) + dy(e + 2*mu*v_y) + dz(syz) = 0",
      "dx(sxz) + dy(syz) + dz(e + 2*mu*w_z) = 0",
    ],
    // A shear and a stretch: displacements of first degree.
    exact: { u: "0.2*x + 0.1*y", v: "-0.1*y", w: "0.3*x" },
    conditions: [
      ...["u = 0.2*x + 0.1*y on z = 0", "v = -0.1*y on z = 0", "w = 0.3*x on z = 0"],
      ...["sxy = 0.1 on x", "sxz = 0.3 on x", "e + 2*mu*u_x = 0.55 on x"],
      ...["sxy = 0.1 on y", "syz = 0 on y", "e + 2*mu*v_y = -0.05 on y"],
      ...["sxz = 0.3 on z = 1", "syz = 0 on z = 1", "e + 2*mu*w_z = 0.15 on z = 1"],
    ],
  },
  "slopes alone count, with the integral that is prescribed": {
    domain: cube,
    equations: "-lap(u) = source",
    manufactured: "(2*x - 1)*y*(1 - z)^2",
    conditions: [{ type: "neumann", equation: "exact", on: "boundary" }],
    integrals: ["u = 0"],
  },
  "waves are shorter than the box, where the operator has eigenvalues of both signs": {
    domain: cube,
    equations: "lap(u) + 100*u = 0",
    exact: "cos(6*x + 8*z)",
    conditions: "exact",
  },
};

for (const [name, text] of Object.entries(problems))
  test(`spectral elements find the known solution where ${name}`, async () => {
    const solution = await solved(text);
    assert.match(taken(solution), "spectral elements");
    const { relativeL2 } = await someErrors(solution);
    assert.ok(relativeL2 <= 1e-8, `the error is ${relativeL2}`);
    assert.is(solution.report.status, "converged");
  });

/** Evolutions with a known solution, and the error that they may have. */
const evolutions: Record<string, readonly [text: Text, most: number]> = {
  "heat in a cube falls by its two modes": [
    {
      domain: { ...cube, t: [0, 1] },
      equations: "u_t = 0.1*lap(u)",
      exact: "exp(-0.3*pi^2*t)*sin(pi*x)*sin(pi*y)*sin(pi*z) + exp(-1.4*pi^2*t)*sin(2*pi*x)*sin(pi*y)*sin(3*pi*z)",
      conditions: [
        "u(x,y,z,0) = sin(pi*x)*sin(pi*y)*sin(pi*z) + sin(2*pi*x)*sin(pi*y)*sin(3*pi*z)",
        ...["u = 0 on x", "u = 0 on y", "u = 0 on z"],
      ],
    },
    1e-5,
  ],
  "a term is nonlinear, values and slopes on faces move, and an axis is periodic": [
    {
      domain: { x: [0, "2*pi"], y: [0, 1], z: [0, 1], t: [0, 0.5] },
      equations: "u_t - 0.1*lap(u) + u*u_x + u^3 = source",
      manufactured: "sin(x - t)*cos(y)*exp(-z)",
      conditions: [
        "u = sin(x)*cos(y)*exp(-z) at t = 0",
        "periodic in x",
        { type: "dirichlet", equation: "u = exact", on: "y" },
        { type: "neumann", equation: "u_n = exact", on: "z" },
      ],
    },
    1e-5,
  ],
  "a wave is of second order in time": [
    {
      domain: { ...cube, t: [0, 1] },
      equations: "u_tt = lap(u)",
      exact: "cos(sqrt(3)*pi*t)*sin(pi*x)*sin(pi*y)*cos(pi*z)",
      conditions: [
        ...["u(x,y,z,0) = sin(pi*x)*sin(pi*y)*cos(pi*z)", "u_t(x,y,z,0) = 0"],
        ...["u = 0 on x", "u = 0 on y", "u_z = 0 on z"],
      ],
    },
    1e-4,
  ],
};

/** A vortex in the plane, which moves with a wind along z. */
evolutions["a pressure keeps the divergence at 0"] = [
  {
    domain: { x: [0, "2*pi"], y: [0, "2*pi"], z: [0, 1], t: [0, 0.2] },
    unknowns: ["u", "v", "w", "p"],
    constants: { nu: 0.1 },
    equations: [
      "u_t + u*u_x + v*u_y + w*u_z + p_x - nu*lap(u) = 0",
      "v_t + u*v_x + v*v_y + w*v_z + p_y - nu*lap(v) = 0",
      "w_t + u*w_x + v*w_y + w*w_z + p_z - nu*lap(w) = 0",
      "u_x + v_y + w_z = 0",
    ],
    exact: {
      u: "sin(x)*cos(y)*exp(-2*nu*t)",
      v: "-cos(x)*sin(y)*exp(-2*nu*t)",
      w: "0.5",
      p: "(cos(2*x) + cos(2*y))/4*exp(-4*nu*t)",
    },
    conditions: [
      ...["u = sin(x)*cos(y) at t = 0", "v = -cos(x)*sin(y) at t = 0", "w = 0.5 at t = 0"],
      ...["periodic in x", "periodic in y", "periodic in z"],
    ],
    integrals: [{ equation: "p = 0", at: "every t" }],
  },
  1e-4,
];

for (const [name, [text, most]] of Object.entries(evolutions))
  test(`spectral elements march on three axes where ${name}`, async () => {
    const solution = await solved(text, most);
    assert.match(taken(solution), "spectral elements");
    const { relativeL2 } = await someErrors(solution);
    assert.ok(relativeL2 <= most, `the error is ${relativeL2}`);
    assert.is(solution.report.status, "converged");
  });

test("waves in a cube at a frequency of its own are doubted", async () => {
  const solution = await solved({ domain: cube, equations: "lap(u) + 3*pi^2*u = x", conditions: "u = 0" }, 1e-3, 0.3);
  assert.is(solution.report.status, "doubtful");
  assert.match(String(solution.report.estimate?.advice), "singular");
});

test("waves in a cube beside a frequency of its own have the sum of their modes", async () => {
  const solution = await solved(
    { domain: cube, equations: "lap(u) + 29.6*u = sin(pi*x)*sin(pi*y)*sin(pi*z)", conditions: "u = 0" },
    1e-3,
    0.5,
  );
  const [middle] = await solution.evaluate(Float64Array.of(0.5, 0.5, 0.5));
  close(middle! * (29.6 - 3 * Math.PI ** 2), 1, 1e-3);
  assert.is(solution.report.status, "converged");
});

test("a stored march of spectral elements has the same values", async () => {
  const solution = await solved(evolutions["heat in a cube falls by its two modes"]![0], 1e-4);
  await solution.save(at("heat"));
  const stored = await loadSolution(at("heat"));
  const points = Float64Array.of(0.2, 0.3, 0.4, 0.1, 0, 1, 0.5, 0.7, 0.5, 0.5, 0.5, 1);
  assert.equal(await stored.evaluate(points), await solution.evaluate(points));
});

test("a stored solution of spectral elements has the same values", async () => {
  const solution = await solved({ domain: cube, equations: "-lap(u) = x", conditions: "u = 0" }, 1e-3);
  await solution.save(at("cube"));
  const stored = await loadSolution(at("cube"));
  const points = Float64Array.of(0.2, 0.3, 0.4, 0, 1, 0.5, 1, 1, 1);
  assert.equal(await stored.evaluate(points), await solution.evaluate(points));
});

test("a budget that ends on the first grid ends spectral elements there, however slow its iterations are", async () => {
  const text = { domain: cube, equations: "-lap(u)/200 - 3*u_x + u^2 = 1", conditions: "u = 0" };
  const { report } = await solved(text, 1e-8, 1e-3);
  assert.ok(
    report.method!.some((line) => line.includes("no time for its first grid")),
    report.method!.join("; "),
  );
});

test.run();
