/** Elements of a page: found, made, and told what went wrong. */

export const element = <E extends HTMLElement = HTMLInputElement>(id: string): E => document.getElementById(id) as E;

export const made = (tag: string, text: string): HTMLElement =>
  Object.assign(document.createElement(tag), { textContent: text });

/** Fills a select box. */
export const fillOptions = (id: string, options: readonly (readonly [value: string, text: string])[]): void =>
  element(id).replaceChildren(
    ...options.map(([value, text]) => Object.assign(document.createElement("option"), { value, textContent: text })),
  );

/** Says what went wrong, or with an empty text that all is well. */
export function complain(text: string): void {
  element("problem").textContent = text;
  element("problem").hidden = text === "";
  if (text !== "") element("problem").scrollIntoView({ block: "nearest" });
}

/** An address of a picture. */
export const pictureAddress = (svg: string): string => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;

/** Width of a page below which pictures stand below one another. */
export const isNarrow = (): boolean => innerWidth < 600;
