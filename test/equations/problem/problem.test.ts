/** Problems from text: sources by hand, conditions, printing, JSON, and every complaint. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { DomainError, FormatError, isMongeError, OptionsError, rng } from "../../../engine/index.ts";
import { type Expression, evaluateAt, nodesOf, toText } from "../../../equations/expression/index.ts";
import type { Condition } from "../../../equations/problem/index.ts";
import { isDetermined, substitution } from "../../../equations/problem/index.ts";
import {
  type ConditionSpec,
  dirichlet,
  initial,
  integral,
  neumann,
  type Problem,
  type ProblemSpec,
  pde,
  periodic,
  printProblem,
  problemFromJson,
  problemToJson,
  robin,
  toLatex,
  toMathml,
} from "../../../solvers/index.ts";
import { assert, equalBy, inFolder, test, throws } from "../../harness.ts";
import { vertices } from "../../solvers/vertices.ts";

/** Points uniform in the bounding box. */
function pointsOf({ bounds }: Problem, count: number, seed = 1): Float64Array {
  const d = bounds.length;
  return rng(seed)
    .uniform(count * d)
    .map((v, i) => bounds[i % d]![0] + v * (bounds[i % d]![1] - bounds[i % d]![0]));
}

const sum = (v: readonly number[]) => v.reduce((a, b) => a + b, 0);
const box = { x: [-1, 1], y: [-1, 1] } as const;
const unit = { x: [0, 1] } as const;
const strip = { x: [0, 1], t: [0, 1] } as const;
const disk = { shape: "disk", center: [0, 0], radius: 1 } as const;
const triangle = { shape: "polygon", vertices: vertices("0 0, 1 0, 0 1") } as const;
const heat: ProblemSpec = {
  ...{ name: "heat", domain: strip, equations: "u_t = u_xx" },
  conditions: [initial("u = sin(pi*x)"), dirichlet("u = 0")],
};
const poisson: ProblemSpec = {
  ...{ name: "poisson", domain: box, equations: "-lap(u) = 1" },
  conditions: [dirichlet("u = 0")],
};
const burgers: ProblemSpec = {
  ...{ name: "burgers", domain: { x: [-1, 1], t: [0, 1] }, unknowns: ["u"], constants: { nu: 0.01 / Math.PI } },
  equations: ["u_t + u*u_x = nu*u_xx"],
  conditions: [initial("u = -sin(pi*x)"), dirichlet("u = 0", { on: "x" })],
};
const tenDimensions: ProblemSpec = {
  ...{ name: "ten dimensions", domain: { "x1..x10": [-1, 1] }, equations: "-lap(u) + u - u^3 = source" },
  ...{ manufactured: "exp(-10*normsq(x))", conditions: "exact" },
};
const soliton = "2*sech(x - 4*t - 1)^2";
const kdv: ProblemSpec = {
  ...{ name: "kdv", domain: { x: [-5, 5], t: [0, 1] }, equations: "u_t + 6*u*u_x + u_xxx = 0", exact: soliton },
  conditions: [dirichlet("exact", { on: "x" }), neumann(`u_n = dx(${soliton})`, { on: "x = 5" }), initial("exact")],
};
const kovasznay: ProblemSpec = {
  ...{ name: "kovasznay", domain: { x: [-0.5, 1], y: [-0.5, 1.5] }, unknowns: ["u", "v", "p"] },
  constants: { Re: 40, lam: "Re/2 - sqrt(Re^2/4 + 4*pi^2)" },
  equations: ["u*u_x + v*u_y = -p_x + lap(u)/Re", "u*v_x + v*v_y = -p_y + (v_xx + v_yy)/Re", "u_x + v_y = 0"],
  exact: { u: "1 - exp(lam*x)*cos(2*pi*y)", v: "lam/(2*pi)*exp(lam*x)*sin(2*pi*y)", p: "(1 - exp(2*lam*x))/2" },
  conditions: "exact",
};
const everything: ProblemSpec = {
  ...{ name: "everything", domain: { x: [0, 1], y: [0, 2], t: [0, 1] }, unknowns: ["u", "w"] },
  ...{ constants: { a: 0.1, b: "2*a" }, trainable: { k: 1 } },
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
};

const kdvFaces = kdv.conditions as readonly ConditionSpec[];

/** Near the peak at (c, c), where uniform points never fall. */
const around = (c: number) =>
  rng(2)
    .normal(40)
    .map((v) => c + v * 0.03);
const onePeak = "exp(-1000*((x-0.5)^2 + (y-0.5)^2))";

