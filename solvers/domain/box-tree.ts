/** A tree of boxes around the parts of a line or a surface, for those of them that are near a point, or in the way of a ray. */

/** Parts in boxes, in the order in which they were given. */
export interface BoxTree {
  /**
   * Least of what `visit` says of the squared distances of parts, which are visited where the box is nearer than the least so far, the nearer half
   * first.
   */
  nearest(point: ArrayLike<number>, visit: (part: number, least: number) => number): number;
  /** Visits what a ray from the point along the first axis may meet. */
  ahead(point: ArrayLike<number>, visit: (part: number) => void): void;
}

/** @param parts boxes, for each the low ends along the axes, then the high ones */
export function boxTree(parts: Float64Array, dimension = 2): BoxTree {
  const width = 2 * dimension;
  const n = parts.length / width;
  const size = 2 ** Math.ceil(Math.log2(n));
  // Node i stands above 2i and 2i + 1; the parts are the last half, filled up by boxes of nothing.
  const boxes = new Float64Array(2 * width * size);
  const isLow = (k: number) => k % width < dimension;
  for (let k = 0; k < width * size; k++)
    boxes[width * size + k] = parts[k] ?? (isLow(k) ? 1 : -1) * Number.POSITIVE_INFINITY;
  for (let k = width * size - 1; k >= width; k--) {
    const below = 2 * width * Math.floor(k / width) + (k % width);
    boxes[k] = (isLow(k) ? Math.min : Math.max)(boxes[below]!, boxes[below + width]!);
  }
  const apart = (node: number, point: ArrayLike<number>): number => {
    let squares = 0;
    for (let k = 0, at = width * node; k < dimension; k++, at++) {
      const past = Math.max(0, boxes[at]! - point[k]!, point[k]! - boxes[at + dimension]!);
      squares += past * past;
    }
    return squares;
  };
  const misses = (node: number, point: ArrayLike<number>): boolean => {
    const at = width * node;
    if (!(point[0]! <= boxes[at + dimension]!)) return true;
    for (let k = 1; k < dimension; k++)
      if (!(boxes[at + k]! <= point[k]! && point[k]! <= boxes[at + dimension + k]!)) return true;
    return false;
  };
  const open = new Int32Array(64);
  return {
    nearest(point, visit) {
      let least = Number.POSITIVE_INFINITY;
      let count = 0;
      open[count++] = 1;
      while (count > 0) {
        const node = open[--count]!;
        if (!(apart(node, point) < least)) continue;
        if (node >= size) {
          least = Math.min(least, visit(node - size, least));
          continue;
        }
        const nearer = apart(2 * node, point) < apart(2 * node + 1, point) ? 2 * node : 2 * node + 1;
        open[count++] = nearer ^ 1;
        open[count++] = nearer;
      }
      return least;
    },
    ahead(point, visit) {
      let count = 0;
      open[count++] = 1;
      while (count > 0) {
        const node = open[--count]!;
        if (misses(node, point)) continue;
        if (node >= size) visit(node - size);
        else {
          open[count++] = 2 * node;
          open[count++] = 2 * node + 1;
        }
      }
    },
  };
}
