/** Published methods as options of `solve`; what is given beside a preset takes the place of its part. */

import { OptionsError } from "../../engine/errors.ts";
import { getOwn } from "../../engine/files/get-own.ts";
import { adam } from "../../engine/training/optimizer.ts";
import { mlp } from "../network/mlp.ts";
import { adversarial } from "../sampler/adversarial.ts";
import type { SolveOptions } from "./options.ts";

/** Names of `presetOptions`. */
export const presetNames = ["aas"] as const;

/** A published method. */
export type PresetName = (typeof presetNames)[number];

const presets: Readonly<Record<PresetName, (dimension: number) => SolveOptions>> = {
  aas: (dimension) => ({
    network: mlp({ width: dimension <= 3 ? 32 : 64, depth: 6, scale: 1 }),
    sampler: adversarial({ method: "paper" }),
    optimizer: adam({ learningRate: 1e-4 }),
    conditions: "penalty",
    weights: { conditions: 100 },
    points: 5000,
    boundaryPoints: 5000,
    residualScale: 1,
    stepsPerRound: 500,
    growth: { after: 1, factor: 1 },
    budget: { steps: 25_000 },
    precision: "float32",
  }),
};

/**
 * Options of a published method. "aas": adversarial adaptive sampling (K. Tang, J. Zhai, X. Wan and C. Yang, arXiv 2305.18702): 50 rounds of 500
 * Adam steps for the network and 1000 for the adversary, a KRnet with fixed β = 5 whose points alone are trained on, conditions by a penalty with
 * γ = 100, six layers of 32 tanh neurons (64 above three dimensions). The paper's text leaves sizes and rates open; they are those of the third-party
 * code that aims at it. Loss and gradient are in float32, as there; θ and the adversary are in float64.
 *
 * @throws OptionsError where there is none of that name
 */
export function presetOptions(name: PresetName, dimension: number): SolveOptions {
  const preset = getOwn(presets, name);
  if (preset) return preset(dimension);
  throw new OptionsError(`solve: there is no preset "${name}", only ${presetNames.join(", ")}`, "preset", name);
}
