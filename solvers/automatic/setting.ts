/** One solve with an automatic choice of method: options, budget, and the record of its trials. */
import { domainOf } from "../domain/domain.ts";
import type { Problem } from "../problem/problem.ts";
import { type FeatureTrial, processorMilliseconds, resolveOptions, type SolveOptions } from "../solve/options.ts";
import type { Budget } from "../solve/training.ts";
import { Speed, type Spent } from "./speed.ts";
import { nominalSeconds } from "./work.ts";

/** Known to every method. */
export interface Setting {
  readonly options: SolveOptions;
  readonly budget: Budget;
  readonly seed: number;
  readonly threads: number;
  /** Nominal seconds of the budget. */
  readonly work: number;
  readonly spent: () => Spent;
  readonly speed: Speed;
  /** A line for each trial and decision. */
  readonly method: string[];
  readonly say: (line: string) => void;
  readonly trials: FeatureTrial[];
  readonly onTrial: (trial: FeatureTrial) => void;
}

/**
 * Starts the clocks of a solve.
 *
 * @param already - share of the budget that is used
 */
export function settingOf(problem: Problem, options: SolveOptions, already = 0): Setting {
  const clock = options.clock ?? (() => performance.now());
  const processor = options.processorClock ?? processorMilliseconds;
  // The layout of a domain may take long, and counts.
  const [began, used] = [clock(), processor()];
  const { budget, seed, threads } = resolveOptions(options, problem, domainOf(problem.domain));
  const spent = () => ({
    seconds: (clock() - began) / 1000 + already * (budget.seconds ?? 0),
    processorSeconds: (processor() - used) / 1000 + already * (budget.processorSeconds ?? 0),
  });
  const method: string[] = [];
  const trials: FeatureTrial[] = [];
  return {
    ...{ options, budget, seed, threads, spent, method, trials },
    work: nominalSeconds(budget),
    speed: new Speed(budget, spent),
    say: (line) => method.push(line),
    onTrial: (seen) => {
      const trial = { ...seen, seconds: spent().seconds };
      if (options.runs !== undefined) trials.push(trial);
      options.onTrial?.(trial);
    },
  };
}
