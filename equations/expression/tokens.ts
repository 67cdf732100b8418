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
  ["=", "an equation has one = between its two sides"],
  ["==", "write one = between the two sides of an equation, and < or > to compare"],
  ["∂", "write ∂u/∂x or u_x for a derivative of an unknown, and dx(…) for that of a formula"],
  ["∇", "write grad(u), div(…), lap(u), or u_n for n·∇u"],
  ["±", "write one condition for each sign"],
  ["{", "use round brackets, and u_xx for a derivative"],
  ["||", "write or between comparisons"],
  ["…", "this formula was cut when it was printed; write the whole of it"],
  ["∫", "write integral(…, s, 0, 1)"],
  ["&", "write and between comparisons"],
  ["?", "write if(x < 0, a, b) for a choice"],
  ["!", "turn the comparison round, as x >= 1 for what is not x < 1"],
  ["%", "write a share as a number, and what is periodic with sin and cos"],
  ["'", "write u_x, or (…)' behind brackets, for a derivative along x"],
]);

const name = /(?:∇(?:²|\^2)\s*)?[\p{L}_∆](?:[\p{L}\p{Nd}_]|\u0307|\u0308)*[₀-₉]*['′″]*/u.source;
const raised = "⁻?[⁰¹²³⁴-⁹]+";
const pattern = new RegExp(
  [
    /(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/u.source,
    `(?:∂|d(?=${raised}))(?<order>${raised})?(?<of>${name})/(?<along>(?:[∂d]${name}(?:${raised})?)+)`,
    `[∂d]\\^(?<plainOrder>\\d)\\s*(?<plainOf>${name})/(?<plainAlong>(?:[∂d]${name}(?:\\^\\d)?)+)`,
    `∂/∂(?<operator>${name})`,
    `(?<name>${name}|√)`,
    `(?<raised>${raised})`,
    "(?<primes>['′″]+)",
    /(?<sign><=|>=|==?|\*\*|\|\|?|[-−+*·×/^()[\],:<>])/u.source,
    "\\s+",
  ].join("|"),
  "uy",
);

/** Signs of other languages, and of printed formulas. */
const written: ReadonlyMap<string, string> = new Map([
  ["**", "^"],
  ["==", "="],
  ["−", "-"],
  ["·", "*"],
  ["×", "*"],
]);

const digitsOf = (text: string, of: string) =>
  text.replace(/\p{No}/gu, (d) => (of.includes(d) ? `${of.indexOf(d)}` : d));
const lowered = (text: string) =>
  digitsOf(text.replace(/^∇(?:²|\^2)\s*/u, "Δ"), "₀₁₂₃₄₅₆₇₈₉")
    .replace("∆", "Δ")
    .replaceAll("″", "''")
    .replaceAll("′", "'");
const raisedNumber = (text: string) => Number(digitsOf(text, "⁰¹²³⁴⁵⁶⁷⁸⁹").replace("⁻", "-").replace("^", ""));

/** `u_xxy` for `∂³u/∂x²∂y` or `d^3u/dx^2dy`; undefined where the orders above and below differ. */
function derivativeText(order: string | undefined, of: string, along: string): string | undefined {
  const factors = [...along.matchAll(new RegExp(`[∂d](${name})(${raised}|\\^\\d)?`, "gu"))].map(([, axis, times]) => ({
    axis: lowered(axis!),
    times: times === undefined ? 1 : raisedNumber(times),
  }));
  const total = factors.reduce((sum, { times }) => sum + times, 0);
  if (total !== (order === undefined ? 1 : raisedNumber(order)) || factors.some(({ times }) => times < 1))
    return undefined;
  return `${lowered(of)}_${factors.map(({ axis, times }) => axis.repeat(times)).join("")}`;
}

/**
 * The tokens of `text` from `start` to `end`, and one of kind "end".
 *
 * @param equalities - whether = (or ==) is a sign between two sides, as in a place
 * @throws FormatError for characters and words without a meaning, for numbers that are read in two ways (`0x1`,
 *   `1_000`) or are beyond 64-bit floats, and for texts above a million characters
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
    const { number, operator, name, raised, primes, sign, plainOrder, plainOf, plainAlong } = match.groups!;
    const { order = plainOrder, of = plainOf, along = plainAlong } = match.groups!;
    const here = (message: string, way: string) => textError(text, at, message, way);
    if (number !== undefined) checkNumber(number, part, index, here);
    if (name !== undefined && reserved.has(name))
      throw here(`"${name}" is a reserved word`, instead.get(name) ?? "use another name");
    if (sign?.startsWith("=") && !equalities) throw here('"=" has no meaning here', hints.get(sign)!);
    if (sign === "||") throw here('"||" has no meaning here', hints.get(sign)!);
    const take = (kind: Token["kind"], as: string) => tokens.push({ kind, text: as, at, end: at + match[0].length });
    if (number !== undefined) take("number", number);
    if (of !== undefined) {
      const derivative = derivativeText(order, of, along!);
      if (derivative === undefined)
        throw here("the orders of this derivative differ above and below", "write ∂²u/∂x², ∂²u/∂x∂y, or u_xx");
      take("name", derivative);
    }
    if (operator !== undefined) take("name", `d${lowered(operator)}`);
    if (name !== undefined) {
      // "πx" is a product.
      const after = /^π(?=\p{L})/u.test(name) ? name.slice(1) : name;
      if (after !== name) take("name", "π");
      take("name", after === "√" ? "sqrt" : lowered(after));
    }
    if (raised !== undefined) {
      take("sign", "^");
      if (raised.startsWith("⁻")) take("sign", "-");
      take("number", `${Math.abs(raisedNumber(raised))}`);
    }
    if (primes !== undefined && tokens.at(-1)?.text !== ")")
      throw here(`"${primes[0]}" has no meaning here`, hints.get("'")!);
    if (primes !== undefined) take("sign", lowered(primes));
    if (sign !== undefined) take("sign", written.get(sign) ?? sign);
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
