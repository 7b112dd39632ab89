/** Drawings of architectures: standalone SVG and Mermaid text from specs, pure functions without I/O. */
package orrery.draw;
