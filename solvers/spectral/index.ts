/** Spectral elements: products of polynomials of high degree on boxes, by sums over one axis at a time. */
export { dormandPrince, weightsOfParts } from "./dormand-prince.ts";
export { crossings, suitsExplicit } from "./explicit-system.ts";
export { suitsExponential } from "./exponential.ts";
export { type RowsForm, rowsForm, type SpectralForm, spectralForm } from "./form.ts";
export { gauge } from "./gauge.ts";
export { type NarrowPlace, narrowPlaces, unresolvedPlace } from "./narrow-places.ts";
export { readSpectralPieces, type SpectralField, spectralKind, spectralPieces } from "./pieces.ts";
export { firstPlan, gridOf } from "./refinement.ts";
export { growthBySolution, growthOfChanges } from "./resonance.ts";
export { Mismatch, solveSmall } from "./rows.ts";
export { errorShare, type SpectralOptions, solveOnGrids } from "./solve.ts";
