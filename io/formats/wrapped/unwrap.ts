/**
 * Files inside gzip and zip: unpacked into a temporary folder piece by piece, opened by content, and removed when the
 * source is closed or the process ends. Sizes are checked before and while unpacking.
 */

import { FormatError } from "../../../engine/errors.ts";
import { writeRefusal } from "../../../engine/files/atomic-file.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../engine/files/temporary.ts";
import type { Buffer } from "../../../engine/platform/bytes.ts";
import { createGunzip } from "../../../engine/platform/compression.ts";
import { createReadStream, createWriteStream, mkdirSync, statSync } from "../../../engine/platform/files.ts";
import { tmpdir } from "../../../engine/platform/machine.ts";
import { basename, join } from "../../../engine/platform/paths.ts";
import { pipeline, Transform } from "../../../engine/platform/streams.ts";
import { BinaryFile } from "../../storage/binary-file.ts";
import type { GridSource } from "../../storage/source.ts";
import { listZip, unpackMember, type ZipMember } from "./zip.ts";

/** Wrapping of a file. */
export type Wrapping = "gzip" | "zip";

/** Options for files inside gzip and zip. */
export interface UnwrapOptions {
  /** Bytes that may be unpacked from one file. @defaultValue 4 GiB */
  readonly maxUnpackedBytes?: number;
  /** Name of the file inside a zip that holds several. @defaultValue the only one that monge reads */
  readonly member?: string;
}

const MOST_UNPACKED = 4 * 2 ** 30;
const MOST_MEMBERS = 10_000;
/** Files of a Zarr store, one a chunk. */
const MOST_IN_STORE = 1_000_000;
/** Members that say something of others, or are for people: unpacked for the sake of those, never opened themselves. */
const BESIDE = /\.(hdr|prj|stx|xml|txt|csv|md|pdf|html?|json|blw|clr|jpe?g)$/i;

function tooLarge(path: string, format: Wrapping, what: string, limit: number): FormatError {
  const way = "unpack it by hand, or raise `maxUnpackedBytes`";
  return new FormatError(path, format, `it ${what}, more than the ${limit} bytes that are unpacked`, way);
}

/** The same error with the name of the file that the user knows. */
function renamed(error: unknown, from: string, path: string): unknown {
  if (!(error instanceof FormatError) || !error.message.startsWith(from)) return error;
  const inside = error.path.slice(from.length).replace(/^[\\/]+/, "");
  const text = error.message.slice(error.path.length + 2, error.message.length - error.hint.length - 2);
  return new FormatError(path, error.format, `inside it, ${inside}: ${text}`, error.hint, { cause: error });
}

async function gunzip(path: string, target: string, limit: number): Promise<void> {
  const file = new BinaryFile(path, "gzip");
  const tail = file.bytes(Math.max(0, file.size - 4), Math.min(4, file.size));
  file.close();
  // The length that gzip states, modulo 4 GiB and for its last part only: enough to stop early, not to trust.
  const stated = tail.length < 4 ? 0 : tail.readUInt32LE(0);
  if (stated > limit) throw tooLarge(path, "gzip", `says that it unpacks to ${stated} bytes`, limit);
  let length = 0;
  const count = new Transform({
    transform(chunk: Buffer, _, done) {
      length += chunk.length;
      done(length > limit ? tooLarge(path, "gzip", `unpacks to at least ${length} bytes`, limit) : null, chunk);
    },
  });
  try {
    await pipeline(createReadStream(path), createGunzip(), count, createWriteStream(target, { flags: "wx" }));
  } catch (cause) {
    if (cause instanceof FormatError || writeRefusal(cause, target)) throw cause;
    const text = `it cannot be unpacked (${(cause as Error).message}): it is truncated or damaged`;
    throw new FormatError(path, "gzip", text, "check it with `gunzip -t`, or fetch it again", { cause });
  }
}

/** The folder in a zip that is a Zarr store, `""` for its root; undefined where none is. */
function storeRoot(members: readonly ZipMember[]): string | undefined {
  const roots = members.flatMap(
    ({ name }) => /^([^/]+\/)?(?:zarr\.json|\.z(?:group|array|metadata))$/.exec(name)?.slice(0, 2) ?? [],
  );
  const found = new Set(roots.filter((_, i) => i % 2 === 1).map((root) => root ?? ""));
  if (found.has("")) return "";
  return found.size === 1 ? [...found][0] : undefined;
}

