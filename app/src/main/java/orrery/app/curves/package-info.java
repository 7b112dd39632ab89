/** The output of {@code curves}, and the stored results of {@code bench}. */
package orrery.app.curves;
