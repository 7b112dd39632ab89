package orrery.format;

import orrery.tensor.Shape;

/**
 * A tensor of a type that is known by name and size but not supported.
 *
 * @param type such as {@code IQ4_XS}
 * @param shape outermost first
 * @param bytes in the file
 */
public record ForeignTensor(String type, Shape shape, long bytes) {}
