/** Fields of paired downscaling: fine ones, coarse ones of another data set, and covariates. */
import { isMongeError, OptionsError, ShapeError } from "../../engine/errors.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { checkTimes } from "../../io/field/index.ts";
import { gridOf } from "../../io/regrid/index.ts";
import type { ContextName } from "../model/context.ts";
import type { TimeSteps } from "../model/time-steps.ts";

/** Fields of a paired downscaler, on any grids of one reference system. */
export interface PairFields {
  /** Targets: at least one variable, all on one grid. */
  readonly fine: readonly LazyField[];
  /** Coarse input: at least one variable. */
  readonly coarse: readonly LazyField[];
  /** Other variables of each time. @defaultValue none */
  readonly with?: readonly LazyField[];
  /** Variables without times: orography, soil. @defaultValue none */
  readonly static?: readonly LazyField[];
  /** @defaultValue none */
  readonly context?: readonly ContextName[];
  /** The fine fields are the parts of coarse steps in time: all refine the first coarse field. @defaultValue one time of each is refined */
  readonly steps?: TimeSteps;
}

export type FieldRole = "fine" | "coarse" | "with" | "static";

/** Variable, file and what it is there, for messages. */
export const placed = (caller: string, role: string, { name, source }: Pick<LazyField, "name" | "source">): string =>
  `${caller}: ${role} (${source ? `${source}, ` : ""}variable ${name})`;

/**
 * The fields of a role with y and x last and at most time before them; dimensions of one position are dropped.
 *
 * @param caller - who asks, for messages
 * @throws ShapeError for other dimensions, without positions on a grid, and where times are missing or not to be; OptionsError where a name comes twice
 */
export function preparedFields(caller: string, role: FieldRole, given: readonly LazyField[]): readonly LazyField[] {
  const found = given.map((field) => prepared(caller, role, field));
  const twice = found.find(({ name }, i) => found.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined) {
    const way = "leave one out, or give it another name with `rename`";
    throw new OptionsError(`${placed(caller, role, twice)}: two fields have this name; ${way}`, role, twice.name);
  }
  return found;
}

function prepared(caller: string, role: FieldRole, given: LazyField): LazyField {
  let field = given.ungroup().mapsLast();
  const where = placed(caller, role, field);
  gridOf(field);
  checkTimes(field);
  if (field.shape.includes(0)) throw new ShapeError(where, "at least one value", field.shape);
  const time = role === "static" ? undefined : field.dimOf("time");
  for (const dim of field.dims.slice(0, -2)) {
    if (dim !== time && field.size(dim) === 1) field = field.isel({ [dim]: 0 });
  }
  const more = field.dims.slice(0, -2).filter((dim) => dim !== time);
  if (more.length === 0) return field;
  const what = `${more.map((dim) => `${dim} (${field.size(dim)})`).join(", ")} besides`;
  const expected = role === "static" ? "y and x alone" : "time, y and x alone";
  const way =
    role === "static"
      ? "give what changes with time as `with`"
      : "choose one position with `isel`; bands of a GeoTIFF that are times get dates by `monge convert --start DATE --step 1day`";
  throw new ShapeError(where, expected, what, way);
}

/** @throws what the work throws for its range, named by the option that gave it */
export function named<T>(option: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isMongeError(error)) throw error;
    throw new OptionsError(`\`${option}\`: ${error.message}`, option);
  }
}
