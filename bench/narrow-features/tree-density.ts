/**
 * The exact adversary where a grid cannot go: a density that is constant on the leaves of a binary tree of boxes, which splits
 * where its mass is and merges where it is not. On leaves the adversary's answer is known: with p on a leaf of volume v,
 *
 * - max ∫ p|r| − (β/2) ∫ (p − 1/|Ω|)² |Ω| (χ²) is p ∝ |r| for β = mean |r|;
 * - max ∫ p|r| − β ∫ p log(p |Ω|) (relative entropy) is p ∝ exp(|r|/β), with β a share of the greatest |r|.
 */
import {
  type ActiveSampler,
  type OwnSampler,
  quasiUniformPoints,
  rowWeights,
  type SampleContext,
  type SamplingDomain,
} from "../../solvers/index.ts";
import { storedNumbers, tensor } from "../../solvers/stored-numbers.ts";

/** Options of {@link treeDensity}. */
export interface TreeOptions {
  /** @defaultValue "chi-square" */
  readonly regularizer?: "chi-square" | "entropy";
  /** β of the relative entropy, as a share of the greatest |r|, > 0. @defaultValue 0.1 */
  readonly temperature?: number;
  /** Most leaves, ≥ 1024; |r| is looked at once in each a round. @defaultValue 8192 */
  readonly leaves?: number;
  /** Share of Sobol points, in (0, 1]. @defaultValue 0.3 */
  readonly uniformFraction?: number;
  /** Part of the last round's density in this one's, in [0, 1). @defaultValue 0.5 */
  readonly damping?: number;
}

/** The first round looks at |source|^T for each T, so that something small is found by what is around it. */
const temperatures = [0.1, 0.2, 0.4, 0.7, 1, 1, 1, 1, 1, 1];
/** The first tree has 2^10 equal leaves. */
const FIRST_DEPTH = 10;

/** A tree in preorder: the lower child of an inner node follows it. */
interface Tree {
  /** Index of the upper child; 0 for a leaf. */
  readonly upper: readonly number[];
  /** Density of a leaf, per unit volume. */
  readonly value: readonly number[];
}

/** The leaves of a tree with their boxes, as `[leaves, d]`. */
interface Leaves {
  readonly nodes: readonly number[];
  readonly low: Float64Array;
  readonly side: Float64Array;
  readonly volume: Float64Array;
}

/** Points drawn from the exact adversary on a tree of boxes, with unbiased row weights; for boxes of any dimension. */
export function treeDensity(options: TreeOptions = {}): OwnSampler & Required<TreeOptions> {
  const { regularizer = "chi-square", temperature = 0.1, leaves = 8192 } = options;
  const { uniformFraction = 0.3, damping = 0.5 } = options;
  const chosen = { regularizer, temperature, leaves, uniformFraction, damping };
  return { kind: "treeDensity", ...chosen, start: (domain) => started(chosen, domain) };
}

