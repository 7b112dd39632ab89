package orrery.draw.chart;

/** A stretch of the y axis with a tint and words in it: the memory of a machine. */
public record Band(String label, double from, double to) {}
