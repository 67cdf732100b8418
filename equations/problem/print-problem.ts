/** Problems as they were understood, for the eye and for papers. */
import { getOwn } from "../../engine/files/get-own.ts";
import { printing } from "../../engine/text/inspect.ts";
import { numberText } from "../../engine/text/number.ts";
import { parseDomain } from "../domain/spec.ts";
import type { Expression } from "../expression/expression.ts";
import { expressionToMathml, nameToMathml, numberToMathml, textToMathml } from "../expression/mathml.ts";
import { type ParseOptions, parseEquation } from "../expression/parse.ts";
import {
  expressionToLatex,
  nameToLatex,
  nameToUnicode,
  numberToLatex,
  numberToUnicode,
  toUnicode,
} from "../expression/print.ts";
import { type Scope, spaceAxes } from "../expression/scope.ts";
import { equationList } from "./equations.ts";
import type { GridSpec } from "./grid-functions.ts";
import { scopeOf } from "./names.ts";
import type { Condition, Integral, Place, Problem } from "./problem.ts";

/** One line of a printed problem: what holds, and where. */
interface Line {
  readonly formula: string;
  readonly where: string;
}

/** The words and signs of one way of printing. */
interface Press {
  expression(e: Expression, scope: Scope): string;
  name(name: string): string;
  number(value: number): string;
  text(words: string): string;
  readonly signs: {
    readonly in: string;
    readonly equals: string;
    readonly comma: string;
    /** A 0 at the end of an equation. */
    readonly zero: RegExp;
    readonly more: string;
    readonly integral: string;
    readonly measure: string;
  };
}

const unicode: Press = {
  expression: toUnicode,
  name: nameToUnicode,
  number: numberToUnicode,
  text: (words) => words,
  signs: { in: " ∈ ", equals: " = ", comma: ", ", zero: /0$/, more: " > ", integral: "∫ ", measure: " dΩ" },
};

const latex: Press = {
  expression: expressionToLatex,
  name: nameToLatex,
  number: numberToLatex,
  text: (words) => `\\text{${words}}`,
  signs: {
    in: " \\in ",
    equals: " = ",
    comma: ", ",
    zero: /0$/,
    more: " > ",
    integral: "\\int ",
    measure: " \\, d\\Omega",
  },
};

const mathml: Press = {
  expression: expressionToMathml,
  name: nameToMathml,
  number: numberToMathml,
  text: textToMathml,
  signs: {
    in: "<mo>∈</mo>",
    equals: "<mo>=</mo>",
    comma: "<mo>,</mo>",
    zero: /<mn>0<\/mn>$/,
    more: "<mo>&gt;</mo>",
    integral: "<mo>∫</mo>",
    measure: '<mspace width="0.2em"/><mi>d</mi><mi>Ω</mi>',
  },
};

/**
 * The problem as it was understood, in Unicode, a line for each equation, condition, integral, observation and
 * constant: `∂u/∂t + u ∂u/∂x = ν ∂²u/∂x²`, `u = 0  on x = −1, x = 1`. Formulas above 110 characters are cut. Warnings
 * come last.
 */
export function printProblem(problem: Problem): string {
  const { name } = problem;
  const lines = linesOf(problem, unicode).map(({ formula, where }) => ({ formula: shortened(formula), where }));
  const width = Math.min(60, Math.max(...lines.map((line) => line.formula.length)));
  const rows = lines.map(({ formula, where }) => `  ${where ? `${formula.padEnd(width)}  ${where}` : formula}`);
  const warnings = (problem.warnings ?? []).map(({ text }) => `  doubtful: ${text}`);
  return [`${name}: ${header(problem, unicode)}`, ...rows, ...warnings].join("\n");
}

/** Most lines that a console shows of a problem. */
const mostLines = 16;

/** The problem, which `console.log` prints by {@link printProblem}, at most 16 lines of it. */
export function printingProblem(problem: Problem): Problem {
  return printing(problem, () => {
    const lines = printProblem(problem).split("\n");
    const rest = lines.length - mostLines;
    return [...lines.slice(0, mostLines), ...(rest > 0 ? [`  … and ${rest} more lines`] : [])].join("\n");
  });
}

/** Long formulas are cut: they are known from what was written. */
function shortened(formula: string): string {
  const most = 110;
  return formula.length > most ? `${formula.slice(0, most - 1).trimEnd()}…` : formula;
}

/**
 * The problem in Presentation MathML, a row of a table for each equation, condition, integral, observation and
 * constant: what holds, and where. Browsers typeset it without scripts.
 */
