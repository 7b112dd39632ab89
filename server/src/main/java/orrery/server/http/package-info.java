/** Requests, answers and streams over HTTP: limits, guards and threads. It knows nothing of models. */
@org.jspecify.annotations.NullMarked
package orrery.server.http;
