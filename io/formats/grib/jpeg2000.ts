/**
 * JPEG 2000 codestreams of GRIB 2 (template 5.40), by OpenJPEG as WebAssembly in the package @cornerstonejs/codec-openjpeg, which is
 * looked for when a file holds such fields, and is not installed with this one.
 */
import type { Buffer } from "../../../engine/platform/bytes.ts";
import { createRequire } from "../../../engine/platform/native.ts";
import { GribProblem } from "./message.ts";

const PACKAGE = "@cornerstonejs/codec-openjpeg";
/** The package keeps deeper samples in bytes of its own order. */
const MOST_BITS = 16;
const START = [0xff, 0x4f, 0xff, 0x51];

/** The package's module, as far as it is used. */
interface Codec {
  readonly J2KDecoder: new () => Decoder;
}

interface Decoder {
  getEncodedBuffer(size: number): Uint8Array;
  decode(): void;
  getFrameInfo(): {
    readonly width: number;
    readonly height: number;
    readonly bitsPerSample: number;
    readonly componentCount: number;
    readonly isSigned: boolean;
  };
  getDecodedBuffer(): Uint8Array;
  delete(): void;
}

const require = createRequire(import.meta.url);
let codec: Codec | undefined;

function isInstalled(): boolean {
  try {
    require.resolve(`${PACKAGE}/decode`);
    return true;
  } catch {
    return false;
  }
}

/** Loads the package where it is installed; {@link unpackJpeg2000} then can be called. */
export async function loadJpeg2000(): Promise<void> {
  if (codec !== undefined || !isInstalled()) return;
  const silent = () => {};
  codec = await require(`${PACKAGE}/decode`)({ print: silent, printErr: silent });
}

/** Samples of a codestream. @throws GribProblem where the package is not installed, or the codestream is not of so many samples */
export function unpackJpeg2000(stream: Buffer, count: number): Float64Array {
  if (codec === undefined) {
    throw new GribProblem(
      `its values are packed as JPEG 2000, which needs a package: \`npm install ${PACKAGE}\`; or`,
      true,
    );
  }
  // The size of the image is in the codestream's second segment (ISO 15444-1, A.5.1); more than was promised must not take the memory.
  if (stream.length < 40 || START.some((byte, i) => stream[i] !== byte)) throw new GribProblem("it has no JPEG 2000");
  const [width, height] = [
    stream.readUInt32BE(8) - stream.readUInt32BE(16),
    stream.readUInt32BE(12) - stream.readUInt32BE(20),
  ];
  if (width * height !== count)
    throw new GribProblem(`its JPEG 2000 has ${width} x ${height} samples; expected ${count}`);
  const decoder = new codec.J2KDecoder();
  try {
    decoder.getEncodedBuffer(stream.length).set(stream);
    decoder.decode();
    const { bitsPerSample: depth, componentCount, isSigned } = decoder.getFrameInfo();
    const bytes = decoder.getDecodedBuffer();
    if (bytes.length === 0) throw new GribProblem("its JPEG 2000 is damaged");
    if (componentCount !== 1 || depth > MOST_BITS) {
      throw new GribProblem(
        `its JPEG 2000 has ${componentCount} components of ${depth} bits; expected 1 of up to ${MOST_BITS}`,
        true,
      );
    }
    const size = depth > 8 ? 2 : 1;
    if (bytes.length !== count * size) throw new GribProblem("its JPEG 2000 is damaged");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const read = isSigned
      ? (i: number) => (size === 2 ? view.getInt16(2 * i, true) : view.getInt8(i))
      : (i: number) => (size === 2 ? view.getUint16(2 * i, true) : view.getUint8(i));
    return Float64Array.from({ length: count }, (_, i) => read(i));
  } catch (cause) {
    if (cause instanceof GribProblem) throw cause;
    throw new GribProblem("its JPEG 2000 is damaged", false, { cause });
  } finally {
    decoder.delete();
  }
}
