// engine/tensor.ts
import * as tf from "@tensorflow/tfjs";
function quietCpu() {
  const cpu = tf.findBackend("cpu");
  if (cpu.firstUse) cpu.firstUse = false;
}

export {
  tf,
  quietCpu
};
