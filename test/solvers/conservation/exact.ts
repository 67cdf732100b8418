/** Exact solutions of Riemann problems, as functions of x/t from the jump. */

/** The density of Sod's tube: rarefaction, contact, shock; pressure and speed of the middle are published. */
export function densityOfSod(s: number): number {
  const [g, p, u] = [1.4, 0.303130178050647, 0.92745262004895];
  const [cl, cr] = [Math.sqrt(1.4), Math.sqrt((1.4 * 0.1) / 0.125)];
  const middle = p ** (1 / g);
  const shock = cr * Math.sqrt(((g + 1) / (2 * g)) * (p / 0.1) + (g - 1) / (2 * g));
  const q = (g - 1) / (g + 1);
  if (s < -cl) return 1;
  if (s < u - cl * p ** ((g - 1) / (2 * g))) return (2 / (g + 1) - (q * s) / cl) ** (2 / (g - 1));
  if (s < u) return middle;
  return s < shock ? (0.125 * (p / 0.1 + q)) / ((q * p) / 0.1 + 1) : 0.125;
}

/** Stoker's dam: the depth, between two still waters; the middle depth is where the speeds of the fan and of the bore agree. */
export function depthOfDam(s: number, left: number, right: number, g: number): number {
  let [low, high] = [right, left];
  for (let k = 0; k < 60; k++) {
    const h = (low + high) / 2;
    const fan = 2 * (Math.sqrt(g * left) - Math.sqrt(g * h));
    if (fan > (h - right) * Math.sqrt((g * (h + right)) / (2 * h * right))) low = h;
    else high = h;
  }
  const u = 2 * (Math.sqrt(g * left) - Math.sqrt(g * low));
  if (s < -Math.sqrt(g * left)) return left;
  if (s < u - Math.sqrt(g * low)) return ((2 * Math.sqrt(g * left) - s) / 3) ** 2 / g;
  return s < (low * u) / (low - right) ? low : right;
}

/** Buckley and Leverett's saturation from 1 to 0: f'(u) = x/t above the state from which the chord to 0 is tangent, u² = ⅓ (Welge). */
export function saturation(s: number): number {
  const slope = (u: number) => (u * (1 - u)) / (u * u + (1 - u) ** 2 / 2) ** 2;
  const front = Math.sqrt(1 / 3);
  if (s <= 0) return 1;
  if (s >= slope(front)) return 0;
  let [low, high] = [front, 1];
  for (let k = 0; k < 60; k++) {
    const u = (low + high) / 2;
    if (slope(u) > s) low = u;
    else high = u;
  }
  return low;
}
