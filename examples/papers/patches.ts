/**
 * Patches of an image seen in random directions of mean zero: texture, not level. Sorted over the image, their distance is the
 * sliced Wasserstein distance between the patches of two images.
 */
import type { Rng } from "../../engine/random/rng.ts";
import { tf } from "../../engine/tensors/tensor.ts";

/** Random directions of mean 0 and norm 1, uniform on that sphere, as filters [height, width, 1, count]. */
export function patchDirections(stream: Rng, [height, width, , count]: readonly number[]): Float32Array {
  const size = height! * width!;
  const out = stream.normal(new Float32Array(size * count!));
  for (let k = 0; k < count!; k++) {
    let mean = 0;
    for (let i = 0; i < size; i++) mean += out[i * count! + k]! / size;
    let squares = 0;
    for (let i = 0; i < size; i++) squares += (out[i * count! + k]! - mean) ** 2;
    for (let i = 0; i < size; i++) out[i * count! + k] = (out[i * count! + k]! - mean) / Math.sqrt(squares);
  }
  return out;
}

/** All patches of [batch, height, width, 1] on each direction, [batch · directions, patches]. */
export function patchProjections(x: tf.Tensor4D, filters: tf.Tensor4D): tf.Tensor2D {
  const seen = tf.transpose(tf.conv2d(x, filters, 1, "valid"), [0, 3, 1, 2]);
  return tf.reshape(seen, [x.shape[0] * filters.shape[3], -1]);
}
