import {
  adamUpdate,
  learningRateTensor
} from "./chunk-6RL6FTP2.js";
import {
  castValue,
  compile,
  optimize
} from "./chunk-TNAG3B54.js";
import {
  Graph,
  removeUnused,
  sizeOf
} from "./chunk-UT3GBMX3.js";
import {
  constant,
  currentGraph,
  isTracing,
  plain,
  tensorOf,
  toPlain,
  tracedOf,
  tracing
} from "./chunk-2JKOHZZA.js";
import {
  tf
} from "./chunk-JHNL2DBA.js";
import {
  ConvergenceError,
  OptionsError,
  ShapeError
} from "./chunk-Y46VEHZ7.js";

// engine/loop.ts
function repeat(count, state, body) {
  if (!isTracing()) {
    const records = [];
    let current = state;
    for (let i = 0; i < count; i++) {
      const next = body(tf.scalar(i, "int32"), current);
      current = next.state;
      records.push(next.record);
    }
    return { state: current, record: tf.stack(records) };
  }
  const outer = currentGraph();
  const inner = new Graph({
    precision: outer.precision,
    channelBlock: outer.channelBlock,
    prefix: `${outer.fresh()}_`
  });
  const initial = state.map((t) => toPlain(outer, tracedOf(t)));
  tracing(inner, () => {
    const index = inner.input(inner.fresh(), [], "int64");
    const goOn = inner.input(inner.fresh(), [], "bool");
    const inputs = initial.map((value) => inner.input(inner.fresh(), value.shape, value.type));
    const iteration = castValue(inner, index, "int32");
    const next = body(
      tensorOf(iteration),
      inputs.map((value) => tensorOf(value))
    );
    const results = [...next.state, next.record].map((t) => toPlain(inner, tracedOf(t)));
    inner.output(inner.fresh(), goOn);
    for (const result of results) inner.output(inner.fresh(), result);
  });
  optimize(inner);
  removeUnused(inner);
  const record = inner.outputs.at(-1);
  const outputs = outer.ops(
    "Loop",
    [outer.constant([count], [], "int64"), void 0, ...initial],
    [...initial.map(({ shape, type }) => ({ shape, type })), { shape: [count, ...record.shape], type: record.type }],
    { body: inner }
  );
  const tensors = outputs.map((value) => tensorOf(plain(value)));
  return { state: tensors.slice(0, -1), record: tensors.at(-1) };
}

