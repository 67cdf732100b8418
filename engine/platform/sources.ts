/** Bytes that are not yet a file of this machine. */
import { writeFile } from "node:fs/promises";
import { bytesOf, type FileSource } from "./source-bytes.ts";

/** Makes a file of a source. In a worker of a page, blobs and addresses are read piece by piece as they are asked for. */
export async function placeSource(path: string, source: FileSource): Promise<void> {
  await writeFile(path, await bytesOf(source));
}
