/** Identity of a file. */

import { createReadStream, readdir, readdirSync, statSync } from "../platform/files.ts";
import { createHash, type Hash } from "../platform/hashing.ts";
import { join } from "../platform/paths.ts";
import { pipeline } from "../platform/streams.ts";

/** SHA-256 of a file, or of a folder: of the names and contents of all in it. In hexadecimal. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash("sha256");
  if (statSync(path).isDirectory()) await addFolder(hash, path, "");
  else await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** {@link fileHash} of each, one after the other: there may be more files than may be open at once. */
export async function fileHashes(paths: readonly string[]): Promise<string[]> {
  const hashes: string[] = [];
  for (const path of paths) hashes.push(await fileHash(path));
  return hashes;
}

/**
 * Tells without reading whether a file, or a folder with all in it, may have changed: size, and times of the last
 * writing and of the last change of any kind. Equal stamps of one path: the same contents, unless a clock was set back.
 */
export function fileStamp(path: string): string {
  const status = statSync(path, { bigint: true });
  const { size, mtimeNs, ctimeNs } = status;
  if (!status.isDirectory()) return `${size} ${mtimeNs} ${ctimeNs}`;
  const hash = createHash("sha256");
  for (const name of readdirSync(path).sort()) hash.update(`${JSON.stringify(name)} ${fileStamp(join(path, name))}\n`);
  return hash.digest("hex");
}

async function addFolder(hash: Hash, folder: string, under: string): Promise<void> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const [path, name] = [join(folder, entry.name), `${under}${entry.name}`];
    const isFolder = statSync(path).isDirectory();
    hash.update(JSON.stringify([name, isFolder ? "folder" : statSync(path).size]));
    if (isFolder) await addFolder(hash, path, `${name}/`);
    else for await (const bytes of createReadStream(path)) hash.update(bytes as Uint8Array);
  }
}
