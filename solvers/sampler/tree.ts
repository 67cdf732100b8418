/**
 * Points from a damped density on the leaves of a binary tree of boxes, which splits where its mass is and merges where it is not: cells where a
 * grid cannot go.
 */
import { OptionsError } from "../../engine/errors.ts";
import { storedNumbers, tensor } from "../stored-numbers.ts";
import {
  checkCount,
  effectiveShare,
  normalised,
  quasiUniformPoints,
  residualAt,
  roundStream,
  uniformDensity,
} from "./domain-points.ts";
import type { ActiveSampler, PointSet, SampleContext, Sampler, SamplingDomain } from "./sampler.ts";

/** Most leaves; |r| is looked at once in each, a round. */
const LEAVES = 8192;
/** The first tree has 2^10 equal leaves. */
const FIRST_DEPTH = 10;
/** Mass above which a leaf splits. A pair of leaves with half of it merges. */
const SPLIT = 1 / LEAVES;
/** The first round looks at |source|^T for each T, so that something small is found by what is around it. */
const temperatures = [0.1, 0.2, 0.4, 0.7, 1, 1, 1, 1, 1, 1];

/** A tree in preorder: the lower child of an inner node follows it. A node of depth k halves axis k mod d. */
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

/** A tree of 2^depth equal leaves. */
function evenTree(depth: number, value: number): Tree {
  if (depth === 0) return { upper: [0], value: [value] };
  const half = evenTree(depth - 1, value);
  const behind = half.upper.length + 1;
  const moved = (by: number) => half.upper.map((node) => (node === 0 ? 0 : node + by));
  return { upper: [behind, ...moved(1), ...moved(behind)], value: [0, ...half.value, ...half.value] };
}

/** The leaves in the order of the tree. */
function leavesOf({ upper, value }: Tree, { dimension: d, low, high }: SamplingDomain): Leaves {
  const nodes = value.flatMap((_, node) => (upper[node] === 0 ? [node] : []));
  const [lows, sides, volume] = [nodes.length * d, nodes.length * d, nodes.length].map((n) => new Float64Array(n));
  const [from, side] = [[...low], low.map((l, k) => high[k]! - l)];
  let leaf = 0;
  const descend = (node: number, depth: number): void => {
    if (upper[node] === 0) {
      lows!.set(from, leaf * d);
      sides!.set(side, leaf * d);
      volume![leaf++] = side.reduce((product, s) => product * s, 1);
      return;
    }
    const k = depth % d;
    side[k]! /= 2;
    descend(node + 1, depth + 1);
    from[k]! += side[k]!;
    descend(upper[node]!, depth + 1);
    from[k]! -= side[k]!;
    side[k]! *= 2;
  };
  descend(0, 0);
  return { nodes, low: lows!, side: sides!, volume: volume! };
}

/** Splits the leaves of most mass, as many as there is room for, and merges pairs of least. */
function refined(before: Tree, { nodes, volume }: Leaves): Tree {
  const size = new Map(nodes.map((node, i) => [node, volume[i]!]));
  const mass = new Map(nodes.map((node, i) => [node, before.value[node]! * volume[i]!]));
  const isLightPair = (node: number): boolean => {
    const [lower, other] = [mass.get(node + 1), mass.get(before.upper[node]!)];
    return before.upper[node]! > 0 && lower !== undefined && other !== undefined && lower + other < SPLIT / 2;
  };
  const merged = new Set(before.value.flatMap((_, node) => (isLightPair(node) ? [node] : [])));
  const heavy = nodes.filter((node) => mass.get(node)! > SPLIT).sort((a, b) => mass.get(b)! - mass.get(a)!);
  const split = new Set(heavy.slice(0, Math.max(0, LEAVES - nodes.length + merged.size)));
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
    const [lower, other, density] = [node + 1, before.upper[node]!, before.value[node]!];
    if (merged.has(node)) leaf((mass.get(lower)! + mass.get(other)!) / (size.get(lower)! + size.get(other)!));
    else if (other > 0) inner(copy.bind(undefined, lower), copy.bind(undefined, other));
    else if (split.has(node)) inner(leaf.bind(undefined, density), leaf.bind(undefined, density));
    else leaf(density);
  };
  copy(0);
  return { upper, value };
}

/** Options of a sampler on a tree, as those on cells have them. */
interface OnTree extends Sampler {
  readonly uniformFraction: number;
  readonly damping: number;
}

/**
 * Starts a sampler on a tree of boxes.
 *
 * @param maximiser - the new density up to a factor, from |r| in leaves, divided by its greatest, and their volumes
 * @param weigh - row weights, from the density q of the points and p of the leaves they lie in
 * @throws OptionsError if the domain is not a box
 */
