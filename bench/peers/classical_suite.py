"""
How long do classical methods take for problems of the suite (bench/solver-suite), to the error of the automatic solve?

  python bench/peers/classical_suite.py [research/solver-suite/results.json …] [--only NAME,…]

Spectral methods in NumPy and SciPy: Fourier or Chebyshev collocation in space, in time exact exponentials, splitting, ETDRK4 or SciPy's DOP853 and Radau with
tolerances tied to the target. The number of nodes grows by a quarter (on a circle it is doubled) until the relative L2 error is below the target, which is the median error of the automatic solve at
its largest budget in the first of the records that has the problem, or what research/solver-results.md says where none has; printed are the nodes, the error and the
processor seconds of that last run alone. One thread. The truths are formulas, the table of Ghia, Ghia and Shin, or the same method with four times the nodes.

There is none for gaussian-10d-off-centre: a grid of ten axes with ten nodes each has 1e10 of them.
"""
import argparse
import json
import os
from classical import evolution, flows, periodic, steady
from classical.timing import to_error

problems = {
    "arc-layer": ("Chebyshev, diagonalised", steady.arc_layer),
    "nagumo-front": ("Chebyshev, Radau", evolution.nagumo),
    "klein-gordon-periodic": ("Fourier, DOP853", periodic.klein_gordon_periodic),
    "two-unknowns": ("sines, DOP853", evolution.two_unknowns),
    "annulus": ("Fourier and Chebyshev", steady.annulus),
    "peak-3d": ("Chebyshev, diagonalised", steady.peak_3d),
    "euler-beam": ("Chebyshev", steady.euler_beam),
    "boundary-layer": ("Chebyshev", steady.boundary_layer),
    "burgers-step": ("Chebyshev, Radau", evolution.burgers_step),
    "burgers": ("Fourier, ETDRK4", periodic.burgers),
    "allen-cahn": ("Fourier, ETDRK4", periodic.allen_cahn),
    "lid-driven-cavity": ("Chebyshev, stream function, Newton", flows.cavity),
    "diffusion-reaction": ("sines, exact in time", evolution.heat),
    "klein-gordon": ("Chebyshev, DOP853", evolution.klein_gordon),
    "poisson-multiscale": ("Chebyshev", steady.poisson_multiscale),
    "helmholtz": ("Chebyshev, diagonalised", steady.helmholtz),
    "beltrami-flow": ("Chebyshev, projection, DOP853", flows.beltrami),
    "wave-speed-10": ("sines, exact in time", evolution.wave),
    "kovasznay-20": ("Chebyshev, stream function, Newton", flows.kovasznay),
    "elasticity-plate": ("Chebyshev", steady.plate),
    "kuramoto-sivashinsky": ("Chebyshev, Radau", evolution.kuramoto_sivashinsky),
    "advection-50": ("Fourier, exact in time", periodic.advection),
    "kdv-zabusky-kruskal": ("Fourier, DOP853", periodic.kdv),
    "schroedinger": ("Fourier, splitting of order 4", periodic.schroedinger),
    "parabolic-system": ("Chebyshev, Radau", evolution.parabolic),
}
first = {"euler-beam": 4, "beltrami-flow": 4, "kdv-zabusky-kruskal": 64, "schroedinger": 64, "two-unknowns": 8, "annulus": 8, "elasticity-plate": 8}
first |= {"burgers": 256, "allen-cahn": 256, "lid-driven-cavity": 8, "kovasznay-20": 8, "kuramoto-sivashinsky": 32}
# Errors in research/solver-results.md of which no record has the runs.
tables = {"euler-beam": 8.4e-14, "boundary-layer": 6.5e-13, "burgers-step": 2.8e-5, "lid-driven-cavity": 7.3e-3}
# What no method gets below: the flow of any number of nodes is 1.1e-2 from the table; elsewhere rounding.
floors = {"lid-driven-cavity": 1.15e-2}


def target_of(name, records):
    for record in records:
        mine = [r for r in record if r["problem"] == name]
        budget = max((r["budget"] for r in mine), default=0)
        errors = sorted(r["error"] for r in mine if r["budget"] == budget)
        if errors:
            return errors[len(errors) // 2]
    return tables.get(name)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("records", nargs="*", default=["research/solver-suite/results.json"])
    parser.add_argument("--only")
    options = parser.parse_args()
    records = [json.load(open(path)) for path in options.records if os.path.exists(path)]
    print("| problem | method | target | nodes | error | processor s |")
    print("|---|---|---|--:|---|--:|")
    for name, (method, solve) in problems.items():
        target = target_of(name, records)
        if target is None or (options.only and name not in options.only.split(",")):
            continue
        target = max(target, floors.get(name, 1e-12))
        n, error, spent = to_error(solve, target, first.get(name, 16))
        print(f"| {name} | {method} | {target:.1e} | {n if error <= target else 'not reached'} | {error:.1e} | {spent:.4f} |", flush=True)


if __name__ == "__main__":
    main()
