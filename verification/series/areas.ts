/** Areas whose means are scored: squares of cells, or polygons of a GeoJSON file (RFC 7946 of 2016) such as catchments. */
import { DomainError, isMongeError, OptionsError } from "../../engine/errors.ts";
import { type LazyField, lazyField } from "../../io/dataset/index.ts";
import { Field, namedPositions } from "../../io/field/index.ts";
import { cellAreas, centresOf, gridOf, type Places, type RegridGrid, sideOf } from "../../io/regrid/index.ts";
import { type Crossings, crossingsOf, isInside, type Ring } from "./crossings.ts";

/** Areas of one kind. */
export interface AreaSet {
  /** Such as `16 km`. */
  readonly name: string;
  /** One for each area. */
  readonly names: readonly string[];
  /** Number of the area that a cell of the map belongs to, row by row; −1 for none. */
  readonly labels: Int32Array;
  /** Weight of each cell, such as its size. @defaultValue all cells count alike */
  readonly weights?: Float64Array;
}

/**
 * Means of areas over maps, NaN where less than half of an area has values. Cells are taken in their order.
 *
 * @returns the means of one map, from all of its values or from those at some positions
 */
export function areaMeans({ labels, names, weights = new Float64Array(labels.length).fill(1) }: AreaSet) {
  const labelled = Uint32Array.from(labels.keys()).filter((i) => labels[i]! >= 0);
  const whole = new Float64Array(names.length);
  for (const i of labelled) whole[labels[i]!]! += weights[i]!;
  return (values: ArrayLike<number>, positions?: Uint32Array): Float64Array => {
    const [there, sums] = [new Float64Array(names.length), new Float64Array(names.length)];
    const cells = positions ?? labelled;
    for (let k = 0; k < cells.length; k++) {
      const at = cells[k]!;
      const label = labels[at]!;
      const value = values[positions ? k : at]!;
      if (label < 0 || Number.isNaN(value)) continue;
      const weight = weights[at]!;
      there[label]! += weight;
      sums[label]! += weight * value;
    }
    return sums.map((sum, k) => (there[k]! > 0 && there[k]! >= whole[k]! / 2 ? sum / there[k]! : Number.NaN));
  };
}

/**
 * Means of a field over areas, map by map: the rows and columns give way to a dimension `area`, numbered from 1 in the
 * order of the names.
 *
 * @param field - on whose grid the areas were made; read in pieces
 * @param onMap - called with the number of maps that are done
 * @returns the field in memory; NaN where less than half of an area has values
 */
export async function areaSeries(
  field: Field | LazyField,
  set: AreaSet,
  onMap: (done: number) => void = () => {},
): Promise<Field> {
  const maps = lazyField(field).mapsLast();
  const lead = maps.dims.slice(0, -2);
  const cells = set.labels.length;
  const total = maps.shape.reduce((a, b) => a * b, 1) / cells;
  const values = new Float64Array(total * set.names.length);
  const means = areaMeans(set);
  let done = 0;
  for await (const slab of maps.slabs()) {
    for (let at = 0; at < slab.values.length; at += cells)
      values.set(means(slab.values.subarray(at, at + cells)), done++ * set.names.length);
    onMap(done);
  }
  const area = namedPositions("area", `area of ${set.name}`, set.names);
  const { name, units, attributes, source } = maps;
  return new Field({
    ...{ name, units, attributes, source, values },
    dims: [...lead, "area"],
    shape: [...maps.shape.slice(0, -2), set.names.length],
    coordinates: [...maps.coordinates.filter((c) => c.dims.every((dim) => lead.includes(dim))), area],
  });
}

/**
 * Squares side by side from the first row and column on; what is left over at the end belongs to none.
 *
 * @param name - of the squares in results, such as `16 km`
 * @param shape - rows and columns of the map
 * @param side - of a square: rows and columns
 * @throws OptionsError where no square fits into the map
 */
