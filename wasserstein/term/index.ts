/** One regularizer for both halves: the term of a loss. */

export { ofImages, ofMasses, placesOf, placesSpecs } from "./graph.ts";
export type { WassersteinTerm, WassersteinTermOptions } from "./options.ts";
export { isWassersteinTerm, wassersteinTerm } from "./options.ts";
