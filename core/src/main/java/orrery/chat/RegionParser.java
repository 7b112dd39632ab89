package orrery.chat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Splits an answer into its fields while it is written, as transformers' {@code ResponseParser} does: of all delimiters
 * that may come next, the earliest counts, and of several at the same place the longest. Text that may still become a
 * delimiter is held back.
 */
final class RegionParser {
    /** If more than this is held back, only its beginning is tried again with every piece. */
    private static final int LONG = 256;

    private static final int MOST_EMPTY = 8;

    /** Receives the fields. */
    interface Listener {
        /**
         * A field starts.
         *
         * @param opening the delimiter as it was written; empty for the implicit field
         */
        void opened(ResponseField field, Map<String, String> captures, String opening);

        /** More text of the open field. */
        void text(String text);

        /**
         * The open field ends.
         *
         * @param delimited whether it ended with its delimiter rather than with the end of the answer
         */
        void closed(boolean delimited);

        /** Whether the open field is a call and the position is within a string, which may spell a delimiter. */
        default boolean absorbs() {
            return false;
        }
    }

    private enum Kind {
        OPEN,
        CLOSE,
        HIDDEN
    }

    private record Watched(Kind kind, Anchor anchor, Optional<ResponseField> field) {}

    private record Found(Watched what, int start, int end, Map<String, String> captures) {
        private static final Comparator<Found> ORDER = Comparator.comparingInt(Found::start)
                .thenComparing(found -> found.what.kind == Kind.HIDDEN)
                .thenComparingInt(found -> found.start - found.end)
                .thenComparing(found -> found.what.kind)
                .thenComparing(
                        found -> found.what.field.map(ResponseField::name).orElse(""));
    }

    private final ResponseTemplate template;
    private final Optional<Anchor> hidden;
    private final AnswerReading reading;
    private final Listener listener;
    private final StringBuilder buffer = new StringBuilder();
    private final Map<Anchor, Matcher> matchers = new IdentityHashMap<>();
    private final Map<Anchor, Integer> pending = new IdentityHashMap<>();
    private final List<Watched> outside = new ArrayList<>();
    private int at;
    private @Nullable ResponseField explicit;
    private boolean opened;

    /** Whether all that follows is text. */
    private boolean settled;

    /** @param hidden delimiters that are always removed, even where they delimit nothing */
    RegionParser(ResponseTemplate template, Optional<Anchor> hidden, AnswerReading reading, Listener listener) {
        this.template = template;
        this.hidden = hidden;
        this.reading = reading;
        this.listener = listener;
        for (var field : template.fields().values()) {
            field.open()
                    .filter(_ -> reading.opens(field))
                    .ifPresent(anchor -> outside.add(new Watched(Kind.OPEN, anchor, Optional.of(field))));
        }
        template.implicit()
                .ifPresent(field -> field.close()
                        .ifPresent(anchor -> outside.add(new Watched(Kind.CLOSE, anchor, Optional.of(field)))));
        hidden.ifPresent(anchor -> outside.add(new Watched(Kind.HIDDEN, anchor, Optional.empty())));
    }

    RegionParser(ResponseTemplate template, Listener listener) {
        this(template, Optional.empty(), AnswerReading.FREE, listener);
    }

    /** Starts inside a field. */
    void begin(ResponseField field) {
        explicit = field;
        opened = true;
        listener.opened(field, Map.of(), "");
    }

    /** The field whose delimiter opened it. */
    Optional<ResponseField> explicit() {
        return Optional.ofNullable(explicit);
    }

    void feed(String text) {
        buffer.append(text);
        process(false);
    }

    void finish() {
        process(true);
    }

    private void process(boolean last) {
        int stalled = 0;
        while (true) {
            var watched = watched();
            var candidates = new ArrayList<Found>();
            int held = scan(watched, last, candidates);
            var best = candidates.stream()
                    .min(Found.ORDER)
                    .filter(found -> last || found.start < held)
                    .orElse(null);
            if (best != null && settles(at, best.start)) {
                continue;
            }
            // A checkpoint's expressions may open and close a field without consuming a character, endlessly.
            stalled = best != null && best.start == best.end && best.end == at ? stalled + 1 : 0;
            if (stalled > MOST_EMPTY) {
                best = null;
            }
            if (best == null) {
                int end = last ? buffer.length() : held;
                settles(at, end);
                text(at, end);
                at = Math.max(at, end);
                if (last) {
                    close(false);
                }
                return;
            }
            text(at, best.start);
            if (isOfCall(best)) {
                text(best.start, best.end);
                at = best.end;
                pending.clear();
                continue;
            }
            at = best.end;
            pending.clear();
            boolean wasOpen = opened;
            switch (best.what.kind) {
                case OPEN -> {
                    close(true);
                    explicit = best.what.field.orElseThrow();
                    opened = true;
                    listener.opened(explicit, best.captures, buffer.substring(best.start, best.end));
                }
                case CLOSE -> close(true);
                case HIDDEN -> {
                    // Skip it.
                }
            }
            if (best.what.kind == Kind.CLOSE && !wasOpen && best.start == best.end) {
                return;
            }
        }
    }

