/** Samplers of collocation points: laws, weights, state, and the traps that adaptive sampling is known for. */

import { decodeSafetensors, encodeSafetensors } from "../../../engine/files/index.ts";
import { DomainError, FormatError, OptionsError, ShapeError } from "../../../engine/index.ts";
import { gridPoints } from "../../../equations/domain/index.ts";
import {
  type ActiveSampler,
  adversarial,
  gaussianMixture,
  type PointSet,
  type SampleContext,
  type Sampler,
  type SamplingDomain,
  sobol,
  uniform,
} from "../../../solvers/index.ts";
import { start } from "../../../solvers/sampler/index.ts";
import { box, bump, context, disc, residualOf } from "../../equations/domain/solver-domains.ts";
import { assert, test } from "../../harness.ts";

const square = box([-1, 1], [-1, 1]);
const shape = [32, 32];
const small = { startPool: 2000, pool: 1000 };

const cellular: readonly Sampler[] = [
  adversarial({ shape }),
  adversarial({ shape, regularizer: "entropy", payoff: "square", kappa: 0.1 }),
  adversarial({ shape, regularizer: "wasserstein", kappa: 0.03 }),
  adversarial({ shape, regularizer: "wasserstein", kappa: 1, jitter: false }),
];
const anywhere: readonly Sampler[] = [uniform(), sobol()];
const onSquare: readonly Sampler[] = [
  ...anywhere,
  ...cellular,
  adversarial({ shape, kappa: 0.3, weights: "paper" }),
  adversarial({ shape, regularizer: "wasserstein", weights: "paper" }),
  gaussianMixture(small),
  gaussianMixture({ ...small, tempering: 0.5 }),
];
/** Those whose weights claim to be unbiased. */
const unbiased: readonly Sampler[] = [uniform(), sobol(), ...cellular, gaussianMixture(small)];

const name = (sampler: Sampler) => JSON.stringify(sampler);

async function rounds(sampler: Sampler, make: (round: number) => SampleContext, count: number) {
  const active = start(sampler, make(0).domain);
  const sets: PointSet[] = [];
  for (let round = 0; round < count; round++) sets.push(await active.draw(make(round)));
  return { active, sets, last: sets.at(-1)! };
}

/** Mean of Σ w f over seeds, and its standard error. */
async function estimate(
  sampler: Sampler,
  domain: SamplingDomain,
  f: (x: Float64Array) => number,
  { seeds = 60, count = 200, unweighted = false } = {},
) {
  const d = domain.dimension;
  const values: number[] = [];
  const active = start(sampler, domain);
  const fresh = active.state();
  for (let seed = 0; seed < seeds; seed++) {
    active.restore(fresh);
    await active.draw(context(domain, bump(d, 30), { count, seed, round: 0 }));
    const last = await active.draw(context(domain, bump(d, 30), { count, seed, round: 1 }));
    let sum = 0;
    for (let i = 0; i < last.weights.length; i++) {
      sum += (unweighted ? 1 / last.weights.length : last.weights[i]!) * f(last.points.subarray(i * d, (i + 1) * d));
    }
    values.push(sum);
  }
  const mean = values.reduce((a, b) => a + b, 0) / seeds;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / (seeds - 1);
  return { mean, error: Math.sqrt(variance / seeds) };
}

test("unbiased weights give the mean of any function over a box: |z| < 4 for each sampler", async () => {
  const f = ([x, y]: Float64Array) => Math.exp(x!) * (1 + y! * y!);
  const truth = (Math.sinh(1) * 4) / 3;
  for (const sampler of unbiased) {
    const { mean, error } = await estimate(sampler, square, f);
    assert.ok(Math.abs(mean - truth) < 4 * error, `${name(sampler)}: ${mean} ± ${error}, truth ${truth}`);
    assert.ok(error < 0.02, `${name(sampler)}: the test would see a bias of one in a hundred, ${error}`);
  }
});

