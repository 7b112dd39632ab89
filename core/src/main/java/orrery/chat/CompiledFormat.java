package orrery.chat;

import java.util.List;
import java.util.Optional;
import orrery.token.Tokenizer;

/**
 * A family's literal, compiled for one tokenizer.
 *
 * @param hidden what is removed from reasoning and text
 */
record CompiledFormat(ResponseTemplate template, ControlMarks marks, Optional<Anchor> hidden) {

    static CompiledFormat of(ChatFamily family, Tokenizer tokenizer) {
        var literal = PlainJson.read(family.responseTemplate());
        var marks =
                ControlMarks.of(tokenizer, ResponseTemplate.delimiters(literal) + String.join("\n", family.hidden()));
        var hidden = new java.util.LinkedHashSet<>(family.hidden());
        hidden.addAll(marks.spellings());
        return new CompiledFormat(
                ResponseTemplate.of(literal, marks),
                marks,
                hidden.isEmpty() ? Optional.empty() : Optional.of(Anchor.of(List.copyOf(hidden), marks)));
    }

    /** The visible text of a delimiter that turns out to delimit nothing. */
    String shown(String delimiter) {
        var shown = hidden.map(anchor -> anchor.pattern().matcher(delimiter).replaceAll(""))
                .orElse(delimiter);
        return ControlMarks.withoutMarks(shown);
    }
}