/** A problem with a given solution, its source by hand, the points where they are compared, and the size of its terms. */
type Source = readonly [
  Partial<ProblemSpec>,
  byHand: (x: readonly number[]) => number,
  at?: Float64Array,
  scale?: number,
];
// biome-ignore format: a table
const sources: Readonly<Record<string, Source>> = {
  "one peak: (4000 − 4·10⁶ r²) u": [
    { domain: box, equations: "-lap(u) = source", manufactured: onePeak },
    ([x, y]) => {
      const r2 = (x! - 0.5) ** 2 + (y! - 0.5) ** 2;
      return (4000 - 4e6 * r2) * Math.exp(-1000 * r2);
    }, around(0.5), 4000],
  "two peaks: −∇·(u∇v) + Δu with v = x² + y²": [
    { domain: box, equations: "-div(u*grad(normsq(x, y))) + lap(u) = source",
      manufactured: `${onePeak} + exp(-1000*((x+0.5)^2 + (y+0.5)^2))` },
    // ∇·(u∇v) = 2 x·∇u + 4u, and with ∇u = −2000 ρ u, Δu = (4·10⁶ ρ² − 4000) u around each centre.
    ([x, y]) =>
      sum(
        [0.5, -0.5].map((c) => {
          const [a, b] = [x! - c, y! - c];
          const r2 = a * a + b * b;
          return (4000 * (x! * a + y! * b) - 4 + (4e6 * r2 - 4000)) * Math.exp(-1000 * r2);
        }),
      ), Float64Array.of(...around(0.5), ...around(-0.5)), 4000],
  "ten dimensions: (20d − 400‖x‖²) u + u − u³": [tenDimensions,
    (x) => {
      const r2 = sum(x.map((v) => v * v));
      const u = Math.exp(-10 * r2);
      return (200 - 400 * r2) * u + u - u ** 3;
    }, rng(4).normal(200).map((v) => v / Math.sqrt(40)), 200],
  "Burgers' equation with a factor before the source": [
    { domain: strip, constants: { nu: "0.01/pi" }, equations: "2*source = u_t + u*u_x - nu*u_xx",
      manufactured: "exp(-t)*sin(pi*x)" },
    ([x, t]) => {
      const [e, s, c] = [Math.exp(-t!), Math.sin(Math.PI * x!), Math.cos(Math.PI * x!)];
      return (-e * s + Math.PI * e * e * s * c + 0.01 * Math.PI * e * s) / 2;
    }],
  "a system, each equation with its own, and one without has none": [
    { domain: box, unknowns: ["u", "v"], equations: ["lap(u) + v = source", "u*v_x - dx(u*v) + u_x*v = 0"],
      manufactured: { v: "x*y^2", u: "x^3*y" } },
    ([x, y]) => 6 * x! * y! + x! * y! ** 2],
  "a plate: Δ²u": [{ domain: disk, equations: "lap(lap(u)) = source", manufactured: "x^3*y^2" }, ([x]) => 24 * x!],
};

