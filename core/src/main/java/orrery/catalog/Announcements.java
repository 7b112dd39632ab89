package orrery.catalog;

import static orrery.catalog.Announcement.CARD;
import static orrery.catalog.Announcement.NONE;

/** What the authors say about each release, by its name; taken from the sources that are named, not from configs. */
final class Announcements {
    private static final int K = 1024;
    private static final double T = 1e12;

    private static final String GEMMA_2 = "arXiv:2408.00118";
    private static final String DEEPSEEK_V2 = "arXiv:2405.04434";
    private static final String QWEN_3 = "arXiv:2505.09388";
    private static final String TOWER = "vision tower with its projector";
    private static final String ARITHMETIC = "arithmetic on the release's vision_config";

    /** SigLIP with 27 layers, 1,152 wide, on 64 × 64 patches of 14 × 14 pixels. */
    private static final long SIGLIP = 416_866_032;

    /** Pixtral's encoder with 24 layers, 1,024 wide, a patch merger and two linear layers to 5,120. */
    private static final long PIXTRAL = 438_958_080;

    /** An encoder with 34 layers, 1,408 wide, an adapter and a linear layer from 4,096 to 5,120. */
    private static final long LLAMA_4 = 871_932_416;

    /** In the files of either size: 5,439,438,272 and 7,849,978,192 parameters minus those of the text part. */
    private static final long GEMMA_3N = 983_281_504;

    private Announcements() {}

    static Announcement of(String release) {
        return switch (release) {
            case "openai-gpt" -> NONE.context(512, "512", "the report, section 4.1");
            case "gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl" -> NONE.context(K, "1,024", "the report, section 2.3");
            case "llama-3-8b", "llama-3-70b" -> NONE.context(8 * K, "8K", CARD).trained(15 * T, "over 15T", CARD);
            case "llama-3.1-8b", "llama-3.1-70b", "llama-3.1-405b", "llama-3.3-70b" ->
                NONE.context(128 * K, "128K", CARD).trained(15 * T, "over 15T", CARD);
            case "llama-3.2-1b", "llama-3.2-3b" ->
                NONE.context(128 * K, "128K", CARD).trained(9 * T, "up to 9T", CARD);
            case "llama-4-scout" ->
                NONE.context(10 * K * K, "10M", CARD)
                        .trained(40 * T, "about 40T", CARD)
                        .without(TOWER, false, LLAMA_4, ARITHMETIC);
            case "llama-4-maverick" ->
                NONE.context(K * K, "1M", CARD)
                        .trained(22 * T, "about 22T", CARD)
                        .without(TOWER, false, LLAMA_4, ARITHMETIC);
            case "mistral-7b-v0.1" -> NONE.context(8 * K, "8,192", "arXiv:2310.06825, table 1");
            case "mistral-7b-v0.2", "mistral-small-3-24b" -> NONE.context(32 * K, "32K", CARD);
            case "mistral-small-3.1-24b", "mistral-small-3.2-24b" ->
                NONE.context(128 * K, "128K", CARD).without(TOWER, false, PIXTRAL, ARITHMETIC);
            case "gemma-2-2b" -> NONE.context(8 * K, "8,192", GEMMA_2).trained(2 * T, "2T", GEMMA_2);
            case "gemma-2-9b" -> NONE.context(8 * K, "8,192", GEMMA_2).trained(8 * T, "8T", GEMMA_2);
            case "gemma-2-27b" -> NONE.context(8 * K, "8,192", GEMMA_2).trained(13 * T, "13T", GEMMA_2);
            case "gemma-3-270m" -> NONE.context(32 * K, "32K", CARD).trained(6 * T, "6T", CARD);
            case "gemma-3-1b" -> NONE.context(32 * K, "32K", CARD).trained(2 * T, "2T", CARD);
            case "gemma-3-4b" -> gemma3(4, 2560);
            case "gemma-3-12b" -> gemma3(12, 3840);
            case "gemma-3-27b" -> gemma3(14, 5376);
            case "gemma-3n-e2b" -> gemma3n("1.91B");
            case "gemma-3n-e4b" -> gemma3n("4B");
            case "olmo-2-1b", "olmo-2-7b" -> NONE.context(4 * K, "4,096", CARD).trained(4 * T, "4T", CARD);
            case "olmo-2-13b" -> NONE.context(4 * K, "4,096", CARD).trained(5 * T, "5T", CARD);
            case "olmo-2-32b" -> NONE.context(4 * K, "4,096", CARD).trained(6 * T, "6T", CARD);
            case "deepseek-v2-lite" -> NONE.context(32 * K, "32K", CARD).trained(5.7 * T, "5.7T", DEEPSEEK_V2);
            case "deepseek-v2" -> NONE.context(128 * K, "128K", DEEPSEEK_V2).trained(8.1 * T, "8.1T", DEEPSEEK_V2);
            case "deepseek-v3" -> NONE.context(128 * K, "128K", CARD).trained(14.8 * T, "14.8T", "arXiv:2412.19437");
            case "deepseek-r1", "deepseek-v3.1" -> NONE.context(128 * K, "128K", CARD);
            case "qwen3-0.6b", "qwen3-1.7b" -> qwen3();
            case "qwen3-4b", "qwen3-8b", "qwen3-14b", "qwen3-32b", "qwen3-30b-a3b", "qwen3-235b-a22b" ->
                qwen3().extended(128 * K);
            case "qwen3-4b-2507", "qwen3-30b-a3b-2507", "qwen3-235b-a22b-2507" ->
                NONE.context(256 * K, "262,144", CARD);
            default -> NONE;
        };
    }

    private static Announcement gemma3(int trillions, int hiddenSize) {
        // A norm on the tower's output, and a matrix to the text model's width.
        long projector = 1152L * hiddenSize + 1152;
        return NONE.context(128 * K, "128K", CARD)
                .trained(trillions * T, trillions + "T", CARD)
                .without(TOWER, false, SIGLIP + projector, ARITHMETIC);
    }

    private static Announcement gemma3n(String effective) {
        return NONE.context(32 * K, "32K", CARD)
                .trained(11 * T, "about 11T", CARD)
                .without(
                        "vision and audio encoders",
                        true,
                        GEMMA_3N,
                        "parameters of the release's files less the text part")
                .effective(
                        effective,
                        "without the embedding tables, which need not be in the accelerator's memory",
                        "ai.google.dev/gemma/docs/gemma-3n");
    }

    private static Announcement qwen3() {
        return NONE.context(32 * K, "32,768", CARD).trained(36 * T, "about 36T", QWEN_3);
    }
}
