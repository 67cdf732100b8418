/** Problems at which a solver may be wrong and not know it: their truths solve them. */
import { treacherousProblem } from "../../bench/solver-suite/treacherous.ts";
import { columnsAt, evaluate, unrolled } from "../../equations/expression/index.ts";
import { sourcesAt } from "../../equations/problem/index.ts";
import { pde, solve } from "../../solvers/index.ts";
import { assert, test } from "../harness.ts";

const problems = Array.from({ length: 66 }, (_, k) => treacherousProblem(k + 1));

/** Residual of ordinary equations of the second order by differences of the truth, beside the largest term; at points away from the ends. */
function residual(number: number): number {
  const { spec, truth } = treacherousProblem(number);
  const problem = pde(spec);
  const { points, values } = truth!();
  const order = Array.from(points.keys()).sort((a, b) => points[a]! - points[b]!);
  const [low, high] = problem.bounds[0]!;
  let [worst, size] = [0, 0];
  for (let k = 400; k < order.length - 400; k += 400) {
    // Newton's divided differences over five neighbours.
    const near = [-2, -1, 0, 1, 2].map((j) => order[k + 8 * j]!);
    const x = near.map((i) => points[i]!);
    const u = near.map((i) => values[i]!);
    const table = [u];
    for (let n = 1; n < 5; n++)
      table.push(table[n - 1]!.slice(1).map((v, i) => (v - table[n - 1]![i]!) / (x[i + n]! - x[i]!)));
    const at = x[2]!;
    const value = (n: number) => {
      let sum = 0;
      for (let j = n; j < 5; j++) {
        const factors = x.slice(0, j).map((v) => at - v);
        // The n-th derivative of a product of j factors.
        const products = (left: number, from: number): number =>
          left === 0 ? 1 : factors.slice(from).reduce((all, f, i) => all + f * products(left - 1, from + i + 1), 0);
        sum += table[j]![0]! * products(j - n, 0) * (n === 2 ? 2 : 1);
      }
      return sum;
    };
    const here = Float64Array.of(at);
    const derivative = (_: number, [n = 0]: readonly number[]) => Float64Array.of(value(Math.max(0, n)));
    const constants = problem.constants;
    const algebra = columnsAt(here, 1, { constants, derivative, data: sourcesAt(problem, here) });
    const [left] = evaluate(unrolled(problem.equations[0]!), algebra);
    worst = Math.max(worst, Math.abs(left!));
    size = Math.max(size, Math.abs(value(0)), Math.abs(value(2)) * (high - low) ** 2 * 1e-2);
  }
  return worst / size;
}

test("the truths of turning points and of problems near an eigenvalue solve their equations", () => {
  const ordinary = problems.filter(
    ({ kind, spec, truth }) =>
      truth && ["turning-point resonance", "near an eigenvalue"].includes(kind) && !("y" in spec.domain),
  );
  assert.ok(ordinary.length > 6);
  for (const { spec } of ordinary) {
    const left = residual(Number(spec.name.split("-")[1]));
    assert.ok(left < 2e-3, `${spec.name}: ${left}`);
  }
});

test("kinds take turns, a number gives the same problem each time, and problems without one answer have no truth", () => {
  assert.is(new Set(problems.map(({ kind }) => kind)).size, 11);
  assert.equal(treacherousProblem(7).spec, treacherousProblem(7).spec);
  for (const { kind, truth } of problems)
    assert.is(truth === undefined, ["start that contradicts", "many solutions or none"].includes(kind), kind);
});

test("truths of fields are finite, and elements and marches agree with those that they solve to the end", async () => {
  const fields = Array.from({ length: 70 }, (_, k) => treacherousProblem(k + 3001));
  assert.is(new Set(fields.map(({ kind }) => kind)).size, 7);
  for (const { spec, truth } of fields) assert.ok(truth?.().values.every(Number.isFinite) ?? true, spec.name);
  // Of each of four kinds the first that is smooth enough for three seconds.
  for (const number of [3004, 3007, 3012, 3034]) {
    const { spec, truth } = treacherousProblem(number);
    const solution = await solve(pde(spec), { seed: 0, budget: { processorSeconds: 3 } });
    assert.ok((await solution.errors(truth!())).relativeL2 < 1e-5, spec.name);
  }
});

test.run();
