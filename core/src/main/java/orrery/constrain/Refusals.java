package orrery.constrain;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What happens to keywords that no grammar can keep: refused where their values matter, or ignored with a note. */
final class Refusals {
    private final boolean strict;
    private final Set<String> notes = new LinkedHashSet<>();

    Refusals(SchemaOptions options) {
        this.strict = options.strict();
    }

    /** The error for a keyword, or nothing if it is to be ignored. */
    Optional<SchemaException> of(String pointer, String message) {
        var refusal = new SchemaException(pointer, message);
        if (strict) {
            return Optional.of(refusal);
        }
        notes.add(refusal.getMessage() + "; ignored");
        return Optional.empty();
    }

    List<String> notes() {
        return List.copyOf(notes);
    }
}
