/** A formula that is positive inside of a shape, with its slopes. */
import { differentiate } from "../expression/differentiate.ts";
import { functionOfPoint } from "../expression/expression.ts";
import type { Shape } from "./spec.ts";

/** A formula at one point with its slopes. */
export interface LevelFunction {
  readonly dimension: number;
  /** For messages. */
  readonly text: string;
  value(point: ArrayLike<number>): number;
  /** @returns |∇| */
  slopes(point: ArrayLike<number>, out: Float64Array): number;
}

/** The functions of a shape. */
export function functionsOf({ value, low, text }: Extract<Shape, { readonly kind: "level" }>): LevelFunction {
  const dimension = low.length;
  const slopes = low.map((_, axis) => functionOfPoint(differentiate(value, { axis }, dimension)));
  return {
    ...{ dimension, text, value: functionOfPoint(value) },
    slopes(point, out) {
      let squares = 0;
      for (let k = 0; k < dimension; k++) {
        out[k] = slopes[k]!(point);
        squares += out[k]! ** 2;
      }
      return Math.sqrt(squares);
    },
  };
}

/** Moves a point to where the formula vanishes, in place, and leaves its slopes in `slope`. @returns |∇| there */
export function bringOnto(f: LevelFunction, point: Float64Array, slope: Float64Array): number {
  let size = 0;
  for (let step = 0; step < 30; step++) {
    const value = f.value(point);
    size = f.slopes(point, slope);
    if (!(size > 0) || value === 0) break;
    let moved = 0;
    for (let k = 0; k < f.dimension; k++) {
      const by = ((value / size) * slope[k]!) / size;
      point[k]! -= by;
      moved = Math.max(moved, Math.abs(by) / (Math.abs(point[k]!) + 1e-300));
    }
    if (moved < 1e-16) break;
  }
  return size;
}