// engine/training.ts
var slots = ["parameters", "ema", "firstMoment", "secondMoment"];
async function compileTraining(program, options = {}) {
  const { stepsPerCall = 1, ...compileOptions } = options;
  const { precision = "float32", name = "training" } = compileOptions;
  if (!Number.isInteger(stepsPerCall) || stepsPerCall < 1) {
    throw new OptionsError(
      `${name}: stepsPerCall must be a whole number \u2265 1, got ${stepsPerCall}`,
      "stepsPerCall",
      stepsPerCall
    );
  }
  const layout = layoutOf(program, name);
  const total = layout.reduce((sum, p) => sum + p.size, 0);
  let metricNames = [];
  const step = (vectors, counter, inputs) => {
    const [theta, average, first, second] = vectors;
    const tensors = layout.map((p) => tf.reshape(tf.slice(theta, [p.offset], [p.size]), [...p.shape]));
    let metrics = {};
    const { value, grads } = tf.valueAndGrads((...parameters) => {
      const named = Object.fromEntries(layout.map((p, i) => [p.name, parameters[i]]));
      const result = program.loss(named, inputs);
      metrics = result.metrics ?? {};
      return result.loss;
    })(tensors);
    metricNames = Object.keys(metrics);
    const gradient = tf.concat(grads.map((g) => tf.reshape(g, [-1])));
    const norm = tf.sqrt(tf.sum(tf.square(gradient)));
    const clipped = program.clipNorm === void 0 ? gradient : tf.mul(gradient, tf.minimum(1, tf.div(constant(program.clipNorm), tf.add(norm, constant(1e-6)))));
    const rate = learningRateTensor(program.optimizer.learningRate, counter);
    const next = adamUpdate(
      program.optimizer,
      { parameters: theta, firstMoment: first, secondMoment: second },
      clipped,
      counter,
      rate
    );
    const report2 = [value, norm, rate, ...Object.values(metrics)].map((t) => tf.reshape(t, [1]));
    return {
      vectors: [
        next.parameters,
        movingAverage(program, average, next.parameters, counter),
        next.firstMoment,
        next.secondMoment
      ],
      counter: tf.add(counter, 1),
      report: tf.concat(report2)
    };
  };
  const vectorSpecs = slots.map(() => ({ shape: [total] }));
  const stacked = stepsPerCall === 1 ? program.inputs : program.inputs.map((s) => ({ ...s, shape: [stepsPerCall, ...s.shape] }));
  const compiled = await compile(
    (...tensors) => {
      const inputs = tensors.slice(5);
      const first = tensors.slice(0, 5);
      const one = (state2, batch) => {
        const { vectors, counter, report: report2 } = step(state2.slice(0, 4), state2[4], batch);
        return { state: [...vectors, counter], record: report2 };
      };
      const { state, record } = stepsPerCall === 1 ? one(first, inputs) : repeat(stepsPerCall, first, (iteration, current2) => {
        const at = tf.reshape(iteration, [1]);
        return one(
          current2,
          inputs.map((t) => tf.reshape(tf.gather(t, at), t.shape.slice(1)))
        );
      });
      return [...state, record];
    },
    [...vectorSpecs, { shape: [1] }, ...stacked],
    { ...compileOptions, name }
  );
  const allocate = (length) => precision === "float64" ? new Float64Array(length) : new Float32Array(length);
  let current = [...slots.map(() => allocate(total)), allocate(1)];
  let spare = [...slots.map(() => allocate(total)), allocate(1)];
  const width = 3 + metricNames.length;
  const report = allocate(stepsPerCall * width);
  for (const p of layout) {
    const { values } = program.parameters[p.name];
    current[0].set(values, p.offset);
    current[1].set(values, p.offset);
  }
  return {
    nodeCount: compiled.nodeCount,
    async step(inputs) {
      await compiled.run([...current, ...inputs], { into: [...spare, report] });
      const wrong = report.findIndex((value) => !Number.isFinite(value));
      const at = wrong >= 0 ? Math.floor(wrong / width) : stepsPerCall - 1;
      const [loss, gradientNorm, learningRate, ...metrics] = report.subarray(at * width, (at + 1) * width);
      const done = {
        loss,
        gradientNorm,
        learningRate,
        metrics: Object.fromEntries(metricNames.map((key, i) => [key, metrics[i]]))
      };
      if (wrong >= 0) {
        throw new ConvergenceError(
          `${name}: step ${current[4][0] + at} gave loss ${loss} and gradient norm ${gradientNorm}; the parameters before it are kept (state()): lower the learning rate, set clipNorm, or check the inputs for NaN`,
          "diverged",
          done
        );
      }
      [current, spare] = [spare, current];
      return done;
    },
    state() {
      const named = (vector) => Object.fromEntries(layout.map((p) => [p.name, vector.slice(p.offset, p.offset + p.size)]));
      return {
        step: current[4][0],
        parameters: named(current[0]),
        ema: named(current[1]),
        firstMoment: named(current[2]),
        secondMoment: named(current[3])
      };
    },
    load(state) {
      slots.forEach((slot, k) => {
        for (const p of layout) {
          const values = state[slot][p.name];
          if (values?.length !== p.size) {
            throw new ShapeError(
              `${name}.load: ${slot} of ${p.name}`,
              `${p.size} values`,
              `${values?.length ?? "no"} values`
            );
          }
        }
        for (const p of layout) current[k].set(state[slot][p.name], p.offset);
      });
      current[4][0] = state.step;
    },
    dispose: () => compiled.dispose()
  };
}
function layoutOf(program, name) {
  let offset = 0;
  return Object.entries(program.parameters).map(([key, { shape, values }]) => {
    const size = sizeOf(shape);
    if (values.length !== size) {
      throw new ShapeError(`${name}: values of parameter ${key}`, `${size} for shape [${shape}]`, `${values.length}`);
    }
    const placed = { name: key, shape, size, offset };
    offset += size;
    return placed;
  });
}
function movingAverage(program, average, parameters, counter) {
  if (!program.ema) return parameters;
  const { decay, warmup = false } = program.ema;
  const rate = warmup ? tf.sub(1, tf.minimum(constant(decay), tf.div(tf.add(counter, 1), tf.add(counter, 10)))) : constant(1 - decay);
  return tf.add(average, tf.mul(rate, tf.sub(parameters, average)));
}

export {
  compileTraining
};
