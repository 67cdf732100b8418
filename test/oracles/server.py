"""Runs one program after the other, each in a fork of a process that has loaded what it imports: server.py REQUESTS ANSWERS

Both are named pipes. A request is a line of JSON, {code, args, input, folder, cwd}; what the program prints goes to the files out and
err of the folder, its exit status to the answers.
"""
import ast, importlib, io, json, os, sys, traceback

def imported(code):
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import): yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level: yield node.module

def run(request):
    for name, fd in (("out", 1), ("err", 2)):
        os.dup2(os.open(os.path.join(request["folder"], name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC), fd)
    os.chdir(request["cwd"])
    sys.argv = ["-c", *request["args"]]
    sys.stdin = io.StringIO(request.get("input", ""))
    status = 0
    try:
        exec(compile(request["code"], "<oracle>", "exec"), {"__name__": "__main__"})
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush(); sys.stderr.flush()
    os._exit(status)

with open(sys.argv[1]) as requests, open(sys.argv[2], "w") as answers:
    for line in iter(requests.readline, ""):
        request = json.loads(line)
        for name in imported(request["code"]):
            try: importlib.import_module(name)
            except Exception: pass
        child = os.fork()
        if child == 0: run(request)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=answers, flush=True)
