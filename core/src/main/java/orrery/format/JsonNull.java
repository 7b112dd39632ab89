package orrery.format;

/** JSON's null as a value, so that maps and lists of plain values contain no Java null. */
enum JsonNull {
    NULL
}
