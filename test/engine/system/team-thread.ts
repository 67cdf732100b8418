/** The second thread of `team.test.ts`. */
import { inTeam } from "../../../engine/system/index.ts";
import { type Round, sums } from "./team-program.ts";

inTeam<Round>((round) => sums(round, 1));
