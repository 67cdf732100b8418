/** Expressions as text: in the syntax that the parser reads, in Unicode for the eye, and in LaTeX. */
import { numberText } from "../../engine/text/number.ts";
import type { Expression } from "./expression.ts";
import type { Scope } from "./scope.ts";
import { bottomUp, nodesOf } from "./tree.ts";

export type Names = Pick<Scope, "axes" | "unknowns">;

/** Precedence of a piece of text: a sum, a product, a power's base, or one symbol. */
export type Rank = 1 | 2 | 3 | 4;
export interface Piece {
  readonly text: string;
  readonly rank: Rank;
}

export interface Style {
  number(value: number): Piece;
  name(name: string): string;
  data(name: string): Piece;
  derivative(unknown: string, factors: readonly { readonly axis: string; readonly order: number }[]): Piece;
  laplacian(unknown: string): Piece;
  product(a: string, b: string): string;
  quotient(a: Piece, b: Piece): Piece;
  power(base: Piece, exponent: Piece): Piece;
  negative(a: Piece): Piece;
  function(name: string, args: readonly Piece[]): Piece;
  /** An integral over the variable from 0 to 1, by so many nodes. */
  integral(body: Piece, variable: string, size: number): Piece;
  readonly plus: string;
  readonly minus: string;
  /** Brackets around something. */
  fence(text: string): string;
  /** Leave brackets that make no difference out of products. */
  readonly associative: boolean;
}

const bracket = (piece: Piece, least: Rank, fence = round): string =>
  piece.rank >= least ? piece.text : fence(piece.text);
const round = (text: string): string => `(${text})`;

/** An expression in a style. */
export function render(expression: Expression, names: Names, style: Style): Piece {
  const done = new Map<Expression, Piece>();
  const variables = variablesOf(expression, names);
  for (const node of bottomUp(expression, done)) done.set(node, renderNode(node, { ...names, variables }, style, done));
  return done.get(expression)!;
}

/** The name of an integral's variable by its depth: s1, s2, … where nothing else is called so. */
function variablesOf(expression: Expression, { axes, unknowns }: Names): (depth: number) => string {
  const constants = [...nodesOf(expression)].flatMap((e) => (e.kind === "constant" ? [e.name] : []));
  const taken = [...axes, ...unknowns, ...constants];
  let stem = "s";
  while (taken.some((name) => name.startsWith(stem) && /^\d+$/.test(name.slice(stem.length)))) stem += "s";
  return (depth) => `${stem}${depth}`;
}

function renderNode(
  e: Expression,
  names: Names & { readonly variables: (depth: number) => string },
  style: Style,
  done: ReadonlyMap<Expression, Piece>,
): Piece {
  const unknownName = (i: number) => style.name(names.unknowns[i] ?? `u${i}`);
  switch (e.kind) {
    case "number":
      return style.number(e.value);
    case "coordinate":
      return { text: style.name(names.axes[e.axis] ?? `x${e.axis + 1}`), rank: 4 };
    case "constant":
      return { text: style.name(e.name), rank: 4 };
    case "abscissa":
      return { text: style.name(names.variables(e.depth)), rank: 4 };
    case "quadrature":
      return style.integral(done.get(e.args[0]!)!, style.name(names.variables(e.depth)), e.size);
    case "data":
      return style.data(e.name.replace(/^normal(\d+)$/, (_, axis: string) => `n${names.axes[Number(axis)] ?? axis}`));
    case "laplacian":
      return style.laplacian(unknownName(e.unknown));
    case "derivative": {
      const factors = e.order.flatMap((order, k) => (order > 0 ? [{ axis: names.axes[k] ?? `x${k + 1}`, order }] : []));
      const unknown = unknownName(e.unknown);
      return factors.length === 0 ? { text: unknown, rank: 4 } : style.derivative(unknown, factors);
    }
    case "elsewhere": {
      const name = renderNode({ ...e, kind: "derivative" }, names, style, done).text;
      return style.function(
        name,
        e.args.map((a) => done.get(a)!),
      );
    }
    case "table": {
      const { name, order } = e.table;
      const isPlain = e.args.every((a) => a.kind === "coordinate");
      if (!isPlain && order.every((n) => n === 0))
        return style.function(
          name,
          e.args.map((a) => done.get(a)!),
        );
      if (order.every((n) => n === 0)) return { text: style.name(name), rank: 4 };
      const factors = order.flatMap((n, k) => (n > 0 ? [{ axis: done.get(e.args[k]!)!.text, order: n }] : []));
      return style.derivative(style.name(name), factors);
    }
    case "function":
      return style.function(
        e.name,
        e.args.map((a) => done.get(a)!),
      );
    case "call":
      return renderCall(
        e,
        e.args.map((a) => done.get(a)!),
        style,
      );
  }
}

