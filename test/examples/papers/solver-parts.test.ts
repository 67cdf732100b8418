/** Samplers and networks of papers as objects that are handed in: their laws, by exact formulas. */
import { rng } from "../../../engine/index.ts";
import { pacmann } from "../../../examples/papers/pacmann.ts";
import { rad } from "../../../examples/papers/rad.ts";
import { separable } from "../../../examples/papers/separable.ts";
import { pde, solve } from "../../../solvers/index.ts";
import { start } from "../../../solvers/sampler/index.ts";
import { box, bump, context, residualOf } from "../../equations/domain/solver-domains.ts";
import { assert, test } from "../../harness.ts";

const square = box([-1, 1], [-1, 1]);

test("RAD draws in proportion to |r|^k / mean + c, without replacement", async () => {
  // |r| = 1 on the right half, 3 on the left: with k = 1, c = 1 chances are 1.5 and 2.5, so the left has 5/8.
  const step = residualOf(2, ([x]) => (x! > 0 ? 1 : 3));
  const { points, density, weights } = await start(rad(), square).draw(context(square, step, { count: 1000 }));
  const left = weights.reduce((count, _, i) => count + Number(points[2 * i]! <= 0), 0);
  assert.ok(Math.abs(left / 1000 - 5 / 8) < 4 * Math.sqrt((5 / 8) * (3 / 8) * 1e-3), `${left}`);
  const densities = new Set(Array.from(density, (q) => q.toFixed(2)));
  assert.equal([...densities].sort(), ["0.19", "0.31"], "1.5/2/4 and 2.5/2/4 per unit area");
  assert.is(new Set(Array.from(weights, (_, i) => `${points[2 * i]} ${points[2 * i + 1]}`)).size, 1000);
});

test("RAD's density is that of the nearest pool point, and a restored state has the same", async () => {
  const active = start(rad({ pool: 300 }), square);
  const { points, density } = await active.draw(context(square, bump(2, 20)));
  assert.equal(await active.density(points), density);
  const again = start(rad({ pool: 300 }), square);
  again.restore(active.state());
  const probes = rng(1).uniform(40);
  assert.equal(await again.density(probes), await active.density(probes));
});

test("PACMANN's points climb r² by a step of Adam, and those that leave the box are drawn anew", async () => {
  const active = start(pacmann({ steps: 1, stepSize: 0.1 }), square);
  const slope = residualOf(2, ([x, y]) => 1 + x! + y! / 2);
  const { points: before } = await active.draw(context(square, slope, { count: 200 }));
  const { points, weights } = await active.draw(context(square, slope, { count: 200, round: 1 }));
  const inside = (v: number) => Math.abs(v) < 0.9 - 1e-6;
  let moved = 0;
  for (let i = 0; i < 200; i++) {
    const [x, y] = [before[2 * i]!, before[2 * i + 1]!];
    // r² grows along both axes where 1 + x + y/2 > 0, else it falls; the first step of Adam has the same length along each.
    const step = 1 + x + y / 2 > 0 ? 0.1 : -0.1;
    if (!inside(x) || !inside(y) || Math.abs(1 + x + y / 2) < 1e-3) continue;
    moved++;
    assert.ok(Math.hypot(points[2 * i]! - x - step, points[2 * i + 1]! - y - step) < 1e-6, `${x} ${y}`);
  }
  assert.ok(moved > 100);
  assert.ok(points.every((v) => Math.abs(v) <= 1));
  assert.ok(points.every((v, j) => Math.abs(before[j]! - v) > 1e-9));
  assert.equal(weights, new Float64Array(200).fill(1 / 200));
});

test("PACMANN's estimate of its density is near 1/4 at even points of [−1, 1]², and a restored state climbs alike", async () => {
  const active = start(pacmann(), square);
  const { density } = await active.draw(context(square, bump(2, 20), { count: 1000 }));
  assert.ok(
    Math.abs(density.reduce((sum, q) => sum + 1 / q, 0) / 1000 - 4) < 0.8,
    "of ten neighbours, a third off each",
  );
  const again = start(pacmann(), square);
  again.restore(active.state());
  const next = context(square, bump(2, 20), { count: 1000, round: 1 });
  assert.equal(await again.draw(next), await active.draw(next));
});

test("a separable network is the sum over ranks of products of one perceptron an axis, and so are its derivatives", async () => {
  const [rank, width] = [3, 4];
  const free = pde({
    name: "free",
    domain: { x: [-1, 3], y: [2, 2.5] },
    equations: "u = x",
    allow: ["missing-condition"],
  });
  const solution = await solve(free, { network: separable({ rank, width }), points: 20, budget: { steps: 1 } });
  const theta = solution.trial.coefficients;
  const axis = (k: number, value: number, derivative: boolean): number[] => {
    const [low, high] = [[-1, 3] as const, [2, 2.5] as const][k]!;
    const from = k * (2 * width + (width + 1) * rank);
    const x = (2 * value - low - high) / (high - low);
    const h = Array.from({ length: width }, (_, j) => {
      const y = Math.tanh(x * theta[from + j]! + theta[from + width + j]!);
      return derivative ? ((1 - y * y) * theta[from + j]! * 2) / (high - low) : y;
    });
    const next = from + 2 * width;
    const bias = (r: number) => (derivative ? 0 : theta[next + width * rank + r]!);
    return Array.from({ length: rank }, (_, r) => h.reduce((s, v, j) => s + v * theta[next + j * rank + r]!, bias(r)));
  };
  const last = theta.subarray(theta.length - rank);
  for (const [formula, derivative] of [
    ["u", false],
    ["u_xy", true],
  ] as const) {
    const [f, g] = [axis(0, 0.4, derivative), axis(1, 2.4, derivative)];
    const sum = f.reduce((s, v, r) => s + v * g[r]! * last[r]!, 0);
    const [found] = await solution.quantity(formula, Float64Array.of(0.4, 2.4));
    assert.ok(Math.abs(found! - sum) < 1e-13 * Math.max(1, Math.abs(sum)), `${formula}: ${found} ${sum}`);
  }
});

test.run();
