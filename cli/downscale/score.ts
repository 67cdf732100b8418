/** `monge downscale --coarsen --score`: the ensemble beside interpolation, against the field that was coarsened. */
import { bilinearUpsample } from "../../engine/numerics/grid.ts";
import type { DrawnFrame } from "../../generative/ensemble/index.ts";
import { fillGaps } from "../../generative/model/index.ts";
import { Field } from "../../io/field/index.ts";
import { verify } from "../../verification/index.ts";
import type { ScoreRow } from "../shell/score-table.ts";

/**
 * @param frames - as `onFrame` was given them, drawn with `coarsen: true`
 * @returns scores of the ensemble ("monge") and of bilinear interpolation, over the same cells
 */
export async function coarsenedScores(frames: readonly DrawnFrame[]): Promise<readonly ScoreRow[]> {
  const { wetThreshold = 0 } = frames[0]!;
  const truth = stacked(frames.map((frame) => frame.truth!));
  const of = async (method: string, forecast: Field): Promise<ScoreRow> => {
    const wet = wetThreshold > 0 && { wetThreshold };
    return { method, found: await verify(forecast, truth, { rain: true, times: "position", spectrum: true, ...wet }) };
  };
  return [
    await of("monge", stacked(frames.map(({ members }) => members))),
    await of("bilinear", stacked(frames.map(interpolated))),
  ];
}

function interpolated({ coarse, truth }: DrawnFrame): Field {
  const [height, width] = coarse.shape as [number, number];
  const whole = fillGaps(Float32Array.from(coarse.values), height, width);
  return truth!.with({ values: bilinearUpsample(whole, 1, height, width, truth!.shape[0]! / height) });
}

/** Frames as one field along time. */
function stacked(frames: readonly Field[]): Field {
  const [{ name, units, dims, shape, coordinates, gridMapping, values: first }] = frames as [Field, ...Field[]];
  const values = new Float32Array(frames.length * first.length);
  for (const [n, frame] of frames.entries()) values.set(frame.values, n * first.length);
  const along = { dims: ["time", ...dims], shape: [frames.length, ...shape], values };
  return new Field({
    name,
    units,
    coordinates: coordinates.filter((one) => one.name !== "time"),
    gridMapping,
    ...along,
  });
}
