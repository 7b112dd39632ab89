package orrery.figures;

import java.util.List;
import java.util.Locale;

/**
 * What is known of a figure before it is drawn.
 *
 * @param number its number in the survey
 * @param name lower case with hyphens, part of its files' names
 * @param title what it shows, in a few words
 * @param models those that it shows, by their names in the catalog
 * @param mechanisms those that it shows, by the names of their pages in the atlas
 */
public record FigureHeading(int number, String name, String title, List<String> models, List<String> mechanisms) {
    public FigureHeading {
        models = List.copyOf(models);
        mechanisms = List.copyOf(mechanisms);
    }

    /** {@code 04-kv-cache}: what its files' names begin with. */
    public String file() {
        return String.format(Locale.ROOT, "%02d-%s", number, name);
    }

    static FigureHeading of(int number) {
        return switch (number) {
            case 1 ->
                of(
                        number,
                        "gallery",
                        "The architectures at a glance",
                        GalleryFigure.releases().stream().map(one -> one.name()).toList());
            case 2 ->
                of(
                        number,
                        "mha-gqa",
                        "Multi-head and grouped-query attention",
                        List.of("olmo-2-7b", "llama-3-8b"),
                        "multi-head-attention",
                        "grouped-query-attention");
            case 3 ->
                of(
                        number,
                        "mha-mla",
                        "Multi-head and latent attention",
                        List.of("deepseek-v3"),
                        "multi-head-attention",
                        "multi-head-latent-attention");
            case 4 ->
                of(
                        number,
                        "kv-cache",
                        "KV cache per token of MHA, GQA, MQA and MLA, beside published quality",
                        List.of("deepseek-v2"),
                        "multi-head-attention",
                        "grouped-query-attention",
                        "multi-head-latent-attention");
            case 5 ->
                of(
                        number,
                        "ffn-moe",
                        "A dense feed-forward and a mixture of experts",
                        List.of("deepseek-v3"),
                        "gated-feed-forward",
                        "mixture-of-experts");
            case 6 ->
                of(
                        number,
                        "moe-shared",
                        "Fine-grained and shared experts",
                        List.of("deepseek-v3", "llama-4-maverick"),
                        "mixture-of-experts",
                        "shared-expert");
            case 7 ->
                of(
                        number,
                        "scores-compute",
                        "Scores against training compute, and training cost",
                        List.of("olmo-2-7b", "olmo-2-13b", "llama-3.1-8b", "gemma-2-9b", "deepseek-v3"),
                        "mixture-of-experts");
            case 8 ->
                of(
                        number,
                        "norm-placement",
                        "Norm placement",
                        List.of("openai-gpt", "llama-3-8b", "olmo-2-7b", "gemma-3-27b"),
                        "norm-placement");
            case 9 ->
                of(
                        number,
                        "norms-stability",
                        "Norms and training stability: OLMo 2’s report, and tiny models",
                        List.of("olmo-2-7b"),
                        "norm-placement",
                        "query-key-norm");
            case 10 ->
                of(
                        number,
                        "llama-3-olmo-2",
                        "Llama 3 8B and OLMo 2 7B",
                        List.of("llama-3-8b", "olmo-2-7b"),
                        "norm-placement",
                        "query-key-norm");
            case 11 ->
                of(
                        number,
                        "window-memory",
                        "KV memory of Gemma 3 27B with and without windows",
                        List.of("gemma-2-27b", "gemma-3-27b"),
                        "sliding-window");
            case 12 ->
                of(
                        number,
                        "attention-masks",
                        "Full, sliding and chunked masks",
                        List.of("gemma-3-27b", "llama-4-maverick"),
                        "sliding-window",
                        "chunked-attention");
            case 13 ->
                of(
                        number,
                        "windows-perplexity",
                        "Windows and perplexity: Gemma 3’s report, and tiny models",
                        List.of("gemma-2-27b", "gemma-3-27b"),
                        "sliding-window");
            case 14 ->
                of(
                        number,
                        "olmo-2-gemma-3",
                        "OLMo 2 7B and Gemma 3 27B",
                        List.of("olmo-2-7b", "gemma-3-27b"),
                        "norm-placement",
                        "sliding-window");
            case 15 ->
                of(
                        number,
                        "per-layer-embeddings",
                        "Gemma 3n with and without its per-layer embeddings in fast memory",
                        List.of("gemma-3n-e2b", "gemma-3n-e4b"),
                        "per-layer-embedding",
                        "nested-models");
            case 16 ->
                of(
                        number,
                        "gemma-3-mistral-small",
                        "Gemma 3 27B and Mistral Small 3.1 24B, and why one has lower latency",
                        List.of("gemma-3-27b", "mistral-small-3.1-24b"),
                        "sliding-window",
                        "grouped-query-attention");
            default -> throw new FigureException("there is no figure " + number);
        };
    }

    private static FigureHeading of(int number, String name, String title, List<String> models, String... mechanisms) {
        return new FigureHeading(number, name, title, models, List.of(mechanisms));
    }
}
