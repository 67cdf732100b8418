/** Ctrl-C and its kin: the first asks a command to come to a good end, the second ends it at once. */
import { Interrupted } from "./failure.ts";
import { say } from "./terminal.ts";

export interface Interrupt {
  /** Its reason is the error to throw. */
  readonly signal: AbortSignal;
  /** Ends the command, if a signal has come. @throws Interrupted */
  check(): void;
  /** The error to throw after a signal. */
  error(): Interrupted;
  /** Gives the signals back to the system. */
  stop(): void;
}

/** @param message - said at the first signal */
export function onInterrupt(message: string): Interrupt {
  const controller = new AbortController();
  let came: NodeJS.Signals = "SIGINT";
  const handle = (signal: NodeJS.Signals): void => {
    came = signal;
    // The next one is the system's own, which ends the process even while it computes.
    release();
    say(`\n${signal}: ${message}`);
    controller.abort(new Interrupted(signal));
  };
  // Hung up: the terminal was closed.
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const release = (): void => {
    for (const signal of signals) process.off(signal, handle);
  };
  for (const signal of signals) process.on(signal, handle);
  return {
    signal: controller.signal,
    check() {
      if (controller.signal.aborted) throw new Interrupted(came);
    },
    error: () => new Interrupted(came),
    stop: release,
  };
}
