/** Data of a training: opened, and made ready to be trained on. What events and fields have in common. */
import type { ChosenImages, ImageSource } from "../data/images/choose.ts";
import type { TakeOptions, takeImages } from "../data/images/take.ts";
import type { Tiles } from "../data/tiles/tiles.ts";
import type { ModelDescription } from "../model/configuration.ts";
import type { Downscaler } from "../model/downscaler.ts";
import type { TrainingCheckpoint } from "./checkpoint.ts";
import type { TimeSeries } from "./measure-coherence.ts";
import type { MeasuredDistribution } from "./own-coarse.ts";
import type { RecordedData, TrainingChoices, TrainingPlan } from "./plan.ts";
import type { TrainedModel, TrainModelOptions } from "./train-model.ts";

/** Data, opened. */
export interface OpenedData<Recorded extends RecordedData = RecordedData> {
  readonly recorded: Recorded;
  /** Files of all. */
  readonly paths: readonly string[];
  /** True if some are fields that only the caller has. */
  readonly inMemory: boolean;
  /** SHA-256 of what is read: of each file, then of each field that only the caller has. */
  hash(): Promise<string[]>;
  /** Informational messages on what was read so far. */
  notices(): readonly string[];
  close(): void;
}

export interface PrepareOptions extends Pick<TrainingChoices, "process" | "term"> {
  readonly plan: TrainingPlan;
  /** The model to start from. */
  readonly start: Downscaler | undefined;
  /** Checkpoint of an interrupted run. */
  readonly resumed: TrainingCheckpoint | undefined;
  readonly hashes: readonly string[];
  /** @throws FormatError where a file has changed since its hash was taken */
  readonly unchanged: () => void;
  /** Chooses and cuts images, in memory or through a store; they are closed when the training ends. */
  take<Notes>(
    source: ImageSource,
    options: Omit<TakeOptions<Notes>, "store" | "out">,
  ): ReturnType<typeof takeImages<Notes>>;
  readonly signal: AbortSignal | undefined;
  readonly onNotice: ((line: string) => void) | undefined;
}

/** A training that begins: its data, by kind, and its steps. */
export interface TrainingStart {
  /** Steps that an interrupted run has done. */
  readonly step: number;
  /** Steps to do in all. */
  readonly steps: number;
  /** The run's folder; absent without `out`. */
  readonly run?: string;
  /** Tiles of events, whose block means are refined, and how many of those that were found are taken of each event. */
  readonly tiles?: Pick<Tiles, "size" | "count" | "events">;
  /** Images of fields, and how many times are learned from and validated on. */
  readonly images?: Pick<ChosenImages, "count" | "height" | "width" | "dropped"> & {
    readonly description: ModelDescription;
    readonly times: readonly [learned: number, validated: number];
  };
}

/** Data, ready. */
export interface Prepared {
  readonly started: Pick<TrainingStart, "tiles" | "images">;
  /** Refuses what does not fit before a run is begun. @throws OptionsError @defaultValue all was refused before */
  check?(): void;
  train(how: TrainModelOptions): Promise<TrainedModel>;
  /** Provenance of the model. */
  readonly provenance: Readonly<Record<string, unknown>>;
  /** Data whose times follow each other: how many there are, and the series of one, by which the coherence of the noise is measured. */
  readonly series?: { readonly count: number; read(n: number, model: Downscaler): Promise<TimeSeries | undefined> };
  /** Of models that correct: the distribution of the coarse observations. */
  readonly distribution?: MeasuredDistribution | undefined;
}
