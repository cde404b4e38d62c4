/** The public face: everything needed to build and run a graph. Explicit named exports only; nothing is defined here. */
import { composeLibrary } from "./library.ts";

composeLibrary();

// Errors
export {
  AbortedError,
  AlreadyExistsError,
  ArgumentError,
  ArgumentIndexError,
  ArgumentTypeError,
  AsyncScopeError,
  CancelledError,
  DataLossError,
  DeadlineExceededError,
  DTypeError,
  EngineInternalError,
  type ErrorFields,
  type ErrorName,
  FailedPreconditionError,
  FormatError,
  GraphError,
  GraphFinalizedError,
  InaccessibleTensorError,
  InternalError,
  InvalidArgumentError,
  LookupError,
  MissingAttributeError,
  NamesakeError,
  NotAllowedInGraphError,
  NotFoundError,
  OpError,
  OutOfRangeError,
  PartitionError,
  PermissionDeniedError,
  ResourceExhaustedError,
  ScopeClosedError,
  ScopeError,
  ScopeNestingError,
  SessionError,
  ShapeError,
  StackNestingError,
  TrainingError,
  UnauthenticatedError,
  UnavailableError,
  UnimplementedError,
  UnknownError,
  UnknownNameError,
  UnsupportedFeatureError,
  UnsupportedOpError,
  VariableExistsError,
  VariableMismatchError,
  VariableNotFoundError,
} from "./base/errors.ts";
// Graphs
export type {
  ArgDefRecord,
  AttrDefRecord,
  AttrListRecord,
  AttrValueRecord,
  GraphDefRecord,
  NodeDefRecord,
  OpDefRecord,
  OpListRecord,
  TensorRecord,
  TensorShapeRecord,
} from "./base/graph-def.ts";
// Sessions and engines
export { createReferenceEngine } from "./engines/reference/engine.ts";
// Functions over the elements of tensors
export { type FoldFunction, type FoldOptions, foldl, foldr } from "./functional/fold.ts";
export { type DTypeStructure, type MapFnOptions, mapFn } from "./functional/map-fn.ts";
export { type NormOptions, norm } from "./functional/norm.ts";
export { type ScanOptions, scan } from "./functional/scan.ts";
export { AggregationMethod } from "./gradients/aggregation.ts";
export { type CustomGradientFunction, customGradient } from "./gradients/custom-gradient.ts";
export { type Differentiable, type GradientsOptions, gradients, UnconnectedGradients } from "./gradients/gradients.ts";
export { type HessiansOptions, hessians } from "./gradients/hessians.ts";
export { type GradientFunction, registerGradient } from "./gradients/registry.ts";
export type { Gradient, InputGradients } from "./gradients/rule.ts";
export type { AmbientScope, OpenScope } from "./graph/ambient-scope.ts";
export type { AsGraphDefOptions } from "./graph/as-graph-def.ts";
export { GraphKeys } from "./graph/collections.ts";
export { type ConvertOptions, convertToTensor, type TensorLike } from "./graph/constant.ts";
export type { CreationSite, Frame } from "./graph/creation-site.ts";
export { getDefaultGraph, resetDefaultGraph } from "./graph/default-graph.ts";
export type { DeviceFunction, DeviceFunctionInput, DeviceLike, DeviceSpec } from "./graph/devices.ts";
export { Graph } from "./graph/graph.ts";
export { constantValue } from "./graph/infer.ts";
export { Operation } from "./graph/operation.ts";
export {
  colocateWith,
  container,
  controlDependencies,
  device,
  initScope,
  nameScope,
  newThread,
  openColocation,
  openContainer,
  openControlDependencies,
  openDevice,
  openInitScope,
  openNameScope,
} from "./graph/scope-functions.ts";
export {
  makeColocation,
  makeContainer,
  makeControlDependencies,
  makeDeviceScope,
  makeInitScope,
  makeNameScope,
  type NameScopeOptions,
} from "./graph/scopes.ts";
export type { EvalOptions, FetchedValue, RunOptions, SessionLike } from "./graph/session-like.ts";
export { Tensor, type TensorConvertible } from "./graph/tensor.ts";
export { verifyGraph } from "./graph/verify.ts";
export type { CallSite } from "./insight/call-sites.ts";
export { explainScope, type ScopeExplanation } from "./insight/explain-scope.ts";
export { explainVariable, type VariableExplanation } from "./insight/explain-variable.ts";
// What is shared, by whom, and what looks like a mistake
export {
  and,
  byDtype,
  byName,
  byRegExp,
  inCollection,
  inScope,
  not,
  or,
  trainable,
  type VariableFilter,
} from "./insight/filters.ts";
export type { Finding, FindingSite, LintRule } from "./insight/findings.ts";
export { lint } from "./insight/lint.ts";
export type { OpGroup } from "./insight/readers.ts";
export {
  type Summary,
  type SummaryOptions,
  type SummaryRow,
  type SummaryScope,
  type SummaryTotals,
  summarize,
} from "./insight/summary.ts";
export { type Tie, type Ties, ties } from "./insight/ties.ts";
export { onWarning, type WarningHandler } from "./insight/warnings.ts";
// Namespaces
export * as errors from "./namespaces/errors.ts";
export * as filters from "./namespaces/filters.ts";
export * as image from "./namespaces/image.ts";
export * as initializers from "./namespaces/initializers.ts";
export * as layers from "./namespaces/layers.ts";
export * as legacySeq2seq from "./namespaces/legacy-seq2seq.ts";
export * as linalg from "./namespaces/linalg.ts";
export * as losses from "./namespaces/losses.ts";
export * as math from "./namespaces/math.ts";
export * as metrics from "./namespaces/metrics.ts";
export * as nn from "./namespaces/nn.ts";
export * as random from "./namespaces/random.ts";
export * as sets from "./namespaces/sets.ts";
export * as sparse from "./namespaces/sparse.ts";
export * as strings from "./namespaces/strings.ts";
export * as train from "./namespaces/train.ts";
// Ops
export {
  bitcast,
  checkNumerics,
  constant,
  ensureShape,
  fill,
  identity,
  identityN,
  ones,
  onesLike,
  placeholder,
  placeholderWithDefault,
  preventGradient,
  stopGradient,
  zeros,
  zerosLike,
} from "./ops/array.ts";
export { batchGather } from "./ops/batch-gather.ts";
export * as bitwise from "./ops/bitwise.ts";
export { type CaseOptions, type CasePair, caseOf } from "./ops/case.ts";
export { cast, toDouble, toFloat, toInt32, toInt64 } from "./ops/cast.ts";
export {
  assertEqual,
  assertGreater,
  assertGreaterEqual,
  assertLess,
  assertLessEqual,
  assertNegative,
  assertNoneEqual,
  assertNonNegative,
  assertNonPositive,
  assertPositive,
  assertRank,
  assertRankAtLeast,
  assertRankIn,
  assertType,
} from "./ops/checks.ts";
export {
  type ClipByGlobalNormOptions,
  type ClipByNormOptions,
  type ClippedByGlobalNorm,
  clipByAverageNorm,
  clipByGlobalNorm,
  clipByNorm,
  globalNorm,
} from "./ops/clip.ts";
export {
  approximateEqual,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
  where,
  whereV2,
} from "./ops/compare.ts";
export { angle, complex, conj, imag, real } from "./ops/complex.ts";
export { concat, split, stack, type TensorsOfCount, unstack } from "./ops/concat.ts";
export { type CondOptions, cond } from "./ops/cond.ts";
export { type ConfusionMatrixOptions, confusionMatrix } from "./ops/confusion-matrix.ts";
export {
  controlTrigger,
  type GroupInput,
  group,
  noOp,
  type TupleOptions,
  tuple,
  withDependencies,
} from "./ops/control-flow.ts";
export {
  type BincountOptions,
  bincount,
  cross,
  type HistogramOptions,
  histogramFixedWidth,
  histogramFixedWidthBins,
  type SearchsortedOptions,
  searchsorted,
  unravelIndex,
} from "./ops/counting.ts";
export { dynamicPartition, dynamicStitch, parallelDynamicStitch } from "./ops/data-flow.ts";
export { diag, diagPart, eye, matrixBandPart, matrixDiag, matrixDiagPart, matrixSetDiag } from "./ops/diag.ts";
export {
  div,
  divide,
  divNoNan,
  floordiv,
  floormod,
  mod,
  realdiv,
  reciprocalNoNan,
  truediv,
  truncatediv,
  truncatemod,
  xdivy,
} from "./ops/division.ts";
export { einsum } from "./ops/einsum.ts";
export {
  abs,
  ceil,
  erf,
  erfc,
  exp,
  expm1,
  floor,
  isFinite,
  isInf,
  isNan,
  log,
  log1p,
  negative,
  reciprocal,
  rint,
  round,
  rsqrt,
  sigmoid,
  sign,
  sqrt,
  square,
} from "./ops/elementary.ts";
export {
  booleanMask,
  gather,
  gatherNd,
  oneHot,
  scatterNd,
  setdiff1d,
  tensorScatterNdAdd,
  tensorScatterNdMax,
  tensorScatterNdMin,
  tensorScatterNdSub,
  tensorScatterNdUpdate,
  unique,
  uniqueWithCounts,
} from "./ops/gather.ts";
export { IndexedSlices } from "./ops/indexed-slices.ts";
export { type MatrixSolveLsOptions, matrixSolveLs } from "./ops/least-squares.ts";
export {
  cholesky,
  choleskySolve,
  matrixDeterminant,
  matrixInverse,
  matrixSolve,
  matrixTriangularSolve,
  selfAdjointEig,
  selfAdjointEigvals,
  svd,
} from "./ops/linalg.ts";
export { linspace } from "./ops/linspace.ts";
export { Assert, Print, print } from "./ops/logging.ts";
export {
  accumulateN,
  add,
  addN,
  atan2,
  clipByValue,
  maximum,
  minimum,
  multiply,
  multiplyNoNan,
  pow,
  scalarMul,
  squaredDifference,
  subtract,
  xlog1py,
  xlogy,
} from "./ops/math.ts";
export { lbeta, logSigmoid } from "./ops/math-composed.ts";
export { matmul } from "./ops/matmul.ts";
export { meshgrid } from "./ops/meshgrid.ts";
export { isNonDecreasing, isStrictlyIncreasing } from "./ops/monotonic.ts";
export { pad } from "./ops/pad.ts";
export { categorical, multinomial, randomNormal, randomShuffle, randomUniform, truncatedNormal } from "./ops/random.ts";
export { randomCrop } from "./ops/random-crop.ts";
export { randomGamma, randomPoisson } from "./ops/random-gamma.ts";
export { getSeed, setRandomSeed } from "./ops/random-seed.ts";
export { range } from "./ops/range.ts";
export {
  argmax,
  argmin,
  countNonzero,
  cumprod,
  cumsum,
  reduceAll,
  reduceAny,
  reduceEuclideanNorm,
  reduceLogSumExp,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceProd,
  reduceStd,
  reduceSum,
  reduceVariance,
} from "./ops/reduce.ts";
export { type RepeatOptions, repeat } from "./ops/repeat.ts";
export { saturateCast } from "./ops/saturate-cast.ts";
export {
  segmentMax,
  segmentMean,
  segmentMin,
  segmentProd,
  segmentSum,
  sparseSegmentMean,
  sparseSegmentSqrtN,
  sparseSegmentSum,
  unsortedSegmentMax,
  unsortedSegmentMean,
  unsortedSegmentMin,
  unsortedSegmentProd,
  unsortedSegmentSqrtN,
  unsortedSegmentSum,
} from "./ops/segment.ts";
export { sequenceMask } from "./ops/sequence-mask.ts";
export {
  broadcastDynamicShape,
  broadcastTo,
  expandDims,
  rank,
  reshape,
  shape,
  shapeN,
  size,
  squeeze,
} from "./ops/shape.ts";
export { slice, stridedSlice } from "./ops/slice.ts";
export { argsort, type SortOptions, sort } from "./ops/sort.ts";
export { depthToSpace, roll, spaceToDepth } from "./ops/space.ts";
export { batchToSpace, batchToSpaceNd, spaceToBatch, spaceToBatchNd } from "./ops/space-batch.ts";
export { sparsePlaceholder, sparseReorder, sparseToDense } from "./ops/sparse.ts";
export { convertToTensorOrSparseTensor, SparseTensor, type TensorOrSparse } from "./ops/sparse-tensor.ts";
export {
  besselI0e,
  besselI1e,
  betainc,
  digamma,
  erfinv,
  igamma,
  igammac,
  lgamma,
  ndtri,
  polygamma,
  zeta,
} from "./ops/special.ts";
export {
  asString,
  decodeBase64,
  decodeRaw,
  encodeBase64,
  reduceJoin,
  regexReplace,
  stringJoin,
  stringSplit,
  stringStrip,
  stringToHashBucket,
  stringToHashBucketFast,
  stringToNumber,
  substr,
} from "./ops/string.ts";
export type { TensorStructure, TensorsOf, TensorTree } from "./ops/structure.ts";
export { TensorArray } from "./ops/tensor-array.ts";
export type { TensorArrayOptions } from "./ops/tensor-array-handle.ts";
export { tensordot } from "./ops/tensordot.ts";
export { trace } from "./ops/trace.ts";
export { invertPermutation, matrixTranspose, reverse, reverseSequence, tile, transpose } from "./ops/transpose.ts";
export { acos, acosh, asin, asinh, atan, atanh, cos, cosh, sin, sinh, tan, tanh } from "./ops/trigonometry.ts";
export { type ShapeInvariants, type WhileLoopOptions, whileLoop } from "./ops/while-loop.ts";
export { requiredSpaceToBatchPaddings } from "./ops/with-space-to-batch.ts";
export { loadDefaultEngine } from "./session/default-engine.ts";
export type {
  Engine,
  EngineSlice,
  EngineValue,
  Executable,
  PlannedShapes,
  SliceNode,
  SliceValue,
} from "./session/engine.ts";
export type { FeedKey, Feeds } from "./session/feeds.ts";
export type { Fetch, Fetched, FetchResult } from "./session/fetches.ts";
export { FrozenSession } from "./session/frozen-session.ts";
export { InteractiveSession } from "./session/interactive-session.ts";
export type { AsyncFeedsOfSteps, FeedsOfSteps, RunManyOptions } from "./session/run-many.ts";
export { Session, type SessionOptions } from "./session/session.ts";
export type { SessionCallable } from "./session/step-runner.ts";
// Values and their types
export {
  asDType,
  bfloat16,
  bool,
  complex64,
  complex128,
  DType,
  type DTypeLike,
  type DTypeName,
  float16,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  resource,
  string,
  uint8,
  uint16,
  uint32,
  uint64,
  variant,
} from "./tensor/dtype.ts";
export { type Element, type Literal, NDArray, type NestedArray, ndarray, pythonLiteral } from "./tensor/ndarray.ts";
export { asShape, type Dimension, type ShapeLike, TensorShape } from "./tensor/shape.ts";
export { IndexedSlicesValue, SparseTensorValue } from "./tensor/sparse-value.ts";
// Variables and variable scopes
export {
  assign,
  assignAdd,
  assignSub,
  countUpTo,
  type Scatter,
  scatterAdd,
  scatterDiv,
  scatterMax,
  scatterMin,
  scatterMul,
  scatterSub,
  scatterUpdate,
  type Writable,
  type WriteOptions,
} from "./variables/assign.ts";
export { type AssignOptions, BaseVariable, type Constraint } from "./variables/base-variable.ts";
export { type CreatePartitionedOptions, createPartitionedVariables } from "./variables/create-partitioned-variables.ts";
export { castStorage } from "./variables/custom-getters/cast-storage.ts";
export { composeGetters } from "./variables/custom-getters/compose.ts";
export { nonTrainable } from "./variables/custom-getters/non-trainable.ts";
export { type ObservedRequest, observe } from "./variables/custom-getters/observe.ts";
export { overrideArgs } from "./variables/custom-getters/override-args.ts";
export { type RestoreOptions, restoreValues } from "./variables/custom-getters/restore-values.ts";
export { stopGradients } from "./variables/custom-getters/stop-gradients.ts";
export { getLocalVariable, getVariable } from "./variables/get-variable.ts";
export {
  assertVariablesInitialized,
  globalVariablesInitializer,
  isVariableInitialized,
  localVariablesInitializer,
  reportUninitializedVariables,
  variablesInitializer,
} from "./variables/initialization.ts";
export { Initializer } from "./variables/initializer.ts";
export {
  Constant,
  constantInitializer,
  GlorotNormal,
  GlorotUniform,
  glorotNormalInitializer,
  glorotUniformInitializer,
  glorotUniformInitializer as xavierInitializer,
  type NormalOptions,
  Ones,
  onesInitializer,
  RandomNormal,
  RandomUniform,
  randomNormalInitializer,
  randomUniformInitializer,
  type SeedOptions,
  TruncatedNormal,
  truncatedNormalInitializer,
  UniformUnitScaling,
  uniformUnitScalingInitializer,
  VarianceScaling,
  type VarianceScalingOptions,
  varianceScalingInitializer,
  Zeros,
  zerosInitializer,
} from "./variables/initializers.ts";
export { Identity, identityInitializer, Orthogonal, orthogonalInitializer } from "./variables/matrix-initializers.ts";
export { PartitionedVariable } from "./variables/partitioned-variable.ts";
export {
  fixedSizePartitioner,
  minMaxVariablePartitioner,
  variableAxisSizePartitioner,
} from "./variables/partitioners.ts";
export type { VariableScopeOptions } from "./variables/pure-variable-scope.ts";
export { RefVariable } from "./variables/ref-variable.ts";
export {
  applyRegularization,
  l1L2Regularizer,
  l1Regularizer,
  l2Regularizer,
  noRegularizer,
  RegularizationLoss,
  type RegularizerOptions,
  sumRegularizer,
} from "./variables/regularizers.ts";
export { AssignedVariable, ResourceVariable } from "./variables/resource-variable.ts";
export {
  AUTO_REUSE,
  type Reuse,
  type ReuseArgument,
  VariableAggregation,
  VariableSynchronization,
} from "./variables/reuse.ts";
export { VariableScope } from "./variables/scope-value.ts";
export { PartitionInfo, SaveSliceInfo } from "./variables/slice-info.ts";
export { makeTemplate, Template, type TemplateOptions } from "./variables/template.ts";
export { Variable, type VariableConstructor } from "./variables/variable.ts";
export {
  addToCollection,
  addToCollections,
  allVariables,
  getCollection,
  getCollectionRef,
  globalVariables,
  localVariables,
  metricVariables,
  modelVariables,
  movingAverageVariables,
  trainableVariables,
} from "./variables/variable-collections.ts";
export {
  makeVariableCreatorScope,
  openVariableCreatorScope,
  type VariableCreator,
  variableCreatorScope,
} from "./variables/variable-creators.ts";
export type {
  AnyVariable,
  CustomGetter,
  GetterOptions,
  GetVariableOptions,
  InitializerFunction,
  InitializerLike,
  NextGetter,
  Partitioner,
  Regularizer,
} from "./variables/variable-functions.ts";
export type { CreatorOptions, VariableOptions } from "./variables/variable-options.ts";
export { getVariableScope, makeVariableScope, openVariableScope, variableScope } from "./variables/variable-scope.ts";
export { VariableScopeHandle } from "./variables/variable-scope-handle.ts";
