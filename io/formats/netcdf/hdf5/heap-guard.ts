/**
 * Keeps the HDF5 library from walking in a circle. It reads variable-length values from global heap collections, whose
 * objects follow one another by their sizes (HDF5 File Format Specification 3.0, III.E), and does not see a size that
 * leads nowhere: free space of 0 bytes, or a size that wraps around. A collection is checked as its bytes are read from
 * disk.
 */
import { Buffer } from "../../../../engine/platform/bytes.ts";

/** Of a collection and of an object, with sizes of 8 bytes. */
const HEADER = 16;
/** Reads above this are values, not metadata. */
const MOST = 2 ** 20;

/** The part of an Emscripten file system that reads; `position` is left out where the file's own is meant. */
export interface ReadingFileSystem {
  read(stream: unknown, buffer: Uint8Array | Int8Array, offset: number, length: number, position?: number): number;
}

/**
 * True if the objects of a collection lead in a circle, with sizes of 32 bits as the library has them in WebAssembly.
 *
 * @param heap - the collection from its signature on; what it lacks at the end is not looked at
 */
export function isEndless(heap: Uint8Array): boolean {
  const view = new DataView(heap.buffer, heap.byteOffset, heap.byteLength);
  const end = Math.min(heap.length, view.getUint32(8, true));
  for (let at = HEADER; at + HEADER <= end; ) {
    const index = view.getUint16(at, true);
    const size = view.getUint32(at + 8, true);
    // Free space, object 0, counts its own header; other objects are padded to 8 bytes.
    const need = index === 0 ? size : (HEADER + ((size + 7) & ~7)) >>> 0;
    if (need === 0) return true;
    at += need;
  }
  return false;
}

/** Positions in the buffer where collections begin; they may lie anywhere in the file. */
function* collectionsIn(bytes: Buffer): Generator<number> {
  for (let at = bytes.indexOf("GCOL"); at >= 0 && at + HEADER <= bytes.length; at = bytes.indexOf("GCOL", at + 4)) {
    // The version is 1 and three bytes are kept at 0.
    if (bytes.readUInt32LE(at + 4) === 1) yield at;
  }
}

/** Makes reads of a file system fail, as a disk would, where they fetch a collection that leads in a circle. */
export function guardHeaps(files: ReadingFileSystem): void {
  const read = files.read.bind(files);
  files.read = (stream, buffer, offset, length, position) => {
    const got = read(stream, buffer, offset, length, position);
    if (position === undefined || got < HEADER || got > MOST) return got;
    const bytes = Buffer.from(buffer.buffer, buffer.byteOffset + offset, got);
    for (const at of collectionsIn(bytes)) {
      const size = Math.min(MOST, bytes.readUInt32LE(at + 8));
      let heap: Uint8Array = bytes.subarray(at, at + size);
      if (heap.length < size) {
        heap = new Uint8Array(size);
        heap = heap.subarray(0, read(stream, heap, 0, size, position + at));
      }
      // The library takes this for an error of the disk (EIO) and gives up the object.
      if (heap.length >= HEADER && isEndless(heap))
        throw Object.assign(new Error("endless heap"), { name: "ErrnoError", errno: 29 });
    }
    return got;
  };
}
