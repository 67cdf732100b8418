/** The little that moves on a page: sliders show one picture at a time, and a cursor shows the values of maps. */
export const script = `document.documentElement.classList.add("js");
for (const box of document.querySelectorAll(".slides")) {
  const figures = [...box.querySelectorAll("figure")], input = box.querySelector("input"), output = box.querySelector("output");
  const show = (k) => {
    figures.forEach((figure, i) => { figure.hidden = i !== k; });
    if (output) { output.textContent = figures[k].dataset.label; input.setAttribute("aria-valuetext", figures[k].dataset.label); }
  };
  show(input ? Number(input.value) : 0);
  if (input) input.addEventListener("input", () => show(Number(input.value)));
}
const digits = (v, count) => v === undefined ? "–" : Number.isNaN(v) ? "missing" : String(Number(v.toPrecision(count))).replace("-", "−");
const pair = (text) => text === undefined ? undefined : text.split(" ").map(Number);
function valuesOf(figure) {
  return figure.read ??= (async () => {
    const bytes = Uint8Array.from(atob(figure.dataset.values), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Float32Array(await new Response(stream).arrayBuffer());
  })().catch(() => []);
}
for (const box of document.querySelectorAll(".maps")) {
  const names = JSON.parse(box.dataset.times), times = [...box.querySelectorAll(".time")], figures = [...box.querySelectorAll(".panels figure")];
  const inputs = Object.fromEntries([...box.querySelectorAll("input")].map((input) => [input.dataset.moves, input]));
  const at = (name) => inputs[name] ? Number(inputs[name].value) : 0;
  const write = (name, text) => {
    if (inputs[name]) { inputs[name].nextElementSibling.textContent = text; inputs[name].setAttribute("aria-valuetext", text); }
  };
  const { width, height } = figures[0].dataset, [x, y] = [pair(figures[0].dataset.x), pair(figures[0].dataset.y)];
  const along = (range, share) => range ? range[0] + (range[1] - range[0]) * share : share;
  const within = (range, value) => range ? (value - range[0]) / (range[1] - range[0]) : value;
  const cursor = () => [along(x, (at("x") + 0.5) / width), along(y, (at("y") + 0.5) / height)];
  const valueAt = async (figure, u, v) => {
    const { dataset } = figure, s = within(pair(dataset.x), u), t = within(pair(dataset.y), v);
    if (!(s >= 0 && s < 1 && t >= 0 && t < 1)) return undefined;
    const values = await valuesOf(figure), every = Number(dataset.every), columns = Math.ceil(dataset.width / every);
    const up = Math.floor(t * dataset.height), row = dataset.first === "top" ? dataset.height - 1 - up : up, column = Math.floor(s * dataset.width);
    return values[Math.floor(row / every) * columns + Math.floor(column / every)];
  };
  let turn = 0;
  const show = async () => {
    const mine = ++turn;
    times.forEach((time, k) => { time.hidden = k !== at("time"); });
    for (const figure of figures) figure.hidden = figure.dataset.member !== undefined && Number(figure.dataset.member) !== at("member");
    const seen = figures.filter((figure) => !figure.hidden && !figure.parentNode.parentNode.hidden);
    const [u, v] = cursor();
    write("time", names[at("time")]); write("member", String(at("member")));
    write("x", x ? digits(u, 6) : String(at("x"))); write("y", y ? digits(v, 6) : String(at("y")));
    const texts = [];
    for (const figure of seen) {
      const { dataset } = figure, s = within(pair(dataset.x), u), t = within(pair(dataset.y), v);
      const inside = s >= 0 && s < 1 && t >= 0 && t < 1, [left, top, wide, high] = pair(dataset.place);
      const cross = figure.querySelector(".cross"); cross.hidden = !inside;
      cross.style.left = left + wide * s + "%"; cross.style.top = top + high * (1 - t) + "%";
      const value = await valueAt(figure, u, v);
      if (mine !== turn) return;
      const text = digits(value, 3);
      figure.querySelector("span").textContent = ": " + text;
      texts.push(dataset.title + ": " + text);
    }
    box.querySelector(".reading").textContent = texts.join("; ") + (seen[0].dataset.units ? " (" + seen[0].dataset.units + ")" : "");
  };
  for (const figure of figures) {
    const plot = figure.querySelector(".plot"), cross = document.createElement("i");
    cross.className = "cross"; cross.hidden = true; plot.append(cross);
    plot.addEventListener("pointermove", (e) => {
      const { left, top, width: wide, height: high } = plot.getBoundingClientRect(), place = pair(figure.dataset.place);
      const s = (100 * (e.clientX - left) / wide - place[0]) / place[2], t = 1 - (100 * (e.clientY - top) / high - place[1]) / place[3];
      if (!(s >= 0 && s < 1 && t >= 0 && t < 1)) return;
      const cell = (range, own, share, count) => Math.max(0, Math.min(count - 1, Math.floor(within(range, along(pair(own), share)) * count)));
      if (inputs.x) inputs.x.value = cell(x, figure.dataset.x, s, width);
      if (inputs.y) inputs.y.value = cell(y, figure.dataset.y, t, height);
      show();
    });
  }
  for (const input of Object.values(inputs)) input.addEventListener("input", show);
  const course = box.querySelector(".course");
  const drawCourse = async () => {
    const [u, v] = cursor(), lines = new Map();
    for (const [k, time] of times.entries()) for (const figure of time.querySelectorAll("figure[data-shared]")) {
      const { title, member } = figure.dataset;
      if (!lines.has(title)) lines.set(title, { member, values: times.map(() => NaN) });
      lines.get(title).values[k] = (await valueAt(figure, u, v)) ?? NaN;
    }
    const all = [...lines.values()].flatMap(({ values }) => values).filter((value) => !Number.isNaN(value));
    const low = Math.min(0, ...all), high = Math.max(0, ...all), last = times.length - 1;
    const right = (k) => 60 + (330 * k) / last, down = (value) => 200 - (180 * (value - low)) / (high - low || 1);
    const drawn = (name, of, text) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(of)) element.setAttribute(key, value);
      if (text !== undefined) element.textContent = text;
      return element;
    };
    const place = (x ? digits(u, 6) : at("x")) + ", " + (y ? digits(v, 6) : at("y")), { units } = figures[0].dataset;
    const title = "Along time at " + place + (units ? ", in " + units : "");
    const picture = drawn("svg", { viewBox: "0 0 400 230", role: "img", "aria-label": title + ": largest value " + digits(high, 3) });
    const text = (left, top, anchor, words) => picture.append(drawn("text", { x: left, y: top, "text-anchor": anchor }, words));
    picture.append(drawn("path", { class: "axis", d: "M60 20V200H390" }));
    text(54, 25, "end", digits(high, 3)); text(54, 204, "end", digits(low, 3));
    text(60, 222, "start", names[0]); text(390, 222, "end", names[last]);
    const kinds = ["in colour", "solid", "dashed"], named = [];
    for (const [name, { member, values }] of lines) {
      const kind = member === undefined ? Math.min(named.push(name) - 1, 2) : 3;
      const step = (value, k) => Number.isNaN(value) ? "" : (k > 0 && !Number.isNaN(values[k - 1]) ? "L" : "M") + right(k) + " " + down(value) + "h0";
      const path = drawn("path", { class: "line" + kind, d: values.map(step).join("") });
      path.append(drawn("title", {}, name + ": " + values.map((value) => digits(value, 3)).join(", ")));
      picture.append(path);
    }
    const caption = document.createElement("figcaption");
    caption.textContent = title + ": " + named.map((name, n) => name + " " + kinds[Math.min(n, 2)]).join(", ") + (lines.size > named.length ? ", members thin" : "");
    course.replaceChildren(picture, caption); course.hidden = false;
    course.scrollIntoView({ block: "nearest" });
  };
  if (course) {
    box.querySelector(".along").addEventListener("click", drawCourse);
    for (const plot of box.querySelectorAll(".plot")) plot.addEventListener("click", drawCourse);
  }
  const play = box.querySelector(".plays");
  let timer;
  const stop = () => { clearInterval(timer); timer = undefined; play.textContent = "Play"; play.setAttribute("aria-pressed", "false"); };
  if (play) play.addEventListener("click", () => {
    if (timer !== undefined) return stop();
    play.textContent = "Stop"; play.setAttribute("aria-pressed", "true");
    timer = setInterval(() => { inputs.time.value = (at("time") + 1) % times.length; show(); }, 400);
  });
  show();
}`;
