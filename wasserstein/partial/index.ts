/** Transport that keeps only part of the marginals: partial and semi-relaxed. */
export {
  type EntropicPartialOptions,
  type EntropicPartialResult,
  entropicPartialTransport,
} from "./entropic-partial.ts";
export type { PairOptions } from "./pair.ts";
export { type PartialGradient, type PartialOptions, type PartialResult, partialTransport } from "./partial.ts";
export { type SemiRelaxedOptions, type SemiRelaxedResult, semiRelaxedTransport } from "./semi-relaxed.ts";
