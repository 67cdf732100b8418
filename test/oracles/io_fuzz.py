"""What netCDF-C and GDAL read of damaged files: python3 test/oracles/io_fuzz.py < LIST; LIST has a path a line.

Prints a line of JSON for each: its variables as in io_corpus.py, or why it is not read. Each file has its own process,
2 GB and 20 seconds.
"""
import json, os, resource, signal, sys
sys.argv = ["", os.devnull]
here = os.path.dirname(os.path.abspath(__file__))
exec(open(os.path.join(here, "io_corpus.py")).read().split("def main(")[0])

for line in sys.stdin.read().split("\n"):
    if not line: continue
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(r); os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30)); signal.alarm(20)
        try: out = {"variables": reference(line)}
        except BaseException as e: out = {"error": str(e)[:200]}
        os.write(w, b""); os.fdopen(w, "wb").write(json.dumps(out).replace("Infinity", "1e999").replace("NaN", "null").encode())
        os._exit(0)
    os.close(w)
    text = os.fdopen(r, "rb").read().decode()
    _, status = os.waitpid(pid, 0)
    print(text if text else json.dumps({"error": "the process ended with status %d" % status}))
    sys.stdout.flush()
