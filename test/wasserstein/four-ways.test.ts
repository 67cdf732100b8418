/** Four programs that share no code for the transport itself must give one distance on the line. */
import fc from "fast-check";
import { rng } from "../../engine/index.ts";
import { emd, sinkhorn, slicedWasserstein, wasserstein1d } from "../../wasserstein/index.ts";
import { assert, close, test } from "../harness.ts";

/** A weighted sample on the line: values and weights, of one length. */
interface Sample {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

type Order = 1 | 2;

const cloud = ({ values, weights }: Sample) => ({ points: values, count: values.length, dim: 1, weights });

const costs = (x: Sample, y: Sample, p: Order) => ({
  cost: Float64Array.from({ length: x.values.length * y.values.length }, (_, k) => {
    const [i, j] = [Math.floor(k / y.values.length), k % y.values.length];
    return Math.abs(x.values[i]! - y.values[j]!) ** p;
  }),
  rows: x.values.length,
  columns: y.values.length,
});

/** Largest cost between the samples, the scale of rounding. */
const range = (x: Sample, y: Sample, p: Order) => costs(x, y, p).cost.reduce((most, c) => Math.max(most, c), 0);

/** By rank, by one direction of ±1, and by network simplex. */
function threeWays(x: Sample, y: Sample, p: Order): readonly [number, number, number] {
  const ranks = wasserstein1d(
    { values: x.values, weights: x.weights },
    { values: y.values, weights: y.weights },
    { p, normalize: true },
  ).value;
  const sliced = slicedWasserstein(cloud(x), cloud(y), { p, directions: 1, rng: rng(1), normalize: true });
  const exact = emd(cloud(x), cloud(y), { p, normalize: true });
  return [ranks, sliced.value, exact.value];
}

function entropic(x: Sample, y: Sample, p: Order, epsilon: number) {
  const problem = { ...costs(x, y, p), xWeights: x.weights, yWeights: y.weights };
  return sinkhorn(problem, undefined, { epsilon, normalize: true, refine: "newton", tolerance: 1e-12 });
}

const sampleOf = (value: fc.Arbitrary<number>, weight: fc.Arbitrary<number>): fc.Arbitrary<Sample> =>
  fc
    .array(fc.tuple(value, weight), { minLength: 1, maxLength: 12 })
    .filter((pairs) => pairs.some(([, w]) => w > 0))
    .map((pairs) => ({
      values: Float64Array.from(pairs, ([v]) => v),
      weights: Float64Array.from(pairs, ([, w]) => w),
    }));

// Six decimals: scales that rounding of the values themselves would decide are not what is compared here.
const decimal = fc.integer({ min: -1e7, max: 1e7 }).map((v) => v / 1e6);
const real = sampleOf(decimal, fc.double({ min: 0.01, max: 5, noNaN: true }));
const tied = sampleOf(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 4 }));

for (const [kind, sample] of [
  ["random", real],
  ["tied", tied],
] as const) {
  for (const p of [1, 2] as const) {
    test(`${kind} weighted samples, p = ${p}: quantile coupling = one slice = network simplex, inside Sinkhorn's bounds`, () => {
      fc.assert(
        fc.property(sample, sample, fc.constantFrom(1, 0.1, 0.01), (x, y, share) => {
          const scale = range(x, y, p) || 1;
          const [ranks, sliced, exact] = threeWays(x, y, p);
          close(sliced, ranks, 1e-12 * scale, "one slice");
          close(exact, ranks, 1e-12 * scale, "network simplex");
          const { bounds, entropicValue: value } = entropic(x, y, p, share * scale);
          const slack = 1e-11 * scale;
          assert.ok(bounds[0] <= ranks + slack && ranks <= bounds[1] + slack, `${ranks} outside ${bounds}`);
          assert.ok(value >= ranks - slack, `OT_ε ${value} below OT ${ranks}`);
        }),
        { numRuns: 200, seed: 20 },
      );
    });
  }
}

/** KL(P | a ⊗ b) of the plan in order of rank between samples whose equal values are taken together. */
function rankPlanEntropy(x: Sample, y: Sample): number {
  const [a, b] = [x, y].map(({ values, weights }) => {
    const total = weights.reduce((s, w) => s + w, 0);
    const atoms = new Map<number, number>();
    for (const [i, v] of values.entries()) atoms.set(v, (atoms.get(v) ?? 0) + weights[i]!);
    return [...atoms]
      .filter(([, w]) => w > 0)
      .sort(([s], [t]) => s - t)
      .map(([, w]) => ({ w: w / total, left: w / total }));
  }) as [{ w: number; left: number }[], { w: number; left: number }[]];
  let kl = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [u, v] = [a[i]!, b[j]!];
    const mass = Math.min(u.left, v.left);
    if (mass > 1e-14) kl += mass * Math.log(mass / (u.w * v.w));
    u.left -= mass;
    v.left -= mass;
    if (u.left <= 1e-14) i++;
    if (v.left <= 1e-14) j++;
  }
  return kl;
}

// Exchanging two unequal whole values costs 2 at least, shared by two entries of the plan where these are 0 in P*.
test("p = 2, whole values, ε → 0: OT_ε = OT + ε KL(P*| a⊗b) up to order e^(−1/ε), P* the plan by rank", () => {
  fc.assert(
    fc.property(tied, tied, (x, y) => {
      const [ranks] = threeWays(x, y, 2);
      const rate = rankPlanEntropy(x, y);
      for (const epsilon of [0.1, 0.05]) {
        const { entropicValue: value, linearCost, converged } = entropic(x, y, 2, epsilon);
        assert.ok(converged);
        const left = 20 * Math.exp(-1 / epsilon) + 1e-10;
        close((value - ranks) / epsilon, rate, left, `rate at ε ${epsilon}`);
        close(linearCost, ranks, left, `⟨P, C⟩ at ε ${epsilon}`);
      }
    }),
    { numRuns: 200, seed: 21 },
  );
});

test("any p and samples: 0 ≤ OT_ε − OT ≤ ε KL(plan by rank | a⊗b), and (OT_ε − OT)/ε grows as ε falls", () => {
  for (const sample of [real, tied]) {
    fc.assert(
      fc.property(sample, sample, fc.constantFrom<Order>(1, 2), (x, y, p) => {
        const scale = range(x, y, p) || 1;
        const [ranks] = threeWays(x, y, p);
        const most = rankPlanEntropy(x, y);
        let before = 0;
        for (const epsilon of [1, 0.1, 0.01].map((share) => share * scale)) {
          const rate = (entropic(x, y, p, epsilon).entropicValue - ranks) / epsilon;
          assert.ok(rate >= before - 1e-8 && rate <= most + 1e-8, `${before} ≤ ${rate} ≤ ${most} at ε ${epsilon}`);
          before = rate;
        }
      }),
      { numRuns: 30, seed: 22 },
    );
  }
});

test.run();
