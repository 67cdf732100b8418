/** A downscaler that refines times: a coarse step in, its fine times out, whose means over step and cell are those of the coarse field. */
import { defined } from "../../engine/defined.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { conserveCells } from "../../engine/numerics/conserve-blocks.ts";
import { type LazyField, lazyField } from "../../io/dataset/index.ts";
import {
  type Coordinate,
  Field,
  precipitationFactor,
  precipitationUnits,
  timeAxis,
  whereOf,
} from "../../io/field/index.ts";
import { positionsIn } from "../data/map-dims.ts";
import { rateUnits } from "../data/read-rain.ts";
import { type Intervals, intervalsOf, refinedTimes } from "../data/time-steps/axis.ts";
import { alongTime } from "../data/time-steps/fold.ts";
import type { EnsembleOptions, LazyEnsemble } from "../ensemble/block-ensemble.ts";
import { drawnField, frameNumber, type MemberRange } from "../ensemble/drawn-field.ts";
import { checkNoMembers, memberCoordinate, memberDim, memberField } from "../ensemble/ensemble-field.ts";
import type { FieldDownscaler } from "../ensemble/field-downscaler.ts";
import { secondsOf } from "../ensemble/noise-links.ts";
import { restored } from "../model/channel.ts";
import type { Downscaler } from "../model/downscaler.ts";
import { sizeOfGrid } from "../model/fine-grid.ts";
import { checkedEvaluations } from "../model/generator.ts";
import { textureNotice } from "../model/texture.ts";
import type { TimeSteps } from "../model/time-steps.ts";
import {
  type Covariates,
  inputsOf,
  mapOf,
  meansToConserve,
  momentOf,
  placedOn,
  samplingOf,
  stated,
} from "./channel-ensemble.ts";

/** The model together with its covariates, to be given to `downscale` and `downscaleTo`. @throws OptionsError for options of others */
export function stepEnsemble(model: Downscaler, covariates: Covariates = {}): FieldDownscaler {
  const { name, longName, count, seconds } = model.configuration.steps!;
  const { target, past } = covariates;
  if (target !== undefined && target !== name) {
    throw new OptionsError(`downscale: target is ${target}; the model makes ${name}`, "target", target);
  }
  if (past !== undefined) {
    throw new OptionsError("downscale: the model was not trained to correct; leave `past` out", "past", true);
  }
  const sha = model.file?.sha256;
  return {
    about: {
      title: `Ensemble of fine ${longName ?? name} every ${seconds} s, downscaled by a diffusion model`,
      made: `${sha === undefined ? "model in memory" : `model ${sha.slice(0, 16)}`} of ${count} times of each step`,
      attributes: sha === undefined ? {} : { model_sha256: sha },
    },
    files: model.file ? [model.file.path] : [],
    ensemble: (input, options) => new StepEnsemble(model, lazyField(input), covariates, options).ensemble(),
  };
}

/** The part of `count` fine times of some members, [count][members, pixels]. */
interface DrawnStep {
  readonly n: number;
  readonly some: MemberRange;
  readonly parts: readonly Float32Array[];
}

/** One input by one model. */
class StepEnsemble {
  private readonly steps: TimeSteps;
  private readonly coarse: LazyField;
  private readonly intervals: Intervals;

  private readonly model: Downscaler;
  private readonly input: LazyField;
  private readonly covariates: Covariates;
  private readonly options: EnsembleOptions;

  constructor(model: Downscaler, input: LazyField, covariates: Covariates, options: EnsembleOptions) {
    [this.model, this.input, this.covariates, this.options] = [model, input, covariates, options];
    const { configuration } = model;
    this.steps = configuration.steps!;
    this.refuseOthers();
    checkNoMembers(input);
    const own = stated(input.ungroup().mapsLast(), options.units);
    const time = own.dimOf("time");
    const where = `downscale: ${whereOf(own)}`;
    if (time === undefined || own.dims.length !== 3) {
      throw new ShapeError(
        where,
        "dimensions time, y, x",
        own.dims.join(", "),
        "take a range of times, select one of the others",
      );
    }
    this.intervals = intervalsOf(where, own, options.interval);
    const { count, seconds } = this.steps;
    const off = Math.abs(this.intervals.length / 1000 / (count * seconds) - 1);
    if (off > 1e-3) {
      const text = `${where}: its steps are ${this.intervals.length / 1000} s long; the model refines steps of ${count * seconds} s into ${count}; take a model for such steps`;
      throw new OptionsError(text, "interval", this.intervals.length / 1000);
    }
    const name = configuration.targets[0]!.background!;
    this.coarse = alongTime(own, time, name, positionsIn(own, time), this.intervals.time);
  }

  /** @throws OptionsError for options that mean nothing where times are refined */
  private refuseOthers(): void {
    const { coarsen, wetThreshold, coherence, archive } = this.options;
    const given = { coarsen: coarsen || undefined, wetThreshold, coherence: coherence || undefined, archive };
    for (const [name, value] of Object.entries(given)) {
      if (value === undefined) continue;
      const text = `downscale: \`${name}\` means nothing here: the model draws all times of a coarse step at once; leave it out`;
      throw new OptionsError(text, name, value);
    }
  }

