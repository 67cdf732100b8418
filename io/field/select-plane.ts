/** Selection by latitude and longitude where both are two-dimensional: rotated, projected and curvilinear grids. */
import { OptionsError } from "../../engine/errors.ts";
import type { Pick } from "./cut.ts";
import type { Coordinate } from "./field.ts";
import { type Label, type SelectOptions, spanOf } from "./select.ts";

const RADIANS = Math.PI / 180;

type Test = (value: number) => boolean;

/** True if a value lies in a range, around the circle for longitudes. */
function within(where: string, name: string, label: Label | undefined, around: boolean): Test {
  if (label === undefined) return () => true;
  const [from, to] = Array.isArray(label) && label.length === 2 ? (label as readonly unknown[]) : [];
  const fits = (v: unknown) => v === null || typeof v === "number";
  if (from === undefined || !fits(from) || !fits(to)) {
    const hint = "a single place needs both latitude and longitude as numbers";
    throw new OptionsError(`${where}: ${name} is ${JSON.stringify(label)}; expected [from, to]; ${hint}`, name, label);
  }
  const [low, high] = [(from as number | null) ?? -Infinity, (to as number | null) ?? Infinity];
  if (!around || !Number.isFinite(low) || !Number.isFinite(high)) {
    const [south, north] = low <= high ? [low, high] : [high, low];
    return (v) => v >= south && v <= north;
  }
  const length = low > high ? high - low + 360 * Math.ceil((low - high) / 360) : high - low;
  return (v) => {
    const east = v - low;
    return east - 360 * Math.floor(east / 360) <= length;
  };
}

/**
 * Positions along the two dimensions of `latitude` and `longitude`, which run over the same ones.
 *
 * Ranges give the smallest box of indices that holds every cell whose centre lies in them, so its corners may lie
 * outside; positions keep the file's convention. Two numbers give the nearest cell on the sphere.
 *
 * @throws OptionsError where no cell lies there
 */
export function pickPlane(
  where: string,
  latitude: Coordinate,
  longitude: Coordinate,
  labels: readonly [latitude: Label | undefined, longitude: Label | undefined],
  shape: readonly [number, number],
  options: SelectOptions = {},
): readonly [Pick, Pick] {
  const [lat, lon] = labels;
  if (typeof lat === "number" && typeof lon === "number")
    return nearest(where, latitude, longitude, [lat, lon], shape, options);
  const north = within(where, latitude.name, lat, false);
  const east = within(where, longitude.name, lon, true);
  const [rows, columns] = shape;
  let [top, bottom, left, right] = [rows, -1, columns, -1];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const i = r * columns + c;
      if (!north(latitude.values[i]!) || !east(longitude.values[i]!)) continue;
      top = Math.min(top, r);
      bottom = r;
      left = Math.min(left, c);
      right = Math.max(right, c);
    }
  }
  if (bottom < 0) {
    const asked = [lat && `${latitude.name} ${lat}`, lon && `${longitude.name} ${lon}`].filter(Boolean).join(", ");
    const spans = `${spanOf(latitude)}, ${spanOf(longitude)}`;
    throw new OptionsError(`${where}: no cell has ${asked}; ${spans}`, latitude.name, labels);
  }
  return [
    { ranges: [[top, bottom + 1]], keep: true },
    { ranges: [[left, right + 1]], keep: true },
  ];
}

function nearest(
  where: string,
  latitude: Coordinate,
  longitude: Coordinate,
  [lat, lon]: readonly [number, number],
  [, columns]: readonly [number, number],
  { method = "exact", tolerance = Infinity }: SelectOptions,
): readonly [Pick, Pick] {
  if (method !== "nearest") {
    const hint = 'pass { method: "nearest" }';
    throw new OptionsError(
      `${where}: ${latitude.name} and ${longitude.name} are two-dimensional; ${hint}`,
      "method",
      method,
    );
  }
  let best = -1;
  let least = Infinity;
  for (let i = 0; i < latitude.values.length; i++) {
    const [a, b] = [latitude.values[i]! * RADIANS, lat * RADIANS];
    const [s, t] = [Math.sin((a - b) / 2), Math.sin(((longitude.values[i]! - lon) * RADIANS) / 2)];
    const haversine = s * s + Math.cos(a) * Math.cos(b) * t * t;
    if (!(haversine < least)) continue;
    best = i;
    least = haversine;
  }
  const away = (2 * Math.asin(Math.min(1, Math.sqrt(least)))) / RADIANS;
  if (best < 0 || away > tolerance) {
    const found = best < 0 ? "the grid has no positions" : `the nearest is ${away} degrees away`;
    throw new OptionsError(
      `${where}: no cell near ${lat}, ${lon}; ${found}; the tolerance is ${tolerance}`,
      "tolerance",
      tolerance,
    );
  }
  const [r, c] = [Math.floor(best / columns), best % columns];
  return [
    { ranges: [[r, r + 1]], keep: false },
    { ranges: [[c, c + 1]], keep: false },
  ];
}