export function squareAreas(
  name: string,
  shape: readonly [height: number, width: number],
  side: readonly [rows: number, columns: number],
): AreaSet {
  const [[height, width], [rows, columns]] = [shape, side];
  const [down, across] = [Math.floor(height / rows), Math.floor(width / columns)];
  if (!(rows >= 1 && columns >= 1 && down >= 1 && across >= 1)) {
    const text = `verify: squares of ${rows} x ${columns} cells do not fit into ${height} x ${width}; give smaller areas`;
    throw new OptionsError(text, "areas", name);
  }
  const labels = Int32Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(Math.floor(i / width) / rows), Math.floor((i % width) / columns)];
    return y < down && x < across ? y * across + x : -1;
  });
  const names = Array.from({ length: down * across }, (_, k) => `${Math.floor(k / across)},${k % across}`);
  return { name, names, labels };
}

/**
 * Polygons of a GeoJSON document: a cell belongs to the first that holds its centre. Their coordinates are longitudes
 * and latitudes (RFC 7946), or those of the rows and columns where the grid does not say its places on the earth, or
 * they are no degrees. Cells weigh by their size, where the grid says it.
 *
 * @param name - of the polygons in results, such as that of the file
 * @param document - parsed: a FeatureCollection, a Feature, a Polygon or a MultiPolygon; an area is named by `name` or
 * `id`
 * @param field - on whose grid, y and x last
 * @throws DomainError for a document without polygons, or none of which holds a cell
 */
export function polygonAreas(name: string, document: unknown, field: Field | LazyField): AreaSet {
  const features = featuresOf(document);
  if (features.length === 0) {
    throw new DomainError(
      `${name}: expected a GeoJSON document with polygons (a FeatureCollection or a Feature)`,
      name,
    );
  }
  const grid = gridOf(field);
  const [height, width] = field.shape.slice(-2) as [number, number];
  const all = features.map(({ rings }) => crossingsOf(rings));
  const isDegrees = all.every(
    ({ left, right, low, high }) => Math.max(-left, right) <= 360 && Math.max(-low, high) <= 90,
  );
  const side = isDegrees ? known(() => sideOf("verify: areas", grid)) : undefined;
  const isGeographic = side?.lines?.system === "geographic";
  const places = side && !isGeographic ? known(() => centresOf(side)) : undefined;
  // Longitudes may be counted from 0 or from −180.
  const turns = isGeographic || places ? [0, -360, 360] : [0];
  const rows = rowsOf(grid, height, width, places);
  const [west, east] = [
    rows.reduce((least, { xBounds }) => Math.min(least, xBounds[0]), Number.POSITIVE_INFINITY),
    rows.reduce((most, { xBounds }) => Math.max(most, xBounds[1]), Number.NEGATIVE_INFINITY),
  ];
  const labels = new Int32Array(height * width).fill(-1);
  const [lows, highs] = [0, 1].map((end) => Float64Array.from(rows, ({ yBounds }) => yBounds[end]!));
  for (const [label, edges] of all.entries()) {
    const { left, right, low, high } = edges;
    for (const turn of turns) {
      if (!(east + turn >= left && west + turn <= right)) continue;
      for (let k = 0; k < height; k++)
        if (highs![k]! >= low && lows![k]! <= high) labelRow(rows[k]!, edges, turn, labels, label);
    }
  }
  if (!labels.some((label) => label >= 0)) {
    const way = "their coordinates must be longitudes and latitudes, or those of the truth's rows and columns";
    throw new DomainError(`${name}: none of ${features.length} polygons holds the centre of a cell; ${way}`, name);
  }
  const weights = sizesOf(grid);
  return { name, names: features.map((feature) => feature.name), labels, ...(weights && { weights }) };
}

/** Sizes of the cells, where the grid says them. */
const sizesOf = (grid: RegridGrid): Float64Array | undefined => known(() => cellAreas(grid));

function known<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    if (isMongeError(error)) return undefined;
    throw error;
  }
}

/** Centres of the cells of a row of the map. */
interface Row {
  /** Position of the first cell. */
  readonly first: number;
  readonly x: Float64Array;
  /** Undefined where all cells lie at one y. */
  readonly y: Float64Array | undefined;
  readonly xBounds: Bounds;
  readonly yBounds: Bounds;
  /** True where x grows from cell to cell. */
  readonly isRising: boolean;
}

