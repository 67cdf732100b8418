/** `monge demo`: its options. */

import type { Command } from "commander";
import type { SampleOptions } from "../../generative/model/index.ts";
import {
  addCommon,
  addOverwrite,
  addThreads,
  type CommonOptions,
  examples,
  integer,
  type OverwriteOption,
  type ThreadsOption,
} from "../shell/read-options.ts";

export interface DemoOptions
  extends CommonOptions,
    OverwriteOption,
    ThreadsOption,
    Pick<SampleOptions, "evaluations">,
    Record<"seed" | "members" | "steps" | "hours" | "heldOut" | "channels" | "batch", number> {
  readonly out: string;
  readonly train?: boolean;
}

/** Adds the command to the program. */
export function addDemo(program: Command): void {
  const command = program
    .command("demo")
    .summary("refine an hour of real rain with the model of the package and score it; with --train, train one")
    .description(
      "Takes an hour of radar rain over Germany that the model of the package never saw, refines its means over 4 x 4 km by 4, and prints " +
        "scores next to bilinear interpolation and RainFARM. Writes radar.nc, radar-coarse.nc, radar-downscaled.nc and radar.png. Less than a minute. " +
        "With --train it then makes a fine and a coarse, biased, displaced data set of one synthetic rain over mountains; trains a small model " +
        "to predict the first from the second, with orography as a covariate; downscales held-out hours; and prints scores next to bilinear " +
        "interpolation and quantile mapping. Writes both data sets, the recorded run, downscaled.nc, " +
        "downscaled.tif and map.png. A few minutes on two cores.",
    )
    .option("--out <dir>", "folder for everything that is written", "demo")
    .option("--seed <n>", "root of all randomness", integer(0), 0)
    .option("--members <n>", "size of the ensembles", integer(2), 8)
    .option(
      "--evaluations <n>",
      "network evaluations a member (default: the model's, 16 of one that is trained)",
      integer(2),
    )
    .option("--train", "then train a model on synthetic rain")
    .option("--steps <n>", "with --train: optimizer steps", integer(1), 1000)
    .option("--hours <n>", "with --train: hours to learn from", integer(1), 400)
    .option("--held-out <n>", "with --train: hours after them that are held out", integer(1), 12)
    .option("--channels <n>", "with --train: channels of the network's first level, a multiple of 8", integer(8), 24)
    .option("--batch <n>", "with --train: crops in a batch", integer(1), 16)
    .addHelpText(
      "after",
      examples("monge demo", "monge demo --train", "monge demo --train --steps 100 --out /tmp/demo"),
    )
    .action(async (options: DemoOptions, given: Command) => {
      const { demo } = await import("./run.ts");
      await demo(options, given);
    });
  addThreads(command);
  addOverwrite(command);
  addCommon(command);
}
