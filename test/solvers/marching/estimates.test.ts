/** Estimates of marches where errors grow, and where cells are too wide for the start. */

import { pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";
import { marched, type Text } from "./marched.ts";

test("two marches of the same steps are not compared: tolerances end at 1e-11, once", () => {
  const text = { domain: { t: [0, 3] }, unknowns: ["y"], equations: "y'' = 100*y" } as const;
  const result = marched({ ...text, conditions: ["y(0) = 1", "y'(0) = -10"] }, 1e-13);
  assert.is(result.method.filter((line) => line.includes("1e-11")).length, 1);
});

test("where a solution decays beside one that grows, rounding is a floor of the estimate: within a factor of 10 of the error, and doubtful where nothing is left", async () => {
  for (const k of [5, 7, 10]) {
    const text = { domain: { t: [0, 3] }, unknowns: ["y"], equations: `y'' = ${k * k}*y` } as const;
    const result = marched({ ...text, conditions: ["y(0) = 1", `y'(0) = -${k}`] }, 1e-9);
    const points = Float64Array.from({ length: 500 }, (_, i) => (3 * (i + 0.5)) / 500);
    const [fine, coarse] = [result.valuesAt(result.field, points), result.valuesAt(result.coarse, points)];
    const size = Math.hypot(...points.map((t) => Math.exp(-k * t)));
    const apart = Math.hypot(...fine.map((v, i) => v - coarse[i]!)) / size;
    const error = Math.hypot(...fine.map((v, i) => v - Math.exp(-k * points[i]!))) / size;
    const estimate = Math.max(result.least, result.share * apart);
    assert.ok(error < 10 * estimate && estimate < 10 * error, `k = ${k}: ${error}, estimated ${estimate}`);
  }
  const lost = pde({
    ...{ name: "lost", domain: { t: [0, 3] }, unknowns: ["y"], equations: "y'' = 400*y" },
    conditions: ["y(0) = 1", "y'(0) = -20"],
  });
  const { status, report } = await solve(lost, { budget: { steps: 4 }, seed: 1 });
  assert.is(status, "doubtful");
  assert.ok(report.estimate!.relativeL2 > 0.03);
});

test("a start of many half waves is begun with cells that follow it, in a plane as on a line", () => {
  for (const n of [13, 30]) {
    const start = `sin(${n}*pi*x)`;
    const rate = (m: number) => 1 / (m * Math.PI ** 2);
    const line: Text = {
      ...{ domain: { x: [0, 1], t: [0, 1] }, equations: `u_t = ${rate(n * n)}*u_xx` },
      conditions: [`u(x,0) = ${start}`, "u = 0 on x"],
    };
    const plane: Text = {
      ...{ domain: { x: [0, 1], y: [0, 1], t: [0, 1] }, equations: `u_t = ${rate(n * n + 1)}*lap(u)` },
      conditions: [`u(x,y,0) = ${start}*sin(pi*y)`, "u = 0 on x", "u = 0 on y"],
    };
    for (const [d, text] of [[2, line] as const, [3, plane] as const]) {
      const { field, valuesAt } = marched(text, 1e-2, 3);
      const places = Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200);
      const points = Float64Array.from(places.flatMap((x) => (d === 2 ? [x, 0.5] : [x, 0.41, 0.5])));
      const factor = Math.exp(-0.5) * (d === 2 ? 1 : Math.sin(0.41 * Math.PI));
      const at = valuesAt(field, points);
      const far = Math.max(...places.map((x, i) => Math.abs(at[i]! - factor * Math.sin(n * Math.PI * x))));
      assert.ok(far < 2e-2, `${n} half waves, ${d - 1} axes: ${far}`);
    }
  }
});

test("from a start that jumps, heat is estimated within a factor of 8 of its error: what cells miss of the jump counts as much as it does for the solution", () => {
  for (const [place, rate] of [
    [0.7, 0.3],
    [0.31, 0.05],
    [0.64, 1],
  ] as const) {
    const conditions = [`u(x,0) = if(x < ${place}, 1, 0)`, "u_x = 0 on x"];
    const truth = (x: number, t: number) => {
      let sum = place;
      for (let k = Math.PI; rate * k * k * t < 40; k += Math.PI)
        sum += ((2 * Math.sin(k * place)) / k) * Math.cos(k * x) * Math.exp(-rate * k * k * t);
      return sum;
    };
    const text = { domain: { x: [0, 1], t: [0, 0.5] }, equations: `u_t = ${rate}*u_xx`, conditions } as const;
    const result = marched(text, 1e-9, 3);
    const side = Array.from({ length: 60 }, (_, i) => (i + 0.5) / 60);
    const points = Float64Array.from(side.flatMap((t) => side.flatMap((x) => [x, t / 2])));
    const [fine, coarse] = [result.field, result.coarse].map((field) => result.valuesAt(field, points));
    const exact = fine!.map((_, i) => truth(points[2 * i]!, points[2 * i + 1]!));
    const far = (a: Float64Array, b: Float64Array) => Math.hypot(...a.map((v, i) => v - b[i]!)) / Math.hypot(...exact);
    const [error, estimate] = [far(fine!, exact), Math.max(result.least, result.share * far(fine!, coarse!))];
    assert.ok(error < 5 * estimate && estimate < 8 * error, `x = ${place}: ${error}, estimated ${estimate}`);
  }
});

test.run();
