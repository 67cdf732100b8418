"""Lets DeepXDE be imported where scikit-optimize, scikit-learn or matplotlib are not installed: points of low discrepancy are then scipy's Halton points, and what draws does nothing."""
import importlib.machinery, sys, types
from scipy.stats import qmc


class Nothing:
    """Stands for everything that draws."""

    def __call__(self, *_, **__):
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self):
        return iter((self, self))


def stand_in(name):
    module = types.ModuleType(name)
    nothing = Nothing()
    module.__getattr__ = lambda attribute: nothing if not attribute.startswith("__") else (_ for _ in ()).throw(AttributeError(attribute))
    module.__path__ = []
    module.__spec__ = importlib.machinery.ModuleSpec(name, None)
    return module


class Points:
    def __init__(self, *_, **__):
        pass

    def generate(self, space, count):
        return qmc.Halton(len(space), seed=0).random(count).tolist()


for name in ("matplotlib", "matplotlib.pyplot", "matplotlib.gridspec", "mpl_toolkits", "mpl_toolkits.mplot3d", "skopt", "skopt.sampler", "sklearn", "sklearn.preprocessing"):
    try:
        __import__(name)
    except ImportError:
        sys.modules[name] = stand_in(name)

if not hasattr(sys.modules["skopt"], "__file__"):
    sampler = sys.modules["skopt.sampler"]
    sampler.Hammersly = sampler.Halton = sampler.Sobol = Points
    sys.modules["skopt"].sampler = sampler
