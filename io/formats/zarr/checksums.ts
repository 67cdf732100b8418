/** Checksums of chunks. */
import { code, page, type, wasmModule } from "../../../engine/numerics/wasm-code.ts";

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  return c >>> 0;
});

/** CRC-32C (RFC 3720, B.4). */
export function crc32c(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = CRC_TABLE[(c ^ byte) & 255]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** The primes of XXH64. */
const [P1, P2, P3, P4, P5] = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const;
/** Bytes that are mixed in at once, as four lanes. */
const STRIPE = 32;

const long = (value: bigint) => BigInt.asUintN(64, value);
const rotated = (value: bigint, by: bigint) => long((value << by) | (value >> (64n - by)));
const rounded = (lane: bigint, input: bigint) => long(rotated(long(lane + input * P2), 31n) * P1);

/** Mixes whole stripes into four lanes: bytes lie in the second page of a memory, the lanes at its start. */
function stripes(): { readonly memory: WebAssembly.Memory; mix(bytes: number): void } {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const [END, AT] = [0, 1];
  const lanes = [2, 3, 4, 5];
  const { get, set, long: word } = code;
  const body = [
    ...lanes.flatMap((lane, k) => [...code.constant(8 * k), ...word.load(0), ...set(lane)]),
    ...code.constant(0),
    ...set(AT),
    ...code.repeat([
      ...lanes.flatMap((lane, k) => [
        ...[...get(lane), ...get(AT), ...word.load(page + 8 * k), ...word.constant(P2), ...word.times, ...word.add],
        ...[...word.constant(31n), ...word.rotate, ...word.constant(P1), ...word.times, ...set(lane)],
      ]),
      ...[...get(AT), ...code.constant(STRIPE), ...code.add, ...code.tee(AT), ...get(END), ...code.notEqual],
    ]),
    ...lanes.flatMap((lane, k) => [...code.constant(8 * k), ...get(lane), ...word.store(0)]),
  ];
  const [mix] = wasmModule([{ parameters: 1, locals: [type.i32, ...lanes.map(() => type.i64)], body }], memory);
  return { memory, mix: mix! };
}

let made: ReturnType<typeof stripes> | undefined;

/** XXH64 with seed 0, whose lower half Zstandard has as its checksum (RFC 8878, 3.1.1; https://xxhash.com). */
export function xxh64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let [at, sum] = [0, P5 as bigint];
  if (bytes.length >= STRIPE) {
    made ??= stripes();
    const lanes = new BigUint64Array(made.memory.buffer, 0, 4);
    lanes.set([long(P1 + P2), P2, 0n, long(-P1)]);
    const room = new Uint8Array(made.memory.buffer, page);
    while (bytes.length - at >= STRIPE) {
      const length = Math.min(page, bytes.length - at) & -STRIPE;
      room.set(bytes.subarray(at, at + length));
      made.mix(length);
      at += length;
    }
    sum = long([1n, 7n, 12n, 18n].reduce((all, by, k) => all + rotated(lanes[k]!, by), 0n));
    for (const lane of lanes) sum = long((sum ^ rounded(0n, lane)) * P1 + P4);
  }
  sum = long(sum + BigInt(bytes.length));
  for (; bytes.length - at >= 8; at += 8) {
    sum = long(rotated(sum ^ rounded(0n, view.getBigUint64(at, true)), 27n) * P1 + P4);
  }
  if (bytes.length - at >= 4) {
    sum = long(rotated(sum ^ long(BigInt(view.getUint32(at, true)) * P1), 23n) * P2 + P3);
    at += 4;
  }
  for (; at < bytes.length; at++) sum = long(rotated(sum ^ long(BigInt(bytes[at]!) * P5), 11n) * P1);
  sum = long((sum ^ (sum >> 33n)) * P2);
  sum = long((sum ^ (sum >> 29n)) * P3);
  return sum ^ (sum >> 32n);
}
