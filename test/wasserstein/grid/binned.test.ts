/** Large clouds by way of a grid: exact transport lies in the bracket. */

import { OptionsError, rng, ShapeError } from "../../../engine/index.ts";
import { binnedTransport, emd } from "../../../wasserstein/index.ts";
import { assert, close, test, throws } from "../../harness.ts";

const cloud = (seed: number, count: number, dim: number, shift: number, weighted = false) => ({
  points: rng(seed)
    .normal(count * dim)
    .map((v) => v + shift),
  count,
  dim,
  ...(weighted && { weights: rng(seed + 100).uniform(count) }),
});

test("the exact W₂² of the points lies in the bracket, in one to three dimensions, and finer cells narrow it", () => {
  for (const [dim, cells] of [
    [1, 400],
    [2, 60],
    [3, 14],
  ] as const) {
    const [x, y] = [cloud(dim, 120, dim, 0, true), cloud(dim + 10, 150, dim, 0.7, true)];
    const exact = emd(x, y, { normalize: true }).value;
    const fine = binnedTransport(x, y, { cells, normalize: true, tolerance: 1e-4 });
    const rough = binnedTransport(x, y, { cells: cells / 2, normalize: true, tolerance: 1e-4 });
    for (const { bounds } of [fine, rough])
      assert.ok(bounds[0] <= exact && exact <= bounds[1], `${dim}: ${bounds} ${exact}`);
    assert.ok(fine.bounds[1] - fine.bounds[0] < rough.bounds[1] - rough.bounds[0]);
    close(fine.value, exact, 0.2 * exact, `dim ${dim}`);
  }
});

test("clouds on a line end within the usual passes, at a blur of one cell of 400, whatever the draw", () => {
  for (const seed of [2, 7]) {
    const [x, y] = [cloud(seed, 120, 1, 0, true), cloud(seed + 10, 150, 1, 0.7, true)];
    const { converged, iterations } = binnedTransport(x, y, { cells: 400, normalize: true, tolerance: 1e-4 });
    assert.ok(converged && iterations < 1000, `seed ${seed}: ${iterations} passes, converged ${converged}`);
    const few = binnedTransport(x, y, { cells: 400, normalize: true, tolerance: 1e-4, maxIterations: 7 });
    assert.ok(few.iterations <= 7, `${few.iterations} passes where 7 are allowed`);
  }
});

test("a cloud that was moved is displaced by the shift", () => {
  const x = cloud(1, 400, 2, 0);
  const y = { ...x, points: x.points.map((v, k) => v + (k % 2 === 0 ? 2 : -1)) };
  const { displacement, gradient, spacing } = binnedTransport(x, y, { cells: 64, epsilon: 0.02 });
  const { x: moved } = displacement();
  const slopes = gradient().x;
  let [down, across] = [0, 0];
  for (let k = 0; k < 400; k++) {
    down += moved[2 * k]! / 400;
    across += moved[2 * k + 1]! / 400;
    for (const c of [2 * k, 2 * k + 1]) close(slopes[c]!, (-2 / 400) * moved[c]!, 1e-17);
  }
  close(down, 2, spacing / 4);
  close(across, -1, spacing / 4);
});

test("four dimensions and one cell are refused", () => {
  throws(() => binnedTransport(cloud(1, 5, 4, 0), cloud(2, 5, 4, 0)), ShapeError, /expected 1 to 3.*slicedPlan/);
  throws(() => binnedTransport(cloud(1, 5, 2, 0), cloud(2, 5, 2, 0), { cells: 1 }), OptionsError, /cells is 1/);
});

test.run();
