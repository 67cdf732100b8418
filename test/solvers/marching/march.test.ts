// Inside: one of the methods that march in time.
/** Marching against exact solutions and published values. */
import { join } from "node:path";
import { evaluateAt } from "../../../equations/expression/index.ts";
import type { ProblemSpec } from "../../../equations/problem/index.ts";
import { dirichlet, initial, neumann, pde, periodic, robin } from "../../../equations/problem/index.ts";
import { solve } from "../../../solvers/automatic/index.ts";
import { evolutionForm } from "../../../solvers/marching/evolution-form.ts";
import { march, marchable } from "../../../solvers/marching/march.ts";
import { derivativesAt, marchKind } from "../../../solvers/marching/marched-field.ts";
import { saveRecord } from "../../../solvers/solution/solution-record.ts";
import { loadSolution } from "../../../solvers/solve/index.ts";
import { assert, inFolder, test } from "../../harness.ts";

const never = () => false;

/** Marches to a tolerance. */
function marched(spec: Omit<ProblemSpec, "name">, tolerance: number, seconds = 20) {
  const problem = pde({ name: "marched", ...spec });
  const result = march(problem, { tolerance, seconds, isOver: never });
  if ("refused" in result) throw new Error(result.refused);
  const still = problem.axes.map(() => 0);
  return {
    ...result,
    at: (...point: readonly number[]) =>
      problem.unknowns.map((_, k) => derivativesAt(result.field, Float64Array.from(point))(k, still)[0]!),
  };
}

const within = (found: readonly number[], truth: readonly number[], share: number) => {
  truth.forEach((v, k) => {
    assert.ok(Math.abs(found[k]! - v) <= share * Math.abs(v), `${found[k]} for ${v}`);
  });
};

test("a derivative that stands in a Laplacian and by itself has one slope, the sum of both", () => {
  const form = evolutionForm(
    pde({
      ...{ name: "twice", domain: { x: [0, 1], y: [0, 1], t: [0, 1] }, equations: "u_t = lap(u) + 2*u_xx" },
      conditions: ["u(x, y, 0) = 0", "u = 0"],
    }),
  );
  if (typeof form === "string") throw new Error(form);
  const slopes = form.inside[0]!.slopes.map(({ leaf, slope }) => [
    form.leaves[leaf]!.inSpace,
    evaluateAt(slope, new Float64Array(3), 3)[0],
  ]);
  const of = (order: readonly number[]) => slopes.filter(([inSpace]) => `${inSpace}` === `${order}`).map(([, v]) => v);
  assert.equal([of([2, 0]), of([0, 2]), of([0, 0])], [[-3], [-1], [1]]);
});

test("Prothero and Robinson's stiff problem is as exact between steps as at them", () => {
  const { at } = marched(
    { domain: { t: [0, 5] }, equations: "u_t = -1e4*(u - cos(t)) - sin(t)", conditions: "u = 1" },
    1e-7,
  );
  for (const t of [0.3, 1.234, 2.5, 4.9]) assert.ok(Math.abs(at(t)[0]! - Math.cos(t)) < 1e-6);
});

test("Robertson's reaction, its third equation an algebraic one, has the published values at t = 40", () => {
  const { at } = marched(
    {
      ...{ domain: { t: [0, 40] }, unknowns: ["a", "b", "c"] },
      equations: ["a_t = -0.04*a + 1e4*b*c", "b_t = 0.04*a - 1e4*b*c - 3e7*b^2", "a + b + c = 1"],
      conditions: [initial(["a = 1", "b = 0"])],
    },
    1e-7,
  );
  // Hairer and Wanner, Solving Ordinary Differential Equations II, and the examples of CVODE.
  within(at(40), [0.7158270688, 9.185534765e-6, 0.2841637458], 1e-6);
});

