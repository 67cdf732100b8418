/** Processes of this machine, as the system reports them. A number is used again; number and start together are not. */

import { readFileSync } from "../platform/files.ts";
import { process } from "../platform/machine.ts";

/** True if a process has this number, be it another user's. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** The moment when a process began, in ticks since the boot (proc_pid_stat(5), field 22); undefined where Linux does not say. */
export function startTicks(pid: number | "self"): string | undefined {
  const stat = systemText(`/proc/${pid}/stat`);
  // The name of the program may hold blanks and parentheses.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

/** Name of this run of the machine since its boot; empty where Linux does not say. */
export const bootId = (): string => systemText("/proc/sys/kernel/random/boot_id");

function systemText(path: string): string {
  try {
    return readFileSync(path, "latin1").trim();
  } catch {
    return "";
  }
}
