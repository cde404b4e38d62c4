/** How GPT-2 is trained on text: every token is to be foretold from those before it. */
import * as tf from "namesake";
import { type Gpt2Config, gpt2 } from "./gpt2.ts";

/** The numbers of the training. */
export interface Gpt2Schedule {
  readonly rate: number;
  /** The learning rate grows from 0 over so many steps: Adam's first ones go far, as it has not seen much yet. */
  readonly warmup: number;
}

/** The loss of a batch of texts, and the step that makes it smaller. Shapes: tokens `[batch, steps]`, int32. */
export function gpt2Training(tokens: tf.Tensor, config: Gpt2Config, { rate, warmup }: Gpt2Schedule) {
  const { logits } = gpt2(tokens, config);
  const loss = tf.reduceMean(
    tf.nn.sparseSoftmaxCrossEntropyWithLogits({ labels: tokens.at(":, 1:"), logits: logits.at(":, :-1") }),
  );
  const globalStep = tf.train.getOrCreateGlobalStep();
  const learningRate = tf.minimum(tf.cast(globalStep, tf.float32).div(warmup), 1).mul(rate);
  const trainOp = new tf.train.AdamOptimizer({ learningRate }).minimize(loss, { globalStep });
  return { loss, trainOp, globalStep };
}
