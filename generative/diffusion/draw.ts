/** An ensemble of residuals on one grid: keyed noise, the tiled denoiser, the flow. What all downscalers share. */
import {
  among,
  anything,
  callback,
  kind,
  list,
  type OptionChecks,
  optional,
  positive,
  real,
  record,
  whole,
} from "../../engine/checks.ts";
import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import type { CompiledDenoiser } from "./denoiser.ts";
import type { NoiseProcess } from "./process/process.ts";
import { type Denoiser, type IntegrateOptions, integrate, levelsFor, samplerMethods } from "./sampler.ts";
import type { Churn } from "./solvers.ts";
import { type ImageRows, tiledDenoiser } from "./tiling.ts";
import { isMoving, type NoisePart, timeNoise } from "./time-noise.ts";

/** Options of sampling that all downscalers have. */
export interface DrawOptions extends Pick<IntegrateOptions, "method" | "onProgress" | "churn"> {
  /** Size of the ensemble. @defaultValue 8 */
  readonly members?: number;
  /** Number of the first member: noise belongs to numbers, so that a part of an ensemble has the numbers of the whole. @defaultValue 0 */
  readonly firstMember?: number;
  /** Non-negative integer; the same seed gives the same ensemble. @defaultValue 0 */
  readonly seed?: number;
  /** Network evaluations a member. @defaultValue 16 */
  readonly evaluations?: number;
  /** Number of the time step: each has noise of its own. @defaultValue 0 */
  readonly frame?: number;
  /**
   * Row and column of the first fine pixel in a larger grid: noise belongs to its pixels, so that a part has the numbers of
   * the whole. @defaultValue for a part of a lazy field, its place in the file; else [0, 0]
   */
  readonly origin?: readonly [row: number, column: number];
  /** Parts of the noise that are correlated with the times before. @defaultValue none is */
  readonly noise?: readonly NoisePart[];

  // You rarely need these.
  /**
   * Factor of the first noise: below 1 members lie closer together and are smoother. Of Gaussian data it is that of the spread itself.
   * @defaultValue 1
   */
  readonly amplitude?: number;
  /** First and last noise level in units of sigmaData. @defaultValue the noise process's own, [40, 0.02] for EDM */
  readonly noiseRange?: readonly [number, number];
  /**
   * Side of a tile and pixels that neighbours share, multiples of what the network and the factor need. @defaultValue [64, 16],
   * rounded up to such multiples
   */
  readonly tiles?: readonly [number, number];
  /** Tiles denoised at once (four of 64² fit the processor's cache); other values change results by rounding. @defaultValue 4 */
  readonly batch?: number;
}

const index = kind("a whole number", Number.isSafeInteger);

/** Checks of {@link DrawOptions}. */
export const drawChecks: OptionChecks<DrawOptions> = {
  members: whole(),
  firstMember: whole(0),
  seed: whole(0),
  evaluations: whole(),
  frame: whole(0),
  origin: list(index, 2, 2),
  noise: list(anything),
  amplitude: positive(),
  noiseRange: list(positive(), 2, 2),
  tiles: list(whole(0), 2, 2),
  batch: whole(),
  method: among(...samplerMethods),
  churn: record({ amount: optional(real(0)), range: optional(list(anything, 2, 2)), inflation: optional(real(0)) }),
  onProgress: callback,
};

export interface Drawing {
  readonly denoiser: CompiledDenoiser;
  readonly process: NoiseProcess;
  readonly sigmaData: number;
  /** Multiples of what the network needs. */
  readonly height: number;
  readonly width: number;
  /** Values a pixel. @defaultValue 1 */
  readonly outputs?: number;
  /** Standardised, [height, width, channels]. */
  readonly condition: Float32Array | ImageRows;
  /** Pixels whose clean data are 0 by definition, where this is 0, [height, width]: they stay noise. @defaultValue none */
  readonly valid?: Uint8Array;
}

/** A choice without gaps. */
export type ResolvedDraw = Required<Omit<DrawOptions, Unsaid>> & Pick<DrawOptions, Unsaid>;

/** Options without a default here. */
type Unsaid = "onProgress" | "noiseRange" | "churn" | "amplitude";

/** Four tiles of 64² fit the processor's cache; a quarter of the side is shared. */
function usualTiles(multiple: number): readonly [number, number] {
  const [tile, overlap] = [64, 16].map((n) => Math.ceil(n / multiple) * multiple) as [number, number];
  return [Math.max(tile, overlap + multiple), overlap];
}

/**
 * Fills in defaults, and checks what depends on the network.
 *
 * @param caller - begins messages
 * @param multiple - tiles and overlaps must be multiples of it
 * @throws OptionsError when an option is out of range
 */
