/** Other programs of the machine. */
export { spawnSync } from "node:child_process";
