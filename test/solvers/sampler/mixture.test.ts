// Inside: samplers by themselves.
/** Truncated Gaussian mixtures: normal masses in the tails, densities, fits, and sources away from the centre in 10-D. */

import { rng } from "../../../engine/index.ts";
import { normalMass, truncatedQuantiles } from "../../../engine/numerics/normal-mass.ts";
import { gaussianMixture } from "../../../solvers/index.ts";
import { start } from "../../../solvers/sampler/index.ts";
import { fitted, type Mixture, mixtureDensity, mixturePoints } from "../../../solvers/sampler/mixture.ts";
import { box, context, residualOf } from "../../equations/domain/solver-domains.ts";
import { assert, closeRelative, test } from "../../harness.ts";

test("normal masses agree with 60-digit arithmetic, far into the tails", () => {
  const known: [number, number, number][] = [
    [0, 1, 0.341344746068543],
    [-1, 2, 0.8185946141203637],
    [2.4, 2.6, 0.003536347900877382],
    [5, Number.POSITIVE_INFINITY, 2.866515718791939e-7],
    [10, Number.POSITIVE_INFINITY, 7.61985302416053e-24],
    [8, 9, 6.21983198586583e-16],
    [-30, -29, 3.28978526670389e-185],
    [-3, 0.5, 0.690112563242383],
  ];
  for (const [low, high, mass] of known) {
    // The error of exp(−x²/2) is x²/2 roundings.
    closeRelative(normalMass(low, high), mass, 2e-15 * (5 + Math.min(low ** 2, high ** 2)), `[${low}, ${high}]`);
    closeRelative(normalMass(-high, -low), mass, 2e-15 * (5 + Math.min(low ** 2, high ** 2)), "mirrored");
  }
});

test("truncated quantiles invert the mass, at both ends of the line", () => {
  for (const [low, high] of [
    [-1, 2],
    [3, 4],
    [-9, -8.5],
    [20, 21],
    [-0.1, 0.1],
  ] as const) {
    for (const u of [1e-6, 0.1, 0.5, 0.9, 1 - 1e-6]) {
      const z = truncatedQuantiles(low, high)(u);
      assert.ok(z >= low && z <= high);
      assert.ok(Math.abs(normalMass(low, z) / normalMass(low, high) - u) < 1e-10, `${u} on [${low}, ${high}]`);
    }
  }
});

const skewed: Mixture = {
  low: [-1, 0],
  high: [1, 3],
  weights: Float64Array.of(0.7, 0.3),
  means: Float64Array.of(0.9, 0.1, -1, 2.9),
  deviations: Float64Array.of(0.3, 0.5, 1.2, 0.4),
};

test("a mixture cut by the box has mass 1 there", () => {
  const n = 400;
  const grid = Float64Array.from({ length: 2 * n * n }, (_, i) => {
    const at = Math.floor(i / 2);
    return i % 2 === 0 ? -1 + (2 * (Math.floor(at / n) + 0.5)) / n : (3 * ((at % n) + 0.5)) / n;
  });
  const mass = mixtureDensity(skewed, grid).reduce((sum, q) => sum + (q * 6) / (n * n), 0);
  assert.ok(Math.abs(mass - 1) < 1e-5, `${mass}`); // midpoint rule
});

test("points of a mixture follow its density: the mean of any function over 1/q is the integral", () => {
  const count = 20_000;
  const points = mixturePoints(skewed, rng(1).uniform(count * 3));
  const q = mixtureDensity(skewed, points);
  // ∫ over the corner [0, 1] × [0, 1] of 1/q q = 1, and of the density itself by counting.
  let [area, squares, below] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [x, y] = [points[2 * i]!, points[2 * i + 1]!];
    assert.ok(x >= -1 && x <= 1 && y >= 0 && y <= 3);
    if (x > 0 && y < 1) {
      area += 1 / q[i]!;
      squares += 1 / q[i]! ** 2;
      below++;
    }
  }
  const error = Math.sqrt(squares) / count;
  assert.ok(Math.abs(area / count - 1) < 4 * error, `${area / count} ± ${error}`);
  assert.ok(error < 0.05 && below > 1000, `${error} ${below}`);
});

test("expectation–maximisation finds a wide target by its moments, and inflates", () => {
  const domain = { low: [-8, -8], high: [8, 8] };
  const z = rng(2).normal(40_000);
  const points = z.map((value, i) => (i % 2 === 0 ? 1 + 0.5 * value : -2 + 0.8 * value));
  const begin: Mixture = {
    ...domain,
    weights: Float64Array.of(1),
    means: new Float64Array(2),
    deviations: Float64Array.of(4, 4),
  };
  const fit = fitted(begin, points, new Float64Array(20_000).fill(1), { inflation: 1.1, leastWeight: 0.02 });
  for (const [k, mean, deviation] of [
    [0, 1, 0.5],
    [1, -2, 0.8],
  ] as const) {
    assert.ok(Math.abs(fit.means[k]! - mean) < (4 * deviation) / Math.sqrt(20_000));
    closeRelative(fit.deviations[k]!, 1.1 * deviation, 4 / Math.sqrt(40_000));
  }
});

