package orrery.server.api;

/** The fields of every endpoint. */
public final class Fields {
    private static final String AUTHORS = "else as the model's authors say";

    /** Sampling fields that every generating API has. */
    private static FieldTable choosing() {
        return new FieldTable()
                .honoured("temperature", "0 to 100; 0 is greedy; " + AUTHORS)
                .honoured("top_p", "0 to 1; " + AUTHORS)
                .honoured("top_k", "0 or -1 for no limit; " + AUTHORS)
                .honoured("min_p", "0 to 1; " + AUTHORS)
                .honoured("repetition_penalty", "0.01 to 100; 1 for none")
                .honoured("presence_penalty", "-2 to 2")
                .honoured("frequency_penalty", "-2 to 2")
                .honoured("logit_bias", "token ids with -100 to 100")
                .honoured("seed", "the same seed gives the same text")
                .honoured("ignore_eos", "goes on after the ids that end an answer");
    }

    /** Fields of the generating APIs that use OpenAI's names. */
    private static FieldTable sampling() {
        return choosing()
                .honoured("stop", "a text, or up to 16, that ends the answer and is not part of it")
                .honoured("n", "answers, 1 to 16; the prompt is read once")
                .honoured("stream", "server-sent events")
                .honoured("stream_options", "include_usage")
                .honoured("timings_per_token", "true adds timings, as llama.cpp's server has them, to chunk and whole")
                .honoured("return_progress", "true adds chunks with prompt_progress to a stream while a prompt is read")
                .honoured("model", "a name of /v1/models; may be left out where one model is served")
                .withoutEffect("user", "metadata", "service_tier", "safety_identifier", "prompt_cache_key")
                .withoutEffect("prompt_cache_retention");
    }

    /** Fields with a form that the text of an answer follows: OpenAI's, vLLM's and llama.cpp's. */
    private static FieldTable forms() {
        return new FieldTable()
                .honoured("response_format", "text, json_object or json_schema; strict refuses what cannot be kept")
                .honoured("guided_json", "a JSON schema, as vLLM calls it")
                .honoured("guided_regex", "an expression that matches the whole answer, as vLLM calls it")
                .honoured("guided_choice", "a list of texts of which the answer is one, as vLLM calls it")
                .honoured("guided_grammar", "a grammar in GBNF, as vLLM calls it")
                .honoured("structured_outputs", "json, json_object, regex, choice or grammar, as in vLLM")
                .honoured("json_schema", "a JSON schema, as llama.cpp calls it")
                .honoured("grammar", "a grammar in GBNF, as llama.cpp calls it");
    }

    /** {@code POST /v1/chat/completions}. */
    public static final FieldTable CHAT = sampling()
            .and(forms())
            .honoured("messages", "the conversation")
            .honoured("max_completion_tokens", "tokens to generate at most")
            .honoured("max_tokens", "the same, by its old name")
            .honoured("logprobs", "log probabilities of the answer's tokens")
            .honoured("top_logprobs", "0 to 20 alternatives to each")
            .honoured("tools", "functions that the model may call")
            .honoured("tool_choice", "auto, none, required, a function by its name, or allowed_tools")
            .honoured("parallel_tool_calls", "false ends the answer after its first call")
            .honoured("reasoning_effort", "given to the chat template")
            .honoured("reasoning", "effort or enabled, for the chat template; max_tokens of thoughts")
            .honoured("thinking", "enabled or disabled, for the chat template; budget_tokens of thoughts")
            .honoured("thinking_budget", "tokens of thoughts at most; their closing tag follows then; -1 for no bound")
            .honoured("thinking_token_budget", "the same, as vLLM calls it")
            .honoured("thinking_budget_tokens", "the same, as llama.cpp calls it")
            .honoured("chat_template_kwargs", "given to the chat template")
            .withoutEffect("store", "verbosity", "prediction", "prompt_cache_options")
            .refused("audio", "spoken answers are not made here")
            .refused("modalities", "answers are text")
            .refused("web_search_options", "there is no search here")
            .refused("moderation", "nothing is moderated here")
            .refused("functions", "the old form of tools; expected tools")
            .refused("function_call", "the old form of tool_choice; expected tool_choice");

    /** {@code POST /v1/completions}. */
    public static final FieldTable COMPLETIONS = sampling()
            .and(forms())
            .honoured("prompt", "a text, token ids, or a list of either; control tokens in a text are read as such")
            .honoured("max_tokens", "tokens to generate at most; 16 if absent, as in OpenAI's API")
            .honoured("logprobs", "0 to 20 alternatives to each token")
            .honoured(
                    "echo",
                    "true gives the prompt back before its continuation, with log probabilities where these are wanted")
            .honoured("best_of", "equal to n alone")
            .refused("suffix", "no model here fills a middle");

