/** Intervals of constants hold the truth as often as they claim, over problems that are randomly generated. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rng } from "../../../engine/random/rng.ts";
import { noDeadline } from "../../../solvers/features/deadline.ts";
import { featuresWithin } from "../../../solvers/features/random-features.ts";
import { initial } from "../../../solvers/problem/conditions.ts";
import { pde } from "../../../solvers/problem/pde.ts";

const [problems, moments, noise] = [100, 30, 0.03];

/** Problem `number`: u′ = −k (u − c) from u(0) = 2 with noise on u at even times, σ given or not; k and c are drawn. */
function cooling(number: number, sigma: number | undefined) {
  const random = rng(number).split("coverage");
  const [a, b] = random.split("constants").uniform(2) as unknown as [number, number];
  const [k, c] = [0.3 + 1.7 * a, b];
  const error = random.split("noise").normal(moments);
  const points = Float64Array.from({ length: moments }, (_, i) => (4 * (i + 1)) / moments);
  const values = points.map((t, i) => c + (2 - c) * Math.exp(-k * t) + noise * error[i]!);
  const problem = pde({
    name: `cooling ${number}`,
    domain: { t: [0, 4] },
    trainable: { k: 1, c: 0.5 },
    equations: "u_t = -k*(u - c)",
    conditions: [initial("u = 2")],
    observations: [{ points, values, ...(sigma !== undefined && { sigma }) }],
  });
  return { problem, truth: { k, c } };
}

for (const sigma of [noise, undefined])
  test(`intervals of 95 % hold both constants in at least 90 and at most 99 of 100 problems, σ ${sigma === undefined ? "not " : ""}given`, async () => {
    const held = { k: 0, c: 0 };
    for (let number = 1; number <= problems; number++) {
      const { problem, truth } = cooling(number, sigma);
      const { report } = await featuresWithin(problem, { features: 60, newtonSteps: 10 }, noDeadline());
      for (const name of ["k", "c"] as const) {
        const { value, standardDeviation } = report.constants[name]!;
        if (Math.abs(value - truth[name]) <= 1.96 * standardDeviation!) held[name]++;
      }
    }
    console.log(`  held: k ${held.k}, c ${held.c} of ${problems}`);
    for (const count of Object.values(held)) assert.ok(count >= 90 && count <= 99, JSON.stringify(held));
  });

test.run();
