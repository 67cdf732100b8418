/** Kinds that a user hands in: an object that carries its own behaviour, beside those of a table. */
import { OptionsError } from "../engine/errors.ts";
import { recordToJson } from "../engine/files/json.ts";

/** Plain data with a kind. */
export interface Kind {
  /** Not empty; no two kinds of one table have the same. */
  readonly kind: string;
}

/**
 * True for an object that brings its own behaviour (the function `method`); else its kind must be known.
 *
 * @throws OptionsError where it is no such object, has the name of a known kind and behaviour too, or neither
 */
export function ownKind(what: string, given: Kind, method: string, known: readonly string[]): boolean {
  const kind: unknown = given?.kind;
  const list = known.join(", ");
  if (typeof kind !== "string" || kind === "") {
    const way = `give one of this package (${list}), or an object { kind, ${method}, … } of your own`;
    throw new OptionsError(`${what} has the kind ${JSON.stringify(kind)}; ${way}`, what, given);
  }
  const own = typeof (given as unknown as Record<string, unknown>)[method] === "function";
  if (own && known.includes(kind)) {
    const way = "what is saved would be taken for this package's; give yours another kind";
    throw new OptionsError(
      `${what} of your own has the kind "${kind}", which this package has too; ${way}`,
      what,
      kind,
    );
  }
  if (!own && !known.includes(kind)) {
    const way = `one of your own is handed in as an object with the function ${method}`;
    throw new OptionsError(`${what} has the kind "${kind}", which is none of ${list}; ${way}`, what, kind);
  }
  return own;
}

/** The record of a kind: its data, without functions. */
export function dataOf<T extends Kind>(given: T): T {
  const data = Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value !== "function"));
  return JSON.parse(recordToJson(data)) as T;
}
