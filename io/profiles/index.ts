/** Profiles of archives: files written by their rules, and held to them. */
export { checkCordex } from "./check.ts";
export { cordexProfile } from "./cordex-profile.ts";
export type { Finding } from "./cordex-rules.ts";
