/**
 * Remedies of what falls short, one at a time, by the rule of research/wasserstein-term.md ("Remedies"): options of the one-step
 * generator, trained as in the factorial, and ways to draw from the diffusion models that `run.ts --models` kept.
 *
 *   node --import tsx examples/wasserstein-term/remedies.ts --models DIR [--data DIR] [--results DIR] [--only TEXT] [--print]
 *
 * What is finished is not repeated. `--print` makes the tables and runs nothing.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMongeError, OptionsError } from "../../engine/errors.ts";
import { Downscaler, type SampleOptions } from "../../generative/model/index.ts";
import {
  type CellResult,
  type EvaluatedEnsemble,
  evaluateModel,
  processorSeconds,
  runCell,
  type TruthResult,
} from "./cell.ts";
import { runOf } from "./conditions.ts";
import { readEvaluation, readSet } from "./data.ts";
import { type Cell, fileOf, syntheticSets } from "./design.ts";
import { radarFolder, read, write } from "./store.ts";
import { runSyntheticCell, syntheticSet } from "./synthetic.ts";
import { interval, lossHeader, percent, table } from "./tables.ts";
import { brokenGuards, gains, lossNames, type Run } from "./verdict.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string" },
    results: { type: "string", default: fileURLToPath(new URL("../../research/wasserstein-term", import.meta.url)) },
    models: { type: "string" },
    only: { type: "string", default: "" },
    print: { type: "boolean", default: false },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);
const at = (name: string) => join(args.results, name);

/** Options of the generator of one step, each alone on top of the recipe without a term: recorded, and gone since. */
const options = ["level-noise", "attention", "cut", "scales", "maxima", "tail", "sides"] as const;

/** Ways to draw from one diffusion model, each instead of `dpm++2m` with 16 evaluations from 10 to 0.02 σ_data. */
const draws = {
  "as it is": {},
  "32 evaluations": { evaluations: 32 },
  "from 40": { noiseRange: [40, 0.02] },
  heun: { method: "heun" },
  "churn, noise × 1.05": { method: "churn", evaluations: 32, churn: { amount: 8, inflation: 1.05 } },
  "wet from 0.05": { wetThreshold: 0.05 },
  // Added when those above had been seen on the development sets.
  "from 20": { noiseRange: [20, 0.02] },
  "from 80": { noiseRange: [80, 0.02] },
  "from 40, 24 evaluations": { noiseRange: [40, 0.02], evaluations: 24 },
  "from 40, wet from 0.05": { noiseRange: [40, 0.02], wetThreshold: 0.05 },
  // Added when that had become the default, which these are evaluated against: are fewer evaluations as good?
  "default, 16 evaluations": { noiseRange: [40, 0.02], wetThreshold: 0.05, evaluations: 16 },
  "default, 12 evaluations": { noiseRange: [40, 0.02], wetThreshold: 0.05, evaluations: 12 },
  "default, 8 evaluations": { noiseRange: [40, 0.02], wetThreshold: 0.05, evaluations: 8 },
  "default, 6 evaluations": { noiseRange: [40, 0.02], wetThreshold: 0.05, evaluations: 6 },
} as const satisfies Readonly<Record<string, SampleOptions>>;

/** Members of a tile by {@link draws}. */
const MEMBERS = 4;
const development = ["fmi", "mch"] as const;
/** Sets that a long diffusion model of a development set was not trained on, for the last step of the rule. */
const fresh: Readonly<Record<(typeof development)[number], readonly string[]>> = {
  fmi: ["bom", "opera", "mrms"],
  mch: ["knmi"],
};

/** The wider range of noise at coarser ratios, where more of the residual's variance lies in few modes; three seeds at most. */
const coarser = [8, 16].flatMap((ratio) =>
  [0, 1, 2].flatMap((seed) =>
    development.map((set): Cell => ({ size: "factor", set, ratio, generator: "edm", term: "none", seed })),
  ),
);
const WIDER = "from 40";
const coarserFile = ({ set, ratio, seed }: Cell) => `${set}-x${ratio}-s${seed}-remedies/edm-from-40.json`;

const cellOf = (set: string, seed: number): Cell => ({
  ...{ size: "factor", set, ratio: 4, generator: "one-step", term: "none", seed },
});
const optionFile = (name: string, set: string, seed: number) => `${set}-x4-s${seed}-remedies/one-step-${name}.json`;
type Drawer = "edm" | "one-step";
const drawFile = (name: string, set: string, on: string, by: Drawer = "edm") =>
  `${set}-x4-s0-remedies/draws-on-${on}${by === "edm" ? "" : `-by-${by}`}/${name.replace(/[^a-z0-9]+/g, "-")}.json`;
/** Draws that concern one evaluation too. */
const drawsOf = (by: Drawer): [string, SampleOptions][] =>
  Object.entries(draws).filter(([name]) => by === "edm" || name === "as it is" || name === "wet from 0.05");
