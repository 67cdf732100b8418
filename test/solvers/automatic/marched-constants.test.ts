/** Constants of problems that can be marched once these are known. */
import { rng } from "../../../engine/index.ts";
import { dirichlet, initial, type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

const budget = { steps: 12 };
const [D, h, sigma] = [0.02, 0.3, 0.01];
const times = Float64Array.from({ length: 50 }, (_, i) => (i + 1) / 25);
const noise = rng(2).normal(50);

/** A sine wave of sin(0.3 kπ) at the place that is observed. */
const wave = (k: number, t: number, d: number, loss: number): number =>
  Math.sin(0.3 * k * Math.PI) * Math.exp(-(d * (k * Math.PI) ** 2 + loss) * t);

/** u_t = D u_xx − h u from sines, observed at x = 0.3. */
const heat = (waves: readonly number[], more: Partial<ProblemSpec> = {}, size = sigma) =>
  pde({
    ...{ name: "heat", domain: { x: [0, 1], t: [0, 2] }, trainable: { D: 0.05, h: 0.1 } },
    equations: "u_t = D*u_xx - h*u",
    conditions: [initial(`u = ${waves.map((k) => `sin(${k}*pi*x)`).join(" + ")}`), dirichlet("u = 0", { on: "x" })],
    observations: [
      {
        points: Float64Array.from([...times].flatMap((t) => [0.3, t])),
        values: times.map((t, i) => waves.reduce((sum, k) => sum + wave(k, t, D, h), 0) + size * noise[i]!),
        ...(size > 0 && { sigma: size }),
      },
    ],
    ...more,
  });

test("standard deviations of D and h in u_t = D u_xx − h u are those of Cramér and Rao, and both constants lie within three of them", async () => {
  const solution = await solve(heat([1, 3]), { budget });
  const { report } = solution;
  const [a, b] = [1, 3].reduce(
    ([byD, byH], k) => [
      byD!.map((v, i) => v - (k * Math.PI) ** 2 * times[i]! * wave(k, times[i]!, D, h)),
      byH!.map((v, i) => v - times[i]! * wave(k, times[i]!, D, h)),
    ],
    [new Float64Array(50), new Float64Array(50)],
  );
  const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
  const determinant = dot(a!, a!) * dot(b!, b!) - dot(a!, b!) ** 2;
  const bounds = { D: sigma * Math.sqrt(dot(b!, b!) / determinant), h: sigma * Math.sqrt(dot(a!, a!) / determinant) };
  for (const [name, truth] of Object.entries({ D, h })) {
    const { value, standardDeviation } = report.constants[name]!;
    const bound = bounds[name as "D" | "h"];
    assert.ok(Math.abs(standardDeviation! / bound - 1) < 0.03, `${name} ± ${standardDeviation}, bound ${bound}`);
    assert.ok(Math.abs(value - truth) < 3 * bound, `${name} = ${value}`);
  }
  assert.is(report.status, "converged");
  assert.is(report.estimate!.by, "the noise of observations");
  // Formulas know what was found.
  const points = Float64Array.of(0.3, 1);
  const [left, size] = [await solution.quantity("u_t - D*u_xx + h*u", points), await solution.quantity("u_t", points)];
  assert.ok(Math.abs(left[0]!) < 1e-2 * Math.abs(size[0]!), `${left[0]}`);
});

test("from one sine D π² + h alone is seen: D and h are doubted together, with infinite standard deviations, and their sum is right", async () => {
  const { report } = await solve(heat([1]), { budget });
  const { D: d, h: loss } = report.constants;
  assert.equal([d!.standardDeviation, loss!.standardDeviation], [Infinity, Infinity]);
  assert.is(report.status, "doubtful");
  assert.match(report.estimate!.advice!, /^nothing determines D and h, or only together/);
  const rate = D * Math.PI ** 2 + h;
  assert.ok(Math.abs(d!.value * Math.PI ** 2 + loss!.value - rate) < 0.02 * rate);
});

test("without noise constants are found to seven digits, and the estimate falls with the tolerance of marches", async () => {
  const { report } = await solve(heat([1, 3], {}, 0), { budget });
  for (const [name, truth] of Object.entries({ D, h }))
    assert.ok(Math.abs(report.constants[name]!.value / truth - 1) < 1e-7, `${name} = ${report.constants[name]!.value}`);
  assert.ok(report.estimate!.relativeL2 < 1e-6, `${report.estimate!.relativeL2}`);
});

test("a prior counts as an observation: with D = 0.02 ± 0.0002 the sum gives h", async () => {
  const problem = heat([1], { trainable: { D: { guess: 0.02, sigma: 2e-4 }, h: 0.1 } });
  const { constants, status } = (await solve(problem, { budget })).report;
  assert.ok(Math.abs(constants["D"]!.standardDeviation! / 2e-4 - 1) < 0.03);
  assert.ok(Math.abs(constants["h"]!.value - h) < 3 * constants["h"]!.standardDeviation!);
  assert.is(status, "converged");
});

/** u′ = −k u and w = 1000 u of it, with noise of 0.01 and 30. */
const decays = (more: Partial<ProblemSpec>) =>
  pde({
    ...{ name: "decay", domain: { t: [0, 2] }, trainable: { k: 2 }, equations: "u_t = -k*u", conditions: "u = 1" },
    ...more,
  });
const decayed = (scale: number, size: number, seed: number, count = 40) => {
  const z = rng(seed).normal(count);
  const points = Float64Array.from({ length: count }, (_, i) => (2 * (i + 1)) / count);
  return { points, values: points.map((t, i) => scale * Math.exp(-t) + size * z[i]!) };
};

test("lists without a sigma weigh by what is left of each, whatever their units", async () => {
  const lists = [decayed(1, 0.01, 4), { ...decayed(1000, 30, 5), quantity: "1000*u" }];
  const given = lists.map((one, i) => ({ ...one, sigma: [0.01, 30][i]! }));
  const [open, known] = await Promise.all(
    [lists, given].map(
      async (observations) => (await solve(decays({ observations }), { budget })).report.constants["k"]!,
    ),
  );
  assert.ok(Math.abs(open!.standardDeviation! / known!.standardDeviation! - 1) < 0.25, `${open!.standardDeviation}`);
  assert.ok(Math.abs(open!.value - known!.value) < 0.3 * known!.standardDeviation!, `${open!.value}, ${known!.value}`);
});

test("a sigma that is far too small for what is left is doubted, and so are as many constants as values without one", async () => {
  const wrong = await solve(decays({ observations: [{ ...decayed(1, 0.01, 4), sigma: 0.002 }] }), { budget });
  assert.is(wrong.report.status, "doubtful");
  assert.match(wrong.report.estimate!.advice!, /^observations are off by \d(\.\d)? times their sigma/);
  const single = await solve(decays({ observations: [decayed(1, 0.01, 4, 1)] }), { budget });
  assert.is(single.report.status, "doubtful");
  assert.match(single.report.estimate!.advice!, /^there are 1 values for 1 constants/);
  assert.ok(Number.isNaN(single.report.constants["k"]!.standardDeviation));
});

test("where what is observed is not finite no march counts, and a network finds the constant", async () => {
  const observations = [{ ...decayed(1, 0.01, 4), quantity: "u/(k - 2)*(k - 2) + log(k)*0", sigma: 0.01 }];
  const { constants } = (await solve(decays({ observations, trainable: { k: -0.5 } }), { budget })).report;
  assert.ok(Math.abs(constants["k"]!.value - 1) < 3 * constants["k"]!.standardDeviation!, `${constants["k"]!.value}`);
});

test("constants that time left before they were at rest are doubted", async () => {
  let now = 0;
  const clock = { wall: () => 0, processor: () => (now += 12) };
  const { report } = await solve(heat([1, 3]), { budget: { processorSeconds: 1 }, clock });
  assert.is(report.status, "doubtful");
  assert.match(report.estimate!.advice!, /^there was no time for its constants to come to rest/);
});

test.run();
