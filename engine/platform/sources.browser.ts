/** Bytes of a page as files. A worker may wait for bytes; elsewhere a file comes into memory whole. */
import { type HeldContent, HeldFile, put } from "./held-files.ts";
import { bytesOf, type FileSource } from "./source-bytes.ts";

/** Waits for an answer, which workers alone can. */
interface BlobReader {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}
const { FileReaderSync: Reader } = globalThis as { readonly FileReaderSync?: new () => BlobReader };

/** Bytes of an address that come at once, and how many such pieces are kept. */
const [pieceLength, mostPieces] = [1 << 16, 256];

function ofBlob(blob: Blob, Reader: new () => BlobReader): HeldContent {
  return {
    size: blob.size,
    read(target, position) {
      const part = blob.slice(position, position + target.length);
      target.set(new Uint8Array(new Reader().readAsArrayBuffer(part)));
    },
  };
}

/** An address whose server gives ranges; undefined for another. */
async function ofRanges(url: URL): Promise<HeldContent | undefined> {
  const { ok, headers } = await fetch(url, { method: "HEAD" });
  const size = Number(headers.get("content-length") ?? Number.NaN);
  const isPacked = headers.get("content-encoding") !== null;
  if (!ok || headers.get("accept-ranges") !== "bytes" || isPacked || !Number.isFinite(size)) return undefined;
  const pieces = new Map<number, Uint8Array>();
  const pieceAt = (index: number): Uint8Array => {
    const known = pieces.get(index);
    if (known) return known;
    const request = new XMLHttpRequest();
    request.open("GET", url, false);
    request.responseType = "arraybuffer";
    const begin = index * pieceLength;
    request.setRequestHeader("Range", `bytes=${begin}-${Math.min(size, begin + pieceLength) - 1}`);
    request.send();
    if (request.status !== 206) throw new Error(`${url.href} answered ${request.status} to a range of bytes`);
    const piece = new Uint8Array(request.response as ArrayBuffer);
    pieces.set(index, piece);
    if (pieces.size > mostPieces) pieces.delete(pieces.keys().next().value!);
    return piece;
  };
  return {
    size,
    read(target, position) {
      for (let done = 0; done < target.length; ) {
        const at = position + done;
        const piece = pieceAt(Math.floor(at / pieceLength)).subarray(at % pieceLength);
        const part = piece.subarray(0, target.length - done);
        target.set(part, done);
        done += part.length;
      }
    },
  };
}

export async function placeSource(path: string, source: FileSource): Promise<void> {
  const lazily = async (): Promise<HeldContent | undefined> => {
    if (Reader && source instanceof Blob) return ofBlob(source, Reader);
    return Reader && source instanceof URL ? ofRanges(source) : undefined;
  };
  put(path, new HeldFile((await lazily()) ?? (await bytesOf(source))));
}
