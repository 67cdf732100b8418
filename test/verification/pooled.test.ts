import { rng } from "../../engine/index.ts";
import { quantileOfSorted } from "../../engine/numerics/index.ts";
import { WeightedQuantiles } from "../../verification/scores/index.ts";
import { assert, close, test } from "../harness.ts";

test("quantiles of maps that count several times are those of so many copies, also of the driest maps and of levels side by side", () => {
  const random = rng(3);
  for (const dry of [true, false]) {
    const maps = Array.from({ length: 6 }, (_, k) => {
      const truth = new Float32Array(random.normal(40)).map((v) => (dry ? Math.max(0, v * (k + 1)) : v - k));
      return { time: undefined, forecast: truth, truth, positions: undefined };
    });
    const levels = [0.99, 0.97, 0.9, 0.999, 0.9991];
    const pool = new WeightedQuantiles(maps, "truth", levels, dry);
    for (const weights of [
      [1, 1, 1, 1, 1, 1],
      [0, 0, 0, 0, 0, 3],
      [5, 1, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0],
    ]) {
      const copies = maps.flatMap(({ truth }, k) => Array.from({ length: weights[k]! }, () => [...truth]).flat());
      const sorted = Float32Array.from(copies).sort();
      for (const [k, found] of pool.of(weights).entries()) {
        const wanted = copies.length === 0 ? Number.NaN : quantileOfSorted(sorted, levels[k]!);
        if (copies.length === 0) assert.ok(Number.isNaN(found), "no copies");
        else close(found, wanted, 1e-15, `${dry ? "dry" : "any"}, ${weights}, ${levels[k]}`);
      }
    }
  }
});

test.run();
