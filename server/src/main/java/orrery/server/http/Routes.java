package orrery.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Maps methods and paths to endpoints. A path that ends in a slash, except the root, matches every path below it. */
public final class Routes {
    private final Map<String, Map<String, Endpoint>> byPath = new LinkedHashMap<>();

    /** Adds an endpoint. */
    public Routes with(String method, String path, Endpoint endpoint) {
        byPath.computeIfAbsent(path, _ -> new LinkedHashMap<>()).put(method, endpoint);
        return this;
    }

    /** The paths in the order in which they were added. */
    public Iterable<String> paths() {
        return byPath.keySet();
    }

    private Optional<Map<String, Endpoint>> at(String path) {
        var exact = byPath.get(path);
        if (exact != null) {
            return Optional.of(exact);
        }
        return byPath.entrySet().stream()
                .filter(entry -> entry.getKey().length() > 1
                        && entry.getKey().endsWith("/")
                        && path.startsWith(entry.getKey())
                        && path.length() > entry.getKey().length())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /**
     * The methods that a path allows, in a fixed order; none for an unknown path. GET stands for HEAD, too.
     */
    Set<String> methods(String path) {
        return new TreeSet<>(at(path).map(Map::keySet).orElse(Set.of()));
    }

    /**
     * The endpoint of a request; HEAD is routed as GET.
     *
     * @throws ApiException 404 if the path is unknown, 405 if it does not allow the method
     */
    Endpoint find(String method, String path) {
        var methods = at(path).orElseThrow(
                        () -> ApiException.of(404, "not_found", "there is nothing at " + VisibleHeader.of(path)));
        var endpoint = methods.get(method.equals("HEAD") ? "GET" : method);
        if (endpoint == null) {
            throw ApiException.of(
                    405,
                    "method_not_allowed",
                    VisibleHeader.of(path) + " does not take " + VisibleHeader.of(method) + ", expected "
                            + String.join(" or ", methods(path)));
        }
        return endpoint;
    }
}
