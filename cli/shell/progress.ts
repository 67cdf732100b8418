/** Progress on standard error: a bar on a terminal, a line now and then elsewhere. */
import { printable } from "../../engine/text/escape-terminal.ts";
import { numberText } from "../../engine/text/number.ts";
import { duration, say, speaks } from "./terminal.ts";

export interface Progress {
  /** `note` stands beside the count, such as the loss. */
  update(done: number, note?: string): void;
  /** Takes the bar away, or leaves it, complete or not. */
  stop(): void;
}

/** Least share of the work, and time, between lines of plain progress. */
const SHARE = 0.1;
const SECONDS = 10;

/** Characters of the bar. */
const WIDTH = 28;

/**
 * @param title - of the work, such as `training`
 * @param total - number of its steps
 * @param options.from - steps done before, by an interrupted run
 */
export function startProgress(
  title: string,
  total: number,
  options: { readonly from?: number; readonly unit?: string } = {},
): Progress {
  const { from = 0, unit = "" } = options;
  if (!speaks()) return { update() {}, stop() {} };
  const began = performance.now();
  const line = (count: string, done: number, note: string): string => {
    const seconds = (performance.now() - began) / 1e3;
    const isUnderWay = done > from;
    const rate = isUnderWay && unit !== "s" ? rateText((done - from) / seconds, unit) : "";
    const left = isUnderWay && done < total ? `${duration((seconds / (done - from)) * (total - done))} left` : "";
    return [`${title} ${count}${done}/${total}${unit && ` ${unit}`}`, note, rate, left]
      .filter((part) => part !== "")
      .join(", ");
  };
  const isAnimated = process.stderr.isTTY && process.env["TERM"] !== "dumb";
  return isAnimated ? animated(total, from, line) : plain(total, from, line);
}

type Line = (count: string, done: number, note: string) => string;

/** A line after a share of the work or some time, whichever is later. */
function plain(total: number, from: number, line: Line): Progress {
  let [lastShare, lastTime] = [from / total, performance.now()];
  return {
    update(done, note = "") {
      const isDue = done / total - lastShare >= SHARE - 1e-9 && performance.now() - lastTime >= 1e3;
      if (!isDue && done < total && performance.now() - lastTime < SECONDS * 1e3) return;
      [lastShare, lastTime] = [done / total, performance.now()];
      say(line("", done, note));
    },
    stop() {},
  };
}

/** One line that is drawn anew five times a second, cut to the width of the terminal. */
function animated(total: number, from: number, line: Line): Progress {
  let [lastTime, lastNote, current] = [Number.NEGATIVE_INFINITY, "", from];
  const draw = (): void => {
    const filled = Math.round(WIDTH * Math.min(1, current / total));
    const bar = `${"█".repeat(filled)}${"░".repeat(WIDTH - filled)} `;
    const text = printable(line(bar, current, lastNote)).slice(0, (process.stderr.columns ?? 80) - 1);
    process.stderr.write(`\r\u001b[2K${text}`);
    lastTime = performance.now();
  };
  draw();
  return {
    update(done, note = "") {
      [current, lastNote] = [done, note];
      if (done >= total || performance.now() - lastTime >= 200) draw();
    },
    stop() {
      draw();
      process.stderr.write("\n");
    },
  };
}

/** `12 steps/s`, or by the minute where it is slow. */
export function rateText(perSecond: number, unit: string): string {
  const [value, per] = perSecond >= 0.1 ? [perSecond, "s"] : [60 * perSecond, "min"];
  return `${numberText(value, 2)}${unit && ` ${unit}`}/${per}`;
}

/** Progress of work in stages, each with a count of its own. */
export interface Stages {
  update(stage: string, done: number, total: number): void;
  stop(): void;
}

/**
 * Reports on work whose end is not known: a line every 10 s.
 *
 * @param line - made of what the work reports
 */
export function sayNowAndThen<T extends readonly unknown[]>(line: (...report: T) => string): (...report: T) => void {
  let last = performance.now();
  return (...report) => {
    if (performance.now() - last < SECONDS * 1e3) return;
    last = performance.now();
    say(line(...report));
  };
}

/** Stages of a change between two periods. */
export const periodNames = { from: "earlier period", to: "later period" } as const;

/** @param unit - of what each stage counts */
export function startStages(unit: (stage: string) => string): Stages {
  let [now, bar]: [string | undefined, Progress | undefined] = [undefined, undefined];
  return {
    update(stage, done, total) {
      if (stage !== now) {
        bar?.stop();
        [now, bar] = [stage, startProgress(stage, total, { unit: unit(stage) })];
      }
      bar!.update(done);
    },
    stop: () => bar?.stop(),
  };
}
