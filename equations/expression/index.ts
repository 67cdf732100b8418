/** Formulas: parsing, simplification, derivatives, printing, compilation. */

export {
  call,
  coordinate,
  data,
  elsewhere,
  isZero,
  laplacian,
  number,
  one,
  partial,
  termsOf,
  total,
  unit,
  zero,
} from "./build.ts";
export { collapseLaplacians } from "./collapse.ts";
export { ColumnProgram } from "./column-program.ts";
export { derivativesOfExpression, differentiate, maxOrder } from "./differentiate.ts";
export {
  type Algebra,
  type ColumnFunction,
  columns,
  columnsAt,
  columnsOf,
  type Expression,
  evaluate,
  evaluateAt,
  evaluateNode,
  functionOfPoint,
  numbers,
} from "./expression.ts";
export { arity, type FunctionName, unaryFunctions } from "./functions.ts";
export { turnOf } from "./kinks.ts";
export { parseEquation, parseEquations, parseExpression, parseParts, parsePredicate } from "./parse.ts";
export { fewerPoints, placesOf, pointsElsewhere } from "./places.ts";
export { expressionToLatex, render, type Style, toText, toUnicode } from "./print.ts";
export { copiesOf, hasQuadrature, movedTo, rewritten, unrolled, withNodes } from "./quadrature.ts";
export { type Scope, spaceAxes, type UserFunction } from "./scope.ts";
export { edgesAbout, type Interpolation, interpolations } from "./spline-axis.ts";
export { parseSyntax } from "./syntax.ts";
export { cut } from "./syntax-error.ts";
export { Table, tableOf } from "./table.ts";
export { bottomUp, nodesOf, share } from "./tree.ts";
