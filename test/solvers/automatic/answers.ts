/** Problems with an answer, without it, and with one that cannot be looked at. */
import { referenceNames, referenceProblem } from "../../../bench/reference/catalogue.ts";
import { development } from "../../../bench/solver-suite/development.ts";
import { final } from "../../../bench/solver-suite/final.ts";
import type { Expression } from "../../../equations/expression/index.ts";
import { type Problem, type ProblemSpec, pde, type SolveOptions, solve } from "../../../solvers/index.ts";

const specs = [
  ...referenceNames.map((name) => referenceProblem(name).spec),
  ...development.map(({ spec }) => spec),
  ...final.map(({ spec }) => spec),
];
/** Every reference and suite problem, once. */
export const suite = specs.filter(({ name }, i) => specs.findIndex((other) => other.name === name) === i);
/** Problems that know their answer. */
export const withAnswer = (all: readonly ProblemSpec[]) =>
  all.map((spec) => pde(spec)).filter(({ exact }) => exact !== undefined);

/** The same problem without the answer. Sources and conditions stay as they are. */
export const without = ({ exact: _, ...rest }: Problem): Problem => rest;
/** The same with an answer that cannot be looked at. */
export const sealed = (problem: Problem): Problem => ({
  ...problem,
  exact: new Proxy<Expression[]>([], {
    get(_, key) {
      throw new Error(`${problem.name}: somebody looks at the answer (${String(key)})`);
    },
  }),
});

/** What one step of a solve gives, without its times. */
export const run = async (problem: Problem, options: SolveOptions = { budget: { steps: 1 } }) => {
  const solution = await solve(problem, { seed: 1, threads: 1, ...options });
  const { seconds: _, processorSeconds: __, ...report } = solution.report;
  const result = { report, theta: solution.coefficients };
  await solution.dispose();
  return result;
};