function started(options: Required<TreeOptions>, domain: SamplingDomain): ActiveSampler {
  const { dimension: d, low, high, volume } = domain;
  const sides = low.map((from, k) => high[k]! - from);
  let tree: Tree | undefined;
  let uniformShare = 1;

  const leavesOf = ({ upper, value }: Tree): Leaves => {
    const nodes = value.flatMap((_, node) => (upper[node] === 0 ? [node] : []));
    const found = { low: new Float64Array(nodes.length * d), side: new Float64Array(nodes.length * d) };
    const at = { low: [...low], side: [...sides] };
    let leaf = 0;
    const descend = (node: number, depth: number): void => {
      if (upper[node] === 0) {
        found.low.set(at.low, leaf * d);
        found.side.set(at.side, leaf * d);
        leaf++;
        return;
      }
      const k = depth % d;
      at.side[k]! /= 2;
      descend(node + 1, depth + 1);
      at.low[k]! += at.side[k]!;
      descend(upper[node]!, depth + 1);
      at.low[k]! -= at.side[k]!;
      at.side[k]! *= 2;
    };
    descend(0, 0);
    const volumes = nodes.map((_, i) => found.side.subarray(i * d, (i + 1) * d).reduce((a, b) => a * b, 1));
    return { nodes, ...found, volume: Float64Array.from(volumes) };
  };

  /** A random point of each leaf that is asked for. */
  const inLeaves = (leaves: Leaves, chosen: ArrayLike<number>, unit: Float64Array): Float64Array =>
    unit.map((u, at) => {
      const from = chosen[Math.floor(at / d)]! * d + (at % d);
      return leaves.low[from]! + leaves.side[from]! * u;
    });

  /** The adversary's answer on leaves, of mass 1. */
  const answer = (values: Float64Array, volumes: Float64Array, power: number): Float64Array => {
    const top = values.reduce((a, b) => Math.max(a, b), 0);
    const gain = values.map((r) => (top > 0 ? (r / top) ** power : 1));
    const p = options.regularizer === "entropy" ? gain.map((g) => Math.exp((g - 1) / options.temperature)) : gain;
    const mass = p.reduce((sum, value, i) => sum + value * volumes[i]!, 0);
    return p.map((value) => (mass > 0 ? value / mass : 1 / volume));
  };

  /** Looks at |r| in every leaf and moves the density towards the adversary's answer. */
  const looked = async (
    before: Tree,
    context: SampleContext,
    { power, keep, stream }: { readonly power: number; readonly keep: number; readonly stream: string },
  ): Promise<Tree> => {
    const leaves = leavesOf(before);
    const count = leaves.nodes.length;
    const unit = context.rng
      .split(context.round)
      .split(stream)
      .uniform(count * d);
    const fresh = answer(
      await context.residual(inLeaves(leaves, Array.from(leaves.nodes.keys()), unit)),
      leaves.volume,
      power,
    );
    const value = [...before.value];
    for (const [i, node] of leaves.nodes.entries()) value[node] = keep * value[node]! + (1 - keep) * fresh[i]!;
    return { upper: before.upper, value };
  };

  /** Splits the leaves of most mass, as many as there is room for, and merges pairs of least. */
  const refined = (before: Tree): Tree => {
    const leaves = leavesOf(before);
    const mass = new Map(leaves.nodes.map((node, i) => [node, before.value[node]! * leaves.volume[i]!]));
    const size = new Map(leaves.nodes.map((node, i) => [node, leaves.volume[i]!]));
    const least = 0.5 / options.leaves;
    const pairs = before.value.flatMap((_, node) => {
      const [lower, other] = [node + 1, before.upper[node]!];
      const together = other > 0 ? (mass.get(lower) ?? 1) + (mass.get(other) ?? 1) : 1;
      return together < least ? [node] : [];
    });
    const merged = new Set(pairs);
    const room = options.leaves - leaves.nodes.length + merged.size;
    const order = leaves.nodes
      .filter((node) => mass.get(node)! > 2 * least)
      .sort((a, b) => mass.get(b)! - mass.get(a)!);
    const split = new Set(order.slice(0, Math.max(0, room)));
    const [upper, value]: [number[], number[]] = [[], []];
    const leaf = (density: number) => {
      upper.push(0);
      value.push(density);
    };
    const inner = (lower: () => void, other: () => void) => {
      const node = upper.length;
      leaf(0);
      lower();
      upper[node] = upper.length;
      other();
    };
    const copy = (node: number): void => {
      const [lower, other] = [node + 1, before.upper[node]!];
      const density = before.value[node]!;
      if (merged.has(node)) leaf((mass.get(lower)! + mass.get(other)!) / (size.get(lower)! + size.get(other)!));
      else if (other > 0)
        inner(
          () => copy(lower),
          () => copy(other),
        );
      else if (split.has(node))
        inner(
          () => leaf(density),
          () => leaf(density),
        );
      else leaf(density);
    };
    copy(0);
    return { upper, value };
  };

  /** A tree of 2^depth equal leaves. */
  const even = (depth: number): Tree => {
    if (depth === 0) return { upper: [0], value: [1 / volume] };
    const half = even(depth - 1);
    const behind = half.upper.length + 1;
    const moved = (by: number) => half.upper.map((node) => (node === 0 ? 0 : node + by));
    return { upper: [behind, ...moved(1), ...moved(behind)], value: [0, ...half.value, ...half.value] };
  };

  const onTree = (points: Float64Array): Float64Array => {
    const { upper, value } = tree!;
    const [from, side] = [new Array<number>(d), new Array<number>(d)];
    return Float64Array.from({ length: points.length / d }, (_, i) => {
      for (let k = 0; k < d; k++) [from[k], side[k]] = [low[k]!, sides[k]!];
      let node = 0;
      for (let depth = 0; upper[node] !== 0; depth++) {
        const k = depth % d;
        side[k]! /= 2;
        const middle = from[k]! + side[k]!;
        if (points[i * d + k]! < middle) node++;
        else {
          from[k] = middle;
          node = upper[node]!;
        }
      }
      return value[node]!;
    });
  };
  const density = (points: Float64Array): Float64Array => {
    const inside = domain.contains(points);
    const of = tree ? onTree(points) : undefined;
    return Float64Array.from(inside, (is, i) =>
      is === 1 ? uniformShare / volume + (of ? (1 - uniformShare) * of[i]! : 0) : 0,
    );
  };

  return {
    async draw(context) {
      if (!domain.isBox) throw new RangeError("treeDensity: the domain is not a box");
      if (tree) tree = await looked(refined(tree), context, { power: 1, keep: options.damping, stream: "look" });
      else {
        tree = even(FIRST_DEPTH);
        const known = context.source ? { ...context, residual: context.source.bind(context) } : context;
        for (const [pass, power] of temperatures.entries()) {
          if (pass > 0) tree = refined(tree);
          const keep = power < 1 ? 0 : options.damping;
          tree = await looked(tree, known, { power, keep, stream: `look ${pass}` });
        }
      }
      const stream = context.rng.split(context.round).split("draw");
      const leaves = leavesOf(tree);
      const spread = Math.max(1, Math.round(options.uniformFraction * context.count));
      uniformShare = spread / context.count;
      const drawn = context.count - spread;
      // Systematic: as many points of each leaf as its mass says, but for rounding.
      const chosen = new Int32Array(drawn);
      const offset = stream.split("leaf").uniform();
      let [leaf, sum] = [0, tree.value[leaves.nodes[0]!]! * leaves.volume[0]!];
      for (let j = 0; j < drawn; j++) {
        while (sum < (j + offset) / drawn && leaf + 1 < leaves.nodes.length) {
          leaf++;
          sum += tree.value[leaves.nodes[leaf]!]! * leaves.volume[leaf]!;
        }
        chosen[j] = leaf;
      }
      const points = new Float64Array(context.count * d);
      points.set(quasiUniformPoints(domain, spread, stream.split("even")));
      points.set(inLeaves(leaves, chosen, stream.split("place").uniform(drawn * d)), spread * d);
      const q = density(points);
      return { points, density: q, weights: rowWeights(domain, q, "unbiased") };
    },
    density,
    state: () => ({
      upper: tensor(tree?.upper ?? []),
      value: tensor(tree?.value ?? []),
      share: tensor([uniformShare]),
    }),
    restore(tensors) {
      const upper = [...storedNumbers("treeDensity", tensors, "upper")];
      tree = upper.length === 0 ? undefined : { upper, value: [...storedNumbers("treeDensity", tensors, "value")] };
      uniformShare = storedNumbers("treeDensity", tensors, "share", 1)[0]!;
    },
    report: () => ({ leaves: tree ? tree.upper.filter((u) => u === 0).length : 0 }),
  };
}
