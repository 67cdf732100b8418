/** A search structure for what lies on a sheet of rows and columns: boxes in space around blocks of ever more elements. */

/** Bounds in space: low x, y, z, high x, y, z. */
export type Box = readonly number[];

interface Level {
  readonly rows: number;
  readonly columns: number;
  /** Six numbers each; an empty one has its low above its high. */
  readonly bounds: Float64Array;
}

/** Elements `[rows, columns]`, each in a box of its own; blocks of 2 x 2 share a larger one, up to one for all. */
export class Boxes {
  private readonly levels: readonly Level[];
  // What is still to be looked into.
  private readonly level: Int32Array;
  private readonly block: Int32Array;
  private readonly distance: Float64Array;

  /** @param putBox - writes the bounds of an element from a position on; what it does not write is left out */
  constructor(
    rows: number,
    columns: number,
    putBox: (row: number, column: number, bounds: Float64Array, at: number) => void,
  ) {
    const first = new Float64Array(6 * rows * columns).fill(Infinity);
    for (let i = 0; i < rows * columns; i++) {
      first.fill(-Infinity, 6 * i + 3, 6 * i + 6);
      putBox(Math.floor(i / columns), i % columns, first, 6 * i);
    }
    const levels: Level[] = [{ rows, columns, bounds: first }];
    for (let below = levels[0]!; below.rows * below.columns > 1; below = levels.at(-1)!) levels.push(joined(below));
    this.levels = levels;
    const most = 4 * levels.length + 1;
    [this.level, this.block, this.distance] = [new Int32Array(most), new Int32Array(most), new Float64Array(most)];
  }

  /** True if a place lies in the box of an element. */
  holds(element: number, x: number, y: number, z: number): boolean {
    return squared(this.levels[0]!.bounds, 6 * element, x, y, z) === 0;
  }

  /** Elements whose box meets another. */
  meeting(box: Box): number[] {
    const found: number[] = [];
    if (this.levels[0]!.bounds.length === 0) return found;
    const look = (level: number, block: number): void => {
      const { bounds } = this.levels[level]!;
      for (let k = 0; k < 3; k++)
        if (!(bounds[6 * block + k]! <= box[k + 3]! && bounds[6 * block + k + 3]! >= box[k]!)) return;
      if (level === 0) found.push(block);
      else for (const child of childrenOf(this.levels[level]!, this.levels[level - 1]!, block)) look(level - 1, child);
    };
    look(this.levels.length - 1, 0);
    return found;
  }

  /**
   * Visits elements whose box is no further from a place than a limit, the nearer blocks first.
   *
   * @param limit - square of a distance
   * @param visit - gives the limit from then on; a negative one ends the search
   */
  near(x: number, y: number, z: number, limit: number, visit: (element: number) => number): void {
    if (this.levels[0]!.bounds.length === 0) return;
    const { levels, level, block, distance } = this;
    let most = limit;
    let top = 0;
    level[0] = levels.length - 1;
    block[0] = 0;
    distance[0] = squared(levels.at(-1)!.bounds, 0, x, y, z);
    for (let count = 1; count > 0; ) {
      top = --count;
      if (!(distance[top]! <= most)) continue;
      const [at, own] = [level[top]!, block[top]!];
      if (at === 0) {
        most = visit(own);
        continue;
      }
      const [{ columns }, below] = [levels[at]!, levels[at - 1]!];
      const [row, column] = [2 * Math.floor(own / columns), 2 * (own % columns)];
      const first = count;
      for (let k = 0; k < 4; k++) {
        const [r, c] = [row + (k >> 1), column + (k & 1)];
        if (r >= below.rows || c >= below.columns) continue;
        const child = r * below.columns + c;
        const far = squared(below.bounds, 6 * child, x, y, z);
        if (!(far <= most)) continue;
        let to = count++;
        for (; to > first && distance[to - 1]! < far; to--) {
          block[to] = block[to - 1]!;
          distance[to] = distance[to - 1]!;
        }
        block[to] = child;
        distance[to] = far;
      }
      level.fill(at - 1, first, count);
    }
  }
}

function childrenOf({ columns }: Level, below: Level, block: number): number[] {
  const [row, column] = [2 * Math.floor(block / columns), 2 * (block % columns)];
  const out: number[] = [];
  for (let r = row; r < Math.min(row + 2, below.rows); r++)
    for (let c = column; c < Math.min(column + 2, below.columns); c++) out.push(r * below.columns + c);
  return out;
}

function joined(below: Level): Level {
  const [rows, columns] = [Math.ceil(below.rows / 2), Math.ceil(below.columns / 2)];
  const bounds = new Float64Array(6 * rows * columns);
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, at += 6) {
      const [right, down] = [2 * column + 1 < below.columns ? 6 : 0, 2 * row + 1 < below.rows ? 6 * below.columns : 0];
      const first = 6 * (2 * row * below.columns + 2 * column);
      for (let k = 0; k < 6; k++) {
        const all = below.bounds;
        const [a, b, c, d] = [first, first + right, first + down, first + right + down];
        bounds[at + k] =
          k < 3
            ? Math.min(all[a + k]!, all[b + k]!, all[c + k]!, all[d + k]!)
            : Math.max(all[a + k]!, all[b + k]!, all[c + k]!, all[d + k]!);
      }
    }
  return { rows, columns, bounds };
}

/** Square of the distance from a place to a box; infinite where the box is empty. */
function squared(bounds: Float64Array, at: number, x: number, y: number, z: number): number {
  const dx = Math.max(bounds[at]! - x, 0, x - bounds[at + 3]!);
  const dy = Math.max(bounds[at + 1]! - y, 0, y - bounds[at + 4]!);
  const dz = Math.max(bounds[at + 2]! - z, 0, z - bounds[at + 5]!);
  return dx * dx + dy * dy + dz * dz;
}