const pairsFile = (set: string) => `${set}-x4-s0-remedies/edm-from-40.json`;

interface DrawResult {
  readonly name: string;
  readonly draw: SampleOptions;
  /** Processor seconds of all members. */
  readonly seconds: number;
  readonly evaluated: EvaluatedEnsemble;
}

const truthOn = (set: string) => read<TruthResult>(at(`truth/${set}.json`));

async function work(): Promise<void> {
  const folder = radarFolder(args.data);
  const wanted = (file: string) => file.includes(args.only) && !existsSync(at(file));
  for (const cell of coarser) {
    const file = coarserFile(cell);
    if (!wanted(file) || (cell.seed > 0 && args.only === "")) continue;
    const { bins } = await truthOn(cell.set);
    const loaded = await readSet(folder, cell.set);
    const draw = draws[WIDER];
    // The training is that of the factorial, whose own range is evaluated first.
    const plain = await runCell(cell, loaded, {
      bins: () => bins,
      say: (line) => say(`${file}: ${line}`),
      async keep(model) {
        const began = processorSeconds();
        const evaluated = await evaluateModel(model, loaded, { cell, members: MEMBERS, draw, bins });
        await write(at(file), { name: WIDER, draw, seconds: Math.round(processorSeconds() - began), evaluated });
        report(file, evaluated, 0);
      },
    });
    if (!existsSync(at(fileOf(cell)))) await write(at(fileOf(cell)), plain);
  }
  for (const set of syntheticSets) {
    const file = pairsFile(set);
    if (!wanted(file)) continue;
    const { bins } = await truthOn(set);
    const cell: Cell = { size: "factor", set, ratio: 4, generator: "edm", term: "none", seed: 0 };
    const line = (text: string) => say(`${file}: ${text}`);
    const { noiseRange } = draws[WIDER];
    const { evaluated } = await runSyntheticCell(cell, syntheticSet(set), { bins, noiseRange, say: line });
    await write(at(file), { name: WIDER, draw: { noiseRange }, evaluated: evaluated[set] });
    report(file, evaluated[set]!, 0);
  }
  const drawn = development.flatMap((set) => [set, ...fresh[set]].map((on) => ({ set, on })));
  for (const { set, on } of drawn)
    for (const [name, draw] of drawsOf("edm")) {
      const file = drawFile(name, set, on);
      const asked = args.only !== "" && file.includes(args.only);
      if (!wanted(file) || !(on === set || asked)) continue;
      const model = await Downscaler.load(kept(`${set}-x4-s0-long/edm-none.safetensors`));
      const { bins } = await truthOn(on);
      const began = processorSeconds();
      const cell: Cell = { size: "long", set, ratio: 4, generator: "edm", term: "none", seed: 0 };
      const evaluated = await evaluateModel(model, await readEvaluation(folder, on), {
        cell,
        members: MEMBERS,
        draw,
        bins,
      });
      await model.dispose();
      await write(at(file), { name, draw, seconds: Math.round(processorSeconds() - began), evaluated });
      report(file, evaluated, 0);
    }
}

function kept(file: string): string {
  if (args.models !== undefined) return join(args.models, file);
  throw new OptionsError("remedies: no folder of models; give --models DIR, as run.ts wrote it", "models");
}

function report(file: string, { scores }: EvaluatedEnsemble, seconds: number): void {
  const { crps, q999, wetFractionBias, spreadSkill, ralsd } = scores;
  const shown = [crps, q999, wetFractionBias, spreadSkill, ralsd.log].map((v) => v.toFixed(4)).join(" ");
  say(`${file}: CRPS, q99.9, wet, spread/skill, RALSD ${shown}; ${seconds.toFixed(0)} s`);
}

/** With the exact scores: the rule goes by those of blocks, whose quantiles are those of bins. */
type Scored = Run & Pick<EvaluatedEnsemble, "scores">;

/** A line of a table: gains over the same without the remedy, scores set by set, and what the rule says. */
function line(name: string, base: readonly Run[], remedy: readonly Scored[]): string[] {
  const found = gains(base, remedy);
  const broken = brokenGuards(base, remedy);
  const better = lossNames.filter((loss) => found[loss].low > 0);
  const says = better.length === 0 ? "no" : broken.length > 0 ? `costs ${broken.join(", ")}` : "**kept**";
  const sets = [...new Set(remedy.map(({ set }) => set))];
  const scores = sets.map((set) => {
    const of = remedy.filter((run) => run.set === set).map(({ scores }) => scores);
    const mean = (read: (s: (typeof of)[number]) => number) => of.reduce((sum, s) => sum + read(s), 0) / of.length;
    const [crps, tail, wet] = [mean((s) => s.crps), mean((s) => s.q999), mean((s) => s.wetFractionBias)];
    const [spread, ralsd] = [mean((s) => s.spreadSkill), mean((s) => s.ralsd.log)];
    return `${set} ${crps.toFixed(4)}, ${percent(tail)} %, ${spread.toFixed(2)}, ${ralsd.toFixed(2)} dB, ${percent(wet)} %`;
  });
  return [name, ...lossNames.map((loss) => interval(loss, found[loss])), scores.join("; "), says];
}

