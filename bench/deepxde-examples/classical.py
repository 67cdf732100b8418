"""
How long do classical methods take for DeepXDE's examples, to the error of our text (results.json)?

  python3 bench/deepxde-examples/classical.py [--only NAME,…]

The methods are those of bench/peers/classical. The number of nodes grows until the relative L2 error (of constants, the worst one's) is below ours, or below 1e-12;
errors and processor seconds of that run go to references.json in the place of what is there for the example. Truths are formulas, or the same method with more nodes.
"""
import argparse
import json
import pathlib
import sys

here = pathlib.Path(__file__).parent
records = here.parent.parent / "research" / "deepxde-examples"
sys.path.insert(0, str(here.parent / "peers"))
from classical import evolution, examples, flows, inverse, periodic, steady
from classical.timing import to_error

# Method, function of nodes and tolerance, first number of nodes.
problems = {
    "Allen_Cahn": ("Chebyshev, Radau", examples.allen_cahn_ends, 16),
    "Beltrami_flow": ("Chebyshev, projection, DOP853, velocities", flows.beltrami, 4),
    "Burgers": ("Fourier, ETDRK4", periodic.burgers, 256),
    "Euler_beam": ("Chebyshev", steady.euler_beam, 4),
    "Helmholtz_Dirichlet_2d": ("Chebyshev, diagonalised", steady.helmholtz, 16),
    "Helmholtz_Neumann_2d_hole": ("Chebyshev on the square, Bessel functions around the hole", examples.helmholtz_hole, 8),
    "Klein_Gordon": ("Chebyshev, DOP853", evolution.klein_gordon, 8),
    "Kovasznay_flow": ("Chebyshev, stream function, Newton", flows.kovasznay, 8),
    "Laplace_disk": ("Fourier and Chebyshev", examples.laplace_disk, 4),
    "Lotka_Volterra": ("DOP853", examples.lotka_volterra, 1),
    "Poisson_Dirichlet_1d": ("Chebyshev", examples.poisson_dirichlet, 8),
    "Poisson_Dirichlet_1d_exactBC": ("Chebyshev", examples.poisson_five_waves, 8),
    "Poisson_Lshape": ("five-point differences, h = 1/{n}0, sparse LU", examples.l_shape, 2),
    "Poisson_Neumann_1d": ("Chebyshev", examples.parabola(0), 4),
    "Poisson_PointSetOperator_1d": ("Chebyshev", examples.parabola(0), 4),
    "Poisson_Robin_1d": ("Chebyshev", examples.parabola(1), 4),
    "Poisson_multiscale_1d": ("Chebyshev", steady.poisson_multiscale, 16),
    "Poisson_periodic_1d": ("Fourier", examples.poisson_periodic, 8),
    "Schrodinger": ("Fourier, splitting of order 4", periodic.schroedinger, 64),
    "Volterra_IDE": ("Chebyshev", examples.volterra, 8),
    "american_put": ("binomial tree, 21 prices", examples.american_put, 10),
    "black_scholes_call": ("central differences, Crank and Nicolson", examples.black_scholes, 10),
    "diffusion_1d": ("sines, exact in time", examples.diffusion, 8),
    "diffusion_reaction": ("sines, exact in time", evolution.heat, 16),
    "elasticity_plate": ("Chebyshev, displacements", steady.plate, 8),
    "fractional_Poisson_1d": ("powers, collocation", examples.fractional_line, 6),
    "fractional_Poisson_2d": ("Jacobi's polynomials", examples.fractional_poisson(2), 2),
    "fractional_Poisson_3d": ("Jacobi's polynomials", examples.fractional_poisson(3), 2),
    "fractional_diffusion_1d": ("powers, collocation, exact in time", examples.fractional_diffusion, 6),
    "heat": ("sines, exact in time", examples.rod, 8),
    "ide": ("Chebyshev", examples.ide, 8),
    "ode_2nd": ("DOP853", examples.ode_2nd, 1),
    "ode_system": ("DOP853", examples.ode_system, 1),
    "wave_1d": ("sines, exact in time", evolution.wave, 16),
    "Lorenz_inverse": ("splines, then DOP853 and least squares", inverse.lorenz("Lorenz_inverse", 0), 1),
    "Lorenz_inverse_forced": ("splines, then DOP853 and least squares", inverse.lorenz("Lorenz_inverse_forced", 10), 1),
    "brinkman_forchheimer": ("Chebyshev, least squares", inverse.brinkman, 16),
    "diffusion_1d_inverse": ("Chebyshev, least squares", inverse.diffusion_constant, 8),
    "diffusion_reaction_rate": ("Chebyshev, least squares", inverse.reaction_rate, 8),
    "elliptic_inverse_field": ("Chebyshev, least squares", inverse.field, 8),
    "fractional_Poisson_1d_inverse": ("Jacobi's polynomials, least squares", inverse.order_line, 1),
    "fractional_Poisson_2d_inverse": ("Jacobi's polynomials, least squares", inverse.order_disk, 2),
    "reaction_inverse": ("central differences, Radau, least squares", inverse.reaction, 10),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only")
    only = parser.parse_args().only
    ours = {r["example"]: r["error"] for r in json.loads((records / "results.json").read_text())}
    path = records / "references.json"
    references = {r["example"]: r for r in json.loads(path.read_text())}
    for name, (method, solve, first) in problems.items():
        if ours.get(name) is None or (only and name not in only.split(",")):
            continue
        target = max(ours[name], 1e-12)
        n, error, spent = to_error(solve, target, first)
        said = method.format(n=n) if first == 1 or "{n}" in method else f"{method}, {n} nodes"
        references[name] = dict(example=name, method=said, processorSeconds=round(spent, 6), error=float(f"{error:.3g}"))
        print(f"{name}: {error:.1e} of {target:.1e} with {n} nodes in {spent:.4f} s", flush=True)
    path.write_text(json.dumps(list(references.values()), indent=1) + "\n")


main()
