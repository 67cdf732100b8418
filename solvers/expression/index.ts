/** Formulas: parsing, simplification, derivatives, printing, compilation. */
export { evaluateAt } from "./expression.ts";
