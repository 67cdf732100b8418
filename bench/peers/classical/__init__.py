"""
A classical method for each problem of the suite and of DeepXDE's examples: a function of a number of nodes and a tolerance that returns the relative L2 error.
One thread, wherever this is imported before NumPy.
"""
import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