export function toMathml(problem: Problem): string {
  const cell = (text: string) => `<mtd>${text}</mtd>`;
  const rows = linesOf(problem, mathml).map(({ formula, where }) => `<mtr>${cell(formula)}${cell(where)}</mtr>`);
  return `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mtable displaystyle="true" columnspacing="2em">${rows.join("")}</mtable></math>`;
}

/** The problem in LaTeX: an `aligned` environment, for use in mathematics mode. */
export function toLatex(problem: Problem): string {
  const rows = linesOf(problem, latex).map(({ formula, where }) => `${formula} && ${where}`.trimEnd());
  return ["\\begin{aligned}", rows.map((row) => `  & ${row}`).join(" \\\\\n"), "\\end{aligned}"].join("\n");
}

/** `u(x, t) on x ∈ [−1, 1], t ∈ [0, 1]`; runs of equal intervals are drawn together. */
function header(problem: Problem, press: Press): string {
  const axes = problem.axes.map((a) => press.name(a));
  const many = axes.length > 4 ? [axes[0]!, "…", axes.at(-1)!] : axes;
  return `${problem.unknowns.map((u) => press.name(u)).join(", ")}(${many.join(", ")}) on ${domainText(problem, press)}`;
}

function domainText(problem: Problem, press: Press): string {
  const { axes, bounds } = problem;
  const interval = (k: number) => `[${press.number(bounds[k]![0])}, ${press.number(bounds[k]![1])}]`;
  const { shape } = parseDomain(problem.domain);
  const space = spaceAxes(problem);
  const moments =
    problem.time === undefined ? "" : `${press.name(axes[problem.time]!)}${press.signs.in}${interval(problem.time)}`;
  const family = (problem.parameters ?? []).map((k) => press.name(axes[k]!) + press.signs.in + interval(k));
  const others = [...(moments === "" ? [] : [moments]), ...family];
  if (space.length === 0) return others.join(", ");
  const time = others.map((one) => `, ${one}`).join("");
  if (shape.kind !== "box") {
    const words: Readonly<Record<string, string>> = {
      ball: space.length === 2 ? "a disk" : "a ball",
      ellipse: "an ellipse",
      polygon: shape.kind === "polygon" && shape.holes.length > 0 ? "a polygon with holes" : "a polygon",
      level: shape.kind === "level" ? shape.text : "",
      mesh: "the inside of a mesh",
      intersection: "an intersection of shapes",
    };
    return `${press.text(words[shape.kind] ?? `a ${shape.kind} of shapes`)}${time}`;
  }
  const same = space.length > 3 && space.every((k) => interval(k) === interval(0));
  if (same) {
    const range = `${press.name(axes[space[0]!]!)}, …, ${press.name(axes[space.at(-1)!]!)}`;
    return `${range}${press.signs.in}${interval(0)}${time}`;
  }
  return space.map((k) => `${press.name(axes[k]!)}${press.signs.in}${interval(k)}`).join(", ") + time;
}

