package orrery.format;

import orrery.tensor.Shape;

/**
 * A tensor of a type that is known by its name and size, and that nothing here computes with.
 *
 * @param type such as {@code IQ4_XS}
 * @param shape outermost first
 * @param bytes in the file
 */
public record ForeignTensor(String type, Shape shape, long bytes) {}
