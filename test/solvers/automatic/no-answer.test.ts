/** Nobody looks at the answer: what a text calls exact gives sources, conditions and judgement, and never a choice of method. */
import { readdirSync, readFileSync } from "node:fs";
import { referenceProblem } from "../../../bench/reference/catalogue.ts";
import { inverseProblem } from "../../../bench/solver-suite/inverse.ts";
import { layerProblem } from "../../../bench/solver-suite/layers.ts";
import { randomProblem } from "../../../bench/solver-suite/random.ts";
import { domainOf } from "../../../equations/domain/index.ts";
import { checkProblem } from "../../../equations/problem/index.ts";
import { type ConditionSpec, type Problem, pde } from "../../../solvers/index.ts";
import { construct, suggestedScale } from "../../../solvers/solve/index.ts";
import { assert, test } from "../../harness.ts";
import { run, sealed, suite, withAnswer, without } from "./answers.ts";

const files = ["equations", "solvers"].flatMap((floor) =>
  readdirSync(floor, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${floor}/${name}`),
);
/** Files that may ask for the answer: those that read and print texts, check that it is one, and judge. */
const mayAsk = [
  "equations/problem/pde.ts",
  "equations/problem/read-conditions.ts",
  "equations/problem/print-problem.ts",
  "equations/problem/check-values.ts",
  "solvers/solution/evaluation.ts",
];
/** The property, or a name for it in a pattern. */
const asks = (source: string): boolean =>
  /(?<!\.\.)\.exact\b|[{,]\s*exact\b[^}=;]*\}\s*(=|:\s*\w*Problem)/.test(source);

test("no file of the solvers asks for the answer, except those that read a text and those that judge", () => {
  const asking = files.filter((name) => asks(readFileSync(name, "utf8")));
  assert.equal(
    asking.filter((name) => !mayAsk.includes(name)),
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

const numbers = Array.from({ length: 6 }, (_, k) => 301 + k);
/** What was found of each problem with an answer that cannot be looked at. */
const kept = new Map<string, unknown>();
const drawn = [randomProblem, layerProblem, inverseProblem].flatMap((make) => numbers.map((k) => make(k).spec));
/** Those of which every bit is compared: by elements, by a network and by marching. */
const compared = ["l-shape", "poisson-5d", "wave"] as const;
/** Those of which the text is written without it. */
const untold = ["poisson-2d", "heat-4d", "kovasznay"] as const;

test("how conditions are met, the scale of networks and all doubts are the same with the answer and without", () => {
  const problems = withAnswer([...suite, ...drawn]);
  assert.ok(problems.length > 30);
  for (const problem of problems) {
    const domain = domainOf(problem.domain);
    const choices = (p: Problem) => [construct(p, domain), suggestedScale(p), checkProblem(p, [])];
    assert.equal(choices(without(problem)), choices(problem), problem.name);
  }
});

test("problems are solved with an answer that cannot be looked at, and to the same bits without it", async () => {
  const problems = withAnswer(suite).filter(({ name }) => [...compared, ...untold].some((one) => one === name));
  assert.is(problems.length, compared.length + untold.length);
  for (const problem of problems) {
    const found = await run(sealed(problem));
    kept.set(problem.name, found);
    assert.ok(found.theta.length > 0);
    if (compared.some((name) => name === problem.name)) assert.equal(await run(without(problem)), found, problem.name);
  }
});

test("spectral elements, which have no budget in steps, find the same without the answer, to the bit", async () => {
  const problem = pde(referenceProblem("poisson-2d").spec);
  const still = { budget: { processorSeconds: 10, residual: 1e-2 }, clock: { wall: () => 0, processor: () => 0 } };
  const found = await run(sealed(problem), still);
  assert.match(found.report.estimate!.by, /grid/);
  assert.equal(await run(without(problem), still), found);
});

test("a text without its answer has the same solution, to the bit", async () => {
  for (const name of untold) {
    const { exact, ...spec } = referenceProblem(name).spec;
    const formulas = typeof exact === "string" ? { u: exact } : (exact as Readonly<Record<string, string>>);
    const equation = Object.entries(formulas).map(([u, formula]) => `${u} = ${formula}`);
    const explicit = (c: string | ConditionSpec) =>
      typeof c === "object" && "equation" in c && c.equation === "exact" ? { ...c, equation } : c;
    assert.ok(Array.isArray(spec.conditions));
    const conditions = (spec.conditions as readonly (string | ConditionSpec)[]).map(explicit);
    const open = pde({ ...spec, conditions });
    assert.ok(exact !== undefined && open.exact === undefined);
    assert.equal(await run(open), kept.get(name), name);
  }
});

test.run();
