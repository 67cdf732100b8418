/** Lowering of elementwise kernels: unary, binary with broadcasting, comparisons, selection, casts, fills. */
import { KernelError } from "../../errors.ts";
import { type ElementType, type Graph, sizeOf, type Value } from "../graph.ts";
import { aligned, commonPerm, identity, plain, type Traced, typeOf, withPerm } from "../layout.ts";
import { elementCode } from "../onnx/model.ts";
import { type Lowering, lower } from "../trace.ts";
import { biasOnTwin, elementwiseOnTwins, twinOf } from "./twins.ts";

/** The result shape of numpy broadcasting. */
export function broadcastShape(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) => {
    let d = 1;
    for (const s of shapes) {
      const e = s[i - rank + s.length] ?? 1;
      if (e !== 1) d = e;
    }
    return d;
  });
}

/**
 * Aligns operands to one physical order, calls `emit` on their values, and views the result in that order. Operands
 * that were only expanded are taken as they were before, and the result is expanded where that is still needed: tfjs'
 * gradients of sums multiply by ones of the full shape.
 */
export function elementwise(
  graph: Graph,
  operands: readonly Traced[],
  emit: (values: Value[], shape: readonly number[]) => Value,
): Traced {
  const full = broadcastShape(...operands.map((t) => t.shape));
  const sources = operands.map((t) => unexpanded(graph, t));
  const logical = broadcastShape(...sources.map((t) => t.shape));
  const perm = commonPerm(sources, logical.length);
  const shape = perm.map((axis) => logical[axis]!);
  const values = sources.map((t) => alignedKeepingSize(graph, t, perm, logical));
  const result = withPerm(emit(values, shape), perm);
  if (sizeOf(logical) === sizeOf(full) && logical.length === full.length) return result;
  const order = perm.length === full.length ? perm : identity(full.length);
  const wide = order.map((axis) => full[axis]!);
  return withPerm(graph.op("Expand", [result.value, graph.ints(wide)], wide, typeOf(result)), order);
}

/** Source that was expanded into `t`, if it has the same rank or is a scalar. */
function unexpanded(graph: Graph, t: Traced): Traced {
  const producer = graph.producer(t.value.name);
  const source = producer?.operator === "Expand" ? graph.value(producer.inputs[0]!) : undefined;
  if (!source) return t;
  if (source.shape.length === 0) return plain(source);
  return source.shape.length === t.value.shape.length ? withPerm(source, t.perm) : t;
}

// `aligned` turns operands of one element into scalars; where every operand is one, the rank must survive.
function alignedKeepingSize(graph: Graph, t: Traced, perm: readonly number[], logical: readonly number[]): Value {
  const value = aligned(graph, t, perm);
  if (value.shape.length === perm.length || sizeOf(logical) > 1) return value;
  return graph.op("Reshape", [value, graph.ints(logical)], logical, value.type);
}

export function binary(graph: Graph, operator: string, a: Traced, b: Traced, type: ElementType = typeOf(a)): Traced {
  return elementwise(graph, [a, b], (values, shape) => {
    const onTwins =
      elementwiseOnTwins(graph, operator, values) ?? (operator === "Add" ? biased(graph, values) : undefined);
    return onTwins ?? graph.op(operator, values, shape, type);
  });
}

function biased(graph: Graph, [a, b]: readonly Value[]): Value | undefined {
  if (twinOf(graph, a!)) return biasOnTwin(graph, a!, b!);
  return twinOf(graph, b!) && biasOnTwin(graph, b!, a!);
}

export function unary(graph: Graph, operator: string, x: Traced, attributes = {}): Traced {
  return { ...x, value: graph.op(operator, [x.value], x.value.shape, x.value.type, attributes) };
}

type Emit = (graph: Graph, x: Value) => Value;
const same =
  (operator: string): Emit =>
  (graph, x) =>
    elementwiseOnTwins(graph, operator, [x]) ?? graph.op(operator, [x], x.shape);
