/** What is doubtful about a problem before it is solved: whether its solution settles it. */

import { dirichlet, initial, neumann, type ProblemSpec, pde, periodic, solve } from "../../../solvers/index.ts";
import { assert, equalBy, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";

const line = { name: "line", domain: { x: [-1, 1] } } as const;
const judged = async (spec: Parameters<typeof pde>[0], steps = 4) => {
  const { status, report } = await solve(pde(spec), { budget: { steps } });
  return { status, advice: report.estimate?.advice };
};

test("a jump at a value of the unknown is a doubt for solutions that pass it, and settled by one that does not", async () => {
  const beyond = (value: number) =>
    judged({ ...line, equations: `dx(if(u > ${value}, 1, 2)*u_x) = 2`, conditions: [dirichlet("u = 0")] });
  // u = (x² - 1)/2 or less.
  assert.equal(await beyond(-5), { status: "converged", advice: undefined });
  const passed = await beyond(-0.1);
  assert.is(passed.status, "doubtful");
  assert.match(passed.advice!, /jumps where u \+ 0\.1 changes its sign/);
});

const square = { name: "square", domain: { x: [0, 1], y: [0, 1] }, equations: "-lap(u) = 1" } as const;
const unit = { name: "unit", domain: { x: [0, 1] }, equations: "-u_xx = 1" } as const;
const zero = dirichlet("u = 0");

test("conditions that contradict one another leave an equation broken, which is said by its name, though they count ten thousand times as much", async () => {
  const slopes = { ...square, conditions: [zero, neumann("u_n = 1")] };
  const three = { ...unit, equations: "u_xx = 1", conditions: [zero, neumann("u_x = 3", { on: "x = 0" })] };
  // The integral of the solution is 1/12.
  const mass = { ...unit, conditions: [zero], integrals: ["u = 5"] };
  const said = /^"-?(u_xx|lap\(u\)) - 1 = 0" is left broken by \d+ % of its terms: .* may contradict/;
  for (const spec of [slopes, three, mass]) {
    const { status, report } = await solve(pde(spec), { budget: { steps: 2 } });
    assert.is(status, "doubtful");
    const { relativeL2, advice, rows } = report.estimate!;
    assert.match(advice!, said);
    assert.ok(Object.values(rows!)[0]! > 0.5 && relativeL2 < 0.03, "nothing else tells");
  }
  for (const spec of [
    { ...square, conditions: [zero] },
    { ...unit, conditions: [dirichlet("u = 0", { on: "x = 0" }), neumann("u_n = 1", { on: "x = 1" })] },
    { ...unit, conditions: [zero], integrals: ["u = 1/12"] },
    // Its terms are as small as what is left of them.
    { ...square, equations: "lap(u) = 0", conditions: [dirichlet("u = 300 + x")] },
  ]) {
    const { status, report } = await solve(pde(spec), { budget: { steps: 4 } });
    assert.is(status, "converged");
    assert.ok(Object.values(report.estimate!.rows ?? {}).every((share) => share < 0.05));
  }
});

test("a pulse in a coefficient that the points of a solve do not see is seen by those at which it is judged", async () => {
  // u falls by e² where it passes the pulse.
  const { status, report } = await solve(
    pde({
      ...{ name: "pulse", domain: { x: [0, 10] }, conditions: [dirichlet("u = 1", { on: "x = 0" })] },
      equations: "u_x = -0.1*u - 2*exp(-((x-3.71)/0.01)^2)/(0.01*sqrt(pi))*u",
    }),
    { budget: { steps: 4 } },
  );
  assert.is(status, "doubtful");
  assert.match(
    report.estimate!.advice!,
    /changes within 0.00\d+ near x = 3.71, which its points miss: they leave [\d.]+ % of an equation there/,
  );
});

test("beyond a fold as much is left with many features as with few, and that there may be no solution is said", async () => {
  const bratu = (lambda: number) => ({ ...unit, equations: `u_xx + ${lambda}*exp(u) = 0`, conditions: [zero] });
  // The fold is at 3.514.
  const beyond = await judged(bratu(3.6), 24);
  assert.is(beyond.status, "doubtful");
  assert.match(beyond.advice!, /with \d+ random features and .* with \d+: it may have no solution, as beyond a fold/);
  assert.equal(await judged(bratu(3.4), 12), { status: "converged", advice: undefined });
});

test("an unknown of which only slopes in space count is doubted where nothing fixes it at every time", () => {
  const flow = {
    name: "flow",
    domain: { x: [0, 1], y: [0, 1], t: [0, 1] },
    unknowns: ["u", "v", "p"],
    equations: ["u_t + p_x = lap(u)", "v_t + p_y = lap(v)", "u_x + v_y = 0"],
    conditions: [initial(["u = sin(2*pi*y)", "v = 0"]), periodic({ on: "x" }), periodic({ on: "y" })],
    integrals: ["p = 0"],
  } as const;
  const open = pde(flow).warnings!;
  equalBy(open, ({ kind }) => kind, ["undetermined"]);
  assert.match(
    open[0]!.text,
    /^p appears only through its slopes in space, and nothing fixes it at every t: with it p \+ c\(t\)/,
  );
  const walls = [initial(["u = 0", "v = 0"]), dirichlet(["u = 0", "v = 0"])];
  const { integrals: _, ...without } = flow;
  for (const sound of [
    { ...without, conditions: [...walls, dirichlet("p = 0", { on: "x = 0" })] },
    { ...flow, equations: ["u_t + p_x = lap(u)", "v_t + p_y = lap(v)", "u_x + v_y = -0.1*p"], conditions: walls },
    { ...flow, allow: ["missing-condition"] },
  ])
    assert.equal(
      (pde(sound as ProblemSpec).warnings ?? []).filter(({ kind }) => kind === "undetermined"),
      [],
    );
});

test("an asked tolerance is not met by meshes that agree where neither sees a step, nor by what is no solution", async () => {
  const asked = { tolerance: 1e-2, steps: 12 };
  // u' = (c - x)/k with k = 1 up to 0.4 and 20 beyond.
  const steep = await solve(
    pde({
      ...{ ...unit, functions: { k: "10.5 + 9.5*tanh((x-0.4)/1e-5)" } },
      ...{ equations: "-dx(k*u_x) = 1", conditions: [zero] },
    }),
    { budget: asked },
  );
  const c = (0.08 + 0.42 / 20) / (0.4 + 0.6 / 20);
  const [middle] = await steep.evaluate(Float64Array.of(0.4));
  assert.ok(Math.abs(middle! / (0.4 * c - 0.08) - 1) < 0.05 || steep.status !== "converged", `${middle}`);
  const beyond = await solve(pde({ ...unit, equations: "u_xx + 3.6*exp(u) = 0", conditions: [zero] }), {
    budget: asked,
  });
  assert.is(beyond.status, "doubtful");
  const layer = pde({
    ...{ name: "layer", domain: { x: [0, 2] }, conditions: "exact", equations: "-0.0171*u_xx + u*u_x = source" },
    manufactured: "-0.994*tanh((x - 1.179)/0.0772)",
  });
  const found = await solve(layer, { budget: { tolerance: 1e-2, steps: 20 } });
  const { relativeL2 } = await someErrors(found);
  assert.ok(relativeL2 < 0.1 || found.status !== "converged", `off by ${relativeL2}, ${found.status}`);
});

test("narrow steps of a coefficient are resolved however slowly they fall off, or doubted, and so is what loses its flux", async () => {
  const shapes: readonly (readonly [string, (s: number) => number, number])[] = [
    ["2/pi*atan((x-0.4)/1e-6)", (s) => (2 / Math.PI) * Math.atan(s), 1e-6],
    ["(x-0.4)/1e-5/sqrt(1+((x-0.4)/1e-5)^2)", (s) => s / Math.hypot(1, s), 1e-5],
    ["(x-0.4)/1e-7/sqrt(1+((x-0.4)/1e-7)^2)", (s) => s / Math.hypot(1, s), 1e-7],
  ];
  for (const [text, shape, width] of shapes) {
    const k = (x: number) => 10.5 + 9.5 * shape((x - 0.4) / width);
    // u' = (c - x)/k, and u = 0 at both ends.
    const c = integralAbout(0.4, 1, (x) => x / k(x)) / integralAbout(0.4, 1, (x) => 1 / k(x));
    const exact = integralAbout(0.4, 0.4, (x) => (c - x) / k(x));
    const spec = { ...unit, functions: { k: `10.5 + 9.5*${text}` }, equations: "-dx(k*u_x) = 1", conditions: [zero] };
    const found = await solve(pde(spec), { budget: { tolerance: 1e-2, steps: 12 } });
    const [middle] = await found.evaluate(Float64Array.of(0.4));
    const error = Math.abs(middle! / exact - 1);
    assert.ok(width < 1e-6 ? error < 0.01 || found.status === "doubtful" : error < 0.01, `${text}: off by ${error}`);
  }
  // Slopes of 0 at both ends have no solution; elements hide it in ever thinner ones.
  const unbalanced = await solve(
    pde({ ...{ ...unit, equations: "u_xx + 3*u_x = 1", conditions: [neumann("u_n = 0")] }, integrals: ["u = 0"] }),
    { budget: { tolerance: 1e-2, steps: 12 } },
  );
  assert.is(unbalanced.status, "doubtful");
});

test("where small errors swamp a solution, whatever its own error is, that is the advice: exp(−20 t) of y″ = 400 y", async () => {
  const unstable = { name: "unstable", domain: { t: [0, 3] }, equations: "y'' = 400*y" } as const;
  const { status, advice } = await judged({ ...unstable, unknowns: ["y"], conditions: ["y(0) = 1", "y'(0) = -20"] }, 6);
  assert.is(status, "doubtful");
  assert.match(advice!, /^small errors grow about 1e\d+ times/);
});

/** Integral from 0 to an end by Simpson's rule on intervals that grow away from a place. */
function integralAbout(place: number, end: number, f: (x: number) => number): number {
  const ends = [0, end];
  for (let w = 1e-10; w < 1; w *= 1.02) ends.push(...[place - w, place, place + w].filter((x) => x > 0 && x < end));
  ends.sort((a, b) => a - b);
  return ends.slice(1).reduce((sum, b, i) => {
    const a = ends[i]!;
    return sum + ((b - a) / 6) * (f(a) + 4 * f((a + b) / 2) + f(b));
  }, 0);
}

test.run();
