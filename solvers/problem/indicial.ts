/** How many numbers a smooth solution leaves free beside a singular place, by the exponents ρ of solutions |s|^ρ there. */

/** What is wrong beside a singular place. */
export interface Judgement {
  /** "overdetermined": there is a solution for special data at most; "undetermined": there are several. */
  readonly kind: "overdetermined" | "undetermined";
  /** Numbers that are free, and that are prescribed; neither where it is not known. */
  readonly free?: number;
  readonly wanted?: number;
}

/** Coefficients of the derivatives of order 0, 1 and 2 on both sides of a surface, in units of the width of the domain. */
export interface Line {
  readonly distance: number;
  readonly across: readonly Float64Array[];
  /** Along some other directions. */
  readonly others: readonly (readonly Float64Array[])[];
}

/** Powers of 1/s from which a function has no integral, less what logarithms may add; and the same in other powers. */
const [barely, slack] = [0.95, 0.05];
/** How much larger coefficients along other directions may be. */
const steeper = 1e3;

/**
 * On a line through a surface, at two distances (the farther first).
 *
 * @param wanted - numbers that are prescribed; as many as the order where left out; NaN where it is not known
 */
export function besideSurface(lines: readonly Line[], wanted?: number): Judgement | undefined {
  const near = lines[1]!;
  const size = (k: number) => Math.max(...near.across[k]!.map(Math.abs)) / near.distance ** k;
  const order = size(2) >= 1e-6 * Math.max(size(1), size(0)) ? 2 : size(1) >= 1e-6 * size(0) ? 1 : 0;
  if (order === 0 || !lines.every(({ across }) => across.every((c) => c.every(Number.isFinite)))) return undefined;
  const isSteep = near.others.some((other) =>
    other.some((column, k) =>
      column.some((v, side) => {
        const most = Math.max(...[k, order].map((n) => Math.abs(near.across[n]![side]!)));
        return k > 0 && !(Math.abs(v) <= steeper * most);
      }),
    ),
  );
  if (isSteep) return undefined;
  /** Coefficients over that of the highest derivative, at a distance and a side. */
  const at = (line: Line, side: number) =>
    Array.from({ length: order }, (_, k) => line.across[k]![side]! / line.across[order]![side]!);
  const sides = [0, 1].map((side) => {
    const [far, close] = lines.map((line) => at(line, side)) as [number[], number[]];
    const powers = close.map((v, k) =>
      v === 0
        ? Number.NEGATIVE_INFINITY
        : Math.log(Math.abs(v / far[k]!)) / Math.log(lines[0]!.distance / near.distance),
    );
    return { close, far, powers };
  });
  // Then solutions go on through the place as they do elsewhere (Carathéodory).
  if (sides.every(({ powers }) => powers.every((p) => p < barely))) return undefined;
  const isFuchsian = sides.every(({ powers }) => powers.every((p, k) => p <= order - k + slack));
  // What is absorbed, as in u_xx = u/|x|^p, has one solution on either side, whatever the power is.
  const absorbs = order === 2 && sides.every(({ close, powers }) => close[0]! < 0 && powers[1]! < barely);
  if (absorbs) return undefined;
  if (!isFuchsian) return { kind: "overdetermined" };
  const threshold = order - 0.5;
  let free = order - steepJets(lines, order, at);
  for (const [side, { close }] of sides.entries()) {
    const s = (side === 0 ? -1 : 1) * near.distance;
    const exponents = rootsOf(close.map((v, k) => v * s ** (order - k)));
    if (exponents.some((rho) => Math.abs(rho - threshold) < slack)) return undefined;
    free += exponents.filter((rho) => rho > threshold).length;
  }
  const asked = wanted ?? order;
  if (free < asked) return { kind: "overdetermined", free, wanted: asked };
  return free > asked ? { kind: "undetermined", free, wanted: asked } : undefined;
}

/**
 * How many solutions of the second order are smooth at an end, from the coefficients of the derivatives of order 0, 1 and 2 along the direction inwards, at two
 * distances (the farther first) in units of the width: those with ρ > 3/2, and those with ρ = 0 or 1 that have no logarithm. Two at an end at which the
 * coefficient of the first derivative has an integral: a condition can be there.
 */
export function smoothAtEnd(
  ends: readonly { readonly distance: number; readonly inwards: readonly number[] }[],
): number {
  const [far, near] = ends.map(({ inwards }) => [inwards[0]! / inwards[2]!, inwards[1]! / inwards[2]!]) as [
    number[],
    number[],
  ];
  const [from, to] = ends.map(({ distance }) => distance) as [number, number];
  const powers = near.map((v, k) =>
    v === 0 ? Number.NEGATIVE_INFINITY : Math.log(Math.abs(v / far[k]!)) / Math.log(from / to),
  );
  const isSingular = powers[1]! >= barely && powers.every((p, k) => p <= 2 - k + slack);
  if (!isSingular) return 2;
  const [q0, q1] = [near[0]! * to ** 2, near[1]! * to] as const;
  if ((q1 - 1) ** 2 < 4 * q0 - slack) return 2;
  const [low, high] = rootsOf([q0, q1]) as [number, number];
  const isWhole = (rho: number) => Math.abs(rho - Math.round(rho)) < slack;
  const isSmooth = (rho: number) => rho > threshold || (rho > -slack && isWhole(rho));
  /** What 1 or s leaves, times √s, does not grow towards the end. */
  const isPolynomial = (k: number) => {
    const left = [far, near].map(([b0, b1], i) => {
      const s = i === 0 ? from : to;
      return Math.sqrt(s) * Math.abs(k === 0 ? b0! : b1! + b0! * s);
    });
    return left[1]! < 1e-6 || left[1]! < 0.9 * left[0]!;
  };
  const lower = isSmooth(low) && (!isWhole(high - low) || (high - low > slack && isPolynomial(Math.round(low))));
  return (isSmooth(high) ? 1 : 0) + (lower ? 1 : 0);
}

