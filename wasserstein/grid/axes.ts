/**
 * The axes of a grid: where its cells lie and what a move along each costs. The cost of a move is the sum over the axes
 * of
 * |Δ|^p, which is what lets a kernel be applied axis by axis.
 */
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";

/** Positions of the cells of a grid. One of `spacing`, `coordinates`; with `sphere` they are for the axes before the last two. */
export interface GridAxes {
  /** Distance between the centres of neighbouring cells, > 0; one number for all axes or one an axis. @defaultValue 1 */
  readonly spacing?: number | readonly number[];
  /** Coordinates of the centres, for uneven axes: one list an axis, each as long as the axis. */
  readonly coordinates?: readonly ArrayLike<number>[];
  /** Axes that close on themselves after `size · spacing`. @defaultValue none */
  readonly periodic?: readonly boolean[];
  /** The last two axes are latitudes and longitudes. */
  readonly sphere?: {
    /** [height], −90 to 90, rising or falling. */
    readonly latitude: ArrayLike<number>;
    /** [width], rising or falling over at most 360°. */
    readonly longitude: ArrayLike<number>;
    /** Radius of the sphere in the unit of all lengths. @defaultValue 6371.0088, km (IUGG mean radius) */
    readonly radius?: number;
    /**
     * `"separable"`: the plane that touches the sphere's metric at one latitude, d² = R²(Δφ² + cos²φ₀ Δλ²);
     * `metricError` of the result says how far that is from great circles. `"great-circle"`: exact, by the costs
     * between all pairs of cells with mass, for small grids. @defaultValue "separable"
     */
    readonly metric?: "separable" | "great-circle";
    /** φ₀ in degrees. @defaultValue mean latitude of the mass of both fields */
    readonly trueLatitude?: number;
  };
}

type SphereAxes = NonNullable<GridAxes["sphere"]>;

/** One axis: coordinates of the cells, and the length after which it closes on itself. */
export interface Axis {
  readonly at: Float64Array;
  readonly period: number | undefined;
}

const meanRadius = 6371.0088;
const radians = Math.PI / 180;

/** The signed move from y to x along an axis; where the axis is closed, the short way. */
export function move(x: number, y: number, period: number | undefined): number {
  const d = x - y;
  return period === undefined ? d : d - period * Math.round(d / period);
}

/** |Δ|^p between all cells of two pieces of an axis: [to, from]. */
export function axisCosts(to: Axis, from: Axis, p: number): Float64Array {
  const [m, n] = [to.at.length, from.at.length];
  const cost = new Float64Array(m * n);
  for (let j = 0; j < m; j++) {
    for (let k = 0; k < n; k++) {
      const d = Math.abs(move(to.at[j]!, from.at[k]!, to.period));
      cost[j * n + k] = p === 2 ? d * d : p === 1 ? d : d ** p;
    }
  }
  return cost;
}

/** Moves from the cells of one piece to those of another: [to, from], source minus target. */
export function axisMoves(to: Axis, from: Axis): Float64Array {
  const [m, n] = [to.at.length, from.at.length];
  const moves = new Float64Array(m * n);
  for (let j = 0; j < m; j++) for (let k = 0; k < n; k++) moves[j * n + k] = move(from.at[k]!, to.at[j]!, to.period);
  return moves;
}

/** @throws ShapeError where there are not one to three axes of whole positive size */
export function checkShape(where: string, shape: readonly number[]): number {
  if (shape.length < 1 || shape.length > 3 || !shape.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new ShapeError(`${where}: shape`, "one to three positive whole numbers", shape);
  }
  return shape.reduce((product, n) => product * n, 1);
}

/**
 * The axes of a grid.
 *
 * @param latitude - φ₀ of the separable metric, degrees
 * @throws ShapeError, OptionsError, DomainError
 */
export function gridAxes(where: string, shape: readonly number[], options: GridAxes, latitude: number): Axis[] {
  const { sphere, periodic } = options;
  const flat = sphere === undefined ? shape : shape.slice(0, -2);
  if (periodic !== undefined && periodic.length !== flat.length) {
    throw new ShapeError(`${where}: periodic`, [flat.length], [periodic.length], "one entry an axis");
  }
  const axes = flat.map((n, k): Axis => {
    const at = placesOf(where, n, k, flat.length, options);
    return { at, period: periodic?.[k] ? periodOf(where, at, k) : undefined };
  });
  if (sphere === undefined) return axes;
  const { radius = meanRadius } = sphere;
  const stretch = radius * Math.max(Math.cos(latitude * radians), 1e-6);
  const scaled = (list: ArrayLike<number>, by: number) => Float64Array.from(list, (v) => v * radians * by);
  return [
    ...axes,
    { at: scaled(sphere.latitude, radius), period: undefined },
    { at: scaled(sphere.longitude, stretch), period: 2 * Math.PI * stretch },
  ];
}

