import { rng } from "../../../engine/index.ts";
import { dot } from "../../../engine/numerics/vectors.ts";
import type { Cloud } from "../../../wasserstein/measure/index.ts";
import {
  type Directions,
  type SlicedOptions,
  sampleDirections,
  slicedWasserstein,
} from "../../../wasserstein/sliced/index.ts";
import { assert, close, test } from "../../harness.ts";
import oracle from "../../oracles/wasserstein-sliced.json" with { type: "json" };
import { planarPair } from "../clouds.ts";
import { normalCloud, shifted, weightedCloud } from "./sliced-cases.ts";

const givenDirections = (values: readonly number[], dim: number): Directions => ({
  points: Float64Array.from(values),
  count: values.length / dim,
  dim,
  kind: "uniform",
});

/** Directions at the midpoints of `count` equal parts of the half circle. */
const halfCircle = (count: number): Directions => {
  const angles = Array.from({ length: count }, (_, l) => ((l + 0.5) * Math.PI) / count);
  return givenDirections(
    angles.flatMap((t) => [Math.cos(t), Math.sin(t)]),
    2,
  );
};

test("on the same directions every slice is POT's, weighted and unweighted, of equal and unequal size", () => {
  for (const { dim, p, x, y, a, b, weighted, directions, slices, sliced } of oracle.cases) {
    const cloud = (points: number[], weights: number[]): Cloud => ({
      points: Float64Array.from(points),
      count: weights.length,
      dim,
      ...(weighted && { weights }),
    });
    const options = { p, directions: givenDirections(directions, dim) };
    const result = slicedWasserstein(cloud(x, a), cloud(y, b), options);
    // POT adds the weights up in another order: slivers of mass 1e-16.
    for (const [l, w] of slices.entries()) close(result.slices[l]!, w, 1e-12 * (1 + w), `d ${dim}, p ${p}, slice ${l}`);
    const rooted = slicedWasserstein(cloud(x, a), cloud(y, b), { ...options, root: true });
    close(rooted.value, sliced, 1e-12);
    close(result.value ** (1 / p), sliced, 1e-12);
    const written = slicedWasserstein({ ...cloud(x, a), weights: a }, { ...cloud(y, b), weights: b }, options);
    close(written.value, result.value, 1e-12);
  }
});

test("angular averages of the planar cloud are those on record", () => {
  const [x, y] = planarPair();
  const directions = halfCircle(20_000);
  close(slicedWasserstein(x, y, { directions }).value, 0.0806948265, 1e-10);
  close(slicedWasserstein(x, y, { directions, p: 1 }).value, 0.24128774567, 1e-10);
});

test("a translation by t costs ‖t‖²/d with one orthonormal block, exactly and whatever the draw", () => {
  for (const dim of [1, 2, 6, 33]) {
    const x = normalCloud(rng(dim), 40, dim);
    const t = rng(10 + dim).normal(dim);
    const exact = dot(t, t) / dim;
    close(slicedWasserstein(x, shifted(x, t), { directions: dim, rng: rng(1) }).value, exact, 1e-12 * (1 + exact));
  }
});

test("a translation by t costs ‖t‖·Γ(d/2)/(√π Γ((d+1)/2)) for p = 1", () => {
  const mean: Readonly<Record<number, number>> = { 2: 0.63662, 3: 0.5, 5: 0.375, 10: 0.25869 };
  for (const [name, factor] of Object.entries(mean)) {
    const dim = Number(name);
    const x = normalCloud(rng(dim), 5, dim);
    const t = rng(20 + dim).normal(dim);
    const options = { p: 1, directions: 4000 * dim, rng: rng(2) };
    const { value, standardError } = slicedWasserstein(x, shifted(x, t), options);
    close(value, factor * Math.sqrt(dot(t, t)), 4 * standardError! + 1e-5, `d ${dim}`);
  }
});

