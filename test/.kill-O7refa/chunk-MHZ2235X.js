import {
  LazyField
} from "./chunk-MXIOKUDV.js";
import {
  Field,
  allOf,
  axisOf,
  isGeographic,
  metresPer,
  numbersOf,
  sizeOf,
  takeBlock,
  textOf,
  whereOf,
  withoutRange,
  withoutTransform
} from "./chunk-72SAAEYX.js";
import {
  OptionsError,
  ShapeError
} from "./chunk-Y46VEHZ7.js";

// engine/numerics/grid.ts
function checkStack(name, values, count, height, width, factor) {
  if (!Number.isInteger(factor) || factor < 1) {
    throw new OptionsError(`${name}: factor is ${factor}; expected a whole number of at least 1`, "factor", factor);
  }
  if (values.length !== count * height * width) {
    throw new ShapeError(
      `${name}: values`,
      `${count} images of ${height} x ${width} = ${count * height * width} values`,
      `${values.length}`
    );
  }
}
function blockMean(values, count, height, width, factor, options = {}) {
  checkStack("blockMean", values, count, height, width, factor);
  const minimumValid = options.minimumValid ?? 1;
  if (!(minimumValid > 0 && minimumValid <= 1)) {
    throw new OptionsError(
      `blockMean: minimumValid is ${minimumValid}; expected 0 < minimumValid <= 1`,
      "minimumValid"
    );
  }
  if (height % factor !== 0 || width % factor !== 0) {
    throw new ShapeError(
      "blockMean: image",
      `height and width that ${factor} divides`,
      `${height} x ${width}`,
      `crop to ${height - height % factor} x ${width - width % factor} first`
    );
  }
  const [rows, columns] = [height / factor, width / factor];
  const out = new Float32Array(count * rows * columns);
  const sums = new Float64Array(columns);
  const seen = new Int32Array(columns);
  const needed = Math.max(1, minimumValid * factor * factor - 1e-9);
  for (let row = 0; row < count * rows; row++) {
    sums.fill(0);
    seen.fill(0);
    for (let dy = 0; dy < factor; dy++) {
      let at = (row * factor + dy) * width;
      for (let column = 0; column < columns; column++) {
        for (let dx = 0; dx < factor; dx++, at++) {
          const value = values[at];
          if (Number.isNaN(value)) continue;
          sums[column] += value;
          seen[column] += 1;
        }
      }
    }
    for (let column = 0; column < columns; column++) {
      const n = seen[column];
      out[row * columns + column] = n >= needed ? sums[column] / n : Number.NaN;
    }
  }
  return out;
}
function linearTaps(size, factor) {
  const n = size * factor;
  const taps = { low: new Int32Array(n), high: new Int32Array(n), weight: new Float64Array(n) };
  for (let i = 0; i < n; i++) {
    const source = Math.max(0, (i + 0.5) / factor - 0.5);
    const low = Math.min(Math.floor(source), size - 1);
    taps.low[i] = low;
    taps.high[i] = Math.min(low + 1, size - 1);
    taps.weight[i] = taps.high[i] === low ? 0 : source - low;
  }
  return taps;
}
function mix(a, b, w) {
  return w === 0 ? a : a + w * (b - a);
}
function bilinearUpsample(values, count, height, width, factor) {
  checkStack("bilinearUpsample", values, count, height, width, factor);
  const [rows, columns] = [height * factor, width * factor];
  const vertical = linearTaps(height, factor);
  const horizontal = linearTaps(width, factor);
  const out = new Float32Array(count * rows * columns);
  const line = new Float64Array(width);
  for (let n = 0; n < count; n++) {
    for (let y = 0; y < rows; y++) {
      const low = (n * height + vertical.low[y]) * width;
      const high = (n * height + vertical.high[y]) * width;
      for (let x = 0; x < width; x++) line[x] = mix(values[low + x], values[high + x], vertical.weight[y]);
      const start = (n * rows + y) * columns;
      for (let x = 0; x < columns; x++) {
        out[start + x] = mix(line[horizontal.low[x]], line[horizontal.high[x]], horizontal.weight[x]);
      }
    }
  }
  return out;
}
function repeatUpsample(values, count, height, width, factor) {
  checkStack("repeatUpsample", values, count, height, width, factor);
  const columns = width * factor;
  const out = new Float32Array(values.length * factor * factor);
  for (let row = 0; row < count * height; row++) {
    const start = row * factor * columns;
    for (let x = 0; x < width; x++) {
      out.fill(values[row * width + x], start + x * factor, start + (x + 1) * factor);
    }
    for (let dy = 1; dy < factor; dy++) out.copyWithin(start + dy * columns, start, start + columns);
  }
  return out;
}
function edgesRepeated(image, [height, width, depth], size) {
  const [rows, columns] = size;
  if (rows === height && columns === width) return image;
  const Kind = image.constructor;
  const values = new Kind(rows * columns * depth);
  for (let y = 0, at = 0; y < rows; y++) {
    const row = Math.min(y, height - 1) * width;
    for (let x = 0; x < columns; x++) {
      const from = (row + Math.min(x, width - 1)) * depth;
      for (let k = 0; k < depth; k++, at++) values[at] = image[from + k];
    }
  }
  return values;
}

// io/regrid/grid.ts
function edgesOf(where, c, factor, kind) {
  const n = c.values.length;
  const edges = new Float64Array(2 * n);
  const rough = c.bounds ?? new Float64Array(2 * n);
  if (!c.bounds) {
    if (n < 2) {
      throw new ShapeError(
        `${where}: coordinate ${c.name}`,
        "bounds, or at least 2 positions to know the size of a cell",
        [n]
      );
    }
    for (let i = 0; i < n; i++) {
      const before = i > 0 ? c.values[i - 1] : 2 * c.values[0] - c.values[1];
      const after = i < n - 1 ? c.values[i + 1] : 2 * c.values[n - 1] - c.values[n - 2];
      rough[2 * i] = (before + c.values[i]) / 2;
      rough[2 * i + 1] = (c.values[i] + after) / 2;
    }
  }
  const limit = kind === "latitude" ? 90 : Infinity;
  for (let i = 0; i < n; i++) {
    const [a, b] = [rough[2 * i] * factor, rough[2 * i + 1] * factor];
    edges[2 * i] = Math.max(Math.min(a, b), -limit);
    edges[2 * i + 1] = Math.min(Math.max(a, b), limit);
    if (edges[2 * i + 1] > edges[2 * i]) continue;
    throw new ShapeError(`${where}: cell ${i} of ${c.name}`, "an extent above 0", `${a} to ${b}`);
  }
  return edges;
}
function lineOf(where, c, kind, factor) {
  const n = c.values.length;
  const direction = Math.sign(c.values[n - 1] - c.values[0]);
  for (let i = 0; i < n; i++) {
    const rises = i === 0 || (c.values[i] - c.values[i - 1]) * direction > 0;
    if (Number.isFinite(c.values[i]) && rises) continue;
    throw new ShapeError(
      `${where}: coordinate ${c.name}`,
      "positions that only increase or only decrease",
      `${c.values[i]} at index ${i}`
    );
  }
  if (kind === "latitude" && c.values.some((v) => Math.abs(v) > 90 + 1e-6)) {
    throw new ShapeError(
      `${where}: coordinate ${c.name}`,
      "latitudes of -90 to 90",
      `${c.values[0]} to ${c.values[n - 1]}`
    );
  }
  const centres = factor === 1 ? c.values : c.values.map((v) => v * factor);
  return { name: c.name, kind, centres, edges: edgesOf(where, c, factor, kind) };
}
function metresOf({ attributes }, mapping) {
  const units = textOf(attributes, "units") ?? "";
  if (/^(m|met(er|re)s?|km|kilomet(er|re)s?)$/.test(units)) return metresPer(units);
  return /^rad(ian)?s?$/.test(units) ? numbersOf(mapping?.attributes ?? {}, "perspective_point_height")[0] : void 0;
}
function systemOf({ y, x, numbered, gridMapping }) {
  if (numbered) return void 0;
  const both = (test) => test(y) && test(x);
  if (both((c) => isGeographic(c.name, c.attributes))) return "geographic";
  const standard = (c) => textOf(c.attributes, "standard_name") ?? "";
  if (both((c) => /^grid_(latitude|longitude)$/.test(standard(c)))) return "rotated";
  return both((c) => metresOf(c, gridMapping) !== void 0) ? "projected" : void 0;
}
function linesIn(where, grid) {
  return systemOf(grid) === void 0 && grid.positions ? void 0 : linesOf(where, grid);
}
function linesOf(where, grid) {
  const { y, x, gridMapping } = grid;
  const system = systemOf(grid);
  if (system === void 0) {
    const units = (c) => textOf(c.attributes, "units") ?? "";
    throw new ShapeError(
      where,
      "latitude and longitude in degrees, those of a turned pole (standard_name grid_latitude, grid_longitude), or a plane in m or km",
      `${y.name} in "${units(y)}" and ${x.name} in "${units(x)}"`,
      "state units and standard_name of the coordinates"
    );
  }
  const plane = system === "projected";
  const factor = (c) => plane ? metresOf(c, gridMapping) : 1;
  return {
    system,
    y: lineOf(where, y, plane ? "plane" : "latitude", factor(y)),
    x: lineOf(where, x, plane ? "plane" : "longitude", factor(x)),
    gridMapping
  };
}
function gridOf(field) {
  const [yName, xName] = field.dims.slice(-2);
  const where = `regrid: ${whereOf(field)}`;
  if (yName === void 0 || xName === void 0 || field.dimOf("y") === xName || field.dimOf("x") === yName) {
    throw new ShapeError(where, "y and x as its last two dimensions", field.dims.join(", ") || "none");
  }
  const { gridMapping } = field;
  const [y, x] = [field.coordinate(yName), field.coordinate(xName)];
  const [lat, lon] = ["y", "x"].map((role) => flatOf(field, yName, xName, role));
  const positions = lat && lon && [lat, lon];
  if (y?.dims.length === 1 && x?.dims.length === 1) return { y, x, gridMapping, ...positions && { positions } };
  if (positions) {
    const [height, width] = field.shape.slice(-2);
    return { y: counted(yName, height), x: counted(xName, width), gridMapping, positions, numbered: true };
  }
  const found = lat || lon ? `${(lat ?? lon).name} alone over both` : "none";
  const way = "a grid needs positions to be regridded: coordinates of its dimensions, or latitudes and longitudes over both";
  throw new ShapeError(where, `coordinates of ${yName} and ${xName}`, found, way);
}
function flatOf(field, y, x, role) {
  const found = field.coordinates.find(
    ({ name, dims, attributes }) => dims.length === 2 && dims.includes(y) && dims.includes(x) && isGeographic(name, attributes) && axisOf(name, attributes) === role
  );
  if (!found || found.dims[0] === y) return found;
  const [height, width] = field.shape.slice(-2);
  const { values, bounds, ...rest } = found;
  const byRows = (all) => {
    const k = all.length / (height * width);
    return all.map((_, i) => {
      const cell = Math.floor(i / k);
      return all[(cell % width * height + Math.floor(cell / width)) * k + i % k];
    });
  };
  return { ...rest, dims: [y, x], values: byRows(values), ...bounds && { bounds: byRows(bounds) } };
}
var counted = (name, n) => ({
  name,
  dims: [name],
  values: Float64Array.from({ length: n }, (_, i) => i),
  attributes: {}
});
function evenLine(name, low, high, step) {
  const n = Math.round((high - low) / step);
  if (!(step > 0) || n < 1 || Math.abs(n * step - (high - low)) > 1e-6 * step) {
    throw new OptionsError(
      `regularGrid: ${name} from ${low} to ${high} in steps of ${step}; expected a whole number of steps, at least one`,
      name,
      [low, high]
    );
  }
  const edge = (i) => low + (high - low) * i / n;
  return {
    values: Float64Array.from({ length: n }, (_, i) => (edge(i) + edge(i + 1)) / 2),
    bounds: Float64Array.from({ length: 2 * n }, (_, i) => edge(Math.floor(i / 2) + i % 2))
  };
}
function regularGrid(options) {
  const { step, lat = [-90, 90], lon = [-180, 180], northUp = false } = options;
  const [dy, dx] = typeof step === "number" ? [step, step] : step;
  if (!(lat[0] >= -90 && lat[1] <= 90)) {
    throw new OptionsError(`regularGrid: lat is [${lat.join(", ")}]; expected edges of -90 to 90`, "lat", lat);
  }
  if (!(lon[1] - lon[0] <= 360)) {
    throw new OptionsError(`regularGrid: lon is [${lon.join(", ")}]; expected at most 360 degrees`, "lon", lon);
  }
  const rows = evenLine("lat", lat[0], lat[1], dy);
  const { values, bounds } = northUp ? { values: rows.values.reverse(), bounds: rows.bounds.reverse() } : rows;
  return {
    y: {
      name: "lat",
      dims: ["lat"],
      values,
      bounds,
      attributes: { standard_name: "latitude", units: "degrees_north", axis: "Y" }
    },
    x: {
      name: "lon",
      dims: ["lon"],
      ...evenLine("lon", lon[0], lon[1], dx),
      attributes: { standard_name: "longitude", units: "degrees_east", axis: "X" }
    }
  };
}
function extents({ kind, edges }) {
  return Float64Array.from({ length: edges.length / 2 }, (_, i) => measure(kind, edges[2 * i], edges[2 * i + 1]));
}
function measure(kind, low, high) {
  if (kind === "plane") return high - low;
  const radians2 = Math.PI / 180;
  if (kind === "longitude") return (high - low) * radians2;
  return 2 * Math.cos((high + low) / 2 * radians2) * Math.sin((high - low) / 2 * radians2);
}

