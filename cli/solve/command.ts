/** `monge solve`: its options. */
import { type Command, InvalidArgumentError, Option } from "commander";
import {
  addCommon,
  addOverwrite,
  type CommonOptions,
  examples,
  integer,
  type OverwriteOption,
  positive,
  type Read,
  readBy,
} from "../shell/read-options.ts";
import { addMethodOptions, type MethodOptions } from "./method-options.ts";

/** Names of all kinds; they come from the library's tables. */
export interface SolveNames {
  readonly samplers: readonly string[];
  readonly onCells: readonly string[];
  readonly optimizers: readonly string[];
  readonly networks: readonly string[];
}

/** Files of `--output`, by kind. */
export type SolutionFiles = { readonly [kind in "nc" | "csv" | "vtu" | "onnx"]?: string };

const read = {
  cells,
  depth: integer(1),
  width: integer(1),
  activation: ["tanh", "sin"],
  scale: positive(),
  points: integer(1),
  boundaryPoints: integer(1),
  stepsPerRound: integer(1),
  starts: integer(1),
  tolerance: positive(),
  seconds: positive(),
  processorSeconds: positive(),
  steps: integer(1),
  residual: positive(),
  seed: integer(0),
  threads: integer(1),
  blas: ["auto", "none"],
  grid,
  output: solutionFiles,
} as const;

/** As parsed; what is absent has the default that the help names. */
export interface SolveCommandOptions
  extends CommonOptions,
    OverwriteOption,
    MethodOptions,
    Read<typeof read>,
    Partial<Record<"list" | "allowDoubtful", boolean>>,
    Partial<Record<"sampler" | "optimizer" | "network" | "features" | "out" | "resume", string>>,
    Partial<Record<"at" | "figure" | "curves", string>> {
  readonly checkpointEvery: number;
}

/** The names. */
export async function solveNames(): Promise<SolveNames> {
  const [{ samplerNames, namesOnCells }, { optimizerNames }, { networkChoices }] = await Promise.all([
    import("../../solvers/sampler/index.ts"),
    import("../../solvers/optimizer/index.ts"),
    import("../../solvers/network/index.ts"),
  ]);
  return { samplers: samplerNames, onCells: namesOnCells, optimizers: optimizerNames, networks: networkChoices };
}