const un = (graph: Graph, operator: string, x: Value) => graph.op(operator, [x], x.shape, x.type);
/** Elementwise operator on values of one physical order (or scalars). */
export const bi = (graph: Graph, operator: string, a: Value, b: Value, type: ElementType = a.type): Value =>
  graph.op(operator, [a, b], broadcastShape(a.shape, b.shape), type);

const unaryEmitters: Readonly<Record<string, Emit>> = {
  Neg: same("Neg"),
  Exp: same("Exp"),
  Log: same("Log"),
  Sqrt: same("Sqrt"),
  Abs: same("Abs"),
  Sign: same("Sign"),
  Reciprocal: same("Reciprocal"),
  Sigmoid: same("Sigmoid"),
  Tanh: same("Tanh"),
  Sin: same("Sin"),
  Cos: same("Cos"),
  Floor: same("Floor"),
  Ceil: same("Ceil"),
  Round: same("Round"),
  Relu: same("Relu"),
  Tan: (g, x) => bi(g, "Div", un(g, "Sin", x), un(g, "Cos", x)),
  Cosh: (g, x) => bi(g, "Mul", bi(g, "Add", un(g, "Exp", x), un(g, "Exp", un(g, "Neg", x))), g.scalar(0.5)),
  Square: (g, x) => bi(g, "Mul", x, x),
  Rsqrt: (g, x) => un(g, "Reciprocal", un(g, "Sqrt", x)),
  Relu6: (g, x) => bi(g, "Min", un(g, "Relu", x), g.scalar(6)),
  // softplus(x) = max(x, 0) + log1p(exp(−|x|)), which neither overflows nor cancels.
  Softplus: (g, x) => bi(g, "Add", un(g, "Relu", x), log1p(g, un(g, "Exp", un(g, "Neg", un(g, "Abs", x))))),
  Log1p: log1p,
  Expm1: expm1,
  Elu: (g, x) =>
    g.op(
      "Where",
      [bi(g, "Greater", x, g.scalar(0), "bool"), x, expm1(g, bi(g, "Min", x, g.scalar(0)))],
      x.shape,
      "float",
    ),
  IsNan: (g, x) => g.op("IsNaN", [x], x.shape, "bool"),
  IsInf: (g, x) => g.op("IsInf", [x], x.shape, "bool"),
  // x − x is 0 for finite x and NaN otherwise.
  IsFinite: (g, x) => bi(g, "Equal", bi(g, "Sub", x, x), g.scalar(0), "bool"),
};

/** log(1 + x) without cancellation: log(u)·x/(u − 1) with u = fl(1 + x) (Kahan, in Goldberg 1991, Theorem 4). */
export function log1p(g: Graph, x: Value): Value {
  const one = g.scalar(1);
  const u = bi(g, "Add", x, one);
  const d = bi(g, "Sub", u, one);
  const tiny = bi(g, "Equal", d, g.scalar(0), "bool");
  const safe = g.op("Where", [tiny, one, d], x.shape, "float");
  const y = bi(g, "Mul", un(g, "Log", u), bi(g, "Div", x, safe));
  // x = ∞ gives ∞/∞ above.
  const infinite = g.op("IsInf", [x], x.shape, "bool");
  return g.op("Where", [g.op("Or", [tiny, infinite], x.shape, "bool"), x, y], x.shape, "float");
}

/** exp(x) − 1 without cancellation: (u − 1)·x/log(u) with u = fl(exp x), the bare difference away from 0. */
export function expm1(g: Graph, x: Value): Value {
  const one = g.scalar(1);
  const u = un(g, "Exp", x);
  const d = bi(g, "Sub", u, one);
  const near = bi(g, "Less", un(g, "Abs", x), g.scalar(0.5), "bool");
  const tiny = bi(g, "Equal", d, g.scalar(0), "bool");
  const l = un(g, "Log", u);
  const safe = g.op("Where", [bi(g, "Equal", l, g.scalar(0), "bool"), one, l], x.shape, "float");
  const y = g.op("Where", [near, bi(g, "Div", bi(g, "Mul", d, x), safe), d], x.shape, "float");
  return g.op("Where", [g.op("And", [near, tiny], x.shape, "bool"), x, y], x.shape, "float");
}

