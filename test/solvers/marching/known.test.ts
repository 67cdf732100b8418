// Inside: one of the methods that march in time.
/** Marching against published values, and against Fourier and Chebyshev codes of other programs. */

import { initial, neumann, type ProblemSpec, pde, periodic } from "../../../solvers/index.ts";
import type { ImplicitSystem } from "../../../solvers/marching/implicit-system.ts";
import { march } from "../../../solvers/marching/march.ts";
import { derivativesAt } from "../../../solvers/marching/marched-field.ts";
import { radau } from "../../../solvers/marching/radau.ts";
import { assert, test } from "../../harness.ts";

/** Largest distance of the march from known values [point][unknown]. */
function distance(
  spec: Omit<ProblemSpec, "name">,
  tolerance: number,
  known: readonly { readonly at: readonly number[]; readonly values: readonly number[] }[],
): number {
  const problem = pde({ name: "known", ...spec });
  const result = march(problem, { tolerance, seconds: 60, isOver: () => false });
  if ("refused" in result) throw new Error(result.refused);
  const still = problem.axes.map(() => 0);
  return Math.max(
    ...known.flatMap(({ at, values }) =>
      values.map((v, k) => Math.abs(derivativesAt(result.field, Float64Array.from(at))(k, still)[0]! - v)),
    ),
  );
}

test("Radau's method of three stages has order 5 in even steps", () => {
  // y′ = 2 (sin t − y) + cos t with y = sin t
  const system: ImplicitSystem = {
    ...{ size: 1, orders: Uint8Array.of(1), kinds: Int32Array.of(0), alone: true, isFixed: true, isSolved: true },
    work: { evaluation: 1, factorisation: 1, solution: 1 },
    evaluate: (t, [y, rate]) => Float64Array.of(rate![0]! - 2 * (Math.sin(t) - y![0]!) - Math.cos(t)),
    linearise: () => {},
    factor: (re, im) => ({
      solve: (b) => {
        const [p, q] = [re + 2, im];
        if (im === 0) return Float64Array.of(b[0]! / p);
        const square = p * p + q * q;
        return Float64Array.of((b[0]! * p + b[1]! * q) / square, (b[1]! * p - b[0]! * q) / square);
      },
    }),
  };
  const errorOf = (steps: number) => {
    const h = 2 / steps;
    const marched = radau(system, [0, 2], [Float64Array.of(0)], {
      ...{ tolerance: 1, longest: () => h, mostWork: Number.POSITIVE_INFINITY, isOver: () => false },
      first: h,
    });
    assert.is(marched.steps.length, steps);
    const { start, coefficients } = marched.steps.at(-1)!;
    return Math.abs(coefficients[0]!.reduce((sum, c) => sum + c[0]!, start[0]![0]!) - Math.sin(2));
  };
  const errors = [4, 8, 16].map(errorOf);
  for (const k of [1, 2]) {
    const order = Math.log2(errors[k - 1]! / errors[k]!);
    assert.ok(Math.abs(order - 5) < 0.3, `order ${order}`);
  }
});

test("the Pleiades end at the places of the test set of initial value problems", () => {
  const [xs, ys] = [
    [3, 3, -1, -3, 2, -2, 2],
    [3, -3, 2, 0, 0, -4, 4],
  ] as const;
  const stars = [1, 2, 3, 4, 5, 6, 7];
  const pull = (i: number, axis: string) =>
    stars
      .filter((j) => j !== i)
      .map((j) => `${j}*(${axis}${j} - ${axis}${i})/((x${i} - x${j})^2 + (y${i} - y${j})^2)^1.5`)
      .join(" + ");
  const unknowns = [...stars.map((i) => `x${i}`), ...stars.map((i) => `y${i}`)];
  const speeds: Readonly<Record<string, number>> = { x6: 1.75, x7: -1.5, y4: -1.25, y5: 1 };
  const far = distance(
    {
      ...{ domain: { t: [0, 3] }, unknowns },
      equations: unknowns.map((u) => `${u}_tt = ${pull(Number(u[1]), u[0]!)}`),
      conditions: [
        initial([
          ...[...xs, ...ys].map((v, k) => `${unknowns[k]} = ${v}`),
          ...unknowns.map((u) => `${u}_t = ${speeds[u] ?? 0}`),
        ]),
      ],
    },
    1e-6,
    [
      {
        at: [3],
        values: [
          ...[0.3706139143970502, 3.237284092057233, -3.222559032418324, 0.659709145577531, 0.3425581707156584],
          ...[1.562172101400631, -0.7003092922212495, -3.943437585517392, -3.27138097397255, 5.225081843456543],
          ...[-2.59061243497747, 1.198213693392275, -0.2429682344935824, 1.09144924042898],
        ],
      },
    ],
  );
  assert.ok(far < 1e-4, `${far}`);
});

