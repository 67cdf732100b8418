#!/usr/bin/env node
/** The `monge` command. */
import { run } from "./program.ts";

// `monge info FILE | head` closes the pipe early; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});
process.exitCode = await run(process.argv.slice(2));