test("HIRES ends at the values of the test set of initial value problems", () => {
  const { at } = marched(
    {
      ...{ domain: { t: [0, 321.8122] }, unknowns: ["a", "b", "c", "d", "p", "q", "r", "s"] },
      equations: [
        ...["a_t = -1.71*a + 0.43*b + 8.32*c + 0.0007", "b_t = 1.71*a - 8.75*b", "c_t = -10.03*c + 0.43*d + 0.035*p"],
        ...["d_t = 8.32*b + 1.71*c - 1.12*d", "p_t = -1.745*p + 0.43*q + 0.43*r"],
        ...["q_t = -280*q*s + 0.69*d + 1.71*p - 0.43*q + 0.69*r", "r_t = 280*q*s - 1.81*r", "s_t = -280*q*s + 1.81*r"],
      ],
      conditions: [initial(["a = 1", "b = 0", "c = 0", "d = 0", "p = 0", "q = 0", "r = 0", "s = 0.0057"])],
    },
    1e-8,
  );
  within(
    at(321.8122),
    [
      ...[0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2],
      ...[0.2386356198831331e-2, 0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2],
    ],
    2e-6,
  );
});

test("the second derivative in time is eliminated: van der Pol's oscillator and its system are the same", () => {
  const one = marched(
    { domain: { t: [0, 20] }, equations: "u_tt = 10*(1 - u^2)*u_t - u", conditions: [initial(["u = 2", "u_t = 0"])] },
    1e-7,
  );
  const two = marched(
    {
      ...{ domain: { t: [0, 20] }, unknowns: ["u", "v"], equations: ["u_t = v", "v_t = 10*(1 - u^2)*v - u"] },
      conditions: [initial(["u = 2", "v = 0"])],
    },
    1e-7,
  );
  for (const t of [1, 7.77, 13, 20]) assert.ok(Math.abs(one.at(t)[0]! - two.at(t)[0]!) < 1e-5);
});

test("a pulse of a thousandth of the time in a coefficient is not jumped over", () => {
  const { at } = marched(
    {
      domain: { t: [0, 10] },
      equations: "u_t = -0.1*u - 2*exp(-((t - 3.71)/0.001)^2)/(0.001*sqrt(pi))*u",
      conditions: "u = 1",
    },
    1e-6,
  );
  within(at(10), [Math.exp(-1 - 2)], 1e-5);
});

test("what varies along a diagonal of a periodic square alone is what a line says of it", () => {
  // Gray and Scott's reaction in s = x + y: the Laplacian is twice the second derivative.
  const bump = (s: string) => `exp(-4*(sin(pi*(${s} - 0.4)))^2)`;
  const equations = (diffusion: (u: string) => string) => [
    `u_t = ${diffusion("u")}*2e-3 - u*v^2 + 0.04*(1 - u)`,
    `v_t = ${diffusion("v")}*1e-3 + u*v^2 - 0.1*v`,
  ];
  const starts = (s: string) => initial([`u = 1 - 0.5*${bump(s)}`, `v = 0.25*${bump(s)}`]);
  const plane = marched(
    {
      ...{
        domain: { x: [0, 1], y: [0, 1], t: [0, 10] },
        unknowns: ["u", "v"],
        equations: equations((u) => `lap(${u})`),
      },
      conditions: [starts("x + y"), periodic({ on: ["x", "y"] })],
    },
    1e-5,
  );
  const line = marched(
    {
      ...{ domain: { s: [0, 1], t: [0, 10] }, unknowns: ["u", "v"], equations: equations((u) => `2*${u}_ss`) },
      conditions: [starts("s"), periodic({ on: "s" })],
    },
    1e-7,
  );
  for (const [x, y, t] of [
    [0.1, 0.3, 2],
    [0.77, 0.9, 6.5],
    [0, 0.25, 10],
  ] as const)
    within(plane.at(x, y, t), line.at((x + y) % 1, t), 3e-5);
});

