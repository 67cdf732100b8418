/** SVG to PNG. Only this file imports resvg, which draws with the font that the package brings, the same on every machine. */

import type * as Resvgjs from "@resvg/resvg-js";
import { BackendError, DomainError } from "../engine/errors.ts";
import { createRequire } from "../engine/platform/native.ts";

const require = createRequire(import.meta.url);

/**
 * Draws an SVG as pixels.
 *
 * @param svg - the SVG text
 * @param scale - pixels per SVG unit, 0.1 … 10 (`@defaultValue` 1)
 * @returns the bytes of a PNG file
 * @throws DomainError if `scale` is out of range or the text is not an SVG; BackendError where optional packages were left
 * out at the installation
 */
export function svgToPng(svg: string, scale = 1): Uint8Array {
  if (!(scale >= 0.1 && scale <= 10))
    throw new DomainError(`svgToPng: scale must lie in 0.1 … 10, got ${scale}`, scale);
  // Loaded where the first picture is drawn: most commands draw none.
  const { Resvg } = resvgOf();
  const fontFiles = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((name) =>
    require.resolve(`dejavu-fonts-ttf/ttf/${name}`),
  );
  try {
    const resvg = new Resvg(svg, {
      fitTo: { mode: "zoom", value: scale },
      background: "white",
      font: { loadSystemFonts: false, fontFiles, defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" },
    });
    return new Uint8Array(resvg.render().asPng());
  } catch (cause) {
    throw new DomainError(`svgToPng: not an SVG that can be drawn, it begins "${svg.slice(0, 40)}"`, svg, { cause });
  }
}

/** The package that draws. Its program for the machine is an optional package of its own. */
function resvgOf(): typeof Resvgjs {
  try {
    return require("@resvg/resvg-js");
  } catch (cause) {
    const way = "install without `--omit=optional`, or write a .svg or .html file";
    throw new BackendError(`svgToPng: PNG needs a program of @resvg/resvg-js, which is not installed; ${way}`, "cpu", {
      cause,
    });
  }
}
