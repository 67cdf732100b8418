/**
 * Motion of rain between two maps: block matching of squared differences around the shift that suits the whole map
 * best, refined below a cell by parabolas, and smoothed with the rain as weight, so that dry places move as what is
 * around them.
 */
import { mean } from "./vectors.ts";

/** Displacement in cells, [rows, columns]. */
export interface CellMotion {
  readonly down: Float32Array;
  readonly right: Float32Array;
}

/** Cells between the places where motion is found. */
const SPACING = 8;
/** Largest shift of the whole map, and around it of its parts, in cells. */
const [FARTHEST, AROUND] = [16, 4];
/** Weight of the whole map's shift against what is seen nearby, a share of the mean square. */
const PRIOR = 0.002;

/**
 * @param before - values of a transform that makes rain of all intensities alike, [rows, columns]; gaps are 0
 * @param after - the same of the later time
 */
export function cellMotion(before: Float32Array, after: Float32Array, rows: number, columns: number): CellMotion {
  const still = { down: new Float32Array(rows * columns), right: new Float32Array(rows * columns) };
  const [down, right] = wholeShift(before, after, rows, columns);
  let square = 0;
  for (const v of after) square += v * v;
  square /= after.length;
  if (square === 0) return still;

  const nodes = { rows: Math.ceil(rows / SPACING), columns: Math.ceil(columns / SPACING) };
  const count = nodes.rows * nodes.columns;
  const [middleDown, middleRight] = [Math.round(down), Math.round(right)];
  const n = 2 * AROUND + 1;
  const costs = new Float64Array(n * n * count);
  const [sum, seen] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const [dy, dx] = [middleDown + i - AROUND, middleRight + j - AROUND];
      sum.fill(0);
      seen.fill(0);
      for (let y = Math.max(0, dy); y < Math.min(rows, rows + dy); y++) {
        const line = Math.floor(y / SPACING) * nodes.columns;
        for (let x = Math.max(0, dx); x < Math.min(columns, columns + dx); x++) {
          const apart = after[y * columns + x]! - before[(y - dy) * columns + x - dx]!;
          const node = line + Math.floor(x / SPACING);
          sum[node]! += apart * apart;
          seen[node]! += 1;
        }
      }
      const [near, cells] = [blurred(sum, nodes), blurred(seen, nodes)];
      const away = PRIOR * square * ((dy - down) ** 2 + (dx - right) ** 2);
      const from = (i * n + j) * count;
      for (let k = 0; k < count; k++) costs[from + k] = away + (cells[k]! > 0 ? near[k]! / cells[k]! : square);
    }
  }
  const found = { down: new Float64Array(count), right: new Float64Array(count) };
  for (let k = 0; k < count; k++) {
    const cost = (i: number, j: number) => costs[(i * n + j) * count + k]!;
    let best = 0;
    for (let c = 1; c < n * n; c++) if (costs[c * count + k]! < costs[best * count + k]!) best = c;
    const [i, j] = [Math.floor(best / n), best % n];
    const inner = (at: number) => at > 0 && at < n - 1;
    const [y, x] = [
      inner(i) ? vertex(cost(i - 1, j), cost(i, j), cost(i + 1, j)) : 0,
      inner(j) ? vertex(cost(i, j - 1), cost(i, j), cost(i, j + 1)) : 0,
    ];
    found.down[k] = middleDown + i - AROUND + y;
    found.right[k] = middleRight + j - AROUND + x;
  }
  const weights = new Float64Array(count).fill(0.01 * square * SPACING ** 2);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      weights[Math.floor(y / SPACING) * nodes.columns + Math.floor(x / SPACING)]! += after[y * columns + x]! ** 2;
    }
  }
  const total = blurred(weights, nodes);
  const smooth = (values: Float64Array) => {
    const mean = blurred(
      values.map((v, k) => v * weights[k]!),
      nodes,
    );
    return between(
      mean.map((v, k) => v / total[k]!),
      nodes,
      rows,
      columns,
    );
  };
  return { down: smooth(found.down), right: smooth(found.right) };
}

/** Place of the least value of a parabola through three points, −½ to ½. */
function vertex(left: number, middle: number, right: number): number {
  const bend = left - 2 * middle + right;
  return bend > 0 ? Math.max(-0.5, Math.min(0.5, (0.5 * (left - right)) / bend)) : 0;
}

/** The shift of the whole map with the largest covariance. */
function wholeShift(before: Float32Array, after: Float32Array, rows: number, columns: number): [number, number] {
  const reach = Math.min(FARTHEST, Math.floor(Math.min(rows, columns) / 4));
  const [a, b] = [mean(before), mean(after)];
  const covariance = (dy: number, dx: number) => {
    let sum = 0;
    for (let y = Math.max(0, dy); y < Math.min(rows, rows + dy); y++) {
      const [to, from] = [y * columns, (y - dy) * columns - dx];
      for (let x = Math.max(0, dx); x < Math.min(columns, columns + dx); x++) {
        sum += (after[to + x]! - b) * (before[from + x]! - a);
      }
    }
    return sum / ((rows - Math.abs(dy)) * (columns - Math.abs(dx)));
  };
  let [most, down, right] = [covariance(0, 0), 0, 0];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const found = covariance(dy, dx);
      if (found > most) [most, down, right] = [found, dy, dx];
    }
  }
  if (reach === 0) return [0, 0];
  const off = (dy: number, dx: number) => -covariance(down + dy, right + dx);
  return [down + vertex(off(-1, 0), -most, off(1, 0)), right + vertex(off(0, -1), -most, off(0, 1))];
}

interface Nodes {
  readonly rows: number;
  readonly columns: number;
}

/** Means with the neighbours, twice: weights that fall off to two nodes away. */
function blurred(values: Float64Array, { rows, columns }: Nodes): Float64Array {
  let from = values;
  for (let pass = 0; pass < 2; pass++) {
    const to = new Float64Array(values.length);
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        let sum = 0;
        for (let v = Math.max(0, y - 1); v <= Math.min(rows - 1, y + 1); v++) {
          for (let u = Math.max(0, x - 1); u <= Math.min(columns - 1, x + 1); u++) sum += from[v * columns + u]!;
        }
        to[y * columns + x] = sum;
      }
    }
    from = to;
  }
  return from;
}

/** Bilinear between the middles of the nodes' cells, constant beyond the outermost. */
function between(values: Float64Array, nodes: Nodes, rows: number, columns: number): Float32Array {
  const place = (cell: number, count: number): [number, number, number] => {
    const at = Math.min(count - 1, Math.max(0, (cell + 0.5) / SPACING - 0.5));
    const low = Math.floor(at);
    return [low, Math.min(count - 1, low + 1), at - low];
  };
  const out = new Float32Array(rows * columns);
  for (let y = 0, i = 0; y < rows; y++) {
    const [top, bottom, v] = place(y, nodes.rows);
    for (let x = 0; x < columns; x++, i++) {
      const [left, right, u] = place(x, nodes.columns);
      const across = (line: number) =>
        (1 - u) * values[line * nodes.columns + left]! + u * values[line * nodes.columns + right]!;
      out[i] = (1 - v) * across(top) + v * across(bottom);
    }
  }
  return out;
}
