/** Formulas cut into numbers, names and signs; everything else is refused with the place and a way out. */
import { textError } from "./syntax-error.ts";

/** A piece of a formula; `at` is its offset in the text, `end` the offset after it. */
export interface Token {
  readonly kind: "number" | "name" | "sign" | "end";
  /** The name, the sign, or the number as written. */
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** Longest formula that is read, in characters. */
const longestFormula = 1_000_000;

/** Words that other languages of formulas read as something else than a name. */
const reserved = new Set(
  ["true", "false", "null", "undefined", "NaN", "Infinity"].concat(["mod", "to", "in", "xor", "not", "end"]),
);

/** The text to write instead of some of them. */
const instead: ReadonlyMap<string, string> = new Map([
  ["mod", "write what is periodic with sin and cos, and jumps with if(x < 1, …, …)"],
  ["not", "turn the comparison round, as x >= 1 for not x < 1"],
  ["xor", "write it with and and or"],
  ["in", "write x > 0 and x < 1"],
]);

const hints: ReadonlyMap<string, string> = new Map([
  ["²", "write ^2"],
  ["³", "write ^3"],
  ["·", "write *"],
  ["×", "write *"],
  ["−", "write -"],
  ["=", "an equation has one = between its two sides"],
  ["==", "write one = between the two sides of an equation, and < or > to compare"],
  ["∂", "write u_x for ∂u/∂x"],
  ["∇", "write grad(u), div(…) or lap(u)"],
  ["∆", "write lap(u)"],
  ["{", "use round brackets, and u_xx for a derivative"],
  ["|", "write abs(…) for a size, and or between comparisons"],
  ["&", "write and between comparisons"],
  ["?", "write if(x < 0, a, b) for a choice"],
  ["!", "turn the comparison round, as x >= 1 for what is not x < 1"],
  ["%", "write a share as a number, and what is periodic with sin and cos"],
  ["'", "write u_x for a derivative along x"],
]);

const pattern =
  /(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{Nd}_]*)|(?<sign><=|>=|==?|\*\*|[-+*/^()[\],:<>])|\s+/uy;

/**
 * The tokens of `text` from `start` to `end`, and one of kind "end".
 *
 * @param equalities - whether = (or ==) is a sign between two sides, as in a place
 * @throws FormatError for characters and words without a meaning, for numbers that are read in two ways (`0x1`, `1_000`)
 *   or are beyond 64-bit floats, and for texts above a million characters
 */
export function tokensOf(text: string, start: number, end: number, equalities = false): Token[] {
  if (end - start > longestFormula)
    throw textError(text, start, `this formula has ${end - start} characters, above ${longestFormula}`, "shorten it");
  const part = text.slice(start, end);
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  for (let index = 0; index < part.length; index = pattern.lastIndex) {
    const match = pattern.exec(part);
    const at = start + index;
    if (!match) {
      const character = String.fromCodePoint(part.codePointAt(index)!);
      throw textError(text, at, `"${character}" has no meaning here`, hints.get(character) ?? "remove it");
    }
    const { number, name, sign } = match.groups!;
    if (number !== undefined) checkNumber(number, part, index, (m, h) => textError(text, at, m, h));
    if (name !== undefined && reserved.has(name))
      throw textError(text, at, `"${name}" is a reserved word`, instead.get(name) ?? "use another name");
    const kind =
      number !== undefined ? "number" : name !== undefined ? "name" : sign !== undefined ? "sign" : undefined;
    if (sign?.startsWith("=") && !equalities) throw textError(text, at, '"=" has no meaning here', hints.get(sign)!);
    // Powers and equalities as Python writes them.
    const written = sign === "**" ? "^" : sign === "==" ? "=" : match[0];
    if (kind) tokens.push({ kind, text: written, at, end: at + match[0].length });
  }
  if (tokens.length === 0) throw textError(text, start, "there is nothing here", "write a formula");
  tokens.push({ kind: "end", text: "the end", at: end, end });
  return tokens;
}

/** Numbers that stand directly before a name or a number, and may be meant as something else. */
function checkNumber(
  number: string,
  part: string,
  index: number,
  error: (message: string, hint: string) => Error,
): void {
  const rest = part.slice(index + number.length, index + number.length + 32);
  const based = number === "0" ? /^[xXbBoO][\p{L}\p{Nd}_]*/u.exec(rest)?.[0] : undefined;
  if (based !== undefined)
    throw error(
      `"0${based}" is a number of another base for some and a product for others`,
      `write decimal numbers, and 0*${based} for the product`,
    );
  const grouped = /^_\d*/.exec(rest)?.[0];
  if (grouped !== undefined)
    throw error(`"${number}${grouped}" is no number`, "write digits without underscores, and * for a product");
  if (/^[\d.]/.test(rest))
    throw error(`"${number}${/^[\d.]+/.exec(rest)![0]}" is no number`, "write one decimal point");
  if (/^[eE][+-]/.test(rest))
    throw error(
      `"${number}${rest.slice(0, 2)}" lacks the digits of its exponent`,
      "write 1e-3, or 2*e + 3 for a product",
    );
  if (/^e(?![\p{L}\p{Nd}_])/u.test(rest))
    throw error(
      `"${number}e" may lack the digits of its exponent`,
      `write ${number}e-3 with them, or ${number}*e for the product with Euler's number`,
    );
  if (!Number.isFinite(Number(number)))
    throw error(`${number} is beyond the largest number, 1.8e308`, "give a smaller one, or rescale the problem");
}
