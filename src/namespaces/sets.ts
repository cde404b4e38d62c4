/** TensorFlow's namespace `tf.sets`: sets in the last dimension of tensors. */
export { type SetOptions, setDifference, setIntersection, setSize, setUnion } from "../ops/sets.ts";
