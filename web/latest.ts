/** Calls of a slider: one at a time, and of those that come meanwhile the last one. */
export function latest<A extends readonly unknown[]>(
  run: (...given: A) => Promise<void>,
): (...given: A) => Promise<void> {
  let running: Promise<void> | undefined;
  const waiting: A[] = [];
  const runAll = async () => {
    try {
      for (let now = waiting.pop(); now !== undefined; now = waiting.pop()) {
        waiting.length = 0;
        await run(...now);
      }
    } finally {
      running = undefined;
    }
  };
  return (...given) => {
    waiting.push(given);
    running ??= runAll();
    return running;
  };
}
