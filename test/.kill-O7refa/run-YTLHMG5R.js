import {
  checkKind,
  drawingOf,
  openInput,
  openMethod,
  openModel,
  resolve
} from "./chunk-EAMWSKS4.js";
import "./chunk-3F3EJP4O.js";
import {
  coverageJson,
  coverageLine,
  drawEnsemble,
  scoreTable,
  scoresJson
} from "./chunk-OSQEFCU3.js";
import {
  downscaleTo,
  downscaleUnits
} from "./chunk-3CUCI7F2.js";
import "./chunk-BBUHPERK.js";
import "./chunk-2A2JZMMH.js";
import "./chunk-B76RVHYB.js";
import "./chunk-RFNE7LAF.js";
import "./chunk-REA3PM3L.js";
import "./chunk-E4UB2BUP.js";
import "./chunk-M7QUBEK6.js";
import "./chunk-RDQ5FCHV.js";
import {
  Downscaler,
  coarsenedScores
} from "./chunk-6HDMKCOB.js";
import "./chunk-U2MKQBF5.js";
import "./chunk-HNA2YWTQ.js";
import "./chunk-HHEHUTHZ.js";
import "./chunk-O6FHBCA2.js";
import "./chunk-IHC7556Q.js";
import "./chunk-6RL6FTP2.js";
import "./chunk-TNAG3B54.js";
import "./chunk-JYSZMQVP.js";
import "./chunk-UT3GBMX3.js";
import {
  onInterrupt
} from "./chunk-MVKM2D2H.js";
import {
  startProgress
} from "./chunk-CUG62DKC.js";
import "./chunk-MHZ2235X.js";
import "./chunk-6KCX3X7U.js";
import "./chunk-AOR7BF42.js";
import "./chunk-GP5RCY2J.js";
import "./chunk-MYHAFT5B.js";
import "./chunk-PHUSJ35S.js";
import "./chunk-2JKOHZZA.js";
import "./chunk-JHNL2DBA.js";
import {
  expandPatterns
} from "./chunk-MXIOKUDV.js";
import "./chunk-AWWB6X6Z.js";
import {
  formatToWrite
} from "./chunk-72SAAEYX.js";
import "./chunk-O7EZDEUO.js";
import "./chunk-Y46VEHZ7.js";
import {
  emit,
  emitJson,
  say
} from "./chunk-K2VWOMW7.js";

// cli/downscale/run.ts
async function downscale(modelPath, files, options, command) {
  const inputs = await expandPatterns(files);
  const plan = await resolve(modelPath, inputs, options);
  if (options.dryRun) return emitJson({ command: "downscale", ...plan });
  const given = (name) => command.getOptionValueSource(name) === "cli";
  if (plan.model === null) checkKind("method", options, given);
  const interrupt = onInterrupt("stopping; again to stop at once");
  const { threads, device } = plan;
  const opened = plan.model === null ? await openMethod(options) : await openModel(plan.model, options, given, { threads, device });
  const { model } = opened;
  let bar;
  try {
    const input = await openInput(inputs, options);
    const kept = [];
    try {
      const isStore = formatToWrite(plan.output).kind === "folder";
      const work = isStore ? drawnUnits : drawnFile;
      const { forced, ...written } = await work(plan, model, input, {
        ...drawingOf(plan, options, { model, input, inputs, command }),
        ...options.overwrite && { overwrite: true },
        signal: interrupt.signal,
        onProgress(done, total) {
          bar ??= startProgress("downscaling", total, { unit: plan.method === null ? "evaluations" : "times" });
          bar.update(done);
        },
        onFrame(frame) {
          if (plan.score || plan.png !== null && kept.length === 0) kept.push(frame);
        }
      }).finally(() => bar?.stop());
      const rows = plan.score && model instanceof Downscaler ? scored(model, kept) : [];
      await picture(plan, kept[0]);
      const coverage = rows[0] && coverageJson(rows[0].coverage);
      const { path: _, ...shown } = written;
      if (options.json) {
        emitJson({ ...plan, forced, ...shown, ...coverage && { coverage }, scores: rows.map(scoresJson) });
      } else if (rows[0]) emit(`${scoreTable(rows)}
${coverageLine(rows[0].coverage)}`);
      else emit(plan.output);
    } finally {
      input.close();
    }
  } finally {
    interrupt.stop();
    await opened.close();
  }
}
async function drawnFile(plan, model, input, { unit: _, ...how }) {
  const onKept = (found) => sayKept(found, input.first);
  const epsg = plan.epsg !== null && { epsg: plan.epsg };
  const written = await downscaleTo(plan.output, model, input.field, { ...how, ...epsg, onKept });
  say(`wrote ${plan.output}`);
  return written;
}
async function drawnUnits(plan, model, input, how) {
  let finished = 0;
  const shard = plan.shard !== null && { shard: plan.shard };
  const { resume, device } = plan;
  const more = { ...shard, ...resume && { resume }, also: { device }, onUnit: () => void finished++ };
  try {
    const done = await downscaleUnits(plan.output, model, input.field, { ...how, ...more });
    const { total, missing } = done;
    say(`${done.done} of ${total} units done now, ${total - missing} of ${total} are in ${plan.output}`);
    return done;
  } catch (error) {
    if (finished > 0) say(`${finished} units were finished and are kept in ${plan.output}; --resume does the others`);
    throw error;
  }
}
async function picture(plan, first) {
  if (plan.png === null) return;
  if (first === void 0) {
    say("--png shows precipitation alone: no picture is drawn");
    return;
  }
  const { coarse, members, grid, truth } = first;
  const fine = { values: members, shape: [1, plan.members, ...grid.shape] };
  await drawEnsemble(plan.png, { coarse, fine, grid, ...truth && { truth }, title: coarse.name });
  say(`wrote ${plan.png}`);
}
var scored = ({ configuration }, kept) => coarsenedScores(kept, configuration.normalization.factor);
function sayKept({ path, steps, of }, first) {
  if (path === void 0) {
    say(`none of ${of} times was finished; nothing is written`);
    return;
  }
  say(`the first ${steps} of ${of} times are kept in ${path}`);
  say(`for the others: the same command with --time '#${first + steps}:${first + of}' and another --output`);
}
export {
  downscale
};
