/** `monge plan`: its options. */
import type { Command } from "commander";
import { positive, real, text, whole } from "../../engine/checks.ts";
import { drawing } from "../downscale/options.ts";
import { common, examples } from "../shell/read-options.ts";
import { addOptions, flag, option, type Values } from "../shell/table.ts";

const options = {
  ...drawing,
  output: option("<store>", "the store to be: .zarr; or out/{year}.nc", text, { short: "o", required: true }),
  begin: flag(
    "look through the input and lay the store out, without tasks: workers then read no more of the input than they need",
  ),
  shards: option("<n>", "processes that share the tasks", whole(), { default: 8 }),
  measure: option("<seconds>", "how long to measure; 0 measures nothing", real(0), { default: 5 }),
  secondsPerEvaluation: option("<n>", "of a group of members, as measured elsewhere, such as on a GPU", positive()),
  slurm: flag("print a script for sbatch"),
  memory: option("<gb>", "--slurm: memory of a job", positive(), { default: 4 }),
  ...common,
};

export type PlanCommandOptions = Values<typeof options>;

/**
 * Adds the command to the program.
 *
 * @param words - of the command line, of which the scheduler's command is made
 */
export function addPlan(program: Command, words: readonly string[]): void {
  const command = program
    .command("plan")
    .summary("estimate the cost of an ensemble, and print the script of a scheduler")
    .description(
      "Takes the options of `monge downscale` and generates nothing: prints the tasks, the bytes before compression, and the " +
        "hours that they take by a few evaluations that are measured here, on maps of the full size. With --slurm prints " +
        "the array script for sbatch instead; every job is one shard of the same command.",
    )
    .usage("[options] [model] <input...>\n       monge plan --method <name> [options] <input...>")
    .argument("<input...>", "as of `monge downscale`")
    .addHelpText(
      "after",
      examples(
        "monge plan runs era5.nc -o fine.zarr --members 16",
        "monge plan runs era5.nc -o fine.zarr --members 16 --unit 30x4 --shards 64 --begin --slurm > job.sh",
      ),
    )
    .action(async (given: readonly string[], options: PlanCommandOptions, self: Command) => {
      const { modelAndInputs } = await import("../downscale/positions.ts");
      const { model, inputs } = modelAndInputs(given, options);
      if (inputs.length === 0) self.error("error: missing required argument 'input'");
      const { plan } = await import("./run.ts");
      await plan(model, inputs, options, { command: self, words });
    });
  addOptions(command, options);
}
