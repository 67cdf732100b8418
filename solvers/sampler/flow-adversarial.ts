/**
 * Adversarial adaptive sampling (AAS: K. Tang, J. Zhai, X. Wan and C. Yang, arXiv 2305.18702) with a normalising flow as the
 * adversary, for any number of dimensions: a bounded KRnet with unbiased row weights, or the published density model.
 */
import type { Rng } from "../../engine/random/rng.ts";
import { gridPoints } from "../../equations/domain/index.ts";
import { dualSobolevNorm } from "../../wasserstein/images/index.ts";
import { boundedKrnet, differencePoints, krnet } from "../flow/index.ts";
import { storedNumbers, tensor } from "../stored-numbers.ts";
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
import { type FlowTraining, flowTraining, gainDraw, weightedMean } from "./flow-training.ts";
import { checkChoice, checkNumber } from "./options.ts";
import type { CellOptions } from "./residual-density.ts";
import type { ActiveSampler, SampleContext, Sampler, SamplingDomain } from "./sampler.ts";

/** Options of `flowAdversarial`; `trainingShare` is above 0. */
export interface FlowAdversarialOptions extends FlowTraining, Pick<CellOptions, "uniformFraction"> {
  /**
   * β in units of the least β at which the unconstrained adversary stays above the floor, > 0. β follows the residual as it
   * falls. 1 is the closed form, which hardly concentrates in 2-D; smaller is more concentrated. For a flow up to 3 dimensions,
   * where the floor is a fifth of the uniform density. @defaultValue 0.003
   */
  readonly kappa?: number;
  /** Row weights 1/(N |Ω| q), p/(N q) (the loss ∫ r² p of AAS), or 1/N. @defaultValue "unbiased" */
  readonly weights?: "unbiased" | "paper" | "none";
}

/** AAS with a bounded KRnet; made by `flowAdversarial`. */
export interface FlowAdversarialSampler extends Sampler, Required<FlowAdversarialOptions> {
  readonly kind: "adversarial";
  readonly method: "flow";
}

/** Options of `paperAdversarial`; the defaults are those of the third-party code that aims at the paper. */
export interface PaperAdversarialOptions extends FlowTraining {
  /** β, in the unit of r² times an area; it does not follow the residual. @defaultValue 5 */
  readonly beta?: number;
}

/** AAS with the published density model; made by `paperAdversarial`. */
export interface PaperAdversarialSampler extends Sampler, Required<PaperAdversarialOptions> {
  readonly kind: "adversarial";
  readonly method: "paper";
}

/** Floor of the β rule, as for the exact adversary. */
const FLOOR = 0.2;
/** Memory of the running means behind the balance rule, and the steps before it takes effect. */
const MEMORY = 0.95;
const WARMUP = 20;

/**
 * AAS with a flow: every round the bounded KRnet climbs ∫ r² p − β∫|∇p|² by some Adam steps from where it stood, on uniform
 * points and points of its own with known weights; then Sobol points and points of the flow make the set. r² enters
 * divided by its mean, so that nothing depends on its scale.
 *
 * β: up to three dimensions β = κ β₁, β₁ = |Ω| max(−G(r² − mean))/(2·0.8) from r² on a grid (G solves the Neumann problem), as
 * the exact adversary has it. Beyond, β keeps β∫|∇p|² = ϱ·(∫ r² p − mean r²), ϱ = 0.1. For the exact maximiser that quotient is ½
 * wherever it is positive, whatever β, since along p = 1 + t(p* − 1) the gain is linear and the penalty quadratic in t; where β is
 * so small that the maximiser vanishes on a part of Ω it is smaller, and it goes to 0 with β, as a peak's penalty falls while its
 * gain stays bounded by max r². So 0 < ϱ < ½ picks a β that is homogeneous in r² and needs no grid. The update
 * β ← ϱ·gain/∫|∇p|² with running means lowers a β that is too large by the factor 2ϱ and raises one that is too small.
 *
 * Up to three dimensions the first half of a round's steps also lowers the cross-entropy of DAS with a weight that fades from 1 to 0,
 * since the gain's gradient vanishes with p and a flow would not find back to where it has become 0. Beyond three dimensions that
 * is not enough: H¹ does not control point values for d ≥ 2, so on finitely many training points the supremum is infinite (a spike of
 * width ℓ and mass ℓ²/2β on one of them has J ~ ℓ^{2−d}). There the training points are smeared by a normal kernel of Silverman's width,
 * and the objective is 0.1·(gain − penalty)/gain minus the whole cross-entropy: the adversary corrects a DAS fit. On r² of exp(−10|x|²)
 * in [−1, 1]^10 the effective number of 2000 points for the mean of r² was then 1100 after 4 rounds; without either it stayed below 4.
 *
 * Measured on one thread: J reaches 98 % of the exact gain for a Neumann eigenfunction after one round of 200 steps (2.4 s), 92–94 % for the
 * peak problem's first residual, κ = 0.003, and 93–96 % after two rounds.
 *
 * @throws OptionsError if an option is out of range
 */
export function flowAdversarial(options: FlowAdversarialOptions = {}): FlowAdversarialSampler {
  const { uniformFraction = 0.3, kappa = 0.003, weights = "unbiased" } = options;
  const training = flowTraining(NAME, "bounded", options);
  checkNumber(NAME, "uniformFraction", uniformFraction, { low: 0, high: 1 - 1e-9 });
  checkNumber(NAME, "trainingShare", training.trainingShare, { low: 0, above: true, high: 1 });
  checkNumber(NAME, "kappa", kappa, { low: 0, above: true });
  checkChoice(NAME, "weights", weights, ["unbiased", "paper", "none"]);
  return { kind: "adversarial", method: "flow", ...training, uniformFraction, kappa, weights };
}

