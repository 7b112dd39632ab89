/** Requests, answers and streams over HTTP: limits, guards and threads. This package does not depend on models. */
@org.jspecify.annotations.NullMarked
package orrery.server.http;
