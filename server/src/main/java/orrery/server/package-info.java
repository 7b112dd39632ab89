@org.jspecify.annotations.NullMarked
package orrery.server;
