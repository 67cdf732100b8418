/** Transport that keeps only part of the marginals: partial and semi-relaxed. */
export { type EntropicPartialOptions, entropicPartialTransport } from "./entropic-partial.ts";
export { type PartialOptions, partialTransport } from "./partial.ts";
export { type SemiRelaxedOptions, semiRelaxedTransport } from "./semi-relaxed.ts";
