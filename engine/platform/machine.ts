/** The machine and the process: its processors, memory, folders and variables. */
export {
  arch,
  availableParallelism,
  cpus,
  devNull,
  endianness,
  freemem,
  homedir,
  hostname,
  platform,
  tmpdir,
  totalmem,
} from "node:os";
export { default as process } from "node:process";
/** Waits until what else is ready has run, such as a listener that prints. */
export { setImmediate as nextTurn } from "node:timers/promises";
