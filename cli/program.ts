/** All commands, and their exit status. */
import { Command, CommanderError } from "commander";
import { OptionsError } from "../engine/errors.ts";
import { protectInputs } from "../engine/files/output-check.ts";
import { addAudit } from "./audit/command.ts";
import { addCompletion } from "./completion/command.ts";
import { addConvert } from "./convert/command.ts";
import { addDemo } from "./demo/command.ts";
import { addDistance } from "./distance/command.ts";
import { addDoctor } from "./doctor/command.ts";
import { addDownscale } from "./downscale/command.ts";
import { addInfo } from "./info/command.ts";
import { addMerge } from "./merge/command.ts";
import { addNew } from "./new/command.ts";
import { addPlan } from "./plan/command.ts";
import { addReport } from "./report/command.ts";
import { addServe } from "./serve/command.ts";
import { withConfig } from "./shell/config.ts";
import { exitCodes, Interrupted, reportFailure, reportUsage, Unfinished } from "./shell/failure.ts";
import { arrangeHelp } from "./shell/help.ts";
import { withPlainForce } from "./shell/read-options.ts";
import { hush } from "./shell/terminal.ts";
import { version } from "./shell/version.ts";
import { addSolve, type SolveNames, solveNames } from "./solve/command.ts";
import { addTrain } from "./train/command.ts";
import { addVerify } from "./verify/command.ts";

const footer = `
\`monge COMMAND -h\` lists the options needed most, \`monge COMMAND --help\` all of them.

Data goes to standard output, everything else to standard error; with --json an error is a document on standard output, too.
Exit status: 0 done; 1 the work failed, or a check found faults (finished results are kept); 2 options, a problem or a file
cannot be used as they are; 3 solve: the solution is doubtful; 129, 130 or 143 ended by a signal.

Environment: MONGE_DEBUG=1 adds the stack to errors. Compiled graphs are kept in the user's cache folder, 256 MB at most:
MONGE_CACHE=DIR names another, MONGE_CACHE=off keeps none. MONGE_BLAS=FILE names a BLAS library, MONGE_BLAS=none uses none.
Nothing is coloured.`;

/**
 * Runs one command line.
 *
 * @param given - without the interpreter and the script
 * @param onWords - hears the words that are run: those of a file of options stand in the place of its name
 * @returns the exit status
 */
export async function run(given: readonly string[], onWords?: (words: readonly string[]) => void): Promise<number> {
  if (given.length === 1 && ["version", "-V"].includes(given[0]!)) return run(["--version"]);
  const args = ["downscale", "plan"].includes(given[0] ?? "") ? withPlainForce(given) : given;
  const program = buildProgram(await solveNames(args), args);
  const command = program.commands.find((one) => one.name() === args[0]);
  try {
    if (command !== undefined) checkFolderIsThere();
    const words = command === undefined ? args : [args[0]!, ...withConfig(command, args.slice(1))];
    onWords?.(words);
    program.hook("preAction", async (_, running) => {
      const { inputsNamed } = await import("./shell/named-inputs.ts");
      // Of the words as they were typed, too: a file of options is an input.
      protectInputs(await inputsNamed(running, [...args.slice(1), ...words.slice(1)]));
    });
    await program.parseAsync([...words], { from: "user" });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongCommand;
    if (error instanceof Interrupted || error instanceof Unfinished) return error.exitCode;
    return reportFailure(error, command);
  }
}

/** @throws OptionsError where the folder that the command was started in has been removed */
function checkFolderIsThere(): void {
  try {
    process.cwd();
  } catch {
    throw new OptionsError("the working directory is gone; change to a folder that is there", "directory", undefined);
  }
}

/** The commands with their options; `names` are those of `solve`, where it is asked for, `words` those of the command line. */
export function buildProgram(names: SolveNames | undefined, words: readonly string[] = []): Command {
  const program = new Command("monge")
    .description(
      "Downscaling of precipitation with a diffusion model, the package's or one trained on your own data, and differential " +
        "equations as text, solved with an estimate of the error.",
    )
    .version(version(), "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", footer)
    .configureOutput({ outputError: (text, write) => reportUsage(text, words.includes("--json"), write) })
    .exitOverride()
    .hook("preAction", (_, command) => hush(command.opts()["quiet"] === true));
  addDemo(program);
  addNew(program);
  addDoctor(program);
  addServe(program);
  addTrain(program);
  addDownscale(program);
  addVerify(program);
  addReport(program);
  addPlan(program, words);
  addAudit(program);
  addMerge(program);
  addSolve(program, names);
  addInfo(program);
  addConvert(program);
  addDistance(program);
  addCompletion(program);
  arrangeHelp(program, words);
  return program;
}
