/** Problems: equations, domains and conditions as text or JSON, checked. */

export { dependsOnUnknowns } from "./check-elsewhere.ts";
export { isDetermined } from "./check-missing.ts";
export { dirichlet, initial, integral, interfaceCondition, neumann, periodic, robin } from "./conditions.ts";
export { type ConservationLaw, conservationLaw } from "./conservation-law.ts";
export { highestOrders } from "./derivatives.ts";
export { equationList } from "./equations.ts";
export { exampleProblems } from "./examples.ts";
export { pointsOfColumns, readColumns } from "./files.ts";
export { type Functional, type FunctionalPart, nameOfPart, placesOf, readFunctional } from "./functionals.ts";
export { coarserGrids } from "./grid-functions.ts";
export type { GridOfData } from "./grid-of-field.ts";
export { filesOfProblem, problemFromJson, problemToJson, savedProblem } from "./json.ts";
export { isSlanted, unknownOfFlux } from "./jumping-flux.ts";
export {
  type Derivative,
  isSymbolic,
  type LinearForm,
  linearForms,
  nameOfConstant,
  nameOfDerivative,
} from "./linear-form.ts";
export { sourcesAt, substitution } from "./manufactured.ts";
export { fieldsOf, scopeOf } from "./names.ts";
export { checkProblem, pde } from "./pde.ts";
export { damaged, type Pieces } from "./pieces.ts";
export { boundaryPart, placeKey } from "./place.ts";
export { printProblem, toLatex, toMathml } from "./print-problem.ts";
export type {
  Condition,
  ConditionSpec,
  Integral,
  Observation,
  Prescription,
  Problem,
  ProblemSpec,
  ValueCondition,
  WrittenDomain,
} from "./problem.ts";
export { gridOfFunction, readEnsemble, readProblem } from "./read-problem.ts";
export { alongAxis, isOfAxis, knotsAlong, turnsAlong } from "./turns.ts";
