/** Bytes that flow from one place to another. */
export { Readable, Transform } from "node:stream";
export { pipeline } from "node:stream/promises";
