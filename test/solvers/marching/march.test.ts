// Inside: one of the methods that march in time.
/** Marching against exact solutions and published values. */
import { join } from "node:path";
import { evaluateAt } from "../../../equations/expression/index.ts";
import {
  dirichlet,
  initial,
  loadSolution,
  neumann,
  type ProblemSpec,
  pde,
  periodic,
  solve,
} from "../../../solvers/index.ts";
import { evolutionForm } from "../../../solvers/marching/evolution-form.ts";
import { march, marchable } from "../../../solvers/marching/march.ts";
import { derivativesAt, marchKind } from "../../../solvers/marching/marched-field.ts";
import { saveRecord } from "../../../solvers/solution/solution-record.ts";
import { assert, inFolder, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";
import { marched } from "./marched.ts";

const never = () => false;

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

test("u = 0 is not marched where u′ = 2√|u| has t² as well: its slope is infinite there", () => {
  const problem = pde({
    ...{ name: "root", domain: { t: [0, 2] }, equations: "u_t = 2*sqrt(abs(u))" },
    conditions: "u(0) = 0",
  });
  assert.ok("refused" in march(problem, { tolerance: 1e-6, seconds: 1, isOver: never }));
  const smooth = pde({ name: "logistic", domain: { t: [0, 2] }, equations: "u_t = u - u^2", conditions: "u(0) = 0" });
  assert.not("refused" in march(smooth, { tolerance: 1e-6, seconds: 5, isOver: never }));
});

test("a wave is marched in a square whose start misses its walls by as much as a velocity of the wall", () => {
  const square = marched(
    {
      ...{ domain: { x: [0, 1], y: [0, 1], t: [0, 0.5] }, equations: "u_tt = lap(u)", allow: ["corner-mismatch"] },
      conditions: [initial("u = 0"), initial("u_t = 0"), dirichlet("u = sin(2*(t + x))", { on: "boundary" })],
    },
    3e-2,
  );
  assert.is(square.ended, undefined);
  assert.is(square.field.until, 0.5);
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
  const { absent } = await someErrors(solution);
  assert.is(absent, undefined);
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
    const { relativeL2 } = await someErrors(solution);
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
      const { relativeL2 } = await someErrors(solution);
      assert.ok(relativeL2 <= 5 * tolerance, `${problem.name}: ${relativeL2} for ${tolerance}`);
    }
    assert.ok(loose.report.rounds < tight.report.rounds, `${loose.report.rounds} and ${tight.report.rounds} rounds`);
  }
});

test.run();
