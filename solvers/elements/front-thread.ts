/** A second thread that eliminates fronts. */
import { inTeam } from "../../engine/system/team.ts";
import { type FrontPart, frontParts } from "./fronts.ts";

inTeam<readonly FrontPart[]>((parts) => frontParts(parts));
