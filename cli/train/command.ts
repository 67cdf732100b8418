/** `monge train`: its options. */
import type { Command } from "commander";
import { examples } from "../shell/read-options.ts";
import { addOptions } from "../shell/table.ts";
import { options, type TrainOptions } from "./options.ts";

/** Adds the command to the program. */
export function addTrain(program: Command): void {
  const command = program
    .command("train")
    .summary("train a downscaler on fine fields, alone or with coarse ones and covariates")
    .description(
      "With --data each file of fine precipitation is one event, and the model learns to refine block means, which it conserves. " +
        "With --fine it learns to make that data set from --coarse and covariates, each on a grid of its own; times are matched by " +
        "their bounds. The run is recorded in a folder under --out, whose path is printed on standard output: options.json, " +
        "metrics.jsonl, checkpoints/, and at the end result.json, loss.svg and model.safetensors. Ctrl-C saves a checkpoint and stops.",
    )
    .addHelpText(
      "after",
      examples(
        "monge train --fine eobs.nc:pr --coarse ncep.nc:pr --static dem.nc:z --context season --validate 1994-12:1996-02 --out runs",
        "monge train --fine alps.nc:pr norway.nc:pr --coarse era5.nc:tp --static dem.nc:z --out runs",
        "monge train --data radar/2016*.nc:pr --factor 4 --out runs",
        "monge train --data daily.nc:tp --interval 86400 --factor 8 --steps 5000 --out runs",
        "monge train --data radar.nc:pr --factor 4 --time-factor 12 --out runs",
        "monge train --resume runs/00001-train",
      ),
    )
    .action(async (given: TrainOptions) => {
      const { train } = await import("./run.ts");
      await train(given, (name) => command.getOptionValueSource(name) === "cli");
    });
  addOptions(command, options);
}
