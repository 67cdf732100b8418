/** Nobody looks at the answer: what a text calls exact gives sources, conditions and judgement, and never a choice of method. */
import { readdirSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { referenceNames, referenceProblem } from "../../../bench/reference/catalogue.ts";
import { development } from "../../../bench/solver-suite/development.ts";
import { final } from "../../../bench/solver-suite/final.ts";
import { inverseProblem } from "../../../bench/solver-suite/inverse.ts";
import { layerProblem } from "../../../bench/solver-suite/layers.ts";
import { randomProblem } from "../../../bench/solver-suite/random.ts";
import { solve } from "../../../solvers/automatic/solve.ts";
import { domainOf } from "../../../solvers/domain/domain.ts";
import type { Expression } from "../../../solvers/expression/expression.ts";
import { numbersOf } from "../../../solvers/marching/stored-field.ts";
import { checkProblem } from "../../../solvers/problem/check.ts";
import { pde } from "../../../solvers/problem/pde.ts";
import type { ConditionSpec, Problem, ProblemSpec } from "../../../solvers/problem/problem.ts";
import { construct } from "../../../solvers/solve/lift.ts";
import type { SolveOptions } from "../../../solvers/solve/options.ts";
import { suggestedScale } from "../../../solvers/solve/scale.ts";
import { Solution } from "../../../solvers/solve/solution.ts";

const files = readdirSync("solvers", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
/** Files that may ask for the answer: those that read and print texts, check that it is one, and judge. */
const mayAsk = [
  "problem/pde.ts",
  "problem/read-conditions.ts",
  "problem/print-problem.ts",
  "problem/check-values.ts",
  "solve/evaluation.ts",
];
/** The property, or a name for it in a pattern. */
const asks = (source: string): boolean =>
  /(?<!\.\.)\.exact\b|[{,]\s*exact\b[^}=;]*\}\s*(=|:\s*\w*Problem)/.test(source);

test("no file of the solvers asks for the answer, except those that read a text and those that judge", () => {
  const asking = files.filter((name) => asks(readFileSync(`solvers/${name}`, "utf8")));
  assert.equal(
    asking.filter((name) => !name.startsWith("reference/") && !mayAsk.includes(name)),
    [],
  );
  for (const name of mayAsk) assert.ok(asking.includes(name), `${name} does not ask for it any more`);
  for (const planted of [
    "problem.exact",
    "const { time, exact } = problem;",
    "(p: Problem) => p.exact?.[0]",
    "({ exact, axes }: Problem)",
  ])
    assert.ok(asks(planted), planted);
});

const specs = [
  ...referenceNames.map((name) => referenceProblem(name).spec),
  ...development.map(({ spec }) => spec),
  ...final.map(({ spec }) => spec),
];
const once = specs.filter(({ name }, i) => specs.findIndex((other) => other.name === name) === i);
const numbers = Array.from({ length: 12 }, (_, k) => 301 + k);
const drawn = [randomProblem, layerProblem, inverseProblem].flatMap((make) => numbers.map((k) => make(k).spec));
/** Those of which every bit is compared. */
const compared = ["two-peaks", "gaussian-10d-off-centre", "wave"] as const;
const withAnswer = (all: readonly ProblemSpec[]) =>
  all.map((spec) => pde(spec)).filter(({ exact }) => exact !== undefined);

/** The same problem without the answer. Sources and conditions stay as they are. */
const without = ({ exact: _, ...rest }: Problem): Problem => rest;
/** The same with an answer that cannot be looked at. */
const sealed = (problem: Problem): Problem => ({
  ...problem,
  exact: new Proxy<Expression[]>([], {
    get(_, key) {
      throw new Error(`${problem.name}: somebody looks at the answer (${String(key)})`);
    },
  }),
});

test("how conditions are met, the scale of networks and all doubts are the same with the answer and without", () => {
  const problems = withAnswer([...once, ...drawn]);
  assert.ok(problems.length > 30);
  for (const problem of problems) {
    const domain = domainOf(problem.domain);
    const choices = (p: Problem) => [construct(p, domain), suggestedScale(p), checkProblem(p, [])];
    assert.equal(choices(without(problem)), choices(problem), problem.name);
  }
});

const run = async (problem: Problem, options: SolveOptions = { budget: { steps: 1 } }) => {
  const solution = await solve(problem, { seed: 1, threads: 1, ...options });
  const { seconds: _, processorSeconds: __, ...report } = solution.report;
  const theta =
    solution instanceof Solution
      ? solution.theta
      : "pieces" in solution
        ? solution.pieces.coefficients
        : numbersOf(solution.field);
  const result = { report, theta };
  await solution.dispose();
  return result;
};

test("every reference and suite problem is solved with an answer that cannot be looked at", async () => {
  const problems = withAnswer(once.filter(({ name }) => !compared.some((one) => one === name)));
  assert.ok(problems.length >= 15);
  for (const problem of problems) assert.ok((await run(sealed(problem))).theta.length > 0);
});

test("the very same problem without its answer has the same solution, to the bit", async () => {
  for (const name of compared) {
    const problem = pde(referenceProblem(name).spec);
    assert.equal(await run(without(problem)), await run(sealed(problem)), name);
  }
});

test("elements, which have no budget in steps, find the same without the answer, to the bit", async () => {
  const problem = pde(referenceProblem("poisson-2d").spec);
  const still = { budget: { processorSeconds: 10, residual: 1e-5 }, processorClock: () => 0, clock: () => 0 };
  const found = await run(sealed(problem), still);
  assert.match(found.report.estimate!.by, /mesh/);
  assert.equal(await run(without(problem), still), found);
});

test("a text without its answer has the same solution, to the bit", async () => {
  for (const name of ["poisson-2d", "heat-4d", "kovasznay"] as const) {
    const { exact, ...spec } = referenceProblem(name).spec;
    const formulas = typeof exact === "string" ? { u: exact } : (exact as Readonly<Record<string, string>>);
    const equation = Object.entries(formulas).map(([u, formula]) => `${u} = ${formula}`);
    const explicit = (c: string | ConditionSpec) =>
      typeof c === "object" && "equation" in c && c.equation === "exact" ? { ...c, equation } : c;
    assert.ok(Array.isArray(spec.conditions));
    const conditions = (spec.conditions as readonly (string | ConditionSpec)[]).map(explicit);
    const [told, untold] = [pde({ ...spec, ...(exact && { exact }), conditions }), pde({ ...spec, conditions })];
    assert.ok(told.exact && !untold.exact);
    assert.equal(await run(untold), await run(told), name);
  }
});

test.run();
