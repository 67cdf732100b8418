/** `monge doctor`: its options. */
import type { Command } from "commander";
import { text } from "../../engine/checks.ts";
import { common, examples } from "../shell/read-options.ts";
import { addOptions, option, type Values } from "../shell/table.ts";

const options = {
  out: option("<dir>", "folder to try writing in, such as one of runs", text, { default: "." }),
  ...common,
};

export type DoctorOptions = Values<typeof options>;

/** Adds the command to the program. */
export function addDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .summary("check devices and permissions, and suggest fixes")
    .description(
      "Tries every device, the system's linear algebra and writing to a folder, " +
        "and says which command repairs what is missing. Exit status 1 where nothing can be computed or written.",
    )
    .addHelpText("after", examples("monge doctor", "monge doctor --out /scratch/runs --json | jq .devices"))
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import("./run.ts");
      await doctor(options);
    });
  addOptions(command, options);
}
