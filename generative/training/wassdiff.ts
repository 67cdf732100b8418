/** Recipes of others, under one name. */
import { OptionsError } from "../../engine/errors.ts";
import { wassdiffTerm } from "../diffusion/loss-term.ts";
import type { TrainingRecipe } from "./recipe.ts";

/** Name of a recipe. */
export type PresetName = "wassdiff";

const STEPS = 120_000;
const WARMUP = 5000;

/**
 * The recipe of WassDiff as its authors released it (arXiv 2410.00381, doi:10.1109/TGRS.2025.3611872), as far as it can be the same:
 *
 * - The network aims at ln(1 + R)/5, R in mm/day (a unit of 1/24 mm/h), sees the coarse rain so, as 2f − 1, and −1 where it is
 *   missing; the whole condition is withheld from a tenth of the crops.
 * - Noise explodes over 1000 levels from 0.01 to 50; the score is weighted by σ².
 * - The loss is 0.8 times the score's and 0.2 times W₁ of the sorted projections of the batch's 12 images on 100 random directions,
 *   at all levels, of the denoised estimate against the truth.
 * - Adam with rate 2e-4, β = (0.9, 0.999), 5000 steps of warm-up, gradients cut at 1, average of decay 0.999, 120 000 steps.
 * - Members are drawn by predictor and corrector over the 1000 levels: 2000 evaluations.
 *
 * What differs: the network is this package's U-Net with the released widths and depths and attention in the bottleneck, not NCSN++ (no
 * BigGAN blocks, FIR filters, progressive input, nor dropout of 0.1 in it; the noise level enters by its logarithm, and the noisy
 * field without the shift of 2x − 1, which the weights of the first convolution take in but at the image's border). The conditions are the coarse rain, interpolated and by blocks, without stations
 * and reanalysis. The corrector's norms are each member's own, not means over a batch, so that a member does not depend on others.
 *
 * Smaller: `batch`, `crop`, `network`, `steps` as always. Fewer steps have a warm-up shorter in proportion.
 */
export const wassdiff = {
  batch: 12,
  crop: 256,
  network: { baseChannels: 128, multipliers: [1, 2, 2, 2], blocks: 4, attention: true },
  steps: STEPS,
  unit: 1 / 24,
  divisor: 5,
  target: "field",
  dropout: 0.1,
  process: "ve-discrete",
  term: wassdiffTerm,
  peakRate: 2e-4,
  finalRate: 2e-4,
  warmup: WARMUP,
  clipNorm: 1,
  beta2: 0.999,
  emaDecay: 0.999,
  sampling: { method: "predictor-corrector", evaluations: 2000 },
} as const satisfies TrainingRecipe;

const presets: Readonly<Record<PresetName, TrainingRecipe>> = { wassdiff };

/** Options with those of their preset behind them. @throws OptionsError where there is no preset of that name */
export function withPreset<O extends TrainingRecipe>(options: O): Omit<O, "preset"> {
  const { preset, ...given } = options;
  if (preset === undefined) return given;
  if (!Object.hasOwn(presets, preset)) {
    throw new OptionsError(`preset is ${JSON.stringify(preset)}, expected "wassdiff"`, "preset", preset);
  }
  const behind = presets[preset];
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const { steps } = given;
  const warmup = steps === undefined ? WARMUP : Math.min(WARMUP, Math.ceil((steps * WARMUP) / STEPS));
  const network = { ...behind.network, ...given.network };
  return { ...behind, warmup, ...said, network } as unknown as Omit<O, "preset">;
}
