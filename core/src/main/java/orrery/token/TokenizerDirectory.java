package orrery.token;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import orrery.format.SmallFile;

/** The tokenizer files of a model directory, and which of them is used. */
record TokenizerDirectory(Path directory) {
    private static final String VOCABULARY = "vocab.json";
    private static final String MERGES = "merges.txt";

    /** The first one that exists is used. */
    private static final List<String> FILES =
            List.of("tokenizer.json", "tekken.json", "tokenizer.model", "spiece.model", VOCABULARY);

    private static final List<String> OTHER_FORMATS = List.of("vocab.txt", "tiktoken.model", VOCABULARY, MERGES);

    /** Classes of transformers whose vocab.json and merges.txt are complete. */
    private static final Set<String> CLASSES = Set.of("GPT2Tokenizer", "OpenAIGPTTokenizer");

    /** Whether there is a file that can be read. */
    boolean hasTokenizer() {
        return FILES.stream().anyMatch(this::has);
    }

    /**
     * The tokenizer.
     *
     * @throws TokenizerException if there is none, or it is malformed or of an unknown kind
     */
    TokenizerFacts facts() {
        if (!Files.isDirectory(directory)) {
            throw new TokenizerException(directory
                    + " is not a directory; a model directory with a tokenizer, or a GGUF file, was expected");
        }
        String name = FILES.stream().filter(this::has).findFirst().orElseThrow(this::missing);
        Path config = directory.resolve("tokenizer_config.json");
        TokenizerConfig said = SmallFile.isThere(config)
                ? TokenizerConfig.parse(SmallFile.bytes(config), config.toString())
                : TokenizerConfig.NONE;
        TokenizerFacts facts = switch (name) {
            case "tokenizer.json" -> TokenizerFile.parse(SmallFile.bytes(file(name)), where(name));
            case "tekken.json" -> around(TekkenFile.parse(SmallFile.bytes(file(name)), where(name)), said);
            case VOCABULARY -> around(vocabularyAndMerges(said), said);
            default -> around(SentencePieceFile.parse(SmallFile.bytes(file(name)), where(name)), said);
        };
        return facts.withRoles(new Roles(
                named(
                        facts,
                        said.beginOfSequence(),
                        config + ": bos_token",
                        facts.roles().begin()),
                named(
                        facts,
                        said.endOfSequence(),
                        config + ": eos_token",
                        facts.roles().end())));
    }

    private TokenizerFacts vocabularyAndMerges(TokenizerConfig said) {
        String known = said.tokenizerClass().orElse("GPT2Tokenizer").replaceFirst("Fast$", "");
        if (!CLASSES.contains(known)) {
            throw new TokenizerException(directory + " has vocab.json and merges.txt for " + known
                    + ", which does to texts what they do not say; they are read for GPT2Tokenizer and OpenAIGPTTokenizer. "
                    + advice());
        }
        return VocabularyAndMerges.parse(
                SmallFile.bytes(file(VOCABULARY)), where(VOCABULARY), SmallFile.bytes(file(MERGES)), where(MERGES));
    }

    /**
     * The special tokens around a text, which tokenizer.json contains itself and other files leave to the
     * configuration.
     */
    private static TokenizerFacts around(TokenizerFacts facts, TokenizerConfig said) {
        int[] template = facts.postProcessor().template();
        boolean begins = said.addsBegin().orElse(template[0] != PostProcessor.TEXT);
        boolean ends = said.addsEnd().orElse(template[template.length - 1] != PostProcessor.TEXT);
        IntStream begin = begins ? facts.roles().begin().stream() : IntStream.empty();
        IntStream end = ends ? facts.roles().end().stream() : IntStream.empty();
        return facts.withPostProcessor(new PostProcessor(
                IntStream.concat(IntStream.concat(begin, IntStream.of(PostProcessor.TEXT)), end)
                        .toArray()));
    }

    private static OptionalInt named(
            TokenizerFacts facts, Optional<String> token, String where, OptionalInt otherwise) {
        if (token.isEmpty()) {
            return otherwise;
        }
        OptionalInt id = facts.vocabulary().idOf(token.get());
        if (id.isEmpty()) {
            throw new TokenizerException(where + " is " + token.get() + ", which " + facts.origin() + " does not have");
        }
        return id;
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private String where(String name) {
        return file(name).toString();
    }

    private boolean has(String name) {
        return SmallFile.isThere(file(name)) && (!name.equals(VOCABULARY) || SmallFile.isThere(file(MERGES)));
    }

    private TokenizerException missing() {
        List<String> others = OTHER_FORMATS.stream()
                .filter(name -> SmallFile.isThere(file(name)))
                .toList();
        return new TokenizerException(directory
                + " has no tokenizer: looked for tokenizer.json, tekken.json, tokenizer.model, spiece.model, and vocab.json"
                + " with merges.txt; "
                + (others.isEmpty()
                        ? "copy one of them from where the model came from"
                        : "there is only " + String.join(", ", others) + ". " + advice()));
    }

    private static String advice() {
        return "In Python, AutoTokenizer.from_pretrained(directory).save_pretrained(directory) of the transformers library"
                + " writes a tokenizer.json";
    }
}
