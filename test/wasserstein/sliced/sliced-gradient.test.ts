import { dot } from "../../../engine/numerics/vectors.ts";
import { rng } from "../../../engine/random/rng.ts";
import { wasserstein1d } from "../../../wasserstein/line/index.ts";
import type { Cloud } from "../../../wasserstein/measure/index.ts";
import { sampleDirections, slicedWasserstein } from "../../../wasserstein/sliced/index.ts";
import { assert, close, test } from "../../harness.ts";
import { moved, normalCloud, numbers, slopeAlong, weightedCloud } from "./sliced-cases.ts";

const dim = 4;
const pairs: readonly (readonly [string, Cloud, Cloud])[] = [
  ["equal sizes", normalCloud(rng(1), 9, dim), normalCloud(rng(2), 9, dim, 0.6)],
  ["unequal sizes", normalCloud(rng(3), 9, dim), normalCloud(rng(4), 6, dim, 0.6)],
  ["weighted", weightedCloud(rng(5), 8, dim), weightedCloud(rng(6), 7, dim, 0.6)],
];
test("gradients in points and weights are central differences: orders, sizes, weights, roots", () => {
  for (const [name, x, y] of pairs) {
    for (const [p, root] of [1, 1.5, 2, 3].flatMap((p) => [[p, false] as const, [p, true] as const])) {
      const options = { p, root, directions: sampleDirections(7, dim, { rng: rng(8) }), normalize: true };
      const g = slicedWasserstein(x, y, options).gradient();
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
        const difference = slopeAlong(f, cloud, part, along, part === "points" ? 1e-6 : 1e-7);
        const tolerance = (part === "points" ? 2e-7 : 2e-5) * (1 + Math.abs(difference));
        close(dot(gradient, along), difference, tolerance, `${name}, p ${p}, root ${root}, ${part}`);
      }
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
    const g = slicedWasserstein(x, y, { directions: 8, rng: rng(13) }).gradient();
    assert.ok(g.x.some((v) => v !== 0) && g.y.some((v) => v !== 0), name);
    for (let k = 0; k < dim; k++) {
      let sum = 0;
      for (const side of [g.x, g.y]) for (let i = k; i < side.length; i += dim) sum += side[i]!;
      close(sum, 0, 1e-13, `${name}, axis ${k}`);
    }
    const same = slicedWasserstein(x, x, { root: true, directions: 8, rng: rng(13) }).gradient();
    assert.ok(same.x.every((v) => v === 0) && same.y.every((v) => v === 0), `${name}, equal`);
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
