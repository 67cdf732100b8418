/** What makes Sinkhorn need fewer passes: Newton steps and mixing. */
import { rng } from "../../../engine/index.ts";
import { type Cloud, emd, sinkhorn } from "../../../wasserstein/index.ts";
import { assert, close, test } from "../../harness.ts";

test("Newton steps reach 1e-10 on random assignment in a fifth of the passes at most", () => {
  const n = 120;
  const cost = rng(3)
    .split("cost")
    .uniform(new Float64Array(n * n));
  const options = { epsilon: 1 / 300, tolerance: 1e-10, maxIterations: 100000 };
  const problem = { cost, rows: n, columns: n };
  const plain = sinkhorn(problem, undefined, { ...options, mixing: false });
  const refined = sinkhorn(problem, undefined, { ...options, refine: "newton" });
  assert.ok(plain.converged && refined.converged);
  close(plain.entropicValue, refined.entropicValue, 1e-12);
  assert.ok(
    5 * (refined.iterations + refined.newtonSteps) <= plain.iterations,
    `${refined.iterations} + ${refined.newtonSteps} against ${plain.iterations}`,
  );
});

test("mixing ends at the fixed point of the plain sweeps, in at most half of them, balanced and not, stored and online", () => {
  const n = 150;
  const [x, y] = ["x", "y"].map((name, k): Cloud => {
    const stream = rng(4).split(name);
    const points = stream.uniform(2 * n).map((v) => v * (1 - 0.3 * k) + 0.4 * k);
    return { points, count: n, dim: 2, weights: stream.uniform(n) };
  }) as [Cloud, Cloud];
  for (const reach of [undefined, 0.2, 2]) {
    for (const online of [false, true]) {
      const options = { epsilon: 0.005, tolerance: 1e-10, normalize: true, maxIterations: 20_000, online };
      const price = reach === undefined ? {} : { reach };
      const plain = sinkhorn(x, y, { ...options, ...price, mixing: false });
      const mixed = sinkhorn(x, y, { ...options, ...price });
      assert.ok(plain.converged && mixed.converged);
      close(mixed.entropicValue, plain.entropicValue, 1e-11);
      for (const [j, g] of plain.g.entries()) close(mixed.g[j]!, g, 1e-6, `g[${j}]`);
      assert.ok(2 * mixed.iterations <= plain.iterations, `${mixed.iterations} against ${plain.iterations}`);
    }
  }
});

test("costs with many ties (L1 between pixels, small ε) do not stop the Newton steps", () => {
  const side = 12;
  const n = side * side;
  const cost = Float64Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    const [down, right] = [Math.floor(i / side) - Math.floor(j / side), (i % side) - (j % side)];
    return (Math.abs(down) + Math.abs(right)) / (2 * side - 2);
  });
  const weights = (name: string) =>
    rng(6)
      .split(name)
      .uniform(new Float64Array(n))
      .map((v) => v ** 3 + 0.01);
  const problem = { cost, rows: n, columns: n, xWeights: weights("a"), yWeights: weights("b") };
  const options = { epsilon: 1 / 1200, tolerance: 1e-10, refine: "newton", normalize: true } as const;
  const r = sinkhorn(problem, undefined, options);
  assert.ok(r.converged && r.iterations + r.newtonSteps < 300, `${r.iterations} + ${r.newtonSteps}`);
  const exact = emd(problem, undefined, { normalize: true }).value;
  assert.ok(r.bounds[0] <= exact && exact <= r.bounds[1]);
});

test.run();
