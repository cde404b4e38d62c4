"""Writes test/goldens/string_ops.json: ops of strings. Run with a Python that has TensorFlow:  python tools/goldens/string_ops.py

The twin programs are in src/ops/string.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import array, inference, kernel, program, tf

S = tf.strings


def c(*values):
    return tf.constant(list(values))


def parts(x):
    return [x.indices, x.values, x.dense_shape]


@program
def joined():
    return [tf.string_join(["a", c("b", "c")], separator="-"), S.join([c("a"), c("b")], name="j")]


@program
def numbers():
    return [tf.as_string([1.5, 2.0]), tf.as_string(tf.constant([1, 2]), fill="0", width=5, name="n"), tf.string_to_number(c("1", "2"), tf.int32), S.to_number(c("1"))]


@program
def pieces():
    return parts(tf.string_split(c("a b", "c"))) + parts(tf.string_split(c("a,b"), ",", skip_empty=False)) + parts(S.split(c("a b", "c"), result_type="SparseTensor")) + parts(S.split(c("a b"), "b", 2, result_type="SparseTensor", name="s"))


@program
def reduced():
    return [tf.reduce_join([["a", "b"]], 1, separator="-"), tf.reduce_join([["a", "b"]]), S.reduce_join([["a", "b"]], [0, 1], keepdims=True, name="r"), tf.reduce_join(tf.placeholder(tf.string))]


@program
def letters():
    return [
        S.length("abc"),
        S.length("abc", unit="UTF8_CHAR", name="l"),
        S.substr("abc", 1, 2),
        S.substr("abc", [1], [2], unit="UTF8_CHAR"),
        S.strip("abc"),
        S.lower("abc"),
        S.upper("abc", encoding="utf-8"),
    ]


@program
def patterns():
    return [tf.regex_replace("abc", "b", "x"), S.regex_replace("abc", tf.constant("b"), "x", replace_global=False), S.regex_full_match("abc", "b"), S.regex_full_match("abc", tf.constant("b"), name="m")]


@program
def buckets():
    return [tf.string_to_hash_bucket_fast(c("a"), 10), tf.string_to_hash_bucket(c("a"), 10)]


@program
def coded():
    return [tf.encode_base64("a"), tf.encode_base64("a", pad=True), tf.decode_base64("YQ"), tf.decode_raw("abcd", tf.uint8), tf.decode_raw("abcd", tf.int16, little_endian=False, name="d")]


def s(*values):
    return array(list(values), "string")


def scalar(value):
    return np.array(value, dtype=object)


LONG = "The quick brown fox jumps over the lazy dog, and over many other animals that stand in its way. "


def kernels():
    i = "int32"
    yield kernel("StringJoin", [s("a", "b"), scalar("c"), s("d", "é")], separator="--")
    yield kernel("StringJoin", [scalar("a"), scalar("b")])
    yield kernel("StringJoin", [s("a", "b"), s("c")])
    yield kernel("StringJoin", [s(), s()])
    floats = array([1.5, -2.25, 0.0078125, 1e10, 123456.789, 1e-7, 0.5, np.inf, -np.inf, np.nan, -0.0])
    for dtype in ["float32", "float64", "float16"]:
        for attrs in [{}, {"precision": 2}, {"precision": 0}, {"scientific": True}, {"scientific": True, "precision": 3}, {"shortest": True}, {"shortest": True, "precision": 9}, {"width": 12}, {"width": 12, "fill": "0", "precision": 1}, {"width": 12, "fill": "-"}, {"width": 12, "fill": "+"}]:
            yield kernel("AsString", floats.astype(dtype), **attrs)
    for dtype in ["int32", "int64", "uint8", "int8"]:
        yield kernel("AsString", array([1, 0, 100, 77], dtype))
        yield kernel("AsString", array([1, 0, 100], dtype), width=5, fill="0")
    yield kernel("AsString", array([-1, 20], i), width=5, fill="0")
    yield kernel("AsString", array([-1, 20], i), width=5)
    yield kernel("AsString", array([True, False], "bool"))
    yield kernel("AsString", array([1 + 2j, -0.5j], "complex64"))
    yield kernel("AsString", array([1], i), precision=2)
    yield kernel("AsString", array([1], i), scientific=True)
    yield kernel("AsString", array([1.0]), scientific=True, shortest=True)
    yield kernel("AsString", array([1.0]), fill="ab")
    yield kernel("AsString", s("a", "é"))
    for out in ["float32", "float64"]:
        yield kernel("StringToNumber", s("1.5", "-2e3", " 7 ", "inf", "-inf", "nan", ".5", "5."), out_type=out)
    for out in ["int32", "int64"]:
        yield kernel("StringToNumber", s("1", "-20", " 7 "), out_type=out)
    for text, out in [("abc", "float32"), ("", "float32"), ("1.5", "int32"), ("2147483648", "int32"), ("1 2", "float64")]:
        yield kernel("StringToNumber", s(text), out_type=out)
    texts = s("a b c", "", "  x  yy ", "one", "a,b;;c")
    for sep in [" ", ",;", ""]:
        yield kernel("StringSplit", texts, scalar(sep))
        yield kernel("StringSplit", texts, scalar(sep), skip_empty=False)
    for sep in ["", " ", ";;", "b"]:
        for maxsplit in [-1, 0, 1, 2]:
            yield kernel("StringSplitV2", texts, scalar(sep), maxsplit=maxsplit)
    yield kernel("StringSplit", s(), scalar(" "))
    grid = np.array([["a", "b", "c"], ["d", "e", "f"]], dtype=object)
    for axes in [[0], [1], [0, 1], [1, 0], [-1], []]:
        yield kernel("ReduceJoin", grid, array(axes, i), separator=".")
        yield kernel("ReduceJoin", grid, array(axes, i), keep_dims=True)
    yield kernel("ReduceJoin", grid, array([2], i))
    yield kernel("ReduceJoin", grid, array([0, -2], i))
    yield kernel("ReduceJoin", np.zeros([0, 2], dtype=object), array([0], i), separator=".")
    words = s("abc", "", "héllo", "日本")
    for unit in ["BYTE", "UTF8_CHAR"]:
        yield kernel("StringLength", words, unit=unit)
        yield kernel("Substr", s("hello", "wörld"), array(0, i), array(2, i), unit="UTF8_CHAR")
        yield kernel("Substr", s("hello", "world"), array([1, -2], i), array([2, 9], i), unit=unit)
    yield kernel("Substr", scalar("hello"), array([[0], [2]], "int64"), array([[1], [2]], "int64"))
    yield kernel("Substr", s("hello", "a"), array(3, i), array(1, i))
    yield kernel("Substr", scalar("a"), array(3, i), array(1, i))
    yield kernel("StringStrip", s(" a ", "\t b\n", "", "   "))
    for op in ["StringLower", "StringUpper"]:
        yield kernel(op, s("aBcÉé", "ß1"))
        yield kernel(op, s("aBcÉé", "x1"), encoding="utf-8")
        yield kernel(op, s("a"), encoding="latin")
    for text, pattern, rewrite in [("a1b22", "[0-9]+", r"<\0>"), ("abc", "(a)(b)", r"\2\1"), ("abc", "x", "y"), ("aaa", "a", ""), ("a.b", r"\.", r"\\"), ("ab", "(?i)B", "x"), ("abc", "", "-"), ("a b", r"(?P<x>\w) (\w)", r"\2"), ("x", "[[:alpha:]]", "l")]:
        yield kernel("RegexReplace", s(text), scalar(pattern), scalar(rewrite))
        yield kernel("StaticRegexReplace", s(text), pattern=pattern, rewrite=rewrite, replace_global=False)
    yield kernel("RegexFullMatch", s("abc", "ab", "a\nb", "xabc"), scalar("a.*"))
    yield kernel("StaticRegexFullMatch", s("abc", "b", ""), pattern="a|b|")
    yield kernel("StringStrip", s("é x"))
    many = [LONG[:n] for n in list(range(0, 70)) + [96]] + [LONG * 2, (LONG * 5)[:128], (LONG * 5)[:129], (LONG * 5)[:191], (LONG * 5)[:192], (LONG * 5)[:193], (LONG * 5)[:320], "é日本"]
    for buckets in [2**53 - 111, 1000]:
        yield kernel("StringToHashBucketFast", s(*many), num_buckets=buckets)
        yield kernel("StringToHashBucket", s(*many), num_buckets=buckets)
    for pad in [True, False]:
        yield kernel("EncodeBase64", s("", "a", "ab", "abc", "abcd", "ÿþ?>"), pad=pad)
    yield kernel("DecodeBase64", s("", "YQ", "YQ==", "YWI", "YWI=", "YWJj", "YWJjZA", "Pz4_"))
    yield kernel("DecodeBase64", s("Y*"))
    for dtype in ["uint8", "int8", "int16", "uint16", "int32", "float32", "float64", "int64", "float16"]:
        yield kernel("DecodeRaw", s("abcdefgh", "ABCDEFGH"), out_type=dtype)
        yield kernel("DecodeRaw", scalar("abcdefgh"), out_type=dtype, little_endian=False)
    yield kernel("DecodeRaw", s("abc"), out_type="int16")
    yield kernel("DecodeRaw", s("abc", "ab"), out_type="uint8")
    yield kernel("DecodeRaw", s(), out_type="uint8")
    yield kernel("ShardedFilename", scalar("/x/y"), array(3, i), array(12, i))
    yield kernel("ShardedFilespec", scalar("/x/y"), array(123456, i))


def shapes():
    t, i = "string", "int32"
    yield inference("AsString", (i, [2, None]))
    yield inference("StringSplit", (t, [3]), (t, []))
    yield inference("StringSplit", (t, [3, 1]), (t, []))
    yield inference("StringSplitV2", (t, None), (t, None))
    for axes in [[0], [1], [-1], [0, 1], []]:
        yield inference("ReduceJoin", (t, [2, 3]), array(axes, i))
        yield inference("ReduceJoin", (t, [2, 3]), array(axes, i), keep_dims=True)
    yield inference("ReduceJoin", (t, [2, 3]), (i, None))
    yield inference("ReduceJoin", (t, None), array([0], i))
    yield inference("Substr", (t, [2, 3]), (i, []), (i, []))
    yield inference("Substr", (t, [3]), (i, [2, 1]), (i, [2, 1]))
    yield inference("Substr", (t, [3]), (i, [2]), (i, []))
    yield inference("RegexReplace", (t, [3]), (t, []), (t, None))
    yield inference("RegexReplace", (t, [3]), (t, [1]), (t, None))
    yield inference("RegexFullMatch", (t, None), (t, []))
    yield inference("DecodeRaw", (t, [2]), out_type="uint8")
    yield inference("DecodeRaw", (t, None), out_type="uint8")
    yield inference("ShardedFilename", (t, None), (i, []), (i, []))
    yield inference("ShardedFilename", (t, [1]), (i, []), (i, []))
    yield inference("ShardedFilespec", (t, []), (i, [1]))
    yield inference("StringToHashBucketFast", (t, [4]), num_buckets=3)


op_cases.write("string_ops", kernels(), shapes())
