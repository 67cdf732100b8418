"""A classical method for each problem of the suite: a function of a number of nodes and a tolerance that returns the relative L2 error."""
