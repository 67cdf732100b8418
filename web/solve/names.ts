/** Completion of names in text fields: a list below the caret's word, with arrows, Tab and Escape. */

/** Functions and operators of the formulas. */
const functions =
  "abs acos asin atan atan2 cbrt cos cosh coth csc div dx dy erf erfc exp grad heaviside if integral lap log max mean min pi relu sec sech sign sin sinh sqrt square tan tanh".split(
    " ",
  );
const places = ["periodic in ", "exact"];

/** Names that fit a problem: functions, unknowns with derivatives, axes and constants. */
export function namesOf(unknowns: readonly string[], axes: readonly string[], constants: readonly string[]): string[] {
  const derivatives = unknowns.flatMap((u) => [
    ...axes.flatMap((a) => [`${u}_${a}`, `${u}_${a}${a}`]),
    ...(axes.length > 0 ? [`${u}_n`] : []),
  ]);
  return [...new Set([...unknowns, ...derivatives, ...axes, ...constants, ...functions, ...places])];
}

/** The word before the caret. */
const wordBefore = (text: string): string => /[\p{L}_][\p{L}\p{Nd}_]*$/u.exec(text)?.[0] ?? "";

/** Most names that are shown. */
const most = 8;

/** Offers names in a field. @param list - the list box that all fields share */
export function completes(field: HTMLTextAreaElement, list: HTMLElement, names: () => readonly string[]): void {
  let chosen = 0;
  let found: readonly string[] = [];
  const close = () => {
    list.hidden = true;
    found = [];
    field.removeAttribute("aria-activedescendant");
  };
  const show = () => {
    list.replaceChildren(
      ...found.map((name, k) => {
        const item = document.createElement("div");
        item.textContent = name;
        item.id = `name-${k}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(k === chosen));
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(name);
        });
        return item;
      }),
    );
    const { left, bottom } = field.getBoundingClientRect();
    list.style.left = `${left + scrollX}px`;
    list.style.top = `${bottom + scrollY}px`;
    list.hidden = false;
    field.setAttribute("aria-activedescendant", `name-${chosen}`);
  };
  const take = (name: string) => {
    const at = field.selectionStart;
    const word = wordBefore(field.value.slice(0, at));
    field.setRangeText(name, at - word.length, at, "end");
    close();
    field.dispatchEvent(new Event("input"));
    close();
  };
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.addEventListener("input", () => {
    const word = wordBefore(field.value.slice(0, field.selectionStart));
    found = word === "" ? [] : names().filter((name) => name.startsWith(word) && name !== word);
    found = found.slice(0, most);
    chosen = 0;
    if (found.length > 0) show();
    else close();
  });
  field.addEventListener("keydown", (event) => {
    if (found.length === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      chosen = (chosen + step + found.length) % found.length;
      show();
    } else if (event.key === "Tab") take(found[chosen]!);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  field.addEventListener("blur", close);
}
