/** A normalising flow on the bounding box of a domain: drawing inside Ω, density per unit volume, weighted training points. */
import { ConvergenceError } from "../../engine/errors.ts";
import type { NamedTensors } from "../../engine/files/safetensors.ts";
import { type Rng, rng as rngOf } from "../../engine/random/rng.ts";
import { maxSobolDimension, sobolSequence } from "../../engine/random/sobol.ts";
import { type Flow, type FlowModel, type FlowModelOptions, openFlow } from "../flow/index.ts";
import { storedNumbers, tensor } from "../stored-numbers.ts";
import { quasiUniformPoints, residualAt, toBox } from "./domain-points.ts";
import type { SampleContext, SamplingDomain } from "./sampler.ts";

/** Points of the unit box with their weights. */
export interface WeightedPoints {
  /** `[n, d]`; alternating uniform ones and ones of the flow, where there are any. */
  readonly points: Float64Array;
  /** 1/q with q the density relative to uniform; 0 outside the box. */
  readonly weights: Float64Array;
}

/** The flow of a sampler at work. */
export interface DomainFlow {
  /** The compiled flow, made on first use; `stream` then draws its parameters. */
  open(stream: Rng): Promise<FlowModel>;
  /** Points in Ω `[count, d]`, and their density per unit volume. */
  draw(count: number, stream: Rng): Promise<{ readonly points: Float64Array; readonly density: Float64Array }>;
  /** Density at points, per unit volume, 0 outside Ω; uniform before a training. */
  density(points: Float64Array): Promise<Float64Array>;
  /** Points to train on: a share of uniform ones (all of them before the first step), the others from the flow. */
  weightedPoints(stream: Rng, options: PoolOptions): Promise<WeightedPoints>;
  /** |r|^power at points of the unit box `[n, d]`, 0 outside Ω. */
  payoffs(context: SampleContext, unit: Float64Array, power: 1 | 2): Promise<Float64Array>;
  /** Share of the flow's mass inside Ω, as far as known. */
  readonly inside: number;
  /** Training steps done; 0 before the flow is made. */
  readonly steps: number;
  state(): NamedTensors;
  restore(tensors: NamedTensors): void;
  dispose(): void;
}

/** Options of the pool of training points. */
export interface PoolOptions {
  readonly size: number;
  /** Share of uniform points, in [0, 1]. */
  readonly uniformShare: number;
}

/** Smallest share of proposals inside Ω that is still drawn from. */
const LEAST_SHARE = 1e-3;

