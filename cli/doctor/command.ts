/** `monge doctor`: its options. */
import type { Command } from "commander";
import { addCommon, type CommonOptions, examples, positive } from "../shell/read-options.ts";

export interface DoctorOptions extends CommonOptions {
  readonly out: string;
  readonly seconds: number;
}

/** Adds the command to the program. */
export function addDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .summary("check devices, threads and permissions, and suggest fixes")
    .description(
      "Tries every device, the system's linear algebra, writing to a folder, and the speed of the kernels that take the time, " +
        "and says which command repairs what is missing. Exit status 1 where nothing can be computed or written.",
    )
    .option("--out <dir>", "folder to try writing in, such as one of runs", ".")
    .option("--seconds <n>", "length of the speed check; 0 for none", positive(true), 4)
    .addHelpText("after", examples("monge doctor", "monge doctor --out /scratch/runs --json | jq .devices"))
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import("./run.ts");
      await doctor(options);
    });
  addCommon(command);
}
