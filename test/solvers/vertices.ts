/** Points of the plane, in order. */

/** `vertices("0 0, 1 0, 0 1")` */
export const vertices = (text: string): readonly (readonly [number, number])[] =>
  text.split(", ").map((point) => point.split(" ").map(Number) as unknown as readonly [number, number]);
