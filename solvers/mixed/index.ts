/** Mixed elements: flows in a plane with continuous velocities and a pressure that may jump, on quadrilaterals. */
export { planeBlocks } from "./blocks.ts";
export { flowForm, unmarchable } from "./form.ts";
export { type FlowRung, marchFlow } from "./march.ts";
export { flowMarchKind, flowMarchPieces, readFlowMarchPieces } from "./moment-pieces.ts";
export { flowKind, flowPieces, readFlowPieces } from "./pieces.ts";
export { startMesh } from "./refinement.ts";
export { FlowRows } from "./rows.ts";
export { type FlowSolve, solveFlow } from "./solve.ts";
