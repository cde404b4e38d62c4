/** The network of TensorFlow's CIFAR-10 tutorial, forward, with its variable names. Every tower that calls it in one reusing scope shares its variables. */
import {
  constantInitializer,
  getVariable,
  matmul,
  nn,
  reshape,
  type Tensor,
  truncatedNormalInitializer,
  variableScope,
} from "namesake";

/** The number of classes. */
export const classCount = 10;

function convRelu(scope: string, images: Tensor, inputs: number, bias: number): Tensor {
  return variableScope(scope, () => {
    const kernel = getVariable("weights", [5, 5, inputs, 64], {
      initializer: truncatedNormalInitializer({ stddev: 5e-2 }),
    });
    const biases = getVariable("biases", [64], { initializer: constantInitializer(bias) });
    return nn.relu(nn.biasAdd(nn.conv2d(images, kernel, { strides: [1, 1, 1, 1], padding: "SAME" }), biases));
  });
}

const pool = (x: Tensor) => nn.maxPool(x, { ksize: [1, 3, 3, 1], strides: [1, 2, 2, 1], padding: "SAME" });
const normalize = (x: Tensor) => nn.lrn(x, { depthRadius: 4, bias: 1, alpha: 0.001 / 9, beta: 0.75 });

interface Dense {
  readonly units: number;
  readonly stddev: number;
  readonly bias: number;
}

function dense(scope: string, x: Tensor, { units, stddev, bias }: Dense): Tensor {
  return variableScope(scope, () => {
    const weights = getVariable("weights", [x.shape.dim(1), units], {
      initializer: truncatedNormalInitializer({ stddev }),
    });
    const biases = getVariable("biases", [units], { initializer: constantInitializer(bias) });
    return matmul(x, weights).add(biases);
  });
}

/** Scores of the classes. Shapes: images `[n, 24, 24, 3]` → `[n, 10]`; n must be known. */
export function inference(images: Tensor): Tensor {
  const first = normalize(pool(convRelu("conv1", images, 3, 0)));
  const second = pool(normalize(convRelu("conv2", first, 64, 0.1)));
  const flat = reshape(second, [images.shape.dim(0) ?? -1, -1]);
  const local3 = nn.relu(dense("local3", flat, { units: 384, stddev: 0.04, bias: 0.1 }));
  const local4 = nn.relu(dense("local4", local3, { units: 192, stddev: 0.04, bias: 0.1 }));
  return dense("softmax_linear", local4, { units: classCount, stddev: 1 / 192, bias: 0 });
}
