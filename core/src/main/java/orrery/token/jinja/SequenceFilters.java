package orrery.token.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The filters that process a whole sequence: measure, order, group, join. */
final class SequenceFilters {
    private SequenceFilters() {}

    static void register(Map<String, Filters.Filter> filters) {
        filters.put("length", SequenceFilters::length);
        filters.put("count", SequenceFilters::length);
        filters.put("list", (input, arguments, interpreter) -> {
            arguments.bind("list");
            return new Value.Items(List.copyOf(Sequences.list(input, interpreter.budget())));
        });
        filters.put("first", (input, arguments, interpreter) -> {
            arguments.bind("first");
            Iterator<Value> items = Sequences.iterate(input, interpreter.budget());
            return items.hasNext() ? items.next() : new Value.Undefined("No first item, sequence was empty.");
        });
        filters.put("last", SequenceFilters::last);
        filters.put("reverse", SequenceFilters::reverse);
        filters.put("join", SequenceFilters::join);
        filters.put("items", SequenceFilters::items);
        filters.put("dictsort", SequenceFilters::dictsort);
        filters.put("sort", SequenceFilters::sort);
        filters.put("groupby", SequenceFilters::groupby);
        filters.put("min", (input, arguments, interpreter) -> extreme("min", input, arguments, interpreter, -1));
        filters.put("max", (input, arguments, interpreter) -> extreme("max", input, arguments, interpreter, 1));
        filters.put("sum", SequenceFilters::sum);
        filters.put("slice", SequenceFilters::slice);
        filters.put("batch", SequenceFilters::batch);
    }

    private static Value length(Value input, Arguments arguments, Interpreter interpreter) {
        arguments.bind("length");
        if (input instanceof Value.Host host && host.attribute("length").isPresent()) {
            return host.attribute("length").orElseThrow();
        }
        OptionalLong length = Sequences.length(input);
        return Value.Int.of(length.orElseThrow(
                () -> new TemplateException("object of type '" + input.typeName() + "' has no len()")));
    }

    private static Value last(Value input, Arguments arguments, Interpreter interpreter) {
        arguments.bind("last");
        refuseUnreversible(input);
        List<Value> items = Sequences.list(input, interpreter.budget());
        return items.isEmpty() ? new Value.Undefined("No last item, sequence was empty.") : items.getLast();
    }

    private static void refuseUnreversible(Value input) {
        if (input instanceof Value.Generator) {
            throw new TemplateException("'generator' object is not reversible: pass it through 'list' first");
        }
    }

    private static Value reverse(Value input, Arguments arguments, Interpreter interpreter) {
        arguments.bind("reverse");
        if (input instanceof Value.Text text) {
            interpreter.budget().spend(text.text().length());
            int[] codePoints = text.text().codePoints().toArray();
            StringBuilder out = new StringBuilder();
            for (int i = codePoints.length - 1; i >= 0; i--) {
                out.appendCodePoint(codePoints[i]);
            }
            return StringMethods.like(text, out.toString());
        }
        if (input instanceof Value.Generator) {
            List<Value> items = new ArrayList<>(Sequences.list(input, interpreter.budget()));
            Collections.reverse(items);
            return new Value.Items(items);
        }
        return new Value.Generator(
                Sequences.list(input, interpreter.budget()).reversed().iterator());
    }

    private static Value join(Value input, Arguments arguments, Interpreter interpreter) {
        Arguments.Bound bound = arguments.bind("join", "d", "attribute");
        Budget budget = interpreter.budget();
        String separator = Printer.print(bound.at(0).orElse(Value.Text.of("")), budget);
        StringBuilder out = new StringBuilder();
        Iterator<Value> items = Sequences.iterate(input, budget);
        boolean first = true;
        while (items.hasNext()) {
            Value item = items.next();
            if (bound.given(1).isPresent()) {
                item = AttributePath.of(bound.required(1), budget).of(item);
            }
            String text = Printer.print(item, budget);
            budget.spend(text.length() + separator.length() + 1L);
            out.append(first ? "" : separator).append(text);
            first = false;
        }
        return Value.Text.of(out.toString());
    }

    private static Value items(Value input, Arguments arguments, Interpreter interpreter) {
        arguments.bind("items");
        return switch (input) {
            case Value.Undefined _ -> new Value.Generator(Collections.emptyIterator());
            case Value.Dict dict -> {
                interpreter.budget().spendElements(dict.entries().size());
                yield new Value.Generator(dict.items().iterator());
            }
            default -> throw new TemplateException("Can only get item pairs from a mapping, not " + input.typeName());
        };
    }

    private static Value dictsort(Value input, Arguments arguments, Interpreter interpreter) {
        Arguments.Bound bound = arguments.bind("dictsort", "case_sensitive", "by", "reverse");
        if (!(input instanceof Value.Dict dict)) {
            throw new TemplateException("dictsort needs a mapping, not " + input.typeName());
        }
        int index = switch (bound.text(1, "key")) {
            case "key" -> 0;
            case "value" -> 1;
            default -> throw new TemplateException("dictsort() expects 'key' or 'value' for 'by'");
        };
        AttributePath path = AttributePath.of(Value.Int.of(index), interpreter.budget());
        return new Value.Items(
                sorted(dict.items(), path, bound.truth(0, false), bound.truth(2, false), interpreter.budget()));
    }

