/** Images of training and validation: targets on the fine grid and, where they are not made of the targets, their inputs. */
import { DomainError, ShapeError } from "../../../engine/errors.ts";
import type { ModelDescription } from "../../model/configuration.ts";

/** One image, channels last; not to be written to. */
export interface Image {
  /** Standardised channels, [height, width, channels]; gaps are 0. Empty where inputs are block means of the targets. */
  readonly condition: Float32Array;
  /** Standardised residuals [height, width, outputs], 0 where missing; of tiles rates in mm/h. */
  readonly clean: Float32Array;
  /** 1 where the target has a value, else 0, [height, width, outputs]. @defaultValue all have */
  readonly valid?: Uint8Array;
}

export interface Images {
  readonly height: number;
  readonly width: number;
  readonly count: number;
  /** Number of input channels; 0 where inputs are block means of the targets. */
  readonly channels: number;
  readonly outputs: number;
  readonly masked: boolean;
  read(image: number): Image;
  /** Ends reading from a file. */
  close?(): void;
}

/** All images as arrays: the parts of {@link Image}, one image after the other. */
export interface ImageArrays extends Omit<Images, "masked" | "read" | "close"> {
  readonly condition: Float32Array;
  readonly clean: Float32Array;
  readonly valid?: Uint8Array;
}

export class ImagesInMemory implements Images {
  readonly height: number;
  readonly width: number;
  readonly count: number;
  readonly channels: number;
  readonly outputs: number;
  readonly masked: boolean;
  readonly arrays: Readonly<Pick<ImageArrays, "condition" | "clean" | "valid">>;

  constructor({ height, width, count, channels, outputs, condition, clean, valid }: ImageArrays) {
    [this.height, this.width, this.count, this.channels, this.outputs] = [height, width, count, channels, outputs];
    this.masked = valid !== undefined;
    this.arrays = { condition, clean, ...(valid && { valid }) };
  }

  read(image: number): Image {
    const pixels = this.height * this.width;
    const part = <T extends Float32Array | Uint8Array>(values: T, depth: number): T =>
      values.subarray(image * pixels * depth, (image + 1) * pixels * depth) as T;
    const { condition, clean, valid } = this.arrays;
    const own = { condition: part(condition, this.channels), clean: part(clean, this.outputs) };
    return { ...own, ...(valid && { valid: part(valid, this.outputs) }) };
  }
}

/** True if a target of any image has no value somewhere. */
export function hasGaps(images: Images): boolean {
  for (let n = 0; images.masked && n < images.count; n++) if (images.read(n).valid?.includes(0)) return true;
  return false;
}

/**
 * @param name - of the argument, for messages
 * @param multiple - what sides must be multiples of
 * @throws ShapeError where sizes do not fit; DomainError where a number is not finite, or no target has a value
 */
export function checkImages(
  name: string,
  archive: Images,
  { channels, targets }: ModelDescription,
  multiple: number,
): void {
  const { height, width, count } = archive;
  const caller = `train: ${name}`;
  if (!(count > 0 && height > 0 && width > 0 && height % multiple === 0 && width % multiple === 0)) {
    const hint = "repeat the last row and column, with valid = 0";
    throw new ShapeError(
      `${caller} [count, height, width]`,
      `sides that ${multiple} divides`,
      [count, height, width],
      hint,
    );
  }
  const known = targets.map(() => 0);
  for (let image = 0; image < count; image++) {
    const { condition, clean, valid = new Uint8Array(clean.length).fill(1) } = archive.read(image);
    for (const [what, depth, wanted, values] of [
      ["condition", archive.channels, channels.length, condition],
      ["clean", archive.outputs, targets.length, clean],
      ["valid", archive.outputs, targets.length, valid],
    ] as const) {
      if (depth === wanted && values.length === height * width * wanted) continue;
      const shape = [count, height, width, wanted];
      throw new ShapeError(`${caller}.${what}`, shape, `image ${image} of ${values.length} values, ${depth} a pixel`);
    }
    const gap = condition.findIndex((v) => !Number.isFinite(v));
    if (gap >= 0) {
      const channel = channels[gap % channels.length]!.name;
      throw new DomainError(`${caller}.condition holds ${condition[gap]} in ${channel}; gaps are 0`, condition[gap]);
    }
    for (let i = 0; i < valid.length; i++) {
      if (valid[i] === 0) continue;
      known[i % targets.length]!++;
      if (Number.isFinite(clean[i])) continue;
      throw new DomainError(`${caller}.clean holds ${clean[i]} in ${targets[i % targets.length]!.name}`, clean[i]);
    }
  }
  const none = known.indexOf(0);
  if (none >= 0) throw new DomainError(`${caller} has no value of ${targets[none]!.name}`);
}
