/** The package's version. */
export { version } from "../../engine/files/version.ts";