// io/regrid/apply.ts
var SLACK = 1e-4;
function alongRows(matrix, image, offset, width, out) {
  const { start, index, weight, total } = matrix;
  for (let row = 0; row < total.length; row++) {
    const to = row * width;
    let k = start[row];
    const end = start[row + 1];
    out.fill(0, to, to + width);
    for (; k + 5 <= end; k += 5) {
      const [a, b, c] = [offset + index[k] * width, offset + index[k + 1] * width, offset + index[k + 2] * width];
      const [d, e] = [offset + index[k + 3] * width, offset + index[k + 4] * width];
      const [u, v, w] = [weight[k], weight[k + 1], weight[k + 2]];
      const [y, z] = [weight[k + 3], weight[k + 4]];
      for (let x = 0; x < width; x++) {
        const sum = u * image[a + x] + v * image[b + x] + w * image[c + x];
        out[to + x] += sum + y * image[d + x] + z * image[e + x];
      }
    }
    for (; k + 2 <= end; k += 2) {
      const [a, b] = [offset + index[k] * width, offset + index[k + 1] * width];
      const [u, v] = [weight[k], weight[k + 1]];
      for (let x = 0; x < width; x++) out[to + x] += u * image[a + x] + v * image[b + x];
    }
    if (k < end) {
      const from = offset + index[k] * width;
      const w = weight[k];
      for (let x = 0; x < width; x++) out[to + x] += w * image[from + x];
    }
  }
}
function alongColumns(matrix, image, offset, rows, out) {
  const { start, index, weight, total, width } = matrix;
  const columns = total.length;
  for (let row = 0; row < rows; row++) {
    const from = offset + row * width;
    const to = row * columns;
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let k = start[x]; k < start[x + 1]; k++) sum += weight[k] * image[from + index[k]];
      out[to + x] = sum;
    }
  }
}
var Applier = class {
  weights;
  rowsFirst;
  between;
  /** With the means at the poles, where weights need them. */
  padded;
  cells;
  constructor(weights) {
    this.weights = weights;
    const [height, width] = weights.shape;
    const plane = height * width;
    let [between3, poles] = [0, false];
    this.rowsFirst = true;
    if ("cells" in weights) {
      this.cells = weights.cells.total.length;
      poles = weights.cells.index.some((i) => i >= plane);
    } else {
      const { rows, columns } = weights;
      const [newHeight, newWidth] = [rows.total.length, columns.total.length];
      this.cells = newHeight * newWidth;
      const byRows = rows.index.length * width + columns.index.length * newHeight;
      const byColumns = columns.index.length * height + rows.index.length * newWidth;
      this.rowsFirst = byRows <= byColumns;
      poles = rows.index.some((i) => i >= height);
      between3 = this.rowsFirst ? newHeight * width : (height + 2) * newWidth;
    }
    this.between = new Float64Array(between3);
    this.padded = poles ? new Float64Array(plane + 2 * width) : void 0;
  }
  /** Sums of weights times values of one image, into `out`. */
  run(image, offset, out) {
    const { weights } = this;
    const [height, width] = weights.shape;
    let [source, from, count] = [image, offset, height];
    if (this.padded) {
      this.padded.set(image.subarray(offset, offset + height * width));
      this.setPoles(this.padded);
      [source, from, count] = [this.padded, 0, height + 2];
    }
    if ("cells" in weights) {
      alongColumns(weights.cells, source, from, 1, out);
    } else if (this.rowsFirst) {
      alongRows(weights.rows, source, from, width, this.between);
      alongColumns(weights.columns, this.between, 0, weights.rows.total.length, out);
    } else {
      alongColumns(weights.columns, source, from, count, this.between);
      alongRows(weights.rows, this.between, 0, weights.columns.total.length, out);
    }
  }
  /** What the weights of a target cell sum to where the source covers all of it. */
  whole(cell) {
    const { weights } = this;
    if ("cells" in weights) return weights.cells.total[cell];
    const width = weights.columns.total.length;
    return weights.rows.total[Math.floor(cell / width)] * weights.columns.total[cell % width];
  }
  /** Means of the southernmost and northernmost row, all around, after the last row. */
  setPoles(image) {
    const { shape, source } = this.weights;
    const [height, width] = shape;
    const centres = "centres" in source.y ? source.y.centres : source.y.values;
    const north = centres[0] > centres[height - 1] ? 0 : height - 1;
    for (const [row, at] of [
      [height - 1 - north, height],
      [north, height + 1]
    ]) {
      let sum = 0;
      for (let x = 0; x < width; x++) sum += image[row * width + x];
      image.fill(sum / width, at * width, (at + 1) * width);
    }
  }
};
function scalesFrom(applier, valid, options, scales) {
  for (let i = 0; i < valid.length; i++) {
    const whole = applier.whole(i);
    const there = valid[i] > 0 && valid[i] / whole >= options.minimumValid - SLACK;
    const out = options.targetMask && options.targetMask[i] === 0;
    scales[i] = there && !out ? 1 / (options.normalization === "destarea" ? whole : valid[i]) : Number.NaN;
  }
}
function takeValid(values, offset, mask, shares, clean) {
  let changed = false;
  if (mask) {
    for (let i = 0; i < clean.length; i++) {
      const value = values[offset + i];
      const share = Number.isNaN(value) ? 0 : mask[i];
      if (share !== shares[i]) changed = true;
      shares[i] = share;
      clean[i] = share === 0 ? 0 : value * share;
    }
    return changed;
  }
  for (let i = 0; i < clean.length; i++) {
    const value = values[offset + i];
    const there = !Number.isNaN(value);
    if (there !== shares[i] > 0) {
      changed = true;
      shares[i] = there ? 1 : 0;
    }
    clean[i] = there ? value : 0;
  }
  return changed;
}
function applyWeights(values, weights, options) {
  const [height, width] = weights.shape;
  const plane = height * width;
  const count = plane === 0 ? 0 : values.length / plane;
  const applier = new Applier(weights);
  const { cells } = applier;
  const out = values instanceof Float64Array ? new Float64Array(count * cells) : new Float32Array(count * cells);
  const [sums, valid, scales] = [new Float64Array(cells), new Float64Array(cells), new Float64Array(cells)];
  const mask = options.sourceMask;
  const shares = mask?.slice() ?? new Float64Array(plane).fill(1);
  const clean = values instanceof Float32Array && !mask ? new Float32Array(plane) : new Float64Array(plane);
  const measureShares = () => {
    applier.run(shares, 0, valid);
    scalesFrom(applier, valid, options, scales);
  };
  measureShares();
  let whole = mask === void 0;
  const store = (n) => {
    let clear = true;
    for (let i = 0; i < cells; i++) {
      const value = sums[i] * scales[i];
      out[n * cells + i] = value;
      if (Number.isNaN(sums[i])) clear = false;
    }
    return clear;
  };
  for (let n = 0; n < count; n++) {
    if (whole) {
      applier.run(values, n * plane, sums);
      whole = store(n);
      if (whole) continue;
    }
    const changed = takeValid(values, n * plane, mask, shares, clean);
    if (changed) measureShares();
    applier.run(clean, 0, sums);
    store(n);
  }
  return out;
}

