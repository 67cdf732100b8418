/**
 * ONNX Runtime's optimised graphs, kept between processes. Its passes take most of the time that compiling takes, and
 * give the same graph for the same graph, options, runtime and processor, which are an entry's key.
 */

import { type Cache, cacheOf } from "../../files/cache.ts";
import { Buffer } from "../../platform/bytes.ts";
import { closeSync, openSync, readSync } from "../../platform/files.ts";
import { createHash } from "../../platform/hashing.ts";
import { cpus, process } from "../../platform/machine.ts";

/** Raised where the content of an entry or of its key changes. */
const format = 1;

/** Nodes from which on a graph is worth an entry: smaller ones are optimised in less time than a file takes. */
const leastNodes = 256;

/**
 * Cache for the optimised graph of so many nodes; undefined where it is not.
 *
 * @param asked - as of {@link cacheOf}
 */
export function graphCache(asked: string | false | undefined, nodeCount: number): Cache | undefined {
  const cache = cacheOf(asked);
  return nodeCount >= leastNodes ? cache : undefined;
}

let processor: string | undefined;

/** Features of the processor that the optimised graph may depend on: its instruction sets. */
function processorName(): string {
  processor ??= readProcessor();
  return processor;
}

function readProcessor(): string {
  try {
    // The first of the processors, which come with all their flags; asking for all of them takes long on large
    // machines.
    const bytes = Buffer.alloc(8192);
    const file = openSync("/proc/cpuinfo", "r");
    const length = readSync(file, bytes);
    closeSync(file);
    const lines = bytes.toString("latin1", 0, length).split("\n");
    const described = lines.filter((line) => /^(model name|flags|Features|CPU (implementer|part))\s*:/.test(line));
    return [...new Set(described)].join("\n");
  } catch {
    return cpus()[0]?.model ?? "";
  }
}

/** The key of a model's optimised form, in hexadecimal; the same on machines that would optimise it alike. */
export function graphKey(model: Uint8Array, runtime: string, settings: unknown): string {
  const about = { format, runtime, settings, system: [process.platform, process.arch], processor: processorName() };
  return createHash("sha256").update(JSON.stringify(about)).update("\0").update(model).digest("hex");
}
