/** Spectral elements: products of polynomials of high degree on boxes, by sums over one axis at a time. */
export { spectralForm } from "./form.ts";
export { readSpectralPieces, spectralKind, spectralPieces } from "./pieces.ts";
export { Mismatch } from "./rows.ts";
export { errorShare, type GridSolve, solveOnGrids } from "./solve.ts";
