/** Only this file imports ONNX Runtime: sessions, typed arrays in and out, and what this machine's runtime can do. */

import type * as Ort from "onnxruntime-node";
import { BackendError, MongeError } from "../errors.ts";
import { beginEntry, type Cache, readEntry } from "../files/cache.ts";
import { existsSync, readdirSync } from "../platform/files.ts";
import { createRequire } from "../platform/native.ts";
import { dirname, join } from "../platform/paths.ts";
import { blockedDomain, Graph, type Precision } from "./graph.ts";
import { refuseTelemetry } from "./no-telemetry.ts";
import { graphKey } from "./onnx/graph-cache.ts";
import { encodeModel } from "./onnx/model.ts";

/** Arrays that go in and out of compiled functions. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;
export type NativeDevice = "cpu" | "webgpu" | "cuda";

export interface SessionOptions {
  readonly device: NativeDevice;
  readonly threads: number;
  /** Cache of the optimised graph. */
  readonly cache: Cache | undefined;
}

export interface Port {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: "float32" | "float64" | "int32" | "bool";
}

export interface Session {
  run(feeds: readonly TypedArray[], into: readonly TypedArray[]): Promise<void>;
  dispose(): Promise<void>;
}

const require = createRequire(import.meta.url);
let loaded: typeof Ort | undefined;

/** Packages of the runtime, the faster first. */
const runtimes = ["onnxruntime-node", "onnxruntime-web"];

/**
 * ONNX Runtime, loaded by a call and not by an import statement, since the switch has to be set before. Where that of
 * Node was left out at the installation, the one for browsers, whose WebAssembly is several times slower.
 *
 * @throws BackendError where neither is installed
 */
function runtime(): typeof Ort {
  if (loaded !== undefined) return loaded;
  refuseTelemetry();
  const name = runtimes.find(isInstalled);
  if (name === undefined) {
    const way = "run `npm install onnxruntime-node` (or onnxruntime-web, smaller and slower)";
    throw new BackendError(`engine: networks need ONNX Runtime, which is not installed; ${way}`, "cpu");
  }
  loaded = require(name) as typeof Ort;
  return loaded;
}

const isForBrowsers = (): boolean => runtime().env.versions.web !== undefined;

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Opens a session for an encoded model whose ports are named and shaped as given. */
export async function openSession(
  model: Uint8Array,
  inputs: readonly Port[],
  outputs: readonly Port[],
  options: SessionOptions,
): Promise<Session> {
  const double = [...inputs, ...outputs].some((port) => port.type === "float64");
  const session = await begin(model, options, double);
  // Tensors wrap the caller's arrays; the same arrays come back step after step, so the wrappers are kept.
  const wrappers = new WeakMap<TypedArray, Map<string, Ort.Tensor>>();
  const wrap = (port: Port, data: TypedArray): Ort.Tensor => {
    const byShape = wrappers.get(data) ?? new Map<string, Ort.Tensor>();
    wrappers.set(data, byShape);
    const key = `${port.type}:${port.shape.join()}`;
    const tensor = byShape.get(key) ?? tensorOf(port, data);
    byShape.set(key, tensor);
    return tensor;
  };
  return {
    async run(feeds, into) {
      const fed: Record<string, Ort.Tensor> = {};
      const fetched: Record<string, Ort.Tensor> = {};
      inputs.forEach((port, i) => {
        fed[port.name] = wrap(port, feeds[i]!);
      });
      outputs.forEach((port, i) => {
        fetched[port.name] = wrap(port, into[i]!);
      });
      // The runtime for browsers would leave arrays that it is given as they are.
      const results = await (isForBrowsers() ? session.run(fed) : session.run(fed, fetched));
      for (const [i, port] of outputs.entries()) {
        const data = results[port.name]!.data as TypedArray;
        // Devices other than the CPU may return their own buffers.
        if (data !== into[i] && data.buffer !== into[i]!.buffer) (into[i] as Float32Array).set(data as Float32Array);
      }
    },
    async dispose() {
      await session.release();
    },
  };
}

