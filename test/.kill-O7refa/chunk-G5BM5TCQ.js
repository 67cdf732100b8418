import {
  curveFigure,
  writePicture
} from "./chunk-B76RVHYB.js";
import {
  readMetrics
} from "./chunk-HHEHUTHZ.js";

// cli/train/loss-curve.ts
import { join } from "node:path";
async function drawLoss(directory) {
  const lines = (await readMetrics(directory)).filter(({ loss }) => loss !== void 0);
  const byStep = new Map(lines.map(({ step, loss }) => [Number(step), Number(loss)]));
  const points = [...byStep].sort(([a], [b]) => a - b);
  if (points.length < 2) return;
  const curve = { name: "training loss", x: points.map(([step]) => step), y: points.map(([, loss]) => loss) };
  const svg = await curveFigure({ curves: [curve], x: { name: "step" }, y: { name: "loss" } });
  await writePicture(join(directory, "loss.svg"), svg);
}

export {
  drawLoss
};
