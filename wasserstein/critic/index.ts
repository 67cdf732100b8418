/** Critics of Wasserstein GANs and their gradient penalty. */

export { type GeneralizationBound, generalizationBound, type LayerRepresentation } from "./generalization-bound.ts";
export {
  type Critic,
  type CriticActivation,
  type CriticOutput,
  type GradientPenalty,
  type GradientPenaltyOptions,
  gradientPenalty,
  interpolatedPoints,
  type MlpCriticOptions,
  mlpCritic,
} from "./gradient-penalty.ts";
