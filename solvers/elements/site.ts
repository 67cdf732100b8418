/**
 * Points of a cell, and forms at them: geometry and what no unknown enters are found once, the rest once for the same
 * coefficients.
 */
import { bottomUp, columns, columnsOf, type Expression, evaluateNode } from "../../equations/expression/index.ts";
import { type Derivative, type LinearForm, nameOfConstant } from "../../equations/problem/index.ts";
import { Basis } from "./basis.ts";
import type { Discretisation, ObservedForm } from "./discretisation.ts";
import type { Cell, Face } from "./mesh.ts";
import {
  type BoundaryPart,
  boundaryPoints,
  facePoints,
  integralPoints,
  interiorPoints,
  type Weighted,
} from "./points.ts";

/** A form at points, linearised about coefficients. */
export interface FormValues {
  readonly form: LinearForm;
  readonly residual: Float64Array;
  readonly derivatives: readonly Float64Array[];
  /** Of its terms; found when they are asked for. */
  readonly factors: readonly Float64Array[];
  readonly slopes: readonly Float64Array[];
}

/** Points of a cell with its polynomials there. */
export class Site<At extends Weighted = Weighted> {
  readonly cell: Cell;
  readonly at: At;
  readonly basis: Basis;
  /** From −1 to 1 in the cell's box, [n, d]. */
  readonly places: Float64Array;
  /** Of each condition, 1 where it holds at a point; of the boundary alone. */
  readonly holds: readonly Uint8Array[];
  readonly #layout: Discretisation;
  readonly #coordinates: readonly Float64Array[];
  readonly #normals: Readonly<Record<string, Float64Array>>;
  readonly #fixed = new Map<Program, ReadonlyMap<Expression, Float64Array>>();
  readonly #last = new Map<Program, Evaluation>();