test("without weights the same points miss the mean of x by far", async () => {
  for (const sampler of [adversarial({ shape }), gaussianMixture(small)]) {
    const { mean, error } = await estimate(sampler, square, ([x]) => x!, { seeds: 20, unweighted: true });
    assert.ok(mean > 10 * error, `${name(sampler)}: ${mean} ± ${error}`);
  }
});

test("unbiased weights give the mean over a disc, which cells cut", async () => {
  // Mean of |x − c|² + x₁ over the disc: ½ + ½. The shares of cut cells inside are counted, to about 1e-3 of the mean.
  const f = ([x, y]: Float64Array) => (x! - 0.5) ** 2 + (y! + 0.5) ** 2 + x!;
  for (const sampler of unbiased.filter(({ kind }) => kind !== "gaussianMixture")) {
    const { mean, error } = await estimate(sampler, disc, f);
    assert.ok(Math.abs(mean - 1) < 4 * error + 1e-3, `${name(sampler)}: ${mean} ± ${error}`);
  }
});

test("the AAS weights p/q give ∫ f p", async () => {
  // With one round, p is what the density says: q = 0.3/|Ω| + 0.7 p.
  const sampler = adversarial({ shape, regularizer: "wasserstein", kappa: 0.1, jitter: false, weights: "paper" });
  const one = (seed: number) => context(square, bump(2, 30), { count: 200, seed });
  const { active } = await rounds(sampler, () => one(0), 1);
  const centres = gridPoints([-1, -1], [1, 1], [128, 128], true);
  const q = await active.density(centres);
  let truth = 0;
  for (let i = 0; i < q.length; i++) truth += (((q[i]! - 0.3 / 4) / 0.7) * Math.exp(centres[2 * i]!) * 4) / q.length;
  let [sum, squares] = [0, 0];
  for (let seed = 0; seed < 60; seed++) {
    const { last } = await rounds(sampler, () => one(seed), 1);
    let value = 0;
    for (let i = 0; i < 200; i++) value += last.weights[i]! * Math.exp(last.points[2 * i]!);
    sum += value / 60;
    squares += (value * value) / 60;
  }
  const error = Math.sqrt((squares - sum * sum) / 59);
  assert.ok(Math.abs(sum - truth) < 4 * error + 1e-4 * truth, `${sum} ± ${error}, ${truth}`); // 1e-4: midpoint rule
});

test("drawn points follow the density: χ² on 64 bins", async () => {
  const exact = [
    uniform(),
    adversarial({ shape }),
    adversarial({ shape, regularizer: "wasserstein", kappa: 0.03 }),
    gaussianMixture(small),
  ];
  for (const sampler of [...exact, sobol()]) {
    const count = 10_000;
    const { active, last } = await rounds(sampler, (round) => context(square, bump(2, 12), { count, round }), 2);
    const counts = new Float64Array(64);
    for (let i = 0; i < count; i++) {
      const [a, b] = [last.points[2 * i]!, last.points[2 * i + 1]!].map((x) => Math.floor((x + 1) * 4));
      counts[a! * 8 + b!]!++;
    }
    const fine = 64;
    const q = await active.density(gridPoints([-1, -1], [1, 1], [fine, fine], true));
    const expected = new Float64Array(64);
    for (let at = 0; at < q.length; at++) {
      const bin = Math.floor(at / fine / 8) * 8 + Math.floor((at % fine) / 8);
      expected[bin]! += (q[at]! * 4 * count) / q.length;
    }
    const total = expected.reduce((a, b) => a + b, 0);
    // The mixture is integrated by midpoints: a per cent.
    assert.ok(Math.abs(total / count - 1) < 0.01, `${name(sampler)}: mass ${total / count}`);
    let chi = 0;
    for (let bin = 0; bin < 64; bin++) chi += (counts[bin]! - expected[bin]!) ** 2 / expected[bin]!;
    assert.ok(chi < 118, `${name(sampler)}: χ² ${chi}`); // 63 degrees of freedom: a chance of 3e-5
    const there = await active.density(last.points);
    const agree = last.density.every((value, i) => Math.abs(value - there[i]!) <= 1e-12 * value);
    assert.ok(agree, `${name(sampler)}: the set's density is the sampler's`);
  }
});

