/** One page that holds all it shows: no network, readable without JavaScript, light and dark, narrow and wide. */

import { DomainError, OptionsError } from "../../engine/errors.ts";
import { Buffer } from "../../engine/platform/bytes.ts";
import { printedNumber } from "../../engine/text/number.ts";
import { escapeXml } from "../style.ts";
import { type drawMaps, mapsHtml } from "./linked-maps.ts";
import { script } from "./script.ts";
import { style } from "./style-sheet.ts";

/** A picture with what it shows, in words. */
export interface PagePicture {
  /** The SVG text. */
  readonly svg: string;
  /** Description of the picture, for those who do not see it; not empty. */
  readonly alt: string;
  /** Below the picture. @defaultValue none */
  readonly caption?: string;
}

/** A part of a section. */
export type PagePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "facts"; readonly facts: readonly (readonly [name: string, value: string])[] }
  | {
      /** Formulas, typeset by the browser. */
      readonly kind: "mathematics";
      /** One `<math>` element. */
      readonly mathml: string;
      /** The same as text, for those whose browser or reader knows no MathML; not empty. */
      readonly text: string;
    }
  | ({ readonly kind: "picture" } & PagePicture)
  | { readonly kind: "pictures"; readonly pictures: readonly PagePicture[] }
  | {
      /** A table; numbers stand on the right. */
      readonly kind: "table";
      /** Name of each column. */
      readonly header: readonly string[];
      /** Each as long as the header. */
      readonly rows: readonly (readonly (string | number)[])[];
      /** Above the table. @defaultValue none */
      readonly caption?: string;
      /** The same numbers in full, to be saved. @defaultValue none */
      readonly csv?: { readonly name: string; readonly text: string };
    }
  | {
      /** Pictures of which a slider shows one at a time; all of them where there is no JavaScript. */
      readonly kind: "slides";
      /** Name of the slider's quantity, such as `"time"`. */
      readonly name: string;
      /** At least one, each with a label such as the time. */
      readonly slides: readonly (PagePicture & { readonly label: string })[];
      /** Index of the one that is shown first, from 0. @defaultValue 0 */
      readonly start?: number;
    }
  | {
      /** Maps of which sliders show one time and one member; all of them where there is no JavaScript. */
      readonly kind: "maps";
      /** At least one, each with the same panels. */
      readonly times: readonly ReturnType<typeof drawMaps>[];
      /** Index of the time that is shown first, from 0. @defaultValue 0 */
      readonly start?: number;
    };

type Part<Kind extends PagePart["kind"]> = Extract<PagePart, { kind: Kind }>;

/** A part of the page under a heading. */
export interface PageSection {
  /** Listed with the others at the top of the page. */
  readonly heading: string;
  /** In the order in which they stand. */
  readonly parts: readonly PagePart[];
}

/**
 * Makes the page.
 *
 * @param page - title, sections and provenance
 * @returns HTML in UTF-8; `writePage` makes a file of it
 * @throws OptionsError without sections, for a picture without words, for slides without a picture; DomainError for a
 * picture that is no SVG
 */
