package orrery.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Data for programs: maps in the order in which they are written, of lists, texts, numbers, booleans and maps. */
public final class DataMap {
    private DataMap() {}

    /** Keys and values in turn. More may be put into it. */
    public static Map<String, Object> map(Object... keysAndValues) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    /** A constant's name in lower case. */
    public static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
