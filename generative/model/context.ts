/** Channels that are made of grid and time: where a pixel lies, the day of the year, the hour of the day. */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import {
  type Coordinate,
  dayOfYear,
  daysInYear,
  decodeTime,
  isGeographic,
  middlesOf,
  timeUnitsOf,
} from "../../io/field/index.ts";
import { textOf } from "../../io/storage/index.ts";
import type { Channel } from "./channel.ts";

import { type FineGrid, sizeOfGrid } from "./fine-grid.ts";

/** Covariates made of grid and time: the position of a pixel, the day of the year, the hour of the day (UTC). */
export type ContextName = "position" | "season" | "hour";

const CONTEXTS: readonly ContextName[] = ["position", "season", "hour"];

/** Cosines and sines over whole turns have this spread. */
const WAVE = { mean: 0, deviation: Math.SQRT1_2, range: [-1, 1] } as const;

/** @throws OptionsError for a name that is no context, or comes twice */
export function checkContext(names: readonly string[]): void {
  for (const [i, name] of names.entries()) {
    if ((CONTEXTS as readonly string[]).includes(name) && names.indexOf(name) === i) continue;
    const what = names.indexOf(name) === i ? `has ${JSON.stringify(name)}` : `has ${name} twice`;
    throw new OptionsError(`\`context\` ${what}; expected some of ${CONTEXTS.join(", ")}`, "context", name);
  }
}

/**
 * The channels of a context on the grids of training: positions from −1 to 1, waves of spread 1.
 *
 * @throws ShapeError where grids have positions of different kinds
 */
export function contextChannels(name: ContextName, grids: readonly FineGrid[]): readonly Channel[] {
  if (name !== "position") {
    return ["cosine", "sine"].map((wave) => ({
      name: `${name} ${wave}`,
      role: "context",
      transform: { kind: "linear" },
      ...WAVE,
    }));
  }
  return (["y", "x"] as const).map((axis) => {
    const [first, ...others] = grids.map((grid) => positionsOf(grid, axis)) as [Positions, ...Positions[]];
    const { name: called, units } = first;
    const [start] = first.values;
    for (const { name: other } of others) {
      if (other === called) continue;
      throw new ShapeError("context position", `${called} in every region`, other, "give grids of one kind");
    }
    // Longitudes of other regions may be counted from another meridian.
    const turns = ({ name: of, values: [v] }: Positions) =>
      of === "longitude" ? 360 * Math.round((v! - start!) / 360) : 0;
    const values = [first, ...others].flatMap((one) => one.values.map((v) => v - turns(one)));
    const low = values.reduce((a, b) => Math.min(a, b));
    const high = values.reduce((a, b) => Math.max(a, b));
    return {
      name: called,
      role: "context",
      ...(units !== undefined && { units }),
      transform: { kind: "linear" },
      mean: (low + high) / 2,
      deviation: (high - low) / 2 || 1,
      range: [low, high],
    };
  });
}

type Positions = ReturnType<typeof positionsOf>;

/**
 * Positions along an axis: latitudes and longitudes of the earth where they are known, as lines or of each pixel; else y and x of
 * a rotated pole or a plane.
 */
function positionsOf(grid: FineGrid, axis: "y" | "x") {
  const line = grid[axis];
  const flat = grid.positions?.[axis === "y" ? 0 : 1];
  const { values, attributes } = flat ?? line;
  const geographic = flat !== undefined || isGeographic(line.name, line.attributes);
  const name = geographic ? (axis === "y" ? "latitude" : "longitude") : axis;
  // Over the 180th meridian longitudes go on.
  const turns = (v: number) => (name === "longitude" ? Math.round((v - values[0]!) / 360) : 0);
  const along = values.map((v) => v - 360 * turns(v));
  return { name, units: textOf(attributes, "units"), values: along, flat: flat !== undefined };
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
  const axis = wave as "y" | "x";
  const found = positionsOf(grid, axis);
  const bare = channel.name.replace(/ \(context\)$/, "");
  if (found.name !== bare) {
    const what = `a grid with ${bare} as in training`;
    throw new ShapeError("context position", what, found.name, "choose a grid of that kind");
  }
  // Longitudes may be counted from another meridian than those of training.
  const near = (v: number) => (bare === "longitude" ? v - 360 * Math.round((v - channel.mean) / 360) : v);
  const values = found.values.map(near);
  const at = (i: number) => (found.flat ? i : axis === "y" ? Math.floor(i / width) : i % width);
  return Float32Array.from({ length: height * width }, (_, i) => values[at(i)]!);
}

/** Context of a channel, and its wave or axis. */
export function contextOf({ name }: Channel): readonly [ContextName, string] {
  const [first, second] = name.replace(/ \(context\)$/, "").split(" ");
  if (first === "season" || first === "hour") return [first, second!];
  return ["position", first === "latitude" || first === "y" ? "y" : "x"];
}

/** Phase of a time in its year and in its day, both from 0 to 1. */
export interface Moment {
  readonly season: number;
  readonly hour: number;
}

/** The moments of times in their own calendar: the middle of the bounds where there are some. */
export function momentsOf(time: Coordinate): readonly Moment[] {
  const units = timeUnitsOf(time);
  return Array.from(middlesOf(time, units), (instant) => {
    const date = decodeTime(instant, { step: 1, origin: 0, calendar: units.calendar })!;
    const hour = (date.hour + date.minute / 60 + date.second / 3600) / 24;
    return { hour, season: (dayOfYear(date, units.calendar) - 1 + hour) / daysInYear(date.year, units.calendar) };
  });
}
