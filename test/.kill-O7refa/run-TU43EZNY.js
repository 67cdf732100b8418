import {
  mergeUnits
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
import "./chunk-MXIOKUDV.js";
import "./chunk-AWWB6X6Z.js";
import {
  checkFiles
} from "./chunk-72SAAEYX.js";
import "./chunk-O7EZDEUO.js";
import "./chunk-Y46VEHZ7.js";
import {
  emit,
  emitJson,
  say,
  shellWord
} from "./chunk-K2VWOMW7.js";

// cli/merge/run.ts
async function merge(store, options) {
  checkFiles("STORE", [store]);
  const { output, incomplete = false, overwrite = false, checksums } = options;
  if (options.dryRun) return emitJson({ command: "merge", store, output, incomplete, overwrite, checksums });
  let bar;
  const files = await mergeUnits(store, output, {
    ...{ overwrite, incomplete, checksums },
    history: `monge ${process.argv.slice(2).map(shellWord).join(" ")}`,
    onProgress(done, total) {
      bar ??= startProgress("merging", total, { unit: "times" });
      bar.update(done);
    }
  }).finally(() => bar?.stop());
  for (const { path } of files) say(`wrote ${path}`);
  if (options.json) emitJson({ store, files });
  else emit(files.map(({ path }) => path).join("\n"));
}
export {
  merge
};
