/** The switch that keeps ONNX Runtime from sending anything, set before the runtime is loaded. */

import { BackendError } from "../errors.ts";
import { process } from "../platform/machine.ts";
import { isMainThread } from "../platform/threads.ts";
import { koffi } from "../system/koffi.ts";

/**
 * The runtime reads it once a process. Only "1" means no: with any other value it keeps a device id and sends events
 * (1.30 on Linux).
 */
const variable = "ORT_DISABLE_TELEMETRY";

/**
 * Sets `ORT_DISABLE_TELEMETRY=1` in the environment of the process, unless it has a value already.
 *
 * A thread's `process.env` is a copy, which native code does not see. There the variable is set by the C library
 * itself.
 *
 * @throws {BackendError} in a thread whose parent has not set the variable, where koffi is not installed
 */
export function refuseTelemetry(): void {
  if (process.env[variable]) return;
  process.env[variable] = "1";
  if (isMainThread || process.platform === "win32") return;
  const setenv = koffi()?.load(null).func("int setenv(const char *name, const char *value, int overwrite)");
  if (setenv?.(variable, "1", 0) === 0) return;
  throw new BackendError(
    `engine: in a worker thread ONNX Runtime would send usage data, and its switch cannot be set from here; start the program with ${variable}=1, ` +
      'or put `process.env.ORT_DISABLE_TELEMETRY = "1"` into the main thread before the worker starts',
    "cpu",
  );
}
