import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Draw, type PhiloxState, philoxState, philoxWords, skipBlocks } from "./philox.ts";
import * as distributions from "./philox-distributions.ts";

type Elements = Float32Array | Float64Array | Uint16Array | Int32Array | BigInt64Array;
type Fill = (state: PhiloxState, count: number) => Draw<Elements>;

const fills: Readonly<Record<string, Fill>> = {
  "uniform float16": distributions.uniformFloat16,
  "uniform bfloat16": distributions.uniformBfloat16,
  "uniform float32": distributions.uniformFloat32,
  "uniform float64": distributions.uniformFloat64,
  "normal float16": distributions.normalFloat16,
  "normal bfloat16": distributions.normalBfloat16,
  "normal float32": distributions.normalFloat32,
  "normal float64": distributions.normalFloat64,
  "truncated float16": distributions.truncatedNormalFloat16,
  "truncated bfloat16": distributions.truncatedNormalBfloat16,
  "truncated float32": distributions.truncatedNormalFloat32,
  "truncated float64": distributions.truncatedNormalFloat64,
  "shuffle int32": distributions.shuffledIndices,
};

function fillOf(kind: string, dtype: string): Fill {
  const [low, high] = kind.split("..");
  if (low !== undefined && high !== undefined) {
    return dtype === "int32"
      ? (state, count) => distributions.uniformInt32(state, count, Number(low), Number(high))
      : (state, count) => distributions.uniformInt64(state, count, BigInt(low), BigInt(high));
  }
  return fills[`${kind} ${dtype}`] as Fill;
}

/** What one op gives in consecutive runs of a session. */
function runs(fill: Fill, state: PhiloxState, count: number, times: number): Elements[] {
  const results: Elements[] = [];
  let at = state;
  for (let i = 0; i < times; i += 1) {
    const { elements, next } = fill(at, count);
    results.push(elements);
    at = next;
  }
  return results;
}

/*
 * Made by TensorFlow 2.21.0 (CPU, linux x86-64, glibc 2.36) on 2026-11-21, `python goldens.py`:
 *
 *   import hashlib
 *   import tensorflow.compat.v1 as tf
 *   from tensorflow.python.ops import gen_random_ops as g
 *   tf.disable_v2_behavior()
 *   def draw(kind, dtype, seed, seed2, count):
 *       seeds = dict(seed=seed, seed2=seed2)
 *       if kind == "uniform": return g.random_uniform([count], dtype, **seeds)
 *       if kind == "normal": return g.random_standard_normal([count], dtype, **seeds)
 *       if kind == "truncated": return g.truncated_normal([count], dtype, **seeds)
 *       if kind == "shuffle": return g.random_shuffle(tf.range(count), **seeds)
 *       low, high = [tf.constant(int(end), dtype) for end in kind.split("..")]
 *       return g.random_uniform_int([count], low, high, **seeds)
 *   def runs(*case):  # three runs in one session
 *       op = draw(*case)
 *       with tf.Session() as session: return [session.run(op) for _ in range(3)]
 *   def fingerprint(*case):
 *       return hashlib.sha256(b"".join(run.tobytes() for run in runs(*case))).hexdigest()[:16]
 *
 * Columns: kind, dtype, seed, seed2, count, fingerprint.
 */
