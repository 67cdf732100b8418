/**
 * Formulas as small syntax trees in which every node knows where in the text it began, so that errors can point.
 *
 * From the loosest to the tightest: `or`, `and`, comparisons, `+ -`, `* /`, products without a sign, signs, `^` (from
 * the right), calls and indices. Long chains of one rank become balanced trees, so that thousands of terms stay
 * shallow.
 */
import { textError } from "./syntax-error.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** A formula as written; `at` is the offset in the text. */
export type Syntax =
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "symbol"; readonly name: string; readonly at: number }
  | { readonly kind: "operator"; readonly op: Operator; readonly args: readonly Syntax[]; readonly at: number }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Syntax[]; readonly at: number }
  | { readonly kind: "index"; readonly of: Syntax; readonly from: number; readonly to?: number; readonly at: number }
  | { readonly kind: "list"; readonly items: readonly Syntax[]; readonly at: number };

/** Binary operators, a power with its exponent in brackets, and "negate". */
export type Operator = "+" | "-" | "*" | "/" | "^" | "^()" | "<" | ">" | "<=" | ">=" | "=" | "and" | "or" | "negate";

/** The deepest nesting of brackets, calls, signs and powers. */
const deepestFormula = 200;

/** Chains up to this length keep the shape in which they are written, from the left. */
const plainChain = 32;

/**
 * Reads one formula; the whole of `text` unless `start` and `end` cut a part out (errors still show the whole).
 *
 * @param equalities - whether = may stand between two sides, as <
 * @throws FormatError that shows the place, for anything that is not arithmetic on numbers, names, calls, lists and
 *   indices, comparisons, `and`, `or`; and for formulas nested more than 200 deep
 */
export function parseSyntax(text: string, start = 0, end = text.length, equalities = false): Syntax {
  return new Parser(text, tokensOf(text, start, end, equalities)).whole();
}

interface Link<Op> {
  readonly op: Op;
  readonly item: Syntax;
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  /** Between the signs of an absolute value, where the next | ends it. */
  #inBars = false;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  whole(): Syntax {
    const result = this.#or();
    if (this.#token.kind !== "end") throw this.#unexpected();
    this.#checkDepth(result);
    return result;
  }

