/** What is doubtful before any work: equations that are singular inside of the domain, and values that jump along its boundary. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { dirichlet, initial, neumann, periodic } from "../../../solvers/problem/conditions.ts";
import { pde, printProblem } from "../../../solvers/problem/index.ts";
import type { ProblemSpec } from "../../../solvers/problem/problem.ts";

const line = { name: "line", domain: { x: [-1, 1] }, conditions: [dirichlet("u = 0")] } as const;
const square = { name: "square", domain: { x: [-1, 1], y: [-1, 1] }, conditions: [dirichlet("u = 0")] } as const;
const radius = { name: "radius", domain: { r: [0, 1] }, conditions: [dirichlet("u = 0")] } as const;
const time = { name: "time", domain: { t: [0, 1] }, conditions: [initial("u = 1")] } as const;
const kinds = (spec: ProblemSpec) => (pde(spec).doubts ?? []).map(({ kind }) => kind);
const values = <S extends object>(spec: S, value: string) => ({ ...spec, conditions: [dirichlet(value)] });

test("an equation that is singular inside, where what is smooth has fewer constants than are prescribed, is doubtful and says why", () => {
  const [doubt] = pde({ ...line, equations: "u_xx + u/x = 1" }).doubts!;
  assert.is(doubt!.kind, "overdetermined");
  assert.match(
    doubt!.text,
    /equation 1 is singular at x = 0, inside of the domain: what is smooth there leaves 1 number free across it, and 2 are prescribed, so that only special data have a solution; solve on either side/,
  );
  const doubtful: readonly ProblemSpec[] = [
    { ...line, equations: "u_xx + u_x/x = 1" },
    { ...line, equations: "x*u_xx + u_x = x" },
    { ...line, equations: "(x-0.3)^2*u_xx + u = 1" },
    { ...line, equations: "u_xx + u/abs(x) = 1" },
    { ...line, equations: "u_xx + u/(x-0.3) = 1" },
    { ...line, equations: "u_xx + u^3/x = 1" },
    { ...time, equations: "u_t = -u/(t-0.5)" },
    { ...square, equations: "lap(u) + u/x = 1" },
    { ...square, equations: "lap(u) + u/(x+y-0.3) = 1" },
    { ...square, equations: "lap(u) + u/(x^2+y^2-0.25) = 1" },
    { ...square, equations: "lap(u) + u/(x^2+y^2) = 1" },
    { ...square, domain: { shape: "ball", center: [0, 0], radius: 1 }, equations: "lap(u) + 2*u/(x^2+y^2) = 1" },
    { ...square, equations: "lap(u) + u/(x^2+y^2)^2 = 1" },
    {
      ...{ name: "heat", domain: { x: [-1, 1], t: [0, 1] }, equations: "u_t = u_xx + u/x" },
      conditions: [initial("u = cos(pi*x/2)"), dirichlet("u = 0", { on: "x" })],
    },
  ];
  for (const spec of doubtful) assert.equal(kinds(spec), ["overdetermined"], String(spec.equations));
});

test("an equation that is singular inside, where what is smooth has more constants than are prescribed, has several solutions", () => {
  const several: readonly ProblemSpec[] = [
    // 1 and |x|³ on either side.
    { ...values(line, "u = x^2"), equations: "u_xx = 2*u_x/x + 1" },
    { ...values(line, "u = x^2"), equations: "x*u_xx = 2*u_x + x" },
    { ...time, equations: "u_t = 2*u/(t-0.5)" },
    { ...square, equations: "lap(u) - 4*(x*u_x + y*u_y)/(x^2+y^2) = 1" },
  ];
  for (const spec of several) assert.equal(kinds(spec), ["undetermined"], String(spec.equations));
  assert.match(pde(several[0]!).doubts![0]!.text, /leaves 3 numbers free across it, and 2 are prescribed/);
});

test("sound singular problems of textbooks are not doubtful", () => {
  const open = { allow: ["missing-condition"] } as const;
  const outer = [dirichlet("u = 0", { on: "r = 1" })];
  const sound: readonly ProblemSpec[] = [
    // A disk, a ball and a cylinder, by their radius.
    { ...radius, ...open, equations: "u_rr + u_r/r = 1", conditions: outer },
    { ...radius, equations: "u_rr + 2*u_r/r + u = 0", conditions: [dirichlet("u = 1")] },
    {
      ...{ ...radius, ...open, domain: { r: [0, 1], z: [0, 1] }, equations: "u_rr + u_r/r + u_zz = 1" },
      conditions: [...outer, dirichlet("u = 0", { on: "z" })],
    },
    {
      ...{ ...radius, domain: { r: [0, 1], p: [0, "2*pi"] }, equations: "u_rr + u_r/r + u_pp/r^2 = 0" },
      conditions: [
        dirichlet("u = cos(p)", { on: "r = 1" }),
        dirichlet("u = 0", { on: "r = 0" }),
        periodic({ on: "p" }),
      ],
    },
    // Bessel, Legendre, Chebyshev, Hermite, Laguerre.
    { ...radius, equations: "u_rr + u_r/r + (1 - 1/r^2)*u = 0", conditions: [dirichlet("u = r")] },
    { ...values(line, "u = 1"), equations: "(1-x^2)*u_xx - 2*x*u_x + 6*u = 0" },
    { ...values(line, "u = 1"), equations: "u_xx - 2*x*u_x/(1-x^2) + 6*u/(1-x^2) = 0" },
    { ...values(line, "u = x"), equations: "(1-x^2)*u_xx - x*u_x + 9*u = 0" },
    { ...values(line, "u = 1"), equations: "u_xx - 2*x*u_x + 4*u = 0" },
    { ...radius, equations: "r*u_rr + (1-r)*u_r + 2*u = 0", conditions: [dirichlet("u = 1 - r")] },
    // Lane and Emden, Thomas and Fermi, Emden and Fowler, hydrogen.
    { ...radius, equations: "u_rr + 2*u_r/r + u^5 = 0", conditions: [dirichlet("u = 1 - 0.13*r")] },
    { ...radius, equations: "u_rr = u^1.5/sqrt(r)", conditions: [dirichlet("u = 1 - r")] },
    { ...radius, equations: "u_rr + 2*u_r/r + exp(u) = 0" },
    { ...radius, equations: "u_rr + 2*u_r/r + 2*u/r = u", conditions: [dirichlet("u = exp(-r)")] },
    // Inside of the domain: weak singularities, those that are absorbed, exponents that leave two constants.
    { ...line, equations: "u_xx + u/sqrt(abs(x)) = 1" },
    { ...line, equations: "u_xx + log(abs(x))*u = 1" },
    { ...line, equations: "u_xx + sin(x)/x*u_x = 1" },
    { ...line, equations: "-u_xx + u/abs(x) = 1" },
    { ...values(line, "u = 1"), equations: "u_xx = 2*u/x^2" },
    { ...values(line, "u = 1"), equations: "u_xx = 6*u/x^2" },
    { ...square, equations: "-lap(u) + u/sqrt(x^2+y^2) = 1" },
    { ...square, equations: "-lap(u) - u/sqrt(x^2+y^2) = 1" },
    { ...square, equations: "-lap(u) + u/(x^2+y^2) = 1" },
    { ...square, equations: "lap(u) + (x*u_x + y*u_y)/(x^2+y^2) = 1" },
    { ...square, equations: "-lap(u) + u/x^2 = 1" },
    // What may be multiplied by what vanishes.
    { ...line, equations: "u_xx/(x-0.3) = 1" },
    { ...line, equations: "u_xx/x + u_x = 0" },
    { ...line, equations: "u_xx/x^2 + u = 0" },
    { ...square, equations: "u_xy/(x*y) = 1" },
    // As many values as it leaves free.
    { ...line, ...open, equations: "u_xx + u_x/x = 1", conditions: [dirichlet("u = 0", { on: "x = 1" })] },
    // Equations that change their type, or lose a term on a line.
    { ...square, equations: "u_xx + x^2*u_yy = 1" },
    { ...square, equations: "y*u_xx + u_yy = 1" },
    {
      ...square,
      domain: { x: [-1, 1], t: [0, 1] },
      equations: "u_t + x*u_x = 0",
      conditions: [initial("u = x")],
      ...open,
    },
    // Black and Scholes; Euler, Poisson and Darboux.
    {
      ...{ ...square, domain: { x: [0, 2], t: [0, 1] }, equations: "u_t = 0.02*x^2*u_xx + 0.05*x*u_x - 0.05*u" },
      conditions: [initial("u = 0"), dirichlet("u = 0", { on: "x" })],
    },
    {
      ...{ ...square, domain: { x: [0, 1], t: [0, 1] }, equations: "u_tt + 2*u_t/t = u_xx" },
      conditions: [initial(["u = sin(pi*x)", "u_t = 0"]), dirichlet("u = 0", { on: "x" })],
    },
  ];
  for (const spec of sound) assert.equal(kinds(spec), [], String(spec.equations));
});

test("a text that tells its solution has the doubts that it has without", () => {
  const conditions = [dirichlet("u = 0")];
  for (const [told, untold] of [
    [
      { ...line, equations: "u_xx + u/x = source", manufactured: "x*(1-x^2)", conditions },
      { ...line, equations: "u_xx + u/x = -6*x + 1 - x^2", conditions },
    ],
    [
      { ...line, equations: "u_xx + u_x/x = 1", exact: "(x^2-1)/4", conditions },
      { ...line, equations: "u_xx + u_x/x = 1", conditions },
    ],
  ] as const) {
    assert.equal(kinds(told), kinds(untold), String(told.equations));
    assert.is(kinds(told).length, 1);
  }
});

test("values that differ where two parts of a boundary meet are said, and neither refused nor where they agree", () => {
  const triangle = {
    ...{ name: "triangle", equations: "lap(u) = 0" },
    domain: {
      shape: "polygon",
      vertices: [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
    }, // prettier-ignore
  } as const;
  const edges = (...given: readonly string[]) => given.map((equation, edge) => dirichlet(equation, { on: { edge } }));
  const jumps = pde({ ...triangle, conditions: edges("u = 0", "u = 1", "u = 0") }).doubts!;
  assert.equal(
    jumps.map(({ kind }) => kind),
    ["jump", "jump"],
  ); // prettier-ignore
  assert.match(jumps[0]!.text, /u jumps from 0 \("u = 0"\) to 1 \("u = 1"\) near x = (1|0\.99), y = /);
  assert.equal(kinds({ ...triangle, conditions: edges("u = 0", "u = y", "u = y") }), []);
  assert.equal(kinds({ ...triangle, conditions: edges("u = x", "u = x - y", "u = x*y - y") }), []);
  const disk = { ...square, domain: { shape: "ball", center: [0, 0], radius: 1 }, equations: "lap(u) = 0" } as const;
  const halves = (low: string, high: string) => [dirichlet(low, { on: "y < 0" }), dirichlet(high, { on: "y > 0" })];
  assert.equal(kinds({ ...disk, conditions: halves("u = 0", "u = 1") }), ["jump"]);
  assert.equal(kinds({ ...disk, conditions: halves("u = 0", "u = y") }), []);
  const box = { ...square, domain: { x: [0, 1], y: [0, 1] }, equations: "lap(u) = 0" } as const;
  // They agree at x = 0 and differ at x = 1.
  const lid = [dirichlet("u = x", { on: "y" }), dirichlet("u = 0", { on: "x" })];
  assert.equal(kinds({ ...box, conditions: lid }), ["jump"]);
  assert.equal(kinds({ ...box, conditions: lid, allow: ["corner-mismatch"] }), []);
  assert.equal(kinds({ ...box, conditions: [neumann("u_n = 0", { on: "x" }), dirichlet("u = x", { on: "y" })] }), []);
});

test("a problem that is printed says what is doubtful about it", () => {
  assert.match(
    printProblem(pde({ ...line, equations: "u_xx + u/x = 1" })),
    /\n {2}doubtful: equation 1 is singular at x = 0/,
  );
  assert.not.match(printProblem(pde({ ...line, equations: "u_xx + u = 1" })), /doubtful/);
});

test.run();
