package orrery.format;

/** JSON's null as a value, so that maps and lists of plain values hold no Java null. */
enum JsonNull {
    NULL
}
