/** OpenAI's and Anthropic's APIs: they parse requests and write answers; both share one way to generate. */
@org.jspecify.annotations.NullMarked
package orrery.server.api;