test("velocities and pressure of Taylor and Green's vortex decay as their formulas say", () => {
  const { at } = marched(
    {
      ...{ domain: { x: [0, "2*pi"], y: [0, "2*pi"], t: [0, 1] }, unknowns: ["u", "v", "p"] },
      equations: ["u_t + u*u_x + v*u_y + p_x = 0.1*lap(u)", "v_t + u*v_x + v*v_y + p_y = 0.1*lap(v)", "u_x + v_y = 0"],
      conditions: [initial(["u = cos(x)*sin(y)", "v = -sin(x)*cos(y)"]), periodic({ on: ["x", "y"] })],
      integrals: ["p = 0 at every t"],
    },
    1e-5,
  );
  const [x, y, t] = [1.1, 4, 0.8];
  const decay = Math.exp(-0.2 * t);
  within(
    at(x, y, t),
    [
      Math.cos(x) * Math.sin(y) * decay,
      -Math.sin(x) * Math.cos(y) * decay,
      (-(Math.cos(2 * x) + Math.cos(2 * y)) / 4) * decay ** 2,
    ],
    1e-5,
  );
});

test("a conductivity that varies five-fold over a periodic square is solved for beside its middle", () => {
  const { at } = marched(
    {
      ...{ domain: { x: [0, "2*pi"], y: [0, "2*pi"], t: [0, 1] }, unknowns: ["u"] },
      equations: "u_t = dx((1.5 + sin(x + y))*u_x) + dy((1.5 + sin(x + y))*u_y) + source",
      ...{
        conditions: [initial("u = cos(x - 2*y)"), periodic({ on: ["x", "y"] })],
        manufactured: "exp(-t)*cos(x - 2*y)",
      },
    },
    1e-5,
  );
  within(at(1, 2.5, 0.7), [Math.exp(-0.7) * Math.cos(-4)], 3e-5);
});

