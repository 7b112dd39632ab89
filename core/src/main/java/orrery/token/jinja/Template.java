package orrery.token.jinja;

import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A parsed template. It renders like Jinja2 3.1 with the settings of Hugging Face transformers: {@code trim_blocks},
 * {@code lstrip_blocks}, no escaping, {@code break} and {@code continue}, the sandbox that changes no value,
 * {@code tojson} without HTML escapes, {@code raise_exception}, {@code strftime_now} and the {@code generation} tag.
 *
 * <p>Immutable; several threads may render it at the same time.
 */
public final class Template {
    private final Source source;
    private final List<Statement> statements;

    private Template(Source source, List<Statement> statements) {
        this.source = source;
        this.statements = statements;
    }

    /**
     * Parses a template.
     *
     * @throws TemplateException with line and column, if it is malformed or uses unknown features
     */
    public static Template parse(String text) {
        Source source = new Source(text);
        return new Template(source, StatementParser.parse(source));
    }

    /**
     * Renders with the given variables: strings, numbers, booleans, maps with string keys, lists; null is None. The
     * contents of strings are never parsed as template. The work, and with it the output, is bounded in proportion to
     * the size of the variables.
     *
     * @param clock the time that {@code strftime_now} formats
     * @throws TemplateException with line and column, if the template raises an error or exceeds the allowed work
     */
    public String render(Map<String, ?> variables, Supplier<LocalDateTime> clock) {
        JavaValues values = new JavaValues();
        Map<String, Value> all = new LinkedHashMap<>(Globals.all());
        all.putAll(values.variables(variables));
        Interpreter interpreter = new Interpreter(new Budget(values.size()), clock);
        try {
            return interpreter.written(statements, Scope.root(all));
        } catch (TemplateException e) {
            throw e.line() > 0 ? e : source.located(e, interpreter.at());
        }
    }
}
