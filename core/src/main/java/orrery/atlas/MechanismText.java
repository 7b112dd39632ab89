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
                        "A token's query is compared with the keys of the tokens before it; the values come together in the proportion of"
                                + " the scores. Each head does so in a space of its own. Keys and values are kept for the tokens to come:"
                                + " the KV cache, which grows with every token, layer and head.",
                        List.of("head_i = softmax(q_i K_i^T ⁄ √d) V_i", "values kept per token and layer = 2 h d"),
                        "The cache holds a key and a value for each of h heads of d numbers. Nothing is shared, which makes it the dearest"
                                + " kind to remember.");
            case GROUPED_QUERY_ATTENTION ->
                paper(
                        "2305.13245",
                        "GQA: Training Generalized Multi-Query Transformer Models",
                        "Several query heads share one head of keys and values.",
                        "Generation is bound by what has to be read: all keys and values of the past for each new token. With g KV heads"
                                + " for h query heads that is h ⁄ g times less, at almost the quality of as many heads as queries.",
                        List.of(
                                "head_i = softmax(q_i K_{⌊i g ⁄ h⌋}^T ⁄ √d) V_{⌊i g ⁄ h⌋}",
                                "values kept per token and layer = 2 g d"),
                        "The cache, and the projections that fill it, shrink by h ⁄ g. The scores cost what they did: every query head still"
                                + " looks at every token.");
            case MULTI_QUERY_ATTENTION ->
                paper(
                        "1911.02150",
                        "Fast Transformer Decoding: One Write-Head is All You Need",
                        "All query heads share a single head of keys and values.",
                        "The extreme of grouped-query attention: one head to remember, however many heads ask.",
                        List.of("head_i = softmax(q_i K^T ⁄ √d) V", "values kept per token and layer = 2 d"),
                        "The cache is as small as heads of that size allow.");
            case MULTI_HEAD_LATENT_ATTENTION ->
                paper(
                        "2405.04434",
                        "DeepSeek-V2, section 2.1",
                        "Keys and values of all heads are rebuilt from one small latent per token, and only that is remembered.",
                        "The layer's input is pressed into a latent of r numbers, from which every head's keys and values are rebuilt by"
                                + " matrices of their own. Positions would not survive this, so a second, small key carries the rotation, one"
                                + " for all heads. The rebuilding matrices can be folded into queries and output, so that the latent itself is"
                                + " what the heads look at.",
                        List.of(
                                "c_t = W_down x_t",
                                "k_{t,i} = [U_i c_t ; RoPE(W_r x_t)]     v_{t,i} = V_i c_t",
                                "values kept per token and layer = r + d_rope"),
                        "The cache does not depend on the number of heads. The price is arithmetic: looking at a latent of r numbers costs more"
                                + " than looking at a key of d.");
            case SLIDING_WINDOW ->
                paper(
                        "2004.05150",
                        "Longformer",
                        "Sliding-window attention: a layer attends to the last w tokens only.",
                        "Through the layers what was seen travels on, so a stack of windows reaches further than one. Most models with windows"
                                + " let a few layers see everything.",
                        List.of("key j is seen by query i where i − w < j ≤ i", "tokens kept = min(n, w)"),
                        "Beyond w tokens neither the cache nor the work of such a layer grows.");
            case CHUNKED_ATTENTION ->
                new MechanismText(
                        "The text is cut into chunks of c tokens, and a token sees its own chunk up to itself.",
                        "Unlike a window, a chunk begins anew: the first token of a chunk sees only itself. Layers in between that see"
                                + " everything carry what was said across.",
                        List.of("key j is seen by query i where ⌊j ⁄ c⌋ = ⌊i ⁄ c⌋ and j ≤ i", "tokens kept ≤ c"),
                        "The cache of such a layer is full at c tokens; what is read of it for a token goes up and down like a saw.",
                        "Llama 4's model card",
                        "https://huggingface.co/meta-llama/Llama-4-Scout-17B-16E");
            case SHARED_KEYS_AND_VALUES ->
                new MechanismText(
                        "Later layers read the keys and values of an earlier one, and keep none.",
                        "Queries are still the layer's own. In Gemma 3n the upper layers borrow from the last layer of their kind below, so a"
                                + " prompt need not pass through them to fill a cache.",
                        List.of(
                                "head_i = softmax(q_i^{layer l} K^{layer m} ⁄ √d) V^{layer m}, m < l",
                                "values kept by layer l = 0"),
                        "Each layer that borrows saves its whole cache.",
                        "Gemma 3n's model card",
                        "https://huggingface.co/google/gemma-3n-E4B");
            case QUERY_KEY_NORM ->
                paper(
                        "2302.05442",
                        "Scaling Vision Transformers to 22 Billion Parameters",
                        "Queries and keys are normalised before they meet, so that scores cannot grow without bound.",
                        "Large scores make the softmax all but a choice of one token, and training falls over. A norm on each head's query and"
                                + " key, or on the whole projection at once, keeps them in range and takes the place of a soft cap.",
                        List.of("score = RMSNorm(q) · RMSNorm(k) ⁄ √d"),
                        "A few weights in each layer; next to nothing at run time.");
            case ATTENTION_TEMPERATURE ->
                paper(
                        "2501.19399",
                        "Scalable-Softmax Is Superior for Attention",
                        "Queries grow with their position, so that attention over a long text stays sharp.",
                        "A softmax over more tokens is flatter. Layers without positions multiply their queries with a factor that grows with the"
                                + " logarithm of how far they are.",
                        List.of("q' = q (1 + a ln(1 + ⌊(p + 1) ⁄ f⌋))"),
                        "One multiplication for each query. No weights.");
            case ROTARY_POSITIONS ->
                paper(
                        "2104.09864",
                        "RoFormer",
                        "Queries and keys are turned by an angle that grows with their position, so that scores depend on distances.",
                        "Each pair of numbers is a point that turns at a speed of its own, from a radian per token to hardly at all. The product of"
                                + " two turned vectors depends on the difference of their positions only.",
                        List.of(
                                "θ_i = base^{−2i ⁄ d}",
                                "(x, y) at position p → (x cos pθ_i − y sin pθ_i, x sin pθ_i + y cos pθ_i)"),
                        "No weights; three multiplications a number, for queries and keys.");
            case STRETCHED_ROTARY_POSITIONS ->
                paper(
                        "2309.00071",
                        "YaRN",
                        "The speeds of rotation are slowed after training, so that a model can attend further than it was trained on.",
                        "Slow pairs have not turned once within the trained length, and would come to angles never seen. Dividing their speeds"
                                + " brings those back; fast pairs, which tell near positions apart, stay. The rules differ in what lies between.",
                        List.of("θ'_i = θ_i ⁄ s for slow pairs, θ_i for fast ones, a mixture between"),
                        "None: the angles are other numbers.");
            case NO_POSITIONS ->
                paper(
                        "2305.19466",
                        "The Impact of Positional Encoding on Length Generalization in Transformers",
                        "Some layers are told nothing of positions.",
                        "A causal mask alone tells a layer something about order. Layers that see everything without positions generalise to"
                                + " lengths that were never trained; the layers between them know where things stand.",
                        List.of("score = q · k ⁄ √d"),
                        "Nothing.");
            case LEARNED_POSITIONS ->
                new MechanismText(
                        "Each position has a learned vector, which is added to the token's.",
                        "Simple, and bounded: there is no vector for a position beyond the last.",
                        List.of("x_p = E[token_p] + P[p]"),
                        "A row of weights for each position.",
                        "Improving Language Understanding by Generative Pre-Training (GPT-1)",
                        "https://openai.com/index/language-unsupervised/");
            case NORM_PLACEMENT ->
                paper(
                        "2002.04745",
                        "On Layer Normalization in the Transformer Architecture",
                        "A norm before a branch, after it, both, or on the sum: what reaches the residual stream, and how gradients return.",
                        "The original Transformer normalised the sum, which needs a careful warm-up. Before each branch (pre-norm) training is"
                                + " stable, and the stream grows. OLMo 2 normalises what a branch gives before it is added; Gemma does both.",
                        List.of(
                                "pre-norm: x + f(norm(x))",
                                "post-norm inside the residual: x + norm(f(x))",
                                "before and after: x + norm(f(norm(x)))",
                                "on the sum: norm(x + f(x))"),
                        "A vector of weights for each norm.");
            case PARALLEL_STREAMS ->
                paper(
                        "2301.13310",
                        "Alternating Updates for Efficient Transformers",
                        "Several residual streams run side by side; one goes through the layer, the others are predicted and corrected.",
                        "The stream gets wider without wider layers. Gemma 3n adds a second, low-rank residual around attention"
                                + " (LAuReL, arXiv:2411.07501).",
                        List.of(
                                "predicted_j = x_j + Σ_k p_{jk} x_k",
                                "x'_j = predicted_j + g_j (layer(predicted_a) − predicted_a)"),
                        "Small matrices in each layer, and as many streams to carry.");
            case GATED_FEED_FORWARD ->
                paper(
                        "2002.05202",
                        "GLU Variants Improve Transformer",
                        "Two projections of the input are multiplied, one of them through an activation, and projected back.",
                        "The gate decides how much of each inner number passes. For as many weights as a plain feed-forward it is narrower and"
                                + " better.",
                        List.of("y = W_down (act(W_gate x) ⊙ W_up x)", "parameters = 3 d_model d_ff"),
                        "Three matrices in each layer: in a dense model, most of its weights.");
            case PLAIN_FEED_FORWARD ->
                paper(
                        "1706.03762",
                        "Attention Is All You Need",
                        "The input is widened, passed through an activation, and narrowed again.",
                        "Usually four times as wide as the stream.",
                        List.of(
                                "y = W_down act(W_up x + b_up) + b_down",
                                "parameters = 2 d_model d_ff + d_ff + d_model"),
                        "Two matrices in each layer.");
            case ACTIVATION_SPARSITY ->
                new MechanismText(
                        "All but the largest few of the gate's activations are cut to zero.",
                        "A cut-off is reckoned from mean and deviation, as if the numbers were normally distributed, so nothing has to be sorted.",
                        List.of("a' = max(0, a − (μ(a) + σ(a) Φ^{−1}(s)))"),
                        "A machine that skips zeros reads fewer columns of the last matrix.",
                        "Gemma 3n's model card",
                        "https://huggingface.co/google/gemma-3n-E4B");
            case MIXTURE_OF_EXPERTS ->
                paper(
                        "1701.06538",
                        "Outrageously Large Neural Networks: The Sparsely-Gated Mixture-of-Experts Layer",
                        "Many feed-forwards stand side by side, and a router sends each token through a few of them.",
                        "A model can know more than it computes: all experts have to be stored, and a token pays for those that it is sent to."
                                + " With many tokens in a step nearly all experts are read, so a batch does not share the saving.",
                        List.of("y = Σ_{i in top k} g_i E_i(x)", "experts read by n tokens ≈ N (1 − (1 − k ⁄ N)^n)"),
                        "Weights of N experts in memory, arithmetic of k.");
            case SHARED_EXPERT ->
                paper(
                        "2401.06066",
                        "DeepSeekMoE",
                        "One expert takes every token, beside those that the router chooses.",
                        "What all tokens need is learned once, and the others can specialise.",
                        List.of("y = E_shared(x) + Σ_{i in top k} g_i E_i(x)"),
                        "Its weights are active for every token.");
            case GROUP_LIMITED_ROUTING ->
                paper(
                        "2405.04434",
                        "DeepSeek-V2, section 2.2.2",
                        "Experts lie in groups, and a token may only choose among those of the best groups.",
                        "Groups lie on different machines. A token that may go to a few of them costs less to send around.",
                        List.of("experts to choose from = N ⁄ groups × kept groups"),
                        "Nothing in arithmetic; it bounds what has to be sent.");
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
                        "The matrix that turns tokens into vectors also turns vectors into tokens.",
                        "In a small model with a large vocabulary that is a good part of all weights.",
                        List.of("logits = E x, with E the embedding"),
                        "It saves a matrix of vocabulary × hidden size. It is multiplied all the same.");
            case PER_LAYER_EMBEDDING ->
                new MechanismText(
                        "Besides the usual embedding, each layer has a small one of its own, looked up by the token.",
                        "A token needs one row for each layer, so the tables may lie in slow memory while the rest is computed in fast memory.",
                        List.of(
                                "slice_l = (E_l[token] + W_l x_0) ⁄ √2",
                                "x' = x + norm(W_up (act(W_gate x) ⊙ slice_l))"),
                        "Many parameters, hardly any traffic.",
                        "Gemma 3n's model card",
                        "https://huggingface.co/google/gemma-3n-E4B");
            case SOFT_CAP ->
                paper(
                        "2408.00118",
                        "Gemma 2",
                        "Scores or logits are bent so that they cannot pass a bound.",
                        "A tangent keeps small numbers as they are and lets large ones approach the cap.",
                        List.of("s' = c tanh(s ⁄ c)"),
                        "A tangent for each score or logit. No weights.");
            case NESTED_MODELS ->
                paper(
                        "2310.07707",
                        "MatFormer",
                        "A smaller model lies within the larger one, and is cut out by leaving things away.",
                        "Training takes turns between sizes, so the first columns of each feed-forward, and some of the layers, work alone.",
                        List.of("W_small = the first m of d_ff rows of W"),
                        "One set of weights for models of several sizes.");
            case MULTI_TOKEN_PREDICTION ->
                paper(
                        "2412.19437",
                        "DeepSeek-V3, section 2.2",
                        "An MTP layer predicts the token after the next.",
                        "In training it makes the model look ahead. In use it drafts: a guess that the model would have made itself is a token"
                                + " won.",
                        List.of("h' = layer(W [norm(h_t) ; norm(E[token_{t+1}])])"),
                        "A layer's weights, counted apart from the model's.");
        };
    }
}
