import { dot } from "../../../engine/numerics/vectors.ts";
import { rng } from "../../../engine/random/rng.ts";
import { wasserstein1d } from "../../../wasserstein/line/wasserstein1d.ts";
import type { Cloud } from "../../../wasserstein/measure/measure.ts";
import { sampleDirections } from "../../../wasserstein/sliced/directions.ts";
import { type SlicedOptions, slicedWasserstein } from "../../../wasserstein/sliced/sliced.ts";
import { assert, close, test } from "../../harness.ts";
import { moved, normalCloud, numbers, slopeAlong, weightedCloud } from "./sliced-cases.ts";

const dim = 4;
const pairs: readonly (readonly [string, Cloud, Cloud])[] = [
  ["equal sizes", normalCloud(rng(1), 9, dim), normalCloud(rng(2), 9, dim, 0.6)],
  ["unequal sizes", normalCloud(rng(3), 9, dim), normalCloud(rng(4), 6, dim, 0.6)],
  ["weighted", weightedCloud(rng(5), 8, dim), weightedCloud(rng(6), 7, dim, 0.6)],
];
const estimators: readonly SlicedOptions[] = [
  { estimator: "mean" },
  { estimator: "controlVariate" },
  { estimator: "controlVariate", variate: "upper" },
  { estimator: "controlVariate", coefficient: "paper" },
  { estimator: "controlVariate", variate: "upper", coefficient: "paper" },
  { estimator: "energy" },
  { estimator: "energy", energy: 2 },
];

test("undetached gradients in points and weights are central differences: orders, estimators, sizes, weights, roots", () => {
  for (const [name, x, y] of pairs) {
    for (const p of [1, 1.5, 2, 3]) {
      for (const estimator of estimators) {
        for (const root of [false, true]) {
          const directions = sampleDirections(7, dim, { rng: rng(8) });
          const options = { ...estimator, p, root, directions, detach: false, normalize: true };
          const g = slicedWasserstein(x, y, options).gradient();
          const what = `${name}, ${JSON.stringify({ ...estimator, p, root })}`;
          const ofX = (cloud: Cloud) => slicedWasserstein(cloud, y, options).value;
          const ofY = (cloud: Cloud) => slicedWasserstein(x, cloud, options).value;
          for (const [part, f, cloud, gradient] of [
            ["points", ofX, x, g.x],
            ["points", ofY, y, g.y],
            ["weights", ofX, x, g.xWeights],
            ["weights", ofY, y, g.yWeights],
          ] as const) {
            const along = numbers(`${part}${cloud.count}`, gradient.length);
            // Equal weights of equal sizes sit on a kink of W in the weights, and a step by h across it adds terms of
            // second order from the masses that move past their neighbours: hence the smaller step and larger tolerance.
            const h = part === "points" ? 1e-6 : 1e-7;
            const difference = slopeAlong(f, cloud, part, along, h);
            const size = 1 + Math.abs(difference);
            close(dot(gradient, along), difference, (part === "points" ? 2e-7 : 2e-5) * size, `${what}, ${part}`);
          }
        }
      }
    }
  }
});

test("detached, a control variate's gradient is that of mean(W) − γ(mean(C) − E C) with γ held", () => {
  const [, x, y] = pairs[2]!;
  const directions = sampleDirections(5, dim, { rng: rng(9) });
  for (const coefficient of ["regression", "paper"] as const) {
    const options = { directions, estimator: "controlVariate", coefficient } as const;
    const found = slicedWasserstein(x, y, options);
    const held = (cloud: Cloud) => {
      const { slices } = slicedWasserstein(cloud, y, { directions });
      const shift = new Float64Array(dim);
      for (const [{ points, weights }, sign] of [
        [cloud, 1],
        [y, -1],
      ] as const) {
        for (const [i, v] of points.entries()) shift[i % dim]! += sign * weights![Math.floor(i / dim)]! * v;
      }
      let value = (found.coefficient * dot(shift, shift)) / dim;
      for (let l = 0; l < 5; l++) {
        value +=
          (slices[l]! - found.coefficient * dot(directions.points.subarray(l * dim, (l + 1) * dim), shift) ** 2) / 5;
      }
      return value;
    };
    close(held(x), found.value, 1e-13);
    const along = numbers("held", x.points.length);
    close(dot(found.gradient().x, along), slopeAlong(held, x, "points", along, 1e-6), 1e-8);
  }
});

