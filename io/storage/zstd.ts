/** Zstandard frames by Node from 22.15 on; before, unpacked by zstddec, of which this file is the only importer. */
import type { ZSTDDecoder } from "zstddec";
import { requireMemory } from "../../engine/numerics/wasm-code.ts";
import { zstdCompressSync, zstdDecompressSync } from "../../engine/platform/compression.ts";

/** Bytes that fit the memory of WebAssembly beside each other. */
const MOST_IN_WASM = 2 ** 30;

let zstd: Promise<ZSTDDecoder> | undefined;

/**
 * Unpacks frames of at most so many bytes.
 *
 * @returns fewer bytes where they are damaged
 * @throws RangeError for more, Error for damaged ones, BackendError without memory
 */
export async function unzstd(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  const room = Math.max(most, 64);
  if (zstdDecompressSync) return zstdDecompressSync(bytes, { maxOutputLength: room });
  if (room + bytes.length > MOST_IN_WASM) throw new RangeError(`it has ${room} bytes, which takes Node 22.15 or later`);
  requireMemory("Zstandard of this Node");
  zstd ??= import("zstddec").then(async ({ ZSTDDecoder: Decoder }) => {
    const decoder = new Decoder();
    await decoder.init();
    return decoder;
  });
  // With a size it decodes at once into so much room; without one it would go on for as long as the frame says.
  return (await zstd).decode(bytes, room);
}

/** Numbers of libzstd's parameters (zstd.h). */
const [LEVEL, CHECKSUM] = [100, 201];

const pack = zstdCompressSync;
/**
 * Packs bytes as one frame that says how many they are, and ends with the checksum of its content where that is asked for.
 * Undefined before Node 22.15.
 */
export const zstdFrame =
  pack &&
  ((bytes: Uint8Array, level: number, checksum: boolean): Uint8Array =>
    pack(bytes, { params: { [LEVEL]: level, [CHECKSUM]: checksum ? 1 : 0 } }));
