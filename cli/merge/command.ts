/** `monge merge`: its options. */

import type { Command } from "commander";
import { text } from "../../engine/checks.ts";
import { common, examples, overwrite } from "../shell/read-options.ts";
import { addOptions, flag, noFlag, option, type Values } from "../shell/table.ts";

const options = {
  output: option("<file>", "fine.nc, or a name with {year}, {month} or {day} such as fine-{year}.nc", text, {
    short: "o",
    required: true,
  }),
  incomplete: flag("write also where tasks are missing; their values are missing then"),
  checksums: noFlag("audit names and sizes alone"),
  ...overwrite,
  ...common,
};

export type MergeCommandOptions = Values<typeof options>;

/** Adds the command to the program. */
export function addMerge(program: Command): void {
  const command = program
    .command("merge")
    .summary("turn a store of tasks into CF NetCDF files")
    .description(
      "Writes what STORE holds into one file, or one for each year, month or day. It is audited first: nothing is written from a " +
        "store in which tasks are missing, damaged or foreign.",
    )
    .argument("<store>", "a store that `monge downscale -o out.zarr` wrote")
    .addHelpText("after", examples("monge merge fine.zarr -o fine.nc", "monge merge fine.zarr -o fine-{year}.nc"))
    .action(async (store: string, options: MergeCommandOptions) => {
      const { merge } = await import("./run.ts");
      await merge(store, options);
    });
  addOptions(command, options);
}
