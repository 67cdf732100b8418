/** Conservation laws by finite volumes: shocks, fans and contacts of Q(w)_t + F(w)_x + G(w)_y = S. */

export { piecesOfHistory, readVolumePieces, volumeKind } from "./cell-history.ts";
export type { GridMarch } from "./march.ts";
export { solveByVolumes } from "./solve.ts";
export { type VolumeProblem, volumeProblem } from "./volume-problem.ts";
