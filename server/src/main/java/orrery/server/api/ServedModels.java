package orrery.server.api;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import orrery.server.http.ApiException;

/** The models that are served. */
public final class ServedModels implements AutoCloseable {
    private final List<ServedModel> all;

    /** Serves these models, at least one, with distinct names. */
    public ServedModels(List<ServedModel> all) {
        this.all = List.copyOf(all);
    }

    /** All models. */
    public List<ServedModel> all() {
        return all;
    }

    /**
     * The model that a request names.
     *
     * @param wanted empty if the request names none, which is enough if there is only one model
     * @throws ApiException 404 if no model has the name
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
