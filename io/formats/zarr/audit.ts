/** True if every chunk of a store is there and can be read: its checksum is looked at, as with every reading. */

import { BackendError } from "../../../engine/errors.ts";
import { existsSync, readFileSync } from "../../../engine/platform/files.ts";
import { join } from "../../../engine/platform/paths.ts";
import { positionsBetween } from "../../storage/box.ts";
import { sizeOf } from "../../storage/source.ts";
import type { JsonObject } from "./json.ts";
import type { ZarrArray } from "./metadata.ts";
import { frameHasChecksum, openChunks, reasonOf, unknownCodec } from "./store.ts";
import { readTree, zarrContradictions, zarrVersion } from "./tree.ts";
import { explained } from "./update.ts";

/** Result of reading all of a store. */
export interface ZarrAudit {
  /** Chunks of all its variables. */
  readonly chunks: number;
  /** Those that cannot be read, and metadata that contradict each other, in words. */
  readonly damaged: readonly string[];
  /** Chunks that are not there, by variable: legal, and read as fill values; a store that was written whole has none. */
  readonly absent: Readonly<Record<string, number>>;
  /** Variables whose chunks have no checksums, so that damage may be read as other numbers. */
  readonly unchecked: readonly string[];
}

/** Codecs of which a changed bit is found: by checksums of their own, or of what they wrap. */
const CHECKED = /^(numcodecs\.)?(crc32c?|adler32|fletcher32|gzip|zlib|sharding_indexed)$/;

/**
 * Reads every chunk of a store once.
 *
 * @param onProgress - called after every chunk
 * @throws FormatError where there is no store, or its metadata cannot be read
 */
export async function auditZarr(path: string, onProgress?: (done: number, total: number) => void): Promise<ZarrAudit> {
  return explained(path, async () => {
    const version = zarrVersion(path) ?? 3;
    const { arrays } = readTree(path, version, path);
    const numeric = [...arrays].filter(([, { dtype }]) => !["char", "string", "other"].includes(dtype));
    const gridOf = ({ shape, chunks }: ZarrArray) => shape.map((n, i) => Math.ceil(n / chunks[i]!));
    const total = numeric.reduce((sum, [, array]) => sum + sizeOf(gridOf(array)), 0);
    const damaged = zarrContradictions(path, path);
    const absent: Record<string, number> = {};
    let done = 0;
    for (const [name, array] of numeric) {
      const grid = gridOf(array);
      const [first, last] = [grid.map(() => 0), grid.map((n) => n - 1)];
      const chunks = await openChunks(join(path, name), array, { within: path });
      const there = chunks.written(first, last);
      for (const at of there?.chunks ?? positionsBetween(first, last)) {
        try {
          await chunks.read(at);
        } catch (error) {
          if (unknownCodec(error) !== undefined || error instanceof BackendError) throw error;
          damaged.push(`chunk ${at.join(".") || "0"} of variable ${name} cannot be read (${reasonOf(error)})`);
        }
        onProgress?.(++done, total);
      }
      done += there === undefined ? 0 : sizeOf(grid) - there.chunks.length;
      if (chunks.absent() > 0) absent[name] = chunks.absent();
    }
    const unchecked = numeric.filter(([name, array]) => !hasChecksum(join(path, name), array)).map(([name]) => name);
    return { chunks: total, damaged, absent, unchecked };
  });
}

/**
 * True if the metadata name a codec with a checksum, or, of Zstandard in version 2, whose metadata do not say so, a
 * chunk has one.
 */
function hasChecksum(folder: string, { document, version, shape }: ZarrArray): boolean {
  const lists = [document["codecs"], document["filters"], document["compressor"]];
  return lists
    .flatMap((list) => (Array.isArray(list) ? list : (list ?? [])))
    .some((codec) => {
      const { name, id, configuration } = codec as { name?: string; id?: string; configuration?: JsonObject };
      const own = name ?? id ?? "";
      if (!/^(numcodecs\.)?zstd$/.test(own)) return CHECKED.test(own);
      if (version === 3) return configuration?.["checksum"] === true;
      const separator = (document["dimension_separator"] ?? ".") as string;
      const first = join(folder, shape.map(() => 0).join(separator) || "0");
      return existsSync(first) && frameHasChecksum(readFileSync(first));
    });
}
