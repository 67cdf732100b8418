/** Random formulas with the JavaScript that means the same, from one tree. */
import type { Rng } from "../../../engine/index.ts";

/** A formula in x, y and k. */
export interface Formula {
  readonly text: string;
  readonly javascript: string;
}

const functions = ["sin", "cos", "exp", "tanh", "sqrt", "abs", "log"];

/** Signs bind as in mathematics: -x^2 is -(x^2), 2^-x and 2^3^2 from the right. @param depth - of what stands in parentheses */
export function randomFormula(random: Rng, depth = 3): Formula {
  const below = (n: number) => Math.min(n - 1, Math.floor(random.uniform(1)[0]! * n));
  const chain = (operators: string, part: (left: number) => Formula, left: number): Formula => {
    let { text, javascript } = part(left);
    for (let more = below(3); more > 0; more--) {
      const operator = operators[below(operators.length)]!;
      const next = part(left);
      const blank = " ".repeat(below(2));
      text += blank + operator + blank + next.text;
      javascript += `${operator} ${next.javascript}`;
    }
    return { text, javascript };
  };
  const sum = (left: number) => chain("+-", product, left);
  const product = (left: number) => chain("*/", signed, left);
  const signed = (left: number): Formula => {
    if (below(5) > 0) return power(left);
    const { text, javascript } = power(left);
    return { text: `-${text}`, javascript: `(-(${javascript}))` };
  };
  const power = (left: number): Formula => {
    const base = atom(left);
    if (below(4) > 0) return base;
    const exponent = below(2) === 0 ? signed(left - 1) : atom(left - 1);
    return { text: `${base.text}^${exponent.text}`, javascript: `((${base.javascript})**(${exponent.javascript}))` };
  };
  const atom = (left: number): Formula => {
    const kind = below(left > 0 ? 6 : 4);
    if (kind < 2) return same(["x", "y", "k"][below(3)]!);
    if (kind === 2) return same(String(below(9) + 1));
    if (kind === 3) return same(["0.5", "1.25", "2e-1", ".75"][below(4)]!);
    const inner = sum(left - 1);
    if (kind === 4) return { text: `(${inner.text})`, javascript: `(${inner.javascript})` };
    const name = functions[below(functions.length)]!;
    return { text: `${name}(${inner.text})`, javascript: `Math.${name}(${inner.javascript})` };
  };
  const same = (text: string): Formula => ({ text, javascript: text });
  return sum(depth);
}
