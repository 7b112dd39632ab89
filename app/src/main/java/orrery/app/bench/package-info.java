/** What {@code orrery bench} shows: tables for people, an object for programs. */
package orrery.app.bench;
