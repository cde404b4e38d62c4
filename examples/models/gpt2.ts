/**
 * GPT-2 with the variable names and the ops of OpenAI's `model.py`. Sizes may be unknown while the graph is built, so one graph reads
 * a whole prompt and, given what the layers kept of it (`past`), continues it token by token.
 */
import * as tf from "namesake";

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
type Size = number | tf.Tensor;

/** The sizes of a tensor. */
function sizesOf(x: tf.Tensor): Size[] {
  const dynamic = tf.shape(x);
  return (x.shape.dims ?? []).map((size, i) => size ?? dynamic.at([i]));
}

/** Python's `a * b` for sizes. */
function product(a: Size, b: Size): Size {
  if (typeof a !== "number") return a.mul(b);
  return typeof b === "number" ? a * b : tf.multiply(a, b, { name: "mul" });
}

function softmax(x: tf.Tensor): tf.Tensor {
  const ex = tf.exp(x.sub(tf.reduceMax(x, { axis: -1, keepdims: true })));
  return ex.div(tf.reduceSum(ex, { axis: -1, keepdims: true }));
}

/** 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))). A number on the left of an operator is written as a call with the operator's name. */
function gelu(x: tf.Tensor): tf.Tensor {
  const half = tf.multiply(0.5, x, { name: "mul" });
  const inner = x.add(tf.multiply(0.044715, tf.pow(x, 3), { name: "mul" }));
  return half.mul(tf.add(1, tf.tanh(tf.multiply(Math.sqrt(2 / Math.PI), inner, { name: "mul" })), { name: "add" }));
}

/** Brings each row to mean 0 and deviation 1, then scales and shifts it. */
function norm(x: tf.Tensor, scope: string): tf.Tensor {
  return tf.variableScope(scope, () => {
    const width = x.shape.dim(-1);
    const g = tf.getVariable("g", [width], { initializer: tf.constantInitializer(1) });
    const b = tf.getVariable("b", [width], { initializer: tf.constantInitializer(0) });
    const centred = x.sub(tf.reduceMean(x, { axis: -1, keepdims: true }));
    const variance = tf.reduceMean(tf.square(centred), { axis: -1, keepdims: true });
    const normal = centred.mul(tf.rsqrt(variance.add(1e-5)));
    return normal.mul(g).add(b);
  });
}

/** A linear layer over the last dimension. Shapes: x `[…, n]` → `[…, outputs]`. */
function conv1d(x: tf.Tensor, scope: string, outputs: number): tf.Tensor {
  return tf.variableScope(scope, () => {
    const sizes = sizesOf(x);
    const inputs = sizes.at(-1) as number;
    const w = tf.getVariable("w", [1, inputs, outputs], { initializer: tf.randomNormalInitializer({ stddev: 0.02 }) });
    const b = tf.getVariable("b", [outputs], { initializer: tf.constantInitializer(0) });
    const flat = tf.matmul(tf.reshape(x, [-1, inputs]), tf.reshape(w, [-1, outputs])).add(b);
    return tf.reshape(flat, [...sizes.slice(0, -1), outputs]);
  });
}

/** Shapes: x `[batch, steps, width]` → `[batch, heads, steps, width / heads]`. */
function splitHeads(x: tf.Tensor, heads: number): tf.Tensor {
  const sizes = sizesOf(x);
  const width = sizes.at(-1) as number;
  return tf.transpose(tf.reshape(x, [...sizes.slice(0, -1), heads, width / heads]), { perm: [0, 2, 1, 3] });
}

/** The reverse of `splitHeads`. */
function mergeHeads(x: tf.Tensor): tf.Tensor {
  const swapped = tf.transpose(x, { perm: [0, 2, 1, 3] });
  const [batch, steps, heads, width] = sizesOf(swapped) as [Size, Size, number, number];
  return tf.reshape(swapped, [batch, steps, heads * width]);
}

/** 1 where a step may look: at itself and at what is before it, counted from the end. Shape: `[to, from]`. */
function attentionMask(to: Size, from: Size, like: tf.Tensor): tf.Tensor {
  const mine = tf.range(to).at(":, newaxis");
  return tf.cast(mine.greaterEqual(tf.range(from).sub(from).add(to)), like.dtype);
}

