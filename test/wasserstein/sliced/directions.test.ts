import { OptionsError, rng } from "../../../engine/index.ts";
import { dot } from "../../../engine/numerics/index.ts";
import { type Directions, sampleDirections, slicedPlan, slicedWasserstein } from "../../../wasserstein/index.ts";
import { assert, close, test, throws } from "../../harness.ts";

const rowOf = ({ points, dim }: Directions, l: number) => points.subarray(l * dim, (l + 1) * dim);

test("every direction has norm 1, in every dimension and of every kind", () => {
  for (const dim of [1, 2, 3, 7, 64, 65]) {
    for (const kind of ["uniform", "orthonormal"] as const) {
      const directions = sampleDirections(2 * dim + 1, dim, { kind, rng: rng(1) });
      assert.is(directions.points.length, (2 * dim + 1) * dim);
      for (let l = 0; l < directions.count; l++) close(dot(rowOf(directions, l), rowOf(directions, l)), 1, 1e-14);
    }
  }
});

test("within a block orthonormal directions are orthogonal to 1e-14, the cut last block included", () => {
  for (const [count, dim] of [
    [64, 64],
    [25, 10],
    [5, 300],
    [3, 1],
  ] as const) {
    const directions = sampleDirections(count, dim, { kind: "orthonormal", rng: rng(2) });
    for (let k = 0; k < count; k++) {
      for (let l = 0; l < k; l++) {
        if (Math.floor(k / dim) !== Math.floor(l / dim)) continue;
        close(dot(rowOf(directions, k), rowOf(directions, l)), 0, 1e-14);
      }
    }
  }
});

test("a full block has Σ⟨θ, v⟩² = ‖v‖² for every v", () => {
  const directions = sampleDirections(9, 9, { kind: "orthonormal", rng: rng(3) });
  const v = rng(4).normal(9);
  let sum = 0;
  for (let l = 0; l < 9; l++) sum += dot(rowOf(directions, l), v) ** 2;
  close(sum, dot(v, v), 1e-13);
});

test("each row of a block alone is uniform: E θ = 0, E θ_k² = 1/d, E θ_k⁴ = 3/(d(d+2)), first row like last", () => {
  const [dim, blocks] = [4, 20_000];
  const directions = sampleDirections(dim * blocks, dim, { kind: "orthonormal", rng: rng(5) });
  const moment = (row: number, axis: number, power: number) => {
    let sum = 0;
    for (let b = 0; b < blocks; b++) sum += rowOf(directions, b * dim + row)[axis]! ** power;
    return sum / blocks;
  };
  // Four standard errors of the mean of 20 000 draws: sd of θ is ½, of θ² 0.25, of θ⁴ 0.18.
  for (const row of [0, dim - 1]) {
    for (const axis of [0, dim - 1]) {
      close(moment(row, axis, 1), 0, (4 * 0.5) / Math.sqrt(blocks));
      close(moment(row, axis, 2), 1 / dim, (4 * 0.25) / Math.sqrt(blocks));
      close(moment(row, axis, 4), 3 / (dim * (dim + 2)), (4 * 0.18) / Math.sqrt(blocks));
    }
  }
});

test("the same stream gives the same directions, another stream others", () => {
  for (const kind of ["uniform", "orthonormal"] as const) {
    const draw = (seed: number) => sampleDirections(9, 4, { kind, rng: rng(seed) }).points;
    assert.equal(draw(1), draw(1));
    assert.not.equal(draw(1), draw(2));
  }
});

test("a seed draws the directions that its random numbers draw, in all that takes directions", () => {
  const points = (seed: number) => ({ points: rng(seed).normal(60), count: 20, dim: 3 });
  const [x, y] = [points(5), points(6)];
  assert.equal(sampleDirections(6, 3, { seed: 4 }), sampleDirections(6, 3, { rng: rng(4) }));
  assert.is(slicedWasserstein(x, y, { seed: 4 }).value, slicedWasserstein(x, y, { rng: rng(4) }).value);
  assert.is(slicedPlan(x, y, { seed: 4 }).value, slicedPlan(x, y, { rng: rng(4) }).value);
  throws(() => slicedWasserstein(x, y), OptionsError, /pass `seed` or `rng`/);
  throws(() => slicedWasserstein(x, y, { seed: 1, rng: rng(1) }), OptionsError, /give one/);
});

test.run();
