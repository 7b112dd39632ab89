package orrery.token;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import orrery.format.Metadata;
import orrery.format.ModelFile;

/**
 * Converts text to token ids and back, exactly like Hugging Face's tokenizers library with the same tokenizer.json.
 * Supports byte-level and SentencePiece-like BPE, BPE with word ends (GPT-1), and Unigram. A GGUF file has its
 * vocabulary in its metadata.
 * <h2>Control tokens in user text</h2>
 * A tokenizer has control tokens, such as {@code <|im_end|>}, with which a chat template separates turns. If they were
 * recognised in any text, a user who writes one could end the turn and speak for the system. Control tokens are those
 * that the file marks as special; those with the form of a mark, such as {@code <｜User｜>} and {@code [INST]}; and
 * other marks that the model's chat templates write, such as {@code <think>}. Therefore:
 * <ul>
 *   <li>{@link #encode} reads control tokens as plain characters;
 *   <li>{@link #encodePrompt} recognises them: it is for rendered templates;
 *   <li>{@link #guard} prepares a user's text for a template: in every control token that the text spells, it inserts a
 *       mark, the noncharacter U+FDD0, after the first character. The mark survives trimming, joining and comparing; a
 *       template that searches the text for the token does not find it; and {@code encodePrompt} removes the mark and
 *       reads that place as plain text. Existing marks are removed first, so that no text can contain one;
 *   <li>{@link #guardAnswer} does the same for a text that the model wrote, in which reasoning and calls stay control
 *       tokens.
 * </ul>
 * In a rendered prompt with a mark, each control token that the template wrote is replaced by a stand-in that contains
 * the mark, and no other text then spells one. The prompt is still encoded as a whole, so that the beginning of a text
 * and the neighbourhood of control tokens are encoded in the same way with and without marks. Added tokens for ordinary
 * text, such as Gemma's runs of newlines, are recognised everywhere.
 *
 * <p>Unpaired surrogates in a text are read as U+FFFD. Nothing is ever truncated or padded. Several threads may use one
 * tokenizer at the same time.
 */
public final class Tokenizer implements AutoCloseable {
    private final Vocabulary vocabulary;
    private final PieceDecoder decoder;
    private final PostProcessor postProcessor;
    private final ControlTokens controls;
    private final Encoder encoder;
    private final Object plainLock = new Object();
    private final TokenizerFacts facts;
    private final boolean normalisesControls;
    private @Nullable Encoder plain;

    /** @param templates the sources of the model's chat templates */
    private Tokenizer(TokenizerFacts facts, Collection<String> templates) {
        vocabulary = facts.vocabulary();
        decoder = facts.decoder();
        postProcessor = facts.postProcessor();
        List<AddedToken> added = vocabulary.added();
        controls = new ControlTokens(added, templates);
        normalisesControls =
                controls.controlsAreNormalized() && !facts.normalizers().isEmpty();
        encoder = new Encoder(facts, added, facts.model());
        this.facts = facts;
    }

    /**
     * Reads the tokenizer of a model directory: tokenizer.json, otherwise Mistral's tekken.json, otherwise a
     * SentencePiece model (tokenizer.model or spiece.model), otherwise vocab.json with merges.txt; and
     * tokenizer_config.json if there is one. Or the tokenizer of a GGUF model, as {@link #of} does.
     *
     * @throws TokenizerException if there is none, or it is corrupt or of an unknown kind
     * @throws orrery.format.FormatException if a file cannot be read or is a Git LFS pointer, or a value in a GGUF file
     *     has the wrong type
     */
    public static Tokenizer read(Path model) {
        return ModelFile.isGguf(model)
                ? of(ModelFile.readMetadata(model))
                : new Tokenizer(
                        new TokenizerDirectory(model).facts(),
                        new ChatTemplateFiles(model).templates().values());
    }

    /** Whether a model directory has one of the files that {@link #read} accepts. */
    public static boolean isIn(Path directory) {
        return new TokenizerDirectory(directory).hasTokenizer();
    }

    /**
     * The tokenizer in a GGUF file's metadata, {@code tokenizer.ggml.*}: byte-level BPE ({@code gpt2}), split by the
     * expressions that {@code pre} names, or SentencePiece's BPE ({@code llama}). Tokens that the file marks as control
     * tokens are special. {@code add_bos_token} and {@code add_eos_token} define what {@link #encodeWithSpecialTokens}
     * adds to a text; if they are missing, it adds the BOS token if the model's published tokenizer does, and no EOS
     * token.
     *
     * @throws TokenizerException naming key and value, if they are of an unknown kind or contradict each other
     * @throws orrery.format.FormatException if a value is missing or has the wrong type
     */
    public static Tokenizer of(Metadata gguf) {
        return new Tokenizer(
                GgufTokenizer.of(gguf), new GgufChatTemplates(gguf).templates().values());
    }

    /** The ids of a user's text: control tokens in it are plain text, and nothing is added. */
    public int[] encode(String text) {
        String unmarked = ControlTokens.withoutMarks(text);
        int[] ids = postProcessor.around(encoder.encode(unmarked), false);
        for (int id : ids) {
            // Only if a control token matched, or the unknown token was used, can the two differ.
            if (controls.ids().get(id)) {
                return postProcessor.around(plain().encode(unmarked), false);
            }
        }
        return ids;
    }

