/** Weights of single places: bilinear between the four centres around, or the nearest centre, on grids of any shape. */
import { ShapeError } from "../../engine/errors.ts";
import { Boxes } from "./boxes.ts";
import { bracketOf, type Entry, isCircle, linear, nearest, sparse } from "./line-weights.ts";
import { centresOf, type Places, type Side } from "./positions.ts";
import { insideQuadrilateral } from "./quadrilateral.ts";
import { beyond, planeAround, vectorOf } from "./sphere.ts";
import type { RegridOptions, SparseRows } from "./weights.ts";

/** Finds the weights of the centres of a source for a place. */
type Finder = (latitude: number, longitude: number) => readonly Entry[];

/** Weights for the cells of the target, of cells of the source; those without a place on the earth have none. */
export function placeWeights(
  source: Side,
  target: Side,
  options: Pick<RegridOptions, "method" | "border">,
): SparseRows {
  const { latitude, longitude } = centresOf(target);
  const find = source.lines?.system === "geographic" ? onLines(source, options) : onSheet(source, options);
  function* rows(): Generator<readonly Entry[]> {
    for (const [i, lat] of latitude.entries()) {
      const lon = longitude[i]!;
      yield Number.isFinite(lat + lon) ? find(lat, lon) : [];
    }
  }
  return sparse(source.rows * source.columns, rows(), new Float64Array(latitude.length).fill(1));
}

/** On rows and columns of latitudes and longitudes: the product of both. Rows after the last stand for the poles' means. */
function onLines({ lines, columns }: Side, { method, border }: Pick<RegridOptions, "method" | "border">): Finder {
  const { y, x } = lines!;
  const round = isCircle(x);
  const [rowsOf, columnsOf] = [y, x].map((line) => bracketOf(line, round, border === "clamp")) as [
    ReturnType<typeof bracketOf>,
    ReturnType<typeof bracketOf>,
  ];
  const pick = method === "nearest" ? nearest : linear;
  return (lat, lon) => {
    const across = pick(columnsOf, lon);
    return pick(rowsOf, lat).flatMap(([r, a]) => across.map(([c, b]) => [r * columns + c, a * b] as const));
  };
}

/** Centres as nodes of a sheet of quadrilaterals; half a cell beyond the outer ones lie nodes of the same value, if asked for. */
interface Sheet extends Places {
  readonly rows: number;
  readonly columns: number;
  /** Cell of each node. */
  readonly cell: Int32Array;
  /** True if the first column follows the last. */
  readonly closed: boolean;
}

function sheetOf(side: Side, { latitude, longitude }: Places, margin: boolean): Sheet {
  const { rows, columns } = side;
  if (rows < 2 || columns < 2)
    throw new ShapeError(side.where, "at least 2 rows and 2 columns to interpolate between", [rows, columns]);
  const closed = closes(side, latitude, longitude);
  if (!margin) {
    return { rows, columns, latitude, longitude, cell: Int32Array.from(latitude.keys()), closed };
  }
  const wide = columns + (closed ? 0 : 2);
  const size = (rows + 2) * wide;
  const out = { latitude: new Float64Array(size), longitude: new Float64Array(size), cell: new Int32Array(size) };
  const put = (at: number, cell: number, place: readonly [number, number]) => {
    out.cell[at] = cell;
    [out.latitude[at], out.longitude[at]] = place;
  };
  const shift = closed ? 0 : 1;
  for (let i = 0; i < rows * columns; i++) {
    put((Math.floor(i / columns) + 1) * wide + (i % columns) + shift, i, [latitude[i]!, longitude[i]!]);
  }
  const step = (at: number, from: number, inner: number) =>
    put(at, out.cell[from]!, beyond(out.latitude, out.longitude, from, inner));
  for (let r = 1; r <= rows && !closed; r++) {
    step(r * wide, r * wide + 1, r * wide + 2);
    step((r + 1) * wide - 1, (r + 1) * wide - 2, (r + 1) * wide - 3);
  }
  for (let c = 0; c < wide; c++) {
    step(c, wide + c, 2 * wide + c);
    step((rows + 1) * wide + c, rows * wide + c, (rows - 1) * wide + c);
  }
  return { rows: rows + 2, columns: wide, ...out, closed };
}

/** True if in every row the last centre is as near to the first as neighbours are. */
function closes({ rows, columns }: Side, latitude: Float64Array, longitude: Float64Array): boolean {
  if (columns < 4) return false;
  const apart = (i: number, k: number) => {
    const [a, b] = [vectorOf(latitude[i]!, longitude[i]!), vectorOf(latitude[k]!, longitude[k]!)];
    return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  };
  for (let r = 0; r < rows; r++) {
    const [first, last] = [r * columns, (r + 1) * columns - 1];
    if (!(apart(last, first) <= 1.5 * Math.max(apart(first, first + 1), apart(last - 1, last)))) return false;
  }
  return true;
}

