/** The name that arrays with a shape had here. */
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";

/**
 * An array with a shape.
 *
 * @deprecated write `ShapedArray`
 */
export type Stack = ShapedArray;
