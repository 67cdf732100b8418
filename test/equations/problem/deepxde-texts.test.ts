/** The examples of DeepXDE as texts. */
import { readFileSync } from "node:fs";
import { problemFromJson } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

/** Each of these takes a second or more to be looked at: integrals in integrals, and a boundary of two shapes. */
const slow = /^(fractional_Poisson_[23]d|Helmholtz_(Neumann|Sound))/;

test("each example's text is a problem, and exact solutions fulfil it", () => {
  let read = 0;
  for (const kind of ["forward", "inverse"]) {
    const path = new URL(`../../../examples/deepxde/${kind}.json`, import.meta.url);
    const list: { example: string; problem?: unknown; as?: string }[] = JSON.parse(readFileSync(path, "utf8"));
    for (const { example, problem, as } of list) {
      if (as !== undefined)
        assert.ok(
          list.some((other) => other.example === as && other.problem),
          example,
        );
      else if (!slow.test(example)) assert.is(problemFromJson(problem).name, example);
      read++;
    }
  }
  assert.is(read, 51);
});

test.run();
