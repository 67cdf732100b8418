/** Weights of rows beside one another. */
export const weighting = { interior: 1, value: 1, slope: 1, boundary: 1, integral: 100, extra: 1 };
