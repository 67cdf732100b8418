/** Packages that are loaded when they are asked for. */
export { createRequire } from "node:module";
