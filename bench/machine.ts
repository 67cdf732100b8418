/** What the numbers were measured on. */
import { cpus, loadavg } from "node:os";
import { runtimeVersion } from "../engine/tensors/session.ts";
import { tf } from "../engine/tensors/tensor.ts";
import { torchVersion } from "./peer.ts";

export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly onnxruntime: string;
  readonly tfjs: string;
  /** null where PyTorch is not installed. */
  readonly torch: string | null;
  /** Load averages over 1, 5 and 15 minutes at the start. */
  readonly loadAverage: readonly number[];
}

export async function describeMachine(): Promise<Machine> {
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    node: process.version,
    onnxruntime: runtimeVersion(),
    tfjs: tf.version_core,
    torch: (await torchVersion()) ?? null,
    loadAverage: loadavg().map((load) => Number(load.toFixed(2))),
  };
}
