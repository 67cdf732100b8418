import { coleHopf } from "../../../bench/reference/cole-hopf.ts";
import { etdrk4 } from "../../../bench/reference/etdrk4.ts";
import { kdvSoliton } from "../../../bench/reference/exact-solutions.ts";
import { allenCahn, kdv, kuramotoSivashinsky } from "../../../bench/reference/semilinear.ts";
import { boxPoints } from "../../../bench/reference/test-points.ts";
import { OptionsError, rng } from "../../../engine/index.ts";
import { assert, test, throws } from "../../harness.ts";

type Field = (points: Float64Array) => Float64Array;
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
  return worst;
};
const scattered = (count: number, x: readonly [number, number], t: readonly [number, number]) =>
  boxPoints([x[0], t[0]], [x[1], t[1]], count, rng(1));
/** Values at the points moved by (i·h, j·k). */
const moved = (f: Field, points: Float64Array, dx: number, dt: number) =>
  f(points.map((v, i) => v + (i % 2 === 0 ? dx : dt)));
const pointwise =
  (f: (x: number, t: number) => number): Field =>
  (points) =>
    Float64Array.from({ length: points.length / 2 }, (_, i) => f(points[2 * i]!, points[2 * i + 1]!));

test("the Cole–Hopf solution agrees with a Fourier spectral solution to 1e-9", () => {
  const nu = 0.05 / Math.PI;
  const spectral = etdrk4(
    {
      low: -1,
      high: 1,
      linear: (kappa) => [-nu * kappa * kappa, 0],
      nonlinear: (u) => u * u,
      outer: (kappa) => [0, -kappa / 2],
    },
    (x) => -Math.sin(Math.PI * x),
    { modes: 512, until: 1, steps: 2000, snapshots: 200 },
  );
  const points = scattered(500, [-1, 1], [0, 1]);
  const gap = largest(spectral.evaluate(points), coleHopf({ nu })(points));
  assert.ok(gap < 1e-9, `${gap}`);
});

test("a soliton of KdV keeps its exact form in the spectral solution, and halving the step divides the error by 16", () => {
  const exact = pointwise((x, t) => kdvSoliton(x, t, 4));
  const points = scattered(400, [-15, 18], [0, 1]);
  const error = (steps: number) => {
    const made = kdv(
      { low: -20, high: 20, initial: (x) => kdvSoliton(x, 0, 4) },
      { modes: 256, until: 1, steps, snapshots: 200 },
    );
    return largest(made.evaluate(points), exact(points));
  };
  const [coarse, fine] = [error(600), error(1200)];
  assert.ok(fine < 1e-8, `${fine}`);
  assert.ok(coarse / fine > 13 && coarse / fine < 19, `${coarse}, ${fine}`);
});

test("Kuramoto–Sivashinsky at two resolutions agrees to 1e-9 up to t = 20", () => {
  const points = scattered(400, [0, 32 * Math.PI], [0, 20]);
  const fine = kuramotoSivashinsky({ modes: 512, steps: 6000 });
  const gap = largest(kuramotoSivashinsky().evaluate(points), fine.evaluate(points));
  assert.ok(gap < 1e-9, `${gap}`);
});

test("Allen–Cahn at two resolutions agrees to 1e-9, is even, stays within ±1 and solves its equation", () => {
  const solution = allenCahn();
  const points = scattered(400, [-1, 1], [0.05, 1]);
  const u = solution.evaluate(points);
  const coarse = allenCahn({ modes: 1024, steps: 400 }).evaluate(points);
  assert.ok(largest(u, coarse) < 1e-9, `${largest(u, coarse)}`);
  const mirrored = solution.evaluate(points.map((v, i) => (i % 2 === 0 ? -v : v)));
  assert.ok(largest(u, mirrored) < 1e-12);
  assert.ok(u.every((v) => Math.abs(v) < 1 + 1e-9));
  const inner = scattered(300, [-1, 1], [0.1, 0.9]);
  const at = solution.evaluate(inner);
  const curvature = solution.evaluate(inner, 2);
  const residual = (h: number) => {
    const [n, s] = [h, -h].map((dt) => moved((p) => solution.evaluate(p), inner, 0, dt));
    return at.reduce((worst, v, i) => {
      const right = 1e-4 * curvature[i]! - 5 * v ** 3 + 5 * v;
      return Math.max(worst, Math.abs((n![i]! - s![i]!) / (2 * h) - right));
    }, 0);
  };
  const [large, small] = [residual(4e-3), residual(2e-3)];
  assert.ok(small < 1e-3 && large / small > 3.7 && large / small < 4.3, `${large}, ${small}`);
});

test("the spectral solver refuses sizes that do not fit and says when a solution is lost", () => {
  const equation = { low: 0, high: 1, linear: () => [0, 0] as const, nonlinear: (u: number) => u * u };
  throws(() => etdrk4(equation, () => 1, { modes: 15, until: 1, steps: 10 }), OptionsError, /modes is 15/);
  throws(
    () => etdrk4(equation, () => 1, { modes: 16, until: 1, steps: 10, snapshots: 3 }),
    OptionsError,
    /steps is 10; give a positive multiple of 3/,
  );
  assert.throws(
    () => etdrk4(equation, (x) => 50 + Math.cos(2 * Math.PI * x), { modes: 16, until: 10, steps: 20 }),
    /not finite/,
  );
});

test.run();
