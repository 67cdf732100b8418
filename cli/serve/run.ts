/** `monge serve`: starts the page's server and waits for Ctrl-C. */
import { existsSync } from "node:fs";
import { OptionsError } from "../../engine/errors.ts";
import { startServer } from "../../serve/index.ts";
import { checkFiles } from "../shell/failure.ts";
import { onInterrupt } from "../shell/interrupt.ts";
import { defaultThreads } from "../shell/read-options.ts";
import { emit, emitJson, say } from "../shell/terminal.ts";
import type { ServeCommandOptions } from "./command.ts";

export async function serve({
  runs,
  port,
  limit,
  threads = defaultThreads(),
  json,
  dryRun,
}: ServeCommandOptions): Promise<void> {
  const root = runs ?? (existsSync("runs") ? "runs" : undefined);
  if (dryRun) return emitJson({ command: "serve", runs: root ?? null, port, limit, threads });
  if (root !== undefined) checkFiles("--runs", [root]);
  if (port > 65_535) throw new OptionsError(`--port is ${port}; expected 0 to 65535`, "port", port);
  const interrupt = onInterrupt("closing");
  try {
    const served = await startServer({ port, limit: limit * 1e6, threads, ...(root !== undefined && { runs: root }) });
    if (json) emitJson({ url: served.url });
    else emit(served.url);
    say("open this address in a browser on this machine; Ctrl-C ends it");
    await new Promise<void>((resolve) => interrupt.signal.addEventListener("abort", () => resolve()));
    await served.close();
  } finally {
    interrupt.stop();
  }
}
