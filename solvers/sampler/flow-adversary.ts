/**
 * The adversary as a normalising flow, for any number of dimensions: a bounded KRnet with unbiased row weights, or the density model of
 * AAS as published (K. Tang, J. Zhai, X. Wan and C. Yang, arXiv 2305.18702).
 */
import type { Rng } from "../../engine/random/rng.ts";
import { gridPoints } from "../../equations/domain/index.ts";
import { dualSobolevNorm } from "../../wasserstein/images/index.ts";
import { boundedKrnet, differencePoints, krnet } from "../flow/index.ts";
import { storedNumbers, tensor } from "../stored-numbers.ts";
import type { FlowSampler } from "./adversarial.ts";
import { defaultShape } from "./cells.ts";
import {
  checkCount,
  effectiveShare,
  quasiUniformPoints,
  roundStream,
  rowWeights,
  uniformSet,
} from "./domain-points.ts";
import { domainFlow, drawMixture } from "./flow-domain.ts";
import { gainDraw, weightedMean } from "./flow-training.ts";
import type { ActiveSampler, SampleContext, SamplingDomain } from "./sampler.ts";

/** Floor of the β rule, as for the exact adversary. */
const FLOOR = 0.2;
/** Memory of the running means behind the balance rule, and the steps before it takes effect. */
const MEMORY = 0.95;
const WARMUP = 20;

const NAME = "adversarial";
/** Share of its gain that the adversary pays as penalty from four dimensions on, in (0, ½). */
const BALANCE = 0.1;
/** Steps between new points for the penalty, and the uniform ones' share among them. */
const REFRESH = 10;
const ENERGY_SHARE = 0.5;
/** Weight of the adversary's objective, in units of its gain, beside the cross-entropy above three dimensions. */
const HIGH_SHARE = 0.1;

/**
 * Starts the flow: every round it climbs ∫ g p − β D(p) by some Adam steps from where it stood, on uniform points and points of its own with
 * known weights; then Sobol points and points of the flow make the set. g enters divided by its mean, so that nothing depends on its scale. The
 * flow is compiled in the first round.
 *
 * β of chi-square and entropy is that of the exact form. Of the dual Sobolev norm, up to three dimensions β = κ β₁, β₁ = |Ω| max(−G(g −
 * mean))/(2·0.8) from g on a grid (G solves the Neumann problem). Beyond, β keeps β∫|∇p|² = ϱ·(∫ g p − mean g), ϱ = 0.1. For the exact maximiser
 * that quotient is ½ wherever it is positive, whatever β, since along p = 1 + t(p* − 1) the gain is linear and the penalty quadratic in t; where
 * β is so small that the maximiser vanishes on a part of Ω it is smaller, and it goes to 0 with β. So 0 < ϱ < ½ picks a β that is homogeneous
 * in g and needs no grid. The update β ← ϱ·gain/∫|∇p|² with running means lowers a β that is too large by the factor 2ϱ and raises one that is
 * too small.
 *
 * Up to three dimensions the first half of a round's steps also lowers the cross-entropy of DAS with a weight that fades from 1 to 0,
 * since the gain's gradient vanishes with p and a flow would not find back to where it has become 0. Beyond three dimensions that
 * is not enough: on finitely many training points the supremum is infinite (a spike of width ℓ and mass ℓ²/2β on one of them has J ~ ℓ^{2−d}).
 * There the training points are smeared by a normal kernel of Silverman's width, and the objective is 0.1·(gain − penalty)/gain minus the
 * whole cross-entropy: the adversary corrects a DAS fit. On r² of exp(−10|x|²) in [−1, 1]^10 the effective number of 2000 points for the mean
 * of r² was then 1100 after 4 rounds; without either it stayed below 4.
 *
 * Measured on one thread with the dual Sobolev norm: J reaches 98 % of the exact gain for a Neumann eigenfunction after one round of 200 steps
 * (2.4 s), 92–94 % for the peak problem's first residual, κ = 0.003, and 93–96 % after two rounds.
 *
 * The published model has a KRnet with a logit on a box enlarged by 0.5 % a side and β fixed. Points outside Ω are drawn again (clamping them
 * would put atoms on the boundary), and log p is not clipped. ∇p is by difference quotients in the place of double back-propagation.
 */
