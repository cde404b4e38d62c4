/**
 * GPT-2 with the variable names and the ops of OpenAI's `model.py`. Sizes may be unknown while the graph is built, so one graph reads
 * a whole prompt and, given what the layers kept of it (`past`), continues it token by token.
 */
import {
  add,
  cast,
  concat,
  constantInitializer,
  convertToTensor,
  exp,
  expandDims,
  gather,
  getVariable,
  matmul,
  multiply,
  ndarray,
  pow,
  randomNormalInitializer,
  range,
  reduceMax,
  reduceMean,
  reduceSum,
  reshape,
  rsqrt,
  shape,
  split,
  square,
  stack,
  subtract,
  type Tensor,
  tanh,
  tile,
  transpose,
  unstack,
  variableScope,
} from "namesake";

/** The sizes of the model, as in OpenAI's `hparams.json`. */
export interface Gpt2Config {
  readonly vocab: number;
  /** The longest text, in tokens. */
  readonly context: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
}

/** The small model: 124 million parameters. */
export const gpt2Small: Gpt2Config = { vocab: 50_257, context: 1024, width: 768, heads: 12, layers: 12 };

/** A size that is known, or the tensor that will tell. */
type Size = number | Tensor;

/** The sizes of a tensor. */
function sizesOf(x: Tensor): Size[] {
  const dynamic = shape(x);
  return (x.shape.dims ?? []).map((size, i) => size ?? dynamic.at([i]));
}

/** Python's `a * b` for sizes. */
function product(a: Size, b: Size): Size {
  if (typeof a !== "number") return a.mul(b);
  return typeof b === "number" ? a * b : multiply(a, b, { name: "mul" });
}

function softmax(x: Tensor): Tensor {
  const ex = exp(x.sub(reduceMax(x, { axis: -1, keepdims: true })));
  return ex.div(reduceSum(ex, { axis: -1, keepdims: true }));
}

/** 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))). A number on the left of an operator is written as a call with the operator's name. */
function gelu(x: Tensor): Tensor {
  const half = multiply(0.5, x, { name: "mul" });
  const inner = x.add(multiply(0.044715, pow(x, 3), { name: "mul" }));
  return half.mul(add(1, tanh(multiply(Math.sqrt(2 / Math.PI), inner, { name: "mul" })), { name: "add" }));
}

/** Brings each row to mean 0 and deviation 1, then scales and shifts it. */
function norm(x: Tensor, scope: string): Tensor {
  return variableScope(scope, () => {
    const width = x.shape.dim(-1);
    const g = getVariable("g", [width], { initializer: constantInitializer(1) });
    const b = getVariable("b", [width], { initializer: constantInitializer(0) });
    const centred = x.sub(reduceMean(x, { axis: -1, keepdims: true }));
    const variance = reduceMean(square(centred), { axis: -1, keepdims: true });
    return centred
      .mul(rsqrt(variance.add(1e-5)))
      .mul(g)
      .add(b);
  });
}

/** A linear layer over the last dimension. Shapes: x `[…, n]` → `[…, outputs]`. */
function conv1d(x: Tensor, scope: string, outputs: number): Tensor {
  return variableScope(scope, () => {
    const sizes = sizesOf(x);
    const inputs = sizes.at(-1) as number;
    const w = getVariable("w", [1, inputs, outputs], { initializer: randomNormalInitializer({ stddev: 0.02 }) });
    const b = getVariable("b", [outputs], { initializer: constantInitializer(0) });
    const flat = matmul(reshape(x, [-1, inputs]), reshape(w, [-1, outputs])).add(b);
    return reshape(flat, [...sizes.slice(0, -1), outputs]);
  });
}

/** Shapes: x `[batch, steps, width]` → `[batch, heads, steps, width / heads]`. */
function splitHeads(x: Tensor, heads: number): Tensor {
  const sizes = sizesOf(x);
  const width = sizes.at(-1) as number;
  return transpose(reshape(x, [...sizes.slice(0, -1), heads, width / heads]), { perm: [0, 2, 1, 3] });
}

/** The reverse of `splitHeads`. */
function mergeHeads(x: Tensor): Tensor {
  const swapped = transpose(x, { perm: [0, 2, 1, 3] });
  const [batch, steps, heads, width] = sizesOf(swapped) as [Size, Size, number, number];
  return reshape(swapped, [batch, steps, heads * width]);
}

/** 1 where a step may look: at itself and at what is before it, counted from the end. Shape: `[to, from]`. */
function attentionMask(to: Size, from: Size, like: Tensor): Tensor {
  const i = range(to).at(":, newaxis");
  const j = range(from);
  return cast(i.greaterEqual(j.sub(from).add(to)), like.dtype);
}

