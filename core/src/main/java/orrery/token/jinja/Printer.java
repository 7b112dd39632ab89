package orrery.token.jinja;

import java.util.List;

/** Values as text: Python's str() and repr(). */
final class Printer {
    private final StringBuilder out = new StringBuilder();
    private final Budget budget;

    private Printer(Budget budget) {
        this.budget = budget;
    }

    /**
     * The output of {@code {{ value }}}.
     *
     * @throws TemplateException for values that Python prints with a memory address
     */
    static String print(Value value, Budget budget) {
        return switch (value) {
            case Value.Text text -> text.text();
            case Value.Undefined _ -> "";
            default -> represent(value, budget);
        };
    }

    /** The form of a value inside a printed container. */
    static String represent(Value value, Budget budget) {
        Printer printer = new Printer(budget);
        printer.value(value);
        return printer.out.toString();
    }

    private void write(String text) {
        budget.spend(text.length());
        out.append(text);
    }

    private void value(Value value) {
        budget.descend();
        switch (value) {
            case Value.Undefined _ -> write("Undefined");
            case Value.None _ -> write("None");
            case Value.Bool truth -> write(truth == Value.Bool.TRUE ? "True" : "False");
            case Value.Int integer -> write(integer.number().toString());
            case Value.Real real -> write(PythonText.of(real.number()));
            case Value.Text text -> {
                budget.spend(text.text().length());
                String quoted = PythonText.quoted(text.text());
                write(text.safe() ? "Markup(" + quoted + ")" : quoted);
            }
            case Value.Items list -> sequence("[", list.items(), "]");
            case Value.Tuple tuple -> sequence("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")");
            case Value.View view -> sequence(view.typeName() + "([", view.items(), "])");
            case Value.Dict dict -> dict(dict);
            case Value.Range range ->
                write("range(" + range.start() + ", " + range.stop()
                        + (range.step() == 1 ? ")" : ", " + range.step() + ")"));
            case Value.Namespace namespace -> {
                write("<Namespace ");
                dict(Value.Dict.ofTexts(namespace.attributes()));
                write(">");
            }
            case Value.Generator _ ->
                throw new TemplateException("a generator has no text: pass it through 'list' or 'join' first");
            case Value.Host host ->
                write(host.printed(budget)
                        .orElseThrow(() -> new TemplateException(
                                "a " + host.typeName() + " has no text: is a call without its parentheses?")));
        }
        budget.ascend();
    }

    private void sequence(String open, List<Value> items, String close) {
        write(open);
        String separator = "";
        for (Value item : items) {
            write(separator);
            value(item);
            separator = ", ";
        }
        write(close);
    }

    private void dict(Value.Dict dict) {
        write("{");
        String separator = "";
        for (Value.Dict.Entry entry : dict.entries().values()) {
            write(separator);
            value(entry.key());
            write(": ");
            value(entry.value());
            separator = ", ";
        }
        write("}");
    }
}
