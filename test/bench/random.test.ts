import { randomProblem } from "../../bench/solver-suite/random.ts";
import { evaluateAt } from "../../equations/expression/index.ts";
import { pde } from "../../solvers/index.ts";
import { assert, test } from "../harness.ts";

const numbers = Array.from({ length: 40 }, (_, i) => i + 1);

test("a problem drawn by chance is the same each time it is drawn", () => {
  for (const number of numbers) assert.equal(randomProblem(number).spec, randomProblem(number).spec);
});

test("texts drawn by chance are problems, and the truth that a text says is the formula that judges it", () => {
  const seen = new Set<string>();
  for (const number of numbers) {
    const { kind, spec, truth } = randomProblem(number);
    seen.add(kind);
    const problem = pde(spec);
    const { points, values } = truth();
    const unknowns = problem.unknowns.length;
    for (const [u, exact] of problem.exact!.entries()) {
      const said = evaluateAt(exact, points, problem.axes.length, problem.constants);
      const off = said.reduce((most, v, i) => Math.max(most, Math.abs(v - values[i * unknowns + u]!)), 0);
      assert.ok(off < 1e-12, `${spec.name}, unknown ${u}: ${off}`);
    }
  }
  assert.is(seen.size, 10, "all kinds are drawn");
});

test.run();
