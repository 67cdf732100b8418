/** Limits that a price of unmoved mass sets to potentials. */

/** Rise of a potential that is needed for no more mass than `most` to lie below the price. */
export function shortfall(potential: Float64Array, weights: Float64Array, most: number, price: number): number {
  const below = Array.from(potential.keys()).filter((i) => potential[i]! < price);
  let mass = below.reduce((total, i) => total + weights[i]!, 0);
  if (mass <= most) return 0;
  below.sort((i, j) => potential[j]! - potential[i]!);
  for (const i of below) {
    mass -= weights[i]!;
    if (mass <= most) return price - potential[i]!;
  }
  return 0;
}

/** No more than the price, in place. */
export function cap(potential: Float64Array, price: number | undefined): void {
  if (price === undefined) return;
  for (let i = 0; i < potential.length; i++) potential[i] = Math.min(potential[i]!, price);
}