/** Adds the command to the program. */
export function addSolve(program: Command, { samplers, onCells, optimizers, networks }: SolveNames): void {
  const command = program
    .command("solve")
    .summary("solve a partial differential equation written as text")
    .description(
      "Solves a differential equation. PROBLEM is a JSON file (name, domain, equations, conditions, …) or example:NAME (--list). " +
        "Where no option chooses a method, it is chosen automatically: elements for steady problems on one or two axes, time " +
        "marching for initial value problems, else random features and networks. The result comes with an estimate of " +
        "its error and of those of the `quantities` that the problem asks for; do not believe one with the status doubtful. " +
        "Prints how the problem was understood, which conditions are exact (hold by construction) or a penalty (rows of the least " +
        "squares), the residual while it falls, and at the end status, errors where the solution is known, and constants that were " +
        "found. Ctrl-C ends the run after the step in progress; what there is by then is printed and written as if the budget had " +
        "ended, and the exit status is 130. A doubtful solution ends with exit status 3.",
    )
    .argument("[problem]", "FILE.json or example:NAME")
    .option("--list", "print the examples, and stop")
    .addOption(
      new Option(
        "--sampler <name>",
        "where points come from (default: adversarial; above 3-D gaussian-mixture, or sobol where it is no box)",
      ).choices(samplers),
    )
    .option("--cells <n,n>", `cells along each axis, for ${onCells.join(" and ")} (default: 128,128)`)
    .addOption(new Option("--optimizer <name>", "(default: gauss-newton)").choices(optimizers))
    .addOption(new Option("--network <kind>", "(default: mlp)").choices(networks))
    .option("--depth <n>", "hidden layers (default: 4)")
    .option("--width <n>", "neurons of a layer (default: 16)")
    .option("--activation <name>", "(default: tanh)")
    .option(
      "--scale <s>",
      "size of the first layer's weights, about 1/(width of the finest feature) with the domain scaled to [-1, 1] " +
        "(default: up to 3-D from the share of the domain that the residual of the lift fills, 2 … 40; else 2)",
    )
    .option(
      "--features <list>",
      "more inputs, by commas: squares (of all coordinates), periodic:AXIS=K (K periods instead of the coordinate)",
    )
    .option("--points <n>", "collocation points of a set; doubled after 70 % of the budget (default: 2000)")
    .option("--boundary-points <n>", "points of each condition that does not hold by construction (default: 500)")
    .option("--steps-per-round <n>", "optimizer steps on a set (default: 10, adam 200)")
    .option("--starts <n>", "random networks to begin; after 60 steps of each the best goes on (default: 1)")
    .option(
      "--tolerance <e>",
      "estimated relative error to stop at, where the method is chosen automatically; --seconds is the limit",
    )
    .option("--allow-doubtful", "exit with status 0, not 3, where the solution should not be believed")
    .option("--seconds <s>", "budget in seconds (default: 60 without another budget)")
    .option(
      "--processor-seconds <s>",
      "budget in seconds of the processor, all threads together: other work on the machine disturbs it least",
    )
    .option("--steps <n>", "budget in optimizer steps; alone, the same seed gives the same digits")
    .option("--residual <r>", "stop at this residual on fresh points: 1 is the sources', without a solution")
    .option("--seed <n>", "root of all randomness (default: 0)")
    .option(
      "--threads <n>",
      "threads of matrix products, of which elements use two at most; with a BLAS another number gives other bits, so that the cores do not decide (default: 1)",
    )
    .option("--blas <which>", "linear algebra: the machine's own library where there is one, or none")
    .option("--out <dir>", "folder of runs; this one becomes DIR/00001-NAME: options, metrics, checkpoints, solution")
    .option("--resume <run>", "go on with an interrupted run, with its options; budget and threads may be given anew")
    .option("--checkpoint-every <n>", "rounds between checkpoints", integer(1), 10)
    .option(
      "--grid <counts>",
      "points along every axis of .nc, .csv and .vtu, such as x=101,t=51 (default: 101, 3-D 41)",
    )
    .option("--at <points.csv>", "with -o FILE.csv: not on a grid but at these points, a column for each axis")
    .option(
      "-o, --output <file>",
      "write the solution: .nc, all unknowns and quantities on the grid, missing outside the domain; .vtu, the same for ParaView, on the problem's mesh if it has one, with time at its end; .csv, the same as a table, with " +
        "true values where they are known; .onnx, a model: float64 points [2048, axes] in, values out. May be given for each of them",
    )
    .option("--figure <file>", "draw solution, quantities, error, residual and points (.svg or .png)")
    .option(
      "--curves <file>",
      "draw residual, and error where the solution is known, over time; of automatic method selection all that was tried (.svg or .png)",
    )
    .addHelpText(
      "after",
      examples(
        "monge solve example:peak --tolerance 1e-4 --figure peak.png",
        "monge solve problem.json --sampler adversarial --seconds 100 --seed 1 --json",
        "monge solve example:burgers --out runs -o burgers.nc --grid x=257,t=101",
        "monge solve --resume runs/00001-burgers --seconds 300",
      ),
    )
    .action(async (problem: string | undefined, options: SolveCommandOptions) => {
      const { solveCommand } = await import("./run.ts");
      await solveCommand(problem, options);
    });
  readBy(command, read);
  addMethodOptions(command);
  addOverwrite(command);
  addCommon(command);
}

/** One file more. */
function solutionFiles(path: string, before: SolutionFiles = {}): SolutionFiles {
  const kind = /\.(nc|csv|vtu|onnx)$/i.exec(path)?.[1]?.toLowerCase() as keyof SolutionFiles | undefined;
  if (kind === undefined) throw new InvalidArgumentError("expected a name that ends in .nc, .csv, .vtu or .onnx.");
  if (before[kind] === undefined) return { ...before, [kind]: path };
  throw new InvalidArgumentError(`expected one file of a kind; ${before[kind]} is another .${kind}.`);
}

/** `x=101,t=51` */
function grid(text: string): Readonly<Record<string, number>> {
  const entries = text.split(",").map((part) => {
    const match = /^\s*([A-Za-z]\w*)\s*=\s*(\d+)\s*$/.exec(part);
    if (match === null || Number(match[2]) < 2) {
      throw new InvalidArgumentError("expected a count of at least 2 for every axis, such as x=101,t=51.");
    }
    return [match[1]!, Number(match[2])] as const;
  });
  return Object.fromEntries(entries);
}

/** `512,64` */
function cells(text: string): readonly number[] {
  return text.split(",").map(integer(1));
}