/** What each step takes from the steps that it may look at. Shapes: q, k, v `[batch, heads, steps, n]` → as q. */
function multiheadAttention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor): tf.Tensor {
  const raw = tf.matmul(q, k, { transposeB: true });
  // A bare number would be a float; Python's `v.shape[-1].value` is an int.
  const depth = tf.ndarray(v.shape.dim(-1) as number, "int32");
  const weights = raw.mul(tf.rsqrt(tf.cast(depth, raw.dtype)));
  const [, , to, from] = sizesOf(weights) as [Size, Size, Size, Size];
  const mask = tf.reshape(attentionMask(to, from, weights), [1, 1, to, from]);
  const masked = weights.mul(mask).sub(tf.cast(1e10, weights.dtype).mul(tf.subtract(1, mask, { name: "sub" })));
  return tf.matmul(softmax(masked), v);
}

/** The keys and values of all steps: those of the past, then the new ones. */
function withPast(past: tf.Tensor, k: tf.Tensor, v: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [pastK, pastV] = tf.unstack(past, { axis: 1, num: 2 });
  return [tf.concat([pastK, k], -2), tf.concat([pastV, v], -2)];
}

/** What the layer adds to x, and the keys and values that it keeps for later steps: `[batch, 2, heads, steps, n]`. */
function attention(x: tf.Tensor, width: number, past: tf.Tensor | null, heads: number) {
  return tf.variableScope("attn", () => {
    const parts = tf.split(conv1d(x, "c_attn", 3 * width), 3, { axis: 2 });
    const [q, k, v] = parts.map((part) => splitHeads(part, heads)) as typeof parts;
    const present = tf.stack([k, v], { axis: 1 });
    const [allK, allV] = past === null ? [k, v] : withPast(past, k, v);
    return { y: conv1d(mergeHeads(multiheadAttention(q, allK, allV)), "c_proj", width), present };
  });
}

function mlp(x: tf.Tensor, units: number): tf.Tensor {
  const width = x.shape.dim(-1) as number;
  return tf.variableScope("mlp", () => conv1d(gelu(conv1d(x, "c_fc", units)), "c_proj", width));
}

function block(x: tf.Tensor, scope: string, past: tf.Tensor | null, heads: number) {
  return tf.variableScope(scope, () => {
    const width = x.shape.dim(-1) as number;
    const { y, present } = attention(norm(x, "ln_1"), width, past, heads);
    const attended = x.add(y);
    return { y: attended.add(mlp(norm(attended, "ln_2"), 4 * width)), present };
  });
}

/** The place of each token in the text. Shapes: tokens `[batch, steps]` → the same. */
function positionsOf(tokens: tf.Tensor, pastLength: Size): tf.Tensor {
  const batch = tf.shape(tokens).at([0]);
  const steps = tf.shape(tokens).at([1]);
  const positions = tf.convertToTensor(tf.add(pastLength, tf.range(steps), { name: "add" }), { name: "value" });
  return tf.tile(tf.expandDims(positions, 0), [batch, 1]);
}

/** The shape of `past` for a batch and a number of steps; `null` for what is not known. */
export function pastShape({ layers, heads, width }: Gpt2Config, batch: number | null, steps: number | null) {
  return [batch, layers, 2, heads, steps, width / heads];
}

/**
 * Scores of the token after each token, and what the layers keep of the text. In a reusing scope it shares the variables.
 * Shapes: tokens `[batch, steps]`, int32; past as `pastShape` says; logits `[batch, steps, vocab]`; present as past.
 */
export function gpt2(tokens: tf.Tensor, config: Gpt2Config, past: tf.Tensor | null = null) {
  const { vocab, context, width, heads, layers } = config;
  return tf.variableScope("model", () => {
    const [batch, steps] = sizesOf(tokens) as [Size, Size];
    const wpe = tf.getVariable("wpe", [context, width], { initializer: tf.randomNormalInitializer({ stddev: 0.01 }) });
    const wte = tf.getVariable("wte", [vocab, width], { initializer: tf.randomNormalInitializer({ stddev: 0.02 }) });
    const pastLength = past === null ? 0 : tf.shape(past).at([-2]);
    let h = tf.gather(wte, tokens).add(tf.gather(wpe, positionsOf(tokens, pastLength)));
    const pasts = past === null ? new Array<null>(layers).fill(null) : tf.unstack(past, { axis: 1 });
    const presents = pasts.map((layerPast, layer) => {
      const { y, present } = block(h, `h${layer}`, layerPast, heads);
      h = y;
      return present;
    });
    const present = tf.stack(presents, { axis: 1 });
    const flat = tf.reshape(norm(h, "ln_f"), [product(batch, steps), width]);
    const logits = tf.reshape(tf.matmul(flat, wte, { transposeB: true }), [batch, steps, vocab]);
    return { logits, present };
  });
}