// io/regrid/line-weights.ts
function sparse(width, rows, total) {
  const start = new Int32Array(total.length + 1);
  let [index, weight] = [new Int32Array(4 * total.length + 16), new Float64Array(4 * total.length + 16)];
  let [row, at] = [0, 0];
  for (const entries of rows) {
    if (at + entries.length > index.length) {
      const size = 2 * index.length + entries.length;
      const [more, heavier] = [new Int32Array(size), new Float64Array(size)];
      more.set(index);
      heavier.set(weight);
      [index, weight] = [more, heavier];
    }
    for (const [position, share] of entries) {
      index[at] = position;
      weight[at++] = share;
    }
    start[++row] = at;
  }
  return { width, start, index: index.slice(0, at), weight: weight.slice(0, at), total };
}
function turns(kind, low, high, from, to) {
  if (kind !== "longitude") return [0];
  const first = Math.ceil((from - high) / 360);
  const last = Math.floor((to - low) / 360);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * 360);
}
function checkApart(where, { name, kind, edges, centres }) {
  const order = Array.from(centres.keys()).sort((a, b) => edges[2 * a] - edges[2 * b]);
  const [first, last] = [edges[2 * order[0]], edges[2 * order.at(-1) + 1]];
  const close = (k) => 1e-4 * (edges[2 * k + 1] - edges[2 * k]);
  order.forEach((k, i) => {
    const before = order[i - 1];
    const meets = before !== void 0 && edges[2 * before + 1] - edges[2 * k] > close(k);
    if (!meets && !(kind === "longitude" && i === order.length - 1 && last - first > 360 + close(k))) return;
    throw new ShapeError(
      `${where}: cells of ${name}`,
      "cells that do not overlap",
      `${edges[2 * k]} to ${edges[2 * k + 1]} at index ${k}, which is covered already`,
      kind === "longitude" ? "leave the repeated columns out with `field.isel`" : "correct the bounds"
    );
  });
}
function overlaps(where, source, target) {
  const { kind, edges } = source;
  checkApart(where, source);
  const order = Array.from(source.centres.keys()).sort((a, b) => edges[2 * a] - edges[2 * b]);
  const [first, last] = [edges[2 * order[0]], edges[2 * order.at(-1) + 1]];
  const n = target.centres.length;
  const total = new Float64Array(n);
  const rows = [];
  for (let i = 0; i < n; i++) {
    const [low, high] = [target.edges[2 * i], target.edges[2 * i + 1]];
    total[i] = measure(kind, low, high);
    const row = [];
    for (const turn of turns(kind, low, high, first, last)) {
      for (let at = firstAbove(order, edges, low + turn); at < order.length; at++) {
        const k = order[at];
        if (edges[2 * k] >= high + turn) break;
        const [a, b] = [Math.max(low + turn, edges[2 * k]), Math.min(high + turn, edges[2 * k + 1])];
        if (b - a > 1e-12 * (edges[2 * k + 1] - edges[2 * k])) row.push([k, measure(kind, a, b)]);
      }
    }
    rows.push(row.sort((a, b) => a[0] - b[0]));
  }
  return sparse(source.centres.length, rows, total);
}
function firstAbove(order, edges, position) {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = low + high >> 1;
    if (edges[2 * order[middle] + 1] > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
function isCircle({ kind, edges }) {
  if (kind !== "longitude") return false;
  let [low, high, widest] = [Infinity, -Infinity, 0];
  for (let i = 0; i < edges.length; i += 2) {
    low = Math.min(low, edges[i]);
    high = Math.max(high, edges[i + 1]);
    widest = Math.max(widest, edges[i + 1] - edges[i]);
  }
  return high - low > 360 - 0.01 * widest;
}
function linear({ source, order, circle, clamp, poles }, position) {
  const { centres, edges, kind } = source;
  const n = order.length;
  const at = (i) => centres[order[i]];
  const [first, last] = [at(0), at(n - 1)];
  const lowest = edges[2 * order[0]];
  const p = kind === "longitude" ? position - 360 * Math.floor((position - (circle ? first : lowest) + 1e-9) / 360) : position;
  const slack = 1e-9 * Math.max(1, Math.abs(p));
  if (p >= first - slack && p <= last + slack) {
    let [low, high] = [0, n - 1];
    while (high - low > 1) {
      const middle = low + high >> 1;
      if (at(middle) <= p) low = middle;
      else high = middle;
    }
    if (n === 1) return [[order[0], 1]];
    return between(order[low], order[high], (p - at(low)) / (at(high) - at(low)));
  }
  if (circle) return between(order[n - 1], order[0], (p - last) / (first + 360 - last));
  if (poles && Math.abs(p) <= 90 + slack) {
    const north = p > last;
    const edge = north ? last : first;
    const share = (Math.abs(p) - Math.abs(edge)) / (90 - Math.abs(edge));
    return between(order[north ? n - 1 : 0], north ? n + 1 : n, share);
  }
  if (clamp && p >= lowest - slack && p < first) return [[order[0], 1]];
  if (clamp && p > last && p <= edges[2 * order[n - 1] + 1] + slack) return [[order[n - 1], 1]];
  return [];
}
function between(a, b, share) {
  const t = Math.min(Math.max(share, 0), 1);
  const entries = [
    [a, 1 - t],
    [b, t]
  ];
  return entries.filter(([, weight]) => weight > 0);
}
function nearest(bracket, position) {
  const neighbours = linear({ ...bracket, clamp: true, poles: false }, position);
  const best = neighbours.reduce((a, b) => a && a[1] >= b[1] ? a : b, void 0);
  return best ? [[best[0], 1]] : [];
}
function bracketOf(source, round, clamp) {
  const order = Array.from(source.centres.keys()).sort((a, b) => source.centres[a] - source.centres[b]);
  const ends = [source.edges[2 * order[0]], source.edges[2 * order.at(-1) + 1]];
  const poles = round && source.kind === "latitude" && ends[0] < -90 + 1e-3 && ends[1] > 90 - 1e-3;
  return { source, order, circle: isCircle(source), clamp, poles };
}
function points(source, target, options, round) {
  const bracket = bracketOf(source, round, options.border === "clamp");
  const pick = options.method === "nearest" ? nearest : linear;
  const rows = Array.from(target.centres, (position) => pick(bracket, position));
  return sparse(source.centres.length, rows, new Float64Array(rows.length).fill(1));
}

// io/regrid/sphere.ts
var radians = Math.PI / 180;
var polar = 75;
function eastward(from, to) {
  const d = to - from;
  return d - 360 * Math.round(d / 360);
}
function vectorOf(latitude, longitude) {
  const [phi, lambda] = [latitude * radians, longitude * radians];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}
function degreesOf(x, y, z) {
  return [Math.atan2(z, Math.hypot(x, y)) / radians, Math.atan2(y, x) / radians];
}
function unturned(pole, latitude, longitude) {
  const [tilt, phi, lambda] = [pole.latitude, latitude, longitude - pole.own].map((v) => v * radians);
  const up = Math.sin(phi) * Math.sin(tilt) + Math.cos(phi) * Math.cos(tilt) * Math.cos(lambda);
  const away = Math.sin(phi) * Math.cos(tilt) - Math.cos(phi) * Math.sin(tilt) * Math.cos(lambda);
  const aside = -Math.cos(phi) * Math.sin(lambda);
  const [lat, turn] = degreesOf(away, aside, up);
  return [lat, eastward(0, pole.longitude + turn)];
}
function planeAround(latitude, longitude) {
  if (Math.abs(latitude) <= polar) return (lat, lon) => [eastward(longitude, lon), lat - latitude];
  const north = Math.sign(latitude);
  const radius = (lat) => Math.tan((90 - north * lat) / 2 * radians);
  const own = radius(latitude);
  return (lat, lon) => {
    const [r, turn] = [radius(lat), eastward(longitude, lon) * radians];
    return [r * Math.sin(turn), own - r * Math.cos(turn)];
  };
}
function beyond(lat, lon, at, inner, share = 0.5) {
  if (Math.abs(lat[at]) <= polar) {
    const up = lat[at] + share * (lat[at] - lat[inner]);
    return [Math.min(90, Math.max(-90, up)), lon[at] + share * eastward(lon[inner], lon[at])];
  }
  const [a, b] = [vectorOf(lat[at], lon[at]), vectorOf(lat[inner], lon[inner])];
  const [x, y, z] = a.map((v, k) => v + share * (v - b[k]));
  return degreesOf(x, y, z);
}

// io/regrid/outline.ts
var bend = 1e-5;
var atPole = 1e-7;
function along([lat, lon], [toLat, toLon]) {
  const [a, b] = [vectorOf(lat, lon), vectorOf(toLat, toLon)];
  const length = 2 * Math.asin(Math.min(1, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) / 2));
  const turn = Math.abs(eastward(lon, toLon));
  const meridional = turn < 1e-9 || Math.max(Math.abs(lat), Math.abs(toLat)) > 90 - atPole;
  const steep = Math.tan(Math.min(Math.max(Math.abs(lat), Math.abs(toLat)), 89) * radians);
  const pieces = meridional ? 1 : Math.min(64, Math.ceil(Math.sqrt(length * Math.max(steep, 0.1) / (8 * bend))));
  return Array.from({ length: Math.max(1, pieces) }, (_, k) => {
    if (k === 0) return [lat, lon];
    const [s, t] = [Math.sin(length * (1 - k / pieces)), Math.sin(length * k / pieces)];
    return degreesOf(s * a[0] + t * b[0], s * a[1] + t * b[1], s * a[2] + t * b[2]);
  });
}
function outlineOf(corners) {
  if (corners.some(([lat, lon]) => !Number.isFinite(lat + lon))) return [];
  const apart = corners.filter((c, i) => {
    const before = corners.at(i - 1);
    return c[0] !== before[0] || eastward(before[1], c[1]) !== 0;
  });
  if (apart.length < 3) return [];
  const ring = apart.flatMap((corner, i) => along(corner, apart[(i + 1) % apart.length])).flatMap(overPole);
  const out = [];
  let longitude = ring[0][1];
  const start = longitude;
  const put = ([lat, lon]) => {
    longitude += eastward(longitude, lon);
    out.push(longitude, Math.sin(lat * radians));
  };
  for (const place of ring) put(place);
  const turned = longitude + eastward(longitude, start) - start;
  if (Math.abs(turned) > 180) {
    const pole = ring.reduce((sum, [lat]) => sum + lat, 0) > 0 ? 1 : -1;
    out.push(start + turned, out[1], start + turned, pole, start, pole);
  }
  return out;
}
function overPole(place, i, ring) {
  const near = ([lat]) => Math.abs(lat) > 90 - atPole;
  const [before, after] = [ring.at(i - 1), ring[(i + 1) % ring.length]];
  const pole = 90 * Math.sign(place[0]);
  if (near(place)) {
    return [
      [pole, near(before) ? place[1] : before[1]],
      [pole, near(after) ? place[1] : after[1]]
    ];
  }
  const over = !near(after) && Math.abs(Math.abs(eastward(place[1], after[1])) - 180) < 1e-6;
  return over ? [place, [pole, place[1]], [pole, after[1]]] : [place];
}
function areaOf(outline) {
  const [x, y] = [outline[0] ?? 0, outline[1] ?? 0];
  let sum = 0;
  for (let i = 0; i + 1 < outline.length; i += 2) {
    const next = (i + 2) % outline.length;
    sum += (outline[i] - x) * (outline[next + 1] - y) - (outline[next] - x) * (outline[i + 1] - y);
  }
  return Math.abs(sum / 2) * radians;
}
function cut(outline, axis, at, keep) {
  const sign = keep === "above" ? 1 : -1;
  const out = [];
  const n = outline.length;
  for (let i = 0; i < n; i += 2) {
    const next = (i + 2) % n;
    const [from, to] = [sign * (outline[i + axis] - at), sign * (outline[next + axis] - at)];
    if (from >= 0) out.push(outline[i], outline[i + 1]);
    if (from >= 0 === to >= 0) continue;
    const share = from / (from - to);
    const other = outline[i + 1 - axis] + share * (outline[next + 1 - axis] - outline[i + 1 - axis]);
    if (axis === 0) out.push(at, other);
    else out.push(other, at);
  }
  return out;
}

// io/field/corners.ts
function extended(values) {
  const n = values.length;
  const at = (i) => i < 0 ? 2 * values[0] - values[1] : i < n ? values[i] : 2 * values[n - 1] - values[n - 2];
  return Float64Array.from({ length: n + 2 }, (_, i) => at(i - 1));
}
function cornerLattice(values, height, width) {
  const rows = Array.from({ length: height }, (_, r) => extended(values.subarray(r * width, (r + 1) * width)));
  const columns = Array.from({ length: width + 2 }, (_, c) => extended(rows.map((row) => row[c])));
  return Float64Array.from({ length: (height + 1) * (width + 1) }, (_, i) => {
    const [r, c] = [Math.floor(i / (width + 1)), i % (width + 1)];
    return (columns[c][r] + columns[c + 1][r] + columns[c][r + 1] + columns[c + 1][r + 1]) / 4;
  });
}
function seamless(values, width) {
  return values.every(
    (v, i) => (i % width === 0 || Math.abs(v - values[i - 1]) < 180) && (i < width || Math.abs(v - values[i - width]) < 180)
  );
}
function withCorners(coordinates, height, width) {
  const flat = (role) => coordinates.find(
    (c) => c.dims.length === 2 && c.values.length === height * width && isGeographic(c.name, c.attributes) && axisOf(c.name, c.attributes) === role
  );
  const [lat, lon] = [flat("y"), flat("x")];
  if (!lat || !lon || String(lat.dims) !== String(lon.dims)) return coordinates;
  if (height < 2 || width < 2 || !seamless(lon.values, width) || ![lat, lon].every((c) => c.values.every(Number.isFinite)))
    return coordinates;
  const [y, x] = [cornerLattice(lat.values, height, width), cornerLattice(lon.values, height, width)].map(
    (corners, k) => k === 0 ? corners.map((v) => Math.min(90, Math.max(-90, v))) : corners
  );
  const down = width + 1;
  const turn = (x[1] - x[0]) * (y[down] - y[0]) - (x[down] - x[0]) * (y[1] - y[0]);
  const ring = turn > 0 ? [0, 1, down + 1, down] : [0, down, down + 1, 1];
  const around2 = (corners) => Float64Array.from({ length: 4 * height * width }, (_, i) => {
    const cell = Math.floor(i / 4);
    return corners[Math.floor(cell / width) * down + cell % width + ring[i % 4]];
  });
  return coordinates.map(
    (c) => c === lat ? { ...c, bounds: around2(y) } : c === lon ? { ...c, bounds: around2(x) } : c
  );
}
function edgesAlong({ name, attributes, values, bounds }) {
  const n = values.length;
  if (bounds) {
    const falls = n > 1 && (values[n - 1] - values[0]) * (bounds[1] - bounds[0]) < 0;
    return falls ? bounds.map((_, i) => bounds[i ^ 1]) : bounds;
  }
  if (n < 2) return void 0;
  const ends = extended(values);
  const pole = isGeographic(name, attributes) && axisOf(name, attributes) === "y" ? 90 : Number.POSITIVE_INFINITY;
  return Float64Array.from({ length: 2 * n }, (_, i) => {
    const at = Math.floor(i / 2) + i % 2;
    return Math.min(pole, Math.max(-pole, (ends[at] + ends[at + 1]) / 2));
  });
}
function dividedLine(c, factor) {
  const edges = edgesAlong(c);
  if (edges === void 0) return void 0;
  const n = c.values.length * factor;
  const edge = (cell, k) => {
    const [low, high] = [edges[2 * cell], edges[2 * cell + 1]];
    return k === 0 ? low : k === factor ? high : low + (high - low) * k / factor;
  };
  const bounds = Float64Array.from({ length: 2 * n }, (_, i) => {
    const fine = Math.floor(i / 2);
    return edge(Math.floor(fine / factor), fine % factor + i % 2);
  });
  return { bounds, values: Float64Array.from({ length: n }, (_, i) => (bounds[2 * i] + bounds[2 * i + 1]) / 2) };
}

// io/field/proj.ts
import proj4 from "proj4";
function projected(parameters) {
  const text = Object.entries(parameters).map(([name, value]) => `+${name}=${value}`).join(" ");
  const { forward, inverse } = proj4(text);
  const none = [Number.NaN, Number.NaN];
  return {
    toEarth(y, x) {
      const [lon, lat] = tried(() => inverse([x, y])) ?? none;
      return Number.isFinite(lon) && Math.abs(lat) <= 90 + 1e-9 ? [lat, lon] : none;
    },
    fromEarth(latitude, longitude) {
      const [x, y] = tried(() => forward([longitude, latitude])) ?? none;
      return Number.isFinite(x + y) ? [y, x] : none;
    }
  };
}
function tried(find) {
  try {
    return find();
  } catch {
    return void 0;
  }
}

// io/field/grid-mapping.ts
var origin = "latitude_of_projection_origin";
var meridian = "longitude_of_projection_origin";
var centre = "longitude_of_central_meridian";
var originScale = "scale_factor_at_projection_origin";
var scaleOf = ({ or, parallels }) => parallels.length > 0 ? { lat_ts: parallels[0] } : { k_0: or(originScale, 1) };
var twoParallels = ({ need, parallels: [first, second = first] }) => {
  const [a, b] = [first ?? need("standard_parallel"), second ?? Number.NaN].map((v) => v === 0 ? 1e-12 : v);
  return { lat_1: a, lat_2: b };
};
var around = ({ need }, longitude) => ({ lat_0: need(origin), lon_0: need(longitude) });
var projections = {
  albers_conical_equal_area: (s) => ({ proj: "aea", ...around(s, centre), ...twoParallels(s) }),
  azimuthal_equidistant: (s) => ({ proj: "aeqd", ...around(s, meridian) }),
  geostationary: ({ need, or }) => ({
    proj: "geos",
    h: need("perspective_point_height"),
    lon_0: need(meridian),
    lat_0: or(origin, 0)
  }),
  lambert_azimuthal_equal_area: (s) => ({ proj: "laea", ...around(s, meridian) }),
  lambert_conformal_conic: (s) => ({
    proj: "lcc",
    ...around(s, centre),
    ...twoParallels(s),
    k_0: s.or("scale_factor", 1)
  }),
  lambert_cylindrical_equal_area: (s) => ({ proj: "cea", lon_0: s.need(centre), ...scaleOf(s) }),
  mercator: (s) => ({ proj: "merc", lon_0: s.need(meridian), ...scaleOf(s) }),
  oblique_mercator: (s) => {
    const [alpha, k_0] = [s.need("azimuth_of_central_line"), s.or(originScale, 1)];
    if (alpha === 90) return { proj: "somerc", ...around(s, meridian), k_0 };
    return { proj: "omerc", lat_0: s.need(origin), lonc: s.need(meridian), alpha, k_0 };
  },
  orthographic: (s) => ({ proj: "ortho", ...around(s, meridian) }),
  polar_stereographic: (s) => ({
    proj: "stere",
    lat_0: s.or(origin, (s.parallels[0] ?? 90) < 0 ? -90 : 90),
    lon_0: s.need("straight_vertical_longitude_from_pole", meridian),
    ...scaleOf(s)
  }),
  sinusoidal: (s) => ({ proj: "sinu", lon_0: s.need(meridian, centre) }),
  stereographic: (s) => ({ proj: "stere", ...around(s, meridian), ...scaleOf(s) }),
  transverse_mercator: (s) => ({
    proj: "tmerc",
    ...around(s, centre),
    k_0: s.or("scale_factor_at_central_meridian", 1)
  })
};
function gridMappingOf(mapping, unit2) {
  const name = textOf(mapping, "grid_mapping_name");
  if (name === void 0) return "no grid_mapping_name";
  const make = Object.hasOwn(projections, name) ? projections[name] : void 0;
  if (!make) return `the grid mapping ${name}`;
  const missing = [];
  const get = (key) => numbersOf(mapping, key)[0];
  const need = (...names) => {
    const found = names.map(get).find((v) => v !== void 0);
    if (found === void 0) missing.push(names.join(" or "));
    return found ?? Number.NaN;
  };
  const or = (key, fallback) => get(key) ?? fallback;
  const parameters = make({ need, or, parallels: numbersOf(mapping, "standard_parallel") });
  const [a, rf] = figureOf(get, need);
  if (missing.length > 0) return `the grid mapping ${name} without ${missing.join(", ")}`;
  const shift = shiftOf(mapping);
  return projected({
    ...parameters,
    ...name === "geostationary" && { sweep: sweepOf(mapping) },
    ...{ x_0: or("false_easting", 0) * unit2, y_0: or("false_northing", 0) * unit2, a },
    // proj4's formulas for spheres fail in these: a millionth of a metre is flattened instead.
    ...rf === 0 && !/^(transverse|oblique)_mercator$/.test(name) ? { b: a } : { rf: rf || 1e12 },
    // proj4 takes a shift of zeros for none, unless the datum has a name.
    ...shift && (shift.some((v) => v !== 0) ? { towgs84: shift } : { datum: "WGS84" }),
    pm: or("longitude_of_prime_meridian", 0)
  });
}
function figureOf(get, need) {
  const radius = get("earth_radius");
  if (radius !== void 0 && get("semi_major_axis") === void 0) return [radius, 0];
  const major = need("semi_major_axis", "earth_radius");
  const flattening = get("inverse_flattening");
  if (flattening !== void 0) return [major, flattening];
  const minor = need("semi_minor_axis", "inverse_flattening");
  return [major, minor === major ? 0 : major / (major - minor)];
}
function sweepOf(mapping) {
  const fixed = textOf(mapping, "fixed_angle_axis");
  return textOf(mapping, "sweep_angle_axis") ?? (fixed === "y" ? "x" : "y");
}
function shiftOf(mapping) {
  const stated = numbersOf(mapping, "towgs84");
  if (stated.length === 3 || stated.length === 7) return stated;
  const wkt = textOf(mapping, "crs_wkt") ?? textOf(mapping, "spatial_ref") ?? "";
  const first = /TOWGS84\[([^\]]*)\]/i.exec(wkt)?.[1];
  if (first !== void 0) return first.split(",").map(Number);
  const of = (key) => {
    const text = new RegExp(`PARAMETER\\["${key}",([^,\\]]*)`, "i").exec(
      wkt.slice(wkt.search(/ABRIDGEDTRANSFORMATION\[/i))
    )?.[1];
    return text === void 0 ? void 0 : Number(text);
  };
  if (!/ABRIDGEDTRANSFORMATION\[/i.test(wkt)) return void 0;
  const moved = ["X", "Y", "Z"].map((axis) => of(`${axis}-axis translation`));
  if (moved.includes(void 0)) return void 0;
  const sign = /METHOD\["Coordinate Frame/i.test(wkt) ? -1 : 1;
  const turned = ["X", "Y", "Z"].map((axis) => sign * (of(`${axis}-axis rotation`) ?? 0));
  return [...moved, ...turned, ((of("Scale difference") ?? 1) - 1) * 1e6];
}

// io/regrid/positions.ts
function sideOf(where, grid) {
  const [rows, columns] = [grid.y.values.length, grid.x.values.length];
  return { where, grid, lines: linesIn(where, grid), rows, columns };
}
function centresOf(side) {
  const { where, grid, lines, columns } = side;
  if (lines?.system !== "geographic" && grid.positions) {
    const [{ values: latitude }, { values: longitude }] = grid.positions;
    checkDegrees(side);
    return { latitude, longitude };
  }
  const place = toEarth(side);
  if (lines && typeof place === "function") {
    return mapped(
      side.rows * columns,
      (i) => place(lines.y.centres[Math.floor(i / columns)], lines.x.centres[i % columns])
    );
  }
  throw new ShapeError(
    where,
    "positions on the earth: latitudes and longitudes over both dimensions, or a grid mapping that gives them",
    `${lines?.system ?? "unknown"} coordinates and ${place}`,
    "state them, or regrid the file with `cdo remapcon,GRID IN OUT`, `cdo remapbil,GRID IN OUT` or `gdalwarp -t_srs SYSTEM IN OUT`"
  );
}
function cornersOf(side) {
  const { lines, grid, rows, columns } = side;
  const cells = rows * columns;
  const place = toEarth(side);
  const [lat, lon] = grid.positions ?? [];
  if (lines?.system !== "geographic" && lat?.bounds && lat.bounds.length === lon?.bounds?.length) {
    checkDegrees(side);
    return { latitude: lat.bounds, longitude: lon.bounds, count: lat.bounds.length / cells };
  }
  if (lines && typeof place === "function") {
    const [y, x] = [distinct(lines.y.edges), distinct(lines.x.edges)];
    const wide = x.values.length;
    const nodes = mapped(y.values.length * wide, (i) => place(y.values[Math.floor(i / wide)], x.values[i % wide]));
    const around3 = (all) => Float64Array.from({ length: 4 * cells }, (_, i) => {
      const [cell, corner] = [i >> 2, i & 3];
      const [row, column] = [Math.floor(cell / columns), cell % columns];
      return all[y.at[2 * row + (corner >> 1)] * wide + x.at[2 * column + ((corner ^ corner >> 1) & 1)]];
    });
    return { latitude: around3(nodes.latitude), longitude: around3(nodes.longitude), count: 4 };
  }
  const { latitude, longitude } = between2(side, centresOf(side));
  const around2 = (all) => Float64Array.from({ length: 4 * cells }, (_, i) => {
    const [cell, corner] = [i >> 2, i & 3];
    const row = Math.floor(cell / columns) + (corner >> 1);
    return all[row * (columns + 1) + cell % columns + ((corner ^ corner >> 1) & 1)];
  });
  return { latitude: around2(latitude), longitude: around2(longitude), count: 4 };
}
function between2({ where, rows, columns }, { latitude, longitude }) {
  if (rows < 2 || columns < 2)
    throw new ShapeError(where, "corners of cells, or at least 2 rows and columns to know their size", [rows, columns]);
  const smooth = unwrapped(longitude, columns);
  if (seamless(smooth, columns)) {
    const lat = cornerLattice(latitude, rows, columns).map((v) => Math.min(90, Math.max(-90, v)));
    return { latitude: lat, longitude: cornerLattice(smooth, rows, columns) };
  }
  const vectors = Array.from(latitude, (lat, i) => vectorOf(lat, longitude[i]));
  const [x, y, z] = [0, 1, 2].map(
    (k) => cornerLattice(
      Float64Array.from(vectors, (v) => v[k]),
      rows,
      columns
    )
  );
  return mapped(x.length, (i) => degreesOf(x[i], y[i], z[i]));
}
function unwrapped(longitude, columns) {
  const out = longitude.slice();
  for (let i = 1; i < out.length; i++) {
    const before = out[i % columns === 0 ? i - columns : i - 1];
    const step = eastward(before, out[i]);
    if (!Number.isNaN(step)) out[i] = before + step;
  }
  return out;
}
function distinct(edges) {
  const places = /* @__PURE__ */ new Map();
  const at = Int32Array.from(edges, (edge) => {
    const place = places.get(edge) ?? places.size;
    places.set(edge, place);
    return place;
  });
  return { values: [...places.keys()], at };
}
function toEarth({ lines, grid }) {
  if (lines?.system === "geographic") return (y, x) => [y, x];
  if (lines?.gridMapping === void 0) return "no grid mapping";
  if (lines.system === "rotated") {
    const pole = poleOf(lines);
    return pole ? (y, x) => unturned(pole, y, x) : "no pole in its grid mapping rotated_latitude_longitude";
  }
  const found = gridMappingOf(lines.gridMapping.attributes, metresPer(textOf(grid.x.attributes, "units")));
  return typeof found === "string" ? found : found.toEarth;
}
function poleOf({ gridMapping }) {
  const attributes = gridMapping?.attributes ?? {};
  if (textOf(attributes, "grid_mapping_name") !== "rotated_latitude_longitude") return void 0;
  const [latitude, longitude, own = 0] = [
    "grid_north_pole_latitude",
    "grid_north_pole_longitude",
    "north_pole_grid_longitude"
  ].map((name) => numbersOf(attributes, name)[0]);
  return latitude === void 0 || longitude === void 0 ? void 0 : { latitude, longitude, own };
}
function mapped(length, place) {
  const [latitude, longitude] = [new Float64Array(length), new Float64Array(length)];
  for (let i = 0; i < length; i++) {
    const [lat, lon] = place(i);
    latitude[i] = lat;
    longitude[i] = lon;
  }
  return { latitude, longitude };
}
function checkDegrees({ where, grid }) {
  for (const { name, values, bounds, attributes } of grid.positions ?? []) {
    const units = textOf(attributes, "units") ?? "degrees";
    const most = /lat/i.test(textOf(attributes, "standard_name") ?? name) ? 90 : Infinity;
    const bad = [values, bounds ?? values].flatMap((all) => all.find((v) => Math.abs(v) > most + 1e-6) ?? []);
    if (/^deg/i.test(units.replace("decimal_", "")) && bad.length === 0) continue;
    const found = bad.length > 0 ? `${bad[0]}` : `units "${units}"`;
    throw new ShapeError(
      `${where}: coordinate ${name}`,
      most === 90 ? "latitudes of -90 to 90 degrees" : "degrees",
      found
    );
  }
}

// io/regrid/boxes.ts
var Boxes = class {
  levels;
  // What is still to be looked into.
  level;
  block;
  distance;
  /** @param boxOf - bounds of one element; undefined leaves it out */
  constructor(rows, columns, boxOf2) {
    const first = new Float64Array(6 * rows * columns);
    for (let i = 0; i < rows * columns; i++) {
      const box = boxOf2(Math.floor(i / columns), i % columns);
      for (let k = 0; k < 6; k++) first[6 * i + k] = box?.[k] ?? (k < 3 ? Infinity : -Infinity);
    }
    const levels = [{ rows, columns, bounds: first }];
    for (let below = levels[0]; below.rows * below.columns > 1; below = levels.at(-1)) levels.push(joined(below));
    this.levels = levels;
    const most = 4 * levels.length + 1;
    [this.level, this.block, this.distance] = [new Int32Array(most), new Int32Array(most), new Float64Array(most)];
  }
  /** Whether a place lies in the box of an element. */
  holds(element, x, y, z) {
    return squared(this.levels[0].bounds, 6 * element, x, y, z) === 0;
  }
  /** Elements whose box meets another. */
  meeting(box) {
    const found = [];
    if (this.levels[0].bounds.length === 0) return found;
    const look = (level, block) => {
      const { bounds } = this.levels[level];
      for (let k = 0; k < 3; k++)
        if (!(bounds[6 * block + k] <= box[k + 3] && bounds[6 * block + k + 3] >= box[k])) return;
      if (level === 0) found.push(block);
      else for (const child of childrenOf(this.levels[level], this.levels[level - 1], block)) look(level - 1, child);
    };
    look(this.levels.length - 1, 0);
    return found;
  }
  /**
   * Visits elements whose box is no further from a place than a limit, the nearer blocks first.
   *
   * @param limit - square of a distance
   * @param visit - gives the limit from then on; a negative one ends the search
   */
  near(x, y, z, limit, visit) {
    if (this.levels[0].bounds.length === 0) return;
    const { levels, level, block, distance } = this;
    let most = limit;
    let top = 0;
    level[0] = levels.length - 1;
    block[0] = 0;
    distance[0] = squared(levels.at(-1).bounds, 0, x, y, z);
    for (let count = 1; count > 0; ) {
      top = --count;
      if (!(distance[top] <= most)) continue;
      const [at, own] = [level[top], block[top]];
      if (at === 0) {
        most = visit(own);
        continue;
      }
      const [{ columns }, below] = [levels[at], levels[at - 1]];
      const [row, column] = [2 * Math.floor(own / columns), 2 * (own % columns)];
      const first = count;
      for (let k = 0; k < 4; k++) {
        const [r, c] = [row + (k >> 1), column + (k & 1)];
        if (r >= below.rows || c >= below.columns) continue;
        const child = r * below.columns + c;
        const far = squared(below.bounds, 6 * child, x, y, z);
        if (!(far <= most)) continue;
        let to = count++;
        for (; to > first && distance[to - 1] < far; to--) {
          block[to] = block[to - 1];
          distance[to] = distance[to - 1];
        }
        block[to] = child;
        distance[to] = far;
      }
      level.fill(at - 1, first, count);
    }
  }
};
function childrenOf({ columns }, below, block) {
  const [row, column] = [2 * Math.floor(block / columns), 2 * (block % columns)];
  const out = [];
  for (let r = row; r < Math.min(row + 2, below.rows); r++)
    for (let c = column; c < Math.min(column + 2, below.columns); c++) out.push(r * below.columns + c);
  return out;
}
function joined(below) {
  const [rows, columns] = [Math.ceil(below.rows / 2), Math.ceil(below.columns / 2)];
  const level = { rows, columns, bounds: new Float64Array(6 * rows * columns) };
  for (let block = 0; block < rows * columns; block++) {
    const children = childrenOf(level, below, block);
    for (let k = 0; k < 6; k++) {
      const all = children.map((child) => below.bounds[6 * child + k]);
      level.bounds[6 * block + k] = k < 3 ? Math.min(...all) : Math.max(...all);
    }
  }
  return level;
}
function squared(bounds, at, x, y, z) {
  const dx = Math.max(bounds[at] - x, 0, x - bounds[at + 3]);
  const dy = Math.max(bounds[at + 1] - y, 0, y - bounds[at + 4]);
  const dz = Math.max(bounds[at + 2] - z, 0, z - bounds[at + 5]);
  return dx * dx + dy * dy + dz * dz;
}

// io/regrid/spherical-cells.ts
var dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
var cross = (a, b) => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0]
];
var scaled = (a, by) => [a[0] * by, a[1] * by, a[2] * by];
var plus = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
var unit = (a) => scaled(a, 1 / Math.hypot(...a));
var triple = (a, b, c) => dot(a, cross(b, c));
function areaOf2(cell) {
  let sum = 0;
  for (let i = 1; i + 1 < cell.length; i++) {
    const [a, b, c] = [cell[0], cell[i], cell[i + 1]];
    sum += 2 * Math.atan2(triple(a, b, c), 1 + dot(a, b) + dot(b, c) + dot(c, a));
  }
  return sum;
}
function above(cell, normal) {
  const heights = cell.map((corner) => dot(normal, corner));
  if (heights.every((h) => h >= 0)) return cell;
  const kept = [];
  for (let i = 0; i < cell.length; i++) {
    const k = i + 1 < cell.length ? i + 1 : 0;
    const [here, there] = [heights[i], heights[k]];
    if (here >= 0) kept.push(cell[i]);
    if (here >= 0 === there >= 0) continue;
    const share = here / (here - there);
    kept.push(unit(plus(scaled(cell[i], 1 - share), scaled(cell[k], share))));
  }
  return kept;
}
var planesOf = (piece) => piece.map((v, i) => cross(v, piece[(i + 1) % piece.length]));
function convexPieces(cell) {
  const n = cell.length;
  const at = (i) => cell[i % n];
  if (cell.every((_, i) => triple(at(i), at(i + 1), at(i + 2)) >= 0)) return [cell];
  for (let first = 0; first < n; first++) {
    const fan = Array.from({ length: n - 2 }, (_, i) => [at(first), at(first + i + 1), at(first + i + 2)]);
    if (fan.every(([a, b, c]) => triple(a, b, c) >= 0)) return fan;
  }
  return [];
}
function cellsOf(side) {
  const { latitude, longitude, count } = cornersOf(side);
  return Array.from({ length: side.rows * side.columns }, (_, cell) => {
    const all = Array.from(
      { length: count },
      (_2, k) => vectorOf(latitude[cell * count + k], longitude[cell * count + k])
    );
    if (all.some(([x, , z]) => Number.isNaN(x + z))) return [];
    const apart = all.filter((v, i) => Math.hypot(...plus(v, scaled(all.at(i - 1), -1))) > 1e-12);
    if (apart.length < 3) return [];
    return areaOf2(apart) < 0 ? apart.reverse() : apart;
  });
}
function boxOf(cell) {
  if (cell.length === 0) return void 0;
  const low = [0, 1, 2].map((k) => Math.min(...cell.map((v) => v[k])));
  const high = [0, 1, 2].map((k) => Math.max(...cell.map((v) => v[k])));
  const bulge = low.reduce((sum, v, k) => sum + (high[k] - v) ** 2, 0) / 4 + 1e-12;
  return [...low.map((v) => v - bulge), ...high.map((v) => v + bulge)];
}
function sharedAreas(source, target) {
  const [from, to] = [cellsOf(source), cellsOf(target)];
  const boxes = new Boxes(source.rows, source.columns, (r, c) => boxOf(from[r * source.columns + c]));
  function* rows() {
    for (const cell of to) {
      const box = boxOf(cell);
      const pieces = convexPieces(cell).map(planesOf);
      const found = box ? boxes.meeting(box).sort((a, b) => a - b) : [];
      yield found.flatMap((k) => {
        const area = pieces.reduce((sum, piece) => sum + sharedArea(from[k], piece), 0);
        return area > 0 ? [[k, area]] : [];
      });
    }
  }
  return { rows: rows(), total: Float64Array.from(to, (cell) => Math.abs(areaOf2(cell))) };
}
function sharedArea(cell, planes) {
  let left = cell;
  for (const normal of planes) {
    left = above(left, normal);
    if (left.length < 3) return 0;
  }
  return areaOf2(left);
}

// io/regrid/area-weights.ts
function outlinesOf(side) {
  const { latitude, longitude, count } = cornersOf(side);
  return Array.from(
    { length: side.rows * side.columns },
    (_, cell) => outlineOf(Array.from({ length: count }, (_2, k) => [latitude[cell * count + k], longitude[cell * count + k]]))
  );
}
var ordered = (line) => ({
  ...line,
  order: Array.from(line.centres.keys()).sort((a, b) => line.edges[2 * a] - line.edges[2 * b])
});
function meetings(outline, rows, columns) {
  const found = [];
  const [west, east] = reach(outline, 0);
  const [low, high] = reach(outline, 1);
  const [first, last] = [columns.edges[2 * columns.order[0]], columns.edges[2 * columns.order.at(-1) + 1]];
  const [south, north] = [low, high].map((s) => Math.asin(Math.min(1, Math.max(-1, s))) / radians);
  for (let at = firstAbove(rows.order, rows.edges, south - 1e-9); at < rows.order.length; at++) {
    const row = rows.order[at];
    if (rows.edges[2 * row] >= north + 1e-9) break;
    const [bottom, top] = [0, 1].map((k) => Math.sin(rows.edges[2 * row + k] * radians));
    const strip = cut(cut(outline, 1, bottom, "above"), 1, top, "below");
    if (strip.length === 0) continue;
    for (const turn of turns("longitude", west, east, first, last)) {
      for (let k = firstAbove(columns.order, columns.edges, west + turn); k < columns.order.length; k++) {
        const column = columns.order[k];
        const [left, right] = [columns.edges[2 * column] - turn, columns.edges[2 * column + 1] - turn];
        if (left >= east) break;
        const area = areaOf(cut(cut(strip, 0, left, "above"), 0, right, "below"));
        if (area > 0) found.push([row * columns.centres.length + column, area]);
      }
    }
  }
  return found;
}
function reach(outline, axis) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = axis; i < outline.length; i += 2) {
    low = Math.min(low, outline[i]);
    high = Math.max(high, outline[i]);
  }
  return [low, high];
}
function areasOf(y, x) {
  const [rows, columns] = [extents(y), extents(x)];
  return Float64Array.from({ length: rows.length * columns.length }, (_, i) => {
    return rows[Math.floor(i / columns.length)] * columns[i % columns.length];
  });
}
function cellOverlaps(source, target) {
  const width = source.rows * source.columns;
  const lines = [source, target].map((side) => side.lines?.system === "geographic" ? side.lines : void 0);
  if (lines[0]) {
    checkApart("regrid: the source", lines[0].y);
    checkApart("regrid: the source", lines[0].x);
    const [rows2, columns2] = [ordered(lines[0].y), ordered(lines[0].x)];
    const outlines = outlinesOf(target);
    const found2 = outlines.map((one) => meetings(one, rows2, columns2));
    return sparse(width, found2, Float64Array.from(outlines, areaOf));
  }
  if (!lines[1]) {
    const shared = sharedAreas(source, target);
    return sparse(width, shared.rows, shared.total);
  }
  const [rows, columns] = [ordered(lines[1].y), ordered(lines[1].x)];
  const total = areasOf(lines[1].y, lines[1].x);
  const found = Array.from(total, () => []);
  outlinesOf(source).forEach((outline, cell) => {
    for (const [at, area] of meetings(outline, rows, columns)) found[at].push([cell, area]);
  });
  return sparse(width, found, total);
}

