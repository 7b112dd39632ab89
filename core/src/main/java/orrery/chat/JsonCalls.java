package orrery.chat;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls in JSON: an object with a name and arguments, several of them, or a list; or only the arguments, if the
 * delimiter has the name. A call starts when its name is certain and its arguments have been opened; the arguments are
 * then passed on as they are written.
 */
final class JsonCalls implements CallReader {
    private enum State {
        START,
        FIRST_ELEMENT,
        ELEMENT,
        FIRST_MEMBER,
        MEMBER,
        KEY,
        COLON,
        VALUE_START,
        VALUE,
        NEXT_MEMBER,
        NEXT_ELEMENT,
        AFTER,
        TEXT
    }

    private final CallWriter calls;
    private final CallShape shape;
    private final boolean bare;
    private final Optional<String> captured;
    private final Optional<String> capturedId;

    /** What was read but is not part of an event yet. */
    private final StringBuilder written = new StringBuilder();

    /** The current value, as JSON. */
    private final StringBuilder value = new StringBuilder();

    private State state = State.START;
    private JsonScanner scanner = new JsonScanner(value);
    private String key = "";
    private boolean inList;
    private boolean begun;
    private boolean streams;
    private int complete;
    private @Nullable String name;
    private @Nullable String id;
    private @Nullable String waiting;

    /**
     * @param bare whether calls have no delimiters, so that only a known tool's name makes one
     * @param captured the name, if the delimiter has it
     * @param capturedId the id, if the delimiter has it
     * @param opening the delimiter's text without control tokens; becomes text if no call follows
     */
    JsonCalls(
            CallWriter calls,
            CallShape shape,
            boolean bare,
            Optional<String> captured,
            Optional<String> capturedId,
            String opening) {
        this.calls = calls;
        this.shape = shape;
        this.bare = bare;
        this.captured = captured;
        this.capturedId = capturedId;
        written.append(opening);
    }

