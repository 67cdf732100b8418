/** Checks of numbers among options. */
export { checkNonNegative, checkPositive, checkWhole } from "./checks.ts";
