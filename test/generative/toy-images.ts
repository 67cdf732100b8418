/** Pairs whose conditional law is known: residual of output k = slope_k · covariate + spread_k · noise, pixel by pixel. */
import { rng } from "../../engine/index.ts";
import { type ImageArrays, ImagesInMemory } from "../../generative/data/index.ts";
import { edm } from "../../generative/index.ts";
import type { Channel, ModelDescription, Target } from "../../generative/model/index.ts";

/** Of the residuals, in the units of the targets; the noises of both outputs have this correlation. */
export const law = { slopes: [1.2, -0.5], spreads: [0.6, 0.9], correlation: 0.8 } as const;

const linear = { kind: "linear" } as const;
const unit = { transform: linear, mean: 0, deviation: 1, range: [-5, 5] } as const;
const deviationOf = (k: number) => Math.hypot(law.slopes[k]!, law.spreads[k]!);

export const channels: readonly Channel[] = [
  { name: "t", role: "coarse", units: "K", ...unit, mean: 280, deviation: 3 },
  { name: "z", role: "static", units: "m", ...unit },
  { name: "z missing", role: "missing", of: "z", ...unit, range: [0, 1] },
];

/** The first `outputs` of both targets. */
export function describe(outputs: 1 | 2): ModelDescription {
  const targets = ["fine", "other"].slice(0, outputs).map((name, k): Target => {
    const background = k === 0 ? "t" : null;
    return { name, units: "K", transform: linear, background, mean: 5, deviation: deviationOf(k), range: [-9, 9] };
  });
  return { channels, targets };
}

/** Images with a share of `holes` in the targets, where the clean data are odd numbers that must not matter. */
export function toyArchive(count: number, side: number, seed: number, outputs: 1 | 2, holes = 0.3) {
  const pixels = count * side * side;
  const stream = rng(seed);
  const [t, z, e, f] = ["t", "z", "e", "f"].map((name) => stream.split(name).normal(pixels)) as Float64Array[];
  const hole = stream.split("hole").uniform(pixels * outputs);
  const condition = new Float32Array(3 * pixels);
  const clean = new Float32Array(pixels * outputs);
  const valid = new Uint8Array(clean.length);
  for (let i = 0; i < pixels; i++) {
    condition.set([t![i]!, z![i]!], 3 * i);
    const { correlation: r } = law;
    const noise = [e![i]!, r * e![i]! + Math.sqrt(1 - r * r) * f![i]!];
    for (let k = 0; k < outputs; k++) {
      const at = i * outputs + k;
      valid[at] = hole[at]! < holes ? 0 : 1;
      const residual = law.slopes[k]! * z![i]! + law.spreads[k]! * noise[k]!;
      clean[at] = valid[at] === 1 ? residual / deviationOf(k) : 77;
    }
  }
  const parts = { height: side, width: side, count, channels: 3, outputs, condition, clean, valid };
  return Object.assign(new ImagesInMemory(parts), { condition, clean, valid });
}

export const network = { baseChannels: 8, multipliers: [1, 2], embedding: 16 };

/** The same images with other sizes or arrays. */
export function withParts(images: ReturnType<typeof toyArchive>, other: Partial<ImageArrays>): ImagesInMemory {
  const { height, width, count, channels, outputs, condition, clean, valid } = images;
  return new ImagesInMemory({ height, width, count, channels, outputs, condition, clean, valid, ...other });
}

/** A loss of denoising alone, of data without gaps. */
export const plainLoss = { process: edm, gaps: false, shown: false, term: null, edges: [] } as const;
