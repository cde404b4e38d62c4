/** TensorFlow's namespace `tf.layers`: parts of networks with their weights. */
export {
  BatchNormalization,
  batchNormalization,
} from "../layers/batch-normalization.ts";
export type { Adjustment, BatchNormalizationOptions } from "../layers/batch-normalization-options.ts";
export { Conv1D, Conv2D, Conv3D, type ConvOptions, conv1d, conv2d, conv3d } from "../layers/convolution.ts";
export {
  Conv2DTranspose,
  Conv3DTranspose,
  type ConvTransposeOptions,
  conv2dTranspose,
  conv3dTranspose,
} from "../layers/convolution-transpose.ts";
export {
  type Activation,
  type BiasOptions,
  Dense,
  dense,
  type KernelOptions,
  type SharedOptions,
} from "../layers/dense.ts";
export {
  type ActivityRegularizer,
  type ApplyOptions,
  Layer,
  type LayerOptions,
  type WeightOptions,
} from "../layers/layer.ts";
export {
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  averagePooling1d,
  averagePooling2d,
  averagePooling3d,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  maxPooling1d,
  maxPooling2d,
  maxPooling3d,
  type PoolingOptions,
} from "../layers/pooling.ts";
export type { RenormClipping } from "../layers/renorm.ts";
export {
  SeparableConv1D,
  SeparableConv2D,
  type SeparableConvOptions,
  separableConv1d,
  separableConv2d,
} from "../layers/separable.ts";
export {
  Dropout,
  type DropoutLayerOptions,
  dropout,
  Flatten,
  type FlattenOptions,
  flatten,
} from "../layers/shaping.ts";
