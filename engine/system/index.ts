/** BLAS of the system, and a team of threads. */
export { type SystemBlas, systemBlas } from "./system-blas.ts";
export { computed, inTeam, type Parts, type Team, teamOfTwo } from "./team.ts";
