"""Short forms in which programs are written by hand: each function gives a statement or a value of the format."""


def ref(handle, get=None):
    return {"ref": handle} if get is None else {"ref": handle, "get": get}


def fl(x):
    return {"float": x}


def whole(x):
    return {"int": x}


def array(x, dtype="float32"):
    return {"array": x, "dtype": dtype}


def do(kind, /, **fields):
    return {"do": kind, **{key.rstrip("_"): value for key, value in fields.items()}}


def attempt(statement):
    return {**statement, "try": True}


ZEROS = {"init": "zeros"}
ONES = {"init": "ones"}


def get(name, shape=None, as_=None, **fields):
    given = {} if shape is None else {"shape": shape}
    if "initializer" not in fields and shape is not None:
        given["initializer"] = ZEROS
    return do("get_variable", name=name, **given, **({"as": as_} if as_ else {}), **fields)


def scope(name, *body, as_=None, **fields):
    return do("variable_scope", name=name, **({"as": as_} if as_ else {}), **fields, body=list(body))


def names(name, *body, as_=None, **fields):
    return do("name_scope", name=name, **({"as": as_} if as_ else {}), **fields, body=list(body))


def op(kind, /, *inputs, as_=None, **fields):
    made = do("op", op=kind, **fields)
    if inputs:
        made["inputs"] = list(inputs)
    return {**made, **({"as": as_} if as_ else {})}


def const(x=1, as_=None, **fields):
    return op("constant", value=fl(x), as_=as_, **fields)


def run(*fetches, **fields):
    return do("run", fetches=list(fetches), **fields)


def part(*body, return_=None):
    return {"body": list(body), **({} if return_ is None else {"return": return_})}
