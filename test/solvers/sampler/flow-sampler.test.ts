/** Samplers with a flow: unbiased weights, equal runs, domains that are no boxes. */
import {
  type ActiveSampler,
  type AdversarialOptions,
  adversarial,
  type SamplingDomain,
} from "../../../solvers/index.ts";
import { start } from "../../../solvers/sampler/index.ts";
import { assert, test } from "../../harness.ts";
import { box, centres, contextOf } from "./flow-cases.ts";

const small: AdversarialOptions = { form: "flow", steps: 12, batch: 32, pool: 128, layers: 2, width: 8, bins: 4 };
const hill = (p: ArrayLike<number>) => 1 + 20 * Math.exp(-20 * ((p[0]! - 0.3) ** 2 + (p[1]! - 0.2) ** 2));
const disc: SamplingDomain = {
  ...box([-1, -1], [1, 1]),
  volume: Math.PI,
  contains: (points) =>
    Uint8Array.from({ length: points.length / 2 }, (_, i) =>
      Number(Math.hypot(points[2 * i]!, points[2 * i + 1]!) <= 1),
    ),
  isBox: false,
};
const makers: Readonly<Record<string, (domain: SamplingDomain) => ActiveSampler>> = {
  flow: (domain) => start(adversarial({ ...small, regularizer: "wasserstein" }), domain),
  "chi-square": (domain) => start(adversarial(small), domain),
  entropy: (domain) => start(adversarial({ ...small, regularizer: "entropy", payoff: "square" }), domain),
  published: (domain) => start(adversarial({ ...small, regularizer: "wasserstein", flow: "krnet", beta: 0.1 }), domain),
};

for (const [name, make] of Object.entries(makers)) {
  test(`${name}: equal seeds give equal bits, and a restored sampler continues as the uninterrupted one`, async () => {
    const domain = box([-1, 0], [1, 2]);
    const run = async (active: ActiveSampler, rounds: readonly number[]) => {
      const sets = [];
      for (const round of rounds) sets.push(await active.draw(contextOf(domain, hill, round, 60)));
      return sets;
    };
    const [one, two, three] = [make(domain), make(domain), make(domain)];
    const first = await run(one, [0, 1]);
    assert.equal(await run(two, [0, 1]), first);
    three.restore(one.state());
    assert.equal(await three.density(first[0]!.points), await one.density(first[0]!.points));
    assert.equal(await run(three, [2, 3]), await run(one, [2, 3]));
    assert.equal(three.report(), one.report());
    for (const active of [one, two, three]) active.dispose?.();
  });

  test(`${name}: in a disc all points lie inside, none on a face, and the density integrates to 1`, async () => {
    const active = make(disc);
    for (const round of [0, 1, 2]) {
      const { points, density } = await active.draw(contextOf(disc, hill, round, 400));
      assert.ok(disc.contains(points).every((inside) => inside === 1));
      assert.ok(points.every((x) => Math.abs(x) < 1));
      assert.equal(new Set(points).size, points.length, "no two coordinates are equal");
      assert.ok(density.every((q) => q > 0));
    }
    const side = 200;
    const density = await active.density(centres(side, disc));
    const mass = density.reduce((a, b) => a + b, 0) * (2 / side) ** 2;
    // The share of the flow inside is known from some 400 to 600 proposals of a net.
    assert.ok(Math.abs(mass - 1) < 0.06, `mass ${mass}`);
    active.dispose?.();
  });
}

test("weighted sums of the flow are unbiased for means over the domain", async () => {
  const domain = box([-1, 0], [1, 2]);
  const active = makers["flow"]!(domain);
  let [sum, squares] = [0, 0];
  const rounds = 12;
  for (let round = 0; round < rounds; round++) {
    const { points, weights } = await active.draw(contextOf(domain, hill, round, 256));
    // Mean of x² over [−1, 1] and of y over [0, 2] is 1/3 + 1.
    const estimate = weights.reduce((s, w, i) => s + w * (points[2 * i]! ** 2 + points[2 * i + 1]!), 0);
    sum += estimate;
    squares += estimate * estimate;
  }
  const mean = sum / rounds;
  const error = Math.sqrt((squares / rounds - mean * mean) / (rounds - 1));
  assert.ok(Math.abs(mean - 4 / 3) < 4.5 * error, `${mean} ± ${error} against 4/3`);
  assert.ok(error < 0.02);
  active.dispose?.();
});

test("the scale of the residual does not matter to the flow", async () => {
  const domain = box([-1, 0], [1, 2]);
  const [a, b] = [makers["flow"]!(domain), makers["flow"]!(domain)];
  // A power of two changes no digit.
  const one = await a.draw(contextOf(domain, hill, 0));
  const other = await b.draw(contextOf(domain, (p) => hill(p) * 2 ** -40, 0));
  assert.equal(other.points, one.points);
  for (const active of [a, b]) active.dispose?.();
});

test("a residual of zero gives uniform points", async () => {
  const domain = box([0, 0], [1, 1]);
  const active = makers["flow"]!(domain);
  const { density } = await active.draw(contextOf(domain, () => 0, 0));
  assert.ok(density.every((q) => Math.abs(q - 1) < 1e-12));
  active.dispose?.();
});

test("the published density model begins with uniform points and has equal weights throughout", async () => {
  const domain = box([0, 0], [1, 1]);
  const active = makers["published"]!(domain);
  for (const round of [0, 1]) {
    const { weights, density } = await active.draw(contextOf(domain, hill, round, 50));
    assert.ok(weights.every((w) => w === 1 / 50));
    assert.is(
      density.every((q) => q === 1),
      round === 0,
    );
  }
  active.dispose?.();
});

test("options out of range are refused by name", () => {
  assert.throws(() => adversarial({ form: "flow", trainingShare: 0 }), /trainingShare is 0/);
  assert.throws(() => adversarial({ form: "flow", batch: 512, pool: 100 }), /pool is 100, expected at least the batch/);
  assert.throws(() => adversarial({ ...small, regularizer: "wasserstein", beta: -1 }), /beta is -1/);
  assert.throws(() => adversarial({ ...small, flow: "krnet" }), /flow is "krnet", expected "bounded"/);
  assert.throws(() => adversarial({ form: "flow", shape: [8, 8] }), /shape is not for form "flow"/);
});

test.run();
