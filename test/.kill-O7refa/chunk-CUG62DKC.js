import {
  duration,
  say,
  shortened,
  speaks
} from "./chunk-K2VWOMW7.js";

// cli/shell/progress.ts
import cliProgress from "cli-progress";
var SHARE = 0.1;
var SECONDS = 10;
function startProgress(title, total, options = {}) {
  const { from = 0, unit = "" } = options;
  const began = performance.now();
  const left = (done) => {
    const seconds = (performance.now() - began) / 1e3;
    return done > from && done < total ? `${duration(seconds / (done - from) * (total - done))} left` : "";
  };
  const rate = (done) => {
    const seconds = (performance.now() - began) / 1e3;
    return done > from && unit !== "s" ? rateText((done - from) / seconds, unit) : "";
  };
  if (!speaks()) return { update() {
  }, stop() {
  } };
  const told = (done) => [rate(done), left(done)].filter((part) => part !== "").join(", ");
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
    stop() {
    }
  };
}
function rateText(perSecond, unit) {
  const [value, per] = perSecond >= 0.1 ? [perSecond, "s"] : [60 * perSecond, "min"];
  return `${Number(value.toPrecision(2))}${unit && ` ${unit}`}/${per}`;
}
function animated(name, total, from, unit, told) {
  const title = shortened(name);
  const bar = new cliProgress.SingleBar(
    {
      format: `${title} {bar} {value}/{total}${unit && ` ${unit}`}  {note}  {told}`,
      barsize: 28,
      hideCursor: false,
      stopOnComplete: false,
      fps: 5
    },
    cliProgress.Presets.shades_classic
  );
  bar.start(total, from, { note: "", told: "" });
  return {
    update: (done, note = "") => bar.update(done, { note, told: told(done) }),
    stop: () => bar.stop()
  };
}
var periodNames = { from: "earlier period", to: "later period" };
function startStages(unit) {
  let [now, bar] = [void 0, void 0];
  return {
    update(stage, done, total) {
      if (stage !== now) {
        bar?.stop();
        [now, bar] = [stage, startProgress(stage, total, { unit: unit(stage) })];
      }
      bar.update(done);
    },
    stop: () => bar?.stop()
  };
}

export {
  startProgress,
  periodNames,
  startStages
};
