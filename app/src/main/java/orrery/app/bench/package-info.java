/** The output of {@code orrery bench}: tables for people, an object for programs. */
package orrery.app.bench;
