/**
 * Deep adaptive sampling (DAS-R: K. Tang, X. Wan and Q. Liao, arXiv 2112.14038, doi:10.1016/j.jcp.2022.111868) as a sampler that is handed in, for
 * comparison: a flow is fitted to the normalised squared residual, and its points replace the set.
 */
import { boundedKrnet, krnet } from "../../solvers/flow/index.ts";
import { effectiveShare, roundStream, rowWeights } from "../../solvers/sampler/domain-points.ts";
import { domainFlow, drawMixture } from "../../solvers/sampler/flow-domain.ts";
import { type FlowTraining, flowTraining, gainDraw, weightedMean } from "../../solvers/sampler/flow-training.ts";
import type { ActiveSampler, OwnSampler, SampleContext, SamplingDomain } from "../../solvers/sampler/sampler.ts";
import { storedNumbers, tensor } from "../../solvers/stored-numbers.ts";

/** Options of {@link das}. As published: `flow: "krnet"`, no `share`, no `trainingShare`, no `weights`, a rate of 1e-4 and 3000 epochs a stage. */
export interface DasOptions extends FlowTraining {
  /** The bounded KRnet, or the published one with a logit. @defaultValue "bounded" */
  readonly flow?: "bounded" | "krnet";
  /** Share of Sobol points among the points drawn, in [0, 1). @defaultValue 0.3 */
  readonly share?: number;
  /** Row weights 1/(N |Ω| q), or 1/N as published. @defaultValue "unbiased" */
  readonly weights?: "unbiased" | "none";
}

/**
 * DAS: every round the flow goes on lowering the cross-entropy −∫ r² log p/∫ r², on points drawn in proportion to r²/q from a
 * pool of uniform points and points of its own (which equals the published weights r²/q, with less noise). Above three
 * dimensions these points are smeared by a normal kernel of Silverman's width, without which a flow memorises the few that
 * count: on r² of exp(−10|x|²) in [−1, 1]^10 the effective number of 2000 points for the mean of r² was 1000 after 3 rounds with it, 3–12
 * without. log p is never clipped, and points outside Ω are drawn again.
 */
export function das(options: DasOptions = {}): OwnSampler {
  const { flow = "bounded", share = 0.3, weights = "unbiased" } = options;
  const resolved = { flow, ...flowTraining("das", options, flow === "krnet"), share, weights };
  return { kind: "das", ...resolved, start: (domain: SamplingDomain) => started(resolved, domain) } as OwnSampler;
}

/** The flow is compiled in the first round. */
function started(options: Required<DasOptions>, domain: SamplingDomain): ActiveSampler {
  const d = domain.dimension;
  const { layers, width, bins, batch, learningRate, steps, share } = options;
  const sizes = { dimension: d, layers, width, bins };
  const made = options.flow === "krnet" ? krnet(sizes) : boundedKrnet(sizes);
  const flow = domainFlow("das", made, domain, {
    ...{ objective: "cross-entropy", batch, learningRate, beta2: 0.95, average: 0.95 },
  });
  let [entropy, effective] = [Number.NaN, 1];

  const train = async (context: SampleContext) => {
    const stream = roundStream(context).split("train");
    const model = await flow.open(stream.split("parameters"));
    const drawn = await flow.weightedPoints(stream.split("pool"), {
      size: options.pool,
      uniformShare: options.trainingShare,
    });
    const pool = { ...drawn, payoffs: await flow.payoffs(context, drawn.points, 2) };
    if (weightedMean("das", pool) === 0) return;
    if (model.steps === 0) await model.measure(pool.points.subarray(0, batch * d));
    const next = gainDraw(pool, d, stream.split("residual"), d > 3);
    const weights = new Float64Array(batch).fill(1 / batch);
    for (let step = 0; step < steps; step++) entropy = (await model.step([next(batch), weights])).loss;
  };

  return {
    async draw(context) {
      await train(context);
      const stream = roundStream(context).split("draw");
      const { points, density } = await drawMixture(flow, domain, context.count, share, stream);
      const weights = rowWeights(domain, density, options.weights);
      effective = effectiveShare(weights);
      return { points, density, weights };
    },
    density: (points) => flow.density(points),
    state: () => ({ ...flow.state(), report: tensor([entropy, effective]) }),
    restore(tensors) {
      [entropy, effective] = storedNumbers("das", tensors, "report", 2) as unknown as [number, number];
      flow.restore(tensors);
    },
    report: () => ({ entropy, effectiveShare: effective, inside: flow.inside, steps: flow.steps }),
    dispose: () => flow.dispose(),
  };
}
