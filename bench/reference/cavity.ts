/** The lid-driven cavity at Re = 100. */
import { navierStokes } from "./elliptic-problems.ts";
import type { ReferenceProblem } from "./reference-problem.ts";

/**
 * Velocities on the centre lines at Re = 100: U. Ghia, K. N. Ghia, C. T. Shin, J. Comput. Phys. 48 (1982) 387,
 * tables I and II, doi:10.1016/0021-9991(82)90058-4. Pairs of y, u(½, y) and of x, v(x, ½); a 129² grid, good to
 * about 3e-3.
 */
export const ghia100 = {
  u: [
    [0, 0],
    [0.0547, -0.03717],
    [0.0625, -0.04192],
    [0.0703, -0.04775],
    [0.1016, -0.06434],
    [0.1719, -0.1015],
    [0.2813, -0.15662],
    [0.4531, -0.2109],
    [0.5, -0.20581],
    [0.6172, -0.13641],
    [0.7344, 0.00332],
    [0.8516, 0.23151],
    [0.9531, 0.68717],
    [0.9609, 0.73722],
    [0.9688, 0.78871],
    [0.9766, 0.84123],
    [1, 1],
  ],
  v: [
    [0, 0],
    [0.0625, 0.09233],
    [0.0703, 0.10091],
    [0.0781, 0.1089],
    [0.0938, 0.12317],
    [0.1563, 0.16077],
    [0.2266, 0.17507],
    [0.2344, 0.17527],
    [0.5, 0.05454],
    [0.8047, -0.24533],
    [0.8594, -0.22445],
    [0.9063, -0.16914],
    [0.9453, -0.10313],
    [0.9531, -0.08864],
    [0.9609, -0.07391],
    [0.9688, -0.05906],
    [1, 0],
  ],
} as const;

/** Steady flow in the unit square under a moving lid; the test set is the table, velocities alone. */
export function lidDrivenCavity(): ReferenceProblem {
  const rows = [
    ...ghia100.u.map(([y, u]) => ({ point: [0.5, y], value: [u, 0, 0], known: [1, 0, 0] })),
    ...ghia100.v.map(([x, v]) => ({ point: [x, 0.5], value: [0, v, 0], known: [0, 1, 0] })),
  ];
  return {
    name: "lid-driven-cavity",
    spec: {
      name: "lid-driven-cavity",
      domain: { x: [0, 1], y: [0, 1] },
      unknowns: ["u", "v", "p"],
      constants: { Re: 100 },
      equations: navierStokes,
      conditions: [
        { type: "dirichlet", equation: "u = 1", on: "y = 1" },
        { type: "dirichlet", equation: "u = 0", on: "y = 0" },
        { type: "dirichlet", equation: "u = 0", on: "x" },
        { type: "dirichlet", equation: "v = 0" },
      ],
      integrals: ["p = 0"],
      allow: ["corner-mismatch"],
    },
    accuracy: 3e-3,
    testSet: () => ({
      points: Float64Array.from(rows.flatMap(({ point }) => point)),
      values: Float64Array.from(rows.flatMap(({ value }) => value)),
      known: Uint8Array.from(rows.flatMap(({ known }) => known)),
      unknowns: 3,
    }),
    published: [
      "jaxpi, Re 1000: 1.58e-1 (arXiv 2308.08468, repository)",
      "PirateNet, Re 3200: 4.2e-2 (arXiv 2402.00326, repository)",
    ],
  };
}