function renderCall(e: Extract<Expression, { kind: "call" }>, args: readonly Piece[], style: Style): Piece {
  const [a, b] = args as [Piece, Piece];
  const { plus, minus, fence } = style;
  switch (e.name) {
    case "add":
      return { text: a.text + plus + bracket(b, 2, fence), rank: 1 };
    case "sub":
      return { text: a.text + minus + bracket(b, 2, fence), rank: 1 };
    case "mul":
      return { text: style.product(bracket(a, 2, fence), bracket(b, style.associative ? 2 : 3, fence)), rank: 2 };
    case "div":
      return style.quotient(a, b);
    case "neg":
      return style.negative(a);
    case "pow":
      return style.power(a, b);
    case "square":
      return style.power(a, style.number(2));
    case "if":
      return style.function(e.name, [{ text: `${a.text} > 0`, rank: 1 }, ...args.slice(1)]);
    default:
      return style.function(e.name, args);
  }
}

const plainStyle: Style = {
  number: (value) =>
    value === Math.PI || value === Math.E
      ? { text: value === Math.PI ? "pi" : "e", rank: 4 }
      : { text: String(value), rank: value < 0 || Object.is(value, -0) ? 2 : 4 },
  name: (name) => name,
  data: (name) => ({ text: name.replace(/^source\d+$/, "source"), rank: 4 }),
  derivative: (unknown, factors) => ({
    text: `${unknown}_${factors.map(({ axis, order }) => axis.repeat(order)).join("")}`,
    rank: 4,
  }),
  laplacian: (unknown) => ({ text: `lap(${unknown})`, rank: 4 }),
  product: (a, b) => `${a}*${b}`,
  quotient: (a, b) => ({ text: `${bracket(a, 2)}/${bracket(b, 3)}`, rank: 2 }),
  power: (base, exponent) => ({ text: `${bracket(base, 4)}^${bracket(exponent, 4)}`, rank: 3 }),
  negative: (a) => ({ text: `-${bracket(a, 4)}`, rank: 1 }),
  function: (name, args) => ({ text: `${name}(${args.map((a) => a.text).join(", ")})`, rank: 4 }),
  integral: (body, variable, size) => ({ text: `integral(${body.text}, ${variable}, 0, 1, ${size})`, rank: 4 }),
  plus: " + ",
  minus: " - ",
  fence: round,
  associative: false,
};

const greek =
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho _ sigma tau upsilon phi chi psi omega".split(
    " ",
  );
/** A printed name as it is written: nu for ν, thetaphi for θφ. */
export const spelled = (name: string): string =>
  name.replace(/[α-ω]/g, (letter) => greek[letter.charCodeAt(0) - 0x3b1]!);
export const greekLetter = (name: string): string | undefined => {
  const index = greek.indexOf(name);
  return index < 0 ? undefined : String.fromCodePoint(0x3b1 + index);
};
const digits = (text: string, of: string) => text.replace(/\d/g, (d) => of[Number(d)]!);
const superscript = (n: number) => digits(String(n), "⁰¹²³⁴⁵⁶⁷⁸⁹");

/** `[p, q]` where value = p/q π with small numbers. */
function multipleOfPi(value: number): [number, number] | undefined {
  for (let q = 1; q <= 12; q++) {
    const p = Math.round((value / Math.PI) * q);
    if (p !== 0 && Math.abs(p) <= 1000 && Math.abs((p * Math.PI) / q - value) <= 4e-16 * Math.abs(value)) return [p, q];
  }
  return undefined;
}

