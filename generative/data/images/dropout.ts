/** Input dropout: inputs that are left out of some crops, so that a model does without them. */
import type { Rng } from "../../../engine/random/rng.ts";
import { type Channel, fieldOf } from "../../model/channel.ts";

/** Channels that are left out together, and those that mark their gaps. */
export interface InputGroup {
  readonly values: readonly number[];
  /** Value of a channel that is left out. */
  readonly absent: number;
  /** Positions of the channels that mark its gaps. */
  readonly missing: readonly number[];
}

/** The covariates that dropout leaves out: the optional ones, or all where none is marked optional. */
export function covariateGroups(channels: readonly Channel[]): InputGroup[] {
  const covariates = channels.filter(({ role }) => role === "with" || role === "static" || role === "context");
  const marked = covariates.filter(({ optional }) => optional);
  const names = new Set((marked.length > 0 ? marked : covariates).map(fieldOf));
  return [...names].map((field) => {
    // Gaps are given by channel, and a field may have several.
    const own = (channel: Channel): boolean => channel.role !== "coarse" && rootOf(channel, channels) === field;
    const places = channels.flatMap((channel, i) => (own(channel) ? [i] : []));
    const isGap = (i: number): boolean => channels[i]!.role === "missing";
    return { values: places.filter((i) => !isGap(i)), absent: 0, missing: places.filter(isGap) };
  });
}

/** The field of a channel of values or gaps. */
function rootOf(channel: Channel, channels: readonly Channel[]): string {
  const source = channel.role === "missing" ? channels.find(({ name }) => name === channel.of) : channel;
  return source === undefined || source.role === "coarse" ? "" : fieldOf(source);
}

/** True if no covariate has a direction, so that turned and mirrored crops are as likely as the crops themselves. */
export const directionless = (channels: readonly Channel[]): boolean =>
  channels.every(
    ({ role, name }) => role === "coarse" || role === "missing" || role === "archive" || /^(season|hour) /.test(name),
  );

/**
 * Leaves each group of inputs out of a share of the crops, independently of the others.
 *
 * @param channels - of a pixel of `condition`
 */
export function leaveOut(
  condition: Float32Array,
  channels: number,
  groups: readonly InputGroup[],
  { share, batch, stream }: { readonly share: number; readonly batch: number; readonly stream: Rng },
): void {
  const drawn = stream.uniform(batch * groups.length);
  const length = condition.length / batch;
  for (let n = 0; n < batch; n++) {
    for (const [g, { values, absent, missing }] of groups.entries()) {
      if (drawn[n * groups.length + g]! >= share) continue;
      for (let at = n * length; at < (n + 1) * length; at += channels) {
        for (const k of values) condition[at + k] = absent;
        for (const k of missing) condition[at + k] = 1;
      }
    }
  }
}
