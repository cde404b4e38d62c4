import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { allocate, asDType, type DTypeName } from "./dtype.ts";
import { type Element, NDArray, ndarray, writeElement } from "./ndarray.ts";
import { ndarrayText } from "./ndarray-text.ts";

type Nested = Element | readonly Nested[];

/** Complex numbers are pairs in the innermost lists. */
function made(name: DTypeName, values: Nested): NDArray {
  const dtype = asDType(name);
  const shape: number[] = [];
  for (let level: unknown = values; Array.isArray(level); level = level[0]) shape.push(level.length);
  if (dtype.isComplex) shape.pop();
  const leaves = (Array.isArray(values) ? values.flat(shape.length - 1) : [values]) as Element[];
  const data = allocate(dtype, leaves.length);
  for (const [i, leaf] of leaves.entries()) writeElement(dtype, data, i, leaf);
  return new NDArray(dtype, shape, data);
}

// Made by NumPy 2.4.6 and ml_dtypes on 2026-11-21: the last column is `str(numpy.array(values, dtype))`; strings are arrays of
// `object` that hold their UTF-8 bytes, as TensorFlow returns them.
const goldens: ReadonlyArray<readonly [DTypeName, Nested, string]> = [
  ["float32", [0.1, 0.2, 0.30000001192092896], "[0.1 0.2 0.3]"],
  ["float32", [1, 2, 3], "[1. 2. 3.]"],
  ["float32", [0.5, 100.25, -3], "[  0.5  100.25  -3.  ]"],
  ["float32", [0.3333333333333333, 0.6666666666666666], "[0.33333334 0.6666667 ]"],
  ["float32", [0.1, 1e-5], "[1.e-01 1.e-05]"],
  ["float32", [5.3e-5, 123456.78], "[5.3000000e-05 1.2345678e+05]"],
  ["float32", [1000000.0, 1], "[1.e+06 1.e+00]"],
  ["float32", [999999, 0.5], "[9.99999e+05 5.00000e-01]"],
  ["float32", [999999, 1000], "[999999.   1000.]"],
  ["float32", [1000, 1], "[1000.    1.]"],
  ["float32", [1001, 1], "[1.001e+03 1.000e+00]"],
  ["float32", [0.0001], "[0.0001]"],
  ["float32", [9.9e-5], "[9.9e-05]"],
  ["float32", [0.001953125, 0.0009765625, 0.00048828125], "[0.00195312 0.00097656 0.00048828]"],
  ["float32", [NaN, Infinity, 1.5], "[nan inf 1.5]"],
  ["float32", [NaN, -Infinity], "[ nan -inf]"],
  ["float32", [-Infinity, 1e20], "[  -inf 1.e+20]"],
  ["float32", [-0.0, 0], "[-0.  0.]"],
  ["float32", [1e-45, 3.4028235e38], "[1.4012985e-45 3.4028235e+38]"],
  ["float32", [8388608.5, 16777216], "[8.3886080e+06 1.6777216e+07]"],
  [
    "float32",
    [
      [1, -2.5],
      [0.001, 4],
    ],
    "[[ 1.0e+00 -2.5e+00]\n [ 1.0e-03  4.0e+00]]",
  ],
  ["float64", [0.1, 1e-9], "[1.e-01 1.e-09]"],
  ["float64", [0.1, 0.123456789012], "[0.1        0.12345679]"],
  ["float64", [99999999.0], "[99999999.]"],
  ["float64", [100000000.0], "[1.e+08]"],
  ["float64", [5e-324, 1.7976931348623157e308], "[4.94065646e-324 1.79769313e+308]"],
  ["float64", [0.999999999, 1], "[1. 1.]"],
  ["float64", [2 ** -44], "[5.68434189e-14]"],
  ["float64", [1234567.891, 12345.0], "[1234567.891   12345.   ]"],
  ["float16", [0.1, 0.2], "[0.1 0.2]"],
  ["float16", [1000, 2048], "[1.000e+03 2.048e+03]"],
  ["float16", [65504, Infinity], "[6.55e+04      inf]"],
  ["float16", [0.0001, 1], "[1.e-04 1.e+00]"],
  ["float16", [6e-8], "[6.e-08]"],
  ["bfloat16", [0.1, 10000000000.0, 1.7031, 2, NaN], "[0.100098 9.99922e+09 1.70312 2 nan]"],
  ["int32", [1, -10, 100], "[  1 -10 100]"],
  ["int64", [9223372036854775807n, -9223372036854775808n], "[ 9223372036854775807 -9223372036854775808]"],
  [
    "uint8",
    [
      [0, 255],
      [7, 30],
    ],
    "[[  0 255]\n [  7  30]]",
  ],
  ["uint64", [18446744073709551615n, 0n], "[18446744073709551615                    0]"],
  ["int8", [-128], "[-128]"],
  ["bool", [true, false], "[ True False]"],
  [
    "bool",
    [
      [true, true],
      [true, true],
    ],
    "[[ True  True]\n [ True  True]]",
  ],
  [
    "complex64",
    [
      [1, 2],
      [3.5, -4.25],
    ],
    "[1. +2.j   3.5-4.25j]",
  ],
  [
    "complex128",
    [
      [0.1, 10000000000.0],
      [NaN, -Infinity],
    ],
    "[0.1+1.e+10j nan   -infj]",
  ],
  [
    "complex64",
    [
      [1, 0.5],
      [10, -100],
    ],
    "[ 1.  +0.5j 10.-100.j ]",
  ],
  ["string", ["a", "b"], "[b'a' b'b']"],
  ["string", ["it's", 'say "x"', "both ' \"", "tab\t\\\n"], "[b\"it's\" b'say \"x\"' b'both \\' \"' b'tab\\t\\\\\\n']"],
  [
    "string",
    [
      ["\u00e9", ""],
      ["x", "\u007f"],
    ],
    "[[b'\\xc3\\xa9' b'']\n [b'x' b'\\x7f']]",
  ],
  ["float32", [], "[]"],
  ["float32", [[], []], "[]"],
  [
    "int32",
    [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ],
    "[[[1 2]\n  [3 4]]\n\n [[5 6]\n  [7 8]]]",
  ],
  [
    "float64",
    [
      [[[1.5]], [[2]]],
      [[[3]], [[4]]],
    ],
    "[[[[1.5]]\n\n  [[2. ]]]\n\n\n [[[3. ]]\n\n  [[4. ]]]]",
  ],
  ["float32", 0, "0.0"],
  ["float32", -0.0, "-0.0"],
  ["float32", 1, "1.0"],
  ["float32", 0.1, "0.1"],
  ["float32", 0.0001, "1e-04"],
  ["float32", 1.5e-7, "1.5e-07"],
  ["float32", 123456.7, "123456.7"],
  ["float32", 999999, "999999.0"],
  ["float32", 1000000.0, "1e+06"],
  ["float32", 16777216, "1.6777216e+07"],
  ["float32", 3.4e38, "3.4e+38"],
  ["float32", NaN, "nan"],
  ["float32", -Infinity, "-inf"],
  ["float64", 1, "1.0"],
  ["float64", 0.1, "0.1"],
  ["float64", 0.0001, "0.0001"],
  ["float64", 9.9e-5, "9.9e-05"],
  ["float64", 123456789.125, "123456789.125"],
  ["float64", 1000000000000000.0, "1000000000000000.0"],
  ["float64", 1e16, "1e+16"],
  ["float64", 5e-324, "5e-324"],
  ["float16", 1, "1.0"],
  ["float16", 0.1, "0.1"],
  ["float16", 999, "999.0"],
  ["float16", 1000, "1e+03"],
  ["float16", 6e-8, "6e-08"],
  ["bfloat16", 1, "1"],
  ["bfloat16", 0.1, "0.100098"],
  ["bfloat16", 1e20, "9.97277e+19"],
  ["int64", -9223372036854775808n, "-9223372036854775808"],
  ["bool", true, "True"],
  ["bool", false, "False"],
  ["string", "a'b", 'b"a\'b"'],
];

