/** Problems: equations, domains and conditions as text or JSON, checked. */
export { dirichlet, initial, integral, neumann, periodic, robin } from "./conditions.ts";
export { equationList } from "./equations.ts";
export { problemFromJson, problemToJson } from "./json.ts";
export { pde } from "./pde.ts";
export { printProblem, toLatex } from "./print-problem.ts";
export type { Condition, EquationSpec, FunctionResidual, Problem, ProblemSpec } from "./problem.ts";
