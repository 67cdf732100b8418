/** Long solves tell how far they are, and telling changes no bit. */
import { rng } from "../../engine/random/rng.ts";
import { emd, gromovWasserstein } from "../../wasserstein/index.ts";
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

test("Gromov–Wasserstein tells every step of each of its descents and finds the same", () => {
  const draw = rng(2);
  const count = 20;
  const metric = () => {
    const p = draw.uniform(new Float64Array(2 * count));
    const distances = Float64Array.from({ length: count * count }, (_, k) => {
      const [i, j] = [Math.floor(k / count), k % count];
      return Math.hypot(p[2 * i]! - p[2 * j]!, p[2 * i + 1]! - p[2 * j + 1]!);
    });
    return { distances, count };
  };
  const [x, y] = [metric(), metric()];
  const told: (readonly number[])[] = [];
  const { value } = gromovWasserstein(x, y, { onProgress: (...now) => told.push(now) });
  // Two starts, each with the entropic stage and without.
  assert.equal([...new Set(told.map(([done, total]) => `${done}/${total}`))], ["0/4", "1/4", "2/4", "3/4"]);
  for (let i = 1; i < told.length; i += 1) {
    const [before, now] = [told[i - 1]!, told[i]!];
    if (before[0] === now[0]) assert.ok(now[2]! > before[2]!, `${before} then ${now}`);
    else assert.is(now[2], 1);
  }
  assert.is(value, gromovWasserstein(x, y).value);
});

test.run();