    private static FieldTable conversation() {
        return new FieldTable()
                .honoured("model", "a name of /v1/models; may be left out where one model is served")
                .honoured("messages", "the conversation")
                .honoured("system", "a text, or blocks of text")
                .honoured("tools", "functions that the model may call; those that only a vendor can run are left out")
                .honoured("tool_choice", "auto, any, tool or none; disable_parallel_tool_use")
                .honoured(
                        "thinking",
                        "enabled or disabled, for the chat template; budget_tokens of thoughts, then they end")
                .honoured("chat_template_kwargs", "given to the chat template")
                .honoured(
                        "output_config",
                        "effort is given to the chat template; format is a schema that the answer follows")
                .honoured("output_format", "the same as output_config.format, by its old name")
                .withoutEffect("cache_control", "context_management", "betas", "mcp_servers", "speed", "diagnostics")
                .withoutEffect("user_profile_id", "workspace_id", "billing_policy")
                .refused("compaction", "no conversation is summarized here")
                .refused("thread", "nothing is stored here; send the whole conversation as messages");
    }

    /** {@code POST /v1/messages/count_tokens}. */
    public static final FieldTable COUNT_TOKENS = conversation();

    /** {@code POST /v1/messages}. */
    public static final FieldTable MESSAGES = conversation()
            .honoured("max_tokens", "tokens to generate at most")
            .and(choosing())
            .honoured("stop_sequences", "up to 16 texts that end the answer and are not part of it")
            .honoured("stream", "server-sent events")
            .withoutEffect("metadata", "service_tier", "container", "inference_geo", "fallbacks")
            .withoutEffect("fallback_credit_token");

    /** {@code POST /v1/responses} and {@code /v1/responses/input_tokens}. */
    public static final FieldTable RESPONSES = new FieldTable()
            .honoured("model", "a name of /v1/models; may be left out where one model is served")
            .honoured("input", "a text, or items: messages, reasoning, calls and their outputs")
            .honoured("instructions", "the system message")
            .honoured("max_output_tokens", "tokens to generate at most")
            .and(choosing())
            .honoured("stream", "server-sent events")
            .honoured("tools", "functions that the model may call; those that only a vendor can run are left out")
            .honoured("tool_choice", "auto, none, required, a function by its name, or allowed_tools")
            .honoured("parallel_tool_calls", "false ends the answer after its first call")
            .honoured("reasoning", "effort or enabled, for the chat template; max_tokens of thoughts")
            .honoured("text", "format: text, json_object or json_schema")
            .honoured("background", "false alone")
            .honoured("chat_template_kwargs", "given to the chat template")
            .withoutEffect("store", "metadata", "user", "service_tier", "safety_identifier", "prompt_cache_key")
            .withoutEffect("prompt_cache_retention", "include", "truncation", "stream_options", "max_tool_calls")
            .withoutEffect("context_management", "top_logprobs", "client_metadata", "prompt_cache_options")
            .withoutEffect("background_options", "access_programs", "image", "personality")
            .refused("moderation", "nothing is moderated here")
            .refused("previous_response_id", "nothing is stored here; send the whole conversation as input")
            .refused("conversation", "nothing is stored here; send the whole conversation as input")
            .refused("prompt", "nothing is stored here; send the whole conversation as input");

    /** {@code POST /v1/embeddings}. */
    public static final FieldTable EMBEDDINGS = new FieldTable()
            .honoured("model", "a name of /v1/models; may be left out where one model is served")
            .honoured("input", "a text, token ids, or a list of either")
            .honoured("encoding_format", "float or base64")
            .honoured("dimensions", "the model's hidden size alone")
            .withoutEffect("user");

    /** {@code POST /tokenize}. */
    public static final FieldTable TOKENIZE = new FieldTable()
            .honoured("content", "the text")
            .honoured("add_special", "also the tokens that the tokenizer adds to every text; true if absent")
            .honoured("parse_special", "whether control tokens that the text spells are read as such; true if absent")
            .honoured("with_pieces", "also what each token is")
            .honoured("model", "a name of /v1/models");

    /** {@code POST /detokenize}. */
    public static final FieldTable DETOKENIZE =
            new FieldTable().honoured("tokens", "ids").honoured("model", "a name of /v1/models");

    private Fields() {}
}
