/** Digests of bytes, and tokens that no other process has. */
export { createHash, type Hash, randomBytes, randomUUID } from "node:crypto";
