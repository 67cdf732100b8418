/**
 * Deep adaptive sampling (DAS: K. Tang, X. Wan and Q. Liao, arXiv 2112.14038, doi:10.1016/j.jcp.2022.111868): a flow is fitted to
 * the normalised squared residual, and its points replace the set (DAS-R) or are added to it (DAS-G).
 */
import { boundedKrnet, krnet } from "../flow/index.ts";
import { checkCount, effectiveShare, joined, quasiUniformPoints, roundStream, rowWeights } from "./domain-points.ts";
import { domainFlow, drawMixture } from "./flow-domain.ts";
import { type FlowTraining, flowTraining, gainDraw, weightedMean } from "./flow-training.ts";
import { checkChoice, checkNumber } from "./options.ts";
import type { ActiveSampler, PointSet, SampleContext, Sampler, SamplingDomain } from "./sampler.ts";
import { stored, tensor } from "./sampler-state.ts";

/** Options of {@link das}. As published: `flow: "krnet"`, no `share`, no `trainingShare`, no `weights`, a rate of 1e-4 and 3000 epochs a stage. */
export interface DasOptions extends FlowTraining {
  /** Every round a new set (DAS-R), or half of the count, uniform, to which every round adds (DAS-G). @defaultValue "replace" */
  readonly mode?: "replace" | "grow";
  /** The bounded KRnet, or the published one with a logit. @defaultValue "bounded" */
  readonly flow?: "bounded" | "krnet";
  /** Share of Sobol points among the points drawn, in [0, 1). @defaultValue 0.3 */
  readonly share?: number;
  /** Points that "grow" adds a round, as a share of the count, in (0, 1]. @defaultValue 0.1 */
  readonly growth?: number;
  /** Row weights 1/(N |Ω| q), or 1/N as published. @defaultValue "unbiased" */
  readonly weights?: "unbiased" | "none";
}

/** Deep adaptive sampling; made by {@link das}. */
export interface DasSampler extends Sampler, Required<DasOptions> {
  readonly kind: "das";
}

/**
 * DAS: every round the flow goes on lowering the cross-entropy −∫ r² log p/∫ r², on points drawn in proportion to r²/q from a
 * pool of uniform points and points of its own (which equals the published weights r²/q, with less noise). Above three
 * dimensions these points are smeared by a normal kernel of Silverman's width, without which a flow memorises the few that
 * count: on r² of exp(−10|x|²) in [−1, 1]^10 the effective number of 2000 points for the mean of r² was 1000 after 3 rounds with it, 3–12
 * without. log p is never
 * clipped, and points outside Ω are drawn again. In DAS-G each point keeps the density of its own round, so that unbiased weights
 * stay unbiased.
 *
 * @throws OptionsError if an option is out of range
 */
export function das(options: DasOptions = {}): DasSampler {
  const { mode = "replace", flow = "bounded", share = 0.3, growth = 0.1, weights = "unbiased" } = options;
  checkChoice("das", "mode", mode, ["replace", "grow"]);
  checkChoice("das", "flow", flow, ["bounded", "krnet"]);
  checkNumber("das", "share", share, { low: 0, high: 1 - 1e-9 });
  checkNumber("das", "growth", growth, { low: 0, above: true, high: 1 });
  checkChoice("das", "weights", weights, ["unbiased", "none"]);
  return { kind: "das", mode, flow, ...flowTraining("das", flow, options), share, growth, weights };
}

/** Starts {@link das}. The flow is compiled in the first round that trains it. */
export function startDas(sampler: DasSampler, domain: SamplingDomain): ActiveSampler {
  const d = domain.dimension;
  const { layers, width, bins, batch, learningRate, steps, share } = sampler;
  const sizes = { dimension: d, layers, width, bins };
  const made = sampler.flow === "krnet" ? krnet(sizes) : boundedKrnet(sizes);
  const flow = domainFlow("das", made, domain, { objective: "cross-entropy", batch, learningRate });
  let held: { readonly points: Float64Array; readonly density: Float64Array } = {
    points: new Float64Array(0),
    density: new Float64Array(0),
  };
  let [entropy, effective] = [Number.NaN, 1];

  const train = async (context: SampleContext) => {
    const stream = roundStream(context).split("train");
    const model = await flow.open(stream.split("parameters"));
    const drawn = await flow.weightedPoints(stream.split("pool"), {
      size: sampler.pool,
      uniformShare: sampler.trainingShare,
    });
    const pool = { ...drawn, squares: await flow.squares(context, drawn.points) };
    if (weightedMean("das", pool) === 0) return;
    if (model.steps === 0) await model.measure(pool.points.subarray(0, batch * d));
    const next = gainDraw(pool, d, stream.split("residual"), d > 3);
    const weights = new Float64Array(batch).fill(1 / batch);
    for (let step = 0; step < steps; step++) entropy = (await model.step([next(batch), weights])).loss;
  };
  const finished = ({ points, density }: { points: Float64Array; density: Float64Array }): PointSet => {
    const weights = rowWeights(domain, density, sampler.weights);
    effective = effectiveShare(weights);
    return { points: points.slice(), density: density.slice(), weights };
  };

  return {
    async draw(context) {
      checkCount("das", context.count);
      const { count } = context;
      const stream = roundStream(context);
      if (sampler.mode === "replace") {
        await train(context);
        return finished(await drawMixture(flow, domain, count, share, stream.split("draw")));
      }
      const have = held.density.length;
      if (have === 0) {
        const points = quasiUniformPoints(domain, Math.ceil(count / 2), stream.split("start"));
        held = { points, density: new Float64Array(points.length / d).fill(1 / domain.volume) };
      } else if (have < count) {
        await train(context);
        const added = Math.min(count - have, Math.ceil(sampler.growth * count));
        const more = await drawMixture(flow, domain, added, share, stream.split("draw"));
        held = { points: joined(held.points, more.points), density: joined(held.density, more.density) };
      }
      return finished(held);
    },
    density: (points) => flow.density(points),
    state: () => ({
      ...flow.state(),
      heldPoints: tensor(held.points),
      heldDensity: tensor(held.density),
      report: tensor([entropy, effective]),
    }),
    restore(tensors) {
      const density = stored("das", tensors, "heldDensity");
      held = { points: stored("das", tensors, "heldPoints", density.length * d), density };
      [entropy, effective] = stored("das", tensors, "report", 2) as unknown as [number, number];
      flow.restore(tensors);
    },
    report: () => ({ entropy, effectiveShare: effective, inside: flow.inside, steps: flow.steps }),
    dispose: () => flow.dispose(),
  };
}
