/** The pages of the site on this machine: equations that are solved, and rain that is dropped, refined and verified. */
export { type Served, type ServeOptions, startServer } from "./server.ts";
