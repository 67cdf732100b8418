/** An amplitude of a model's noise and a cut-off, fitted to gauges or fine maps. */
export { type AmplitudeCalibration, type CalibrateOptions, calibrateAmplitude } from "./calibrate.ts";
export type { WetShares } from "./cut-off.ts";
