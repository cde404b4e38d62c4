/** The program of TensorFlow's guide on sharing variables, for golden texts: its lines must stay where they are. */
import {
  constantInitializer,
  getVariable,
  makeTemplate,
  nn,
  placeholder,
  randomNormalInitializer,
  type Tensor,
  Variable,
  variableScope,
  zeros,
} from "namesake";

function convRelu(input: Tensor, kernelShape: readonly number[], biasShape: readonly number[]): Tensor {
  const weights = getVariable("weights", kernelShape, { initializer: randomNormalInitializer() });
  const biases = getVariable("biases", biasShape, { initializer: constantInitializer(0) });
  const conv = nn.conv2d(input, weights, { strides: [1, 1, 1, 1], padding: "SAME" });
  return nn.relu(conv.add(biases));
}

function myImageFilter(images: Tensor): Tensor {
  const relu1 = variableScope("conv1", () => convRelu(images, [5, 5, 32, 32], [32]));
  return variableScope("conv2", () => convRelu(relu1, [5, 5, 32, 32], [32]));
}

function image(name: string): Tensor {
  return placeholder("float32", [1, 64, 64, 32], { name });
}

/** Both calls without sharing: the second one fails. */
export function filterTwice(): void {
  const [image1, image2] = [image("image1"), image("image2")];
  myImageFilter(image1);
  myImageFilter(image2);
}

/** Both calls with shared variables; `explain` is called before each. */
export function filterShared(explain: () => string = () => ""): {
  readonly results: readonly Tensor[];
  readonly explained: readonly string[];
} {
  const [image1, image2] = [image("image1"), image("image2")];
  return variableScope("image_filters", (scope) => {
    const before = explain();
    const result1 = myImageFilter(image1);
    scope.reuseVariables();
    return { explained: [before, explain()], results: [result1, myImageFilter(image2)] };
  });
}

/** The second call reuses what the first one has not made. */
export function filterReusedFirst(): void {
  variableScope("image_filters", { reuse: true }, () => {
    myImageFilter(image("image1"));
  });
}

/** As `filterTwice`, inside of a scope. */
export function filterTwiceInScope(): void {
  const [image1, image2] = [image("image1"), image("image2")];
  variableScope("image_filters", () => {
    myImageFilter(image1);
    myImageFilter(image2);
  });
}

/** Layers of different sizes in one scope. */
export function shareOtherShape(): void {
  variableScope("conv1", () => {
    convRelu(image("image1"), [5, 5, 32, 32], [32]);
  });
  variableScope("conv1", { reuse: true }, () => {
    convRelu(image("image2"), [3, 3, 32, 32], [32]);
  });
}

/** A template whose function makes a variable anew at each call. */
export function filterInTemplate(): void {
  const filter = makeTemplate("filters", (input: Tensor) => new Variable(zeros([32]), { name: "biases" }).add(input));
  filter(image("image1"));
  filter(image("image2"));
}
