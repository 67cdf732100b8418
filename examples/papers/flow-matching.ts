/**
 * A noise process of one's own, for the option `process`: flow matching on straight paths (Lipman et al., arXiv 2210.02747; Liu et
 * al., arXiv 2209.03003). With data in units of their deviation the state is (1 − t) data + t noise, and the network gives its
 * velocity, noise − data. In the variables of this package, x = data + σ z, the time is t = σ/(σ + σ_d) and the state x/(σ + σ_d), so
 * that all samplers serve it as it is: a step of Euler's method from one time to another is the one from one noise level to another.
 */
import { edm, type NoiseProcess } from "../../generative/index.ts";

/** Times of training stay this far from 0 and 1, where one of noise and data is absent. */
const MARGIN = 1e-3;

/**
 * Flow matching. λ(σ) = 1/out², so that the network's velocity has the squared error 1 of weight at all times, which are uniform
 * in training, or logit-normal with a `noise` distribution (arXiv 2403.03206: ln σ/σ_d is then normal); in sampling even in t from
 * σ = 50 σ_d to 0.02 σ_d.
 */
export const flow: NoiseProcess = {
  name: "flow",
  coefficients(sigma, sigmaData, math) {
    const total = math.add(sigma, sigmaData);
    return {
      skip: math.div(sigmaData, total),
      out: math.div(math.mul(sigma, -sigmaData), total),
      scale: total,
      // 2t − 1
      noise: math.div(math.sub(sigma, sigmaData), total),
    };
  },
  weight: (sigma, sigmaData, math) => math.square(math.div(math.add(sigma, sigmaData), math.mul(sigma, sigmaData))),
  trainingLevels(probabilities, sigmaData, levels = {}) {
    if (levels.median !== undefined || levels.spread !== undefined)
      return edm.trainingLevels(probabilities, sigmaData, levels);
    return Float32Array.from(probabilities, (p) => levelAt(Math.min(Math.max(p, MARGIN), 1 - MARGIN), sigmaData));
  },
  schedule(count, sigmaData, [largest, smallest] = [50, 0.02]) {
    const [first, last] = [largest / (1 + largest), smallest / (1 + smallest)];
    const levels = Float64Array.from({ length: count }, (_, i) =>
      levelAt(first + (i / (count - 1)) * (last - first), sigmaData),
    );
    levels[0] = largest * sigmaData;
    levels[count - 1] = smallest * sigmaData;
    return levels;
  },
};

const levelAt = (time: number, sigmaData: number): number => (sigmaData * time) / (1 - time);
