package orrery.atlas;

import orrery.format.JsonText;

/**
 * Data as a script that hands them to the page: a page that is opened from a disk may load scripts, and nothing else.
 */
final class DataScript {
    private DataScript() {}

    /**
     * @param name under which the page asks for it
     * @param value nested maps, lists, texts, numbers and booleans
     */
    static String of(String name, Object value) {
        return "orreryAtlas.register(" + json(name) + "," + json(value) + ");\n";
    }

    private static String json(Object value) {
        return JsonText.of(value, JsonText.Doubles.SHORT);
    }
}
