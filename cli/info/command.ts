/** `monge info`: its options. */
import type { Command } from "commander";
import { among } from "../../engine/checks.ts";
import { common, examples, external } from "../shell/read-options.ts";
import { addOptions, flag, noFlag, option, type Values } from "../shell/table.ts";

const options = {
  variable: option("<name>", "variable whose values are read (default: all that look like data, if not too large)"),
  timeFromName: flag("files without times: take the date in each name"),
  values: noFlag("read headers and coordinates only"),
  check: option(
    "<profile>",
    "print the rules of an archive that each file breaks: cordex-cmip6",
    among("cordex-cmip6"),
  ),
  ...external,
  ...common,
};

export type InfoOptions = Values<typeof options>;

/** Adds the command to the program. */
export function addInfo(program: Command): void {
  const command = program
    .command("info")
    .summary("describe a data file or a model")
    .description(
      "Describes files: format, dimensions, variables with units, storage, attributes, ranges and means over time, " +
        "times with their gaps, grid and map projection. Several files are taken as one field along time. Of a model it " +
        "prints what it was trained on.",
    )
    .argument("<files...>", "FILE or FILE:VARIABLE of any format that is read; or a model, or a run of `monge train`")
    .addHelpText(
      "after",
      examples(
        "monge info pr.nc",
        "monge info pr_1950.nc pr_1951.nc --json | jq .times.gaps",
        "monge info runs/00001-train",
        "monge info --check cordex-cmip6 pr_EUR-12_*.nc",
      ),
    )
    .action(async (files: readonly string[], options: InfoOptions) => {
      const { info } = await import("./run.ts");
      await info(files, options);
    });
  addOptions(command, options);
}