// io/regrid/quadrilateral.ts
var SLACK2 = 1e-7;
var cross2 = ([a, b], [c, d]) => a * d - b * c;
function insideQuadrilateral(corners) {
  const [p, q, r, s] = corners;
  for (const k of [0, 1]) {
    const along2 = [p[k], q[k], r[k], s[k]];
    const [low, high] = [Math.min(...along2), Math.max(...along2)];
    const slack = SLACK2 * (high - low);
    if (!(low <= slack && high >= -slack)) return void 0;
  }
  const b = [q[0] - p[0], q[1] - p[1]];
  const c = [s[0] - p[0], s[1] - p[1]];
  const d = [p[0] - q[0] + r[0] - s[0], p[1] - q[1] + r[1] - s[1]];
  for (const v of roots(cross2(c, d), cross2(p, d) + cross2(c, b), cross2(p, b))) {
    if (!(v >= -SLACK2 && v <= 1 + SLACK2)) continue;
    const [x, y] = [b[0] + v * d[0], b[1] + v * d[1]];
    const size = x * x + y * y;
    if (!(size > 0)) continue;
    const u = -((p[0] + v * c[0]) * x + (p[1] + v * c[1]) * y) / size;
    if (u >= -SLACK2 && u <= 1 + SLACK2) return [clamped(u), clamped(v)];
  }
  return void 0;
}
var clamped = (v) => Math.min(1, Math.max(0, v));
function roots(a, b, c) {
  const inner = b * b - 4 * a * c;
  if (!(inner >= 0)) return [];
  const q = -0.5 * (b + (b < 0 ? -1 : 1) * Math.sqrt(inner));
  return [c / q, q / a].filter(Number.isFinite);
}