    /**
     * The ids of Hugging Face's {@code encode(text, add_special_tokens=True)}: special tokens in the text are
     * recognised, and the post-processor adds its own, such as the BOS token.
     */
    public int[] encodeWithSpecialTokens(String text) {
        return postProcessor.around(encoder.encode(text), true);
    }

    /**
     * The ids of a rendered chat template: control tokens are recognised, except where {@link #guard} marked them, and
     * nothing is added. If a normalizer could turn a user's text into a control token, only those count that the
     * template spells exactly.
     */
    public int[] encodePrompt(String rendered) {
        int[] ids = rendered.indexOf(ControlTokens.MARK) < 0 && !normalisesControls
                ? encoder.encode(rendered)
                : plain().encode(controls.standIns(rendered));
        return postProcessor.around(ids, false);
    }

    /** A user's text for a chat template: every control token in it is marked as plain text, see the class. */
    public String guard(String userText) {
        return controls.guard(userText);
    }

    /** What {@link #guard} was given, within whatever a template made of it. */
    public static String unguarded(String rendered) {
        return ControlTokens.withoutMarks(rendered);
    }

    /** A text that the model wrote earlier, for a chat template: marked is what would end its turn or begin another. */
    public String guardAnswer(String answer) {
        return controls.guardAnswer(answer);
    }

    /** The id of a token, by the vocabulary's spelling. */
    public Optional<Integer> idOf(String token) {
        OptionalInt id = vocabulary.idOf(token);
        return id.isPresent() ? Optional.of(id.getAsInt()) : Optional.empty();
    }

    /** The vocabulary's spelling of a token; empty for an id without a token. */
    public String tokenOf(int id) {
        return vocabulary.piece(id);
    }

    /** One more than the largest id; a model may have more rows, and a few smaller ids may be unused. */
    public int vocabularySize() {
        return vocabulary.size();
    }

    /** Whether it is one of the control tokens that decoding skips: those that the file marks as special. */
    public boolean isSpecial(int id) {
        return vocabulary.isSpecial(id);
    }

    /**
     * The UTF-8 bytes that a token stands for within a text, possibly incomplete characters; none for special tokens
     * and for ids without a token.
     */
    public byte[] bytesOf(int id) {
        return vocabulary.isSpecial(id) ? new byte[0] : decoder.bytes(vocabulary, id, false);
    }

    /** The {@code bos_token} of tokenizer_config.json, or that of the tokenizer's own file or GGUF file. */
    public OptionalInt beginOfSequence() {
        return facts.roles().begin();
    }

    /** The {@code eos_token} of tokenizer_config.json, or that of the tokenizer's own file or GGUF file. */
    public OptionalInt endOfSequence() {
        return facts.roles().end();
    }

    /**
     * The text of some ids, without special tokens. Equal to Hugging Face's
     * {@code decode(ids, skip_special_tokens=True)}, except for tokens like {@code <0xE2>} that do not form valid
     * UTF-8: that library replaces a whole run of them by U+FFFD, even complete characters, which is impossible for
     * characters that were already shown; here only the invalid bytes are replaced.
     */
    public String decode(int[] ids) {
        StringBuilder text = new StringBuilder();
        TextStream stream = textStream();
        for (int id : ids) {
            text.append(stream.append(id));
        }
        return text.append(stream.finish()).toString();
    }

    /** Decodes ids one by one. */
    public TextStream textStream() {
        return new TextStream(vocabulary, decoder);
    }

    /** How {@link #encodeWithSpecialTokens} splits a text. */
    public List<TokenPiece> split(String text) {
        return pieces(encodeWithSpecialTokens(text));
    }

    /** What each id is, and what it adds to the decoded text. */
    public List<TokenPiece> pieces(int[] ids) {
        List<TokenPiece> pieces = new ArrayList<>(ids.length);
        forEachPiece(ids, pieces::add);
        return pieces;
    }

    /** As {@link #pieces}, one after another: for a long text, a list of all pieces takes a hundred times its space. */
    public void forEachPiece(int[] ids, Consumer<TokenPiece> each) {
        TextStream stream = textStream();
        for (int i = 0; i < ids.length; i++) {
            String text = stream.append(ids[i]);
            each.accept(new TokenPiece(
                    ids[i], vocabulary.piece(ids[i]), i < ids.length - 1 ? text : text + stream.finish()));
        }
    }

    TokenizerFacts facts() {
        return facts;
    }

    /** The encoder in which no text matches a control token; built on demand, because few texts need it. */
    private Encoder plain() {
        synchronized (plainLock) {
            if (plain == null) {
                plain = new Encoder(
                        facts,
                        controls.withStandIns(vocabulary.added()),
                        facts.model().without(controls.ids()));
            }
            return plain;
        }
    }

    /** Does nothing: a tokenizer uses only heap memory. */
    @Override
    public void close() {}
}
