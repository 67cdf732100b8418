/** `monge new`: its options. */
import { Argument, type Command } from "commander";
import { text } from "../../engine/checks.ts";
import { common, examples, overwrite } from "../shell/read-options.ts";
import { addOptions, option, type Values } from "../shell/table.ts";
import { templates } from "./templates.ts";

const options = {
  output: option("<file>", "where to (default: problem.json or train.json)", text, { short: "o" }),
  ...overwrite,
  ...common,
};

export type NewOptions = Values<typeof options>;

/** Adds the command to the program. */
export function addNew(program: Command): void {
  const command = program
    .command("new")
    .summary("write a commented problem, or options of a training, to begin with")
    .description(
      "Writes a file with comments that runs as it is: a problem for `monge solve`, or options for `monge train --config`, " +
        "whose data are those of `monge demo`.",
    )
    .addArgument(new Argument("<kind>", "what to write").choices(Object.keys(templates)))
    .addHelpText("after", examples("monge new problem && monge solve problem.json", "monge new train -o rain.json"))
    .action(async (kind: keyof typeof templates, options: NewOptions) => {
      const { newFile } = await import("./run.ts");
      await newFile(kind, options);
    });
  addOptions(command, options);
}
