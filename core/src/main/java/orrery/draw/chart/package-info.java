/** Charts of numbers, as drawings: lines, bars and tables. They know nothing of models. */
package orrery.draw.chart;
