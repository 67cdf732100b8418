/** XML that is whole: every element is closed where it must be, and every attribute has quotes. */

const NAME = "[A-Za-z_:][\\w:.-]*";
const ATTRIBUTES = `(?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*\\s*`;
/** A comment, a section of text, an instruction, a declaration, or a tag by its slash, name and second slash. */
const MARK = new RegExp(
  `<!--[\\s\\S]*?-->|<!\\[CDATA\\[[\\s\\S]*?\\]\\]>|<\\?[\\s\\S]*?\\?>|<![A-Z][^<>]*>|<(/?)(${NAME})(${ATTRIBUTES})(/?)>`,
  "y",
);

/** True for a text with one element that holds all others. Entities are not looked at. */
export function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  let roots = 0;
  for (let at = 0; at < xml.length; ) {
    const next = xml.indexOf("<", at);
    const text = next < 0 ? xml.slice(at) : xml.slice(at, next);
    if (open.length === 0 && text.trim() !== "") return false;
    if (next < 0) break;
    MARK.lastIndex = next;
    const mark = MARK.exec(xml);
    if (mark === null) return false;
    at = MARK.lastIndex;
    const [, end, name, attributes, alone] = mark;
    if (name === undefined) continue;
    if (end === "/") {
      if (open.pop() !== name || attributes!.trim() !== "" || alone === "/") return false;
    } else {
      if (open.length === 0) roots++;
      if (alone !== "/") open.push(name);
    }
  }
  return open.length === 0 && roots === 1;
}