/** Sets up a flow on a domain; nothing is compiled before it is needed. */
export function domainFlow(sampler: string, flow: Flow, domain: SamplingDomain, options: FlowModelOptions): DomainFlow {
  const d = domain.dimension;
  const boxVolume = domain.low.reduce((product, low, k) => product * (domain.high[k]! - low), 1);
  const everywhere = domain.isBox && flow.kind === "bounded-krnet";
  let opened: Promise<FlowModel> | undefined;
  let model: FlowModel | undefined;
  let pending: NamedTensors | undefined;
  let inside = 1;

  const open = (stream: Rng) => {
    opened ??= openFlow(flow, stream, options).then((made) => {
      if (pending) made.restore(pending);
      pending = undefined;
      model = made;
      return made;
    });
    return opened;
  };
  const unitPoints = (stream: Rng): ((count: number) => Float64Array) => {
    if (d > maxSobolDimension) return (count) => stream.uniform(count * d).map((u) => Math.max(u, 2 ** -54));
    const sequence = sobolSequence(d, stream);
    return (count) => sequence.next(count);
  };
  /** 1 for points of the unit box in Ω. */
  const membership = (unit: Float64Array): Uint8Array => {
    const marks = domain.isBox ? new Uint8Array(unit.length / d).fill(1) : domain.contains(toBox(domain, unit.slice()));
    for (let at = 0; at < unit.length; at++) if (!(unit[at]! >= 0 && unit[at]! <= 1)) marks[Math.floor(at / d)] = 0;
    return marks;
  };

  const payoffs: DomainFlow["payoffs"] = async (context, unit, power) => {
    const marks = membership(unit);
    const rows = Array.from(marks.keys()).filter((i) => marks[i] === 1);
    const asked = new Float64Array(rows.length * d);
    for (const [j, i] of rows.entries()) asked.set(unit.subarray(i * d, (i + 1) * d), j * d);
    const residuals = await residualAt(sampler, context, toBox(domain, asked));
    const out = new Float64Array(marks.length);
    for (const [j, i] of rows.entries()) out[i] = residuals[j]! ** power;
    return out;
  };

  return {
    open,
    payoffs,
    get inside() {
      return inside;
    },
    get steps() {
      return model?.steps ?? 0;
    },
    async draw(count, stream) {
      const made = await open(rngOf(0));
      const next = unitPoints(stream);
      const unit = new Float64Array(count * d);
      let [filled, tried] = [0, 0];
      while (filled < count) {
        const rate = tried === 0 ? inside : Math.max(filled / tried, LEAST_SHARE);
        const tries = everywhere ? count : Math.ceil(((count - filled) / rate) * 1.1) + 16;
        const proposals = roundedInside(await made.sample(next(tries)), everywhere);
        const marks = membership(proposals);
        for (let i = 0; i < tries && filled < count; i++) {
          tried++;
          if (marks[i] === 1) unit.set(proposals.subarray(i * d, (i + 1) * d), d * filled++);
        }
        if (tried > 1000 / LEAST_SHARE && filled < tried * LEAST_SHARE) {
          const advice = "lower the learning rate, or start anew";
          throw new ConvergenceError(
            `${sampler}: of ${tried} points of the flow ${filled} lie in the domain; ${advice}`,
            "diverged",
            filled / tried,
          );
        }
      }
      inside = filled / tried;
      const logs = await made.logDensity(unit);
      return { points: toBox(domain, unit), density: logs.map((l) => Math.exp(l) / (boxVolume * inside)) };
    },
    async density(points) {
      const marks = domain.contains(points);
      if (!model && !pending) return Float64Array.from(marks, (mark) => mark / domain.volume);
      const made = await open(rngOf(0));
      const unit = points.map((x, at) => (x - domain.low[at % d]!) / (domain.high[at % d]! - domain.low[at % d]!));
      const logs = await made.logDensity(unit);
      return logs.map((l, i) => (marks[i] === 1 ? Math.exp(l) / (boxVolume * inside) : 0));
    },
    async weightedPoints(stream, { size, uniformShare }) {
      const made = await open(stream.split("parameters"));
      const share = made.steps === 0 ? 1 : uniformShare;
      const uniforms = Math.round(size * share);
      const even = unitPoints(stream.split("uniform"))(uniforms);
      const own = await made.sample(unitPoints(stream.split("flow"))(size - uniforms));
      const points = interleaved(even, roundedInside(own, everywhere), d);
      const density = share === 1 ? new Float64Array(size).fill(1) : (await made.logDensity(points)).map(Math.exp);
      const inBox = (i: number) => points.subarray(i * d, (i + 1) * d).every((z) => z >= 0 && z <= 1);
      const weights = density.map((p, i) => (inBox(i) ? 1 / (share + (1 - share) * p) : 0));
      return { points, weights };
    },
    state: () => (model ? { ...model.state(), inside: tensor([inside]) } : (pending ?? {})),
    restore(tensors) {
      const untrained = !(tensors instanceof Map ? tensors.has("step") : "step" in tensors);
      if (untrained) {
        this.dispose();
        return;
      }
      inside = storedNumbers(sampler, tensors, "inside", 1)[0]!;
      if (model) model.restore(tensors);
      else pending = tensors;
    },
    dispose() {
      // A failed compilation was reported to whoever drew.
      void opened?.then(
        (made) => made.dispose(),
        () => {},
      );
      [opened, model, pending, inside] = [undefined, undefined, undefined, 1];
    },
  };
}

/** Sums of a flow on exactly the unit box may exceed 1 by a rounding; anything more is left for the caller to see. */
function roundedInside(unit: Float64Array, exact: boolean): Float64Array {
  if (!exact) return unit;
  return unit.map((z) => (z > 1 && z < 1 + 1e-12 ? 1 : z));
}

/** Rows of both arrays in even alternation, so that every block of rows has both in proportion. */
function interleaved(a: Float64Array, b: Float64Array, d: number): Float64Array {
  const [m, n] = [a.length / d, b.length / d];
  const out = new Float64Array((m + n) * d);
  let [i, j] = [0, 0];
  while (i + j < m + n) {
    const first = j >= n || (i < m && (i + 0.5) * n <= (j + 0.5) * m);
    const row = first ? a.subarray(i * d, (i + 1) * d) : b.subarray(j * d, (j + 1) * d);
    out.set(row, (i + j) * d);
    if (first) i++;
    else j++;
  }
  return out;
}

/** Uniform points for a share of the count and points of the flow for the rest, with the density of the mixture. */
export async function drawMixture(
  flow: DomainFlow,
  domain: SamplingDomain,
  count: number,
  share: number,
  stream: Rng,
): Promise<{ readonly points: Float64Array; readonly density: Float64Array; readonly flowDensity: Float64Array }> {
  const uniforms = Math.round(share * count);
  const own = await flow.draw(count - uniforms, stream.split("flow"));
  const even = quasiUniformPoints(domain, uniforms, stream.split("uniform"));
  const points = new Float64Array(count * domain.dimension);
  points.set(even);
  points.set(own.points, even.length);
  const flowDensity = new Float64Array(count);
  flowDensity.set(await flow.density(even));
  flowDensity.set(own.density, uniforms);
  const actual = uniforms / count;
  const density = flowDensity.map((p) => actual / domain.volume + (1 - actual) * p);
  return { points, density, flowDensity };
}
