/** `monge solve`: its options. */
import { type Command, InvalidArgumentError } from "commander";
import { among, positive, text, whole } from "../../engine/checks.ts";
import { common, examples, overwrite } from "../shell/read-options.ts";
import { addOptions, flag, option, readerOf, type Values } from "../shell/table.ts";
import { methodOptions } from "./method-options.ts";

/** Names of all kinds in the library's tables, which are loaded where one of them is asked for. */
export const methodNames = {
  samplers: ["adversarial", "gaussian-mixture", "sobol", "uniform"],
  onCells: ["adversarial"],
  optimizers: ["gauss-newton", "adam"],
  networks: ["mlp"],
} as const;

/** Files of `--output`, by kind. */
export type SolutionFiles = { readonly [kind in "nc" | "csv" | "vtu" | "onnx"]?: string };

const { samplers, onCells, optimizers, networks } = methodNames;

/** The options. */
const solveOptions = {
  list: flag("print the examples, and stop"),
  sampler: option(
    "<name>",
    "where points come from; the adversary's kind is an option of it, such as --sampler-options regularizer=entropy (default: adversarial; above 3-D gaussian-mixture, or sobol where it is no box)",
    sampler,
  ),
  cells: option("<n,n>", `cells along each axis, for ${onCells.join(" and ")} (default: 128,128)`, cells),
  optimizer: option("<name>", "(default: gauss-newton)", among(...optimizers)),
  network: option("<kind>", "(default: mlp)", among(...networks)),
  depth: option("<n>", "hidden layers (default: 4)", whole()),
  width: option("<n>", "neurons of a layer (default: 16)", whole()),
  activation: option("<name>", "(default: tanh)", among("tanh", "sin")),
  scale: option(
    "<s>",
    "size of the first layer's weights, about 1/(width of the finest feature) with the domain scaled to [-1, 1] " +
      "(default: up to 3-D from the share of the domain that the residual of the lift fills, 2 … 40; else 2)",
    positive(),
  ),
  features: option(
    "<list>",
    "more inputs, by commas: squares (of all coordinates), periodic:AXIS=K (K periods instead of the coordinate)",
  ),
  points: option("<n>", "collocation points of a set; doubled after 70 % of the budget (default: 2000)", whole()),
  boundaryPoints: option("<n>", "points of each condition that does not hold by construction (default: 500)", whole()),
  stepsPerRound: option("<n>", "optimizer steps on a set (default: 10, adam 200)", whole()),
  starts: option("<n>", "random networks to begin; after 60 steps of each the best goes on (default: 1)", whole()),
  tolerance: option(
    "<e>",
    "estimated relative error to stop at, where the method is chosen automatically; --seconds is the limit",
    positive(),
  ),
  allowDoubtful: flag("exit with status 0, not 3, where the solution should not be believed"),
  seconds: option("<s>", "budget in seconds (default: 60 without another budget)", positive()),
  processorSeconds: option(
    "<s>",
    "budget in seconds of the processor, all threads together: other work on the machine disturbs it least",
    positive(),
  ),
  steps: option("<n>", "budget in optimizer steps; alone, the same seed gives the same digits", whole()),
  residual: option("<r>", "stop at this residual on fresh points: 1 is the sources', without a solution", positive()),
  seed: option("<n>", "root of all randomness (default: 0)", whole(0)),
  threads: option(
    "<n>",
    "threads of matrix products, of which elements use two at most; with a BLAS another number gives other bits, so that the cores do not decide (default: 1)",
    whole(),
  ),
  blas: option(
    "<which>",
    "linear algebra: the machine's own library where there is one, or none",
    among("auto", "none"),
  ),
  out: option("<dir>", "folder of runs; this one becomes DIR/00001-NAME: options, metrics, checkpoints, solution"),
  resume: option("<run>", "go on with an interrupted run, with its options; budget and threads may be given anew"),
  checkpointEvery: option("<n>", "rounds between checkpoints", whole(), { default: 10 }),
  grid: option(
    "<counts>",
    "points along every axis of .nc, .csv and .vtu, such as x=101,t=51 (default: 101, 3-D 41)",
    grid,
  ),
  members: flag(
    "solve once for each member of the functions' files, each with the budget; prints mean and spread of the functionals; -o FILE.nc has all members",
  ),
  like: option(
    "<function>",
    "with -o FILE.nc: on the grid of the file that this function of the problem comes from, with its coordinates and grid mapping; --grid t=N for more times than the last",
    text,
  ),
  at: option("<points.csv>", "with -o FILE.csv: not on a grid but at these points, a column for each axis"),
  output: option(
    "<file>",
    "write the solution: .nc, all unknowns and quantities on the grid, missing outside the domain; .vtu, the same for ParaView, on the problem's mesh if it has one, with time at its end; .csv, the same as a table, with " +
      "true values where they are known; .onnx, a model: float64 points [2048, axes] in, values out. May be given for each of them",
    solutionFiles,
    { short: "o" },
  ),
  figure: option("<file>", "draw solution, quantities, error, residual and points (.svg or .png)"),
  curves: option(
    "<file>",
    "draw residual, and error where the solution is known, over time; of automatic method selection all that was tried (.svg or .png)",
  ),
  ...methodOptions,
  ...overwrite,
  ...common,
};

/** As parsed; what is absent has the default that the help names. */
export type SolveCommandOptions = Values<typeof solveOptions>;

/** Adds the command to the program. */
export function addSolve(program: Command): void {
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
        "found. Ctrl-C ends a network's training after the step in progress; what there is by then is printed and written as if the " +
        "budget had ended, and the exit status is 130. It ends other methods at once, with nothing written. A doubtful solution ends with exit status 3.",
    )
    .argument("[problem]", "FILE.json or example:NAME")
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
      if (options.members) {
        const { solveMembers } = await import("./members.ts");
        return solveMembers(problem, options);
      }
      const { solveCommand } = await import("./run.ts");
      await solveCommand(problem, options);
    });
  addOptions(command, solveOptions);
}

/** Names of earlier versions, with what to give now. */
const formerSamplers: Readonly<Record<string, string>> = {
  "residual-density": "expected adversarial, whose default it is now",
  "adversarial-flow": "expected adversarial with --sampler-options regularizer=wasserstein,form=flow",
  "adversarial-paper": "expected adversarial with --sampler-options regularizer=wasserstein,form=flow,flow=krnet",
};

function sampler(word: string): string {
  const former = Object.hasOwn(formerSamplers, word) ? formerSamplers[word] : undefined;
  if (former !== undefined) throw new InvalidArgumentError(`${former}.`);
  return readerOf(among(...samplers))(word);
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
  return text.split(",").map(readerOf(whole()));
}
