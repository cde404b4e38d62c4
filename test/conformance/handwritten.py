"""All programs written by hand: each shows one thing, and together they use every statement, op and kind of function."""
import handwritten_graphs as graphs
import handwritten_steps as steps

SUBJECTS = {
    "scopes": graphs.SCOPES, "reuse": graphs.REUSE, "names": graphs.NAMES, "initializers": graphs.INITIALIZERS, "seeds": graphs.SEEDS, "regularizers": graphs.REGULARIZERS, "partitioned": graphs.PARTITIONED,
    "getters": graphs.GETTERS, "templates": graphs.TEMPLATES, "devices": graphs.DEVICES, "collections": graphs.COLLECTIONS, "settings": graphs.SETTINGS, "ops": steps.OPS, "steps": steps.STEPS, "flow": steps.FLOW,
}


def handwritten():
    """All programs, as cases without results: `subject/name`."""
    for subject, programs in SUBJECTS.items():
        for name, (about, program) in programs.items():
            yield {"name": f"{subject}/{name}", "about": about, "program": program}
