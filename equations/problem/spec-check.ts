/** Checks that a value, such as the content of a JSON file, has the form of a problem, before any of it is read. */
import { OptionsError } from "../../engine/errors.ts";
import { timeName } from "../domain/spec.ts";
import { interpolations } from "../expression/spline-axis.ts";
import { suggest } from "../expression/syntax-error.ts";
import type { ProblemSpec } from "./problem.ts";

type Check = (value: unknown, path: string) => void;

function fail(path: string, value: unknown, wanted: string): never {
  const shown = JSON.stringify(value) ?? String(value);
  const short = shown.length > 80 ? `${shown.slice(0, 77)}…` : shown;
  throw new OptionsError(`pde: ${path} is ${short}; give ${wanted}`, path, value);
}

const isRecord = (v: unknown): v is Readonly<Record<string, unknown>> =>
  typeof v === "object" && v !== null && !Array.isArray(v) && !ArrayBuffer.isView(v);
const isList = (v: unknown): v is ArrayLike<unknown> =>
  Array.isArray(v) || (ArrayBuffer.isView(v) && !(v instanceof DataView));

const text: Check = (v, path) => {
  if (typeof v !== "string" || v.trim() === "") fail(path, v, "a text that is not empty");
};
const finite: Check = (v, path) => {
  if (typeof v !== "number" || !Number.isFinite(v)) fail(path, v, "a finite number");
};
const positive: Check = (v, path) => {
  if (typeof v !== "number" || !(v > 0 && v < Number.POSITIVE_INFINITY)) fail(path, v, "a positive number");
};
const anyText: Check = (v, path) => {
  if (typeof v !== "string") fail(path, v, "a text");
};

function oneOf(...words: readonly string[]): Check {
  return (v, path) => {
    if (typeof v !== "string" || !words.includes(v)) fail(path, v, words.map((w) => `"${w}"`).join(" or "));
  };
}

function listOf(item: Check, least = 0, most = Number.MAX_SAFE_INTEGER): Check {
  return (v, path) => {
    if (isList(v) && v.length > most) {
      throw new OptionsError(`pde: ${path} has ${v.length} entries; give at most ${most}`, path, v.length);
    }
    if (!isList(v) || v.length < least) fail(path, v, `a list${least > 0 ? ` of at least ${least}` : ""}`);
    for (let i = 0; i < v.length; i++) item(v[i], `${path}[${i}]`);
  };
}

function recordOf(item: Check): Check {
  return (v, path) => {
    if (!isRecord(v)) fail(path, v, "an object");
    for (const [key, value] of Object.entries(v)) item(value, `${path}.${key}`);
  };
}

/** The first alternative whose kind of value it is. */
function either(wanted: string, ...alternatives: readonly [test: (v: unknown) => boolean, check: Check][]): Check {
  return (v, path) => {
    const found = alternatives.find(([test]) => test(v));
    if (!found) fail(path, v, wanted);
    found[1](v, path);
  };
}

