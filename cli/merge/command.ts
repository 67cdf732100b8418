/** `monge merge`: its options. */

import type { Command } from "commander";
import type { MergeOptions } from "../../generative/sharded/index.ts";
import { addCommon, addOverwrite, type CommonOptions, examples, type OverwriteOption } from "../shell/read-options.ts";

export interface MergeCommandOptions extends CommonOptions, OverwriteOption, Pick<MergeOptions, "incomplete"> {
  readonly output: string;
  readonly checksums: boolean;
}

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
    .requiredOption("-o, --output <file>", "fine.nc, or a name with {year}, {month} or {day} such as fine-{year}.nc")
    .option("--incomplete", "write also where tasks are missing; their values are missing then")
    .option("--no-checksums", "audit names and sizes alone")
    .addHelpText("after", examples("monge merge fine.zarr -o fine.nc", "monge merge fine.zarr -o fine-{year}.nc"))
    .action(async (store: string, options: MergeCommandOptions) => {
      const { merge } = await import("./run.ts");
      await merge(store, options);
    });
  addOverwrite(command);
  addCommon(command);
}
