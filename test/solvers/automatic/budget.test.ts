/** Budgets of time are kept, whatever the problem: with a clock of the test's own, and with the processor's. */

import { choose, type Method, methods, settingOf } from "../../../solvers/automatic/index.ts";
import { type Deadline, featuresWithin, noDeadline, OutOfTime } from "../../../solvers/features/index.ts";
import { pde, type Solution, solve } from "../../../solvers/index.ts";
import { systemClock } from "../../../solvers/solution/index.ts";
import { assert, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";

/** Each row asks for the unknown at a hundred other points, so that the first program alone takes a second. */
const dear = pde({
  name: "dear",
  domain: { x: [0, 1] },
  equations: "u_xx + integral(integral(s*r*u(x*s*r), s, 0, 1, 10), r, 0, 1, 10) = 1",
  conditions: [{ type: "dirichlet", equation: "u = 0" }],
});

const cubic = pde({
  name: "cubic",
  domain: { x: [-1, 1], y: [-1, 1] },
  equations: "-lap(u) + u^3 = source",
  manufactured: "3*sin(pi*x)*sin(pi*y)",
  conditions: "exact",
});

/** Corners of a regular polygon. */
const around = (n: number, radius: number, x = 0) =>
  Array.from({ length: n }, (_, k): [number, number] => {
    const angle = (2 * Math.PI * k) / n;
    return [x + radius * Math.cos(angle), radius * Math.sin(angle)];
  });

test("no other method begins where a solution has used most of the budget", async () => {
  let now = 0;
  const setting = settingOf({ budget: { processorSeconds: 10 }, clock: { wall: () => 0, processor: () => now } });
  const tried: number[] = [];
  const taking =
    (seconds: number): Method =>
    async (problem, own) => {
      tried.push(seconds);
      now += 1000 * seconds;
      const result = await methods.elements(problem, own);
      return result && { ...result, isFinal: false, isRough: true };
    };
  const membrane = pde({ name: "line", domain: { x: [0, 1] }, equations: "u_xx = 1", conditions: "u = 0" });
  await choose([taking(5), taking(4), taking(0.5)], membrane, setting);
  assert.equal(tried, [5, 4]);
});

/** A clock that goes on by `each` seconds whenever it is looked at, with an end. */
function ticking(each: number, end: number): Deadline & { asked: number } {
  let time = 0;
  const pace = {
    ...noDeadline(),
    asked: 0,
    now: () => time,
    left() {
      pace.asked++;
      time += each;
      return end - time;
    },
  };
  return pace;
}

test("without time for one linear solve nothing is returned, and it is said what for", async () => {
  try {
    await featuresWithin(cubic, { features: 150 }, ticking(1, 2.5));
    assert.unreachable();
  } catch (error) {
    assert.instance(error, OutOfTime);
    assert.match((error as OutOfTime).message, /no time for [a-z ]+, about/);
  }
});

test("a budget in seconds ends elements by the wall clock, however little the processor was theirs", async () => {
  const membrane = pde({
    ...{ name: "membrane", domain: { shape: "polygon", vertices: around(3, 1) }, equations: "-lap(u) = 1 + x*u^3" },
    conditions: "u = 0",
  });
  const rounds = async (each: number) => {
    let now = 0;
    const clock = () => {
      now += each;
      return now;
    };
    const budget = { seconds: 4, tolerance: 1e-9 };
    return (await solve(membrane, { budget, threads: 1, clock: { wall: clock, processor: () => 0 } })).report.rounds;
  };
  const [whole, busy] = [await rounds(250), await rounds(1000)];
  assert.ok(busy < whole, `${busy} meshes, ${whole} without a wait`);
});

test("Newton's method that runs out of time ends with what its last whole step gave", async () => {
  const whole = await featuresWithin(cubic, { features: 100, scale: 1.5 }, ticking(0, 1));
  assert.is(whole.status, "converged");
  const cut = await featuresWithin(cubic, { features: 100, scale: 1.5 }, ticking(1, 10));
  assert.is(cut.status, "budget");
  assert.ok(cut.report.steps >= 1 && cut.report.steps < whole.report.steps, `${cut.report.steps} steps`);
  const { relativeL2 } = await someErrors(cut);
  assert.ok(relativeL2 < 0.5, `error ${relativeL2}`);
});

test("two processor seconds are exceeded by a fifth and one second at most, where a solve with many features would take minutes", async () => {
  const budget = 2;
  const solution = (await solve(dear, { budget: { processorSeconds: budget } })) as Solution;
  const used = solution.report.processorSeconds!;
  assert.ok(used <= 1.2 * budget + 1, `${used} s`);
});

test("a domain with an ellipse taken out, and predicates on its boundary, keeps a budget of two processor seconds as well", async () => {
  const budget = 2;
  const plate = pde({
    name: "plate with a hole",
    domain: {
      difference: [
        { shape: "polygon", vertices: around(5, 1.5) },
        { shape: "ellipse", center: [0.1, 0], radii: [0.4, 0.2], angle: 0.5 },
        { shape: "polygon", vertices: around(6, 0.3, -0.8) },
      ],
    },
    equations: "-lap(u) = 1",
    conditions: [
      { type: "dirichlet", equation: "u = x", on: "x^2 + y^2 > 1" },
      { type: "neumann", equation: "u_x*nx + u_y*ny = 0", on: "x^2 + y^2 < 1" },
    ],
  });
  const { report } = (await solve(plate, { budget: { processorSeconds: budget } })) as Solution;
  assert.ok(report.processorSeconds! <= 1.2 * budget + 1, `${report.processorSeconds} s`);
  assert.match(report.method!.at(-1)!, /^taken: \d+ elements/);
});

test("features that came to no end are said to have no result, and why, instead of an infinite residual", async () => {
  let now = 0;
  const clock = {
    ...systemClock,
    processor() {
      now += 5;
      return now;
    },
  };
  const { report } = (await solve(dear, { budget: { processorSeconds: 0.1 }, clock })) as Solution;
  const lines = report.method!.join("\n");
  assert.not.match(lines, /Infinity/);
  assert.match(lines, /random features, weights to 4: no result, no time for [a-z ]+, about [\d.e+-]+ s/);
});

test("a march whose check has no time is as far off as its steps may be: no comparison of a moment says nothing is wrong", async () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const problem = pde({
    ...{ name: "kept", domain: { x: [0, 1], t: [0, 1] }, unknowns: names },
    equations: names.map((n, k) => `${n}_t = 0.1*${n}_xx + ${names[(k + 1) % 6]}`),
    conditions: [...names.map((n) => `${n} = cos(pi*x) at t = 0`), ...names.map((n) => `${n}_x = 0 on x`)],
  });
  let isPart = false;
  for (let most = 9; most <= 12; most++) {
    let asked = 0;
    const clock = { wall: () => 0, processor: () => (++asked > most ? 5500 : 0) };
    const { report } = await solve(problem, { seed: 0, budget: { processorSeconds: 6, steps: 1 }, clock });
    if (report.method!.at(-1) !== "taken: the march") continue;
    isPart ||= report.method!.some((line) => /no time after t = 0\.0/.test(line));
    const { relativeL2 } = report.estimate!;
    assert.ok(relativeL2 > 1e-6 && relativeL2 < 1e-3, `${relativeL2}`);
  }
  assert.ok(isPart);
});

test.run();
