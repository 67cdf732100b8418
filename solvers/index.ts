/** PDE problems, networks, samplers and optimizers: nothing yet; the folder keeps its place in the package's exports. */
export {};