export function startTree(
  sampler: OnTree,
  domain: SamplingDomain,
  maximiser: (values: Float64Array, volumes: Float64Array) => Float64Array,
  weigh: (q: Float64Array, p: Float64Array) => Float64Array,
): ActiveSampler {
  const { kind, uniformFraction, damping } = sampler;
  const { dimension: d, low, high, volume } = domain;
  if (!domain.isBox) {
    const way = "take rad of examples/papers or sobol()";
    throw new OptionsError(`${kind}: the domain has ${d} dimensions and is not a box; ${way}`, "domain", d);
  }
  let tree: Tree | undefined;
  let uniformShare = 1;
  let share = 1;

  /** A random point of each leaf that is named. */
  const inLeaves = (leaves: Leaves, named: ArrayLike<number>, unit: Float64Array): Float64Array =>
    unit.map((u, at) => {
      const from = named[Math.floor(at / d)]! * d + (at % d);
      return leaves.low[from]! + leaves.side[from]! * u;
    });

  /** The tree with its density moved towards the maximiser for |r|^T, as it is in one point of each leaf. */
  const looked = async (before: Tree, context: SampleContext, T: number, keep: number, stream: string) => {
    const leaves = leavesOf(before, domain);
    const unit = roundStream(context)
      .split(stream)
      .uniform(leaves.nodes.length * d);
    const points = inLeaves(leaves, Array.from(leaves.nodes.keys()), unit);
    const seen = normalised(await residualAt(kind, context, points));
    const p =
      seen.scale > 0
        ? maximiser(
            seen.values.map((r) => r ** T),
            leaves.volume,
          )
        : unit.map(() => 1);
    const mass = leaves.volume.reduce((sum, v, i) => sum + p[i]! * v, 0);
    const value = [...before.value];
    for (const [i, node] of leaves.nodes.entries()) value[node] = keep * value[node]! + ((1 - keep) * p[i]!) / mass;
    return { upper: before.upper, value };
  };

  const first = async (context: SampleContext): Promise<Tree> => {
    const known = context.source ? { ...context, residual: context.source.bind(context) } : context;
    let grown = evenTree(FIRST_DEPTH, 1 / volume);
    for (const [pass, T] of temperatures.entries()) {
      if (pass > 0) grown = refined(grown, leavesOf(grown, domain));
      grown = await looked(grown, known, T, T < 1 ? 0 : damping, `look ${pass}`);
    }
    return grown;
  };

  const onTree = ({ upper, value }: Tree, points: Float64Array): Float64Array => {
    const [from, side] = [new Float64Array(d), new Float64Array(d)];
    return Float64Array.from({ length: points.length / d }, (_, i) => {
      for (let k = 0; k < d; k++) [from[k], side[k]] = [low[k]!, high[k]! - low[k]!];
      let node = 0;
      for (let depth = 0; upper[node] !== 0; depth++) {
        const k = depth % d;
        side[k]! /= 2;
        if (points[i * d + k]! < from[k]! + side[k]!) node++;
        else {
          from[k]! += side[k]!;
          node = upper[node]!;
        }
      }
      return value[node]!;
    });
  };
  const mixed = (even: Float64Array, p: Float64Array) =>
    even.map((q, i) => uniformShare * q + (q > 0 ? (1 - uniformShare) * p[i]! : 0));

  const draw = async (context: SampleContext): Promise<PointSet> => {
    checkCount(kind, context.count);
    tree = tree
      ? await looked(refined(tree, leavesOf(tree, domain)), context, 1, damping, "look")
      : await first(context);
    const stream = roundStream(context).split("draw");
    const leaves = leavesOf(tree, domain);
    const even = Math.min(context.count, Math.max(1, Math.round(uniformFraction * context.count)));
    uniformShare = even / context.count;
    const named = new Uint32Array(context.count - even);
    // Systematic: as many points of each leaf as its mass says, but for rounding.
    const offset = stream.split("leaf").uniform();
    let [leaf, sum] = [0, tree.value[leaves.nodes[0]!]! * leaves.volume[0]!];
    for (let j = 0; j < named.length; j++) {
      while (sum < (j + offset) / named.length && leaf + 1 < leaves.nodes.length) {
        leaf++;
        sum += tree.value[leaves.nodes[leaf]!]! * leaves.volume[leaf]!;
      }
      named[j] = leaf;
    }
    const points = new Float64Array(context.count * d);
    points.set(quasiUniformPoints(domain, even, stream.split("even")));
    points.set(inLeaves(leaves, named, stream.split("place").uniform(named.length * d)), even * d);
    const p = onTree(tree, points);
    const density = mixed(uniformDensity(domain, points), p);
    const weights = weigh(density, p);
    share = effectiveShare(weights);
    return { points, density, weights };
  };
  return {
    draw,
    density(points) {
      const even = uniformDensity(domain, points);
      return tree ? mixed(even, onTree(tree, points)) : even;
    },
    state: () => ({
      upper: tensor(tree?.upper ?? []),
      value: tensor(tree?.value ?? []),
      round: tensor([uniformShare, share]),
    }),
    restore(tensors) {
      const upper = [...storedNumbers(kind, tensors, "upper")];
      const value = [...storedNumbers(kind, tensors, "value", upper.length)];
      tree = upper.length === 0 ? undefined : { upper, value };
      [uniformShare, share] = storedNumbers(kind, tensors, "round", 2) as unknown as [number, number];
    },
    report: () => ({ leaves: tree?.upper.filter((node) => node === 0).length ?? 0, effectiveShare: share }),
  };
}
