/** Registers the lowering of every supported tfjs kernel, once. */
import { registerConvolution } from "./convolution.ts";
import { registerElementwise } from "./elementwise.ts";
import { registerImage } from "./image.ts";
import { registerLinear } from "./linear.ts";
import { registerReductions } from "./reduce.ts";
import { registerShape } from "./shape.ts";

let done = false;

export function registerKernels(): void {
  if (done) return;
  done = true;
  registerElementwise();
  registerReductions();
  registerShape();
  registerLinear();
  registerConvolution();
  registerImage();
}