/**
 * Optimizers of the runtime that look for what recorded graphs never hold: quantised and half-precision numbers,
 * attention and normalisation of language models. Each goes through the whole graph once or twice, which takes longer
 * than it should where one value has thousands of readers: without them a graph of 12 000 nodes is ready in 11 s in
 * place of 28.
 */
const needlessOptimizers = [
  ...[
    "QDQSelectorActionTransformer",
    "QDQS8ToU8Transformer",
    "QDQPropagationTransformer",
    "QDQFinalCleanupTransformer",
  ],
  ...["DoubleQDQPairsRemover", "EnsureUniqueDQForNodeUnit", "WhereDummyDq", "WeightBiasQuantization"],
  ...["MatMulNBitsFusion", "MatMulIntegerToFloatFusion", "DynamicQuantizeMatMulFusion", "CastFloat16Transformer"],
  ...["FuseFp16InitializerToFp32NodeTransformer", "AttentionFusion", "GroupQueryAttentionFusion"],
  ...["GroupQueryAttentionPreNormFusion", "EmbedLayerNormFusion", "SkipLayerNormFusion", "BiasSkipLayerNormFusion"],
  ...["SimplifiedLayerNormFusion", "LayerNormFusionL1", "LayerNormFusionL2", "GeluFusionL1", "GeluFusionL2"],
  ...["FastGeluFusion", "BiasGeluFusion", "BiasDropoutFusion", "BiasSoftmaxFusion", "MatMulActivationFusion"],
  ...[
    "SliceConcatToSpaceToDepthFusion",
    "GatherToSliceFusion",
    "GatherSliceToSplitFusion",
    "ReshapeFusion",
    "FreeDimensionOverrideTransformer",
  ],
];

/**
 * The runtime's tensors and sessions as far as `resident.ts` needs them; their own types need the browser's, and stay
 * in this file.
 */
export interface RuntimeTensor {
  readonly location: string;
  readonly data: unknown;
  dispose(): void;
}
export interface RuntimeSession {
  run(feeds: Readonly<Record<string, RuntimeTensor>>): Promise<Readonly<Record<string, RuntimeTensor>>>;
  release(): Promise<void>;
}

/** An array as the runtime takes it; it is not copied. */
export const tensorOn = (port: Port, data: TypedArray): RuntimeTensor => tensorOf(port, data);

const tensorOf = (port: Port, data: TypedArray): Ort.Tensor =>
  new (runtime().Tensor)(port.type, data as Float32Array, port.shape);

/**
 * The runtime's session of a model of float32 on WebGPU.
 *
 * @param staying - names of outputs that stay on the device
 * @throws BackendError where the device is missing, or the graph is refused
 */
export const create = (model: Uint8Array, staying?: readonly string[]): Promise<RuntimeSession> =>
  begin(model, { device: "webgpu", threads: 1, cache: undefined }, false, staying);

