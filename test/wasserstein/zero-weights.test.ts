/** Derivatives in the weights at points that neither measure has mass on, against one-sided differences. */
import { rng } from "../../engine/random/rng.ts";
import { emd, sinkhorn, sinkhornDivergence, wasserstein1d } from "../../wasserstein/index.ts";
import { close, test } from "../harness.ts";

type Weights = Float64Array;

interface Way {
  readonly name: string;
  readonly massFixed: boolean;
  readonly value: (a: Weights, b: Weights) => number;
  readonly gradient: (a: Weights, b: Weights) => { readonly xWeights: Float64Array; readonly yWeights: Float64Array };
}

function ways(points: Float64Array): Way[] {
  const cloud = (weights: Weights) => ({ points, count: points.length, dim: 1, weights });
  const tight = { epsilon: 1, tolerance: 1e-13, maxIterations: 20_000 };
  const found: Way[] = [];
  for (const p of [1, 2]) {
    found.push({
      name: `emd, p = ${p}`,
      massFixed: true,
      value: (a, b) => emd(cloud(a), cloud(b), { p }).value,
      gradient: (a, b) => emd(cloud(a), cloud(b), { p }).gradient(),
    });
    found.push({
      name: `on the line, p = ${p}`,
      massFixed: true,
      value: (a, b) => wasserstein1d({ values: points, weights: a }, { values: points, weights: b }, { p }).value,
      gradient: (a, b) =>
        wasserstein1d({ values: points, weights: a }, { values: points, weights: b }, { p }).gradient(),
    });
  }
  for (const reach of [undefined, 1]) {
    const options = { ...tight, ...(reach && { reach }) };
    for (const f of [sinkhorn, sinkhornDivergence]) {
      found.push({
        name: `${f.name}, reach ${reach}`,
        massFixed: reach === undefined,
        value: (a, b) => {
          const found = f(cloud(a), cloud(b), options);
          return "entropicValue" in found ? found.entropicValue : found.value;
        },
        gradient: (a, b) => f(cloud(a), cloud(b), options).gradient(),
      });
    }
  }
  return found;
}

const unit = (w: Weights): Weights => {
  const total = w.reduce((s, v) => s + v, 0);
  return w.map((v) => v / total);
};

test("the first mass at a point without any changes the value as the gradient says, at the ends and in between", () => {
  for (let seed = 1; seed <= 6; seed++) {
    const stream = rng(seed);
    const n = 6;
    const points = stream
      .split("points")
      .uniform(new Float64Array(n))
      .map((v) => 3 * v)
      .sort();
    const draw = (name: string) => {
      const w = stream
        .split(name)
        .uniform(new Float64Array(n))
        .map((v) => v + 0.1);
      w[1 + (seed % 4)] = 0;
      if (seed % 2) w[0] = 0;
      if (seed % 3 === 0) w[n - 1] = 0;
      return unit(w);
    };
    const sides = { a: draw("a"), b: draw("b") };
    for (const { name, massFixed, value, gradient } of ways(points)) {
      const { xWeights, yWeights } = gradient(sides.a, sides.b);
      const slopes = { a: xWeights, b: yWeights };
      const before = value(sides.a, sides.b);
      for (const side of ["a", "b"] as const) {
        for (let i = 0; i < n; i++) {
          if (sides[side][i] !== 0) continue;
          const h = 1e-6;
          const more = sides[side].slice();
          more[i] = h;
          const after = { ...sides, [side]: massFixed ? unit(more) : more };
          const mean = massFixed ? sides[side].reduce((s, w, k) => s + w * slopes[side][k]!, 0) : 0;
          const difference = (value(after.a, after.b) - before) / h;
          close(slopes[side][i]! - mean, difference, 2e-4, `${name}, seed ${seed}, ${side}[${i}]`);
        }
      }
    }
  }
});

test.run();
