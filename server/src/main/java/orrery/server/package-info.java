/** Models behind HTTP. */
@org.jspecify.annotations.NullMarked
package orrery.server;
