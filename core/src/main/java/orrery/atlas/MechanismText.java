package orrery.atlas;

import java.util.List;

/**
 * What a mechanism's page says.
 *
 * @param summary one sentence
 * @param explanation what happens, and why
 * @param formulas in {@link Html#formula}'s notation
 * @param cost what it costs or saves; the models' own numbers follow it
 * @param source where it was described
 * @param address of that source
 */
record MechanismText(
        String summary, String explanation, List<String> formulas, String cost, String source, String address) {

    private static MechanismText paper(
            String arxiv, String title, String summary, String explanation, List<String> formulas, String cost) {
        return new MechanismText(
                summary,
                explanation,
                formulas,
                cost,
                title + " (arXiv:" + arxiv + ")",
                "https://arxiv.org/abs/" + arxiv);
    }

    static MechanismText of(Mechanism mechanism) {
        return switch (mechanism) {
            case MULTI_HEAD_ATTENTION ->
                paper(
                        "1706.03762",
                        "Attention Is All You Need",
                        "Every head has queries, keys and values of its own.",
                        "A token's query is compared with the keys of all previous tokens, and the values are added up in proportion to"
                                + " the scores. Each head does this in its own space. Keys and values are kept for later tokens: this is the KV"
                                + " cache, which grows with every token, layer and head.",
                        List.of("head_i = softmax(q_i K_i^T ⁄ √d) V_i", "values cached per token per layer = 2 h d"),
                        "The cache holds a key and a value of d numbers for each of h heads. Nothing is shared, so this is the most"
                                + " expensive kind to cache.");
            case GROUPED_QUERY_ATTENTION ->
                paper(
                        "2305.13245",
                        "GQA: Training Generalized Multi-Query Transformer Models",
                        "Several query heads share one head of keys and values.",
                        "Generating text is limited by memory traffic: all cached keys and values are read for each new token. With g KV"
                                + " heads for h query heads that is h ⁄ g times less, at almost the quality of multi-head attention.",
                        List.of(
                                "head_i = softmax(q_i K_{⌊i g ⁄ h⌋}^T ⁄ √d) V_{⌊i g ⁄ h⌋}",
                                "values cached per token per layer = 2 g d"),
                        "The cache and the projections that fill it shrink by h ⁄ g. The scores cost the same as before, because every"
                                + " query head still attends to every token.");
            case MULTI_QUERY_ATTENTION ->
                paper(
                        "1911.02150",
                        "Fast Transformer Decoding: One Write-Head is All You Need",
                        "All query heads share a single head of keys and values.",
                        "The extreme case of grouped-query attention: one KV head, however many query heads there are.",
                        List.of("head_i = softmax(q_i K^T ⁄ √d) V", "values cached per token per layer = 2 d"),
                        "The cache is as small as it can be with heads of that size.");
            case MULTI_HEAD_LATENT_ATTENTION ->
                paper(
                        "2405.04434",
                        "DeepSeek-V2, section 2.1",
                        "Keys and values of all heads are rebuilt from one small latent vector per token, and only that latent is cached.",
                        "A down-projection turns the layer's input into a latent of r numbers, and up-projections rebuild every head's"
                                + " keys and values from it. RoPE does not survive this, so a second, small key carries the positions; all heads"
                                + " share it. The up-projections can be folded into the queries and the output, so that the heads attend to the"
                                + " latent itself.",
                        List.of(
                                "c_t = W_down x_t",
                                "k_{t,i} = [U_i c_t ; RoPE(W_r x_t)]",
                                "v_{t,i} = V_i c_t",
                                "values cached per token per layer = r + d_rope"),
                        "The cache does not depend on the number of heads. The price is arithmetic: attending to a latent of r numbers"
                                + " takes more operations than attending to a key of d.");
            case SLIDING_WINDOW ->
                paper(
                        "2004.05150",
                        "Longformer",
                        "Sliding-window attention: a layer attends to the last w tokens only.",
                        "Information travels further from layer to layer, so a stack of windows reaches further than one window. Most"
                                + " models with sliding windows have a few layers with full attention, too.",
                        List.of("query i attends to key j where i − w < j ≤ i", "tokens cached = min(n, w)"),
                        "Beyond w tokens, neither the cache nor the work of such a layer grows.");
            case CHUNKED_ATTENTION ->
                new MechanismText(
                        "The text is cut into chunks of c tokens, and a token attends only to the tokens of its own chunk up to itself.",
                        "Unlike a window, a chunk starts from nothing: the first token of a chunk attends only to itself. Full-attention"
                                + " layers in between carry information from one chunk to the next.",
                        List.of("query i attends to key j where ⌊j ⁄ c⌋ = ⌊i ⁄ c⌋ and j ≤ i", "tokens cached ≤ c"),
                        "The cache of such a layer is full at c tokens. What is read per token rises within a chunk and falls back at the"
                                + " next one, like a saw.",
                        "Llama 4's model card",
                        "https://huggingface.co/meta-llama/Llama-4-Scout-17B-16E");
            case SHARED_KEYS_AND_VALUES ->
                new MechanismText(
                        "Later layers read the keys and values of an earlier layer and cache none of their own.",
                        "Each layer still has its own queries. In Gemma 3n the upper layers use the cache of the last earlier layer of"
                                + " the same kind, so a prompt does not have to pass through them to fill a cache.",
                        List.of(
                                "head_i = softmax(q_i^{layer l} K^{layer m} ⁄ √d) V^{layer m}, m < l",
                                "values cached by layer l = 0"),
                        "Each layer that shares another layer's cache saves its own.",
                        "Gemma 3n's model card",
                        "https://huggingface.co/google/gemma-3n-E4B");
            case QUERY_KEY_NORM ->
                paper(
                        "2302.05442",
                        "Scaling Vision Transformers to 22 Billion Parameters",
                        "Queries and keys are normalised before they are multiplied, so that scores cannot grow without bound.",
                        "Large scores make the softmax pick almost a single token, and training becomes unstable. A norm on each head's"
                                + " query and key, or on the whole projection at once, keeps scores in range and replaces a soft cap.",
                        List.of("score = RMSNorm(q) · RMSNorm(k) ⁄ √d"),
                        "A few weights per layer, and almost no time.");
            case ATTENTION_TEMPERATURE ->
                paper(
                        "2501.19399",
                        "Scalable-Softmax Is Superior for Attention",
                        "Queries grow with their position, so that attention over a long text stays sharp.",
                        "A softmax over more tokens is flatter. Layers without positions (NoPE) multiply their queries"
                                + " by a factor that grows with the logarithm of the position.",
                        List.of("q' = q (1 + a ln(1 + ⌊(p + 1) ⁄ f⌋))"),
                        "One multiplication per query. No weights.");
            case ROTARY_POSITIONS ->
                paper(
                        "2104.09864",
                        "RoFormer",
                        "Queries and keys are rotated by an angle that grows with their position, so that scores depend on distances.",
                        "Each pair of numbers is a point that rotates at its own speed, from one radian per token to almost none. The"
                                + " product of two rotated vectors depends only on the difference between their positions.",
                        List.of(
                                "θ_i = base^{−2i ⁄ d}",
                                "(x, y) at position p → (x cos pθ_i − y sin pθ_i, x sin pθ_i + y cos pθ_i)"),
                        "No weights, and about three operations per number of queries and keys.");
            case STRETCHED_ROTARY_POSITIONS ->
                paper(
                        "2309.00071",
                        "YaRN",
                        "The rotation is slowed down, usually after training, so that a model can use longer contexts than it was trained"
                                + " on.",
                        "Slow pairs do not complete one turn within the trained length, and further positions would give angles the model"
                                + " has never seen. Dividing their speed keeps the angles in the known range. Fast pairs, which tell nearby"
                                + " positions apart, stay as they are. The rules differ in how they treat the pairs in between.",
                        List.of("θ'_i = θ_i ⁄ s for slow pairs, θ_i for fast ones, a mixture between"),
                        "Nothing: only the angles change.");
            case NO_POSITIONS ->
                paper(
                        "2305.19466",
                        "The Impact of Positional Encoding on Length Generalization in Transformers",
                        "Some layers use no position information (NoPE).",
                        "The causal mask alone gives a layer some information about order. Full-attention layers without positions"
                                + " generalise to longer texts than they were trained on, while the layers between them know the positions.",
                        List.of("score = q · k ⁄ √d"),
                        "Nothing.");
            case LEARNED_POSITIONS ->
                new MechanismText(
                        "Each position has a learned vector, which is added to the token's embedding.",
                        "Simple but limited: there is no vector for a position beyond the last one.",
                        List.of("x_p = E[token_p] + P[p]"),
                        "One row of weights per position.",
                        "Improving Language Understanding by Generative Pre-Training (GPT-1)",
                        "https://openai.com/index/language-unsupervised/");
            case NORM_PLACEMENT ->
                paper(
                        "2002.04745",
                        "On Layer Normalization in the Transformer Architecture",
                        "A norm stands before a branch, after it, both, or on the sum. This decides what reaches the residual stream, and"
                                + " how gradients flow back.",
                        "The original Transformer normalises the sum, which needs a careful warm-up. With a norm before each branch"
                                + " (pre-norm) training is stable, and the residual stream grows. OLMo 2 normalises the output of a branch before it"
                                + " is added; Gemma does both.",
                        List.of(
                                "pre-norm: x + f(norm(x))",
                                "post-norm inside the residual: x + norm(f(x))",
                                "before and after: x + norm(f(norm(x)))",
                                "on the sum: norm(x + f(x))"),
                        "One vector of weights per norm.");
            case PARALLEL_STREAMS ->
                paper(
                        "2301.13310",
                        "Alternating Updates for Efficient Transformers",
                        "Several residual streams run in parallel; one passes through the layer, the others are predicted and corrected.",
                        "The residual stream becomes wider while the layers do not. Gemma 3n also adds a second, low-rank residual around"
                                + " attention (LAuReL, arXiv:2411.07501).",
                        List.of(
                                "predicted_j = x_j + Σ_k p_{jk} x_k",
                                "x'_j = predicted_j + g_j (layer(predicted_a) − predicted_a)"),
                        "Small matrices per layer, and several streams to carry instead of one.");
            case GATED_FEED_FORWARD ->
                paper(
                        "2002.05202",
                        "GLU Variants Improve Transformer",
                        "Two projections of the input are multiplied, one of them through an activation, and projected back.",
                        "The gate decides how much of each inner value passes. With as many weights as a plain feed-forward it is"
                                + " narrower, and models come out better.",
                        List.of("y = W_down (act(W_gate x) ⊙ W_up x)", "parameters = 3 d_model d_ff"),
                        "Three matrices per layer: in a dense model, most of its weights.");
            case PLAIN_FEED_FORWARD ->
                paper(
                        "1706.03762",
                        "Attention Is All You Need",
                        "The input is widened, passed through an activation, and narrowed again.",
                        "The inner layer is usually four times as wide as the residual stream.",
                        List.of(
                                "y = W_down act(W_up x + b_up) + b_down",
                                "parameters = 2 d_model d_ff + d_ff + d_model"),
                        "Two matrices per layer.");
            case ACTIVATION_SPARSITY ->
                new MechanismText(
                        "All but the largest few activations of the gate are set to zero.",
                        "The cut-off is computed from mean and standard deviation, as if the values were normally distributed, so nothing"
                                + " has to be sorted.",
                        List.of("a' = max(0, a − (μ(a) + σ(a) Φ^{−1}(s)))"),
                        "Hardware that skips zeros reads fewer columns of the last matrix.",
                        "Gemma 3n's model card",
                        "https://huggingface.co/google/gemma-3n-E4B");
            case MIXTURE_OF_EXPERTS ->
                paper(
                        "1701.06538",
                        "Outrageously Large Neural Networks: The Sparsely-Gated Mixture-of-Experts Layer",
                        "Many feed-forwards (experts) exist side by side, and a router sends each token through a few of them.",
                        "A model can store more than it computes with: all experts must be in memory, but each token uses only those that"
                                + " the router selects. With many tokens in a batch nearly all experts are read, so batching saves less than in a"
                                + " dense model.",
                        List.of("y = Σ_{i in top k} g_i E_i(x)", "experts read by n tokens ≈ N (1 − (1 − k ⁄ N)^n)"),
                        "Weights of N experts in memory, arithmetic of k experts per token.");
            case SHARED_EXPERT ->
                paper(
                        "2401.06066",
                        "DeepSeekMoE",
                        "One expert processes every token, in addition to those that the router selects.",
                        "What all tokens need is learned once, and the other experts can specialise.",
                        List.of("y = E_shared(x) + Σ_{i in top k} g_i E_i(x)"),
                        "Its weights are active for every token.");
            case GROUP_LIMITED_ROUTING ->
                paper(
                        "2405.04434",
                        "DeepSeek-V2, section 2.2.2",
                        "Experts are divided into groups, and each token is routed only within the best groups.",
                        "Groups are placed on different machines. A token that is sent to few machines costs less communication.",
                        List.of("experts to choose from = N ⁄ groups × kept groups"),
                        "No arithmetic; it limits communication.");
            case TOKEN_EMBEDDING ->
                paper(
                        "1706.03762",
                        "Attention Is All You Need",
                        "A table turns each token into a vector; at the end, a matrix turns the last vector into a score for every token.",
                        "A token is a number in the vocabulary, and the embedding has one row of weights for each. After the last layer the"
                                + " output head does the reverse: it compares the final vector with one row per token. The scores (logits)"
                                + " become probabilities of the next token through a softmax.",
                        List.of("x_0 = E[token]", "logits = W_out norm(x_L)"),
                        "Vocabulary × hidden size for the table, and as much again for the output head unless it is tied. A token reads one row of"
                                + " the table, but all of the head.");
            case TIED_HEAD ->
                paper(
                        "1608.05859",
                        "Using the Output Embedding to Improve Language Models",
                        "The matrix that turns tokens into vectors is also used to turn the final vector into scores for tokens.",
                        "In a small model with a large vocabulary, this matrix is a large part of all weights.",
                        List.of("logits = E x, with E the embedding"),
                        "It saves one matrix of vocabulary × hidden size. The multiplication itself remains.");
            case PER_LAYER_EMBEDDING ->
                new MechanismText(
                        "In addition to the usual embedding, each layer has a small one of its own, looked up by the token.",
                        "A token needs only one row per layer, so the tables can stay in slow memory while the rest is computed in fast"
                                + " memory.",
                        List.of(
                                "slice_l = (E_l[token] + W_l x_0) ⁄ √2",
                                "x' = x + norm(W_up (act(W_gate x) ⊙ slice_l))"),
                        "Many parameters, but very little memory traffic.",
                        "Gemma 3n's model card",
                        "https://huggingface.co/google/gemma-3n-E4B");
            case SOFT_CAP ->
                paper(
                        "2408.00118",
                        "Gemma 2",
                        "A smooth limit keeps scores or logits within a fixed range.",
                        "The hyperbolic tangent leaves small values almost unchanged and lets large ones approach the cap.",
                        List.of("s' = c tanh(s ⁄ c)"),
                        "One tanh per score or logit. No weights.");
            case NESTED_MODELS ->
                paper(
                        "2310.07707",
                        "MatFormer",
                        "A smaller model is contained in the larger one and can be cut out by leaving parts away.",
                        "Training alternates between sizes, so that the first columns of each feed-forward, and some of the layers, work"
                                + " on their own.",
                        List.of("W_small = the first m of d_ff rows of W"),
                        "One set of weights for models of several sizes.");
            case MULTI_TOKEN_PREDICTION ->
                paper(
                        "2412.19437",
                        "DeepSeek-V3, section 2.2",
                        "An extra layer (MTP) predicts the token after the next one.",
                        "In training it makes the model plan ahead. In use it can draft: each guess that the model itself confirms saves"
                                + " a step.",
                        List.of("h' = layer(W [norm(h_t) ; norm(E[token_{t+1}])])"),
                        "The weights of one layer, counted separately from the model's.");
        };
    }
}