  constructor(
    layout: Discretisation,
    cell: Cell,
    at: At & { readonly normals?: Float64Array },
    holds: readonly Uint8Array[] = [],
    /** Points at which functions of the coordinates are evaluated. */
    within: Float64Array = at.points,
  ) {
    const d = cell.low.length;
    const { low, high } = cell.box;
    [this.#layout, this.cell, this.at, this.holds] = [layout, cell, at, holds];
    this.basis = new Basis(cell, at, layout.orders);
    this.#coordinates = columnsOf(within, d);
    this.#normals = at.normals
      ? Object.fromEntries(columnsOf(at.normals, d).map((column, k) => [`normal${k}`, column]))
      : {};
    this.places = at.points.map((x, i) => (2 * (x - low[i % d]!)) / (high[i % d]! - low[i % d]!) - 1);
  }

  /**
   * Forms about the coefficients of the cell, which are 0 where it has none.
   *
   * @param forms - a list that stays the same
   */
  forms(forms: readonly LinearForm[]): readonly FormValues[] {
    const program = programOf(this.#layout, forms);
    const { coefficients } = this.cell;
    const given = this.#layout.given?.on.get(this.cell);
    const constants = Object.values(this.#layout.constants);
    const last = this.#last.get(program);
    const isSame = last?.coefficients === coefficients && last?.given === given;
    if (isSame && last?.constants.every((v, k) => v === constants[k])) return last.forms;
    const found = { coefficients, given, constants, forms: this.#evaluated(program, forms, given) };
    this.#last.set(program, found);
    return found.forms;
  }

  #evaluated(program: Program, forms: readonly LinearForm[], given: Float64Array | undefined): FormValues[] {
    const { residuals, others, derivatives, known, sought, fixed, fixedOrder } = program;
    const { basis, cell } = this;
    const { constants } = this.#layout;
    const data: Record<string, Float64Array> = { ...this.#normals };
    const zero = cell.coefficients ? undefined : new Float64Array(basis.count);
    for (const { name, unknown, order } of derivatives)
      data[name] = zero ?? basis.values(order, cell.coefficients!, unknown * basis.size);
    for (const { name, field, order } of known) data[name] = basis.values(order, given!, field * basis.size);
    for (const name of sought) data[nameOfConstant(name)] = new Float64Array(basis.count).fill(constants[name]!);
    const algebra = columns(basis.count, { coordinates: this.#coordinates, constants, data });
    const run = (order: readonly Expression[], memo: Map<Expression, Float64Array>) => {
      for (const node of order) memo.set(node, evaluateNode(node, algebra, memo));
      return memo;
    };
    if (!this.#fixed.has(program)) {
      const all = run(fixedOrder, new Map());
      this.#fixed.set(program, new Map(fixed.map((node) => [node, all.get(node)!])));
    }
    const memo = run(residuals, new Map(this.#fixed.get(program)));
    let isWhole = false;
    const value = (e: Expression) => {
      if (!isWhole) run(others, memo);
      isWhole = true;
      return memo.get(e)!;
    };
    return forms.map((form): FormValues => {
      let [factors, slopes]: (readonly Float64Array[] | undefined)[] = [];
      return {
        form,
        residual: memo.get(form.residual)!,
        derivatives: form.terms.map(({ name }) => data[name]!),
        get factors() {
          factors ??= form.terms.map(({ factor }) => value(factor));
          return factors;
        },
        get slopes() {
          slopes ??= form.slopes.map(value);
          return slopes;
        },
      };
    });
  }
}

interface Evaluation {
  readonly coefficients: Float64Array | undefined;
  readonly given: Float64Array | undefined;
  readonly constants: readonly number[];
  readonly forms: readonly FormValues[];
}

/** The nodes of a list of forms, arguments first. */
interface Program {
  readonly derivatives: readonly (Derivative & { readonly name: string })[];
  /** Derivatives of known functions. */
  readonly known: readonly { readonly name: string; readonly field: number; readonly order: readonly number[] }[];
  readonly sought: readonly string[];
  /** The largest parts that no unknown enters, and all of their nodes. */
  readonly fixed: readonly Expression[];
  readonly fixedOrder: readonly Expression[];
  /** Other nodes: of the residuals, and then of factors and slopes. */
  readonly residuals: readonly Expression[];
  readonly others: readonly Expression[];
}

const programs = new WeakMap<readonly LinearForm[], Program>();

function programOf({ problem, given }: Discretisation, forms: readonly LinearForm[]): Program {
  const known = programs.get(forms);
  if (known) return known;
  const roots = forms.map(({ residual }) => residual);
  const more = forms.flatMap(({ terms, slopes }) => [...terms.map(({ factor }) => factor), ...slopes]);
  const seen = new Set<Expression>();
  const open = new Set<Expression>();
  const isOpen = (e: Expression) =>
    e.kind === "data"
      ? !e.name.startsWith("normal")
      : e.kind === "constant"
        ? !Object.hasOwn(problem.constants, e.name)
        : "args" in e && e.args.some((a) => open.has(a));
  const walked = (some: readonly Expression[]) =>
    some.flatMap((root) => {
      const own: Expression[] = [];
      for (const node of bottomUp(root, seen)) {
        seen.add(node);
        if (isOpen(node)) open.add(node);
        own.push(node);
      }
      return own;
    });
  const [first, second] = [walked(roots), walked(more)];
  const all = [...first, ...second];
  const fixed = new Set([...roots, ...more].filter((e) => !open.has(e)));
  for (const node of all)
    if (open.has(node) && "args" in node) for (const a of node.args) if (!open.has(a)) fixed.add(a);
  const isLeft = (e: Expression) => open.has(e);
  const program: Program = {
    derivatives: [...new Map(forms.flatMap(({ terms }) => terms.map((term) => [term.name, term]))).values()],
    known: all.flatMap((e) => {
      const leaf = e.kind === "data" ? given?.leaves.get(e.name) : undefined;
      return leaf && e.kind === "data" ? [{ ...leaf, name: e.name }] : [];
    }),
    ...{ sought: Object.keys(problem.trainable), fixed: [...fixed], fixedOrder: all.filter((e) => !open.has(e)) },
    ...{ residuals: first.filter(isLeft), others: second.filter(isLeft) },
  };
  programs.set(forms, program);
  return program;
}

/** Results that are found once about a cell, a face or another object. */
export class Memo {
  readonly #of = new WeakMap<object, Map<string, unknown>>();

  get<T>(about: object, key: string, make: () => T): T {
    let own = this.#of.get(about);
    if (!own) {
      own = new Map();
      this.#of.set(about, own);
    }
    if (!own.has(key)) own.set(key, make());
    return own.get(key) as T;
  }

  drop(about: object): void {
    this.#of.delete(about);
  }
}

/** Points inside of an element, by so many along an axis. */
export const interior = (layout: Discretisation, cell: Cell, n: number): Site =>
  layout.memo.get(
    cell,
    `inside ${cell.degree} ${n}`,
    () => new Site(layout, cell, interiorPoints(cell, layout.region, n)),
  );

/** Points of integrals over an element. */
export const integralSite = (layout: Discretisation, cell: Cell): Site =>
  layout.memo.get(cell, `integral ${cell.degree}`, () => new Site(layout, cell, integralPoints(cell, layout.region)));

/** Points of a part of the boundary. */
export type BoundarySite = Site<BoundaryPart>;

/** The parts of the boundary that belong to an element. */
export const boundary = (layout: Discretisation, cell: Cell, n: number): readonly BoundarySite[] =>
  layout.memo.get(cell, `boundary ${cell.degree} ${n}`, () =>
    boundaryPoints(cell, layout.region, layout.periodic, n).map((part) => {
      const holds = layout.conditions.map((condition) =>
        Uint8Array.from(part.weights, (_, i) => Number(condition.holdsAt(part, i))),
      );
      return new Site(layout, cell, part, holds);
    }),
  );

/** A face, as one of its two elements sees it. */
export const faceSite = (layout: Discretisation, face: Face, side: 0 | 1, n: number): Site =>
  layout.memo.get(
    face,
    `${side} ${n} ${face.cells[side].degree}`,
    () => new Site(layout, face.cells[side], facePoints(layout.region, face, side, n)),
  );

/** Distance from a face at which coefficients are those of its side: beside the width of an element, and beside rounding. */
const [aside, roundings] = [1e-13, 8 * Number.EPSILON];

/** A flux that is continuous through a face. */
export interface FluxSite {
  /** Of either element. */
  readonly sites: readonly Site[];
  readonly values: readonly FormValues[];
  /** Largest factor of the highest derivative, by point. */
  readonly scale: Float64Array;
}

/** The flux that is continuous through a face in the place of the highest derivative of an unknown; undefined where that is. */
export function fluxSite(layout: Discretisation, face: Face, unknown: number, n: number): FluxSite | undefined {
  const { fluxes, matched, memo } = layout;
  const k = fluxes.findIndex((one) => one.axis === face.axis && one.unknown === unknown);
  if (k < 0) return undefined;
  const forms = memo.get(fluxes, "forms", () => fluxes.map(({ form }) => form));
  const d = layout.region.dimension;
  const sites = ([0, 1] as const).map((side) =>
    memo.get(face, `flux ${side} ${n} ${face.cells[side].degree}`, () => {
      const cell = face.cells[side];
      const at = facePoints(layout.region, face, side, n);
      const [low, high] = [cell.low[face.axis]!, cell.high[face.axis]!];
      const step = aside * (high - low) + roundings * Math.abs(face.at[side]);
      const inward = (low + high) / 2 > face.at[side] ? step : -step;
      const within = at.points.map((x, i) => (i % d === face.axis ? x + inward : x));
      return new Site(layout, cell, at, [], within);
    }),
  );
  const values = sites.map((site) => site.forms(forms)[k]!);
  const highest = matched[unknown]![face.axis]! - 1;
  const top = forms[k]!.terms.findIndex(
    (term) => term.unknown === unknown && term.order.every((o, a) => o === (a === face.axis ? highest : 0)),
  );
  const [a, b] = values.map(({ factors }) => factors[top]!) as [Float64Array, Float64Array];
  return { sites, values, scale: a.map((v, i) => Math.max(Math.abs(v), Math.abs(b[i]!)) || 1) };
}

/** The forms of all conditions, one list. */
export const conditionForms = ({ memo, conditions }: Discretisation): readonly LinearForm[] =>
  memo.get(conditions, "forms", () => conditions.map(({ form }) => form));

/** Observations of one quantity in an element. */
export interface ObservedSite {
  readonly site: Site;
  readonly observed: ObservedForm;
  /** Their numbers in the list. */
  readonly numbers: readonly number[];
}

/** The observations that an element has; those on a cut belong to the upper one. */
export const observedIn = (layout: Discretisation, cell: Cell): readonly ObservedSite[] =>
  layout.memo.get(cell, `observed ${cell.degree}`, () => {
    const { low, high } = layout.region;
    const d = low.length;
    return layout.observations.flatMap((observed) => {
      const { points, values } = observed;
      const isIn = (i: number) =>
        low.every((l, k) => {
          const x = Math.min(high[k]!, Math.max(l, points[i * d + k]!));
          return x >= cell.low[k]! && (x < cell.high[k]! || cell.high[k] === high[k]);
        });
      const numbers = [...values.keys()].filter(isIn);
      if (numbers.length === 0) return [];
      const own = Float64Array.from(numbers.flatMap((i) => [...points.subarray(i * d, (i + 1) * d)]));
      const weights = new Float64Array(numbers.length).fill(1);
      return [{ site: new Site(layout, cell, { points: own, along: undefined, weights }), observed, numbers }];
    });
  });

/** The form of an observed quantity, at the points in an element. */
export const observedForm = ({ memo }: Discretisation, { site, observed }: ObservedSite): FormValues =>
  site.forms(memo.get(observed, "forms", () => [observed.form]))[0]!;
