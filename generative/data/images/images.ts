/** The arrays between fields and the network: images on the fine grid, channels last. */

/** Images to train on or to validate on, wherever they are. */
export interface PairImages {
  /** Rows of an image. */
  readonly height: number;
  /** Columns of an image. */
  readonly width: number;
  /** Number of images. */
  readonly count: number;
  /** Number of input channels. */
  readonly channels: number;
  /** Number of targets. */
  readonly outputs: number;
}

/** Images in memory. */
export interface PairArchive extends PairImages {
  /** Standardised channels, [count, height, width, channels]; gaps are 0. */
  readonly condition: Float32Array;
  /** Standardised residual of each target, (t(v) − background)/deviation, [count, height, width, outputs]; 0 where missing. */
  readonly clean: Float32Array;
  /** 1 where the target has a value, else 0, [count, height, width, outputs]. */
  readonly valid: Uint8Array;
}

/** One image. */
export interface PairImage {
  /** Standardised channels, [height, width, channels]; gaps are 0. */
  readonly condition: Float32Array;
  /** Standardised residual of each target, [height, width, outputs]; 0 where missing. */
  readonly clean: Float32Array;
  /** 1 where the target has a value, else 0, [height, width, outputs]. */
  readonly valid: Uint8Array;
}

/** Images that stay in a file and are read one at a time. */
export interface StoredPairs extends PairImages {
  /** An image by its number, from 0. */
  read(image: number): PairImage;
  /** Ends reading. */
  close(): void;
}

/** One image of an archive; not to be written to. */
export function imageOf(archive: PairArchive | StoredPairs, image: number): PairImage {
  if ("read" in archive) return archive.read(image);
  const pixels = archive.height * archive.width;
  const part = <T extends Float32Array | Uint8Array>(values: T, depth: number): T =>
    values.subarray(image * pixels * depth, (image + 1) * pixels * depth) as T;
  const { condition, clean, valid, channels, outputs } = archive;
  return { condition: part(condition, channels), clean: part(clean, outputs), valid: part(valid, outputs) };
}

/** True if a target of any image has no value somewhere. */
export function hasGaps(archive: PairArchive | StoredPairs): boolean {
  for (let image = 0; image < archive.count; image++) if (imageOf(archive, image).valid.includes(0)) return true;
  return false;
}
