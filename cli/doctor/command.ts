/** `monge doctor`: its options. */
import type { Command } from "commander";
import { real, text } from "../../engine/checks.ts";
import { common, examples } from "../shell/read-options.ts";
import { addOptions, option, type Values } from "../shell/table.ts";

const options = {
  out: option("<dir>", "folder to try writing in, such as one of runs", text, { default: "." }),
  seconds: option("<n>", "length of the speed check; 0 for none", real(0), { default: 4 }),
  ...common,
};

export type DoctorOptions = Values<typeof options>;

/** Adds the command to the program. */
export function addDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .summary("check devices, threads and permissions, and suggest fixes")
    .description(
      "Tries every device, the system's linear algebra, writing to a folder, and the speed of the kernels that take the time, " +
        "and says which command repairs what is missing. Exit status 1 where nothing can be computed or written.",
    )
    .addHelpText("after", examples("monge doctor", "monge doctor --out /scratch/runs --json | jq .devices"))
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import("./run.ts");
      await doctor(options);
    });
  addOptions(command, options);
}