test("components keep the least weight, and one that meets no points stays where it is", () => {
  const begin: Mixture = {
    ...{ low: [-1], high: [1], weights: Float64Array.of(0.5, 0.5) },
    ...{ means: Float64Array.of(-0.9, 0.9), deviations: Float64Array.of(0.001, 0.001) },
  };
  const points = Float64Array.from({ length: 100 }, (_, i) => 0.9 + i * 1e-5);
  const fit = fitted(begin, points, new Float64Array(100).fill(1), { inflation: 1, leastWeight: 0.02 });
  closeRelative(fit.weights[0]!, 0.02 / 1.02, 1e-12);
  assert.is(fit.means[0], -0.9);
  assert.is(fit.deviations[0], 0.001);
});

const tenDimensions = box(...new Array<[number, number]>(10).fill([-1, 1]));

test("an off-centre Gaussian source in 10-D is found by the first draw, from every seed", async () => {
  const centre = [0.5, -0.4, 0.3, 0.2, -0.5, 0.1, 0.4, -0.2, 0.3, -0.3];
  const source = residualOf(10, (x) => {
    const square = x.reduce((sum, value, k) => sum + (value - centre[k]!) ** 2, 0);
    return Math.abs((200 - 400 * square) * Math.exp(-10 * square));
  });
  for (const seed of [1, 2, 3]) {
    const active = start(gaussianMixture({ tempering: 0.5 }), tenDimensions);
    const { points, weights } = await active.draw(context(tenDimensions, source, { count: 2500, seed }));
    let near = 0;
    for (let i = 0; i < 2500; i++) {
      near += Number(Math.sqrt(centre.reduce((sum, c, k) => sum + (points[10 * i + k]! - c) ** 2, 0)) < 1.2);
    }
    // The 70 % from the mixture; a uniform point is that near with a chance of 1.6 %.
    assert.ok(near > 0.65 * 2500, `seed ${seed}: ${near}`);
    assert.ok(active.report().fitEffectiveShare! > 0.15, JSON.stringify(active.report()));
    closeRelative(
      weights.reduce((sum, w) => sum + w, 0),
      1,
      1e-12,
      "Σ w",
    );
  }
});

test("where the context knows the source, the first round finds it behind a residual that hides it", async () => {
  const source = residualOf(10, (x) => Math.exp(-10 * x.reduce((sum, value) => sum + (value - 0.3) ** 2, 0)));
  const hidden = residualOf(10, (x) => 1 + Math.cos(3 * x[0]!));
  for (const known of [true, false]) {
    const active = start(gaussianMixture({ startPool: 8000 }), tenDimensions);
    const plain = context(tenDimensions, hidden, { count: 1000 });
    const { points } = await active.draw(known ? { ...plain, source } : plain);
    let near = 0;
    for (let i = 0; i < 1000; i++) {
      near += Number(Math.hypot(...Array.from(points.subarray(10 * i, 10 * i + 10), (x) => x - 0.3)) < 1.2);
    }
    assert.ok(known ? near > 650 : near < 200, `${known}: ${near}`);
  }
});

test("two sources in 6-D both get points, and later rounds follow a source that moves", async () => {
  const six = box(...new Array<[number, number]>(6).fill([-1, 1]));
  const sources = (shift: number) =>
    residualOf(6, (x) =>
      [0.6, -0.6].reduce((sum, c) => sum + Math.exp(-12 * x.reduce((s, value) => s + (value - c - shift) ** 2, 0)), 0),
    );
  const active = start(gaussianMixture({ components: 4 }), six);
  const counts = (points: Float64Array, shift: number) =>
    [0.6, -0.6].map((c) => {
      let near = 0;
      for (let i = 0; i < 2000; i++) {
        near += Number(Math.hypot(...Array.from(points.subarray(6 * i, 6 * i + 6), (x) => x - c - shift)) < 0.8);
      }
      return near;
    });
  const first = await active.draw(context(six, sources(0), { count: 2000 }));
  for (const near of counts(first.points, 0)) assert.ok(near > 250, `${near}`);
  let last = first;
  for (let round = 1; round <= 6; round++) {
    last = await active.draw(context(six, sources(0.03 * round), { count: 2000, round }));
  }
  for (const near of counts(last.points, 0.18)) assert.ok(near > 250, `${near}`);
});

test("tempering 0 weighs rows equally, 1 is unbiased, and between them the weights vary less", async () => {
  const source = residualOf(10, (x) => Math.exp(-10 * x.reduce((sum, value) => sum + value * value, 0)));
  const shares: number[] = [];
  for (const tempering of [1, 0.5, 0]) {
    const active = start(gaussianMixture({ tempering, startPool: 4000 }), tenDimensions);
    const { weights, density } = await active.draw(context(tenDimensions, source, { count: 500 }));
    const relative = weights.map((w, i) => w * density[i]! ** tempering);
    for (const value of relative) closeRelative(value, relative[0]!, 1e-12);
    if (tempering === 1) closeRelative(weights[0]!, 1 / (500 * 1024 * density[0]!), 1e-12);
    shares.push(active.report().effectiveShare!);
  }
  assert.ok(shares[0]! < shares[1]! && shares[1]! < shares[2]!, `${shares}`);
  closeRelative(shares[2]!, 1, 1e-12);
});

test.run();
