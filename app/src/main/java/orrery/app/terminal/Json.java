package orrery.app.terminal;

import java.util.LinkedHashMap;
import java.util.Map;
import orrery.format.JsonText;

/** A report as one line of JSON: nested maps, lists, texts, numbers and booleans. */
public final class Json {
    private Json() {}

    /**
     * What a command prints under {@code --json}: the object, after a {@code schema} such as {@code orrery/describe/1}
     * that names the command and the version of its form. The version grows when a key changes its meaning or goes.
     *
     * @throws IllegalArgumentException for a value of another type
     */
    public static String report(String command, Map<String, ?> object) {
        var whole = new LinkedHashMap<String, Object>();
        whole.put("schema", "orrery/" + command + "/1");
        whole.putAll(object);
        return line(whole);
    }

    /**
     * What a command says on standard error under {@code --json} when it does not succeed.
     *
     * @param status the exit code
     */
    public static String error(String message, int status) {
        var error = new LinkedHashMap<String, Object>();
        error.put("message", message);
        error.put("status", status);
        return report("error", Map.of("error", error));
    }

    /**
     * @throws IllegalArgumentException for a value of another type
     */
    public static String line(Map<String, ?> object) {
        return JsonText.of(object, JsonText.Doubles.PLAIN);
    }
}
