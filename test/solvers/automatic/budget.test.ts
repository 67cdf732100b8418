/** Budgets of time are kept, whatever the problem: with a clock of the test's own, and with the processor's. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { solve } from "../../../solvers/automatic/solve.ts";
import { Speed } from "../../../solvers/automatic/speed.ts";
import { OutOfTime, type Pace, unhurried } from "../../../solvers/baseline/pace.ts";
import { featuresWithin } from "../../../solvers/baseline/random-features.ts";
import { pde } from "../../../solvers/problem/pde.ts";
import type { Solution } from "../../../solvers/solve/solution.ts";

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

/** A clock that goes on by `each` seconds whenever it is looked at, with an end. */
function ticking(each: number, end: number): Pace & { asked: number } {
  let time = 0;
  const pace = {
    ...unhurried(),
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

test("Newton's method that runs out of time ends with what its last whole step gave", async () => {
  const whole = await featuresWithin(cubic, { features: 100, scale: 1.5 }, ticking(0, 1));
  assert.is(whole.status, "converged");
  const cut = await featuresWithin(cubic, { features: 100, scale: 1.5 }, ticking(1, 10));
  assert.is(cut.status, "budget");
  assert.ok(cut.report.steps >= 1 && cut.report.steps < whole.report.steps, `${cut.report.steps} steps`);
  const { relativeL2 } = await cut.errors();
  assert.ok(relativeL2 < 0.5, `error ${relativeL2}`);
});

test("pieces that took longer than nominal make the next ones smaller, or keep them from being begun", async () => {
  let time = 0;
  const speed = new Speed({ processorSeconds: 10 }, () => ({ seconds: 0, processorSeconds: time }));
  const work = (seconds: number) => async () => {
    time += seconds;
  };
  await speed.timed(1, speed.until(1), work(1.4));
  assert.is(speed.nominal(8), 8);
  await speed.timed(1, speed.until(1), work(5));
  assert.is(speed.nominal(8), 2);
  assert.equal(
    [speed.share(), speed.until(0.9).left()].map((v) => Number(v.toFixed(9))),
    [0.64, 2.6],
  );
  try {
    await speed.timed(1, speed.until(0.9), work(1));
    assert.unreachable();
  } catch (error) {
    assert.instance(error, OutOfTime);
  }
  assert.is(time, 6.4);
});

test("a budget in steps has no clock: nothing is measured", async () => {
  const speed = new Speed({ steps: 10 }, () => ({ seconds: 1e9, processorSeconds: 1e9 }));
  await speed.timed(1, speed.until(1), async () => {});
  assert.equal([speed.share(), speed.until(0.1).left(), speed.nominal(3)], [0, Number.POSITIVE_INFINITY, 3]);
});

test("two processor seconds are exceeded by a fifth and one second at most, where a solve with many features would take minutes", async () => {
  const budget = 2;
  const solution = (await solve(dear, { budget: { processorSeconds: budget } })) as Solution;
  const used = solution.report.processorSeconds!;
  assert.ok(used <= 1.2 * budget + 1, `${used} s`);
});

test.run();
