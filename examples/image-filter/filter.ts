/** The image filter of TensorFlow's variable-sharing guide: two convolutions and ReLU, written once as a function. */
import { constantInitializer, getVariable, type InitializerFunction, nn, type Tensor, variableScope } from "namesake";

/** How many feature maps each convolution makes. */
export const channels = 32;

/** The weights of the three layers, by the name of their variable scope. */
export type FilterWeights = Readonly<Record<"conv1" | "conv2" | "projection", InitializerFunction>>;

/** One convolution with bias and ReLU. Its variables are `weights` and `biases` in whatever scope it is called in. */
function convRelu(input: Tensor, kernelShape: readonly number[], initializer: InitializerFunction): Tensor {
  const weights = getVariable("weights", kernelShape, { initializer });
  const biases = getVariable("biases", kernelShape.slice(-1), { initializer: constantInitializer(0) });
  const conv = nn.conv2d(input, weights, { strides: [1, 1, 1, 1], padding: "SAME" });
  return nn.relu(conv.add(biases));
}

/**
 * Filters pictures. Shapes: images `[n, h, w, 3]` → `[n, h, w, 3]`; values 0 to 1.
 * Called twice in one reusing scope it uses the same variables twice.
 */
export function myImageFilter(images: Tensor, weights: FilterWeights): Tensor {
  const relu1 = variableScope("conv1", () => convRelu(images, [5, 5, 3, channels], weights.conv1));
  const relu2 = variableScope("conv2", () => convRelu(relu1, [5, 5, channels, channels], weights.conv2));
  return variableScope("projection", () => convRelu(relu2, [1, 1, channels, 3], weights.projection));
}