/** On centres anywhere. */
function onSheet(side: Side, { method, border }: Pick<RegridOptions, "method" | "border">): Finder {
  const centres = centresOf(side);
  const sheet = sheetOf(side, centres, method === "nearest" || border === "clamp");
  const locate = locator(sheet);
  if (method === "nearest") {
    const closest = nearestCentre(side, centres);
    return (lat, lon) => (locate(lat, lon) ? [[closest(lat, lon), 1]] : []);
  }
  return (lat, lon) => {
    const found = locate(lat, lon);
    if (!found) return [];
    const [nodes, u, v] = found;
    const weights = [(1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v];
    const sums = new Map<number, number>();
    nodes.forEach((node, k) => {
      const cell = sheet.cell[node]!;
      if (weights[k]! > 0) sums.set(cell, (sums.get(cell) ?? 0) + weights[k]!);
    });
    return [...sums];
  };
}

type Located = readonly [nodes: readonly [number, number, number, number], u: number, v: number];

/** Finds the quadrilateral around a place; it looks first where the last place was found. */
function locator(sheet: Sheet): (latitude: number, longitude: number) => Located | undefined {
  const { rows, columns, latitude, longitude, closed } = sheet;
  const [high, wide] = [rows - 1, closed ? columns : columns - 1];
  const nodesOf = (r: number, c: number): [number, number, number, number] => {
    const [at, next] = [r * columns, (c + 1) % columns];
    return [at + c, at + next, at + columns + next, at + columns + c];
  };
  const place = vectorsOf(sheet);
  const boxes = new Boxes(high, wide, (r, c, bounds, at) => {
    const [p, q, s, t] = nodesOf(r, c);
    let size = 0;
    for (let k = 0; k < 3; k++) {
      const [a, b, d, e] = [place[3 * p + k]!, place[3 * q + k]!, place[3 * s + k]!, place[3 * t + k]!];
      const [low, top] = [Math.min(a, b, d, e), Math.max(a, b, d, e)];
      size += (top - low) ** 2;
      bounds[at + k] = low;
      bounds[at + 3 + k] = top;
    }
    if (Number.isNaN(size)) return bounds.fill(Infinity, at, at + 3).fill(-Infinity, at + 3, at + 6);
    // The sheet bulges out of the plane of its corners, by no more than half the square of its size.
    const bulge = 0.5 * size + 1e-9;
    for (let k = 0; k < 3; k++) {
      bounds[at + k]! -= bulge;
      bounds[at + 3 + k]! += bulge;
    }
  });
  let last = 0;
  return (lat, lon) => {
    const draw = planeAround(lat, lon);
    let found: Located | undefined;
    const look = (element: number): boolean => {
      const nodes = nodesOf(Math.floor(element / wide), element % wide);
      const corners = nodes.map((i) => draw(latitude[i]!, longitude[i]!)) as unknown as Parameters<
        typeof insideQuadrilateral
      >[0];
      const shares = insideQuadrilateral(corners);
      if (!shares) return false;
      found = [nodes, ...shares];
      last = element;
      return true;
    };
    const [x, y, z] = vectorOf(lat, lon);
    if (boxes.holds(last, x, y, z) && look(last)) return found;
    boxes.near(x, y, z, 0, (element) => (look(element) ? -1 : 0));
    return found;
  };
}

/** Unit vectors of places, one after the other. */
function vectorsOf({ latitude, longitude }: Places): Float64Array {
  const out = new Float64Array(3 * latitude.length);
  for (let i = 0; i < latitude.length; i++) out.set(vectorOf(latitude[i]!, longitude[i]!), 3 * i);
  return out;
}

/** The nearest centre on the sphere; the first of several. */
function nearestCentre({ rows, columns }: Side, { latitude, longitude }: Places): (lat: number, lon: number) => number {
  const vectors = vectorsOf({ latitude, longitude });
  const boxes = new Boxes(rows, columns, (r, c, bounds, at) => {
    const own = 3 * (r * columns + c);
    if (Number.isNaN(vectors[own]! + vectors[own + 2]!)) return;
    for (let k = 0; k < 6; k++) bounds[at + k] = vectors[own + (k % 3)]!;
  });
  return (lat, lon) => {
    const [x, y, z] = vectorOf(lat, lon);
    let [best, least] = [-1, Infinity];
    boxes.near(x, y, z, Infinity, (element) => {
      const at = 3 * element;
      const distance = (vectors[at]! - x) ** 2 + (vectors[at + 1]! - y) ** 2 + (vectors[at + 2]! - z) ** 2;
      if (distance < least || (distance === least && element < best)) [best, least] = [element, distance];
      return least;
    });
    return best;
  };
}