    private static Value sort(Value input, Arguments arguments, Interpreter interpreter) {
        Arguments.Bound bound = arguments.bind("sort", "reverse", "case_sensitive", "attribute");
        Budget budget = interpreter.budget();
        List<Value> items = Sequences.list(input, budget);
        boolean caseSensitive = bound.truth(1, false);
        boolean reverse = bound.truth(0, false);
        if (bound.given(2).isEmpty()) {
            return new Value.Items(sorted(items, AttributePath.SELF, caseSensitive, reverse, budget));
        }
        List<AttributePath> paths = AttributePath.several(bound.required(2), budget);
        return new Value.Items(sorted(items, AttributePath.all(paths, caseSensitive), true, reverse, budget));
    }

    private record Keyed(Value key, Value item) {}

    private static List<Value> sorted(
            List<Value> items, AttributePath path, boolean caseSensitive, boolean reverse, Budget budget) {
        budget.spendElements(2L * items.size());
        Comparator<Keyed> order = (left, right) -> Comparisons.compare(left.key, right.key, "<", budget);
        return items.stream()
                .map(item -> new Keyed(AttributePath.folded(path.of(item), caseSensitive), item))
                .sorted(reverse ? order.reversed() : order)
                .map(Keyed::item)
                .toList();
    }

    private static Value groupby(Value input, Arguments arguments, Interpreter interpreter) {
        Arguments.Bound bound = arguments.bind("groupby", "attribute", "default", "case_sensitive");
        Budget budget = interpreter.budget();
        AttributePath path = AttributePath.of(bound.required(0), bound.given(1), budget);
        boolean caseSensitive = bound.truth(2, false);
        List<Value> items = sorted(Sequences.list(input, budget), path, caseSensitive, false, budget);
        List<Value> groups = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= items.size(); i++) {
            Value key = path.of(items.get(start));
            Value folded = AttributePath.folded(key, caseSensitive);
            if (i == items.size()
                    || !Comparisons.equal(folded, AttributePath.folded(path.of(items.get(i)), caseSensitive), budget)) {
                groups.add(new Value.Tuple(
                        List.of(key, new Value.Items(items.subList(start, i))), List.of("grouper", "list")));
                start = i;
            }
        }
        return new Value.Items(groups);
    }

    private static Value extreme(
            String name, Value input, Arguments arguments, Interpreter interpreter, int direction) {
        Arguments.Bound bound = arguments.bind(name, "case_sensitive", "attribute");
        Budget budget = interpreter.budget();
        boolean caseSensitive = bound.truth(0, false);
        AttributePath path = bound.given(1)
                .map(attribute -> AttributePath.of(attribute, budget))
                .orElse(AttributePath.SELF);
        Iterator<Value> items = Sequences.iterate(input, budget);
        if (!items.hasNext()) {
            return new Value.Undefined("No aggregated item, sequence was empty.");
        }
        Value best = items.next();
        Value bestKey = AttributePath.folded(path.of(best), caseSensitive);
        while (items.hasNext()) {
            Value item = items.next();
            Value key = AttributePath.folded(path.of(item), caseSensitive);
            if (Comparisons.compare(key, bestKey, direction < 0 ? "<" : ">", budget) * direction > 0) {
                best = item;
                bestKey = key;
            }
        }
        return best;
    }

    private static Value sum(Value input, Arguments arguments, Interpreter interpreter) {
        Arguments.Bound bound = arguments.bind("sum", "attribute", "start");
        Budget budget = interpreter.budget();
        Value total = bound.at(1).orElse(Value.Int.of(0));
        if (total instanceof Value.Text) {
            throw new TemplateException("sum() can't sum strings: use 'join'");
        }
        Iterator<Value> items = Sequences.iterate(input, budget);
        while (items.hasNext()) {
            Value item = items.next();
            if (bound.given(0).isPresent()) {
                item = AttributePath.of(bound.required(0), budget).of(item);
            }
            budget.spend(1);
            total = Operators.binary(Expression.BinaryOperator.ADD, total, item, budget);
        }
        return total;
    }

    private static Value slice(Value input, Arguments arguments, Interpreter interpreter) {
        Arguments.Bound bound = arguments.bind("slice", "slices", "fill_with");
        Budget budget = interpreter.budget();
        List<Value> items = Sequences.list(input, budget);
        long slices = bound.integer(0);
        if (slices <= 0) {
            throw new TemplateException("slice() needs a positive number of slices");
        }
        budget.spendElements(slices);
        long size = items.size() / slices;
        long larger = items.size() % slices;
        List<Value> result = new ArrayList<>();
        int at = 0;
        for (long i = 0; i < slices; i++) {
            int end = (int) (at + size + (i < larger ? 1 : 0));
            List<Value> part = new ArrayList<>(items.subList(at, end));
            if (i >= larger && bound.given(1).isPresent()) {
                part.add(bound.required(1));
            }
            result.add(new Value.Items(part));
            at = end;
        }
        return new Value.Generator(result.iterator());
    }

    private static Value batch(Value input, Arguments arguments, Interpreter interpreter) {
        Arguments.Bound bound = arguments.bind("batch", "linecount", "fill_with");
        Budget budget = interpreter.budget();
        List<Value> items = Sequences.list(input, budget);
        long size = bound.integer(0);
        if (size <= 0) {
            throw new TemplateException("batch() needs a positive number of items");
        }
        List<Value> result = new ArrayList<>();
        for (int at = 0; at < items.size(); ) {
            int end = (int) Math.min(items.size(), at + size);
            List<Value> part = new ArrayList<>(items.subList(at, end));
            if (part.size() < size && bound.given(1).isPresent()) {
                budget.spendElements(size - part.size());
                part.addAll(Collections.nCopies((int) (size - part.size()), bound.required(1)));
            }
            result.add(new Value.Items(part));
            at = end;
        }
        return new Value.Generator(result.iterator());
    }
}
