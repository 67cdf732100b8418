/**
 * Expressions as programs over columns of points: for calling very often with other times and other values of the
 * unknowns, in memory that is laid out once.
 */
import { OptionsError } from "../../engine/errors.ts";
import { columnLoop, type Expression } from "./expression.ts";
import { bottomUp, share } from "./tree.ts";

/** When a value changes: never, with time, or with the unknowns. */
type Level = 0 | 1 | 2;

interface Instruction {
  readonly level: Level;
  readonly run: () => void;
}

/** The leaves of expressions. */
export interface ProgramInputs {
  /** Number of points, ≥ 1. */
  readonly count: number;
  /** A column for each axis of space, by axis. */
  readonly space: Readonly<Record<number, Float64Array>>;
  /** The axis of time. */
  readonly time: number;
  /** Fixed columns by name, such as normals. */
  readonly fixed: Readonly<Record<string, Float64Array>>;
  /** Columns that the caller fills before each run, by name. */
  readonly moving: Readonly<Record<string, Float64Array>>;
  readonly constants: Readonly<Record<string, number>>;
}

/** Values of several expressions at the same points. */
export class ColumnProgram {
  /** One column for each expression, filled by {@link run}. */
  readonly outputs: readonly Float64Array[];
  /** True for those that change with time or with the unknowns. */
  readonly changes: readonly boolean[];
  readonly #moment: Float64Array;
  readonly #inTime: readonly Instruction[];
  readonly #always: readonly Instruction[];
  #last = Number.NaN;

  constructor(expressions: readonly Expression[], inputs: ProgramInputs) {
    const { count } = inputs;
    this.#moment = new Float64Array(count);
    const values = new Map<Expression, { readonly column: Float64Array; readonly level: Level }>();
    const instructions: Instruction[] = [];
    const leafOf = (e: Expression) => {
      switch (e.kind) {
        case "number":
          return { column: new Float64Array(count).fill(e.value), level: 0 as Level };
        case "constant":
          return { column: new Float64Array(count).fill(inputs.constants[e.name]!), level: 0 as Level };
        case "coordinate":
          return e.axis === inputs.time
            ? { column: this.#moment, level: 1 as Level }
            : { column: inputs.space[e.axis]!, level: 0 as Level };
        case "data": {
          const fixed = inputs.fixed[e.name];
          return fixed ? { column: fixed, level: 0 as Level } : { column: inputs.moving[e.name]!, level: 2 as Level };
        }
        default:
          throw new OptionsError(`evaluate: a ${e.kind} has no value on columns of points`, "equations");
      }
    };
    const roots = share(expressions);
    for (const root of roots) {
      for (const e of bottomUp(root, values)) {
        if (e.kind !== "call" && e.kind !== "table") {
          values.set(e, leafOf(e));
          continue;
        }
        const args = e.args.map((a) => values.get(a)!);
        const level = Math.max(0, ...args.map((a) => a.level)) as Level;
        const column = new Float64Array(count);
        const columns = args.map((a) => a.column);
        const exponent = e.args[1]?.kind === "number" ? e.args[1].value : undefined;
        const run =
          e.kind === "table"
            ? () => void e.table.values(columns, column)
            : columnLoop(e.name, column, columns, exponent);
        run();
        if (level > 0) instructions.push({ level, run });
        values.set(e, { column, level });
      }
    }
    this.outputs = roots.map((root) => values.get(root)!.column);
    this.changes = roots.map((root) => values.get(root)!.level > 0);
    this.#inTime = instructions.filter(({ level }) => level === 1);
    this.#always = instructions.filter(({ level }) => level === 2);
  }

  /** Fills the outputs, with what the moving columns hold now. */
  run(t: number): void {
    if (t !== this.#last) {
      this.#last = t;
      this.#moment.fill(t);
      for (const { run } of this.#inTime) run();
    }
    for (const { run } of this.#always) run();
  }
}