function linesOf(problem: Problem, press: Press): Line[] {
  const { text, unknowns } = problem;
  const names = [...new Set([...Object.keys(problem.constants), ...Object.keys(problem.trainable)])];
  const scope = scopeOf(problem);
  // Sums over points and pairs of real equations say less than what was written.
  const isLong = (formula: string) => scope.complex !== undefined || /\bint(?:egral)?\s*\(/.test(formula);
  const equation = (formula: string, options: Partial<ParseOptions> = {}) => {
    if (isLong(formula)) return press.text(formula);
    const sides = parseEquation(formula, scope, { unknowns: true, display: true, ...options });
    return sides.map((side) => press.expression(side, scope)).join(press.signs.equals);
  };
  const equations = equationList(text);
  const { manufactured } = text;
  const source = manufactured === undefined ? {} : { source: "source" };
  const given = problem.exact ?? [];
  const solution = given.map((e, i) => press.name(unknowns[i]!) + press.signs.equals + press.expression(e, scope));
  return [
    ...equations.map((one, i) => ({
      formula:
        typeof one === "string"
          ? equation(one, source)
          : press.expression(problem.equations[i]!, scope) + press.signs.equals + press.number(0),
      where: "",
    })),
    ...problem.conditions.map((c) => ({
      formula: condition(c, problem, press, equation),
      where: placeText(c, scope, problem, press),
    })),
    ...(problem.histories ?? []).map(({ unknown, value }) => ({
      formula: press.name(unknowns[unknown]!) + press.signs.equals + press.expression(value, scope),
      where: `${press.text("before ")}${press.name("t")}${press.signs.equals}${press.number(problem.bounds[problem.time!]![0])}`,
    })),
    ...problem.integrals.filter(isFirstOfEvery).map(({ integrand, value, at, every }) => ({
      formula: `${press.signs.integral}${press.expression(integrand, scope)}${press.signs.measure}${press.signs.equals}${press.expression(value, scope)}`,
      where: every
        ? `${press.text("at every ")}${press.name("t")}`
        : at === undefined
          ? ""
          : `${press.text("at ")}${press.name("t")}${press.signs.equals}${press.number(at)}`,
    })),
    ...problem.observations.map(({ quantity, values, sigma, hasSigma }) => ({
      formula: press.expression(quantity, scope),
      where: press.text(
        quantity.kind === "constant"
          ? `is ${values[0]} ± ${sigma} before the data`
          : `observed at ${values.length} points${hasSigma ? `, noise ${sigma}` : ""}`,
      ),
    })),
    ...problem.quantities.map(({ name, quantity, text: written }) => ({
      formula:
        press.name(name) +
        press.signs.equals +
        (isLong(written) ? press.text(written) : press.expression(quantity, scope)),
      where: press.text("asked for"),
    })),
    ...(problem.functionals ?? []).map(({ name, text: written }) => ({
      formula: press.name(name) + press.signs.equals + press.text(written),
      where: press.text("asked for"),
    })),
    ...solution.map((formula) => ({
      formula,
      where: press.text(manufactured === undefined ? "the exact solution" : "manufactured; it defines the source"),
    })),
    ...names.map((name) => constantLine(name, problem, press)),
    ...Object.entries(text.functions ?? {}).flatMap(([name, one]) =>
      typeof one === "string" ? [] : [{ formula: press.name(name), where: press.text(gridText(one as GridSpec)) }],
    ),
  ];
}

/** A grid in words. */
function gridText({ axes, interpolation = "cubic", units, source }: GridSpec): string {
  const kinds = typeof interpolation === "string" ? [interpolation] : Object.values(interpolation);
  const sizes = Object.entries(axes).map(([axis, { length }]) => `${axis} (${length})`);
  const from = source === undefined ? "" : ` of ${source}`;
  return `interpolated (${kinds.join(", ")}) on ${sizes.join(" × ")}${from}${units === undefined ? "" : ` in ${units}`}`;
}

/** Of the rows that stand for one integral at every time, the first. */
const isFirstOfEvery = (one: Integral, k: number, all: readonly Integral[]): boolean =>
  !one.every || all[k - 1]?.every !== true || all[k - 1]!.text !== one.text;

function constantLine(name: string, { constants, trainable }: Problem, press: Press): Line {
  const value = (of: number) => press.name(name) + press.signs.equals + press.number(of);
  const guess = getOwn(trainable, name);
  if (guess === undefined) return { formula: value(constants[name]!), where: "" };
  const truth = getOwn(constants, name);
  const where =
    truth === undefined
      ? "to be found, from this guess"
      : `to be found, from this guess; truly ${numberText(truth, 6)}`;
  return { formula: value(guess), where: press.text(where) };
}

function condition(
  c: Condition,
  problem: Problem,
  press: Press,
  equation: (formula: string, options?: Partial<ParseOptions>) => string,
): string {
  if (c.kind === "periodic")
    return `${c.unknowns.map((u) => press.name(problem.unknowns[u]!)).join(press.signs.comma)}${press.text(" periodic")}`;
  if (!c.text.endsWith("= exact")) return equation(c.text, { normal: true });
  const left = c.text.replace(/ = exact$/, "");
  return equation(`${left} = 0`, { normal: true }).replace(press.signs.zero, press.text("exact"));
}

function placeText({ on, kind }: Condition, scope: Scope, problem: Problem, press: Press): string {
  const face = ({ axis, side }: Extract<Place, { axis: number }>) => {
    const [low, high] = problem.bounds[axis]!;
    const at = (value: number) => `${press.name(scope.axes[axis]!)}${press.signs.equals}${press.number(value)}`;
    return side === "both" ? at(low) + press.signs.comma + at(high) : at(side === "low" ? low : high);
  };
  if (kind === "periodic") return `${press.text("in ")}${press.name(scope.axes[on.axis]!)}`;
  if (on === "boundary") return press.text("on the boundary");
  if ("edge" in on) return press.text(`on edge ${on.edge}`);
  if ("group" in on) return press.text(`on ${on.group}`);
  if ("surface" in on)
    return `${press.text("on the interface ")}${press.expression(on.surface, scope)}${press.signs.equals}${press.number(0)}`;
  if ("where" in on && on.text !== undefined) return press.text(`where ${on.text}`);
  if ("where" in on)
    return `${press.text("where ")}${press.expression(on.where, scope)}${press.signs.more}${press.number(0)}`;
  return `${press.text(on.axis === problem.time ? "at " : "on ")}${face(on)}`;
}
