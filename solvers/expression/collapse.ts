/**
 * Finds Laplacians in sums: where the pure second derivatives of an unknown along every space axis stand in one sum with
 * the same factor, the sum of them is one Laplacian, which a network propagates at a fraction of the cost.
 */
import { call, laplacian, zero } from "./build.ts";
import type { Expression } from "./expression.ts";
import { nodesOf, share } from "./tree.ts";

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
  for (const node of nodesOf([...collapsed, ...elsewhere])) {
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

/** A term as a product with one pure second derivative in it. */
interface Second {
  readonly unknown: number;
  readonly axis: number;
  readonly dimension: number;
  /** The other factors: a number, and what stands above and below the line. */
  readonly coefficient: number;
  readonly over: readonly Expression[];
  readonly under: readonly Expression[];
  /** The same term with something else for the derivative. */
  readonly rebuild: (by: Expression) => Expression;
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
  const found = terms.flatMap(({ sign, e }, at) => {
    const second = secondOf(e, space);
    return second && !spared.has(second.unknown) ? [{ at, sign, second }] : [];
  });
  // Equal factors become one object, whose place in the list is its name.
  const factors = share(found.flatMap(({ second }) => [...second.over, ...second.under]));
  let next = 0;
  const names = (list: readonly Expression[]) =>
    list.map(() => factors.indexOf(factors[next++]!)).sort((a, b) => a - b);
  const groups = new Map<string, typeof found>();
  for (const one of found) {
    const { unknown, coefficient, over, under } = one.second;
    const key = `${unknown} ${one.sign * coefficient} ${names(over)} / ${names(under)}`;
    const group = groups.get(key) ?? [];
    if (!group.some(({ second }) => second.axis === one.second.axis)) group.push(one);
    groups.set(key, group);
  }
  const full = [...groups.values()].filter((group) => group.length === space.length);
  if (full.length === 0) return sum;
  const replaced = new Map<number, Expression | undefined>();
  for (const group of full) {
    for (const { at } of group) replaced.set(at, undefined);
    const { at, second } = group[0]!;
    replaced.set(at, second.rebuild(laplacian(second.unknown, space, second.dimension)));
  }
  return terms
    .map(({ sign, e }, i): Term | undefined => {
      const kept = replaced.has(i) ? replaced.get(i) : e;
      return kept && { sign, e: kept };
    })
    .filter((term) => term !== undefined)
    .reduce((left, { sign, e }) => call(sign === 1 ? "add" : "sub", left, e), zero);
}

/** Finds the one pure second derivative of a product. */
function secondOf(e: Expression, space: readonly number[]): Second | undefined {
  const axis = pureAxis(e, space);
  if (e.kind === "derivative" && axis !== undefined) {
    const none = { coefficient: 1, over: [], under: [] };
    return { unknown: e.unknown, axis, dimension: e.order.length, ...none, rebuild: (by) => by };
  }
  if (e.kind !== "call") return undefined;
  const [a, b] = e.args as [Expression, Expression];
  const wrap = (inner: Second | undefined, make: (x: Expression) => Expression, more: Partial<Second>) =>
    inner && { ...inner, ...more, rebuild: (by: Expression) => make(inner.rebuild(by)) };
  if (e.name === "neg") {
    const inner = secondOf(a, space);
    return inner && wrap(inner, (x) => call("neg", x), { coefficient: -inner.coefficient });
  }
  if (e.name === "div") {
    const inner = secondOf(a, space);
    return inner && wrap(inner, (x) => call("div", x, b), { under: [...inner.under, b] });
  }
  if (e.name !== "mul") return undefined;
  const times = (inner: Second | undefined, factor: Expression, make: (x: Expression) => Expression) => {
    if (!inner) return undefined;
    const { coefficient, over, under } = factorsOf(factor);
    return wrap(inner, make, {
      coefficient: inner.coefficient * coefficient,
      over: [...inner.over, ...over],
      under: [...inner.under, ...under],
    });
  };
  return (
    times(secondOf(b, space), a, (x) => call("mul", a, x)) ?? times(secondOf(a, space), b, (x) => call("mul", x, b))
  );
}

/** The factors of a product. */
function factorsOf(e: Expression): Pick<Second, "coefficient" | "over" | "under"> {
  if (e.kind === "number") return { coefficient: e.value, over: [], under: [] };
  if (e.kind !== "call" || !["mul", "div", "neg"].includes(e.name)) return { coefficient: 1, over: [e], under: [] };
  const a = factorsOf(e.args[0]!);
  if (e.name === "neg") return { ...a, coefficient: -a.coefficient };
  if (e.name === "div") return { ...a, under: [...a.under, e.args[1]!] };
  const b = factorsOf(e.args[1]!);
  return {
    coefficient: a.coefficient * b.coefficient,
    over: [...a.over, ...b.over],
    under: [...a.under, ...b.under],
  };
}
