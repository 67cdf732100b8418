import { test } from "uvu";
import * as assert from "uvu/assert";
import { seedOfStart } from "../../../solvers/automatic/work.ts";

test("further starts of a run share no seed with those of other runs, nor with the seeds of runs", () => {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed);
  const all = seeds.flatMap((seed) => [seed, ...[0, 1, 2, 3, 4].map((start) => seedOfStart(seed, start))]);
  assert.is(new Set(all).size, all.length);
  assert.ok(all.every((seed) => Number.isSafeInteger(seed) && seed >= 0));
  assert.is(seedOfStart(7, 2), seedOfStart(7, 2));
});

test.run();
