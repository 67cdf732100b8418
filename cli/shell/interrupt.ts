/**
 * Ctrl-C and its kin: the first asks a command to come to a good end, the second ends it at once.
 *
 * A handler runs only where a command awaits. While loops compute without a pause, signals must be the system's own, which ends the
 * process at once: nobody could hear the first one, nor the second.
 */
import { Interrupted } from "./failure.ts";
import { say } from "./terminal.ts";

export interface Interrupt {
  /** Its reason is the error to throw. */
  readonly signal: AbortSignal;
  /** Takes the signals, where they have been the system's so far: from now on there is something to keep, and loops that pause. */
  take(): void;
  /** Ends the command, if a signal has come. @throws Interrupted */
  check(): void;
  /** The error to throw after a signal. */
  error(): Interrupted;
  /** Gives the signals back to the system. */
  stop(): void;
}

/**
 * @param message - said at the first signal
 * @param options.isLate - whether signals stay the system's own until `take`
 */
export function onInterrupt(message: string, { isLate = false }: { readonly isLate?: boolean } = {}): Interrupt {
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
  let isTaken = false;
  const take = (): void => {
    if (isTaken) return;
    isTaken = true;
    for (const signal of signals) process.on(signal, handle);
  };
  if (!isLate) take();
  return {
    signal: controller.signal,
    take,
    check() {
      if (controller.signal.aborted) throw new Interrupted(came);
    },
    error: () => new Interrupted(came),
    stop: release,
  };
}
