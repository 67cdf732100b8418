/** Scores of arrays of square cases: what the library evaluates itself by. */
export { type Scores, verifyTiles } from "./verify-tiles.ts";
