/** The guards of a model: what of an input is compared with training, by name, and what is done where it is not alike. */
import { DomainError, OptionsError } from "../../engine/errors.ts";

/**
 * `variable`: other variables than in training; `interval`: what a value stands for; `spacing`: sizes of cells; `range`: values
 * beyond those of training; `missing`: gaps where training had none; `season`, `hour`: times of the year or day that training
 * did not have.
 */
export const guardNames = ["variable", "interval", "spacing", "range", "missing", "season", "hour"] as const;

/** Name of a guard. */
export type GuardName = (typeof guardNames)[number];

/** Guards that are dropped: all, or some by name. */
export type Force = boolean | readonly GuardName[];

/** A difference of an input from the training. */
export interface Complaint {
  readonly guard: GuardName;
  /** Property of the input and of the training, in words. */
  readonly text: string;
}

/**
 * Refuses an input that is not alike, unless its guards are dropped; each one that is dropped gives a notice.
 *
 * @param where - begins the message
 * @param way - what to do instead
 * @returns the texts of what was passed
 * @throws DomainError naming the guards; OptionsError for a guard that there is not
 */
export function passGuards(
  where: string,
  complaints: readonly Complaint[],
  { force = false, onNotice }: { readonly force?: Force; readonly onNotice?: (line: string) => void },
  way: string,
): readonly string[] {
  const dropped: readonly string[] = force === true ? guardNames : force === false ? [] : force;
  const unknown = dropped.find((name) => !(guardNames as readonly string[]).includes(name));
  if (unknown !== undefined) {
    const text = `${where}: \`force\` has ${JSON.stringify(unknown)}; expected some of ${guardNames.join(", ")}`;
    throw new OptionsError(text, "force", force);
  }
  const refused = complaints.filter(({ guard }) => !dropped.includes(guard));
  if (refused.length > 0) {
    const named = force === true ? [] : [...dropped, ...refused.map(({ guard }) => guard)];
    const list = [...new Set(named)].map((name) => JSON.stringify(name)).join(", ");
    const has = refused.map(({ text }) => text).join(", and ");
    throw new DomainError(`${where}: INPUT has ${has}; ${way}; \`force: [${list}]\` goes on nevertheless`, has);
  }
  for (const { guard, text } of complaints) {
    onNotice?.(`going on (\`force\`) without the guard "${guard}", although INPUT has ${text}`);
  }
  return complaints.map(({ text }) => text);
}
