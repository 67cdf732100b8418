/**
 * Programs on WebGPU whose state stays on the device between calls: only what changes goes there, and only what is
 * asked for comes back.
 */
import { Graph } from "./graph.ts";
import { encodeModel } from "./onnx/model.ts";
import { create, type Port, type RuntimeSession, type RuntimeTensor, type TypedArray, tensorOn } from "./session.ts";

/** A session whose first outputs are the first inputs of the next call. */
export interface ResidentSession {
  /** Goes on from these arrays; they are read by the next run, and must not change before. */
  load(state: readonly TypedArray[]): void;
  /**
   * Runs on the state and the further inputs, and writes the further outputs. The state that comes out waits for
   * {@link commit}.
   */
  run(inputs: readonly TypedArray[], into: readonly TypedArray[]): Promise<void>;
  /** Keeps the state that came out, or forgets it and stays with the one before. */
  commit(kept: boolean): void;
  /** Copies the state into these arrays. */
  fetch(into: readonly TypedArray[]): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * Opens a model whose first `count` inputs and outputs are the state, equal in shapes and types.
 *
 * @throws BackendError where there is no WebGPU, or the graph is refused
 */
export async function openResident(
  model: Uint8Array,
  inputs: readonly Port[],
  outputs: readonly Port[],
  count: number,
): Promise<ResidentSession> {
  const stateOut = outputs.slice(0, count);
  const staying = stateOut.map(({ name }) => name);
  const session = await create(model, staying);
  let reader: RuntimeSession | undefined;
  let state: readonly RuntimeTensor[] = [];
  let next: readonly RuntimeTensor[] = [];
  const free = (tensors: readonly RuntimeTensor[]) => {
    for (const tensor of tensors) if (tensor.location === "gpu-buffer") tensor.dispose();
  };
  return {
    load(arrays) {
      free(state);
      state = arrays.map((array, i) => tensorOn(inputs[i]!, array));
    },
    async run(arrays, into) {
      const further = arrays.map((array, i) => tensorOn(inputs[count + i]!, array));
      const results = await session.run(byName(inputs, [...state, ...further]));
      next = stateOut.map(({ name }) => results[name]!);
      outputs.slice(count).forEach(({ name }, i) => {
        (into[i] as Float32Array).set(results[name]!.data as Float32Array);
      });
    },
    commit(kept) {
      free(kept ? state : next);
      if (kept) state = next;
      next = [];
    },
    async fetch(into) {
      // The binding reads no device's buffer itself: a program that gives back what it gets does.
      reader ??= await create(encodeModel(copies(inputs.slice(0, count)), "fetch"));
      const results = await reader.run(byName(inputs, state));
      into.forEach((array, i) => {
        (array as Float32Array).set(results[`out${i}`]!.data as Float32Array);
      });
    },
    async dispose() {
      free(state);
      free(next);
      state = [];
      next = [];
      await session.release();
      await reader?.release();
    },
  };
}

const byName = (ports: readonly Port[], tensors: readonly RuntimeTensor[]): Record<string, RuntimeTensor> =>
  Object.fromEntries(tensors.map((tensor, i) => [ports[i]!.name, tensor]));

/** Outputs equal to the inputs. */
function copies(ports: readonly Port[]): Graph {
  const graph = new Graph({ precision: "float32" });
  ports.forEach(({ name, shape }, i) => {
    graph.output(`out${i}`, graph.input(name, shape, "float"));
  });
  return graph;
}
