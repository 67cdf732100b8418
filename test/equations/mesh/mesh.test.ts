/** Meshes of files as domains: what Gmsh wrote, and surfaces of triangles. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DomainError, FormatError, OptionsError, rng } from "../../../engine/index.ts";
import type { MeshBoundary } from "../../../equations/domain/index.ts";
import { domainOf } from "../../../equations/domain/index.ts";
import { boundaryOf, readMesh } from "../../../equations/mesh/index.ts";
import { pde, problemFromJson, problemToJson } from "../../../solvers/index.ts";
import { assert, test, throws } from "../../harness.ts";

const oracle = (name: string) => new URL(`../../oracles/meshes/${name}`, import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "monge-mesh-"));
const file = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

/** Corners of two triangles for each side of a box; `turned` has every second one the other way round. */
function boxTriangles(low: number, high: number, turned = false): number[][][] {
  const at = (bits: number) => [0, 1, 2].map((k) => ((bits >> k) & 1 ? high : low));
  const quads = [
    ...[
      [0, 2, 3, 1],
      [4, 5, 7, 6],
      [0, 1, 5, 4],
    ],
    ...[
      [2, 6, 7, 3],
      [0, 4, 6, 2],
      [1, 3, 7, 5],
    ],
  ] as const;
  return quads.flatMap(([a, b, c, d], k) => {
    const pair = [[a, b, c].map(at), [a, c, d].map(at)];
    return turned && k % 2 === 1 ? pair.map((t) => t.reverse()) : pair;
  });
}

const asText = (triangles: readonly number[][][], name = "part") =>
  [
    `solid ${name}`,
    ...triangles.map(
      (t) => `facet normal 0 0 0\nouter loop\n${t.map((v) => `vertex ${v.join(" ")}`).join("\n")}\nendloop\nendfacet`,
    ),
    `endsolid ${name}\n`,
  ].join("\n");

function asBytes(triangles: readonly number[][][]): Buffer {
  const bytes = Buffer.alloc(84 + 50 * triangles.length);
  bytes.writeUInt32LE(triangles.length, 80);
  triangles.forEach((t, k) => {
    t.flat().forEach((v, i) => {
      bytes.writeFloatLE(v, 84 + 50 * k + 12 + 4 * i);
    });
  });
  return bytes;
}

const kinds = ["plate-41", "plate-41-binary", "plate-22", "plate-22-binary", "plate-22-order-2"];
for (const name of kinds) {
  test(`${name}.msh of a plate with a round hole has the area, the edges and the named parts that Gmsh meshed`, () => {
    const mesh = boundaryOf(readMesh(oracle(`${name}.msh`)));
    const plate = domainOf({ mesh });
    // A regular polygon of 16 corners on a circle of radius 0.2.
    const hole = (16 / 2) * 0.2 ** 2 * Math.sin(Math.PI / 8);
    assert.ok(Math.abs(plate.volume - (2 - hole)) < 1e-12, `${plate.volume}`);
    const lengths = { inlet: 1, outlet: 1, cylinder: 32 * 0.2 * Math.sin(Math.PI / 16) };
    for (const [group, length] of Object.entries(lengths)) {
      const { measure } = plate.boundary(16, rng(1), { group });
      assert.ok(Math.abs(measure - length) < 1e-12, `${group}: ${measure}`);
    }
    assert.equal(Array.from(plate.contains(Float64Array.of(0.6, 0.5, 1.5, 0.5, 2.1, 0.5))), [0, 1, 0]);
  });
}

test("normals of a mesh point outwards whatever way its triangles run, and a cavity is none of the inside", () => {
  const triangles = [...boxTriangles(0, 3, true), ...boxTriangles(1, 2)];
  for (const path of [file("shell.stl", asText(triangles)), file("shell-binary.stl", asBytes(triangles))]) {
    const shell = domainOf({ mesh: boundaryOf(readMesh(path)) });
    assert.ok(Math.abs(shell.volume - 26) < 1e-12, `${shell.volume}`);
    const { points, normals, measure } = shell.boundary(600, rng(3));
    assert.ok(Math.abs(measure - 60) < 1e-12, `${measure}`);
    const moved = (by: number) => shell.signedDistance(points.map((x, i) => x + by * normals[i]!));
    assert.ok(moved(1e-3).every((v) => v > 0 && v < 1.001e-3));
    assert.ok(moved(-1e-3).every((v) => v < 0 && v > -1.001e-3));
    assert.equal(Array.from(shell.contains(Float64Array.of(0.5, 0.5, 0.5, 1.5, 1.5, 1.5, -1, 0, 0))), [1, 0, 0]);
  }
});

test("distances to a surface of triangles are those of the box, in its corners, at its edges and its faces", () => {
  const box = domainOf({ x: [-1, 1], y: [-1, 1], z: [-1, 1] });
  const mesh = domainOf({ mesh: boundaryOf(readMesh(file("box.stl", asText(boxTriangles(-1, 1))))) });
  const points = rng(5)
    .uniform(3000)
    .map((u) => 4 * u - 2);
  const [found, truth] = [mesh.signedDistance(points), box.signedDistance(points)];
  found.forEach((v, i) => {
    assert.ok(Math.abs(v - truth[i]!) < 1e-12, `${v} for ${truth[i]}`);
  });
  const { points: even } = { points: mesh.interior(4096, rng(2)) };
  const mean = even.reduce((sum, v) => sum + v * v, 0) / even.length;
  assert.ok(Math.abs(mean - 1 / 3) < 0.01, `${mean}`);
});

