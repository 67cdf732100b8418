/** `monge demo`: its options. */

import type { Command } from "commander";
import { text, whole } from "../../engine/checks.ts";
import { common, examples, overwrite, threads } from "../shell/read-options.ts";
import { addOptions, flag, option, type Values } from "../shell/table.ts";

const options = {
  out: option("<dir>", "folder for everything that is written", text, { default: "demo" }),
  seed: option("<n>", "root of all randomness", whole(0), { default: 0 }),
  members: option("<n>", "size of the ensembles", whole(2), { default: 8 }),
  evaluations: option(
    "<n>",
    "network evaluations a member (default: the model's, 16 of one that is trained)",
    whole(2),
  ),
  train: flag("then train a model on synthetic rain"),
  steps: option("<n>", "with --train: optimizer steps", whole(), { default: 1000 }),
  hours: option("<n>", "with --train: hours to learn from", whole(), { default: 400 }),
  heldOut: option("<n>", "with --train: hours after them that are held out", whole(), { default: 12 }),
  channels: option("<n>", "with --train: channels of the network's first level, a multiple of 8", whole(8), {
    default: 24,
  }),
  batch: option("<n>", "with --train: crops in a batch", whole(), { default: 16 }),
  ...threads,
  ...overwrite,
  ...common,
};

export type DemoOptions = Values<typeof options>;

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
    .addHelpText(
      "after",
      examples("monge demo", "monge demo --train", "monge demo --train --steps 100 --out /tmp/demo"),
    )
    .action(async (options: DemoOptions, given: Command) => {
      const { demo } = await import("./run.ts");
      await demo(options, given);
    });
  addOptions(command, options);
}
