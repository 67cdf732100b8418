/** Goals of problems of the development half with more time. */
export const goals: Readonly<Record<string, number>> = { "allen-cahn": 5e-6, "gaussian-10d-off-centre": 5e-4 };
