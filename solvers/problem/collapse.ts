/**
 * Finds Laplacians in sums: where the pure second derivatives of an unknown along every space axis stand in one sum with
 * the same factor, the sum of them is one Laplacian, which a network propagates at a fraction of the cost.
 */
import { call, isZero, laplacian, number, one } from "./build.ts";
import { type Expression, nodesOf, share } from "./expression.ts";

/**
 * The same equations with Laplacians for sums of second derivatives. An unknown keeps its second derivatives in all the
 * equations where one of them is needed on its own in any.
 *
 * @param space indices of the space axes; with fewer than two there is nothing to find
 * @param elsewhere expressions that need derivatives as well (conditions)
 */
export function collapseLaplacians(
  equations: readonly Expression[],
  space: readonly number[],
  elsewhere: readonly Expression[] = [],
): Expression[] {
  if (space.length < 2) return [...equations];
  const collapsed = equations.map((e) => collapse(e, space, new Set(), new Map()));
  const alone = new Set<number>();
  for (const node of nodesOf(...collapsed, ...elsewhere)) {
    if (node.kind === "derivative" && pureAxis(node, space) !== undefined) alone.add(node.unknown);
  }
  return alone.size === 0 ? collapsed : equations.map((e) => collapse(e, space, alone, new Map()));
}

/** The axis of ∂²/∂axis², for a space axis. */
function pureAxis(e: Expression, space: readonly number[]): number | undefined {
  if (e.kind !== "derivative" || e.order.reduce((a, b) => a + b, 0) !== 2) return undefined;
  const axis = e.order.indexOf(2);
  return space.includes(axis) ? axis : undefined;
}

interface Term {
  readonly sign: 1 | -1;
  readonly e: Expression;
}

/** A term as a factor times a pure second derivative. */
interface Second {
  readonly unknown: number;
  readonly axis: number;
  readonly dimension: number;
  readonly factor: Expression;
}

function collapse(
  e: Expression,
  space: readonly number[],
  spared: ReadonlySet<number>,
  memo: Map<Expression, Expression>,
): Expression {
  if (e.kind !== "call") return e;
  const known = memo.get(e);
  if (known) return known;
  const args = e.args.map((a) => collapse(a, space, spared, memo));
  const node = args.every((a, i) => a === e.args[i]) ? e : call(e.name, ...args);
  const result = additive(node) ? collapseSum(node, space, spared) : node;
  memo.set(e, result);
  return result;
}

function additive(e: Expression): boolean {
  return e.kind === "call" && (e.name === "add" || e.name === "sub");
}

/** The terms of a sum, left to right. */
function termsOf(e: Expression, sign: 1 | -1 = 1): Term[] {
  if (e.kind !== "call" || !["add", "sub", "neg"].includes(e.name)) return [{ sign, e }];
  const flipped = sign === 1 ? -1 : 1;
  if (e.name === "neg") return termsOf(e.args[0]!, flipped);
  return [...termsOf(e.args[0]!, sign), ...termsOf(e.args[1]!, e.name === "add" ? sign : flipped)];
}

function collapseSum(sum: Expression, space: readonly number[], spared: ReadonlySet<number>): Expression {
  const terms = termsOf(sum);
  const groups = new Map<string, { readonly at: number; readonly second: Second }[]>();
  const seconds = terms.map(({ sign, e }, at) => {
    const second = secondOf(e, space);
    return second && !spared.has(second.unknown) ? { sign, second, at } : undefined;
  });
  // Equal factors become one object, whose place in the list is their key.
  const factors = share(seconds.map((s) => s?.second.factor ?? one));
  for (const [i, found] of seconds.entries()) {
    if (!found) continue;
    const key = `${found.sign} ${found.second.unknown} ${factors.indexOf(factors[i]!)}`;
    const group = groups.get(key) ?? [];
    if (!group.some(({ second }) => second.axis === found.second.axis)) group.push(found);
    groups.set(key, group);
  }
  const full = [...groups.values()].filter((group) => group.length === space.length);
  if (full.length === 0) return sum;
  const replaced = new Map<number, Expression | undefined>();
  for (const group of full) {
    for (const { at } of group) replaced.set(at, undefined);
    const { unknown, dimension, factor } = group[0]!.second;
    replaced.set(Math.min(...group.map(({ at }) => at)), call("mul", factor, laplacian(unknown, space, dimension)));
  }
  return terms
    .map(({ sign, e }, i): Term | undefined => {
      const kept = replaced.has(i) ? replaced.get(i) : e;
      return kept && { sign, e: kept };
    })
    .filter((term) => term !== undefined)
    .reduce((left, { sign, e }) => call(sign === 1 ? "add" : "sub", left, e), number(0));
}

/** Splits a product into its one pure second derivative and the rest. */
function secondOf(e: Expression, space: readonly number[]): Second | undefined {
  const axis = pureAxis(e, space);
  if (e.kind === "derivative" && axis !== undefined)
    return { unknown: e.unknown, axis, dimension: e.order.length, factor: one };
  if (e.kind !== "call") return undefined;
  const [a, b] = e.args as [Expression, Expression];
  const wrap = (second: Second | undefined, factor: (rest: Expression) => Expression) =>
    second && !isZero(second.factor) ? { ...second, factor: factor(second.factor) } : undefined;
  if (e.name === "neg") return wrap(secondOf(a, space), (f) => call("neg", f));
  if (e.name === "div") return wrap(secondOf(a, space), (f) => call("div", f, b));
  if (e.name !== "mul") return undefined;
  return wrap(secondOf(b, space), (f) => call("mul", a, f)) ?? wrap(secondOf(a, space), (f) => call("mul", f, b));
}
