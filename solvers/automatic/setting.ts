/**
 * One solve with an automatic choice of method: options, budget, the speed of the machine, and the record of its
 * trials.
 */
import { ask, type Deadline, deadlineWith, noDeadline, OutOfTime } from "../features/deadline.ts";
import { type Budget, systemClock } from "../solution/budget.ts";
import { commonOptions, type FeatureTrial, type SolveOptions } from "../solution/options.ts";

/** Seconds that an optimizer step stands for, where the budget is in steps. */
const secondsOfStep = 0.25;

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
  /** Starts the clocks anew. @param used - share of the budget that counts as used */
  readonly restart: (used: number) => void;
}

/** Starts the clocks of a solve. */
export function settingOf(options: SolveOptions): Setting {
  const { wall, processor } = options.clock ?? systemClock;
  let [began, used, already] = [wall(), processor(), 0];
  const { budget, seed, threads } = commonOptions(options);
  const spent = () => ({
    seconds: (wall() - began) / 1000 + already * (budget.seconds ?? 0),
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
    restart: (share) => {
      [began, used, already] = [wall(), processor(), share];
    },
  };
}

/** Nominal seconds of a budget. */
function nominalSeconds({ seconds, processorSeconds, steps }: Budget): number {
  const inSteps = steps === undefined ? Number.POSITIVE_INFINITY : steps * secondsOfStep;
  return Math.min(seconds ?? Number.POSITIVE_INFINITY, processorSeconds ?? Number.POSITIVE_INFINITY, inSteps);
}

/** Used part of a budget. */
export interface Spent {
  readonly seconds: number;
  readonly processorSeconds: number;
}

/** Measured over nominal seconds up to which the machine counts as nominal. */
const tolerated = 1.5;

/**
 * Time that is left, and how much slower than nominal the work goes. A budget in steps alone has no clock: all is
 * nominal.
 */
export class Speed {
  /** Seconds of the whole budget, of whichever clock is ahead; infinite where it has none. */
  readonly whole: number;
  #slowness = 1;
  #known = false;
  readonly #pace: Deadline;
  readonly #share: () => number;

  constructor({ seconds, processorSeconds }: Budget, spent: () => Spent) {
    const [ofClock, ofProcessor] = [seconds ?? Number.POSITIVE_INFINITY, processorSeconds ?? Number.POSITIVE_INFINITY];
    this.whole = Math.min(ofClock, ofProcessor);
    this.#share = () => {
      const now = spent();
      return Math.max(now.seconds / ofClock, now.processorSeconds / ofProcessor);
    };
    const now = () => (this.limited ? this.#share() * this.whole : 0);
    this.#pace = { ...noDeadline(), now };
  }

  get limited(): boolean {
    return this.whole < Number.POSITIVE_INFINITY;
  }

  /** Share of the budget that is used; 0 without a clock. */
  share(): number {
    return this.limited ? this.#share() : 0;
  }

  /** A pace that ends where so much of the budget is used. */
  until(limit: number): Deadline {
    return deadlineWith(this.#pace, () =>
      this.limited ? (limit - this.#share()) * this.whole : Number.POSITIVE_INFINITY,
    );
  }

  /** Nominal seconds of work that are done in so many seconds. */
  nominal(seconds: number): number {
    return seconds / this.#slowness;
  }

  /**
   * Does a piece of work of so many nominal seconds, and learns from what it takes.
   *
   * @throws OutOfTime where it would by the pieces before it take longer than there is, or the work says so itself
   */
  async timed<T>(nominal: number, pace: Deadline, work: () => Promise<T>): Promise<T> {
    if (this.#known) ask(pace, "features", (nominal * this.#slowness) / tolerated);
    const began = this.#pace.now();
    const learn = (more: number) => {
      const ratio = (this.#pace.now() - began + more) / nominal;
      // In powers of two, so that the same machine decides alike on most days.
      if (this.limited) this.#slowness = ratio > tolerated ? 2 ** Math.ceil(Math.log2(ratio / tolerated)) : 1;
    };
    try {
      const done = await work();
      learn(0);
      this.#known = true;
      return done;
    } catch (error) {
      if (error instanceof OutOfTime) learn(error.seconds);
      throw error;
    }
  }
}
