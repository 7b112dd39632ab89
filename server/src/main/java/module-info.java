/** The models of {@code orrery.core} behind HTTP, for clients of OpenAI's and Anthropic's APIs. */
@org.jspecify.annotations.NullMarked
module orrery.server {
    requires transitive orrery.core;
    requires io.opentelemetry.api;
    requires io.opentelemetry.context;
    requires io.vertx.core;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires tools.jackson.databind;

    exports orrery.server;
}