test("detached energy weights weight the gradients of the slices", () => {
  const [, x, y] = pairs[0]!;
  const directions = sampleDirections(3, dim, { rng: rng(10) });
  const options = { directions, estimator: "energy" } as const;
  const { slices, gradient } = slicedWasserstein(x, y, options);
  const weights = slices.map((w) => Math.exp(w));
  const total = weights.reduce((sum, w) => sum + w, 0);
  const held = (cloud: Cloud) =>
    slicedWasserstein(cloud, y, { directions }).slices.reduce((sum, w, l) => sum + (w * weights[l]!) / total, 0);
  const along = numbers("energy", x.points.length);
  close(dot(gradient().x, along), slopeAlong(held, x, "points", along, 1e-6), 1e-8);
});

test("as the means meet, the gradient of a control variate stays of the size of the others", () => {
  const x = normalCloud(rng(20), 30, dim);
  const scaled: Cloud = { ...x, points: x.points.map((v) => 1.5 * v) };
  const mean = new Float64Array(dim);
  for (const [i, v] of x.points.entries()) mean[i % dim]! += v / 30;
  const norm = (g: Float64Array) => Math.hypot(...g);
  for (const shift of [0, 1e-9, 1e-3]) {
    // Both means are then at most `shift` apart.
    const y = { ...scaled, points: scaled.points.map((v, i) => v - 0.5 * mean[i % dim]! + shift) };
    for (const detach of [true, false]) {
      const options = { directions: 5, kind: "uniform", detach } as const;
      const plain = slicedWasserstein(x, y, { ...options, rng: rng(21) }).gradient();
      const g = slicedWasserstein(x, y, { ...options, estimator: "controlVariate", rng: rng(21) }).gradient();
      assert.ok(norm(g.x) < 3 * norm(plain.x), `shift ${shift}: ${norm(g.x)} against ${norm(plain.x)}`);
    }
  }
});

test("in one dimension the gradient is that of the distance on the line", () => {
  const [x, y] = [weightedCloud(rng(11), 9, 1), weightedCloud(rng(12), 5, 1, 1)];
  for (const p of [1, 2, 3]) {
    const line = wasserstein1d(
      { values: x.points, weights: x.weights! },
      { values: y.points, weights: y.weights! },
      { p },
    ).gradient();
    const g = slicedWasserstein(x, y, { p, directions: 2, rng: rng(1) }).gradient();
    for (const [i, v] of line.x.entries()) close(g.x[i]!, v, 1e-13);
    for (const [i, v] of line.y.entries()) close(g.y[i]!, v, 1e-13);
  }
});

test("gradients are alive, sum to zero over both clouds, and vanish between equal clouds", () => {
  for (const [name, x, y] of pairs) {
    for (const estimator of estimators) {
      const g = slicedWasserstein(x, y, { ...estimator, directions: 8, rng: rng(13) }).gradient();
      assert.ok(g.x.some((v) => v !== 0) && g.y.some((v) => v !== 0), name);
      for (let k = 0; k < dim; k++) {
        let sum = 0;
        for (const side of [g.x, g.y]) for (let i = k; i < side.length; i += dim) sum += side[i]!;
        close(sum, 0, 1e-13, `${name}, axis ${k}`);
      }
      const same = slicedWasserstein(x, x, { ...estimator, root: true, directions: 8, rng: rng(13) }).gradient();
      assert.ok(same.x.every((v) => v === 0) && same.y.every((v) => v === 0), `${name}, equal`);
    }
  }
});

test("a step against the gradient of p = 2 by n/2 times the number of dimensions moves a cloud onto its translate", () => {
  // W₂² of a translation is ‖t‖²/d: its gradient at each point is −2t/(n d).
  const x = normalCloud(rng(14), 12, dim);
  const t = numbers("t", dim);
  const y = { ...x, points: x.points.map((v, i) => v + t[i % dim]!) };
  const g = slicedWasserstein(x, y, { directions: dim, rng: rng(15) }).gradient();
  const there = moved(x, "points", g.x, (-12 * dim) / 2);
  for (const [i, v] of there.points.entries()) close(v, y.points[i]!, 1e-12);
});

test("coordinates of 1e-200 and 1e200 have gradients in proportion", () => {
  const [, x, y] = pairs[2]!;
  const directions = sampleDirections(4, dim, { rng: rng(16) });
  const plain = slicedWasserstein(x, y, { directions, root: true }).gradient();
  for (const factor of [2 ** -700, 2 ** 700]) {
    const scaled = (c: Cloud) => ({ ...c, points: c.points.map((v) => v * factor) });
    const g = slicedWasserstein(scaled(x), scaled(y), { directions, root: true }).gradient();
    for (const [i, v] of plain.x.entries()) close(g.x[i]!, v, 1e-14);
    for (const [i, v] of plain.xWeights.entries()) close(g.xWeights[i]! / factor, v, 1e-13);
  }
});

test.run();
