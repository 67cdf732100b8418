/** Domains too large to compute with are refused at once. */
import { DomainError, OptionsError } from "../../../engine/errors.ts";
import { type DomainSpec, parseDomain } from "../../../solvers/domain/spec.ts";
import { assert, test } from "../../harness.ts";

const refused = (spec: DomainSpec, kind: typeof DomainError | typeof OptionsError, message: RegExp) =>
  assert.throws(
    () => parseDomain(spec),
    (e: unknown) => e instanceof kind && message.test((e as Error).message),
  );
const ring = (n: number) =>
  Array.from({ length: n }, (_, k) => {
    const angle = (2 * Math.PI * k) / n;
    return [Math.cos(angle), Math.sin(angle)] as const;
  });

test("coordinates whose squares overflow are refused with the way out", () => {
  refused({ x: [-1e308, 1e308] }, DomainError, /domain\.x\[0\] is -1e\+308, beyond ±1e\+60; take other units/);
  refused({ shape: "ball", center: [0, 0], radius: 1e308 }, DomainError, /radius is 1e\+308, beyond/);
  refused({ x: [0, 1], t: [0, 1e61] }, DomainError, /domain\.t\[1\] is 1e\+61/);
  assert.equal(parseDomain({ x: [-1e60, 1e60] }).axes, ["x"]);
});

test("polygons have at most 1024 vertices", () => {
  refused({ shape: "polygon", vertices: ring(100_000) }, OptionsError, /has 100000 entries, at most 1024/);
  assert.is(parseDomain({ shape: "polygon", vertices: ring(400) }).axes.length, 2);
});

test.run();
