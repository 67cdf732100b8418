/** Formulas: parsing, simplification, derivatives, printing, compilation. */
export { type ColumnFunction, evaluateAt } from "./expression.ts";
