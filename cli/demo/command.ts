/** `monge demo`: its options. */
import type { Command } from "commander";
import { addCommon, addOverwrite, type CommonOptions, examples, integer, type OverwriteOption } from "../shell/read-options.ts";

export interface DemoOptions extends CommonOptions, OverwriteOption {
  readonly out: string;
  readonly seed: number;
  readonly steps: number;
  readonly days: number;
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
    .summary("train on synthetic rain, downscale held-out days, print scores")
    .description(
      "Makes an archive of synthetic rain from a seed, trains a small model that refines by 4, downscales days that it " +
        "never saw, and prints scores next to bilinear interpolation and quantile mapping. Writes downscaled.nc, " +
        "downscaled.tif, map.png and the recorded run. A few minutes on two cores.",
    )
    .option("--out <dir>", "folder for everything that is written", "demo")
    .option("--seed <n>", "root of all randomness", integer(0), 1)
    .option("--steps <n>", "optimizer steps", integer(1), 500)
    .option("--days <n>", "days of the archive, the last of them held out", integer(40), 600)
    .option("--held-out <n>", "days held out; 30 days before them are dropped", integer(1), 12)
    .option("--members <n>", "size of the ensemble", integer(2), 8)
    .option("--channels <n>", "channels of the network's first level, a multiple of 8", integer(8), 24)
    .option("--batch <n>", "crops in a batch", integer(1), 16)
    .option("--evaluations <n>", "network evaluations a member", integer(2), 16)
    .option("--threads <n>", "threads (default: the cores, at most 2)", integer(1))
    .addHelpText("after", examples("monge demo", "monge demo --steps 100 --out /tmp/demo"))
    .action(async (options: DemoOptions) => {
      const { demo } = await import("./run.ts");
      await demo(options);
    });
  addOverwrite(command);
  addCommon(command);
}
