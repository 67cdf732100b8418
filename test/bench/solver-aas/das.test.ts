/** The published peers: DAS, and the adversary as its paper has it. */
import { das } from "../../../bench/solver-aas/das.ts";
import { publishedAdversary } from "../../../bench/solver-aas/published.ts";
import { assert, test } from "../../harness.ts";
import { box, contextOf } from "../../solvers/sampler/flow-cases.ts";

test("DAS finds a peak in six dimensions: within three rounds most of its points lie in 1/1000 of the volume", async () => {
  const domain = box(new Array(6).fill(-1), new Array(6).fill(1));
  const radius = (p: Float64Array) => Math.hypot(...p);
  const active = das({ steps: 120, batch: 256, share: 0, learningRate: 8e-3 }).start(domain);
  let points = new Float64Array(0) as Float64Array;
  for (const round of [0, 1, 2]) {
    ({ points } = await active.draw(contextOf(domain, (p) => Math.exp(-20 * radius(p) ** 2), round)));
  }
  let near = 0;
  // The ball of radius ½ has π³/6/64/64 = 0.13 % of the volume; of the target 94 % of the mass.
  for (let i = 0; i < 500; i++) if (radius(points.subarray(i * 6, (i + 1) * 6)) < 0.5) near++;
  assert.ok(near > 300, `${near} of 500 points near the peak`);
  active.dispose?.();
});

test("the published adversary begins with uniform points, has equal weights throughout, and goes on from a state with the same bits", async () => {
  const domain = box([0, 0], [1, 1]);
  const hill = (p: ArrayLike<number>) => 1 + 20 * Math.exp(-20 * ((p[0]! - 0.3) ** 2 + (p[1]! - 0.2) ** 2));
  const small = { steps: 12, batch: 32, pool: 128, layers: 2, width: 8, bins: 4, beta: 0.1 };
  const [active, again] = [publishedAdversary(small).start(domain), publishedAdversary(small).start(domain)];
  for (const round of [0, 1]) {
    const { weights, density } = await active.draw(contextOf(domain, hill, round, 50));
    assert.ok(weights.every((w) => w === 1 / 50));
    assert.is(
      density.every((q) => q === 1),
      round === 0,
    );
  }
  again.restore(active.state());
  const next = (one: typeof active) => one.draw(contextOf(domain, hill, 2, 50));
  assert.equal(await next(again), await next(active));
  for (const one of [active, again]) one.dispose?.();
});

test.run();
