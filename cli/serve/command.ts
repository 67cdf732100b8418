/** `monge serve`: its options. */

import type { Command } from "commander";
import { positive, whole } from "../../engine/checks.ts";
import { common, examples, threads } from "../shell/read-options.ts";
import { addOptions, option, type Values } from "../shell/table.ts";

const options = {
  runs: option("<path>", "folder of runs of `monge train`, a run or a model (default: runs, where it is there)"),
  port: option("<n>", "0 for a free one", whole(0), { default: 0 }),
  limit: option("<MB>", "largest file that may be dropped, as it comes and unpacked", positive(), { default: 512 }),
  ...threads,
  ...common,
};

export type ServeCommandOptions = Values<typeof options>;

/** Adds the command to the program. */
export function addServe(program: Command): void {
  const command = program
    .command("serve")
    .summary("open pages on this machine: refine and verify dropped files, solve typed equations")
    .description(
      "Serves the pages Solve and Refine to this machine alone and prints their address, which holds a token: who does not have it is refused, and so are other hosts and " +
        "pages. Type an equation and see it solved; drop a NetCDF, GeoTIFF or GRIB file to see it, refine it with the model of the package, one of --runs or RainFARM, verify it. " +
        "What is dropped or made lies in a temporary folder that goes when the command ends with Ctrl-C: download what you keep.",
    )
    .addHelpText("after", examples("monge serve", "monge serve --runs demo/runs --port 8080"))
    .action(async (options: ServeCommandOptions) => {
      const { serve } = await import("./run.ts");
      await serve(options);
    });
  addOptions(command, options);
}
