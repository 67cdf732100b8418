/** Common to all solutions: values, quantities, errors and grids by expressions of the unknowns at points. */
import { checkNames } from "../../engine/check-names.ts";
import { type Domain, domainOf } from "../domain/domain.ts";
import { partial, unit } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { parseExpression } from "../expression/parse.ts";
import { scopeOf } from "../problem/names.ts";
import type { Problem } from "../problem/problem.ts";
import { type AtPoints, type Errors, errorsOf, type GridSolution, gridOf, type TestSet } from "./evaluation.ts";
import type { SolutionReport } from "./solution.ts";
import type { Status } from "./train.ts";

/** A solved problem, whatever its functions are. */
export abstract class BaseSolution {
  readonly problem: Problem;
  readonly domain: Domain;
  readonly report: SolutionReport;
  /** Folder of the run's record, where `solve` kept one. */
  readonly run: string | undefined;
  /** The unknowns themselves. */
  protected readonly unknowns: readonly Expression[];
  readonly #quantities = new Map<string, readonly Expression[]>();

  constructor(problem: Problem, report: SolutionReport, run?: string) {
    const { unknowns, axes, domain } = problem;
    this.problem = problem;
    this.domain = domainOf(domain);
    this.report = report;
    this.run = run;
    this.unknowns = unknowns.map((_, k) => partial(k, unit(axes.length, -1)));
  }

  get status(): Status {
    return this.report.status;
  }

  /**
   * Several expressions of the problem at points, in one pass. They are compiled once for each list.
   *
   * @param expressions - such as `problem.quantities` has
   * @param points - [n, axes]
   * @returns [n, expressions], row-major; NaN outside of the domain
   */
  abstract expressions(
    expressions: readonly Expression[],
    points: Float64Array,
    options?: AtPoints,
  ): Promise<Float64Array>;

  /**
   * The unknowns at points.
   *
   * @param points - [n, axes], row-major, finite
   * @returns [n, unknowns], row-major; NaN outside of the domain, and where the solution has ended before
   * @throws ShapeError where the numbers are no whole points; DomainError where one is not finite
   */
  evaluate(points: Float64Array, options: AtPoints = {}): Promise<Float64Array> {
    checkNames("evaluate", options, "outside");
    return this.expressions(this.unknowns, points, options);
  }

  /**
   * Any formula of the unknowns at points, such as `"u_x"`, `"lap(u)"` or `"u*u_x - nu*u_xx"`, or the name of a quantity that the problem asks for.
   *
   * @param points - [n, axes]
   * @returns n values; NaN outside of the domain
   * @throws FormatError where the formula cannot be read
   */
  quantity(formula: string, points: Float64Array, options: AtPoints = {}): Promise<Float64Array> {
    checkNames("quantity", options, "outside");
    const { quantities } = this.problem;
    const known = this.#quantities.get(formula) ?? [
      quantities.find(({ name }) => name === formula)?.quantity ??
        parseExpression(formula, scopeOf(this.problem), { unknowns: true }),
    ];
    this.#quantities.set(formula, known);
    return this.expressions(known, points, options);
  }

  /**
   * Errors against the problem's exact solution at quasi-uniform points, or against a test set.
   *
   * @param test - points with true values @defaultValue 65 536 Sobol points with the exact solution
   * @throws OptionsError where there is neither
   */
  errors(test?: TestSet): Promise<Errors> {
    return errorsOf(this, test);
  }

  /**
   * The unknowns on a grid over the bounding box, both ends included; NaN outside the domain.
   *
   * @param counts - points along each axis, at least 2, by name
   */
  onGrid(counts: Readonly<Record<string, number>>): Promise<GridSolution> {
    return gridOf(this, counts);
  }
}