export function registerElementwise(): void {
  for (const [kernel, emit] of Object.entries(unaryEmitters)) {
    lower(kernel, ({ graph, named }) => {
      const x = named["x"]!;
      return { ...x, value: emit(graph, x.value) };
    });
  }
  const binaries = {
    Add: "Add",
    Sub: "Sub",
    Multiply: "Mul",
    RealDiv: "Div",
    Pow: "Pow",
    Maximum: "Max",
    Minimum: "Min",
  };
  for (const [kernel, operator] of Object.entries(binaries)) {
    lower(kernel, ({ graph, named }) => binary(graph, operator, named["a"]!, named["b"]!));
  }
  const comparisons = {
    Equal: "Equal",
    Greater: "Greater",
    GreaterEqual: "GreaterOrEqual",
    Less: "Less",
    LessEqual: "LessOrEqual",
    LogicalAnd: "And",
    LogicalOr: "Or",
  };
  for (const [kernel, operator] of Object.entries(comparisons)) {
    lower(kernel, ({ graph, named }) => binary(graph, operator, named["a"]!, named["b"]!, "bool"));
  }
  lower("NotEqual", ({ graph, named }) =>
    unary(graph, "Not", binary(graph, "Equal", named["a"]!, named["b"]!, "bool")),
  );
  lower("LogicalNot", ({ graph, named }) => unary(graph, "Not", named["x"]!));
  lower("SquaredDifference", ({ graph, named }) => {
    const d = binary(graph, "Sub", named["a"]!, named["b"]!);
    return { ...d, value: bi(graph, "Mul", d.value, d.value) };
  });
  lower("FloorDiv", ({ graph, named }) => floorDivide(graph, named["a"]!, named["b"]!));
  lower("Mod", ({ graph, named }) => {
    const [a, b] = [named["a"]!, named["b"]!];
    if (typeOf(a) === "int32") return binary(graph, "Mod", a, b);
    return binary(graph, "Sub", a, binary(graph, "Mul", floorDivide(graph, a, b), b));
  });
  lower("AddN", ({ graph, inputs }) =>
    inputs.length === 1
      ? inputs[0]!
      : elementwise(graph, inputs, (values, shape) => graph.op("Sum", values, shape, values[0]!.type)),
  );
  lower("Select", ({ graph, named }) => {
    const [t, e] = [named["t"]!, named["e"]!];
    let condition = named["condition"]!;
    if (condition.shape.length === 1 && t.shape.length > 1) {
      // tfjs: a vector condition chooses whole rows.
      const shape = [condition.shape[0]!, ...new Array<number>(t.shape.length - 1).fill(1)];
      condition = plain(graph.op("Reshape", [condition.value, graph.ints(shape)], shape, "bool"));
    }
    return elementwise(graph, [condition, t, e], (values, shape) => {
      if (typeOf(t) !== "bool") return graph.op("Where", values, shape, typeOf(t));
      // ONNX Runtime selects no booleans: (c ∧ t) ∨ (¬c ∧ e).
      const [c, yes, no] = values as [Value, Value, Value];
      return bi(graph, "Or", bi(graph, "And", c, yes), bi(graph, "And", un(graph, "Not", c), no));
    });
  });
  lower("ClipByValue", ({ graph, named, attributes }) => {
    const x = named["x"]!;
    const { clipValueMin, clipValueMax } = attributes as { clipValueMin: number; clipValueMax: number };
    const low = bi(graph, "Max", x.value, graph.scalar(clipValueMin));
    return { ...x, value: bi(graph, "Min", low, graph.scalar(clipValueMax)) };
  });
  lower("LeakyRelu", ({ graph, named, attributes }) =>
    unary(graph, "LeakyRelu", named["x"]!, { alpha: { float: Number(attributes["alpha"]) } }),
  );
  lower("Prelu", ({ graph, named }) => {
    const [x, alpha] = [named["x"]!, named["alpha"]!];
    return elementwise(graph, [x, binary(graph, "Mul", x, alpha)], ([v, s], shape) =>
      graph.op("Where", [bi(graph, "Less", v!, graph.scalar(0), "bool"), s!, v!], shape, "float"),
    );
  });
  lower("Step", ({ graph, named, attributes }) => {
    const x = named["x"]!;
    const alpha = graph.scalar(Number(attributes["alpha"] ?? 0));
    const positive = bi(graph, "Greater", x.value, graph.scalar(0), "bool");
    const step = graph.op("Where", [positive, graph.scalar(1), alpha], x.value.shape, "float");
    const nan = graph.op("IsNaN", [x.value], x.value.shape, "bool");
    return { ...x, value: graph.op("Where", [nan, x.value, step], x.value.shape, "float") };
  });
  lower("EluGrad", ({ graph, named }) =>
    // y = elu(x): dy where y ≥ 0, dy·(y + 1) below.
    elementwise(graph, [named["dy"]!, named["y"]!], ([dy, y], shape) =>
      graph.op(
        "Where",
        [
          bi(graph, "GreaterOrEqual", y!, graph.scalar(0), "bool"),
          dy!,
          bi(graph, "Mul", dy!, bi(graph, "Add", y!, graph.scalar(1))),
        ],
        shape,
        "float",
      ),
    ),
  );
  lower("Identity", ({ named }) => named["x"]!);
  lower("Cast", ({ graph, named, attributes }) => cast(graph, named["x"]!, String(attributes["dtype"])));
  lower("Fill", ({ graph, attributes }) => {
    const { shape, value, dtype } = attributes as { shape: number[]; value: number; dtype?: string };
    return filled(graph, shape, value, dtype === "int32" ? "int32" : dtype === "bool" ? "bool" : "float");
  });
  lower("OnesLike", ({ graph, named }) => filled(graph, named["x"]!.shape, 1, typeOf(named["x"]!)));
  lower("ZerosLike", ({ graph, named }) => filled(graph, named["x"]!.shape, 0, typeOf(named["x"]!)));
}

