/** A second thread that eliminates fronts. */
import { inTeam } from "../../engine/system/team.ts";
import { type FrontPlan, frontParts } from "./fronts.ts";

inTeam<FrontPlan>((plan) => frontParts(plan));
