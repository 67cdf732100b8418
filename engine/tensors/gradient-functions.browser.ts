/** Gradients of the operations, which a page loads before the first function is recorded. */
export async function loadGradients(): Promise<void> {
  await import("@tensorflow/tfjs-core/dist/register_all_gradients.js");
}
