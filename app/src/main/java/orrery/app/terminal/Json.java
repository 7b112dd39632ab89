package orrery.app.terminal;

import java.util.Map;
import orrery.format.JsonText;

/** A report as one line of JSON: nested maps, lists, texts, numbers and booleans. */
public final class Json {
    private Json() {}

    /**
     * @throws IllegalArgumentException for a value of another type
     */
    public static String line(Map<String, ?> object) {
        return JsonText.of(object, JsonText.Doubles.PLAIN);
    }
}
