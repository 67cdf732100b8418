/**
 * The denoising network: a small U-Net with residual blocks (GroupNorm, SiLU, 3×3 convolution), modulated by the noise
 * level (FiLM, arXiv 1709.07871). Written with TensorFlow.js ops on NHWC tensors, so that it trains and samples through
 * the engine's compiler. Convolutional throughout: trained on crops, it runs on any size its levels divide.
 */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { conv2d, groupNorm, silu, upsampleNearest } from "../../engine/tensors/nn.ts";
import { tf } from "../../engine/tensors/tensor.ts";

/** Sizes of the network. */
export interface UnetOptions {
  /** Channels of the first level. @defaultValue 24 */
  readonly baseChannels?: number;
  /** Channels of each level, in units of `baseChannels`; each level halves the resolution. @defaultValue [1, 2, 2] */
  readonly multipliers?: readonly number[];
  /** Residual blocks of a level, on the way down and on the way up. @defaultValue 1 */
  readonly blocks?: number;
  /** Groups of the group normalisation; must divide every level's channels. @defaultValue 8 */
  readonly groups?: number;
  /** Width of the noise embedding. @defaultValue 64 */
  readonly embedding?: number;
  /** Number of Fourier features of the noise level, an even number. @defaultValue 32 */
  readonly frequencies?: number;
  /** Self-attention over all pixels of the coarsest level, behind the middle block. @defaultValue false */
  readonly attention?: boolean;
}

/** Channels at both ends, which the data decide. */
export interface UnetEnds {
  /** Of the input: the noisy image and its conditions. */
  readonly inputChannels: number;
  readonly outputChannels: number;
}

/** A network laid out for data: three channels in and one out, unless stated. */
export type UnetSizes = UnetOptions & Partial<UnetEnds>;

/** One trainable array. Filters are HWIO, matrices [in, out]. */
export interface Parameter {
  readonly shape: number[];
  readonly values: Float32Array;
}

/** A network ready to be initialised and applied. */
export interface Unet {
  /** With all defaults filled in. */
  readonly options: Required<UnetSizes>;
  /** Height and width of an input must be multiples of this. */
  readonly multiple: number;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly parameterCount: number;
  /**
   * Fresh parameters: uniform in ±1/√fan-in for filters and biases; zero for the modulation, the second convolution of
   * each block and the output convolution, so that the untrained network is zero and blocks are shortcuts.
   */
  initialize(rng: Rng): Record<string, Parameter>;
  /**
   * Apply the network.
   *
   * @param parameters - tensors by the names of `shapes`
   * @param image - [batch, height, width, inputChannels]
   * @param noise - [batch], the level's coordinate ln(σ)/4
   * @returns [batch, height, width, outputChannels]
   */
  apply(parameters: Readonly<Record<string, tf.Tensor>>, image: tf.Tensor4D, noise: tf.Tensor1D): tf.Tensor4D;
}

