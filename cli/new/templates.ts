/** Commented files to begin with: what they hold runs as it is, and comments name the next things to change. */

const problem = `{
  // monge solve problem.json --processor-seconds 10 --seed 1 --figure solution.png
  "name": "membrane",

  // Axes and their ends; "t" is time: { "x": [0, 1], "t": [0, 2] }. Shapes: { "shape": "disk", "center": [0, 0], "radius": 1 }
  "domain": { "x": [0, 1], "y": [0, 1] },

  // Without this line the unknown is u. A system: "unknowns": ["u", "v"], "equations": ["…", "…"]
  "unknowns": ["u"],

  // Numbers, or formulas of those before
  "constants": { "k": 1, "load": "2*k" },

  // Derivatives are u_x, u_xy, u_t, dx(u^2), lap(u), div(k*grad(u)); functions are sin, exp, sqrt, if(x < 0.5, a, b), …
  "equations": "-k*lap(u) = load*sin(pi*x)",

  // "u = 0" on all of the boundary, or a list such as
  // [{ "type": "dirichlet", "equation": "u = 0", "on": "x" }, { "type": "neumann", "equation": "u_n = 1", "on": "y" }];
  // in time also { "type": "initial", "equation": "u = sin(pi*x)" }
  "conditions": "u = 0",

  // Asked for beside the unknowns
  "quantities": { "flux": "-k*u_x" }
}
`;

const train = `{
  // monge train --config train.json     (the files are those of monge demo; name your own)
  // Keys are the options of monge train --help; an option on the command line takes precedence.

  // High-resolution rain, the coarse rain that it is made from, and variables without times. Grids may differ
  "fine": ["demo/fine.nc"],
  "coarse": ["demo/coarse.nc"],
  "static": ["demo/orography.nc"],

  // Other variables of each time, such as ["era5.nc:t2m"]; and "season", "position" or "hour"
  // "with": ["era5.nc:t2m"],
  // "context": "season",

  // Times that are held out, such as "2003-01:2003-12": the model that is best on them is kept
  // "validate": "2003-01:2003-12",

  // Units, where files lack them or are wrong; seconds that an amount stands for, where times have no bounds
  // "assume-units": "mm/day",
  // "interval": 86400,

  // Longer and wider is better: 5000 steps and 48 channels are a night on a laptop
  "steps": 1000,
  "channels": 24,
  "seed": 0,

  "out": "runs"
}
`;

/** By what they are for. */
export const templates: Readonly<Record<"problem" | "train", string>> = { problem, train };
