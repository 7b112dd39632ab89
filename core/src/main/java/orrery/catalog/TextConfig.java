package orrery.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orrery.format.Metadata;

/**
 * The text model's part of a config. Multimodal releases wrap it, and give its {@code model_type} only by implication.
 *
 * @param config of the text model
 * @param notUsed parts that are recognised and left aside
 */
record TextConfig(Metadata config, List<String> notUsed) {

    /** Wrappers, and the {@code model_type} of the text model within. */
    private static final Map<String, String> WRAPPERS = Map.of(
            "mistral3", "mistral",
            "gemma3", "gemma3_text",
            "gemma3n", "gemma3n_text",
            "llama4", "llama4_text");

    /** Keys that say nothing about the forward pass of a decoder at inference. */
    private static final Set<String> HARMLESS = Set.of(
            "_name_or_path",
            "_attn_implementation",
            "_attn_implementation_autoset",
            "_commit_hash",
            "add_cross_attention",
            "architectures",
            "attention_dropout",
            "attn_pdrop",
            "auto_map",
            "bos_token_id",
            "boi_token_index",
            "eoi_token_index",
            "cache_implementation",
            "chunk_size_feed_forward",
            "dtype",
            "embd_pdrop",
            "eos_token_id",
            "id2label",
            "image_token_id",
            "image_token_index",
            "initializer_range",
            "initializer_factor",
            "is_decoder",
            "is_encoder_decoder",
            "label2id",
            "max_window_layers",
            "mm_tokens_per_image",
            "multimodal_projector_bias",
            "n_ctx",
            "n_special",
            "output_attentions",
            "output_hidden_states",
            "output_router_logits",
            "pad_token_id",
            "predict_special_tokens",
            "pretraining_tp",
            "problem_type",
            "projector_hidden_act",
            "reorder_and_upcast_attn",
            "resid_pdrop",
            "return_dict",
            "router_aux_loss_coef",
            "router_jitter_noise",
            "sep_token_id",
            "sliding_window",
            "spatial_merge_size",
            "summary_activation",
            "summary_first_dropout",
            "summary_proj_to_labels",
            "summary_type",
            "summary_use_proj",
            "task_specific_params",
            "tokenizer_class",
            "torch_dtype",
            "transformers_version",
            "unk_token_id",
            "use_cache",
            "vision_feature_layer");

    static TextConfig of(Metadata config) {
        String type = config.text("model_type", "");
        String inner = WRAPPERS.get(type);
        if (inner == null || !config.has("text_config")) {
            return new TextConfig(config, List.of());
        }
        var text = config.requireChild("text_config");
        text.assume("model_type", inner);
        // Wrappers say it for the whole; the text part repeats it only sometimes.
        if (config.has("tie_word_embeddings")) {
            text.assume("tie_word_embeddings", config.flag("tie_word_embeddings"));
        }
        var notUsed = new ArrayList<String>();
        for (var part : List.of("vision_config", "audio_config")) {
            if (config.has(part)) {
                notUsed.add(part);
            }
        }
        return new TextConfig(text, notUsed);
    }

    /** Whether an unread key, given by its dotted path, is known to say nothing about a decoder's forward pass. */
    static boolean isHarmless(String path) {
        String key = path.substring(path.lastIndexOf('.') + 1);
        return HARMLESS.contains(key) || path.equals("vision_config") || path.equals("audio_config");
    }
}