test("isotropic normal clouds are ‖Δm‖²/d + (Δσ)² apart", () => {
  const stream = rng(5);
  const count = 20_000;
  const x = normalCloud(stream, count, 5);
  const y = shifted(normalCloud(stream, count, 5, 0, 2), [0, 0.3, 0.6, 0.9, 1.2]);
  // The means of 20 000 points are known to 0.014 in each axis, which moves ‖Δm‖²/5 = 0.54 by about 0.02.
  close(slicedWasserstein(x, y, { directions: 5, rng: rng(6) }).value, 1.54, 0.06);
});

test("turning clouds and directions together changes no slice, nor does the sign of directions", () => {
  const dim = 4;
  const stream = rng(8);
  const turn = sampleDirections(dim, dim, { kind: "orthonormal", rng: stream });
  const turned = (points: Float64Array | Float32Array): Float64Array => {
    const out = new Float64Array(points.length);
    for (let i = 0; i < points.length; i += dim) {
      const row = Float64Array.from(points.subarray(i, i + dim));
      for (let k = 0; k < dim; k++) out[i + k] = dot(turn.points.subarray(k * dim, (k + 1) * dim), row);
    }
    return out;
  };
  const [x, y] = [weightedCloud(stream, 21, dim), normalCloud(stream, 16, dim, 0.4)];
  const directions = sampleDirections(9, dim, { rng: stream });
  const plain = slicedWasserstein(x, y, { directions }).slices;
  const same = (a: Cloud, b: Cloud, d: Directions, what: string) => {
    const slices = slicedWasserstein(a, b, { directions: d }).slices;
    for (const [l, w] of plain.entries()) close(slices[l]!, w, 1e-12, what);
  };
  const both = { ...directions, points: turned(directions.points) };
  same({ ...x, points: turned(x.points) }, { ...y, points: turned(y.points) }, both, "turn");
  same(x, y, { ...directions, points: directions.points.map((v) => -v) }, "sign");
});

test("the stated standard error is the scatter of repeated estimates", () => {
  const stream = rng(9);
  const [x, y] = [normalCloud(stream, 60, 4), normalCloud(stream, 60, 4, 0.5, 1.5)];
  const cases: readonly SlicedOptions[] = [
    { kind: "uniform", directions: 40 },
    { kind: "orthonormal", directions: 40 },
    { kind: "uniform", directions: 40, root: true },
  ];
  for (const options of cases) {
    const runs = Array.from({ length: 300 }, () => slicedWasserstein(x, y, { ...options, rng: stream }));
    const mean = runs.reduce((sum, r) => sum + r.value / runs.length, 0);
    const scatter = Math.sqrt(runs.reduce((sum, r) => sum + (r.value - mean) ** 2 / (runs.length - 1), 0));
    const stated = Math.sqrt(runs.reduce((sum, r) => sum + r.standardError! ** 2 / runs.length, 0));
    // The scatter of 300 runs is known to 4 %; errors from 10 blocks add their own.
    assert.ok(scatter / stated > 0.8 && scatter / stated < 1.25, `${JSON.stringify(options)}: ${scatter / stated}`);
  }
  assert.is(slicedWasserstein(x, y, { directions: 4, rng: stream }).standardError, null);
  assert.is(slicedWasserstein(x, y, { directions: 7, rng: stream }).standardError, null);
});

test("a step against the gradient of p = 2 by n/2 times the number of dimensions moves a cloud onto its translate", () => {
  const dim = 4;
  // W₂² of a translation is ‖t‖²/d: its gradient at each point is −2t/(n d).
  const x = normalCloud(rng(14), 12, dim);
  const t = rng(77).normal(dim);
  const y = shifted(x, t);
  const g = slicedWasserstein(x, y, { directions: dim, rng: rng(15) }).gradient();
  for (const [i, v] of g.x.entries()) close(x.points[i]! - 6 * dim * v, y.points[i]!, 1e-12);
});

test.run();