function placesOf(where: string, n: number, k: number, count: number, { spacing, coordinates }: GridAxes) {
  if (coordinates !== undefined) {
    if (spacing !== undefined) {
      throw new OptionsError(`${where}: give spacing or coordinates, not both`, "coordinates", "given");
    }
    if (coordinates.length !== count) {
      throw new ShapeError(`${where}: coordinates`, [count], [coordinates.length], "one list an axis");
    }
    const at = Float64Array.from(coordinates[k]!);
    if (at.length !== n) throw new ShapeError(`${where}: coordinates[${k}]`, [n], [at.length]);
    checkMonotone(`${where}: coordinates[${k}]`, at);
    return at;
  }
  if (typeof spacing === "object" && spacing.length !== count) {
    throw new ShapeError(`${where}: spacing`, [count], [spacing.length], "one length an axis");
  }
  const h = typeof spacing === "object" ? spacing[k]! : (spacing ?? 1);
  if (!(h > 0 && h < Number.POSITIVE_INFINITY)) {
    throw new DomainError(`${where}: spacing is ${h}, expected a positive length`, h);
  }
  return Float64Array.from({ length: n }, (_, i) => i * h);
}

function checkMonotone(where: string, at: Float64Array): void {
  const up = at.length < 2 || at[1]! > at[0]!;
  for (let i = 0; i < at.length; i++) {
    const step = i === 0 ? 1 : up ? at[i]! - at[i - 1]! : at[i - 1]! - at[i]!;
    if (step > 0 && Number.isFinite(at[i]!)) continue;
    throw new DomainError(`${where}[${i}] is ${at[i]}, expected finite numbers that only rise or only fall`, at[i]);
  }
}

function periodOf(where: string, at: Float64Array, k: number): number {
  const n = at.length;
  if (n < 2) return 1;
  const step = Math.abs(at[1]! - at[0]!);
  const even = Math.abs(Math.abs(at[n - 1]! - at[0]!) - (n - 1) * step) <= 1e-6 * n * step;
  if (even) return n * step;
  throw new OptionsError(`${where}: axis ${k} is uneven, expected an even one to be periodic`, "periodic", true);
}

/** @throws ShapeError, DomainError, OptionsError where latitudes and longitudes are no axes of the grid */
export function checkSphere(where: string, shape: readonly number[], sphere: SphereAxes): void {
  if (shape.length < 2) {
    throw new ShapeError(`${where}: shape`, "at least [latitudes, longitudes] with `sphere`", shape);
  }
  const { latitude, longitude, radius = meanRadius, metric = "separable", trueLatitude } = sphere;
  for (const [name, list, n, limit] of [
    ["latitude", latitude, shape.at(-2)!, 90],
    ["longitude", longitude, shape.at(-1)!, 720],
  ] as const) {
    if (list.length !== n) throw new ShapeError(`${where}: sphere.${name}`, [n], [list.length]);
    const at = Float64Array.from(list);
    checkMonotone(`${where}: sphere.${name}`, at);
    const far = at.find((v) => Math.abs(v) > limit);
    if (far !== undefined) {
      throw new DomainError(`${where}: sphere.${name} holds ${far}, expected degrees within ±${limit}`, far);
    }
  }
  const around = Math.abs(longitude[longitude.length - 1]! - longitude[0]!);
  if (!(around < 360)) {
    const message = `${where}: sphere.longitude spans ${around}°, expected less than 360`;
    throw new DomainError(`${message}; leave out the column that repeats the first`, around);
  }
  if (!(radius > 0 && radius < Number.POSITIVE_INFINITY)) {
    throw new OptionsError(`${where}: sphere.radius is ${radius}, expected a positive length`, "radius", radius);
  }
  if (metric !== "separable" && metric !== "great-circle") {
    const message = `${where}: sphere.metric is ${metric}, expected "separable" or "great-circle"`;
    throw new OptionsError(message, "metric", metric);
  }
  if (trueLatitude !== undefined && !(Math.abs(trueLatitude) < 90)) {
    const message = `${where}: sphere.trueLatitude is ${trueLatitude}, expected a latitude within ±90`;
    throw new OptionsError(message, "trueLatitude", trueLatitude);
  }
}

/** Length of the great circle between two places in degrees, by the haversine. */
export function greatCircle(lat: number, lon: number, lat2: number, lon2: number, radius = meanRadius): number {
  const u = Math.sin(((lat2 - lat) * radians) / 2) ** 2;
  const v = Math.cos(lat * radians) * Math.cos(lat2 * radians) * Math.sin(((lon2 - lon) * radians) / 2) ** 2;
  return 2 * radius * Math.asin(Math.min(1, Math.sqrt(u + v)));
}

/** Mean latitude of mass on a grid whose last axes are latitude and longitude. */
export function meanLatitude(latitude: ArrayLike<number>, width: number, ...masses: readonly Float64Array[]): number {
  const height = latitude.length;
  let [sum, total] = [0, 0];
  for (const mass of masses) {
    const whole = mass.reduce((s, v) => s + v, 0);
    for (let i = 0; i < mass.length; i++) sum += (mass[i]! / whole) * latitude[Math.floor(i / width) % height]!;
    total++;
  }
  return sum / total;
}
