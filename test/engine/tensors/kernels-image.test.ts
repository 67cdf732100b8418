import { test } from "../../harness.ts";
import { judge } from "./kernel-harness.ts";
import { imageKernels, indexKernels } from "./kernel-images.ts";

const devices = [{ precision: "float64" }, { precision: "float32" }, { device: "eager" }] as const;

for (const [name, make] of Object.entries({ ...imageKernels, ...indexKernels })) {
  test(`${name}: every device gives tfjs' values, and the gradient that central differences give`, async () => {
    await judge(make, devices, 6);
  });
}

test.run();
