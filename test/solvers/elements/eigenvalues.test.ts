/** Eigenvalues by elements, against those that are known. */
import { solveByElements, unsuitedToElements } from "../../../solvers/elements/index.ts";
import { loadSolution, type ProblemSpec, pde, periodic, solve } from "../../../solvers/index.ts";
import { assert, inFolder, test } from "../../harness.ts";

type Eigenproblem = Partial<ProblemSpec> & { readonly near: number; readonly is: number; readonly off?: number };

const string = { domain: { x: [0, 1] }, equations: "u_xx + lam*u = 0", conditions: "u = 0" } as const;
const square = { domain: { x: [0, 1], y: [0, 1] }, equations: "lap(u) + lam*u = 0", conditions: "u = 0" } as const;
const mathieu = { domain: { x: [0, "pi"] }, equations: "u_xx + (lam - 2*cos(2*x))*u = 0" } as const;

/** Text, guess, the eigenvalue next to it. Zeros of Bessel's and Airy's functions, and Mathieu's characteristic values, are from Abramowitz & Stegun, and SciPy. */
const problems: Readonly<Record<string, Eigenproblem>> = {
  "the lowest tone of a string": { ...string, near: 8, is: Math.PI ** 2 },
  "its second tone": { ...string, near: 36, is: 4 * Math.PI ** 2 },
  "its twentieth tone": { ...string, near: 3920, is: 400 * Math.PI ** 2 },
  "a string whose size is told by its slope": {
    ...{ ...string, near: 8, is: Math.PI ** 2, integrals: [] },
    conditions: ["u = 0", { type: "neumann", equation: "u_x = 1", on: "x = 0" }],
  },
  "a string as a system of first order": {
    ...{ ...string, unknowns: ["u", "v"], equations: ["u_x = v", "v_x = -lam*u"], near: 8 },
    is: Math.PI ** 2,
  },
  "a drum, in polar form": {
    ...{ domain: { r: [0, 1] }, equations: "r*u_rr + u_r + lam*r*u = 0", near: 5, is: 2.404825557695773 ** 2 },
    conditions: [{ type: "dirichlet", equation: "u = 0", on: "r = 1" }],
  },
  "a drum in the plane": {
    ...{ ...square, domain: { shape: "disk", center: [0, 0], radius: 1 }, near: 5.5 },
    ...{ is: 2.404825557695773 ** 2, off: 1e-4 },
  },
  "the third state of an oscillator": {
    ...{ domain: { x: [-9, 9] }, equations: "-u_xx + x^2*u = lam*u", conditions: "u = 0", near: 5.3 },
    is: 5,
  },
  "a quartic oscillator": {
    ...{ domain: { x: [-6, 6] }, equations: "-u_xx + (x^2 + 0.1*x^4)*u = lam*u", conditions: "u = 0" },
    ...{ near: 1, is: 1.065285509543718 },
  },
  "a particle that falls on a floor": {
    ...{ domain: { x: [0, 25] }, equations: "-u_xx + x*u = lam*u", conditions: "u = 0", near: 2 },
    is: 2.338107410459767,
  },
  "Mathieu's equation, even": { ...mathieu, conditions: [periodic({ on: "x" })], near: -0.4, is: -0.45513860410741364 },
  "Mathieu's equation, odd": { ...mathieu, conditions: [periodic({ on: "x" })], near: 3.8, is: 3.917024772998471 },
  "a clamped beam": {
    ...{ domain: { x: [0, 1] }, equations: "u_xxxx = lam*u", near: 450, is: 4.730040744862704 ** 4 },
    conditions: ["u = 0", { type: "neumann", equation: "u_n = 0" }],
  },
  "a square membrane": { ...square, near: 18, is: 2 * Math.PI ** 2 },
  "an eigenvalue with two eigenfunctions": { ...square, near: 50, is: 5 * Math.PI ** 2 },
  "a membrane in the form of an L": {
    ...{ ...square, near: 9, is: 9.6397238440219, off: 1e-3 },
    domain: {
      difference: [
        { x: [-1, 1], y: [-1, 1] },
        { x: [0, 1], y: [-1, 0] },
      ],
    },
  },
  "an eigenvalue in small units": { ...string, equations: "u_xx + 1e9*lam*u = 0", near: 8e-9, is: 1e-9 * Math.PI ** 2 },
  // By Newton's method on Chebyshev points from the linear ground state on.
  "a condensate in a trap, whose equation is not linear": {
    ...{ domain: { x: [-8, 8] }, equations: "-u_xx + x^2*u + 10*u^3 = lam*u", conditions: "u = 0" },
    ...{ near: 3, is: 4.022920908052388 },
  },
};

const problemOf = ({ near, is: _is, off: _off, ...spec }: Eigenproblem, name: string) =>
  pde({ name, trainable: { lam: near }, integrals: ["u^2 = 1"], ...spec } as ProblemSpec);

