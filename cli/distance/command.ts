/** `monge distance`: its options. */
import type { Command } from "commander";
import { among, positive, whole } from "../../engine/checks.ts";
import { guide } from "../shell/guide.ts";
import { common, examples } from "../shell/read-options.ts";
import { addOptions, flag, option, type Values } from "../shell/table.ts";

/** Methods that compare two fields by their values, or by their mass in space. */
export const distanceMethods = ["1d", "emd", "sinkhorn", "divergence", "sliced"] as const;

export type DistanceMethod = (typeof distanceMethods)[number];

const options = {
  method: option("<name>", "what to compute", among(...distanceMethods), { default: "1d" }),
  p: option("<number>", "order of the cost (default: 1 for values, 2 for mass)", positive()),
  root: flag("print W_p instead of W_p^p"),
  epsilon: option("<number>", "entropy of sinkhorn and divergence, in squared units", positive()),
  coarsen: option("<n>", "gather the mass of blocks of n × n cells in one place", whole()),
  seed: option("<number>", "seed of the directions of sliced", whole(0), { default: 0 }),
  ...common,
};

export type DistanceOptions = Values<typeof options>;

/** Adds the command to the program. */
export function addDistance(program: Command): void {
  const command = program
    .command("distance")
    .summary("measure how far apart two fields are by optimal transport")
    .description(
      "The Wasserstein distance between two fields, each FILE or FILE:VARIABLE (NetCDF or GeoTIFF). `1d` " +
        "compares the distributions of values; `emd`, `sinkhorn`, `divergence` and `sliced` move the " +
        "field's mass (values ≥ 0 times cell area, leading dimensions summed, scaled to one) over its coordinates, in km on " +
        "the sphere where these are degrees. Prints the value, a certified bracket where the method has one, and the method. " +
        `${guide("reference/which-distance.md")} helps to choose.`,
    )
    .argument("<a>", "FILE or FILE:VARIABLE")
    .argument("<b>", "FILE or FILE:VARIABLE")
    .addHelpText(
      "after",
      examples(
        "monge distance model.nc:pr radar.nc:pr",
        "monge distance model.nc:pr radar.nc:pr --method emd --json | jq .bounds",
      ),
    )
    .action(async (a: string, b: string, options: DistanceOptions) => {
      const { distance } = await import("./run.ts");
      await distance(a, b, options);
    });
  addOptions(command, options);
}
