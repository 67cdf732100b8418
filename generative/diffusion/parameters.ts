/** Parameters of a network as they are stored: whether they fit it, and out of the state of a training. */
import { ConvergenceError, DomainError, FormatError, ShapeError } from "../../engine/errors.ts";
import { notFinite } from "../../engine/files/finite.ts";
import type { HostTensor } from "../../engine/files/safetensors.ts";
import type { TrainingState } from "../../engine/training/training.ts";
import type { Parameter, Unet } from "./unet.ts";

type Shapes = Pick<Unet, "shapes">;

const groups = ["parameters", "ema", "firstMoment", "secondMoment"] as const;

/**
 * @param caller - begins messages
 * @throws ShapeError where parameters are missing, of another shape or too many; DomainError where one is not finite
 */
export function checkParameters({ shapes }: Shapes, parameters: Readonly<Record<string, Parameter>>): void {
  for (const [name, shape] of Object.entries(shapes)) {
    const found = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    const same = found?.shape.length === shape.length && shape.every((n, i) => found.shape[i] === n);
    if (!same || found.values.length !== countOf(shape)) {
      throw new ShapeError(`Downscaler: parameter ${name}`, shape, found?.shape ?? "none");
    }
    const at = found.values.findIndex((v) => !Number.isFinite(v));
    if (at < 0) continue;
    const hint = "go back to a checkpoint with finite ones";
    throw new DomainError(`Downscaler: parameter ${name} holds ${found.values[at]} at position ${at}; ${hint}`);
  }
  const unknown = Object.keys(parameters).find((name) => !Object.hasOwn(shapes, name));
  if (unknown !== undefined) throw new ShapeError(`Downscaler: parameter ${unknown}`, "none of this name", "one");
}

/** Shaped copies of one slot of a training's state. @throws FormatError where one is missing */
export function parametersOf(
  caller: string,
  { shapes }: Shapes,
  stored: Readonly<Record<string, ArrayLike<number>>>,
): Record<string, Parameter> {
  const parameters: Record<string, Parameter> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const values = stored[name];
    if (values === undefined) throw new FormatError(caller, "checkpoint", `no parameter ${name}`, "train again");
    parameters[name] = { shape: [...shape], values: Float32Array.from(values) };
  }
  return parameters;
}

/**
 * Parameters in the order of the network: norms of gradients are summed in it, and files have another one.
 *
 * @param parameters - of {@link checkParameters}
 */
export function inNetworkOrder(
  { shapes }: Shapes,
  parameters: Readonly<Record<string, Parameter>>,
): Record<string, Parameter> {
  return Object.fromEntries(Object.keys(shapes).map((name) => [name, parameters[name]!]));
}

/** A loss can be finite while the weights that it led to are not. @throws ConvergenceError */
export function checkSound(caller: string, { step, ...slots }: TrainingState): void {
  for (const [slot, vectors] of Object.entries(slots)) {
    for (const [name, values] of Object.entries(vectors)) {
      const at = values.findIndex((v) => !Number.isFinite(v));
      if (at < 0) continue;
      const what = `${caller}: after step ${step} ${slot} of ${name} holds ${values[at]}`;
      throw new ConvergenceError(`${what}: lower the learning rate, or set clipNorm`, "diverged");
    }
  }
}

/** Flat tensors of the vectors of one group, named `group/parameter`. */
export function groupTensors(
  group: string,
  vectors: Readonly<Record<string, Float32Array | Float64Array>>,
): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(vectors).map(([name, data]) => [`${group}/${name}`, { shape: [data.length], data }] as const),
  );
}

/** Tensors of a training's state. */
export function stateTensors(state: TrainingState): Record<string, HostTensor> {
  return Object.assign({}, ...groups.map((group) => groupTensors(group, state[group])));
}

/** The vectors of one group of checked tensors. */
export function groupOf(
  tensors: ReadonlyMap<string, HostTensor>,
  { shapes }: Shapes,
  group: string,
): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.keys(shapes).map((name) => [name, tensors.get(`${group}/${name}`)!.data as Float32Array]),
  );
}

/** The state in checked tensors. */
export function stateOf(tensors: ReadonlyMap<string, HostTensor>, network: Shapes, step: number): TrainingState {
  const [parameters, ema, firstMoment, secondMoment] = groups.map((group) => groupOf(tensors, network, group));
  return { step, parameters: parameters!, ema: ema!, firstMoment: firstMoment!, secondMoment: secondMoment! };
}

/** Complaint about the tensors of a training's state. @param more - groups besides those of the state */
export function stateComplaint(
  tensors: ReadonlyMap<string, HostTensor>,
  { shapes }: Shapes,
  more: readonly string[] = [],
): string | undefined {
  const wanted = new Map<string, number>(
    [...groups, ...more].flatMap((group) =>
      Object.entries(shapes).map(([name, shape]) => [`${group}/${name}`, countOf(shape)] as const),
    ),
  );
  for (const [name, count] of wanted) {
    const { data, shape } = tensors.get(name) ?? {};
    if (data instanceof Float32Array && shape?.length === 1 && data.length === count) continue;
    const found = data === undefined ? "missing" : `${data.constructor.name} of shape [${shape}]`;
    return `tensor ${JSON.stringify(name)} is ${found}, expected ${count} float32 numbers`;
  }
  const unknown = [...tensors.keys()].find((name) => !wanted.has(name));
  if (unknown !== undefined) return `tensor ${JSON.stringify(unknown.slice(0, 60))} belongs to no such network`;
  return notFinite(tensors);
}

const countOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
