package orrery.server.api;

import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import orrery.OrreryException;
import orrery.server.http.ApiException;

/** Why a model could not be loaded, in a sentence that says nothing of where it lies. */
final class LoadFailure {
    private static final String CODE = "model_load_failed";

    /** What looks like a path all the same, of this system or another. */
    private static final Pattern PATH = Pattern.compile("(?<![\\w.])[/\\\\]+[^\\s/\\\\]+[/\\\\]|\\b[A-Za-z]:\\\\");

    private LoadFailure() {}

    /** What the clients that wait for it are told. */
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
            // It is not there, which is what the message says.
        }
        String said = message;
        for (String place : places) {
            said = said.replace(place, name);
        }
        return said;
    }
}
