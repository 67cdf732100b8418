/** BLAS of the system, and threads. */
export { Crew, inCrew, type PartsOf, sharedDoubles, sharedFloats } from "./crew.ts";
export { type SystemBlas, systemBlas } from "./system-blas.ts";
export { computed, inTeam, type Parts, type Team, teamOfTwo } from "./team.ts";
