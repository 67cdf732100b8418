/** A page on this machine: rain that is dropped, refined and verified, and equations that are solved while one watches. */
export { type Served, type ServeOptions, startServer } from "./server.ts";