  async ensemble(): Promise<LazyEnsemble> {
    const { model, covariates, options, steps } = this;
    const { members = 8, onNotice } = options;
    const evaluations = checkedEvaluations("downscale", model.generator, options);
    const { inputs, fields } = await inputsOf(model, this.withNeighbours(), covariates, options);
    const { count: times, unlike, complaints } = inputs;
    const tuning = `monge train --data FINE --time-factor ${steps.count} --start ${model.file?.path ?? "MODEL"} --steps 300 --out runs`;
    if (unlike.length > 0) onNotice?.(textureNotice(unlike, tuning));
    const [height, width] = sizeOfGrid(inputs.grid);
    onNotice?.(
      `${times} steps of ${steps.count} times x ${height} x ${width} cells, ${members} members of ${steps.name}`,
    );
    const means = meansToConserve(model, model.configuration.targets[0]!, inputs, options);
    // All times of a step share the mean of its cell.
    const together = means?.pixels.map((list) =>
      list.flatMap((at) => Array.from({ length: steps.count }, (_, k) => at * steps.count + k)),
    );
    const total = times * evaluations;
    let done = 0;
    const drawStep = async (n: number, some: MemberRange): Promise<DrawnStep> => {
      options.signal?.throwIfAborted();
      const images = await inputs.read(n);
      const { transform, wetThreshold } = model.configuration.targets[0]!;
      const { values } = await model.sample(images, {
        ...samplingOf(options, some),
        evaluations,
        // What is cut is taken from light rain where means are conserved.
        ...(wetThreshold !== undefined && means && { wetThreshold: wetThreshold / 2 }),
        frame: frameNumber(this.input, [inputs.places[n]!]),
        onStep: (step, all) => {
          options.signal?.throwIfAborted();
          options.onProgress?.(Math.round((done + step / all) * evaluations), total);
        },
      });
      done = (done + 1) % times;
      if (means && together) {
        conserveCells(values, some.count, together, await means.read(n), { shift: transform.kind !== "log" });
      }
      const pixels = some.count * height * width;
      const parts = Array.from({ length: steps.count }, (_, k) =>
        Float32Array.from({ length: pixels }, (_, i) => values[i * steps.count + k]!),
      );
      if (options.onFrame && transform.kind === "log") {
        const level = Float32Array.from({ length: height * width }, (_, i) =>
          restored(transform, images.background[i * steps.count]!),
        );
        const time = refined && momentOf(refined, n * steps.count);
        const map = mapOf(steps.name, rateUnits, inputs.grid, level, time);
        for (const part of parts) {
          options.onFrame({ coarse: map, truth: undefined, members: memberField(map, part.slice()) });
        }
      }
      return { n, some, parts };
    };
    const refined = inputs.times && refinedTimes(inputs.times, steps.count);
    const scale = this.scale();
    let held: DrawnStep | undefined;
    const field = drawnField(this.template(refined!, inputs.grid), {
      ...{ members, source: this.input.source, chunk: steps.count },
      reads: [this.input, ...fields],
      draw: async ([at], some) => {
        const n = Math.floor(at! / steps.count);
        const same = held?.n === n && held.some.first === some.first && held.some.count === some.count;
        if (!same) held = await drawStep(n, some);
        const part = held!.parts[at! % steps.count]!;
        return scale === 1 ? part.slice() : part.map((v) => v * scale);
      },
    });
    return { field, forced: complaints, unlike };
  }

  /** The coarse field, and those of the steps before and after in its file, each its own where none is. */
  private withNeighbours(): readonly LazyField[] {
    const { coarse, input, steps, options } = this;
    const time = coarse.dimOf("time")!;
    const seconds = secondsOf(input, options.whole, time);
    const own = positionsIn(coarse, time);
    const size = coarse.parts.store.shape[coarse.parts.store.dims.indexOf(time)]!;
    const length = this.intervals.length / 1000;
    const beside = (side: -1 | 1) =>
      own.map((at) => {
        const other = at + side;
        if (other < 0 || other >= size) return at;
        const apart = Math.abs((seconds.get(other) ?? Number.NaN) - (seconds.get(at) ?? Number.NaN));
        // Times beyond those that are known are taken to follow as the others do.
        return Number.isNaN(apart) || Math.abs(apart - length) <= 1e-3 * length ? other : at;
      });
    const axis = timeAxis(coarse)!;
    return [
      coarse,
      alongTime(coarse, time, steps.before, beside(-1), axis),
      alongTime(coarse, time, steps.after, beside(1), axis),
    ];
  }

  /** From what is drawn to the units of the fine variable. */
  private scale(): number {
    const { steps, model } = this;
    const { units, transform } = model.configuration.targets[0]!;
    if (transform.kind !== "log" || steps.units === undefined) return 1;
    return precipitationFactor(units, steps.units, { interval: steps.seconds });
  }

  /** All of the output but its values. */
  private template(time: Coordinate, grid: Parameters<typeof placedOn>[0]): Field {
    const { steps, coarse } = this;
    const { dims, coordinates, gridMapping } = placedOn(grid);
    const dim = coarse.dimOf("time")!;
    const { units, transform } = this.model.configuration.targets[0]!;
    const shown = transform.kind === "log" ? steps.units : units;
    const amounts = transform.kind === "log" && precipitationUnits(shown).kind === "amount";
    return new Field({
      name: steps.name,
      units: shown,
      dims: [dim, memberDim, ...dims],
      shape: [time.values.length, 0, ...sizeOfGrid(grid)],
      values: new Float32Array(0),
      coordinates: [time, memberCoordinate(0), ...coordinates],
      attributes: {
        ...defined({ standard_name: steps.standardName, long_name: steps.longName }),
        cell_methods: steps.cellMethods ?? (amounts ? "time: sum" : "time: mean"),
      },
      gridMapping,
    });
  }
}
