/** All commands, and their exit status. */
import { Command, CommanderError } from "commander";
import { OptionsError } from "../engine/errors.ts";
import { getOwn } from "../engine/files/get-own.ts";
import { protectInputs } from "../engine/files/output-check.ts";
import { withConfig } from "./shell/config.ts";
import { exitCodes, Interrupted, reportFailure, reportUsage, Unfinished } from "./shell/failure.ts";
import { arrangeHelp } from "./shell/help.ts";
import { withPlainForce } from "./shell/read-options.ts";
import { hush } from "./shell/terminal.ts";
import { version } from "./shell/version.ts";

/** Adds a command to the program. */
type Add = (program: Command, words: readonly string[]) => void;

/** Commands in the order of the help. One that is not asked for is not loaded. */
const commands: Readonly<Record<string, () => Promise<Add>>> = {
  demo: async () => (await import("./demo/command.ts")).addDemo,
  new: async () => (await import("./new/command.ts")).addNew,
  doctor: async () => (await import("./doctor/command.ts")).addDoctor,
  serve: async () => (await import("./serve/command.ts")).addServe,
  train: async () => (await import("./train/command.ts")).addTrain,
  downscale: async () => (await import("./downscale/command.ts")).addDownscale,
  verify: async () => (await import("./verify/command.ts")).addVerify,
  report: async () => (await import("./report/command.ts")).addReport,
  plan: async () => (await import("./plan/command.ts")).addPlan,
  audit: async () => (await import("./audit/command.ts")).addAudit,
  merge: async () => (await import("./merge/command.ts")).addMerge,
  solve: async () => (await import("./solve/command.ts")).addSolve,
  info: async () => (await import("./info/command.ts")).addInfo,
  convert: async () => (await import("./convert/command.ts")).addConvert,
  distance: async () => (await import("./distance/command.ts")).addDistance,
};

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
  const program = await buildProgram(args);
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

/**
 * The program with the command that a command line names and its options, or with all of them where it names none.
 *
 * @param words - of the command line
 */
export async function buildProgram(words: readonly string[] = []): Promise<Command> {
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
  const [first = ""] = words;
  const asked = getOwn(commands, first);
  const isOfVersion = ["-v", "--version"].includes(first);
  for (const load of asked ? [asked] : isOfVersion ? [] : Object.values(commands)) (await load())(program, words);
  arrangeHelp(program, words);
  return program;
}