/** Exponent of a solution from which the square of its second derivative has an integral. */
const threshold = 1.5;

/** Real parts of the exponents: zeros of ρ + q0, or ρ(ρ − 1) + q1 ρ + q0. */
function rootsOf([q0, q1]: readonly number[]): readonly number[] {
  if (q1 === undefined) return [-q0!];
  const [middle, root] = halves(1, q1 - 1, q0!);
  return [middle - root, middle + root];
}

/** The middle of the zeros of a ρ² + b ρ + c, and half of what is between them; 0 where they are not real. */
const halves = (a: number, b: number, c: number): readonly [number, number] => [
  -b / (2 * a),
  Math.sqrt(Math.max(0, (b / (2 * a)) ** 2 - c / a)),
];

/** Along how many directions of (u, u′) at the place the equation's square has no integral beside it. */
function steepJets(lines: readonly Line[], order: number, at: (line: Line, side: number) => readonly number[]): number {
  /** What 1 and s leave, times √s: it falls with the distance where the square has an integral. */
  const rows = lines.map((line) =>
    [0, 1].map((side) => {
      const s = (side === 0 ? -1 : 1) * line.distance;
      const b = at(line, side);
      return [b[0]!, ...(order === 2 ? [b[1]! + b[0]! * s] : [])].map((v) => v * Math.sqrt(line.distance));
    }),
  );
  const length = (k: number, jet: readonly number[]) =>
    Math.hypot(...rows[k]!.map((row) => row.reduce((sum, v, i) => sum + v * jet[i]!, 0)));
  return mainDirections(rows[1]!).filter((jet) => length(1, jet) > 1e-6 && length(1, jet) >= 0.9 * length(0, jet))
    .length;
}

/** Right singular vectors of a matrix of one or two columns. */
function mainDirections(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  if (rows[0]!.length === 1) return [[1]];
  const product = (i: number, j: number) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0);
  const angle = Math.atan2(2 * product(0, 1), product(0, 0) - product(1, 1)) / 2;
  return [
    [Math.cos(angle), Math.sin(angle)],
    [-Math.sin(angle), Math.cos(angle)],
  ];
}

/** L(r^ρ) r^(2−ρ) for ρ = 0, 1, 2 in directions about a place, with the coefficient of the second derivative along r. */
export interface Shell {
  readonly zeroth: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly leading: Float64Array;
  readonly divisor: Float64Array;
}

/** Least half distance of two exponents that are told from one, and how near to 0 an exponent is 0. */
const [apart, zero] = [0.1, 0.05];

/**
 * About a point of a plane, or about what is a point in so many dimensions, for solutions that depend on the distance alone.
 *
 * @param dimension - from 2
 */
export function besidePoint(shells: readonly Shell[], dimension: number): Judgement | undefined {
  const mean = (v: Float64Array) => v.reduce((a, b) => a + b, 0) / v.length;
  // What is divided by vanishes at the point alone, and the equation is elliptic there.
  const isDefinite = (v: Float64Array) =>
    v.every((x) => x * v[0]! > 0) && Math.min(...v.map(Math.abs)) > 1e-2 * Math.max(...v.map(Math.abs));
  if (!isDefinite(shells[1]!.divisor) || !isDefinite(shells[1]!.leading)) return undefined;
  const of = ({ zeroth, first, second, leading }: Shell) => {
    const a = mean(leading);
    const [p0, p1, p2] = [zeroth, first, second].map((v) => mean(v) / a) as [number, number, number];
    return { c: p0, b: p1 - p0 - (p2 - 2 * p1 + p0) / 2, a: (p2 - 2 * p1 + p0) / 2 };
  };
  const [far, near] = shells.map(of) as [ReturnType<typeof of>, ReturnType<typeof of>];
  if (![far, near].every(({ a, b, c }) => [a, b, c].every(Number.isFinite) && Math.abs(a) > 1e-6)) return undefined;
  const grows = (key: "b" | "c") => Math.abs(near[key]) > 1.5 * Math.abs(far[key]) && Math.abs(near[key]) > 1e-2;
  const absorbs = shells[1]!.zeroth.every((v, i) => v * shells[1]!.leading[i]! <= 0);
  if (grows("b") || (grows("c") && !absorbs)) return { kind: "overdetermined" };
  if (absorbs && Math.abs(near.c) > 1e-2) return undefined;
  const { a, b, c } = near;
  const isReal = b * b >= 4 * a * c;
  const [middle, half] = halves(a, b, c);
  if (!isReal && 4 * a * c - b * b > (2 * apart * a) ** 2) return { kind: "overdetermined" };
  const [low, high] = half < apart ? [middle, middle] : [middle - half, middle + half];
  if (high < -zero) return { kind: "overdetermined" };
  const smooth = 2 - dimension / 2;
  return low > -zero && high > low && high > smooth + zero ? { kind: "undetermined" } : undefined;
}
