/** The mass of a field as a weighted cloud: in the plane of its coordinates, or on the sphere where these are degrees. */
import { DomainError, OptionsError, ShapeError, UnitsError } from "../../engine/errors.ts";
import type { Field } from "../../io/field/index.ts";
import { isGeographic, soundLine, whereOf } from "../../io/field/index.ts";
import { type Attributes, textOf } from "../../io/storage/index.ts";
import type { Cloud } from "../../wasserstein/measure/index.ts";

/** The mass of a field at its points. */
export interface FieldMass {
  readonly cloud: Cloud;
  /** Of the points' coordinates. */
  readonly unit: string;
  /** Kinds of positions that can be compared have one name. */
  readonly kind: "longitude and latitude" | "rotated longitude and latitude" | "map" | "cells";
  /** Attributes of the grid mapping, where the file has one. */
  readonly map: Attributes;
  /** The mass that was scaled to one: Σ value · area of the cell, in the field's unit times `unit`². */
  readonly mass: number;
  /** Values below 0 by no more than packing rounds, taken as 0. */
  readonly clipped: number;
}

/** Packed files hold zeros that came out a little below 0: this part of the largest value. */
const packing = 1e-6;

/** Mean radius of the earth, km. */
const earth = 6371;

interface Line {
  readonly values: Float64Array;
  readonly widths: Float64Array;
  readonly attributes: Attributes | undefined;
  readonly name: string;
}

/**
 * Value times cell area at the cells' centres, leading dimensions summed, nothing where it is 0 or missing. Degrees
 * become points on a sphere of 6371 km in R³ (chords: 0.1 % short at 1000 km), with areas as they are there.
 *
 * @param block - cells of a block of block × block are one point, at its middle
 * @throws DomainError where a value is negative or there is no mass
 * @throws ShapeError below two dimensions
 * @throws UnitsError where the two axes have different units
 */
export function fieldMass(field: Field, block: number): FieldMass {
  const { name, shape } = field;
  const [height, width] = shape.slice(-2);
  if (height === undefined || width === undefined) {
    throw new ShapeError(`distance: ${name}`, "at least two dimensions, y and x last", shape);
  }
  const [y, x] = field.dims.slice(-2).map((dim, k) => lineOf(field, dim, shape.at(k - 2)!)) as [Line, Line];
  const [unitY, unitX] = [y, x].map(({ attributes }) => (attributes ? (textOf(attributes, "units") ?? "") : "cells"));
  const degrees = [y, x].every(({ name: dim, attributes }) => {
    return (
      attributes && (isGeographic(dim, attributes) || /^(decimal_)?degrees?\b/i.test(textOf(attributes, "units") ?? ""))
    );
  });
  if (!degrees && unitY !== unitX) {
    throw new UnitsError(`distance: ${name} has ${y.name} in ${unitY} and ${x.name} in ${unitX}`, unitY!, unitX!);
  }
  const turn = Math.PI / 180;
  const [down, across] = [Math.ceil(height / block), Math.ceil(width / block)];
  const masses = new Float64Array(down * across);
  let largest = 0;
  for (const value of field.values) if (value > largest) largest = value;
  let clipped = 0;
  for (const [i, value] of field.values.entries()) {
    if (value < 0 && value >= -packing * largest) {
      clipped++;
      continue;
    }
    if (value < 0) {
      const hint = "mass cannot be negative; compare values with --method 1d";
      throw new DomainError(`distance: ${name} holds ${value} at element ${i}; ${hint}`, value);
    }
    if (Number.isNaN(value)) continue;
    const cell = i % (height * width);
    const [row, column] = [Math.floor(cell / width), cell % width];
    const area =
      y.widths[row]! * x.widths[column]! * (degrees ? Math.cos(y.values[row]! * turn) * (earth * turn) ** 2 : 1);
    masses[Math.floor(row / block) * across + Math.floor(column / block)]! += value * area;
  }
  const kept = Array.from(masses.keys()).filter((k) => masses[k]! > 0);
  if (kept.length === 0) throw new DomainError(`distance: ${name} has no mass, all is 0 or missing`, 0);
  const [ys, xs] = [middles(y.values, block), middles(x.values, block)];
  const points = kept.flatMap((k) => {
    const [v, u] = [ys[Math.floor(k / across)]!, xs[k % across]!];
    if (!degrees) return [v, u];
    const [latitude, longitude] = [v * turn, u * turn];
    const ring = earth * Math.cos(latitude);
    return [ring * Math.cos(longitude), ring * Math.sin(longitude), earth * Math.sin(latitude)];
  });
  const weights = Float64Array.from(kept, (k) => masses[k]!);
  const geographic = [y, x].every(({ name: dim, attributes }) => attributes && isGeographic(dim, attributes));
  return {
    cloud: { points: Float64Array.from(points), count: kept.length, dim: degrees ? 3 : 2, weights },
    unit: degrees ? "km" : unitX! || "1",
    kind: geographic
      ? "longitude and latitude"
      : degrees
        ? "rotated longitude and latitude"
        : unitX === "cells"
          ? "cells"
          : "map",
    map: geographic ? {} : (field.gridMapping?.attributes ?? {}),
    mass: weights.reduce((sum, w) => sum + w, 0),
    clipped,
  };
}

/**
 * @throws UnitsError, OptionsError where the points of two fields are not positions on one map
 */
export function checkOneMap(a: FieldMass, b: FieldMass): void {
  const hint = "bring both on one grid first";
  if (a.kind !== b.kind) {
    throw new OptionsError(`distance: A lies on ${a.kind}, B on ${b.kind}; ${hint}`, "method", b.kind);
  }
  if (a.unit !== b.unit) {
    throw new UnitsError(`distance: coordinates of A are in ${a.unit}, of B in ${b.unit}; ${hint}`, a.unit, b.unit);
  }
  for (const key of Object.keys(a.map)) {
    if (!Object.hasOwn(b.map, key) || String(a.map[key]) === String(b.map[key])) continue;
    throw new OptionsError(`distance: A and B are on different maps (their ${key} differ); ${hint}`, "method", key);
  }
}

/** Positions along a dimension, with the widths of its cells; without a coordinate 0, 1, 2, … */
function lineOf(field: Field, dim: string, size: number): Line {
  const stated = field.coordinate(dim);
  const coordinate = stated && soundLine(`distance: ${whereOf(field)}`, stated);
  const values = coordinate?.values ?? Float64Array.from({ length: size }, (_, i) => i);
  const widths = Float64Array.from({ length: size }, (_, i) => {
    const [from, to] = [Math.max(0, i - 1), Math.min(size - 1, i + 1)];
    return to > from ? Math.abs(values[to]! - values[from]!) / (to - from) : 1;
  });
  return { values, widths, attributes: coordinate?.attributes, name: dim };
}

/** Means over blocks, the last perhaps a shorter one. */
function middles(values: Float64Array, block: number): Float64Array {
  return Float64Array.from({ length: Math.ceil(values.length / block) }, (_, k) => {
    const part = values.subarray(k * block, (k + 1) * block);
    return part.reduce((sum, v) => sum + v, 0) / part.length;
  });
}