async function begin(
  model: Uint8Array,
  options: SessionOptions,
  double: boolean,
  staying?: readonly string[],
): Promise<Ort.InferenceSession> {
  if (isForBrowsers() && options.device !== "cpu") {
    const why = `device "${options.device}" is not available on this machine: onnxruntime-web is installed in the place of onnxruntime-node`;
    throw new BackendError(`compile: ${why}; use device "cpu"`, options.device);
  }
  // The last folds x·c before or after a product into an attribute of single precision: float64 would lose half its
  // digits.
  const unwanted = [...needlessOptimizers, ...(double ? ["MatMulScaleFusion"] : [])].join(";");
  const settings: Ort.InferenceSession.SessionOptions = {
    executionProviders: options.device === "cpu" ? ["cpu"] : [options.device, "cpu"],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    extra: { optimization: { disable_specified_optimizers: unwanted } },
    ...(staying && {
      preferredOutputLocation: Object.fromEntries(staying.map((name) => [name, "gpu-buffer" as const])),
    }),
  };
  try {
    return await (options.cache
      ? createOnce(model, settings, options.cache)
      : runtime().InferenceSession.create(model, settings));
  } catch (error) {
    if (error instanceof MongeError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    if (
      /not (available|supported|enabled)|no available backend|adapter|CUDA|cannot open shared/i.test(reason) &&
      options.device !== "cpu"
    ) {
      throw new BackendError(
        `compile: device "${options.device}" is not available on this machine (${reason}); use device "cpu"`,
        options.device,
        { cause: error },
      );
    }
    throw new BackendError(
      `compile: ONNX Runtime refused the graph on "${options.device}": ${reason}`,
      options.device,
      {
        cause: error,
      },
    );
  }
}

/** A session from the optimised graph that an earlier one left, else one that leaves it. */
async function createOnce(
  model: Uint8Array,
  settings: Ort.InferenceSession.SessionOptions,
  cache: Cache,
): Promise<Ort.InferenceSession> {
  const { executionProviders, graphOptimizationLevel, extra } = settings;
  const key = graphKey(model, runtimeVersion(), { executionProviders, graphOptimizationLevel, extra });
  const found = readEntry(cache, key);
  if (found) {
    try {
      return await runtime().InferenceSession.create(found, { ...settings, graphOptimizationLevel: "disabled" });
    } catch {
      // Sound, but not what this runtime reads: it is made anew.
    }
  }
  const entry = await beginEntry(cache, key);
  if (!entry) return runtime().InferenceSession.create(model, settings);
  try {
    const session = await runtime().InferenceSession.create(model, { ...settings, optimizedModelFilePath: entry.path });
    await entry.keep();
    return session;
  } catch {
    // The disk may be full; what else is wrong is said without a file.
    await entry.discard();
    return runtime().InferenceSession.create(model, settings);
  }
}

let block: Promise<number> | undefined;

/**
 * Channels per block of the CPU's blocked convolution kernels (16 with AVX-512, 8 with AVX2), 0 where the runtime has
 * none. Found by running a reorder on known numbers: the position of channel 1 in the blocked array is the block.
 */
export function channelBlock(): Promise<number> {
  block ??= probeBlock();
  return block;
}

async function probeBlock(): Promise<number> {
  const graph = new Graph({ precision: "float32" });
  const shape = [1, 32, 1, 2];
  const x = graph.input("x", shape, "float");
  const r = graph.op("ReorderInput", [x], shape, "float", {}, blockedDomain);
  graph.output("y", graph.op("Neg", [r], shape));
  try {
    const session = await runtime().InferenceSession.create(encodeModel(graph, "probe"), { logSeverityLevel: 4 });
    const data = Float32Array.from({ length: 64 }, (_, i) => i);
    const { y } = await session.run({ x: new (runtime().Tensor)("float32", data, shape) });
    await session.release();
    // Blocked order is [channel block][pixel][channel in block]: pixel 1 of channel 0 (value 1) comes after one block.
    const at = Array.from(y!.data as Float32Array).indexOf(-1);
    return at === 8 || at === 16 ? at : 0;
  } catch {
    return 0; // No such operators in this build: ordinary convolutions everywhere.
  }
}

/**
 * True if the runtime was installed with CUDA: asking it to try prints an error of its own where it was not. True where
 * its files lie elsewhere than expected, so that it is tried.
 */
export function mayHaveCuda(): boolean {
  if (!isInstalled("onnxruntime-node")) return false;
  const folder = join(dirname(require.resolve("onnxruntime-node/package.json")), "bin");
  if (!existsSync(folder)) return true;
  return readdirSync(folder, { recursive: true }).some((path) => String(path).includes("providers_cuda"));
}

export function runtimeVersion(): string {
  if (!runtimes.some(isInstalled)) return "not installed";
  const { versions } = runtime().env;
  return isForBrowsers() ? `${versions.web} for browsers` : (versions.node ?? versions.common);
}

export type { Precision };
