/** Registers the lowering of every supported tfjs kernel, once. */
import { registerGradients } from "../gradients.ts";
import { registeredKernels } from "../trace.ts";
import { registerConvolution } from "./convolution.ts";
import { registerElementwise } from "./elementwise.ts";
import { registerImage } from "./image.ts";
import { registerIndexing } from "./indexing.ts";
import { registerLinear } from "./linear.ts";
import { registerPooling } from "./pooling.ts";
import { registerReductions } from "./reduce.ts";
import { registerResize } from "./resize.ts";
import { registerShape } from "./shape.ts";
import { registerSpecial } from "./special.ts";

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
  registerSpecial();
  registerIndexing();
  registerPooling();
  registerResize();
  registerGradients();
}

/** Names of the tfjs kernels that the compiler lowers, in alphabetical order; complete before anything is compiled. */
export function loweredKernels(): string[] {
  registerKernels();
  return registeredKernels();
}