// io/regrid/point-weights.ts
function placeWeights(source, target, options) {
  const { latitude, longitude } = centresOf(target);
  const find = source.lines?.system === "geographic" ? onLines(source, options) : onSheet(source, options);
  function* rows() {
    for (const [i, lat] of latitude.entries()) {
      const lon = longitude[i];
      yield Number.isFinite(lat + lon) ? find(lat, lon) : [];
    }
  }
  return sparse(source.rows * source.columns, rows(), new Float64Array(latitude.length).fill(1));
}
function onLines({ lines, columns }, { method, border }) {
  const { y, x } = lines;
  const round = isCircle(x);
  const [rowsOf, columnsOf] = [y, x].map((line) => bracketOf(line, round, border === "clamp"));
  const pick = method === "nearest" ? nearest : linear;
  return (lat, lon) => {
    const across = pick(columnsOf, lon);
    return pick(rowsOf, lat).flatMap(([r, a]) => across.map(([c, b]) => [r * columns + c, a * b]));
  };
}
function sheetOf(side, { latitude, longitude }, margin) {
  const { rows, columns } = side;
  if (rows < 2 || columns < 2)
    throw new ShapeError(side.where, "at least 2 rows and 2 columns to interpolate between", [rows, columns]);
  const closed = closes(side, latitude, longitude);
  if (!margin) {
    return { rows, columns, latitude, longitude, cell: Int32Array.from(latitude.keys()), closed };
  }
  const wide = columns + (closed ? 0 : 2);
  const size = (rows + 2) * wide;
  const out = { latitude: new Float64Array(size), longitude: new Float64Array(size), cell: new Int32Array(size) };
  const put = (at, cell, place) => {
    out.cell[at] = cell;
    [out.latitude[at], out.longitude[at]] = place;
  };
  const shift = closed ? 0 : 1;
  for (let i = 0; i < rows * columns; i++) {
    put((Math.floor(i / columns) + 1) * wide + i % columns + shift, i, [latitude[i], longitude[i]]);
  }
  const step = (at, from, inner) => put(at, out.cell[from], beyond(out.latitude, out.longitude, from, inner));
  for (let r = 1; r <= rows && !closed; r++) {
    step(r * wide, r * wide + 1, r * wide + 2);
    step((r + 1) * wide - 1, (r + 1) * wide - 2, (r + 1) * wide - 3);
  }
  for (let c = 0; c < wide; c++) {
    step(c, wide + c, 2 * wide + c);
    step((rows + 1) * wide + c, rows * wide + c, (rows - 1) * wide + c);
  }
  return { rows: rows + 2, columns: wide, ...out, closed };
}
function closes({ rows, columns }, latitude, longitude) {
  if (columns < 4) return false;
  const apart = (i, k) => {
    const [a, b] = [vectorOf(latitude[i], longitude[i]), vectorOf(latitude[k], longitude[k])];
    return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  };
  for (let r = 0; r < rows; r++) {
    const [first, last] = [r * columns, (r + 1) * columns - 1];
    if (!(apart(last, first) <= 1.5 * Math.max(apart(first, first + 1), apart(last - 1, last)))) return false;
  }
  return true;
}
function onSheet(side, { method, border }) {
  const centres = centresOf(side);
  const sheet = sheetOf(side, centres, method === "nearest" || border === "clamp");
  const locate = locator(sheet);
  if (method === "nearest") {
    const closest = nearestCentre(side, centres);
    return (lat, lon) => locate(lat, lon) ? [[closest(lat, lon), 1]] : [];
  }
  return (lat, lon) => {
    const found = locate(lat, lon);
    if (!found) return [];
    const [nodes, u, v] = found;
    const weights = [(1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v];
    const sums = /* @__PURE__ */ new Map();
    nodes.forEach((node, k) => {
      const cell = sheet.cell[node];
      if (weights[k] > 0) sums.set(cell, (sums.get(cell) ?? 0) + weights[k]);
    });
    return [...sums];
  };
}
function locator(sheet) {
  const { rows, columns, latitude, longitude, closed } = sheet;
  const [high, wide] = [rows - 1, closed ? columns : columns - 1];
  const nodesOf = (r, c) => {
    const [at, next] = [r * columns, (c + 1) % columns];
    return [at + c, at + next, at + columns + next, at + columns + c];
  };
  const boxes = new Boxes(high, wide, (r, c) => {
    const corners = nodesOf(r, c).map((i) => vectorOf(latitude[i], longitude[i]));
    if (corners.some((v) => Number.isNaN(v[0] + v[2]))) return void 0;
    const low = [0, 1, 2].map((k) => Math.min(...corners.map((v) => v[k])));
    const top = [0, 1, 2].map((k) => Math.max(...corners.map((v) => v[k])));
    const bulge = 0.5 * low.reduce((sum, v, k) => sum + (top[k] - v) ** 2, 0) + 1e-9;
    return [...low.map((v) => v - bulge), ...top.map((v) => v + bulge)];
  });
  let last = 0;
  return (lat, lon) => {
    const draw = planeAround(lat, lon);
    let found;
    const look = (element) => {
      const nodes = nodesOf(Math.floor(element / wide), element % wide);
      const corners = nodes.map((i) => draw(latitude[i], longitude[i]));
      const shares = insideQuadrilateral(corners);
      if (!shares) return false;
      found = [nodes, ...shares];
      last = element;
      return true;
    };
    const [x, y, z] = vectorOf(lat, lon);
    if (boxes.holds(last, x, y, z) && look(last)) return found;
    boxes.near(x, y, z, 0, (element) => look(element) ? -1 : 0);
    return found;
  };
}
function nearestCentre({ rows, columns }, { latitude, longitude }) {
  const vectors = Array.from(latitude, (lat, i) => vectorOf(lat, longitude[i]));
  const boxes = new Boxes(rows, columns, (r, c) => {
    const v = vectors[r * columns + c];
    return Number.isNaN(v[0] + v[2]) ? void 0 : [...v, ...v];
  });
  return (lat, lon) => {
    const [x, y, z] = vectorOf(lat, lon);
    let [best, least] = [-1, Infinity];
    boxes.near(x, y, z, Infinity, (element) => {
      const [a, b, c] = vectors[element];
      const distance = (a - x) ** 2 + (b - y) ** 2 + (c - z) ** 2;
      if (distance < least || distance === least && element < best) [best, least] = [element, distance];
      return least;
    });
    return best;
  };
}

// io/regrid/same-system.ts
function projectionOf({ gridMapping }) {
  if (!gridMapping) return void 0;
  const entries = Object.entries(gridMapping.attributes).sort(([a], [b]) => a < b ? -1 : 1);
  const loose = /^(GeoTransform|crs_wkt|spatial_ref|long_name|comment|proj4.*|proj_params|name)$/i;
  const kept = entries.filter(([name]) => !loose.test(name));
  return JSON.stringify(kept.length > 0 ? kept : entries.filter(([name]) => /^(crs_wkt|spatial_ref)$/.test(name)));
}
function sameSystem(a, b) {
  const [source, target] = [a.lines, b.lines];
  if (!source || !target || source.system !== target.system) return false;
  if (source.system === "geographic") return true;
  const [from, to] = [projectionOf(source), projectionOf(target)];
  return from === void 0 || to === void 0 ? placesAgree(a, b) : from === to;
}
function placesAgree({ lines: source, grid, rows, columns }, { lines: target, grid: other, ...b }) {
  if (!source || !target || !grid.positions || !other.positions || rows < 2 || columns < 2) return true;
  const [lat, lon] = grid.positions.map((c) => c.values);
  const [otherLat, otherLon] = other.positions.map((c) => c.values);
  const cell = Math.hypot(lat[columns + 1] - lat[0], eastward(lon[0], lon[columns + 1]));
  const [down, across] = [source.y, source.x].map((line) => bracketOf(line, false, false));
  const some = (n) => [...new Set([0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * (n - 1))))];
  for (const r of some(b.rows)) {
    for (const c of some(b.columns)) {
      const at = r * b.columns + c;
      let [north, east, there] = [0, 0, 0];
      for (const [i, u] of linear(down, target.y.centres[r])) {
        for (const [k, v] of linear(across, target.x.centres[c])) {
          north += u * v * (lat[i * columns + k] - otherLat[at]);
          east += u * v * eastward(otherLon[at], lon[i * columns + k]);
          there += u * v;
        }
      }
      if (there > 0 && Math.hypot(north, east) > cell / 2) return false;
    }
  }
  return true;
}

