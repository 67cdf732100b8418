/** monge: precipitation downscaling and what it stands on; readers and writers of grids are in `monge/io`. */
export * from "./engine/index.ts";
export * from "./generative/index.ts";