// Made like the table above: `str((numpy.arange(size) * step).astype(dtype).reshape(shape))`, for bool `numpy.arange(size) % 3 == 0`;
// of a text that is too long to be shown, the first 16 hex digits of its SHA-256.
const ramps: ReadonlyArray<readonly [DTypeName, readonly number[], number, string]> = [
  ["int32", [30], 1, "[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n 24 25 26 27 28 29]"],
  [
    "int32",
    [100],
    7,
    "[  0   7  14  21  28  35  42  49  56  63  70  77  84  91  98 105 112 119\n 126 133 140 147 154 161 168 175 182 189 196 203 210 217 224 231 238 245\n 252 259 266 273 280 287 294 301 308 315 322 329 336 343 350 357 364 371\n 378 385 392 399 406 413 420 427 434 441 448 455 462 469 476 483 490 497\n 504 511 518 525 532 539 546 553 560 567 574 581 588 595 602 609 616 623\n 630 637 644 651 658 665 672 679 686 693]",
  ],
  [
    "float32",
    [20],
    0.125,
    "[0.    0.125 0.25  0.375 0.5   0.625 0.75  0.875 1.    1.125 1.25  1.375\n 1.5   1.625 1.75  1.875 2.    2.125 2.25  2.375]",
  ],
  [
    "float32",
    [3, 12],
    0.37,
    "[[ 0.    0.37  0.74  1.11  1.48  1.85  2.22  2.59  2.96  3.33  3.7   4.07]\n [ 4.44  4.81  5.18  5.55  5.92  6.29  6.66  7.03  7.4   7.77  8.14  8.51]\n [ 8.88  9.25  9.62  9.99 10.36 10.73 11.1  11.47 11.84 12.21 12.58 12.95]]",
  ],
  ["int32", [1001], 1, "[   0    1    2 ...  998  999 1000]"],
  ["float32", [1200], 0.001, "[0.000e+00 1.000e-03 2.000e-03 ... 1.197e+00 1.198e+00 1.199e+00]"],
  [
    "int32",
    [40, 40],
    3,
    "[[   0    3    6 ...  111  114  117]\n [ 120  123  126 ...  231  234  237]\n [ 240  243  246 ...  351  354  357]\n ...\n [4440 4443 4446 ... 4551 4554 4557]\n [4560 4563 4566 ... 4671 4674 4677]\n [4680 4683 4686 ... 4791 4794 4797]]",
  ],
  [
    "float64",
    [7, 200],
    0.1,
    "[[0.000e+00 1.000e-01 2.000e-01 ... 1.970e+01 1.980e+01 1.990e+01]\n [2.000e+01 2.010e+01 2.020e+01 ... 3.970e+01 3.980e+01 3.990e+01]\n [4.000e+01 4.010e+01 4.020e+01 ... 5.970e+01 5.980e+01 5.990e+01]\n ...\n [8.000e+01 8.010e+01 8.020e+01 ... 9.970e+01 9.980e+01 9.990e+01]\n [1.000e+02 1.001e+02 1.002e+02 ... 1.197e+02 1.198e+02 1.199e+02]\n [1.200e+02 1.201e+02 1.202e+02 ... 1.397e+02 1.398e+02 1.399e+02]]",
  ],
  [
    "int64",
    [2, 3, 300],
    1000,
    "[[[      0    1000    2000 ...  297000  298000  299000]\n  [ 300000  301000  302000 ...  597000  598000  599000]\n  [ 600000  601000  602000 ...  897000  898000  899000]]\n\n [[ 900000  901000  902000 ... 1197000 1198000 1199000]\n  [1200000 1201000 1202000 ... 1497000 1498000 1499000]\n  [1500000 1501000 1502000 ... 1797000 1798000 1799000]]]",
  ],
  [
    "int32",
    [8, 8, 20],
    1,
    "[[[   0    1    2 ...   17   18   19]\n  [  20   21   22 ...   37   38   39]\n  [  40   41   42 ...   57   58   59]\n  ...\n  [ 100  101  102 ...  117  118  119]\n  [ 120  121  122 ...  137  138  139]\n  [ 140  141  142 ...  157  158  159]]\n\n [[ 160  161  162 ...  177  178  179]\n  [ 180  181  182 ...  197  198  199]\n  [ 200  201  202 ...  217  218  219]\n  ...\n  [ 260  261  262 ...  277  278  279]\n  [ 280  281  282 ...  297  298  299]\n  [ 300  301  302 ...  317  318  319]]\n\n [[ 320  321  322 ...  337  338  339]\n  [ 340  341  342 ...  357  358  359]\n  [ 360  361  362 ...  377  378  379]\n  ...\n  [ 420  421  422 ...  437  438  439]\n  [ 440  441  442 ...  457  458  459]\n  [ 460  461  462 ...  477  478  479]]\n\n ...\n\n [[ 800  801  802 ...  817  818  819]\n  [ 820  821  822 ...  837  838  839]\n  [ 840  841  842 ...  857  858  859]\n  ...\n  [ 900  901  902 ...  917  918  919]\n  [ 920  921  922 ...  937  938  939]\n  [ 940  941  942 ...  957  958  959]]\n\n [[ 960  961  962 ...  977  978  979]\n  [ 980  981  982 ...  997  998  999]\n  [1000 1001 1002 ... 1017 1018 1019]\n  ...\n  [1060 1061 1062 ... 1077 1078 1079]\n  [1080 1081 1082 ... 1097 1098 1099]\n  [1100 1101 1102 ... 1117 1118 1119]]\n\n [[1120 1121 1122 ... 1137 1138 1139]\n  [1140 1141 1142 ... 1157 1158 1159]\n  [1160 1161 1162 ... 1177 1178 1179]\n  ...\n  [1220 1221 1222 ... 1237 1238 1239]\n  [1240 1241 1242 ... 1257 1258 1259]\n  [1260 1261 1262 ... 1277 1278 1279]]]",
  ],
  [
    "bool",
    [90],
    1,
    "[ True False False  True False False  True False False  True False False\n  True False False  True False False  True False False  True False False\n  True False False  True False False  True False False  True False False\n  True False False  True False False  True False False  True False False\n  True False False  True False False  True False False  True False False\n  True False False  True False False  True False False  True False False\n  True False False  True False False  True False False  True False False\n  True False False  True False False]",
  ],
  ["int32", [1000], 1, "sha256 73a9db22413fdc31"],
  [
    "int32",
    [1, 7, 1, 300],
    1,
    "[[[[   0    1    2 ...  297  298  299]]\n\n  [[ 300  301  302 ...  597  598  599]]\n\n  [[ 600  601  602 ...  897  898  899]]\n\n  ...\n\n  [[1200 1201 1202 ... 1497 1498 1499]]\n\n  [[1500 1501 1502 ... 1797 1798 1799]]\n\n  [[1800 1801 1802 ... 2097 2098 2099]]]]",
  ],
  [
    "int32",
    [2, 2, 2, 2],
    1,
    "[[[[ 0  1]\n   [ 2  3]]\n\n  [[ 4  5]\n   [ 6  7]]]\n\n\n [[[ 8  9]\n   [10 11]]\n\n  [[12 13]\n   [14 15]]]]",
  ],
];

