package orrery.server.api;

import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import orrery.OrreryException;
import orrery.server.http.ApiException;

/** Explains to clients why a model could not be loaded, without revealing its path. */
final class LoadFailure {
    private static final String CODE = "model_load_failed";

    /** Matches what still looks like a path, of this or another operating system. */
    private static final Pattern PATH = Pattern.compile("(?<![\\w.])[/\\\\]+[^\\s/\\\\]+[/\\\\]|\\b[A-Za-z]:\\\\");

    private LoadFailure() {}

    /** The error for the clients that wait for it. */
    static ApiException of(ListedModel model, Throwable why) {
        String name = Shown.text(model.name());
        String reason = why instanceof OrreryException && why.getMessage() != null
                ? withoutPlace(why.getMessage(), model.path(), name)
                : "";
        return ApiException.of(
                503,
                CODE,
                "the model '" + name + "' could not be loaded"
                        + (reason.isEmpty() || PATH.matcher(reason).find()
                                ? "; the server's log has the reason"
                                : ": " + reason));
    }

    private static String withoutPlace(String message, Path path, String name) {
        var places = new TreeSet<String>(java.util.Comparator.comparing(String::length)
                .reversed()
                .thenComparing(java.util.Comparator.naturalOrder()));
        places.add(path.toString());
        places.add(path.toAbsolutePath().toString());
        places.add(path.toAbsolutePath().normalize().toString());
        try {
            places.add(path.toRealPath().toString());
        } catch (IOException e) {
            // The model's files are missing, which the message already says.
        }
        String said = message;
        for (String place : places) {
            said = said.replace(place, name);
        }
        return said;
    }
}
