/** Terms of an expression, beside whose sizes its value is large or small. */
import { call } from "./build.ts";
import type { Expression } from "./expression.ts";

/**
 * The sum of the sizes of what an expression adds up, wherever in it that happens.
 *
 * @param ofLeaf - the size of what is no call
 */
export function termsOf(e: Expression, ofLeaf = (leaf: Expression): Expression => call("abs", leaf)): Expression {
  if (e.kind !== "call") return ofLeaf(e);
  const [a, b] = e.args;
  if (e.name === "neg") return termsOf(a!, ofLeaf);
  if (e.name === "add" || e.name === "sub") return call("add", termsOf(a!, ofLeaf), termsOf(b!, ofLeaf));
  if (e.name === "mul") return call("mul", termsOf(a!, ofLeaf), termsOf(b!, ofLeaf));
  if (e.name === "div") return call("div", termsOf(a!, ofLeaf), call("abs", b!));
  if (e.name === "if") return call("if", a!, termsOf(b!, ofLeaf), termsOf(e.args[2]!, ofLeaf));
  return call("abs", e);
}
