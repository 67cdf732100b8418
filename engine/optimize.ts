/** Rewrites of a recorded graph before it is encoded. */
import type { Graph } from "./graph.ts";

/** Applies all rewrites in place. */
export function optimize(_graph: Graph): void {}
