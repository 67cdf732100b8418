/** Problems: equations, domains and conditions as text or JSON, checked. */

export {
  dirichlet,
  type Equations,
  initial,
  integral,
  interfaceCondition,
  neumann,
  periodic,
  robin,
} from "./conditions.ts";
export { equationList } from "./equations.ts";
export { exampleProblems } from "./examples.ts";
export { pointsOfColumns, readColumns } from "./files.ts";
export { filesOfProblem, problemFromJson, problemToJson } from "./json.ts";
export { pde } from "./pde.ts";
export { printProblem, toLatex, toMathml } from "./print-problem.ts";
export type {
  Allowance,
  AskedQuantity,
  Condition,
  ConditionOptions,
  ConditionSpec,
  EquationSpec,
  FieldSpec,
  FunctionResidual,
  Integral,
  IntegralSpec,
  Observation,
  ObservationSpec,
  PeriodicCondition,
  Place,
  PlaceSpec,
  Problem,
  ProblemSpec,
  ProblemWarning,
  SolutionSpec,
  ValueCondition,
  WrittenDomain,
} from "./problem.ts";
