/** `monge demo`: its options. */
import type { Command } from "commander";
import { addCommon, addOverwrite, addThreads, type CommonOptions, examples, integer, type OverwriteOption } from "../shell/read-options.ts";

export interface DemoOptions extends CommonOptions, OverwriteOption {
  readonly out: string;
  readonly seed: number;
  readonly steps: number;
  readonly hours: number;
  readonly heldOut: number;
  readonly members: number;
  readonly channels: number;
  readonly batch: number;
  readonly evaluations: number;
  readonly threads?: number;
}

/** Adds the command to the program. */
export function addDemo(program: Command): void {
  const command = program
    .command("demo")
    .summary("train on two data sets of synthetic rain, downscale, print scores")
    .description(
      "Makes a fine and a coarse, biased, displaced data set of one synthetic rain over mountains, from a seed; trains a " +
        "small model that goes from one to the other, given the height of the ground; downscales hours that it never saw; and " +
        "prints scores next to bilinear interpolation, quantile mapping and the exact conditional distribution. Writes both data sets, the " +
        "recorded run, downscaled.nc, downscaled.tif and map.png. A few minutes on two cores.",
    )
    .option("--out <dir>", "folder for everything that is written", "demo")
    .option("--seed <n>", "root of all randomness", integer(0), 0)
    .option("--steps <n>", "optimizer steps", integer(1), 1000)
    .option("--hours <n>", "hours to learn from", integer(1), 400)
    .option("--held-out <n>", "hours after them that are held out", integer(1), 12)
    .option("--members <n>", "size of the ensemble", integer(2), 8)
    .option("--channels <n>", "channels of the network's first level, a multiple of 8", integer(8), 24)
    .option("--batch <n>", "crops in a batch", integer(1), 16)
    .option("--evaluations <n>", "network evaluations a member", integer(2), 16)
    .addHelpText("after", examples("monge demo", "monge demo --steps 100 --out /tmp/demo"))
    .action(async (options: DemoOptions) => {
      const { demo } = await import("./run.ts");
      await demo(options);
    });
  addThreads(command);
  addOverwrite(command);
  addCommon(command);
}