test("a march is kept whose check has no time to end, and is judged by what there is of it", () => {
  const problem = pde({
    ...{ name: "kept", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = 0.1*u_xx" },
    conditions: [initial("u = cos(pi*x)"), neumann("u_n = 0", { on: "x" })],
  });
  let isPart = false;
  for (let most = 1; most <= 20; most++) {
    let asked = 0;
    const result = march(problem, { tolerance: 1e-9, seconds: 20, isOver: () => ++asked > most });
    if ("refused" in result) continue;
    const { field, coarse } = result;
    assert.is(field.until, 1);
    const found = derivativesAt(field, Float64Array.of(0.2, 0.9))(0, [0, 0])[0]!;
    assert.ok(Math.abs(found - Math.cos(0.2 * Math.PI) * Math.exp(-0.09 * Math.PI ** 2)) < 1e-2);
    isPart ||= coarse.until < 1 && result.share > 1;
  }
  assert.ok(isPart);
});

test("a pulse at a jump of the speed of sound from 1 to 2 is reflected by a third and passes by four thirds", () => {
  const { at, field } = marched(
    {
      ...{ domain: { x: [-2.3, 3], t: [0, 2] }, equations: "u_tt = if(x < 0, 1, 4)*u_xx" },
      conditions: [
        initial("u = exp(-50*(x + 1)^2)"),
        initial("u_t = 100*(x + 1)*exp(-50*(x + 1)^2)"),
        dirichlet("u = 0", { on: "x" }),
      ],
    },
    1e-5,
  );
  assert.ok(field.spaces[0]!.along[0]!.edges.some((x) => Math.abs(x) < 1e-12));
  const pulse = (s: number) => Math.exp(-50 * (1 - s) ** 2);
  for (const [x, t] of [
    [-0.5, 0.45],
    [-0.03, 1.02],
    [-0.9, 1.95],
    [0.1, 1.1],
    [1.7, 1.9],
  ] as const) {
    const truth = x < 0 ? pulse(t - x) + pulse(t + x) / 3 : (4 / 3) * pulse(t - x / 2);
    assert.ok(Math.abs(at(x, t)[0]! - truth) < 2e-5, `${at(x, t)[0]} for ${truth} at x = ${x}, t = ${t}`);
  }
});

test("waves of shallow water in a square have heights as right as velocities: no height of alternating signs is left free", () => {
  const { at } = marched(
    {
      ...{ domain: { x: [0, 1], y: [0, 1], t: [0, 0.3] }, unknowns: ["h", "u", "v"] },
      equations: ["h_t + u_x + v_y = 0", "u_t + h_x = 0", "v_t + h_y = 0"],
      conditions: [
        "h = cos(pi*x)*cos(2*pi*y) at t = 0",
        "u = 0 at t = 0",
        "v = 0 at t = 0",
        "u = 0 on x",
        "v = 0 on y",
      ],
    },
    1e-3,
  );
  const w = Math.PI * Math.sqrt(5);
  for (const [x, y, t] of [
    [0.11, 0.52, 0.3],
    [0.62, 0.57, 0.2],
    [0.98, 0.05, 0.25],
    [0.5, 0.5, 0.3],
  ] as const) {
    const [p, q] = [Math.PI * x, 2 * Math.PI * y];
    const swing = Math.sin(w * t) / w;
    const truth = [
      Math.cos(p) * Math.cos(q) * Math.cos(w * t),
      Math.PI * Math.sin(p) * Math.cos(q) * swing,
      2 * Math.PI * Math.cos(p) * Math.sin(q) * swing,
    ];
    for (const [k, v] of at(x, y, t).entries())
      assert.ok(Math.abs(v - truth[k]!) < 1e-3, `${"huv"[k]} at ${[x, y, t]}: ${v}, ${truth[k]}`);
  }
});

test("Maxwell's waves of several half waves in a square take the steps that their periods ask for, from the first march on", () => {
  const [w, at] = [Math.PI * Math.hypot(3, 2), [0.3, 0.4, 0.7] as const];
  const { at: values, steps } = marched(
    {
      ...{ domain: { x: [0, 1], y: [0, 1], t: [0, 1] }, unknowns: ["E", "P", "Q"] },
      equations: ["E_t = Q_x - P_y", "P_t = -E_y", "Q_t = E_x"],
      conditions: ["E = sin(3*pi*x)*sin(2*pi*y) at t = 0", "P = 0 at t = 0", "Q = 0 at t = 0", "E = 0"],
    },
    1e-3,
    6,
  );
  const [electric] = values(...at);
  within([electric!], [Math.sin(3 * Math.PI * at[0]) * Math.sin(2 * Math.PI * at[1]) * Math.cos(w * at[2])], 2e-3);
  assert.ok(steps < 100, `${steps} steps`);
});

test("u = 0 is not marched where u′ = 2√|u| has t² as well: its slope is infinite there", () => {
  const problem = pde({
    ...{ name: "root", domain: { t: [0, 2] }, equations: "u_t = 2*sqrt(abs(u))" },
    conditions: "u(0) = 0",
  });
  assert.ok("refused" in march(problem, { tolerance: 1e-6, seconds: 5, isOver: never }));
  const smooth = pde({ name: "logistic", domain: { t: [0, 2] }, equations: "u_t = u - u^2", conditions: "u(0) = 0" });
  assert.not("refused" in march(smooth, { tolerance: 1e-6, seconds: 5, isOver: never }));
});

test("where rounding stops finer steps the march that came to the end is kept: a jump of van der Pol's oscillator, μ = 6269", () => {
  const start = [initial(["u = 1.89803", "u_t = 0"])];
  const equations = "u_tt = 6269*(1 - u^2)*u_t - u";
  const { field, ended, at } = marched({ domain: { t: [0, 12538] }, equations, conditions: start }, 1e-11);
  assert.is(ended, undefined);
  assert.is(field.until, 12538);
  // SciPy's Radau with rtol = 1e-9 and 1e-10.
  within(at(12538), [1.5622751], 1e-7);
});

test("a wave is marched whose start misses its walls: by 1e-7 on a line, where images solve it, and in a square by as much as a velocity of the wall", () => {
  const pulse = (x: number) => Math.exp(-100 * (x - 0.4) ** 2);
  const { at } = marched(
    {
      ...{ domain: { x: [0, 1], t: [0, 1.5] }, equations: "u_tt = u_xx", allow: ["corner-mismatch"] },
      conditions: [initial("u = exp(-100*(x - 0.4)^2)"), initial("u_t = 0"), dirichlet("u = 0", { on: "x" })],
    },
    1e-5,
  );
  const odd = (x: number): number => {
    const s = x - 2 * Math.round(x / 2);
    return s < 0 ? -pulse(-s) : pulse(s);
  };
  for (const [x, t] of [
    [0.3, 0.2],
    [0.7, 0.9],
    [0.55, 1.4],
  ] as const)
    assert.ok(Math.abs(at(x, t)[0]! - (odd(x - t) + odd(x + t)) / 2) < 1e-4);
  const square = marched(
    {
      ...{ domain: { x: [0, 1], y: [0, 1], t: [0, 0.5] }, equations: "u_tt = lap(u)", allow: ["corner-mismatch"] },
      conditions: [initial("u = 0"), initial("u_t = 0"), dirichlet("u = sin(2*(t + x))", { on: "boundary" })],
    },
    1e-2,
  );
  assert.is(square.ended, undefined);
  assert.is(square.field.until, 0.5);
});

test("heat between a Robin and a Neumann wall decays as its first mode does", () => {
  // tan k = 1/k
  const k = 0.8603335890193797;
  const { at } = marched(
    {
      ...{ domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u_xx", constants: { k } },
      conditions: [initial("u = cos(k*x)"), neumann("u_n = 0", { on: "x = 0" }), robin("u_n + u = 0", { on: "x = 1" })],
    },
    1e-8,
  );
  for (const [x, t] of [
    [0.2, 0.1],
    [0.9, 0.77],
    [0, 1],
  ] as const)
    within(at(x, t), [Math.cos(k * x) * Math.exp(-k * k * t)], 1e-7);
});

test("a wave between a fixed and a free wall agrees with its modes, and its error is estimated within a factor of five", () => {
  const modes = [1, 3, 5].map((n) => (n * Math.PI) / 2);
  const { at, share } = marched(
    {
      ...{ domain: { x: [0, 1], t: [0, 4] }, equations: "u_tt = u_xx" },
      conditions: [
        initial(["u = sin(pi*x/2) + sin(3*pi*x/2)/3 - sin(5*pi*x/2)/5", "u_t = 0"]),
        ...[dirichlet("u = 0", { on: "x = 0" }), neumann("u_n = 0", { on: "x = 1" })],
      ],
    },
    1e-6,
  );
  const truth = (x: number, t: number) =>
    modes.reduce((sum, w, i) => sum + [1, 1 / 3, -1 / 5][i]! * Math.sin(w * x) * Math.cos(w * t), 0);
  for (const [x, t] of [
    [0.3, 0.7],
    [0.8, 2.9],
    [1, 4],
  ] as const)
    assert.ok(Math.abs(at(x, t)[0]! - truth(x, t)) < 2e-5);
  assert.ok(share > 0 && share < 1);
});

test("two solitons of Korteweg and de Vries pass through one another", () => {
  // u = 2 (log F)_xx with F = 1 + e^{η₁} + e^{η₂} + ((k₁ − k₂)/(k₁ + k₂))² e^{η₁ + η₂}, ηᵢ = kᵢ x − kᵢ³ t + δᵢ
  const [k, l, a, b] = [1.5, 0.9, 9, 2];
  const c = ((k - l) / (k + l)) ** 2;
  const exact = (x: number, t: number) => {
    const [p, q] = [Math.exp(k * x - k ** 3 * t + a), Math.exp(l * x - l ** 3 * t + b)];
    const f = 1 + p + q + c * p * q;
    const fx = k * p + l * q + (k + l) * c * p * q;
    const fxx = k * k * p + l * l * q + (k + l) ** 2 * c * p * q;
    return 2 * (fxx / f - (fx / f) ** 2);
  };
  const eta = (n: number, shift: number) => `exp(${n}*x + ${shift})`;
  const [p, q] = [eta(k, a), eta(l, b)];
  const f = `(1 + ${p} + ${q} + ${c}*${p}*${q})`;
  const fx = `(${k}*${p} + ${l}*${q} + ${(k + l) * c}*${p}*${q})`;
  const fxx = `(${k * k}*${p} + ${l * l}*${q} + ${(k + l) ** 2 * c}*${p}*${q})`;
  const { at } = marched(
    {
      ...{ domain: { x: [-20, 20], t: [0, 3] }, equations: "u_t + 6*u*u_x + u_xxx = 0", allow: ["corner-mismatch"] },
      conditions: [initial(`u = 2*(${fxx}/${f} - (${fx}/${f})^2)`), periodic({ on: "x" })],
    },
    1e-4,
    8,
  );
  for (const [x, t] of [
    [-5, 0.5],
    [-3, 1],
    [-1, 2],
    [0.4, 3],
  ] as const)
    assert.ok(Math.abs(at(x, t)[0]! - exact(x, t)) < 1e-3);
});

test("where a solution blows up the march ends, and says when", () => {
  const { ended, field } = marched({ domain: { t: [0, 2] }, equations: "u_t = u^2", conditions: "u = 1" }, 1e-7);
  assert.match(ended!, /grows without bound at t = 1: it has none beyond/);
  assert.ok(Math.abs(field.until - 1) < 1e-4, `${field.until}`);
});

test("what cannot be marched is told why", () => {
  const line = { name: "line", domain: { x: [0, 1], t: [0, 1] } } as const;
  const wall = dirichlet("u = 0", { on: "x" });
  assert.match(
    marchable(pde({ name: "steady", domain: { x: [0, 1] }, equations: "u_xx = 1", conditions: "u = 0" }))!,
    /no time/,
  );
  assert.match(
    marchable(
      pde({
        ...line,
        equations: "u_t = u_xx",
        conditions: [initial("u = 0"), wall, neumann("u_n = 0", { on: "x = 0" })],
      }),
    )!,
    /3 conditions along x where its orders ask for 2/,
  );
  assert.match(
    marchable(
      pde({
        ...line,
        ...{ trainable: { d: 1 }, equations: "u_t = d*u_xx", conditions: [initial("u = sin(pi*x)"), wall] },
        observations: [{ points: [[0.5, 0.5]], values: [0.1] }],
      }),
    )!,
    /to be found/,
  );
});

test("errors of a solution that ends are those of the points that it has, and the others are counted", async () => {
  const text = { domain: { t: [0, 2] }, equations: "u_t = u^2", conditions: "u = 1", exact: "1/(1-t)" } as const;
  const solution = await solve(pde({ name: "ends", ...text }), { budget: { steps: 4 }, seed: 1 });
  assert.is(solution.status, "doubtful");
  const points = Float64Array.of(0, 0.5, 1.5);
  const { relativeL2, absent } = await solution.errors({ points, values: Float64Array.of(1, 2, -2) });
  assert.is(absent, 1);
  assert.ok(relativeL2 < 1e-4, `${relativeL2}`);
});

test("a march is loaded as it was saved, also from records of earlier versions", async () => {
  const heat = pde({
    ...{ name: "heat", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u_xx" },
    conditions: [initial("u = sin(pi*x)"), dirichlet("u = 0", { on: "x" })],
  });
  const solution = await solve(heat, { budget: { tolerance: 1e-4, processorSeconds: 60 } });
  assert.ok(solution.trial.kind === marchKind);
  const points = Float64Array.of(0.3, 0.1, 0.5, 0.2);
  const values = await solution.evaluate(points);
  const { problem, report, trial } = solution;
  await inFolder(async (folder) => {
    const [now, former, pieces] = ["now", "former", "pieces"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await solution.save(now);
    await saveRecord(former, "field", { problem, report, ...{ field: trial.layout } }, trial.coefficients);
    await saveRecord(
      pieces,
      "pieces",
      { problem, report, ...{ kind: trial.kind, layout: trial.layout } },
      trial.coefficients,
    );
    for (const saved of [now, former, pieces])
      assert.equal(await (await loadSolution(saved)).evaluate(points), values, saved);
  });
});

test("a problem that a march cannot begin goes to features and networks", async () => {
  // A front along the start: no step in time satisfies the march's rows there.
  const front = pde({
    ...{ name: "front", domain: { x: [0, 1], t: [0, 5] }, equations: "u_tt - 3.215*u_xx + exp(u) = source" },
    manufactured: "0.876*tanh((0.074*(x - 0.173) - 0.237*(t - 3.69))/0.0583)",
    conditions: [initial("u = exact"), initial("u_t = exact"), dirichlet("u = exact", { on: "x" })],
  });
  const solution = await solve(front, { budget: { steps: 1 }, seed: 0 });
  assert.not.ok(solution.trial.kind === marchKind, "a march of no length is no solution");
  const { absent } = await solution.errors();
  assert.is(absent, undefined);
});

test("two marches that are exact to rounding are enough, though neither had more steps than the other", () => {
  const parabola = "(1 + x - 2*x^2)*(1 + t)";
  const { rungs, at } = marched(
    {
      ...{ domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = 0.3*u_xx + source", manufactured: parabola },
      conditions: "exact",
    },
    1e-9,
  );
  assert.is(rungs, 2);
  within(at(0.3, 1), [2 * (1 + 0.3 - 2 * 0.3 ** 2)], 1e-12);
});

test("where residuals fall fast the estimate of a march falls with them, and is right within a factor of 5", async () => {
  // A soliton of Schrödinger's equation: the second march leaves a hundredth of its change.
  const [a, v] = [1.2, 1];
  const wave = (f: string) => `${a}/cosh(${a}*(x - ${v}*t))*${f}(${v}*x + ${(a * a - v * v) / 2}*t)`;
  const soliton = pde({
    ...{ name: "soliton", domain: { x: [-20, 20], t: [0, 2] }, unknowns: ["u", "v"] },
    equations: ["u_t = -0.5*v_xx - (u^2 + v^2)*v", "v_t = 0.5*u_xx + (u^2 + v^2)*u"],
    exact: [wave("cos"), wave("sin")],
    conditions: [
      initial([`u = ${wave("cos").replaceAll("t)", "0)")}`, `v = ${wave("sin").replaceAll("t)", "0)")}`]),
      periodic({ on: ["x"] }),
    ],
    allow: ["corner-mismatch"],
  });
  for (const most of [1e-4, 1e-6]) {
    const solution = await solve(soliton, { budget: { processorSeconds: 20, tolerance: most }, seed: 0 });
    const { relativeL2 } = await solution.errors();
    const estimated = solution.report.estimate!.relativeL2;
    assert.ok(relativeL2 < 5 * estimated && estimated < 5 * relativeL2, `${relativeL2}, estimated ${estimated}`);
  }
});

test("a march and elements end where the error that they estimate, right within a factor of 5, meets the tolerance", async () => {
  const heat: ProblemSpec = {
    ...{ name: "heat", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = 0.1*u_xx" },
    ...{ exact: "exp(-0.1*pi^2*t)*sin(pi*x)", conditions: [initial("u = sin(pi*x)"), dirichlet("u = 0", { on: "x" })] },
  };
  const bump: ProblemSpec = {
    ...{ name: "bump", domain: { x: [0, 1], y: [0, 1] }, equations: "-lap(u) = source" },
    ...{ manufactured: "exp(-200*((x-0.4)^2+(y-0.6)^2))", conditions: "exact" },
  };
  for (const problem of [pde(heat), pde(bump)]) {
    const [loose, tight] = [
      await solve(problem, { budget: { processorSeconds: 5, tolerance: 1e-3 }, seed: 0 }),
      await solve(problem, { budget: { processorSeconds: 5, tolerance: 1e-6 }, seed: 0 }),
    ];
    for (const [solution, tolerance] of [
      [loose, 1e-3],
      [tight, 1e-6],
    ] as const) {
      assert.is(solution.status, "converged");
      const { relativeL2 } = await solution.errors();
      assert.ok(relativeL2 <= 5 * tolerance, `${problem.name}: ${relativeL2} for ${tolerance}`);
    }
    assert.ok(loose.report.rounds < tight.report.rounds, `${loose.report.rounds} and ${tight.report.rounds} rounds`);
  }
});

test.run();
