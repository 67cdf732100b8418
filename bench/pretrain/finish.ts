/** From a trained network to the model of the package: the events that it has seen, and where it is from. */

import type { ModelConfiguration } from "../../generative/model/configuration.ts";
import type { Downscaler } from "../../generative/model/downscaler.ts";
import { meanTexture, scaleChannels } from "../../generative/model/input-scale.ts";
import { type Event, factorList } from "./events.ts";

/** Version of the model. */
export const VERSION = 4;

/** Of the distances of events from those of other archives, this share is near. */
const NEAR = 0.9;

/** The configuration of the package. */
export function finished(model: Downscaler, steps: number, events: readonly Event[]): ModelConfiguration {
  const { configuration } = model;
  const { blocks, channels } = configuration;
  const seen = events.flatMap(({ archive, spacing, interval, textures }) =>
    factorList.flatMap((factor) => {
      const texture = meanTexture((textures[0]![factor] ?? []).flat());
      if (texture === undefined) return [];
      const numbers = scaleChannels(channels, { factor, spacing, interval, texture });
      return [{ archive, numbers: numbers.map((v) => Number(v.toFixed(3))) }];
    }),
  );
  const apart = seen.map(({ archive, numbers }) =>
    Math.min(...seen.filter((other) => other.archive !== archive).map((other) => distance(numbers, other.numbers))),
  );
  const near = apart.sort((a, b) => a - b)[Math.floor(NEAR * (apart.length - 1))]!;
  return {
    ...configuration,
    // Large tiles: a pixel costs the same in them, and fewer are drawn twice.
    sampling: { method: "dpm++2m", evaluations: 5, tiles: [256, 16], batch: 1 },
    blocks: {
      ...blocks!,
      scales: {
        ...blocks!.scales!,
        seen: seen.map(({ numbers }) => numbers),
        near: Number(near.toFixed(3)),
      },
    },
    provenance: {
      ...configuration.provenance,
      ...{ step: steps, name: "pretrained", version: VERSION },
      data: { events: [...new Set(events.map(({ archive }) => archive))] },
    },
  };
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.sqrt(a.reduce((sum, v, k) => sum + (v - b[k]!) ** 2, 0));
