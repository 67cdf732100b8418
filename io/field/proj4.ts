/** The only importer of proj4, which is loaded with the first projection: most fields have none. */
import type Proj4 from "proj4";
import { createRequire } from "../../engine/platform/native.ts";

const require = createRequire(import.meta.url);

export const proj4 = (): typeof Proj4 => require("proj4") as typeof Proj4;
