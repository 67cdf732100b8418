/** Nobody looks at the answer: what a text calls exact gives sources, conditions and judgement, and never a choice of method. */
import { readdirSync, readFileSync } from "node:fs";
import { referenceProblem } from "../../../bench/reference/catalogue.ts";
import { inverseProblem } from "../../../bench/solver-suite/inverse.ts";
import { layerProblem } from "../../../bench/solver-suite/layers.ts";
import { randomProblem } from "../../../bench/solver-suite/random.ts";
import { domainOf } from "../../../solvers/domain/domain.ts";
import { type ConditionSpec, type Problem, pde } from "../../../solvers/index.ts";
import { checkProblem } from "../../../solvers/problem/pde.ts";
import { construct } from "../../../solvers/solve/lift.ts";
import { suggestedScale } from "../../../solvers/solve/scale.ts";
import { assert, test } from "../../harness.ts";
import { run, sealed, suite, withAnswer, without } from "./answers.ts";

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

const numbers = Array.from({ length: 6 }, (_, k) => 301 + k);
const drawn = [randomProblem, layerProblem, inverseProblem].flatMap((make) => numbers.map((k) => make(k).spec));
/**
 * One of each way to a solution, and of what is asked for on it: elements with and without a layer, in a system; marching in
 * one and two unknowns; random features of two unknowns, and with factors along axes; networks in many dimensions.
 */
const solved = [
  ...["poisson-2d", "l-shape", "arc-layer", "kovasznay", "heat-1d", "wave", "parabolic-system"],
  ...["two-unknowns", "peak-3d", "poisson-5d", "heat-4d"],
];
/** Those of which every bit is compared: by elements, by a network and by marching. */
const compared = ["l-shape", "poisson-5d", "wave"];
const named = (name: string) => withAnswer(suite.filter((spec) => spec.name === name))[0]!;
const found = new Map<string, ReturnType<typeof run>>();
/** What is found with an answer that cannot be looked at, once for all tests. */
const sealedRun = (name: string) => {
  const known = found.get(name) ?? run(sealed(named(name)));
  found.set(name, known);
  return known;
};

test("how conditions are met, the scale of networks and all doubts are the same with the answer and without", () => {
  const problems = withAnswer([...suite, ...drawn]);
  assert.ok(problems.length > 30);
  for (const problem of problems) {
    const domain = domainOf(problem.domain);
    const choices = (p: Problem) => [construct(p, domain), suggestedScale(p), checkProblem(p, [])];
    assert.equal(choices(without(problem)), choices(problem), problem.name);
  }
});

test("a problem of each way is solved with an answer that cannot be looked at, and to the same bits without it", async () => {
  const ways = new Set<string>();
  for (const name of solved) {
    const one = await sealedRun(name);
    assert.ok(one.theta.length > 0);
    ways.add(/elements|march|random features|mlp/.exec(one.report.method!.at(-1)!)![0]);
    if (compared.includes(name)) assert.equal(await run(without(named(name))), one, name);
  }
  assert.equal([...ways].sort(), ["elements", "march", "mlp", "random features"]);
});

test("elements, which have no budget in steps, find the same without the answer, to the bit", async () => {
  const problem = pde(referenceProblem("poisson-2d").spec);
  const still = { budget: { processorSeconds: 10, residual: 1e-2 }, processorClock: () => 0, clock: () => 0 };
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
    const untold = pde({ ...spec, conditions });
    assert.ok(exact && !untold.exact);
    assert.equal(await run(untold), await sealedRun(name), name);
  }
});

test.run();
