/** Arrays of the types that go in and out of compiled functions. */
import type { Port, TypedArray } from "./session.ts";

export const arrayOf = (type: Port["type"], length: number): TypedArray =>
  type === "float64"
    ? new Float64Array(length)
    : type === "int32"
      ? new Int32Array(length)
      : type === "bool"
        ? new Uint8Array(length)
        : new Float32Array(length);
