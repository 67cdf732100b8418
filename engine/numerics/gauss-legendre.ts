/** Gauss–Legendre quadrature. */

/** Nodes and weights on [0, 1], not to be written to. */
export interface LegendreRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/** A rule takes a time that grows as its size squared, and the same few are asked for again and again. */
const rules = new Map<number, LegendreRule>();

/** Nodes and weights of n-point Gauss–Legendre quadrature on [0, 1], by Newton's method on the Legendre polynomial. */
export function gaussLegendre(n: number): LegendreRule {
  const rule = rules.get(n) ?? ruleOf(n);
  rules.set(n, rule);
  return rule;
}

function ruleOf(n: number): LegendreRule {
  const [nodes, weights] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    // Quadratic convergence from Tricomi's guess; the last round only brings the slope to the node.
    for (let round = 0; round < 6; round++) {
      let value = 1;
      let before = 0;
      for (let k = 1; k <= n; k++) {
        const next = ((2 * k - 1) * x * value - (k - 1) * before) / k;
        before = value;
        value = next;
      }
      slope = (n * (x * value - before)) / (x * x - 1);
      const last = x;
      x -= value / slope;
      if (x === last) break;
    }
    nodes[i] = (1 - x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}