/**
 * The density model of the AAS paper for baselines: KRnet with a logit on a box enlarged by 0.5 % a side, β fixed, all points from
 * the flow, row weights 1/N; uniform points in round 0. Points outside Ω are drawn again (clamping them would put atoms on the
 * boundary), and log p is not clipped. ∇p is by difference quotients instead of double back-propagation, training is in float64.
 * Adam on the network is the solver's part.
 *
 * @throws OptionsError if an option is out of range
 */
export function paperAdversarial(options: PaperAdversarialOptions = {}): PaperAdversarialSampler {
  const { beta = 5 } = options;
  const own = { steps: 1000, batch: 1000, pool: 5000, learningRate: 8e-4, trainingShare: 1 };
  const training = flowTraining(NAME, "krnet", options, own);
  checkNumber(NAME, "beta", beta, { low: 0 });
  return { kind: "adversarial", method: "paper", beta, ...training };
}

const NAME = "adversarial";
/** Share of its gain that the adversary pays as penalty from four dimensions on, in (0, ½). */
const BALANCE = 0.1;
/** Steps between new points for the penalty, and the uniform ones' share among them. */
const REFRESH = 10;
const ENERGY_SHARE = 0.5;
/** Weight of the adversary's objective, in units of its gain, beside the cross-entropy above three dimensions. */
const HIGH_SHARE = 0.1;

/** Starts `flowAdversarial` and `paperAdversarial`. The flow is compiled in the first round. */
export function startFlowAdversarial(
  sampler: FlowAdversarialSampler | PaperAdversarialSampler,
  domain: SamplingDomain,
): ActiveSampler {
  const d = domain.dimension;
  const sides = domain.low.map((low, k) => domain.high[k]! - low);
  const boxVolume = sides.reduce((a, b) => a * b, 1);
  const paper = sampler.method === "paper";
  const { layers, width, bins, batch, learningRate, steps } = sampler;
  const sizes = { dimension: d, layers, width, bins };
  const flow = domainFlow(NAME, paper ? krnet(sizes) : boundedKrnet(sizes), domain, {
    objective: "adversary",
    batch,
    learningRate,
    ...(paper ? { beta2: 0.999, average: 0 } : { beta2: 0.95, average: 0.95 }),
  });
  /** Running means of gain and energy, number of steps in them; then the report: β, gain, penalty, effective share. */
  let [gain, energy, seen] = [0, 0, 0];
  let numbers = [Number.NaN, Number.NaN, Number.NaN, 1];

  /** b of the objective in units where r² has mean 1 and p is relative to uniform. */
  const penalty = async (context: SampleContext, mean: number): Promise<() => number> => {
    if (sampler.method === "paper") return () => sampler.beta / (boxVolume * mean);
    if (d <= 3) {
      const fixed = (sampler.kappa * (await floorBeta(context))) / (boxVolume * mean);
      return () => fixed;
    }
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
    const pool = { ...drawn, squares: await flow.squares(context, drawn.points) };
    const mean = weightedMean(NAME, pool);
    if (mean === 0) return;
    if (model.steps === 0) await model.measure(pool.points.subarray(0, batch * d));
    const directions = stream.split("directions");
    const beta = await penalty(context, mean);
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
      const shifted = differencePoints(points, weights, sides, model.shifts, directions);
      const paid = new Float64Array(points.length + shifted.points.length);
      paid.set(points);
      paid.set(shifted.points, points.length);
      b = beta();
      const gained = drawGain(batch - half);
      const scale = paper ? 1 : Math.max(1, gain) / (d <= 3 ? 1 : HIGH_SHARE);
      const mu = barrier(step);
      const gains = new Float64Array(batch - half).fill(1 / (scale * (batch - half)));
      const { metrics } = await model.step([
        gained,
        paid,
        gains,
        shifted.weights,
        Float64Array.of(b / scale),
        Float64Array.of(mu),
      ]);
      last = { gain: metrics["gain"]! * scale, energy: metrics["energy"]! };
      const keep = Math.min(MEMORY, seen / (seen + 1));
      gain = keep * gain + (1 - keep) * last.gain;
      energy = keep * energy + (1 - keep) * last.energy;
      seen++;
    }
    numbers = [b * boxVolume * mean, gain * mean, b * energy * mean, numbers[3]!];
  };

  /** β at which the unconstrained maximiser reaches the floor, from r² on a grid. */
  const floorBeta = async (context: SampleContext): Promise<number> => {
    const shape = defaultShape(d);
    const values = await flow.squares(
      context,
      gridPoints(
        sides.map(() => 0),
        sides.map(() => 1),
        shape,
        true,
      ),
    );
    return dualSobolevNorm({ values, shape }, { spacing: sides.map((s, k) => s / shape[k]!), floor: FLOOR }).beta;
  };

  return {
    async draw(context) {
      checkCount(NAME, context.count);
      const stream = roundStream(context);
      const { count } = context;
      if (sampler.method === "paper" && context.round === 0) {
        return uniformSet(domain, quasiUniformPoints(domain, count, stream.split("uniform")));
      }
      await train(context, stream.split("train"));
      const share = sampler.method === "paper" ? 0 : sampler.uniformFraction;
      const { points, density, flowDensity } = await drawMixture(flow, domain, count, share, stream.split("draw"));
      const kind = sampler.method === "paper" ? "none" : sampler.weights;
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