describe("ndarrayText", () => {
  it.each(goldens)("prints %s as NumPy does (row %#)", (name, values, text) => {
    expect(ndarrayText(made(name, values))).toBe(text);
  });

  it.each(ramps)(
    "breaks lines and leaves out the middle of %s %o in steps of %d as NumPy does",
    (name, shape, step, text) => {
      const dtype = asDType(name);
      const size = shape.reduce((a, b) => a * b, 1);
      const data = allocate(dtype, size);
      for (let i = 0; i < size; i += 1) writeElement(dtype, data, i, dtype.isBool ? i % 3 === 0 : i * step);
      const got = ndarrayText(new NDArray(dtype, shape, data));
      const isHashed = text.startsWith("sha256 ");
      expect(isHashed ? `sha256 ${createHash("sha256").update(got).digest("hex").slice(0, 16)}` : got).toBe(text);
    },
  );

  it("reads the digits of a float32 back to the same number", () => {
    const word = new Uint32Array(1);
    const float = new Float32Array(word.buffer);
    for (let i = 0; i < 2000; i += 1) {
      word[0] = Math.imul(i, 2654435761) & 0x7f7fffff;
      const x = float[0] as number;
      expect(Math.fround(Number(ndarrayText(ndarray(x, "float32"))))).toBe(x);
    }
  });

  it("prints float64 scalars with as few digits as JavaScript does", () => {
    const words = new Uint32Array(2);
    const float = new Float64Array(words.buffer);
    for (let i = 0; i < 2000; i += 1) {
      words[0] = Math.imul(i, 2654435761);
      words[1] = Math.imul(i, 40503) & 0x7fefffff;
      const x = float[0] as number;
      expect(Number(ndarrayText(ndarray(x, "float64"))).toString()).toBe(x.toString());
    }
  });

  it("names the type of handles, which have no value to print", () => {
    expect(ndarrayText(new NDArray(asDType("resource"), [], new Uint8Array(0)))).toBe("<resource>");
  });
});
