/** Reactions, fronts and flows in a plane, drawn by chance like those on a line (`growing.ts`); their truths are a program's of its own (`bench/peers/method_of_lines.py`). */
import { rng } from "../../engine/random/rng.ts";
import { type Drawn, drawnProblem, type GrowingProblem } from "./growing.ts";
import { chance } from "./random.ts";

const kinds = ["saturating", "two states", "phases", "growth in places", "carried around", "two species"] as const;

function drawn(kind: (typeof kinds)[number], { among, between, scale }: ReturnType<typeof chance>): Drawn {
  const space = among([[-1, 1] as const, [0, 2] as const, [-5, 5] as const]);
  const extent = space[1] - space[0];
  const [folds, rate] = [between(3, 8), scale(1, 10)];
  /** Of a front, sqrt(spread/rate), in extents. */
  const width = scale(0.02, 0.1);
  const spread = Number(((width * extent) ** 2 * rate).toPrecision(3));
  const end = Number((folds / rate).toFixed(3));
  const across = (axis: string) => {
    const middle = Number((space[0] + extent * between(0.35, 0.65)).toFixed(3));
    return `((${axis} - (${middle}))/${extent})^2`;
  };
  const bump = (size: number) => `${size}*exp(-${scale(40, 150)}*(${across("x")} + ${across("y")}))`;
  const wave = (axis: string, m: number, size: number) => `${size}*cos(${m}*2*pi*(${axis} - (${space[0]}))/${extent})`;
  const one = (term: string, start: string, periodic = false): Drawn => ({
    ...{ space, end, periodic, axes: ["x", "y"] },
    rates: { u: `${spread}*(u_xx + u_yy) + ${term}` },
    starts: { u: start },
  });
  switch (kind) {
    case "saturating":
      return one(`${rate}*u*(1 - u)`, among([bump(between(0.3, 1)), `${bump(0.5)} + ${bump(0.8)}`]));
    case "two states":
      return one(`${rate}*u*(1 - u)*(u - ${between(0.1, 0.45)})`, bump(1));
    case "phases":
      return one(
        `${rate}*(u - u^3)`,
        `${wave("x", 1, between(0.2, 0.6))} + ${wave("y", among([1, 2]), between(-0.5, 0.5))}`,
        true,
      );
    case "growth in places":
      return one(`${rate}*sin(${between(1, 4)}*x)*cos(${between(1, 4)}*y)*u`, bump(1));
    case "carried around": {
      const middle = (space[0] + space[1]) / 2;
      const turn = Number((between(0.5, 3) / end).toFixed(3));
      return one(`${rate}*u*(0.5 - u) - ${turn}*((${middle} - y)*u_x + (x - ${middle})*u_y)`, bump(1));
    }
    case "two species": {
      const [eats, dies] = [between(1, 3), between(0.2, 1)];
      const [slow, fast] = [1, 2].map((k) => Number(((width * extent) ** 2 * k).toPrecision(3)));
      return {
        ...{ space, end: between(2, 6), periodic: false, axes: ["x", "y"] },
        rates: {
          u: `${slow}*(u_xx + u_yy) + u*(1 - u) - ${eats}*u*v/(1 + u)`,
          v: `${fast}*(v_xx + v_yy) + ${eats}*u*v/(1 + u) - ${dies}*v`,
        },
        starts: { u: "1", v: bump(0.3) },
      };
    }
  }
}

/** A problem of a number, and what a program needs that finds its truth. */
export function planeProblem(number: number, truths?: string): GrowingProblem {
  const draw = chance(rng(number).split("growing in a plane"));
  const kind = draw.among(kinds);
  return drawnProblem(`plane-${number}`, kind, drawn(kind, draw), truths);
}