    /** Whether text between two places is the first of an answer that goes on as text. */
    private boolean settles(int from, int to) {
        settled |= explicit == null
                && reading.textIsLast()
                && PythonSpace.leading(buffer.substring(from, Math.max(from, to))) < to - from;
        return settled;
    }

    /** Within a call's strings, only control tokens and, if the call may be malformed, its closing delimiter count. */
    private boolean isOfCall(Found found) {
        return explicit != null
                && (found.what.kind != Kind.CLOSE || reading.stringsAreWhole())
                && listener.absorbs()
                && buffer.indexOf(String.valueOf(ControlMarks.MARK), found.start) != found.start;
    }

    private List<Watched> watched() {
        if (explicit == null) {
            return settled ? List.of() : outside;
        }
        var field = explicit;
        var watched = new ArrayList<Watched>();
        field.close().ifPresent(anchor -> watched.add(new Watched(Kind.CLOSE, anchor, Optional.of(field))));
        hidden.ifPresent(anchor -> {
            // The reference reads on to the field's end. Here other delimiters count, too: a call that has ended or is
            // malformed must not swallow them.
            watched.add(new Watched(Kind.HIDDEN, anchor, Optional.empty()));
            if (!field.content().isPlain()) {
                outside.stream().filter(what -> what.kind == Kind.OPEN).forEach(watched::add);
            }
        });
        return watched;
    }

    /** Finds delimiters; returns the position of the first that may be incomplete. */
    private int scan(List<Watched> watched, boolean last, List<Found> candidates) {
        int held = buffer.length();
        for (var what : watched) {
            var anchor = what.anchor;
            if (!anchor.mayBegin(buffer, at)) {
                pending.remove(anchor);
                continue;
            }
            var matcher = matchers.computeIfAbsent(anchor, own -> own.pattern().matcher(buffer));
            matcher.reset(buffer).useAnchoringBounds(false).useTransparentBounds(true);
            int waiting = pending.getOrDefault(anchor, at);
            if (!last && buffer.length() - waiting > LONG && isPartial(matcher, waiting)) {
                held = Math.min(held, waiting);
                continue;
            }
            pending.remove(anchor);
            boolean found = find(matcher);
            boolean again = found && explicit != null && what.kind == Kind.OPEN && matcher.end() == at;
            if (again) {
                // A field that was opened by an empty match must not open again at the same place.
                continue;
            }
            if (found && (last || !mayChange(anchor, matcher))) {
                candidates.add(new Found(what, matcher.start(), matcher.end(), anchor.captures(matcher)));
            } else if (!last) {
                int from = found ? matcher.start() : partial(matcher);
                pending.put(anchor, from);
                held = Math.min(held, from);
            }
        }
        return held;
    }

    private boolean find(Matcher matcher) {
        try {
            return matcher.region(at, buffer.length()).find();
        } catch (StackOverflowError tooMuch) {
            // A checkpoint's expression that overflows on this text matches nothing.
            return false;
        }
    }

    /** Whether a match at the end of the text may change with more text. */
    private boolean mayChange(Anchor anchor, Matcher match) {
        return match.end() == buffer.length() && (match.start() == match.end() || anchor.mayGrow());
    }

    /** The start of the first match that needs more text. */
    private int partial(Matcher matcher) {
        for (int from = at; from < buffer.length(); from++) {
            if (isPartial(matcher, from)) {
                return from;
            }
        }
        return buffer.length();
    }

    private boolean isPartial(Matcher matcher, int from) {
        try {
            return !matcher.region(from, buffer.length()).lookingAt() && matcher.hitEnd();
        } catch (StackOverflowError tooMuch) {
            return false;
        }
    }

    private void text(int from, int to) {
        if (from >= to || (explicit == null && template.implicit().isEmpty())) {
            return;
        }
        if (!opened) {
            opened = true;
            listener.opened(template.implicit().orElseThrow(), Map.of(), "");
        }
        listener.text(buffer.substring(from, to));
    }

    private void close(boolean delimited) {
        if (opened) {
            listener.closed(delimited);
        }
        explicit = null;
        opened = false;
    }
}