const fingerprints = [
  "uniform float16 87654321 1 1 588f72f418d41c29",
  "uniform float16 87654321 1 6 e02a2623840dace8",
  "uniform float16 87654321 1 20003 3657dbc1bcbb7cea",
  "uniform float16 0 2147483647 1 25b9b90a766932f4",
  "uniform float16 0 2147483647 6 a0644041c9d37a83",
  "uniform float16 0 2147483647 20003 c55e301c41e0aa98",
  "uniform float16 2147483646 5 1 1d7afc571583868b",
  "uniform float16 2147483646 5 6 e5b6bc195ab9a5e7",
  "uniform float16 2147483646 5 20003 98a6349e14d8cbd8",
  "uniform float16 -7 1099511627779 1 76d3de75e981fb89",
  "uniform float16 -7 1099511627779 6 838ee5cf9754094c",
  "uniform float16 -7 1099511627779 20003 82c61bf47062cf06",
  "uniform bfloat16 87654321 1 1 d7b52b46733cef36",
  "uniform bfloat16 87654321 1 6 127c43f88ce9f218",
  "uniform bfloat16 87654321 1 20003 390db73299ad5a9a",
  "uniform bfloat16 0 2147483647 1 da49224a7117e309",
  "uniform bfloat16 0 2147483647 6 899091f0f03d3bc8",
  "uniform bfloat16 0 2147483647 20003 8c7064a0dbe27be6",
  "uniform bfloat16 2147483646 5 1 52fbf5755776f0a0",
  "uniform bfloat16 2147483646 5 6 4457206cba240239",
  "uniform bfloat16 2147483646 5 20003 b88be7e160c6517f",
  "uniform bfloat16 -7 1099511627779 1 005cef11bb850c6f",
  "uniform bfloat16 -7 1099511627779 6 434b1bc4ee2d57a9",
  "uniform bfloat16 -7 1099511627779 20003 12f24aaf3083fd71",
  "uniform float32 87654321 1 1 2f4ad99a5dd14640",
  "uniform float32 87654321 1 6 6010e03e929a53a7",
  "uniform float32 87654321 1 20003 c947f210568fecb0",
  "uniform float32 0 2147483647 1 b36beb600515ff6f",
  "uniform float32 0 2147483647 6 2ef5840fc3eba179",
  "uniform float32 0 2147483647 20003 f3651b1e6179deeb",
  "uniform float32 2147483646 5 1 1dd59ab6179318c5",
  "uniform float32 2147483646 5 6 66cbd472a17d4b66",
  "uniform float32 2147483646 5 20003 ce221b3c8992c118",
  "uniform float32 -7 1099511627779 1 d93f38ff824a0d65",
  "uniform float32 -7 1099511627779 6 4f07b97ee4065b68",
  "uniform float32 -7 1099511627779 20003 ee2c708ef6597102",
  "uniform float64 87654321 1 1 7206ce2f376ba65b",
  "uniform float64 87654321 1 6 9e5404228a052bbc",
  "uniform float64 87654321 1 20003 8e576776b62efb6d",
  "uniform float64 0 2147483647 1 92e8b081489933fb",
  "uniform float64 0 2147483647 6 56274a9f473a4bb0",
  "uniform float64 0 2147483647 20003 a104f35e5b59653d",
  "uniform float64 2147483646 5 1 71758d48fe6ecfdf",
  "uniform float64 2147483646 5 6 c9c09ed3e0dbe983",
  "uniform float64 2147483646 5 20003 51b107f50a1045f1",
  "uniform float64 -7 1099511627779 1 4e2fc1797375a39b",
  "uniform float64 -7 1099511627779 6 a31ea74eb68b9b01",
  "uniform float64 -7 1099511627779 20003 1830f17700aa7783",
  "normal float16 87654321 1 1 24fd2f0131b1d0bc",
  "normal float16 87654321 1 6 b81ee070b76acfea",
  "normal float16 87654321 1 20003 04e86fd0f6f02517",
  "normal float16 0 2147483647 1 91c024911189ccba",
  "normal float16 0 2147483647 6 bb25de074ba1e4a0",
  "normal float16 0 2147483647 20003 64b806275ff973b2",
  "normal float16 2147483646 5 1 6ae8dd1e091fb70d",
  "normal float16 2147483646 5 6 6cfe1b77a06818f4",
  "normal float16 2147483646 5 20003 78d44cbad1fd90c7",
  "normal float16 -7 1099511627779 1 1cc2b8a637edfe8f",
  "normal float16 -7 1099511627779 6 7eac81c9d1f77487",
  "normal float16 -7 1099511627779 20003 bbf2dd2b5794e916",
  "normal bfloat16 87654321 1 1 03f5e841ad3177fb",
  "normal bfloat16 87654321 1 6 e32375902f04bb40",
  "normal bfloat16 87654321 1 20003 74e55cb3bdffabd3",
  "normal bfloat16 0 2147483647 1 2bb64c1c455359ee",
  "normal bfloat16 0 2147483647 6 08014315e7d8285c",
  "normal bfloat16 0 2147483647 20003 cf1109397386b569",
  "normal bfloat16 2147483646 5 1 e1b0dcfbe990c97d",
  "normal bfloat16 2147483646 5 6 3ff87c18ed8aa0fd",
  "normal bfloat16 2147483646 5 20003 bf7fea4139c60402",
  "normal bfloat16 -7 1099511627779 1 e6ff793b6a59c317",
  "normal bfloat16 -7 1099511627779 6 2270193aa39aed7f",
  "normal bfloat16 -7 1099511627779 20003 3029df5a639390d4",
  "normal float32 87654321 1 1 757f5ada43b31936",
  "normal float32 87654321 1 6 8e1d4d6c0af95b4e",
  "normal float32 87654321 1 20003 3f6ba4fb6dbe02c2",
  "normal float32 0 2147483647 1 eed4a2ec1e1fbd56",
  "normal float32 0 2147483647 6 9f35c5020e8649c4",
  "normal float32 0 2147483647 20003 e1c34fc69e7102ae",
  "normal float32 2147483646 5 1 448d8db00630d3d7",
  "normal float32 2147483646 5 6 a8596f4026acf469",
  "normal float32 2147483646 5 20003 13e666dbbdaff380",
  "normal float32 -7 1099511627779 1 ab76ab7806d0b7ba",
  "normal float32 -7 1099511627779 6 3cbfad593c321f7f",
  "normal float32 -7 1099511627779 20003 323609a81143e9a3",
  "truncated float16 87654321 1 1 24fd2f0131b1d0bc",
  "truncated float16 87654321 1 6 f228b669d4f7d0ad",
  "truncated float16 87654321 1 20003 8a5fefc2fc6f2615",
  "truncated float16 0 2147483647 1 91c024911189ccba",
  "truncated float16 0 2147483647 6 d0cdaa0036c6d3b2",
  "truncated float16 0 2147483647 20003 3543231b05cd6693",
  "truncated float16 2147483646 5 1 6ae8dd1e091fb70d",
  "truncated float16 2147483646 5 6 a4695d4b28ad4cab",
  "truncated float16 2147483646 5 20003 f99d3a5207c19a97",
  "truncated float16 -7 1099511627779 1 a26f9f3ecbddcbf8",
  "truncated float16 -7 1099511627779 6 02c5e54811c36114",
  "truncated float16 -7 1099511627779 20003 1a3d1f8f6e5c5bba",
  "truncated bfloat16 87654321 1 1 03f5e841ad3177fb",
  "truncated bfloat16 87654321 1 6 9d6deae85db8fee6",
  "truncated bfloat16 87654321 1 20003 4d61c9ea2714f70e",
  "truncated bfloat16 0 2147483647 1 2bb64c1c455359ee",
  "truncated bfloat16 0 2147483647 6 7180f8d2cbda4746",
  "truncated bfloat16 0 2147483647 20003 11dce023541f0e00",
  "truncated bfloat16 2147483646 5 1 e1b0dcfbe990c97d",
  "truncated bfloat16 2147483646 5 6 5b5639bde0adf40d",
  "truncated bfloat16 2147483646 5 20003 46ae0cbe19f3d770",
  "truncated bfloat16 -7 1099511627779 1 e8cd24c1edaa3f06",
  "truncated bfloat16 -7 1099511627779 6 d7eddb9d9e21716c",
  "truncated bfloat16 -7 1099511627779 20003 7af6bce41708aa8f",
  "truncated float32 87654321 1 1 757f5ada43b31936",
  "truncated float32 87654321 1 6 3e6de5b80733a4ed",
  "truncated float32 87654321 1 20003 26a4a25b3e66d0fc",
  "truncated float32 0 2147483647 1 eed4a2ec1e1fbd56",
  "truncated float32 0 2147483647 6 7f51179166e377d9",
  "truncated float32 0 2147483647 20003 ae08c6cd64aefdd8",
  "truncated float32 2147483646 5 1 448d8db00630d3d7",
  "truncated float32 2147483646 5 6 ba49cfe00e2da36d",
  "truncated float32 2147483646 5 20003 5f4e91d951e772a7",
  "truncated float32 -7 1099511627779 1 081bfa029a2bfce2",
  "truncated float32 -7 1099511627779 6 88c0043d1937ba53",
  "truncated float32 -7 1099511627779 20003 faea550cd42ee2ff",
  "-5..7 int32 87654321 1 5003 3d077bd5b0545692",
  "-5..7 int32 -7 1099511627779 5003 7d77e451690efa90",
  "-2147483648..2147483647 int32 87654321 1 5003 9d0ed553be941ec9",
  "-2147483648..2147483647 int32 -7 1099511627779 5003 7488508ea611e70e",
  "-5..7 int64 87654321 1 5003 22b243b78d8c8dde",
  "-5..7 int64 -7 1099511627779 5003 889e5c432d454336",
  "-1099511627776..1099511627776 int64 87654321 1 5003 6b1b8193d97fb2fb",
  "-1099511627776..1099511627776 int64 -7 1099511627779 5003 dc5b888feb2d8b9c",
  "-9223372036854775808..9223372036854775807 int64 87654321 1 5003 9be365018fcdeb30",
  "-9223372036854775808..9223372036854775807 int64 -7 1099511627779 5003 002acb4dfc306864",
  "9007199254740992..9007267974217729 int64 87654321 1 5003 e1db887927ab5755",
  "9007199254740992..9007267974217729 int64 -7 1099511627779 5003 0a7d7e146b097f1d",
  "shuffle int32 87654321 1 1 15ec7bf0b50732b4",
  "shuffle int32 -7 1099511627779 1 15ec7bf0b50732b4",
  "shuffle int32 87654321 1 2 605390e5a369ee56",
  "shuffle int32 -7 1099511627779 2 605390e5a369ee56",
  "shuffle int32 87654321 1 5 430c23360eba44e5",
  "shuffle int32 -7 1099511627779 5 73ce897b4467367e",
  "shuffle int32 87654321 1 6 9de2258dd6b0f0ba",
  "shuffle int32 -7 1099511627779 6 9849e9203a8180e4",
  "shuffle int32 87654321 1 1001 35bec50923674aa9",
  "shuffle int32 -7 1099511627779 1001 4575c2a88f9b9b8d",
];

