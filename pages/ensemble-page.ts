/** A field or an ensemble on one page: maps along time, and with the truth how good it is. */

import { anything, callback, checkOptions, flag, type OptionChecks, text, whole } from "../engine/checks.ts";
import { defined } from "../engine/defined.ts";
import { version } from "../engine/files/version.ts";
import type { ProgressOptions } from "../engine/progress.ts";
import { LazyField, lazyField } from "../io/dataset/index.ts";
import { checkTimes, type Field } from "../io/field/index.ts";
import { textOf } from "../io/storage/index.ts";
import { drawMaps, htmlPage, type PageSection } from "../report/index.ts";
import type { Verification } from "../verification/index.ts";
import { fieldMaps, mapAt, sameTimes } from "./field-maps.ts";
import { summarySection, verificationSections } from "./verification-sections.ts";

/** Further content of the page. */
export interface EnsemblePageOptions extends ProgressOptions {
  /** On the same grid, drawn beside the members where it has the same times. @defaultValue none */
  readonly truth?: Field | LazyField;
  /** Input that the field was made from, on its own grid, drawn beside where it has the same times. @defaultValue none */
  readonly input?: Field | LazyField;
  /** Of the field against the truth, by `verify`. @defaultValue none */
  readonly verification?: Verification;
  /** Times to draw, evenly chosen, 1 … 200. @defaultValue 8 */
  readonly times?: number;
  /** The first time stands first, not the one with the largest sum. @defaultValue false */
  readonly inOrder?: boolean;
  /** Members to draw, 1 … 8. @defaultValue 3 */
  readonly members?: number;
  /** Of the page. @defaultValue the variable's name and file */
  readonly title?: string;
  /** Put between the maps and the scores. @defaultValue none */
  readonly sections?: readonly PageSection[];
}

const checks: OptionChecks<EnsemblePageOptions> = {
  ...{ truth: anything, input: anything, verification: anything, sections: anything },
  ...{ times: whole(1, 200), members: whole(1, 8), inOrder: flag, title: text, onProgress: callback },
};

/** Most values for the cursor in a page. */
const mostValues = 1 << 20;

/** Maps of another field at the times of one. */
function besideOf(own: LazyField, other: Field | LazyField) {
  const field = (other instanceof LazyField ? other : lazyField(other)).mapsLast();
  const same = sameTimes(own, field);
  return {
    source: field.source ?? "in memory",
    async at(k: number): Promise<Field | undefined> {
      return same[k] === undefined ? undefined : mapAt(field, same[k]);
    },
  };
}

/**
 * The report of a field.
 *
 * @param field - (time …, realization, y, x) in any order; read map by map
 * @returns HTML
 * @throws OptionsError; ShapeError for a field without two dimensions of a map
 */
export async function ensemblePage(field: Field | LazyField, options: EnsemblePageOptions = {}): Promise<string> {
  checkOptions("ensemblePage", options, checks);
  const { times = 8, members = 3, truth, verification, inOrder = false } = options;
  const given = (field instanceof LazyField ? field : lazyField(field)).mapsLast();
  checkTimes(given);
  const beside = { truth: truth && besideOf(given, truth), input: options.input && besideOf(given, options.input) };
  const { name, units = "", attributes } = given;
  const time = given.dimOf("time");
  const count = time === undefined ? 1 : given.size(time);
  const chosen = [
    ...new Set(
      Array.from({ length: Math.min(times, count) }, (_, k) =>
        Math.floor(((k + 0.5) * count) / Math.min(times, count)),
      ),
    ),
  ];
  const maps = fieldMaps(given);
  const { labels } = maps;
  const slides: ReturnType<typeof drawMaps>[] = [];
  const sums: number[] = [];
  for (const k of chosen) {
    const label = labels[k]!;
    const [same, coarse] = [await beside.truth?.at(k), await beside.input?.at(k)];
    const { sum, alt, ...drawn } = await maps.maps(k, {
      members,
      ...defined({ truth: same, input: coarse }),
    });
    sums.push(sum);
    const shown = Math.min(members, maps.members);
    slides.push(drawMaps({ label, alt, members: shown, maps: drawn, mostValues: mostValues / chosen.length }));
    options.onProgress?.({ done: slides.length, total: chosen.length });
  }
  const shape = given.dims.map((dim, k) => `${dim} ${given.shape[k]}`).join(", ");
  const sections: PageSection[] = [
    ...(verification ? [summarySection(verification)] : []),
    {
      heading: "Maps",
      parts: [
        {
          kind: "text",
          text: inOrder
            ? `${chosen.length} times in order.`
            : `${chosen.length} of ${count} times, evenly chosen; the one with the largest sum comes first.`,
        },
        { kind: "maps", times: slides, start: inOrder ? 0 : sums.indexOf(Math.max(...sums)) },
      ],
    },
    ...(options.sections ?? []),
    ...(verification ? await verificationSections(verification) : []),
  ];
  const history = textOf(attributes, "history");
  return htmlPage({
    title: options.title ?? textOf(attributes, "long_name") ?? name,
    lead: `Variable ${name} (${shape})${units ? ` in ${units}` : ""}${given.source ? `, from ${given.source}` : ""}.`,
    sections,
    provenance: [
      ["file", given.source ?? "in memory"],
      ...(beside.truth ? [["truth", beside.truth.source] as const] : []),
      ...(beside.input ? [["input", beside.input.source] as const] : []),
      ...(history ? [["history", history] as const] : []),
      ["monge", version()],
    ],
  });
}
