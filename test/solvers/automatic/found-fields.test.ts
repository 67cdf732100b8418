/** Fields found from noisy observations: their errors are noise and too much smoothness, and the estimate has both. */
import { rng } from "../../../engine/index.ts";
import { pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

/** −(k u')' = 1 with u(0) = u(1) = 0 and k = 1/(1 + a cos 2πx): u' = (1/2 − x)/k. */
const a = 0.5;
const u = (x: number) => {
  const w = 2 * Math.PI;
  return (x - x * x) / 2 + a * (((0.5 - x) * Math.sin(w * x)) / w - (Math.cos(w * x) - 1) / w ** 2);
};
const k = (x: number) => 1 / (1 + a * Math.cos(2 * Math.PI * x));

test("the estimated error of a coefficient found from noisy observations is near its error, and above 3 % it is doubted", async () => {
  const random = rng(3);
  const points = Array.from(random.split("points").uniform(80), (x) => [x]);
  const noise = random.split("noise").normal(80);
  const problem = pde({
    ...{ name: "coefficient", domain: { x: [0, 1] }, unknowns: ["u"], equations: "-dx(k*u_x) = 1" },
    ...{ fields: { k: { smooth: 1e-3, guess: 1 } }, conditions: ["u = 0"] },
    observations: [{ points, values: points.map(([x], i) => u(x!) + 0.0015 * noise[i]!) }],
  });
  const solution = await solve(problem, { budget: { processorSeconds: 4 }, seed: 1 });
  const at = Float64Array.from({ length: 400 }, (_, i) => (i + 0.5) / 400);
  const found = await solution.evaluate(at);
  let [off, size] = [0, 0];
  for (const [i, x] of at.entries()) {
    off += (found[2 * i + 1]! - k(x)) ** 2;
    size += k(x) ** 2;
  }
  const error = Math.sqrt(off / size);
  const estimated = solution.report.estimate!.unknowns!.k!;
  assert.ok(estimated > error / 4 && estimated < 4 * error, `off by ${error}, estimated ${estimated}`);
  assert.ok(error > 0.03);
  assert.is(solution.status, "doubtful");
});

test.run();