/** Unpacks a Zarr store with its folders. Of members of one name the last holds, as zarr-python writes them. */
async function unzipStore(path: string, folder: string, members: readonly ZipMember[], root: string): Promise<string> {
  const target = join(folder, basename(path).replace(/\.zip$/i, "") || "store");
  const last = new Map(members.filter(({ name }) => name.startsWith(root)).map((m) => [m.name.slice(root.length), m]));
  for (const [name, member] of last) {
    const parts = name.split("/");
    if (parts.some((part) => part === "" || part === "." || part === "..") || /[\\\0]/.test(name)) {
      throw new FormatError(path, "zip", `its member ${JSON.stringify(name)} has no safe name`, "unpack it by hand");
    }
    mkdirSync(join(target, ...parts.slice(0, -1)), { recursive: true });
    await unpackMember(path, member, join(target, ...parts));
  }
  return target;
}

/** Unpacks all members of a zip into one flat folder; returns the one to open. */
async function unzip(path: string, folder: string, limit: number, wanted: string | undefined): Promise<string> {
  const members = listZip(path);
  const total = members.reduce((n, m) => n + m.unpacked, 0);
  if (total > limit) throw tooLarge(path, "zip", `says that it unpacks to ${total} bytes`, limit);
  const size = statSync(path).size;
  // Members that share bytes would unpack to far more than deflate can shrink.
  if (
    members.length > (storeRoot(members) === undefined ? MOST_MEMBERS : MOST_IN_STORE) ||
    members.reduce((n, m) => n + m.packed, 0) > size
  )
    throw new FormatError(
      path,
      "zip",
      `it lists ${members.length} members that cannot all lie in it`,
      "fetch it again",
    );
  const store = wanted === undefined ? storeRoot(members) : undefined;
  if (store !== undefined) return await unzipStore(path, folder, members, store);
  const choices = members.filter((m) => !BESIDE.test(m.name));
  const list = choices.map((m) => m.name).join(", ") || "none";
  const chosen = wanted === undefined ? choices : members.filter((m) => m.name === wanted || fileName(m) === wanted);
  if (chosen.length !== 1) {
    const what = wanted === undefined ? `it holds ${choices.length} files (${list})` : `it holds no single ${wanted}`;
    throw new FormatError(path, "zip", `${what}; expected one that monge reads`, `name it by \`member\` (${list})`);
  }
  const [main] = chosen as [ZipMember];
  const stem = fileName(main).replace(/\.[^.]*$/, "");
  const names = new Set<string>();
  // What belongs to the chosen file has its name up to the ending.
  for (const member of members.filter((m) => m === main || (fileName(m).startsWith(stem) && BESIDE.test(m.name)))) {
    const name = fileName(member);
    if (name === "" || names.has(name)) continue;
    names.add(name);
    await unpackMember(path, member, join(folder, name));
  }
  return join(folder, fileName(main));
}

/** The last part of a member's name: folders inside a zip are of no use, and must not lead out of ours. */
const fileName = ({ name }: ZipMember) => name.split(/[\\/]/).at(-1)!.replace(/^\.+/, "");

/**
 * Opens the file inside a gzip or zip file.
 *
 * @param open - opens what was unpacked.
 * @throws FormatError if it is damaged, unpacks to more than the limit, or holds several files and none is named.
 */
export async function openWrapped(
  path: string,
  format: Wrapping,
  open: (path: string) => Promise<GridSource>,
  options: UnwrapOptions = {},
): Promise<GridSource> {
  const limit = options.maxUnpackedBytes ?? MOST_UNPACKED;
  let unpacked: TemporaryFolder | undefined;
  try {
    unpacked = temporaryFolder("monge-unpacked");
    const { path: folder, remove } = unpacked;
    const target = join(folder, basename(path).replace(/\.(gz|gzip)$/i, "") || "file");
    if (format === "gzip") await gunzip(path, target, limit);
    const source = await open(format === "gzip" ? target : await unzip(path, folder, limit, options.member));
    return {
      ...source,
      path,
      async read(name, slab, into) {
        try {
          return await source.read(name, slab, into);
        } catch (error) {
          throw renamed(error, folder, path);
        }
      },
      close() {
        source.close();
        remove();
      },
    };
  } catch (error) {
    unpacked?.remove();
    // Errors of the system that name the wrapped file are about reading it.
    const isOurs = !(error instanceof FormatError) && (error as NodeJS.ErrnoException).path !== path;
    const refusal = isOurs ? writeRefusal(error, tmpdir()) : undefined;
    if (refusal === undefined) throw unpacked === undefined ? error : renamed(error, unpacked.path, path);
    const hint = "free space there, or let TMPDIR name a folder that holds it";
    throw new FormatError(path, format, `it could not be unpacked into ${tmpdir()}: ${refusal.what}`, hint, {
      cause: error,
    });
  }
}
