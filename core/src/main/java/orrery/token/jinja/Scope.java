package orrery.token.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Variables, and the scope around them. Assignments stay inside. */
final class Scope {
    private final Optional<Scope> outer;
    private final Map<String, Value> variables = new HashMap<>();

    private Scope(Optional<Scope> outer) {
        this.outer = outer;
    }

    static Scope root(Map<String, Value> variables) {
        Scope scope = new Scope(Optional.empty());
        scope.variables.putAll(variables);
        return scope;
    }

    Scope inner() {
        return new Scope(Optional.of(this));
    }

    void set(String name, Value value) {
        variables.put(name, value);
    }

    Optional<Value> find(String name) {
        Scope scope = this;
        while (true) {
            Value value = scope.variables.get(name);
            if (value != null) {
                return Optional.of(value);
            }
            if (scope.outer.isEmpty()) {
                return Optional.empty();
            }
            scope = scope.outer.get();
        }
    }
}
