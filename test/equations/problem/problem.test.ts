/** Problems from text: sources by hand, conditions, printing, JSON, and every complaint. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { DomainError, FormatError, isMongeError, OptionsError, rng } from "../../../engine/index.ts";
import { type Expression, evaluateAt, nodesOf, toText } from "../../../equations/expression/index.ts";
import type { Condition, ConditionSpec, Problem, ProblemSpec } from "../../../equations/problem/index.ts";
import {
  dirichlet,
  initial,
  integral,
  isDetermined,
  neumann,
  pde,
  periodic,
  printProblem,
  problemFromJson,
  problemToJson,
  robin,
  substitution,
  toLatex,
  toMathml,
} from "../../../equations/problem/index.ts";
import { assert, inFolder, test, throws } from "../../harness.ts";
import { vertices } from "../../solvers/vertices.ts";

/** Points uniform in the bounding box. */
function pointsOf({ bounds }: Problem, count: number, seed = 1): Float64Array {
  const d = bounds.length;
  return rng(seed)
    .uniform(count * d)
    .map((v, i) => bounds[i % d]![0] + v * (bounds[i % d]![1] - bounds[i % d]![0]));
}

/** The source, or any given function, against a formula made by hand. `scale` is the size of its terms. */
function agrees(
  problem: Problem,
  e: Expression,
  byHand: (x: readonly number[]) => number,
  points: Float64Array,
  scale = 1,
) {
  const d = problem.axes.length;
  const values = evaluateAt(e, points, d, problem.constants);
  for (let i = 0; i < values.length; i++) {
    const x = Array.from(points.subarray(i * d, (i + 1) * d));
    const expected = byHand(x);
    const error = Math.abs(values[i]! - expected);
    assert.ok(error <= 1e-13 * Math.max(scale, Math.abs(expected)), `${values[i]} instead of ${expected} at ${x}`);
  }
}

const sum = (v: readonly number[]) => v.reduce((a, b) => a + b, 0);
const box = { x: [-1, 1], y: [-1, 1] } as const;
const onePeak = "exp(-1000*((x-0.5)^2 + (y-0.5)^2))";
const burgers: ProblemSpec = {
  name: "burgers",
  domain: { x: [-1, 1], t: [0, 1] },
  unknowns: ["u"],
  constants: { nu: 0.01 / Math.PI },
  equations: ["u_t + u*u_x = nu*u_xx"],
  conditions: [initial("u = -sin(pi*x)"), dirichlet("u = 0", { on: "x" })],
};
/** Near the peak at (c, c), where uniform points never fall. */
const around = (c: number) =>
  rng(2)
    .normal(40)
    .map((v) => c + v * 0.03);

test("the source of one peak, −Δu = s, is (4000 − 4·10⁶ r²) u", () => {
  const problem = pde({
    name: "one peak",
    domain: box,
    equations: "-lap(u) = source",
    manufactured: onePeak,
    conditions: "exact",
  });
  const byHand = ([x, y]: readonly number[]) => {
    const r2 = (x! - 0.5) ** 2 + (y! - 0.5) ** 2;
    return (4000 - 4e6 * r2) * Math.exp(-1000 * r2);
  };
  agrees(problem, problem.source![0]!, byHand, around(0.5), 4000);
});

test("the source of two peaks, −∇·(u∇v) + Δu = s with v = x² + y²", () => {
  const problem = pde({
    name: "two peaks",
    domain: box,
    equations: "-div(u*grad(normsq(x, y))) + lap(u) = source",
    manufactured: "exp(-1000*((x-0.5)^2 + (y-0.5)^2)) + exp(-1000*((x+0.5)^2 + (y+0.5)^2))",
    conditions: "exact",
  });
  // ∇·(u∇v) = 2 x·∇u + 4u, and with ∇u = −2000 ρ u, Δu = (4·10⁶ ρ² − 4000) u around each centre.
  const byHand = ([x, y]: readonly number[]) =>
    sum(
      [0.5, -0.5].map((c) => {
        const [a, b] = [x! - c, y! - c];
        const r2 = a * a + b * b;
        const u = Math.exp(-1000 * r2);
        return 4000 * (x! * a + y! * b) * u - 4 * u + (4e6 * r2 - 4000) * u;
      }),
    );
  agrees(problem, problem.source![0]!, byHand, around(0.5), 4000);
  agrees(problem, problem.source![0]!, byHand, around(-0.5), 4000);
});

const tenDimensions: ProblemSpec = {
  name: "ten dimensions",
  domain: { "x1..x10": [-1, 1] },
  equations: "-lap(u) + u - u^3 = source",
  manufactured: "exp(-10*normsq(x))",
  conditions: "exact",
};

