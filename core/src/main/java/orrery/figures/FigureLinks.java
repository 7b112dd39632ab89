package orrery.figures;

import java.util.List;

/**
 * Where the atlas says more about a figure.
 *
 * @param models pages of models, by their names in the catalog
 * @param mechanisms pages of mechanisms, by their files' names
 */
record FigureLinks(List<String> models, List<String> mechanisms) {
    FigureLinks {
        models = List.copyOf(models);
        mechanisms = List.copyOf(mechanisms);
    }

    static FigureLinks of(int number) {
        return switch (number) {
            case 1 ->
                of(GalleryFigure.releases().stream().map(one -> one.name()).toList());
            case 2 -> of(List.of("olmo-2-7b", "llama-3-8b"), "multi-head-attention", "grouped-query-attention");
            case 3 -> of(List.of("deepseek-v3"), "multi-head-attention", "multi-head-latent-attention");
            case 4 -> {
                String[] all = {"multi-head-attention", "grouped-query-attention", "multi-head-latent-attention"};
                yield of(List.of("deepseek-v2"), all);
            }
            case 5 -> of(List.of("deepseek-v3"), "gated-feed-forward", "mixture-of-experts");
            case 6 -> of(List.of("deepseek-v3", "llama-4-maverick"), "mixture-of-experts", "shared-expert");
            case 7 ->
                of(Models.names("olmo-2-7b olmo-2-13b llama-3.1-8b gemma-2-9b deepseek-v3"), "mixture-of-experts");
            case 8 -> of(List.of("openai-gpt", "llama-3-8b", "olmo-2-7b", "gemma-3-27b"), "norm-placement");
            case 9 -> of(List.of("olmo-2-7b"), "norm-placement", "query-key-norm");
            case 10 -> of(List.of("llama-3-8b", "olmo-2-7b"), "norm-placement", "query-key-norm");
            case 11, 13 -> of(List.of("gemma-2-27b", "gemma-3-27b"), "sliding-window");
            case 12 -> of(List.of("gemma-3-27b", "llama-4-maverick"), "sliding-window", "chunked-attention");
            case 14 -> of(List.of("olmo-2-7b", "gemma-3-27b"), "norm-placement", "sliding-window");
            case 15 -> of(List.of("gemma-3n-e2b", "gemma-3n-e4b"), "per-layer-embedding", "nested-models");
            case 16 -> of(List.of("gemma-3-27b", "mistral-small-3.1-24b"), "sliding-window", "grouped-query-attention");
            default -> of(List.of());
        };
    }

    private static FigureLinks of(List<String> models, String... mechanisms) {
        return new FigureLinks(models, List.of(mechanisms));
    }
}
