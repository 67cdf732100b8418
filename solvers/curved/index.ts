/**
 * Curved elements: products of polynomials on blocks that fill balls, cylinders, and boxes with round holes, and end where
 * coefficients jump.
 */
export { CurvedGrid } from "./grid.ts";
export { type CurvedMarch, marchOnBlocks, unmarchedOnBlocks } from "./march.ts";
export { curvedMarchKind, curvedMarchPieces, readCurvedMarchPieces } from "./march-pieces.ts";
export { curvedKind, curvedPieces, readCurvedPieces } from "./pieces.ts";
export { blocksOfProblem, checkedBlocks, solveOnBlocks } from "./solve.ts";
