/** Bytes of what is no file. */

/** Bytes in memory, a `Blob` or `File` of a page, or an address (http, https, blob). */
export type FileSource = ArrayBuffer | Uint8Array | Blob | URL;

/** Bytes of a source. @throws Error where the address does not answer */
export async function bytesOf(source: FileSource): Promise<Uint8Array<ArrayBuffer>> {
  if (source instanceof Uint8Array) return Uint8Array.from(source);
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  const answer = await fetch(source);
  if (!answer.ok) throw new Error(`${source.href} answered ${answer.status} ${answer.statusText}`);
  return new Uint8Array(await answer.arrayBuffer());
}
