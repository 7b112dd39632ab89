/** The figures of the survey of architectures, each from specs and arithmetic, as drawings that stand alone. */
package orrery.figures;