test("weights and densities obey w = 1/(N |Ω| q), and weights are bounded by the uniform share", async () => {
  for (const sampler of unbiased) {
    const { last } = await rounds(sampler, (round) => context(square, bump(2, 100), { round }), 3);
    const count = last.weights.length;
    for (let i = 0; i < count; i++) {
      const expected = 1 / (count * 4 * last.density[i]!);
      assert.ok(Math.abs(last.weights[i]! - expected) <= 1e-14 * expected, name(sampler));
    }
  }
  for (const sampler of [...cellular, gaussianMixture(small)]) {
    const { last } = await rounds(sampler, (round) => context(square, bump(2, 1e4, 0), { round }), 3);
    // Trap (h): where the feature is so narrow that its density is 0 in float64, weights stay finite.
    assert.ok(
      last.weights.every((w) => w > 0 && w <= (1 + 1e-12) / (0.3 * 200)),
      name(sampler),
    );
  }
});

test("restoring a state continues bit for bit, through a file and through JSON options", async () => {
  for (const domain of [square, disc]) {
    for (const sampler of onSquare.filter(({ kind }) => domain.isBox || kind !== "gaussianMixture")) {
      const make = (round: number) => context(domain, bump(2, 20 + round), { round });
      const first = await rounds(sampler, make, 2);
      const bytes = Buffer.concat(encodeSafetensors(first.active.state()));
      const again = start(JSON.parse(JSON.stringify(sampler)), domain);
      again.restore(decodeSafetensors(bytes, "state").tensors);
      assert.equal(again.report(), first.active.report(), name(sampler));
      const probes = first.last.points;
      assert.equal(await again.density(probes), await first.active.density(probes), name(sampler));
      for (const round of [2, 3]) {
        assert.equal(await again.draw(make(round)), await first.active.draw(make(round)), name(sampler));
      }
    }
  }
});

test("a fresh sampler's state can be restored too, and wrong ones are refused", async () => {
  for (const sampler of onSquare) {
    const active = start(sampler, square);
    const make = (round: number) => context(square, bump(2, 20), { round });
    const fresh = active.state();
    const expected = await active.draw(make(0));
    await active.draw(make(1));
    active.restore(fresh);
    assert.equal(await active.draw(make(0)), expected, name(sampler));
    if (["uniform", "sobol"].includes(sampler.kind)) continue;
    assert.throws(
      () => start(sampler, square).restore({}),
      (e: unknown) => e instanceof FormatError,
    );
  }
});

test("the same seed draws the same points, another seed others", async () => {
  for (const sampler of onSquare) {
    const run = (seed: number) => rounds(sampler, (round) => context(square, bump(2, 20), { seed, round }), 2);
    const [a, b, c] = [await run(1), await run(1), await run(2)];
    assert.equal(a.sets, b.sets, name(sampler));
    assert.not.equal(a.last.points, c.last.points, name(sampler));
  }
});

test("trap (i): another round draws other points, even from the same stream", async () => {
  for (const sampler of onSquare) {
    const { sets } = await rounds(sampler, (round) => context(square, bump(2, 20), { round }), 2);
    const seen = new Set(sets[0]!.points);
    const fresh = sets[1]!.points.filter((x) => !seen.has(x)).length / sets[1]!.points.length;
    assert.is(fresh, 1, name(sampler));
  }
});

test("trap (e): a residual smaller by 2^-33, squares by 1e-20, has the same points to the last bit", async () => {
  for (const sampler of onSquare) {
    const scaled = (factor: number) =>
      rounds(
        sampler,
        (round) => context(square, async (points) => (await bump(2, 20)(points)).map((r) => r * factor), { round }),
        3,
      );
    const [one, tiny, vanishing] = [await scaled(1), await scaled(2 ** -33), await scaled(2 ** -600)];
    assert.equal(tiny.sets, one.sets, name(sampler));
    assert.equal(vanishing.sets, one.sets, `${name(sampler)}: even where r² is 0 in float64`);
  }
});

