/** Transport that keeps only part of the marginals: partial and semi-relaxed. */
export { partialTransport } from "./partial.ts";
export { semiRelaxedTransport } from "./semi-relaxed.ts";
