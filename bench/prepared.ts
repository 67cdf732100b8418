/** Our side of a benchmark, ready to run: what the timing and the profile share. */
import type { SharedTensor } from "./peer.ts";

export interface Prepared {
  /** What the peer must get to compute the same. */
  readonly inputs: readonly SharedTensor[];
  run(): Promise<unknown>;
  /** The number of the last run by which both sides know that they agree. */
  value(): number;
  dispose(): Promise<void>;
}

export interface PrepareOptions {
  readonly threads: number;
  /** Path prefix of ONNX Runtime's profile. */
  readonly profile?: string;
}

export type Prepare = (options: PrepareOptions) => Promise<Prepared>;
