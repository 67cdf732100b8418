/** Long solves tell how far they are, and telling changes no bit. */
import { rng } from "../../engine/random/rng.ts";
import { emd } from "../../wasserstein/index.ts";
import { assert, test } from "../harness.ts";

test("emd tells its pivots in order and finds the same", () => {
  const draw = rng(1);
  const cloud = (count: number) => ({
    points: draw.uniform(new Float64Array(2 * count)),
    ...{ count, dim: 2, weights: draw.uniform(new Float64Array(count)) },
  });
  const [x, y] = [cloud(500), cloud(500)];
  const told: number[] = [];
  const { value } = emd(x, y, { normalize: true, onProgress: (pivots) => told.push(pivots) });
  assert.ok(told.length >= 2, `${told}`);
  assert.equal(
    told,
    [...told].sort((a, b) => a - b),
  );
  assert.is(value, emd(x, y, { normalize: true }).value);
});

test.run();
