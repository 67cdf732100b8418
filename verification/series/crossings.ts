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
    const [from, to] = [edges[e + 1]!, edges[e + 3]!];
    low = Math.min(low, from, to);
    high = Math.max(high, from, to);
    climb += Math.abs(to - from);
    left = Math.min(left, edges[e]!, edges[e + 2]!);
    right = Math.max(right, edges[e]!, edges[e + 2]!);
  }
  const layers = Math.max(1, Math.min(count, Math.floor((count * (high - low)) / climb)) || 1);
  const perHeight = layers / (high - low);
  const layerOf = (y: number) => Math.min(layers - 1, Math.floor((y - low) * perHeight)) || 0;
  const eachLayer = (visit: (layer: number, edge: number) => void) => {
    for (let e = 0; e < edges.length; e += 4) {
      const [from, to] = [edges[e + 1]!, edges[e + 3]!];
      const last = layerOf(Math.max(from, to));
      for (let layer = layerOf(Math.min(from, to)); layer <= last; layer++) visit(layer, e);
    }
  };
  const starts = new Uint32Array(layers + 1);
  eachLayer((layer) => starts[layer + 1]!++);
  for (let k = 0; k < layers; k++) starts[k + 1]! += starts[k]!;
  const listed = new Uint32Array(starts[layers]!);
  const next = starts.slice();
  eachLayer((layer, edge) => {
    listed[next[layer]!++] = edge;
  });
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
