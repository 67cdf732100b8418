/** Optimizers of least squares and of losses. */
export { type GaussNewtonOptions, gaussNewton, gaussNewtonStepper } from "./gauss-newton.ts";
export {
  type AnyOptimizer,
  type KnownOptimizer,
  type OwnOptimizer,
  optimizerKinds,
  optimizerNames,
  recordedOptimizer,
} from "./kinds.ts";
export type { Stepper } from "./optimizer.ts";
