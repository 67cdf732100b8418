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
  planDownscaling
} from "./chunk-3CUCI7F2.js";
import {
  kubernetesJob,
  slurmScript
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
import {
  OptionsError
} from "./chunk-Y46VEHZ7.js";
import {
  duration,
  emit,
  emitJson
} from "./chunk-K2VWOMW7.js";

// cli/plan/run.ts
var own = {
  "--shards": true,
  "--measure": true,
  "--seconds-per-evaluation": true,
  "--slurm": false,
  "--kubernetes": false,
  "--image": true,
  "--claim": true,
  "--memory": true,
  "--json": false,
  "--quiet": false,
  "-q": false
};
async function plan(modelPath, files, options, { command, words }) {
  if (options.kubernetes && (options.image === void 0 || options.claim === void 0)) {
    const text = "--kubernetes needs --image, which has monge, and --claim, the volume with model, input and store";
    throw new OptionsError(text, "kubernetes", true);
  }
  if (formatToWrite(options.output).kind !== "folder") {
    const text = `--output ${options.output}: units of work are written into a store; name out.zarr`;
    throw new OptionsError(text, "output", options.output);
  }
  const inputs = await expandPatterns(files);
  const asked = await resolve(modelPath, inputs, options, { writes: false });
  if (options.dryRun) return emitJson({ command: "plan", ...asked, shards: options.shards, measure: options.measure });
  const given = (name) => command.getOptionValueSource(name) === "cli";
  if (asked.model === null) checkKind("method", options, given);
  const { threads, device } = asked;
  const opened = asked.model === null ? await openMethod(options) : await openModel(asked.model, options, given, { threads, device });
  try {
    const input = await openInput(inputs, options);
    try {
      const drawing = drawingOf(asked, options, { model: opened.model, input, inputs, command });
      const measure = options.secondsPerEvaluation === void 0 ? options.measure : 0;
      const found = await planDownscaling(opened.model, input.field, { ...drawing, measure });
      tell(found, options, ["monge", "downscale", ...withoutOwn(words.slice(words.indexOf("plan") + 1))]);
    } finally {
      input.close();
    }
  } finally {
    await opened.close();
  }
}
function withoutOwn(words) {
  const skipsNext = (word) => word !== void 0 && own[word] === true;
  return words.filter((word, i) => own[word.split("=")[0]] === void 0 && !skipsNext(words[i - 1]));
}
function hoursOf({ units, frames, evaluations }, seconds, shards) {
  const all = frames * evaluations * seconds / 3600;
  return { all, longest: all * Math.ceil(units / shards) / units };
}
function tell(found, options, command) {
  const { shards, threads, memory } = options;
  const seconds = options.secondsPerEvaluation ?? found.secondsPerEvaluation;
  const hours = seconds === void 0 ? void 0 : hoursOf(found, seconds, shards);
  const how = options.secondsPerEvaluation !== void 0 ? "as stated" : `measured here, ${found.measured} evaluations`;
  const task = {
    ...{ command, shards, memory },
    // Half as long again as predicted, and a minute to begin.
    ...hours && { hours: 1.5 * hours.longest + 1 / 60 },
    ...threads !== void 0 && { threads }
  };
  const predicted = hours && `${duration(3600 * hours.all)} in all, the longest of ${shards} shards ${duration(3600 * hours.longest)}`;
  const cost = predicted === void 0 ? [] : [`one takes    ${seconds.toPrecision(3)} s, ${how}`, `time         ${predicted}`];
  if (options.kubernetes) emitJson(kubernetesJob({ ...task, image: options.image, claim: options.claim }));
  else if (options.slurm) emit(slurmScript({ ...task, notes: cost }));
  else if (options.json) emitJson({ ...found, shards, secondsPerEvaluation: seconds ?? null, hours: hours ?? null });
  else emit([...described(found), ...cost].join("\n"));
}
function described({ units, unit, shape, chunk, bytes, frames, evaluations }) {
  const sizes = (of) => Object.entries(of).map(([dim, n]) => `${dim} ${n}`).join(", ");
  return [
    `units        ${units}, each at most ${sizes(unit)}; of ${sizes(shape)}`,
    `chunks       ${sizes(chunk)}`,
    `bytes        ${(bytes / 1e9).toPrecision(3)} GB before compression`,
    `evaluations  ${frames * evaluations}: ${frames} maps of a group of members, ${evaluations} each`
  ];
}
export {
  plan
};
