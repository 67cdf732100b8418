/** What the library uses of TensorFlow.js, as `.ci/bundle.ts` gathers it for the package; the union package takes five times as long to load. */
export * from "@tensorflow/tfjs-core";

import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
