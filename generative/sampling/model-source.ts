/** An input of a model as what is drawn frame by frame: block means are made its channels, fields are read as such. */
import { defined } from "../../engine/defined.ts";
import { type EnsembleOptions, ensemble, type Frame, type LazyEnsemble, type Source } from "../ensemble/ensemble.ts";
import type { NoiseOf } from "../ensemble/noise-links.ts";
import type { Downscaler } from "../model/downscaler.ts";
import type { ModelInput } from "../model/images.ts";
import type { SampleOptions } from "../model/sample-options.ts";

/** A frame as the model takes it. */
export interface ModelFrame extends Pick<Frame, "shown"> {
  readonly input: ModelInput;
  /** Options of the frame: its number, and whatever is known of it. */
  readonly how: SampleOptions;
  /** Changes members, [members, height, width, outputs], to what is conserved. */
  finish?(values: Float32Array, members: number): void;
}

export interface ModelSource
  extends Omit<Source, "frame" | "members" | "evaluations" | "times">,
    Pick<LazyEnsemble, "forced" | "unlike" | "checked"> {
  /** Of the model's outputs that lie side by side: the one that is made, or all times of a step. */
  readonly outputs: readonly number[];
  /** Of each frame. */
  readonly noise: NoiseOf;
  read(place: readonly number[]): Promise<ModelFrame>;
}

/** The ensemble that a model draws. @param evaluations - of each frame */
export function drawnBy(
  model: Downscaler,
  evaluations: number,
  { outputs, noise, read, forced, unlike, checked, ...source }: ModelSource,
  options: EnsembleOptions,
): LazyEnsemble {
  const { members = 8, seed, method, noiseRange, origin, amplitude } = options;
  const chosen = { evaluations, ...defined({ seed, method, noiseRange, origin, amplitude }) };
  const frame = async (place: readonly number[]): Promise<Frame> => {
    const { input, how, finish, shown } = await read(place);
    const own = { ...chosen, ...how, noise: await noise(place) };
    return {
      shown,
      async draw({ first, count }, onProgress) {
        const drawn = await model.sample(input, { ...own, members: count, firstMember: first, onProgress });
        finish?.(drawn.values, count);
        return outputs.map((output) => everyOf(drawn.values, drawn.outputs, output));
      },
    };
  };
  const field = ensemble({ ...source, members, evaluations, times: outputs.length, frame }, options);
  return { field, forced, ...defined({ unlike, checked }) };
}

/** One of the outputs that lie side by side. */
export const everyOf = (values: Float32Array, outputs: number, output: number): Float32Array =>
  outputs === 1 ? values : values.filter((_, i) => i % outputs === output);
