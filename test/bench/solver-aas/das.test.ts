/** The published peer of the adversary. */
import { das } from "../../../bench/solver-aas/das.ts";
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

test.run();
