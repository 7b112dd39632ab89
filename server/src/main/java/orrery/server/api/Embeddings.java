package orrery.server.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import orrery.engine.EngineException;
import orrery.engine.LateException;
import orrery.engine.MeanState;
import orrery.server.http.ApiException;
import orrery.server.http.Endpoint;
import orrery.server.http.Exchange;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /v1/embeddings}: the mean of a text's last hidden states, normalized to length 1. */
public final class Embeddings implements Endpoint {
    private final Api api;

    /** An endpoint for the models of {@code api}. */
    public Embeddings(Api api) {
        this.api = api;
    }

    @Override
    public void handle(Exchange exchange) {
        var body = api.read(exchange, Fields.EMBEDDINGS);
        var model = api.model(exchange, body);
        boolean base64 = switch (body.text("encoding_format").orElse("float")) {
            case "float" -> false;
            case "base64" -> true;
            default -> throw ApiException.invalid("encoding_format", "encoding_format is not float or base64");
        };
        int size = model.engine().description().spec().hiddenSize();
        if (body.integer("dimensions", 1, Integer.MAX_VALUE).orElse(size) != size) {
            throw ApiException.invalid("dimensions", "dimensions is not " + size + ", the model's hidden size");
        }
        var inputs = PromptField.of(body, "input", model.engine());
        inputs.forEach(input -> PromptLog.asked(exchange, model, input));
        var states = new ArrayList<MeanState>();
        try (var _ = model.gate().enter(inputs.size())) {
            for (int[] input : inputs) {
                states.add(Generating.submitted(
                        model, "input", input, () -> model.engine().meanState(api.times(), input)));
            }
            exchange.onGone(() -> states.forEach(MeanState::close));
            var answer = JsonTree.object().put("object", "list");
            var data = answer.putArray("data");
            int tokens = 0;
            for (int i = 0; i < inputs.size(); i++) {
                var entry = data.addObject().put("object", "embedding").put("index", i);
                write(unit(states.get(i).get()), base64, entry);
                tokens += inputs.get(i).length;
            }
            answer.put("model", model.name());
            answer.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
            exchange.json(200, JsonTree.write(answer));
        } catch (LateException e) {
            throw ApiException.late(model.gate().secondsUntilIdle(), e.getMessage() + "; try again later");
        } catch (EngineException e) {
            throw ApiException.of(500, "generation_failed", String.valueOf(e.getMessage()));
        } finally {
            states.forEach(MeanState::close);
        }
    }

    private static float[] unit(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] * scale);
        }
        return vector;
    }

    private static void write(float[] vector, boolean base64, ObjectNode entry) {
        if (!base64) {
            var list = entry.putArray("embedding");
            for (float value : vector) {
                list.add(value);
            }
            return;
        }
        var bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        entry.put("embedding", Base64.getEncoder().encodeToString(bytes.array()));
    }
}