// io/regrid/weights.ts
function regridWeights(source, target, options) {
  const { method } = options;
  if (method !== "conservative" && method !== "bilinear" && method !== "nearest") {
    throw new OptionsError(
      `regrid: method is ${JSON.stringify(method)}; expected "conservative", "bilinear" or "nearest"`,
      "method",
      method
    );
  }
  const [from, to] = [source, target].map((grid) => "dims" in grid ? gridOf(grid) : grid);
  const a = sideOf(`regrid: ${"name" in source ? `field ${source.name}` : "the source"}`, from);
  const b = sideOf("regrid: the target", to);
  const shared = { method, shape: [a.rows, a.columns], target: to };
  if (a.lines && b.lines && sameSystem(a, b)) {
    const round = isCircle(a.lines.x);
    const line = (s, t) => method === "conservative" ? overlaps("regrid: the source", s, t) : points(s, t, options, round);
    return { ...shared, rows: line(a.lines.y, b.lines.y), columns: line(a.lines.x, b.lines.x), source: a.lines };
  }
  return {
    ...shared,
    cells: method === "conservative" ? cellOverlaps(a, b) : placeWeights(a, b, options),
    source: from
  };
}

// io/regrid/regrid.ts
function maskOf(name, mask, rows, columns) {
  if (mask === void 0) return void 0;
  const values = mask instanceof Field ? mask.values : mask;
  if (values.length !== rows * columns)
    throw new ShapeError(`regrid: ${name}`, [rows, columns], mask instanceof Field ? mask.shape : [values.length]);
  return Float64Array.from(values, (v) => {
    if (Number.isNaN(v)) return 0;
    if (v >= 0 && v <= 1) return v;
    throw new OptionsError(`regrid: ${name} holds ${v}; expected shares of 0 to 1`, name, v);
  });
}
function coordinatesOf(field, target, grid) {
  const own = field.dims.slice(-2);
  const { y, x, numbered } = grid;
  const positions = grid.positions ?? [];
  const [dims, placed] = [
    [y.name, x.name],
    [...numbered ? [] : [y, x], ...positions]
  ];
  const taken = (name) => dims.includes(name) || placed.some((c) => c.name === name);
  const kept = field.coordinates.filter((c) => !c.dims.some((dim) => own.includes(dim)) && !taken(c.name));
  const auxiliary = target instanceof Field ? target.coordinates.filter(
    (c) => c.dims.length > 0 && c.dims.every((dim) => dims.includes(dim)) && !taken(c.name)
  ) : [];
  return [...kept, ...placed, ...auxiliary.filter((c) => !kept.some((k) => k.name === c.name))];
}
function sameLine(a, b) {
  return a.length === b.length && Array.from(a).every((v, i) => v === b[i]);
}
function madeFor(weights, grid) {
  if (!("cells" in weights)) {
    const { y, x } = linesOf("regrid", grid);
    return sameLine(y.centres, weights.source.y.centres) && sameLine(x.centres, weights.source.x.centres);
  }
  const placesOf = ({ y, x, positions }) => [y, x, ...positions ?? []];
  const own = placesOf(grid);
  const made = placesOf(weights.source);
  return own.length === made.length && own.every(({ values }, i) => sameLine(values, made[i].values));
}
function regrid(field, target, options = {}) {
  const ready = "shape" in target && "method" in target;
  const weights = ready ? target : regridWeights(field, target, options);
  if (ready && !madeFor(weights, gridOf(field))) {
    const shown = `${field.shape.slice(-2).join(" x ")} cells with other positions`;
    const expected = "the grid that the weights were made for";
    throw new ShapeError(`regrid: field ${field.name}`, expected, shown, "make weights for this grid");
  }
  const { normalization = "fracarea", minimumValid = 1 } = options;
  if (normalization !== "fracarea" && normalization !== "destarea") {
    throw new OptionsError(
      `regrid: normalization is ${JSON.stringify(normalization)}; expected "fracarea" or "destarea"`,
      "normalization",
      normalization
    );
  }
  if (!(minimumValid >= 0 && minimumValid <= 1)) {
    throw new OptionsError(`regrid: minimumValid is ${minimumValid}; expected 0 to 1`, "minimumValid", minimumValid);
  }
  const grid = weights.target;
  const [height, width] = [grid.y.values.length, grid.x.values.length];
  const values = applyWeights(field.values, weights, {
    normalization: weights.method === "conservative" ? normalization : "fracarea",
    minimumValid,
    sourceMask: maskOf("sourceMask", options.sourceMask, ...weights.shape),
    targetMask: maskOf("targetMask", options.targetMask, height, width)
  });
  const methods = textOf(field.attributes, "cell_methods");
  const averaged = { cell_methods: methods ? `${methods} area: mean` : "area: mean" };
  return field.with({
    dims: [...field.dims.slice(0, -2), grid.y.dims[0], grid.x.dims[0]],
    shape: [...field.shape.slice(0, -2), height, width],
    values,
    coordinates: coordinatesOf(field, ready ? grid : target, grid),
    attributes: { ...withoutRange(field.attributes), ...weights.method === "conservative" && averaged },
    // That of the field says where the new cells lie only if they are of its system.
    gridMapping: withoutTransform(grid.gridMapping ?? ("cells" in weights ? void 0 : field.gridMapping))
  });
}

