/** What {@code curves} prints, and what it remembers of {@code bench}. */
package orrery.app.curves;
