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
 * Text to token ids and back, exactly as Hugging Face's tokenizers library does it for the same tokenizer.json. Kinds
 * that are known: byte-level and SentencePiece-like BPE, BPE with word ends (GPT-1), and Unigram. A GGUF file has its
 * vocabulary in its metadata.
 *
 * <h2>Control tokens in what users write</h2>
 *
 * A tokenizer has control tokens, such as {@code <|im_end|>}, with which a chat template separates turns. It would
 * recognise them in any text, so a user who writes one could end his turn and speak for the system. Control tokens are
 * those that the file calls special; those in the form of a mark, such as {@code <｜User｜>} and {@code [INST]}; and
 * other marks that the model's chat templates write, such as {@code <think>}. Therefore:
 *
 * <ul>
 *   <li>{@link #encode} reads control tokens as the plain characters that they are written with;
 *   <li>{@link #encodePrompt} recognises them: it is for rendered templates;
 *   <li>{@link #guard} prepares a user's text before a template is given it: within every control token that the text
 *       spells it puts a mark, the noncharacter U+FDD0, after the first character. The mark survives trimming, joining
 *       and comparing; a template that looks for the token in the text does not find it; and {@code encodePrompt}
 *       removes the mark and reads that place as plain text. Marks that a text has already are removed first, so that
 *       no text can contain one;
 *   <li>{@link #guardAnswer} does so for a text that the model wrote, in which thoughts and calls stay control tokens.
 * </ul>
 *
 * In a rendered prompt with a mark, each control token that the template wrote gets a stand-in that contains the mark,
 * and no other text then spells one. The prompt is still encoded whole, so that what happens at the beginning of a text
 * or next to a control token is the same on both ways. Added tokens for ordinary text, such as Gemma's runs of
 * newlines, are recognised everywhere.
 *
 * <p>Unpaired surrogates in a text are read as U+FFFD. Nothing is ever truncated or padded. Many threads may use one
 * tokenizer at once.
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
     * Reads the tokenizer of a model directory: tokenizer.json, else Mistral's tekken.json, else a SentencePiece model
     * (tokenizer.model or spiece.model), else vocab.json with merges.txt; and tokenizer_config.json where there is one.
     * Or the tokenizer of a GGUF model, as {@link #of} does.
     *
     * @throws TokenizerException if there is none, or it is corrupt or of a kind that is not known
     * @throws orrery.format.FormatException if a file cannot be read or is a Git LFS pointer, or a value in a GGUF file
     *     is of the wrong type
     */
    public static Tokenizer read(Path model) {
        return ModelFile.isGguf(model)
                ? of(ModelFile.readMetadata(model))
                : new Tokenizer(
                        new TokenizerDirectory(model).facts(),
                        new ChatTemplateFiles(model).templates().values());
    }

    /** Whether a model directory has one of the files that {@link #read} takes. */
    public static boolean isIn(Path directory) {
        return new TokenizerDirectory(directory).hasTokenizer();
    }

    /**
     * The tokenizer that a GGUF file describes in its metadata, {@code tokenizer.ggml.*}: byte-level BPE ({@code
     * gpt2}), cut by the expressions that {@code pre} names, or SentencePiece's BPE ({@code llama}). Tokens that the
     * file marks as control tokens are special. {@code add_bos_token} and {@code add_eos_token} say what
     * {@link #encodeWithSpecialTokens} puts around a text; where they are missing, it begins as the tokenizers do that
     * the model was published with, and ends with nothing.
     *
     * @throws TokenizerException naming key and value, if they are of a kind that is not known or contradict each other
     * @throws orrery.format.FormatException if a value is missing or of the wrong type
     */
    public static Tokenizer of(Metadata gguf) {
        return new Tokenizer(
                GgufTokenizer.of(gguf), new GgufChatTemplates(gguf).templates().values());
    }

    /** The ids of what a user wrote: control tokens in it are plain text, and nothing is added. */
    public int[] encode(String text) {
        String unmarked = ControlTokens.withoutMarks(text);
        int[] ids = postProcessor.around(encoder.encode(unmarked), false);
        for (int id : ids) {
            // Only where a control token was found, or the unknown one was taken, can the two differ.
            if (controls.ids().get(id)) {
                return postProcessor.around(plain().encode(unmarked), false);
            }
        }
        return ids;
    }

    /**
     * The ids that Hugging Face's {@code encode(text, add_special_tokens=True)} gives: special tokens in the text are
     * recognised, and the post-processor adds its own, such as the one that begins a sequence.
     */
    public int[] encodeWithSpecialTokens(String text) {
        return postProcessor.around(encoder.encode(text), true);
    }

    /**
     * The ids of a rendered chat template: control tokens are recognised, except where {@link #guard} marked them, and
     * nothing is added. Where a normaliser could turn a user's text into a control token, only those count that the
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

    /** The id of a token, as the vocabulary spells it. */
    public Optional<Integer> idOf(String token) {
        OptionalInt id = vocabulary.idOf(token);
        return id.isPresent() ? Optional.of(id.getAsInt()) : Optional.empty();
    }

    /** A token as the vocabulary spells it; empty for an id that no token has. */
    public String tokenOf(int id) {
        return vocabulary.piece(id);
    }

    /** One more than the largest id; a model may have more rows, and a few smaller ids may be unused. */
    public int vocabularySize() {
        return vocabulary.size();
    }

    /** Whether it is one of the control tokens that decoding leaves out: those that the file calls special. */
    public boolean isSpecial(int id) {
        return vocabulary.isSpecial(id);
    }

    /**
     * The bytes of UTF-8 that a token stands for within a text, perhaps not whole characters; none for special tokens
     * and for ids that no token has.
     */
    public byte[] bytesOf(int id) {
        return vocabulary.isSpecial(id) ? new byte[0] : decoder.bytes(vocabulary, id, false);
    }

    /** The {@code bos_token} of tokenizer_config.json, or what the tokenizer's own file or a GGUF file says. */
    public OptionalInt beginOfSequence() {
        return facts.roles().begin();
    }

    /** The {@code eos_token} of tokenizer_config.json, or what the tokenizer's own file or a GGUF file says. */
    public OptionalInt endOfSequence() {
        return facts.roles().end();
    }

    /**
     * The text of some ids, special tokens left out. Equal to Hugging Face's
     * {@code decode(ids, skip_special_tokens=True)}, but for tokens like {@code <0xE2>} that do not make up UTF-8: that
     * library turns a whole run of those into U+FFFD, even characters that are complete, which is impossible with
     * already shown them; here only the invalid bytes do.
     */
    public String decode(int[] ids) {
        StringBuilder text = new StringBuilder();
        TextStream stream = textStream();
        for (int id : ids) {
            text.append(stream.append(id));
        }
        return text.append(stream.finish()).toString();
    }

    /** Decodes ids one by one as they come. */
    public TextStream textStream() {
        return new TextStream(vocabulary, decoder);
    }

    /** How {@link #encodeWithSpecialTokens} splits a text. */
    public List<TokenPiece> split(String text) {
        return pieces(encodeWithSpecialTokens(text));
    }

    /** What each id is, and what it adds to the text of all of them. */
    public List<TokenPiece> pieces(int[] ids) {
        List<TokenPiece> pieces = new ArrayList<>(ids.length);
        forEachPiece(ids, pieces::add);
        return pieces;
    }

    /** As {@link #pieces}, one after another: of a long text all of them take a hundred times its space. */
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

    /** The encoder for which no text spells a control token. Few texts need it. */
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

    /** Does nothing: a tokenizer holds nothing outside the heap. */
    @Override
    public void close() {}
}
