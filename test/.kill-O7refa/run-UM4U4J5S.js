import {
  auditUnits
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
  Unfinished,
  checkFiles
} from "./chunk-72SAAEYX.js";
import "./chunk-O7EZDEUO.js";
import "./chunk-Y46VEHZ7.js";
import {
  emit,
  emitJson,
  say
} from "./chunk-K2VWOMW7.js";

// cli/audit/run.ts
var MOST = 20;
async function audit(store, options) {
  checkFiles("STORE", [store]);
  const { requeue = false, checksums } = options;
  if (options.dryRun) return emitJson({ command: "audit", store, requeue, checksums });
  let bar;
  const found = await auditUnits(store, {
    requeue,
    checksums,
    onProgress(done, total) {
      bar ??= startProgress("auditing", total, { unit: "units" });
      bar.update(done);
    }
  }).finally(() => bar?.stop());
  for (const path of found.leftovers.removed) say(`removed ${path}: a killed worker had left it unfinished`);
  if (found.leftovers.unknown.length > 0) {
    const whose = "of processes that cannot be seen from here; --requeue removes them";
    say(`${found.leftovers.unknown.length} temporary files ${whose}`);
  }
  if (options.json) emitJson({ ...found, requeued: requeue });
  else {
    const listed = (name, troubles) => [
      ...troubles.slice(0, MOST).map(({ unit, what }) => `${name}${unit === void 0 ? "" : ` ${unit}`}: ${what}`),
      ...troubles.length > MOST ? [`${name}: and ${troubles.length - MOST} more`] : []
    ];
    emit(
      [
        `${found.sound} of ${found.total} units are there and sound${checksums ? "" : " by name and size"}`,
        ...found.missing.length > 0 ? [`missing: ${ranges(found.missing)}`] : [],
        ...listed("damaged", found.damaged),
        ...listed("duplicate", found.duplicate),
        ...listed("foreign", found.foreign),
        ...found.digest === void 0 ? [] : [`complete, digest ${found.digest}`]
      ].join("\n")
    );
  }
  if (found.complete) return;
  const left = found.missing.length > 0 ? "--resume of `monge downscale` does what is missing" : "--requeue makes them missing";
  say(requeue ? `requeued; ${left}` : `not complete; ${left}`);
  throw new Unfinished();
}
function ranges(numbers) {
  const starts = numbers.flatMap((n, i) => i > 0 && n === numbers[i - 1] + 1 ? [] : [i]);
  const texts = starts.map((from, k) => {
    const [first, last] = [numbers[from], numbers[(starts[k + 1] ?? numbers.length) - 1]];
    return first === last ? `${first}` : `${first}-${last}`;
  });
  const shown = texts.slice(0, MOST).join(", ");
  return texts.length > MOST ? `${shown}, \u2026 (${numbers.length} in all)` : shown;
}
export {
  audit
};
