"""How long a method takes to an error."""
import time
import numpy as np


def to_error(solve, target, n, most=2048):
    """Nodes, error and processor seconds of the first number of nodes that reaches the target."""
    circle = solve.__module__.endswith("periodic")
    solve(n, target)  # what is made once: references, plans, memory
    while True:
        began = time.process_time()
        error = solve(n, target)
        spent = time.process_time() - began
        if error <= target or 2 * n > most or spent > 5:
            return n, error, spent
        n = 2 * n if circle else 2 * int(np.ceil(0.625 * n))
