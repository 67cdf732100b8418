import {
  recordToJson
} from "./chunk-JYSZMQVP.js";
import {
  OptionsError
} from "./chunk-Y46VEHZ7.js";

// solvers/own-kind.ts
function ownKind(what, given, method, known) {
  const kind = given?.kind;
  const list = known.join(", ");
  if (typeof kind !== "string" || kind === "") {
    const way = `give one of this package (${list}), or an object { kind, ${method}, \u2026 } of your own`;
    throw new OptionsError(`${what} has the kind ${JSON.stringify(kind)}; ${way}`, what, given);
  }
  const own = typeof given[method] === "function";
  if (own && known.includes(kind)) {
    const way = "what is saved would be taken for this package's; give yours another kind";
    throw new OptionsError(
      `${what} of your own has the kind "${kind}", which this package has too; ${way}`,
      what,
      kind
    );
  }
  if (!own && !known.includes(kind)) {
    const way = `one of your own is handed in as an object with the function ${method}`;
    throw new OptionsError(`${what} has the kind "${kind}", which is none of ${list}; ${way}`, what, kind);
  }
  return own;
}
function dataOf(given) {
  const data = Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value !== "function"));
  return JSON.parse(recordToJson(data));
}

export {
  ownKind,
  dataOf
};
