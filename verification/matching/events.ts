/** Events: labels of times. */
import { type Kind, kind } from "../../engine/checks.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import type { CommonTime } from "./match-times.ts";

/**
 * A label for each time of the truth, or by date and time, of the middle of its bounds where it has them; seasons are
 * DJF, MAM, JJA and SON, of any year.
 */
export type Events = readonly string[] | ((time: string) => string) | "season" | "month" | "year";

const parts = { season: true, month: true, year: true };

function byDate(part: keyof typeof parts, time: string): string {
  const [, year, month] = /^(-?\d+)-(\d\d)/.exec(time) as unknown as [string, string, string];
  if (part === "year") return year;
  return part === "month" ? month : ["DJF", "MAM", "JJA", "SON"][Math.floor((Number(month) % 12) / 3)]!;
}

/** The check of the option. */
export const eventsCheck: Kind<Events> = kind(
  '"season", "month" or "year", a label for each time, or a function of a time',
  (events) => typeof events !== "string" || Object.hasOwn(parts, events),
);

/** The event of each common time; undefined without events. @throws ShapeError for another number of labels; OptionsError */
export function labelsOf(
  events: Events | undefined,
  common: readonly CommonTime[],
  truthTimes: number,
): readonly (string | undefined)[] {
  if (events === undefined) return common.map(() => undefined);
  if (typeof events === "object") {
    if (events.length === truthTimes) return common.map(({ truth }) => events[truth]);
    throw new ShapeError("verify: events", [truthTimes], [events.length], "one label for each time of the truth");
  }
  return common.map(({ middle }) => {
    if (middle !== undefined) return typeof events === "function" ? events(middle) : byDate(events, middle);
    throw new OptionsError(
      "verify: events go by the dates of times, but none are matched; give labels",
      "events",
      events,
    );
  });
}
