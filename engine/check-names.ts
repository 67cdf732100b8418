/** The check of the names of options. */
export { checkNames } from "./checks.ts";
