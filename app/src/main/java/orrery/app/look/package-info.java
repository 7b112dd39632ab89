@org.jspecify.annotations.NullMarked
package orrery.app.look;