    @Override
    public void accept(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (state == State.TEXT) {
                calls.text(text.substring(i));
                return;
            }
            boolean streamed = streams;
            if (!step(text.charAt(i))) {
                written.append(text.charAt(i));
                breakOff();
            } else if (!streamed && !streams) {
                written.append(text.charAt(i));
                settle();
            }
        }
        if (streams) {
            flush();
        }
    }

    @Override
    public boolean absorbs() {
        return (state == State.KEY || state == State.VALUE) && scanner.inString();
    }

    @Override
    public void end(boolean delimited) {
        if (begun && state == State.NEXT_MEMBER) {
            // All of the arguments are there, and nothing contradicts them.
            calls.end(true);
            return;
        }
        boolean between = state == State.AFTER || state == State.NEXT_ELEMENT || state == State.ELEMENT;
        if (state != State.TEXT && (complete == 0 || !between)) {
            breakOff();
        }
    }

    /** Between calls, no text is pending. */
    private void settle() {
        if (complete > 0 && (state == State.AFTER || state == State.NEXT_ELEMENT)) {
            written.setLength(0);
        }
    }

    private void breakOff() {
        if (streams) {
            flush();
        }
        if (begun) {
            calls.end(false);
        }
        streams = false;
        begun = false;
        state = State.TEXT;
        calls.text(written.toString());
        written.setLength(0);
    }

    private void flush() {
        calls.arguments(value.toString());
        value.setLength(0);
    }

    private boolean to(State next) {
        state = next;
        return true;
    }

    private boolean step(char sign) {
        if (PlainJson.isSpace(sign) && state != State.KEY && state != State.VALUE) {
            return true;
        }
        return switch (state) {
            case START -> (sign == '[' && !bare && shape.name().isPresent()) ? list() : start(sign);
            case FIRST_ELEMENT -> sign == ']' ? to(State.AFTER) : start(sign);
            case ELEMENT -> start(sign);
            case FIRST_MEMBER -> sign == '}' ? endCall() : key(sign);
            case MEMBER -> key(sign);
            case KEY -> inKey(sign);
            case COLON -> sign == ':' && to(State.VALUE_START);
            case VALUE_START -> startValue(sign);
            case VALUE -> inValue(sign);
            case NEXT_MEMBER -> sign == '}' ? endCall() : (sign == ',' && to(State.MEMBER));
            case NEXT_ELEMENT -> sign == ']' ? to(State.AFTER) : sign == ',' && to(State.ELEMENT);
            case AFTER -> !bare && !inList && shape.name().isPresent() && start(sign);
            case TEXT -> false;
        };
    }

    private boolean list() {
        inList = true;
        return to(State.FIRST_ELEMENT);
    }

    private boolean start(char sign) {
        if (sign != '{') {
            return false;
        }
        name = null;
        id = null;
        waiting = null;
        if (shape.name().isPresent()) {
            return to(State.FIRST_MEMBER);
        }
        begin(captured.orElse(""), capturedId);
        key = "";
        return toValue(sign, true);
    }

    private void begin(String tool, Optional<String> given) {
        calls.begin(tool, given);
        begun = true;
        written.setLength(0);
    }

    private boolean key(char sign) {
        state = State.KEY;
        fresh();
        return sign == '"' && scanner.accept(sign);
    }

    private void fresh() {
        value.setLength(0);
        scanner = new JsonScanner(value);
    }

    private boolean inKey(char sign) {
        if (!scanner.accept(sign)) {
            return false;
        }
        if (scanner.done()) {
            key = String.valueOf(PlainJson.read(value.toString()));
            state = State.COLON;
            return !bare || begun || isOfCall(key);
        }
        return true;
    }

    /** Whether an object without delimiters may have this member before it is known to be a call. */
    private boolean isOfCall(String member) {
        return shape.name().orElse("").equals(member)
                || shape.arguments().contains(member)
                || member.equals("type")
                || member.equals("id");
    }

    private boolean isArguments() {
        return shape.name().isEmpty() || shape.arguments().contains(key);
    }

    private boolean startValue(char sign) {
        boolean opensArguments = isArguments() && !begun && waiting == null;
        if (opensArguments && sign != '{' && sign != '"' && sign != 'n') {
            return false;
        }
        if (opensArguments && sign == '{' && name != null) {
            begin(name, Optional.ofNullable(id));
            return toValue(sign, true);
        }
        return toValue(sign, false);
    }

    private boolean toValue(char sign, boolean streamed) {
        state = State.VALUE;
        streams = streamed;
        fresh();
        return scanner.accept(sign);
    }

    private boolean inValue(char sign) {
        if (!scanner.accept(sign)) {
            // The character after a number ends it.
            return scanner.done() && endValue() && step(sign);
        }
        return !scanner.done() || endValue();
    }

    private boolean endValue() {
        if (streams) {
            flush();
            streams = false;
            if (shape.name().isEmpty()) {
                return endCall();
            }
            return to(State.NEXT_MEMBER);
        }
        state = State.NEXT_MEMBER;
        var read = value.toString();
        if (key.equals(shape.name().orElse("")) && name == null) {
            var called = PlainJson.read(read);
            if (!CallWriter.isName(called) || (bare && !calls.knows(String.valueOf(called)))) {
                return false;
            }
            name = String.valueOf(called);
        } else if (bare && key.equals("type") && !read.equals("\"function\"")) {
            return false;
        } else if (key.equals("id") && PlainJson.read(read) instanceof String given) {
            id = given;
        } else if (isArguments() && !begun && waiting == null) {
            return wait(read);
        }
        return true;
    }

    /** The arguments came before the name, or as a string that contains JSON. */
    private boolean wait(String json) {
        var read = PlainJson.read(json);
        try {
            var arguments = read instanceof String text ? PlainJson.read(text) : read;
            waiting = read instanceof String text ? text : json;
            if (arguments == null) {
                waiting = "{}";
                return true;
            }
            return arguments instanceof java.util.Map;
        } catch (UnreadableException noJson) {
            return false;
        }
    }

    private boolean endCall() {
        if (!begun) {
            if (name == null || (bare && waiting == null)) {
                return false;
            }
            begin(name, Optional.ofNullable(id));
            calls.arguments(waiting == null ? "{}" : waiting);
        }
        calls.end(true);
        begun = false;
        complete++;
        return to(inList ? State.NEXT_ELEMENT : State.AFTER);
    }
}
