#!/usr/bin/env node
import module from "node:module";
import { run } from "./program.ts";
/** The `monge` command. */
import { exitCodes } from "./shell/failure.ts";
import { complain } from "./shell/terminal.ts";

// Compiled modules are kept for the next command, from Node 22.8 on.
module.enableCompileCache?.();

let lost = false;
// `monge info FILE | head` closes the pipe early; that is no failure, and files are written all the same.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE" || lost) return;
  lost = true;
  complain(
    `monge: standard output could not be written (${error.code}): what it was to hold is lost; free the disk, or redirect it elsewhere`,
  );
  process.exitCode = exitCodes.failed;
});
// Without standard error the work goes on; its exit status says how it ended.
process.stderr.on("error", () => {});
// Records and histories hold the options themselves, not the name of a file that may change.
const status = await run(process.argv.slice(2), (words) => process.argv.splice(2, Number.POSITIVE_INFINITY, ...words));
process.exitCode = lost && status === exitCodes.done ? exitCodes.failed : status;
