/** Files of what is no file: bytes, blobs, and addresses. */
import { FormatError, OptionsError } from "../../engine/errors.ts";
import { type TemporaryFolder, temporaryFolder } from "../../engine/files/temporary.ts";
import { readFile } from "../../engine/platform/files.ts";
import { basename, dirname, join } from "../../engine/platform/paths.ts";
import type { FileSource } from "../../engine/platform/source-bytes.ts";
import { placeSource } from "../../engine/platform/sources.ts";

export type { FileSource };

const folders = new Map<string, TemporaryFolder>();

/**
 * Makes a file of bytes, of a `Blob` or `File`, or of an address, which all that takes paths then reads. In a worker of
 * a page, blobs and addresses whose server gives ranges are read piece by piece; elsewhere all bytes come at once.
 *
 * @param source - bytes, a blob, or an address
 * @param name - of the file, which errors use. @defaultValue that of the `File` or the end of the address, else "data"
 * @returns the path of the file, which {@link releaseFile} removes, as does the end of the process or page
 * @throws OptionsError for a name with a slash
 * @throws FormatError where the address does not answer
 */
export async function holdFile(source: FileSource, name: string = nameOf(source)): Promise<string> {
  if (name === "" || basename(name) !== name)
    throw new OptionsError(`holdFile: expected a name without slashes, got ${JSON.stringify(name)}`, "name", name);
  const folder = temporaryFolder("monge-held");
  const path = join(folder.path, name);
  try {
    await placeSource(path, source);
  } catch (cause) {
    folder.remove();
    const why = `its bytes did not come (${(cause as Error).message})`;
    throw new FormatError(name, "unknown", why, "check the address, and that its server lets this page read it", {
      cause,
    });
  }
  folders.set(path, folder);
  return path;
}

/**
 * Removes a file that {@link holdFile} made; does nothing for others.
 *
 * @param path - as `holdFile` returned it
 */
export function releaseFile(path: string): void {
  folders.get(path)?.remove();
  folders.delete(path);
}

/**
 * All bytes of a file: what a page that wrote `out.nc` offers for download.
 *
 * @param path - of a file, held or written
 * @throws FormatError where there is none
 */
export async function fileBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new FormatError(path, "unknown", "it cannot be read as a file", `look at ${dirname(path)}`, { cause });
  }
}

function nameOf(source: FileSource): string {
  const name =
    source instanceof URL
      ? decodeURIComponent(basename(source.pathname))
      : ((source as { readonly name?: unknown }).name ?? "");
  return basename(String(name)) || "data";
}
