/**
 * Foresight in a continuation on a line: layers move and become narrower, so that places and not values are
 * extrapolated, at equal shares of the lengths of the graphs of two solutions.
 */
import type { Discretisation } from "./discretisation.ts";
import { elementPieces } from "./element-pieces.ts";
import type { Mesh } from "./mesh.ts";

/** Places of each element at which graphs are followed. */
const perElement = 24;
/** Weight of the line's own length in a graph: small, so that the feet of layers stretch with them. */
const flat = 1e-4;

/** A graph in units of the line and of each unknown's range: places, and shares of its length up to them. */
interface Graph {
  readonly places: Float64Array;
  readonly shares: Float64Array;
}

function graphOf({ problem, region }: Discretisation, mesh: Mesh): Graph {
  const [begin, end] = [region.low[0]!, region.high[0]!];
  const inside = mesh
    .elements()
    .flatMap(({ box: { low, high } }) =>
      Array.from({ length: perElement }, (_, k) => low[0]! + ((k + 0.5) / perElement) * (high[0]! - low[0]!)),
    );
  const places = Float64Array.of(begin, ...inside, end);
  const at = elementPieces(mesh).at(places);
  const columns = problem.unknowns.map((_, k) => {
    const values = at(k, [0]);
    const range = Math.max(...values) - Math.min(...values);
    return values.map((v) => (range > 0 ? v / range : 0));
  });
  const lengths = new Float64Array(places.length);
  for (let i = 1; i < places.length; i++) {
    const step = (flat * (places[i]! - places[i - 1]!)) / (end - begin);
    lengths[i] = lengths[i - 1]! + Math.hypot(step, ...columns.map((own) => own[i]! - own[i - 1]!));
  }
  return { places, shares: lengths.map((v) => v / lengths.at(-1)!) };
}

/** The value at x of the line through points whose first coordinates rise. */
function between(xs: Float64Array, ys: Float64Array, x: number): number {
  let [low, high] = [0, xs.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle]! <= x) low = middle;
    else high = middle;
  }
  return ys[low]! + ((x - xs[low]!) / (xs[high]! - xs[low]!)) * (ys[high]! - ys[low]!);
}

/**
 * A solution foretold from two others: its elements are those of the second one at other places.
 *
 * @param by - share of the way from the first to the second that is gone on
 * @returns undefined where elements would not stay in order
 */
export function stretchedOn(layout: Discretisation, first: Mesh, second: Mesh, by: number): Mesh | undefined {
  const [from, now] = [graphOf(layout, first), graphOf(layout, second)];
  const foretold = (x: number) => x + by * (x - between(from.shares, from.places, between(now.places, now.shares, x)));
  const edges = second.elements().map(({ high }) => foretold(high[0]!));
  if (edges.some((x, k) => k > 0 && !(x > edges[k - 1]!))) return undefined;
  return second.copy(
    second.root.degree,
    (cell, to) => {
      to.coefficients = cell.coefficients;
    },
    foretold,
  );
}