export function resolveDraw(caller: string, o: DrawOptions, multiple: number): ResolvedDraw {
  const {
    members = 8,
    firstMember = 0,
    seed = 0,
    evaluations = 16,
    method = "dpm++2m",
    frame = 0,
    origin = [0, 0],
  } = o;
  const { noise = [], tiles = usualTiles(multiple), batch = 4, onProgress, noiseRange, churn, amplitude } = o;
  const [tile, overlap] = tiles;
  if (!(tile > overlap && overlap >= 0 && tile % multiple === 0 && overlap % multiple === 0)) {
    const wanted = `a tile above an overlap, both multiples of ${multiple}`;
    throw new OptionsError(`${caller}: tiles is [${tiles.join(", ")}], expected ${wanted}`, "tiles", tiles);
  }
  const chosen = { members, firstMember, seed, evaluations, method, frame, origin, noise, tiles, batch };
  const rest = defined({ onProgress, noiseRange, churn });
  return { ...chosen, ...rest, ...defined({ amplitude }) };
}

/**
 * Checks the options of a solver before there is an input, and returns the evaluations of a member.
 *
 * @param usual - what the model brings
 * @throws OptionsError where the solver has not that many evaluations
 */
export function checkedEvaluations(
  options: Pick<DrawOptions, "evaluations" | "method">,
  usual: Pick<DrawOptions, "evaluations" | "method"> = {},
): number {
  const { evaluations = usual.evaluations ?? 16, method = usual.method ?? "dpm++2m" } = options;
  levelsFor(method, evaluations);
  return evaluations;
}

/**
 * Draw members. Noise belongs to global pixels, not to tiles; a member does not depend on how many others are drawn.
 *
 * @returns [members, height, width, outputs]
 */
export async function drawResiduals(drawing: Drawing, o: ResolvedDraw): Promise<Float32Array> {
  const { denoiser: compiled, process, sigmaData, height, width, outputs = 1, condition, valid } = drawing;
  const levels = process.schedule(levelsFor(o.method, o.evaluations), sigmaData, o.noiseRange);
  const unit = Math.hypot(levels[0]!, sigmaData) * (o.amplitude ?? 1);
  const noise = keyedNoise(o, height, width, outputs);
  const initial = new Float32Array(o.members * height * width * outputs);
  noise(0, initial);
  for (let i = 0; i < initial.length; i++) initial[i] = initial[i]! * unit;
  const [tile, overlap] = o.tiles;
  const tiled = await tiledDenoiser({
    ...{ height, width, outputs, condition, tile, overlap, members: o.members, batch: o.batch },
    denoiser: (rows, columns) => compiled.forShape(o.batch, rows, columns),
  });
  const denoiser = valid === undefined ? tiled : zeroOutside(tiled, valid, outputs);
  const { method, onProgress } = o;
  const churn = o.churn && inUnits(o.churn, sigmaData);
  return integrate(denoiser, initial, levels, {
    method,
    samples: o.members,
    // The first draw made the initial state.
    noise: (draw, out) => noise(draw + 1, out),
    ...defined({ onProgress, churn }),
  });
}

/** Rows of noise that are made at once: it belongs to pixels, whatever the window. */
const NOISE_ROWS = 64;

/** Unit noise of a draw, [members, height, width, outputs]: a function of seed, frame, member, draw, output and global pixel. */
function keyedNoise(
  { seed, frame, noise: parts, origin, members, firstMember }: ResolvedDraw,
  height: number,
  width: number,
  outputs: number,
) {
  const pixels = height * width;
  // Along a motion every window would look for its ancestors anew.
  const slab = isMoving(parts) ? height : Math.min(height, NOISE_ROWS);
  return (draw: number, out: Float32Array): void => {
    for (let member = 0; member < members; member++) {
      for (let output = 0; output < outputs; output++) {
        const key = { seed, member: firstMember + member, step: draw * outputs + output };
        let at = member * pixels * outputs + output;
        for (let row = 0; row < height; row += slab) {
          const rows = Math.min(slab, height - row);
          const own = timeNoise(frame, parts, { ...key, top: origin[0] + row, left: origin[1], height: rows, width });
          for (let i = 0; i < own.length; i++, at += outputs) out[at] = own[i]!;
        }
      }
    }
  };
}

const inUnits = ({ range, ...churn }: Churn, unit: number): Churn => ({
  ...churn,
  ...(range && { range: [range[0] * unit, range[1] * unit] as const }),
});

/** The denoiser, given that pixels without values have the clean data 0. */
function zeroOutside(denoiser: Denoiser, valid: Uint8Array, outputs: number): Denoiser {
  return async (x, sigma) => {
    const estimate = await denoiser(x, sigma);
    for (let start = 0; start < estimate.length; start += valid.length * outputs) {
      for (let i = 0; i < valid.length; i++) {
        if (valid[i] !== 0) continue;
        for (let k = 0; k < outputs; k++) estimate[start + i * outputs + k] = 0;
      }
    }
    return estimate;
  };
}
