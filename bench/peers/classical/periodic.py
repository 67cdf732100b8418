"""Problems with time on a circle."""
import numpy as np
from .grids import etdrk4, march, pi, reference, relative


def advection(n, tol):
    x = 2 * pi * np.arange(n) / n
    k = np.fft.fftfreq(n, 1 / n)
    t = np.linspace(0, 1, 41)
    found = np.fft.ifft(np.exp(-50j * np.outer(t, k)) * np.fft.fft(np.sin(x))).real
    return relative(found, np.sin(x - 50 * t[:, None]))


def kdv(n, tol, truth=True):
    x = -1 + 2 * np.arange(n) / n
    k = pi * np.fft.fftfreq(n, 1 / n)
    turn = 1j * 0.022**2 * k**3
    keep = np.abs(np.fft.fftfreq(n, 1 / n)) < n / 3
    f = lambda s, v: -0.5j * k * keep * np.exp(-turn * s) * np.fft.fft(np.fft.ifft(np.exp(turn * s) * v).real ** 2)
    t = np.linspace(0, 1, 21)
    v = march(f, np.fft.fft(np.cos(pi * x)), t, tol / 10)
    u = np.fft.ifft(np.exp(np.outer(t, turn)) * v).real
    return u if not truth else relative(u[:, :: n // 64], reference("kdv", lambda: kdv(512, 1e-11, False)[:, ::8]))


def schroedinger(n, tol, truth=True):
    x = -5 + 10 * np.arange(n) / n
    k = 2 * pi / 10 * np.fft.fftfreq(n, 1 / n)
    steps = 20 * max(20, int(np.ceil(12 * tol**-0.25 / 20)))
    dt = pi / 2 / steps
    h = (2 / np.cosh(x)).astype(complex)
    # Yoshida's splitting of the fourth order.
    a = 1 / (2 - 2 ** (1 / 3))
    parts = [(w, np.exp(-0.5j * k**2 * w * dt)) for w in (a, 1 - 2 * a, a)]
    kept = [h]
    for i in range(steps):
        for w, turn in parts:
            h = h * np.exp(0.5j * w * dt * np.abs(h) ** 2)
            h = np.fft.ifft(turn * np.fft.fft(h))
            h = h * np.exp(0.5j * w * dt * np.abs(h) ** 2)
        if (i + 1) % (steps // 20) == 0:
            kept.append(h)
    u = np.array(kept)
    return u if not truth else relative(u[:, :: n // 64], reference("nls", lambda: schroedinger(256, 1e-12, False)[:, ::4]))


def klein_gordon_periodic(n, tol, truth=True):
    x = 2 * pi * np.arange(n) / n
    k2 = np.fft.fftfreq(n, 1 / n) ** 2

    def f(s, y):
        u, v = y[:n], y[n:]
        return np.hstack([v, np.fft.ifft(-k2 * np.fft.fft(u)).real - u - u**3])

    u = march(f, np.hstack([np.sin(x) + 0.5 * np.cos(2 * x), 0 * x]), np.linspace(0, 10, 21), tol / 10)[:, :n]
    return u if not truth else relative(u[:, :: n // 16], reference("kg", lambda: klein_gordon_periodic(128, 1e-13, False)[:, ::8]))


def steps_for(tol, at_least):
    """Steps of a method of the fourth order, a multiple of the moments."""
    return 20 * int(np.ceil(max(at_least, 10 * tol**-0.25) / 20))


def cole_hopf(x, t, viscosity):
    """Burgers' equation from -sin(pi x) by Cole and Hopf's integral; the trapezoidal rule converges faster than any power."""
    z = np.arange(-17, 17.01, 0.05)
    angle = pi * (x[:, None] - 2 * np.sqrt(viscosity * t) * z)
    weight = -np.cos(angle) / (2 * pi * viscosity) - z**2
    weight = np.exp(weight - weight.max(axis=1)[:, None])
    return -(np.sin(angle) * weight).sum(axis=1) / weight.sum(axis=1)


def burgers(n, tol):
    """The solution is odd and periodic. Two thirds of the modes are kept."""
    viscosity = 0.01 / pi
    x = -1 + 2 * np.arange(n) / n
    k = pi * np.arange(n // 2 + 1)
    keep = -0.5j * k * (k < pi * n / 3)
    f = lambda v: keep * np.fft.rfft(np.fft.irfft(v, n) ** 2)
    v = etdrk4(-viscosity * k**2, f, np.fft.rfft(-np.sin(pi * x)), 1, steps_for(tol, n // 2), 20)
    points = -1 + np.arange(256) / 128
    truth = reference("burgers", lambda: np.array([cole_hopf(points, s, viscosity) for s in np.linspace(0, 1, 21)]))
    return relative(np.fft.irfft(v, n)[:, :: n // 256], truth)


def allen_cahn(n, tol, truth=True):
    """The start has a kink at the ends: its modes are taken from finer nodes, and it is not compared itself."""
    x = -1 + 2 * np.arange(64 * n) / (64 * n)
    start = np.fft.rfft(x**2 * np.cos(pi * x))[: n // 2 + 1] / 64
    f = lambda v: -5 * np.fft.rfft(np.fft.irfft(v, n) ** 3)
    v = etdrk4(5 - 1e-4 * (pi * np.arange(n // 2 + 1)) ** 2, f, start, 1, steps_for(tol, 40), 20)
    u = np.fft.irfft(v[1:], n)
    return u if not truth else relative(u[:, :: n // 256], reference("allen-cahn", lambda: allen_cahn(4096, 1e-9, False)[:, ::16]))