function floorDivide(graph: Graph, a: Traced, b: Traced): Traced {
  if (typeOf(a) !== "int32") return unary(graph, "Floor", binary(graph, "Div", a, b));
  // ONNX divides integers towards zero; going through float64 floors exactly for 32-bit integers.
  const wide = (t: Traced): Traced => ({
    ...t,
    value: graph.op("Cast", [t.value], t.value.shape, "float", { to: 11 }),
  });
  const q = unary(graph, "Floor", binary(graph, "Div", wide(a), wide(b)));
  return { ...q, value: graph.op("Cast", [q.value], q.value.shape, "int32", { to: elementCode("int32", "float32") }) };
}

export function cast(graph: Graph, x: Traced, dtype: string): Traced {
  const target = ({ float32: "float", int32: "int32", bool: "bool" } as const)[dtype as "float32"];
  if (!target) throw new KernelError(`compile: cast to ${dtype} has no lowering`, "Cast");
  if (target === typeOf(x)) return x;
  return { ...x, value: castValue(graph, x.value, target) };
}

export const castValue = (graph: Graph, value: Value, type: ElementType): Value =>
  value.type === type
    ? value
    : graph.op("Cast", [value], value.shape, type, { to: elementCode(type, graph.precision) });

/** A tensor of one repeated number; kept as a scalar that broadcasts where it is large. */
export function filled(graph: Graph, shape: readonly number[], value: number, type: ElementType): Traced {
  const scalar = graph.constant([value], [], type);
  if (shape.length === 0) return plain(scalar);
  return plain(graph.op("Expand", [scalar, graph.ints(shape)], shape, type));
}

export type { Lowering };