interface Block {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Lay out a U-Net.
 *
 * @throws OptionsError when a size is not a positive integer, or `groups` does not divide a level's channels
 */
export function unet(options: UnetSizes = {}): Unet {
  const o = resolve(options);
  const channels = o.multipliers.map((m) => m * o.baseChannels);
  const levels = channels.length;
  const down: Block[][] = [];
  const up: Block[][] = [];
  const skips: number[] = [];
  let current = channels[0]!;
  for (const [level, width] of channels.entries()) {
    down.push(
      Array.from({ length: o.blocks }, (_, i) => {
        const block = { name: `down.${level}.${i}`, from: current, to: width };
        current = width;
        skips.push(width);
        return block;
      }),
    );
  }
  const middle: Block = { name: "middle", from: current, to: current };
  for (let level = levels - 1; level >= 0; level--) {
    const width = channels[level]!;
    up.push(
      Array.from({ length: o.blocks }, (_, i) => {
        const block = { name: `up.${level}.${i}`, from: current + skips.pop()!, to: width };
        current = width;
        return block;
      }),
    );
  }

  const shapes: Record<string, readonly number[]> = {};
  const zero = new Set<string>();
  const convolution = (name: string, size: number, from: number, to: number) => {
    shapes[`${name}.filter`] = [size, size, from, to];
    shapes[`${name}.bias`] = [to];
  };
  const dense = (name: string, from: number, to: number) => {
    shapes[`${name}.kernel`] = [from, to];
    shapes[`${name}.bias`] = [to];
  };
  const norm = (name: string, width: number) => {
    shapes[`${name}.gamma`] = [width];
    shapes[`${name}.beta`] = [width];
  };
  const clear = (name: string, weights: string) => zero.add(`${name}.${weights}`).add(`${name}.bias`);
  const residual = ({ name, from, to }: Block) => {
    norm(`${name}.norm1`, from);
    convolution(`${name}.conv1`, 3, from, to);
    dense(`${name}.film`, o.embedding, 2 * to);
    norm(`${name}.norm2`, to);
    convolution(`${name}.conv2`, 3, to, to);
    if (from !== to) convolution(`${name}.shortcut`, 1, from, to);
    clear(`${name}.film`, "kernel");
    clear(`${name}.conv2`, "filter");
  };
  dense("embedding.0", o.frequencies, o.embedding);
  dense("embedding.1", o.embedding, o.embedding);
  convolution("input", 3, o.inputChannels, channels[0]!);
  for (const [level, blocks] of down.entries()) {
    for (const block of blocks) residual(block);
    if (level < levels - 1) convolution(`reduce.${level}`, 3, channels[level]!, channels[level]!);
  }
  residual(middle);
  if (o.attention) {
    norm("attention.norm", middle.to);
    for (const part of ["query", "key", "value", "output"]) convolution(`attention.${part}`, 1, middle.to, middle.to);
    clear("attention.output", "filter");
  }
  for (const [i, blocks] of up.entries()) {
    const level = levels - 1 - i;
    for (const block of blocks) residual(block);
    if (level > 0) convolution(`enlarge.${level}`, 3, channels[level]!, channels[level]!);
  }
  norm("output.norm", channels[0]!);
  convolution("output", 3, channels[0]!, o.outputChannels);
  clear("output", "filter");

  const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
  const multiple = 2 ** (levels - 1);
  return {
    options: o,
    multiple,
    shapes,
    parameterCount: Object.values(shapes).reduce((sum, shape) => sum + size(shape), 0),
    initialize: (rng) => initialize(shapes, zero, rng),
    apply(parameters, image, noise) {
      const [batch, height, width, depth] = image.shape;
      if (depth !== o.inputChannels || height % multiple !== 0 || width % multiple !== 0) {
        const expected = `[batch, ${multiple}·k, ${multiple}·l, ${o.inputChannels}]`;
        throw new ShapeError("unet: image", expected, image.shape, "pad the image or crop it");
      }
      const get = <T extends tf.Tensor>(name: string) => {
        const tensor = parameters[name];
        if (tensor === undefined) throw new ShapeError("unet: parameters", `a tensor named ${name}`, "none");
        return tensor as T;
      };
      const conv = (name: string, x: tf.Tensor4D, stride = 1) =>
        conv2d(x, get<tf.Tensor4D>(`${name}.filter`), get<tf.Tensor1D>(`${name}.bias`), stride);
      const linear = (name: string, x: tf.Tensor2D) =>
        tf.add(tf.matMul(x, get<tf.Tensor2D>(`${name}.kernel`)), get(`${name}.bias`)) as tf.Tensor2D;
      const normalized = (name: string, x: tf.Tensor4D, groups: number, film?: [tf.Tensor2D, tf.Tensor2D]) =>
        groupNorm(x, get<tf.Tensor1D>(`${name}.gamma`), get<tf.Tensor1D>(`${name}.beta`), {
          groups,
          film,
          activation: "silu",
        });

      const embedding = (() => {
        const angles = tf.mul(
          tf.expandDims(noise, 1),
          tf.tensor2d(fourierFrequencies(o.frequencies / 2), [1, o.frequencies / 2]),
        );
        const features = tf.concat([tf.sin(angles), tf.cos(angles)], 1) as tf.Tensor2D;
        return silu(linear("embedding.1", silu(linear("embedding.0", features)) as tf.Tensor2D)) as tf.Tensor2D;
      })();
      const apply = (x: tf.Tensor4D, { name, from, to }: Block) => {
        let h = conv(`${name}.conv1`, normalized(`${name}.norm1`, x, from % o.groups === 0 ? o.groups : 1));
        const film = tf.split(linear(`${name}.film`, embedding), 2, 1) as [tf.Tensor2D, tf.Tensor2D];
        h = conv(`${name}.conv2`, normalized(`${name}.norm2`, h, o.groups, film));
        return tf.add(from === to ? x : conv(`${name}.shortcut`, x), h) as tf.Tensor4D;
      };

      let h = conv("input", image);
      const saved: tf.Tensor4D[] = [];
      for (const [level, blocks] of down.entries()) {
        for (const block of blocks) {
          h = apply(h, block);
          saved.push(h);
        }
        if (level < levels - 1) h = conv(`reduce.${level}`, h, 2);
      }
      h = apply(h, middle);
      if (o.attention) {
        const seen = groupNorm(h, get<tf.Tensor1D>("attention.norm.gamma"), get<tf.Tensor1D>("attention.norm.beta"), {
          groups: o.groups,
        }) as tf.Tensor4D;
        const tokens = (part: string) =>
          tf.reshape(conv(`attention.${part}`, seen), [batch, -1, middle.to]) as tf.Tensor3D;
        const scores = tf.div(tf.matMul(tokens("query"), tokens("key"), false, true), Math.sqrt(middle.to));
        const found = tf.matMul(tf.softmax(scores) as tf.Tensor3D, tokens("value"));
        h = tf.add(h, conv("attention.output", tf.reshape(found, h.shape))) as tf.Tensor4D;
      }
      for (const [i, blocks] of up.entries()) {
        const level = levels - 1 - i;
        for (const block of blocks) h = apply(tf.concat([h, saved.pop()!], 3), block);
        if (level > 0) h = conv(`enlarge.${level}`, upsampleNearest(h, 2));
      }
      return conv("output", normalized("output.norm", h, o.groups));
    },
  };
}

/** 2π times frequencies from ¼ to 4, evenly spaced in logarithm. */
function fourierFrequencies(count: number): Float32Array {
  const [low, high] = [Math.log(0.25), Math.log(4)];
  return Float32Array.from({ length: count }, (_, i) => {
    const t = count > 1 ? i / (count - 1) : 0;
    return 2 * Math.PI * Math.exp(low + t * (high - low));
  });
}

function initialize(
  shapes: Readonly<Record<string, readonly number[]>>,
  zero: ReadonlySet<string>,
  rng: Rng,
): Record<string, Parameter> {
  const parameters: Record<string, Parameter> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const count = shape.reduce((product, n) => product * n, 1);
    let values = new Float32Array(count);
    if (name.endsWith(".gamma")) values.fill(1);
    else if (!name.endsWith(".beta") && !zero.has(name)) {
      const weights = shapes[name.replace(/bias$/, "filter")] ?? shapes[name.replace(/bias$/, "kernel")] ?? shape;
      const bound = 1 / Math.sqrt(weights.slice(0, -1).reduce((product, n) => product * n, 1));
      values = Float32Array.from(rng.split(name).uniform(count), (u) => bound * (2 * u - 1));
    }
    parameters[name] = { shape: [...shape], values };
  }
  return parameters;
}

