/** How GPT-2 is trained on text: every token is to be foretold from those before it. */
import * as tf from "namesake";
import { type Gpt2Config, gpt2 } from "./gpt2.ts";

/** The loss of a batch of texts, and the step that makes it smaller. Shapes: tokens `[batch, steps]`, int32. */
export function gpt2Training(tokens: tf.Tensor, config: Gpt2Config, learningRate: number) {
  const { logits } = gpt2(tokens, config);
  const loss = tf.reduceMean(
    tf.nn.sparseSoftmaxCrossEntropyWithLogits({ labels: tokens.at(":, 1:"), logits: logits.at(":, :-1") }),
  );
  const globalStep = tf.train.getOrCreateGlobalStep();
  const trainOp = new tf.train.AdamOptimizer({ learningRate }).minimize(loss, { globalStep });
  return { loss, trainOp, globalStep };
}
