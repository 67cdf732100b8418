/**
 * The rest of a time, and the cost of work on this machine, measured while it is done: no piece is begun that does not
 * fit.
 */

/** Says that a piece of work would take longer than there is time. */
export class OutOfTime extends Error {
  /** The time that it would have taken. */
  readonly seconds: number;
  constructor(what: string, seconds: number) {
    super(`no time for ${what}, about ${seconds.toPrecision(2)} s`);
    this.name = "OutOfTime";
    this.seconds = seconds;
  }
}

/** Operations a second of dense least squares before any was measured. */
const firstRate = 1e10;

/** A clock with a limit, and the speed of linear algebra. */
export interface Deadline {
  /** Seconds that are left; infinite without a limit. */
  left(): number;
  /** Seconds since any moment, by the clock of the limit. */
  now(): number;
  /** Operations a second of dense least squares. */
  rate: number;
}

/** A pace that never ends. */
export const noDeadline = (): Deadline => ({ left: () => Number.POSITIVE_INFINITY, now: () => 0, rate: firstRate });

/** The same pace with another end. */
export const deadlineWith = (pace: Deadline, left: () => number): Deadline => ({
  left,
  now: () => pace.now(),
  get rate() {
    return pace.rate;
  },
  set rate(rate) {
    pace.rate = rate;
  },
});

/** @throws OutOfTime where fewer seconds are left */
export function ask({ left }: Deadline, what: string, seconds: number): void {
  if (seconds > left()) throw new OutOfTime(what, seconds);
}