/** Made as above: kind, seed, seed2, and the three runs of six float64 elements. */
const doubles: ReadonlyArray<
  readonly [kind: string, seed: bigint, seed2: bigint, runs: readonly (readonly number[])[]]
> = [
  [
    "normal",
    87654321n,
    1n,
    [
      [
        0.24282754598505307, -0.35299821810996557, -0.8365077914900015, -0.24356901971324732, 1.9100682898663162,
        -0.36929723159349664,
      ],
      [
        -1.6405009197175757, -1.3125815495728597, 0.4917251228328912, -0.6211737089765259, -0.30600062006196377,
        0.19374526930812405,
      ],
      [
        1.0810735011534678, -1.1359978143180134, -0.844196586012246, 0.903975009841971, 1.1235289998516385,
        -2.880345278555788,
      ],
    ],
  ],
  [
    "normal",
    0n,
    2147483647n,
    [
      [
        -0.2284926367021626, -1.9071940826511007, 0.923996406773298, 1.1279952946685352, 0.3072964551926678,
        -0.9031896999178162,
      ],
      [
        -0.3897128827753816, 1.3623675725430993, -1.8660837672557369, -1.0634725837244865, 0.5255304990093367,
        0.17141820755525308,
      ],
      [
        -0.12909887149726434, 2.5885847062900127, 0.2811118074091384, 2.2600015194342444, -1.5454242115501584,
        1.1741061679590714,
      ],
    ],
  ],
  [
    "normal",
    2147483646n,
    5n,
    [
      [
        -0.3941722556592502, -2.3468323141472727, -0.8470750633665876, 1.6733451574650082, -0.07844342010805858,
        0.16525951541980852,
      ],
      [
        0.33055301451535296, 0.47163889686051913, -0.12521839609003993, -2.1103253298695677, -0.7573985643926447,
        0.11926674761702531,
      ],
      [
        -0.8590276965819357, 0.9581150949437007, 0.2041872254172365, 0.5809954721869098, 1.2249764034401467,
        -0.0862119184453037,
      ],
    ],
  ],
  [
    "normal",
    -7n,
    1099511627779n,
    [
      [
        0.08258916116366827, -0.09623879278020853, 1.5729651535198694, -1.2079028297270682, 2.376852262570335,
        -1.2672321990889606,
      ],
      [
        0.41423999827380575, -1.2120725649313842, 0.5386098603790164, -1.4588611953133688, -0.08146292459963612,
        -1.3482768583504956,
      ],
      [
        -0.6340741753008166, 1.066740979601744, -0.3024914104227217, -0.40811903122583454, -1.620828875362831,
        0.6527711771693919,
      ],
    ],
  ],
  [
    "truncated",
    87654321n,
    1n,
    [
      [
        0.24282754598505307, -0.35299821810996557, -0.16554790468414687, 0.34224683233230957, -0.012115088506327797,
        -0.7023301545951528,
      ],
      [
        -1.6405009197175757, -1.3125815495728597, -1.5869217596637935, 0.5462301728918592, -0.05166481320640266,
        -1.534087440650118,
      ],
      [
        1.0810735011534678, -1.1359978143180134, 0.5362762779841449, 0.38325125911644636, 0.5274905429909189,
        0.38276933781767564,
      ],
    ],
  ],
  [
    "truncated",
    0n,
    2147483647n,
    [
      [
        -0.2284926367021626, -1.9071940826511007, 0.03433714092682125, 0.3564035008912115, -1.4926566496677591,
        0.22199924588458395,
      ],
      [
        -0.3897128827753816, 1.3623675725430993, 1.2302648039613522, -0.4230625352923922, -0.3102455570875909,
        0.0037611372969905935,
      ],
      [
        -0.12909887149726434, 0.2811118074091384, -0.843681590408859, -0.9319718599772551, 1.3733561008722885,
        1.3910973393056487,
      ],
    ],
  ],
  [
    "truncated",
    2147483646n,
    5n,
    [
      [
        -0.3941722556592502, -0.8470750633665876, -1.1780521090095175, -0.35021697649361233, -1.3445602024634684,
        0.1255371387662176,
      ],
      [
        0.33055301451535296, 0.47163889686051913, 0.34100134415952976, -0.4742869756857859, 0.6607441509250527,
        -1.1428139511963566,
      ],
      [
        -0.8590276965819357, 0.9581150949437007, -0.7158029840029255, 1.21817069139765, -1.2472170802711016,
        -1.0484179861746428,
      ],
    ],
  ],
  [
    "truncated",
    -7n,
    1099511627779n,
    [
      [
        0.08258916116366827, -0.09623879278020853, 0.18738616329081828, -0.159053691259596, -0.8964922759566999,
        1.7649959812054934,
      ],
      [
        0.41423999827380575, -1.2120725649313842, -0.26008393354814047, 1.215741669607433, 0.42522923325076134,
        -1.0010608396834824,
      ],
      [
        -0.6340741753008166, 1.066740979601744, 0.9658293987794003, -1.1320508444522455, -0.47894643921203056,
        0.07228518197070204,
      ],
    ],
  ],
];