test("trap (f): no atoms: all points lie strictly inside, no two are the same, none shares a coordinate's end", async () => {
  const corner = residualOf(2, ([x, y]) => Math.exp(-400 * ((x! - 1) ** 2 + (y! - 1) ** 2)));
  for (const sampler of onSquare) {
    const { last } = await rounds(sampler, (round) => context(square, corner, { count: 500, round }), 3);
    assert.ok(
      last.points.every((x) => x > -1 && x < 1),
      name(sampler),
    );
    const rows = new Set(Array.from(last.weights, (_, i) => `${last.points[2 * i]} ${last.points[2 * i + 1]}`));
    assert.is(rows.size, last.weights.length, name(sampler));
  }
});

test("trap (g): the residual is asked for during a draw and never between", async () => {
  for (const sampler of onSquare) {
    let calls = 0;
    const counting: SampleContext["residual"] = (points) => {
      calls++;
      return bump(2, 20)(points);
    };
    const { active, last } = await rounds(sampler, (round) => context(square, counting, { round }), 2);
    const before = { calls, points: last.points.slice() };
    await active.density(last.points);
    active.report();
    active.restore(active.state());
    assert.is(calls, before.calls, name(sampler));
    last.points.fill(0); // the set is the caller's own
    const { last: again } = await rounds(sampler, (round) => context(square, bump(2, 20), { round }), 2);
    assert.equal(again.points, before.points);
  }
});

test("trap (j): the mixture measures the norm of a 10-D peak with 2500 points, where uniform points see nothing", async () => {
  const domain = box(...new Array<[number, number]>(10).fill([-1, 1]));
  const u = residualOf(10, (x) => Math.exp(-10 * x.reduce((sum, value) => sum + value * value, 0)));
  const norm = (Math.PI / 20) ** 5 / 2 ** 10; // the tails outside the box are below 1e-9 of it
  const square = async (sampler: Sampler) => {
    const { last } = await rounds(sampler, (round) => context(domain, u, { count: 2500, round }), 3);
    return (await u(last.points)).reduce((sum, value, i) => sum + last.weights[i]! * value * value, 0) / norm;
  };
  assert.ok(Math.abs((await square(gaussianMixture({ startPool: 8000 }))) - 1) < 0.15);
  assert.ok((await square(sobol())) < 0.5);
});

test("a residual of 0 everywhere gives uniform points", async () => {
  const zero = residualOf(2, () => 0);
  for (const domain of [square, disc]) {
    for (const sampler of onSquare.filter(({ kind }) => domain.isBox || kind !== "gaussianMixture")) {
      const { last } = await rounds(sampler, (round) => context(domain, zero, { round }), 3);
      assert.ok(last.points.every(Number.isFinite), name(sampler));
      assert.ok(domain.contains(last.points).every((inside) => inside === 1));
      const even = (values: Float64Array, expected: number) =>
        values.every((value) => Math.abs(value * expected - 1) < 1e-9);
      assert.ok(even(last.weights, last.weights.length), name(sampler));
      assert.ok(even(last.density, domain.volume), name(sampler));
    }
  }
});

