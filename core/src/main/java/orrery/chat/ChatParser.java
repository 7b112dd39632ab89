package orrery.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Separates the reasoning, text and calls of one answer while it is generated, token by token. No model output makes it
 * throw.
 * <ul>
 *   <li>Delimiters that are special tokens count only by their id; text that spells one is text. All other delimiters
 *       count as text, however tokens split them. No delimiter is ever part of an event.
 *   <li>Text that only starts like a delimiter is passed on as soon as it cannot become one, at the latest by
 *       {@link #finish}.
 *   <li>White space around reasoning, text and calls is dropped.
 *   <li>A call starts with its name and the opening of its arguments, which are then passed on as they are written. If
 *       a call is cut off or malformed before that, it becomes text, without its delimiters. If it is cut off later, it
 *       ends as incomplete, and the rest becomes text: delivered pieces cannot be taken back, and half a call must not
 *       look complete.
 * </ul>
 *
 * <p>For one answer and one thread.
 */
public final class ChatParser {
    private static final Set<String> THOUGHTS = Set.of("thinking", "reasoning_content", "reasoning", "thought");
    private static final String CALLS = "tool_calls";
    private static final String NEW_LINE = "\n";

    private final CompiledFormat format;
    private final boolean bare;
    private final TextChannel thought = new TextChannel(text -> emit(new ChatEvent.Thought(text)));
    private final TextChannel text = new TextChannel(text -> emit(new ChatEvent.Text(text)));
    private final CallWriter calls;
    private final RegionParser regions;
    private List<ChatEvent> events = new ArrayList<>();
    private boolean finished;

    /** @param open the reasoning field that the prompt has opened */
    ChatParser(
            CompiledFormat format,
            boolean bare,
            ChatIds ids,
            Map<String, Map<String, Object>> tools,
            Optional<ResponseField> open,
            AnswerReading reading) {
        this.format = format;
        this.bare = bare;
        calls = new CallWriter(ids, tools, this::emit, written -> text.text(format.shown(written)));
        regions = new RegionParser(format.template(), format.hidden(), reading, new Fields());
        open.ifPresent(regions::begin);
    }

    static boolean isThought(ResponseField field) {
        return THOUGHTS.contains(field.name()) && field.content().isPlain();
    }

    /**
     * Adds the next token.
     *
     * @param tokenId its id
     * @param text the text that it completed; empty for special tokens
     */
    public List<ChatEvent> accept(int tokenId, String text) {
        return read(format.marks().read(tokenId, text));
    }

    /** Adds text without a token, such as the held-back text at the end of an answer. */
    public List<ChatEvent> accept(String text) {
        return read(ControlMarks.withoutMarks(text));
    }

    private List<ChatEvent> read(String text) {
        if (!finished && !text.isEmpty()) {
            regions.feed(text);
        }
        return taken();
    }

    /** Ends the answer: held-back text follows, and an open call ends. */
    public List<ChatEvent> finish() {
        if (!finished) {
            regions.finish();
            finished = true;
        }
        return taken();
    }

    /** Whether the answer is inside its reasoning. */
    public boolean thinking() {
        return !finished && regions.explicit().filter(ChatParser::isThought).isPresent();
    }

    private List<ChatEvent> taken() {
        var taken = events;
        events = new ArrayList<>();
        return List.copyOf(taken);
    }

    private void emit(ChatEvent event) {
        var last = events.isEmpty() ? null : events.getLast();
        var joined = switch (event) {
            case ChatEvent.Thought(String more)
            when last instanceof ChatEvent.Thought(String before) -> new ChatEvent.Thought(before + more);
            case ChatEvent.Text(String more)
            when last instanceof ChatEvent.Text(String before) -> new ChatEvent.Text(before + more);
            case ChatEvent.Arguments(int index, String more)
            when last instanceof ChatEvent.Arguments(int of, String before) && of == index ->
                new ChatEvent.Arguments(index, before + more);
            default -> null;
        };
        if (joined != null) {
            events.removeLast();
        }
        events.add(joined != null ? joined : event);
    }

    /** Receives the fields of the answer. */
    private final class Fields implements RegionParser.Listener {
        private @Nullable CallReader reader;
        private TextChannel channel = text;

        @Override
        public void opened(ResponseField field, Map<String, String> captures, String opening) {
            boolean isCalls = field.name().equals(CALLS) && !field.content().isPlain();
            channel = isThought(field) ? thought : text;
            channel.begin(
                    field.join().orElse(NEW_LINE),
                    isCalls || !Boolean.FALSE.equals(field.arguments().get("strip")));
            reader = isCalls ? reader(field, captures, format.shown(opening)) : null;
        }

        private CallReader reader(ResponseField field, Map<String, String> captures, String opening) {
            if (field.content() == ResponseField.Content.PYTHON_CALLS) {
                return new BareCalls(calls, CallShape.of(field).orElseThrow());
            }
            var shape = CallShape.of(field);
            if (shape.isEmpty() || field.content() != ResponseField.Content.JSON) {
                return new WholeCalls(calls, field, captures, opening);
            }
            return new JsonCalls(
                    calls,
                    shape.get(),
                    bare,
                    shape.get().captured().map(captures::get),
                    Optional.ofNullable(captures.get("id")),
                    opening);
        }

        @Override
        public void text(String more) {
            if (reader == null) {
                channel.text(more);
            } else {
                reader.accept(more);
            }
        }

        @Override
        public boolean absorbs() {
            return reader != null && reader.absorbs();
        }

        @Override
        public void closed(boolean delimited) {
            if (reader != null) {
                reader.end(delimited);
                reader = null;
            }
            channel.end();
        }
    }
}
