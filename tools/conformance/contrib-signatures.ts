/** The parameters of the functions of TensorFlow 1.15 that later versions no longer have, written as in `signatures.json`. */
export const contribSignatures: Readonly<Record<string, string>> = {
  "contrib.legacy_seq2seq.attention_decoder":
    "decoder_inputs initial_state attention_states cell output_size= num_heads= loop_function= dtype= scope= initial_state_attention=",
  "contrib.legacy_seq2seq.basic_rnn_seq2seq": "encoder_inputs decoder_inputs cell dtype= scope=",
  "contrib.legacy_seq2seq.embedding_attention_seq2seq":
    "encoder_inputs decoder_inputs cell num_encoder_symbols num_decoder_symbols embedding_size encoder_cell= num_heads= output_projection= feed_previous= dtype= scope= initial_state_attention=",
  "contrib.legacy_seq2seq.embedding_rnn_seq2seq":
    "encoder_inputs decoder_inputs cell num_encoder_symbols num_decoder_symbols embedding_size output_projection= feed_previous= dtype= scope=",
  "contrib.legacy_seq2seq.embedding_tied_rnn_seq2seq":
    "encoder_inputs decoder_inputs cell num_symbols embedding_size num_decoder_symbols= output_projection= feed_previous= dtype= scope=",
  "contrib.legacy_seq2seq.model_with_buckets":
    "encoder_inputs decoder_inputs targets weights buckets seq2seq softmax_loss_function= per_example_loss= name=",
  "contrib.legacy_seq2seq.rnn_decoder": "decoder_inputs initial_state cell loop_function= scope=",
  "contrib.legacy_seq2seq.sequence_loss":
    "logits targets weights average_across_timesteps= average_across_batch= softmax_loss_function= name=",
  "contrib.legacy_seq2seq.sequence_loss_by_example":
    "logits targets weights average_across_timesteps= softmax_loss_function= name=",
  "contrib.legacy_seq2seq.tied_rnn_seq2seq": "encoder_inputs decoder_inputs cell loop_function= dtype= scope=",
};