  /** Chains inside of brackets inside of chains are deep, too. */
  #checkDepth(tree: Syntax): void {
    let level: readonly Syntax[] = [tree];
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > 2 * deepestFormula) throw this.#tooDeep(level[0]!.at);
      level = level.flatMap((s) =>
        s.kind === "list" ? s.items : s.kind === "index" ? [s.of] : "args" in s ? s.args : [],
      );
    }
  }

  get #token(): Token {
    return this.#tokens[this.#next]!;
  }

  /** The one of these signs or words that stands here, passed over. */
  #take<T extends string>(...texts: readonly T[]): T | undefined {
    const { kind, text } = this.#token;
    const found = kind === "sign" || kind === "name" ? texts.find((one) => one === text) : undefined;
    if (found !== undefined) this.#next++;
    return found;
  }

  #unexpected(): Error {
    const { kind, text, at } = this.#token;
    if (kind === "end") return textError(this.#text, at, "the formula breaks off here", "finish it");
    return textError(this.#text, at, `"${text.slice(0, 40)}" is not expected here`, "correct the formula");
  }

  /** One level deeper. */
  #inside<T>(at: number, read: () => T): T {
    if (++this.#depth > deepestFormula) throw this.#tooDeep(at);
    const result = read();
    this.#depth--;
    return result;
  }

  #tooDeep(at: number): Error {
    const hint = "name its parts as constants or unknowns, or take brackets out";
    return textError(this.#text, at, `this formula is nested more than ${deepestFormula} deep`, hint);
  }

  /** Items with one of these operators between them. */
  #chain<Op extends Operator>(ops: readonly Op[], item: () => Syntax): { first: Syntax; links: Link<Op>[] } {
    const first = item();
    const links: Link<Op>[] = [];
    for (let op = this.#take(...ops); op !== undefined; op = this.#take(...ops)) links.push({ op, item: item() });
    return { first, links };
  }

  #or(): Syntax {
    const { first, links } = this.#chain(["or"], () => this.#and());
    return joined(first, links);
  }

  #and(): Syntax {
    const { first, links } = this.#chain(["and"], () => this.#comparison());
    return joined(first, links);
  }

  /** `a < b < c` is `a < b and b < c`. */
  #comparison(): Syntax {
    const { first, links } = this.#chain(["<", ">", "<=", ">=", "="], () => this.#sum());
    const pairs = links.map(({ op, item }, i): Syntax => {
      const left = i === 0 ? first : links[i - 1]!.item;
      return { kind: "operator", op, args: [left, item], at: left.at };
    });
    const [pair, ...more] = pairs;
    return pair
      ? joined(
          pair,
          more.map((item) => ({ op: "and", item })),
        )
      : first;
  }

  #sum(): Syntax {
    const { first, links } = this.#chain(["+", "-"], () => this.#product());
    return joined(first, links, { inverse: "-", forward: "+" });
  }

  #product(): Syntax {
    const first = this.#juxtaposed().item;
    const links: Link<"*" | "/">[] = [];
    for (let op = this.#take("*", "/"); op !== undefined; op = this.#take("*", "/")) {
      const { at } = this.#token;
      const { item, implicit } = this.#juxtaposed();
      // "x/2y" is x/(2y) for some and (x/2)y for others.
      if (op === "/" && implicit)
        throw textError(
          this.#text,
          at,
          "a division beside a product without * can be read in two ways",
          "write the * or brackets",
        );
      links.push({ op, item });
    }
    return joined(first, links, { inverse: "/", forward: "*" });
  }

  /** `2x`, `2(x + 1)`, `x y`: factors without a sign between them. */
  #juxtaposed(): { item: Syntax; implicit: boolean } {
    const first = this.#signed();
    const links: Link<"*">[] = [];
    for (let last = first; this.#factorFollows(last); ) {
      last = this.#signed();
      links.push({ op: "*", item: last });
    }
    return { item: joined(first, links, { inverse: "*", forward: "*" }), implicit: links.length > 0 };
  }

  #factorFollows(last: Syntax): boolean {
    const { kind, text } = this.#token;
    if (kind === "name") return text !== "and" && text !== "or";
    if (kind === "number") return last.kind !== "number" && last.kind !== "operator";
    return kind === "sign" && (text === "(" || (text === "|" && !this.#inBars));
  }

  #signed(): Syntax {
    const { at } = this.#token;
    const sign = this.#take("-", "+");
    if (sign === undefined) return this.#power();
    const operand = this.#inside(at, () => this.#signed());
    return sign === "+" ? operand : { kind: "operator", op: "negate", args: [operand], at: operand.at };
  }

  #power(): Syntax {
    const base = this.#postfix();
    const { at, end } = this.#token;
    if (!this.#take("^")) return base;
    // Not **, which is never a derivative.
    const isBracketed = end - at === 1 && this.#token.text === "(";
    const exponent = this.#inside(base.at, () => this.#signed());
    // y^(4) is a fourth derivative for some.
    const op = isBracketed && base.kind === "symbol" && exponent.kind === "number" ? "^()" : "^";
    return { kind: "operator", op, args: [base, exponent], at: base.at };
  }

  #postfix(): Syntax {
    let result = this.#atom();
    for (let count = 0; ; count++) {
      const { at } = this.#token;
      if (count > deepestFormula) throw this.#tooDeep(at);
      const { kind, text } = this.#token;
      if (this.#take("[")) result = this.#index(result);
      else if (kind === "name" && text.startsWith("_") && result.kind !== "symbol") {
        // (u^2/2)_x is dx(u^2/2).
        this.#next++;
        result = { kind: "call", name: `d${text.slice(1)}`, args: [result], at: result.at };
      } else if (kind === "sign" && text.startsWith("'")) {
        this.#next++;
        result = { kind: "call", name: text, args: [result], at: result.at };
      } else if (result.kind === "call" && this.#token.text === "(" && this.#token.kind === "sign")
        throw textError(this.#text, at, "only a name can be called", "write * for a product");
      else return result;
    }
  }

  #index(of: Syntax): Syntax {
    const { at } = this.#token;
    const wrong = () => textError(this.#text, at, "an index is one number or a:b", "write x[2] or x[1:3]");
    const whole = () => {
      const token = this.#token;
      if (token.kind !== "number") throw wrong();
      this.#next++;
      return Number(token.text);
    };
    const from = whole();
    const to = this.#take(":") ? whole() : undefined;
    if (!this.#take("]")) throw wrong();
    return { kind: "index", of, from, ...(to !== undefined && { to }), at: of.at };
  }

  #atom(): Syntax {
    const { kind, text, at } = this.#token;
    if (kind === "number") {
      this.#next++;
      return { kind: "number", value: Number(text), at };
    }
    if (kind === "name" && text !== "and" && text !== "or") {
      this.#next++;
      if (!this.#take("(")) return { kind: "symbol", name: text, at };
      return { kind: "call", name: text, args: this.#items(")", at), at };
    }
    if (this.#take("[")) return { kind: "list", items: this.#items("]", at), at };
    if (this.#take("|")) return { kind: "call", name: "abs", args: [this.#enclosed("|", at, true)], at };
    if (!this.#take("(")) throw this.#unexpected();
    return this.#enclosed(")", at);
  }

  /** One formula, up to a closing bracket. */
  #enclosed(close: ")" | "|", at: number, inBars = false): Syntax {
    return this.#between(close, at, inBars, () => this.#or());
  }

  /** Formulas with commas between them, up to a closing bracket. */
  #items(close: ")" | "]", at: number): Syntax[] {
    if (this.#take(close)) return [];
    return this.#between(close, at, false, () => {
      const items = [this.#or()];
      while (this.#take(",")) items.push(this.#or());
      return items;
    });
  }

  #between<T>(close: ")" | "]" | "|", at: number, inBars: boolean, read: () => T): T {
    return this.#inside(at, () => {
      const outside = this.#inBars;
      this.#inBars = inBars;
      const inner = read();
      this.#inBars = outside;
      if (!this.#take(close)) throw this.#unclosed(close);
      return inner;
    });
  }

  #unclosed(close: string): Error {
    const { kind, at } = this.#token;
    return kind === "end" ? textError(this.#text, at, `a "${close}" is missing here`, "close it") : this.#unexpected();
  }
}

/**
 * A chain as a tree: from the left where it is short, else halved again and again. `inverse` undoes what `forward`
 * does: a − b + c is a − (b − c).
 */
function joined<Op extends Operator>(
  first: Syntax,
  links: readonly Link<Op>[],
  { inverse, forward }: { readonly inverse?: Op; readonly forward?: Op } = {},
): Syntax {
  const node = (op: Op, a: Syntax, b: Syntax): Syntax => ({ kind: "operator", op, args: [a, b], at: a.at });
  if (links.length < plainChain) return links.reduce((a, { op, item }) => node(op, a, item), first);
  const undone = (k: number) => k > 0 && forward !== undefined && links[k - 1]!.op === inverse && inverse !== forward;
  const item = (k: number) => (k === 0 ? first : links[k - 1]!.item);
  // Items from `low` up to `high`, relative to the operator before the item at `low`.
  const tree = (low: number, high: number): Syntax => {
    if (high - low === 1) return item(low);
    const middle = (low + high) >> 1;
    const flipped = undone(low) !== undone(middle);
    const op = forward === undefined ? links[middle - 1]!.op : flipped ? inverse! : forward;
    return node(op, tree(low, middle), tree(middle, high));
  };
  return tree(0, links.length + 1);
}
