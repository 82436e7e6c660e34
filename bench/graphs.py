"""The same graph as a Logist workflow, a ninja file and a makefile.

chain: s0 -> s1 -> ... ; fan: first -> n-2 middles -> last. Every step is a no-op: /bin/true.
"""
import json
import os


def steps(shape, n):
    """[(name, [names of what it needs])] in an order in which needs come first."""
    if shape == "chain":
        return [(f"s{i}", [f"s{i - 1}"] if i else []) for i in range(n)]
    middles = [f"m{i}" for i in range(n - 2)]
    return [("first", [])] + [(m, ["first"]) for m in middles] + [("last", middles)]


def workflow(path, shape, n, kind):
    """kind argv: no shell, as make starts a plain command; kind shell: /bin/sh -c, as ninja starts every command."""
    run = "[/bin/true]" if kind == "argv" else "/bin/true"
    with open(path, "w", encoding="utf-8") as out:
        out.write(f"version: 1\nname: {shape}-{n}\ndefaults: {{ workspace: none }}\nsteps:\n")
        for name, needs in steps(shape, n):
            out.write(f"  {name}: {{ needs: {json.dumps(needs)}, run: {run} }}\n")


def ninja(directory, shape, n):
    with open(os.path.join(directory, "build.ninja"), "w", encoding="utf-8") as out:
        out.write("rule r\n  command = /bin/true\n")
        for name, needs in steps(shape, n):
            out.write(f"build o/{name}: r {' '.join('o/' + need for need in needs)}\n")


def make(directory, shape, n):
    graph = steps(shape, n)
    with open(os.path.join(directory, "Makefile"), "w", encoding="utf-8") as out:
        out.write(f"all: o/{graph[-1][0]}\n.SUFFIXES:\nMAKEFLAGS += -r\n")
        for name, needs in graph:
            out.write(f"o/{name}: {' '.join('o/' + need for need in needs)}\n\t@/bin/true\n")
