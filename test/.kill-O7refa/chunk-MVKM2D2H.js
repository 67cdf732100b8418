import {
  Interrupted
} from "./chunk-72SAAEYX.js";
import {
  say
} from "./chunk-K2VWOMW7.js";

// cli/shell/interrupt.ts
function onInterrupt(message) {
  const controller = new AbortController();
  let came = "SIGINT";
  const handle = (signal) => {
    came = signal;
    release();
    say(`
${signal}: ${message}`);
    controller.abort(new Interrupted(signal));
  };
  const signals = ["SIGINT", "SIGTERM"];
  const release = () => {
    for (const signal of signals) process.off(signal, handle);
  };
  for (const signal of signals) process.on(signal, handle);
  return {
    signal: controller.signal,
    check() {
      if (controller.signal.aborted) throw new Interrupted(came);
    },
    error: () => new Interrupted(came),
    stop: release
  };
}

export {
  onInterrupt
};