export function htmlPage(page: {
  /** Of the page, in its head and in the browser's tab. */
  readonly title: string;
  /** Below the title. @defaultValue none */
  readonly lead?: string;
  /** In the order in which they stand. */
  readonly sections: readonly PageSection[];
  /** Provenance, at the end: commands, versions, files. @defaultValue none */
  readonly provenance?: readonly (readonly [name: string, value: string])[];
}): string {
  const { title, lead, sections, provenance = [] } = page;
  if (sections.length === 0)
    throw new OptionsError("htmlPage: expected at least one section, got none", "sections", []);
  const ids = idsOf(sections);
  const contents = sections.map(({ heading }, k) => `<li><a href="#${ids[k]}">${escapeXml(heading)}</a></li>`);
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeXml(title)}</title><style>${style}</style></head><body>`,
    '<a class="skip" href="#main">Skip to the content</a>',
    `<header><h1>${escapeXml(title)}</h1>${lead ? `<p>${escapeXml(lead)}</p>` : ""}`,
    `<nav aria-label="Contents"><ul>${contents.join("")}</ul></nav></header><main id="main">`,
    ...sections.map((section, k) => sectionHtml(section, ids[k]!)),
    "</main>",
    provenance.length > 0 ? `<footer><h2>How this was made</h2>${factsHtml(provenance)}</footer>` : "",
    `<script>${script}</script></body></html>`,
    "",
  ].join("\n");
}

/** An anchor for each heading, none twice. */
function idsOf(sections: readonly PageSection[]): string[] {
  const seen = new Map<string, number>();
  return sections.map(({ heading }) => {
    const plain =
      heading
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "") || "section";
    const count = (seen.get(plain) ?? 0) + 1;
    seen.set(plain, count);
    return count === 1 ? plain : `${plain}-${count}`;
  });
}

function sectionHtml({ heading, parts }: PageSection, id: string): string {
  return `<section aria-labelledby="${id}"><h2 id="${id}">${escapeXml(heading)}</h2>${parts.map((part, k) => partHtml(part, `${id}-${k}`)).join("\n")}</section>`;
}

function partHtml(part: PagePart, id: string): string {
  switch (part.kind) {
    case "text":
      return `<p>${escapeXml(part.text)}</p>`;
    case "facts":
      return factsHtml(part.facts);
    case "mathematics":
      return mathematicsHtml(part);
    case "picture":
      return pictureHtml(part);
    case "pictures":
      return `<div class="pictures">${part.pictures.map(pictureHtml).join("")}</div>`;
    case "table":
      return tableHtml(part);
    case "slides":
      return slidesHtml(part, id);
    case "maps":
      return mapsHtml(part, id);
  }
}

function mathematicsHtml({ mathml, text }: Part<"mathematics">): string {
  if (!/^<math[\s>]/.test(mathml) || /<(?!\/?(?:math|m[a-z]+)\b)/.test(mathml)) {
    throw new DomainError("htmlPage: mathematics are no MathML", mathml.slice(0, 20));
  }
  return `<div class="scroll" role="region" tabindex="0" aria-label="Equations">${mathml}</div><details><summary>As text</summary><pre>${escapeXml(text)}</pre></details>`;
}

const factsHtml = (facts: readonly (readonly [string, string])[]): string =>
  `<dl>${facts.map(([name, value]) => `<div><dt>${escapeXml(name)}</dt><dd>${escapeXml(value)}</dd></div>`).join("")}</dl>`;

function imageHtml({ svg, alt }: PagePicture): string {
  if (alt.trim() === "") throw new OptionsError("htmlPage: a picture has no alt text; say what it shows", "alt", alt);
  if (!/^\s*<svg[\s>]/.test(svg)) throw new DomainError("htmlPage: a picture is no SVG text", svg.slice(0, 20));
  const data = Buffer.from(svg, "utf8").toString("base64");
  return `<img alt="${escapeXml(alt)}" src="data:image/svg+xml;base64,${data}">`;
}

function pictureHtml(picture: PagePicture): string {
  const caption = picture.caption ? `<figcaption>${escapeXml(picture.caption)}</figcaption>` : "";
  return `<figure>${imageHtml(picture)}${caption}</figure>`;
}

function tableHtml({ header, rows, caption, csv }: Part<"table">): string {
  const cell = (value: string | number) =>
    typeof value === "number"
      ? `<td class="number">${printedNumber(value, 4)}</td>`
      : `<td${/^[−+-]?[\d.,]+( %)?$|^–$/.test(value) ? ' class="number"' : ""}>${escapeXml(value)}</td>`;
  const head = header
    .map((name, k) => `<th scope="col"${k > 0 ? ' class="number"' : ""}>${escapeXml(name)}</th>`)
    .join("");
  const body = rows.map(
    ([first, ...rest]) => `<tr><th scope="row">${escapeXml(String(first))}</th>${rest.map(cell).join("")}</tr>`,
  );
  const save =
    csv === undefined
      ? ""
      : `<p><a download="${escapeXml(csv.name)}" href="data:text/csv;charset=utf-8;base64,${Buffer.from(csv.text, "utf8").toString("base64")}">All numbers as CSV</a></p>`;
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeXml(caption ?? "Table")}"><table>${caption ? `<caption>${escapeXml(caption)}</caption>` : ""}<thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>${save}`;
}

function slidesHtml({ name, slides, start = 0 }: Part<"slides">, id: string): string {
  if (slides.length === 0) throw new OptionsError(`htmlPage: there are no slides along ${name}`, "slides", []);
  const figures = slides.map((slide) => {
    const caption = [slide.label, slide.caption].filter(Boolean).join(": ");
    return `<figure data-label="${escapeXml(slide.label)}">${imageHtml(slide)}<figcaption>${escapeXml(caption)}</figcaption></figure>`;
  });
  const control =
    slides.length === 1
      ? ""
      : `<p class="control"><label for="${id}">${escapeXml(name)}</label> <input id="${id}" type="range" min="0" max="${slides.length - 1}" value="${start}"> <output for="${id}">${escapeXml(slides[start]!.label)}</output></p>`;
  return `<div class="slides">${control}${figures.join("")}</div>`;
}
