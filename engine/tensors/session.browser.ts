/**
 * Sessions of a page, by ONNX Runtime for browsers: WebAssembly on one thread, on more where the page is isolated from
 * others.
 */
import type * as Ort from "onnxruntime-web/wasm";
import { BackendError } from "../errors.ts";
import type { Port, RuntimeSession, RuntimeTensor, Session, SessionOptions, TypedArray } from "./session.ts";

export type * from "./session.ts";

let loaded: Promise<typeof Ort> | undefined;

/** ONNX Runtime, which a page loads when it is first needed. */
function runtime(): Promise<typeof Ort> {
  loaded ??= import("onnxruntime-web/wasm").catch((cause: unknown) => {
    loaded = undefined;
    const way = "add the package onnxruntime-web to what is bundled";
    throw new BackendError(`compile: a page has no ONNX Runtime; ${way}`, "cpu", { cause });
  });
  return loaded;
}

export async function openSession(
  model: Uint8Array,
  inputs: readonly Port[],
  outputs: readonly Port[],
  { device, threads }: SessionOptions,
): Promise<Session> {
  if (device !== "cpu") throw missing(device);
  const ort = await runtime();
  ort.env.wasm.numThreads = globalThis.crossOriginIsolated ? threads : 1;
  ort.env.logLevel = "error";
  let session: Ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"], graphOptimizationLevel: "all" });
  } catch (cause) {
    throw new BackendError(`compile: ONNX Runtime refused the graph: ${(cause as Error).message}`, device, { cause });
  }
  return {
    async run(feeds, into) {
      const fed = inputs.map(({ name, type, shape }, i) => {
        return [name, new ort.Tensor(type, feeds[i] as Float32Array, shape)] as const;
      });
      const found = await session.run(Object.fromEntries(fed));
      for (const [i, { name }] of outputs.entries()) (into[i] as Float32Array).set(found[name]!.data as Float32Array);
    },
    dispose: () => session.release(),
  };
}

function missing(device: string): BackendError {
  return new BackendError(`compile: a page computes on "cpu"; compute on "${device}" in Node`, device);
}

export async function create(_model: Uint8Array): Promise<RuntimeSession> {
  throw missing("webgpu");
}

export function tensorOn(_port: Port, _data: TypedArray): RuntimeTensor {
  throw missing("webgpu");
}

/** The runtime for browsers has no blocked convolutions. */
export const channelBlock = async (): Promise<number> => 0;
export const mayHaveCuda = (): boolean => false;
export const runtimeVersion = (): string => "onnxruntime-web";
