/**
 * The one door to mathjs, whose parser reads formulas. Its nodes come out as a small syntax tree in which every node knows
 * where in the text it began, so that errors can point. The package takes a quarter of a second to load, so that it is
 * loaded when the first formula is read, and not by those who import this library for something else.
 */
import { createRequire } from "node:module";
import type * as Mathjs from "mathjs";
import { textError } from "./syntax-error.ts";

/** A formula as written; `at` is the offset in the text. */
export type Syntax =
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "symbol"; readonly name: string; readonly at: number }
  | { readonly kind: "operator"; readonly op: Operator; readonly args: readonly Syntax[]; readonly at: number }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Syntax[]; readonly at: number }
  | { readonly kind: "index"; readonly of: Syntax; readonly from: number; readonly to?: number; readonly at: number }
  | { readonly kind: "list"; readonly items: readonly Syntax[]; readonly at: number };

/** Binary operators, and "negate". */
export type Operator = "+" | "-" | "*" | "/" | "^" | "<" | ">" | "<=" | ">=" | "and" | "or" | "negate";

const operators = new Set(["+", "-", "*", "/", "^", "<", ">", "<=", ">=", "and", "or"]);
/** Words that mathjs reads as something else than a name. */
const reserved = new Set([
  "true",
  "false",
  "null",
  "undefined",
  "NaN",
  "Infinity",
  "mod",
  "to",
  "in",
  "xor",
  "not",
  "end",
]);

let parser: ((text: string) => Mathjs.MathNode) | undefined;

function load(): (text: string) => Mathjs.MathNode {
  const require = createRequire(import.meta.url);
  const { create, parseDependencies } = require("mathjs/number") as typeof Mathjs;
  const { parse } = create(parseDependencies as Mathjs.FactoryFunctionMap);
  return (text) => parse(text);
}

/**
 * Reads one formula; the whole of `text` unless `start` and `end` cut a part out (errors still show the whole).
 *
 * @throws FormatError that shows the place, for anything that is not arithmetic on numbers, names, calls, lists and
 *   indices, comparisons, `and`, `or`
 */
export function parseSyntax(text: string, start = 0, end = text.length): Syntax {
  const part = text.slice(start, end).replaceAll(/\s/g, " ");
  const tokens = scan(text, part, start);
  parser ??= load();
  let tree: Mathjs.MathNode;
  try {
    tree = parser(part);
  } catch (error) {
    const at = (error as { char?: number }).char;
    if (at === undefined) throw error;
    const reason = (error as Error).message.replace(/ \(char \d+\)$/, "").replace(/^./, (c) => c.toLowerCase());
    throw textError(text, Math.min(start + at - 1, end), reason, "mend the formula");
  }
  return convert(tree, tokens, text);
}

interface Tokens {
  /** Offsets of the names and of the numbers, from the last to the first, so that `pop` gives the next one. */
  readonly names: number[];
  readonly numbers: number[];
  last: number;
}

/** Finds where names and numbers stand, and refuses characters and words with another meaning in mathjs. */
function scan(text: string, part: string, start: number): Tokens {
  const names: number[] = [];
  const numbers: number[] = [];
  const token =
    /(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{Nd}_]*)|<=|>=|[-+*/^()[\],:<>\s]/uy;
  while (token.lastIndex < part.length) {
    const index = token.lastIndex;
    const match = token.exec(part);
    if (!match) {
      const character = String.fromCodePoint(part.codePointAt(index)!);
      throw textError(
        text,
        start + index,
        `"${character}" has no meaning here`,
        characterHints[character] ?? "remove it",
      );
    }
    const { number, name } = match.groups!;
    if (number !== undefined) numbers.push(start + index);
    if (name === undefined || name === "and" || name === "or") continue;
    if (reserved.has(name)) throw textError(text, start + index, `"${name}" is a reserved word`, "use another name");
    names.push(start + index);
  }
  if (part.trim() === "") throw textError(text, start, "there is nothing here", "write a formula");
  return { names: names.reverse(), numbers: numbers.reverse(), last: start };
}

const characterHints: Readonly<Record<string, string>> = {
  "²": "write ^2",
  "³": "write ^3",
  "·": "write *",
  "×": "write *",
  "−": "write -",
  "=": "an equation has one = between its two sides",
  "∂": "write u_x for ∂u/∂x",
  "∇": "write grad(u) or div(…)",
  "{": "use round brackets",
  "'": "write u_x for a derivative along x",
};