/** A number for the eye: six digits, multiples of π and e as such. */
export function shortNumber(value: number, pi: string, minus: string): Piece {
  if (value === Math.E) return { text: "e", rank: 4 };
  const ratio = multipleOfPi(value);
  const size = Math.abs(value);
  const sign = value < 0 ? minus : "";
  const rank: Rank = value < 0 ? 2 : ratio && size !== Math.PI ? 2 : 4;
  if (!ratio) return { text: `${sign}${numberText(size, 6)}`, rank };
  const [p, q] = [Math.abs(ratio[0]), ratio[1]];
  return { text: `${sign}${p === 1 ? "" : p}${pi}${q === 1 ? "" : `/${q}`}`, rank };
}

const unicodeStyle: Style = {
  number: (value) => {
    const short = shortNumber(value, "π", "−");
    const power = /^(−?)([\d.]+)e([+-])(\d+)$/.exec(short.text);
    if (!power) return short;
    const [, sign, mantissa, below, exponent] = power;
    const ten = `10${below === "-" ? "⁻" : ""}${superscript(Number(exponent))}`;
    return { text: `${sign}${mantissa === "1" ? "" : `${mantissa}·`}${ten}`, rank: 2 };
  },
  name: (name) => {
    const [, stem, index] = /^(\p{L}+?)_?(\d*)$/u.exec(name) ?? [];
    if (stem === undefined || index === undefined) return name;
    return `${greekLetter(stem) ?? stem}${digits(index, "₀₁₂₃₄₅₆₇₈₉")}`;
  },
  data: (name) => ({ text: name.replace(/^source\d+$/, "source"), rank: name.includes("/") ? 3 : 4 }),
  derivative: (unknown, factors) => {
    const total = factors.reduce((sum, f) => sum + f.order, 0);
    const power = (n: number) => (n === 1 ? "" : superscript(n));
    const under = factors.map(({ axis, order }) => `∂${unicodeStyle.name(axis)}${power(order)}`).join("");
    return { text: `∂${power(total)}${unknown}/${under}`, rank: 3 };
  },
  laplacian: (unknown) => ({ text: `Δ${unknown}`, rank: 4 }),
  product: (a, b) => {
    // "u (x + 1)" is u at another point, and "x/2 y" can be read in two ways.
    const lastWord = a.split(/[^\p{L}\p{Nd}_₀-₉]/u).at(-1)!;
    const isCall = b.startsWith("(") && (a.endsWith(")") || /[\p{L}₀-₉]/u.test(lastWord));
    const isQuotient = outermost(a.replaceAll(/∂[^ /∂]+\/(?:∂[^ /()∂]+)+/g, "")).includes("/");
    return isCall || isQuotient || /^\d/.test(b) ? `${a}·${b}` : `${a} ${/^−/.test(b) ? `(${b})` : b}`;
  },
  quotient: (a, b) => ({ text: `${bracket(a, 2)}/${bracket(b, 4)}`, rank: 2 }),
  power: (base, exponent) => {
    const raised = /^−?\d+$/.test(exponent.text) ? superscriptText(exponent.text) : `^${bracket(exponent, 4)}`;
    return { text: `${bracket(base, 4)}${raised}`, rank: 4 };
  },
  negative: (a) => ({ text: `−${bracket(a, 2)}`, rank: 1 }),
  function: (name, args) => {
    const inside = args.map((a) => a.text).join(", ");
    if (name === "abs" && !inside.includes("|")) return { text: `|${inside}|`, rank: 4 };
    if (name === "sqrt") return { text: `√(${inside})`, rank: 4 };
    return { text: `${name}(${inside})`, rank: 4 };
  },
  integral: (body, variable) => ({ text: `∫₀¹ ${bracket(body, 2)} d${variable}`, rank: 2 }),
  plus: " + ",
  minus: " − ",
  fence: round,
  associative: true,
};

/** A text without what is in brackets. */
function outermost(text: string): string {
  const less = text.replaceAll(/\([^()]*\)/g, "");
  return less === text ? text : outermost(less);
}

function superscriptText(integer: string): string {
  return integer.startsWith("−") ? `⁻${superscript(Number(integer.slice(1)))}` : superscript(Number(integer));
}

