/**
 * Meshes with values at their points for ParaView: VTK's unstructured grids as XML
 * (https://docs.vtk.org/en/latest/design_documents/VTKFileFormats.html).
 */
import { type CellShape, dimensionOf, type Mesh, shapes } from "./mesh.ts";

/** VTK's number of each shape. */
const types: Readonly<Record<CellShape, number>> = {
  ...{ line: 3, triangle: 5, quadrilateral: 9, tetrahedron: 10, hexahedron: 12, prism: 13, pyramid: 14 },
};

/**
 * The text of a `.vtu` file: the cells of the highest dimension, and columns of values at all points.
 *
 * @param values - by name, one number for each point; NaN where there is none
 */
export function vtuText(mesh: Mesh, values: Readonly<Record<string, Float64Array>>): string {
  const top = dimensionOf(mesh);
  const cells = mesh.blocks.flatMap(({ shape, points }) =>
    shapes[shape].dimension === top ? points.map((corners) => ({ corners, type: types[shape] })) : [],
  );
  let offset = 0;
  const offsets = cells.map(({ corners }) => {
    offset += corners.length;
    return offset;
  });
  const array = (type: string, name: string, numbers: Iterable<number>, more = "") =>
    `<DataArray type="${type}" Name="${escaped(name)}"${more} format="ascii">\n${[...numbers].map(written).join(" ")}\n</DataArray>`;
  return [
    '<?xml version="1.0"?>',
    '<VTKFile type="UnstructuredGrid" version="1.0" byte_order="LittleEndian">',
    `<UnstructuredGrid>\n<Piece NumberOfPoints="${mesh.points.length}" NumberOfCells="${cells.length}">`,
    "<PointData>",
    ...Object.entries(values).map(([name, column]) => array("Float64", name, column)),
    "</PointData>\n<Points>",
    array("Float64", "Points", mesh.points.flat(), ' NumberOfComponents="3"'),
    "</Points>\n<Cells>",
    array(
      "Int64",
      "connectivity",
      cells.flatMap(({ corners }) => corners),
    ),
    array("Int64", "offsets", offsets),
    array(
      "UInt8",
      "types",
      cells.map(({ type }) => type),
    ),
    "</Cells>\n</Piece>\n</UnstructuredGrid>\n</VTKFile>\n",
  ].join("\n");
}

const written = (v: number): string => (Number.isNaN(v) ? "nan" : String(v));
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** Points of a grid of one to three axes with its cells; `keeps` leaves out those of which a corner lies outside. */
export function gridMesh(coordinates: readonly Float64Array[], keeps: (point: number) => boolean): Mesh {
  const d = coordinates.length;
  const counts = coordinates.map(({ length }) => length);
  const strides = counts.map((_, k) => counts.slice(k + 1).reduce((a, b) => a * b, 1));
  const total = counts.reduce((a, b) => a * b, 1);
  const placeOf = (i: number) => counts.map((n, k) => Math.floor(i / strides[k]!) % n);
  const points = Array.from({ length: total }, (_, i) => {
    const place = placeOf(i);
    return [0, 1, 2].map((k) => (k < d ? coordinates[k]![place[k]!]! : 0));
  });
  // Corners in the order of VTK: around the bottom, then around the top.
  const corners = [
    [[0], [1]],
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
  ][d - 1] ?? [
    ...[
      [0, 0, 0],
      [1, 0, 0],
      [1, 1, 0],
      [0, 1, 0],
    ],
    ...[
      [0, 0, 1],
      [1, 0, 1],
      [1, 1, 1],
      [0, 1, 1],
    ],
  ];
  const shift = corners.map((corner) => corner.reduce((sum, by, k) => sum + by * strides[k]!, 0));
  const cells = points.flatMap((_, i) => {
    if (placeOf(i).some((at, k) => at + 1 >= counts[k]!)) return [];
    const own = shift.map((by) => i + by);
    return own.every(keeps) ? [own] : [];
  });
  const shape = (["line", "quadrilateral", "hexahedron"] as const)[d - 1]!;
  return { points, blocks: [{ shape, points: cells, groups: [] }] };
}