export function startFlow(sampler: FlowSampler, domain: SamplingDomain): ActiveSampler {
  const d = domain.dimension;
  const sides = domain.low.map((low, k) => domain.high[k]! - low);
  const boxVolume = sides.reduce((a, b) => a * b, 1);
  const paper = sampler.flow === "krnet";
  const { regularizer, kappa, layers, width, bins, batch, learningRate, steps } = sampler;
  const power = sampler.payoff === "abs" ? 1 : 2;
  const smooth = regularizer === "wasserstein";
  const sizes = { dimension: d, layers, width, bins };
  const flow = domainFlow(NAME, paper ? krnet(sizes) : boundedKrnet(sizes), domain, {
    objective: regularizer,
    batch,
    learningRate,
    ...(paper ? { beta2: 0.999, average: 0 } : { beta2: 0.95, average: 0.95 }),
  });
  /** Running means of gain and energy, number of steps in them; then the report: β, gain, penalty, effective share. */
  let [gain, energy, seen] = [0, 0, 0];
  let numbers = [Number.NaN, Number.NaN, Number.NaN, 1];

  /** b of the objective in units where g has mean 1 and p is relative to uniform. */
  const penalty = async (context: SampleContext, mean: number, greatest: number): Promise<() => number> => {
    const fixed = (b: number) => () => b;
    if (regularizer === "chi-square") return fixed(kappa / 2);
    if (regularizer === "entropy") return fixed((kappa * greatest) / mean);
    if (sampler.beta !== undefined) return fixed(sampler.beta / (boxVolume * mean));
    if (d <= 3) return fixed((kappa * (await floorBeta(context))) / (boxVolume * mean));
    const ceiling = Math.max(...sides) ** 2;
    return () => (seen < WARMUP ? 0 : Math.min(ceiling, (BALANCE * Math.max(gain, 0)) / Math.max(energy, 1e-300)));
  };

  /** Weight of the cross-entropy: up to three dimensions a start that fades over the first half of a round's steps. */
  const barrier = (step: number): number => {
    if (paper) return 0;
    return d <= 3 ? Math.max(0, 1 - (2 * step) / steps) : 1;
  };

  const train = async (context: SampleContext, stream: Rng) => {
    const model = await flow.open(stream.split("parameters"));
    const { pool: size, trainingShare: uniformShare } = sampler;
    const drawn = await flow.weightedPoints(stream.split("pool"), { size, uniformShare });
    const pool = { ...drawn, payoffs: await flow.payoffs(context, drawn.points, power) };
    const mean = weightedMean(NAME, pool);
    if (mean === 0) return;
    if (model.steps === 0) await model.measure(pool.points.subarray(0, batch * d));
    const directions = stream.split("directions");
    const greatest = pool.payoffs.reduce((a, b) => Math.max(a, b), 0);
    const beta = await penalty(context, mean, greatest);
    const drawGain = gainDraw(pool, d, stream.split("gain"), !paper && d > 3);
    const half = Math.floor(batch / 2);
    let energyPoints = drawn;
    let b = 0;
    let last = { gain: 0, energy: 0 };
    for (let step = 0; step < steps; step++) {
      const block = step % REFRESH;
      if (block === 0) {
        const energyPool = { size: REFRESH * half, uniformShare: ENERGY_SHARE };
        energyPoints = await flow.weightedPoints(stream.split("energy").split(step), energyPool);
      }
      const points = energyPoints.points.subarray(block * half * d, (block + 1) * half * d);
      const weights = energyPoints.weights.subarray(block * half, (block + 1) * half).map((w) => w / half);
      const paid = smooth ? differencePoints(points, weights, sides, model.shifts, directions) : { points, weights };
      b = beta();
      const gained = drawGain(batch - half);
      const scale = paper ? 1 : Math.max(1, gain) / (d <= 3 ? 1 : HIGH_SHARE);
      const mu = barrier(step);
      const gains = new Float64Array(batch - half).fill(1 / (scale * (batch - half)));
      const { metrics } = await model.step([
        gained,
        paid.points,
        gains,
        paid.weights,
        Float64Array.of(b / scale),
        Float64Array.of(mu),
      ]);
      last = { gain: metrics["gain"]! * scale, energy: metrics["energy"]! };
      const keep = Math.min(MEMORY, seen / (seen + 1));
      gain = keep * gain + (1 - keep) * last.gain;
      energy = keep * energy + (1 - keep) * last.energy;
      seen++;
    }
    numbers = [b * (smooth ? boxVolume : 1) * mean, gain * mean, b * energy * mean, numbers[3]!];
  };

  /** β at which the unconstrained maximiser reaches the floor, from g on a grid. */
  const floorBeta = async (context: SampleContext): Promise<number> => {
    const shape = defaultShape(d);
    const values = await flow.payoffs(
      context,
      gridPoints(
        sides.map(() => 0),
        sides.map(() => 1),
        shape,
        true,
      ),
      power,
    );
    return dualSobolevNorm({ values, shape }, { spacing: sides.map((s, k) => s / shape[k]!), floor: FLOOR }).beta;
  };

  return {
    async draw(context) {
      checkCount(NAME, context.count);
      const stream = roundStream(context);
      const { count } = context;
      if (paper && context.round === 0) {
        return uniformSet(domain, quasiUniformPoints(domain, count, stream.split("uniform")));
      }
      await train(context, stream.split("train"));
      const { uniformFraction: share, weights: kind } = sampler;
      const { points, density, flowDensity } = await drawMixture(flow, domain, count, share, stream.split("draw"));
      const weights =
        kind === "paper" ? flowDensity.map((p, i) => p / (count * density[i]!)) : rowWeights(domain, density, kind);
      numbers = [...numbers.slice(0, 3), effectiveShare(weights)];
      return { points, density, weights };
    },
    density: (points) => flow.density(points),
    state: () => ({
      ...flow.state(),
      averages: tensor([gain, energy, seen]),
      report: tensor(numbers),
    }),
    restore(tensors) {
      [gain, energy, seen] = storedNumbers(NAME, tensors, "averages", 3) as unknown as [number, number, number];
      numbers = [...storedNumbers(NAME, tensors, "report", 4)];
      flow.restore(tensors);
    },
    report() {
      const [beta, gained, paid, effective] = numbers as [number, number, number, number];
      return { beta, gain: gained, penalty: paid, effectiveShare: effective, inside: flow.inside, steps: flow.steps };
    },
    dispose: () => flow.dispose(),
  };
}
