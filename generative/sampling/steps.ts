/** Coarse steps in time for a model that refines them: the steps before and after, and the fine times of each. */
import { defined } from "../../engine/defined.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { precipitationFactor, precipitationUnits, timeAxis, whereOf } from "../../io/field/index.ts";
import { positionsIn } from "../data/map-dims.ts";
import { intervalsOf, refinedTimes } from "../data/time-steps/axis.ts";
import { alongTime } from "../data/time-steps/fold.ts";
import type { EnsembleOptions } from "../ensemble/ensemble.ts";
import { checkNoMembers } from "../ensemble/members.ts";
import { secondsOf } from "../ensemble/noise-links.ts";
import type { Target } from "../model/channel.ts";
import type { TimeSteps } from "../model/time-steps.ts";
import type { OutputLayout } from "./field-source.ts";

/** @throws ShapeError for other dimensions than time, y, x; OptionsError for steps of another length than those of training */
export function drawnSteps(target: Target, steps: TimeSteps, input: LazyField, options: EnsembleOptions): OutputLayout {
  checkNoMembers(input);
  const own = input.ungroup().mapsLast();
  const time = own.dimOf("time");
  const where = `downscale: ${whereOf(own)}`;
  if (time === undefined || own.dims.length !== 3) {
    const way = "take a range of times, select one of the others";
    throw new ShapeError(where, "dimensions time, y, x", own.dims.join(", "), way);
  }
  const { count, seconds, name, units, standardName, longName, cellMethods } = steps;
  const { length, time: axis } = intervalsOf(where, own, options.interval);
  if (Math.abs(length / 1000 / (count * seconds) - 1) > 1e-3) {
    const text = `${where}: its steps are ${length / 1000} s long; the model refines steps of ${count * seconds} s into ${count}; take a model for such steps`;
    throw new OptionsError(text, "interval", length / 1000);
  }
  const coarse = alongTime(own, time, target.background!, positionsIn(own, time), axis);
  const rain = target.transform.kind === "log";
  const shown = rain ? units : target.units;
  const amounts = rain && precipitationUnits(shown).kind === "amount";
  return {
    own: withNeighbours(coarse, steps, secondsOf(input, options.whole, coarse.dimOf("time")!), length / 1000),
    outputs: Array.from({ length: count }, (_, k) => k),
    scale: rain && units !== undefined ? precipitationFactor(target.units, units, seconds) : 1,
    times: (given) => given && refinedTimes(given, count),
    like: {
      name,
      units: shown,
      attributes: {
        ...defined({ standard_name: standardName, long_name: longName }),
        cell_methods: cellMethods ?? (amounts ? "time: sum" : "time: mean"),
      },
    },
  };
}

/** The coarse field, and those of the steps before and after in its file, each its own where none is. */
function withNeighbours(
  coarse: LazyField,
  steps: TimeSteps,
  seconds: ReadonlyMap<number, number>,
  length: number,
): readonly LazyField[] {
  const time = coarse.dimOf("time")!;
  const own = positionsIn(coarse, time);
  const size = coarse.parts.store.shape[coarse.parts.store.dims.indexOf(time)]!;
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
