/** Progress on standard error: a bar on a terminal, a line now and then elsewhere. The one door to cli-progress. */
import cliProgress from "cli-progress";
import { shortened } from "../../engine/printable.ts";
import { duration, say, speaks } from "./terminal.ts";

export interface Progress {
  /** `note` is said beside the count, such as the loss. */
  update(done: number, note?: string): void;
  /** Takes the bar away, or leaves it, complete or not. */
  stop(): void;
}

/** Where nothing is animated, a line comes after this share of the work or this time, whichever is later. */
const SHARE = 0.1;
const SECONDS = 10;

/**
 * @param title - what is being done, such as `training`
 * @param total - units of work
 * @param options.from - units done before, by an interrupted run
 */
export function startProgress(
  title: string,
  total: number,
  options: { readonly from?: number; readonly unit?: string } = {},
): Progress {
  const { from = 0, unit = "" } = options;
  const began = performance.now();
  const left = (done: number): string => {
    const seconds = (performance.now() - began) / 1e3;
    return done > from && done < total ? `${duration((seconds / (done - from)) * (total - done))} left` : "";
  };
  const rate = (done: number): string => {
    const seconds = (performance.now() - began) / 1e3;
    return done > from && unit !== "s" ? rateText((done - from) / seconds, unit) : "";
  };
  if (!speaks()) return { update() {}, stop() {} };
  const told = (done: number): string => [rate(done), left(done)].filter((part) => part !== "").join(", ");
  if (process.stderr.isTTY && process.env["TERM"] !== "dumb") return animated(title, total, from, unit, told);
  let [lastShare, lastTime] = [from / total, began];
  return {
    update(done, note = "") {
      const due = done / total - lastShare >= SHARE - 1e-9 && performance.now() - lastTime >= 1e3;
      if (!due && done < total && performance.now() - lastTime < SECONDS * 1e3) return;
      [lastShare, lastTime] = [done / total, performance.now()];
      const parts = [`${title} ${done}/${total}${unit && ` ${unit}`}`, note, told(done)];
      say(parts.filter((part) => part !== "").join(", "));
    },
    stop() {},
  };
}

/** `12 steps/s`, or by the minute where it is slow. */
export function rateText(perSecond: number, unit: string): string {
  const [value, per] = perSecond >= 0.1 ? [perSecond, "s"] : [60 * perSecond, "min"];
  return `${Number(value.toPrecision(2))}${unit && ` ${unit}`}/${per}`;
}

function animated(name: string, total: number, from: number, unit: string, told: (done: number) => string): Progress {
  const title = shortened(name);
  const bar = new cliProgress.SingleBar(
    {
      format: `${title} {bar} {value}/{total}${unit && ` ${unit}`}  {note}  {told}`,
      barsize: 28,
      hideCursor: false,
      stopOnComplete: false,
      fps: 5,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, from, { note: "", told: "" });
  return {
    update: (done, note = "") => bar.update(done, { note, told: told(done) }),
    stop: () => bar.stop(),
  };
}

/** Progress of work in stages, each with a count of its own. */
export interface Stages {
  update(stage: string, done: number, total: number): void;
  stop(): void;
}

/**
 * Says how work goes whose end is not known: a line every 10 s.
 *
 * @param line - of what the work tells
 */
export function sayNowAndThen<T extends readonly unknown[]>(line: (...told: T) => string): (...told: T) => void {
  let last = performance.now();
  return (...told) => {
    if (performance.now() - last < SECONDS * 1e3) return;
    last = performance.now();
    say(line(...told));
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
