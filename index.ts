/** monge: physics-informed PDE solving and precipitation downscaling, both built on optimal transport. */
export * from "./engine/index.ts";
export * from "./generative/index.ts";
export * as io from "./io/index.ts";
export * from "./wasserstein/index.ts";
