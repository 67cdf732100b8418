/** A thread that computes parts of quantile maps and of RainFARM's members. */
import { inCrew } from "../../engine/system/crew.ts";
import { baselineParts } from "./parts.ts";

inCrew(baselineParts);