test("the source in ten dimensions, −Δu + u − u³ = s, is (20d − 400‖x‖²) u + u − u³, and small", () => {
  const problem = pde(tenDimensions);
  const byHand = (x: readonly number[]) => {
    const r2 = sum(x.map((v) => v * v));
    const u = Math.exp(-10 * r2);
    return (200 - 400 * r2) * u + u - u ** 3;
  };
  agrees(
    problem,
    problem.source![0]!,
    byHand,
    rng(4)
      .normal(200)
      .map((v) => v / Math.sqrt(40)),
    200,
  );
  const count = [...nodesOf(problem.source![0]!)].length;
  assert.ok(count < 150, `${count} nodes`);
  const laplacians = [...nodesOf(problem.equations)].filter((node) => node.kind === "laplacian");
  assert.equal(laplacians[0]!.axes, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("the source of Burgers' equation with a given solution and a factor before it", () => {
  const problem = pde({
    name: "burgers",
    domain: { x: [0, 1], t: [0, 1] },
    constants: { nu: "0.01/pi" },
    equations: "2*source = u_t + u*u_x - nu*u_xx",
    manufactured: "exp(-t)*sin(pi*x)",
    conditions: "exact",
  });
  const byHand = ([x, t]: readonly number[]) => {
    const [e, s, c] = [Math.exp(-t!), Math.sin(Math.PI * x!), Math.cos(Math.PI * x!)];
    return (-e * s + Math.PI * e * e * s * c + 0.01 * Math.PI * e * s) / 2;
  };
  agrees(problem, problem.source![0]!, byHand, pointsOf(problem, 50));
});

test("each equation of a system has its own source, and one without has none", () => {
  const problem = pde({
    name: "system",
    domain: box,
    unknowns: ["u", "v"],
    equations: ["lap(u) + v = source", "u*v_x - dx(u*v) + u_x*v = 0"],
    manufactured: { v: "x*y^2", u: "x^3*y" },
    conditions: "exact",
  });
  agrees(problem, problem.source![0]!, ([x, y]) => 6 * x! * y! + x! * y! ** 2, pointsOf(problem, 20), 6);
  assert.equal(problem.source![1], { kind: "number", value: 0 });
});

const soliton = "2*sech(x - 4*t - 1)^2";
const kovasznay: ProblemSpec = {
  name: "kovasznay",
  domain: { x: [-0.5, 1], y: [-0.5, 1.5] },
  unknowns: ["u", "v", "p"],
  constants: { Re: 40, lam: "Re/2 - sqrt(Re^2/4 + 4*pi^2)" },
  equations: ["u*u_x + v*u_y = -p_x + lap(u)/Re", "u*v_x + v*v_y = -p_y + (v_xx + v_yy)/Re", "u_x + v_y = 0"],
  exact: {
    u: "1 - exp(lam*x)*cos(2*pi*y)",
    v: "lam/(2*pi)*exp(lam*x)*sin(2*pi*y)",
    p: "(1 - exp(2*lam*x))/2",
  },
  conditions: "exact",
};
const kdv: ProblemSpec = {
  name: "kdv",
  domain: { x: [-5, 5], t: [0, 1] },
  equations: "u_t + 6*u*u_x + u_xxx = 0",
  exact: soliton,
  conditions: [dirichlet("exact", { on: "x" }), neumann(`u_n = dx(${soliton})`, { on: "x = 5" }), initial("exact")],
};

test("known solutions solve: the soliton of Korteweg and de Vries, Kovasznay's flow with λ = Re/2 − √(Re²/4 + 4π²)", () => {
  for (const problem of [pde(kdv), pde(kovasznay)]) {
    const points = pointsOf(problem, 100);
    for (const e of problem.equations) {
      const put = substitution(problem.exact!, problem.axes.length);
      const residual = evaluateAt(put(e), points, problem.axes.length, problem.constants);
      for (const r of residual) assert.ok(Math.abs(r) < 1e-11, `${problem.name}: ${r}`);
    }
  }
});

test("a solution that is none is refused, and so is a condition that it does not fulfil", () => {
  const fails = (change: Partial<ProblemSpec>, text: RegExp) =>
    throws(() => pde({ ...kdv, ...change }), DomainError, text);
  fails(
    { exact: "2*sech(x - 4.1*t - 1)^2", conditions: "exact", allow: ["missing-condition"] },
    /does not fulfil equation 1: it leaves/,
  );
  fails(
    { conditions: [...(kdv.conditions as ConditionSpec[]).slice(0, 2), initial("u = sech(x - 1)^2")] },
    /"u = sech/,
  );
  fails(
    { conditions: [dirichlet("exact", { on: "x" }), neumann("u_n = 3", { on: "x = 5" }), initial("exact")] },
    /"u_n = 3"/,
  );
});

test("a problem holds what was written", () => {
  const problem = pde(burgers);
  assert.equal(problem.axes, ["x", "t"]);
  assert.is(problem.time, 1);
  assert.equal(problem.bounds, [
    [-1, 1],
    [0, 1],
  ]);
  assert.is(toText(problem.equations[0]!, problem), "u_t + u*u_x - nu*u_xx");
  const [start, sides] = problem.conditions;
  assert.equal(start!.on, { axis: 1, side: "low" });
  assert.equal(sides!.on, { axis: 0, side: "both" });
  assert.ok(start?.kind === "initial" && start.prescribes?.unknown === 0);
  assert.ok(
    Object.isFrozen(problem) && Object.isFrozen(problem.equations[0]) && Object.isFrozen(problem.text.equations),
  );
});

test("time comes last wherever it is written, and formulas of constants are evaluated in order", () => {
  const problem = pde({ ...burgers, domain: { t: [0, 1], x: [-1, 1] }, constants: { nu: "0.01/pi", two: "2*nu" } });
  assert.equal(problem.axes, ["x", "t"]);
  assert.equal(problem.constants, { nu: 0.01 / Math.PI, two: 2 * (0.01 / Math.PI) });
});

const places = (
  on: NonNullable<Parameters<typeof dirichlet>[1]>["on"],
  domain: ProblemSpec["domain"] = box,
): Condition["on"] => {
  const condition = on === undefined ? dirichlet("u = 0") : dirichlet("u = 0", { on });
  return pde({ name: "", domain, equations: "lap(u) = 1", conditions: [condition], allow: ["missing-condition"] })
    .conditions[0]!.on;
};

test("places: the boundary, axes, faces, predicates, edges", () => {
  assert.equal(places(undefined), "boundary");
  assert.equal(places("y"), { axis: 1, side: "both" });
  assert.equal(places("y = 1"), { axis: 1, side: "high" });
  assert.equal(places("x = -2/2"), { axis: 0, side: "low" });
  assert.equal(places({ axis: "x", side: "high" }), { axis: 0, side: "high" });
  const where = places("x < 0 and y > 0.5");
  assert.ok(typeof where === "object" && "where" in where);
  const triangle = {
    shape: "polygon",
    vertices: vertices("0 0, 1 0, 0 1"),
  } as const;
  assert.equal(places({ edge: 1 }, triangle), { edge: 1 });
  throws(() => places("z"), OptionsError, /cannot be on "z"/);
  throws(() => places("x = 0"), DomainError, /no face lies at "x = 0"; x runs from -1 to 1/);
  throws(() => places({ edge: 3 }, triangle), OptionsError, /no edge 3; edges are counted from 0 to 2/);
  throws(() => places({ edge: 0 }), OptionsError, /only polygons/);
  throws(() => places("x", { shape: "disk", center: [0, 0], radius: 1 }), DomainError, /no face along x/);
});

test("the normal derivative of a Robin condition is Σ n_k ∂u/∂x_k", () => {
  const problem = pde({ name: "", domain: box, equations: "lap(u) = 1", conditions: [robin("u_n + 2*u = 1")] });
  const [c] = problem.conditions;
  assert.ok(c?.kind === "robin");
  assert.is(toText(c.residual, problem), "nx*u_x + ny*u_y + 2*u - 1");
});

test("periodic faces match up to the order of the equation, and need no other condition", () => {
  const problem = pde({
    name: "kdv",
    domain: { x: [-1, 1], t: [0, 1] },
    equations: "u_t + 6*u*u_x + u_xxx = 0",
    conditions: [initial("u = cos(pi*x)"), periodic({ on: "x" })],
  });
  const [, c] = problem.conditions;
  assert.ok(c?.kind === "periodic");
  assert.equal(
    c.matched.map((e) => toText(e, problem)),
    ["u", "u_x", "u_xx"],
  );
});

test("exact conditions prescribe the solution on the boundary, and initially its time derivatives too", () => {
  const problem = pde({
    name: "wave",
    domain: { x: [0, 1], t: [0, 1] },
    equations: "u_tt = 4*u_xx",
    exact: "sin(pi*x)*cos(2*pi*t)",
    conditions: "exact",
  });
  assert.equal(
    problem.conditions.map((c) => [c.kind, c.text]),
    [
      ["dirichlet", "u = exact"],
      ["initial", "u = exact"],
      ["initial", "u_t = exact"],
    ],
  );
});

test("a problem is printed with the range of its parameters, the normal as it is written, and parts of complex conditions as parts", () => {
  const printed = printProblem(
    pde({
      name: "family",
      domain: { x: [0, 1], y: [0, 1] },
      parameters: { k: [1, 5] },
      complex: ["u"],
      equations: "lap(u) + k^2*u = 0",
      conditions: [dirichlet("u = 1", { on: "x" }), neumann("u_n = i*k*ny*u", { on: "y" })],
    }),
  );
  assert.match(printed, /on x ∈ \[0, 1\], y ∈ \[0, 1\], k ∈ \[1, 5\]/);
  assert.match(printed, /u = 1 \(imaginary part\) +on x = 0, x = 1/);
  const slope = pde({
    name: "slope",
    domain: { x: [0, 1], y: [0, 1] },
    equations: "lap(u) = u",
    conditions: [neumann("u_n = nx*x - 2*ny")],
  });
  assert.match(printProblem(slope), /∂u\/∂n = nx x − 2 ny/);
  assert.match(toText((slope.conditions[0] as { residual: Expression }).residual, slope), /nx\*x - 2\*ny/);
});

test("above second order exact conditions prescribe normal derivatives as well", () => {
  const problem = pde({
    name: "plate",
    domain: { shape: "disk", center: [0, 0], radius: 1 },
    equations: "lap(lap(u)) = source",
    manufactured: "x^3*y^2",
    conditions: "exact",
  });
  agrees(problem, problem.source![0]!, ([x]) => 24 * x!, pointsOf(problem, 20), 24);
  assert.equal(
    problem.conditions.map((c) => c.text),
    ["u = exact", "u_n = exact"],
  );
  const [, slope] = problem.conditions;
  assert.ok(slope?.kind === "neumann");
  assert.is(toText(slope.residual, problem), "nx*(u_x - 3*(x^2*y^2)) + ny*(u_y - 2*(x^3*y))");
  assert.match(printProblem(problem), /∂u\/∂n = exact +on the boundary/);
});

test("trainable constants: exact solutions and sources use the true value, equations have the name", () => {
  const problem = pde({
    name: "inverse",
    domain: { x: [0, 1] },
    constants: { k: 3 },
    trainable: { k: 1 },
    equations: "-k*u_xx = source",
    manufactured: "sin(pi*x)",
    conditions: "exact",
    observations: [{ points: [[0.25], [0.5]], values: new Float64Array([0.7, 1]), sigma: 0.01 }],
  });
  assert.equal([problem.constants, problem.trainable], [{ k: 3 }, { k: 1 }]);
  agrees(problem, problem.source![0]!, ([x]) => 3 * Math.PI ** 2 * Math.sin(Math.PI * x!), pointsOf(problem, 9), 30);
  assert.equal(problem.observations[0]!.points, new Float64Array([0.25, 0.5]));
  const free = { ...problemToJson(problem), constants: {} };
  throws(() => pde({ ...free, manufactured: "sin(k*x)" }), FormatError, /"k" is unknown/);
});

test("what is asked for is read, printed and kept in JSON, and may bear the name of a function that it is", () => {
  const problem = pde({ ...heat, functions: { flux: "-u_x" }, quantities: { flux: "flux", twice_u: "2*u" } });
  assert.equal(
    problem.quantities.map(({ name, text }) => [name, text]),
    [
      ["flux", "flux"],
      ["twice_u", "2*u"],
    ],
  );
  assert.match(printProblem(problem), /\n {2}flux = −∂u\/∂x +asked for\n/);
  assert.equal(problemFromJson(JSON.stringify(problemToJson(problem))).text, problem.text);
});

test("a problem is printed as it was understood", () => {
  const nu = "ν = 0.0031831";
  assert.is(
    printProblem(pde(burgers)),
    [
      "burgers: u(x, t) on x ∈ [−1, 1], t ∈ [0, 1]",
      "  ∂u/∂t + u ∂u/∂x = ν ∂²u/∂x²",
      "  u = −sin(π x)                at t = 0",
      "  u = 0                        on x = −1, x = 1",
      `  ${nu}`,
    ].join("\n"),
  );
  const lines = printProblem(
    pde({
      name: "mixed",
      domain: { shape: "disk", center: [0, 0], radius: 2 },
      equations: "-lap(u) + exp(u) = source",
      manufactured: "x^2 - y",
      conditions: [dirichlet("exact", { on: "x < 0" }), robin("u_n + u = 2*x^2 - 3*y/2", { on: "x > 0" })],
      integrals: [integral("x*u = 0")],
    }),
  );
  assert.equal(
    lines.split("\n").map((l) => l.trim().replaceAll(/ {2,}/g, " | ")),
    [
      "mixed: u(x, y) on a disk",
      "−Δu + exp(u) = source",
      "u = exact | where −x > 0",
      "∂u/∂n + u = 2 x² − 3 y/2 | where x > 0",
      "∫ x u dΩ = 0",
      "u = x² − y | manufactured; it defines the source",
    ],
  );
  const latex = toLatex(pde(burgers)).split("\n");
  assert.is(
    latex[1],
    "  & \\frac{\\partial u}{\\partial t} + u \\, \\frac{\\partial u}{\\partial x} = \\nu \\, \\frac{\\partial^{2} u}{\\partial x^{2}} && \\\\",
  );
  assert.is(latex[2], "  & u = -\\sin(\\pi \\, x) && \\text{at }t = 0 \\\\");
});

test("a problem written as JSON and read again is the same problem", () => {
  const all: readonly ProblemSpec[] = [
    burgers,
    kdv,
    kovasznay,
    tenDimensions,
    {
      name: "everything",
      domain: { x: [0, 1], y: [0, 2], t: [0, 1] },
      unknowns: ["u", "w"],
      constants: { a: 0.1, b: "2*a" },
      trainable: { k: 1 },
      equations: ["u_t = k*lap(u) + a*w", "w_t = lap(w)*b - u"],
      conditions: [
        initial(["u = 0", "w = 0"]),
        periodic({ on: "x" }),
        dirichlet(["u = 0", "w = 0"], { on: "y = 0", weight: 2 }),
        neumann(["u_n = 0"], { on: { axis: "y", side: "high" } }),
        robin("w_n + w = 0", { on: "y = 2" }),
      ],
      integrals: ["u = 0", integral("w^2 = b", { at: { t: 0.5 }, weight: 3 })],
      observations: [{ quantity: "u + w_x", points: new Float64Array([0.1, 0.2, 0.3]), values: [1], sigma: 0.5 }],
      allow: ["corner-mismatch"],
    },
  ];
  for (const spec of all) {
    const problem = pde(spec);
    const text = JSON.stringify(problemToJson(problem));
    const again = problemFromJson(text);
    assert.equal(again, problem, spec.name);
    assert.is(JSON.stringify(problemToJson(again)), text, spec.name);
  }
});

test("problems with random coefficients survive JSON bit by bit", () => {
  const coefficient = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
  fc.assert(
    fc.property(fc.array(coefficient, { minLength: 3, maxLength: 3 }), fc.string(), ([a, b, c], name) => {
      const spec: ProblemSpec = {
        name,
        domain: { x: [0, 1] },
        constants: { a: a! },
        equations: `u_xx + a*u + ${b}*x = ${c}*u_x`,
        conditions: [dirichlet("u = 0")],
      };
      const problem = pde(spec);
      assert.equal(problemFromJson(JSON.stringify(problemToJson(problem))), problem);
    }),
    { seed: 3, numRuns: 40 },
  );
});

const heat: ProblemSpec = {
  name: "heat",
  domain: { x: [0, 1], t: [0, 1] },
  equations: "u_t = u_xx",
  conditions: [initial("u = sin(pi*x)"), dirichlet("u = 0")],
};
const poisson: ProblemSpec = {
  name: "poisson",
  domain: box,
  equations: "-lap(u) = 1",
  conditions: [dirichlet("u = 0")],
};

test("missing conditions are named", () => {
  const fails = (base: ProblemSpec, change: Partial<ProblemSpec>, text: RegExp) =>
    throws(() => pde({ ...base, ...change }), OptionsError, text);
  fails(
    heat,
    { conditions: [dirichlet("u = 0")] },
    /no initial condition although u_t appears; add initial\("u = …"\)/,
  );
  fails(heat, { equations: "u_tt = u_xx" }, /1 initial condition although u_tt appears; add initial\("u_t = …"\)/);
  fails(heat, { conditions: [initial("u = 0")] }, /no boundary condition along x, where order 2 needs 2/);
  fails(heat, { conditions: [initial("u = 0"), dirichlet("u = 0", { on: "x = 0" })] }, /only 1 condition along x/);
  fails(poisson, { conditions: [dirichlet("u = 0", { on: "x" })] }, /no boundary condition along y/);
  fails(poisson, { conditions: [] }, /no boundary condition/);
  fails(poisson, { equations: "u_x + u_y = 1", conditions: [] }, /no conditions at all/);
  fails(poisson, { equations: "lap(lap(u)) = 1" }, /order 4 needs 4/);
  fails(poisson, { conditions: [neumann("u_n = 0")] }, /u appears only through its derivatives.*integral\("u = 0"\)/);
  fails(
    kovasznay,
    { conditions: [dirichlet(["u = 0", "v = 0"])] as ConditionSpec[], exact: undefined as never },
    /p appears only through/,
  );
  pde({ ...poisson, equations: "lap(u) = x", conditions: [neumann("u_n = 0")], integrals: [integral("u = 0")] });
  pde({ ...poisson, equations: "lap(lap(u)) = 1", conditions: [dirichlet("u = 0"), neumann("u_n = 0")] });
  pde({ ...heat, conditions: [initial("u = 0")], allow: ["missing-condition"] });
  pde({ ...heat, conditions: [], observations: [{ points: [[0.5, 0.5]], values: [1] }] });
});

test("observations are read from a file of columns, in the order of the axes, and stay with the problem", async () => {
  await inFolder((folder) => {
    writeFileSync(join(folder, "data.csv"), "# a thermometer\nt, x, u\n0.5, 0.25, 1\n1, 0.75, 2\n");
    const spec = {
      ...{ name: "seen", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u_xx" },
      conditions: [initial("u = 0"), dirichlet("u = 0", { on: "x" })],
      observations: [{ file: "data.csv", sigma: 0.1 }],
    };
    const problem = problemFromJson(JSON.stringify(spec), join(folder, "seen.json"));
    const [{ points, values, sigma }] = problem.observations as [Problem["observations"][number]];
    assert.equal([[...points], [...values], sigma], [[0.25, 0.5, 0.75, 1], [1, 2], 0.1]);
    assert.equal(pde(problemToJson(problem)).observations, problem.observations);
    const wrong = (text: string, message: RegExp) => {
      writeFileSync(join(folder, "data.csv"), text);
      throws(() => problemFromJson(JSON.stringify(spec), join(folder, "seen.json")), Error, message);
    };
    wrong("x,u\n1,2\n", /has no column t; it has x, u/);
    wrong("x,t,w\n1,1,2\n", /no column "u" nor "value"/);
    wrong("x,t,u\n1,1\n", /line 2 has 2 cells.*expected 3/);
    wrong("x,t,u\n1,1,nan\n", /no finite number/);
  });
});

test("observations beside complete conditions leave a problem determined, those in the place of a start, a face or an inflow do not", () => {
  const observations = [{ points: [[0.5, 0.5]], values: [1] }];
  const box = { name: "seen", domain: { x: [0, 1], t: [0, 1] }, observations } as const;
  const [start, faces, inflow] = [
    initial("u = 0"),
    dirichlet("u = 0", { on: "x" }),
    dirichlet("u = 0", { on: "x = 0" }),
  ];
  const isSo = (equations: string, conditions: ProblemSpec["conditions"] & {}) =>
    isDetermined(pde({ ...box, equations, conditions }));
  assert.ok(isSo("u_t = u_xx", [start, faces]));
  assert.not(isSo("u_t = u_xx", [faces]));
  assert.not(isSo("u_t = u_xx", [start, inflow]));
  assert.not(isSo("u_tt = u_xx", [start, faces]));
  assert.ok(isSo("u_t + u_x = 0", [start, inflow]));
  assert.not(isSo("u_t + u_x = 0", [start]));
});

test("smooth solutions need no condition at an end at which an equation is singular in its slope, as at the middle of a disk", () => {
  const outer = [dirichlet("u = 0", { on: "r = 1" })];
  const along = { name: "radius", domain: { r: [0, 1] }, conditions: outer } as const;
  const taken: readonly ProblemSpec[] = [
    { ...along, equations: "u_rr + u_r/r = -1" },
    { ...along, equations: "r*u_rr + u_r = -r" },
    { ...along, equations: "dr(r^2*u_r)/r^2 + u^5 = 1" },
    { ...along, equations: "u_rr + u_r/r + (1 - 1/r^2)*u = r" },
    {
      ...along,
      equations: "u_t = u_rr + u_r/r",
      domain: { r: [0, 1], t: [0, 1] },
      conditions: [...outer, initial("u = 1")],
    },
    {
      ...{ ...along, domain: { r: [0, 1], p: [0, "2*pi"] }, equations: "u_rr + u_r/r + u_pp/r^2 = 1" },
      conditions: [...outer, periodic({ on: "p" })],
    },
    {
      ...along,
      domain: { x: [-1, 1] },
      equations: "(1-x^2)*u_xx - 2*x*u_x = u",
      conditions: [dirichlet("u = 1", { on: "x = 1" })],
    },
  ];
  for (const spec of taken)
    assert.is(pde({ ...spec, allow: ["corner-mismatch"] }).warnings, undefined, String(spec.equations));
  for (const [equations, domain] of [
    ["u_rr = -1", { r: [0, 1] }],
    ["u_rr + u_r/r = -1", { r: [0.1, 1] }],
    ["u_rr + u_r/sqrt(r) = -1", { r: [0, 1] }],
    ["u_rr + u/r = -1", { r: [0, 1] }],
    // Both 1 and r³ are smooth.
    ["u_rr - 2*u_r/r = -1", { r: [0, 1] }],
  ] as const)
    throws(() => pde({ ...along, domain, equations }), OptionsError, /only 1 condition along r/);
});

test("a condition at a point in brackets is refused with the condition to write", () => {
  const heat = { name: "heat", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u_xx" } as const;
  for (const [text, way] of [
    ["u(x,0) = sin(pi*x)", '{ "type": "initial", "equation": "u = sin(pi*x)" }'],
    ["u(0,t) = 0", '{ "type": "dirichlet", "equation": "u = 0", "on": "x = 0" }'],
    ["u_x(1, t) = 2", '{ "type": "neumann", "equation": "u_x = 2", "on": "x = 1" }'],
  ] as const)
    assert.ok(
      throws(() => pde({ ...heat, conditions: [dirichlet(text)] }), FormatError, /at a point/).message.includes(way),
      text,
    );
});

test("a condition written as one text is that of the object with its type and place", () => {
  const wave = { name: "wave", domain: { x: [0, 1], t: [0, 1] }, equations: "u_tt = u_xx" } as const;
  const square = { name: "square", domain: { x: [0, 1], y: [0, 1] }, equations: "-lap(u) = cos(2*pi*x)" } as const;
  const start = initial(["u = sin(pi*x)", "u_t = 0"]);
  const cases: readonly (readonly [ProblemSpec, readonly string[], readonly ConditionSpec[]])[] = [
    [wave, ["u = sin(pi*x) at t = 0", "u_t = 0 at t = 0", "u = 0 on x"], [start, dirichlet("u = 0", { on: "x" })]],
    [wave, ["u(x, 0) = sin(pi*x)", "u_t(x,0) = 0", "u(0, t) = 0", "u_x(1, t) = 0"], [start, ...ends("u_x = 0")]],
    [
      wave,
      ["u = sin(pi*x) on t = 0", "u_t = 0 at t == 0", "u = 0 at x = 0", "u_n = 0 at x = 1"],
      [start, ...ends("u_n = 0")],
    ],
    [
      wave,
      ["u = sin(2*pi*x) at t=0", "u_t = 0 at t=0", "periodic in x"],
      [initial(["u = sin(2*pi*x)", "u_t = 0"]), periodic({ on: "x" })],
    ],
    [
      square,
      ["u = y on x = 1 and y < 0.5", "u_n + 2*u = 1 on x = 0 or x < 1"],
      [dirichlet("u = y", { on: "x = 1 and y < 0.5" }), robin("u_n + 2*u = 1", { on: "x = 0 or x < 1" })],
    ],
    [square, ["periodic in x, y"], [periodic({ on: ["x", "y"] })]],
  ];
  for (const [base, texts, specs] of cases) {
    const allow = ["corner-mismatch", "missing-condition"] as const;
    const [written, objects] = [texts, specs].map((conditions) =>
      pde({
        ...base,
        conditions,
        allow,
        ...(texts.some((t) => t.startsWith("periodic")) && { integrals: base === square ? ["u = 0"] : [] }),
      }),
    );
    assert.equal(
      written!.conditions.map(({ text: _, ...rest }) => rest),
      objects!.conditions.map(({ text: _, ...rest }) => rest),
      texts.join("; "),
    );
  }
  const eigen = pde({ name: "ode", domain: { t: [0, 1] }, equations: "u_t = -u", conditions: "u = 1" });
  assert.equal(eigen.conditions[0]!.kind, "initial");
});

test("a condition as one text is refused where it cannot hold, with the place named", () => {
  const heat = { name: "heat", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u_xx" } as const;
  throws(
    () => pde({ ...heat, conditions: ["u = 0 at t = 0.5"] }),
    DomainError,
    /no face lies at "t = 0.5"; t runs from 0 to 1/,
  );
  throws(() => pde({ ...heat, conditions: ["u = 0 on z = 1"] }), FormatError, /"z"/);
  throws(() => pde({ ...heat, conditions: ["periodic in z"] }), OptionsError, /"z" is no axis/);
  throws(() => pde({ ...heat, conditions: ["u(0, 0) = 1"] }), FormatError, /at a point/);
});

const ends = (slope: string) => [dirichlet("u = 0", { on: "x = 0" }), neumann(slope, { on: "x = 1" })];

test("conditions that contradict one another are refused", () => {
  const fails = (base: ProblemSpec, conditions: readonly ConditionSpec[], text: RegExp) =>
    throws(() => pde({ ...base, conditions }), DomainError, text);
  fails(
    poisson,
    [dirichlet("u = 0"), dirichlet("u = 1", { on: "y = 1" })],
    /"u = 0" and "u = 1" contradict .* y = 1: 0 and 1/,
  );
  fails(
    poisson,
    [dirichlet("u = x", { on: "x" }), dirichlet("u = x^2", { on: "x = -1" }), dirichlet("u = 0", { on: "y" })],
    /contradict/,
  );
  fails(poisson, [dirichlet("u = 0"), dirichlet("u = 1", { on: "x < 0 and y > 0.9" })], /contradict/);
  fails(heat, [initial("u = 1"), dirichlet("u = 0")], /"u = 1" and "u = 0" contradict .* t = 0: 1 and 0/);
  fails(heat, [initial("u = x"), periodic({ on: "x" })], /periodic in x" contradict/);
  fails(heat, [initial("u = 0"), periodic({ on: "x" }), dirichlet("u = 0")], /on the faces of x, which is periodic/);
  fails(heat, [initial("u = 0"), dirichlet("u = 0"), initial("u = x")], /contradict/);
  pde({ ...heat, conditions: [initial("u = 1"), dirichlet("u = 0")], allow: ["corner-mismatch"] });
  // A lid-driven cavity: faces may disagree in their common corner. Equal values twice are no contradiction either.
  pde({
    ...poisson,
    conditions: [
      dirichlet("u = 1", { on: "y = 1" }),
      dirichlet("u = 0", { on: "y = -1" }),
      dirichlet("u = 0", { on: "x" }),
    ],
  });
  pde({ ...poisson, conditions: [dirichlet("u = x"), dirichlet("u = 1", { on: "x = 1" })] });
});

test("functions that are not finite in the domain are refused", () => {
  const fails = (base: ProblemSpec, change: Partial<ProblemSpec>, text: RegExp) =>
    throws(() => pde({ ...base, ...change }), DomainError, text);
  fails(poisson, { equations: "-lap(u) = log(x)" }, /log\(x\) is NaN at x = -/);
  fails(poisson, { conditions: [dirichlet("u = sqrt(y)")] }, /sqrt\(y\) in "u = sqrt\(y\)" is NaN/);
  fails(poisson, { exact: "log(x)", conditions: "exact" }, /exact solution of u is NaN/);
  fails(
    poisson,
    { equations: "-lap(u) = source", manufactured: "x*sqrt(1/2 - y)", conditions: "exact" },
    /exact solution of u is NaN/,
  );
  fails(
    poisson,
    { equations: "lap(u) + log(u) = source", manufactured: "max(x, 0)", conditions: "exact" },
    /source of equation 1 is/,
  );
});

/** What is changed in a sound problem, the kind of error, and what must be said. */
const complaints: readonly (readonly [Readonly<Record<string, unknown>>, new (...args: never[]) => Error, RegExp])[] = [
  [{ nam: "x" }, OptionsError, /unknown key "nam"; did you mean name\?/],
  [{ name: undefined }, OptionsError, /has no "name"/],
  [{ domain: [0, 1] }, OptionsError, /domain is \[0,1\]; give an object/],
  [{ domain: { x: [1, 0], t: [0, 1] } }, DomainError, /empty interval/],
  [{ domain: { "x2..x4": [0, 1] } }, OptionsError, /do not count up from 1/],
  [{ equations: 3 }, OptionsError, /equations is 3; give a text, a residual, or a list of them/],
  [{ equations: [] }, OptionsError, /list of at least 1/],
  [{ equations: ["u_t = u_xx", "u_t = 0"] }, OptionsError, /2 equations for 1 unknown \(u\)/],
  [{ equations: "x = 1" }, FormatError, /no unknown appears in this equation/],
  [{ unknowns: ["u", "v"] }, OptionsError, /1 equation for 2 unknowns \(u, v\)/],
  [
    { unknowns: ["u", "v"], equations: ["u_t = u_xx", "u_x = 0"] },
    OptionsError,
    /v appears in no equation; leave it out/,
  ],
  [{ unknowns: ["sin"] }, OptionsError, /"sin" has a meaning of its own/],
  [{ unknowns: ["x"] }, OptionsError, /both axis and unknown/],
  [{ unknowns: ["u_1"] }, OptionsError, /is no name/],
  [{ constants: { u_x: 1 } }, OptionsError, /reads as a derivative of u/],
  [{ constants: { k: "1/0" } }, FormatError, /1\/0 is Infinity/],
  [{ constants: { a: 0, k: "1/a" } }, OptionsError, /k = 1\/a is Infinity/],
  [{ constants: { k: Number.NaN } }, OptionsError, /constants.k is null; give a finite number/],
  [{ constants: { k: true } }, OptionsError, /constants.k is true/],
  [{ functions: { u_true: "x" } }, OptionsError, /"u_true" has a _ in its name, which stands for a derivative/],
  [
    { equations: "u_t - u_xx > 1" },
    FormatError,
    /this is no equation; .*obstacle, as in "min\(-u_xx - f, u - psi\) = 0"/,
  ],
  [{ constants: { k: "m" } }, FormatError, /"m" is unknown/],
  [{ conditions: "all" }, OptionsError, /conditions is "all"; give "exact"/],
  [{ conditions: "exact" }, OptionsError, /conditions are "exact", but no solution is given/],
  [
    { conditions: [{ type: "dirichet", equation: "u = 0" }] },
    OptionsError,
    /conditions\[0\].type is "dirichet"; give one of/,
  ],
  [
    { conditions: [{ type: "dirichlet", equation: "u = 0", one: "x" }] },
    OptionsError,
    /unknown key "one"; did you mean on\?/,
  ],
  [{ conditions: [{ type: "initial", equation: "u = 0", on: "x" }] }, OptionsError, /unknown key "on"/],
  [{ conditions: [{ type: "dirichlet" }] }, OptionsError, /has no "equation"/],
  [
    { conditions: [{ type: "dirichlet", equation: "u = 0", weight: -1 }] },
    OptionsError,
    /weight is -1; give a positive/,
  ],
  [{ conditions: [dirichlet("u_x = 0")] }, FormatError, /Dirichlet condition has no derivatives/],
  [{ conditions: [dirichlet("x = 0")] }, FormatError, /no unknown appears in this condition/],
  [{ conditions: [neumann("u = 0")] }, FormatError, /neumann condition needs a derivative/],
  [{ conditions: [initial("u_t = 0")] }, FormatError, /one too many/],
  [{ conditions: [periodic({ on: "y" })] }, OptionsError, /"y" is no axis/],
  [{ conditions: [periodic({ on: "x", unknowns: ["w"] })] }, OptionsError, /"w" is no unknown/],
  [{ conditions: [robin("exact")], exact: "0" }, OptionsError, /cannot be "exact"/],
  [{ integrals: ["u = x"] }, FormatError, /value of an integral is a number/],
  [{ integrals: [integral("u = 0", { at: { t: 2 } })] }, OptionsError, /give a time from 0 to 1/],
  [
    { observations: [{ points: [1, 2, 3], values: [1] }] },
    OptionsError,
    /3 coordinates for 1 values; each point has 2: x, t/,
  ],
  [{ observations: [{ points: [[1, 2, 3]], values: [1] }] }, OptionsError, /a row \[1,2,3\]/],
  [{ observations: [{ points: [[1, 2]], values: [1], sigma: 0 }] }, OptionsError, /sigma is 0; give a positive/],
  [{ quantities: { flux: "-u_y" } }, FormatError, /"u_y"/],
  [{ quantities: { flux: "2*x" } }, FormatError, /no unknown appears in the quantity flux/],
  [{ quantities: { u: "u_x" } }, OptionsError, /quantity "u" is named as something else is; rename/],
  [{ quantities: { "heat flux": "-u_x" } }, OptionsError, /quantity "heat flux" has no name; give a letter/],
  [
    { quantities: { flux: "2*u_x" }, functions: { flux: "-u_x" } },
    OptionsError,
    /"flux" is named as something else is/,
  ],
  [{ quantities: ["u_x"] }, OptionsError, /quantities is \["u_x"\]; give an object/],
  [{ quantities: { flux: 1 } }, OptionsError, /quantities.flux is 1; give a text/],
  [{ exact: ["0", "1"] }, OptionsError, /2 formulas; give one formula for each of u/],
  [{ exact: { w: "0" } }, OptionsError, /has "w", which is no unknown/],
  [{ exact: "0", manufactured: "0" }, OptionsError, /both given/],
  [{ exact: "u" }, FormatError, /unknown u has no place here/],
  [{ manufactured: "0" }, OptionsError, /no equation has one/],
  [{ manufactured: "0", equations: "u_t - u_xx = source^2" }, OptionsError, /linearly/],
  [{ allow: ["everything"] }, OptionsError, /allow\[0\] is "everything"/],
];

test("nonsense is refused before any work, with the place, the value and the way out", () => {
  for (const [change, type, text] of complaints) {
    const json: Record<string, unknown> = { ...heat, ...change };
    throws(() => problemFromJson(json), type, text);
  }
  throws(() => problemFromJson("{ name: 1 }", "heat.json"), FormatError, /^heat.json: no JSON/);
  throws(() => problemFromJson("[1]"), OptionsError, /the problem is \[1\]/);
  throws(() => pde({ ...poisson, conditions: [initial("u = 0")] }), OptionsError, /needs time/);
  const disk = { shape: "disk", center: [0, 0], radius: 1 } as const;
  throws(() => pde({ ...poisson, domain: disk, conditions: [periodic({ on: "x" })] }), OptionsError, /only boxes/);
});

test("names that all objects have are names like others, and __proto__ is none", () => {
  const names = { constructor: 2, toString: 3, valueOf: 4 };
  const problem = pde({
    ...poisson,
    constants: { ...names, hasOwnProperty: 5 },
    equations: "lap(u) = constructor*toString",
  });
  assert.match(printProblem(problem), /constructor = 2/);
  const found = pde({ ...poisson, trainable: names, equations: "lap(u) = constructor*toString*valueOf" });
  assert.match(printProblem(found), /toString = 3 +to be found, from this guess/);
  const unknown = { unknowns: ["constructor"], equations: "lap(constructor) = 1" };
  throws(() => pde({ ...poisson, ...unknown, conditions: [], exact: {} }), OptionsError, /no formula for constructor/);
  for (const [field, value] of [
    ["constants", '{ "__proto__": 1 }'],
    ["domain", '{ "x": [0, 1], "__proto__": [0, 1] }'],
    ["domain", '{ "shape": "__proto__" }'],
    ["conditions", '[{ "type": "__proto__" }]'],
    ["conditions", '[{ "type": "constructor" }]'],
    ["conditions", '[{ "type": "dirichlet", "equation": "u = 0", "on": "constructor" }]'],
  ] as const) {
    const json = JSON.stringify({ ...poisson, [field]: 0 }).replace(`"${field}":0`, `"${field}":${value}`);
    throws(() => problemFromJson(json), OptionsError, /__proto__|constructor|shape/);
  }
});

test("products with 0 do not hide what is not finite", () => {
  const right = (equations: string, k: number) =>
    pde({ ...poisson, constants: { k }, equations: `lap(u) = ${equations}` });
  throws(() => right("0/0", 1), FormatError, /0\/0 is NaN/);
  throws(() => right("0/k", 0), DomainError, /0\/k is NaN/);
  throws(() => right("0*log(k)", -1), DomainError, /0\*log\(k\) is NaN/);
  assert.equal(right("0/k", 2).equations.length, 1);
});

test("problems of thousands of terms, equal conditions, names and levels are made, or refused by a typed error", () => {
  const many = <T>(n: number, make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i));
  const zero = { type: "dirichlet", equation: "u = 0" } as const;
  assert.is(pde({ ...poisson, conditions: many(2000, () => zero) }).conditions.length, 2000);
  for (const field of ["conditions", "observations", "equations"] as const) {
    const entry = { conditions: zero, observations: { points: [[0, 0]], values: [0] }, equations: "u = 0" }[field];
    throws(
      () => pde({ ...poisson, [field]: many(5000, () => entry) }),
      OptionsError,
      /5000 entries; give at most 4096/,
    );
  }
  const unknowns = many(1000, (k) => `u${k}`);
  for (const [change, message] of [
    [
      { unknowns, equations: unknowns.map((u) => `lap(${u}) = 0`) },
      /problem\.unknowns has 1000 entries; give at most 64/,
    ],
    [{ integrals: many(2000, () => "u = 1") }, /problem\.integrals has 2000 entries; give at most 256/],
  ] as const)
    throws(() => pde({ ...poisson, ...change }), OptionsError, message);
  assert.is(pde({ ...poisson, integrals: many(20, () => "u = 1") }).integrals.length, 20);
  const differing = many(2000, (i) => ({ ...zero, equation: `u = ${i === 1999 ? 1 : 0}` }));
  throws(() => pde({ ...poisson, conditions: differing }), DomainError, /contradict one another/);
  throws(
    () => pde({ ...poisson, conditions: many(2000, (i) => ({ ...zero, on: `x < ${(i + 1) / 2001}` })) }),
    OptionsError,
    /2000 different places, above 256/,
  );
  const sum = pde({ ...poisson, equations: `lap(u) = ${many(2000, (i) => `${i}*x*y^2`).join(" + ")}` });
  assert.is(sum.equations.length, 1);
  throws(
    () => pde({ ...poisson, equations: `lap(u) = ${"sin(".repeat(3000)}x${")".repeat(3000)}` }),
    FormatError,
    /200 deep/,
  );
  throws(() => problemFromJson("[".repeat(1e6)), FormatError, /no JSON/);
  const nested = (open: string, inside: string, close: string) => `${open.repeat(1e4)}${inside}${close.repeat(1e4)}`;
  for (const [field, value] of [
    ["equations", nested("[", "", "]")],
    ["domain", nested('{ "union": [', '{ "x": [0, 1] }', "] }")],
  ] as const)
    throws(
      () => problemFromJson(`{ "name": "p", "domain": { "x": [0, 1] }, "${field}": ${value} }`),
      OptionsError,
      /64 deep/,
    );
  throws(
    () => pde({ ...poisson, domain: { "x1..x1000000000": [0, 1] } as never }),
    OptionsError,
    /more than 10000 axes/,
  );
});

test("whatever stands in the fields of a problem, errors are typed", () => {
  const key = fc.constantFrom(
    ...Object.keys(heat),
    "unknowns",
    "constants",
    "trainable",
    "integrals",
    "observations",
    "quantities",
    "exact",
  );
  fc.assert(
    fc.property(key, fc.jsonValue({ maxDepth: 3 }), (name, value) => {
      try {
        problemFromJson({ ...heat, [name]: value });
      } catch (error) {
        assert.ok(isMongeError(error), `${name}: ${String(error)} ${(error as Error).stack}`);
      }
    }),
    { seed: 5, numRuns: 2000 },
  );
});

test("in MathML every line of the problem is a row, tags are closed in order, and symbols are those of Unicode", () => {
  const text = toMathml(pde(burgers));
  assert.is(text.match(/<mtr>/g)!.length, printProblem(pde(burgers)).split("\n").length - 1);
  const open: string[] = [];
  for (const [, slash, name, empty] of text.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (slash) assert.is(open.pop(), name);
    else if (!empty) open.push(name!);
  }
  assert.equal(open, []);
  assert.ok(text.includes("<mfrac><mrow><mi>∂</mi><mi>u</mi></mrow><mrow><mi>∂</mi><mi>t</mi></mrow></mfrac>"), text);
  assert.ok(text.includes("<msup><mi>∂</mi><mn>2</mn></msup><mi>u</mi>"));
  assert.ok(text.includes("<mi>ν</mi>"));
  // Nothing but elements of MathML, and no text outside of them.
  assert.not.match(text, /<(?!\/?m[a-z]+[ >/])/);
  assert.not.match(text, /<\/m\w+>[^<]+</);
});

test.run();
