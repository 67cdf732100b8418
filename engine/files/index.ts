/** Files of the engine: written whole, sealed, locked; runs, records and tables. */

export { beginAtomically, placeNew, writeAtomically } from "./atomic-file.ts";
export { beginEntry } from "./cache.ts";
export { latestCheckpoint, loadLatestCheckpoint } from "./checkpoint.ts";
export { readCsv } from "./csv.ts";
export { fileHash } from "./file-hash.ts";
export { recordToJson } from "./json.ts";
export { parseJson } from "./json-text.ts";
export { checkFolder, checkOutputs } from "./output-check.ts";
export { readBounded, textFile } from "./read-bounded.ts";
export { beginRecords, openRecords } from "./record-store.ts";
export { createRun, openRun, readMetrics, readRunOptions } from "./run.ts";
export {
  decodeSafetensors,
  encodeSafetensors,
  type HostTensor,
  readSafetensors,
  writeSafetensors,
} from "./safetensors.ts";
export { sealedJson } from "./sealed-json.ts";
export { temporaryNames, tidyFolder } from "./temporary.ts";
