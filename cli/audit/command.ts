/** `monge audit`: its options. */

import type { Command } from "commander";
import { common, examples } from "../shell/read-options.ts";
import { addOptions, flag, noFlag, type Values } from "../shell/table.ts";

const options = {
  requeue: flag(
    "make damaged and foreign tasks missing, so that `monge downscale --resume` does them again, and remove entries and chunks of " +
      "no task; other files stay, and nothing is removed through a link; no worker may be at work",
  ),
  checksums: noFlag("look at names and sizes alone, and read no chunk"),
  ...common,
};

export type AuditCommandOptions = Values<typeof options>;

/** Adds the command to the program. */
export function addAudit(program: Command): void {
  const command = program
    .command("audit")
    .summary("check that a store of an ensemble is complete and sound")
    .description(
      "Lists the tasks of STORE that are missing, damaged (their chunks are not those of the manifest), done twice, or foreign (of " +
        "another model, seed or options, or files of no task). Ends with 0 where all tasks are there and sound, else with 1. " +
        "Coordinates and metadata are looked at too. Temporary files of dead processes of this machine are removed. Of any other " +
        "Zarr store every chunk is read and its checksum compared; ends with 1 where one is damaged.",
    )
    .argument("<store>", "a store that `monge downscale -o out.zarr` wrote, or another Zarr store")
    .addHelpText(
      "after",
      examples("monge audit fine.zarr", "monge audit fine.zarr --requeue", "monge audit fine.zarr --json"),
    )
    .action(async (store: string, options: AuditCommandOptions) => {
      const { audit } = await import("./run.ts");
      await audit(store, options);
    });
  addOptions(command, options);
}
