/** Progress on standard error: a bar on a terminal, a line now and then elsewhere. The one door to cli-progress. */
import cliProgress from "cli-progress";
import { shortened } from "../../engine/printable.ts";
import { duration, say } from "./terminal.ts";

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
  if (process.stderr.isTTY) return animated(title, total, from, unit, left);
  let [lastShare, lastTime] = [from / total, began];
  return {
    update(done, note = "") {
      const due = done / total - lastShare >= SHARE - 1e-9 && performance.now() - lastTime >= 1e3;
      if (!due && done < total && performance.now() - lastTime < SECONDS * 1e3) return;
      [lastShare, lastTime] = [done / total, performance.now()];
      const parts = [`${title} ${done}/${total}${unit && ` ${unit}`}`, note, left(done)];
      say(parts.filter((part) => part !== "").join(", "));
    },
    stop() {},
  };
}

function animated(name: string, total: number, from: number, unit: string, left: (done: number) => string): Progress {
  const title = shortened(name);
  const bar = new cliProgress.SingleBar(
    {
      format: `${title} {bar} {value}/{total}${unit && ` ${unit}`}  {note}  {left}`,
      barsize: 28,
      hideCursor: false,
      stopOnComplete: false,
      fps: 5,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, from, { note: "", left: "" });
  return {
    update: (done, note = "") => bar.update(done, { note, left: left(done) }),
    stop: () => bar.stop(),
  };
}
