/** An amplitude of a model's noise, fitted to gauges or fine maps. */
export { type AmplitudeCalibration, type CalibrateOptions, calibrateAmplitude } from "./calibrate.ts";