test("the source of a given solution is the one by hand: −Δu of peaks, ten dimensions, Burgers' equation, a system, a plate", () => {
  for (const [name, [spec, byHand, points, scale = 24]] of Object.entries(sources)) {
    const problem = pde({ name, conditions: "exact", ...spec } as ProblemSpec);
    const d = problem.axes.length;
    const at = points ?? pointsOf(problem, 30);
    for (const [i, value] of evaluateAt(problem.source![0]!, at, d, problem.constants).entries()) {
      const expected = byHand(Array.from(at.subarray(i * d, (i + 1) * d)));
      const error = Math.abs(value - expected);
      assert.ok(error <= 1e-13 * Math.max(scale, Math.abs(expected)), `${name}: ${value} instead of ${expected}`);
    }
    if (problem.source!.length > 1) assert.equal(problem.source![1], { kind: "number", value: 0 });
  }
  const many = pde(tenDimensions);
  assert.ok([...nodesOf(many.source![0]!)].length < 150, "the source of ten dimensions is small");
  const laplacians = [...nodesOf(many.equations)].filter((node) => node.kind === "laplacian");
  assert.equal(laplacians[0]!.axes, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

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

test("a problem holds what was written; time comes last, and formulas of constants are evaluated in order", () => {
  const problem = pde({ ...burgers, domain: { t: [0, 1], x: [-1, 1] }, constants: { nu: "0.01/pi", two: "2*nu" } });
  assert.equal([problem.axes, problem.time], [["x", "t"], 1]);
  assert.equal(String(problem.bounds), "-1,1,0,1");
  assert.equal(problem.constants, { nu: 0.01 / Math.PI, two: 2 * (0.01 / Math.PI) });
  assert.is(toText(problem.equations[0]!, problem), "u_t + u*u_x - nu*u_xx");
  const [start, sides] = problem.conditions;
  assert.equal(start!.on, { axis: 1, side: "low" });
  assert.equal(sides!.on, { axis: 0, side: "both" });
  assert.ok(start?.kind === "initial" && start.prescribes?.unknown === 0);
  for (const frozen of [problem, problem.equations[0], problem.text.equations]) assert.ok(Object.isFrozen(frozen));
});

test("places: the boundary, axes, faces, predicates, edges", () => {
  const place = (on: unknown, domain: ProblemSpec["domain"] = box): Condition["on"] => {
    const conditions = [{ type: "dirichlet", equation: "u = 0", ...(on !== undefined && { on }) } as ConditionSpec];
    return pde({ name: "", domain, equations: "lap(u) = 1", conditions, allow: ["missing-condition"] }).conditions[0]!
      .on;
  };
  assert.equal(place(undefined), "boundary");
  assert.equal(place("y"), { axis: 1, side: "both" });
  assert.equal(place("y = 1"), { axis: 1, side: "high" });
  assert.equal(place("x = -2/2"), { axis: 0, side: "low" });
  assert.equal(place({ axis: "x", side: "high" }), { axis: 0, side: "high" });
  const where = place("x < 0 and y > 0.5");
  assert.ok(typeof where === "object" && "where" in where);
  assert.equal(place({ edge: 1 }, triangle), { edge: 1 });
});

test("the normal derivative is Σ n_k ∂u/∂x_k; periodic faces match up to the order of the equation, and need no other condition", () => {
  const [c] = pde({ ...poisson, conditions: [robin("u_n + 2*u = 1")] }).conditions;
  assert.ok(c?.kind === "robin");
  assert.is(toText(c.residual, pde(poisson)), "nx*u_x + ny*u_y + 2*u - 1");
  const { exact: _, ...free } = kdv;
  const problem = pde({ ...free, conditions: [initial("u = cos(pi*x/5)"), periodic({ on: "x" })] });
  const [, faces] = problem.conditions;
  assert.ok(faces?.kind === "periodic");
  equalBy(faces.matched, (e) => toText(e, problem), ["u", "u_x", "u_xx"]);
});

test("exact conditions prescribe the solution, initially its time derivatives too, and above second order normal derivatives", () => {
  const texts = ({ conditions }: Problem) => conditions.map((c) => `${c.kind} ${c.text}`);
  const wave = { name: "wave", domain: strip, equations: "u_tt = 4*u_xx", exact: "sin(pi*x)*cos(2*pi*t)" } as const;
  const start = ["initial u = exact", "initial u_t = exact"];
  assert.equal(texts(pde({ ...wave, conditions: "exact" })), ["dirichlet u = exact", ...start]);
  const plate = { name: "plate", domain: disk, equations: "lap(lap(u)) = source", manufactured: "x^3*y^2" } as const;
  const problem = pde({ ...plate, conditions: "exact" });
  assert.equal(texts(problem), ["dirichlet u = exact", "neumann u_n = exact"]);
  const [, slope] = problem.conditions;
  assert.is(
    toText((slope as { residual: Expression }).residual, problem),
    "nx*(u_x - 3*(x^2*y^2)) + ny*(u_y - 2*(x^3*y))",
  );
  assert.match(printProblem(problem), /∂u\/∂n = exact +on the boundary/);
});

test("trainable constants: exact solutions and sources use the true value, equations have the name", () => {
  const problem = pde({
    ...{ name: "inverse", domain: unit, constants: { k: 3 }, trainable: { k: 1 }, equations: "-k*u_xx = source" },
    ...{ manufactured: "sin(pi*x)", conditions: "exact" },
    observations: [{ points: [[0.25], [0.5]], values: new Float64Array([0.7, 1]), sigma: 0.01 }],
  });
  assert.equal([problem.constants, problem.trainable], [{ k: 3 }, { k: 1 }]);
  const [half] = evaluateAt(problem.source![0]!, Float64Array.of(0.5), 1, problem.constants);
  assert.ok(Math.abs(half! - 3 * Math.PI ** 2) < 1e-12);
  assert.equal(problem.observations[0]!.points, new Float64Array([0.25, 0.5]));
  const free = { ...problemToJson(problem), constants: {} };
  throws(() => pde({ ...free, manufactured: "sin(k*x)" }), FormatError, /"k" is unknown/);
});

test("what is asked for is read, printed and kept in JSON, and may bear the name of a function that it is", () => {
  const problem = pde({ ...heat, functions: { flux: "-u_x" }, quantities: { flux: "flux", twice_u: "2*u" } });
  equalBy(problem.quantities, ({ name, text }) => `${name} ${text}`, ["flux flux", "twice_u 2*u"]);
  assert.match(printProblem(problem), /\n {2}flux = −∂u\/∂x +asked for\n/);
  assert.equal(problemFromJson(JSON.stringify(problemToJson(problem))).text, problem.text);
});

test("a problem is printed as it was understood: equations, places, parameters, the normal, parts of complex conditions", () => {
  assert.is(
    printProblem(pde(burgers)),
    [
      "burgers: u(x, t) on x ∈ [−1, 1], t ∈ [0, 1]",
      "  ∂u/∂t + u ∂u/∂x = ν ∂²u/∂x²",
      "  u = −sin(π x)                at t = 0",
      "  u = 0                        on x = −1, x = 1",
      "  ν = 0.0031831",
    ].join("\n"),
  );
  const mixed = pde({
    ...{
      name: "mixed",
      domain: { ...disk, radius: 2 },
      equations: "-lap(u) + exp(u) = source",
      manufactured: "x^2 - y",
    },
    conditions: [dirichlet("exact", { on: "x < 0" }), robin("u_n + u = 2*x^2 - 3*y/2", { on: "x > 0" })],
    integrals: [integral("x*u = 0")],
  });
  assert.equal(
    printProblem(mixed)
      .split("\n")
      .map((l) => l.trim().replaceAll(/ {2,}/g, " | ")),
    [
      "mixed: u(x, y) on a disk",
      "−Δu + exp(u) = source",
      "u = exact | where −x > 0",
      "∂u/∂n + u = 2 x² − 3 y/2 | where x > 0",
      "∫ x u dΩ = 0",
      "u = x² − y | manufactured; it defines the source",
    ],
  );
  const square = { name: "family", domain: { x: [0, 1], y: [0, 1] } } as const;
  const family = pde({
    ...{ ...square, parameters: { k: [1, 5] }, complex: ["u"], equations: "lap(u) + k^2*u = 0" },
    conditions: [dirichlet("u = 1", { on: "x" }), neumann("u_n = i*k*ny*u", { on: "y" })],
  });
  assert.match(printProblem(family), /on x ∈ \[0, 1\], y ∈ \[0, 1\], k ∈ \[1, 5\]/);
  assert.match(printProblem(family), /u = 1 \(imaginary part\) +on x = 0, x = 1/);
  const slope = pde({ ...square, equations: "lap(u) = u", conditions: [neumann("u_n = nx*x - 2*ny")] });
  assert.match(printProblem(slope), /∂u\/∂n = nx x − 2 ny/);
  assert.match(toText((slope.conditions[0] as { residual: Expression }).residual, slope), /nx\*x - 2\*ny/);
});

test("in LaTeX and MathML every line of the problem is a row, tags are closed in order, and symbols are those of Unicode", () => {
  const [, first, second] = toLatex(pde(burgers)).split("\n");
  const [left, right] = [
    "\\frac{\\partial u}{\\partial t} + u \\, \\frac{\\partial u}{\\partial x}",
    "\\nu \\, \\frac{\\partial^{2} u}{\\partial x^{2}}",
  ];
  assert.is(first, `  & ${left} = ${right} && \\\\`);
  assert.is(second, "  & u = -\\sin(\\pi \\, x) && \\text{at }t = 0 \\\\");
  const text = toMathml(pde(burgers));
  assert.is(text.match(/<mtr>/g)!.length, printProblem(pde(burgers)).split("\n").length - 1);
  const open: string[] = [];
  for (const [, slash, name, empty] of text.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (slash) assert.is(open.pop(), name);
    else if (!empty) open.push(name!);
  }
  assert.equal(open, []);
  for (const part of [
    "<mfrac><mrow><mi>∂</mi><mi>u</mi></mrow><mrow><mi>∂</mi><mi>t</mi></mrow></mfrac>",
    "<mi>ν</mi>",
  ])
    assert.ok(text.includes(part), text);
  assert.ok(text.includes("<msup><mi>∂</mi><mn>2</mn></msup><mi>u</mi>"));
  // Nothing but elements of MathML, and no text outside of them.
  assert.not.match(text, /<(?!\/?m[a-z]+[ >/])/);
  assert.not.match(text, /<\/m\w+>[^<]+</);
});

test("a problem written as JSON and read again is the same problem, bit by bit for random coefficients", () => {
  for (const spec of [burgers, kdv, kovasznay, tenDimensions, everything]) {
    const problem = pde(spec);
    const text = JSON.stringify(problemToJson(problem));
    const again = problemFromJson(text);
    assert.equal(again, problem, spec.name);
    assert.is(JSON.stringify(problemToJson(again)), text, spec.name);
  }
  const coefficient = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
  fc.assert(
    fc.property(fc.array(coefficient, { minLength: 3, maxLength: 3 }), fc.string(), ([a, b, c], name) => {
      const equations = `u_xx + a*u + ${b}*x = ${c}*u_x`;
      const problem = pde({ name, domain: unit, constants: { a: a! }, equations, conditions: [dirichlet("u = 0")] });
      assert.equal(problemFromJson(JSON.stringify(problemToJson(problem))), problem);
    }),
    { seed: 3, numRuns: 40 },
  );
});

test("observations are read from a file of columns, in the order of the axes, and stay with the problem", async () => {
  await inFolder((folder) => {
    writeFileSync(join(folder, "data.csv"), "# a thermometer\nt, x, u\n0.5, 0.25, 1\n1, 0.75, 2\n");
    const spec = {
      ...{ name: "seen", domain: strip, equations: "u_t = u_xx" },
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
  const [start, faces, inflow] = [
    initial("u = 0"),
    dirichlet("u = 0", { on: "x" }),
    dirichlet("u = 0", { on: "x = 0" }),
  ];
  const isSo = (equations: string, conditions: ProblemSpec["conditions"] & {}) =>
    isDetermined(pde({ name: "seen", domain: strip, observations, equations, conditions }));
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
  // biome-ignore format: a table
  const taken: readonly ProblemSpec[] = [
    { ...along, equations: "u_rr + u_r/r = -1" },
    { ...along, equations: "r*u_rr + u_r = -r" },
    { ...along, equations: "dr(r^2*u_r)/r^2 + u^5 = 1" },
    { ...along, equations: "u_rr + u_r/r + (1 - 1/r^2)*u = r" },
    { ...along, equations: "u_t = u_rr + u_r/r", domain: { r: [0, 1], t: [0, 1] },
      conditions: [...outer, initial("u = 1")] },
    { ...{ ...along, domain: { r: [0, 1], p: [0, "2*pi"] }, equations: "u_rr + u_r/r + u_pp/r^2 = 1" },
      conditions: [...outer, periodic({ on: "p" })] },
    { ...along, domain: { x: [-1, 1] }, equations: "(1-x^2)*u_xx - 2*x*u_x = u",
      conditions: [dirichlet("u = 1", { on: "x = 1" })] },
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

test("a condition written as one text is that of the object with its type and place", () => {
  const wave = { name: "wave", domain: strip, equations: "u_tt = u_xx" } as const;
  const square = { name: "square", domain: { x: [0, 1], y: [0, 1] }, equations: "-lap(u) = cos(2*pi*x)" } as const;
  const start = initial(["u = sin(pi*x)", "u_t = 0"]);
  // biome-ignore format: a table
  const cases: readonly (readonly [ProblemSpec, readonly string[], readonly ConditionSpec[]])[] = [
    [wave, ["u = sin(pi*x) at t = 0", "u_t = 0 at t = 0", "u = 0 on x"], [start, dirichlet("u = 0", { on: "x" })]],
    [wave, ["u(x, 0) = sin(pi*x)", "u_t(x,0) = 0", "u(0, t) = 0", "u_x(1, t) = 0"], [start, ...ends("u_x = 0")]],
    [wave, ["u = sin(pi*x) on t = 0", "u_t = 0 at t == 0", "u = 0 at x = 0", "u_n = 0 at x = 1"],
      [start, ...ends("u_n = 0")]],
    [wave, ["u = sin(2*pi*x) at t=0", "u_t = 0 at t=0", "periodic in x"],
      [initial(["u = sin(2*pi*x)", "u_t = 0"]), periodic({ on: "x" })]],
    [square, ["u = y on x = 1 and y < 0.5", "u_n + 2*u = 1 on x = 0 or x < 1"],
      [dirichlet("u = y", { on: "x = 1 and y < 0.5" }), robin("u_n + 2*u = 1", { on: "x = 0 or x < 1" })]],
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

const ends = (slope: string) => [dirichlet("u = 0", { on: "x = 0" }), neumann(slope, { on: "x = 1" })];

type Refused = new (...args: never[]) => Error;
/** A sound problem, what is changed in it, the kind of error, and what must be said. */
// biome-ignore format: a table
const refused: readonly (readonly [ProblemSpec, Readonly<Record<string, unknown>>, Refused, RegExp])[] = [
  // A solution that is none, and conditions that it does not fulfil.
  [kdv, { exact: "2*sech(x - 4.1*t - 1)^2", conditions: "exact", allow: ["missing-condition"] }, DomainError,
    /does not fulfil equation 1: it leaves/],
  [kdv, { conditions: [...kdvFaces.slice(0, 2), "u = sech(x - 1)^2 at t = 0"] }, DomainError, /"u = sech/],
  [kdv, { conditions: [kdvFaces[0], neumann("u_n = 3", { on: "x = 5" }), initial("exact")] }, DomainError, /"u_n = 3"/],
  // Places.
  [poisson, { conditions: [dirichlet("u = 0", { on: "z" })] }, OptionsError, /cannot be on "z"/],
  [poisson, { conditions: ["u = 0 on x = 0"] }, DomainError, /no face lies at "x = 0"; x runs from -1 to 1/],
  [poisson, { domain: triangle, conditions: [dirichlet("u = 0", { on: { edge: 3 } })] }, OptionsError,
    /no edge 3; edges are counted from 0 to 2/],
  [poisson, { conditions: [dirichlet("u = 0", { on: { edge: 0 } })] }, OptionsError, /only polygons/],
  [poisson, { domain: disk, conditions: [dirichlet("u = 0", { on: "x" })] }, DomainError, /no face along x/],
  [poisson, { domain: disk, conditions: [dirichlet("u = 0", { on: { edge: 0 } })] }, OptionsError,
    /no edge 0; only polygons have edges/],
  [poisson, { conditions: ["u = 0 on x = -1 and y = 0"] }, DomainError,
    /x = -1 and y = 0 has no points on the boundary; corners have no length/],
  [poisson, { conditions: [dirichlet("u = 0", { on: "x = -1 or 1" })] }, OptionsError,
    /cannot be on "1"; known are boundary, x, y\. A face is "x = …"/],
  [poisson, { conditions: [dirichlet("u = 0", { on: [] })] }, OptionsError, /conditions\[0\]\.on/],
  [poisson, { conditions: [dirichlet("u = 0", { on: [["x"]] as never })] }, OptionsError,
    /conditions\[0\]\.on\[0\] is \["x"\]; give a place such as "x", "x = 1", "y = 0 and x < 0"/],
  [poisson, { domain: disk, conditions: [periodic({ on: "x" })] }, OptionsError, /only boxes/],
  [heat, { conditions: ["u = 0 at t = 0.5"] }, DomainError, /no face lies at "t = 0.5"; t runs from 0 to 1/],
  [heat, { conditions: ["u = 0 on z = 1"] }, FormatError, /"z"/],
  [heat, { conditions: ["periodic in z"] }, OptionsError, /"z" is no axis/],
  [heat, { conditions: ["u(0, 0) = 1"] }, FormatError, /at a point/],
  // Conditions at a point in brackets, with the condition to write.
  [heat, { conditions: [dirichlet("u(x,0) = sin(pi*x)")] }, FormatError,
    /at a point[\s\S]*\{ "type": "initial", "equation": "u = sin\(pi\*x\)" \}/],
  [heat, { conditions: [dirichlet("u(0,t) = 0")] }, FormatError,
    /at a point[\s\S]*\{ "type": "dirichlet", "equation": "u = 0", "on": "x = 0" \}/],
  [heat, { conditions: [dirichlet("u_x(1, t) = 2")] }, FormatError,
    /at a point[\s\S]*\{ "type": "neumann", "equation": "u_x = 2", "on": "x = 1" \}/],
  // Missing conditions are named.
  [heat, { conditions: ["u = 0"] }, OptionsError, /no initial condition although u_t appears; add initial\("u = …"\)/],
  [heat, { equations: "u_tt = u_xx" }, OptionsError,
    /1 initial condition although u_tt appears; add initial\("u_t = …"\)/],
  [heat, { conditions: ["u = 0 at t = 0"] }, OptionsError, /no boundary condition along x, where order 2 needs 2/],
  [heat, { conditions: ["u = 0 at t = 0", "u = 0 on x = -0"] }, OptionsError, /only 1 condition along x/],
  [poisson, { conditions: ["u = 0 on x"] }, OptionsError, /no boundary condition along y/],
  [poisson, { conditions: [] }, OptionsError, /no boundary condition/],
  [poisson, { equations: "u_x + u_y = 1", conditions: [] }, OptionsError, /no conditions at all/],
  [poisson, { equations: "lap(lap(u)) = 1" }, OptionsError, /order 4 needs 4/],
  [poisson, { conditions: ["u_n = 0"] }, OptionsError, /u appears only through its derivatives.*integral\("u = 0"\)/],
  [kovasznay, { conditions: ["u = 0", "v = 0"], exact: undefined }, OptionsError, /p appears only through/],
  [poisson, { conditions: [initial("u = 0")] }, OptionsError, /needs time/],
  // Contradictions.
  [poisson, { conditions: ["u = 0", "u = 1 on y = 1"] }, DomainError,
    /"u = 0" and "u = 1" contradict .* y = 1: 0 and 1/],
  [poisson, { conditions: ["u = x on x", "u = x^2 on x = -1", "u = 0 on y"] }, DomainError, /contradict/],
  [poisson, { conditions: ["u = 0", "u = 1 on x < 0 and y > 0.9"] }, DomainError, /contradict/],
  [heat, { conditions: [initial("u = 1"), "u = 0"] }, DomainError, /"u = 1" and "u = 0" contradict .* t = 0: 1 and 0/],
  [heat, { conditions: ["u = x at t = 0", "periodic in x"] }, DomainError, /periodic in x" contradict/],
  [heat, { conditions: ["u = 0 at t = 0", "periodic in x", "u = 0"] }, DomainError,
    /on the faces of x, which is periodic/],
  [heat, { conditions: ["u = 0 at t = 0", "u = 0", "u = x at t = 0"] }, DomainError, /contradict/],
  // Functions that are not finite in the domain; products with 0 do not hide them.
  [poisson, { equations: "-lap(u) = log(x)" }, DomainError, /log\(x\) is NaN at x = -/],
  [poisson, { conditions: ["u = sqrt(y)"] }, DomainError, /sqrt\(y\) in "u = sqrt\(y\)" is NaN/],
  [poisson, { exact: "log(x)", conditions: "exact" }, DomainError, /exact solution of u is NaN/],
  [poisson, { equations: "-lap(u) = source", manufactured: "x*sqrt(1/2 - y)", conditions: "exact" }, DomainError,
    /exact solution of u is NaN/],
  [poisson, { equations: "lap(u) + log(u) = source", manufactured: "max(x, 0)", conditions: "exact" }, DomainError,
    /source of equation 1 is/],
  [poisson, { equations: "lap(u) = 0/0" }, FormatError, /0\/0 is NaN/],
  [poisson, { constants: { k: 0 }, equations: "lap(u) = 0/k" }, DomainError, /0\/k is NaN/],
  [poisson, { constants: { k: -1 }, equations: "lap(u) = 0*log(k)" }, DomainError, /0\*log\(k\) is NaN/],
  // Nonsense: the place, the value and the way out.
  [heat, { nam: "x" }, OptionsError, /unknown key "nam"; did you mean name\?/],
  [heat, { name: undefined }, OptionsError, /has no "name"/],
  [heat, { domain: [0, 1] }, OptionsError, /domain is \[0,1\]; give an object/],
  [heat, { domain: { x: [1, 0], t: [0, 1] } }, DomainError, /empty interval/],
  [heat, { domain: { "x2..x4": [0, 1] } }, OptionsError, /do not count up from 1/],
  [heat, { equations: 3 }, OptionsError, /equations is 3; give a text, a residual, or a list of them/],
  [heat, { equations: [] }, OptionsError, /list of at least 1/],
  [heat, { equations: ["u_t = u_xx", "u_t = 0"] }, OptionsError, /2 equations for 1 unknown \(u\)/],
  [heat, { equations: "x = 1" }, FormatError, /no unknown appears in this equation/],
  [heat, { unknowns: ["u", "v"] }, OptionsError, /1 equation for 2 unknowns \(u, v\)/],
  [heat, { unknowns: ["u", "v"], equations: ["u_t = u_xx", "u_x = 0"] }, OptionsError,
    /v appears in no equation; leave it out/],
  [heat, { unknowns: ["sin"] }, OptionsError, /"sin" has a meaning of its own/],
  [heat, { unknowns: ["x"] }, OptionsError, /both axis and unknown/],
  [heat, { unknowns: ["u_a"] }, OptionsError, /is no name/],
  [heat, { constants: { u_x: 1 } }, OptionsError, /reads as a derivative of u/],
  [heat, { constants: { k: "1/0" } }, FormatError, /1\/0 is Infinity/],
  [heat, { constants: { a: 0, k: "1/a" } }, OptionsError, /k = 1\/a is Infinity/],
  [heat, { constants: { k: Number.NaN } }, OptionsError, /constants.k is null; give a finite number/],
  [heat, { constants: { k: true } }, OptionsError, /constants.k is true/],
  [heat, { functions: { u_true: "x" } }, OptionsError, /"u_true" has a _ in its name, which stands for a derivative/],
  [heat, { equations: "u_t - u_xx > 1" }, FormatError,
    /this is no equation; .*obstacle, as in "min\(-u_xx - f, u - psi\) = 0"/],
  [heat, { constants: { k: "m" } }, FormatError, /"m" is unknown/],
  [heat, { conditions: "all" }, OptionsError, /conditions is "all"; give "exact"/],
  [heat, { conditions: "exact" }, OptionsError, /conditions are "exact", but no solution is given/],
  [heat, { conditions: [{ type: "dirichet", equation: "u = 0" }] }, OptionsError,
    /conditions\[0\].type is "dirichet"; give one of/],
  [heat, { conditions: [{ type: "dirichlet", equation: "u = 0", one: "x" }] }, OptionsError,
    /unknown key "one"; did you mean on\?/],
  [heat, { conditions: [{ type: "initial", equation: "u = 0", on: "x" }] }, OptionsError, /unknown key "on"/],
  [heat, { conditions: [{ type: "dirichlet" }] }, OptionsError, /has no "equation"/],
  [heat, { conditions: [{ type: "dirichlet", equation: "u = 0", weight: -1 }] }, OptionsError,
    /weight is -1; give a positive/],
  [heat, { conditions: [dirichlet("u_x = 0")] }, FormatError, /Dirichlet condition has no derivatives/],
  [heat, { conditions: [dirichlet("x = 0")] }, FormatError, /no unknown appears in this condition/],
  [heat, { conditions: [neumann("u = 0")] }, FormatError, /neumann condition needs a derivative/],
  [heat, { conditions: [initial("u_t = 0")] }, FormatError, /one too many/],
  [heat, { conditions: [periodic({ on: "y" })] }, OptionsError, /"y" is no axis/],
  [heat, { conditions: [periodic({ on: "x", unknowns: ["w"] })] }, OptionsError, /"w" is no unknown/],
  [heat, { conditions: [robin("exact")], exact: "0" }, OptionsError, /cannot be "exact"/],
  [heat, { integrals: ["u = x"] }, FormatError, /value of an integral is a number/],
  [heat, { integrals: [integral("u = 0", { at: { t: 2 } })] }, OptionsError, /give a time from 0 to 1/],
  [heat, { observations: [{ points: [1, 2, 3], values: [1] }] }, OptionsError,
    /3 coordinates for 1 values; each point has 2: x, t/],
  [heat, { observations: [{ points: [[1, 2, 3]], values: [1] }] }, OptionsError, /a row \[1,2,3\]/],
  [heat, { observations: [{ points: [[1, 2]], values: [1], sigma: 0 }] }, OptionsError, /sigma is 0; give a positive/],
  [heat, { quantities: { flux: "-u_y" } }, FormatError, /"u_y"/],
  [heat, { quantities: { flux: "2*x" } }, FormatError, /no unknown appears in the quantity flux/],
  [heat, { quantities: { u: "u_x" } }, OptionsError, /quantity "u" is named as something else is; rename/],
  [heat, { quantities: { "heat flux": "-u_x" } }, OptionsError, /quantity "heat flux" has no name; give a letter/],
  [heat, { quantities: { flux: "2*u_x" }, functions: { flux: "-u_x" } }, OptionsError,
    /"flux" is named as something else is/],
  [heat, { quantities: ["u_x"] }, OptionsError, /quantities is \["u_x"\]; give an object/],
  [heat, { quantities: { flux: 1 } }, OptionsError, /quantities.flux is 1; give a text/],
  [heat, { exact: ["0", "1"] }, OptionsError, /2 formulas; give one formula for each of u/],
  [heat, { exact: { w: "0" } }, OptionsError, /has "w", which is no unknown/],
  [heat, { exact: "0", manufactured: "0" }, OptionsError, /both given/],
  [heat, { exact: "u" }, FormatError, /unknown u has no place here/],
  [heat, { manufactured: "0" }, OptionsError, /no equation has one/],
  [heat, { manufactured: "0", equations: "u_t - u_xx = source^2" }, OptionsError, /linearly/],
  [heat, { allow: ["everything"] }, OptionsError, /allow\[0\] is "everything"/],
];

test("what is wrong is refused before any work, with the place, the value and the way out", () => {
  const missed = refused.flatMap(([base, change, kind, text]) => {
    try {
      problemFromJson({ ...base, ...change });
      return [`${JSON.stringify(change)} is taken`];
    } catch (error) {
      return error instanceof kind && text.test(error.message) ? [] : [`${JSON.stringify(change)}: ${error}`];
    }
  });
  assert.equal(missed, []);
  throws(() => problemFromJson("{ name: 1 }", "heat.json"), FormatError, /^heat.json: no JSON/);
  throws(() => problemFromJson("[1]"), OptionsError, /the problem is \[1\]/);
});

test("what is enough is taken: integrals, orders, observations, what is allowed, equal values twice, faces of a cavity", () => {
  const taken: readonly (readonly [ProblemSpec, Partial<ProblemSpec>])[] = [
    [poisson, { equations: "lap(u) = x", conditions: [neumann("u_n = 0")], integrals: [integral("u = 0")] }],
    [poisson, { equations: "lap(lap(u)) = 1", conditions: [dirichlet("u = 0"), neumann("u_n = 0")] }],
    [heat, { conditions: ["u = 0 at t = 0"], allow: ["missing-condition"] }],
    [heat, { conditions: [], observations: [{ points: [[0.5, 0.5]], values: [1] }] }],
    [heat, { conditions: [initial("u = 1"), dirichlet("u = 0")], allow: ["corner-mismatch"] }],
    // Faces may disagree in their common corner.
    [poisson, { conditions: ["u = 1 on y = 1", "u = 0 on y = -1", "u = 0 on x"] }],
    [poisson, { conditions: ["u = x", "u = 1 on x = 1"] }],
    [poisson, { constants: { k: 2 }, equations: "lap(u) = 0/k" }],
  ];
  for (const [base, change] of taken) assert.is(pde({ ...base, ...change }).name, base.name);
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

test("problems of thousands of terms, equal conditions, names and levels are made, or refused by a typed error", () => {
  const many = <T>(n: number, make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i));
  const zero = { type: "dirichlet", equation: "u = 0" } as const;
  const sum = `lap(u) = ${many(2000, (i) => `${i}*x*y^2`).join(" + ")}`;
  assert.is(pde({ ...poisson, conditions: many(2000, () => zero) }).conditions.length, 2000);
  assert.is(pde({ ...poisson, integrals: many(20, () => "u = 1") }).integrals.length, 20);
  assert.is(pde({ ...poisson, equations: sum }).equations.length, 1);
  const unknowns = many(1000, (k) => `u${k}`);
  const deep = `lap(u) = ${"sin(".repeat(3000)}x${")".repeat(3000)}`;
  const differing = many(2000, (i) => ({ ...zero, equation: `u = ${i === 1999 ? 1 : 0}` }));
  const places = many(2000, (i) => ({ ...zero, on: `x < ${(i + 1) / 2001}` }));
  const seen = { points: [[0, 0]], values: [0] };
  // biome-ignore format: a table
  const large: readonly (readonly [change: object, Refused, RegExp])[] = [
    [{ conditions: many(5000, () => zero) }, OptionsError, /5000 entries; give at most 4096/],
    [{ observations: many(5000, () => seen) }, OptionsError, /5000 entries; give at most 4096/],
    [{ equations: many(5000, () => "u = 0") }, OptionsError, /5000 entries; give at most 4096/],
    [{ unknowns, equations: unknowns.map((u) => `lap(${u}) = 0`) }, OptionsError,
      /problem\.unknowns has 1000 entries; give at most 64/],
    [{ integrals: many(2000, () => "u = 1") }, OptionsError, /problem\.integrals has 2000 entries; give at most 256/],
    [{ conditions: differing }, DomainError, /contradict one another/],
    [{ conditions: places }, OptionsError, /2000 different places, above 256/],
    [{ equations: deep }, FormatError, /200 deep/],
    [{ domain: { "x1..x1000000000": [0, 1] } }, OptionsError, /more than 10000 axes/],
  ];
  for (const [change, kind, message] of large) throws(() => pde({ ...poisson, ...change }), kind, message);
  throws(() => problemFromJson("[".repeat(1e6)), FormatError, /no JSON/);
  const nested = (open: string, inside: string, close: string) => `${open.repeat(1e4)}${inside}${close.repeat(1e4)}`;
  for (const [field, value] of [
    ["equations", nested("[", "", "]")],
    ["domain", nested('{ "union": [', '{ "x": [0, 1] }', "] }")],
  ] as const) {
    const text = `{ "name": "p", "domain": { "x": [0, 1] }, "${field}": ${value} }`;
    throws(() => problemFromJson(text), OptionsError, /64 deep/);
  }
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

test.run();
