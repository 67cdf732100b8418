/** Data that a tuning does not learn from, where none are named: the scores before and after are of them. */
import { type LazyField, selectTimes } from "../../io/dataset/index.ts";
import type { RecordedData, TrainingPlan } from "./plan.ts";

type Events = Extract<RecordedData, { readonly events: unknown }>;

/** Events, their fields in the same order, and how they are learned from. */
export interface EventData {
  readonly recorded: Events;
  readonly fields: readonly LazyField[];
  readonly choices: TrainingPlan["choices"];
  /** Part that is held out, in words. @defaultValue nothing was but what is named */
  readonly notice?: string;
}

/** Share of the data that is held out. */
const SHARE = 0.2;

/**
 * Holds out the last fifth of several events, else of the times of the only one, else of the rows of its only map, where these are two
 * tiles high. The same data and choices give the same parts.
 *
 * @param side - of a tile
 */
export function heldOut({ recorded, fields, choices }: EventData, side: number): EventData {
  const { events } = recorded;
  const validation = choices.validation ?? { every: Math.ceil((choices.steps ?? 300) / 3), images: 8, members: 8 };
  const more = (parts: Partial<EventData>, notice: string): EventData => ({
    ...{ recorded, fields, ...parts, choices: { ...choices, validation, ...parts.choices } },
    notice: `held out, to score the model before and after: ${notice}`,
  });
  const count = Math.max(1, Math.round(SHARE * events.length));
  if (events.length > 1) {
    const at = events.length - count;
    const parts = { recorded: { events: events.slice(0, at), held: events.slice(at) } };
    return more(parts, `the last ${count} of ${events.length} files`);
  }
  const whole = fields[0]!.ungroup().mapsLast();
  const part = choices.time === undefined ? whole : selectTimes(whole, choices.time);
  const along = part.dimOf("time") ?? part.dims.slice(0, -2)[0];
  const times = along === undefined ? 1 : part.size(along);
  if (times > 1) {
    const last = Math.max(1, Math.round(SHARE * times));
    const validate = { indices: [times - last, times] as const };
    return more({ choices: { ...choices, validation, validate } }, `the last ${last} of ${times} times`);
  }
  const [y, rows] = [part.dims.at(-2)!, part.shape.at(-2)!];
  const own = Math.max(side, Math.floor((SHARE * rows) / side) * side);
  if (rows < 2 * side) return { recorded, fields, choices };
  const cut = (from: number, to: number) => fields[0]!.isel({ [y]: [from, to] });
  return more(
    { recorded: { events, held: events }, fields: [cut(0, rows - own), cut(rows - own, rows)] },
    `the last ${own} of ${rows} rows of the only map`,
  );
}
