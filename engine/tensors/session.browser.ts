/** Sessions of a page, which has no ONNX Runtime. */
import { BackendError } from "../errors.ts";
import type { Port, RuntimeSession, RuntimeTensor, Session, SessionOptions, TypedArray } from "./session.ts";

export type * from "./session.ts";

function missing(device: string): BackendError {
  return new BackendError(`compile: a page has no ONNX Runtime; compute on "${device}" in Node`, device);
}

export async function openSession(
  _model: Uint8Array,
  _inputs: readonly Port[],
  _outputs: readonly Port[],
  { device }: SessionOptions,
): Promise<Session> {
  throw missing(device);
}

export async function create(_model: Uint8Array): Promise<RuntimeSession> {
  throw missing("webgpu");
}

export function tensorOn(_port: Port, _data: TypedArray): RuntimeTensor {
  throw missing("webgpu");
}

export const channelBlock = async (): Promise<number> => 0;
export const mayHaveCuda = (): boolean => false;
export const runtimeVersion = (): string => "none";