/**
 * JavaScript leaves the last bits of `Math.log`, `Math.sin` and `Math.cos` to the engine: one unit in the last place each,
 * and the values are below 6.
 */
const DOUBLE_TOLERANCE = 4e-15;

describe("philoxWords", () => {
  it("gives the known answer for zero key and counter", () => {
    const zero: PhiloxState = { key: [0, 0], counter: [0, 0, 0, 0] };
    expect([...philoxWords(zero, 4)].map((x) => x.toString(16))).toEqual([
      "6627e8d5",
      "e169c58d",
      "bc57ac4c",
      "9b00dbd8",
    ]);
  });

  it("gives the known answer for all bits set", () => {
    // Random123's kat_vectors: philox4x32 10 ffffffff ×6.
    const all = 0xffffffff;
    const ones: PhiloxState = { key: [all, all], counter: [all, all, all, all] };
    expect([...philoxWords(ones, 4)].map((x) => x.toString(16))).toEqual([
      "408f276d",
      "41c83b0e",
      "a20bc7c6",
      "6d5451fd",
    ]);
  });

  it("carries through all four words of the counter", () => {
    const all = 0xffffffff;
    for (const counter of [
      [all, 0, 5, 7],
      [all, all, 5, 7],
      [all, all, all, 7],
      [all, all, all, all],
    ] as const) {
      const state: PhiloxState = { key: [1, 2], counter };
      expect(philoxWords(state, 8).slice(4)).toEqual(philoxWords(skipBlocks(state, 1), 4));
    }
    expect(skipBlocks({ key: [1, 2], counter: [all, all, all, 7] }, 1).counter).toEqual([0, 0, 0, 8]);
    expect(skipBlocks({ key: [1, 2], counter: [5, 0, 0, 0] }, 2 ** 40 + 3).counter).toEqual([8, 256, 0, 0]);
  });
});

