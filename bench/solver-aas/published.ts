/** AAS as published (K. Tang, J. Zhai, X. Wan and C. Yang, arXiv 2305.18702): its adversary as a sampler that is handed in, and its schedule. */
import { adam } from "../../engine/training/optimizer.ts";
import { differencePoints } from "../../solvers/flow/index.ts";
import { mlp } from "../../solvers/network/mlp.ts";
import { quasiUniformPoints, roundStream, rowWeights } from "../../solvers/sampler/domain-points.ts";
import { domainFlow } from "../../solvers/sampler/flow-domain.ts";
import { type FlowTraining, flowTraining, gainDraw, weightedMean } from "../../solvers/sampler/flow-training.ts";
import type { ActiveSampler, OwnSampler, SampleContext, SamplingDomain } from "../../solvers/sampler/sampler.ts";
import type { SolveOptions } from "../../solvers/solve/options.ts";
import { krnet, normalise } from "./krnet.ts";

/** Sizes of KRnet as published; the rest is that of the third-party code that aims at the paper. */
const sizes = { layers: 6, bins: 32, steps: 1000, batch: 1000, pool: 5000, learningRate: 8e-4, trainingShare: 1 };
/** Steps between new points for the penalty, and the uniform ones' share among them. */
const [refresh, energyShare] = [10, 0.5];
const name = "adversarial-paper";

/**
 * The density model of the paper: KRnet with a logit on a box enlarged by 0.5 % a side, β fixed, all points from
 * the flow, row weights 1/N; uniform points in round 0. Points outside Ω are drawn again (clamping them would put atoms on the
 * boundary), and log p is not clipped. ∇p is by difference quotients instead of double back-propagation, training is in float64.
 *
 * @param options - sizes and training, and `beta` in the unit of r² times an area; it does not follow the residual. @defaultValue 5
 */
export function publishedAdversary({
  beta = 5,
  ...options
}: FlowTraining & { readonly beta?: number } = {}): OwnSampler {
  const training = flowTraining(name, { ...sizes, ...options });
  return {
    kind: name,
    beta,
    ...training,
    start: (domain: SamplingDomain) => started(training, beta, domain),
  } as OwnSampler;
}

/** The flow is compiled in the first round that trains it. */
function started(training: Required<FlowTraining>, beta: number, domain: SamplingDomain): ActiveSampler {
  const d = domain.dimension;
  const { layers, width, bins, batch, learningRate, steps } = training;
  const sides = domain.low.map((low, k) => domain.high[k]! - low);
  const boxVolume = sides.reduce((a, b) => a * b, 1);
  const network = krnet({ dimension: d, layers, width, bins });
  const model = { objective: "adversary", batch, learningRate, beta2: 0.999, average: 0 } as const;
  const flow = domainFlow(name, network, domain, model);
  const half = Math.floor(batch / 2);

  const train = async (context: SampleContext) => {
    const stream = roundStream(context).split("train");
    const made = await flow.open(stream.split("parameters"));
    const drawn = await flow.weightedPoints(stream.split("pool"), {
      size: training.pool,
      uniformShare: training.trainingShare,
    });
    const pool = { ...drawn, squares: await flow.squares(context, drawn.points) };
    const mean = weightedMean(name, pool);
    if (mean === 0) return;
    if (made.steps === 0) await normalise(network, made, pool.points.subarray(0, batch * d));
    const directions = stream.split("directions");
    const drawGain = gainDraw(pool, d, stream.split("gain"), false);
    const gains = new Float64Array(batch - half).fill(1 / (batch - half));
    let energyPoints = drawn;
    for (let step = 0; step < steps; step++) {
      const block = step % refresh;
      if (block === 0) {
        const energyPool = { size: refresh * half, uniformShare: energyShare };
        energyPoints = await flow.weightedPoints(stream.split("energy").split(step), energyPool);
      }
      const points = energyPoints.points.subarray(block * half * d, (block + 1) * half * d);
      const weights = energyPoints.weights.subarray(block * half, (block + 1) * half).map((w) => w / half);
      const shifted = differencePoints(points, weights, sides, made.shifts, directions);
      const paid = new Float64Array(points.length + shifted.points.length);
      paid.set(points);
      paid.set(shifted.points, points.length);
      const b = Float64Array.of(beta / (boxVolume * mean));
      await made.step([drawGain(batch - half), paid, gains, shifted.weights, b, Float64Array.of(0)]);
    }
  };

  return {
    async draw(context) {
      const { count } = context;
      const stream = roundStream(context);
      if (context.round === 0) {
        const points = quasiUniformPoints(domain, count, stream.split("uniform"));
        const density = new Float64Array(count).fill(1 / domain.volume);
        return { points, density, weights: rowWeights(domain, density, "none") };
      }
      await train(context);
      const { points, density } = await flow.draw(count, stream.split("draw").split("flow"));
      return { points, density, weights: rowWeights(domain, density, "none") };
    },
    density: (points) => flow.density(points),
    state: () => flow.state(),
    restore: (tensors) => flow.restore(tensors),
    report: () => ({ inside: flow.inside, steps: flow.steps }),
    dispose: () => flow.dispose(),
  };
}

/**
 * 50 rounds of 500 Adam steps for the network and 1000 for the adversary, a KRnet with fixed β = 5 whose points alone are trained on, conditions by a
 * penalty with γ = 100, six layers of 32 tanh neurons (64 above three dimensions). The paper's text leaves sizes and rates open; they are those of the
 * third-party code that aims at it. Loss and gradient are in float32, as there; θ and the adversary are in float64.
 */
export const publishedOptions = (dimension: number): SolveOptions => ({
  network: mlp({ width: dimension <= 3 ? 32 : 64, depth: 6, scale: 1 }),
  sampler: publishedAdversary(),
  optimizer: adam({ learningRate: 1e-4 }),
  conditions: "penalty",
  weights: { conditions: 100 },
  points: 5000,
  boundaryPoints: 5000,
  residualScale: 1,
  stepsPerRound: 500,
  growth: { after: 1, factor: 1 },
  budget: { steps: 25_000 },
  precision: "float32",
});
