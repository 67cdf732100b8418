/**
 * Processor time of an evaluation of the pretrained model's network, by its channels. ONNX Runtime pads channels to multiples of 16 where the
 * processor has AVX-512, so 24 of them cost what 32 do.
 *
 *   node --import tsx --conditions=source bench/pretrain/widths.ts
 */
import { rng } from "../../engine/random/rng.ts";
import { compiledDenoiser } from "../../generative/diffusion/denoiser.ts";
import { unet } from "../../generative/diffusion/unet.ts";
import { scaleNames } from "../../generative/model/input-scale.ts";

const SIDE = 256;
const ROUNDS = 4;
/** Bilinear background, block means, and the numbers of the input. */
const given = 2 + scaleNames.length;
const widths = [
  { baseChannels: 24, multipliers: [1, 2, 2, 2] },
  { baseChannels: 32, multipliers: [1, 2, 2, 2] },
  { baseChannels: 16, multipliers: [1, 3, 3, 3] },
  { baseChannels: 16, multipliers: [1, 2, 3, 3] },
  { baseChannels: 16, multipliers: [1, 2, 4, 4] },
] as const;

const made = await Promise.all(
  widths.map(async (width) => {
    const network = unet({ ...width, inputChannels: 1 + given });
    const programs = compiledDenoiser(network, network.initialize(rng(1)), 1);
    const evaluate = await programs.forShape(1, SIDE, SIDE);
    return { ...width, parameters: network.parameterCount, programs, evaluate, times: [] as number[] };
  }),
);
const [image, condition] = [new Float32Array(SIDE ** 2).fill(0.1), new Float32Array(SIDE ** 2 * given).fill(0.2)];
for (let round = 0; round < ROUNDS; round++) {
  for (const { evaluate, times } of made) {
    const before = process.cpuUsage();
    await evaluate(image, condition, 1);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / SIDE ** 2);
  }
}
for (const { baseChannels, multipliers, parameters, times, programs } of made) {
  const channels = multipliers.map((by) => by * baseChannels).join(", ");
  console.log(`channels ${channels}: ${parameters} parameters, ${Math.min(...times).toFixed(2)} microseconds a pixel`);
  await programs.dispose();
}