test("Lorenz's system is followed to t = 20", () => {
  // SciPy's DOP853 with tolerances of 1e-12 and 3e-14, which agree to 1e-7.
  const far = distance(
    {
      ...{ domain: { t: [0, 20] }, unknowns: ["a", "b", "c"] },
      equations: ["a_t = 10*(b - a)", "b_t = a*(28 - c) - b", "c_t = a*b - 8/3*c"],
      conditions: [initial(["a = 1", "b = 1", "c = 1"])],
    },
    1e-5,
    [
      { at: [10], values: [-4.90268754, -3.74387292, 24.6908581] },
      { at: [20], values: [13.7931996, 12.951804, 34.9016087] },
    ],
  );
  assert.ok(far < 1e-3, `${far}`);
});

test("FitzHugh and Nagumo's front between walls is that of a Fourier code", () => {
  // ETDRK4 on 512 modes of the even continuation, 1500 and 3000 steps.
  const far = distance(
    {
      ...{ domain: { x: [0, 40], t: [0, 10] }, unknowns: ["u", "v"] },
      equations: ["u_t = u_xx + u*(1 - u)*(u - 0.1) - v", "v_t = 0.02*(0.5*u - v)"],
      conditions: [initial(["u = 1/(1 + exp((x - 8)/0.8))", "v = 0"]), neumann(["u_n = 0", "v_n = 0"], { on: "x" })],
      allow: ["corner-mismatch"],
    },
    1e-5,
    [
      { at: [2, 10], values: [0.896423002, 0.086238088] },
      { at: [11, 10], values: [0.697234144, 0.032991503] },
      { at: [15, 10], values: [0.153033891, 0.003959927] },
    ],
  );
  assert.ok(far < 5e-5, `${far}`);
});

test("Cahn and Hilliard's equation separates as in a Fourier code", () => {
  // ETDRK4 on 128 modes, 4000 and 8000 steps.
  const far = distance(
    {
      ...{ domain: { x: [0, 1], t: [0, 0.01] }, equations: "u_t = dx(dx(u^3 - u - 0.02^2*u_xx))" },
      conditions: [initial("u = 0.3*cos(2*pi*x) + 0.2*cos(6*pi*x)"), periodic({ on: "x" })],
    },
    1e-4,
    [
      { at: [0, 0.01], values: [0.890564236] },
      { at: [0.2, 0.01], values: [-0.914887717] },
      { at: [0.45, 0.01], values: [-0.897808157] },
    ],
  );
  assert.ok(far < 2e-4, `${far}`);
});

test("a soliton of Schrödinger's cubic equation keeps its form and turns its phase", () => {
  const at = (x: number, t: number) => ({
    at: [x, t],
    values: [Math.cos(t / 2) / Math.cosh(x), Math.sin(t / 2) / Math.cosh(x)],
  });
  const far = distance(
    {
      ...{ domain: { x: [-12, 12], t: [0, 3] }, unknowns: ["u", "v"] },
      equations: ["u_t = -0.5*v_xx - (u^2 + v^2)*v", "v_t = 0.5*u_xx + (u^2 + v^2)*u"],
      conditions: [initial(["u = 1/cosh(x)", "v = 0"]), periodic({ on: "x" })],
    },
    1e-4,
    [at(0, 3), at(0.8, 2.2), at(-2, 1.1)],
  );
  assert.ok(far < 2e-4, `${far}`);
});

test("Kuramoto and Sivashinsky's equation grows cells as in a Fourier code", () => {
  // ETDRK4 on 256 modes, 800 and 1600 steps.
  const far = distance(
    {
      ...{ domain: { x: [0, "32*pi"], t: [0, 20] }, equations: "u_t = -u*u_x - u_xx - u_xxxx" },
      conditions: [initial("u = cos(x/16)*(1 + sin(x/16))"), periodic({ on: "x" })],
    },
    1e-4,
    [
      { at: [10, 20], values: [0.715331406] },
      { at: [50, 20], values: [-0.421480942] },
      { at: [90, 20], values: [0.126427622] },
    ],
  );
  assert.ok(far < 5e-4, `${far}`);
});

test.run();
