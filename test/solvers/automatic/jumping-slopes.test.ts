// Inside: a decision of the automatic choice by itself.
/** Equations of first order with several slopes, whose solutions have kinks. */
import { jumpingSlopes } from "../../../solvers/automatic/jumping-slopes.ts";
import { pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

/** A problem in a square, or on a line, with a function that has these slopes. */
const withSlopes = (equations: string, domain: Record<string, [number, number]>, slopes: (p: number[]) => number[]) => {
  const d = Object.keys(domain).length;
  return {
    problem: pde({ name: "slopes", domain, equations, conditions: "u = 0" }),
    expressions: async (_: unknown, points: Float64Array) =>
      Float64Array.from(
        Array.from({ length: points.length / d }, (_, i) => slopes([...points.subarray(i * d, (i + 1) * d)])).flat(),
      ),
  };
};
const line = { x: [0, 1] } satisfies Record<string, [number, number]>;
const square = { x: [-1, 1], y: [-1, 1] } satisfies Record<string, [number, number]>;

test("a kink is doubted where |∇u| alone is given, be it smooth over a thousandth, and its place is named", async () => {
  const kink = (width: number) => withSlopes("abs(u') = 1", line, ([x]) => [Math.tanh((0.4 - x!) / width)]);
  assert.match((await jumpingSlopes(kink(1e-12)))!, /^its slopes jump near x = 0\.4/);
  assert.match((await jumpingSlopes(kink(1e-4)))!, /^its slopes jump near x = 0\.4/);
  assert.is(await jumpingSlopes(kink(0.02)), undefined);
  const cone = withSlopes("u_x^2 + u_y^2 = 1", square, ([x, y]) => {
    const r = Math.hypot(x!, y!);
    return [-x! / r, -y! / r];
  });
  assert.is(await jumpingSlopes(cone), undefined);
  const roof = withSlopes("u_x^2 + u_y^2 = 1", square, ([x, y]) =>
    Math.abs(x!) > Math.abs(y!) ? [-Math.sign(x!), 0] : [0, -Math.sign(y!)],
  );
  assert.match((await jumpingSlopes(roof))!, /^its slopes jump near x = .*, y = .*: many continuous functions/);
});

test("the same kink is not doubted where the equation is linear in the slopes, and where it is of second order", async () => {
  const slopes = ([x]: number[]) => [Math.sign(0.4 - x!)];
  for (const equation of ["u*u' = x", "if(x < 0.4, 1, -1)*u' = 1", "abs(u') - 0.01*u'' = 1"])
    assert.is(await jumpingSlopes(withSlopes(equation, line, slopes)), undefined, equation);
});

test("(u′)² + u = 1 with u(0) = 0 has kinks wherever one likes, and is doubted with one", async () => {
  const problem = pde({ name: "roots", domain: line, equations: "u'*u' + u = 1", conditions: "u(0) = 0" });
  const solution = await solve(problem, { seed: 0, budget: { processorSeconds: 4, tolerance: 1e-3 } });
  const [slope] = (await solution.expressions(problem.equations, Float64Array.of(0.9))).subarray(0, 1);
  assert.ok(Math.abs(slope!) < 1e-2, `${slope}`);
  assert.is(solution.report.status, "doubtful");
  assert.match(solution.report.estimate!.advice!, /slopes jump|compared/);
});

test.run();
