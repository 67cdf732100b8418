/** One training of whatever has an objective: seeded batches, judgements that keep the best model, early stop, resumable bit for bit. */

import type { Rng } from "../../engine/random/rng.ts";
import type { CompileOptions } from "../../engine/tensors/compile.ts";
import { adam, warmupCosine } from "../../engine/training/optimizer.ts";
import { compileTraining, type TrainingState } from "../../engine/training/training.ts";
import { checkSound } from "../diffusion/parameters.ts";
import type { Parameter } from "../diffusion/unet.ts";
import { chooseModel, type Judgement } from "./choose-model.ts";
import type { Objective } from "./objective.ts";
import type { Judged, ValidationScores } from "./validation.ts";

/** Execution and callbacks of a training; what decides its result is elsewhere. */
export interface TrainingHooks<Progress> {
  /** Device of the training program. @defaultValue "cpu" */
  readonly device?: NonNullable<CompileOptions["device"]>;
  /** ≥ 1; each takes a part of the batch where the loss allows it. @defaultValue 1 */
  readonly threads?: number;
  /** Called after each `progressEvery` steps, after each validation and after the last step; awaited. */
  readonly onProgress?: (progress: Progress) => void | Promise<void>;
  /** Steps between reports, ≥ 1. @defaultValue 50 */
  readonly progressEvery?: number;
  /** Stops training after the step in progress; the checkpoint then resumes it. */
  readonly signal?: AbortSignal;
}

/** Progress of a training. */
export interface TrainingProgress {
  /** Steps completed, of `steps`; 0 with the scores of a model that is tuned, before it is, and a loss of NaN. */
  readonly step: number;
  /** Steps that there will be. */
  readonly steps: number;
  /** Means since the last report. */
  readonly loss: number;
  /** The parts of the loss, and of diffusion the loss by noise level. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Of the last step. */
  readonly gradientNorm: number;
  /** Of the last step. */
  readonly learningRate: number;
  /** Scores, where this step was validated. */
  readonly validation?: ValidationScores;
}

/** The same with the state as of this step, to be saved. */
export interface StepProgress<Checkpoint> extends TrainingProgress {
  readonly checkpoint: () => Checkpoint;
}

/** The best model so far. */
export interface Best {
  /** After which it was validated. */
  readonly step: number;
  readonly scores: ValidationScores;
  readonly judgement: Judgement;
  /** Of the validation with the least score, where that is another one. @defaultValue its own */
  readonly least?: Judgement;
  /** The averaged parameters, flat, by name. */
  readonly parameters: Readonly<Record<string, Float32Array>>;
}

/** State and best model of a training. */
export interface Progressed {
  readonly state: TrainingState;
  /** By the validations so far. */
  readonly best: Best | undefined;
  readonly worse: number;
}

/** Parts of {@link runTraining}. */
export interface LoopParts<Checkpoint> extends TrainingHooks<StepProgress<Checkpoint>> {
  /** Begins messages. */
  readonly caller: string;
  readonly objective: Objective;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Settings of the optimizer. */
  readonly recipe: {
    readonly steps: number;
    readonly peakRate: number;
    readonly finalRate: number;
    readonly warmup: number;
    readonly clipNorm: number;
    readonly emaDecay: number;
    /** @defaultValue 0.99 */
    readonly beta2?: number;
  };
  /** Step n takes the batch of stream n. */
  readonly batches: Rng;
  /** State to go on from. @defaultValue the parameters */
  readonly from?: { readonly state: TrainingState; readonly best?: Best; readonly worse?: number };
  /** Validation, also after the last step; {@link chooseModel} chooses. @defaultValue never */
  readonly validator?: {
    readonly every: number;
    /** Judgements without a better one, after which training ends; null: never. */
    readonly patience: number | null;
    /** Also before the first step, where training begins with a model. @defaultValue false */
    readonly first?: boolean;
    readonly scores: (state: TrainingState) => Promise<Judged>;
  };
  readonly checkpointOf: (now: Progressed) => Checkpoint;
}

export interface TrainingEnd<Checkpoint> {
  /** `"stopped"`: early, for lack of `patience`; `"aborted"`: by the signal. */
  readonly status: "finished" | "stopped" | "aborted";
  /** The state after the last step, from which the training can go on. */
  readonly checkpoint: Checkpoint;
  /** Step and scores of the best model; undefined without validation. */
  readonly best: Pick<Best, "step" | "scores"> | undefined;
}

