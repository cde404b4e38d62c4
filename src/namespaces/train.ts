/** TensorFlow's namespace `tf.train`: optimizers, and what training needs beside them. */
export { AdadeltaOptimizer, type AdadeltaOptions } from "../train/adadelta.ts";
export {
  AdagradOptimizer,
  type AdagradOptions,
  ProximalAdagradOptimizer,
  type ProximalAdagradOptions,
} from "../train/adagrad.ts";
export { AdagradDAOptimizer, type AdagradDAOptions } from "../train/adagrad-da.ts";
export { AdamOptimizer, type AdamOptions } from "../train/adam.ts";
export { AdamWOptimizer, type DecayedVariables } from "../train/adam-w.ts";
export {
  type CosineDecayOptions,
  type CosineDecayRestartsOptions,
  cosineDecay,
  cosineDecayRestarts,
  type LinearCosineDecayOptions,
  linearCosineDecay,
  type NoisyLinearCosineDecayOptions,
  noisyLinearCosineDecay,
} from "../train/cosine-decays.ts";
export {
  type DecayOptions,
  exponentialDecay,
  inverseTimeDecay,
  naturalExpDecay,
  type PolynomialDecayOptions,
  polynomialDecay,
} from "../train/decays.ts";
export { FtrlOptimizer, type FtrlOptions } from "../train/ftrl.ts";
export {
  assertGlobalStep,
  createGlobalStep,
  getGlobalStep,
  getOrCreateGlobalStep,
  globalStep,
} from "../train/global-step.ts";
export { GradientDescentOptimizer } from "../train/gradient-descent.ts";
export { MomentumOptimizer, type MomentumOptions } from "../train/momentum.ts";
export { ExponentialMovingAverage, type MovingAverageOptions } from "../train/moving-average.ts";
export { Optimizer } from "../train/optimizer.ts";
export {
  type ApplyGradientsOptions,
  type ComputeGradientsOptions,
  type GradientAndVariable,
  type MinimizeOptions,
  type OptimizerOptions,
  type Setting,
  type Trainable,
} from "../train/optimizer-options.ts";
export { piecewiseConstant, piecewiseConstant as piecewiseConstantDecay } from "../train/piecewise-constant.ts";
export {
  ProximalGradientDescentOptimizer,
  type ProximalGradientDescentOptions,
} from "../train/proximal-gradient-descent.ts";
export { RMSPropOptimizer, type RMSPropOptions } from "../train/rmsprop.ts";
