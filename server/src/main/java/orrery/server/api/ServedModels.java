package orrery.server.api;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import orrery.server.http.ApiException;

/** The models that are served. */
public final class ServedModels implements AutoCloseable {
    private final List<ServedModel> all;

    /** These models, at least one, each by a name of its own. */
    public ServedModels(List<ServedModel> all) {
        this.all = List.copyOf(all);
    }

    /** All of them. */
    public List<ServedModel> all() {
        return all;
    }

    /**
     * The model that a request names.
     *
     * @param wanted empty where the request names none, which is enough where there is only one
     * @throws ApiException 404 for a name that none has
     */
    ServedModel find(Optional<String> wanted) {
        if (wanted.isEmpty()) {
            if (all.size() > 1) {
                throw ApiException.invalid("model", "model is missing; expected one of " + names());
            }
            return all.getFirst();
        }
        return all.stream()
                .filter(model -> model.isCalled(wanted.get()))
                .findFirst()
                .orElseThrow(() -> ApiException.of(
                                404,
                                "model_not_found",
                                "there is no model '" + Shown.text(wanted.get()) + "' here; expected " + names())
                        .about("model"));
    }

    private String names() {
        return all.stream().map(ServedModel::name).collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        all.forEach(ServedModel::close);
    }
}
