/** Threads that run a module of this package. */
import { process } from "../platform/machine.ts";
import { Worker, type WorkerOptions } from "../platform/threads.ts";

/**
 * Starts a thread.
 *
 * @param base - `import.meta.url` of the module that starts it
 * @param name - of the thread's module beside that one, without its extension
 */
export function startThread(base: string, name: string, options: WorkerOptions): Worker {
  const file = new URL(`./${name}${base.slice(-3)}`, base);
  const readsSources = "typescript" in process.features && Boolean(process.features.typescript);
  if (!file.pathname.endsWith(".ts") || readsSources) return new Worker(file, options);
  // A thread does not have the hooks of the loader that this process reads sources with.
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const begin = `import(${loader}).then(({ register }) => { register(); return import(${JSON.stringify(file.href)}); })`;
  return new Worker(begin, { ...options, eval: true });
}