const commands = new Set(["sin", "cos", "tan", "exp", "log", "tanh", "sinh", "cosh", "min", "max"]);

const latexStyle: Style = {
  number: (value) => {
    const short = shortNumber(value, "\\pi ", "-");
    const text = short.text.trim();
    const scientific = text.replace(/e\+?(-?\d+)$/, " \\cdot 10^{$1}").replace(/^(-?)1 \\cdot /, "$1");
    return { text: scientific, rank: scientific === text ? short.rank : 2 };
  },
  name: (name) => {
    const [, stem, index] = /^(\p{L}+?)_?(\d*)$/u.exec(name) ?? [];
    if (stem === undefined || index === undefined) return `\\mathrm{${name.replaceAll("_", "\\_")}}`;
    const letter = greekLetter(stem) ? `\\${stem}` : stem.length > 1 ? `\\mathrm{${stem}}` : stem;
    return index === "" ? letter : `${letter}_{${index}}`;
  },
  data: (name) => {
    const normal = /^∂(.+)\/∂n$/.exec(name);
    if (normal) return { text: `\\frac{\\partial ${latexStyle.name(normal[1]!)}}{\\partial n}`, rank: 3 };
    return { text: `\\mathrm{${name.replace(/^source\d+$/, "source")}}`, rank: 4 };
  },
  derivative: (unknown, factors) => {
    const total = factors.reduce((sum, f) => sum + f.order, 0);
    const power = (n: number) => (n === 1 ? " " : `^{${n}} `);
    const under = factors.map(({ axis, order }) => {
      const name = latexStyle.name(axis);
      return `\\partial ${name}${order === 1 ? "" : `^{${order}}`}`;
    });
    return { text: `\\frac{\\partial${power(total)}${unknown}}{${under.join(" ")}}`, rank: 3 };
  },
  laplacian: (unknown) => ({ text: `\\Delta ${unknown}`, rank: 3 }),
  product: (a, b) => (/^\d/.test(b) ? `${a} \\cdot ${b}` : `${a} \\, ${b}`),
  quotient: (a, b) => ({ text: `\\frac{${a.text}}{${b.text}}`, rank: 3 }),
  power: (base, exponent) => ({ text: `${bracket(base, 4)}^{${exponent.text}}`, rank: 3 }),
  negative: (a) => ({ text: `-${bracket(a, 2)}`, rank: 1 }),
  function: (name, args) => {
    const inside = args.map((a) => a.text).join(", ");
    if (name === "abs") return { text: `|${inside}|`, rank: 4 };
    if (name === "sqrt") return { text: `\\sqrt{${inside}}`, rank: 4 };
    if (name === "atan") return { text: `\\arctan(${inside})`, rank: 4 };
    return { text: `${commands.has(name) ? `\\${name}` : `\\operatorname{${name}}`}(${inside})`, rank: 4 };
  },
  integral: (body, variable) => ({ text: `\\int_0^1 ${bracket(body, 2)} \\, \\mathrm{d}${variable}`, rank: 2 }),
  plus: " + ",
  minus: " - ",
  fence: round,
  associative: true,
};

/**
 * An expression in the syntax that is read: reading it again gives the same expression, number for number.
 */
export function toText(e: Expression, names: Names): string {
  return render(e, names, plainStyle).text;
}

/** An expression for the eye, as `u ∂u/∂x − ν Δu`; numbers are cut to six digits. */
export function toUnicode(e: Expression, names: Names): string {
  return render(e, names, unicodeStyle).text;
}

/** An expression in LaTeX's mathematics mode; numbers are cut to six digits. */
export function expressionToLatex(e: Expression, names: Names): string {
  return render(e, names, latexStyle).text;
}

/** A name of an axis, unknown or constant for the eye: `nu` as ν, `x2` as x₂. */
export const nameToUnicode = unicodeStyle.name;
/** The same in LaTeX. */
export const nameToLatex = latexStyle.name;
/** A number for the eye. */
export const numberToUnicode = (value: number): string => unicodeStyle.number(value).text;
/** The same in LaTeX. */
export const numberToLatex = (value: number): string => latexStyle.number(value).text;
