/** The curve of the loss of a run, as a picture in its folder. */
import { join } from "node:path";
import { readMetrics } from "../../engine/files/run.ts";
import { curveFigure, writePicture } from "../../report/index.ts";

/** Draws `loss.svg` from `metrics.jsonl`, where two points are there. */
export async function drawLoss(directory: string): Promise<void> {
  // After a crash, steps since the last checkpoint were made and logged twice; the later line counts.
  const lines = (await readMetrics(directory)).filter(({ loss }) => loss !== undefined);
  const byStep = new Map(lines.map(({ step, loss }) => [Number(step), Number(loss)]));
  const points = [...byStep].sort(([a], [b]) => a - b);
  if (points.length < 2) return;
  const curve = { name: "training loss", x: points.map(([step]) => step), y: points.map(([, loss]) => loss) };
  const svg = await curveFigure({ curves: [curve], x: { name: "step" }, y: { name: "loss" } });
  await writePicture(join(directory, "loss.svg"), svg);
}
