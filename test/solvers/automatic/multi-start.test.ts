/** Constants to be found by an automatic solve. */
import { rng } from "../../../engine/index.ts";
import { dirichlet, initial, pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

const budget = { steps: 12 };

/** T of a plate that is heated evenly: T_t = D T_xx + q from 0, and 0 at both ends. */
const heated = (diffusivity: number, source: number, x: number, t: number): number =>
  Array.from({ length: 100 }, (_, i) => 2 * i + 1).reduce(
    (sum, n) =>
      sum -
      ((4 * source) / (diffusivity * (n * Math.PI) ** 3)) *
        Math.exp(-diffusivity * (n * Math.PI) ** 2 * t) *
        Math.sin(n * Math.PI * x),
    (source / (2 * diffusivity)) * x * (1 - x),
  );

test("diffusivity 1 and source 1000 of a heated plate are found from 3 and 300, within three standard deviations of forty noisy values", async () => {
  const [d, q] = [1, 1000];
  const random = rng(5);
  const points = random.split("points").uniform(80);
  const noise = random.split("noise").normal(40);
  for (let i = 0; i < 40; i++) points[2 * i + 1]! *= 0.5;
  const values = noise.map((z, i) => heated(d, q, points[2 * i]!, points[2 * i + 1]!) + z);
  const problem = pde({
    ...{ name: "plate", domain: { x: [0, 1], t: [0, 0.5] }, unknowns: ["T"], trainable: { D: 3, q: 300 } },
    ...{ equations: "T_t = D*T_xx + q", conditions: [initial("T = 0"), dirichlet("T = 0", { on: "x" })] },
    observations: [{ points, values, sigma: 1 }],
  });
  const { report } = await solve(problem, { budget });
  for (const [name, truth] of Object.entries({ D: d, q })) {
    const { value, standardDeviation } = report.constants[name]!;
    assert.ok(
      Math.abs(value - truth) < 3 * standardDeviation! && standardDeviation! < 0.05 * truth,
      `${name} ${value}`,
    );
  }
  assert.is.not(report.status, "doubtful");
});

const times = Float64Array.from({ length: 30 }, (_, i) => (i + 1) / 6);

test("a rate a hundred and sixty times its guess is told and doubted where noise leaves it open, but not where it is known to a hundredth", async () => {
  const from = (guess: number, sigma: number) => {
    const noise = rng(2).normal(times.length);
    const values = times.map((t, i) => Math.exp(-0.8 * t) + sigma * noise[i]!);
    return pde({
      ...{ name: "decay", domain: { t: [0, 5] }, trainable: { k: guess }, equations: "u_t = -k*u" },
      ...{ conditions: [initial("u = 1")], observations: [{ points: times, values, sigma }] },
    });
  };
  const far = await solve(from(0.005, 0.05), { budget });
  assert.is(far.report.status, "doubtful");
  assert.match(
    far.report.estimate!.advice!,
    /k is 0\.\d+ from a guess of 0\.005; begin with guesses near what was found/,
  );
  assert.is.not((await solve(from(0.005, 1e-4), { budget })).report.status, "doubtful");
  const near = (await solve(from(0.027, 0.05), { budget })).report.estimate!.advice;
  assert.not((near ?? "").includes("guess"), near);
});

test("a chain whose rates may change places is doubted, with the other rates", async () => {
  const [k, m] = [2, 0.5];
  const sum = times.map((t) => (m * Math.exp(-k * t) - k * Math.exp(-m * t)) / (m - k));
  const problem = pde({
    ...{ name: "chain", domain: { t: [0, 5] }, unknowns: ["u", "w"], trainable: { k: 1.5, m: 1 } },
    ...{ equations: ["u_t = -k*u", "w_t = k*u - m*w"], conditions: [initial(["u = 1", "w = 0"])] },
    observations: [{ points: times, values: sum, quantity: "u+w", sigma: 1e-3 }],
  });
  const { status, estimate, constants } = (await solve(problem, { budget })).report;
  assert.is(status, "doubtful");
  const other = (name: string) =>
    `${name === "k" ? "k" : "m"} = ${constants[name === "k" ? "m" : "k"]!.value.toPrecision(2)}`;
  assert.ok(
    estimate!.advice!.startsWith(`${other("k")} and ${other("m")} fit the observations as well`),
    estimate!.advice,
  );
});

test.run();
