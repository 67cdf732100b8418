/** proj4 as a page has it: with the code that needs projections. */
import Proj4 from "proj4";

export const proj4 = (): typeof Proj4 => Proj4;
