/**
 * Additive Runge–Kutta method of order 4: one table for what is solved, an explicit one for what is not. ARK4(3)6L[2]SA:
 * Kennedy & Carpenter, Applied Numerical Mathematics 44 (2003).
 */
import { later } from "../evolution/runge-kutta.ts";

export const { a: implicit, c: moments, error: errorWeights } = later;

export const explicit: readonly (readonly number[])[] = [
  [],
  [1 / 2],
  [13861 / 62500, 6889 / 62500],
  [-116923316275 / 2393684061468, -2731218467317 / 15368042101831, 9408046702089 / 11113171139209],
  [
    -451086348788 / 2902428689909,
    -2682348792572 / 7519795681897,
    12662868775082 / 11960479115383,
    3355817975965 / 11060851509271,
  ],
  [
    647845179188 / 3216320057751,
    73281519250 / 8382639484533,
    552539513391 / 3454668386233,
    3354512671639 / 8306763924573,
    4040 / 17871,
  ],
];
