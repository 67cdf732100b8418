"""Conservative regridding of many steps with weights made before, as xESMF applies them (a sparse matrix of SciPy), and
as two dense matrices of NumPy, for rows and columns. Protocol as in serve.py, without PyTorch."""
import json
import sys

import numpy as np
import scipy
import scipy.sparse
from answer import answer, tensors

options = json.loads(sys.argv[1])
data = tensors(options)
values, rows, columns = data["values"], data["rows"], data["columns"]
steps, height, width = values.shape
full = scipy.sparse.kron(scipy.sparse.csr_matrix(rows), scipy.sparse.csr_matrix(columns)).tocsr()
single = full.astype(np.float32)
rows32, columns32 = rows.astype(np.float32), columns.astype(np.float32)


def checksum(result):
    return float(result[::7].astype(np.float64).sum())


def sparse(matrix):
    return lambda: checksum((matrix @ values.reshape(steps, -1).T).T.reshape(steps, len(rows), len(columns)))


def dense():
    return checksum(np.matmul(np.matmul(rows32, values), columns32.T))


answer(
    {
        f"SciPy {scipy.__version__} CSR float32": sparse(single),
        f"SciPy {scipy.__version__} CSR float64": sparse(full),
        f"NumPy {np.__version__} matmul float32": dense,
    },
    np.__version__,
)
