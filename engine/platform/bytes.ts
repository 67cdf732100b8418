/** Bytes that are read as numbers and texts. */
export { Buffer, constants } from "node:buffer";
