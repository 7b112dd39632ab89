/** Serves models over HTTP. */
@org.jspecify.annotations.NullMarked
package orrery.server;
