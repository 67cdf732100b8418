/**
 * Diagonally implicit Runge–Kutta methods of order 4 whose stages have the same factor γ, so that one factorisation
 * serves them all. Both are L-stable, and their last stage is the end of the step.
 */

/** A method by its table. */
export interface Tableau {
  readonly a: readonly (readonly number[])[];
  readonly c: readonly number[];
  /** Weights of the stages in the difference from a solution of order 3. */
  readonly error: readonly number[];
  /** True where the first stage is the start of the step, with a derivative in time that is known. */
  readonly isExplicitFirst: boolean;
}

/** Diagonal of both tables. */
export const gamma = 1 / 4;

const minus = (a: readonly number[], b: readonly number[]) => a.map((v, k) => v - b[k]!);

/** Needs no derivative at the start: Hairer & Wanner, Solving Ordinary Differential Equations II, 1996, table IV.6.5. */
const firstRows = [
  [gamma],
  [1 / 2, gamma],
  [17 / 50, -1 / 25, gamma],
  [371 / 1360, -137 / 2720, 15 / 544, gamma],
  [25 / 24, -49 / 48, 125 / 16, -85 / 12, gamma],
];
export const first: Tableau = {
  a: firstRows,
  c: [1 / 4, 3 / 4, 11 / 20, 1 / 2, 1],
  error: minus(firstRows[4]!, [59 / 48, -17 / 96, 225 / 32, -85 / 12, 0]),
  isExplicitFirst: false,
};

/** Stages of order 2: Kennedy & Carpenter, Applied Numerical Mathematics 44 (2003), the implicit ARK4(3)6L[2]SA. */
const laterRows = [
  [0],
  [1 / 4, gamma],
  [8611 / 62500, -1743 / 31250, gamma],
  [5012029 / 34652500, -654441 / 2922500, 174375 / 388108, gamma],
  [15267082809 / 155376265600, -71443401 / 120774400, 730878875 / 902184768, 2285395 / 8070912, gamma],
  [82889 / 524892, 0, 15625 / 83664, 69875 / 102672, -2260 / 8211, gamma],
];
export const later: Tableau = {
  a: laterRows,
  c: [0, 1 / 2, 83 / 250, 31 / 50, 17 / 20, 1],
  error: minus(laterRows[5]!, [
    4586570599 / 29645900160,
    0,
    178811875 / 945068544,
    814220225 / 1159782912,
    -3700637 / 11593932,
    61727 / 225920,
  ]),
  isExplicitFirst: true,
};
