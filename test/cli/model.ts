/** A model file that was not trained: what tests of the command need where the weights do not matter. */
import { rng } from "../../engine/index.ts";
import { unet } from "../../generative/diffusion/index.ts";
import { Downscaler } from "../../generative/index.ts";
import { fromBlocks } from "../../generative/model/index.ts";

/** Writes a small model that refines by `factor` (2 or 4). */
export async function writeUntrainedModel(path: string, factor: number): Promise<void> {
  const network = { baseChannels: 8, multipliers: [1, 2] };
  const normalization = { factor, sigmaData: 0.13, conditionMean: 0.1, conditionStd: 0.3 };
  const model = new Downscaler(fromBlocks({ network, normalization }), unet(network).initialize(rng(1)));
  await model.save(path);
  await model.dispose();
}