async function print(): Promise<void> {
  const header = ["", ...lossHeader, "CRPS, q99.9, spread/skill, RALSD, wet", "the rule"];
  const truths = new Map<string, TruthResult>();
  const truthFor = async (set: string) => {
    const truth = truths.get(set) ?? (await truthOn(set));
    truths.set(set, truth);
    return truth;
  };
  const run = async (set: string, seed: number, { members, blocks, scores }: EvaluatedEnsemble): Promise<Scored> => {
    const { bins, blocks: truth } = await truthFor(set);
    return { set, seed, evaluated: { bins, truth, members, blocks }, scores };
  };
  for (const [title, sets] of [
    ["development", development],
    ["knmi", ["knmi"]],
    ["radolan", ["radolan"]],
  ] as const) {
    const rows: string[][] = [];
    for (const name of options) {
      const [base, remedy]: [Run[], Scored[]] = [[], []];
      for (const set of sets)
        for (const seed of [0, 1, 2]) {
          const file = at(optionFile(name, set, seed));
          if (!existsSync(file)) continue;
          const plain = await read<CellResult>(at(fileOf(cellOf(set, seed))));
          base.push(runOf({ results: [], truths: { [set]: await truthFor(set) } }, plain));
          remedy.push(await run(set, seed, (await read<CellResult>(file)).evaluated[set]!));
        }
      const seeds = new Set(remedy.map(({ seed }) => seed)).size;
      if (remedy.length > 0) rows.push(line(`${name} (${seeds})`, base, remedy));
    }
    if (rows.length > 0) process.stdout.write(`### Options of one evaluation: ${title}\n\n${table(header, rows)}\n`);
  }
  for (const by of ["edm", "one-step"] as const)
    for (const [title, places] of [
      ["development", development.map((set) => [set, set] as const)],
      ["radars that were not learned from", development.flatMap((set) => fresh[set].map((on) => [set, on] as const))],
    ] as const) {
      const rows: string[][] = [];
      for (const [name] of drawsOf(by)) {
        const [base, remedy]: [Run[], Scored[]] = [[], []];
        const plain = name.startsWith("default, ") ? "default, 16 evaluations" : "as it is";
        for (const [set, on] of places) {
          const [before, after] = [plain, name].map((draw) => at(drawFile(draw, set, on, by)));
          if (!existsSync(before!) || !existsSync(after!)) continue;
          base.push(await run(on, 0, (await read<DrawResult>(before!)).evaluated));
          remedy.push(await run(on, 0, (await read<DrawResult>(after!)).evaluated));
        }
        if (remedy.length > 0) rows.push(line(name, base, remedy));
      }
      if (rows.length > 0) process.stdout.write(`### Ways to draw, ${by}: ${title}\n\n${table(header, rows)}\n`);
    }
  const rows: string[][] = [];
  for (const ratio of [8, 16]) {
    const cells = coarser.filter((cell) => cell.ratio === ratio && existsSync(at(coarserFile(cell))));
    const [base, remedy]: [Run[], Scored[]] = [[], []];
    for (const cell of cells) {
      base.push(await run(cell.set, cell.seed, (await read<CellResult>(at(fileOf(cell)))).evaluated[cell.set]!));
      remedy.push(await run(cell.set, cell.seed, (await read<DrawResult>(at(coarserFile(cell)))).evaluated));
    }
    if (cells.length > 0)
      rows.push(line(`${WIDER}, ×${ratio} (${new Set(cells.map(({ seed }) => seed)).size})`, base, remedy));
  }
  for (const set of syntheticSets) {
    if (!existsSync(at(pairsFile(set)))) continue;
    const plain: Cell = { size: "factor", set, ratio: 4, generator: "edm", term: "none", seed: 0 };
    const base = await run(set, 0, (await read<CellResult>(at(fileOf(plain)))).evaluated[set]!);
    rows.push(
      line(`${WIDER}, pairs (1)`, [base], [await run(set, 0, (await read<DrawResult>(at(pairsFile(set)))).evaluated)]),
    );
  }
  if (rows.length > 0)
    process.stdout.write(`### The wider range at coarser ratios, and on pairs\n\n${table(header, rows)}\n`);
}

try {
  if (!args.print) await work();
  else await print();
} catch (error) {
  if (!isMongeError(error)) throw error;
  say(error.message);
  process.exitCode = 2;
}
