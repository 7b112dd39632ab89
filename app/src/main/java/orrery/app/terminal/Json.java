package orrery.app.terminal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import orrery.format.JsonText;

/** A report as one line of JSON: nested maps, lists, texts, numbers and booleans. */
public final class Json {
    /** Reports that still have their first form; the others changed together, when each thing got one form in all. */
    private static final Set<String> FIRST_VERSIONS = Set.of("error", "atlas", "figures", "train");

    private Json() {}

    /**
     * What a command prints under {@code --json}: the object, after a {@code schema} such as {@code orrery/describe/1}
     * that names the command and the version of its form. The version grows when a key changes its meaning or goes.
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
