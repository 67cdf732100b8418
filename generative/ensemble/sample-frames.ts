/** Ensembles for a sequence of coarse frames. */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import type { Downscaler, SampleOptions } from "../model/downscaler.ts";
import { chosenFactor } from "../model/input-scale.ts";

/** Options of {@link sampleFrames}: those of one frame, and how the sequence runs. */
export interface SampleFramesOptions extends Omit<SampleOptions, "frame" | "onStep" | "valid"> {
  /** As that of one frame, [frames, height · factor, width · factor]. @defaultValue all of the cells that are not missing */
  readonly valid?: Uint8Array;
  /** Number of the first frame in its file, so that a part gets the noise it has in the whole. @defaultValue 0 */
  readonly firstFrame?: number;
  /** Called after each noise level: levels done, of all frames together. What it throws ends the sampling. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Most values of one ensemble: typed arrays and files beyond this are better made in parts. */
const largestEnsemble = 2 ** 29;

/**
 * Downscale frame after frame.
 *
 * @param coarse - rain rates in mm/h, [frames, height, width], ≥ 0; gaps are NaN
 * @returns rain rates in mm/h, [frames, members, height · factor, width · factor]
 * @throws OptionsError when the result has more than 2²⁹ values
 * @throws ShapeError, DomainError as `Downscaler.sample`
 */
export async function sampleFrames(
  downscaler: Downscaler,
  coarse: ShapedArray,
  options: SampleFramesOptions = {},
): Promise<ShapedArray> {
  const { firstFrame = 0, onProgress, members = 8, valid, ...each } = options;
  if (coarse.shape.length !== 3) throw new ShapeError("sampleFrames: coarse", "[frames, height, width]", coarse.shape);
  const [frames, height, width] = coarse.shape as [number, number, number];
  const factor = chosenFactor("sampleFrames", downscaler.configuration, options.factor);
  const cells = height * width;
  const pixels = cells * factor ** 2;
  const size = members * pixels;
  if (valid && valid.length !== frames * pixels) {
    throw new ShapeError("sampleFrames: valid", [frames, height * factor, width * factor], [valid.length]);
  }
  if (frames * size > largestEnsemble) {
    const asked = `${frames} frames of ${members} members of ${height * factor} x ${width * factor} pixels`;
    const hint = "take fewer members, or a part of the frames at a time";
    throw new OptionsError(`sampleFrames: ${asked} are more than 2^29 values; ${hint}`, "members", members);
  }
  // One frame is its own array.
  let values = new Float32Array(frames === 1 ? 0 : frames * size);
  for (let n = 0; n < frames; n++) {
    const frame = coarse.values.subarray(n * cells, (n + 1) * cells);
    const onStep = (done: number, total: number) => onProgress?.(n * total + done, frames * total);
    const own = valid && { valid: valid.subarray(n * pixels, (n + 1) * pixels) };
    const sample = { ...each, ...own, members, frame: firstFrame + n, onStep };
    const { values: fine } = await downscaler.sample({ values: frame, shape: [height, width] }, sample);
    if (frames === 1) values = fine as Float32Array<ArrayBuffer>;
    else values.set(fine, n * size);
  }
  return { values, shape: [frames, members, height * factor, width * factor] };
}
