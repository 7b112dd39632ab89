package orrery.token;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import orrery.format.Metadata;
import orrery.format.ModelFile;
import orrery.format.SmallFile;

/**
 * Text to token ids and back, exactly as Hugging Face's engine does it for the same tokenizer.json. Kinds that are
 * known: byte-level and SentencePiece-like BPE, BPE with word ends (GPT-1), and Unigram. A GGUF file has its vocabulary in
 * its metadata; the engine is then given the tokenizer.json that says the same.
 *
 * <h2>Control tokens in what users write</h2>
 *
 * A tokenizer has special tokens, such as {@code <|im_end|>}, with which a chat template separates turns. The engine
 * recognises them in any text, so a user who writes one could end his turn and speak for the system. Therefore:
 *
 * <ul>
 *   <li>{@link #encode} reads special tokens as the plain characters that they are written with;
 *   <li>{@link #encodePrompt} recognises them: it is for rendered templates;
 *   <li>{@link #guard} prepares a user's text before a template is given it: within every special token that the text
 *       spells it puts a mark, the noncharacter U+FDD0, after the first character. The mark survives trimming, joining
 *       and comparing; a template that looks for the token in the text does not find it; and {@code encodePrompt}
 *       removes the mark and reads that place as plain text. Marks that a text has already are removed first, so that
 *       nobody can write one.
 * </ul>
 *
 * A rendered prompt without a mark takes the engine's plain path. With a mark it goes to a second instance of the engine
 * in which no text spells a special token: there each has a stand-in that contains the mark, which is put in place of
 * those that the template wrote. The prompt is still encoded whole, so that what the engine does at the beginning of a
 * text or next to a special token is the same on both ways. The second instance is made when it is first needed, which
 * is when somebody does write a special token. Added tokens that are not special, such as {@code </think>} in many
 * models, are recognised everywhere.
 *
 * <p>Unpaired surrogates in a text are read as U+FFFD. Nothing is ever truncated or padded. All methods but
 * {@link #close} may be called by many threads at once; what runs when the tokenizer is closed is finished first, what
 * comes later is refused with an {@link IllegalStateException}.
 */
public final class Tokenizer implements AutoCloseable {
    private final String file;
    private final Supplier<String> again;
    private final Vocabulary vocabulary;
    private final PieceDecoder decoder;
    private final ControlTokens controls;
    private final OptionalInt beginOfSequence;
    private final OptionalInt endOfSequence;
    private final Encoder encoder;
    private final Object plainLock = new Object();
    private @Nullable Encoder plain;
    private boolean closed;

    /**
     * @param file what it was read from, for messages
     * @param json the text of a checked tokenizer.json
     * @param again the same text, should it be wanted once more: it may be 35 MB, and is for few
     */
    private Tokenizer(
            String file,
            String json,
            Supplier<String> again,
            TokenizerFile.Content content,
            OptionalInt beginOfSequence,
            OptionalInt endOfSequence) {
        this.file = file;
        this.again = again;
        vocabulary = content.vocabulary();
        decoder = content.decoder();
        controls = new ControlTokens(vocabulary.added());
        this.beginOfSequence = beginOfSequence;
        this.endOfSequence = endOfSequence;
        encoder = new Encoder(json, file);
    }

    /**
     * Reads tokenizer.json of a model directory, and tokenizer_config.json where there is one; or the tokenizer of a GGUF model, as
     * {@link #of} does.
     *
     * @throws TokenizerException if there is none, or it is corrupt or of a kind that is not known, or if the engine does not run on this
     *     machine
     * @throws orrery.format.FormatException if a GGUF file cannot be read, or a value in it is of the wrong type
     */
    public static Tokenizer read(Path model) {
        return ModelFile.isGguf(model) ? of(ModelFile.readMetadata(model)) : read(new TokenizerDirectory(model));
    }

    private static Tokenizer read(TokenizerDirectory directory) {
        directory.check();
        TokenizerConfig config = Files.exists(directory.config())
                ? TokenizerConfig.parse(
                        SmallFile.text(directory.config()),
                        directory.config().toString())
                : TokenizerConfig.NONE;
        String json = SmallFile.text(directory.file());
        String file = directory.file().toString();
        TokenizerFile.Content content = TokenizerFile.parse(json, file);
        String read = fingerprint(json);
        return new Tokenizer(
                file,
                json,
                () -> unchanged(directory.file(), read),
                content,
                named(content.vocabulary(), config.beginOfSequence(), directory.config() + ": bos_token", file),
                named(content.vocabulary(), config.endOfSequence(), directory.config() + ": eos_token", file));
    }

