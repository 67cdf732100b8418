/**
 * Only this file imports TensorFlow.js.
 *
 * The union package is used because `tf.grads` needs the gradient registrations that it brings. Two rules of the
 * house follow from its limits: gradients are never nested (the gradients of tanh, sigmoid, exp and softplus treat
 * saved outputs as constants), and exact constants in float64 graphs go through `constant` of `trace.ts`.
 */
import * as tf from "@tensorflow/tfjs";

export type { Tensor, TensorInfo } from "@tensorflow/tfjs";
export { tf };

/** Keeps tfjs' plain backend, which pages do not have, from greeting users of Node on its first tensor. */
export function quietCpu(): void {
  const cpu = tf.findBackend("cpu") as unknown as { firstUse?: boolean } | null;
  if (cpu?.firstUse) cpu.firstUse = false;
}
