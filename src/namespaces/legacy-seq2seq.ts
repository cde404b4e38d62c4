/** The namespace `tf.contrib.legacy_seq2seq` of TensorFlow 1.15: encoders and decoders that share variables. */
export {
  type AttentionDecoderOptions,
  attentionDecoder,
  type EmbeddingAttentionDecoderOptions,
  embeddingAttentionDecoder,
} from "../rnn/legacy-seq2seq/attention-decoder.ts";
export {
  type Bucket,
  type ModelWithBucketsOptions,
  modelWithBuckets,
  type Seq2seqFunction,
  type SequenceLossByExampleOptions,
  type SequenceLossOptions,
  type SoftmaxLossFunction,
  sequenceLoss,
  sequenceLossByExample,
} from "../rnn/legacy-seq2seq/losses.ts";
export {
  type BasicSeq2seqOptions,
  basicRnnSeq2seq,
  type EmbeddingAttentionSeq2seqOptions,
  type EmbeddingSeq2seqOptions,
  type EmbeddingTiedSeq2seqOptions,
  embeddingAttentionSeq2seq,
  embeddingRnnSeq2seq,
  embeddingTiedRnnSeq2seq,
  type TiedSeq2seqOptions,
  tiedRnnSeq2seq,
} from "../rnn/legacy-seq2seq/models.ts";
export {
  type DecoderResult,
  type EmbeddingRnnDecoderOptions,
  embeddingRnnDecoder,
  type FeedPrevious,
  type LoopFunction,
  type OutputProjection,
  type RnnDecoderOptions,
  rnnDecoder,
} from "../rnn/legacy-seq2seq/rnn-decoder.ts";
