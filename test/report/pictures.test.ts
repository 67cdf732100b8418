/** Pictures are decoded again and read: colours against the scale, labels against a picture without them. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { decode } from "fast-png";
import { DomainError, OptionsError, ShapeError } from "../../engine/index.ts";
import { readField } from "../../io/index.ts";
import { mapAxes } from "../../pages/map-axes.ts";
import { coastlines, coastPath, projectedCoastPath } from "../../report/coastlines.ts";
import { colorBar } from "../../report/color-bar.ts";
import { painter, toRgb } from "../../report/color-scale.ts";
import {
  curveFigure,
  differenceScale,
  drawChart,
  mapFigure,
  rainScale,
  rankFigure,
  smoothScale,
  writePicture,
} from "../../report/index.ts";
import { svgToPng } from "../../report/png.ts";
import { rasterPng } from "../../report/raster.ts";
import { missingGrey } from "../../report/style.ts";
import { logTicks, niceTicks } from "../../report/ticks.ts";
import { assert, inFolder, test, throws } from "../harness.ts";

interface Pixels {
  readonly width: number;
  readonly height: number;
  at(column: number, row: number): number[];
}

function pixels(png: Uint8Array): Pixels {
  const { width, height, data, channels } = decode(png);
  const at = (column: number, row: number): number[] =>
    Array.from(data.subarray(channels * (row * width + column), channels * (row * width + column) + 3));
  return { width, height, at };
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test("rain steps are 1, 2, 5 per decade, exactly", () => {
  assert.equal(rainScale().edges, [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200]);
  assert.equal(rainScale({ first: 0.5, steps: 4 }).edges, [0.5, 1, 2, 5]);
  assert.equal(rainScale({ first: 20, steps: 2 }).edges, [20, 50]);
  throws(() => rainScale({ first: 0.3 }), DomainError, /^/);
  throws(() => rainScale({ steps: 40 }), OptionsError, /^/);
});

test("a value on an edge belongs to the step above, one below it to the step below", () => {
  const scale = rainScale();
  const paint = painter(scale);
  scale.edges.forEach((edge, i) => {
    assert.equal(paint(edge), toRgb(scale.colors[i + 1]!));
    assert.equal(paint(edge * (1 - 1e-12)), toRgb(scale.colors[i]!));
  });
  assert.equal(paint(Number.POSITIVE_INFINITY), toRgb(scale.colors.at(-1)!));
});

test("a smooth scale starts and ends with its first and last colours, and is clamped outside", () => {
  const scale = smoothScale(-2, 6);
  const paint = painter(scale);
  assert.equal(paint(-2), toRgb(scale.colors[0]!));
  assert.equal(paint(-9), toRgb(scale.colors[0]!));
  assert.equal(paint(7), toRgb(scale.colors.at(-1)!));
  const [r, g, b] = painter(differenceScale(3))(0);
  assert.ok(Math.min(r, g, b) > 240, "zero is white in a difference");
  throws(() => smoothScale(1, 1), DomainError, /^/);
});

test("one cell is one pixel, row by row, and NaN is grey", () => {
  const scale = rainScale();
  const values = [0, 0.3, 7, Number.NaN, 1000, 0.1];
  const image = pixels(rasterPng({ values, height: 2, width: 3 }, scale));
  assert.equal([image.width, image.height], [3, 2]);
  values.forEach((value, i) => {
    const expected = Number.isNaN(value) ? toRgb(missingGrey) : painter(scale)(value);
    assert.equal(image.at(i % 3, Math.floor(i / 3)), [...expected]);
  });
  const upward = pixels(rasterPng({ values, height: 2, width: 3 }, scale, "bottom"));
  assert.equal(upward.at(0, 1), image.at(0, 0));
  assert.equal(upward.at(2, 0), image.at(2, 1));
  throws(() => rasterPng({ values, height: 3, width: 3 }, scale), ShapeError, /^/);
});

test("drawn panels keep the colours of their cells without smoothing, coarse and fine at one size", () => {
  const scale = rainScale();
  const checker = (n: number): number[] =>
    Array.from({ length: n * n }, (_, i) => ((i + Math.floor(i / n)) % 2 === 0 ? 0.15 : 30));
  const panels = [4, 64].map((n) => ({ title: "", values: checker(n), height: n, width: n }));
  const svg = mapFigure({ panels, scale, units: "mm/h", panelSize: 128 });
  const image = pixels(svgToPng(svg));
  const places = [...svg.matchAll(/<image x="(\d+)" y="(\d+)" width="128" height="128"/g)].map((match) =>
    match.slice(1).map(Number),
  );
  assert.is(places.length, 2);
  const paint = painter(scale);
  places.forEach(([x, y], k) => {
    const n = panels[k]!.width;
    // One pixel inside the frame, every cell's centre and the pixels next to its edges.
    for (let row = 2; row < 126; row += 1)
      for (let column = 2; column < 126; column += 1) {
        const cell = Math.floor((row * n) / 128) * n + Math.floor((column * n) / 128);
        assert.equal(image.at(x! + column, y! + row), [...paint(panels[k]!.values[cell]!)]);
      }
  });
});

test("the name of an axis stands clear of its numbers, also of the seven digits of projected metres", () => {
  for (const range of [
    [0, 1],
    [-4658, -4402],
    [-1.98e6, -1.9e6],
  ] as const) {
    const axes = { x: { name: "x (m)", range }, y: { name: "y (m)", range } };
    const panel = { title: "p", values: new Float64Array(64 * 64), height: 64, width: 64 };
    const svg = mapFigure({ panels: [panel], scale: rainScale(), units: "mm", axes });
    const name = Number(/rotate\(-90 ([\d.]+)/.exec(svg)![1]);
    const numbers = [...svg.matchAll(/<text x="([\d.]+)"[^>]*text-anchor="end"[^>]*>([^<]+)</g)];
    assert.ok(numbers.length >= 2);
    // A digit of 11 units is 7 wide, a minus 9.2; the name reaches 6 below its middle.
    const left = (end: string, text: string) => Number(end) - 7 * text.length - (text.includes("−") ? 2.2 : 0);
    for (const [, end, text] of numbers) assert.ok(name + 6 < left(end!, text!), `${name} ${end} ${text}`);
    assert.ok(name >= 16 + 10);
  }
});

test("labels leave ink on a machine without fonts", () => {
  const panel = { values: [1, 2, 3, 4], height: 2, width: 2 };
  const ink = (title: string): number => {
    const image = pixels(svgToPng(mapFigure({ panels: [{ title, ...panel }], scale: rainScale(), units: "" })));
    let dark = 0;
    for (let row = 16; row < 36; row += 1)
      for (let column = 0; column < image.width; column += 1) if (image.at(column, row)[0]! < 128) dark += 1;
    return dark;
  };
  assert.is(ink(""), 0);
  assert.ok(ink("Member 7") > 100, "a title of eight letters has hundreds of dark pixels");
});

test("the bar says its units, and says missing only where a cell is", () => {
  const draw = (values: number[]): string =>
    mapFigure({ panels: [{ title: "a<b & c", values, height: 1, width: 2 }], scale: rainScale(), units: "kg m−2 s−1" });
  assert.match(draw([1, 2]), "kg m−2 s−1");
  assert.not.match(draw([1, 2]), ">missing<");
  assert.match(draw([1, Number.NaN]), ">missing<");
  assert.match(draw([1, 2]), "a&#60;b &#38; c");
});

test("a narrow bar whose only round number is 0 has the numbers of its ends", () => {
  const scale = { kind: "smooth", range: [-4.7, 4.7], colors: ["#000000", "#ffffff", "#ff0000"] } as const;
  const numbers = (width: number) =>
    [...colorBar(scale, { x: 0, y: 0, width }, "", false).matchAll(/>([^<>]+)<\/text>/g)].map(([, text]) => text);
  assert.equal(numbers(90), ["−4.7", "4.7"]);
  assert.equal(numbers(300), ["−4", "−2", "0", "2", "4"]);
});

test("a panel may bring its own scale and bar, and axes their names and numbers", () => {
  const field = { values: [1, 2, 3, 4], height: 2, width: 2 };
  const svg = mapFigure({
    panels: [
      { title: "u", ...field },
      { title: "error", ...field, scale: differenceScale(1e-5), units: "m" },
    ],
    scale: smoothScale(0, 4),
    units: "",
    axes: { x: { name: "x (km)", range: [0, 10] }, y: { name: "y (km)", range: [-1, 1] } },
  });
  assert.is(svg.match(/<linearGradient/g)?.length, 2);
  assert.match(svg, ">x (km)<");
  assert.match(svg, ">−1e−5<");
  svgToPng(svg);
});

test("a figure that cannot be right is refused before anything is drawn", async () => {
  const panel = { title: "p", values: [1, 2, 3, 4], height: 2, width: 2 };
  const base = { scale: rainScale(), units: "" };
  const refusals: [() => unknown, unknown][] = [
    [() => mapFigure({ ...base, panels: [] }), OptionsError],
    [() => mapFigure({ ...base, panels: [{ ...panel, height: 3 }] }), ShapeError],
    [() => mapFigure({ ...base, panels: [panel, { title: "q", values: [1, 2], height: 1, width: 2 }] }), ShapeError],
    [() => mapFigure({ ...base, panels: [panel], columns: 0 }), OptionsError],
    [
      () =>
        mapFigure({
          panels: [panel],
          units: "",
          scale: { kind: "steps", edges: [1, 1], colors: ["#000000", "#000000", "#000000"] },
        }),
      DomainError,
    ],
    [() => svgToPng("not a picture"), DomainError],
  ];
  for (const [draw, kind] of refusals)
    assert.throws(draw, (error: unknown) => error instanceof (kind as new () => Error));
  const [x, y] = [{ name: "x" }, { name: "y", log: true }];
  assert.instance(await failure(curveFigure({ curves: [], x, y })), OptionsError);
  assert.instance(await failure(curveFigure({ curves: [{ name: "a", x: [1, 2], y: [1] }], x, y })), ShapeError);
  assert.instance(await failure(curveFigure({ curves: [{ name: "a", x: [1, 2], y: [1, 0] }], x, y })), DomainError);
  const twin = { name: "a", x: [1, 2], y: [1, 2] };
  assert.instance(await failure(curveFigure({ curves: [twin, twin], x, y })), OptionsError);
  assert.instance(await failure(rankFigure({ counts: [0, 0, 0] })), DomainError);
  assert.instance(await failure(rankFigure({ counts: [1, -1] })), DomainError);
});

test("a curve goes through its points: on log-log axes a power law is straight", async () => {
  const x = [1, 10, 100, 1000];
  const svg = await curveFigure({
    curves: [{ name: "k^-2", x, y: x.map((k) => k ** -2) }],
    x: { name: "k", log: true },
    y: { name: "E", log: true },
    square: true,
  });
  const path = /mark-line[^>]*>.*?<path[^>]* d="([^"]+)"/s.exec(svg)?.[1] ?? "";
  const points = path
    .split(/[ML]/)
    .slice(1)
    .map((point) => point.split(",").map(Number));
  assert.is(points.length, 4);
  points.forEach(([column, row], i) => {
    assert.ok(Math.abs(column! - (380 / 3) * i) < 0.01, `x of point ${i} is ${column}`);
    assert.ok(Math.abs(row! - (380 / 3) * i) < 0.01, `y of point ${i} is ${row}`);
  });
});

test("a point between two gaps is drawn as a dot, others are not", async () => {
  const dots = async (y: number[]): Promise<number> => {
    const svg = await curveFigure({ curves: [{ name: "a", x: [0, 1, 2], y }], x: { name: "x" }, y: { name: "y" } });
    return svg.match(/aria-roledescription="circle"/g)?.length ?? 0;
  };
  assert.is(await dots([1, 2, 3]), 0);
  assert.is(await dots([1, Number.NaN, 3]), 2);
  assert.is(await dots([1, 2, Number.NaN]), 0);
});

test("NaN breaks a curve in two", async () => {
  const svg = await curveFigure({
    curves: [{ name: "a", x: [0, 1, 2, 3, 4], y: [1, 2, Number.NaN, 2, 1] }],
    x: { name: "x" },
    y: { name: "y" },
  });
  const path = /mark-line[^>]*>.*?<path[^>]* d="([^"]+)"/s.exec(svg)?.[1] ?? "";
  assert.is(path.match(/M/g)?.length, 2);
});

test("no two of thirty curves look alike, solid or dashed: where colours are used up, dashes tell them apart", async () => {
  const curves = Array.from({ length: 30 }, (_, k) => ({
    ...{ name: `c${k}`, x: [0, 1], y: [0, k], dashed: k % 3 === 0 },
  }));
  const svg = await curveFigure({ curves, x: { name: "x" }, y: { name: "y" } });
  const lines = [
    ...svg.matchAll(/<path aria-label="[^"]*" role="graphics-symbol"[^>]*aria-roledescription="line mark"[^>]*>/g),
  ];
  const looks = lines.map(([line]) =>
    [/stroke="([^"]+)"/.exec(line)?.[1], /stroke-dasharray="([^"]+)"/.exec(line)?.[1]].join(),
  );
  assert.is(looks.length, 30);
  assert.is(new Set(looks).size, 30, looks.join("; "));
});

test("curves of another panel have axes and a legend of their own, and a subtitle stands below the title", async () => {
  const curve = (name: string, size: number, panel: string) => ({ name, x: [0, 1, 2], y: [0, size, 0], panel });
  const svg = await curveFigure({
    ...{ title: "two", subtitle: "large & small", x: { name: "t" }, y: { name: "all" } },
    curves: [curve("large", 1, "a"), curve("small", 0.001, "b"), curve("smaller", 0.0005, "b")],
  });
  const words = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
  for (const word of ["two", "large &amp; small", "large", "small, smaller", "0.0010", "1.0"])
    assert.ok(words.includes(word), `${word} in ${words.join(" | ")}`);
  assert.not.ok(words.includes("all"));
  // The height of a hill on its own axis: from the first point up to the second.
  const hills = [...svg.matchAll(/aria-roledescription="line mark"[^>]* d="M0,([\d.]+)L[\d.]+,([\d.]+)/g)];
  const heights = hills.map(([, low, high]) => Number(low) - Number(high));
  assert.is(heights.length, 3);
  assert.ok(heights.every((h) => h > 100) && Math.abs(heights[0]! / heights[1]! - 1) < 0.01, heights.join());
});

test("the bars of a rank histogram are relative frequencies", async () => {
  const svg = await rankFigure({ counts: [30, 10, 20], height: 300 });
  const bars = [...svg.matchAll(/aria-roledescription="bar" d="M[^"]*v(-?[\d.]+)h/g)].map((match) =>
    Math.abs(Number(match[1])),
  );
  assert.is(bars.length, 3);
  assert.ok(Math.abs(bars[0]! / bars[1]! - 3) < 1e-6);
  assert.ok(Math.abs(bars[2]! / bars[1]! - 2) < 1e-6);
});

test("a warning of the chart library is an error", async () => {
  const spec = {
    data: { values: [{ a: 1 }] },
    mark: "bar",
    encoding: { y: { field: "a", type: "quantitative", scale: { type: "log", zero: true } } },
  };
  assert.instance(await failure(drawChart(spec as Parameters<typeof drawChart>[0])), DomainError);
});

test("a chart fetches nothing: data and pictures at an address are refused, whatever the scheme", async () => {
  const point = { x: { value: 1 }, y: { value: 1 } };
  for (const url of ["http://127.0.0.1:9/a.json", "file:///etc/passwd", "/etc/passwd"]) {
    const withData = { data: { url }, mark: "point", encoding: point } as const;
    const withPicture = { data: { values: [{}] }, mark: { type: "image", url }, encoding: point } as const;
    for (const spec of [withData, withPicture]) {
      const error = await failure(drawChart(spec as Parameters<typeof drawChart>[0]));
      assert.instance(error, DomainError);
      assert.match((error as DomainError).message, url);
    }
  }
});

test("ticks are round, inside, and not more than asked", () => {
  assert.equal(niceTicks(0, 1, 6), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.equal(niceTicks(0, 1, 5), [0, 0.5, 1]);
  assert.equal(niceTicks(-1, 1, 4), [-1, 0, 1]);
  assert.equal(niceTicks(-1e-4, 1e-4, 4), [-1e-4, 0, 1e-4]);
  assert.equal(logTicks(1, 1000, 8), [1, 10, 100, 1000]);
  assert.equal(logTicks(3, 60, 8), [5, 10, 20, 50]);
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      fc.integer({ min: 2, max: 12 }),
      (low, span, most) => {
        const ticks = niceTicks(low, low + span, most);
        return (
          ticks.length <= most &&
          ticks.length >= 1 &&
          ticks.every((tick) => tick >= low - span * 1e-6 && tick <= low + span * (1 + 1e-6))
        );
      },
    ),
    { seed: 7 },
  );
});

test("a picture file appears whole or not at all, and other endings are refused", async () => {
  await inFolder(async (folder) => {
    const svg = mapFigure({
      panels: [{ title: "t", values: [1], height: 1, width: 1 }],
      scale: rainScale(),
      units: "",
    });
    await writePicture(join(folder, "deep/a.png"), svg, { scale: 2 });
    await writePicture(join(folder, "deep/a.svg"), svg);
    assert.is(readFileSync(join(folder, "deep/a.svg"), "utf8"), svg);
    const width = Number(/width="(\d+)"/.exec(svg)![1]);
    assert.is(pixels(readFileSync(join(folder, "deep/a.png"))).width, 2 * width);
    assert.instance(await failure(writePicture(join(folder, "a.jpg"), svg)), OptionsError);
    assert.instance(await failure(writePicture(join(folder, "b.png"), "no picture")), DomainError);
    mkdirSync(join(folder, "taken.svg"));
    assert.instance(await failure(writePicture(join(folder, "taken.svg"), svg)), Error);
    assert.equal(readdirSync(folder).sort(), ["deep", "taken.svg"]);
    assert.equal(readdirSync(join(folder, "deep")).sort(), ["a.png", "a.svg"]);
  });
});

test("dots are drawn where the axes say, with the y axis upwards, and those outside are left out", () => {
  const raster = { values: new Float64Array(64 * 64), height: 64, width: 64 };
  const figure = (dots: readonly number[]) =>
    mapFigure({
      panels: [{ title: "a", ...raster, dots }],
      scale: smoothScale(0, 1),
      units: "",
      axes: { x: { name: "x", range: [-1, 1] }, y: { name: "y", range: [0, 2] } },
    });
  const [with1, without] = [figure([0.5, 0.5, 3, 1]), figure([3, 1])].map((svg) => pixels(svgToPng(svg))) as [
    Pixels,
    Pixels,
  ];
  const changed: (readonly [number, number])[] = [];
  for (let row = 0; row < with1.height; row += 1) {
    for (let column = 0; column < with1.width; column += 1) {
      if (with1.at(column, row).join() !== without.at(column, row).join()) changed.push([column, row]);
    }
  }
  // The panel begins at (74, 42) and is 256 units wide and high.
  const middle = [0, 1].map((k) => changed.reduce((sum, place) => sum + place[k]! / changed.length, 0));
  assert.ok(Math.abs(middle[0]! - (74 + 192)) <= 1 && Math.abs(middle[1]! - (42 + 192)) <= 1, String(middle));
  assert.ok(changed.length >= 4 && changed.length < 30, `${changed.length} pixels`);
  throws(
    () => mapFigure({ panels: [{ title: "a", ...raster, dots: [0, 0] }], scale: smoothScale(0, 1), units: "" }),
    OptionsError,
    /^/,
  );
});

test("coastlines lie in the plane of a projection where PROJ puts them, and no line jumps where the plane is cut", async () => {
  const place = { x: 0, y: 0, width: 1000, height: 1000 };
  const iberia = { x: [-10, 4], y: [35, 44] } as const;
  assert.is(
    projectedCoastPath(iberia, place, (latitude, longitude) => [latitude, longitude]),
    coastPath(iberia, place),
  );
  const field = await readField(fileURLToPath(new URL("../../examples/data/lambert93.nc", import.meta.url)));
  const { axes, coast } = mapAxes(field);
  assert.type(coast, "function");
  const fromEarth = coast as (latitude: number, longitude: number) => readonly [number, number];
  // echo -5 43 | gdaltransform -s_srs EPSG:4326 -t_srs EPSG:2154
  const [y, x] = fromEarth(43, -5);
  assert.ok(Math.hypot(x - 48.205861870894, y - 6244.22989992464) < 1e-6, `${x} ${y}`);
  // The Channel: Brittany, the Cotentin and England.
  assert.ok(projectedCoastPath({ x: axes!.x.range, y: axes!.y.range }, place, fromEarth).split("M").length > 2);
  // The cone is cut along the meridian of 177° W, through Siberia.
  const whole = { x: [-12000, 12000], y: [-8000, 16000] } as const;
  const lines = projectedCoastPath(whole, place, fromEarth).split("M").filter(Boolean);
  const steps = lines.flatMap((line) => {
    const points = line.split("L").map((point) => point.split(" ").map(Number) as [number, number]);
    return points.slice(1).map(([u, v], i) => Math.hypot(u - points[i]![0], v - points[i]![1]));
  });
  assert.ok(Math.max(...steps) < 100, `${Math.max(...steps)}`);
});

test("coastlines pass the capes, are one whichever way longitudes are counted, and leave inland maps alone", () => {
  const away = (x: number, y: number) =>
    Math.min(
      ...coastlines().flatMap((line) => line.flatMap((v, i) => (i % 2 ? [] : [Math.hypot(v - x, line[i + 1]! - y)]))),
    );
  // Finisterre, the Cape of Good Hope, Cape Horn, Cape Comorin, the Skaw: geographic names' own coordinates.
  for (const [x, y] of [
    [-9.27, 42.88],
    [18.47, -34.36],
    [-67.29, -55.98],
    [77.55, 8.08],
    [10.6, 57.74],
  ] as const) {
    assert.ok(away(x, y) < 1, `${x} ${y}: ${away(x, y)}`);
  }
  const place = { x: 0, y: 0, width: 100, height: 100 };
  const iberia = coastPath({ x: [-10, 4], y: [35, 44] }, place);
  assert.match(iberia, /^M[-\d. ]+L/);
  assert.is(coastPath({ x: [350, 364], y: [35, 44] }, place), iberia);
  assert.is(coastPath({ x: [19, 21], y: [50, 52] }, place), "");
  // Chukotka and Fiji lie over the 180th meridian: no step of a line goes around the earth, whichever way maps are counted.
  const wide = { x: 0, y: 0, width: 3600, height: 1800 };
  const longest = (x: readonly [number, number]) => {
    const steps = coastPath({ x, y: [-90, 90] }, wide)
      .split("M")
      .filter(Boolean)
      .map((line) => line.split("L").map((point) => Number(point.split(" ")[0])));
    return Math.max(...steps.flatMap((line) => line.slice(1).map((v, i) => Math.abs(v - line[i]!))));
  };
  for (const x of [
    [0, 360],
    [-180, 180],
    [20, 380],
  ] as const)
    assert.ok(longest(x) < 200, `${x}: ${longest(x)}`);
  const panels = [{ title: "dry", height: 9, width: 14, values: new Float32Array(126) }];
  const axes = {
    x: { name: "longitude (°E)", range: [-10, 4] },
    y: { name: "latitude (°N)", range: [35, 44] },
  } as const;
  const figure = { panels, scale: rainScale(), units: "mm", axes };
  assert.match(mapFigure({ ...figure, coast: true }), /clip-path="url\(#coast0\)"/);
  assert.not.match(mapFigure(figure), /coast0/);
});

test.run();