// io/regrid/lazy.ts
var held = 64e6;
function regridLazy(variable, target, options) {
  const { name, dims, units, attributes, gridMapping, source, coordinates } = variable;
  const single = variable.bytes === 4 * sizeOf(variable.shape);
  const leading = dims.slice(0, -2);
  const own = dims.slice(-2);
  const flat = {
    ...{ name, units, attributes, gridMapping, source },
    dims: own,
    shape: variable.shape.slice(-2),
    coordinates: coordinates.filter((c) => c.dims.every((dim) => own.includes(dim)))
  };
  const map = new Field({ ...flat, values: new Float32Array(sizeOf(flat.shape)) });
  const weights = regridWeights(map, target, options);
  const pattern = regrid(map, weights, options);
  const [y, x] = pattern.dims;
  const shape = [...variable.shape.slice(0, -2), ...pattern.shape];
  const read = async (start, count) => {
    const part = variable.isel(
      Object.fromEntries(leading.map((dim, k) => [dim, [start[k], start[k] + count[k]]]))
    );
    const axis = count.findIndex((n) => n > 1);
    if (part.bytes <= held || axis < 0) return regrid(await part.load(), weights, options).values;
    const total = sizeOf(count) * sizeOf(pattern.shape);
    const out = single ? new Float32Array(total) : new Float64Array(total);
    for (let i = 0, at = 0; i < count[axis]; i++) {
      const values = await read(start.with(axis, start[axis] + i), count.with(axis, 1));
      out.set(values, at);
      at += values.length;
    }
    return out;
  };
  return new LazyField({
    ...{ name, units, attributes: pattern.attributes, gridMapping: pattern.gridMapping, source },
    ...variable.parts.paths && { paths: variable.parts.paths },
    coordinates: [
      ...coordinates.filter((c) => !c.dims.some((dim) => own.includes(dim)) && c.name !== y && c.name !== x),
      ...pattern.coordinates.filter((c) => c.dims.some((dim) => dim === y || dim === x))
    ],
    late: [],
    store: {
      dims: [...leading, y, x],
      shape,
      chunks: void 0,
      target: single ? "float32" : "float64",
      async read({ start, count }) {
        const values = await read(start.slice(0, -2), count.slice(0, -2));
        const leads = leading.length;
        const ranges = count.map((n, k) => k < leads ? [[0, n]] : [[start[k], start[k] + n]]);
        return takeBlock(values, [...count.slice(0, -2), ...pattern.shape], ranges);
      }
    },
    picks: allOf(shape)
  });
}

