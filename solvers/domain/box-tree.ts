/** A tree of boxes around the parts of a line, for those of them that are near a point, or in the way of a ray. */

/** Parts in boxes, in the order of the line. */
export interface BoxTree {
  /**
   * Least of what `visit` says of the squared distances of parts, which are visited where the box is nearer than the least so far, the nearer half
   * first.
   */
  nearest(px: number, py: number, visit: (part: number, least: number) => number): number;
  /** Visits what a ray from the point along x may meet. */
  ahead(px: number, py: number, visit: (part: number) => void): void;
}

/** @param parts boxes, four numbers each: low x, low y, high x, high y */
export function boxTree(parts: Float64Array): BoxTree {
  const n = parts.length / 4;
  const size = 2 ** Math.ceil(Math.log2(n));
  // Node i stands above 2i and 2i + 1; the parts are the last half, filled up by boxes of nothing.
  const boxes = new Float64Array(8 * size);
  for (let k = 0; k < 4 * size; k++) boxes[4 * size + k] = parts[k] ?? (k % 4 < 2 ? 1 : -1) * Number.POSITIVE_INFINITY;
  for (let k = 4 * size - 1; k >= 4; k--) {
    const below = 8 * Math.floor(k / 4) + (k % 4);
    boxes[k] = (k % 4 < 2 ? Math.min : Math.max)(boxes[below]!, boxes[below + 4]!);
  }
  const apart = (node: number, px: number, py: number): number => {
    const dx = Math.max(0, boxes[4 * node]! - px, px - boxes[4 * node + 2]!);
    const dy = Math.max(0, boxes[4 * node + 1]! - py, py - boxes[4 * node + 3]!);
    return dx * dx + dy * dy;
  };
  const open = new Int32Array(64);
  return {
    nearest(px, py, visit) {
      let least = Number.POSITIVE_INFINITY;
      let count = 0;
      open[count++] = 1;
      while (count > 0) {
        const node = open[--count]!;
        if (!(apart(node, px, py) < least)) continue;
        if (node >= size) {
          least = Math.min(least, visit(node - size, least));
          continue;
        }
        const nearer = apart(2 * node, px, py) < apart(2 * node + 1, px, py) ? 2 * node : 2 * node + 1;
        open[count++] = nearer ^ 1;
        open[count++] = nearer;
      }
      return least;
    },
    ahead(px, py, visit) {
      let count = 0;
      open[count++] = 1;
      while (count > 0) {
        const node = open[--count]!;
        if (!(boxes[4 * node + 1]! <= py && py <= boxes[4 * node + 3]! && px <= boxes[4 * node + 2]!)) continue;
        if (node >= size) visit(node - size);
        else {
          open[count++] = 2 * node;
          open[count++] = 2 * node + 1;
        }
      }
    },
  };
}