    /**
     * The tokenizer that a GGUF file describes in its metadata, {@code tokenizer.ggml.*}: byte-level BPE ({@code gpt2}), cut by the
     * expressions that {@code pre} names, or SentencePiece's BPE ({@code llama}). Tokens that the file marks as control tokens are special.
     * {@code add_bos_token} and {@code add_eos_token} say what {@link #encodeWithSpecialTokens} puts around a text; where they are missing, it
     * begins as the tokenizers do that the model was published with, and ends with nothing.
     *
     * @throws TokenizerException naming key and value, if they are of a kind that is not known or contradict each other, or if the engine
     *     does not run on this machine
     * @throws orrery.format.FormatException if a value is missing or of the wrong type
     */
    public static Tokenizer of(Metadata gguf) {
        GgufTokenizer made = GgufTokenizer.of(gguf);
        // Kept as bytes: they take a third of the space that the metadata takes.
        byte[] json = made.json();
        return new Tokenizer(
                gguf.origin(),
                TokenizerJson.text(json),
                () -> TokenizerJson.text(json),
                made.content(),
                made.beginOfSequence(),
                made.endOfSequence());
    }

    /** The ids of what a user wrote: special tokens in it are plain text, and nothing is added. */
    public int[] encode(String text) {
        String unmarked = ControlTokens.withoutMarks(text);
        int[] ids = checked(encoder.encode(unmarked, false));
        for (int id : ids) {
            // Only where the engine found a special token, or fell back on the unknown one, can the two instances
            // differ.
            if (vocabulary.isSpecial(id)) {
                return checked(plain().encode(unmarked, false));
            }
        }
        return ids;
    }

    /**
     * The ids that Hugging Face's {@code encode(text, add_special_tokens=True)} gives: special tokens in the text are
     * recognised, and the post-processor adds its own, such as the one that begins a sequence.
     */
    public int[] encodeWithSpecialTokens(String text) {
        return checked(encoder.encode(text, true));
    }

    /**
     * The ids of a rendered chat template: special tokens are recognised, except where {@link #guard} marked them, and
     * nothing is added.
     */
    public int[] encodePrompt(String rendered) {
        return rendered.indexOf(ControlTokens.MARK) < 0
                ? checked(encoder.encode(rendered, false))
                : checked(plain().encode(controls.standIns(rendered), false));
    }

    /** A user's text for a chat template: every special token in it is marked as plain text, see the class. */
    public String guard(String userText) {
        return controls.guard(userText);
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

    /** Whether it is a control token, which a template writes, a user cannot, and decoding leaves out. */
    public boolean isSpecial(int id) {
        return vocabulary.isSpecial(id);
    }

    /**
     * The bytes of UTF-8 that a token stands for within a text, perhaps not whole characters; none for special tokens and
     * for ids that no token has.
     */
    public byte[] bytesOf(int id) {
        return vocabulary.isSpecial(id) ? new byte[0] : decoder.bytes(vocabulary, id, false);
    }

    /** The {@code bos_token} of tokenizer_config.json, or {@code bos_token_id} of a GGUF file. */
    public OptionalInt beginOfSequence() {
        return beginOfSequence;
    }

    /** The {@code eos_token} of tokenizer_config.json, or {@code eos_token_id} of a GGUF file. */
    public OptionalInt endOfSequence() {
        return endOfSequence;
    }

    /**
     * The text of some ids, special tokens left out. Equal to Hugging Face's
     * {@code decode(ids, skip_special_tokens=True)}, but for tokens like {@code <0xE2>} that do not make up UTF-8: the
     * engine turns a whole run of those into U+FFFD, even characters that are complete, which nobody can do who has
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
        TextStream stream = textStream();
        for (int i = 0; i < ids.length; i++) {
            String text = stream.append(ids[i]);
            pieces.add(new TokenPiece(
                    ids[i], vocabulary.piece(ids[i]), i < ids.length - 1 ? text : text + stream.finish()));
        }
        return pieces;
    }

    /** Frees the engine's memory; decoding still works afterwards. */
    @Override
    public void close() {
        synchronized (plainLock) {
            closed = true;
            encoder.close();
            if (plain != null) {
                plain.close();
            }
        }
    }

    private Encoder plain() {
        synchronized (plainLock) {
            if (closed) {
                throw new IllegalStateException("the tokenizer is closed");
            }
            if (plain == null) {
                plain = new Encoder(PlainJson.of(again.get(), vocabulary.added(), file), file);
            }
            return plain;
        }
    }

    /** The file is read again rather than kept. */
    private static String unchanged(Path file, String fingerprint) {
        String json = SmallFile.text(file);
        if (!fingerprint(json).equals(fingerprint)) {
            throw new TokenizerException(file + " was changed after it was read; start again");
        }
        return json;
    }

    private static String fingerprint(String json) {
        return json.length() + ":" + json.hashCode();
    }

    private static OptionalInt named(Vocabulary vocabulary, Optional<String> token, String where, String file) {
        return token.map(name -> {
                    OptionalInt id = vocabulary.idOf(name);
                    if (id.isEmpty()) {
                        throw new TokenizerException(where + " is " + name + ", which " + file + " does not have");
                    }
                    return id;
                })
                .orElse(OptionalInt.empty());
    }

    private int[] checked(long[] ids) {
        int[] narrow = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] > Integer.MAX_VALUE || !vocabulary.has((int) ids[i])) {
                throw new TokenizerException(file + " makes the id " + ids[i] + ", which no token of it has");
            }
            narrow[i] = (int) ids[i];
        }
        return narrow;
    }
}
