/** The verdicts of the comparison of samplers at narrow features. */

import { narrowNames, narrowProblem, testSet } from "../../../bench/narrow-features/problems.ts";
import { type NarrowRun, narrowVerdicts, ratioInterval } from "../../../bench/narrow-features/rows.ts";
import { rng } from "../../../engine/index.ts";
import { assert, closeRelative, test } from "../../harness.ts";

test("the interval of a ratio that all seeds share is that ratio, and one seed of two leaves it open", () => {
  const shared = ratioInterval([2, 4, 6], [1, 2, 3]);
  for (const value of Object.values(shared)) closeRelative(value, 2, 1e-12);
  // Four resamples of two pairs: means of logs at log 1, ½ log 4 twice, log 4.
  const open = ratioInterval([1, 4], [1, 1]);
  closeRelative(open.ratio, 2, 1e-12);
  closeRelative(open.low, 1, 1e-12);
});

const run = (problem: string, sampler: string, seed: number, l2: number): NarrowRun => ({
  ...{ problem, sampler, seed, budget: 6, steps: 100, l2, max: l2, status: "budget" },
});
const runs = (errors: Readonly<Record<string, number>>) =>
  ["one", "two", "three"].flatMap((problem) =>
    Object.entries(errors).flatMap(([sampler, l2]) => [1, 2, 3].map((seed) => run(problem, sampler, seed, l2 * seed))),
  );

test("a form that leads by a constant factor on all problems is the rule of choice, and one that ties is not", () => {
  assert.is(narrowVerdicts(runs({ form: 0.01, Sobol: 0.2, RAD: 0.02 })).at(-1), "rule of choice: form");
  assert.is(narrowVerdicts(runs({ form: 0.01, another: 0.01, Sobol: 0.2 })).at(-1), "rule of choice: none");
  assert.is(narrowVerdicts(runs({ form: 0.02, RAD: 0.01 })).at(-1), "rule of choice: none", "what wins is no form");
});

for (const name of narrowNames) {
  test(`the weights of the test points of "${name}" add up to the volume, and a fifth of them sees the feature`, () => {
    const problem = narrowProblem(name);
    const { weights, values } = testSet(problem, rng(3));
    const volume = 2 ** (problem.dimension - 1);
    // Weights of the mixture are bounded by the volume over the uniform share: 20 000 points leave a fraction of a percent.
    closeRelative(
      weights!.reduce((sum, w) => sum + w, 0),
      volume,
      5e-3,
    );
    const seen = values.filter((v) => v > 0.01).length;
    assert.ok(seen > values.length / 5, `${seen} of ${values.length}`);
  });
}

test.run();
