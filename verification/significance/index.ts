/** Significance of differences of scores: redrawn blocks and Diebold and Mariano. */
export { redraws } from "./blocks.ts";
export { dieboldMariano } from "./diebold-mariano.ts";
