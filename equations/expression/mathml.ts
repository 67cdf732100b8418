/** Expressions as Presentation MathML: pieces are runs of elements, to be put into `<mrow>` or `<math>`. */
import type { Expression } from "./expression.ts";
import { greekLetter, type Names, type Piece, type Rank, render, type Style, shortNumber } from "./print.ts";

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const row = (text: string): string => `<mrow>${text}</mrow>`;
const operator = (sign: string): string => `<mo>${sign}</mo>`;
const fence = (text: string): string => row(`<mo>(</mo>${text}<mo>)</mo>`);
const held = (piece: Piece, least: Rank): string => (piece.rank >= least ? piece.text : fence(piece.text));
const power = (base: string, n: number): string => (n === 1 ? base : `<msup>${base}<mn>${n}</mn></msup>`);
const partial = "<mi>∂</mi>";

/** A name: `nu` as ν, `x2` with an index. */
export function nameToMathml(name: string): string {
  const [, stem, index] = /^(\p{L}+?)_?(\d*)$/u.exec(name) ?? [];
  if (stem === undefined || index === undefined) return `<mi>${escaped(name)}</mi>`;
  const letter = `<mi>${escaped(greekLetter(stem) ?? stem)}</mi>`;
  return index === "" ? letter : `<msub>${letter}<mn>${index}</mn></msub>`;
}

/** A number, six digits of it; multiples of π and e as such. */
function numberPiece(value: number): Piece {
  if (value === Math.E) return { text: "<mi>e</mi>", rank: 4 };
  const { text, rank } = shortNumber(value, "π", "−");
  const [, sign, mantissa, exponent] = /^(−?)([^e]+)(?:e\+?(-?\d+))?$/.exec(text)!;
  const before = sign === "" ? "" : operator("−");
  const [, whole, pi, divisor] = /^(\d*)(π)(?:\/(\d+))?$/.exec(mantissa!) ?? [];
  if (pi !== undefined) {
    const over = `${whole === "" ? "" : `<mn>${whole}</mn>`}<mi>π</mi>`;
    const value_ = divisor === undefined ? over : `<mfrac>${row(over)}<mn>${divisor}</mn></mfrac>`;
    return { text: before + value_, rank };
  }
  if (exponent === undefined) return { text: `${before}<mn>${mantissa}</mn>`, rank };
  const ten = `<msup><mn>10</mn>${row(exponent.startsWith("-") ? `<mo>−</mo><mn>${exponent.slice(1)}</mn>` : `<mn>${exponent}</mn>`)}</msup>`;
  return { text: `${before}${mantissa === "1" ? "" : `<mn>${mantissa}</mn>${operator("·")}`}${ten}`, rank: 2 };
}

const style: Style = {
  number: numberPiece,
  name: nameToMathml,
  data: (name) => {
    const normal = /^∂(.+)\/∂n$/.exec(name);
    if (normal === null) return { text: `<mi>${escaped(name.replace(/^source\d+$/, "source"))}</mi>`, rank: 4 };
    return { text: `<mfrac>${row(partial + nameToMathml(normal[1]!))}${row(`${partial}<mi>n</mi>`)}</mfrac>`, rank: 3 };
  },
  derivative: (unknown, factors) => {
    const total = factors.reduce((sum, f) => sum + f.order, 0);
    const under = factors.map(({ axis, order }) => partial + power(nameToMathml(axis), order)).join("");
    return { text: `<mfrac>${row(power(partial, total) + unknown)}${row(under)}</mfrac>`, rank: 3 };
  },
  laplacian: (unknown) => ({ text: `<mi mathvariant="normal">Δ</mi>${unknown}`, rank: 3 }),
  product: (a, b) => `${a}${operator(/^<mn>/.test(b) ? "·" : "&#8290;")}${b}`,
  quotient: (a, b) => ({ text: `<mfrac>${row(a.text)}${row(b.text)}</mfrac>`, rank: 3 }),
  power: (base, exponent) => ({ text: `<msup>${row(held(base, 4))}${row(exponent.text)}</msup>`, rank: 3 }),
  negative: (a) => ({ text: operator("−") + held(a, 2), rank: 1 }),
  function: (name, args) => {
    const inside = args.map((a) => a.text).join(operator(","));
    if (name === "abs") return { text: row(`<mo>|</mo>${inside}<mo>|</mo>`), rank: 4 };
    if (name === "sqrt") return { text: `<msqrt>${inside}</msqrt>`, rank: 4 };
    return { text: `<mi>${escaped(name === "atan" ? "arctan" : name)}</mi><mo>&#8289;</mo>${fence(inside)}`, rank: 4 };
  },
  integral: (body, variable) => {
    const sign = `<msubsup>${operator("∫")}<mn>0</mn><mn>1</mn></msubsup>`;
    return { text: `${sign}${held(body, 2)}<mi mathvariant="normal">d</mi>${variable}`, rank: 2 };
  },
  plus: operator("+"),
  minus: operator("−"),
  fence,
  associative: true,
};

/** An expression; numbers are cut to six digits. */
export function expressionToMathml(e: Expression, names: Names): string {
  return render(e, names, style).text;
}

/** A number for the eye. */
export const numberToMathml = (value: number): string => numberPiece(value).text;

/** Words, their outer spaces kept. */
export const textToMathml = (words: string): string => `<mtext>${escaped(words).replace(/^ | $/g, "&#160;")}</mtext>`;