function resolve(options: UnetSizes): Required<UnetSizes> {
  const resolved = {
    inputChannels: 3,
    outputChannels: 1,
    baseChannels: 24,
    multipliers: [1, 2, 2],
    blocks: 1,
    groups: 8,
    embedding: 64,
    frequencies: 32,
    attention: false,
    ...options,
  };
  for (const [name, value] of Object.entries(resolved)) {
    if (typeof value === "boolean") continue;
    for (const n of typeof value === "number" ? [value] : value) {
      if (Number.isInteger(n) && n > 0) continue;
      throw new OptionsError(`unet: ${name} contains ${n}, expected positive integers`, name, value);
    }
  }
  if (resolved.multipliers.length === 0) throw new OptionsError("unet: multipliers is empty", "multipliers", []);
  if (resolved.frequencies % 2 !== 0) {
    throw new OptionsError(`unet: frequencies is ${resolved.frequencies}, expected an even number`, "frequencies");
  }
  for (const m of resolved.multipliers) {
    if ((m * resolved.baseChannels) % resolved.groups === 0) continue;
    const width = m * resolved.baseChannels;
    throw new OptionsError(
      `unet: ${resolved.groups} groups do not divide ${width} channels`,
      "groups",
      resolved.groups,
    );
  }
  return resolved;
}