for (const [name, one] of Object.entries(problems)) {
  test(`the eigenvalue next to the guess is found: ${name}`, () => {
    const problem = problemOf(one, name);
    assert.is(unsuitedToElements(problem), undefined);
    const solved = solveByElements(problem, { ...usual, tolerance: (one.off ?? 5e-8) / 5 })!;
    const off = Math.abs(solved.constants["lam"]!.value / one.is - 1);
    assert.ok(solved.converged && off < (one.off ?? 1e-8), `${solved.constants["lam"]!.value}, off by ${off}`);
  });
}

const usual = { clock: () => 0, seconds: Number.POSITIVE_INFINITY, meshes: 12 };

/** Coffey and Evans' equation with β = 20, of which three eigenvalues lie within 1e-3 (MATSLISE, doi:10.1145/1114268.1114273). */
const coffeyEvans = {
  ...({ domain: { x: ["-pi/2", "pi/2"] }, conditions: "u = 0" } as const),
  equations: "-u_xx + (400*sin(2*x)^2 - 40*cos(2*x))*u = lam*u",
};

test("the eigenvalue next to the guess is found where the first function that is tried is that of another one", () => {
  const solved = solveByElements(problemOf({ ...string, near: 26, is: 0 }, "string"), { ...usual, tolerance: 1e-8 })!;
  assert.ok(Math.abs(solved.constants["lam"]!.value / (4 * Math.PI ** 2) - 1) < 1e-8);
});

test("among eigenvalues that lie close together the one next to the guess is found", () => {
  for (const [near, is] of [
    [151.46277, 151.46277834645664],
    [151.4632, 151.46322365765863],
    [151.46366, 151.4636689883517],
  ] as const) {
    const solved = solveByElements(problemOf({ ...coffeyEvans, near, is }, "cluster"), { ...usual, tolerance: 1e-9 })!;
    assert.ok(
      Math.abs(solved.constants["lam"]!.value / is - 1) < 1e-11,
      `${solved.constants["lam"]!.value} for ${near}`,
    );
    // That in the middle has one on either side, seen from its guess.
    assert.ok(Math.abs(solved.neighbour!.away - 4.453e-4) < 5e-5 && !solved.neighbour!.isNearer);
  }
});

test("how far the next eigenvalue is follows from the rows of the one that was found, also where it is the same", () => {
  const away = (one: Eigenproblem) => {
    const { neighbour } = solveByElements(problemOf(one, "beside"), { ...usual, tolerance: 1e-7, meshes: 3 })!;
    return neighbour;
  };
  const line = away({ ...string, near: 25, is: 4 * Math.PI ** 2 })!;
  assert.ok(Math.abs(line.away / (3 * Math.PI ** 2) - 1) < 1e-2 && !line.isNearer, `${line.away}`);
  assert.ok(away({ ...square, near: 50, is: 0 })!.away < 1e-3);
  assert.is(away(problems["a condensate in a trap, whose equation is not linear"]!), undefined);
});

test("an eigenvalue and its function are a solution as any other: estimated, evaluated and kept", async () => {
  const solution = await solve(problemOf(problems["the lowest tone of a string"]!, "string"), {
    budget: { seconds: 60, tolerance: 1e-8 },
  });
  const { status, constants, estimate } = solution.report;
  assert.is(status, "converged");
  assert.ok(estimate!.relativeL2 < 1e-8 && estimate!.quantities!["lam"]! < 1e-8);
  assert.ok(Math.abs(constants["lam"]!.value - Math.PI ** 2) < 1e-7);
  const points = Float64Array.of(0.1, 0.25, 0.5);
  const values = await solution.evaluate(points);
  points.forEach((x, i) => {
    assert.ok(Math.abs(Math.abs(values[i]!) - Math.SQRT2 * Math.sin(Math.PI * x)) < 1e-8, `${values}`);
  });
  assert.ok((await solution.residual(points)).every((v) => Math.abs(v) < 1e-5));
  await inFolder(async (folder) => {
    await solution.save(folder);
    const loaded = await loadSolution(folder);
    assert.equal(loaded.report.constants, constants);
    assert.equal(await loaded.residual(points), await solution.residual(points));
  });
});

test("what nothing determines is not found by elements: an eigenfunction without a size, two constants of which the product counts", () => {
  const open = { ...usual, tolerance: 1e-8, meshes: 3 };
  assert.is(solveByElements(problemOf({ ...string, near: 8, is: 0, integrals: [] }, "open"), open), undefined);
  const product = pde({
    ...{ ...string, name: "product", equations: "u_xx + a*b*u = 0", trainable: { a: 2, b: 4.5 } },
    integrals: ["u^2 = 1"],
  });
  assert.is(solveByElements(product, open), undefined);
});

test.run();
