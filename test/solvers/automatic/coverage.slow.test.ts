/** Intervals of constants hold the truth as often as they claim, over problems that are randomly generated. */
import { rng } from "../../../engine/index.ts";
import { initial, pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

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
  test(`intervals of 95 % hold each constant in at least 90 of 100 problems and are not too wide, σ ${sigma === undefined ? "not " : ""}given`, async () => {
    const errors = { k: [] as number[], c: [] as number[] };
    for (let number = 1; number <= problems; number++) {
      const { problem, truth } = cooling(number, sigma);
      const { constants } = (await solve(problem, { budget: { steps: 12 } })).report;
      for (const name of ["k", "c"] as const) {
        const { value, standardDeviation } = constants[name]!;
        errors[name].push((value - truth[name]) / standardDeviation!);
      }
    }
    for (const [name, all] of Object.entries(errors)) {
      const held = all.filter((z) => Math.abs(z) <= 1.96).length;
      const size = Math.sqrt(all.reduce((sum, z) => sum + z * z, 0) / problems);
      console.log(`  ${name}: ${held} of ${problems}, errors of ${size.toFixed(2)} standard deviations`);
      assert.ok(held >= 90 && size > 0.8, `${name}: ${held}, ${size}`);
    }
  });

test.run();