describe("philoxState", () => {
  it("splits seeds into words, negative ones in two's complement", () => {
    expect(philoxState(-1, 2n ** 40n + 3n)).toEqual({ key: [0xffffffff, 0xffffffff], counter: [0, 0, 3, 256] });
    expect(philoxState(0, 1)).toEqual({ key: [0, 0], counter: [0, 0, 1, 0] });
  });

  it("takes another seed each time when both are 0", () => {
    expect(philoxState(0, 0n)).not.toEqual(philoxState(0, 0n));
  });
});

describe("draws", () => {
  it.each(fingerprints)("are TensorFlow's bits over three runs: %s", (line) => {
    const [kind = "", dtype = "", seed = "", seed2 = "", count = "", fingerprint] = line.split(" ");
    const hash = createHash("sha256");
    for (const run of runs(fillOf(kind, dtype), philoxState(BigInt(seed), BigInt(seed2)), Number(count), 3)) {
      hash.update(new Uint8Array(run.buffer, run.byteOffset, run.byteLength));
    }
    expect(hash.digest("hex").slice(0, 16)).toBe(fingerprint);
  });

  it.each(doubles)("are TensorFlow's float64 numbers: %s of seeds %d, %d", (kind, seed, seed2, expected) => {
    const got = runs(fillOf(kind, "float64"), philoxState(seed, seed2), 6, 3);
    for (const [r, run] of expected.entries()) {
      for (const [i, x] of run.entries()) expect(Math.abs((got[r]?.[i] as number) - x)).toBeLessThan(DOUBLE_TOLERANCE);
    }
  });

  it("shows the numbers that documented programs print", () => {
    const state = philoxState(87654321, 1);
    const float32 = (values: readonly number[]): Float32Array => Float32Array.from(values);
    expect(distributions.uniformFloat32(state, 4).elements).toEqual(
      float32([0.23903739, 0.92039955, 0.050512433, 0.49574447]),
    );
    expect(distributions.uniformFloat32(distributions.uniformFloat32(state, 1).next, 1).elements).toEqual(
      float32([0.22267115]),
    );
    expect(distributions.shuffledIndices(state, 10).elements).toEqual(Int32Array.of(7, 9, 3, 6, 5, 1, 8, 4, 0, 2));
  });

  it("leave the state as it is, so that a failed step can be repeated", () => {
    const state = philoxState(1, 2);
    const before = structuredClone(state);
    for (const fill of Object.values(fills)) expect(fill(state, 5000).elements).toEqual(fill(state, 5000).elements);
    expect(state).toEqual(before);
  });

  it("reserve 256 blocks for each element, a shuffle one word for each row but the last", () => {
    const state = philoxState(1, 2);
    expect(distributions.uniformInt32(state, 3, 0, 5).next).toEqual(skipBlocks(state, 768));
    expect(distributions.truncatedNormalFloat64(state, 0).next).toEqual(state);
    expect(distributions.shuffledIndices(state, 5).next).toEqual(skipBlocks(state, 1));
    expect(distributions.shuffledIndices(state, 6).next).toEqual(skipBlocks(state, 2));
    expect(distributions.shuffledIndices(state, 1).next).toEqual(state);
    expect(distributions.shuffledIndices(state, 0).next).toEqual(state);
  });

  it("give the same elements however many are drawn at once", () => {
    const state = philoxState(5, 6);
    for (const [name, fill] of Object.entries(fills)) {
      if (!name.startsWith("shuffle"))
        expect(fill(state, 4099).elements.slice(0, 4095)).toEqual(fill(state, 4095).elements);
    }
  });

  it("draw each four truncated normals from a stretch of their own, also where the counter's words carry", () => {
    // Groups of four are 256 blocks apart; the lowest word comes round after two of them, and the next one with it.
    const state: PhiloxState = { key: [5, 6], counter: [2 ** 32 - 300, 2 ** 32 - 1, 7, 8] };
    const { elements } = distributions.truncatedNormalFloat32(state, 40);
    for (let group = 0; group < 10; group += 1) {
      const own = distributions.truncatedNormalFloat32(skipBlocks(state, 256 * group), 4).elements;
      expect(elements.slice(4 * group, 4 * group + 4)).toEqual(own);
    }
  });

  it("keep truncated normals inside two deviations", () => {
    const { elements } = distributions.truncatedNormalFloat32(philoxState(3, 4), 100_000);
    let largest = 0;
    let sum = 0;
    for (const x of elements) {
      largest = Math.max(largest, Math.abs(x));
      sum += x * x;
    }
    expect(largest).toBeLessThan(2);
    // The variance of a normal truncated at ±2: 1 - 4 φ(2) / (2 Φ(2) - 1) = 0.7737; its estimate scatters by about 0.003.
    expect(Math.abs(sum / elements.length - 0.7737)).toBeLessThan(0.012);
  });
});