type Bounds = readonly [low: number, high: number];

function rowsOf(grid: RegridGrid, height: number, width: number, places: Places | undefined): Row[] {
  if (!places) {
    const x = grid.x.values;
    const line = { x, y: undefined, xBounds: boundsOf(x), isRising: isRising(x) };
    return Array.from(grid.y.values, (y, row) => ({ ...line, first: row * width, yBounds: [y, y] }));
  }
  return Array.from({ length: height }, (_, row) => {
    const [first, end] = [row * width, (row + 1) * width];
    const [x, y] = [places.longitude.subarray(first, end), places.latitude.subarray(first, end)];
    const yBounds = boundsOf(y);
    const isLevel = yBounds[0] === yBounds[1];
    return { first, x, y: isLevel ? undefined : y, xBounds: boundsOf(x), yBounds, isRising: isRising(x) };
  });
}

function isRising(x: Float64Array): boolean {
  for (let k = 1; k < x.length; k++) if (!(x[k]! > x[k - 1]!)) return false;
  return true;
}

function boundsOf(values: Float64Array): Bounds {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < values.length; k++) {
    if (values[k]! < low) low = values[k]!;
    if (values[k]! > high) high = values[k]!;
  }
  return [low, high];
}

/** Gives the cells of a row that lie inside, and have no label yet, this one. */
function labelRow(row: Row, edges: Crossings, turn: number, labels: Int32Array, label: number): void {
  const { first, x, y, xBounds, yBounds, isRising } = row;
  const { low, high, left, right } = edges;
  if (!(xBounds[1] + turn >= left && xBounds[0] + turn <= right)) return;
  const crossings = y ? [] : edges.at(yBounds[0]);
  if (!y && isRising) {
    for (let pair = 0; pair < crossings.length; pair += 2) {
      const end = firstFrom(crossings[pair + 1]!, x, turn);
      for (let k = firstFrom(crossings[pair]!, x, turn); k < end; k++)
        if (labels[first + k]! < 0) labels[first + k] = label;
    }
    return;
  }
  for (let k = 0; k < x.length; k++) {
    const place = x[k]! + turn;
    if (labels[first + k]! >= 0 || !(place >= left && place <= right)) continue;
    if (y && !(y[k]! >= low && y[k]! <= high)) continue;
    if (isInside(y ? edges.at(y[k]!) : crossings, place)) labels[first + k] = label;
  }
}

/** Position of the first place, of places that grow, that is not below a limit when it is turned. */
function firstFrom(limit: number, x: Float64Array, turn: number): number {
  let [from, to] = [0, x.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (x[middle]! + turn >= limit) to = middle;
    else from = middle + 1;
  }
  return from;
}

interface Feature {
  readonly name: string;
  readonly rings: readonly Ring[];
}

function featuresOf(document: unknown): Feature[] {
  const { type, features } = (document ?? {}) as { type?: unknown; features?: unknown };
  const list = type === "FeatureCollection" && Array.isArray(features) ? (features as unknown[]) : [document];
  return list.flatMap((one, n): Feature[] => {
    const given = (one ?? {}) as Record<string, unknown>;
    const geometry = (given["type"] === "Feature" ? given["geometry"] : given) as Record<string, unknown> | null;
    const properties = (given["properties"] ?? {}) as Record<string, unknown>;
    const label = properties["name"] ?? properties["id"] ?? given["id"] ?? n + 1;
    const { type: kind, coordinates } = geometry ?? {};
    if (!Array.isArray(coordinates)) return [];
    if (kind !== "Polygon" && kind !== "MultiPolygon") return [];
    const rings = (kind === "Polygon" ? coordinates : (coordinates as unknown[]).flat()) as Ring[];
    return rings.every(isSound) && rings.length > 0 ? [{ name: String(label), rings }] : [];
  });
}

function isSound(ring: unknown): boolean {
  if (!Array.isArray(ring)) return false;
  for (const p of ring) if (!(Array.isArray(p) && Number.isFinite(p[0]) && Number.isFinite(p[1]))) return false;
  return true;
}