/**
 * Trains. A resumed run equals an uninterrupted one bit for bit on the same machine and thread count, its validations included.
 *
 * @throws ConvergenceError with status "diverged" when loss, gradient or weights are NaN or infinite
 */
export async function runTraining<Checkpoint>(o: LoopParts<Checkpoint>): Promise<TrainingEnd<Checkpoint>> {
  const { objective, recipe, from, validator, batches, device = "cpu", threads = 1 } = o;
  const { onProgress, progressEvery = 50, signal } = o;
  const { steps, peakRate: peak, finalRate: final, warmup, beta2 = 0.99 } = recipe;
  const learningRate = warmupCosine({ peak, final, steps, warmup });
  const trainer = await compileTraining(
    {
      parameters: o.parameters,
      inputs: objective.inputs,
      loss: objective.loss,
      ...(objective.samples && { samples: objective.samples }),
      optimizer: adam({ beta1: 0.9, beta2, epsilon: 1e-8, learningRate }),
      clipNorm: recipe.clipNorm,
      ema: { decay: recipe.emaDecay, warmup: true },
    },
    { device, threads, resident: true },
  );
  try {
    if (from !== undefined) trainer.load(from.state);
    let { best, worse = 0 }: Partial<NonNullable<typeof from>> = from ?? {};
    const exhausted = () => validator !== undefined && validator.patience !== null && worse >= validator.patience;
    const now = (): Progressed => {
      const state = trainer.state();
      checkSound(o.caller, state);
      return { state, best, worse };
    };
    const checkpoint = () => o.checkpointOf(now());
    const validated = async ({ scores: score }: NonNullable<typeof validator>): Promise<ValidationScores> => {
      await trainer.fetch();
      const { state } = now();
      const { scores, judgement } = await score(state);
      const own = best?.judgement;
      const { takes, least } =
        best && own ? chooseModel(judgement, own, best.least ?? own) : { takes: true, least: judgement };
      worse = takes || least === judgement ? 0 : worse + 1;
      const chosen = takes ? { step: state.step, scores, judgement, parameters: singles(state.ema) } : best!;
      const { least: _, ...rest } = chosen as Best;
      best = { ...rest, ...(least !== (takes ? judgement : own) && { least }) };
      return scores;
    };
    const sums = new Map<string, number>();
    let summed = 0;
    let step = trainer.state().step;
    if (step === 0 && validator?.first && !signal?.aborted) {
      const validation = await validated(validator);
      const none = { loss: Number.NaN, metrics: {}, gradientNorm: Number.NaN, learningRate: Number.NaN };
      await onProgress?.({ step, steps, ...none, checkpoint, validation });
    }
    while (step < steps && !exhausted() && !signal?.aborted) {
      const report = await trainer.step(objective.batch(batches.split(step)));
      step++;
      summed++;
      for (const [name, value] of Object.entries({ ...report.metrics, loss: report.loss })) {
        sums.set(name, (sums.get(name) ?? 0) + value);
      }
      const due = validator !== undefined && (step % validator.every === 0 || step === steps);
      const scores = due ? await validated(validator) : undefined;
      if (onProgress === undefined || (step % progressEvery !== 0 && step !== steps && !due)) continue;
      const { loss = Number.NaN, ...metrics } = Object.fromEntries([...sums].map(([k, v]) => [k, v / summed]));
      const { gradientNorm, learningRate } = report;
      await trainer.fetch();
      const progress = { step, steps, loss, metrics, gradientNorm, learningRate, checkpoint };
      await onProgress({ ...progress, ...(scores !== undefined && { validation: scores }) });
      sums.clear();
      summed = 0;
    }
    await trainer.fetch();
    const last = checkpoint();
    const status = step === steps ? "finished" : exhausted() ? "stopped" : "aborted";
    return { status, checkpoint: last, best: best && { step: best.step, scores: best.scores } };
  } finally {
    await trainer.dispose();
  }
}

const singles = (vectors: TrainingState["ema"]): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(vectors).map(([name, values]) => [name, Float32Array.from(values)]));

/** The best model without its tensors. */
export const withoutParameters = ({ parameters: _, ...plain }: Best): Omit<Best, "parameters"> => plain;
