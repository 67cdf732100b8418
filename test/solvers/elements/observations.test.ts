/** Observations, constants to be found and open conditions by elements. */

import { rng } from "../../../engine/index.ts";
import { cholesky } from "../../../engine/numerics/index.ts";
import { solveByElements } from "../../../solvers/elements/index.ts";
import { initial, type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

const usual = { tolerance: 1e-10, seconds: Number.POSITIVE_INFINITY, meshes: 3, clock: () => 0 };
const found = (spec: ProblemSpec, noise = (_: Float64Array) => 1) => solveByElements(pde(spec), { ...usual, noise })!;
const places = (count: number, dimension = 1) => {
  const random = rng(5).split("places");
  return Array.from({ length: count }, () => Array.from({ length: dimension }, () => random.uniform()));
};
/** Observations of a function, with noise of a standard deviation. */
const seen = (points: readonly (readonly number[])[], value: (p: readonly number[]) => number, sigma = 0, seed = 0) => {
  const noise = rng(seed).split("noise").normal(points.length);
  const values = points.map((p, i) => value(p) + sigma * noise[i]!);
  return [{ points, values, ...(sigma > 0 && { sigma }) }];
};

const oscillator = {
  ...{ name: "oscillator", domain: { t: [0, 6] }, equations: "u_tt + k*u = 0" },
  ...{ trainable: { k: 3 }, conditions: [], allow: ["missing-condition"] },
} as const satisfies Omit<ProblemSpec, "observations">;
const swing = ([t]: readonly number[]) => Math.cos(2 * t! + 0.3);
const times = places(40).map(([t]) => [6 * t!]);

test("an open start and a constant follow from exact observations to rounding of the rows", () => {
  const { constants, pieces } = found({ ...oscillator, observations: seen(times, swing) });
  assert.ok(Math.abs(constants["k"]!.value - 4) < 1e-7, `${constants["k"]!.value}`);
  const at = Float64Array.of(0, 1.3, 6);
  for (const [i, u] of pieces.at(at)(0, [0]).entries())
    assert.ok(Math.abs(u - swing([at[i]!])) < 1e-7, `${u} at ${at[i]}`);
});

test("standard deviations are Cramér and Rao's, with both amplitudes as unknown as the constant", () => {
  const sigma = 0.02;
  // u = a cos √k t + b sin √k t with derivatives by a, b and k.
  const [a, b] = [Math.cos(0.3), -Math.sin(0.3)];
  const normal = new Float64Array(9);
  for (const [t] of times) {
    const phase = 2 * t!;
    const slopes = [Math.cos(phase), Math.sin(phase), ((b * Math.cos(phase) - a * Math.sin(phase)) * t!) / 4];
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) normal[3 * i + j]! += (slopes[i]! * slopes[j]!) / sigma ** 2;
  }
  const bound = Math.sqrt(cholesky(normal, 3)!.solve(Float64Array.of(0, 0, 1))[2]!);
  const off = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
    const { constants, noise } = found({ ...oscillator, observations: seen(times, swing, sigma, seed) });
    assert.ok(Math.abs(noise!.deviations[0]! / bound - 1) < 0.05, `${noise!.deviations[0]} beside ${bound}`);
    return (constants["k"]!.value - 4) / bound;
  });
  // χ² of 8: from 1.3 to 22 in 99 of 100.
  const square = off.reduce((sum, v) => sum + v * v, 0);
  assert.ok(square > 1.3 && square < 22, `${off}`);
});

test("open ends follow from observations alone, and what these leave open is as uncertain as it is", () => {
  const spec = { ...oscillator, equations: "-u_xx = sin(x)", domain: { x: [0, 1] }, trainable: {} } as const;
  const line = ([x]: readonly number[]) => Math.sin(x!) + 2 - x!;
  const near = found({ ...spec, observations: seen(places(20), line, 0.01) }).noise!.error;
  const part = places(20).map(([x]) => [0.2 * x!]);
  const far = found({ ...spec, observations: seen(part, line, 0.01) }).noise!.error;
  assert.ok(near < 0.005 && far > 3 * near, `${near}, ${far}`);
});

test("a diffusivity is found in space and time with sides that are open, within its error", async () => {
  const wave = ([x, t]: readonly number[]) => Math.exp(-0.2 * t!) * Math.sin(Math.sqrt(2) * x! + 0.4);
  const solution = await solve(
    pde({
      ...{ name: "open sides", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = D*u_xx", trainable: { D: 0.3 } },
      ...{ conditions: [initial("u = sin(sqrt(2)*x + 0.4)")], allow: ["missing-condition"] },
      observations: seen(places(60, 2), wave, 0.002),
    }),
    { budget: { steps: 12 } },
  );
  const { report } = solution;
  const { value, standardDeviation } = report.constants["D"]!;
  assert.match(report.method!.at(-1)!, /elements/);
  assert.ok(
    Math.abs(value - 0.1) < 4 * standardDeviation! && standardDeviation! < 0.02,
    `${value} ± ${standardDeviation}`,
  );
  const points = Float64Array.from(places(50, 2).flat());
  const values = await solution.evaluate(points);
  const off = Math.hypot(...values.map((u, i) => u - wave([points[2 * i]!, points[2 * i + 1]!])));
  assert.ok(off / Math.hypot(...values) < 4 * report.estimate!.relativeL2, `${off}`);
});

test("in a disk without a condition a reaction is found from observations of its solution and of a slope", () => {
  const { constants } = found({
    ...{ name: "disk", domain: { shape: "disk", center: [0, 0], radius: 1 }, equations: "lap(u) = kappa*u" },
    ...{ trainable: { kappa: 1 }, conditions: [], allow: ["missing-condition"] },
    observations: [
      ...seen(
        places(60, 2).map(([x, y]) => [x! - 0.5, y! - 0.5]),
        ([x, y]) => Math.exp(x! + y!),
      ),
      { quantity: "u_x", points: [[0.1, 0.2]], values: [Math.exp(0.3)] },
    ],
  });
  assert.ok(Math.abs(constants["kappa"]!.value - 2) < 1e-3, `${constants["kappa"]!.value}`);
});

test("constants of which the product counts alone have no standard deviation", () => {
  const { noise } = found({
    ...{ ...oscillator, equations: "u_tt + k*c*u = 0", trainable: { k: 2, c: 1.8 } },
    observations: seen(times, swing, 0.02),
  });
  assert.ok(
    noise!.deviations.every((v) => v > 1e3),
    `${noise!.deviations}`,
  );
});

test.run();
