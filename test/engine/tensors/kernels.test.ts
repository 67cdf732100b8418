import { test } from "../../harness.ts";
import { judge } from "./kernel-harness.ts";
import { basicKernels } from "./kernel-table.ts";

// float64 first: its gradients, checked by central differences, are the reference of the others.
const devices = [{ precision: "float64" }, { precision: "float32" }, { device: "eager" }] as const;

for (const [name, make] of Object.entries(basicKernels)) {
  test(`${name}: every device gives tfjs' values, and the gradient that central differences give`, async () => {
    await judge(make, devices, 4);
  });
}

test.run();
