/**
 * The variance-exploding process of score matching (Song et al., arXiv 2011.13456, appendix C) as released with WassDiff
 * (arXiv 2410.00381): noise from 0.01 to 50 in units of the data, no preconditioning.
 */
import { OptionsError } from "../../../engine/errors.ts";
import { type NoiseProcess, noiseSchedule } from "./process.ts";

const [LARGEST, SMALLEST] = [50, 0.01];
/** Levels of the released model. */
const COUNT = 1000;

/**
 * Variance exploding on 1000 geometric levels from 0.01 to 50, each met as often in training. The network F over σ is the score,
 * so D = x + σ F (x itself is the network's input); the weight σ² of the score's squared error is 1/σ² on that of D. The released
 * network gets the number of the level, ours ln(σ)/4, which is that number on another scale. Sampling with 1000 levels takes these.
 */
export const veDiscrete: NoiseProcess = {
  name: "ve-discrete",
  coefficients: (sigma, _, math) => ({ skip: 1, out: sigma, scale: 1, noise: math.div(math.log(sigma), 4) }),
  weight: (sigma, _, math) => math.div(1, math.square(sigma)),
  trainingLevels(probabilities, _, distribution = {}) {
    const [given] = Object.entries(distribution);
    if (given !== undefined) {
      const levels = `the process "ve-discrete" trains on geometric levels from ${SMALLEST} to ${LARGEST}`;
      throw new OptionsError(
        `noise.${given[0]} is ${given[1]}, but ${levels}; leave \`noise\` out`,
        "noise",
        distribution,
      );
    }
    return Float32Array.from(probabilities, (p) => {
      const number = Math.min(Math.floor(p * COUNT), COUNT - 1) / (COUNT - 1);
      return SMALLEST * (LARGEST / SMALLEST) ** number;
    });
  },
  schedule(count, sigmaData, range) {
    const [largest, smallest] = range?.map((level) => level * sigmaData) ?? [LARGEST, SMALLEST];
    return noiseSchedule({ count, largest: largest!, smallest: smallest! }, Infinity);
  },
};