// io/regrid/refine.ts
function checkFactor(name, field, factor) {
  if (!Number.isInteger(factor) || factor < 1) {
    throw new OptionsError(`${name}: factor is ${factor}; expected a whole number of at least 1`, "factor", factor);
  }
  const [y, x] = field.dims.slice(-2);
  if (y === void 0 || x === void 0) {
    throw new ShapeError(
      `${name}: field ${field.name}`,
      "y and x as its last two dimensions",
      field.dims.join(", ") || "none"
    );
  }
  return [y, x];
}
function coarsenLine(values, factor) {
  return Float64Array.from({ length: values.length / factor }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < factor; k++) sum += values[i * factor + k] - values[i * factor];
    return values[i * factor] + sum / factor;
  });
}
function coarsenCoordinate(field, c, y, x, factor) {
  const along2 = c.dims.filter((d) => d === y || d === x);
  if (along2.length === 0) return c;
  if (c.dims.length === 1) {
    const part = { ...c, values: coarsenLine(c.values, factor) };
    if (!c.bounds) return part;
    const edges = edgesAlong(c);
    const bounds = Float64Array.from({ length: edges.length / factor }, (_2, i) => {
      const cell = Math.floor(i / 2) * factor;
      return i % 2 === 0 ? edges[2 * cell] : edges[2 * (cell + factor - 1) + 1];
    });
    return { ...part, bounds };
  }
  const { bounds: _, ...rest } = c;
  return { ...rest, values: planeMean(c, field, y, x, factor) };
}
function planeMean(c, field, y, x, factor) {
  if (c.dims.at(-2) !== y || c.dims.at(-1) !== x) {
    throw new ShapeError(`coarsen: coordinate ${c.name}`, `${y}, ${x} as its last dimensions`, c.dims.join(", "));
  }
  const [height, width] = [field.size(y), field.size(x)];
  const out = new Float64Array(c.values.length / (factor * factor));
  for (let i = 0; i < c.values.length; i++) {
    const column = i % width;
    const row = Math.floor(i / width);
    const block = Math.floor(row % height / factor) + Math.floor(row / height) * (height / factor);
    out[block * (width / factor) + Math.floor(column / factor)] += c.values[i] / (factor * factor);
  }
  return out;
}
function coarsen(field, factor, options = {}) {
  const [y, x] = checkFactor("coarsen", field, factor);
  const [height, width] = [field.size(y), field.size(x)];
  const [rows, columns] = [height - height % factor, width - width % factor];
  if (rows === 0 || columns === 0) {
    throw new ShapeError(`coarsen: field ${field.name}`, `at least ${factor} x ${factor} cells`, [height, width]);
  }
  if (rows !== height || columns !== width) {
    if (!options.crop) {
      throw new ShapeError(
        `coarsen: field ${field.name}`,
        `a grid that ${factor} divides`,
        `${height} x ${width}`,
        `crop it to ${rows} x ${columns}: \`crop: true\`, or \`field.isel({ ${y}: [0, ${rows}], ${x}: [0, ${columns}] })\``
      );
    }
    return coarsen(field.isel({ [y]: [0, rows], [x]: [0, columns] }), factor, options);
  }
  const values = blockMean(field.values, sizeOf(field.shape.slice(0, -2)), height, width, factor, options);
  const methods = textOf(field.attributes, "cell_methods");
  return field.with({
    shape: [...field.shape.slice(0, -2), height / factor, width / factor],
    values,
    coordinates: withCorners(
      field.coordinates.map((c) => coarsenCoordinate(field, c, y, x, factor)),
      height / factor,
      width / factor
    ),
    attributes: factor === 1 ? field.attributes : { ...withoutRange(field.attributes), cell_methods: methods ? `${methods} area: mean` : "area: mean" },
    gridMapping: withoutTransform(field.gridMapping)
  });
}
function refineLine(name, values, factor) {
  const n = values.length;
  if (n < 2)
    throw new ShapeError(`refine: coordinate ${name}`, "at least 2 positions, to know the size of a cell", [n]);
  return Float64Array.from({ length: n * factor }, (_, i) => {
    const position = (i + 0.5) / factor - 0.5;
    const low = Math.min(Math.max(Math.floor(position), 0), n - 2);
    return values[low] + (position - low) * (values[low + 1] - values[low]);
  });
}
function refineCoordinate(field, c, y, x, factor) {
  if (!c.dims.includes(y) && !c.dims.includes(x)) return [c];
  const { bounds: _, ...rest } = c;
  if (c.dims.length === 1) {
    const cells = dividedLine(c, factor);
    return [{ ...rest, ...cells ?? { values: refineLine(c.name, c.values, factor) } }];
  }
  if (c.dims.at(-2) !== y || c.dims.at(-1) !== x || c.dims.length !== 2) return [];
  const [height, width] = [field.size(y), field.size(x)];
  const wide = new Float64Array(height * width * factor);
  for (let row = 0; row < height; row++) {
    wide.set(refineLine(c.name, c.values.subarray(row * width, (row + 1) * width), factor), row * width * factor);
  }
  const out = new Float64Array(wide.length * factor);
  const columns = width * factor;
  for (let column = 0; column < columns; column++) {
    const line = refineLine(
      c.name,
      Float64Array.from({ length: height }, (_2, r) => wide[r * columns + column]),
      factor
    );
    for (let r = 0; r < line.length; r++) out[r * columns + column] = line[r];
  }
  return [{ ...rest, values: out }];
}
function refine(field, factor) {
  const [y, x] = checkFactor("refine", field, factor);
  if (factor === 1) return field;
  const [height, width] = [field.size(y), field.size(x)];
  return field.with({
    shape: [...field.shape.slice(0, -2), height * factor, width * factor],
    values: bilinearUpsample(field.values, sizeOf(field.shape.slice(0, -2)), height, width, factor),
    coordinates: withCorners(
      field.coordinates.flatMap((c) => refineCoordinate(field, c, y, x, factor)),
      height * factor,
      width * factor
    ),
    gridMapping: withoutTransform(field.gridMapping)
  });
}

export {
  blockMean,
  bilinearUpsample,
  repeatUpsample,
  edgesRepeated,
  gridOf,
  regularGrid,
  regridWeights,
  regrid,
  regridLazy,
  coarsen,
  refine
};