/** What each step takes from the steps that it may look at. Shapes: q, k, v `[batch, heads, steps, n]` → as q. */
function multiheadAttention(q: Tensor, k: Tensor, v: Tensor): Tensor {
  const raw = matmul(q, k, { transposeB: true });
  // A bare number would be a float; Python's `v.shape[-1].value` is an int.
  const depth = ndarray(v.shape.dim(-1) as number, "int32");
  const weights = raw.mul(rsqrt(cast(depth, raw.dtype)));
  const [, , to, from] = sizesOf(weights) as [Size, Size, Size, Size];
  const mask = reshape(attentionMask(to, from, weights), [1, 1, to, from]);
  const masked = weights.mul(mask).sub(cast(1e10, weights.dtype).mul(subtract(1, mask, { name: "sub" })));
  return matmul(softmax(masked), v);
}

/** What a block gives, and the keys and values that it keeps for later steps: `[batch, 2, heads, steps, n]`. */
interface WithPresent {
  readonly y: Tensor;
  readonly present: Tensor;
}

/** The keys and values of all steps: those of the past, then the new ones. */
function withPast(past: Tensor, k: Tensor, v: Tensor): [Tensor, Tensor] {
  const [pastK, pastV] = unstack(past, { axis: 1 }) as [Tensor, Tensor];
  return [concat([pastK, k], -2), concat([pastV, v], -2)];
}

function attention(x: Tensor, width: number, past: Tensor | null, heads: number): WithPresent {
  return variableScope("attn", () => {
    const parts = split(conv1d(x, "c_attn", 3 * width), 3, { axis: 2 });
    const [q, ownK, ownV] = parts.map((part) => splitHeads(part, heads)) as [Tensor, Tensor, Tensor];
    const present = stack([ownK, ownV], { axis: 1 });
    const [k, v] = past === null ? [ownK, ownV] : withPast(past, ownK, ownV);
    return { y: conv1d(mergeHeads(multiheadAttention(q, k, v)), "c_proj", width), present };
  });
}

function mlp(x: Tensor, units: number): Tensor {
  return variableScope("mlp", () => {
    const width = x.shape.dim(-1) as number;
    return conv1d(gelu(conv1d(x, "c_fc", units)), "c_proj", width);
  });
}

function block(x: Tensor, scope: string, past: Tensor | null, heads: number): WithPresent {
  return variableScope(scope, () => {
    const width = x.shape.dim(-1) as number;
    const { y, present } = attention(norm(x, "ln_1"), width, past, heads);
    const attended = x.add(y);
    return { y: attended.add(mlp(norm(attended, "ln_2"), 4 * width)), present };
  });
}

/** The place of each token in the text. Shapes: tokens `[batch, steps]` → the same. */
function positionsOf(tokens: Tensor, pastLength: Size): Tensor {
  const batch = shape(tokens).at([0]);
  const steps = shape(tokens).at([1]);
  const positions = convertToTensor(add(pastLength, range(steps), { name: "add" }), { name: "value" });
  return tile(expandDims(positions, 0), [batch, 1]);
}

/** The shape of `past` for a batch and a number of steps; `null` for what is not known. */
export function pastShape({ layers, heads, width }: Gpt2Config, batch: number | null, steps: number | null) {
  return [batch, layers, 2, heads, steps, width / heads];
}

/**
 * Scores of the token after each token, and what the layers keep of the text. In a reusing scope it shares the variables.
 * Shapes: tokens `[batch, steps]`, int32; past as `pastShape` says; logits `[batch, steps, vocab]`; present as past.
 */
export function gpt2(tokens: Tensor, config: Gpt2Config, past: Tensor | null = null) {
  const { vocab, context, width, heads, layers } = config;
  return variableScope("model", () => {
    const [batch, steps] = sizesOf(tokens) as [Size, Size];
    const wpe = getVariable("wpe", [context, width], { initializer: randomNormalInitializer({ stddev: 0.01 }) });
    const wte = getVariable("wte", [vocab, width], { initializer: randomNormalInitializer({ stddev: 0.02 }) });
    const pastLength = past === null ? 0 : shape(past).at([-2]);
    let h = gather(wte, tokens).add(gather(wpe, positionsOf(tokens, pastLength)));
    const pasts = past === null ? new Array<null>(layers).fill(null) : unstack(past, { axis: 1 });
    const presents = pasts.map((layerPast, layer) => {
      const { y, present } = block(h, `h${layer}`, layerPast, heads);
      h = y;
      return present;
    });
    const present = stack(presents, { axis: 1 });
    const flat = reshape(norm(h, "ln_f"), [product(batch, steps), width]);
    const logits = reshape(matmul(flat, wte, { transposeB: true }), [batch, steps, vocab]);
    return { logits, present };
  });
}