function object(required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check {
  const fields = { ...required, ...optional };
  return (v, path) => {
    if (!isRecord(v)) fail(path, v, `an object with ${Object.keys(required).join(", ")}`);
    for (const key of Object.keys(v)) {
      if (!Object.hasOwn(fields, key)) {
        const known = Object.keys(fields);
        throw new OptionsError(`pde: ${path} has the unknown key "${key}"; ${suggest(key, known)}`, key, v[key]);
      }
    }
    if (v["file"] !== undefined && fields["file"] === noFile) noFile(v["file"], `${path}.file`);
    for (const key of Object.keys(required)) {
      if (v[key] === undefined) {
        throw new OptionsError(`pde: ${path} has no "${key}"; it needs ${Object.keys(required).join(", ")}`, key);
      }
    }
    for (const [key, value] of Object.entries(v)) if (value !== undefined) fields[key]!(value, `${path}.${key}`);
  };
}

const isText = (v: unknown) => typeof v === "string";
const textOrTexts = either("a text or a list of texts", [isText, text], [isList, listOf(text, 1)]);
const constants = recordOf(
  either("a number or a formula", [isText, text], [(v) => typeof v === "number" || v === null, finite]),
);
const solution = either(
  "a formula, a list of them or one by name",
  [isText, text],
  [isList, listOf(text, 1)],
  [isRecord, recordOf(text)],
);
const onePlace: readonly [test: (v: unknown) => boolean, check: Check][] = [
  [isText, text],
  [(v) => isRecord(v) && "axis" in v, object({ axis: text }, { side: oneOf("low", "high", "both") })],
  [(v) => isRecord(v) && "edge" in v, object({ edge: finite })],
  [(v) => isRecord(v) && "group" in v, object({ group: text })],
  [(v) => isRecord(v), object({ where: text })],
];
const placeWords = 'a place such as "x", "x = 1", "y = 0 and x < 0" or { "where": "x < 0" }';
const place = either(
  `${placeWords}, or a list of them`,
  [isList, listOf(either(placeWords, ...onePlace), 1)],
  ...onePlace,
);

const numberOrText = either("a number or a formula", [isText, text], [() => true, finite]);
const range: Check = (v, path) => {
  if (!isList(v) || v.length !== 2)
    fail(path, v, 'two numbers, such as [0, 1]; a number that stays the same belongs into "constants"');
  listOf(numberOrText)(v, path);
};

const noFile: Check = (v, path) =>
  fail(path, v, 'the file as a function, "functions": { "start": { "file": … } }, and the equation "u = start"');
const conditionKinds: Readonly<Record<string, Check>> = {
  ...Object.fromEntries(
    ["dirichlet", "neumann", "robin"].map((type) => [
      type,
      object({ type: text, equation: textOrTexts }, { on: place, weight: positive, file: noFile }),
    ]),
  ),
  initial: object({ type: text, equation: textOrTexts }, { weight: positive, file: noFile }),
  interface: object({ type: text, equation: textOrTexts, on: text }, { weight: positive }),
  periodic: object({ type: text, on: textOrTexts }, { unknowns: listOf(text, 1), weight: positive }),
};

const condition: Check = (v, path) => {
  if (!isRecord(v)) fail(path, v, 'an object such as { "type": "dirichlet", "equation": "u = 0" }');
  const kinds = Object.keys(conditionKinds);
  const { type } = v;
  if (typeof type !== "string") fail(`${path}.type`, type, kinds.join(", "));
  if (!Object.hasOwn(conditionKinds, type)) fail(`${path}.type`, type, `one of ${kinds.join(", ")}`);
  conditionKinds[type]!(v, path);
};

const integral = either(
  "an equation or an object",
  [isText, text],
  [
    isRecord,
    object(
      { equation: text },
      {
        at: either(
          'a time, or "every t"',
          [isText, oneOf(`every ${timeName}`)],
          [() => true, object({ [timeName]: finite })],
        ),
        weight: positive,
      },
    ),
  ],
);

const columnsOfNumbers: Check = (v, path) => {
  if (!isRecord(v)) fail(path, v, "an object of lists of numbers");
  for (const [name, column] of Object.entries(v)) listOf(finite, 1)(column, `${path}.${name}`);
};
const pointsAndValues = object(
  {
    points: listOf(either("a number or a row of numbers", [isList, listOf(finite)], [() => true, finite]), 1),
    values: listOf(finite, 1),
  },
  { quantity: text, sigma: positive },
);
const observation = either(
  "{ points, values }, { columns } or { file }",
  [(v) => isRecord(v) && "columns" in v, object({ columns: columnsOfNumbers }, { quantity: text, sigma: positive })],
  [(v) => isRecord(v) && "file" in v, object({ file: text }, { quantity: text, sigma: positive })],
  [() => true, pointsAndValues],
);

const functionResidual = object(
  {
    inputs: listOf(text, 1),
    residual: (v, path) => {
      if (typeof v !== "function") fail(path, v, "a function of columns");
    },
  },
  { name: text },
);
const equation = either(
  "a text or { inputs, residual }",
  [isText, text],
  [
    (v) => isRecord(v) && "inputs" in v && v["residual"] === undefined,
    (v, path) =>
      fail(path, v, "its residual: functions are no part of JSON, make the problem in code (loadSolution takes it)"),
  ],
  [isRecord, functionResidual],
);

const interpolation = either(
  `one of ${interpolations.join(", ")}, or one by axis`,
  [isText, oneOf(...interpolations)],
  [isRecord, recordOf(oneOf(...interpolations))],
);
const numbersByAxis: Check = (v, path) => {
  if (!isRecord(v) || Object.keys(v).length === 0) fail(path, v, "lists of numbers by axis");
  for (const [name, places] of Object.entries(v)) listOf(finite, 1)(places, `${path}.${name}`);
};
const gridFunction = object(
  { axes: numbersByAxis, values: either("a list of numbers", [isText, text], [isList, listOf(() => undefined, 1)]) },
  { edges: numbersByAxis, interpolation, units: anyText, source: anyText },
);
const dataOptions = {
  ...{ interpolation, units: text, fileUnits: text, along: recordOf(text), lengths: oneOf("m", "km"), time: text },
  projection: object({ name: oneOf("equirectangular"), centre: listOf(finite, 2, 2) }),
  at: recordOf(either("an index or a label", [isText, text], [() => true, finite])),
  missing: either('"nearest" or a number', [isText, oneOf("nearest")], [() => true, finite]),
};
const field: Check = (v, path) => {
  if (!isRecord(v) || !isList(v["dims"]) || !isList(v["coordinates"])) fail(path, "no field", "what readField gives");
};

/** Each unknown and each integral is compiled on its own; thousands would never end. */
const [mostUnknowns, mostIntegrals] = [64, 256];
/** Each takes milliseconds to look at. */
const mostOfAList = 4096;

const conditionsWanted =
  '"exact", an equation such as "u = 0" on the whole boundary, or a list such as [{ "type": "dirichlet", "equation": "u = 0", "on": "x" }]';

const problem = object(
  {
    name: anyText,
    domain: (v, path) => {
      if (!isRecord(v)) fail(path, v, 'an object such as { "x": [-1, 1], "t": [0, 1] }');
    },
    equations: either(
      "a text, a residual, or a list of them",
      [isText, text],
      [isList, listOf(equation, 1, mostOfAList)],
      [isRecord, equation],
    ),
  },
  {
    unknowns: listOf(text, 1, mostUnknowns),
    complex: listOf(text, 1, mostUnknowns),
    fields: recordOf(
      either(
        "a positive number or { smooth }",
        [(v) => typeof v === "number", positive],
        [isRecord, object({ smooth: positive }, { guess: numberOrText, over: listOf(text, 1) })],
      ),
    ),
    parameters: recordOf(range),
    functions: recordOf(
      either(
        'a formula, { "file": "k.nc" }, { field } or { axes, values }',
        [isText, text],
        [(v) => isRecord(v) && "file" in v, object({ file: text }, dataOptions)],
        [(v) => isRecord(v) && "field" in v, object({ field }, dataOptions)],
        [isRecord, gridFunction],
      ),
    ),
    constants,
    trainable: recordOf(
      either(
        "a first guess, or { guess, sigma }",
        [isText, text],
        [(v) => typeof v === "number" || v === null, finite],
        [isRecord, object({ guess: numberOrText, sigma: positive })],
      ),
    ),
    conditions: either(
      conditionsWanted,
      [
        isText,
        (v, path) => (v === "exact" || /=|\bperiodic\b/.test(String(v)) ? undefined : fail(path, v, conditionsWanted)),
      ],
      [isList, listOf(either("a condition or an equation", [isText, text], [() => true, condition]), 0, mostOfAList)],
    ),
    integrals: listOf(integral, 0, mostIntegrals),
    observations: listOf(observation, 0, mostOfAList),
    quantities: recordOf(text),
    functionals: recordOf(text),
    manufactured: solution,
    exact: solution,
    allow: listOf(oneOf("missing-condition", "corner-mismatch", "lost-flux")),
  },
);

/** The deepest nesting of lists and objects: shapes in shapes, which are the deepest. */
const deepest = 64;

/** Goes down level by level, so that neither depth nor cycles end the stack. */
function checkDepth(value: unknown): void {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest)
      throw new OptionsError(
        `pde: lists and objects are nested more than ${deepest} deep; give a flatter problem`,
        "problem",
      );
    level = level.flatMap((v) =>
      typeof v === "object" && v !== null && !ArrayBuffer.isView(v)
        ? Object.values(v).filter((inner) => typeof inner === "object" && inner !== null)
        : [],
    );
  }
}

/**
 * Checks the form of a problem; what its texts say is not read.
 * @throws OptionsError that names the place, the value and what is wanted
 */
export function checkSpec(value: unknown): asserts value is ProblemSpec {
  checkDepth(value);
  problem(value, "the problem");
}
