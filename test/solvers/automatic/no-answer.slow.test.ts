/** Nobody looks at the answer of any reference or suite problem; `no-answer.test.ts` solves a few. */
import { assert, test } from "../../harness.ts";
import { run, sealed, suite, withAnswer } from "./answers.ts";

test("every reference and suite problem is solved with an answer that cannot be looked at", async () => {
  const problems = withAnswer(suite);
  assert.ok(problems.length >= 18);
  for (const problem of problems) assert.ok((await run(sealed(problem))).theta.length > 0, problem.name);
});

test.run();
