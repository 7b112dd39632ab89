package orrery.server.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import orrery.chat.AnswerShape;
import orrery.engine.TokenConstraint;

/**
 * What an answer is held to.
 *
 * @param shape its reasoning's end, text and calls
 * @param constraint makes the constraint on the tokens of one answer
 * @param ignored keywords of schemas that cannot be kept and need not be
 */
record Held(AnswerShape shape, Supplier<TokenConstraint> constraint, List<String> ignored) {
    private static final String FIELD = "tools";

    /**
     * What a request holds its answers to; empty if the model is free. Compiles the grammar, in at most a second.
     *
     * @param several whether an answer may have several calls
     * @throws orrery.server.http.ApiException if a schema cannot be kept, or the model's format cannot be held to it
     */
    static Optional<Held> of(Prompt prompt, Optional<TextForm> form, boolean several) {
        var tools = prompt.tools();
        var ignored = new ArrayList<String>();
        form.ifPresent(text -> ignored.addAll(text.ignored()));
        boolean calls = !tools.callable().isEmpty();
        boolean restricted = tools.callable().stream().anyMatch(tools.strict()::contains)
                || tools.choice().only().isPresent();
        Optional<AnswerShape> shape = Optional.empty();
        if (calls && (tools.choice().required() || form.isPresent())) {
            var instead = tools.choice().required() ? Optional.<TextForm>empty() : form;
            shape = Optional.of(
                    new AnswerShape.Calls(callable(tools, ignored), several, instead.map(TextForm::grammar)));
        } else if (form.isPresent()) {
            shape = Optional.of(new AnswerShape.Text(form.get().grammar()));
        } else if (calls && restricted) {
            shape = Optional.of(new AnswerShape.TextAndCalls(callable(tools, ignored), several));
        }
        String field = form.map(TextForm::field).orElse(FIELD);
        return shape.map(found -> new Held(
                found,
                TextForm.checked(field, () -> {
                    var engine = prompt.model().engine();
                    return engine.constraints()
                            .grammar(prompt.model().format().grammar(engine.tokenizer(), found, prompt.text()));
                }),
                ignored));
    }

    /**
     * The tools, the arguments of the strict ones held to all of their schemas, the others as far as it is possible.
     */
    private static List<AnswerShape.Tool> callable(Tools tools, List<String> ignored) {
        var callable = new ArrayList<AnswerShape.Tool>();
        for (String name : tools.parameters().keySet()) {
            if (tools.callable().contains(name)) {
                var schema = new LinkedHashMap<>(tools.parameters().get(name));
                schema.putIfAbsent("type", "object");
                String field = FIELD + " (the parameters of " + Shown.text(name) + ")";
                var arguments = TextForm.schema(
                        field, JsonTree.write(schema), tools.strict().contains(name));
                ignored.addAll(arguments.ignored());
                callable.add(new AnswerShape.Tool(name, arguments.grammar()));
            }
        }
        return callable;
    }
}