test("faces that one tetrahedron has alone are the boundary of a mesh in space", () => {
  const box = domainOf({ mesh: boundaryOf(readMesh(oracle("box-41.msh"))) });
  assert.ok(Math.abs(box.volume - 1) < 1e-12);
  assert.ok(Math.abs(box.boundary(10, rng(1), { group: "floor" }).measure - 1) < 1e-12);
  assert.ok(Math.abs(box.boundary(10, rng(1), { axis: "z", side: "low" }).measure - 1) < 1e-12);
});

test("a problem names a mesh by its file, conditions name its parts, and what is stored needs no file", () => {
  const text = JSON.stringify({
    ...{ name: "plate", domain: { mesh: "plate.msh", t: [0, 1] }, equations: "u_t = lap(u)" },
    conditions: [
      { type: "initial", equation: "u = 0" },
      { type: "dirichlet", equation: "u = 0", on: "inlet or outlet" },
      { type: "neumann", equation: "u_n = 1", on: { group: "cylinder" } },
      { type: "neumann", equation: "u_n = 0", on: "y" },
    ],
  });
  file("plate.msh", readFileSync(oracle("plate-22.msh")));
  const problem = problemFromJson(text, join(folder, "plate.json"));
  assert.equal(problem.bounds, [
    [0, 2],
    [0, 1],
    [0, 1],
  ]);
  assert.equal(problem.conditions.map(({ on }) => JSON.stringify(on)).slice(1, 4), [
    '{"group":"inlet"}',
    '{"group":"outlet"}',
    '{"group":"cylinder"}',
  ]);
  const { mesh } = problemToJson(problem).domain as unknown as { mesh: MeshBoundary };
  assert.is(mesh.facets.length, 34);
  assert.equal(problemFromJson(JSON.stringify(problemToJson(problem)), "elsewhere/plate.json").bounds, problem.bounds);
});

test("a count of Gmsh beyond the bytes of its file is refused, whatever it counts", () => {
  const head = "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n";
  const counts: Readonly<Record<string, (count: number) => string>> = {
    groups: (count) => `$Entities\n1 0 0 0\n1 0 0 0 ${count}\n$EndEntities`,
    boundaries: (count) => `$Entities\n0 1 0 0\n1 0 0 0 0 0 0 0 ${count}\n$EndEntities`,
    nodes: (count) => `$Nodes\n1 1 1 1\n2 1 0 ${count}\n1\n$EndNodes`,
    elements: (count) => `$Elements\n1 1 1 1\n2 1 2 ${count}\n1 1 1 1\n$EndElements`,
  };
  for (const [name, section] of Object.entries(counts))
    for (const count of [5e9, 4e9, 9e7, -1, 1.5])
      throws(() => readMesh(file(`${name}.msh`, head + section(count))), FormatError, /has the count .* bytes follow/);
  const tags = "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$Elements\n1\n1 2 90000000 1\n$EndElements";
  throws(() => readMesh(file("tags.msh", tags)), FormatError, /has the count 90000000/);
});

test("what is no mesh is refused with its line, and an open boundary with the place", () => {
  const plate = readFileSync(oracle("plate-22.msh"), "latin1").split("\n");
  const broken = (change: (lines: string[]) => void) => {
    const lines = [...plate];
    change(lines);
    return () => readMesh(file("broken.msh", lines.join("\n")));
  };
  const first = plate.indexOf("$Nodes") + 2;
  // biome-ignore format: a table
  const faults: readonly (readonly [change: (lines: string[]) => void, RegExp])[] = [
    [(l) => l.splice(first, 1, "1 abc 0 0"), new RegExp(`line ${first + 1} has "abc" where a number`)],
    [(l) => l.splice(1, 1, "4.0 0 8"), /has version 4\.0; save it as version 4\.1 or 2\.2/],
    [(l) => l.splice(-4), /the section \$Elements has no end|has "" where/],
    [(l) => l.splice(first, 1, l[first]!.replace(/^1 /, "999 ")), /is none of \$Nodes/],
  ];
  for (const [change, message] of faults) throws(broken(change), FormatError, message);
  throws(
    () => readMesh(file("broken.stl", "solid a\nfacet\nouter loop\nvertex 1 x 0")),
    FormatError,
    /line 4 has the place "1 x 0"/,
  );
  for (const name of ["part.step", "part.obj"])
    throws(() => readMesh(name), OptionsError, /must end in \.msh or \.stl; save it as one of them/);
  throws(() => readMesh(join(folder, "none.msh")), OptionsError, /cannot be read \(ENOENT\)/);
  const open = boundaryOf(readMesh(file("open.stl", asText(boxTriangles(0, 1).slice(1)))));
  throws(() => domainOf({ mesh: open }), DomainError, /is open in 3 places, one at \(/);
  throws(
    () =>
      pde({
        ...{ name: "plate", domain: { mesh: oracle("plate-41.msh") }, equations: "lap(u) = 0" },
        conditions: [{ type: "dirichlet", equation: "u = 0", on: { group: "inlte" } }],
      }),
    OptionsError,
    /no group "inlte"; .*inlet/,
  );
});

test.run();
