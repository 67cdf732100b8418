/** From results to what the rule takes: the runs of each arm of each condition. */
import type { CellResult, EvaluatedEnsemble, TruthResult } from "./cell.ts";
import { type Cell, developmentSets, freshSets, generators, syntheticSets, terms } from "./design.ts";
import { type DefaultVerdict, evaluate, evaluateDefault, type Run, type Verdict } from "./verdict.ts";

/** Results, and the observed rain of the sets. */
export interface Evidence {
  readonly results: readonly CellResult[];
  readonly truths: Readonly<Record<string, TruthResult>>;
}

/** Verdict of the rule on one term in one condition. */
export interface Finding {
  readonly size: Cell["size"];
  readonly generator: Cell["generator"];
  readonly term: Exclude<Cell["term"], "none" | "control">;
  readonly sets: readonly string[];
  readonly ratio: number;
  readonly verdict: Verdict;
}

/** Groups of sets of which claims are made. */
export const quantities = {
  "radar rates, development": developmentSets,
  "radar rates, others": freshSets.rates,
  "daily sums": freshSets.daily,
  synthetic: syntheticSets,
  trial: ["quick"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A result as a run on one of the sets that it was evaluated on. */
export function runOf({ truths }: Evidence, { cell, evaluated }: CellResult, set = cell.set): Run {
  const truth = truths[set]!;
  const ensemble: EvaluatedEnsemble = evaluated[set]!;
  const { members, blocks } = ensemble;
  return { set, seed: cell.seed, evaluated: { bins: truth.bins, truth: truth.blocks, members, blocks } };
}

/** Runs of an arm on its own sets. */
export function runsOf(evidence: Evidence, arm: Omit<Cell, "set" | "seed">, sets: readonly string[]): Run[] {
  return evidence.results
    .filter(({ cell }) => {
      const same = cell.size === arm.size && cell.ratio === arm.ratio;
      return same && cell.generator === arm.generator && cell.term === arm.term && sets.includes(cell.set);
    })
    .map((result) => runOf(evidence, result));
}

/** Every condition of which there are all three arms. */
export function findings(evidence: Evidence): Finding[] {
  const out: Finding[] = [];
  const ratios = [...new Set(evidence.results.map(({ cell }) => cell.ratio))].sort((a, b) => a - b);
  for (const size of ["long", "factor"] as const)
    for (const generator of generators)
      for (const ratio of ratios)
        for (const sets of Object.values(quantities))
          for (const term of terms) {
            if (term === "none" || term === "control") continue;
            const arm = (kind: Cell["term"]) => runsOf(evidence, { size, generator, ratio, term: kind }, sets);
            const verdict = evaluate({ none: arm("none"), control: arm("control"), term: arm(term) });
            if (verdict) out.push({ size, generator, term, ratio, sets: verdict.sets, verdict });
          }
  return out;
}

/** Processor seconds of a member of a tile. */
export const secondsOfMember = ({ cell, seconds, evaluated }: CellResult): number => {
  const { members, blocks } = evaluated[cell.set]!;
  return seconds.sampling / members / blocks.reduce((sum, { tiles }) => sum + tiles, 0);
};

/** Verdict of the rule on the default generator, by a term of the one-step generator; undefined without runs of both. @param ratio - @defaultValue 4, that of the rule */
export function defaultFinding(
  evidence: Evidence,
  size: Cell["size"],
  term: Cell["term"],
  sets: readonly string[],
  ratio = 4,
): DefaultVerdict | undefined {
  const all = (generator: Cell["generator"], kind: Cell["term"]) =>
    runsOf(evidence, { size, generator, ratio, term: kind }, sets);
  const [diffusion, oneStep] = [all("edm", "none"), all("one-step", term)];
  const cost = (generator: Cell["generator"]) => {
    const of = evidence.results.filter(({ cell }) => cell.size === size && cell.generator === generator);
    return of.reduce((sum, result) => sum + secondsOfMember(result), 0) / of.length;
  };
  return evaluateDefault(diffusion, oneStep, cost("one-step") / cost("edm"));
}
