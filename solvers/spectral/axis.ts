/**
 * One axis of elements: intervals side by side, each with polynomials of its own degree, continuous from one to the
 * next; or one period with trigonometric polynomials.
 */
import { fourier, lobatto, type Nodal } from "./nodal.ts";

/** An axis as it is laid down. */
export interface AxisPlan {
  /** Ends of the intervals, ascending. */
  readonly cuts: readonly number[];
  /** Degree in each interval, ≥ 1; even where it is periodic. */
  readonly degrees: readonly number[];
  /** One interval is a period. */
  readonly periodic: boolean;
}

/** An interval with its polynomials. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly degree: number;
  readonly functions: Nodal;
  /** First of its places. */
  readonly first: number;
  /** Row-major matrices of derivatives by order, from 1 on, [degree + 1, degree + 1]. */
  readonly derivatives: readonly Float64Array[];
}

/** Places are those of each interval in turn, so that its ends stand twice; nodes stand once. */
export interface Axis extends AxisPlan {
  readonly intervals: readonly Interval[];
  readonly places: Float64Array;
  readonly weights: Float64Array;
  /** Interval of each place. */
  readonly intervalOf: Int32Array;
  /** Node of each place. */
  readonly nodeOf: Int32Array;
  readonly nodes: number;
}

/** Part of an interval's length from its middle, from −1 to 1. */
export const inInterval = ({ low, high }: Interval, x: number): number =>
  Math.max(-1, Math.min(1, (2 * (x - low)) / (high - low) - 1));

/** Lays out an axis. */
export function axisOf(plan: AxisPlan): Axis {
  const { cuts, degrees, periodic } = plan;
  const intervals: Interval[] = [];
  const places: number[] = [];
  const weights: number[] = [];
  const intervalOf: number[] = [];
  const nodeOf: number[] = [];
  let node = 0;
  for (const [e, degree] of degrees.entries()) {
    const [low, high] = [cuts[e]!, cuts[e + 1]!];
    const functions = (periodic ? fourier : lobatto)(degree);
    const { nodes, weights: own, first, second } = functions;
    const scale = 2 / (high - low);
    const derivatives = [first.map((v) => v * scale), second.map((v) => v * scale * scale)];
    intervals.push({ low, high, degree, functions, first: places.length, derivatives });
    for (let i = 0; i <= degree; i++) {
      places.push(nodes[i] === 1 ? high : low + (nodes[i]! + 1) / scale);
      weights.push(own[i]! / scale);
      intervalOf.push(e);
      nodeOf.push(node + i);
    }
    node += degree;
  }
  return {
    ...plan,
    intervals,
    places: Float64Array.from(places),
    weights: Float64Array.from(weights),
    intervalOf: Int32Array.from(intervalOf),
    nodeOf: Int32Array.from(nodeOf),
    nodes: node + 1,
  };
}
