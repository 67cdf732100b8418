/** Steps in time of a model that refines them: fine times within a coarse one, and the fine variable. */
import { type Check, optional, positive, record, text, whole } from "../../engine/checks.ts";

/** Most fine times of a coarse one: each is an output of the network. */
export const MOST_STEPS = 30;

/** Refinement in time of a model. Plain JSON. */
export interface TimeSteps {
  /** Fine times of a coarse step; the targets are these, in order. */
  readonly count: number;
  /** Seconds of a fine step. */
  readonly seconds: number;
  /** Of the fine variable. */
  readonly name: string;
  /** Of the fine variable; precipitation is learned in mm/h. @defaultValue none */
  readonly units?: string;
  /** Of the fine variable. @defaultValue none */
  readonly standardName?: string;
  /** Of the fine variable. @defaultValue none */
  readonly longName?: string;
  /** Of the fine variable. @defaultValue none */
  readonly cellMethods?: string;
  /** Channel of the coarse step before. */
  readonly before: string;
  /** Channel of the coarse step after. */
  readonly after: string;
}

/** Tells what is wrong with stored {@link TimeSteps}. */
export const timeStepsCheck: Check = record({
  count: whole(2, MOST_STEPS),
  seconds: positive(),
  name: text,
  units: optional(text),
  standardName: optional(text),
  longName: optional(text),
  cellMethods: optional(text),
  before: text,
  after: text,
});
