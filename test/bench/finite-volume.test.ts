/** The finite volumes that solutions with shocks are compared with: against exact solutions, with the order that they must have. */
import { burgersExact, burgersVolumes, eulerVolumes, type Gas, riemann } from "../../bench/flows/finite-volume.ts";
import { assert, close, test } from "../harness.ts";

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;

/** Toro, table 4.2 and 4.3: five problems with the pressure and velocity between the outer waves. */
const toro: readonly (readonly [left: Gas, right: Gas, pressure: number, velocity: number])[] = [
  [[1, 0, 1], [0.125, 0, 0.1], 0.30313, 0.92745],
  [[1, -2, 0.4], [1, 2, 0.4], 0.00189, 0],
  [[1, 0, 1000], [1, 0, 0.01], 460.894, 19.5975],
  [[1, 0, 0.01], [1, 0, 100], 46.095, -6.19633],
  [[5.99924, 19.5975, 460.894], [5.99242, -6.19633, 46.095], 1691.64, 8.68975],
]; // biome-ignore format: a table

test("the exact solution of Riemann's problem has the middle states of Toro's table, and satisfies the jump conditions of its shock", () => {
  for (const [left, right, pressure, velocity] of toro) {
    const [, u, p] = riemann(left, right, 1.4)(velocity + 1e-9);
    close(p / pressure, 1, 5e-3, "pressure");
    close(u, velocity, 1e-4 * Math.max(1, Math.abs(velocity)), "velocity");
  }
  const sod = riemann([1, 0, 1], [0.125, 0, 0.1], 1.4);
  const [r, u] = sod(1.2);
  const speed = (r * u) / (r - 0.125);
  assert.equal([sod(speed + 1e-9)[0], sod(speed - 1e-9)[0] > 0.26], [0.125, true]);
  close(sod(-0.5)[1] - Math.sqrt((1.4 * sod(-0.5)[2]) / sod(-0.5)[0]), -0.5, 1e-12, "in the fan u − c = x/t");
});

test("Sod's shock tube by finite volumes comes nearer to the exact solution with the first power of the cells", () => {
  const exact = riemann([1, 0, 1], [0.125, 0, 0.1], 1.4);
  const error = (cells: number) => {
    const run = { low: -0.5, high: 0.5, cells, time: 0.2 };
    const { x, values } = eulerVolumes((at) => (at < 0 ? [1, 0, 1] : [0.125, 0, 0.1]), 1.4, run);
    close(mean(values[0]!), 0.5625, 1e-12, "mass is kept");
    return mean(x.map((at, i) => Math.abs(values[0]![i]! - exact(at / 0.2)[0])));
  };
  const [coarse, fine] = [error(100), error(400)];
  assert.ok(fine < 3e-3 && coarse / fine > 2.5, `${coarse} → ${fine}`);
});

test("Burgers' equation by finite volumes is of second order before the shock, and has it in one or two cells after", () => {
  const error = (cells: number, time: number) => {
    const { x, values } = burgersVolumes((at) => -Math.sin(Math.PI * at), { low: -1, high: 1, cells, time });
    close(mean(values[0]!), 0, 1e-13, "the integral is kept");
    return mean(x.map((at, i) => Math.abs(values[0]![i]! - burgersExact(at, time))));
  };
  const ratio = error(100, 0.2) / error(200, 0.2);
  assert.ok(ratio > 3 && ratio < 5, `${ratio}`);
  assert.ok(error(400, 0.6) < 3e-4, `${error(400, 0.6)}`);
});

test("the solution along characteristics satisfies u = −sin(π(x − ut)) and jumps to minus itself at the shock", () => {
  for (const t of [0.1, 0.3, 0.6])
    for (const x of [-0.9, -0.4, -0.01, 0.2, 0.7]) {
      const u = burgersExact(x, t);
      close(u, -Math.sin(Math.PI * (x - u * t)), 1e-12, `x = ${x}, t = ${t}`);
    }
  assert.ok(burgersExact(-1e-9, 0.6) > 0.8 && burgersExact(1e-9, 0.6) < -0.8);
});

test.run();
