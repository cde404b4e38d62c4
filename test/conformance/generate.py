#!/usr/bin/env python3
"""Makes recorded cases: programs, executed by the real TensorFlow of the Python that runs this.

    python generate.py cases [--seed S] [--each N]                  writes cases/*.jsonl: the programs of handwritten.py and
                                                                    N random ones of each theme
    python generate.py training                                     writes training/*.jsonl: the programs of handwritten_training.py
    python generate.py batch [--seed S] [--each N] [--themes A,B]   writes a batch of random cases to the standard output

Every file begins with a line that says how it was made. Each program is recorded twice, programs about steps more often
and on several threads; what differs, mostly fails, or repeats another result is dropped.
"""
import argparse
import collections
import datetime
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from handwritten import handwritten  # noqa: E402
from random_programs import ALL_THEMES, random_program  # noqa: E402
from tensorflow_graph import tf  # noqa: E402
from tensorflow_recorder import record_program  # noqa: E402

FOLDER = pathlib.Path(__file__).parent / "cases"

# Errors of Python itself, in random programs: they say nothing about TensorFlow.
HOST_ERRORS = {"AttributeError", "IndexError", "KeyError", "OperatorNotAllowedInGraphError", "RecursionError", "NameError"}

# ONNX Runtime has no op that jumps between frames.
ENGINES = {"flow": ["reference"]}


def line(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def record(program, threads=1):
    """The result as it is after a trip through JSON."""
    return json.loads(line(record_program(json.loads(line(program)), threads)))


def header(subject, command):
    return {"generator": "test/conformance/generate.py", "command": command, "tensorflow": tf.__version__,
            "date": datetime.date.today().isoformat(), "engines": ENGINES.get(subject, ["reference", "onnxruntime"])}


def why_dropped(program, result, theme):
    """Why a random program is not worth keeping; None when it is."""
    entries = [entry for entry in result["log"] if "skip" not in entry]
    errors = [entry["error"]["class"] for entry in entries if "error" in entry]
    if HOST_ERRORS & set(errors):
        return "host errors"
    if len(entries) < 3 or len(errors) > len(entries) / 2:
        return "mostly failing"
    if any("values" not in entry and "error" in entry and is_run(program, entry["at"]) for entry in entries):
        return "failing steps"  # what a failed step leaves behind is not TensorFlow's to say
    again = [1] if theme not in ("steps", "flow") else [1, 4, 8, 8]
    if any(record(program, threads) != result for threads in again):
        return "unstable"
    return None


def is_run(program, path):
    return "/" not in path and program[int(path)]["do"] == "run"


def random_cases(seed, each, themes, dropped):
    seen = set()
    for theme in themes:
        for index in range(each):
            program = random_program(seed, index, theme)
            result = record(program)
            reason = "repeated" if line(result) in seen else why_dropped(program, result, theme)
            if reason:
                dropped[reason] += 1
                continue
            seen.add(line(result))
            yield theme, {"name": f"{theme}-{seed}-{index}", "program": program, "expect": result}


def write_cases(seed, each, command):
    files = collections.defaultdict(list)
    for case in handwritten():
        subject, name = case["name"].split("/")
        files[subject].append({**case, "name": name, "expect": record(case["program"])})
    dropped = collections.Counter()
    for theme, case in random_cases(seed, each, ALL_THEMES, dropped):
        files[f"random-{theme}"].append(case)
    FOLDER.mkdir(exist_ok=True)
    for subject, cases in files.items():
        text = "\n".join(map(line, [header(subject.removeprefix("random-"), command), *cases]))
        (FOLDER / f"{subject}.jsonl").write_text(text + "\n", encoding="utf-8")
    print(f"{sum(map(len, files.values()))} cases in {len(files)} files, dropped: {dict(dropped)}")


def write_training(command):
    from handwritten_training import SUBJECTS
    from tensorflow_training import record_training
    folder = FOLDER.parent / "training"
    folder.mkdir(exist_ok=True)
    count = 0
    for subject, programs in SUBJECTS.items():
        cases = [{"name": name, "about": about, "program": program,
                  "expect": json.loads(line(record_training(json.loads(line(program)))))}
                 for name, (about, program) in programs.items()]
        text = "\n".join(map(line, [header(subject, command), *cases]))
        (folder / f"{subject}.jsonl").write_text(text + "\n", encoding="utf-8")
        count += len(cases)
    print(f"{count} cases in {len(SUBJECTS)} files")


def write_batch(seed, each, themes, command):
    dropped = collections.Counter()
    print(line(header("batch", command)))
    count = 0
    for _, case in random_cases(seed, each, themes, dropped):
        count += 1
        print(line(case))
    print(f"seed {seed}: {count} programs recorded, dropped: {dict(dropped)}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["cases", "training", "batch"])
    parser.add_argument("--seed", default="1")
    parser.add_argument("--each", type=int, default=18)
    parser.add_argument("--themes", default=",".join(ALL_THEMES))
    given = parser.parse_args()
    if given.what == "training":
        write_training("python test/conformance/generate.py training")
        return
    themes = given.themes.split(",")
    unknown = [theme for theme in themes if theme not in ALL_THEMES]
    if unknown:
        parser.error(f"no theme is called {', '.join(unknown)}; there are {', '.join(ALL_THEMES)}")
    command = f"python test/conformance/generate.py {given.what} --seed {given.seed} --each {given.each}"
    if given.what == "cases":
        write_cases(given.seed, given.each, command)
    else:
        write_batch(given.seed, given.each, themes, command)


if __name__ == "__main__":
    main()
