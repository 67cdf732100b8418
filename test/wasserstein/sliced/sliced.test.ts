import { rng } from "../../../engine/index.ts";
import { dot } from "../../../engine/numerics/index.ts";
import { type Cloud, type Directions, type SlicedOptions, slicedWasserstein } from "../../../wasserstein/index.ts";
import { assert, close, test } from "../../harness.ts";
import oracle from "../../oracles/wasserstein-sliced.json" with { type: "json" };
import { planarPair } from "../clouds.ts";
import { normalCloud, shifted } from "./sliced-cases.ts";

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

test.run();
