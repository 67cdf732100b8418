/** Small untrained models of block means, and tiles to train others on. */
import { rng } from "../../engine/index.ts";
import { tilesOf } from "../../generative/data/index.ts";
import { type Unet, unet } from "../../generative/diffusion/index.ts";
import { Downscaler } from "../../generative/index.ts";
import { fromBlocks } from "../../generative/model/index.ts";

export const small = { baseChannels: 8, multipliers: [1, 2] };
/** The network of trainings. */
export const network = { ...small, embedding: 16 };
export const normalization = { factor: 4, sigmaData: 0.13, conditionMean: 0.3, conditionStd: 0.5 };

/** Fresh parameters whose zeros are drawn, so that no part of the network is silent. */
export function drawnParameters(of: Unet, seed: number, initial = seed) {
  const parameters = of.initialize(rng(initial));
  for (const [name, { values }] of Object.entries(parameters)) {
    const noise = rng(seed).split(name).normal(values.length);
    if (values.every((v) => v === 0)) values.set(noise.map((z) => 0.05 * z));
  }
  return parameters;
}

/** A model whose network is 0, or drawn from a seed. */
export function blockModel(parts: object = {}, seed?: number): Downscaler {
  const of = unet(small);
  const parameters = seed === undefined ? of.initialize(rng(1)) : drawnParameters(of, seed);
  return new Downscaler(fromBlocks({ network: small, normalization, ...parts }), parameters);
}

/** Tiles of 16 x 16 of wet noise. */
export const noisyTiles = (count: number, seed: number, events?: Parameters<typeof tilesOf>[2]) =>
  tilesOf(
    Float32Array.from(rng(seed).normal(count * 256), (z) => Math.max(0, Math.expm1(1.5 * z))),
    16,
    events,
  );

/** Stops a training at a step. */
export function stopAt(last: number) {
  const stop = new AbortController();
  const onProgress = ({ step }: { readonly step: number }) => void (step >= last && stop.abort());
  return { signal: stop.signal, onProgress };
}

/** Lines that are told. */
export function listening() {
  const lines: string[] = [];
  return { lines, onNotice: (line: string) => void lines.push(line) };
}
