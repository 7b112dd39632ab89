package orrery.token.jinja;

/** Python's bool(). */
final class Truth {
    private Truth() {}

    static boolean of(Value value) {
        return switch (value) {
            case Value.Undefined _, Value.None _ -> false;
            case Value.Bool truth -> truth == Value.Bool.TRUE;
            case Value.Int integer -> integer.number().signum() != 0;
            case Value.Real real -> real.number() != 0;
            case Value.Text text -> !text.text().isEmpty();
            case Value.Items list -> !list.items().isEmpty();
            case Value.Tuple tuple -> !tuple.items().isEmpty();
            case Value.Dict dict -> !dict.entries().isEmpty();
            case Value.View view -> !view.items().isEmpty();
            case Value.Range range -> range.length() != 0;
            // A generator is true even if it is empty, as in Python.
            case Value.Generator _, Value.Namespace _, Value.Host _ -> true;
        };
    }
}
