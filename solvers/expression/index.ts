/** Formulas: parsing, simplification, derivatives, printing, compilation. */
export { type ColumnFunction, type Expression, evaluateAt } from "./expression.ts";
