// Inside: the fit of correlations by itself.
import { fitted } from "../../../generative/training/measure-coherence.ts";
import { assert, test } from "../../harness.ts";

const drawn = [0, 0.5, 0.8, 0.95];
const powers = (r: number) => [1, 2, 3, 4].map((k) => r ** k);
/** Members whose noise stays are correlated at fixed pixels, those whose noise moves along the motion. */
const still = drawn.map((r) => [...powers(r), 0, 0, 0, 0]);
const moving = drawn.map((r) => [...powers(r).map((v) => -0.2 * v), ...powers(r)]);

test("the correlation of noise that stays is found from autocorrelations at fixed pixels", () => {
  assert.equal(
    fitted(
      powers(0.8),
      still.map((all) => all.slice(0, 4)),
    ),
    { share: 1, still: 0.8, moving: 0 },
  );
  assert.equal(
    fitted(
      [0, 0, 0, 0],
      still.map((all) => all.slice(0, 4)),
    ).still,
    0,
  );
});

test("shares of what stays and of what moves are found from both", () => {
  const truth = still[3]!.map((v, k) => 0.3 * v + 0.7 * moving[1]![k]!);
  assert.equal(fitted(truth, still, moving), { share: 0.3, still: 0.95, moving: 0.5 });
  assert.equal(fitted(moving[2]!, still, moving), { share: 0, still: 0, moving: 0.8 });
});

test.run();
