/** Problems: equations, domains and conditions as text or JSON, checked. */

export { dirichlet, initial, integral, interfaceCondition, neumann, periodic, robin } from "./conditions.ts";
export { equationList } from "./equations.ts";
export { exampleProblems } from "./examples.ts";
export { pointsOfColumns, readColumns } from "./files.ts";
export { filesOfProblem, problemFromJson, problemToJson } from "./json.ts";
export { pde } from "./pde.ts";
export { printProblem, toLatex, toMathml } from "./print-problem.ts";
export type { Condition, ConditionSpec, Problem, ProblemSpec } from "./problem.ts";
