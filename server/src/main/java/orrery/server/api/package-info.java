/** OpenAI's and Anthropic's APIs: their bodies read, their answers written, both around one way to generate. */
@org.jspecify.annotations.NullMarked
package orrery.server.api;
