/** Insides of polygons with many corners: edges are found by their height, so that a point meets only those beside it. */

export type Ring = readonly (readonly [x: number, y: number])[];

/** Crossings of horizontal lines with the edges of a polygon's rings. */
export interface Crossings {
  /** Lowest and highest corner. */
  readonly low: number;
  readonly high: number;
  /** First and last corner from left to right. */
  readonly left: number;
  readonly right: number;
  /** Places at which the line at a height crosses edges, from left to right; an even number. */
  at(y: number): readonly number[];
}

/**
 * Sorts edges into layers of equal height, as many as let each edge lie in two of them on average.
 *
 * @param rings - of one or several polygons, with their holes; each ends where it begins, be it said or not
 */
export function crossingsOf(rings: readonly Ring[]): Crossings {
  const edges = edgesOf(rings);
  const count = edges.length / 4;
  let [low, high, climb] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  let [left, right] = [low, high];
  for (let e = 0; e < edges.length; e += 4) {
    for (let end = e; end < e + 4; end += 2) {
      const [x, y] = [edges[end]!, edges[end + 1]!];
      low = Math.min(low, y);
      high = Math.max(high, y);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
    climb += Math.abs(edges[e + 3]! - edges[e + 1]!);
  }
  const layers = Math.max(1, Math.min(count, Math.floor((count * (high - low)) / climb)) || 1);
  const perHeight = layers / (high - low);
  const layerOf = (y: number) => Math.min(layers - 1, Math.floor((y - low) * perHeight)) || 0;
  const [firsts, lasts] = [new Uint32Array(count), new Uint32Array(count)];
  const starts = new Uint32Array(layers + 2);
  for (let k = 0; k < count; k++) {
    const [p, q] = [layerOf(edges[4 * k + 1]!), layerOf(edges[4 * k + 3]!)];
    firsts[k] = Math.min(p, q);
    lasts[k] = Math.max(p, q);
    for (let layer = firsts[k]!; layer <= lasts[k]!; layer++) starts[layer + 2]!++;
  }
  for (let k = 2; k < layers + 2; k++) starts[k]! += starts[k - 1]!;
  const listed = new Uint32Array(starts[layers + 1]!);
  // Each start moves to the one of the layer after.
  for (let k = 0; k < count; k++)
    for (let layer = firsts[k]!; layer <= lasts[k]!; layer++) listed[starts[layer + 1]!++] = 4 * k;
  return {
    low,
    high,
    left,
    right,
    at(y) {
      if (!(y >= low && y <= high)) return [];
      const found: number[] = [];
      const layer = layerOf(y);
      for (let k = starts[layer]!; k < starts[layer + 1]!; k++) {
        const e = listed[k]!;
        const [x1, y1, x2, y2] = [edges[e]!, edges[e + 1]!, edges[e + 2]!, edges[e + 3]!];
        if (y1 > y !== y2 > y) found.push(((x2 - x1) * (y - y1)) / (y2 - y1) + x1);
      }
      return found.length === 2 && found[0]! <= found[1]! ? found : found.sort((a, b) => a - b);
    },
  };
}

/** True where an odd number of crossings lies to the right: holes and several polygons follow the same rule. */
export function isInside(crossings: readonly number[], x: number): boolean {
  let [from, to] = [0, crossings.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (crossings[middle]! > x) to = middle;
    else from = middle + 1;
  }
  return (crossings.length - from) % 2 === 1;
}

/** Edges that are not level, as x and y of both ends. */
function edgesOf(rings: readonly Ring[]): Float64Array {
  const edges = new Float64Array(4 * rings.reduce((sum, ring) => sum + ring.length, 0));
  let count = 0;
  for (const ring of rings) {
    let before = ring.at(-1)!;
    for (const corner of ring) {
      if (corner[1] !== before[1]) {
        edges[count++] = corner[0];
        edges[count++] = corner[1];
        edges[count++] = before[0];
        edges[count++] = before[1];
      }
      before = corner;
    }
  }
  return edges.subarray(0, count);
}
