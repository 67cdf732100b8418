import { test } from "uvu";
import * as assert from "uvu/assert";
import { type FeatureRun, marchWithFeatures, type Solved } from "../../../solvers/automatic/feature-solve.ts";
import { Speed } from "../../../solvers/automatic/speed.ts";
import { isRival, judgeWindows } from "../../../solvers/automatic/window-correction.ts";
import { pde } from "../../../solvers/problem/pde.ts";
import { MarchedSolution } from "../../../solvers/solve/marched-solution.ts";

/** u = cos t on a saddle: what is wrong by δ at the start is wrong by δ cosh 8t later. */
const saddle = (start: string) =>
  pde({
    name: "saddle",
    domain: { t: [0, 2] },
    unknowns: ["u", "v"],
    equations: ["u_t = v", "v_t = 64*u - 65*cos(t)"],
    conditions: [{ type: "initial", equation: [`u = ${start}`, "v = 0"] }],
    quantities: { pull: "v_t" },
  });
const problem = saddle("1");
const plan = { features: 24, reach: 4, stretch: [1], windows: 8 };
const speed = new Speed({ steps: 1 }, () => ({ seconds: 0, processorSeconds: 0 }));
const run = (seed: number): FeatureRun => ({ seed, threads: 1, speed, pace: speed.until(1) });

const moments = Float64Array.from({ length: 401 }, (_, i) => i / 200);
/** ‖found − truth‖/‖truth‖ of both unknowns over time. */
async function errorOf(solution: MarchedSolution): Promise<number> {
  const found = await solution.evaluate(moments);
  let [gap, size] = [0, 0];
  for (const [i, t] of moments.entries()) {
    gap += (found[2 * i]! - Math.cos(t)) ** 2 + (found[2 * i + 1]! + Math.sin(t)) ** 2;
    size += 1;
  }
  return Math.sqrt(gap / size);
}

test("an error at the start is estimated with what it grows to over all windows, and so is that of what is asked for", async () => {
  const wrong = (await marchWithFeatures(saddle("1 + 1e-9"), plan, run(0)))!;
  const squares = moments.reduce((sum, t) => sum + Math.cosh(8 * t) ** 2 + 64 * Math.sinh(8 * t) ** 2, 0);
  const known = 1e-9 * Math.sqrt(squares / moments.length);
  assert.ok(Math.abs((await errorOf(wrong)) / known - 1) < 0.05, "the error is the known one");
  const { solution, correction } = await judgeWindows(problem, wrong, { ...plan, features: 14 }, run(1));
  assert.is(solution, wrong);
  const { unknowns, quantities } = correction!.size;
  assert.ok(Math.abs(unknowns / known - 1) < 0.1, `${unknowns} for ${known}`);
  // v_t is wrong by 64 cosh 8t of it, and is -cos t.
  const mean = (f: (t: number) => number) => moments.reduce((sum, t) => sum + f(t) ** 2, 0);
  const ofPull = 1e-9 * Math.sqrt(mean((t) => 64 * Math.cosh(8 * t)) / mean(Math.cos));
  assert.ok(Math.abs(quantities[0]! / ofPull - 1) < 0.1, `${quantities[0]} for ${ofPull}`);
});

test("a window that failed is found, and the corrected solution takes its place", async () => {
  const good = (await marchWithFeatures(problem, plan, run(0)))!;
  const poor = (await marchWithFeatures(problem, { ...plan, features: 3 }, run(0)))!;
  const windows = good.windows.map((w, k) => (k === 2 ? poor.windows[k]! : w));
  const failed = new MarchedSolution(problem, good.edges, windows);
  const before = await errorOf(failed);
  const { solution, correction } = await judgeWindows(problem, failed, plan, run(1));
  const after = await errorOf(solution);
  assert.ok(after < 1e-3 * before, `${before}, then ${after}`);
  assert.ok(correction!.size.unknowns > after / 5, `${correction!.size.unknowns} for ${after}`);
});

test("windows of time end where one leaves more than it may, since those after it begin with what it ends with", async () => {
  const chirp = pde({
    ...{ name: "chirp", domain: { t: [0, 3] }, equations: "u_t = t*cos(2*t^5)" },
    conditions: [{ type: "initial", equation: "u = 0" }],
  });
  const some = { ...plan, windows: 6 };
  const whole = (await marchWithFeatures(chirp, some, run(0)))!;
  const left = whole.windows.map(({ report }) => report.residual);
  const lost = left.findIndex((v) => v > 0.1);
  assert.ok(lost > 1 && lost < 5, left.join());
  try {
    await marchWithFeatures(chirp, some, { ...run(0), mostLeft: 0.1 });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, new RegExp(`the solution is lost in window ${lost + 1}, which leaves`));
  }
  assert.ok(await marchWithFeatures(chirp, some, { ...run(0), mostLeft: 1.01 * Math.max(...left) }));
});

test("windows that cannot be corrected in time come back as they are, without an estimate", async () => {
  const solution = (await marchWithFeatures(problem, plan, run(0)))!;
  const late = new Speed({ processorSeconds: 1 }, () => ({ seconds: 2, processorSeconds: 2 }));
  const judged = await judgeWindows(problem, solution, plan, { ...run(1), speed: late, pace: late.until(1) });
  assert.equal(judged, { solution });
});

test("a solution of all of time is looked at beside a march that leaves a tenth of its residual or more, and not beside a better one", () => {
  const leaving = (residual: number) => ({ report: { residual } }) as unknown as Solved;
  assert.ok(isRival(leaving(0.18), leaving(0.15)));
  assert.ok(isRival(leaving(1), leaving(0.1)));
  assert.not(isRival(leaving(0.05), leaving(2e-6)));
});

test.run();
