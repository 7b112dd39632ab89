package orrery.app.terminal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import orrery.format.JsonText;

/** A report as one line of JSON: nested maps, lists, strings, numbers and booleans. */
public final class Json {
    /**
     * Reports that are still in their first version; all others changed together, when each concept got one form
     * everywhere.
     */
    private static final Set<String> FIRST_VERSIONS = Set.of("error", "atlas", "figures", "train", "lab", "look");

    private Json() {}

    /**
     * The output of a command with {@code --json}: the object, with a {@code schema} such as {@code orrery/describe/1}
     * that names the command and the version of its format. The version increases when a key changes its meaning or is
     * removed.
     *
     * @throws IllegalArgumentException for a value of another type
     */
    public static String report(String command, Map<String, ?> object) {
        var whole = new LinkedHashMap<String, Object>();
        whole.put("schema", "orrery/" + command + "/" + version(command));
        whole.putAll(object);
        return line(whole);
    }

    private static int version(String command) {
        return FIRST_VERSIONS.contains(command) ? 1 : 2;
    }

    /**
     * The output on standard error with {@code --json} when a command fails.
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
