/** Channels that are made of grid and time: where a pixel lies, the day of the year, the hour of the day. */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import {
  type Coordinate,
  dayOfYear,
  daysInYear,
  decodeTime,
  instantsOf,
  isGeographic,
  timeUnitsOf,
} from "../../io/field/index.ts";
import { textOf } from "../../io/storage/index.ts";
import type { Channel } from "./channel.ts";
import type { ContextName } from "./fields.ts";
import { type FineGrid, type GridAxis, sizeOfGrid } from "./fine-grid.ts";

const CONTEXTS: readonly ContextName[] = ["position", "season", "hour"];

/** Cosines and sines over whole turns have this spread. */
const WAVE = { mean: 0, deviation: Math.SQRT1_2, range: [-1, 1] } as const;

/** @throws OptionsError for a name that is no context, or comes twice */
export function checkContext(names: readonly string[]): void {
  for (const [i, name] of names.entries()) {
    if ((CONTEXTS as readonly string[]).includes(name) && names.indexOf(name) === i) continue;
    const what = names.indexOf(name) === i ? `has ${JSON.stringify(name)}` : `has ${name} twice`;
    throw new OptionsError(`context ${what}; expected some of ${CONTEXTS.join(", ")}`, "context", name);
  }
}

/** The channels of a context on the grid of training: positions from −1 to 1, waves of spread 1. */
export function contextChannels(name: ContextName, grid: FineGrid): readonly Channel[] {
  if (name !== "position") {
    return ["cosine", "sine"].map((wave) => ({
      name: `${name} ${wave}`,
      role: "context",
      transform: { kind: "linear" },
      ...WAVE,
    }));
  }
  return (["y", "x"] as const).map((axis) => {
    const { values, attributes } = grid[axis];
    const [low, high] = [Math.min(...ends(values)), Math.max(...ends(values))];
    const units = textOf(attributes, "units");
    return {
      name: positionName(axis, grid[axis]),
      role: "context",
      ...(units !== undefined && { units }),
      transform: { kind: "linear" },
      mean: (low + high) / 2,
      deviation: (high - low) / 2 || 1,
      range: [low, high],
    };
  });
}

const ends = (values: readonly number[]): [number, number] => [values[0]!, values.at(-1)!];

/** Latitudes and longitudes of the earth have names of their own; a turned pole and a plane have y and x. */
function positionName(axis: "y" | "x", { name, attributes }: GridAxis): string {
  if (!isGeographic(name, attributes)) return axis;
  return axis === "y" ? "latitude" : "longitude";
}

/**
 * The values of a channel of context, [height, width], before they are standardised.
 *
 * @param moment - of {@link momentsOf}; only for season and hour
 * @throws ShapeError where the grid has other positions than the channel asks for, or times are missing
 */
export function contextMap(channel: Channel, grid: FineGrid, moment: Moment | undefined): Float32Array {
  const [height, width] = sizeOfGrid(grid);
  const [name, wave] = contextOf(channel);
  if (name !== "position") {
    if (moment === undefined) {
      throw new ShapeError(`context ${name}`, "times", "none", "give fields with times, or leave this context out");
    }
    const turns = 2 * Math.PI * moment[name];
    return new Float32Array(height * width).fill(wave === "cosine" ? Math.cos(turns) : Math.sin(turns));
  }
  const axis = wave === "y" ? grid.y : grid.x;
  const found = positionName(wave as "y" | "x", axis);
  const bare = channel.name.replace(/ \(context\)$/, "");
  if (found !== bare) {
    throw new ShapeError("context position", `a grid with ${bare} as in training`, found, "choose a grid of that kind");
  }
  // Longitudes may be counted from another meridian than those of training.
  const near = (v: number) => (found === "longitude" ? v - 360 * Math.round((v - channel.mean) / 360) : v);
  const values = axis.values.map(near);
  return Float32Array.from({ length: height * width }, (_, i) =>
    wave === "y" ? values[Math.floor(i / width)]! : values[i % width]!,
  );
}

/** Which context a channel is of, and its wave or axis. */
export function contextOf({ name }: Channel): readonly [ContextName, string] {
  const [first, second] = name.replace(/ \(context\)$/, "").split(" ");
  if (first === "season" || first === "hour") return [first, second!];
  return ["position", first === "latitude" || first === "y" ? "y" : "x"];
}

/** Where a time lies in its year and in its day, both from 0 to 1. */
export interface Moment {
  readonly season: number;
  readonly hour: number;
}

/** The moments of times in their own calendar: the middle of the bounds where there are some. */
export function momentsOf(time: Coordinate): readonly Moment[] {
  const units = timeUnitsOf(time);
  const { bounds } = time;
  const middle = bounds ? time.values.map((_, i) => (bounds[2 * i]! + bounds[2 * i + 1]!) / 2) : time.values;
  return Array.from(instantsOf({ ...time, values: middle }, units), (instant) => {
    const date = decodeTime(instant, { step: 1, origin: 0, calendar: units.calendar })!;
    const hour = (date.hour + date.minute / 60 + date.second / 3600) / 24;
    return { hour, season: (dayOfYear(date, units.calendar) - 1 + hour) / daysInYear(date.year, units.calendar) };
  });
}
