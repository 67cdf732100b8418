import {
  changeSection,
  ensemblePage,
  isSolve,
  movedRain,
  solutionPage,
  trainingPage,
  writePage
} from "./chunk-BBUHPERK.js";
import "./chunk-2A2JZMMH.js";
import "./chunk-B76RVHYB.js";
import "./chunk-RFNE7LAF.js";
import "./chunk-REA3PM3L.js";
import "./chunk-E4UB2BUP.js";
import "./chunk-M7QUBEK6.js";
import "./chunk-RDQ5FCHV.js";
import {
  changeSignal,
  verify
} from "./chunk-HNA2YWTQ.js";
import "./chunk-HHEHUTHZ.js";
import "./chunk-O6FHBCA2.js";
import "./chunk-IHC7556Q.js";
import "./chunk-6RL6FTP2.js";
import "./chunk-TNAG3B54.js";
import "./chunk-JYSZMQVP.js";
import "./chunk-UT3GBMX3.js";
import {
  periodNames,
  startStages
} from "./chunk-CUG62DKC.js";
import "./chunk-6KCX3X7U.js";
import "./chunk-GP5RCY2J.js";
import "./chunk-MYHAFT5B.js";
import "./chunk-PHUSJ35S.js";
import "./chunk-2JKOHZZA.js";
import "./chunk-JHNL2DBA.js";
import {
  mapsLast,
  namedFields,
  openFields
} from "./chunk-MXIOKUDV.js";
import "./chunk-AWWB6X6Z.js";
import {
  checkFiles,
  prepareOutputs,
  zarrVersion
} from "./chunk-72SAAEYX.js";
import "./chunk-O7EZDEUO.js";
import {
  OptionsError
} from "./chunk-Y46VEHZ7.js";
import {
  emitJson,
  say
} from "./chunk-K2VWOMW7.js";

// cli/report/run.ts
import { existsSync, statSync } from "node:fs";
import { extname } from "node:path";
async function report(what, o) {
  if (extname(o.output).toLowerCase() !== ".html") {
    throw new OptionsError(`--output is ${o.output}; expected a name that ends in .html`, "output", o.output);
  }
  if (o.dryRun) return emitJson({ command: "report", what, ...o });
  const isRun = existsSync(what) && statSync(what).isDirectory() && zarrVersion(what) === void 0;
  if (isRun && o.truth !== void 0) {
    throw new OptionsError("--truth means nothing here: the page is of a run; leave it out", "truth", o.truth);
  }
  for (const name of ["transport", "change"]) {
    if (o[name] === void 0 || o.truth !== void 0) continue;
    throw new OptionsError(`--${name} compares with --truth; give one`, name, o[name]);
  }
  const page = isRun ? await ofRun(what, o) : await ofField(what, o);
  await writePage(o.output, page);
  say(`wrote ${o.output}`);
  if (o.json) emitJson({ command: "report", what, output: o.output, bytes: Buffer.byteLength(page) });
}
function ofRun(folder, { output, overwrite }) {
  prepareOutputs([{ path: output, option: "output" }], [folder], overwrite);
  return isSolve(folder) ? solutionPage(folder) : trainingPage(folder);
}
async function ofField(what, o) {
  const opened = [];
  const stages = startStages((stage) => stage === "redrawing" ? "redraws" : "maps");
  const open = async (role, text) => {
    checkFiles(role, [namedFields(text).files]);
    const found = await openFields(text, { allowExternal: o.allowExternal ?? false });
    opened.push(found);
    if (found.fields.length > 1)
      throw new OptionsError(`${role} ${text}: expected one variable; name one`, "source", text);
    return found.fields[0];
  };
  try {
    const field = await open("WHAT", what);
    const truth = o.truth === void 0 ? void 0 : await open("--truth", o.truth);
    prepareOutputs(
      [{ path: o.output, option: "output" }],
      opened.flatMap(({ paths }) => paths),
      o.overwrite
    );
    const { thresholds, by, seed, transport: reach } = o;
    const moved = truth && reach !== void 0 ? await movedRain(mapsLast(truth), {
      reach,
      bootstrap: { seed, tooFew: "none" },
      onProgress: (done, total) => stages.update("moving rain", done, total)
    }) : void 0;
    const changed = truth && o.change && await changeSignal(field, truth, {
      ...{ from: o.change[0], to: o.change[1], bootstrap: { seed, tooFew: "none" } },
      onProgress: (period, done, total) => stages.update(periodNames[period], done, total)
    });
    const verification = truth && !o.change ? await verify(field, truth, {
      ...{ seed, spectrum: true, sal: true, bootstrap: { seed, tooFew: "none" } },
      ...thresholds && { thresholds, fss: { thresholds } },
      ...by && { events: by },
      ...moved && { scores: moved.scores },
      onProgress: stages.update
    }) : void 0;
    const picture = moved?.picture(verification?.units);
    return await ensemblePage(field, {
      ...{ times: o.times, members: o.members },
      ...o.title !== void 0 && { title: o.title },
      ...truth && { truth },
      ...verification && { verification },
      ...changed && { sections: [changeSection(changed)] },
      ...picture && { sections: [{ heading: "Rain moved by transport", parts: [{ kind: "picture", ...picture }] }] },
      onProgress: (done, total) => stages.update("drawing", done, total)
    });
  } finally {
    stages.stop();
    for (const one of opened) one.close();
  }
}
export {
  report
};
