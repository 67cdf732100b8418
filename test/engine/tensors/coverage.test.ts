import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { loweredKernels, tf } from "../../../engine/index.ts";
import { registerTraceBackend, traceBackendName } from "../../../engine/tensors/trace.ts";
import { assert, none, test } from "../../harness.ts";
import { drawFrom, prepare, shapeOf } from "./kernel-harness.ts";
import { imageKernels, indexKernels } from "./kernel-images.ts";
import { basicKernels } from "./kernel-table.ts";

/** Wraps the kernels of the tracing backend so that calls leave their names. */
function observe(): Set<string> {
  registerTraceBackend();
  const called = new Set<string>();
  for (const kernelName of loweredKernels()) {
    const config = tf.getKernel(kernelName, traceBackendName);
    tf.unregisterKernel(kernelName, traceBackendName);
    tf.registerKernel({
      ...config,
      kernelFunc: (call) => {
        called.add(kernelName);
        return config.kernelFunc(call);
      },
    });
  }
  return called;
}

test("the lowered kernels are known before anything is compiled, and the page counts them", () => {
  const page = readFileSync(new URL("../../../docs/explanation/engine.md", import.meta.url), "utf8");
  assert.is(`${loweredKernels().length}`, /(\d+) tfjs kernels are lowered/.exec(page)?.[1]);
});

test("every lowered kernel is called by a case of the kernel table, and there are at least 100", async () => {
  const called = observe();
  for (const make of Object.values({ ...basicKernels, ...imageKernels, ...indexKernels })) {
    for (const g of fc.sample(fc.gen(), { numRuns: 3, seed: 11 })) {
      const drawn = make(drawFrom(g));
      const { compiled } = await prepare(drawn, shapeOf(drawn), {});
      await compiled.dispose();
    }
  }
  const kernels = loweredKernels();
  none(kernels, (name) => !called.has(name), "lowered, but not tested");
  assert.ok(kernels.length >= 100, `${kernels.length} kernels`);
});

test.run();
