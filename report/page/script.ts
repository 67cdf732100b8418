/** The little that moves on a page: sliders show one picture at a time. */
export const script = `document.documentElement.classList.add("js");
for (const box of document.querySelectorAll(".slides")) {
  const figures = [...box.querySelectorAll("figure")], input = box.querySelector("input"), output = box.querySelector("output");
  const show = (k) => {
    figures.forEach((figure, i) => { figure.hidden = i !== k; });
    if (output) { output.textContent = figures[k].dataset.label; input.setAttribute("aria-valuetext", figures[k].dataset.label); }
  };
  show(input ? Number(input.value) : 0);
  if (input) input.addEventListener("input", () => show(Number(input.value)));
}`;
