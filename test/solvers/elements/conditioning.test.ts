/** Problems whose rows determine some functions hardly, or not at all, against closed forms. */
import { type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

async function judged(spec: Partial<ProblemSpec>, truth?: (x: number) => number) {
  const solution = await solve(pde({ name: "line", ...spec } as ProblemSpec), { budget: { steps: 100 } });
  const { status, report } = solution;
  const [low, high] = pde({ name: "line", ...spec } as ProblemSpec).bounds[0]!;
  const points = Float64Array.from({ length: 201 }, (_, k) => low + ((high - low) * k) / 200);
  const values = await solution.evaluate(points);
  const moved = truth ? values.map((v, k) => v - truth(points[k]!)) : values;
  const off = truth ? Math.hypot(...moved) / Math.hypot(...points.map(truth)) : Number.NaN;
  const { relativeL2, advice } = report.estimate!;
  return { status, advice, relativeL2, off };
}

const resonant = (eps: number, high: number) => ({
  ...{ domain: { x: [-1, high] as const }, equations: `${eps}*u_xx - x*u_x + u = 0` },
  conditions: ["u = 1 on x = -1", `u = 2 on x = ${high}`] as never,
});

test("a layer at both ends that e^(-1/(2 eps)) determines is doubted, on a symmetric interval and on another one", async () => {
  for (const [eps, high] of [
    [0.01, 1],
    [0.005, 1],
    [0.01, 1.2],
  ] as const) {
    const { status, advice } = await judged(resonant(eps, high));
    assert.is(status, "doubtful");
    assert.match(advice!, /singular to rounding/);
  }
});

test("of infinitely many solutions none is believed, and that is said", async () => {
  const pi = { domain: { x: [0, "pi"] as const } };
  const many: readonly Partial<ProblemSpec>[] = [
    { ...pi, equations: "u_xx + u = 0", conditions: ["u = 1 on x = 0", "u = -1 on x = pi"] as never },
    { domain: { x: [0, 2] }, equations: "u_xx + 9*pi^2*u = sin(pi*x)", conditions: "u = 0" as never },
    {
      ...{ ...pi, unknowns: ["u", "v"], equations: ["u_x = v", "v_x = -u"] },
      conditions: ["u = 1 on x = 0", "u = -1 on x = pi"] as never,
    },
  ];
  for (const spec of many) {
    const { status, advice } = await judged(spec);
    assert.is(status, "doubtful");
    assert.match(advice!, /none or infinitely many solutions/);
  }
});

test("a distance of 1e-4 to 1e-8 from an eigenvalue costs as many digits, and the estimate says so", async () => {
  for (const off of [1e-4, 1e-6, 1e-8]) {
    const omega = (1 - off) * Math.PI;
    const spec = { domain: { x: [0, 1] as const }, equations: `u_xx + ((1 - ${off})*pi)^2*u = 0` };
    const conditions = ["u = 0 on x = 0", "u = 1 on x = 1"] as never;
    const found = await judged({ ...spec, conditions }, (x) => Math.sin(omega * x) / Math.sin(omega));
    assert.is(found.status, "converged");
    assert.ok(found.off < 1e-14 / off ** 1.1, `${found.off}`);
    // Sines of numbers next to π have lost as many digits, too.
    assert.ok(found.off < 5 * found.relativeL2 + 1e-15 / off, `${found.off} beside ${found.relativeL2}`);
  }
});

const inPlane = (equations: string, more: Partial<ProblemSpec> = {}) =>
  solve(
    pde({ name: "plane", domain: { x: [0, 1], y: [0, 1] }, conditions: "u = 0", equations, ...more } as ProblemSpec),
    { budget: { steps: 15 } },
  );

test("of infinitely many solutions in the plane none is believed, with one, two or three free functions and on a disk", async () => {
  const disk = { shape: "disk", center: [0, 0], radius: 1, axes: ["x", "y"] } as const;
  for (const [equation, more] of [
    ["lap(u) + 2*pi^2*u = sin(3*pi*x)*sin(pi*y)"],
    ["lap(u) + 5*pi^2*u = 1.907*sin(3*pi*x)*sin(pi*y)"],
    ["lap(u) + 50*pi^2*u = sin(3*pi*x)*sin(pi*y)"],
    ["lap(u) + 2.404825557695773^2*u = x", { domain: disk }],
  ] as const) {
    const { status, report } = await inPlane(equation, more as Partial<ProblemSpec>);
    assert.is(status, "doubtful", equation);
    assert.match(report.estimate!.advice!, /none or infinitely many solutions|no solution or several/, equation);
  }
});

test("a distance of 1e-3 from an eigenvalue in the plane leaves a solution right and believed", async () => {
  const solution = await inPlane("lap(u) + 2*(pi*1.001)^2*u = 2*pi^2*(1.001^2 - 1)*sin(pi*x)*sin(pi*y)");
  assert.is(solution.status, "converged");
  const [middle] = await solution.evaluate(Float64Array.of(0.5, 0.5));
  assert.ok(Math.abs(middle! - 1) < 1e-8, `${middle}`);
});

test("the flux through a coefficient that rises within 1e-3 to 1e-6 is that of its resistances, and the estimate is near the error", async () => {
  const [a, s] = [22.5, 0.352];
  for (const w of [1e-3, 1e-4, 1e-5, 1e-6]) {
    // ∫ 1/k = x − a/(1 + a) w/2 log(1 + (1 + a) e^(2z)), z = (x − s)/w.
    const log = (z: number) =>
      z < 0 ? Math.log1p((1 + a) * Math.exp(2 * z)) : 2 * z + Math.log(Math.exp(-2 * z) + 1 + a);
    const resistance = (x: number) => x - ((a / (1 + a)) * w * (log((x - s) / w) - log(-s / w))) / 2;
    const spec = { domain: { x: [0, 1] as const }, functions: { k: `1 + ${a}*(1 + tanh((x - ${s})/${w}))/2` } };
    const conditions = ["u = 0 on x = 0", "u = 1 on x = 1"] as never;
    const found = await judged(
      { ...spec, equations: "dx(k*u_x) = 0", conditions },
      (x) => resistance(x) / resistance(1),
    );
    assert.is(found.status, "converged");
    assert.ok(found.off < Math.max(1e-10, 5 * found.relativeL2), `${w}: ${found.off} beside ${found.relativeL2}`);
    assert.ok(found.off < 1e-8, `${w}: ${found.off}`);
  }
});

test("errors of layers on a line are estimated within a factor of 3", async () => {
  for (const [eps, width] of [
    [1e-6, 1e-3],
    [2e-5, 4e-3],
    [5e-4, 1e-2],
  ] as const) {
    const truth = (x: number) => Math.sin(1.3 * x + 0.3) + Math.tanh((x + 0.228) / width);
    const manufactured = `sin(1.3*x + 0.3) + tanh((x + 0.228)/${width})`;
    const spec = { domain: { x: [-1, 1] as const }, equations: `${eps}*u_xx + 0.7*u_x - 3*u = source`, manufactured };
    const { status, off, relativeL2 } = await judged({ ...spec, conditions: "exact" }, truth);
    assert.is(status, "converged");
    assert.ok(
      off < 1e-8 && off < 3 * relativeL2 + 1e-13 && relativeL2 < 3 * off + 1e-13,
      `${eps}: ${off} beside ${relativeL2}`,
    );
  }
});

test("a source that is narrow at an end of a line is seen: the layer that it makes moves all of a solution", async () => {
  for (const eps of [1e-4, 6.21e-6]) {
    const truth = (x: number) => Math.sin(2 * x + 2.9) + Math.exp(-(x + 1) / eps);
    const spec = { domain: { x: [-1, 1] as const }, equations: `${eps}*u_xx + (x - 0.531)*u_x = source` };
    const manufactured = `sin(2*x + 2.9) + exp(-(x + 1)/${eps})`;
    const { off } = await judged({ ...spec, manufactured, conditions: "exact" }, truth);
    assert.ok(off < 1e-8, `${eps}: ${off}`);
  }
});

test.run();
