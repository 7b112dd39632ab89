package orrery.token.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A running {@code for}; its body knows it as {@code loop}. It looks ahead only when asked to. */
final class Loop implements Value.Host {
    /** Writes the loop's body for another sequence. */
    interface Recursion {
        Value over(Value sequence, int depth);
    }

    private final Optional<Recursion> recursion;
    private final int depth;
    private final Budget budget;
    private Iterator<Value> items;
    private OptionalLong length;
    private Optional<Value> ahead = Optional.empty();
    private Optional<Value> previous = Optional.empty();
    private Optional<Value> current = Optional.empty();
    private Optional<List<Value>> lastChanged = Optional.empty();
    private long index = -1;

    Loop(Iterator<Value> items, OptionalLong length, Optional<Recursion> recursion, int depth, Budget budget) {
        this.items = items;
        this.length = length;
        this.recursion = recursion;
        this.depth = depth;
        this.budget = budget;
    }

    /** The next item, if there is one; it becomes current. */
    Optional<Value> advance() {
        Optional<Value> next = peek();
        if (next.isPresent()) {
            ahead = Optional.empty();
            previous = current;
            current = next;
            index++;
        }
        return next;
    }

    private Optional<Value> peek() {
        if (ahead.isEmpty() && items.hasNext()) {
            ahead = Optional.of(items.next());
        }
        return ahead;
    }

    private long length() {
        if (length.isEmpty()) {
            List<Value> rest = new ArrayList<>();
            while (items.hasNext()) {
                budget.spendElements(1);
                rest.add(items.next());
            }
            items = rest.iterator();
            length = OptionalLong.of(index + 1 + rest.size() + (ahead.isPresent() ? 1 : 0));
        }
        return length.getAsLong();
    }

    @Override
    public String typeName() {
        return "LoopContext";
    }

    @Override
    public Optional<String> printed(Budget printing) {
        return Optional.of("<LoopContext " + (index + 1) + "/" + length() + ">");
    }

    @Override
    public Optional<Value> attribute(String name) {
        return switch (name) {
            case "index" -> Optional.of(Value.Int.of(index + 1));
            case "index0" -> Optional.of(Value.Int.of(index));
            case "revindex" -> Optional.of(Value.Int.of(length() - index));
            case "revindex0" -> Optional.of(Value.Int.of(length() - index - 1));
            case "length" -> Optional.of(Value.Int.of(length()));
            case "first" -> Optional.of(Value.Bool.of(index == 0));
            case "last" -> Optional.of(Value.Bool.of(peek().isEmpty()));
            case "depth" -> Optional.of(Value.Int.of(depth + 1L));
            case "depth0" -> Optional.of(Value.Int.of(depth));
            case "previtem" ->
                Optional.of(index == 0 ? new Value.Undefined("there is no previous item") : previous.orElseThrow());
            case "nextitem" -> Optional.of(peek().orElse(new Value.Undefined("there is no next item")));
            case "cycle" ->
                Optional.of(new Value.Function("cycle", (arguments, _) -> {
                    List<Value> choices = arguments.positional();
                    if (choices.isEmpty() || !arguments.named().isEmpty()) {
                        throw new TemplateException("loop.cycle() needs items, without names");
                    }
                    return choices.get((int) (index % choices.size()));
                }));
            case "changed" ->
                Optional.of(new Value.Function("changed", (arguments, _) -> {
                    List<Value> now = arguments.positional();
                    boolean changed = lastChanged.isEmpty()
                            || !Comparisons.equal(new Value.Items(lastChanged.get()), new Value.Items(now), budget);
                    lastChanged = Optional.of(now);
                    return Value.Bool.of(changed);
                }));
            default -> Optional.empty();
        };
    }

    @Override
    public Value call(Arguments arguments, Interpreter interpreter) {
        Value sequence = arguments.bind("loop", "iterable").required(0);
        return recursion
                .orElseThrow(() -> new TemplateException("a loop that is called needs the mark 'recursive'"))
                .over(sequence, depth + 1);
    }
}