test("a residual that is NaN, negative or infinite is an error that names the point", async () => {
  for (const bad of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
    const residual = residualOf(2, ([x]) => (x! > 0.5 ? bad : 1));
    for (const sampler of onSquare.filter(({ kind }) => !["uniform", "sobol"].includes(kind))) {
      let caught: unknown;
      try {
        await rounds(sampler, (round) => context(square, residual, { round }), 2);
      } catch (error) {
        caught = error;
      }
      assert.instance(caught, DomainError, name(sampler));
      const place = /residual is (?:NaN|-1|Infinity) at \((0\.[5-9]\d*), -?\d\.\d+/.exec((caught as Error).message);
      assert.ok(place, (caught as Error).message);
    }
  }
});

test("options, counts and callbacks that cannot work are refused, by name", async () => {
  const refused = (make: () => unknown, option: string) =>
    assert.throws(make, (e: unknown) => e instanceof OptionsError && e.option === option);
  refused(() => adversarial({ payoff: "cube" as "abs" }), "payoff");
  refused(() => adversarial({ regularizer: "none" as "entropy" }), "regularizer");
  refused(() => adversarial({ form: "divine" as "exact" }), "form");
  refused(() => adversarial({ uniformFraction: 0 }), "uniformFraction");
  refused(() => adversarial({ damping: 1 }), "damping");
  refused(() => adversarial({ steps: 5 }), "steps");
  refused(() => adversarial({ regularizer: "entropy", floor: 0.1 }), "floor");
  refused(() => adversarial({ kappa: 0 }), "kappa");
  refused(() => adversarial({ regularizer: "wasserstein", floor: 1 }), "floor");
  refused(() => adversarial({ shape: [0, 3] }), "shape");
  refused(() => gaussianMixture({ components: 0 }), "components");
  refused(() => gaussianMixture({ tempering: 2 }), "tempering");
  refused(() => start({ kind: "tarot" }, square), "sampler");
  refused(() => start(gaussianMixture(), disc), "domain");
  refused(() => start(adversarial(), { ...box([0, 1], [0, 1], [0, 1], [0, 1]), isBox: false }), "domain");
  refused(() => start(adversarial({ shape: [8] }), square), "shape");
  const failing = async (sampler: Sampler, given: SampleContext) => {
    try {
      await start(sampler, square).draw(given);
    } catch (error) {
      return error;
    }
    return undefined;
  };
  for (const sampler of onSquare) {
    assert.instance(await failing(sampler, context(square, bump(2, 1), { count: 0 })), OptionsError, name(sampler));
  }
  assert.instance(
    await failing(
      adversarial(),
      context(square, async () => new Float64Array(3)),
    ),
    ShapeError,
  );
});

test("one point, and counts that grow from round to round, work everywhere", async () => {
  const cube = box([0, 1], [0, 2], [-1, 1]);
  const interval = box([-3, 5]);
  for (const domain of [interval, square, disc, cube]) {
    const d = domain.dimension;
    const here = [
      ...anywhere,
      adversarial({ shape: new Array(d).fill(8) }),
      adversarial({ shape: new Array(d).fill(8), regularizer: "wasserstein" }),
    ];
    for (const sampler of here) {
      const active: ActiveSampler = start(sampler, domain);
      for (const [round, count] of [1, 10, 300].entries()) {
        const set = await active.draw(context(domain, bump(d, 3), { round, count }));
        assert.is(set.points.length, count * d, name(sampler));
        assert.is(set.density.length, count);
        assert.ok(domain.contains(set.points).every((inside) => inside === 1));
        const mass = set.weights.reduce((sum, w) => sum + w, 0);
        assert.ok(mass > 0 && Number.isFinite(mass));
        assert.ok(
          set.density.every((q) => q > 0 && Number.isFinite(q)),
          `${name(sampler)}: ${set.density}`,
        );
      }
    }
  }
});

test("damping takes half of the last density and half of the new one, and the first round the new one", async () => {
  const sampler = adversarial({ shape, jitter: false, uniformFraction: 0.5 });
  const [a, b] = [bump(2, 20), bump(2, 3)];
  const probes = (await rounds(uniform(), () => context(square, a), 1)).last.points;
  const density = async (residuals: readonly SampleContext["residual"][]) => {
    const { active } = await rounds(
      sampler,
      (round) => context(square, residuals[round]!, { round }),
      residuals.length,
    );
    return active.density(probes);
  };
  const [first, second, both] = [await density([a]), await density([b]), await density([a, b])];
  for (let i = 0; i < both.length; i++) {
    assert.ok(Math.abs(both[i]! - (first[i]! + second[i]!) / 2) < 1e-14);
  }
});

test.run();
