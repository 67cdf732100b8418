/** `monge info`: its options. */
import type { Command } from "commander";
import { addCommon, type CommonOptions, examples } from "./options.ts";

export interface InfoOptions extends CommonOptions {
  readonly variable?: string;
}

/** Adds the command to the program. */
export function addInfo(program: Command): void {
  const command = program
    .command("info")
    .summary("say what a file holds")
    .description(
      "Says what a NetCDF or GeoTIFF file holds: format, dimensions, variables with units and ranges, times, grid and " +
        "map projection. Of a model it says what it was trained on.",
    )
    .argument("<file>", "a NetCDF or GeoTIFF file, a model, or a run of `monge train`")
    .option("--variable <name>", "variable whose values are read (default: all that look like data, if not too large)")
    .addHelpText(
      "after",
      examples("monge info pr.nc", "monge info pr.nc --json | jq .times", "monge info runs/00001-train"),
    )
    .action(async (file: string, options: InfoOptions) => {
      const { info } = await import("./info-run.ts");
      await info(file, options);
    });
  addCommon(command);
}