/** Nodes are visited in the order of the text, so that the next name or number token is the one of this node. */
function convert(node: Mathjs.MathNode, tokens: Tokens, text: string): Syntax {
  const next = (list: number[]) => {
    tokens.last = list.pop() ?? tokens.last;
    return tokens.last;
  };
  const refuse = (message: string, hint: string) => textError(text, tokens.last, message, hint);
  switch (node.type) {
    case "ConstantNode": {
      const value = Number((node as Mathjs.ConstantNode).value);
      return { kind: "number", value, at: next(tokens.numbers) };
    }
    case "SymbolNode":
      return { kind: "symbol", name: (node as Mathjs.SymbolNode).name, at: next(tokens.names) };
    case "ParenthesisNode":
      return convert((node as Mathjs.ParenthesisNode).content, tokens, text);
    case "FunctionNode": {
      const { fn, args } = node as unknown as { fn: Mathjs.MathNode; args: Mathjs.MathNode[] };
      const name = convert(fn, tokens, text);
      if (name.kind !== "symbol") throw refuse("only a name can be called", "write * for a product");
      return { kind: "call", name: name.name, args: args.map((a) => convert(a, tokens, text)), at: name.at };
    }
    case "ArrayNode": {
      const { items } = node as Mathjs.ArrayNode;
      return { kind: "list", items: items.map((a) => convert(a, tokens, text)), at: tokens.last };
    }
    case "AccessorNode": {
      const { object, index } = node as unknown as { object: Mathjs.MathNode; index: Mathjs.IndexNode };
      const of = convert(object, tokens, text);
      const [entry, ...more] = index.dimensions;
      if (entry === undefined || more.length > 0) throw refuse("an index is one number or a:b", "write x[2] or x[1:3]");
      const range = entry.type === "RangeNode" ? (entry as Mathjs.RangeNode) : undefined;
      const ends = range ? [range.start, range.end] : [entry];
      const numbers = ends.map((one) => convert(one, tokens, text));
      if (range?.step || !numbers.every((n) => n.kind === "number"))
        throw refuse("an index is one number or a:b", "write x[2] or x[1:3]");
      const [from, to] = numbers.map((n) => (n.kind === "number" ? n.value : Number.NaN));
      return { kind: "index", of, from: from!, ...(to !== undefined && { to }), at: of.at };
    }
    case "OperatorNode":
      return convertOperator(node as Mathjs.OperatorNode, tokens, text);
    case "RelationalNode": {
      const { conditionals, params } = node as unknown as { conditionals: string[]; params: Mathjs.MathNode[] };
      const args = params.map((a) => convert(a, tokens, text));
      const symbol: Readonly<Record<string, Operator>> = { smaller: "<", larger: ">", smallerEq: "<=", largerEq: ">=" };
      const pairs = conditionals.map((name, i): Syntax => {
        const op = symbol[name];
        if (!op) throw refuse(`the comparison ${name} has no meaning here`, "use < and >");
        return { kind: "operator", op, args: [args[i]!, args[i + 1]!], at: args[i]!.at };
      });
      return pairs.reduce((a, b) => ({ kind: "operator", op: "and", args: [a, b], at: a.at }));
    }
    default:
      throw refuse(`a ${node.type.replace(/Node$/, "").toLowerCase()} has no meaning here`, "write plain arithmetic");
  }
}

function convertOperator(node: Mathjs.OperatorNode, tokens: Tokens, text: string): Syntax {
  const args = node.args.map((a) => convert(a, tokens, text));
  const { at } = args[0]!;
  const op = node.op as string;
  if (args.length === 1 && op === "+") return args[0]!;
  if (args.length === 1 && op === "-") return { kind: "operator", op: "negate", args, at };
  if (args.length !== 2 || !operators.has(op))
    throw textError(text, at, `the operator ${op} has no meaning here`, "remove it");
  // "x/2y" is x/(2y) for some and (x/2)y for others.
  const [left, right] = node.args as [Mathjs.MathNode, Mathjs.MathNode];
  const implicit = (n: Mathjs.MathNode) => n.type === "OperatorNode" && (n as Mathjs.OperatorNode).implicit;
  const quotient = (n: Mathjs.MathNode) => n.type === "OperatorNode" && (n as Mathjs.OperatorNode).op === "/";
  if ((op === "/" && implicit(right)) || (implicit(node) && quotient(left)))
    throw textError(
      text,
      args[1]!.at,
      "a division beside a product without * can be read in two ways",
      "write the * or brackets",
    );
  return { kind: "operator", op: op as Operator, args, at };
}
